/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading property lists, XML version 1.0.
 *
 * The text may come from anybody.  This is a parser of one document type, not
 * of XML: no document type subset, no entities but the five of XML, no
 * processing instructions, no attributes but plist's version, and nothing
 * after the end.  What is not known is refused.  Nesting is bounded, the
 * memory taken is proportional to the text, and what was made of it up to an
 * error is released.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

#include "prop_private.h"

struct prop_in {
	const char	*pi_next;	/* not yet read */
	u_int		pi_depth;	/* collections still allowed */
	bool		pi_nomem;	/* failed for that reason */
};

#define TAG_MAX	8			/* longer than any name we know */
enum tag_kind { TAG_OPEN, TAG_CLOSE, TAG_EMPTY };
struct tag {
	char		t_name[TAG_MAX];
	enum tag_kind	t_kind;
};

static void *in_object(struct prop_in *, const struct tag *);

/* If the text goes on so, move behind that. */
static bool
in_match(struct prop_in *in, const char *what)
{
	size_t len = strlen(what);

	if (strncmp(in->pi_next, what, len) != 0)
		return false;
	in->pi_next += len;
	return true;
}

/* Move behind the next occurrence. */
static bool
in_skip_to(struct prop_in *in, const char *what)
{
	const char *p = strstr(in->pi_next, what);

	if (p == NULL)
		return false;
	in->pi_next = p + strlen(what);
	return true;
}

static bool
in_space(struct prop_in *in)
{
	const char *start = in->pi_next;

	while (isspace((unsigned char)*in->pi_next))
		in->pi_next++;
	return in->pi_next != start;
}

/* White space and comments.  False if a comment does not end. */
static bool
in_misc(struct prop_in *in)
{

	for (;;) {
		in_space(in);
		if (!in_match(in, "<!--"))
			return true;
		if (!in_skip_to(in, "-->"))
			return false;
	}
}

/* A document type without a subset of its own; > may be quoted. */
static bool
in_doctype(struct prop_in *in)
{
	char quote = '\0', c;

	for (; (c = *in->pi_next) != '\0'; in->pi_next++) {
		if (quote != '\0') {
			if (c == quote)
				quote = '\0';
		} else if (c == '"' || c == '\'')
			quote = c;
		else if (c == '[')
			return false;
		else if (c == '>') {
			in->pi_next++;
			return true;
		}
	}
	return false;
}

/* What follows the name of a tag. */
static bool
in_tag_end(struct prop_in *in, struct tag *t)
{

	in_space(in);
	if (t->t_kind == TAG_OPEN && in_match(in, "/"))
		t->t_kind = TAG_EMPTY;
	return in_match(in, ">");
}

static bool
in_tag_name(struct prop_in *in, struct tag *t)
{
	size_t n;

	if (!in_misc(in) || !in_match(in, "<"))
		return false;
	t->t_kind = in_match(in, "/") ? TAG_CLOSE : TAG_OPEN;
	for (n = 0; islower((unsigned char)in->pi_next[n]); n++) {
		if (n == TAG_MAX - 1)
			return false;
		t->t_name[n] = in->pi_next[n];
	}
	t->t_name[n] = '\0';
	in->pi_next += n;
	return n > 0;
}

static bool
in_tag(struct prop_in *in, struct tag *t)
{

	return in_tag_name(in, t) && in_tag_end(in, t);
}

static bool
tag_is(const struct tag *t, const char *name, enum tag_kind kind)
{

	return t->t_kind == kind && strcmp(t->t_name, name) == 0;
}

static bool
in_close(struct prop_in *in, const char *name)
{
	struct tag t;

	return strncmp(in->pi_next, "</", 2) == 0 && in_tag(in, &t) &&
	    tag_is(&t, name, TAG_CLOSE);
}

/* One character of text, with entities replaced; -1 if there is none. */
static int
in_char(struct prop_in *in)
{
	static const struct {
		const char	*name;
		char		c;
	} entities[] = {
		{ "&lt;", '<' }, { "&gt;", '>' }, { "&amp;", '&' },
		{ "&apos;", '\'' }, { "&quot;", '"' },
	};
	size_t i;

	if (*in->pi_next == '\0' || *in->pi_next == '<')
		return -1;
	if (*in->pi_next != '&')
		return (unsigned char)*in->pi_next++;
	for (i = 0; i < __arraycount(entities); i++) {
		if (in_match(in, entities[i].name))
			return entities[i].c;
	}
	return -1;
}

/* Text up to the closing tag, of at most max characters and a NUL. */
static bool
in_text(struct prop_in *in, const char *name, char *buf, size_t max)
{
	size_t n = 0;
	int c;

	while ((c = in_char(in)) != -1) {
		if (n == max)
			return false;
		buf[n++] = (char)c;
	}
	buf[n] = '\0';
	return in_close(in, name);
}

