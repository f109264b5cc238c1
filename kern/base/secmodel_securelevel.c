/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * secmodel_securelevel(9): its listeners deny what the level forbids and
 * leave all else to others.
 *
 * The level may be raised by who may change sysctl variables.  Only process 1
 * may lower it, which here are the local clients without a process of their
 * own: they share the kernel's memory and could do so anyhow.
 * There are no memory files and no GPIO pins here to protect.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/conf.h>
#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/mount.h>
#include <sys/proc.h>
#include <sys/sysctl.h>
#include <sys/systm.h>
#include <sys/time.h>
#include <sys/vnode.h>

#include <lib/libkern/libkern.h>

#include <miscfs/specfs/specdev.h>
#include <rump-sys/kern.h>
#include <secmodel/secmodel.h>
#include <secmodel/securelevel/securelevel.h>

#include "kauth_private.h"

#define SECURELEVEL_CB_ARGS	kauth_cred_t cred, kauth_action_t action, \
	void *cookie, void *arg0, void *arg1, void *arg2, void *arg3

/* Changed under sysctl's lock, read without one. */
int securelevel = -1;

bool (*rump_vfs_diskmounted)(struct vnode *);

static bool
above(int level)
{

	return __atomic_load_n(&securelevel, __ATOMIC_RELAXED) > level;
}

static int
deny_if(bool yes)
{

	return yes ? KAUTH_RESULT_DENY : KAUTH_RESULT_DEFER;
}

/* Level 2: nothing new is mounted, what is may become read-only. */
static bool
mount_denied(enum kauth_system_req req, u_long flags)
{

	switch (req) {
	case KAUTH_REQ_SYSTEM_MOUNT_NEW:
		return above(1);
	case KAUTH_REQ_SYSTEM_MOUNT_UPDATE:
		return above(1) && (flags & MNT_RDONLY) == 0;
	default:
		return false;
	}
}

/* Level 1: the offset to the hardware's clock; level 2: backwards. */
static bool
time_denied(enum kauth_system_req req, const struct timespec *delta)
{

	switch (req) {
	case KAUTH_REQ_SYSTEM_TIME_RTCOFFSET:
		return above(0);
	case KAUTH_REQ_SYSTEM_TIME_SYSTEM:
		return above(1) && delta != NULL && delta->tv_sec < 0;
	default:
		return false;
	}
}

int
secmodel_securelevel_system_cb(SECURELEVEL_CB_ARGS)
{
	enum kauth_system_req req = (enum kauth_system_req)(uintptr_t)arg0;

	switch (action) {
	case KAUTH_SYSTEM_CHSYSFLAGS:
	case KAUTH_SYSTEM_MODULE:
	case KAUTH_SYSTEM_SETIDCORE:
	case KAUTH_SYSTEM_MAP_VA_ZERO:
		return deny_if(above(0));
	case KAUTH_SYSTEM_DEBUG:
		return deny_if(above(0) &&
		    req == KAUTH_REQ_SYSTEM_DEBUG_IPKDB);
	case KAUTH_SYSTEM_SYSCTL:
		return deny_if(above(0) &&
		    (req == KAUTH_REQ_SYSTEM_SYSCTL_ADD ||
		    req == KAUTH_REQ_SYSTEM_SYSCTL_DELETE));
	case KAUTH_SYSTEM_MOUNT:
		return deny_if(mount_denied(req, (u_long)(uintptr_t)arg2));
	case KAUTH_SYSTEM_TIME:
		return deny_if(time_denied(req, arg2));
	default:
		return KAUTH_RESULT_DEFER;
	}
}

int
secmodel_securelevel_process_cb(SECURELEVEL_CB_ARGS)
{

	switch (action) {
	case KAUTH_PROCESS_PTRACE:
	case KAUTH_PROCESS_PROCFS:
		return deny_if(above(-1) && arg0 == initproc);
	case KAUTH_PROCESS_CORENAME:
		return deny_if(above(1) && (uintptr_t)arg1 ==
		    KAUTH_REQ_PROCESS_CORENAME_SET);
	default:
		return KAUTH_RESULT_DEFER;
	}
}

int
secmodel_securelevel_network_cb(SECURELEVEL_CB_ARGS)
{

	switch (action) {
	case KAUTH_NETWORK_FORWSRCRT:
		return deny_if(above(0));
	case KAUTH_NETWORK_FIREWALL:
		return deny_if(above(1));
	default:
		return KAUTH_RESULT_DEFER;
	}
}

int
secmodel_securelevel_machdep_cb(SECURELEVEL_CB_ARGS)
{

	switch (action) {
	case KAUTH_MACHDEP_IOPERM_SET:
	case KAUTH_MACHDEP_IOPL:
	case KAUTH_MACHDEP_UNMANAGEDMEM:
		return deny_if(above(0));
	default:
		return KAUTH_RESULT_DEFER;
	}
}

