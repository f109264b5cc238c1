/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For kernel halves of tests of IPv4: Ethernet interfaces that keep what they
 * send, packets made by hand, counters.
 */
#ifndef _TESTS_NET_NETINET_NT_H_
#define _TESTS_NET_NETINET_NT_H_

#define	KIF_NO_DOMAIN
#include "../../kern/net/kif.h"

#include <sys/protosw.h>
#include <sys/sysctl.h>

#include <net/if_arp.h>
#include <net/if_llatbl.h>
#include <net/nd.h>
#include <net/net_stats.h>

#include <netinet/icmp_var.h>
#include <netinet/if_inarp.h>
#include <netinet/igmp.h>
#include <netinet/igmp_var.h>
#include <netinet/in.h>
#include <netinet/in_offload.h>
#include <netinet/in_var.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <netinet/ip_var.h>
#include <netinet/udp_var.h>

/* The other end has address .2 of a net, or any, and this link address. */
static const uint8_t nt_peer[ETHER_ADDR_LEN] = { 2, 0, 0, 0, 0, 0x99 };

static struct socket *nt_so;	/* for requests about addresses */

static inline struct sockaddr_in
nt_sin(uint32_t addr)
{
	const struct in_addr a = { .s_addr = htonl(addr) };
	struct sockaddr_in sin;

	sockaddr_in_init(&sin, &a, 0);
	return sin;
}

static inline struct in_addr
nt_in_addr(uint32_t addr)
{

	return (struct in_addr){ .s_addr = htonl(addr) };
}

static inline int
nt_ioctl(u_long cmd, void *data)
{

	if (nt_so == NULL)
		KT_EQ(0, socreate(AF_INET, &nt_so, SOCK_DGRAM, 0, curlwp,
		    NULL));
	return (*ifioctl)(nt_so, cmd, data, curlwp);
}

/* SIOCAIFADDR; bits 0: no mask is given. */
static inline int
nt_addr(struct ifnet *ifp, uint32_t addr, int bits)
{
	struct in_aliasreq ifra;

	memset(&ifra, 0, sizeof(ifra));
	strlcpy(ifra.ifra_name, ifp->if_xname, sizeof(ifra.ifra_name));
	ifra.ifra_addr = nt_sin(addr);
	if (bits != 0)
		ifra.ifra_mask = nt_sin(~0u << (32 - bits));
	return nt_ioctl(SIOCAIFADDR, &ifra);
}

/* A request about an interface and an address. */
static inline int
nt_ifreq(u_long cmd, struct ifnet *ifp, uint32_t addr)
{
	struct sockaddr_in sin = nt_sin(addr);
	struct ifreq ifr;

	memset(&ifr, 0, sizeof(ifr));
	strlcpy(ifr.ifr_name, ifp->if_xname, sizeof(ifr.ifr_name));
	memcpy(&ifr.ifr_addr, &sin, sizeof(sin));
	return nt_ioctl(cmd, &ifr);
}

static inline int
nt_deladdr(struct ifnet *ifp, uint32_t addr)
{

	return nt_ifreq(SIOCDIFADDR, ifp, addr);
}

/* The next packet an interface wants to send, without a wait; or NULL. */
static inline struct mbuf *
nt_out(struct ifnet *ifp)
{
	struct mbuf *m;

	IFQ_DEQUEUE(&ifp->if_snd, m);
	if (m != NULL)
		KT((m = m_pullup(m, MIN(m->m_pkthdr.len, 200))) != NULL);
	return m;
}

static inline void
nt_drain(struct ifnet *ifp)
{
	struct mbuf *m;

	while ((m = nt_out(ifp)) != NULL)
		m_freem(m);
}

static inline void
nt_nothing(struct ifnet *ifp)
{

	KT(nt_out(ifp) == NULL);
}

