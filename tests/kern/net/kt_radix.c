/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_radix: the tree beside an array that is searched from end
 * to end.  Keys have few values in each byte, so that they often share
 * prefixes and whole keys.
 */
#include "../base/kt.h"

#include <sys/kmem.h>

#include <net/radix.h>

#include <lib/libkern/libkern.h>

#include <rump-sys/mem.h>

void	rump_kt_radix_run(unsigned long, int);
void	rump_kt_radix_edges(void);
void	rump_kt_radix_nomem(void);

#define	KEYLEN	8	/* a length, a byte that does not count, a key */
#define	SKIP	(2 * NBBY)
#define	NKEYS	400

struct member {
	struct radix_node nodes[2];
	uint8_t		key[KEYLEN];
	uint8_t		mask[KEYLEN];
	bool		host;
	bool		used;
	int		seen;
};

static struct member members[NKEYS];
static struct radix_node_head *head;
static uint64_t state;

static u_int
rnd(u_int n)
{

	state = state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (u_int)(state >> 33) % n;
}

static void
rnd_key(uint8_t *key)
{
	static const uint8_t bytes[] = { 0, 0, 0x80, 0xff, 0xf0, 0x01, 10 };
	int i;

	/* Bytes left away are zero; the second one is noise. */
	memset(key, 0, KEYLEN);
	key[0] = KEYLEN - rnd(4) * (rnd(3) == 0);
	key[1] = rnd(256);
	for (i = 2; i < key[0]; i++)
		key[i] = bytes[rnd(7)];
}

static void
rnd_mask(uint8_t *mask)
{
	int bits = rnd((KEYLEN - 2) * NBBY + 1), i;

	memset(mask, 0, KEYLEN);
	mask[0] = KEYLEN;
	for (i = 0; i < bits; i++)
		mask[2 + i / NBBY] |= 0x80 >> (i % NBBY);
	if (rnd(8) == 0)
		mask[2 + rnd(KEYLEN - 2)] &= 0xf0;
	/* Zeros at the end may be left away. */
	while (rnd(2) == 0 && mask[0] > 1 && mask[mask[0] - 1] == 0)
		mask[0]--;
}

static bool
covers(const struct member *m, const uint8_t *key)
{
	int i;

	for (i = 2; i < KEYLEN; i++) {
		if (((key[i] ^ m->key[i]) & (m->host ? 0xff : m->mask[i])) !=
		    0)
			return false;
	}
	return true;
}

/* Negative: m is more specific than n. */
static int
rank(const struct member *m, const struct member *n)
{
	int i, bm = -1, bn = -1;

	if (m->host || n->host)
		return (int)n->host - (int)m->host;
	for (i = 2 * NBBY; i < KEYLEN * NBBY; i++) {
		if (m->mask[i / NBBY] & (0x80 >> (i % NBBY)))
			bm = i;
		if (n->mask[i / NBBY] & (0x80 >> (i % NBBY)))
			bn = i;
	}
	return bm != bn ? bn - bm :
	    memcmp(n->mask + 2, m->mask + 2, KEYLEN - 2);
}

static struct member *
model_match(const uint8_t *key)
{
	struct member *best = NULL;
	int i;

	for (i = 0; i < NKEYS; i++) {
		if (!members[i].used || !covers(&members[i], key))
			continue;
		if (best == NULL || rank(&members[i], best) < 0)
			best = &members[i];
	}
	return best;
}

static struct member *
model_exact(const struct member *m)
{
	int i;

	for (i = 0; i < NKEYS; i++) {
		if (members[i].used && members[i].host == m->host &&
		    memcmp(members[i].key + 2, m->key + 2, KEYLEN - 2) == 0 &&
		    (m->host || memcmp(members[i].mask + 2, m->mask + 2,
		    KEYLEN - 2) == 0))
			return &members[i];
	}
	return NULL;
}

static void
rnd_member(struct member *m)
{
	int i;

	rnd_key(m->key);
	rnd_mask(m->mask);
	m->host = rnd(3) == 0;
	for (i = 2; i < KEYLEN && !m->host; i++)
		m->key[i] &= m->mask[i];
}

static const void *
mask_of(const struct member *m)
{

	return m->host ? NULL : m->mask;
}

static void
step_add(void)
{
	struct member *m = &members[rnd(NKEYS)];
	struct member *old;
	struct radix_node *rn;

	if (m->used)
		return;
	rnd_member(m);
	old = model_exact(m);
	KT(m->host || (old == NULL) == (rn_lookup(m->key, mask_of(m),
	    head) == NULL));
	rn = rn_addroute(m->key, mask_of(m), head, m->nodes);
	KT(rn == (old != NULL ? NULL : m->nodes));
	m->used = old == NULL;
}

static void
step_delete(void)
{
	struct member *m = &members[rnd(NKEYS)], other;
	struct radix_node *rn;

	if (!m->used)
		return;
	if (rnd(3) == 0) {
		rnd_member(&other);
		if ((m = model_exact(&other)) == NULL) {
			KT(rn_delete(other.key, mask_of(&other), head) ==
			    NULL);
			return;
		}
	}
	rn = rn_delete(m->key, mask_of(m), head);
	KT(rn == m->nodes);
	m->used = false;
	memset(m->nodes, 0xa5, sizeof(m->nodes));
}

