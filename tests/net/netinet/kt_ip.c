/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_ip: tst0 has 10.1.0.1/24, its peer 10.1.0.2; tst1 has
 * 10.2.0.1/24.
 */
#include "nt.h"

void	rump_kt_ip_malformed(void);
void	rump_kt_ip_martian(void);
void	rump_kt_ip_forward(void);
void	rump_kt_ip_forward_undone(void);
void	rump_kt_ip_forward_mtu(void);
void	rump_kt_ip_redirect(void);
void	rump_kt_ip_options(void);
void	rump_kt_ip_output(void);
void	rump_kt_ip_uses(void);
void	rump_kt_ip_broadcast(void);
void	rump_kt_ip_multicast(void);
void	rump_kt_ip_pfil(void);
void	rump_kt_ip_id(void);
void	rump_kt_ip_cksum(void);

#define	US	0x0a010001
#define	PEER	0x0a010002
#define	US2	0x0a020001
#define	PEER2	0x0a020002

static const uint8_t zeros[1500];

/* One packet, which one counter notices. */
static void
counted(struct ifnet *ifp, const struct nt_ip *n, u_int stat)
{
	const uint64_t before = nt_ipstat(stat);
	const uint64_t good = nt_ipstat(IP_STAT_DELIVERED);

	nt_ip_in(ifp, n);
	KT_EQ(before + 1, nt_ipstat(stat));
	KT_EQ(good, nt_ipstat(IP_STAT_DELIVERED));
	nt_nothing(ifp);
}

void
rump_kt_ip_malformed(void)
{
	struct ifnet *ifp = nt_make("tst0", US, 24);
	const struct nt_ip ok = { .src = PEER, .dst = US, .proto = 17,
	    .data = zeros, .len = 28 };
	struct nt_ip n;
	uint64_t v;
	u_int i;

	nt_learn(ifp, PEER, US);
#define	TRY(field, value, stat)						\
do {									\
	n = ok;								\
	n.field = (value);						\
	counted(ifp, &n, (stat));					\
} while (0)
	TRY(v, 6, IP_STAT_BADVERS);
	TRY(hl, 4, IP_STAT_BADHLEN);
	TRY(hl, 1, IP_STAT_BADHLEN);
	TRY(hl, 15, IP_STAT_BADHLEN);
	TRY(badsum, 1, IP_STAT_BADSUM);
	TRY(iplen, 19, IP_STAT_BADLEN);
	TRY(iplen, 1, IP_STAT_BADLEN);
	TRY(iplen, 49, IP_STAT_TOOSHORT);
	TRY(iplen, 65535, IP_STAT_TOOSHORT);
	TRY(cut, 1, IP_STAT_TOOSHORT);
	TRY(cut, 29, IP_STAT_TOOSMALL);
	TRY(cut, 48, IP_STAT_TOOSMALL);
#undef TRY
	/* What is behind it, the link's padding, is cut off. */
	n = ok;
	n.iplen = 20 + 8;
	v = nt_udpstat(UDP_STAT_IPACKETS);
	nt_ip_in(ifp, &n);
	KT_EQ(v + 1, nt_udpstat(UDP_STAT_IPACKETS));
	/* No frame of any length makes it read what is not there. */
	for (i = 0; i < 64; i++)
		nt_frame(ifp, ETHERTYPE_IP, NULL, nt_buf, (int)i);
	nt_settle();
	nt_drain(ifp);
	nt_destroy("tst0");
}

