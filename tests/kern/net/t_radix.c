/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Radix trees against a list: keys and masks, with holes and without, added,
 * deleted, looked up and walked at random.  RADIX_SEED=n in the environment
 * runs another sequence.
 *
 * Covers: route(4)
 */
#include "../base/hk.h"

void	rump_kt_radix_run(unsigned long, int);

#define	STEPS	20000

ATF_TC_WITHOUT_HEAD(random);
ATF_TC_BODY(random, tc)
{
	const char *env = getenv("RADIX_SEED");
	unsigned long seed = env != NULL ? strtoul(env, NULL, 0) : 1;
	int round;

	hk_boot("1");
	rump_schedule();
	for (round = 0; round < 4; round++, seed++) {
		printf("seed %lu\n", seed);
		fflush(stdout);
		rump_kt_radix_run(seed, STEPS);
	}
	rump_unschedule();
}

HK_CASE_NCPU(radix_edges, 1)
HK_CASE_NCPU(radix_nomem, 1)

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, random);
	HK_ADD(radix_edges, 1);
	HK_ADD(radix_nomem, 1);
	return atf_no_error();
}
