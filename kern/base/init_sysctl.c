/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The sysctl nodes of the base: top level, kern, hw and vm.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/atomic.h>
#include <sys/cpu.h>
#include <sys/cprng.h>
#include <sys/endian.h>
#include <sys/errno.h>
#include <sys/file.h>
#include <sys/kernel.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/proc.h>
#include <sys/sched.h>
#include <sys/sysctl.h>
#include <sys/systm.h>
#include <sys/timevar.h>
#include <sys/unistd.h>

#include <uvm/uvm_extern.h>

#include <lib/libkern/libkern.h>

#include <rump-sys/kern.h>
#include <rump-sys/mem.h>

#include "kauth_private.h"

const int osrev = __NetBSD_Version__;

/* Numbered nodes of constant or plain variables, by table. */
struct leaf {
	int		num;
	int		flags;
	int		type;
	const char	*name;
	const char	*descr;
	sysctlfn	func;
	u_quad_t	value;
	void		*data;
	size_t		size;
};

#define RO	(CTLFLAG_PERMANENT)
#define RW	(CTLFLAG_PERMANENT | CTLFLAG_READWRITE)
#define RTC_OFFSET_MAX	(24 * 60)
#define IMM	(CTLFLAG_PERMANENT | CTLFLAG_IMMEDIATE)

static void
add_leaves(int top, const struct leaf *leaf, size_t n)
{

	for (; n > 0; n--, leaf++)
		(void)(sysctl_createv)(NULL, 0, NULL, NULL, leaf->flags,
		    leaf->type, leaf->name, leaf->descr, leaf->func,
		    leaf->value, leaf->data, leaf->size, top, leaf->num,
		    CTL_EOL);
}

static int
sysctl_boottime(SYSCTLFN_ARGS)
{
	struct sysctlnode node = *rnode;
	struct timespec ts;

	getnanoboottime(&ts);
	node.sysctl_data = &ts;
	return sysctl_lookup(SYSCTLFN_CALL(&node));
}

static int
sysctl_arnd(SYSCTLFN_ARGS)
{
	size_t len = MIN(*oldlenp, 256);
	uint8_t buf[256];

	if (newp != NULL)
		return EPERM;
	*oldlenp = len;
	if (oldp == NULL || len == 0)
		return 0;
	(void)cprng_strong(user_cprng, buf, len, 0);
	return sysctl_copyout(l, buf, oldp, len);
}

/* Strings of their own length variable: the host and domain name. */
static int
sysctl_name(SYSCTLFN_ARGS)
{
	int error;

	error = sysctl_lookup(SYSCTLFN_CALL(rnode));
	if (error == 0 && newp != NULL) {
		hostnamelen = (int)strlen(hostname);
		domainnamelen = (int)strlen(domainname);
	}
	return error;
}

static int
sysctl_clockrate(SYSCTLFN_ARGS)
{
	struct sysctlnode node = *rnode;
	struct clockinfo ci = {
		.hz = hz,
		.tick = tick,
		.stathz = stathz != 0 ? stathz : hz,
		.profhz = profhz != 0 ? profhz : hz,
	};

	node.sysctl_data = &ci;
	return sysctl_lookup(SYSCTLFN_CALL(&node));
}

static int
sysctl_ticks(SYSCTLFN_ARGS)
{
	struct sysctlnode node = *rnode;
	int t = getticks();

	node.sysctl_data = &t;
	return sysctl_lookup(SYSCTLFN_CALL(&node));
}

static int
sysctl_ncpu(SYSCTLFN_ARGS)
{
	struct sysctlnode node = *rnode;
	int n = ncpu;

	node.sysctl_data = &n;
	return sysctl_lookup(SYSCTLFN_CALL(&node));
}

/* hw.physmem and the like: bytes, clipped to an int in the old ones. */
static int
sysctl_physmem(SYSCTLFN_ARGS)
{
	u_quad_t bytes = (u_quad_t)physmem * PAGE_SIZE;
	int clipped = (int)MIN(bytes, (u_quad_t)INT_MAX);
	struct sysctlnode node = *rnode;

	if (SYSCTL_TYPE(rnode->sysctl_flags) == CTLTYPE_QUAD)
		node.sysctl_data = &bytes;
	else
		node.sysctl_data = &clipped;
	return sysctl_lookup(SYSCTLFN_CALL(&node));
}

