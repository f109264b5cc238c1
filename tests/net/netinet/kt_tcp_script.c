/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_tcp_script.
 */
#include "script.h"

#include <net/if_llatbl.h>
#include <net/nd.h>
#include <netinet/in_var.h>

#include "tcp_private.h"

void	rump_kt_tcp_passive(void);
void	rump_kt_tcp_active(void);
void	rump_kt_tcp_simopen(void);
void	rump_kt_tcp_simclose(void);
void	rump_kt_tcp_delack(void);
void	rump_kt_tcp_reorder(void);
void	rump_kt_tcp_rto(void);
void	rump_kt_tcp_sackrexmit(void);
void	rump_kt_tcp_newreno(void);
void	rump_kt_tcp_tailprobe(void);
void	rump_kt_tcp_persist(void);
void	rump_kt_tcp_rcvwindow(void);
void	rump_kt_tcp_reset(void);
void	rump_kt_tcp_badack(void);
void	rump_kt_tcp_paws(void);
void	rump_kt_tcp_keepalive(void);
void	rump_kt_tcp_halfclose(void);
void	rump_kt_tcp_malformed(void);
void	rump_kt_tcp_afterclose(void);
void	rump_kt_tcp_timewait(void);
void	rump_kt_tcp_cookie(void);
void	rump_kt_tcp_synflood(void);
void	rump_kt_tcp_unreach(void);
void	rump_kt_tcp_pmtu(void);
void	rump_kt_tcp_ecn(void);
void	rump_kt_tcp_random(void);
void	rump_kt_tcp_confirm(void);

/* The peer's entry: what state it is in, which it is set to. */
static int
neighbour(int set)
{
	const struct sockaddr_in sin = nt_sin(PEER);
	struct llentry *lle;
	int was;

	IF_AFDATA_RLOCK(sc.ifp);
	lle = lla_lookup(in_lltable_get(sc.ifp), LLE_EXCLUSIVE,
	    (const struct sockaddr *)&sin);
	KT(lle != NULL);
	was = lle->ln_state;
	lle->ln_state = (int16_t)set;
	LLE_WUNLOCK(lle);
	IF_AFDATA_RUNLOCK(sc.ifp);
	return was;
}

/* What is acknowledged has passed by the neighbour. */
void
rump_kt_tcp_confirm(void)
{

	script_passive(false);
	script_send(100);
	OUT(ACK, 1, 1, 100);
	(void)neighbour(ND_LLINFO_STALE);
	/* As if it were old already. */
	solock(sc.so);
	sototcpcb(sc.so)->t_confirmed -= 60;
	sounlock(sc.so);
	/* Nothing new, and then something. */
	IN(.flags = ACK, .seq = 1, .ack = 1);
	KT_EQ(ND_LLINFO_STALE, neighbour(ND_LLINFO_STALE));
	IN(.flags = ACK, .seq = 1, .ack = 101);
	KT_EQ(ND_LLINFO_REACHABLE, neighbour(ND_LLINFO_STALE));
	/* Not each time. */
	script_send(100);
	OUT(ACK, 101, 1, 100);
	(void)neighbour(ND_LLINFO_STALE);
	IN(.flags = ACK, .seq = 1, .ack = 201);
	KT_EQ(ND_LLINFO_STALE, neighbour(ND_LLINFO_STALE));
	script_close();
}

/* RFC 9293 section 3.5, RFC 7323, RFC 2018: what each end says. */
void
rump_kt_tcp_passive(void)
{

	script_begin();
	script_listen();
	IN(.flags = SYN, OPTS(24, OPT_MSS(1460), OPT_WS(7), OPT_SACKOK,
	    OPT_TS(1000u, 0)));
	OUT(SYN | ACK, 0, 1, 0);
	KT_EQ(24, sc.got.optlen);
	KT_EQ(2, sc.got.opt[0]);
	KT_EQ(1460, be16dec(sc.got.opt + 2));
	KT_EQ(3, sc.got.opt[5]);
	KT_EQ(4, sc.got.opt[10]);
	KT_EQ(8, sc.got.opt[14]);
	KT_EQ(1000, be32dec(sc.got.opt + 20));
	/* The SYN comes again: so does the answer. */
	IN(.flags = SYN, OPTS(24, OPT_MSS(1460), OPT_WS(7), OPT_SACKOK,
	    OPT_TS(1001u, 0)));
	OUT(SYN | ACK, 0, 1, 0);
	/* It is not acknowledged: it comes again, too. */
	OUT(SYN | ACK, 0, 1, 0);
	/* What acknowledges something else does not count. */
	IN(.flags = ACK, .seq = 1, .ack = 5);
	OUT(RST, 5, 0, 0);
	IN(.flags = ACK, .seq = 1, .ack = 1, .len = 10,
	    OPTS(12, OPT_TS(1002u, 0)));
	script_accept();
	script_recv(10);
	/* Without options in the SYN none are used. */
	script_close();
	OUT(FIN | ACK, 1, 11, 0);
	KT_EQ(12, sc.got.optlen);
}

