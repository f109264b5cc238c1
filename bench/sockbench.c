/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A pair of local streams, or with the argument "tcp" of connections over the
 * loopback interface; with the argument "host" Linux's, with "lwip" lwIP's: how
 * many bytes go through between two threads, and how long a byte takes there
 * and back.  A line per figure: "name value unit".
 */
#include <arpa/inet.h>
#include <err.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <rump/rump.h>
#include <rump/rump_abi.h>
#include <rump/rump_syscalls.h>
#include <rump/rumpdefs.h>

#include "clock.h"
#include "sockbench.h"

#define	TOTAL	(512L * 1024 * 1024)
#define	ROUNDS	50000
#define	PAIRS	50000
#define	PORT	5555
#define	IDLE	10000

static int
host_pair(int *fd)
{

	return socketpair(AF_UNIX, SOCK_STREAM, 0, fd);
}

static int
rump_pair(int *fd)
{

	return rump_sys_socketpair(RUMP_AF_LOCAL, RUMP_SOCK_STREAM, 0, fd);
}

/* The second of such a pair is the end that was accepted. */
static int
host_tcp(int *fd)
{
	struct sockaddr_in sin = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(sin);
	static int lfd = -1;
	int one = 1;

	if (lfd == -1 && ((lfd = socket(AF_INET, SOCK_STREAM, 0)) == -1 ||
	    bind(lfd, (struct sockaddr *)&sin, sizeof(sin)) != 0 ||
	    listen(lfd, 5) != 0))
		err(1, "listen");
	if (getsockname(lfd, (struct sockaddr *)&sin, &len) != 0)
		err(1, "getsockname");
	if ((fd[0] = socket(AF_INET, SOCK_STREAM, 0)) == -1 ||
	    connect(fd[0], (struct sockaddr *)&sin, sizeof(sin)) != 0 ||
	    (fd[1] = accept(lfd, NULL, NULL)) == -1)
		err(1, "connect");
	setsockopt(fd[0], IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	setsockopt(fd[1], IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return 0;
}

static int
rump_tcp(int *fd)
{
	struct rump_sockaddr_in sin = { .sin_len = sizeof(sin),
	    .sin_family = RUMP_AF_INET, .sin_port = htons(PORT),
	    .sin_addr = htonl(INADDR_LOOPBACK) };
	const struct sockaddr *sa = (const void *)&sin;
	static int lfd = -1;
	int one = 1;

	if (lfd == -1 && ((lfd = rump_sys_socket(RUMP_AF_INET,
	    RUMP_SOCK_STREAM, 0)) == -1 ||
	    rump_sys_bind(lfd, sa, sizeof(sin)) != 0 ||
	    rump_sys_listen(lfd, 5) != 0))
		err(1, "listen");
	if ((fd[0] = rump_sys_socket(RUMP_AF_INET, RUMP_SOCK_STREAM, 0)) ==
	    -1 || rump_sys_connect(fd[0], sa, sizeof(sin)) != 0 ||
	    (fd[1] = rump_sys_accept(lfd, NULL, NULL)) == -1)
		err(1, "connect");
	rump_sys_setsockopt(fd[0], IPPROTO_TCP, TCP_NODELAY, &one,
	    sizeof(one));
	rump_sys_setsockopt(fd[1], IPPROTO_TCP, TCP_NODELAY, &one,
	    sizeof(one));
	return 0;
}

static const struct side host = { host_pair, read, write, close };
static const struct side rump = { rump_pair, rump_sys_read, rump_sys_write,
    rump_sys_close };
static const struct side hosttcp = { host_tcp, read, write, close };
static const struct side rumptcp = { rump_tcp, rump_sys_read, rump_sys_write,
    rump_sys_close };
const struct side *side = &rump;
static int fd[2];
static size_t piece;

static int
inside(void)
{

	return side == &rump || side == &rumptcp;
}

/* A thread with an lwp of its own, where there are such. */
void
enter(void)
{

	if (inside() && rump_pub_lwproc_newlwp(1) != 0)
		errx(1, "no lwp");
}

void
leave(void)
{

	if (inside())
		rump_pub_lwproc_releaselwp();
}

static void *
writer(void *arg)
{
	char *buf = calloc(1, piece);
	long done;

	enter();
	for (done = 0; done < TOTAL; done += (long)piece) {
		if ((*side->write)(fd[0], buf, piece) != (ssize_t)piece)
			err(1, "write");
	}
	leave();
	free(buf);
	return NULL;
}

static void
throughput(const char *name, size_t size)
{
	char *buf = malloc(size);
	long done = 0;
	pthread_t t;
	double t0;
	ssize_t n;

	piece = size;
	if ((*side->pair)(fd) != 0 ||
	    pthread_create(&t, NULL, writer, NULL) != 0)
		err(1, "%s", name);
	t0 = now();
	while (done < TOTAL) {
		n = (*side->read)(fd[1], buf, size);
		if (n <= 0)
			err(1, "read");
		done += n;
	}
	t0 = now() - t0;
	pthread_join(t, NULL);
	(*side->close)(fd[0]);
	(*side->close)(fd[1]);
	free(buf);
	printf("%s %.0f MB/s\n", name, (double)TOTAL / 1e6 / t0);
}

static void *
echo(void *arg)
{
	char c;

	enter();
	while ((*side->read)(fd[1], &c, 1) == 1) {
		if ((*side->write)(fd[1], &c, 1) != 1)
			err(1, "write");
	}
	leave();
	return NULL;
}

static void
pingpong(void)
{
	char c = 0;
	pthread_t t;
	double t0;
	int i;

	if ((*side->pair)(fd) != 0 ||
	    pthread_create(&t, NULL, echo, NULL) != 0)
		err(1, "pingpong");
	t0 = now();
	for (i = 0; i < ROUNDS; i++) {
		if ((*side->write)(fd[0], &c, 1) != 1 ||
		    (*side->read)(fd[0], &c, 1) != 1)
			err(1, "pingpong");
	}
	t0 = now() - t0;
	(*side->close)(fd[0]);
	pthread_join(t, NULL);
	(*side->close)(fd[1]);
	printf("pingpong %.0f ns\n", t0 * 1e9 / ROUNDS);
}

/* One thread: what the calls alone cost. */
static void
calls(void)
{
	char buf[64] = { 0 };
	double t0;
	int i;

	if ((*side->pair)(fd) != 0)
		err(1, "socketpair");
	t0 = now();
	for (i = 0; i < PAIRS; i++) {
		if ((*side->write)(fd[0], buf, sizeof(buf)) != sizeof(buf) ||
		    (*side->read)(fd[1], buf, sizeof(buf)) != sizeof(buf))
			err(1, "write, read");
	}
	printf("write-read-64 %.0f ns\n", (now() - t0) * 1e9 / PAIRS);
	(*side->close)(fd[0]);
	(*side->close)(fd[1]);
}

static void
pairs(void)
{
	double t0;
	int i;

	t0 = now();
	for (i = 0; i < PAIRS; i++) {
		if ((*side->pair)(fd) != 0)
			err(1, "socketpair");
		(*side->close)(fd[0]);
		(*side->close)(fd[1]);
	}
	printf("pair-close %.0f ns\n", (now() - t0) * 1e9 / PAIRS);
}

static long
resident(void)
{
	long pages = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	if (f == NULL || fscanf(f, "%*d %ld", &pages) != 1)
		err(1, "statm");
	fclose(f);
	return pages * sysconf(_SC_PAGESIZE);
}

/*
 * Memory of connections that do nothing, an end.  It comes from the host by
 * megabytes: what counts is how many connections are made from one time to
 * another.
 */
static void
idle(void)
{
	struct rump_rlimit { uint64_t cur, max; } rl = { 2 * IDLE + 100,
	    2 * IDLE + 100 };
	static int ends[IDLE][2];
	long bytes, last, first = 0, from = 0, to = 0;
	int i, steps = 0;

	if (rump_sys_setrlimit(8, (struct rlimit *)(void *)&rl) != 0)
		err(1, "setrlimit");
	last = resident();
	for (i = 0; i < IDLE; i++) {
		(*side->pair)(ends[i]);
		if ((bytes = resident()) < last + (1 << 20))
			continue;
		if (steps++ == 0) {
			first = bytes;
			from = i;
		}
		last = bytes;
		to = i;
	}
	if (to == from)
		errx(1, "too few connections to tell what they take");
	printf("idle %ld bytes\n", (last - first) / (2 * (to - from)));
	for (i = 0; i < IDLE; i++) {
		(*side->close)(ends[i][0]);
		(*side->close)(ends[i][1]);
	}
}

static void
one_flow(int lwip)
{

	throughput("stream-64k", 64 * 1024);
	throughput("stream-4k", 4 * 1024);
	pingpong();
	calls();
	/* lwIP has no room for so many connections that were closed. */
	if (!lwip)
		pairs();
	if (side == &rumptcp)
		idle();
}

/* [host | lwip] [tcp | flows], the latter of TCP */
int
main(int argc, char **argv)
{
	const char *first = argc > 1 ? argv[1] : "";
	const char *last = argv[argc - 1];
	const int many = strcmp(last, "flows") == 0;
	const int tcp = many || strcmp(last, "tcp") == 0;
	const int lwip = strcmp(first, "lwip") == 0;

	if (lwip)
		side = lwip_side();
	else if (strcmp(first, "host") == 0)
		side = tcp ? &hosttcp : &host;
	else if (tcp)
		side = &rumptcp;
	if (side == NULL)
		errx(1, "no lwIP here");
	if (inside() && rump_init() != 0)
		errx(1, "no kernel");
	enter();
	if (many)
		flows();
	else
		one_flow(lwip);
	leave();
	return 0;
}
