/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_reass: datagrams in pieces come in by tst0.
 */
#include "nt.h"

void	rump_kt_reass_orders(void);
void	rump_kt_reass_hostile(void);
void	rump_kt_reass_limits(void);
void	rump_kt_reass_share(void);
void	rump_kt_reass_timeout(void);
void	rump_kt_reass_ecn(void);
void	rump_kt_reass_random(void);

#define	US	0x0a010001
#define	PEER	0x0a010002
#define	PORT	7

static struct ifnet *ifp;
static struct socket *so;
static uint8_t gram[8 + 4000];		/* a datagram, header first */
static uint8_t got[4000];

static void
begin(void)
{
	struct udphdr *uh = (struct udphdr *)(void *)gram;
	int i;

	ifp = nt_make("tst0", US, 24);
	nt_learn(ifp, PEER, US);
	so = nt_udp(0, PORT);
	for (i = 8; i < (int)sizeof(gram); i++)
		gram[i] = (uint8_t)(i * 31);
	memset(uh, 0, sizeof(*uh));
	uh->uh_sport = htons(9);
	uh->uh_dport = htons(PORT);
}

static void
end(void)
{

	KT_EQ(0, soclose(so));
	nt_destroy("tst0");
}

/* Bytes from off on; the last piece if they reach len. */
static void
piece_tos(uint16_t id, int off, int n, int len, uint8_t tos)
{
	struct udphdr *uh = (struct udphdr *)(void *)gram;
	struct nt_ip p = { .src = PEER, .dst = US, .proto = 17, .id = id,
	    .data = gram + off, .len = n, .tos = tos };

	uh->uh_ulen = htons((uint16_t)len);
	p.off = (uint16_t)(off / 8 | (off + n < len ? IP_MF : 0));
	nt_ip_in(ifp, &p);
}

static void
piece(uint16_t id, int off, int n, int len)
{

	piece_tos(id, off, n, len, 0);
}

static void
arrived(int len)
{

	KT_EQ(len - 8, nt_recv(so, got, sizeof(got)));
	KT_EQ(0, memcmp(got, gram + 8, (size_t)len - 8));
}

static void
nothing(void)
{

	KT_EQ(-1, nt_recv(so, NULL, 0));
}

