/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IP packets in: from the queue, through the checks of RFC 1122 section 3.2.1
 * and RFC 1812 section 5.2, to a protocol, or to ip_forward().
 */

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/domain.h>
#include <sys/errno.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/protosw.h>
#include <sys/pserialize.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/net_stats.h>
#include <net/pfil.h>
#include <net/pktqueue.h>

#include <netinet/if_inarp.h>
#include <netinet/in.h>
#include <netinet/in_var.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <netinet/ip_var.h>

#include <rump-sys/net.h>

#include "ip_private.h"
#include "tcp_private.h"

static void	ipintr(void *);

pktqueue_t *ip_pktq;
pfil_head_t *inet_pfil_hook;
percpu_t *ipstat_percpu;

u_char ip_protox[IPPROTO_MAX];

int ip_defttl = IPDEFTTL;
int ip_do_loopback_cksum;
int ip_checkinterface;		/* only to the interface with the address */

const int inetctlerrmap[PRC_NCMDS] = {
	[PRC_MSGSIZE] = EMSGSIZE,
	[PRC_HOSTDEAD] = EHOSTDOWN,
	[PRC_HOSTUNREACH] = EHOSTUNREACH,
	[PRC_UNREACH_NET] = EHOSTUNREACH,
	[PRC_UNREACH_HOST] = EHOSTUNREACH,
	[PRC_UNREACH_PROTOCOL] = ECONNREFUSED,
	[PRC_UNREACH_PORT] = ECONNREFUSED,
	[PRC_UNREACH_SRCFAIL] = EHOSTUNREACH,
	[PRC_PARAMPROB] = ENOPROTOOPT,
};

void
ip_statinc(u_int stat)
{

	KASSERT(stat < IP_NSTATS);
	_NET_STATINC(ipstat_percpu, stat);
}

void
ip_statadd(u_int stat, uint64_t n)
{

	KASSERT(stat < IP_NSTATS);
	_NET_STATADD(ipstat_percpu, stat, n);
}

/* Those without an input of their own go to raw sockets, IPPROTO_RAW. */
static void
protocols_init(void)
{
	const struct protosw *pr, *raw = NULL;
	u_int i;

	for (pr = inetsw; pr < inetdomain.dom_protoswNPROTOSW; pr++) {
		if (pr->pr_protocol == IPPROTO_RAW)
			raw = pr;
	}
	KASSERT(raw != NULL);
	for (i = 0; i < IPPROTO_MAX; i++)
		ip_protox[i] = (u_char)(raw - inetsw);
	for (pr = inetsw; pr < inetdomain.dom_protoswNPROTOSW; pr++) {
		if (pr->pr_protocol != 0 && pr->pr_protocol != IPPROTO_RAW &&
		    pr->pr_input != NULL)
			ip_protox[pr->pr_protocol] = (u_char)(pr - inetsw);
	}
}

void
ip_init(void)
{

	ipstat_percpu = percpu_alloc(sizeof(uint64_t) * IP_NSTATS);
	inet_pfil_hook = pfil_head_create(PFIL_TYPE_AF, (void *)AF_INET);
	KASSERT(inet_pfil_hook != NULL);
	ip_pktq = pktq_create(PKTQ_MAXLEN, ipintr, NULL);
	max_protohdr = MAX(max_protohdr, 40 + (int)sizeof(struct ip));
	ip_id_init();
	ip_reass_init();
	ip_forward_init();
	ip_output_init();
	protocols_init();
	ip_sysctl_setup();
}

void
ip_slowtimo(void)
{

	ip_reass_slowtimo();
}

void
ip_drain(void)
{

	ip_reass_drain();
	arp_drain();
}

static void
drop(struct mbuf *m, u_int why)
{

	ip_statinc(why);
	m_freem(m);
}

