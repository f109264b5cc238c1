/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Property lists as text, hostile ones too, and as arguments of system calls;
 * failing allocations, after which nothing may be left.
 *
 * Covers: prop_array(3), prop_copyin_ioctl(9), prop_dictionary(3)
 * Covers: prop_object(3)
 */
#include "hk.h"

HK_CASE(plist_format)
HK_CASE(plist_roundtrip)
HK_CASE(plist_accepts)
HK_CASE(plist_numbers)
HK_CASE(plist_malformed)
HK_CASE(plist_truncated)
HK_CASE(plist_mutated)
HK_CASE(plist_depth)
HK_CASE(plist_nomem)
HK_CASE(plist_copyin)
HK_CASE(plist_copyout)

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(plist_format, 2);
	HK_ADD(plist_roundtrip, 2);
	HK_ADD(plist_accepts, 2);
	HK_ADD(plist_numbers, 2);
	HK_ADD(plist_malformed, 2);
	HK_ADD(plist_truncated, 2);
	HK_ADD(plist_mutated, 2);
	HK_ADD(plist_depth, 2);
	HK_ADD(plist_nomem, 2);
	HK_ADD(plist_copyin, 2);
	HK_ADD(plist_copyout, 2);
	return atf_no_error();
}
