/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Timers of a connection: one callout for all of them.  To arm a timer is to
 * write down when it is due; the callout is moved only if that is earlier than
 * it would run, so that a timer which each segment sets anew costs nothing.
 * When it runs it looks what is due, and is scheduled for what is next.
 *
 * A callout that is scheduled has a reference of the pcb (TF_ARMED).  If it is
 * about to run when the connection ends, it frees the tcpcb itself.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/systm.h>

#include "tcp_private.h"

static void	timer_run(void *);

void
tcp_timers_init(struct tcpcb *tp)
{

	callout_init(&tp->t_callout, CALLOUT_MPSAFE);
	callout_setfunc(&tp->t_callout, timer_run, tp);
}

static void
schedule(struct tcpcb *tp, uint32_t due, uint32_t now)
{

	if ((tp->t_flags & TF_ARMED) == 0) {
		inpcb_ref(tp->t_inpcb);
		tp->t_flags |= TF_ARMED;
	}
	tp->t_calldue = due;
	callout_schedule(&tp->t_callout, MAX((int)(due - now), 1));
}

void
tcp_timer_arm(struct tcpcb *tp, enum tcp_timer t, int n)
{
	const uint32_t now = tp->t_tick;
	uint32_t due = now + (uint32_t)n;

	KASSERT(solocked(tcptoso(tp)));
	if (due == 0)
		due = 1;
	tp->t_due[t] = due;
	if ((tp->t_flags & TF_ARMED) == 0 || SEQ_LT(due, tp->t_calldue))
		schedule(tp, due, now);
}

void
tcp_timer_disarm(struct tcpcb *tp, enum tcp_timer t)
{

	tp->t_due[t] = 0;
}

bool
tcp_timers_end(struct tcpcb *tp)
{

	memset(tp->t_due, 0, sizeof(tp->t_due));
	if ((tp->t_flags & TF_ARMED) == 0)
		return true;
	if (callout_stop(&tp->t_callout))
		return false;
	/* It is not under way any more, at most about to return. */
	(void)callout_halt(&tp->t_callout, NULL);
	tp->t_flags &= ~TF_ARMED;
	inpcb_unref(tp->t_inpcb);
	return true;
}

/* RFC 9293 section 3.8.6.1: with longer and longer intervals. */
void
tcp_setpersist(struct tcpcb *tp)
{
	int n = (int)MIN((int64_t)tp->t_rto << tp->t_rxtshift, TCPTV_PERSMAX);

	tcp_timer_arm(tp, TCPT_PERSIST, MAX(n, TCPTV_PERSMIN));
	if (tp->t_rxtshift < TCP_MAXRXTSHIFT)
		tp->t_rxtshift++;
}

int
tcp_keepidle_ticks(const struct tcpcb *tp)
{
	const int64_t sec = tp->t_keepidle != 0 ? tp->t_keepidle :
	    tcp_keepidle / 2;

	return (int)MIN(sec * hz, INT_MAX / 2);
}

static int
keepintvl_ticks(const struct tcpcb *tp)
{
	const int64_t sec = tp->t_keepintvl != 0 ? tp->t_keepintvl :
	    tcp_keepintvl / 2;

	return (int)MIN(sec * hz, INT_MAX / 2);
}

static void
expired_rexmt(struct tcpcb *tp)
{
	const u_int max = TCPS_HAVEESTABLISHED(tp->t_state) ?
	    TCP_MAXRXTSHIFT : TCP_MAXSYNSHIFT;

	if (TAILQ_EMPTY(&tp->t_flight->f_sent))
		return;
	if (tp->t_rxtshift >= max) {
		tcp_statinc(TCP_STAT_TIMEOUTDROP);
		tcp_drop(tp, tp->t_softerror != 0 ? tp->t_softerror :
		    ETIMEDOUT);
		return;
	}
	tcp_statinc(TCP_STAT_REXMTTIMEO);
	tp->t_rxtshift++;
	if (tp->t_state == TCPS_SYN_SENT &&
	    (tp->t_flags & TF_FASTOPEN) != 0 && tp->snd_nxt != tp->iss + 1)
		tcp_fastopen_forget(&tp->t_inpcb->inp_addrs);
	/* RFC 6298 section 5.7. */
	if (!TCPS_HAVEESTABLISHED(tp->t_state) && tp->t_srtt == 0)
		tp->t_rto = 3 * hz / 2;
	tcp_recover_timeout(tp);
	if (TCPS_HAVEESTABLISHED(tp->t_state) && tp->t_rxtshift >= 3)
		tcp_pmtud_black_hole(tp);
	(void)tcp_output(tp);
}

/*
 * The window is still closed.  As long as the other end answers that, we go
 * on; else it is given up as any other.
 */
