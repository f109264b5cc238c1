/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_tcp_fastopen.
 */
#include "script.h"

#include "../../kern/base/kt_fault.h"

#include "tcp_private.h"

void	rump_kt_tcp_fastopen_server(void);
void	rump_kt_tcp_fastopen_refused(void);
void	rump_kt_tcp_fastopen_synack(void);
void	rump_kt_tcp_fastopen_flood(void);
void	rump_kt_tcp_fastopen_limit(void);
void	rump_kt_tcp_fastopen_window(void);
void	rump_kt_tcp_fastopen_client(void);
void	rump_kt_tcp_fastopen_rejected(void);
void	rump_kt_tcp_fastopen_lost(void);
void	rump_kt_tcp_fastopen_silent(void);
void	rump_kt_tcp_fastopen_close(void);
void	rump_kt_tcp_fastopen_malformed(void);
void	rump_kt_tcp_fastopen_both(void);
void	rump_kt_tcp_fastopen_urgent(void);
void	rump_kt_tcp_fastopen_memserver(void);
void	rump_kt_tcp_fastopen_memclient(void);

#define	OPT_ASK		1, 1, 34, 2
#define	COOKIE		'c', 'o', 'o', 'k', 'i', 'e', '/', '8'

static uint8_t cookie[8];

static void
set_option(struct socket *so)
{
	const int on = 1;

	KT_EQ(0, so_setsockopt(curlwp, so, IPPROTO_TCP, TCP_FASTOPEN, &on,
	    sizeof(on)));
}

/*
 * The server: the peer has asked for a cookie, which is in cookie.
 */
static void
begin_server(void)
{

	tcp_fastopen_server = 1;
	script_begin();
	script_listen();
	set_option(sc.head);
	IN(.flags = SYN, OPTS(8, OPT_MSS(1000), OPT_ASK));
	OUT(SYN | ACK, 0, 1, 0);
	KT_EQ(16, sc.got.optlen);
	KT_EQ(34, sc.got.opt[6]);
	KT_EQ(10, sc.got.opt[7]);
	memcpy(cookie, sc.got.opt + 8, sizeof(cookie));
	IN(.flags = RST, .seq = 1);
	NONE(0);
	sc.peerport++;
}

/* A SYN with so much data that shows a cookie, which is wrong if so. */
static void
fast_syn(int len, bool wrong)
{
	struct seg s = { .flags = SYN, .len = len,
	    OPTS(16, OPT_MSS(1000), 1, 1, 34, 10) };

	memcpy(s.opt + 8, cookie, sizeof(cookie));
	if (wrong)
		s.opt[15] ^= 1;
	seg_in(&s);
}

/* Data is there at once, and answered before the handshake ends. */
void
rump_kt_tcp_fastopen_server(void)
{

	begin_server();
	fast_syn(100, false);
	OUT(SYN | ACK, 0, 101, 0);
	script_accept();
	script_recv(100);
	script_send(2500);
	OUT(ACK, 1, 101, 1000);
	OUT(ACK, 1001, 101, 1000);
	IN(.flags = ACK, .seq = 101, .ack = 1001);
	NONE(0);
	IN(.flags = ACK, .seq = 101, .ack = 2001, .len = 10);
	OUT(ACK, 2001, 111, 500);
	KT_EQ(0, memcmp(sc.data, script_pattern, sizeof(sc.data)));
	IN(.flags = ACK, .seq = 111, .ack = 2501);
	script_recv(10);
	KT_EQ(0, sc.so->so_snd.sb_cc);
	KT_EQ(1, nt_tcpstat(TCP_STAT_TFO_ACCEPTS));
	KT_EQ(1, nt_tcpstat(TCP_STAT_CONNECTS));
	script_close();
	OUT(FIN | ACK, 2501, 111, 0);
}

