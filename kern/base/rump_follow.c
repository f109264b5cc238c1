/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lwps that follow those who wake them.  Two threads that hand much data to
 * each other run where the host put them; on two of its CPUs, all of the data
 * moves between these.  That is well if both CPUs would have nothing else to
 * do.  If virtual CPUs are waited for, other threads could use them, and whose
 * data comes from another CPU goes there.
 *
 * Patience keeps that rare where the host has other ideas: it doubles with
 * each move, and what has been near for as long makes it small again.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/cpu.h>
#include <sys/lwp.h>
#include <sys/mutex.h>

#include <rump-sys/kern.h>
#include <rump/rumpuser.h>

#include "base_private.h"

#define	FAR_MIN		8	/* wakeups from afar in a row */
#define	FAR_MAX		4096

/* Has it been woken from afar so often that it shall move? */
static bool
far_enough(struct lwp *l, int from)
{

	if (from == rumpuser_hostcpu()) {
		l->l_far = 0;
		l->l_crowded = false;
		if (l->l_patience > 0)
			l->l_patience--;
		return false;
	}
	if (++l->l_far < FAR_MIN + l->l_patience)
		return false;
	l->l_far = 0;
	if (!l->l_crowded)
		return false;
	l->l_crowded = false;
	l->l_patience = (uint16_t)MIN((FAR_MIN + l->l_patience) * 2, FAR_MAX);
	return true;
}

void
rump_sched_follow(kmutex_t *mtx)
{
	struct lwp *l = curlwp;
	const int from = l->l_wakecpu;
	int nlocks;

	l->l_wakecpu = -1;
	if (ncpu == 1 || from < 0 || !far_enough(l, from))
		return;
	mutex_exit(mtx);
	nlocks = klock_drop(l);
	rump_unschedule_cpu(l);
	rumpuser_movecpu(from);
	rump_schedule_cpu(l);
	klock_retake(l, nlocks);
	mutex_enter(mtx);
}
