/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * workqueue(9): work handed to a thread.  A struct work is embedded in what
 * is to be worked on and belongs to the queue from workqueue_enqueue() until
 * its function is called.
 */
#ifndef _SYS_WORKQUEUE_H_
#define _SYS_WORKQUEUE_H_

#include <sys/types.h>

struct cpu_info;

struct work {
	void *wk_dummy;
};

struct workqueue;

#define	WQ_MPSAFE	0x01	/* runs without the kernel lock */
#define	WQ_PERCPU	0x02	/* one thread a CPU */
#define	WQ_FPU		0x04	/* may use the FPU: always so here */

int	workqueue_create(struct workqueue **, const char *,
	    void (*)(struct work *, void *), void *, pri_t, int, int);
void	workqueue_enqueue(struct workqueue *, struct work *,
	    struct cpu_info *);
void	workqueue_wait(struct workqueue *, struct work *);
void	workqueue_destroy(struct workqueue *);

#endif /* !_SYS_WORKQUEUE_H_ */
