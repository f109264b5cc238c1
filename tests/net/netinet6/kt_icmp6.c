/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_icmp6.
 */
#include "p6.h"

#include <netinet6/ip6protosw.h>
#include <netinet6/scope6_var.h>

void	rump_kt_icmp6_echo(void);
void	rump_kt_icmp6_malformed(void);
void	rump_kt_icmp6_about(void);
void	rump_kt_icmp6_limit(void);
void	rump_kt_icmp6_limit_each(void);
void	rump_kt_icmp6_pmtu(void);
void	rump_kt_icmp6_pmtu_many(void);
void	rump_kt_icmp6_unscoped(void);
void	rump_kt_icmp6_source(void);
void	rump_kt_icmp6_policy(void);

#define	SIZE	64

static struct ifnet *ifp;
static uint8_t msg[SIZE];

static void
fill(int type)
{
	int i;

	memset(msg, 0, sizeof(msg));
	msg[0] = (uint8_t)type;
	for (i = 4; i < SIZE; i++)
		msg[i] = (uint8_t)(i * 3);
}

static void
answered(struct n6_packet p, struct in6_addr from)
{
	struct mbuf *m;
	uint8_t got[SIZE];

	fill(ICMP6_ECHO_REQUEST);
	n6_in(ifp, &p, msg, SIZE);
	m = n6_next(ifp, ICMP6_ECHO_REPLY);
	KT(m != NULL);
	n6_goes(m, from, p.src, 64);
	m_copydata(m, ETHER_HDR_LEN + (int)sizeof(struct ip6_hdr), SIZE, got);
	KT_EQ(0, memcmp(got + 4, msg + 4, SIZE - 4));
	m_freem(m);
	p6_silent(ifp);
}

void
rump_kt_icmp6_echo(void)
{
	struct n6_packet p = { .src = PEER, .dst = US };

	ifp = p6_make();
	answered(p, US);
	/* To a group from an address of ours, by the scope of the other. */
	p.dst = N6_GROUP(1);
	answered(p, US);
	p.src = N6_LOCAL(2);
	p6_learn(ifp, US, p.src);
	answered(p, N6_OURS);
	p.dst = N6_OURS;
	answered(p, N6_OURS);
	/* Nobody can be answered. */
	p.src = N6_ANY;
	n6_in(ifp, &p, msg, SIZE);
	p6_silent(ifp);
	n6_destroy("tst0");
}

void
rump_kt_icmp6_malformed(void)
{
	struct n6_packet p = { .src = PEER, .dst = US };
	uint64_t v;
	int i;

	ifp = p6_make();
#define	COUNTED(stat)							\
do {									\
	v = n6_icmpstat(stat);						\
	n6_in(ifp, &p, msg, SIZE);					\
	KT_EQ(v + 1, n6_icmpstat(stat));				\
	p6_silent(ifp);							\
} while (0)
	fill(ICMP6_ECHO_REQUEST);
	p.badsum = true;
	COUNTED(ICMP6_STAT_CHECKSUM);
	p.badsum = false;
	p.cut = SIZE - 7;
	COUNTED(ICMP6_STAT_TOOSHORT);
	p.cut = SIZE;
	COUNTED(ICMP6_STAT_TOOSHORT);
	p.cut = 0;
	p.code = 1;
	COUNTED(ICMP6_STAT_BADCODE);
	/* Codes nobody knows, of errors. */
	p.code = 77;
	fill(ICMP6_DST_UNREACH);
	COUNTED(ICMP6_STAT_BADCODE);
	fill(ICMP6_TIME_EXCEEDED);
	COUNTED(ICMP6_STAT_BADCODE);
	fill(ICMP6_PARAM_PROB);
	COUNTED(ICMP6_STAT_BADCODE);
	/* Quoting less than a header, or none. */
	p.code = 0;
	fill(ICMP6_DST_UNREACH);
	for (p.cut = 0; p.cut <= SIZE - 8; p.cut++) {
		n6_in(ifp, &p, msg, SIZE);
		p6_silent(ifp);
	}
	p.cut = SIZE - 8 - 39;
	COUNTED(ICMP6_STAT_TOOSHORT);
	p.cut = 0;
#undef COUNTED
	/* Types nobody knows are not answered. */
	for (i = 0; i < 256; i++) {
		if (i == ICMP6_ECHO_REQUEST || (i >= MLD_LISTENER_QUERY &&
		    i <= ND_REDIRECT) || i == MLDV2_LISTENER_REPORT)
			continue;
		fill(i);
		n6_in(ifp, &p, msg, SIZE);
		p6_silent(ifp);
	}
	n6_destroy("tst0");
}

