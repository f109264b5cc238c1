/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Connections that come and go: start here with tcp_init().  tcp_private.h
 * says how it all hangs together.
 */

#include <sys/param.h>
#include <sys/cprng.h>
#include <sys/errno.h>
#include <sys/hash.h>
#include <sys/kernel.h>
#include <sys/md5.h>
#include <sys/mutex.h>
#include <sys/pool.h>
#include <sys/proc.h>
#include <sys/resource.h>
#include <sys/resourcevar.h>
#include <sys/systm.h>
#include <sys/time.h>

#include <net/net_stats.h>
#include <net/route.h>

#include <netinet/ip.h>

#include "tcp_private.h"

#define	TCP_CHAINS	1024

struct inpcbtable *tcbtable;

static percpu_t *tcpstat_percpu;
static pool_cache_t tcpcb_cache;
static uint8_t iss_secret[16];		/* RFC 6528 */
static kmutex_t rate_mtx;

void
tcp_statadd(u_int stat, uint64_t n)
{

	_NET_STATADD(tcpstat_percpu, stat, n);
}

void
tcp_statinc(u_int stat)
{

	tcp_statadd(stat, 1);
}

void
tcp_init(void)
{

	tcpstat_percpu = percpu_alloc(sizeof(uint64_t) * TCP_NALLSTATS);
	tcpcb_cache = pool_cache_init(sizeof(struct tcpcb), 0, 0, 0, "tcpcb",
	    NULL, IPL_SOFTNET, NULL, NULL, NULL);
	mutex_init(&rate_mtx, MUTEX_DEFAULT, IPL_SOFTNET);
	cprng_strong(kern_cprng, iss_secret, sizeof(iss_secret), 0);
	tcp_sent_init();
	tcp_recvq_init();
	tcp_congctl_init();
	tcp_syn_init();
	tcp_tw_init();
	tcp_fastopen_init();
	tcbtable = inpcbtable_create(TCP_CHAINS);
	tcp_sysctl_init(tcpstat_percpu);
}

/* Time: only differences of it are of use. */
uint32_t
tcp_usec(void)
{
	struct timeval tv;

	microuptime(&tv);
	return (uint32_t)tv.tv_sec * 1000000 + (uint32_t)tv.tv_usec;
}

uint32_t
tcp_msec(void)
{
	struct timeval tv;

	microuptime(&tv);
	return (uint32_t)tv.tv_sec * 1000 + (uint32_t)tv.tv_usec / 1000;
}

/* Ticks of ours, which are as long as callout(9)'s. */
void
tcp_clock(struct tcpcb *tp)
{
	struct timeval tv;
	uint64_t usec;

	microuptime(&tv);
	usec = (uint64_t)tv.tv_sec * 1000000 + (uint32_t)tv.tv_usec;
	tp->t_usec = (uint32_t)usec;
	tp->t_msec = (uint32_t)(usec / 1000);
	tp->t_tick = (uint32_t)(usec / (1000000u / (u_int)hz));
}

uint32_t
tcp_digest(const void *p, u_int n)
{
	uint32_t digest[MD5_DIGEST_LENGTH / sizeof(uint32_t)];
	MD5_CTX ctx;

	MD5Init(&ctx);
	MD5Update(&ctx, iss_secret, sizeof(iss_secret));
	MD5Update(&ctx, p, n);
	MD5Final((unsigned char *)digest, &ctx);
	return digest[0];
}

/* RFC 6528: a clock of 4 microseconds, from another point for each peer. */
tcp_seq
tcp_newiss(const struct inaddrs *ia)
{
	struct inaddrs ends = *ia;
	struct timeval tv;

	ends.ia_zone = 0;
	microuptime(&tv);
	return tcp_digest(&ends, sizeof(ends)) +
	    (uint32_t)(tv.tv_sec * 250000 + tv.tv_usec / 4);
}

/* RFC 7323 section 5.4: timestamps of later connections of the same hosts are
 * later, whatever their ports. */
uint32_t
tcp_tsoffset(const struct inaddrs *ia)
{
	const struct in6_addr ends[2] = { ia->ia_laddr, ia->ia_faddr };

	return tcp_digest(ends, sizeof(ends));
}

uint32_t
tcp_hash(const struct inaddrs *ia, uint32_t seed)
{
	uint32_t words[9];

	memcpy(&words[0], &ia->ia_faddr, 16);
	memcpy(&words[4], &ia->ia_laddr, 16);
	words[8] = (uint32_t)ia->ia_lport << 16 | ia->ia_fport;
	return murmurhash2(words, sizeof(words), seed);
}

