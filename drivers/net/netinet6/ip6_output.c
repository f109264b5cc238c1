/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPv6 packets out: ip6_output() puts extension headers in, finds the way, and
 * hands the packet, or its pieces, to the interface.
 *
 * A route is kept by the passive reference in its cache until the packet has
 * been handed over; an interface that was chosen without a route by one of
 * its own.
 */

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/pserialize.h>
#include <sys/psref.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/pfil.h>
#include <net/route.h>

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/in_pcb.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>

#include <netinet6/in6_offload.h>
#include <netinet6/in6_var.h>
#include <netinet6/ip6_var.h>
#include <netinet6/nd6.h>
#include <netinet6/scope6_var.h>

#include <rump-sys/net.h>
#include <rump-sys/net_in.h>

#include "in6_private.h"

int ip6_defmcasthlim = IPV6_DEFAULT_MULTICAST_HOPS;
int ip6_mcast_pmtu;

/* A packet under way. */
struct out6 {
	struct mbuf	*o_m;		/* NULL: it has gone */
	int		o_flags;	/* IPV6_* */
	int		o_unfrag;	/* bytes of headers each piece has */
	const struct ip6_pktopts *o_opt; /* or NULL */
	const struct ip6_moptions *o_im6o;
	struct inpcb	*o_inp;
	struct route	*o_ro;
	struct rtentry	*o_rt;		/* to be given back, or NULL */
	struct ifnet	*o_ifp;
	bool		o_ifpref;	/* o_psref is of o_ifp */
	struct psref	o_psref;
	u_long		o_mtu;
	struct sockaddr_in6 o_to;	/* next hop, zone embedded */
};

static struct ip6_hdr *
out_ip6(const struct out6 *o)
{

	return mtod(o->o_m, struct ip6_hdr *);
}

/*
 * Which way.
 */
static int
by_ifp(struct out6 *o, u_int index)
{

	o->o_ifp = if_get_byindex(index, &o->o_psref);
	if (o->o_ifp == NULL)
		return ENXIO;
	o->o_ifpref = true;
	o->o_mtu = IN6_LINKMTU(o->o_ifp);
	return 0;
}

static bool
dontroute(const struct out6 *o)
{

	return o->o_inp != NULL &&
	    (o->o_inp->inp_so->so_options & SO_DONTROUTE) != 0;
}

static int
by_route(struct out6 *o, u_int index)
{
	struct rtentry *rt;
	int error;

	rt = rtcache_lookup(o->o_ro, sin6tosa(&o->o_to));
	if (__predict_false(rt == NULL)) {
		ip6_statinc(IP6_STAT_NOROUTE);
		return EHOSTUNREACH;
	}
	o->o_rt = rt;
	o->o_ifp = rt->rt_ifp;
	if (__predict_false(index != 0 && o->o_ifp->if_index != index &&
	    net_ifflags(o->o_ifp, IFF_LOOPBACK) == 0) ||
	    (dontroute(o) &&
	    (atomic_load_relaxed(&rt->rt_flags) & RTF_GATEWAY) != 0)) {
		ip6_statinc(IP6_STAT_NOROUTE);
		return EHOSTUNREACH;
	}
	o->o_mtu = IN6_LINKMTU(o->o_ifp);
	if ((error = in_route_follow(rt, sin6tosa(&o->o_to), &o->o_mtu)) != 0)
		ip6_statinc(IP6_STAT_RTREJECT);
	return error;
}

static int
find_way(struct out6 *o)
{
	const struct ip6_pktopts *opt = o->o_opt;
	const struct in6_addr *dst = &out_ip6(o)->ip6_dst;
	u_int index = in6_outifindex(opt, o->o_im6o, dst);

	sockaddr_in6_init(&o->o_to, dst, 0, 0, 0);
	if (IN6_IS_ADDR_MULTICAST(dst) && index != 0)
		return by_ifp(o, index);
	if (opt != NULL && opt->ip6po_nexthop != NULL &&
	    !IN6_IS_ADDR_MULTICAST(dst))
		o->o_to.sin6_addr =
		    satocsin6(opt->ip6po_nexthop)->sin6_addr;
	return by_route(o, index);
}

