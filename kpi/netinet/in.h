/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Internet's addresses, protocol numbers, ports, options of sockets and
 * names in net.inet: inet(4), ip(4), RFC 791, RFC 1122, RFC 6056.
 */

#ifndef _NETINET_IN_H_
#define	_NETINET_IN_H_

#include <sys/ansi.h>
#include <sys/endian.h>
#include <sys/featuretest.h>
#include <sys/socket.h>
#include <sys/types.h>

/* Assigned protocol numbers. */
#define	IPPROTO_IP		0
#define	IPPROTO_HOPOPTS		0
#define	IPPROTO_ICMP		1
#define	IPPROTO_IGMP		2
#define	IPPROTO_GGP		3
#define	IPPROTO_IPV4		4
#define	IPPROTO_IPIP		4
#define	IPPROTO_TCP		6
#define	IPPROTO_EGP		8
#define	IPPROTO_PUP		12
#define	IPPROTO_UDP		17
#define	IPPROTO_IDP		22
#define	IPPROTO_TP		29
#define	IPPROTO_DCCP		33
#define	IPPROTO_IPV6		41
#define	IPPROTO_ROUTING		43
#define	IPPROTO_FRAGMENT	44
#define	IPPROTO_RSVP		46
#define	IPPROTO_GRE		47
#define	IPPROTO_ESP		50
#define	IPPROTO_AH		51
#define	IPPROTO_MOBILE		55
#define	IPPROTO_ICMPV6		58
#define	IPPROTO_IPV6_ICMP	58
#define	IPPROTO_NONE		59
#define	IPPROTO_DSTOPTS		60
#define	IPPROTO_EON		80
#define	IPPROTO_ETHERIP		97
#define	IPPROTO_ENCAP		98
#define	IPPROTO_PIM		103
#define	IPPROTO_IPCOMP		108
#define	IPPROTO_CARP		112
#define	IPPROTO_VRRP		112
#define	IPPROTO_L2TP		115
#define	IPPROTO_SCTP		132
#define	IPPROTO_PFSYNC		240
#define	IPPROTO_RAW		255
#define	IPPROTO_MAX		256
#define	IPPROTO_DONE		257	/* from a pr_input: nothing is left */
#define	CTL_IPPROTO_IPSEC	258	/* only in names of sysctl(7) */

/*
 * Ports below IPPORT_RESERVED are for the superuser.  Where a port is not
 * asked for it is from the ANON range, or, with IP_PORTRANGE_LOW, from the
 * RESERVED one.
 */
#define	IPPORT_RESERVED		1024
#define	IPPORT_RESERVEDMIN	600
#define	IPPORT_RESERVEDMAX	(IPPORT_RESERVED - 1)
#define	IPPORT_ANONMIN		49152
#define	IPPORT_ANONMAX		65535

/* In network order, and perhaps not aligned. */
struct in_addr {
	in_addr_t	s_addr;
} __packed;

/* In the kernel the constants below are in network order too. */
#ifdef _KERNEL
#define	__IPADDR(x)	((uint32_t)htonl((uint32_t)(x)))
#else
#define	__IPADDR(x)	((uint32_t)(x))
#endif
#define	__IN_UNDER(i, mask, net)					\
	(((uint32_t)(i) & __IPADDR(mask)) == __IPADDR(net))

#define	IN_CLASSA(i)		__IN_UNDER(i, 0x80000000, 0x00000000)
#define	IN_CLASSA_NET		__IPADDR(0xff000000)
#define	IN_CLASSA_NSHIFT	24
#define	IN_CLASSA_HOST		__IPADDR(0x00ffffff)
#define	IN_CLASSA_MAX		128
#define	IN_CLASSB(i)		__IN_UNDER(i, 0xc0000000, 0x80000000)
#define	IN_CLASSB_NET		__IPADDR(0xffff0000)
#define	IN_CLASSB_NSHIFT	16
#define	IN_CLASSB_HOST		__IPADDR(0x0000ffff)
#define	IN_CLASSB_MAX		65536
#define	IN_CLASSC(i)		__IN_UNDER(i, 0xe0000000, 0xc0000000)
#define	IN_CLASSC_NET		__IPADDR(0xffffff00)
#define	IN_CLASSC_NSHIFT	8
#define	IN_CLASSC_HOST		__IPADDR(0x000000ff)
#define	IN_CLASSD(i)		__IN_UNDER(i, 0xf0000000, 0xe0000000)
#define	IN_CLASSD_NET		__IPADDR(0xf0000000)
#define	IN_CLASSD_NSHIFT	28
#define	IN_CLASSD_HOST		__IPADDR(0x0fffffff)
#define	IN_MULTICAST(i)		IN_CLASSD(i)
#define	IN_EXPERIMENTAL(i)	__IN_UNDER(i, 0xf0000000, 0xf0000000)
#define	IN_BADCLASS(i)		__IN_UNDER(i, 0xf0000000, 0xf0000000)
#define	IN_LINKLOCAL(i)		__IN_UNDER(i, 0xffff0000, 0xa9fe0000)
#define	IN_PRIVATE(i)		(__IN_UNDER(i, 0xff000000, 0x0a000000) || \
				 __IN_UNDER(i, 0xfff00000, 0xac100000) || \
				 __IN_UNDER(i, 0xffff0000, 0xc0a80000))
