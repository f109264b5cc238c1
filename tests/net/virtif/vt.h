/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For tests of links: an interface of the kernel, configured.
 */
#ifndef _TESTS_NET_VIRTIF_VT_H_
#define _TESTS_NET_VIRTIF_VT_H_

#include "../netinet/inet.h"

int	rump_kt_config(int, char *, uint32_t, int, int);
int	rump_kt_unlink(int);

/* virt<unit> with an address of 10.0.0.0/24; the errno of NetBSD. */
static inline int
vt_config(int unit, const char *link, uint32_t addr, int mtu)
{
	char copy[512];
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

#endif
