/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The acknowledgement of a segment that came in, RFC 9293 section 3.10.7.4:
 * what has been sent is done with, the window moves, closing goes on.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/mbuf.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <net/route.h>

#include "tcp_private.h"

#define	CONFIRM_SECONDS	5

static struct tcp_rate challenge_rate;

/* RFC 5961: an acknowledgement that tells the true state, but not too often. */
void
tcp_challenge(struct tcpcb *tp)
{

	if (tcp_ratecheck(&challenge_rate, tcp_ackdrop_ppslim))
		tcp_send_control(tp, tp->snd_nxt, TH_ACK);
}

void
tcp_drop_data(struct tcpcb *tp, uint32_t n)
{
	struct socket *so = tcptoso(tp);
	struct tcp_flight *f = tp->t_flight;

	KASSERT(n <= so->so_snd.sb_cc);
	if (n == 0)
		return;
	sbdrop(&so->so_snd, (int)n);
	if (f->f_mbuf != NULL && SEQ_LT(f->f_mbufseq, tp->snd_una))
		f->f_mbuf = NULL;
	sowwakeup(so);
}

/* Is the first block about a duplicate, RFC 2883 section 5?  It lies below the
 * acknowledgement, or within the next. */
static bool
about_duplicate(const struct tcp_opts *to, tcp_seq ack)
{
	const struct tcp_range *r = to->to_sack;

	return SEQ_LEQ(r[0].r_end, ack) || (to->to_nsack > 1 &&
	    SEQ_LEQ(r[1].r_start, r[0].r_start) &&
	    SEQ_GEQ(r[1].r_end, r[0].r_end));
}

/* Blocks that say something about what is under way, RFC 2018. */
static uint32_t
take_sacks(struct tcpcb *tp, const struct tcp_seg *sg, uint32_t *rttp)
{
	const struct tcp_opts *to = &sg->sg_opts;
	const struct tcp_range *r;
	uint32_t bytes = 0;
	u_int i;

	if ((tp->t_flags & TF_SACK) == 0)
		return 0;
	for (i = 0; i < to->to_nsack; i++) {
		r = &to->to_sack[i];
		if (SEQ_GEQ(r->r_start, r->r_end) ||
		    SEQ_GT(r->r_end, tp->snd_nxt))
			continue;
		if (i == 0 && about_duplicate(to, sg->sg_ack)) {
			/* The probe came twice: nothing was lost. */
			tcp_statinc(TCP_STAT_DSACK_RCVD);
			tp->t_flags &= ~TF_TLPAGAIN;
			tcp_recover_dsack(tp, r);
		}
		if (SEQ_LEQ(r->r_end, tp->snd_una))
			continue;
		bytes += tcp_sent_sacked(tp, r, rttp);
	}
	return bytes;
}

/* The send buffer grows with the window of congestion. */
static void
grow_sndbuf(struct tcpcb *tp)
{
	struct socket *so = tcptoso(tp);
	struct sockbuf *sb = &so->so_snd;

	if (!tcp_do_autosndbuf || (sb->sb_flags & SB_AUTOSIZE) == 0 ||
	    sb->sb_hiwat >= (u_long)tcp_autosndbuf_max ||
	    sb->sb_cc < sb->sb_hiwat / 8 * 7 ||
	    tp->snd_wnd < sb->sb_hiwat / 4 * 5 ||
	    tp->snd_cwnd < sb->sb_hiwat)
		return;
	if (sbreserve(sb, MIN(sb->sb_hiwat + (u_long)tcp_autosndbuf_inc,
	    (u_long)tcp_autosndbuf_max), so) == 0)
		sb->sb_flags &= ~SB_AUTOSIZE;
}

/* Our FIN has arrived; false: the connection is over. */
static bool
fin_acked(struct tcpcb *tp)
{
	struct socket *so = tcptoso(tp);

	switch (tp->t_state) {
	case TCPS_FIN_WAIT_1:
		tp->t_state = TCPS_FIN_WAIT_2;
		/* Nobody reads: the other end has not for ever to close. */
		if ((so->so_state & SS_CANTRCVMORE) != 0) {
			soisdisconnected(so);
			tcp_timer_arm(tp, TCPT_2MSL, 2 * tcp_msl);
		}
		return true;
	case TCPS_CLOSING:
		tcp_tw_enter(tp);
		return false;
	case TCPS_LAST_ACK:
		tcp_close(tp);
		return false;
	default:
		return true;
	}
}

static void
update_window(struct tcpcb *tp, const struct tcp_seg *sg)
{
	const uint32_t win = (uint32_t)sg->sg_win << tp->snd_scale;
	struct tcp_sent *ts;

	if (SEQ_GT(tp->snd_wl1, sg->sg_seq) || (tp->snd_wl1 == sg->sg_seq &&
	    SEQ_GT(tp->snd_wl2, sg->sg_ack)))
		return;
	if (tp->snd_wl2 == sg->sg_ack && sg->sg_len == 0 && win > tp->snd_wnd)
		tcp_statinc(TCP_STAT_RCVWINUPD);
	if (tp->snd_wnd == 0 && win > 0) {
		/* What was sent into the closed window goes again at once. */
		tcp_timer_disarm(tp, TCPT_PERSIST);
		tp->t_rxtshift = 0;
		TAILQ_FOREACH(ts, &tp->t_flight->f_sent, ts_link)
			tcp_sent_setlost(tp, ts);
	}
	tp->snd_wnd = win;
	tp->snd_wl1 = sg->sg_seq;
	tp->snd_wl2 = sg->sg_ack;
	tp->max_sndwnd = MAX(tp->max_sndwnd, win);
}