void
rump_kt_reass_orders(void)
{
	static const int orders[][3] = { { 0, 1, 2 }, { 0, 2, 1 },
	    { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
	u_int i, j;

	begin();
	for (i = 0; i < __arraycount(orders); i++) {
		for (j = 0; j < 3; j++) {
			nothing();
			piece((uint16_t)i, orders[i][j] * 800,
			    orders[i][j] == 2 ? 333 : 800, 1933);
		}
		arrived(1933);
	}
	/* Two at a time; one piece twice is not wrong. */
	piece(50, 0, 800, 1000);
	piece(51, 0, 800, 1000);
	piece(50, 0, 800, 1000);
	KT_EQ(1, nt_ipstat(IP_STAT_FRAGDROPPED));
	piece(50, 800, 200, 1000);
	arrived(1000);
	piece(51, 800, 200, 1000);
	arrived(1000);
	KT_EQ(8, nt_ipstat(IP_STAT_REASSEMBLED));
	nothing();
	end();
}

/* The datagram is dropped, and so is all that may come of it. */
static void
killed(uint16_t id, int len)
{

	piece(id, 0, 800, len);
	piece(id, 800, len - 800, len);
	nothing();
}

void
rump_kt_reass_hostile(void)
{
	struct nt_ip p = { .src = PEER, .dst = US, .proto = 17 };
	uint64_t bad = 0;

	begin();
	/* Over the end of one, the beginning, inside, around. */
	piece(1, 0, 800, 1600);
	piece(1, 792, 808, 1600);
	killed(1, 1600);
	piece(2, 800, 800, 1600);
	piece(2, 0, 808, 1600);
	killed(2, 1600);
	piece(3, 0, 800, 1600);
	piece(3, 80, 80, 1600);
	killed(3, 1600);
	piece(4, 160, 80, 1600);
	piece(4, 80, 800, 1600);
	killed(4, 1600);
	/* Two ends; more behind the end. */
	piece(5, 800, 200, 1000);
	piece(5, 1600, 200, 1800);
	killed(5, 1000);
	piece(6, 800, 200, 1000);
	piece(6, 1600, 200, 4000);
	killed(6, 1000);
	piece(7, 1600, 200, 4000);
	piece(7, 800, 200, 1000);
	killed(7, 1000);
	/* Lengths no piece has. */
	p.data = gram;
#define	BAD(o, n)							\
do {									\
	p.off = (o);							\
	p.len = (n);							\
	nt_ip_in(ifp, &p);						\
	KT_EQ(++bad, nt_ipstat(IP_STAT_BADFRAGS));			\
} while (0)
	BAD(IP_MF, 0);
	BAD(IP_MF, 9);
	BAD(IP_MF | 100, 804);
	BAD(100, 0);
	BAD(1, 80);			/* into the transport's header */
	BAD(IP_MF | 5, 80);
	BAD(IP_OFFMASK, 8);		/* longer than a packet is */
	BAD(IP_OFFMASK - 1, 20);
	BAD(IP_MF | IP_OFFMASK, 800);
#undef BAD
	nothing();
	nt_nothing(ifp);
	end();
}

void
rump_kt_reass_limits(void)
{
	uint64_t before;
	int i;

	begin();
	KT_EQ(0, nt_sysctl(IPPROTO_IP, IPCTL_MAXFRAGPACKETS, 0));
	piece(1, 0, 800, 1000);
	piece(1, 800, 200, 1000);
	nothing();
	KT_EQ(EINVAL, nt_sysctl(IPPROTO_IP, IPCTL_MAXFRAGPACKETS, -2));
	KT_EQ(0, nt_sysctl(IPPROTO_IP, IPCTL_MAXFRAGPACKETS, 10));
	before = nt_ipstat(IP_STAT_FRAGDROPPED);
	for (i = 0; i < 100; i++)
		piece((uint16_t)i, 0, 800, 1000);
	KT_EQ(before + 90, nt_ipstat(IP_STAT_FRAGDROPPED));
	ip_reass_drain();
	KT_EQ(before + 100, nt_ipstat(IP_STAT_FRAGDROPPED));
	piece(3, 0, 800, 1000);
	piece(3, 800, 200, 1000);
	arrived(1000);
	/* Pieces of all together. */
	ip_maxfrags = 80;
	for (i = 0; i < 30; i++)
		piece(9, i * 80, 80, 4000);
	KT_EQ(before + 110, nt_ipstat(IP_STAT_FRAGDROPPED));
	ip_reass_drain();
	ip_maxfrags = 4096;
	/* And of one. */
	piece(9, 0, 80, 4000);
	before = nt_ipstat(IP_STAT_FRAGDROPPED);
	for (i = 10; i < 600; i++) {
		struct nt_ip p = { .src = PEER, .dst = US, .proto = 17,
		    .id = 9, .data = gram, .len = 8, .off =
		    (uint16_t)(IP_MF | i) };

		nt_ip_put(ifp, &p);
	}
	nt_settle();
	KT_EQ(before + 591, nt_ipstat(IP_STAT_FRAGDROPPED));
	nothing();
	end();
}

/* Pieces of eight, many a packet, of packets that never are complete. */
static void
flood(uint32_t src, int packets)
{
	int i, j;

	for (j = 0; j < packets; j++) {
		for (i = 100; i < 600; i++) {
			struct nt_ip p = { .src = src, .dst = US, .proto = 17,
			    .id = (uint16_t)(1000 + j), .data = gram,
			    .len = 8, .off = (uint16_t)(IP_MF | i) };

			nt_ip_put(ifp, &p);
			if (i % 64 == 0)
				nt_settle();
		}
		nt_settle();
	}
}

/* Of so many, who gets through?  A few may be taken for who floods. */
static void
others_are_heard(void)
{
	struct nt_ip p = { .dst = US, .proto = 17, .data = gram };
	struct udphdr *uh = (struct udphdr *)(void *)gram;
	int i, heard = 0;

	uh->uh_ulen = htons(1000);
	for (i = 0; i < 8; i++) {
		p.src = PEER + 100 + (uint32_t)i;
		p.off = IP_MF;
		p.data = gram;
		p.len = 800;
		nt_ip_in(ifp, &p);
		p.off = 800 / 8;
		p.data = gram + 800;
		p.len = 200;
		nt_ip_in(ifp, &p);
		heard += nt_recv(so, got, sizeof(got)) == 992;
	}
	KT(heard >= 4);
}

/* Who sends all he can leaves room for others. */
void
rump_kt_reass_share(void)
{
	uint64_t before;

	begin();
	before = nt_ipstat(IP_STAT_FRAGDROPPED);
	flood(PEER + 1, 20);
	/* A quarter of 4096 pieces was kept. */
	KT_EQ(before + 20 * 500 - 1024, nt_ipstat(IP_STAT_FRAGDROPPED));
	others_are_heard();
	flood(PEER + 2, 4);
	others_are_heard();
	/* It is given back. */
	ip_reass_drain();
	before = nt_ipstat(IP_STAT_FRAGDROPPED);
	flood(PEER + 1, 2);
	KT_EQ(before, nt_ipstat(IP_STAT_FRAGDROPPED));
	end();
}

void
rump_kt_reass_timeout(void)
{
	const struct icmp *icp;
	const struct ip *ip;
	struct mbuf *m;
	int i;

	begin();
	piece(1, 0, 800, 1000);
	piece(2, 800, 200, 1000);	/* without the first one */
	for (i = 0; i < IPFRAGTTL; i++)
		ip_reass_slowtimo();
	KT_EQ(2, nt_ipstat(IP_STAT_FRAGTIMEOUT));
	ip = nt_is_ip(m = nt_out(ifp), IPPROTO_ICMP);
	icp = (const struct icmp *)(ip + 1);
	KT_EQ(PEER, ntohl(ip->ip_dst.s_addr));
	KT_EQ(ICMP_TIMXCEED, icp->icmp_type);
	KT_EQ(ICMP_TIMXCEED_REASS, icp->icmp_code);
	KT_EQ(1, ntohs(icp->icmp_ip.ip_id));
	m_freem(m);
	nt_nothing(ifp);
	/* What is left is too late. */
	piece(1, 800, 200, 1000);
	nothing();
	end();
}

/* RFC 3168 section 5.3. */
void
rump_kt_reass_ecn(void)
{

	begin();
	piece_tos(1, 0, 800, 1000, IPTOS_ECN_ECT0);
	piece_tos(1, 800, 200, 1000, IPTOS_ECN_CE);
	arrived(1000);
	piece_tos(2, 0, 800, 1000, IPTOS_ECN_NOTECT);
	piece_tos(2, 800, 200, 1000, IPTOS_ECN_CE);
	nothing();
	end();
}

/* Any pieces in any order: what arrives is right, and nothing is lost. */
#define	NPIECES	5

void
rump_kt_reass_random(void)
{
	int round, i, j, t, len, cut[NPIECES + 1], order[NPIECES];

	begin();
	for (round = 0; round < 100; round++) {
		cut[0] = 0;
		for (i = 0; i < NPIECES; i++) {
			order[i] = i;
			cut[i + 1] = cut[i] + 48 +
			    (int)(cprng_fast32() % 90) * 8;
		}
		len = cut[NPIECES] -= (int)(cprng_fast32() % 8);
		for (i = NPIECES - 1; i > 0; i--) {
			j = (int)(cprng_fast32() % (u_int)(i + 1));
			t = order[i];
			order[i] = order[j];
			order[j] = t;
		}
		for (i = 0; i < NPIECES; i++) {
			nothing();
			piece((uint16_t)round, cut[order[i]],
			    cut[order[i] + 1] - cut[order[i]], len);
		}
		arrived(len);
	}
	end();
}
