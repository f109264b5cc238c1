/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tables of ARP's neighbours: what an lltable and nd.c want of IPv4.
 */

#include <sys/param.h>
#include <sys/kernel.h>
#include <sys/mbuf.h>
#include <sys/pserialize.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_arp.h>
#include <net/if_dl.h>
#include <net/if_llatbl.h>
#include <net/nd.h>
#include <net/route.h>

#include <netinet/if_inarp.h>
#include <netinet/in.h>
#include <netinet/in_var.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>

#include <lib/libkern/libkern.h>

#include <rump-sys/net.h>

#include "arp_private.h"
#include "in_private.h"

#define	NCHAINS		32
#define	ENTRIES_MAX	8192	/* of one interface: scans must not fill
				   memory */

int arp_nud = 1;
int arp_reachable = REACHABLE_TIME;
int arp_retrans = RETRANS_TIMER;

/*
 * The table.
 */
static uint32_t
hash_addr(struct in_addr addr, uint32_t hsize)
{

	return IN_IFADDR_HASH(addr.s_addr) & (hsize - 1);
}

static uint32_t
table_hash(const struct llentry *lle, uint32_t hsize)
{

	return hash_addr(lle->r_l3addr.addr4, hsize);
}

/* Locked and off the table, and all others are done. */
static void
entry_destroy(struct llentry *lle)
{

	KASSERT(lle->la_numheld == 0);
	LLE_WUNLOCK(lle);
	LLE_LOCK_DESTROY(lle);
	callout_destroy(&lle->lle_timer);
	llentry_pool_put(lle);
}

static struct llentry *
find(struct lltable *llt, struct in_addr addr)
{
	struct llentry *lle;

	IF_AFDATA_LOCK_ASSERT(llt->llt_ifp);
	LIST_FOREACH(lle, &llt->lle_head[hash_addr(addr,
	    (uint32_t)llt->llt_hsize)], lle_next) {
		if (in_hosteq(lle->r_l3addr.addr4, addr) &&
		    (lle->la_flags & LLE_DELETED) == 0)
			break;
	}
	return lle;
}

static struct llentry *
locked(struct llentry *lle, u_int flags)
{

	if (lle == NULL)
		return NULL;
	if ((flags & LLE_EXCLUSIVE) != 0)
		LLE_WLOCK(lle);
	else
		LLE_RLOCK(lle);
	return lle;
}

static struct llentry *
table_lookup(struct lltable *llt, u_int flags, const struct sockaddr *sa)
{

	return locked(find(llt, satocsin(sa)->sin_addr), flags);
}

static struct llentry *
table_create(struct lltable *llt, u_int flags, const struct sockaddr *sa,
    const struct rtentry *rt __unused)
{
	struct ifnet *ifp = llt->llt_ifp;
	struct llentry *lle;

	if ((lle = find(llt, satocsin(sa)->sin_addr)) != NULL)
		return locked(lle, flags);
	if ((flags & LLE_IFADDR) == 0 &&
	    lltable_get_entry_count(llt) >= ENTRIES_MAX)
		return NULL;
	if ((lle = llentry_pool_get(PR_NOWAIT)) == NULL) {
		arp_statinc(ARP_STAT_ALLOCFAIL);
		return NULL;
	}
	memset(lle, 0, sizeof(*lle));
	lle->r_l3addr.addr4 = satocsin(sa)->sin_addr;
	lle->lle_refcnt = 1;
	lle->lle_free = entry_destroy;
	lle->ln_state = ND_LLINFO_NOSTATE;
	lle->la_expire = time_uptime;
	LLE_LOCK_INIT(lle);
	callout_init(&lle->lle_timer, CALLOUT_MPSAFE);
	if ((flags & LLE_IFADDR) != 0) {
		memcpy(&lle->ll_addr, CLLADDR(ifp->if_sadl), ifp->if_addrlen);
		lle->la_flags = LLE_VALID | LLE_IFADDR | LLE_STATIC;
		lle->ln_state = ND_LLINFO_REACHABLE;
		lle->la_expire = 0;
	}
	lltable_link_entry(llt, lle);
	return locked(lle, flags);
}