/* Does it repeat the last one, RFC 5681 section 2? */
static bool
duplicate(const struct tcpcb *tp, const struct tcp_seg *sg)
{

	return sg->sg_ack == tp->snd_una && sg->sg_len == 0 &&
	    tp->snd_wnd > 0 &&
	    (sg->sg_flags & (TH_SYN | TH_FIN)) == 0 &&
	    (uint32_t)sg->sg_win << tp->snd_scale == tp->snd_wnd &&
	    !TAILQ_EMPTY(&tp->t_flight->f_sent);
}

/* RFC 4861 section 7.3.1: the next hop passes on what we send.  It is believed
 * for longer than this, so not each segment need tell. */
static void
confirm_path(struct tcpcb *tp)
{
	struct route *ro = &tp->t_inpcb->inp_route;
	const uint16_t now = (uint16_t)(tp->t_msec / 1024);
	struct rtentry *rt;

	if ((tp->t_flags & TF_LOCAL) != 0 ||
	    (uint16_t)(now - tp->t_confirmed) < CONFIRM_SECONDS)
		return;
	tp->t_confirmed = now;
	if ((rt = rtcache_validate(ro)) == NULL)
		return;
	(*tp->t_fam->tf_confirmed)(rt, rtcache_getdst(ro));
	rtcache_unref(rt, ro);
}

/* Something new is acknowledged; false: the connection is over. */
static bool
advance(struct tcpcb *tp, const struct tcp_seg *sg)
{
	uint32_t rtt = 0, bytes, acked = sg->sg_ack - tp->snd_una, data;
	const u_long cc = tcptoso(tp)->so_snd.sb_cc;
	bool fin = false;

	tcp_statinc(TCP_STAT_RCVACKPACK);
	tcp_statadd(TCP_STAT_RCVACKBYTE, acked);
	bytes = take_sacks(tp, sg, &rtt);
	bytes += tcp_sent_acked(tp, sg->sg_ack, &rtt);
	data = acked;
	if ((tp->t_flags & TF_SENTFIN) != 0 && sg->sg_ack == tp->snd_nxt) {
		fin = true;
		data--;
	}
	KASSERT(data <= cc);
	tp->snd_una = sg->sg_ack;
	confirm_path(tp);
	/* Never so old that it seems new. */
	tp->t_flight->f_recover = SEQ_MAX(tp->t_flight->f_recover, tp->snd_una);
	if ((tp->t_flags & TF_HAVEURG) != 0 &&
	    SEQ_LEQ(tp->snd_up, tp->snd_una))
		tp->t_flags &= ~TF_HAVEURG;
	if (rtt != 0)
		tcp_rtt_sample(tp, rtt);
	tp->t_rxtshift = 0;
	tp->t_softerror = 0;
	grow_sndbuf(tp);
	tcp_drop_data(tp, (uint32_t)MIN(data, cc));
	tcp_recover_ack(tp, bytes, acked);
	update_window(tp, sg);
	tcp_recover_arm(tp);
	return !fin || fin_acked(tp);
}

/*
 * False: the segment is done with; the connection may be over, then it has no
 * pcb any more.
 */
bool
tcp_ack(struct tcpcb *tp, struct tcp_seg *sg)
{
	uint32_t rtt = 0, bytes;
	bool dup;

	if (SEQ_GT(sg->sg_ack, tp->snd_nxt)) {
		tcp_statinc(TCP_STAT_RCVACKTOOMUCH);
		tcp_challenge(tp);
		return false;
	}
	/* RFC 5961 section 5.2. */
	if (SEQ_LT(sg->sg_ack, tp->snd_una - tp->max_sndwnd)) {
		tcp_challenge(tp);
		return false;
	}
	if ((tp->t_flags & TF_ECN) != 0 && (sg->sg_flags & TH_ECE) != 0)
		tcp_congestion_ecn(tp);
	if (SEQ_GT(sg->sg_ack, tp->snd_una))
		return advance(tp, sg);
	dup = duplicate(tp, sg);
	bytes = take_sacks(tp, sg, &rtt);
	if (rtt != 0)
		tcp_rtt_sample(tp, rtt);
	if (dup)
		tcp_recover_dupack(tp);
	if (bytes > 0 || (tp->t_flags & TF_RECOVERY) != 0)
		tcp_recover_ack(tp, bytes, 0);
	if (SEQ_GEQ(sg->sg_ack, tp->snd_una))
		update_window(tp, sg);
	return true;
}
