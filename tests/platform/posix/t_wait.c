/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpuser_wait() and rumpuser_wake(): the value is compared in one step with
 * going to sleep, so no wakeup is ever lost; deadlines; n of many waiters.
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#include "fakehyp.h"

#define	ROUNDS	20000

static volatile uint32_t word;

static uint32_t
load(void)
{

	return __atomic_load_n(&word, __ATOMIC_ACQUIRE);
}

static void
store(uint32_t value)
{

	__atomic_store_n(&word, value, __ATOMIC_RELEASE);
}

static int64_t
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * INT64_C(1000000000) + ts.tv_nsec;
}

ATF_TC_WITHOUT_HEAD(differs);
ATF_TC_BODY(differs, tc)
{

	word = 1;
	errno = 4711;
	ATF_CHECK_EQ(RUMP_EAGAIN, rumpuser_wait(&word, 2, -1));
	ATF_CHECK_EQ(RUMP_EAGAIN, rumpuser_wait(&word, 0, now() + 1000000));
	rumpuser_wake(&word, 1);
	ATF_CHECK_EQ(4711, errno);
}

ATF_TC_WITHOUT_HEAD(deadline);
ATF_TC_BODY(deadline, tc)
{
	int64_t end = now() + 30000000;

	ATF_CHECK_EQ(RUMP_ETIMEDOUT, rumpuser_wait(&word, 0, end));
	ATF_CHECK(now() >= end);
	ATF_CHECK_EQ(RUMP_ETIMEDOUT, rumpuser_wait(&word, 0, end));
	ATF_CHECK_EQ(RUMP_ETIMEDOUT, rumpuser_wait(&word, 0, 0));
}

/* Each side waits for its turn; a lost wakeup would hang. */
static void
player(uint32_t parity)
{
	uint32_t v;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		while (((v = load()) & 1) != parity)
			(void)rumpuser_wait(&word, v, -1);
		store(v + 1);
		rumpuser_wake(&word, 1);
	}
}

static void *
other(void *arg)
{

	player(1);
	return NULL;
}

ATF_TC_WITHOUT_HEAD(pingpong);
ATF_TC_BODY(pingpong, tc)
{
	void *cookie;

	OK(rumpuser_thread_create(other, NULL, "other", 1, 0, -1, &cookie));
	player(0);
	OK(rumpuser_thread_join(cookie));
	ATF_CHECK_EQ(2 * ROUNDS, load());
}

static atomic_int woken;

static void *
sleeper(void *arg)
{

	while (load() == 0)
		(void)rumpuser_wait(&word, 0, -1);
	woken++;
	return NULL;
}

ATF_TC_WITHOUT_HEAD(many);
ATF_TC_BODY(many, tc)
{
	void *cookie[16];
	int i;

	for (i = 0; i < 16; i++)
		OK(rumpuser_thread_create(sleeper, NULL, "sleeper", 1, 0, -1,
		    &cookie[i]));
	usleep(50000);
	store(1);
	rumpuser_wake(&word, 2);
	rumpuser_wake(&word, 14);
	for (i = 0; i < 16; i++)
		OK(rumpuser_thread_join(cookie[i]));
	ATF_CHECK_EQ(16, woken);
}

/* Memory that is gone must do no harm. */
ATF_TC_WITHOUT_HEAD(gone);
ATF_TC_BODY(gone, tc)
{
	void *v;

	OK(rumpuser_anonmmap(NULL, 1, 0, 0, &v));
	rumpuser_unmap(v, rumpuser_getpagesize());
	rumpuser_wake(v, 1);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, differs);
	ATF_TP_ADD_TC(tp, deadline);
	ATF_TP_ADD_TC(tp, pingpong);
	ATF_TP_ADD_TC(tp, many);
	ATF_TP_ADD_TC(tp, gone);
	return atf_no_error();
}
