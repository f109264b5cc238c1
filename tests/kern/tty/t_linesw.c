/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The terminal layer as drivers use it: rings of characters, line disciplines,
 * a driver's terminal, errors of the line, waiting for the carrier.
 *
 * Covers: linesw(9)
 */
#include "tty.h"

void	rump_kt_clist(void);
void	rump_kt_clist_random(unsigned);
void	rump_kt_linesw(void);
void	rump_kt_driver(void);
void	rump_kt_errors(void);
void	rump_kt_open(void);
int	rump_kt_disc_attach(int);
int	rump_kt_disc_closed(void);

#define	KT_CASE(name)							\
TTY_CASE(name)								\
{									\
	rump_schedule();						\
	rump_kt_##name();						\
	rump_unschedule();						\
}

KT_CASE(clist)
KT_CASE(linesw)
KT_CASE(driver)
KT_CASE(errors)
KT_CASE(open)

TTY_CASE(clist_random)
{
	unsigned seed;

	rump_schedule();
	for (seed = 1; seed < 6; seed++)
		rump_kt_clist_random(seed);
	rump_unschedule();
}

static int
disc(int what)
{
	int rv;

	rump_schedule();
	rv = rump_kt_disc_attach(what);
	rump_unschedule();
	return rv;
}

/* A program takes another discipline, and the first one back. */
TTY_CASE(taken)
{
	char name[32] = "count";
	struct pair p = pair_open();
	int n;

	ATF_REQUIRE_EQ(0, disc(1));
	RL(rump_sys_ioctl(p.s, NB_TIOCSLINED, name));
	ATF_CHECK_EQ(RUMP_EBUSY, disc(0));
	RL(rump_sys_ioctl(p.s, NB_TIOCGETD, &n));
	ATF_CHECK_EQ(9, n);
	put(p.m, "12345\003\n");
	GET(p.s, "7");
	RE(ENODEV, rump_sys_write(p.s, "x", 1));
	n = 0;
	RL(rump_sys_ioctl(p.s, NB_TIOCSETD, &n));
	put(p.m, "back\n");
	GET(p.s, "back\n");
	/* A change waits for output. */
	GET(p.m, "back\r\n");
	ATF_CHECK_EQ(0, disc(0));
	/* One that does not want to leaves things as they were. */
	ATF_REQUIRE_EQ(0, disc(1));
	ATF_REQUIRE_EQ(0, disc(2));
	RE(EBUSY, rump_sys_ioctl(p.s, NB_TIOCSLINED, name));
	put(p.m, "here\n");
	GET(p.s, "here\n");
	ATF_CHECK_EQ(0, disc(0));
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, clist);
	ATF_TP_ADD_TC(tp, clist_random);
	ATF_TP_ADD_TC(tp, linesw);
	ATF_TP_ADD_TC(tp, driver);
	ATF_TP_ADD_TC(tp, errors);
	ATF_TP_ADD_TC(tp, open);
	ATF_TP_ADD_TC(tp, taken);
	return atf_no_error();
}