static int
table_delete(struct lltable *llt, u_int flags, const struct sockaddr *sa)
{
	struct llentry *lle = find(llt, satocsin(sa)->sin_addr);

	/* Those of our own go with the address. */
	if (lle == NULL || ((lle->la_flags & LLE_IFADDR) != 0 &&
	    (flags & LLE_IFADDR) == 0))
		return ENOENT;
	LLE_WLOCK(lle);
	lltable_free_entry(llt, lle);
	return 0;
}

static int
table_match_prefix(const struct sockaddr *prefix, const struct sockaddr *mask,
    u_int flags, struct llentry *lle)
{
	const uint32_t m = satocsin(mask)->sin_addr.s_addr;

	if ((lle->la_flags & LLE_STATIC) != 0 && (flags & LLE_STATIC) == 0)
		return 0;
	return ((lle->r_l3addr.addr4.s_addr ^
	    satocsin(prefix)->sin_addr.s_addr) & m) == 0;
}

static void
table_free_entry(struct lltable *llt __unused, struct llentry *lle)
{
	const size_t dropped = llentry_free(lle);

	for (size_t i = 0; i < dropped; i++)
		arp_statinc(ARP_STAT_DFRDROPPED);
}

static void
table_fill_sa(const struct llentry *lle, struct sockaddr *sa)
{

	sockaddr_in_init(satosin(sa), &lle->r_l3addr.addr4, 0);
}

static int
table_dump_entry(struct lltable *llt, struct llentry *lle,
    struct rt_walkarg *w)
{
	struct sockaddr_in sin;

	table_fill_sa(lle, sintosa(&sin));
	return lltable_dump_entry(llt, lle, w, sintosa(&sin));
}

struct lltable *
in_lltattach(struct ifnet *ifp)
{
	struct lltable *llt = lltable_allocate_htbl(NCHAINS);

	llt->llt_af = AF_INET;
	llt->llt_ifp = ifp;
	llt->llt_lookup = table_lookup;
	llt->llt_create = table_create;
	llt->llt_delete = table_delete;
	llt->llt_dump_entry = table_dump_entry;
	llt->llt_hash = table_hash;
	llt->llt_match_prefix = table_match_prefix;
	llt->llt_free_entry = table_free_entry;
	llt->llt_fill_sa_entry = table_fill_sa;
	lltable_link(llt);
	return llt;
}

struct llentry *
arp_lookup(struct ifnet *ifp, struct in_addr addr, bool create)
{
	struct lltable *llt = in_lltable_get(ifp);
	struct sockaddr_in sin;
	struct llentry *lle;

	if (llt == NULL)
		return NULL;
	sockaddr_in_init(&sin, &addr, 0);
	IF_AFDATA_WLOCK(ifp);
	lle = create ? lla_create(llt, LLE_EXCLUSIVE, sintosa(&sin), NULL) :
	    lla_lookup(llt, LLE_EXCLUSIVE, sintosa(&sin));
	IF_AFDATA_WUNLOCK(ifp);
	return lle;
}

void
arp_own_add(struct in_ifaddr *ia)
{
	struct ifnet *ifp = ia->ia_ifp;
	struct lltable *llt = in_lltable_get(ifp);
	struct llentry *lle;

	IF_AFDATA_WLOCK(ifp);
	/* What was learnt before is wrong. */
	(void)lla_delete(llt, LLE_IFADDR, sintosa(&ia->ia_addr));
	lle = lla_create(llt, LLE_EXCLUSIVE | LLE_IFADDR,
	    sintosa(&ia->ia_addr), NULL);
	if (lle != NULL)
		LLE_WUNLOCK(lle);
	IF_AFDATA_WUNLOCK(ifp);
}

void
arp_own_del(struct in_ifaddr *ia)
{
	struct ifnet *ifp = ia->ia_ifp;
	struct lltable *llt = in_lltable_get(ifp);

	if (llt == NULL)
		return;
	IF_AFDATA_WLOCK(ifp);
	(void)lla_delete(llt, LLE_IFADDR, sintosa(&ia->ia_addr));
	IF_AFDATA_WUNLOCK(ifp);
}