/* An address of a link goes to that link alone, or from itself to itself. */
static bool
in_zone(const struct in6_addr *addr, const struct ifnet *ifp)
{

	if (IN6_IS_ADDR_LOOPBACK(addr))
		return net_ifflags(ifp, IFF_LOOPBACK) != 0;
	return !IN6_IS_SCOPE_EMBEDDABLE(addr) ||
	    net_ifflags(ifp, IFF_LOOPBACK) != 0 ||
	    ntohs(addr->s6_addr16[1]) == ifp->if_index;
}

/*
 * To groups.
 */
void
ip6_mloopback(struct ifnet *ifp, struct mbuf *m0,
    const struct sockaddr_in6 *dst)
{
	struct ip6_hdr *ip6;
	struct mbuf *m;

	m = m_dup(m0, 0, M_COPYALL, M_DONTWAIT);
	if (m == NULL || (m->m_len < (int)sizeof(*ip6) &&
	    (m = m_pullup(m, sizeof(*ip6))) == NULL)) {
		ip6_statinc(IP6_STAT_ODROPPED);
		return;
	}
	in6_undefer_cksum(m, 0, m->m_pkthdr.csum_flags);
	m->m_pkthdr.csum_flags = 0;
	ip6 = mtod(m, struct ip6_hdr *);
	(void)in6_clearscope(&ip6->ip6_src);
	(void)in6_clearscope(&ip6->ip6_dst);
	(void)looutput(ifp, m, sin6tocsa(dst), NULL);
}

/* *donep: that was all there is to do. */
static int
to_group(struct out6 *o, bool *donep)
{
	const struct ip6_moptions *im6o = o->o_im6o;
	struct ip6_hdr *ip6 = out_ip6(o);

	if (net_ifflags(o->o_ifp, IFF_MULTICAST | IFF_LOOPBACK) == 0) {
		ip6_statinc(IP6_STAT_NOROUTE);
		in6_ifstat_inc(o->o_ifp, ifs6_out_discard);
		return ENETUNREACH;
	}
	/* A router that leads there is on the link, too. */
	o->o_to.sin6_addr = ip6->ip6_dst;
	o->o_m->m_flags |= M_MCAST;
	in6_ifstat_inc(o->o_ifp, ifs6_out_mcast);
	if ((im6o == NULL || im6o->im6o_multicast_loop) &&
	    (o->o_flags & IPV6_FORWARDING) == 0 &&
	    net_ifflags(o->o_ifp, IFF_LOOPBACK) == 0 &&
	    in6_multi_group(&ip6->ip6_dst, o->o_ifp))
		ip6_mloopback(o->o_ifp, o->o_m, &o->o_to);
	*donep = ip6->ip6_hlim == 0 ||
	    (IN6_IS_ADDR_MC_INTFACELOCAL(&ip6->ip6_dst) &&
	    net_ifflags(o->o_ifp, IFF_LOOPBACK) == 0);
	return 0;
}

/*
 * To the interface.
 */
int
ip6_if_output(struct ifnet *ifp, struct ifnet *origifp, struct mbuf *m,
    const struct sockaddr_in6 *dst, const struct rtentry *rt)
{
	int error;

	if (ifp->if_afdata[AF_INET6] == NULL ||
	    (ND_FLAGS(ifp) & ND6_IFF_IFDISABLED) != 0) {
		m_freem(m);
		return ENETDOWN;
	}
	error = if_output_lock(ifp, origifp, m, sin6tocsa(dst), rt);
	if (error != 0 && error != ENOBUFS)
		ip6_statinc(IP6_STAT_IFDROP);
	return error;
}

