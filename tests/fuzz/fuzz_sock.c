/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Target "sock": calls of sockets with any addresses, options and control
 * messages.
 *
 * A record's kind says which call, its data on which socket and with what.
 */
#include <arpa/inet.h>
#include <sys/uio.h>

#include <string.h>

#include <rump/rump_netabi.h>
#include <rump/rump_syscalls.h>
#include <rump/rumpdefs.h>

#include "fuzz.h"
#include "fuzz_net.h"

#define	NSOCKS		5

static int socks[NSOCKS];

/* Levels of options: IP, ICMP, TCP, UDP, IPv6's, the socket's. */
static const int levels[] = { 0, 1, 6, 17, 41, RUMP_SOL_SOCKET, 0, 6 };

static void
open_sockets(void)
{
	static const struct {
		int type, proto;
	} kinds[NSOCKS] = {
		{ RUMP_SOCK_DGRAM, 0 }, { RUMP_SOCK_STREAM, 0 },
		{ RUMP_SOCK_RAW, 1 }, { RUMP_SOCK_RAW, 255 },
		{ RUMP_SOCK_STREAM, 0 },
	};
	int i;

	for (i = 0; i < NSOCKS; i++) {
		socks[i] = rump_sys_socket(RUMP_AF_INET, kinds[i].type,
		    kinds[i].proto);
		(void)rump_sys_fcntl(socks[i], RUMP_F_SETFL, RUMP_O_NONBLOCK);
	}
}

/* Nobody waits for a close, whatever was set. */
static void
close_sockets(void)
{
	const struct { int on, seconds; } linger = { 1, 0 };
	int i;

	for (i = 0; i < NSOCKS; i++) {
		(void)rump_sys_setsockopt(socks[i], RUMP_SOL_SOCKET,
		    RUMP_SO_LINGER, &linger, sizeof(linger));
		(void)rump_sys_close(socks[i]);
	}
}

/* As long as one may say that it is. */
union name {
	struct rump_sockaddr_in	sin;
	uint8_t			room[64];
};

/* An address of ours, of the peer, a group, or anything; its length. */
static socklen_t
address(struct rec *r, union name *u)
{
	struct rump_sockaddr_in *const sin = &u->sin;
	static const uint32_t addrs[] = { 0, NET_US, NET_PEER, 0x7f000001,
	    0xe0000101, 0xffffffff, 0x0a0100ff, 0x01020304 };
	const uint8_t how = rec_8(r);

	memset(u, 0, sizeof(*u));
	sin->sin_len = sizeof(*sin);
	sin->sin_family = RUMP_AF_INET;
	sin->sin_addr = htonl(addrs[how & 7]);
	sin->sin_port = htons((how & 0x18) * 100u);
	if ((how & 0x80) == 0)
		return sizeof(*sin);
	rec_edit(r, 2, sin, sizeof(*sin));
	return rec_8(r) % sizeof(*u);
}

static void
set_option(int s, struct rec *r)
{
	const int level = levels[rec_8(r) % 8];
	uint8_t buf[256];
	int name = rec_8(r);
	socklen_t len;

	if (level == RUMP_SOL_SOCKET)
		name = (name & 0x80) != 0 ? 0x1000 + (name & 0x1f) :
		    1 << (name & 0xf);
	len = (socklen_t)rec_bytes(r, buf, sizeof(buf));
	/* Most are an int. */
	if (len > 0 && len < 4)
		len = 4;
	(void)rump_sys_setsockopt(s, level, name, buf, len);
	(void)rump_sys_getsockopt(s, level, name, buf, &len);
}

/* Options of IP by name that have structures: groups with their addresses. */
static void
set_group(int s, struct rec *r)
{
	const int name = 9 + rec_8(r) % 6;
	uint32_t mreq[3] = { htonl(0xe0000100 | rec_8(r) % 4),
	    htonl(NET_US), 0 };

	rec_edit(r, 3, mreq, sizeof(mreq));
	(void)rump_sys_setsockopt(s, 0, name, mreq, rec_8(r) % 13);
}

