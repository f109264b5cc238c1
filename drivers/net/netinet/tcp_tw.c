/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TIME_WAIT: connections that are over, kept for two lifetimes of a segment
 * (RFC 9293 section 3.6) in small entries without a socket.  An entry answers
 * what comes late, and gives way to a new connection of the same ends
 * (RFC 6191).  All entries of a kind live as long as each other, so that two
 * queues are in the order of their ends: those of other machines, and those of
 * this one, whose segments are not under way for long.
 */

#include <sys/param.h>
#include <sys/callout.h>
#include <sys/cprng.h>
#include <sys/endian.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/mutex.h>
#include <sys/pool.h>
#include <sys/systm.h>

#include "tcp_private.h"

#define	NCHAINS		4096

enum { TW_REMOTE, TW_LOCAL, TW_NQUEUES };

/* All: tw_mtx. */
struct tw {
	LIST_ENTRY(tw)	tw_chain;
	TAILQ_ENTRY(tw)	tw_queue;
	struct inaddrs	tw_ia;
	tcp_seq		tw_snd_nxt;
	tcp_seq		tw_rcv_nxt;
	uint32_t	tw_ts_recent;
	uint32_t	tw_ts_offset;
	uint32_t	tw_due;		/* tick */
	uint16_t	tw_win;
	bool		tw_ts;		/* timestamps are used */
	uint8_t		tw_kind;	/* TW_* */
};

int tcp_tw_limit = 65536;

static kmutex_t tw_mtx;
static LIST_HEAD(, tw) *tw_chains;
static TAILQ_HEAD(tw_queue, tw) tw_queues[TW_NQUEUES];
static u_int tw_count;
static bool tw_running;
static uint32_t tw_seed;
static callout_t tw_callout;
static pool_cache_t tw_cache;
static struct tcp_rate tw_rate;

static void	tw_run(void *);

void
tcp_tw_init(void)
{
	u_int i;

	mutex_init(&tw_mtx, MUTEX_DEFAULT, IPL_SOFTNET);
	tw_chains = kmem_zalloc(NCHAINS * sizeof(*tw_chains), KM_SLEEP);
	for (i = 0; i < TW_NQUEUES; i++)
		TAILQ_INIT(&tw_queues[i]);
	tw_seed = cprng_strong32();
	callout_init(&tw_callout, CALLOUT_MPSAFE);
	callout_setfunc(&tw_callout, tw_run, NULL);
	tw_cache = pool_cache_init(sizeof(struct tw), 0, 0, 0, "tcptw", NULL,
	    IPL_SOFTNET, NULL, NULL, NULL);
}

static int
lifetime(u_int kind)
{

	return kind == TW_LOCAL ? MIN(2 * hz, 2 * tcp_msl) : 2 * tcp_msl;
}

static u_int
chain_of(const struct inaddrs *ia)
{

	return tcp_hash(ia, tw_seed) % NCHAINS;
}

static struct tw *
lookup(const struct inaddrs *ia)
{
	struct tw *tw;

	KASSERT(mutex_owned(&tw_mtx));
	LIST_FOREACH(tw, &tw_chains[chain_of(ia)], tw_chain) {
		if (tcp_same_ends(&tw->tw_ia, ia))
			return tw;
	}
	return NULL;
}

static void
tw_remove(struct tw *tw)
{

	KASSERT(mutex_owned(&tw_mtx));
	LIST_REMOVE(tw, tw_chain);
	TAILQ_REMOVE(&tw_queues[tw->tw_kind], tw, tw_queue);
	atomic_store_relaxed(&tw_count, tw_count - 1);
	pool_cache_put(tw_cache, tw);
}

/* From now on as long as any. */
static void
enqueue(struct tw *tw)
{

	tw->tw_due = (uint32_t)(getticks() + lifetime(tw->tw_kind));
	TAILQ_INSERT_TAIL(&tw_queues[tw->tw_kind], tw, tw_queue);
}

static void
tw_run(void *arg __unused)
{
	const uint32_t now = (uint32_t)getticks();
	struct tw *tw;
	u_int i;

	mutex_enter(&tw_mtx);
	for (i = 0; i < TW_NQUEUES; i++) {
		while ((tw = TAILQ_FIRST(&tw_queues[i])) != NULL &&
		    SEQ_LEQ(tw->tw_due, now))
			tw_remove(tw);
	}
	tw_running = tw_count > 0;
	if (tw_running)
		callout_schedule(&tw_callout, hz);
	mutex_exit(&tw_mtx);
}

/* The oldest makes room; without memory there is no entry, which is as if it
 * had ended early. */
static struct tw *
tw_get(u_int kind)
{
	struct tw *old;

	KASSERT(mutex_owned(&tw_mtx));
	if (tw_count >= (u_int)tcp_tw_limit) {
		old = TAILQ_FIRST(&tw_queues[kind]);
		if (old == NULL)
			return NULL;
		tw_remove(old);
	}
	return pool_cache_get(tw_cache, PR_NOWAIT);
}

