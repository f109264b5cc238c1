/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Block I/O by a pool of threads and plain system calls: for hosts without
 * io_uring.  Threads come as requests do, up to a few, and then stay.
 */
#include <stdlib.h>

#include "bio.h"
#include "rumpuser_int.h"

#define	THREADS_MAX	4

/*
 *	m	pool_mtx
 */
static pthread_mutex_t pool_mtx = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t pool_cv = PTHREAD_COND_INITIALIZER;
static struct bioreq *pool_head;	/* m: requests nobody works on */
static struct bioreq **pool_tail = &pool_head;	/* m: */
static unsigned int pool_queued;	/* m: length of that list */
static unsigned int pool_threads;	/* m: */
static unsigned int pool_idle;		/* m: threads without work */

static struct bioreq *
take(void)
{
	struct bioreq *br;

	pthread_mutex_lock(&pool_mtx);
	pool_idle++;
	while ((br = pool_head) == NULL)
		pthread_cond_wait(&pool_cv, &pool_mtx);
	pool_idle--;
	pool_queued--;
	if ((pool_head = br->br_next) == NULL)
		pool_tail = &pool_head;
	pthread_mutex_unlock(&pool_mtx);
	br->br_next = NULL;
	return br;
}

static void *
worker(void *arg)
{
	struct bioreq *br;

	rumpuser__bio_thread();
	for (;;) {
		br = take();
		rumpuser__bio_step_all(br);
		rumpuser__bio_complete(br);
	}
	return NULL;
}

static int
pool_start(void)
{

	return 0;			/* threads start with work */
}

/*
 * A thread more.  If the host has none for us at all, the caller does the work.
 */
static void
pool_grow(void)
{
	struct bioreq *list = NULL;

	if (rumpuser_thread_create(worker, NULL, "rumpbio", 0, -1, -1,
	    NULL) == 0)
		return;
	pthread_mutex_lock(&pool_mtx);
	if (--pool_threads == 0) {
		list = pool_head;
		pool_head = NULL;
		pool_tail = &pool_head;
		pool_queued = 0;
	}
	pthread_mutex_unlock(&pool_mtx);
	rumpuser__bio_run_here(list);
}

/*
 * Wakes or makes the threads that the queue calls for.
 */
static void
pool_kick(void)
{
	bool more;

	pthread_mutex_lock(&pool_mtx);
	if (pool_queued > 1)
		pthread_cond_broadcast(&pool_cv);
	else if (pool_queued == 1)
		pthread_cond_signal(&pool_cv);
	more = pool_queued > pool_idle && pool_threads < THREADS_MAX;
	if (more)
		pool_threads++;
	pthread_mutex_unlock(&pool_mtx);
	if (more)
		pool_grow();
}

static void
pool_submit(struct bioreq *br, bool more)
{

	br->br_next = NULL;
	pthread_mutex_lock(&pool_mtx);
	*pool_tail = br;
	pool_tail = &br->br_next;
	pool_queued++;
	pthread_mutex_unlock(&pool_mtx);
	if (!more)
		pool_kick();
}

const struct biobackend rumpuser__bio_threads = {
	.bb_name = "threads",
	.bb_start = pool_start,
	.bb_submit = pool_submit,
	.bb_flush = pool_kick,
};
