/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fifo_vnops.c: named pipes.  The operations that file systems' fifo vnodes
 * fall back to through vn_fifo_bypass(); reading and writing themselves are
 * in fifo_rdwr.c.
 *
 * A fifo has a struct fifoinfo from its first open to its last close, so data
 * that nobody read is lost then.
 *
 * Lock order: vnode lock, fi_lock.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/event.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filio.h>
#include <sys/kmem.h>
#include <sys/poll.h>
#include <sys/select.h>
#include <sys/unistd.h>
#include <sys/vnode_impl.h>

#include <miscfs/fifofs/fifo.h>
#include <miscfs/genfs/genfs.h>

#include "fifo_private.h"
#include "vfs_private.h"

int (**fifo_vnodeop_p)(void *);

static struct fifoinfo *
fifoinfo_create(void)
{
	struct fifoinfo *fi;

	fi = kmem_zalloc(sizeof(*fi), KM_SLEEP);
	mutex_init(&fi->fi_lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&fi->fi_rcv, "fiford");
	cv_init(&fi->fi_wcv, "fifowr");
	cv_init(&fi->fi_opencv, "fifoopen");
	selinit(&fi->fi_rsel);
	selinit(&fi->fi_wsel);
	fi->fi_buf = kmem_alloc(FIFO_SIZE, KM_SLEEP);
	return fi;
}

static void
fifoinfo_destroy(struct fifoinfo *fi)
{

	KASSERT(fi->fi_waiters == 0);
	kmem_free(fi->fi_buf, FIFO_SIZE);
	seldestroy(&fi->fi_rsel);
	seldestroy(&fi->fi_wsel);
	cv_destroy(&fi->fi_rcv);
	cv_destroy(&fi->fi_wcv);
	cv_destroy(&fi->fi_opencv);
	mutex_destroy(&fi->fi_lock);
	kmem_free(fi, sizeof(*fi));
}

/*
 * Something changed for readers, or for writers.
 */
void
fifo_wake_readers(struct fifoinfo *fi)
{

	KASSERT(mutex_owned(&fi->fi_lock));
	cv_broadcast(&fi->fi_rcv);
	selnotify(&fi->fi_rsel, POLLIN | POLLRDNORM, NOTE_SUBMIT);
}

void
fifo_wake_writers(struct fifoinfo *fi)
{

	KASSERT(mutex_owned(&fi->fi_lock));
	cv_broadcast(&fi->fi_wcv);
	selnotify(&fi->fi_wsel, POLLOUT | POLLWRNORM, NOTE_SUBMIT);
}

static void
fifo_opened(struct fifoinfo *fi, int mode)
{

	KASSERT(mutex_owned(&fi->fi_lock));
	if (mode & FREAD) {
		fi->fi_readers++;
		fi->fi_ropens++;
		fifo_wake_writers(fi);
	}
	if (mode & FWRITE) {
		fi->fi_writers++;
		fi->fi_wopens++;
		fifo_wake_readers(fi);
	}
	cv_broadcast(&fi->fi_opencv);
}

/*
 * Undo an open; the last reader or writer leaving tells the other side.
 */
static void
fifo_closed(struct fifoinfo *fi, int mode)
{

	KASSERT(mutex_owned(&fi->fi_lock));
	if (mode & FREAD) {
		KASSERT(fi->fi_readers > 0);
		if (--fi->fi_readers == 0)
			fifo_wake_writers(fi);
	}
	if (mode & FWRITE) {
		KASSERT(fi->fi_writers > 0);
		if (--fi->fi_writers == 0)
			fifo_wake_readers(fi);
	}
}

/*
 * Free the state if this was the last user.  The vnode is locked exclusively,
 * fi_lock is held and given up.
 */
static void
fifo_unlock_last(struct vnode *vp, struct fifoinfo *fi)
{
	const bool last = fi->fi_readers == 0 && fi->fi_writers == 0 &&
	    fi->fi_waiters == 0;

	mutex_exit(&fi->fi_lock);
	if (last && vp->v_fifoinfo == fi) {
		vp->v_fifoinfo = NULL;
		fifoinfo_destroy(fi);
	}
}

/*
 * Let go of the vnode for a transfer.  The state stays, even if others, such
 * as a layer that is thrown out, close for who sleeps in it.
 */
void
fifo_use_begin(struct vnode *vp, struct fifoinfo *fi)
{

	mutex_enter(&fi->fi_lock);
	fi->fi_waiters++;
	VOP_UNLOCK(vp);
}

