/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_ip6.
 */
#include "p6.h"

#include <sys/cprng.h>
#include <sys/protosw.h>

void	rump_kt_ip6_malformed(void);
void	rump_kt_ip6_addresses(void);
void	rump_kt_ip6_options(void);
void	rump_kt_ip6_headers(void);
void	rump_kt_ip6_udp(void);
void	rump_kt_ip6_forward(void);
void	rump_kt_ip6_forward_mtu(void);
void	rump_kt_ip6_redirect(void);
void	rump_kt_ip6_pfil(void);
void	rump_kt_ip6_pfil_changes(void);
void	rump_kt_ip6_fuzz(void);

static const uint8_t zeros[2000];

void
rump_kt_ip6_malformed(void)
{
	struct ifnet *ifp = p6_make();
	const struct p6 ok = { .src = PEER, .dst = US, .nxt = IPPROTO_NONE,
	    .data = zeros, .len = 28 };
	struct p6 p;
	int i;

	p = ok;
	p6_counted(ifp, &p, IP6_STAT_DELIVERED);
#define	TRY(field, value, stat)						\
do {									\
	p = ok;								\
	p.field = (value);						\
	p6_counted(ifp, &p, (stat));					\
} while (0)
	TRY(vfc, 0x40, IP6_STAT_BADVERS);
	TRY(vfc, 0x70, IP6_STAT_BADVERS);
	TRY(plen, 29, IP6_STAT_TOOSHORT);
	TRY(plen, 65535, IP6_STAT_TOOSHORT);
	TRY(cut, 1, IP6_STAT_TOOSHORT);
	TRY(cut, 29, IP6_STAT_TOOSMALL);
	TRY(cut, 68, IP6_STAT_TOOSMALL);
	/* Headers that are not there. */
	p = ok;
	p.noplen = true;
	p6_counted(ifp, &p, IP6_STAT_DELIVERED);
	p.nxt = IPPROTO_HOPOPTS;
	p6_counted(ifp, &p, IP6_STAT_TOOSHORT);
	p.nxt = IPPROTO_DSTOPTS;
	p6_counted(ifp, &p, IP6_STAT_TOOSHORT);
	p.nxt = IPPROTO_ROUTING;
	p6_counted(ifp, &p, IP6_STAT_TOOSHORT);
	p.nxt = IPPROTO_FRAGMENT;
	p6_counted(ifp, &p, IP6_STAT_TOOSHORT);
	p.nxt = IPPROTO_UDP;
	p6_counted(ifp, &p, IP6_STAT_TOOSHORT);
	p.nxt = IPPROTO_TCP;
	p6_counted(ifp, &p, IP6_STAT_TOOSHORT);
#undef TRY
	/* No frame of any length makes it read what is not there. */
	for (i = 0; i < 64; i++)
		n6_frame(ifp, n6_peer, p6_buf, i);
	n6_settle();
	p6_silent(ifp);
	n6_destroy("tst0");
}

/* RFC 4291: addresses that no packet has, or not here. */
void
rump_kt_ip6_addresses(void)
{
	struct ifnet *ifp = p6_make();
	const struct p6 ok = { .src = PEER, .dst = US, .nxt = IPPROTO_NONE };
	struct p6 p;

#define	TRY(field, addr, stat)						\
do {									\
	p = ok;								\
	p.field = (addr);						\
	p6_counted(ifp, &p, (stat));					\
} while (0)
	TRY(src, N6_GROUP(1), IP6_STAT_BADSCOPE);
	TRY(src, n6_addr(0, 0, 0, 0, 0, 0, 0, 1), IP6_STAT_BADSCOPE);
	TRY(src, n6_addr(0, 0, 0, 0, 0, 0xffff, 0x7f00, 1),
	    IP6_STAT_BADSCOPE);
	TRY(src, n6_addr(0xfe80, 1, 0, 0, 0, 0, 0, 1), IP6_STAT_BADSCOPE);
	TRY(dst, N6_ANY, IP6_STAT_BADSCOPE);
	TRY(dst, n6_addr(0, 0, 0, 0, 0, 0, 0, 1), IP6_STAT_BADSCOPE);
	TRY(dst, n6_addr(0, 0, 0, 0, 0, 0xffff, 0x7f00, 1),
	    IP6_STAT_BADSCOPE);
	TRY(dst, n6_addr(0xff02, 7, 0, 0, 0, 0, 0, 1), IP6_STAT_BADSCOPE);
	/* Reserved, and of an interface alone. */
	TRY(dst, n6_addr(0xff00, 0, 0, 0, 0, 0, 0, 1), IP6_STAT_BADSCOPE);
	TRY(dst, n6_addr(0xff01, 0, 0, 0, 0, 0, 0, 1), IP6_STAT_BADSCOPE);
	/* Somebody else's. */
	TRY(dst, N6_GROUP(0x777), IP6_STAT_NOTMEMBER);
	TRY(dst, N6_GLOBAL(9), IP6_STAT_CANTFORWARD);
	TRY(dst, N6_LOCAL(9), IP6_STAT_CANTFORWARD);
	TRY(dst, N6_GROUP(1), IP6_STAT_DELIVERED);
	TRY(src, N6_ANY, IP6_STAT_DELIVERED);
#undef TRY
	n6_destroy("tst0");
}