void
rump_kt_tcp_active(void)
{

	script_begin();
	script_connect();
	OUT(SYN, 0, 0, 0);
	KT_EQ(24, sc.got.optlen);
	/* Lost: again. */
	OUT(SYN, 0, 0, 0);
	/* An acknowledgement of what was not sent. */
	IN(.flags = SYN | ACK, .seq = 0, .ack = 2);
	OUT(RST, 2, 0, 0);
	/* A reset that is not about our SYN. */
	IN(.flags = RST, .seq = 0);
	NONE(0);
	IN(.flags = SYN | ACK, .seq = 0, .ack = 1, OPTS(4, OPT_MSS(1000)));
	OUT(ACK, 1, 1, 0);
	KT_EQ(0, sc.got.optlen);
	KT((sc.so->so_state & SS_ISCONNECTED) != 0);
	script_send(1500);
	OUT(ACK, 1, 1, 1000);
	KT_EQ(0, memcmp(sc.data, script_pattern, sizeof(sc.data)));
	/* The SYN was lost, so that the window is one segment. */
	NONE(0);
	IN(.flags = ACK, .seq = 1, .ack = 1001);
	OUT(ACK, 1001, 1, 500);
	IN(.flags = RST | ACK, .seq = 1, .ack = 1501);
	KT_EQ(ECONNRESET, sc.so->so_error);
	script_close();
}

/* RFC 9293 figure 7. */
void
rump_kt_tcp_simopen(void)
{

	script_begin();
	script_connect();
	OUT(SYN, 0, 0, 0);
	IN(.flags = SYN, OPTS(4, OPT_MSS(1000)));
	OUT(SYN | ACK, 0, 1, 0);
	KT((sc.so->so_state & SS_ISCONNECTED) == 0);
	IN(.flags = SYN | ACK, .seq = 0, .ack = 1, OPTS(4, OPT_MSS(1000)));
	KT((sc.so->so_state & SS_ISCONNECTED) != 0);
	nt_drain(sc.ifp);
	script_send(10);
	OUT(ACK, 1, 1, 10);
	IN(.flags = ACK, .seq = 1, .ack = 11, .len = 5);
	script_recv(5);
	script_close();
}

/* RFC 9293 figure 13. */
void
rump_kt_tcp_simclose(void)
{

	script_passive(false);
	KT_EQ(0, soshutdown(sc.so, SHUT_WR));
	OUT(FIN | ACK, 1, 1, 0);
	IN(.flags = FIN | ACK, .seq = 1, .ack = 1);
	OUT(ACK, 2, 2, 0);
	script_recv(0);
	script_close();
	IN(.flags = ACK, .seq = 2, .ack = 2);
	NONE(0);
	/* In TIME_WAIT: its FIN again. */
	IN(.flags = FIN | ACK, .seq = 1, .ack = 2);
	OUT(ACK, 2, 2, 0);
}

/* Each second segment at once, one alone after a while. */
void
rump_kt_tcp_delack(void)
{

	/* However slow the machine is. */
	tcp_delack_ticks = 120 * hz;
	script_passive(false);
	IN(.flags = ACK, .seq = 1, .ack = 1, .len = 1000);
	NONE(0);
	IN(.flags = ACK, .seq = 1001, .ack = 1, .len = 1000);
	OUT(ACK, 1, 2001, 0);
	/* With data that goes the other way. */
	IN(.flags = ACK, .seq = 2001, .ack = 1, .len = 10);
	NONE(5);
	script_send(7);
	OUT(ACK, 1, 2011, 7);
	KT_EQ(0, nt_tcpstat(TCP_STAT_DELACK));
	tcp_delack_ticks = 20;
	IN(.flags = ACK, .seq = 2011, .ack = 8, .len = 10);
	OUT(ACK, 8, 2021, 0);
	KT_EQ(1, nt_tcpstat(TCP_STAT_DELACK));
	/* A duplicate at once. */
	IN(.flags = ACK, .seq = 2011, .ack = 8, .len = 10);
	OUT(ACK, 8, 2021, 0);
	script_recv(2020);
	script_close();
}

