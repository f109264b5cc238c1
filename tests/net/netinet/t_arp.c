/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ARP: neighbours found, remembered and forgotten, requests answered,
 * addresses defended.
 *
 * Sources: arp(4), RFC 826, RFC 5227
 */
#include "../../kern/base/hk.h"

HK_CASE(arp_resolve)
HK_CASE(arp_answer)
HK_CASE(arp_malformed)
HK_CASE(arp_moves)
HK_CASE(arp_nobody)
HK_CASE(arp_queue)
HK_CASE(arp_static)
HK_CASE(arp_conflict)
HK_CASE(arp_dad)
HK_CASE(arp_net_gone)
HK_CASE(arp_probe)

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(arp_resolve, 2);
	HK_ADD(arp_answer, 2);
	HK_ADD(arp_malformed, 2);
	HK_ADD(arp_moves, 2);
	HK_ADD(arp_nobody, 2);
	HK_ADD(arp_queue, 2);
	HK_ADD(arp_static, 2);
	HK_ADD(arp_conflict, 2);
	HK_ADD(arp_dad, 2);
	HK_ADD(arp_net_gone, 2);
	HK_ADD(arp_probe, 2);
	return atf_no_error();
}
