/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For tests of neighbours: a family whose neighbours answer when the test says
 * so.  What the state machine does is a string, in the order it did it: M and
 * U solicitations by multicast and to the address known, x that nobody
 * answered, F freed, f freed as nobody used it.
 */
#ifndef _TESTS_KERN_NET_KND_H_
#define _TESTS_KERN_NET_KND_H_

#include "kif.h"

#include <net/if_llatbl.h>
#include <net/nd.h>

static struct ifnet *ifp;
static struct lltable *table;
static _Atomic u_int made, freed;
static bool nomem;

/* What the domain says. */
static _Atomic u_int retrans, quick, reachable;
static _Atomic bool nud;

/* What was done, and with what. */
static kmutex_t log_mtx;
static char logged[64];
static u_int nlogged;
static uint8_t asked_lladdr[6];
static uint32_t asked_src, missed_addr;
static int missed_state, missed_len;

static const uint8_t peer[] = { 2, 0, 0, 0, 7, 7 };

static void
note(char c)
{

	mutex_enter(&log_mtx);
	if (nlogged < sizeof(logged) - 1)
		logged[nlogged++] = c;
	mutex_exit(&log_mtx);
}

/* Until that was done and no more. */
static void
expect(const char *what)
{
	char is[sizeof(logged)];
	u_int n;

	for (;;) {
		mutex_enter(&log_mtx);
		memcpy(is, logged, sizeof(is));
		n = nlogged;
		mutex_exit(&log_mtx);
		if (n >= strlen(what))
			break;
		kt_pause(1);
	}
	kt_streq(is, what);
	mutex_enter(&log_mtx);
	memset(logged, 0, sizeof(logged));
	nlogged = 0;
	mutex_exit(&log_mtx);
}

/* The domain. */

static bool
d_nud_enabled(struct ifnet *i)
{

	KT(i == ifp);
	return nud;
}

static unsigned int
d_reachable(struct ifnet *i)
{

	KT(i == ifp);
	return reachable;
}

/* So many times quickly, then a minute. */
static unsigned int
d_retrans(struct ifnet *i)
{

	KT(i == ifp);
	if (quick == 0)
		return 60000;
	quick--;
	return retrans;
}

static union l3addr *
d_holdsrc(struct llentry *ln, union l3addr *src)
{

	LLE_WLOCK_ASSERT(ln);
	if (ln->ln_hold == NULL)
		return NULL;
	src->addr4.s_addr = htonl((uint32_t)ln->ln_hold->m_pkthdr.len);
	return src;
}

static void
d_output(struct ifnet *i, const union l3addr *daddr, const union l3addr *taddr,
    const uint8_t *lladdr, const union l3addr *src)
{

	KT(i == ifp);
	KT(taddr != NULL);
	KT(daddr == NULL || daddr->addr4.s_addr == taddr->addr4.s_addr);
	KT(daddr == NULL ? lladdr == NULL : lladdr != NULL);
	mutex_enter(&log_mtx);
	if (lladdr != NULL)
		memcpy(asked_lladdr, lladdr, sizeof(asked_lladdr));
	asked_src = src != NULL ? ntohl(src->addr4.s_addr) : 0;
	mutex_exit(&log_mtx);
	note(daddr == NULL ? 'M' : 'U');
}

static void
d_missed(struct ifnet *i, const union l3addr *taddr, int16_t state,
    struct mbuf *m)
{

	KT(i == ifp);
	mutex_enter(&log_mtx);
	missed_addr = ntohl(taddr->addr4.s_addr);
	missed_state = state;
	missed_len = 0;
	if (m != NULL) {
		KT(m->m_nextpkt == NULL);
		missed_len = m->m_pkthdr.len;
	}
	mutex_exit(&log_mtx);
	m_freem(m);
	note('x');
}

/* The table's lock comes before the entry's. */
static void
d_free(struct llentry *ln, int unused)
{

	LLE_WLOCK_ASSERT(ln);
	LLE_ADDREF(ln);
	LLE_WUNLOCK(ln);
	IF_AFDATA_LOCK(ifp);
	LLE_WLOCK(ln);
	if ((ln->la_flags & LLE_LINKED) != 0) {
		LLE_REMREF(ln);
		(void)llentry_free(ln);
		note(unused ? 'f' : 'F');
	} else
		LLE_FREE_LOCKED(ln);
	IF_AFDATA_UNLOCK(ifp);
}

