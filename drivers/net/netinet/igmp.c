/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IGMP, the host's side: RFC 1112, RFC 2236, RFC 3376 with what RFC 3376
 * section 7 says of routers that speak older versions.  Sockets choose no
 * sources, so that a report of version 3 is always one of "all but none".
 *
 * Packets are made with the lock of groups held, and queued; igmp_flush()
 * sends them, since what we send may come back to us.
 */

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/cprng.h>
#include <sys/mbuf.h>
#include <sys/mutex.h>
#include <sys/protosw.h>
#include <sys/pserialize.h>
#include <sys/sysctl.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/net_stats.h>

#include <netinet/igmp.h>
#include <netinet/igmp_var.h>
#include <netinet/in.h>
#include <netinet/in_var.h>
#include <netinet/ip.h>
#include <netinet/ip_var.h>

#include <rump-sys/net.h>

#include "in_private.h"

/* RFC 3376 section 4.2: a report with one record. */
struct igmpv3_report {
	uint8_t		ir_type;
	uint8_t		ir_zero;
	uint16_t	ir_cksum;
	uint16_t	ir_zero2;
	uint16_t	ir_ngroups;
	uint8_t		ir_rtype;	/* RECORD_* */
	uint8_t		ir_auxlen;
	uint16_t	ir_nsources;
	struct in_addr	ir_group;
} __packed;
#define	RECORD_IS_EXCLUDE	2
#define	RECORD_TO_INCLUDE	3
#define	RECORD_TO_EXCLUDE	4

#define	IGMP_V3_QUERYLEN	12
#define	INADDR_V3_ROUTERS	__IPADDR(0xe0000016)	/* 224.0.0.22 */
/* Seconds within which a first report is repeated, RFC 2236 section 8.10. */
#define	UNSOLICITED_INTERVAL	10

static percpu_t *igmpstat_percpu;
static struct mbuf *router_alert;	/* constant: options, RFC 2113 */
static volatile u_int ntimers;		/* groups that may have one */

static kmutex_t pending_mtx;
static MBUFQ_HEAD(pending) pending;	/* pending_mtx */

static const struct in_sysctl_stats stats = {
	.is_stats = &igmpstat_percpu,
	.is_n = IGMP_NSTATS,
};

void
igmp_init(void)
{
	static const uint8_t alert[] = { IPOPT_RA, 4, 0, 0 };
	struct ipoption *io;

	igmpstat_percpu = percpu_alloc(sizeof(uint64_t) * IGMP_NSTATS);
	mutex_init(&pending_mtx, MUTEX_DEFAULT, IPL_SOFTNET);
	MBUFQ_INIT(&pending);
	router_alert = m_get(M_WAIT, MT_SOOPTS);
	io = mtod(router_alert, struct ipoption *);
	memset(io, 0, sizeof(*io));
	memcpy(io->ipopt_list, alert, sizeof(alert));
	router_alert->m_len = sizeof(io->ipopt_dst) + sizeof(alert);
	in_sysctl_node(PF_INET, IPPROTO_IGMP, "igmp", SYSCTL_DESCR("IGMP"));
	in_sysctl_stats(PF_INET, IPPROTO_IGMP, &stats);
}

static void
statinc(u_int stat)
{

	_NET_STATINC(igmpstat_percpu, stat);
}

/*
 * Out.
 */

/* Into the queue; its interface is in the packet's header. */
static void
queue(struct in_multi *inm, struct in_addr dst, const void *msg, int len)
{
	struct mbuf *m;
	struct ip *ip;

	if ((m = m_gethdr(M_DONTWAIT, MT_HEADER)) == NULL)
		return;
	m->m_len = m->m_pkthdr.len = (int)sizeof(*ip) + len;
	m_align(m, m->m_len);
	ip = mtod(m, struct ip *);
	memset(ip, 0, sizeof(*ip));
	ip->ip_tos = IPTOS_PREC_INTERNETCONTROL;
	ip->ip_len = htons((uint16_t)m->m_len);
	ip->ip_ttl = 1;
	ip->ip_p = IPPROTO_IGMP;
	ip->ip_dst = dst;
	memcpy(ip + 1, msg, (size_t)len);
	/* In the same place in all versions. */
	((struct igmp *)(ip + 1))->igmp_cksum =
	    (uint16_t)cpu_in_cksum(m, len, (int)sizeof(*ip), 0);
	m_set_rcvif(m, inm->inm_ifp);
	mutex_enter(&pending_mtx);
	MBUFQ_ENQUEUE(&pending, m);
	mutex_exit(&pending_mtx);
	statinc(IGMP_STAT_SND_REPORTS);
}

