/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tables of neighbours by address, for ARP and IPv6 alike: the functions of
 * a struct lltable, and what is done with entries from outside of the table.
 * if_llatbl.c has the chains, nd.c the states.
 *
 * A table is bounded, as anybody on the link can make up neighbours: a new
 * one takes the place of the oldest of some that are not in use.
 */

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/kernel.h>
#include <sys/mbuf.h>
#include <sys/pserialize.h>
#include <sys/socket.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_llatbl.h>
#include <net/nd.h>
#include <net/route.h>

#include <rump-sys/net_llt.h>

/* Entries looked at for one that may go. */
#define	VICTIMS		64

static const struct net_llt_family *families[AF_MAX];

static const struct net_llt_family *
family_of(const struct lltable *llt)
{
	const struct net_llt_family *nf =
	    atomic_load_consume(&families[llt->llt_af]);

	KASSERT(nf != NULL);
	return nf;
}

static const void *
addr_in(const struct net_llt_family *nf, const struct sockaddr *sa)
{

	KASSERT(sa->sa_family == nf->nf_af);
	return (const char *)sa + nf->nf_addroff;
}

/*
 * The table's functions; it is locked.
 */

/* FNV-1a: who makes up addresses gains nothing but longer chains. */
static uint32_t
hash_addr(const void *addr, size_t len, uint32_t hsize)
{
	const uint8_t *p = addr;
	uint32_t h = 2166136261U;

	for (; len > 0; len--)
		h = (h ^ *p++) * 16777619U;
	return (h ^ (h >> 16)) & (hsize - 1);
}