/* With a wrong cookie, or if it is not wanted, a SYN is as any other. */
void
rump_kt_tcp_fastopen_refused(void)
{
	const int off = 0;

	begin_server();
	fast_syn(100, true);
	OUT(SYN | ACK, 0, 1, 0);
	KT_EQ(16, sc.got.optlen);
	KT_EQ(0, memcmp(cookie, sc.got.opt + 8, sizeof(cookie)));
	KT_EQ(1, nt_tcpstat(TCP_STAT_TFO_BADCOOKIE));
	KT(TAILQ_EMPTY(&sc.head->so_q));
	IN(.flags = ACK, .seq = 1, .ack = 1, .len = 100);
	script_accept();
	script_recv(100);
	script_close();
	nt_drain(sc.ifp);
	/* Not by the socket. */
	KT_EQ(0, so_setsockopt(curlwp, sc.head, IPPROTO_TCP, TCP_FASTOPEN,
	    &off, sizeof(off)));
	sc.peerport++;
	fast_syn(100, false);
	OUT(SYN | ACK, 0, 1, 0);
	KT_EQ(4, sc.got.optlen);
	/* Not by anybody. */
	set_option(sc.head);
	tcp_fastopen_server = 0;
	sc.peerport++;
	fast_syn(100, false);
	OUT(SYN | ACK, 0, 1, 0);
	KT_EQ(4, sc.got.optlen);
	KT_EQ(0, nt_tcpstat(TCP_STAT_TFO_ACCEPTS));
}

/* What answers the SYN is lost: it comes again, by itself and if asked. */
void
rump_kt_tcp_fastopen_synack(void)
{

	begin_server();
	fast_syn(10, false);
	OUT(SYN | ACK, 0, 11, 0);
	IN(.flags = SYN, OPTS(4, OPT_MSS(1000)));
	OUT(SYN | ACK, 0, 11, 0);
	script_accept();
	script_send(20);
	OUT(ACK, 1, 11, 20);
	/* After the timeout the SYN, then what is behind it. */
	OUT(SYN | ACK, 0, 11, 0);
	IN(.flags = ACK, .seq = 11, .ack = 1);
	OUT(ACK, 1, 11, 20);
	IN(.flags = ACK, .seq = 11, .ack = 21);
	NONE(0);
	/* Sending ends before the handshake does. */
	script_close();
	OUT(FIN | ACK, 21, 11, 0);
	sc.peerport++;
	fast_syn(10, false);
	OUT(SYN | ACK, 0, 11, 0);
	script_accept();
	KT_EQ(0, soshutdown(sc.so, SHUT_WR));
	NONE(0);
	IN(.flags = ACK, .seq = 11, .ack = 1);
	OUT(FIN | ACK, 1, 11, 0);
	script_recv(10);
	script_close();
}

/* The same SYN over and over is not answered over and over. */
void
rump_kt_tcp_fastopen_flood(void)
{

	begin_server();
	fast_syn(10, false);
	OUT(SYN | ACK, 0, 11, 0);
	tcp_ackdrop_ppslim = 0;
	IN(.flags = SYN, OPTS(4, OPT_MSS(1000)));
	NONE(0);
	tcp_ackdrop_ppslim = -1;
	IN(.flags = SYN, OPTS(4, OPT_MSS(1000)));
	OUT(SYN | ACK, 0, 11, 0);
	IN(.flags = RST, .seq = 11);
	/* As any other: it again, and what is outside of the window. */
	sc.peerport++;
	IN(.flags = SYN, OPTS(4, OPT_MSS(1000)));
	OUT(SYN | ACK, 0, 1, 0);
	tcp_ackdrop_ppslim = 0;
	IN(.flags = SYN, OPTS(4, OPT_MSS(1000)));
	IN(.flags = ACK, .seq = 1 << 20, .ack = 1);
	NONE(0);
	tcp_ackdrop_ppslim = -1;
	IN(.flags = ACK, .seq = 1 << 20, .ack = 1);
	OUT(SYN | ACK, 0, 1, 0);
	IN(.flags = RST, .seq = 1);
}

/* Those that are not established yet are counted. */
void
rump_kt_tcp_fastopen_limit(void)
{
	uint64_t n;
	int i;

	begin_server();
	tcp_fastopen_pending_max = 1;
	fast_syn(10, false);
	OUT(SYN | ACK, 0, 11, 0);
	sc.peerport++;
	fast_syn(10, false);
	OUT(SYN | ACK, 0, 1, 0);
	KT_EQ(1, nt_tcpstat(TCP_STAT_TFO_ACCEPTS));
	/* The first one is reset, which does not make room. */
	sc.peerport--;
	IN(.flags = RST, .seq = 11);
	sc.peerport += 2;
	fast_syn(10, false);
	OUT(SYN | ACK, 0, 1, 0);
	KT_EQ(1, nt_tcpstat(TCP_STAT_TFO_ACCEPTS));
	tcp_fastopen_pending_max = 2;
	sc.peerport++;
	fast_syn(10, false);
	OUT(SYN | ACK, 0, 11, 0);
	/* It is established: there is room again. */
	IN(.flags = ACK, .seq = 11, .ack = 1);
	sc.peerport++;
	fast_syn(10, false);
	OUT(SYN | ACK, 0, 11, 0);
	KT_EQ(3, nt_tcpstat(TCP_STAT_TFO_ACCEPTS));
	IN(.flags = ACK, .seq = 11, .ack = 1);
	/* But after a while. */
	tcp_fastopen_pending_max = tcp_fastopen_reset_life = 1;
	for (n = 4; n <= 5; n++) {
		for (i = 0; i < 30 && nt_tcpstat(TCP_STAT_TFO_ACCEPTS) < n;
		    i++) {
			kpause("script", false, hz, NULL);
			nt_drain(sc.ifp);
			sc.peerport++;
			fast_syn(10, false);
		}
		KT_EQ(n, nt_tcpstat(TCP_STAT_TFO_ACCEPTS));
		IN(.flags = RST, .seq = 11);
	}
	/* Nobody listens any more: those that wait end. */
	KT_EQ(0, soclose(sc.head));
	nt_drain(sc.ifp);
}

