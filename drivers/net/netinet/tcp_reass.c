/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Data that came in: in order it goes to the socket, else it waits in a queue
 * (struct tcp_recvq), which is there only while something waits.  The queue
 * says what to tell of it (RFC 2018), and of what came twice (RFC 2883): that
 * is told once, by the next segment that goes.  Urgent data: RFC 6093.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/mbuf.h>
#include <sys/pool.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include "tcp_private.h"

/* A run of data: neither does it overlap the next nor touch it. */
struct piece {
	TAILQ_ENTRY(piece) p_link;
	tcp_seq		p_start;
	tcp_seq		p_end;		/* with the FIN, if there is one */
	struct mbuf	*p_m;		/* or NULL: nothing but a FIN */
	struct mbuf	*p_last;	/* of p_m */
	uint32_t	p_stamp;	/* larger: changed later */
	bool		p_fin;
};

struct tcp_recvq {
	TAILQ_HEAD(, piece) rq_pieces;
	u_long		rq_mem;		/* bytes of memory */
	uint32_t	rq_stamp;
	struct tcp_range rq_dup;	/* with TF_DSACK: came once more */
};

static pool_cache_t piece_cache, recvq_cache;

void
tcp_recvq_init(void)
{

	piece_cache = pool_cache_init(sizeof(struct piece), 0, 0, 0,
	    "tcppiece", NULL, IPL_SOFTNET, NULL, NULL, NULL);
	recvq_cache = pool_cache_init(sizeof(struct tcp_recvq), 0, 0, 0,
	    "tcprecvq", NULL, IPL_SOFTNET, NULL, NULL, NULL);
}

static u_long
memory(const struct mbuf *m)
{
	u_long n = 0;

	for (; m != NULL; m = m->m_next)
		n += MSIZE + ((m->m_flags & M_EXT) != 0 ?
		    m->m_ext.ext_size : 0);
	return n;
}

static void
piece_free(struct tcp_recvq *rq, struct piece *p)
{

	TAILQ_REMOVE(&rq->rq_pieces, p, p_link);
	rq->rq_mem -= memory(p->p_m);
	m_freem(p->p_m);
	pool_cache_put(piece_cache, p);
}

/* Bytes that were in it. */
u_int
tcp_recvq_drain(struct tcpcb *tp)
{
	struct tcp_recvq *rq = tp->t_recvq;
	struct piece *p;
	u_int n = 0;

	if (rq == NULL)
		return 0;
	while ((p = TAILQ_FIRST(&rq->rq_pieces)) != NULL) {
		n += p->p_end - p->p_start;
		piece_free(rq, p);
	}
	pool_cache_put(recvq_cache, rq);
	tp->t_recvq = NULL;
	tp->t_flags &= ~TF_DSACK;
	return n;
}

void
tcp_recvq_free(struct tcpcb *tp)
{

	(void)tcp_recvq_drain(tp);
}

/* Nothing is in it, nor is there anything to be told. */
static void
free_empty(struct tcpcb *tp)
{

	if (TAILQ_EMPTY(&tp->t_recvq->rq_pieces) &&
	    (tp->t_flags & TF_DSACK) == 0)
		tcp_recvq_free(tp);
}

static struct tcp_recvq *
recvq_get(struct tcpcb *tp)
{
	struct tcp_recvq *rq = tp->t_recvq;

	if (rq == NULL && (rq = pool_cache_get(recvq_cache, PR_NOWAIT)) !=
	    NULL) {
		TAILQ_INIT(&rq->rq_pieces);
		rq->rq_mem = 0;
		rq->rq_stamp = 0;
		tp->t_recvq = rq;
	}
	return rq;
}

void
tcp_dsack(struct tcpcb *tp, tcp_seq start, tcp_seq end)
{
	struct tcp_recvq *rq;

	if (!tcp_do_dsack || (tp->t_flags & TF_SACK) == 0 || start == end ||
	    (rq = recvq_get(tp)) == NULL)
		return;
	KASSERT(SEQ_LT(start, end));
	rq->rq_dup.r_start = start;
	rq->rq_dup.r_end = end;
	tp->t_flags |= TF_DSACK;
}

void
tcp_dsack_told(struct tcpcb *tp)
{

	KASSERT(tp->t_recvq != NULL);
	tcp_statinc(TCP_STAT_DSACK_SENT);
	tp->t_flags &= ~TF_DSACK;
	free_empty(tp);
}

