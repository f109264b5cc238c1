/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The domain AF_INET6 and its protocols, and how the component starts.  TCP
 * and the tables of sockets are those of netinet, which are told here that
 * there is another family.
 */

#include <sys/param.h>
#include <sys/domain.h>
#include <sys/errno.h>
#include <sys/mbuf.h>
#include <sys/protosw.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <net/ethertypes.h>
#include <net/if.h>
#include <net/if_ether.h>
#include <net/route.h>

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/in_pcb.h>
#include <netinet/tcp_var.h>

#include <netinet6/in6_ifattach.h>
#include <netinet6/in6_pcb.h>
#include <netinet6/in6_var.h>
#include <netinet6/ip6_var.h>
#include <netinet6/ip6protosw.h>
#include <netinet6/nd6.h>
#include <netinet6/raw_ip6.h>
#include <netinet6/scope6_var.h>
#include <netinet6/udp6_var.h>

#include <rump-sys/kern.h>
#include <rump-sys/net.h>
#include <rump-sys/net_in.h>

#include "in6_private.h"

/* ip6_protox has the places of those that take packets. */
const struct ip6protosw inet6sw[] = {
	{
		.pr_domain = &inet6domain,
		.pr_protocol = IPPROTO_IPV6,
		.pr_init = ip6_init,
		.pr_slowtimo = frag6_slowtimo,
		.pr_drain = frag6_drain,
	}, {
		.pr_type = SOCK_DGRAM,
		.pr_domain = &inet6domain,
		.pr_protocol = IPPROTO_UDP,
		.pr_flags = PR_ATOMIC | PR_ADDR | PR_PURGEIF,
		.pr_input = udp6_input,
		.pr_ctlinput = udp6_ctlinput,
		.pr_ctloutput = udp6_ctloutput,
		.pr_usrreqs = &udp6_usrreqs,
		.pr_init = udp6_init,
	}, {
		.pr_type = SOCK_STREAM,
		.pr_domain = &inet6domain,
		.pr_protocol = IPPROTO_TCP,
		.pr_flags = PR_CONNREQUIRED | PR_WANTRCVD | PR_LISTEN |
		    PR_ABRTACPTDIS,
		.pr_input = tcp6_input,
		.pr_ctlinput = tcp6_ctlinput,
		.pr_ctloutput = tcp_ctloutput,
		.pr_usrreqs = &tcp_usrreqs,
		.pr_init = tcp6_init,
	}, {
		.pr_type = SOCK_RAW,
		.pr_domain = &inet6domain,
		.pr_protocol = IPPROTO_RAW,
		.pr_flags = PR_ATOMIC | PR_ADDR | PR_PURGEIF,
		.pr_input = rip6_input,
		.pr_ctlinput = rip6_ctlinput,
		.pr_ctloutput = rip6_ctloutput,
		.pr_usrreqs = &rip6_usrreqs,
		.pr_init = rip6_init,
	}, {
		.pr_type = SOCK_RAW,
		.pr_domain = &inet6domain,
		.pr_protocol = IPPROTO_ICMPV6,
		.pr_flags = PR_ATOMIC | PR_ADDR | PR_LASTHDR,
		.pr_input = icmp6_input,
		.pr_ctlinput = rip6_ctlinput,
		.pr_ctloutput = icmp6_ctloutput,
		.pr_usrreqs = &rip6_usrreqs,
		.pr_init = icmp6_init,
	}, {
		.pr_type = SOCK_RAW,
		.pr_domain = &inet6domain,
		.pr_protocol = IPPROTO_DSTOPTS,
		.pr_flags = PR_ATOMIC | PR_ADDR,
		.pr_input = dest6_input,
		.pr_ctloutput = rip6_ctloutput,
		.pr_usrreqs = &rip6_usrreqs,
	}, {
		.pr_type = SOCK_RAW,
		.pr_domain = &inet6domain,
		.pr_protocol = IPPROTO_ROUTING,
		.pr_flags = PR_ATOMIC | PR_ADDR,
		.pr_input = route6_input,
		.pr_ctloutput = rip6_ctloutput,
		.pr_usrreqs = &rip6_usrreqs,
	}, {
		.pr_type = SOCK_RAW,
		.pr_domain = &inet6domain,
		.pr_protocol = IPPROTO_FRAGMENT,
		.pr_flags = PR_ATOMIC | PR_ADDR,
		.pr_input = frag6_input,
		.pr_ctloutput = rip6_ctloutput,
		.pr_usrreqs = &rip6_usrreqs,
	}, {
		/* All others. */
		.pr_type = SOCK_RAW,
		.pr_domain = &inet6domain,
		.pr_flags = PR_ATOMIC | PR_ADDR | PR_LASTHDR,
		.pr_input = rip6_input,
		.pr_ctloutput = rip6_ctloutput,
		.pr_usrreqs = &rip6_usrreqs,
	},
};

