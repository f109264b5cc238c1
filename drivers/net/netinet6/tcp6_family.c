/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TCP over IPv6: packets in and out, and how large they may be.  The rest of
 * TCP is netinet's, which knows of this by tcp_family_register().
 */

#include <sys/param.h>
#include <sys/endian.h>
#include <sys/errno.h>
#include <sys/mbuf.h>
#include <sys/protosw.h>
#include <sys/socketvar.h>
#include <sys/sysctl.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/route.h>

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/in_offload.h>
#include <netinet/in_pcb.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/ip_var.h>
#include <netinet/tcp.h>
#include <netinet/tcp_var.h>

#include <netinet6/in6_pcb.h>
#include <netinet6/in6_var.h>
#include <netinet6/ip6_var.h>
#include <netinet6/ip6protosw.h>
#include <netinet6/nd6.h>
#include <netinet6/scope6_var.h>

#include <rump-sys/net.h>
#include <rump-sys/net_in.h>

#include "in6_private.h"

/* The sum of the pseudo header; the rest is done where the packet leaves. */
static void
fill_sum(struct mbuf *m, const struct inaddrs *ia)
{
	struct ip6_hdr *ip6 = mtod(m, struct ip6_hdr *);
	struct tcphdr *th = (struct tcphdr *)(ip6 + 1);
	struct in6_addr src = ia->ia_laddr, dst = ia->ia_faddr;
	const bool cut = m->m_pkthdr.segsz != 0;

	(void)in6_clearscope(&src);
	(void)in6_clearscope(&dst);
	/* Each segment will have a length of its own. */
	th->th_sum = in6_cksum_phdr(&src, &dst, cut ? 0 :
	    htonl((uint32_t)m->m_pkthdr.len - (uint32_t)sizeof(*ip6)),
	    htonl(IPPROTO_TCP));
	m->m_pkthdr.csum_flags = cut ? M_CSUM_TSOv6 : M_CSUM_TCPv6;
	m->m_pkthdr.csum_data = offsetof(struct tcphdr, th_sum);
}

static int
send6(struct inpcb *inp, struct mbuf *m, u_int ecn)
{
	struct ip6_hdr *ip6 = mtod(m, struct ip6_hdr *);

	in6_fill_header(ip6, inp, &inp->inp_laddr, &inp->inp_faddr,
	    IPPROTO_TCP);
	ip6->ip6_flow = (ip6->ip6_flow & ~htonl(IPTOS_ECN_MASK << 20)) |
	    htonl(ecn << 20);
	fill_sum(m, &inp->inp_addrs);
	return ip6_output(m, inp->inp_outopts, &inp->inp_route, 0, NULL, inp,
	    NULL);
}

static int
respond6(const struct inaddrs *ia, struct mbuf *m, u_int ecn)
{
	struct ip6_hdr *ip6 = mtod(m, struct ip6_hdr *);

	ip6->ip6_flow = htonl(ecn << 20);
	ip6->ip6_vfc |= IPV6_VERSION;
	ip6->ip6_plen = 0;
	ip6->ip6_nxt = IPPROTO_TCP;
	ip6->ip6_hlim = (uint8_t)in6_selecthlim(NULL, NULL);
	ip6->ip6_src = ia->ia_laddr;
	ip6->ip6_dst = ia->ia_faddr;
	fill_sum(m, ia);
	return ip6_output(m, NULL, NULL, 0, NULL, NULL, NULL);
}

static u_int
mtu6(const struct inaddrs *ia, struct route *ro, bool *localp)
{
	struct sockaddr_in6 sin6;
	struct rtentry *rt;
	uint64_t mtu;

	*localp = false;
	sockaddr_in6_init(&sin6, &ia->ia_faddr, 0, 0, 0);
	rt = rtcache_lookup(ro, sin6tosa(&sin6));
	if (rt == NULL)
		return IPV6_MMTU;
	mtu = IN6_LINKMTU(rt->rt_ifp);
	if (rt->rt_rmx.rmx_mtu != 0 && rt->rt_rmx.rmx_mtu < mtu)
		mtu = rt->rt_rmx.rmx_mtu;
	*localp = net_ifflags(rt->rt_ifp, IFF_LOOPBACK) != 0;
	rtcache_unref(rt, ro);
	return (u_int)mtu;
}

/* Of one host, of either family? */
static int
check_single(const struct sockaddr *sa, int error)
{
	const struct in6_addr *addr = &satocsin6(sa)->sin6_addr;
	int bad;

	if ((bad = in_checkaddr(sa, AF_INET6)) != 0)
		return bad;
	if (IN6_IS_ADDR_MULTICAST(addr) || (IN6_IS_ADDR_V4MAPPED(addr) &&
	    (IN_MULTICAST(in6_v4of(addr).s_addr) ||
	    in6_v4of(addr).s_addr == INADDR_BROADCAST)))
		return error;
	return 0;
}

static int
bind6(struct inpcb *inp, const struct sockaddr *sa, struct lwp *l)
{
	int error = check_single(sa, EAFNOSUPPORT);

	return error != 0 ? error : in6pcb_bind(inp, sa, l);
}

