/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rbtree(3): balanced binary trees of intrusive nodes.  The tree knows the
 * offset of the rb_node_t in its objects and two comparison functions; keys
 * are unique.  Nothing is allocated and nothing is locked.
 *
 * Comparison functions return less than, equal to or greater than zero
 * as the first object sorts before, with or after the second (or the key).
 */

#ifndef _SYS_RBTREE_H_
#define	_SYS_RBTREE_H_

#include <sys/types.h>
#include <sys/queue.h>
#include <sys/endian.h>

typedef struct rb_node {
	struct rb_node	*rb_nodes[2];	/* children, RB_DIR_LEFT and _RIGHT */
	uintptr_t	rb_info;	/* parent, RB_FLAG_* in the low bits */
} rb_node_t;

#define	RB_DIR_LEFT		0
#define	RB_DIR_RIGHT		1
#define	RB_DIR_OTHER		1
#define	rb_left			rb_nodes[RB_DIR_LEFT]
#define	rb_right		rb_nodes[RB_DIR_RIGHT]

#define	RB_FLAG_POSITION	0x2	/* is its parent's right child */
#define	RB_FLAG_RED		0x1
#define	RB_FLAG_MASK		(RB_FLAG_POSITION | RB_FLAG_RED)
#define	RB_FATHER(rb)							\
	((struct rb_node *)((rb)->rb_info & ~RB_FLAG_MASK))
#define	RB_RED_P(rb)		((rb) != NULL && ((rb)->rb_info & RB_FLAG_RED))
#define	RB_BLACK_P(rb)		(!RB_RED_P(rb))

typedef signed int (*const rbto_compare_nodes_fn)(void *, const void *,
    const void *);
typedef signed int (*const rbto_compare_key_fn)(void *, const void *,
    const void *);

typedef struct rb_tree_ops_t {
	rbto_compare_nodes_fn	rbto_compare_nodes;
	rbto_compare_key_fn	rbto_compare_key;
	size_t			rbto_node_offset;
	void			*rbto_context;	/* first argument of both */
} rb_tree_ops_t;

typedef struct rb_tree {
	struct rb_node		*rbt_root;
	const rb_tree_ops_t	*rbt_ops;
	struct rb_node		*rbt_minmax[2];	/* first and last node */
} rb_tree_t;

#define	RB_TREE_MIN(T)	rb_tree_iterate((T), NULL, RB_DIR_LEFT)
#define	RB_TREE_MAX(T)	rb_tree_iterate((T), NULL, RB_DIR_RIGHT)
#define	RB_TREE_NEXT(T, N)	rb_tree_iterate((T), (N), RB_DIR_RIGHT)
#define	RB_TREE_PREV(T, N)	rb_tree_iterate((T), (N), RB_DIR_LEFT)
#define	RB_TREE_FOREACH(N, T)						\
	for ((N) = RB_TREE_MIN(T); (N); (N) = RB_TREE_NEXT((T), (N)))
#define	RB_TREE_FOREACH_REVERSE(N, T)					\
	for ((N) = RB_TREE_MAX(T); (N); (N) = RB_TREE_PREV((T), (N)))
#define	RB_TREE_FOREACH_SAFE(N, T, S)					\
	for ((N) = RB_TREE_MIN(T);					\
	    (N) && ((S) = RB_TREE_NEXT((T), (N)), 1); (N) = (S))
#define	RB_TREE_FOREACH_REVERSE_SAFE(N, T, S)				\
	for ((N) = RB_TREE_MAX(T);					\
	    (N) && ((S) = RB_TREE_PREV((T), (N)), 1); (N) = (S))

void	rb_tree_init(rb_tree_t *, const rb_tree_ops_t *);
/* Returns the node given, or the one with that key which is there already. */
void	*rb_tree_insert_node(rb_tree_t *, void *);
void	*rb_tree_find_node(rb_tree_t *, const void *);
void	*rb_tree_find_node_geq(rb_tree_t *, const void *);
void	*rb_tree_find_node_leq(rb_tree_t *, const void *);
void	rb_tree_remove_node(rb_tree_t *, void *);
/* Neighbour in the given direction; NULL: first (LEFT) or last (RIGHT). */
void	*rb_tree_iterate(rb_tree_t *, void *, const unsigned int);

#endif /* !_SYS_RBTREE_H_ */
