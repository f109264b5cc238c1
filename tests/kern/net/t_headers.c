/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the headers of the network do by themselves: layouts that programs and
 * wires see, addresses in packets, tags of VLANs, counters.
 */
#include "../base/hk.h"

HK_CASE(headers_layout)
HK_CASE(headers_arp)
HK_CASE(headers_ether)
HK_CASE(headers_vlan)
HK_CASE(headers_stats)
HK_CASE(headers_macros)
HK_CASE(headers_module)
HK_CASE(headers_mpls)

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(headers_layout, 2);
	HK_ADD(headers_arp, 2);
	HK_ADD(headers_ether, 2);
	HK_ADD(headers_vlan, 2);
	HK_ADD(headers_stats, 2);
	HK_ADD(headers_macros, 2);
	HK_ADD(headers_module, 2);
	HK_ADD(headers_mpls, 2);
	return atf_no_error();
}
