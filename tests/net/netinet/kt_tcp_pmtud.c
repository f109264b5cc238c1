/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_tcp_pmtud.
 */
#include "script.h"

#include "tcp_private.h"

void	rump_kt_tcp_pmtud_arrives(void);
void	rump_kt_tcp_pmtud_lost(void);
void	rump_kt_tcp_pmtud_search(void);
void	rump_kt_tcp_pmtud_blackhole(void);
void	rump_kt_tcp_pmtud_not(void);

/* A connection from the peer, so far away, that takes such segments. */
static void
begin(int probing, int mss, bool sack, int rtt)
{
	struct seg s = { .flags = SYN, OPTS(8, 2, 4, 0, 0, OPT_SACKOK) };

	tcp_mtu_probing = probing;
	be16enc(s.opt + 2, (uint16_t)mss);
	s.optlen = sack ? 8 : 4;
	script_begin();
	script_listen();
	seg_in(&s);
	OUT(SYN | ACK, 0, 1, 0);
	kpause("script", false, rtt, NULL);
	IN(.flags = ACK, .seq = 1, .ack = 1);
	NONE(0);
	script_accept();
}

/* Segments of a size from one number to another. */
static void
out_many(uint32_t from, uint32_t to, int len)
{

	for (; from < to; from += (uint32_t)len)
		OUT(ACK, from, 1, len);
	KT_EQ(to, from);
}

/* The probe is larger than others; as it arrives all are. */
void
rump_kt_tcp_pmtud_arrives(void)
{

	begin(2, 1460, true, hz / 2);
	script_send(10000);
	OUT(ACK, 1, 1, 1460);
	out_many(1461, 9653, 1024);
	NONE(0);
	KT_EQ(1, nt_tcpstat(TCP_STAT_PMTUPROBE));
	IN(.flags = ACK, .seq = 1, .ack = 1461);
	KT_EQ(1, nt_tcpstat(TCP_STAT_PMTUPROBE_OK));
	IN(.flags = ACK, .seq = 1, .ack = 9653);
	OUT(ACK, 9653, 1, 348);
	IN(.flags = ACK, .seq = 1, .ack = 10001);
	script_send(2920);
	out_many(10001, 12921, 1460);
	IN(.flags = ACK, .seq = 1, .ack = 12921);
	KT_EQ(1, nt_tcpstat(TCP_STAT_PMTUPROBE));
	KT_EQ(0, sc.so->so_snd.sb_cc);
	script_close();
}

/* It is lost: it goes again in pieces, and that is all. */
void
rump_kt_tcp_pmtud_lost(void)
{
	const struct tcpcb *tp;
	uint32_t cwnd;

	begin(2, 1460, true, hz / 2);
	tp = sototcpcb(sc.so);
	script_send(9652);
	OUT(ACK, 1, 1, 1460);
	out_many(1461, 9653, 1024);
	cwnd = tp->snd_cwnd;
	IN(.flags = ACK, .seq = 1, .ack = 1, OPTS(12, 1, 1, 5, 10,
	    OPT32(sc.iss + 1461), OPT32(sc.iss + 5557)));
	OUT(ACK, 1, 1, 1024);
	OUT(ACK, 1025, 1, 436);
	NONE(0);
	KT_EQ(1, nt_tcpstat(TCP_STAT_PMTUPROBE_LOST));
	KT_EQ(0, tp->t_flags & (TF_RECOVERY | TF_LOSS));
	KT_EQ(cwnd, tp->snd_cwnd);
	IN(.flags = ACK, .seq = 1, .ack = 9653);
	/* Others have links of 1440. */
	script_send(9632);
	OUT(ACK, 9653, 1, 1440);
	out_many(11093, 19285, 1024);
	IN(.flags = ACK, .seq = 1, .ack = 19285);
	KT_EQ(1440, tp->t_segsz);
	KT_EQ(0, nt_tcpstat(TCP_STAT_REXMTTIMEO));
	/* A timeout says the same of the next, and more. */
	script_send(8660);
	OUT(ACK, 19285, 1, 1450);
	script_close();
}

