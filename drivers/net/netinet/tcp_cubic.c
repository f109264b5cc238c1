/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CUBIC, RFC 9438.  Its memory is there from the first loss on; without, and
 * before, it is as RFC 5681.  Windows in thousandths of segments, times in
 * milliseconds: C * t^3 is then 4 * t^3 / 10^7.
 */

#include <sys/param.h>
#include <sys/pool.h>
#include <sys/systm.h>

#include "tcp_private.h"

#define	UNIT		1000
#define	T_MAX		1000000		/* t^3 fits */

struct cubic {
	uint32_t	cu_wmax;	/* before the last reduction */
	uint32_t	cu_west;	/* what RFC 5681 would have by now */
	uint32_t	cu_k;		/* when w_max is reached again */
	uint32_t	cu_epoch;	/* tp->t_msec, with cu_running */
	bool		cu_running;
};

static pool_cache_t cubic_cache;

void
tcp_congctl_init(void)
{

	cubic_cache = pool_cache_init(sizeof(struct cubic), 0, 0, 0,
	    "tcpcubic", NULL, IPL_SOFTNET, NULL, NULL, NULL);
}

void
tcp_congctl_free(struct tcpcb *tp)
{

	if (tp->t_ccpriv != NULL)
		pool_cache_put(cubic_cache, tp->t_ccpriv);
	tp->t_ccpriv = NULL;
}

static uint32_t
cube_root(uint64_t x)
{
	uint64_t lo = 0, hi = T_MAX, mid;

	while (lo < hi) {
		mid = (lo + hi + 1) / 2;
		if (mid * mid * mid <= x)
			lo = mid;
		else
			hi = mid - 1;
	}
	return (uint32_t)lo;
}

static uint32_t
segments(const struct tcpcb *tp, uint32_t bytes)
{

	return (uint32_t)MIN((uint64_t)bytes * UNIT / tp->t_segsz,
	    UINT32_MAX / 2);
}

/* Congestion avoidance begins, RFC 9438 section 4.2. */
static void
start(struct tcpcb *tp, struct cubic *cu)
{
	const uint32_t cwnd = segments(tp, tp->snd_cwnd);

	cu->cu_running = true;
	cu->cu_epoch = tp->t_msec;
	cu->cu_west = cwnd;
	if (cu->cu_wmax <= cwnd) {
		cu->cu_wmax = cwnd;
		cu->cu_k = 0;
	} else
		cu->cu_k = cube_root((uint64_t)(cu->cu_wmax - cwnd) *
		    10000000 / 4);
}

static uint32_t
cubic_window(const struct cubic *cu, uint32_t t)
{
	const int64_t d = (int64_t)MIN(t, T_MAX) - MIN(cu->cu_k, T_MAX);
	const int64_t w = d * d * d / 10000000 * 4 + cu->cu_wmax;

	return (uint32_t)MAX(MIN(w, INT32_MAX), UNIT);
}

/* RFC 9438 sections 4.3 to 4.5. */
static void
cubic_acked(struct tcpcb *tp, uint32_t acked)
{
	struct cubic *cu = tp->t_ccpriv;
	const uint32_t cwnd = MAX(segments(tp, tp->snd_cwnd), UNIT);
	uint32_t t, target;

	if (tcp_slow_start(tp, acked))
		return;
	if (cu == NULL) {
		(*tcp_congctl_reno.cc_acked)(tp, acked);
		return;
	}
	if (!cu->cu_running)
		start(tp, cu);
	t = tp->t_msec - cu->cu_epoch;
	/* alpha is 9/17 until it has caught up, section 4.3. */
	cu->cu_west += (uint32_t)((uint64_t)segments(tp, acked) * UNIT /
	    cwnd * (cu->cu_west < cu->cu_wmax ? 9 : 17) / 17);
	if (cubic_window(cu, t) < cu->cu_west) {
		target = cu->cu_west;
		if (target > cwnd)
			tcp_cwnd_add(tp, (uint32_t)((uint64_t)(target -
			    cwnd) * tp->t_segsz / UNIT));
		return;
	}
	target = cubic_window(cu, t + (tp->t_srtt >> 3) / 1000);
	target = MIN(MAX(target, cwnd), cwnd + cwnd / 2);
	tcp_cwnd_add(tp, (uint32_t)((uint64_t)(target - cwnd) * acked /
	    cwnd));
}

/* RFC 9438 sections 4.6 and 4.7. */
static uint32_t
cubic_ssthresh(struct tcpcb *tp)
{
	struct cubic *cu = tp->t_ccpriv;
	const uint32_t cwnd = segments(tp, tp->snd_cwnd);

	if (cu == NULL) {
		cu = pool_cache_get(cubic_cache, PR_NOWAIT);
		if (cu == NULL)
			return (*tcp_congctl_reno.cc_ssthresh)(tp);
		memset(cu, 0, sizeof(*cu));
		tp->t_ccpriv = cu;
	}
	cu->cu_running = false;
	/* Another one wants a part: leave him some. */
	cu->cu_wmax = cwnd < cu->cu_wmax ? cwnd / 20 * 17 : cwnd;
	return (uint32_t)((uint64_t)MIN(tp->snd_cwnd,
	    MAX(tp->snd_nxt - tp->snd_una, tp->t_segsz)) * 7 / 10);
}

static void
cubic_timeout(struct tcpcb *tp)
{
	struct cubic *cu = tp->t_ccpriv;

	if (cu != NULL)
		cu->cu_running = false;
}

const struct tcp_congctl tcp_congctl_cubic = {
	.cc_name = "cubic",
	.cc_acked = cubic_acked,
	.cc_ssthresh = cubic_ssthresh,
	.cc_timeout = cubic_timeout,
};
