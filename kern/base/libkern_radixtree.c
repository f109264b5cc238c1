/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Radix trees: 64-bit index to pointer, with two tags.  The page cache has
 * one per file, so lookups take a few dependent loads and a file of one
 * page needs no node at all.
 *
 * A slot holds a pointer with its tags in the two low bits.  A tag on a
 * node's slot means that some leaf below has it.  A tree of height h maps
 * the indexes below 2^(5h); at height 0 the root slot is the leaf of index
 * 0.  The caller locks.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/intr.h>
#include <sys/pool.h>
#include <sys/radixtree.h>
#include <lib/libkern/libkern.h>

#define	RN_SHIFT	5
#define	RN_SLOTS	(1 << RN_SHIFT)
#define	RN_MASK		(RN_SLOTS - 1)
#define	MAX_HEIGHT	((64 + RN_SHIFT - 1) / RN_SHIFT)
#define	TAG_MASK	((uintptr_t)(1 << RADIX_TREE_TAG_ID_MAX) - 1)

/* All fields by the lock of whoever owns the tree. */
struct radix_node {
	void		*rn_slot[RN_SLOTS];
	unsigned int	rn_used;	/* slots in use */
};

/* Slots on the way to an index, from the root's (0) to the leaf's. */
struct path {
	void	**p_slot[MAX_HEIGHT + 1];
};

static struct pool radix_pool;

void
radix_tree_init(void)
{

	pool_init(&radix_pool, sizeof(struct radix_node), 0, 0, 0,
	    "radixnode", NULL, IPL_NONE);
}

static void *
ptr_of(const void *entry)
{

	return (void *)((uintptr_t)entry & ~TAG_MASK);
}

static uintptr_t
tags_of(const void *entry)
{

	return (uintptr_t)entry & TAG_MASK;
}

static void *
make_entry(const void *ptr, uintptr_t tags)
{

	return (void *)((uintptr_t)ptr | tags);
}

static struct radix_node *
node_of(const void *entry)
{

	return ptr_of(entry);
}

/* Bits of the index below the slot choice of a node at this height. */
static int
shift_of(int height)
{

	return (height - 1) * RN_SHIFT;
}

static bool
in_range(int height, uint64_t idx)
{

	return height * RN_SHIFT >= 64 || idx >> (height * RN_SHIFT) == 0;
}

static void **
slot_of(struct radix_node *n, int height, uint64_t idx)
{

	return &n->rn_slot[(idx >> shift_of(height)) & RN_MASK];
}

/*
 * Which of these tags have the slots of a node?  That behind `slot' comes
 * first, because pages get and lose their tags in order.
 */
static uintptr_t
node_tags(const struct radix_node *n, void **slot, uintptr_t tags)
{
	const int first = (int)(slot - n->rn_slot) + 1;
	uintptr_t seen = 0;
	int i;

	for (i = 0; i < RN_SLOTS && seen != tags; i++)
		seen |= tags_of(n->rn_slot[(first + i) & RN_MASK]) & tags;
	return seen;
}

/*
 * The slot at this depth lost tags: so do those above it, up to one that has
 * them from another.
 */
static void
lose_tags(const struct path *p, int depth, uintptr_t tags)
{
	struct radix_node *n;

	for (; depth > 0 && tags != 0; depth--) {
		n = node_of(*p->p_slot[depth - 1]);
		tags &= ~node_tags(n, p->p_slot[depth], tags);
		*p->p_slot[depth - 1] = make_entry(n,
		    tags_of(*p->p_slot[depth - 1]) & ~tags);
	}
}

void
radix_tree_init_tree(struct radix_tree *t)
{

	t->t_root = NULL;
	t->t_height = 0;
}

void
radix_tree_fini_tree(struct radix_tree *t)
{

	KASSERT(t->t_root == NULL);
	KASSERT(t->t_height == 0);
}

