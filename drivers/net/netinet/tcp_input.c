/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Input, RFC 9293 section 3.10.7: a segment, off the packet it came in, finds
 * whom it is for; what a connection does with it, in the order of the RFC.
 * RFC 7323 (PAWS) and RFC 5961 (what a blind attacker may send) say what is
 * thrown away.
 */

#include <sys/param.h>
#include <sys/endian.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/mbuf.h>
#include <sys/socketvar.h>
#include <sys/syslog.h>
#include <sys/systm.h>

#include <netinet/ip.h>

#include <lib/libkern/libkern.h>

#include "tcp_private.h"

/* A timestamp that is as old as this says nothing, RFC 7323 section 5.5. */
#define	PAWS_IDLE	(24 * 24 * 60 * 60)	/* seconds */

static struct tcp_rate rst_rate, syn_rate;

/* RFC 9293 section 3.5.2: to what belongs to nothing. */
void
tcp_respond_rst(struct tcp_seg *sg)
{
	struct tcp_out o = { .o_flags = TH_RST };

	if ((sg->sg_flags & TH_RST) != 0 ||
	    !tcp_ratecheck(&rst_rate, tcp_rst_ppslim))
		return;
	if ((sg->sg_flags & TH_ACK) != 0)
		o.o_seq = sg->sg_ack;
	else {
		o.o_flags |= TH_ACK;
		o.o_ack = sg->sg_seq + sg->sg_len +
		    ((sg->sg_flags & TH_SYN) != 0) +
		    ((sg->sg_flags & TH_FIN) != 0);
	}
	(void)tcp_respond(sg->sg_fam, &sg->sg_ia, &o);
}

/* Bytes off the front and the end of what has come. */
static void
cut_front(struct tcp_seg *sg, u_int n)
{

	m_adj(sg->sg_m, (int)n);
	sg->sg_seq += n;
	sg->sg_len -= n;
	if (sg->sg_urp > n)
		sg->sg_urp -= (uint16_t)n;
	else {
		sg->sg_urp = 0;
		sg->sg_flags &= ~TH_URG;
	}
}

static void
cut_end(struct tcp_seg *sg, u_int n)
{

	if ((sg->sg_flags & TH_FIN) != 0 && n > 0) {
		sg->sg_flags &= ~TH_FIN;
		n--;
	}
	m_adj(sg->sg_m, -(int)n);
	sg->sg_len -= n;
}

/* It has been here before, or is a probe: only its acknowledgement counts. */
static void
all_old(struct tcpcb *tp, struct tcp_seg *sg)
{

	tcp_statinc(TCP_STAT_RCVDUPPACK);
	tcp_statadd(TCP_STAT_RCVDUPBYTE, sg->sg_len);
	tcp_dsack(tp, sg->sg_seq, sg->sg_seq + sg->sg_len);
	m_adj(sg->sg_m, (int)sg->sg_len);
	sg->sg_len = 0;
	sg->sg_flags &= ~(TH_FIN | TH_URG);
	tp->t_flags |= TF_ACKNOW;
}

/* To what is in the window.  False: it is not acceptable, and answered. */
static bool
trim(struct tcpcb *tp, struct tcp_seg *sg)
{
	const u_int total = sg->sg_len + ((sg->sg_flags & TH_FIN) != 0);
	const tcp_seq right = SEQ_MAX(tp->rcv_adv, tp->rcv_nxt);
	u_int n;

	if (SEQ_LT(sg->sg_seq, tp->rcv_nxt)) {
		n = tp->rcv_nxt - sg->sg_seq;
		if (n >= total) {
			all_old(tp, sg);
			return true;
		}
		tcp_statinc(TCP_STAT_RCVPARTDUPPACK);
		tcp_statadd(TCP_STAT_RCVPARTDUPBYTE, n);
		tcp_dsack(tp, sg->sg_seq, tp->rcv_nxt);
		cut_front(sg, n);
		tp->t_flags |= TF_ACKNOW;
	}
	n = sg->sg_seq + sg->sg_len + ((sg->sg_flags & TH_FIN) != 0) - right;
	if ((int)n <= 0)
		return true;
	tcp_statinc(TCP_STAT_RCVPACKAFTERWIN);
	tcp_statadd(TCP_STAT_RCVBYTEAFTERWIN, MIN(n, sg->sg_len));
	if (SEQ_GEQ(sg->sg_seq, right)) {
		if (sg->sg_seq != tp->rcv_nxt) {
			tcp_challenge(tp);
			return false;
		}
		/* A probe of the closed window. */
		tcp_statinc(TCP_STAT_RCVWINPROBE);
	}
	cut_end(sg, n);
	tp->t_flags |= TF_ACKNOW;
	return true;
}

