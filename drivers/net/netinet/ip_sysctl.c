/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * net.inet.ip of sysctl(7), and the path MTUs' time.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/sysctl.h>
#include <sys/systm.h>

#include <net/pktqueue.h>
#include <net/route.h>

#include <netinet/in.h>
#include <netinet/in_pcb.h>
#include <netinet/in_var.h>
#include <netinet/ip.h>
#include <netinet/ip_var.h>

#include "in_private.h"
#include "ip_private.h"

int ip_mtudisc = 1;
int ip_mtudisc_timeout = 10 * 60;	/* RFC 1191 section 6.3 */
struct rttimer_queue *ip_mtudisc_timeout_q;

static int
set_mtudisc_timeout(int seconds)
{

	rt_timer_queue_change(ip_mtudisc_timeout_q, seconds);
	return 0;
}

/* A range's ends must not cross. */
static int
set_anonmin(int port)
{

	return port > in_anonportmax ? EINVAL : 0;
}

static int
set_anonmax(int port)
{

	return port < in_anonportmin ? EINVAL : 0;
}

static int
set_lowmin(int port)
{

	return port > in_lowportmax ? EINVAL : 0;
}

static int
set_lowmax(int port)
{

	return port < in_lowportmin ? EINVAL : 0;
}

static const struct in_sysctl_var vars[] = {
	{ "forwarding", SYSCTL_DESCR("Pass packets on"), &ipforwarding, 0, 1,
	    IPCTL_FORWARDING, NULL },
	{ "redirect", SYSCTL_DESCR("Tell hosts of better routers"),
	    &ip_sendredirects, 0, 1, IPCTL_SENDREDIRECTS, NULL },
	{ "ttl", SYSCTL_DESCR("Hops a packet may take"), &ip_defttl, 1,
	    MAXTTL, IPCTL_DEFTTL, NULL },
	{ "forwsrcrt", SYSCTL_DESCR("Pass on along source routes"),
	    &ip_forwsrcrt, 0, 1, IPCTL_FORWSRCRT, NULL },
	{ "directed-broadcast", SYSCTL_DESCR("Pass on to all of a net"),
	    &ip_directedbcast, 0, 1, IPCTL_DIRECTEDBCAST, NULL },
	{ "allowsrcrt", SYSCTL_DESCR("Take packets with source routes"),
	    &ip_allowsrcrt, 0, 1, IPCTL_ALLOWSRCRT, NULL },
	{ "mtudisc", SYSCTL_DESCR("Path MTU discovery"), &ip_mtudisc, 0, 1,
	    IPCTL_MTUDISC, NULL },
	{ "mtudisctimeout", SYSCTL_DESCR("Seconds a path MTU is good"),
	    &ip_mtudisc_timeout, 1, INT_MAX, IPCTL_MTUDISCTIMEOUT,
	    set_mtudisc_timeout },
	{ "anonportmin", SYSCTL_DESCR("Lowest port given out"),
	    &in_anonportmin, IPPORT_RESERVED, 65535, IPCTL_ANONPORTMIN,
	    set_anonmin },
	{ "anonportmax", SYSCTL_DESCR("Highest port given out"),
	    &in_anonportmax, IPPORT_RESERVED, 65535, IPCTL_ANONPORTMAX,
	    set_anonmax },
	{ "lowportmin", SYSCTL_DESCR("Lowest privileged port given out"),
	    &in_lowportmin, 1, IPPORT_RESERVEDMAX, IPCTL_LOWPORTMIN,
	    set_lowmin },
	{ "lowportmax", SYSCTL_DESCR("Highest privileged port given out"),
	    &in_lowportmax, 1, IPPORT_RESERVEDMAX, IPCTL_LOWPORTMAX,
	    set_lowmax },
	{ "maxfragpackets", SYSCTL_DESCR("Packets in pieces at a time"),
	    &ip_maxfragpackets, -1, INT_MAX, IPCTL_MAXFRAGPACKETS, NULL },
	{ "checkinterface", SYSCTL_DESCR(
	    "Take packets by the interface with their address alone"),
	    &ip_checkinterface, 0, 1, IPCTL_CHECKINTERFACE, NULL },
	{ "do_loopback_cksum", SYSCTL_DESCR("Checksums on loopback"),
	    &ip_do_loopback_cksum, 0, 1, IPCTL_LOOPBACKCKSUM, NULL },
	{ "dad_count", SYSCTL_DESCR("Probes for duplicate addresses"),
	    &ip_dad_count, 0, 32, IPCTL_DAD_COUNT, NULL },
};

static const struct in_sysctl_stats stats = {
	.is_stats = &ipstat_percpu,
	.is_n = IP_NSTATS,
	.is_num = IPCTL_STATS,
};

void
ip_sysctl_setup(void)
{
	const struct sysctlnode *node = NULL;

	ip_mtudisc_timeout_q = rt_timer_queue_create(
	    (u_int)ip_mtudisc_timeout);
	in_sysctl_node(PF_INET, IPPROTO_IP, "ip", SYSCTL_DESCR("IPv4"));
	in_sysctl_vars(PF_INET, IPPROTO_IP, vars, __arraycount(vars));
	in_sysctl_stats(PF_INET, IPPROTO_IP, &stats);
	if (sysctl_createv(NULL, 0, NULL, &node, CTLFLAG_PERMANENT,
	    CTLTYPE_NODE, "ip", NULL, NULL, 0, NULL, 0, CTL_NET, PF_INET,
	    IPPROTO_IP, CTL_EOL) == 0 || node != NULL)
		pktq_sysctl_setup(ip_pktq, NULL, node, IPCTL_IFQ);
}
