/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ARP packets, RFC 826, in and out, and what Ethernet asks.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/pserialize.h>
#include <sys/sysctl.h>
#include <sys/syslog.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_arp.h>
#include <net/if_dl.h>
#include <net/if_ether.h>
#include <net/if_llatbl.h>
#include <net/nd.h>
#include <net/net_stats.h>
#include <net/pktqueue.h>
#include <net/route.h>

#include <netinet/if_inarp.h>
#include <netinet/in.h>
#include <netinet/in_var.h>

#include <lib/libkern/libkern.h>

#include <rump-sys/net.h>
#include <rump-sys/net_llt.h>

#include "arp_private.h"
#include "in_private.h"

#define	ARP_LEN	(sizeof(struct arphdr) + 2 * ETHER_ADDR_LEN +		\
		    2 * sizeof(struct in_addr))
#define	ARP_QLEN	256
/* Below net.inet, where it has no number of a protocol of its own. */
#define	ARP_CTL		(CREATE_BASE - 1)

percpu_t *arpstat_percpu;
pktqueue_t *arp_pktq;

static int arp_log_movements = 1;
static int arp_log_permanent_modify = 1;

static const struct in_sysctl_var vars[] = {
	{ .iv_name = "nud_enabled", .iv_descr =
	    SYSCTL_DESCR("Ask neighbours whether they are there"),
	    .iv_value = &arp_nud, .iv_min = 0, .iv_max = 1 },
	{ .iv_name = "nd_reachable", .iv_descr =
	    SYSCTL_DESCR("Milliseconds a neighbour counts as reachable"),
	    .iv_value = &arp_reachable, .iv_min = 1024,
	    .iv_max = MAX_REACHABLE_TIME },
	{ .iv_name = "nd_retrans", .iv_descr =
	    SYSCTL_DESCR("Milliseconds between requests"),
	    .iv_value = &arp_retrans, .iv_min = 1,
	    .iv_max = MAX_RETRANS_TIMER },
	{ .iv_name = "log_movements", .iv_descr =
	    SYSCTL_DESCR("Log neighbours that change their link address"),
	    .iv_value = &arp_log_movements, .iv_min = 0, .iv_max = 1 },
	{ .iv_name = "log_permanent_modify", .iv_descr =
	    SYSCTL_DESCR("Log packets that contradict what was set by hand"),
	    .iv_value = &arp_log_permanent_modify, .iv_min = 0, .iv_max = 1 },
};

static const struct in_sysctl_stats stats = {
	.is_stats = &arpstat_percpu,
	.is_n = ARP_NSTATS,
};

static void	arpintr(void *);

void
arp_init(void)
{

	arpstat_percpu = percpu_alloc(sizeof(uint64_t) * ARP_NSTATS);
	arp_pktq = pktq_create(ARP_QLEN, arpintr, NULL);
	arp_dad_init();
	arp_nd_init();
	in_sysctl_node(PF_INET, ARP_CTL, "arp", SYSCTL_DESCR("ARP"));
	in_sysctl_vars(PF_INET, ARP_CTL, vars, __arraycount(vars));
	in_sysctl_stats(PF_INET, ARP_CTL, &stats);
}

void
arp_statinc(u_int stat)
{

	KASSERT(stat < ARP_NSTATS);
	_NET_STATINC(arpstat_percpu, stat);
}

void
arp_stat_add(int stat, uint64_t n)
{

	KASSERT(stat >= 0 && stat < ARP_NSTATS);
	_NET_STATADD(arpstat_percpu, stat, n);
}

void
arp_drain(void)
{

	lltable_drain(AF_INET);
}

/*
 * Out.
 */

/* dst: a link address, or NULL: all. */
static void
transmit(struct ifnet *ifp, struct mbuf *m, const uint8_t *dst)
{
	struct sockaddr sa;
	struct ether_header *eh = (struct ether_header *)(void *)sa.sa_data;

	memset(&sa, 0, sizeof(sa));
	sa.sa_family = AF_UNSPEC;
	sa.sa_len = sizeof(sa);
	memcpy(eh->ether_dhost, dst != NULL ? dst : ifp->if_broadcastaddr,
	    ETHER_ADDR_LEN);
	eh->ether_type = htons(ETHERTYPE_ARP);
	m->m_flags &= ~(M_BCAST | M_MCAST);
	if (dst == NULL)
		m->m_flags |= M_BCAST;
	arp_statinc(ARP_STAT_SNDTOTAL);
	(void)if_output_lock(ifp, ifp, m, &sa, NULL);
}

