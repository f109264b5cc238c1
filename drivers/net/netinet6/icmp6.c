/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ICMPv6 in, RFC 4443: errors go to the protocol of the packet they quote,
 * echoes are answered, neighbours, routers and listeners have sources of their
 * own.  Raw sockets see all of it.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/mbuf.h>
#include <sys/protosw.h>
#include <sys/socketvar.h>
#include <sys/sysctl.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/net_stats.h>

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/in_pcb.h>
#include <netinet/ip6.h>

#include <netinet6/in6_var.h>
#include <netinet6/ip6_var.h>
#include <netinet6/ip6protosw.h>
#include <netinet6/mld6_var.h>
#include <netinet6/nd6.h>
#include <netinet6/raw_ip6.h>
#include <netinet6/scope6_var.h>

#include <rump-sys/net_in.h>

#include "in6_private.h"

percpu_t *icmp6stat_percpu;

static const struct in_sysctl_var vars[] = {
	{ "errppslimit", SYSCTL_DESCR("Errors a second, -1: any number"),
	    &icmp6errppslim, -1, INT_MAX, ICMPV6CTL_ERRPPSLIMIT, NULL },
};

static const struct in_sysctl_stats stats = {
	.is_stats = &icmp6stat_percpu,
	.is_n = ICMP6_NSTATS,
	.is_num = ICMPV6CTL_STATS,
};

void
icmp6_init(void)
{

	icmp6stat_percpu = percpu_alloc(sizeof(uint64_t) * ICMP6_NSTATS);
	icmp6_output_init();
	icmp6_mtudisc_init();
	mld_init();
	in_sysctl_node(PF_INET6, IPPROTO_ICMPV6, "icmp6",
	    SYSCTL_DESCR("ICMPv6"));
	in_sysctl_vars(PF_INET6, IPPROTO_ICMPV6, vars, __arraycount(vars));
	in_sysctl_stats(PF_INET6, IPPROTO_ICMPV6, &stats);
}

void
icmp6_statinc(u_int stat)
{

	KASSERT(stat < ICMP6_NSTATS);
	_NET_STATINC(icmp6stat_percpu, stat);
}

/*
 * Errors.
 */

/* PRC_* of a message, or -1: it tells nothing. */
static int
prc_of(int type, int code)
{
	static const int8_t unreach[] = {
		[ICMP6_DST_UNREACH_NOROUTE] = PRC_UNREACH_NET,
		[ICMP6_DST_UNREACH_ADMIN] = PRC_UNREACH_PROTOCOL,
		[ICMP6_DST_UNREACH_BEYONDSCOPE] = PRC_UNREACH_NET,
		[ICMP6_DST_UNREACH_ADDR] = PRC_HOSTDEAD,
		[ICMP6_DST_UNREACH_NOPORT] = PRC_UNREACH_PORT,
		[ICMP6_DST_UNREACH_POLICY] = PRC_UNREACH_PROTOCOL,
		[ICMP6_DST_UNREACH_REJECT] = PRC_UNREACH_PROTOCOL,
	};

	switch (type) {
	case ICMP6_DST_UNREACH:
		return code < (int)__arraycount(unreach) ? unreach[code] : -1;
	case ICMP6_PACKET_TOO_BIG:
		/* Any code will do, RFC 4443 section 3.2. */
		return PRC_MSGSIZE;
	case ICMP6_TIME_EXCEEDED:
		return code == ICMP6_TIME_EXCEED_TRANSIT ?
		    PRC_TIMXCEED_INTRANS :
		    code == ICMP6_TIME_EXCEED_REASSEMBLY ?
		    PRC_TIMXCEED_REASS : -1;
	case ICMP6_PARAM_PROB:
		return code == ICMP6_PARAMPROB_NEXTHEADER ?
		    PRC_UNREACH_PROTOCOL :
		    code <= ICMP6_PARAMPROB_FIRSTFRAG ? PRC_PARAMPROB : -1;
	default:
		return -1;
	}
}

/* Where what the packet at an offset carries begins; -1: that is cut off.  A
 * packet in it is carried as well: its ends are not those of the socket. */
