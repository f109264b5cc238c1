/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Protocol control blocks of IPv4: which addresses a socket may be bound to,
 * which one a packet goes out with.
 */

#include <sys/param.h>
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
#include <netinet/in_var.h>
#include <netinet/ip_var.h>

#include <rump-sys/net.h>

#include "in_private.h"

/* May a socket be bound to it?  Also to broadcast addresses and groups. */
static int
bindable(const struct inpcb *inp, const struct sockaddr_in *sin)
{
	struct in_ifaddr *ia;
	int s, error = 0;

	if (in_nullhost(sin->sin_addr) || IN_MULTICAST(sin->sin_addr.s_addr) ||
	    (inp->inp_flags & INP_BINDANY) != 0)
		return 0;
	s = pserialize_read_enter();
	if ((ia = in_get_ia(sin->sin_addr)) != NULL) {
		if ((ia4_flags_of(ia) & IN_IFF_DUPLICATED) != 0)
			error = EADDRNOTAVAIL;
	} else {
		struct sockaddr_in key;

		sockaddr_in_init(&key, &sin->sin_addr, 0);
		if (ifa_ifwithaddr(sintosa(&key)) == NULL)
			error = EADDRNOTAVAIL;
	}
	pserialize_read_exit(s);
	return error;
}

int
inpcb_bind4(struct inpcb *inp, const struct sockaddr_in *sin, struct lwp *l)
{
	struct in6_addr laddr;
	int error;

	if (inp->inp_lport != 0 || !inpcb_anyaddr(&inp->inp_laddr))
		return EINVAL;
	if (sin == NULL) {
		laddr = in6_v4mapped((struct in_addr){ INADDR_ANY });
		return inpcb_bindaddrs(inp, &laddr, 0, 0, NULL, l);
	}
	if ((error = in_checkaddr(sintocsa(sin), AF_INET)) != 0 ||
	    (error = bindable(inp, sin)) != 0)
		return error;
	laddr = in6_v4mapped(sin->sin_addr);
	return inpcb_bindaddrs(inp, &laddr, 0, sin->sin_port, sintocsa(sin),
	    l);
}

/* That of the interface groups are sent by, if one was chosen. */
static int
multicast_src(const struct inpcb *inp, struct in_addr *addr)
{
	struct in_ifaddr *ia = NULL;
	struct ifnet *ifp;
	int s, error = 0;

	if (inp->inp_moptions == NULL ||
	    inp->inp_moptions->imo_multicast_if_index == 0)
		return ENOENT;
	s = pserialize_read_enter();
	ifp = if_byindex(inp->inp_moptions->imo_multicast_if_index);
	if (ifp != NULL)
		ia = in_get_ia_from_ifp(ifp);
	if (ia == NULL || (ia4_flags_of(ia) & IN_IFF_NOTREADY) != 0)
		error = EADDRNOTAVAIL;
	else
		*addr = ia->ia_addr.sin_addr;
	pserialize_read_exit(s);
	return error;
}

/* With SO_DONTROUTE: that of an interface whose net it is in. */
static int
direct_src(const struct sockaddr_in *sin, struct in_addr *addr)
{
	struct sockaddr_in key;
	struct ifaddr *ifa;
	int s;

	sockaddr_in_init(&key, &sin->sin_addr, 0);
	s = pserialize_read_enter();
	if ((ifa = ifa_ifwithdstaddr(sintosa(&key))) == NULL)
		ifa = ifa_ifwithnet(sintosa(&key));
	if (ifa != NULL)
		*addr = satosin(ifa->ifa_addr)->sin_addr;
	pserialize_read_exit(s);
	return ifa != NULL ? 0 : ENETUNREACH;
}

/* The address of a route; the caller has a reference of that. */
static int
route_src(const struct rtentry *rt, struct in_addr *addr)
{
	struct ifaddr *ifa;
	int s, error = EADDRNOTAVAIL;

	s = pserialize_read_enter();
	ifa = atomic_load_consume(&rt->rt_ifa);
	if (ifa != NULL && ifa->ifa_addr->sa_family == AF_INET &&
	    !ifa_is_destroying(ifa) &&
	    (ia4_flags_of(ifatoia(ifa)) & IN_IFF_NOTREADY) == 0) {
		*addr = satosin(ifa->ifa_addr)->sin_addr;
		error = 0;
	}
	pserialize_read_exit(s);
	return error;
}

int
in_selectsrc(struct inpcb *inp, const struct sockaddr_in *sin,
    struct in_addr *addr)
{
	struct sockaddr_in dst;
	struct rtentry *rt;
	int error;

