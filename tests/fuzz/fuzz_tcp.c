/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Target "tcp": segments to a connection and to a socket that listens, errors
 * about them, and what a program does with the connection meanwhile.
 *
 * The first record says who connects and with which options; each that follows
 * is a segment, an error or a call.  Numbers of sequence are relative to what
 * the connection has sent and got, so that most of them count.
 */
#include <arpa/inet.h>

#include <string.h>

#include <rump/rump_netabi.h>
#include <rump/rump_syscalls.h>
#include <rump/rumpdefs.h>

#include "fuzz.h"
#include "fuzz_net.h"

#define	PORT		80
#define	EH		14
#define	IH		20
#define	TH		20

#define	SYN		0x02
#define	RST		0x04
#define	ACK		0x10

/* The other end of a connection: the fuzzer. */
struct peer {
	uint16_t	p_port;		/* of ours */
	uint16_t	p_to;		/* of the kernel's */
	uint32_t	p_seq;		/* the next of ours */
	uint32_t	p_ack;		/* behind what it has sent */
	uint32_t	p_tsval;	/* its last timestamp */
	uint32_t	p_ts;		/* ours */
	bool		p_heard;
};

/* A segment to be made. */
struct seg {
	uint8_t		s_flags;
	uint32_t	s_seq, s_ack;
	uint16_t	s_win, s_urp;
	uint8_t		s_opt[40];
	size_t		s_optlen, s_len;
};

static int listener;
static struct peer peer;
static uint16_t next_port = 1024;

static void
put32(uint8_t *p, uint32_t v)
{

	v = htonl(v);
	memcpy(p, &v, sizeof(v));
}

static uint32_t
get32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return ntohl(v);
}

/* Headers of Ethernet and IP; where the rest goes. */
static uint8_t *
begin_frame(uint8_t *buf, uint8_t proto, size_t len)
{
	static const uint8_t ether[EH] = { 2, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0,
	    0x99, 8, 0 };
	uint8_t *ip = buf + EH;

	memcpy(buf, ether, EH);
	memset(ip, 0, IH);
	ip[0] = 0x45;
	ip[2] = (uint8_t)((IH + len) >> 8);
	ip[3] = (uint8_t)(IH + len);
	ip[8] = 64;
	ip[9] = proto;
	put32(ip + 12, NET_PEER);
	put32(ip + 16, NET_US);
	return ip + IH;
}

static void
send_segment(const struct peer *p, const struct seg *s)
{
	const size_t len = TH + s->s_optlen + s->s_len;
	uint8_t buf[1514], *th = begin_frame(buf, 6, len);

	memset(th, 'd', len);
	th[0] = (uint8_t)(p->p_port >> 8);
	th[1] = (uint8_t)p->p_port;
	th[2] = (uint8_t)(p->p_to >> 8);
	th[3] = (uint8_t)p->p_to;
	put32(th + 4, s->s_seq);
	put32(th + 8, s->s_ack);
	th[12] = (uint8_t)((TH + s->s_optlen) / 4 << 4);
	th[13] = s->s_flags;
	th[14] = (uint8_t)(s->s_win >> 8);
	th[15] = (uint8_t)s->s_win;
	th[18] = (uint8_t)(s->s_urp >> 8);
	th[19] = (uint8_t)s->s_urp;
	memcpy(th + TH, s->s_opt, s->s_optlen);
	net_fix_payload(buf + EH, IH + len);
	net_fix_ip(buf + EH, IH + len);
	net_frame(buf, EH + IH + len, 0);
	net_settle();
}

/* What it sent tells how far it is. */
static void
learn(struct peer *p, const uint8_t *ip, size_t len)
{
	const uint8_t *th = ip + IH;
	size_t hlen, total;
	uint32_t end;

	if (len < IH + TH || ip[0] != 0x45 || ip[9] != 6 ||
	    (th[2] << 8 | th[3]) != p->p_port)
		return;
	total = (size_t)(ip[2] << 8 | ip[3]);
	hlen = (size_t)(th[12] >> 4) * 4;
	if (total < IH + hlen || len < IH + hlen)
		return;
	end = get32(th + 4) + (uint32_t)(total - IH - hlen) +
	    ((th[13] & SYN) != 0) + (th[13] & 1);
	if ((th[13] & RST) == 0 &&
	    (!p->p_heard || (int32_t)(end - p->p_ack) > 0))
		p->p_ack = end;
	if ((th[13] & SYN) != 0)
		p->p_to = (uint16_t)(th[0] << 8 | th[1]);
	p->p_heard = p->p_heard || (th[13] & RST) == 0;
	if (hlen >= TH + 12 && th[TH] == 1 && th[TH + 2] == 8)
		p->p_tsval = get32(th + TH + 4);
	else if (hlen >= TH + 20 && th[TH + 6] == 8)
		p->p_tsval = get32(th + TH + 8);
}

