/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * thmap(9): a trie over the bits of a hash.
 *
 * A node has a slot per value of four bits, which holds nothing, a leaf or
 * the node for the next four.  Leaves sit as high up as they are alone; on
 * the last level they form chains.  Writers exclude each other; everything
 * they link in is complete before, and what they unlink stays as it is until
 * the collector gets it, so readers need no lock.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/atomic.h>
#include <sys/cprng.h>
#include <sys/hash.h>
#include <sys/kmem.h>
#include <sys/mutex.h>
#include <sys/systm.h>
#include <sys/thmap.h>

#include <lib/libkern/libkern.h>

#define TH_BITS		4
#define TH_SLOTS	(1U << TH_BITS)
#define TH_LEVELS	(32 / TH_BITS)
#define TH_LEAF		((uintptr_t)1)	/* in a slot: a leaf's address */

/* Locks: c, constant; m, tr_lock to change, atomic to read; g, collector's. */
struct th_item {
	struct th_item		*ti_next;	/* g: more to free */
	size_t			ti_size;	/* c */
};

struct th_node {
	struct th_item		tn_item;
	u_int			tn_used;	/* tr_lock: slots not empty */
	volatile uintptr_t	tn_slots[TH_SLOTS]; /* m */
};

struct th_leaf {
	struct th_item		tl_item;
	uint32_t		tl_hash;	/* c */
	const void		*tl_key;	/* c */
	size_t			tl_len;		/* c */
	void			*tl_value;	/* c */
	volatile uintptr_t	tl_next;	/* m: as in a slot */
	uint8_t			tl_copy[];	/* c: the key, or nothing */
};

/* What maps of the same root share. */
struct th_root {
	struct th_node		tr_node;	/* the first */
	kmutex_t		tr_lock;	/* spin: nobody sleeps */
	uint32_t		tr_seed;	/* c */
};

struct thmap {
	uintptr_t		tm_base;	/* c */
	const thmap_ops_t	*tm_ops;	/* c */
	u_int			tm_flags;	/* c */
	struct th_root		*tm_root;	/* c, once set */
	struct th_item		*volatile tm_garbage; /* atomic */
};

static uintptr_t
default_alloc(size_t size)
{

	return (uintptr_t)kmem_intr_alloc(size, KM_NOSLEEP);
}

static void
default_free(uintptr_t addr, size_t size)
{

	kmem_intr_free((void *)addr, size);
}

static const thmap_ops_t default_ops = {
	.alloc = default_alloc,
	.free = default_free,
};

static void *
item_alloc(thmap_t *tm, size_t size)
{
	uintptr_t addr = (*tm->tm_ops->alloc)(size);
	struct th_item *ti;

	if (addr == 0)
		return NULL;
	ti = (void *)(tm->tm_base + addr);
	KASSERT(((uintptr_t)ti & (sizeof(uintptr_t) - 1)) == 0);
	memset(ti, 0, size);
	ti->ti_size = size;
	return ti;
}

static void
item_free(thmap_t *tm, void *item)
{
	struct th_item *ti = item;

	(*tm->tm_ops->free)((uintptr_t)ti - tm->tm_base, ti->ti_size);
}

static void
item_stage(thmap_t *tm, void *item)
{
	struct th_item *ti = item, *next;

	/* Once it is staged the item may be freed at any time. */
	do {
		next = atomic_load_relaxed(&tm->tm_garbage);
		ti->ti_next = next;
		membar_release();
	} while (atomic_cas_ptr(&tm->tm_garbage, next, ti) != next);
}

static u_int
slot_index(uint32_t hash, u_int level)
{

	KASSERT(level < TH_LEVELS);
	return hash >> (level * TH_BITS) & (TH_SLOTS - 1);
}

static struct th_leaf *
slot_leaf(uintptr_t slot)
{

	KASSERT(slot == 0 || (slot & TH_LEAF) != 0);
	return (void *)(slot & ~TH_LEAF);
}

/*
 * The slot on a hash's way that is empty or has leaves.  Nodes passed go to
 * path, if there is one; *levelp is the last one's level.
 */
static volatile uintptr_t *
slot_find(thmap_t *tm, uint32_t hash, struct th_node **path, u_int *levelp)
{
	struct th_node *tn = &tm->tm_root->tr_node;
	volatile uintptr_t *slotp;
	uintptr_t slot;
	u_int level;

	for (level = 0;; level++) {
		if (path != NULL)
			path[level] = tn;
		slotp = &tn->tn_slots[slot_index(hash, level)];
		slot = atomic_load_acquire(slotp);
		if (slot == 0 || (slot & TH_LEAF) != 0)
			break;
		tn = (void *)slot;
	}
	*levelp = level;
	return slotp;
}

