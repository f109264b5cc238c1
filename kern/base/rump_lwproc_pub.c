/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The public calls of rump_lwproc(3): enter the kernel, do it, leave.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/lwp.h>

#include <rump-sys/kern.h>

int
rump_pub_lwproc_rfork(int flags)
{
	int error;

	rump_schedule();
	error = rump_lwproc_rfork(flags);
	rump_unschedule();
	return error;
}

int
rump_pub_lwproc_newlwp(pid_t pid)
{
	int error;

	rump_schedule();
	error = rump_lwproc_newlwp(pid);
	rump_unschedule();
	return error;
}

void
rump_pub_lwproc_switch(struct lwp *l)
{

	rump_schedule();
	rump_lwproc_switch(l);
	rump_unschedule();
}

void
rump_pub_lwproc_releaselwp(void)
{

	rump_schedule();
	rump_lwproc_releaselwp();
	rump_unschedule();
}

struct lwp *
rump_pub_lwproc_curlwp(void)
{

	/* Outside of the kernel a thread has an own lwp or none. */
	return curlwp;
}

void
rump_pub_lwproc_sysent_usenative(void)
{

	rump_schedule();
	rump_lwproc_sysent_usenative();
	rump_unschedule();
}

void
rump_pub_allbetsareoff_setid(pid_t pid, int id)
{

	rump_schedule();
	rump_allbetsareoff_setid(pid, id);
	rump_unschedule();
}