/* Segments that come in another order, twice, and overlapping. */
void
rump_kt_tcp_reorder(void)
{

	script_passive(true);
	IN(.flags = ACK, .seq = 101, .ack = 1, .len = 100);
	OUT(ACK, 1, 1, 0);
	sack_is(1, (const uint32_t[]){ 101, 201 });
	IN(.flags = ACK, .seq = 401, .ack = 1, .len = 100);
	OUT(ACK, 1, 1, 0);
	sack_is(2, (const uint32_t[]){ 401, 501, 101, 201 });
	IN(.flags = ACK, .seq = 601, .ack = 1, .len = 100);
	OUT(ACK, 1, 1, 0);
	sack_is(3, (const uint32_t[]){ 601, 701, 401, 501, 101, 201 });
	/* One that joins two, and more than that. */
	IN(.flags = ACK, .seq = 451, .ack = 1, .len = 200);
	OUT(ACK, 1, 1, 0);
	/* RFC 2883: what comes twice is told first. */
	sack_is(3, (const uint32_t[]){ 451, 501, 401, 701, 101, 201 });
	/* Twice. */
	IN(.flags = ACK, .seq = 121, .ack = 1, .len = 20);
	OUT(ACK, 1, 1, 0);
	sack_is(3, (const uint32_t[]){ 121, 141, 101, 201, 401, 701 });
	script_recv(-EWOULDBLOCK);
	/* The FIN before what is missing. */
	IN(.flags = FIN | ACK, .seq = 701, .ack = 1, .len = 10);
	OUT(ACK, 1, 1, 0);
	/* The first hole, and part of what is there. */
	IN(.flags = ACK, .seq = 1, .ack = 1, .len = 150);
	OUT(ACK, 1, 201, 0);
	sack_is(1, (const uint32_t[]){ 401, 712 });
	script_recv(200);
	IN(.flags = ACK, .seq = 201, .ack = 1, .len = 500);
	OUT(ACK, 1, 712, 0);
	KT_EQ(0, sc.got.optlen);
	KT_EQ(2, nt_tcpstat(TCP_STAT_DSACK_SENT));
	script_recv(510);
	script_recv(0);
	KT_EQ(0, nt_tcpstat(TCP_STAT_RCVMEMDROP));
	script_close();
	OUT(FIN | ACK, 1, 712, 0);
	IN(.flags = ACK, .seq = 712, .ack = 2);
	NONE(0);
}

/* RFC 6298: again, later and later; all that was lost is sent again. */
void
rump_kt_tcp_rto(void)
{
	int t0, t1, t2;

	script_passive(false);
	script_send(3000);
	OUT(ACK, 1, 1, 1000);
	OUT(ACK, 1001, 1, 1000);
	OUT(ACK, 2001, 1, 1000);
	t0 = getticks();
	OUT(ACK, 1, 1, 1000);
	t1 = getticks();
	OUT(ACK, 1, 1, 1000);
	t2 = getticks();
	KT(t1 - t0 >= hz - hz / 10);
	KT(t2 - t1 >= 2 * hz - hz / 10);
	KT_EQ(2, nt_tcpstat(TCP_STAT_REXMTTIMEO));
	/* Slow start from one segment. */
	IN(.flags = ACK, .seq = 1, .ack = 1001);
	OUT(ACK, 1001, 1, 1000);
	OUT(ACK, 2001, 1, 1000);
	NONE(0);
	IN(.flags = ACK, .seq = 1, .ack = 3001);
	NONE(0);
	KT_EQ(0, sc.so->so_snd.sb_cc);
	script_close();
}

/* RFC 6675, RFC 8985: what is missing goes again, and only that. */
void
rump_kt_tcp_sackrexmit(void)
{
	uint32_t i;

	script_rtt = hz / 2;
	script_passive(true);
	script_send(10000);
	for (i = 0; i < 10; i++)
		OUT(ACK, 1 + 1000 * i, 1, 1000);
	/* The second and the fifth are lost. */
	IN(.flags = ACK, .seq = 1, .ack = 1001);
	NONE(0);
	IN(.flags = ACK, .seq = 1, .ack = 1001, OPTS(12, 1, 1, 5, 10,
	    OPT32(sc.iss + 2001), OPT32(sc.iss + 3001)));
	IN(.flags = ACK, .seq = 1, .ack = 1001, OPTS(12, 1, 1, 5, 10,
	    OPT32(sc.iss + 2001), OPT32(sc.iss + 4001)));
	IN(.flags = ACK, .seq = 1, .ack = 1001, OPTS(20, 1, 1, 5, 18,
	    OPT32(sc.iss + 5001), OPT32(sc.iss + 6001),
	    OPT32(sc.iss + 2001), OPT32(sc.iss + 4001)));
	OUT(ACK, 1001, 1, 1000);
	IN(.flags = ACK, .seq = 1, .ack = 1001, OPTS(20, 1, 1, 5, 18,
	    OPT32(sc.iss + 5001), OPT32(sc.iss + 10001),
	    OPT32(sc.iss + 2001), OPT32(sc.iss + 4001)));
	OUT(ACK, 4001, 1, 1000);
	NONE(0);
	IN(.flags = ACK, .seq = 1, .ack = 4001, OPTS(12, 1, 1, 5, 10,
	    OPT32(sc.iss + 5001), OPT32(sc.iss + 10001)));
	NONE(0);
	IN(.flags = ACK, .seq = 1, .ack = 10001);
	NONE(0);
	KT_EQ(0, nt_tcpstat(TCP_STAT_REXMTTIMEO));
	KT_EQ(2, nt_tcpstat(TCP_STAT_SNDREXMITPACK));
	script_close();
}

