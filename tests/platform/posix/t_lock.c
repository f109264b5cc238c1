/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mutexes, reader/writer locks and condition variables of version 17: who
 * owns what, what is refused, and that waiting gives the virtual CPU back
 * (there is only one here, so the test would hang otherwise).
 */
#include <sys/wait.h>

#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

#include "fakehyp.h"

static struct rumpuser_mtx *mtx;
static struct rumpuser_rw *rw;
static struct rumpuser_cv *cv;
static int turn;
static long counter;
static atomic_int stage;

static void *
adder(void *arg)
{
	int i;

	fake_enter();
	for (i = 0; i < 2000; i++) {
		rumpuser_mutex_enter(mtx);
		counter++;
		if (i % 100 == 0)	/* be elsewhere while holding it */
			OK(rumpuser_clock_sleep(RUMPUSER_CLOCK_RELWALL, 0, 1));
		rumpuser_mutex_exit(mtx);
	}
	fake_leave();
	return NULL;
}

static void
race(void *(*func)(void *), int n)
{
	void *cookie[8];
	int i;

	for (i = 0; i < n; i++)
		OK(rumpuser_thread_create(func, (void *)(intptr_t)i, "racer",
		    1, 0, -1, &cookie[i]));
	for (i = 0; i < n; i++)
		OK(rumpuser_thread_join(cookie[i]));
}

ATF_TC_WITHOUT_HEAD(mutex);
ATF_TC_BODY(mutex, tc)
{

	fake_init();
	rumpuser_mutex_init(&mtx, RUMPUSER_MTX_KMUTEX);
	ATF_CHECK_EQ(0, rumpuser_mutex_spin_p(mtx));
	race(adder, 4);
	ATF_CHECK_EQ(8000, counter);
	rumpuser_mutex_destroy(mtx);
}

ATF_TC_WITHOUT_HEAD(mutex_owner);
ATF_TC_BODY(mutex_owner, tc)
{
	struct lwp *l;

	fake_init();
	fake_enter();
	rumpuser_mutex_init(&mtx, RUMPUSER_MTX_KMUTEX | RUMPUSER_MTX_SPIN);
	ATF_CHECK(rumpuser_mutex_spin_p(mtx));
	rumpuser_mutex_owner(mtx, &l);
	ATF_CHECK(l == NULL);
	OK(rumpuser_mutex_tryenter(mtx));
	ATF_CHECK_EQ(RUMP_EBUSY, rumpuser_mutex_tryenter(mtx));
	rumpuser_mutex_owner(mtx, &l);
	ATF_CHECK_EQ(rumpuser_curlwp(), l);
	rumpuser_mutex_exit(mtx);
	rumpuser_mutex_enter_nowrap(mtx);
	rumpuser_mutex_owner(mtx, &l);
	ATF_CHECK_EQ(rumpuser_curlwp(), l);
	rumpuser_mutex_exit(mtx);
	ATF_CHECK_EQ(0, fake_naps());
	rumpuser_mutex_destroy(mtx);
}