/* What we send to our own address of a link comes from that link. */
static struct ifnet *
origin(const struct out6 *o, struct psref *psref)
{
	const struct in6_addr *dst = &out_ip6(o)->ip6_dst;
	const struct in6_addr *src = &out_ip6(o)->ip6_src;
	u_int index = 0;

	if (net_ifflags(o->o_ifp, IFF_LOOPBACK) == 0)
		return NULL;
	if (IN6_IS_SCOPE_EMBEDDABLE(dst))
		index = ntohs(dst->s6_addr16[1]);
	if (index == 0 && IN6_IS_SCOPE_EMBEDDABLE(src))
		index = ntohs(src->s6_addr16[1]);
	return index == 0 ? NULL : if_get_byindex(index, psref);
}

/* A chain by m_nextpkt; after an error the rest is freed. */
static int
transmit(struct out6 *o, struct ifnet *orig, struct mbuf *m)
{
	struct mbuf *next;
	int error = 0;

	for (; m != NULL; m = next) {
		next = m->m_nextpkt;
		m->m_nextpkt = NULL;
		if (error == 0)
			error = ip6_if_output(o->o_ifp, orig, m, &o->o_to,
			    o->o_rt);
		else
			m_freem(m);
	}
	return error;
}

/* Checksums that the interface, which has M_CSUM_* of tx, does not make, unless
 * nobody will look. */
static void
make_checksums(struct out6 *o, const struct ifnet *orig, int tx)
{
	struct mbuf *m = o->o_m;
	const int soft = m->m_pkthdr.csum_flags & ~tx &
	    (M_CSUM_TCPv6 | M_CSUM_UDPv6);

	/* What seems to come from a link is looked at. */
	if (soft != 0 && (orig != NULL || IN6_NEED_CHECKSUM(o->o_ifp, soft)))
		in6_undefer_cksum(m, 0, soft);
}

static int
cannot_fragment(struct out6 *o)
{
	uint32_t mtu = (uint32_t)o->o_mtu;

	in6_ifstat_inc(o->o_ifp, ifs6_out_fragfail);
	ip6_statinc(IP6_STAT_CANTFRAG);
	if (o->o_inp != NULL && (o->o_flags & IPV6_FORWARDING) == 0)
		ip6_notify_pmtu(o->o_inp, &o->o_to, &mtu);
	return EMSGSIZE;
}

/* Does the interface cut it, to what the path takes?  Whoever it is from may
 * have said anything of the size. */
static bool
left_to_interface(const struct out6 *o, u_int *len, int tx)
{
	const int hlen = sizeof(struct ip6_hdr);
	struct mbuf *m = o->o_m;
	struct tcphdr th;

	*len = 0;
	if (m->m_pkthdr.len < hlen + (int)sizeof(th))
		return false;
	m_copydata(m, hlen, sizeof(th), &th);
	*len = (u_int)hlen + (th.th_off << 2) + m->m_pkthdr.segsz;
	return *len <= o->o_mtu && (tx & M_CSUM_TSOv6) != 0;
}

/* Segments of TCP are cut here; those that are too long are a sign of a new
 * MTU, or of no care for it. */
static int
cut_segments(struct out6 *o, u_int len, struct mbuf **chain)
{
	struct mbuf *m, *next, **last = chain;
	int error;

	*chain = NULL;
	if (len > o->o_mtu && (o->o_flags & IPV6_FORWARDING) != 0)
		return cannot_fragment(o);
	m = tcp6_segment(o->o_m, 0);
	o->o_m = NULL;
	error = m != NULL ? 0 : ENOBUFS;
	for (; m != NULL; m = next) {
		next = m->m_nextpkt;
		m->m_nextpkt = NULL;
		if (error != 0)
			m_freem(m);
		else if ((u_long)m->m_pkthdr.len <= o->o_mtu)
			*last = m;
		else
			error = ip6_fragment(m, o->o_unfrag, o->o_mtu, last);
		while (*last != NULL)
			last = &(*last)->m_nextpkt;
	}
	/* What was cut before an error goes all the same. */
	return *chain != NULL ? 0 : error;
}