/* Memory that holds the text up to the next tag. */
static char *
in_text_alloc(struct prop_in *in, size_t *sizep)
{
	char *buf;

	*sizep = strcspn(in->pi_next, "<") + 1;
	buf = prop_alloc(*sizep);
	in->pi_nomem = buf == NULL;
	return buf;
}

static void *
in_made(struct prop_in *in, void *obj)
{

	if (obj == NULL)
		in->pi_nomem = true;
	return obj;
}

static void *
in_string(struct prop_in *in, const struct tag *t)
{
	void *obj = NULL;
	size_t size;
	char *buf;

	if (t->t_kind == TAG_EMPTY)
		return in_made(in, prop_string_create_copy(""));
	buf = in_text_alloc(in, &size);
	if (buf == NULL)
		return NULL;
	if (in_text(in, "string", buf, size - 1))
		obj = in_made(in, prop_string_create_copy(buf));
	prop_free(buf, size);
	return obj;
}

/* A whole number in C's notation, up to 64 bits and a sign. */
static bool
number_parse(const char *s, uint64_t *bitsp, bool *minusp, bool *hexp)
{
	int error;
	char *end;

	*minusp = *s == '-';
	if (*s == '-' || *s == '+')
		s++;
	*hexp = s[0] == '0' && (s[1] == 'x' || s[1] == 'X');
	if (!isdigit((unsigned char)*s))
		return false;
	*bitsp = strtou(s, &end, 0, 0, UINT64_MAX, &error);
	return error == 0 && *end == '\0';
}

/* Cut white space off the end. */
static void
trim(char *s)
{
	size_t n = strlen(s);

	while (n > 0 && isspace((unsigned char)s[n - 1]))
		n--;
	s[n] = '\0';
}

static void *
in_integer(struct prop_in *in, const struct tag *t)
{
	uint64_t bits;
	bool minus, hex;
	char buf[32];

	if (t->t_kind == TAG_EMPTY)
		return NULL;
	in_space(in);
	if (!in_text(in, "integer", buf, sizeof(buf) - 1))
		return NULL;
	trim(buf);
	if (!number_parse(buf, &bits, &minus, &hex))
		return NULL;
	if (minus && bits > (uint64_t)INT64_MAX + 1)
		return NULL;
	if (!minus && (hex || bits > INT64_MAX))
		return in_made(in, prop_number_create_unsigned(bits));
	return in_made(in,
	    prop_number_create_signed((int64_t)(minus ? 0 - bits : bits)));
}

