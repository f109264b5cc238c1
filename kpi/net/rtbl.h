/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Routing tables: one for each family whose domain has dom_rtattach.  Who
 * calls these holds the lock of kern/net/rtbl.c or has the table to itself.
 */

#ifndef _NET_RTBL_H_
#define	_NET_RTBL_H_

#ifdef _KERNEL
#include <net/radix.h>
#include <net/route.h>

struct rtbl {
	struct radix_node_head t_rnh;
};

void	rtbl_init(void);
rtbl_t	*rt_gettable(sa_family_t);
/* EEXIST, ENOBUFS: no memory for the mask. */
int	rt_addaddr(rtbl_t *, struct rtentry *);
struct rtentry *rt_deladdr(rtbl_t *, const struct sockaddr *,
	    const struct sockaddr *);
/* With that very mask, or, NULL, a host's. */
struct rtentry *rt_lookup(rtbl_t *, const struct sockaddr *,
	    const struct sockaddr *);
/* The best for an address. */
struct rtentry *rt_matchaddr(rtbl_t *, const struct sockaddr *);
/* Not 0 from the function ends the walk.  It may sleep, but not change
 * tables. */
int	rt_walktree(sa_family_t, int (*)(struct rtentry *, void *), void *);
#endif

#endif /* !_NET_RTBL_H_ */