/* Into *chain, perhaps many: segments, pieces, or what there is. */
static int
prepare(struct out6 *o, const struct ifnet *orig, struct mbuf **chain)
{
	const bool tso = (o->o_m->m_pkthdr.csum_flags & M_CSUM_TSOv6) != 0;
	/* It may change: once for all that depends on it. */
	const int tx = atomic_load_relaxed(&o->o_ifp->if_csum_flags_tx);
	struct mbuf *m = o->o_m;
	u_int len;
	int error;

	if (tso && !left_to_interface(o, &len, tx))
		return cut_segments(o, len, chain);
	/* Who cuts it makes the checksums. */
	if (tso)
		m->m_pkthdr.csum_flags &= ~M_CSUM_TCPv6;
	if (__predict_true((u_long)m->m_pkthdr.len <= o->o_mtu || tso)) {
		make_checksums(o, orig, tx);
		o->o_m = NULL;
		*chain = m;
		return 0;
	}
	/* Routers do not cut packets, RFC 8200 section 4.5. */
	if ((o->o_flags & IPV6_FORWARDING) != 0 || (o->o_opt != NULL &&
	    (o->o_opt->ip6po_flags & IP6PO_DONTFRAG) != 0))
		return cannot_fragment(o);
	in6_undefer_cksum(m, 0, m->m_pkthdr.csum_flags);
	o->o_m = NULL;
	error = ip6_fragment(m, o->o_unfrag, o->o_mtu, chain);
	if (error == 0)
		in6_ifstat_inc(o->o_ifp, ifs6_out_fragok);
	else
		in6_ifstat_inc(o->o_ifp, ifs6_out_fragfail);
	return error;
}

static int
send(struct out6 *o)
{
	struct mbuf *chain;
	struct psref psref;
	struct ifnet *orig = origin(o, &psref);
	int error;

	(void)in6_clearscope(&out_ip6(o)->ip6_src);
	(void)in6_clearscope(&out_ip6(o)->ip6_dst);
	if ((error = prepare(o, orig, &chain)) == 0)
		error = transmit(o, orig != NULL ? orig : o->o_ifp, chain);
	if (orig != NULL)
		if_put(orig, &psref);
	return error;
}

/* Where the packet is from and to can go by the interface. */
static int
check_addrs(const struct out6 *o)
{
	const struct ip6_hdr *ip6 = out_ip6(o);

	if (!IN6_IS_ADDR_UNSPECIFIED(&ip6->ip6_dst) &&
	    in_zone(&ip6->ip6_src, o->o_ifp) &&
	    in_zone(&ip6->ip6_dst, o->o_ifp) &&
	    (!IN6_IS_ADDR_UNSPECIFIED(&ip6->ip6_src) ||
	    (o->o_flags & (IPV6_UNSPECSRC | IPV6_FORWARDING)) != 0))
		return 0;
	ip6_statinc(IP6_STAT_BADSCOPE);
	in6_ifstat_inc(o->o_ifp, ifs6_out_discard);
	return EHOSTUNREACH;
}

/* What a filter left has a header, that says its length, and addresses. */
static int
check_filtered(struct out6 *o)
{
	struct mbuf *m = o->o_m;
	struct ip6_hbh hbh;

	if (m->m_pkthdr.len < (int)sizeof(struct ip6_hdr))
		return EINVAL;
	if (m->m_len < (int)sizeof(struct ip6_hdr) &&
	    (m = o->o_m = m_pullup(m, sizeof(struct ip6_hdr))) == NULL)
		return ENOBUFS;
	if (m->m_pkthdr.len != (int)sizeof(struct ip6_hdr) +
	    ntohs(out_ip6(o)->ip6_plen))
		return EINVAL;
	o->o_unfrag = sizeof(struct ip6_hdr);
	if (out_ip6(o)->ip6_nxt == IPPROTO_HOPOPTS) {
		if (m->m_pkthdr.len < o->o_unfrag + (int)sizeof(hbh))
			return EINVAL;
		m_copydata(m, o->o_unfrag, sizeof(hbh), &hbh);
		o->o_unfrag += (hbh.ip6h_len + 1) << 3;
		if (m->m_pkthdr.len < o->o_unfrag)
			return EINVAL;
	}
	return check_addrs(o);
}