/* RFC 5681, RFC 6582: without SACK, by duplicates. */
void
rump_kt_tcp_newreno(void)
{
	uint32_t i;

	script_passive(false);
	script_send(10000);
	for (i = 0; i < 10; i++)
		OUT(ACK, 1 + 1000 * i, 1, 1000);
	IN(.flags = ACK, .seq = 1, .ack = 1001);
	IN(.flags = ACK, .seq = 1, .ack = 1001);
	IN(.flags = ACK, .seq = 1, .ack = 1001);
	NONE(0);
	IN(.flags = ACK, .seq = 1, .ack = 1001);
	OUT(ACK, 1001, 1, 1000);
	NONE(0);
	/* Some of it arrived: the next that is missing goes at once. */
	IN(.flags = ACK, .seq = 1, .ack = 4001);
	OUT(ACK, 4001, 1, 1000);
	IN(.flags = ACK, .seq = 1, .ack = 10001);
	NONE(0);
	KT_EQ(0, nt_tcpstat(TCP_STAT_REXMTTIMEO));
	script_close();
}

/* RFC 8985 section 7: the last one again, before the timeout. */
void
rump_kt_tcp_tailprobe(void)
{

	script_passive(true);
	/* The time of a round trip is known then. */
	script_send(1000);
	OUT(ACK, 1, 1, 1000);
	IN(.flags = ACK, .seq = 1, .ack = 1001);
	script_send(2000);
	OUT(ACK, 1001, 1, 1000);
	OUT(ACK, 2001, 1, 1000);
	OUT(ACK, 2001, 1, 1000);
	KT_EQ(0, nt_tcpstat(TCP_STAT_REXMTTIMEO));
	/* It says that the one before is missing. */
	IN(.flags = ACK, .seq = 1, .ack = 1001, OPTS(12, 1, 1, 5, 10,
	    OPT32(sc.iss + 2001), OPT32(sc.iss + 3001)));
	OUT(ACK, 1001, 1, 1000);
	IN(.flags = ACK, .seq = 1, .ack = 3001);
	NONE(0);
	KT_EQ(0, nt_tcpstat(TCP_STAT_REXMTTIMEO));
	script_close();
}

/* RFC 9293 section 3.8.6.1: the peer's window is closed. */
void
rump_kt_tcp_persist(void)
{

	script_passive(false);
	IN(.flags = ACK, .seq = 1, .ack = 1, .len = 1, .zerowin = true);
	script_send(1500);
	/* The acknowledgement waits no longer than that; then a byte. */
	OUT(ACK, 1, 2, 0);
	OUT(ACK, 1, 2, 1);
	IN(.flags = ACK, .seq = 2, .ack = 1, .zerowin = true);
	NONE(0);
	OUT(ACK, 1, 2, 1);
	KT_EQ(0, nt_tcpstat(TCP_STAT_REXMTTIMEO));
	KT_EQ(2, nt_tcpstat(TCP_STAT_PERSISTTIMEO));
	/* It opens. */
	IN(.flags = ACK, .seq = 2, .ack = 1, .win = 10000);
	OUT(ACK, 1, 2, 1);
	OUT(ACK, 2, 2, 1000);
	IN(.flags = ACK, .seq = 2, .ack = 1002);
	OUT(ACK, 1002, 2, 499);
	IN(.flags = ACK, .seq = 2, .ack = 1501);
	NONE(0);
	script_close();
}

/* Ours is: nothing beyond it is taken, and it is told when it opens. */
void
rump_kt_tcp_rcvwindow(void)
{
	uint32_t seq = 1;
	int win;

	script_begin();
	script_listen();
	solock(sc.head);
	KT_EQ(1, sbreserve(&sc.head->so_rcv, 4000, sc.head));
	sc.head->so_rcv.sb_flags &= ~SB_AUTOSIZE;
	sounlock(sc.head);
	IN(.flags = SYN, OPTS(4, OPT_MSS(1000)));
	OUT(SYN | ACK, 0, 1, 0);
	KT_EQ(4000, sc.got.win);
	IN(.flags = ACK, .seq = 1, .ack = 1);
	script_accept();
	do {
		IN(.flags = ACK, .seq = seq, .ack = 1, .len = 1000);
		seq += 1000;
		IN(.flags = ACK, .seq = seq, .ack = 1, .len = 1000);
		seq += 1000;
		OUT(ACK, 1, seq, 0);
		win = sc.got.win;
	} while (win >= 2000);
	KT_EQ(4001, seq);
	KT_EQ(0, win);
	/* A probe. */
	IN(.flags = ACK, .seq = seq, .ack = 1, .len = 1);
	OUT(ACK, 1, seq, 0);
	KT_EQ(0, sc.got.win);
	KT_EQ(1, nt_tcpstat(TCP_STAT_RCVWINPROBE));
	script_recv(4000);
	OUT(ACK, 1, seq, 0);
	KT_EQ(4000, sc.got.win);
	script_close();
}

