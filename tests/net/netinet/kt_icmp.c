/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_icmp: tst0 has 10.1.0.1/24, its peer 10.1.0.2.
 */
#include "nt.h"

void	rump_kt_icmp_echo(void);
void	rump_kt_icmp_requests(void);
void	rump_kt_icmp_malformed(void);
void	rump_kt_icmp_unreach(void);
void	rump_kt_icmp_silent(void);
void	rump_kt_icmp_limit(void);
void	rump_kt_icmp_limit_each(void);
void	rump_kt_icmp_errors_in(void);
void	rump_kt_icmp_pmtu(void);
void	rump_kt_icmp_redirect(void);
void	rump_kt_icmp_igmp(void);
void	rump_kt_icmp_igmp_old(void);
void	rump_kt_icmp_igmp_bad(void);

#define	US	0x0a010001
#define	PEER	0x0a010002

static struct ifnet *ifp;

static void
begin(void)
{

	ifp = nt_make("tst0", US, 24);
	nt_learn(ifp, PEER, US);
}

/* A message of ICMP, its checksum made. */
static void
send(uint32_t dst, void *msg, int len, const uint8_t *ether)
{
	struct nt_ip n = { .src = PEER, .dst = dst, .proto = 1, .data = msg,
	    .len = len, .ether = ether };

	if (len >= 4)
		nt_cksum(msg, len, 2);
	nt_ip_in(ifp, &n);
}

static const struct icmp *
reply(struct mbuf *m, int type)
{
	const struct icmp *icp = nt_is_icmp(m, US, PEER, type);

	KT_EQ(MAXTTL, ((const struct ip *)icp - 1)->ip_ttl);
	return icp;
}

void
rump_kt_icmp_echo(void)
{
	static uint8_t msg[1400] = { 8, 0, 0, 0, 0x12, 0x34, 0, 1, 'd' };
	const struct icmp *icp;
	struct mbuf *m;
	int len;

	begin();
	for (len = 8; len <= 1400; len += 116) {
		msg[0] = 8;
		send(US, msg, len, NULL);
		icp = reply(m = nt_out(ifp), ICMP_ECHOREPLY);
		KT_EQ(0x1234, ntohs(icp->icmp_id));
		KT_EQ(ETHER_HDR_LEN + 20 + len, m->m_pkthdr.len);
		m_freem(m);
	}
	/* Not to all, unless wanted. */
	send(0x0a0100ff, msg, 64, etherbroadcastaddr);
	send(0xffffffff, msg, 64, etherbroadcastaddr);
	nt_nothing(ifp);
	KT_EQ(0, nt_sysctl(IPPROTO_ICMP, ICMPCTL_BMCASTECHO, 1));
	send(0x0a0100ff, msg, 64, etherbroadcastaddr);
	reply(m = nt_out(ifp), ICMP_ECHOREPLY);
	m_freem(m);
	KT_EQ(13 + 1, nt_icmpstat(ICMP_STAT_REFLECT));
	nt_destroy("tst0");
}

void
rump_kt_icmp_requests(void)
{
	uint8_t ts[20] = { 13, 0, 0, 0, 0, 1, 0, 2, 0, 0, 0, 9 };
	uint8_t mask[12] = { 17, 0, 0, 0, 0, 1, 0, 2 };
	const struct icmp *icp;
	struct mbuf *m;

	begin();
	send(US, ts, sizeof(ts), NULL);
	icp = reply(m = nt_out(ifp), ICMP_TSTAMPREPLY);
	KT_EQ(9, ntohl(icp->icmp_otime));
	KT(ntohl(icp->icmp_rtime) < 24 * 60 * 60 * 1000);
	KT_EQ(icp->icmp_rtime, icp->icmp_ttime);
	m_freem(m);
	send(US, ts, 19, NULL);
	nt_nothing(ifp);
	KT_EQ(1, nt_icmpstat(ICMP_STAT_BADLEN));
	send(US, mask, sizeof(mask), NULL);
	nt_nothing(ifp);
	KT_EQ(0, nt_sysctl(IPPROTO_ICMP, ICMPCTL_MASKREPL, 1));
	send(US, mask, sizeof(mask), NULL);
	icp = reply(m = nt_out(ifp), ICMP_MASKREPLY);
	KT_EQ(0xffffff00, ntohl(icp->icmp_mask));
	m_freem(m);
	/* A code that there is not. */
	ts[1] = 1;
	send(US, ts, sizeof(ts), NULL);
	nt_nothing(ifp);
	KT_EQ(1, nt_icmpstat(ICMP_STAT_BADCODE));
	nt_destroy("tst0");
}

