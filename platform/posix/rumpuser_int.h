/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of this platform share.  Nothing here is for the kernel or
 * for drivers; they see rump/rumpuser.h and rump/rumpuser_component.h.
 *
 * Lock order: hf_mtx (one host file) is a leaf, and so is the lock of each
 * back-end of block I/O.  No lock is held while the kernel is called.
 */
#ifndef _RUMPUSER_INT_H_
#define	_RUMPUSER_INT_H_

#include <sys/types.h>

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <rump/rumpuser.h>

/* NetBSD's numbers for the errors we make up ourselves. */
#include <rump/rumpdefs.h>

/*
 * init.c: the kernel's entry points; all zero before rumpuser_init().
 */
extern struct rumpuser_hyperup rumpuser__hyp;

/*
 * A blocking host call on a thread of the kernel stands between these two.
 * Threads without an lwp have no virtual CPU to give back.
 */
struct rumpuser__nap {
	int n_locks;
	bool n_active;
};

static inline void
rumpuser__unschedule(struct rumpuser__nap *nap, void *interlock)
{

	nap->n_locks = 0;
	nap->n_active = rumpuser_curlwp_tls != NULL &&
	    rumpuser__hyp.hyp_backend_unschedule != NULL;
	if (nap->n_active)
		rumpuser__hyp.hyp_backend_unschedule(0, &nap->n_locks,
		    interlock);
}

static inline void
rumpuser__schedule(const struct rumpuser__nap *nap, void *interlock)
{

	if (nap->n_active)
		rumpuser__hyp.hyp_backend_schedule(nap->n_locks, interlock);
}

/*
 * errtrans.c: NetBSD's number for errno value error; 0 stays 0.
 */
int	rumpuser__errtrans(int);

/*
 * console.c: a line to the console with our name before it, and the same
 * followed by the end of the process.
 */
void	rumpuser__complain(const char *, ...)
	    __attribute__((__format__(__printf__, 1, 2)));
void	rumpuser__die(const char *, ...)
	    __attribute__((__format__(__printf__, 1, 2), __noreturn__));
void	rumpuser__console_flush(void);

/*
 * hostfile.c: files opened by rumpuser_open(), by descriptor.
 *
 * Transfers of block I/O in flight are counted in two classes, those
 * submitted before and those after the latest barrier, so that a barrier can
 * wait for the first without being held up by the second.
 *
 *	c	constant while the file is open
 *	m	hf_mtx
 *	a	atomic
 */
struct hostfile {
	int hf_fd;			/* c: */
	int hf_flags;			/* c: RUMPUSER_OPEN_* */
	bool hf_inram;			/* c: the host keeps it in memory */
	struct served *hf_served;	/* c: the program's, or NULL */
	atomic_bool hf_nopeek;		/* a: host cannot tell what is cached */
	_Atomic int64_t hf_slow;	/* a: writes are slow until then */
	pthread_mutex_t hf_mtx;
	pthread_cond_t hf_cv;		/* m: a count fell to zero */
	unsigned int hf_class;		/* m: 0 or 1, of new transfers */
	unsigned int hf_inflight[2];	/* m: by class */
	bool hf_draining;		/* m: somebody waits for a class */
};

struct hostfile *hostfile_get(int);
unsigned int hostfile_begin(struct hostfile *);
void	hostfile_end(struct hostfile *, unsigned int);
void	hostfile_drain(struct hostfile *);

#endif /* !_RUMPUSER_INT_H_ */
