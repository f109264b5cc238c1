/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The domain AF_INET and its protocols, and how the component starts: the
 * domain, then lo0 gets 127.0.0.1.
 */

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/domain.h>
#include <sys/mbuf.h>
#include <sys/protosw.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <net/ether_sw_offload.h>
#include <net/ethertypes.h>
#include <net/if.h>
#include <net/if_ether.h>
#include <net/route.h>

#include <netinet/icmp_var.h>
#include <netinet/if_inarp.h>
#include <netinet/igmp_var.h>
#include <netinet/in.h>
#include <netinet/in_pcb.h>
#include <netinet/in_var.h>
#include <netinet/ip_var.h>
#include <netinet/tcp_var.h>
#include <netinet/udp_var.h>

#include <rump-sys/kern.h>
#include <rump-sys/net.h>

#include "in_private.h"

/* ip_protox has the places of those that take packets. */
const struct protosw inetsw[] = {
	{
		.pr_domain = &inetdomain,
		.pr_init = ip_init,
		.pr_slowtimo = ip_slowtimo,
		.pr_drain = ip_drain,
	}, {
		.pr_type = SOCK_DGRAM,
		.pr_domain = &inetdomain,
		.pr_protocol = IPPROTO_UDP,
		.pr_flags = PR_ATOMIC | PR_ADDR | PR_PURGEIF,
		.pr_input = udp_input,
		.pr_ctlinput = udp_ctlinput,
		.pr_ctloutput = udp_ctloutput,
		.pr_usrreqs = &udp_usrreqs,
		.pr_init = udp_init,
	}, {
		.pr_type = SOCK_STREAM,
		.pr_domain = &inetdomain,
		.pr_protocol = IPPROTO_TCP,
		.pr_flags = PR_CONNREQUIRED | PR_WANTRCVD | PR_LISTEN |
		    PR_ABRTACPTDIS,
		.pr_input = tcp_input,
		.pr_ctlinput = tcp_ctlinput,
		.pr_ctloutput = tcp_ctloutput,
		.pr_usrreqs = &tcp_usrreqs,
		.pr_init = tcp_init,
		.pr_drain = tcp_drain,
	}, {
		.pr_type = SOCK_RAW,
		.pr_domain = &inetdomain,
		.pr_protocol = IPPROTO_RAW,
		.pr_flags = PR_ATOMIC | PR_ADDR | PR_PURGEIF,
		.pr_input = rip_input,
		.pr_ctlinput = rip_ctlinput,
		.pr_ctloutput = rip_ctloutput,
		.pr_usrreqs = &rip_usrreqs,
		.pr_init = rip_init,
	}, {
		.pr_type = SOCK_RAW,
		.pr_domain = &inetdomain,
		.pr_protocol = IPPROTO_ICMP,
		.pr_flags = PR_ATOMIC | PR_ADDR | PR_LASTHDR,
		.pr_input = icmp_input,
		.pr_ctlinput = rip_ctlinput,
		.pr_ctloutput = rip_ctloutput,
		.pr_usrreqs = &rip_usrreqs,
		.pr_init = icmp_init,
	}, {
		.pr_type = SOCK_RAW,
		.pr_domain = &inetdomain,
		.pr_protocol = IPPROTO_IGMP,
		.pr_flags = PR_ATOMIC | PR_ADDR | PR_LASTHDR,
		.pr_input = igmp_input,
		.pr_ctlinput = rip_ctlinput,
		.pr_ctloutput = rip_ctloutput,
		.pr_usrreqs = &rip_usrreqs,
		.pr_init = igmp_init,
		.pr_fasttimo = igmp_fasttimo,
		.pr_slowtimo = igmp_slowtimo,
	}, {
		/* All others. */
		.pr_type = SOCK_RAW,
		.pr_domain = &inetdomain,
		.pr_flags = PR_ATOMIC | PR_ADDR | PR_LASTHDR,
		.pr_input = rip_input,
		.pr_ctlinput = rip_ctlinput,
		.pr_ctloutput = rip_ctloutput,
		.pr_usrreqs = &rip_usrreqs,
	},
};

static const struct sockaddr_in in_any = {
	.sin_len = sizeof(in_any),
	.sin_family = AF_INET,
};

