/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fsu xattr: lists, prints, sets and removes extended attributes.  A name is
 * Linux's, "user.x", or with -n USER-OR-SYSTEM what NetBSD's extattr(9) has in
 * that namespace; rump_hostabi(3) says how these correspond.
 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "fsu.h"

#define	XATTR_ROOM	((size_t)65536)	/* of a list, or of a value */

struct xattr_opts {
	const char	*x_space;	/* -n: "user" or "system", or NULL */
	bool		 x_hex;
	int		 x_status;
};

static const char *
value_form(const char *value, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if ((unsigned char)value[i] < ' ' || value[i] == 0x7f)
			return "hex";
	}
	return "text";
}

/* NetBSD's system namespace holds Linux's but for the user's. */
static bool
in_space(const struct xattr_opts *o, const char *full)
{

	return o->x_space == NULL ||
	    (strncmp(full, "user.", 5) == 0) == (o->x_space[0] == 'u');
}

/* A name of that namespace as Linux has it; the caller frees it. */
static char *
full_name(const struct xattr_opts *o, const char *name)
{
	char *full;

	if (o->x_space == NULL || (o->x_space[0] == 's' &&
	    (strncmp(name, "trusted.", 8) == 0 ||
	    strncmp(name, "security.", 9) == 0)))
		return fsu_strdup(name);
	if (asprintf(&full, "%s.%s", o->x_space, name) < 0)
		fsu_die(ENOMEM, "%s", name);
	return full;
}

static const char *
shown_name(const struct xattr_opts *o, const char *full)
{

	if (o->x_space != NULL && strncmp(full, "user.", 5) == 0)
		return full + 5;
	return o->x_space != NULL && strncmp(full, "system.", 7) == 0 ?
	    full + 7 : full;
}

static void
xattr_failed(struct xattr_opts *o, int error, const struct fsu_path *p,
    const char *name)
{

	fsu_warn(error, "%s%s%s", p->p_text, name != NULL ? ": " : "",
	    name != NULL ? name : "");
	o->x_status = 1;
}

static void
print_value(const char *value, size_t len, bool hex)
{
	size_t i;

	if (!hex) {
		(void)fwrite(value, 1, len, stdout);
		return;
	}
	for (i = 0; i < len; i++)
		(void)printf("%02x", (unsigned char)value[i]);
}

static void
xattr_json(const struct xattr_opts *o, const struct fsu_path *p,
    const char *full, const char *value, size_t len)
{

	fsu_json_open();
	fsu_json_text("image", p->p_side->s_name);
	fsu_json_text("path", p->p_path);
	fsu_json_text("name", shown_name(o, full));
	fsu_json_uint("size", len);
	fsu_json_bytes("value", value, len);
	if (o->x_hex)
		fsu_json_hex("raw", value, len);
	fsu_json_close();
}

/* One line of a list: name=value, or name=0x... where it is not all text. */
static void
xattr_line(struct xattr_opts *o, const struct fsu_path *p, const char *full,
    char *value)
{
	size_t len;
	bool hex;
	int error;

	error = p->p_side->s_ops->o_getxattr(p->p_side, p->p_path, full, value,
	    XATTR_ROOM, &len);
	if (error != 0) {
		xattr_failed(o, error, p, full);
		return;
	}
	if (fsu_opt_json) {
		xattr_json(o, p, full, value, len);
		return;
	}
	hex = o->x_hex || strcmp(value_form(value, len), "hex") == 0;
	fsu_print_name(shown_name(o, full));
	(void)fputs(hex ? "=0x" : "=", stdout);
	print_value(value, len, hex);
	(void)putchar('\n');
}

static void
xattr_list(struct xattr_opts *o, const struct fsu_path *p)
{
	char *list, *value, *name;
	size_t len;
	int error;

	list = fsu_alloc(XATTR_ROOM + 1);
	error = p->p_side->s_ops->o_listxattr(p->p_side, p->p_path, list,
	    XATTR_ROOM, &len);
	if (error != 0) {
		xattr_failed(o, error, p, NULL);
		free(list);
		return;
	}
	list[len] = '\0';
	value = fsu_alloc(XATTR_ROOM);
	for (name = list; name < list + len; name += strlen(name) + 1) {
		if (in_space(o, name))
			xattr_line(o, p, name, value);
	}
	free(value);
	free(list);
}

