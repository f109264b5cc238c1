/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Multicast options of sockets: RFC 1112 section 6.1 and 7.1, ip(4).
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/kmem.h>
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

static struct ip_moptions *
moptions_make(void)
{
	struct ip_moptions *imo = kmem_intr_zalloc(sizeof(*imo), KM_NOSLEEP);

	if (imo != NULL) {
		imo->imo_multicast_ttl = IP_DEFAULT_MULTICAST_TTL;
		imo->imo_multicast_loop = IP_DEFAULT_MULTICAST_LOOP;
	}
	return imo;
}

static void
membership_end(struct ip_moptions *imo, u_int i)
{
	struct in_multi *inm = imo->imo_membership[i];
	struct ifnet *ifp = inm->inm_ifp;

	KASSERT(i < imo->imo_num_memberships);
	imo->imo_num_memberships--;
	imo->imo_membership[i] =
	    imo->imo_membership[imo->imo_num_memberships];
	IFNET_LOCK(ifp);
	in_delmulti(inm);
	IFNET_UNLOCK(ifp);
}

void
ip_freemoptions(struct ip_moptions *imo)
{

	if (imo == NULL)
		return;
	while (imo->imo_num_memberships > 0)
		membership_end(imo, imo->imo_num_memberships - 1U);
	kmem_intr_free(imo, sizeof(*imo));
}

void
ip_moptions_purgeif(struct inpcb *inp, struct ifnet *ifp)
{
	struct ip_moptions *imo = inp->inp_moptions;
	u_int i = 0;

	if (imo == NULL)
		return;
	if (imo->imo_multicast_if_index == ifp->if_index)
		imo->imo_multicast_if_index = 0;
	while (i < imo->imo_num_memberships) {
		if (imo->imo_membership[i]->inm_ifp == ifp)
			membership_end(imo, i);
		else
			i++;
	}
}

/* The interface an address of ours is on, or whose index it is (0.0.0.n). */
static struct ifnet *
by_addr(struct in_addr addr, struct psref *psref)
{
	const uint32_t n = ntohl(addr.s_addr);
	struct in_ifaddr *ia;
	struct ifnet *ifp = NULL;
	int s;

	if (n >> 24 == 0)
		return if_get_byindex(n, psref);
	s = pserialize_read_enter();
	if ((ia = in_get_ia(addr)) != NULL) {
		ifp = ia->ia_ifp;
		if_acquire(ifp, psref);
	}
	pserialize_read_exit(s);
	return ifp;
}

/* That by which packets to a group go, or else the first that has groups. */
static struct ifnet *
by_group(struct in_addr group, struct psref *psref)
{
	struct sockaddr_in dst;
	struct rtentry *rt;
	struct ifnet *ifp = NULL;
	struct in_ifaddr *ia;
	struct route ro;
	int s;

	memset(&ro, 0, sizeof(ro));
	sockaddr_in_init(&dst, &group, 0);
	if ((rt = rtcache_lookup(&ro, sintosa(&dst))) != NULL) {
		/* Routes outlive the time in which a reference can be had. */
		ifp = if_get_byindex(rt->rt_ifp->if_index, psref);
		rtcache_unref(rt, &ro);
	}
	rtcache_free(&ro);
	if (ifp != NULL)
		return ifp;
	s = pserialize_read_enter();
	IN_ADDRLIST_READER_FOREACH(ia) {
		if (net_ifflags(ia->ia_ifp, IFF_MULTICAST | IFF_LOOPBACK) ==
		    IFF_MULTICAST)
			break;
	}
	if (ia != NULL) {
		ifp = ia->ia_ifp;
		if_acquire(ifp, psref);
	}
	pserialize_read_exit(s);
	return ifp;
}

/* Both calls that name a group and an interface. */
static int
get_mreq(const struct sockopt *sopt, struct ip_mreq *mreq)
{
	int error = sockopt_get(sopt, mreq, sizeof(*mreq));

	if (error != 0)
		return error;
	return IN_MULTICAST(mreq->imr_multiaddr.s_addr) ? 0 : EINVAL;
}

static struct ifnet *
get_mreq_ifp(const struct ip_mreq *mreq, struct psref *psref)
{

	return in_nullhost(mreq->imr_interface) ?
	    by_group(mreq->imr_multiaddr, psref) :
	    by_addr(mreq->imr_interface, psref);
}

/* Index of a membership; NULL as interface is any. */
static u_int
find(const struct ip_moptions *imo, struct in_addr group,
    const struct ifnet *ifp)
{
	u_int i;

	for (i = 0; i < imo->imo_num_memberships; i++) {
		if (in_hosteq(imo->imo_membership[i]->inm_addr, group) &&
		    (ifp == NULL || imo->imo_membership[i]->inm_ifp == ifp))
			break;
	}
	return i;
}

static int
join(struct ip_moptions *imo, const struct ip_mreq *mreq, struct ifnet *ifp)
{
	struct in_addr group = mreq->imr_multiaddr;
	struct in_multi *inm;

	if (net_ifflags(ifp, IFF_MULTICAST) == 0)
		return EADDRNOTAVAIL;
	if (find(imo, group, ifp) < imo->imo_num_memberships)
		return EADDRINUSE;
	if (imo->imo_num_memberships >= IP_MAX_MEMBERSHIPS)
		return ETOOMANYREFS;
	IFNET_LOCK(ifp);
	inm = if_is_deactivated(ifp) ? NULL : in_addmulti(&group, ifp);
	IFNET_UNLOCK(ifp);
	if (inm == NULL)
		return ENOBUFS;
	imo->imo_membership[imo->imo_num_memberships++] = inm;
	return 0;
}

