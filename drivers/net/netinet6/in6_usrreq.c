/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What sockets of datagrams and raw ones of IPv6 do alike; what those of IPv4
 * do, too, is in netinet's in_usrreq.c.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/mbuf.h>
#include <sys/protosw.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <netinet/in.h>
#include <netinet/in_pcb.h>
#include <netinet/ip6.h>
#include <netinet/ip_var.h>

#include <netinet6/in6_pcb.h>
#include <netinet6/ip6_var.h>

#include "in6_private.h"

/* What a new pcb has that does not come from another one. */
void
in6_attached(struct socket *so)
{
	struct inpcb *inp = sotoinpcb(so);

	inp->inp_ttl = (uint8_t)ip_defttl;
	if (ip6_v6only)
		inp->inp_flags |= INP_V6ONLY;
}

void
in6_fill_header(struct ip6_hdr *ip6, struct inpcb *inp,
    const struct in6_addr *src, const struct in6_addr *dst, uint8_t nxt)
{

	ip6->ip6_flow = (inp->inp_flowinfo & IPV6_FLOWLABEL_MASK) |
	    htonl((uint32_t)inp->inp_tos << 20);
	ip6->ip6_vfc |= IPV6_VERSION;
	ip6->ip6_plen = 0;
	ip6->ip6_nxt = nxt;
	ip6->ip6_hlim = (uint8_t)in6_selecthlim_rt(inp);
	ip6->ip6_src = *src;
	ip6->ip6_dst = *dst;
}
