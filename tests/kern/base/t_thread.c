/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kthread(9), workqueue(9), softint(9), threadpool(9).
 *
 * Covers: kthread(9), softint(9), threadpool(9), workqueue(9)
 */
#include "hk.h"

HK_CASE(kthread)
HK_CASE(churn)
HK_CASE_NCPU(churn, 1)
HK_CASE(workqueue)
HK_CASE_NCPU(workqueue, 1)
HK_CASE_NCPU(wqpercpu, 4)
HK_CASE(softint)
HK_CASE(threadpool)
HK_CASE(threadpool_percpu)

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(kthread, 2);
	HK_ADD(churn, 2);
	HK_ADD(churn, 1);
	HK_ADD(workqueue, 2);
	HK_ADD(workqueue, 1);
	HK_ADD(wqpercpu, 4);
	HK_ADD(softint, 2);
	HK_ADD(threadpool, 2);
	HK_ADD(threadpool_percpu, 2);
	return atf_no_error();
}
