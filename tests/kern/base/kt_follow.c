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
void	rump_kt_follow_await(int);
int	rump_kt_follow_inside(void);

static kmutex_t mtx;
static kcondvar_t cv;
static bool ready;
static int asleep;		/* mtx: who waits to be woken */
static u_int turn;		/* mtx: of those who were */

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
	u_int mine;

	mutex_enter(&mtx);
	asleep++;
	mine = turn;
	while (mine == turn)
		cv_wait(&cv, &mtx);
	mutex_exit(&mtx);
}

/* Until so many sleep. */
void
rump_kt_follow_await(int n)
{

	mutex_enter(&mtx);
	while (asleep < n) {
		mutex_exit(&mtx);
		kpause("follow", false, 1, NULL);
		mutex_enter(&mtx);
	}
	mutex_exit(&mtx);
}

void
rump_kt_follow_wake(void)
{

	mutex_enter(&mtx);
	asleep = 0;
	turn++;
	mutex_exit(&mtx);
	/* Nobody who is woken finds the lock taken, and is woken again. */
	cv_broadcast(&cv);
}

/* Of the calling thread, which need not be. */
int
rump_kt_follow_inside(void)
{

	return curlwp != NULL && curlwp->l_oncpu != ONCPU_NOT;
}

void
rump_kt_follow_woken_by(int from)
{

	KT_EQ(from, curlwp->l_wakecpu);
}