void
rump_kt_icmp_malformed(void)
{
	struct nt_ip n = { .src = PEER, .dst = US, .proto = 1 };
	uint8_t msg[64] = { 8 };
	int i, len;

	begin();
	for (len = 0; len < 8; len++)
		send(US, msg, len, NULL);
	KT_EQ(8, nt_icmpstat(ICMP_STAT_TOOSHORT));
	msg[3]++;
	n.data = msg;
	n.len = sizeof(msg);
	nt_ip_in(ifp, &n);
	KT_EQ(1, nt_icmpstat(ICMP_STAT_CHECKSUM));
	/* Errors that quote too little, or no packet. */
	for (len = 8; len < 36; len++) {
		memset(msg, 0, sizeof(msg));
		msg[0] = ICMP_UNREACH;
		msg[8] = 0x45;
		send(US, msg, len, NULL);
	}
	KT_EQ(28, nt_icmpstat(ICMP_STAT_BADLEN));
	msg[8] = 0x44;
	send(US, msg, 36, NULL);
	msg[8] = 0x65;
	send(US, msg, 36, NULL);
	msg[8] = 0x4f;
	send(US, msg, sizeof(msg), NULL);
	KT_EQ(31, nt_icmpstat(ICMP_STAT_BADLEN));
	nt_nothing(ifp);
	nt_sysctl(IPPROTO_ICMP, ICMPCTL_ERRPPSLIMIT, 0);
	for (i = 0; i < 5000; i++) {
		cprng_fast(msg, sizeof(msg));
		msg[0] = (uint8_t)(i % 45);
		if (i % 3 != 0)
			msg[1] = (uint8_t)(msg[1] % 17);
		msg[8] = (uint8_t)(0x40 | (msg[8] & 0xf));
		n.len = (int)(cprng_fast32() % sizeof(msg));
		if (n.len >= 4)
			nt_cksum(msg, n.len, 2);
		nt_ip_fuzz(ifp, &n, i);
	}
	nt_destroy("tst0");
}

void
rump_kt_icmp_unreach(void)
{
	struct nt_ip n = { .src = PEER, .dst = US, .proto = 17, .id = 5,
	    .data = "\0\1\0\2\0\x14\0\0abcdefghijkl", .len = 20 };
	const struct icmp *icp;
	struct mbuf *m;

	begin();
	nt_ip_in(ifp, &n);
	icp = reply(m = nt_out(ifp), ICMP_UNREACH);
	KT_EQ(ICMP_UNREACH_PORT, icp->icmp_code);
	/* The header and 8 bytes, as they came. */
	KT_EQ(ETHER_HDR_LEN + 20 + 8 + 28, m->m_pkthdr.len);
	KT_EQ(5, ntohs(icp->icmp_ip.ip_id));
	KT_EQ(40, ntohs(icp->icmp_ip.ip_len));
	KT_EQ(0, memcmp(&icp->icmp_ip + 1, "\0\1\0\2\0\x14\0\0", 8));
	m_freem(m);
	KT_EQ(0, nt_sysctl(IPPROTO_ICMP, ICMPCTL_RETURNDATABYTES, 512));
	nt_ip_in(ifp, &n);
	reply(m = nt_out(ifp), ICMP_UNREACH);
	KT_EQ(ETHER_HDR_LEN + 20 + 8 + 40, m->m_pkthdr.len);
	m_freem(m);
	n.proto = 200;
	nt_ip_in(ifp, &n);
	icp = reply(m = nt_out(ifp), ICMP_UNREACH);
	KT_EQ(ICMP_UNREACH_PROTOCOL, icp->icmp_code);
	m_freem(m);
	KT_EQ(1, nt_ipstat(IP_STAT_NOPROTO));
	nt_destroy("tst0");
}

