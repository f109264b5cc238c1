/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sysctl(7): net.inet6.ip6, but what nd6_sysctl.c has.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/mbuf.h>
#include <sys/sysctl.h>
#include <sys/systm.h>

#include <net/net_stats.h>
#include <net/pktqueue.h>

#include <netinet/in.h>
#include <netinet/in_pcb.h>
#include <netinet/ip6.h>

#include <netinet6/in6_var.h>
#include <netinet6/ip6_private.h>
#include <netinet6/ip6_var.h>

#include <rump-sys/net_in.h>

#include "in6_private.h"

static const struct in_sysctl_var vars[] = {
	{ "forwarding", SYSCTL_DESCR("Forward packets"), &ip6_forwarding, 0,
	    1, IPV6CTL_FORWARDING, NULL },
	{ "redirect", SYSCTL_DESCR("Send redirects"), &ip6_sendredirect, 0,
	    1, IPV6CTL_SENDREDIRECTS, NULL },
	{ "hlim", SYSCTL_DESCR("Hop limit"), &ip6_defhlim, 1, IPV6_MAXHLIM,
	    IPV6CTL_DEFHLIM, NULL },
	{ "mcast_hlim", SYSCTL_DESCR("Hop limit to groups"),
	    &ip6_defmcasthlim, 0, IPV6_MAXHLIM, IPV6CTL_DEFMCASTHLIM, NULL },
	{ "maxfragpackets", SYSCTL_DESCR("Packets in pieces, -1: any number"),
	    &ip6_maxfragpackets, -1, INT_MAX, IPV6CTL_MAXFRAGPACKETS, NULL },
	{ "maxfrags", SYSCTL_DESCR("Pieces"), &ip6_maxfrags, 0, INT_MAX,
	    IPV6CTL_MAXFRAGS, NULL },
	{ "hdrnestlimit", SYSCTL_DESCR("Headers of a packet, 0: any number"),
	    &ip6_hdrnestlimit, 0, INT_MAX, IPV6CTL_HDRNESTLIMIT, NULL },
	{ "auto_flowlabel", SYSCTL_DESCR("Label what belongs together"),
	    &ip6_auto_flowlabel, 0, 1, IPV6CTL_AUTO_FLOWLABEL, NULL },
	{ "use_deprecated", SYSCTL_DESCR("Use deprecated addresses"),
	    &ip6_use_deprecated, 0, 1, IPV6CTL_USE_DEPRECATED, NULL },
	{ "use_defaultzone", SYSCTL_DESCR("Zones need not be said"),
	    &ip6_use_defzone, 0, 1, IPV6CTL_USE_DEFAULTZONE, NULL },
	{ "v6only", SYSCTL_DESCR("IPV6_V6ONLY of new sockets"), &ip6_v6only,
	    0, 1, IPV6CTL_V6ONLY, NULL },
	{ "prefer_tempaddr", SYSCTL_DESCR("Temporary addresses are better"),
	    &ip6_prefer_tempaddr, 0, 1, 0, NULL },
	{ "mcast_pmtu", SYSCTL_DESCR("Path MTUs of groups"), &ip6_mcast_pmtu,
	    0, 1, 0, NULL },
};

static const struct in_sysctl_stats stats = {
	.is_stats = &ip6stat_percpu,
	.is_n = IP6_NSTATS,
	.is_num = IPV6CTL_STATS,
};

void
ip6_sysctl_setup(void)
{

	in_sysctl_node(PF_INET6, IPPROTO_IPV6, "ip6", SYSCTL_DESCR("IPv6"));
	in_sysctl_vars(PF_INET6, IPPROTO_IPV6, vars, __arraycount(vars));
	in_sysctl_stats(PF_INET6, IPPROTO_IPV6, &stats);
	in6_policy_sysctl();
}
