/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The life of a vnode of this file system: loaded by vcache_get() for an
 * inode on disk, made by vcache_new() for a new file, made inactive when its
 * last user is gone (an inode without links is emptied then) and reclaimed.
 * Also the tables of vnode operations.
 */

#include "ext2.h"

#include <sys/lockf.h>
#include <sys/pool.h>
#include <miscfs/fifofs/fifo.h>
#include <miscfs/specfs/specdev.h>

static int ext2fs_open(void *);
static int ext2fs_close(void *);
static int ext2fs_advlock(void *);
static int ext2fs_print(void *);
static int ext2fs_specread(void *);
static int ext2fs_specwrite(void *);
static int ext2fs_fiforead(void *);
static int ext2fs_fifowrite(void *);

int (**ext2fs_vnodeop_p)(void *);
static const struct vnodeopv_entry_desc ext2fs_vnodeop_entries[] = {
	{ &vop_default_desc, vn_default_error },
	{ &vop_parsepath_desc, genfs_parsepath },
	{ &vop_lookup_desc, ext2fs_lookup },
	{ &vop_create_desc, ext2fs_create },
	{ &vop_mknod_desc, ext2fs_mknod },
	{ &vop_open_desc, ext2fs_open },
	{ &vop_close_desc, ext2fs_close },
	{ &vop_access_desc, ext2fs_access },
	{ &vop_accessx_desc, genfs_accessx },
	{ &vop_getattr_desc, ext2fs_getattr },
	{ &vop_setattr_desc, ext2fs_setattr },
	{ &vop_read_desc, ext2fs_read },
	{ &vop_write_desc, ext2fs_write },
	{ &vop_fallocate_desc, genfs_eopnotsupp },
	{ &vop_fdiscard_desc, ext2fs_fdiscard },
	{ &vop_ioctl_desc, genfs_enoioctl },
	{ &vop_fcntl_desc, genfs_fcntl },
	{ &vop_poll_desc, genfs_poll },
	{ &vop_kqfilter_desc, genfs_kqfilter },
	{ &vop_revoke_desc, genfs_revoke },
	{ &vop_mmap_desc, genfs_mmap },
	{ &vop_fsync_desc, ext2fs_fsync },
	{ &vop_seek_desc, genfs_seek },
	{ &vop_remove_desc, ext2fs_remove },
	{ &vop_link_desc, ext2fs_link },
	{ &vop_rename_desc, ext2fs_rename },
	{ &vop_mkdir_desc, ext2fs_mkdir },
	{ &vop_rmdir_desc, ext2fs_rmdir },
	{ &vop_symlink_desc, ext2fs_symlink },
	{ &vop_readdir_desc, ext2fs_readdir },
	{ &vop_readlink_desc, ext2fs_readlink },
	{ &vop_abortop_desc, genfs_abortop },
	{ &vop_inactive_desc, ext2fs_inactive },
	{ &vop_reclaim_desc, ext2fs_reclaim },
	{ &vop_lock_desc, genfs_lock },
	{ &vop_unlock_desc, genfs_unlock },
	{ &vop_islocked_desc, genfs_islocked },
	{ &vop_bmap_desc, ext2fs_bmap },
	{ &vop_strategy_desc, ext2fs_strategy },
	{ &vop_print_desc, ext2fs_print },
	{ &vop_pathconf_desc, ext2fs_pathconf },
	{ &vop_advlock_desc, ext2fs_advlock },
	{ &vop_bwrite_desc, vn_bwrite },
	{ &vop_getpages_desc, genfs_getpages },
	{ &vop_putpages_desc, genfs_putpages },
	{ &vop_getextattr_desc, ext2fs_getextattr },
	{ &vop_setextattr_desc, ext2fs_setextattr },
	{ &vop_listextattr_desc, ext2fs_listextattr },
	{ &vop_deleteextattr_desc, ext2fs_deleteextattr },
	{ NULL, NULL }
};
const struct vnodeopv_desc ext2fs_vnodeop_opv_desc = {
	&ext2fs_vnodeop_p, ext2fs_vnodeop_entries
};

/* What device nodes and fifos have in common with files. */
#define	EXT2FS_COMMON_ENTRIES						\
	{ &vop_access_desc, ext2fs_access },				\
	{ &vop_accessx_desc, genfs_accessx },				\
	{ &vop_getattr_desc, ext2fs_getattr },				\
	{ &vop_setattr_desc, ext2fs_setattr },				\
	{ &vop_fcntl_desc, genfs_fcntl },				\
	{ &vop_inactive_desc, ext2fs_inactive },			\
	{ &vop_reclaim_desc, ext2fs_reclaim },				\
	{ &vop_lock_desc, genfs_lock },					\
	{ &vop_unlock_desc, genfs_unlock },				\
	{ &vop_islocked_desc, genfs_islocked },				\
	{ &vop_print_desc, ext2fs_print },				\
	{ &vop_bwrite_desc, vn_bwrite },				\
	{ &vop_getextattr_desc, ext2fs_getextattr },			\
	{ &vop_setextattr_desc, ext2fs_setextattr },			\
	{ &vop_listextattr_desc, ext2fs_listextattr },			\
	{ &vop_deleteextattr_desc, ext2fs_deleteextattr }

