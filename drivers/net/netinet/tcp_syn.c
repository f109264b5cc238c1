/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The cache of SYNs: connections that come in are small entries here, without
 * a socket, until the other end has acknowledged our SYN (SYN_RECEIVED of RFC
 * 9293).  When there are too many, a SYN is answered without an entry: our
 * sequence number is a cookie that says what is needed (RFC 4987 section
 * 3.6), options but for the MSS are not used then.
 *
 * An entry has a reference of the listening socket's pcb, never its lock.
 */

#include <sys/param.h>
#include <sys/callout.h>
#include <sys/cprng.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/mutex.h>
#include <sys/pool.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <net/route.h>

#include <netinet/ip.h>

#include "tcp_private.h"

#define	NCHAINS		512
#define	MAXSHIFT	5		/* times a SYN is sent again */

/* All: syn_mtx. */
struct syn {
	TAILQ_ENTRY(syn) sy_chain;
	struct inpcb	*sy_listener;	/* with a reference */
	const struct tcp_family *sy_fam;
	struct inaddrs	sy_ia;
	tcp_seq		sy_irs;
	tcp_seq		sy_iss;
	uint32_t	sy_ts_recent;
	uint32_t	sy_ts_offset;
	uint32_t	sy_sent;	/* tcp_usec() */
	uint32_t	sy_due;		/* tick */
	uint16_t	sy_win;		/* that we told */
	uint16_t	sy_ourmss;
	uint16_t	sy_peermss;
	uint8_t		sy_shift;
	uint8_t		sy_ourscale;
	uint8_t		sy_peerscale;
	uint8_t		sy_flags;	/* SYF_* */
};
#define	SYF_TS		0x01
#define	SYF_SCALE	0x02
#define	SYF_SACK	0x04
#define	SYF_ECN		0x08
#define	SYF_BUSY	0x10		/* promote() has it, and ends it */
#define	SYF_COOKIE	0x20		/* it is told one, RFC 7413 */
TAILQ_HEAD(syn_head, syn);

int tcp_syn_limit = 10255;

static kmutex_t syn_mtx;
static struct syn_head *syn_chains;
static u_int syn_count;
static bool syn_running;
static uint32_t syn_seed;
static uint32_t cookie_key[4];
static uint32_t cookie_last;		/* tick of the last that was sent */
static bool cookie_sent;
static callout_t syn_callout;
static pool_cache_t syn_cache;
static struct tcp_rate syn_rate;

static void	syn_run(void *);

void
tcp_syn_init(void)
{
	u_int i;

	mutex_init(&syn_mtx, MUTEX_DEFAULT, IPL_SOFTNET);
	syn_chains = kmem_alloc(NCHAINS * sizeof(*syn_chains), KM_SLEEP);
	for (i = 0; i < NCHAINS; i++)
		TAILQ_INIT(&syn_chains[i]);
	syn_seed = cprng_strong32();
	cprng_strong(kern_cprng, cookie_key, sizeof(cookie_key), 0);
	callout_init(&syn_callout, CALLOUT_MPSAFE);
	callout_setfunc(&syn_callout, syn_run, NULL);
	syn_cache = pool_cache_init(sizeof(struct syn), 0, 0, 0, "tcpsyn",
	    NULL, IPL_SOFTNET, NULL, NULL, NULL);
}

static struct syn_head *
chain_of(const struct inaddrs *ia)
{

	return &syn_chains[tcp_hash(ia, syn_seed) % NCHAINS];
}

static struct syn *
lookup(const struct inaddrs *ia)
{
	struct syn *sy;

	KASSERT(mutex_owned(&syn_mtx));
	TAILQ_FOREACH(sy, chain_of(ia), sy_chain) {
		if (tcp_same_ends(&sy->sy_ia, ia))
			return sy;
	}
	return NULL;
}

static void
insert(struct syn *sy)
{

	KASSERT(mutex_owned(&syn_mtx));
	TAILQ_INSERT_TAIL(chain_of(&sy->sy_ia), sy, sy_chain);
	atomic_store_relaxed(&syn_count, syn_count + 1);
	if (!syn_running)
		callout_schedule(&syn_callout, hz / 2);
	syn_running = true;
}

static void
take(struct syn *sy)
{

	KASSERT(mutex_owned(&syn_mtx));
	TAILQ_REMOVE(chain_of(&sy->sy_ia), sy, sy_chain);
	atomic_store_relaxed(&syn_count, syn_count - 1);
}