static bool
leaf_is(const struct th_leaf *tl, uint32_t hash, const void *key, size_t len)
{

	return tl->tl_hash == hash && tl->tl_len == len &&
	    memcmp(tl->tl_key, key, len) == 0;
}

/*
 * The place that refers to the leaf of the key, in a slot or a chain.
 */
static volatile uintptr_t *
leaf_find(volatile uintptr_t *slotp, uint32_t hash, const void *key,
    size_t len)
{
	struct th_leaf *tl;

	for (; (tl = slot_leaf(atomic_load_acquire(slotp))) != NULL;
	    slotp = &tl->tl_next) {
		if (leaf_is(tl, hash, key, len))
			return slotp;
	}
	return NULL;
}

static uint32_t
key_hash(thmap_t *tm, const void *key, size_t len)
{

	return murmurhash2(key, len, tm->tm_root->tr_seed);
}

void *
thmap_get(thmap_t *tm, const void *key, size_t len)
{
	uint32_t hash = key_hash(tm, key, len);
	volatile uintptr_t *slotp;
	struct th_leaf *tl;
	u_int level;

	slotp = slot_find(tm, hash, NULL, &level);
	for (tl = slot_leaf(atomic_load_acquire(slotp)); tl != NULL;
	    tl = slot_leaf(atomic_load_acquire(&tl->tl_next))) {
		if (leaf_is(tl, hash, key, len))
			return tl->tl_value;
	}
	return NULL;
}

static struct th_leaf *
leaf_new(thmap_t *tm, uint32_t hash, const void *key, size_t len, void *value)
{
	bool copy = (tm->tm_flags & THMAP_NOCOPY) == 0;
	struct th_leaf *tl;

	tl = item_alloc(tm, sizeof(*tl) + (copy ? len : 0));
	if (tl == NULL)
		return NULL;
	if (copy)
		memcpy(tl->tl_copy, key, len);
	tl->tl_key = copy ? tl->tl_copy : key;
	tl->tl_len = len;
	tl->tl_hash = hash;
	tl->tl_value = value;
	return tl;
}

/*
 * A node of that level, and more below if need be, to tell two leaves apart.
 */
static struct th_node *
node_split(thmap_t *tm, u_int level, struct th_leaf *old, struct th_leaf *new)
{
	u_int i = slot_index(old->tl_hash, level);
	u_int j = slot_index(new->tl_hash, level);
	struct th_node *tn, *below;

	tn = item_alloc(tm, sizeof(*tn));
	if (tn == NULL)
		return NULL;
	tn->tn_used = i == j ? 1 : 2;
	tn->tn_slots[i] = (uintptr_t)old | TH_LEAF;
	if (i == j && level < TH_LEVELS - 1) {
		below = node_split(tm, level + 1, old, new);
		if (below == NULL) {
			item_free(tm, tn);
			return NULL;
		}
		tn->tn_slots[i] = (uintptr_t)below;
		return tn;
	}
	if (i == j)
		new->tl_next = (uintptr_t)old | TH_LEAF;
	tn->tn_slots[j] = (uintptr_t)new | TH_LEAF;
	return tn;
}

/*
 * Link a leaf in at the slot that its hash leads to.
 */
static bool
leaf_link(thmap_t *tm, struct th_node *tn, u_int level,
    volatile uintptr_t *slotp, struct th_leaf *tl)
{
	struct th_node *below;

	KASSERT(mutex_owned(&tm->tm_root->tr_lock));
	if (*slotp != 0 && level < TH_LEVELS - 1) {
		below = node_split(tm, level + 1, slot_leaf(*slotp), tl);
		if (below == NULL)
			return false;
		atomic_store_release(slotp, (uintptr_t)below);
		return true;
	}
	if (*slotp == 0)
		tn->tn_used++;
	tl->tl_next = *slotp;
	atomic_store_release(slotp, (uintptr_t)tl | TH_LEAF);
	return true;
}