static int
filter(struct out6 *o)
{
	int error;

	if (!pfil_has_hooks(inet6_pfil_hook, PFIL_OUT))
		return 0;
	error = pfil_run_hooks(inet6_pfil_hook, &o->o_m, o->o_ifp, PFIL_OUT);
	if (error != 0)
		o->o_m = NULL;
	else if (o->o_m != NULL)
		error = check_filtered(o);
	if (error != 0 || o->o_m == NULL)
		ip6_statinc(IP6_STAT_PFILDROP_OUT);
	return error;
}

/*
 * Headers.
 */

/* Where the next extension header goes, and where its type is said. */
struct place {
	struct mbuf	*p_m;
	uint8_t		*p_nxt;
};

/* A copy of ext, in an mbuf of its own. */
static int
insert(struct out6 *o, struct place *p, const void *ext, uint8_t type)
{
	const int len = (((const struct ip6_ext *)ext)->ip6e_len + 1) << 3;
	struct ip6_ext *new;
	struct mbuf *n;

	if ((n = m_get(M_DONTWAIT, MT_HEADER)) == NULL)
		return ENOBUFS;
	if (len > (int)MLEN) {
		m_clget(n, M_DONTWAIT);
		if ((n->m_flags & M_EXT) == 0) {
			m_free(n);
			return ENOBUFS;
		}
	}
	n->m_len = len;
	memcpy(mtod(n, void *), ext, (size_t)len);
	new = mtod(n, struct ip6_ext *);
	new->ip6e_nxt = *p->p_nxt;
	*p->p_nxt = type;
	n->m_next = p->p_m->m_next;
	p->p_m->m_next = n;
	p->p_m = n;
	p->p_nxt = &new->ip6e_nxt;
	o->o_m->m_pkthdr.len += len;
	return 0;
}

/* The header alone in the first mbuf, that others may come behind it. */
static int
split_header(struct out6 *o)
{
	struct mbuf *m = o->o_m, *n;

	if (m->m_len == (int)sizeof(struct ip6_hdr))
		return 0;
	if ((n = m_gethdr(M_DONTWAIT, MT_HEADER)) == NULL)
		return ENOBUFS;
	m_move_pkthdr(n, m);
	n->m_data += max_linkhdr;
	n->m_len = sizeof(struct ip6_hdr);
	memcpy(mtod(n, void *), mtod(m, void *), sizeof(struct ip6_hdr));
	m->m_data += sizeof(struct ip6_hdr);
	m->m_len -= (int)sizeof(struct ip6_hdr);
	n->m_next = m;
	o->o_m = n;
	return 0;
}

static int
insert_options(struct out6 *o)
{
	const struct ip6_pktopts *opt = o->o_opt;
	struct place p;
	int error;

	if (opt == NULL || (opt->ip6po_hbh == NULL &&
	    opt->ip6po_dest2 == NULL))
		return 0;
	if ((error = split_header(o)) != 0)
		return error;
	p.p_m = o->o_m;
	p.p_nxt = &out_ip6(o)->ip6_nxt;
	if (opt->ip6po_hbh != NULL) {
		if ((error = insert(o, &p, opt->ip6po_hbh,
		    IPPROTO_HOPOPTS)) != 0)
			return error;
		o->o_unfrag += (opt->ip6po_hbh->ip6h_len + 1) << 3;
	}
	return opt->ip6po_dest2 == NULL ? 0 :
	    insert(o, &p, opt->ip6po_dest2, IPPROTO_DSTOPTS);
}

/* Where TCP or UDP begins, for the checksum. */
static void
note_offset(struct mbuf *m, int hlen)
{

	if ((m->m_pkthdr.csum_flags & (M_CSUM_TCPv6 | M_CSUM_UDPv6 |
	    M_CSUM_TSOv6)) != 0)
		m->m_pkthdr.csum_data = (m->m_pkthdr.csum_data & 0xffff) |
		    (uint32_t)hlen << 16;
}

