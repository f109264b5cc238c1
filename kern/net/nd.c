/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Neighbour unreachability detection: RFC 4861 section 7.3.2's states, with
 * RFC 7048's patience.  An entry that nobody answered for is not forgotten at
 * once: it goes on being asked for, each time later, while packets for it
 * are told that there is nobody.
 *
 * A timer that is set has a reference of its entry, LLE_TIMED.  The function
 * it calls may find another timer set in the meantime, or none: what counts
 * is what it sees when it has the lock.
 */

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/callout.h>
#include <sys/kernel.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/psref.h>
#include <sys/socket.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/nd.h>
#include <net/route.h>

#include <lib/libkern/libkern.h>

int nd_gctimer = 60 * 60 * 24;

static struct nd_domain *domains[AF_MAX];

void
nd_attach_domain(struct nd_domain *nd)
{

	KASSERT(nd->nd_family > 0 && nd->nd_family < AF_MAX);
	atomic_store_release(&domains[nd->nd_family], nd);
}

static const struct nd_domain *
domain_of(const struct llentry *ln)
{
	const struct nd_domain *nd =
	    atomic_load_consume(&domains[lltable_get_af(ln->lle_tbl)]);

	KASSERT(nd != NULL);
	return nd;
}

static void	nd_timer(void *);

/* The reference of a call that will not come any more is that of the next. */
static void
arm(struct llentry *ln, time_t nticks)
{
	const int now = (int)MIN(nticks, (time_t)INT_MAX);

	LLE_WLOCK_ASSERT(ln);
	ln->ln_ntick = nticks - now;
	if ((ln->la_flags & LLE_TIMED) == 0 || callout_stop(&ln->lle_timer))
		LLE_ADDREF(ln);
	ln->la_flags |= LLE_TIMED;
	callout_reset(&ln->lle_timer, MAX(now, 1), nd_timer, ln);
}

/* How long a solicitation is waited for that is one of several. */
static time_t
backoff(const struct nd_domain *nd, struct ifnet *ifp, u_int asked)
{
	uint64_t ms = (*nd->nd_retrans)(ifp);
	const uint64_t most = (uint64_t)nd->nd_maxretrans;

	for (; asked > 0 && ms < most; asked--)
		ms *= (u_int)MAX(nd->nd_retransmultiple, 1);
	return (time_t)MIN(ms, most);
}

static time_t
ms_ticks(time_t ms)
{

	return ms / 1000 * hz + (ms % 1000 * hz + 999) / 1000;
}

void
nd_set_timer(struct llentry *ln, int type)
{
	const struct nd_domain *nd = domain_of(ln);
	struct ifnet *ifp = lltable_get_ifp(ln->lle_tbl);
	time_t nticks = 0;

	LLE_WLOCK_ASSERT(ln);
	switch (type) {
	case ND_TIMER_IMMEDIATE:
		break;
	case ND_TIMER_TICK:
		nticks = 1;
		break;
	case ND_TIMER_RETRANS:
		nticks = ms_ticks((*nd->nd_retrans)(ifp));
		break;
	case ND_TIMER_RETRANS_BACKOFF:
		nticks = ms_ticks(backoff(nd, ifp, ln->ln_asked));
		break;
	case ND_TIMER_REACHABLE:
		nticks = ms_ticks((*nd->nd_reachable)(ifp));
		break;
	case ND_TIMER_EXPIRE:
		if (ln->ln_expire > time_uptime)
			nticks = (ln->ln_expire - time_uptime) * hz;
		break;
	case ND_TIMER_DELAY:
		nticks = (time_t)nd->nd_delay * hz;
		break;
	case ND_TIMER_GC:
		nticks = (time_t)nd_gctimer * hz;
		break;
	default:
		panic("%s: timer %d", __func__, type);
	}
	if (type != ND_TIMER_IMMEDIATE && type != ND_TIMER_EXPIRE)
		ln->ln_expire = time_uptime + nticks / hz +
		    (nticks % hz != 0);
	arm(ln, nticks);
}

/* Takes the packets that wait, linked by m_nextpkt. */
static struct mbuf *
take_hold(struct llentry *ln)
{
	struct mbuf *m = ln->ln_hold;

	ln->ln_hold = NULL;
	ln->la_numheld = 0;
	return m;
}

/* Each of them was for nobody: RFC 4861 section 7.2.2. */
static void
missed(const struct nd_domain *nd, struct ifnet *ifp,
    const union l3addr *target, int16_t was, struct mbuf *m)
{
	struct mbuf *next;

	do {
		if ((next = m != NULL ? m->m_nextpkt : NULL) != NULL)
			m->m_nextpkt = NULL;
		(*nd->nd_missed)(ifp, target, was, m);
	} while ((m = next) != NULL);
}