/* No more is taken than there is room for. */
void
rump_kt_tcp_fastopen_window(void)
{

	begin_server();
	solock(sc.head);
	KT_EQ(1, sbreserve(&sc.head->so_rcv, 600, sc.head));
	sc.head->so_rcv.sb_flags &= ~SB_AUTOSIZE;
	sounlock(sc.head);
	fast_syn(900, false);
	OUT(SYN | ACK, 0, 601, 0);
	script_accept();
	script_recv(600);
	script_close();
}

/*
 * The client: the peer has given a cookie, and takes segments of 1000 bytes.
 */
static void
fast_connect(void)
{
	struct sockaddr_in sin = nt_sin(PEER);

	sin.sin_port = htons(PEERPORT);
	KT_EQ(0, socreate(AF_INET, &sc.so, SOCK_STREAM, 0, curlwp, NULL));
	set_option(sc.so);
	solock(sc.so);
	KT_EQ(0, soconnect(sc.so, sintosa(&sin), curlwp));
	sounlock(sc.so);
}

static void
begin_client(void)
{

	tcp_fastopen_client = 1;
	/* What is not written at once is in no hurry. */
	tcp_delack_ticks = 120 * hz;
	script_begin();
	fast_connect();
	KT((sc.so->so_state & SS_ISCONNECTING) != 0);
	OUT(SYN, 0, 0, 0);
	KT_EQ(28, sc.got.optlen);
	KT_EQ(34, sc.got.opt[26]);
	KT_EQ(2, sc.got.opt[27]);
	IN(.flags = SYN | ACK, .ack = 1, OPTS(16, OPT_MSS(1000), 1, 1, 34, 10,
	    COOKIE));
	OUT(ACK, 1, 1, 0);
	IN(.flags = RST, .seq = 1);
	script_close();
}

/* Connected, and nothing has gone yet; then a SYN with as much as fits. */
static void
fast_write(int len)
{

	fast_connect();
	KT((sc.so->so_state & SS_ISCONNECTED) != 0);
	NONE(0);
	script_send(len);
	OUT(SYN, 0, 0, MIN(len, 1000 - 36));
	KT_EQ(36, sc.got.optlen);
	KT_EQ(34, sc.got.opt[26]);
	KT_EQ(10, sc.got.opt[27]);
	KT_EQ(0, memcmp("cookie/8", sc.got.opt + 28, 8));
	KT_EQ(0, memcmp(sc.data, script_pattern, sizeof(sc.data)));
	NONE(0);
}

void
rump_kt_tcp_fastopen_client(void)
{

	begin_client();
	fast_write(1500);
	/* Even data may come with the answer. */
	IN(.flags = SYN | ACK, .ack = 965, .len = 50, OPTS(4, OPT_MSS(1000)));
	OUT(ACK, 965, 51, 536);
	IN(.flags = ACK, .seq = 51, .ack = 1501);
	NONE(0);
	KT_EQ(0, sc.so->so_snd.sb_cc);
	script_recv(50);
	KT_EQ(1, nt_tcpstat(TCP_STAT_TFO_SNDSYN));
	KT_EQ(0, nt_tcpstat(TCP_STAT_SNDREXMITPACK));
	script_close();
	OUT(FIN | ACK, 1501, 51, 0);
}

