/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Raw sockets: packets of a protocol, headers included, ip(4).  As ever, a
 * program sees ip_len (without the header) and ip_off in host order, and
 * gives them so.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/proc.h>
#include <sys/protosw.h>
#include <sys/pserialize.h>
#include <sys/socketvar.h>
#include <sys/stat.h>
#include <sys/sysctl.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/route.h>

#include <netinet/in.h>
#include <netinet/in_pcb.h>
#include <netinet/in_var.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <netinet/ip_var.h>

#include "in_private.h"
#include "ip_private.h"

#define	RIP_CHAINS	16

static struct inpcbtable *rawcbtable;

static const struct in_sysctl_pcbs pcbs = {
	.ip_table = &rawcbtable,
	.ip_family = AF_INET,
};

void
rip_init(void)
{

	rawcbtable = inpcbtable_create(RIP_CHAINS);
	in_sysctl_node(PF_INET, IPPROTO_RAW, "raw",
	    SYSCTL_DESCR("Raw sockets"));
	in_sysctl_pcblist(IPPROTO_RAW, &pcbs);
}

/*
 * In.
 */
static bool
wants(const struct inpcb *inp, const struct ip *ip)
{

	return inp->inp_family == AF_INET &&
	    (inp->inp_proto == 0 || inp->inp_proto == ip->ip_p) &&
	    (inpcb_anyaddr(&inp->inp_laddr) ||
	    in_hosteq(in6_v4of(&inp->inp_laddr), ip->ip_dst)) &&
	    (inpcb_anyaddr(&inp->inp_faddr) ||
	    in_hosteq(in6_v4of(&inp->inp_faddr), ip->ip_src)) &&
	    ip->ip_ttl >= inp->inp_minttl;
}

/* The pcb is locked; m is its own packet. */
static void
deliver(struct inpcb *inp, struct mbuf *m, int hlen)
{
	struct mbuf *control = NULL;
	struct ip *ip = mtod(m, struct ip *);
	struct socket *so = inp->inp_so;
	struct sockaddr_in from;

	sockaddr_in_init(&from, &ip->ip_src, 0);
	if ((inp->inp_flags & INP_CONTROLOPTS) != 0 ||
	    SOOPT_TIMESTAMP(so->so_options))
		ip_savecontrol(inp, &control, ip, m);
	ip->ip_len = (uint16_t)(ntohs(ip->ip_len) - hlen);
	ip->ip_off = ntohs(ip->ip_off);
	if ((inp->inp_flags & INP_NOHEADER) != 0)
		m_adj(m, hlen);
	(void)inpcb_append(inp, sintosa(&from), m, control);
}

/* Nobody's: is there no such protocol at all? */
static void
unclaimed(struct mbuf *m, int proto)
{

	if (inetsw[ip_protox[proto]].pr_input != rip_input) {
		m_freem(m);
		return;
	}
	ip_statinc(IP_STAT_NOPROTO);
	icmp_error(m, ICMP_UNREACH, ICMP_UNREACH_PROTOCOL, 0, 0);
}

void
rip_input(struct mbuf *m, int hlen, int proto)
{
	const struct ip *ip = mtod(m, const struct ip *);
	struct inpcb *inp = NULL;
	struct mbuf *n;
	bool any = false;

	while ((inp = inpcb_next(rawcbtable, inp)) != NULL) {
		if (!inpcb_lock(inp))
			continue;
		if (wants(inp, ip)) {
			any = true;
			/* Storage of its own: the header is changed. */
			n = m_dup(m, 0, M_COPYALL, M_DONTWAIT);
			if (n != NULL && n->m_len < hlen)
				n = m_pullup(n, hlen);
			if (n != NULL)
				deliver(inp, n, hlen);
		}
		inpcb_unlock(inp);
	}
	if (any)
		m_freem(m);
	else
		unclaimed(m, proto);
}

static bool
is_about(const struct inpcb *inp, const struct ip *ip)
{

	return inp->inp_family == AF_INET && inp->inp_proto == ip->ip_p &&
	    in_hosteq(in6_v4of(&inp->inp_faddr), ip->ip_dst) &&
	    (inpcb_anyaddr(&inp->inp_laddr) ||
	    in_hosteq(in6_v4of(&inp->inp_laddr), ip->ip_src));
}