/* RFC 5961: what a stranger could send does not end the connection. */
void
rump_kt_tcp_reset(void)
{

	script_passive(false);
	IN(.flags = RST, .seq = 100);
	OUT(ACK, 1, 1, 0);
	IN(.flags = RST, .seq = (uint32_t)-5);
	NONE(0);
	IN(.flags = RST, .seq = 0x100000);
	NONE(0);
	IN(.flags = SYN, .seq = 100);
	OUT(ACK, 1, 1, 0);
	IN(.flags = SYN | ACK, .seq = 0, .ack = 1);
	OUT(ACK, 1, 1, 0);
	/* Far beyond the window. */
	IN(.flags = ACK, .seq = 0x200000, .ack = 1, .len = 10);
	OUT(ACK, 1, 1, 0);
	/* No flags at all. */
	IN(.seq = 1, .len = 10);
	NONE(0);
	script_recv(-EWOULDBLOCK);
	IN(.flags = RST, .seq = 1);
	NONE(0);
	KT_EQ(ECONNRESET, sc.so->so_error);
	script_close();
	/* It is gone. */
	IN(.flags = ACK, .seq = 1, .ack = 1);
	OUT(RST, 1, 0, 0);
}

/* Acknowledgements of what was not sent, and of long ago. */
void
rump_kt_tcp_badack(void)
{

	script_passive(false);
	script_send(100);
	OUT(ACK, 1, 1, 100);
	IN(.flags = ACK, .seq = 1, .ack = 102);
	OUT(ACK, 101, 1, 0);
	KT_EQ(1, nt_tcpstat(TCP_STAT_RCVACKTOOMUCH));
	IN(.flags = ACK, .seq = 1, .ack = (uint32_t)-70000, .len = 10);
	OUT(ACK, 101, 1, 0);
	script_recv(-EWOULDBLOCK);
	KT_EQ(100, sc.so->so_snd.sb_cc);
	IN(.flags = ACK, .seq = 1, .ack = 101);
	KT_EQ(0, sc.so->so_snd.sb_cc);
	script_close();
}

/* RFC 7323 section 5: a segment that is older than the last. */
void
rump_kt_tcp_paws(void)
{

	script_begin();
	script_listen();
	IN(.flags = SYN, OPTS(16, OPT_MSS(1000), OPT_TS(5000u, 0)));
	OUT(SYN | ACK, 0, 1, 0);
	IN(.flags = ACK, .seq = 1, .ack = 1, OPTS(12, OPT_TS(5001u, 0)));
	script_accept();
	IN(.flags = ACK, .seq = 1, .ack = 1, .len = 10,
	    OPTS(12, OPT_TS(4999u, 0)));
	OUT(ACK, 1, 1, 0);
	KT_EQ(5001, be32dec(sc.got.opt + 8));
	KT_EQ(1, nt_tcpstat(TCP_STAT_PAWSDROP));
	script_recv(-EWOULDBLOCK);
	IN(.flags = ACK, .seq = 1, .ack = 1, .len = 10,
	    OPTS(12, OPT_TS(5002u, 0)));
	script_recv(10);
	/* A segment out of order does not change what is echoed. */
	IN(.flags = ACK, .seq = 21, .ack = 1, .len = 10,
	    OPTS(12, OPT_TS(5010u, 0)));
	OUT(ACK, 1, 11, 0);
	KT_EQ(5002, be32dec(sc.got.opt + 8));
	script_close();
}

static void
set_int(int name, int v)
{

	KT_EQ(0, so_setsockopt(curlwp, sc.so, IPPROTO_TCP, name, &v,
	    sizeof(v)));
}

/* RFC 9293 section 3.8.4. */
void
rump_kt_tcp_keepalive(void)
{
	int one = 1;

	script_passive(false);
	KT_EQ(0, so_setsockopt(curlwp, sc.so, SOL_SOCKET, SO_KEEPALIVE, &one,
	    sizeof(one)));
	set_int(TCP_KEEPINTVL, 1);
	set_int(TCP_KEEPCNT, 2);
	set_int(TCP_KEEPIDLE, 1);
	OUT(ACK, 0, 1, 0);
	/* It is answered, so that as many come again. */
	IN(.flags = ACK, .seq = 1, .ack = 1);
	OUT(ACK, 0, 1, 0);
	OUT(ACK, 0, 1, 0);
	OUT(RST | ACK, 1, 1, 0);
	solock(sc.so);
	KT_EQ(ETIMEDOUT, sc.so->so_error);
	sounlock(sc.so);
	script_close();
}

/* The peer says no more, but listens. */
void
rump_kt_tcp_halfclose(void)
{

	script_passive(false);
	IN(.flags = FIN | ACK, .seq = 1, .ack = 1, .len = 10);
	OUT(ACK, 1, 12, 0);
	script_recv(10);
	script_recv(0);
	script_send(100);
	OUT(ACK, 1, 12, 100);
	IN(.flags = ACK, .seq = 12, .ack = 101);
	script_send(50);
	KT_EQ(0, soshutdown(sc.so, SHUT_WR));
	OUT(ACK, 101, 12, 50);
	OUT(FIN | ACK, 151, 12, 0);
	/* The FIN is lost. */
	IN(.flags = ACK, .seq = 12, .ack = 151);
	OUT(FIN | ACK, 151, 12, 0);
	IN(.flags = ACK, .seq = 12, .ack = 152);
	NONE(0);
	script_close();
	IN(.flags = ACK, .seq = 12, .ack = 152);
	OUT(RST, 152, 0, 0);
}

