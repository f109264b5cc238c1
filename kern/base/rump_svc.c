/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The services of the base in boot order; see base_svc.h.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/conf.h>
#include <sys/cprng.h>
#include <sys/event.h>
#include <sys/evcnt.h>
#include <sys/filedesc.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/malloc.h>
#include <sys/module.h>
#include <sys/pool.h>
#include <sys/resourcevar.h>
#include <sys/select.h>
#include <sys/signalvar.h>
#include <sys/sysctl.h>
#include <sys/syscallvar.h>
#include <sys/uidinfo.h>
#include <sys/vmem.h>

#include <rump-sys/kern.h>
#include <rump-sys/mem.h>

#include "base_svc.h"
#include "itimer_private.h"
#include "ksem_private.h"

void
rump_svc_init1(void)
{

	rump_pagedaemon_init();
	rump_uvm_km_init();
	pool_subsystem_init();
	kmem_init();
	kauth_init();
	secmodel_init();
	uid_init();
	resource_init();
	signal_init();
	fd_sys_init();
	itimer_sysinit();
	ksem_sysinit();
}

void
rump_svc_init2(void)
{

	kernconfig_lock_init();
	evcnt_init();
	sysctl_init();
	devsw_init();
	cprng_init();
	selsysinit(&rump_bootcpu);
	kqueue_init();
}

void
rump_svc_init3(void)
{

	module_init();
}
