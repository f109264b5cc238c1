/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * prop_dictionary(3): collections whose slots are in the order of their keys.
 */

#include <sys/param.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

#include "prop_private.h"

const struct prop_type prop_type_dictionary = {
	.pt_type = PROP_TYPE_DICTIONARY,
	.pt_size = sizeof(struct _prop_dictionary),
	.pt_fini = prop_coll_fini,
	.pt_compare = prop_coll_compare,
	.pt_write = prop_coll_write,
};

PROP_COLL_CALLS(dictionary, pd_coll)

/*
 * The slots of an immutable copy cannot change.
 */
prop_array_t
prop_dictionary_all_keys(prop_dictionary_t pd)
{
	struct prop_coll *pc;
	prop_array_t pa;
	bool ok = true;
	u_int i;

	pc = (void *)prop_dictionary_copy(pd);
	if (pc == NULL)
		return NULL;
	pa = prop_array_create_with_capacity(pc->pc_count);
	if (pa != NULL) {
		for (i = 0; ok && i < pc->pc_count; i++)
			ok = prop_array_add(pa, pc->pc_slots[i].ps_key);
		KASSERT(ok);
	}
	prop_object_release(pc);
	return pa;
}

/*
 * The index where the key is or, if false is returned, would be.
 */
static bool
find_key(const struct prop_coll *pc, const char *key, u_int *ip)
{
	u_int lo = 0, hi = pc->pc_count, mid;
	int order;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		order = strcmp(key, pc->pc_slots[mid].ps_key->pdk_text);
		if (order == 0) {
			*ip = mid;
			return true;
		}
		if (order < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	*ip = lo;
	return false;
}

prop_object_t
prop_dictionary_get(prop_dictionary_t pd, const char *key)
{
	struct prop_coll *pc = (void *)pd;
	prop_object_t obj = NULL;
	u_int i;

	if (!prop_is(pd, &prop_type_dictionary))
		return NULL;
	rw_enter(&pc->pc_lock, RW_READER);
	if (find_key(pc, key, &i))
		obj = pc->pc_slots[i].ps_value;
	rw_exit(&pc->pc_lock);
	return obj;
}

/*
 * Put a slot, whose references are given away if that works, in its place.
 * What the caller has to release then is in *oldp: a value replaced, which
 * does not disturb iterators, and the key that was not needed for it.
 */
static bool
dictionary_put(struct prop_coll *pc, struct prop_slot slot,
    struct prop_slot *oldp)
{
	bool found;
	u_int i;

	KASSERT(rw_write_held(&pc->pc_lock));
	found = find_key(pc, slot.ps_key->pdk_text, &i);
	if (!prop_coll_room(pc, !found))
		return false;
	if (found) {
		oldp->ps_key = slot.ps_key;
		oldp->ps_value = pc->pc_slots[i].ps_value;
		pc->pc_slots[i].ps_value = slot.ps_value;
	} else
		prop_coll_insert(pc, i, slot);
	return true;
}

static void
slot_release(struct prop_slot slot)
{

	if (slot.ps_key != NULL)
		prop_object_release(slot.ps_key);
	if (slot.ps_value != NULL)
		prop_object_release(slot.ps_value);
}

bool
prop_dictionary_set_keysym(prop_dictionary_t pd,
    prop_dictionary_keysym_t key, prop_object_t obj)
{
	struct prop_slot slot = { .ps_key = key, .ps_value = obj };
	struct prop_slot old = { .ps_key = NULL };
	struct prop_coll *pc = (void *)pd;
	bool ok;

	if (!prop_is(pd, &prop_type_dictionary) || obj == NULL || obj == pd ||
	    !prop_is(key, &prop_type_keysym))
		return false;
	prop_object_retain(key);
	prop_object_retain(obj);
	rw_enter(&pc->pc_lock, RW_WRITER);
	ok = dictionary_put(pc, slot, &old);
	rw_exit(&pc->pc_lock);
	slot_release(ok ? old : slot);
	return ok;
}

bool
prop_dictionary_set(prop_dictionary_t pd, const char *key, prop_object_t obj)
{
	prop_dictionary_keysym_t pdk;
	bool ok;

	pdk = prop_keysym_new(key);
	if (pdk == NULL)
		return false;
	ok = prop_dictionary_set_keysym(pd, pdk, obj);
	prop_object_release(pdk);
	return ok;
}

bool
prop_dictionary_set_and_rel(prop_dictionary_t pd, const char *key,
    prop_object_t obj)
{
	bool ok;

	if (obj == NULL)
		return false;
	ok = prop_dictionary_set(pd, key, obj);
	prop_object_release(obj);
	return ok;
}

void
prop_dictionary_remove(prop_dictionary_t pd, const char *key)
{
	struct prop_slot old = { .ps_key = NULL };
	struct prop_coll *pc = (void *)pd;
	u_int i;

	if (!prop_is(pd, &prop_type_dictionary))
		return;
	rw_enter(&pc->pc_lock, RW_WRITER);
	if (!pc->pc_immutable && find_key(pc, key, &i))
		old = prop_coll_take(pc, i);
	rw_exit(&pc->pc_lock);
	slot_release(old);
}

prop_object_t
prop_dictionary_get_keysym(prop_dictionary_t pd, prop_dictionary_keysym_t key)
{

	return prop_is(key, &prop_type_keysym) ?
	    prop_dictionary_get(pd, key->pdk_text) : NULL;
}

void
prop_dictionary_remove_keysym(prop_dictionary_t pd,
    prop_dictionary_keysym_t key)
{

	if (prop_is(key, &prop_type_keysym))
		prop_dictionary_remove(pd, key->pdk_text);
}
