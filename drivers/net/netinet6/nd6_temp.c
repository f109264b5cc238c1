/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Temporary addresses, RFC 8981: with net.inet6.ip6.use_tempaddr an interface
 * has a second address of each prefix, made of random bits, that others
 * cannot know a machine by for longer than a day or so.
 */

#include <sys/param.h>
#include <sys/cprng.h>
#include <sys/kernel.h>
#include <sys/systm.h>

#include <net/if.h>

#include <netinet/icmp6.h>
#include <netinet/in.h>

#include <netinet6/in6_var.h>
#include <netinet6/nd6.h>

#include "nd6_private.h"

/* Section 3.8. */
#define	IDGEN_RETRIES	3
#define	REGEN_ADVANCE	2	/* seconds, besides those of detection */
#define	DESYNC_PERCENT	40	/* of the preferred lifetime, at most */

int ip6_use_tempaddr;
int ip6_temppltime = 24 * 60 * 60;
int ip6_tempvltime = 2 * 24 * 60 * 60;

static uint32_t desync_seed;	/* constant: not all machines at once */

void
nd6_temp_init(void)
{

	desync_seed = cprng_fast32();
}

/* The preferred lifetime of a new one. */
static uint32_t
preferred(void)
{
	const uint32_t most = (uint32_t)ip6_temppltime / 100 * DESYNC_PERCENT;

	return (uint32_t)ip6_temppltime - desync_seed % (most + 1);
}

/* So long before the end the next one is made. */
static uint32_t
advance(const struct ifnet *ifp)
{

	return REGEN_ADVANCE + IDGEN_RETRIES *
	    (uint32_t)atomic_load_relaxed(&ip6_dad_count) *
	    (ND_IFINFO(ifp)->retrans / 1000);
}

/* What is left of a lifetime since the address was made, if the prefix says
 * so much. */
static uint32_t
limited(const struct in6_ifaddr *ia, uint32_t said, uint32_t most)
{
	const time_t age = time_uptime - ia->ia6_createtime;

	return MIN(said, age >= (time_t)most ? 0 : most - (uint32_t)age);
}

/* RFC 5453: some are reserved: those of anycast, and of what begins an
 * address of Ethernet's. */
static void
random_id(uint8_t id[8])
{
	static const uint8_t anycast[7] = {
		0xfd, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff
	};
	static const uint8_t iana[5] = { 0x02, 0x00, 0x5e, 0xff, 0xfe };
	uint64_t any;

	do {
		cprng_fast(id, 8);
		memcpy(&any, id, sizeof(any));
	} while (any == 0 || memcmp(id, iana, sizeof(iana)) == 0 ||
	    (memcmp(id, anycast, sizeof(anycast)) == 0 && id[7] >= 0x80));
}

static void
make(struct ifnet *ifp, const struct nd6_prefix *np)
{
	const uint32_t vltime = MIN(np->np_vltime, (uint32_t)ip6_tempvltime);
	const uint32_t pltime = MIN(MIN(np->np_pltime, preferred()), vltime);
	uint8_t id[8];

	/* It would be of no use. */
	if (pltime <= advance(ifp))
		return;
	random_id(id);
	(void)nd6_slaac_add(ifp, np, id, IN6_IFF_AUTOCONF |
	    IN6_IFF_TEMPORARY, vltime, pltime);
}

/* Is there one that will last, or were there too many that somebody else
 * had?  When it has to be asked again to *when, if that is later. */
static bool
has_one(struct ifnet *ifp, const struct nd6_prefix *np, time_t *when)
{
	const struct in6_ifaddr *ia;
	struct ifaddr *ifa;
	uint32_t left;
	u_int lost = 0;

	*when = 0;
	IFADDR_READER_FOREACH(ifa, ifp) {
		ia = ifatoia6(ifa);
		if (!nd6_slaac_is(ifa, np, IN6_IFF_TEMPORARY, 0))
			continue;
		if ((ia->ia6_flags & IN6_IFF_DUPLICATED) != 0) {
			lost++;
			continue;
		}
		left = in6_ia_left(ia, ia->ia6_lifetime.ia6t_pltime);
		if (left > advance(ifp))
			*when = MAX(*when, time_uptime + (time_t)(left -
			    advance(ifp)));
	}
	return *when != 0 || lost >= IDGEN_RETRIES;
}

static void
look_after(struct ifnet *ifp, const struct nd6_prefix *np)
{
	time_t when;

	if ((np->np_flags & ND_OPT_PI_FLAG_AUTO) == 0 ||
	    np->np_plen != 64)
		return;
	if (!has_one(ifp, np, &when))
		make(ifp, np);
	if (has_one(ifp, np, &when) && when != 0)
		nd6_work_lifetime(when);
}

/* Section 3.4: those there are, and a first one. */
void
nd6_temp_told(struct ifnet *ifp, const struct nd6_prefix *np)
{
	struct in6_ifaddr *ia;
	struct ifaddr *ifa;
	uint32_t vltime;

	KASSERT(IFNET_LOCKED(ifp));
	IFADDR_READER_FOREACH(ifa, ifp) {
		ia = ifatoia6(ifa);
		if (!nd6_slaac_is(ifa, np, IN6_IFF_TEMPORARY, 0))
			continue;
		vltime = limited(ia, nd6_slaac_valid(ia, np),
		    (uint32_t)ip6_tempvltime);
		in6_ia_lifetime(ia, vltime, MIN(vltime, limited(ia,
		    np->np_pltime, preferred())));
	}
	if (atomic_load_relaxed(&ip6_use_tempaddr) && np->np_vltime != 0)
		look_after(ifp, np);
}

void
nd6_temp_due(struct ifnet *ifp)
{
	struct nd6_prefix np;
	const struct nd6_prefix *p;

	KASSERT(IFNET_LOCKED(ifp));
	if (!atomic_load_relaxed(&ip6_use_tempaddr))
		return;
	LIST_FOREACH(p, &nd6_if(ifp)->nx_prefixes, np_next) {
		/* As it would be told now. */
		np = *p;
		np.np_vltime = nd6_prefix_left(p, p->np_vltime);
		np.np_pltime = nd6_prefix_left(p, p->np_pltime);
		look_after(ifp, &np);
	}
}
