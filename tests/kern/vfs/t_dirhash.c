/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dirhash(9): see kt_dirhash.c.
 */
#include "../base/hk.h"

HK_CASE(names)
HK_CASE(places)
HK_CASE(reclaim)

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(names, 2);
	HK_ADD(places, 2);
	HK_ADD(reclaim, 2);
	return atf_no_error();
}
