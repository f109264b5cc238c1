/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kthread(9): threads of the kernel, each a host thread with an lwp of
 * proc0.  kthread_create() may sleep; with KTHREAD_MUSTJOIN the thread stays
 * until kthread_join() collects it.
 */
#ifndef _SYS_KTHREAD_H_
#define _SYS_KTHREAD_H_

#include <sys/types.h>

struct cpu_info;

#define	KTHREAD_IDLE	0x01	/* not for drivers */
#define	KTHREAD_MPSAFE	0x02	/* runs without the kernel lock */
#define	KTHREAD_INTR	0x04	/* behaves as a soft interrupt */
#define	KTHREAD_TS	0x08	/* time-sharing priority */
#define	KTHREAD_MUSTJOIN 0x10	/* to be collected by kthread_join() */

#ifdef _KERNEL
void	kthread_sysinit(void);
int	kthread_create(pri_t, int, struct cpu_info *, void (*)(void *),
	    void *, lwp_t **, const char *, ...) __printflike(7, 8);
void	kthread_exit(int) __dead;
int	kthread_join(lwp_t *);
int	kthread_fpu_enter(void);
void	kthread_fpu_exit(int);
#endif /* _KERNEL */

#endif /* !_SYS_KTHREAD_H_ */
