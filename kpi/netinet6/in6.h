/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses of IPv6 and options of its sockets: inet6(4), ip6(4), RFC 4291,
 * RFC 3493, RFC 3542, RFC 4007.  Programs include <netinet/in.h>.
 *
 * Inside the kernel the scope of a link-local address may be in its second
 * 16-bit word (the index of the interface, network order); sin6_scope_id has
 * it everywhere else.
 */

#ifndef _NETINET6_IN6_H_
#define	_NETINET6_IN6_H_

#ifndef __KAME_NETINET_IN_H_INCLUDED_
#error "include <netinet/in.h>, not <netinet6/in6.h>"
#endif

#include <sys/socket.h>

#define	__KAME__
#define	__KAME_VERSION		"NetBSD-current"

#define	IPV6PORT_RESERVED	1024
#define	IPV6PORT_ANONMIN	49152
#define	IPV6PORT_ANONMAX	65535
#define	IPV6PORT_RESERVEDMIN	600
#define	IPV6PORT_RESERVEDMAX	(IPV6PORT_RESERVED - 1)

struct in6_addr {
	union {
		__uint8_t	__u6_addr8[16];
		__uint16_t	__u6_addr16[8];
		uint32_t	__u6_addr32[4];
	} __u6_addr;
};
#define	s6_addr		__u6_addr.__u6_addr8
#ifdef _KERNEL
#define	s6_addr8	__u6_addr.__u6_addr8
#define	s6_addr16	__u6_addr.__u6_addr16
#define	s6_addr32	__u6_addr.__u6_addr32
#endif

#define	INET6_ADDRSTRLEN	46

#define	SIN6_LEN
struct sockaddr_in6 {
	uint8_t		sin6_len;
	sa_family_t	sin6_family;
	in_port_t	sin6_port;
	uint32_t	sin6_flowinfo;
	struct in6_addr	sin6_addr;
	uint32_t	sin6_scope_id;
};

#define	__IN6_INIT(b0, b1, b15)						\
	{ { { b0, b1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, b15 } } }
#define	IN6ADDR_ANY_INIT			__IN6_INIT(0, 0, 0)
#define	IN6ADDR_LOOPBACK_INIT			__IN6_INIT(0, 0, 1)
#define	IN6ADDR_NODELOCAL_ALLNODES_INIT		__IN6_INIT(0xff, 1, 1)
#define	IN6ADDR_LINKLOCAL_ALLNODES_INIT		__IN6_INIT(0xff, 2, 1)
#define	IN6ADDR_LINKLOCAL_ALLROUTERS_INIT	__IN6_INIT(0xff, 2, 2)

extern const struct in6_addr in6addr_any;
extern const struct in6_addr in6addr_loopback;
extern const struct in6_addr in6addr_nodelocal_allnodes;
extern const struct in6_addr in6addr_linklocal_allnodes;
extern const struct in6_addr in6addr_linklocal_allrouters;

/* One 32-bit word of an address, wherever it lies. */
#define	__IN6_W(a, n)							\
	(*(const uint32_t *)(const void *)(&(a)->s6_addr[4 * (n)]))

#define	IN6_ARE_ADDR_EQUAL(a, b)					\
	(memcmp(&(a)->s6_addr[0], &(b)->s6_addr[0],			\
	    sizeof(struct in6_addr)) == 0)
#define	IN6_IS_ADDR_UNSPECIFIED(a)					\
	(__IN6_W(a, 0) == 0 && __IN6_W(a, 1) == 0 &&			\
	 __IN6_W(a, 2) == 0 && __IN6_W(a, 3) == 0)
#define	IN6_IS_ADDR_LOOPBACK(a)						\
	(__IN6_W(a, 0) == 0 && __IN6_W(a, 1) == 0 &&			\
	 __IN6_W(a, 2) == 0 && __IN6_W(a, 3) == ntohl(1))
