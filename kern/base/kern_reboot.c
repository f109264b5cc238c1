/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The end of a kernel: write back what is dirty, by way of the vfs faction,
 * save the time, call the shutdown hooks and end the host process.  A panic
 * comes here as well and does none of it; a kernel that is not up yet only
 * calls the hooks.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kauth.h>
#include <sys/kernel.h>
#include <sys/lwp.h>
#include <sys/proc.h>
#include <sys/reboot.h>
#include <sys/syscallargs.h>

#include <rump-sys/kern.h>
#include <rump/rumpuser.h>

#include "base_private.h"

/* Set by the vfs faction: sync and unmount everything. */
void (*rump_vfs_shutdown)(int);

static volatile u_int reboot_entered;

void
cpu_reboot(int howto, char *bootstr)
{
	int status = 0;

	if (panicstr != NULL || (howto & RB_DUMP) != 0)
		status = RUMPUSER_PANIC;
	rumpuser_exit(status);
}

void
kern_reboot(int howto, char *bootstr)
{

	/* The second one to come, or who fails on the way, just ends it. */
	if (__atomic_fetch_add(&reboot_entered, 1, __ATOMIC_ACQ_REL) != 0)
		cpu_reboot(howto | RB_NOSYNC, bootstr);
	shutting_down = doing_shutdown = 1;
	boothowto = howto | (boothowto & (AB_SILENT | AB_VERBOSE | AB_DEBUG));
	if ((howto & RB_NOSYNC) == 0 && panicstr == NULL && !cold) {
		if (rump_vfs_shutdown != NULL)
			(*rump_vfs_shutdown)(howto);
		resettodr();
	}
	if (panicstr == NULL)
		doshutdownhooks();
	cpu_reboot(howto, bootstr);
}

/* reboot(2): the boot string is for a boot loader, of which there is none. */
int
sys_reboot(struct lwp *l, const struct sys_reboot_args *uap,
    register_t *retval)
{
	int error;

	error = kauth_authorize_system(l->l_cred, KAUTH_SYSTEM_REBOOT, 0,
	    NULL, NULL, NULL);
	if (error != 0)
		return error;
	kern_reboot(SCARG(uap, opt), NULL);
}
