/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rbtree(3): red-black trees of intrusive nodes.  A node's color and which
 * child of its parent it is are kept in the low bits of the parent pointer.
 * The smallest and the greatest node are remembered, so that iterating
 * starts at once.  Nothing allocates, nothing locks.
 *
 * Invariants: the root is black, a red node has black children, and every
 * path from a node down to a missing child has as many black nodes.
 */

#include <sys/param.h>
#include <sys/rbtree.h>
#include <lib/libkern/libkern.h>

static struct rb_node *
to_node(const rb_tree_t *t, const void *obj)
{

	return (struct rb_node *)((uintptr_t)obj +
	    t->rbt_ops->rbto_node_offset);
}

static void *
to_obj(const rb_tree_t *t, const struct rb_node *n)
{

	return n == NULL ? NULL : (void *)((uintptr_t)n -
	    t->rbt_ops->rbto_node_offset);
}

static int
which(const struct rb_node *n)
{

	return (n->rb_info & RB_FLAG_POSITION) != 0;
}

static void
set_red(struct rb_node *n, bool red)
{

	n->rb_info = (n->rb_info & ~(uintptr_t)RB_FLAG_RED) |
	    (red ? RB_FLAG_RED : 0);
}

/* Makes n (may be NULL) the child of father; NULL: the root. */
static void
set_child(rb_tree_t *t, struct rb_node *father, int dir, struct rb_node *n)
{

	if (father == NULL)
		t->rbt_root = n;
	else
		father->rb_nodes[dir] = n;
	if (n != NULL)
		n->rb_info = (uintptr_t)father | (n->rb_info & RB_FLAG_RED) |
		    (father != NULL && dir != 0 ? RB_FLAG_POSITION : 0);
}

/* The child opposite to dir takes n's place, n becomes its child on dir. */
static void
rotate(rb_tree_t *t, struct rb_node *n, int dir)
{
	struct rb_node *up = n->rb_nodes[dir ^ RB_DIR_OTHER];

	KASSERT(up != NULL);
	set_child(t, RB_FATHER(n), which(n), up);
	set_child(t, n, dir ^ RB_DIR_OTHER, up->rb_nodes[dir]);
	set_child(t, up, dir, n);
}

void
rb_tree_init(rb_tree_t *t, const rb_tree_ops_t *ops)
{

	*t = (rb_tree_t){ .rbt_ops = ops };
}

/*
 * A red node n was hung below father, which may be red as well: move the
 * pair up by recoloring until it is gone or two rotations end it.
 */
static void
insert_fixup(rb_tree_t *t, struct rb_node *n)
{
	struct rb_node *father, *grand, *uncle;
	int dir;

	while (RB_RED_P((father = RB_FATHER(n)))) {
		grand = RB_FATHER(father);
		KASSERT(grand != NULL);
		dir = which(father);
		uncle = grand->rb_nodes[dir ^ RB_DIR_OTHER];
		if (RB_RED_P(uncle)) {
			set_red(father, false);
			set_red(uncle, false);
			set_red(grand, true);
			n = grand;
			continue;
		}
		if (which(n) != dir) {
			rotate(t, father, dir);
			father = n;
		}
		set_red(father, false);
		set_red(grand, true);
		rotate(t, grand, dir ^ RB_DIR_OTHER);
		break;
	}
	set_red(t->rbt_root, false);
}

void *
rb_tree_insert_node(rb_tree_t *t, void *obj)
{
	struct rb_node *n = to_node(t, obj), *father = NULL, *cur;
	bool edge[2] = { true, true };
	int diff, dir = RB_DIR_LEFT;

	for (cur = t->rbt_root; cur != NULL; cur = cur->rb_nodes[dir]) {
		diff = t->rbt_ops->rbto_compare_nodes(
		    t->rbt_ops->rbto_context, to_obj(t, cur), obj);
		if (diff == 0)
			return to_obj(t, cur);
		father = cur;
		dir = diff < 0 ? RB_DIR_RIGHT : RB_DIR_LEFT;
		edge[dir ^ RB_DIR_OTHER] = false;
	}
	n->rb_left = n->rb_right = NULL;
	n->rb_info = RB_FLAG_RED;
	set_child(t, father, dir, n);
	/* Only steps to one side: it is the new first or last node. */
	if (edge[RB_DIR_LEFT])
		t->rbt_minmax[RB_DIR_LEFT] = n;
	if (edge[RB_DIR_RIGHT])
		t->rbt_minmax[RB_DIR_RIGHT] = n;
	insert_fixup(t, n);
	return obj;
}

/*
 * The paths through father's child on dir are one black node short: borrow
 * one from the brother's side.  Returns true if that could not be done, but
 * now all paths through father are one short.
 */
