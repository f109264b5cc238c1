/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inside of TCP: RFC 9293 and what has been added to it.
 *
 * A connection has a tcpcb, which belongs to the pcb (inp_ppcb) and is used
 * with the socket's lock.  Segments come in by tcp_family_input(), finds the
 * connection, and go out by tcp_output(), which decides itself what there is
 * to be sent.  Of what has been sent there are records (struct tcp_sent),
 * which retransmission, round trip times and selective acknowledgements work
 * on: nothing is ever sent again but what a record says is lost.
 *
 *	CLOSED -> LISTEN
 *	CLOSED -> SYN_SENT -> ESTABLISHED or SYN_RECEIVED (both at once)
 *	SYN_RECEIVED -> ESTABLISHED -> FIN_WAIT_1 or CLOSE_WAIT -> ...
 *
 * A connection that comes in is an entry of the cache of SYNs (tcp_syn.c)
 * until it is established, and one in TIME_WAIT is an entry of a table
 * (tcp_tw.c): neither has a socket.
 *
 * Locks, after those of in_pcb.h: so_lock, then that of the cache of SYNs or
 * of the table of TIME_WAIT.
 */

#ifndef _NETINET_TCP_PRIVATE_H_
#define	_NETINET_TCP_PRIVATE_H_

#include <sys/callout.h>
#include <sys/mbuf.h>
#include <sys/percpu.h>
#include <sys/queue.h>
#include <sys/socketvar.h>
#include <sys/systm.h>
#include <sys/time.h>

#include <netinet/in.h>
#include <netinet/in_pcb.h>
#include <netinet/tcp.h>
#include <netinet/tcp_fsm.h>
#include <netinet/tcp_seq.h>
#include <netinet/tcp_var.h>

#include <rump-sys/net_in.h>

struct lwp;
struct route;
struct tcp_congctl;
struct tcp_recvq;
struct tcpcb;

/* Timers of a connection, which share a callout. */
enum tcp_timer {
	TCPT_REXMT,		/* nothing was acknowledged */
	TCPT_PERSIST,		/* the window is closed */
	TCPT_KEEP,		/* idle, or not yet established */
	TCPT_2MSL,		/* FIN_WAIT_2 that nobody cares for */
	TCPT_DELACK,
	TCPT_PTO,		/* probe for a lost tail, RFC 8985 */
	TCPT_REO,		/* reordered or lost, RFC 8985 */
	TCPT_NTIMERS
};

/* Ticks, unless it says otherwise. */
#define	TCPTV_MIN	(1 * hz)	/* of a retransmission, RFC 6298 */
#define	TCPTV_MAX	(64 * hz)
#define	TCPTV_INIT	(1 * hz)
#define	TCPTV_PERSMIN	(1 * hz)
#define	TCPTV_PERSMAX	(60 * hz)
#define	TCP_MAXRXTSHIFT	12
#define	TCP_MAXSYNSHIFT	6

#define	TCP_SACK_MAX	4		/* blocks in an option */
#define	TCP_INIT_WIN	10		/* segments, RFC 6928 */
#define	TCP_DUPTHRESH	3

/* Options of a segment. */
struct tcp_opts {
	uint8_t		to_flags;
#define	TOF_TS		0x01
#define	TOF_MSS		0x02
#define	TOF_SCALE	0x04
#define	TOF_SACKOK	0x08
#define	TOF_COOKIE	0x10		/* one or, if to_cookielen is 0, the
					   wish for one */
	uint8_t		to_scale;
	uint8_t		to_nsack;
	uint8_t		to_cookielen;
	uint8_t		to_cookie[TCP_FASTOPEN_MAXLEN];
	uint16_t	to_mss;
	uint32_t	to_tsval;
	uint32_t	to_tsecr;
	struct tcp_range {
		tcp_seq	r_start;
		tcp_seq	r_end;
	} to_sack[TCP_SACK_MAX];
};

/* Of a segment that comes in: behind it comes the next, tcp_gro.c. */
#define	M_TCP_MORE	M_PROTO1

