/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ICMP: messages in, and answers to them; RFC 792, RFC 1122 section 3.2.2.
 */

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/mbuf.h>
#include <sys/protosw.h>
#include <sys/sysctl.h>
#include <sys/systm.h>
#include <sys/time.h>

#include <net/if.h>
#include <net/net_stats.h>
#include <net/route.h>

#include <netinet/icmp_var.h>
#include <netinet/in.h>
#include <netinet/in_var.h>
#include <netinet/ip.h>
#include <netinet/ip_var.h>

#include "icmp_private.h"
#include "in_private.h"

percpu_t *icmpstat_percpu;

static int icmpmaskrepl;
static int icmpbmcastecho;
static int icmp_rediraccept = 1;
static int icmp_redirtimeout = 600;
static struct rttimer_queue *redirect_q;

static const struct in_sysctl_var vars[] = {
	{ "maskrepl", SYSCTL_DESCR("Answer requests for the net's mask"),
	    &icmpmaskrepl, 0, 1, ICMPCTL_MASKREPL, NULL },
	{ "returndatabytes", SYSCTL_DESCR(
	    "Bytes behind the header that an error quotes"),
	    &icmpreturndatabytes, 8, 512, ICMPCTL_RETURNDATABYTES, NULL },
	{ "errppslimit", SYSCTL_DESCR("Errors sent in a second, -1: all"),
	    &icmperrppslim, -1, INT_MAX, ICMPCTL_ERRPPSLIMIT, NULL },
	{ "rediraccept", SYSCTL_DESCR("Believe redirects"),
	    &icmp_rediraccept, 0, 1, ICMPCTL_REDIRACCEPT, NULL },
	{ "redirtimeout", SYSCTL_DESCR("Seconds a redirect is good"),
	    &icmp_redirtimeout, 1, INT_MAX, ICMPCTL_REDIRTIMEOUT, NULL },
	{ "bmcastecho", SYSCTL_DESCR("Answer echo requests to many"),
	    &icmpbmcastecho, 0, 1, ICMPCTL_BMCASTECHO, NULL },
};

static const struct in_sysctl_stats stats = {
	.is_stats = &icmpstat_percpu,
	.is_n = ICMP_NSTATS,
	.is_num = ICMPCTL_STATS,
};

void
icmp_init(void)
{

	icmpstat_percpu = percpu_alloc(sizeof(uint64_t) * ICMP_NSTATS);
	icmp_output_init();
	redirect_q = rt_timer_queue_create((u_int)icmp_redirtimeout);
	in_sysctl_node(PF_INET, IPPROTO_ICMP, "icmp", SYSCTL_DESCR("ICMP"));
	in_sysctl_vars(PF_INET, IPPROTO_ICMP, vars, __arraycount(vars));
	in_sysctl_stats(PF_INET, IPPROTO_ICMP, &stats);
}

void
icmp_statinc(u_int stat)
{

	KASSERT(stat < ICMP_NSTATS);
	_NET_STATINC(icmpstat_percpu, stat);
}

n_time
iptime(void)
{
	struct timeval tv;

	getmicrotime(&tv);
	return htonl((uint32_t)(tv.tv_sec % (24 * 60 * 60)) * 1000 +
	    (uint32_t)tv.tv_usec / 1000);
}

/*
 * Errors: to the protocol of the packet that is quoted.
 */

/* PRC_* of each code of ICMP_UNREACH; -1: it tells nothing. */
static const int8_t unreach_prc[] = {
	[ICMP_UNREACH_NET] = PRC_UNREACH_NET,
	[ICMP_UNREACH_HOST] = PRC_UNREACH_HOST,
	[ICMP_UNREACH_PROTOCOL] = PRC_UNREACH_PROTOCOL,
	[ICMP_UNREACH_PORT] = PRC_UNREACH_PORT,
	[ICMP_UNREACH_NEEDFRAG] = PRC_MSGSIZE,
	[ICMP_UNREACH_SRCFAIL] = PRC_UNREACH_SRCFAIL,
	[ICMP_UNREACH_NET_UNKNOWN] = PRC_UNREACH_NET,
	[ICMP_UNREACH_HOST_UNKNOWN] = PRC_UNREACH_HOST,
	[ICMP_UNREACH_ISOLATED] = PRC_UNREACH_HOST,
	[ICMP_UNREACH_NET_PROHIB] = PRC_UNREACH_NET,
	[ICMP_UNREACH_HOST_PROHIB] = PRC_UNREACH_HOST,
	[ICMP_UNREACH_TOSNET] = PRC_UNREACH_NET,
	[ICMP_UNREACH_TOSHOST] = PRC_UNREACH_HOST,
	[ICMP_UNREACH_ADMIN_PROHIBIT] = PRC_UNREACH_HOST,
	[ICMP_UNREACH_HOST_PREC] = PRC_UNREACH_HOST,
	[ICMP_UNREACH_PREC_CUTOFF] = PRC_UNREACH_HOST,
};

