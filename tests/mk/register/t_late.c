/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A driver that is loaded after the kernel has booted is initialised at once,
 * and one that is loaded before is not forgotten.
 */

#include <dlfcn.h>

#include <atf-c.h>

#include <rump/rump.h>

#include "kt_register.h"

static int
has_tmpfs(void)
{
	int has;

	rump_schedule();
	has = rump_kt_has_fs("tmpfs");
	rump_unschedule();
	return has;
}

/* What is said about the module of a library that was loaded. */
static void
check_told(void *handle)
{
	const char *module;
	int init;

	ATF_REQUIRE_MSG(handle != NULL, "%s", dlerror());
	ATF_CHECK_EQ(rump_dso_error(dlsym(handle, "rump_dsosets"), &module,
	    &init), 0);
	ATF_CHECK_STREQ(module, "tmpfs");
	ATF_CHECK_EQ(rump_dso_error(NULL, &module, &init), RUMP_ENOENT);
	ATF_CHECK_EQ(module, NULL);
}

ATF_TC(after_init);
ATF_TC_HEAD(after_init, tc)
{
	atf_tc_set_md_var(tc, "descr", "dlopen of a driver after rump_init");
}

ATF_TC_BODY(after_init, tc)
{
	ATF_REQUIRE_EQ(rump_init(), 0);
	ATF_REQUIRE_EQ(has_tmpfs(), 0);
	check_told(dlopen("librumpfs_tmpfs.so", RTLD_NOW | RTLD_GLOBAL));
	ATF_CHECK_EQ(has_tmpfs(), 1);
}

ATF_TC(before_init);
ATF_TC_HEAD(before_init, tc)
{
	atf_tc_set_md_var(tc, "descr", "dlopen of a driver before rump_init");
}

ATF_TC_BODY(before_init, tc)
{
	void *handle;

	handle = dlopen("librumpfs_tmpfs.so", RTLD_NOW | RTLD_GLOBAL);
	ATF_REQUIRE_EQ(rump_init(), 0);
	check_told(handle);
	ATF_CHECK_EQ(has_tmpfs(), 1);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, after_init);
	ATF_TP_ADD_TC(tp, before_init);
	return atf_no_error();
}
