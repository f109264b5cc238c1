/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Protocol control blocks: what a socket of IPv4 or IPv6 is bound and
 * connected to, and the tables they are found in.
 *
 * Both families are in one table, an IPv4 address as ::ffff:a.b.c.d, so that
 * a socket of IPv6 can have peers of IPv4 (RFC 3493 section 3.7).
 *
 * Locks.  inp_lock is the socket's so_lock, which the pcb keeps as long as it
 * is there: a socket that listen(2) made has the listening one's until it is
 * accepted, then its own.  Who found a pcb in a table has a reference, takes
 * the lock with inpcb_lock(), and learns whether there is still a socket.
 * A table's chains have a lock for several each; to be put on chains and off
 * them needs it_mtx besides.
 *
 *	so_lock, it_mtx, a chain's lock
 */

#ifndef _NETINET_IN_PCB_H_
#define	_NETINET_IN_PCB_H_

#ifdef _KERNEL
#include <sys/mutex.h>
#include <sys/queue.h>
#include <sys/socketvar.h>
#include <sys/types.h>

#include <netinet/in.h>
#include <net/route.h>

struct ifnet;
struct inpcb;
struct inpcbtable;
struct ip6_moptions;
struct ip_moptions;
struct ip6_pktopts;
struct lwp;
struct mbuf;
struct sockaddr;
struct sockopt;

/*
 * What a family of addresses does for the protocols above all of them; it
 * stays.  A pcb has that of its socket: one of IPv6 may yet have peers of
 * IPv4.  All with the socket locked.
 */
struct inpcb_family {
	sa_family_t	pf_family;
	/* bind(2), connect(2): as inpcb_bind4() and inpcb_connect4(); an
	 * address of NULL to bind to is any. */
	int	(*pf_bind)(struct inpcb *, const struct sockaddr *,
		    struct lwp *);
	int	(*pf_connect)(struct inpcb *, const struct sockaddr *,
		    struct lwp *);
	void	(*pf_sockaddr)(const struct inpcb *, struct sockaddr *);
	void	(*pf_peeraddr)(const struct inpcb *, struct sockaddr *);
	int	(*pf_ctloutput)(int, struct socket *, struct sockopt *);
	int	(*pf_control)(struct socket *, u_long, void *,
		    struct ifnet *);
	/* Messages with a packet, whose header of IP that is. */
	void	(*pf_savecontrol)(struct inpcb *, struct mbuf **, void *,
		    struct mbuf *);
	/* A connection that came in has options of the listening socket;
	 * ENOBUFS. */
	int	(*pf_inherit)(struct inpcb *, const struct inpcb *);
	/* Bytes of options in each packet. */
	u_int	(*pf_optlen)(const struct inpcb *);
	/* What is the family's is given back: all, or memberships in groups
	 * of an interface. */
	void	(*pf_release)(struct inpcb *);
	void	(*pf_purgeif)(struct inpcb *, struct ifnet *);
};
/* Once for each, before there are sockets of it. */
void	inpcb_family_register(const struct inpcb_family *);

/* Who looks up a packet's socket has these in it. */
struct inaddrs {
	struct in6_addr	ia_laddr;	/* ours */
	struct in6_addr	ia_faddr;	/* the other's */
	in_port_t	ia_lport;	/* network order */
	in_port_t	ia_fport;
	uint32_t	ia_zone;	/* index of the interface, if the scope
					   of an address is a link */
};

/*
 * c: constant; s: so_lock; t: it_mtx and the chain's lock; a: atomic.
 */
