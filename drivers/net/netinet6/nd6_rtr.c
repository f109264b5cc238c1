/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Routers asked for and heard: RFC 4861 section 6.3, RFC 7559.
 *
 * NetBSD leaves this to dhcpcd(8) since version 10, which a rump kernel does
 * not have: here it is done as NetBSD did it before, and only where
 * net.inet6.ip6.accept_rtadv or ND6_IFF_ACCEPT_RTADV of an interface says so.
 * A machine that forwards packets believes no router.
 */

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/cprng.h>
#include <sys/kernel.h>
#include <sys/mbuf.h>
#include <sys/psref.h>
#include <sys/pserialize.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_dl.h>
#include <net/nd.h>

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip6.h>

#include <netinet6/in6_var.h>
#include <netinet6/ip6_var.h>
#include <netinet6/nd6.h>

#include <rump-sys/net.h>

#include "nd6_private.h"

/* Milliseconds, RFC 7559 section 2: IRT and MRT. */
#define	RS_FIRST	4000
#define	RS_MOST		3600000
#define	RS_DELAY	(MAX_RTR_SOLICITATION_DELAY * 1000)

/* What a router may set the time between solicitations to, at least. */
#define	RETRANS_MIN	100
#define	RECALC_INTERVAL	(2 * 60 * 60)	/* seconds, RFC 4861 section 6.3.4 */

int ip6_accept_rtadv;

bool
nd6_accepts_rtadv(const struct ifnet *ifp)
{
	const uint32_t flags = ND_FLAGS(ifp);

	if (atomic_load_relaxed(&ip6_forwarding) != 0 ||
	    (flags & ND6_IFF_ACCEPT_RTADV) == 0)
		return false;
	return (flags & ND6_IFF_OVERRIDE_RTADV) != 0 ||
	    atomic_load_relaxed(&ip6_accept_rtadv) != 0;
}

/*
 * Solicitations, out.
 */
static void
solicit(struct ifnet *ifp)
{
	struct in6_addr src = in6addr_any;
	struct nd_router_solicit *rs;
	struct in6_ifaddr *ia;
	struct mbuf *m;
	size_t len = sizeof(*rs);
	int s = pserialize_read_enter();

	ia = in6ifa_ifpforlinklocal(ifp, IN6_IFF_NOTREADY | IN6_IFF_ANYCAST |
	    IN6_IFF_DETACHED);
	if (ia != NULL)
		src = *IA6_IN6(ia);
	pserialize_read_exit(s);
	/* Who has no address does not say where it is. */
	if (ia != NULL && nd6_need_cache(ifp))
		len += nd6_opt_lllen(ifp);
	m = nd6_msg_new(ifp, len, &in6addr_linklocal_allrouters, &src);
	if (m == NULL)
		return;
	rs = nd6_msg_body(m);
	rs->nd_rs_type = ND_ROUTER_SOLICIT;
	if (len > sizeof(*rs))
		nd6_opt_ll(ifp, ND_OPT_SOURCE_LINKADDR, rs + 1,
		    CLLADDR(ifp->if_sadl));
	nd6_msg_out(ifp, m);
}

/* One tenth more or less of a time, RFC 8415 section 15. */
static uint32_t
about(uint32_t ms)
{

	return ms - ms / 10 + cprng_fast32() % (ms / 5 + 1);
}

void
nd6_rs_start(struct ifnet *ifp)
{
	struct nd6_if *nx = nd6_if(ifp);

	if (nx == NULL)
		return;
	KASSERT(IFNET_LOCKED(ifp));
	nx->nx_rs_due = 0;
	if (!nd6_accepts_rtadv(ifp) || !nd6_need_cache(ifp) ||
	    net_ifflags(ifp, IFF_UP) == 0)
		return;
	nx->nx_rs_wait = 0;
	nx->nx_rs_due = nd6_now() + cprng_fast32() % RS_DELAY;
	nd6_work_at(nx->nx_rs_due);
}

