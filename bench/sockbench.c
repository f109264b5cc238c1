/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A pair of local streams, or with the argument "host" Linux's: how many bytes
 * go through between two threads, and how long a byte takes there and back.
 * A line per figure: "name value unit".
 */
#include <err.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <rump/rump.h>
#include <rump/rump_syscalls.h>
#include <rump/rumpdefs.h>

#include "clock.h"

#define	TOTAL	(512L * 1024 * 1024)
#define	ROUNDS	50000
#define	PAIRS	50000

struct side {
	int	(*pair)(int *);
	ssize_t	(*read)(int, void *, size_t);
	ssize_t	(*write)(int, const void *, size_t);
	int	(*close)(int);
};

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

static const struct side host = { host_pair, read, write, close };
static const struct side rump = { rump_pair, rump_sys_read, rump_sys_write,
    rump_sys_close };
static const struct side *side = &rump;
static int fd[2];
static size_t piece;

/* A thread with an lwp of its own, where there are such. */
static void
enter(void)
{

	if (side == &rump && rump_pub_lwproc_newlwp(1) != 0)
		errx(1, "no lwp");
}

static void
leave(void)
{

	if (side == &rump)
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
	t0 = now();
	for (i = 0; i < PAIRS; i++) {
		if ((*side->pair)(fd) != 0)
			err(1, "socketpair");
		(*side->close)(fd[0]);
		(*side->close)(fd[1]);
	}
	printf("pair-close %.0f ns\n", (now() - t0) * 1e9 / PAIRS);
}

int
main(int argc, char **argv)
{

	if (argc > 1 && strcmp(argv[1], "host") == 0)
		side = &host;
	else if (rump_init() != 0)
		errx(1, "no kernel");
	enter();
	throughput("stream-64k", 64 * 1024);
	throughput("stream-4k", 4 * 1024);
	pingpong();
	calls();
	leave();
	return 0;
}
