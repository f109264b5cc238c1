/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shmif(4): two interfaces of one kernel on a bus.  What goes from one kernel
 * to another is tested with the protocols.
 */
#include "../../kern/base/hk.h"

HK_CASE(frames)
HK_CASE(offload)
HK_CASE(tagged)
HK_CASE(hostile)
HK_CASE(linkstr)
HK_CASE(settings)
HK_CASE_NCPU(traffic, 1)
HK_CASE_NCPU(traffic, 4)
HK_CASE(nobody)
HK_CASE(ends)
HK_CASE(plain)
HK_CASE_NCPU(race, 4)

ATF_TC_WITHOUT_HEAD(public);
ATF_TC_BODY(public, tc)
{
	int unit = -1;

	hk_boot("2");
	ATF_CHECK_EQ(0, rump_pub_shmif_create("bus", &unit));
	ATF_CHECK_EQ(0, unit);
	ATF_CHECK_EQ(0, rump_pub_shmif_create(NULL, &unit));
	ATF_CHECK_EQ(1, unit);
	ATF_CHECK_EQ(2, rump_pub_shmif_create("no/such", &unit));
	ATF_CHECK_EQ(21, rump_pub_shmif_create("/", &unit));
	ATF_CHECK_EQ(0, rump_pub_shmif_create("bus", NULL));
	ATF_CHECK_EQ(0, rump_pub_shmif_create("bus", &unit));
	ATF_CHECK_EQ(3, unit);
}

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(frames, 2);
	HK_ADD(offload, 2);
	HK_ADD(tagged, 2);
	HK_ADD(hostile, 2);
	HK_ADD(linkstr, 2);
	HK_ADD(settings, 2);
	HK_ADD(traffic, 1);
	HK_ADD(traffic, 4);
	HK_ADD(nobody, 2);
	HK_ADD(ends, 2);
	HK_ADD(plain, 2);
	HK_ADD(race, 4);
	ATF_TP_ADD_TC(tp, public);
	return atf_no_error();
}
