/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Error numbers: every one of the host has a NetBSD number, every one of
 * NetBSD's has a host number and a text, and common names meet their match in
 * both directions.
 */
#include <errno.h>
#include <string.h>

#include <rump/rumperr.h>
#include <rump/rumperrno2host.h>
#include <rump/rumpuser_component.h>

#include "fakehyp.h"

#define	HOST_ELAST	EHWPOISON

ATF_TC_WITHOUT_HEAD(from_host);
ATF_TC_BODY(from_host, tc)
{
	int e, n;

	ATF_CHECK_EQ(0, rumpuser_component_errtrans(0));
	for (e = 1; e <= HOST_ELAST; e++) {
		n = rumpuser_component_errtrans(e);
		ATF_CHECK_MSG(n >= 1 && n <= RUMP_ELAST, "%d: %d", e, n);
		/* 41 and 58 are not in use. */
		ATF_CHECK_MSG(n != RUMP_EINVAL || e == EINVAL || e == 41 ||
		    e == 58 || strerrorname_np(e)[0] == 'E', "%d", e);
	}
	ATF_CHECK_EQ(RUMP_EINVAL, rumpuser_component_errtrans(-1));
	ATF_CHECK_EQ(RUMP_EINVAL, rumpuser_component_errtrans(4711));
}

ATF_TC_WITHOUT_HEAD(to_host);
ATF_TC_BODY(to_host, tc)
{
	int e, h;

	ATF_CHECK_EQ(0, rump_errno2host(0));
	for (e = 1; e <= RUMP_ELAST; e++) {
		h = rump_errno2host(e);
		ATF_CHECK_MSG(h >= 1 && h <= HOST_ELAST, "%d: %d", e, h);
	}
	ATF_CHECK_EQ(EINVAL, rump_errno2host(-1));
	ATF_CHECK_EQ(EINVAL, rump_errno2host(RUMP_ELAST + 1));
}

ATF_TC_WITHOUT_HEAD(round_trip);
ATF_TC_BODY(round_trip, tc)
{
	static const int theirs[] = {	/* the host knows nothing like it */
		RUMP_EPROCLIM, RUMP_EBADRPC, RUMP_ERPCMISMATCH,
		RUMP_EPROGUNAVAIL, RUMP_EPROGMISMATCH, RUMP_EPROCUNAVAIL,
		RUMP_EFTYPE, RUMP_EAUTH, RUMP_ENEEDAUTH, RUMP_ENOATTR,
		RUMP_ENOTSUP,
	};
	bool special;
	size_t i;
	int e;

	for (e = 1; e <= RUMP_ELAST; e++) {
		for (special = false, i = 0;
		    i < sizeof(theirs) / sizeof(theirs[0]); i++)
			special = special || theirs[i] == e;
		if (!special)
			ATF_CHECK_EQ_MSG(e, rumpuser_component_errtrans(
			    rump_errno2host(e)), "%d", e);
	}
	ATF_CHECK_EQ(RUMP_EAGAIN, rumpuser_component_errtrans(EAGAIN));
	ATF_CHECK_EQ(35, rumpuser_component_errtrans(EWOULDBLOCK));
	ATF_CHECK_EQ(60, rumpuser_component_errtrans(ETIMEDOUT));
	ATF_CHECK_EQ(66, rumpuser_component_errtrans(ENOTEMPTY));
	ATF_CHECK_EQ(ENOTEMPTY, rump_errno2host(66));
}

ATF_TC_WITHOUT_HEAD(texts);
ATF_TC_BODY(texts, tc)
{
	int e, f;

	for (e = 0; e <= RUMP_ELAST; e++) {
		ATF_REQUIRE(rump_strerror(e)[0] != '\0');
		for (f = 0; f < e; f++)
			ATF_CHECK_MSG(strcmp(rump_strerror(e),
			    rump_strerror(f)) != 0, "%d and %d", e, f);
	}
	ATF_CHECK_STREQ(rump_strerror(-1), rump_strerror(RUMP_ELAST + 1));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, from_host);
	ATF_TP_ADD_TC(tp, to_host);
	ATF_TP_ADD_TC(tp, round_trip);
	ATF_TP_ADD_TC(tp, texts);
	return atf_no_error();
}