static int
sysctl_uvmexp(SYSCTLFN_ARGS)
{
	struct sysctlnode node = *rnode;
	struct uvmexp u = uvmexp;

	u.free = uvm_availmem(true);
	node.sysctl_data = &u;
	return sysctl_lookup(SYSCTLFN_CALL(&node));
}

static int
sysctl_memused(SYSCTLFN_ARGS)
{
	u_quad_t bytes = rump_hypermem_used();
	struct sysctlnode node = *rnode;

	node.sysctl_data = &bytes;
	return sysctl_lookup(SYSCTLFN_CALL(&node));
}

/* The clock was read as if it were that far from UTC: time moves with it. */
static int
sysctl_rtc_offset(SYSCTLFN_ARGS)
{
	struct sysctlnode node = *rnode;
	struct timespec ts;
	const int old = rtc_offset;
	int offset = old, error;

	node.sysctl_data = &offset;
	error = sysctl_lookup(SYSCTLFN_CALL(&node));
	if (error != 0 || newp == NULL || offset == old)
		return error;
	if (offset < -RTC_OFFSET_MAX || offset > RTC_OFFSET_MAX)
		return EINVAL;
	error = kauth_authorize_system(l->l_cred, KAUTH_SYSTEM_TIME,
	    KAUTH_REQ_SYSTEM_TIME_RTCOFFSET, KAUTH_ARG(offset), NULL, NULL);
	if (error != 0)
		return error;
	nanotime(&ts);
	ts.tv_sec += (time_t)(offset - old) * 60;
	rtc_offset = offset;
	error = clock_settime1(l->l_proc, CLOCK_REALTIME, &ts, true);
	if (error != 0)
		rtc_offset = old;
	return error;
}

static int
sysctl_fault_alloc(SYSCTLFN_ARGS)
{
	struct sysctlnode node = *rnode;
	int n = 0, error;

	/* The lookup itself must not be hit. */
	if (newp == NULL)
		n = (int)atomic_load_relaxed(&rump_fault_alloc);
	node.sysctl_data = &n;
	error = sysctl_lookup(SYSCTLFN_CALL(&node));
	if (error == 0 && newp != NULL) {
		if (n < 0)
			return EINVAL;
		atomic_store_relaxed(&rump_fault_alloc, (u_int)n);
	}
	return error;
}

#define STR(s)	__UNCONST(s)

