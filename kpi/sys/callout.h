/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * callout(9): functions called after a number of ticks, in the context of
 * the clock soft interrupt.  There is no tick: a thread, started with the
 * first callout scheduled, sleeps until the earliest one is due.
 */
#ifndef _SYS_CALLOUT_H_
#define _SYS_CALLOUT_H_

#include <sys/types.h>

/* l: the callout lock (kern_timeout.c); c: set by callout_init. */
typedef struct callout {
	struct callout	*c_next;		/* l: in the wheel's bucket */
	struct callout	**c_prevp;		/* l: what points at us */
	void		(*c_func)(void *);	/* l: to be called */
	void		*c_arg;			/* l: with this */
	struct cpu_info	*c_cpu;			/* l: there, if BOUND */
	uint64_t	c_time;			/* l: due at this tick */
	u_int		c_magic;		/* c: CALLOUT_MAGIC */
	volatile uint16_t c_flags;		/* l: CALLOUT_* */
	uint16_t	c_slot;			/* l: bucket, when pending */
} callout_t;

/* Given to callout_init(). */
#define	CALLOUT_MPSAFE		0x0100	/* runs without the kernel lock */

#ifdef _KERNEL

#define	CALLOUT_BOUND		0x0001	/* to c_cpu */
#define	CALLOUT_PENDING		0x0002	/* waiting for its time */
#define	CALLOUT_FIRED		0x0004	/* was called since scheduled */
#define	CALLOUT_INVOKING	0x0008	/* called, callout_ack() awaited */
#define	CALLOUT_FLAGMASK	0xff00
#define	CALLOUT_MAGIC		0x11deeba1

void	callout_startup(void);
void	callout_init(callout_t *, u_int);
void	callout_destroy(callout_t *);
void	callout_setfunc(callout_t *, void (*)(void *), void *);
void	callout_reset(callout_t *, int, void (*)(void *), void *);
void	callout_schedule(callout_t *, int);

/* Both tell whether it fired already; halt also waits until it is done. */
bool	callout_stop(callout_t *);
bool	callout_halt(callout_t *, void *);

bool	callout_pending(callout_t *);
bool	callout_expired(callout_t *);
bool	callout_active(callout_t *);
bool	callout_invoking(callout_t *);
void	callout_ack(callout_t *);

/* From now on it runs on this CPU; it is neither pending nor running. */
void	callout_bind(callout_t *, struct cpu_info *);

#endif /* _KERNEL */

#endif /* !_SYS_CALLOUT_H_ */