/* RFC 1122 section 3.2.2: no errors about these. */
void
rump_kt_icmp_silent(void)
{
	struct nt_ip n = { .src = PEER, .dst = US, .proto = 200,
	    .data = "0123456789abcdef0123456789abcdef", .len = 32 };
	uint8_t msg[36] = { ICMP_UNREACH, 1, 0, 0, 0, 0, 0, 0, 0x45 };

	begin();
	n.ether = etherbroadcastaddr;
	nt_ip_in(ifp, &n);
	n.ether = NULL;
	n.dst = 0x0a0100ff;
	nt_ip_in(ifp, &n);
	n.dst = US;
	n.src = 0;
	nt_ip_in(ifp, &n);
	nt_nothing(ifp);
	/* An error about an error; we are no router, but who knows. */
	KT_EQ(0, nt_sysctl(IPPROTO_IP, IPCTL_FORWARDING, 1));
	nt_cksum(msg, sizeof(msg), 2);
	n = (struct nt_ip){ .src = PEER, .dst = 0x0b000001, .proto = 1,
	    .data = msg, .len = sizeof(msg) };
	nt_ip_in(ifp, &n);
	nt_nothing(ifp);
	KT_EQ(1, nt_icmpstat(ICMP_STAT_OLDICMP));
	/* A piece that is not the first. */
	n.proto = 17;
	n.off = 100;
	nt_ip_in(ifp, &n);
	nt_nothing(ifp);
	n.off = 0;
	nt_ip_in(ifp, &n);
	KT(nt_out(ifp) != NULL);
	nt_destroy("tst0");
}

void
rump_kt_icmp_limit(void)
{
	struct nt_ip n = { .src = PEER, .dst = US, .proto = 200,
	    .data = "x", .len = 1 };
	struct mbuf *m;
	int i, sent = 0;

	begin();
	KT_EQ(0, nt_sysctl(IPPROTO_ICMP, ICMPCTL_ERRPPSLIMIT, 5));
	for (i = 0; i < 100; i++)
		nt_ip_put(ifp, &n);
	nt_settle();
	while ((m = nt_out(ifp)) != NULL) {
		m_freem(m);
		sent++;
	}
	/* A second may end meanwhile, or several. */
	KT(sent >= 3 && sent < 100);
	KT_EQ(0, nt_sysctl(IPPROTO_ICMP, ICMPCTL_ERRPPSLIMIT, 0));
	nt_ip_in(ifp, &n);
	nt_nothing(ifp);
	nt_destroy("tst0");
}

/* Who causes many takes none from others. */
void
rump_kt_icmp_limit_each(void)
{
	struct nt_ip n = { .src = PEER, .dst = US, .proto = 200,
	    .data = "x", .len = 1 };
	uint64_t before;
	int i;

	begin();
	for (i = 0; i < 400; i++)
		nt_ip_in(ifp, &n);
	before = nt_icmpstat(ICMP_STAT_OUTHIST + ICMP_UNREACH);
	for (i = 0; i < 45; i++) {
		n.src = PEER + 1 + (uint32_t)i;
		nt_ip_in(ifp, &n);
	}
	/* Some may share a count by chance. */
	KT(nt_icmpstat(ICMP_STAT_OUTHIST + ICMP_UNREACH) >= before + 25);
	nt_drain(ifp);
	nt_destroy("tst0");
}

static struct socket *
connected(int port)
{
	struct socket *so = nt_udp(0, port);
	struct sockaddr_in sin = nt_sin(PEER);

	sin.sin_port = htons(9);
	solock(so);
	KT_EQ(0, soconnect(so, sintosa(&sin), curlwp));
	sounlock(so);
	return so;
}

