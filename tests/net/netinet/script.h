/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For tests of TCP by packets: the peer is a script, which sends segments and
 * says what has to come.  Numbers are relative: those of the peer to its SYN,
 * those of this end to ours.
 */
#ifndef _TESTS_NET_NETINET_SCRIPT_H_
#define _TESTS_NET_NETINET_SCRIPT_H_

#include "nt.h"

#include <sys/endian.h>

#include <netinet/tcp.h>
#include <netinet/tcp_fsm.h>
#include <netinet/tcp_var.h>

#define	US	0x0a010001
#define	PEER	0x0a010002
#define	PORT	80		/* ours */
#define	PEERPORT 4000

#define	SYN	TH_SYN
#define	ACK	TH_ACK
#define	FIN	TH_FIN
#define	RST	TH_RST
#define	PSH	TH_PUSH
#define	WAIT	(5 * hz)	/* for what has to come */

struct seg {
	uint8_t		flags;
	uint32_t	seq, ack;
	int		len;
	int		win;		/* in: 0 is 65535 but for zerowin */
	bool		zerowin;
	bool		badsum;
	int		doff;		/* in: what the header says, or 0 */
	int		urp;
	int		optlen;
	uint8_t		opt[40];
	uint8_t		tos;
};

static struct script {
	struct ifnet	*ifp;
	struct socket	*head, *so;
	uint32_t	iss;		/* ours */
	uint32_t	irs;		/* the peer's */
	uint16_t	port;		/* ours */
	uint16_t	peerport;
	struct seg	got;		/* the last that came */
	uint8_t		data[8];	/* how it begins */
} sc = { .irs = 0x10000, .port = PORT, .peerport = PEERPORT };

static uint8_t script_pattern[4096];
static int script_rtt = 1;		/* ticks */

/* The peer sends; it need not have been looked at when this returns. */
static inline void
seg_put(const struct seg *s)
{
	static struct {
		uint8_t	pseudo[12];
		uint8_t	b[20 + 40 + 2048];
	} p;
	const int hlen = 20 + s->optlen;
	struct nt_ip n = { .src = PEER, .dst = US, .proto = IPPROTO_TCP,
	    .data = p.b, .len = hlen + s->len, .tos = s->tos };

	KT(s->len <= 1500 && s->optlen % 4 == 0);
	memset(&p, 0, sizeof(p));
	be32enc(p.pseudo, PEER);
	be32enc(p.pseudo + 4, US);
	p.pseudo[9] = IPPROTO_TCP;
	be16enc(p.pseudo + 10, (uint16_t)(hlen + s->len));
	be16enc(p.b, sc.peerport);
	be16enc(p.b + 2, sc.port);
	be32enc(p.b + 4, sc.irs + s->seq);
	be32enc(p.b + 8, (s->flags & ACK) != 0 ? sc.iss + s->ack : 0);
	p.b[12] = (uint8_t)((s->doff != 0 ? s->doff : hlen / 4) << 4);
	p.b[13] = s->flags;
	be16enc(p.b + 14, (uint16_t)(s->win != 0 || s->zerowin ? s->win :
	    65535));
	be16enc(p.b + 18, (uint16_t)s->urp);
	memcpy(p.b + 20, s->opt, (size_t)s->optlen);
	memcpy(p.b + hlen, script_pattern + (s->seq & 0x3ff), (size_t)s->len);
	nt_cksum(&p, 12 + hlen + s->len, 12 + 16);
	if (s->badsum)
		p.b[16] ^= 0x55;
	nt_ip_put(sc.ifp, &n);
}
#define	PUT(...)	seg_put(&(const struct seg){ __VA_ARGS__ })

static inline void
seg_in(const struct seg *s)
{

	seg_put(s);
	nt_settle();
}
#define	IN(...)		seg_in(&(const struct seg){ __VA_ARGS__ })

