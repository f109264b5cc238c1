/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_tcp_dsack.
 */
#include "script.h"

#include "tcp_private.h"

void	rump_kt_tcp_dsack(void);
void	rump_kt_tcp_undo(void);

/* RFC 2883: of what comes twice the next segment tells, and that once. */
void
rump_kt_tcp_dsack(void)
{

	script_passive(true);
	IN(.flags = ACK, .seq = 1, .ack = 1, .len = 1000);
	IN(.flags = ACK, .seq = 1001, .ack = 1, .len = 1000);
	OUT(ACK, 1, 2001, 0);
	KT_EQ(0, sc.got.optlen);
	/* All of it is old. */
	IN(.flags = ACK, .seq = 501, .ack = 1, .len = 1000);
	OUT(ACK, 1, 2001, 0);
	sack_is(1, (const uint32_t[]){ 501, 1501 });
	/* With data, of which only one segment tells. */
	IN(.flags = ACK, .seq = 1, .ack = 1, .len = 100);
	OUT(ACK, 1, 2001, 0);
	sack_is(1, (const uint32_t[]){ 1, 101 });
	script_send(2000);
	OUT(ACK, 1, 2001, 1000);
	KT_EQ(0, sc.got.optlen);
	OUT(ACK, 1001, 2001, 1000);
	IN(.flags = ACK, .seq = 2001, .ack = 2001);
	/* Half of it is, in order. */
	IN(.flags = ACK, .seq = 1501, .ack = 2001, .len = 1000);
	OUT(ACK, 2001, 2501, 0);
	sack_is(1, (const uint32_t[]){ 1501, 2001 });
	/* No data: a probe whether we are alive. */
	IN(.flags = ACK, .seq = 2500, .ack = 2001);
	OUT(ACK, 2001, 2501, 0);
	KT_EQ(0, sc.got.optlen);
	/* One that is whole between others, and its neighbours. */
	IN(.flags = ACK, .seq = 3001, .ack = 2001, .len = 100);
	OUT(ACK, 2001, 2501, 0);
	sack_is(1, (const uint32_t[]){ 3001, 3101 });
	IN(.flags = ACK, .seq = 2901, .ack = 2001, .len = 300);
	OUT(ACK, 2001, 2501, 0);
	sack_is(2, (const uint32_t[]){ 3001, 3101, 2901, 3201 });
	KT_EQ(4, nt_tcpstat(TCP_STAT_DSACK_SENT));
	/* Not if nobody wants it. */
	tcp_do_dsack = 0;
	IN(.flags = ACK, .seq = 1, .ack = 2001, .len = 100);
	OUT(ACK, 2001, 2501, 0);
	sack_is(1, (const uint32_t[]){ 2901, 3201 });
	script_recv(2500);
	script_close();
}

/* RFC 3708: all that was sent again arrives twice, so that it was not lost. */
void
rump_kt_tcp_undo(void)
{
	const struct tcpcb *tp;
	uint32_t i;

	script_rtt = hz / 2;
	script_passive(true);
	tp = sototcpcb(sc.so);
	script_send(10000);
	for (i = 0; i < 10; i++)
		OUT(ACK, 1 + 1000 * i, 1, 1000);
	/* The first is late.  What is acknowledged sooner after it was sent
	 * again than others were says nothing of those, RFC 8985 section
	 * 6.2. */
	kpause("late", false, hz / 4, NULL);
	IN(.flags = ACK, .seq = 1, .ack = 1, OPTS(12, 1, 1, 5, 10,
	    OPT32(sc.iss + 1001), OPT32(sc.iss + 5001)));
	OUT(ACK, 1, 1, 1000);
	KT((tp->t_flags & TF_RECOVERY) != 0);
	KT(tp->snd_cwnd < 10000);
	IN(.flags = ACK, .seq = 1, .ack = 5001);
	/* Something else, and more than all are no proof. */
	IN(.flags = ACK, .seq = 1, .ack = 5001, OPTS(12, 1, 1, 5, 10,
	    OPT32(sc.iss + 0), OPT32(sc.iss + 1)));
	IN(.flags = ACK, .seq = 1, .ack = 5001, OPTS(12, 1, 1, 5, 10,
	    OPT32(sc.iss + 1), OPT32(sc.iss + 5001)));
	IN(.flags = ACK, .seq = 1, .ack = 5001, OPTS(12, 1, 1, 5, 10,
	    OPT32(sc.iss + 1), OPT32(sc.iss + 501)));
	KT((tp->t_flags & TF_RECOVERY) != 0);
	KT_EQ(0, nt_tcpstat(TCP_STAT_UNDO));
	IN(.flags = ACK, .seq = 1, .ack = 5001, OPTS(12, 1, 1, 5, 10,
	    OPT32(sc.iss + 501), OPT32(sc.iss + 1001)));
	KT((tp->t_flags & TF_RECOVERY) == 0);
	KT(tp->snd_cwnd >= 10000);
	KT_EQ(1, nt_tcpstat(TCP_STAT_UNDO));
	IN(.flags = ACK, .seq = 1, .ack = 10001);
	NONE(0);
	KT_EQ(1, nt_tcpstat(TCP_STAT_SNDREXMITPACK));
	script_close();
}