/* A header of options, 8 bytes, of which type and length are given. */
static void
option(uint8_t *h, int nxt, int type, int len)
{

	memset(h, 0, 8);
	h[0] = (uint8_t)nxt;
	h[2] = (uint8_t)type;
	h[3] = (uint8_t)len;
}

void
rump_kt_ip6_options(void)
{
	static const int exts[] = { IPPROTO_HOPOPTS, IPPROTO_DSTOPTS };
	struct ifnet *ifp = p6_make();
	uint8_t h[8];
	struct p6 p = { .src = PEER, .dst = US, .data = h, .len = 8 };
	u_int i;

	for (i = 0; i < __arraycount(exts); i++) {
		p.nxt = exts[i];
		p.dst = US;
		/* Padding, and what may be passed over. */
		option(h, IPPROTO_NONE, IP6OPT_PADN, 4);
		p6_counted(ifp, &p, IP6_STAT_DELIVERED);
		option(h, IPPROTO_NONE, 0, 0);
		p6_counted(ifp, &p, IP6_STAT_DELIVERED);
		option(h, IPPROTO_NONE, 0x1e, 4);
		p6_counted(ifp, &p, IP6_STAT_NXTHIST + IPPROTO_NONE);
		/* Beyond the header: the length is where it is wrong. */
		option(h, IPPROTO_NONE, IP6OPT_PADN, 5);
		p6_error(ifp, &p, ICMP6_PARAM_PROB, ICMP6_PARAMPROB_HEADER,
		    43);
		option(h, IPPROTO_NONE, 0x1e, 255);
		p6_error(ifp, &p, ICMP6_PARAM_PROB, ICMP6_PARAMPROB_HEADER,
		    43);
		option(h, IPPROTO_NONE, IP6OPT_PADN, 3);
		h[7] = 0x1e;		/* a type without a length */
		p6_error(ifp, &p, ICMP6_PARAM_PROB, ICMP6_PARAMPROB_HEADER,
		    48);
		/* What its type says of one that is not known. */
		option(h, IPPROTO_NONE, 0x5e, 4);
		p6_in(ifp, &p);
		p6_silent(ifp);
		option(h, IPPROTO_NONE, 0x9e, 4);
		p6_error(ifp, &p, ICMP6_PARAM_PROB, ICMP6_PARAMPROB_OPTION,
		    42);
		option(h, IPPROTO_NONE, 0xde, 4);
		p6_error(ifp, &p, ICMP6_PARAM_PROB, ICMP6_PARAMPROB_OPTION,
		    42);
		/* Jumbo payloads are refused. */
		option(h, IPPROTO_NONE, IP6OPT_JUMBO, 4);
		p6_error(ifp, &p, ICMP6_PARAM_PROB, ICMP6_PARAMPROB_OPTION,
		    42);
		/* To a group: only one type is told. */
		p.dst = N6_GROUP(1);
		option(h, IPPROTO_NONE, 0xde, 4);
		p6_counted(ifp, &p, IP6_STAT_BADOPTIONS);
		option(h, IPPROTO_NONE, 0x9e, 4);
		p6_in(ifp, &p);
		KT(n6_next(ifp, ICMP6_PARAM_PROB) != NULL);
		/* It is longer than the packet. */
		p.dst = US;
		option(h, IPPROTO_NONE, 0, 0);
		h[1] = 1;
		p6_counted(ifp, &p, IP6_STAT_TOOSHORT);
		h[1] = 255;
		p6_counted(ifp, &p, IP6_STAT_TOOSHORT);
	}
	/* A router alert of another length than its own. */
	p.nxt = IPPROTO_HOPOPTS;
	option(h, IPPROTO_NONE, IP6OPT_RTALERT, 4);
	p6_error(ifp, &p, ICMP6_PARAM_PROB, ICMP6_PARAMPROB_HEADER, 43);
	option(h, IPPROTO_NONE, IP6OPT_RTALERT, 2);
	p6_counted(ifp, &p, IP6_STAT_DELIVERED);
	n6_destroy("tst0");
}

