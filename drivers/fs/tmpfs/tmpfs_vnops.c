/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tables of vnode operations, and the operations that are too short for a
 * file of their own.
 */

#include "tmpfs.h"

static int
tmpfs_open(void *v)
{
	struct vop_open_args *ap = v;
	struct tmpfs_node *tn = VP_TO_TMPFS_NODE(ap->a_vp);

	/* append-only means just that */
	if ((tn->tn_flags & APPEND) != 0 && (ap->a_mode & FWRITE) != 0 &&
	    (ap->a_mode & O_APPEND) == 0)
		return EPERM;
	return 0;
}

static int
tmpfs_inactive(void *v)
{
	struct vop_inactive_v2_args *ap = v;

	*ap->a_recycle = VP_TO_TMPFS_NODE(ap->a_vp)->tn_nlink == 0;
	return 0;
}

static int
tmpfs_reclaim(void *v)
{
	struct vop_reclaim_v2_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct tmpfs_node *tn = VP_TO_TMPFS_NODE(vp);

	VOP_UNLOCK(vp);
	vp->v_data = NULL;
	if (tn->tn_nlink == 0)
		tmpfs_node_destroy(tn);
	return 0;
}

static int
tmpfs_advlock(void *v)
{
	struct vop_advlock_args *ap = v;
	struct tmpfs_node *tn = VP_TO_TMPFS_NODE(ap->a_vp);

	return lf_advlock(ap, &tn->tn_lockf, tn->tn_size);
}

static int
tmpfs_print(void *v)
{
	struct vop_print_args *ap = v;
	const struct tmpfs_node *tn = VP_TO_TMPFS_NODE(ap->a_vp);

	printf("\ttmpfs node %ju, flags %#x, links %u\n",
	    (uintmax_t)tn->tn_id, tn->tn_flags, (u_int)tn->tn_nlink);
	return 0;
}

/* What is in memory is as safe as it gets. */
static int
tmpfs_fsync(void *v)
{

	return 0;
}

int (**tmpfs_vnodeop_p)(void *);
static const struct vnodeopv_entry_desc tmpfs_vnodeop_entries[] = {
	{ &vop_default_desc,		vn_default_error },
	{ &vop_parsepath_desc,		genfs_parsepath },
	{ &vop_lookup_desc,		tmpfs_lookup },
	{ &vop_create_desc,		tmpfs_create },
	{ &vop_mknod_desc,		tmpfs_mknod },
	{ &vop_open_desc,		tmpfs_open },
	{ &vop_close_desc,		genfs_nullop },
	{ &vop_access_desc,		tmpfs_access },
	{ &vop_accessx_desc,		genfs_accessx },
	{ &vop_getattr_desc,		tmpfs_getattr },
	{ &vop_setattr_desc,		tmpfs_setattr },
	{ &vop_read_desc,		tmpfs_read },
	{ &vop_write_desc,		tmpfs_write },
	{ &vop_fallocate_desc,		tmpfs_fallocate },
	{ &vop_fdiscard_desc,		tmpfs_fdiscard },
	{ &vop_ioctl_desc,		tmpfs_ioctl },
	{ &vop_fcntl_desc,		genfs_fcntl },
	{ &vop_poll_desc,		genfs_poll },
	{ &vop_kqfilter_desc,		genfs_kqfilter },
	{ &vop_revoke_desc,		genfs_revoke },
	{ &vop_mmap_desc,		genfs_mmap },
	{ &vop_fsync_desc,		tmpfs_fsync },
	{ &vop_seek_desc,		genfs_seek },
	{ &vop_remove_desc,		tmpfs_remove },
	{ &vop_link_desc,		tmpfs_link },
	{ &vop_rename_desc,		tmpfs_rename },
	{ &vop_mkdir_desc,		tmpfs_mkdir },
	{ &vop_rmdir_desc,		tmpfs_rmdir },
	{ &vop_symlink_desc,		tmpfs_symlink },
	{ &vop_readdir_desc,		tmpfs_readdir },
	{ &vop_readlink_desc,		tmpfs_readlink },
	{ &vop_abortop_desc,		genfs_abortop },
	{ &vop_inactive_desc,		tmpfs_inactive },
	{ &vop_reclaim_desc,		tmpfs_reclaim },
	{ &vop_lock_desc,		genfs_lock },
	{ &vop_unlock_desc,		genfs_unlock },
	{ &vop_bmap_desc,		genfs_eopnotsupp },
	{ &vop_strategy_desc,		genfs_badop },
	{ &vop_print_desc,		tmpfs_print },
	{ &vop_islocked_desc,		genfs_islocked },
	{ &vop_pathconf_desc,		tmpfs_pathconf },
	{ &vop_advlock_desc,		tmpfs_advlock },
	{ &vop_bwrite_desc,		vn_bwrite },
	{ &vop_getpages_desc,		tmpfs_getpages },
	{ &vop_putpages_desc,		tmpfs_putpages },
	{ NULL, NULL }
};
static const struct vnodeopv_desc tmpfs_vnodeop_opv_desc = {
	&tmpfs_vnodeop_p, tmpfs_vnodeop_entries
};

