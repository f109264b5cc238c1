/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages of the routing socket, as its listener gets them, and dumps of
 * routes and interfaces by sysctl(3).
 *
 * Covers: route(4), ifnet(9)
 */
#include "../base/hk.h"

HK_CASE(rtsock_messages)
HK_CASE(rtsock_routes)
HK_CASE(rtsock_interfaces)
HK_CASE(rtsock_refuse)
HK_CASE(rtsock_queues)

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(rtsock_messages, 2);
	HK_ADD(rtsock_routes, 2);
	HK_ADD(rtsock_interfaces, 2);
	HK_ADD(rtsock_refuse, 2);
	HK_ADD(rtsock_queues, 2);
	return atf_no_error();
}