static void
step_match(void)
{
	uint8_t key[KEYLEN];
	struct radix_node *rn;
	struct member *m;

	rnd_key(key);
	rn = rn_match(key, head);
	m = model_match(key);
	KT(rn == (m == NULL ? NULL : m->nodes));
}

static int
count(struct radix_node *rn, void *arg)
{
	struct member *m = container_of(rn, struct member, nodes[0]);
	int *np = arg;

	KT(m->used);
	m->seen++;
	(*np)++;
	return 0;
}

static void
walk(void)
{
	int n = 0, want = 0, i;

	KT_EQ(0, rn_walktree(head, count, &n));
	for (i = 0; i < NKEYS; i++) {
		KT_EQ(members[i].used, members[i].seen);
		want += members[i].used;
		members[i].seen = 0;
	}
	KT_EQ(want, n);
}

static int
take_out(struct radix_node *rn, void *arg)
{
	struct member *m = container_of(rn, struct member, nodes[0]);

	if (arg != NULL && rnd(2) == 0)
		return 0;
	KT(rn_delete(m->key, mask_of(m), head) == rn);
	m->used = false;
	memset(m->nodes, 0xa5, sizeof(m->nodes));
	return 0;
}

static int
is_it(struct radix_node *rn, void *arg)
{

	return rn == arg;
}

void
rump_kt_radix_run(unsigned long seed, int steps)
{
	int i;

	state = seed;
	memset(members, 0, sizeof(members));
	KT_EQ(1, rn_inithead((void **)&head, SKIP));
	for (i = 0; i < steps; i++) {
		/* It grows for a while, then shrinks. */
		if (rnd(4) < (i / 2000 % 2 == 0 ? 3 : 1))
			step_add();
		else
			step_delete();
		step_match();
		if (i % 500 == 0)
			walk();
	}
	for (i = 0; i < NKEYS; i++) {
		KT(rn_search_matched(head, is_it, members[i].nodes) ==
		    (members[i].used ? members[i].nodes : NULL));
	}
	/* Half of them while it is walked, then the rest. */
	KT_EQ(0, rn_walktree(head, take_out, head));
	walk();
	KT_EQ(0, rn_walktree(head, take_out, NULL));
	walk();
	/* No mask stays. */
	KT(head->rnh_treetop->rn_mklist == NULL);
}

static int
stop(struct radix_node *rn, void *arg)
{

	return 7;
}

void
rump_kt_radix_edges(void)
{
	static uint8_t longest[255], shortest[1] = { 1 }, ones[255];
	static uint8_t any[1] = { 0 };
	struct radix_node n1[2], n2[2], n3[2];

	KT_EQ(1, rn_inithead((void **)&head, SKIP));
	KT(rn_match(shortest, head) == NULL);
	KT(rn_delete(shortest, NULL, head) == NULL);
	KT_EQ(0, rn_walktree(head, stop, NULL));

	/* Keys as short and as long as a length can say. */
	memset(longest, 0xff, sizeof(longest));
	memset(ones, 0xff, sizeof(ones));
	KT(rn_addroute(longest, NULL, head, n1) == n1);
	KT(rn_addroute(shortest, NULL, head, n2) == n2);
	KT(rn_match(longest, head) == n1);
	KT(rn_match(shortest, head) == n2);
	KT_EQ(7, rn_walktree(head, stop, NULL));
	/* A mask of all bits is no host's. */
	KT(rn_addroute(longest, ones, head, n3) == n3);
	KT(rn_match(longest, head) == n1);
	KT(rn_delete(longest, NULL, head) == n1);
	KT(rn_match(longest, head) == n3);
	KT(rn_delete(longest, ones, head) == n3);
	KT(rn_match(longest, head) == NULL);
	/* A default: key and mask without a byte. */
	KT(rn_addroute(any, any, head, n1) == n1);
	KT(rn_match(longest, head) == n1);
	KT(rn_lookup(any, any, head) == n1);
	KT(rn_match(shortest, head) == n2);
	KT(rn_delete(any, any, head) == n1);
	KT(rn_delete(shortest, NULL, head) == n2);

	KT_EQ(0, rn_refines(any, any));
	KT_EQ(1, rn_refines(ones, any));
	KT_EQ(0, rn_refines(any, ones));
	KT_EQ(0, rn_refines(ones, ones));
}

void
rump_kt_radix_nomem(void)
{
	static uint8_t key[4] = { 4, 0, 10 }, mask[4] = { 4, 0, 255 };
	struct radix_node n1[2];

	KT_EQ(1, rn_inithead((void **)&head, SKIP));
	rump_fault_alloc = 1;
	KT(rn_addroute(key, mask, head, n1) == NULL);
	KT_EQ(0, rump_fault_alloc);
	KT(rn_match(key, head) == NULL);
	KT(head->rnh_treetop->rn_mklist == NULL);
	/* A host needs none. */
	rump_fault_alloc = 1;
	KT(rn_addroute(key, NULL, head, n1) == n1);
	KT_EQ(1, rump_fault_alloc);
	rump_fault_alloc = 0;
	KT(rn_delete(key, NULL, head) == n1);
}
