/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Multicast options of sockets, ip6(4), RFC 3493 section 5.2: by which
 * interface, how far, and groups joined and left.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/psref.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/route.h>

#include <netinet/in.h>
#include <netinet/in_pcb.h>
#include <netinet/ip6.h>

#include <netinet6/in6_var.h>
#include <netinet6/ip6_var.h>
#include <netinet6/scope6_var.h>

#include <rump-sys/net.h>

#include "in6_private.h"

/* As many as of IPv4, IP_MAX_MEMBERSHIPS. */
#define	MEMBERSHIPS_MAX	20

static struct ip6_moptions *
make(void)
{
	struct ip6_moptions *im6o = kmem_intr_zalloc(sizeof(*im6o),
	    KM_NOSLEEP);

	if (im6o != NULL) {
		im6o->im6o_multicast_hlim = (uint8_t)ip6_defmcasthlim;
		im6o->im6o_multicast_loop = IPV6_DEFAULT_MULTICAST_LOOP;
		LIST_INIT(&im6o->im6o_memberships);
	}
	return im6o;
}

static void
membership_end(struct ip6_moptions *im6o, struct in6_multi_mship *imm)
{
	struct ifnet *ifp = imm->i6mm_maddr->in6m_ifp;

	KASSERT(im6o->im6o_num_memberships > 0);
	im6o->im6o_num_memberships--;
	LIST_REMOVE(imm, i6mm_chain);
	IFNET_LOCK(ifp);
	in6_leavegroup(imm);
	IFNET_UNLOCK(ifp);
}

void
ip6_freemoptions(struct ip6_moptions *im6o)
{
	struct in6_multi_mship *imm;

	if (im6o == NULL)
		return;
	while ((imm = LIST_FIRST(&im6o->im6o_memberships)) != NULL)
		membership_end(im6o, imm);
	kmem_intr_free(im6o, sizeof(*im6o));
}

void
ip6_moptions_purgeif(struct inpcb *inp, struct ifnet *ifp)
{
	struct ip6_moptions *im6o = inp->inp_6moptions;
	struct in6_multi_mship *imm, *next;

	if (im6o == NULL)
		return;
	if (im6o->im6o_multicast_if_index == ifp->if_index)
		im6o->im6o_multicast_if_index = 0;
	LIST_FOREACH_SAFE(imm, &im6o->im6o_memberships, i6mm_chain, next) {
		if (imm->i6mm_maddr->in6m_ifp == ifp)
			membership_end(im6o, imm);
	}
}

static int
set_interface(struct ip6_moptions *im6o, const struct sockopt *sopt)
{
	struct psref psref;
	struct ifnet *ifp;
	u_int index;
	int error, bound;

	if ((error = sockopt_get(sopt, &index, sizeof(index))) != 0)
		return error;
	if (index != 0) {
		bound = curlwp_bind();
		if ((ifp = if_get_byindex(index, &psref)) == NULL)
			error = ENXIO;
		else {
			if (net_ifflags(ifp, IFF_MULTICAST) == 0)
				error = EADDRNOTAVAIL;
			if_put(ifp, &psref);
		}
		curlwp_bindx(bound);
	}
	if (error == 0)
		im6o->im6o_multicast_if_index = (if_index_t)index;
	return error;
}

/* The interface a group leads to, if none is said; NULL: there is no way. */
static struct ifnet *
by_route(const struct in6_addr *group, struct psref *psref)
{
	struct sockaddr_in6 dst;
	struct ifnet *ifp = NULL;
	struct rtentry *rt;
	struct route ro;

	memset(&ro, 0, sizeof(ro));
	sockaddr_in6_init(&dst, group, 0, 0, 0);
	if ((rt = rtcache_lookup(&ro, sin6tosa(&dst))) != NULL) {
		ifp = if_get_byindex(rt->rt_ifp->if_index, psref);
		rtcache_unref(rt, &ro);
	}
	rtcache_free(&ro);
	return ifp;
}

/* A group on an interface, which is referenced; curlwp is bound. */
static int
get_group(const struct sockopt *sopt, struct ip6_moptions *im6o,
    struct in6_addr *group, struct ifnet **ifpp, struct psref *psref)
{
	struct ipv6_mreq mreq;
	struct ifnet *ifp;
	u_int index;
	int error;

