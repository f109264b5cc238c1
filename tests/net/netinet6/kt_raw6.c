/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_raw6: the last raw socket goes while a packet waits for it.
 */
#include "p6.h"

#include <netinet/in_pcb.h>

void	rump_kt_raw6_last(void);

#define	PROTO	200

/* The walk along the sockets is at this one, and waits for its lock. */
static void
await_walker(const struct inpcb *inp)
{
	int i;

	for (i = 0; i < 3000 && atomic_load_relaxed(&inp->inp_refs) < 3; i++)
		(void)kpause("raw6", false, MAX(hz / 100, 1), NULL);
	KT_EQ(3, inp->inp_refs);
}

void
rump_kt_raw6_last(void)
{
	const struct p6 p = { .src = PEER, .dst = US, .nxt = PROTO,
	    .data = "abcd", .len = 4 };
	struct ifnet *ifp = p6_make();
	const struct icmp6_hdr *icmp;
	struct socket *so;
	struct inpcb *inp;
	struct mbuf *m;

	KT_EQ(0, socreate(AF_INET6, &so, SOCK_RAW, PROTO, curlwp, NULL));
	inp = sotoinpcb(so);
	inpcb_ref(inp);
	solock(so);
	p6_put(ifp, &p);
	await_walker(inp);
	(*so->so_proto->pr_usrreqs->pr_detach)(so);
	sounlock(so);
	n6_settle();
	/* Nobody refers to it but this, and nobody had the packet. */
	KT_EQ(1, inp->inp_refs);
	inpcb_unref(inp);
	m = n6_next(ifp, ICMP6_PARAM_PROB);
	KT(m != NULL);
	icmp = n6_icmp(m);
	KT_EQ(ICMP6_PARAMPROB_NEXTHEADER, icmp->icmp6_code);
	m_freem(m);
	KT_EQ(0, soclose(so));
	n6_destroy("tst0");
}
