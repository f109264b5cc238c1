/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Radix tree: a map from a 64-bit index to an aligned, not null pointer,
 * with two tags that gang lookups can look for.  The index space may be
 * used densely or sparsely.  The caller locks; inserting may fail with
 * ENOMEM because it allocates without sleeping.
 */

#ifndef _SYS_RADIXTREE_H_
#define	_SYS_RADIXTREE_H_

#include <sys/types.h>
#include <sys/stdbool.h>

struct radix_tree {
	void	*t_root;	/* top node or leaf, with tags; NULL: empty */
	int	t_height;	/* levels of nodes below the root pointer */
};

#define	RADIX_TREE_TAG_ID_MAX	2
typedef unsigned int	radix_tree_tagid_t;	/* a mask of tags */

void	radix_tree_init(void);
void	radix_tree_init_tree(struct radix_tree *);
void	radix_tree_fini_tree(struct radix_tree *);
bool	radix_tree_empty_tree_p(struct radix_tree *);
bool	radix_tree_empty_tagged_tree_p(struct radix_tree *,
	    radix_tree_tagid_t);
void	radix_tree_await_memory(void);

/* 0 or ENOMEM; the index must not be in use. */
int	radix_tree_insert_node(struct radix_tree *, uint64_t, void *);
/* Replace and remove need the index to be in use; all return a pointer. */
void	*radix_tree_replace_node(struct radix_tree *, uint64_t, void *);
void	*radix_tree_remove_node(struct radix_tree *, uint64_t);
void	*radix_tree_lookup_node(struct radix_tree *, uint64_t);

/*
 * Up to maxresults pointers from an index on, upwards or downwards; with
 * dense, the first gap ends it.  Returns the number found.
 */
unsigned int	radix_tree_gang_lookup_node(struct radix_tree *, uint64_t,
		    void **, unsigned int, bool);
unsigned int	radix_tree_gang_lookup_node_reverse(struct radix_tree *,
		    uint64_t, void **, unsigned int, bool);
unsigned int	radix_tree_gang_lookup_tagged_node(struct radix_tree *,
		    uint64_t, void **, unsigned int, bool,
		    radix_tree_tagid_t);
unsigned int	radix_tree_gang_lookup_tagged_node_reverse(
		    struct radix_tree *, uint64_t, void **, unsigned int,
		    bool, radix_tree_tagid_t);

/* get returns the tags of the mask that are set. */
radix_tree_tagid_t	radix_tree_get_tag(struct radix_tree *, uint64_t,
			    radix_tree_tagid_t);
void	radix_tree_set_tag(struct radix_tree *, uint64_t, radix_tree_tagid_t);
void	radix_tree_clear_tag(struct radix_tree *, uint64_t,
	    radix_tree_tagid_t);

#endif /* !_SYS_RADIXTREE_H_ */