/*
 * Unreachability detection.
 */
static bool
nud_enabled(struct ifnet *ifp)
{

	return arp_nud && net_ifflags(ifp, IFF_NOARP) == 0;
}

static unsigned int
reachable(struct ifnet *ifp __unused)
{

	return ND_COMPUTE_RTIME((u_int)arp_reachable);
}

static unsigned int
retrans(struct ifnet *ifp __unused)
{

	return (u_int)arp_retrans;
}

static union l3addr *
holdsrc(struct llentry *lle, union l3addr *src)
{
	const struct mbuf *m = lle->la_hold;
	struct in_ifaddr *ia;
	struct ip ip;
	int s;

	if (m == NULL || m->m_len < (int)sizeof(ip))
		return NULL;
	memcpy(&ip, mtod(m, const void *), sizeof(ip));
	s = pserialize_read_enter();
	ia = in_get_ia_on_iface(ip.ip_src, lltable_get_ifp(lle->lle_tbl));
	pserialize_read_exit(s);
	if (ia == NULL)
		return NULL;
	src->addr4 = ip.ip_src;
	return src;
}

/* An address of ours towards that one, or none. */
static struct in_addr
source_for(struct ifnet *ifp, struct in_addr target)
{
	struct in_addr src = { .s_addr = INADDR_ANY };
	struct sockaddr_in sin;
	struct ifaddr *ifa;
	int s;

	sockaddr_in_init(&sin, &target, 0);
	s = pserialize_read_enter();
	ifa = ifaof_ifpforaddr(sintosa(&sin), ifp);
	if (ifa != NULL && (ia4_flags_of(ifatoia(ifa)) & IN_IFF_NOTREADY) == 0)
		src = satosin(ifa->ifa_addr)->sin_addr;
	pserialize_read_exit(s);
	return src;
}

static void
ask(struct ifnet *ifp, const union l3addr *daddr __unused,
    const union l3addr *taddr, const uint8_t *tlladdr,
    const union l3addr *hsrc)
{
	struct in_addr src = hsrc != NULL ? hsrc->addr4 :
	    source_for(ifp, taddr->addr4);

	arprequest(ifp, &src, &taddr->addr4,
	    (const uint8_t *)CLLADDR(ifp->if_sadl), tlladdr);
}

static void
missed(struct ifnet *ifp __unused, const union l3addr *taddr __unused,
    int16_t state __unused, struct mbuf *m)
{

	if (m == NULL)
		return;
	arp_statinc(ARP_STAT_DFRDROPPED);
	icmp_error(m, ICMP_UNREACH, ICMP_UNREACH_HOST, 0, 0);
}

/* A timer's reference keeps it meanwhile. */
static void
forget(struct llentry *lle, int unused __unused)
{
	struct ifnet *ifp = lltable_get_ifp(lle->lle_tbl);

	LLE_WUNLOCK(lle);
	IF_AFDATA_WLOCK(ifp);
	LLE_WLOCK(lle);
	if ((lle->la_flags & LLE_LINKED) != 0)
		lltable_free_entry(lle->lle_tbl, lle);
	else
		LLE_WUNLOCK(lle);
	IF_AFDATA_WUNLOCK(ifp);
}

static struct nd_domain arp_nd_domain = {
	.nd_family = AF_INET,
	.nd_delay = 5,
	.nd_mmaxtries = 3,
	.nd_umaxtries = 3,
	.nd_retransmultiple = BACKOFF_MULTIPLE,
	.nd_maxretrans = MAX_RETRANS_TIMER,
	.nd_maxnudhint = 0,
	.nd_maxqueuelen = 16,
	.nd_nud_enabled = nud_enabled,
	.nd_reachable = reachable,
	.nd_retrans = retrans,
	.nd_holdsrc = holdsrc,
	.nd_output = ask,
	.nd_missed = missed,
	.nd_free = forget,
};

void
arp_nd_init(void)
{

	nd_attach_domain(&arp_nd_domain);
}
