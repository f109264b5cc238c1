/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For kernel halves of tests of neighbours and addresses of IPv6: Ethernet
 * interfaces that keep what they send, messages of ICMPv6 made by hand,
 * counters.
 */
#ifndef _TESTS_NET_NETINET6_N6_H_
#define _TESTS_NET_NETINET6_N6_H_

#define	KIF_NO_DOMAIN
#include "../../kern/net/kif.h"

#include <sys/kernel.h>
#include <sys/proc.h>
#include <sys/sysctl.h>

#include <net/if_llatbl.h>
#include <net/nd.h>

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip6.h>

#include <netinet6/in6_var.h>
#include <netinet6/ip6_var.h>
#include <netinet6/nd6.h>
#include <netinet6/scope6_var.h>

/* The other end's link address, and somebody else's. */
static const uint8_t n6_peer[ETHER_ADDR_LEN] = { 2, 0, 0, 0, 0, 0x99 };
static const uint8_t n6_other[ETHER_ADDR_LEN] = { 2, 0, 0, 0, 0, 0x77 };

static struct socket *n6_so;	/* for requests about addresses */

/* "2001:db8::1" and the like: eight groups, each given. */
static inline struct in6_addr
n6_addr(int a, int b, int c, int d, int e, int f, int g, int h)
{
	const int w[] = { a, b, c, d, e, f, g, h };
	struct in6_addr addr;
	int i;

	for (i = 0; i < 8; i++)
		addr.s6_addr16[i] = htons((uint16_t)w[i]);
	return addr;
}
/* 2001:db8::n, fe80::n, ff02::n; ff02::1:ffxx:xxxx of an address. */
#define	N6_GLOBAL(n)	n6_addr(0x2001, 0xdb8, 0, 0, 0, 0, 0, (n))
#define	N6_LOCAL(n)	n6_addr(0xfe80, 0, 0, 0, 0, 0, 0, (n))
#define	N6_GROUP(n)	n6_addr(0xff02, 0, 0, 0, 0, 0, 0, (n))
/* tst0's own of the link, by its link address. */
#define	N6_OURS		n6_addr(0xfe80, 0, 0, 0, 0, 0xff, 0xfe00, 0)
#define	N6_ANY		n6_addr(0, 0, 0, 0, 0, 0, 0, 0)

static inline struct in6_addr
n6_solicited(struct in6_addr a)
{

	return n6_addr(0xff02, 0, 0, 0, 0, 1, 0xff00 | a.s6_addr[13],
	    a.s6_addr[14] << 8 | a.s6_addr[15]);
}

static inline struct in6_addr
n6_zone(struct in6_addr a, const struct ifnet *ifp)
{

	KT_EQ(0, in6_setscope(&a, ifp, NULL));
	return a;
}

static inline struct sockaddr_in6
n6_sin6(struct in6_addr a)
{
	struct sockaddr_in6 sin6;

	memset(&sin6, 0, sizeof(sin6));
	sockaddr_in6_init(&sin6, &a, 0, 0, 0);
	return sin6;
}

static inline int
n6_ioctl(u_long cmd, void *data)
{

	if (n6_so == NULL)
		KT_EQ(0, socreate(AF_INET6, &n6_so, SOCK_DGRAM, 0, curlwp,
		    NULL));
	return (*ifioctl)(n6_so, cmd, data, curlwp);
}

static inline struct in6_aliasreq
n6_alias(struct ifnet *ifp, struct in6_addr a, int bits)
{
	struct in6_aliasreq ifra;
	struct in6_addr mask;

	memset(&ifra, 0, sizeof(ifra));
	strlcpy(ifra.ifra_name, ifp->if_xname, sizeof(ifra.ifra_name));
	ifra.ifra_addr = n6_sin6(a);
	in6_prefixlen2mask(&mask, bits);
	ifra.ifra_prefixmask = n6_sin6(mask);
	ifra.ifra_lifetime.ia6t_vltime = ND6_INFINITE_LIFETIME;
	ifra.ifra_lifetime.ia6t_pltime = ND6_INFINITE_LIFETIME;
	return ifra;
}

static inline int
n6_add(struct ifnet *ifp, struct in6_addr a, int bits)
{
	struct in6_aliasreq ifra = n6_alias(ifp, a, bits);

	return n6_ioctl(SIOCAIFADDR_IN6, &ifra);
}

