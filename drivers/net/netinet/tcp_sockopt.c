/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Options of sockets, tcp(4).
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/protosw.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <netinet/ip_var.h>

#include "tcp_private.h"

#define	KEEP_MAX	32767		/* seconds; probes */

static int
set_flag(struct tcpcb *tp, const struct sockopt *sopt, uint32_t flag)
{
	int error, on;

	error = sockopt_getint(sopt, &on);
	if (error != 0)
		return error;
	if (on != 0)
		tp->t_flags |= flag;
	else {
		tp->t_flags &= ~flag;
		/* What waited for more goes now. */
		if (flag == TF_NOPUSH)
			(void)tcp_output(tp);
	}
	return 0;
}

static int
set_maxseg(struct tcpcb *tp, int val)
{

	if (val < 32 || val > UINT16_MAX)
		return EINVAL;
	if (tp->t_fam != NULL && val > tp->t_peermss)
		return EINVAL;
	tp->t_maxseg = (uint16_t)val;
	if (tp->t_fam != NULL)
		tcp_setsegsz(tp);
	return 0;
}

static int
set_keep(struct tcpcb *tp, int name, int val)
{

	if (val <= 0 || val > KEEP_MAX)
		return EINVAL;
	switch (name) {
	case TCP_KEEPINIT:
		tp->t_keepinit = (uint16_t)val;
		return 0;
	case TCP_KEEPCNT:
		tp->t_keepcnt = (uint16_t)val;
		return 0;
	case TCP_KEEPINTVL:
		tp->t_keepintvl = (uint16_t)val;
		break;
	default:
		tp->t_keepidle = (uint16_t)val;
		break;
	}
	if (TCPS_HAVEESTABLISHED(tp->t_state))
		tcp_timer_arm(tp, TCPT_KEEP, tcp_keepidle_ticks(tp));
	return 0;
}

static int
set_congctl(struct tcpcb *tp, const struct sockopt *sopt)
{
	const struct tcp_congctl *cc;

	if (sopt->sopt_data == NULL || sopt->sopt_size == 0)
		return EINVAL;
	cc = tcp_congctl_find(sopt->sopt_data, sopt->sopt_size);
	if (cc == NULL)
		return EINVAL;
	if (cc != tp->t_cc)
		tcp_congctl_free(tp);
	tp->t_cc = cc;
	return 0;
}

static int
set(struct tcpcb *tp, const struct sockopt *sopt)
{
	int error, val;

	switch (sopt->sopt_name) {
	case TCP_NODELAY:
		error = set_flag(tp, sopt, TF_NODELAY);
		if (error == 0)
			(void)tcp_output(tp);
		return error;
	case TCP_NOPUSH:
		return set_flag(tp, sopt, TF_NOPUSH);
	case TCP_NOOPT:
		return set_flag(tp, sopt, TF_NOOPT);
	case TCP_FASTOPEN:
		return set_flag(tp, sopt, TF_FASTOPEN);
	case TCP_CONGCTL:
		return set_congctl(tp, sopt);
	case TCP_MAXSEG:
	case TCP_KEEPIDLE:
	case TCP_KEEPINTVL:
	case TCP_KEEPCNT:
	case TCP_KEEPINIT:
		error = sockopt_getint(sopt, &val);
		if (error != 0)
			return error;
		return sopt->sopt_name == TCP_MAXSEG ? set_maxseg(tp, val) :
		    set_keep(tp, sopt->sopt_name, val);
	default:
		return ENOPROTOOPT;
	}
}

