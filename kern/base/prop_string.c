/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * prop_string(3).  A mutable string has a lock, others never change.
 */

#include <sys/param.h>
#include <sys/malloc.h>
#include <sys/rwlock.h>
#include <sys/stdarg.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

#include "prop_private.h"

/* Locks: c, constant after creation; l, ps_lock of a mutable string, else c. */
struct _prop_string {
	struct prop_object	ps_obj;
	krwlock_t		ps_lock;	/* if ps_mutable */
	const char		*ps_text;	/* l */
	size_t			ps_len;		/* l: without NUL */
	bool			ps_mutable;	/* c */
	bool			ps_nocopy;	/* c: text is not ours */
};

/* The longest string: what fits into a property list with a margin. */
#define STRING_MAX	(SIZE_MAX / 8)

static void
string_fini(struct prop_object *po, struct prop_object **deadp)
{
	struct _prop_string *ps = (void *)po;

	if (!ps->ps_nocopy && ps->ps_text != NULL)
		prop_free(__UNCONST(ps->ps_text), ps->ps_len + 1);
	if (ps->ps_mutable)
		rw_destroy(&ps->ps_lock);
}

static void
string_enter(struct _prop_string *ps, krw_t how)
{

	if (ps->ps_mutable)
		rw_enter(&ps->ps_lock, how);
}

static void
string_exit(struct _prop_string *ps)
{

	if (ps->ps_mutable)
		rw_exit(&ps->ps_lock);
}

static prop_string_t
string_new(const char *text, size_t len, bool mutable)
{
	struct _prop_string *ps;
	char *copy;

	if (len > STRING_MAX || (copy = prop_alloc(len + 1)) == NULL)
		return NULL;
	ps = prop_object_new(&prop_type_string);
	if (ps == NULL) {
		prop_free(copy, len + 1);
		return NULL;
	}
	memcpy(copy, text, len);
	copy[len] = '\0';
	ps->ps_text = copy;
	ps->ps_len = len;
	ps->ps_mutable = mutable;
	if (mutable)
		rw_init(&ps->ps_lock);
	return ps;
}

prop_string_t
prop_string_create_copy(const char *text)
{

	return string_new(text, strlen(text), false);
}

prop_string_t
prop_string_create_nocopy(const char *text)
{
	struct _prop_string *ps = prop_object_new(&prop_type_string);

	if (ps != NULL) {
		ps->ps_text = text;
		ps->ps_len = strlen(text);
		ps->ps_nocopy = true;
	}
	return ps;
}

prop_string_t
prop_string_create_format(const char *fmt, ...)
{
	prop_string_t ps;
	va_list ap;
	char *buf;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (len < 0 || (buf = prop_alloc((size_t)len + 1)) == NULL)
		return NULL;
	va_start(ap, fmt);
	vsnprintf(buf, (size_t)len + 1, fmt, ap);
	va_end(ap);
	ps = string_new(buf, (size_t)len, false);
	prop_free(buf, (size_t)len + 1);
	return ps;
}

/*
 * A copy of a nocopy string refers to the same text, which outlives both.
 */
static prop_string_t
string_copy(prop_string_t ps, bool mutable)
{
	prop_string_t copy;

	if (!prop_is(ps, &prop_type_string))
		return NULL;
	if (ps->ps_nocopy && !mutable)
		return prop_string_create_nocopy(ps->ps_text);
	string_enter(ps, RW_READER);
	copy = string_new(ps->ps_text, ps->ps_len, mutable);
	string_exit(ps);
	return copy;
}

prop_string_t
prop_string_copy(prop_string_t ps)
{

	return string_copy(ps, false);
}

prop_string_t
prop_string_copy_mutable(prop_string_t ps)
{

	return string_copy(ps, true);
}

size_t
prop_string_size(prop_string_t ps)
{
	size_t len;

	if (!prop_is(ps, &prop_type_string))
		return 0;
	string_enter(ps, RW_READER);
	len = ps->ps_len;
	string_exit(ps);
	return len;
}

const char *
prop_string_value(prop_string_t ps)
{

	return prop_is(ps, &prop_type_string) ? ps->ps_text : NULL;
}

bool
prop_string_copy_value(prop_string_t ps, void *buf, size_t buflen)
{
	bool fits;

	if (!prop_is(ps, &prop_type_string))
		return false;
	string_enter(ps, RW_READER);
	fits = ps->ps_len < buflen;
	if (fits)
		memcpy(buf, ps->ps_text, ps->ps_len + 1);
	string_exit(ps);
	return fits;
}

/*
 * The text of a string at one moment: itself if it cannot change, else a
 * copy, whose size *sizep says.
 */
