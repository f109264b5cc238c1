/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_mutex: mutex(9).
 */
#include "kt.h"

void	rump_kt_semantics(void);
void	rump_kt_contend(void);
void	rump_kt_fair(void);
void	rump_kt_objects(void);
void	rump_kt_spin(void);
void	rump_kt_giant(void);
void	rump_kt_misuse(int);
void	rump_kt_klock_all(void);

static kmutex_t mtx;

void
rump_kt_semantics(void)
{

	mutex_init(&mtx, MUTEX_DEFAULT, IPL_NONE);
	KT(!mutex_owned(&mtx));
	mutex_enter(&mtx);
	KT(mutex_owned(&mtx));
	KT(mutex_owner(&mtx) == curlwp);
	mutex_exit(&mtx);
	KT(mutex_tryenter(&mtx));
	KT(!mutex_tryenter(&mtx));
	mutex_exit(&mtx);
	KT(mutex_owner(&mtx) == NULL);
	mutex_destroy(&mtx);

	mutex_init(&mtx, MUTEX_DEFAULT, IPL_VM);
	mutex_spin_enter(&mtx);
	KT(mutex_owned(&mtx));
	mutex_spin_exit(&mtx);
	KT(!mutex_owned(&mtx));
	mutex_destroy(&mtx);
}

#define	NTHREADS	8
#define	ROUNDS		3000

static u_int counter;
static _Atomic u_int owners;

static void
contender(void *arg)
{
	int i;

	for (i = 0; i < ROUNDS; i++) {
		mutex_enter(&mtx);
		KT_EQ(1, ++owners);
		counter++;
		/* Now and then sleep with it, if that is allowed. */
		if (arg != NULL && i % 300 == 0)
			kt_pause(1);
		owners--;
		mutex_exit(&mtx);
		if (i % 50 == 0)
			yield();
	}
	kthread_exit(0);
}

static void
contend(int ipl, bool sleep)
{
	struct kt_threads kt;

	counter = 0;
	mutex_init(&mtx, MUTEX_DEFAULT, ipl);
	kt_start(&kt, NTHREADS, contender, sleep ? &mtx : NULL);
	kt_join(&kt);
	KT_EQ(NTHREADS * ROUNDS, counter);
	mutex_destroy(&mtx);
}

void
rump_kt_contend(void)
{

	contend(IPL_NONE, false);
	contend(IPL_NONE, true);
}

void
rump_kt_spin(void)
{

	contend(IPL_VM, false);
}

static _Atomic bool stop;
static _Atomic u_int turns;

/* Has the mutex nearly all of the time. */
static void
hog(void *arg)
{

	while (!stop) {
		mutex_enter(&mtx);
		preempt_point();
		mutex_exit(&mtx);
	}
	kthread_exit(0);
}

static void
modest(void *arg)
{
	int i;

	for (i = 0; i < 50; i++) {
		mutex_enter(&mtx);
		turns++;
		mutex_exit(&mtx);
	}
	kthread_exit(0);
}

/* Who wants it gets it, though another hardly lets go of it. */
void
rump_kt_fair(void)
{
	struct kt_threads kt, hogs;

	mutex_init(&mtx, MUTEX_DEFAULT, IPL_NONE);
	kt_start(&hogs, 2, hog, NULL);
	kt_start(&kt, 4, modest, NULL);
	kt_join(&kt);
	KT_EQ(200, turns);
	stop = true;
	kt_join(&hogs);
	mutex_destroy(&mtx);
}

void
rump_kt_objects(void)
{
	kmutex_t *mo = mutex_obj_alloc(MUTEX_DEFAULT, IPL_NONE);
	krwlock_t *ro = rw_obj_alloc();

	mutex_obj_hold(mo);
	KT_EQ(2, mutex_obj_refcnt(mo));
	mutex_enter(mo);
	mutex_exit(mo);
	KT(!mutex_obj_free(mo));
	KT(mutex_obj_free(mo));

	rw_obj_hold(ro);
	KT_EQ(2, rw_obj_refcnt(ro));
	KT(!rw_obj_free(ro));
	KT(rw_obj_free(ro));
}

static void
giant(void *arg)
{
	int i;

	for (i = 0; i < 200; i++) {
		KERNEL_LOCK(1, NULL);
		KT_EQ(1, ++owners);
		KERNEL_LOCK(2, NULL);
		KT(KERNEL_LOCKED_P());
		owners--;
		/* Dropped over the sleep, back afterwards. */
		if (i % 20 == 0)
			kt_pause(1);
		KT(KERNEL_LOCKED_P());
		KERNEL_UNLOCK_ONE(NULL);
		KERNEL_UNLOCK_ONE(NULL);
		KT(KERNEL_LOCKED_P());
		KERNEL_UNLOCK_LAST(NULL);
		KT(!KERNEL_LOCKED_P());
	}
	kthread_exit(0);
}

void
rump_kt_giant(void)
{
	struct kt_threads kt;

	kt_start(&kt, 6, giant, NULL);
	kt_join(&kt);
}

void
rump_kt_misuse(int what)
{

	mutex_init(&mtx, MUTEX_DEFAULT, what == 4 ? IPL_VM : IPL_NONE);
	switch (what) {
	case 0:
		mutex_enter(&mtx);
		mutex_enter(&mtx);
		break;
	case 1:
		mutex_exit(&mtx);
		break;
	case 2:
		mutex_enter(&mtx);
		mutex_destroy(&mtx);
		break;
	case 3:
		mutex_destroy(&mtx);
		mutex_destroy(&mtx);
		break;
	case 4:
		mutex_spin_enter(&mtx);
		kt_pause(1);
		break;
	}
}

/* All levels are given up at once, and taken again. */
void
rump_kt_klock_all(void)
{
	int held = 0;

	KERNEL_LOCK(2, curlwp);
	KERNEL_LOCK(1, curlwp);
	KT(KERNEL_LOCKED_P());
	KERNEL_UNLOCK_ALL(curlwp, &held);
	KT_EQ(3, held);
	KT(!KERNEL_LOCKED_P());
	KERNEL_LOCK(held, curlwp);
	KERNEL_UNLOCK_ONE(curlwp);
	KERNEL_UNLOCK_ONE(curlwp);
	KT(KERNEL_LOCKED_P());
	KERNEL_UNLOCK_ONE(curlwp);
	KT(!KERNEL_LOCKED_P());
}
