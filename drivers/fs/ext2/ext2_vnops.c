/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tables of vnode operations, for files and directories, device nodes,
 * and fifos, and the operations that are too small for a file of their own:
 * open, close, advlock, print, and the times of devices and fifos.
 */

#include "ext2.h"

#include <sys/lockf.h>
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
	{ &vop_ioctl_desc, ext2fs_ioctl },
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
	if (ext2_isencrypted(ip) && ap->a_vp->v_type == VREG) {
		ext2_warn(ip->ei_em, "inode %" PRIu64 ": encrypted, and there "
		    "is no key", ip->ei_ino);
		return ENEEDAUTH;
	}
	return 0;
}

/*
 * VOP_CLOSE.  Who wrote and never asks fsync is told of late errors here.
 */
static int
ext2fs_close(void *v)
{
	struct vop_close_args *ap = v;

	return (ap->a_fflag & FWRITE) != 0 ? bio_error_take(ap->a_vp) : 0;
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
