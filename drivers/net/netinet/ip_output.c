/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IP packets out: ip_output() finds the way, ip_send() hands the packet, or
 * its pieces, to the interface.
 *
 * A route is kept by the passive reference in its cache until the packet has
 * been handed over; an interface that was chosen without a route by one of
 * its own.
 */

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/percpu.h>
#include <sys/pserialize.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/pfil.h>
#include <net/route.h>

#include <netinet/in.h>
#include <netinet/in_offload.h>
#include <netinet/in_pcb.h>
#include <netinet/in_var.h>
#include <netinet/ip.h>
#include <netinet/ip_var.h>
#include <netinet/tcp.h>

#include <rump-sys/net.h>
#include <rump-sys/net_in.h>

#include "ip_private.h"

/* A packet under way. */
struct out {
	struct mbuf	*o_m;		/* NULL: it has gone */
	int		o_flags;	/* IP_* */
	int		o_hlen;		/* of the header */
	struct ip_moptions *o_imo;
	struct inpcb	*o_inp;
	struct route	*o_ro;
	struct rtentry	*o_rt;		/* to be given back, or NULL */
	struct ifnet	*o_ifp;
	bool		o_ifpref;	/* o_psref is of o_ifp */
	struct psref	o_psref;
	u_long		o_mtu;
	struct sockaddr_in o_to;	/* next hop */
};

static struct ip *
out_ip(const struct out *o)
{

	return mtod(o->o_m, struct ip *);
}

/* Packets that have their header from elsewhere keep it. */
static bool
header_made(const struct out *o)
{

	return (o->o_flags & (IP_FORWARDING | IP_RAWOUTPUT)) != 0;
}

/*
 * Which way.
 */
static int
by_ifp(struct out *o, struct ifnet *ifp)
{

	if (ifp == NULL)
		return ENXIO;
	o->o_ifp = ifp;
	o->o_ifpref = true;
	o->o_mtu = ifp->if_mtu;
	return 0;
}

/* SO_DONTROUTE: the interface on whose net the destination is. */
static int
by_net(struct out *o)
{
	const struct sockaddr *dst = sintocsa(&o->o_to);
	struct ifnet *ifp = NULL;
	struct ifaddr *ifa;
	int s;

	s = pserialize_read_enter();
	if ((ifa = ifa_ifwithladdr(dst)) == NULL &&
	    (ifa = ifa_ifwithdstaddr(dst)) == NULL)
		ifa = ifa_ifwithnet(dst);
	if (ifa != NULL) {
		ifp = ifa->ifa_ifp;
		if_acquire(ifp, &o->o_psref);
	}
	pserialize_read_exit(s);
	if (ifp == NULL) {
		ip_statinc(IP_STAT_NOROUTE);
		return ENETUNREACH;
	}
	if (!header_made(o) && !IN_MULTICAST(o->o_to.sin_addr.s_addr))
		out_ip(o)->ip_ttl = 1;
	return by_ifp(o, ifp);
}

/* Of a route's packets so many are counted one by one; then a CPU tells of
 * some at once, as many CPUs may use it. */
#define	USE_EXACT	1024
#define	USE_STEP	64

static percpu_t *route_uses;

void
ip_output_init(void)
{

	route_uses = percpu_alloc(sizeof(u_int));
}

static void
count_use(struct rtentry *rt)
{
	const uint64_t use = atomic_load_relaxed(&rt->rt_use);
	u_int *seen, step = 1;

	if (use >= USE_EXACT) {
		seen = percpu_getref(route_uses);
		step = ++*seen % USE_STEP == 0 ? USE_STEP : 0;
		percpu_putref(route_uses);
	}
	if (step > 0)
		atomic_store_relaxed(&rt->rt_use, use + step);
}

int
in_route_follow(struct rtentry *rt, struct sockaddr *to, u_long *mtup)
{
	const int flags = atomic_load_relaxed(&rt->rt_flags);
	const uint64_t mtu = atomic_load_relaxed(&rt->rt_rmx.rmx_mtu);
	const struct sockaddr *gw;
	int s, error;

	if (mtu != 0 && mtu < *mtup)
		*mtup = (u_long)mtu;
	if (__predict_false((flags & RTF_REJECT) != 0) &&
	    (error = rt_check_reject_route(rt, rt->rt_ifp)) != 0)
		return error;
	if ((flags & RTF_GATEWAY) != 0) {
		s = pserialize_read_enter();
		gw = atomic_load_consume(&rt->rt_gateway);
		if (gw->sa_family == to->sa_family && to->sa_family == AF_INET)
			satosin(to)->sin_addr = satocsin(gw)->sin_addr;
		else if (gw->sa_family == to->sa_family)
			satosin6(to)->sin6_addr = satocsin6(gw)->sin6_addr;
		pserialize_read_exit(s);
	}
	count_use(rt);
	return 0;
}