/* What came twice, then the n pieces that changed last, in that order. */
u_int
tcp_sack_blocks(const struct tcpcb *tp, struct tcp_range *r, u_int n)
{
	const struct tcp_recvq *rq = tp->t_recvq;
	const struct piece *p, *best;
	uint32_t below = 0;
	bool any = true;
	u_int i = 0;

	if ((tp->t_flags & TF_DSACK) != 0)
		r[i++] = rq->rq_dup;
	for (; i < n; i++, any = false) {
		best = NULL;
		TAILQ_FOREACH(p, &rq->rq_pieces, p_link) {
			if ((any || SEQ_LT(p->p_stamp, below)) &&
			    (best == NULL ||
			    SEQ_GT(p->p_stamp, best->p_stamp)))
				best = p;
		}
		if (best == NULL)
			break;
		below = best->p_stamp;
		r[i].r_start = best->p_start;
		r[i].r_end = best->p_end;
	}
	return i;
}

static struct mbuf *
last_mbuf(struct mbuf *m)
{

	while (m->m_next != NULL)
		m = m->m_next;
	return m;
}

/* p takes what q, which begins at its end, has. */
static void
join(struct tcp_recvq *rq, struct piece *p, struct piece *q)
{

	KASSERT(p->p_end == q->p_start);
	if (q->p_m != NULL) {
		if (p->p_m == NULL)
			p->p_m = q->p_m;
		else
			p->p_last->m_next = q->p_m;
		p->p_last = q->p_last;
	}
	p->p_end = q->p_end;
	p->p_fin |= q->p_fin;
	p->p_stamp = ++rq->rq_stamp;
	TAILQ_REMOVE(&rq->rq_pieces, q, p_link);
	pool_cache_put(piece_cache, q);
}

/* The piece that begins at a number or before it, and the next; or NULL. */
static struct piece *
before(const struct tcp_recvq *rq, tcp_seq seq, struct piece **nextp)
{
	struct piece *p, *prev = NULL;

	TAILQ_FOREACH(p, &rq->rq_pieces, p_link) {
		if (SEQ_GT(p->p_start, seq))
			break;
		prev = p;
	}
	*nextp = p;
	return prev;
}

/* The first bytes of data between two pieces that are here already, RFC 2883
 * section 4. */
static void
note_overlap(struct tcpcb *tp, const struct tcp_seg *sg,
    const struct piece *prev, const struct piece *next)
{
	const tcp_seq end = sg->sg_seq + sg->sg_len;

	if (prev != NULL && SEQ_GT(prev->p_end, sg->sg_seq))
		tcp_dsack(tp, sg->sg_seq, SEQ_MIN(prev->p_end, end));
	else if (next != NULL && SEQ_LT(next->p_start, end))
		tcp_dsack(tp, next->p_start, SEQ_MIN(next->p_end, end));
}

/* Makes room for a segment behind a piece, and leaves what of it is new:
 * false, nothing. */
static bool
place(struct tcp_recvq *rq, struct tcp_seg *sg, bool fin, struct piece *prev)
{
	const tcp_seq end = sg->sg_seq + sg->sg_len + fin;
	struct piece *next;
	int n;

	if (prev != NULL && SEQ_GT(prev->p_end, sg->sg_seq)) {
		if (SEQ_GEQ(prev->p_end, end) || prev->p_fin) {
			prev->p_stamp = ++rq->rq_stamp;
			return false;
		}
		n = (int)(prev->p_end - sg->sg_seq);
		m_adj(sg->sg_m, n);
		sg->sg_seq += (u_int)n;
		sg->sg_len -= (u_int)n;
	}
	/* Those it covers go, as it has the same; from the last one the end
	 * is cut. */
	while ((next = prev != NULL ? TAILQ_NEXT(prev, p_link) :
	    TAILQ_FIRST(&rq->rq_pieces)) != NULL &&
	    SEQ_LEQ(next->p_end, end) && !next->p_fin)
		piece_free(rq, next);
	if (next != NULL && SEQ_LT(next->p_start, end)) {
		n = (int)(sg->sg_seq + sg->sg_len - next->p_start);
		if (n > 0) {
			m_adj(sg->sg_m, -n);
			sg->sg_len -= (u_int)n;
		}
		sg->sg_flags &= ~TH_FIN;
	}
	return sg->sg_len > 0 || (sg->sg_flags & TH_FIN) != 0;
}