/* A segment that came in; numbers in host order. */
struct tcp_seg {
	struct inaddrs	sg_ia;
	const struct tcp_family *sg_fam;
	struct mbuf	*sg_m;		/* its data, or NULL: it has gone */
	tcp_seq		sg_seq;
	tcp_seq		sg_ack;
	u_int		sg_len;		/* bytes of data */
	u_int		sg_mss;		/* it came in such, or 0: in one */
	uint16_t	sg_win;
	uint16_t	sg_urp;
	uint8_t		sg_flags;	/* TH_* */
	uint8_t		sg_ecn;		/* IPTOS_ECN_* */
	bool		sg_more;	/* M_TCP_MORE */
	struct tcp_opts	sg_opts;
};

/* A segment to be sent. */
struct tcp_out {
	tcp_seq		o_seq;
	tcp_seq		o_ack;
	u_int		o_off;		/* of its data in the send buffer */
	u_int		o_len;
	u_int		o_mss;		/* more than that is cut on the way */
	uint16_t	o_win;		/* as in the header */
	uint16_t	o_urp;
	uint8_t		o_flags;
	uint8_t		o_optlen;	/* a multiple of 4 */
	uint8_t		o_ecn;
	uint8_t		o_opt[MAX_TCPOPTLEN];
};

extern const struct tcp_family tcp_family4;

/*
 * What has been sent and is not acknowledged: [ts_start, ts_end), sent last
 * at ts_time, in segments of ts_mss bytes, the last one shorter.  Ordered by
 * number, without gaps from snd_una to snd_nxt.
 */
struct tcp_sent {
	TAILQ_ENTRY(tcp_sent) ts_link;
	tcp_seq		ts_start;
	tcp_seq		ts_end;
	uint32_t	ts_time;	/* tcp_usec() */
	uint16_t	ts_mss;		/* 0: not known */
	uint8_t		ts_flags;
#define	TSF_SACKED	0x01		/* the other end has it */
#define	TSF_LOST	0x02		/* to be sent again */
#define	TSF_RETRANS	0x04		/* has been sent again */
#define	TSF_SYN		0x08		/* takes the first number */
#define	TSF_FIN		0x10		/* takes the last number */
#define	TSF_MTUPROBE	0x20		/* larger than others */
};
TAILQ_HEAD(tcp_senthead, tcp_sent);

/*
 * What is known only while something is under way: it begins with the first
 * record, and is there until the timer that armed finds none, as most
 * connections that have sent will send again soon.  All of it: so_lock.
 */
struct tcp_flight {
	struct tcp_senthead f_sent;	/* and bytes of these by their flags */
	uint32_t	f_sacked;
	uint32_t	f_lost;
	struct mbuf	*f_mbuf;	/* of so_snd, or NULL: that with */
	tcp_seq		f_mbufseq;	/* this number first */
	/* Recovery of what was lost, RFC 6937; bytes. */
	tcp_seq		f_recover;	/* it ends there */
	uint32_t	f_recover_fs;	/* in flight when it began */
	uint32_t	f_prr_delivered;
	uint32_t	f_prr_out;
	/* To take it back, RFC 3708: before that the windows were these, or
	 * f_undo_cwnd is 0; bytes sent again that did arrive twice not yet. */
	uint32_t	f_undo_cwnd;
	uint32_t	f_undo_ssthresh;
	uint32_t	f_undo_left;
	tcp_seq		f_undo_una;
	/* RACK, RFC 8985. */
	uint32_t	f_racktime;	/* of the last that was delivered */
	uint32_t	f_rackrtt;
	tcp_seq		f_rackend;
	tcp_seq		f_fack;		/* highest that was delivered */
	tcp_seq		f_tlpend;	/* with TF_TLP */
	uint16_t	f_probeseg;	/* of a TSF_MTUPROBE, or 0 */
};
/* Of those that have had nothing under way for a while; never written to. */
extern struct tcp_flight *const tcp_flight_none;