static bool
remove_step(rb_tree_t *t, struct rb_node *father, int dir)
{
	const int other = dir ^ RB_DIR_OTHER;
	struct rb_node *brother = father->rb_nodes[other];

	KASSERT(brother != NULL);
	if (RB_RED_P(brother)) {
		set_red(brother, false);
		set_red(father, true);
		rotate(t, father, dir);
		brother = father->rb_nodes[other];
	}
	if (RB_BLACK_P(brother->rb_left) && RB_BLACK_P(brother->rb_right)) {
		set_red(brother, true);
		if (RB_BLACK_P(father))
			return true;
		set_red(father, false);
		return false;
	}
	if (RB_BLACK_P(brother->rb_nodes[other])) {
		set_red(brother->rb_nodes[dir], false);
		set_red(brother, true);
		rotate(t, brother, other);
		brother = father->rb_nodes[other];
	}
	set_red(brother, RB_RED_P(father));
	set_red(father, false);
	set_red(brother->rb_nodes[other], false);
	rotate(t, father, dir);
	return false;
}

/*
 * Takes out a node with at most one child; the tree is balanced again.
 */
static void
prune(rb_tree_t *t, struct rb_node *n)
{
	struct rb_node *child, *father = RB_FATHER(n);
	int dir = which(n);

	child = n->rb_left != NULL ? n->rb_left : n->rb_right;
	set_child(t, father, dir, child);
	if (RB_RED_P(n))
		return;
	if (child != NULL) {
		/* A black node's only child is red. */
		KASSERT(RB_RED_P(child));
		set_red(child, false);
		return;
	}
	while (father != NULL && remove_step(t, father, dir)) {
		dir = which(father);
		father = RB_FATHER(father);
	}
}

static struct rb_node *
neighbour(struct rb_node *n, int dir)
{

	if (n->rb_nodes[dir] != NULL) {
		for (n = n->rb_nodes[dir];
		    n->rb_nodes[dir ^ RB_DIR_OTHER] != NULL; )
			n = n->rb_nodes[dir ^ RB_DIR_OTHER];
		return n;
	}
	while (RB_FATHER(n) != NULL && which(n) == dir)
		n = RB_FATHER(n);
	return RB_FATHER(n);
}

void
rb_tree_remove_node(rb_tree_t *t, void *obj)
{
	struct rb_node *n = to_node(t, obj), *next;
	uintptr_t red;
	int dir;

	for (dir = RB_DIR_LEFT; dir <= RB_DIR_RIGHT; dir++) {
		if (t->rbt_minmax[dir] == n)
			t->rbt_minmax[dir] = neighbour(n, dir ^ RB_DIR_OTHER);
	}
	if (n->rb_left == NULL || n->rb_right == NULL) {
		prune(t, n);
		return;
	}
	/* The next node has no left child: take that one, put it here. */
	next = neighbour(n, RB_DIR_RIGHT);
	prune(t, next);
	red = n->rb_info & RB_FLAG_RED;
	set_child(t, RB_FATHER(n), which(n), next);
	set_red(next, red != 0);
	set_child(t, next, RB_DIR_LEFT, n->rb_left);
	set_child(t, next, RB_DIR_RIGHT, n->rb_right);
}

void *
rb_tree_iterate(rb_tree_t *t, void *obj, const unsigned int direction)
{

	KASSERT(direction <= RB_DIR_RIGHT);
	if (obj == NULL)
		return to_obj(t, t->rbt_minmax[direction]);
	return to_obj(t, neighbour(to_node(t, obj), (int)direction));
}

/* The node with the key, or else the nearest on each side. */
static struct rb_node *
find(rb_tree_t *t, const void *key, struct rb_node *near[2])
{
	struct rb_node *n = t->rbt_root;
	int diff;

	near[RB_DIR_LEFT] = near[RB_DIR_RIGHT] = NULL;
	while (n != NULL) {
		diff = t->rbt_ops->rbto_compare_key(t->rbt_ops->rbto_context,
		    to_obj(t, n), key);
		if (diff == 0)
			return n;
		near[diff < 0 ? RB_DIR_LEFT : RB_DIR_RIGHT] = n;
		n = n->rb_nodes[diff < 0 ? RB_DIR_RIGHT : RB_DIR_LEFT];
	}
	return NULL;
}

void *
rb_tree_find_node(rb_tree_t *t, const void *key)
{
	struct rb_node *near[2];

	return to_obj(t, find(t, key, near));
}

void *
rb_tree_find_node_geq(rb_tree_t *t, const void *key)
{
	struct rb_node *near[2], *n;

	n = find(t, key, near);
	return to_obj(t, n != NULL ? n : near[RB_DIR_RIGHT]);
}

void *
rb_tree_find_node_leq(rb_tree_t *t, const void *key)
{
	struct rb_node *near[2], *n;

	n = find(t, key, near);
	return to_obj(t, n != NULL ? n : near[RB_DIR_LEFT]);
}
