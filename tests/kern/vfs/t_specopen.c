/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Opens of a device that fail while it is closed: the driver is told of the
 * last close, whoever of them is last.
 */
#include "vk.h"

void	rump_kt_attach(void);
void	rump_kt_await(void);
void	rump_kt_release(void);
int	rump_kt_closes(void);

static int
closes(void)
{
	int n;

	rump_schedule();
	n = rump_kt_closes();
	rump_unschedule();
	return n;
}

static void *
opens_too(void *arg)
{

	ATF_CHECK_EQ(-1, rump_sys_open("/dev/one", RUMP_O_RDWR));
	ATF_CHECK_EQ(EBUSY, errno);
	return NULL;
}

VK_CASE(last)
{
	pthread_t pt;
	int fd;

	rump_schedule();
	rump_kt_attach();
	rump_unschedule();
	RL(fd = rump_sys_open("/dev/one", RUMP_O_RDWR));
	ATF_REQUIRE_EQ(0, pthread_create(&pt, NULL, opens_too, NULL));
	rump_schedule();
	rump_kt_await();
	rump_unschedule();
	RL(rump_sys_close(fd));
	ATF_CHECK_EQ(0, closes());
	rump_schedule();
	rump_kt_release();
	rump_unschedule();
	pthread_join(pt, NULL);
	ATF_CHECK_EQ(1, closes());
	RL(fd = rump_sys_open("/dev/one", RUMP_O_RDWR));
	RL(rump_sys_close(fd));
	ATF_CHECK_EQ(2, closes());
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, last);
	return atf_no_error();
}