void *
thmap_put(thmap_t *tm, const void *key, size_t len, void *value)
{
	uint32_t hash = key_hash(tm, key, len);
	volatile uintptr_t *slotp, *leafp;
	struct th_node *path[TH_LEVELS];
	struct th_leaf *tl;
	u_int level;

	KASSERT(value != NULL);
	tl = leaf_new(tm, hash, key, len, value);
	if (tl == NULL)
		return NULL;
	mutex_enter(&tm->tm_root->tr_lock);
	slotp = slot_find(tm, hash, path, &level);
	leafp = leaf_find(slotp, hash, key, len);
	if (leafp != NULL)
		value = slot_leaf(*leafp)->tl_value;
	else if (!leaf_link(tm, path[level], level, slotp, tl))
		value = NULL;
	else
		tl = NULL;
	mutex_exit(&tm->tm_root->tr_lock);
	if (tl != NULL)
		item_free(tm, tl);
	return value;
}

/*
 * A slot of the last node in path has become empty: unlink what is empty.
 */
static void
nodes_prune(thmap_t *tm, struct th_node **path, u_int level, uint32_t hash)
{

	KASSERT(mutex_owned(&tm->tm_root->tr_lock));
	while (--path[level]->tn_used == 0 && level > 0) {
		item_stage(tm, path[level]);
		level--;
		atomic_store_relaxed(
		    &path[level]->tn_slots[slot_index(hash, level)], 0);
	}
}

void *
thmap_del(thmap_t *tm, const void *key, size_t len)
{
	uint32_t hash = key_hash(tm, key, len);
	volatile uintptr_t *slotp, *leafp;
	struct th_node *path[TH_LEVELS];
	struct th_leaf *tl;
	void *value = NULL;
	u_int level;

	mutex_enter(&tm->tm_root->tr_lock);
	slotp = slot_find(tm, hash, path, &level);
	leafp = leaf_find(slotp, hash, key, len);
	if (leafp != NULL) {
		tl = slot_leaf(*leafp);
		value = tl->tl_value;
		atomic_store_release(leafp, tl->tl_next);
		if (*slotp == 0)
			nodes_prune(tm, path, level, hash);
		item_stage(tm, tl);
	}
	mutex_exit(&tm->tm_root->tr_lock);
	return value;
}

void *
thmap_stage_gc(thmap_t *tm)
{

	struct th_item *ti = atomic_swap_ptr(&tm->tm_garbage, NULL);

	membar_acquire();
	return ti;
}

void
thmap_gc(thmap_t *tm, void *ref)
{
	struct th_item *ti = ref, *next;

	for (; ti != NULL; ti = next) {
		next = ti->ti_next;
		item_free(tm, ti);
	}
}

static struct th_root *
root_new(thmap_t *tm)
{
	struct th_root *tr = item_alloc(tm, sizeof(*tr));

	if (tr != NULL) {
		tr->tr_seed = cprng_fast32();
		mutex_init(&tr->tr_lock, MUTEX_DEFAULT, IPL_VM);
	}
	return tr;
}

thmap_t *
thmap_create(uintptr_t base, const thmap_ops_t *ops, unsigned int flags)
{
	thmap_t *tm;

	KASSERT((flags & ~(THMAP_NOCOPY | THMAP_SETROOT)) == 0);
	KASSERT(ops != NULL || base == 0);
	tm = kmem_zalloc(sizeof(*tm), KM_SLEEP);
	tm->tm_base = base;
	tm->tm_ops = ops != NULL ? ops : &default_ops;
	tm->tm_flags = flags;
	if ((flags & THMAP_SETROOT) == 0 &&
	    (tm->tm_root = root_new(tm)) == NULL) {
		kmem_free(tm, sizeof(*tm));
		return NULL;
	}
	return tm;
}

void
thmap_destroy(thmap_t *tm)
{
	struct th_root *tr = tm->tm_root;

	thmap_gc(tm, thmap_stage_gc(tm));
	if ((tm->tm_flags & THMAP_SETROOT) == 0) {
		KASSERTMSG(tr->tr_node.tn_used == 0, "the map is not empty");
		mutex_destroy(&tr->tr_lock);
		item_free(tm, tr);
	}
	kmem_free(tm, sizeof(*tm));
}

int
thmap_setroot(thmap_t *tm, uintptr_t offset)
{

	if ((tm->tm_flags & THMAP_SETROOT) == 0 || tm->tm_root != NULL)
		return -1;
	tm->tm_root = (void *)(tm->tm_base + offset);
	return 0;
}

uintptr_t
thmap_getroot(const thmap_t *tm)
{

	KASSERT(tm->tm_root != NULL);
	return (uintptr_t)tm->tm_root - tm->tm_base;
}