/* The value and nothing else, so that it can be kept. */
static void
xattr_get(struct xattr_opts *o, const struct fsu_path *p, const char *full)
{
	char *value;
	size_t len;
	int error;

	value = fsu_alloc(XATTR_ROOM);
	error = p->p_side->s_ops->o_getxattr(p->p_side, p->p_path, full, value,
	    XATTR_ROOM, &len);
	if (error != 0)
		xattr_failed(o, error, p, full);
	else if (fsu_opt_json)
		xattr_json(o, p, full, value, len);
	else {
		print_value(value, len, o->x_hex);
		if (o->x_hex || strcmp(value_form(value, len), "text") == 0)
			(void)putchar('\n');
	}
	free(value);
}

static int
hex_digit(char c)
{

	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ?
	    c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Text, or with -x pairs of digits; the caller frees it. */
static char *
parse_value(const struct xattr_opts *o, const char *text, size_t *lenp)
{
	char *value;
	size_t i;

	value = fsu_strdup(text);
	*lenp = strlen(text);
	if (!o->x_hex)
		return value;
	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
		text += 2;
	*lenp = strlen(text) / 2;
	for (i = 0; text[i] != '\0'; i++) {
		if (hex_digit(text[i]) < 0 || strlen(text) % 2 != 0)
			fsu_die(0, "invalid hexadecimal value '%s'", text);
		if (i % 2 == 1)
			value[i / 2] = (char)(hex_digit(text[i - 1]) << 4 |
			    hex_digit(text[i]));
	}
	return value;
}

static void
xattr_set(struct xattr_opts *o, const struct fsu_path *p, const char *full,
    const char *text)
{
	char *value;
	size_t len;
	int error;

	value = parse_value(o, text, &len);
	error = p->p_side->s_ops->o_setxattr(p->p_side, p->p_path, full,
	    value, len);
	free(value);
	if (error != 0)
		xattr_failed(o, error, p, full);
}

static void
xattr_remove(struct xattr_opts *o, const struct fsu_path *p, const char *full)
{
	int error;

	error = p->p_side->s_ops->o_removexattr(p->p_side, p->p_path, full);
	if (error != 0)
		xattr_failed(o, error, p, full);
}

static bool
is_space(const char *word)
{

	return strcmp(word, "user") == 0 || strcmp(word, "system") == 0;
}

static void
xattr_options(int argc, char **argv, struct xattr_opts *o)
{
	static const struct option longopts[] = {
		{ "hex", no_argument, NULL, 'x' },
		{ "namespace", required_argument, NULL, 'n' },
		{ NULL, 0, NULL, 0 }
	};
	int ch;

	while ((ch = getopt_long(argc, argv, "+n:x", longopts, NULL)) != -1) {
		if (ch == 'n' && is_space(optarg))
			o->x_space = optarg;
		else if (ch == 'x')
			o->x_hex = true;
		else
			fsu_usage();
	}
}

int
cmd_xattr(int argc, char **argv)
{
	struct xattr_opts o = { 0 };
	struct fsu_path *p;
	const char *verb;
	char *name;
	int i, skip;

	xattr_options(argc, argv, &o);
	fsu_skip_options(&argc, &argv, 2);
	verb = argv[0];
	skip = strcmp(verb, "list") == 0 ? 1 : strcmp(verb, "get") == 0 ||
	    strcmp(verb, "rm") == 0 ? 2 : strcmp(verb, "set") == 0 ? 3 : 0;
	if (skip == 0 || argc <= skip)
		fsu_usage();
	fsu_writes = verb[0] == 's' || verb[0] == 'r';
	p = fsu_parse_all(argc - skip, argv + skip, false);
	name = full_name(&o, argv[1]);
	for (i = 0; i < argc - skip; i++) {
		if (verb[0] == 'l')
			xattr_list(&o, &p[i]);
		else if (verb[0] == 'g')
			xattr_get(&o, &p[i], name);
		else if (verb[0] == 's')
			xattr_set(&o, &p[i], name, argv[2]);
		else
			xattr_remove(&o, &p[i], name);
	}
	free(name);
	return o.x_status;
}