static int
find_transport(struct mbuf *m, int off, int *nxtp)
{
	int next, type = IPPROTO_IPV6;

	do {
		if ((next = ip6_nexthdr(m, off, type, nxtp)) < 0) {
			*nxtp = type;
			break;
		}
		off = next;
		type = *nxtp;
	} while (m->m_pkthdr.len >= off && type != IPPROTO_IPV6);
	return m->m_pkthdr.len < off ? -1 : off;
}

/* Its headers up to the first bytes of the transport; or NULL: gone. */
static struct mbuf *
get_quoted(struct mbuf *m, int off, struct ip6ctlparam *cp)
{
	const int at = off + (int)sizeof(struct icmp6_hdr);
	int end, nxt;

	if (m->m_pkthdr.len < at + (int)sizeof(struct ip6_hdr) ||
	    (end = find_transport(m, at, &nxt)) < 0 ||
	    m->m_pkthdr.len < end + 8) {
		icmp6_statinc(ICMP6_STAT_TOOSHORT);
		m_freem(m);
		return NULL;
	}
	if ((m = ip6_pullup(m, end + 8)) == NULL)
		return NULL;
	cp->ip6c_icmp6 = (struct icmp6_hdr *)(void *)(mtod(m, char *) + off);
	cp->ip6c_ip6 = (struct ip6_hdr *)(cp->ip6c_icmp6 + 1);
	cp->ip6c_m = m;
	cp->ip6c_off = end;
	cp->ip6c_nxt = (uint8_t)nxt;
	return m;
}

/* The ends of the packet that is quoted, in the zones of the interface. */
static bool
get_ends(struct ip6ctlparam *cp)
{
	struct ifnet *ifp;
	bool ok;
	int s;

	sockaddr_in6_init(cp->ip6c_src, &cp->ip6c_ip6->ip6_src, 0,
	    cp->ip6c_ip6->ip6_flow & IPV6_FLOWLABEL_MASK, 0);
	sockaddr_in6_init(cp->ip6c_dst, &cp->ip6c_ip6->ip6_dst, 0, 0, 0);
	if ((ifp = m_get_rcvif(cp->ip6c_m, &s)) == NULL)
		return false;
	ok = in6_setscope(&cp->ip6c_src->sin6_addr, ifp, NULL) == 0 &&
	    in6_setscope(&cp->ip6c_dst->sin6_addr, ifp, NULL) == 0;
	m_put_rcvif(ifp, &s);
	return ok && !IN6_IS_ADDR_MULTICAST(&cp->ip6c_dst->sin6_addr);
}

/* The packet is gone. */
static void
notify_error(struct mbuf *m, int off, int prc)
{
	void *(*ctlinput)(int, const struct sockaddr *, void *);
	struct sockaddr_in6 src, dst;
	struct ip6ctlparam cp = { .ip6c_src = &src, .ip6c_dst = &dst,
	    .ip6c_finaldst = &dst.sin6_addr };
	uint32_t mtu;

	if ((m = get_quoted(m, off, &cp)) == NULL)
		return;
	if (get_ends(&cp)) {
		if (prc == PRC_MSGSIZE) {
			mtu = ntohl(cp.ip6c_icmp6->icmp6_mtu);
			cp.ip6c_cmdarg = &mtu;
		}
		ctlinput = inet6sw[ip6_protox[cp.ip6c_nxt]].pr_ctlinput;
		if (ctlinput != NULL)
			(void)(*ctlinput)(prc, sin6tosa(&dst), &cp);
	}
	m_freem(m);
}

static void
input_error(struct mbuf *m, int off)
{
	const struct icmp6_hdr *icmp6 = (const struct icmp6_hdr *)
	    (const void *)(mtod(m, const char *) + off);
	const int prc = prc_of(icmp6->icmp6_type, icmp6->icmp6_code);

	if (prc == -1) {
		icmp6_statinc(ICMP6_STAT_BADCODE);
		m_freem(m);
		return;
	}
	notify_error(m, off, prc);
}

/*
 * Requests.
 */
static void
input_echo(struct mbuf *m, int off)
{
	struct icmp6_hdr *icmp6;
	const int len = off + (int)sizeof(*icmp6);

	/* Others may have the data, too. */
	if (M_UNWRITABLE(m, len) &&
	    (m = m_copyup(m, len, (max_linkhdr + 7) & ~7)) == NULL)
		return;
	icmp6 = (struct icmp6_hdr *)(void *)(mtod(m, char *) + off);
	if (icmp6->icmp6_code != 0) {
		icmp6_statinc(ICMP6_STAT_BADCODE);
		m_freem(m);
		return;
	}
	icmp6->icmp6_type = ICMP6_ECHO_REPLY;
	icmp6_statinc(ICMP6_STAT_REFLECT);
	icmp6_statinc(ICMP6_STAT_OUTHIST + ICMP6_ECHO_REPLY);
	icmp6_reflect(m, (size_t)off);
}

