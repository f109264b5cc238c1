/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The net faction as the base sees it: brings everything up in order when the
 * kernel boots.
 */

#include <sys/param.h>
#include <sys/mbuf.h>

#include <rump-sys/kern.h>
#include <rump-sys/net.h>

RUMP_COMPONENT(RUMP__FACTION_NET)
{

	mbinit();
}
