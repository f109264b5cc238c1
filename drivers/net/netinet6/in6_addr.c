/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses of interfaces: finding one, and what an address says by itself -
 * masks, lengths of prefixes, how long it lasts.  in6.c sets and deletes them.
 */

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/lwp.h>
#include <sys/psref.h>
#include <sys/pserialize.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/route.h>

#include <netinet/in.h>

#include <netinet6/in6_var.h>
#include <netinet6/nd6.h>
#include <netinet6/scope6_var.h>

#include <rump-sys/net.h>

#include "nd6_private.h"

/*
 * Masks and prefixes.
 */

/* lim0 is the first byte behind those that are given, or NULL: all 16 are.
 * -1: ones do not come first. */
int
in6_mask2len(struct in6_addr *mask, u_char *lim0)
{
	const uint8_t *p = mask->s6_addr;
	const uint8_t *end = lim0 != NULL && lim0 < p + sizeof(*mask) ? lim0 :
	    p + sizeof(*mask);
	int len = 0;
	uint8_t last;

	for (; p < end && *p == 0xff; p++)
		len += NBBY;
	if (p < end) {
		for (last = *p++; (last & 0x80) != 0; last <<= 1)
			len++;
		if (last != 0)
			return -1;
	}
	for (; p < end; p++) {
		if (*p != 0)
			return -1;
	}
	return len;
}

void
in6_prefixlen2mask(struct in6_addr *mask, int len)
{
	int i;

	KASSERT(len >= 0 && len <= 128);
	memset(mask, 0, sizeof(*mask));
	for (i = 0; i < len / NBBY; i++)
		mask->s6_addr[i] = 0xff;
	if (len % NBBY != 0)
		mask->s6_addr[i] = (uint8_t)(0xff00 >> (len % NBBY));
}

/* Bits that are the same from the first on. */
int
in6_matchlen(struct in6_addr *src, struct in6_addr *dst)
{
	int i, len = 0;
	uint8_t diff;

	for (i = 0; i < (int)sizeof(*src); i++, len += NBBY) {
		diff = src->s6_addr[i] ^ dst->s6_addr[i];
		if (diff == 0)
			continue;
		for (; (diff & 0x80) == 0; diff <<= 1)
			len++;
		break;
	}
	return len;
}

bool
in6_same_prefix(const struct in6_addr *a, const struct in6_addr *b, u_int plen)
{
	struct in6_addr mask;

	in6_prefixlen2mask(&mask, (int)plen);
	return IN6_ARE_MASKED_ADDR_EQUAL(a, b, &mask);
}

/*
 * Finding one.  In a pserialize(9) section, or with IFNET_LOCK.
 */
struct in6_ifaddr *
in6ifa_ifpwithaddr(const struct ifnet *ifp, const struct in6_addr *addr)
{
	struct ifaddr *ifa;

	IFADDR_READER_FOREACH(ifa, ifp) {
		if (ifa->ifa_addr->sa_family == AF_INET6 &&
		    IN6_ARE_ADDR_EQUAL(addr, IFA_IN6(ifa)))
			break;
	}
	return ifatoia6(ifa);
}

struct in6_ifaddr *
in6ifa_ifpwithaddr_psref(const struct ifnet *ifp, const struct in6_addr *addr,
    struct psref *psref)
{
	struct in6_ifaddr *ia;
	int s = pserialize_read_enter();

	if ((ia = in6ifa_ifpwithaddr(ifp, addr)) != NULL)
		ia6_acquire(ia, psref);
	pserialize_read_exit(s);
	return ia;
}

/* The link-local one, but for those with a flag of these. */
struct in6_ifaddr *
in6ifa_ifpforlinklocal(const struct ifnet *ifp, int ignore)
{
	struct ifaddr *ifa;

	IFADDR_READER_FOREACH(ifa, ifp) {
		if (ifa->ifa_addr->sa_family == AF_INET6 &&
		    IN6_IS_ADDR_LINKLOCAL(IFA_IN6(ifa)) &&
		    (atomic_load_relaxed(&ifatoia6(ifa)->ia6_flags) &
		    ignore) == 0)
			break;
	}
	return ifatoia6(ifa);
}

struct in6_ifaddr *
in6ifa_ifpforlinklocal_psref(const struct ifnet *ifp, int ignore,
    struct psref *psref)
{
	struct in6_ifaddr *ia;
	int s = pserialize_read_enter();

	if ((ia = in6ifa_ifpforlinklocal(ifp, ignore)) != NULL)
		ia6_acquire(ia, psref);
	pserialize_read_exit(s);
	return ia;
}

/* Of any interface; the zone is in the address, or given. */
struct in6_ifaddr *
in6ifa_ifwithaddr(const struct in6_addr *addr, uint32_t zone)
{
	struct in6_addr key = *addr;
	struct in6_ifaddr *ia;

	if (zone != 0 && IN6_IS_SCOPE_EMBEDDABLE(&key) &&
	    key.s6_addr16[1] == 0)
		key.s6_addr16[1] = htons((uint16_t)zone);
	IN6_ADDRLIST_READER_FOREACH(ia) {
		if (IN6_ARE_ADDR_EQUAL(&key, IA6_IN6(ia)))
			break;
	}
	return ia;
}

