/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Control messages a socket gets with a packet, RFC 3542 sections 4 to 6 and
 * 11.3: where it was sent to and by which interface it came, its hop limit,
 * class and extension headers, and path MTUs.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <net/if.h>

#include <netinet/in.h>
#include <netinet/in_pcb.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>

#include <netinet6/in6_var.h>
#include <netinet6/ip6_var.h>
#include <netinet6/scope6_var.h>

#include "in6_private.h"

/* Behind the others; without memory it is not told. */
static void
add(struct mbuf ***mp, void *data, size_t len, int type)
{

	**mp = sbcreatecontrol(data, (int)len, type, IPPROTO_IPV6);
	if (**mp != NULL)
		*mp = &(**mp)->m_next;
}

/* What packets of both families have. */
struct what {
	struct in6_addr	w_dst;
	int		w_hlim;
	int		w_tclass;
};

static void
add_common(struct mbuf ***mp, const struct inpcb *inp, struct what *w,
    const struct mbuf *m)
{
	struct in6_pktinfo pi;

	if ((inp->inp_flags & INP_RECVPKTINFO) != 0) {
		pi.ipi6_addr = w->w_dst;
		pi.ipi6_ifindex = m->m_pkthdr.rcvif_index;
		add(mp, &pi, sizeof(pi), IPV6_PKTINFO);
	}
	if ((inp->inp_flags & INP_RECVHOPLIMIT) != 0)
		add(mp, &w->w_hlim, sizeof(w->w_hlim), IPV6_HOPLIMIT);
	if ((inp->inp_flags & INP_RECVTCLASS) != 0)
		add(mp, &w->w_tclass, sizeof(w->w_tclass), IPV6_TCLASS);
}

/* An extension header of the packet, as it is. */
static void
add_ext(struct mbuf ***mp, struct mbuf *m, int off, int len, int type)
{
	void *buf;

	if (m->m_pkthdr.len < off + len ||
	    (buf = kmem_intr_alloc((size_t)len, KM_NOSLEEP)) == NULL)
		return;
	m_copydata(m, off, len, buf);
	add(mp, buf, (size_t)len, type);
	kmem_intr_free(buf, (size_t)len);
}

static int
wanted(const struct inpcb *inp, int proto)
{

	switch (proto) {
	case IPPROTO_HOPOPTS:
		return (inp->inp_flags & INP_RECVHOPOPTS) != 0 ?
		    IPV6_HOPOPTS : 0;
	case IPPROTO_DSTOPTS:
		return (inp->inp_flags & INP_RECVDSTOPTS) != 0 ?
		    IPV6_DSTOPTS : 0;
	case IPPROTO_ROUTING:
		return (inp->inp_flags & INP_RECVRTHDR) != 0 ?
		    IPV6_RTHDR : 0;
	default:
		return 0;
	}
}

static void
add_exts(struct mbuf ***mp, const struct inpcb *inp, struct mbuf *m)
{
	int off = 0, next, proto = IPPROTO_IPV6, nxt, type;

	for (;; off = next, proto = nxt) {
		if ((next = ip6_nexthdr(m, off, proto, &nxt)) < 0)
			break;
		if ((type = wanted(inp, proto)) != 0)
			add_ext(mp, m, off, next - off, type);
	}
}

void
ip6_savecontrol(struct inpcb *inp, struct mbuf **mp, struct ip6_hdr *ip6,
    struct mbuf *m)
{
	const struct ip *ip = (const struct ip *)(const void *)ip6;
	struct what w;

	if (SOOPT_TIMESTAMP(inp->inp_so->so_options))
		mp = sbsavetimestamp(inp->inp_so->so_options, mp);
	if (ip->ip_v == IPVERSION) {
		/* A socket of both families. */
		w.w_dst = in6_v4mapped(ip->ip_dst);
		w.w_hlim = ip->ip_ttl;
		w.w_tclass = ip->ip_tos;
		add_common(&mp, inp, &w, m);
		return;
	}
	w.w_dst = ip6->ip6_dst;
	(void)in6_clearscope(&w.w_dst);
	w.w_hlim = ip6->ip6_hlim;
	w.w_tclass = (int)(ntohl(ip6->ip6_flow) >> 20 & 0xff);
	add_common(&mp, inp, &w, m);
	if ((inp->inp_flags & (INP_RECVHOPOPTS | INP_RECVDSTOPTS |
	    INP_RECVRTHDR)) != 0)
		add_exts(&mp, inp, m);
}

/* An empty message; one that cannot be had is not told. */
void
ip6_notify_pmtu(struct inpcb *inp, const struct sockaddr_in6 *dst,
    uint32_t *mtu)
{
	struct socket *so = inp->inp_so;
	struct ip6_mtuinfo mi;
	struct mbuf *control;

	KASSERT(solocked(so));
	if ((inp->inp_flags & INP_RECVPATHMTU) == 0 || mtu == NULL)
		return;
	memset(&mi, 0, sizeof(mi));
	mi.ip6m_mtu = *mtu;
	mi.ip6m_addr = *dst;
	(void)sa6_recoverscope(&mi.ip6m_addr);
	control = sbcreatecontrol(&mi, sizeof(mi), IPV6_PATHMTU,
	    IPPROTO_IPV6);
	if (control == NULL)
		return;
	if (sbappendaddr(&so->so_rcv, sin6tosa(&mi.ip6m_addr), NULL,
	    control) == 0) {
		soroverflow(so);
		m_freem(control);
		return;
	}
	sorwakeup(so);
}
