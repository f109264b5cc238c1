/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_sleep: condvar(9), tsleep(9), kpause(9).
 */
#include "kt.h"

#include <sys/sleepq.h>

void	rump_kt_timeouts(void);
void	rump_kt_signal(void);
void	rump_kt_pingpong(void);
void	rump_kt_wakeup(void);
void	rump_kt_interrupt(void);
void	rump_kt_interruptrace(void);
void	rump_kt_cvtimedrace(void);
void	rump_kt_misuse(int);
void	rump_kt_cv_bintime(void);

static kmutex_t mtx;
static kcondvar_t cv, cv2;

static void
setup(void)
{

	mutex_init(&mtx, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&cv, "ktcv");
	cv_init(&cv2, "ktcv2");
}

static void
teardown(void)
{

	cv_destroy(&cv2);
	cv_destroy(&cv);
	mutex_destroy(&mtx);
}

/* Each kind of timed sleep ends in time, says so, and has the lock back. */
void
rump_kt_timeouts(void)
{
	struct bintime bt = ms2bintime(30);
	int64_t t0;

	setup();
	mutex_enter(&mtx);
	t0 = kt_ms();
	KT_EQ(EWOULDBLOCK, cv_timedwait(&cv, &mtx, mstohz(30)));
	KT(mutex_owned(&mtx));
	KT(kt_ms() - t0 >= 29 && kt_ms() - t0 < 1000);
	t0 = kt_ms();
	KT_EQ(EWOULDBLOCK, cv_timedwait_sig(&cv, &mtx, mstohz(30)));
	KT(kt_ms() - t0 >= 29);
	t0 = kt_ms();
	KT_EQ(EWOULDBLOCK, cv_timedwaitbt(&cv, &mtx, &bt,
	    DEFAULT_TIMEOUT_EPSILON));
	KT(kt_ms() - t0 >= 29);
	KT(bt.sec == 0 && bt.frac == 0);
	KT(!cv_has_waiters(&cv));
	KT_EQ(EWOULDBLOCK, mtsleep(&mtx, PWAIT, "kt", 2, &mtx));
	KT(mutex_owned(&mtx));
	KT_EQ(EWOULDBLOCK, mtsleep(&mtx, PWAIT | PNORELOCK, "kt", 2, &mtx));
	KT(!mutex_owned(&mtx));
	KT_EQ(EWOULDBLOCK, tsleep(&mtx, PWAIT, "kt", 2));
	mutex_enter(&mtx);
	KT_EQ(EWOULDBLOCK, kpause("kt", false, 2, &mtx));
	KT(mutex_owned(&mtx));
	mutex_exit(&mtx);
	teardown();
}

static u_int waiting, woken;

static void
waiter(void *arg)
{

	mutex_enter(&mtx);
	waiting++;
	cv_wait(&cv, &mtx);
	woken++;
	cv_signal(&cv2);
	mutex_exit(&mtx);
	kthread_exit(0);
}

/* cv_signal() wakes one, cv_broadcast() the rest. */
void
rump_kt_signal(void)
{
	struct kt_threads kt;

	setup();
	kt_start(&kt, 5, waiter, NULL);
	mutex_enter(&mtx);
	while (waiting < 5)
		kpause("kt", false, 1, &mtx);
	KT(cv_has_waiters(&cv));
	cv_signal(&cv);
	while (woken == 0)
		cv_wait(&cv2, &mtx);
	kpause("kt", false, 3, &mtx);
	KT_EQ(1, woken);
	cv_broadcast(&cv);
	KT(!cv_has_waiters(&cv));
	while (woken < 5)
		cv_wait(&cv2, &mtx);
	mutex_exit(&mtx);
	kt_join(&kt);
	teardown();
}

#define	ROUNDS	3000
static int turn;

static void
player(void *arg)
{
	int me = (int)(intptr_t)arg, i;

	for (i = 0; i < ROUNDS; i++) {
		mutex_enter(&mtx);
		while (turn != me)
			cv_wait(me ? &cv2 : &cv, &mtx);
		turn = !me;
		cv_signal(me ? &cv : &cv2);
		mutex_exit(&mtx);
	}
	kthread_exit(0);
}

void
rump_kt_pingpong(void)
{
	struct kt_threads a, b;

	setup();
	kt_start(&a, 1, player, (void *)0);
	kt_start(&b, 1, player, (void *)1);
	kt_join(&a);
	kt_join(&b);
	teardown();
}

static int channel;
static _Atomic u_int asleep;

static void
tsleeper(void *arg)
{

	asleep++;
	KT_EQ(0, tsleep(&channel, PWAIT, "kt", hz * 30));
	kthread_exit(0);
}

