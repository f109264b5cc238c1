/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses and ports as text, RFC 5952, for messages; and the addresses that
 * everybody knows.
 */

#include <sys/param.h>
#include <sys/systm.h>

#include <netinet/in.h>

#include <netinet6/ip6_var.h>

const struct in6_addr in6addr_any = IN6ADDR_ANY_INIT;
const struct in6_addr in6addr_loopback = IN6ADDR_LOOPBACK_INIT;
const struct in6_addr in6addr_nodelocal_allnodes =
    IN6ADDR_NODELOCAL_ALLNODES_INIT;
const struct in6_addr in6addr_linklocal_allnodes =
    IN6ADDR_LINKLOCAL_ALLNODES_INIT;
const struct in6_addr in6addr_linklocal_allrouters =
    IN6ADDR_LINKLOCAL_ALLROUTERS_INIT;

const struct in6_addr in6mask0 = IN6MASK0;
const struct in6_addr in6mask32 = IN6MASK32;
const struct in6_addr in6mask64 = IN6MASK64;
const struct in6_addr in6mask96 = IN6MASK96;
const struct in6_addr in6mask128 = IN6MASK128;

const struct sockaddr_in6 sa6_any = {
	.sin6_len = sizeof(sa6_any),
	.sin6_family = AF_INET6,
};

/* The longest run of words that are 0, of two at least: its length. */
static int
longest_run(const struct in6_addr *a, int *first)
{
	int best = 1, i, n;

	*first = -1;
	for (i = 0; i < 8; i += n + 1) {
		for (n = 0; i + n < 8 && a->s6_addr16[i + n] == 0; n++)
			continue;
		if (n > best) {
			best = n;
			*first = i;
		}
	}
	return *first == -1 ? 0 : best;
}

int
in6_print(char *buf, size_t len, const struct in6_addr *a)
{
	char text[INET6_ADDRSTRLEN];
	int first, n = longest_run(a, &first), i, at = 0;

	if (IN6_IS_ADDR_V4MAPPED(a))
		return snprintf(buf, len, "::ffff:%d.%d.%d.%d",
		    a->s6_addr[12], a->s6_addr[13], a->s6_addr[14],
		    a->s6_addr[15]);
	for (i = 0; i < 8; i++) {
		if (i == first) {
			at += snprintf(text + at, sizeof(text) - (size_t)at,
			    "::");
			i += n - 1;
			continue;
		}
		at += snprintf(text + at, sizeof(text) - (size_t)at, "%s%x",
		    i == 0 || i == first + n ? "" : ":",
		    ntohs(a->s6_addr16[i]));
	}
	KASSERT(at < (int)sizeof(text));
	return snprintf(buf, len, "%s", text);
}

int
sin6_print(char *buf, size_t len, const void *v)
{
	const struct sockaddr_in6 *sin6 = v;
	char addr[INET6_ADDRSTRLEN], zone[16] = "";

	(void)in6_print(addr, sizeof(addr), &sin6->sin6_addr);
	if (sin6->sin6_scope_id != 0)
		(void)snprintf(zone, sizeof(zone), "%%%u",
		    sin6->sin6_scope_id);
	if (sin6->sin6_port == 0)
		return snprintf(buf, len, "%s%s", addr, zone);
	return snprintf(buf, len, "[%s%s]:%d", addr, zone,
	    ntohs(sin6->sin6_port));
}
