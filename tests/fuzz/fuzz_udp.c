/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Target "udp": what a program does with sockets of UDP of both families while
 * datagrams, and errors about those it sent, come in.
 *
 * A record's kind says which of actions[], its data with what.  What was sent
 * last is remembered: errors are about that.
 */
#include <arpa/inet.h>

#include <string.h>

#include <rump/rump_netabi.h>
#include <rump/rump_syscalls.h>

#include "fuzz.h"
#include "fuzz_net.h"

#define	EH		14
#define	FRAME_MAX	1514
#define	RECORDS_MAX	64
#define	NSOCKS		4	/* the first half are of IPv4 */
#define	PORT		700	/* and those behind it are ours */
#define	UDP		17
#define	ICMP		1
#define	ICMP6		58

static int socks[NSOCKS];
static uint8_t sent[FRAME_MAX];		/* last, a frame */
static size_t nsent;

static bool
is_six(unsigned n)
{

	return n >= NSOCKS / 2;
}

union name {
	struct rump_sockaddr_in		in;
	struct rump_sockaddr_in6	in6;
};

/* 2001:db8::n and the like. */
static void
six(uint8_t addr[16], uint8_t last)
{
	static const uint8_t net[] = { 0x20, 1, 0xd, 0xb8 };

	memset(addr, 0, 16);
	memcpy(addr, net, sizeof(net));
	addr[15] = last;
}

/* Any, ours, the peer's, somebody's, a group, of the other family inside. */
static socklen_t
name_of(struct rec *r, bool v6, union name *u)
{
	static const uint32_t addrs[] = { 0, NET_US, NET_PEER, 0x0a010009,
	    0xe0000101, 0xffffffff, 0x7f000001, 0x0a0100ff };
	const uint8_t how = rec_8(r);
	const uint16_t port = htons((uint16_t)(PORT + rec_8(r) % 8));

	memset(u, 0, sizeof(*u));
	if (!v6) {
		u->in.sin_len = sizeof(u->in);
		u->in.sin_family = RUMP_AF_INET;
		u->in.sin_port = port;
		u->in.sin_addr = htonl(addrs[how % 8]);
		return sizeof(u->in);
	}
	u->in6.sin6_len = sizeof(u->in6);
	u->in6.sin6_family = RUMP_AF_INET6;
	u->in6.sin6_port = port;
	if (how % 8 == 7) {
		u->in6.sin6_addr[10] = u->in6.sin6_addr[11] = 0xff;
		u->in6.sin6_addr[12] = 10;
		u->in6.sin6_addr[13] = 1;
		u->in6.sin6_addr[15] = 2;
	} else if (how % 8 == 4) {
		u->in6.sin6_addr[0] = 0xff;
		u->in6.sin6_addr[1] = how >> 3 & 0xf;
		u->in6.sin6_addr[15] = 1;
	} else if (how % 8 != 0)
		six(u->in6.sin6_addr, how % 8);
	return sizeof(u->in6);
}

static void
open_one(unsigned n)
{
	union name u;
	struct rec none = { .r_len = 0 };
	const socklen_t len = name_of(&none, is_six(n), &u);

	socks[n] = rump_sys_socket(is_six(n) ? RUMP_AF_INET6 : RUMP_AF_INET,
	    RUMP_SOCK_DGRAM, 0);
	(void)rump_sys_fcntl(socks[n], RUMP_F_SETFL, RUMP_O_NONBLOCK);
	u.in.sin_port = htons((uint16_t)(PORT + n));
	(void)rump_sys_bind(socks[n], (void *)&u, len);
}

static void
do_send(struct rec *r, unsigned n)
{
	union name u;
	const uint8_t how = rec_8(r);
	const socklen_t len = name_of(r, is_six(n) != ((how & 0x40) != 0), &u);
	static uint8_t data[70000];
	const size_t size = (how & 0x80) != 0 ? (size_t)rec_16(r) + rec_8(r) :
	    r->r_len;

	/* A signal would end the process. */
	(void)rump_sys_sendto(socks[n], data, size, (how & 0x3e) |
	    RUMP_MSG_NOSIGNAL, (how & 1) != 0 ? NULL : (void *)&u,
	    (how & 1) != 0 ? 0 : len);
}

static void
do_connect(struct rec *r, unsigned n)
{
	union name u;
	const uint8_t how = rec_8(r);
	const socklen_t len = name_of(r, is_six(n), &u);

	if ((how & 1) != 0)
		u.in.sin_family = RUMP_AF_UNSPEC;
	(void)rump_sys_connect(socks[n], (void *)&u, len);
}

static void
do_receive(struct rec *r, unsigned n)
{
	uint8_t data[300];
	const size_t len = rec_8(r);

	if (len == 0)
		net_drain_socket(socks[n]);
	else
		(void)rump_sys_recvfrom(socks[n], data, len, rec_8(r) & 0xf7,
		    NULL, NULL);
}

static void
do_option(struct rec *r, unsigned n)
{
	static const int levels[] = { 0, RUMP_IPPROTO_IPV6, UDP,
	    RUMP_SOL_SOCKET };
	const uint8_t which = rec_8(r);
	uint8_t value[64], name = rec_8(r);
	const size_t len = rec_bytes(r, value, sizeof(value));
	const int level = levels[which % 4], option = level ==
	    RUMP_SOL_SOCKET ? (name & 0x80) != 0 ? 0x1000 | (name & 15) :
	    1 << name % 15 : name;

	(void)rump_sys_setsockopt(socks[n], level, option, value,
	    (socklen_t)len);
}

