/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * softint(9): who runs a handler, when, as whom and where; handlers that sleep,
 * that schedule themselves, that go away.
 *
 * Covers: softint(9)
 */
#include "hk.h"

/* Schedule inside, leave, see inside what happened. */
#define	HK_LEAVE_NCPU(name, ncpu, times)				\
void	rump_kt_##name##_schedule(void);				\
void	rump_kt_##name##_check(void);					\
ATF_TC_WITHOUT_HEAD(name##_##ncpu);					\
ATF_TC_BODY(name##_##ncpu, tc)						\
{									\
	int i;								\
									\
	hk_boot(#ncpu);							\
	for (i = 0; i < (times); i++) {					\
		rump_schedule();					\
		rump_kt_##name##_schedule();				\
		rump_unschedule();					\
		rump_schedule();					\
		rump_kt_##name##_check();				\
		rump_unschedule();					\
	}								\
}

HK_LEAVE_NCPU(plain, 1, 100)
HK_LEAVE_NCPU(plain, 2, 100)
HK_LEAVE_NCPU(order, 1, 1)
HK_LEAVE_NCPU(chain, 1, 1)
HK_LEAVE_NCPU(mutex, 1, 1)
HK_LEAVE_NCPU(mutex, 2, 1)
HK_LEAVE_NCPU(flood, 1, 5)
HK_LEAVE_NCPU(flood, 2, 5)
HK_LEAVE_NCPU(pending, 2, 1)
HK_CASE_NCPU(sleeping, 1)
HK_CASE_NCPU(sleeping, 2)
HK_CASE(remote)
HK_CASE_NCPU(poll, 1)
HK_CASE_NCPU(all_cpus, 64)

/* The same for an lwp that has been lent its CPU, and is again and again. */
ATF_TC_WITHOUT_HEAD(lent);
ATF_TC_BODY(lent, tc)
{
	int i;

	hk_boot("2");
	ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFFDG));
	for (i = 0; i < 20000; i++) {
		rump_schedule();
		if (i % 4000 == 3990)
			rump_kt_plain_schedule();
		if (i % 4000 == 3991)
			rump_kt_plain_check();
		rump_unschedule();
	}
	rump_pub_lwproc_releaselwp();
}

void	rump_kt_gone_establish(void);
void	rump_kt_gone_schedule(void);
void	rump_kt_gone(void);

static void *
leaver(void *arg)
{

	rump_schedule();
	rump_kt_gone_schedule();
	rump_unschedule();
	return NULL;
}

ATF_TC_WITHOUT_HEAD(gone);
ATF_TC_BODY(gone, tc)
{
	pthread_t thread;

	hk_boot("1");
	rump_schedule();
	rump_kt_gone_establish();
	rump_unschedule();
	ATF_REQUIRE_EQ(0, pthread_create(&thread, NULL, leaver, NULL));
	rump_schedule();
	rump_kt_gone();
	rump_unschedule();
	ATF_REQUIRE_EQ(0, pthread_join(thread, NULL));
}

void	rump_kt_lost_establish(void);
void	rump_kt_lost_schedule(void);
void	rump_kt_lost_check(unsigned int);

#define	THREADS	6
#define	ROUNDS	3000

static void *
comes_and_goes(void *arg)
{
	int i;

	if (arg != NULL)
		ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFFDG));
	for (i = 0; i < ROUNDS; i++) {
		rump_schedule();
		rump_kt_lost_schedule();
		rump_unschedule();
	}
	if (arg != NULL)
		rump_pub_lwproc_releaselwp();
	return NULL;
}

static void
lost(const char *ncpu)
{
	pthread_t thread[THREADS];
	int i;

	hk_boot(ncpu);
	rump_schedule();
	rump_kt_lost_establish();
	rump_unschedule();
	for (i = 0; i < THREADS; i++)
		ATF_REQUIRE_EQ(0, pthread_create(&thread[i], NULL,
		    comes_and_goes, i % 2 == 0 ? thread : NULL));
	for (i = 0; i < THREADS; i++)
		ATF_REQUIRE_EQ(0, pthread_join(thread[i], NULL));
	rump_schedule();
	rump_kt_lost_check(THREADS * ROUNDS);
	rump_unschedule();
}

ATF_TC_WITHOUT_HEAD(lost_1);
ATF_TC_BODY(lost_1, tc)
{

	lost("1");
}

ATF_TC_WITHOUT_HEAD(lost_3);
ATF_TC_BODY(lost_3, tc)
{

	lost("3");
}

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(plain, 1);
	HK_ADD(plain, 2);
	HK_ADD(order, 1);
	HK_ADD(chain, 1);
	HK_ADD(mutex, 1);
	HK_ADD(mutex, 2);
	HK_ADD(flood, 1);
	HK_ADD(flood, 2);
	HK_ADD(pending, 2);
	HK_ADD(sleeping, 1);
	HK_ADD(sleeping, 2);
	HK_ADD(remote, 2);
	HK_ADD(poll, 1);
	HK_ADD(all_cpus, 64);
	ATF_TP_ADD_TC(tp, lent);
	ATF_TP_ADD_TC(tp, gone);
	ATF_TP_ADD_TC(tp, lost_1);
	ATF_TP_ADD_TC(tp, lost_3);
	return atf_no_error();
}
