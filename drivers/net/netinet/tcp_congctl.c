/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Congestion control: which algorithms there are, and the one all others are
 * measured by, RFC 5681.  Names as in net.inet.tcp.congctl.
 */

#include <sys/param.h>
#include <sys/kmem.h>
#include <sys/systm.h>

#include "tcp_private.h"

const struct tcp_congctl *volatile tcp_congctl_default = &tcp_congctl_reno;

static const struct tcp_congctl *const all[] = {
	&tcp_congctl_reno,
	&tcp_congctl_cubic,
};

/* A name of at most n bytes, which a NUL may end; NULL. */
const struct tcp_congctl *
tcp_congctl_find(const char *name, size_t n)
{
	size_t len = strnlen(name, n);
	u_int i;

	for (i = 0; i < __arraycount(all); i++) {
		if (strlen(all[i]->cc_name) == len &&
		    memcmp(all[i]->cc_name, name, len) == 0)
			return all[i];
	}
	return NULL;
}

/* Names with blanks between them. */
void
tcp_congctl_names(char *buf, size_t n)
{
	size_t used = 0;
	u_int i;

	for (i = 0; i < __arraycount(all) && used < n; i++)
		used += (size_t)snprintf(buf + used, n - used, "%s%s",
		    i > 0 ? " " : "", all[i]->cc_name);
}

/* The window can be no larger than what the other end may be told. */
void
tcp_cwnd_add(struct tcpcb *tp, uint32_t n)
{
	const uint32_t max = (uint32_t)TCP_MAXWIN << TCP_MAX_WINSHIFT;

	tp->snd_cwnd = tp->snd_cwnd > max - MIN(n, max) ? max :
	    tp->snd_cwnd + n;
}

/* RFC 5681 section 3.1, bytes counted as RFC 3465; false: it is over. */
bool
tcp_slow_start(struct tcpcb *tp, uint32_t acked)
{
	const uint32_t limit = (tp->t_flags & TF_LOSS) != 0 ? 1 : 2;

	if (tp->snd_cwnd >= tp->snd_ssthresh)
		return false;
	tcp_cwnd_add(tp, MIN(acked, limit * tp->t_segsz));
	return true;
}

static void
reno_acked(struct tcpcb *tp, uint32_t acked)
{

	if (tcp_slow_start(tp, acked))
		return;
	tp->t_cwndacked += acked;
	if (tp->t_cwndacked >= tp->snd_cwnd) {
		tp->t_cwndacked -= tp->snd_cwnd;
		tcp_cwnd_add(tp, tp->t_segsz);
	}
}

static uint32_t
reno_ssthresh(struct tcpcb *tp)
{

	return MIN(tp->snd_nxt - tp->snd_una, tp->snd_cwnd) / 2;
}

static void
reno_timeout(struct tcpcb *tp __unused)
{
}

const struct tcp_congctl tcp_congctl_reno = {
	.cc_name = "newreno",
	.cc_acked = reno_acked,
	.cc_ssthresh = reno_ssthresh,
	.cc_timeout = reno_timeout,
};
