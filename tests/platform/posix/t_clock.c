/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Clocks and sleeps: the right clock, sleeps that are long enough although
 * signals arrive, points in the past, and nonsense refused.  Each sleep gives
 * the virtual CPU back.
 */
#include <sys/time.h>

#include <signal.h>
#include <time.h>

#include "fakehyp.h"

static int64_t
now(int clock)
{
	int64_t sec;
	long nsec;

	OK(rumpuser_clock_gettime(clock, &sec, &nsec));
	ATF_REQUIRE(nsec >= 0 && nsec < 1000000000);
	return sec * 1000000000 + nsec;
}

ATF_TC_WITHOUT_HEAD(gettime);
ATF_TC_BODY(gettime, tc)
{
	int64_t a, b, sec;
	long nsec;

	ATF_CHECK(time(NULL) - now(RUMPUSER_CLOCK_RELWALL) / 1000000000 <= 1);
	a = now(RUMPUSER_CLOCK_ABSMONO);
	b = now(RUMPUSER_CLOCK_ABSMONO);
	ATF_CHECK(b >= a);
	ATF_CHECK_EQ(RUMP_EINVAL, rumpuser_clock_gettime(2, &sec, &nsec));
}

static void
nothing(int sig)
{
}

static void
interrupt_often(void)
{
	static const struct itimerval it = { { 0, 3000 }, { 0, 3000 } };
	struct sigaction sa = { .sa_handler = nothing };

	ATF_REQUIRE_EQ(0, sigaction(SIGALRM, &sa, NULL));
	ATF_REQUIRE_EQ(0, setitimer(ITIMER_REAL, &it, NULL));
}

ATF_TC_WITHOUT_HEAD(sleep_relative);
ATF_TC_BODY(sleep_relative, tc)
{
	int64_t start;

	fake_init();
	fake_enter();
	interrupt_often();
	start = now(RUMPUSER_CLOCK_ABSMONO);
	OK(rumpuser_clock_sleep(RUMPUSER_CLOCK_RELWALL, 0, 50000000));
	ATF_CHECK(now(RUMPUSER_CLOCK_ABSMONO) - start >= 50000000);
	ATF_CHECK_EQ(1, fake_naps());
	ATF_CHECK(fake_running());
}

ATF_TC_WITHOUT_HEAD(sleep_absolute);
ATF_TC_BODY(sleep_absolute, tc)
{
	int64_t end;

	fake_init();
	fake_enter();
	interrupt_often();
	end = now(RUMPUSER_CLOCK_ABSMONO) + 50000000;
	OK(rumpuser_clock_sleep(RUMPUSER_CLOCK_ABSMONO, end / 1000000000,
	    end % 1000000000));
	ATF_CHECK(now(RUMPUSER_CLOCK_ABSMONO) >= end);
	OK(rumpuser_clock_sleep(RUMPUSER_CLOCK_ABSMONO, 0, 0));
	ATF_CHECK(now(RUMPUSER_CLOCK_ABSMONO) - end < 40000000000);
}

ATF_TC_WITHOUT_HEAD(sleep_bad);
ATF_TC_BODY(sleep_bad, tc)
{

	fake_init();
	ATF_CHECK_EQ(RUMP_EINVAL, rumpuser_clock_sleep(2, 0, 0));
	ATF_CHECK_EQ(RUMP_EINVAL,
	    rumpuser_clock_sleep(RUMPUSER_CLOCK_RELWALL, -1, 0));
	ATF_CHECK_EQ(RUMP_EINVAL,
	    rumpuser_clock_sleep(RUMPUSER_CLOCK_RELWALL, 0, 1000000000));
	ATF_CHECK_EQ(RUMP_EINVAL,
	    rumpuser_clock_sleep(RUMPUSER_CLOCK_ABSMONO, 0, -1));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, gettime);
	ATF_TP_ADD_TC(tp, sleep_relative);
	ATF_TP_ADD_TC(tp, sleep_absolute);
	ATF_TP_ADD_TC(tp, sleep_bad);
	return atf_no_error();
}