static int
fill_header(struct out6 *o)
{
	const struct ip6_pktopts *opt = o->o_opt;
	const int without = o->o_m->m_pkthdr.len;
	struct ip6_hdr *ip6;
	int error, len;

	if ((error = insert_options(o)) != 0)
		return error;
	note_offset(o->o_m, (int)sizeof(*ip6) + o->o_m->m_pkthdr.len -
	    without);
	ip6 = out_ip6(o);
	len = o->o_m->m_pkthdr.len - (int)sizeof(*ip6);
	if (len > IPV6_MAXPACKET)
		return EMSGSIZE;
	ip6->ip6_vfc = (uint8_t)((ip6->ip6_vfc & ~IPV6_VERSION_MASK) |
	    IPV6_VERSION);
	ip6->ip6_plen = htons((uint16_t)len);
	if (opt != NULL && opt->ip6po_tclass != -1)
		ip6->ip6_flow = (ip6->ip6_flow & ~htonl(0xff << 20)) |
		    htonl((uint32_t)(opt->ip6po_tclass & 0xff) << 20);
	if (opt != NULL && opt->ip6po_hlim != -1)
		ip6->ip6_hlim = (uint8_t)opt->ip6po_hlim;
	else if (IN6_IS_ADDR_MULTICAST(&ip6->ip6_dst))
		ip6->ip6_hlim = o->o_im6o != NULL ?
		    o->o_im6o->im6o_multicast_hlim :
		    (uint8_t)ip6_defmcasthlim;
	ip6_statinc(IP6_STAT_LOCALOUT);
	return 0;
}

/* Some are to fit through any path: RFC 3542 section 11.1. */
static void
limit_mtu(struct out6 *o)
{
	const int minmtu = o->o_opt != NULL ? o->o_opt->ip6po_minmtu :
	    IP6PO_MINMTU_MCASTONLY;

	if (o->o_mtu <= IPV6_MMTU)
		return;
	if ((o->o_flags & IPV6_MINMTU) != 0 || minmtu == IP6PO_MINMTU_ALL ||
	    (minmtu == IP6PO_MINMTU_MCASTONLY && !ip6_mcast_pmtu &&
	    (o->o_flags & IPV6_FORWARDING) == 0 &&
	    IN6_IS_ADDR_MULTICAST(&out_ip6(o)->ip6_dst)))
		o->o_mtu = IPV6_MMTU;
}

static int
output(struct out6 *o, struct ifnet **ifpp)
{
	bool done = false;
	int error;

	if ((o->o_flags & IPV6_FORWARDING) == 0 &&
	    (error = fill_header(o)) != 0)
		return error;
	if ((error = find_way(o)) != 0)
		return error;
	limit_mtu(o);
	if (ifpp != NULL)
		*ifpp = o->o_ifp;
	if ((error = check_addrs(o)) != 0)
		return error;
	if ((o->o_flags & IPV6_FORWARDING) == 0)
		in6_ifstat_inc(o->o_ifp, ifs6_out_request);
	if (__predict_false(IN6_IS_ADDR_MULTICAST(&out_ip6(o)->ip6_dst)) &&
	    ((error = to_group(o, &done)) != 0 || done))
		return error;
	if ((error = filter(o)) != 0 || o->o_m == NULL)
		return error;
	return send(o);
}

int
ip6_output(struct mbuf *m, struct ip6_pktopts *opt, struct route *ro,
    int flags, struct ip6_moptions *im6o, struct inpcb *inp,
    struct ifnet **ifpp)
{
	struct out6 o = { .o_m = m, .o_flags = flags, .o_opt = opt,
	    .o_im6o = im6o, .o_inp = inp, .o_ro = ro,
	    .o_unfrag = sizeof(struct ip6_hdr) };
	struct route own;
	int error, bound;

	KASSERT((m->m_flags & M_PKTHDR) != 0);
	KASSERT(m->m_len >= (int)sizeof(struct ip6_hdr));
	if (ifpp != NULL)
		*ifpp = NULL;
	if (ro == NULL) {
		memset(&own, 0, sizeof(own));
		o.o_ro = &own;
	}
	bound = curlwp_bind();
	error = output(&o, ifpp);
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
