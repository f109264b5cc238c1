/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_shutdown: what is dirty is written sooner than usual.
 */
#include "../base/kt.h"

#include <sys/mount.h>

void	rump_kt_sync_soon(void);

void
rump_kt_sync_soon(void)
{

	KT_EQ(30, filedelay);
	KT_EQ(15, dirdelay);
	KT_EQ(10, metadelay);
	filedelay = dirdelay = metadelay = 1;
}
