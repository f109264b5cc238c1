/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Target "ip4": frames of ARP and IPv4 that come in, with ICMP, IGMP and UDP
 * inside, options, pieces.
 *
 * A record is a frame.  Its kind says which of those in templates[] it is;
 * the data: flags, how many edits, how many bytes of options, the edits, the
 * options, and what is put behind.  Lengths and checksums are mended then, if
 * flags do not say otherwise.
 */
#include <arpa/inet.h>

#include <string.h>

#include <rump/rump_syscalls.h>
#include <rump/rump_netabi.h>

#include "fuzz.h"
#include "fuzz_net.h"

#define	PORT		700	/* somebody is there, and in group 224.0.1.1 */
#define	EH		14	/* a header of Ethernet */
#define	IH		20	/* of IP */
#define	FRAME_MAX	1514

/* Flags of a record. */
#define	F_NOIPSUM	0x01	/* the header's checksum stays wrong */
#define	F_NOSUM		0x02	/* that of its payload, too */
#define	F_NOLEN		0x04	/* lengths stay as they are */
#define	F_BROADCAST	0x08	/* the frame is for all */
#define	F_SETTLE	0x10	/* it is looked at before the next comes */
#define	F_OFFLOAD	0x20	/* the interface says the checksum is right */

#define	IP(proto, off, dst)						\
	0x45, 0, 0, 0, 0, 9, (off) >> 8, (off) & 0xff, 64, proto, 0, 0,	\
	10, 1, 0, 2, dst
#define	US	10, 1, 0, 1
#define	ETHER	2, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0x99
#define	UDP	2, 0xc0, PORT >> 8, PORT & 0xff, 0, 0, 0, 0

static const struct {
	uint8_t len;
	uint8_t bytes[94];
} templates[] = {
#define	T(...) { sizeof((const uint8_t[]){ __VA_ARGS__ }), { __VA_ARGS__ } }
	/* ARP: a request, an answer. */
	T(ETHER, 8, 6, 0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 0x99,
	    10, 1, 0, 2, 0, 0, 0, 0, 0, 0, US),
	T(ETHER, 8, 6, 0, 1, 8, 0, 6, 4, 0, 2, 2, 0, 0, 0, 0, 0x99,
	    10, 1, 0, 7, 2, 0, 0, 0, 0, 0, US),
	/* UDP: to the socket, to nobody, to a group, to all. */
	T(ETHER, 8, 0, IP(17, 0, US), UDP, 'd'),
	T(ETHER, 8, 0, IP(17, 0, US), 0, 9, 0, 9, 0, 0, 0, 0),
	T(1, 0, 0x5e, 0, 1, 1, 2, 0, 0, 0, 0, 0x99, 8, 0,
	    IP(17, 0, 224), 0, 1, 1, UDP),
	T(ETHER, 8, 0, IP(17, 0, 255), 255, 255, 255, UDP),
	/* Pieces: the first, one from the middle, the last. */
	T(ETHER, 8, 0, IP(17, 0x2000, US), UDP, 1, 2, 3, 4, 5, 6, 7, 8),
	T(ETHER, 8, 0, IP(17, 0x2002, US), 1, 2, 3, 4, 5, 6, 7, 8),
	T(ETHER, 8, 0, IP(17, 3, US), 1, 2, 3, 4, 5),
	/* ICMP: echo, time, mask, redirect, errors about ours. */
	T(ETHER, 8, 0, IP(1, 0, US), 8, 0, 0, 0, 0, 1, 0, 1, 'e'),
	T(ETHER, 8, 0, IP(1, 0, US), 13, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1,
	    0, 0, 0, 2, 0, 0, 0, 3),
	T(ETHER, 8, 0, IP(1, 0, US), 17, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0),
	T(ETHER, 8, 0, IP(1, 0, US), 5, 1, 0, 0, 10, 1, 0, 9,
	    0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0, US, 9, 9, 9, 9,
	    PORT >> 8, PORT & 0xff, 0, 9, 0, 8, 0, 0),
	T(ETHER, 8, 0, IP(1, 0, US), 3, 3, 0, 0, 0, 0, 2, 0,
	    0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0, US, 10, 1, 0, 2,
	    PORT >> 8, PORT & 0xff, 2, 0xc0, 0, 8, 0, 0),
	T(ETHER, 8, 0, IP(1, 0, US), 11, 0, 0, 0, 0, 0, 0, 0,
	    0x45, 0, 0, 40, 0, 0, 0, 0, 64, 6, 0, 0, US, 10, 1, 0, 2,
	    0, 80, 2, 0xc0, 0, 0, 0, 1),
	/* IGMP: queries of three versions, a report. */
	T(1, 0, 0x5e, 0, 0, 1, 2, 0, 0, 0, 0, 0x99, 8, 0,
	    IP(2, 0, 224), 0, 0, 1, 0x11, 0, 0, 0, 0, 0, 0, 0),
	T(1, 0, 0x5e, 0, 0, 1, 2, 0, 0, 0, 0, 0x99, 8, 0,
	    IP(2, 0, 224), 0, 0, 1, 0x11, 9, 0, 0, 224, 0, 1, 1),
	T(1, 0, 0x5e, 0, 0, 1, 2, 0, 0, 0, 0, 0x99, 8, 0,
	    IP(2, 0, 224), 0, 0, 1, 0x11, 9, 0, 0, 224, 0, 1, 1, 2, 9, 0, 1,
	    10, 1, 0, 2),
	T(1, 0, 0x5e, 0, 1, 1, 2, 0, 0, 0, 0, 0x99, 8, 0,
	    IP(2, 0, 224), 0, 1, 1, 0x16, 0, 0, 0, 224, 0, 1, 1),
	/* Something else, to be passed on, with a tag of a VLAN. */
	T(ETHER, 8, 0, IP(200, 0, US), 1, 2, 3),
	T(ETHER, 8, 0, IP(17, 0, 10), 1, 0, 9, UDP),
	T(ETHER, 0x81, 0, 0, 5, 8, 0, IP(17, 0, US), UDP),
	T(ETHER, 0x88, 0xcc, 1, 2, 3, 4),
#undef T
};
#define	NTEMPLATES	(sizeof(templates) / sizeof(templates[0]))

