/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keys of dictionaries as objects: constant strings of a limited length.  A
 * copy of a dictionary shares them.
 */

#include <sys/param.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

#include "prop_private.h"

static void
keysym_fini(struct prop_object *po, struct prop_object **deadp)
{
	struct _prop_dictionary_keysym *pdk = (void *)po;

	if (pdk->pdk_text != NULL)
		prop_free(pdk->pdk_text, pdk->pdk_len + 1);
}

static int
keysym_compare(struct prop_object *poa, struct prop_object *pob, u_int depth)
{
	struct _prop_dictionary_keysym *a = (void *)poa, *b = (void *)pob;

	return strcmp(a->pdk_text, b->pdk_text) == 0 ?
	    PROP_SAME : PROP_DIFFERENT;
}

/* In an array of all keys; as a value, a key is a string. */
static bool
keysym_write(struct prop_out *pw, struct prop_object *po, u_int depth)
{
	struct _prop_dictionary_keysym *pdk = (void *)po;

	return prop_out_tag(pw, "string", 0) &&
	    prop_out_escaped(pw, pdk->pdk_text, pdk->pdk_len) &&
	    prop_out_tag(pw, "string", '/');
}

const struct prop_type prop_type_keysym = {
	.pt_type = PROP_TYPE_DICT_KEYSYM,
	.pt_size = sizeof(struct _prop_dictionary_keysym),
	.pt_fini = keysym_fini,
	.pt_compare = keysym_compare,
	.pt_write = keysym_write,
};

prop_dictionary_keysym_t
prop_keysym_new(const char *text)
{
	struct _prop_dictionary_keysym *pdk;
	size_t len = strnlen(text, PROP_KEY_MAX + 1);

	if (len == 0 || len > PROP_KEY_MAX)
		return NULL;
	pdk = prop_object_new(&prop_type_keysym);
	if (pdk == NULL)
		return NULL;
	pdk->pdk_len = len;
	pdk->pdk_text = prop_alloc(len + 1);
	if (pdk->pdk_text == NULL) {
		prop_object_release(pdk);
		return NULL;
	}
	memcpy(pdk->pdk_text, text, len + 1);
	return pdk;
}

const char *
prop_dictionary_keysym_value(prop_dictionary_keysym_t pdk)
{

	return prop_is(pdk, &prop_type_keysym) ? pdk->pdk_text : NULL;
}

size_t
prop_dictionary_keysym_size(prop_dictionary_keysym_t pdk)
{

	return prop_is(pdk, &prop_type_keysym) ? pdk->pdk_len : 0;
}

bool
prop_dictionary_keysym_copy_value(prop_dictionary_keysym_t pdk, void *buf,
    size_t buflen)
{

	if (!prop_is(pdk, &prop_type_keysym) || pdk->pdk_len >= buflen)
		return false;
	memcpy(buf, pdk->pdk_text, pdk->pdk_len + 1);
	return true;
}

bool
prop_dictionary_keysym_equals(prop_dictionary_keysym_t a,
    prop_dictionary_keysym_t b)
{

	return prop_is(a, &prop_type_keysym) && prop_object_equals(a, b);
}

const char *
prop_dictionary_keysym_cstring_nocopy(prop_dictionary_keysym_t pdk)
{

	return prop_dictionary_keysym_value(pdk);
}
