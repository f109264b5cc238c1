/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Multicast listener discovery, the listener's side: RFC 3810, and RFC 2710
 * for as long as a router on the link speaks that.  Sockets choose no sources,
 * so that a report of version 2 is always one of "all but none".
 *
 * Packets are made with the lock of groups held, and queued; mld_flush() sends
 * them, since what we send may come back to us.  One callout serves all
 * reports that are to come; a report has its time in in6m_timer_expire.
 */

#include <sys/param.h>
#include <sys/callout.h>
#include <sys/cprng.h>
#include <sys/kernel.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/mutex.h>
#include <sys/psref.h>
#include <sys/pserialize.h>
#include <sys/rwlock.h>
#include <sys/systm.h>
#include <sys/timevar.h>

#include <net/if.h>

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip6.h>

#include <netinet6/in6_var.h>
#include <netinet6/ip6_var.h>
#include <netinet6/mld6_var.h>
#include <netinet6/scope6_var.h>

#include <rump-sys/net.h>

#include "nd6_private.h"

/* RFC 3810 section 9, milliseconds. */
#define	UNSOLICITED_INTERVAL	1000
#define	ROBUSTNESS		2
#define	QUERY_INTERVAL		125000
#define	QUERY_RESPONSE		10000
#define	OLD_QUERIER_TIME	(ROBUSTNESS * QUERY_INTERVAL + QUERY_RESPONSE)
/* RFC 2710 section 7.10. */
#define	V1_UNSOLICITED_INTERVAL	10000

#define	PENDING_MAX		256	/* packets that are yet to be sent */

/* in6m_state. */
#define	SAID_BY_US	MLD_IREPORTEDLAST
#define	SAID_BY_OTHERS	MLD_OTHERLISTENER

/* RFC 3810 section 5.2: a report with one record; its types. */
struct report {
	struct mldv2_report r_head;
	struct mldv2_record r_record;
};
#define	RECORD_IS_EXCLUDE	2
#define	RECORD_TO_INCLUDE	3
#define	RECORD_TO_EXCLUDE	4

#define	V1_LEN		24
#define	V2_QUERY_LEN	28

/* In front of each message: RFC 2711, and two bytes to make it eight. */
static const uint8_t router_alert[8] = {
	IPPROTO_ICMPV6, 0, IP6OPT_RTALERT, 2, 0, IP6OPT_RTALERT_MLD,
	IP6OPT_PADN, 0,
};

/* Locks: c callout's own; p pending_mtx; m in6_multi_lock(). */
static kmutex_t pending_mtx;
static MBUFQ_HEAD(pending) pending;	/* p */
static u_int npending;			/* p */
static callout_t report_ch;		/* c */
static uint64_t report_due;		/* m: nd6_now(); 0: it is not set */

static void	report_timer(void *);

void
mld_init(void)
{

	mutex_init(&pending_mtx, MUTEX_DEFAULT, IPL_SOFTNET);
	MBUFQ_INIT(&pending);
	callout_init(&report_ch, CALLOUT_MPSAFE);
	callout_setfunc(&report_ch, report_timer, NULL);
}

/*
 * Out.
 */

/* Into the queue; its interface is in the packet's header. */
static void
queue(const struct in6_multi *in6m, const struct in6_addr *dst,
    const void *msg, int len)
{
	const int hlen = (int)(sizeof(struct ip6_hdr) + sizeof(router_alert));
	struct ifnet *ifp = in6m->in6m_ifp;
	struct icmp6_hdr *icmp;
	struct ip6_hdr *ip6;
	struct mbuf *m;

	if ((m = m_gethdr(M_DONTWAIT, MT_HEADER)) == NULL)
		return;
	m->m_len = m->m_pkthdr.len = hlen + len;
	m_align(m, m->m_len);
	ip6 = mtod(m, struct ip6_hdr *);
	memset(ip6, 0, sizeof(*ip6));
	ip6->ip6_vfc = IPV6_VERSION;
	ip6->ip6_plen = htons((uint16_t)(m->m_len - (int)sizeof(*ip6)));
	ip6->ip6_nxt = IPPROTO_HOPOPTS;
	ip6->ip6_hlim = 1;
	ip6->ip6_dst = *dst;
	(void)in6_setscope(&ip6->ip6_dst, ifp, NULL);
	memcpy(ip6 + 1, router_alert, sizeof(router_alert));
	icmp = (struct icmp6_hdr *)(mtod(m, char *) + hlen);
	memcpy(icmp, msg, (size_t)len);
	m_set_rcvif(m, ifp);
	mutex_enter(&pending_mtx);
	if (npending < PENDING_MAX) {
		npending++;
		MBUFQ_ENQUEUE(&pending, m);
		m = NULL;
	}
	mutex_exit(&pending_mtx);
	m_freem(m);
}

