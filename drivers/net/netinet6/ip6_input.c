/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPv6 packets in: from the queue, through the checks of RFC 8200 and
 * RFC 4291 section 2, to one header after the other, or to ip6_forward().
 * From here to ip6_output() addresses of links have their zone in them.
 */

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/domain.h>
#include <sys/errno.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/pserialize.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/net_stats.h>
#include <net/pfil.h>
#include <net/pktqueue.h>

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip6.h>

#include <netinet6/in6_var.h>
#include <netinet6/ip6_private.h>
#include <netinet6/ip6_var.h>
#include <netinet6/ip6protosw.h>
#include <netinet6/nd6.h>
#include <netinet6/scope6_var.h>

#include <rump-sys/net.h>
#include <rump-sys/net_in.h>

#include "in6_private.h"

pktqueue_t *ip6_pktq;
pfil_head_t *inet6_pfil_hook;
percpu_t *ip6stat_percpu;

u_char ip6_protox[IPPROTO_MAX];

int ip6_defhlim = IPV6_DEFHLIM;
int ip6_hdrnestlimit = 15;

void
ip6_statinc(u_int stat)
{

	KASSERT(stat < IP6_NSTATS);
	_NET_STATINC(ip6stat_percpu, stat);
}

void
ip6_statadd(u_int stat, uint64_t n)
{

	KASSERT(stat < IP6_NSTATS);
	_NET_STATADD(ip6stat_percpu, stat, n);
}

static void	ip6intr(void *);

void
ip6_init(void)
{

	ip6stat_percpu = percpu_alloc(sizeof(uint64_t) * IP6_NSTATS);
	inet6_pfil_hook = pfil_head_create(PFIL_TYPE_AF, (void *)AF_INET6);
	KASSERT(inet6_pfil_hook != NULL);
	ip6_pktq = pktq_create(PKTQ_MAXLEN, ip6intr, NULL);
	max_protohdr = MAX(max_protohdr, 60 + (int)sizeof(struct ip6_hdr));
	ip6_protocols_init();
	frag6_init();
	ip6_forward_init();
	in6_policy_init();
	ip6_sysctl_setup();
}

static void
drop(struct mbuf *m, u_int why)
{

	ip6_statinc(why);
	m_freem(m);
}

struct mbuf *
ip6_pullup(struct mbuf *m, int len)
{

	if (__predict_true(m->m_len >= len))
		return m;
	if (m->m_pkthdr.len < len) {
		drop(m, IP6_STAT_TOOSHORT);
		return NULL;
	}
	if ((m = m_pullup(m, len)) == NULL)
		ip6_statinc(IP6_STAT_EXTHDRTOOLONG);
	return m;
}

/* The header in the first mbuf, that may be written. */
static struct mbuf *
get_header(struct mbuf *m)
{
	const struct ip6_hdr *ip6;

	if (__predict_false(m->m_len < (int)sizeof(*ip6) || M_READONLY(m) ||
	    ((uintptr_t)m->m_data & 3) != 0)) {
		if (m->m_pkthdr.len < (int)sizeof(*ip6)) {
			drop(m, IP6_STAT_TOOSMALL);
			return NULL;
		}
		m = m_copyup(m, MIN(m->m_pkthdr.len, (int)sizeof(*ip6) + 40),
		    (max_linkhdr + 7) & ~7);
		if (m == NULL) {
			ip6_statinc(IP6_STAT_TOOSMALL);
			return NULL;
		}
	}
	ip6 = mtod(m, const struct ip6_hdr *);
	if (__predict_false((ip6->ip6_vfc & IPV6_VERSION_MASK) !=
	    IPV6_VERSION)) {
		drop(m, IP6_STAT_BADVERS);
		return NULL;
	}
	return m;
}

/* No node, or none outside of this one, has these. */
static bool
martian(const struct in6_addr *addr, bool loop)
{

	if (IN6_IS_ADDR_V4MAPPED(addr))
		return true;
	if (IN6_IS_ADDR_LOOPBACK(addr))
		return !loop;
	/* What we write there has no business in a packet. */
	return IN6_IS_SCOPE_EMBEDDABLE(addr) && addr->s6_addr16[1] != 0;
}

