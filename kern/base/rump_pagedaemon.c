/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The pagedaemon: flushes caches when memory runs short.
 *
 * rump_hypermalloc() wakes it near RUMP_MEMLIMIT, or when the host refuses.
 * A round asks, in this order, pools, clean file pages, buffers, files, and
 * the pools again for what those gave up.  The thread is made on first need,
 * in memory of its own, so that a kernel that never runs short does without
 * it.  Callers that wait are woken after every round.  If the host has no
 * thread for us, one of them does the round.
 *
 * A round always ends: it neither waits for memory nor for I/O.  Dirty pages,
 * dirty buffers and files are only handed to the threads "pgwriter",
 * "bioflush" and "vdrain", which like this one may use the reserve that
 * rump_hypermem.c keeps, and which need of each other:
 *	transfers (a struct buf): nothing but the device, and the reserve;
 *	buffers: transfers, and the reserve;
 *	pages: transfers, buffers to find out where they belong, and the lock
 *	on a file's block map, whose holder may wait for buffers;
 *	files: all of these.
 * Nothing waits for what is further down, so each of them ends, as long as
 * the host's I/O does.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/condvar.h>
#include <sys/kernel.h>
#include <sys/kthread.h>
#include <sys/mutex.h>
#include <sys/pool.h>
#include <sys/proc.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

#include <rump-sys/kern.h>
#include <rump-sys/mem.h>
#include <rump-sys/vfs.h>

#include "base_private.h"

#define DRAIN_BUFS	10	/* buffers asked of the vfs faction a round */
#define DRAIN_PAGES	64	/* pages likewise */

int (*rump_uvm_reclaim)(int);
int (*rump_uvm_room)(void);
void (*rump_vfs_drainbufs)(int);

static kmutex_t pd_lock;	/* protects what follows */
static kcondvar_t pd_wakecv;	/* the daemon sleeps here */
static kcondvar_t pd_donecv;	/* those who wait for memory */
static bool pd_wanted;		/* there is work */
static unsigned int pd_rounds;	/* rounds done */
static bool pd_running;		/* the thread exists or is being made */
static bool pd_direct;		/* somebody does a round himself */
static bool pd_ready;		/* set at boot, once: the lock exists */
static struct lwp pd_lwp;	/* the thread */

void
rump_pagedaemon_init(void)
{

	KASSERT(!pd_ready);
	mutex_init(&pd_lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&pd_wakecv, "pdaemon");
	cv_init(&pd_donecv, "memwait");
	pd_ready = true;
}

/*
 * One round.  Locks of all kinds are taken below.
 */
static void
pagedaemon_round(void)
{

	pool_drain_all();
	if (rump_uvm_reclaim != NULL)
		(void)(*rump_uvm_reclaim)(DRAIN_PAGES);
	if (rump_vfs_drainbufs != NULL)
		(*rump_vfs_drainbufs)(DRAIN_BUFS);
	pool_drain_all();
	(void)rump_pages_trim();
}

static void
pagedaemon(void *arg)
{

	curlwp->l_pflag |= LP_MEMRESERVE;
	mutex_enter(&pd_lock);
	for (;;) {
		while (!pd_wanted)
			cv_wait(&pd_wakecv, &pd_lock);
		pd_wanted = false;
		mutex_exit(&pd_lock);
		pagedaemon_round();
		mutex_enter(&pd_lock);
		pd_rounds++;
		cv_broadcast(&pd_donecv);
	}
}

/*
 * Make the thread, with the lock dropped meanwhile.
 */
static void
pagedaemon_start(void)
{
	int error;

	KASSERT(mutex_owned(&pd_lock));
	if (pd_running)
		return;
	pd_running = true;
	mutex_exit(&pd_lock);
	error = kthread_start(&pd_lwp, pagedaemon, NULL, KTHREAD_MPSAFE, NULL,
	    "pdaemon");
	mutex_enter(&pd_lock);
	if (error)
		pd_running = false;
}

/*
 * Memory gets short.  Never sleeps unless `waitok', and then only to make the
 * thread; if the lock is taken the daemon is about to run anyway.
 */
void
rump_pagedaemon_kick(bool waitok)
{

	if (!pd_ready || !mutex_tryenter(&pd_lock))
		return;
	pd_wanted = true;
	if (waitok && rump_threads_ready)
		pagedaemon_start();
	cv_signal(&pd_wakecv);
	mutex_exit(&pd_lock);
}

/*
 * There is no thread: a round by the caller.  What it allocates it does
 * without waiting, or comes back to find pd_direct set.
 */
static void
pagedaemon_round_here(void)
{
	int had;

	KASSERT(mutex_owned(&pd_lock));
	if (pd_direct)
		return;
	pd_direct = true;
	mutex_exit(&pd_lock);
	had = rump_memreserve_begin();
	pagedaemon_round();
	rump_memreserve_end(had);
	mutex_enter(&pd_lock);
	pd_direct = false;
}

/*
 * Wait for one round.  If it brought nothing, leave others a moment to free
 * something before the caller tries again.
 */
void
rump_pagedaemon_wait(const char *wmsg)
{
	size_t used = rump_hypermem_used();
	unsigned int round;

	if (!pd_ready || !rump_threads_ready)
		panic("out of memory at boot (%s)", wmsg);
	if (curlwp != &pd_lwp) {
		mutex_enter(&pd_lock);
		pagedaemon_start();
		round = pd_rounds;
		pd_wanted = true;
		cv_signal(&pd_wakecv);
		if (!pd_running)
			pagedaemon_round_here();
		while (pd_running && pd_rounds == round)
			cv_wait(&pd_donecv, &pd_lock);
		mutex_exit(&pd_lock);
	}
	if (rump_hypermem_used() >= used)
		(void)kpause(wmsg, false, MAX(mstohz(10), 1), NULL);
}
