/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Datagrams over IPv6 in: their headers, and errors about ours.  netinet finds
 * the sockets.  There is always a checksum, RFC 8200 section 8.1.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/mbuf.h>
#include <sys/protosw.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <net/if.h>

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/in_offload.h>
#include <netinet/in_pcb.h>
#include <netinet/ip6.h>
#include <netinet/ip_var.h>
#include <netinet/udp.h>

#include <netinet6/in6_var.h>
#include <netinet6/ip6_var.h>
#include <netinet6/ip6protosw.h>
#include <netinet6/scope6_var.h>
#include <netinet6/udp6_var.h>

#include <rump-sys/net_in.h>
#include <rump-sys/net_udp.h>

#include "in6_private.h"

/* The header is there, and the lengths are right; or it is gone. */
static bool
check(struct udp_dgram *d)
{
	const struct ip6_hdr *ip6;
	const struct udphdr *uh;
	struct mbuf *m;
	int len;
	u_int why;

	m = d->d_m = ip6_pullup(d->d_m, d->d_off + (int)sizeof(*uh));
	if (m == NULL) {
		udp6_statinc(UDP6_STAT_HDROPS);
		return false;
	}
	ip6 = mtod(m, const struct ip6_hdr *);
	uh = (const struct udphdr *)(const void *)((const char *)ip6 +
	    d->d_off);
	len = ntohs(uh->uh_ulen);
	why = UDP6_STAT_BADLEN;
	if (len < (int)sizeof(*uh) || len > m->m_pkthdr.len - d->d_off ||
	    uh->uh_dport == 0)
		goto drop;
	why = UDP6_STAT_NOSUM;
	if (uh->uh_sum == 0)
		goto drop;
	why = UDP6_STAT_BADSUM;
	if (!in6_checksum_right(m, IPPROTO_UDP, d->d_off, len,
	    M_CSUM_UDPv6, udp_do_loopback_cksum))
		goto drop;
	if (m->m_pkthdr.len > d->d_off + len)
		m_adj(m, d->d_off + len - m->m_pkthdr.len);
	d->d_ttl = ip6->ip6_hlim;
	d->d_addrs.ia_laddr = ip6->ip6_dst;
	d->d_addrs.ia_faddr = ip6->ip6_src;
	d->d_addrs.ia_lport = uh->uh_dport;
	d->d_addrs.ia_fport = uh->uh_sport;
	d->d_addrs.ia_zone = 0;
	return true;
drop:
	udp6_statinc(why);
	m_freem(m);
	return false;
}

static void
from(const struct inpcb *inp __unused, const struct inaddrs *ia,
    union in_sender *u)
{

	sockaddr_in6_init(&u->sin6, &ia->ia_faddr, ia->ia_fport, 0, 0);
	(void)sa6_recoverscope(&u->sin6);
}

static void
unreach(struct mbuf *m)
{

	icmp6_error(m, ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_NOPORT, 0);
}

static const struct udp_family family = {
	.uf_statinc = udp6_statinc,
	.uf_miss = UDP6_STAT_PCBCACHEMISS,
	.uf_noport = UDP6_STAT_NOPORT,
	.uf_noportmany = UDP6_STAT_NOPORTMCAST,
	.uf_fullsock = UDP6_STAT_FULLSOCK,
	.uf_sender = from,
	.uf_unreach = unreach,
};

int
udp6_input(struct mbuf **mp, int *offp, int proto __unused)
{
	struct udp_dgram d = { .d_m = *mp, .d_off = *offp };

	udp6_statinc(UDP6_STAT_IPACKETS);
	if (check(&d))
		udp_family_input(&family, &d,
		    IN6_IS_ADDR_MULTICAST(&d.d_addrs.ia_laddr));
	return IPPROTO_DONE;
}

/* One that sent from there, perhaps to many: what it hears of is true. */
static struct inpcb *
sender(const struct inaddrs *ia, bool *connected)
{
	struct inpcb *inp = inpcb_lookup(udbtable, ia);

	*connected = inp != NULL;
	return inp != NULL ? inp : inpcb_lookup_bound(udbtable, ia);
}

/* An error about a datagram of ours, that is quoted. */
void *
udp6_ctlinput(int cmd, const struct sockaddr *sa, void *v)
{
	struct ip6ctlparam *cp = v;
	struct inaddrs ia = { .ia_zone = 0 };
	struct udphdr uh;
	struct inpcb *inp;
	bool connected;
	int error;

	if (cmd < 0 || cmd >= PRC_NCMDS || sa->sa_family != AF_INET6 ||
	    cp == NULL || cp->ip6c_m == NULL ||
	    (error = inetctlerrmap[cmd]) == 0)
		return NULL;
	m_copydata(cp->ip6c_m, cp->ip6c_off, sizeof(uh), &uh);
	ia.ia_laddr = cp->ip6c_src->sin6_addr;
	ia.ia_faddr = cp->ip6c_dst->sin6_addr;
	ia.ia_lport = uh.uh_sport;
	ia.ia_fport = uh.uh_dport;
	if ((inp = sender(&ia, &connected)) == NULL)
		return NULL;
	if (cmd == PRC_MSGSIZE)
		icmp6_mtudisc_update(cp, 1);
	if (inpcb_lock(inp)) {
		if (cmd == PRC_MSGSIZE)
			ip6_notify_pmtu(inp, cp->ip6c_dst, cp->ip6c_cmdarg);
		else if (connected)
			inpcb_seterror(inp, error);
		inpcb_unlock(inp);
	}
	inpcb_unref(inp);
	return NULL;
}