static void
syn_free(struct syn *sy)
{

	inpcb_unref(sy->sy_listener);
	pool_cache_put(syn_cache, sy);
}

/* Our SYN with the acknowledgement of theirs. */
static void
answer(struct syn *sy)
{
	struct tcp_out o = { .o_seq = sy->sy_iss, .o_ack = sy->sy_irs + 1,
	    .o_win = sy->sy_win, .o_flags = TH_SYN | TH_ACK };

	if ((sy->sy_flags & SYF_ECN) != 0 && sy->sy_shift == 0)
		o.o_flags |= TH_ECE;
	sy->sy_sent = tcp_usec();
	o.o_optlen = (uint8_t)tcp_options_syn(o.o_opt, sy->sy_ourmss,
	    (sy->sy_flags & SYF_SCALE) != 0 ? sy->sy_ourscale : -1,
	    (sy->sy_flags & SYF_TS) != 0, tcp_msec() + sy->sy_ts_offset,
	    sy->sy_ts_recent, (sy->sy_flags & SYF_SACK) != 0);
	if ((sy->sy_flags & SYF_COOKIE) != 0)
		o.o_optlen += (uint8_t)tcp_fastopen_give(&sy->sy_ia,
		    o.o_opt + o.o_optlen, MAX_TCPOPTLEN - o.o_optlen);
	(void)tcp_respond(sy->sy_fam, &sy->sy_ia, &o);
	sy->sy_due = (uint32_t)(getticks() + (TCPTV_INIT << sy->sy_shift));
}

/* To what anybody may send as often as he likes. */
static void
answer_again(struct syn *sy)
{

	if (tcp_ratecheck(&syn_rate, tcp_ackdrop_ppslim))
		answer(sy);
}

static void
run_chain(struct syn_head *head, uint32_t now, struct syn_head *gone)
{
	struct syn *sy, *next;

	TAILQ_FOREACH_SAFE(sy, head, sy_chain, next) {
		if (SEQ_GT(sy->sy_due, now) ||
		    (sy->sy_flags & SYF_BUSY) != 0)
			continue;
		if (sy->sy_shift >= MAXSHIFT) {
			tcp_statinc(TCP_STAT_SC_TIMED_OUT);
			take(sy);
			TAILQ_INSERT_TAIL(gone, sy, sy_chain);
			continue;
		}
		sy->sy_shift++;
		tcp_statinc(TCP_STAT_SC_RETRANSMITTED);
		answer(sy);
	}
}

static void
free_all(struct syn_head *gone)
{
	struct syn *sy;

	while ((sy = TAILQ_FIRST(gone)) != NULL) {
		TAILQ_REMOVE(gone, sy, sy_chain);
		syn_free(sy);
	}
}

static void
syn_run(void *arg __unused)
{
	const uint32_t now = (uint32_t)getticks();
	struct syn_head gone = TAILQ_HEAD_INITIALIZER(gone);
	u_int i;

	mutex_enter(&syn_mtx);
	for (i = 0; i < NCHAINS; i++)
		run_chain(&syn_chains[i], now, &gone);
	syn_running = syn_count > 0;
	if (syn_running)
		callout_schedule(&syn_callout, hz / 2);
	mutex_exit(&syn_mtx);
	free_all(&gone);
}

/* Nobody listens any more. */
void
tcp_syn_flush(struct inpcb *inp)
{
	struct syn_head gone = TAILQ_HEAD_INITIALIZER(gone);
	struct syn *sy, *next;
	u_int i;

	mutex_enter(&syn_mtx);
	for (i = 0; i < NCHAINS && syn_count > 0; i++) {
		TAILQ_FOREACH_SAFE(sy, &syn_chains[i], sy_chain, next) {
			if (sy->sy_listener != inp ||
			    (sy->sy_flags & SYF_BUSY) != 0)
				continue;
			take(sy);
			TAILQ_INSERT_TAIL(&gone, sy, sy_chain);
		}
	}
	mutex_exit(&syn_mtx);
	free_all(&gone);
}

/*
 * Cookies: 24 bits of a hash, 5 of the time in units of 64 seconds, 3 of the
 * MSS.
 */
static const uint16_t cookie_mss[8] = {
	216, 536, 1220, 1400, 1440, 1460, 4312, 8960
};

static uint32_t
cookie_time(void)
{

	return tcp_msec() / 64000 & 31;
}

