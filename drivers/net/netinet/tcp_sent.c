/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Records of what has been sent and is not acknowledged: the scoreboard of
 * RFC 6675 and the times that RFC 6298 and RFC 8985 want.  A record is made by
 * each transmission of new data; it is marked when the other end has it or it
 * is thought lost, and goes when it is acknowledged.  One of several segments
 * is cut between them as soon as one has another fate than the next.
 *
 * The bytes of records that are SACKED and of those that are LOST, which none
 * is at once, are counted in f_sacked and f_lost.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/pool.h>
#include <sys/systm.h>

#include "tcp_private.h"

static pool_cache_t tcp_sent_cache, flight_cache;

/* Read where nothing is under way; a write to it is a fault. */
static const struct tcp_flight none;
struct tcp_flight *const tcp_flight_none = __UNCONST(&none);

void
tcp_sent_init(void)
{

	/* Connections on two CPUs write none of the same lines. */
	flight_cache = pool_cache_init(sizeof(struct tcp_flight),
	    (u_int)coherency_unit, 0, 0, "tcpflight", NULL, IPL_SOFTNET, NULL,
	    NULL, NULL);
	tcp_sent_cache = pool_cache_init(sizeof(struct tcp_sent),
	    (u_int)coherency_unit, 0, 0, "tcpsent", NULL, IPL_SOFTNET, NULL,
	    NULL, NULL);
}

static uint32_t
length(const struct tcp_sent *ts)
{

	return ts->ts_end - ts->ts_start;
}

/* There is something under way from now on; ENOBUFS. */
static int
take_off(struct tcpcb *tp)
{
	struct tcp_flight *f = tp->t_flight;

	if (!TAILQ_EMPTY(&f->f_sent))
		return 0;
	KASSERT(tp->snd_una == tp->snd_nxt);
	if (f == tcp_flight_none && (f = pool_cache_get(flight_cache,
	    PR_NOWAIT)) == NULL)
		return ENOBUFS;
	memset(f, 0, sizeof(*f));
	TAILQ_INIT(&f->f_sent);
	f->f_recover = f->f_fack = tp->snd_una;
	tp->t_flight = f;
	return 0;
}

/* [start, end) goes out for the first time. */
int
tcp_sent_new(struct tcpcb *tp, tcp_seq start, tcp_seq end, u_int mss,
    uint8_t flags)
{
	struct tcp_sent *ts, *last;

	KASSERT(start == tp->snd_nxt && SEQ_LT(start, end));
	if (take_off(tp) != 0)
		return ENOBUFS;
	ts = pool_cache_get(tcp_sent_cache, PR_NOWAIT);
	if (ts == NULL) {
		/* Without memory it is as if it had gone out before. */
		last = TAILQ_LAST(&tp->t_flight->f_sent, tcp_senthead);
		if (last == NULL || last->ts_flags != 0 || flags != 0)
			return ENOBUFS;
		last->ts_end = end;
		last->ts_mss = 0;
		return 0;
	}
	ts->ts_start = start;
	ts->ts_end = end;
	ts->ts_time = tp->t_usec;
	ts->ts_mss = (uint16_t)MIN(mss, UINT16_MAX);
	ts->ts_flags = flags;
	TAILQ_INSERT_TAIL(&tp->t_flight->f_sent, ts, ts_link);
	return 0;
}

/* The first that is to be sent again. */
struct tcp_sent *
tcp_sent_lost(const struct tcpcb *tp)
{
	struct tcp_sent *ts;

	if (tp->t_flight->f_lost == 0)
		return NULL;
	TAILQ_FOREACH(ts, &tp->t_flight->f_sent, ts_link) {
		if ((ts->ts_flags & TSF_LOST) != 0)
			return ts;
	}
	panic("%s: bytes are lost, but no record is", __func__);
}

