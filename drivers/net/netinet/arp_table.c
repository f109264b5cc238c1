/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tables of ARP's neighbours: what an lltable and nd.c want of IPv4.
 */

#include <sys/param.h>
#include <sys/kernel.h>
#include <sys/mbuf.h>
#include <sys/pserialize.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_arp.h>
#include <net/if_dl.h>
#include <net/if_llatbl.h>
#include <net/nd.h>
#include <net/route.h>

#include <netinet/if_inarp.h>
#include <netinet/in.h>
#include <netinet/in_var.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>

#include <lib/libkern/libkern.h>

#include <rump-sys/net.h>
#include <rump-sys/net_llt.h>

#include "arp_private.h"
#include "in_private.h"

#define	NCHAINS		32
#define	ENTRIES_MAX	8192	/* of one interface: scans must not fill
				   memory */

int arp_nud = 1;
int arp_reachable = REACHABLE_TIME;
int arp_retrans = RETRANS_TIMER;

/*
 * The table.
 */
static void
fill_sa(const struct llentry *lle, struct sockaddr *sa, bool programs __unused)
{

	sockaddr_in_init(satosin(sa), &lle->r_l3addr.addr4, 0);
}

static void
dropped(size_t n)
{

	arp_stat_add(ARP_STAT_DFRDROPPED, n);
}

static void
failed(void)
{

	arp_statinc(ARP_STAT_ALLOCFAIL);
}

static const struct net_llt_family arp_llt_family = {
	.nf_af = AF_INET,
	.nf_addrlen = sizeof(struct in_addr),
	.nf_addroff = offsetof(struct sockaddr_in, sin_addr),
	.nf_nchains = NCHAINS,
	.nf_max = ENTRIES_MAX,
	.nf_fill_sa = fill_sa,
	.nf_dropped = dropped,
	.nf_failed = failed,
};

struct lltable *
in_lltattach(struct ifnet *ifp)
{

	return net_llt_attach(ifp, &arp_llt_family);
}

struct llentry *
arp_lookup(struct ifnet *ifp, struct in_addr addr, bool create)
{
	struct sockaddr_in sin;

	sockaddr_in_init(&sin, &addr, 0);
	return net_llt_get(in_lltable_get(ifp), sintosa(&sin), create);
}

/*
 * Unreachability detection.
 */
static bool
nud_enabled(struct ifnet *ifp)
{

	return arp_nud && net_ifflags(ifp, IFF_NOARP) == 0;
}

static unsigned int
reachable(struct ifnet *ifp __unused)
{

	return ND_COMPUTE_RTIME((u_int)arp_reachable);
}

static unsigned int
retrans(struct ifnet *ifp __unused)
{

	return (u_int)arp_retrans;
}

static union l3addr *
holdsrc(struct llentry *lle, union l3addr *src)
{
	const struct mbuf *m = lle->la_hold;
	struct in_ifaddr *ia;
	struct ip ip;
	int s;

	if (m == NULL || m->m_len < (int)sizeof(ip))
		return NULL;
	memcpy(&ip, mtod(m, const void *), sizeof(ip));
	s = pserialize_read_enter();
	ia = in_get_ia_on_iface(ip.ip_src, lltable_get_ifp(lle->lle_tbl));
	pserialize_read_exit(s);
	if (ia == NULL)
		return NULL;
	src->addr4 = ip.ip_src;
	return src;
}

/* An address of ours towards that one, or none. */
static struct in_addr
source_for(struct ifnet *ifp, struct in_addr target)
{
	struct in_addr src = { .s_addr = INADDR_ANY };
	struct sockaddr_in sin;
	struct ifaddr *ifa;
	int s;

	sockaddr_in_init(&sin, &target, 0);
	s = pserialize_read_enter();
	ifa = ifaof_ifpforaddr(sintosa(&sin), ifp);
	if (ifa != NULL && (ia4_flags_of(ifatoia(ifa)) & IN_IFF_NOTREADY) == 0)
		src = satosin(ifa->ifa_addr)->sin_addr;
	pserialize_read_exit(s);
	return src;
}

static void
ask(struct ifnet *ifp, const union l3addr *daddr __unused,
    const union l3addr *taddr, const uint8_t *tlladdr,
    const union l3addr *hsrc)
{
	struct in_addr src = hsrc != NULL ? hsrc->addr4 :
	    source_for(ifp, taddr->addr4);

	arprequest(ifp, &src, &taddr->addr4,
	    (const uint8_t *)CLLADDR(ifp->if_sadl), tlladdr);
}

static void
missed(struct ifnet *ifp __unused, const union l3addr *taddr __unused,
    int16_t state __unused, struct mbuf *m)
{

	if (m == NULL)
		return;
	arp_statinc(ARP_STAT_DFRDROPPED);
	icmp_error(m, ICMP_UNREACH, ICMP_UNREACH_HOST, 0, 0);
}

static struct nd_domain arp_nd_domain = {
	.nd_family = AF_INET,
	NET_LLT_ND_DOMAIN,
	.nd_nud_enabled = nud_enabled,
	.nd_reachable = reachable,
	.nd_retrans = retrans,
	.nd_holdsrc = holdsrc,
	.nd_output = ask,
	.nd_missed = missed,
};

void
arp_nd_init(void)
{

	nd_attach_domain(&arp_nd_domain);
}