static struct nd_domain domain = {
	.nd_family = AF_INET,
	.nd_mmaxtries = 3,
	.nd_umaxtries = 3,
	.nd_retransmultiple = 3,
	.nd_maxretrans = 60000,
	.nd_maxnudhint = 2,
	.nd_maxqueuelen = 2,
	.nd_nud_enabled = d_nud_enabled,
	.nd_reachable = d_reachable,
	.nd_retrans = d_retrans,
	.nd_holdsrc = d_holdsrc,
	.nd_output = d_output,
	.nd_missed = d_missed,
	.nd_free = d_free,
};

/* The table. */

static uint32_t
t_hash(const struct llentry *lle, uint32_t size)
{

	return ntohl(lle->r_l3addr.addr4.s_addr) & (size - 1);
}

static struct llentry *
t_lookup(struct lltable *llt, u_int flags, const struct sockaddr *sa)
{
	const struct kif_sin *sin = (const void *)sa;
	struct llentry *lle;

	IF_AFDATA_LOCK_ASSERT(llt->llt_ifp);
	LIST_FOREACH(lle, &llt->lle_head[ntohl(sin->sin_addr) &
	    (u_int)(llt->llt_hsize - 1)], lle_next) {
		if (lle->r_l3addr.addr4.s_addr != sin->sin_addr)
			continue;
		if ((flags & LLE_EXCLUSIVE) != 0)
			LLE_WLOCK(lle);
		else
			LLE_RLOCK(lle);
		return lle;
	}
	return NULL;
}

static void
t_destroy(struct llentry *lle)
{

	KT(lle->la_hold == NULL && lle->la_numheld == 0);
	KT((lle->la_flags & (LLE_LINKED | LLE_TIMED)) == 0);
	LLE_WUNLOCK(lle);
	LLE_LOCK_DESTROY(lle);
	llentry_pool_put(lle);
	freed++;
}

static struct llentry *
t_create(struct lltable *llt, u_int flags, const struct sockaddr *sa,
    const struct rtentry *rt)
{
	const struct kif_sin *sin = (const void *)sa;
	struct llentry *lle;

	if ((lle = t_lookup(llt, flags, sa)) != NULL)
		return lle;
	if (nomem || (lle = llentry_pool_get(PR_NOWAIT)) == NULL)
		return NULL;
	memset(lle, 0, sizeof(*lle));
	LLE_LOCK_INIT(lle);
	callout_init(&lle->lle_timer, CALLOUT_MPSAFE);
	lle->r_l3addr.addr4.s_addr = sin->sin_addr;
	lle->lle_free = t_destroy;
	lle->lle_refcnt = 1;
	lle->ln_state = ND_LLINFO_NOSTATE;
	lltable_link_entry(llt, lle);
	made++;
	if ((flags & LLE_EXCLUSIVE) != 0)
		LLE_WLOCK(lle);
	else
		LLE_RLOCK(lle);
	return lle;
}

static int
t_delete(struct lltable *llt, u_int flags, const struct sockaddr *sa)
{
	struct llentry *lle = lla_lookup(llt, LLE_EXCLUSIVE, sa);

	if (lle == NULL)
		return ENOENT;
	lltable_free_entry(llt, lle);
	return 0;
}

static void
t_free_entry(struct lltable *llt, struct llentry *lle)
{

	KT(lle->lle_tbl == llt);
	(void)llentry_free(lle);
}

static int
t_match(const struct sockaddr *prefix, const struct sockaddr *mask,
    u_int flags, struct llentry *lle)
{
	const struct kif_sin *p = (const void *)prefix;
	const struct kif_sin *m = (const void *)mask;

	LLE_WLOCK_ASSERT(lle);
	if ((lle->la_flags & LLE_STATIC) != 0 && (flags & LLE_STATIC) == 0)
		return 0;
	return ((lle->r_l3addr.addr4.s_addr ^ p->sin_addr) & m->sin_addr) == 0;
}

