/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Booting: rump_init() runs the table of steps below, once, on the thread
 * that comes first; others wait for it and get the same result.
 *
 * Steps run as lwp0 on the boot CPU.  Failures of the platform and of the
 * parameters are returned to the caller; later ones leave a kernel that is
 * half there, so that they panic, naming the step.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/callout.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/ipi.h>
#include <sys/kcpuset.h>
#include <sys/kernel.h>
#include <sys/kthread.h>
#include <sys/lockdebug.h>
#include <sys/lwp.h>
#include <sys/module_hook.h>
#include <sys/mutex.h>
#include <sys/once.h>
#include <sys/percpu.h>
#include <sys/proc.h>
#include <sys/pserialize.h>
#include <sys/psref.h>
#include <sys/radixtree.h>
#include <sys/reboot.h>
#include <sys/rwlock.h>
#include <sys/threadpool.h>

#include <dev/clock_subr.h>

#include <rump-sys/kern.h>
#include <rump-sys/mem.h>
#include <rump/rumpuser.h>

#include "base_private.h"
#include "base_svc.h"
#include "rump_boot.h"
#include "rump_trace.h"

struct bootstep {
	const char	*bs_name;
	int		(*bs_func)(void);
};

/* States of the kernel: NONE -> BOOTING -> DONE, for good. */
enum { BOOT_NONE, BOOT_BOOTING, BOOT_DONE };
static volatile uint32_t boot_state = BOOT_NONE;	/* atomic operations */
static int boot_error;			/* constant once BOOT_DONE */
static void (*boot_callback)(void);

static void
getparam_string(const char *name, char *buf, size_t len)
{

	if (rumpuser_getparam(name, buf, len) != 0)
		buf[0] = '\0';
}

/*
 * RUMP_VERBOSE: a number, how much to say; 0 or unset is nothing.  Nothing of
 * the kernel may be called yet.
 */
static int
boot_params(void)
{
	char buf[32];

	getparam_string("RUMP_VERBOSE", buf, sizeof(buf));
	if (buf[0] != '\0' && strcmp(buf, "0") != 0) {
		boothowto &= ~AB_SILENT;
		boothowto |= AB_VERBOSE;
		if (buf[0] > '1')
			boothowto |= AB_DEBUG;
	}
	getparam_string(RUMPUSER_PARAM_HOSTNAME, hostname, sizeof(hostname));
	hostnamelen = strlen(hostname);
	return rump_hypermem_init();
}

/* What needs no memory: locks, sleeping, clocks, and lwp0 on a CPU. */
static int
boot_locks(void)
{

	SLIST_INIT(&lwp0.l_selwait);
	curlwp = &lwp0;
	lockdebug_init();
	synch_init();
	rump_schedule_cpu(&lwp0);
	tc_boot();
	rump_biglock_init();
	procinit();
	return 0;
}

static int
boot_cpus(void)
{
	int n;

	rump_cpus_bootstrap(&n);
	rump_scheduler_init(n);
	rump_sched_lending();
	aprint_verbose("%s%s", copyright, version);
	aprint_verbose("%d virtual CPU%s\n", ncpu, ncpu == 1 ? "" : "s");
	return 0;
}

static int
boot_memory(void)
{

	rump_svc_init1();
	return 0;
}

static int
boot_objects(void)
{

	mutex_obj_init();
	rw_obj_init();
	once_init();
	radix_tree_init();
	rump_specificdata_init();
	kcpuset_sysinit();
	percpu_init();
	pserialize_init();
	psref_init();
	hook_init();
	module_hook_init();
	return 0;
}

static int
boot_procs(void)
{

	rump_lwproc_init();
	proc0_init();
	return 0;
}

static int
boot_threads(void)
{

	rump_intr_init(ncpu);
	ipi_sysinit();
	threadpools_init();
	kthread_sysinit();
	callout_startup();
	mp_online = true;
	return 0;
}

static int
boot_services(void)
{

	todr_init();
	rump_svc_init2();
	return 0;
}

static int
boot_factions(void)
{

	rump_component_init(RUMP__FACTION_DEV);
	rump_component_init(RUMP__FACTION_VFS);
	rump_component_init(RUMP__FACTION_NET);
	rump_component_init(RUMP_COMPONENT_SYSCALL);
	rump_component_init(RUMP_COMPONENT_KERN);
	return 0;
}