#define	IN6_IS_ADDR_V4COMPAT(a)						\
	(__IN6_W(a, 0) == 0 && __IN6_W(a, 1) == 0 &&			\
	 __IN6_W(a, 2) == 0 && __IN6_W(a, 3) != 0 &&			\
	 __IN6_W(a, 3) != ntohl(1))
#define	IN6_IS_ADDR_V4MAPPED(a)						\
	(__IN6_W(a, 0) == 0 && __IN6_W(a, 1) == 0 &&			\
	 __IN6_W(a, 2) == ntohl(0x0000ffff))
#define	IN6_IS_ADDR_LINKLOCAL(a)					\
	((a)->s6_addr[0] == 0xfe && ((a)->s6_addr[1] & 0xc0) == 0x80)
#define	IN6_IS_ADDR_SITELOCAL(a)					\
	((a)->s6_addr[0] == 0xfe && ((a)->s6_addr[1] & 0xc0) == 0xc0)
#define	IN6_IS_ADDR_MULTICAST(a)	((a)->s6_addr[0] == 0xff)

/* Scopes of multicast addresses, RFC 7346. */
#define	__IPV6_ADDR_SCOPE_NODELOCAL	0x01
#define	__IPV6_ADDR_SCOPE_LINKLOCAL	0x02
#define	__IPV6_ADDR_SCOPE_SITELOCAL	0x05
#define	__IPV6_ADDR_SCOPE_ORGLOCAL	0x08
#define	__IPV6_ADDR_SCOPE_GLOBAL	0x0e
#define	__IPV6_ADDR_MC_SCOPE(a)		((a)->s6_addr[1] & 0x0f)
#define	__IN6_MC_IN(a, scope)						\
	(IN6_IS_ADDR_MULTICAST(a) && __IPV6_ADDR_MC_SCOPE(a) == (scope))
#define	IN6_IS_ADDR_MC_NODELOCAL(a)					\
	__IN6_MC_IN(a, __IPV6_ADDR_SCOPE_NODELOCAL)
#define	IN6_IS_ADDR_MC_LINKLOCAL(a)					\
	__IN6_MC_IN(a, __IPV6_ADDR_SCOPE_LINKLOCAL)
#define	IN6_IS_ADDR_MC_SITELOCAL(a)					\
	__IN6_MC_IN(a, __IPV6_ADDR_SCOPE_SITELOCAL)
#define	IN6_IS_ADDR_MC_ORGLOCAL(a)					\
	__IN6_MC_IN(a, __IPV6_ADDR_SCOPE_ORGLOCAL)
#define	IN6_IS_ADDR_MC_GLOBAL(a)					\
	__IN6_MC_IN(a, __IPV6_ADDR_SCOPE_GLOBAL)

#ifdef _KERNEL
#define	IPV6_ADDR_SCOPE_NODELOCAL	__IPV6_ADDR_SCOPE_NODELOCAL
#define	IPV6_ADDR_SCOPE_INTFACELOCAL	__IPV6_ADDR_SCOPE_NODELOCAL
#define	IPV6_ADDR_SCOPE_LINKLOCAL	__IPV6_ADDR_SCOPE_LINKLOCAL
#define	IPV6_ADDR_SCOPE_SITELOCAL	__IPV6_ADDR_SCOPE_SITELOCAL
#define	IPV6_ADDR_SCOPE_ORGLOCAL	__IPV6_ADDR_SCOPE_ORGLOCAL
#define	IPV6_ADDR_SCOPE_GLOBAL		__IPV6_ADDR_SCOPE_GLOBAL
#define	IPV6_ADDR_MC_SCOPE(a)		__IPV6_ADDR_MC_SCOPE(a)
#define	IN6_IS_ADDR_MC_INTFACELOCAL(a)	IN6_IS_ADDR_MC_NODELOCAL(a)
#define	IN6_IS_SCOPE_LINKLOCAL(a)					\
	(IN6_IS_ADDR_LINKLOCAL(a) || IN6_IS_ADDR_MC_LINKLOCAL(a))