static void
queue_v1(const struct in6_multi *in6m, int type, const struct in6_addr *dst)
{
	struct mld_hdr msg;

	memset(&msg, 0, sizeof(msg));
	msg.mld_type = (uint8_t)type;
	msg.mld_addr = in6m->in6m_addr;
	in6_clearscope(&msg.mld_addr);
	queue(in6m, dst, &msg, V1_LEN);
}

static void
queue_v2(const struct in6_multi *in6m, int rtype)
{
	/* ff02::16 */
	static const struct in6_addr routers = { { {
		0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x16,
	} } };
	struct report msg;

	memset(&msg, 0, sizeof(msg));
	msg.r_head.mld_icmp6_hdr.icmp6_type = MLDV2_LISTENER_REPORT;
	msg.r_head.mld_icmp6_hdr.icmp6_data16[1] = htons(1);
	msg.r_record.mr_type = (uint8_t)rtype;
	msg.r_record.mr_addr = in6m->in6m_addr;
	in6_clearscope(&msg.r_record.mr_addr);
	queue(in6m, &routers, &msg, sizeof(msg));
}

static bool
is_v1(const struct in6_multi *in6m)
{
	struct nd6_if *nx = nd6_if(in6m->in6m_ifp);

	KASSERT(in6_multi_locked(RW_WRITER));
	if (nx->nx_mld_v1 && nd6_now() >= nx->nx_mld_v1_until)
		nx->nx_mld_v1 = false;
	return nx->nx_mld_v1;
}

static void
report(struct in6_multi *in6m, int rtype)
{

	if (is_v1(in6m))
		queue_v1(in6m, MLD_LISTENER_REPORT, &in6m->in6m_addr);
	else
		queue_v2(in6m, rtype);
	in6m->in6m_state = SAID_BY_US;
}

/* From a link-local address, or none while there is none: RFC 3590. */
static void
send(struct ifnet *ifp, struct mbuf *m)
{
	struct ip6_hdr *ip6 = mtod(m, struct ip6_hdr *);
	const int hlen = (int)(sizeof(*ip6) + sizeof(router_alert));
	const int type = *((uint8_t *)ip6 + hlen);
	struct ip6_moptions im6o;
	struct in6_ifaddr *ia;
	struct icmp6_hdr *icmp;
	bool any;
	int s;

	s = pserialize_read_enter();
	ia = in6ifa_ifpforlinklocal(ifp, IN6_IFF_NOTREADY | IN6_IFF_ANYCAST |
	    IN6_IFF_DETACHED);
	if (ia != NULL)
		ip6->ip6_src = *IA6_IN6(ia);
	pserialize_read_exit(s);
	any = ia == NULL;
	icmp = (struct icmp6_hdr *)(mtod(m, char *) + hlen);
	icmp->icmp6_cksum = 0;
	icmp->icmp6_cksum = (uint16_t)in6_cksum(m, IPPROTO_ICMPV6,
	    (uint32_t)hlen, (uint32_t)(m->m_pkthdr.len - hlen));
	memset(&im6o, 0, sizeof(im6o));
	im6o.im6o_multicast_if_index = ifp->if_index;
	im6o.im6o_multicast_hlim = 1;
	icmp6_statinc(ICMP6_STAT_OUTHIST + (u_int)type);
	(void)ip6_output(m, NULL, NULL, any ? IPV6_UNSPECSRC : 0, &im6o, NULL,
	    NULL);
}

void
mld_flush(void)
{
	struct psref psref;
	struct ifnet *ifp;
	struct mbuf *m;
	int bound = curlwp_bind();

	for (;;) {
		mutex_enter(&pending_mtx);
		MBUFQ_DEQUEUE(&pending, m);
		if (m != NULL)
			npending--;
		mutex_exit(&pending_mtx);
		if (m == NULL)
			break;
		if ((ifp = m_get_rcvif_psref(m, &psref)) == NULL) {
			m_freem(m);
			continue;
		}
		m_reset_rcvif(m);
		send(ifp, m);
		m_put_rcvif_psref(ifp, &psref);
	}
	curlwp_bindx(bound);
}

/*
 * Timers of groups.
 */

/* Nobody is told of that of all hosts, nor of those that stay here. */
static bool
is_silent(const struct in6_multi *in6m)
{
	struct in6_addr addr = in6m->in6m_addr;

	in6_clearscope(&addr);
	return IN6_ARE_ADDR_EQUAL(&addr, &in6addr_linklocal_allnodes) ||
	    IPV6_ADDR_MC_SCOPE(&addr) < IPV6_ADDR_SCOPE_LINKLOCAL ||
	    net_ifflags(in6m->in6m_ifp, IFF_LOOPBACK) != 0;
}