static int
by_route(struct out *o)
{
	struct rtentry *rt;
	int error;

	rt = rtcache_lookup(o->o_ro, sintosa(&o->o_to));
	if (__predict_false(rt == NULL)) {
		ip_statinc(IP_STAT_NOROUTE);
		return EHOSTUNREACH;
	}
	o->o_rt = rt;
	o->o_ifp = rt->rt_ifp;
	o->o_mtu = (u_long)o->o_ifp->if_mtu;
	if ((error = in_route_follow(rt, sintosa(&o->o_to), &o->o_mtu)) != 0)
		ip_statinc(IP_STAT_RTREJECT);
	return error;
}

static int
find_way(struct out *o)
{
	const struct in_addr dst = out_ip(o)->ip_dst;
	const struct ip_moptions *imo = o->o_imo;

	sockaddr_in_init(&o->o_to, &dst, 0);
	if (imo != NULL && imo->imo_multicast_if_index != 0 &&
	    ((o->o_flags & IP_ROUTETOIFINDEX) != 0 ||
	    IN_MULTICAST(dst.s_addr) || dst.s_addr == INADDR_BROADCAST))
		return by_ifp(o, if_get_byindex(imo->imo_multicast_if_index,
		    &o->o_psref));
	if (__predict_false((o->o_flags & IP_ROUTETOIF) != 0))
		return by_net(o);
	return by_route(o);
}

/* An address for a packet that has none. */
static int
set_source(struct out *o)
{
	struct ip *ip = out_ip(o);
	struct in_ifaddr *ia = NULL;
	struct ifaddr *ifa;
	int s;

	if (__predict_true(!in_nullhost(ip->ip_src)))
		return 0;
	s = pserialize_read_enter();
	if (o->o_rt != NULL) {
		ifa = atomic_load_consume(&o->o_rt->rt_ifa);
		if (ifa->ifa_addr->sa_family == AF_INET)
			ia = ifatoia(ifa);
	}
	if (ia == NULL)
		ia = in_get_ia_from_ifp(o->o_ifp);
	if (ia != NULL && (ia4_flags_of(ia) & IN_IFF_NOTREADY) == 0)
		ip->ip_src = ia->ia_addr.sin_addr;
	pserialize_read_exit(s);
	/* Those that ask for an address go without: DHCP, IGMP. */
	return ia != NULL && in_nullhost(ip->ip_src) ? EADDRNOTAVAIL : 0;
}

/*
 * To groups and to all.
 */

/* What we send to a group we are in comes back, its checksums made. */
static void
hear_ourselves(struct out *o)
{
	struct mbuf *m;
	struct ip *ip;

	m = m_dup(o->o_m, 0, M_COPYALL, M_DONTWAIT);
	if (m == NULL || (m->m_len < o->o_hlen &&
	    (m = m_pullup(m, o->o_hlen)) == NULL)) {
		ip_statinc(IP_STAT_ODROPPED);
		return;
	}
	in_undefer_cksum(m, 0, m->m_pkthdr.csum_flags &
	    (M_CSUM_TCPv4 | M_CSUM_UDPv4));
	m->m_pkthdr.csum_flags = 0;
	ip = mtod(m, struct ip *);
	ip->ip_sum = 0;
	ip->ip_sum = (uint16_t)in_cksum(m, o->o_hlen);
	(void)looutput(o->o_ifp, m, sintosa(&o->o_to), NULL);
}

/* *donep: that was all there is to do. */
static int
to_group(struct out *o, bool *donep)
{
	const struct ip_moptions *imo = o->o_imo;
	struct ip *ip = out_ip(o);

	if (net_ifflags(o->o_ifp, IFF_MULTICAST | IFF_LOOPBACK) == 0) {
		ip_statinc(IP_STAT_NOROUTE);
		return ENETUNREACH;
	}
	/* A router that leads there is on the link, too. */
	o->o_to.sin_addr = ip->ip_dst;
	if (!header_made(o))
		ip->ip_ttl = imo != NULL ? imo->imo_multicast_ttl :
		    IP_DEFAULT_MULTICAST_TTL;
	o->o_m->m_flags |= M_MCAST;
	if ((imo == NULL || imo->imo_multicast_loop) &&
	    (o->o_flags & IP_FORWARDING) == 0 &&
	    net_ifflags(o->o_ifp, IFF_LOOPBACK) == 0 &&
	    in_multi_group(ip->ip_dst, o->o_ifp, 0))
		hear_ourselves(o);
	*donep = ip->ip_ttl == 0;
	return 0;
}

