/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpfs_vnops.c: the tables of vnode operations of the root file system, and
 * the operations that are too short for a file of their own.
 */

#include "rumpfs.h"

#include <sys/file.h>

#include <miscfs/fifofs/fifo.h>
#include <miscfs/genfs/genfs.h>
#include <miscfs/specfs/specdev.h>

#include <uvm/uvm_extern.h>

static int
rumpfs_open(void *v)
{
	struct vop_open_args *ap = v;
	struct rumpfs_node *rn = VP_TO_RUMPFS(ap->a_vp);

	if (rn->rn_host == NULL || rn->rn_type != VREG)
		return 0;
	return rumpfs_host_open(rn->rn_host, ap->a_mode);
}

static int
rumpfs_close(void *v)
{
	struct vop_close_args *ap = v;
	struct rumpfs_node *rn = VP_TO_RUMPFS(ap->a_vp);

	if (rn->rn_host == NULL || rn->rn_type != VREG)
		return 0;
	return rumpfs_host_close(rn->rn_host);
}

/* What is in memory is as safe as it gets. */
static int
rumpfs_fsync(void *v)
{
	struct vop_fsync_args *ap = v;
	struct rumpfs_node *rn = VP_TO_RUMPFS(ap->a_vp);

	if (rn->rn_host == NULL || rn->rn_type != VREG)
		return 0;
	return rumpfs_host_fsync(rn->rn_host);
}

static int
rumpfs_readlink(void *v)
{
	struct vop_readlink_args *ap = v;
	struct rumpfs_node *rn = VP_TO_RUMPFS(ap->a_vp);

	if (ap->a_vp->v_type != VLNK)
		return EINVAL;
	rumpfs_touch(rn, RUMPFS_ATIME);
	return uiomove(rn->rn_link, MIN(rn->rn_size, ap->a_uio->uio_resid),
	    ap->a_uio);
}

static int
rumpfs_inactive(void *v)
{
	struct vop_inactive_v2_args *ap = v;

	*ap->a_recycle = VP_TO_RUMPFS(ap->a_vp)->rn_nlink == 0;
	return 0;
}

static int
rumpfs_reclaim(void *v)
{
	struct vop_reclaim_v2_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct rumpfs_node *rn = VP_TO_RUMPFS(vp);

	VOP_UNLOCK(vp);
	vp->v_data = NULL;
	if (rn->rn_nlink == 0)
		rumpfs_node_destroy(rn);
	return 0;
}

static int
rumpfs_advlock(void *v)
{
	struct vop_advlock_args *ap = v;
	struct rumpfs_node *rn = VP_TO_RUMPFS(ap->a_vp);

	return lf_advlock(ap, &rn->rn_lockf, rn->rn_host != NULL &&
	    rn->rn_type == VREG ? rumpfs_host_size(rn->rn_host) :
	    rn->rn_size);
}

static int
rumpfs_print(void *v)
{
	struct vop_print_args *ap = v;
	const struct rumpfs_node *rn = VP_TO_RUMPFS(ap->a_vp);

	printf("\trumpfs node %ju, links %u%s\n", (uintmax_t)rn->rn_id,
	    (u_int)rn->rn_nlink, rn->rn_etfs != NULL ? ", of the host" : "");
	return 0;
}

