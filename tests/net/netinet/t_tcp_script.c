/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TCP by packets: the peer is a script on an interface of the test's own.
 * Timers are real, and nothing is asked of them but their order and that they
 * do not come too early.
 *
 * See tcp(4), RFC 9293, RFC 2883, RFC 5681, RFC 5961, RFC 6298, RFC 6582,
 * RFC 6675, RFC 7323, RFC 8985.
 */
#include "../../kern/base/hk.h"

HK_CASE(tcp_passive)
HK_CASE(tcp_active)
HK_CASE(tcp_simopen)
HK_CASE(tcp_simclose)
HK_CASE(tcp_delack)
HK_CASE(tcp_reorder)
HK_CASE(tcp_rto)
HK_CASE(tcp_sackrexmit)
HK_CASE(tcp_newreno)
HK_CASE(tcp_tailprobe)
HK_CASE(tcp_persist)
HK_CASE(tcp_rcvwindow)
HK_CASE(tcp_reset)
HK_CASE(tcp_badack)
HK_CASE(tcp_paws)
HK_CASE(tcp_keepalive)
HK_CASE(tcp_halfclose)
HK_CASE(tcp_malformed)
HK_CASE(tcp_afterclose)
HK_CASE(tcp_timewait)
HK_CASE(tcp_cookie)
HK_CASE(tcp_synflood)
HK_CASE(tcp_unreach)
HK_CASE(tcp_pmtu)
HK_CASE(tcp_ecn)
HK_CASE(tcp_random)
HK_CASE(tcp_confirm)

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(tcp_passive, 2);
	HK_ADD(tcp_active, 2);
	HK_ADD(tcp_simopen, 2);
	HK_ADD(tcp_simclose, 2);
	HK_ADD(tcp_delack, 2);
	HK_ADD(tcp_reorder, 2);
	HK_ADD(tcp_rto, 2);
	HK_ADD(tcp_sackrexmit, 2);
	HK_ADD(tcp_newreno, 2);
	HK_ADD(tcp_tailprobe, 2);
	HK_ADD(tcp_persist, 2);
	HK_ADD(tcp_rcvwindow, 2);
	HK_ADD(tcp_reset, 2);
	HK_ADD(tcp_badack, 2);
	HK_ADD(tcp_paws, 2);
	HK_ADD(tcp_keepalive, 2);
	HK_ADD(tcp_halfclose, 2);
	HK_ADD(tcp_malformed, 2);
	HK_ADD(tcp_afterclose, 2);
	HK_ADD(tcp_timewait, 2);
	HK_ADD(tcp_cookie, 2);
	HK_ADD(tcp_synflood, 2);
	HK_ADD(tcp_unreach, 2);
	HK_ADD(tcp_pmtu, 2);
	HK_ADD(tcp_ecn, 2);
	HK_ADD(tcp_random, 2);
	HK_ADD(tcp_confirm, 2);
	return atf_no_error();
}