/* An error about a datagram from port of ours to the peer's 9. */
static void
error_about(int type, int code, uint16_t port, uint32_t src, uint16_t mtu)
{
	uint8_t msg[36] = { (uint8_t)type, (uint8_t)code };
	struct ip *ip = (struct ip *)(void *)(msg + 8);

	msg[6] = (uint8_t)(mtu >> 8);
	msg[7] = (uint8_t)mtu;
	ip->ip_v = 4;
	ip->ip_hl = 5;
	ip->ip_p = 17;
	ip->ip_len = htons(1000);
	ip->ip_src.s_addr = htonl(src);
	ip->ip_dst.s_addr = htonl(PEER);
	msg[28] = (uint8_t)(port >> 8);
	msg[29] = (uint8_t)port;
	msg[31] = 9;
	send(US, msg, sizeof(msg), NULL);
}

void
rump_kt_icmp_errors_in(void)
{
	static const struct {
		int	type, code, error;
	} map[] = {
		{ ICMP_UNREACH, ICMP_UNREACH_NET, EHOSTUNREACH },
		{ ICMP_UNREACH, ICMP_UNREACH_HOST, EHOSTUNREACH },
		{ ICMP_UNREACH, ICMP_UNREACH_PROTOCOL, ECONNREFUSED },
		{ ICMP_UNREACH, ICMP_UNREACH_PORT, ECONNREFUSED },
		{ ICMP_UNREACH, ICMP_UNREACH_NEEDFRAG, EMSGSIZE },
		{ ICMP_UNREACH, ICMP_UNREACH_SRCFAIL, EHOSTUNREACH },
		{ ICMP_UNREACH, ICMP_UNREACH_ADMIN_PROHIBIT, EHOSTUNREACH },
		{ ICMP_UNREACH, 16, 0 },
		{ ICMP_UNREACH, 255, 0 },
		{ ICMP_PARAMPROB, 0, ENOPROTOOPT },
		{ ICMP_PARAMPROB, 3, 0 },
		{ ICMP_TIMXCEED, 0, 0 },
		{ ICMP_TIMXCEED, 2, 0 },
		{ ICMP_SOURCEQUENCH, 0, 0 },
	};
	struct socket *so, *other;
	u_int i;

	begin();
	so = connected(1234);
	other = nt_udp(0, 1235);
	for (i = 0; i < __arraycount(map); i++) {
		error_about(map[i].type, map[i].code, 1234, US, 0);
		KT_EQ(map[i].error, so->so_error);
		so->so_error = 0;
	}
	/* About others' datagrams. */
	error_about(ICMP_UNREACH, ICMP_UNREACH_PORT, 1235, US, 0);
	error_about(ICMP_UNREACH, ICMP_UNREACH_PORT, 1234, US + 9, 0);
	error_about(ICMP_UNREACH, ICMP_UNREACH_PORT, 1, US, 0);
	KT_EQ(0, so->so_error);
	KT_EQ(0, other->so_error);
	KT_EQ(0, soclose(so));
	KT_EQ(0, soclose(other));
	nt_destroy("tst0");
}

static uint64_t
mtu_of(uint32_t dst)
{
	struct sockaddr_in sin = nt_sin(dst);
	struct rtentry *rt = rtalloc1(sintosa(&sin), 0);
	uint64_t mtu = rt->rt_rmx.rmx_mtu;

	rt_unref(rt);
	return mtu;
}

