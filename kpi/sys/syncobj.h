/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What kind of object an lwp sleeps on.  Sleep queues treat all alike; the
 * kind tells whether the sleep was for a lock, and the queue's order.
 */
#ifndef _SYS_SYNCOBJ_H_
#define _SYS_SYNCOBJ_H_

#include <sys/types.h>
#include <sys/wchan.h>

typedef struct syncobj {
	char	sobj_name[8];
	u_int	sobj_flag;
} syncobj_t;

#define	SOBJ_SLEEPQ_SORTED	0x01
#define	SOBJ_SLEEPQ_FIFO	0x02
#define	SOBJ_SLEEPQ_LIFO	0x04
#define	SOBJ_SLEEPQ_LOCK	0x10	/* waits for a lock */

#ifdef _KERNEL
extern const syncobj_t sleep_syncobj;
extern const syncobj_t cv_syncobj;
extern const syncobj_t mutex_syncobj;
extern const syncobj_t rw_syncobj;
extern const syncobj_t kpause_syncobj;
extern const syncobj_t sched_syncobj;
#endif

#endif /* !_SYS_SYNCOBJ_H_ */
