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
void	rump_kt_count(void);
unsigned long rump_kt_counted(void);
void	rump_kt_visit(void);

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

/*
 * Threads with lwps of their own enter often enough to be lent their CPUs.
 * Others call those back, and the lwps are switched and released meanwhile.
 * Nobody may ever share a CPU: then a count would get lost.
 */
#define	LENT_ROUNDS	40000
#define	LENT_THREADS	3

static void *
borrower(void *arg)
{
	int i;

	ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFFDG));
	for (i = 1; i <= LENT_ROUNDS; i++) {
		rump_schedule();
		rump_kt_count();
		rump_unschedule();
		if (i % 5000 == 0) {
			rump_pub_lwproc_releaselwp();
			ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFFDG));
		} else if (i % 3000 == 0)
			ATF_REQUIRE_EQ(0,
			    rump_pub_lwproc_newlwp(rump_sys_getpid()));
	}
	rump_pub_lwproc_releaselwp();
	return NULL;
}

static void
lent(const char *ncpu, int n)
{
	const int nthreads = n < LENT_THREADS ? n : LENT_THREADS;
	pthread_t pt[LENT_THREADS];
	unsigned long visits = 0;
	int i;

	hk_boot(ncpu);
	for (i = 0; i < nthreads; i++)
		ATF_REQUIRE_EQ(0, pthread_create(&pt[i], NULL, borrower, NULL));
	for (i = 0; i < 200; i++) {
		usleep(200);
		rump_schedule();
		if (i % 2)
			rump_kt_visit();
		else
			rump_kt_count();
		rump_unschedule();
		visits += i % 2 ? n : 1;
	}
	for (i = 0; i < nthreads; i++)
		pthread_join(pt[i], NULL);
	ATF_CHECK_EQ(nthreads * LENT_ROUNDS + visits, rump_kt_counted());
}

ATF_TC_WITHOUT_HEAD(lent_one);
ATF_TC_BODY(lent_one, tc)
{

	lent("1", 1);
}

ATF_TC_WITHOUT_HEAD(lent_two);
ATF_TC_BODY(lent_two, tc)
{

	lent("2", 2);
}

ATF_TC_WITHOUT_HEAD(lent_eight);
ATF_TC_BODY(lent_eight, tc)
{

	lent("8", 8);
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
	ATF_TP_ADD_TC(tp, lent_one);
	ATF_TP_ADD_TC(tp, lent_two);
	ATF_TP_ADD_TC(tp, lent_eight);
	ATF_TP_ADD_TC(tp, misuse);
	return atf_no_error();
}