static const struct leaf kern_leaves[] = {
	{ KERN_OSTYPE, RO, CTLTYPE_STRING, "ostype", "Operating system type",
	    NULL, 0, STR(ostype), 0 },
	{ KERN_OSRELEASE, RO, CTLTYPE_STRING, "osrelease",
	    "Operating system release", NULL, 0, STR(osrelease), 0 },
	{ KERN_OSREV, RO | CTLFLAG_IMMEDIATE, CTLTYPE_INT, "osrevision",
	    "Operating system revision", NULL, __NetBSD_Version__, NULL, 0 },
	{ KERN_VERSION, RO, CTLTYPE_STRING, "version", "Kernel version",
	    NULL, 0, STR(version), 0 },
	{ KERN_MAXPROC, RO, CTLTYPE_INT, "maxproc",
	    "Maximum number of simultaneous processes", NULL, 0, &maxproc,
	    sizeof(int) },
	{ KERN_MAXFILES, RW, CTLTYPE_INT, "maxfiles",
	    "Maximum number of open files", NULL, 0, &maxfiles, sizeof(int) },
	{ KERN_ARGMAX, IMM, CTLTYPE_INT, "argmax",
	    "Maximum number of bytes of arguments to execve(2)", NULL,
	    ARG_MAX, NULL, 0 },
	{ KERN_SECURELVL, RW, CTLTYPE_INT, "securelevel",
	    "System security level", secmodel_securelevel_sysctl, 0,
	    NULL, sizeof(int) },
	{ KERN_HOSTNAME, RW, CTLTYPE_STRING, "hostname", "System hostname",
	    sysctl_name, 0, hostname, MAXHOSTNAMELEN },
	{ KERN_HOSTID, RW, CTLTYPE_QUAD, "hostid", "System host ID number",
	    NULL, 0, &hostid, sizeof(long) },
	{ KERN_CLOCKRATE, RO, CTLTYPE_STRUCT, "clockrate",
	    "Kernel clock rates", sysctl_clockrate, 0, NULL,
	    sizeof(struct clockinfo) },
	{ KERN_POSIX1, IMM, CTLTYPE_INT, "posix1version",
	    "Version of ISO/IEC 9945 supported", NULL, 200112L, NULL,
	    0 },
	{ KERN_NGROUPS, IMM, CTLTYPE_INT, "ngroups",
	    "Maximum number of supplemental groups", NULL, NGROUPS_MAX, NULL,
	    0 },
	{ KERN_JOB_CONTROL, IMM, CTLTYPE_INT, "job_control",
	    "Whether job control is available", NULL, 1, NULL, 0 },
	{ KERN_SAVED_IDS, IMM, CTLTYPE_INT, "saved_ids",
	    "Whether POSIX saved user/group IDs are available", NULL, 1,
	    NULL, 0 },
	{ KERN_DOMAINNAME, RW, CTLTYPE_STRING, "domainname",
	    "YP domain name", sysctl_name, 0, domainname, MAXHOSTNAMELEN },
	{ KERN_MAXPARTITIONS, IMM, CTLTYPE_INT, "maxpartitions",
	    "Maximum number of partitions per disk", NULL, 16, NULL, 0 },
	{ KERN_RAWPARTITION, IMM, CTLTYPE_INT, "rawpartition",
	    "Raw partition of a disk", NULL, 3, NULL, 0 },
	{ KERN_FSYNC, IMM, CTLTYPE_INT, "fsync",
	    "Whether the POSIX File Synchronization Option is available",
	    NULL, 1, NULL, 0 },
	{ KERN_IOV_MAX, IMM, CTLTYPE_INT, "iov_max",
	    "Maximum number of iovec structures per process", NULL, IOV_MAX,
	    NULL, 0 },
	{ KERN_LOGIN_NAME_MAX, IMM, CTLTYPE_INT, "login_name_max",
	    "Maximum login name length", NULL, MAXLOGNAME, NULL, 0 },
	{ KERN_MAXPHYS, IMM, CTLTYPE_INT, "maxphys",
	    "Maximum raw I/O transfer size", NULL, MAXPHYS, NULL, 0 },
	{ KERN_MONOTONIC_CLOCK, IMM, CTLTYPE_INT, "monotonic_clock",
	    "Implementation version of the POSIX 1003.1b clock", NULL,
	    200112L, NULL, 0 },
	{ KERN_HARDCLOCK_TICKS, RO, CTLTYPE_INT, "hardclock_ticks",
	    "Number of hardclock ticks", sysctl_ticks, 0, NULL,
	    sizeof(int) },
	{ KERN_ARND, CTLFLAG_PERMANENT, CTLTYPE_STRUCT, "arandom",
	    "Random bytes", sysctl_arnd, 0, NULL, 256 },
	{ KERN_BOOTTIME, RO, CTLTYPE_STRUCT, "boottime",
	    "System boot time", sysctl_boottime, 0, NULL,
	    sizeof(struct timespec) },
	{ KERN_RTC_OFFSET, RW, CTLTYPE_INT, "rtc_offset",
	    "Offset of real time clock from UTC in minutes",
	    sysctl_rtc_offset, 0, NULL, sizeof(int) },
	{ CTL_CREATE, RO, CTLTYPE_STRING, "ident", "Kernel identification",
	    NULL, 0, STR(kernel_ident), 0 },
	{ CTL_CREATE, RW, CTLTYPE_INT, "fault_alloc",
	    "The n-th allocation that may fail does (test aid)",
	    sysctl_fault_alloc, 0, NULL, sizeof(int) },
};