/* The header in one piece, that may be written: in the first mbuf. */
static struct mbuf *
get_header(struct mbuf *m)
{
	const struct ip *ip;
	int hlen;

	if (__predict_false(m->m_len < (int)sizeof(*ip) || M_READONLY(m) ||
	    ((uintptr_t)m->m_data & 3) != 0)) {
		if (m->m_pkthdr.len < (int)sizeof(*ip)) {
			drop(m, IP_STAT_TOOSMALL);
			return NULL;
		}
		hlen = MIN(m->m_pkthdr.len, 60);
		if ((m = m_copyup(m, hlen, (max_linkhdr + 3) & ~3)) == NULL) {
			ip_statinc(IP_STAT_TOOSMALL);
			return NULL;
		}
	}
	ip = mtod(m, const struct ip *);
	hlen = ip->ip_hl << 2;
	if (__predict_false(ip->ip_v != IPVERSION)) {
		drop(m, IP_STAT_BADVERS);
		return NULL;
	}
	if (__predict_false(hlen < (int)sizeof(*ip))) {
		drop(m, IP_STAT_BADHLEN);
		return NULL;
	}
	if (__predict_false(hlen > m->m_len)) {
		if (hlen > m->m_pkthdr.len) {
			drop(m, IP_STAT_BADHLEN);
			return NULL;
		}
		if ((m = m_pullup(m, hlen)) == NULL)
			ip_statinc(IP_STAT_BADHLEN);
	}
	return m;
}

/* False: it is wrong. */
static bool
checksum_right(struct mbuf *m, const struct ifnet *ifp, int hlen)
{
	const int flags = m->m_pkthdr.csum_flags;

	if ((flags & M_CSUM_IPv4_BAD) != 0)
		return false;
	if ((flags & ifp->if_csum_flags_rx & M_CSUM_IPv4) != 0)
		return true;
	if (net_ifflags(ifp, IFF_LOOPBACK) != 0 && !ip_do_loopback_cksum)
		return true;
	return in_cksum(m, hlen) == 0;
}

/*
 * Addresses that no packet has, RFC 1122 section 3.2.1.3: from all or from a
 * group, and those of this machine alone when it comes from outside.
 */
static bool
martian(const struct ip *ip, const struct ifnet *ifp)
{
	const uint32_t src = ntohl(ip->ip_src.s_addr);
	const uint32_t dst = ntohl(ip->ip_dst.s_addr);

	if (src >> 28 >= 0xe)
		return true;
	if ((src >> 24 == IN_LOOPBACKNET || dst >> 24 == IN_LOOPBACKNET) &&
	    net_ifflags(ifp, IFF_LOOPBACK) == 0)
		return true;
	return false;
}

/* Whether the lengths are right; the packet is cut to what it says. */
static struct mbuf *
check(struct mbuf *m, const struct ifnet *ifp)
{
	const struct ip *ip;
	int hlen, len;

	if ((m = get_header(m)) == NULL)
		return NULL;
	ip = mtod(m, const struct ip *);
	hlen = ip->ip_hl << 2;
	if (__predict_false(martian(ip, ifp))) {
		drop(m, IP_STAT_BADADDR);
		return NULL;
	}
	if (__predict_false(!checksum_right(m, ifp, hlen))) {
		drop(m, IP_STAT_BADSUM);
		return NULL;
	}
	len = ntohs(ip->ip_len);
	if (__predict_false(len < hlen)) {
		drop(m, IP_STAT_BADLEN);
		return NULL;
	}
	if (__predict_false(m->m_pkthdr.len < len)) {
		drop(m, IP_STAT_TOOSHORT);
		return NULL;
	}
	if (m->m_pkthdr.len > len)
		m_adj(m, len - m->m_pkthdr.len);
	return m;
}

/* What is known of an address without a lock: ours, on which interface. */
enum whose { NOT_OURS, OURS, NOT_READY };

static enum whose
to_us(const struct ip *ip, struct ifnet *ifp)
{
	struct in_ifaddr *ia;
	enum whose whose = NOT_OURS;
	int s = pserialize_read_enter();

	IN_ADDRHASH_READER_FOREACH(ia, ip->ip_dst.s_addr) {
		if (!in_hosteq(ia->ia_addr.sin_addr, ip->ip_dst))
			continue;
		if (ip_checkinterface && ia->ia_ifp != ifp &&
		    net_ifflags(ifp, IFF_LOOPBACK) == 0)
			continue;
		if (net_ifflags(ia->ia_ifp, IFF_UP) == 0)
			continue;
		whose = (ia4_flags_of(ia) & IN_IFF_NOTREADY) != 0 ? NOT_READY :
		    OURS;
		if (whose == OURS)
			break;
	}
	pserialize_read_exit(s);
	return whose;
}

