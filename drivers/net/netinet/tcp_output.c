/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Output: tcp_output() sends all that may be sent now: what is lost first, a
 * segment at a time, then new data as far as the window of the other end, the
 * one of congestion, and the rules against silly windows (RFC 9293 section
 * 3.8.6.2.1, with Nagle's) let it; an acknowledgement goes with it, or alone.
 * New data goes by as many segments in a packet as there are; who sends the
 * packet on cuts it.
 * Data is not copied: packets share the storage of the send buffer.
 */

#include <sys/param.h>
#include <sys/endian.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/mbuf.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <netinet/ip.h>

#include <lib/libkern/libkern.h>

#include "tcp_private.h"

/* Bytes that the program has room for, RFC 9293 section 3.8.6.2.2. */
uint32_t
tcp_window(const struct tcpcb *tp)
{
	struct sockbuf *sb = &tcptoso(tp)->so_rcv;
	const uint32_t old = tcp_rcvwnd(tp);
	uint32_t win = (uint32_t)MIN(sbspace(sb),
	    (u_long)TCP_MAXWIN << tp->rcv_scale);

	/* Little more than nothing is nothing. */
	if (win < sb->sb_hiwat / 4 && win < tp->t_segsz)
		win = 0;
	/* What was promised stays. */
	return MAX(win, old);
}

/* Would the other end be glad to hear of a larger window? */
static bool
window_grew(const struct tcpcb *tp)
{
	const struct sockbuf *sb = &tcptoso(tp)->so_rcv;
	const uint32_t old = tcp_rcvwnd(tp), now = tcp_window(tp);
	const uint32_t more = now - old;

	if (!TCPS_HAVEESTABLISHED(tp->t_state) ||
	    TCPS_HAVERCVDFIN(tp->t_state))
		return false;
	/* Less than a unit of the scale cannot be told. */
	if (now >> tp->rcv_scale == old >> tp->rcv_scale)
		return false;
	if (more >= sb->sb_hiwat / 2 || (old == 0 && more > 0))
		return true;
	/* While much is left the next acknowledgement can tell it. */
	return more >= 2 * (uint32_t)tp->t_segsz && old <= sb->sb_hiwat / 4;
}

/* The mbuf with a byte of the send buffer; *offp: from there. */
static struct mbuf *
find_data(struct tcpcb *tp, u_int *offp)
{
	const tcp_seq seq = tcp_dataseq(tp) + *offp;
	struct mbuf *m = tp->t_flight->f_mbuf;
	tcp_seq at = tp->t_flight->f_mbufseq;

	if (m == NULL || SEQ_LT(seq, at)) {
		m = tcptoso(tp)->so_snd.sb_mb;
		at = tcp_dataseq(tp);
	}
	while (SEQ_GEQ(seq, at + (u_int)m->m_len) && m->m_next != NULL) {
		at += (u_int)m->m_len;
		m = m->m_next;
	}
	tp->t_flight->f_mbuf = m;
	tp->t_flight->f_mbufseq = at;
	*offp = seq - at;
	return m;
}

/* Of a packet with all its segments, before any options of IP. */
#define	PACKET_MAX	(IP_MAXPACKET - 60 - 60)

/* The packet before its headers are filled in; NULL: no memory. */
static struct mbuf *
build(struct tcpcb *tp, const struct tcp_family *tf, const struct tcp_out *o)
{
	const u_int hlen = tf->tf_hlen + sizeof(struct tcphdr) + o->o_optlen;
	struct mbuf *m, *n;
	u_int off = o->o_off;

	KASSERT((u_int)max_linkhdr + hlen <= (u_int)MHLEN);
	m = m_gethdr(M_DONTWAIT, MT_HEADER);
	if (m == NULL)
		return NULL;
	m->m_data += max_linkhdr;
	m->m_len = (int)hlen;
	m->m_pkthdr.len = (int)(hlen + o->o_len);
	if (o->o_mss != 0 && o->o_len > o->o_mss)
		m->m_pkthdr.segsz = o->o_mss;
	m_reset_rcvif(m);
	if (o->o_len == 0)
		return m;
	n = find_data(tp, &off);
	/* Little of it fits behind the headers. */
	if ((int)o->o_len <= M_TRAILINGSPACE(m)) {
		m_copydata(n, (int)off, (int)o->o_len,
		    mtod(m, char *) + hlen);
		m->m_len += (int)o->o_len;
		return m;
	}
	m->m_next = m_copym(n, (int)off, (int)o->o_len, M_DONTWAIT);
	if (m->m_next == NULL) {
		m_free(m);
		return NULL;
	}
	return m;
}

static void
fill(struct mbuf *m, const struct tcp_family *tf, const struct inaddrs *ia,
    const struct tcp_out *o)
{
	struct tcphdr *th = (void *)(mtod(m, char *) + tf->tf_hlen);

	th->th_sport = ia->ia_lport;
	th->th_dport = ia->ia_fport;
	th->th_seq = htonl(o->o_seq);
	th->th_ack = htonl(o->o_ack);
	th->th_x2 = 0;
	th->th_off = (sizeof(*th) + o->o_optlen) / 4 & 0xf;
	th->th_flags = o->o_flags;
	th->th_win = htons(o->o_win);
	th->th_urp = htons(o->o_urp);
	th->th_sum = 0;
	memcpy(th + 1, o->o_opt, o->o_optlen);
}

/* A segment without a connection. */
int
tcp_respond(const struct tcp_family *tf, const struct inaddrs *ia,
    const struct tcp_out *o)
{
	struct mbuf *m = build(NULL, tf, o);

	if (m == NULL)
		return ENOBUFS;
	fill(m, tf, ia, o);
	tcp_statinc(TCP_STAT_SNDTOTAL);
	if ((o->o_flags & (TH_RST | TH_SYN | TH_FIN)) != 0)
		tcp_statinc(TCP_STAT_SNDCTRL);
	return (*tf->tf_respond)(ia, m, o->o_ecn);
}

static void
count(const struct tcpcb *tp, const struct tcp_out *o, bool again)
{
	const u_int n = o->o_mss != 0 ? MAX(howmany(o->o_len, o->o_mss), 1) :
	    1;

	tcp_statadd(TCP_STAT_SNDTOTAL, n);
	if (again) {
		tcp_statinc(TCP_STAT_SNDREXMITPACK);
		tcp_statadd(TCP_STAT_SNDREXMITBYTE, o->o_len);
	} else if (o->o_len > 0) {
		tcp_statadd((tp->t_flags & TF_PROBE) != 0 ?
		    TCP_STAT_SNDPROBE : TCP_STAT_SNDPACK, n);
		tcp_statadd(TCP_STAT_SNDBYTE, o->o_len);
	} else if ((o->o_flags & (TH_SYN | TH_FIN | TH_RST)) != 0)
		tcp_statinc(TCP_STAT_SNDCTRL);
	else if ((o->o_flags & TH_URG) != 0)
		tcp_statinc(TCP_STAT_SNDURG);
	else
		tcp_statinc((tp->t_flags & TF_ACKNOW) != 0 ?
		    TCP_STAT_SNDACKS : TCP_STAT_SNDWINUP);
}

/* ECN in a segment, RFC 3168 section 6.1: only new data says it is capable. */
static void
mark_ecn(struct tcpcb *tp, struct tcp_out *o, bool again)
{

	o->o_ecn = 0;
	if ((o->o_flags & (TH_SYN | TH_ACK)) == TH_SYN) {
		if (tcp_do_ecn && tp->t_rxtshift == 0)
			o->o_flags |= TH_ECE | TH_CWR;
		return;
	}
	if ((tp->t_flags & TF_ECN) == 0)
		return;
	if ((o->o_flags & TH_SYN) != 0) {
		o->o_flags |= TH_ECE;
		return;
	}
	if ((tp->t_flags & TF_ECNECHO) != 0)
		o->o_flags |= TH_ECE;
	if (o->o_len > 0 && !again && (tp->t_flags & TF_PROBE) == 0) {
		o->o_ecn = IPTOS_ECN_ECT0;
		tcp_statinc(TCP_STAT_ECN_ECT);
		if ((tp->t_flags & TF_ECNCWR) != 0) {
			o->o_flags |= TH_CWR;
			tp->t_flags &= ~TF_ECNCWR;
		}
	}
}

/* What is the same in all segments of a connection. */
static void
common(struct tcpcb *tp, struct tcp_out *o)
{
	uint32_t win;

	o->o_ack = 0;
	if ((o->o_flags & TH_ACK) != 0)
		o->o_ack = tp->rcv_nxt;
	win = tcp_window(tp);
	if ((o->o_flags & TH_SYN) != 0)
		o->o_win = (uint16_t)MIN(win, TCP_MAXWIN);
	else
		o->o_win = (uint16_t)MIN(win >> tp->rcv_scale, TCP_MAXWIN);
	o->o_urp = 0;
	if ((tp->t_flags & TF_HAVEURG) != 0 && SEQ_GT(tp->snd_up, o->o_seq) &&
	    (o->o_flags & (TH_SYN | TH_RST)) == 0) {
		o->o_urp = (uint16_t)MIN(tp->snd_up - o->o_seq, UINT16_MAX);
		o->o_flags |= TH_URG;
	}
	if ((o->o_flags & TH_RST) != 0)
		o->o_win = 0;
}

/* What a segment that has gone out told the other end. */
static void
told(struct tcpcb *tp, const struct tcp_out *o)
{
	const tcp_seq right = o->o_ack + ((uint32_t)o->o_win <<
	    ((o->o_flags & TH_SYN) != 0 ? 0 : tp->rcv_scale));

	if ((o->o_flags & TH_ACK) == 0)
		return;
	if (SEQ_GT(right, tp->rcv_adv))
		tp->rcv_adv = right;
	if (o->o_win == 0 && (o->o_flags & TH_RST) == 0 &&
	    tp->t_zerowin < UINT16_MAX)
		tp->t_zerowin++;
	tp->last_ack_sent = o->o_ack;
	tp->t_flags &= ~(TF_ACKNOW | TF_DELACK);
	tcp_timer_disarm(tp, TCPT_DELACK);
	if ((tp->t_flags & TF_DSACK) != 0 && o->o_optlen > 0)
		tcp_dsack_told(tp);
}

/* One segment goes; errors of the layer below are like loss. */
static int
transmit(struct tcpcb *tp, struct tcp_out *o, bool again)
{
	struct mbuf *m;
	int error;

	common(tp, o);
	mark_ecn(tp, o, again);
	m = build(tp, tp->t_fam, o);
	if (m == NULL)
		return ENOBUFS;
	fill(m, tp->t_fam, &tp->t_inpcb->inp_addrs, o);
	count(tp, o, again);
	error = (*tp->t_fam->tf_send)(tp->t_inpcb, m, o->o_ecn);
	if (error == ENOBUFS)
		tcp_statinc(TCP_STAT_SELFQUENCH);
	else if (error == EMSGSIZE && tcp_mtu_changed(tp))
		error = 0;	/* it is lost, and goes in pieces */
	else if (error == EHOSTUNREACH || error == ENETUNREACH ||
	    error == EHOSTDOWN || error == ENETDOWN)
		tp->t_softerror = (uint8_t)error;
	told(tp, o);
	return error;
}

void
tcp_send_control(struct tcpcb *tp, tcp_seq seq, uint8_t flags)
{
	struct tcp_out o = { .o_seq = seq, .o_flags = flags };

	if (tp->t_fam == NULL)
		return;
	tcp_options_build(tp, &o);
	(void)transmit(tp, &o, false);
}

/* Flags of a segment with data or without. */
static uint8_t
base_flags(const struct tcpcb *tp)
{

	return tp->t_state == TCPS_SYN_SENT ? 0 : TH_ACK;
}

/* Bytes that fit beside the options; t_segsz counts timestamps already. */
static u_int
segment_max(const struct tcpcb *tp, const struct tcp_out *o)
{
	const u_int ts = (tp->t_flags & (TF_TS | TF_NOOPT)) == TF_TS ?
	    TCPOLEN_TSTAMP_APPA : 0;

	return tp->t_segsz + ts - MIN(o->o_optlen, tp->t_segsz / 2);
}

/* A record goes out again, as much of it as fits into a segment. */
static int
send_again(struct tcpcb *tp, struct tcp_sent *ts)
{
	struct tcp_out o = { .o_seq = ts->ts_start,
	    .o_flags = base_flags(tp) };
	u_int max;
	int error;

	o.o_flags |= (ts->ts_flags & TSF_SYN) != 0 ? TH_SYN : 0;
	tcp_options_build(tp, &o);
	max = segment_max(tp, &o);
	if ((ts->ts_flags & TSF_SYN) == 0) {
		if (tp->snd_wnd == 0)
			max = 1;
		(void)tcp_sent_cut(tp, ts, max);
	}
	o.o_len = ts->ts_end - ts->ts_start;
	if ((ts->ts_flags & TSF_SYN) != 0)
		o.o_len--;
	else
		o.o_off = ts->ts_start - tcp_dataseq(tp);
	if ((ts->ts_flags & TSF_FIN) != 0) {
		o.o_len--;
		o.o_flags |= TH_FIN;
	}
	/* No memory to cut it: the rest another time. */
	if (o.o_len > max) {
		o.o_len = max;
		o.o_flags &= ~TH_FIN;
	}
	tcp_sent_again(tp, ts);
	tp->t_rexmitpack++;
	tcp_recover_again(tp, o.o_len);
	tp->t_flight->f_prr_out += o.o_len;
	error = transmit(tp, &o, true);
	tcp_recover_arm(tp);
	return error;
}

/* Bytes in the send buffer that have never been sent. */
static uint32_t
unsent(const struct tcpcb *tp)
{
	const u_long cc = tcptoso(tp)->so_snd.sb_cc;
	const uint32_t out = tp->snd_nxt - tcp_dataseq(tp);

	if ((!TCPS_HAVEESTABLISHED(tp->t_state) &&
	    (tp->t_flags & TF_TFOPEND) == 0) ||
	    (tp->t_flags & TF_SENTFIN) != 0)
		return 0;
	return (uint32_t)(cc - out);
}

static bool
fin_wanted(const struct tcpcb *tp)
{

	return (tp->t_flags & TF_SENTFIN) == 0 &&
	    (tp->t_state == TCPS_FIN_WAIT_1 || tp->t_state == TCPS_CLOSING ||
	    tp->t_state == TCPS_LAST_ACK);
}

/*
 * May less than a segment go, len bytes behind out that are not acknowledged?
 * last: it is all that there is.
 */
static bool
short_segment(const struct tcpcb *tp, uint32_t len, bool last, uint32_t out)
{
	const struct socket *so = tcptoso(tp);

	if (len >= tp->max_sndwnd / 2 ||
	    (tp->t_flags & (TF_PROBE | TF_FORCE)) != 0)
		return true;
	if (last && (tp->t_flags & TF_NOPUSH) == 0 &&
	    (so->so_state & SS_MORETOCOME) == 0 &&
	    (out == 0 || (tp->t_flags & TF_NODELAY) != 0))
		return true;
	if (last && fin_wanted(tp))
		return true;
	return (tp->t_flags & TF_HAVEURG) != 0 &&
	    SEQ_GT(tp->snd_up, tp->snd_nxt);
}

/*
 * How much of avail bytes of new data may go now, in segments of mss bytes and
 * at most max in all; 0: none for now.
 */
static uint32_t
sendable(const struct tcpcb *tp, uint32_t avail, uint32_t mss, uint32_t max)
{
	const uint32_t out = tp->snd_nxt - tcp_dataseq(tp);
	const uint32_t pipe = tcp_pipe(tp);
	const uint32_t room = tp->snd_wnd > out ? tp->snd_wnd - out : 0;
	uint32_t len = MIN(MIN(avail, room), max), rest;

	if ((tp->t_flags & TF_PROBE) != 0 && room == 0)
		return MIN(avail, 1);
	if (len == 0)
		return 0;
	if ((tp->t_flags & TF_FORCE) == 0) {
		if (pipe >= tp->snd_cwnd)
			return 0;
		/* A part, if the rest of the window is smaller than that. */
		rest = tp->snd_cwnd - pipe;
		if (rest < len) {
			if (rest >= mss)
				len = rest - rest % mss;
			else if (pipe > 0)
				return 0;
			else
				len = MAX(rest, 1);
		}
	}
	rest = len % mss;
	if (rest == 0 || short_segment(tp, rest, len == avail,
	    out + len - rest))
		return len;
	return len - rest;
}

/*
 * How much one packet may have.  What is said of one segment only, of an
 * urgent byte, congestion or a duplicate, goes by one alone.
 */
static uint32_t
packet_max(const struct tcpcb *tp, uint32_t mss)
{

	if (!tp->t_fam->tf_tso ||
	    (*tp->t_inpcb->inp_fam->pf_optlen)(tp->t_inpcb) != 0 ||
	    (tp->t_flags & (TF_PROBE | TF_FORCE |
	    TF_ECNCWR | TF_HAVEURG | TF_DSACK)) != 0)
		return mss;
	return MAX(PACKET_MAX - PACKET_MAX % mss, mss);
}

/* New data, a FIN or both; *sentp: there was something to be sent. */
static int
send_new(struct tcpcb *tp, bool *sentp)
{
	const uint32_t avail = unsent(tp);
	struct tcp_out o = { .o_seq = tp->snd_nxt, .o_flags = TH_ACK };
	uint8_t flags = 0;
	int error;

	*sentp = false;
	if (avail == 0 && !fin_wanted(tp))
		return 0;
	tcp_options_build(tp, &o);
	o.o_mss = segment_max(tp, &o);
	o.o_len = tcp_pmtud_probe(tp, o.o_optlen, avail);
	if (o.o_len != 0) {
		o.o_mss = o.o_len;
		flags = TSF_MTUPROBE;
	} else
		o.o_len = sendable(tp, avail, o.o_mss,
		    packet_max(tp, o.o_mss));
	if (o.o_len == avail && fin_wanted(tp)) {
		o.o_flags |= TH_FIN;
		flags |= TSF_FIN;
	} else if (o.o_len == 0)
		return 0;
	if (o.o_len == avail && avail > 0)
		o.o_flags |= TH_PUSH;
	o.o_off = tp->snd_nxt - tcp_dataseq(tp);
	error = tcp_sent_new(tp, tp->snd_nxt, tp->snd_nxt + o.o_len +
	    ((o.o_flags & TH_FIN) != 0), o.o_mss, flags);
	if (error != 0)
		return error;
	*sentp = true;
	if ((flags & TSF_MTUPROBE) != 0)
		tcp_pmtud_sent(tp, o.o_len + o.o_optlen);
	tp->snd_nxt += o.o_len + ((o.o_flags & TH_FIN) != 0);
	if ((o.o_flags & TH_FIN) != 0)
		tp->t_flags |= TF_SENTFIN;
	tp->t_flight->f_prr_out += o.o_len;
	error = transmit(tp, &o, false);
	tcp_recover_arm(tp);
	return error;
}

/*
 * RFC 7413 section 4.1: a SYN shows the cookie, and has as much data as fits,
 * of which there is a record of its own, as it may be taken or not; or it
 * asks for a cookie.
 */
static void
open_fast(struct tcpcb *tp, struct tcp_out *o)
{
	const u_long cc = tcptoso(tp)->so_snd.sb_cc;
	u_int mss, len;

	if (tp->t_state != TCPS_SYN_SENT || !tcp_fastopen_client ||
	    (tp->t_flags & (TF_FASTOPEN | TF_NOOPT)) != TF_FASTOPEN)
		return;
	o->o_optlen += (uint8_t)tcp_fastopen_ask(&tp->t_inpcb->inp_addrs,
	    o->o_opt + o->o_optlen, MAX_TCPOPTLEN - o->o_optlen, &mss);
	mss = MIN(mss, tp->t_ourmss);
	len = (u_int)MIN(cc, mss - MIN(mss, o->o_optlen));
	if (len == 0 || tcp_sent_new(tp, tp->snd_nxt, tp->snd_nxt + len,
	    0, 0) != 0)
		return;
	tcp_statinc(TCP_STAT_TFO_SNDSYN);
	o->o_len = len;
	o->o_flags |= TH_PUSH;
	tp->snd_nxt += len;
}

static int
send_syn(struct tcpcb *tp)
{
	struct tcp_out o = { .o_seq = tp->iss, .o_flags = TH_SYN };
	int error;

	if (tp->t_state == TCPS_SYN_RECEIVED)
		o.o_flags |= TH_ACK;
	/* Not before there is something to be sent with it. */
	if ((tp->t_flags & TF_TFOWAIT) != 0 &&
	    tcptoso(tp)->so_snd.sb_cc == 0)
		return 0;
	tp->t_flags &= ~TF_TFOWAIT;
	error = tcp_sent_new(tp, tp->iss, tp->iss + 1, 0, TSF_SYN);
	if (error != 0) {
		/* The user may have been told that it is connected. */
		tcp_timer_arm(tp, TCPT_DELACK, MAX(tcp_delack_ticks, 1));
		return error;
	}
	tp->snd_nxt = tp->iss + 1;
	tcp_options_build(tp, &o);
	open_fast(tp, &o);
	error = transmit(tp, &o, false);
	tcp_recover_arm(tp);
	return error;
}

/* Something that is lost, if it may go. */
static int
send_lost(struct tcpcb *tp, bool *sentp)
{
	struct tcp_sent *ts = tcp_sent_lost(tp);

	*sentp = false;
	if (ts == NULL)
		return 0;
	/* Data of a SYN has one chance, RFC 7413 section 4.2.1. */
	if (tp->t_state == TCPS_SYN_SENT && (ts->ts_flags & TSF_SYN) == 0)
		return 0;
	if ((tp->t_flags & TF_FORCE) == 0 && tcp_pipe(tp) +
	    MIN(ts->ts_end - ts->ts_start, tp->t_segsz) >
	    MAX(tp->snd_cwnd, tp->t_segsz))
		return 0;
	/* Into a closed window only what probes it. */
	if (tp->snd_wnd == 0 && TCPS_HAVEESTABLISHED(tp->t_state) &&
	    (tp->t_flags & (TF_PROBE | TF_FORCE)) == 0)
		return 0;
	*sentp = true;
	return send_again(tp, ts);
}

/* After a period of silence the window is not known any more, RFC 5681
 * section 4.1. */
static void
restart(struct tcpcb *tp)
{
	const uint32_t idle = tp->t_tick - tp->t_sendtime;

	if (tp->snd_una == tp->snd_nxt && (tp->t_flags & TF_LOCAL) == 0 &&
	    idle >= (uint32_t)tp->t_rto && tp->t_state >= TCPS_ESTABLISHED)
		tp->snd_cwnd = MIN(tp->snd_cwnd,
		    (uint32_t)tp->t_segsz * (u_int)tcp_init_win);
}

/* There is something to send, but nothing that makes us try again. */
static void
need_timer(struct tcpcb *tp)
{

	if (!TCPS_HAVEESTABLISHED(tp->t_state) ||
	    tcp_timer_isarmed(tp, TCPT_REXMT) ||
	    tcp_timer_isarmed(tp, TCPT_PERSIST) ||
	    (unsent(tp) == 0 && tp->t_flight->f_lost == 0 && !fin_wanted(tp)))
		return;
	if ((tp->t_flags & TF_PROBE) == 0)
		tp->t_rxtshift = 0;
	tcp_setpersist(tp);
}

/*
 * Returns why it could not send; that will be tried again, so that a program
 * need not know.
 */
int
tcp_output(struct tcpcb *tp)
{
	bool sent = false, any = false;
	int error = 0;

	KASSERT(solocked(tcptoso(tp)));
	if (tp->t_fam == NULL || tp->t_state < TCPS_SYN_SENT)
		return 0;
	if (!TCPS_HAVEESTABLISHED(tp->t_state) && tp->snd_nxt == tp->iss)
		return send_syn(tp);
	restart(tp);
	do {
		error = send_lost(tp, &sent);
		if (error == 0 && !sent)
			error = send_new(tp, &sent);
		tp->t_flags &= ~TF_FORCE;
		any |= sent;
	} while (sent && error == 0 && (tp->t_flags & TF_PROBE) == 0);
	if (any)
		tp->t_sendtime = tp->t_tick;
	if ((tp->t_flags & TF_ACKNOW) != 0 || window_grew(tp))
		tcp_send_control(tp, tp->snd_nxt, base_flags(tp));
	need_timer(tp);
	return error;
}

void
tcp_output_probe(struct tcpcb *tp)
{
	struct tcp_sent *ts = TAILQ_LAST(&tp->t_flight->f_sent, tcp_senthead);
	bool sent;

	tp->t_flags |= TF_FORCE;
	(void)send_new(tp, &sent);
	tp->t_flags &= ~TF_FORCE;
	if (sent)
		return;
	if ((ts->ts_flags & (TSF_SACKED | TSF_LOST)) == 0 &&
	    ts->ts_end - ts->ts_start > tp->t_segsz &&
	    tcp_sent_cut(tp, ts, ts->ts_end - ts->ts_start - tp->t_segsz) == 0)
		ts = TAILQ_NEXT(ts, ts_link);
	if ((ts->ts_flags & TSF_SACKED) != 0)
		return;
	tp->t_flags |= TF_TLPAGAIN;
	(void)send_again(tp, ts);
}