static void
hear(struct peer *p)
{
	uint8_t buf[200];
	size_t len;

	while ((len = net_out(buf, sizeof(buf))) != 0)
		if (len > EH && buf[12] == 8 && buf[13] == 0)
			learn(p, buf + EH, (len < sizeof(buf) ? len :
			    sizeof(buf)) - EH);
}

static void
timestamp(struct peer *p, struct seg *s)
{
	uint8_t *o = s->s_opt + s->s_optlen;

	o[0] = o[1] = 1;
	o[2] = 8;
	o[3] = 10;
	put32(o + 4, ++p->p_ts);
	put32(o + 8, p->p_tsval);
	s->s_optlen += 12;
}

/* MSS, scale and SACK of a SYN, as bits say. */
static void
syn_options(struct seg *s, unsigned bits)
{
	static const uint8_t mss[4] = { 2, 4, 5, 0xb4 };
	static const uint8_t scale[4] = { 1, 3, 3, 7 };
	static const uint8_t sack[4] = { 1, 1, 4, 2 };

	if ((bits & 1) != 0) {
		memcpy(s->s_opt + s->s_optlen, mss, 4);
		s->s_optlen += 4;
	}
	if ((bits & 2) != 0) {
		memcpy(s->s_opt + s->s_optlen, scale, 4);
		s->s_optlen += 4;
	}
	if ((bits & 4) != 0) {
		memcpy(s->s_opt + s->s_optlen, sack, 4);
		s->s_optlen += 4;
	}
}

static void
shake(struct peer *p, uint8_t flags, unsigned opts)
{
	struct seg s = { .s_flags = flags, .s_seq = p->p_seq,
	    .s_ack = p->p_ack, .s_win = 8192 };

	if ((flags & SYN) != 0) {
		syn_options(&s, opts);
		p->p_seq++;
	}
	if ((opts & 8) != 0)
		timestamp(p, &s);
	send_segment(p, &s);
	hear(p);
}

static void
new_peer(struct peer *p, uint16_t to)
{

	memset(p, 0, sizeof(*p));
	p->p_port = next_port;
	p->p_to = to;
	p->p_seq = 1000000;
	next_port = next_port == 65535 ? 1024 : next_port + 1;
}

/* The kernel's socket, connected, or -1. */
static int
passive(struct peer *p, unsigned opts)
{

	new_peer(p, PORT);
	shake(p, SYN, opts);
	shake(p, ACK, opts & 8);
	return rump_sys_accept(listener, NULL, NULL);
}

static int
active(struct peer *p, unsigned opts)
{
	struct rump_sockaddr_in sin = { .sin_len = sizeof(sin),
	    .sin_family = RUMP_AF_INET, .sin_addr = htonl(NET_PEER) };
	int s = rump_sys_socket(RUMP_AF_INET, RUMP_SOCK_STREAM, 0);

	if (s == -1)
		return -1;
	new_peer(p, 0);
	sin.sin_port = htons(p->p_port);
	(void)rump_sys_fcntl(s, RUMP_F_SETFL, RUMP_O_NONBLOCK);
	(void)rump_sys_connect(s, (const void *)&sin, sizeof(sin));
	hear(p);
	if ((opts & 0x20) == 0)
		shake(p, SYN | ACK, opts);
	return s;
}

/*
 * Records.
 */
static void
segment(struct peer *p, struct rec *r, bool advance)
{
	struct seg s;
	unsigned how;

	memset(&s, 0, sizeof(s));
	how = rec_8(r);
	s.s_flags = rec_8(r);
	s.s_seq = p->p_seq + (uint32_t)(int16_t)rec_16(r) *
	    ((how & 0x80) != 0 ? 65536u : 1u);
	s.s_ack = p->p_ack - (uint32_t)(int16_t)rec_16(r) *
	    ((how & 0x40) != 0 ? 65536u : 1u);
	s.s_win = (uint16_t)(rec_16(r) ^ 0x2000);
	s.s_len = (how & 0x20) != 0 ? rec_8(r) * 5u : rec_8(r) % 8;
	s.s_urp = rec_8(r);
	if ((how & 1) != 0)
		timestamp(p, &s);
	if ((how & 2) != 0)
		syn_options(&s, how >> 2);
	if (s.s_optlen <= 24) {
		s.s_optlen += rec_bytes(r, s.s_opt + s.s_optlen,
		    sizeof(s.s_opt) - s.s_optlen);
		s.s_optlen &= ~(size_t)3;
	}
	send_segment(p, &s);
	if (advance && s.s_seq == p->p_seq)
		p->p_seq += (uint32_t)s.s_len + (s.s_flags & 1);
	hear(p);
}

/* A block of SACK about what it has sent. */
static void
sack(struct peer *p, struct rec *r)
{
	struct seg s = { .s_flags = ACK, .s_seq = p->p_seq, .s_win = 8192 };
	uint8_t *o = s.s_opt;
	unsigned n = rec_8(r) % 4 + 1, i;

	s.s_ack = p->p_ack - rec_16(r);
	o[0] = o[1] = 1;
	o[2] = 5;
	o[3] = (uint8_t)(2 + 8 * n);
	for (i = 0; i < n; i++) {
		const uint32_t right = p->p_ack - rec_16(r);

		put32(o + 4 + 8 * i, right - rec_16(r));
		put32(o + 8 + 8 * i, right);
	}
	s.s_optlen = 4 + 8 * n;
	send_segment(p, &s);
	hear(p);
}