static void
fill_info(struct tcpcb *tp, struct tcp_info *ti)
{
	struct socket *so = tcptoso(tp);

	memset(ti, 0, sizeof(*ti));
	ti->tcpi_state = tp->t_state;
	if ((tp->t_flags & TF_TS) != 0)
		ti->tcpi_options |= TCPI_OPT_TIMESTAMPS;
	if ((tp->t_flags & TF_SACK) != 0)
		ti->tcpi_options |= TCPI_OPT_SACK;
	if ((tp->t_flags & TF_ECN) != 0)
		ti->tcpi_options |= TCPI_OPT_ECN;
	if ((tp->t_flags & TF_SCALE) != 0) {
		ti->tcpi_options |= TCPI_OPT_WSCALE;
		ti->tcpi_snd_wscale = tp->snd_scale & 0xf;
		ti->tcpi_rcv_wscale = tp->rcv_scale & 0xf;
	}
	ti->tcpi_rto = (uint32_t)tp->t_rto * (1000000u / (u_int)hz);
	ti->tcpi_snd_mss = tp->t_segsz;
	ti->tcpi_rcv_mss = tp->t_rcvseg != 0 ? tp->t_rcvseg : tp->t_segsz;
	ti->tcpi_last_data_recv = (tp->t_tick - tp->t_rcvtime) *
	    (1000000u / (u_int)hz);
	ti->tcpi_rtt = tp->t_srtt >> 3;
	ti->tcpi_rttvar = tp->t_rttvar >> 2;
	ti->tcpi_snd_ssthresh = tp->snd_ssthresh;
	ti->tcpi_snd_cwnd = tp->snd_cwnd;
	ti->tcpi_rcv_space = tp->t_fam != NULL ? tcp_window(tp) :
	    (uint32_t)sbspace(&so->so_rcv);
	ti->tcpi_snd_wnd = tp->snd_wnd;
	ti->tcpi_snd_nxt = tp->snd_nxt;
	ti->tcpi_rcv_nxt = tp->rcv_nxt;
	ti->tcpi_snd_rexmitpack = tp->t_rexmitpack;
	ti->tcpi_rcv_ooopack = tp->t_ooopack;
	ti->tcpi_snd_zerowin = tp->t_zerowin;
}

static int
get(struct tcpcb *tp, struct sockopt *sopt)
{
	struct tcp_info ti;
	int val;

	switch (sopt->sopt_name) {
	case TCP_NODELAY:
		val = (tp->t_flags & TF_NODELAY) != 0;
		break;
	case TCP_NOPUSH:
		val = (tp->t_flags & TF_NOPUSH) != 0;
		break;
	case TCP_NOOPT:
		val = (tp->t_flags & TF_NOOPT) != 0;
		break;
	case TCP_FASTOPEN:
		val = (tp->t_flags & TF_FASTOPEN) != 0;
		break;
	case TCP_MAXSEG:
		val = tp->t_segsz;
		break;
	case TCP_KEEPIDLE:
		val = tcp_keepidle_ticks(tp) / hz;
		break;
	case TCP_KEEPINTVL:
		val = tp->t_keepintvl != 0 ? (int)tp->t_keepintvl :
		    tcp_keepintvl / 2;
		break;
	case TCP_KEEPCNT:
		val = tp->t_keepcnt != 0 ? tp->t_keepcnt : tcp_keepcnt;
		break;
	case TCP_KEEPINIT:
		val = tp->t_keepinit != 0 ? tp->t_keepinit : tcp_keepinit / 2;
		break;
	case TCP_CONGCTL:
		return sockopt_set(sopt, tp->t_cc->cc_name,
		    strlen(tp->t_cc->cc_name) + 1);
	case TCP_INFO:
		fill_info(tp, &ti);
		return sockopt_set(sopt, &ti,
		    sopt->sopt_size != 0 ? MIN(sizeof(ti), sopt->sopt_size) :
		    sizeof(ti));
	default:
		return ENOPROTOOPT;
	}
	return sockopt_setint(sopt, val);
}

int
tcp_ctloutput(int op, struct socket *so, struct sockopt *sopt)
{
	struct tcpcb *tp = sototcpcb(so);

	KASSERT(solocked(so));
	if (tp == NULL)
		return ECONNRESET;
	if (sopt->sopt_level != IPPROTO_TCP)
		return (*tp->t_inpcb->inp_fam->pf_ctloutput)(op, so, sopt);
	tcp_clock(tp);
	return op == PRCO_SETOPT ? set(tp, sopt) : get(tp, sopt);
}
