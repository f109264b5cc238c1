/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_tcp_segs: the peer is a script.  On one CPU what is PUT in a
 * row comes in together.  Joined segments are seen by their acknowledgement:
 * one for all, where each second one would have its own.
 */
#include "script.h"

#include <rump-sys/net_in.h>

void	rump_kt_segs_joined(void);
void	rump_kt_segs_apart(void);
void	rump_kt_segs_whole(void);
void	rump_kt_segs_timestamps(void);
void	rump_kt_segs_flows(void);
void	rump_kt_segs_flood(void);
void	rump_kt_segs_left(void);
void	rump_kt_segs_lost(void);

void
rump_kt_segs_joined(void)
{
	uint64_t total, pack;

	script_passive(true);
	total = nt_tcpstat(TCP_STAT_RCVTOTAL);
	pack = nt_tcpstat(TCP_STAT_RCVPACK);
	PUT(.flags = ACK, .seq = 1, .ack = 1, .len = 1000);
	PUT(.flags = ACK, .seq = 1001, .ack = 1, .len = 1000);
	PUT(.flags = ACK, .seq = 2001, .ack = 1, .len = 1000);
	PUT(.flags = ACK, .seq = 3001, .ack = 1, .len = 500);
	nt_settle();
	OUT(ACK, 1, 3501, 0);
	NONE(0);
	/* They count as what they were. */
	KT_EQ(total + 4, nt_tcpstat(TCP_STAT_RCVTOTAL));
	KT_EQ(pack + 4, nt_tcpstat(TCP_STAT_RCVPACK));
	script_recv(3500);
	nt_drain(sc.ifp);
	/* One alone is one, which waits for a second. */
	PUT(.flags = ACK, .seq = 3501, .ack = 1, .len = 1000);
	nt_settle();
	NONE(0);
	PUT(.flags = ACK, .seq = 4501, .ack = 1, .len = 1000);
	nt_settle();
	OUT(ACK, 1, 5501, 0);
	script_recv(2000);
	script_close();
}

/* What says different things stays apart. */
void
rump_kt_segs_apart(void)
{
	uint64_t pack;

	script_passive(true);
	/* The third one is marked. */
	PUT(.flags = ACK, .seq = 1, .ack = 1, .len = 1000);
	PUT(.flags = ACK, .seq = 1001, .ack = 1, .len = 1000);
	PUT(.flags = ACK, .seq = 2001, .ack = 1, .len = 1000,
	    .tos = IPTOS_ECN_CE);
	PUT(.flags = ACK, .seq = 3001, .ack = 1, .len = 1000,
	    .tos = IPTOS_ECN_CE);
	nt_settle();
	OUT(ACK, 1, 2001, 0);
	OUT(ACK, 1, 4001, 0);
	/* PSH ends what is joined, and so does a short one, which shows in how
	 * many they are.  What is there behind them is waited for. */
	pack = nt_tcpstat(TCP_STAT_RCVPACK);
	PUT(.flags = ACK, .seq = 4001, .ack = 1, .len = 1000);
	PUT(.flags = ACK | PSH, .seq = 5001, .ack = 1, .len = 1000);
	PUT(.flags = ACK, .seq = 6001, .ack = 1, .len = 1000);
	PUT(.flags = ACK, .seq = 7001, .ack = 1, .len = 500);
	PUT(.flags = ACK, .seq = 7501, .ack = 1, .len = 500);
	nt_settle();
	OUT(ACK, 1, 8001, 0);
	NONE(0);
	KT_EQ(pack + 5, nt_tcpstat(TCP_STAT_RCVPACK));
	/* And another window. */
	PUT(.flags = ACK, .seq = 8001, .ack = 1, .len = 1000);
	PUT(.flags = ACK, .seq = 9001, .ack = 1, .len = 1000);
	PUT(.flags = ACK, .seq = 10001, .ack = 1, .len = 1000, .win = 2000);
	PUT(.flags = ACK, .seq = 11001, .ack = 1, .len = 1000, .win = 2000);
	nt_settle();
	OUT(ACK, 1, 12001, 0);
	NONE(0);
	script_send(3000);
	OUT(ACK, 1, 12001, 1000);
	OUT(ACK, 1001, 12001, 1000);
	NONE(0);
	IN(.flags = ACK, .seq = 12001, .ack = 2001);
	OUT(ACK | PSH, 2001, 12001, 1000);
	/* What is damaged, or not in order, spoils nothing. */
	PUT(.flags = ACK, .seq = 12001, .ack = 3001, .len = 1000);
	PUT(.flags = ACK, .seq = 13001, .ack = 3001, .len = 1000);
	PUT(.flags = ACK, .seq = 14001, .ack = 3001, .len = 1000,
	    .badsum = true);
	PUT(.flags = ACK, .seq = 15001, .ack = 3001, .len = 1000);
	nt_settle();
	OUT(ACK, 3001, 14001, 0);
	OUT(ACK, 3001, 14001, 0);
	IN(.flags = ACK, .seq = 14001, .ack = 3001, .len = 1000);
	OUT(ACK, 3001, 16001, 0);
	/* A FIN comes after the data before it. */
	PUT(.flags = ACK, .seq = 16001, .ack = 3001, .len = 1000);
	PUT(.flags = ACK | FIN, .seq = 17001, .ack = 3001, .len = 1000);
	nt_settle();
	OUT(ACK, 3001, 18002, 0);
	NONE(0);
	script_recv(18000);
	nt_drain(sc.ifp);
	script_close();
}

