/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_tree: rbtree(3), radix trees and splay trees, random
 * operations against an array as the model.  KT_SEED in the environment
 * chooses another sequence.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/radixtree.h>
#include <sys/rbtree.h>
#include <sys/tree.h>
#include <lib/libkern/libkern.h>

#include <rump/rumpuser.h>

#include "kt.h"

void rump_kt_rbtree(void);
void rump_kt_splay(void);
void rump_kt_radix(void);
void rump_kt_radix_tags(void);
void rump_kt_radix_twice(void);

#define	NOBJ	512
#define	NOPS	20000

struct obj {
	SPLAY_ENTRY(obj)	o_splay;
	int			o_key;
	rb_node_t		o_node;
	bool			o_in;
} __aligned(8);

static struct obj objs[NOBJ];

static signed int
cmp_nodes(void *ctx, const void *a, const void *b)
{
	const struct obj *x = a, *y = b;

	return x->o_key - y->o_key;
}

static signed int
cmp_key(void *ctx, const void *a, const void *key)
{
	const struct obj *x = a;

	return x->o_key - *(const int *)key;
}

static const rb_tree_ops_t ops = {
	.rbto_compare_nodes = cmp_nodes,
	.rbto_compare_key = cmp_key,
	.rbto_node_offset = offsetof(struct obj, o_node),
};

/* Black height of a subtree, or -1 if a rule is broken. */
static int
black_height(const struct rb_node *n, const struct rb_node *father)
{
	int l, r;

	if (n == NULL)
		return 1;
	if (RB_FATHER(n) != father)
		return -1;
	if (RB_RED_P(n) && (RB_RED_P(n->rb_left) || RB_RED_P(n->rb_right)))
		return -1;
	l = black_height(n->rb_left, n);
	r = black_height(n->rb_right, n);
	if (l < 0 || l != r)
		return -1;
	return l + (RB_RED_P(n) ? 0 : 1);
}

static void
check_order(rb_tree_t *t)
{
	struct obj *o;
	int i = 0, j = NOBJ - 1;

	RB_TREE_FOREACH(o, t) {
		while (i < NOBJ && !objs[i].o_in)
			i++;
		KT(i < NOBJ && o == &objs[i]);
		i++;
	}
	for (; i < NOBJ; i++)
		KT(!objs[i].o_in);
	RB_TREE_FOREACH_REVERSE(o, t) {
		while (j >= 0 && !objs[j].o_in)
			j--;
		KT(j >= 0 && o == &objs[j]);
		j--;
	}
}

static void
check_near(rb_tree_t *t, int key)
{
	int up, down;

	for (up = key; up < NOBJ && !objs[up].o_in; up++)
		continue;
	for (down = key; down >= 0 && !objs[down].o_in; down--)
		continue;
	KT(rb_tree_find_node_geq(t, &key) ==
	    (up < NOBJ ? &objs[up] : NULL));
	KT(rb_tree_find_node_leq(t, &key) ==
	    (down >= 0 ? &objs[down] : NULL));
	KT(rb_tree_find_node(t, &key) ==
	    (objs[key].o_in ? &objs[key] : NULL));
}

static unsigned long
kt_seed(void)
{
	char buf[32];

	if (rumpuser_getparam("KT_SEED", buf, sizeof(buf)) != 0)
		return 20240817;
	printf("KT_SEED=%s\n", buf);
	return strtoul(buf, NULL, 0);
}

static void
reset(unsigned long seed)
{
	int i;

	srandom(seed);
	memset(objs, 0, sizeof(objs));
	for (i = 0; i < NOBJ; i++)
		objs[i].o_key = i;
}