	if (IN_MULTICAST(sin->sin_addr.s_addr) &&
	    (error = multicast_src(inp, addr)) != ENOENT)
		return error;
	if ((inp->inp_so->so_options & SO_DONTROUTE) != 0)
		return direct_src(sin, addr);
	sockaddr_in_init(&dst, &sin->sin_addr, 0);
	if ((rt = rtcache_lookup(&inp->inp_route, sintosa(&dst))) == NULL) {
		/* To all on the link: by any interface that can. */
		if (sin->sin_addr.s_addr == INADDR_BROADCAST &&
		    direct_src(sin, addr) == 0)
			return 0;
		return EHOSTUNREACH;
	}
	error = route_src(rt, addr);
	rtcache_unref(rt, &inp->inp_route);
	return error;
}

/* To no address is to ourselves; to all is by the first that can broadcast. */
static int
connect_target(const struct sockaddr_in *sin, struct in_addr *addr)
{
	struct in_ifaddr *ia;
	int s, error = 0;

	*addr = sin->sin_addr;
	if (!in_nullhost(*addr) && addr->s_addr != INADDR_BROADCAST)
		return 0;
	s = pserialize_read_enter();
	ia = IN_ADDRLIST_READER_FIRST();
	if (ia == NULL)
		error = in_nullhost(*addr) ? EADDRNOTAVAIL : 0;
	else if (in_nullhost(*addr))
		*addr = ia->ia_addr.sin_addr;
	else {
		IN_ADDRLIST_READER_FOREACH(ia) {
			if (net_ifflags(ia->ia_ifp, IFF_BROADCAST) != 0)
				break;
		}
		if (ia != NULL)
			*addr = ia->ia_broadaddr.sin_addr;
	}
	pserialize_read_exit(s);
	return error;
}

int
inpcb_connect4(struct inpcb *inp, const struct sockaddr_in *sin,
    struct lwp *l)
{
	struct inaddrs to = { .ia_fport = sin->sin_port };
	struct sockaddr_in dst;
	struct in_addr addr;
	const bool any = inpcb_anyaddr(&inp->inp_laddr);
	int error;

	if ((error = in_checkaddr(sintocsa(sin), AF_INET)) != 0)
		return error;
	if (sin->sin_port == 0)
		return EADDRNOTAVAIL;
	if ((error = connect_target(sin, &addr)) != 0)
		return error;
	sockaddr_in_init(&dst, &addr, sin->sin_port);
	to.ia_faddr = in6_v4mapped(addr);
	if (!any)
		to.ia_laddr = inp->inp_laddr;
	else {
		if ((error = in_selectsrc(inp, &dst, &addr)) != 0)
			return error;
		to.ia_laddr = in6_v4mapped(addr);
	}
	if ((error = inpcb_connectaddrs(inp, &to, l)) == 0 && any)
		inp->inp_flags |= INP_ANONADDR;
	return error;
}

void
inpcb_sockaddr4(const struct inpcb *inp, struct sockaddr_in *sin)
{
	const struct in_addr addr = in6_v4of(&inp->inp_laddr);

	sockaddr_in_init(sin, &addr, inp->inp_lport);
}

void
inpcb_peeraddr4(const struct inpcb *inp, struct sockaddr_in *sin)
{
	const struct in_addr addr = in6_v4of(&inp->inp_faddr);

	sockaddr_in_init(sin, &addr, inp->inp_fport);
}

static int
bind4(struct inpcb *inp, const struct sockaddr *sa, struct lwp *l)
{

	return inpcb_bind4(inp, satocsin(sa), l);
}

static int
connect4(struct inpcb *inp, const struct sockaddr *sa, struct lwp *l)
{

	return inpcb_connect4(inp, satocsin(sa), l);
}

static void
sockaddr4(const struct inpcb *inp, struct sockaddr *sa)
{

	inpcb_sockaddr4(inp, satosin(sa));
}

static void
peeraddr4(const struct inpcb *inp, struct sockaddr *sa)
{

	inpcb_peeraddr4(inp, satosin(sa));
}

static void
savecontrol4(struct inpcb *inp, struct mbuf **mp, void *ip, struct mbuf *m)
{

	ip_savecontrol(inp, mp, ip, m);
}

static int
inherit4(struct inpcb *inp __unused, const struct inpcb *linp __unused)
{

	return 0;
}

static void
release4(struct inpcb *inp)
{

	ip_freemoptions(inp->inp_moptions);
	inp->inp_moptions = NULL;
}

const struct inpcb_family inpcb_family4 = {
	.pf_family = AF_INET,
	.pf_bind = bind4,
	.pf_connect = connect4,
	.pf_sockaddr = sockaddr4,
	.pf_peeraddr = peeraddr4,
	.pf_ctloutput = ip_ctloutput,
	.pf_control = in_control,
	.pf_savecontrol = savecontrol4,
	.pf_inherit = inherit4,
	.pf_optlen = ip_optlen,
	.pf_release = release4,
	.pf_purgeif = ip_moptions_purgeif,
};
