/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sockets of the host and of the kernel, for rumpnet forward: the same calls
 * with numbers of their own.
 */
#include <netinet/tcp.h>

#include <errno.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include <rump/rump_syscalls.h>
#include <rump/rumperrno2host.h>

#include "forward.h"

#define	BACKLOG		128
#define	SPACE		(160 * 1024)	/* for datagrams; there is a limit */
/* The kernel's numbers. */
#define	K_V6ONLY	27		/* IPV6_V6ONLY */
#define	K_TCP		6		/* IPPROTO_TCP */
#define	K_NODELAY	1		/* TCP_NODELAY */

/* As the kernel has it. */
struct k_timeval {
	int64_t	sec;
	int32_t	usec;
	int32_t	unused;
};
struct k_linger {
	int32_t	on, seconds;
};

/* What a socket has got so far is closed; errno stays. */
static int
undo(const struct fw_side *side, int s)
{
	const int error = errno;

	if (s != -1)
		(*side->s_close)(s, false);
	errno = error;
	return -1;
}

/* Not before it is connected: the time would be for that, too. */
static int
host_prepare(int s, bool dgram)
{
	const struct timeval tick = { .tv_usec = FW_TICK * 1000 };
	const int on = 1;

	if (s == -1)
		return -1;
	(void)setsockopt(s, SOL_SOCKET, SO_SNDTIMEO, &tick, sizeof(tick));
	if (dgram)
		(void)setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &tick,
		    sizeof(tick));
	else
		(void)setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &on,
		    sizeof(on));
	return s;
}

static int
host_socket(const struct fw_addr *addr, bool dgram)
{

	return socket(addr->a.sa.sa_family, SOCK_CLOEXEC | (dgram ?
	    SOCK_DGRAM : SOCK_STREAM), 0);
}

/* Whether its end is a reset. */
static void
host_linger(int s, bool reset)
{
	const struct linger linger = { .l_onoff = reset };

	(void)setsockopt(s, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
}

/* Connections inherit that they end with a reset: the program may end before
 * it knows of them. */
static int
host_listen(const struct fw_addr *addr, bool dgram)
{
	const int on = 1, s = host_socket(addr, dgram);

	if (s == -1)
		return -1;
	if (!dgram) {
		(void)setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on,
		    sizeof(on));
		host_linger(s, true);
	}
	if (addr->a.sa.sa_family == AF_INET6)
		(void)setsockopt(s, IPPROTO_IPV6, IPV6_V6ONLY, &on,
		    sizeof(on));
	if (bind(s, &addr->a.sa, addr->a_len) == -1 ||
	    (!dgram && listen(s, BACKLOG) == -1))
		return undo(&fw_host, s);
	return s;
}

static int
host_connect(const struct fw_addr *addr, bool dgram)
{
	const int s = host_socket(addr, dgram);

	if (s == -1 || connect(s, &addr->a.sa, addr->a_len) == -1)
		return undo(&fw_host, s);
	return host_prepare(s, dgram);
}

static int
host_accept(int s)
{

	return host_prepare(accept4(s, NULL, NULL, SOCK_CLOEXEC), false);
}

static int
host_name(int s, struct fw_addr *addr)
{

	addr->a_len = sizeof(addr->a);
	return getsockname(s, &addr->a.sa, &addr->a_len);
}

static ssize_t
host_recv(int s, void *buf, size_t len, struct fw_addr *from)
{

	if (from == NULL)
		return recv(s, buf, len, 0);
	memset(from, 0, sizeof(*from));
	from->a_len = sizeof(from->a);
	return recvfrom(s, buf, len, 0, &from->a.sa, &from->a_len);
}

static ssize_t
host_send(int s, const void *buf, size_t len, const struct fw_addr *to)
{

	return sendto(s, buf, len, MSG_NOSIGNAL, to == NULL ? NULL :
	    &to->a.sa, to == NULL ? 0 : to->a_len);
}

static void
host_shutdown(int s, bool out)
{

	(void)shutdown(s, out ? SHUT_WR : SHUT_RD);
}

static void
host_close(int s, bool reset)
{

	host_linger(s, reset);
	(void)close(s);
}

const struct fw_side fw_host = {
	.s_listen = host_listen, .s_connect = host_connect,
	.s_accept = host_accept, .s_name = host_name, .s_recv = host_recv,
	.s_send = host_send, .s_shutdown = host_shutdown,
	.s_close = host_close,
};