/* Nothing of these has an effect, or reads what is not there. */
void
rump_kt_tcp_malformed(void)
{
	static const uint8_t lens[] = { 0, 1, 2, 3, 5, 9, 11, 39, 40, 255 };
	struct seg s = { .flags = ACK, .seq = 1, .ack = 1 };
	u_int kind, i;
	int n;

	script_passive(true);
	for (n = 1; n < 5; n++)
		IN(.flags = ACK, .seq = 1, .ack = 1, .len = 10, .doff = n);
	IN(.flags = ACK, .seq = 1, .ack = 1, .len = 10, .doff = 8);
	KT_EQ(5, nt_tcpstat(TCP_STAT_RCVBADOFF));
	IN(.flags = ACK, .seq = 1, .ack = 1, .len = 10, .badsum = true);
	KT_EQ(1, nt_tcpstat(TCP_STAT_RCVBADSUM));
	NONE(0);
	script_recv(-EWOULDBLOCK);
	s.optlen = 40;
	for (kind = 0; kind < 40; kind++) {
		for (i = 0; i < __arraycount(lens); i++) {
			memset(s.opt, 1, sizeof(s.opt));
			s.opt[0] = (uint8_t)kind;
			s.opt[1] = lens[i];
			seg_in(&s);
			memset(s.opt, 1, sizeof(s.opt));
			s.opt[38] = (uint8_t)kind;
			s.opt[39] = lens[i];
			seg_in(&s);
		}
		NONE(0);
	}
	/* Blocks that make no sense. */
	script_send(3000);
	nt_drain(sc.ifp);
	IN(.flags = ACK, .seq = 1, .ack = 1, OPTS(28, 1, 1, 5, 26,
	    OPT32(sc.iss + 2001), OPT32(sc.iss + 1001),
	    OPT32(sc.iss + 2001), OPT32(sc.iss + 9001),
	    OPT32(sc.iss + 0x80000000), OPT32(sc.iss + 1)));
	NONE(0);
	IN(.flags = ACK, .seq = 1, .ack = 3001);
	KT_EQ(0, sc.so->so_snd.sb_cc);
	script_close();
}

/* Data for a socket that is closed. */
void
rump_kt_tcp_afterclose(void)
{

	script_passive(false);
	script_close();
	OUT(FIN | ACK, 1, 1, 0);
	IN(.flags = ACK, .seq = 1, .ack = 2);
	NONE(0);
	IN(.flags = ACK, .seq = 1, .ack = 2, .len = 10);
	OUT(RST | ACK, 2, 1, 0);
	KT_EQ(1, nt_tcpstat(TCP_STAT_RCVAFTERCLOSE));
	IN(.flags = ACK, .seq = 11, .ack = 2, .len = 10);
	OUT(RST, 2, 0, 0);
}

/* RFC 6191, RFC 1337. */
void
rump_kt_tcp_timewait(void)
{

	script_passive(false);
	script_close();
	OUT(FIN | ACK, 1, 1, 0);
	IN(.flags = FIN | ACK, .seq = 1, .ack = 2);
	OUT(ACK, 2, 2, 0);
	IN(.flags = RST, .seq = 2);
	IN(.flags = ACK, .seq = 2, .ack = 2);
	NONE(0);
	IN(.flags = FIN | ACK, .seq = 1, .ack = 2);
	OUT(ACK, 2, 2, 0);
	/* An old SYN is answered, a new one makes a connection. */
	IN(.flags = SYN, .seq = 0);
	OUT(ACK, 2, 2, 0);
	sc.irs += 100000;
	IN(.flags = SYN, .seq = 0);
	OUT(SYN | ACK, 0, 1, 0);
	IN(.flags = ACK, .seq = 1, .ack = 1);
	script_accept();
	script_close();
}

/* No entry is left: RFC 4987 section 3.6. */
void
rump_kt_tcp_cookie(void)
{

	script_begin();
	script_listen();
	KT_EQ(0, nt_sysctl(IPPROTO_TCP, TCPCTL_SYN_CACHE_LIMIT, 0));
	IN(.flags = SYN, OPTS(24, OPT_MSS(1100), OPT_WS(7), OPT_SACKOK,
	    OPT_TS(1000u, 0)));
	OUT(SYN | ACK, 0, 1, 0);
	KT_EQ(4, sc.got.optlen);
	/* Not this one. */
	IN(.flags = ACK, .seq = 1, .ack = 0x101);
	OUT(RST, 0x101, 0, 0);
	IN(.flags = ACK, .seq = 1, .ack = 1, .len = 5);
	script_accept();
	script_recv(5);
	script_send(1072);
	/* The next size below. */
	OUT(ACK, 1, 6, 536);
	OUT(ACK, 537, 6, 536);
	script_close();
}

/* The answer to our SYN among those to others', which come again. */
static void
find_answer(void)
{
	struct mbuf *m;
	int i = 0;

	while (i < WAIT) {
		if ((m = script_out()) == NULL) {
			kpause("script", false, 1, NULL);
			i++;
			continue;
		}
		if (be16dec(mtod(m, const uint8_t *) + ETHER_HDR_LEN + 22) ==
		    PEERPORT) {
			parse(m);
			KT_EQ(SYN | ACK, sc.got.flags);
			return;
		}
		m_freem(m);
	}
	panic("script: no answer");
}

