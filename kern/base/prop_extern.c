/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writing property lists, XML version 1.0.  The types' own pt_write() call
 * what is here.  All functions are false when there is no memory; the text so
 * far is freed by prop_externalize() then.
 */

#include <sys/param.h>
#include <sys/malloc.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

#include <rump-sys/mem.h>

#include "prop_private.h"

#define OUT_FIRST	512
#define OUT_MAX		(16 * 1024 * 1024)

static const char head[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<!DOCTYPE plist PUBLIC \"-//Apple Computer//DTD PLIST 1.0//EN\" "
    "\"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n"
    "<plist version=\"1.0\">\n";
static const char tail[] = "\n</plist>\n";

/*
 * Room for n more characters and the NUL.
 */
static bool
out_room(struct prop_out *pw, size_t n)
{
	size_t size = MAX(pw->pw_size, OUT_FIRST);
	char *text;

	KASSERT(pw->pw_len <= pw->pw_size);
	if (n > OUT_MAX - pw->pw_len)
		return false;
	while (size - pw->pw_len <= n)
		size *= 2;
	if (size == pw->pw_size)
		return true;
	if (rump_fault_alloc_p())
		return false;
	text = malloc(size, M_TEMP, M_WAITOK);
	if (pw->pw_text != NULL) {
		memcpy(text, pw->pw_text, pw->pw_len);
		free(pw->pw_text, M_TEMP);
	}
	pw->pw_text = text;
	pw->pw_size = size;
	return true;
}

static bool
out_bytes(struct prop_out *pw, const char *text, size_t len)
{

	if (!out_room(pw, len))
		return false;
	memcpy(pw->pw_text + pw->pw_len, text, len);
	pw->pw_len += len;
	return true;
}

bool
prop_out_text(struct prop_out *pw, const char *text)
{

	return out_bytes(pw, text, strlen(text));
}

bool
prop_out_char(struct prop_out *pw, int c)
{
	char ch = (char)c;

	return out_bytes(pw, &ch, 1);
}

static bool
out_escaped_char(struct prop_out *pw, char c)
{

	switch (c) {
	case '<':
		return prop_out_text(pw, "&lt;");
	case '>':
		return prop_out_text(pw, "&gt;");
	case '&':
		return prop_out_text(pw, "&amp;");
	default:
		return prop_out_char(pw, c);
	}
}

bool
prop_out_escaped(struct prop_out *pw, const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (!out_escaped_char(pw, text[i]))
			return false;
	}
	return true;
}

bool
prop_out_indent(struct prop_out *pw)
{
	u_int i;

	if (!prop_out_char(pw, '\n'))
		return false;
	for (i = 0; i < pw->pw_indent; i++) {
		if (!prop_out_char(pw, '\t'))
			return false;
	}
	return true;
}

bool
prop_out_tag(struct prop_out *pw, const char *tag, int how)
{

	return prop_out_text(pw, how == '/' ? "</" : "<") &&
	    prop_out_text(pw, tag) &&
	    prop_out_text(pw, how == '.' ? "/>" : ">");
}

static bool
collection_p(const struct prop_object *po)
{

	return prop_is(po, &prop_type_array) ||
	    prop_is(po, &prop_type_dictionary);
}

bool
prop_out_object(struct prop_out *pw, struct prop_object *po, u_int depth)
{

	if (collection_p(po)) {
		if (depth == 0)
			return false;
		depth--;
	}
	return (*po->po_type->pt_write)(pw, po, depth);
}

char *
prop_externalize(void *obj, const struct prop_type *type)
{
	struct prop_out out = { .pw_len = 0 };

	if (obj == NULL || (type != NULL && !prop_is(obj, type)))
		return NULL;
	if (!prop_out_text(&out, head) ||
	    !prop_out_object(&out, obj, PROP_MAXDEPTH) ||
	    !prop_out_text(&out, tail)) {
		if (out.pw_text != NULL)
			free(out.pw_text, M_TEMP);
		return NULL;
	}
	KASSERT(out.pw_len < out.pw_size);
	out.pw_text[out.pw_len] = '\0';
	return out.pw_text;
}
