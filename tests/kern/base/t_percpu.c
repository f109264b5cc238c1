/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xcall(9), percpu(9), pserialize(9), psref(9), localcount(9).
 *
 * Covers: curlwp_bind(9), localcount(9), percpu(9), pserialize(9), psref(9)
 * Covers: xcall(9)
 */
#include "hk.h"

HK_CASE_NCPU(xcall, 1)
HK_CASE_NCPU(xcall, 64)
HK_CASE_NCPU(percpu, 4)
HK_CASE_NCPU(pserialize, 1)
HK_CASE_NCPU(pserialize, 4)
HK_CASE_NCPU(psref, 1)
HK_CASE_NCPU(psref, 4)
HK_CASE_NCPU(localcount, 1)
HK_CASE_NCPU(localcount, 4)
HK_CASE(percpu_create)

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(xcall, 1);
	HK_ADD(xcall, 64);
	HK_ADD(percpu, 4);
	HK_ADD(pserialize, 1);
	HK_ADD(pserialize, 4);
	HK_ADD(psref, 1);
	HK_ADD(psref, 4);
	HK_ADD(localcount, 1);
	HK_ADD(localcount, 4);
	HK_ADD(percpu_create, 2);
	return atf_no_error();
}
