/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * printf(9), snprintb(3), the message buffer, and how the kernel ends: a
 * panic prints why and never leaves quietly.
 *
 * Covers: humanize_number(9), KASSERT(9), kprintf(9), log(9), panic(9)
 * Covers: snprintb(3)
 */

#include "hk.h"

void	rump_kt_panic(const char *);
void	rump_kt_assert(int);

HK_CASE(formats)
HK_CASE(snprintb)
HK_CASE(humanize)
HK_CASE(msgbuf)
HK_CASE(print_forms)

static void
die_by_panic(void)
{

	hk_boot("2");
	rump_schedule();
	rump_kt_panic("because");
}

static void
die_by_assert(void)
{

	hk_boot("2");
	rump_schedule();
	rump_kt_assert(1);
	rump_kt_assert(2);
}

ATF_TC_WITHOUT_HEAD(panic);
ATF_TC_BODY(panic, tc)
{

	hk_panics(die_by_panic, "panic: test panic because 42\n");
}

ATF_TC_WITHOUT_HEAD(kassert);
ATF_TC_BODY(kassert, tc)
{

	hk_panics(die_by_assert, "panic: kernel diagnostic assertion "
	    "\"n == 1\" failed: file \"");
	hk_panics(die_by_assert, "n is 2\n");
}

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(formats, 2);
	HK_ADD(snprintb, 2);
	HK_ADD(humanize, 2);
	HK_ADD(msgbuf, 2);
	HK_ADD(print_forms, 2);
	ATF_TP_ADD_TC(tp, panic);
	ATF_TP_ADD_TC(tp, kassert);
	return atf_no_error();
}
