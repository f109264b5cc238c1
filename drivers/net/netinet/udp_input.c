/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Datagrams in: to the socket that is connected to the sender, or else bound
 * to the port; those to many to all that match.  Errors about datagrams go to
 * connected sockets alone, RFC 1122 section 4.1.3.3.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/mbuf.h>
#include <sys/protosw.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <net/if.h>

#include <netinet/icmp_var.h>
#include <netinet/in.h>
#include <netinet/in_offload.h>
#include <netinet/in_var.h>
#include <netinet/ip.h>
#include <netinet/ip_var.h>
#include <netinet/udp.h>
#include <netinet/udp_var.h>

#include "in_pcb.h"
#include "udp_private.h"

/* A datagram. */
struct dgram {
	struct mbuf	*d_m;
	int		d_hlen;		/* of IP's header */
	struct inaddrs	d_addrs;
};

static struct ip *
dgram_ip(const struct dgram *d)
{

	return mtod(d->d_m, struct ip *);
}

/* False: it is wrong.  What does not leave the machine needs none. */
static bool
checksum_right(struct mbuf *m, int hlen, int len)
{
	const int flags = m->m_pkthdr.csum_flags;
	struct ifnet *ifp = NULL;
	int rx = 0, s;
	uint32_t sum;

	if ((m->m_flags & M_LOOP) != 0 && !udp_do_loopback_cksum)
		return true;
	if ((flags & M_CSUM_UDPv4) != 0 &&
	    (ifp = m_get_rcvif(m, &s)) != NULL) {
		rx = ifp->if_csum_flags_rx;
		m_put_rcvif(ifp, &s);
	}
	if ((flags & rx & M_CSUM_UDPv4) != 0) {
		if ((flags & M_CSUM_TCP_UDP_BAD) != 0)
			return false;
		if ((flags & M_CSUM_DATA) == 0)
			return true;
		sum = m->m_pkthdr.csum_data;
		if ((flags & M_CSUM_NO_PSEUDOHDR) != 0) {
			const struct ip *ip = mtod(m, const struct ip *);

			sum = in_cksum_addword((uint16_t)sum, in_cksum_phdr(
			    ip->ip_src.s_addr, ip->ip_dst.s_addr,
			    htonl((uint32_t)len + IPPROTO_UDP)));
		}
		return (sum ^ 0xffff) == 0;
	}
	return in4_cksum(m, IPPROTO_UDP, hlen, len) == 0;
}

/* The header is there, and the lengths are right; or it is gone. */
static bool
check(struct dgram *d)
{
	const struct udphdr *uh;
	const struct ip *ip;
	struct mbuf *m = d->d_m;
	int len;
	u_int why;

	if (m->m_len < d->d_hlen + (int)sizeof(*uh)) {
		m = d->d_m = m_pullup(m, d->d_hlen + (int)sizeof(*uh));
		if (m == NULL) {
			udp_statinc(UDP_STAT_HDROPS);
			return false;
		}
	}
	ip = dgram_ip(d);
	uh = (const struct udphdr *)((const char *)ip + d->d_hlen);
	len = ntohs(uh->uh_ulen);
	why = UDP_STAT_BADLEN;
	if (len < (int)sizeof(*uh) || len > m->m_pkthdr.len - d->d_hlen ||
	    uh->uh_dport == 0)
		goto drop;
	why = UDP_STAT_BADSUM;
	if (uh->uh_sum != 0 && !checksum_right(m, d->d_hlen, len))
		goto drop;
	if (m->m_pkthdr.len > d->d_hlen + len)
		m_adj(m, d->d_hlen + len - m->m_pkthdr.len);
	d->d_addrs.ia_laddr = in6_v4mapped(ip->ip_dst);
	d->d_addrs.ia_faddr = in6_v4mapped(ip->ip_src);
	d->d_addrs.ia_lport = uh->uh_dport;
	d->d_addrs.ia_fport = uh->uh_sport;
	d->d_addrs.ia_zone = 0;
	return true;
drop:
	udp_statinc(why);
	m_freem(m);
	return false;
}

static void
sender(const struct inpcb *inp, const struct dgram *d, union in_sender *u)
{

	if (__predict_true(inp->inp_family == AF_INET)) {
		sockaddr_in_init(&u->sin, &dgram_ip(d)->ip_src,
		    d->d_addrs.ia_fport);
		return;
	}
	memset(&u->sin6, 0, sizeof(u->sin6));
	u->sin6.sin6_len = sizeof(u->sin6);
	u->sin6.sin6_family = AF_INET6;
	u->sin6.sin6_port = d->d_addrs.ia_fport;
	u->sin6.sin6_addr = d->d_addrs.ia_faddr;
}

/*
 * The pcb is referenced; m, the datagram or a copy of it, is the socket's or
 * freed.  False: the socket is gone, m is still there.
 */