static void
error_about(const struct peer *p, struct rec *r)
{
	uint8_t buf[EH + IH + 36], *m = begin_frame(buf, 1, 36);

	memset(m, 0, 36);
	m[0] = rec_8(r) % 16;
	m[1] = rec_8(r) % 20;
	m[6] = rec_8(r);
	m[7] = rec_8(r);
	m[8] = 0x45;
	m[10] = 5;
	m[17] = 6;
	put32(m + 20, NET_US);
	put32(m + 24, NET_PEER);
	m[28] = (uint8_t)(p->p_to >> 8);
	m[29] = (uint8_t)p->p_to;
	m[30] = (uint8_t)(p->p_port >> 8);
	m[31] = (uint8_t)p->p_port;
	put32(m + 32, p->p_ack - rec_16(r));
	net_fix_payload(buf + EH, IH + 36);
	net_fix_ip(buf + EH, IH + 36);
	net_frame(buf, sizeof(buf), 0);
	net_settle();
}

static void
call(int s, struct rec *r)
{
	static char buf[16384];
	const unsigned what = rec_8(r) % 8;
	const size_t n = rec_16(r) % sizeof(buf);
	int v = rec_8(r);

	switch (what) {
	case 0: case 1:
		(void)rump_sys_sendto(s, buf, n, RUMP_MSG_NOSIGNAL |
		    (v & 1), NULL, 0);
		break;
	case 2: case 3:
		(void)rump_sys_recvfrom(s, buf, n, RUMP_MSG_DONTWAIT |
		    (v & 3), NULL, NULL);
		break;
	case 4:
		(void)rump_sys_shutdown(s, v % 3);
		break;
	case 5:
		(void)rump_sys_setsockopt(s, 6, (int)(n % 12), &v, sizeof(v));
		break;
	case 6:
		v *= 64;
		(void)rump_sys_setsockopt(s, RUMP_SOL_SOCKET, 0x1001 +
		    (int)(n & 1), &v, sizeof(v));
		break;
	default:
		(void)rump_sys_setsockopt(s, 0, (int)(n % 5), &v, sizeof(v));
		break;
	}
}

static void
record(int s, struct peer *other, struct rec *r)
{

	switch (r->r_kind % 8) {
	case 0: case 1: case 2:
		segment(&peer, r, true);
		break;
	case 3:
		sack(&peer, r);
		break;
	case 4:
		call(s, r);
		hear(&peer);
		break;
	case 5:
		error_about(&peer, r);
		hear(&peer);
		break;
	case 6:
		new_peer(other, PORT);
		segment(other, r, false);
		break;
	default:
		segment(other, r, true);
		break;
	}
}

/* A reset: nothing is left of it. */
static void
drop(int s)
{
	const struct { int on, seconds; } linger = { 1, 0 };

	(void)rump_sys_setsockopt(s, RUMP_SOL_SOCKET, RUMP_SO_LINGER, &linger,
	    sizeof(linger));
	(void)rump_sys_close(s);
}

static void
tcp_setup(void)
{
	const struct rump_sockaddr_in sin = { .sin_len = sizeof(sin),
	    .sin_family = RUMP_AF_INET, .sin_port = htons(PORT) };

	net_boot();
	listener = rump_sys_socket(RUMP_AF_INET, RUMP_SOCK_STREAM, 0);
	if (listener == -1 || rump_sys_bind(listener, (const void *)&sin,
	    sizeof(sin)) == -1 || rump_sys_listen(listener, 5) == -1 ||
	    rump_sys_fcntl(listener, RUMP_F_SETFL,
	    RUMP_O_NONBLOCK) == -1)
		fuzz_die("no listening socket");
}

static void
tcp_run(const uint8_t *data, size_t size)
{
	struct peer other;
	struct rec r;
	unsigned how = 0;
	int s, n = 0;

	if (rec_next(&data, &size, &r))
		how = r.r_kind;
	s = (how & 0x10) != 0 ? active(&peer, how) : passive(&peer, how);
	if (s == -1)
		return;
	(void)rump_sys_fcntl(s, RUMP_F_SETFL, RUMP_O_NONBLOCK);
	new_peer(&other, PORT);
	while (rec_next(&data, &size, &r) && n++ < 64)
		record(s, &other, &r);
	drop(s);
	while ((s = rump_sys_accept(listener, NULL, NULL)) != -1)
		drop(s);
	net_settle();
	net_drain();
}

const struct fuzz_target fuzz_target_tcp = {
	.ft_name = "tcp", .ft_setup = tcp_setup, .ft_run = tcp_run,
	.ft_mutate = rec_mutate,
};