/* Data of the SYN is not taken, or some of it: it goes at once again. */
void
rump_kt_tcp_fastopen_rejected(void)
{

	begin_client();
	fast_write(1500);
	IN(.flags = SYN | ACK, .ack = 1, OPTS(4, OPT_MSS(1000)));
	OUT(ACK, 1, 1, 964);
	IN(.flags = ACK, .seq = 1, .ack = 965);
	OUT(ACK, 965, 1, 536);
	IN(.flags = ACK, .seq = 1, .ack = 1501);
	KT_EQ(0, sc.so->so_snd.sb_cc);
	IN(.flags = RST, .seq = 1);
	script_close();
	fast_write(500);
	IN(.flags = SYN | ACK, .ack = 101, OPTS(4, OPT_MSS(1000)));
	OUT(ACK, 101, 1, 400);
	IN(.flags = ACK, .seq = 1, .ack = 501);
	KT_EQ(0, sc.so->so_snd.sb_cc);
	KT_EQ(0, nt_tcpstat(TCP_STAT_REXMTTIMEO));
	IN(.flags = RST, .seq = 1);
	script_close();
	/* Nobody is there. */
	fast_write(500);
	IN(.flags = RST | ACK, .ack = 501);
	KT_EQ(ECONNREFUSED, sc.so->so_error);
	script_close();
}

/* It is lost: a SYN as any other goes, and the next have no data. */
void
rump_kt_tcp_fastopen_lost(void)
{

	begin_client();
	fast_write(1500);
	OUT(SYN, 0, 0, 0);
	KT_EQ(24, sc.got.optlen);
	NONE(0);
	IN(.flags = SYN | ACK, .ack = 1, OPTS(4, OPT_MSS(1000)));
	OUT(ACK, 1, 1, 964);
	IN(.flags = ACK, .seq = 1, .ack = 965);
	OUT(ACK, 965, 1, 536);
	IN(.flags = ACK, .seq = 1, .ack = 1501);
	KT_EQ(0, sc.so->so_snd.sb_cc);
	IN(.flags = RST, .seq = 1);
	script_close();
	fast_connect();
	OUT(SYN, 0, 0, 0);
	KT_EQ(28, sc.got.optlen);
	IN(.flags = RST | ACK, .ack = 1);
	script_close();
}

/* Who has nothing to say is connected all the same. */
void
rump_kt_tcp_fastopen_silent(void)
{

	begin_client();
	/* Closed before anything was said. */
	fast_connect();
	script_close();
	NONE(0);
	tcp_delack_ticks = 2;
	fast_connect();
	OUT(SYN, 0, 0, 0);
	KT_EQ(36, sc.got.optlen);
	IN(.flags = SYN | ACK, .ack = 1, .len = 20, OPTS(4, OPT_MSS(1000)));
	OUT(ACK, 1, 21, 0);
	script_recv(20);
	KT_EQ(0, nt_tcpstat(TCP_STAT_TFO_SNDSYN));
	script_close();
}

/* Written and closed: all of it arrives. */
void
rump_kt_tcp_fastopen_close(void)
{

	begin_client();
	fast_write(1500);
	script_close();
	NONE(0);
	IN(.flags = SYN | ACK, .ack = 965, OPTS(4, OPT_MSS(1000)));
	OUT(FIN | ACK, 965, 1, 536);
	IN(.flags = FIN | ACK, .seq = 1, .ack = 1502);
	OUT(ACK, 1502, 2, 0);
	NONE(0);
}

/* Cookies of lengths that there are not are none. */
void
rump_kt_tcp_fastopen_malformed(void)
{

	begin_server();
	IN(.flags = SYN, .len = 10, OPTS(8, OPT_MSS(1000), 1, 34, 3, 0));
	OUT(SYN | ACK, 0, 1, 0);
	KT_EQ(4, sc.got.optlen);
	sc.peerport++;
	IN(.flags = SYN, .len = 10, OPTS(12, OPT_MSS(1000), 34, 7, 1, 2, 3, 4,
	    5, 0));
	OUT(SYN | ACK, 0, 1, 0);
	KT_EQ(4, sc.got.optlen);
	sc.peerport++;
	/* 18 bytes; and one that ends behind the header. */
	IN(.flags = SYN, .len = 10, OPTS(24, OPT_MSS(1000), 34, 20));
	OUT(SYN | ACK, 0, 1, 0);
	KT_EQ(4, sc.got.optlen);
	sc.peerport++;
	IN(.flags = SYN, .len = 10, OPTS(8, OPT_MSS(1000), 1, 1, 34, 10));
	OUT(SYN | ACK, 0, 1, 0);
	KT_EQ(4, sc.got.optlen);
	sc.peerport++;
	/* 4 bytes are one, of somebody else. */
	IN(.flags = SYN, .len = 10, OPTS(12, OPT_MSS(1000), 1, 1, 34, 6, 1, 2,
	    3, 4));
	OUT(SYN | ACK, 0, 1, 0);
	KT_EQ(16, sc.got.optlen);
	KT_EQ(1, nt_tcpstat(TCP_STAT_TFO_BADCOOKIE));
	KT_EQ(0, nt_tcpstat(TCP_STAT_TFO_ACCEPTS));
}

