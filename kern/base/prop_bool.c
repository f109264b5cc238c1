/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * prop_bool(3): there are two, and they are never freed.
 */

#include "prop_private.h"

struct _prop_bool {
	struct prop_object	pb_obj;
};

static int
bool_compare(struct prop_object *a, struct prop_object *b, u_int depth)
{

	return a == b ? PROP_SAME : PROP_DIFFERENT;
}

static bool
bool_write(struct prop_out *pw, struct prop_object *po, u_int depth)
{

	return prop_out_tag(pw, prop_bool_value((void *)po) ?
	    "true" : "false", '.');
}

const struct prop_type prop_type_bool = {
	.pt_type = PROP_TYPE_BOOL,
	.pt_compare = bool_compare,
	.pt_write = bool_write,
};

static struct _prop_bool bools[2] = {
	{ .pb_obj = { .po_type = &prop_type_bool, .po_refcnt = 1 } },
	{ .pb_obj = { .po_type = &prop_type_bool, .po_refcnt = 1 } },
};

prop_bool_t
prop_bool_create(bool value)
{

	return &bools[value];
}

prop_bool_t
prop_bool_copy(prop_bool_t pb)
{

	return prop_is(pb, &prop_type_bool) ? pb : NULL;
}

bool
prop_bool_value(prop_bool_t pb)
{

	return pb == &bools[true];
}

bool
prop_bool_true(prop_bool_t pb)
{

	return prop_bool_value(pb);
}

bool
prop_bool_equals(prop_bool_t a, prop_bool_t b)
{

	return prop_is(a, &prop_type_bool) && a == b;
}