static bool
disk_p(struct vnode *vp)
{

	if (vp->v_type == VBLK)
		return true;
	return vp->v_type == VCHR && cdev_type(vp->v_rdev) == D_DISK;
}

/* Writing to disks: level 1 those that are mounted, level 2 all. */
static bool
rawio_denied(enum kauth_device_req req, struct vnode *vp)
{

	if (req == KAUTH_REQ_DEVICE_RAWIO_SPEC_READ || !above(0) ||
	    !disk_p(vp))
		return false;
	return above(1) || (rump_vfs_diskmounted != NULL &&
	    (*rump_vfs_diskmounted)(vp));
}

int
secmodel_securelevel_device_cb(SECURELEVEL_CB_ARGS)
{

	switch (action) {
	case KAUTH_DEVICE_RAWIO_SPEC:
		return deny_if(rawio_denied(
		    (enum kauth_device_req)(uintptr_t)arg0, arg1));
	case KAUTH_DEVICE_RAWIO_PASSTHRU:
	case KAUTH_DEVICE_GPIO_PINSET:
		return deny_if(above(0));
	default:
		return KAUTH_RESULT_DEFER;
	}
}

/* Flags that only the super-user can set stay once they are set. */
int
secmodel_securelevel_vnode_cb(SECURELEVEL_CB_ARGS)
{
	const kauth_action_t both = KAUTH_VNODE_WRITE_SYSFLAGS |
	    KAUTH_VNODE_HAS_SYSFLAGS;

	return deny_if(above(0) && (action & both) == both);
}

int
secmodel_securelevel_eval(const char *what, void *arg, void *ret)
{

	if (strcasecmp(what, "is-securelevel-above") != 0)
		return ENOENT;
	*(bool *)ret = above((int)(intptr_t)arg);
	return 0;
}

int
secmodel_securelevel_sysctl(SYSCTLFN_ARGS)
{
	struct sysctlnode node = *rnode;
	int level = securelevel, error;

	node.sysctl_data = &level;
	error = sysctl_lookup(SYSCTLFN_CALL(&node));
	if (error || newp == NULL)
		return error;
	if (level < securelevel && l != NULL && l->l_proc != initproc)
		return EPERM;
	__atomic_store_n(&securelevel, level, __ATOMIC_RELAXED);
	return 0;
}

void
secmodel_securelevel_start(void)
{
	static secmodel_t sm;

	(void)kauth_listen_scope(KAUTH_SCOPE_SYSTEM,
	    secmodel_securelevel_system_cb, NULL);
	(void)kauth_listen_scope(KAUTH_SCOPE_PROCESS,
	    secmodel_securelevel_process_cb, NULL);
	(void)kauth_listen_scope(KAUTH_SCOPE_NETWORK,
	    secmodel_securelevel_network_cb, NULL);
	(void)kauth_listen_scope(KAUTH_SCOPE_MACHDEP,
	    secmodel_securelevel_machdep_cb, NULL);
	(void)kauth_listen_scope(KAUTH_SCOPE_DEVICE,
	    secmodel_securelevel_device_cb, NULL);
	(void)kauth_listen_scope(KAUTH_SCOPE_VNODE,
	    secmodel_securelevel_vnode_cb, NULL);
	(void)secmodel_register(&sm, SECMODEL_SECURELEVEL_ID,
	    SECMODEL_SECURELEVEL_NAME, NULL, secmodel_securelevel_eval, NULL);
}

SYSCTL_SETUP(sysctl_securelevel_setup, "security.models.securelevel")
{
	const struct sysctlnode *models = NULL, *node = NULL;

	sysctl_createv(clog, 0, NULL, &models, CTLFLAG_PERMANENT,
	    CTLTYPE_NODE, "models", NULL, NULL, 0, NULL, 0, CTL_SECURITY,
	    CTL_CREATE, CTL_EOL);
	sysctl_createv(clog, 0, &models, &node, CTLFLAG_PERMANENT,
	    CTLTYPE_NODE, "securelevel", NULL, NULL, 0, NULL, 0, CTL_CREATE,
	    CTL_EOL);
	sysctl_createv(clog, 0, &node, NULL, CTLFLAG_PERMANENT,
	    CTLTYPE_STRING, "name", NULL, NULL, 0,
	    __UNCONST(SECMODEL_SECURELEVEL_NAME), 0, CTL_CREATE, CTL_EOL);
	sysctl_createv(clog, 0, &node, NULL,
	    CTLFLAG_PERMANENT | CTLFLAG_READWRITE, CTLTYPE_INT, "securelevel",
	    SYSCTL_DESCR("System security level"),
	    secmodel_securelevel_sysctl, 0, NULL, sizeof(int), CTL_CREATE,
	    CTL_EOL);
}
