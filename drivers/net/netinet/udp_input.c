/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Datagrams in: to the socket that is connected to the sender, or else bound
 * to the port; those to many to all that match.  That much is for both
 * families, udp_family_input(); the rest is IPv4's.  Errors about datagrams go
 * to connected sockets alone, RFC 1122 section 4.1.3.3.
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
#include <netinet/in_pcb.h>
#include <netinet/in_var.h>
#include <netinet/ip.h>
#include <netinet/ip_var.h>
#include <netinet/udp.h>
#include <netinet/udp_var.h>

#include <rump-sys/net_udp.h>

#include "udp_private.h"

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
check(struct udp_dgram *d)
{
	const struct udphdr *uh;
	const struct ip *ip;
	struct mbuf *m = d->d_m;
	int len;
	u_int why;

	if (m->m_len < d->d_off + (int)sizeof(*uh)) {
		m = d->d_m = m_pullup(m, d->d_off + (int)sizeof(*uh));
		if (m == NULL) {
			udp_statinc(UDP_STAT_HDROPS);
			return false;
		}
	}
	ip = mtod(m, const struct ip *);
	uh = (const struct udphdr *)((const char *)ip + d->d_off);
	len = ntohs(uh->uh_ulen);
	why = UDP_STAT_BADLEN;
	if (len < (int)sizeof(*uh) || len > m->m_pkthdr.len - d->d_off ||
	    uh->uh_dport == 0)
		goto drop;
	why = UDP_STAT_BADSUM;
	if (uh->uh_sum != 0 && !checksum_right(m, d->d_off, len))
		goto drop;
	if (m->m_pkthdr.len > d->d_off + len)
		m_adj(m, d->d_off + len - m->m_pkthdr.len);
	d->d_ttl = ip->ip_ttl;
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

/*
 * For both families.
 */

/*
 * The pcb is referenced; m, the datagram or a copy of it, is the socket's or
 * freed.  False: the socket is gone, m is still there.
 */
static bool
deliver(struct inpcb *inp, const struct udp_dgram *d, struct mbuf *m,
    const struct udp_family *uf)
{
	struct mbuf *control = NULL;
	union in_sender from;
	struct socket *so;

	if (!inpcb_lock(inp))
		return false;
	so = inp->inp_so;
	if (d->d_ttl < inp->inp_minttl ||
	    (so->so_state & SS_CANTRCVMORE) != 0) {
		inpcb_unlock(inp);
		m_freem(m);
		return true;
	}
	if (__predict_false((inp->inp_flags & INP_CONTROLOPTS) != 0 ||
	    SOOPT_TIMESTAMP(so->so_options)))
		(*inp->inp_fam->pf_savecontrol)(inp, &control,
		    mtod(m, void *), m);
	(*uf->uf_sender)(inp, &d->d_addrs, &from);
	m_adj(m, d->d_off + (int)sizeof(struct udphdr));
	if (!inpcb_append(inp, &from.sa, m, control))
		(*uf->uf_statinc)(uf->uf_fullsock);
	inpcb_unlock(inp);
	return true;
}

/* To many: each that has the port and an address that fits. */
static bool
match_many(const struct inpcb *inp, const struct inaddrs *ia)
{

	if (inp->inp_lport != ia->ia_lport ||
	    (IN6_IS_ADDR_V4MAPPED(&ia->ia_laddr) ?
	    inp->inp_family != AF_INET && (inp->inp_flags & INP_V6ONLY) != 0 :
	    inp->inp_family == AF_INET))
		return false;
	return inpcb_anyaddr(&inp->inp_laddr) ||
	    IN6_ARE_ADDR_EQUAL(&inp->inp_laddr, &ia->ia_laddr) ||
	    (inp->inp_chains & INPC_CONN) != 0;
}

static void
to_many(struct udp_dgram *d, const struct udp_family *uf)
{
	struct inpcb *inp = NULL;
	struct mbuf *m;
	bool any = false;

	while ((inp = inpcb_next_match(udbtable, &d->d_addrs, inp,
	    match_many)) != NULL) {
		any = true;
		if ((m = m_copypacket(d->d_m, M_DONTWAIT)) == NULL)
			continue;
		if ((m = m_pullup(m, d->d_off)) != NULL &&
		    !deliver(inp, d, m, uf))
			m_freem(m);
	}
	if (!any) {
		(*uf->uf_statinc)(uf->uf_noport);
		(*uf->uf_statinc)(uf->uf_noportmany);
	}
	m_freem(d->d_m);
}

void
udp_family_input(const struct udp_family *uf, struct udp_dgram *d, bool many)
{
	struct inpcb *inp;
	bool done = false;

	if (__predict_false(many)) {
		to_many(d, uf);
		return;
	}
	if ((inp = inpcb_lookup(udbtable, &d->d_addrs)) == NULL) {
		(*uf->uf_statinc)(uf->uf_miss);
		inp = inpcb_lookup_bound(udbtable, &d->d_addrs);
	}
	if (__predict_true(inp != NULL)) {
		done = deliver(inp, d, d->d_m, uf);
		inpcb_unref(inp);
	}
	if (__predict_true(done))
		return;
	(*uf->uf_statinc)(uf->uf_noport);
	if ((d->d_m->m_flags & (M_BCAST | M_MCAST)) != 0) {
		(*uf->uf_statinc)(uf->uf_noportmany);
		m_freem(d->d_m);
	} else
		(*uf->uf_unreach)(d->d_m);
}

/*
 * IPv4.
 */
static void
sender(const struct inpcb *inp, const struct inaddrs *ia, union in_sender *u)
{
	const struct in_addr addr = in6_v4of(&ia->ia_faddr);

	if (__predict_true(inp->inp_family == AF_INET)) {
		sockaddr_in_init(&u->sin, &addr, ia->ia_fport);
		return;
	}
	memset(&u->sin6, 0, sizeof(u->sin6));
	u->sin6.sin6_len = sizeof(u->sin6);
	u->sin6.sin6_family = AF_INET6;
	u->sin6.sin6_port = ia->ia_fport;
	u->sin6.sin6_addr = ia->ia_faddr;
}

static void
unreach(struct mbuf *m)
{

	icmp_error(m, ICMP_UNREACH, ICMP_UNREACH_PORT, 0, 0);
}

static const struct udp_family family = {
	.uf_statinc = udp_statinc,
	.uf_miss = UDP_STAT_PCBHASHMISS,
	.uf_noport = UDP_STAT_NOPORT,
	.uf_noportmany = UDP_STAT_NOPORTBCAST,
	.uf_fullsock = UDP_STAT_FULLSOCK,
	.uf_sender = sender,
	.uf_unreach = unreach,
};

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
	struct udp_dgram d = { .d_m = m, .d_off = hlen };

	udp_statinc(UDP_STAT_IPACKETS);
	if (check(&d))
		udp_family_input(&family, &d, is_for_many(d.d_m,
		    mtod(d.d_m, const struct ip *)->ip_dst));
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
		inpcb_seterror(inp, error);
		inpcb_unlock(inp);
	}
	inpcb_unref(inp);
	return NULL;
}
