/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The syncer: writes vnodes and mounts some time after they became dirty.
 * Its thread starts with the first dirty thing and sleeps, without a timer,
 * while nothing is dirty.
 *
 * Vnodes wait in slots of a second; a mount is visited metadelay
 * seconds after a vnode of it was first used exclusively.
 *
 * Lock order: v_interlock, then sy_lock.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/buf.h>
#include <sys/fstrans.h>
#include <sys/kauth.h>
#include <sys/kernel.h>
#include <sys/kthread.h>
#include <sys/lwp.h>
#include <sys/mount.h>
#include <sys/proc.h>
#include <sys/vnode_impl.h>

#include <miscfs/syncfs/syncfs.h>

#include "vfs_private.h"

#define	SYNC_SLOTS		64	/* power of two, above all delays */

time_t	syncdelay = 30;
time_t	filedelay = 30;
time_t	dirdelay = 15;
time_t	metadelay = 10;
int	syncer_maxdelay = SYNC_SLOTS - 2;

TAILQ_HEAD(synclist, vnode_impl);

/* All under sy_lock. */
static struct {
	kmutex_t	sy_lock;
	kcondvar_t	sy_cv;
	struct synclist	sy_slot[SYNC_SLOTS];
	u_int		sy_nvnodes;	/* in the slots */
	TAILQ_HEAD(, mount) sy_mounts;	/* on the work list */
	u_int		sy_nmounts;	/* of those, dirty */
	time_t		sy_done;	/* slots up to here are served */
	time_t		sy_mountdue;	/* next visit of dirty mounts */
	struct lwp	*sy_thread;
	bool		sy_starting;
	bool		sy_hurry;
	bool		sy_idle;	/* the thread sleeps without a timer */
} sy;

void
vfs_syncer_init(void)
{
	int i;

	mutex_init(&sy.sy_lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&sy.sy_cv, "syncer");
	for (i = 0; i < SYNC_SLOTS; i++)
		TAILQ_INIT(&sy.sy_slot[i]);
	TAILQ_INIT(&sy.sy_mounts);
}

static bool
sync_vnode_selector(struct vnode *vp)
{

	return (vp->v_iflag & VI_ONWORKLST) != 0 &&
	    vdead_check(vp, VDEAD_NOWAIT) == 0;
}

/* Put a vnode in the slot of now + delay.  Interlock and sy_lock held. */
static void
sync_insert(struct vnode_impl *vip, int delay)
{

	if (delay > syncer_maxdelay)
		delay = syncer_maxdelay;
	if (delay < 1)
		delay = 1;
	vip->vi_syncslot = (time_uptime + delay) & (SYNC_SLOTS - 1);
	TAILQ_INSERT_TAIL(&sy.sy_slot[vip->vi_syncslot], vip, vi_synclist);
	sy.sy_nvnodes++;
}

static void
sync_delete(struct vnode_impl *vip)
{

	TAILQ_REMOVE(&sy.sy_slot[vip->vi_syncslot], vip, vi_synclist);
	sy.sy_nvnodes--;
}

/* Write one vnode; true if it could be looked at.  sy_lock is dropped. */
static bool
sync_vnode(struct vnode_impl *vip)
{
	struct vnode *vp = VIMPL_TO_VNODE(vip);
	struct mount *mp;

	if (!mutex_tryenter(vp->v_interlock))
		return false;
	if (!sync_vnode_selector(vp)) {
		mutex_exit(vp->v_interlock);
		return false;
	}
	/* If it stays dirty it comes around again. */
	sync_delete(vip);
	sync_insert(vip, vp->v_type == VDIR ? dirdelay : filedelay);
	mutex_exit(&sy.sy_lock);

	if (vcache_vget(vp) == 0) {
		mp = vp->v_mount;
		if (vfs_trybusy(mp) == 0) {
			if (vn_lock(vp, LK_EXCLUSIVE | LK_NOWAIT) == 0) {
				(void)VOP_FSYNC(vp, curlwp->l_cred,
				    FSYNC_LAZY, 0, 0);
				vput(vp);
			} else
				vrele(vp);
			vfs_unbusy(mp);
		} else
			vrele(vp);
	}
	mutex_enter(&sy.sy_lock);
	return true;
}

/* Everything in one slot, once. */
static void
sync_slot(struct synclist *slot)
{
	struct vnode_impl *vip;
	u_int n = sy.sy_nvnodes;

	while (n-- > 0 && (vip = TAILQ_FIRST(slot)) != NULL)
		if (!sync_vnode(vip) && TAILQ_FIRST(slot) == vip) {
			/* In use this moment: a second later. */
			sync_delete(vip);
			sync_insert(vip, 1);
		}
}

static struct mount *
sync_dirty_mount(void)
{
	struct mount *mp;

	TAILQ_FOREACH(mp, &sy.sy_mounts, mnt_synclist)
		if (mp->mnt_dirty != 0)
			break;
	return mp;
}

static void
sync_mounts(void)
{
	struct mount *mp;

	while ((mp = sync_dirty_mount()) != NULL) {
		atomic_store_relaxed(&mp->mnt_dirty, 0);
		sy.sy_nmounts--;
		vfs_ref(mp);
		mutex_exit(&sy.sy_lock);
		if (vfs_trybusy(mp) == 0) {
			(void)VFS_SYNC(mp, MNT_LAZY, curlwp->l_cred);
			vfs_unbusy(mp);
		}
		vfs_rele(mp);
		mutex_enter(&sy.sy_lock);
	}
}