/* RFC 4291 sections 2.5.2, 2.5.3, 2.7. */
static bool
addresses_right(const struct ip6_hdr *ip6, const struct ifnet *ifp)
{
	const bool loop = net_ifflags(ifp, IFF_LOOPBACK) != 0;

	if (IN6_IS_ADDR_MULTICAST(&ip6->ip6_src) ||
	    IN6_IS_ADDR_UNSPECIFIED(&ip6->ip6_dst) ||
	    martian(&ip6->ip6_src, loop) || martian(&ip6->ip6_dst, loop))
		return false;
	if (!IN6_IS_ADDR_MULTICAST(&ip6->ip6_dst))
		return true;
	/* Scope 0 is reserved, scope 1 leaves no interface. */
	return IPV6_ADDR_MC_SCOPE(&ip6->ip6_dst) >
	    (loop ? 0 : IPV6_ADDR_SCOPE_INTFACELOCAL);
}

static bool
disabled(const struct ifnet *ifp)
{

	return ifp->if_afdata[AF_INET6] == NULL ||
	    (ND_FLAGS(ifp) & ND6_IFF_IFDISABLED) != 0;
}

/* Whether the header is right; the packet is cut to what it says. */
static struct mbuf *
check(struct mbuf *m, struct ifnet *ifp)
{
	const struct ip6_hdr *ip6;
	int len;

	if ((m = get_header(m)) == NULL) {
		in6_ifstat_inc(ifp, ifs6_in_hdrerr);
		return NULL;
	}
	if (__predict_false(disabled(ifp))) {
		in6_ifstat_inc(ifp, ifs6_in_discard);
		m_freem(m);
		return NULL;
	}
	ip6 = mtod(m, const struct ip6_hdr *);
	if (__predict_false(!addresses_right(ip6, ifp))) {
		in6_ifstat_inc(ifp, ifs6_in_addrerr);
		drop(m, IP6_STAT_BADSCOPE);
		return NULL;
	}
	len = (int)sizeof(*ip6) + ntohs(ip6->ip6_plen);
	if (__predict_false(m->m_pkthdr.len < len)) {
		in6_ifstat_inc(ifp, ifs6_in_truncated);
		drop(m, IP6_STAT_TOOSHORT);
		return NULL;
	}
	if (m->m_pkthdr.len > len)
		m_adj(m, len - m->m_pkthdr.len);
	return m;
}

/* A filter has no right to leave less than a header. */
static struct mbuf *
filter(struct mbuf *m, struct ifnet *ifp, bool *redirected)
{
	struct in6_addr dst;

	if (!pfil_has_hooks(inet6_pfil_hook, PFIL_IN))
		return m;
	dst = mtod(m, const struct ip6_hdr *)->ip6_dst;
	if (pfil_run_hooks(inet6_pfil_hook, &m, ifp, PFIL_IN) != 0 ||
	    m == NULL) {
		ip6_statinc(IP6_STAT_PFILDROP_IN);
		return NULL;
	}
	if ((m = get_header(m)) == NULL)
		return NULL;
	*redirected = !IN6_ARE_ADDR_EQUAL(&dst,
	    &mtod(m, const struct ip6_hdr *)->ip6_dst);
	return m;
}

/* What is known of an address without a lock. */
enum whose { NOT_OURS, OURS, NOT_READY };

static enum whose
to_us(const struct in6_addr *dst)
{
	struct in6_ifaddr *ia;
	enum whose whose = NOT_OURS;
	int s = pserialize_read_enter();

	IN6_ADDRLIST_READER_FOREACH(ia) {
		if (!IN6_ARE_ADDR_EQUAL(IA6_IN6(ia), dst) ||
		    net_ifflags(ia->ia_ifp, IFF_UP) == 0)
			continue;
		whose = (atomic_load_relaxed(&ia->ia6_flags) &
		    IN6_IFF_NOTREADY) != 0 ? NOT_READY : OURS;
		if (whose == OURS)
			break;
	}
	pserialize_read_exit(s);
	return whose;
}

static enum whose
whose_is(const struct ip6_hdr *ip6, struct ifnet *ifp)
{

	if (!IN6_IS_ADDR_MULTICAST(&ip6->ip6_dst))
		return to_us(&ip6->ip6_dst);
	in6_ifstat_inc(ifp, ifs6_in_mcast);
	return in6_multi_group(&ip6->ip6_dst, ifp) ||
	    net_ifflags(ifp, IFF_LOOPBACK) != 0 ? OURS : NOT_READY;
}

/*
 * One header after the other; each says which comes next, and that the packet
 * is gone at last.
 */
static void
deliver(struct mbuf *m, struct ifnet *ifp, int off, int nxt,
    struct tcp_gro *g)
{
	int nest = 0;

