/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For tests of links: an interface of the kernel, configured.
 */
#ifndef _TESTS_NET_VIRTIF_VT_H_
#define _TESTS_NET_VIRTIF_VT_H_

#include "../netinet/inet.h"

int	rump_kt_config(int, char *, uint32_t, int, int);
int	rump_kt_unlink(int);
int	rump_kt_state(int, uint64_t *);

/* virt<unit> with an address of 10.0.0.0/24; the errno of NetBSD. */
static inline int
vt_config(int unit, const char *link, uint32_t addr, int mtu)
{
	char copy[2048];
	int error;

	snprintf(copy, sizeof(copy), "%s", link);
	rump_schedule();
	error = rump_kt_config(unit, copy, addr, 24, mtu);
	rump_unschedule();
	return error;
}

static inline int
vt_unlink(int unit)
{
	int error;

	rump_schedule();
	error = rump_kt_unlink(unit);
	rump_unschedule();
	return error;
}

/* Until the link has ended: the frames that came in. */
static inline uint64_t
vt_until_down(int unit)
{
	uint64_t in = 0;
	int state = 0, i;

	for (i = 0; i < 2000 && state != 1; i++) {
		(void)usleep(10000);
		rump_schedule();
		state = rump_kt_state(unit, &in);
		rump_unschedule();
	}
	ATF_REQUIRE_EQ_MSG(1, state, "the link has not ended");
	return in;
}

#endif