/* RFC 5961 section 7 and its like. */
bool
tcp_ratecheck(struct tcp_rate *r, int limit)
{
	bool ok;

	mutex_enter(&rate_mtx);
	ok = ppsratecheck(&r->r_last, &r->r_count, limit) != 0;
	mutex_exit(&rate_mtx);
	return ok;
}

/* Written before there are sockets of it. */
static const struct tcp_family *tcp_family6;

void
tcp_family_register(const struct tcp_family *tf)
{

	KASSERT(tf->tf_af == AF_INET6 && tcp_family6 == NULL);
	tcp_family6 = tf;
	tcp_sysctl_init6();
}

const struct tcp_family *
tcp_family_af(sa_family_t af)
{

	KASSERT(af == AF_INET || tcp_family6 != NULL);
	return af == AF_INET ? &tcp_family4 : tcp_family6;
}

const struct tcp_family *
tcp_family_of(const struct inaddrs *ia)
{

	return tcp_family_af(IN6_IS_ADDR_V4MAPPED(&ia->ia_faddr) ? AF_INET :
	    AF_INET6);
}

/* A socket gets a connection's memory; ENOBUFS. */
int
tcp_newtcpcb(struct socket *so)
{
	struct inpcb *inp = sotoinpcb(so);
	struct tcpcb *tp;

	tp = pool_cache_get(tcpcb_cache, PR_NOWAIT);
	if (tp == NULL)
		return ENOBUFS;
	memset(tp, 0, sizeof(*tp));
	tp->t_inpcb = inp;
	tp->t_cc = atomic_load_relaxed(&tcp_congctl_default);
	tp->t_state = TCPS_CLOSED;
	tp->t_rto = TCPTV_INIT;
	tp->snd_ssthresh = UINT32_MAX / 2;
	tp->t_segsz = (uint16_t)tcp_mssdflt;
	if (tcp_do_rfc1323 && tcp_do_timestamps)
		tp->t_flags |= TF_TS;
	if (tcp_do_rfc1323 && tcp_do_win_scale)
		tp->t_flags |= TF_SCALE;
	if (tcp_do_sack)
		tp->t_flags |= TF_SACK;
	tp->t_flight = tcp_flight_none;
	tcp_timers_init(tp);
	tcp_clock(tp);
	tp->t_confirmed = (uint16_t)(tp->t_msec / 1024);
	inp->inp_ppcb = tp;
	return 0;
}

void
tcp_tcpcb_free(struct tcpcb *tp)
{

	callout_destroy(&tp->t_callout);
	pool_cache_put(tcpcb_cache, tp);
}

void
tcp_close(struct tcpcb *tp)
{
	struct inpcb *inp = tp->t_inpcb;
	struct socket *so = inp->inp_so;
	bool mine;

	KASSERT(solocked(so));
	tcp_statinc(TCP_STAT_CLOSED);
	if (tp->t_state == TCPS_LISTEN)
		tcp_syn_flush(inp);
	tp->t_state = TCPS_CLOSED;
	tcp_fastopen_leave(tp);
	soisdisconnected(so);
	tcp_sent_free(tp);
	tcp_recvq_free(tp);
	tcp_congctl_free(tp);
	inp->inp_ppcb = NULL;
	mine = tcp_timers_end(tp);
	inpcb_detach(inp);
	if (mine)
		tcp_tcpcb_free(tp);
}

void
tcp_drop(struct tcpcb *tp, int error)
{
	struct socket *so = tcptoso(tp);

	if (TCPS_HAVERCVDSYN(tp->t_state)) {
		tcp_statinc(TCP_STAT_DROPS);
		tcp_send_control(tp, tp->snd_nxt, TH_RST | TH_ACK);
	} else
		tcp_statinc(TCP_STAT_CONNDROPS);
	so->so_error = (u_short)error;
	tcp_close(tp);
}

void
tcp_unlock(struct socket *so)
{

	if (so->so_pcb == NULL && (so->so_state & SS_NOFDREF) != 0)
		sofree(so);
	else
		sounlock(so);
}

u_int
tcp_ourmss(const struct tcp_family *tf, const struct inaddrs *ia,
    struct route *ro, bool *localp)
{
	u_int mtu = (*tf->tf_mtu)(ia, ro, localp);

	return MAX(MIN(mtu, IP_MAXPACKET), tf->tf_hlen +
	    sizeof(struct tcphdr) + 64) - tf->tf_hlen - sizeof(struct tcphdr);
}

/* The window scale that lets all of the largest buffer be told. */
int
tcp_ourscale(void)
{
	int scale = 0;

	while (scale < TCP_MAX_WINSHIFT &&
	    ((u_long)TCP_MAXWIN << scale) < sb_max)
		scale++;
	return scale;
}

