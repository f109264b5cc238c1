/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Virtual CPUs: never more than RUMP_NCPU threads inside, everybody gets in,
 * with an own lwp and without, and bound lwps stay where they are.
 *
 * Covers: curlwp_bind(9)
 */
#include "hk.h"

#include <stdatomic.h>

#include <rump/rump_syscalls.h>

void	rump_kt_inside(void);
int	rump_kt_maxinside(void);
int	rump_kt_ncpu(void);
void	rump_kt_bound(void);

#define	NTHREADS	12
#define	ROUNDS		4000

static void *
enterer(void *arg)
{
	int i;

	if (arg != NULL)
		ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFFDG));
	for (i = 0; i < ROUNDS; i++) {
		rump_schedule();
		rump_kt_inside();
		rump_unschedule();
	}
	if (arg != NULL)
		rump_pub_lwproc_releaselwp();
	return NULL;
}

static void
crowd(const char *ncpu, int n)
{
	pthread_t pt[NTHREADS];
	int i;

	hk_boot(ncpu);
	rump_schedule();
	ATF_REQUIRE_EQ(n, rump_kt_ncpu());
	rump_unschedule();
	for (i = 0; i < NTHREADS; i++)
		ATF_REQUIRE_EQ(0, pthread_create(&pt[i], NULL, enterer,
		    i % 2 ? &pt[i] : NULL));
	for (i = 0; i < NTHREADS; i++)
		pthread_join(pt[i], NULL);
	ATF_CHECK(rump_kt_maxinside() >= 1);
	ATF_CHECK_MSG(rump_kt_maxinside() <= n, "%d inside with %d CPUs",
	    rump_kt_maxinside(), n);
}

ATF_TC_WITHOUT_HEAD(one);
ATF_TC_BODY(one, tc)
{

	crowd("1", 1);
}

ATF_TC_WITHOUT_HEAD(two);
ATF_TC_BODY(two, tc)
{

	crowd("2", 2);
}

ATF_TC_WITHOUT_HEAD(eight);
ATF_TC_BODY(eight, tc)
{

	crowd("8", 8);
}

ATF_TC_WITHOUT_HEAD(many);
ATF_TC_BODY(many, tc)
{

	crowd("64", 64);
}

ATF_TC_WITHOUT_HEAD(host);
ATF_TC_BODY(host, tc)
{

	hk_boot("host");
	rump_schedule();
	ATF_CHECK_EQ(sysconf(_SC_NPROCESSORS_ONLN), rump_kt_ncpu());
	rump_unschedule();
}

static atomic_int stop;

static void *
noise(void *arg)
{

	while (!stop) {
		rump_schedule();
		rump_kt_inside();
		rump_unschedule();
	}
	return NULL;
}

ATF_TC_WITHOUT_HEAD(bound);
ATF_TC_BODY(bound, tc)
{
	pthread_t pt[3];
	int i;

	hk_boot("2");
	for (i = 0; i < 3; i++)
		ATF_REQUIRE_EQ(0, pthread_create(&pt[i], NULL, noise, NULL));
	rump_schedule();
	rump_kt_bound();
	rump_unschedule();
	stop = 1;
	for (i = 0; i < 3; i++)
		pthread_join(pt[i], NULL);
}

static void
unschedule(void)
{

	hk_boot("2");
	rump_unschedule();
}

ATF_TC_WITHOUT_HEAD(misuse);
ATF_TC_BODY(misuse, tc)
{

	hk_panics(unschedule, "rump_unschedule() without rump_schedule()");
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, one);
	ATF_TP_ADD_TC(tp, two);
	ATF_TP_ADD_TC(tp, eight);
	ATF_TP_ADD_TC(tp, many);
	ATF_TP_ADD_TC(tp, host);
	ATF_TP_ADD_TC(tp, bound);
	ATF_TP_ADD_TC(tp, misuse);
	return atf_no_error();
}