/*
 * A connection.  All of it: so_lock.
 */
struct tcpcb {
	struct inpcb	*t_inpcb;	/* constant */
	const struct tcp_family *t_fam;	/* since it has a peer */
	const struct tcp_congctl *t_cc;
	void		*t_ccpriv;	/* its own, or NULL */
	struct tcp_recvq *t_recvq;	/* out of order, or NULL */
	struct tcp_flight *t_flight;	/* or tcp_flight_none */
	uint32_t	t_flags;	/* TF_* */
	uint8_t		t_state;	/* TCPS_* */
	uint8_t		t_rxtshift;	/* timeouts in a row */
	uint8_t		snd_scale:4,
			rcv_scale:4;
	uint8_t		t_softerror;	/* told if it is given up */
	uint8_t		t_dupacks;	/* without SACK */
	uint8_t		t_oobbyte;	/* with TF_OOBHAVE */
	uint16_t	t_maxseg;	/* the user's limit, or 0 */
	uint16_t	t_pathseg;	/* what arrives, or 0; tcp_pmtud.c */
	uint16_t	t_probehigh;	/* more may, or 0 */
	uint16_t	t_peermss;
	uint16_t	t_ourmss;
	uint16_t	t_segsz;	/* bytes of data in a segment */
	uint16_t	t_rcvseg;	/* in those that come */
	uint16_t	t_rto;		/* ticks */
	uint16_t	t_keepprobes;	/* sent in vain */

	/* Sending, RFC 9293 section 3.3.1. */
	tcp_seq		iss;
	tcp_seq		snd_una;
	tcp_seq		snd_nxt;
	tcp_seq		snd_up;
	tcp_seq		snd_wl1;
	tcp_seq		snd_wl2;
	uint32_t	snd_wnd;
	uint32_t	max_sndwnd;
	/* Receiving. */
	tcp_seq		irs;
	tcp_seq		rcv_nxt;
	tcp_seq		rcv_up;
	tcp_seq		rcv_adv;	/* right edge that was told */
	tcp_seq		last_ack_sent;
	uint32_t	t_rcvtime;	/* tick of the last segment */
	uint32_t	t_sendtime;	/* and of the last with data */
	uint32_t	ts_recent;
	uint32_t	ts_recent_tick;
	uint32_t	ts_offset;	/* of our timestamps */
	/* What time it was when we began, tcp_clock(). */
	uint32_t	t_usec;
	uint32_t	t_msec;
	uint32_t	t_tick;

	/* Congestion, RFC 5681; bytes. */
	uint32_t	snd_cwnd;
	uint32_t	snd_ssthresh;
	uint32_t	t_cwndacked;	/* not counted for growth yet */
	uint32_t	t_probetick;	/* when there was nothing left to try */
	/* Round trip times, microseconds: srtt * 8, rttvar * 4. */
	uint32_t	t_srtt;
	uint32_t	t_rttvar;
	uint32_t	t_minrtt;
	/* Sizes of buffers that grow. */
	tcp_seq		t_rcvmark;
	uint32_t	t_rcvmarktime;
	uint32_t	t_rexmitpack;	/* TCP_INFO */
	uint32_t	t_ooopack;
	uint16_t	t_zerowin;	/* UINT16_MAX: or more */
	uint16_t	t_confirmed;	/* the next hop was: t_msec / 1024 */
	/* Keepalive, seconds; 0: as net.inet.tcp says. */
	uint16_t	t_keepinit;
	uint16_t	t_keepcnt;
	uint16_t	t_keepidle;
	uint16_t	t_keepintvl;
	uint32_t	t_due[TCPT_NTIMERS]; /* tick, 0: not set */
	uint32_t	t_calldue;
	callout_t	t_callout;
};

