/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sockets of UDP over IPv6, and datagrams out.  To a peer of IPv4 they go by
 * netinet's udp_output(); the table of sockets is that of both.
 */

#include <sys/param.h>
#include <sys/errno.h>
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

#include <netinet/in.h>
#include <netinet/in_offload.h>
#include <netinet/in_pcb.h>
#include <netinet/ip6.h>
#include <netinet/ip_var.h>
#include <netinet/udp.h>
#include <netinet/udp_var.h>

#include <netinet6/in6_pcb.h>
#include <netinet6/in6_var.h>
#include <netinet6/ip6_var.h>
#include <netinet6/scope6_var.h>
#include <netinet6/udp6_var.h>

#include <rump-sys/net_in.h>
#include <rump-sys/net_udp.h>

#include "in6_private.h"

static int udp6_sendspace = 9216;
static int udp6_recvspace = 40 * (1024 + sizeof(struct sockaddr_in6));

static percpu_t *udp6stat_percpu;

static const struct in_sysctl_var vars[] = {
	{ "sendspace", SYSCTL_DESCR("Size of a new send buffer"),
	    &udp6_sendspace, 1, SB_MAX / 2, UDP6CTL_SENDSPACE, NULL },
	{ "recvspace", SYSCTL_DESCR("Size of a new receive buffer"),
	    &udp6_recvspace, 1, SB_MAX / 2, UDP6CTL_RECVSPACE, NULL },
	{ "do_loopback_cksum", SYSCTL_DESCR("Checksums on loopback"),
	    &udp_do_loopback_cksum, 0, 1, UDP6CTL_LOOPBACKCKSUM, NULL },
};

static const struct in_sysctl_stats stats = {
	.is_stats = &udp6stat_percpu,
	.is_n = UDP6_NSTATS,
	.is_num = UDP6CTL_STATS,
};

static const struct in_sysctl_pcbs pcbs = {
	.ip_table = &udbtable,
	.ip_family = AF_INET6,
};

void
udp6_init(void)
{

	udp6stat_percpu = percpu_alloc(sizeof(uint64_t) * UDP6_NSTATS);
	in_sysctl_node(PF_INET6, IPPROTO_UDP, "udp6",
	    SYSCTL_DESCR("UDP over IPv6"));
	in_sysctl_vars(PF_INET6, IPPROTO_UDP, vars, __arraycount(vars));
	in_sysctl_stats(PF_INET6, IPPROTO_UDP, &stats);
	in_sysctl_pcblist(IPPROTO_UDP, &pcbs);
}

void
udp6_statinc(u_int stat)
{

	KASSERT(stat < UDP6_NSTATS);
	_NET_STATINC(udp6stat_percpu, stat);
}

/*
 * Out.
 */

/* Headers in front; NULL: no memory. */
static struct mbuf *
add_headers(struct mbuf *m, struct inpcb *inp, const struct in6_addr *src,
    const struct sockaddr_in6 *to)
{
	const uint32_t len = (uint32_t)m->m_pkthdr.len +
	    (uint32_t)sizeof(struct udphdr);
	struct in6_addr psrc = *src, pdst = to->sin6_addr;
	struct ip6_hdr *ip6;
	struct udphdr *uh;

	M_PREPEND(m, (int)(sizeof(*ip6) + sizeof(*uh)), M_DONTWAIT);
	if (m == NULL)
		return NULL;
	ip6 = mtod(m, struct ip6_hdr *);
	uh = (struct udphdr *)(ip6 + 1);
	in6_fill_header(ip6, inp, src, &to->sin6_addr, IPPROTO_UDP);
	if (to->sin6_flowinfo != 0)
		ip6->ip6_flow |= to->sin6_flowinfo & IPV6_FLOWLABEL_MASK;
	uh->uh_sport = inp->inp_lport;
	uh->uh_dport = to->sin6_port;
	uh->uh_ulen = htons((uint16_t)len);
	/* The rest is done where the packet leaves. */
	(void)in6_clearscope(&psrc);
	(void)in6_clearscope(&pdst);
	uh->uh_sum = in6_cksum_phdr(&psrc, &pdst, htonl(len),
	    htonl(IPPROTO_UDP));
	m->m_pkthdr.csum_flags = M_CSUM_UDPv6;
	m->m_pkthdr.csum_data = offsetof(struct udphdr, uh_sum);
	return m;
}

/* Where to: with its zone.  Of IPv4, if the socket may. */
static int
set_dst(const struct inpcb *inp, const struct sockaddr_in6 *nam,
    struct sockaddr_in6 *to)
{
	int error;