static bool
deliver(struct inpcb *inp, const struct dgram *d, struct mbuf *m)
{
	struct mbuf *control = NULL;
	union in_sender from;
	struct socket *so;

	if (!inpcb_lock(inp))
		return false;
	so = inp->inp_so;
	if (dgram_ip(d)->ip_ttl < inp->inp_minttl ||
	    (so->so_state & SS_CANTRCVMORE) != 0) {
		inpcb_unlock(inp);
		m_freem(m);
		return true;
	}
	if (__predict_false((inp->inp_flags & INP_CONTROLOPTS) != 0 ||
	    SOOPT_TIMESTAMP(so->so_options)))
		ip_savecontrol(inp, &control, mtod(m, struct ip *), m);
	sender(inp, d, &from);
	m_adj(m, d->d_hlen + (int)sizeof(struct udphdr));
	if (sbappendaddr(&so->so_rcv, &from.sa, m, control) == 0) {
		soroverflow(so);
		inpcb_unlock(inp);
		udp_statinc(UDP_STAT_FULLSOCK);
		m_freem(m);
		m_freem(control);
		return true;
	}
	sorwakeup(so);
	inpcb_unlock(inp);
	return true;
}

/* To many: each that has the port and an address that fits. */
static bool
match_many(const struct inpcb *inp, const struct inaddrs *ia)
{

	if (inp->inp_lport != ia->ia_lport || (inp->inp_family != AF_INET &&
	    (inp->inp_flags & INP_V6ONLY) != 0))
		return false;
	return inpcb_anyaddr(&inp->inp_laddr) ||
	    IN6_ARE_ADDR_EQUAL(&inp->inp_laddr, &ia->ia_laddr) ||
	    (inp->inp_chains & INPC_CONN) != 0;
}

static void
to_many(struct dgram *d)
{
	struct inpcb *inp = NULL;
	struct mbuf *m;
	bool any = false;

	while ((inp = inpcb_next_match(udbtable, &d->d_addrs, inp,
	    match_many)) != NULL) {
		any = true;
		if ((m = m_copypacket(d->d_m, M_DONTWAIT)) == NULL)
			continue;
		if ((m = m_pullup(m, d->d_hlen)) != NULL &&
		    !deliver(inp, d, m))
			m_freem(m);
	}
	if (!any) {
		udp_statinc(UDP_STAT_NOPORT);
		udp_statinc(UDP_STAT_NOPORTBCAST);
	}
	m_freem(d->d_m);
}

static bool
is_for_many(const struct mbuf *m, struct in_addr dst)
{
	bool many = false;
	struct ifnet *ifp;
	int s;

	if (IN_MULTICAST(dst.s_addr) || dst.s_addr == INADDR_BROADCAST)
		return true;
	if (__predict_true((m->m_flags & (M_BCAST | M_MCAST)) == 0))
		return false;
	if ((ifp = m_get_rcvif(m, &s)) != NULL) {
		many = in_broadcast(dst, ifp);
		m_put_rcvif(ifp, &s);
	}
	return many;
}

void
udp_input(struct mbuf *m, int hlen, int proto __unused)
{
	struct dgram d = { .d_m = m, .d_hlen = hlen };
	struct inpcb *inp;
	bool done = false;

	udp_statinc(UDP_STAT_IPACKETS);
	if (!check(&d))
		return;
	if (__predict_false(is_for_many(d.d_m, dgram_ip(&d)->ip_dst))) {
		to_many(&d);
		return;
	}
	if ((inp = inpcb_lookup(udbtable, &d.d_addrs)) == NULL) {
		udp_statinc(UDP_STAT_PCBHASHMISS);
		inp = inpcb_lookup_bound(udbtable, &d.d_addrs);
	}
	if (__predict_true(inp != NULL)) {
		done = deliver(inp, &d, d.d_m);
		inpcb_unref(inp);
	}
	if (__predict_true(done))
		return;
	udp_statinc(UDP_STAT_NOPORT);
	if ((d.d_m->m_flags & (M_BCAST | M_MCAST)) != 0) {
		udp_statinc(UDP_STAT_NOPORTBCAST);
		m_freem(d.d_m);
		return;
	}
	icmp_error(d.d_m, ICMP_UNREACH, ICMP_UNREACH_PORT, 0, 0);
}

/* An error about a datagram of ours, whose header is quoted. */
void *
udp_ctlinput(int cmd, const struct sockaddr *sa, void *v)
{
	const struct ip *ip = v;
	const struct udphdr *uh;
	struct inaddrs ia = { .ia_zone = 0 };
	struct inpcb *inp;
	int error;

	if (cmd < 0 || cmd >= PRC_NCMDS || sa->sa_family != AF_INET ||
	    ip == NULL || (error = inetctlerrmap[cmd]) == 0)
		return NULL;
	uh = (const struct udphdr *)((const char *)ip + (ip->ip_hl << 2));
	ia.ia_laddr = in6_v4mapped(ip->ip_src);
	ia.ia_faddr = in6_v4mapped(ip->ip_dst);
	ia.ia_lport = uh->uh_sport;
	ia.ia_fport = uh->uh_dport;
	if ((inp = inpcb_lookup(udbtable, &ia)) == NULL)
		return NULL;
	if (cmd == PRC_MSGSIZE)
		icmp_mtudisc((struct icmp *)(void *)((char *)v -
		    offsetof(struct icmp, icmp_ip)), ip->ip_dst);
	if (inpcb_lock(inp)) {
		inp->inp_so->so_error = (u_short)error;
		sorwakeup(inp->inp_so);
		sowwakeup(inp->inp_so);
		inpcb_unlock(inp);
	}
	inpcb_unref(inp);
	return NULL;
}