static tcp_seq
cookie(const struct inaddrs *ia, tcp_seq irs, uint32_t low)
{
	struct {
		uint32_t	key[4];
		struct in6_addr	addr[2];
		in_port_t	port[2];
		uint32_t	irs, low;
	} in;

	memset(&in, 0, sizeof(in));
	memcpy(in.key, cookie_key, sizeof(in.key));
	in.addr[0] = ia->ia_laddr;
	in.addr[1] = ia->ia_faddr;
	in.port[0] = ia->ia_lport;
	in.port[1] = ia->ia_fport;
	in.irs = irs;
	in.low = low;
	return tcp_digest(&in, sizeof(in)) << 8 | low;
}

static void
send_cookie(struct syn *sy)
{
	u_int i = __arraycount(cookie_mss) - 1;

	while (i > 0 && cookie_mss[i] > sy->sy_peermss)
		i--;
	sy->sy_flags = 0;
	sy->sy_iss = cookie(&sy->sy_ia, sy->sy_irs, cookie_time() << 3 | i);
	atomic_store_relaxed(&cookie_last, (uint32_t)getticks());
	atomic_store_relaxed(&cookie_sent, true);
	answer(sy);
}

/* What a SYN says, and what we will answer. */
static void
init(struct syn *sy, struct tcpcb *tp, const struct tcp_seg *sg)
{
	const struct tcp_opts *to = &sg->sg_opts;
	struct route ro;
	bool local;

	memset(sy, 0, sizeof(*sy));
	sy->sy_listener = tp->t_inpcb;
	sy->sy_fam = sg->sg_fam;
	sy->sy_ia = sg->sg_ia;
	sy->sy_irs = sg->sg_seq;
	sy->sy_win = (uint16_t)MIN(sbspace(&tcptoso(tp)->so_rcv), TCP_MAXWIN);
	sy->sy_peermss = (to->to_flags & TOF_MSS) != 0 ?
	    MAX(to->to_mss, (uint16_t)tcp_minmss) : (uint16_t)tcp_mssdflt;
	memset(&ro, 0, sizeof(ro));
	sy->sy_ourmss = (uint16_t)tcp_ourmss(sy->sy_fam, &sy->sy_ia, &ro,
	    &local);
	rtcache_free(&ro);
	if ((tp->t_flags & TF_NOOPT) != 0)
		return;
	if ((to->to_flags & TOF_TS) != 0 && (tp->t_flags & TF_TS) != 0) {
		sy->sy_flags |= SYF_TS;
		sy->sy_ts_recent = to->to_tsval;
		sy->sy_ts_offset = tcp_tsoffset(&sy->sy_ia);
	}
	if ((to->to_flags & TOF_SCALE) != 0 && (tp->t_flags & TF_SCALE) != 0) {
		sy->sy_flags |= SYF_SCALE;
		sy->sy_peerscale = to->to_scale;
		sy->sy_ourscale = (uint8_t)tcp_ourscale();
	}
	if ((to->to_flags & TOF_SACKOK) != 0 && (tp->t_flags & TF_SACK) != 0)
		sy->sy_flags |= SYF_SACK;
	if (tcp_do_ecn && (sg->sg_flags & (TH_ECE | TH_CWR)) ==
	    (TH_ECE | TH_CWR))
		sy->sy_flags |= SYF_ECN;
	if (tcp_fastopen_server && (tp->t_flags & TF_FASTOPEN) != 0 &&
	    (to->to_flags & TOF_COOKIE) != 0)
		sy->sy_flags |= SYF_COOKIE;
}

