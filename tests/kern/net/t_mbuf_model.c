/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mbufs against a model: packets changed at random beside flat arrays of the
 * same bytes, while they share storage and memory fails; and packets that
 * threads pass to each other.  MBUF_SEED=n in the environment runs another
 * sequence.
 *
 * Covers: mbuf(9)
 */
#include "../base/hk.h"

void	rump_kt_model_run(unsigned long, int, bool);
void	rump_kt_model_threads(int);

#define	STEPS	6000

static void
model(bool faults)
{
	const char *env = getenv("MBUF_SEED");
	unsigned long seed = env != NULL ? strtoul(env, NULL, 0) : 1;
	int round;

	hk_boot("2");
	rump_schedule();
	for (round = 0; round < 4; round++, seed++) {
		printf("seed %lu\n", seed);
		fflush(stdout);
		rump_kt_model_run(seed, STEPS, faults);
	}
	rump_unschedule();
}

ATF_TC_WITHOUT_HEAD(random);
ATF_TC_BODY(random, tc)
{

	model(false);
}

ATF_TC_WITHOUT_HEAD(random_nomem);
ATF_TC_BODY(random_nomem, tc)
{

	model(true);
}

static void
threads(const char *ncpu, int n)
{

	hk_boot(ncpu);
	rump_schedule();
	rump_kt_model_threads(n);
	rump_unschedule();
}

ATF_TC_WITHOUT_HEAD(threads_1cpu);
ATF_TC_BODY(threads_1cpu, tc)
{

	threads("1", 3);
}

ATF_TC_WITHOUT_HEAD(threads_4cpu);
ATF_TC_BODY(threads_4cpu, tc)
{

	threads("4", 6);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, random);
	ATF_TP_ADD_TC(tp, random_nomem);
	ATF_TP_ADD_TC(tp, threads_1cpu);
	ATF_TP_ADD_TC(tp, threads_4cpu);
	return atf_no_error();
}
