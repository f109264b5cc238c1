/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an interface that comes up has to have: ::1 on a loopback interface, a
 * link-local address (RFC 4291 section 2.5.6) on all others, if
 * ND6_IFF_AUTO_LINKLOCAL says so.  Groups come with addresses, in6_multi.c.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/lwp.h>
#include <sys/psref.h>
#include <sys/pserialize.h>
#include <sys/syslog.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_ether.h>
#include <net/if_types.h>
#include <net/route.h>

#include <netinet/in.h>

#include <netinet6/in6_ifattach.h>
#include <netinet6/in6_var.h>
#include <netinet6/nd6.h>

#include <rump-sys/net.h>

#include "in6_private.h"
#include "nd6_private.h"

#define	EUI64_GBIT	0x01
#define	EUI64_UBIT	0x02

int ip6_auto_linklocal = 1;

/* From a link address: one of six bytes, or an EUI-64. */
static bool
ifid_of(const struct ifnet *ifp, uint8_t id[8])
{
	const uint8_t *lla = (const uint8_t *)CLLADDR(ifp->if_sadl);
	static const uint8_t zero[8];

	switch (ifp->if_sadl->sdl_alen) {
	case ETHER_ADDR_LEN:
		memcpy(id, lla, 3);
		id[3] = 0xff;
		id[4] = 0xfe;
		memcpy(id + 5, lla + 3, 3);
		break;
	case 8:
		memcpy(id, lla, 8);
		break;
	default:
		return false;
	}
	/* That of a group is not anybody's own. */
	if (memcmp(lla, zero, ifp->if_sadl->sdl_alen) == 0 ||
	    (id[0] & EUI64_GBIT) != 0)
		return false;
	id[0] ^= EUI64_UBIT;
	return true;
}

/* One without a link address borrows that of another interface. */
bool
in6_ifid(const struct ifnet *ifp, uint8_t id[8])
{
	struct ifnet *other;
	bool found;
	int s;

	if (ifid_of(ifp, id))
		return true;
	s = pserialize_read_enter();
	found = false;
	IFNET_READER_FOREACH(other) {
		if (other != ifp && ifid_of(other, id)) {
			found = true;
			break;
		}
	}
	pserialize_read_exit(s);
	return found;
}

static void
attach(struct ifnet *ifp, const struct in6_addr *addr, int plen)
{
	struct in6_aliasreq ifra;
	struct in6_addr mask;
	int error;

	memset(&ifra, 0, sizeof(ifra));
	sockaddr_in6_init(&ifra.ifra_addr, addr, 0, 0, 0);
	in6_prefixlen2mask(&mask, plen);
	sockaddr_in6_init(&ifra.ifra_prefixmask, &mask, 0, 0, 0);
	ifra.ifra_lifetime.ia6t_vltime = ND6_INFINITE_LIFETIME;
	ifra.ifra_lifetime.ia6t_pltime = ND6_INFINITE_LIFETIME;
	error = in6_update_ifa(ifp, &ifra, 0);
	if (error != 0)
		log(LOG_ERR, "%s: no address of IPv6 for it (%d)\n",
		    if_name(ifp), error);
}

static void
attach_linklocal(struct ifnet *ifp)
{
	struct in6_addr addr;

	memset(&addr, 0, sizeof(addr));
	addr.s6_addr16[0] = IPV6_ADDR_INT16_ULL;
	if (net_ifflags(ifp, IFF_LOOPBACK) != 0)
		addr.s6_addr[15] = 1;
	else if (!in6_ifid(ifp, &addr.s6_addr[8]))
		return;
	attach(ifp, &addr, 64);
}

static bool
has_linklocal(const struct ifnet *ifp)
{
	int s = pserialize_read_enter();
	bool has = in6ifa_ifpforlinklocal(ifp, 0) != NULL;

	pserialize_read_exit(s);
	return has;
}

static bool
has(const struct ifnet *ifp, const struct in6_addr *addr)
{
	int s = pserialize_read_enter();
	bool found = in6ifa_ifpwithaddr(ifp, addr) != NULL;

	pserialize_read_exit(s);
	return found;
}

/* IFNET_LOCK is held. */
void
in6_ifattach_up(struct ifnet *ifp)
{

	KASSERT(IFNET_LOCKED(ifp));
	if (nd6_if(ifp) == NULL || net_ifflags(ifp, IFF_MULTICAST) == 0)
		return;
	/* Only the first loopback interface has that address. */
	if (ifp == lo0ifp && !has(ifp, &in6addr_loopback))
		attach(ifp, &in6addr_loopback, 128);
	if ((nd6_if(ifp)->nx_nd.flags & ND6_IFF_AUTO_LINKLOCAL) != 0 &&
	    !has_linklocal(ifp))
		attach_linklocal(ifp);
}

/* As in6_if_up(); ND6_IFF_AUTO_LINKLOCAL may be new. */
void
in6_ifattach(struct ifnet *ifp, struct ifnet *altifp __unused)
{

	if (net_ifflags(ifp, IFF_UP) != 0)
		in6_ifattach_up(ifp);
}

void
in6_ifattach_all(void)
{
	struct psref psref;
	struct ifnet *ifp;
	int s, bound = curlwp_bind();

	s = pserialize_read_enter();
	IFNET_READER_FOREACH(ifp) {
		if_acquire(ifp, &psref);
		pserialize_read_exit(s);
		IFNET_LOCK(ifp);
		if (ifp == lo0ifp || net_ifflags(ifp, IFF_UP) != 0)
			in6_ifattach_up(ifp);
		IFNET_UNLOCK(ifp);
		s = pserialize_read_enter();
		if_release(ifp, &psref);
	}
	pserialize_read_exit(s);
	curlwp_bindx(bound);
}

static int
is_through(struct rtentry *rt, void *ifp)
{

	return rt->rt_ifp == ifp;
}

/* The interface goes, or is to be without IPv6.  Sleeps. */
void
in6_ifdetach(struct ifnet *ifp)
{

	if (nd6_if(ifp) == NULL)
		return;
	IFNET_LOCK(ifp);
	nd6_purge(ifp, &nd6_if(ifp)->nx_extra);
	if_purgeaddrs(ifp, AF_INET6, in6_purgeaddr);
	IFNET_UNLOCK(ifp);
	rt_delete_matched_entries(AF_INET6, is_through, ifp, true);
	in6_purge_multi(ifp);
}
