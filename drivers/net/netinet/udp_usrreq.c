/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sockets of UDP, udp(4), and datagrams out: RFC 768, RFC 1122 section 4.1.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/proc.h>
#include <sys/protosw.h>
#include <sys/socketvar.h>
#include <sys/stat.h>
#include <sys/sysctl.h>
#include <sys/systm.h>

#include <net/net_stats.h>
#include <net/route.h>

#include <netinet/in.h>
#include <netinet/in_offload.h>
#include <netinet/in_pcb.h>
#include <netinet/in_var.h>
#include <netinet/ip.h>
#include <netinet/ip_var.h>
#include <netinet/udp.h>
#include <netinet/udp_var.h>

#include <rump-sys/net_udp.h>

#include "in_private.h"
#include "udp_private.h"

#define	UDB_CHAINS	1024

struct inpcbtable *udbtable;
percpu_t *udpstat_percpu;
int udpcksum = 1;

static int udp_sendspace = 9216;
static int udp_recvspace = 40 * (1024 + sizeof(struct sockaddr_in));

static const struct in_sysctl_var vars[] = {
	{ "checksum", SYSCTL_DESCR("Make checksums"), &udpcksum, 0, 1,
	    UDPCTL_CHECKSUM, NULL },
	{ "sendspace", SYSCTL_DESCR("Size of a new send buffer"),
	    &udp_sendspace, 1, SB_MAX / 2, UDPCTL_SENDSPACE, NULL },
	{ "recvspace", SYSCTL_DESCR("Size of a new receive buffer"),
	    &udp_recvspace, 1, SB_MAX / 2, UDPCTL_RECVSPACE, NULL },
	{ "do_loopback_cksum", SYSCTL_DESCR("Checksums on loopback"),
	    &udp_do_loopback_cksum, 0, 1, UDPCTL_LOOPBACKCKSUM, NULL },
};

static const struct in_sysctl_stats stats = {
	.is_stats = &udpstat_percpu,
	.is_n = UDP_NSTATS,
	.is_num = UDPCTL_STATS,
};

static const struct in_sysctl_pcbs pcbs = {
	.ip_table = &udbtable,
	.ip_family = AF_INET,
};

void
udp_init(void)
{

	udpstat_percpu = percpu_alloc(sizeof(uint64_t) * UDP_NSTATS);
	udbtable = inpcbtable_create(UDB_CHAINS);
	in_sysctl_node(PF_INET, IPPROTO_UDP, "udp", SYSCTL_DESCR("UDP"));
	in_sysctl_vars(PF_INET, IPPROTO_UDP, vars, __arraycount(vars));
	in_sysctl_stats(PF_INET, IPPROTO_UDP, &stats);
	in_sysctl_pcblist(IPPROTO_UDP, &pcbs);
}

void
udp_statinc(u_int stat)
{

	KASSERT(stat < UDP_NSTATS);
	_NET_STATINC(udpstat_percpu, stat);
}

/*
 * Out.
 */

/* Where from and where to; and what else is special. */
struct dgram {
	struct in_addr	d_src, d_dst;
	in_port_t	d_dport;
	int		d_flags;	/* of ip_output() */
	struct ip_pktopts d_opts;
};

static int
set_addresses(struct inpcb *inp, const struct sockaddr_in *to,
    struct dgram *d, struct lwp *l)
{
	int error;

	if (to == NULL) {
		d->d_dst = in6_v4of(&inp->inp_faddr);
		d->d_dport = inp->inp_fport;
	} else {
		if (to->sin_port == 0)
			return EADDRNOTAVAIL;
		d->d_dst = to->sin_addr;
		d->d_dport = to->sin_port;
		if (in_nullhost(d->d_dst))
			d->d_dst.s_addr = INADDR_LOOPBACK;
	}
	if (inp->inp_lport == 0 &&
	    (error = inpcb_bind4(inp, NULL, l)) != 0)
		return error;
	d->d_src = in6_v4of(&inp->inp_laddr);
	if (__predict_false(d->d_opts.ippo_laddr.sin_len != 0))
		d->d_src = d->d_opts.ippo_laddr.sin_addr;
	if (in_nullhost(d->d_src) || IN_MULTICAST(d->d_src.s_addr)) {
		struct sockaddr_in dst;

		sockaddr_in_init(&dst, &d->d_dst, 0);
		return in_selectsrc(inp, &dst, &d->d_src);
	}
	return 0;
}