/* The lock again, as it was; fi_lock is given up. */
void
fifo_use_end(struct vnode *vp, struct fifoinfo *fi, int lktype)
{
	bool last;

	mutex_exit(&fi->fi_lock);
	vn_lock(vp, lktype | LK_RETRY);
	mutex_enter(&fi->fi_lock);
	KASSERT(fi->fi_waiters > 0);
	last = fi->fi_waiters == 1 && fi->fi_readers == 0 &&
	    fi->fi_writers == 0;
	if (last && lktype != LK_EXCLUSIVE) {
		mutex_exit(&fi->fi_lock);
		VOP_UNLOCK(vp);
		vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
		mutex_enter(&fi->fi_lock);
	}
	fi->fi_waiters--;
	if (!last) {
		mutex_exit(&fi->fi_lock);
		return;
	}
	fifo_unlock_last(vp, fi);
	if (lktype != LK_EXCLUSIVE)
		(void)VOP_LOCK(vp, LK_DOWNGRADE);
}

/*
 * An open waits for the other side, which may come and go before we run: its
 * opens are counted.  The vnode is unlocked meanwhile.
 */
static int
fifo_open_wait(struct vnode *vp, struct fifoinfo *fi, int mode)
{
	const bool read = (mode & FREAD) != 0;
	const u_int *opens = read ? &fi->fi_wopens : &fi->fi_ropens;
	const u_int *other = read ? &fi->fi_writers : &fi->fi_readers;
	const u_int seen = *opens;
	int error = 0;

	if (*other != 0)
		return 0;
	fi->fi_waiters++;
	VOP_UNLOCK(vp);
	while (error == 0 && *opens == seen && !fi->fi_gone)
		error = cv_wait_sig(&fi->fi_opencv, &fi->fi_lock);
	mutex_exit(&fi->fi_lock);
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	mutex_enter(&fi->fi_lock);
	fi->fi_waiters--;
	return fi->fi_gone ? EIO : error;
}

/*
 * VOP_OPEN.  Both ends in one never wait.
 */
static int
fifo_open(void *v)
{
	struct vop_open_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct fifoinfo *fi;
	const int mode = ap->a_mode & (FREAD | FWRITE);
	int error = 0;

	if (VOP_ISLOCKED(vp) != LK_EXCLUSIVE) {
		VOP_UNLOCK(vp);
		vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
		if (vdead_check(vp, 0) != 0)
			return EIO;
	}
	if (vp->v_fifoinfo == NULL)
		vp->v_fifoinfo = fifoinfo_create();
	fi = vp->v_fifoinfo;
	mutex_enter(&fi->fi_lock);
	if ((ap->a_mode & O_NONBLOCK) != 0 && mode == FWRITE &&
	    fi->fi_readers == 0) {
		fifo_unlock_last(vp, fi);
		return ENXIO;
	}
	fifo_opened(fi, mode);
	if ((ap->a_mode & O_NONBLOCK) == 0 && mode != (FREAD | FWRITE))
		error = fifo_open_wait(vp, fi, mode);
	if (error != 0)
		fifo_closed(fi, mode);
	fifo_unlock_last(vp, fi);
	return error;
}

/*
 * VOP_CLOSE, once for each open.
 */
static int
fifo_close(void *v)
{
	struct vop_close_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct fifoinfo *fi = vp->v_fifoinfo;

	if (VOP_ISLOCKED(vp) != LK_EXCLUSIVE)
		vn_lock(vp, LK_UPGRADE | LK_RETRY);
	mutex_enter(&fi->fi_lock);
	fifo_closed(fi, ap->a_fflag & (FREAD | FWRITE));
	fifo_unlock_last(vp, fi);
	return 0;
}

/*
 * The vnode dies while it may be open: whoever sleeps here has to leave.
 */
void
fifo_node_revoke(struct vnode *vp)
{
	struct fifoinfo *fi = vp->v_fifoinfo;

	KASSERT(vp->v_type == VFIFO);
	if (fi == NULL)
		return;
	mutex_enter(&fi->fi_lock);
	fi->fi_gone = true;
	fifo_wake_readers(fi);
	fifo_wake_writers(fi);
	cv_broadcast(&fi->fi_opencv);
	mutex_exit(&fi->fi_lock);
}

/*
 * The vnode is freed; after a revoke the closes did not come by here.
 */
void
fifo_node_destroy(struct vnode *vp)
{

	KASSERT(vp->v_type == VFIFO);
	if (vp->v_fifoinfo != NULL)
		fifoinfo_destroy(vp->v_fifoinfo);
	vp->v_fifoinfo = NULL;
}

static int
fifo_lookup(void *v)
{
	struct vop_lookup_v2_args *ap = v;

	*ap->a_vpp = NULL;
	return ENOTDIR;
}

static int
fifo_ioctl(void *v)
{
	struct vop_ioctl_args *ap = v;
	struct fifoinfo *fi = ap->a_vp->v_fifoinfo;
	int error = 0;

	if (fi == NULL)
		return EBADF;
	mutex_enter(&fi->fi_lock);
	switch (ap->a_command) {
	case FIONBIO:
	case FIOASYNC:
		break;
	case FIONREAD:
	case FIONWRITE:
		*(int *)ap->a_data = fi->fi_count;
		break;
	case FIONSPACE:
		*(int *)ap->a_data = FIFO_SIZE - fi->fi_count;
		break;
	default:
		error = EPASSTHROUGH;
		break;
	}
	mutex_exit(&fi->fi_lock);
	return error;
}