/* Of any interface of that number (0: all), as a program gave it. */
struct in6_ifaddr *
in6_ifawithifp(struct ifnet *ifp, struct in6_addr *dst)
{
	struct in6_ifaddr *best = NULL, *ia;
	struct ifaddr *ifa;
	int len, most = -1;

	/* The one that has most in common with where a packet goes to. */
	IFADDR_READER_FOREACH(ifa, ifp) {
		ia = ifatoia6(ifa);
		if (ifa->ifa_addr->sa_family != AF_INET6 ||
		    in6_addrscope(IFA_IN6(ifa)) != in6_addrscope(dst) ||
		    (atomic_load_relaxed(&ia->ia6_flags) & (IN6_IFF_NOTREADY |
		    IN6_IFF_ANYCAST | IN6_IFF_DETACHED)) != 0)
			continue;
		len = in6_matchlen(IFA_IN6(ifa), dst);
		if (len > most) {
			most = len;
			best = ia;
		}
	}
	return best;
}

int
in6_localaddr(const struct in6_addr *addr)
{
	struct in6_ifaddr *ia;
	int s;

	if (IN6_IS_ADDR_LOOPBACK(addr) || IN6_IS_ADDR_LINKLOCAL(addr))
		return 1;
	s = pserialize_read_enter();
	IN6_ADDRLIST_READER_FOREACH(ia) {
		if (IN6_ARE_MASKED_ADDR_EQUAL(addr, IA6_IN6(ia),
		    IA6_MASKIN6(ia)))
			break;
	}
	pserialize_read_exit(s);
	return ia != NULL;
}

int
in6_is_addr_deprecated(struct sockaddr_in6 *sin6)
{
	struct in6_ifaddr *ia;
	int s = pserialize_read_enter(), deprecated;

	ia = in6ifa_ifwithaddr(&sin6->sin6_addr, 0);
	deprecated = ia != NULL &&
	    (atomic_load_relaxed(&ia->ia6_flags) & IN6_IFF_DEPRECATED) != 0;
	pserialize_read_exit(s);
	return deprecated;
}

void
in6_foreach_ia(struct ifnet *ifp, void (*func)(struct in6_ifaddr *, void *),
    void *arg)
{
	struct ifaddr *ifa;
	struct psref psref;
	int s, bound = curlwp_bind();

	s = pserialize_read_enter();
	IFADDR_READER_FOREACH(ifa, ifp) {
		if (ifa->ifa_addr->sa_family != AF_INET6)
			continue;
		ifa_acquire(ifa, &psref);
		pserialize_read_exit(s);
		(*func)(ifatoia6(ifa), arg);
		s = pserialize_read_enter();
		ifa_release(ifa, &psref);
	}
	pserialize_read_exit(s);
	curlwp_bindx(bound);
}

/*
 * State.
 */
bool
in6_ia_flags(struct in6_ifaddr *ia, int set, int clear)
{
	u_int *flags = (u_int *)&ia->ia6_flags, was, now;

	do {
		was = atomic_load_relaxed(flags);
		now = (was & ~(u_int)clear) | (u_int)set;
	} while (was != now && atomic_cas_uint(flags, was, now) != was);
	return was != now;
}

uint32_t
in6_ia_left(const struct in6_ifaddr *ia, uint32_t lifetime)
{
	const time_t gone = time_uptime - ia->ia6_updatetime;

	if (lifetime == ND6_INFINITE_LIFETIME)
		return lifetime;
	return gone >= (time_t)lifetime ? 0 : lifetime - (uint32_t)gone;
}

void
in6_ia_lifetime(struct in6_ifaddr *ia, uint32_t vltime, uint32_t pltime)
{
	struct in6_addrlifetime *lt = &ia->ia6_lifetime;

	KASSERT(IFNET_LOCKED(ia->ia_ifp));
	ia->ia6_updatetime = time_uptime;
	lt->ia6t_vltime = vltime;
	lt->ia6t_pltime = pltime;
	lt->ia6t_expire = vltime == ND6_INFINITE_LIFETIME ? 0 :
	    time_uptime + (time_t)vltime;
	lt->ia6t_preferred = pltime == ND6_INFINITE_LIFETIME ? 0 :
	    time_uptime + (time_t)pltime;
	if (pltime == 0)
		(void)in6_ia_flags(ia, IN6_IFF_DEPRECATED, 0);
	else
		(void)in6_ia_flags(ia, 0, IN6_IFF_DEPRECATED);
	if (lt->ia6t_expire != 0)
		nd6_work_lifetime(lt->ia6t_expire);
	if (lt->ia6t_preferred != 0 && pltime != 0)
		nd6_work_lifetime(lt->ia6t_preferred);
}