static const char *
string_hold(prop_string_t ps, size_t *sizep)
{
	char *copy;

	*sizep = 0;
	if (!ps->ps_mutable)
		return ps->ps_text;
	rw_enter(&ps->ps_lock, RW_READER);
	copy = prop_alloc(ps->ps_len + 1);
	if (copy != NULL) {
		*sizep = ps->ps_len + 1;
		memcpy(copy, ps->ps_text, *sizep);
	}
	rw_exit(&ps->ps_lock);
	return copy;
}

static void
string_unhold(const char *text, size_t size)
{

	if (size != 0)
		prop_free(__UNCONST(text), size);
}

int
prop_string_compare_string(prop_string_t ps, const char *text)
{
	int order;

	if (!prop_is(ps, &prop_type_string))
		return -1;
	string_enter(ps, RW_READER);
	order = strcmp(ps->ps_text, text);
	string_exit(ps);
	return order;
}

int
prop_string_compare(prop_string_t a, prop_string_t b)
{
	const char *text;
	size_t size;
	int order = -1;

	if (a == b || !prop_is(a, &prop_type_string))
		return a == b ? 0 : -1;
	if (!prop_is(b, &prop_type_string))
		return 1;
	text = string_hold(b, &size);
	if (text != NULL)
		order = prop_string_compare_string(a, text);
	string_unhold(text, size);
	return order;
}

static int
string_compare(struct prop_object *a, struct prop_object *b, u_int depth)
{
	const char *text;
	size_t size;
	int order;

	text = string_hold((void *)b, &size);
	if (text == NULL)
		return PROP_CANT_TELL;
	order = prop_string_compare_string((void *)a, text);
	string_unhold(text, size);
	return order == 0 ? PROP_SAME : PROP_DIFFERENT;
}

static bool
string_write(struct prop_out *pw, struct prop_object *po, u_int depth)
{
	const char *text;
	size_t size;
	bool ok;

	text = string_hold((void *)po, &size);
	if (text == NULL)
		return false;
	if (*text == '\0')
		ok = prop_out_tag(pw, "string", '.');
	else
		ok = prop_out_tag(pw, "string", 0) &&
		    prop_out_escaped(pw, text, strlen(text)) &&
		    prop_out_tag(pw, "string", '/');
	string_unhold(text, size);
	return ok;
}

const struct prop_type prop_type_string = {
	.pt_type = PROP_TYPE_STRING,
	.pt_size = sizeof(struct _prop_string),
	.pt_fini = string_fini,
	.pt_compare = string_compare,
	.pt_write = string_write,
};

bool
prop_string_equals(prop_string_t a, prop_string_t b)
{

	return prop_is(a, &prop_type_string) && prop_object_equals(a, b);
}

bool
prop_string_equals_string(prop_string_t ps, const char *text)
{

	return prop_is(ps, &prop_type_string) &&
	    prop_string_compare_string(ps, text) == 0;
}

prop_string_t
prop_string_create(void)
{

	return string_new("", 0, true);
}

prop_string_t
prop_string_create_cstring(const char *text)
{

	return string_new(text, strlen(text), true);
}

prop_string_t
prop_string_create_cstring_nocopy(const char *text)
{

	return prop_string_create_nocopy(text);
}

bool
prop_string_mutable(prop_string_t ps)
{

	return prop_is(ps, &prop_type_string) && ps->ps_mutable;
}

char *
prop_string_cstring(prop_string_t ps)
{
	char *text;
	size_t size;

	if (!prop_is(ps, &prop_type_string))
		return NULL;
	do {
		size = prop_string_size(ps) + 1;
		text = malloc(size, M_TEMP, M_WAITOK);
		if (text == NULL || prop_string_copy_value(ps, text, size))
			return text;
		free(text, M_TEMP);
	} while (true);
}

const char *
prop_string_cstring_nocopy(prop_string_t ps)
{

	return prop_string_value(ps);
}

bool
prop_string_append_cstring(prop_string_t ps, const char *text)
{
	size_t add = strlen(text);
	char *both = NULL;

	if (!prop_string_mutable(ps))
		return false;
	rw_enter(&ps->ps_lock, RW_WRITER);
	if (add <= STRING_MAX - ps->ps_len)
		both = prop_alloc(ps->ps_len + add + 1);
	if (both != NULL) {
		memcpy(both, ps->ps_text, ps->ps_len);
		memcpy(both + ps->ps_len, text, add + 1);
		prop_free(__UNCONST(ps->ps_text), ps->ps_len + 1);
		ps->ps_text = both;
		ps->ps_len += add;
	}
	rw_exit(&ps->ps_lock);
	return both != NULL;
}

bool
prop_string_append(prop_string_t to, prop_string_t from)
{
	const char *text;
	size_t size;
	bool ok = false;

	if (!prop_is(from, &prop_type_string))
		return false;
	text = string_hold(from, &size);
	if (text != NULL)
		ok = prop_string_append_cstring(to, text);
	string_unhold(text, size);
	return ok;
}

bool
prop_string_equals_cstring(prop_string_t ps, const char *text)
{

	return prop_string_equals_string(ps, text);
}