int (**rumpfs_vnodeop_p)(void *);
static const struct vnodeopv_entry_desc rumpfs_vnodeop_entries[] = {
	{ &vop_default_desc,		vn_default_error },
	{ &vop_parsepath_desc,		rumpfs_parsepath },
	{ &vop_lookup_desc,		rumpfs_lookup },
	{ &vop_create_desc,		rumpfs_create },
	{ &vop_mknod_desc,		rumpfs_mknod },
	{ &vop_open_desc,		rumpfs_open },
	{ &vop_close_desc,		rumpfs_close },
	{ &vop_access_desc,		rumpfs_access },
	{ &vop_accessx_desc,		genfs_accessx },
	{ &vop_getattr_desc,		rumpfs_getattr },
	{ &vop_setattr_desc,		rumpfs_setattr },
	{ &vop_read_desc,		rumpfs_read },
	{ &vop_write_desc,		rumpfs_write },
	{ &vop_fallocate_desc,		genfs_eopnotsupp },
	{ &vop_fdiscard_desc,		genfs_eopnotsupp },
	{ &vop_ioctl_desc,		genfs_enoioctl },
	{ &vop_fcntl_desc,		genfs_fcntl },
	{ &vop_poll_desc,		genfs_poll },
	{ &vop_kqfilter_desc,		genfs_kqfilter },
	{ &vop_revoke_desc,		genfs_revoke },
	{ &vop_mmap_desc,		genfs_mmap },
	{ &vop_fsync_desc,		rumpfs_fsync },
	{ &vop_seek_desc,		genfs_seek },
	{ &vop_remove_desc,		rumpfs_remove },
	{ &vop_link_desc,		rumpfs_link },
	{ &vop_rename_desc,		rumpfs_rename },
	{ &vop_mkdir_desc,		rumpfs_mkdir },
	{ &vop_rmdir_desc,		rumpfs_rmdir },
	{ &vop_symlink_desc,		rumpfs_symlink },
	{ &vop_readdir_desc,		rumpfs_readdir },
	{ &vop_readlink_desc,		rumpfs_readlink },
	{ &vop_abortop_desc,		genfs_abortop },
	{ &vop_inactive_desc,		rumpfs_inactive },
	{ &vop_reclaim_desc,		rumpfs_reclaim },
	{ &vop_lock_desc,		genfs_lock },
	{ &vop_unlock_desc,		genfs_unlock },
	{ &vop_bmap_desc,		genfs_eopnotsupp },
	{ &vop_strategy_desc,		genfs_badop },
	{ &vop_print_desc,		rumpfs_print },
	{ &vop_islocked_desc,		genfs_islocked },
	{ &vop_pathconf_desc,		rumpfs_pathconf },
	{ &vop_advlock_desc,		rumpfs_advlock },
	{ &vop_bwrite_desc,		vn_bwrite },
	{ &vop_getpages_desc,		rumpfs_getpages },
	{ &vop_putpages_desc,		rumpfs_putpages },
	{ NULL, NULL }
};
static const struct vnodeopv_desc rumpfs_vnodeop_opv_desc = {
	&rumpfs_vnodeop_p, rumpfs_vnodeop_entries
};

int (**rumpfs_specop_p)(void *);
static const struct vnodeopv_entry_desc rumpfs_specop_entries[] = {
	{ &vop_default_desc,		vn_default_error },
	GENFS_SPECOP_ENTRIES,
	{ &vop_close_desc,		spec_close },
	{ &vop_access_desc,		rumpfs_access },
	{ &vop_accessx_desc,		genfs_accessx },
	{ &vop_getattr_desc,		rumpfs_getattr },
	{ &vop_setattr_desc,		rumpfs_setattr },
	{ &vop_read_desc,		spec_read },
	{ &vop_write_desc,		spec_write },
	{ &vop_fcntl_desc,		genfs_fcntl },
	{ &vop_fsync_desc,		spec_fsync },
	{ &vop_inactive_desc,		rumpfs_inactive },
	{ &vop_reclaim_desc,		rumpfs_reclaim },
	{ &vop_lock_desc,		genfs_lock },
	{ &vop_unlock_desc,		genfs_unlock },
	{ &vop_print_desc,		rumpfs_print },
	{ &vop_islocked_desc,		genfs_islocked },
	{ &vop_bwrite_desc,		vn_bwrite },
	{ NULL, NULL }
};
static const struct vnodeopv_desc rumpfs_specop_opv_desc = {
	&rumpfs_specop_p, rumpfs_specop_entries
};

int (**rumpfs_fifoop_p)(void *);
static const struct vnodeopv_entry_desc rumpfs_fifoop_entries[] = {
	{ &vop_default_desc,		vn_default_error },
	GENFS_FIFOOP_ENTRIES,
	{ &vop_close_desc,		vn_fifo_bypass },
	{ &vop_access_desc,		rumpfs_access },
	{ &vop_accessx_desc,		genfs_accessx },
	{ &vop_getattr_desc,		rumpfs_getattr },
	{ &vop_setattr_desc,		rumpfs_setattr },
	{ &vop_read_desc,		vn_fifo_bypass },
	{ &vop_write_desc,		vn_fifo_bypass },
	{ &vop_fcntl_desc,		genfs_fcntl },
	{ &vop_fsync_desc,		vn_fifo_bypass },
	{ &vop_inactive_desc,		rumpfs_inactive },
	{ &vop_reclaim_desc,		rumpfs_reclaim },
	{ &vop_lock_desc,		genfs_lock },
	{ &vop_unlock_desc,		genfs_unlock },
	{ &vop_print_desc,		rumpfs_print },
	{ &vop_islocked_desc,		genfs_islocked },
	{ &vop_bwrite_desc,		genfs_badop },
	{ NULL, NULL }
};
static const struct vnodeopv_desc rumpfs_fifoop_opv_desc = {
	&rumpfs_fifoop_p, rumpfs_fifoop_entries
};

const struct vnodeopv_desc *const rumpfs_vnodeopv_descs[] = {
	&rumpfs_vnodeop_opv_desc,
	&rumpfs_specop_opv_desc,
	&rumpfs_fifoop_opv_desc,
	NULL
};
