/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Protocol control blocks of IPv6: which addresses a socket may be bound to,
 * which peers it may have - of IPv4, too, unless it is IPV6_V6ONLY (RFC 3493
 * section 3.7).
 */

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/pserialize.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/route.h>

#include <netinet/in.h>
#include <netinet/in_pcb.h>

#include <netinet6/in6_pcb.h>
#include <netinet6/in6_var.h>
#include <netinet6/ip6_var.h>
#include <netinet6/scope6_var.h>

#include <rump-sys/net_in.h>

#include "in6_private.h"

int ip6_v6only = 1;
int ip6_auto_flowlabel = 1;

void
in6_sin6_2_sin(struct sockaddr_in *sin, struct sockaddr_in6 *sin6)
{
	const struct in_addr addr = in6_v4of(&sin6->sin6_addr);

	KASSERT(IN6_IS_ADDR_V4MAPPED(&sin6->sin6_addr));
	sockaddr_in_init(sin, &addr, sin6->sin6_port);
}

void
in6_sin_2_v4mapsin6(const struct sockaddr_in *sin, struct sockaddr_in6 *sin6)
{
	const struct in6_addr addr = in6_v4mapped(sin->sin_addr);

	sockaddr_in6_init(sin6, &addr, sin->sin_port, 0, 0);
}

/* Of ours, or a group, or any.  Also one that is still looked for. */
static int
bindable(const struct inpcb *inp, const struct in6_addr *addr)
{
	struct in6_ifaddr *ia;
	int s, error = 0;

	if (IN6_IS_ADDR_UNSPECIFIED(addr) || IN6_IS_ADDR_MULTICAST(addr) ||
	    (inp->inp_flags & INP_BINDANY) != 0)
		return 0;
	s = pserialize_read_enter();
	ia = in6ifa_ifwithaddr(addr, 0);
	if (ia == NULL || (atomic_load_relaxed(&ia->ia6_flags) &
	    IN6_IFF_DUPLICATED) != 0)
		error = EADDRNOTAVAIL;
	pserialize_read_exit(s);
	return error;
}

/* What a program gave: its zone is in the address afterwards. */
int
in6_take_addr(const struct sockaddr *sa, struct sockaddr_in6 *sin6)
{
	int error;

	if ((error = in_checkaddr(sa, AF_INET6)) != 0)
		return error;
	*sin6 = *satocsin6(sa);
	return sa6_embedscope(sin6, ip6_use_defzone);
}

int
in6_checkbind(const struct inpcb *inp, const struct sockaddr *sa,
    struct in6_addr *addr)
{
	struct sockaddr_in6 sin6;
	int error;

	if ((error = in6_take_addr(sa, &sin6)) != 0)
		return error;
	*addr = sin6.sin6_addr;
	return bindable(inp, addr);
}

int
in6pcb_bind(struct inpcb *inp, const struct sockaddr *sa, struct lwp *l)
{
	struct sockaddr_in sin;
	struct sockaddr_in6 sin6;
	int error;

	if (inp->inp_lport != 0 || !inpcb_anyaddr(&inp->inp_laddr))
		return EINVAL;
	if (sa == NULL)
		return inpcb_bindaddrs(inp, &in6addr_any, 0, 0, NULL, l);
	if ((error = in6_take_addr(sa, &sin6)) != 0)
		return error;
	if (IN6_IS_ADDR_V4MAPPED(&sin6.sin6_addr)) {
		if ((inp->inp_flags & INP_V6ONLY) != 0)
			return EADDRNOTAVAIL;
		in6_sin6_2_sin(&sin, &sin6);
		return inpcb_bind4(inp, &sin, l);
	}
	if ((error = bindable(inp, &sin6.sin6_addr)) != 0)
		return error;
	return inpcb_bindaddrs(inp, &sin6.sin6_addr, 0, sin6.sin6_port, sa,
	    l);
}

static int
connect_mapped(struct inpcb *inp, struct sockaddr_in6 *sin6, struct lwp *l)
{
	struct sockaddr_in sin;

	if ((inp->inp_flags & INP_V6ONLY) != 0 ||
	    (!inpcb_anyaddr(&inp->inp_laddr) &&
	    !IN6_IS_ADDR_V4MAPPED(&inp->inp_laddr)))
		return EINVAL;
	in6_sin6_2_sin(&sin, sin6);
	return inpcb_connect4(inp, &sin, l);
}

