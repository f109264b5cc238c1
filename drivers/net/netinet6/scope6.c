/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scopes of addresses, RFC 4007: zones into addresses and out of them.  A
 * link is a zone of its own, with the number of its interface; there is one
 * zone of all wider scopes.
 */

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/pserialize.h>
#include <sys/systm.h>

#include <net/if.h>

#include <netinet/in.h>

#include <netinet6/ip6_var.h>
#include <netinet6/scope6_var.h>

#include <rump-sys/net.h>

static u_int default_index;	/* atomic */

void
scope6_init(void)
{

	CTASSERT(sizeof(if_index_t) == sizeof(uint16_t));
	default_index = 0;
}

struct scope6_id *
scope6_ifattach(struct ifnet *ifp)
{
	struct scope6_id *sid = kmem_zalloc(sizeof(*sid), KM_SLEEP);

	sid->s6id_list[IPV6_ADDR_SCOPE_INTFACELOCAL] = ifp->if_index;
	sid->s6id_list[IPV6_ADDR_SCOPE_LINKLOCAL] = ifp->if_index;
	return sid;
}

void
scope6_ifdetach(struct scope6_id *sid)
{

	kmem_free(sid, sizeof(*sid));
}

void
scope6_setdefault(u_int index)
{

	atomic_store_relaxed(&default_index, index);
}

int
in6_addrscope(const struct in6_addr *addr)
{

	if (IN6_IS_ADDR_MULTICAST(addr))
		return IPV6_ADDR_MC_SCOPE(addr);
	if (IN6_IS_ADDR_LINKLOCAL(addr) || IN6_IS_ADDR_LOOPBACK(addr))
		return IPV6_ADDR_SCOPE_LINKLOCAL;
	if (IN6_IS_ADDR_SITELOCAL(addr))
		return IPV6_ADDR_SCOPE_SITELOCAL;
	return IPV6_ADDR_SCOPE_GLOBAL;
}

uint32_t
in6_addr2scopeid(const struct ifnet *ifp, const struct in6_addr *addr)
{

	return IN6_IS_SCOPE_EMBEDDABLE(addr) ? ifp->if_index : 0;
}

uint32_t
scope6_addr2default(const struct in6_addr *addr)
{

	return IN6_IS_SCOPE_EMBEDDABLE(addr) ?
	    atomic_load_relaxed(&default_index) : 0;
}

static bool
exists(u_int index)
{
	bool there;
	int s = pserialize_read_enter();

	there = if_byindex(index) != NULL;
	pserialize_read_exit(s);
	return there;
}

int
sa6_embedscope(struct sockaddr_in6 *sin6, int defaultok)
{
	uint32_t zone = sin6->sin6_scope_id;

	if (zone == 0 && defaultok)
		zone = scope6_addr2default(&sin6->sin6_addr);
	if (zone != 0 && IN6_IS_SCOPE_EMBEDDABLE(&sin6->sin6_addr)) {
		/* It has to fit, too. */
		if (zone > UINT16_MAX || !exists(zone))
			return ENXIO;
		sin6->sin6_addr.s6_addr16[1] = htons((uint16_t)zone);
		sin6->sin6_scope_id = 0;
	}
	return 0;
}

int
sa6_recoverscope(struct sockaddr_in6 *sin6)
{
	uint32_t zone;

	if (!IN6_IS_SCOPE_EMBEDDABLE(&sin6->sin6_addr))
		return 0;
	zone = ntohs(sin6->sin6_addr.s6_addr16[1]);
	if (zone == 0)
		return 0;
	if (!exists(zone))
		return ENXIO;
	sin6->sin6_addr.s6_addr16[1] = 0;
	sin6->sin6_scope_id = zone;
	return 0;
}

int
in6_setscope(struct in6_addr *addr, const struct ifnet *ifp, uint32_t *zonep)
{
	uint32_t zone;

	KASSERT(ifp != NULL);
	if (IN6_IS_ADDR_LOOPBACK(addr) && net_ifflags(ifp, IFF_LOOPBACK) == 0)
		return EINVAL;
	zone = in6_addr2scopeid(ifp, addr);
	if (zone != 0)
		addr->s6_addr16[1] = htons((uint16_t)zone);
	if (zonep != NULL)
		*zonep = zone;
	return 0;
}

int
in6_clearscope(struct in6_addr *addr)
{

	if (!IN6_IS_SCOPE_EMBEDDABLE(addr) || addr->s6_addr16[1] == 0)
		return 0;
	addr->s6_addr16[1] = 0;
	return 1;
}