	if (nam == NULL) {
		sockaddr_in6_init(to, &inp->inp_faddr, inp->inp_fport, 0, 0);
		return 0;
	}
	if ((error = in6_take_addr(sin6tocsa(nam), to)) != 0)
		return error;
	if (to->sin6_port == 0)
		return EADDRNOTAVAIL;
	if (IN6_IS_ADDR_UNSPECIFIED(&to->sin6_addr))
		to->sin6_addr = in6addr_loopback;
	return 0;
}

/* Takes the datagram and the messages, which IPv4 has other ones of. */
static int
output4(struct mbuf *m, struct inpcb *inp, struct sockaddr_in6 *to,
    struct mbuf *control, struct lwp *l)
{
	struct sockaddr_in sin;

	m_freem(control);
	if ((inp->inp_flags & INP_V6ONLY) != 0 ||
	    (!inpcb_anyaddr(&inp->inp_laddr) &&
	    !IN6_IS_ADDR_V4MAPPED(&inp->inp_laddr))) {
		m_freem(m);
		return EINVAL;
	}
	in6_sin6_2_sin(&sin, to);
	return udp_output(m, inp, &sin, NULL, l);
}

/* By that source; the datagram is gone. */
static int
output6(struct mbuf *m, struct inpcb *inp, struct sockaddr_in6 *to,
    struct ip6_pktopts *opt, struct lwp *l)
{
	struct in6_addr src;
	int error = 0;

	if (!inpcb_anyaddr(&inp->inp_laddr) &&
	    IN6_IS_ADDR_V4MAPPED(&inp->inp_laddr))
		error = EINVAL;
	if (error == 0)
		error = in6_selectsrc(to, opt, inp->inp_6moptions,
		    &inp->inp_route,
		    IN6_IS_ADDR_MULTICAST(&inp->inp_laddr) ||
		    inpcb_anyaddr(&inp->inp_laddr) ? NULL : &inp->inp_laddr,
		    NULL, NULL, &src);
	if (error == 0 && inp->inp_lport == 0)
		error = in6pcb_bind(inp, NULL, l);
	if (error == 0 && m->m_pkthdr.len + (int)sizeof(struct udphdr) >
	    IPV6_MAXPACKET)
		error = EMSGSIZE;
	if (error != 0) {
		m_freem(m);
		return error;
	}
	if ((m = add_headers(m, inp, &src, to)) == NULL)
		return ENOBUFS;
	udp6_statinc(UDP6_STAT_OPACKETS);
	return ip6_output(m, opt, &inp->inp_route, 0, inp->inp_6moptions,
	    inp, NULL);
}

int
udp6_output(struct inpcb *inp, struct mbuf *m, struct sockaddr_in6 *nam,
    struct mbuf *control, struct lwp *l)
{
	struct ip6_pktopts opts, *opt = inp->inp_outopts;
	struct sockaddr_in6 to;
	int error;

	if ((error = set_dst(inp, nam, &to)) != 0) {
		m_freem(m);
		m_freem(control);
		return error;
	}
	if (IN6_IS_ADDR_V4MAPPED(&to.sin6_addr))
		return output4(m, inp, &to, control, l);
	if (__predict_true(control == NULL))
		return output6(m, inp, &to, opt, l);
	error = ip6_setpktopts(control, &opts, opt, l != NULL ? l->l_cred :
	    NOCRED, IPPROTO_UDP);
	m_freem(control);
	if (error == 0)
		error = output6(m, inp, &to, &opts, l);
	else
		m_freem(m);
	ip6_clearpktopts(&opts, -1);
	return error;
}

/*
 * Requests of sockets.
 */
static int
udp6_attach(struct socket *so, int proto __unused)
{
	int error;

	if ((error = inpcb_attach(so, udbtable, AF_INET6)) != 0)
		return error;
	in6_attached(so);
	error = soreserve(so, (u_long)udp6_sendspace, (u_long)udp6_recvspace);
	if (error != 0)
		inpcb_detach(sotoinpcb(so));
	return error;
}

static int
udp6_send(struct socket *so, struct mbuf *m, struct sockaddr *nam,
    struct mbuf *control, struct lwp *l)
{
	int error;

	KASSERT(solocked(so));
	if ((error = in_checkdst(so, nam)) != 0) {
		m_freem(m);
		m_freem(control);
		return error;
	}
	return udp6_output(sotoinpcb(so), m,
	    nam == NULL ? NULL : satosin6(nam), control, l);
}

int
udp6_ctloutput(int op, struct socket *so, struct sockopt *sopt)
{

	return udp_ctloutput(op, so, sopt);
}

const struct pr_usrreqs udp6_usrreqs = {
	UDP_USRREQS,
	.pr_attach = udp6_attach,
	.pr_ioctl = in6_control,
	.pr_send = udp6_send,
};
