/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sleep queues: where lwps wait, be it for an event (tsleep, condvar) or for
 * a lock (turnstiles).  Only the locks and kern_synch.c use this interface.
 *
 * Protocol of a sleeper: sleepq_lock() the bucket of the address, look once
 * more whether sleeping is right, sleepq_enqueue(), sleepq_block().  A waker
 * takes the same bucket's lock, so nothing is lost in between.
 */
#ifndef _SYS_SLEEPQ_H_
#define _SYS_SLEEPQ_H_

#include <sys/types.h>
#include <sys/queue.h>
#include <sys/syncobj.h>

#ifdef _KERNEL

struct lwp;
struct sleepbucket;

/* Protected by the lock of the bucket that sleepq_lock() returned. */
typedef struct sleepq {
	TAILQ_HEAD(, lwp) sq_queue;
} sleepq_t;

#define	SLEEPQ_NOTIMO	(-1)	/* as deadline: sleep for ever */

/* l_sleepkind: what a sleeper on a lock wants. */
#define	SLEEPQ_WRITER	0
#define	SLEEPQ_READER	1

void	sleepq_init(void);

/* Lock the bucket of an address; and its queue. */
struct sleepbucket *sleepq_lock(wchan_t);
void	sleepq_unlock(struct sleepbucket *);
sleepq_t *sleepq_of(struct sleepbucket *);

/* Put curlwp on the queue, at its head if asked; bucket locked. */
void	sleepq_enqueue(struct sleepbucket *, wchan_t, const char *,
	    const syncobj_t *, bool, bool);

/*
 * Sleep until woken, without any lock of this file held.  The deadline is in
 * nanoseconds of the host's monotonic clock.  Returns 0, EWOULDBLOCK, or what
 * a signal or sleepq_unsleep() says.
 */
int	sleepq_block(int64_t, bool);

/* Wake one lwp, or up to n of an address; bucket locked. */
void	sleepq_remove(struct lwp *, int);
u_int	sleepq_wake(struct sleepbucket *, wchan_t, u_int);

/* The sleeper of an address that follows, NULL for the first. */
struct lwp *sleepq_next(struct sleepbucket *, wchan_t, struct lwp *);

/* End an lwp's interruptible sleep with an error; false if it has none. */
bool	sleepq_unsleep(struct lwp *, int);

#endif /* _KERNEL */

#endif /* !_SYS_SLEEPQ_H_ */