/* A request about an interface and an address. */
static inline int
n6_ifreq(u_long cmd, struct ifnet *ifp, struct in6_addr a,
    struct in6_ifreq *ifr)
{
	struct in6_ifreq own;

	if (ifr == NULL)
		ifr = &own;
	memset(ifr, 0, sizeof(*ifr));
	strlcpy(ifr->ifr_name, ifp->if_xname, sizeof(ifr->ifr_name));
	ifr->ifr_ifru.ifru_addr = n6_sin6(a);
	return n6_ioctl(cmd, ifr);
}

/* IN6_IFF_*; -1: there is no such address. */
static inline int
n6_flags(struct ifnet *ifp, struct in6_addr a)
{
	struct in6_ifreq ifr;

	return n6_ifreq(SIOCGIFAFLAG_IN6, ifp, a, &ifr) != 0 ? -1 :
	    ifr.ifr_ifru.ifru_flags6;
}

/* The next packet an interface wants to send, without a wait; or NULL.  What
 * follows the header of Ethernet is aligned. */
static inline struct mbuf *
n6_out(struct ifnet *ifp)
{
	struct mbuf *m;

	IFQ_DEQUEUE(&ifp->if_snd, m);
	if (m != NULL)
		KT((m = m_copyup(m, MIN(m->m_pkthdr.len, 200),
		    ETHER_ALIGN)) != NULL);
	return m;
}

/* A frame of IPv6: its header. */
static inline const struct ip6_hdr *
n6_is_ip6(struct mbuf *m)
{
	const struct ether_header *eh;
	const struct ip6_hdr *ip6;

	KT(m != NULL);
	KT(m->m_len >= ETHER_HDR_LEN + (int)sizeof(*ip6));
	eh = mtod(m, const struct ether_header *);
	KT_EQ(ETHERTYPE_IPV6, ntohs(eh->ether_type));
	ip6 = (const struct ip6_hdr *)(eh + 1);
	KT_EQ(m->m_pkthdr.len, ETHER_HDR_LEN + (int)sizeof(*ip6) +
	    ntohs(ip6->ip6_plen));
	return ip6;
}

/* Behind a header for routers to look at, or directly; NULL: it is none. */
static inline const struct icmp6_hdr *
n6_icmp(struct mbuf *m)
{
	const struct ip6_hdr *ip6 = n6_is_ip6(m);

	if (ip6->ip6_nxt == IPPROTO_ICMPV6)
		return (const struct icmp6_hdr *)(ip6 + 1);
	if (ip6->ip6_nxt == IPPROTO_HOPOPTS &&
	    *(const uint8_t *)(ip6 + 1) == IPPROTO_ICMPV6)
		return (const struct icmp6_hdr *)((const char *)(ip6 + 1) + 8);
	return NULL;
}

/* The next message of a type; those of listeners and others are skipped. */
static inline struct mbuf *
n6_next(struct ifnet *ifp, int type)
{
	const struct icmp6_hdr *icmp;
	struct mbuf *m;

	while ((m = n6_out(ifp)) != NULL) {
		icmp = n6_icmp(m);
		if (icmp != NULL && icmp->icmp6_type == type)
			break;
		m_freem(m);
	}
	return m;
}

/* That within ten seconds; NULL: there was none. */
static inline struct mbuf *
n6_wait(struct ifnet *ifp, int type)
{
	struct mbuf *m = NULL;
	int i;

	for (i = 0; i < 1000 && (m = n6_next(ifp, type)) == NULL; i++)
		(void)kpause("n6", false, MAX(hz / 100, 1), NULL);
	return m;
}

static inline void
n6_drain(struct ifnet *ifp)
{
	struct mbuf *m;

	while ((m = n6_out(ifp)) != NULL)
		m_freem(m);
}

/* A message's addresses, without zones, and hop limit are as they should be,
 * and so is the checksum. */