static void
timer_set(struct in6_multi *in6m, u_int most, u_int times)
{
	const uint64_t when = nd6_now() + 1 + cprng_fast32() % MAX(most, 1);

	KASSERT(in6_multi_locked(RW_WRITER));
	in6m->in6m_left = times;
	in6m->in6m_timer_expire = when;
	if (report_due != 0 && report_due <= when)
		return;
	report_due = when;
	callout_schedule(&report_ch, nd6_ticks(when - nd6_now()));
}

static void
timer_stop(struct in6_multi *in6m)
{

	in6m->in6m_left = 0;
}

/* What is due is sent; the next one that is not yet is found. */
static void
report_due_now(struct in6_multi *in6m, void *arg)
{
	uint64_t *next = arg;

	if (in6m->in6m_left == 0)
		return;
	if (in6m->in6m_timer_expire <= nd6_now()) {
		/* Of a change, while there are more of it to come. */
		report(in6m, in6m->in6m_left > 1 ? RECORD_TO_EXCLUDE :
		    RECORD_IS_EXCLUDE);
		if (--in6m->in6m_left == 0)
			return;
		timer_set(in6m, UNSOLICITED_INTERVAL, in6m->in6m_left);
	}
	if (*next == 0 || in6m->in6m_timer_expire < *next)
		*next = in6m->in6m_timer_expire;
}

static void
report_timer(void *arg __unused)
{
	struct psref psref;
	struct ifnet *ifp;
	uint64_t next = 0, now;
	int s, bound = curlwp_bind();

	in6_multi_lock(RW_WRITER);
	report_due = UINT64_MAX;
	s = pserialize_read_enter();
	IFNET_READER_FOREACH(ifp) {
		if (if_is_deactivated(ifp) || nd6_if(ifp) == NULL)
			continue;
		if_acquire(ifp, &psref);
		pserialize_read_exit(s);
		in6_multi_foreach(ifp, report_due_now, &next);
		s = pserialize_read_enter();
		if_release(ifp, &psref);
	}
	pserialize_read_exit(s);
	report_due = next;
	now = nd6_now();
	if (next != 0)
		callout_schedule(&report_ch, nd6_ticks(next > now ?
		    next - now : 0));
	in6_multi_unlock();
	mld_flush();
	curlwp_bindx(bound);
}

/*
 * Groups.
 */
void
mld_join(struct in6_multi *in6m)
{

	KASSERT(in6_multi_locked(RW_WRITER));
	in6m->in6m_state = SAID_BY_OTHERS;
	if (is_silent(in6m))
		return;
	report(in6m, RECORD_TO_EXCLUDE);
	timer_set(in6m, is_v1(in6m) ? V1_UNSOLICITED_INTERVAL :
	    UNSOLICITED_INTERVAL, ROBUSTNESS - 1);
}

void
mld_leave(struct in6_multi *in6m)
{

	KASSERT(in6_multi_locked(RW_WRITER));
	timer_stop(in6m);
	if (is_silent(in6m))
		return;
	if (!is_v1(in6m))
		queue_v2(in6m, RECORD_TO_INCLUDE);
	else if (in6m->in6m_state == SAID_BY_US)
		queue_v1(in6m, MLD_LISTENER_DONE,
		    &in6addr_linklocal_allrouters);
}

/*
 * In.
 */

/* A query, for the groups it is about. */
struct query {
	struct in6_addr	q_group;	/* unspecified: all */
	u_int		q_delay;	/* milliseconds */
};

static void
answer(struct in6_multi *in6m, void *arg)
{
	const struct query *q = arg;

	if (is_silent(in6m) || (!IN6_IS_ADDR_UNSPECIFIED(&q->q_group) &&
	    !IN6_ARE_ADDR_EQUAL(&q->q_group, &in6m->in6m_addr)))
		return;
	/* One that is to be sent sooner will do. */
	if (in6m->in6m_left > 0 &&
	    in6m->in6m_timer_expire <= nd6_now() + q->q_delay)
		return;
	timer_set(in6m, q->q_delay, MAX(in6m->in6m_left, 1));
}

/* RFC 3810 section 5.1.3. */
static u_int
v2_delay(u_int code)
{

	return code < 32768 ? code :
	    (u_int)((code & 0xfff) | 0x1000) << (((code >> 12) & 7) + 3);
}

