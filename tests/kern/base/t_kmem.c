/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory: kmem(9), malloc(9), pool(9), pool_cache(9), vmem(9), uvm_km(9); the
 * limit RUMP_MEMLIMIT, the pagedaemon, failing allocations on purpose.
 *
 * Covers: kmem(9), malloc(9), pool(9), pool_cache(9), uvm_km(9), vmem(9)
 */
#include "hk.h"

#include <rump/rumperr.h>

HK_CASE(kmem_sizes)
HK_CASE(kmem_strings)
HK_CASE_NCPU(kmem_stress, 1)
HK_CASE_NCPU(kmem_stress, 2)
HK_CASE_NCPU(kmem_stress, 8)
HK_CASE(malloc)
HK_CASE(pool)
HK_CASE(pool_limit)
HK_CASE(pool_private)
HK_CASE(pool_drain)
HK_CASE(cache)
HK_CASE(cache_home)
HK_CASE_NCPU(cache_stress, 1)
HK_CASE_NCPU(cache_stress, 4)
HK_CASE(vmem)
HK_CASE(uvm_km)
HK_CASE(fault)
HK_CASE(cache_limits)
HK_CASE_NCPU(cache_limit_wait, 1)
HK_CASE_NCPU(cache_limit_wait, 4)
HK_CASE(vmem_add)

void	rump_kt_kmem_wrongsize(void);
void	rump_kt_pool_misuse(int);
void	rump_kt_memlimit(void);
void	rump_kt_memlimit_wait(void);

static void
wrongsize(void)
{

	(void)rump_init();
	rump_schedule();
	rump_kt_kmem_wrongsize();
}

static int misuse_how;

static void
misuse(void)
{

	(void)rump_init();
	rump_schedule();
	rump_kt_pool_misuse(misuse_how);
}

ATF_TC_WITHOUT_HEAD(panics);
ATF_TC_BODY(panics, tc)
{
	static const char *const text[] = {
		"is free already", "is inside an item",
		"is not of this pool", "items in use",
	};

	hk_panics(wrongsize, "!= allocated size");
	for (misuse_how = 0; misuse_how < 4; misuse_how++)
		hk_panics(misuse, text[misuse_how]);
}

ATF_TC_WITHOUT_HEAD(memlimit);
ATF_TC_BODY(memlimit, tc)
{

	setenv("RUMP_MEMLIMIT", "2m", 1);
	hk_boot("2");
	rump_schedule();
	rump_kt_memlimit();
	rump_kt_memlimit_wait();
	rump_unschedule();
}

/* rump_init() must refuse it, and say so: an exit with 1. */
static void
bad_limit(void)
{

	_exit(rump_init() == RUMP_EINVAL);
}

static void
low_limit(void)
{

	_exit(rump_init() == RUMP_ENOMEM);
}

ATF_TC_WITHOUT_HEAD(memlimit_syntax);
ATF_TC_BODY(memlimit_syntax, tc)
{
	static const char *const bad[] = { "", "x", "12q", "3mm", "-1",
	    "99999999999999999999", "999999999999g" };
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		setenv("RUMP_MEMLIMIT", bad[i], 1);
		hk_panics(bad_limit, "RUMP_MEMLIMIT");
	}
	setenv("RUMP_MEMLIMIT", "1", 1);
	hk_panics(low_limit, "RUMP_MEMLIMIT=1 is too little");
	setenv("RUMP_MEMLIMIT", "262143", 1);
	hk_panics(low_limit, "this kernel needs 256k");
	setenv("RUMP_MEMLIMIT", "256k", 1);
	ATF_CHECK_EQ(0, rump_init());
}

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(kmem_sizes, 2);
	HK_ADD(kmem_strings, 2);
	HK_ADD(kmem_stress, 1);
	HK_ADD(kmem_stress, 2);
	HK_ADD(kmem_stress, 8);
	HK_ADD(malloc, 2);
	HK_ADD(pool, 2);
	HK_ADD(pool_limit, 2);
	HK_ADD(pool_private, 2);
	HK_ADD(pool_drain, 2);
	HK_ADD(cache, 2);
	HK_ADD(cache_home, 2);
	HK_ADD(cache_stress, 1);
	HK_ADD(cache_stress, 4);
	HK_ADD(vmem, 2);
	HK_ADD(uvm_km, 2);
	HK_ADD(fault, 2);
	HK_ADD(cache_limits, 2);
	HK_ADD(cache_limit_wait, 1);
	HK_ADD(cache_limit_wait, 4);
	HK_ADD(vmem_add, 2);
	ATF_TP_ADD_TC(tp, panics);
	ATF_TP_ADD_TC(tp, memlimit);
	ATF_TP_ADD_TC(tp, memlimit_syntax);
	return atf_no_error();
}