/* As many SYNs as there are ports: entries up to the limit, cookies for the
 * rest, and who means it is served; with the listener they go. */
void
rump_kt_tcp_synflood(void)
{
	const uint32_t limit = 500, flood = 20000;
	uint32_t i;

	script_begin();
	script_listen();
	KT_EQ(0, nt_sysctl(IPPROTO_TCP, TCPCTL_SYN_CACHE_LIMIT, (int)limit));
	for (i = 0; i < flood; i++) {
		sc.peerport = (uint16_t)(10000 + i);
		PUT(.flags = SYN);
		if (i % 64 == 63) {
			nt_settle();
			nt_drain(sc.ifp);
		}
	}
	nt_settle();
	nt_drain(sc.ifp);
	KT_EQ(limit, nt_tcpstat(TCP_STAT_SC_ADDED));
	KT_EQ(flood - limit, nt_tcpstat(TCP_STAT_SC_OVERFLOWED));
	sc.peerport = PEERPORT;
	sc.irs += 1000;
	IN(.flags = SYN, OPTS(4, OPT_MSS(1100)));
	find_answer();
	IN(.flags = ACK, .seq = 1, .ack = 1, .len = 5);
	script_accept();
	script_recv(5);
	KT_EQ(0, soclose(sc.head));
	sc.head = NULL;
	KT_EQ(limit, nt_tcpstat(TCP_STAT_SC_ADDED));
	nt_drain(sc.ifp);
	script_close();
}

/* An error of ICMP about a segment of ours. */
static void
icmp_in(int type, int code, int mtu, uint32_t seq)
{
	uint8_t b[8 + 20 + 8];
	struct nt_ip n = { .src = PEER, .dst = US, .proto = IPPROTO_ICMP,
	    .data = b, .len = sizeof(b) };

	memset(b, 0, sizeof(b));
	b[0] = (uint8_t)type;
	b[1] = (uint8_t)code;
	be16enc(b + 6, (uint16_t)mtu);
	b[8] = 0x45;
	be16enc(b + 10, 1500);
	b[8 + 8] = 64;
	b[8 + 9] = IPPROTO_TCP;
	be32enc(b + 8 + 12, US);
	be32enc(b + 8 + 16, PEER);
	be16enc(b + 28, sc.port);
	be16enc(b + 30, PEERPORT);
	be32enc(b + 32, sc.iss + seq);
	nt_cksum(b, sizeof(b), 2);
	nt_ip_in(sc.ifp, &n);
}

/* RFC 1122 section 4.2.3.9, RFC 5927. */
void
rump_kt_tcp_unreach(void)
{

	script_passive(false);
	script_send(10);
	OUT(ACK, 1, 1, 10);
	icmp_in(3, 3, 0, 1);
	KT_EQ(0, sc.so->so_error);
	IN(.flags = ACK, .seq = 1, .ack = 11);
	script_close();
	KT_EQ(0, soclose(sc.head));
	nt_drain(sc.ifp);

	script_connect();
	OUT(SYN, 0, 0, 0);
	icmp_in(3, 3, 0, 77);
	KT_EQ(0, sc.so->so_error);
	icmp_in(3, 3, 0, 0);
	KT_EQ(ECONNREFUSED, sc.so->so_error);
	script_close();
}

/* RFC 1191: shorter segments, at once. */
void
rump_kt_tcp_pmtu(void)
{

	script_begin();
	script_listen();
	IN(.flags = SYN, OPTS(4, OPT_MSS(1460)));
	OUT(SYN | ACK, 0, 1, 0);
	IN(.flags = ACK, .seq = 1, .ack = 1);
	script_accept();
	script_send(2920);
	OUT(ACK, 1, 1, 1460);
	OUT(ACK, 1461, 1, 1460);
	/* About nothing that is under way. */
	icmp_in(3, 4, 600, 5000);
	NONE(0);
	icmp_in(3, 4, 1040, 1);
	/* All of it is lost: cut anew. */
	OUT(ACK, 1, 1, 1000);
	OUT(ACK, 1001, 1, 1000);
	OUT(ACK, 2001, 1, 920);
	IN(.flags = ACK, .seq = 1, .ack = 2921);
	NONE(0);
	script_send(1500);
	OUT(ACK, 2921, 1, 1000);
	IN(.flags = ACK, .seq = 1, .ack = 3921);
	OUT(ACK, 3921, 1, 500);
	script_close();
}