static const struct leaf hw_leaves[] = {
	{ HW_MACHINE, RO, CTLTYPE_STRING, "machine", "Machine class", NULL,
	    0, machine, 0 },
	{ HW_MODEL, RO, CTLTYPE_STRING, "model", "Machine model", NULL, 0,
	    cpu_model, 0 },
	{ HW_NCPU, RO, CTLTYPE_INT, "ncpu", "Number of virtual CPUs",
	    sysctl_ncpu, 0, NULL, sizeof(int) },
	{ HW_BYTEORDER, IMM, CTLTYPE_INT, "byteorder", "System byte order",
	    NULL, BYTE_ORDER, NULL, 0 },
	{ HW_PHYSMEM, RO, CTLTYPE_INT, "physmem",
	    "Bytes of memory, at most 2^31-1", sysctl_physmem, 0, NULL,
	    sizeof(int) },
	{ HW_USERMEM, RO, CTLTYPE_INT, "usermem",
	    "Bytes of non-kernel memory", sysctl_physmem, 0, NULL,
	    sizeof(int) },
	{ HW_PAGESIZE, IMM, CTLTYPE_INT, "pagesize", "Software page size",
	    NULL, PAGE_SIZE, NULL, 0 },
	{ HW_MACHINE_ARCH, RO, CTLTYPE_STRING, "machine_arch",
	    "Machine CPU class", NULL, 0, machine_arch, 0 },
	{ HW_ALIGNBYTES, IMM, CTLTYPE_INT, "alignbytes",
	    "Alignment constraint for all possible data types", NULL,
	    ALIGNBYTES, NULL, 0 },
	{ HW_PHYSMEM64, RO, CTLTYPE_QUAD, "physmem64", "Bytes of memory",
	    sysctl_physmem, 0, NULL, sizeof(u_quad_t) },
	{ HW_USERMEM64, RO, CTLTYPE_QUAD, "usermem64",
	    "Bytes of non-kernel memory", sysctl_physmem, 0, NULL,
	    sizeof(u_quad_t) },
	{ HW_NCPUONLINE, RO, CTLTYPE_INT, "ncpuonline",
	    "Number of virtual CPUs online", sysctl_ncpu, 0, NULL,
	    sizeof(int) },
};

static const struct leaf vm_leaves[] = {
	{ VM_UVMEXP, RO, CTLTYPE_STRUCT, "uvmexp",
	    "System-wide virtual memory statistics", sysctl_uvmexp, 0, NULL,
	    sizeof(struct uvmexp) },
	{ VM_NKMEMPAGES, RO, CTLTYPE_INT, "nkmempages",
	    "Default number of pages in the kernel's memory", NULL, 0,
	    &physmem, sizeof(int) },
	{ CTL_CREATE, RO, CTLTYPE_QUAD, "hypermem",
	    "Bytes in use of the host's memory", sysctl_memused, 0, NULL,
	    sizeof(u_quad_t) },
};

void
sysctl_basenode_init(void)
{
	static const struct {
		int		num;
		const char	*name;
		const char	*descr;
	} tops[] = {
		{ CTL_KERN, "kern", "High kernel" },
		{ CTL_VM, "vm", "Virtual memory" },
		{ CTL_VFS, "vfs", "Filesystem" },
		{ CTL_NET, "net", "Networking" },
		{ CTL_DEBUG, "debug", "Debugging" },
		{ CTL_HW, "hw", "Generic CPU, I/O" },
		{ CTL_MACHDEP, "machdep", "Machine dependent" },
		{ CTL_USER, "user", "User-level" },
		{ CTL_DDB, "ddb", "In-kernel debugger" },
		{ CTL_PROC, "proc", "Per-process" },
		{ CTL_VENDOR, "vendor", "Vendor specific" },
		{ CTL_EMUL, "emul", "Emulation settings" },
		{ CTL_SECURITY, "security", "Security" },
	};
	size_t i;

	for (i = 0; i < __arraycount(tops); i++)
		sysctl_createv(NULL, 0, NULL, NULL, CTLFLAG_PERMANENT,
		    CTLTYPE_NODE, tops[i].name, SYSCTL_DESCR(tops[i].descr),
		    NULL, 0, NULL, 0, tops[i].num, CTL_EOL);
}

SYSCTL_SETUP(sysctl_base_setup, "nodes of the base")
{

	add_leaves(CTL_KERN, kern_leaves, __arraycount(kern_leaves));
	add_leaves(CTL_HW, hw_leaves, __arraycount(hw_leaves));
	add_leaves(CTL_VM, vm_leaves, __arraycount(vm_leaves));
}
