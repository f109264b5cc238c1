/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tables of vnode operations, and those that are too short for a file of
 * their own.
 */

#include "logfs.h"

static int
lf_open(void *v)
{
	struct vop_open_args *ap = v;

	/* append-only means just that */
	return (VTOLF(ap->a_vp)->ln_d.ld_flags & APPEND) != 0 &&
	    (ap->a_mode & (FWRITE | O_APPEND)) == FWRITE ? EPERM : 0;
}

static int
logfs_advlock(void *v)
{
	struct vop_advlock_args *ap = v;
	struct lf_node *ln = VTOLF(ap->a_vp);

	return lf_advlock(ap, &ln->ln_lockf, ln->ln_d.ld_size);
}

static int
lf_print(void *v)
{
	struct vop_print_args *ap = v;
	const struct lf_node *ln = VTOLF(ap->a_vp);

	printf("\tlogfs inode %ju, links %u\n", (uintmax_t)ln->ln_ino,
	    ln->ln_d.ld_nlink);
	return 0;
}

int (**lf_vnodeop_p)(void *);
static const struct vnodeopv_entry_desc lf_vnodeop_entries[] = {
	{ &vop_default_desc,	vn_default_error },
	{ &vop_parsepath_desc,	genfs_parsepath },
	{ &vop_lookup_desc,	lf_lookup },
	{ &vop_create_desc,	lf_create },
	{ &vop_mknod_desc,	lf_mknod },
	{ &vop_open_desc,	lf_open },
	{ &vop_close_desc,	genfs_nullop },
	{ &vop_access_desc,	lf_access },
	{ &vop_accessx_desc,	genfs_accessx },
	{ &vop_getattr_desc,	lf_getattr },
	{ &vop_setattr_desc,	lf_setattr },
	{ &vop_read_desc,	lf_read },
	{ &vop_write_desc,	lf_write },
	{ &vop_fallocate_desc,	genfs_eopnotsupp },
	{ &vop_fdiscard_desc,	genfs_eopnotsupp },
	{ &vop_ioctl_desc,	lf_ioctl },
	{ &vop_fcntl_desc,	genfs_fcntl },
	{ &vop_poll_desc,	genfs_poll },
	{ &vop_kqfilter_desc,	genfs_kqfilter },
	{ &vop_revoke_desc,	genfs_revoke },
	{ &vop_mmap_desc,	genfs_mmap },
	{ &vop_fsync_desc,	lf_fsync },
	{ &vop_seek_desc,	genfs_seek },
	{ &vop_remove_desc,	lf_remove },
	{ &vop_link_desc,	lf_link },
	{ &vop_rename_desc,	lf_rename },
	{ &vop_mkdir_desc,	lf_mkdir },
	{ &vop_rmdir_desc,	lf_rmdir },
	{ &vop_symlink_desc,	lf_symlink },
	{ &vop_readdir_desc,	lf_readdir },
	{ &vop_readlink_desc,	lf_readlink },
	{ &vop_abortop_desc,	genfs_abortop },
	{ &vop_inactive_desc,	lf_inactive },
	{ &vop_reclaim_desc,	lf_reclaim },
	{ &vop_lock_desc,	genfs_lock },
	{ &vop_unlock_desc,	genfs_unlock },
	{ &vop_bmap_desc,	lf_bmap },
	{ &vop_strategy_desc,	lf_strategy },
	{ &vop_print_desc,	lf_print },
	{ &vop_islocked_desc,	genfs_islocked },
	{ &vop_pathconf_desc,	lf_pathconf },
	{ &vop_advlock_desc,	logfs_advlock },
	{ &vop_bwrite_desc,	vn_bwrite },
	{ &vop_getpages_desc,	genfs_getpages },
	{ &vop_putpages_desc,	genfs_putpages },
	{ NULL, NULL }
};
static const struct vnodeopv_desc lf_vnodeop_opv_desc = {
	&lf_vnodeop_p, lf_vnodeop_entries
};

int (**lf_specop_p)(void *);
static const struct vnodeopv_entry_desc lf_specop_entries[] = {
	{ &vop_default_desc,	vn_default_error },
	GENFS_SPECOP_ENTRIES,
	{ &vop_close_desc,	spec_close },
	{ &vop_access_desc,	lf_access },
	{ &vop_accessx_desc,	genfs_accessx },
	{ &vop_getattr_desc,	lf_getattr },
	{ &vop_setattr_desc,	lf_setattr },
	{ &vop_read_desc,	spec_read },
	{ &vop_write_desc,	spec_write },
	{ &vop_fcntl_desc,	genfs_fcntl },
	{ &vop_fsync_desc,	spec_fsync },
	{ &vop_inactive_desc,	lf_inactive },
	{ &vop_reclaim_desc,	lf_reclaim },
	{ &vop_lock_desc,	genfs_lock },
	{ &vop_unlock_desc,	genfs_unlock },
	{ &vop_print_desc,	lf_print },
	{ &vop_islocked_desc,	genfs_islocked },
	{ &vop_bwrite_desc,	vn_bwrite },
	{ NULL, NULL }
};
static const struct vnodeopv_desc lf_specop_opv_desc = {
	&lf_specop_p, lf_specop_entries
};

int (**lf_fifoop_p)(void *);
static const struct vnodeopv_entry_desc lf_fifoop_entries[] = {
	{ &vop_default_desc,	vn_default_error },
	GENFS_FIFOOP_ENTRIES,
	{ &vop_close_desc,	vn_fifo_bypass },
	{ &vop_access_desc,	lf_access },
	{ &vop_accessx_desc,	genfs_accessx },
	{ &vop_getattr_desc,	lf_getattr },
	{ &vop_setattr_desc,	lf_setattr },
	{ &vop_read_desc,	vn_fifo_bypass },
	{ &vop_write_desc,	vn_fifo_bypass },
	{ &vop_fcntl_desc,	genfs_fcntl },
	{ &vop_fsync_desc,	vn_fifo_bypass },
	{ &vop_inactive_desc,	lf_inactive },
	{ &vop_reclaim_desc,	lf_reclaim },
	{ &vop_lock_desc,	genfs_lock },
	{ &vop_unlock_desc,	genfs_unlock },
	{ &vop_strategy_desc,	vn_fifo_bypass },
	{ &vop_print_desc,	lf_print },
	{ &vop_islocked_desc,	genfs_islocked },
	{ &vop_bwrite_desc,	genfs_badop },
	{ NULL, NULL }
};
static const struct vnodeopv_desc lf_fifoop_opv_desc = {
	&lf_fifoop_p, lf_fifoop_entries
};

const struct vnodeopv_desc *const lf_vnodeopv_descs[] = {
	&lf_vnodeop_opv_desc,
	&lf_specop_opv_desc,
	&lf_fifoop_opv_desc,
	NULL
};