/* What a wire without a size brings is acknowledged with what comes behind it,
 * but for a quarter of the buffer. */
void
rump_kt_segs_whole(void)
{
	uint32_t i;

	script_passive(true);
	nt_csum_flags = M_CSUM_TSOv4 | M_CSUM_TCPv4;
	for (i = 0; i < 4; i++)
		PUT(.flags = ACK, .seq = 1 + i * 1000, .ack = 1, .len = 1000);
	nt_settle();
	OUT(ACK, 1, 4001, 0);
	NONE(0);
	script_recv(4000);
	nt_drain(sc.ifp);
	KT_EQ(32768, sc.so->so_rcv.sb_hiwat);
	for (i = 4; i < 16; i++)
		PUT(.flags = ACK, .seq = 1 + i * 1000, .ack = 1, .len = 1000);
	nt_settle();
	OUT(ACK, 1, 13001, 0);
	OUT(ACK, 1, 16001, 0);
	NONE(0);
	/* One that does not count is not waited for. */
	PUT(.flags = ACK, .seq = 16001, .ack = 1, .len = 1000);
	PUT(.flags = ACK, .seq = 17001, .ack = 1, .len = 1000);
	nt_csum_flags = 0;
	PUT(.flags = ACK, .seq = 18001, .ack = 1, .len = 1000, .badsum = true);
	nt_settle();
	OUT(ACK, 1, 18001, 0);
	NONE(0);
	script_recv(14000);
	nt_drain(sc.ifp);
	script_close();
}

void
rump_kt_segs_timestamps(void)
{

	script_begin();
	script_listen();
	IN(.flags = SYN, OPTS(16, OPT_MSS(1000), OPT_TS(100, 0)));
	OUT(SYN | ACK, 0, 1, 0);
	IN(.flags = ACK, .seq = 1, .ack = 1, OPTS(12, OPT_TS(101, 0)));
	script_accept();
	PUT(.flags = ACK, .seq = 1, .ack = 1, .len = 900,
	    OPTS(12, OPT_TS(102, 0)));
	PUT(.flags = ACK, .seq = 901, .ack = 1, .len = 900,
	    OPTS(12, OPT_TS(102, 0)));
	PUT(.flags = ACK, .seq = 1801, .ack = 1, .len = 900,
	    OPTS(12, OPT_TS(103, 0)));
	PUT(.flags = ACK, .seq = 2701, .ack = 1, .len = 900,
	    OPTS(12, OPT_TS(103, 0)));
	PUT(.flags = ACK, .seq = 3601, .ack = 1, .len = 900,
	    OPTS(12, OPT_TS(103, 0)));
	nt_settle();
	/* RFC 7323 section 4.3: of the first that is acknowledged. */
	OUT(ACK, 1, 4501, 0);
	KT_EQ(102, be32dec(sc.got.opt + 8));
	NONE(0);
	script_recv(4500);
	script_close();
}

/* Another connection, here one that there is not, in between. */
void
rump_kt_segs_flows(void)
{

	script_passive(true);
	PUT(.flags = ACK, .seq = 1, .ack = 1, .len = 1000);
	sc.peerport++;
	PUT(.flags = ACK, .seq = 1, .ack = 1, .len = 1000);
	PUT(.flags = RST, .seq = 1);
	sc.peerport--;
	PUT(.flags = ACK, .seq = 1001, .ack = 1, .len = 1000);
	PUT(.flags = ACK, .seq = 2001, .ack = 1, .len = 1000);
	nt_settle();
	nt_drain(sc.ifp);
	script_recv(3000);
	script_close();
}

/* What is held is not kept by others that do not stop to come. */
void
rump_kt_segs_flood(void)
{
	int i;

	script_passive(true);
	PUT(.flags = ACK, .seq = 1, .ack = 1, .len = 1000);
	PUT(.flags = ACK, .seq = 1001, .ack = 1, .len = 1000);
	/* Few of them, for other ports, let them be joined. */
	sc.peerport++;
	PUT(.flags = RST, .seq = 1);
	sc.peerport--;
	PUT(.flags = ACK, .seq = 2001, .ack = 1, .len = 1000);
	PUT(.flags = ACK, .seq = 3001, .ack = 1, .len = 1000);
	nt_settle();
	OUT(ACK, 1, 4001, 0);
	NONE(0);
	PUT(.flags = ACK, .seq = 4001, .ack = 1, .len = 1000);
	PUT(.flags = ACK, .seq = 5001, .ack = 1, .len = 1000);
	sc.peerport++;
	for (i = 0; i < TCP_GRO_BATCH; i++)
		PUT(.flags = RST, .seq = 1);
	sc.peerport--;
	PUT(.flags = ACK, .seq = 6001, .ack = 1, .len = 1000);
	PUT(.flags = ACK, .seq = 7001, .ack = 1, .len = 1000);
	nt_settle();
	OUT(ACK, 1, 6001, 0);
	OUT(ACK, 1, 8001, 0);
	NONE(0);
	script_recv(8000);
	nt_drain(sc.ifp);
	script_close();
}

