/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lwps go to the host's CPU that their data comes from: not at once, not if
 * there are virtual CPUs enough, and more and more rarely.  Who would run where
 * his waker is, is woken when that leaves.  Which CPU a thread is on is what we
 * say here.
 */
#include <sys/syscall.h>

#include <linux/futex.h>
#include <unistd.h>

#include "hk.h"

#include <rump/rumpuser.h>

void	rump_kt_follow(int, int, int);
void	rump_kt_follow_one(int);
void	rump_kt_follow_woken_by(int);
void	rump_kt_follow_wait(void);
void	rump_kt_follow_wake(void);
void	rump_kt_follow_await(int);
int	rump_kt_follow_inside(void);

static __thread int here, moves;
static __thread int waking, inside, outside;	/* whom we woke from where */

int
rumpuser_hostcpu(void)
{

	return here;
}

void
rumpuser_movecpu(int cpu)
{

	here = cpu;
	moves++;
}

void
rumpuser_wake(volatile uint32_t *word, int n)
{

	if (waking && rump_kt_follow_inside())
		inside++;
	else if (waking)
		outside++;
	(void)syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, n, NULL, NULL, 0);
}

static void
follow(int n, int from, int crowded)
{

	rump_schedule();
	rump_kt_follow(n, from, crowded);
	rump_unschedule();
}

ATF_TC_WITHOUT_HEAD(patience);
ATF_TC_BODY(patience, tc)
{
	int i;

	hk_boot("2");
	ATF_REQUIRE_EQ(0, rump_pub_lwproc_newlwp(1));
	follow(7, 1, 1);
	ATF_CHECK_EQ(0, moves);
	follow(1, 1, 1);
	ATF_CHECK_EQ(1, moves);
	ATF_CHECK_EQ(1, here);
	/* Twice as long, and half of it more. */
	follow(23, 0, 1);
	ATF_CHECK_EQ(1, moves);
	follow(1, 0, 1);
	ATF_CHECK_EQ(2, moves);
	ATF_CHECK_EQ(0, here);
	/* What was near for long enough begins anew. */
	follow(1000, 0, 1);
	ATF_CHECK_EQ(2, moves);
	follow(8, 1, 1);
	ATF_CHECK_EQ(3, moves);
	/* To and fro, that is some moves only. */
	for (i = 0; i < 100000; i++)
		follow(1, 1 - here, 1);
	ATF_CHECK(moves > 13 && moves < 40);
	rump_pub_lwproc_releaselwp();
}

ATF_TC_WITHOUT_HEAD(stays);
ATF_TC_BODY(stays, tc)
{
	int i;

	hk_boot("2");
	ATF_REQUIRE_EQ(0, rump_pub_lwproc_newlwp(1));
	/* Nobody wants the virtual CPU; nobody knows where it was. */
	follow(1000, 1, 0);
	follow(1000, -1, 1);
	/* Never often in a row. */
	for (i = 0; i < 100; i++) {
		follow(7, 1, 1);
		follow(1, 0, 1);
	}
	ATF_CHECK_EQ(0, moves);
	rump_pub_lwproc_releaselwp();
}

ATF_TC_WITHOUT_HEAD(one);
ATF_TC_BODY(one, tc)
{

	hk_boot("1");
	rump_schedule();
	rump_kt_follow_one(100);
	rump_unschedule();
	ATF_CHECK_EQ(0, moves);
}

static void *
waker(void *arg)
{

	here = 5;
	rump_schedule();
	rump_kt_follow_await(1);
	rump_kt_follow_wake();
	rump_unschedule();
	return NULL;
}

/* Who sleeps knows from where it was woken. */
ATF_TC_WITHOUT_HEAD(woken);
ATF_TC_BODY(woken, tc)
{
	pthread_t t;

	hk_boot("2");
	ATF_REQUIRE_EQ(0, rump_pub_lwproc_newlwp(1));
	follow(1, 0, 0);
	ATF_REQUIRE_EQ(0, pthread_create(&t, NULL, waker, NULL));
	rump_schedule();
	rump_kt_follow_wait();
	rump_kt_follow_woken_by(5);
	rump_unschedule();
	pthread_join(t, NULL);
	rump_pub_lwproc_releaselwp();
}

/* From that CPU wake one that went to sleep on CPU 0. */
static void *
wake_from(void *arg)
{

	here = *(int *)arg;
	ATF_REQUIRE_EQ(0, rump_pub_lwproc_newlwp(1));
	rump_schedule();
	rump_kt_follow_await(1);
	waking = 1;
	rump_kt_follow_wake();
	rump_unschedule();
	waking = 0;
	ATF_CHECK_EQ(here == 0 ? 0 : 1, inside);
	ATF_CHECK_EQ(here == 0 ? 1 : 0, outside);
	rump_pub_lwproc_releaselwp();
	return NULL;
}

ATF_TC_WITHOUT_HEAD(left);
ATF_TC_BODY(left, tc)
{
	static const int from[] = { 0, 1, -1 };
	pthread_t t;
	size_t i;

	hk_boot("16");	/* nobody waits for one */
	ATF_REQUIRE_EQ(0, rump_pub_lwproc_newlwp(1));
	follow(1, 0, 0);
	for (i = 0; i < sizeof(from) / sizeof(from[0]); i++) {
		ATF_REQUIRE_EQ(0, pthread_create(&t, NULL, wake_from,
		    (void *)(uintptr_t)&from[i]));
		rump_schedule();
		rump_kt_follow_wait();
		rump_unschedule();
		pthread_join(t, NULL);
	}
	rump_pub_lwproc_releaselwp();
}

/* More than are noted are woken at once; nobody is forgotten. */
static void *
sleeper(void *arg)
{

	rump_schedule();
	rump_kt_follow_wait();
	rump_unschedule();
	return NULL;
}

ATF_TC_WITHOUT_HEAD(many);
ATF_TC_BODY(many, tc)
{
	pthread_t t[10];
	int i;

	hk_boot("16");	/* nobody waits for one */
	ATF_REQUIRE_EQ(0, rump_pub_lwproc_newlwp(1));
	follow(1, 0, 0);
	for (i = 0; i < 10; i++)
		ATF_REQUIRE_EQ(0, pthread_create(&t[i], NULL, sleeper, NULL));
	rump_schedule();
	rump_kt_follow_await(10);
	waking = 1;
	rump_kt_follow_wake();
	rump_unschedule();
	waking = 0;
	for (i = 0; i < 10; i++)
		pthread_join(t[i], NULL);
	ATF_CHECK_EQ(10 - 4, inside);
	ATF_CHECK_EQ(4, outside);
	rump_pub_lwproc_releaselwp();
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, patience);
	ATF_TP_ADD_TC(tp, stays);
	ATF_TP_ADD_TC(tp, one);
	ATF_TP_ADD_TC(tp, woken);
	ATF_TP_ADD_TC(tp, left);
	ATF_TP_ADD_TC(tp, many);
	return atf_no_error();
}
