/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Security models: secmodel_securelevel(9) as programs meet it and as kauth(9)
 * answers, secmodel(9), and listeners that a component brings along, which is
 * the kernel half of this program.
 *
 * Covers: secmodel(9)
 */
#include "nb.h"

#define CTL_KERN	1
#define KERN_SECURELVL	9

HK_CASE(securelevel_answers)
HK_CASE(secmodel_registry)
HK_CASE(secmodel_races)

void	rump_kt_secmodel_forbid_sem(int);

static int
level_get(void)
{
	int mib[2] = { CTL_KERN, KERN_SECURELVL }, level = 99;
	size_t len = sizeof(level);

	ATF_REQUIRE_EQ(0, rump_sys___sysctl(mib, 2, &level, &len, NULL, 0));
	return level;
}

static int
level_set(int level)
{
	int mib[2] = { CTL_KERN, KERN_SECURELVL };

	return rump_sys___sysctl(mib, 2, NULL, NULL, &level, sizeof(level));
}

/* secmodel_securelevel(9): raised by root, lowered by process 1 only. */
ATF_TC_WITHOUT_HEAD(level);
ATF_TC_BODY(level, tc)
{
	struct lwp *l;

	hk_boot("2");
	ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFFD_CLEAR));
	l = rump_pub_lwproc_curlwp();
	ATF_CHECK_EQ(-1, level_get());
	ATF_CHECK_EQ(0, level_set(1));
	ATF_CHECK_EQ(1, level_get());
	ATF_CHECK_EQ(0, level_set(1));
	NB_FAILS(RUMP_EPERM, level_set(0));
	NB_FAILS(RUMP_EPERM, level_set(-1));
	ATF_CHECK_EQ(0, level_set(2));
	rump_pub_lwproc_switch(NULL);
	ATF_CHECK_EQ(0, level_set(0));
	ATF_CHECK_EQ(0, level_get());
	rump_pub_lwproc_switch(l);
	NB_FAILS(RUMP_EPERM, level_set(-1));
	ATF_REQUIRE_EQ(0, rump_sys_setuid(5));
	NB_FAILS(RUMP_EPERM, level_set(2));
	ATF_CHECK_EQ(0, level_get());
}

/* Level 1: no modules; level 2: the clock is not set back. */
ATF_TC_WITHOUT_HEAD(forbidden);
ATF_TC_BODY(forbidden, tc)
{
	struct timespec ts;

	hk_boot("2");
	ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFFD_CLEAR));
	/* MODCTL_UNLOAD of what is not there. */
	NB_FAILS(RUMP_ENOENT, rump_sys_modctl(1, "nosuch"));
	ATF_REQUIRE_EQ(0, level_set(1));
	NB_FAILS(RUMP_EPERM, rump_sys_modctl(1, "nosuch"));
	ATF_REQUIRE_EQ(0, rump_sys_clock_gettime(0, &ts));
	ts.tv_sec -= 10;
	ATF_CHECK_EQ(0, rump_sys_clock_settime(0, &ts));
	ATF_REQUIRE_EQ(0, level_set(2));
	ts.tv_sec -= 10;
	NB_FAILS(RUMP_EPERM, rump_sys_clock_settime(0, &ts));
	ts.tv_sec += 1000;
	ATF_CHECK_EQ(0, rump_sys_clock_settime(0, &ts));
	ts.tv_sec = INT64_MAX;
	NB_FAILS(RUMP_EINVAL, rump_sys_clock_settime(0, &ts));
}

/* kauth(9): a component's listener denies what the mode would allow. */
ATF_TC_WITHOUT_HEAD(component);
ATF_TC_BODY(component, tc)
{
	intptr_t id;

	hk_boot("2");
	ATF_CHECK_EQ(0, rump_sys__ksem_open("/s", RUMP_O_CREAT, 0666, 1,
	    &id));
	rump_schedule();
	rump_kt_secmodel_forbid_sem(1);
	rump_unschedule();
	NB_FAILS(RUMP_EACCES, rump_sys__ksem_open("/s", 0, 0, 0, &id));
	rump_schedule();
	rump_kt_secmodel_forbid_sem(0);
	rump_unschedule();
	ATF_CHECK_EQ(0, rump_sys__ksem_open("/s", 0, 0, 0, &id));
}

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(securelevel_answers, 2);
	HK_ADD(secmodel_registry, 2);
	HK_ADD(secmodel_races, 2);
	ATF_TP_ADD_TC(tp, level);
	ATF_TP_ADD_TC(tp, forbidden);
	ATF_TP_ADD_TC(tp, component);
	return atf_no_error();
}