void *
rip_ctlinput(int cmd, const struct sockaddr *sa, void *v)
{
	const struct ip *ip = v;
	struct inpcb *inp = NULL;
	int error;

	if (cmd < 0 || cmd >= PRC_NCMDS || sa->sa_family != AF_INET ||
	    ip == NULL || (error = inetctlerrmap[cmd]) == 0 ||
	    in_nullhost(ip->ip_dst))
		return NULL;
	while ((inp = inpcb_next(rawcbtable, inp)) != NULL) {
		if (!inpcb_lock(inp))
			continue;
		if (is_about(inp, ip))
			inpcb_seterror(inp, error);
		inpcb_unlock(inp);
	}
	return NULL;
}

/*
 * Out.
 */
static struct mbuf *
add_header(struct mbuf *m, const struct inpcb *inp, struct in_addr dst,
    const struct ip_pktopts *po)
{
	struct ip *ip;

	M_PREPEND(m, (int)sizeof(*ip), M_DONTWAIT);
	if (m == NULL)
		return NULL;
	ip = mtod(m, struct ip *);
	memset(ip, 0, sizeof(*ip));
	ip->ip_tos = po->ippo_tos == -1 ? inp->inp_tos :
	    (uint8_t)po->ippo_tos;
	ip->ip_len = htons((uint16_t)m->m_pkthdr.len);
	ip->ip_ttl = po->ippo_ttl == -1 ? inp->inp_ttl :
	    (uint8_t)po->ippo_ttl;
	ip->ip_p = inp->inp_proto;
	ip->ip_src = po->ippo_laddr.sin_len != 0 ? po->ippo_laddr.sin_addr :
	    in6_v4of(&inp->inp_laddr);
	ip->ip_dst = dst;
	return m;
}

/* The program's own, checked.  NULL: it is gone. */
static struct mbuf *
take_header(struct mbuf *m, int *error)
{
	struct ip *ip;
	int hlen, len;

	*error = EINVAL;
	if (m->m_pkthdr.len < (int)sizeof(*ip))
		goto bad;
	*error = ENOBUFS;
	if ((m = m_copyup(m, MIN(m->m_pkthdr.len, 60), max_linkhdr)) == NULL)
		return NULL;
	*error = EINVAL;
	ip = mtod(m, struct ip *);
	hlen = ip->ip_hl << 2;
	len = ip->ip_len;
	if (hlen < (int)sizeof(*ip) || len < hlen || len != m->m_pkthdr.len ||
	    hlen > m->m_len || !ip_options_wellformed((uint8_t *)(ip + 1),
	    (u_int)hlen - (u_int)sizeof(*ip)))
		goto bad;
	ip->ip_v = IPVERSION;
	ip->ip_len = htons(ip->ip_len);
	ip->ip_off = htons(ip->ip_off);
	if (ip->ip_id == 0)
		ip->ip_id = ip_newid(NULL);
	*error = 0;
	return m;
bad:
	m_freem(m);
	return NULL;
}

static int
rip_output(struct mbuf *m, struct inpcb *inp, struct in_addr dst,
    struct mbuf *control)
{
	struct ip_pktopts po = { .ippo_imo = inp->inp_moptions };
	int flags, error;
	struct mbuf *opts = NULL;

	flags = (inp->inp_so->so_options & (SO_DONTROUTE | SO_BROADCAST)) |
	    IP_RETURNMTU;
	error = ip_setpktopts(control, &po, &flags, inp);
	m_freem(control);
	if (error == 0 && m->m_pkthdr.len + ((inp->inp_flags & INP_HDRINCL) !=
	    0 ? 0 : (int)sizeof(struct ip)) > IP_MAXPACKET)
		error = EMSGSIZE;
	if (error != 0) {
		m_freem(m);
		return error;
	}
	if ((inp->inp_flags & INP_HDRINCL) == 0) {
		if ((m = add_header(m, inp, dst, &po)) == NULL)
			return ENOBUFS;
		opts = inp->inp_options;
	} else {
		if ((m = take_header(m, &error)) == NULL)
			return error;
		flags |= IP_RAWOUTPUT;
		ip_statinc(IP_STAT_RAWOUT);
	}
	return ip_output(m, opts, &inp->inp_route, flags, po.ippo_imo, inp);
}

