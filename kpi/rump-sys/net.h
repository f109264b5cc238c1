/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inside of the network faction.
 */

#ifndef _SYS_RUMP_NET_H_
#define	_SYS_RUMP_NET_H_

#include <sys/mbuf.h>
#include <sys/socket.h>

#include <net/if.h>
#include <net/pktqueue.h>

#include <rump-sys/net_if.h>

/*
 * A protocol above links: what packets it takes, and either a queue or a
 * function, which is called in a soft interrupt and owns the packet.  The
 * header of the link is off; the interface is in the packet's header.
 */
struct net_input {
	uint16_t	ni_etype;	/* of Ethernet, ETHERTYPE_*, or 0 */
	int		ni_family;	/* of the loopback interface, or 0 */
	pktqueue_t	*ni_pktq;
	const pktq_rps_hash_func_t *ni_hash;	/* of the queue, or NULL */
	void		(*ni_func)(struct ifnet *, struct mbuf *);
};
/* EEXIST: another one takes such packets. */
int	net_input_register(const struct net_input *);

/*
 * What Ethernet has to know of an address family: all but the number may be
 * NULL or 0.
 */
struct net_ether {
	int		ne_family;
	uint16_t	ne_etype;	/* of its packets */
	/* The link address of the other end.  EWOULDBLOCK: it is asked for
	 * and the packet waits; other errors: it was freed. */
	int		(*ne_resolve)(struct ifnet *, const struct rtentry *,
			    struct mbuf *, const struct sockaddr *, void *,
			    size_t);
	/* A multicast address, or all if it is the wildcard, as a range. */
	int		(*ne_mapmulti)(const struct sockaddr *, uint8_t *,
			    uint8_t *);
	/* An address of the family was set. */
	void		(*ne_ifinit)(struct ifnet *, struct ifaddr *);
};
int	net_ether_register(const struct net_ether *);

/*
 * An interface by name, "shmif0", through its cloner, as SIOCIFCREATE and
 * SIOCIFDESTROY do.  May sleep.  EINVAL: there is no such cloner; EEXIST;
 * ENXIO: no such interface; EOPNOTSUPP: it stays; those of the cloner.
 */
int	if_clone_create(const char *);
int	if_clone_destroy(const char *);

/*
 * What is left undone in a frame of Ethernet on a virtual wire.  A checksum is
 * over all from no_start on and goes to no_offset behind that, where the sum of
 * the pseudo-header is; with NET_OFFLOAD_GSO, which comes with _CSUM, the frame
 * is a segment of TCP to be cut in such with no_gso bytes of data.
 */
struct net_offload {
	uint16_t	no_flags;
	uint16_t	no_start;	/* bytes from the frame's beginning */
	uint16_t	no_offset;
	uint16_t	no_gso;
};
#define	NET_OFFLOAD_CSUM	0x0001
#define	NET_OFFLOAD_UDP		0x0002	/* it is of UDP, not of TCP */
#define	NET_OFFLOAD_IP6		0x0004	/* above IPv6 */
#define	NET_OFFLOAD_GSO		0x0008
/* Capabilities of an interface that leaves all that to the other end. */
#define	NET_OFFLOAD_CAPS						\
	(IFCAP_CSUM_IPv4_Tx | IFCAP_CSUM_TCPv4_Tx | IFCAP_CSUM_UDPv4_Tx | \
	IFCAP_CSUM_TCPv6_Tx | IFCAP_CSUM_UDPv6_Tx | IFCAP_CSUM_TCPv4_Rx | \
	IFCAP_CSUM_UDPv4_Rx | IFCAP_CSUM_TCPv6_Rx | IFCAP_CSUM_UDPv6_Rx | \
	IFCAP_TSOv4 | IFCAP_TSOv6)

/*
 * Out: what packet m, a frame, leaves undone; hdr is a copy of its first
 * hdrlen bytes, all headers in it, that will be sent instead of them: the
 * checksum of IPv4 is filled in.
 */
void	net_offload_out(const struct mbuf *m, uint8_t *hdr, size_t hdrlen,
	    struct net_offload *);
/* In: the same in the packet, with M_CSUM_BLANK.  False: that makes no sense;
 * the packet is still the caller's. */
bool	net_offload_in(struct mbuf *, const struct net_offload *);
/* A packet of len bytes, ETHER_HDR_LEN or more, copied from a buffer.  NULL:
 * there is no memory.  Does not sleep. */
struct mbuf *net_frame_mbuf(const void *, size_t len);

/*
 * A kind of Ethernet interfaces whose wire is something of the host's; the
 * driver has it in a static variable.  A wire is closed when nobody uses it
 * any more; one thread at a time sends, and one receives and waits.
 */
struct net_wire {
	const char	*nw_name;	/* of interfaces, without the unit */
	/* Opens the wire that a link string names, for an interface of that
	 * address; *offload: it takes frames with NET_OFFLOAD_*.  Sleeps. */
	int		(*nw_open)(const char *, const uint8_t *, void **,
			    bool *offload);
	void		(*nw_close)(void *);
	/* The packet stays the caller's.  EAGAIN: no room now; other errors:
	 * it is lost.  Does not sleep. */
	int		(*nw_send)(void *, struct mbuf *);
	/* The next packet.  EAGAIN: none now; ENETDOWN: never again; other
	 * errors: there was one, but it is lost.  Does not sleep. */
	int		(*nw_recv)(void *, struct mbuf **);
	/* Sleeps without a CPU until there may be a packet (if in) or room (if
	 * room), or nw_kick() is called; returns at once if it was before. */
	void		(*nw_wait)(void *, bool in, bool room);
	void		(*nw_kick)(void *);
	/* NULL: the wire does not have to know. */
	void		(*nw_setpromisc)(void *, bool);
	void		(*nw_setmac)(void *, const uint8_t *);
	struct if_clone	nw_clone;	/* used by net_wire_attach() */
};
/* For the driver's component: there are such interfaces from now on. */
void	net_wire_attach(struct net_wire *);
/*
 * An interface with the first unit that is free, on the wire that link names
 * (NULL: none yet); its unit number to *unit, if that is not NULL.  Sleeps.
 * Errors: those of nw_open.
 */
int	net_wire_create(const struct net_wire *, const char *link, int *unit);

/* Flags of an interface, in the path of packets: they may be changing. */
static inline int
net_ifflags(const struct ifnet *ifp, int flags)
{

	return __atomic_load_n(&ifp->if_flags, __ATOMIC_RELAXED) & flags;
}

#endif /* !_SYS_RUMP_NET_H_ */
