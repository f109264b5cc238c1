/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mbufs: functions that change where the bytes of a chain are.
 *
 * Covers: mbuf(9)
 */
#include "../base/hk.h"

HK_CASE(shape_pullup)
HK_CASE(shape_pulldown)
HK_CASE(shape_region)
HK_CASE(shape_split)
HK_CASE(shape_adj)
HK_CASE(shape_prepend)
HK_CASE(shape_cat)
HK_CASE(shape_defrag)
HK_CASE(shape_align)

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(shape_pullup, 2);
	HK_ADD(shape_pulldown, 2);
	HK_ADD(shape_region, 2);
	HK_ADD(shape_split, 2);
	HK_ADD(shape_adj, 2);
	HK_ADD(shape_prepend, 2);
	HK_ADD(shape_cat, 2);
	HK_ADD(shape_defrag, 2);
	HK_ADD(shape_align, 2);
	return atf_no_error();
}
