/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is kept per CPU or visits all of them, by six threads on one, two and
 * 64 CPUs.
 *
 * Covers: percpu(9), xcall(9), pserialize(9), psref(9), localcount(9)
 */
#include "hk.h"
#include "contend.h"

CONTEND_KT(contend_percpu)
CONTEND_KT(contend_xcall)
CONTEND_KT(contend_pserialize)
CONTEND_KT(contend_psref)
CONTEND_KT(contend_localcount)

ATF_TP_ADD_TCS(tp)
{

	CONTEND_ADD(contend_percpu);
	CONTEND_ADD(contend_xcall);
	CONTEND_ADD(contend_pserialize);
	CONTEND_ADD(contend_psref);
	CONTEND_ADD(contend_localcount);
	return atf_no_error();
}
