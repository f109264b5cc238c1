/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Work that is left to others, asked for by six threads on one, two and 64
 * CPUs.
 *
 * Covers: callout(9), softint(9), workqueue(9), threadpool(9)
 */
#include "hk.h"
#include "contend.h"

CONTEND_KT(contend_callout)
CONTEND_KT(contend_softint)
CONTEND_KT(contend_workqueue)
CONTEND_KT(contend_threadpool)

ATF_TP_ADD_TCS(tp)
{

	CONTEND_ADD(contend_callout);
	CONTEND_ADD(contend_softint);
	CONTEND_ADD(contend_workqueue);
	CONTEND_ADD(contend_threadpool);
	return atf_no_error();
}