/* Both ends begin: what the peer has of us is no cookie of its own. */
void
rump_kt_tcp_fastopen_both(void)
{

	tcp_fastopen_client = 1;
	script_begin();
	fast_connect();
	OUT(SYN, 0, 0, 0);
	IN(.flags = SYN, OPTS(16, OPT_MSS(1000), 1, 1, 34, 10, COOKIE));
	OUT(SYN | ACK, 0, 1, 0);
	IN(.flags = RST, .seq = 1);
	script_close();
	fast_connect();
	KT((sc.so->so_state & SS_ISCONNECTED) == 0);
	OUT(SYN, 0, 0, 0);
	KT_EQ(28, sc.got.optlen);
	IN(.flags = RST | ACK, .ack = 1);
	script_close();
}

/* A byte behind the SYN's data that is urgent. */
void
rump_kt_tcp_fastopen_urgent(void)
{
	struct mbuf *m;

	begin_client();
	fast_write(100);
	m = m_gethdr(M_WAIT, MT_DATA);
	m->m_len = m->m_pkthdr.len = 1;
	*mtod(m, char *) = 'u';
	KT_EQ(0, (*sc.so->so_send)(sc.so, NULL, NULL, m, NULL,
	    MSG_DONTWAIT | MSG_OOB, curlwp));
	IN(.flags = SYN | ACK, .ack = 101, OPTS(4, OPT_MSS(1000)));
	OUT(ACK | TH_URG, 101, 1, 1);
	KT_EQ(1, sc.got.urp);
	IN(.flags = RST, .seq = 1);
	script_close();
}

/* However long it takes. */
static void
comes(u_int flags)
{
	struct mbuf *m;
	int i;

	for (i = 0; (m = script_out()) == NULL && i < 30 * hz; i++)
		kpause("script", false, 1, NULL);
	KT(m != NULL);
	parse(m);
	KT_EQ(flags, sc.got.flags & ~PSH);
}

/*
 * Whichever allocation fails, a connection that was accepted with its SYN, or
 * written to before there was one, goes on.
 */
void
rump_kt_tcp_fastopen_memserver(void)
{
	uint64_t n;
	u_int i, left = 0, accepted = 0;

	begin_server();
	for (i = 1; left == 0 && i < 100; i++) {
		n = nt_tcpstat(TCP_STAT_TFO_ACCEPTS);
		sc.peerport++;
		rump_kt_fault_set(i);
		fast_syn(10, false);
		left = rump_kt_fault_get();
		if (nt_tcpstat(TCP_STAT_TFO_ACCEPTS) > n) {
			comes(SYN | ACK);
			KT_EQ(11, sc.got.ack);
			accepted += left == 0;
			script_accept();
			IN(.flags = RST, .seq = 11);
			script_close();
		}
		/* Or it waits for its acknowledgement as any other. */
		IN(.flags = RST, .seq = 1);
		nt_drain(sc.ifp);
	}
	KT(left != 0);
	/* Of those in which one failed. */
	KT(accepted >= 2);
}

void
rump_kt_tcp_fastopen_memclient(void)
{
	u_int i, left = 0;

	begin_client();
	tcp_delack_ticks = 2;
	for (i = 1; left == 0 && i < 100; i++) {
		fast_connect();
		KT((sc.so->so_state & SS_ISCONNECTED) != 0);
		rump_kt_fault_set(i);
		/* It fits in an mbuf: none but TCP's can fail. */
		script_send(100);
		left = rump_kt_fault_get();
		comes(SYN);
		IN(.flags = SYN | ACK, .ack = 1, OPTS(16, OPT_MSS(1000), 1, 1,
		    34, 10, COOKIE));
		comes(ACK);
		KT_EQ(100, sc.got.len);
		IN(.flags = RST, .seq = 1);
		script_close();
		nt_drain(sc.ifp);
	}
	KT(left != 0);
	/* A record of the SYN, one of its data, and the packet. */
	KT(i > 4);
}