bool
radix_tree_empty_tree_p(struct radix_tree *t)
{

	return t->t_root == NULL;
}

bool
radix_tree_empty_tagged_tree_p(struct radix_tree *t, radix_tree_tagid_t tags)
{

	return (tags_of(t->t_root) & tags) == 0;
}

/* For callers that got ENOMEM and can wait: a node is to be had now. */
void
radix_tree_await_memory(void)
{

	pool_put(&radix_pool, pool_get(&radix_pool, PR_WAITOK));
}

/*
 * The slot of a leaf, or NULL if there is none (the slot may be empty).
 */
static inline void **
find_slot(struct radix_tree *t, uint64_t idx)
{
	void **slot = &t->t_root;
	int h = t->t_height;

	if (!in_range(h, idx))
		return NULL;
	for (; h > 0; h--) {
		if (*slot == NULL)
			return NULL;
		slot = slot_of(node_of(*slot), h, idx);
	}
	return slot;
}

/* The same with the way there, for an index known to be in use. */
static void **
find_path(struct radix_tree *t, uint64_t idx, struct path *p)
{
	int h = t->t_height, i;

	KASSERT(in_range(h, idx));
	p->p_slot[0] = &t->t_root;
	for (i = 0; i < t->t_height; i++) {
		KASSERT(*p->p_slot[i] != NULL);
		p->p_slot[i + 1] = slot_of(node_of(*p->p_slot[i]), h - i, idx);
	}
	KASSERT(*p->p_slot[i] != NULL);
	return p->p_slot[i];
}

void *
radix_tree_lookup_node(struct radix_tree *t, uint64_t idx)
{
	void **slot = find_slot(t, idx);

	return slot == NULL ? NULL : ptr_of(*slot);
}

/*
 * Inserting: all nodes that will be needed are allocated first, chained
 * through their first slot, so that the tree changes only if it succeeds.
 */
static void
free_nodes(struct radix_node *list)
{
	struct radix_node *n;

	while ((n = list) != NULL) {
		list = n->rn_slot[0];
		pool_put(&radix_pool, n);
	}
}

static struct radix_node *
take_node(struct radix_node **list)
{
	struct radix_node *n = *list;

	KASSERT(n != NULL);
	*list = n->rn_slot[0];
	n->rn_slot[0] = NULL;
	return n;
}

static int
alloc_nodes(int count, struct radix_node **list)
{
	struct radix_node *n;

	for (*list = NULL; count > 0; count--) {
		if ((n = pool_get(&radix_pool, PR_NOWAIT)) == NULL) {
			free_nodes(*list);
			return ENOMEM;
		}
		memset(n, 0, sizeof(*n));
		n->rn_slot[0] = *list;
		*list = n;
	}
	return 0;
}

/* Height the tree must have for idx, and nodes that are missing for it. */
static int
nodes_needed(struct radix_tree *t, uint64_t idx, int *height)
{
	void **slot = &t->t_root;
	int h = t->t_height, missing = 0;

	while (!in_range(h, idx))
		h++;
	*height = h;
	if (t->t_root == NULL)
		return h;
	/*
	 * A higher tree puts what is there into slot 0 of each new node; idx
	 * leaves that way at the top node, so it shares no other node.
	 */
	if (h > t->t_height)
		return (h - t->t_height) + (h - 1);
	for (; h > 0 && *slot != NULL; h--)
		slot = slot_of(node_of(*slot), h, idx);
	missing = h;
	return missing;
}

static void
raise(struct radix_tree *t, int height, struct radix_node **list)
{
	struct radix_node *n;

	while (t->t_root != NULL && t->t_height < height) {
		n = take_node(list);
		n->rn_slot[0] = t->t_root;
		n->rn_used = 1;
		t->t_root = make_entry(n, tags_of(t->t_root));
		t->t_height++;
	}
	t->t_height = height;
}

