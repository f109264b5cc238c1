/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Target "ip6": frames of IPv6 that come in, with extension headers, pieces,
 * ICMPv6 with its neighbours, routers and listeners, UDP.
 *
 * A record is a frame, its kind which of those in templates[]; the data:
 * flags, how many edits, how many extension headers, the edits, the headers,
 * and what is put behind.  Lengths, what follows on what, and checksums are
 * mended then, if flags do not say otherwise.  A kind of MODE is no frame: a
 * host believes routers and a router does not, so it becomes one or the other.
 */
#include <arpa/inet.h>

#include <string.h>

#include <rump/rump_netabi.h>
#include <rump/rump_syscalls.h>

#include "fuzz.h"
#include "fuzz_net.h"

#define	PORT		700	/* somebody is there, and in ff0e::101 */
#define	EH		14	/* a header of Ethernet */
#define	IH		40	/* of IPv6 */
#define	FRAME_MAX	1514
#define	MODE		63	/* a kind */
#define	RECORDS_MAX	64
#define	OPT_JOIN	12	/* IPV6_JOIN_GROUP */

/* Flags of a record. */
#define	F_NOSUM		0x02	/* the checksum of what is carried is wrong */
#define	F_NOLEN		0x04	/* lengths stay as they are */
#define	F_SETTLE	0x10	/* it is looked at before the next comes */
#define	F_OFFLOAD	0x20	/* the interface says the checksum is right */
#define	F_NOCHAIN	0x40	/* headers do not say what follows */

#define	NONE6	0, 0, 0, 0, 0, 0, 0, 0
#define	US	0x20, 1, 0xd, 0xb8, NONE6, 0, 0, 0, 1
#define	PEER	0x20, 1, 0xd, 0xb8, NONE6, 0, 0, 0, 2
#define	OTHER	0x20, 1, 0xd, 0xb8, NONE6, 0, 0, 0, 9
#define	FAR	0x20, 1, 0xd, 0xb9, NONE6, 0, 0, 0, 9
#define	LLUS	0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xfe, 0, 0, 0
#define	LLPEER	0xfe, 0x80, NONE6, 0, 0, 0, 0, 0, 0x99
#define	ALL	0xff, 2, NONE6, 0, 0, 0, 0, 0, 1
#define	GROUP	0xff, 0xe, NONE6, 0, 0, 0, 0, 1, 1
#define	SOL	0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0, 0, 1
#define	MAC	2, 0, 0, 0, 0, 0x99
#define	E(...)	2, 0, 0, 0, 0, 0, MAC, 0x86, 0xdd, 0x60, 0, 0, 0, 0, 0,	\
	__VA_ARGS__
#define	UDP	2, 0xc0, PORT >> 8, PORT & 0xff, 0, 0, 0, 0
/* A packet of ours that an error is about. */
#define	INNER	0x60, 0, 0, 0, 0, 8, 17, 64, US, PEER,			\
	PORT >> 8, PORT & 0xff, 2, 0xc0, 0, 8, 0, 0