/* "tst0" with an address, up. */
static inline struct ifnet *
nt_make(const char *name, uint32_t addr, int bits)
{
	struct ifnet *ifp = kif_make(name);

	KT_EQ(0, nt_addr(ifp, addr, bits));
	nt_drain(ifp);
	return ifp;
}

static inline void
nt_destroy(const char *name)
{
	const u_int n = kif_count;

	if (nt_so != NULL)
		KT_EQ(0, soclose(nt_so));
	nt_so = NULL;
	KT_EQ(0, kif_clone(SIOCIFDESTROY, name));
	KT_EQ(n - 1, kif_count);
}

/* All that is in queues has been looked at. */
static inline void
nt_settle(void)
{

	pktq_barrier(ip_pktq);
}

/* What frames that come in leave undone: M_CSUM_*, and where. */
static int nt_csum_flags;
static uint32_t nt_csum_data;

/* A frame comes in, its header in front of these bytes. */
static inline void
nt_frame(struct ifnet *ifp, int etype, const uint8_t *dst, const void *data,
    int len)
{
	struct ether_header eh;
	struct mbuf *m = m_gethdr(M_WAIT, MT_DATA);

	if (dst == NULL)
		dst = (const uint8_t *)CLLADDR(ifp->if_sadl);
	memcpy(eh.ether_dhost, dst, ETHER_ADDR_LEN);
	memcpy(eh.ether_shost, nt_peer, ETHER_ADDR_LEN);
	eh.ether_type = htons((uint16_t)etype);
	m_clget(m, M_WAIT);
	m->m_len = 0;
	m->m_pkthdr.len = 0;
	m_copyback(m, 0, sizeof(eh), &eh);
	m_copyback(m, sizeof(eh), len, data);
	m_set_rcvif(m, ifp);
	m->m_pkthdr.csum_flags = nt_csum_flags;
	m->m_pkthdr.csum_data = nt_csum_data;
	ether_input(ifp, m);
}

/* An IP packet; what is 0 is as it should be. */
struct nt_ip {
	uint32_t	src, dst;	/* host order */
	uint8_t		proto, ttl, tos;
	uint16_t	id, off;	/* off: IP_*, host order */
	const void	*opts;
	int		optlen;
	const void	*data;
	int		len;		/* of data */
	int		v, hl, iplen;	/* what the header says instead */
	int		cut;		/* bytes that are not there */
	int		badsum;
	const uint8_t	*ether;		/* to whom, or NULL: to us */
};

static uint8_t nt_buf[2048 + 100];