/* RFC 7323 section 5.3.  False: it is old. */
static bool
paws(struct tcpcb *tp, const struct tcp_seg *sg)
{
	const struct tcp_opts *to = &sg->sg_opts;

	if ((tp->t_flags & TF_TS) == 0 || (to->to_flags & TOF_TS) == 0 ||
	    (sg->sg_flags & TH_RST) != 0 ||
	    TSTMP_GEQ(to->to_tsval, tp->ts_recent))
		return true;
	if ((tp->t_tick - tp->ts_recent_tick) / (u_int)hz >
	    PAWS_IDLE)
		return true;
	tcp_statinc(TCP_STAT_PAWSDROP);
	tcp_challenge(tp);
	return false;
}

/* RFC 7323 section 4.3: that of the segment the next acknowledgement is
 * about. */
static void
remember_ts(struct tcpcb *tp, const struct tcp_seg *sg)
{
	const struct tcp_opts *to = &sg->sg_opts;

	if ((tp->t_flags & TF_TS) == 0 || (to->to_flags & TOF_TS) == 0 ||
	    SEQ_GT(sg->sg_seq, tp->last_ack_sent) ||
	    SEQ_LT(sg->sg_seq + sg->sg_len +
	    ((sg->sg_flags & TH_FIN) != 0), tp->last_ack_sent) ||
	    TSTMP_LT(to->to_tsval, tp->ts_recent))
		return;
	tp->ts_recent = to->to_tsval;
	tp->ts_recent_tick = tp->t_tick;
}

/* RFC 5961 section 3.2: only the very number ends the connection. */
static void
reset(struct tcpcb *tp, const struct tcp_seg *sg)
{
	struct socket *so = tcptoso(tp);

	if (SEQ_LT(sg->sg_seq, tp->rcv_nxt) ||
	    SEQ_GT(sg->sg_seq, SEQ_MAX(tp->rcv_adv, tp->rcv_nxt)))
		return;
	if (sg->sg_seq != tp->rcv_nxt) {
		tcp_challenge(tp);
		return;
	}
	switch (tp->t_state) {
	case TCPS_SYN_RECEIVED:
		/* Or the program has accepted it already. */
		so->so_error = (tp->t_flags & TF_TFOPEND) != 0 ? ECONNRESET :
		    ECONNREFUSED;
		tcp_statinc(TCP_STAT_CONNDROPS);
		tcp_fastopen_reset(tp);
		break;
	case TCPS_CLOSING:
	case TCPS_LAST_ACK:
		break;
	default:
		so->so_error = ECONNRESET;
		tcp_statinc(TCP_STAT_DROPS);
		break;
	}
	tcp_close(tp);
}

/* What the SYN of the other end told, when ours says the same. */
static void
agree(struct tcpcb *tp, const struct tcp_seg *sg)
{
	const struct tcp_opts *to = &sg->sg_opts;

	tp->t_peermss = (to->to_flags & TOF_MSS) != 0 ?
	    MAX(to->to_mss, (uint16_t)tcp_minmss) : (uint16_t)tcp_mssdflt;
	if ((to->to_flags & TOF_TS) != 0 && (tp->t_flags & TF_TS) != 0) {
		tp->ts_recent = to->to_tsval;
		tp->ts_recent_tick = tp->t_tick;
	} else
		tp->t_flags &= ~TF_TS;
	if ((to->to_flags & TOF_SCALE) != 0 && (tp->t_flags & TF_SCALE) != 0)
		tp->snd_scale = to->to_scale;
	else {
		tp->t_flags &= ~TF_SCALE;
		tp->snd_scale = tp->rcv_scale = 0;
	}
	if ((to->to_flags & TOF_SACKOK) == 0)
		tp->t_flags &= ~TF_SACK;
	tp->irs = sg->sg_seq;
	tp->rcv_nxt = tp->rcv_adv = tp->last_ack_sent = sg->sg_seq + 1;
	tp->snd_wnd = tp->max_sndwnd = sg->sg_win;
	tp->snd_wl1 = sg->sg_seq;
	tp->snd_wl2 = sg->sg_ack;
}