void
rump_kt_ip_martian(void)
{
	struct ifnet *ifp = nt_make("tst0", US, 24);
	struct nt_ip n = { .src = PEER, .dst = US, .proto = 17,
	    .data = zeros, .len = 28 };
	static const uint32_t sources[] = { 0xe0000001, 0xf0000001,
	    0xffffffff, 0x7f000001, 0x7fffffff };
	u_int i;

	for (i = 0; i < __arraycount(sources); i++) {
		n.src = sources[i];
		counted(ifp, &n, IP_STAT_BADADDR);
	}
	n.src = PEER;
	n.dst = 0x7f000001;
	counted(ifp, &n, IP_STAT_BADADDR);
	/* Not for us, and we are no router; nor by the link's broadcast. */
	n.dst = 0x0a010077;
	counted(ifp, &n, IP_STAT_CANTFORWARD);
	n.ether = etherbroadcastaddr;
	KT_EQ(0, nt_sysctl(IPPROTO_IP, IPCTL_FORWARDING, 1));
	counted(ifp, &n, IP_STAT_CANTFORWARD);
	nt_destroy("tst0");
}

static struct ifnet *
two(struct ifnet **ifp2)
{
	struct ifnet *ifp = nt_make("tst0", US, 24);

	*ifp2 = nt_make("tst1", US2, 24);
	nt_learn(ifp, PEER, US);
	nt_learn(*ifp2, PEER2, US2);
	KT_EQ(0, nt_sysctl(IPPROTO_IP, IPCTL_FORWARDING, 1));
	return ifp;
}

static void
end_two(void)
{

	nt_destroy("tst1");
	nt_destroy("tst0");
}

/* An error goes back to the peer: its header of ICMP. */
static const struct icmp *
is_error(struct mbuf *m, int type, int code)
{
	const struct icmp *icp = nt_is_icmp(m, US, PEER, type);

	KT_EQ(code, icp->icmp_code);
	return icp;
}

void
rump_kt_ip_forward(void)
{
	struct ifnet *ifp2, *ifp = two(&ifp2);
	struct nt_ip n = { .src = PEER, .dst = PEER2, .proto = 17, .ttl = 5,
	    .data = zeros, .len = 28 };
	const struct ip *ip;
	struct mbuf *m;

	nt_ip_in(ifp, &n);
	ip = nt_is_ip(m = nt_out(ifp2), IPPROTO_UDP);
	KT_EQ(4, ip->ip_ttl);
	KT_EQ(PEER, ntohl(ip->ip_src.s_addr));
	KT_EQ(0, memcmp(mtod(m, uint8_t *), nt_peer, 6));
	m_freem(m);
	nt_nothing(ifp);
	KT_EQ(1, nt_ipstat(IP_STAT_FORWARD));
	/* Its time is over. */
	n.ttl = 1;
	nt_ip_in(ifp, &n);
	is_error(m = nt_out(ifp), ICMP_TIMXCEED, ICMP_TIMXCEED_INTRANS);
	m_freem(m);
	nt_nothing(ifp2);
	/* Nobody knows the way. */
	n.ttl = 5;
	n.dst = 0x0b000001;
	nt_ip_in(ifp, &n);
	is_error(m = nt_out(ifp), ICMP_UNREACH, ICMP_UNREACH_NET);
	m_freem(m);
	/* What no router may pass on. */
	n.dst = 0xa9fe0001;
	nt_ip_in(ifp, &n);
	n.dst = 0x00000001;
	nt_ip_in(ifp, &n);
	n.dst = 0xf0000001;
	nt_ip_in(ifp, &n);
	n.dst = 0x0a0200ff;		/* all of the other net */
	nt_ip_in(ifp, &n);
	nt_nothing(ifp2);
	nt_drain(ifp);
	KT_EQ(0, nt_sysctl(IPPROTO_IP, IPCTL_DIRECTEDBCAST, 1));
	nt_ip_in(ifp, &n);
	m = nt_out(ifp2);
	KT_EQ(0x0a0200ff, ntohl(nt_is_ip(m, IPPROTO_UDP)->ip_dst.s_addr));
	KT_EQ(0, memcmp(mtod(m, uint8_t *), etherbroadcastaddr, 6));
	m_freem(m);
	end_two();
}