static void
expired_persist(struct tcpcb *tp)
{
	const uint32_t idle = tp->t_tick - tp->t_rcvtime;
	struct tcp_sent *ts = TAILQ_FIRST(&tp->t_flight->f_sent);

	tcp_statinc(TCP_STAT_PERSISTTIMEO);
	if (tp->t_rxtshift >= TCP_MAXRXTSHIFT &&
	    idle >= (uint32_t)TCPTV_PERSMAX * TCP_MAXRXTSHIFT) {
		tcp_statinc(TCP_STAT_PERSISTDROPS);
		tcp_drop(tp, ETIMEDOUT);
		return;
	}
	/* The byte that went before goes again. */
	if (ts != NULL)
		tcp_sent_setlost(tp, ts);
	tp->t_flags |= TF_PROBE;
	(void)tcp_output(tp);
	tp->t_flags &= ~TF_PROBE;
}

/* RFC 9293 section 3.8.4, or the time to be established is over. */
static void
expired_keep(struct tcpcb *tp)
{
	const struct socket *so = tcptoso(tp);
	const int idle = (int)(tp->t_tick - tp->t_rcvtime);
	const int count = tp->t_keepcnt != 0 ? tp->t_keepcnt : tcp_keepcnt;

	if (!TCPS_HAVEESTABLISHED(tp->t_state)) {
		tcp_statinc(TCP_STAT_KEEPDROPS);
		tcp_drop(tp, tp->t_softerror != 0 ? tp->t_softerror :
		    ETIMEDOUT);
		return;
	}
	if (idle < tcp_keepidle_ticks(tp)) {
		tp->t_keepprobes = 0;
		tcp_timer_arm(tp, TCPT_KEEP, tcp_keepidle_ticks(tp) - idle);
		return;
	}
	if ((so->so_options & SO_KEEPALIVE) == 0) {
		tcp_timer_arm(tp, TCPT_KEEP, tcp_keepidle_ticks(tp));
		return;
	}
	tcp_statinc(TCP_STAT_KEEPTIMEO);
	if (tp->t_keepprobes >= count) {
		tcp_statinc(TCP_STAT_KEEPDROPS);
		tcp_drop(tp, ETIMEDOUT);
		return;
	}
	tp->t_keepprobes++;
	tcp_statinc(TCP_STAT_KEEPPROBE);
	tcp_send_control(tp, tp->snd_una - 1, TH_ACK);
	tcp_timer_arm(tp, TCPT_KEEP, keepintvl_ticks(tp));
}

static void
expired(struct tcpcb *tp, enum tcp_timer t)
{

	switch (t) {
	case TCPT_REXMT:
		expired_rexmt(tp);
		break;
	case TCPT_PERSIST:
		expired_persist(tp);
		break;
	case TCPT_KEEP:
		expired_keep(tp);
		break;
	case TCPT_2MSL:
		tcp_close(tp);
		break;
	case TCPT_DELACK:
		if (!TCPS_HAVEESTABLISHED(tp->t_state)) {
			/* Our SYN, which waited for data or memory. */
			tp->t_flags &= ~TF_TFOWAIT;
			(void)tcp_output(tp);
		} else if ((tp->t_flags & TF_DELACK) != 0) {
			tp->t_flags |= TF_ACKNOW;
			tcp_statinc(TCP_STAT_DELACK);
			(void)tcp_output(tp);
		}
		break;
	case TCPT_PTO:
		tcp_recover_probe(tp);
		break;
	case TCPT_REO:
		tcp_rack_detect(tp);
		(void)tcp_output(tp);
		break;
	case TCPT_NTIMERS:
		break;
	}
}

/* False: the connection ended. */
static bool
run_due(struct inpcb *inp, struct tcpcb *tp, uint32_t now)
{
	u_int t;

	for (t = 0; t < TCPT_NTIMERS; t++) {
		if (tp->t_due[t] == 0 || SEQ_GT(tp->t_due[t], now))
			continue;
		tp->t_due[t] = 0;
		expired(tp, t);
		if (inp->inp_so == NULL)
			return false;
	}
	return true;
}

static void
schedule_next(struct tcpcb *tp)
{
	uint32_t next = 0;
	u_int t;

	for (t = 0; t < TCPT_NTIMERS; t++) {
		if (tp->t_due[t] != 0 &&
		    (next == 0 || SEQ_LT(tp->t_due[t], next)))
			next = tp->t_due[t];
	}
	if (next != 0 && ((tp->t_flags & TF_ARMED) == 0 ||
	    SEQ_LT(next, tp->t_calldue)))
		schedule(tp, next, tp->t_tick);
}

static void
timer_run(void *arg)
{
	struct tcpcb *tp = arg;
	struct inpcb *inp = tp->t_inpcb;
	struct socket *so;

	if (!inpcb_lock(inp)) {
		tcp_tcpcb_free(tp);
		inpcb_unref(inp);
		return;
	}
	so = inp->inp_so;
	tp->t_flags &= ~TF_ARMED;
	tcp_clock(tp);
	if (run_due(inp, tp, tp->t_tick)) {
		tcp_sent_idle(tp);
		schedule_next(tp);
	}
	tcp_unlock(so);
	inpcb_unref(inp);
}
