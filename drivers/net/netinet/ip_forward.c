/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Forwarding, RFC 1812 section 5.2 and 5.3, if net.inet.ip.forwarding, and
 * what is learnt about paths.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/pserialize.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/route.h>

#include <netinet/in.h>
#include <netinet/in_var.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <netinet/ip_var.h>

#include <rump-sys/net_in.h>

#include "ip_private.h"

int ipforwarding;
int ip_sendredirects = 1;
int ip_directedbcast;

static percpu_t *forward_rt;		/* a CPU's cache, or NULL */

void
ip_forward_init(void)
{

	forward_rt = percpu_alloc(sizeof(struct route *));
}

/* Sending may sleep, so that a cache leaves its place while it is used. */
static struct route *
take_cache(percpu_t *caches)
{
	struct route **rop = percpu_getref(caches), *ro = *rop;

	*rop = NULL;
	percpu_putref(caches);
	return ro != NULL ? ro : kmem_intr_zalloc(sizeof(*ro), KM_NOSLEEP);
}

static void
give_cache(percpu_t *caches, struct route *ro)
{
	struct route **rop = percpu_getref(caches), *old = *rop;

	*rop = ro;
	percpu_putref(caches);
	if (old != NULL) {
		rtcache_free(old);
		kmem_intr_free(old, sizeof(*old));
	}
}

bool
in_forward(percpu_t *caches, void (*func)(struct mbuf *, bool,
    struct ifnet *, struct route *), struct mbuf *m, bool srcrt,
    struct ifnet *rcvif)
{
	struct route *ro = take_cache(caches);
	int bound;

	if (ro == NULL)
		return false;
	bound = curlwp_bind();
	(*func)(m, srcrt, rcvif, ro);
	curlwp_bindx(bound);
	give_cache(caches, ro);
	return true;
}

/* Answers an error of ip_output(). */
struct reply {
	int	r_type;
	int	r_code;
	n_long	r_dest;		/* gateway of a redirect */
	int	r_mtu;
};

static bool
in_net_of(const struct rtentry *rt, struct in_addr src)
{
	const struct in_ifaddr *ia;
	bool same = false;
	int s = pserialize_read_enter();

	if (rt->rt_ifa->ifa_addr->sa_family == AF_INET) {
		ia = ifatoia(rt->rt_ifa);
		same = (src.s_addr & ia->ia_subnetmask) == ia->ia_subnet;
	}
	pserialize_read_exit(s);
	return same;
}

/* It leaves by where it came from: the sender might do without us. */
static void
consider_redirect(struct reply *r, const struct ip *ip, struct rtentry *rt,
    const struct ifnet *rcvif, bool srcrt)
{
	const struct sockaddr *gw;
	int s;

	if (!ip_sendredirects || srcrt || rt->rt_ifp != rcvif ||
	    (rt->rt_flags & (RTF_DYNAMIC | RTF_MODIFIED)) != 0 ||
	    satocsin(rt_getkey(rt))->sin_addr.s_addr == INADDR_ANY ||
	    !in_net_of(rt, ip->ip_src))
		return;
	r->r_type = ICMP_REDIRECT;
	r->r_code = ICMP_REDIRECT_HOST;
	r->r_dest = ip->ip_dst.s_addr;
	if ((rt->rt_flags & RTF_GATEWAY) != 0) {
		s = pserialize_read_enter();
		gw = atomic_load_consume(&rt->rt_gateway);
		if (gw->sa_family == AF_INET)
			r->r_dest = satocsin(gw)->sin_addr.s_addr;
		pserialize_read_exit(s);
	}
}

static void
error_reply(struct reply *r, int error, struct route *ro)
{
	struct rtentry *rt;

	r->r_type = ICMP_UNREACH;
	switch (error) {
	case EMSGSIZE:
		r->r_code = ICMP_UNREACH_NEEDFRAG;
		if ((rt = rtcache_validate(ro)) != NULL) {
			r->r_mtu = (int)(rt->rt_rmx.rmx_mtu != 0 ?
			    rt->rt_rmx.rmx_mtu : rt->rt_ifp->if_mtu);
			rtcache_unref(rt, ro);
		}
		break;
	case ENETUNREACH:
		r->r_code = ICMP_UNREACH_NET;
		break;
	case EACCES:
		r->r_code = ICMP_UNREACH_ADMIN_PROHIBIT;
		break;
	case ENOBUFS:
		/* RFC 1812 section 4.3.3.3: no source quench. */
		r->r_type = 0;
		break;
	default:
		r->r_code = ICMP_UNREACH_HOST;
		break;
	}
}

static void
forward(struct mbuf *m, bool srcrt, struct ifnet *rcvif, struct route *ro)
{
	struct ip *ip = mtod(m, struct ip *);
	struct reply r = { .r_type = 0 };
	struct sockaddr_in dst;
	struct rtentry *rt;
	struct mbuf *copy;
	int error;

	sockaddr_in_init(&dst, &ip->ip_dst, 0);
	if ((rt = rtcache_lookup(ro, sintosa(&dst))) == NULL) {
		ip_statinc(IP_STAT_NOROUTE);
		icmp_error(m, ICMP_UNREACH, ICMP_UNREACH_NET, 0, 0);
		return;
	}
	consider_redirect(&r, ip, rt, rcvif, srcrt);
	rtcache_unref(rt, ro);
	/* What an error needs of it: the header and some data. */
	copy = m_dup(m, 0, MIN(ntohs(ip->ip_len), ICMP_ADVLENMAX_KEEP),
	    M_DONTWAIT);
	ip->ip_ttl -= IPTTLDEC;
	/* What a virtual wire left undone is done, or left, on the way out. */
	m->m_pkthdr.csum_flags &= (m->m_pkthdr.csum_flags & M_CSUM_BLANK) != 0 ?
	    M_CSUM_TCPv4 | M_CSUM_UDPv4 | M_CSUM_TSOv4 : 0;
	error = ip_output(m, NULL, ro, IP_FORWARDING |
	    (ip_directedbcast ? IP_ALLOWBROADCAST : 0), NULL, NULL);
	if (error != 0) {
		ip_statinc(IP_STAT_CANTFORWARD);
		error_reply(&r, error, ro);
	} else {
		ip_statinc(IP_STAT_FORWARD);
		if (r.r_type == ICMP_REDIRECT)
			ip_statinc(IP_STAT_REDIRECTSENT);
	}
	if (copy == NULL)
		return;
	if (r.r_type != 0)
		icmp_error(copy, r.r_type, r.r_code, r.r_dest, r.r_mtu);
	else
		m_freem(copy);
}

/*
 * The packet is gone afterwards.  srcrt: it was sent along a source route;
 * the interface it came by, or NULL if that does not matter.
 */
void
ip_forward(struct mbuf *m, int srcrt, struct ifnet *rcvif)
{
	struct ip *ip = mtod(m, struct ip *);

	if (!in_canforward(ip->ip_dst) || IN_LINKLOCAL(ip->ip_src.s_addr) ||
	    in_nullhost(ip->ip_src)) {
		ip_statinc(IP_STAT_CANTFORWARD);
		m_freem(m);
		return;
	}
	if (ip->ip_ttl <= IPTTLDEC) {
		ip_statinc(IP_STAT_TIMXCEED);
		icmp_error(m, ICMP_TIMXCEED, ICMP_TIMXCEED_INTRANS, 0, 0);
		return;
	}
	if (!in_forward(forward_rt, forward, m, srcrt != 0, rcvif)) {
		ip_statinc(IP_STAT_CANTFORWARD);
		m_freem(m);
	}
}
