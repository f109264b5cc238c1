/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Options of sockets of level IPPROTO_IPV6, ip6(4): RFC 3493, RFC 3542.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/proc.h>
#include <sys/protosw.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/route.h>

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/in_pcb.h>
#include <netinet/ip6.h>
#include <netinet/ip_var.h>

#include <netinet6/in6_pcb.h>
#include <netinet6/in6_var.h>
#include <netinet6/ip6_var.h>
#include <netinet6/nd6.h>
#include <netinet6/scope6_var.h>

#include "in6_private.h"

void
in6pcb_release(struct inpcb *inp)
{

	ip6_freemoptions(inp->inp_6moptions);
	inp->inp_6moptions = NULL;
	if (inp->inp_outopts != NULL) {
		ip6_clearpktopts(inp->inp_outopts, -1);
		kmem_intr_free(inp->inp_outopts, sizeof(*inp->inp_outopts));
		inp->inp_outopts = NULL;
	}
	/* A protocol that is not raw has taken its own back already. */
	if (inp->inp_filter6 != NULL) {
		kmem_intr_free(inp->inp_filter6, sizeof(struct icmp6_filter));
		inp->inp_filter6 = NULL;
	}
}

/* The flag of an option that is one; 0: it is not. */
static int
option_flag(int name)
{

	switch (name) {
	case IPV6_RECVPKTINFO:
		return INP_RECVPKTINFO;
	case IPV6_RECVHOPLIMIT:
		return INP_RECVHOPLIMIT;
	case IPV6_RECVTCLASS:
		return INP_RECVTCLASS;
	case IPV6_RECVHOPOPTS:
		return INP_RECVHOPOPTS;
	case IPV6_RECVDSTOPTS:
	case IPV6_RECVRTHDRDSTOPTS:
		return INP_RECVDSTOPTS;
	case IPV6_RECVRTHDR:
		return INP_RECVRTHDR;
	case IPV6_RECVPATHMTU:
		return INP_RECVPATHMTU;
	case IPV6_V6ONLY:
		return INP_V6ONLY;
	case IPV6_BINDANY:
		return INP_BINDANY;
	default:
		return 0;
	}
}

static int
set_flag(struct inpcb *inp, int flag, int on)
{

	if (flag == INP_BINDANY && kauth_authorize_network(curlwp->l_cred,
	    KAUTH_NETWORK_BIND, KAUTH_REQ_NETWORK_BIND_ANYADDR, inp->inp_so,
	    NULL, NULL) != 0)
		return EACCES;
	/* Only as long as nobody can have noticed: RFC 3493 section 5.3. */
	if (flag == INP_V6ONLY && (inp->inp_lport != 0 ||
	    !inpcb_anyaddr(&inp->inp_laddr)))
		return EINVAL;
	if (flag == INP_RECVPATHMTU && inp->inp_so->so_type == SOCK_STREAM)
		return EINVAL;
	if (on)
		inp->inp_flags |= flag;
	else
		inp->inp_flags &= ~flag;
	return 0;
}

static int
set_int(struct inpcb *inp, int name, int v)
{

	switch (name) {
	case IPV6_UNICAST_HOPS:
		if (v < -1 || v > IPV6_MAXHLIM)
			return EINVAL;
		inp->inp_hops = (uint8_t)MAX(v, 0);
		return set_flag(inp, INP_HOPS, v >= 0);
	case IPV6_TCLASS:
		if (v < -1 || v > 255)
			return EINVAL;
		inp->inp_tos = (uint8_t)(v == -1 ? 0 : v);
		return 0;
	case IPV6_PORTRANGE:
		if (v != IPV6_PORTRANGE_DEFAULT && v != IPV6_PORTRANGE_HIGH &&
		    v != IPV6_PORTRANGE_LOW)
			return EINVAL;
		inp->inp_portrange = (uint8_t)v;
		return 0;
	default:
		return set_flag(inp, option_flag(name), v);
	}
}