int
in6pcb_connect(struct inpcb *inp, const struct sockaddr *sa, struct lwp *l)
{
	const bool any = inpcb_anyaddr(&inp->inp_laddr);
	struct inaddrs to = { .ia_zone = 0 };
	struct sockaddr_in6 sin6;
	int error;

	if ((error = in6_take_addr(sa, &sin6)) != 0)
		return error;
	if (sin6.sin6_port == 0)
		return EADDRNOTAVAIL;
	if (IN6_IS_ADDR_V4MAPPED(&sin6.sin6_addr))
		return connect_mapped(inp, &sin6, l);
	if (!any && IN6_IS_ADDR_V4MAPPED(&inp->inp_laddr))
		return EINVAL;
	/* To no address is to ourselves. */
	if (IN6_IS_ADDR_UNSPECIFIED(&sin6.sin6_addr))
		sin6.sin6_addr = in6addr_loopback;
	error = in6_selectsrc(&sin6, inp->inp_outopts, inp->inp_6moptions,
	    &inp->inp_route, any ? NULL : &inp->inp_laddr, NULL, NULL,
	    &to.ia_laddr);
	if (error != 0)
		return error;
	/* What is bound stays so, whatever options say. */
	if (!any)
		to.ia_laddr = inp->inp_laddr;
	to.ia_faddr = sin6.sin6_addr;
	to.ia_fport = sin6.sin6_port;
	if ((error = inpcb_connectaddrs(inp, &to, l)) != 0)
		return error;
	if (any)
		inp->inp_flags |= INP_ANONADDR;
	inp->inp_flowinfo = sin6.sin6_flowinfo & IPV6_FLOWINFO_MASK;
	if ((inp->inp_flowinfo & IPV6_FLOWLABEL_MASK) == 0 &&
	    ip6_auto_flowlabel)
		inp->inp_flowinfo |= htonl(ip6_randomflowlabel());
	return 0;
}

/* As programs see them: without what IPv4 leaves of no address. */
static void
fill(struct sockaddr *sa, const struct in6_addr *addr, in_port_t port)
{
	struct sockaddr_in6 *sin6 = satosin6(sa);

	memset(sin6, 0, sizeof(*sin6));
	sockaddr_in6_init(sin6, addr, port, 0, 0);
	(void)sa6_recoverscope(sin6);
}

void
in6pcb_fetch_sockaddr(const struct inpcb *inp, struct sockaddr *sa)
{

	fill(sa, &inp->inp_laddr, inp->inp_lport);
}

void
in6pcb_fetch_peeraddr(const struct inpcb *inp, struct sockaddr *sa)
{

	fill(sa, &inp->inp_faddr, inp->inp_fport);
}

static int
inherit(struct inpcb *inp, const struct inpcb *linp)
{

	inp->inp_hops = linp->inp_hops;
	if (ip6_auto_flowlabel)
		inp->inp_flowinfo = htonl(ip6_randomflowlabel());
	if (linp->inp_outopts == NULL)
		return 0;
	inp->inp_outopts = ip6_copypktopts(linp->inp_outopts, M_NOWAIT);
	return inp->inp_outopts != NULL ? 0 : ENOBUFS;
}

static void
savecontrol(struct inpcb *inp, struct mbuf **mp, void *ip, struct mbuf *m)
{

	ip6_savecontrol(inp, mp, ip, m);
}

const struct inpcb_family inpcb_family6 = {
	.pf_family = AF_INET6,
	.pf_bind = in6pcb_bind,
	.pf_connect = in6pcb_connect,
	.pf_sockaddr = in6pcb_fetch_sockaddr,
	.pf_peeraddr = in6pcb_fetch_peeraddr,
	.pf_ctloutput = ip6_ctloutput,
	.pf_control = in6_control,
	.pf_savecontrol = savecontrol,
	.pf_inherit = inherit,
	.pf_optlen = ip6_optlen,
	.pf_release = in6pcb_release,
	.pf_purgeif = ip6_moptions_purgeif,
};
