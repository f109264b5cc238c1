/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Round trip times (RFC 6298), what is lost (RFC 8985: RACK and TLP; RFC 6582
 * where the other end has no SACK) and how much may be sent while it is
 * replaced (RFC 6937).
 *
 *	open -> TF_RECOVERY	something is lost, but acknowledgements come
 *	any -> TF_LOSS		a timeout: all is lost
 *
 * Both end when all that was under way when they began is acknowledged, or if
 * it turns out that nothing was lost: each byte that was sent again arrived
 * twice (RFC 3708).
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/systm.h>

#include "tcp_private.h"

#define	USEC_TICK	((uint32_t)(1000000 / hz))
#define	PTO_MIN		(2 * USEC_TICK)
#define	DELACK_MAX	200000		/* microseconds, RFC 8985 section 7.2 */

static int
usec_ticks(uint64_t usec)
{

	return (int)MIN((usec + USEC_TICK - 1) / USEC_TICK, TCPTV_MAX);
}

void
tcp_rtt_sample(struct tcpcb *tp, uint32_t rtt)
{
	int32_t delta;

	tcp_statinc(TCP_STAT_RTTUPDATED);
	if (tp->t_minrtt == 0 || rtt < tp->t_minrtt)
		tp->t_minrtt = rtt;
	if (tp->t_srtt == 0) {
		tp->t_srtt = rtt << 3;
		tp->t_rttvar = rtt << 1;
	} else {
		delta = (int32_t)(rtt - (tp->t_srtt >> 3));
		tp->t_srtt = MAX((int32_t)tp->t_srtt + delta, 8);
		if (delta < 0)
			delta = -delta;
		tp->t_rttvar += delta - (tp->t_rttvar >> 2);
	}
	tp->t_rto = (uint16_t)MAX(usec_ticks((uint64_t)(tp->t_srtt >> 3) +
	    MAX(tp->t_rttvar, USEC_TICK)), TCPTV_MIN);
}

/* Ticks until the next timeout. */
int
tcp_rexmtval(const struct tcpcb *tp)
{

	return (int)MIN((int64_t)tp->t_rto << tp->t_rxtshift, TCPTV_MAX);
}

static bool
sack_p(const struct tcpcb *tp)
{

	return (tp->t_flags & TF_SACK) != 0;
}

static void
begin(struct tcpcb *tp, uint32_t flag)
{
	struct tcp_flight *f = tp->t_flight;

	KASSERT(!TAILQ_EMPTY(&f->f_sent));
	tp->t_flags = (tp->t_flags & ~(TF_RECOVERY | TF_LOSS | TF_TLP)) | flag;
	f->f_recover = tp->snd_nxt;
	f->f_prr_delivered = f->f_prr_out = 0;
	f->f_recover_fs = MAX(tp->snd_nxt - tp->snd_una, 1);
	tp->t_cwndacked = 0;
}

static void
reduce(struct tcpcb *tp)
{

	tp->snd_ssthresh = MAX((*tp->t_cc->cc_ssthresh)(tp),
	    2 * (uint32_t)tp->t_segsz);
	if ((tp->t_flags & TF_ECN) != 0)
		tp->t_flags |= TF_ECNCWR;
}

/* If one follows the other at once it will not be taken back. */
static void
remember(struct tcpcb *tp)
{
	struct tcp_flight *f = tp->t_flight;

	f->f_undo_cwnd = (tp->t_flags & (TF_RECOVERY | TF_LOSS)) != 0 ? 0 :
	    tp->snd_cwnd;
	f->f_undo_ssthresh = tp->snd_ssthresh;
	f->f_undo_left = 0;
	f->f_undo_una = tp->snd_una;
}

void
tcp_recover_again(struct tcpcb *tp, uint32_t len)
{

	tp->t_flight->f_undo_left += len;
}

static void
enter_recovery(struct tcpcb *tp)
{

	if ((tp->t_flags & (TF_RECOVERY | TF_LOSS)) != 0)
		return;
	remember(tp);
	reduce(tp);
	begin(tp, TF_RECOVERY);
	tp->t_flags |= TF_FORCE;
}

