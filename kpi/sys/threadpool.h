/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * threadpool(9): jobs run by pools of threads that come and go with the
 * load.  A job's lock is its user's and is held around scheduling, completion
 * and cancellation.
 */
#ifndef _SYS_THREADPOOL_H_
#define _SYS_THREADPOOL_H_

#include <sys/param.h>
#include <sys/condvar.h>
#include <sys/mutex.h>
#include <sys/param.h>
#include <sys/queue.h>

struct cpu_info;
struct threadpool;
struct threadpool_job;
struct threadpool_percpu;
struct threadpool_thread;

typedef void threadpool_job_fn_t(struct threadpool_job *);

/* j: *job_lock; p: the pool's lock; c: constant after initialisation. */
struct threadpool_job {
	kmutex_t			*job_lock;	/* c: the user's */
	struct threadpool_thread	*job_thread;	/* j: runs it */
	TAILQ_ENTRY(threadpool_job)	job_entry;	/* p */
	volatile unsigned int		job_refcnt;	/* j, p: holds on it */
	unsigned int			job_gen;	/* j and p: schedules */
	threadpool_job_fn_t		*job_fn;	/* c: to be called */
	kcondvar_t			job_cv;		/* j: run or cancelled */
	char				job_name[MAXCOMLEN]; /* c */
};

void	threadpools_init(void);
int	threadpool_get(struct threadpool **, pri_t);
void	threadpool_put(struct threadpool *, pri_t);

int	threadpool_percpu_get(struct threadpool_percpu **, pri_t);
void	threadpool_percpu_put(struct threadpool_percpu *, pri_t);
struct threadpool *threadpool_percpu_ref(struct threadpool_percpu *);
struct threadpool *threadpool_percpu_ref_remote(struct threadpool_percpu *,
	    struct cpu_info *);

void	threadpool_job_init(struct threadpool_job *, threadpool_job_fn_t,
	    kmutex_t *, const char *, ...) __printflike(4, 5);
void	threadpool_job_destroy(struct threadpool_job *);
void	threadpool_job_done(struct threadpool_job *);

void	threadpool_schedule_job(struct threadpool *, struct threadpool_job *);
void	threadpool_cancel_job(struct threadpool *, struct threadpool_job *);
bool	threadpool_cancel_job_async(struct threadpool *,
	    struct threadpool_job *);

#endif /* !_SYS_THREADPOOL_H_ */