/* An interface that cuts gets one packet, cut to what the path takes. */
void
rump_kt_segs_left(void)
{
	struct mbuf *m;
	uint8_t b[14 + 20 + 20];

	script_passive(true);
	sc.ifp->if_csum_flags_tx = M_CSUM_TSOv4 | M_CSUM_TCPv4;
	script_send(4500);
	KT((m = script_out()) != NULL);
	/* The rest is less than a segment, and waits (RFC 9293 3.7.4). */
	KT_EQ(14 + 20 + 20 + 4000, m->m_pkthdr.len);
	KT_EQ(M_CSUM_TSOv4, m->m_pkthdr.csum_flags &
	    (M_CSUM_TSOv4 | M_CSUM_TCPv4));
	KT_EQ(1000, m->m_pkthdr.segsz);
	KT_EQ(20 << 16 | 16, m->m_pkthdr.csum_data);
	m_copydata(m, 0, sizeof(b), b);
	KT_EQ(4040, be16dec(b + 14 + 2));
	m_freem(m);
	NONE(0);
	sc.ifp->if_csum_flags_tx = 0;
	IN(.flags = ACK, .seq = 1, .ack = 4001);
	OUT(ACK | PSH, 4001, 1, 500);
	IN(.flags = ACK, .seq = 1, .ack = 4501);
	/* One segment needs no cutting. */
	sc.ifp->if_csum_flags_tx = M_CSUM_TSOv4 | M_CSUM_TCPv4;
	script_send(1000);
	KT((m = script_out()) != NULL);
	KT_EQ(0, m->m_pkthdr.csum_flags & M_CSUM_TSOv4);
	KT_EQ(0, m->m_pkthdr.segsz);
	m_freem(m);
	script_close();
}

/* Some of what went out in one packet is lost: that comes again, no more. */
void
rump_kt_segs_lost(void)
{

	script_passive(true);
	script_send(6000);
	OUT(ACK, 1, 1, 1000);
	OUT(ACK, 1001, 1, 1000);
	OUT(ACK, 2001, 1, 1000);
	OUT(ACK, 3001, 1, 1000);
	OUT(ACK, 4001, 1, 1000);
	OUT(ACK, 5001, 1, 1000);
	/* Parts of segments say nothing. */
	IN(.flags = ACK, .seq = 1, .ack = 1, OPTS(12, 1, 1, 5, 10,
	    OPT32(sc.iss + 1101), OPT32(sc.iss + 1901)));
	NONE(0);
	IN(.flags = ACK, .seq = 1, .ack = 1, OPTS(28, 1, 1, 5, 26,
	    OPT32(sc.iss + 5001), OPT32(sc.iss + 6001),
	    OPT32(sc.iss + 3001), OPT32(sc.iss + 4001),
	    OPT32(sc.iss + 1001), OPT32(sc.iss + 2001)));
	OUT(ACK, 1, 1, 1000);
	IN(.flags = ACK, .seq = 1, .ack = 2001, OPTS(20, 1, 1, 5, 18,
	    OPT32(sc.iss + 5001), OPT32(sc.iss + 6001),
	    OPT32(sc.iss + 3001), OPT32(sc.iss + 4001)));
	OUT(ACK, 2001, 1, 1000);
	IN(.flags = ACK, .seq = 1, .ack = 4001, OPTS(12, 1, 1, 5, 10,
	    OPT32(sc.iss + 5001), OPT32(sc.iss + 6001)));
	OUT(ACK, 4001, 1, 1000);
	IN(.flags = ACK, .seq = 1, .ack = 6001);
	NONE(0);
	/* An acknowledgement within a segment moves no border. */
	script_send(4000);
	OUT(ACK, 6001, 1, 1000);
	OUT(ACK, 7001, 1, 1000);
	OUT(ACK, 8001, 1, 1000);
	OUT(ACK, 9001, 1, 1000);
	IN(.flags = ACK, .seq = 1, .ack = 6501, OPTS(12, 1, 1, 5, 10,
	    OPT32(sc.iss + 7001), OPT32(sc.iss + 10001)));
	OUT(ACK, 6501, 1, 500);
	IN(.flags = ACK, .seq = 1, .ack = 10001);
	NONE(0);
	script_close();
}
