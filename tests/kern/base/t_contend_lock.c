/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Locks and condition variables with six threads on one, two and 64 CPUs.
 *
 * Covers: mutex(9), rwlock(9), condvar(9)
 */
#include "hk.h"
#include "contend.h"

CONTEND_KT(contend_mutex)
CONTEND_KT(contend_rwlock)
CONTEND_KT(contend_condvar)
CONTEND_KT(contend_barrier)

ATF_TP_ADD_TCS(tp)
{

	CONTEND_ADD(contend_mutex);
	CONTEND_ADD(contend_rwlock);
	CONTEND_ADD(contend_condvar);
	CONTEND_ADD(contend_barrier);
	return atf_no_error();
}
