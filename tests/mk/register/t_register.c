/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Components register when they are linked: a library's through the glue of
 * the shared object or the link sets of the archive (this program is built
 * both ways), and the program's own.  None is initialised twice.
 */

#include <atf-c.h>

#include <rump/rump.h>

#include "kt_register.h"

ATF_TC(linked_driver);
ATF_TC_HEAD(linked_driver, tc)
{
	atf_tc_set_md_var(tc, "descr", "a linked file system is there");
}

ATF_TC_BODY(linked_driver, tc)
{
	ATF_REQUIRE_EQ(rump_init(), 0);
	rump_schedule();
	ATF_CHECK_EQ(rump_kt_has_fs("tmpfs"), 1);
	ATF_CHECK_EQ(rump_kt_has_fs("nosuchfs"), 0);
	rump_unschedule();
}

ATF_TC(own_component);
ATF_TC_HEAD(own_component, tc)
{
	atf_tc_set_md_var(tc, "descr", "the program's component, once");
}

ATF_TC_BODY(own_component, tc)
{
	ATF_REQUIRE_EQ(rump_init(), 0);
	rump_schedule();
	ATF_CHECK_EQ(rump_kt_own_count(), 1);
	rump_unschedule();
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, linked_driver);
	ATF_TP_ADD_TC(tp, own_component);
	return atf_no_error();
}