struct inpcb {
	LIST_ENTRY(inpcb) inp_conn;	/* t: connected */
	LIST_ENTRY(inpcb) inp_port;	/* t: bound to a port, or holds it */
	TAILQ_ENTRY(inpcb) inp_all;	/* t */
	uint64_t	inp_allnr;	/* c: place on the list of all */
	uint64_t	inp_portnr;	/* t: place on the port's chain */
	struct inpcbtable *inp_table;	/* c */
	kmutex_t *volatile inp_lock;	/* s: so_lock, kept */
	kmutex_t	*inp_ownlock;	/* c */
	kmutex_t	*inp_headlock;	/* c: once of the listening socket */
	struct socket	*inp_so;	/* s: NULL, it is closed */
	const struct inpcb_family *inp_fam; /* c */
	void		*inp_ppcb;	/* s: the protocol's */
#define	inp_filter6	inp_ppcb	/* of a raw socket of ICMPv6 */
	volatile u_int	inp_refs;	/* a */
	int		inp_flags;	/* s: INP_* */
	sa_family_t	inp_family;	/* c: AF_INET, AF_INET6 */
	uint8_t		inp_chains;	/* t: INPC_* */
	uint8_t		inp_proto;	/* c: of a raw socket, or 0 */
	uint8_t		inp_ttl;	/* s: hop limit */
	uint8_t		inp_tos;	/* s: traffic class */
	uint8_t		inp_minttl;	/* s */
	uint8_t		inp_portrange;	/* s: IP_PORTRANGE_* */
	uint8_t		inp_hops;	/* s: IPv6's limit, with INP_HOPS */
	uint16_t	inp_cksum;	/* s: IPV6_CHECKSUM, odd: none */
	uint16_t	inp_errormtu;	/* s: IP_ERRORMTU */
	uint32_t	inp_flowinfo;	/* s: IPv6's label, network order */
	struct inaddrs	inp_addrs;	/* s and t */
#define	inp_laddr	inp_addrs.ia_laddr
#define	inp_faddr	inp_addrs.ia_faddr
#define	inp_lport	inp_addrs.ia_lport
#define	inp_fport	inp_addrs.ia_fport
#define	inp_zone	inp_addrs.ia_zone
	struct route	inp_route;	/* s */
	struct mbuf	*inp_options;	/* s: of IPv4, sent in each packet */
	struct ip_moptions *inp_moptions; /* s: multicast */
	struct ip6_pktopts *inp_outopts; /* s */
	struct ip6_moptions *inp_6moptions; /* s: multicast */
};

/* inp_chains. */
#define	INPC_ALL	0x01
#define	INPC_PORT	0x02
#define	INPC_CONN	0x04
#define	INPC_HELD	0x08	/* accepted: packets find it by its peer
				   alone, but the port is taken */

/* inp_flags. */
#define	INP_RECVOPTS	0x00000001	/* messages with what came */
#define	INP_RECVRETOPTS	0x00000002
#define	INP_RECVDSTADDR	0x00000004
#define	INP_HDRINCL	0x00000008	/* raw: the header comes too */
#define	INP_ANONPORT	0x00000010	/* the port was chosen for it */
#define	INP_RECVIF	0x00000020
#define	INP_RECVTTL	0x00000040
#define	INP_RECVPKTINFO	0x00000080
#define	INP_BINDANY	0x00000100	/* to addresses that are not ours */
#define	INP_NOHEADER	0x00000200
#define	INP_V6ONLY	0x00000400
#define	INP_RECVHOPLIMIT 0x00000800
#define	INP_RECVTCLASS	0x00001000
#define	INP_RECVHOPOPTS	0x00002000
#define	INP_RECVDSTOPTS	0x00004000
#define	INP_RECVRTHDR	0x00008000
#define	INP_RECVPATHMTU	0x00010000
#define	INP_DONTFRAG	0x00020000
#define	INP_USEMINMTU	0x00040000
#define	INP_ANONADDR	0x00080000	/* the address was chosen for it */
#define	INP_HOPS	0x00100000
#define	INP_CONTROLOPTS	(INP_RECVOPTS | INP_RECVRETOPTS | INP_RECVDSTADDR | \
			 INP_RECVIF | INP_RECVTTL | INP_RECVPKTINFO | \
			 INP_RECVHOPLIMIT | INP_RECVTCLASS |		\
			 INP_RECVHOPOPTS | INP_RECVDSTOPTS | INP_RECVRTHDR)

#define	sotoinpcb(so)	((struct inpcb *)(so)->so_pcb)

/* An IPv4 address in the table, and out of it. */
static __inline struct in6_addr
in6_v4mapped(struct in_addr a)
{
	struct in6_addr a6;

	a6.s6_addr32[0] = a6.s6_addr32[1] = 0;
	a6.s6_addr32[2] = IPV6_ADDR_INT32_SMP;
	a6.s6_addr32[3] = a.s_addr;
	return a6;
}

static __inline struct in_addr
in6_v4of(const struct in6_addr *a6)
{

	return (struct in_addr){ .s_addr = a6->s6_addr32[3] };
}

