/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of kern/base that make execution work tell each other and
 * nobody else: virtual CPUs, lwps being born and dying, the kernel lock.
 */
#ifndef _KERN_BASE_BASE_PRIVATE_H_
#define _KERN_BASE_BASE_PRIVATE_H_

#include <sys/types.h>

struct cpu_info;
struct lwp;
struct proc;
struct vmspace;

/* rump_sched.c */
void	rump_sched_attach(struct cpu_info *);
void	rump_sched_migrate(struct lwp *, struct cpu_info *);
bool	rump_sched_contended(void);
void	rump_sched_wake(volatile uint32_t *);
void	rump_sched_wake_all(void);
void	rump_sched_quit(struct lwp *);
void	rump_sched_settle(struct lwp *);
void	rump_sched_lending(void);

/* kern_lwp.c: an lwp on the caller's stack, to run while there is no other. */
void	lwp_makeshift(struct lwp *, struct cpu_info *);
void	lwp_recredit(struct lwp *);
struct lwp *lwp_implicit_alloc(struct cpu_info *);
int	lwp_alloc_pid(pid_t, struct lwp **);
struct lwp *lwp_alloc_kernel(void);

/* kern_softint.c */
void	softint_kick(struct cpu_info *);
void	softint_leave(struct lwp *);

/* kern_kthread.c: as kthread_create(), on memory the caller provides; the lwp
 * alone. */
void	kthread_prepare(struct lwp *, int, struct cpu_info *, const char *);
int	kthread_start(struct lwp *, void (*)(void *), void *, int,
	    struct cpu_info *, const char *);

/* kern_klock.c: give the kernel lock up around a sleep. */
int	klock_drop(struct lwp *);
void	klock_retake(struct lwp *, int);

/* kern_synch.c */
int	rump_nanopause(int64_t);

/* kern_tc.c: ticks since boot, and the deadline of a tick. */
void	tc_boot(void);
uint64_t rump_ticks(void);
int64_t	rump_tickmono(uint64_t);
int64_t	tc_slew(const int64_t *);

/* kern_todr.c: the time of a clock that a driver attached while booting. */
void	todr_boot(void);

/* rump_vars.c: the address space of the kernel and of local clients. */
extern struct vmspace rump_vmspace0;

/* Set once host threads can be made, that is, at the end of booting. */
extern bool rump_threads_ready;

/* kern_hook.c */
void	hook_init(void);

/* subr_specificdata.c */
void	rump_specificdata_init(void);

#endif /* !_KERN_BASE_BASE_PRIVATE_H_ */
