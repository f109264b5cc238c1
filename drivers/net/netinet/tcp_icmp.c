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

static void
connection(struct tcpcb *tp, tcp_seq seq, int cmd, const struct ip *ip)
{

	tcp_clock(tp);
	if (SEQ_LT(seq, tp->snd_una) || SEQ_GEQ(seq, tp->snd_nxt))
		return;
	if (cmd != PRC_MSGSIZE) {
		unreachable(tp, cmd, inetctlerrmap[cmd]);
		return;
	}
	icmp_mtudisc(__UNCONST((const char *)ip -
	    offsetof(struct icmp, icmp_ip)), ip->ip_dst);
	if (tcp_mtu_changed(tp))
		(void)tcp_output(tp);
}

void *
tcp_ctlinput(int cmd, const struct sockaddr *sa, void *v)
{
	const struct ip *ip = v;
	const struct tcphdr *th;
	struct inaddrs ia = { .ia_zone = 0 };
	struct socket *so;
	struct inpcb *inp;
	tcp_seq seq;

	if (sa->sa_family != AF_INET || ip == NULL || (u_int)cmd >=
	    PRC_NCMDS || (inetctlerrmap[cmd] == 0 && cmd != PRC_MSGSIZE))
		return NULL;
	th = (const void *)((const char *)ip + (ip->ip_hl << 2));
	ia.ia_laddr = in6_v4mapped(ip->ip_src);
	ia.ia_faddr = in6_v4mapped(ip->ip_dst);
	ia.ia_lport = th->th_sport;
	ia.ia_fport = th->th_dport;
	seq = be32dec(&th->th_seq);
	inp = inpcb_lookup(tcbtable, &ia);
	if (inp == NULL) {
		if (cmd != PRC_MSGSIZE)
			tcp_syn_unreach(&ia, seq);
		return NULL;
	}
	if (inpcb_lock(inp)) {
		so = inp->inp_so;
		connection(inp->inp_ppcb, seq, cmd, ip);
		tcp_unlock(so);
	}
	inpcb_unref(inp);
	return NULL;
}