static bool
is_multicast(int name)
{

	switch (name) {
	case IPV6_MULTICAST_IF:
	case IPV6_MULTICAST_HOPS:
	case IPV6_MULTICAST_LOOP:
	case IPV6_JOIN_GROUP:
	case IPV6_LEAVE_GROUP:
		return true;
	default:
		return false;
	}
}

static int
set_option(struct inpcb *inp, struct sockopt *sopt)
{
	const int name = sopt->sopt_name;
	int error, v;

	if (is_multicast(name))
		return inp->inp_so->so_type == SOCK_STREAM ? EOPNOTSUPP :
		    ip6_setmoptions(inp, sopt);
	if (ip6_is_pktopt(name))
		return ip6_set_sticky(inp, sopt);
	if (option_flag(name) == 0 && name != IPV6_UNICAST_HOPS &&
	    name != IPV6_TCLASS && name != IPV6_PORTRANGE)
		return ENOPROTOOPT;
	if ((error = sockopt_getint(sopt, &v)) != 0)
		return error;
	return set_int(inp, name, v);
}

/* IPV6_PATHMTU: of what it is connected to. */
static int
get_pathmtu(struct inpcb *inp, struct sockopt *sopt)
{
	struct ip6_mtuinfo mi;
	struct rtentry *rt;
	struct sockaddr_in6 dst;

	if ((inp->inp_so->so_state & SS_ISCONNECTED) == 0 ||
	    IN6_IS_ADDR_V4MAPPED(&inp->inp_faddr))
		return ENOTCONN;
	memset(&mi, 0, sizeof(mi));
	in6pcb_fetch_peeraddr(inp, sin6tosa(&mi.ip6m_addr));
	sockaddr_in6_init(&dst, &inp->inp_faddr, 0, 0, 0);
	if ((rt = rtcache_lookup(&inp->inp_route, sin6tosa(&dst))) == NULL)
		return EHOSTUNREACH;
	mi.ip6m_mtu = IN6_LINKMTU(rt->rt_ifp);
	if (rt->rt_rmx.rmx_mtu != 0 && rt->rt_rmx.rmx_mtu < mi.ip6m_mtu)
		mi.ip6m_mtu = (uint32_t)rt->rt_rmx.rmx_mtu;
	rtcache_unref(rt, &inp->inp_route);
	return sockopt_set(sopt, &mi, sizeof(mi));
}

static int
get_option(struct inpcb *inp, struct sockopt *sopt)
{
	const int name = sopt->sopt_name;

	if (is_multicast(name))
		return inp->inp_so->so_type == SOCK_STREAM ? EOPNOTSUPP :
		    ip6_getmoptions(inp, sopt);
	if (ip6_is_pktopt(name))
		return ip6_get_sticky(inp, sopt);
	switch (name) {
	case IPV6_PATHMTU:
		return get_pathmtu(inp, sopt);
	case IPV6_UNICAST_HOPS:
		return sockopt_setint(sopt, in6_selecthlim_rt(inp));
	case IPV6_TCLASS:
		return sockopt_setint(sopt, inp->inp_tos);
	case IPV6_PORTRANGE:
		return sockopt_setint(sopt, inp->inp_portrange);
	default:
		if (option_flag(name) == 0)
			return ENOPROTOOPT;
		return sockopt_setint(sopt,
		    (inp->inp_flags & option_flag(name)) != 0);
	}
}

int
ip6_ctloutput(int op, struct socket *so, struct sockopt *sopt)
{
	struct inpcb *inp = sotoinpcb(so);

	KASSERT(solocked(so));
	if (inp == NULL)
		return EINVAL;
	/* What goes to peers of IPv4 has IPv4's options. */
	if (sopt->sopt_level == IPPROTO_IP &&
	    (inp->inp_flags & INP_V6ONLY) == 0 &&
	    (sopt->sopt_name == IP_TOS || sopt->sopt_name == IP_TTL))
		return ip_ctloutput(op, so, sopt);
	if (sopt->sopt_level != IPPROTO_IPV6)
		return ENOPROTOOPT;
	return op == PRCO_SETOPT ? set_option(inp, sopt) :
	    get_option(inp, sopt);
}
