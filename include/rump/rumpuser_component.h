/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the host half of a driver (*_host.c) may ask of the platform.
 *
 * Host halves do not see the kernel.  They run on the kernel's threads, which
 * must not block while they own a virtual CPU, and on threads they made
 * themselves, which must not call the kernel before they own one.  These
 * calls are the way across, in both directions.
 */
#ifndef _RUMP_RUMPUSER_COMPONENT_H_
#define	_RUMP_RUMPUSER_COMPONENT_H_

#ifdef __cplusplus
extern "C" {
#endif

struct lwp;

/*
 * Around a host call that may block, on a thread of the kernel:
 *	cookie = rumpuser_component_unschedule();
 *	rv = poll(...);
 *	rumpuser_component_schedule(cookie);
 * On a thread of the driver's own, after rumpuser_component_kthread(), the
 * order is reversed and the cookie NULL: schedule to enter the kernel,
 * unschedule to leave it.
 */
void	*rumpuser_component_unschedule(void);
void	rumpuser_component_schedule(void *);

/*
 * Makes the calling host thread one of process 0, with an lwp of its own, and
 * undoes that.  Without virtual CPU before and after.
 */
void	rumpuser_component_kthread(void);
void	rumpuser_component_kthread_release(void);

/* The calling thread's lwp, or NULL; and a change to another one. */
struct lwp *rumpuser_component_curlwp(void);
void	rumpuser_component_switchlwp(struct lwp *);

/* NetBSD's number for an errno of the host; 0 stays 0. */
int	rumpuser_component_errtrans(int);

#ifdef __cplusplus
}
#endif

#endif /* !_RUMP_RUMPUSER_COMPONENT_H_ */
