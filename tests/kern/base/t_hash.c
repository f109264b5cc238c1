/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hash(9), RUN_ONCE(), pslist(9), and how much a boot says: nothing, unless
 * RUMP_VERBOSE asks for more.
 *
 * Covers: hashinit(9), kprintf(9), pslist(9), RUN_ONCE(9)
 */

#include "hk.h"

void	rump_kt_aprint(void);
void	rump_kt_pslist_busy(void);

HK_CASE(hashtable)
HK_CASE(hashvalue)
HK_CASE(once)
HK_CASE(once_fails)
HK_CASE(pslist)

static void
busy(void)
{

	hk_boot("2");
	rump_schedule();
	rump_kt_pslist_busy();
}

ATF_TC_WITHOUT_HEAD(pslist_busy);
ATF_TC_BODY(pslist_busy, tc)
{

	hk_panics(busy, "new->ple_prevp == NULL");
}

static void
aprint(void)
{

	hk_boot("2");
	rump_schedule();
	rump_kt_aprint();
	rump_unschedule();
	fflush(NULL);
}

/* What a kernel prints that boots and calls rump_kt_aprint(). */
static void
aprint_output(const char *verbose, char *buf, size_t size)
{
	int status;

	if (verbose != NULL)
		setenv("RUMP_VERBOSE", verbose, 1);
	else
		unsetenv("RUMP_VERBOSE");
	status = hk_output(aprint, buf, size);
	ATF_REQUIRE_MSG(WIFEXITED(status) && WEXITSTATUS(status) == 0,
	    "%s", buf);
}

ATF_TC_WITHOUT_HEAD(silent);
ATF_TC_BODY(silent, tc)
{
	char buf[8192];

	aprint_output(NULL, buf, sizeof(buf));
	ATF_REQUIRE_STREQ("always printed\n", buf);
}

ATF_TC_WITHOUT_HEAD(verbose);
ATF_TC_BODY(verbose, tc)
{
	char buf[8192];

	aprint_output("1", buf, sizeof(buf));
	ATF_CHECK_MSG(strstr(buf, "aprint normal\n") != NULL, "%s", buf);
	ATF_CHECK_MSG(strstr(buf, "aprint verbose\n") != NULL, "%s", buf);
	ATF_CHECK_MSG(strstr(buf, "aprint error\n") != NULL, "%s", buf);
	ATF_CHECK_MSG(strstr(buf, "aprint naive") == NULL, "%s", buf);
	ATF_CHECK_MSG(strstr(buf, "aprint debug") == NULL, "%s", buf);
	aprint_output("2", buf, sizeof(buf));
	ATF_CHECK_MSG(strstr(buf, "aprint debug\n") != NULL, "%s", buf);
}

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(hashtable, 2);
	HK_ADD(hashvalue, 2);
	HK_ADD(once, 2);
	HK_ADD(once_fails, 2);
	HK_ADD(pslist, 2);
	ATF_TP_ADD_TC(tp, pslist_busy);
	ATF_TP_ADD_TC(tp, silent);
	ATF_TP_ADD_TC(tp, verbose);
	return atf_no_error();
}
