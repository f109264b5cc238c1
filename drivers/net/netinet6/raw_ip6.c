/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Raw sockets of IPv6, RFC 3542 section 3: packets of a protocol, without
 * their headers of IPv6.  The kernel makes and checks the checksum of ICMPv6,
 * and that of others where IPV6_CHECKSUM says; ICMP6_FILTER says which
 * messages of ICMPv6 are wanted.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/protosw.h>
#include <sys/socketvar.h>
#include <sys/stat.h>
#include <sys/sysctl.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/net_stats.h>
#include <net/route.h>

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/in_pcb.h>
#include <netinet/ip6.h>
#include <netinet/ip_var.h>

#include <netinet6/in6_pcb.h>
#include <netinet6/in6_var.h>
#include <netinet6/ip6_var.h>
#include <netinet6/ip6protosw.h>
#include <netinet6/raw_ip6.h>
#include <netinet6/scope6_var.h>

#include <rump-sys/net_in.h>

#include "in6_private.h"

#define	RIP6_CHAINS	16
#define	CKSUM_ICMP6	2		/* where its checksum is */

static struct inpcbtable *raw6cbtable;
static percpu_t *rip6stat_percpu;

static const struct in_sysctl_stats stats = {
	.is_stats = &rip6stat_percpu,
	.is_n = RIP6_NSTATS,
	.is_num = RAW6CTL_STATS,
};

static const struct in_sysctl_pcbs pcbs = {
	.ip_table = &raw6cbtable,
	.ip_family = AF_INET6,
};

void
rip6_init(void)
{

	rip6stat_percpu = percpu_alloc(sizeof(uint64_t) * RIP6_NSTATS);
	raw6cbtable = inpcbtable_create(RIP6_CHAINS);
	in_sysctl_node(PF_INET6, IPPROTO_RAW, "raw6",
	    SYSCTL_DESCR("Raw sockets"));
	in_sysctl_stats(PF_INET6, IPPROTO_RAW, &stats);
	in_sysctl_pcblist(IPPROTO_RAW, &pcbs);
}

static void
statinc(u_int stat)
{

	KASSERT(stat < RIP6_NSTATS);
	_NET_STATINC(rip6stat_percpu, stat);
}

bool
rip6_has_sockets(void)
{

	return !inpcbtable_empty(raw6cbtable);
}

/*
 * In.
 */
static bool
has_cksum(const struct inpcb *inp)
{

	return (inp->inp_cksum & 1) == 0;
}

static bool
passes(const struct inpcb *inp, struct mbuf *m, int off, int proto)
{
	const struct icmp6_filter *filter = inp->inp_filter6;
	uint8_t type;

	if (filter == NULL || proto != IPPROTO_ICMPV6)
		return true;
	m_copydata(m, off, sizeof(type), &type);
	return ICMP6_FILTER_WILLPASS(type, filter);
}

static bool
wants(const struct inpcb *inp, struct mbuf *m, int off, int proto)
{
	const struct ip6_hdr *ip6 = mtod(m, const struct ip6_hdr *);
	const int len = m->m_pkthdr.len - off;

	if ((inp->inp_proto != 0 && inp->inp_proto != proto) ||
	    (!inpcb_anyaddr(&inp->inp_laddr) &&
	    !IN6_ARE_ADDR_EQUAL(&inp->inp_laddr, &ip6->ip6_dst)) ||
	    (!inpcb_anyaddr(&inp->inp_faddr) &&
	    !IN6_ARE_ADDR_EQUAL(&inp->inp_faddr, &ip6->ip6_src)) ||
	    !passes(inp, m, off, proto))
		return false;
	if (!has_cksum(inp) || proto == IPPROTO_ICMPV6)
		return true;
	statinc(RIP6_STAT_ISUM);
	if (len < inp->inp_cksum + 2 || in6_cksum(m, (uint8_t)proto,
	    (uint32_t)off, (uint32_t)len) != 0) {
		statinc(RIP6_STAT_BADSUM);
		return false;
	}
	return true;
}

