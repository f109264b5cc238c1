/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fsbench -w pair: how much more two threads get done than one, each in a
 * directory of its own.  Every figure is of the best of some rounds; 2 is all
 * that can be had.  On machines whose CPUs may be halves of one core it is
 * not: pair-nothing, for threads that enter no kernel, tells what is there.
 */
#include <err.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fsbench.h"

#define	ROUNDS		15
#define	NDATA		20000		/* reads or writes */
#define	DATABYTES	((size_t)4 << 20)
#define	CHUNK		((size_t)1 << 14)
#define	PAGE		4096		/* buffers share no cache line */

struct worker {
	pthread_t	w_thread;
	int		w_id;
	int		w_fd;
	char		w_dir[256];
	char		*w_buf;
	void		(*w_op)(struct worker *, int);
	int		w_count;
	double		w_began, w_ended;
};

static atomic_int missing;		/* threads, before all begin */

static const char *
path(struct worker *w, int i, char *buf, size_t len)
{

	(void)snprintf(buf, len, "%s/file%06d", w->w_dir, i);
	return buf;
}

static void
op_nothing(struct worker *w, int i)
{
	char buf[300];

	must(*path(w, i, buf, sizeof(buf)), "name");
}

static void
op_create(struct worker *w, int i)
{
	char buf[300];
	int fd;

	fd = t->t_create(path(w, i, buf, sizeof(buf)));
	must(fd, "create");
	must(t->t_close(fd), "close");
}

static void
op_stat(struct worker *w, int i)
{
	char buf[300];

	must(t->t_stat(path(w, i, buf, sizeof(buf))), "stat");
}

static void
op_open(struct worker *w, int i)
{
	char buf[300];
	int fd;

	fd = t->t_open(path(w, i, buf, sizeof(buf)), 0);
	must(fd, "open");
	must(t->t_close(fd), "close");
}

static void
op_unlink(struct worker *w, int i)
{
	char buf[300];

	must(t->t_unlink(path(w, i, buf, sizeof(buf))), "unlink");
}

static off_t
data_off(int i)
{

	return (off_t)(((size_t)i * CHUNK) % DATABYTES);
}

static void
op_write(struct worker *w, int i)
{

	must(t->t_pwrite(w->w_fd, w->w_buf, CHUNK, data_off(i)), "write");
}

static void
op_read(struct worker *w, int i)
{

	must(t->t_pread(w->w_fd, w->w_buf, CHUNK, data_off(i)), "read");
}

/* All at once: one that slept would be late by a part of what is measured. */
static void
await_others(void)
{

	atomic_fetch_sub(&missing, 1);
	while (atomic_load(&missing) > 0)
		(void)sched_yield();
}

/* Each on a CPU of its own, always: otherwise what the last operation left in
 * one CPU's cache would move to the other's in the next. */
static void
settle(int id)
{
	cpu_set_t may, one;
	int cpu, n = 0;

	if (sched_getaffinity(0, sizeof(may), &may) == -1 ||
	    CPU_COUNT(&may) <= id)
		return;
	for (cpu = 0; !CPU_ISSET(cpu, &may) || n++ < id; cpu++)
		continue;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	(void)sched_setaffinity(0, sizeof(one), &one);
}

static void *
work(void *arg)
{
	struct worker *w = arg;
	int i;

	settle(w->w_id);
	must(t->t_attach(), "thread");
	await_others();
	w->w_began = now();
	for (i = 0; i < w->w_count; i++)
		w->w_op(w, i);
	w->w_ended = now();
	t->t_detach();
	return NULL;
}

/*
 * Seconds that n workers take from the first one's start to the last one's
 * end, or of CPU time that each one takes.
 */
static double
run(struct worker *w, int n)
{
	double began, ended;
	int i;

	atomic_store(&missing, n);
	for (i = 0; i < n; i++)
		if (pthread_create(&w[i].w_thread, NULL, work, &w[i]) != 0)
			errx(1, "no thread");
	for (i = 0; i < n; i++)
		(void)pthread_join(w[i].w_thread, NULL);
	began = w[0].w_began;
	ended = w[0].w_ended;
	for (i = 1; i < n; i++) {
		began = w[i].w_began < began ? w[i].w_began : began;
		ended = w[i].w_ended > ended ? w[i].w_ended : ended;
	}
	return cputime ? (ended - began) / n : ended - began;
}

static const struct {
	const char *name;
	void	(*op)(struct worker *, int);
	int	data;
} ops[] = {
	{ "nothing", op_nothing, 0 },
	{ "create", op_create, 0 },
	{ "stat", op_stat, 0 },
	{ "open+close", op_open, 0 },
	{ "unlink", op_unlink, 0 },
	{ "write", op_write, 1 },
	{ "read", op_read, 1 },
};

#define	NOPS	(sizeof(ops) / sizeof(ops[0]))

static void
round_of(struct worker *w, int n, double *best)
{
	double took;
	size_t op;
	int i;

	for (op = 0; op < NOPS; op++) {
		for (i = 0; i < n; i++) {
			w[i].w_op = ops[op].op;
			w[i].w_count = ops[op].data ? NDATA : nfiles;
		}
		took = run(w, n);
		if (best[op] == 0 || took < best[op])
			best[op] = took;
	}
}

static void
worker_init(struct worker *w, int id)
{
	char buf[300];

	w->w_id = id;
	(void)snprintf(w->w_dir, sizeof(w->w_dir), "%s/p%d", root, id);
	must(t->t_mkdir(w->w_dir), "mkdir");
	(void)snprintf(buf, sizeof(buf), "%s/data%d", root, id);
	w->w_fd = t->t_open(buf, 1);
	must(w->w_fd, "open data");
	w->w_buf = aligned_alloc(PAGE, CHUNK);
	if (w->w_buf == NULL)
		err(1, "malloc");
	memset(w->w_buf, id, CHUNK);
}

static void
worker_fini(struct worker *w)
{
	char buf[300];

	must(t->t_close(w->w_fd), "close");
	(void)snprintf(buf, sizeof(buf), "%s/data%d", root, w->w_id);
	must(t->t_unlink(buf), "unlink");
	must(t->t_rmdir(w->w_dir), "rmdir");
	free(w->w_buf);
}

void
fsb_pair(void)
{
	struct worker w[2];
	double one[NOPS] = { 0 }, two[NOPS] = { 0 };
	size_t op;
	int i;

	for (i = 0; i < 2; i++)
		worker_init(&w[i], i);
	for (i = 0; i < ROUNDS; i++) {
		round_of(w, 1, one);
		round_of(w, 2, two);
	}
	for (op = 0; op < NOPS; op++)
		printf("pair-%s %.2f x\n", ops[op].name,
		    2 * one[op] / two[op]);
	for (i = 0; i < 2; i++)
		worker_fini(&w[i]);
}
