/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Allocators with six threads on one, two and 64 CPUs.
 *
 * Covers: pool(9), pool_cache(9), kmem(9), vmem(9)
 */
#include "hk.h"
#include "contend.h"

CONTEND_KT(contend_pool)
CONTEND_KT(contend_cache)
CONTEND_KT(contend_kmem)
CONTEND_KT(contend_vmem)

ATF_TP_ADD_TCS(tp)
{

	CONTEND_ADD(contend_pool);
	CONTEND_ADD(contend_cache);
	CONTEND_ADD(contend_kmem);
	CONTEND_ADD(contend_vmem);
	return atf_no_error();
}
