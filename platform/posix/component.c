/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The door for host halves of drivers, see rump/rumpuser_component.h.  The
 * cookie between unschedule and schedule carries how often the kernel lock
 * was held, so nothing is allocated.
 */
#include <rump/rumpuser_component.h>

#include "rumpuser_int.h"

void *
rumpuser_component_unschedule(void)
{
	int nlocks;

	rumpuser__hyp.hyp_backend_unschedule(0, &nlocks, NULL);
	return (void *)(intptr_t)nlocks;
}

void
rumpuser_component_schedule(void *cookie)
{

	rumpuser__hyp.hyp_backend_schedule((int)(intptr_t)cookie, NULL);
}

void
rumpuser_component_kthread(void)
{
	int error;

	rumpuser__hyp.hyp_schedule();
	error = rumpuser__hyp.hyp_lwproc_newlwp(0);
	rumpuser__hyp.hyp_unschedule();
	if (error != 0)
		rumpuser__die("no lwp for a driver's thread: error %d", error);
}

void
rumpuser_component_kthread_release(void)
{

	rumpuser__hyp.hyp_schedule();
	rumpuser__hyp.hyp_lwproc_release();
	rumpuser__hyp.hyp_unschedule();
}

struct lwp *
rumpuser_component_curlwp(void)
{

	return rumpuser_curlwp_tls;
}

void
rumpuser_component_switchlwp(struct lwp *l)
{

	rumpuser__hyp.hyp_lwproc_switch(l);
}
