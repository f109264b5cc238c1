/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Inodes and their vnodes: from the disk, new ones, writing them, and their
 * end.  An inode without a name lives as long as its vnode is used; the log
 * knows of it, so that a mount after a crash can free it.
 */

#include "logfs.h"

#include <sys/pool.h>

#include <uvm/uvm_extern.h>

static pool_cache_t lf_node_cache;

void
lf_node_sysinit(void)
{

	lf_node_cache = pool_cache_init(sizeof(struct lf_node), 0, 0, 0,
	    "logfsino", NULL, IPL_NONE, NULL, NULL, NULL);
}

void
lf_node_sysfini(void)
{

	pool_cache_destroy(lf_node_cache);
}

static void
lf_attach(struct lf_mount *lm, struct vnode *vp, ino_t ino,
    const struct lf_dinode *ld)
{
	struct lf_node *ln;

	ln = pool_cache_get(lf_node_cache, PR_WAITOK);
	memset(ln, 0, sizeof(*ln));
	ln->ln_vnode = vp;
	ln->ln_mount = lm;
	ln->ln_ino = ino;
	ln->ln_d = *ld;
	rw_init(&ln->ln_maplock);
	mutex_init(&ln->ln_lock, MUTEX_DEFAULT, IPL_NONE);
	vp->v_type = IFTOVT(ld->ld_mode);
	vp->v_tag = VT_NON;
	vp->v_data = ln;
	vp->v_op = lf_vnodeop_p;
	if (vp->v_type == VCHR || vp->v_type == VBLK) {
		vp->v_op = lf_specop_p;
		spec_node_init(vp, ld->ld_rdev);
	} else if (vp->v_type == VFIFO)
		vp->v_op = lf_fifoop_p;
	genfs_node_init(vp, &lf_genfsops);
	if (ino == LF_ROOTINO)
		vp->v_vflag |= VV_ROOT;
	uvm_vnp_setsize(vp, vp->v_type == VREG ? ld->ld_size : 0);
	cache_enter_id(vp, ld->ld_mode & ALLPERMS, ld->ld_uid, ld->ld_gid,
	    true);
}

/* The block of the table with an inode, and where in it. */
static int
lf_inode_read(struct lf_mount *lm, ino_t ino, int flags, struct buf **bpp,
    struct lf_dinode **ldp)
{
	int error;

	KASSERT(ino <= lm->lm_super.ls_ninodes);
	error = bread(lm->lm_devvp, LF_FSBTODB(lm->lm_super.ls_inodes +
	    ino / LF_IPERBLOCK), LF_BSIZE, flags, bpp);
	if (error == 0)
		*ldp = (struct lf_dinode *)(*bpp)->b_data + ino % LF_IPERBLOCK;
	return error;
}

static bool
lf_dinode_sane_p(const struct lf_dinode *ld)
{

	if (ld->ld_size > (uint64_t)LF_MAXBLOCKS << LF_BSHIFT)
		return false;
	switch (IFTOVT(ld->ld_mode)) {
	case VDIR:
		return ld->ld_size % LF_BSIZE == 0;
	case VLNK:
		return ld->ld_size < LF_BSIZE;
	case VREG:
	case VCHR:
	case VBLK:
	case VFIFO:
	case VSOCK:
		return true;
	default:
		return false;
	}
}

/* VFS_LOADVNODE: the key is the number. */
int
lf_loadvnode(struct mount *mp, struct vnode *vp, const void *key,
    size_t keylen, const void **newkey)
{
	struct lf_mount *lm = MOUNTTOLF(mp);
	struct lf_dinode *tab, ld;
	struct buf *bp;
	ino_t ino;
	int error;

	KASSERT(keylen == sizeof(ino));
	memcpy(&ino, key, sizeof(ino));
	if (ino < LF_ROOTINO || ino > lm->lm_super.ls_ninodes)
		return ENOENT;
	error = lf_inode_read(lm, ino, 0, &bp, &tab);
	if (error != 0)
		return error;
	ld = *tab;
	brelse(bp, 0);
	if (ld.ld_mode == 0)
		return ENOENT;
	if (!lf_dinode_sane_p(&ld))
		return EIO;
	lf_attach(lm, vp, ino, &ld);
	*newkey = &VTOLF(vp)->ln_ino;
	return 0;
}

/* VFS_NEWVNODE, in a transaction: an inode without a name yet. */
int
lf_newvnode(struct mount *mp, struct vnode *dvp, struct vnode *vp,
    struct vattr *vap, kauth_cred_t cred, void *extra, size_t *keylen,
    const void **newkey)
{
	struct lf_mount *lm = MOUNTTOLF(mp);
	struct lf_dinode ld;
	struct timespec ts;
	ino_t ino;
	int error;

	if (dvp == NULL)
		return EOPNOTSUPP;
	memset(&ld, 0, sizeof(ld));
	vfs_timestamp(&ts);
	ld.ld_mode = MAKEIMODE(vap->va_type, vap->va_mode);
	ld.ld_uid = kauth_cred_geteuid(cred);
	ld.ld_gid = VTOLF(dvp)->ln_d.ld_gid;
	ld.ld_atime.lt_sec = ts.tv_sec;
	ld.ld_atime.lt_nsec = ts.tv_nsec;
	ld.ld_mtime = ld.ld_ctime = ld.ld_birthtime = ld.ld_atime;
	if (vap->va_type == VCHR || vap->va_type == VBLK)
		ld.ld_rdev = vap->va_rdev;
	mutex_enter(&lm->lm_lock);
	ld.ld_gen = ++lm->lm_gen;
	mutex_exit(&lm->lm_lock);
	error = lf_ialloc(lm, &ld, &ino);
	if (error != 0)
		return error;
	lf_attach(lm, vp, ino, &ld);
	*keylen = sizeof(ino);
	*newkey = &VTOLF(vp)->ln_ino;
	return 0;
}