void
arp_send(struct ifnet *ifp, int op, const struct in_addr *spa,
    const uint8_t *sha, const struct in_addr *tpa, const uint8_t *tha,
    const uint8_t *dst)
{
	struct arphdr *ah;
	struct mbuf *m;

	KASSERT(ifp->if_addrlen == ETHER_ADDR_LEN);
	if ((m = m_gethdr(M_DONTWAIT, MT_DATA)) == NULL) {
		arp_statinc(ARP_STAT_ALLOCFAIL);
		return;
	}
	m->m_len = m->m_pkthdr.len = (int)ARP_LEN;
	m_align(m, m->m_len);
	ah = mtod(m, struct arphdr *);
	memset(ah, 0, ARP_LEN);
	ah->ar_hrd = htons(ARPHRD_ETHER);
	ah->ar_pro = htons(ETHERTYPE_IP);
	ah->ar_hln = ETHER_ADDR_LEN;
	ah->ar_pln = sizeof(struct in_addr);
	ah->ar_op = htons((uint16_t)op);
	memcpy(ar_sha(ah), sha, ETHER_ADDR_LEN);
	memcpy(ar_spa(ah), spa, sizeof(*spa));
	if (tha != NULL)
		memcpy(ar_tha(ah), tha, ETHER_ADDR_LEN);
	memcpy(ar_tpa(ah), tpa, sizeof(*tpa));
	transmit(ifp, m, dst);
}

void
arprequest(struct ifnet *ifp, const struct in_addr *sip,
    const struct in_addr *tip, const uint8_t *enaddr, const uint8_t *tlladdr)
{

	if (ifp->if_addrlen != ETHER_ADDR_LEN)
		return;
	arp_statinc(ARP_STAT_SENDREQUEST);
	arp_send(ifp, ARPOP_REQUEST, sip, enaddr, tip, NULL, tlladdr);
}

void
arpannounce(struct ifnet *ifp, struct ifaddr *ifa, const uint8_t *enaddr)
{
	const struct in_addr addr = ifatoia(ifa)->ia_addr.sin_addr;

	if ((ia4_flags_of(ifatoia(ifa)) & (IN_IFF_NOTREADY |
	    IN_IFF_DETACHED)) == 0)
		arprequest(ifp, &addr, &addr, enaddr, NULL);
}

void
arpannounce1(struct ifaddr *ifa)
{

	arpannounce(ifa->ifa_ifp, ifa,
	    (const uint8_t *)CLLADDR(ifa->ifa_ifp->if_sadl));
}

void
arpwhohas(struct ifnet *ifp, struct in_addr *tpa)
{
	const struct in_addr none = { .s_addr = INADDR_ANY };

	arprequest(ifp, &none, tpa, (const uint8_t *)CLLADDR(ifp->if_sadl),
	    NULL);
}

/*
 * Resolving.
 */
int
arpresolve(struct ifnet *ifp, const struct rtentry *rt, struct mbuf *m,
    const struct sockaddr *dst, void *desten, size_t destlen)
{
	int error;

	if (net_ifflags(ifp, IFF_NOARP) != 0) {
		m_freem(m);
		return EHOSTUNREACH;
	}
	error = net_llt_resolve(in_lltable_get(ifp), rt, m, dst, desten,
	    destlen);
	if (error == EWOULDBLOCK)
		arp_statinc(ARP_STAT_DFRTOTAL);
	return error;
}

void
arp_confirmed(const struct rtentry *rt, const struct sockaddr *dst)
{

	if (net_ifflags(rt->rt_ifp, IFF_LOOPBACK | IFF_NOARP) == 0)
		net_llt_hint(in_lltable_get(rt->rt_ifp), rt, dst);
}

/*
 * In.
 */

