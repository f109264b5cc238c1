/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Radix trees of keys with masks, which routing tables are made of: a route
 * has two nodes in it, a leaf and an inner one.
 */

#ifndef _NET_RADIX_H_
#define	_NET_RADIX_H_

#include <sys/types.h>

/* A mask of the tree's keys, linked from its root, the longest first. */
struct radix_mask {
	int16_t		rm_b;		/* -1 - bits to the last one */
	int8_t		rm_unused;
	u_char		rm_flags;	/* RNF_* */
	struct radix_mask *rm_mklist;
	union {
		const char	*rmu_mask;
		struct radix_node *rmu_leaf;
	} rm_rmu;
	int		rm_refs;
};
#define	rm_mask	rm_rmu.rmu_mask
#define	rm_leaf	rm_rmu.rmu_leaf

struct radix_node {
	struct radix_mask *rn_mklist;
	struct radix_node *rn_p;	/* parent */
	int16_t		rn_b;		/* bit to test; leaf: below 0 */
	u_char		rn_bmask;	/* that bit in its byte */
	u_char		rn_flags;	/* RNF_* */
	union {
		struct {		/* leaf */
			const char	*rn_Key;
			const char	*rn_Mask;
			struct radix_node *rn_Dupedkey;
		} rn_leaf;
		struct {		/* inner */
			int		rn_Off;
			struct radix_node *rn_L;
			struct radix_node *rn_R;
		} rn_node;
	} rn_u;
};
#define	RNF_NORMAL	0x01	/* the mask has no holes */
#define	RNF_ROOT	0x02
#define	RNF_ACTIVE	0x04	/* in the tree */
#define	rn_dupedkey	rn_u.rn_leaf.rn_Dupedkey
#define	rn_key		rn_u.rn_leaf.rn_Key
#define	rn_mask		rn_u.rn_leaf.rn_Mask
#define	rn_off		rn_u.rn_node.rn_Off
#define	rn_l		rn_u.rn_node.rn_L
#define	rn_r		rn_u.rn_node.rn_R

struct radix_node_head {
	struct radix_node *rnh_treetop;
	int		rnh_addrsize;
	int		rnh_pktsize;
	struct radix_node *(*rnh_addaddr)(const void *, const void *,
			    struct radix_node_head *, struct radix_node[]);
	struct radix_node *(*rnh_deladdr)(const void *, const void *,
			    struct radix_node_head *);
	struct radix_node *(*rnh_matchaddr)(const void *,
			    struct radix_node_head *);
	struct radix_node *(*rnh_lookup)(const void *, const void *,
			    struct radix_node_head *);
	struct radix_node rnh_nodes[3];
};

#ifdef _KERNEL
/*
 * A tree has to be locked by who uses it.  Keys and masks begin with their
 * length in bytes, up to 255, and are zero behind it; bits before the offset
 * given to rn_inithead() do not count.
 */
int	rn_inithead(void **, int);	/* 1, or 0: no memory */
int	rn_inithead0(struct radix_node_head *, int);
/* Does the first mask have all bits of the second, and more? */
int	rn_refines(const void *, const void *);
int	rn_walktree(struct radix_node_head *,
	    int (*)(struct radix_node *, void *), void *);
struct radix_node *rn_search_matched(struct radix_node_head *,
	    int (*)(struct radix_node *, void *), void *);
/* Key, mask or NULL; both stay where they are.  NULL: it is there already, or
 * there is no memory. */
struct radix_node *rn_addroute(const void *, const void *,
	    struct radix_node_head *, struct radix_node[2]);
struct radix_node *rn_delete(const void *, const void *,
	    struct radix_node_head *);
struct radix_node *rn_lookup(const void *, const void *,
	    struct radix_node_head *);
struct radix_node *rn_match(const void *, struct radix_node_head *);
#endif

#endif /* !_NET_RADIX_H_ */