/* The pcb is locked; m is its own packet. */
static void
deliver(struct inpcb *inp, struct mbuf *m, int off)
{
	struct mbuf *control = NULL;
	struct ip6_hdr *ip6 = mtod(m, struct ip6_hdr *);
	struct socket *so = inp->inp_so;
	struct sockaddr_in6 from;

	sockaddr_in6_init(&from, &ip6->ip6_src, 0, 0, 0);
	(void)sa6_recoverscope(&from);
	if ((inp->inp_flags & INP_CONTROLOPTS) != 0 ||
	    SOOPT_TIMESTAMP(so->so_options))
		ip6_savecontrol(inp, &control, ip6, m);
	m_adj(m, off);
	if (!inpcb_append(inp, sin6tosa(&from), m, control))
		statinc(RIP6_STAT_FULLSOCK);
}

/* Nobody's: is there no such protocol at all?  RFC 8200 section 4. */
static void
unclaimed(struct mbuf *m, int off, int proto)
{

	statinc(RIP6_STAT_NOSOCK);
	if ((m->m_flags & M_MCAST) != 0)
		statinc(RIP6_STAT_NOSOCKMCAST);
	if (proto == IPPROTO_NONE ||
	    inet6sw[ip6_protox[proto]].pr_input != rip6_input) {
		m_freem(m);
		return;
	}
	icmp6_error(m, ICMP6_PARAM_PROB, ICMP6_PARAMPROB_NEXTHEADER,
	    ip6_prevhdr(m, off));
}

int
rip6_input(struct mbuf **mp, int *offp, int proto)
{
	struct mbuf *m = *mp, *n;
	const int off = *offp;
	struct inpcb *inp = NULL;
	bool any = false;

	statinc(RIP6_STAT_IPACKETS);
	while ((inp = inpcb_next(raw6cbtable, inp)) != NULL) {
		if (!inpcb_lock(inp))
			continue;
		if (wants(inp, m, off, proto)) {
			any = true;
			n = m_copypacket(m, M_DONTWAIT);
			if (n != NULL &&
			    n->m_len < (int)sizeof(struct ip6_hdr))
				n = m_pullup(n, sizeof(struct ip6_hdr));
			if (n != NULL)
				deliver(inp, n, off);
		}
		inpcb_unlock(inp);
	}
	if (any)
		m_freem(m);
	else
		unclaimed(m, off, proto);
	return IPPROTO_DONE;
}

/* Did it send what is quoted?  *connected: surely. */
static bool
is_about(const struct inpcb *inp, const struct ip6ctlparam *cp,
    bool *connected)
{

	*connected = IN6_ARE_ADDR_EQUAL(&inp->inp_faddr,
	    &cp->ip6c_dst->sin6_addr);
	return inp->inp_proto == cp->ip6c_nxt &&
	    (*connected || inpcb_anyaddr(&inp->inp_faddr)) &&
	    (inpcb_anyaddr(&inp->inp_laddr) || IN6_ARE_ADDR_EQUAL(
	    &inp->inp_laddr, &cp->ip6c_src->sin6_addr));
}

void *
rip6_ctlinput(int cmd, const struct sockaddr *sa, void *v)
{
	struct ip6ctlparam *cp = v;
	struct inpcb *inp = NULL;
	bool connected, ours = false;
	int error;

	if (cmd < 0 || cmd >= PRC_NCMDS || sa->sa_family != AF_INET6 ||
	    cp == NULL || cp->ip6c_m == NULL ||
	    (error = inetctlerrmap[cmd]) == 0)
		return NULL;
	while ((inp = inpcb_next(raw6cbtable, inp)) != NULL) {
		if (!inpcb_lock(inp))
			continue;
		if (is_about(inp, cp, &connected)) {
			ours = true;
			if (cmd == PRC_MSGSIZE)
				ip6_notify_pmtu(inp, cp->ip6c_dst,
				    cp->ip6c_cmdarg);
			else if (connected)
				inpcb_seterror(inp, error);
		}
		inpcb_unlock(inp);
	}
	if (ours && cmd == PRC_MSGSIZE)
		icmp6_mtudisc_update(cp, 1);
	return NULL;
}

/*
 * Out.
 */

/* Where the socket says it is; ENOBUFS, EINVAL: the packet is gone. */
static int
make_checksum(struct mbuf **mp, const struct inpcb *inp)
{
	const int off = sizeof(struct ip6_hdr);
	struct mbuf *m = *mp;
	uint16_t sum = 0;

	if (m->m_pkthdr.len < off + inp->inp_cksum + (int)sizeof(sum)) {
		m_freem(m);
		return EINVAL;
	}
	/* The program's memory is nobody else's, but a copy's may be. */
	m_copyback(m, off + inp->inp_cksum, sizeof(sum), &sum);
	sum = (uint16_t)in6_cksum(m, inp->inp_proto, (uint32_t)off,
	    (uint32_t)(m->m_pkthdr.len - off));
	if (sum == 0 && inp->inp_proto == IPPROTO_UDP)
		sum = 0xffff;
	m_copyback(m, off + inp->inp_cksum, sizeof(sum), &sum);
	*mp = m;
	return 0;
}

