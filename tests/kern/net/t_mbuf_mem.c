/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mbufs when memory is short: every allocation fails once, the limit on
 * clusters, protocols that give memory back; kern.mbuf.
 *
 * Covers: mbuf(9)
 */
#include "../base/hk.h"

HK_CASE(mbuf_nomem)
HK_CASE(mbuf_limit)
HK_CASE(mbuf_reclaim)
HK_CASE(mbuf_sysctl)

/* The limit on clusters follows that on memory. */
void	rump_kt_mbuf_memlimit(int);

ATF_TC_WITHOUT_HEAD(mbuf_memlimit);
ATF_TC_BODY(mbuf_memlimit, tc)
{

	setenv("RUMP_MEMLIMIT", "16m", 1);
	hk_boot("2");
	rump_schedule();
	rump_kt_mbuf_memlimit(16 * 1024 * 1024);
	rump_unschedule();
}

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(mbuf_nomem, 2);
	HK_ADD(mbuf_limit, 2);
	HK_ADD(mbuf_reclaim, 2);
	HK_ADD(mbuf_sysctl, 2);
	ATF_TP_ADD_TC(tp, mbuf_memlimit);
	return atf_no_error();
}