/* It need not have been looked at when this returns. */
static inline void
nt_ip_put(struct ifnet *ifp, const struct nt_ip *n)
{
	const int hlen = (int)sizeof(struct ip) + n->optlen;
	struct ip *ip = (struct ip *)(void *)nt_buf;
	uint32_t sum = 0;
	int i;

	KT(hlen + n->len <= (int)sizeof(nt_buf));
	memset(ip, 0, sizeof(*ip));
	ip->ip_v = n->v != 0 ? (u_int)n->v : IPVERSION;
	ip->ip_hl = n->hl != 0 ? (u_int)n->hl : (u_int)hlen >> 2;
	ip->ip_tos = n->tos;
	ip->ip_len = htons((uint16_t)(n->iplen != 0 ? n->iplen :
	    hlen + n->len));
	ip->ip_id = htons(n->id);
	ip->ip_off = htons(n->off);
	ip->ip_ttl = n->ttl != 0 ? n->ttl : 64;
	ip->ip_p = n->proto;
	ip->ip_src.s_addr = htonl(n->src);
	ip->ip_dst.s_addr = htonl(n->dst);
	if (n->optlen > 0)
		memcpy(ip + 1, n->opts, (size_t)n->optlen);
	if (n->len > 0)
		memcpy(nt_buf + hlen, n->data, (size_t)n->len);
	for (i = 0; i < hlen; i += 2)
		sum += (uint32_t)nt_buf[i] << 8 | nt_buf[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	ip->ip_sum = htons((uint16_t)(~sum + (u_int)n->badsum));
	nt_frame(ifp, ETHERTYPE_IP, n->ether, nt_buf, hlen + n->len - n->cut);
}

static inline void
nt_ip_in(struct ifnet *ifp, const struct nt_ip *n)
{

	nt_ip_put(ifp, n);
	nt_settle();
}

/* One of many: now and then what came is looked at, and what went freed. */
static inline void
nt_ip_fuzz(struct ifnet *ifp, const struct nt_ip *n, int i)
{

	nt_ip_put(ifp, n);
	if (i % 64 != 0)
		return;
	nt_settle();
	nt_drain(ifp);
}

/* The Internet checksum into a message's place for it. */
static inline void
nt_cksum(void *msg, int len, int at)
{
	uint8_t *p = msg;
	uint32_t sum = 0;
	int i;

	p[at] = p[at + 1] = 0;
	for (i = 0; i < len; i++)
		sum += i % 2 == 0 ? (uint32_t)p[i] << 8 : p[i];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = ~((sum & 0xffff) + (sum >> 16));
	p[at] = (uint8_t)(sum >> 8);
	p[at + 1] = (uint8_t)sum;
}

/* An ARP packet comes in. */
static inline void
nt_arp_in(struct ifnet *ifp, int op, const uint8_t *sha, uint32_t spa,
    uint32_t tpa)
{
	uint8_t buf[28];
	struct arphdr *ah = (struct arphdr *)(void *)buf;
	const struct in_addr s = nt_in_addr(spa), t = nt_in_addr(tpa);

	memset(buf, 0, sizeof(buf));
	ah->ar_hrd = htons(ARPHRD_ETHER);
	ah->ar_pro = htons(ETHERTYPE_IP);
	ah->ar_hln = 6;
	ah->ar_pln = 4;
	ah->ar_op = htons((uint16_t)op);
	memcpy(ar_sha(ah), sha, 6);
	memcpy(ar_spa(ah), &s, 4);
	memcpy(ar_tpa(ah), &t, 4);
	nt_frame(ifp, ETHERTYPE_ARP, op == ARPOP_REQUEST ?
	    etherbroadcastaddr : NULL, buf, sizeof(buf));
}

/* The peer has that address: it said so. */
static inline void
nt_learn(struct ifnet *ifp, uint32_t addr, uint32_t ours)
{

	nt_arp_in(ifp, ARPOP_REQUEST, nt_peer, addr, ours);
	nt_drain(ifp);
}

/* What went out is an IP packet of that protocol: its header. */
static inline const struct ip *
nt_is_ip(struct mbuf *m, int proto)
{
	const struct ether_header *eh;
	const struct ip *ip;

	KT(m != NULL);
	KT(m->m_len >= ETHER_HDR_LEN + (int)sizeof(*ip));
	eh = mtod(m, const struct ether_header *);
	KT_EQ(ETHERTYPE_IP, ntohs(eh->ether_type));
	ip = (const struct ip *)(eh + 1);
	KT_EQ(proto, ip->ip_p);
	KT_EQ(0, cpu_in_cksum(m, ip->ip_hl << 2, ETHER_HDR_LEN, 0));
	KT_EQ(m->m_pkthdr.len, ETHER_HDR_LEN + ntohs(ip->ip_len));
	return ip;
}

/* What went out is a message of ICMP, from one to another: its header. */
static inline const struct icmp *
nt_is_icmp(struct mbuf *m, uint32_t src, uint32_t dst, int type)
{
	const struct ip *ip = nt_is_ip(m, IPPROTO_ICMP);
	const struct icmp *icp = (const struct icmp *)(ip + 1);

	KT_EQ(dst, ntohl(ip->ip_dst.s_addr));
	KT_EQ(src, ntohl(ip->ip_src.s_addr));
	KT_EQ(type, icp->icmp_type);
	KT_EQ(0, cpu_in_cksum(m, m->m_pkthdr.len - ETHER_HDR_LEN - 20,
	    ETHER_HDR_LEN + 20, 0));
	return icp;
}

/* An ARP packet went out. */
static inline const struct arphdr *
nt_is_arp(struct mbuf *m, int op)
{
	const struct ether_header *eh;
	const struct arphdr *ah;

	KT(m != NULL);
	eh = mtod(m, const struct ether_header *);
	KT_EQ(ETHERTYPE_ARP, ntohs(eh->ether_type));
	ah = (const struct arphdr *)(eh + 1);
	KT_EQ(op, ntohs(ah->ar_op));
	return ah;
}

/* net.inet.PROTO.NODE, a table of counters, one of them. */
static inline uint64_t
nt_stat(int proto, int node, u_int n)
{
	const int name[] = { CTL_NET, PF_INET, proto, node };
	static uint64_t v[128];
	size_t len = sizeof(v);

	sysctl_lock(false);
	KT_EQ(0, sysctl_dispatch(name, 4, v, &len, NULL, 0, name, curlwp,
	    NULL));
	sysctl_unlock();
	return v[n];
}
#define	nt_ipstat(n)	nt_stat(IPPROTO_IP, IPCTL_STATS, (n))
#define	nt_icmpstat(n)	nt_stat(IPPROTO_ICMP, ICMPCTL_STATS, (n))
#define	nt_udpstat(n)	nt_stat(IPPROTO_UDP, UDPCTL_STATS, (n))

/* An int of net.inet.PROTO. */
static inline int
nt_sysctl(int proto, int node, int v)
{
	const int name[] = { CTL_NET, PF_INET, proto, node };
	size_t len = 0;
	int error;

	sysctl_lock(true);
	error = sysctl_dispatch(name, 4, NULL, &len, &v, sizeof(v), name,
	    NULL, NULL);
	sysctl_unlock();
	return error;
}

/* A socket of UDP, bound; with a buffer for many. */
static inline struct socket *
nt_udp(uint32_t addr, int port)
{
	struct sockaddr_in sin = nt_sin(addr);
	struct socket *so;

	sin.sin_port = htons((uint16_t)port);
	KT_EQ(0, socreate(AF_INET, &so, SOCK_DGRAM, 0, curlwp, NULL));
	KT_EQ(0, sobind(so, sintosa(&sin), curlwp));
	return so;
}

static inline int
nt_sendto(struct socket *so, uint32_t dst, int port, const void *data,
    int len)
{
	struct sockaddr_in sin = nt_sin(dst);
	struct mbuf *m = m_gethdr(M_WAIT, MT_DATA);

	sin.sin_port = htons((uint16_t)port);
	m->m_len = m->m_pkthdr.len = 0;
	if (len > 0)
		m_copyback(m, 0, len, data);
	return (*so->so_send)(so, sintosa(&sin), NULL, m, NULL, MSG_DONTWAIT,
	    curlwp);
}

/* How many bytes are in the buffer. */
static inline int
nt_ready(struct socket *so)
{
	struct mbuf *m;
	int n = 0;

	solock(so);
	for (m = so->so_rcv.sb_mb; m != NULL; m = m->m_nextpkt)
		n++;
	sounlock(so);
	return n;
}

/* The next datagram: its length, or -1. */
static inline int
nt_recv(struct socket *so, void *buf, int size)
{
	struct uio uio = { .uio_resid = 65536 };
	int flags = MSG_DONTWAIT, len;
	struct mbuf *m = NULL;

	if ((*so->so_receive)(so, NULL, &uio, &m, NULL, &flags) != 0)
		return -1;
	if (m == NULL)
		return 0;
	len = (int)m_length(m);
	if (buf != NULL)
		m_copydata(m, 0, MIN(len, size), buf);
	m_freem(m);
	return len;
}

#endif /* !_TESTS_NET_NETINET_NT_H_ */