/* RFC 4443 section 2.4 (e): errors are not about everything. */
void
rump_kt_icmp6_about(void)
{
	struct p6 p = { .src = PEER, .dst = US, .nxt = 200, .data = msg,
	    .len = SIZE };
	uint64_t v;

	ifp = p6_make();
	v = n6_icmpstat(ICMP6_STAT_CANTERROR);
#define	NONE()								\
do {									\
	p6_in(ifp, &p);							\
	p6_silent(ifp);							\
	KT_EQ(++v, n6_icmpstat(ICMP6_STAT_CANTERROR));			\
} while (0)
	p.src = N6_ANY;
	NONE();
	p.src = PEER;
	p.dst = N6_GROUP(1);
	NONE();
	/* An error, behind a header that is wrong. */
	p.dst = US;
	p.nxt = IPPROTO_DSTOPTS;
	memset(msg, 0, sizeof(msg));
	msg[0] = IPPROTO_ICMPV6;
	msg[2] = 0x9e;
	msg[3] = 4;
	msg[8] = ICMP6_TIME_EXCEEDED;
	NONE();
	msg[8] = ND_REDIRECT;
	NONE();
	msg[8] = ICMP6_ECHO_REQUEST;
	p6_error(ifp, &p, ICMP6_PARAM_PROB, ICMP6_PARAMPROB_OPTION, 42);
	p.len = 8;
	NONE();
	/* What is wrong with a packet that has an error in it is told. */
	p.len = SIZE;
	memset(msg, 0, sizeof(msg));
	msg[0] = IPPROTO_IPV6;
	msg[2] = 0x9e;
	msg[3] = 4;
	msg[8] = 0x60;
	msg[8 + 6] = IPPROTO_ICMPV6;
	msg[8 + 40] = ICMP6_TIME_EXCEEDED;
	p6_error(ifp, &p, ICMP6_PARAM_PROB, ICMP6_PARAMPROB_OPTION, 42);
#undef NONE
	n6_destroy("tst0");
}

/* So many a second; the second may end in between. */
void
rump_kt_icmp6_limit(void)
{
	const struct p6 p = { .src = PEER, .dst = US, .nxt = 200,
	    .data = msg, .len = SIZE };
	uint64_t sent;
	int i;

	ifp = p6_make();
	KT_EQ(0, n6_sysctl(IPPROTO_ICMPV6, ICMPV6CTL_ERRPPSLIMIT, 0));
	p6_in(ifp, &p);
	p6_silent(ifp);
	KT_EQ(1, n6_icmpstat(ICMP6_STAT_TOOFREQ));
	KT_EQ(0, n6_sysctl(IPPROTO_ICMPV6, ICMPV6CTL_ERRPPSLIMIT, 5));
	for (i = 0; i < 200; i++)
		p6_in(ifp, &p);
	sent = n6_icmpstat(ICMP6_STAT_OUTHIST + ICMP6_PARAM_PROB);
	KT(sent >= 2 && sent < 200);
	KT_EQ(201 - sent, n6_icmpstat(ICMP6_STAT_TOOFREQ));
	KT_EQ(0, n6_sysctl(IPPROTO_ICMPV6, ICMPV6CTL_ERRPPSLIMIT, -1));
	for (i = 0; i < 200; i++)
		p6_in(ifp, &p);
	KT_EQ(sent + 200, n6_icmpstat(ICMP6_STAT_OUTHIST + ICMP6_PARAM_PROB));
	n6_destroy("tst0");
}

/* Who causes many takes none from others. */
void
rump_kt_icmp6_limit_each(void)
{
	struct p6 p = { .src = PEER, .dst = US, .nxt = 200, .data = msg,
	    .len = SIZE };
	uint64_t before;
	int i;

	ifp = p6_make();
	for (i = 0; i < 400; i++)
		p6_in(ifp, &p);
	before = n6_icmpstat(ICMP6_STAT_OUTHIST + ICMP6_PARAM_PROB);
	for (i = 0; i < 45; i++) {
		p.src = N6_GLOBAL(100 + i);
		p6_in(ifp, &p);
	}
	/* Some may share a count by chance. */
	KT(n6_icmpstat(ICMP6_STAT_OUTHIST + ICMP6_PARAM_PROB) >= before + 25);
	n6_drain(ifp);
	n6_destroy("tst0");
}

#define	FAR	n6_addr(0x2001, 0xdb8, 9, 0, 0, 0, 0, 9)

/* A packet of so many bytes to that far host; the largest piece, or an
 * errno. */