/* A result with the host's errno. */
static ssize_t
result(ssize_t rv)
{

	if (rv == -1)
		errno = rump_errno2host(errno);
	return rv;
}

static void
kernel_option(int s, int option, const void *value, size_t size)
{

	(void)rump_sys_setsockopt(s, RUMP_SOL_SOCKET, option, value,
	    (socklen_t)size);
}

static int
kernel_prepare(int s, bool dgram)
{
	const struct k_timeval tick = { .usec = FW_TICK * 1000 };
	const int on = 1, space = SPACE;

	if (s == -1)
		return -1;
	kernel_option(s, RUMP_SO_SNDTIMEO, &tick, sizeof(tick));
	if (dgram) {
		kernel_option(s, RUMP_SO_RCVTIMEO, &tick, sizeof(tick));
		/* For the largest datagram, and more than one. */
		kernel_option(s, RUMP_SO_SNDBUF, &space, sizeof(space));
		kernel_option(s, RUMP_SO_RCVBUF, &space, sizeof(space));
	} else
		(void)rump_sys_setsockopt(s, K_TCP, K_NODELAY, &on,
		    sizeof(on));
	return s;
}

static int
kernel_socket(const struct fw_addr *addr, bool dgram)
{

	return (int)result(rump_sys_socket(addr->a.kernel.sa.sa_family,
	    dgram ? RUMP_SOCK_DGRAM : RUMP_SOCK_STREAM, 0));
}

static int
kernel_listen(const struct fw_addr *addr, bool dgram)
{
	const int on = 1, off = 0, s = kernel_socket(addr, dgram);

	if (s == -1)
		return -1;
	if (!dgram)
		kernel_option(s, RUMP_SO_REUSEADDR, &on, sizeof(on));
	if (addr->a_all)
		(void)rump_sys_setsockopt(s, RUMP_IPPROTO_IPV6, K_V6ONLY,
		    &off, sizeof(off));
	if (result(rump_sys_bind(s, RN_SA(&addr->a), addr->a_len)) == -1 ||
	    (!dgram && result(rump_sys_listen(s, BACKLOG)) == -1))
		return undo(&fw_kernel, s);
	if (dgram)
		(void)kernel_prepare(s, true);
	return s;
}

static int
kernel_connect(const struct fw_addr *addr, bool dgram)
{
	const int s = kernel_socket(addr, dgram);

	if (s == -1 || result(rump_sys_connect(s, RN_SA(&addr->a),
	    addr->a_len)) == -1)
		return undo(&fw_kernel, s);
	return kernel_prepare(s, dgram);
}

static int
kernel_accept(int s)
{

	return kernel_prepare((int)result(rump_sys_accept(s, NULL, NULL)),
	    false);
}

static int
kernel_name(int s, struct fw_addr *addr)
{

	addr->a_len = sizeof(addr->a);
	return (int)result(rump_sys_getsockname(s, RN_SA(&addr->a),
	    &addr->a_len));
}

static ssize_t
kernel_recv(int s, void *buf, size_t len, struct fw_addr *from)
{

	if (from == NULL)
		return result(rump_sys_recvfrom(s, buf, len, 0, NULL, NULL));
	memset(from, 0, sizeof(*from));
	from->a_len = sizeof(from->a);
	return result(rump_sys_recvfrom(s, buf, len, 0, RN_SA(&from->a),
	    &from->a_len));
}

static ssize_t
kernel_send(int s, const void *buf, size_t len, const struct fw_addr *to)
{

	return result(rump_sys_sendto(s, buf, len, RUMP_MSG_NOSIGNAL,
	    to == NULL ? NULL : RN_SA(&to->a), to == NULL ? 0 : to->a_len));
}

static void
kernel_shutdown(int s, bool out)
{

	(void)rump_sys_shutdown(s, out ? RUMP_SHUT_WR : RUMP_SHUT_RD);
}

static void
kernel_close(int s, bool reset)
{
	const struct k_linger linger = { .on = 1 };

	if (reset)
		kernel_option(s, RUMP_SO_LINGER, &linger, sizeof(linger));
	(void)rump_sys_close(s);
}

const struct fw_side fw_kernel = {
	.s_listen = kernel_listen, .s_connect = kernel_connect,
	.s_accept = kernel_accept, .s_name = kernel_name,
	.s_recv = kernel_recv, .s_send = kernel_send,
	.s_shutdown = kernel_shutdown, .s_close = kernel_close,
};