int
tcp_sent_cut(struct tcpcb *tp, struct tcp_sent *ts, u_int len)
{
	struct tcp_sent *rest;

	KASSERT(len > 0);
	if (len >= length(ts))
		return 0;
	rest = pool_cache_get(tcp_sent_cache, PR_NOWAIT);
	if (rest == NULL)
		return ENOBUFS;
	rest->ts_start = ts->ts_start + len;
	rest->ts_end = ts->ts_end;
	rest->ts_time = ts->ts_time;
	rest->ts_mss = ts->ts_mss;
	if ((ts->ts_flags & TSF_MTUPROBE) != 0) {
		/* Whether all of it arrives will never be known. */
		ts->ts_flags &= ~TSF_MTUPROBE;
		tp->t_flight->f_probeseg = 0;
	}
	rest->ts_flags = ts->ts_flags & ~TSF_SYN;
	ts->ts_end = rest->ts_start;
	ts->ts_flags &= ~TSF_FIN;
	TAILQ_INSERT_AFTER(&tp->t_flight->f_sent, ts, rest, ts_link);
	return 0;
}

void
tcp_sent_again(struct tcpcb *tp, struct tcp_sent *ts)
{

	KASSERT((ts->ts_flags & TSF_SACKED) == 0);
	if ((ts->ts_flags & TSF_LOST) != 0)
		tp->t_flight->f_lost -= length(ts);
	if ((ts->ts_flags & TSF_MTUPROBE) != 0)
		tp->t_flight->f_probeseg = 0;
	ts->ts_flags = (ts->ts_flags & ~(TSF_LOST | TSF_MTUPROBE)) |
	    TSF_RETRANS;
	ts->ts_time = tp->t_usec;
}

void
tcp_sent_setlost(struct tcpcb *tp, struct tcp_sent *ts)
{
	struct tcp_flight *f = tp->t_flight;

	if ((ts->ts_flags & (TSF_LOST | TSF_SACKED)) != 0)
		return;
	if ((ts->ts_flags & TSF_MTUPROBE) != 0) {
		ts->ts_flags &= ~TSF_MTUPROBE;
		tcp_pmtud_lost(tp);
	}
	ts->ts_flags |= TSF_LOST;
	f->f_lost += length(ts);
	/* What duplicates stand for, without SACK, are other bytes. */
	if ((tp->t_flags & TF_SACK) == 0)
		f->f_sacked = MIN(f->f_sacked,
		    tp->snd_nxt - tp->snd_una - f->f_lost);
}

/*
 * A record is delivered, RFC 8985 section 6.2 steps 1 to 3: the last one that
 * was sent of those counts.  One that was sent twice and was answered faster
 * than ever was not lost, and says nothing.
 */
static void
delivered(struct tcpcb *tp, struct tcp_sent *ts, uint32_t now,
    uint32_t *rttp)
{
	struct tcp_flight *f = tp->t_flight;
	const uint32_t rtt = MAX(now - ts->ts_time, 1);

	if ((ts->ts_flags & TSF_MTUPROBE) != 0) {
		ts->ts_flags &= ~TSF_MTUPROBE;
		tcp_pmtud_arrived(tp);
	}
	if ((ts->ts_flags & TSF_RETRANS) == 0) {
		*rttp = rtt;
		if (SEQ_LT(ts->ts_end, f->f_fack))
			tp->t_flags |= TF_REORDER;
	} else if (rtt < tp->t_minrtt)
		return;
	f->f_fack = SEQ_MAX(f->f_fack, ts->ts_end);
	if ((tp->t_flags & TF_RACK) == 0 ||
	    SEQ_GT(ts->ts_time, f->f_racktime) ||
	    (ts->ts_time == f->f_racktime &&
	    SEQ_GT(ts->ts_end, f->f_rackend))) {
		tp->t_flags |= TF_RACK;
		f->f_racktime = ts->ts_time;
		f->f_rackend = ts->ts_end;
		f->f_rackrtt = rtt;
	}
}

/* A part of a record has arrived: the whole segments of it are one now, and
 * so is the one in which ack lies.  Without memory it stays in one. */
static void
cut_before(struct tcpcb *tp, struct tcp_sent *ts, tcp_seq ack)
{
	const uint32_t n = ack - ts->ts_start, mss = ts->ts_mss;

	if (mss == 0 || length(ts) <= mss)
		return;
	if (n >= mss)
		(void)tcp_sent_cut(tp, ts, n - n % mss);
	else
		(void)tcp_sent_cut(tp, ts, mss);
}