#define	IN_LOCAL_GROUP(i)	__IN_UNDER(i, 0xffffff00, 0xe0000000)
#define	IN_ANY_LOCAL(i)		(IN_LINKLOCAL(i) || IN_LOCAL_GROUP(i))
#define	IN_LOOPBACKNET		127
/* RFC 3021: an address of a net of two has no broadcast address. */
#define	IN_RFC3021_MASK		__IPADDR(0xfffffffe)

#define	INADDR_ANY		__IPADDR(0x00000000)
#define	INADDR_LOOPBACK		__IPADDR(0x7f000001)
#define	INADDR_BROADCAST	__IPADDR(0xffffffff)
#define	INADDR_NONE		__IPADDR(0xffffffff)
#define	INADDR_UNSPEC_GROUP	__IPADDR(0xe0000000)
#define	INADDR_ALLHOSTS_GROUP	__IPADDR(0xe0000001)
#define	INADDR_ALLRTRS_GROUP	__IPADDR(0xe0000002)
#define	INADDR_CARP_GROUP	__IPADDR(0xe0000012)
#define	INADDR_MAX_LOCAL_GROUP	__IPADDR(0xe00000ff)

struct sockaddr_in {
	uint8_t		sin_len;
	sa_family_t	sin_family;
	in_port_t	sin_port;
	struct in_addr	sin_addr;
	__int8_t	sin_zero[8];
};

#define	INET_ADDRSTRLEN		16

/* Options of a packet, the first hop of a source route before them. */
struct ip_opts {
	struct in_addr	ip_dst;
	__int8_t	ip_opts[40];
};

/* Options of level IPPROTO_IP, see ip(4). */
#define	IP_OPTIONS		1	/* bytes */
#define	IP_HDRINCL		2	/* int */
#define	IP_TOS			3	/* int */
#define	IP_TTL			4	/* int */
#define	IP_RECVOPTS		5	/* int */
#define	IP_RECVRETOPTS		6	/* int */
#define	IP_RECVDSTADDR		7	/* int; message: struct in_addr */
#define	IP_SENDSRCADDR		IP_RECVDSTADDR
#define	IP_RETOPTS		8	/* struct ip_opts */
#define	IP_MULTICAST_IF		9	/* struct in_addr */
#define	IP_MULTICAST_TTL	10	/* u_char */
#define	IP_MULTICAST_LOOP	11	/* u_char */
#define	IP_ADD_MEMBERSHIP	12	/* struct ip_mreq */
#define	IP_DROP_MEMBERSHIP	13	/* struct ip_mreq */
#define	IP_PORTALGO		18	/* int */
#define	IP_PORTRANGE		19	/* int */
#define	IP_RECVIF		20	/* int; message: struct sockaddr_dl */
#define	IP_ERRORMTU		21	/* int, get only */
#define	IP_IPSEC_POLICY		22
#define	IP_RECVTTL		23	/* int; message: u_char */
#define	IP_MINTTL		24	/* int */
#define	IP_PKTINFO		25	/* int; message: struct in_pktinfo */
#define	IP_RECVPKTINFO		26	/* int */
#define	IP_BINDANY		27	/* int */

/* Of IP_PKTINFO: an address of ours and the interface's index. */
struct in_pktinfo {
	struct in_addr	ipi_addr;
	unsigned int	ipi_ifindex;
};
#define	ipi_spec_dst	ipi_addr

#define	IP_DEFAULT_MULTICAST_TTL	1
#define	IP_DEFAULT_MULTICAST_LOOP	1
#define	IP_MAX_MEMBERSHIPS		20	/* of one socket */

struct ip_mreq {
	struct in_addr	imr_multiaddr;
	struct in_addr	imr_interface;
};

/* Of IP_PORTRANGE. */
#define	IP_PORTRANGE_DEFAULT	0
#define	IP_PORTRANGE_HIGH	1	/* the same */
#define	IP_PORTRANGE_LOW	2

#if defined(_NETBSD_SOURCE) || defined(_KERNEL)
#define	IPPROTO_MAXID		(IPPROTO_AH + 1)