static void
do_again(struct rec *r, unsigned n)
{

	if ((rec_8(r) & 1) != 0)
		(void)rump_sys_shutdown(socks[n], rec_8(r) % 4);
	else {
		(void)rump_sys_close(socks[n]);
		open_one(n);
	}
}

/* A header of Ethernet and IP of either version from the peer to us; where
 * the payload goes. */
static size_t
put_header(uint8_t *f, bool v6, uint8_t proto, size_t len)
{
	static const uint8_t macs[] = { 2, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0,
	    0x99 };
	static const uint8_t ends[] = { 10, 1, 0, 2, 10, 1, 0, 1 };
	uint8_t *ip = f + EH;

	memset(f, 0, EH + 40);
	memcpy(f, macs, sizeof(macs));
	if (v6) {
		net_put16(f + 12, 0x86dd);
		ip[0] = 0x60;
		net_put16(ip + 4, len);
		ip[6] = proto;
		ip[7] = 64;
		six(ip + 8, 2);
		six(ip + 24, 1);
		return EH + 40;
	}
	net_put16(f + 12, 0x0800);
	ip[0] = 0x45;
	net_put16(ip + 2, len + 20);
	ip[8] = 64;
	ip[9] = proto;
	memcpy(ip + 12, ends, sizeof(ends));
	return EH + 20;
}

/* Flags: 1 the checksum is wrong, 2 there is none, 4 the length is. */
static void
frame(uint8_t *f, size_t len, bool v6, uint8_t flags)
{
	const size_t at = v6 ? EH + 40 : EH + 20;

	if (v6)
		net_fix_payload6(f + EH, len - EH);
	else {
		net_fix_payload(f + EH, len - EH);
		net_fix_ip(f + EH, len - EH);
	}
	if ((flags & 1) != 0)
		f[at + 6] ^= 1;
	if ((flags & 2) != 0)
		f[at + 6] = f[at + 7] = 0;
	net_frame(f, len, 0);
	if ((flags & 8) != 0)
		net_settle();
}

static void
do_datagram(struct rec *r, unsigned n)
{
	const uint8_t flags = rec_8(r), from = rec_8(r);
	uint8_t f[FRAME_MAX];
	size_t at, len;

	at = put_header(f, is_six(n), UDP, 8 + (size_t)r->r_len);
	net_put16(f + at, PORT + from % 8u);
	net_put16(f + at + 2, PORT + n);
	net_put16(f + at + 4, 8 + r->r_len);
	net_put16(f + at + 6, 0);
	if ((flags & 4) != 0)
		net_put16(f + at + 4, rec_8(r));
	len = at + 8 + rec_bytes(r, f + at + 8, 255);
	frame(f, len, is_six(n), flags);
}

/* An error of ICMP about what was sent last, if that was of this family. */
static void
do_error(struct rec *r, unsigned n)
{
	const bool v6 = is_six(n);
	const uint8_t flags = rec_8(r) & 9, type = rec_8(r), code = rec_8(r);
	uint8_t f[FRAME_MAX];
	size_t at, len = nsent > EH + 64 ? 64 : nsent > EH ? nsent - EH : 0;

	if (len == 0 || (sent[12] == 0x86) != v6)
		return;
	at = put_header(f, v6, v6 ? ICMP6 : ICMP, 8 + len);
	f[at] = v6 ? 1 + type % 4 : type % 2 != 0 ? 3 : type;
	f[at + 1] = code % 16;
	net_put16(f + at + 2, 0);
	net_put16(f + at + 4, v6 ? 0 : rec_16(r));
	net_put16(f + at + 6, rec_16(r));
	memcpy(f + at + 8, sent + EH, len);
	rec_edit(r, 8, f + at + 8, len);
	frame(f, at + 8 + len, v6, flags);
}

static void (*const actions[])(struct rec *, unsigned) = {
	do_datagram, do_send, do_error, do_receive, do_connect, do_option,
	do_again, do_datagram,
};

static void
take_sent(void)
{
	uint8_t f[FRAME_MAX];
	size_t n;

	while ((n = net_out(f, sizeof(f))) != 0) {
		if (n > sizeof(f) || (f[12] != 8 && f[12] != 0x86) ||
		    f[13] == 6)
			continue;
		nsent = n;
		memcpy(sent, f, n);
	}
}

static void
udp_setup(void)
{

	net_boot();
	net_make6();
}

static void
udp_run(const uint8_t *data, size_t size)
{
	unsigned n;
	struct rec r;
	int left = RECORDS_MAX;

	nsent = 0;
	for (n = 0; n < NSOCKS; n++)
		open_one(n);
	while (rec_next(&data, &size, &r) && left-- > 0) {
		(*actions[r.r_kind % 8])(&r, r.r_kind / 8 % NSOCKS);
		take_sent();
	}
	net_settle();
	net_drain();
	for (n = 0; n < NSOCKS; n++) {
		net_drain_socket(socks[n]);
		(void)rump_sys_close(socks[n]);
	}
}

const struct fuzz_target fuzz_target_udp = {
	.ft_name = "udp", .ft_setup = udp_setup, .ft_run = udp_run,
	.ft_mutate = rec_mutate,
};