static int
fifo_pathconf(void *v)
{
	struct vop_pathconf_args *ap = v;

	switch (ap->a_name) {
	case _PC_LINK_MAX:
		*ap->a_retval = LINK_MAX;
		return 0;
	case _PC_PIPE_BUF:
		*ap->a_retval = PIPE_BUF;
		return 0;
	case _PC_CHOWN_RESTRICTED:
	case _PC_SYNC_IO:
		*ap->a_retval = 1;
		return 0;
	default:
		return genfs_pathconf(v);
	}
}

static int
fifo_bmap(void *v)
{
	struct vop_bmap_args *ap = v;

	if (ap->a_vpp != NULL)
		*ap->a_vpp = ap->a_vp;
	if (ap->a_bnp != NULL)
		*ap->a_bnp = ap->a_bn;
	if (ap->a_runp != NULL)
		*ap->a_runp = 0;
	return 0;
}

static int
fifo_inactive(void *v)
{
	struct vop_inactive_v2_args *ap = v;

	*ap->a_recycle = false;
	return 0;
}

static int
fifo_reclaim(void *v)
{
	struct vop_reclaim_v2_args *ap = v;

	VOP_UNLOCK(ap->a_vp);
	return 0;
}

/*
 * For the print operations of file systems: part of a line.
 */
int
fifo_printinfo(struct vnode *vp)
{
	struct fifoinfo *fi = vp->v_fifoinfo;

	if (fi == NULL)
		printf(", fifo, not open");
	else
		printf(", fifo, %u readers, %u writers, %zu bytes",
		    fi->fi_readers, fi->fi_writers, fi->fi_count);
	return 0;
}

static int
fifo_print(void *v)
{
	struct vop_print_args *ap = v;

	(void)fifo_printinfo(ap->a_vp);
	printf("\n");
	return 0;
}

static const struct vnodeopv_entry_desc fifo_vnodeop_entries[] = {
	{ &vop_default_desc,	vn_default_error },
	{ &vop_parsepath_desc,	genfs_badop },
	{ &vop_lookup_desc,	fifo_lookup },
	{ &vop_create_desc,	genfs_badop },
	{ &vop_whiteout_desc,	genfs_badop },
	{ &vop_mknod_desc,	genfs_badop },
	{ &vop_open_desc,	fifo_open },
	{ &vop_close_desc,	fifo_close },
	{ &vop_access_desc,	genfs_ebadf },
	{ &vop_accessx_desc,	genfs_accessx },
	{ &vop_getattr_desc,	genfs_ebadf },
	{ &vop_setattr_desc,	genfs_ebadf },
	{ &vop_read_desc,	fifo_read },
	{ &vop_write_desc,	fifo_write },
	{ &vop_fallocate_desc,	genfs_eopnotsupp },
	{ &vop_fdiscard_desc,	genfs_eopnotsupp },
	{ &vop_ioctl_desc,	fifo_ioctl },
	{ &vop_poll_desc,	fifo_poll },
	{ &vop_kqfilter_desc,	fifo_kqfilter },
	{ &vop_revoke_desc,	genfs_revoke },
	{ &vop_mmap_desc,	genfs_badop },
	{ &vop_fsync_desc,	genfs_nullop },
	{ &vop_seek_desc,	genfs_badop },
	{ &vop_remove_desc,	genfs_badop },
	{ &vop_link_desc,	genfs_badop },
	{ &vop_rename_desc,	genfs_badop },
	{ &vop_mkdir_desc,	genfs_badop },
	{ &vop_rmdir_desc,	genfs_badop },
	{ &vop_symlink_desc,	genfs_badop },
	{ &vop_readdir_desc,	genfs_badop },
	{ &vop_readlink_desc,	genfs_badop },
	{ &vop_abortop_desc,	genfs_badop },
	{ &vop_inactive_desc,	fifo_inactive },
	{ &vop_reclaim_desc,	fifo_reclaim },
	{ &vop_lock_desc,	genfs_lock },
	{ &vop_unlock_desc,	genfs_unlock },
	{ &vop_bmap_desc,	fifo_bmap },
	{ &vop_strategy_desc,	genfs_badop },
	{ &vop_print_desc,	fifo_print },
	{ &vop_islocked_desc,	genfs_islocked },
	{ &vop_pathconf_desc,	fifo_pathconf },
	{ &vop_advlock_desc,	genfs_einval },
	{ &vop_bwrite_desc,	genfs_nullop },
	{ &vop_putpages_desc,	genfs_null_putpages },
	{ NULL, NULL }
};

const struct vnodeopv_desc fifo_vnodeop_opv_desc = {
	&fifo_vnodeop_p, fifo_vnodeop_entries
};