static const struct {
	uint8_t len;
	uint8_t bytes[134];
} templates[] = {
#define	T(...) { sizeof((const uint8_t[]){ __VA_ARGS__ }), { __VA_ARGS__ } }
	/* UDP: to the socket, to nobody, to a group, to be passed on. */
	T(E(17, 64, PEER, US), UDP, 'd'),
	T(E(17, 64, PEER, US), 0, 9, 0, 9, 0, 0, 0, 0),
	T(E(17, 64, PEER, GROUP), UDP, 'g'),
	T(E(17, 2, PEER, OTHER), UDP),
	T(E(17, 64, PEER, FAR), UDP),
	/* ICMPv6: echo, errors about ours. */
	T(E(58, 64, PEER, US), 128, 0, 0, 0, 0, 1, 0, 1, 'e'),
	T(E(58, 64, LLPEER, ALL), 128, 0, 0, 0, 0, 1, 0, 1, 'e'),
	T(E(58, 64, PEER, US), 1, 4, 0, 0, 0, 0, 0, 0, INNER),
	T(E(58, 64, PEER, US), 2, 0, 0, 0, 0, 0, 5, 0, INNER),
	T(E(58, 64, PEER, US), 3, 0, 0, 0, 0, 0, 0, 0, INNER),
	T(E(58, 64, PEER, US), 4, 1, 0, 0, 0, 0, 0, 6, INNER),
	/* Neighbours: asked for, answered, told of a better way. */
	T(E(58, 255, PEER, SOL), 135, 0, 0, 0, 0, 0, 0, 0, US, 1, 1, MAC),
	T(E(58, 255, NONE6, NONE6, SOL), 135, 0, 0, 0, 0, 0, 0, 0, US),
	T(E(58, 255, PEER, US), 136, 0, 0, 0, 0x60, 0, 0, 0, OTHER, 2, 1, MAC),
	T(E(58, 255, PEER, ALL), 136, 0, 0, 0, 0x20, 0, 0, 0, US, 2, 1, MAC),
	T(E(58, 255, LLPEER, US), 137, 0, 0, 0, 0, 0, 0, 0, OTHER, FAR,
	    2, 1, MAC),
	/* Routers: asked for; what they say, with all its options. */
	T(E(58, 255, LLPEER, ALL), 133, 0, 0, 0, 0, 0, 0, 0, 1, 1, MAC),
	T(E(58, 255, LLPEER, ALL), 134, 0, 0, 0, 64, 0, 7, 8, 0, 0, 0, 0,
	    0, 0, 0, 0, 3, 4, 64, 0xc0, 0, 0, 14, 16, 0, 0, 14, 16, 0, 0, 0, 0,
	    0x20, 1, 0xd, 0xb8, 0, 1, 0, 0, NONE6),
	T(E(58, 255, LLPEER, ALL), 134, 0, 0, 0, 64, 0, 7, 8, 0, 0, 0, 0,
	    0, 0, 0, 0, 1, 1, MAC, 5, 1, 0, 0, 0, 0, 5, 0, 24, 1, 0, 0, 0, 0,
	    7, 8, 25, 3, 0, 0, 0, 0, 7, 8, US),
	/* Listeners: queries of two versions, a report, somebody left. */
	T(E(58, 1, LLPEER, ALL), 130, 0, 0, 0, 0, 9, 0, 0, NONE6, NONE6),
	T(E(58, 1, LLPEER, GROUP), 130, 0, 0, 0, 0, 9, 0, 0, GROUP, 2, 9, 0, 1,
	    PEER),
	T(E(58, 1, LLPEER, GROUP), 131, 0, 0, 0, 0, 0, 0, 0, GROUP),
	T(E(58, 1, LLPEER, ALL), 132, 0, 0, 0, 0, 0, 0, 0, GROUP),
	/* Pieces: the first, one from the middle, the last, the only one. */
	T(E(44, 64, PEER, US), 17, 0, 0, 1, 0, 0, 0, 9, UDP, NONE6),
	T(E(44, 64, PEER, US), 17, 0, 0, 17, 0, 0, 0, 9, NONE6),
	T(E(44, 64, PEER, US), 17, 0, 0, 16, 0, 0, 0, 9, 1, 2, 3),
	T(E(44, 64, PEER, US), 17, 0, 0, 0, 0, 0, 0, 9, UDP, 'd'),
	/* Nothing, something else, what asks who we are, IPv4 inside. */
	T(E(59, 64, PEER, US)),
	T(E(200, 64, PEER, US), 1, 2, 3),
	T(E(58, 64, PEER, US), 139, 0, 0, 0, 0, 3, 0, 0, NONE6, US),
	T(E(4, 64, PEER, US), 0x45, 0, 0, 20, 0, 0, 0, 0, 64, 17, 0, 0,
	    10, 1, 0, 2, 10, 1, 0, 1),
	T(E(58, 255, LLPEER, LLUS), 128, 0, 0, 0, 0, 1, 0, 1, 'l'),
#undef T
};
#define	NTEMPLATES	(sizeof(templates) / sizeof(templates[0]))

/* Extension headers: for all routers, for the destination, a way, a piece,
 * one that authenticates, one that encrypts, mobility. */
static const uint8_t headers[] = { 0, 60, 43, 44, 51, 50, 135, 60 };

static int sock, conn;
static bool host;		/* what was learnt has to go */

static struct rump_sockaddr_in6
address(uint8_t last, uint16_t port)
{
	static const uint8_t net[] = { 0x20, 1, 0xd, 0xb8 };
	struct rump_sockaddr_in6 sin6 = { .sin6_len = sizeof(sin6),
	    .sin6_family = RUMP_AF_INET6, .sin6_port = htons(port) };

	if (last != 0)
		memcpy(sin6.sin6_addr, net, sizeof(net));
	sin6.sin6_addr[15] = last;
	return sin6;
}

static int
bound(void)
{
	const struct rump_sockaddr_in6 any = address(0, PORT);
	int s = rump_sys_socket(RUMP_AF_INET6, RUMP_SOCK_DGRAM, 0), i;
	const int on = 1;

	if (s == -1 || rump_sys_setsockopt(s, RUMP_SOL_SOCKET,
	    RUMP_SO_REUSEPORT, &on, sizeof(on)) == -1 ||
	    rump_sys_bind(s, (const void *)&any, sizeof(any)) == -1)
		fuzz_die("no socket");
	/* All that asks for messages, from IPV6_RECVPKTINFO on. */
	for (i = 36; i < 62; i++)
		(void)rump_sys_setsockopt(s, RUMP_IPPROTO_IPV6, i, &on,
		    sizeof(on));
	return s;
}