/* What an entry says becomes the connection's. */
static void
fill(struct tcpcb *tp, const struct tcpcb *ltp, const struct syn *sy)
{
	const uint8_t scale = (sy->sy_flags & SYF_SCALE) != 0;

	tcp_setpeer(tp);
	tp->t_flags &= ~(TF_TS | TF_SCALE | TF_SACK);
	tp->t_flags |= ltp->t_flags & (TF_NODELAY | TF_NOPUSH | TF_NOOPT);
	tp->t_flags |= (sy->sy_flags & SYF_TS) != 0 ? TF_TS : 0;
	tp->t_flags |= scale ? TF_SCALE : 0;
	tp->t_flags |= (sy->sy_flags & SYF_SACK) != 0 ? TF_SACK : 0;
	tp->t_flags |= (sy->sy_flags & SYF_ECN) != 0 ? TF_ECN : 0;
	tp->t_cc = ltp->t_cc;
	tp->t_keepidle = ltp->t_keepidle;
	tp->t_keepintvl = ltp->t_keepintvl;
	tp->t_keepcnt = ltp->t_keepcnt;
	tp->t_maxseg = ltp->t_maxseg;
	tp->snd_scale = sy->sy_peerscale;
	tp->rcv_scale = sy->sy_ourscale;
	tp->ts_recent = sy->sy_ts_recent;
	tp->ts_recent_tick = tp->t_tick;
	tp->ts_offset = sy->sy_ts_offset;
	tp->t_peermss = sy->sy_peermss;
	tp->t_ourmss = sy->sy_ourmss;
	tp->iss = sy->sy_iss;
	tp->snd_una = tp->snd_nxt = tp->snd_up = sy->sy_iss + 1;
	tp->irs = sy->sy_irs;
	tp->rcv_nxt = tp->last_ack_sent = sy->sy_irs + 1;
	tp->rcv_adv = tp->rcv_nxt + sy->sy_win;
	tp->snd_wl1 = sy->sy_irs;
	tp->snd_wl2 = tp->snd_una;
}

/* The pcb of a new socket: its ends, and what the listening one has set. */
static int
fill_pcb(struct inpcb *inp, const struct inpcb *linp, const struct syn *sy)
{

	inp->inp_ttl = linp->inp_ttl;
	inp->inp_tos = linp->inp_tos;
	inp->inp_minttl = linp->inp_minttl;
	inp->inp_flags |= linp->inp_flags & ~(INP_ANONPORT | INP_ANONADDR);
	if (linp->inp_options != NULL && (inp->inp_options = m_copym(
	    linp->inp_options, 0, M_COPYALL, M_DONTWAIT)) == NULL)
		return ENOBUFS;
	if ((*inp->inp_fam->pf_inherit)(inp, linp) != 0)
		return ENOBUFS;
	/* It shares the port; the other end makes it unique. */
	inp->inp_lport = sy->sy_ia.ia_lport;
	return inpcb_connectaddrs(inp, &sy->sy_ia, NULL);
}

/* A socket for an entry; the listening one is locked.  NULL: it cannot be. */
static struct socket *
make_socket(struct inpcb *linp, const struct syn *sy)
{
	struct socket *head = linp->inp_so, *so;

	if ((head->so_options & SO_ACCEPTCONN) == 0 ||
	    (so = sonewconn(head, false)) == NULL)
		return NULL;
	if (fill_pcb(sotoinpcb(so), linp, sy) != 0) {
		(void)soqremque(so, 0);
		(void)soabort(so);
		/* Its socket may be gone; the caller has the pcb. */
		mutex_enter(linp->inp_lock);
		return NULL;
	}
	fill(sototcpcb(so), linp->inp_ppcb, sy);
	return so;
}

/*
 * The entry, which is SYF_BUSY, has been acknowledged.  0: there is a
 * connection, which has had the segment.  ECONNABORTED: nobody listens any
 * more.  ENOBUFS: not now.
 */
static int
promote(struct syn *sy, struct tcp_seg *sg)
{
	struct inpcb *linp = sy->sy_listener;
	struct socket *so;
	struct tcpcb *tp;

	if (!inpcb_lock(linp))
		return ECONNABORTED;
	so = make_socket(linp, sy);
	if (so == NULL) {
		inpcb_unlock(linp);
		return ENOBUFS;
	}
	tp = sototcpcb(so);
	if (sy->sy_shift == 0 && sy->sy_sent != 0)
		tcp_rtt_sample(tp, MAX(tcp_usec() - sy->sy_sent, 1));
	tcp_statinc(TCP_STAT_ACCEPTS);
	if ((sy->sy_flags & SYF_ECN) != 0)
		tcp_statinc(TCP_STAT_ECN_SHS);
	tp->snd_wnd = (uint32_t)sg->sg_win << tp->snd_scale;
	tp->max_sndwnd = tp->snd_wnd;
	tcp_established(tp);
	tcp_conn_input(tp, sg);
	tcp_unlock(so);
	return 0;
}