/* A packet, taken apart. */
struct arp {
	int		a_op;
	bool		a_mcast;
	uint8_t		a_sha[ETHER_ADDR_LEN];
	struct in_addr	a_spa;
	struct in_addr	a_tpa;
};

/* False: it is no packet to look at, and counted. */
static bool
parse(struct ifnet *ifp, struct mbuf *m, struct arp *a)
{
	uint8_t buf[ARP_LEN];
	struct arphdr *ah = (struct arphdr *)(void *)buf;

	if (m->m_pkthdr.len < (int)sizeof(*ah)) {
		arp_statinc(ARP_STAT_RCVBADLEN);
		return false;
	}
	m_copydata(m, 0, MIN(m->m_pkthdr.len, (int)sizeof(buf)), buf);
	if (ah->ar_hrd != htons(ARPHRD_ETHER) ||
	    ah->ar_pro != htons(ETHERTYPE_IP)) {
		arp_statinc(ARP_STAT_RCVBADPROTO);
		return false;
	}
	if (ah->ar_hln != ETHER_ADDR_LEN || ifp->if_addrlen != ah->ar_hln ||
	    ah->ar_pln != sizeof(struct in_addr) ||
	    m->m_pkthdr.len < (int)ARP_LEN) {
		arp_statinc(ARP_STAT_RCVBADLEN);
		return false;
	}
	a->a_op = ntohs(ah->ar_op);
	a->a_mcast = (m->m_flags & (M_BCAST | M_MCAST)) != 0;
	memcpy(a->a_sha, ar_sha(ah), sizeof(a->a_sha));
	memcpy(&a->a_spa, ar_spa(ah), sizeof(a->a_spa));
	memcpy(&a->a_tpa, ar_tpa(ah), sizeof(a->a_tpa));
	return a->a_op == ARPOP_REQUEST || a->a_op == ARPOP_REPLY;
}

/* False: no such sender can be. */
static bool
check(const struct ifnet *ifp, const struct arp *a)
{

	if (memcmp(a->a_sha, CLLADDR(ifp->if_sadl), ETHER_ADDR_LEN) == 0) {
		arp_statinc(ARP_STAT_RCVLOCALSHA);
		return false;
	}
	if (ETHER_IS_MULTICAST(a->a_sha)) {
		arp_statinc(ARP_STAT_RCVBCASTSHA);
		return false;
	}
	if (in_nullhost(a->a_tpa)) {
		arp_statinc(ARP_STAT_RCVZEROTPA);
		return false;
	}
	if (in_nullhost(a->a_spa))
		arp_statinc(ARP_STAT_RCVZEROSPA);
	else if (IN_MULTICAST(a->a_spa.s_addr) ||
	    a->a_spa.s_addr == INADDR_BROADCAST)
		return false;
	return true;
}

static void
log_change(const struct ifnet *ifp, const struct arp *a, const char *what)
{
	char addr[INET_ADDRSTRLEN], ether[3 * ETHER_ADDR_LEN];

	log(LOG_INFO, "arp: %s %s by %s on %s\n", IN_PRINT(addr, &a->a_spa),
	    what, ether_snprintf(ether, sizeof(ether), a->a_sha),
	    if_name(ifp));
}

/* The entry is locked: does it believe the packet? */
static bool
believe(struct ifnet *ifp, const struct llentry *lle, const struct arp *a)
{

	if ((lle->la_flags & LLE_VALID) == 0 ||
	    memcmp(&lle->ll_addr, a->a_sha, ETHER_ADDR_LEN) == 0)
		return true;
	if ((lle->la_flags & LLE_IFADDR) != 0) {
		arp_statinc(ARP_STAT_RCVLCLOVER);
		return false;
	}
	if ((lle->la_flags & LLE_STATIC) != 0) {
		arp_statinc(ARP_STAT_RCVOVERPERM);
		if (arp_log_permanent_modify)
			log_change(ifp, a, "was set by hand, is contradicted");
		return false;
	}
	arp_statinc(ARP_STAT_RCVOVER);
	if (arp_log_movements)
		log_change(ifp, a, "is used now");
	return true;
}