	if ((error = sockopt_get(sopt, &mreq, sizeof(mreq))) != 0)
		return error;
	if (!IN6_IS_ADDR_MULTICAST(&mreq.ipv6mr_multiaddr) ||
	    IPV6_ADDR_MC_SCOPE(&mreq.ipv6mr_multiaddr) == 0)
		return EINVAL;
	index = mreq.ipv6mr_interface != 0 ? mreq.ipv6mr_interface :
	    im6o->im6o_multicast_if_index;
	ifp = index != 0 ? if_get_byindex(index, psref) :
	    by_route(&mreq.ipv6mr_multiaddr, psref);
	if (ifp == NULL)
		return index != 0 ? ENXIO : EADDRNOTAVAIL;
	*group = mreq.ipv6mr_multiaddr;
	if ((error = in6_setscope(group, ifp, NULL)) != 0) {
		if_put(ifp, psref);
		return error;
	}
	*ifpp = ifp;
	return 0;
}

static struct in6_multi_mship *
find(struct ip6_moptions *im6o, const struct in6_addr *group,
    const struct ifnet *ifp)
{
	struct in6_multi_mship *imm;

	LIST_FOREACH(imm, &im6o->im6o_memberships, i6mm_chain) {
		if (imm->i6mm_maddr->in6m_ifp == ifp &&
		    IN6_ARE_ADDR_EQUAL(&imm->i6mm_maddr->in6m_addr, group))
			break;
	}
	return imm;
}

static int
join(struct ip6_moptions *im6o, struct in6_addr *group, struct ifnet *ifp)
{
	struct in6_multi_mship *imm;
	int error = 0;

	if (net_ifflags(ifp, IFF_MULTICAST) == 0)
		return EADDRNOTAVAIL;
	if (find(im6o, group, ifp) != NULL)
		return EADDRINUSE;
	if (im6o->im6o_num_memberships >= MEMBERSHIPS_MAX)
		return ETOOMANYREFS;
	IFNET_LOCK(ifp);
	imm = in6_joingroup(ifp, group, &error, 0);
	IFNET_UNLOCK(ifp);
	if (imm == NULL)
		return error;
	LIST_INSERT_HEAD(&im6o->im6o_memberships, imm, i6mm_chain);
	im6o->im6o_num_memberships++;
	return 0;
}

static int
change_group(struct ip6_moptions *im6o, const struct sockopt *sopt)
{
	struct in6_multi_mship *imm;
	struct in6_addr group;
	struct psref psref;
	struct ifnet *ifp;
	int error, bound = curlwp_bind();

	error = get_group(sopt, im6o, &group, &ifp, &psref);
	if (error == 0) {
		if (sopt->sopt_name == IPV6_JOIN_GROUP)
			error = join(im6o, &group, ifp);
		else if ((imm = find(im6o, &group, ifp)) != NULL)
			membership_end(im6o, imm);
		else
			error = EADDRNOTAVAIL;
		if_put(ifp, &psref);
	}
	curlwp_bindx(bound);
	return error;
}

static int
set_byte(const struct sockopt *sopt, int least, int most, int deflt,
    uint8_t *vp)
{
	int v, error;

	if ((error = sockopt_getint(sopt, &v)) != 0)
		return error;
	if (v < least || v > most)
		return EINVAL;
	*vp = (uint8_t)(v == -1 ? deflt : v);
	return 0;
}

int
ip6_setmoptions(struct inpcb *inp, const struct sockopt *sopt)
{
	struct ip6_moptions *im6o = inp->inp_6moptions;

	if (im6o == NULL &&
	    (im6o = inp->inp_6moptions = make()) == NULL)
		return ENOBUFS;
	switch (sopt->sopt_name) {
	case IPV6_MULTICAST_IF:
		return set_interface(im6o, sopt);
	case IPV6_MULTICAST_HOPS:
		return set_byte(sopt, -1, IPV6_MAXHLIM, ip6_defmcasthlim,
		    &im6o->im6o_multicast_hlim);
	case IPV6_MULTICAST_LOOP:
		return set_byte(sopt, 0, 1, 0, &im6o->im6o_multicast_loop);
	default:
		return change_group(im6o, sopt);
	}
}

int
ip6_getmoptions(const struct inpcb *inp, struct sockopt *sopt)
{
	const struct ip6_moptions *im6o = inp->inp_6moptions;
	u_int v;

	switch (sopt->sopt_name) {
	case IPV6_MULTICAST_IF:
		v = im6o != NULL ? im6o->im6o_multicast_if_index : 0;
		break;
	case IPV6_MULTICAST_HOPS:
		v = im6o != NULL ? im6o->im6o_multicast_hlim :
		    (u_int)ip6_defmcasthlim;
		break;
	case IPV6_MULTICAST_LOOP:
		v = im6o != NULL ? im6o->im6o_multicast_loop :
		    IPV6_DEFAULT_MULTICAST_LOOP;
		break;
	default:
		return EOPNOTSUPP;
	}
	return sockopt_set(sopt, &v, sizeof(v));
}