uint32_t
tcp_sent_acked(struct tcpcb *tp, tcp_seq ack, uint32_t *rttp)
{
	struct tcp_flight *f = tp->t_flight;
	const uint32_t now = tp->t_usec;
	struct tcp_sent *ts;
	uint32_t bytes = 0, n;

	while ((ts = TAILQ_FIRST(&f->f_sent)) != NULL &&
	    SEQ_LT(ts->ts_start, ack)) {
		if (SEQ_LT(ack, ts->ts_end))
			cut_before(tp, ts, ack);
		n = SEQ_MIN(ack, ts->ts_end) - ts->ts_start;
		if ((ts->ts_flags & TSF_SACKED) != 0)
			f->f_sacked -= n;
		else {
			bytes += n;
			if (n == length(ts))
				delivered(tp, ts, now, rttp);
		}
		if ((ts->ts_flags & TSF_LOST) != 0)
			f->f_lost -= n;
		if (n == length(ts)) {
			TAILQ_REMOVE(&f->f_sent, ts, ts_link);
			pool_cache_put(tcp_sent_cache, ts);
		} else {
			ts->ts_start = ack;
			ts->ts_flags &= ~TSF_SYN;
		}
	}
	return bytes;
}

/*
 * The segments of a record that lie in a range, as a record of their own;
 * NULL: there is none.  What ends within a segment does not count, else any
 * byte of the buffer could be made a record.
 */
static struct tcp_sent *
cut_range(struct tcpcb *tp, struct tcp_sent *ts, const struct tcp_range *r)
{
	const uint32_t mss = ts->ts_mss;
	uint32_t n;

	if (SEQ_LT(ts->ts_start, r->r_start)) {
		if (mss == 0)
			return NULL;
		n = roundup(r->r_start - ts->ts_start, mss);
		if (n >= length(ts) || SEQ_GT(SEQ_MIN(ts->ts_start + n + mss,
		    ts->ts_end), r->r_end) || tcp_sent_cut(tp, ts, n) != 0)
			return NULL;
		ts = TAILQ_NEXT(ts, ts_link);
	}
	if (SEQ_LEQ(ts->ts_end, r->r_end))
		return ts;
	n = r->r_end - ts->ts_start;
	if (mss == 0 || n < mss || tcp_sent_cut(tp, ts, n - n % mss) != 0)
		return NULL;
	return ts;
}

uint32_t
tcp_sent_sacked(struct tcpcb *tp, const struct tcp_range *r, uint32_t *rttp)
{
	struct tcp_flight *f = tp->t_flight;
	const uint32_t now = tp->t_usec;
	struct tcp_sent *ts, *part;
	uint32_t bytes = 0;

	for (ts = TAILQ_FIRST(&f->f_sent); ts != NULL &&
	    SEQ_LT(ts->ts_start, r->r_end); ts = TAILQ_NEXT(ts, ts_link)) {
		if (SEQ_LEQ(ts->ts_end, r->r_start) ||
		    (ts->ts_flags & TSF_SACKED) != 0)
			continue;
		if ((part = cut_range(tp, ts, r)) == NULL)
			continue;
		ts = part;
		if ((ts->ts_flags & TSF_LOST) != 0)
			f->f_lost -= length(ts);
		delivered(tp, ts, now, rttp);
		ts->ts_flags = (ts->ts_flags & ~TSF_LOST) | TSF_SACKED;
		f->f_sacked += length(ts);
		bytes += length(ts);
	}
	return bytes;
}

void
tcp_sent_free(struct tcpcb *tp)
{
	struct tcp_sent *ts;

	if (tp->t_flight == tcp_flight_none)
		return;
	while ((ts = TAILQ_FIRST(&tp->t_flight->f_sent)) != NULL) {
		TAILQ_REMOVE(&tp->t_flight->f_sent, ts, ts_link);
		pool_cache_put(tcp_sent_cache, ts);
	}
	pool_cache_put(flight_cache, tp->t_flight);
	tp->t_flight = tcp_flight_none;
}

void
tcp_sent_idle(struct tcpcb *tp)
{

	if (TAILQ_EMPTY(&tp->t_flight->f_sent))
		tcp_sent_free(tp);
}
