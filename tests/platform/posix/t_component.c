/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The calls for host halves of drivers: leaving and entering the kernel on
 * its threads and on the driver's own.
 */
#include <rump/rumpuser_component.h>

#include "fakehyp.h"

ATF_TC_WITHOUT_HEAD(leave_and_enter);
ATF_TC_BODY(leave_and_enter, tc)
{
	void *cookie;

	fake_init();
	fake_enter();
	cookie = rumpuser_component_unschedule();
	ATF_CHECK(!fake_running());
	rumpuser_component_schedule(cookie);
	ATF_CHECK(fake_running());
	ATF_CHECK_EQ(rumpuser_curlwp(), rumpuser_component_curlwp());
}

static void *
driver(void *arg)
{
	struct lwp other;

	rumpuser_component_kthread();
	ATF_REQUIRE(!fake_running());
	ATF_REQUIRE_EQ(1, fake_newlwps());
	ATF_REQUIRE(rumpuser_component_curlwp() != NULL);
	rumpuser_component_switchlwp(&other);
	ATF_REQUIRE_EQ(&other, rumpuser_component_curlwp());
	rumpuser_component_kthread_release();
	ATF_REQUIRE(rumpuser_component_curlwp() == NULL);
	return NULL;
}

ATF_TC_WITHOUT_HEAD(own_thread);
ATF_TC_BODY(own_thread, tc)
{
	void *cookie;

	fake_init();
	OK(rumpuser_thread_create(driver, NULL, "driver", 1, 0, -1, &cookie));
	OK(rumpuser_thread_join(cookie));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, leave_and_enter);
	ATF_TP_ADD_TC(tp, own_thread);
	return atf_no_error();
}
