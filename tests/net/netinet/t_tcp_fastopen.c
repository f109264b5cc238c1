/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Data in SYNs, by packets: the peer is a script on an interface of the test's
 * own.
 *
 * See tcp(4), RFC 7413.
 */
#include "../../kern/base/hk.h"

HK_CASE(tcp_fastopen_server)
HK_CASE(tcp_fastopen_refused)
HK_CASE(tcp_fastopen_synack)
HK_CASE(tcp_fastopen_flood)
HK_CASE(tcp_fastopen_limit)
HK_CASE(tcp_fastopen_window)
HK_CASE(tcp_fastopen_client)
HK_CASE(tcp_fastopen_rejected)
HK_CASE(tcp_fastopen_lost)
HK_CASE(tcp_fastopen_silent)
HK_CASE(tcp_fastopen_close)
HK_CASE(tcp_fastopen_malformed)
HK_CASE(tcp_fastopen_both)
HK_CASE(tcp_fastopen_urgent)
HK_CASE(tcp_fastopen_memserver)
HK_CASE(tcp_fastopen_memclient)

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(tcp_fastopen_server, 2);
	HK_ADD(tcp_fastopen_refused, 2);
	HK_ADD(tcp_fastopen_synack, 2);
	HK_ADD(tcp_fastopen_flood, 2);
	HK_ADD(tcp_fastopen_limit, 2);
	HK_ADD(tcp_fastopen_window, 2);
	HK_ADD(tcp_fastopen_client, 2);
	HK_ADD(tcp_fastopen_rejected, 2);
	HK_ADD(tcp_fastopen_lost, 2);
	HK_ADD(tcp_fastopen_silent, 2);
	HK_ADD(tcp_fastopen_close, 2);
	HK_ADD(tcp_fastopen_malformed, 2);
	HK_ADD(tcp_fastopen_both, 2);
	HK_ADD(tcp_fastopen_urgent, 2);
	HK_ADD(tcp_fastopen_memserver, 2);
	HK_ADD(tcp_fastopen_memclient, 2);
	return atf_no_error();
}