/* t_flags. */
#define	TF_ACKNOW	0x00000001	/* acknowledge at once */
#define	TF_DELACK	0x00000002	/* a segment waits for that */
#define	TF_NODELAY	0x00000004
#define	TF_NOOPT	0x00000008
#define	TF_NOPUSH	0x00000010
#define	TF_TS		0x00000020	/* both ends use timestamps */
#define	TF_SCALE	0x00000040	/* and scale windows */
#define	TF_SACK		0x00000080
#define	TF_ECN		0x00000100
#define	TF_SENTFIN	0x00000200
#define	TF_RECOVERY	0x00000400	/* of lost segments */
#define	TF_LOSS		0x00000800	/* after a timeout */
#define	TF_TLP		0x00001000	/* a probe is under way */
#define	TF_REORDER	0x00002000	/* was seen */
#define	TF_PROBE	0x00004000	/* send a byte into a closed window */
#define	TF_FORCE	0x00008000	/* send one segment in any case */
#define	TF_ECNECHO	0x00010000	/* tell of congestion */
#define	TF_ECNCWR	0x00020000	/* tell that we have heard */
#define	TF_LOCAL	0x00040000	/* the peer is this machine */
#define	TF_HAVEURG	0x00080000	/* snd_up is ahead */
#define	TF_NODF		0x00100000	/* a path with a black hole */
#define	TF_DSACK	0x00200000	/* t_recvq: something came twice */
#define	TF_RACK		0x00400000	/* f_rack* are valid */
#define	TF_RCVURG	0x01000000	/* rcv_up is valid */
#define	TF_FASTOPEN	0x00800000	/* data may go in a SYN */
#define	TF_TFOWAIT	0x08000000	/* the SYN waits for data */
#define	TF_TFOPEND	0x10000000	/* was accepted with its SYN */
#define	TF_WANTFIN	0x04000000	/* closed before it was established */
#define	TF_TLPAGAIN	0x02000000	/* the probe was sent before */
#define	TF_ARMED	0x20000000	/* t_callout will run, and has a
					   reference of the pcb */
#define	TF_OOBHAVE	0x40000000	/* an urgent byte is there */
#define	TF_OOBHAD	0x80000000	/* and has been read */

static __inline struct tcpcb *
sototcpcb(const struct socket *so)
{
	const struct inpcb *inp = so->so_pcb;

	return inp != NULL ? inp->inp_ppcb : NULL;
}

static __inline struct socket *
tcptoso(const struct tcpcb *tp)
{
	return tp->t_inpcb->inp_so;
}

/* Bytes in the network: neither delivered nor lost. */
static __inline uint32_t
tcp_pipe(const struct tcpcb *tp)
{
	const struct tcp_flight *f = tp->t_flight;

	KASSERT((uint64_t)f->f_sacked + f->f_lost <=
	    tp->snd_nxt - tp->snd_una);
	return tp->snd_nxt - tp->snd_una - f->f_sacked - f->f_lost;
}

/* The first byte of the send buffer, behind our SYN. */
static __inline tcp_seq
tcp_dataseq(const struct tcpcb *tp)
{

	return tp->snd_una + (tp->t_state < TCPS_ESTABLISHED &&
	    tp->snd_una == tp->iss);
}

/* The window that the other end thinks it has. */
static __inline uint32_t
tcp_rcvwnd(const struct tcpcb *tp)
{
	return SEQ_GT(tp->rcv_adv, tp->rcv_nxt) ?
	    tp->rcv_adv - tp->rcv_nxt : 0;
}

/* tcp_subr.c */
int	tcp_newtcpcb(struct socket *);
/* The connection is over; the socket stays locked, without a pcb. */
void	tcp_close(struct tcpcb *);
/* The same with an error, and a RST if the other end knows of it. */
void	tcp_drop(struct tcpcb *, int);
/* The lock goes, and the socket if nobody has it any more. */
void	tcp_unlock(struct socket *);
void	tcp_setpeer(struct tcpcb *);
/* t_segsz from what both ends and the path can. */
void	tcp_setsegsz(struct tcpcb *);
/* The path has another MTU; true: shorter segments go, and what was under way
 * is lost. */