/*
 * From a virtual wire to one of copper: the sum of the pseudo header, which the
 * packet has, becomes the checksum of it all.
 */
void
rump_kt_ip_forward_undone(void)
{
	static const uint8_t data[] = { 0, 7, 0, 8, 0, 12, 0, 0, 1, 2, 3, 4 };
	struct ifnet *ifp2, *ifp = two(&ifp2);
	uint8_t udp[sizeof(data)];
	struct nt_ip n = { .src = PEER, .dst = PEER2, .proto = 17, .data = udp,
	    .len = sizeof(udp) };
	struct mbuf *m;
	uint32_t sum = (PEER >> 16) + (PEER & 0xffff) + (PEER2 >> 16) +
	    (PEER2 & 0xffff) + 17 + sizeof(udp);
	const uint8_t *p;
	u_int i;

	memcpy(udp, data, sizeof(udp));
	sum = (sum & 0xffff) + (sum >> 16);
	udp[6] = (uint8_t)(sum >> 8);
	udp[7] = (uint8_t)sum;
	nt_csum_flags = M_CSUM_UDPv4 | M_CSUM_BLANK;
	nt_csum_data = 20 << 16 | 6;
	nt_ip_in(ifp, &n);
	m = nt_out(ifp2);
	(void)nt_is_ip(m, IPPROTO_UDP);
	KT_EQ(0, m->m_pkthdr.csum_flags & M_CSUM_UDPv4);
	p = mtod(m, const uint8_t *) + ETHER_HDR_LEN + 20;
	KT(p[6] != udp[6] || p[7] != udp[7]);
	sum = (PEER >> 16) + (PEER & 0xffff) + (PEER2 >> 16) +
	    (PEER2 & 0xffff) + 17 + sizeof(udp);
	for (i = 0; i < sizeof(udp); i += 2)
		sum += (uint32_t)p[i] << 8 | p[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	KT_EQ(0xffff, (sum & 0xffff) + (sum >> 16));
	m_freem(m);
	/* A field that is not in the packet, or in what the link added. */
	for (i = 0; i < 4; i++) {
		n.len = i < 2 ? 0 : sizeof(udp);
		nt_csum_data = 20 << 16 | (uint32_t[]){ 6, 16, 11, 0xffff }[i];
		nt_ip_in(ifp, &n);
		m = nt_out(ifp2);
		(void)nt_is_ip(m, IPPROTO_UDP);
		m_freem(m);
	}
	nt_csum_flags = 0;
	end_two();
}

void
rump_kt_ip_forward_mtu(void)
{
	struct ifnet *ifp2, *ifp = two(&ifp2);
	struct nt_ip n = { .src = PEER, .dst = PEER2, .proto = 17,
	    .data = zeros, .len = 1400, .off = IP_DF, .id = 77 };
	const struct icmp *icp;
	const struct ip *ip;
	struct ifreq ifr;
	struct mbuf *m;
	int off, len;

	memset(&ifr, 0, sizeof(ifr));
	strlcpy(ifr.ifr_name, "tst1", sizeof(ifr.ifr_name));
	ifr.ifr_mtu = 600;
	KT_EQ(0, nt_ioctl(SIOCSIFMTU, &ifr));
	nt_ip_in(ifp, &n);
	icp = is_error(m = nt_out(ifp), ICMP_UNREACH, ICMP_UNREACH_NEEDFRAG);
	KT_EQ(600, ntohs(icp->icmp_nextmtu));
	KT_EQ(77, ntohs(icp->icmp_ip.ip_id));
	m_freem(m);
	nt_nothing(ifp2);
	/* It may be cut. */
	n.off = 0;
	nt_ip_in(ifp, &n);
	for (off = 0; off < 1400; off += len) {
		ip = nt_is_ip(m = nt_out(ifp2), IPPROTO_UDP);
		len = ntohs(ip->ip_len) - 20;
		KT(len <= 580);
		KT_EQ(off / 8, ntohs(ip->ip_off) & IP_OFFMASK);
		KT_EQ(off + len < 1400, (ntohs(ip->ip_off) & IP_MF) != 0);
		KT_EQ(77, ntohs(ip->ip_id));
		m_freem(m);
	}
	KT_EQ(1400, off);
	nt_nothing(ifp2);
	/* With options: the one that is copied goes along. */
	n.opts = "\x83\x03\x04\x44\x04\x05\x00\x01";
	n.optlen = 8;
	KT_EQ(0, nt_sysctl(IPPROTO_IP, IPCTL_ALLOWSRCRT, 1));
	nt_ip_in(ifp, &n);
	ip = nt_is_ip(m = nt_out(ifp2), IPPROTO_UDP);
	KT_EQ(7, ip->ip_hl);
	m_freem(m);
	ip = nt_is_ip(m = nt_out(ifp2), IPPROTO_UDP);
	KT_EQ(6, ip->ip_hl);
	KT_EQ(0, memcmp(ip + 1, "\x83\x03\x04\x00", 4));
	m_freem(m);
	nt_drain(ifp2);
	end_two();
}

void
rump_kt_ip_redirect(void)
{
	struct ifnet *ifp = nt_make("tst0", US, 24);
	struct sockaddr_in dst = nt_sin(0x0a050000), gw = nt_sin(0x0a010003);
	struct sockaddr_in mask = nt_sin(0xffff0000);
	struct nt_ip n = { .src = PEER, .dst = 0x0a050001, .proto = 17,
	    .data = zeros, .len = 28 };
	const struct icmp *icp;
	struct mbuf *m, *m2;

	KT_EQ(0, nt_sysctl(IPPROTO_IP, IPCTL_FORWARDING, 1));
	nt_learn(ifp, PEER, US);
	nt_learn(ifp, 0x0a010003, US);
	KT_EQ(0, rtrequest(RTM_ADD, sintosa(&dst), sintosa(&gw),
	    sintosa(&mask), RTF_UP | RTF_GATEWAY, NULL));
	nt_ip_in(ifp, &n);
	m = nt_out(ifp);
	KT_EQ(0x0a050001, ntohl(nt_is_ip(m, IPPROTO_UDP)->ip_dst.s_addr));
	icp = is_error(m2 = nt_out(ifp), ICMP_REDIRECT, ICMP_REDIRECT_HOST);
	KT_EQ(0x0a010003, ntohl(icp->icmp_gwaddr.s_addr));
	m_freem(m);
	m_freem(m2);
	KT_EQ(1, nt_ipstat(IP_STAT_REDIRECTSENT));
	KT_EQ(0, nt_sysctl(IPPROTO_IP, IPCTL_SENDREDIRECTS, 0));
	nt_ip_in(ifp, &n);
	nt_is_ip(m = nt_out(ifp), IPPROTO_UDP);
	m_freem(m);
	nt_nothing(ifp);
	KT_EQ(0, rtrequest(RTM_DELETE, sintosa(&dst), sintosa(&gw),
	    sintosa(&mask), RTF_UP | RTF_GATEWAY, NULL));
	nt_destroy("tst0");
}

/* Options that are wrong, and where. */
void
rump_kt_ip_options(void)
{
	static const struct {
		const char	*opts;
		int		where;	/* of the parameter problem */
	} bad[] = {
		{ "\x07\x00\x04\x00", 21 },	/* length 0 */
		{ "\x07\x01\x04\x00", 21 },
		{ "\x07\x05\x04\x00", 21 },	/* beyond the header */
		{ "\x01\x01\x01\x07", 23 },	/* no length */
		{ "\x07\x04\x03\x00", 22 },	/* pointer too low */
		{ "\x44\x04\x04\x00", 22 },
		{ "\x44\x04\x05\xf0", 22 },	/* overflows */
	};
	struct ifnet *ifp = nt_make("tst0", US, 24);
	struct nt_ip n = { .src = PEER, .dst = US, .proto = 17, .data = zeros,
	    .len = 28, .optlen = 4 };
	const struct icmp *icp;
	struct mbuf *m;
	u_int i;

	nt_learn(ifp, PEER, US);
	for (i = 0; i < __arraycount(bad); i++) {
		n.opts = bad[i].opts;
		nt_ip_in(ifp, &n);
		icp = is_error(m = nt_out(ifp), ICMP_PARAMPROB, 0);
		KT_EQ(bad[i].where, icp->icmp_pptr);
		m_freem(m);
		KT_EQ(i + 1, nt_ipstat(IP_STAT_BADOPTIONS));
	}
	/* Source routes are not for us, unless wanted. */
	n.opts = "\x83\x07\x04\x0a\x01\x00\x05\x00";
	n.optlen = 8;
	nt_ip_in(ifp, &n);
	is_error(m = nt_out(ifp), ICMP_UNREACH, ICMP_UNREACH_SRCFAIL);
	m_freem(m);
	KT_EQ(0, nt_sysctl(IPPROTO_IP, IPCTL_ALLOWSRCRT, 1));
	nt_ip_in(ifp, &n);
	is_error(m = nt_out(ifp), ICMP_UNREACH, ICMP_UNREACH_SRCFAIL);
	m_freem(m);
	/* All of them at random, and none makes it read what is not there. */
	nt_sysctl(IPPROTO_ICMP, ICMPCTL_ERRPPSLIMIT, 0);
	for (i = 0; i < 5000; i++) {
		uint8_t opts[40];

		cprng_fast(opts, sizeof(opts));
		if (i % 2 == 0)
			opts[0] = "\x07\x44\x83\x89"[i / 2 % 4];
		if (i % 3 == 0)
			opts[1] = opts[1] % 44;
		n.opts = opts;
		n.optlen = (int)(cprng_fast32() % 10 + 1) * 4;
		nt_ip_fuzz(ifp, &n, (int)i);
	}
	nt_destroy("tst0");
}

void
rump_kt_ip_output(void)
{
	static uint8_t data[4000], got[4000];
	struct ifnet *ifp = nt_make("tst0", US, 24);
	struct socket *so = nt_udp(0, 1234);
	struct udphdr uh;
	const struct ip *ip;
	struct mbuf *m;
	int i, off, len, id = -1;

	nt_learn(ifp, PEER, US);
	for (i = 0; i < (int)sizeof(data); i++)
		data[i] = (uint8_t)(i * 13);
	/* Whole: checksums are right. */
	KT_EQ(0, nt_sendto(so, PEER, 99, data, 100));
	ip = nt_is_ip(m = nt_out(ifp), IPPROTO_UDP);
	KT_EQ(US, ntohl(ip->ip_src.s_addr));
	KT_EQ(64, ip->ip_ttl);
	KT_EQ(0, cpu_in_cksum(m, 108, ETHER_HDR_LEN + 20, in_cksum_phdr(
	    ip->ip_src.s_addr, ip->ip_dst.s_addr, htonl(108 + 17))));
	m_copydata(m, ETHER_HDR_LEN + 20, sizeof(uh), &uh);
	KT_EQ(1234, ntohs(uh.uh_sport));
	KT_EQ(99, ntohs(uh.uh_dport));
	m_freem(m);
	/* In pieces. */
	KT_EQ(0, nt_sendto(so, PEER, 99, data, sizeof(data)));
	for (off = 0; off < 4008; off += len) {
		ip = nt_is_ip(m = nt_out(ifp), IPPROTO_UDP);
		len = ntohs(ip->ip_len) - 20;
		KT_EQ(off / 8, ntohs(ip->ip_off) & IP_OFFMASK);
		KT(id == -1 || id == ip->ip_id);
		id = ip->ip_id;
		if (off == 0)
			m_copydata(m, ETHER_HDR_LEN + 28, len - 8, got);
		else
			m_copydata(m, ETHER_HDR_LEN + 20, len,
			    got + off - 8);
		m_freem(m);
	}
	KT_EQ(4008, off);
	KT_EQ(0, memcmp(got, data, sizeof(data)));
	KT_EQ(3, nt_ipstat(IP_STAT_OFRAGMENTS));
	/* The interface would make the sums: what is there is for it. */
	ifp->if_csum_flags_tx = M_CSUM_IPv4 | M_CSUM_UDPv4;
	KT_EQ(0, nt_sendto(so, PEER, 99, data, 100));
	KT((m = nt_out(ifp)) != NULL);
	KT_EQ(M_CSUM_IPv4 | M_CSUM_UDPv4, m->m_pkthdr.csum_flags);
	KT_EQ(20, M_CSUM_DATA_IPv4_IPHL(m->m_pkthdr.csum_data));
	KT_EQ(6, M_CSUM_DATA_IPv4_OFFSET(m->m_pkthdr.csum_data));
	m_adj(m, ETHER_HDR_LEN);
	in_undefer_cksum(m, 0, M_CSUM_IPv4 | M_CSUM_UDPv4);
	KT_EQ(0, in_cksum(m, 20));
	KT_EQ(0, in4_cksum(m, IPPROTO_UDP, 20, 108));
	m_freem(m);
	ifp->if_csum_flags_tx = 0;
	/* Nowhere. */
	KT_EQ(EHOSTUNREACH, nt_sendto(so, 0x0b000001, 99, data, 1));
	KT_EQ(EADDRNOTAVAIL, nt_sendto(so, PEER, 0, data, 1));
	kif_flags(ifp, 0);
	KT_EQ(ENETDOWN, nt_sendto(so, PEER, 99, data, 1));
	KT_EQ(0, soclose(so));
	nt_destroy("tst0");
}

void
rump_kt_ip_broadcast(void)
{
	struct ifnet *ifp = nt_make("tst0", US, 24);
	struct socket *so = nt_udp(0, 1234), *other = nt_udp(0, 99);
	struct nt_ip n = { .src = PEER, .proto = 17, .data =
	    "\0\1\0\x63\0\x09\0\0x", .len = 9, .ether = etherbroadcastaddr };
	struct mbuf *m;

	KT_EQ(EACCES, nt_sendto(so, 0x0a0100ff, 99, "x", 1));
	KT_EQ(1, nt_ipstat(IP_STAT_BCASTDENIED));
	solock(so);
	so->so_options |= SO_BROADCAST;
	sounlock(so);
	KT_EQ(0, nt_sendto(so, 0x0a0100ff, 99, "x", 1));
	m = nt_out(ifp);
	nt_is_ip(m, IPPROTO_UDP);
	KT_EQ(0, memcmp(mtod(m, uint8_t *), etherbroadcastaddr, 6));
	m_freem(m);
	/* It does not hear itself: a copy comes back. */
	nt_settle();
	KT_EQ(1, nt_recv(other, NULL, 0));
	/* Too long to be sent in one. */
	KT_EQ(EMSGSIZE, nt_sendto(so, 0x0a0100ff, 99, zeros, 1490));
	/* In, under both names. */
	n.dst = 0x0a0100ff;
	nt_ip_in(ifp, &n);
	n.dst = 0xffffffff;
	nt_ip_in(ifp, &n);
	KT_EQ(1, nt_recv(other, NULL, 0));
	KT_EQ(1, nt_recv(other, NULL, 0));
	KT_EQ(-1, nt_recv(other, NULL, 0));
	/* To nobody: nothing is said. */
	n.data = "\0\1\0\x64\0\x09\0\0x";
	nt_ip_in(ifp, &n);
	nt_nothing(ifp);
	KT_EQ(1, nt_udpstat(UDP_STAT_NOPORTBCAST));
	KT_EQ(0, soclose(so));
	KT_EQ(0, soclose(other));
	nt_destroy("tst0");
}

static int
sockopt(struct socket *so, int name, const void *data, size_t len)
{

	return so_setsockopt(curlwp, so, IPPROTO_IP, name, data, len);
}

void
rump_kt_ip_multicast(void)
{
	struct ifnet *ifp = nt_make("tst0", US, 24);
	struct socket *so = nt_udp(0, 1234);
	struct ip_mreq mr = { nt_in_addr(0xe1000005), nt_in_addr(US) };
	struct nt_ip n = { .src = PEER, .dst = 0xe1000005, .proto = 17,
	    .data = "\0\1\4\xd2\0\x09\0\0x", .len = 9 };
	const uint8_t group[] = { 1, 0, 0x5e, 0, 0, 5 };
	const uint8_t ttl = 9;
	const struct ip *ip;
	struct mbuf *m;
	const int off = 0;

	n.ether = group;
	nt_ip_in(ifp, &n);
	KT_EQ(-1, nt_recv(so, NULL, 0));
	KT_EQ(0, sockopt(so, IP_ADD_MEMBERSHIP, &mr, sizeof(mr)));
	nt_drain(ifp);
	nt_ip_in(ifp, &n);
	KT_EQ(1, nt_recv(so, NULL, 0));
	/* Out, and back to us. */
	KT_EQ(0, sockopt(so, IP_MULTICAST_IF, &mr.imr_interface, 4));
	KT_EQ(0, sockopt(so, IP_MULTICAST_TTL, &ttl, 1));
	KT_EQ(0, nt_sendto(so, 0xe1000005, 1234, "abc", 3));
	ip = nt_is_ip(m = nt_out(ifp), IPPROTO_UDP);
	KT_EQ(9, ip->ip_ttl);
	KT_EQ(US, ntohl(ip->ip_src.s_addr));
	KT_EQ(0, memcmp(mtod(m, uint8_t *), group, 6));
	m_freem(m);
	nt_settle();
	KT_EQ(3, nt_recv(so, NULL, 0));
	KT_EQ(0, sockopt(so, IP_MULTICAST_LOOP, &off, sizeof(off)));
	KT_EQ(0, nt_sendto(so, 0xe1000005, 1234, "abc", 3));
	nt_settle();
	KT_EQ(-1, nt_recv(so, NULL, 0));
	nt_drain(ifp);
	/* The interface goes, and takes the membership along. */
	nt_destroy("tst0");
	KT_EQ(EADDRNOTAVAIL, sockopt(so, IP_DROP_MEMBERSHIP, &mr,
	    sizeof(mr)));
	KT_EQ(0, soclose(so));
}

/* A filter of everything: drops, or sends elsewhere. */
static int filter_error;
static u_int filtered;

static int
filter(void *arg, struct mbuf **mp, struct ifnet *ifp, int dir)
{

	KT(arg == &filter_error);
	filtered++;
	if (filter_error != 0) {
		m_freem(*mp);
		*mp = NULL;
	}
	return filter_error;
}

void
rump_kt_ip_pfil(void)
{
	struct ifnet *ifp = nt_make("tst0", US, 24);
	struct socket *so = nt_udp(0, 1234);
	pfil_head_t *ph = pfil_head_get(PFIL_TYPE_AF, (void *)AF_INET);
	struct nt_ip n = { .src = PEER, .dst = US, .proto = 17, .data =
	    "\0\1\4\xd2\0\x09\0\0x", .len = 9 };
	struct mbuf *m;

	KT(ph != NULL);
	nt_learn(ifp, PEER, US);
	KT_EQ(0, pfil_add_hook(filter, &filter_error, PFIL_ALL, ph));
	nt_ip_in(ifp, &n);
	KT_EQ(1, nt_recv(so, NULL, 0));
	KT_EQ(0, nt_sendto(so, PEER, 9, "x", 1));
	KT_EQ(2, filtered);
	m_freem(m = nt_out(ifp));
	KT(m != NULL);
	filter_error = EPERM;
	nt_ip_in(ifp, &n);
	KT_EQ(-1, nt_recv(so, NULL, 0));
	KT_EQ(EPERM, nt_sendto(so, PEER, 9, "x", 1));
	nt_nothing(ifp);
	KT_EQ(1, nt_ipstat(IP_STAT_PFILDROP_IN));
	KT_EQ(1, nt_ipstat(IP_STAT_PFILDROP_OUT));
	KT_EQ(0, pfil_remove_hook(filter, &filter_error, PFIL_ALL, ph));
	KT_EQ(0, soclose(so));
	nt_destroy("tst0");
}

static uint64_t
uses(void)
{
	struct sockaddr_in to;
	struct rtentry *rt;
	uint64_t use;

	sockaddr_in_init(&to, &(struct in_addr){ htonl(PEER) }, 0);
	rt = rtalloc1(sintosa(&to), 0);
	KT(rt != NULL);
	use = rt->rt_use;
	rt_unref(rt);
	return use;
}

/* Few packets of a route are counted exactly, many nearly so. */
void
rump_kt_ip_uses(void)
{
	struct ifnet *ifp = nt_make("tst0", US, 24);
	struct socket *so = nt_udp(0, 1234);
	const uint64_t before = uses();
	int i;

	nt_learn(ifp, PEER, US);
	for (i = 1; i <= 5000; i++) {
		KT_EQ(0, nt_sendto(so, PEER, 99, "", 1));
		m_freem(nt_out(ifp));
		if (i <= 1000)
			KT_EQ(before + (uint64_t)i, uses());
		else
			KT(uses() <= before + (uint64_t)i + 64 * (u_int)ncpu &&
			    uses() + 64 * (u_int)ncpu >= before + (uint64_t)i);
	}
	KT_EQ(0, soclose(so));
	nt_destroy("tst0");
}

/* None comes twice among 32768, less what CPUs have in hand. */
void
rump_kt_ip_id(void)
{
	static uint32_t last[65536];
	uint32_t i;
	uint16_t id;

	for (i = 1; i < 300000; i++) {
		id = ip_newid(NULL);
		KT(last[id] == 0 || i - last[id] > 32768 - 64);
		last[id] = i;
	}
}

/* Against the plainest way to do it, in chains of any shape. */
void
rump_kt_ip_cksum(void)
{
	static uint8_t data[3000];
	struct mbuf *m, *n;
	uint32_t sum;
	int round, i, off, len, at;

	for (round = 0; round < 2000; round++) {
		cprng_fast(data, sizeof(data));
		if (round % 10 == 0)
			memset(data, 0xff, sizeof(data));
		m = m_gethdr(M_WAIT, MT_DATA);
		m->m_len = 0;
		for (n = m, at = 0; at < 600;) {
			len = (int)(cprng_fast32() % 60);
			memcpy(mtod(n, uint8_t *), data + at, (size_t)len);
			n->m_len = len;
			at += len;
			n->m_next = m_get(M_WAIT, MT_DATA);
			n = n->m_next;
			n->m_len = 0;
			n->m_data += cprng_fast32() % 8;
		}
		m->m_pkthdr.len = at;
		off = (int)(cprng_fast32() % 100);
		len = (int)(cprng_fast32() % 500);
		for (sum = 0, i = 0; i < len; i++)
			sum += i % 2 == 0 ? (uint32_t)data[off + i] << 8 :
			    data[off + i];
		sum = (sum & 0xffff) + (sum >> 16);
		sum = (sum & 0xffff) + (sum >> 16);
		KT_EQ(htons((uint16_t)~sum), cpu_in_cksum(m, len, off, 0));
		m_freem(m);
	}
}
