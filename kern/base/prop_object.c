/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * prop_object(3): memory, references, types and equality.
 *
 * Memory is waited for, as drivers expect that call proplib(3) while they
 * attach; the fault knob of the allocators makes any allocation fail all the
 * same, so that the paths for it are real.
 */

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/kmem.h>

#include <lib/libkern/libkern.h>

#include <rump-sys/mem.h>

#include "prop_private.h"

volatile size_t prop_bytes;

void *
prop_alloc(size_t size)
{

	KASSERT(size > 0);
	if (rump_fault_alloc_p())
		return NULL;
	__atomic_fetch_add(&prop_bytes, size, __ATOMIC_RELAXED);
	return kmem_zalloc(size, KM_SLEEP);
}

void
prop_free(void *p, size_t size)
{

	KASSERT(__atomic_load_n(&prop_bytes, __ATOMIC_RELAXED) >= size);
	__atomic_fetch_sub(&prop_bytes, size, __ATOMIC_RELAXED);
	kmem_free(p, size);
}

void *
prop_object_new(const struct prop_type *type)
{
	struct prop_object *po;

	KASSERT(type->pt_size >= sizeof(*po));
	po = prop_alloc(type->pt_size);
	if (po == NULL)
		return NULL;
	po->po_type = type;
	po->po_refcnt = 1;
	return po;
}

void
prop_object_retain(prop_object_t obj)
{
	struct prop_object *po = obj;
	u_int refcnt __diagused;

	KASSERT(po != NULL);
	if (po->po_type->pt_size == 0)
		return;
	refcnt = atomic_inc_uint_nv(&po->po_refcnt);
	KASSERTMSG(refcnt > 1, "property object %p is free", po);
}

void
prop_drop(prop_object_t obj, struct prop_object **deadp)
{
	struct prop_object *po = obj;
	u_int refcnt;

	if (po->po_type->pt_size == 0)
		return;
	membar_release();
	refcnt = atomic_dec_uint_nv(&po->po_refcnt);
	KASSERTMSG(refcnt != UINT_MAX, "property object released too often");
	if (refcnt != 0)
		return;
	membar_acquire();
	po->po_dead = *deadp;
	*deadp = po;
}

/*
 * Members of a dead collection join the list, so depth costs no stack.
 */
void
prop_object_release(prop_object_t obj)
{
	struct prop_object *dead = NULL, *po;

	KASSERT(obj != NULL);
	prop_drop(obj, &dead);
	while ((po = dead) != NULL) {
		dead = po->po_dead;
		if (po->po_type->pt_fini != NULL)
			(*po->po_type->pt_fini)(po, &dead);
		prop_free(po, po->po_type->pt_size);
	}
}

prop_type_t
prop_object_type(prop_object_t obj)
{
	struct prop_object *po = obj;

	return po == NULL ? PROP_TYPE_UNKNOWN : po->po_type->pt_type;
}

int
prop_compare(prop_object_t a, prop_object_t b, u_int depth)
{
	struct prop_object *po = a;

	if (a == NULL || b == NULL)
		return PROP_DIFFERENT;
	if (a == b)
		return PROP_SAME;
	if (!prop_is(b, po->po_type))
		return PROP_DIFFERENT;
	return (*po->po_type->pt_compare)(a, b, depth);
}

bool
prop_object_equals_with_error(prop_object_t a, prop_object_t b, bool *errorp)
{
	int result = prop_compare(a, b, PROP_MAXDEPTH);

	*errorp = result == PROP_CANT_TELL;
	return result == PROP_SAME;
}

bool
prop_object_equals(prop_object_t a, prop_object_t b)
{

	return prop_compare(a, b, PROP_MAXDEPTH) == PROP_SAME;
}

char *
prop_object_externalize(prop_object_t obj)
{

	return prop_externalize(obj, NULL);
}

prop_object_t
prop_object_internalize(const char *text)
{

	return prop_internalize(text, NULL);
}
