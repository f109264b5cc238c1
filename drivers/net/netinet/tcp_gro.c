/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Segments that come in one after the other and are of one connection become
 * one, so that all that is done for a segment is done once.  Only those are
 * joined that could have been one when they were sent: data in order, headers
 * alike, marks of congestion (RFC 3168) and timestamps (RFC 7323) among them,
 * all but the last of one size.  PSH ends such a segment.  What it was made of
 * is in m_pkthdr.segsz, for those that count segments (RFC 9293 section
 * 3.8.6.3).
 *
 * What a wire without a size brings is large already and stays as it is.  Of
 * it, too, TCP is told whether the next is there, M_TCP_MORE: it need not be
 * acknowledged before that.
 *
 * Packets are for this machine, and their headers of IP have been checked.
 * They are held for no longer than their soft interrupt has others to look at,
 * and not for more than TCP_GRO_BATCH of these, tcp_gro_flush().
 */

#include <sys/param.h>
#include <sys/endian.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/pktqueue.h>

#include <lib/libkern/libkern.h>

#include "tcp_private.h"

#define	TS_ONLY		0x0101080aU	/* how such options begin */

/* A packet that comes in, and what its header of TCP says. */
struct looked {
	struct mbuf	*lk_m;
	const struct tcphdr *lk_th;	/* whole, in the first mbuf */
	int		lk_off;		/* of it */
	u_int		lk_hlen;	/* of it */
	u_int		lk_len;		/* bytes of data */
};

/* Is all there, in the first mbuf?  What makes no sense is TCP's to find. */
static bool
look(struct looked *lk, struct mbuf *m, int off)
{
	const struct tcphdr *th;

	if (m->m_len < off + (int)sizeof(*th))
		return false;
	th = (const void *)(mtod(m, const char *) + off);
	lk->lk_m = m;
	lk->lk_th = th;
	lk->lk_off = off;
	lk->lk_hlen = (u_int)th->th_off * 4;
	if (lk->lk_hlen < sizeof(*th) || m->m_len < off + (int)lk->lk_hlen)
		return false;
	lk->lk_len = (u_int)m->m_pkthdr.len - (u_int)off - lk->lk_hlen;
	return true;
}

/* Data, and nothing else that TCP is told of. */
static bool
plain(const struct looked *lk)
{

	return (lk->lk_th->th_flags & ~TH_PUSH) == TH_ACK && lk->lk_len > 0;
}

static bool
whole(const struct looked *lk)
{

	return (lk->lk_m->m_pkthdr.csum_flags &
	    (M_CSUM_TSOv4 | M_CSUM_TSOv6)) != 0;
}

/* May others be joined to it, or it to others? */
static bool
joinable(const struct looked *lk, const struct tcp_family *tf)
{
	const struct tcphdr *th = lk->lk_th;
	struct mbuf *m = lk->lk_m;

	if (!plain(lk) || whole(lk) || (m->m_flags & (M_BCAST | M_MCAST)) != 0)
		return false;
	if (lk->lk_hlen != sizeof(*th) && (lk->lk_hlen != sizeof(*th) +
	    TCPOLEN_TSTAMP_APPA || be32dec(th + 1) != TS_ONLY))
		return false;
	/* One that is damaged must not spoil the others. */
	return !(*tf->tf_wrongsum)(m, lk->lk_off,
	    (int)(lk->lk_hlen + lk->lk_len));
}

static struct tcphdr *
header_of(const struct tcp_held *h)
{

	return (void *)(mtod(h->h_m, char *) + h->h_off);
}

static bool
same_ports(const struct tcphdr *a, const struct tcphdr *b)
{

	return a->th_sport == b->th_sport && a->th_dport == b->th_dport;
}

/* Is what came of the same connection, and its next data? */
static bool
is_next(const struct tcp_gro *g, const struct tcp_held *h,
    const struct looked *lk)
{
	const struct tcphdr *held;

	if (h->h_m == NULL || lk->lk_len == 0)
		return false;
	held = header_of(h);
	return same_ports(held, lk->lk_th) &&
	    ntohl(lk->lk_th->th_seq) == h->h_next &&
	    (*g->g_fam->tf_samehead)(h->h_m, lk->lk_m);
}

/* Does the next say the same, and is there room for it? */
static bool
follows(const struct tcp_held *h, const struct looked *lk)
{
	const struct tcphdr *th = lk->lk_th, *held = header_of(h);
	const int optlen = (int)(lk->lk_hlen - sizeof(*th));

	return h->h_mss != 0 && (held->th_flags & TH_PUSH) == 0 &&
	    h->h_len % h->h_mss == 0 && lk->lk_len <= h->h_mss &&
	    th->th_ack == held->th_ack && th->th_win == held->th_win &&
	    th->th_off == held->th_off &&
	    memcmp(th + 1, held + 1, (size_t)optlen) == 0 &&
	    h->h_m->m_pkthdr.len + (int)lk->lk_len <= TCP_GRO_MAX &&
	    h->h_m->m_pkthdr.rcvif_index == lk->lk_m->m_pkthdr.rcvif_index;
}