/* By halves, where nothing is known; and anew after a while. */
void
rump_kt_tcp_pmtud_search(void)
{
	const struct tcpcb *tp;

	begin(2, 1100, true, hz / 2);
	tp = sototcpcb(sc.so);
	script_send(1100 + 4096);
	OUT(ACK, 1, 1, 1100);
	out_many(1101, 5197, 1024);
	IN(.flags = ACK, .seq = 1, .ack = 1, OPTS(12, 1, 1, 5, 10,
	    OPT32(sc.iss + 1101), OPT32(sc.iss + 5197)));
	OUT(ACK, 1, 1, 1024);
	OUT(ACK, 1025, 1, 76);
	IN(.flags = ACK, .seq = 1, .ack = 5197);
	script_send(1062 + 4096);
	OUT(ACK, 5197, 1, 1062);
	out_many(6259, 10355, 1024);
	IN(.flags = ACK, .seq = 1, .ack = 10355);
	KT_EQ(1062, tp->t_segsz);
	script_send(1081 + 4248);
	OUT(ACK, 10355, 1, 1081);
	out_many(11436, 15684, 1062);
	IN(.flags = ACK, .seq = 1, .ack = 15684);
	KT_EQ(1081, tp->t_segsz);
	/* 10 bytes more would be half of what is left: never mind. */
	script_send(1090 + 4324);
	OUT(ACK, 15684, 1, 1090);
	out_many(16774, 21098, 1081);
	IN(.flags = ACK, .seq = 1, .ack = 21098);
	KT_EQ(0, tp->t_probehigh);
	script_send(5450);
	out_many(21098, 26548, 1090);
	IN(.flags = ACK, .seq = 1, .ack = 26548);
	KT_EQ(4, nt_tcpstat(TCP_STAT_PMTUPROBE));
	tcp_mtu_interval = 0;
	script_send(5460);
	OUT(ACK, 26548, 1, 1100);
	script_close();
}

/* Segments that were never acknowledged become small. */
void
rump_kt_tcp_pmtud_blackhole(void)
{

	begin(1, 1460, true, 1);
	script_send(2920);
	out_many(1, 2921, 1460);
	/* The probe for a lost tail, then timeouts. */
	OUT(ACK, 1461, 1, 1460);
	OUT(ACK, 1, 1, 1460);
	OUT(ACK, 1, 1, 1460);
	OUT(ACK, 1, 1, 1440);
	KT_EQ(1, nt_tcpstat(TCP_STAT_PMTUBLACKHOLE));
	IN(.flags = ACK, .seq = 1, .ack = 1441);
	OUT(ACK, 1441, 1, 20);
	OUT(ACK, 1461, 1, 1440);
	OUT(ACK, 2901, 1, 20);
	IN(.flags = ACK, .seq = 1, .ack = 2921);
	script_send(2880);
	out_many(2921, 5801, 1440);
	script_close();
}

/* Neither without SACK nor against the program's wish or ours. */
void
rump_kt_tcp_pmtud_not(void)
{
	const int mss = 1024;

	begin(2, 1460, false, 1);
	script_send(7300);
	out_many(1, 7301, 1460);
	IN(.flags = RST, .seq = 1);
	script_close();
	sc.peerport++;
	IN(.flags = SYN, OPTS(8, OPT_MSS(1460), OPT_SACKOK));
	OUT(SYN | ACK, 0, 1, 0);
	IN(.flags = ACK, .seq = 1, .ack = 1);
	script_accept();
	KT_EQ(0, so_setsockopt(curlwp, sc.so, IPPROTO_TCP, TCP_MAXSEG, &mss,
	    sizeof(mss)));
	script_send(6144);
	out_many(1, 6145, 1024);
	IN(.flags = RST, .seq = 1);
	script_close();
	sc.peerport++;
	tcp_mtu_probing = 0;
	IN(.flags = SYN, OPTS(8, OPT_MSS(1460), OPT_SACKOK));
	OUT(SYN | ACK, 0, 1, 0);
	IN(.flags = ACK, .seq = 1, .ack = 1);
	script_accept();
	script_send(7300);
	out_many(1, 7301, 1460);
	KT_EQ(0, nt_tcpstat(TCP_STAT_PMTUPROBE));
	script_close();
}