bool	tcp_mtu_changed(struct tcpcb *);
void	tcp_established(struct tcpcb *);
/* Our MSS for a peer; *localp: it is this machine. */
u_int	tcp_ourmss(const struct tcp_family *, const struct inaddrs *,
	    struct route *, bool *localp);
tcp_seq	tcp_newiss(const struct inaddrs *);
uint32_t tcp_tsoffset(const struct inaddrs *);
uint32_t tcp_hash(const struct inaddrs *, uint32_t);
/* A digest with a secret. */
uint32_t tcp_digest(const void *, u_int);
/* Time, for all that is done with a connection while it is locked. */
void	tcp_clock(struct tcpcb *);
uint32_t tcp_usec(void);
uint32_t tcp_msec(void);
/* One more of at most so many a second, -1: any number? */
struct tcp_rate {
	struct timeval	r_last;
	int		r_count;
};
bool	tcp_ratecheck(struct tcp_rate *, int limit);
int	tcp_ourscale(void);
const struct tcp_family *tcp_family_of(const struct inaddrs *);
/* That of a socket. */
const struct tcp_family *tcp_family_af(sa_family_t);

static inline bool
tcp_same_ends(const struct inaddrs *a, const struct inaddrs *b)
{

	return a->ia_fport == b->ia_fport && a->ia_lport == b->ia_lport &&
	    memcmp(&a->ia_faddr, &b->ia_faddr, sizeof(a->ia_faddr)) == 0 &&
	    memcmp(&a->ia_laddr, &b->ia_laddr, sizeof(a->ia_laddr)) == 0;
}

/* tcp_options.c: malformed ones are passed over. */
void	tcp_options_parse(const uint8_t *, u_int, bool, struct tcp_opts *);
void	tcp_options_build(struct tcpcb *, struct tcp_out *);
/* 12 bytes, which it returns. */
u_int	tcp_options_timestamp(uint8_t *, uint32_t val, uint32_t ecr);
u_int	tcp_options_syn(uint8_t *, u_int mss, int scale, bool ts, uint32_t,
	    uint32_t, bool sack);

/* With a cookie, or none if len is 0; bytes: 0, there is no room. */
u_int	tcp_options_fastopen(uint8_t *, u_int room, const uint8_t *cookie,
	    u_int len);

/* tcp_fastopen.c.  A server: is the cookie one of ours?  An option with one
 * into so many bytes; bytes of it, or 0. */
void	tcp_fastopen_init(void);
bool	tcp_fastopen_valid(const struct inaddrs *, const struct tcp_opts *);
u_int	tcp_fastopen_give(const struct inaddrs *, uint8_t *, u_int room);
/* May there be one more that is accepted with its SYN?  A connection is one of
 * those, and is no longer, if it was. */
bool	tcp_fastopen_room(void);
void	tcp_fastopen_enter(struct tcpcb *);
void	tcp_fastopen_leave(struct tcpcb *);
/* Or it was reset, and counts for tcp_fastopen_reset_life more. */
void	tcp_fastopen_reset(struct tcpcb *);
/* A client: the option that shows a cookie, and *mssp, bytes of data that may
 * go with it (as options of a SYN count: none of them); or that asks for one,
 * 0 bytes.  Is there a cookie?  Keep one; it does not work. */
u_int	tcp_fastopen_ask(const struct inaddrs *, uint8_t *, u_int room,
	    u_int *mssp);
bool	tcp_fastopen_known(const struct inaddrs *);
void	tcp_fastopen_learn(const struct inaddrs *, const struct tcp_opts *,
	    u_int mss);
void	tcp_fastopen_forget(const struct inaddrs *);
extern int tcp_fastopen_client, tcp_fastopen_server, tcp_fastopen_pending_max;
extern int tcp_fastopen_reset_life;

/* tcp_input.c */
void	tcp_conn_input(struct tcpcb *, struct tcp_seg *);
/* To what no connection wants. */
void	tcp_respond_rst(struct tcp_seg *);