/*
 * Requests of sockets.
 */
static int
rip_attach(struct socket *so, int proto)
{
	int error = in_raw_attach(so, proto, rawcbtable, AF_INET);

	if (error == 0)
		sotoinpcb(so)->inp_ttl = MAXTTL;
	return error;
}

static int
rip_bind(struct socket *so, struct sockaddr *nam, struct lwp *l __unused)
{
	struct inpcb *inp = sotoinpcb(so);
	struct in_addr addr;
	int error, s;

	if ((error = in_checkaddr(nam, AF_INET)) != 0)
		return error;
	addr = satosin(nam)->sin_addr;
	s = pserialize_read_enter();
	if (!in_nullhost(addr) && !IN_MULTICAST(addr.s_addr) &&
	    (inp->inp_flags & INP_BINDANY) == 0 && in_get_ia(addr) == NULL)
		error = EADDRNOTAVAIL;
	pserialize_read_exit(s);
	if (error == 0)
		inp->inp_laddr = in6_v4mapped(addr);
	return error;
}

static int
rip_connect(struct socket *so, struct sockaddr *nam, struct lwp *l __unused)
{
	int error = in_checkaddr(nam, AF_INET);

	if (error != 0)
		return error;
	sotoinpcb(so)->inp_faddr = in6_v4mapped(satosin(nam)->sin_addr);
	soisconnected(so);
	return 0;
}

static int
rip_disconnect(struct socket *so)
{

	memset(&sotoinpcb(so)->inp_faddr, 0, sizeof(struct in6_addr));
	so->so_state &= ~SS_ISCONNECTED;
	return 0;
}

static int
rip_send(struct socket *so, struct mbuf *m, struct sockaddr *nam,
    struct mbuf *control, struct lwp *l __unused)
{
	struct inpcb *inp = sotoinpcb(so);
	int error = in_checkdst(so, nam);

	if (error != 0) {
		m_freem(m);
		m_freem(control);
		return error;
	}
	return rip_output(m, inp, nam != NULL ? satosin(nam)->sin_addr :
	    in6_v4of(&inp->inp_faddr), control);
}

static int
rip_purgeif(struct socket *so __unused, struct ifnet *ifp)
{

	/* The last protocol with sockets that have groups. */
	inpcb_purgeif(rawcbtable, ifp);
	in_purgeif(ifp);
	return 0;
}

/* IP_HDRINCL, and SO_NOHEADER of level SOL_SOCKET. */
int
rip_ctloutput(int op, struct socket *so, struct sockopt *sopt)
{
	struct inpcb *inp = sotoinpcb(so);
	int flag, on, error;

	if (sopt->sopt_level == SOL_SOCKET && sopt->sopt_name == SO_NOHEADER)
		flag = INP_NOHEADER;
	else if (sopt->sopt_level == IPPROTO_IP &&
	    sopt->sopt_name == IP_HDRINCL)
		flag = INP_HDRINCL;
	else
		return ip_ctloutput(op, so, sopt);
	if (op == PRCO_GETOPT)
		return sockopt_setint(sopt, (inp->inp_flags & flag) != 0);
	if ((error = sockopt_getint(sopt, &on)) != 0)
		return error;
	if (on)
		inp->inp_flags |= flag;
	else
		inp->inp_flags &= ~flag;
	return 0;
}

const struct pr_usrreqs rip_usrreqs = {
	IN_USRREQS,
	.pr_attach = rip_attach,
	.pr_connect = rip_connect,
	.pr_bind = rip_bind,
	.pr_disconnect = rip_disconnect,
	.pr_ioctl = in_control,
	.pr_send = rip_send,
	.pr_purgeif = rip_purgeif,
};