static void
t_fill_sa(const struct llentry *lle, struct sockaddr *sa)
{
	const struct kif_sin sin =
	    kif_sin(ntohl(lle->r_l3addr.addr4.s_addr));

	memcpy(sa, &sin, sizeof(sin));
}

static int
t_dump(struct lltable *llt, struct llentry *lle, struct rt_walkarg *w)
{
	struct sockaddr_storage ss;

	lltable_fill_sa_entry(lle, SA(&ss));
	return lltable_dump_entry(llt, lle, w, SA(&ss));
}

static struct lltable *
table_make(struct ifnet *of)
{
	struct lltable *llt = lltable_allocate_htbl(8);

	llt->llt_af = AF_INET;
	llt->llt_ifp = of;
	llt->llt_lookup = t_lookup;
	llt->llt_create = t_create;
	llt->llt_delete = t_delete;
	llt->llt_dump_entry = t_dump;
	llt->llt_hash = t_hash;
	llt->llt_match_prefix = t_match;
	llt->llt_free_entry = t_free_entry;
	llt->llt_fill_sa_entry = t_fill_sa;
	lltable_link(llt);
	return llt;
}

static void
setup(void)
{

	mutex_init(&log_mtx, MUTEX_DEFAULT, IPL_SOFTNET);
	ifp = kif_make("tst0");
	nd_attach_domain(&domain);
	table = table_make(ifp);
	KT(lltable_get_ifp(table) == ifp);
	KT_EQ(AF_INET, lltable_get_af(table));
	nud = true;
	reachable = 60000;
	retrans = 3;
	quick = UINT_MAX;
}

/* Whoever was called meanwhile drops what he has. */
static void
teardown(void)
{

	lltable_free(table);
	while (freed != made)
		kt_pause(1);
	KT_EQ(0, kif_clone(SIOCIFDESTROY, "tst0"));
	mutex_destroy(&log_mtx);
}

/* The entry, locked; NULL: there is none. */
static struct llentry *
find(uint32_t addr)
{
	struct kif_sin sin = kif_sin(addr);
	struct llentry *ln;

	IF_AFDATA_RLOCK(ifp);
	ln = lla_lookup(table, LLE_EXCLUSIVE, SA(&sin));
	IF_AFDATA_RUNLOCK(ifp);
	return ln;
}

static struct llentry *
entry(uint32_t addr)
{
	struct kif_sin sin = kif_sin(addr);
	struct llentry *ln;

	IF_AFDATA_WLOCK(ifp);
	ln = lla_create(table, LLE_EXCLUSIVE, SA(&sin), NULL);
	IF_AFDATA_WUNLOCK(ifp);
	KT(ln != NULL);
	return ln;
}

/* A packet of so many bytes for it. */
static int
resolve(uint32_t addr, int len, uint8_t *lldst, const struct rtentry *rt)
{
	struct mbuf *m = m_gethdr(M_WAIT, MT_DATA);
	int error;

	m->m_len = m->m_pkthdr.len = len;
	error = nd_resolve(entry(addr), rt, m, lldst, 6);
	if (error == 0)
		m_freem(m);
	return error;
}

/* It answered: what an advertisement does. */
static void
answer(struct llentry *ln)
{

	memcpy(&ln->ll_addr, peer, sizeof(peer));
	ln->la_flags |= LLE_VALID;
	ln->ln_state = ND_LLINFO_REACHABLE;
	ln->ln_asked = 0;
	ln->ln_byhint = 0;
	(void)lltable_drop_entry_queue(ln);
	nd_set_timer(ln, ND_TIMER_REACHABLE);
}

static void
unlock(struct llentry *ln)
{

	LLE_WUNLOCK(ln);
}

static int
state(uint32_t addr)
{
	struct llentry *ln = find(addr);
	int s;

	KT(ln != NULL);
	s = ln->ln_state;
	unlock(ln);
	return s;
}

static void
state_wait(uint32_t addr, int want)
{

	while (state(addr) != want)
		kt_pause(1);
}

#define	A	0x0a000002u
#define	B	0x0a000003u

#endif /* !_TESTS_KERN_NET_KND_H_ */