static void
count(struct mbuf *m, const struct inpcb *inp)
{
	uint8_t type;

	statinc(RIP6_STAT_OPACKETS);
	ip6_statinc(IP6_STAT_RAWOUT);
	if (inp->inp_proto != IPPROTO_ICMPV6)
		return;
	m_copydata(m, sizeof(struct ip6_hdr), sizeof(type), &type);
	icmp6_statinc(ICMP6_STAT_OUTHIST + type);
}

static int
output(struct mbuf *m, struct inpcb *inp, struct sockaddr_in6 *dst,
    struct ip6_pktopts *opt)
{
	struct in6_addr src;
	int error;

	error = m->m_pkthdr.len > IPV6_MAXPACKET ? EMSGSIZE :
	    in6_selectsrc(dst, opt, inp->inp_6moptions, &inp->inp_route,
	    IN6_IS_ADDR_MULTICAST(&inp->inp_laddr) ||
	    inpcb_anyaddr(&inp->inp_laddr) ? NULL : &inp->inp_laddr, NULL,
	    NULL, &src);
	if (error != 0) {
		m_freem(m);
		return error;
	}
	M_PREPEND(m, (int)sizeof(struct ip6_hdr), M_DONTWAIT);
	if (m == NULL)
		return ENOBUFS;
	in6_fill_header(mtod(m, struct ip6_hdr *), inp, &src,
	    &dst->sin6_addr, inp->inp_proto);
	if (has_cksum(inp) && (error = make_checksum(&m, inp)) != 0)
		return error;
	count(m, inp);
	return ip6_output(m, opt, &inp->inp_route, 0, inp->inp_6moptions,
	    inp, NULL);
}

int
rip6_output(struct mbuf *m, struct socket *so, struct sockaddr_in6 *dst,
    struct mbuf *control)
{
	struct inpcb *inp = sotoinpcb(so);
	struct ip6_pktopts opts, *opt = inp->inp_outopts;
	int error;

	if (control == NULL)
		return output(m, inp, dst, opt);
	error = ip6_setpktopts(control, &opts, opt, so->so_cred,
	    inp->inp_proto);
	m_freem(control);
	if (error == 0)
		error = output(m, inp, dst, &opts);
	else
		m_freem(m);
	ip6_clearpktopts(&opts, -1);
	return error;
}

/*
 * Requests of sockets.
 */
static int
rip6_attach(struct socket *so, int proto)
{
	int error = in_raw_attach(so, proto, raw6cbtable, AF_INET6);

	if (error != 0)
		return error;
	in6_attached(so);
	if (proto == IPPROTO_ICMPV6)
		sotoinpcb(so)->inp_cksum = CKSUM_ICMP6;
	return 0;
}

static int
rip6_bind(struct socket *so, struct sockaddr *nam, struct lwp *l __unused)
{
	struct inpcb *inp = sotoinpcb(so);
	struct in6_addr addr;
	int error = in6_checkbind(inp, nam, &addr);

	if (error != 0)
		return error;
	if (IN6_IS_ADDR_V4MAPPED(&addr))
		return EADDRNOTAVAIL;
	inp->inp_laddr = addr;
	return 0;
}

static int
rip6_connect(struct socket *so, struct sockaddr *nam, struct lwp *l __unused)
{
	struct inpcb *inp = sotoinpcb(so);
	struct sockaddr_in6 sin6;
	struct in6_addr src;
	int error;

	if ((error = in6_take_addr(nam, &sin6)) != 0)
		return error;
	if (IN6_IS_ADDR_V4MAPPED(&sin6.sin6_addr))
		return EADDRNOTAVAIL;
	if (inpcb_anyaddr(&inp->inp_laddr)) {
		if ((error = in6_selectsrc(&sin6, inp->inp_outopts,
		    inp->inp_6moptions, &inp->inp_route, NULL, NULL, NULL,
		    &src)) != 0)
			return error;
		inp->inp_laddr = src;
		inp->inp_flags |= INP_ANONADDR;
	}
	inp->inp_faddr = sin6.sin6_addr;
	soisconnected(so);
	return 0;
}