/* Those whose scope the kernel writes into the address. */
#define	IN6_IS_SCOPE_EMBEDDABLE(a)					\
	(IN6_IS_SCOPE_LINKLOCAL(a) || IN6_IS_ADDR_MC_INTFACELOCAL(a))

/* Words of well-known addresses, in the machine's order. */
#define	IPV6_ADDR_INT32_ONE	((uint32_t)htonl(1))
#define	IPV6_ADDR_INT32_TWO	((uint32_t)htonl(2))
#define	IPV6_ADDR_INT32_MNL	((uint32_t)htonl(0xff010000))
#define	IPV6_ADDR_INT32_MLL	((uint32_t)htonl(0xff020000))
#define	IPV6_ADDR_INT32_SMP	((uint32_t)htonl(0x0000ffff))
#define	IPV6_ADDR_INT16_ULL	((uint16_t)htons(0xfe80))
#define	IPV6_ADDR_INT16_USL	((uint16_t)htons(0xfec0))
#define	IPV6_ADDR_INT16_MLL	((uint16_t)htons(0xff02))

#define	__IN6_FF4		0xff, 0xff, 0xff, 0xff
#define	__IN6_004		0, 0, 0, 0
#define	IN6MASK0   { { { __IN6_004, __IN6_004, __IN6_004, __IN6_004 } } }
#define	IN6MASK32  { { { __IN6_FF4, __IN6_004, __IN6_004, __IN6_004 } } }
#define	IN6MASK64  { { { __IN6_FF4, __IN6_FF4, __IN6_004, __IN6_004 } } }
#define	IN6MASK96  { { { __IN6_FF4, __IN6_FF4, __IN6_FF4, __IN6_004 } } }
#define	IN6MASK128 { { { __IN6_FF4, __IN6_FF4, __IN6_FF4, __IN6_FF4 } } }
extern const struct sockaddr_in6 sa6_any;
extern const struct in6_addr in6mask0, in6mask32, in6mask64, in6mask96,
    in6mask128;

/* Of a struct in6_ifaddr: past its preferred, past its valid lifetime. */
#define	__IA6_OLDER(ia, life)						\
	((life) != ND6_INFINITE_LIFETIME &&				\
	 (uint32_t)(time_uptime - (ia)->ia6_updatetime) > (life))
#define	IFA6_IS_DEPRECATED(ia)						\
	__IA6_OLDER(ia, (ia)->ia6_lifetime.ia6t_pltime)
#define	IFA6_IS_INVALID(ia)						\
	__IA6_OLDER(ia, (ia)->ia6_lifetime.ia6t_vltime)
#endif /* _KERNEL */

struct route_in6 {
	struct rtentry		*ro_rt;
	struct sockaddr_in6	ro_dst;
};