void
rump_kt_icmp_pmtu(void)
{
	static const uint8_t data[1200];
	struct socket *so;
	const struct ip *ip;
	struct mbuf *m;

	begin();
	so = connected(1234);
	/* Nobody can make a path shorter than any is, or longer. */
	error_about(ICMP_UNREACH, ICMP_UNREACH_NEEDFRAG, 1234, US, 68);
	KT_EQ(0, mtu_of(PEER));
	error_about(ICMP_UNREACH, ICMP_UNREACH_NEEDFRAG, 1234, US, 9000);
	KT_EQ(0, mtu_of(PEER));
	/* Nor about what we did not send. */
	error_about(ICMP_UNREACH, ICMP_UNREACH_NEEDFRAG, 1233, US, 576);
	KT_EQ(0, mtu_of(PEER));
	error_about(ICMP_UNREACH, ICMP_UNREACH_NEEDFRAG, 1234, US, 1000);
	KT_EQ(1000, mtu_of(PEER));
	error_about(ICMP_UNREACH, ICMP_UNREACH_NEEDFRAG, 1234, US, 1400);
	KT_EQ(1000, mtu_of(PEER));
	/* A router that does not tell: the next step below 1000 bytes. */
	error_about(ICMP_UNREACH, ICMP_UNREACH_NEEDFRAG, 1234, US, 0);
	KT_EQ(508, mtu_of(PEER));
	so->so_error = 0;
	m = m_gethdr(M_WAIT, MT_DATA);
	m->m_len = m->m_pkthdr.len = 0;
	m_copyback(m, 0, sizeof(data), data);
	KT_EQ(0, (*so->so_send)(so, NULL, NULL, m, NULL, 0, curlwp));
	ip = nt_is_ip(m = nt_out(ifp), IPPROTO_UDP);
	KT_EQ(20 + 488, ntohs(ip->ip_len));
	m_freem(m);
	KT_EQ(2, nt_icmpstat(ICMP_STAT_PMTUCHG));
	KT_EQ(0, soclose(so));
	nt_destroy("tst0");
}

static uint32_t
gateway_of(uint32_t dst)
{
	struct sockaddr_in sin = nt_sin(dst);
	struct rtentry *rt = rtalloc1(sintosa(&sin), 0);
	uint32_t gw;

	KT(rt != NULL);
	gw = ntohl(satosin(rt->rt_gateway)->sin_addr.s_addr);
	rt_unref(rt);
	return gw;
}

void
rump_kt_icmp_redirect(void)
{
	struct sockaddr_in dst = nt_sin(0), gw = nt_sin(PEER);
	uint8_t msg[36] = { ICMP_REDIRECT, ICMP_REDIRECT_HOST, 0, 0,
	    10, 1, 0, 7, 0x45 };
	struct ip *ip = (struct ip *)(void *)(msg + 8);

	begin();
	KT_EQ(0, rtrequest(RTM_ADD, sintosa(&dst), sintosa(&gw),
	    sintosa(&dst), RTF_UP | RTF_GATEWAY, NULL));
	ip->ip_dst.s_addr = htonl(0x0c000001);
	KT_EQ(0, nt_sysctl(IPPROTO_ICMP, ICMPCTL_REDIRACCEPT, 0));
	send(US, msg, sizeof(msg), NULL);
	KT_EQ(PEER, gateway_of(0x0c000001));
	KT_EQ(0, nt_sysctl(IPPROTO_ICMP, ICMPCTL_REDIRACCEPT, 1));
	msg[1] = 4;			/* a code there is not */
	send(US, msg, sizeof(msg), NULL);
	KT_EQ(PEER, gateway_of(0x0c000001));
	msg[1] = ICMP_REDIRECT_NET;
	msg[4] = 11;			/* a router on no net of ours */
	send(US, msg, sizeof(msg), NULL);
	KT_EQ(PEER, gateway_of(0x0c000001));
	msg[4] = 10;
	send(US, msg, sizeof(msg), NULL);
	KT_EQ(0x0a010007, gateway_of(0x0c000001));
	/* For that host alone. */
	KT_EQ(PEER, gateway_of(0x0c000002));
	nt_destroy("tst0");
}

/*
 * IGMP.
 */
#define	GROUP	0xe1020304

static int
membership(struct socket *so, int name)
{
	struct ip_mreq mr = { nt_in_addr(GROUP), nt_in_addr(US) };

	return so_setsockopt(curlwp, so, IPPROTO_IP, name, &mr, sizeof(mr));
}

