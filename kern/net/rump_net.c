/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The net faction as the base sees it: brings everything up in order when the
 * kernel boots.
 */

#include <sys/param.h>
#include <sys/mbuf.h>
#include <sys/socketvar.h>

#include <net/if.h>
#include <net/if_ether.h>
#include <net/if_llatbl.h>
#include <net/route.h>

#include <rump-sys/kern.h>
#include <rump-sys/net.h>

#include "net_input.h"
#include "net_private.h"
#include "wire_poll.h"

RUMP_COMPONENT(RUMP__FACTION_NET)
{

	mbinit();
	soinit();
	ifinit1();
	ifinit();
	rt_init();
	lltableinit();
	net_input_init();
	wire_poll_init();
	etherinit();
}

RUMP_COMPONENT(RUMP_COMPONENT_SYSCALL)
{

	net_syscalls_establish();
}

RUMP_COMPONENT(RUMP_COMPONENT_NET_IF)
{

	loopinit();
}