/* Reading and writing a device or fifo counts as using the file. */
static int
tmpfs_use(void *v, int (**vec)(void *), int offset, int which)
{
	struct vop_read_args *ap = v;	/* write has the same shape */

	if (which == TMPFS_ATIME)
		tmpfs_accessed(ap->a_vp);
	else
		tmpfs_touch(VP_TO_TMPFS_NODE(ap->a_vp), which);
	return (*vec[offset])(v);
}

static int
tmpfs_spec_read(void *v)
{

	return tmpfs_use(v, spec_vnodeop_p, VOFFSET(vop_read), TMPFS_ATIME);
}

static int
tmpfs_spec_write(void *v)
{

	return tmpfs_use(v, spec_vnodeop_p, VOFFSET(vop_write), TMPFS_MTIME);
}

static int
tmpfs_fifo_read(void *v)
{

	return tmpfs_use(v, fifo_vnodeop_p, VOFFSET(vop_read), TMPFS_ATIME);
}

static int
tmpfs_fifo_write(void *v)
{

	return tmpfs_use(v, fifo_vnodeop_p, VOFFSET(vop_write), TMPFS_MTIME);
}

int (**tmpfs_specop_p)(void *);
static const struct vnodeopv_entry_desc tmpfs_specop_entries[] = {
	{ &vop_default_desc,		vn_default_error },
	GENFS_SPECOP_ENTRIES,
	{ &vop_close_desc,		spec_close },
	{ &vop_access_desc,		tmpfs_access },
	{ &vop_accessx_desc,		genfs_accessx },
	{ &vop_getattr_desc,		tmpfs_getattr },
	{ &vop_setattr_desc,		tmpfs_setattr },
	{ &vop_read_desc,		tmpfs_spec_read },
	{ &vop_write_desc,		tmpfs_spec_write },
	{ &vop_fcntl_desc,		genfs_fcntl },
	{ &vop_fsync_desc,		spec_fsync },
	{ &vop_inactive_desc,		tmpfs_inactive },
	{ &vop_reclaim_desc,		tmpfs_reclaim },
	{ &vop_lock_desc,		genfs_lock },
	{ &vop_unlock_desc,		genfs_unlock },
	{ &vop_print_desc,		tmpfs_print },
	{ &vop_islocked_desc,		genfs_islocked },
	{ &vop_bwrite_desc,		vn_bwrite },
	{ NULL, NULL }
};
static const struct vnodeopv_desc tmpfs_specop_opv_desc = {
	&tmpfs_specop_p, tmpfs_specop_entries
};

int (**tmpfs_fifoop_p)(void *);
static const struct vnodeopv_entry_desc tmpfs_fifoop_entries[] = {
	{ &vop_default_desc,		vn_default_error },
	GENFS_FIFOOP_ENTRIES,
	{ &vop_close_desc,		vn_fifo_bypass },
	{ &vop_access_desc,		tmpfs_access },
	{ &vop_accessx_desc,		genfs_accessx },
	{ &vop_getattr_desc,		tmpfs_getattr },
	{ &vop_setattr_desc,		tmpfs_setattr },
	{ &vop_read_desc,		tmpfs_fifo_read },
	{ &vop_write_desc,		tmpfs_fifo_write },
	{ &vop_fcntl_desc,		genfs_fcntl },
	{ &vop_fsync_desc,		vn_fifo_bypass },
	{ &vop_inactive_desc,		tmpfs_inactive },
	{ &vop_reclaim_desc,		tmpfs_reclaim },
	{ &vop_lock_desc,		genfs_lock },
	{ &vop_unlock_desc,		genfs_unlock },
	{ &vop_strategy_desc,		vn_fifo_bypass },
	{ &vop_print_desc,		tmpfs_print },
	{ &vop_islocked_desc,		genfs_islocked },
	{ &vop_bwrite_desc,		genfs_badop },
	{ NULL, NULL }
};
static const struct vnodeopv_desc tmpfs_fifoop_opv_desc = {
	&tmpfs_fifoop_p, tmpfs_fifoop_entries
};

const struct vnodeopv_desc *const tmpfs_vnodeopv_descs[] = {
	&tmpfs_vnodeop_opv_desc,
	&tmpfs_specop_opv_desc,
	&tmpfs_fifoop_opv_desc,
	NULL
};