/* Out of order. */
static void
queue(struct tcpcb *tp, struct tcp_seg *sg)
{
	struct tcp_recvq *rq = recvq_get(tp);
	const u_long mem = memory(sg->sg_m);
	struct piece *p, *prev, *next;

	/* Small segments in large mbufs shall not fill the memory; a FIN alone
	 * would take some and count for nothing. */
	if (rq == NULL || sg->sg_len == 0 ||
	    rq->rq_mem + mem > tcptoso(tp)->so_rcv.sb_mbmax ||
	    (p = pool_cache_get(piece_cache, PR_NOWAIT)) == NULL) {
		tcp_statinc(TCP_STAT_RCVMEMDROP);
		goto out;
	}
	prev = before(rq, sg->sg_seq, &next);
	note_overlap(tp, sg, prev, next);
	if (!place(rq, sg, (sg->sg_flags & TH_FIN) != 0, prev)) {
		tcp_statinc(TCP_STAT_RCVDUPPACK);
		pool_cache_put(piece_cache, p);
		goto out;
	}
	p->p_start = sg->sg_seq;
	p->p_fin = (sg->sg_flags & TH_FIN) != 0;
	p->p_end = sg->sg_seq + sg->sg_len + p->p_fin;
	p->p_m = sg->sg_len > 0 ? sg->sg_m : NULL;
	p->p_last = p->p_m != NULL ? last_mbuf(p->p_m) : NULL;
	p->p_stamp = ++rq->rq_stamp;
	rq->rq_mem += memory(p->p_m);
	if (p->p_m != NULL) {
		m_remove_pkthdr(p->p_m);
		sg->sg_m = NULL;
	}
	if (prev != NULL)
		TAILQ_INSERT_AFTER(&rq->rq_pieces, prev, p, p_link);
	else
		TAILQ_INSERT_HEAD(&rq->rq_pieces, p, p_link);
	if (prev != NULL && prev->p_end == p->p_start) {
		join(rq, prev, p);
		p = prev;
	}
	if ((prev = TAILQ_NEXT(p, p_link)) != NULL &&
	    p->p_end == prev->p_start && !p->p_fin)
		join(rq, p, prev);
 out:
	if (rq != NULL)
		free_empty(tp);
}

/* The last urgent byte, off bytes on, is not among the other data. */
static struct mbuf *
pull_out(struct tcpcb *tp, struct mbuf *m, u_int off)
{
	struct mbuf *rest;

	rest = m_split(m, (int)off, M_DONTWAIT);
	if (rest == NULL)
		return m;
	m_copydata(rest, 0, 1, &tp->t_oobbyte);
	tp->t_flags |= TF_OOBHAVE;
	m_adj(rest, 1);
	m_cat(m, rest);
	return m;
}

/* len bytes, the first of which is seq, are in order. */
static void
append(struct tcpcb *tp, struct mbuf *m, tcp_seq seq, u_int len)
{
	struct socket *so = tcptoso(tp);
	const tcp_seq urgent = tp->rcv_up - 1;

	/* Nobody will read it. */
	if ((so->so_state & SS_CANTRCVMORE) != 0) {
		m_freem(m);
		return;
	}
	if ((tp->t_flags & TF_RCVURG) != 0 && SEQ_LT(urgent, seq + len)) {
		tp->t_flags &= ~TF_RCVURG;
		if (SEQ_LEQ(seq, urgent) &&
		    (so->so_options & SO_OOBINLINE) == 0)
			m = pull_out(tp, m, urgent - seq);
	}
	sbappendstream(&so->so_rcv, m);
}

/* What of the queue is in order now; true: up to the FIN. */
static bool
unqueue(struct tcpcb *tp)
{
	struct tcp_recvq *rq = tp->t_recvq;
	struct piece *p;
	struct mbuf *m;
	bool fin = false;
	u_int len;
	int n;

	while (!fin && (p = TAILQ_FIRST(&rq->rq_pieces)) != NULL &&
	    SEQ_LEQ(p->p_start, tp->rcv_nxt)) {
		if (SEQ_GT(p->p_end, tp->rcv_nxt)) {
			n = (int)(tp->rcv_nxt - p->p_start);
			m = p->p_m;
			rq->rq_mem -= memory(m);
			p->p_m = NULL;
			fin = p->p_fin;
			len = p->p_end - fin - tp->rcv_nxt;
			if (m != NULL && n > 0)
				m_adj(m, n);
			if (m != NULL)
				append(tp, m, tp->rcv_nxt, len);
			tp->rcv_nxt += len;
		}
		piece_free(rq, p);
	}
	if (fin)
		tcp_recvq_free(tp);
	else
		free_empty(tp);
	return fin;
}

/* RFC 9293 section 3.8.6.3: each second segment at once; of those that came
 * together the last, or who sends would hear of it late. */
