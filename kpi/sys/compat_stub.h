/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hooks for binary compatibility with older releases.  No module of ours
 * sets one; drivers call them through MODULE_HOOK_CALL() and get the
 * default answer.
 */

#ifndef _SYS_COMPAT_STUB_H_
#define	_SYS_COMPAT_STUB_H_

#include <sys/param.h>
#include <sys/module_hook.h>
#include <sys/mutex.h>
#include <sys/localcount.h>

struct buf;
struct lwp;
struct socket;
struct vnode;

/* vnd(4), before 5.0 and before 6.0 */
MODULE_HOOK(compat_vndioctl_30_hook, int, (u_long, struct lwp *, void *, int,
    struct vnode *, int (*)(struct lwp *, void *, int, struct vnode **)));
MODULE_HOOK(compat_vndioctl_50_hook, int, (u_long, struct lwp *, void *, int,
    struct vnode *, int (*)(struct lwp *, void *, int, struct vnode **)));
/* nd6 sysctl and ioctl, before 10.0 */
MODULE_HOOK(net_inet6_nd_90_hook, int, (int));

#endif /* !_SYS_COMPAT_STUB_H_ */