static inline void
n6_goes(struct mbuf *m, struct in6_addr src, struct in6_addr dst, int hlim)
{
	const struct ip6_hdr *ip6 = n6_is_ip6(m);
	struct mbuf *n;

	KT(IN6_ARE_ADDR_EQUAL(&src, &ip6->ip6_src));
	KT(IN6_ARE_ADDR_EQUAL(&dst, &ip6->ip6_dst));
	KT_EQ(hlim, ip6->ip6_hlim);
	KT((n = m_dup(m, 0, M_COPYALL, M_WAIT)) != NULL);
	m_adj(n, ETHER_HDR_LEN);
	KT((n = m_pullup(n, MIN(n->m_pkthdr.len, 200))) != NULL);
	KT_EQ(0, in6_cksum(n, IPPROTO_ICMPV6, (uint32_t)((const char *)
	    n6_icmp(m) - (const char *)ip6), (uint32_t)(n->m_pkthdr.len -
	    ((const char *)n6_icmp(m) - (const char *)ip6))));
	m_freem(n);
}

/* All that is in queues has been looked at. */
static inline void
n6_settle(void)
{

	pktq_barrier(ip6_pktq);
}

/* A packet with a message; what is 0 is as it should be. */
struct n6_packet {
	struct in6_addr	src, dst;
	int		hlim, code, cut;
	bool		badsum;
	const uint8_t	*from;		/* link address, or NULL: n6_peer */
	const uint8_t	*hopopts;	/* a header of 8 bytes, or NULL */
};

static uint8_t n6_buf[2048];

static inline void
n6_frame(struct ifnet *ifp, const uint8_t *from, const void *data, int len)
{
	struct ether_header eh;
	struct mbuf *m = m_gethdr(M_WAIT, MT_DATA);

	memcpy(eh.ether_dhost, CLLADDR(ifp->if_sadl), ETHER_ADDR_LEN);
	memcpy(eh.ether_shost, from, ETHER_ADDR_LEN);
	eh.ether_type = htons(ETHERTYPE_IPV6);
	m_clget(m, M_WAIT);
	m->m_len = m->m_pkthdr.len = 0;
	m_copyback(m, 0, sizeof(eh), &eh);
	m_copyback(m, sizeof(eh), len, data);
	m_set_rcvif(m, ifp);
	ether_input(ifp, m);
}

static inline void
n6_put(struct ifnet *ifp, const struct n6_packet *p, const void *msg, int len)
{
	struct ip6_hdr *ip6 = (struct ip6_hdr *)(void *)n6_buf;
	const int hlen = (int)sizeof(*ip6) + (p->hopopts != NULL ? 8 : 0);
	struct icmp6_hdr *icmp = (struct icmp6_hdr *)(void *)(n6_buf + hlen);
	uint32_t sum;
	int i;

	KT(len <= (int)sizeof(n6_buf) - hlen);
	memset(n6_buf, 0, sizeof(n6_buf));
	memcpy(icmp, msg, (size_t)len);
	if (p->hopopts != NULL)
		memcpy(ip6 + 1, p->hopopts, 8);
	len -= p->cut;
	ip6->ip6_vfc = IPV6_VERSION;
	ip6->ip6_plen = htons((uint16_t)(hlen - (int)sizeof(*ip6) + len));
	ip6->ip6_nxt = p->hopopts != NULL ? IPPROTO_HOPOPTS : IPPROTO_ICMPV6;
	ip6->ip6_hlim = p->hlim != 0 ? (uint8_t)p->hlim : 255;
	ip6->ip6_src = p->src;
	ip6->ip6_dst = p->dst;
	icmp->icmp6_code = (uint8_t)p->code;
	icmp->icmp6_cksum = 0;
	sum = (uint32_t)len + IPPROTO_ICMPV6;
	for (i = 8; i < hlen + len; i++) {
		if (i < (int)sizeof(*ip6) || i >= hlen)
			sum += (uint32_t)n6_buf[i] << (i % 2 == 0 ? 8 : 0);
	}
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	icmp->icmp6_cksum = htons((uint16_t)(~sum + (p->badsum ? 1 : 0)));
	n6_frame(ifp, p->from != NULL ? p->from : n6_peer, n6_buf,
	    hlen + len);
}

static inline void
n6_in(struct ifnet *ifp, const struct n6_packet *p, const void *msg, int len)
{

	n6_put(ifp, p, msg, len);
	n6_settle();
}