/* It has a peer now: what is ours of the connection. */
void
tcp_setpeer(struct tcpcb *tp)
{
	struct inpcb *inp = tp->t_inpcb;
	bool local = false;

	tp->t_fam = tcp_family_of(&inp->inp_addrs);
	tp->t_ourmss = (uint16_t)tcp_ourmss(tp->t_fam, &inp->inp_addrs,
	    &inp->inp_route, &local);
	tp->t_peermss = (uint16_t)tcp_mssdflt;
	if (local)
		tp->t_flags |= TF_LOCAL;
	tp->rcv_scale = (uint8_t)tcp_ourscale();
	tp->ts_offset = tcp_tsoffset(&inp->inp_addrs);
	tp->t_rcvtime = tp->t_tick;
	tcp_setsegsz(tp);
}

void
tcp_setsegsz(struct tcpcb *tp)
{
	u_int seg = MIN(tp->t_peermss, tp->t_ourmss);

	if (tp->t_maxseg != 0)
		seg = MIN(seg, tp->t_maxseg);
	if (tp->t_pathseg != 0)
		seg = MIN(seg, tp->t_pathseg);
	if ((tp->t_flags & (TF_TS | TF_NOOPT)) == TF_TS)
		seg -= MIN(seg, TCPOLEN_TSTAMP_APPA);
	seg -= MIN(seg, (*tp->t_inpcb->inp_fam->pf_optlen)(tp->t_inpcb));
	tp->t_segsz = (uint16_t)MAX(seg, 32);
}

bool
tcp_mtu_changed(struct tcpcb *tp)
{
	const u_int old = tp->t_segsz;
	struct tcp_sent *ts;
	uint32_t len;
	bool local;

	tp->t_ourmss = (uint16_t)tcp_ourmss(tp->t_fam,
	    &tp->t_inpcb->inp_addrs, &tp->t_inpcb->inp_route, &local);
	tcp_setsegsz(tp);
	if (tp->t_segsz >= old)
		return false;
	TAILQ_FOREACH(ts, &tp->t_flight->f_sent, ts_link) {
		len = ts->ts_end - ts->ts_start;
		if ((ts->ts_mss != 0 ? MIN(ts->ts_mss, len) : len) >
		    tp->t_segsz)
			tcp_sent_setlost(tp, ts);
	}
	return true;
}

/* Room for some segments at least. */
static void
grow(struct socket *so, struct sockbuf *sb, u_long want, u_long max)
{

	want = MIN(want, max);
	if ((sb->sb_flags & SB_AUTOSIZE) != 0 && sb->sb_hiwat < want)
		(void)sbreserve(sb, want, so);
}

void
tcp_established(struct tcpcb *tp)
{
	struct socket *so = tcptoso(tp);
	u_long want;

	tcp_statinc(TCP_STAT_CONNECTS);
	tp->t_state = TCPS_ESTABLISHED;
	tcp_fastopen_leave(tp);
	tp->t_rxtshift = 0;
	tcp_setsegsz(tp);
	tcp_pmtud_begin(tp);
	/* RFC 6928; one segment if the SYN was lost. */
	if ((tp->t_flags & TF_LOSS) != 0)
		tp->snd_cwnd = tp->t_segsz;
	else
		tp->snd_cwnd = (uint32_t)tp->t_segsz * (u_int)tcp_init_win;
	tp->t_flags &= ~(TF_LOSS | TF_RECOVERY | TF_FORCE);
	tp->t_rcvmark = tp->rcv_nxt;
	want = 4 * (u_long)tp->t_segsz;
	grow(so, &so->so_snd, want, (u_long)tcp_autosndbuf_max);
	grow(so, &so->so_rcv, want, (u_long)tcp_autorcvbuf_max);
	tcp_timer_disarm(tp, TCPT_KEEP);
	tcp_timer_arm(tp, TCPT_KEEP, tcp_keepidle_ticks(tp));
	soisconnected(so);
	if ((tp->t_flags & TF_WANTFIN) != 0)
		tp->t_state = TCPS_FIN_WAIT_1;
}

/* Memory is short: what is out of order can come again. */
void
tcp_drain(void)
{
	struct inpcb *inp = NULL;
	struct tcpcb *tp;

	while ((inp = inpcb_next(tcbtable, inp)) != NULL) {
		if (!inpcb_lock(inp))
			continue;
		if ((tp = inp->inp_ppcb) != NULL && tcp_recvq_drain(tp) > 0)
			tcp_statinc(TCP_STAT_CONNSDRAINED);
		inpcb_unlock(inp);
	}
}