/* No address at all, of either family. */
static __inline bool
inpcb_anyaddr(const struct in6_addr *a6)
{

	return a6->s6_addr32[0] == 0 && a6->s6_addr32[1] == 0 &&
	    (a6->s6_addr32[2] == 0 || a6->s6_addr32[2] == IPV6_ADDR_INT32_SMP)
	    && a6->s6_addr32[3] == 0;
}

/* A table for a protocol, of so many chains; for ever. */
struct inpcbtable *inpcbtable_create(u_int nchains);
/* It has no pcb at the moment. */
bool	inpcbtable_empty(struct inpcbtable *);

/*
 * A pcb for a socket, which is locked by it from here on.  ENOBUFS.
 */
int	inpcb_attach(struct socket *, struct inpcbtable *, sa_family_t);
/* The socket has none any more; what it referred to is given back. */
void	inpcb_detach(struct inpcb *);
/* accept(2): from the listening socket's lock to its own. */
void	inpcb_accepted(struct inpcb *);

void	inpcb_ref(struct inpcb *);
void	inpcb_unref(struct inpcb *);
/* False, and not locked: there is no socket any more. */
bool	inpcb_lock(struct inpcb *);
void	inpcb_unlock(struct inpcb *);

/*
 * bind(2), the socket locked.  port 0: any.  EINVAL: it is bound;
 * EADDRINUSE; EADDRNOTAVAIL: no address of ours, or no port is left; EACCES.
 */
int	inpcb_bind4(struct inpcb *, const struct sockaddr_in *, struct lwp *);
int	inpcb_bindaddrs(struct inpcb *, const struct in6_addr *, uint32_t,
	    in_port_t, const struct sockaddr *, struct lwp *);
/* Chosen at random, RFC 6056 section 3.3.1; with faddr and fport set it need
 * only differ from others' with that peer. */
int	inpcb_bindany(struct inpcb *, const struct inaddrs *, struct lwp *);
/*
 * connect(2).  EINVAL; EADDRNOTAVAIL; EADDRINUSE: there is such a connection;
 * ENETUNREACH...
 */
int	inpcb_connect4(struct inpcb *, const struct sockaddr_in *,
	    struct lwp *);
int	inpcb_connectaddrs(struct inpcb *, const struct inaddrs *,
	    struct lwp *);
void	inpcb_disconnect(struct inpcb *);

/* The address a packet to that one goes out with.  As connect(2). */
int	in_selectsrc(struct inpcb *, const struct sockaddr_in *,
	    struct in_addr *);

/* With a reference; NULL: none. */
struct inpcb *inpcb_lookup(struct inpcbtable *, const struct inaddrs *);
/* One that is bound: to the address rather than to any. */
struct inpcb *inpcb_lookup_bound(struct inpcbtable *, const struct inaddrs *);
/*
 * Each that a packet goes to: connected to it or bound so that it matches.
 * The n-th call has the one before, whose reference goes; NULL ends.  If that
 * one was closed meanwhile those behind it still come, each once.  Who ends
 * before NULL gives back the last one's reference himself.
 */
struct inpcb *inpcb_next_match(struct inpcbtable *, const struct inaddrs *,
	    struct inpcb *, bool (*)(const struct inpcb *,
	    const struct inaddrs *));
/* All of a table; as above. */
struct inpcb *inpcb_next(struct inpcbtable *, struct inpcb *);

/*
 * A packet of its own for a socket, with who sent it and messages (NULL:
 * none), all gone afterwards.  False: there was no room.  An error for it.
 * The pcb is locked.
 */
bool	inpcb_append(struct inpcb *, const struct sockaddr *, struct mbuf *,
	    struct mbuf *);
void	inpcb_seterror(struct inpcb *, int);

/* An interface goes: memberships in groups of it end. */
void	inpcb_purgeif(struct inpcbtable *, struct ifnet *);

/* Addresses for getsockname(2) and getpeername(2). */
void	inpcb_sockaddr4(const struct inpcb *, struct sockaddr_in *);
void	inpcb_peeraddr4(const struct inpcb *, struct sockaddr_in *);

/* Port numbers, host order; net.inet.ip.anonportmin... */
extern int in_anonportmin, in_anonportmax, in_lowportmin, in_lowportmax;

#endif /* _KERNEL */

#endif /* !_NETINET_IN_PCB_H_ */