static const void *
in_sockaddr_const_addr(const struct sockaddr *sa, socklen_t *lenp)
{

	if (lenp != NULL)
		*lenp = sizeof(satocsin(sa)->sin_addr);
	return &satocsin(sa)->sin_addr;
}

static void *
in_sockaddr_addr(struct sockaddr *sa, socklen_t *lenp)
{

	if (lenp != NULL)
		*lenp = sizeof(satosin(sa)->sin_addr);
	return &satosin(sa)->sin_addr;
}

static int
in_sockaddr_cmp(const struct sockaddr *a, const struct sockaddr *b)
{
	const uint32_t x = ntohl(satocsin(a)->sin_addr.s_addr);
	const uint32_t y = ntohl(satocsin(b)->sin_addr.s_addr);

	return x < y ? -1 : x > y;
}

struct domain inetdomain = {
	.dom_family = AF_INET,
	.dom_name = "internet",
	.dom_protosw = inetsw,
	.dom_protoswNPROTOSW = &inetsw[__arraycount(inetsw)],
	.dom_rtattach = rt_inithead,
	.dom_rtoffset = 32,
	.dom_maxrtkey = sizeof(struct sockaddr_in),
	.dom_ifattach = in_domifattach,
	.dom_ifdetach = in_domifdetach,
	.dom_if_up = in_if_up,
	.dom_if_down = in_if_down,
	.dom_if_link_state_change = in_if_link_state_change,
	.dom_sockaddr_const_addr = in_sockaddr_const_addr,
	.dom_sockaddr_addr = in_sockaddr_addr,
	.dom_sockaddr_cmp = in_sockaddr_cmp,
	.dom_sa_any = (const struct sockaddr *)&in_any,
	.dom_sa_cmpofs = offsetof(struct sockaddr_in, sin_addr),
	.dom_sa_cmplen = sizeof(struct in_addr),
};

/* Multicast addresses as Ethernet's; the wildcard: all there are. */
static int
ether_mapmulti(const struct sockaddr *sa, uint8_t *lo, uint8_t *hi)
{
	const struct in_addr addr = satocsin(sa)->sin_addr;

	if (in_nullhost(addr)) {
		memcpy(lo, ether_ipmulticast_min, ETHER_ADDR_LEN);
		memcpy(hi, ether_ipmulticast_max, ETHER_ADDR_LEN);
		return 0;
	}
	if (!IN_MULTICAST(addr.s_addr))
		return EINVAL;
	ETHER_MAP_IP_MULTICAST(&addr, lo);
	memcpy(hi, lo, ETHER_ADDR_LEN);
	return 0;
}

RUMP_COMPONENT(RUMP_COMPONENT_NET)
{
	const struct net_ether ether = {
		.ne_family = AF_INET,
		.ne_etype = ETHERTYPE_IP,
		.ne_resolve = arpresolve,
		.ne_mapmulti = ether_mapmulti,
		.ne_ifinit = arp_ifinit,
	};
	struct net_input ip = {
		.ni_etype = ETHERTYPE_IP,
		.ni_family = AF_INET,
	};
	const struct net_input arp = {
		.ni_etype = ETHERTYPE_ARP,
		.ni_func = arp_input,
	};

	in_init();
	inpcb_family_register(&inpcb_family4);
	in_multi_init();
	arp_init();
	domain_attach(&inetdomain);
	ip.ni_pktq = ip_pktq;
	FLAWLESSCALL(net_input_register(&ip));
	FLAWLESSCALL(net_input_register(&arp));
	FLAWLESSCALL(net_ether_register(&ether));
	atomic_store_release(&net_finish_output, ether_sw_offload_tx);
	/* Interfaces that came before us. */
	if_attachdomain();
}

RUMP_COMPONENT(RUMP_COMPONENT_NET_IFCFG)
{
	const struct in_addr addr = { .s_addr = INADDR_LOOPBACK };
	const struct in_addr net = { .s_addr = IN_CLASSA_NET };
	struct sockaddr_in sin, mask;
	int error;

	sockaddr_in_init(&sin, &addr, 0);
	sockaddr_in_init(&mask, &net, 0);
	IFNET_LOCK(lo0ifp);
	error = in_addr_add(lo0ifp, &sin, &mask, NULL);
	IFNET_UNLOCK(lo0ifp);
	if (error != 0)
		panic("%s: no address for %s (%d)", __func__,
		    lo0ifp->if_xname, error);
}