/* A message of IGMP went out: its type, and where to. */
static const uint8_t *
igmp_out(struct mbuf *m, int type, uint32_t dst)
{
	const struct ip *ip = nt_is_ip(m, IPPROTO_IGMP);
	const uint8_t *p = (const uint8_t *)ip + (ip->ip_hl << 2);

	KT_EQ(1, ip->ip_ttl);
	KT_EQ(6, ip->ip_hl);
	KT_EQ(0, memcmp(ip + 1, "\x94\x04\0\0", 4));
	KT_EQ(dst, ntohl(ip->ip_dst.s_addr));
	KT_EQ(type, p[0]);
	KT_EQ(0, cpu_in_cksum(m, m->m_pkthdr.len - ETHER_HDR_LEN - 24,
	    ETHER_HDR_LEN + 24, 0));
	return p;
}

static void
query(uint32_t dst, int len, int code, uint32_t group)
{
	uint8_t msg[16] = { IGMP_HOST_MEMBERSHIP_QUERY, (uint8_t)code };
	const struct in_addr g = nt_in_addr(group);
	struct nt_ip n = { .src = PEER, .dst = dst, .proto = 2, .ttl = 1,
	    .data = msg, .len = len };
	static const uint8_t all[] = { 1, 0, 0x5e, 0, 0, 1 };

	memcpy(msg + 4, &g, 4);
	nt_cksum(msg, len, 2);
	n.ether = all;
	nt_ip_in(ifp, &n);
}

/* What the timers, or these calls of theirs, send in the end. */
static struct mbuf *
told(void)
{
	struct mbuf *m;

	while ((m = nt_out(ifp)) == NULL) {
		igmp_fasttimo();
		kpause("igmp", false, 1, NULL);
	}
	return m;
}

/* Nothing, in as many fast timeouts as so many seconds have. */
static void
silent(int seconds)
{
	int i;

	for (i = 0; i <= seconds * PR_FASTHZ; i++) {
		igmp_fasttimo();
		nt_nothing(ifp);
	}
}

void
rump_kt_icmp_igmp(void)
{
	struct socket *so;
	const uint8_t *p;
	struct mbuf *m;

	begin();
	so = nt_udp(0, 1);
	KT_EQ(0, membership(so, IP_ADD_MEMBERSHIP));
	p = igmp_out(m = nt_out(ifp), IGMP_v3_HOST_MEMBERSHIP_REPORT,
	    0xe0000016);
	KT_EQ(4, p[8]);			/* now all but none */
	KT_EQ(0, memcmp(p + 12, "\xe1\2\3\4", 4));
	m_freem(m);
	/* Once more, later. */
	m_freem(told());
	silent(10);
	/* Asked, it answers within the time. */
	query(0xe0000001, 12, 20, 0);
	p = igmp_out(m = told(), IGMP_v3_HOST_MEMBERSHIP_REPORT, 0xe0000016);
	KT_EQ(2, p[8]);
	m_freem(m);
	query(GROUP, 12, 20, GROUP + 1);
	silent(10);
	query(GROUP, 12, 20, GROUP);
	m_freem(told());
	KT_EQ(0, membership(so, IP_DROP_MEMBERSHIP));
	p = igmp_out(m = nt_out(ifp), IGMP_v3_HOST_MEMBERSHIP_REPORT,
	    0xe0000016);
	KT_EQ(3, p[8]);
	m_freem(m);
	query(0xe0000001, 12, 20, 0);
	silent(10);
	KT_EQ(0, soclose(so));
	nt_destroy("tst0");
}