static int
connect6(struct inpcb *inp, const struct sockaddr *sa, struct lwp *l)
{
	int error = check_single(sa, EADDRNOTAVAIL);

	return error != 0 ? error : in6pcb_connect(inp, sa, l);
}

/* Is its checksum wrong?  That of what never left is not looked at. */
static bool
wrong_sum(struct mbuf *m, int off, int len)
{

	/* Joined here, or never cut. */
	if ((m->m_pkthdr.csum_flags & (M_CSUM_TSOv6 | M_CSUM_BLANK)) ==
	    M_CSUM_TSOv6)
		return false;
	return !in6_checksum_right(m, IPPROTO_TCP, off, len, M_CSUM_TCPv6,
	    tcp_do_loopback_cksum);
}

static void
input6(struct mbuf *m, int off, int proto)
{

	(void)tcp6_input(&m, &off, proto);
}

/* Marks of congestion are in the flow. */
static bool
same_header(const struct mbuf *m, const struct mbuf *n)
{
	const struct ip6_hdr *a = mtod(m, const struct ip6_hdr *);
	const struct ip6_hdr *b = mtod(n, const struct ip6_hdr *);

	return a->ip6_flow == b->ip6_flow && a->ip6_hlim == b->ip6_hlim &&
	    IN6_ARE_ADDR_EQUAL(&a->ip6_src, &b->ip6_src) &&
	    IN6_ARE_ADDR_EQUAL(&a->ip6_dst, &b->ip6_dst);
}

static void
checked(struct mbuf *m)
{
	struct ip6_hdr *ip6 = mtod(m, struct ip6_hdr *);

	ip6->ip6_plen = htons((uint16_t)(m->m_pkthdr.len -
	    (int)sizeof(*ip6)));
	m->m_pkthdr.csum_flags = M_CSUM_TSOv6;
}

const struct tcp_family tcp_family6 = {
	.tf_af = AF_INET6,
	.tf_hlen = sizeof(struct ip6_hdr),
	.tf_tso = true,
	.tf_attached = in6_attached,
	.tf_send = send6,
	.tf_respond = respond6,
	.tf_mtu = mtu6,
	.tf_confirmed = nd6_confirmed,
	.tf_bind = bind6,
	.tf_connect = connect6,
	.tf_input = input6,
	.tf_wrongsum = wrong_sum,
	.tf_samehead = same_header,
	.tf_checked = checked,
};

void
tcp6_init(void)
{

	tcp_family_register(&tcp_family6);
}

int
tcp6_input(struct mbuf **mp, int *offp, int proto __unused)
{
	struct inaddrs ia = { .ia_zone = 0 };
	const int off = *offp;
	const struct ip6_hdr *ip6;
	struct mbuf *m;
	u_int ecn;
	int len;

	if ((m = ip6_pullup(*mp, off + (int)sizeof(struct tcphdr))) == NULL) {
		tcp_statinc(TCP_STAT_RCVSHORT);
		return IPPROTO_DONE;
	}
	ip6 = mtod(m, const struct ip6_hdr *);
	len = m->m_pkthdr.len - off;
	if ((m->m_flags & (M_BCAST | M_MCAST)) != 0 ||
	    IN6_IS_ADDR_MULTICAST(&ip6->ip6_dst) ||
	    IN6_IS_ADDR_UNSPECIFIED(&ip6->ip6_src)) {
		m_freem(m);
		return IPPROTO_DONE;
	}
	if (wrong_sum(m, off, len)) {
		tcp_statinc(TCP_STAT_RCVBADSUM);
		m_freem(m);
		return IPPROTO_DONE;
	}
	ia.ia_laddr = ip6->ip6_dst;
	ia.ia_faddr = ip6->ip6_src;
	ecn = ntohl(ip6->ip6_flow) >> 20 & IPTOS_ECN_MASK;
	tcp_family_input(&tcp_family6, m, off, (u_int)len, &ia, ecn);
	return IPPROTO_DONE;
}

static void
mtudisc(void *arg)
{

	icmp6_mtudisc_update(arg, 1);
}

void *
tcp6_ctlinput(int cmd, const struct sockaddr *sa, void *v)
{
	struct ip6ctlparam *cp = v;
	struct inaddrs ia = { .ia_zone = 0 };
	uint32_t th[2];			/* ports, number */
	in_port_t ports[2];

	if (sa->sa_family != AF_INET6 || cp == NULL || cp->ip6c_m == NULL ||
	    (u_int)cmd >= PRC_NCMDS ||
	    (inetctlerrmap[cmd] == 0 && cmd != PRC_MSGSIZE))
		return NULL;
	m_copydata(cp->ip6c_m, cp->ip6c_off, sizeof(th), th);
	memcpy(ports, th, sizeof(ports));
	ia.ia_laddr = cp->ip6c_src->sin6_addr;
	ia.ia_faddr = cp->ip6c_dst->sin6_addr;
	ia.ia_lport = ports[0];
	ia.ia_fport = ports[1];
	tcp_family_error(&ia, ntohl(th[1]), cmd, inetctlerrmap[cmd], mtudisc,
	    cp);
	return NULL;
}
