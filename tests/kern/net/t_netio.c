/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packets through interfaces: Ethernet frames in and out, tags, the loopback
 * interface, input queues, filters, listeners of routing messages.
 *
 * Covers: ethersubr(9), ifnet(9), pfil(9), pktqueue(9)
 */
#include "../base/hk.h"

HK_CASE(io_ether_in)
HK_CASE(io_ether_out)
HK_CASE(io_ether_vlan)
HK_CASE(io_ether_text)
HK_CASE(io_loop)
HK_CASE(io_register)
HK_CASE(io_queue)
HK_CASE(io_percpuq)
HK_CASE(io_pfil)
HK_CASE_NCPU(io_pktq, 1)
HK_CASE_NCPU(io_pktq, 4)
HK_CASE(io_pktq_len)

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(io_ether_in, 2);
	HK_ADD(io_ether_out, 2);
	HK_ADD(io_ether_vlan, 2);
	HK_ADD(io_ether_text, 2);
	HK_ADD(io_loop, 2);
	HK_ADD(io_register, 2);
	HK_ADD(io_queue, 2);
	HK_ADD(io_percpuq, 2);
	HK_ADD(io_pfil, 2);
	HK_ADD(io_pktq, 1);
	HK_ADD(io_pktq, 4);
	HK_ADD(io_pktq_len, 2);
	return atf_no_error();
}
