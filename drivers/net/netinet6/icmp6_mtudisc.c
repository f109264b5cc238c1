/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Path MTU discovery, RFC 8201: what a router says of a path is kept in the
 * route to that host, for ten minutes.  It is believed only if somebody here
 * sent what it is about, and less than 1280 never (RFC 8021).
 */

#include <sys/param.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/route.h>

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip6.h>

#include <netinet6/in6_var.h>
#include <netinet6/ip6_var.h>
#include <netinet6/ip6protosw.h>
#include <netinet6/nd6.h>

#include <rump-sys/net_in.h>

#include "in6_private.h"

#define	PMTU_EXPIRE	(10 * 60)	/* seconds, section 4 */

static struct rttimer_queue *pmtu_q;

void
icmp6_mtudisc_init(void)
{

	pmtu_q = rt_timer_queue_create(PMTU_EXPIRE);
}

void
icmp6_mtudisc_update(struct ip6ctlparam *cp, int validated)
{
	const uint32_t mtu = *(const uint32_t *)cp->ip6c_cmdarg;
	struct rtentry *rt;
	uint64_t old;

	if (!validated || mtu < IPV6_MMTU ||
	    (rt = in_mtudisc_route(sin6tocsa(cp->ip6c_dst), pmtu_q)) == NULL)
		return;
	old = rt->rt_rmx.rmx_mtu != 0 ? rt->rt_rmx.rmx_mtu :
	    IN6_LINKMTU(rt->rt_ifp);
	if (in_mtudisc_lower(rt, old, mtu))
		icmp6_statinc(ICMP6_STAT_PMTUCHG);
	rt_unref(rt);
}