static bool
input_query(struct ifnet *ifp, const struct ip6_hdr *ip6,
    const struct mld_hdr *mld, int len)
{
	struct query q = { .q_group = mld->mld_addr };
	struct nd6_if *nx = nd6_if(ifp);
	const u_int code = ntohs(mld->mld_maxdelay);

	if (len != V1_LEN && len < V2_QUERY_LEN)
		return false;
	if (!IN6_IS_ADDR_UNSPECIFIED(&q.q_group) &&
	    (!IN6_IS_ADDR_MULTICAST(&q.q_group) ||
	    in6_setscope(&q.q_group, ifp, NULL) != 0))
		return false;
	/* One for all must have been sent to all. */
	if (IN6_IS_ADDR_UNSPECIFIED(&q.q_group) &&
	    !IN6_IS_ADDR_MULTICAST(&ip6->ip6_dst))
		return false;
	q.q_delay = len == V1_LEN ? code : v2_delay(code);
	in6_multi_lock(RW_WRITER);
	/* The oldest version counts, until it is not heard for long. */
	if (len == V1_LEN) {
		nx->nx_mld_v1 = true;
		nx->nx_mld_v1_until = nd6_now() + OLD_QUERIER_TIME;
	}
	in6_multi_foreach(ifp, answer, &q);
	in6_multi_unlock();
	return true;
}

/* Another listener told the router first: with version 2 everybody tells for
 * himself. */
static bool
input_report(struct ifnet *ifp, const struct mld_hdr *mld)
{
	struct in6_addr group = mld->mld_addr;
	struct in6_multi *in6m;

	if (!IN6_IS_ADDR_MULTICAST(&group) ||
	    in6_setscope(&group, ifp, NULL) != 0)
		return false;
	in6_multi_lock(RW_WRITER);
	in6m = in6_lookup_multi(&group, ifp);
	if (in6m != NULL && is_v1(in6m) && !is_silent(in6m)) {
		timer_stop(in6m);
		in6m->in6m_state = SAID_BY_OTHERS;
	}
	in6_multi_unlock();
	return true;
}

/* Routers were to look at it: RFC 2711, among the options of each hop, which
 * are well formed. */
static bool
has_router_alert(const struct ip6_hdr *ip6)
{
	const uint8_t *opt = (const uint8_t *)(ip6 + 1), *end;

	if (ip6->ip6_nxt != IPPROTO_HOPOPTS)
		return false;
	end = opt + ((opt[1] + 1) << 3);
	for (opt += 2; opt < end; opt += *opt == IP6OPT_PAD1 ? 1 : opt[1] + 2)
		if (*opt == IP6OPT_RTALERT)
			return opt[2] == 0 && opt[3] == IP6OPT_RTALERT_MLD;
	return false;
}

/* RFC 3810 section 6.2: from this link, not passed on, and as MLD is sent. */
static bool
is_from_router(const struct ip6_hdr *ip6)
{

	return IN6_IS_ADDR_LINKLOCAL(&ip6->ip6_src) && has_router_alert(ip6);
}

/* Sections 6.2, 7.4. */
static bool
input(struct ifnet *ifp, const struct ip6_hdr *ip6, const struct mld_hdr *mld,
    int len)
{

	if (net_ifflags(ifp, IFF_LOOPBACK) != 0 || nd6_if(ifp) == NULL)
		return true;
	if (ip6->ip6_hlim != 1)
		return false;
	switch (mld->mld_type) {
	case MLD_LISTENER_QUERY:
		return is_from_router(ip6) &&
		    input_query(ifp, ip6, mld, len);
	case MLD_LISTENER_REPORT:
		return (IN6_IS_ADDR_LINKLOCAL(&ip6->ip6_src) ||
		    IN6_IS_ADDR_UNSPECIFIED(&ip6->ip6_src)) &&
		    input_report(ifp, mld);
	default:
		return true;
	}
}

/* Takes the packet; its checksum is right. */
void
mld_input(struct mbuf *m, int off)
{
	const int len = m->m_pkthdr.len - off;
	const struct ip6_hdr *ip6;
	struct mld_hdr mld;
	struct psref psref;
	struct ifnet *ifp;

	if (len < V1_LEN) {
		icmp6_statinc(ICMP6_STAT_TOOSHORT);
		m_freem(m);
		return;
	}
	m_copydata(m, off, (int)sizeof(mld), &mld);
	ip6 = mtod(m, const struct ip6_hdr *);
	ifp = m_get_rcvif_psref(m, &psref);
	if (ifp != NULL) {
		if (!input(ifp, ip6, &mld, len))
			icmp6_statinc(ICMP6_STAT_BADLEN);
		m_put_rcvif_psref(ifp, &psref);
	}
	m_freem(m);
}
