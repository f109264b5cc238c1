/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_mld.
 */
#include "n6.h"

void	rump_kt_mld_join(void);
void	rump_kt_mld_query(void);
void	rump_kt_mld_v1(void);
void	rump_kt_mld_malformed(void);

#define	GROUP	N6_GROUP(0x1234)
#define	ROUTERS	N6_GROUP(0x16)
#define	ROUTER	N6_LOCAL(9)

static uint8_t msg[256];

/* As messages of MLD are sent: RFC 2711. */
static const uint8_t alert[8] = { IPPROTO_ICMPV6, 0, IP6OPT_RTALERT, 2, 0, 0,
    IP6OPT_PADN, 0 };

static struct in6_multi_mship *
join(struct ifnet *ifp, struct in6_addr group)
{
	struct in6_addr g = n6_zone(group, ifp);
	struct in6_multi_mship *imm;
	int error;

	IFNET_LOCK(ifp);
	imm = in6_joingroup(ifp, &g, &error, 0);
	IFNET_UNLOCK(ifp);
	KT(imm != NULL);
	return imm;
}

static void
leave(struct ifnet *ifp, struct in6_multi_mship *imm)
{

	IFNET_LOCK(ifp);
	in6_leavegroup(imm);
	IFNET_UNLOCK(ifp);
}

/* A report about the group, of a record of that type. */
static void
is_report(struct mbuf *m, struct in6_addr group, int type)
{
	const struct mldv2_record *r;

	KT(m != NULL);
	n6_goes(m, N6_OURS, ROUTERS, 1);
	KT_EQ(IPPROTO_HOPOPTS, n6_is_ip6(m)->ip6_nxt);
	KT_EQ(IP6OPT_RTALERT, ((const uint8_t *)(n6_is_ip6(m) + 1))[2]);
	KT_EQ(1, ntohs(n6_icmp(m)->icmp6_data16[1]));
	r = (const void *)(n6_icmp(m) + 1);
	KT_EQ(type, r->mr_type);
	KT_EQ(0, r->mr_numsrc);
	KT(IN6_ARE_ADDR_EQUAL(&group, &r->mr_addr));
	m_freem(m);
}

/* What is to be told of addresses is told within a second, twice. */
static struct ifnet *
setup(void)
{
	struct ifnet *ifp = n6_make("tst0");

	(void)kpause("n6", false, hz + hz / 2, NULL);
	n6_drain(ifp);
	return ifp;
}

/* Told at once, once more soon, and at the end. */
void
rump_kt_mld_join(void)
{
	struct ifnet *ifp = setup();
	struct in6_multi_mship *one = join(ifp, GROUP), *two;

	is_report(n6_next(ifp, MLDV2_LISTENER_REPORT), GROUP, 4);
	two = join(ifp, GROUP);
	is_report(n6_wait(ifp, MLDV2_LISTENER_REPORT), GROUP, 2);
	leave(ifp, one);
	KT(n6_next(ifp, MLDV2_LISTENER_REPORT) == NULL);
	leave(ifp, two);
	is_report(n6_next(ifp, MLDV2_LISTENER_REPORT), GROUP, 3);
	/* Nobody is told of what stays on the machine. */
	one = join(ifp, n6_addr(0xff01, 0, 0, 0, 0, 0, 0, 0x77));
	KT(n6_next(ifp, MLDV2_LISTENER_REPORT) == NULL);
	leave(ifp, one);
	KT(n6_next(ifp, MLDV2_LISTENER_REPORT) == NULL);
	n6_destroy("tst0");
}

static int
query(struct in6_addr group, int delay, bool v2)
{
	struct mldv2_query *q = (void *)msg;

	memset(q, 0, sizeof(*q));
	q->mld_icmp6_hdr.icmp6_type = MLD_LISTENER_QUERY;
	q->mld_icmp6_hdr.icmp6_data16[0] = htons((uint16_t)delay);
	q->mld_addr = group;
	return v2 ? (int)sizeof(*q) : (int)sizeof(struct mld_hdr);
}

void
rump_kt_mld_query(void)
{
	struct ifnet *ifp = setup();
	struct n6_packet p = { .src = ROUTER, .dst = N6_GROUP(1), .hlim = 1,
	    .hopopts = alert };
	struct in6_multi_mship *imm = join(ifp, GROUP);
	int i, n = 0;
	struct mbuf *m;

	is_report(n6_next(ifp, MLDV2_LISTENER_REPORT), GROUP, 4);
	is_report(n6_wait(ifp, MLDV2_LISTENER_REPORT), GROUP, 2);
	p.dst = GROUP;
	n6_in(ifp, &p, msg, query(GROUP, 10, true));
	is_report(n6_wait(ifp, MLDV2_LISTENER_REPORT), GROUP, 2);
	/* About another one. */
	n6_in(ifp, &p, msg, query(N6_GROUP(0x99), 10, true));
	/* About all there are: that, and the address's. */
	p.dst = N6_GROUP(1);
	n6_in(ifp, &p, msg, query(N6_ANY, 10, true));
	for (i = 0; i < 2; i++) {
		KT((m = n6_wait(ifp, MLDV2_LISTENER_REPORT)) != NULL);
		n++;
		m_freem(m);
	}
	KT_EQ(2, n);
	leave(ifp, imm);
	n6_destroy("tst0");
}