static uint32_t
table_hash(const struct llentry *lle, uint32_t hsize)
{

	return hash_addr(&lle->r_l3addr, family_of(lle->lle_tbl)->nf_addrlen,
	    hsize);
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
find(struct lltable *llt, const struct sockaddr *sa)
{
	const struct net_llt_family *nf = family_of(llt);
	const void *addr = addr_in(nf, sa);
	struct llentry *lle;

	IF_AFDATA_LOCK_ASSERT(llt->llt_ifp);
	LIST_FOREACH(lle, &llt->lle_head[hash_addr(addr, nf->nf_addrlen,
	    (uint32_t)llt->llt_hsize)], lle_next) {
		if (memcmp(&lle->r_l3addr, addr, nf->nf_addrlen) == 0)
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

	return locked(find(llt, sa), flags);
}

/* Which of two goes first: those nobody answered for, those nobody uses, those
 * that did not answer yet.  -1: it stays. */
static int
rank(const struct llentry *lle)
{

	if ((lle->la_flags & (LLE_STATIC | LLE_IFADDR)) != 0 ||
	    lle->ln_router != 0 || ND_IS_LLINFO_PERMANENT(lle))
		return -1;
	switch (lle->ln_state) {
	case ND_LLINFO_REACHABLE:
		return -1;
	case ND_LLINFO_DELAY:
	case ND_LLINFO_PROBE:
		return 1;
	case ND_LLINFO_STALE:
		return 2;
	default:
		return 3;
	}
}

/* False: there is none among those looked at, the table's next ones. */
static bool
make_room(struct lltable *llt)
{
	const uint32_t start = (uint32_t)getticks();
	struct llentry *lle, *oldest = NULL;
	int i, r, first = 0;
	u_int seen = 0;

	for (i = 0; i < llt->llt_hsize && seen < VICTIMS; i++) {
		LIST_FOREACH(lle, &llt->lle_head[(start + (uint32_t)i) &
		    ((uint32_t)llt->llt_hsize - 1)], lle_next) {
			seen++;
			LLE_RLOCK(lle);
			r = rank(lle);
			if (r > first || (r == first && oldest != NULL &&
			    lle->la_expire <= oldest->la_expire)) {
				oldest = lle;
				first = r;
			}
			LLE_RUNLOCK(lle);
		}
	}
	if (oldest == NULL)
		return false;
	LLE_WLOCK(oldest);
	lltable_free_entry(llt, oldest);
	return true;
}

static struct llentry *
entry_make(struct lltable *llt, const void *addr, bool own)
{
	const struct ifnet *ifp = llt->llt_ifp;
	struct llentry *lle = llentry_pool_get(PR_NOWAIT);

	if (lle == NULL)
		return NULL;
	memset(lle, 0, sizeof(*lle));
	memcpy(&lle->r_l3addr, addr, family_of(llt)->nf_addrlen);
	lle->lle_tbl = llt;
	lle->lle_refcnt = 1;
	lle->lle_free = entry_destroy;
	lle->ln_state = ND_LLINFO_NOSTATE;
	lle->la_expire = time_uptime;
	LLE_LOCK_INIT(lle);
	callout_init(&lle->lle_timer, CALLOUT_MPSAFE);
	if (own) {
		memcpy(&lle->ll_addr, CLLADDR(ifp->if_sadl),
		    MIN(ifp->if_addrlen, sizeof(lle->ll_addr)));
		lle->la_flags = LLE_VALID | LLE_IFADDR | LLE_STATIC;
		lle->ln_state = ND_LLINFO_REACHABLE;
		lle->la_expire = 0;
	}
	return lle;
}

static struct llentry *
table_create(struct lltable *llt, u_int flags, const struct sockaddr *sa,
    const struct rtentry *rt __unused)
{
	const struct net_llt_family *nf = family_of(llt);
	const bool own = (flags & LLE_IFADDR) != 0;
	struct llentry *lle;

	if ((lle = find(llt, sa)) != NULL)
		return locked(lle, flags);
	if ((!own && lltable_get_entry_count(llt) >= nf->nf_max &&
	    !make_room(llt)) ||
	    (lle = entry_make(llt, addr_in(nf, sa), own)) == NULL) {
		if (nf->nf_failed != NULL)
			(*nf->nf_failed)();
		return NULL;
	}
	lltable_link_entry(llt, lle);
	return locked(lle, flags);
}

static int
table_delete(struct lltable *llt, u_int flags, const struct sockaddr *sa)
{
	struct llentry *lle = find(llt, sa);

	if (lle == NULL)
		return ENOENT;
	LLE_WLOCK(lle);
	/* Those of our own go with the address. */
	if ((lle->la_flags & LLE_IFADDR) != 0 && (flags & LLE_IFADDR) == 0) {
		LLE_WUNLOCK(lle);
		return ENOENT;
	}
	lltable_free_entry(llt, lle);
	return 0;
}

static int
table_match_prefix(const struct sockaddr *prefix, const struct sockaddr *mask,
    u_int flags, struct llentry *lle)
{
	const struct net_llt_family *nf = family_of(lle->lle_tbl);
	const uint8_t *a = (const uint8_t *)&lle->r_l3addr;
	const uint8_t *p = addr_in(nf, prefix);
	const uint8_t *m = (const uint8_t *)mask + nf->nf_addroff;

	if ((lle->la_flags & LLE_STATIC) != 0 && (flags & LLE_STATIC) == 0)
		return 0;
	for (size_t i = 0; i < nf->nf_addrlen; i++) {
		if (((a[i] ^ p[i]) & m[i]) != 0)
			return 0;
	}
	return 1;
}

static void
table_free_entry(struct lltable *llt, struct llentry *lle)
{
	const size_t dropped = llentry_free(lle);

	if (dropped > 0)
		(*family_of(llt)->nf_dropped)(dropped);
}

static void
table_fill_sa(const struct llentry *lle, struct sockaddr *sa)
{

	(*family_of(lle->lle_tbl)->nf_fill_sa)(lle, sa, false);
}

static int
table_dump_entry(struct lltable *llt, struct llentry *lle,
    struct rt_walkarg *w)
{
	union {
		struct sockaddr		sa;
		struct sockaddr_storage	ss;
	} u;

	(*family_of(llt)->nf_fill_sa)(lle, &u.sa, true);
	return lltable_dump_entry(llt, lle, w, &u.sa);
}

struct lltable *
net_llt_attach(struct ifnet *ifp, const struct net_llt_family *nf)
{
	struct lltable *llt = lltable_allocate_htbl(nf->nf_nchains);

	KASSERT(nf->nf_af > 0 && nf->nf_af < AF_MAX);
	KASSERT(nf->nf_addrlen <= sizeof(union l3addr));
	atomic_store_release(&families[nf->nf_af], nf);
	llt->llt_af = nf->nf_af;
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

/*
 * From outside of the table.
 */
struct llentry *
net_llt_get(struct lltable *llt, const struct sockaddr *sa, bool create)
{
	struct llentry *lle;

	if (llt == NULL)
		return NULL;
	IF_AFDATA_WLOCK(llt->llt_ifp);
	lle = create ? lla_create(llt, LLE_EXCLUSIVE, sa, NULL) :
	    lla_lookup(llt, LLE_EXCLUSIVE, sa);
	IF_AFDATA_WUNLOCK(llt->llt_ifp);
	return lle;
}

void
net_llt_own_add(struct lltable *llt, const struct sockaddr *sa)
{
	struct llentry *lle;

	IF_AFDATA_WLOCK(llt->llt_ifp);
	/* What was learnt before is wrong. */
	(void)lla_delete(llt, LLE_IFADDR, sa);
	lle = lla_create(llt, LLE_EXCLUSIVE | LLE_IFADDR, sa, NULL);
	if (lle != NULL)
		LLE_WUNLOCK(lle);
	IF_AFDATA_WUNLOCK(llt->llt_ifp);
}

void
net_llt_own_del(struct lltable *llt, const struct sockaddr *sa)
{

	if (llt == NULL)
		return;
	IF_AFDATA_WLOCK(llt->llt_ifp);
	(void)lla_delete(llt, LLE_IFADDR, sa);
	IF_AFDATA_WUNLOCK(llt->llt_ifp);
}

/* A timer's reference keeps it meanwhile. */
void
net_llt_forget(struct llentry *lle, int unused __unused)
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

void
net_llt_hint(struct lltable *llt, const struct rtentry *rt,
    const struct sockaddr *dst)
{
	union {
		struct sockaddr		sa;
		struct sockaddr_storage	ss;
	} hop;
	const struct sockaddr *sa;
	struct llentry *lle;
	int s;

	s = pserialize_read_enter();
	sa = (rt->rt_flags & RTF_GATEWAY) != 0 ? rt->rt_gateway : dst;
	KASSERT(sa->sa_len <= sizeof(hop));
	memcpy(&hop, sa, sa->sa_len);
	pserialize_read_exit(s);
	if (llt == NULL || hop.sa.sa_family != llt->llt_af ||
	    (lle = net_llt_get(llt, &hop.sa, false)) == NULL)
		return;
	nd_nud_hint(lle);
	LLE_WUNLOCK(lle);
}

/* Known, and nothing is to be done about it. */
static bool
settled(const struct llentry *lle)
{

	return (lle->la_flags & LLE_VALID) != 0 &&
	    (lle->ln_state == ND_LLINFO_REACHABLE ||
	    lle->ln_state == ND_LLINFO_DELAY ||
	    lle->ln_state == ND_LLINFO_PROBE);
}

int
net_llt_resolve(struct lltable *llt, const struct rtentry *rt,
    struct mbuf *m, const struct sockaddr *dst, uint8_t *lladdr, size_t len)
{
	struct llentry *lle;
	struct ifnet *ifp;

	if (llt == NULL) {
		m_freem(m);
		return EHOSTUNREACH;
	}
	ifp = llt->llt_ifp;
	IF_AFDATA_RLOCK(ifp);
	lle = lla_lookup(llt, 0, dst);
	if (__predict_true(lle != NULL)) {
		if (__predict_true(settled(lle))) {
			memcpy(lladdr, &lle->ll_addr,
			    MIN(len, (size_t)ifp->if_addrlen));
			LLE_RUNLOCK(lle);
			IF_AFDATA_RUNLOCK(ifp);
			return 0;
		}
		LLE_RUNLOCK(lle);
	}
	lle = lla_create(llt, LLE_EXCLUSIVE, dst, rt);
	IF_AFDATA_RUNLOCK(ifp);
	if (lle == NULL) {
		m_freem(m);
		return ENOBUFS;
	}
	return nd_resolve(lle, rt, m, lladdr, len);
}
