/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The search for the path's MTU, by packets: the peer is a script on an
 * interface of the test's own, whose path swallows what is too large.
 *
 * See tcp(4), RFC 4821.
 */
#include "../../kern/base/hk.h"

HK_CASE(tcp_pmtud_arrives)
HK_CASE(tcp_pmtud_lost)
HK_CASE(tcp_pmtud_search)
HK_CASE(tcp_pmtud_blackhole)
HK_CASE(tcp_pmtud_not)

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(tcp_pmtud_arrives, 2);
	HK_ADD(tcp_pmtud_lost, 2);
	HK_ADD(tcp_pmtud_search, 2);
	HK_ADD(tcp_pmtud_blackhole, 2);
	HK_ADD(tcp_pmtud_not, 2);
	return atf_no_error();
}