/* Headers in front; NULL: no memory. */
static struct mbuf *
add_headers(struct mbuf *m, const struct inpcb *inp, const struct dgram *d)
{
	const int len = m->m_pkthdr.len + (int)sizeof(struct udphdr);
	struct udpiphdr *ui;
	struct ip *ip;

	M_PREPEND(m, (int)sizeof(*ui), M_DONTWAIT);
	if (m == NULL)
		return NULL;
	ui = mtod(m, struct udpiphdr *);
	ui->ui_sport = inp->inp_lport;
	ui->ui_dport = d->d_dport;
	ui->ui_ulen = htons((uint16_t)len);
	if (__predict_true(udpcksum)) {
		/* The rest is done where the packet leaves. */
		ui->ui_sum = in_cksum_phdr(d->d_src.s_addr, d->d_dst.s_addr,
		    htonl((uint32_t)len + IPPROTO_UDP));
		m->m_pkthdr.csum_flags = M_CSUM_UDPv4;
		m->m_pkthdr.csum_data = offsetof(struct udphdr, uh_sum);
	} else {
		ui->ui_sum = 0;
		m->m_pkthdr.csum_flags = 0;
	}
	ip = (struct ip *)ui;
	ip->ip_tos = __predict_true(d->d_opts.ippo_tos == -1) ?
	    inp->inp_tos : (uint8_t)d->d_opts.ippo_tos;
	ip->ip_len = htons((uint16_t)(len + (int)sizeof(*ip)));
	ip->ip_off = 0;
	ip->ip_ttl = __predict_true(d->d_opts.ippo_ttl == -1) ?
	    inp->inp_ttl : (uint8_t)d->d_opts.ippo_ttl;
	ip->ip_p = IPPROTO_UDP;
	ip->ip_src = d->d_src;
	ip->ip_dst = d->d_dst;
	return m;
}

int
udp_output(struct mbuf *m, struct inpcb *inp, const struct sockaddr_in *to,
    struct mbuf *control, struct lwp *l)
{
	struct dgram d = { .d_flags = inp->inp_so->so_options &
	    (SO_DONTROUTE | SO_BROADCAST) };
	int error;

	if (m->m_pkthdr.len + (int)sizeof(struct udpiphdr) > IP_MAXPACKET) {
		error = EMSGSIZE;
		goto fail;
	}
	d.d_opts.ippo_imo = inp->inp_moptions;
	if ((error = ip_setpktopts(control, &d.d_opts, &d.d_flags, inp)) != 0)
		goto fail;
	if ((error = set_addresses(inp, to, &d, l)) != 0)
		goto fail;
	m_freem(control);
	if ((m = add_headers(m, inp, &d)) == NULL)
		return ENOBUFS;
	udp_statinc(UDP_STAT_OPACKETS);
	return ip_output(m, inp->inp_options, &inp->inp_route, d.d_flags,
	    d.d_opts.ippo_imo, inp);
fail:
	m_freem(m);
	m_freem(control);
	return error;
}

/*
 * Requests of sockets.
 */
static int
udp_attach(struct socket *so, int proto __unused)
{
	int error;

	if ((error = inpcb_attach(so, udbtable, AF_INET)) != 0)
		return error;
	sotoinpcb(so)->inp_ttl = (uint8_t)ip_defttl;
	error = soreserve(so, (u_long)udp_sendspace, (u_long)udp_recvspace);
	if (error != 0)
		inpcb_detach(sotoinpcb(so));
	return error;
}

/* These are for both families. */
int
udp_bind(struct socket *so, struct sockaddr *nam, struct lwp *l)
{
	struct inpcb *inp = sotoinpcb(so);

	return (*inp->inp_fam->pf_bind)(inp, nam, l);
}

int
udp_connect(struct socket *so, struct sockaddr *nam, struct lwp *l)
{
	struct inpcb *inp = sotoinpcb(so);
	int error = (*inp->inp_fam->pf_connect)(inp, nam, l);

	if (error == 0)
		soisconnected(so);
	return error;
}

int
udp_disconnect(struct socket *so)
{
	struct inpcb *inp = sotoinpcb(so);

	inpcb_disconnect(inp);
	inp->inp_flowinfo = 0;
	so->so_state &= ~SS_ISCONNECTED;
	return 0;
}

int
udp_purgeif(struct socket *so __unused, struct ifnet *ifp)
{

	inpcb_purgeif(udbtable, ifp);
	return 0;
}

int
udp_ctloutput(int op, struct socket *so, struct sockopt *sopt)
{
	const struct inpcb *inp = sotoinpcb(so);

	if (sopt->sopt_level == IPPROTO_UDP)
		return ENOPROTOOPT;
	return inp == NULL ? EINVAL :
	    (*inp->inp_fam->pf_ctloutput)(op, so, sopt);
}

static int
udp_send(struct socket *so, struct mbuf *m, struct sockaddr *nam,
    struct mbuf *control, struct lwp *l)
{
	int error;

	KASSERT(solocked(so));
	if ((error = in_checkdst(so, nam)) != 0) {
		m_freem(m);
		m_freem(control);
		return error;
	}
	return udp_output(m, sotoinpcb(so),
	    nam == NULL ? NULL : satosin(nam), control, l);
}

const struct pr_usrreqs udp_usrreqs = {
	UDP_USRREQS,
	.pr_attach = udp_attach,
	.pr_ioctl = in_control,
	.pr_send = udp_send,
};