/* Names below net.inet.ip. */
#define	IPCTL_FORWARDING	1
#define	IPCTL_SENDREDIRECTS	2
#define	IPCTL_DEFTTL		3
#define	IPCTL_FORWSRCRT		5
#define	IPCTL_DIRECTEDBCAST	6
#define	IPCTL_ALLOWSRCRT	7
#define	IPCTL_SUBNETSARELOCAL	8
#define	IPCTL_MTUDISC		9
#define	IPCTL_ANONPORTMIN	10
#define	IPCTL_ANONPORTMAX	11
#define	IPCTL_MTUDISCTIMEOUT	12
#define	IPCTL_MAXFLOWS		13
#define	IPCTL_HOSTZEROBROADCAST	14
#define	IPCTL_GIF_TTL		15
#define	IPCTL_LOWPORTMIN	16
#define	IPCTL_LOWPORTMAX	17
#define	IPCTL_MAXFRAGPACKETS	18
#define	IPCTL_GRE_TTL		19
#define	IPCTL_CHECKINTERFACE	20
#define	IPCTL_IFQ		21
#define	IPCTL_RANDOMID		22
#define	IPCTL_LOOPBACKCKSUM	23
#define	IPCTL_STATS		24
#define	IPCTL_DAD_COUNT		25
#define	IPCTL_MAXID		26
#endif

#define	__KAME_NETINET_IN_H_INCLUDED_
#include <netinet6/in6.h>
#undef __KAME_NETINET_IN_H_INCLUDED_

#ifdef _KERNEL
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

struct mbuf;
struct ifnet;

/*
 * The Internet checksum (RFC 1071) of a packet's first bytes, its complement
 * in the order it goes into a header; 0 means right, if the old checksum is
 * among the bytes.  in4_cksum: from an offset on, with the pseudo header of a
 * transport protocol, or without one if nxt is 0.  Longer than the packet:
 * panic.
 */
int	in_cksum(struct mbuf *, int len);
int	in4_cksum(struct mbuf *, uint8_t nxt, int off, int len);
/* The same, from an offset on, begun with a sum that is given. */
int	cpu_in_cksum(struct mbuf *, int len, int off, uint32_t initial);

/* Numbers and dots, 0 ended; the length it has or would have. */
int	in_print(char *, size_t, const struct in_addr *);
#define	IN_PRINT(b, a)	(in_print((b), sizeof(b), (a)), (b))
int	sin_print(char *, size_t, const void *);
char	*in_fmtaddr(char *, struct in_addr);

/* Of this machine, or may be reached without a router. */
int	in_localaddr(struct in_addr);
int	in_broadcast(struct in_addr, struct ifnet *);
int	in_canforward(struct in_addr);

/* Folds a sum of 16-bit words that may have carried. */
static __inline uint16_t
in_cksum_addword(uint16_t a, uint16_t b)
{
	const uint32_t sum = (uint32_t)a + b;

	return (uint16_t)(sum + (sum >> 16));
}

/*
 * The sum of a pseudo header, not complemented: what hardware, or who does
 * its work later, expects in the header of a packet.  All in network order.
 */
static __inline uint16_t
in_cksum_phdr(uint32_t src, uint32_t dst, uint32_t lenproto)
{
	uint64_t sum = (uint64_t)src + dst + lenproto;

	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + ((sum >> 16) & 0xffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)(sum + (sum >> 16));
}

static __inline bool
in_hosteq(struct in_addr a, struct in_addr b)
{
	return a.s_addr == b.s_addr;
}
#define	in_nullhost(x)		((x).s_addr == INADDR_ANY)

static __inline void
sockaddr_in_init1(struct sockaddr_in *sin, const struct in_addr *addr,
    in_port_t port)
{
	sin->sin_port = port;
	sin->sin_addr = *addr;
	memset(sin->sin_zero, 0, sizeof(sin->sin_zero));
}

static __inline void
sockaddr_in_init(struct sockaddr_in *sin, const struct in_addr *addr,
    in_port_t port)
{
	sin->sin_family = AF_INET;
	sin->sin_len = sizeof(*sin);
	sockaddr_in_init1(sin, addr, port);
}

/* NULL without memory. */
static __inline struct sockaddr *
sockaddr_in_alloc(const struct in_addr *addr, in_port_t port, int flags)
{
	struct sockaddr *sa = sockaddr_alloc(AF_INET,
	    sizeof(struct sockaddr_in), flags);

	if (sa != NULL)
		sockaddr_in_init1((struct sockaddr_in *)sa, addr, port);
	return sa;
}

#define	satosin(sa)		((struct sockaddr_in *)(sa))
#define	sintosa(sin)		((struct sockaddr *)(sin))
#define	sintocsa(sin)		((const struct sockaddr *)(sin))
#define	ifatoia(ifa)		((struct in_ifaddr *)(ifa))
#define	satocsin(sa)		((const struct sockaddr_in *)(sa))
#endif /* _KERNEL */

#endif /* !_NETINET_IN_H_ */