/* What a state whose time is over leads to. */
struct verdict {
	bool	v_ask;
	bool	v_multicast;	/* not to the address there was */
	bool	v_free;
	bool	v_unused;	/* freed as nobody used it */
	bool	v_missed;
	int16_t	v_was;
};

static struct verdict
time_over(struct llentry *ln, const struct nd_domain *nd, struct ifnet *ifp)
{
	struct verdict v = { .v_was = ln->ln_state };

	switch (ln->ln_state) {
	case ND_LLINFO_PURGE:
	case ND_LLINFO_NOSTATE:
		v.v_free = true;
		break;
	case ND_LLINFO_WAITDELETE:
		/* Who gave up waiting long ago need not be asked for. */
		if (ln->ln_hold == NULL && ln->ln_asked > nd->nd_mmaxtries) {
			v.v_free = true;
			break;
		}
		/* FALLTHROUGH */
	case ND_LLINFO_INCOMPLETE:
		v.v_ask = v.v_multicast = true;
		if (ln->ln_asked++ < nd->nd_mmaxtries)
			break;
		v.v_missed = ln->ln_hold != NULL ||
		    ln->ln_state == ND_LLINFO_INCOMPLETE;
		ln->ln_state = ND_LLINFO_WAITDELETE;
		break;
	case ND_LLINFO_REACHABLE:
		if (!ND_IS_LLINFO_PERMANENT(ln)) {
			ln->ln_state = ND_LLINFO_STALE;
			nd_set_timer(ln, ND_TIMER_GC);
		}
		break;
	case ND_LLINFO_STALE:
		if (!ND_IS_LLINFO_PERMANENT(ln))
			v.v_free = v.v_unused = true;
		break;
	case ND_LLINFO_DELAY:
		if (!(*nd->nd_nud_enabled)(ifp)) {
			ln->ln_state = ND_LLINFO_STALE;
			nd_set_timer(ln, ND_TIMER_GC);
			break;
		}
		ln->ln_state = ND_LLINFO_PROBE;
		ln->ln_asked = 0;
		/* FALLTHROUGH */
	case ND_LLINFO_PROBE:
		v.v_ask = true;
		if (ln->ln_asked++ < nd->nd_umaxtries)
			break;
		ln->ln_state = ND_LLINFO_UNREACHABLE;
		ln->ln_asked = 1;
		/* FALLTHROUGH */
	case ND_LLINFO_UNREACHABLE:
		v.v_ask = v.v_multicast = true;
		if (v.v_was != ND_LLINFO_UNREACHABLE ||
		    ln->ln_asked++ < nd->nd_mmaxtries)
			break;
		v.v_missed = true;
		ln->ln_state = ND_LLINFO_WAITDELETE;
		ln->la_flags &= ~LLE_VALID;
		break;
	default:
		panic("%s: state %d", __func__, ln->ln_state);
	}
	return v;
}

/* The entry is unlocked: a solicitation. */
static void
ask(struct llentry *ln, const struct nd_domain *nd, struct ifnet *ifp,
    bool multicast)
{
	const union l3addr target = ln->r_l3addr;
	union l3addr src, *srcp;
	uint8_t lladdr[sizeof(ln->ll_addr)], *lladdrp = NULL;

	srcp = (*nd->nd_holdsrc)(ln, &src);
	if (!multicast && (ln->la_flags & LLE_VALID) != 0) {
		memcpy(lladdr, &ln->ll_addr, sizeof(lladdr));
		lladdrp = lladdr;
	}
	LLE_WUNLOCK(ln);
	(*nd->nd_output)(ifp, multicast ? NULL : &target, &target, lladdrp,
	    srcp);
}

/* NULL: it goes, and the table with it, but the entry is yet in it: no more
 * references can be had of it then. */
static struct ifnet *
acquire(struct llentry *ln, struct psref *psref)
{

	LLE_WLOCK_ASSERT(ln);
	KASSERT((ln->la_flags & LLE_LINKED) != 0);
	return if_get_byindex(lltable_get_ifp(ln->lle_tbl)->if_index, psref);
}