/* RFC 8985 section 6.2 step 4; microseconds. */
static uint32_t
reorder_window(const struct tcpcb *tp)
{
	const struct tcp_flight *f = tp->t_flight;

	if ((tp->t_flags & TF_REORDER) == 0 &&
	    ((tp->t_flags & (TF_RECOVERY | TF_LOSS)) != 0 ||
	    f->f_sacked > (TCP_DUPTHRESH - 1) * (uint32_t)tp->t_segsz))
		return 0;
	return MIN(tp->t_minrtt / 4, tp->t_srtt >> 3);
}

/* Step 5: what was sent before something that has arrived is lost, or will
 * be soon. */
void
tcp_rack_detect(struct tcpcb *tp)
{
	const struct tcp_flight *f = tp->t_flight;
	const uint32_t now = tp->t_usec, wnd = reorder_window(tp);
	struct tcp_sent *ts;
	int32_t left, wait = 0;
	bool lost = false;

	if (!sack_p(tp) || (tp->t_flags & TF_RACK) == 0)
		return;
	TAILQ_FOREACH(ts, &f->f_sent, ts_link) {
		if ((ts->ts_flags & (TSF_SACKED | TSF_LOST)) != 0 ||
		    SEQ_GT(ts->ts_time, f->f_racktime) ||
		    (ts->ts_time == f->f_racktime &&
		    SEQ_GEQ(ts->ts_end, f->f_rackend)))
			continue;
		left = (int32_t)(ts->ts_time + f->f_rackrtt + wnd - now);
		if (left <= 0) {
			/* Too large a packet is no sign of congestion. */
			lost |= (ts->ts_flags & TSF_MTUPROBE) == 0;
			tcp_sent_setlost(tp, ts);
		} else
			wait = MAX(wait, left);
	}
	if (wait > 0)
		tcp_timer_arm(tp, TCPT_REO, usec_ticks((uint64_t)wait));
	else
		tcp_timer_disarm(tp, TCPT_REO);
	if (lost)
		enter_recovery(tp);
}

/* Without SACK the first segment is lost, as nothing else can be known. */
static void
first_lost(struct tcpcb *tp)
{
	struct tcp_sent *ts = TAILQ_FIRST(&tp->t_flight->f_sent);

	if (ts == NULL || (ts->ts_flags & TSF_LOST) != 0)
		return;
	(void)tcp_sent_cut(tp, ts, tp->t_segsz);
	tcp_sent_setlost(tp, ts);
}

/* RFC 6937 section 3.1, with the bound that is never less than slow start. */
static void
proportional(struct tcpcb *tp, uint32_t bytes)
{
	const uint32_t pipe = tcp_pipe(tp), seg = tp->t_segsz;
	struct tcp_flight *f = tp->t_flight;
	int64_t count;

	f->f_prr_delivered += bytes;
	if (pipe > tp->snd_ssthresh)
		count = (int64_t)howmany((uint64_t)f->f_prr_delivered *
		    tp->snd_ssthresh, f->f_recover_fs) - f->f_prr_out;
	else {
		count = MAX((int64_t)f->f_prr_delivered - f->f_prr_out,
		    bytes) + seg;
		count = MIN(count, (int64_t)tp->snd_ssthresh - pipe);
	}
	tp->snd_cwnd = MAX((uint32_t)(pipe + MAX(count, 0)), seg);
}

static void
end(struct tcpcb *tp)
{

	if ((tp->t_flags & TF_RECOVERY) != 0)
		tp->snd_cwnd = tp->snd_ssthresh;
	tp->t_flags &= ~(TF_RECOVERY | TF_LOSS | TF_FORCE);
	tp->t_dupacks = 0;
	if (!sack_p(tp))
		tp->t_flight->f_sacked = 0;
}