/* What waited; the entry is unlocked. */
static void
send_held(struct ifnet *ifp, const struct arp *a, struct mbuf *m)
{
	struct sockaddr_in dst;
	struct mbuf *next;

	sockaddr_in_init(&dst, &a->a_spa, 0);
	for (; m != NULL; m = next) {
		next = m->m_nextpkt;
		m->m_nextpkt = NULL;
		arp_statinc(ARP_STAT_DFRSENT);
		(void)if_output_lock(ifp, ifp, m, sintosa(&dst), NULL);
	}
}

/* Of the sender, if he was asked for or asks us. */
static void
learn(struct ifnet *ifp, const struct arp *a, bool to_us)
{
	struct llentry *lle;
	struct mbuf *held;
	bool changed;

	if (in_nullhost(a->a_spa))
		return;
	lle = arp_lookup(ifp, a->a_spa, to_us && in_direct(a->a_spa, ifp));
	if (lle == NULL)
		return;
	if (!believe(ifp, lle, a) || (lle->la_flags & LLE_IFADDR) != 0) {
		LLE_WUNLOCK(lle);
		return;
	}
	changed = (lle->la_flags & LLE_VALID) == 0 ||
	    memcmp(&lle->ll_addr, a->a_sha, ETHER_ADDR_LEN) != 0;
	memcpy(&lle->ll_addr, a->a_sha, ETHER_ADDR_LEN);
	lle->la_flags |= LLE_VALID;
	held = lle->la_hold;
	lle->la_hold = NULL;
	lle->la_numheld = 0;
	if ((lle->la_flags & LLE_STATIC) == 0 && to_us &&
	    a->a_op == ARPOP_REPLY) {
		lle->ln_state = ND_LLINFO_REACHABLE;
		lle->la_asked = 0;
		lle->ln_byhint = 0;
		nd_set_timer(lle, ND_TIMER_REACHABLE);
	} else if ((lle->la_flags & LLE_STATIC) == 0 && (changed ||
	    lle->ln_state <= ND_LLINFO_INCOMPLETE)) {
		/* He is heard; whether he hears us is not known. */
		lle->ln_state = ND_LLINFO_STALE;
		lle->la_asked = 0;
		nd_set_timer(lle, ND_TIMER_GC);
	}
	LLE_WUNLOCK(lle);
	send_held(ifp, a, held);
}

/* For those behind us, set by hand (LLE_PUB). */
static bool
proxied(struct ifnet *ifp, struct in_addr addr, uint8_t *lla)
{
	struct llentry *lle = arp_lookup(ifp, addr, false);
	bool pub;

	if (lle == NULL)
		return false;
	pub = (lle->la_flags & (LLE_PUB | LLE_VALID)) == (LLE_PUB | LLE_VALID);
	if (pub)
		memcpy(lla, &lle->ll_addr, ETHER_ADDR_LEN);
	LLE_WUNLOCK(lle);
	return pub;
}

static void
reply(struct ifnet *ifp, const struct arp *a, const uint8_t *lla)
{

	arp_statinc(ARP_STAT_SNDREPLY);
	arp_send(ifp, ARPOP_REPLY, &a->a_tpa, lla, &a->a_spa, a->a_sha,
	    a->a_sha);
}

/* With a reference of what concerns us: the target, and the sender. */
static void
input(struct ifnet *ifp, const struct arp *a)
{
	struct in_ifaddr *mine, *his;
	uint8_t lla[ETHER_ADDR_LEN];
	struct psref psref, psref2;
	bool ready;

	his = in_nullhost(a->a_spa) ? NULL :
	    in_get_ia_on_iface_psref(a->a_spa, ifp, &psref2);
	if (his != NULL) {
		arp_statinc(ARP_STAT_RCVLOCALSPA);
		arp_dad_conflict(his, a->a_sha, false);
		ia4_release(his, &psref2);
		return;
	}
	mine = in_get_ia_on_iface_psref(a->a_tpa, ifp, &psref);
	ready = mine != NULL && (ia4_flags_of(mine) & IN_IFF_NOTREADY) == 0;
	/* He asks for the same address as we do. */
	if (mine != NULL && !ready && in_nullhost(a->a_spa))
		arp_dad_conflict(mine, a->a_sha, true);
	ia4_release(mine, &psref);
	learn(ifp, a, ready);
	if (a->a_op != ARPOP_REQUEST)
		return;
	if (ready)
		reply(ifp, a, (const uint8_t *)CLLADDR(ifp->if_sadl));
	else if (mine == NULL && proxied(ifp, a->a_tpa, lla))
		reply(ifp, a, lla);
}