/* The packet is gone. */
static void
process(struct mbuf *m, int off, int len, int type)
{

	switch (type) {
	case ICMP6_DST_UNREACH:
	case ICMP6_PACKET_TOO_BIG:
	case ICMP6_TIME_EXCEEDED:
	case ICMP6_PARAM_PROB:
		input_error(m, off);
		break;
	case ICMP6_ECHO_REQUEST:
		input_echo(m, off);
		break;
	case MLD_LISTENER_QUERY:
	case MLD_LISTENER_REPORT:
	case MLD_LISTENER_DONE:
	case MLDV2_LISTENER_REPORT:
		mld_input(m, off);
		break;
	case ND_ROUTER_SOLICIT:
		nd6_rs_input(m, off, len);
		break;
	case ND_ROUTER_ADVERT:
		nd6_ra_input(m, off, len);
		break;
	case ND_NEIGHBOR_SOLICIT:
		nd6_ns_input(m, off, len);
		break;
	case ND_NEIGHBOR_ADVERT:
		nd6_na_input(m, off, len);
		break;
	case ND_REDIRECT:
		icmp6_redirect_input(m, off);
		break;
	default:
		/* Answers, and what nobody knows: for raw sockets alone. */
		m_freem(m);
		break;
	}
}

/* For the interface it came by. */
static void
count(const struct mbuf *m, int type)
{
	struct ifnet *ifp;
	int s;

	icmp6_statinc(ICMP6_STAT_INHIST + (u_int)type);
	if ((ifp = m_get_rcvif(m, &s)) == NULL)
		return;
	icmp6_ifstat_inc(ifp, ifs6_in_msg);
	switch (type) {
	case ICMP6_DST_UNREACH:
		icmp6_ifstat_inc(ifp, ifs6_in_dstunreach);
		break;
	case ICMP6_PACKET_TOO_BIG:
		icmp6_ifstat_inc(ifp, ifs6_in_pkttoobig);
		break;
	case ICMP6_TIME_EXCEEDED:
		icmp6_ifstat_inc(ifp, ifs6_in_timeexceed);
		break;
	case ICMP6_PARAM_PROB:
		icmp6_ifstat_inc(ifp, ifs6_in_paramprob);
		break;
	case ICMP6_ECHO_REQUEST:
		icmp6_ifstat_inc(ifp, ifs6_in_echo);
		break;
	case ICMP6_ECHO_REPLY:
		icmp6_ifstat_inc(ifp, ifs6_in_echoreply);
		break;
	}
	m_put_rcvif(ifp, &s);
}

int
icmp6_input(struct mbuf **mp, int *offp, int proto)
{
	const int off = *offp;
	struct mbuf *m = *mp, *copy;
	int len, type;

	len = m->m_pkthdr.len - off;
	if (len < (int)sizeof(struct icmp6_hdr)) {
		icmp6_statinc(ICMP6_STAT_TOOSHORT);
		m_freem(m);
		return IPPROTO_DONE;
	}
	if ((m = ip6_pullup(m, off + (int)sizeof(struct icmp6_hdr))) == NULL)
		return IPPROTO_DONE;
	if (in6_cksum(m, IPPROTO_ICMPV6, (uint32_t)off, (uint32_t)len) != 0) {
		icmp6_statinc(ICMP6_STAT_CHECKSUM);
		m_freem(m);
		return IPPROTO_DONE;
	}
	type = ((const struct icmp6_hdr *)(const void *)(mtod(m,
	    const char *) + off))->icmp6_type;
	count(m, type);
	if (rip6_has_sockets() &&
	    (copy = m_copypacket(m, M_DONTWAIT)) != NULL &&
	    (copy = m_pullup(copy, off + (int)sizeof(struct icmp6_hdr))) !=
	    NULL)
		(void)rip6_input(&copy, offp, proto);
	process(m, off, len, type);
	return IPPROTO_DONE;
}