void
nd6_rs_due(struct nd6_if *nx)
{
	struct ifnet *ifp = nx->nx_ifp;

	KASSERT(IFNET_LOCKED(ifp));
	if (nx->nx_rs_due == 0)
		return;
	if (!nd6_accepts_rtadv(ifp) || net_ifflags(ifp, IFF_UP) == 0) {
		nx->nx_rs_due = 0;
		return;
	}
	if (nx->nx_rs_due <= nd6_now()) {
		solicit(ifp);
		nx->nx_rs_wait = nx->nx_rs_wait == 0 ? about(RS_FIRST) :
		    nx->nx_rs_wait + about(nx->nx_rs_wait);
		if (nx->nx_rs_wait > RS_MOST)
			nx->nx_rs_wait = about(RS_MOST);
		nx->nx_rs_due = nd6_now() + nx->nx_rs_wait;
	}
	nd6_work_at(nx->nx_rs_due);
}

/*
 * Solicitations, in: they are for routers, which learn who asks.
 */
void
nd6_rs_input(struct mbuf *m, int off, int icmp6len)
{
	const uint8_t *lladdr;
	struct nd6_msg nm;
	bool good;

	if (!nd6_msg_in(&nm, m, off, icmp6len,
	    sizeof(struct nd_router_solicit), ICMP6_STAT_BADRS))
		return;
	good = nd6_opt_lladdr(&nm, ND_OPT_SOURCE_LINKADDR, &lladdr) &&
	    (lladdr == NULL || !IN6_IS_ADDR_UNSPECIFIED(&nm.nm_src));
	if (good && atomic_load_relaxed(&ip6_forwarding) != 0)
		nd6_cache_lladdr(nm.nm_ifp, &nm.nm_src, __UNCONST(lladdr),
		    nm.nm_ifp->if_addrlen, ND_ROUTER_SOLICIT, 0);
	nd6_msg_done(&nm, good, ICMP6_STAT_BADRS);
}

/*
 * Advertisements, in.
 */

/* Section 6.1.2. */
static bool
ra_in(struct nd6_msg *nm, struct mbuf *m, int off, int len)
{

	if (!nd6_msg_in(nm, m, off, len, sizeof(struct nd_router_advert),
	    ICMP6_STAT_BADRA))
		return false;
	if (!IN6_IS_ADDR_LINKLOCAL(&nm->nm_src)) {
		nd6_msg_done(nm, false, ICMP6_STAT_BADRA);
		return false;
	}
	return true;
}

/* The thread gets it in a packet with the ICMP header first. */
void
nd6_ra_input(struct mbuf *m, int off, int icmp6len)
{
	struct nd6_msg nm;
	const uint8_t *lladdr;
	bool good;

	if (!ra_in(&nm, m, off, icmp6len))
		return;
	good = nd6_opt_lladdr(&nm, ND_OPT_SOURCE_LINKADDR, &lladdr);
	if (good && nd6_accepts_rtadv(nm.nm_ifp)) {
		nd6_cache_lladdr(nm.nm_ifp, &nm.nm_src, __UNCONST(lladdr),
		    nm.nm_ifp->if_addrlen, ND_ROUTER_ADVERT, 0);
		m_put_rcvif_psref(nm.nm_ifp, &nm.nm_psref);
		nm.nm_ifp = NULL;
		/* All extension headers go, but for their length. */
		nm.nm_m->m_pkthdr.csum_data = (uint32_t)off;
		nd6_work_ra(nm.nm_m);
		nm.nm_m = NULL;
		return;
	}
	nd6_msg_done(&nm, good, ICMP6_STAT_BADRA);
}

static void
set_mtu(struct ifnet *ifp, const uint8_t *opt)
{
	struct nd_opt_mtu om;
	uint32_t mtu;

	if (opt == NULL || opt[1] != sizeof(om) / 8)
		return;
	memcpy(&om, opt, sizeof(om));
	mtu = ntohl(om.nd_opt_mtu_mtu);
	if (mtu >= IPV6_MMTU && mtu <= ifp->if_mtu)
		atomic_store_relaxed(&ND_IFINFO(ifp)->linkmtu, mtu);
}

