/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * condvar(9): waiting for a condition guarded by a mutex.
 *
 * The caller of every wait holds the mutex, and holds it again on return.
 * The mutex protects the condition; the waiters' queue has a lock of its own
 * inside kern_condvar.c, so signalling without the mutex is safe.
 */
#ifndef _SYS_CONDVAR_H_
#define _SYS_CONDVAR_H_

#include <sys/types.h>

/* s: the sleep queue lock of the condvar's address; c: constant. */
typedef struct kcondvar {
	unsigned int cv_mark;		/* c: it is one */
	volatile unsigned int cv_waiters; /* s: how many */
	const char *cv_wmesg;		/* c */
} kcondvar_t;

#ifdef _KERNEL

struct bintime;
struct kmutex;
struct timespec;

void	cv_init(kcondvar_t *, const char *);
void	cv_destroy(kcondvar_t *);

void	cv_wait(kcondvar_t *, struct kmutex *);
int	cv_wait_sig(kcondvar_t *, struct kmutex *);

/* Timeouts in ticks; 0 waits for ever.  EWOULDBLOCK when time is up. */
int	cv_timedwait(kcondvar_t *, struct kmutex *, int);
int	cv_timedwait_sig(kcondvar_t *, struct kmutex *, int);

/* The time waited is subtracted from the bintime. */
int	cv_timedwaitbt(kcondvar_t *, struct kmutex *, struct bintime *,
	    const struct bintime *);
int	cv_timedwaitbt_sig(kcondvar_t *, struct kmutex *, struct bintime *,
	    const struct bintime *);

void	cv_signal(kcondvar_t *);
void	cv_broadcast(kcondvar_t *);

bool	cv_has_waiters(kcondvar_t *);
bool	cv_is_valid(kcondvar_t *);

/* The highest accuracy that a timed wait can be asked for. */
extern const struct bintime *const cv_defaultepsilon;
#define	DEFAULT_TIMEOUT_EPSILON	cv_defaultepsilon

#endif /* _KERNEL */

#endif /* !_SYS_CONDVAR_H_ */