/* A digit of base 64, or -1. */
static int
digit64(char c)
{

	if (isupper((unsigned char)c))
		return c - 'A';
	if (islower((unsigned char)c))
		return c - 'a' + 26;
	if (isdigit((unsigned char)c))
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/*
 * Base 64 in place: digits in groups of four, the last one padded with =.
 * White space may be anywhere.  Returns the number of bytes, or -1.
 */
static ssize_t
decode64(char *buf)
{
	const char *from = buf;
	u_int digits = 0, pads = 0;
	uint32_t bits = 0;
	char *to = buf;

	for (; *from != '\0'; from++) {
		if (isspace((unsigned char)*from))
			continue;
		if (*from == '=') {
			pads++;
			continue;
		}
		if (digit64(*from) == -1 || pads > 0)
			return -1;
		bits = bits << 6 | (uint32_t)digit64(*from);
		if (digits++ % 4 != 0)
			*to++ = (char)(bits >> (6 - 2 * ((digits - 1) % 4)));
	}
	if ((digits + pads) % 4 != 0 || pads > 2)
		return -1;
	return to - buf;
}

static void *
in_data(struct prop_in *in, const struct tag *t)
{
	void *obj = NULL;
	ssize_t len;
	size_t size;
	char *buf;

	if (t->t_kind == TAG_EMPTY)
		return in_made(in, prop_data_create_copy(NULL, 0));
	buf = in_text_alloc(in, &size);
	if (buf == NULL)
		return NULL;
	if (in_text(in, "data", buf, size - 1) &&
	    (len = decode64(buf)) != -1)
		obj = in_made(in, prop_data_create_copy(buf, (size_t)len));
	prop_free(buf, size);
	return obj;
}

static void *
in_bool(struct prop_in *in, const struct tag *t)
{

	if (t->t_kind != TAG_EMPTY)
		return NULL;
	return prop_bool_create(strcmp(t->t_name, "true") == 0);
}

/* What is in an array, up to its end. */
static bool
in_members(struct prop_in *in, prop_array_t pa)
{
	struct tag t;
	void *obj;

	for (;;) {
		if (!in_tag(in, &t))
			return false;
		if (tag_is(&t, "array", TAG_CLOSE))
			return true;
		obj = in_object(in, &t);
		if (obj == NULL)
			return false;
		if (!prop_array_add_and_rel(pa, obj)) {
			in->pi_nomem = true;
			return false;
		}
	}
}

static void *
in_array(struct prop_in *in, const struct tag *t)
{
	prop_array_t pa = in_made(in, prop_array_create());

	if (pa == NULL || t->t_kind == TAG_EMPTY)
		return pa;
	if (in_members(in, pa))
		return pa;
	prop_object_release(pa);
	return NULL;
}

/* The key behind its tag. */
static __noinline prop_dictionary_keysym_t
in_key(struct prop_in *in)
{
	char buf[PROP_KEY_MAX + 1];

	if (!in_text(in, "key", buf, PROP_KEY_MAX) || buf[0] == '\0')
		return NULL;
	return in_made(in, prop_keysym_new(buf));
}

/* A value, for a key whose reference is ours. */
static bool
in_value(struct prop_in *in, prop_dictionary_t pd,
    prop_dictionary_keysym_t key)
{
	void *obj = NULL;
	struct tag t;
	bool ok;

	if (in_tag(in, &t))
		obj = in_object(in, &t);
	ok = obj != NULL && prop_dictionary_set_keysym(pd, key, obj);
	if (obj != NULL) {
		in->pi_nomem = !ok;
		prop_object_release(obj);
	}
	prop_object_release(key);
	return ok;
}

/* What is in a dictionary, up to its end. */
static bool
in_pairs(struct prop_in *in, prop_dictionary_t pd)
{
	prop_dictionary_keysym_t key;
	struct tag t;

	for (;;) {
		if (!in_tag(in, &t))
			return false;
		if (tag_is(&t, "dict", TAG_CLOSE))
			return true;
		if (!tag_is(&t, "key", TAG_OPEN))
			return false;
		key = in_key(in);
		if (key == NULL || !in_value(in, pd, key))
			return false;
	}
}

static void *
in_dict(struct prop_in *in, const struct tag *t)
{
	prop_dictionary_t pd = in_made(in, prop_dictionary_create());

	if (pd == NULL || t->t_kind == TAG_EMPTY)
		return pd;
	if (in_pairs(in, pd))
		return pd;
	prop_object_release(pd);
	return NULL;
}

/*
 * The object behind its tag.
 */
static void *
in_object(struct prop_in *in, const struct tag *t)
{
	static const struct {
		const char	*name;
		u_int		levels;		/* of nesting it adds */
		void		*(*read)(struct prop_in *, const struct tag *);
	} types[] = {
		{ "dict", 1, in_dict }, { "array", 1, in_array },
		{ "string", 0, in_string }, { "integer", 0, in_integer },
		{ "data", 0, in_data }, { "true", 0, in_bool },
		{ "false", 0, in_bool },
	};
	void *obj = NULL;
	size_t i;

	for (i = 0; strcmp(t->t_name, types[i].name) != 0; i++) {
		if (i == __arraycount(types) - 1)
			return NULL;
	}
	if (t->t_kind == TAG_CLOSE || in->pi_depth < types[i].levels)
		return NULL;
	in->pi_depth -= types[i].levels;
	obj = (*types[i].read)(in, t);
	in->pi_depth += types[i].levels;
	return obj;
}

/* Everything before the root. */
static bool
in_prologue(struct prop_in *in)
{
	struct tag t;

	in_space(in);
	if (in_match(in, "<?xml") && !in_skip_to(in, "?>"))
		return false;
	if (!in_misc(in))
		return false;
	if (in_match(in, "<!DOCTYPE") && !in_doctype(in))
		return false;
	if (!in_tag_name(in, &t) || !tag_is(&t, "plist", TAG_OPEN) ||
	    !in_space(in))
		return false;
	if (!in_match(in, "version=\"1.0\"") &&
	    !in_match(in, "version='1.0'"))
		return false;
	return in_tag_end(in, &t) && t.t_kind == TAG_OPEN;
}

static bool
in_epilogue(struct prop_in *in)
{
	struct tag t;

	return in_tag(in, &t) && tag_is(&t, "plist", TAG_CLOSE) &&
	    in_misc(in) && *in->pi_next == '\0';
}

int
prop_parse(const char *text, const struct prop_type *type, void **objp)
{
	struct prop_in in = { .pi_next = text, .pi_depth = PROP_MAXDEPTH };
	void *obj = NULL;
	struct tag t;

	if (in_prologue(&in) && in_tag(&in, &t))
		obj = in_object(&in, &t);
	if (obj == NULL)
		return in.pi_nomem ? ENOMEM : EIO;
	if (!in_epilogue(&in) || (type != NULL && !prop_is(obj, type))) {
		prop_object_release(obj);
		return EIO;
	}
	*objp = obj;
	return 0;
}

void *
prop_internalize(const char *text, const struct prop_type *type)
{
	void *obj;

	return prop_parse(text, type, &obj) == 0 ? obj : NULL;
}