/* Our SYN goes once more. */
static void
answer_again(struct tcpcb *tp)
{
	struct tcp_sent *ts = TAILQ_FIRST(&tp->t_flight->f_sent);

	if (ts == NULL || (ts->ts_flags & TSF_SYN) == 0)
		return;
	tcp_sent_setlost(tp, ts);
	tp->t_flags |= TF_FORCE;
	(void)tcp_output(tp);
}

/* Our SYN is acknowledged, and perhaps data that went with it or behind it;
 * that which was not goes at once. */
static void
syn_acked(struct tcpcb *tp, const struct tcp_seg *sg)
{
	struct tcp_sent *ts;
	uint32_t rtt = 0;

	(void)tcp_sent_acked(tp, sg->sg_ack, &rtt);
	tp->snd_una = sg->sg_ack;
	tcp_drop_data(tp, sg->sg_ack - (tp->iss + 1));
	if (rtt != 0)
		tcp_rtt_sample(tp, rtt);
	if (tp->t_state == TCPS_SYN_SENT) {
		TAILQ_FOREACH(ts, &tp->t_flight->f_sent, ts_link)
			tcp_sent_setlost(tp, ts);
	}
}

/* RFC 9293 section 3.10.7.3. */
static void
syn_sent_input(struct tcpcb *tp, struct tcp_seg *sg)
{
	struct socket *so = tcptoso(tp);
	const bool ack = (sg->sg_flags & TH_ACK) != 0;

	if (ack && (SEQ_LEQ(sg->sg_ack, tp->iss) ||
	    SEQ_GT(sg->sg_ack, tp->snd_nxt))) {
		tcp_respond_rst(sg);
		return;
	}
	if ((sg->sg_flags & TH_RST) != 0) {
		if (ack) {
			tcp_statinc(TCP_STAT_CONNDROPS);
			so->so_error = ECONNREFUSED;
			tcp_close(tp);
		}
		return;
	}
	if ((sg->sg_flags & TH_SYN) == 0)
		return;
	agree(tp, sg);
	if (ack && (tp->t_flags & TF_FASTOPEN) != 0 &&
	    (sg->sg_opts.to_flags & TOF_COOKIE) != 0)
		tcp_fastopen_learn(&sg->sg_ia, &sg->sg_opts, tp->t_peermss);
	sg->sg_seq++;
	if (!ack) {
		/* Both at once: ours goes again, with what we know now. */
		tp->t_state = TCPS_SYN_RECEIVED;
		answer_again(tp);
		return;
	}
	if (tcp_do_ecn && (sg->sg_flags & (TH_ECE | TH_CWR)) == TH_ECE) {
		tp->t_flags |= TF_ECN;
		tcp_statinc(TCP_STAT_ECN_SHS);
	}
	syn_acked(tp, sg);
	tp->t_flags |= TF_ACKNOW;
	tcp_established(tp);
	tcp_recover_arm(tp);
	tcp_sent_idle(tp);
	tcp_data(tp, sg);
}

/* The ACK that establishes a connection both ends began. */
static bool
syn_received_ack(struct tcpcb *tp, struct tcp_seg *sg)
{

	if (SEQ_LEQ(sg->sg_ack, tp->snd_una) ||
	    SEQ_GT(sg->sg_ack, tp->snd_nxt)) {
		tcp_respond_rst(sg);
		return false;
	}
	syn_acked(tp, sg);
	/* The window of a SYN is not scaled, this one is. */
	tp->snd_wl1 = sg->sg_seq - 1;
	tcp_established(tp);
	tcp_recover_arm(tp);
	return true;
}