/* Those without an input of their own go to raw sockets, IPPROTO_RAW. */
void
ip6_protocols_init(void)
{
	const struct ip6protosw *pr, *raw = NULL;
	u_int i;

	for (pr = inet6sw; pr < &inet6sw[__arraycount(inet6sw)]; pr++) {
		if (pr->pr_protocol == IPPROTO_RAW)
			raw = pr;
	}
	KASSERT(raw != NULL);
	for (i = 0; i < IPPROTO_MAX; i++)
		ip6_protox[i] = (u_char)(raw - inet6sw);
	for (pr = inet6sw; pr < &inet6sw[__arraycount(inet6sw)]; pr++) {
		if (pr->pr_protocol != 0 && pr->pr_protocol != IPPROTO_RAW &&
		    pr->pr_input != NULL)
			ip6_protox[pr->pr_protocol] = (u_char)(pr - inet6sw);
	}
}

static const void *
sin6_sockaddr_const_addr(const struct sockaddr *sa, socklen_t *lenp)
{

	if (lenp != NULL)
		*lenp = sizeof(satocsin6(sa)->sin6_addr);
	return &satocsin6(sa)->sin6_addr;
}

static void *
sin6_sockaddr_addr(struct sockaddr *sa, socklen_t *lenp)
{

	if (lenp != NULL)
		*lenp = sizeof(satosin6(sa)->sin6_addr);
	return &satosin6(sa)->sin6_addr;
}

static int
sin6_sockaddr_cmp(const struct sockaddr *a, const struct sockaddr *b)
{

	return memcmp(&satocsin6(a)->sin6_addr, &satocsin6(b)->sin6_addr,
	    sizeof(struct in6_addr));
}

struct domain inet6domain = {
	.dom_family = AF_INET6,
	.dom_name = "internet6",
	.dom_protosw = (const struct protosw *)inet6sw,
	.dom_protoswNPROTOSW =
	    (const struct protosw *)&inet6sw[__arraycount(inet6sw)],
	.dom_rtattach = rt_inithead,
	.dom_rtoffset = offsetof(struct sockaddr_in6, sin6_addr) * NBBY,
	.dom_maxrtkey = sizeof(struct sockaddr_in6),
	.dom_ifattach = in6_domifattach,
	.dom_ifdetach = in6_domifdetach,
	.dom_if_up = in6_if_up,
	.dom_if_down = in6_if_down,
	.dom_if_link_state_change = in6_if_link_state_change,
	.dom_sockaddr_const_addr = sin6_sockaddr_const_addr,
	.dom_sockaddr_addr = sin6_sockaddr_addr,
	.dom_sockaddr_cmp = sin6_sockaddr_cmp,
	.dom_sa_any = (const struct sockaddr *)&sa6_any,
	.dom_sa_cmpofs = offsetof(struct sockaddr_in6, sin6_addr),
	.dom_sa_cmplen = sizeof(struct in6_addr),
};

static int
ether_resolve(struct ifnet *ifp, const struct rtentry *rt, struct mbuf *m,
    const struct sockaddr *dst, void *lladdr, size_t len)
{

	return nd6_resolve(ifp, rt, m, dst, lladdr, len);
}

/* Multicast addresses as Ethernet's, RFC 2464 section 7; the wildcard: all. */
static int
ether_mapmulti(const struct sockaddr *sa, uint8_t *lo, uint8_t *hi)
{
	const struct in6_addr *addr = &satocsin6(sa)->sin6_addr;

	if (IN6_IS_ADDR_UNSPECIFIED(addr)) {
		memset(lo, 0, ETHER_ADDR_LEN);
		memset(hi, 0xff, ETHER_ADDR_LEN);
		lo[0] = hi[0] = lo[1] = hi[1] = 0x33;
		return 0;
	}
	if (!IN6_IS_ADDR_MULTICAST(addr))
		return EINVAL;
	ETHER_MAP_IPV6_MULTICAST(addr, lo);
	memcpy(hi, lo, ETHER_ADDR_LEN);
	return 0;
}

bool in6_present;

RUMP_COMPONENT(RUMP_COMPONENT_NET)
{
	const struct net_ether ether = {
		.ne_family = AF_INET6,
		.ne_etype = ETHERTYPE_IPV6,
		.ne_resolve = ether_resolve,
		.ne_mapmulti = ether_mapmulti,
		.ne_ifinit = nd6_ifinit,
	};
	struct net_input ip6 = {
		.ni_etype = ETHERTYPE_IPV6,
		.ni_family = AF_INET6,
	};

	scope6_init();
	in6_init();
	nd6_init();
	inpcb_family_register(&inpcb_family6);
	domain_attach(&inet6domain);
	ip6.ni_pktq = ip6_pktq;
	FLAWLESSCALL(net_input_register(&ip6));
	FLAWLESSCALL(net_ether_register(&ether));
	in6_present = true;
	/* Interfaces that came before us. */
	if_attachdomain();
}

/* ::1, and link-local addresses of interfaces that are up already. */
RUMP_COMPONENT(RUMP_COMPONENT_NET_IFCFG)
{

	in6_ifattach_all();
}
