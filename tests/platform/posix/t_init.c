/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpuser_init() and the calls that exist for a library which is not there:
 * versions that do not match are refused with a word, remote client calls
 * answer ENOSYS.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fakehyp.h"

ATF_TC(version);
ATF_TC_HEAD(version, tc)
{
	atf_tc_set_md_var(tc, "descr", "another version is refused");
}
ATF_TC_BODY(version, tc)
{
	static const struct rumpuser_hyperup hyp;
	char text[256];
	FILE *fp;

	ATF_REQUIRE(freopen("err", "w+", stderr) != NULL);
	ATF_CHECK_EQ(RUMP_EPROGMISMATCH, rumpuser_init(16, &hyp));
	ATF_CHECK_EQ(RUMP_EPROGMISMATCH, rumpuser_init(18, &hyp));
	ATF_REQUIRE((fp = fopen("err", "r")) != NULL);
	ATF_REQUIRE(fgets(text, sizeof(text), fp) != NULL);
	ATF_CHECK(strstr(text, "version 16") != NULL);
	ATF_CHECK(strstr(text, "version 17") != NULL);
	ATF_CHECK_EQ(RUMP_EINVAL, rumpuser_init(17, NULL));
	ATF_CHECK_EQ(0, rumpuser_init(17, &hyp));
}

ATF_TC(no_sysproxy);
ATF_TC_HEAD(no_sysproxy, tc)
{
	atf_tc_set_md_var(tc, "descr", "without its library, ENOSYS");
}
ATF_TC_BODY(no_sysproxy, tc)
{
	char buf[4];
	size_t len = sizeof(buf);
	void *p;

	ATF_CHECK_EQ(RUMP_ENOSYS, rumpuser_sp_init("unix://x", "a", "b", "c"));
	ATF_CHECK_EQ(RUMP_ENOSYS, rumpuser_sp_copyin(NULL, buf, buf, 1));
	ATF_CHECK_EQ(RUMP_ENOSYS, rumpuser_sp_copyinstr(NULL, buf, buf, &len));
	ATF_CHECK_EQ(RUMP_ENOSYS, rumpuser_sp_copyout(NULL, buf, buf, 1));
	ATF_CHECK_EQ(RUMP_ENOSYS,
	    rumpuser_sp_copyoutstr(NULL, buf, buf, &len));
	ATF_CHECK_EQ(RUMP_ENOSYS, rumpuser_sp_anonmmap(NULL, 1, &p));
	ATF_CHECK_EQ(RUMP_ENOSYS, rumpuser_sp_raise(NULL, 1));
	rumpuser_sp_fini(NULL);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, version);
	ATF_TP_ADD_TC(tp, no_sysproxy);
	return atf_no_error();
}