static int
largest(int len)
{
	struct ip6_hdr *ip6;
	struct mbuf *m = m_gethdr(M_WAIT, MT_DATA);
	int most = 0, error;

	m_clget(m, M_WAIT);
	m->m_len = m->m_pkthdr.len = sizeof(*ip6);
	ip6 = mtod(m, struct ip6_hdr *);
	memset(ip6, 0, sizeof(*ip6));
	ip6->ip6_nxt = 200;
	ip6->ip6_hlim = 64;
	ip6->ip6_src = US;
	ip6->ip6_dst = FAR;
	for (; m->m_pkthdr.len < len;)
		m_copyback(m, m->m_pkthdr.len, 8, msg);
	if ((error = ip6_output(m, NULL, NULL, 0, NULL, NULL, NULL)) != 0)
		return -error;
	while ((m = n6_out(ifp)) != NULL) {
		most = MAX(most, m->m_pkthdr.len - ETHER_HDR_LEN);
		m_freem(m);
	}
	return most;
}

/* A router says so of a datagram from that port of ours, to dst; in so many
 * packets, each in the one before. */
static void
too_big_in(struct in6_addr dst, uint32_t mtu, int port, int packets)
{
	const struct n6_packet p = { .src = PEER, .dst = US };
	uint8_t m[8 + 2 * 40 + 8];
	struct icmp6_hdr *icmp = (struct icmp6_hdr *)(void *)m;
	struct ip6_hdr *ip6 = (struct ip6_hdr *)(icmp + 1);
	uint8_t *udp;

	KT(packets <= 2);
	memset(m, 0, sizeof(m));
	icmp->icmp6_type = ICMP6_PACKET_TOO_BIG;
	icmp->icmp6_mtu = htonl(mtu);
	for (; packets > 0; packets--, ip6++) {
		ip6->ip6_vfc = IPV6_VERSION;
		ip6->ip6_nxt = packets > 1 ? IPPROTO_IPV6 : IPPROTO_UDP;
		ip6->ip6_plen = htons((uint16_t)(40 * (packets - 1) + 8));
		ip6->ip6_src = US;
		ip6->ip6_dst = dst;
	}
	udp = (uint8_t *)ip6;
	udp[0] = (uint8_t)(port >> 8);
	udp[1] = (uint8_t)port;
	n6_in(ifp, &p, m, (int)(udp + 8 - m));
}

static void
too_big_to(struct in6_addr dst, uint32_t mtu, int port)
{

	too_big_in(dst, mtu, port, 1);
}

static void
too_big(uint32_t mtu, int port)
{

	too_big_to(FAR, mtu, port);
}

/* RFC 8201. */
void
rump_kt_icmp6_pmtu(void)
{
	struct sockaddr_in6 any = n6_sin6(N6_ANY), gw = n6_sin6(PEER);
	struct sockaddr_in6 mask = n6_sin6(N6_ANY), sin6;
	struct socket *so;

	ifp = p6_make();
	KT_EQ(0, rtrequest(RTM_ADD, sin6tosa(&any), sin6tosa(&gw),
	    sin6tosa(&mask), RTF_GATEWAY, NULL));
	KT_EQ(0, socreate(AF_INET6, &so, SOCK_DGRAM, 0, curlwp, NULL));
	sin6 = n6_sin6(N6_ANY);
	sin6.sin6_port = htons(4000);
	KT_EQ(0, sobind(so, sin6tosa(&sin6), curlwp));
	/* Pieces are of multiples of 8 bytes. */
	KT_EQ(1496, largest(4000));
	/* Nobody here sent such a thing. */
	too_big(1400, 4001);
	KT_EQ(1496, largest(4000));
	/* What is in a packet of somebody else's is not what it sent. */
	too_big_in(FAR, 1400, 4000, 2);
	KT_EQ(1496, largest(4000));
	too_big(1400, 4000);
	KT_EQ(1400, largest(4000));
	KT_EQ(1, n6_icmpstat(ICMP6_STAT_PMTUCHG));
	/* It does not become more, and never less than all links have. */
	too_big(1450, 4000);
	KT_EQ(1400, largest(4000));
	too_big(1279, 4000);
	too_big(68, 4000);
	too_big(0, 4000);
	KT_EQ(1400, largest(4000));
	too_big(1280, 4000);
	KT_EQ(1280, largest(4000));
	/* RFC 8021: what fits is never put into a piece. */
	KT_EQ(1280, largest(1280));
	KT_EQ(2, n6_icmpstat(ICMP6_STAT_PMTUCHG));
	KT_EQ(0, soclose(so));
	n6_destroy("tst0");
}

