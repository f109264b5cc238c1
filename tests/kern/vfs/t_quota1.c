/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Records of the old quota files as quotactl(2)'s values, and back.
 */
#include "vk.h"

void	rump_kt_quota1(void);

VK_CASE(convert)
{

	rump_schedule();
	rump_kt_quota1();
	rump_unschedule();
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, convert);
	return atf_no_error();
}
