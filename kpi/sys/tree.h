/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Splay trees as macros that generate functions for one type: the last node
 * used moves to the root, so runs of related lookups are cheap.  cmp(a, b)
 * orders two elements; an element equal to one in the tree is not inserted.
 * Most kernel code that needs a tree uses rbtree(3) instead.
 */

#ifndef _SYS_TREE_H_
#define	_SYS_TREE_H_

#include <sys/cdefs.h>
#include <sys/null.h>

#define	SPLAY_HEAD(name, type)						\
struct name {								\
	struct type *sph_root;						\
}
#define	SPLAY_INITIALIZER(root)	{ NULL }
#define	SPLAY_INIT(root) do {						\
	(root)->sph_root = NULL;					\
} while (/*CONSTCOND*/0)
#define	SPLAY_ENTRY(type)						\
struct {								\
	struct type *spe_left;						\
	struct type *spe_right;						\
}
#define	SPLAY_LEFT(elm, field)	((elm)->field.spe_left)
#define	SPLAY_RIGHT(elm, field)	((elm)->field.spe_right)
#define	SPLAY_ROOT(head)	((head)->sph_root)
#define	SPLAY_EMPTY(head)	(SPLAY_ROOT(head) == NULL)

#define	SPLAY_NEGINF	-1
#define	SPLAY_INF	1

