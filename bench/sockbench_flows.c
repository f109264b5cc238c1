/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Many connections at once, for sockbench: what all of them carry together,
 * and how many bytes go there and back.  Run on one CPU and on two it says what
 * the second one is worth.
 */
#include <err.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "clock.h"
#include "sockbench.h"

#define	FLOWS	8
#define	EACH	(512L * 1024 * 1024)
#define	PIECE	(16 * 1024)
#define	ROUNDS	10000

static int ends[FLOWS][2];

static void
all(int fd, char *buf, size_t len, int out)
{
	ssize_t n;
	size_t i;

	for (i = 0; i < len; i += (size_t)n) {
		n = out ? (*side->write)(fd, buf + i, len - i) :
		    (*side->read)(fd, buf + i, len - i);
		if (n <= 0)
			err(1, "%s", out ? "write" : "read");
	}
}

static void *
sends(void *arg)
{
	const int *fd = arg;
	char *buf = calloc(1, PIECE);
	long done;

	enter();
	for (done = 0; done < EACH; done += PIECE)
		all(fd[0], buf, PIECE, 1);
	leave();
	free(buf);
	return NULL;
}

static void *
receives(void *arg)
{
	const int *fd = arg;
	char *buf = calloc(1, PIECE);
	long done;

	enter();
	for (done = 0; done < EACH; done += PIECE)
		all(fd[1], buf, PIECE, 0);
	leave();
	free(buf);
	return NULL;
}

static void *
asks(void *arg)
{
	const int *fd = arg;
	char c = 0;
	int i;

	enter();
	for (i = 0; i < ROUNDS; i++) {
		all(fd[0], &c, 1, 1);
		all(fd[0], &c, 1, 0);
	}
	leave();
	return NULL;
}

static void *
answers(void *arg)
{
	const int *fd = arg;
	char c;
	int i;

	enter();
	for (i = 0; i < ROUNDS; i++) {
		all(fd[1], &c, 1, 0);
		all(fd[1], &c, 1, 1);
	}
	leave();
	return NULL;
}

/* Seconds that a thread at each end of each flow takes. */
static double
run(void *(*one)(void *), void *(*other)(void *))
{
	pthread_t t[2 * FLOWS];
	double t0 = now();
	int i;

	for (i = 0; i < FLOWS; i++) {
		if (pthread_create(&t[2 * i], NULL, one, ends[i]) != 0 ||
		    pthread_create(&t[2 * i + 1], NULL, other, ends[i]) != 0)
			errx(1, "no thread");
	}
	for (i = 0; i < 2 * FLOWS; i++)
		pthread_join(t[i], NULL);
	return now() - t0;
}

void
flows(void)
{
	int i;

	for (i = 0; i < FLOWS; i++)
		(*side->pair)(ends[i]);
	printf("flows-stream %.0f MB/s\n",
	    FLOWS * (double)EACH / 1e6 / run(sends, receives));
	printf("flows-rounds %.0f 1000/s\n",
	    FLOWS * ROUNDS / 1e3 / run(asks, answers));
	for (i = 0; i < FLOWS; i++) {
		(*side->close)(ends[i][0]);
		(*side->close)(ends[i][1]);
	}
}
