/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * prop_array(3): collections whose slots have no keys.
 */

#include <sys/param.h>
#include <sys/systm.h>

#include "prop_private.h"

const struct prop_type prop_type_array = {
	.pt_type = PROP_TYPE_ARRAY,
	.pt_size = sizeof(struct _prop_array),
	.pt_fini = prop_coll_fini,
	.pt_compare = prop_coll_compare,
	.pt_write = prop_coll_write,
};

PROP_COLL_CALLS(array, pa_coll)

unsigned int
prop_array_capacity(prop_array_t pa)
{
	u_int capacity;

	if (!prop_is(pa, &prop_type_array))
		return 0;
	rw_enter(&pa->pa_coll.pc_lock, RW_READER);
	capacity = pa->pa_coll.pc_capacity;
	rw_exit(&pa->pa_coll.pc_lock);
	return capacity;
}

prop_object_t
prop_array_get(prop_array_t pa, unsigned int i)
{
	struct prop_coll *pc = (void *)pa;
	prop_object_t obj = NULL;

	if (!prop_is(pa, &prop_type_array))
		return NULL;
	rw_enter(&pc->pc_lock, RW_READER);
	if (i < pc->pc_count)
		obj = pc->pc_slots[i].ps_value;
	rw_exit(&pc->pc_lock);
	return obj;
}

/*
 * Put obj, whose reference is given away if that works, at an index, or at
 * the end for UINT_MAX.  What was there is the caller's to release.  Replacing
 * does not disturb iterators.
 */
static bool
array_put(struct prop_coll *pc, u_int i, prop_object_t obj,
    prop_object_t *oldp)
{

	KASSERT(rw_write_held(&pc->pc_lock));
	if (i == UINT_MAX)
		i = pc->pc_count;
	if (i > pc->pc_count || !prop_coll_room(pc, i == pc->pc_count))
		return false;
	if (i == pc->pc_count)
		prop_coll_insert(pc, i, (struct prop_slot){ .ps_value = obj });
	else {
		*oldp = pc->pc_slots[i].ps_value;
		pc->pc_slots[i].ps_value = obj;
	}
	return true;
}

static bool
array_set(prop_array_t pa, u_int i, prop_object_t obj)
{
	struct prop_coll *pc = (void *)pa;
	prop_object_t old = NULL;
	bool ok;

	if (!prop_is(pa, &prop_type_array) || obj == NULL || obj == pa)
		return false;
	prop_object_retain(obj);
	rw_enter(&pc->pc_lock, RW_WRITER);
	ok = array_put(pc, i, obj, &old);
	rw_exit(&pc->pc_lock);
	if (!ok)
		old = obj;
	if (old != NULL)
		prop_object_release(old);
	return ok;
}

bool
prop_array_set(prop_array_t pa, unsigned int i, prop_object_t obj)
{

	return i != UINT_MAX && array_set(pa, i, obj);
}

bool
prop_array_add(prop_array_t pa, prop_object_t obj)
{

	return array_set(pa, UINT_MAX, obj);
}

bool
prop_array_set_and_rel(prop_array_t pa, unsigned int i, prop_object_t obj)
{
	bool ok;

	if (obj == NULL)
		return false;
	ok = prop_array_set(pa, i, obj);
	prop_object_release(obj);
	return ok;
}

bool
prop_array_add_and_rel(prop_array_t pa, prop_object_t obj)
{
	bool ok;

	if (obj == NULL)
		return false;
	ok = prop_array_add(pa, obj);
	prop_object_release(obj);
	return ok;
}

void
prop_array_remove(prop_array_t pa, unsigned int i)
{
	struct prop_coll *pc = (void *)pa;
	prop_object_t old = NULL;

	if (!prop_is(pa, &prop_type_array))
		return;
	rw_enter(&pc->pc_lock, RW_WRITER);
	if (i < pc->pc_count && !pc->pc_immutable)
		old = prop_coll_take(pc, i).ps_value;
	rw_exit(&pc->pc_lock);
	if (old != NULL)
		prop_object_release(old);
}