/* Which it is, or -1. */
static int
prc_of(const struct icmp *icp)
{

	switch (icp->icmp_type) {
	case ICMP_UNREACH:
		return icp->icmp_code < __arraycount(unreach_prc) ?
		    unreach_prc[icp->icmp_code] : -1;
	case ICMP_TIMXCEED:
		return icp->icmp_code == ICMP_TIMXCEED_INTRANS ?
		    PRC_TIMXCEED_INTRANS : icp->icmp_code ==
		    ICMP_TIMXCEED_REASS ? PRC_TIMXCEED_REASS : -1;
	case ICMP_PARAMPROB:
		return icp->icmp_code <= ICMP_PARAMPROB_LENGTH ?
		    PRC_PARAMPROB : -1;
	default:
		return -1;
	}
}

/* The quoted header and 8 bytes in one piece.  NULL: they are not there. */
static struct mbuf *
get_quoted(struct mbuf *m, int hlen, int icmplen)
{
	const struct icmp *icp;
	int len;

	if (icmplen < (int)ICMP_ADVLENMIN)
		goto bad;
	if ((m = m_pullup(m, MAX(m->m_len, hlen + (int)ICMP_ADVLENMIN))) ==
	    NULL)
		return NULL;
	icp = (const struct icmp *)(mtod(m, const char *) + hlen);
	len = (int)ICMP_ADVLEN(icp);
	if (icp->icmp_ip.ip_hl < sizeof(struct ip) >> 2 ||
	    icp->icmp_ip.ip_v != IPVERSION || icmplen < len)
		goto bad;
	return m->m_len >= hlen + len ? m : m_pullup(m, hlen + len);
bad:
	icmp_statinc(ICMP_STAT_BADLEN);
	m_freem(m);
	return NULL;
}

/* The packet, which others want to see as well; or NULL. */
static struct mbuf *
input_error(struct mbuf *m, int hlen, int icmplen)
{
	void *(*ctlinput)(int, const struct sockaddr *, void *);
	struct sockaddr_in dst;
	struct icmp *icp;
	int prc;

	if ((m = get_quoted(m, hlen, icmplen)) == NULL)
		return NULL;
	icp = (struct icmp *)(mtod(m, char *) + hlen);
	if ((prc = prc_of(icp)) == -1 ||
	    IN_MULTICAST(icp->icmp_ip.ip_dst.s_addr)) {
		icmp_statinc(ICMP_STAT_BADCODE);
		return m;
	}
	sockaddr_in_init(&dst, &icp->icmp_ip.ip_dst, 0);
	ctlinput = inetsw[ip_protox[icp->icmp_ip.ip_p]].pr_ctlinput;
	if (ctlinput != NULL)
		(void)(*ctlinput)(prc, sintosa(&dst), &icp->icmp_ip);
	return m;
}

bool
icmp_route_delete(struct rtentry *rt)
{

	if ((rt->rt_flags & (RTF_DYNAMIC | RTF_HOST)) !=
	    (RTF_DYNAMIC | RTF_HOST))
		return false;
	(void)rtrequest(RTM_DELETE, rt_getkey(rt), rt->rt_gateway,
	    rt_mask(rt), rt->rt_flags, NULL);
	return true;
}

static void
redirect_timeout(struct rtentry *rt, struct rttimer *r __unused)
{

	(void)icmp_route_delete(rt);
}

/* For a net it is believed for the host alone, RFC 1122 section 3.2.2.2. */
static struct mbuf *
input_redirect(struct mbuf *m, int hlen, int icmplen)
{
	struct sockaddr_in dst, gw, src;
	struct rtentry *rt = NULL;
	struct icmp *icp;

	if ((m = get_quoted(m, hlen, icmplen)) == NULL)
		return NULL;
	icp = (struct icmp *)(mtod(m, char *) + hlen);
	if (icp->icmp_code > ICMP_REDIRECT_TOSHOST) {
		icmp_statinc(ICMP_STAT_BADCODE);
		return m;
	}
	/* Routers know better, RFC 1812 section 5.2.7.2. */
	if (atomic_load_relaxed(&icmp_rediraccept) == 0 ||
	    atomic_load_relaxed(&ipforwarding) != 0)
		return m;
	sockaddr_in_init(&dst, &icp->icmp_ip.ip_dst, 0);
	sockaddr_in_init(&gw, &icp->icmp_gwaddr, 0);
	sockaddr_in_init(&src, &mtod(m, struct ip *)->ip_src, 0);
	rt_timer_queue_change(redirect_q, icmp_redirtimeout);
	rtredirect(sintosa(&dst), sintosa(&gw), NULL, RTF_GATEWAY | RTF_HOST,
	    sintosa(&src), &rt);
	if (rt != NULL) {
		(void)rt_timer_add(rt, redirect_timeout, redirect_q);
		rt_unref(rt);
	}
	pfctlinput(PRC_REDIRECT_HOST, sintosa(&dst));
	return m;
}

