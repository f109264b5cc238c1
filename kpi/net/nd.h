/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Neighbour unreachability detection, RFC 4861 section 7.3, for any family
 * that keeps its neighbours in an lltable: IPv6, and IPv4 by ARP.
 */

#ifndef _NET_ND_H_
#define	_NET_ND_H_

/* ln_state of a struct llentry. */
#define	ND_LLINFO_PURGE		-3	/* the timer frees it */
#define	ND_LLINFO_NOSTATE	-2	/* new */
#define	ND_LLINFO_WAITDELETE	-1	/* nobody answered; still asking */
#define	ND_LLINFO_INCOMPLETE	0	/* asked for */
#define	ND_LLINFO_REACHABLE	1
#define	ND_LLINFO_STALE		2	/* known, not lately heard of */
#define	ND_LLINFO_DELAY		3	/* used; a hint may yet come */
#define	ND_LLINFO_PROBE		4	/* asked whether it is there */
#define	ND_LLINFO_UNREACHABLE	5	/* it did not say so, RFC 7048 */

#ifdef _KERNEL
#include <sys/cprng.h>

#include <net/if_llatbl.h>

#define	ND_IS_LLINFO_PROBREACH(ln)	((ln)->ln_state > ND_LLINFO_INCOMPLETE)
#define	ND_IS_LLINFO_PERMANENT(ln)					\
	((ln)->ln_expire == 0 && (ln)->ln_state > ND_LLINFO_INCOMPLETE)

/* Of nd_set_timer(). */
#define	ND_TIMER_IMMEDIATE	0
#define	ND_TIMER_TICK		1
#define	ND_TIMER_REACHABLE	2	/* as long as it counts as reachable */
#define	ND_TIMER_RETRANS	3
#define	ND_TIMER_RETRANS_BACKOFF 4	/* longer each time */
#define	ND_TIMER_EXPIRE		5	/* at ln_expire */
#define	ND_TIMER_DELAY		6	/* nd_delay */
#define	ND_TIMER_GC		7	/* nd_gctimer */

/* RFC 4861 section 10 and RFC 7048, milliseconds. */
#define	MAX_REACHABLE_TIME	3600000
#define	REACHABLE_TIME		30000
#define	RETRANS_TIMER		1000
#define	MAX_RETRANS_TIMER	60000
#define	BACKOFF_MULTIPLE	3
/* In units of 1/1024. */
#define	MIN_RANDOM_FACTOR	512
#define	MAX_RANDOM_FACTOR	1536
/* x milliseconds between half and one and a half of it. */
#define	ND_COMPUTE_RTIME(x)						\
	(MIN_RANDOM_FACTOR * ((x) >> 10) + cprng_fast32() %		\
	    ((MAX_RANDOM_FACTOR - MIN_RANDOM_FACTOR) * ((x) >> 10) + 1))

/*
 * What a family gives.  Functions are called without lle_lock but nd_holdsrc
 * and nd_free, which are called with it; none may sleep for long.
 */
struct nd_domain {
	int	nd_family;
	int	nd_delay;		/* seconds before a probe */
	int	nd_mmaxtries;		/* multicast solicitations */
	int	nd_umaxtries;		/* unicast ones */
	int	nd_retransmultiple;	/* for each more, at WAITDELETE */
	int	nd_maxretrans;		/* at most, milliseconds */
	int	nd_maxnudhint;		/* hints that count without an answer;
					   0: any number */
	int	nd_maxqueuelen;		/* packets that wait; 0: none */
	bool	(*nd_nud_enabled)(struct ifnet *);
	/* Milliseconds, now, for that interface. */
	unsigned int (*nd_reachable)(struct ifnet *);
	unsigned int (*nd_retrans)(struct ifnet *);
	/* The source of the first packet that waits, if it is one of ours:
	 * written and returned; or NULL. */
	union l3addr *(*nd_holdsrc)(struct llentry *, union l3addr *);
	/* Sends a solicitation: to daddr (NULL: multicast) for taddr, to that
	 * link address (NULL: not known), from hsrc (NULL: any). */
	void	(*nd_output)(struct ifnet *, const union l3addr *,
		    const union l3addr *, const uint8_t *,
		    const union l3addr *);
	/* Nobody answered for taddr; the state there was; a packet that
	 * waited, now the function's, or NULL if none did.  Called for each. */
	void	(*nd_missed)(struct ifnet *, const union l3addr *, int16_t,
		    struct mbuf *);
	/* Takes it off its table, and the lock.  Not 0: as nobody used it. */
	void	(*nd_free)(struct llentry *, int);
};

/* Seconds after which nobody keeps what nobody uses. */
extern int nd_gctimer;

/* The domain stays; a second one of a family replaces it. */
void	nd_attach_domain(struct nd_domain *);

/* The entry is locked for writing, in these. */
/* ND_TIMER_*. */
void	nd_set_timer(struct llentry *, int);
/* An upper layer heard of it: reachable. */
void	nd_nud_hint(struct llentry *);
/*
 * The link address for a packet, copied to that buffer: 0.  EWOULDBLOCK: it
 * waits for an answer.  EHOSTDOWN, EHOSTUNREACH: nobody answers; the packet
 * waits all the same.  Takes the lock, and the packet but with 0.
 */
int	nd_resolve(struct llentry *, const struct rtentry *, struct mbuf *,
	    uint8_t *, size_t);
#endif /* _KERNEL */

#endif /* !_NET_ND_H_ */