static int
signal_of(void (*func)(void))
{
	pid_t pid;
	int status;

	if ((pid = fork()) == 0) {
		func();
		_exit(0);
	}
	ATF_REQUIRE_EQ(pid, waitpid(pid, &status, 0));
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void
exit_unowned(void)
{

	rumpuser_mutex_enter(mtx);
	rumpuser_curlwp_tls = NULL;
	rumpuser_mutex_exit(mtx);
}

static void
destroy_held(void)
{

	rumpuser_mutex_enter(mtx);
	rumpuser_mutex_destroy(mtx);
}

static void
rw_exit_free(void)
{

	rumpuser_rw_exit(rw);
}

static void
upgrade_free(void)
{

	(void)rumpuser_rw_tryupgrade(rw);
}

ATF_TC_WITHOUT_HEAD(misuse);
ATF_TC_BODY(misuse, tc)
{

	fake_init();
	fake_enter();
	rumpuser_mutex_init(&mtx, RUMPUSER_MTX_KMUTEX);
	rumpuser_rw_init(&rw);
	ATF_CHECK_EQ(SIGABRT, signal_of(exit_unowned));
	ATF_CHECK_EQ(SIGABRT, signal_of(destroy_held));
	ATF_CHECK_EQ(SIGABRT, signal_of(rw_exit_free));
	ATF_CHECK_EQ(SIGABRT, signal_of(upgrade_free));
}

ATF_TC_WITHOUT_HEAD(rwlock);
ATF_TC_BODY(rwlock, tc)
{
	int held;

	fake_init();
	fake_enter();
	rumpuser_rw_init(&rw);
	rumpuser_rw_enter(RUMPUSER_RW_READER, rw);
	OK(rumpuser_rw_tryenter(RUMPUSER_RW_READER, rw));
	ATF_CHECK_EQ(RUMP_EBUSY, rumpuser_rw_tryenter(RUMPUSER_RW_WRITER, rw));
	ATF_CHECK_EQ(RUMP_EBUSY, rumpuser_rw_tryupgrade(rw));
	rumpuser_rw_held(RUMPUSER_RW_READER, rw, &held);
	ATF_CHECK(held);
	rumpuser_rw_exit(rw);
	OK(rumpuser_rw_tryupgrade(rw));
	rumpuser_rw_held(RUMPUSER_RW_WRITER, rw, &held);
	ATF_CHECK(held);
	ATF_CHECK_EQ(RUMP_EBUSY, rumpuser_rw_tryenter(RUMPUSER_RW_READER, rw));
	rumpuser_rw_downgrade(rw);
	rumpuser_rw_held(RUMPUSER_RW_WRITER, rw, &held);
	ATF_CHECK(!held);
	OK(rumpuser_rw_tryenter(RUMPUSER_RW_READER, rw));
	rumpuser_rw_exit(rw);
	rumpuser_rw_exit(rw);
	rumpuser_rw_held(RUMPUSER_RW_READER, rw, &held);
	ATF_CHECK(!held);
	rumpuser_rw_destroy(rw);
}

static atomic_int readers, writers;

static void *
rw_racer(void *arg)
{
	int i, op;

	fake_enter();
	for (i = 0; i < 1000; i++) {
		op = (i + (intptr_t)arg) % 4 == 0 ? RUMPUSER_RW_WRITER :
		    RUMPUSER_RW_READER;
		rumpuser_rw_enter(op, rw);
		if (op == RUMPUSER_RW_WRITER) {
			ATF_REQUIRE_EQ(0, writers++);
			ATF_REQUIRE_EQ(0, readers);
		} else {
			readers++;
			ATF_REQUIRE_EQ(0, writers);
		}
		if (i % 50 == 0)
			OK(rumpuser_clock_sleep(RUMPUSER_CLOCK_RELWALL, 0, 1));
		if (op == RUMPUSER_RW_WRITER)
			writers--;
		else
			readers--;
		rumpuser_rw_exit(rw);
	}
	fake_leave();
	return NULL;
}

ATF_TC_WITHOUT_HEAD(rwlock_race);
ATF_TC_BODY(rwlock_race, tc)
{

	fake_init();
	rumpuser_rw_init(&rw);
	race(rw_racer, 6);
	rumpuser_rw_destroy(rw);
}

/* Threads in a ring pass the turn on. */
static void *
cv_racer(void *arg)
{
	int me = (int)(intptr_t)arg, i;

	fake_enter();
	for (i = 0; i < 300; i++) {
		rumpuser_mutex_enter(mtx);
		while (turn != me)
			rumpuser_cv_wait(cv, mtx);
		turn = (me + 1) % 4;
		rumpuser_cv_broadcast(cv);
		rumpuser_mutex_exit(mtx);
	}
	fake_leave();
	return NULL;
}

static void
cv_case(int flags)
{

	fake_init();
	rumpuser_mutex_init(&mtx, flags);
	rumpuser_cv_init(&cv);
	race(cv_racer, 4);
	rumpuser_cv_destroy(cv);
	rumpuser_mutex_destroy(mtx);
}

ATF_TC_WITHOUT_HEAD(condvar);
ATF_TC_BODY(condvar, tc)
{

	cv_case(RUMPUSER_MTX_KMUTEX);
}

ATF_TC_WITHOUT_HEAD(timedwait);
ATF_TC_BODY(timedwait, tc)
{
	struct lwp *l;
	int waiters;

	fake_init();
	fake_enter();
	rumpuser_mutex_init(&mtx, RUMPUSER_MTX_KMUTEX | RUMPUSER_MTX_SPIN);
	rumpuser_cv_init(&cv);
	rumpuser_mutex_enter(mtx);
	ATF_CHECK_EQ(RUMP_ETIMEDOUT,
	    rumpuser_cv_timedwait(cv, mtx, 0, 20000000));
	rumpuser_mutex_owner(mtx, &l);
	ATF_CHECK_EQ(rumpuser_curlwp(), l);
	rumpuser_cv_has_waiters(cv, &waiters);
	ATF_CHECK(!waiters);
	rumpuser_mutex_exit(mtx);
	ATF_CHECK_EQ(1, fake_naps());
	rumpuser_cv_destroy(cv);
	rumpuser_mutex_destroy(mtx);
}

static void *
nowrap_waiter(void *arg)
{

	rumpuser_mutex_enter_nowrap(mtx);
	stage = 1;
	while (stage == 1)
		rumpuser_cv_wait_nowrap(cv, mtx);
	rumpuser_mutex_exit(mtx);
	return NULL;
}

ATF_TC_WITHOUT_HEAD(nowrap);
ATF_TC_BODY(nowrap, tc)
{
	void *cookie;
	int waiters = 0;

	fake_init();
	rumpuser_mutex_init(&mtx, RUMPUSER_MTX_SPIN);
	rumpuser_cv_init(&cv);
	OK(rumpuser_thread_create(nowrap_waiter, NULL, "waiter", 1, 0, -1,
	    &cookie));
	while (!waiters) {
		rumpuser_mutex_enter(mtx);
		if (stage == 1)
			rumpuser_cv_has_waiters(cv, &waiters);
		rumpuser_mutex_exit(mtx);
	}
	stage = 2;
	rumpuser_cv_signal(cv);
	OK(rumpuser_thread_join(cookie));
	ATF_CHECK_EQ(0, fake_naps());
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, mutex);
	ATF_TP_ADD_TC(tp, mutex_owner);
	ATF_TP_ADD_TC(tp, misuse);
	ATF_TP_ADD_TC(tp, rwlock);
	ATF_TP_ADD_TC(tp, rwlock_race);
	ATF_TP_ADD_TC(tp, condvar);
	ATF_TP_ADD_TC(tp, timedwait);
	ATF_TP_ADD_TC(tp, nowrap);
	return atf_no_error();
}