void
rump_kt_rbtree(void)
{
	struct obj *o, twin;
	rb_tree_t t;
	int i;

	reset(kt_seed());
	rb_tree_init(&t, &ops);
	for (i = 0; i < NOPS; i++) {
		o = &objs[random() % NOBJ];
		if (o->o_in && random() % 4 != 0) {
			rb_tree_remove_node(&t, o);
			o->o_in = false;
		} else if (o->o_in) {
			twin.o_key = o->o_key;
			KT(rb_tree_insert_node(&t, &twin) == o);
		} else {
			KT(rb_tree_insert_node(&t, o) == o);
			o->o_in = true;
		}
		KT(black_height(t.rbt_root, NULL) >= 0);
		check_near(&t, (int)(random() % NOBJ));
		if (i % 64 == 0)
			check_order(&t);
	}
}

static int
cmp_splay(const struct obj *a, const struct obj *b)
{

	return a->o_key - b->o_key;
}

SPLAY_HEAD(objtree, obj);
SPLAY_PROTOTYPE(objtree, obj, o_splay, cmp_splay)
SPLAY_GENERATE(objtree, obj, o_splay, cmp_splay)

void
rump_kt_splay(void)
{
	struct objtree head = SPLAY_INITIALIZER(&head);
	struct obj *o;
	int i, n;

	reset(kt_seed());
	for (i = 0; i < NOPS; i++) {
		o = &objs[random() % NOBJ];
		KT(SPLAY_FIND(objtree, &head, o) ==
		    (o->o_in ? o : NULL));
		if (o->o_in) {
			KT(SPLAY_INSERT(objtree, &head, o) == o);
			KT(SPLAY_REMOVE(objtree, &head, o) == o);
		} else {
			KT(SPLAY_REMOVE(objtree, &head, o) == NULL);
			KT(SPLAY_INSERT(objtree, &head, o) == NULL);
		}
		o->o_in = !o->o_in;
	}
	n = 0;
	SPLAY_FOREACH(o, objtree, &head) {
		while (n < NOBJ && !objs[n].o_in)
			n++;
		KT(o == &objs[n]);
		n++;
	}
}

/*
 * Radix trees: indexes of several distances, so that trees grow and shrink.
 */
static const int spreads[] = { 0, 3, 5, 10, 31, 55 };

static uint64_t
index_of(int i, int spread)
{

	return (uint64_t)i << spread;
}

static void
radix_spread(unsigned long seed, int spread)
{
	struct radix_tree t;
	struct obj *o;
	uint64_t idx;
	int i;

	reset(seed);
	radix_tree_init_tree(&t);
	for (i = 0; i < NOPS; i++) {
		o = &objs[random() % NOBJ];
		idx = index_of(o->o_key, spread);
		KT(radix_tree_lookup_node(&t, idx) ==
		    (o->o_in ? o : NULL));
		if (o->o_in) {
			KT(radix_tree_replace_node(&t, idx, o) == o);
			KT(radix_tree_remove_node(&t, idx) == o);
		} else {
			KT_EQ(0, radix_tree_insert_node(&t, idx, o));
		}
		o->o_in = !o->o_in;
		if (spread != 0)
			KT(radix_tree_lookup_node(&t, idx + 1) == NULL);
	}
	for (i = 0; i < NOBJ; i++) {
		if (objs[i].o_in)
			radix_tree_remove_node(&t, index_of(i, spread));
	}
	KT(radix_tree_empty_tree_p(&t));
	radix_tree_fini_tree(&t);
}

void
rump_kt_radix(void)
{
	struct radix_tree t;
	size_t i;

	for (i = 0; i < __arraycount(spreads); i++)
		radix_spread(kt_seed(), spreads[i]);
	radix_tree_init_tree(&t);
	KT_EQ(0, radix_tree_insert_node(&t, UINT64_MAX, &objs[0]));
	KT_EQ(0, radix_tree_insert_node(&t, 0, &objs[1]));
	KT(radix_tree_lookup_node(&t, UINT64_MAX) == &objs[0]);
	KT(radix_tree_remove_node(&t, UINT64_MAX) == &objs[0]);
	KT(radix_tree_remove_node(&t, 0) == &objs[1]);
	radix_tree_fini_tree(&t);
}

/* Which objects have which tags in the model. */
static unsigned int tags[NOBJ];