	ip6_statinc(IP6_STAT_DELIVERED);
	in6_ifstat_inc(ifp, ifs6_in_deliver);
	if (nxt == IPPROTO_TCP && g != NULL && off == sizeof(struct ip6_hdr)) {
		ip6_statinc(IP6_STAT_NXTHIST + IPPROTO_TCP);
		tcp_gro_input(g, m, off);
		return;
	}
	while (nxt != IPPROTO_DONE) {
		if (nest++ > ip6_hdrnestlimit && ip6_hdrnestlimit > 0) {
			drop(m, IP6_STAT_TOOMANYHDR);
			return;
		}
		if (m->m_pkthdr.len < off) {
			in6_ifstat_inc(ifp, ifs6_in_truncated);
			drop(m, IP6_STAT_TOOSHORT);
			return;
		}
		ip6_statinc(IP6_STAT_NXTHIST + (u_int)nxt);
		nxt = (*inet6sw[ip6_protox[nxt]].pr_input)(&m, &off, nxt);
	}
}

/* Options for every node on the way.  NULL: the packet is gone. */
static struct mbuf *
hop_by_hop(struct mbuf *m, int *offp, int *nxtp)
{
	const struct ip6_hbh *hbh;
	const int at = sizeof(struct ip6_hdr);
	uint32_t alert, plen = 0;
	int len;

	if ((m = ip6_pullup(m, at + 8)) == NULL)
		return NULL;
	hbh = (const struct ip6_hbh *)(mtod(m, const char *) + at);
	len = (hbh->ip6h_len + 1) << 3;
	if ((m = ip6_pullup(m, at + len)) == NULL)
		return NULL;
	if (ip6_process_hopopts(m, mtod(m, uint8_t *) + at + sizeof(*hbh),
	    len - (int)sizeof(*hbh), &alert, &plen) < 0)
		return NULL;
	*nxtp = ((const struct ip6_hbh *)(mtod(m, const char *) +
	    at))->ip6h_nxt;
	*offp = at + len;
	return m;
}

/* It is not for us. */
static void
pass_on(struct mbuf *m, struct ifnet *ifp, bool srcrt)
{

	if (atomic_load_relaxed(&ip6_forwarding) == 0 ||
	    (m->m_flags & (M_BCAST | M_MCAST)) != 0) {
		in6_ifstat_inc(ifp, ifs6_in_discard);
		drop(m, IP6_STAT_CANTFORWARD);
		return;
	}
	ip6_forward(m, srcrt, ifp);
}

/* g: for as long as packets come in together, or NULL. */
static void
input(struct mbuf *m, struct ifnet *ifp, struct tcp_gro *g)
{
	struct ip6_hdr *ip6;
	int off = sizeof(*ip6), nxt;
	enum whose whose;
	bool redirected = false;

	KASSERT((m->m_flags & M_PKTHDR) != 0);
	ip6_statinc(IP6_STAT_TOTAL);
	in6_ifstat_inc(ifp, ifs6_in_receive);
	if (net_ifflags(ifp, IFF_LOOPBACK) != 0)
		m->m_flags |= M_LOOP;
	else
		m->m_flags &= ~M_LOOP;
	if ((m = check(m, ifp)) == NULL ||
	    (m = filter(m, ifp, &redirected)) == NULL)
		return;
	ip6 = mtod(m, struct ip6_hdr *);
	if (in6_setscope(&ip6->ip6_src, ifp, NULL) != 0 ||
	    in6_setscope(&ip6->ip6_dst, ifp, NULL) != 0) {
		drop(m, IP6_STAT_BADSCOPE);
		return;
	}
	nxt = ip6->ip6_nxt;
	whose = whose_is(ip6, ifp);
	if (__predict_false(nxt == IPPROTO_HOPOPTS)) {
		if (whose == NOT_READY) {
			drop(m, IP6_STAT_NOTMEMBER);
			return;
		}
		if ((m = hop_by_hop(m, &off, &nxt)) == NULL)
			return;
	}
	if (whose == OURS)
		deliver(m, ifp, off, nxt, g);
	else if (whose == NOT_READY) {
		in6_ifstat_inc(ifp, ifs6_in_discard);
		drop(m, IP6_STAT_NOTMEMBER);
	} else
		pass_on(m, ifp, redirected);
}

void
ip6_input(struct mbuf *m, struct ifnet *ifp)
{

	input(m, ifp, NULL);
}

static void
ip6intr(void *arg __unused)
{

	tcp_gro_dequeue(&tcp_family6, ip6_pktq, input);
}

int
ip6flow_fastforward(struct mbuf **mp __unused)
{

	/* ip6_input() is fast enough to need no list of flows. */
	return 0;
}
