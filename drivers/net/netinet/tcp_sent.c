/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Records of what has been sent and is not acknowledged: the scoreboard of
 * RFC 6675 and the times that RFC 6298 and RFC 8985 want.  A record is made by
 * each transmission of new data; it may be cut, is marked when the other end
 * has it or it is thought lost, and goes when it is acknowledged.
 *
 * The bytes of records that are SACKED and of those that are LOST, which none
 * is at once, are counted in t_sacked and t_lost.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/pool.h>
#include <sys/systm.h>

#include "tcp_private.h"

static pool_cache_t tcp_sent_cache;

void
tcp_sent_init(void)
{

	tcp_sent_cache = pool_cache_init(sizeof(struct tcp_sent), 0, 0, 0,
	    "tcpsent", NULL, IPL_SOFTNET, NULL, NULL, NULL);
}

static uint32_t
length(const struct tcp_sent *ts)
{

	return ts->ts_end - ts->ts_start;
}

/* [start, end) goes out for the first time. */
int
tcp_sent_new(struct tcpcb *tp, tcp_seq start, tcp_seq end, uint8_t flags)
{
	struct tcp_sent *ts, *last;

	KASSERT(start == tp->snd_nxt && SEQ_LT(start, end));
	ts = pool_cache_get(tcp_sent_cache, PR_NOWAIT);
	if (ts == NULL) {
		/* Without memory it is as if it had gone out before. */
		last = TAILQ_LAST(&tp->t_sent, tcp_senthead);
		if (last == NULL || last->ts_flags != 0 || flags != 0)
			return ENOBUFS;
		last->ts_end = end;
		return 0;
	}
	ts->ts_start = start;
	ts->ts_end = end;
	ts->ts_time = tp->t_usec;
	ts->ts_flags = flags;
	TAILQ_INSERT_TAIL(&tp->t_sent, ts, ts_link);
	return 0;
}

/* The first that is to be sent again. */
struct tcp_sent *
tcp_sent_lost(const struct tcpcb *tp)
{
	struct tcp_sent *ts;

	if (tp->t_lost == 0)
		return NULL;
	TAILQ_FOREACH(ts, &tp->t_sent, ts_link) {
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
	rest->ts_flags = ts->ts_flags & ~TSF_SYN;
	ts->ts_end = rest->ts_start;
	ts->ts_flags &= ~TSF_FIN;
	TAILQ_INSERT_AFTER(&tp->t_sent, ts, rest, ts_link);
	return 0;
}

void
tcp_sent_again(struct tcpcb *tp, struct tcp_sent *ts)
{

	KASSERT((ts->ts_flags & TSF_SACKED) == 0);
	if ((ts->ts_flags & TSF_LOST) != 0)
		tp->t_lost -= length(ts);
	ts->ts_flags = (ts->ts_flags & ~TSF_LOST) | TSF_RETRANS;
	ts->ts_time = tp->t_usec;
}

void
tcp_sent_setlost(struct tcpcb *tp, struct tcp_sent *ts)
{

	if ((ts->ts_flags & (TSF_LOST | TSF_SACKED)) != 0)
		return;
	ts->ts_flags |= TSF_LOST;
	tp->t_lost += length(ts);
	/* What duplicates stand for, without SACK, are other bytes. */
	if ((tp->t_flags & TF_SACK) == 0)
		tp->t_sacked = MIN(tp->t_sacked,
		    tp->snd_nxt - tp->snd_una - tp->t_lost);
}

/*
 * A record is delivered, RFC 8985 section 6.2 steps 1 to 3: the last one that
 * was sent of those counts.  One that was sent twice and was answered faster
 * than ever was not lost, and says nothing.
 */
static void
delivered(struct tcpcb *tp, const struct tcp_sent *ts, uint32_t now,
    uint32_t *rttp)
{
	const uint32_t rtt = MAX(now - ts->ts_time, 1);

	if ((ts->ts_flags & TSF_RETRANS) == 0) {
		*rttp = rtt;
		if (SEQ_LT(ts->ts_end, tp->t_fack))
			tp->t_flags |= TF_REORDER;
	} else if (rtt < tp->t_minrtt)
		return;
	tp->t_fack = SEQ_MAX(tp->t_fack, ts->ts_end);
	if ((tp->t_flags & TF_RACK) == 0 ||
	    SEQ_GT(ts->ts_time, tp->t_racktime) ||
	    (ts->ts_time == tp->t_racktime &&
	    SEQ_GT(ts->ts_end, tp->t_rackend))) {
		tp->t_flags |= TF_RACK;
		tp->t_racktime = ts->ts_time;
		tp->t_rackend = ts->ts_end;
		tp->t_rackrtt = rtt;
	}
}

uint32_t
tcp_sent_acked(struct tcpcb *tp, tcp_seq ack, uint32_t *rttp)
{
	const uint32_t now = tp->t_usec;
	struct tcp_sent *ts;
	uint32_t bytes = 0, n;

	while ((ts = TAILQ_FIRST(&tp->t_sent)) != NULL &&
	    SEQ_LT(ts->ts_start, ack)) {
		n = SEQ_MIN(ack, ts->ts_end) - ts->ts_start;
		if ((ts->ts_flags & TSF_SACKED) != 0)
			tp->t_sacked -= n;
		else {
			bytes += n;
			if (n == length(ts))
				delivered(tp, ts, now, rttp);
		}
		if ((ts->ts_flags & TSF_LOST) != 0)
			tp->t_lost -= n;
		if (n == length(ts)) {
			TAILQ_REMOVE(&tp->t_sent, ts, ts_link);
			pool_cache_put(tcp_sent_cache, ts);
		} else {
			ts->ts_start = ack;
			ts->ts_flags &= ~TSF_SYN;
		}
	}
	return bytes;
}

uint32_t
tcp_sent_sacked(struct tcpcb *tp, const struct tcp_range *r, uint32_t *rttp)
{
	const uint32_t now = tp->t_usec;
	struct tcp_sent *ts;
	uint32_t bytes = 0;

	for (ts = TAILQ_FIRST(&tp->t_sent); ts != NULL &&
	    SEQ_LT(ts->ts_start, r->r_end); ts = TAILQ_NEXT(ts, ts_link)) {
		/* A part of one counts when all has come: else any byte of
		 * the buffer could be made a record. */
		if (SEQ_LT(ts->ts_start, r->r_start) ||
		    SEQ_GT(ts->ts_end, r->r_end) ||
		    (ts->ts_flags & TSF_SACKED) != 0)
			continue;
		if ((ts->ts_flags & TSF_LOST) != 0)
			tp->t_lost -= length(ts);
		delivered(tp, ts, now, rttp);
		ts->ts_flags = (ts->ts_flags & ~TSF_LOST) | TSF_SACKED;
		tp->t_sacked += length(ts);
		bytes += length(ts);
	}
	return bytes;
}

void
tcp_sent_free(struct tcpcb *tp)
{
	struct tcp_sent *ts;

	while ((ts = TAILQ_FIRST(&tp->t_sent)) != NULL) {
		TAILQ_REMOVE(&tp->t_sent, ts, ts_link);
		pool_cache_put(tcp_sent_cache, ts);
	}
	tp->t_sacked = tp->t_lost = 0;
}
