/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What came twice, by packets: the peer is a script on an interface of the
 * test's own.
 *
 * See tcp(4), RFC 2883, RFC 3708.
 */
#include "../../kern/base/hk.h"

HK_CASE(tcp_dsack)
HK_CASE(tcp_undo)

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(tcp_dsack, 2);
	HK_ADD(tcp_undo, 2);
	return atf_no_error();
}
