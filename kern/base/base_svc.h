/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Between boot and the services of kern/base (memory, credentials,
 * descriptors, sysctl, modules, signals), and among these.
 *
 * Boot order: rump_dsosets_boot() first of all; rump_svc_init1() when locks and
 * the first lwp work, before any allocation; rump_svc_init2() when threads can
 * be made; factions and components; rump_svc_init3() after those;
 * rump_dsosets_booted() last of all.
 */
#ifndef _KERN_BASE_BASE_SVC_H_
#define _KERN_BASE_BASE_SVC_H_

#include <sys/types.h>

struct lwp;
struct modinfo;
struct sigevent;

/* rump_svc.c */
void	rump_svc_init1(void);	/* memory, kauth, limits, descriptors */
void	rump_svc_init2(void);	/* sysctl, evcnt, devsw, select, kqueue */
void	rump_svc_init3(void);	/* modules */

/* rump_component.c */
void	rump_dsosets_boot(void);
void	rump_dsosets_evcnts(void);
void	rump_dsosets_sysctls(void);
void	rump_dsosets_modules(void);
void	rump_dsosets_booted(void);

/* kern_module.c */
int	rump_module_error(const struct modinfo *, bool *);

/* rump_syscall.c: one call on behalf of a scheduled lwp. */
int	rump_syscall_lwp(struct lwp *, int, const void *, register_t *);
void	syscall_trace_start(void);

/* kern_sig.c: EINVAL for what cannot be sent, or is no way to notify. */
int	sigevent_check(const struct sigevent *);

#endif /* _KERN_BASE_BASE_SVC_H_ */
