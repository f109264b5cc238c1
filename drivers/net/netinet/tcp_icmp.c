/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Errors of ICMP about segments we have sent: RFC 1122 section 4.2.3.9, and
 * what of that is believed, RFC 5927.  Only one about data that is under way
 * counts; an established connection outlives all of them.
 */

#include <sys/param.h>
#include <sys/endian.h>
#include <sys/errno.h>
#include <sys/mbuf.h>
#include <sys/protosw.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <netinet/icmp_var.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <netinet/ip_var.h>

#include "tcp_private.h"

/* The connection can get nowhere. */
static void
unreachable(struct tcpcb *tp, int cmd, int error)
{

	if (tp->t_state == TCPS_SYN_SENT &&
	    (cmd == PRC_UNREACH_PROTOCOL || cmd == PRC_UNREACH_PORT)) {
		tcp_drop(tp, error);
		return;
	}
	/* Told only if nothing better happens. */
	tp->t_softerror = (uint8_t)error;
}

/* Is it about what is under way? */
static bool
believable(struct tcpcb *tp, tcp_seq seq)
{

	tcp_clock(tp);
	return !SEQ_LT(seq, tp->snd_una) && SEQ_LT(seq, tp->snd_nxt);
}

void
tcp_family_error(const struct inaddrs *ia, uint32_t seq, int cmd, int error,
    void (*mtudisc)(void *), void *arg)
{
	struct inpcb *inp = inpcb_lookup(tcbtable, ia);
	struct tcpcb *tp;
	struct socket *so;

	if (inp == NULL) {
		if (cmd != PRC_MSGSIZE)
			tcp_syn_unreach(ia, seq);
		return;
	}
	if (inpcb_lock(inp)) {
		so = inp->inp_so;
		tp = inp->inp_ppcb;
		if (!believable(tp, seq))
			;
		else if (cmd != PRC_MSGSIZE)
			unreachable(tp, cmd, error);
		else {
			(*mtudisc)(arg);
			if (tcp_mtu_changed(tp))
				(void)tcp_output(tp);
		}
		tcp_unlock(so);
	}
	inpcb_unref(inp);
}

static void
mtudisc4(void *arg)
{
	struct ip *ip = arg;

	icmp_mtudisc((struct icmp *)(void *)((char *)ip -
	    offsetof(struct icmp, icmp_ip)), ip->ip_dst);
}

void *
tcp_ctlinput(int cmd, const struct sockaddr *sa, void *v)
{
	struct ip *ip = v;
	const struct tcphdr *th;
	struct inaddrs ia = { .ia_zone = 0 };

	if (sa->sa_family != AF_INET || ip == NULL || (u_int)cmd >=
	    PRC_NCMDS || (inetctlerrmap[cmd] == 0 && cmd != PRC_MSGSIZE))
		return NULL;
	th = (const void *)((const char *)ip + (ip->ip_hl << 2));
	ia.ia_laddr = in6_v4mapped(ip->ip_src);
	ia.ia_faddr = in6_v4mapped(ip->ip_dst);
	ia.ia_lport = th->th_sport;
	ia.ia_fport = th->th_dport;
	tcp_family_error(&ia, be32dec(&th->th_seq), cmd, inetctlerrmap[cmd],
	    mtudisc4, ip);
	return NULL;
}