/* What goes out next is a segment to the peer: into sc.got. */
static inline void
parse(struct mbuf *m)
{
	const struct ip *ip = nt_is_ip(m, IPPROTO_TCP);
	uint8_t b[14 + 20 + 60];
	const uint8_t *th = b + ETHER_HDR_LEN + sizeof(*ip);
	const int len = ntohs(ip->ip_len) - (int)sizeof(*ip);
	int hlen;

	KT_EQ(htonl(PEER), ip->ip_dst.s_addr);
	m_adj(m, ETHER_HDR_LEN);
	KT_EQ(0, in4_cksum(m, IPPROTO_TCP, sizeof(*ip), len));
	memset(b, 0, sizeof(b));
	m_copydata(m, 0, MIN(m->m_pkthdr.len, 80), b + ETHER_HDR_LEN);
	hlen = (th[12] >> 4) * 4;
	KT_EQ(sc.peerport, be16dec(th + 2));
	memset(&sc.got, 0, sizeof(sc.got));
	sc.port = be16dec(th);
	sc.got.flags = th[13];
	if ((th[13] & SYN) != 0)
		sc.iss = be32dec(th + 4);
	sc.got.seq = be32dec(th + 4) - sc.iss;
	sc.got.ack = (th[13] & ACK) != 0 ? be32dec(th + 8) - sc.irs : 0;
	sc.got.win = be16dec(th + 14);
	sc.got.zerowin = sc.got.win == 0;
	sc.got.urp = be16dec(th + 18);
	sc.got.len = len - hlen;
	sc.got.optlen = hlen - 20;
	sc.got.tos = ((const struct ip *)(b + ETHER_HDR_LEN))->ip_tos;
	memcpy(sc.got.opt, th + 20, (size_t)sc.got.optlen);
	if (sc.got.len > 0)
		m_copydata(m, (int)sizeof(*ip) + hlen,
		    MIN(sc.got.len, (int)sizeof(sc.data)), sc.data);
	m_freem(m);
}

/* The next packet but for ARP's questions, which are answered. */
static inline struct mbuf *
script_out(void)
{
	struct mbuf *m;

	while ((m = nt_out(sc.ifp)) != NULL &&
	    mtod(m, const struct ether_header *)->ether_type ==
	    htons(ETHERTYPE_ARP)) {
		m_freem(m);
		nt_arp_in(sc.ifp, ARPOP_REPLY, nt_peer, PEER, US);
	}
	return m;
}

static inline void
seg_out(int line, u_int flags, uint32_t seq, uint32_t ack, int len)
{
	struct mbuf *m;
	int i;

	for (i = 0; (m = script_out()) == NULL && i < WAIT; i++)
		kpause("script", false, 1, NULL);
	if (m == NULL)
		panic("script: line %d: nothing comes", line);
	parse(m);
	if ((sc.got.flags & ~PSH) != (flags & ~PSH) || sc.got.seq != seq ||
	    sc.got.ack != ack || sc.got.len != len)
		panic("script: line %d: flags 0x%x seq %u ack %u len %d, not "
		    "0x%x %u %u %d", line, sc.got.flags, sc.got.seq,
		    sc.got.ack, sc.got.len, flags, seq, ack, len);
}
/* Flags (PSH counts for nothing), seq, ack, bytes of data. */
#define	OUT(flags, seq, ack, len)					\
	seg_out(__LINE__, (flags), (seq), (ack), (len))

/* Blocks of SACK that the last segment has, and no other option. */
static inline void
sack_is(u_int n, const uint32_t *edges)
{
	u_int i;

	KT_EQ(4 + 8 * (int)n, sc.got.optlen);
	KT_EQ(5, sc.got.opt[2]);
	KT_EQ(2 + 8 * (int)n, sc.got.opt[3]);
	for (i = 0; i < 2 * n; i++)
		KT_EQ(edges[i], be32dec(sc.got.opt + 4 + 4 * i) - sc.irs);
}

static inline void
seg_none(int line, int ticks)
{
	struct mbuf *m;

	do {
		if ((m = script_out()) != NULL) {
			parse(m);
			panic("script: line %d: flags 0x%x seq %u ack %u len "
			    "%d comes", line, sc.got.flags, sc.got.seq,
			    sc.got.ack, sc.got.len);
		}
		if (ticks > 0)
			kpause("script", false, 1, NULL);
	} while (ticks-- > 0);
}
/* Nothing, now or for so many ticks. */
#define	NONE(ticks)	seg_none(__LINE__, (ticks))

