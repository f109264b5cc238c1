/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What arrays and dictionaries have in common: slots that grow, copies,
 * comparison, writing and iterators.
 */

#include <sys/param.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

#include "prop_private.h"

/* Used by one thread, which also sees to it that it is released. */
struct _prop_object_iterator {
	struct prop_coll	*pi_coll;	/* with a reference */
	u_int			pi_next;
	u_int			pi_version;	/* when it was reset */
};

static size_t
slots_size(u_int n)
{

	return (size_t)n * sizeof(struct prop_slot);
}

static bool __diagused
slots_valid(const struct prop_coll *pc)
{

	return pc->pc_count <= pc->pc_capacity &&
	    (pc->pc_capacity == 0) == (pc->pc_slots == NULL);
}

void *
prop_coll_new(const struct prop_type *type, u_int capacity)
{
	struct prop_coll *pc;

	if (capacity > PROP_MAXCOUNT)
		return NULL;
	pc = prop_object_new(type);
	if (pc == NULL)
		return NULL;
	rw_init(&pc->pc_lock);
	if (!prop_coll_ensure(pc, capacity)) {
		prop_object_release(pc);
		return NULL;
	}
	return pc;
}

void
prop_coll_fini(struct prop_object *po, struct prop_object **deadp)
{
	struct prop_coll *pc = (void *)po;
	u_int i;

	KASSERT(slots_valid(pc));
	for (i = 0; i < pc->pc_count; i++) {
		if (pc->pc_slots[i].ps_key != NULL)
			prop_drop(pc->pc_slots[i].ps_key, deadp);
		prop_drop(pc->pc_slots[i].ps_value, deadp);
	}
	if (pc->pc_slots != NULL)
		prop_free(pc->pc_slots, slots_size(pc->pc_capacity));
	rw_destroy(&pc->pc_lock);
}

/*
 * Make the capacity at least n.
 */
static bool
set_capacity(struct prop_coll *pc, u_int n)
{
	struct prop_slot *slots;

	KASSERT(rw_write_held(&pc->pc_lock));
	if (n <= pc->pc_capacity)
		return true;
	if (n > PROP_MAXCOUNT || (slots = prop_alloc(slots_size(n))) == NULL)
		return false;
	if (pc->pc_slots != NULL) {
		memcpy(slots, pc->pc_slots, slots_size(pc->pc_count));
		prop_free(pc->pc_slots, slots_size(pc->pc_capacity));
	}
	pc->pc_slots = slots;
	pc->pc_capacity = n;
	KASSERT(slots_valid(pc));
	return true;
}

bool
prop_coll_ensure(struct prop_coll *pc, u_int capacity)
{
	bool ok;

	rw_enter(&pc->pc_lock, RW_WRITER);
	ok = set_capacity(pc, capacity);
	rw_exit(&pc->pc_lock);
	return ok;
}

/*
 * Whether n more may be inserted; makes the room for them.
 */
bool
prop_coll_room(struct prop_coll *pc, u_int n)
{

	KASSERT(rw_write_held(&pc->pc_lock));
	if (pc->pc_immutable)
		return false;
	if (pc->pc_capacity - pc->pc_count >= n)
		return true;
	return set_capacity(pc, MAX(pc->pc_count + n,
	    MIN(2 * pc->pc_capacity, PROP_MAXCOUNT)));
}

void
prop_coll_insert(struct prop_coll *pc, u_int i, struct prop_slot slot)
{

	KASSERT(rw_write_held(&pc->pc_lock));
	KASSERT(i <= pc->pc_count && pc->pc_count < pc->pc_capacity);
	memmove(&pc->pc_slots[i + 1], &pc->pc_slots[i],
	    slots_size(pc->pc_count - i));
	pc->pc_slots[i] = slot;
	pc->pc_count++;
	pc->pc_version++;
}

/*
 * Remove a slot; its references are the caller's.
 */
struct prop_slot
prop_coll_take(struct prop_coll *pc, u_int i)
{
	struct prop_slot slot;

	KASSERT(rw_write_held(&pc->pc_lock));
	KASSERT(i < pc->pc_count);
	slot = pc->pc_slots[i];
	pc->pc_count--;
	memmove(&pc->pc_slots[i], &pc->pc_slots[i + 1],
	    slots_size(pc->pc_count - i));
	pc->pc_version++;
	return slot;
}

/*
 * Fill a new collection with the members of another.
 */
static bool
copy_slots(struct prop_coll *to, struct prop_coll *from)
{
	u_int i;

	KASSERT(rw_lock_held(&from->pc_lock));
	if (!prop_coll_ensure(to, from->pc_count))
		return false;
	for (i = 0; i < from->pc_count; i++) {
		to->pc_slots[i] = from->pc_slots[i];
		if (to->pc_slots[i].ps_key != NULL)
			prop_object_retain(to->pc_slots[i].ps_key);
		prop_object_retain(to->pc_slots[i].ps_value);
	}
	to->pc_count = from->pc_count;
	return true;
}

