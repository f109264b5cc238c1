/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which of the host's CPUs a thread is on, and moving to another one.
 */
#include <errno.h>
#include <sched.h>

#include "fakehyp.h"

#define	TRIES	1000

static cpu_set_t mine;

static void
unchanged(void)
{
	cpu_set_t now;

	ATF_REQUIRE_EQ(0, sched_getaffinity(0, sizeof(now), &now));
	ATF_CHECK(CPU_EQUAL(&mine, &now));
	ATF_CHECK_EQ(4711, errno);
}

/* The host may move us away again at once, but not each time. */
static int
reached(int cpu)
{
	int i;

	for (i = 0; i < TRIES; i++) {
		errno = 4711;
		rumpuser_movecpu(cpu);
		if (rumpuser_hostcpu() == cpu)
			return 1;
		unchanged();
	}
	return 0;
}

ATF_TC_WITHOUT_HEAD(moves);
ATF_TC_BODY(moves, tc)
{
	int cpu, round;

	ATF_REQUIRE_EQ(0, sched_getaffinity(0, sizeof(mine), &mine));
	for (round = 0; round < 3; round++) {
		for (cpu = 0; cpu < CPU_SETSIZE; cpu++) {
			if (CPU_ISSET(cpu, &mine))
				ATF_CHECK_MSG(reached(cpu), "not on %d", cpu);
			unchanged();
		}
	}
}

/* Where it may not run it does not go. */
ATF_TC_WITHOUT_HEAD(refused);
ATF_TC_BODY(refused, tc)
{
	static const int nowhere[] = { -1, CPU_SETSIZE - 1, CPU_SETSIZE,
	    1 << 30 };
	int cpu = rumpuser_hostcpu();
	size_t i;

	ATF_REQUIRE(cpu >= 0);
	CPU_ZERO(&mine);
	CPU_SET(cpu, &mine);
	ATF_REQUIRE_EQ(0, sched_setaffinity(0, sizeof(mine), &mine));
	for (i = 0; i < sizeof(nowhere) / sizeof(nowhere[0]); i++) {
		errno = 4711;
		rumpuser_movecpu(nowhere[i]);
		unchanged();
		ATF_CHECK_EQ(cpu, rumpuser_hostcpu());
	}
	errno = 4711;
	rumpuser_movecpu(cpu == 0 ? 1 : 0);
	unchanged();
	ATF_CHECK_EQ(cpu, rumpuser_hostcpu());
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, moves);
	ATF_TP_ADD_TC(tp, refused);
	return atf_no_error();
}