static inline void
script_begin(void)
{
	u_int i;

	for (i = 0; i < sizeof(script_pattern); i++)
		script_pattern[i] = (uint8_t)(i * 7 + (i >> 8));
	sc.ifp = nt_make("tst0", US, 24);
	nt_learn(sc.ifp, PEER, US);
}

static inline void
script_listen(void)
{
	struct sockaddr_in sin = nt_sin(US);

	sin.sin_port = htons(PORT);
	KT_EQ(0, socreate(AF_INET, &sc.head, SOCK_STREAM, 0, curlwp, NULL));
	KT_EQ(0, sobind(sc.head, sintosa(&sin), curlwp));
	KT_EQ(0, solisten(sc.head, 5, curlwp));
}

/* The program connects to the peer: sc.so. */
static inline void
script_connect(void)
{
	struct sockaddr_in sin = nt_sin(PEER);

	sin.sin_port = htons(PEERPORT);
	KT_EQ(0, socreate(AF_INET, &sc.so, SOCK_STREAM, 0, curlwp, NULL));
	solock(sc.so);
	KT_EQ(0, soconnect(sc.so, sintosa(&sin), curlwp));
	sounlock(sc.so);
}

/* There is a connection: it is sc.so. */
static inline void
script_accept(void)
{
	struct sockaddr_big sb;

	solock(sc.head);
	KT((sc.so = TAILQ_FIRST(&sc.head->so_q)) != NULL);
	KT(soqremque(sc.so, 1));
	KT_EQ(0, soaccept(sc.so, (struct sockaddr *)&sb));
	sounlock(sc.so);
}

/* Options of a SYN, and their bytes. */
#define	OPT_MSS(n)	2, 4, (n) >> 8, (n) & 0xff
#define	OPT_WS(n)	1, 3, 3, (n)
#define	OPT_SACKOK	1, 1, 4, 2
#define	OPT_TS(v, e)	1, 1, 8, 10, OPT32(v), OPT32(e)
#define	OPT32(n)	(uint8_t)((n) >> 24), (uint8_t)((n) >> 16),	\
	(uint8_t)((n) >> 8), (uint8_t)(n)
#define	OPTS(n, ...)	.optlen = (n), .opt = { __VA_ARGS__ }

/* A connection from the peer with MSS 1000, SACK if so; 1 and 1 are next. */
static inline void
script_passive(bool sack)
{

	script_begin();
	script_listen();
	if (sack)
		IN(.flags = SYN, OPTS(8, OPT_MSS(1000), OPT_SACKOK));
	else
		IN(.flags = SYN, OPTS(4, OPT_MSS(1000)));
	OUT(SYN | ACK, 0, 1, 0);
	/* As if it were far away: probes (RFC 8985) wait that much longer. */
	kpause("script", false, script_rtt, NULL);
	IN(.flags = ACK, .seq = 1, .ack = 1);
	NONE(0);
	script_accept();
}

/* The program sends so much. */
static inline void
script_send(int len)
{
	struct mbuf *m = m_gethdr(M_WAIT, MT_DATA);
	int n;

	m->m_len = m->m_pkthdr.len = 0;
	for (n = 0; n < len; n += 1000)
		m_copyback(m, n, MIN(len - n, 1000), script_pattern);
	KT_EQ(0, (*sc.so->so_send)(sc.so, NULL, NULL, m, NULL, MSG_DONTWAIT,
	    curlwp));
}

/* The program reads what there is: this much. */
static inline void
script_recv(int want)
{
	struct uio uio = { .uio_resid = 1 << 20 };
	int flags = MSG_DONTWAIT, error;
	struct mbuf *m = NULL;

	error = (*sc.so->so_receive)(sc.so, NULL, &uio, &m, NULL, &flags);
	if (want < 0) {
		KT_EQ(-want, error);
		return;
	}
	KT_EQ(0, error);
	KT_EQ(want, m != NULL ? (int)m_length(m) : 0);
	m_freem(m);
}

#define	nt_tcpstat(n)	nt_stat(IPPROTO_TCP, TCPCTL_ALLSTATS, (n))

static inline void
script_close(void)
{

	KT_EQ(0, soclose(sc.so));
	sc.so = NULL;
}

#endif /* !_TESTS_NET_NETINET_SCRIPT_H_ */