void
tcp_recover_dsack(struct tcpcb *tp, const struct tcp_range *r)
{
	struct tcp_flight *f = tp->t_flight;
	const uint32_t len = r->r_end - r->r_start;

	if (f->f_undo_cwnd == 0 || len > f->f_undo_left ||
	    SEQ_LT(r->r_start, f->f_undo_una) ||
	    SEQ_GT(r->r_end, f->f_recover))
		return;
	f->f_undo_left -= len;
	if (f->f_undo_left > 0)
		return;
	tcp_statinc(TCP_STAT_UNDO);
	end(tp);
	tp->snd_cwnd = MAX(tp->snd_cwnd, f->f_undo_cwnd);
	tp->snd_ssthresh = MAX(tp->snd_ssthresh, f->f_undo_ssthresh);
	tp->t_flags |= TF_REORDER;
	f->f_undo_cwnd = 0;
}

/* The probe is answered: if it was a repetition, it repaired a loss. */
static void
probe_answered(struct tcpcb *tp)
{
	const bool repaired = (tp->t_flags & TF_TLPAGAIN) != 0 &&
	    (tp->t_flags & (TF_RECOVERY | TF_LOSS)) == 0;

	tp->t_flags &= ~(TF_TLP | TF_TLPAGAIN);
	if (repaired) {
		reduce(tp);
		tp->t_flight->f_undo_cwnd = 0;
		tp->snd_cwnd = MIN(tp->snd_cwnd, tp->snd_ssthresh);
	}
}

void
tcp_recover_ack(struct tcpcb *tp, uint32_t bytes, uint32_t acked)
{
	struct tcp_flight *f = tp->t_flight;
	uint32_t before;

	/* What duplicates stood for is acknowledged now, some of it or all. */
	if (!sack_p(tp) && acked > 0)
		f->f_sacked = (tp->t_flags & TF_RECOVERY) == 0 ? 0 :
		    MIN(f->f_sacked - MIN(f->f_sacked, acked),
		    tp->snd_nxt - tp->snd_una - f->f_lost);
	before = tcp_pipe(tp) + acked;
	if (acked > 0) {
		if ((tp->t_flags & TF_TLP) != 0 &&
		    SEQ_GEQ(tp->snd_una, f->f_tlpend))
			probe_answered(tp);
		if ((tp->t_flags & (TF_RECOVERY | TF_LOSS)) != 0 &&
		    SEQ_GEQ(tp->snd_una, f->f_recover))
			end(tp);
		else if (!sack_p(tp) && (tp->t_flags & TF_RECOVERY) != 0)
			first_lost(tp);
		else if ((tp->t_flags & TF_RECOVERY) == 0)
			tp->t_dupacks = 0;
	}
	tcp_rack_detect(tp);
	if ((tp->t_flags & TF_RECOVERY) != 0)
		proportional(tp, bytes);
	else if (acked > 0 && (before >= tp->snd_cwnd / 2 ||
	    (tp->t_flags & TF_LOSS) != 0))
		(*tp->t_cc->cc_acked)(tp, acked);
}

/* RFC 5681 section 3.2, RFC 6582: without SACK. */
void
tcp_recover_dupack(struct tcpcb *tp)
{
	const uint32_t flight = tp->snd_nxt - tp->snd_una;
	struct tcp_flight *f = tp->t_flight;

	tcp_statinc(TCP_STAT_RCVDUPACK);
	if (sack_p(tp))
		return;
	if (tp->t_dupacks < UINT8_MAX)
		tp->t_dupacks++;
	if ((tp->t_flags & TF_LOSS) != 0)
		return;
	/* It says that one more segment has left the network. */
	f->f_sacked = MIN(f->f_sacked + tp->t_segsz, flight - f->f_lost);
	if ((tp->t_flags & TF_RECOVERY) != 0)
		proportional(tp, tp->t_segsz);
	else if (tp->t_dupacks == TCP_DUPTHRESH) {
		enter_recovery(tp);
		first_lost(tp);
		proportional(tp, TCP_DUPTHRESH * tp->t_segsz);
	}
}

/*
 * Timeout: all that is under way is lost, RFC 5681 section 3.1.  If the other
 * end had got the first of it, as it says, it has thrown it away since
 * (RFC 2018 section 8).
 */