static int
rip6_disconnect(struct socket *so)
{
	struct inpcb *inp = sotoinpcb(so);

	inp->inp_faddr = in6addr_any;
	if ((inp->inp_flags & INP_ANONADDR) != 0)
		inp->inp_laddr = in6addr_any;
	inp->inp_flags &= ~INP_ANONADDR;
	so->so_state &= ~SS_ISCONNECTED;
	return 0;
}

static int
rip6_send(struct socket *so, struct mbuf *m, struct sockaddr *nam,
    struct mbuf *control, struct lwp *l __unused)
{
	struct inpcb *inp = sotoinpcb(so);
	struct sockaddr_in6 dst;
	int error = in_checkdst(so, nam);

	if (error == 0 && nam == NULL)
		sockaddr_in6_init(&dst, &inp->inp_faddr, 0, 0, 0);
	else if (error == 0)
		error = in6_take_addr(nam, &dst);
	if (error == 0 && IN6_IS_ADDR_V4MAPPED(&dst.sin6_addr))
		error = EADDRNOTAVAIL;
	if (error != 0) {
		m_freem(m);
		m_freem(control);
		return error;
	}
	return rip6_output(m, so, &dst, control);
}

static int
rip6_purgeif(struct socket *so __unused, struct ifnet *ifp)
{

	/* The last protocol with sockets that have groups. */
	inpcb_purgeif(raw6cbtable, ifp);
	in6_purgeif(ifp);
	return 0;
}

static int
set_cksum(struct inpcb *inp, const struct sockopt *sopt)
{
	int v, error;

	if ((error = sockopt_getint(sopt, &v)) != 0)
		return error;
	if (inp->inp_proto == IPPROTO_ICMPV6)
		return v == CKSUM_ICMP6 ? 0 : EINVAL;
	if (v != -1 && (v < 0 || (v & 1) != 0 || v > IPV6_MAXPACKET))
		return EINVAL;
	inp->inp_cksum = (uint16_t)v;
	return 0;
}

int
rip6_ctloutput(int op, struct socket *so, struct sockopt *sopt)
{
	struct inpcb *inp = sotoinpcb(so);

	if (sopt->sopt_level == IPPROTO_ICMPV6)
		return icmp6_ctloutput(op, so, sopt);
	if (sopt->sopt_level != IPPROTO_IPV6 ||
	    sopt->sopt_name != IPV6_CHECKSUM)
		return ip6_ctloutput(op, so, sopt);
	return op == PRCO_SETOPT ? set_cksum(inp, sopt) :
	    sockopt_setint(sopt, has_cksum(inp) ? inp->inp_cksum : -1);
}

/* ICMP6_FILTER. */
int
icmp6_ctloutput(int op, struct socket *so, struct sockopt *sopt)
{
	struct inpcb *inp = sotoinpcb(so);
	struct icmp6_filter filter, *kept = inp->inp_filter6;
	int error;

	if (sopt->sopt_level != IPPROTO_ICMPV6)
		return rip6_ctloutput(op, so, sopt);
	if (sopt->sopt_name != ICMP6_FILTER ||
	    inp->inp_proto != IPPROTO_ICMPV6)
		return ENOPROTOOPT;
	ICMP6_FILTER_SETPASSALL(&filter);
	if (op == PRCO_GETOPT)
		return sockopt_set(sopt, kept != NULL ? kept : &filter,
		    sizeof(filter));
	/* Nothing takes it away: RFC 3542 section 3.2. */
	if (sopt->sopt_size != 0 &&
	    (error = sockopt_get(sopt, &filter, sizeof(filter))) != 0)
		return error;
	if (kept == NULL && (kept = kmem_intr_alloc(sizeof(filter),
	    KM_NOSLEEP)) == NULL)
		return ENOBUFS;
	*kept = filter;
	inp->inp_filter6 = kept;
	return 0;
}

const struct pr_usrreqs rip6_usrreqs = {
	IN_USRREQS,
	.pr_attach = rip6_attach,
	.pr_connect = rip6_connect,
	.pr_bind = rip6_bind,
	.pr_disconnect = rip6_disconnect,
	.pr_ioctl = in6_control,
	.pr_send = rip6_send,
	.pr_purgeif = rip6_purgeif,
};
