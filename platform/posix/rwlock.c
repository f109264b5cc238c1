/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reader/writer locks of the hypercall contract.  POSIX has no upgrade,
 * downgrade or question about the holder, so the state is kept here, under a
 * mutex held for a few instructions.  Waiting writers keep new readers out.
 */
#include <stdlib.h>

#include "rumpuser_int.h"

/*
 * States: free (0 readers, not written), read (some readers), written.
 *
 *	m	rw_mtx
 */
struct rumpuser_rw {
	pthread_mutex_t rw_mtx;
	pthread_cond_t rw_readcv;		/* m: readers wait */
	pthread_cond_t rw_writecv;		/* m: writers wait */
	unsigned int rw_readers;		/* m: */
	unsigned int rw_writewait;		/* m: writers waiting */
	bool rw_written;			/* m: */
	struct lwp *rw_writer;			/* m: who writes */
};

void
rumpuser_rw_init(struct rumpuser_rw **rwp)
{
	struct rumpuser_rw *rw;

	if ((rw = calloc(1, sizeof(*rw))) == NULL)
		rumpuser__die("no memory for a lock");
	pthread_mutex_init(&rw->rw_mtx, NULL);
	pthread_cond_init(&rw->rw_readcv, NULL);
	pthread_cond_init(&rw->rw_writecv, NULL);
	*rwp = rw;
}

static bool
available(int op, const struct rumpuser_rw *rw)
{

	if (op == RUMPUSER_RW_WRITER)
		return !rw->rw_written && rw->rw_readers == 0;
	return !rw->rw_written && rw->rw_writewait == 0;
}

static void
grab(int op, struct rumpuser_rw *rw)
{

	if (op == RUMPUSER_RW_WRITER) {
		rw->rw_written = true;
		rw->rw_writer = rumpuser_curlwp_tls;
	} else {
		rw->rw_readers++;
	}
}

static void
wait_and_grab(int op, struct rumpuser_rw *rw)
{

	pthread_mutex_lock(&rw->rw_mtx);
	if (op == RUMPUSER_RW_WRITER) {
		rw->rw_writewait++;
		while (!available(op, rw))
			pthread_cond_wait(&rw->rw_writecv, &rw->rw_mtx);
		rw->rw_writewait--;
	} else {
		while (!available(op, rw))
			pthread_cond_wait(&rw->rw_readcv, &rw->rw_mtx);
	}
	grab(op, rw);
	pthread_mutex_unlock(&rw->rw_mtx);
}

void
rumpuser_rw_enter(int op, struct rumpuser_rw *rw)
{
	struct rumpuser__nap nap;

	if (rumpuser_rw_tryenter(op, rw) == 0)
		return;
	rumpuser__unschedule(&nap, NULL);
	wait_and_grab(op, rw);
	rumpuser__schedule(&nap, NULL);
}

int
rumpuser_rw_tryenter(int op, struct rumpuser_rw *rw)
{
	bool got;

	pthread_mutex_lock(&rw->rw_mtx);
	if ((got = available(op, rw)))
		grab(op, rw);
	pthread_mutex_unlock(&rw->rw_mtx);
	return got ? 0 : RUMP_EBUSY;
}

int
rumpuser_rw_tryupgrade(struct rumpuser_rw *rw)
{
	bool got;

	pthread_mutex_lock(&rw->rw_mtx);
	if (rw->rw_readers == 0)
		rumpuser__die("lock %p is upgraded but not read", (void *)rw);
	if ((got = rw->rw_readers == 1)) {
		rw->rw_readers = 0;
		grab(RUMPUSER_RW_WRITER, rw);
	}
	pthread_mutex_unlock(&rw->rw_mtx);
	return got ? 0 : RUMP_EBUSY;
}

static void
check_writer(const struct rumpuser_rw *rw)
{

	if (!rw->rw_written || rw->rw_writer != rumpuser_curlwp_tls)
		rumpuser__die("lock %p is not the caller's", (const void *)rw);
}

/*
 * To be called when the lock has become free or is shared again.
 */
static void
wake(struct rumpuser_rw *rw)
{

	if (rw->rw_writewait == 0)
		pthread_cond_broadcast(&rw->rw_readcv);
	else if (rw->rw_readers == 0)
		pthread_cond_signal(&rw->rw_writecv);
}

void
rumpuser_rw_downgrade(struct rumpuser_rw *rw)
{

	pthread_mutex_lock(&rw->rw_mtx);
	check_writer(rw);
	rw->rw_written = false;
	rw->rw_writer = NULL;
	rw->rw_readers = 1;
	wake(rw);
	pthread_mutex_unlock(&rw->rw_mtx);
}

void
rumpuser_rw_exit(struct rumpuser_rw *rw)
{

	pthread_mutex_lock(&rw->rw_mtx);
	if (rw->rw_readers > 0) {
		rw->rw_readers--;
	} else {
		check_writer(rw);
		rw->rw_written = false;
		rw->rw_writer = NULL;
	}
	wake(rw);
	pthread_mutex_unlock(&rw->rw_mtx);
}

void
rumpuser_rw_destroy(struct rumpuser_rw *rw)
{

	if (rw->rw_written || rw->rw_readers != 0)
		rumpuser__die("lock %p is destroyed while held", (void *)rw);
	pthread_cond_destroy(&rw->rw_readcv);
	pthread_cond_destroy(&rw->rw_writecv);
	pthread_mutex_destroy(&rw->rw_mtx);
	free(rw);
}

void
rumpuser_rw_held(int op, struct rumpuser_rw *rw, int *resultp)
{

	pthread_mutex_lock(&rw->rw_mtx);
	if (op == RUMPUSER_RW_WRITER)
		*resultp = rw->rw_written &&
		    rw->rw_writer == rumpuser_curlwp_tls;
	else
		*resultp = rw->rw_readers > 0;
	pthread_mutex_unlock(&rw->rw_mtx);
}