/* RFC 3168 section 6.1.3: until the other end says that it has heard. */
static void
note_ecn(struct tcpcb *tp, const struct tcp_seg *sg)
{

	if ((tp->t_flags & TF_ECN) == 0)
		return;
	if ((sg->sg_flags & TH_CWR) != 0)
		tp->t_flags &= ~TF_ECNECHO;
	if (sg->sg_ecn == IPTOS_ECN_CE) {
		tp->t_flags |= TF_ECNECHO;
		tcp_statinc(TCP_STAT_ECN_CE);
	}
}

/* Closed by the user: data cannot be given to anybody, RFC 9293 3.6.1. */
static bool
after_close(struct tcpcb *tp, struct tcp_seg *sg)
{

	if (sg->sg_len == 0 || tp->t_state <= TCPS_CLOSE_WAIT ||
	    (tcptoso(tp)->so_state & SS_NOFDREF) == 0 ||
	    SEQ_LEQ(sg->sg_seq + sg->sg_len, tp->rcv_nxt))
		return false;
	tcp_statinc(TCP_STAT_RCVAFTERCLOSE);
	tcp_send_control(tp, tp->snd_nxt, TH_RST | TH_ACK);
	tcp_close(tp);
	return true;
}

/* Sections 3.10.7.4: false, there is nothing more to do. */
static bool
acceptable(struct tcpcb *tp, struct tcp_seg *sg)
{

	if (!paws(tp, sg))
		return false;
	if ((sg->sg_flags & TH_RST) != 0) {
		reset(tp, sg);
		return false;
	}
	if ((sg->sg_flags & TH_SYN) != 0) {
		if (tp->t_state != TCPS_SYN_RECEIVED ||
		    sg->sg_seq != tp->irs) {
			tcp_challenge(tp);
			return false;
		}
		/* The same SYN, now with an acknowledgement; without one, our
		 * answer was lost. */
		if ((sg->sg_flags & TH_ACK) == 0 &&
		    (tp->t_flags & TF_TFOPEND) != 0) {
			if (tcp_ratecheck(&syn_rate, tcp_ackdrop_ppslim))
				answer_again(tp);
			return false;
		}
		sg->sg_flags &= ~TH_SYN;
		sg->sg_seq++;
	}
	/* What is not in the window ends nothing. */
	if ((sg->sg_flags & TH_ACK) == 0 || !trim(tp, sg) ||
	    after_close(tp, sg))
		return false;
	remember_ts(tp, sg);
	return true;
}

/* The connection is locked; it may be over afterwards. */
void
tcp_conn_input(struct tcpcb *tp, struct tcp_seg *sg)
{
	struct socket *so = tcptoso(tp);

	tcp_clock(tp);
	tp->t_rcvtime = tp->t_tick;
	tp->t_keepprobes = 0;
	if (tp->t_state == TCPS_SYN_SENT) {
		syn_sent_input(tp, sg);
		goto out;
	}
	if (!acceptable(tp, sg))
		return;
	note_ecn(tp, sg);
	if (tp->t_state == TCPS_SYN_RECEIVED && !syn_received_ack(tp, sg))
		return;
	if (!tcp_ack(tp, sg))
		return;
	if ((sg->sg_flags & TH_URG) != 0)
		tcp_urgent(tp, sg);
	tcp_data(tp, sg);
 out:
	if (so->so_pcb != NULL)
		(void)tcp_output(tp);
}

void
tcp_fin(struct tcpcb *tp)
{

	tp->rcv_nxt++;
	tp->t_flags |= TF_ACKNOW;
	tcp_recvq_free(tp);
	socantrcvmore(tcptoso(tp));
	switch (tp->t_state) {
	case TCPS_ESTABLISHED:
		tp->t_state = TCPS_CLOSE_WAIT;
		break;
	case TCPS_FIN_WAIT_1:
		tp->t_state = TCPS_CLOSING;
		break;
	case TCPS_FIN_WAIT_2:
		tcp_tw_enter(tp);
		break;
	}
}

