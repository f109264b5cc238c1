/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The address of a lease of DHCPv6 on its interface.  Which addresses are on
 * the link is for routers to tell, so it has a prefix of 128 bits.  One that
 * was set by hand is left alone.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/systm.h>

#include <netinet6/in6_var.h>

#include "dhcp.h"
#include "netconfig_in6.h"

static const struct in6_addr *
address(const struct rump_dhcp6_lease *dl)
{

	return (const void *)dl->d6_address;
}

static void
take_away(struct dhcp_client *c)
{
	struct dhcp6 *s = &c->c_six;

	if (s->s_set && s->s_ours && dhcp_attached(c))
		(void)netconfig_addr6_delete(c->c_name, address(&s->s_have));
	s->s_set = false;
}

int
dhcp6_apply(struct dhcp_client *c)
{
	struct dhcp6 *s = &c->c_six;
	const struct rump_dhcp6_lease *dl = &s->s_lease;
	int error = 0;

	KASSERT(dhcp_owned());
	if (s->s_set && (dl->d6_seconds == 0 || memcmp(dl->d6_address,
	    s->s_have.d6_address, sizeof(dl->d6_address)) != 0))
		take_away(c);
	if (dl->d6_seconds != 0 && !s->s_set)
		s->s_ours = netconfig_addr6_flags(c->c_name,
		    address(dl)) == -1;
	if (dl->d6_seconds != 0 && s->s_ours)
		error = netconfig_addr6_set(c->c_name, address(dl), 128,
		    IN6_IFF_TRYTENTATIVE, dl->d6_seconds, dl->d6_preferred);
	if (error != 0)
		return error;
	s->s_set = dl->d6_seconds != 0;
	s->s_have = *dl;
	return 0;
}

void
dhcp6_drop_address(struct dhcp_client *c)
{
	struct rump_dhcp6_lease *dl = &c->c_six.s_have;

	KASSERT(dhcp_owned());
	take_away(c);
	dl->d6_seconds = dl->d6_preferred = 0;
	memset(dl->d6_address, 0, sizeof(dl->d6_address));
}

void
dhcp6_drop_prefix(struct dhcp_client *c)
{
	struct rump_dhcp6_lease *dl = &c->c_six.s_have;

	KASSERT(dhcp_owned());
	dl->d6_prefix_seconds = dl->d6_prefix_preferred = 0;
	dl->d6_prefix_bits = 0;
	memset(dl->d6_prefix, 0, sizeof(dl->d6_prefix));
}

void
dhcp6_unapply(struct dhcp_client *c)
{

	KASSERT(dhcp_owned());
	take_away(c);
	memset(&c->c_six.s_have, 0, sizeof(c->c_six.s_have));
}

int
dhcp6_check(const struct dhcp_client *c)
{
	int flags;

	KASSERT(dhcp_owned());
	if (!c->c_six.s_set)
		return 0;
	flags = netconfig_addr6_flags(c->c_name, address(&c->c_six.s_have));
	if (flags == -1)
		return ENXIO;
	if ((flags & IN6_IFF_DUPLICATED) != 0)
		return EEXIST;
	return (flags & IN6_IFF_NOTREADY) != 0 ? EAGAIN : 0;
}
