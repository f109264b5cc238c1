/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The life of a vnode of this file system: loaded by vcache_get() for an
 * inode on disk, made by vcache_new() for a new file, made inactive when its
 * last user is gone (an inode without links is emptied then) and reclaimed.
 */

#include "ext2.h"

#include <sys/pool.h>
#include <miscfs/specfs/specdev.h>

static pool_cache_t ext2_inode_cache;

void
ext2_vnode_init(void)
{

	ext2_inode_cache = pool_cache_init(sizeof(struct ext2_inode),
	    COHERENCY_UNIT, 0, 0, "ext2ino", NULL, IPL_NONE, NULL, NULL, NULL);
}

void
ext2_vnode_done(void)
{

	pool_cache_destroy(ext2_inode_cache);
}

static struct ext2_inode *
ext2_inode_create(struct mount *mp, struct vnode *vp, ino_t ino)
{
	struct ext2_inode *ip;

	ip = pool_cache_get(ext2_inode_cache, PR_WAITOK);
	memset(ip, 0, sizeof(*ip));
	ip->ei_vnode = vp;
	ip->ei_em = VFSTOEXT2(mp);
	ip->ei_ino = ino;
	mutex_init(&ip->ei_lock, MUTEX_DEFAULT, IPL_NONE);
	rw_init(&ip->ei_maplock);
	return ip;
}

static void
ext2_inode_destroy(struct ext2_inode *ip)
{

	KASSERT(!ip->ei_ondirty);
	KASSERT(ip->ei_precount == 0 || !ext2_writable(ip->ei_em));
	ext2_inline_free(ip);
	ext2_dirmap_free(ip);
	if (ip->ei_dir != NULL)
		kmem_free(ip->ei_dir, sizeof(*ip->ei_dir));
	rw_destroy(&ip->ei_maplock);
	mutex_destroy(&ip->ei_lock);
	pool_cache_put(ext2_inode_cache, ip);
}

/* Tie the complete inode to its vnode. */
static void
ext2_vnode_attach(struct vnode *vp, struct ext2_inode *ip)
{

	vp->v_type = IFTOVT(ip->ei_mode);
	vp->v_tag = VT_EXT2FS;
	vp->v_data = ip;
	switch (vp->v_type) {
	case VCHR:
	case VBLK:
		vp->v_op = ext2fs_specop_p;
		break;
	case VFIFO:
		vp->v_op = ext2fs_fifoop_p;
		break;
	default:
		vp->v_op = ext2fs_vnodeop_p;
		break;
	}
	if (vp->v_type == VDIR)
		ip->ei_dir = kmem_zalloc(sizeof(*ip->ei_dir), KM_SLEEP);
	genfs_node_init(vp, &ext2_genfsops);
	if (vp->v_type == VCHR || vp->v_type == VBLK)
		spec_node_init(vp, ip->ei_rdev);
	if (ip->ei_ino == E2_ROOTINO)
		vp->v_vflag |= VV_ROOT;
	uvm_vnp_setsize(vp, vp->v_type == VREG ? ip->ei_size : 0);
	cache_enter_id(vp, ip->ei_mode & ALLPERMS, ip->ei_uid, ip->ei_gid,
	    true);
}

/*
 * VFS_LOADVNODE: read the inode a key (its number) names.
 */
int
ext2fs_loadvnode(struct mount *mp, struct vnode *vp, const void *key,
    size_t key_len, const void **new_key)
{
	struct ext2_inode *ip;
	ino_t ino;
	int error;

	KASSERT(key_len == sizeof(ino));
	memcpy(&ino, key, sizeof(ino));
	ip = ext2_inode_create(mp, vp, ino);
	error = ext2_iload(ip);
	if (error == 0 && (ip->ei_flags & E2_FL_EA_INODE) != 0 &&
	    S_ISREG(ip->ei_mode))
		error = ext2_damaged(ip->ei_em, "inode %" PRIu64 ": holds an "
		    "attribute's value and is no file", ino);
	if (error != 0) {
		ext2_inode_destroy(ip);
		return error;
	}
	ext2_vnode_attach(vp, ip);
	*new_key = &ip->ei_ino;
	return 0;
}

/* An inode number in a transaction of its own. */
static int
ext2_newino(struct ext2_inode *dip, uint16_t type, ino_t *inop)
{
	struct ext2_tx tx;
	u_int tries = 0;
	int error, error2;

	do {
		if ((error = ext2_tx_begin(&tx, dip->ei_em)) != 0)
			return error;
		error = ext2_ialloc(&tx, dip, type, inop);
		error2 = ext2_tx_end(&tx);
		if (error == 0)
			error = error2;
	} while (ext2_tx_retry(dip->ei_em, error, &tries));
	return error;
}

