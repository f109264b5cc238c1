/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What neighbours say of themselves, as it goes into the table: RFC 4861
 * sections 7.2.3 and 7.2.5 and appendix C.
 */

#include <sys/param.h>
#include <sys/mbuf.h>
#include <sys/syslog.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_llatbl.h>
#include <net/nd.h>
#include <net/route.h>

#include <netinet/icmp6.h>
#include <netinet/in.h>

#include <netinet6/in6_var.h>
#include <netinet6/nd6.h>

#include "nd6_private.h"

/* What waited; the entry is unlocked. */
static void
send_held(struct ifnet *ifp, const struct in6_addr *addr, struct mbuf *m)
{
	struct sockaddr_in6 dst;
	struct mbuf *next;

	sockaddr_in6_init(&dst, addr, 0, 0, 0);
	for (; m != NULL; m = next) {
		next = m->m_nextpkt;
		m->m_nextpkt = NULL;
		(void)if_output_lock(ifp, ifp, m, sin6tosa(&dst), NULL);
	}
}

static struct mbuf *
take_held(struct llentry *lle)
{
	struct mbuf *m = lle->ln_hold;

	LLE_WLOCK_ASSERT(lle);
	lle->ln_hold = NULL;
	lle->la_numheld = 0;
	return m;
}

/* The entry is locked, comes back locked, and is known. */
void
nd6_llinfo_release_pkts(struct llentry *lle, struct ifnet *ifp)
{
	const struct in6_addr addr = lle->r_l3addr.addr6;
	struct mbuf *m = take_held(lle);

	if (m == NULL)
		return;
	LLE_ADDREF(lle);
	LLE_WUNLOCK(lle);
	send_held(ifp, &addr, m);
	LLE_WLOCK(lle);
	LLE_REMREF(lle);
}

/* Does it differ from what is known?  Nothing known differs from all. */
static bool
differs(const struct llentry *lle, const struct ifnet *ifp,
    const uint8_t *lladdr)
{

	return (lle->la_flags & LLE_VALID) == 0 ||
	    memcmp(&lle->ll_addr, lladdr, ifp->if_addrlen) != 0;
}

/* Our own, or set by hand: nobody changes that. */
static bool
is_fixed(const struct llentry *lle, const struct ifnet *ifp,
    const uint8_t *lladdr)
{
	char addr[INET6_ADDRSTRLEN];

	if ((lle->la_flags & (LLE_STATIC | LLE_IFADDR)) == 0)
		return false;
	if (nd6_debug && lladdr != NULL && differs(lle, ifp, lladdr))
		log(LOG_INFO, "nd6: %s on %s is fixed, is contradicted\n",
		    IN6_PRINT(addr, &lle->r_l3addr.addr6), if_name(ifp));
	return true;
}

static void
set_lladdr(struct llentry *lle, const struct ifnet *ifp,
    const uint8_t *lladdr)
{

	KASSERT(ifp->if_addrlen <= sizeof(lle->ll_addr));
	memcpy(&lle->ll_addr, lladdr, ifp->if_addrlen);
	lle->la_flags |= LLE_VALID;
}

static void
set_state(struct llentry *lle, int state)
{

	KASSERT((lle->la_flags & LLE_VALID) != 0);
	lle->ln_state = (int16_t)state;
	lle->ln_asked = 0;
	lle->ln_byhint = 0;
	nd_set_timer(lle, state == ND_LLINFO_REACHABLE ? ND_TIMER_REACHABLE :
	    ND_TIMER_GC);
}

/* What a message of that type says by itself of its sender being a router:
 * 1, 0, or -1: nothing. */
static int
router_by(int type, int code)
{

	switch (type) {
	case ND_ROUTER_ADVERT:
		return 1;
	case ND_ROUTER_SOLICIT:
		return 0;
	case ND_REDIRECT:
		return code == ND_REDIRECT_ROUTER ? 1 : -1;
	default:
		return -1;
	}
}

/*
 * A message that is no advertisement of a neighbour gives a link address, or
 * none (NULL): he is heard, whether he hears us is not known.
 */