static int
to_all(struct out *o)
{

	if (net_ifflags(o->o_ifp, IFF_BROADCAST) == 0)
		return EADDRNOTAVAIL;
	if ((o->o_flags & IP_ALLOWBROADCAST) == 0) {
		ip_statinc(IP_STAT_BCASTDENIED);
		return EACCES;
	}
	if (ntohs(out_ip(o)->ip_len) > o->o_mtu)
		return EMSGSIZE;
	o->o_m->m_flags |= M_BCAST;
	return 0;
}

/*
 * To the interface.
 */
static int
transmit(struct out *o, struct mbuf *m)
{
	int error;

	error = if_output_lock(o->o_ifp, o->o_ifp, m, sintosa(&o->o_to),
	    o->o_rt);
	if (error != 0 && error != ENOBUFS)
		ip_statinc(IP_STAT_IFDROP);
	return error;
}

/* A chain by m_nextpkt; after an error the rest is freed. */
static int
transmit_all(struct out *o, struct mbuf *m)
{
	struct mbuf *next;
	int error = 0;

	for (; m != NULL; m = next) {
		next = m->m_nextpkt;
		m->m_nextpkt = NULL;
		if (error == 0)
			error = transmit(o, m);
		else
			m_freem(m);
	}
	return error;
}

/* Checksums that the interface, which makes those of tx, does not make, unless
 * nobody will look. */
static void
make_checksums(struct out *o, int tx)
{
	struct mbuf *m = o->o_m;
	struct ip *ip = out_ip(o);
	const bool heard = (m->m_flags & M_BCAST) != 0 &&
	    net_ifflags(o->o_ifp, IFF_SIMPLEX) != 0;
	int soft;

	m->m_pkthdr.csum_flags |= M_CSUM_IPv4;
	m->m_pkthdr.csum_data = (m->m_pkthdr.csum_data & 0xffff) |
	    (uint32_t)o->o_hlen << 16;
	soft = m->m_pkthdr.csum_flags & (heard ? ~0 : ~tx);
	ip->ip_sum = 0;
	if (!IN_NEED_CHECKSUM(o->o_ifp, soft))
		return;
	if ((soft & (M_CSUM_TCPv4 | M_CSUM_UDPv4)) != 0)
		in_undefer_cksum(m, 0, soft & (M_CSUM_TCPv4 | M_CSUM_UDPv4));
	if ((soft & M_CSUM_IPv4) != 0)
		ip->ip_sum = (uint16_t)in_cksum(m, o->o_hlen);
	m->m_pkthdr.csum_flags &= ~soft;
}

static int
send_fragments(struct out *o)
{
	struct mbuf *m = o->o_m;
	int error;

	if ((out_ip(o)->ip_off & htons(IP_DF)) != 0) {
		if ((o->o_flags & IP_RETURNMTU) != 0 && o->o_inp != NULL)
			o->o_inp->inp_errormtu =
			    (uint16_t)MIN(o->o_mtu, IP_MAXPACKET);
		ip_statinc(IP_STAT_CANTFRAG);
		return EMSGSIZE;
	}
	in_undefer_cksum(m, 0, m->m_pkthdr.csum_flags &
	    (M_CSUM_TCPv4 | M_CSUM_UDPv4));
	m->m_pkthdr.csum_flags &= ~(M_CSUM_TCPv4 | M_CSUM_UDPv4);
	o->o_m = NULL;
	if ((error = ip_fragment(m, o->o_ifp, o->o_mtu)) != 0)
		return error;
	ip_statinc(IP_STAT_FRAGMENTED);
	return transmit_all(o, m);
}

/* Segments of TCP are cut here; those that are too long are a sign of a new
 * MTU, or of no care for it. */
static int
send_segments(struct out *o)
{
	struct mbuf *m = tcp4_segment(o->o_m, 0), *next;
	int error = m != NULL ? 0 : ENOBUFS;

	o->o_m = NULL;
	for (; m != NULL; m = next) {
		next = m->m_nextpkt;
		m->m_nextpkt = NULL;
		if (error != 0) {
			m_freem(m);
			continue;
		}
		o->o_m = m;
		if (ntohs(out_ip(o)->ip_len) > o->o_mtu)
			error = send_fragments(o);
		else {
			o->o_m = NULL;
			error = transmit(o, m);
		}
		if (o->o_m != NULL) {
			m_freem(o->o_m);
			o->o_m = NULL;
		}
	}
	return error;
}

/* Does the interface cut it, to what the path takes?  Whoever it is from may
 * have said anything of the size. */