int
lf_vget(struct mount *mp, ino_t ino, int lktype, struct vnode **vpp)
{
	int error;

	error = vcache_get(mp, &ino, sizeof(ino), vpp);
	if (error != 0 || lktype == LK_NONE)
		return error;
	error = vn_lock(*vpp, lktype);
	if (error != 0) {
		vrele(*vpp);
		*vpp = NULL;
	}
	return error;
}

/* Write the inode.  In a transaction. */
int
lf_update(struct lf_node *ln)
{
	struct lf_dinode *ld;
	struct buf *bp;
	int error;

	error = lf_inode_read(ln->ln_mount, ln->ln_ino, B_MODIFY, &bp, &ld);
	if (error != 0)
		return error;
	rw_enter(&ln->ln_maplock, RW_READER);
	mutex_enter(&ln->ln_lock);
	*ld = ln->ln_d;
	ln->ln_stale = 0;
	mutex_exit(&ln->ln_lock);
	rw_exit(&ln->ln_maplock);
	bdwrite(bp);
	return 0;
}

static bool
lf_later(const struct lf_time *a, const struct lf_time *b)
{

	return a->lt_sec != b->lt_sec ? a->lt_sec > b->lt_sec :
	    a->lt_nsec > b->lt_nsec;
}

/* Was it read since the last change, and less than a day ago? */
static bool
lf_access_known(const struct lf_dinode *ld, const struct lf_time *now)
{

	return lf_later(&ld->ld_atime, &ld->ld_mtime) &&
	    lf_later(&ld->ld_atime, &ld->ld_ctime) &&
	    ld->ld_atime.lt_sec > now->lt_sec - 24 * 60 * 60;
}

/* Times are now; lf_update() or lf_update_times() writes them. */
void
lf_touch(struct lf_node *ln, int what)
{
	const int flags = ln->ln_vnode->v_mount->mnt_flag;
	struct lf_time lt = { 0 };
	struct timespec ts;

	if ((flags & (MNT_NOATIME | MNT_RDONLY)) != 0)
		what &= ~LFT_ACCESS;
	if (what == 0)
		return;
	vfs_timestamp(&ts);
	lt.lt_sec = ts.tv_sec;
	lt.lt_nsec = ts.tv_nsec;
	mutex_enter(&ln->ln_lock);
	if ((flags & MNT_RELATIME) != 0 && what == LFT_ACCESS &&
	    lf_access_known(&ln->ln_d, &lt))
		what = 0;
	if (what & LFT_ACCESS)
		ln->ln_d.ld_atime = lt;
	if (what & LFT_MODIFY)
		ln->ln_d.ld_mtime = lt;
	if (what & LFT_CHANGE)
		ln->ln_d.ld_ctime = lt;
	ln->ln_stale |= what;
	mutex_exit(&ln->ln_lock);
}

/* Write the inode if all that has changed is when it was used. */
int
lf_update_times(struct lf_node *ln)
{
	bool stale;
	int error;

	mutex_enter(&ln->ln_lock);
	stale = ln->ln_stale != 0;
	mutex_exit(&ln->ln_lock);
	if (!stale || lf_rdonly(ln->ln_mount))
		return 0;
	error = lf_begin(ln->ln_mount);
	if (error != 0)
		return error;
	error = lf_update(ln);
	lf_end(ln->ln_mount);
	return error;
}

/* Nobody has the file any more. */
static int
lf_free(struct lf_node *ln)
{
	struct lf_mount *lm = ln->ln_mount;
	const mode_t mode = ln->ln_d.ld_mode;
	int error;

	if (ln->ln_vnode->v_type == VREG)
		uvm_vnp_setsize(ln->ln_vnode, 0);
	error = lf_map_free(ln, 0);
	if (error == 0)
		error = lf_begin(lm);
	if (error != 0)
		return error;
	ln->ln_d.ld_mode = 0;
	error = lf_update(ln);
	if (error == 0)
		wapbl_unregister_inode(lm->lm_mp->mnt_wapbl, ln->ln_ino,
		    mode);
	lf_end(lm);
	if (error == 0) {
		mutex_enter(&lm->lm_lock);
		lm->lm_ifree++;
		mutex_exit(&lm->lm_lock);
	}
	return error;
}

/* VOP_INACTIVE. */
int
lf_inactive(void *v)
{
	struct vop_inactive_v2_args *ap = v;
	struct lf_node *ln = VTOLF(ap->a_vp);
	int error = 0;

	*ap->a_recycle = ln->ln_d.ld_nlink == 0;
	if (lf_rdonly(ln->ln_mount))
		return 0;
	if (ln->ln_d.ld_nlink > 0)
		return lf_update_times(ln);
	/* If that fails the log remembers it. */
	if (ln->ln_d.ld_mode != 0)
		error = lf_free(ln);
	return error;
}

/* VOP_RECLAIM. */
int
lf_reclaim(void *v)
{
	struct vop_reclaim_v2_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct lf_node *ln = VTOLF(vp);

	VOP_UNLOCK(vp);
	genfs_node_destroy(vp);
	vp->v_data = NULL;
	mutex_destroy(&ln->ln_lock);
	rw_destroy(&ln->ln_maplock);
	pool_cache_put(lf_node_cache, ln);
	return 0;
}