static int
add_membership(struct ip_moptions *imo, const struct sockopt *sopt)
{
	struct ip_mreq mreq;
	struct psref psref;
	struct ifnet *ifp;
	int error, bound;

	if ((error = get_mreq(sopt, &mreq)) != 0)
		return error;
	bound = curlwp_bind();
	if ((ifp = get_mreq_ifp(&mreq, &psref)) == NULL)
		error = EADDRNOTAVAIL;
	else {
		error = join(imo, &mreq, ifp);
		if_put(ifp, &psref);
	}
	curlwp_bindx(bound);
	return error;
}

static int
drop_membership(struct ip_moptions *imo, const struct sockopt *sopt)
{
	struct ifnet *ifp = NULL;
	struct ip_mreq mreq;
	struct psref psref;
	int error, bound;
	u_int i;

	if ((error = get_mreq(sopt, &mreq)) != 0)
		return error;
	bound = curlwp_bind();
	if (!in_nullhost(mreq.imr_interface) &&
	    (ifp = by_addr(mreq.imr_interface, &psref)) == NULL)
		error = EADDRNOTAVAIL;
	else {
		i = find(imo, mreq.imr_multiaddr, ifp);
		if (i == imo->imo_num_memberships)
			error = EADDRNOTAVAIL;
		else
			membership_end(imo, i);
		if (ifp != NULL)
			if_put(ifp, &psref);
	}
	curlwp_bindx(bound);
	return error;
}

static int
set_interface(struct ip_moptions *imo, const struct sockopt *sopt)
{
	struct in_addr addr;
	struct psref psref;
	struct ifnet *ifp;
	int error, bound;

	if ((error = sockopt_get(sopt, &addr, sizeof(addr))) != 0)
		return error;
	if (in_nullhost(addr)) {
		imo->imo_multicast_if_index = 0;
		imo->imo_multicast_addr = addr;
		return 0;
	}
	bound = curlwp_bind();
	if ((ifp = by_addr(addr, &psref)) == NULL)
		error = EADDRNOTAVAIL;
	else {
		if (net_ifflags(ifp, IFF_MULTICAST) == 0)
			error = EADDRNOTAVAIL;
		else {
			imo->imo_multicast_if_index = ifp->if_index;
			imo->imo_multicast_addr = addr;
		}
		if_put(ifp, &psref);
	}
	curlwp_bindx(bound);
	return error;
}

/* One byte, or an int that is as small. */
static int
get_byte(const struct sockopt *sopt, uint8_t *vp, int max)
{
	int v, error;
	u_char byte;

	if (sopt->sopt_size == sizeof(byte)) {
		if ((error = sockopt_get(sopt, &byte, sizeof(byte))) != 0)
			return error;
		v = byte;
	} else if ((error = sockopt_get(sopt, &v, sizeof(v))) != 0)
		return error;
	if (v < 0 || v > max)
		return EINVAL;
	*vp = (uint8_t)v;
	return 0;
}

int
ip_setmoptions(struct ip_moptions **imop, const struct sockopt *sopt)
{

	if (*imop == NULL && (*imop = moptions_make()) == NULL)
		return ENOBUFS;
	switch (sopt->sopt_name) {
	case IP_MULTICAST_IF:
		return set_interface(*imop, sopt);
	case IP_MULTICAST_TTL:
		return get_byte(sopt, &(*imop)->imo_multicast_ttl, 255);
	case IP_MULTICAST_LOOP:
		return get_byte(sopt, &(*imop)->imo_multicast_loop, 1);
	case IP_ADD_MEMBERSHIP:
		return add_membership(*imop, sopt);
	case IP_DROP_MEMBERSHIP:
		return drop_membership(*imop, sopt);
	default:
		return EOPNOTSUPP;
	}
}

/* As it was set; what was asked for, u_char or int. */
static int
put_byte(struct sockopt *sopt, uint8_t v)
{

	if (sopt->sopt_size == sizeof(v))
		return sockopt_set(sopt, &v, sizeof(v));
	return sockopt_setint(sopt, v);
}

static struct in_addr
interface_addr(const struct ip_moptions *imo)
{
	struct in_addr addr = { .s_addr = INADDR_ANY };
	struct in_ifaddr *ia = NULL;
	struct ifnet *ifp;
	int s;

	if (imo == NULL || imo->imo_multicast_if_index == 0)
		return addr;
	if (!in_nullhost(imo->imo_multicast_addr))
		return imo->imo_multicast_addr;
	s = pserialize_read_enter();
	if ((ifp = if_byindex(imo->imo_multicast_if_index)) != NULL)
		ia = in_get_ia_from_ifp(ifp);
	if (ia != NULL)
		addr = ia->ia_addr.sin_addr;
	pserialize_read_exit(s);
	return addr;
}

int
ip_getmoptions(struct ip_moptions *imo, struct sockopt *sopt)
{
	struct in_addr addr;

	switch (sopt->sopt_name) {
	case IP_MULTICAST_IF:
		addr = interface_addr(imo);
		return sockopt_set(sopt, &addr, sizeof(addr));
	case IP_MULTICAST_TTL:
		return put_byte(sopt, imo != NULL ? imo->imo_multicast_ttl :
		    IP_DEFAULT_MULTICAST_TTL);
	case IP_MULTICAST_LOOP:
		return put_byte(sopt, imo != NULL ? imo->imo_multicast_loop :
		    IP_DEFAULT_MULTICAST_LOOP);
	default:
		return EOPNOTSUPP;
	}
}