/* A connection's; false: there is none. */
static bool
to_connection(struct tcp_seg *sg)
{
	struct inpcb *inp = inpcb_lookup(tcbtable, &sg->sg_ia);
	struct socket *so;

	if (inp == NULL)
		return false;
	if (!inpcb_lock(inp)) {
		inpcb_unref(inp);
		return false;
	}
	so = inp->inp_so;
	tcp_conn_input(inp->inp_ppcb, sg);
	tcp_unlock(so);
	inpcb_unref(inp);
	return true;
}

static bool
to_listener(struct tcp_seg *sg)
{
	struct inpcb *inp = inpcb_lookup_bound(tcbtable, &sg->sg_ia);
	struct tcpcb *tp;
	bool found = false;

	if (inp == NULL)
		return false;
	if (inpcb_lock(inp)) {
		tp = inp->inp_ppcb;
		found = tp->t_state == TCPS_LISTEN;
		if (found)
			tcp_syn_listen(tp, sg);
		inpcb_unlock(inp);
	}
	inpcb_unref(inp);
	return found;
}

/* Whose is it? */
static void
dispatch(struct tcp_seg *sg)
{

	if (to_connection(sg))
		return;
	tcp_statinc(TCP_STAT_PCBHASHMISS);
	if (tcp_tw_input(sg) || tcp_syn_input(sg) || to_listener(sg))
		return;
	tcp_statinc(TCP_STAT_NOPORT);
	if (tcp_log_refused && (sg->sg_flags & (TH_SYN | TH_ACK)) == TH_SYN)
		log(LOG_INFO, "tcp: connection to port %u refused\n",
		    ntohs(sg->sg_ia.ia_lport));
	tcp_respond_rst(sg);
}

void
tcp_family_input(const struct tcp_family *tf, struct mbuf *m, int off,
    u_int len, const struct inaddrs *ia, u_int ecn)
{
	struct tcp_seg sg = { .sg_fam = tf, .sg_ia = *ia,
	    .sg_ecn = (uint8_t)ecn };
	const struct tcphdr *th;
	u_int hlen, mss = 0;

	tcp_statinc(TCP_STAT_RCVTOTAL);
	if ((m->m_pkthdr.csum_flags & (M_CSUM_TSOv4 | M_CSUM_TSOv6)) != 0)
		mss = m->m_pkthdr.segsz;
	sg.sg_more = (m->m_flags & M_TCP_MORE) != 0;
	m->m_flags &= ~M_TCP_MORE;
	m_adj(m, off);
	th = mtod(m, const struct tcphdr *);
	hlen = (u_int)th->th_off * 4;
	if (hlen < sizeof(*th) || hlen > len) {
		tcp_statinc(TCP_STAT_RCVBADOFF);
		m_freem(m);
		return;
	}
	if (m->m_len < (int)hlen && (m = m_pullup(m, (int)hlen)) == NULL) {
		tcp_statinc(TCP_STAT_RCVSHORT);
		return;
	}
	th = mtod(m, const struct tcphdr *);
	sg.sg_ia.ia_lport = th->th_dport;
	sg.sg_ia.ia_fport = th->th_sport;
	sg.sg_seq = ntohl(th->th_seq);
	sg.sg_ack = ntohl(th->th_ack);
	sg.sg_flags = th->th_flags;
	sg.sg_win = ntohs(th->th_win);
	sg.sg_urp = ntohs(th->th_urp);
	sg.sg_len = len - hlen;
	sg.sg_mss = mss;
	if (mss != 0 && sg.sg_len > mss)
		tcp_statadd(TCP_STAT_RCVTOTAL, howmany(sg.sg_len, mss) - 1);
	tcp_options_parse((const uint8_t *)(th + 1), hlen - sizeof(*th),
	    (th->th_flags & TH_SYN) != 0, &sg.sg_opts);
	m_adj(m, (int)hlen);
	sg.sg_m = m;
	dispatch(&sg);
	m_freem(sg.sg_m);
}
