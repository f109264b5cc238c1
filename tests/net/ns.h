/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For tests whose other end is Linux: a network namespace of the test's own,
 * commands that make interfaces in it, sockets of Linux, which are the
 * process's own, and a stream between one of those and one of ours.
 */
#ifndef _TESTS_NET_NS_H_
#define _TESTS_NET_NS_H_

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>

#include <netinet/in.h>
#include <sched.h>
#include <spawn.h>

#include "../kern/net/sk.h"

extern char **environ;

static inline void
ns_own(void)
{

	if (unshare(CLONE_NEWNET) == -1)
		atf_tc_skip("no network namespace");
}

/* A command of the shell's, which must succeed. */
static inline void
ns_run(const char *command)
{
	char *argv[] = { (char *)"sh", (char *)"-c", (char *)command, NULL };
	pid_t pid;
	int status;

	ATF_REQUIRE_EQ(0, posix_spawnp(&pid, "sh", NULL, NULL, argv, environ));
	ATF_REQUIRE_EQ(pid, waitpid(pid, &status, 0));
	ATF_REQUIRE_EQ_MSG(0, status, "%s", command);
}

/* A socket of Linux's, of AF_INET or AF_INET6, bound to a port. */
static inline int
ns_socket(int family, int type, int port)
{
	union {
		struct sockaddr		sa;
		struct sockaddr_in	sin;
		struct sockaddr_in6	sin6;
	} u = { .sin6 = { .sin6_family = (sa_family_t)family,
	    .sin6_port = htons((uint16_t)port) } };
	struct timeval tv = { .tv_sec = 20 };
	int s = socket(family, type, 0), one = 1;

	ATF_REQUIRE(s != -1);
	ATF_REQUIRE_EQ(0, setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &tv,
	    sizeof(tv)));
	(void)setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	ATF_REQUIRE_EQ(0, bind(s, &u.sa, family == AF_INET ? sizeof(u.sin) :
	    sizeof(u.sin6)));
	return s;
}

/* What is sent: a byte depends on where it is. */
static inline uint8_t
ns_content(size_t i)
{

	return (uint8_t)(i * 31 + (i >> 8) * 7 + (i >> 16));
}

static inline void
ns_fill(uint8_t *buf, size_t off, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		buf[i] = ns_content(off + i);
}

static inline void
ns_check(const uint8_t *buf, size_t off, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		ATF_REQUIRE_EQ_MSG(ns_content(off + i), buf[i], "byte %zu",
		    off + i);
}

/* Both ways at once on one connection: each other side is a thread. */
#define	NS_STREAM	(8 * 1024 * 1024)

struct ns_side {
	int	s;
	bool	ok;
};

static inline void *
ns_linux_writes(void *arg)
{
	struct ns_side *side = arg;
	static uint8_t buf[65536];
	size_t off;

	for (off = 0; off < NS_STREAM; off += sizeof(buf)) {
		ns_fill(buf, off, sizeof(buf));
		if (send(side->s, buf, sizeof(buf), MSG_NOSIGNAL) !=
		    (ssize_t)sizeof(buf))
			return NULL;
	}
	side->ok = shutdown(side->s, SHUT_WR) == 0;
	return NULL;
}

static inline void *
ns_linux_reads(void *arg)
{
	struct ns_side *side = arg;
	static uint8_t buf[65536];
	size_t off = 0, i;
	ssize_t n;

	while ((n = recv(side->s, buf, sizeof(buf), 0)) > 0) {
		for (i = 0; i < (size_t)n; i++) {
			if (buf[i] != ns_content(off + i))
				return NULL;
		}
		off += (size_t)n;
	}
	side->ok = n == 0 && off == NS_STREAM;
	return NULL;
}

static inline void *
ns_we_write(void *arg)
{
	struct ns_side *side = arg;
	static uint8_t buf[50000];
	size_t off, n;

	for (off = 0; off < NS_STREAM; off += n) {
		n = sizeof(buf) < NS_STREAM - off ? sizeof(buf) :
		    NS_STREAM - off;
		ns_fill(buf, off, n);
		if (rump_sys_write(side->s, buf, n) != (ssize_t)n)
			return NULL;
	}
	side->ok = rump_sys_shutdown(side->s, RUMP_SHUT_WR) == 0;
	return NULL;
}

/* Of ours and of Linux's, which are connected; both are closed. */
static inline void
ns_stream(int ours, int theirs)
{
	struct ns_side w = { .s = theirs }, r = { .s = theirs };
	struct ns_side us = { .s = ours };
	static uint8_t buf[65536];
	pthread_t tw = sk_thread(ns_linux_writes, &w);
	pthread_t tr = sk_thread(ns_linux_reads, &r);
	pthread_t tus = sk_thread(ns_we_write, &us);
	size_t off = 0;
	ssize_t n;

	while ((n = rump_sys_read(ours, buf, sizeof(buf))) > 0) {
		ns_check(buf, off, (size_t)n);
		off += (size_t)n;
	}
	ATF_CHECK_EQ(0, n);
	ATF_CHECK_EQ(NS_STREAM, off);
	(void)sk_join(tw);
	(void)sk_join(tr);
	(void)sk_join(tus);
	ATF_CHECK(w.ok);
	ATF_CHECK(r.ok);
	ATF_CHECK(us.ok);
	(void)rump_sys_close(ours);
	(void)close(theirs);
}

#endif /* !_TESTS_NET_NS_H_ */