/* Routers of old are answered as they understand it. */
void
rump_kt_icmp_igmp_old(void)
{
	uint8_t msg[8] = { IGMP_v2_HOST_MEMBERSHIP_REPORT, 0, 0, 0, 0xe1, 2,
	    3, 4 };
	struct nt_ip n = { .src = PEER, .dst = GROUP, .proto = 2, .data = msg,
	    .len = sizeof(msg) };
	static const uint8_t group[] = { 1, 0, 0x5e, 2, 3, 4 };
	struct socket *so;
	struct mbuf *m;
	int i;

	begin();
	so = nt_udp(0, 1);
	KT_EQ(0, membership(so, IP_ADD_MEMBERSHIP));
	nt_drain(ifp);
	query(0xe0000001, 8, 10, 0);
	(void)igmp_out(m = told(), IGMP_v2_HOST_MEMBERSHIP_REPORT, GROUP);
	m_freem(m);
	/* Somebody else told: we need not, and leave without a word. */
	query(0xe0000001, 8, 100, 0);
	nt_cksum(msg, sizeof(msg), 2);
	n.ether = group;
	nt_ip_in(ifp, &n);
	silent(11);
	query(0xe0000001, 8, 10, 0);
	m_freem(told());
	KT_EQ(0, membership(so, IP_DROP_MEMBERSHIP));
	(void)igmp_out(m = nt_out(ifp), IGMP_HOST_LEAVE_MESSAGE, 0xe0000002);
	m_freem(m);
	/* Version 1 knows of no end. */
	query(0xe0000001, 8, 0, 0);
	KT_EQ(0, membership(so, IP_ADD_MEMBERSHIP));
	(void)igmp_out(m = nt_out(ifp), IGMP_v1_HOST_MEMBERSHIP_REPORT,
	    GROUP);
	m_freem(m);
	KT_EQ(0, membership(so, IP_DROP_MEMBERSHIP));
	nt_nothing(ifp);
	/* In the end such a router is forgotten. */
	for (i = 0; i < IGMP_AGE_THRESHOLD * PR_SLOWHZ; i++)
		igmp_slowtimo();
	KT_EQ(0, membership(so, IP_ADD_MEMBERSHIP));
	(void)igmp_out(m = nt_out(ifp), IGMP_v3_HOST_MEMBERSHIP_REPORT,
	    0xe0000016);
	m_freem(m);
	KT_EQ(0, soclose(so));
	nt_destroy("tst0");
}

#define	igmpstat(n)	igmp_counter(n)

static uint64_t
igmp_counter(u_int n)
{
	const int name[] = { CTL_NET, PF_INET, IPPROTO_IGMP, CTL_QUERY };
	static struct sysctlnode nodes[4];
	struct sysctlnode q = { .sysctl_flags = SYSCTL_VERSION };
	size_t len = sizeof(nodes);

	sysctl_lock(false);
	KT_EQ(0, sysctl_dispatch(name, 4, nodes, &len, &q, sizeof(q), name,
	    NULL, NULL));
	sysctl_unlock();
	return nt_stat(IPPROTO_IGMP, nodes[0].sysctl_num, n);
}

void
rump_kt_icmp_igmp_bad(void)
{
	uint8_t msg[64];
	struct nt_ip n = { .src = PEER, .dst = US, .proto = 2, .data = msg };
	struct socket *so;
	int i;

	begin();
	so = nt_udp(0, 1);
	KT_EQ(0, membership(so, IP_ADD_MEMBERSHIP));
	for (n.len = 0; n.len < 8; n.len++)
		nt_ip_in(ifp, &n);
	KT_EQ(8, igmpstat(IGMP_STAT_RCV_TOOSHORT));
	memset(msg, 1, sizeof(msg));
	nt_ip_in(ifp, &n);
	KT_EQ(1, igmpstat(IGMP_STAT_RCV_BADSUM));
	query(US, 8, 10, 0);		/* not to all */
	query(0xe0000001, 9, 10, 0);
	query(0xe0000001, 11, 10, 0);
	query(GROUP, 12, 10, 0x0a000001);
	KT_EQ(4, igmpstat(IGMP_STAT_RCV_BADQUERIES));
	for (i = 0; i < 3000; i++) {
		cprng_fast(msg, sizeof(msg));
		n.len = (int)(cprng_fast32() % sizeof(msg));
		msg[0] = (uint8_t)(0x11 + i % 8);
		if (n.len >= 4)
			nt_cksum(msg, n.len, 2);
		nt_ip_fuzz(ifp, &n, i);
		igmp_fasttimo();
	}
	KT_EQ(0, soclose(so));
	nt_destroy("tst0");
}