static int
boot_modules(void)
{

	rump_svc_init3();
	return 0;
}

static int
boot_components(void)
{

	rump_component_init(RUMP_COMPONENT_VFS);
	rump_component_init(RUMP_COMPONENT_KERN_VFS);
	rump_component_init(RUMP_COMPONENT_NET);
	rump_component_init(RUMP_COMPONENT_NET_ROUTE);
	rump_component_init(RUMP_COMPONENT_NET_IF);
	rump_component_init(RUMP_COMPONENT_DEV);
	rump_component_init(RUMP_COMPONENT_DEV_AFTERMAINBUS);
	rump_component_init(RUMP_COMPONENT_NET_IFCFG);
	return 0;
}

/* Process 1, whose lwps are those of threads that have no own. */
static int
boot_initproc(void)
{
	int error;

	if (boot_callback != NULL)
		(*boot_callback)();
	error = rump_lwproc_rfork(RUMP_RFFD_CLEAR);
	if (error != 0)
		return error;
	KASSERT(initproc == curproc && initproc->p_pid == 1);
	/* Its first lwp becomes the first spare one. */
	curlwp->l_pflag |= LP_IMPLICIT;
	rump_lwproc_switch(&lwp0);
	return 0;
}

static int
boot_finish(void)
{

	todr_boot();
	rump_component_init(RUMP_COMPONENT_POSTINIT);
	cold = 0;
	rump_dsosets_booted();
	trace_init();
	rump_unschedule_cpu(&lwp0);
	curlwp = NULL;
	return 0;
}

static const struct bootstep bootsteps[] = {
	{ "locks",	boot_locks },
	{ "cpus",	boot_cpus },
	{ "memory",	boot_memory },
	{ "objects",	boot_objects },
	{ "procs",	boot_procs },
	{ "threads",	boot_threads },
	{ "services",	boot_services },
	{ "factions",	boot_factions },
	{ "modules",	boot_modules },
	{ "components",	boot_components },
	{ "initproc",	boot_initproc },
	{ "finish",	boot_finish },
};

static int
boot_run(void)
{
	const struct bootstep *bs;
	int error;

	error = rumpuser_init(RUMPUSER_VERSION, &rump_hyperup);
	if (error != 0)
		return error;
	rump_dsosets_boot();
	error = boot_params();
	if (error != 0)
		return error;
	for (bs = bootsteps; bs < &bootsteps[__arraycount(bootsteps)]; bs++) {
		if ((error = (*bs->bs_func)()) != 0)
			panic("booting: step \"%s\" failed: error %d",
			    bs->bs_name, error);
	}
	return 0;
}

bool
rump_booted(void)
{

	return __atomic_load_n(&boot_state, __ATOMIC_ACQUIRE) == BOOT_DONE &&
	    boot_error == 0;
}

int
rump_init(void)
{
	uint32_t v = BOOT_NONE;

	if (__atomic_compare_exchange_n(&boot_state, &v, BOOT_BOOTING, false,
	    __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
		boot_error = boot_run();
		__atomic_store_n(&boot_state, BOOT_DONE, __ATOMIC_RELEASE);
		rumpuser_wake(&boot_state, INT_MAX);
		return boot_error;
	}
	while (__atomic_load_n(&boot_state, __ATOMIC_ACQUIRE) != BOOT_DONE)
		(void)rumpuser_wait(&boot_state, BOOT_BOOTING, -1);
	return boot_error;
}

int
rump_init_callback(void (*func)(void))
{

	boot_callback = func;
	return rump_init();
}

int
rump_init_server(const char *url)
{

	return rumpuser_sp_init(url, ostype, osrelease, machine_arch);
}

int
rump_boot_gethowto(void)
{

	return boothowto;
}

void
rump_boot_sethowto(int howto)
{

	boothowto = howto;
}

int
rump_daemonize_begin(void)
{

	if (boot_state != BOOT_NONE)
		return EALREADY;
	return rumpuser_daemonize_begin();
}

int
rump_daemonize_done(int error)
{

	return rumpuser_daemonize_done(error);
}

int
rump_getversion(void)
{

	return __NetBSD_Version__;
}

int
rump_pub_getversion(void)
{

	return rump_getversion();
}