static void
flush(struct tcp_gro *g, struct tcp_held *h)
{
	struct mbuf *m = h->h_m;

	h->h_m = NULL;
	if (m != NULL)
		(*g->g_fam->tf_input)(m, h->h_off, IPPROTO_TCP);
}

/* Sums are right: the packet is as one of a virtual wire that was not cut. */
static void
checked(struct tcp_gro *g, struct tcp_held *h)
{

	h->h_m->m_pkthdr.segsz = h->h_mss;
	(*g->g_fam->tf_checked)(h->h_m);
}

/* mss 0: nothing is joined to it. */
static void
hold(struct tcp_gro *g, struct tcp_held *h, const struct looked *lk, u_int mss)
{
	struct mbuf *m = lk->lk_m;

	KASSERT(h->h_m == NULL && lk->lk_len > 0);
	h->h_m = m;
	h->h_off = lk->lk_off;
	h->h_mss = mss;
	h->h_len = lk->lk_len;
	h->h_next = ntohl(lk->lk_th->th_seq) + lk->lk_len;
	if (mss == 0)
		return;
	for (h->h_last = m; h->h_last->m_next != NULL;)
		h->h_last = h->h_last->m_next;
	checked(g, h);
}

/* The data goes behind that of what is held. */
static void
join(struct tcp_gro *g, struct tcp_held *h, const struct looked *lk)
{
	struct mbuf *m = lk->lk_m;

	header_of(h)->th_flags |= lk->lk_th->th_flags & TH_PUSH;
	m_adj(m, lk->lk_off + (int)lk->lk_hlen);
	m_remove_pkthdr(m);
	h->h_last->m_next = m;
	for (; m->m_next != NULL;)
		m = m->m_next;
	h->h_last = m;
	h->h_len += lk->lk_len;
	h->h_next += lk->lk_len;
	h->h_m->m_pkthdr.len += (int)lk->lk_len;
	checked(g, h);
}

void
tcp_gro_input(struct tcp_gro *g, struct mbuf *m, int off)
{
	const struct tcp_family *tf = g->g_fam;
	struct tcp_held *h;
	struct looked lk;
	bool next, joins, alone;

	if (!look(&lk, m, off)) {
		tcp_gro_flush(g);
		(*tf->tf_input)(m, off, IPPROTO_TCP);
		return;
	}
	/* Ports given one after the other differ at their end. */
	h = &g->g_held[ntohs(lk.lk_th->th_sport ^ lk.lk_th->th_dport) %
	    TCP_GRO_HELD];
	next = is_next(g, h, &lk);
	joins = joinable(&lk, tf);
	if (next && joins && follows(h, &lk)) {
		join(g, h, &lk);
		return;
	}
	alone = !joins && plain(&lk) && whole(&lk);
	if (next && (joins || alone))
		h->h_m->m_flags |= M_TCP_MORE;
	/* Others must not come before those that came before them. */
	flush(g, h);
	if (joins)
		hold(g, h, &lk, lk.lk_len);
	else if (alone)
		hold(g, h, &lk, 0);
	else
		(*tf->tf_input)(m, off, IPPROTO_TCP);
}

void
tcp_gro_flush(struct tcp_gro *g)
{
	u_int i;

	for (i = 0; i < TCP_GRO_HELD; i++)
		flush(g, &g->g_held[i]);
}

void
tcp_gro_init(struct tcp_gro *g, const struct tcp_family *tf)
{

	g->g_fam = tf;
	memset(g->g_held, 0, sizeof(g->g_held));
}

void
tcp_gro_dequeue(const struct tcp_family *tf, struct pktqueue *pq,
    void (*input)(struct mbuf *, struct ifnet *, struct tcp_gro *))
{
	struct psref psref;
	struct ifnet *ifp = NULL;
	struct tcp_gro gro;
	struct mbuf *m;
	int bound = curlwp_bind();
	if_index_t index = 0;
	u_int n = 0;

	tcp_gro_init(&gro, tf);
	/* Packets of one interface come one after the other. */
	while ((m = pktq_dequeue(pq)) != NULL) {
		if (ifp == NULL || m->m_pkthdr.rcvif_index != index) {
			if (ifp != NULL)
				m_put_rcvif_psref(ifp, &psref);
			index = m->m_pkthdr.rcvif_index;
			ifp = m_get_rcvif_psref(m, &psref);
		}
		if (ifp != NULL)
			(*input)(m, ifp, &gro);
		else
			m_freem(m);
		/* Others may never stop to come. */
		if (++n % TCP_GRO_BATCH == 0)
			tcp_gro_flush(&gro);
	}
	tcp_gro_flush(&gro);
	if (ifp != NULL)
		m_put_rcvif_psref(ifp, &psref);
	curlwp_bindx(bound);
}