/* Order, number and kinds of headers. */
void
rump_kt_ip6_headers(void)
{
	struct ifnet *ifp = p6_make();
	uint8_t h[8 * 40];
	struct p6 p = { .src = PEER, .dst = US, .data = h, .len = 8 };
	int i;

	/* Nobody knows it: where that is said. */
	p.nxt = 200;
	p6_error(ifp, &p, ICMP6_PARAM_PROB, ICMP6_PARAMPROB_NEXTHEADER, 6);
	option(h, 200, IP6OPT_PADN, 4);
	p.nxt = IPPROTO_DSTOPTS;
	p6_error(ifp, &p, ICMP6_PARAM_PROB, ICMP6_PARAMPROB_NEXTHEADER, 40);
	/* Options of each hop come first or never. */
	option(h, IPPROTO_HOPOPTS, IP6OPT_PADN, 4);
	option(h + 8, IPPROTO_NONE, IP6OPT_PADN, 4);
	p.len = 16;
	p6_error(ifp, &p, ICMP6_PARAM_PROB, ICMP6_PARAMPROB_NEXTHEADER, 40);
	p.nxt = IPPROTO_HOPOPTS;
	p6_error(ifp, &p, ICMP6_PARAM_PROB, ICMP6_PARAMPROB_NEXTHEADER, 40);
	/* Routing headers that are not done, RFC 5095, and done. */
	p.nxt = IPPROTO_ROUTING;
	for (i = 0; i < 6; i++) {
		memset(h, 0, 16);
		h[0] = IPPROTO_NONE;
		h[2] = (uint8_t)i;
		h[3] = 1;
		p6_error(ifp, &p, ICMP6_PARAM_PROB, ICMP6_PARAMPROB_HEADER,
		    42);
		h[3] = 0;
		h[0] = IPPROTO_DSTOPTS;
		option(h + 8, IPPROTO_NONE, IP6OPT_PADN, 4);
		p6_counted(ifp, &p, IP6_STAT_NXTHIST + IPPROTO_NONE);
	}
	h[1] = 200;
	p6_counted(ifp, &p, IP6_STAT_TOOSHORT);
	/* Too many. */
	for (i = 0; i < 40; i++)
		option(h + 8 * i, IPPROTO_DSTOPTS, IP6OPT_PADN, 4);
	p.nxt = IPPROTO_DSTOPTS;
	p.len = sizeof(h);
	p6_counted(ifp, &p, IP6_STAT_TOOMANYHDR);
	n6_destroy("tst0");
}

