/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Completion in the console: the first word of a line is a command, others are
 * names in the image.  What is certain is put in, with a backslash before what
 * the line would take for a quote; if nothing is, the choices are listed.
 */
#include <stdlib.h>
#include <string.h>

#include "fsu.h"
#include "fsu_console.h"

static const char special[] = " \t\\'\"";

/* The candidates that begin with the word's letters. */
struct choices {
	char	**ch_name;
	size_t	ch_count;
};

static void
choice_add(struct choices *c, const char *name, size_t len)
{
	char *copy;

	copy = fsu_alloc(len + 1);
	memcpy(copy, name, len);
	c->ch_name = fsu_realloc(c->ch_name,
	    sizeof(*c->ch_name) * (c->ch_count + 1));
	c->ch_name[c->ch_count++] = copy;
}

static void
choices_free(struct choices *c)
{
	size_t i;

	for (i = 0; i < c->ch_count; i++)
		free(c->ch_name[i]);
	free(c->ch_name);
}

/* Where the word before the cursor begins. */
static const char *
word_start(const char *line, const char *cursor)
{
	const char *p, *start;
	char quote;

	quote = '\0';
	for (p = start = line; p < cursor; p++) {
		if (quote != '\0') {
			if (*p == quote)
				quote = '\0';
		} else if (*p == '\\' && p + 1 < cursor)
			p++;
		else if (*p == '\'' || *p == '"')
			quote = *p;
		else if (*p == ' ' || *p == '\t')
			start = p + 1;
	}
	return start;
}

/* The word as it is meant, without quotes; the caller frees it. */
static char *
unquote(const char *p, const char *end)
{
	char *word, *to, quote;

	word = to = fsu_alloc((size_t)(end - p) + 1);
	for (quote = '\0'; p < end; p++) {
		if (quote != '\0' && *p == quote)
			quote = '\0';
		else if (quote == '\0' && (*p == '\'' || *p == '"'))
			quote = *p;
		else if (quote == '\0' && *p == '\\' && p + 1 < end)
			*to++ = *++p;
		else
			*to++ = *p;
	}
	return word;
}

static void
add_commands(struct choices *c, const char *word)
{
	static const char *const own[] = {
		"cd", "exit", "help", "pwd", "quit", "status"
	};
	const struct fsu_cmd *cmd;
	size_t i, len;

	len = strlen(word);
	for (i = 0; (cmd = fsu_command(i)) != NULL; i++) {
		if (strncmp(cmd->c_name, word, len) == 0)
			choice_add(c, cmd->c_name, strlen(cmd->c_name));
	}
	for (i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		if (strncmp(own[i], word, len) == 0)
			choice_add(c, own[i], strlen(own[i]));
	}
}

/* A name and the mark of its kind, of which only a directory's is kept. */
static void
add_names(struct choices *c, const char *dir, const char *base)
{
	char *names, *p;
	size_t len;

	names = fsu_console_names(dir);
	for (p = names; p != NULL && *p != '\0'; p += len, p += *p == '\n') {
		len = strcspn(p, "\n");
		if (strncmp(p, base, strlen(base)) == 0)
			choice_add(c, p, len != 0 &&
			    strchr("@|=*", p[len - 1]) != NULL ? len - 1 : len);
	}
	free(names);
}

/* How far all choices agree. */
static size_t
common_length(const struct choices *c)
{
	size_t i, len;

	len = strlen(c->ch_name[0]);
	for (i = 1; i < c->ch_count; i++) {
		while (strncmp(c->ch_name[0], c->ch_name[i], len) != 0)
			len--;
	}
	return len;
}

static void
list_choices(const struct choices *c)
{
	size_t i;

	(void)putchar('\n');
	for (i = 0; i < c->ch_count; i++) {
		fsu_print_name(c->ch_name[i]);
		(void)putchar(i + 1 < c->ch_count ? '\t' : '\n');
	}
}

/* Put in what is certain of a name behind the letters that are there. */
static unsigned char
insert(EditLine *el, const struct choices *c, size_t have)
{
	const char *name;
	char text[3] = "";
	size_t i, len;

	len = common_length(c);
	name = c->ch_name[0];
	for (i = have; i < len; i++) {
		text[0] = strchr(special, name[i]) != NULL ? '\\' : name[i];
		text[1] = text[0] == name[i] && name[i] != '\\' ? '\0' :
		    name[i];
		if (el_insertstr(el, text) != 0)
			return CC_ERROR;
	}
	if (c->ch_count == 1 && name[len - 1] != '/' &&
	    el_insertstr(el, " ") != 0)
		return CC_ERROR;
	return CC_REFRESH;
}

unsigned char
fsu_console_complete(EditLine *el)
{
	const LineInfo *li = el_line(el);
	struct choices c = { 0 };
	const char *start, *base;
	char *word, *dir;
	unsigned char rv;

	start = word_start(li->buffer, li->cursor);
	word = unquote(start, li->cursor);
	base = word;
	if (strspn(li->buffer, " \t") >= (size_t)(start - li->buffer))
		add_commands(&c, word);
	else {
		base = strrchr(word, '/') != NULL ? strrchr(word, '/') + 1 :
		    word + (word[0] == ':');
		dir = fsu_strdup(word[0] == ':' ? word + 1 : word);
		dir[strlen(dir) - strlen(base)] = '\0';
		add_names(&c, dir[0] != '\0' ? dir : ".", base);
		free(dir);
	}
	rv = CC_ERROR;
	if (c.ch_count > 1 && common_length(&c) == strlen(base)) {
		list_choices(&c);
		rv = CC_REDISPLAY;
	} else if (c.ch_count != 0)
		rv = insert(el, &c, strlen(base));
	choices_free(&c);
	free(word);
	return rv;
}