static void
queue_old(struct in_multi *inm, int type, in_addr_t dst)
{
	struct {
		struct igmp	ig;
	} __aligned(4) msg;

	memset(&msg, 0, sizeof(msg));
	msg.ig.igmp_type = (uint8_t)type;
	msg.ig.igmp_group = inm->inm_addr;
	queue(inm, (struct in_addr){ dst }, &msg, sizeof(msg.ig));
}

static void
queue_v3(struct in_multi *inm, int rtype)
{
	struct {
		struct igmpv3_report	ir;
	} __aligned(4) msg;

	memset(&msg, 0, sizeof(msg));
	msg.ir.ir_type = IGMP_v3_HOST_MEMBERSHIP_REPORT;
	msg.ir.ir_ngroups = htons(1);
	msg.ir.ir_rtype = (uint8_t)rtype;
	msg.ir.ir_group = inm->inm_addr;
	queue(inm, (struct in_addr){ INADDR_V3_ROUTERS }, &msg,
	    sizeof(msg.ir));
}

static int
router_version(const struct in_multi *inm)
{

	return inm->inm_rti->rti_type == 0 ? IGMP_v3_ROUTER :
	    inm->inm_rti->rti_type;
}

static void
report(struct in_multi *inm, int rtype)
{

	switch (router_version(inm)) {
	case IGMP_v1_ROUTER:
		queue_old(inm, IGMP_v1_HOST_MEMBERSHIP_REPORT,
		    inm->inm_addr.s_addr);
		break;
	case IGMP_v2_ROUTER:
		queue_old(inm, IGMP_v2_HOST_MEMBERSHIP_REPORT,
		    inm->inm_addr.s_addr);
		break;
	default:
		queue_v3(inm, rtype);
		break;
	}
}

void
igmp_flush(void)
{
	struct ip_moptions imo;
	struct mbuf *m;

	memset(&imo, 0, sizeof(imo));
	imo.imo_multicast_ttl = 1;
	for (;;) {
		mutex_enter(&pending_mtx);
		MBUFQ_DEQUEUE(&pending, m);
		mutex_exit(&pending_mtx);
		if (m == NULL)
			break;
		imo.imo_multicast_if_index = m->m_pkthdr.rcvif_index;
		m_reset_rcvif(m);
		(void)ip_output(m, router_alert, NULL, 0, &imo, NULL);
	}
}

/*
 * Groups.
 */

/* Nobody is told of that of all hosts, nor on a link without others. */
static bool
is_silent(const struct in_multi *inm)
{

	return inm->inm_addr.s_addr == INADDR_ALLHOSTS_GROUP ||
	    net_ifflags(inm->inm_ifp, IFF_LOOPBACK) != 0;
}

/* Fast ticks, at least one, of so many tenths of a second at most. */
static u_int
random_delay(u_int tenths)
{
	const u_int ticks = tenths * PR_FASTHZ / IGMP_TIMER_SCALE;

	return 1 + cprng_fast32() % MAX(ticks, 1);
}

void
igmp_joingroup(struct in_multi *inm)
{

	KASSERT(in_multi_lock_held());
	inm->inm_state = IGMP_IDLE_MEMBER;
	if (is_silent(inm))
		return;
	report(inm, RECORD_TO_EXCLUDE);
	inm->inm_state = IGMP_DELAYING_MEMBER;
	inm->inm_timer = random_delay(UNSOLICITED_INTERVAL *
	    IGMP_TIMER_SCALE);
	atomic_inc_uint(&ntimers);
}