static void
sync_thread(void *arg)
{
	time_t now;

	mutex_enter(&sy.sy_lock);
	sy.sy_done = time_uptime - 1;
	for (;;) {
		if (sy.sy_nvnodes == 0 && sy.sy_nmounts == 0) {
			sy.sy_idle = true;
			cv_wait(&sy.sy_cv, &sy.sy_lock);
			sy.sy_idle = false;
			sy.sy_done = time_uptime - 1;
			continue;
		}
		if (!sy.sy_hurry)
			(void)cv_timedwait(&sy.sy_cv, &sy.sy_lock, hz);
		now = time_uptime;
		if (sy.sy_hurry) {
			sy.sy_hurry = false;
			now = sy.sy_done + 8;
		}
		for (; sy.sy_done < now; sy.sy_done++)
			sync_slot(&sy.sy_slot[(sy.sy_done + 1) &
			    (SYNC_SLOTS - 1)]);
		if (sy.sy_nmounts != 0 && now >= sy.sy_mountdue) {
			sync_mounts();
			sy.sy_mountdue = now + metadelay;
		}
	}
}

/* sy_lock held; dropped while a thread is made. */
static void
sync_start(void)
{
	struct lwp *l;
	int error;

	if (sy.sy_thread != NULL || sy.sy_starting)
		return;
	sy.sy_starting = true;
	mutex_exit(&sy.sy_lock);
	error = kthread_create(PRI_IOFLUSH, KTHREAD_MPSAFE, NULL, sync_thread,
	    NULL, &l, "ioflush");
	if (error != 0)
		printf("vfs: no syncer: error %d\n", error);
	mutex_enter(&sy.sy_lock);
	if (error == 0)
		sy.sy_thread = l;
	sy.sy_starting = false;
}

/*
 * There is something to write again.  A thread that waits for the next second
 * comes to it then: waking it for each fsync would cost more than the fsync.
 */
static void
sync_wake(void)
{

	KASSERT(mutex_owned(&sy.sy_lock));
	if (sy.sy_idle)
		cv_signal(&sy.sy_cv);
}

/*
 * A vnode has something to write, in about delay seconds.  Whoever locked it
 * to do that has started the thread (vfs_mount_dirtied, vfs_syncer_need).
 */
void
vn_syncer_add_to_worklist(struct vnode *vp, int delay)
{
	struct vnode_impl *vip = VNODE_TO_VIMPL(vp);

	KASSERT(mutex_owned(vp->v_interlock));
	mutex_enter(&sy.sy_lock);
	if (vp->v_iflag & VI_ONWORKLST)
		sync_delete(vip);
	vn_setiflag(vp, VI_ONWORKLST, 0);
	sync_insert(vip, delay);
	if (sy.sy_nvnodes == 1)
		sync_wake();
	mutex_exit(&sy.sy_lock);
}

void
vn_syncer_remove_from_worklist(struct vnode *vp)
{

	KASSERT(mutex_owned(vp->v_interlock));
	mutex_enter(&sy.sy_lock);
	if (vp->v_iflag & VI_ONWORKLST) {
		vn_setiflag(vp, 0, VI_ONWORKLST);
		sync_delete(VNODE_TO_VIMPL(vp));
	}
	mutex_exit(&sy.sy_lock);
}

void
vfs_syncer_add_to_worklist(struct mount *mp)
{

	mutex_enter(&sy.sy_lock);
	KASSERT((mp->mnt_iflag & IMNT_ONWORKLIST) == 0);
	atomic_store_relaxed(&mp->mnt_iflag,
	    mp->mnt_iflag | IMNT_ONWORKLIST);
	atomic_store_relaxed(&mp->mnt_dirty, 0);
	TAILQ_INSERT_TAIL(&sy.sy_mounts, mp, mnt_synclist);
	mutex_exit(&sy.sy_lock);
}

void
vfs_syncer_remove_from_worklist(struct mount *mp)
{

	mutex_enter(&sy.sy_lock);
	if (mp->mnt_iflag & IMNT_ONWORKLIST) {
		atomic_store_relaxed(&mp->mnt_iflag,
		    mp->mnt_iflag & ~IMNT_ONWORKLIST);
		TAILQ_REMOVE(&sy.sy_mounts, mp, mnt_synclist);
		if (mp->mnt_dirty != 0)
			sy.sy_nmounts--;
		atomic_store_relaxed(&mp->mnt_dirty, 0);
	}
	mutex_exit(&sy.sy_lock);
}

/* Something of this mount may have changed. */
void
vfs_mount_dirtied(struct mount *mp)
{

	mutex_enter(&sy.sy_lock);
	if ((mp->mnt_iflag & IMNT_ONWORKLIST) == 0) {
		/* Only its vnodes are visited; spare others the way here. */
		atomic_store_relaxed(&mp->mnt_dirty, 1);
		if ((mp->mnt_flag & MNT_ASYNC) != 0)
			sync_start();
	} else if (mp->mnt_dirty == 0) {
		atomic_store_relaxed(&mp->mnt_dirty, 1);
		if (sy.sy_nmounts++ == 0) {
			sy.sy_mountdue = time_uptime + metadelay;
			sync_start();
			sync_wake();
		}
	}
	mutex_exit(&sy.sy_lock);
}

/* A block device is going to be written without a file system. */
void
vfs_syncer_need(void)
{

	mutex_enter(&sy.sy_lock);
	sync_start();
	mutex_exit(&sy.sy_lock);
}

/* Memory is short: write some of what would be due in a few seconds. */
int
speedup_syncer(void)
{

	mutex_enter(&sy.sy_lock);
	sy.sy_hurry = sy.sy_nvnodes != 0;
	cv_signal(&sy.sy_cv);
	mutex_exit(&sy.sy_lock);
	return 1;
}

void
syncer_kick(void)
{

	(void)speedup_syncer();
}
