/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The directory context of a process: current directory, root directory and
 * file mode mask.  Processes made by sharing have the same one.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/filedesc.h>
#include <sys/lwp.h>
#include <sys/pool.h>
#include <sys/proc.h>
#include <sys/vnode_impl.h>

#include "vfs_private.h"

static pool_cache_t cwdi_cache;

void
cwd_sys_init(void)
{

	cwdi_cache = pool_cache_init(sizeof(struct cwdinfo), COHERENCY_UNIT,
	    0, 0, "cwdi", NULL, IPL_NONE, NULL, NULL, NULL);
}

static struct cwdinfo *
cwd_alloc(void)
{
	struct cwdinfo *cwdi;

	cwdi = pool_cache_get(cwdi_cache, PR_WAITOK);
	memset(cwdi, 0, sizeof(*cwdi));
	rw_init(&cwdi->cwdi_lock);
	cwdi->cwdi_cmask = 022;
	cwdi->cwdi_refcnt = 1;
	return cwdi;
}

/* A copy of the caller's context; the root, when there is none yet. */
struct cwdinfo *
cwdinit(void)
{
	struct cwdinfo *cwdi = cwd_alloc(), *copy = curproc->p_cwdi;

	if (copy == NULL) {
		cwdi->cwdi_cdir = rootvnode;
		if (rootvnode != NULL)
			vref(rootvnode);
		return cwdi;
	}
	rw_enter(&copy->cwdi_lock, RW_READER);
	cwdi->cwdi_cdir = copy->cwdi_cdir;
	if (cwdi->cwdi_cdir != NULL)
		vref(cwdi->cwdi_cdir);
	cwdi->cwdi_rdir = copy->cwdi_rdir;
	if (cwdi->cwdi_rdir != NULL)
		vref(cwdi->cwdi_rdir);
	cwdi->cwdi_cmask = copy->cwdi_cmask;
	rw_exit(&copy->cwdi_lock);
	return cwdi;
}

/* The new process uses the caller's context. */
void
cwdshare(struct proc *p)
{
	struct cwdinfo *cwdi = curproc->p_cwdi;

	atomic_inc_uint(&cwdi->cwdi_refcnt);
	p->p_cwdi = cwdi;
}

/* Stop sharing. */
void
cwdunshare(struct proc *p)
{
	struct cwdinfo *cwdi = p->p_cwdi;

	KASSERT(p == curproc);
	if (atomic_load_relaxed(&cwdi->cwdi_refcnt) > 1) {
		p->p_cwdi = cwdinit();
		cwdfree(cwdi);
	}
}

void
cwdexec(struct proc *p)
{

	cwdunshare(p);
}

void
cwdfree(struct cwdinfo *cwdi)
{

	membar_release();
	if (atomic_dec_uint_nv(&cwdi->cwdi_refcnt) > 0)
		return;
	membar_acquire();
	if (cwdi->cwdi_cdir != NULL)
		vrele(cwdi->cwdi_cdir);
	if (cwdi->cwdi_rdir != NULL)
		vrele(cwdi->cwdi_rdir);
	rw_destroy(&cwdi->cwdi_lock);
	pool_cache_put(cwdi_cache, cwdi);
}