/* A bound socket may have any peer: who makes them up gets no more routes. */
void
rump_kt_icmp6_pmtu_many(void)
{
	struct sockaddr_in6 any = n6_sin6(N6_ANY), gw = n6_sin6(PEER);
	struct sockaddr_in6 mask = n6_sin6(N6_ANY), sin6;
	struct socket *so;
	int i;

	ifp = p6_make();
	KT_EQ(0, rtrequest(RTM_ADD, sin6tosa(&any), sin6tosa(&gw),
	    sin6tosa(&mask), RTF_GATEWAY, NULL));
	KT_EQ(0, socreate(AF_INET6, &so, SOCK_DGRAM, 0, curlwp, NULL));
	sin6 = n6_sin6(N6_ANY);
	sin6.sin6_port = htons(4000);
	KT_EQ(0, sobind(so, sin6tosa(&sin6), curlwp));
	for (i = 0; i < 1400; i++)
		too_big_to(n6_addr(0x2001, 0xdb8, 9, 0, 0, 0, 1, i), 1400,
		    4000);
	KT_EQ(1280, n6_icmpstat(ICMP6_STAT_PMTUCHG));
	/* Those there are still learn. */
	too_big_to(n6_addr(0x2001, 0xdb8, 9, 0, 0, 0, 1, 5), 1300, 4000);
	KT_EQ(1281, n6_icmpstat(ICMP6_STAT_PMTUCHG));
	KT_EQ(0, soclose(so));
	n6_destroy("tst0");
}

/* One byte to an address without a zone; where it went, or an errno. */
static int
send_to(struct socket *so, struct in6_addr to, struct in6_addr *went)
{
	struct sockaddr_in6 sin6 = n6_sin6(to);
	struct mbuf *m = m_gethdr(M_WAIT, MT_DATA);
	int error;

	sin6.sin6_port = htons(4000);
	m->m_len = m->m_pkthdr.len = 1;
	*mtod(m, char *) = 'x';
	error = (*so->so_send)(so, sin6tosa(&sin6), NULL, m, NULL, 0, curlwp);
	if (error != 0)
		return error;
	*went = N6_ANY;
	if ((m = n6_out(ifp)) != NULL) {
		*went = n6_is_ip6(m)->ip6_dst;
		m_freem(m);
	}
	return 0;
}

/* A socket that says by which interface need not say the zone, too; nothing
 * goes to no address (RFC 4291 section 2.5.2). */
void
rump_kt_icmp6_unscoped(void)
{
	struct sockaddr_in6 any = n6_sin6(N6_ANY), gw = n6_sin6(PEER);
	struct sockaddr_in6 mask = n6_sin6(N6_ANY);
	struct in6_pktinfo pi = { .ipi6_ifindex = 0 };
	struct in6_addr went, group = N6_GROUP(0x1234);
	struct socket *so, *raw;
	u_int index;

	ifp = p6_make();
	index = ifp->if_index;
	p6_learn(ifp, N6_OURS, N6_LOCAL(2));
	KT_EQ(0, rtrequest(RTM_ADD, sin6tosa(&any), sin6tosa(&gw),
	    sin6tosa(&mask), RTF_GATEWAY, NULL));
	KT_EQ(0, socreate(AF_INET6, &so, SOCK_DGRAM, 0, curlwp, NULL));
	KT_EQ(EHOSTUNREACH, send_to(so, group, &went));
	KT_EQ(0, so_setsockopt(curlwp, so, IPPROTO_IPV6, IPV6_MULTICAST_IF,
	    &index, sizeof(index)));
	KT_EQ(0, send_to(so, group, &went));
	KT(IN6_ARE_ADDR_EQUAL(&went, &group));
	KT_EQ(EHOSTUNREACH, send_to(so, N6_LOCAL(2), &went));
	pi.ipi6_ifindex = index;
	KT_EQ(0, so_setsockopt(curlwp, so, IPPROTO_IPV6, IPV6_PKTINFO, &pi,
	    sizeof(pi)));
	KT_EQ(0, send_to(so, N6_LOCAL(2), &went));
	KT(IN6_ARE_ADDR_EQUAL(&went, &(struct in6_addr[]){ N6_LOCAL(2) }[0]));
	KT_EQ(0, soclose(so));
	KT_EQ(0, socreate(AF_INET6, &raw, SOCK_RAW, 200, curlwp, NULL));
	KT_EQ(EHOSTUNREACH, send_to(raw, N6_ANY, &went));
	KT_EQ(0, soclose(raw));
	n6_destroy("tst0");
}

