/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Patterns, lists of strings, and finding a driver's entry for a device.
 *
 * Covers: pmatch(9), strlist(9)
 */
#include "hk.h"

HK_CASE(pmatch)
HK_CASE(strlist)
HK_CASE(compatible)

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(pmatch, 2);
	HK_ADD(strlist, 2);
	HK_ADD(compatible, 2);
	return atf_no_error();
}