int (**ext2fs_specop_p)(void *);
static const struct vnodeopv_entry_desc ext2fs_specop_entries[] = {
	{ &vop_default_desc, vn_default_error },
	GENFS_SPECOP_ENTRIES,
	EXT2FS_COMMON_ENTRIES,
	{ &vop_close_desc, spec_close },
	{ &vop_read_desc, ext2fs_specread },
	{ &vop_write_desc, ext2fs_specwrite },
	{ &vop_fsync_desc, spec_fsync },
	{ NULL, NULL }
};
const struct vnodeopv_desc ext2fs_specop_opv_desc = {
	&ext2fs_specop_p, ext2fs_specop_entries
};

int (**ext2fs_fifoop_p)(void *);
static const struct vnodeopv_entry_desc ext2fs_fifoop_entries[] = {
	{ &vop_default_desc, vn_default_error },
	GENFS_FIFOOP_ENTRIES,
	EXT2FS_COMMON_ENTRIES,
	{ &vop_close_desc, vn_fifo_bypass },
	{ &vop_read_desc, ext2fs_fiforead },
	{ &vop_write_desc, ext2fs_fifowrite },
	{ &vop_fsync_desc, ext2fs_fsync },
	{ NULL, NULL }
};
const struct vnodeopv_desc ext2fs_fifoop_opv_desc = {
	&ext2fs_fifoop_p, ext2fs_fifoop_entries
};

static pool_cache_t ext2_inode_cache;

void
ext2_vnode_init(void)
{

	ext2_inode_cache = pool_cache_init(sizeof(struct ext2_inode), 0, 0, 0,
	    "ext2ino", NULL, IPL_NONE, NULL, NULL, NULL);
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

	if (vp->v_type == VREG || ip->ei_size != 0)
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
	bool dirty;

	mutex_enter(&em->em_lock);
	dirty = ip->ei_ondirty;
	mutex_exit(&em->em_lock);
	if ((!dirty && ip->ei_nlink != 0) || ext2_tx_begin(&tx, em) != 0) {
		ext2_iclean(ip);
		return;
	}
	ext2_iclean(ip);
	/* Errors were reported; there is nobody left to tell. */
	(void)ext2_iwrite(ip);
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

	VOP_UNLOCK(vp);
	ext2_reclaim_inode(ip);
	genfs_node_destroy(vp);
	vp->v_data = NULL;
	ext2_inode_destroy(ip);
	return 0;
}

/*
 * VOP_OPEN: append-only files must be opened so; what cannot be read is
 * refused here rather than at the first read.
 */
static int
ext2fs_open(void *v)
{
	struct vop_open_args *ap = v;
	struct ext2_inode *ip = VTOE(ap->a_vp);

	if ((ip->ei_flags & E2_FL_APPEND) != 0 &&
	    (ap->a_mode & (FWRITE | O_APPEND)) == FWRITE)
		return EPERM;
	if ((ip->ei_flags & E2_FL_ENCRYPT) != 0 &&
	    ap->a_vp->v_type == VREG) {
		ext2_warn(ip->ei_em, "inode %" PRIu64 " is encrypted",
		    ip->ei_ino);
		return EOPNOTSUPP;
	}
	return 0;
}

static int
ext2fs_close(void *v)
{

	return 0;
}

static int
ext2fs_advlock(void *v)
{
	struct vop_advlock_args *ap = v;
	struct ext2_inode *ip = VTOE(ap->a_vp);

	return lf_advlock(ap, &ip->ei_lockf, ip->ei_size);
}

static int
ext2fs_print(void *v)
{
	struct vop_print_args *ap = v;
	struct ext2_inode *ip = VTOE(ap->a_vp);

	printf("tag VT_EXT2FS, ino %" PRIu64 ", mode 0%o, nlink %u, size %"
	    PRIu64 ", %s\n", ip->ei_ino, ip->ei_mode, ip->ei_nlink,
	    ip->ei_size, ip->ei_map->mo_name);
	return 0;
}

static int
ext2fs_specread(void *v)
{
	struct vop_read_args *ap = v;

	ext2_imark_access(VTOE(ap->a_vp));
	return spec_read(v);
}

static int
ext2fs_specwrite(void *v)
{
	struct vop_write_args *ap = v;

	if ((ap->a_vp->v_mount->mnt_flag & MNT_NODEVMTIME) == 0)
		ext2_imark(VTOE(ap->a_vp), EIU_MODIFY | EIU_CHANGE);
	return spec_write(v);
}

static int
ext2fs_fiforead(void *v)
{
	struct vop_read_args *ap = v;

	ext2_imark_access(VTOE(ap->a_vp));
	return VOCALL(fifo_vnodeop_p, VOFFSET(vop_read), v);
}

static int
ext2fs_fifowrite(void *v)
{
	struct vop_write_args *ap = v;

	ext2_imark(VTOE(ap->a_vp), EIU_MODIFY | EIU_CHANGE);
	return VOCALL(fifo_vnodeop_p, VOFFSET(vop_write), v);
}