/* Options of level IPPROTO_IPV6, see ip6(4). */
#define	IPV6_SOCKOPT_RESERVED1	3
#define	IPV6_UNICAST_HOPS	4	/* int */
#define	IPV6_MULTICAST_IF	9	/* u_int */
#define	IPV6_MULTICAST_HOPS	10	/* int */
#define	IPV6_MULTICAST_LOOP	11	/* u_int */
#define	IPV6_JOIN_GROUP		12	/* struct ipv6_mreq */
#define	IPV6_LEAVE_GROUP	13	/* struct ipv6_mreq */
#define	IPV6_PORTRANGE		14	/* int */
#define	IPV6_PORTALGO		17	/* int */
#define	ICMP6_FILTER		18	/* struct icmp6_filter */
#ifdef _KERNEL
#define	IPV6_2292PKTINFO	19	/* those of RFC 2292 */
#define	IPV6_2292HOPLIMIT	20
#define	IPV6_2292NEXTHOP	21
#define	IPV6_2292HOPOPTS	22
#define	IPV6_2292DSTOPTS	23
#define	IPV6_2292RTHDR		24
#define	IPV6_2292PKTOPTIONS	25
#endif
#define	IPV6_CHECKSUM		26	/* int: where a raw socket has it */
#define	IPV6_V6ONLY		27	/* int */
#define	IPV6_IPSEC_POLICY	28
#define	IPV6_FAITH		29
#define	IPV6_RTHDRDSTOPTS	35
#define	IPV6_RECVPKTINFO	36	/* int */
#define	IPV6_RECVHOPLIMIT	37	/* int */
#define	IPV6_RECVRTHDR		38	/* int */
#define	IPV6_RECVHOPOPTS	39	/* int */
#define	IPV6_RECVDSTOPTS	40	/* int */
#ifdef _KERNEL
#define	IPV6_RECVRTHDRDSTOPTS	41	/* int */
#endif
#define	IPV6_USE_MIN_MTU	42	/* int */
#define	IPV6_RECVPATHMTU	43	/* int */
#define	IPV6_PATHMTU		44	/* struct ip6_mtuinfo */
#define	IPV6_PKTINFO		46	/* struct in6_pktinfo */
#define	IPV6_HOPLIMIT		47	/* int */
#define	IPV6_NEXTHOP		48	/* struct sockaddr */
#define	IPV6_HOPOPTS		49	/* struct ip6_hbh */
#define	IPV6_DSTOPTS		50	/* struct ip6_dest */
#define	IPV6_RTHDR		51	/* struct ip6_rthdr */
#define	IPV6_RECVTCLASS		57	/* int */
#ifdef _KERNEL
#define	IPV6_OTCLASS		58
#endif
#define	IPV6_TCLASS		61	/* int */
#define	IPV6_DONTFRAG		62	/* int */
#define	IPV6_PREFER_TEMPADDR	63	/* int */
#define	IPV6_BINDANY		64	/* int */

#define	IPV6_RTHDR_LOOSE	0
#define	IPV6_RTHDR_STRICT	1
#define	IPV6_RTHDR_TYPE_0	0

#define	IPV6_DEFAULT_MULTICAST_HOPS	1
#define	IPV6_DEFAULT_MULTICAST_LOOP	1

struct ipv6_mreq {
	struct in6_addr	ipv6mr_multiaddr;
	unsigned int	ipv6mr_interface;
};

struct in6_pktinfo {
	struct in6_addr	ipi6_addr;
	unsigned int	ipi6_ifindex;
};

struct ip6_mtuinfo {
	struct sockaddr_in6 ip6m_addr;
	uint32_t	ip6m_mtu;
};

#define	IPV6_PORTRANGE_DEFAULT	0
#define	IPV6_PORTRANGE_HIGH	1
#define	IPV6_PORTRANGE_LOW	2

#define	IPV6PROTO_MAXID		(IPPROTO_PIM + 1)

/* Names below net.inet6.ip6. */
#define	IPV6CTL_FORWARDING	1
#define	IPV6CTL_SENDREDIRECTS	2
#define	IPV6CTL_DEFHLIM		3
#define	IPV6CTL_FORWSRCRT	5
#define	IPV6CTL_STATS		6
#define	IPV6CTL_MRTSTATS	7
#define	IPV6CTL_MRTPROTO	8
#define	IPV6CTL_MAXFRAGPACKETS	9
#define	IPV6CTL_SOURCECHECK	10
#define	IPV6CTL_SOURCECHECK_LOGINT 11
#define	IPV6CTL_ACCEPT_RTADV	12
#define	IPV6CTL_KEEPFAITH	13
#define	IPV6CTL_LOG_INTERVAL	14
#define	IPV6CTL_HDRNESTLIMIT	15
#define	IPV6CTL_DAD_COUNT	16
#define	IPV6CTL_AUTO_FLOWLABEL	17
#define	IPV6CTL_DEFMCASTHLIM	18
#define	IPV6CTL_GIF_HLIM	19
#define	IPV6CTL_KAME_VERSION	20
#define	IPV6CTL_USE_DEPRECATED	21
#define	IPV6CTL_RR_PRUNE	22
#define	IPV6CTL_V6ONLY		24
#define	IPV6CTL_ANONPORTMIN	28
#define	IPV6CTL_ANONPORTMAX	29
#define	IPV6CTL_LOWPORTMIN	30
#define	IPV6CTL_LOWPORTMAX	31
#define	IPV6CTL_AUTO_LINKLOCAL	35
#define	IPV6CTL_ADDRCTLPOLICY	38
#define	IPV6CTL_USE_DEFAULTZONE	39
#define	IPV6CTL_MAXFRAGS	41
#define	IPV6CTL_IFQ		42
#define	IPV6CTL_RTADV_MAXROUTES	43
#define	IPV6CTL_RTADV_NUMROUTES	44