static bool
left_to_interface(const struct out *o, int tx)
{
	struct mbuf *m = o->o_m;
	struct tcphdr th;

	if ((tx & M_CSUM_TSOv4) == 0 ||
	    m->m_pkthdr.len < o->o_hlen + (int)sizeof(th))
		return false;
	m_copydata(m, o->o_hlen, sizeof(th), &th);
	return o->o_hlen + (th.th_off << 2) + m->m_pkthdr.segsz <= o->o_mtu;
}

static int
send(struct out *o)
{
	const bool tso = (o->o_m->m_pkthdr.csum_flags & M_CSUM_TSOv4) != 0;
	/* It may change: once for all that depends on it. */
	const int tx = atomic_load_relaxed(&o->o_ifp->if_csum_flags_tx);
	struct mbuf *m;

	if (tso && !left_to_interface(o, tx))
		return send_segments(o);
	/* Who cuts it makes the checksums. */
	if (tso)
		o->o_m->m_pkthdr.csum_flags &= ~M_CSUM_TCPv4;
	if (__predict_false(ntohs(out_ip(o)->ip_len) > o->o_mtu && !tso))
		return send_fragments(o);
	make_checksums(o, tx);
	m = o->o_m;
	o->o_m = NULL;
	return transmit(o, m);
}

static int
filter(struct out *o)
{
	int error;

	if (!pfil_has_hooks(inet_pfil_hook, PFIL_OUT))
		return 0;
	error = pfil_run_hooks(inet_pfil_hook, &o->o_m, o->o_ifp, PFIL_OUT);
	if (error != 0 || o->o_m == NULL) {
		ip_statinc(IP_STAT_PFILDROP_OUT);
		if (error != 0)
			o->o_m = NULL;
		return error;
	}
	o->o_hlen = out_ip(o)->ip_hl << 2;
	return 0;
}

static void
fill_header(struct out *o)
{
	struct ip *ip = out_ip(o);

	ip->ip_v = IPVERSION;
	ip->ip_hl = (u_int)o->o_hlen >> 2;
	ip->ip_off &= htons(IP_DF);
	/* What is never cut needs no number, RFC 6864 section 4.1. */
	if ((o->o_flags & IP_NOIPNEWID) == 0)
		ip->ip_id = ip->ip_off != 0 ? 0 : ip_newid(NULL);
	ip_statinc(IP_STAT_LOCALOUT);
}

static int
output(struct out *o)
{
	bool done = false;
	int error;

	if ((error = find_way(o)) != 0 || (error = set_source(o)) != 0)
		return error;
	if (__predict_false(IN_MULTICAST(out_ip(o)->ip_dst.s_addr)))
		error = to_group(o, &done);
	else if (__predict_false(in_broadcast(o->o_to.sin_addr, o->o_ifp)))
		error = to_all(o);
	if (error != 0 || done)
		return error;
	/* Ours never leave, RFC 1122 section 3.2.1.3. */
	if (__predict_false((ntohl(out_ip(o)->ip_dst.s_addr) >> 24 ==
	    IN_LOOPBACKNET || ntohl(out_ip(o)->ip_src.s_addr) >> 24 ==
	    IN_LOOPBACKNET) && net_ifflags(o->o_ifp, IFF_LOOPBACK) == 0)) {
		ip_statinc(IP_STAT_BADADDR);
		return EADDRNOTAVAIL;
	}
	if ((error = filter(o)) != 0 || o->o_m == NULL)
		return error;
	return send(o);
}

int
ip_output(struct mbuf *m, struct mbuf *opt, struct route *ro, int flags,
    struct ip_moptions *imo, struct inpcb *inp)
{
	struct out o = { .o_m = m, .o_flags = flags, .o_imo = imo,
	    .o_inp = inp, .o_ro = ro, .o_hlen = sizeof(struct ip) };
	struct route own;
	int error = 0, bound;

	KASSERT((m->m_flags & M_PKTHDR) != 0);
	KASSERT(m->m_len >= (int)sizeof(struct ip));
	if (opt != NULL) {
		o.o_m = ip_insertoptions(m, opt, &o.o_hlen, &error);
		if (o.o_m == NULL) {
			ip_statinc(IP_STAT_ODROPPED);
			return error;
		}
	}
	if (header_made(&o))
		o.o_hlen = out_ip(&o)->ip_hl << 2;
	else
		fill_header(&o);
	if (ro == NULL) {
		memset(&own, 0, sizeof(own));
		o.o_ro = &own;
	}
	bound = curlwp_bind();
	error = output(&o);
	if (o.o_rt != NULL)
		rtcache_unref(o.o_rt, o.o_ro);
	if (o.o_ifpref)
		if_put(o.o_ifp, &o.o_psref);
	curlwp_bindx(bound);
	if (ro == NULL)
		rtcache_free(&own);
	if (o.o_m != NULL)
		m_freem(o.o_m);
	return error;
}