/* An ACK that says the number of a cookie; false: it does not. */
static bool
cookie_input(struct tcpcb *tp, struct tcp_seg *sg)
{
	const tcp_seq iss = sg->sg_ack - 1;
	const uint32_t age = (cookie_time() - (iss >> 3 & 31)) & 31;
	struct inpcb *linp = tp->t_inpcb;
	struct socket *so;
	struct syn sy;

	if (!atomic_load_relaxed(&cookie_sent) || age > 2 ||
	    (uint32_t)getticks() - atomic_load_relaxed(&cookie_last) >
	    180u * (u_int)hz ||
	    cookie(&sg->sg_ia, sg->sg_seq - 1, iss & 0xff) != iss)
		return false;
	init(&sy, tp, sg);
	sy.sy_flags = 0;
	sy.sy_irs = sg->sg_seq - 1;
	sy.sy_iss = iss;
	sy.sy_peermss = cookie_mss[iss & 7];
	sy.sy_peerscale = sy.sy_ourscale = 0;
	so = make_socket(linp, &sy);
	if (so == NULL)
		return true;
	tp = sototcpcb(so);
	tcp_statinc(TCP_STAT_ACCEPTS);
	tp->snd_wnd = tp->max_sndwnd = sg->sg_win;
	tcp_established(tp);
	tcp_conn_input(tp, sg);
	return true;
}

/*
 * RFC 7413 section 4.2.2: a SYN that shows a cookie makes a connection at once,
 * which is accepted and may send before its SYN is acknowledged.  False: it
 * goes the usual way.
 */
static bool
open_fast(struct tcpcb *ltp, struct syn *sy, struct tcp_seg *sg)
{
	struct socket *so;
	struct tcpcb *tp;

	if (sg->sg_opts.to_cookielen == 0)
		return false;
	if (!tcp_fastopen_valid(&sg->sg_ia, &sg->sg_opts)) {
		tcp_statinc(TCP_STAT_TFO_BADCOOKIE);
		return false;
	}
	sy->sy_iss = tcp_newiss(&sy->sy_ia);
	if (!tcp_fastopen_room() ||
	    (so = make_socket(ltp->t_inpcb, sy)) == NULL)
		return false;
	tp = sototcpcb(so);
	tcp_fastopen_enter(tp);
	tcp_statinc(TCP_STAT_ACCEPTS);
	tcp_statinc(TCP_STAT_TFO_ACCEPTS);
	if ((sy->sy_flags & SYF_ECN) != 0)
		tcp_statinc(TCP_STAT_ECN_SHS);
	tp->t_state = TCPS_SYN_RECEIVED;
	tp->snd_una = tp->snd_nxt = tp->snd_up = tp->iss;
	tp->snd_wl2 = tp->iss;
	tp->snd_wnd = tp->max_sndwnd = sg->sg_win;
	tcp_setsegsz(tp);
	tp->snd_cwnd = (uint32_t)tp->t_segsz * (u_int)tcp_init_win;
	tcp_timer_arm(tp, TCPT_KEEP, tcp_keepinit / 2 * hz);
	soisconnected(so);
	sg->sg_seq++;
	if (sg->sg_len > sy->sy_win) {
		m_adj(sg->sg_m, (int)sy->sy_win - (int)sg->sg_len);
		sg->sg_len = sy->sy_win;
	}
	tcp_data(tp, sg);
	(void)tcp_output(tp);
	return true;
}

/* A SYN for a socket that listens. */
static void
new_syn(struct tcpcb *tp, struct tcp_seg *sg)
{
	const struct socket *so = tcptoso(tp);
	struct syn *sy, first;

	/* More cannot be accepted in any case. */
	if (so->so_qlen > 3 * so->so_qlimit / 2) {
		tcp_statinc(TCP_STAT_SC_DROPPED);
		return;
	}
	init(&first, tp, sg);
	if ((first.sy_flags & SYF_COOKIE) != 0 && open_fast(tp, &first, sg))
		return;
	/* Nobody would end an entry of who listens no more. */
	if (first.sy_listener->inp_ppcb == NULL)
		return;
	mutex_enter(&syn_mtx);
	if (syn_count >= (u_int)tcp_syn_limit ||
	    (sy = pool_cache_get(syn_cache, PR_NOWAIT)) == NULL) {
		mutex_exit(&syn_mtx);
		tcp_statinc(TCP_STAT_SC_OVERFLOWED);
		send_cookie(&first);
		return;
	}
	*sy = first;
	inpcb_ref(sy->sy_listener);
	sy->sy_iss = tcp_newiss(&sy->sy_ia);
	insert(sy);
	tcp_statinc(TCP_STAT_SC_ADDED);
	answer(sy);
	mutex_exit(&syn_mtx);
}

