/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The vfs faction as the base sees it: brings everything up in order when the
 * kernel boots, gives processes their directories, writes everything when the
 * kernel ends, and gives memory back when it is short.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/buf.h>
#include <sys/filedesc.h>
#include <sys/iostat.h>
#include <sys/lwp.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/proc.h>
#include <sys/reboot.h>
#include <sys/vnode_impl.h>

#include <uvm/uvm.h>
#include <uvm/uvm_aobj.h>
#include <uvm/uvm_page.h>
#include <uvm/uvm_pager.h>
#include <uvm/uvm_readahead.h>

#include <rump-sys/kern.h>
#include <rump-sys/vfs.h>

#include "rump_devnodes.h"
#include "spec_private.h"
#include "uvm_private.h"
#include "vfs_bio_private.h"
#include "vfs_private.h"

/* Memory a cached file takes, with its inode and names, at a guess. */
#define	VNODE_WEIGHT	4096

static void
vfs_proc_init(struct proc *p)
{

	p->p_cwdi = cwdinit();
}

static void
vfs_proc_release(struct proc *p)
{
	struct cwdinfo *cwdi = p->p_cwdi;

	p->p_cwdi = NULL;
	cwdfree(cwdi);
}

/*
 * The base is short of memory: buffers first, then names and files.  None of
 * them waits for I/O.
 */
static void (*drain_buffers)(int);

static void
vfs_drain(int nbufs)
{

	if (drain_buffers != NULL)
		(*drain_buffers)(nbufs);
	cache_drain(25);
	vcache_grace();
	vcache_shrink(25);
}

static void
vfs_shutdown_hook(int howto)
{

	(void)vfs_shutdown();
}

/* A limit of memory is one of files as well. */
static void
vfs_size(void)
{
	unsigned long n;

	if (rump_physmemlimit == RUMPMEM_UNLIMITED)
		return;
	n = rump_physmemlimit / VNODE_WEIGHT / 4;
	if (n < (unsigned long)desiredvnodes)
		desiredvnodes = MAX(n, 64);
}

/* Pages, buffers and devices, before there are vnodes. */
static void
vfs_io_init(void)
{

	uvm_page_init(NULL, NULL);
	uvm_pager_init();
	uao_init();
	ubc_init();
	uvm_ra_init();
	iostat_init();
	bufinit();
}

/*
 * With a limit, the threads that give memory back are made while there is
 * enough for them.
 */
static void
vfs_start_writers(void)
{

	if (rump_physmemlimit == RUMPMEM_UNLIMITED)
		return;
	(void)uvm_pdqueue_start();
	bio_flusher_kick();
	vdrain_kick();
}

RUMP_COMPONENT(RUMP__FACTION_VFS)
{

	vfs_size();
	vfs_io_init();
	vfsinit();
	bufinit2();
	rump_devnodes_init();
	FLAWLESSCALL(rumpblk_init());
	rumpfs_init();

	/* Without a directory yet: it gets the root when that is mounted. */
	proc0.p_cwdi = cwdinit();
	rumpfs_mountroot();
	rump_proc_vfs_init = vfs_proc_init;
	rump_proc_vfs_release = vfs_proc_release;
	drain_buffers = rump_vfs_drainbufs;
	rump_vfs_drainbufs = vfs_drain;
	rump_vfs_shutdown = vfs_shutdown_hook;
	rump_vfs_diskmounted = spec_disk_mounted;
	rump_vfs_sockname = &vfs_sockname_ops;
	vfs_start_writers();
}

/* Device nodes need the root file system and the process's directory. */
RUMP_COMPONENT(RUMP_COMPONENT_VFS)
{

	FLAWLESSCALL(rump_devnull_init());
}

RUMP_COMPONENT(RUMP_COMPONENT_SYSCALL)
{

	vfs_syscalls_establish();
}
