/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Booting, as rump(3) has it: once, from any thread, in a dynamic and in a
 * static program; what it says with RUMP_VERBOSE; the version.
 */
#include "hk.h"

#include <rump/rump_syscalls.h>

ATF_TC_WITHOUT_HEAD(once);
ATF_TC_BODY(once, tc)
{

	ATF_REQUIRE_EQ(0, rump_init());
	ATF_REQUIRE_EQ(0, rump_init());
	ATF_CHECK_EQ(1, rump_sys_getpid());
	ATF_CHECK(rump_getversion() > 1000000000);
	ATF_CHECK_EQ(rump_getversion(), rump_pub_getversion());
	ATF_CHECK_EQ(0, rump_nativeabi_p());
}

static void *
booter(void *arg)
{

	return (void *)(intptr_t)(rump_init() != 0 || rump_sys_getpid() != 1);
}

ATF_TC_WITHOUT_HEAD(concurrent);
ATF_TC_BODY(concurrent, tc)
{
	pthread_t pt[8];
	void *bad;
	int i;

	for (i = 0; i < 8; i++)
		ATF_REQUIRE_EQ(0, pthread_create(&pt[i], NULL, booter, NULL));
	for (i = 0; i < 8; i++) {
		ATF_REQUIRE_EQ(0, pthread_join(pt[i], &bad));
		ATF_CHECK(bad == NULL);
	}
}

static void
verbose(void)
{

	setenv("RUMP_VERBOSE", "1", 1);
	setenv("RUMP_NCPU", "3", 1);
	(void)rump_init();
	abort();
}

ATF_TC_WITHOUT_HEAD(banner);
ATF_TC_BODY(banner, tc)
{

	hk_panics(verbose, "Anykernel");
	hk_panics(verbose, "3 virtual CPUs");
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, once);
	ATF_TP_ADD_TC(tp, concurrent);
	ATF_TP_ADD_TC(tp, banner);
	return atf_no_error();
}