static void
nd_timer(void *arg)
{
	struct llentry *ln = arg;
	const struct nd_domain *nd;
	struct verdict v;
	union l3addr target;
	struct mbuf *m = NULL;
	struct psref psref;
	struct ifnet *ifp;
	time_t rest;

	LLE_WLOCK(ln);
	/* Set again, or not to be called, since this call began. */
	if (callout_pending(&ln->lle_timer) ||
	    (ln->la_flags & (LLE_TIMED | LLE_LINKED)) !=
	    (LLE_TIMED | LLE_LINKED)) {
		LLE_FREE_LOCKED(ln);
		return;
	}
	/* The reference is ours from here on. */
	ln->la_flags &= ~LLE_TIMED;
	if ((rest = ln->ln_ntick) > 0) {
		arm(ln, rest);
		LLE_FREE_LOCKED(ln);
		return;
	}
	nd = domain_of(ln);
	if ((ifp = acquire(ln, &psref)) == NULL) {
		LLE_FREE_LOCKED(ln);
		return;
	}
	v = time_over(ln, nd, ifp);
	if (v.v_free) {
		(*nd->nd_free)(ln, v.v_unused);
	} else {
		target = ln->r_l3addr;
		if (v.v_missed)
			m = take_hold(ln);
		if (v.v_ask) {
			nd_set_timer(ln, ln->ln_state == ND_LLINFO_WAITDELETE ?
			    ND_TIMER_RETRANS_BACKOFF : ND_TIMER_RETRANS);
			ask(ln, nd, ifp, v.v_multicast);
		} else
			LLE_WUNLOCK(ln);
		if (v.v_missed)
			missed(nd, ifp, &target, v.v_was, m);
	}
	LLE_FREE(ln);
	if_release(ifp, &psref);
}

void
nd_nud_hint(struct llentry *ln)
{
	const struct nd_domain *nd;

	if (ln == NULL)
		return;
	LLE_WLOCK_ASSERT(ln);
	if (ln->ln_state < ND_LLINFO_REACHABLE || ND_IS_LLINFO_PERMANENT(ln) ||
	    (ln->la_flags & LLE_LINKED) == 0)
		return;
	nd = domain_of(ln);
	/* A peer that lies must not keep an address for ever. */
	if (nd->nd_maxnudhint > 0 && ln->ln_byhint >= nd->nd_maxnudhint)
		return;
	if (ln->ln_byhint < UINT16_MAX)
		ln->ln_byhint++;
	ln->ln_state = ND_LLINFO_REACHABLE;
	nd_set_timer(ln, ND_TIMER_REACHABLE);
}

/* The oldest goes when there are too many. */
static void
hold(struct llentry *ln, struct mbuf *m, int most)
{
	struct mbuf **mp, *old;

	m->m_nextpkt = NULL;
	if (most <= 0) {
		m_freem(m);
		return;
	}
	while (ln->la_numheld >= most) {
		old = ln->ln_hold;
		ln->ln_hold = old->m_nextpkt;
		ln->la_numheld--;
		m_freem(old);
	}
	for (mp = &ln->ln_hold; *mp != NULL; mp = &(*mp)->m_nextpkt)
		continue;
	*mp = m;
	ln->la_numheld++;
}

int
nd_resolve(struct llentry *ln, const struct rtentry *rt, struct mbuf *m,
    uint8_t *lldst, size_t dstsize)
{
	const struct nd_domain *nd;
	struct psref psref;
	struct ifnet *ifp;
	int error = EWOULDBLOCK, bound;

	LLE_WLOCK_ASSERT(ln);
	if ((ln->la_flags & LLE_LINKED) == 0) {
		LLE_WUNLOCK(ln);
		m_freem(m);
		return ENETDOWN;
	}
	nd = domain_of(ln);
	ifp = lltable_get_ifp(ln->lle_tbl);
	if (ln->ln_state == ND_LLINFO_STALE) {
		ln->ln_state = ND_LLINFO_DELAY;
		ln->ln_asked = 0;
		if (!ND_IS_LLINFO_PERMANENT(ln))
			nd_set_timer(ln, ND_TIMER_DELAY);
	}
	if (ln->ln_state > ND_LLINFO_INCOMPLETE) {
		KASSERT((ln->la_flags & LLE_VALID) != 0);
		memcpy(lldst, &ln->ll_addr,
		    MIN(dstsize, (size_t)ifp->if_addrlen));
		LLE_WUNLOCK(ln);
		return 0;
	}
	if (ln->ln_state == ND_LLINFO_NOSTATE)
		ln->ln_state = ND_LLINFO_INCOMPLETE;
	hold(ln, m, nd->nd_maxqueuelen);
	if (ln->ln_state == ND_LLINFO_WAITDELETE)
		error = rt != NULL && (rt->rt_flags & RTF_GATEWAY) != 0 ?
		    EHOSTUNREACH : EHOSTDOWN;
	else if (ln->ln_asked == 0) {
		bound = curlwp_bind();
		if (acquire(ln, &psref) != NULL) {
			ln->ln_asked = 1;
			nd_set_timer(ln, ND_TIMER_RETRANS);
			LLE_ADDREF(ln);
			ask(ln, nd, ifp, true);
			LLE_FREE(ln);
			if_release(ifp, &psref);
			curlwp_bindx(bound);
			return error;
		}
		curlwp_bindx(bound);
	}
	LLE_WUNLOCK(ln);
	return error;
}