void
nd6_cache_lladdr(struct ifnet *ifp, struct in6_addr *from, char *lladdr,
    int lladdrlen, int type, int code)
{
	const uint8_t *lla = (const uint8_t *)lladdr;
	const int router = router_by(type, code);
	struct mbuf *held = NULL;
	struct llentry *lle;

	if (IN6_IS_ADDR_UNSPECIFIED(from) || !nd6_need_cache(ifp))
		return;
	KASSERT(lla == NULL || lladdrlen >= ifp->if_addrlen);
	lle = lla != NULL ? nd6_create(from, ifp) :
	    nd6_lookup(from, ifp, true);
	if (lle == NULL)
		return;
	if (!is_fixed(lle, ifp, lla)) {
		if (lla != NULL && differs(lle, ifp, lla)) {
			set_lladdr(lle, ifp, lla);
			set_state(lle, ND_LLINFO_STALE);
			held = take_held(lle);
		}
		if (router != -1)
			lle->ln_router = (uint16_t)router;
	}
	LLE_WUNLOCK(lle);
	send_held(ifp, from, held);
}

/*
 * Section 7.2.5, for one that is known: true if he was a router and says that
 * he is none any more.
 */
static bool
known(struct llentry *lle, struct ifnet *ifp, const uint8_t *lladdr, int said)
{
	const bool change = lladdr != NULL && differs(lle, ifp, lladdr);
	const bool was = lle->ln_router != 0;

	if (change && (said & ND6_SAID_OVERRIDE) == 0) {
		/* Two answer for it: who is right will be found out. */
		if (lle->ln_state == ND_LLINFO_REACHABLE)
			set_state(lle, ND_LLINFO_STALE);
		return false;
	}
	if (change)
		set_lladdr(lle, ifp, lladdr);
	if ((said & ND6_SAID_SOLICITED) != 0)
		set_state(lle, ND_LLINFO_REACHABLE);
	else if (change)
		set_state(lle, ND_LLINFO_STALE);
	lle->ln_router = (said & ND6_SAID_ROUTER) != 0;
	return was && lle->ln_router == 0;
}

void
nd6_advertised(struct ifnet *ifp, const struct in6_addr *target,
    const uint8_t *lladdr, int said)
{
	struct mbuf *held = NULL;
	bool renounced = false;
	struct llentry *lle;

	/* Who was not asked for is not interesting. */
	if (!nd6_need_cache(ifp) ||
	    (lle = nd6_lookup(target, ifp, true)) == NULL)
		return;
	if (is_fixed(lle, ifp, lladdr)) {
		LLE_WUNLOCK(lle);
		return;
	}
	if ((lle->la_flags & LLE_VALID) != 0)
		renounced = known(lle, ifp, lladdr, said);
	else if (lladdr != NULL) {
		set_lladdr(lle, ifp, lladdr);
		set_state(lle, (said & ND6_SAID_SOLICITED) != 0 ?
		    ND_LLINFO_REACHABLE : ND_LLINFO_STALE);
		lle->ln_router = (said & ND6_SAID_ROUTER) != 0;
		held = take_held(lle);
	}
	LLE_WUNLOCK(lle);
	send_held(ifp, target, held);
	if (renounced)
		nd6_router_renounced(ifp, target);
}

bool
nd6_is_reachable(struct ifnet *ifp, const struct in6_addr *addr)
{
	struct llentry *lle;
	bool is;

	if (!nd6_need_cache(ifp))
		return true;
	if ((lle = nd6_lookup(addr, ifp, false)) == NULL)
		return false;
	is = (lle->la_flags & LLE_VALID) != 0 &&
	    lle->ln_state > ND_LLINFO_INCOMPLETE &&
	    lle->ln_state != ND_LLINFO_UNREACHABLE;
	LLE_RUNLOCK(lle);
	return is;
}

bool
nd6_proxied(struct ifnet *ifp, const struct in6_addr *addr, uint8_t *lladdr)
{
	struct llentry *lle = nd6_lookup(addr, ifp, false);
	bool pub;

	if (lle == NULL)
		return false;
	pub = (lle->la_flags & (LLE_PUB | LLE_VALID)) == (LLE_PUB | LLE_VALID);
	if (pub)
		memcpy(lladdr, &lle->ll_addr, ifp->if_addrlen);
	LLE_RUNLOCK(lle);
	return pub;
}
