/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpnet stream: bytes through a connection of TCP.  Who connects sends its
 * standard input, who listens writes it to its standard output.  Neither ends
 * before all bytes are known to be there: who has sent waits for the other
 * one's end, who has received closes and waits until that is acknowledged.
 */
#include <arpa/inet.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <rump/rump_syscalls.h>

#include "rumpnet.h"

#define	PIECE		65536
#define	RETRY		100000	/* microseconds between attempts */
#define	OPT_V6ONLY	27	/* IPV6_V6ONLY */
#define	LINGER		30	/* seconds until a close gives up */

static bool verbose;

static int
report(const char *what, uint64_t bytes, int64_t start)
{
	const double sec = (double)(rn_now() - start) / 1e6;

	if (verbose)
		(void)fprintf(stderr, "%s %ju bytes in %.3f s, %.1f MiB/s\n",
		    what, (uintmax_t)bytes, sec,
		    sec > 0 ? (double)bytes / sec / 1048576 : 0);
	return RN_OK;
}

static bool
write_all(const char *buf, size_t len)
{
	ssize_t n;

	for (; len > 0; buf += n, len -= (size_t)n)
		if ((n = write(STDOUT_FILENO, buf, len)) < 0)
			return false;
	return true;
}

/* A close that waits for the other end's acknowledgement for a time; if that
 * is 0, the other end hears that something went wrong. */
static int
close_lingering(int s, int seconds)
{
	const struct {
		int on, seconds;
	} linger = { 1, seconds };

	if (rump_sys_setsockopt(s, RUMP_SOL_SOCKET, RUMP_SO_LINGER, &linger,
	    sizeof(linger)) == -1)
		return -1;
	return rump_sys_close(s);
}

/* The host's errno says why. */
static int
give_up(int s, const char *what)
{
	const int error = errno;

	(void)close_lingering(s, 0);
	return rn_failx("%s: %s", what, strerror(error));
}

static int
receive(int s)
{
	static char buf[PIECE];
	const int64_t start = rn_now();
	uint64_t total = 0;
	ssize_t n;

	while ((n = rump_sys_read(s, buf, sizeof(buf))) > 0) {
		total += (uint64_t)n;
		if (!write_all(buf, (size_t)n))
			return give_up(s, "standard output");
	}
	if (n == -1)
		return rn_fail("after %ju bytes", (uintmax_t)total);
	if (close_lingering(s, LINGER) == -1)
		return rn_fail("close");
	return report("received", total, start);
}

/* A socket on a port of all addresses; -1. */
static int
listener(int family, uint16_t port)
{
	static const uint8_t any[16];
	const int off = 0;
	union rn_host h;
	int s = rump_sys_socket(family, RUMP_SOCK_STREAM, 0);

	if (s == -1)
		return -1;
	if (family == RUMP_AF_INET6) {
		rn_sin6(&h, any);
		h.in6.sin6_port = htons(port);
		/* Those of IPv4, too. */
		if (rump_sys_setsockopt(s, RUMP_IPPROTO_IPV6, OPT_V6ONLY,
		    &off, sizeof(off)) == -1)
			return -1;
	} else {
		rn_sin(&h.in, 0);
		h.in.sin_port = htons(port);
	}
	return rump_sys_bind(s, RN_SA(&h), h.sa.sa_len) == -1 ||
	    rump_sys_listen(s, 1) == -1 ? -1 : s;
}

static int
listen_on(const char *text)
{
	unsigned long port;
	int s, c;

	if (!rn_number(text, 65535, &port) || port == 0)
		return rn_usage("%s is no port", text);
	if ((s = listener(RUMP_AF_INET6, (uint16_t)port)) == -1 &&
	    (s = listener(RUMP_AF_INET, (uint16_t)port)) == -1)
		return rn_fail("port %lu", port);
	if ((c = rump_sys_accept(s, NULL, NULL)) == -1)
		return rn_fail("accept");
	(void)rump_sys_close(s);
	return receive(c);
}

static bool
send_all(int s, const char *buf, size_t len)
{
	ssize_t n;

	for (; len > 0; buf += n, len -= (size_t)n)
		if ((n = rump_sys_sendto(s, buf, len, RUMP_MSG_NOSIGNAL, NULL,
		    0)) < 0)
			return false;
	return true;
}

static int
transmit(int s)
{
	static char buf[PIECE];
	const int64_t start = rn_now();
	uint64_t total = 0;
	ssize_t n;

	while ((n = read(STDIN_FILENO, buf, sizeof(buf))) > 0) {
		if (!send_all(s, buf, (size_t)n))
			return rn_fail("after %ju bytes", (uintmax_t)total);
		total += (uint64_t)n;
	}
	if (n == -1)
		return give_up(s, "standard input");
	if (rump_sys_shutdown(s, RUMP_SHUT_WR) == -1 ||
	    (n = rump_sys_read(s, buf, sizeof(buf))) == -1)
		return rn_fail("after %ju bytes", (uintmax_t)total);
	if (n > 0)
		return rn_failx("the other end has sent something");
	(void)rump_sys_close(s);
	return report("sent", total, start);
}

/* Nobody is there yet. */
static bool
may_come(int error)
{

	return error == RUMP_ECONNREFUSED || error == RUMP_EHOSTDOWN ||
	    error == RUMP_EHOSTUNREACH || error == RUMP_ENETUNREACH ||
	    error == RUMP_ETIMEDOUT;
}

static int
connect_to(const char *addr, const char *text, int deadline)
{
	const int64_t end = rn_now() + (int64_t)deadline * 1000;
	union rn_host h;
	unsigned long port;
	int s, error;

	if (!rn_host(addr, &h))
		return rn_usage("%s is no address", addr);
	if (!rn_number(text, 65535, &port) || port == 0)
		return rn_usage("%s is no port", text);
	/* In the same place in both. */
	h.in.sin_port = htons((uint16_t)port);
	for (;;) {
		s = rump_sys_socket(h.sa.sa_family, RUMP_SOCK_STREAM, 0);
		if (s == -1)
			return rn_fail("socket");
		if (rump_sys_connect(s, RN_SA(&h), h.sa.sa_len) == 0)
			return transmit(s);
		error = errno;
		(void)rump_sys_close(s);
		errno = error;
		if (!may_come(error) || rn_now() >= end)
			return rn_fail("%s port %lu", addr, port);
		(void)usleep(RETRY);
	}
}

int
rn_stream(int argc, char **argv)
{
	int opt, deadline = 0;

	while ((opt = getopt(argc, argv, "+vw:")) != -1) {
		if (opt == 'v')
			verbose = true;
		else if (opt != 'w')
			return rn_usage("which option?");
		else if (!rn_seconds(optarg, &deadline))
			return rn_usage("-w does not take %s", optarg);
	}
	argc -= optind;
	argv += optind;
	if (argc == 2 && strcmp(argv[0], "listen") == 0)
		return listen_on(argv[1]);
	if (argc == 3 && strcmp(argv[0], "connect") == 0)
		return connect_to(argv[1], argv[2], deadline);
	return rn_usage("listen or connect?");
}