/*
 * VFS_NEWVNODE: make a file in dvp.  It has no links yet; extra points at
 * the type in the form of S_IFMT.
 */
int
ext2fs_newvnode(struct mount *mp, struct vnode *dvp, struct vnode *vp,
    struct vattr *vap, kauth_cred_t cred, void *extra, size_t *key_len,
    const void **new_key)
{
	const uint16_t type = *(const uint16_t *)extra;
	struct ext2_inode *dip = VTOE(dvp), *ip;
	ino_t ino;
	int error;

	KASSERT(VOP_ISLOCKED(dvp) == LK_EXCLUSIVE);
	if ((error = ext2_newino(dip, type, &ino)) != 0)
		return error;
	ip = ext2_inode_create(mp, vp, ino);
	ext2_ialloc_init(ip, dip, vap, cred, type);
	ext2_vnode_attach(vp, ip);
	ext2_idirty(ip);
	*key_len = sizeof(ip->ei_ino);
	*new_key = &ip->ei_ino;
	return 0;
}

/* Nothing refers to the file any more: give its contents back. */
static int
ext2_inactive_free(struct vnode *vp)
{
	struct ext2_inode *ip = VTOE(vp);
	struct ext2_tx tx;
	int error = 0, error2;

	/* Devices have a number where others have blocks. */
	if (vp->v_type == VREG || vp->v_type == VDIR || vp->v_type == VLNK)
		error = ext2_truncate(vp, 0, NOCRED);
	if (ext2_tx_begin(&tx, ip->ei_em) != 0)
		return EROFS;
	error2 = ext2_xattr_release(&tx, ip);
	ip->ei_dtime = time_second;
	if (ip->ei_dtime == 0)
		ip->ei_dtime = 1;
	ext2_idirty(ip);
	if (ext2_tx_end(&tx) != 0 && error == 0)
		error = EIO;
	return error != 0 ? error : error2;
}

/*
 * VOP_INACTIVE: the last reference is gone.
 */
int
ext2fs_inactive(void *v)
{
	struct vop_inactive_v2_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct ext2_inode *ip = VTOE(vp);
	struct ext2_tx tx;
	int error = 0;

	if (ext2_writable(ip->ei_em) && ip->ei_nlink == 0) {
		error = ext2_inactive_free(vp);
	} else if (ip->ei_precount != 0 &&
	    ext2_tx_begin(&tx, ip->ei_em) == 0) {
		rw_enter(&ip->ei_maplock, RW_WRITER);
		error = ext2_prealloc_drop(&tx, ip);
		rw_exit(&ip->ei_maplock);
		if (ext2_tx_end(&tx) != 0 && error == 0)
			error = EIO;
	}
	*ap->a_recycle = ip->ei_nlink == 0;
	return error;
}

/* Write the inode a last time and, without links, free it. */
static void
ext2_reclaim_inode(struct ext2_inode *ip)
{
	struct ext2_mount *em = ip->ei_em;
	struct ext2_tx tx;
	int error;

	if ((!atomic_load_relaxed(&ip->ei_ondirty) && ip->ei_nlink != 0) ||
	    ext2_tx_begin(&tx, em) != 0) {
		ext2_iclean(ip);
		return;
	}
	ext2_iclean_tx(&tx, ip);
	/* There is nobody left to tell. */
	if ((error = ext2_iwrite(ip)) != 0)
		ext2_lost(em, "an inode", error);
	if (ip->ei_precount != 0) {
		rw_enter(&ip->ei_maplock, RW_WRITER);
		(void)ext2_prealloc_drop(&tx, ip);
		rw_exit(&ip->ei_maplock);
	}
	if (ip->ei_nlink == 0)
		(void)ext2_ifree(&tx, em, ip->ei_ino, S_ISDIR(ip->ei_mode));
	(void)ext2_tx_end(&tx);
}

/*
 * VOP_RECLAIM: the vnode goes away.
 */
int
ext2fs_reclaim(void *v)
{
	struct vop_reclaim_v2_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct ext2_inode *ip = VTOE(vp);
	int error;

	VOP_UNLOCK(vp);
	if ((error = bio_error_take(vp)) != 0 && ip->ei_nlink != 0)
		ext2_warn(ip->ei_em, "inode %" PRIu64 ": writing contents "
		    "failed: error %d", ip->ei_ino, error);
	ext2_reclaim_inode(ip);
	genfs_node_destroy(vp);
	vp->v_data = NULL;
	ext2_inode_destroy(ip);
	return 0;
}