#ifdef _KERNEL
#include <sys/systm.h>

struct ifnet;
struct mbuf;

/* As in4_cksum(), in <netinet/in.h>. */
int	in6_cksum(struct mbuf *, uint8_t nxt, uint32_t off, uint32_t len);

/* RFC 5952; with scope_id, "%index", if it is not 0. */
int	in6_print(char *, size_t, const struct in6_addr *);
#define	IN6_PRINT(b, a)	(in6_print((b), sizeof(b), (a)), (b))
int	sin6_print(char *, size_t, const void *);

/* Of this machine's, or of a net of one of its interfaces. */
int	in6_localaddr(const struct in6_addr *);
/* IPV6_ADDR_SCOPE_*. */
int	in6_addrscope(const struct in6_addr *);
struct in6_ifaddr *in6_ifawithifp(struct ifnet *, struct in6_addr *);
void	in6_if_up(struct ifnet *);
void	in6_if_down(struct ifnet *);
void	in6_if_link_up(struct ifnet *);
void	in6_if_link_down(struct ifnet *);

/* That of in_cksum_phdr(), which see; len and next header in network order. */
static __inline uint16_t
in6_cksum_phdr(const struct in6_addr *src, const struct in6_addr *dst,
    uint32_t len, uint32_t nxt)
{
	uint64_t sum = (uint64_t)len + nxt;
	int i;

	for (i = 0; i < 4; i++)
		sum += (uint64_t)__IN6_W(src, i) + __IN6_W(dst, i);
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + ((sum >> 16) & 0xffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)(sum + (sum >> 16));
}

static __inline void
sockaddr_in6_init1(struct sockaddr_in6 *sin6, const struct in6_addr *addr,
    in_port_t port, uint32_t flowinfo, uint32_t scope_id)
{
	sin6->sin6_port = port;
	sin6->sin6_flowinfo = flowinfo;
	sin6->sin6_addr = *addr;
	sin6->sin6_scope_id = scope_id;
}

static __inline void
sockaddr_in6_init(struct sockaddr_in6 *sin6, const struct in6_addr *addr,
    in_port_t port, uint32_t flowinfo, uint32_t scope_id)
{
	sin6->sin6_family = AF_INET6;
	sin6->sin6_len = sizeof(*sin6);
	sockaddr_in6_init1(sin6, addr, port, flowinfo, scope_id);
}

/* NULL without memory. */
static __inline struct sockaddr *
sockaddr_in6_alloc(const struct in6_addr *addr, in_port_t port,
    uint32_t flowinfo, uint32_t scope_id, int flags)
{
	struct sockaddr *sa = sockaddr_alloc(AF_INET6,
	    sizeof(struct sockaddr_in6), flags);

	if (sa != NULL)
		sockaddr_in6_init1((struct sockaddr_in6 *)sa, addr, port,
		    flowinfo, scope_id);
	return sa;
}

#define	satosin6(sa)	((struct sockaddr_in6 *)(sa))
#define	satocsin6(sa)	((const struct sockaddr_in6 *)(sa))
#define	sin6tosa(sin6)	((struct sockaddr *)(sin6))
#define	sin6tocsa(sin6)	((const struct sockaddr *)(sin6))
#define	ifatoia6(ifa)	((struct in6_ifaddr *)(ifa))
#endif /* _KERNEL */

#endif /* !_NETINET6_IN6_H_ */