static void
open_sockets(void)
{
	const struct rump_sockaddr_in6 peer = address(2, PORT + 4);
	const struct {
		uint8_t group[16];
		uint32_t index;
	} mreq = { { GROUP }, 0 };

	sock = bound();
	conn = bound();
	(void)rump_sys_setsockopt(sock, RUMP_IPPROTO_IPV6, OPT_JOIN, &mreq,
	    sizeof(mreq));
	(void)rump_sys_connect(conn, (const void *)&peer, sizeof(peer));
}

static void
close_sockets(void)
{

	(void)rump_sys_close(sock);
	(void)rump_sys_close(conn);
}

/* A router believes nobody. */
static void
set_mode(bool router)
{
	const int forwarding[] = { 4, RUMP_AF_INET6, RUMP_IPPROTO_IPV6, 1 },
	    on = router;

	if (rump_sys___sysctl(forwarding, 4, NULL, NULL, &on, sizeof(on)) ==
	    -1)
		fuzz_die("no forwarding");
	host = !router || host;
}

static void
ip6_setup(void)
{

	net_boot();
	net_make6();
	open_sockets();
	set_mode(true);
}

/* Up to three headers in front of what the packet carries: which, how many
 * times eight bytes more than eight, and their bytes.  The new length. */
static size_t
put_headers(uint8_t *ip, size_t len, struct rec *r, unsigned n, bool chain)
{
	uint8_t which, more, *next = ip + 6, *at = ip + IH, old;
	size_t size;

	for (n %= 4; n > 0 && r->r_len > 0; n--) {
		which = rec_8(r);
		more = rec_8(r) % 4;
		size = 8 + (size_t)more * 8;
		memmove(at + size, at, len - (size_t)(at - ip));
		(void)rec_bytes(r, at, size);
		len += size;
		old = *next;
		if (chain) {
			*next = headers[which % sizeof(headers)];
			at[0] = old;
			/* Of a piece it is reserved. */
			at[1] = *next == 44 ? 0 : *next == 51 ? (uint8_t)
			    (more * 2) : more;
		}
		next = at;
		at += size;
	}
	return len;
}

static void
mend(uint8_t *ip, size_t len, unsigned flags)
{
	uint8_t proto;
	size_t at;

	if ((flags & F_NOLEN) == 0)
		net_put16(ip + 4, len - IH);
	if (!net_find6(ip, len, &at, &proto))
		return;
	if ((flags & F_NOLEN) == 0 && proto == 17 && len - at >= 8)
		net_put16(ip + at + 4, len - at);
	if ((flags & F_NOSUM) == 0)
		net_fix_payload6(ip, len);
}

static void
frame(struct rec *r)
{
	const size_t t = r->r_kind % NTEMPLATES;
	const unsigned flags = rec_8(r), nedits = rec_8(r),
	    nheaders = rec_8(r);
	uint8_t buf[FRAME_MAX];
	size_t len = templates[t].len;

	memcpy(buf, templates[t].bytes, len);
	rec_edit(r, nedits % 16, buf, len);
	len = EH + put_headers(buf + EH, len - EH, r, nheaders,
	    (flags & F_NOCHAIN) == 0);
	len += rec_bytes(r, buf + len, 200);
	mend(buf + EH, len - EH, flags);
	net_frame(buf, len, (flags & F_OFFLOAD) != 0 ? 0x30 : 0);
	if ((flags & F_SETTLE) != 0)
		net_settle();
}

static void
ip6_run(const uint8_t *data, size_t size)
{
	struct rec r;
	int n = 0;

	while (rec_next(&data, &size, &r) && n++ < RECORDS_MAX) {
		if (r.r_kind == MODE)
			set_mode((rec_8(&r) & 1) != 0);
		else
			frame(&r);
	}
	net_settle();
	net_drain();
	net_drain_socket(sock);
	net_drain_socket(conn);
	/* The next run finds what this one found. */
	if (host) {
		close_sockets();
		net_reset();
		net_make6();
		open_sockets();
		host = false;
		set_mode(true);
	}
}

const struct fuzz_target fuzz_target_ip6 = {
	.ft_name = "ip6", .ft_setup = ip6_setup, .ft_run = ip6_run,
	.ft_mutate = rec_mutate,
};