int
radix_tree_insert_node(struct radix_tree *t, uint64_t idx, void *ptr)
{
	struct radix_node *list, *parent = NULL;
	void **slot;
	int error, h;

	KASSERT(ptr != NULL && tags_of(ptr) == 0);
	KASSERT(radix_tree_lookup_node(t, idx) == NULL);
	if ((error = alloc_nodes(nodes_needed(t, idx, &h), &list)) != 0)
		return error;
	raise(t, h, &list);
	slot = &t->t_root;
	for (; h > 0; h--) {
		if (*slot == NULL) {
			*slot = take_node(&list);
			if (parent != NULL)
				parent->rn_used++;
		}
		parent = node_of(*slot);
		slot = slot_of(parent, h, idx);
	}
	KASSERT(*slot == NULL && list == NULL);
	*slot = ptr;
	if (parent != NULL)
		parent->rn_used++;
	return 0;
}

void *
radix_tree_replace_node(struct radix_tree *t, uint64_t idx, void *ptr)
{
	void **slot = find_slot(t, idx), *old;

	KASSERT(ptr != NULL && tags_of(ptr) == 0);
	KASSERT(slot != NULL && *slot != NULL);
	old = ptr_of(*slot);
	*slot = make_entry(ptr, tags_of(*slot));
	return old;
}

/* A node of which only the first slot is used does nothing at the top. */
static void
lower(struct radix_tree *t)
{
	struct radix_node *n;

	while (t->t_height > 0) {
		if (t->t_root == NULL) {
			t->t_height = 0;
			break;
		}
		n = node_of(t->t_root);
		if (n->rn_used != 1 || n->rn_slot[0] == NULL)
			break;
		t->t_root = n->rn_slot[0];
		t->t_height--;
		pool_put(&radix_pool, n);
	}
}

void *
radix_tree_remove_node(struct radix_tree *t, uint64_t idx)
{
	struct radix_node *n;
	struct path path;
	void **slot, *old;
	uintptr_t tags;
	int depth;

	slot = find_path(t, idx, &path);
	old = ptr_of(*slot);
	tags = tags_of(*slot);
	*slot = NULL;
	for (depth = t->t_height; depth > 0; depth--) {
		n = node_of(*path.p_slot[depth - 1]);
		if (--n->rn_used != 0)
			break;
		pool_put(&radix_pool, n);
		*path.p_slot[depth - 1] = NULL;
	}
	lose_tags(&path, depth, tags);
	lower(t);
	return old;
}

/*
 * Tags
 */
radix_tree_tagid_t
radix_tree_get_tag(struct radix_tree *t, uint64_t idx,
    radix_tree_tagid_t tags)
{
	void **slot = find_slot(t, idx);

	return slot == NULL ? 0 :
	    (radix_tree_tagid_t)(tags_of(*slot) & tags);
}

void
radix_tree_set_tag(struct radix_tree *t, uint64_t idx, radix_tree_tagid_t tags)
{
	struct path path;
	int i;

	KASSERT(tags != 0 && (tags & ~TAG_MASK) == 0);
	(void)find_path(t, idx, &path);
	for (i = 0; i <= t->t_height; i++)
		*path.p_slot[i] = make_entry(*path.p_slot[i], tags);
}

void
radix_tree_clear_tag(struct radix_tree *t, uint64_t idx,
    radix_tree_tagid_t tags)
{
	struct path path;
	uintptr_t had;
	void **slot;

	KASSERT(tags != 0 && (tags & ~TAG_MASK) == 0);
	slot = find_path(t, idx, &path);
	had = tags_of(*slot);
	*slot = make_entry(ptr_of(*slot), had & ~(uintptr_t)tags);
	lose_tags(&path, t->t_height, had & tags);
}

/*
 * Gang lookups.  The query walks node by node where the tree is full and
 * skips what a missing node, or one without the tags, covers.
 */