static void
tw_add(const struct tcpcb *tp)
{
	const u_int kind = (tp->t_flags & TF_LOCAL) != 0 ? TW_LOCAL :
	    TW_REMOTE;
	struct tw *tw;

	mutex_enter(&tw_mtx);
	if ((tw = tw_get(kind)) != NULL) {
		tw->tw_ia = tp->t_inpcb->inp_addrs;
		tw->tw_snd_nxt = tp->snd_nxt;
		tw->tw_rcv_nxt = tp->rcv_nxt;
		tw->tw_ts = (tp->t_flags & TF_TS) != 0;
		tw->tw_ts_recent = tp->ts_recent;
		tw->tw_ts_offset = tp->ts_offset;
		tw->tw_win = (uint16_t)MIN(tcp_rcvwnd(tp) >> tp->rcv_scale,
		    TCP_MAXWIN);
		tw->tw_kind = (uint8_t)kind;
		LIST_INSERT_HEAD(&tw_chains[chain_of(&tw->tw_ia)], tw,
		    tw_chain);
		enqueue(tw);
		atomic_store_relaxed(&tw_count, tw_count + 1);
		if (!tw_running)
			callout_schedule(&tw_callout, hz);
		tw_running = true;
	}
	mutex_exit(&tw_mtx);
}

void
tcp_tw_enter(struct tcpcb *tp)
{

	if ((tp->t_flags & TF_ACKNOW) != 0)
		tcp_send_control(tp, tp->snd_nxt, TH_ACK);
	tw_add(tp);
	tcp_close(tp);
}

/* The last acknowledgement once more. */
static void
answer(const struct tw *tw, const struct tcp_seg *sg)
{
	struct tcp_out o = { .o_seq = tw->tw_snd_nxt,
	    .o_ack = tw->tw_rcv_nxt, .o_win = tw->tw_win,
	    .o_flags = TH_ACK };

	if (tw->tw_ts) {
		o.o_optlen = (uint8_t)tcp_options_timestamp(o.o_opt,
		    tcp_msec() + tw->tw_ts_offset, tw->tw_ts_recent);
	}
	(void)tcp_respond(sg->sg_fam, &tw->tw_ia, &o);
}

/* A SYN that cannot be of the old connection, RFC 6191. */
static bool
new_syn(const struct tw *tw, const struct tcp_seg *sg)
{

	if ((sg->sg_flags & (TH_SYN | TH_ACK | TH_RST)) != TH_SYN)
		return false;
	if (tw->tw_ts && (sg->sg_opts.to_flags & TOF_TS) != 0 &&
	    sg->sg_opts.to_tsval != tw->tw_ts_recent)
		return SEQ_GT(sg->sg_opts.to_tsval, tw->tw_ts_recent);
	return SEQ_GT(sg->sg_seq, tw->tw_rcv_nxt);
}

/*
 * RFC 9293 section 3.10.7.4, in this state; a RST does not end it (RFC 1337).
 */
static void
input(struct tw *tw, const struct tcp_seg *sg)
{
	const u_int len = sg->sg_len + ((sg->sg_flags & TH_FIN) != 0);

	if ((sg->sg_flags & TH_RST) != 0)
		return;
	if ((sg->sg_flags & TH_FIN) != 0 &&
	    sg->sg_seq + len == tw->tw_rcv_nxt) {
		/* Its FIN again: ours was lost. */
		TAILQ_REMOVE(&tw_queues[tw->tw_kind], tw, tw_queue);
		enqueue(tw);
	} else if (sg->sg_seq == tw->tw_rcv_nxt && len == 0 &&
	    (sg->sg_flags & TH_SYN) == 0)
		return;
	if (tcp_ratecheck(&tw_rate, tcp_ackdrop_ppslim))
		answer(tw, sg);
}

bool
tcp_tw_input(struct tcp_seg *sg)
{
	struct tw *tw;
	bool found;

	if (atomic_load_relaxed(&tw_count) == 0)
		return false;
	mutex_enter(&tw_mtx);
	tw = lookup(&sg->sg_ia);
	found = tw != NULL && !new_syn(tw, sg);
	if (found)
		input(tw, sg);
	else if (tw != NULL)
		tw_remove(tw);
	mutex_exit(&tw_mtx);
	return found;
}

/* RFC 9293 section 3.6.1: with numbers that the old one did not use. */
bool
tcp_tw_reuse(const struct inaddrs *ia, tcp_seq *issp)
{
	struct tw *tw;

	mutex_enter(&tw_mtx);
	tw = lookup(ia);
	if (tw != NULL) {
		*issp = tw->tw_snd_nxt + 128000;
		tw_remove(tw);
	}
	mutex_exit(&tw_mtx);
	return tw != NULL;
}