void
rump_kt_wakeup(void)
{
	struct kt_threads kt;
	int64_t t0 = kt_ms();
	int i;

	kt_start(&kt, 4, tsleeper, NULL);
	while (asleep < 4)
		kt_pause(1);
	for (i = 0; i < 5; i++) {
		kt_pause(1);
		wakeup(&channel);
	}
	kt_join(&kt);
	KT(kt_ms() - t0 < 20000);
}

static _Atomic int results[3];
static lwp_t *_Atomic sleepers[3];

static void
intrsleeper(void *arg)
{
	int n = (int)(intptr_t)arg;

	sleepers[n] = curlwp;
	switch (n) {
	case 0:
		results[n] = tsleep(&channel, PWAIT | PCATCH, "kt", hz * 30);
		break;
	case 1:
		mutex_enter(&mtx);
		results[n] = cv_wait_sig(&cv, &mtx);
		mutex_exit(&mtx);
		break;
	case 2:
		results[n] = tsleep(&channel, PWAIT, "kt", mstohz(200));
		break;
	}
	kthread_exit(0);
}

/* Only those who allow it are interrupted. */
void
rump_kt_interrupt(void)
{
	struct kt_threads kt[3];
	int i;

	setup();
	for (i = 0; i < 3; i++)
		kt_start(&kt[i], 1, intrsleeper, (void *)(intptr_t)i);
	kt_pause(5);
	KT(sleepq_unsleep(sleepers[0], EINTR));
	KT(sleepq_unsleep(sleepers[1], EINTR));
	KT(!sleepq_unsleep(sleepers[2], EINTR));
	for (i = 0; i < 3; i++)
		kt_join(&kt[i]);
	KT_EQ(EINTR, results[0]);
	KT_EQ(EINTR, results[1]);
	KT_EQ(EWOULDBLOCK, results[2]);
	teardown();
}

static _Atomic bool slept;

static void
channelsleeper(void *arg)
{
	char channels[64];
	int i;

	sleepers[0] = curlwp;
	for (i = 0; i < 20000; i++)
		KT_EQ(EINTR, tsleep(&channels[i % 64], PWAIT | PCATCH, "kt",
		    hz * 30));
	slept = true;
	kthread_exit(0);
}

static void
interrupter(void *arg)
{

	while (!slept)
		(void)sleepq_unsleep(sleepers[0], EINTR);
	kthread_exit(0);
}

/* Who is interrupted may already sleep on something else. */
void
rump_kt_interruptrace(void)
{
	struct kt_threads sleeper, others;

	kt_start(&sleeper, 1, channelsleeper, NULL);
	while (sleepers[0] == NULL)
		kt_pause(1);
	kt_start(&others, 1, interrupter, NULL);
	kt_join(&others);
	kt_join(&sleeper);
}

static _Atomic u_int racing;

static void
racer(void *arg)
{
	int i;

	for (i = 0; i < 150; i++) {
		mutex_enter(&mtx);
		(void)cv_timedwait(&cv, &mtx, 1);
		KT(mutex_owned(&mtx));
		mutex_exit(&mtx);
	}
	racing--;
	kthread_exit(0);
}

/* Wakeups and timeouts at the same moment leave the queues in order. */
void
rump_kt_cvtimedrace(void)
{
	struct kt_threads kt;

	setup();
	racing = 6;
	kt_start(&kt, 6, racer, NULL);
	while (racing != 0) {
		mutex_enter(&mtx);
		cv_signal(&cv);
		mutex_exit(&mtx);
		DELAY(300);
		preempt_point();
	}
	kt_join(&kt);
	KT(!cv_has_waiters(&cv));
	teardown();
}

void
rump_kt_misuse(int what)
{
	struct kt_threads kt;

	setup();
	switch (what) {
	case 0:
		kt_start(&kt, 1, waiter, NULL);
		kt_pause(5);
		cv_destroy(&cv);
		break;
	case 1:
		cv_destroy(&cv);
		cv_signal(&cv);
		break;
	case 2:
		kpreempt_disable();
		kt_pause(1);
		break;
	}
}

/* The forms that take the time left, and give back what remains. */
void
rump_kt_cv_bintime(void)
{
	struct bintime bt = { 0, (uint64_t)1 << 56 }, eps = { 0, 1 };

	mutex_init(&mtx, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&cv, "ktbt");
	KT(cv_is_valid(&cv) && mutex_ownable(&mtx));
	mutex_enter(&mtx);
	KT_EQ(EWOULDBLOCK, cv_timedwaitbt_sig(&cv, &mtx, &bt, &eps));
	KT(mutex_owned(&mtx) && bt.sec == 0 && bt.frac == 0);
	mutex_exit(&mtx);
	cv_destroy(&cv);
	KT(!cv_is_valid(&cv));
	mutex_destroy(&mtx);
}