static void
timer_stop(struct in_multi *inm)
{

	if (inm->inm_timer != 0) {
		inm->inm_timer = 0;
		atomic_dec_uint(&ntimers);
	}
}

void
igmp_leavegroup(struct in_multi *inm)
{

	KASSERT(in_multi_lock_held());
	timer_stop(inm);
	if (is_silent(inm))
		return;
	switch (router_version(inm)) {
	case IGMP_v1_ROUTER:
		break;
	case IGMP_v2_ROUTER:
		if (inm->inm_state != IGMP_LAZY_MEMBER)
			queue_old(inm, IGMP_HOST_LEAVE_MESSAGE,
			    INADDR_ALLRTRS_GROUP);
		break;
	default:
		queue_v3(inm, RECORD_TO_INCLUDE);
		break;
	}
}

static void
tick(struct in_multi *inm, void *arg __unused)
{

	if (inm->inm_timer == 0 || --inm->inm_timer > 0)
		return;
	atomic_dec_uint(&ntimers);
	report(inm, RECORD_IS_EXCLUDE);
	inm->inm_state = IGMP_IDLE_MEMBER;
}

void
igmp_fasttimo(void)
{

	if (atomic_load_relaxed(&ntimers) == 0)
		return;
	in_multi_lock(RW_WRITER);
	in_multi_foreach(tick, NULL);
	in_multi_unlock();
	igmp_flush();
}

/* Routers that spoke an old version may have gone. */
static void
age(struct in_multi *inm, void *arg __unused)
{
	struct router_info *rti = inm->inm_rti;

	/* Each interface has this group once. */
	if (inm->inm_addr.s_addr != INADDR_ALLHOSTS_GROUP ||
	    rti->rti_type == 0 || rti->rti_type == IGMP_v3_ROUTER)
		return;
	if (++rti->rti_age >= IGMP_AGE_THRESHOLD * PR_SLOWHZ)
		rti->rti_type = IGMP_v3_ROUTER;
}

void
igmp_slowtimo(void)
{

	in_multi_lock(RW_WRITER);
	in_multi_foreach(age, NULL);
	in_multi_unlock();
}

/*
 * In.
 */

/* A query, for the groups it is about. */
struct query {
	struct ifnet	*q_ifp;
	struct in_addr	q_group;	/* 0: all */
	u_int		q_delay;	/* tenths of a second */
};

static void
answer(struct in_multi *inm, void *arg)
{
	const struct query *q = arg;
	u_int delay;

	if (inm->inm_ifp != q->q_ifp || is_silent(inm) ||
	    (!in_nullhost(q->q_group) &&
	    !in_hosteq(q->q_group, inm->inm_addr)))
		return;
	delay = random_delay(q->q_delay);
	/* One that is to be sent sooner will do. */
	if (inm->inm_timer != 0 && inm->inm_timer <= delay)
		return;
	if (inm->inm_timer == 0)
		atomic_inc_uint(&ntimers);
	inm->inm_timer = delay;
	inm->inm_state = IGMP_DELAYING_MEMBER;
}

/* RFC 3376 section 4.1.1. */
static u_int
v3_delay(u_int code)
{

	return code < 128 ? code :
	    (u_int)((code & 0xf) | 0x10) << (((code >> 4) & 7) + 3);
}