static size_t
control(struct rec *r, uint8_t *buf, size_t size)
{
	size_t at = 0, len;
	uint32_t head[3];
	unsigned n;

	for (n = rec_8(r) % 4; n > 0 && size - at >= 64; n--) {
		head[1] = (uint32_t)levels[rec_8(r) % 8];
		head[2] = rec_8(r) % 32;
		len = rec_8(r) % 32;
		/* Its length may say anything. */
		head[0] = (uint32_t)(16 + len + (rec_8(r) & 0x80 ?
		    rec_16(r) : 0));
		memset(buf + at, 0, 64);
		memcpy(buf + at, head, sizeof(head));
		(void)rec_bytes(r, buf + at + 16, len);
		at += 16 + ((len + 7) & ~(size_t)7);
	}
	return at;
}

static void
send_message(int s, struct rec *r)
{
	static uint8_t data[4096];
	uint8_t cm[256] __attribute__((aligned(8)));
	union name sin;
	struct iovec iov = { data, rec_16(r) % sizeof(data) };
	struct rump_msghdr m;

	memset(&m, 0, sizeof(m));
	memset(data, 0x45, 20);
	m.msg_iov = &iov;
	m.msg_iovlen = 1;
	m.msg_name = &sin;
	m.msg_namelen = address(r, &sin);
	if (rec_8(r) & 1)
		m.msg_name = NULL;
	m.msg_control = cm;
	m.msg_controllen = (uint32_t)control(r, cm, sizeof(cm));
	/* A raw one's header, as it should be and not. */
	data[2] = (uint8_t)iov.iov_len;
	data[3] = (uint8_t)(iov.iov_len >> 8);
	rec_edit(r, 8, data, 64);
	(void)rump_sys_sendmsg(s, (void *)&m, RUMP_MSG_NOSIGNAL |
	    RUMP_MSG_DONTWAIT | (rec_8(r) & 0x0f));
}

static void
receive_message(int s, struct rec *r)
{
	static uint8_t data[4096];
	uint8_t cm[256], name[128];
	struct iovec iov = { data, rec_16(r) % sizeof(data) };
	struct rump_msghdr m;

	memset(&m, 0, sizeof(m));
	m.msg_iov = &iov;
	m.msg_iovlen = 1;
	m.msg_name = name;
	m.msg_namelen = rec_8(r) % sizeof(name);
	m.msg_control = cm;
	m.msg_controllen = rec_8(r);
	(void)rump_sys_recvmsg(s, (void *)&m, RUMP_MSG_DONTWAIT |
	    (rec_8(r) & 0x0f));
}

static void
names_of(int s)
{
	uint8_t buf[64];
	socklen_t len = sizeof(buf);

	(void)rump_sys_getsockname(s, (void *)buf, &len);
	len = 3;
	(void)rump_sys_getpeername(s, (void *)buf, &len);
}

static void
call(struct rec *r)
{
	const unsigned kind = r->r_kind % 12;
	int *sp = &socks[rec_8(r) % NSOCKS], s = *sp, a;
	union name sin;
	socklen_t len;

	switch (kind) {
	case 0: case 1:
		set_option(s, r);
		break;
	case 2:
		set_group(s, r);
		break;
	case 3: case 4:
		send_message(s, r);
		break;
	case 5:
		receive_message(s, r);
		break;
	case 6:
		len = address(r, &sin);
		(void)rump_sys_bind(s, (const void *)&sin, len);
		break;
	case 7:
		len = address(r, &sin);
		(void)rump_sys_connect(s, (const void *)&sin, len);
		break;
	case 8:
		(void)rump_sys_listen(s, (int8_t)rec_8(r));
		break;
	case 9:
		if ((a = rump_sys_accept(s, NULL, NULL)) != -1)
			(void)rump_sys_close(a);
		break;
	case 10:
		(void)rump_sys_shutdown(s, rec_8(r) % 4 - 1);
		break;
	default:
		names_of(s);
		net_settle();
		break;
	}
}

static void
sock_run(const uint8_t *data, size_t size)
{
	struct rec r;
	int n = 0;

	open_sockets();
	while (rec_next(&data, &size, &r) && n++ < 64)
		call(&r);
	net_settle();
	close_sockets();
	net_drain();
}

const struct fuzz_target fuzz_target_sock = {
	.ft_name = "sock", .ft_setup = net_boot, .ft_run = sock_run,
	.ft_mutate = rec_mutate,
};
