/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's well-known variables that no other file has a better claim to:
 * what it is called, its clock rate, the address spaces, the root device.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/device.h>
#include <sys/kernel.h>
#include <sys/proc.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/timevar.h>

#include <uvm/uvm_extern.h>

#include <rump-sys/kern.h>

#include "base_private.h"

const char copyright[] = "Anykernel: NetBSD's kernel interfaces in a "
    "process.\n";
const char ostype[] = "NetBSD";
const char osrelease[] = "10.99.12";
const char version[] = "Anykernel 10.99.12 (rump)\n";
const char kernel_ident[] = "RUMP-ANYKERNEL";
const char buildinfo[] = "";
char machine[] = "rump";
#if defined(__x86_64__)
char machine_arch[] = "x86_64";
#elif defined(__aarch64__)
char machine_arch[] = "aarch64";
#else
char machine_arch[] = "unknown";
#endif

/* A tick is a unit here, nothing happens at that rate; see kern_tc.c. */
int hz = 100;
int tick = 10000;
int stathz;
int profhz;
const int schedppq = 1;

int cold = 1;			/* cleared when rump_init() is about done */
int shutting_down;
int doing_shutdown;
int boothowto = AB_SILENT;	/* rump_boot_sethowto() */
bool mp_online;

long hostid;
char hostname[MAXHOSTNAMELEN];
int hostnamelen;
char domainname[MAXHOSTNAMELEN];
int domainnamelen;
int rtc_offset;

psize_t physmem;			/* set by uvm_km.c */
int maxmem;

dev_t rootdev = NODEV;
dev_t dumpdev = NODEV;
struct vnode *rootvp;
device_t root_device;
const char *rootspec;
bool rump_ttycomponent;

/* Nobody counts: threads run on the host. */
struct loadavg averunnable = { .fscale = FSCALE };

size_t coherency_unit = COHERENCY_UNIT;

/* The kernel's address space is also that of local clients. */
struct vmspace rump_vmspace0;
static struct vmspace vmspace_local;
struct vmspace *rump_vmspace_local = &vmspace_local;

static void
rump_delay_spin(u_int us)
{
	int64_t end = rump_mononsec() + (int64_t)us * 1000;

	rump_sched_wake_all();
	while (rump_mononsec() < end)
		continue;
}

void (*delay_func)(unsigned int) = rump_delay_spin;

/* Filled in by the vfs faction, called by others if they are set. */
void (*rump_vfs_fini)(void);
int (*rump_vfs_makedevnodes)(dev_t, const char *, char, devmajor_t,
    devminor_t, int);
int (*rump_vfs_makeonedevnode)(dev_t, const char *, devmajor_t, devminor_t);
int (*rump_vfs_makesymlink)(const char *, const char *);