/*
 * Requests.
 */

/* Answered to one host alone, and only if they were for one. */
static bool
to_one(const struct mbuf *m)
{
	const struct ip *ip = mtod(m, const struct ip *);

	return (m->m_flags & (M_BCAST | M_MCAST)) == 0 &&
	    !IN_MULTICAST(ip->ip_dst.s_addr) &&
	    ip->ip_dst.s_addr != INADDR_BROADCAST &&
	    !in_nullhost(ip->ip_dst) && !icmp_broadcast_p(m, ip);
}

/* The message, which may be written; NULL: the packet is gone. */
static struct mbuf *
writable(struct mbuf *m, int len)
{

	if (!M_UNWRITABLE(m, len))
		return m;
	return m_copyup(m, len, max_linkhdr);
}

static bool
answer_mask(struct mbuf *m, struct icmp *icp)
{
	struct ip *ip = mtod(m, struct ip *);
	struct in_ifaddr *ia;
	struct ifnet *ifp;
	int s;

	if ((ifp = m_get_rcvif(m, &s)) == NULL)
		return false;
	if ((ia = in_get_ia_on_iface(ip->ip_dst, ifp)) == NULL)
		ia = in_get_ia_from_ifp(ifp);
	if (ia != NULL)
		icp->icmp_mask = ia->ia_sockmask.sin_addr.s_addr;
	m_put_rcvif(ifp, &s);
	return ia != NULL && !in_nullhost(ip->ip_src);
}

/* True: it is an answer now. */
static bool
make_answer(struct mbuf *m, struct icmp *icp, int icmplen)
{

	switch (icp->icmp_type) {
	case ICMP_ECHO:
		if (!to_one(m) && !icmpbmcastecho)
			return false;
		icp->icmp_type = ICMP_ECHOREPLY;
		return true;
	case ICMP_TSTAMP:
		if (icmplen < (int)ICMP_TSLEN) {
			icmp_statinc(ICMP_STAT_BADLEN);
			return false;
		}
		if (!to_one(m) && !icmpbmcastecho)
			return false;
		icp->icmp_type = ICMP_TSTAMPREPLY;
		icp->icmp_rtime = icp->icmp_ttime = iptime();
		return true;
	case ICMP_MASKREQ:
		if (!icmpmaskrepl || !to_one(m))
			return false;
		if (icmplen < ICMP_MASKLEN) {
			icmp_statinc(ICMP_STAT_BADLEN);
			return false;
		}
		if (!answer_mask(m, icp))
			return false;
		icp->icmp_type = ICMP_MASKREPLY;
		return true;
	default:
		return false;
	}
}

/* NULL: it was answered, or is gone. */
static struct mbuf *
input_request(struct mbuf *m, int hlen, int icmplen)
{
	struct icmp *icp;

	m = writable(m, hlen + MIN(icmplen, (int)ICMP_TSLEN));
	if (m == NULL)
		return NULL;
	icp = (struct icmp *)(mtod(m, char *) + hlen);
	if (icp->icmp_code != 0) {
		icmp_statinc(ICMP_STAT_BADCODE);
		return m;
	}
	if (!make_answer(m, icp, icmplen))
		return m;
	icmp_statinc(ICMP_STAT_REFLECT);
	icmp_statinc(ICMP_STAT_OUTHIST + icp->icmp_type);
	icmp_reflect(m);
	return NULL;
}

void
icmp_input(struct mbuf *m, int hlen, int proto)
{
	const int icmplen = m->m_pkthdr.len - hlen;
	struct icmp *icp;

	if (icmplen < ICMP_MINLEN) {
		icmp_statinc(ICMP_STAT_TOOSHORT);
		m_freem(m);
		return;
	}
	if (m->m_len < hlen + ICMP_MINLEN &&
	    (m = m_pullup(m, hlen + ICMP_MINLEN)) == NULL) {
		icmp_statinc(ICMP_STAT_TOOSHORT);
		return;
	}
	if (cpu_in_cksum(m, icmplen, hlen, 0) != 0) {
		icmp_statinc(ICMP_STAT_CHECKSUM);
		m_freem(m);
		return;
	}
	icp = (struct icmp *)(mtod(m, char *) + hlen);
	if (icp->icmp_type <= ICMP_MAXTYPE)
		icmp_statinc(ICMP_STAT_INHIST + icp->icmp_type);
	switch (icp->icmp_type) {
	case ICMP_UNREACH:
	case ICMP_TIMXCEED:
	case ICMP_PARAMPROB:
		m = input_error(m, hlen, icmplen);
		break;
	case ICMP_REDIRECT:
		m = input_redirect(m, hlen, icmplen);
		break;
	case ICMP_ECHO:
	case ICMP_TSTAMP:
	case ICMP_MASKREQ:
		m = input_request(m, hlen, icmplen);
		break;
	default:
		/* Source quench says nothing, RFC 6633. */
		break;
	}
	if (m != NULL)
		rip_input(m, hlen, proto);
}
