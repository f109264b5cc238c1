/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ICMPv6 out: answers, and errors, which RFC 4443 section 2.4 forbids about
 * much, and wants limited.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/pserialize.h>
#include <sys/psref.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/route.h>

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip6.h>

#include <netinet6/in6_var.h>
#include <netinet6/ip6_var.h>
#include <netinet6/nd6.h>
#include <netinet6/scope6_var.h>

#include <rump-sys/net_in.h>

#include "in6_private.h"

int icmp6errppslim = 100;

static struct icmp_limit limit;

void
icmp6_output_init(void)
{

	icmp_limit_init(&limit);
}

int
icmp6_ratelimit(const struct in6_addr *dst, int type __unused,
    int code __unused)
{

	return icmp_over_limit(&limit, dst, sizeof(*dst), icmp6errppslim);
}

/* One of ours that may be a source. */
static bool
ours(const struct in6_addr *addr)
{
	const struct in6_ifaddr *ia;
	bool is;
	int s = pserialize_read_enter();

	ia = in6ifa_ifwithaddr(addr, 0);
	is = ia != NULL && (atomic_load_relaxed(&ia->ia6_flags) &
	    (IN6_IFF_ANYCAST | IN6_IFF_NOTREADY)) == 0;
	pserialize_read_exit(s);
	return is;
}

/* To one host, with an address of ours, RFC 4443 section 2.2. */
static bool
set_ends(struct ip6_hdr *ip6, struct route *ro)
{
	const struct in6_addr to = ip6->ip6_src, was = ip6->ip6_dst;
	struct sockaddr_in6 dst;

	if (IN6_IS_ADDR_UNSPECIFIED(&to) || IN6_IS_ADDR_MULTICAST(&to))
		return false;
	ip6->ip6_dst = to;
	if (ours(&was)) {
		ip6->ip6_src = was;
		return true;
	}
	sockaddr_in6_init(&dst, &to, 0, 0, 0);
	return in6_selectsrc(&dst, NULL, NULL, ro, NULL, NULL, NULL,
	    &ip6->ip6_src) == 0;
}

void
icmp6_reflect(struct mbuf *m, size_t off)
{
	const int between = (int)(off - sizeof(struct ip6_hdr));
	struct icmp6_hdr *icmp6;
	struct ip6_hdr *ip6, copy;
	struct route ro;
	bool ok;

	KASSERT(between >= 0);
	KASSERT(m->m_len >= (int)(off + sizeof(*icmp6)));
	if (between > 0) {
		/* Its extension headers were not for us to send. */
		copy = *mtod(m, struct ip6_hdr *);
		m_adj(m, between);
		*mtod(m, struct ip6_hdr *) = copy;
	}
	ip6 = mtod(m, struct ip6_hdr *);
	icmp6 = (struct icmp6_hdr *)(ip6 + 1);
	memset(&ro, 0, sizeof(ro));
	ok = set_ends(ip6, &ro);
	rtcache_free(&ro);
	if (!ok) {
		m_freem(m);
		return;
	}
	ip6->ip6_flow = 0;
	ip6->ip6_vfc = IPV6_VERSION;
	ip6->ip6_nxt = IPPROTO_ICMPV6;
	ip6->ip6_hlim = (uint8_t)in6_selecthlim(NULL, NULL);
	icmp6->icmp6_cksum = 0;
	icmp6->icmp6_cksum = (uint16_t)in6_cksum(m, IPPROTO_ICMPV6,
	    sizeof(*ip6), (uint32_t)m->m_pkthdr.len - sizeof(*ip6));
	m->m_flags &= ~(M_BCAST | M_MCAST);
	m->m_pkthdr.csum_flags = 0;
	m_reset_rcvif(m);
	m_tag_delete_chain(m);
	(void)ip6_output(m, NULL, NULL, 0, NULL, NULL, NULL);
}

/*
 * Errors.
 */

/* What the headers of a packet lead to, perhaps another packet: an offset, or
 * -1, as it ends before that. */
static int
payload(struct mbuf *m, int *nxtp)
{
	int off = 0, next;

	*nxtp = IPPROTO_IPV6;
	while ((next = ip6_nexthdr(m, off, *nxtp, nxtp)) >= 0) {
		if (m->m_pkthdr.len < next)
			return -1;
		off = next;
		if (*nxtp == IPPROTO_IPV6)
			break;
	}
	return off;
}