void
tcp_recover_timeout(struct tcpcb *tp)
{
	struct tcp_sent *ts = TAILQ_FIRST(&tp->t_flight->f_sent);
	const bool reneged = ts != NULL && (ts->ts_flags & TSF_SACKED) != 0;

	remember(tp);
	/* A second one in a row is about the same loss. */
	if ((tp->t_flags & TF_LOSS) == 0 && tp->t_state >= TCPS_ESTABLISHED) {
		reduce(tp);
		(*tp->t_cc->cc_timeout)(tp);
	}
	begin(tp, TF_LOSS);
	tp->t_flags &= ~(TF_TLPAGAIN | TF_RACK);
	tp->t_flags |= TF_FORCE;
	tp->snd_cwnd = tp->t_segsz;
	tp->t_dupacks = 0;
	if (!sack_p(tp))
		tp->t_flight->f_sacked = 0;
	TAILQ_FOREACH(ts, &tp->t_flight->f_sent, ts_link) {
		if (reneged && (ts->ts_flags & TSF_SACKED) != 0) {
			ts->ts_flags &= ~TSF_SACKED;
			tp->t_flight->f_sacked -= ts->ts_end - ts->ts_start;
		}
		tcp_sent_setlost(tp, ts);
	}
}

/* RFC 8985 section 7.3: the tail may be lost, and nothing comes to say so. */
void
tcp_recover_probe(struct tcpcb *tp)
{

	if (TAILQ_EMPTY(&tp->t_flight->f_sent))
		return;
	/* One at a time: what sends would arm the next. */
	tp->t_flags |= TF_TLP;
	tcp_output_probe(tp);
	tp->t_flight->f_tlpend = tp->snd_nxt;
}

/* RFC 8985 section 7.2; microseconds. */
static uint32_t
probe_time(const struct tcpcb *tp)
{
	uint32_t pto = MAX(2 * (tp->t_srtt >> 3), PTO_MIN);

	if (tp->snd_nxt - tp->snd_una <= tp->t_segsz)
		pto += DELACK_MAX;
	return pto;
}

/* After something was sent or acknowledged. */
void
tcp_recover_arm(struct tcpcb *tp)
{
	const int rto = tcp_rexmtval(tp);
	int pto;

	if (TAILQ_EMPTY(&tp->t_flight->f_sent)) {
		tcp_timer_disarm(tp, TCPT_REXMT);
		tcp_timer_disarm(tp, TCPT_PTO);
		tcp_timer_disarm(tp, TCPT_REO);
		/* Its time is of no use after a long silence. */
		tp->t_flags &= ~TF_RACK;
		return;
	}
	if (tp->snd_wnd == 0 && TCPS_HAVEESTABLISHED(tp->t_state)) {
		tcp_timer_disarm(tp, TCPT_REXMT);
		tcp_timer_disarm(tp, TCPT_PTO);
		if (!tcp_timer_isarmed(tp, TCPT_PERSIST))
			tcp_setpersist(tp);
		return;
	}
	if (sack_p(tp) && tp->t_srtt != 0 && tp->t_flight->f_sacked == 0 &&
	    TCPS_HAVEESTABLISHED(tp->t_state) && tp->t_rxtshift == 0 &&
	    (tp->t_flags & (TF_RECOVERY | TF_LOSS | TF_TLP)) == 0 &&
	    (pto = usec_ticks(probe_time(tp))) < rto)
		tcp_timer_arm(tp, TCPT_PTO, pto);
	else
		tcp_timer_disarm(tp, TCPT_PTO);
	tcp_timer_arm(tp, TCPT_REXMT, rto);
}

/* The path says it is full, RFC 3168 section 6.1.2: once a window. */
void
tcp_congestion_ecn(struct tcpcb *tp)
{
	struct tcp_flight *f = tp->t_flight;
	const bool any = !TAILQ_EMPTY(&f->f_sent);

	/* It goes on saying so until it has been told that we heard. */
	if ((tp->t_flags & (TF_RECOVERY | TF_LOSS)) != 0 ||
	    (any ? SEQ_LT(tp->snd_una, f->f_recover) :
	    (tp->t_flags & TF_ECNCWR) != 0))
		return;
	reduce(tp);
	tp->snd_cwnd = MIN(tp->snd_cwnd, tp->snd_ssthresh);
	if (any) {
		f->f_recover = tp->snd_nxt;
		f->f_undo_cwnd = 0;
	}
}