static struct in6_addr
source_for(struct in6_addr dst)
{
	struct sockaddr_in6 sin6 = n6_sin6(dst);
	struct in6_addr src = N6_ANY;

	if (in6_selectsrc(&sin6, NULL, NULL, NULL, NULL, NULL, NULL,
	    &src) != 0)
		return N6_ANY;
	(void)in6_clearscope(&src);
	return src;
}

#define	CHOSEN(addr, dst)						\
	KT(IN6_ARE_ADDR_EQUAL(&(struct in6_addr[]){ (addr) }[0],	\
	    &(struct in6_addr[]){ source_for(dst) }[0]))

/* RFC 6724 section 5. */
void
rump_kt_icmp6_source(void)
{
	const struct in6_addr near = n6_addr(0x2001, 0xdb8, 9, 0, 0, 0, 0, 1);
	const struct in6_addr ula = n6_addr(0xfd00, 1, 0, 0, 0, 0, 0, 1);
	struct sockaddr_in6 any = n6_sin6(N6_ANY), gw = n6_sin6(PEER);
	struct sockaddr_in6 mask = n6_sin6(N6_ANY);
	struct in6_aliasreq ifra;

	ifp = p6_make();
	KT_EQ(0, rtrequest(RTM_ADD, sin6tosa(&any), sin6tosa(&gw),
	    sin6tosa(&mask), RTF_GATEWAY, NULL));
	/* 2: by scope. */
	CHOSEN(US, FAR);
	CHOSEN(N6_OURS, n6_zone(N6_LOCAL(9), ifp));
	CHOSEN(N6_OURS, n6_zone(N6_GROUP(9), ifp));
	/* 8: what has most in common. */
	KT_EQ(0, n6_add(ifp, near, 64));
	CHOSEN(near, FAR);
	CHOSEN(US, N6_GLOBAL(99));
	/* 1: itself. */
	CHOSEN(US, US);
	/* 6: by label. */
	KT_EQ(0, n6_add(ifp, ula, 64));
	CHOSEN(ula, n6_addr(0xfd77, 1, 0, 0, 0, 0, 0, 1));
	CHOSEN(near, FAR);
	/* 3: not one that is deprecated, unless there is no other. */
	ifra = n6_alias(ifp, near, 64);
	ifra.ifra_lifetime.ia6t_pltime = 0;
	KT_EQ(0, n6_ioctl(SIOCAIFADDR_IN6, &ifra));
	CHOSEN(US, FAR);
	/* To ourselves. */
	CHOSEN(n6_addr(0, 0, 0, 0, 0, 0, 0, 1),
	    n6_addr(0, 0, 0, 0, 0, 0, 0, 1));
	n6_destroy("tst0");
}

/* The table, as programs change it. */
void
rump_kt_icmp6_policy(void)
{
	const struct in6_addr ula = n6_addr(0xfd00, 1, 0, 0, 0, 0, 0, 1);
	struct sockaddr_in6 any = n6_sin6(N6_ANY), gw = n6_sin6(PEER);
	struct sockaddr_in6 mask = n6_sin6(N6_ANY);
	struct in6_addrpolicy ap;

	ifp = p6_make();
	KT_EQ(0, rtrequest(RTM_ADD, sin6tosa(&any), sin6tosa(&gw),
	    sin6tosa(&mask), RTF_GATEWAY, NULL));
	KT_EQ(0, n6_add(ifp, ula, 64));
	CHOSEN(US, FAR);
	/* Far hosts have the label of local ones from now on. */
	memset(&ap, 0, sizeof(ap));
	ap.addr = n6_sin6(n6_addr(0x2001, 0xdb8, 9, 0, 0, 0, 0, 0));
	ap.addrmask = n6_sin6(n6_addr(0xffff, 0xffff, 0xffff, 0, 0, 0, 0,
	    0));
	ap.label = 13;
	KT_EQ(0, in6_src_ioctl(SIOCAADDRCTL_POLICY, &ap));
	CHOSEN(ula, FAR);
	KT_EQ(EEXIST, in6_src_ioctl(SIOCAADDRCTL_POLICY, &ap));
	KT_EQ(0, in6_src_ioctl(SIOCDADDRCTL_POLICY, &ap));
	KT_EQ(ESRCH, in6_src_ioctl(SIOCDADDRCTL_POLICY, &ap));
	CHOSEN(US, FAR);
	ap.addrmask = n6_sin6(n6_addr(0xff00, 0xff00, 0, 0, 0, 0, 0, 0));
	KT_EQ(EINVAL, in6_src_ioctl(SIOCAADDRCTL_POLICY, &ap));
	ap.addrmask.sin6_family = AF_INET;
	KT_EQ(EINVAL, in6_src_ioctl(SIOCAADDRCTL_POLICY, &ap));
	n6_destroy("tst0");
}
