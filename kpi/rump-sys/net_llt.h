/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tables of neighbours for families whose addresses lie in one piece in their
 * sockaddr: what ARP and IPv6 have in common above <net/if_llatbl.h> and
 * <net/nd.h>.
 */

#ifndef _SYS_RUMP_NET_LLT_H_
#define	_SYS_RUMP_NET_LLT_H_

#include <sys/types.h>

struct ifnet;
struct llentry;
struct lltable;
struct mbuf;
struct rtentry;
struct sockaddr;

/* What a family says of itself; it stays.  All but nf_failed is needed. */
struct net_llt_family {
	int		nf_af;
	size_t		nf_addrlen;	/* bytes of an address */
	size_t		nf_addroff;	/* where it is in a sockaddr */
	uint32_t	nf_nchains;	/* of the hash, a power of two */
	u_int		nf_max;		/* neighbours of one interface */
	/* An entry's address as a sockaddr; with programs: as they see it. */
	void		(*nf_fill_sa)(const struct llentry *,
			    struct sockaddr *, bool programs);
	/* So many packets that waited were freed. */
	void		(*nf_dropped)(size_t);
	/* There was no memory, or no room, for an entry. */
	void		(*nf_failed)(void);
};

/*
 * A table for an interface, linked; lltable_free() frees it.  When it is full
 * a new neighbour takes the place of one that is not in use, the oldest of
 * some.  Sleeps.
 */
struct lltable *net_llt_attach(struct ifnet *, const struct net_llt_family *);

/* An entry, locked for writing, perhaps a new one; NULL.  The table is not
 * locked; it may be NULL. */
struct llentry *net_llt_get(struct lltable *, const struct sockaddr *,
	    bool create);

/* An address of our own, in place of what was known of it; and its end. */
void	net_llt_own_add(struct lltable *, const struct sockaddr *);
void	net_llt_own_del(struct lltable *, const struct sockaddr *);

/* nd_free of a struct nd_domain. */
void	net_llt_forget(struct llentry *, int);
/* What neighbours have alike in a struct nd_domain: RFC 4861 section 10. */
#define	NET_LLT_ND_DOMAIN						\
	.nd_delay = 5,							\
	.nd_mmaxtries = 3,						\
	.nd_umaxtries = 3,						\
	.nd_retransmultiple = BACKOFF_MULTIPLE,				\
	.nd_maxretrans = MAX_RETRANS_TIMER,				\
	.nd_maxnudhint = 0,						\
	.nd_maxqueuelen = 16,						\
	.nd_free = net_llt_forget

/* An upper layer heard of an address to which a route, which is referenced,
 * leads: its next hop is there.  The table may be NULL. */
void	net_llt_hint(struct lltable *, const struct rtentry *,
	    const struct sockaddr *);

/*
 * The link address for a packet: 0, EWOULDBLOCK and errors as those of
 * nd_resolve(); ENOBUFS, EHOSTUNREACH: the packet was freed.
 */
int	net_llt_resolve(struct lltable *, const struct rtentry *,
	    struct mbuf *, const struct sockaddr *, uint8_t *, size_t);

#endif /* !_SYS_RUMP_NET_LLT_H_ */