/* tcp_ack.c: false, the segment has done its work. */
void	tcp_challenge(struct tcpcb *);
/* Bytes of the send buffer have arrived. */
void	tcp_drop_data(struct tcpcb *, uint32_t);
bool	tcp_ack(struct tcpcb *, struct tcp_seg *);

/* tcp_reass.c */
void	tcp_data(struct tcpcb *, struct tcp_seg *);
void	tcp_urgent(struct tcpcb *, struct tcp_seg *);
void	tcp_fin(struct tcpcb *);
/* Blocks for an option, the last one that changed first. */
u_int	tcp_sack_blocks(const struct tcpcb *, struct tcp_range *, u_int);
/* These bytes have come once more than they should; tell it.  It was told. */
void	tcp_dsack(struct tcpcb *, tcp_seq, tcp_seq);
void	tcp_dsack_told(struct tcpcb *);
void	tcp_recvq_init(void);
void	tcp_recvq_free(struct tcpcb *);
u_int	tcp_recvq_drain(struct tcpcb *);

/* tcp_output.c */
int	tcp_output(struct tcpcb *);
/* A segment in any case: something new, or else the last one again. */
void	tcp_output_probe(struct tcpcb *);
/* RST or an acknowledgement without data; the connection stays. */
void	tcp_send_control(struct tcpcb *, tcp_seq, uint8_t);
int	tcp_respond(const struct tcp_family *, const struct inaddrs *,
	    const struct tcp_out *);
/* For a window: what a program has room for. */
uint32_t tcp_window(const struct tcpcb *);

/* tcp_sent.c: records. */
void	tcp_sent_init(void);
/* ENOBUFS. */
int	tcp_sent_new(struct tcpcb *, tcp_seq, tcp_seq, u_int mss, uint8_t);
struct tcp_sent *tcp_sent_lost(const struct tcpcb *);
/* It goes out again, at most len bytes of it; ENOBUFS. */
int	tcp_sent_cut(struct tcpcb *, struct tcp_sent *, u_int);
void	tcp_sent_again(struct tcpcb *, struct tcp_sent *);
void	tcp_sent_setlost(struct tcpcb *, struct tcp_sent *);
/* Up to a number: bytes that were not known to be delivered; *rttp: a
 * sample, or 0. */
uint32_t tcp_sent_acked(struct tcpcb *, tcp_seq, uint32_t *rttp);
uint32_t tcp_sent_sacked(struct tcpcb *, const struct tcp_range *,
	    uint32_t *rttp);
/* All records, and what there is with them; or that, if there is no record. */
void	tcp_sent_free(struct tcpcb *);
void	tcp_sent_idle(struct tcpcb *);

/* tcp_recovery.c */
void	tcp_rtt_sample(struct tcpcb *, uint32_t);
int	tcp_rexmtval(const struct tcpcb *);
/* After an acknowledgement: so much was delivered, so much of it in order. */
void	tcp_recover_ack(struct tcpcb *, uint32_t, uint32_t);
void	tcp_recover_dupack(struct tcpcb *);
void	tcp_recover_timeout(struct tcpcb *);
/* So much was sent again; that range has arrived twice. */
void	tcp_recover_again(struct tcpcb *, uint32_t);
void	tcp_recover_dsack(struct tcpcb *, const struct tcp_range *);
void	tcp_recover_probe(struct tcpcb *);
void	tcp_rack_detect(struct tcpcb *);
/* Which of the timers for what is under way. */
void	tcp_recover_arm(struct tcpcb *);
void	tcp_congestion_ecn(struct tcpcb *);

/* tcp_timer.c: ticks from now on. */
void	tcp_timer_arm(struct tcpcb *, enum tcp_timer, int);
void	tcp_timer_disarm(struct tcpcb *, enum tcp_timer);
static __inline bool
tcp_timer_isarmed(const struct tcpcb *tp, enum tcp_timer t)
{
	return tp->t_due[t] != 0;
}
void	tcp_timers_init(struct tcpcb *);
/* False: the callout is about to run and frees the tcpcb. */
bool	tcp_timers_end(struct tcpcb *);
void	tcp_tcpcb_free(struct tcpcb *);
void	tcp_setpersist(struct tcpcb *);
int	tcp_keepidle_ticks(const struct tcpcb *);