static void
ack_later(struct tcpcb *tp, bool more)
{
	const uint32_t got = tp->rcv_nxt - tp->last_ack_sent;

	if (got >= 2 * (uint32_t)tp->t_rcvseg &&
	    (!more || got >= tcptoso(tp)->so_rcv.sb_hiwat / 4)) {
		tp->t_flags |= TF_ACKNOW;
		return;
	}
	if ((tp->t_flags & TF_DELACK) == 0) {
		tp->t_flags |= TF_DELACK;
		tcp_timer_arm(tp, TCPT_DELACK, tcp_delack_ticks);
	}
}

/*
 * The receive buffer grows if the program took in one round trip about as much
 * as there is room for.
 */
static void
grow_rcvbuf(struct tcpcb *tp)
{
	struct socket *so = tcptoso(tp);
	struct sockbuf *sb = &so->so_rcv;
	const uint32_t got = tp->rcv_nxt - tp->t_rcvmark;
	uint32_t now;

	if (got < sb->sb_hiwat / 8 * 5 || !tcp_do_autorcvbuf ||
	    (sb->sb_flags & SB_AUTOSIZE) == 0 ||
	    sb->sb_hiwat >= (u_long)tcp_autorcvbuf_max)
		return;
	now = tp->t_usec;
	if (tp->t_srtt == 0 ||
	    now - tp->t_rcvmarktime <= MAX(tp->t_srtt >> 2, 1000))
		(void)sbreserve(sb, MIN(sb->sb_hiwat +
		    (u_long)tcp_autorcvbuf_inc, (u_long)tcp_autorcvbuf_max),
		    so);
	tp->t_rcvmark = tp->rcv_nxt;
	tp->t_rcvmarktime = now;
}

/* Data and FIN of a segment, which is within the window. */
void
tcp_data(struct tcpcb *tp, struct tcp_seg *sg)
{
	struct socket *so = tcptoso(tp);
	bool fin = (sg->sg_flags & TH_FIN) != 0;
	u_int mss;

	if ((sg->sg_len == 0 && !fin) || TCPS_HAVERCVDFIN(tp->t_state))
		return;
	if (sg->sg_seq != tp->rcv_nxt) {
		tcp_statinc(TCP_STAT_RCVOOPACK);
		tcp_statadd(TCP_STAT_RCVOOBYTE, sg->sg_len);
		tp->t_ooopack++;
		queue(tp, sg);
		tp->t_flags |= TF_ACKNOW;
		return;
	}
	if (sg->sg_len > 0) {
		mss = sg->sg_mss != 0 ? MIN(sg->sg_mss, sg->sg_len) :
		    sg->sg_len;
		tcp_statadd(TCP_STAT_RCVPACK, howmany(sg->sg_len, mss));
		tcp_statadd(TCP_STAT_RCVBYTE, sg->sg_len);
		tp->t_rcvseg = (uint16_t)MAX(MIN(mss, UINT16_MAX),
		    MIN(tp->t_rcvseg, tp->t_segsz));
		append(tp, sg->sg_m, sg->sg_seq, sg->sg_len);
		tp->rcv_nxt += sg->sg_len;
		sg->sg_m = NULL;
		grow_rcvbuf(tp);
	}
	if (tp->t_recvq != NULL) {
		/* A hole is filled, RFC 5681 section 4.2. */
		tp->t_flags |= TF_ACKNOW;
		fin |= unqueue(tp);
	} else
		ack_later(tp, sg->sg_more);
	if (fin)
		tcp_fin(tp);
	else
		sorwakeup(so);
}

/*
 * RFC 6093: the pointer is behind the last urgent byte; where the mark is.
 */
void
tcp_urgent(struct tcpcb *tp, struct tcp_seg *sg)
{
	struct socket *so = tcptoso(tp);
	const tcp_seq up = sg->sg_seq + sg->sg_urp;

	if (sg->sg_urp == 0 || TCPS_HAVERCVDFIN(tp->t_state) ||
	    sg->sg_urp + so->so_rcv.sb_cc > sb_max)
		return;
	if ((tp->t_flags & TF_RCVURG) == 0 || SEQ_GT(up, tp->rcv_up)) {
		tp->t_flags |= TF_RCVURG;
		tp->rcv_up = up;
		so->so_oobmark = so->so_rcv.sb_cc + (up - tp->rcv_nxt) - 1;
		if (so->so_oobmark == 0)
			so->so_state |= SS_RCVATMARK;
		sohasoutofband(so);
		tp->t_flags &= ~(TF_OOBHAVE | TF_OOBHAD);
	}
}