/*
 * By a bridge he asks for the addresses of all its members, whichever of them
 * heard him.
 */
static void
input_bridged(struct ifnet *ifp, const struct arp *a)
{
	struct bridge_softc *bridge = atomic_load_relaxed(&ifp->if_bridge);
	struct in_ifaddr *ia = NULL;
	struct psref psref;

	if (bridge != NULL)
		ia = in_get_ia_psref(a->a_tpa, &psref);
	if (ia != NULL &&
	    atomic_load_relaxed(&ia->ia_ifp->if_bridge) == bridge)
		ifp = ia->ia_ifp;
	input(ifp, a);
	ia4_release(ia, &psref);
}

void
arp_input(struct ifnet *ifp, struct mbuf *m)
{
	struct arp a;
	int bound;

	arp_statinc(ARP_STAT_RCVTOTAL);
	if (net_ifflags(ifp, IFF_NOARP) == 0 && parse(ifp, m, &a)) {
		if (a.a_mcast)
			arp_statinc(ARP_STAT_RCVMCAST);
		arp_statinc(a.a_op == ARPOP_REQUEST ? ARP_STAT_RCVREQUEST :
		    ARP_STAT_RCVREPLY);
		if (check(ifp, &a)) {
			bound = curlwp_bind();
			input_bridged(ifp, &a);
			curlwp_bindx(bound);
		}
	}
	m_freem(m);
}

static void
arpintr(void *arg __unused)
{
	struct psref psref;
	struct ifnet *ifp;
	struct mbuf *m;
	int bound = curlwp_bind();

	while ((m = pktq_dequeue(arp_pktq)) != NULL) {
		if ((ifp = m_get_rcvif_psref(m, &psref)) == NULL) {
			arp_statinc(ARP_STAT_RCVNOINT);
			m_freem(m);
			continue;
		}
		arp_input(ifp, m);
		m_put_rcvif_psref(ifp, &psref);
	}
	curlwp_bindx(bound);
}

void
revarpinput(struct mbuf *m)
{

	m_freem(m);
}

/*
 * Addresses and routes.
 */
static void
arp_rtrequest(int req, struct rtentry *rt,
    const struct rt_addrinfo *info __unused)
{

	/* What is for ourselves does not go out. */
	if (req == RTM_ADD && (rt->rt_flags & RTF_LOCAL) != 0)
		rt->rt_ifp = lo0ifp;
}

void
arp_ifinit(struct ifnet *ifp, struct ifaddr *ifa)
{
	struct in_ifaddr *ia = ifatoia(ifa);

	if (ifa->ifa_addr->sa_family != AF_INET)
		return;
	ifa->ifa_rtrequest = arp_rtrequest;
	if (if_do_dad(ifp)) {
		ia->ia_dad_start = arp_dad_start;
		ia->ia_dad_stop = arp_dad_stop;
	}
}

void
arp_addr_add(struct in_ifaddr *ia)
{

	if (ia->ia_ifa.ifa_rtrequest != arp_rtrequest)
		return;
	net_llt_own_add(in_lltable_get(ia->ia_ifp), sintosa(&ia->ia_addr));
	if (ia->ia_dad_start != NULL && (ip_dad_count > 0 ||
	    net_ifflags(ia->ia_ifp, IFF_RUNNING) == 0))
		(*ia->ia_dad_start)(&ia->ia_ifa);
	else
		arpannounce1(&ia->ia_ifa);
}

void
arp_addr_del(struct in_ifaddr *ia)
{

	if (ia->ia_ifa.ifa_rtrequest == arp_rtrequest)
		net_llt_own_del(in_lltable_get(ia->ia_ifp),
		    sintosa(&ia->ia_addr));
}
