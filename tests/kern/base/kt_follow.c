/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_follow.
 */
#include "kt.h"

#include <rump-sys/kern.h>

void	rump_kt_follow_woken_by(int);
void	rump_kt_follow(int, int, int);
void	rump_kt_follow_one(int);
void	rump_kt_follow_wait(void);
void	rump_kt_follow_wake(void);

static kmutex_t mtx;
static kcondvar_t cv;
static bool asleep, ready;

/* So many wakeups from another CPU, and whether one has to wait for ours. */
static void
wakes(int n, int from, bool crowded)
{

	mutex_enter(&mtx);
	for (; n > 0; n--) {
		curlwp->l_wakecpu = from;
		curlwp->l_crowded = crowded;
		rump_sched_follow(&mtx);
		KT(mutex_owned(&mtx));
		KT_EQ(-1, curlwp->l_wakecpu);
	}
	mutex_exit(&mtx);
}

static void
prepare(void)
{

	if (!ready) {
		mutex_init(&mtx, MUTEX_DEFAULT, IPL_NONE);
		cv_init(&cv, "follow");
		ready = true;
	}
}

void
rump_kt_follow(int n, int from, int crowded)
{

	prepare();
	wakes(n, from, crowded != 0);
}

/* With one virtual CPU, that is for all. */
void
rump_kt_follow_one(int n)
{

	KT_EQ(1, ncpu);
	prepare();
	wakes(n, 1, true);
}

/* Asleep until somebody wakes, whose CPU is known then. */
void
rump_kt_follow_wait(void)
{

	mutex_enter(&mtx);
	asleep = true;
	while (asleep)
		cv_wait(&cv, &mtx);
	mutex_exit(&mtx);
}

void
rump_kt_follow_wake(void)
{
	bool done;

	do {
		mutex_enter(&mtx);
		done = asleep;
		asleep = false;
		cv_broadcast(&cv);
		mutex_exit(&mtx);
		if (!done)
			kpause("follow", false, 1, NULL);
	} while (!done);
}

void
rump_kt_follow_woken_by(int from)
{

	KT_EQ(from, curlwp->l_wakecpu);
}
