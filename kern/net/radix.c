/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Radix trees of keys with masks.  An inner node tests one bit and stands
 * where keys first differ (D. Morrison's PATRICIA); a leaf is a key.  Each
 * member comes with two nodes, a leaf and an inner one; the first key on each
 * side of the root needs no inner one.  Members of one key with different
 * masks are a chain, the most specific is the leaf in the tree; at most one of
 * them lends its inner node.
 *
 * Which masks occur is listed at the root.  A match goes down once, which
 * finds the key that agrees with the wanted one in the most leading bits;
 * then, for each mask that does not reach beyond these bits, it looks for the
 * wanted key so masked.
 */

#include <sys/param.h>
#include <sys/kmem.h>
#include <sys/systm.h>

#include <net/radix.h>

#include <lib/libkern/libkern.h>

#define	KEYMAX		256	/* a length is a byte */
#define	NBITS		(KEYMAX * NBBY)

/* The key or mask as bytes; byte i, which is 0 behind its end. */
#define	BYTES(p)	((const uint8_t *)(p))

static u_int
byteat(const uint8_t *key, int i)
{

	return i < key[0] ? key[i] : 0;
}

static bool
bitat(const uint8_t *key, int bit)
{

	return (byteat(key, bit / NBBY) & (0x80 >> (bit % NBBY))) != 0;
}

static bool
is_leaf(const struct radix_node *rn)
{

	return rn->rn_b < 0;
}

/* A leaf that stands for no key on one side of the root. */
static bool
is_empty(const struct radix_node *rn)
{

	return (rn->rn_flags & RNF_ROOT) != 0;
}

/* The first bit from `skip' on in which two keys differ; NBITS: none. */
static int
first_diff(const uint8_t *k1, const uint8_t *k2, int skip)
{
	const int len = MAX(k1[0], k2[0]);
	u_int x;
	int i, bit;

	for (i = skip / NBBY; i < len; i++) {
		x = byteat(k1, i) ^ byteat(k2, i);
		if (i == skip / NBBY)
			x &= 0xff >> (skip % NBBY);
		if (x == 0)
			continue;
		for (bit = 0; (x & (0x80 >> bit)) == 0; bit++)
			continue;
		return i * NBBY + bit;
	}
	return NBITS;
}

/* Bits up to the last one that is set; whether all before are set too. */
static int
mask_bits(const uint8_t *mask, int skip, bool *normal)
{
	int bit, bits = skip;

	*normal = true;
	for (bit = skip; bit < mask[0] * NBBY; bit++) {
		if (!bitat(mask, bit))
			continue;
		if (bit != bits)
			*normal = false;
		bits = bit + 1;
	}
	return bits;
}

int
rn_refines(const void *m_arg, const void *n_arg)
{
	const uint8_t *m = m_arg, *n = n_arg;
	bool more = false;
	int i;

	for (i = 1; i < MAX(m[0], n[0]); i++) {
		if ((byteat(n, i) & ~byteat(m, i)) != 0)
			return 0;
		if (byteat(m, i) != byteat(n, i))
			more = true;
	}
	return more;
}

/*
 * Masks.  They are copies, ordered by the last bit, then by their bytes: of
 * two, the first is never refined by the second.
 */
static int
mask_cmp(const struct radix_mask *rm, int bits, const uint8_t *mask, int skip)
{
	int diff;

	if (rm->rm_b != -1 - bits)
		return rm->rm_b < -1 - bits ? -1 : 1;
	diff = first_diff(BYTES(rm->rm_mask), mask, skip);
	if (diff == NBITS)
		return 0;
	return bitat(BYTES(rm->rm_mask), diff) ? -1 : 1;
}

static size_t
mask_size(const struct radix_mask *rm)
{

	return sizeof(*rm) + BYTES(rm->rm_mask)[0];
}

static struct radix_mask *
mask_find(struct radix_node_head *head, const uint8_t *mask,
    struct radix_mask ***placep)
{
	const int skip = head->rnh_treetop->rn_b;
	struct radix_mask **rmp;
	bool normal;
	int bits = mask_bits(mask, skip, &normal), cmp = -1;

	for (rmp = &head->rnh_treetop->rn_mklist; *rmp != NULL;
	    rmp = &(*rmp)->rm_mklist) {
		if ((cmp = mask_cmp(*rmp, bits, mask, skip)) >= 0)
			break;
	}
	if (placep != NULL)
		*placep = rmp;
	return *rmp != NULL && cmp == 0 ? *rmp : NULL;
}

static struct radix_mask *
mask_get(struct radix_node_head *head, const uint8_t *mask)
{
	const int skip = head->rnh_treetop->rn_b;
	struct radix_mask *rm, **place;
	bool normal;
	int bits, len;
	uint8_t *copy;

	if ((rm = mask_find(head, mask, &place)) != NULL) {
		rm->rm_refs++;
		return rm;
	}
	bits = mask_bits(mask, skip, &normal);
	/* A default route's has no byte at all; its length is one. */
	len = bits == skip ? 1 : howmany(bits, NBBY);
	rm = kmem_zalloc(sizeof(*rm) + len, KM_NOSLEEP);
	if (rm == NULL)
		return NULL;
	copy = (uint8_t *)(rm + 1);
	memcpy(copy, mask, MIN(len, mask[0]));
	copy[0] = len;
	rm->rm_b = -1 - bits;
	rm->rm_flags = normal ? RNF_NORMAL : 0;
	rm->rm_mask = (const char *)copy;
	rm->rm_refs = 1;
	rm->rm_mklist = *place;
	*place = rm;
	return rm;
}

static void
mask_put(struct radix_node_head *head, const uint8_t *mask)
{
	struct radix_mask **place, *rm = mask_find(head, mask, &place);

	if (--rm->rm_refs > 0)
		return;
	*place = rm->rm_mklist;
	kmem_free(rm, mask_size(rm));
}

/*
 * Going down: to the leaf where the key is, if it is anywhere.
 */
static struct radix_node *
descend(struct radix_node_head *head, const uint8_t *key)
{
	struct radix_node *rn = head->rnh_treetop;

	while (!is_leaf(rn)) {
		rn = (byteat(key, rn->rn_off) & rn->rn_bmask) != 0 ?
		    rn->rn_r : rn->rn_l;
	}
	return rn;
}

/* The chain of exactly this key, or NULL. */
static struct radix_node *
find_key(struct radix_node_head *head, const uint8_t *key)
{
	struct radix_node *rn = descend(head, key);

	if (is_empty(rn) || first_diff(key, BYTES(rn->rn_key),
	    head->rnh_treetop->rn_b) != NBITS)
		return NULL;
	return rn;
}

/* In a chain: of this mask of the tree, NULL is a host's. */
static struct radix_node *
find_mask(struct radix_node_head *head, struct radix_node *rn,
    const struct radix_mask *rm)
{
	const int skip = head->rnh_treetop->rn_b;

	for (; rn != NULL; rn = rn->rn_dupedkey) {
		if (rm == NULL || rn->rn_mask == NULL) {
			if (rm == NULL && rn->rn_mask == NULL)
				break;
		} else if (rn->rn_b == rm->rm_b && first_diff(
		    BYTES(rn->rn_mask), BYTES(rm->rm_mask), skip) == NBITS) {
			break;
		}
	}
	return rn;
}

static struct radix_node *
find_exact(struct radix_node_head *head, const void *key, const void *mask)
{
	struct radix_mask *rm = NULL;
	struct radix_node *rn;

	if (mask != NULL && (rm = mask_find(head, mask, NULL)) == NULL)
		return NULL;
	if ((rn = find_key(head, key)) == NULL)
		return NULL;
	return find_mask(head, rn, rm);
}

static void
apply_mask(uint8_t *dst, const uint8_t *key, const uint8_t *mask, int skip)
{
	const int len = MIN(key[0], mask[0]);
	int i;

	/* What does not count stays: leaves are found without it. */
	for (i = 1; i < len; i++)
		dst[i] = i < skip / NBBY ? key[i] : key[i] & mask[i];
	dst[0] = MAX(len, 1);
	if (skip % NBBY != 0 && len > skip / NBBY)
		dst[skip / NBBY] |= key[skip / NBBY] & ~(0xff >>
		    (skip % NBBY));
}

struct radix_node *
rn_match(const void *v, struct radix_node_head *head)
{
	const int skip = head->rnh_treetop->rn_b;
	const uint8_t *key = v;
	struct radix_node *rn, *found;
	struct radix_mask *rm;
	uint8_t masked[KEYMAX];
	int diff;

	rn = descend(head, key);
	diff = is_empty(rn) ? skip : first_diff(key, BYTES(rn->rn_key), skip);
	if (diff == NBITS && (found = find_mask(head, rn, NULL)) != NULL)
		return found;
	for (rm = head->rnh_treetop->rn_mklist; rm != NULL;
	    rm = rm->rm_mklist) {
		if ((rm->rm_flags & RNF_NORMAL) != 0 && -1 - rm->rm_b > diff)
			continue;
		apply_mask(masked, key, BYTES(rm->rm_mask), skip);
		rn = find_key(head, masked);
		if (rn != NULL && (found = find_mask(head, rn, rm)) != NULL)
			return found;
	}
	return NULL;
}

struct radix_node *
rn_lookup(const void *v, const void *mask, struct radix_node_head *head)
{

	if (mask == NULL)
		return rn_match(v, head);
	return find_exact(head, v, mask);
}

/* What points to a node from above. */
static struct radix_node **
link_of(struct radix_node *rn)
{
	struct radix_node *up = rn->rn_p;

	KASSERT(up != NULL && (up->rn_l == rn || up->rn_r == rn));
	return up->rn_l == rn ? &up->rn_l : &up->rn_r;
}

static void
inner_init(struct radix_node *rn, int bit)
{

	rn->rn_b = bit;
	rn->rn_off = bit / NBBY;
	rn->rn_bmask = 0x80 >> (bit % NBBY);
	rn->rn_flags = RNF_ACTIVE;
}

/* A new key: its inner node goes where it differs from the nearest one. */
static void
insert_key(struct radix_node_head *head, struct radix_node *near,
    struct radix_node nodes[2])
{
	struct radix_node *leaf = &nodes[0], *inner = &nodes[1];
	struct radix_node *rn = head->rnh_treetop;
	const uint8_t *key = BYTES(leaf->rn_key);
	int diff;

	if (is_empty(near)) {
		leaf->rn_p = near->rn_p;
		*link_of(near) = leaf;
		return;
	}
	diff = first_diff(key, BYTES(near->rn_key), rn->rn_b);
	KASSERT(diff > rn->rn_b && diff < NBITS);
	do {
		rn = bitat(key, rn->rn_b) ? rn->rn_r : rn->rn_l;
	} while (!is_leaf(rn) && rn->rn_b < diff);
	inner_init(inner, diff);
	inner->rn_p = rn->rn_p;
	*link_of(rn) = inner;
	inner->rn_l = bitat(key, diff) ? rn : leaf;
	inner->rn_r = bitat(key, diff) ? leaf : rn;
	rn->rn_p = leaf->rn_p = inner;
}

/* Is a leaf to stand before another of the same key? */
static bool
stands_before(const struct radix_node *n, const struct radix_node *rn)
{
	int diff;

	if (n->rn_mask == NULL || rn->rn_mask == NULL)
		return n->rn_mask == NULL;
	if (n->rn_b != rn->rn_b)
		return n->rn_b < rn->rn_b;
	diff = first_diff(BYTES(n->rn_mask), BYTES(rn->rn_mask), NBBY);
	return diff != NBITS && bitat(BYTES(n->rn_mask), diff);
}

static void
insert_dup(struct radix_node *first, struct radix_node *leaf)
{
	struct radix_node *rn;

	if (stands_before(leaf, first)) {
		leaf->rn_p = first->rn_p;
		*link_of(first) = leaf;
		leaf->rn_dupedkey = first;
		first->rn_p = leaf;
		return;
	}
	for (rn = first; rn->rn_dupedkey != NULL; rn = rn->rn_dupedkey) {
		if (stands_before(leaf, rn->rn_dupedkey))
			break;
	}
	leaf->rn_dupedkey = rn->rn_dupedkey;
	if (leaf->rn_dupedkey != NULL)
		leaf->rn_dupedkey->rn_p = leaf;
	rn->rn_dupedkey = leaf;
	leaf->rn_p = rn;
}

struct radix_node *
rn_addroute(const void *v, const void *mask, struct radix_node_head *head,
    struct radix_node nodes[2])
{
	struct radix_node *near;
	struct radix_mask *rm = NULL;

	if (find_exact(head, v, mask) != NULL)
		return NULL;
	if (mask != NULL && (rm = mask_get(head, mask)) == NULL)
		return NULL;
	memset(nodes, 0, 2 * sizeof(nodes[0]));
	nodes[0].rn_key = v;
	nodes[0].rn_b = -1 - NBITS;
	nodes[0].rn_flags = RNF_ACTIVE;
	if (rm != NULL) {
		nodes[0].rn_mask = mask;
		nodes[0].rn_b = rm->rm_b;
		nodes[0].rn_flags |= rm->rm_flags;
	}
	near = descend(head, v);
	if (find_key(head, v) != NULL)
		insert_dup(near, &nodes[0]);
	else
		insert_key(head, near, nodes);
	return nodes;
}

/* An inner node takes another one's place in the tree. */
static void
inner_replace(struct radix_node *old, struct radix_node *new)
{

	KASSERT((new->rn_flags & RNF_ACTIVE) == 0);
	*link_of(old) = new;
	*new = *old;
	new->rn_l->rn_p = new->rn_r->rn_p = new;
	old->rn_flags = 0;
}

/* The last member of a key: the inner node above it goes too. */
static void
remove_key(struct radix_node_head *head, struct radix_node *leaf)
{
	struct radix_node *up = leaf->rn_p, *own = leaf + 1, *other;

	if (up == head->rnh_treetop) {
		KASSERT((own->rn_flags & RNF_ACTIVE) == 0);
		other = &head->rnh_nodes[up->rn_l == leaf ? 0 : 2];
		*link_of(leaf) = other;
		return;
	}
	other = up->rn_l == leaf ? up->rn_r : up->rn_l;
	*link_of(up) = other;
	other->rn_p = up->rn_p;
	up->rn_flags = 0;
	if ((own->rn_flags & RNF_ACTIVE) != 0)
		inner_replace(own, up);
}

/* Out of a chain that has others; one of them lends its inner node. */
static void
remove_dup(struct radix_node *leaf)
{
	struct radix_node *next = leaf->rn_dupedkey, *prev = leaf->rn_p;
	struct radix_node *lender = is_leaf(prev) ? prev : next;

	if (is_leaf(prev))
		prev->rn_dupedkey = next;
	else
		*link_of(leaf) = next;
	if (next != NULL)
		next->rn_p = prev;
	if ((leaf[1].rn_flags & RNF_ACTIVE) != 0)
		inner_replace(&leaf[1], &lender[1]);
}

struct radix_node *
rn_delete(const void *v, const void *mask, struct radix_node_head *head)
{
	struct radix_node *leaf = find_exact(head, v, mask);

	if (leaf == NULL)
		return NULL;
	if (leaf->rn_dupedkey == NULL && !is_leaf(leaf->rn_p))
		remove_key(head, leaf);
	else
		remove_dup(leaf);
	if (leaf->rn_mask != NULL)
		mask_put(head, BYTES(leaf->rn_mask));
	leaf->rn_flags = 0;
	return leaf;
}

static struct radix_node *
leftmost(struct radix_node *rn)
{

	while (!is_leaf(rn))
		rn = rn->rn_l;
	return rn;
}

/* The leaf after a leaf, members or not; NULL at the end. */
static struct radix_node *
next_leaf(struct radix_node *rn)
{
	struct radix_node *up;

	if (rn->rn_dupedkey != NULL)
		return rn->rn_dupedkey;
	while (is_leaf(rn->rn_p))
		rn = rn->rn_p;
	while ((up = rn->rn_p) != rn && up->rn_r == rn)
		rn = up;
	return up == rn ? NULL : leftmost(up->rn_r);
}

/* The function may delete the member it is called with, no other. */
int
rn_walktree(struct radix_node_head *head,
    int (*func)(struct radix_node *, void *), void *arg)
{
	struct radix_node *rn, *next;
	int error;

	for (rn = leftmost(head->rnh_treetop); rn != NULL; rn = next) {
		next = next_leaf(rn);
		if (!is_empty(rn) && (error = (*func)(rn, arg)) != 0)
			return error;
	}
	return 0;
}

struct radix_node *
rn_search_matched(struct radix_node_head *head,
    int (*matcher)(struct radix_node *, void *), void *arg)
{
	struct radix_node *rn;

	for (rn = leftmost(head->rnh_treetop); rn != NULL;
	    rn = next_leaf(rn)) {
		if (!is_empty(rn) && (*matcher)(rn, arg))
			return rn;
	}
	return NULL;
}

/* The root is its own parent. */
int
rn_inithead0(struct radix_node_head *head, int off)
{
	struct radix_node *root = &head->rnh_nodes[1];
	struct radix_node *left = &head->rnh_nodes[0];
	struct radix_node *right = &head->rnh_nodes[2];

	KASSERT(off >= NBBY && off < NBITS);
	memset(head, 0, sizeof(*head));
	inner_init(root, off);
	root->rn_flags |= RNF_ROOT;
	root->rn_p = root;
	left->rn_b = right->rn_b = -1;
	left->rn_flags = right->rn_flags = RNF_ROOT | RNF_ACTIVE;
	left->rn_p = right->rn_p = root;
	root->rn_l = left;
	root->rn_r = right;
	head->rnh_treetop = root;
	head->rnh_addaddr = rn_addroute;
	head->rnh_deladdr = rn_delete;
	head->rnh_matchaddr = rn_match;
	head->rnh_lookup = rn_lookup;
	return 1;
}

int
rn_inithead(void **headp, int off)
{
	struct radix_node_head *head;

	if (*headp != NULL)
		return 1;
	head = kmem_alloc(sizeof(*head), KM_SLEEP);
	*headp = head;
	return rn_inithead0(head, off);
}