/* RFC 3168: a mark is told of until the peer says that it has heard. */
void
rump_kt_tcp_ecn(void)
{
	uint32_t cwnd;

	script_begin();
	script_listen();
	tcp_do_ecn = 1;
	IN(.flags = SYN | TH_ECE | TH_CWR, OPTS(4, OPT_MSS(1000)));
	OUT(SYN | ACK | TH_ECE, 0, 1, 0);
	IN(.flags = ACK, .seq = 1, .ack = 1);
	script_accept();
	script_send(1000);
	OUT(ACK, 1, 1, 1000);
	KT_EQ(IPTOS_ECN_ECT0, sc.got.tos & IPTOS_ECN_MASK);
	IN(.flags = ACK, .seq = 1, .ack = 1001);
	/* Two marked segments. */
	IN(.flags = ACK, .seq = 1, .ack = 1001, .len = 1000,
	    .tos = IPTOS_ECN_CE);
	IN(.flags = ACK, .seq = 1001, .ack = 1001, .len = 1000,
	    .tos = IPTOS_ECN_CE);
	OUT(ACK | TH_ECE, 1001, 2001, 0);
	KT_EQ(0, sc.got.tos & IPTOS_ECN_MASK);
	IN(.flags = ACK | TH_CWR, .seq = 2001, .ack = 1001, .len = 1000);
	IN(.flags = ACK, .seq = 3001, .ack = 1001, .len = 1000);
	OUT(ACK, 1001, 4001, 0);
	/* The peer tells of a mark: we say that we have heard, and are slower
	 * once. */
	IN(.flags = ACK | TH_ECE, .seq = 4001, .ack = 1001);
	NONE(0);
	cwnd = sototcpcb(sc.so)->snd_cwnd;
	KT(cwnd < 10000);
	IN(.flags = ACK | TH_ECE, .seq = 4001, .ack = 1001);
	KT_EQ(cwnd, sototcpcb(sc.so)->snd_cwnd);
	script_send(1000);
	OUT(ACK | TH_CWR, 1001, 4001, 1000);
	script_send(1000);
	OUT(ACK, 2001, 4001, 1000);
	script_close();
}

static uint32_t random_seed = 4711;

static u_int
any(u_int n)
{

	random_seed ^= random_seed << 13;
	random_seed ^= random_seed >> 17;
	random_seed ^= random_seed << 5;
	return random_seed / 3 % n;
}

/* A segment that is a little or quite wrong. */
static void
random_in(uint32_t seq, uint32_t una)
{
	static const uint8_t flags[] = { ACK, ACK, ACK, ACK, ACK | FIN,
	    ACK | TH_URG, SYN, SYN | ACK, RST, ACK | PSH, 0, FIN, 255 };
	struct seg s = { .flags = flags[any(__arraycount(flags))] };
	u_int i;

	s.seq = seq + any(5) * any(400) - any(3) * any(200);
	s.ack = una + any(4) * any(1500) - any(2) * any(100);
	s.len = any(3) == 0 ? 0 : (int)any(1400);
	s.zerowin = any(20) == 0;
	s.win = s.zerowin ? 0 : (int)any(65535) + 1;
	s.urp = (int)any(500);
	if (any(3) == 0) {
		s.optlen = 12 + 8 * (int)any(4);
		memset(s.opt, 1, sizeof(s.opt));
		s.opt[2] = (uint8_t)(any(8) == 0 ? any(40) : 5);
		s.opt[3] = (uint8_t)(s.optlen - 2);
		for (i = 4; i < (u_int)s.optlen; i += 4)
			be32enc(s.opt + i, sc.iss + una + any(12000) - 200);
	}
	seg_in(&s);
}

/*
 * Segments at random: nothing but the state of the connection may come to
 * harm, and that is in order all the time, as its assertions say.
 */
void
rump_kt_tcp_random(void)
{
	struct sockaddr_big sb;
	struct mbuf *m;
	uint8_t port[2];
	u_int round, i;

	script_begin();
	script_listen();
	tcp_ackdrop_ppslim = tcp_rst_ppslim = -1;
	for (round = 0; round < 12; round++) {
		sc.irs += 0x1000000;
		sc.peerport++;
		IN(.flags = SYN, OPTS(8, OPT_MSS(1000), OPT_SACKOK));
		while ((m = script_out()) != NULL) {
			/* Those before may have something to say yet. */
			m_copydata(m, ETHER_HDR_LEN + 20 + 2, 2, port);
			if (be16dec(port) == sc.peerport)
				parse(m);
			else
				m_freem(m);
		}
		IN(.flags = ACK, .seq = 1, .ack = 1);
		solock(sc.head);
		sc.so = TAILQ_FIRST(&sc.head->so_q);
		KT(sc.so != NULL && soqremque(sc.so, 1));
		(void)soaccept(sc.so, (struct sockaddr *)&sb);
		sounlock(sc.so);
		for (i = 0; i < 60; i++) {
			m = any(4) == 0 ? m_getcl(M_WAIT, MT_DATA, M_PKTHDR) :
			    NULL;
			if (m != NULL) {
				m->m_len = m->m_pkthdr.len =
				    (int)any(MCLBYTES) + 1;
				(void)(*sc.so->so_send)(sc.so, NULL, NULL, m,
				    NULL, MSG_DONTWAIT, curlwp);
			}
			random_in(1 + i * 100, 1 + i * 150);
			while ((m = script_out()) != NULL)
				m_freem(m);
		}
		KT_EQ(0, soclose(sc.so));
	}
	sc.so = NULL;
}
