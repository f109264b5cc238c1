/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TCP with several segments in a packet, by packets: those that come in
 * together are joined, and those that go out together are cut where the
 * interface does not; what is known of each stays exact.
 *
 * See tcp(4), RFC 9293, RFC 2018, RFC 3168, RFC 7323, RFC 8985.
 */
#include "../../kern/base/hk.h"

HK_CASE_NCPU(segs_joined, 1)
HK_CASE_NCPU(segs_apart, 1)
HK_CASE_NCPU(segs_whole, 1)
HK_CASE_NCPU(segs_timestamps, 1)
HK_CASE_NCPU(segs_flows, 1)
HK_CASE_NCPU(segs_flood, 1)
HK_CASE_NCPU(segs_left, 1)
HK_CASE_NCPU(segs_lost, 1)

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(segs_joined, 1);
	HK_ADD(segs_apart, 1);
	HK_ADD(segs_whole, 1);
	HK_ADD(segs_timestamps, 1);
	HK_ADD(segs_flows, 1);
	HK_ADD(segs_flood, 1);
	HK_ADD(segs_left, 1);
	HK_ADD(segs_lost, 1);
	return atf_no_error();
}
