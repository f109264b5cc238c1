/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How large packets may be that arrive, found out by sending some (RFC 4821):
 * it needs no message of a router, which may be lost or forbidden.  Sizes are
 * of segments with their options, as in the option of a SYN.
 *
 * t_pathseg is the largest that is known to arrive, and limits t_segsz; up to
 * t_probehigh there may be larger ones.  A segment of new data that is larger
 * than others (TSF_MTUPROBE) is sent now and then, if its loss would be seen at
 * once by SACK.  If it arrives, t_pathseg grows; if it alone is lost, that is
 * no congestion, and t_probehigh falls.  As both meet the search is over, and
 * begins anew after net.inet.tcp.mtu_probe_interval.
 *
 * It begins with a connection (net.inet.tcp.mtu_probing 2), or where segments
 * of one size vanish (1), which makes the segments small first.
 */

#include <sys/param.h>
#include <sys/kernel.h>
#include <sys/systm.h>

#include <netinet/ip_var.h>

#include "tcp_private.h"

#define	CLOSE		16	/* bytes that are not worth a probe */
#define	BEHIND		3	/* segments whose SACKs show a loss */

int tcp_mtu_probing = 1;
int tcp_mtu_base = 1024;
int tcp_mtu_interval = 600;

/* Of common links, less the headers of IPv4 or IPv6. */
static const uint16_t sizes[] = {
	8960, 8940, 8152, 4312, 1460, 1440, 1220, 536
};

/* What both ends and the interface allow. */
static u_int
largest(const struct tcpcb *tp)
{
	const u_int seg = MIN(tp->t_peermss, tp->t_ourmss);

	return tp->t_maxseg != 0 ? MIN(seg, tp->t_maxseg) : seg;
}

/* The largest common size below one; 0: there is none. */
static u_int
below(u_int seg)
{
	u_int i;

	for (i = 0; i < __arraycount(sizes); i++) {
		if (sizes[i] < seg)
			return sizes[i];
	}
	return 0;
}

static bool
possible(const struct tcpcb *tp)
{

	return tcp_mtu_probing != 0 && (tp->t_flags & (TF_SACK | TF_LOCAL |
	    TF_NODF)) == TF_SACK &&
	    (tp->t_fam->tf_af != AF_INET || ip_mtudisc) &&
	    (*tp->t_inpcb->inp_fam->pf_optlen)(tp->t_inpcb) == 0;
}

/* Is what is known good enough?  Then it is for a while. */
static void
settle(struct tcpcb *tp)
{
	const u_int max = largest(tp);

	if (tp->t_pathseg >= max)
		tp->t_pathseg = 0;
	else if (tp->t_pathseg + CLOSE < MIN(tp->t_probehigh, max))
		return;
	tp->t_probehigh = 0;
	tp->t_probetick = tp->t_tick;
}

void
tcp_pmtud_begin(struct tcpcb *tp)
{
	const u_int max = largest(tp);

	if (tcp_mtu_probing < 2 || !possible(tp) || (u_int)tcp_mtu_base >= max)
		return;
	tp->t_pathseg = (uint16_t)tcp_mtu_base;
	tp->t_probehigh = (uint16_t)max;
	tcp_setsegsz(tp);
}

void
tcp_pmtud_black_hole(struct tcpcb *tp)
{
	const u_int max = largest(tp);
	const u_int less = below(tp->t_pathseg != 0 ? tp->t_pathseg : max);

	if ((tp->t_flags & TF_LOCAL) != 0)
		return;
	if (less == 0) {
		tp->t_flags |= TF_NODF;
		return;
	}
	tcp_statinc(TCP_STAT_PMTUBLACKHOLE);
	tp->t_pathseg = (uint16_t)less;
	/* Perhaps there was but nobody to hear. */
	tp->t_probehigh = (uint16_t)max;
	tcp_setsegsz(tp);
}

/* What to try: all, or what others have; else half of what is unknown. */
static u_int
candidate(struct tcpcb *tp)
{
	const u_int low = tp->t_pathseg, max = largest(tp);
	u_int high, size;

	if (low == 0 || low >= max)
		return 0;
	if (tp->t_probehigh == 0) {
		if (tp->t_tick - tp->t_probetick <
		    (uint32_t)tcp_mtu_interval * (u_int)hz)
			return 0;
		tp->t_probehigh = (uint16_t)max;
	}
	high = MIN(tp->t_probehigh, max);
	size = high == max ? max : below(high + 1);
	return size > low ? size : (low + high + 1) / 2;
}

/* Will it be seen at once whether it arrives? */
static bool
can_tell(const struct tcpcb *tp, uint32_t avail, uint32_t len)
{
	const struct tcp_flight *f = tp->t_flight;
	const uint32_t all = len + BEHIND * (uint32_t)tp->t_segsz;
	const uint32_t out = tp->snd_nxt - tp->snd_una;

	return avail >= all && tp->snd_wnd >= out + all &&
	    tp->snd_cwnd >= tcp_pipe(tp) + all && f->f_lost == 0 &&
	    f->f_sacked == 0 && f->f_probeseg == 0 && tp->t_rxtshift == 0;
}

u_int
tcp_pmtud_probe(struct tcpcb *tp, u_int optlen, uint32_t avail)
{
	u_int size;

	if (tp->t_pathseg == 0 || !possible(tp) || (tp->t_flags &
	    (TF_RECOVERY | TF_LOSS | TF_TLP | TF_FORCE | TF_PROBE |
	    TF_ECNCWR | TF_HAVEURG | TF_DSACK)) != 0)
		return 0;
	size = candidate(tp);
	if (size <= optlen || !can_tell(tp, avail, size - optlen))
		return 0;
	return size - optlen;
}

void
tcp_pmtud_sent(struct tcpcb *tp, u_int size)
{

	KASSERT(size > tp->t_pathseg && tp->t_flight->f_probeseg == 0);
	tcp_statinc(TCP_STAT_PMTUPROBE);
	tp->t_flight->f_probeseg = (uint16_t)size;
}

void
tcp_pmtud_arrived(struct tcpcb *tp)
{

	tcp_statinc(TCP_STAT_PMTUPROBE_OK);
	tp->t_pathseg = tp->t_flight->f_probeseg;
	tp->t_flight->f_probeseg = 0;
	settle(tp);
	tcp_setsegsz(tp);
}

void
tcp_pmtud_lost(struct tcpcb *tp)
{

	tcp_statinc(TCP_STAT_PMTUPROBE_LOST);
	tp->t_probehigh = tp->t_flight->f_probeseg - 1;
	tp->t_flight->f_probeseg = 0;
	settle(tp);
}