/* An option with a link address, behind a message of len bytes. */
static inline int
n6_opt_ll(uint8_t *msg, int len, int type, const uint8_t *lla)
{

	msg[len] = (uint8_t)type;
	msg[len + 1] = 1;
	memcpy(msg + len + 2, lla, ETHER_ADDR_LEN);
	return len + 8;
}

/* A solicitation for a target; lla NULL: without an option. */
static inline int
n6_ns(uint8_t *msg, struct in6_addr target, const uint8_t *lla)
{
	struct nd_neighbor_solicit *ns = (void *)msg;

	memset(ns, 0, sizeof(*ns));
	ns->nd_ns_type = ND_NEIGHBOR_SOLICIT;
	ns->nd_ns_target = target;
	return lla == NULL ? (int)sizeof(*ns) :
	    n6_opt_ll(msg, (int)sizeof(*ns), ND_OPT_SOURCE_LINKADDR, lla);
}

static inline int
n6_na(uint8_t *msg, struct in6_addr target, uint32_t flags,
    const uint8_t *lla)
{
	struct nd_neighbor_advert *na = (void *)msg;

	memset(na, 0, sizeof(*na));
	na->nd_na_type = ND_NEIGHBOR_ADVERT;
	na->nd_na_flags_reserved = flags;
	na->nd_na_target = target;
	return lla == NULL ? (int)sizeof(*na) :
	    n6_opt_ll(msg, (int)sizeof(*na), ND_OPT_TARGET_LINKADDR, lla);
}

/* net.inet6.PROTO.NODE, a table of counters, one of them. */
static inline uint64_t
n6_stat(int proto, int node, u_int n)
{
	const int name[] = { CTL_NET, PF_INET6, proto, node };
	static uint64_t v[1024];
	size_t len = sizeof(v);

	sysctl_lock(false);
	KT_EQ(0, sysctl_dispatch(name, 4, v, &len, NULL, 0, name, curlwp,
	    NULL));
	sysctl_unlock();
	KT(n < len / sizeof(v[0]));
	return v[n];
}
#define	n6_icmpstat(n)	n6_stat(IPPROTO_ICMPV6, ICMPV6CTL_STATS, (n))

/* An int of net.inet6.PROTO. */
static inline int
n6_sysctl(int proto, int node, int v)
{
	const int name[] = { CTL_NET, PF_INET6, proto, node };
	size_t len = 0;
	int error;

	sysctl_lock(true);
	error = sysctl_dispatch(name, 4, NULL, &len, &v, sizeof(v), name,
	    NULL, NULL);
	sysctl_unlock();
	return error;
}

/* "tst0", up, with its link-local address. */
static inline struct ifnet *
n6_make(const char *name)
{
	struct ifnet *ifp = kif_make(name);

	kif_flags(ifp, ifp->if_flags | IFF_UP);
	KT((ifp->if_flags & IFF_UP) != 0);
	(void)kpause("n6", false, MAX(hz / 50, 1), NULL);
	n6_drain(ifp);
	return ifp;
}

static inline void
n6_destroy(const char *name)
{
	const u_int n = kif_count;

	if (n6_so != NULL)
		KT_EQ(0, soclose(n6_so));
	n6_so = NULL;
	KT_EQ(0, kif_clone(SIOCIFDESTROY, name));
	KT_EQ(n - 1, kif_count);
}

/* ln_state of a neighbour; -99: there is none. */
static inline int
n6_state(struct ifnet *ifp, struct in6_addr a)
{
	const struct in6_addr key = n6_zone(a, ifp);
	struct llentry *lle = nd6_lookup(&key, ifp, false);
	int st;

	if (lle == NULL)
		return -99;
	st = lle->ln_state;
	LLE_RUNLOCK(lle);
	return st;
}

/* Its link address is that. */
static inline bool
n6_has_lla(struct ifnet *ifp, struct in6_addr a, const uint8_t *lla)
{
	const struct in6_addr key = n6_zone(a, ifp);
	struct llentry *lle = nd6_lookup(&key, ifp, false);
	bool has;

	if (lle == NULL)
		return false;
	has = (lle->la_flags & LLE_VALID) != 0 &&
	    memcmp(&lle->ll_addr, lla, ETHER_ADDR_LEN) == 0;
	LLE_RUNLOCK(lle);
	return has;
}

#endif /* !_TESTS_NET_NETINET6_N6_H_ */