static uint16_t
sum_of(const void *data, int len, const struct p6 *p)
{
	const uint8_t *b = data;
	const uint8_t *a = (const uint8_t *)&p->src;
	uint32_t sum = (uint32_t)len + (uint32_t)p->nxt;
	int i;

	for (i = 0; i < 32; i += 2)
		sum += (uint32_t)a[i] << 8 | a[i + 1];
	for (i = 0; i < len; i++)
		sum += i % 2 == 0 ? (uint32_t)b[i] << 8 : b[i];
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* Datagrams: lengths, checksums, nobody's ports. */
void
rump_kt_ip6_udp(void)
{
	struct ifnet *ifp = p6_make();
	uint8_t d[20] = { 0x10, 0, 0x20, 0, 0, 20 };
	struct p6 p = { .src = PEER, .dst = US, .nxt = IPPROTO_UDP,
	    .data = d, .len = sizeof(d) };
	uint64_t v;
	uint16_t sum;

#define	TRY(stat)							\
do {									\
	v = p6_udpstat(stat);						\
	p6_in(ifp, &p);							\
	KT_EQ(v + 1, p6_udpstat(stat));					\
	p6_silent(ifp);							\
} while (0)
	/* RFC 8200 section 8.1: it has to be there. */
	TRY(4);
	sum = sum_of(d, sizeof(d), &p);
	d[6] = (uint8_t)(sum >> 8);
	d[7] = (uint8_t)~sum;
	TRY(2);
	d[7] = (uint8_t)sum;
	p6_error(ifp, &p, ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_NOPORT, 0);
	KT_EQ(1, p6_udpstat(5));
	d[5] = 21;
	TRY(3);
	d[5] = 7;
	TRY(3);
	d[5] = 0;
	TRY(3);
	d[5] = 20;
	d[2] = 0;
	TRY(3);
	d[2] = 0x20;
	p.dst = N6_GROUP(1);
	d[6] = d[7] = 0;
	sum = sum_of(d, sizeof(d), &p);
	d[6] = (uint8_t)(sum >> 8);
	d[7] = (uint8_t)sum;
	TRY(6);
#undef TRY
	n6_destroy("tst0");
}

/* 2001:db8:1::n, of tst1. */
static struct in6_addr
net1(int n)
{

	return n6_addr(0x2001, 0xdb8, 1, 0, 0, 0, 0, n);
}

static struct ifnet *
make_second(void)
{
	struct ifnet *ifp = n6_make("tst1");

	KT_EQ(0, n6_add(ifp, net1(1), 64));
	p6_learn(ifp, net1(1), net1(5));
	KT_EQ(0, n6_sysctl(IPPROTO_IPV6, IPV6CTL_FORWARDING, 1));
	return ifp;
}

void
rump_kt_ip6_forward(void)
{
	struct ifnet *ifp = p6_make(), *ifp1 = make_second();
	struct p6 p = { .src = PEER, .dst = net1(5), .nxt = 200,
	    .data = zeros, .len = 30, .flow = 0x0fabcde0 };
	const struct ip6_hdr *ip6;
	struct mbuf *m;
	uint8_t h[8];

	p6_in(ifp, &p);
	KT((m = n6_out(ifp1)) != NULL);
	ip6 = n6_is_ip6(m);
	KT_EQ(63, ip6->ip6_hlim);
	KT_EQ(200, ip6->ip6_nxt);
	KT_EQ(0x6fabcde0, ntohl(ip6->ip6_flow));
	KT(IN6_ARE_ADDR_EQUAL(&p.src, &ip6->ip6_src));
	KT(IN6_ARE_ADDR_EQUAL(&p.dst, &ip6->ip6_dst));
	KT_EQ(30, ntohs(ip6->ip6_plen));
	m_freem(m);
	p6_silent(ifp);
	KT_EQ(1, p6_ipstat(IP6_STAT_FORWARD));
	/* That routers should look at it does not make it theirs. */
	p.nxt = IPPROTO_HOPOPTS;
	p.data = h;
	p.len = 8;
	option(h, IPPROTO_NONE, IP6OPT_RTALERT, 2);
	p6_in(ifp, &p);
	KT((m = n6_out(ifp1)) != NULL);
	KT_EQ(IPPROTO_HOPOPTS, n6_is_ip6(m)->ip6_nxt);
	m_freem(m);
	p.nxt = 200;
	p.hlim = 1;
	p6_error(ifp, &p, ICMP6_TIME_EXCEEDED, ICMP6_TIME_EXCEED_TRANSIT, 0);
	p.hlim = 2;
	p.dst = n6_addr(0x2001, 0xdb8, 2, 0, 0, 0, 0, 1);
	p6_error(ifp, &p, ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_NOROUTE, 0);
	/* From a link it does not leave that. */
	p.dst = net1(5);
	p.src = N6_LOCAL(2);
	p6_learn(ifp, US, N6_LOCAL(2));
	p6_in(ifp, &p);
	m = n6_next(ifp, ICMP6_DST_UNREACH);
	KT(m != NULL);
	KT_EQ(ICMP6_DST_UNREACH_BEYONDSCOPE, n6_icmp(m)->icmp6_code);
	m_freem(m);
	/* From nobody, and to groups, not at all. */
	p.src = N6_ANY;
	p6_counted(ifp, &p, IP6_STAT_CANTFORWARD);
	p.src = PEER;
	p.dst = n6_addr(0xff05, 0, 0, 0, 0, 0, 0, 9);
	p6_counted(ifp, &p, IP6_STAT_NOTMEMBER);
	p6_silent(ifp1);
	n6_destroy("tst1");
	KT_EQ(0, kif_clone(SIOCIFDESTROY, "tst0"));
}

void
rump_kt_ip6_forward_mtu(void)
{
	struct ifnet *ifp = p6_make(), *ifp1 = make_second();
	struct p6 p = { .src = PEER, .dst = net1(5), .nxt = 200,
	    .data = zeros, .len = 1240 };
	struct ifreq ifr;
	struct mbuf *m;

	memset(&ifr, 0, sizeof(ifr));
	strlcpy(ifr.ifr_name, "tst1", sizeof(ifr.ifr_name));
	ifr.ifr_mtu = 1280;
	KT_EQ(0, n6_ioctl(SIOCSIFMTU, &ifr));
	p6_in(ifp, &p);
	/* It may be time to tell of a group once more. */
	while ((m = n6_out(ifp1)) != NULL && n6_is_ip6(m)->ip6_nxt != p.nxt)
		m_freem(m);
	KT(m != NULL);
	KT_EQ(ETHER_HDR_LEN + 1280, m->m_pkthdr.len);
	m_freem(m);
	p.len = 1241;
	p6_error(ifp, &p, ICMP6_PACKET_TOO_BIG, 0, 1280);
	p6_silent(ifp1);
	KT_EQ(1, p6_ipstat(IP6_STAT_TOOBIG));
	n6_destroy("tst1");
	KT_EQ(0, kif_clone(SIOCIFDESTROY, "tst0"));
}

/* It goes back by where it came from: the sender could do without us. */
void
rump_kt_ip6_redirect(void)
{
	struct ifnet *ifp = p6_make();
	const struct p6 p = { .src = PEER, .dst = N6_GLOBAL(7), .nxt = 200,
	    .data = zeros, .len = 30 };
	const struct nd_redirect *rd;
	struct mbuf *m;

	KT_EQ(0, n6_sysctl(IPPROTO_IPV6, IPV6CTL_FORWARDING, 1));
	p6_learn(ifp, US, N6_GLOBAL(7));
	p6_in(ifp, &p);
	m = n6_next(ifp, ND_REDIRECT);
	KT(m != NULL);
	n6_goes(m, N6_OURS, PEER, 255);
	rd = (const struct nd_redirect *)(const void *)n6_icmp(m);
	KT(IN6_ARE_ADDR_EQUAL(&rd->nd_rd_target, &p.dst));
	KT(IN6_ARE_ADDR_EQUAL(&rd->nd_rd_dst, &p.dst));
	KT_EQ(ND_OPT_REDIRECTED_HEADER, ((const uint8_t *)(rd + 1))[0]);
	m_freem(m);
	KT((m = n6_out(ifp)) != NULL);
	KT_EQ(63, n6_is_ip6(m)->ip6_hlim);
	m_freem(m);
	KT_EQ(1, p6_ipstat(IP6_STAT_REDIRECTSENT));
	KT_EQ(0, n6_sysctl(IPPROTO_IPV6, IPV6CTL_SENDREDIRECTS, 0));
	p6_in(ifp, &p);
	KT(n6_next(ifp, ND_REDIRECT) == NULL);
	n6_destroy("tst0");
}

static int filtered;

static int
block(void *arg __unused, struct mbuf **mp, ifnet_t *ifp __unused,
    int dir __unused)
{

	filtered++;
	m_freem(*mp);
	*mp = NULL;
	return EACCES;
}

void
rump_kt_ip6_pfil(void)
{
	struct ifnet *ifp = p6_make();
	pfil_head_t *ph = pfil_head_get(PFIL_TYPE_AF, (void *)AF_INET6);
	const struct p6 p = { .src = PEER, .dst = US, .nxt = 200,
	    .data = zeros, .len = 30 };

	KT(ph != NULL);
	KT_EQ(0, pfil_add_hook(block, NULL, PFIL_IN, ph));
	p6_counted(ifp, &p, IP6_STAT_PFILDROP_IN);
	KT_EQ(0, pfil_remove_hook(block, NULL, PFIL_IN, ph));
	KT_EQ(0, pfil_add_hook(block, NULL, PFIL_OUT, ph));
	p6_counted(ifp, &p, IP6_STAT_PFILDROP_OUT);
	KT_EQ(0, pfil_remove_hook(block, NULL, PFIL_OUT, ph));
	KT_EQ(2, filtered);
	p6_error(ifp, &p, ICMP6_PARAM_PROB, ICMP6_PARAMPROB_NEXTHEADER, 6);
	n6_destroy("tst0");
}

/* What a filter makes of packets that go out. */
enum change { SPLIT, FOREIGN, LOOPBACK, NOWHERE, SHORT, LONGER, HOPOPTS };

static int
change(void *arg, struct mbuf **mp, ifnet_t *ifp __unused, int dir __unused)
{
	struct ip6_hdr *ip6 = mtod(*mp, struct ip6_hdr *);
	const int len = (*mp)->m_pkthdr.len;
	struct mbuf *n;

	/* Not what tells of groups meanwhile. */
	if (ip6->ip6_nxt != IPPROTO_ICMPV6 ||
	    ((const struct icmp6_hdr *)(ip6 + 1))->icmp6_type !=
	    ICMP6_PARAM_PROB)
		return 0;
	switch (*(const enum change *)arg) {
	case SPLIT:
		KT((n = m_split(*mp, 20, M_WAIT)) != NULL);
		m_remove_pkthdr(n);
		(*mp)->m_next = n;
		(*mp)->m_pkthdr.len = len;
		break;
	case FOREIGN:
		ip6->ip6_dst = n6_addr(0xfe80, 0x99, 0, 0, 0, 0, 0, 2);
		break;
	case LOOPBACK:
		ip6->ip6_src = n6_addr(0, 0, 0, 0, 0, 0, 0, 1);
		break;
	case NOWHERE:
		ip6->ip6_dst = N6_ANY;
		break;
	case SHORT:
		m_adj(*mp, 30 - len);
		break;
	case LONGER:
		ip6->ip6_plen = htons((uint16_t)(ntohs(ip6->ip6_plen) + 1));
		break;
	case HOPOPTS:
		/* A header that is longer than the packet. */
		ip6->ip6_nxt = IPPROTO_HOPOPTS;
		((uint8_t *)(ip6 + 1))[1] = 0xff;
		break;
	}
	return 0;
}

void
rump_kt_ip6_pfil_changes(void)
{
	struct ifnet *ifp = p6_make();
	pfil_head_t *ph = pfil_head_get(PFIL_TYPE_AF, (void *)AF_INET6);
	const struct p6 p = { .src = PEER, .dst = US, .nxt = 200,
	    .data = zeros, .len = 30 };
	static enum change what;

	KT_EQ(0, pfil_add_hook(change, &what, PFIL_OUT, ph));
	for (what = FOREIGN; what <= HOPOPTS; what++)
		p6_counted(ifp, &p, IP6_STAT_PFILDROP_OUT);
	what = SPLIT;
	p6_error(ifp, &p, ICMP6_PARAM_PROB, ICMP6_PARAMPROB_NEXTHEADER, 6);
	KT_EQ(0, pfil_remove_hook(change, &what, PFIL_OUT, ph));
	n6_destroy("tst0");
}

/* Headers of all kinds, at random: nothing but counters notices. */
void
rump_kt_ip6_fuzz(void)
{
	static const uint8_t types[] = { IPPROTO_HOPOPTS, IPPROTO_ROUTING,
	    IPPROTO_FRAGMENT, IPPROTO_DSTOPTS, IPPROTO_ICMPV6, IPPROTO_UDP,
	    IPPROTO_TCP, IPPROTO_AH };
	struct ifnet *ifp = p6_make();
	uint8_t data[256];
	struct p6 p = { .dst = US, .data = data };
	int i, j;

	for (i = 0; i < 20000; i++) {
		(void)cprng_fast(data, sizeof(data));
		/* Short headers, known types: so it gets on. */
		for (j = 0; j < (int)sizeof(data); j += 8) {
			data[j] = types[cprng_fast32() %
			    __arraycount(types)];
			data[j + 1] &= 3;
		}
		p.src = i % 2 == 0 ? PEER : N6_LOCAL(2);
		p.nxt = types[cprng_fast32() % __arraycount(types)];
		p.len = (int)(cprng_fast32() % sizeof(data));
		p6_put(ifp, &p);
		if (i % 64 == 0) {
			n6_settle();
			n6_drain(ifp);
		}
	}
	n6_settle();
	KT_EQ(20000 + 1, p6_ipstat(IP6_STAT_TOTAL));
	n6_destroy("tst0");
}
