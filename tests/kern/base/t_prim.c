/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Primitives that need a few lines each: atomics, byte order, macros, levels,
 * preemption, delays, clocks, single accesses to user memory, looking up
 * processes, registering event filters.
 *
 * Covers: atomic_loadstore(9), atomic_ops(3), bintime(9), byteorder(9)
 * Covers: copy(9), CTASSERT(9), curproc(9), delay(9), fsetown(9), hz(9)
 * Covers: imax(9), kfilter_register(9), kmem(9), kpreempt(9), membar_ops(3)
 * Covers: microtime(9), microuptime(9), mi_switch(9), nullop(9), pmap(9)
 * Covers: proc_find(9), roundup(9), setbit(9), sleepq(9), spl(9)
 * Covers: splraiseipl(9), tc(9), tvtohz(9), ucas(9), ufetch(9)
 */
#include "hk.h"

HK_CASE(prim_atomics)
HK_CASE_NCPU(prim_membar, 1)
HK_CASE_NCPU(prim_membar, 4)
HK_CASE_NCPU(prim_counters, 4)
HK_CASE(prim_byteorder)
HK_CASE(prim_macros)
HK_CASE(prim_spl)
HK_CASE_NCPU(prim_switch, 1)
HK_CASE(prim_delay)
HK_CASE(prim_nullop)
HK_CASE(prim_clocks)
HK_CASE(prim_ticks)
HK_CASE(prim_copy)
HK_CASE(prim_ufetch)
HK_CASE(prim_ucas)
HK_CASE(prim_ucas_race)
HK_CASE(prim_kmem_intr)
HK_CASE(prim_procs)
HK_CASE(prim_owner)
HK_CASE(prim_kfilter)
HK_CASE(prim_sleepq)
HK_CASE(prim_tc)
HK_CASE(prim_pmap)

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(prim_atomics, 2);
	HK_ADD(prim_membar, 1);
	HK_ADD(prim_membar, 4);
	HK_ADD(prim_counters, 4);
	HK_ADD(prim_byteorder, 2);
	HK_ADD(prim_macros, 2);
	HK_ADD(prim_spl, 2);
	HK_ADD(prim_switch, 1);
	HK_ADD(prim_delay, 2);
	HK_ADD(prim_nullop, 2);
	HK_ADD(prim_clocks, 2);
	HK_ADD(prim_ticks, 2);
	HK_ADD(prim_copy, 2);
	HK_ADD(prim_ufetch, 2);
	HK_ADD(prim_ucas, 2);
	HK_ADD(prim_ucas_race, 2);
	HK_ADD(prim_kmem_intr, 2);
	HK_ADD(prim_procs, 2);
	HK_ADD(prim_owner, 2);
	HK_ADD(prim_kfilter, 2);
	HK_ADD(prim_sleepq, 2);
	HK_ADD(prim_tc, 2);
	HK_ADD(prim_pmap, 2);
	return atf_no_error();
}