static void
check_gang(struct radix_tree *t, int spread, int from, bool reverse,
    bool dense, unsigned int want)
{
	void *got[16];
	unsigned int n, k;
	int i, step = reverse ? -1 : 1;

	if (want == 0)
		n = reverse ? radix_tree_gang_lookup_node_reverse(t,
		    index_of(from, spread), got, 16, dense) :
		    radix_tree_gang_lookup_node(t, index_of(from, spread),
		    got, 16, dense);
	else
		n = reverse ? radix_tree_gang_lookup_tagged_node_reverse(t,
		    index_of(from, spread), got, 16, dense, want) :
		    radix_tree_gang_lookup_tagged_node(t,
		    index_of(from, spread), got, 16, dense, want);
	for (i = from, k = 0; i >= 0 && i < NOBJ && k < 16; i += step) {
		if (objs[i].o_in && (want == 0 || (tags[i] & want) != 0)) {
			KT(k < n && got[k] == &objs[i]);
			k++;
		} else if (dense) {
			break;
		}
		if (dense && spread != 0)
			break;		/* the next index is never in use */
	}
	KT_EQ(k, n);
}

static void
radix_tag_step(struct radix_tree *t, int spread)
{
	int i = (int)(random() % NOBJ);
	unsigned int tag = 1 + random() % 3;
	uint64_t idx = index_of(i, spread);

	if (!objs[i].o_in) {
		KT_EQ(0, radix_tree_insert_node(t, idx, &objs[i]));
		objs[i].o_in = true;
		tags[i] = 0;
	} else if (random() % 4 == 0) {
		radix_tree_remove_node(t, idx);
		objs[i].o_in = false;
		tags[i] = 0;
	} else if (random() % 2 == 0) {
		radix_tree_set_tag(t, idx, tag);
		tags[i] |= tag;
	} else {
		radix_tree_clear_tag(t, idx, tag);
		tags[i] &= ~tag;
	}
	KT_EQ(tags[i], radix_tree_get_tag(t, idx, 3));
}

static bool
tagged(unsigned int tag)
{
	int i;

	for (i = 0; i < NOBJ; i++)
		if (objs[i].o_in && (tags[i] & tag) != 0)
			return true;
	return false;
}

/*
 * Take tags and objects away until there are none: what the tree says of
 * itself as a whole follows at once.
 */
static void
radix_tags_drain(struct radix_tree *t, int spread)
{
	uint64_t idx;
	int i, j;

	for (i = 0; i < NOBJ; i++) {
		j = i * 197 % NOBJ;
		if (!objs[j].o_in)
			continue;
		idx = index_of(j, spread);
		if (j % 3 == 0)
			radix_tree_clear_tag(t, idx, 3);
		radix_tree_remove_node(t, idx);
		objs[j].o_in = false;
		KT_EQ(!tagged(1), radix_tree_empty_tagged_tree_p(t, 1));
		KT_EQ(!tagged(2), radix_tree_empty_tagged_tree_p(t, 2));
	}
	KT(radix_tree_empty_tree_p(t));
}

void
rump_kt_radix_tags(void)
{
	struct radix_tree t;
	unsigned int r;
	size_t s;
	int i;

	for (s = 0; s < __arraycount(spreads); s++) {
		reset(kt_seed() + s);
		memset(tags, 0, sizeof(tags));
		radix_tree_init_tree(&t);
		for (i = 0; i < NOPS; i++) {
			radix_tag_step(&t, spreads[s]);
			r = random();
			check_gang(&t, spreads[s], (int)(random() % NOBJ),
			    (r & 1) != 0, (r & 2) != 0, (r >> 2) & 3);
		}
		radix_tags_drain(&t, spreads[s]);
		radix_tree_fini_tree(&t);
	}
}

/* Misuse: the index is in use.  The kernel must not go on. */
void
rump_kt_radix_twice(void)
{
	struct radix_tree t;

	radix_tree_init_tree(&t);
	(void)radix_tree_insert_node(&t, 5, &objs[0]);
	(void)radix_tree_insert_node(&t, 5, &objs[1]);
}