void *
prop_coll_copy(struct prop_coll *pc, bool mutable)
{
	struct prop_coll *copy;
	bool ok;

	copy = prop_coll_new(pc->pc_obj.po_type, 0);
	if (copy == NULL)
		return NULL;
	rw_enter(&pc->pc_lock, RW_READER);
	ok = copy_slots(copy, pc);
	rw_exit(&pc->pc_lock);
	if (!ok) {
		prop_object_release(copy);
		return NULL;
	}
	copy->pc_immutable = !mutable;
	return copy;
}

u_int
prop_coll_count(struct prop_coll *pc)
{
	u_int count;

	rw_enter(&pc->pc_lock, RW_READER);
	count = pc->pc_count;
	rw_exit(&pc->pc_lock);
	return count;
}

void
prop_coll_make_immutable(struct prop_coll *pc)
{

	rw_enter(&pc->pc_lock, RW_WRITER);
	pc->pc_immutable = true;
	rw_exit(&pc->pc_lock);
}

bool
prop_coll_mutable(struct prop_coll *pc)
{
	bool mutable;

	rw_enter(&pc->pc_lock, RW_READER);
	mutable = !pc->pc_immutable;
	rw_exit(&pc->pc_lock);
	return mutable;
}

static int
compare_slots(struct prop_coll *a, struct prop_coll *b, u_int depth)
{
	struct prop_slot *sa, *sb;
	u_int i;
	int result;

	if (a->pc_count != b->pc_count)
		return PROP_DIFFERENT;
	for (i = 0; i < a->pc_count; i++) {
		sa = &a->pc_slots[i];
		sb = &b->pc_slots[i];
		if (sa->ps_key != NULL && !prop_dictionary_keysym_equals(
		    sa->ps_key, sb->ps_key))
			return PROP_DIFFERENT;
		result = prop_compare(sa->ps_value, sb->ps_value, depth);
		if (result != PROP_SAME)
			return result;
	}
	return PROP_SAME;
}

int
prop_coll_compare(struct prop_object *poa, struct prop_object *pob,
    u_int depth)
{
	struct prop_coll *a, *b;
	int result = PROP_CANT_TELL;

	if (depth == 0)
		return PROP_CANT_TELL;
	a = prop_coll_copy((void *)poa, false);
	b = prop_coll_copy((void *)pob, false);
	if (a != NULL && b != NULL)
		result = compare_slots(a, b, depth - 1);
	if (a != NULL)
		prop_object_release(a);
	if (b != NULL)
		prop_object_release(b);
	return result;
}

/* What of a member comes before its value: in dictionaries the key. */
static bool
key_write(struct prop_out *pw, prop_dictionary_keysym_t key)
{

	return key == NULL || (prop_out_indent(pw) &&
	    prop_out_tag(pw, "key", 0) &&
	    prop_out_escaped(pw, key->pdk_text, key->pdk_len) &&
	    prop_out_tag(pw, "key", '/'));
}

bool
prop_coll_write(struct prop_out *pw, struct prop_object *po, u_int depth)
{
	const char *tag = po->po_type == &prop_type_array ? "array" : "dict";
	struct prop_coll *pc;
	bool ok;
	u_int i;

	pc = prop_coll_copy((void *)po, false);
	if (pc == NULL)
		return false;
	ok = prop_out_tag(pw, tag, pc->pc_count == 0 ? '.' : 0);
	pw->pw_indent++;
	for (i = 0; ok && i < pc->pc_count; i++)
		ok = key_write(pw, pc->pc_slots[i].ps_key) &&
		    prop_out_indent(pw) &&
		    prop_out_object(pw, pc->pc_slots[i].ps_value, depth);
	pw->pw_indent--;
	if (ok && pc->pc_count != 0)
		ok = prop_out_indent(pw) && prop_out_tag(pw, tag, '/');
	prop_object_release(pc);
	return ok;
}

prop_object_iterator_t
prop_coll_iterator(struct prop_coll *pc)
{
	struct _prop_object_iterator *pi = prop_alloc(sizeof(*pi));

	if (pi == NULL)
		return NULL;
	prop_object_retain(pc);
	pi->pi_coll = pc;
	prop_object_iterator_reset(pi);
	return pi;
}

prop_object_t
prop_object_iterator_next(prop_object_iterator_t pi)
{
	struct prop_coll *pc = pi->pi_coll;
	struct prop_slot *slot;
	void *obj = NULL;

	rw_enter(&pc->pc_lock, RW_READER);
	if (pi->pi_version == pc->pc_version && pi->pi_next < pc->pc_count) {
		slot = &pc->pc_slots[pi->pi_next++];
		obj = slot->ps_key != NULL ? (void *)slot->ps_key :
		    slot->ps_value;
	}
	rw_exit(&pc->pc_lock);
	return obj;
}

void
prop_object_iterator_reset(prop_object_iterator_t pi)
{
	struct prop_coll *pc = pi->pi_coll;

	rw_enter(&pc->pc_lock, RW_READER);
	pi->pi_next = 0;
	pi->pi_version = pc->pc_version;
	rw_exit(&pc->pc_lock);
}

void
prop_object_iterator_release(prop_object_iterator_t pi)
{

	KASSERT(pi != NULL);
	prop_object_release(pi->pi_coll);
	prop_free(pi, sizeof(*pi));
}