#define	SPLAY_INSERT(name, x, y)	name##_SPLAY_INSERT(x, y)
#define	SPLAY_REMOVE(name, x, y)	name##_SPLAY_REMOVE(x, y)
#define	SPLAY_FIND(name, x, y)	name##_SPLAY_FIND(x, y)
#define	SPLAY_NEXT(name, x, y)	name##_SPLAY_NEXT(x, y)
#define	SPLAY_MIN(name, x)						\
	(SPLAY_EMPTY(x) ? NULL : name##_SPLAY_MIN_MAX(x, SPLAY_NEGINF))
#define	SPLAY_MAX(name, x)						\
	(SPLAY_EMPTY(x) ? NULL : name##_SPLAY_MIN_MAX(x, SPLAY_INF))
#define	SPLAY_FOREACH(x, name, head)					\
	for ((x) = SPLAY_MIN(name, head); (x) != NULL;			\
	    (x) = SPLAY_NEXT(name, head, x))

#define	SPLAY_PROTOTYPE(name, type, field, cmp)				\
void name##_SPLAY(struct name *, struct type *);			\
void name##_SPLAY_MINMAX(struct name *, int);				\
struct type *name##_SPLAY_INSERT(struct name *, struct type *);		\
struct type *name##_SPLAY_REMOVE(struct name *, struct type *);		\
									\
static __inline __unused struct type *					\
name##_SPLAY_FIND(struct name *head, struct type *elm)			\
{									\
	if (SPLAY_EMPTY(head))						\
		return NULL;						\
	name##_SPLAY(head, elm);					\
	return (cmp)(elm, SPLAY_ROOT(head)) == 0 ?			\
	    SPLAY_ROOT(head) : NULL;					\
}									\
									\
static __inline __unused struct type *					\
name##_SPLAY_NEXT(struct name *head, struct type *elm)			\
{									\
	name##_SPLAY(head, elm);					\
	if ((elm = SPLAY_RIGHT(elm, field)) == NULL)			\
		return NULL;						\
	while (SPLAY_LEFT(elm, field) != NULL)				\
		elm = SPLAY_LEFT(elm, field);				\
	return elm;							\
}									\
									\
static __inline __unused struct type *					\
name##_SPLAY_MIN_MAX(struct name *head, int val)			\
{									\
	name##_SPLAY_MINMAX(head, val);					\
	return SPLAY_ROOT(head);					\
}

/*
 * Splaying works top down: what is passed on the way goes to one of two
 * trees, of smaller (left) and greater (right) nodes, which in the end
 * become the subtrees of the node found.  side is -1 or 1 to reach an end
 * of the tree, or 0 to look for elm.
 */
#define	SPLAY_GENERATE(name, type, field, cmp)				\
static void								\
name##_SPLAY_TOP(struct name *head, struct type *elm, int side)		\
{									\
	struct type node, *left, *right, *cur, *t;			\
	int c;								\
									\
	SPLAY_LEFT(&node, field) = SPLAY_RIGHT(&node, field) = NULL;	\
	left = right = &node;						\
	cur = SPLAY_ROOT(head);						\
	while ((c = side != 0 ? side : (cmp)(elm, cur)) != 0) {		\
		if (c < 0) {						\
			if ((t = SPLAY_LEFT(cur, field)) == NULL)	\
				break;					\
			if ((side != 0 ? side : (cmp)(elm, t)) < 0) {	\
				SPLAY_LEFT(cur, field) =		\
				    SPLAY_RIGHT(t, field);		\
				SPLAY_RIGHT(t, field) = cur;		\
				cur = t;				\
				if (SPLAY_LEFT(cur, field) == NULL)	\
					break;				\
			}						\
			SPLAY_LEFT(right, field) = cur;			\
			right = cur;					\
			cur = SPLAY_LEFT(cur, field);			\
		} else {						\
			if ((t = SPLAY_RIGHT(cur, field)) == NULL)	\
				break;					\
			if ((side != 0 ? side : (cmp)(elm, t)) > 0) {	\
				SPLAY_RIGHT(cur, field) =		\
				    SPLAY_LEFT(t, field);		\
				SPLAY_LEFT(t, field) = cur;		\
				cur = t;				\
				if (SPLAY_RIGHT(cur, field) == NULL)	\
					break;				\
			}						\
			SPLAY_RIGHT(left, field) = cur;			\
			left = cur;					\
			cur = SPLAY_RIGHT(cur, field);			\
		}							\
	}								\
	SPLAY_RIGHT(left, field) = SPLAY_LEFT(cur, field);		\
	SPLAY_LEFT(right, field) = SPLAY_RIGHT(cur, field);		\
	SPLAY_LEFT(cur, field) = SPLAY_RIGHT(&node, field);		\
	SPLAY_RIGHT(cur, field) = SPLAY_LEFT(&node, field);		\
	SPLAY_ROOT(head) = cur;						\
}									\
									\
void									\
name##_SPLAY(struct name *head, struct type *elm)			\
{									\
	name##_SPLAY_TOP(head, elm, 0);					\
}									\
									\
void									\
name##_SPLAY_MINMAX(struct name *head, int side)			\
{									\
	name##_SPLAY_TOP(head, NULL, side);				\
}									\
									\
struct type *								\
name##_SPLAY_INSERT(struct name *head, struct type *elm)		\
{									\
	struct type *root;						\
	int c;								\
									\
	if (SPLAY_EMPTY(head)) {					\
		SPLAY_LEFT(elm, field) = NULL;				\
		SPLAY_RIGHT(elm, field) = NULL;				\
	} else {							\
		name##_SPLAY(head, elm);				\
		root = SPLAY_ROOT(head);				\
		if ((c = (cmp)(elm, root)) == 0)			\
			return root;					\
		if (c < 0) {						\
			SPLAY_LEFT(elm, field) = SPLAY_LEFT(root, field); \
			SPLAY_RIGHT(elm, field) = root;			\
			SPLAY_LEFT(root, field) = NULL;			\
		} else {						\
			SPLAY_RIGHT(elm, field) = SPLAY_RIGHT(root, field); \
			SPLAY_LEFT(elm, field) = root;			\
			SPLAY_RIGHT(root, field) = NULL;		\
		}							\
	}								\
	SPLAY_ROOT(head) = elm;						\
	return NULL;							\
}									\
									\
struct type *								\
name##_SPLAY_REMOVE(struct name *head, struct type *elm)		\
{									\
	struct type *right;						\
									\
	if (SPLAY_EMPTY(head))						\
		return NULL;						\
	name##_SPLAY(head, elm);					\
	if ((cmp)(elm, SPLAY_ROOT(head)) != 0)				\
		return NULL;						\
	if (SPLAY_LEFT(SPLAY_ROOT(head), field) == NULL) {		\
		SPLAY_ROOT(head) = SPLAY_RIGHT(SPLAY_ROOT(head), field); \
	} else {							\
		right = SPLAY_RIGHT(SPLAY_ROOT(head), field);		\
		SPLAY_ROOT(head) = SPLAY_LEFT(SPLAY_ROOT(head), field);	\
		name##_SPLAY(head, elm);				\
		SPLAY_RIGHT(SPLAY_ROOT(head), field) = right;		\
	}								\
	return elm;							\
}

#endif /* !_SYS_TREE_H_ */