static int sock, conn;

static int
bound(void)
{
	const struct rump_sockaddr_in sin = { .sin_len = sizeof(sin),
	    .sin_family = RUMP_AF_INET, .sin_port = htons(PORT) };
	const int on = 1, all = 0xffff;
	int s = rump_sys_socket(RUMP_AF_INET, RUMP_SOCK_DGRAM, 0), i;

	if (s == -1 || rump_sys_setsockopt(s, RUMP_SOL_SOCKET,
	    RUMP_SO_REUSEPORT, &on, sizeof(on)) == -1 ||
	    rump_sys_bind(s, (const void *)&sin, sizeof(sin)) == -1)
		fuzz_die("no socket");
	/* IP_RECVOPTS and all others that ask for messages. */
	for (i = 5; i < 27; i++)
		if (i == 5 || i == 6 || i == 7 || i == 20 || i == 23 ||
		    i == 26)
			(void)rump_sys_setsockopt(s, 0, i, &all, sizeof(on));
	return s;
}

/* One for all, in a group; and one that has a peer, for errors. */
static void
open_sockets(void)
{
	const struct rump_sockaddr_in sin = { .sin_len = sizeof(sin),
	    .sin_family = RUMP_AF_INET, .sin_port = htons(PORT + 4),
	    .sin_addr = htonl(NET_PEER) };
	const uint32_t mreq[2] = { htonl(0xe0000101), htonl(NET_US) };

	sock = bound();
	conn = bound();
	(void)rump_sys_setsockopt(sock, 0, 12, mreq, sizeof(mreq));
	(void)rump_sys_connect(conn, (const void *)&sin, sizeof(sin));
}

static void
ip4_setup(void)
{
	const int forwarding[] = { 4, 2, 0, 1 }, on = 1;

	net_boot();
	if (rump_sys___sysctl(forwarding, 4, NULL, NULL, &on, sizeof(on)) ==
	    -1)
		fuzz_die("no forwarding");
	open_sockets();
}

/* Options between header and the rest. */
static size_t
put_options(uint8_t *ip, size_t len, const uint8_t *opts, size_t n)
{

	n &= ~(size_t)3;
	if (len < IH || n == 0)
		return len;
	memmove(ip + IH + n, ip + IH, len - IH);
	memcpy(ip + IH, opts, n);
	ip[0] = (uint8_t)(0x40 | ((IH + n) / 4));
	return len + n;
}

static void
mend(uint8_t *ip, size_t len, unsigned flags)
{
	const size_t hlen = (size_t)(ip[0] & 0xf) * 4;

	if (len < IH)
		return;
	if ((flags & F_NOLEN) == 0) {
		net_put16(ip + 2, len);
		/* UDP's, in a packet that is not a piece. */
		if (ip[9] == 17 && (ip[6] & 0x3f) == 0 && ip[7] == 0 &&
		    len >= hlen + 8)
			net_put16(ip + hlen + 4, len - hlen);
	}
	if ((flags & F_NOSUM) == 0)
		net_fix_payload(ip, len);
	if ((flags & F_NOIPSUM) == 0)
		net_fix_ip(ip, len);
}

static void
frame(struct rec *r)
{
	const size_t t = r->r_kind % NTEMPLATES;
	const unsigned flags = rec_8(r), nedits = rec_8(r);
	uint8_t buf[FRAME_MAX], opts[40];
	size_t len = templates[t].len, n;
	unsigned nopts = rec_8(r);

	memcpy(buf, templates[t].bytes, len);
	rec_edit(r, nedits % 16, buf, len);
	if ((nopts %= 41) > r->r_len)
		nopts = (unsigned)r->r_len;
	memcpy(opts, r->r_data, nopts);
	r->r_data += nopts;
	r->r_len -= nopts;
	if (buf[12] == 8 && buf[13] == 0) {
		len = EH + put_options(buf + EH, len - EH, opts, nopts);
		n = rec_bytes(r, buf + len, 200);
		len += n;
		mend(buf + EH, len - EH, flags);
	} else
		len += rec_bytes(r, buf + len, 200);
	if ((flags & F_BROADCAST) != 0)
		memset(buf, 0xff, 6);
	/* M_CSUM_TCPv4, which the interface has. */
	net_frame(buf, len, (flags & F_OFFLOAD) != 0 ? 1 : 0);
	if ((flags & F_SETTLE) != 0)
		net_settle();
}

static void
ip4_run(const uint8_t *data, size_t size)
{
	struct rec r;
	int n = 0;

	while (rec_next(&data, &size, &r) && n++ < 64)
		frame(&r);
	net_settle();
	net_drain();
	net_drain_socket(sock);
	net_drain_socket(conn);
}

const struct fuzz_target fuzz_target_ip4 = {
	.ft_name = "ip4", .ft_setup = ip4_setup, .ft_run = ip4_run,
	.ft_mutate = rec_mutate,
};