/* A router of the old version; another listener says it for us. */
void
rump_kt_mld_v1(void)
{
	struct ifnet *ifp = setup();
	struct n6_packet p = { .src = ROUTER, .dst = N6_GROUP(1), .hlim = 1,
	    .hopopts = alert };
	struct in6_multi_mship *imm;
	struct mld_hdr *mld = (void *)msg;
	struct mbuf *m;

	n6_in(ifp, &p, msg, query(N6_ANY, 1, false));
	KT((m = n6_wait(ifp, MLD_LISTENER_REPORT)) != NULL);
	n6_goes(m, N6_OURS, n6_solicited(N6_OURS), 1);
	m_freem(m);
	imm = join(ifp, GROUP);
	KT((m = n6_next(ifp, MLD_LISTENER_REPORT)) != NULL);
	n6_goes(m, N6_OURS, GROUP, 1);
	m_freem(m);
	KT(n6_next(ifp, MLDV2_LISTENER_REPORT) == NULL);
	leave(ifp, imm);
	KT((m = n6_next(ifp, MLD_LISTENER_DONE)) != NULL);
	n6_goes(m, N6_OURS, N6_GROUP(2), 1);
	m_freem(m);
	imm = join(ifp, GROUP);
	n6_drain(ifp);
	memset(mld, 0, sizeof(*mld));
	mld->mld_type = MLD_LISTENER_REPORT;
	mld->mld_addr = GROUP;
	p.src = N6_LOCAL(5);
	p.dst = GROUP;
	n6_in(ifp, &p, msg, (int)sizeof(*mld));
	leave(ifp, imm);
	KT(n6_next(ifp, MLD_LISTENER_DONE) == NULL);
	n6_destroy("tst0");
}

/* What is no query, or not of this link, is not answered. */
void
rump_kt_mld_malformed(void)
{
	struct ifnet *ifp = setup();
	const struct n6_packet good = { .src = ROUTER, .dst = N6_GROUP(1),
	    .hlim = 1, .hopopts = alert };
	const uint8_t other[8] = { IPPROTO_ICMPV6, 0, IP6OPT_RTALERT, 2, 0, 1,
	    IP6OPT_PADN, 0 };
	const uint8_t padding[8] = { IPPROTO_ICMPV6, 0, IP6OPT_PAD1,
	    IP6OPT_PADN, 3, IP6OPT_RTALERT, 2, 0 };
	struct n6_packet p;
	uint64_t was = n6_icmpstat(ICMP6_STAT_BADLEN);
	int len;

	p = good;
	p.hlim = 64;
	n6_in(ifp, &p, msg, query(N6_ANY, 1, true));
	p = good;
	p.src = N6_GLOBAL(9);
	n6_in(ifp, &p, msg, query(N6_ANY, 1, true));
	/* Not of either length. */
	for (len = 1; len < 4; len++) {
		p = good;
		p.cut = len;
		n6_in(ifp, &p, msg, query(N6_ANY, 1, true));
	}
	p = good;
	n6_in(ifp, &p, msg, query(N6_GLOBAL(1), 1, true));
	p.dst = N6_OURS;
	n6_in(ifp, &p, msg, query(N6_ANY, 1, true));
	/* Routers were not to look at it, or for another protocol. */
	p = good;
	p.hopopts = NULL;
	n6_in(ifp, &p, msg, query(N6_ANY, 1, true));
	p.hopopts = other;
	n6_in(ifp, &p, msg, query(N6_ANY, 1, true));
	p.hopopts = padding;
	n6_in(ifp, &p, msg, query(N6_ANY, 1, true));
	KT_EQ(was + 10, n6_icmpstat(ICMP6_STAT_BADLEN));
	was = n6_icmpstat(ICMP6_STAT_TOOSHORT);
	for (len = 5; len < 20; len++) {
		p = good;
		p.cut = len;
		n6_in(ifp, &p, msg, query(N6_ANY, 1, true));
	}
	KT_EQ(was + 15, n6_icmpstat(ICMP6_STAT_TOOSHORT));
	(void)kpause("n6", false, MAX(hz / 10, 1), NULL);
	KT(n6_next(ifp, MLDV2_LISTENER_REPORT) == NULL);
	n6_destroy("tst0");
}