struct query {
	uint64_t	q_idx;		/* next index to look at */
	uintptr_t	q_tags;		/* 0: any leaf */
	bool		q_reverse;
	bool		q_dense;	/* a gap ends it */
	bool		q_done;
};

static bool
matches(const struct query *q, const void *entry)
{

	return entry != NULL &&
	    (q->q_tags == 0 || (tags_of(entry) & q->q_tags) != 0);
}

/* On to the first index outside of the 2^shift indexes around this one. */
static void
skip(struct query *q, int shift)
{
	uint64_t low = shift >= 64 ? UINT64_MAX : ((uint64_t)1 << shift) - 1;
	uint64_t next;

	if (q->q_reverse) {
		next = (q->q_idx & ~low) - 1;
		q->q_done = next > q->q_idx;
	} else {
		next = (q->q_idx | low) + 1;
		q->q_done = next < q->q_idx;
	}
	q->q_idx = next;
}

/* Nothing is there: on by 2^shift indexes, if gaps are passed over. */
static void
gap(struct query *q, int shift)
{

	if (q->q_dense)
		q->q_done = true;
	else
		skip(q, shift);
}

/*
 * Look at the query's index and at those that are in the same node, in one
 * descent.  Returns how many results there were.
 */
static unsigned int
look(struct radix_tree *t, struct query *q, void **results, unsigned int max)
{
	const int at = t->t_height == 0 ? 0 : q->q_idx & RN_MASK;
	void **slot = &t->t_root;
	unsigned int n = 0;
	int h, i, end;

	for (h = t->t_height; h > 0 && matches(q, *slot); h--)
		slot = slot_of(node_of(*slot), h, q->q_idx);
	if (h > 0) {
		gap(q, h * RN_SHIFT);
		return 0;
	}
	end = q->q_reverse ? -at - 1 : t->t_height == 0 ? 1 : RN_SLOTS - at;
	for (i = 0; i != end && n < max && !q->q_done;
	    i += q->q_reverse ? -1 : 1) {
		if (matches(q, slot[i])) {
			results[n++] = ptr_of(slot[i]);
			skip(q, 0);
		} else
			gap(q, 0);
	}
	return n;
}

static unsigned int
gang_lookup(struct radix_tree *t, struct query *q, void **results,
    unsigned int max)
{
	unsigned int n = 0;

	if (q->q_reverse && !in_range(t->t_height, q->q_idx)) {
		if (q->q_dense)
			return 0;
		q->q_idx = ((uint64_t)1 << (t->t_height * RN_SHIFT)) - 1;
	}
	while (n < max && !q->q_done && in_range(t->t_height, q->q_idx))
		n += look(t, q, results + n, max - n);
	return n;
}

unsigned int
radix_tree_gang_lookup_node(struct radix_tree *t, uint64_t idx,
    void **results, unsigned int max, bool dense)
{
	struct query q = { .q_idx = idx, .q_dense = dense };

	return gang_lookup(t, &q, results, max);
}

unsigned int
radix_tree_gang_lookup_node_reverse(struct radix_tree *t, uint64_t idx,
    void **results, unsigned int max, bool dense)
{
	struct query q = {
		.q_idx = idx, .q_dense = dense, .q_reverse = true
	};

	return gang_lookup(t, &q, results, max);
}

unsigned int
radix_tree_gang_lookup_tagged_node(struct radix_tree *t, uint64_t idx,
    void **results, unsigned int max, bool dense, radix_tree_tagid_t tags)
{
	struct query q = { .q_idx = idx, .q_dense = dense, .q_tags = tags };

	return gang_lookup(t, &q, results, max);
}

unsigned int
radix_tree_gang_lookup_tagged_node_reverse(struct radix_tree *t,
    uint64_t idx, void **results, unsigned int max, bool dense,
    radix_tree_tagid_t tags)
{
	struct query q = {
		.q_idx = idx, .q_dense = dense, .q_tags = tags,
		.q_reverse = true
	};

	return gang_lookup(t, &q, results, max);
}