/*
 * Congestion control: what grows the window and what it falls to.
 */
struct tcp_congctl {
	char	cc_name[16];
	/* The window has been acknowledged so much, not in recovery. */
	void	(*cc_acked)(struct tcpcb *, uint32_t);
	/* Loss or a mark: the new ssthresh. */
	uint32_t (*cc_ssthresh)(struct tcpcb *);
	/* After a timeout. */
	void	(*cc_timeout)(struct tcpcb *);
};
const struct tcp_congctl *tcp_congctl_find(const char *, size_t);
extern const struct tcp_congctl tcp_congctl_reno, tcp_congctl_cubic;
extern const struct tcp_congctl *volatile tcp_congctl_default;
void	tcp_congctl_names(char *, size_t);
void	tcp_cwnd_add(struct tcpcb *, uint32_t);
bool	tcp_slow_start(struct tcpcb *, uint32_t);
void	tcp_congctl_init(void);
void	tcp_congctl_free(struct tcpcb *);

/* tcp_pmtud.c: the search for the path's MTU begins; or segments do not
 * arrive that others of their size did. */
void	tcp_pmtud_begin(struct tcpcb *);
void	tcp_pmtud_black_hole(struct tcpcb *);
/* Of so many bytes of new data: how many should go as a probe, besides those
 * of options; 0: none.  One of that size, with options, has gone; it has
 * arrived, or not. */
u_int	tcp_pmtud_probe(struct tcpcb *, u_int optlen, uint32_t avail);
void	tcp_pmtud_sent(struct tcpcb *, u_int size);
void	tcp_pmtud_arrived(struct tcpcb *);
void	tcp_pmtud_lost(struct tcpcb *);
extern int tcp_mtu_probing, tcp_mtu_base, tcp_mtu_interval;

/* tcp_syn.c: the cache of SYNs. */
void	tcp_syn_init(void);
/* For a listening socket, which is locked, and stays so. */
void	tcp_syn_listen(struct tcpcb *, struct tcp_seg *);
/* True: it was for an entry, or made a connection, and is gone. */
bool	tcp_syn_input(struct tcp_seg *);
void	tcp_syn_unreach(const struct inaddrs *, tcp_seq);
void	tcp_syn_flush(struct inpcb *);
extern int tcp_syn_limit;

/* tcp_tw.c: TIME_WAIT. */
void	tcp_tw_init(void);
/* The connection is over and leaves an entry; the socket as tcp_close(). */
void	tcp_tw_enter(struct tcpcb *);
/* True: it was for an entry, and is gone. */
bool	tcp_tw_input(struct tcp_seg *);
/* A connection takes the place of an entry, RFC 6191; *issp: from there on. */
bool	tcp_tw_reuse(const struct inaddrs *, tcp_seq *issp);
extern int tcp_tw_limit;

/* net.inet.tcp. */
extern int tcp_sendspace, tcp_recvspace, tcp_mssdflt, tcp_minmss;
extern int tcp_do_rfc1323, tcp_do_win_scale, tcp_do_timestamps;
extern int tcp_do_sack, tcp_do_dsack;
extern int tcp_do_ecn, tcp_init_win, tcp_delack_ticks;
extern int tcp_keepinit, tcp_keepidle, tcp_keepintvl, tcp_keepcnt;
extern int tcp_log_refused, tcp_rst_ppslim, tcp_ackdrop_ppslim;
extern int tcp_do_autosndbuf, tcp_autosndbuf_max, tcp_autosndbuf_inc;
extern int tcp_do_autorcvbuf, tcp_autorcvbuf_max, tcp_autorcvbuf_inc;
extern int tcp_msl;
void	tcp_sysctl_init(percpu_t *);
void	tcp_sysctl_init6(void);

#endif /* !_NETINET_TCP_PRIVATE_H_ */