/* To all on the link, or to a group we are in.  Else it is for a router. */
static enum whose
to_many(const struct ip *ip, struct ifnet *ifp)
{

	if (IN_MULTICAST(ip->ip_dst.s_addr))
		return in_multi_group(ip->ip_dst, ifp, 0) ||
		    net_ifflags(ifp, IFF_LOOPBACK) != 0 ? OURS : NOT_READY;
	if (ip->ip_dst.s_addr == INADDR_BROADCAST ||
	    in_nullhost(ip->ip_dst))
		return OURS;
	return in_broadcast(ip->ip_dst, ifp) ? OURS : NOT_OURS;
}

/* A filter has no right to leave less than a header. */
static struct mbuf *
filter(struct mbuf *m, struct ifnet *ifp, bool *redirected)
{
	struct in_addr dst;
	const struct ip *ip;

	if (!pfil_has_hooks(inet_pfil_hook, PFIL_IN))
		return m;
	dst = mtod(m, const struct ip *)->ip_dst;
	if (pfil_run_hooks(inet_pfil_hook, &m, ifp, PFIL_IN) != 0 ||
	    m == NULL) {
		ip_statinc(IP_STAT_PFILDROP_IN);
		return NULL;
	}
	if ((m = get_header(m)) == NULL)
		return NULL;
	ip = mtod(m, const struct ip *);
	*redirected = !in_hosteq(dst, ip->ip_dst);
	return m;
}

static void
deliver(struct mbuf *m, struct tcp_gro *g)
{
	const struct ip *ip = mtod(m, const struct ip *);
	const int off = ip->ip_hl << 2, proto = ip->ip_p;

	ip_statinc(IP_STAT_DELIVERED);
	if (g != NULL && proto == IPPROTO_TCP)
		tcp_gro_input(g, m, off);
	else
		(*inetsw[ip_protox[proto]].pr_input)(m, off, proto);
}

/* It is not for us. */
static void
pass_on(struct mbuf *m, struct ifnet *ifp, bool srcrt)
{

	if (atomic_load_relaxed(&ipforwarding) == 0) {
		drop(m, IP_STAT_CANTFORWARD);
		return;
	}
	/* By the link's broadcast to one host, RFC 1122 section 3.3.6. */
	if ((m->m_flags & (M_BCAST | M_MCAST)) != 0) {
		drop(m, IP_STAT_CANTFORWARD);
		return;
	}
	ip_forward(m, srcrt, ifp);
}

/* g: for as long as packets come in together, or NULL. */
static void
input(struct mbuf *m, struct ifnet *ifp, struct tcp_gro *g)
{
	const struct ip *ip;
	enum whose whose;
	bool redirected = false;

	KASSERT((m->m_flags & M_PKTHDR) != 0);
	ip_statinc(IP_STAT_TOTAL);
	if (net_ifflags(ifp, IFF_LOOPBACK) != 0)
		m->m_flags |= M_LOOP;
	else
		m->m_flags &= ~M_LOOP;
	if ((m = check(m, ifp)) == NULL ||
	    (m = filter(m, ifp, &redirected)) == NULL)
		return;
	ip = mtod(m, const struct ip *);
	if (__predict_false(ip->ip_hl > sizeof(*ip) >> 2)) {
		if (ip_dooptions(m))
			return;
		ip = mtod(m, const struct ip *);
	}
	if ((whose = to_us(ip, ifp)) == NOT_OURS)
		whose = to_many(ip, ifp);
	if (__predict_false(whose != OURS)) {
		if (whose == NOT_READY)
			drop(m, IP_STAT_CANTFORWARD);
		else
			pass_on(m, ifp, redirected);
		return;
	}
	if (__predict_false((ip->ip_off & ~htons(IP_DF | IP_RF)) != 0)) {
		ip_statinc(IP_STAT_FRAGMENTS);
		if (ip_reass_packet(&m) != 0 || m == NULL)
			return;
		ip_statinc(IP_STAT_REASSEMBLED);
	}
	deliver(m, g);
}

void
ip_input(struct mbuf *m, struct ifnet *ifp)
{

	input(m, ifp, NULL);
}

static void
ipintr(void *arg __unused)
{

	tcp_gro_dequeue(&tcp_family4, ip_pktq, input);
}

int
ipflow_fastforward(struct mbuf *m __unused)
{

	/* ip_input() is fast enough to need no list of flows. */
	return 0;
}