static bool
input_query(struct ifnet *ifp, const struct ip *ip, const struct igmp *ig,
    int len)
{
	struct query q = { .q_ifp = ifp, .q_group = ig->igmp_group };
	struct router_info *rti = &in_ifinfo(ifp)->ii_rti;
	int type;

	if (len >= IGMP_V3_QUERYLEN) {
		type = IGMP_v3_ROUTER;
		q.q_delay = v3_delay(ig->igmp_code);
	} else if (len != IGMP_MINLEN)
		return false;
	else if (ig->igmp_code == 0) {
		type = IGMP_v1_ROUTER;
		q.q_delay = IGMP_MAX_HOST_REPORT_DELAY * IGMP_TIMER_SCALE;
		q.q_group.s_addr = INADDR_ANY;
	} else {
		type = IGMP_v2_ROUTER;
		q.q_delay = ig->igmp_code;
	}
	/* To whom it is says the same as its group. */
	if (in_nullhost(q.q_group) ?
	    ip->ip_dst.s_addr != INADDR_ALLHOSTS_GROUP :
	    !IN_MULTICAST(q.q_group.s_addr))
		return false;
	in_multi_lock(RW_WRITER);
	/* The oldest version counts, until it is not heard for long. */
	if (rti->rti_type == 0 || type <= rti->rti_type) {
		rti->rti_type = type;
		rti->rti_age = 0;
	}
	in_multi_foreach(answer, &q);
	in_multi_unlock();
	return true;
}

/* Another member told the router first. */
static bool
input_report(struct ifnet *ifp, const struct ip *ip, const struct igmp *ig)
{
	struct in_multi *inm;
	struct in_ifaddr *ia;
	bool own;
	int s;

	if (!IN_MULTICAST(ig->igmp_group.s_addr) ||
	    !in_hosteq(ig->igmp_group, ip->ip_dst))
		return false;
	s = pserialize_read_enter();
	ia = in_get_ia(ip->ip_src);
	own = ia != NULL;
	pserialize_read_exit(s);
	if (own)
		return true;
	in_multi_lock(RW_WRITER);
	inm = in_lookup_multi(ig->igmp_group, ifp);
	if (inm != NULL) {
		statinc(IGMP_STAT_RCV_OURREPORTS);
		/* With version 3 everybody tells for himself. */
		if (router_version(inm) != IGMP_v3_ROUTER) {
			timer_stop(inm);
			inm->inm_state = IGMP_LAZY_MEMBER;
		}
	}
	in_multi_unlock();
	return true;
}

static void
input(struct ifnet *ifp, const struct ip *ip, const struct igmp *ig, int len)
{

	switch (ig->igmp_type) {
	case IGMP_HOST_MEMBERSHIP_QUERY:
		statinc(IGMP_STAT_RCV_QUERIES);
		if (net_ifflags(ifp, IFF_LOOPBACK) == 0 &&
		    !input_query(ifp, ip, ig, len))
			statinc(IGMP_STAT_RCV_BADQUERIES);
		break;
	case IGMP_v1_HOST_MEMBERSHIP_REPORT:
	case IGMP_v2_HOST_MEMBERSHIP_REPORT:
		statinc(IGMP_STAT_RCV_REPORTS);
		if (net_ifflags(ifp, IFF_LOOPBACK) == 0 &&
		    !input_report(ifp, ip, ig))
			statinc(IGMP_STAT_RCV_BADREPORTS);
		break;
	default:
		break;
	}
}

void
igmp_input(struct mbuf *m, int hlen, int proto)
{
	const int len = m->m_pkthdr.len - hlen;
	struct psref psref;
	struct ifnet *ifp;

	statinc(IGMP_STAT_RCV_TOTAL);
	if (len < IGMP_MINLEN) {
		statinc(IGMP_STAT_RCV_TOOSHORT);
		m_freem(m);
		return;
	}
	if (m->m_len < hlen + IGMP_MINLEN &&
	    (m = m_pullup(m, hlen + IGMP_MINLEN)) == NULL) {
		statinc(IGMP_STAT_RCV_TOOSHORT);
		return;
	}
	if (cpu_in_cksum(m, len, hlen, 0) != 0) {
		statinc(IGMP_STAT_RCV_BADSUM);
		m_freem(m);
		return;
	}
	ifp = m_get_rcvif_psref(m, &psref);
	if (ifp != NULL) {
		input(ifp, mtod(m, const struct ip *), (const struct igmp *)
		    (mtod(m, const char *) + hlen), len);
		m_put_rcvif_psref(ifp, &psref);
	}
	rip_input(m, hlen, proto);
}