/* May there be an error about it?  RFC 4443 section 2.4 (e). */
static bool
deserves_error(struct mbuf *m, int type, int code)
{
	const struct ip6_hdr *oip6 = mtod(m, const struct ip6_hdr *);
	uint8_t otype;
	int off, nxt;

	if (((m->m_flags & (M_BCAST | M_MCAST)) != 0 ||
	    IN6_IS_ADDR_MULTICAST(&oip6->ip6_dst)) &&
	    type != ICMP6_PACKET_TOO_BIG && (type != ICMP6_PARAM_PROB ||
	    code != ICMP6_PARAMPROB_OPTION))
		return false;
	if (IN6_IS_ADDR_UNSPECIFIED(&oip6->ip6_src) ||
	    IN6_IS_ADDR_MULTICAST(&oip6->ip6_src))
		return false;
	off = payload(m, &nxt);
	if (off < 0 || nxt != IPPROTO_ICMPV6)
		return true;
	if (m->m_pkthdr.len < off + (int)sizeof(struct icmp6_hdr))
		return false;
	m_copydata(m, off, sizeof(otype), &otype);
	return (otype & ICMP6_INFOMSG_MASK) != 0 && otype != ND_REDIRECT;
}

static void
count(int type, int code)
{
	u_int which = ICMP6_ERRSTAT_UNKNOWN;

	switch (type) {
	case ICMP6_DST_UNREACH:
		if (code <= ICMP6_DST_UNREACH_NOPORT)
			which = ICMP6_ERRSTAT_DST_UNREACH_NOROUTE +
			    (u_int)code;
		break;
	case ICMP6_PACKET_TOO_BIG:
		which = ICMP6_ERRSTAT_PACKET_TOO_BIG;
		break;
	case ICMP6_TIME_EXCEEDED:
		if (code <= ICMP6_TIME_EXCEED_REASSEMBLY)
			which = ICMP6_ERRSTAT_TIME_EXCEED_TRANSIT +
			    (u_int)code;
		break;
	case ICMP6_PARAM_PROB:
		if (code <= ICMP6_PARAMPROB_OPTION)
			which = ICMP6_ERRSTAT_PARAMPROB_HEADER + (u_int)code;
		break;
	}
	icmp6_statinc(ICMP6_STAT_OUTERRHIST + which);
	icmp6_statinc(ICMP6_STAT_OUTHIST + (u_int)type);
}

/* A new packet that quotes m, which is gone, without zones in its addresses;
 * its ends are those of m. */
static struct mbuf *
make_error(struct mbuf *m, int type, int code, int param)
{
	struct mbuf *n;
	struct ip6_hdr *ip6, *oip6;
	struct icmp6_hdr *icmp6;

	if (m->m_pkthdr.len > ICMPV6_PLD_MAXLEN)
		m_adj(m, ICMPV6_PLD_MAXLEN - m->m_pkthdr.len);
	if ((n = m_gethdr(M_DONTWAIT, MT_HEADER)) == NULL) {
		m_freem(m);
		return NULL;
	}
	n->m_data += max_linkhdr;
	n->m_len = (int)(2 * sizeof(*ip6) + sizeof(*icmp6));
	n->m_pkthdr.len = (int)(sizeof(*ip6) + sizeof(*icmp6)) +
	    m->m_pkthdr.len;
	ip6 = mtod(n, struct ip6_hdr *);
	icmp6 = (struct icmp6_hdr *)(ip6 + 1);
	oip6 = (struct ip6_hdr *)(icmp6 + 1);
	m_copydata(m, 0, sizeof(*oip6), oip6);
	*ip6 = *oip6;
	(void)in6_clearscope(&oip6->ip6_src);
	(void)in6_clearscope(&oip6->ip6_dst);
	icmp6->icmp6_type = (uint8_t)type;
	icmp6->icmp6_code = (uint8_t)code;
	icmp6->icmp6_cksum = 0;
	icmp6->icmp6_pptr = htonl((uint32_t)param);
	m_adj(m, sizeof(*oip6));
	m_remove_pkthdr(m);
	n->m_next = m;
	return n;
}

void
icmp6_error(struct mbuf *m, int type, int code, int param)
{

	icmp6_statinc(ICMP6_STAT_ERROR);
	if (!deserves_error(m, type, code)) {
		icmp6_statinc(ICMP6_STAT_CANTERROR);
		m_freem(m);
		return;
	}
	if (icmp6_ratelimit(&mtod(m, struct ip6_hdr *)->ip6_src, type, code)) {
		icmp6_statinc(ICMP6_STAT_TOOFREQ);
		m_freem(m);
		return;
	}
	if ((m = make_error(m, type, code, param)) == NULL)
		return;
	count(type, code);
	icmp6_reflect(m, sizeof(struct ip6_hdr));
}

void
icmp6_error2(struct mbuf *m, int type, int code, int param, struct ifnet *ifp,
    struct in6_addr *src)
{
	struct ip6_hdr *ip6;

	if (M_UNWRITABLE(m, (int)sizeof(*ip6)) &&
	    (m = m_copyup(m, sizeof(*ip6), max_linkhdr)) == NULL)
		return;
	ip6 = mtod(m, struct ip6_hdr *);
	if (in6_setscope(&ip6->ip6_src, ifp, NULL) != 0 ||
	    in6_setscope(&ip6->ip6_dst, ifp, NULL) != 0) {
		m_freem(m);
		return;
	}
	if (src != NULL)
		*src = ip6->ip6_src;
	icmp6_error(m, type, code, param);
}
