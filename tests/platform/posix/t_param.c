/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpuser_getparam(): the two parameters with names of their own, others
 * from the environment, and each way to fail.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fakehyp.h"

static const char *
get(const char *name)
{
	static char buf[512];

	OK(rumpuser_getparam(name, buf, sizeof(buf)));
	return buf;
}

ATF_TC_WITHOUT_HEAD(ncpu);
ATF_TC_BODY(ncpu, tc)
{
	char want[32];

	unsetenv("RUMP_NCPU");
	ATF_CHECK_STREQ("2", get(RUMPUSER_PARAM_NCPU));
	setenv("RUMP_NCPU", "", 1);
	ATF_CHECK_STREQ("2", get(RUMPUSER_PARAM_NCPU));
	setenv("RUMP_NCPU", "5", 1);
	ATF_CHECK_STREQ("5", get(RUMPUSER_PARAM_NCPU));
	setenv("RUMP_NCPU", "host", 1);
	snprintf(want, sizeof(want), "%ld", sysconf(_SC_NPROCESSORS_ONLN));
	ATF_CHECK_STREQ(want, get(RUMPUSER_PARAM_NCPU));
}

ATF_TC_WITHOUT_HEAD(ncpu_bad);
ATF_TC_BODY(ncpu_bad, tc)
{
	static const char *const bad[] = {
		"0", "-1", "two", "2x", " ", "99999999999999999999",
	};
	char buf[32];
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		setenv("RUMP_NCPU", bad[i], 1);
		ATF_CHECK_EQ_MSG(RUMP_EINVAL, rumpuser_getparam(
		    RUMPUSER_PARAM_NCPU, buf, sizeof(buf)), "%s", bad[i]);
	}
}

ATF_TC_WITHOUT_HEAD(hostname);
ATF_TC_BODY(hostname, tc)
{
	char host[256], want[16];

	ATF_REQUIRE_EQ(0, gethostname(host, sizeof(host)));
	snprintf(want, sizeof(want), "rump-%05d.", (int)getpid());
	ATF_CHECK_EQ(0, strncmp(get(RUMPUSER_PARAM_HOSTNAME), want,
	    strlen(want)));
	ATF_CHECK_STREQ(host, get(RUMPUSER_PARAM_HOSTNAME) + strlen(want));
}

ATF_TC_WITHOUT_HEAD(environment);
ATF_TC_BODY(environment, tc)
{
	char buf[6] = "stay";

	setenv("RUMP_TEST", "hello", 1);
	ATF_CHECK_STREQ("hello", get("RUMP_TEST"));
	OK(rumpuser_getparam("RUMP_TEST", buf, 6));
	ATF_CHECK_STREQ("hello", buf);
	strcpy(buf, "stay");
	ATF_CHECK_EQ(RUMP_ERANGE, rumpuser_getparam("RUMP_TEST", buf, 5));
	ATF_CHECK_STREQ("stay", buf);
	ATF_CHECK_EQ(RUMP_ERANGE, rumpuser_getparam("RUMP_TEST", buf, 0));
	unsetenv("RUMP_TEST");
	ATF_CHECK_EQ(RUMP_ENOENT, rumpuser_getparam("RUMP_TEST", buf, 5));
	ATF_CHECK_EQ(RUMP_EINVAL, rumpuser_getparam("_RUMP_X", buf, 5));
	ATF_CHECK_EQ(RUMP_ERANGE, rumpuser_getparam(RUMPUSER_PARAM_HOSTNAME,
	    buf, sizeof(buf)));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, ncpu);
	ATF_TP_ADD_TC(tp, ncpu_bad);
	ATF_TP_ADD_TC(tp, hostname);
	ATF_TP_ADD_TC(tp, environment);
	return atf_no_error();
}