/* What is not said is 0 and stays as it is. */
static void
set_numbers(struct ifnet *ifp, const struct nd_router_advert *ra)
{
	struct nd_kifinfo *ndi = ND_IFINFO(ifp);
	const uint32_t reach = ntohl(ra->nd_ra_reachable);
	const uint32_t retrans = ntohl(ra->nd_ra_retransmit);

	if (ra->nd_ra_curhoplimit != 0)
		atomic_store_relaxed(&ndi->chlim, ra->nd_ra_curhoplimit);
	if (reach != 0 && reach <= MAX_REACHABLE_TIME &&
	    reach != ndi->basereachable) {
		atomic_store_relaxed(&ndi->basereachable, reach);
		atomic_store_relaxed(&ndi->reachable,
		    MAX(ND_COMPUTE_RTIME(reach), 1));
	}
	if (retrans != 0)
		atomic_store_relaxed(&ndi->retrans, MIN(MAX(retrans,
		    RETRANS_MIN), MAX_RETRANS_TIMER));
}

static void
process(const struct nd6_msg *nm)
{
	struct ifnet *ifp = nm->nm_ifp;
	struct nd_opt_prefix_info pi;
	struct nd_router_advert ra;
	const uint8_t *opt;

	memcpy(&ra, nm->nm_data, sizeof(ra));
	set_numbers(ifp, &ra);
	set_mtu(ifp, nd6_opt(nm, ND_OPT_MTU, NULL));
	nd6_router_told(ifp, &nm->nm_src, ra.nd_ra_flags_reserved,
	    ntohs(ra.nd_ra_router_lifetime));
	/* There is one: nobody need be asked. */
	if (ra.nd_ra_router_lifetime != 0)
		nd6_if(ifp)->nx_rs_due = 0;
	for (opt = nd6_opt(nm, ND_OPT_PREFIX_INFORMATION, NULL); opt != NULL;
	    opt = nd6_opt(nm, ND_OPT_PREFIX_INFORMATION, opt)) {
		if (opt[1] != sizeof(pi) / 8)
			continue;
		memcpy(&pi, opt, sizeof(pi));
		nd6_prefix_told(ifp, &nm->nm_src, &pi);
	}
	for (opt = nd6_opt(nm, ND_OPT_RDNSS, NULL); opt != NULL;
	    opt = nd6_opt(nm, ND_OPT_RDNSS, opt))
		nd6_dns_told(nd6_if(ifp), opt);
	for (opt = nd6_opt(nm, ND_OPT_DNSSL, NULL); opt != NULL;
	    opt = nd6_opt(nm, ND_OPT_DNSSL, opt))
		nd6_search_told(nd6_if(ifp), opt);
}

/* In the thread.  The packet was checked when it came in. */
void
nd6_ra_process(struct mbuf *m)
{
	const int off = (int)m->m_pkthdr.csum_data;
	struct nd6_msg nm;

	if (!ra_in(&nm, m, off, m->m_pkthdr.len - off))
		return;
	IFNET_LOCK(nm.nm_ifp);
	if (!if_is_deactivated(nm.nm_ifp) && nd6_if(nm.nm_ifp) != NULL &&
	    net_ifflags(nm.nm_ifp, IFF_UP) != 0 &&
	    nd6_accepts_rtadv(nm.nm_ifp))
		process(&nm);
	IFNET_UNLOCK(nm.nm_ifp);
	nd6_msg_done(&nm, true, ICMP6_STAT_BADRA);
}

/* Not all hosts ask at the same time, for long. */
static void
recalc_due(struct nd_kifinfo *ndi)
{

	if (ndi->recalctm <= time_uptime) {
		atomic_store_relaxed(&ndi->reachable,
		    MAX(ND_COMPUTE_RTIME(ndi->basereachable), 1));
		ndi->recalctm = (int)time_uptime + RECALC_INTERVAL;
	}
	nd6_work_lifetime(ndi->recalctm);
}

void
nd6_if_due(struct ifnet *ifp)
{
	struct nd6_if *nx;

	IFNET_LOCK(ifp);
	nx = nd6_if(ifp);
	if (!if_is_deactivated(ifp) && nx != NULL) {
		nd6_routers_due(nx);
		nd6_prefixes_due(nx);
		nd6_addrs_due(ifp);
		nd6_temp_due(ifp);
		nd6_rs_due(nx);
		if (nd6_need_cache(ifp))
			recalc_due(&nx->nx_nd);
	}
	IFNET_UNLOCK(ifp);
}
