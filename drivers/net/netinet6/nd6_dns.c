/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Servers of names, and domains they are to be searched in, that routers tell
 * of: RFC 8106.  The kernel keeps them for programs, net.inet6.icmp6.nd6_dns
 * and nd6_search.  Whoever is on the link may have sent them, so there are not
 * many, and domains have the letters of names alone.
 *
 * All is called with IFNET_LOCK.
 */

#include <sys/param.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/systm.h>

#include <net/if.h>

#include <netinet/icmp6.h>
#include <netinet/in.h>

#include <netinet6/in6_var.h>
#include <netinet6/nd6.h>

#include "nd6_private.h"

#define	RDNSS_MIN	3	/* in 8 bytes, sections 5.1 and 5.2 */
#define	DNSSL_MIN	2
#define	OPT_HEAD	8	/* bytes before addresses, or names */
#define	LABEL_MAX	63
#define	WIRE_MAX	255	/* bytes on the wire */

static uint32_t
lifetime_of(const uint8_t *opt)
{
	uint32_t lifetime;

	memcpy(&lifetime, opt + 4, sizeof(lifetime));
	return ntohl(lifetime);
}

static time_t
expire_of(uint32_t lifetime)
{

	return lifetime == 0 ? 0 : lifetime == ND6_INFINITE_LIFETIME ?
	    ND6_DNS_FOREVER : time_uptime + (time_t)lifetime;
}

/*
 * Servers: one that is new takes the place of the one that ends first.
 */
static void
set_server(struct nd6_if *nx, const struct in6_addr *addr, uint32_t lifetime)
{
	struct nd6_dns *nd, *slot = NULL;

	for (nd = nx->nx_dns; nd < &nx->nx_dns[ND6_DNS_MAX]; nd++) {
		if (nd->nd_expire != 0 &&
		    IN6_ARE_ADDR_EQUAL(&nd->nd_addr, addr)) {
			slot = nd;
			break;
		}
		if (slot == NULL || nd->nd_expire < slot->nd_expire)
			slot = nd;
	}
	/* Who is to be forgotten, and is not known, takes nobody's place. */
	if (lifetime == 0 && nd == &nx->nx_dns[ND6_DNS_MAX])
		return;
	slot->nd_addr = *addr;
	slot->nd_expire = expire_of(lifetime);
}

void
nd6_dns_told(struct nd6_if *nx, const uint8_t *opt)
{
	struct in6_addr addr;
	int i;

	KASSERT(IFNET_LOCKED(nx->nx_ifp));
	if (opt[1] < RDNSS_MIN || opt[1] % 2 == 0)
		return;
	for (i = 0; i < opt[1] / 2; i++) {
		memcpy(&addr, opt + OPT_HEAD + (size_t)i * sizeof(addr),
		    sizeof(addr));
		if (!IN6_IS_ADDR_MULTICAST(&addr) &&
		    !IN6_IS_ADDR_UNSPECIFIED(&addr))
			set_server(nx, &addr, lifetime_of(opt));
	}
}

/*
 * Domains.
 */

/* One letter, small; 0: names have no such. */
static char
letter(uint8_t c)
{

	if (c >= 'A' && c <= 'Z')
		c |= 0x20;
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	    c == '-' || c == '_' ? (char)c : '\0';
}

/* A name as RFC 1035 section 3.1 has it, without pointers, as text; the bytes
 * it has, 0: it is none. */
static size_t
read_name(const uint8_t *p, size_t left, char to[ND6_NAME_MAX])
{
	size_t at = 0, used = 0, len;

	while (at < left && (len = p[at++]) != 0) {
		if (len > LABEL_MAX || len >= left - at ||
		    used + len + 1 > ND6_NAME_MAX)
			return 0;
		for (; len > 0; len--) {
			if ((to[used++] = letter(p[at++])) == '\0')
				return 0;
		}
		to[used++] = '.';
	}
	if (used == 0 || p[at - 1] != 0 || at > WIRE_MAX)
		return 0;
	to[used - 1] = '\0';
	return at;
}

/* Names, and then zeroes: all of it, or none of it is taken. */
static bool
are_names(const uint8_t *p, size_t left)
{
	char name[ND6_NAME_MAX];
	size_t n;

	for (; left > 0 && *p != 0; p += n, left -= n) {
		if ((n = read_name(p, left, name)) == 0)
			return false;
	}
	for (; left > 0; p++, left--) {
		if (*p != 0)
			return false;
	}
	return true;
}

static void
forget(struct nd6_search *ns)
{

	LIST_REMOVE(ns, ns_next);
	kmem_free(ns, sizeof(*ns));
}

/* They are searched in the order in which they were heard of first. */
static void
append(struct nd6_if *nx, struct nd6_search *new)
{
	struct nd6_search *last = LIST_FIRST(&nx->nx_search), *next;

	if (last == NULL) {
		LIST_INSERT_HEAD(&nx->nx_search, new, ns_next);
		return;
	}
	while ((next = LIST_NEXT(last, ns_next)) != NULL)
		last = next;
	LIST_INSERT_AFTER(last, new, ns_next);
}

static void
set_name(struct nd6_if *nx, const char *name, uint32_t lifetime)
{
	struct nd6_search *ns, *first = NULL;
	u_int n = 0;

	LIST_FOREACH(ns, &nx->nx_search, ns_next) {
		if (strcmp(ns->ns_name, name) == 0)
			break;
		if (first == NULL || ns->ns_expire < first->ns_expire)
			first = ns;
		n++;
	}
	if (lifetime == 0) {
		if (ns != NULL)
			forget(ns);
		return;
	}
	if (ns == NULL) {
		if (n == ND6_SEARCH_MAX)
			forget(first);
		ns = kmem_zalloc(sizeof(*ns), KM_SLEEP);
		strlcpy(ns->ns_name, name, sizeof(ns->ns_name));
		append(nx, ns);
	}
	ns->ns_expire = expire_of(lifetime);
}

void
nd6_search_told(struct nd6_if *nx, const uint8_t *opt)
{
	const uint8_t *p = opt + OPT_HEAD;
	size_t left = (size_t)opt[1] * 8 - OPT_HEAD, n;
	char name[ND6_NAME_MAX];

	KASSERT(IFNET_LOCKED(nx->nx_ifp));
	if (opt[1] < DNSSL_MIN || !are_names(p, left))
		return;
	for (; left > 0 && *p != 0; p += n, left -= n) {
		n = read_name(p, left, name);
		set_name(nx, name, lifetime_of(opt));
	}
}

void
nd6_dns_purge(struct nd6_if *nx)
{
	struct nd6_search *ns;

	KASSERT(IFNET_LOCKED(nx->nx_ifp));
	memset(nx->nx_dns, 0, sizeof(nx->nx_dns));
	while ((ns = LIST_FIRST(&nx->nx_search)) != NULL)
		forget(ns);
}
