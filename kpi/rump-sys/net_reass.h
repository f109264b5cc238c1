/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packets in pieces, of IPv4 and IPv6, in_reass.c of netinet.  The family
 * reads its headers and checks a piece's lengths; what belongs together,
 * limits and time are here.
 */

#ifndef _SYS_RUMP_NET_REASS_H_
#define	_SYS_RUMP_NET_REASS_H_

#include <sys/queue.h>
#include <sys/types.h>

#include <netinet/in.h>

struct mbuf;
struct reass;

/* What is alike in all pieces of a packet, and in no other's. */
struct reass_key {
	struct in6_addr	rk_src, rk_dst;	/* of IPv4 mapped */
	uint32_t	rk_id;
	uint32_t	rk_proto;	/* if it is part of it, or 0 */
	uint64_t	rk_sender;	/* depends on rk_src; those with the
					   same have one share of pieces */
};

/* A piece; its headers are still there. */
struct reass_piece {
	TAILQ_ENTRY(reass_piece) rp_next; /* in_reass.c's */
	struct mbuf	*rp_m;
	u_int		rp_first;	/* bytes of the packet's data, */
	u_int		rp_end;		/* more than rp_first */
	u_int		rp_hlen;	/* bytes of rp_m before the data */
	uint8_t		rp_nxt;		/* the family's own */
	uint8_t		rp_ecn;		/* IPTOS_ECN_* */
	bool		rp_last;
};

/* Why so many pieces, or packets, are counted. */
enum reass_event {
	REASS_DROPPED,		/* pieces */
	REASS_LATE,		/* pieces of packets whose time is over */
	REASS_OVERFLOW,		/* a packet that made room for another one */
	REASS_NOMEM,		/* no memory: its piece is dropped, too */
	REASS_TOOLONG,		/* a whole packet: dropped, too */
	REASS_BADECN,
};

/* A family of addresses; it stays. */
struct reass_family {
	const char	*rf_piecepool, *rf_packetpool;	/* names */
	const int	*rf_maxpackets;	/* negative: no limit */
	const int	*rf_maxpieces;	/* of all packets */
	uint8_t		rf_ttl;		/* half seconds */
	u_int		rf_uncounted;	/* bytes of rp_hlen that are not in
					   the 65535 of a packet */
	/* A chain is locked: nothing but counters. */
	void		(*rf_count)(enum reass_event, u_int);
	/* The first piece of a packet that is late: it has to go.  No lock. */
	void		(*rf_late)(struct mbuf *);
};

/* For ever; may sleep. */
struct reass *reass_create(const struct reass_family *);
/*
 * A piece, which is copied; its rp_m is gone.  0: it is kept, and rp_m is
 * NULL, or the packet is whole: then p is as the first piece was, rp_m has all
 * data behind its headers, which are not changed, and rp_ecn is what RFC 3168
 * section 5.3 wants for all.  EINVAL: it fits in nowhere, or there is no room;
 * ENOBUFS: no memory.
 */
int	reass_add(struct reass *, const struct reass_key *,
	    struct reass_piece *p);
/* Each half second; memory is short. */
void	reass_slowtimo(struct reass *);
void	reass_drain(struct reass *);

#endif /* !_SYS_RUMP_NET_REASS_H_ */