/* RFC 9293 section 3.10.7.2. */
void
tcp_syn_listen(struct tcpcb *tp, struct tcp_seg *sg)
{

	KASSERT(solocked(tcptoso(tp)));
	if ((sg->sg_flags & TH_RST) != 0)
		return;
	if ((sg->sg_flags & TH_ACK) != 0) {
		if ((sg->sg_flags & TH_SYN) != 0 || !cookie_input(tp, sg)) {
			tcp_statinc(TCP_STAT_BADSYN);
			tcp_respond_rst(sg);
		}
		return;
	}
	if ((sg->sg_flags & (TH_SYN | TH_FIN)) == TH_SYN)
		new_syn(tp, sg);
}

/* What the state makes of a segment. */
enum verdict { DONE, ACKED, BAD };

static enum verdict
judge(struct syn *sy, struct tcp_seg *sg, bool *endp)
{
	const uint32_t ahead = sg->sg_seq - (sy->sy_irs + 1);

	/* In a moment it will be a connection's; until then it is lost. */
	if ((sy->sy_flags & SYF_BUSY) != 0)
		return DONE;
	if ((sg->sg_flags & TH_RST) != 0) {
		if (ahead == 0) {
			tcp_statinc(TCP_STAT_SC_RESET);
			*endp = true;
		}
		return DONE;
	}
	if ((sg->sg_flags & TH_SYN) != 0) {
		/* Theirs again: ours did not arrive. */
		if (sg->sg_seq == sy->sy_irs &&
		    (sg->sg_flags & TH_ACK) == 0) {
			tcp_statinc(TCP_STAT_SC_DUPESYN);
			if ((sg->sg_opts.to_flags & TOF_TS) != 0)
				sy->sy_ts_recent = sg->sg_opts.to_tsval;
		}
		answer_again(sy);
		return DONE;
	}
	if ((sg->sg_flags & TH_ACK) == 0)
		return DONE;
	if (sg->sg_ack != sy->sy_iss + 1)
		return BAD;
	if (ahead > sy->sy_win || ((sy->sy_flags & SYF_TS) != 0 &&
	    (sg->sg_opts.to_flags & TOF_TS) != 0 &&
	    TSTMP_LT(sg->sg_opts.to_tsval, sy->sy_ts_recent))) {
		answer_again(sy);
		return DONE;
	}
	return ACKED;
}

/* True: the entry has done its work, and is in no table any more. */
static bool
acked(struct syn *sy, struct tcp_seg *sg)
{
	const int error = promote(sy, sg);

	tcp_statinc(error == 0 ? TCP_STAT_SC_COMPLETED : TCP_STAT_SC_ABORTED);
	if (error == ECONNABORTED)
		tcp_respond_rst(sg);
	mutex_enter(&syn_mtx);
	/* Without room it is as if the ACK had been lost. */
	sy->sy_flags &= ~SYF_BUSY;
	if (error != ENOBUFS)
		take(sy);
	mutex_exit(&syn_mtx);
	return error != ENOBUFS;
}

bool
tcp_syn_input(struct tcp_seg *sg)
{
	enum verdict v;
	struct syn *sy;
	bool end = false;

	if (atomic_load_relaxed(&syn_count) == 0)
		return false;
	mutex_enter(&syn_mtx);
	sy = lookup(&sg->sg_ia);
	if (sy == NULL) {
		mutex_exit(&syn_mtx);
		return false;
	}
	v = judge(sy, sg, &end);
	if (v == ACKED)
		sy->sy_flags |= SYF_BUSY;
	else if (end)
		take(sy);
	mutex_exit(&syn_mtx);
	if (v == BAD)
		tcp_respond_rst(sg);
	else if (v == ACKED)
		end = acked(sy, sg);
	if (end)
		syn_free(sy);
	return true;
}

/* A router could not deliver ours, which had this number. */
void
tcp_syn_unreach(const struct inaddrs *ia, tcp_seq seq)
{
	struct syn *sy;

	mutex_enter(&syn_mtx);
	sy = lookup(ia);
	/* Once may be a mistake, RFC 1122 section 4.2.3.9. */
	if (sy != NULL && sy->sy_iss == seq && sy->sy_shift >= 3 &&
	    (sy->sy_flags & SYF_BUSY) == 0) {
		tcp_statinc(TCP_STAT_SC_UNREACH);
		take(sy);
	} else
		sy = NULL;
	mutex_exit(&syn_mtx);
	if (sy != NULL)
		syn_free(sy);
}
