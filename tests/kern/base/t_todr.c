/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The clock that outlives the kernel, which of all clocks is believed,
 * adjtime(2) and kern.rtc_offset.
 *
 * Covers: todr(9)
 */
#include "hk.h"
#include "nb.h"

#include <rump/rump_syscalls.h>

HK_CASE(host)
HK_CASE(heuristics)
HK_CASE(dates)
HK_CASE(offset)
HK_CASE(slew)
HK_CASE(slew_fast)

void	rump_kt_attached(void);
int64_t	rump_kt_chip(void);

static int64_t
chip(void)
{
	int64_t sec;

	rump_schedule();
	sec = rump_kt_chip();
	rump_unschedule();
	return sec;
}

/* A clock attached while booting is read; setting the time writes it. */
ATF_TC_WITHOUT_HEAD(attached);
ATF_TC_BODY(attached, tc)
{
	struct timespec ts = { .tv_sec = 1800000000 };
	static const int name[2] = { 1, 29 };	/* kern.rtc_offset */
	int offset = 1, old;
	size_t len = sizeof(old);
	int64_t before;

	setenv("KT_TODR", "1", 1);
	hk_boot("2");
	rump_schedule();
	rump_kt_attached();
	rump_unschedule();
	ATF_REQUIRE_EQ(0, rump_sys_clock_settime(0, &ts));
	ATF_CHECK(chip() >= 1800000000 && chip() < 1800000060);

	/* The clock goes on, and is read as another time. */
	before = chip();
	ATF_REQUIRE_EQ(0, rump_sys___sysctl(name, 2, &old, &len, &offset,
	    sizeof(offset)));
	ATF_CHECK_EQ(0, old);
	ATF_CHECK(chip() >= before && chip() < before + 60);
	ATF_REQUIRE_EQ(0, rump_sys_clock_gettime(0, &ts));
	ATF_CHECK(ts.tv_sec >= 1800000060 && ts.tv_sec < 1800000120);
	offset = 100000;
	NB_FAILS(RUMP_EINVAL, rump_sys___sysctl(name, 2, NULL, NULL, &offset,
	    sizeof(offset)));
	ATF_REQUIRE_EQ(0, rump_sys___sysctl(name, 2, &old, &len, NULL, 0));
	ATF_CHECK_EQ(1, old);
}

/* NetBSD's struct timeval. */
struct nb_timeval {
	int64_t	tv_sec;
	int32_t	tv_usec;
	int32_t	tv_pad;
};

static int
adjust(int64_t sec, int usec, struct nb_timeval *old)
{
	struct nb_timeval delta = { .tv_sec = sec, .tv_usec = usec };

	return rump_sys_adjtime((void *)&delta, (void *)old);
}

ATF_TC_WITHOUT_HEAD(adjtime);
ATF_TC_BODY(adjtime, tc)
{
	struct nb_timeval old = { .tv_sec = 5 };

	hk_boot("2");
	ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFFD_CLEAR));
	ATF_REQUIRE_EQ(0, rump_sys_adjtime(NULL, (void *)&old));
	ATF_CHECK(old.tv_sec == 0 && old.tv_usec == 0);
	ATF_REQUIRE_EQ(0, adjust(100, 0, NULL));
	ATF_REQUIRE_EQ(0, adjust(-7, -500000, &old));
	ATF_CHECK(old.tv_sec == 99 || (old.tv_sec == 100 && old.tv_usec == 0));
	ATF_REQUIRE_EQ(0, adjust(0, 0, &old));
	ATF_CHECK(old.tv_sec == -8 && old.tv_usec >= 500000);
	NB_FAILS(RUMP_EINVAL, adjust(1000000001, 0, &old));
	NB_FAILS(RUMP_EINVAL, adjust(-1000000001, 0, &old));
	NB_FAILS(RUMP_EINVAL, adjust(0, 1000000, &old));
	NB_FAILS(RUMP_EINVAL, adjust(0, -1000000, &old));
	NB_FAILS(RUMP_EFAULT, rump_sys_adjtime((void *)1, NULL));
	ATF_REQUIRE_EQ(0, rump_sys_setuid(5));
	NB_FAILS(RUMP_EPERM, adjust(1, 0, &old));
	NB_FAILS(RUMP_EPERM, rump_sys_adjtime(NULL, (void *)&old));
}

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(host, 2);
	HK_ADD(heuristics, 2);
	HK_ADD(dates, 2);
	HK_ADD(offset, 2);
	HK_ADD(slew, 2);
	HK_ADD(slew_fast, 2);
	ATF_TP_ADD_TC(tp, attached);
	ATF_TP_ADD_TC(tp, adjtime);
	return atf_no_error();
}
