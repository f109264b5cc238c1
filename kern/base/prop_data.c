/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * prop_data(3).  Written in base 64, RFC 4648 section 4.
 */

#include <sys/param.h>
#include <sys/malloc.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

#include "prop_private.h"

/* Data are constant, so there is no lock. */
struct _prop_data {
	struct prop_object	pd_obj;
	const uint8_t		*pd_bytes;	/* NULL if there are none */
	size_t			pd_size;
	bool			pd_nocopy;	/* bytes are not ours */
};

static void
data_fini(struct prop_object *po, struct prop_object **deadp)
{
	struct _prop_data *pd = (void *)po;

	if (!pd->pd_nocopy && pd->pd_bytes != NULL)
		prop_free(__UNCONST(pd->pd_bytes), pd->pd_size);
}

static int
data_compare(struct prop_object *a, struct prop_object *b, u_int depth)
{
	struct _prop_data *pd = (void *)b;

	return prop_data_equals_data((void *)a, pd->pd_bytes, pd->pd_size) ?
	    PROP_SAME : PROP_DIFFERENT;
}

/* Up to three bytes as four characters. */
static bool
write_group(struct prop_out *pw, const uint8_t *p, size_t n)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	uint32_t v;
	u_int i;

	KASSERT(n > 0);
	v = (uint32_t)p[0] << 16 | (n > 1 ? p[1] << 8 : 0) |
	    (n > 2 ? p[2] : 0);
	for (i = 0; i < 4; i++) {
		if (!prop_out_char(pw, i <= MIN(n, 3) ?
		    digits[v >> (18 - 6 * i) & 0x3f] : '='))
			return false;
	}
	return true;
}

static bool
data_write(struct prop_out *pw, struct prop_object *po, u_int depth)
{
	struct _prop_data *pd = (void *)po;
	size_t i;

	if (pd->pd_size == 0)
		return prop_out_tag(pw, "data", '.');
	if (!prop_out_tag(pw, "data", 0))
		return false;
	for (i = 0; i < pd->pd_size; i += 3) {
		if (!write_group(pw, pd->pd_bytes + i, pd->pd_size - i))
			return false;
	}
	return prop_out_tag(pw, "data", '/');
}

const struct prop_type prop_type_data = {
	.pt_type = PROP_TYPE_DATA,
	.pt_size = sizeof(struct _prop_data),
	.pt_fini = data_fini,
	.pt_compare = data_compare,
	.pt_write = data_write,
};

prop_data_t
prop_data_create_nocopy(const void *bytes, size_t size)
{
	struct _prop_data *pd = prop_object_new(&prop_type_data);

	if (pd != NULL && size > 0) {
		pd->pd_bytes = bytes;
		pd->pd_size = size;
		pd->pd_nocopy = true;
	}
	return pd;
}

prop_data_t
prop_data_create_copy(const void *bytes, size_t size)
{
	struct _prop_data *pd;
	void *copy;

	if (size == 0)
		return prop_data_create_nocopy(NULL, 0);
	copy = prop_alloc(size);
	if (copy == NULL)
		return NULL;
	pd = prop_data_create_nocopy(copy, size);
	if (pd == NULL) {
		prop_free(copy, size);
		return NULL;
	}
	memcpy(copy, bytes, size);
	pd->pd_nocopy = false;
	return pd;
}

prop_data_t
prop_data_copy(prop_data_t pd)
{

	if (!prop_is(pd, &prop_type_data))
		return NULL;
	if (pd->pd_nocopy)
		return prop_data_create_nocopy(pd->pd_bytes, pd->pd_size);
	return prop_data_create_copy(pd->pd_bytes, pd->pd_size);
}

size_t
prop_data_size(prop_data_t pd)
{

	return prop_is(pd, &prop_type_data) ? pd->pd_size : 0;
}

const void *
prop_data_value(prop_data_t pd)
{

	return prop_is(pd, &prop_type_data) ? pd->pd_bytes : NULL;
}

bool
prop_data_copy_value(prop_data_t pd, void *buf, size_t buflen)
{

	if (!prop_is(pd, &prop_type_data) || pd->pd_size == 0 ||
	    buflen < pd->pd_size)
		return false;
	memcpy(buf, pd->pd_bytes, pd->pd_size);
	return true;
}

bool
prop_data_equals(prop_data_t a, prop_data_t b)
{

	return prop_is(a, &prop_type_data) && prop_object_equals(a, b);
}

bool
prop_data_equals_data(prop_data_t pd, const void *bytes, size_t size)
{

	return prop_is(pd, &prop_type_data) && pd->pd_size == size &&
	    (size == 0 || memcmp(pd->pd_bytes, bytes, size) == 0);
}

prop_data_t
prop_data_create_data(const void *bytes, size_t size)
{

	return prop_data_create_copy(bytes, size);
}

prop_data_t
prop_data_create_data_nocopy(const void *bytes, size_t size)
{

	return prop_data_create_nocopy(bytes, size);
}

void *
prop_data_data(prop_data_t pd)
{
	void *copy;

	if (prop_data_size(pd) == 0)
		return NULL;
	copy = malloc(pd->pd_size, M_TEMP, M_WAITOK);
	if (copy != NULL)
		memcpy(copy, pd->pd_bytes, pd->pd_size);
	return copy;
}

const void *
prop_data_data_nocopy(prop_data_t pd)
{

	return prop_data_value(pd);
}
