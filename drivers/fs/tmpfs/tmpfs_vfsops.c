/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The file system type "tmpfs": mounting, statistics, file handles, and the
 * vnodes that go with nodes.
 */

#include "tmpfs.h"

#include <sys/module.h>
#include <sys/statvfs.h>

#include <fs/tmpfs/tmpfs_args.h>

MODULE(MODULE_CLASS_VFS, tmpfs, NULL);

/* A file handle: names the node and the life it lives. */
struct tmpfs_fid {
	uint16_t	tf_len;
	uint16_t	tf_pad;
	uint32_t	tf_gen;
	ino_t		tf_id;
};

static int
args_check(const struct tmpfs_args *args)
{

	if (args->ta_version != TMPFS_ARGS_VERSION)
		return EINVAL;
	if (args->ta_size_max < 0)
		return EINVAL;
	if (args->ta_nodes_max != 0 && args->ta_nodes_max < 3)
		return EINVAL;
	return 0;
}

static void
getargs(struct mount *mp, struct tmpfs_args *args)
{
	const struct tmpfs_mount *tm = VFS_TO_TMPFS(mp);

	memset(args, 0, sizeof(*args));
	args->ta_version = TMPFS_ARGS_VERSION;
	args->ta_nodes_max = tm->tm_max[TMPFS_NODES];
	args->ta_size_max = tm->tm_max[TMPFS_BYTES];
	args->ta_root_uid = tm->tm_root->tn_uid;
	args->ta_root_gid = tm->tm_root->tn_gid;
	args->ta_root_mode = tm->tm_root->tn_mode;
}

static void
set_limits(struct tmpfs_mount *tm, const struct tmpfs_args *args)
{

	atomic_store_relaxed(&tm->tm_max[TMPFS_BYTES],
	    args->ta_size_max != 0 ? (uint64_t)args->ta_size_max : INT64_MAX);
	atomic_store_relaxed(&tm->tm_max[TMPFS_NODES],
	    args->ta_nodes_max != 0 ? args->ta_nodes_max : UINT32_MAX);
}

/* MNT_UPDATE: the limits may change, but not below what is in use. */
static int
update(struct tmpfs_mount *tm, const struct tmpfs_args *args)
{
	int error = 0;

	tmpfs_lanes_enter(tm);
	if ((args->ta_size_max != 0 &&
	    (uint64_t)args->ta_size_max < tm->tm_taken[TMPFS_BYTES]) ||
	    (args->ta_nodes_max != 0 &&
	    args->ta_nodes_max < tm->tm_taken[TMPFS_NODES]))
		error = EBUSY;
	else
		set_limits(tm, args);
	tmpfs_lanes_exit(tm);
	return error;
}

static int
make_root(struct tmpfs_mount *tm, const struct tmpfs_args *args)
{
	struct tmpfs_node *root;
	struct vattr va;
	int error;

	vattr_null(&va);
	va.va_type = VDIR;
	va.va_mode = args->ta_root_mode & ALLPERMS;
	error = tmpfs_node_create(tm, &va, args->ta_root_uid,
	    args->ta_root_gid, NULL, &root);
	if (error == 0) {
		tm->tm_root = root;
		tmpfs_dir_setparent(root, root);
	}
	return error;
}

static int
tmpfs_mount(struct mount *mp, const char *path, void *data, size_t *datalen)
{
	struct tmpfs_args *args = data;
	struct tmpfs_mount *tm;
	int error;

	if (args == NULL || *datalen < sizeof(*args))
		return EINVAL;
	if ((mp->mnt_flag & MNT_GETARGS) != 0) {
		if (VFS_TO_TMPFS(mp) == NULL)
			return EIO;
		getargs(mp, args);
		*datalen = sizeof(*args);
		return 0;
	}
	error = args_check(args);
	if (error != 0)
		return error;
	if ((mp->mnt_flag & MNT_UPDATE) != 0)
		return update(VFS_TO_TMPFS(mp), args);

	tm = kmem_zalloc(sizeof(*tm), KM_SLEEP);
	tmpfs_table_init(tm);
	set_limits(tm, args);
	error = make_root(tm, args);
	if (error != 0)
		goto fail;
	mp->mnt_data = tm;
	mp->mnt_flag |= MNT_LOCAL;
	mp->mnt_stat.f_namemax = TMPFS_MAXNAMLEN;
	mp->mnt_fs_bshift = PAGE_SHIFT;
	mp->mnt_dev_bshift = DEV_BSHIFT;
	mp->mnt_iflag |= IMNT_MPSAFE | IMNT_CAN_RWTORO | IMNT_SHRLOOKUP |
	    IMNT_NCLOOKUP;
	vfs_getnewfsid(mp);
	error = set_statvfs_info(path, UIO_USERSPACE, "tmpfs", UIO_SYSSPACE,
	    mp->mnt_op->vfs_name, mp, curlwp);
	if (error == 0)
		return 0;
	mp->mnt_data = NULL;
fail:
	tmpfs_table_fini(tm);
	kmem_free(tm, sizeof(*tm));
	return error;
}

static int
tmpfs_start(struct mount *mp, int flags)
{

	return 0;
}

static int
tmpfs_unmount(struct mount *mp, int mntflags)
{
	struct tmpfs_mount *tm = VFS_TO_TMPFS(mp);
	int error;

	error = vflush(mp, NULL,
	    (mntflags & MNT_FORCE) != 0 ? FORCECLOSE : 0);
	if (error != 0)
		return error;
	tmpfs_table_fini(tm);
	mp->mnt_data = NULL;
	kmem_free(tm, sizeof(*tm));
	return 0;
}

static int
tmpfs_root(struct mount *mp, int lktype, struct vnode **vpp)
{
	const ino_t id = VFS_TO_TMPFS(mp)->tm_root->tn_id;
	int error;

	error = vcache_get(mp, &id, sizeof(id), vpp);
	if (error != 0)
		return error;
	error = vn_lock(*vpp, lktype);
	if (error != 0) {
		vrele(*vpp);
		*vpp = NULL;
	}
	return error;
}

static int
tmpfs_vget(struct mount *mp, ino_t ino, int lktype, struct vnode **vpp)
{

	return EOPNOTSUPP;
}

static int
tmpfs_loadvnode(struct mount *mp, struct vnode *vp, const void *key,
    size_t keylen, const void **newkey)
{
	struct tmpfs_node *tn;
	ino_t id;

	KASSERT(keylen == sizeof(id));
	memcpy(&id, key, sizeof(id));
	tn = tmpfs_node_find(VFS_TO_TMPFS(mp), id);
	if (tn == NULL)
		return ENOENT;
	tmpfs_node_attach(tn, vp);
	*newkey = &tn->tn_id;
	return 0;
}

static int
tmpfs_newvnode(struct mount *mp, struct vnode *dvp, struct vnode *vp,
    struct vattr *vap, kauth_cred_t cred, void *extra, size_t *keylen,
    const void **newkey)
{
	struct tmpfs_node *dn, *tn;
	int error;

	if (dvp == NULL)
		return EOPNOTSUPP;
	dn = VP_TO_TMPFS_NODE(dvp);
	error = tmpfs_node_create(VFS_TO_TMPFS(mp), vap,
	    kauth_cred_geteuid(cred), dn->tn_gid, extra, &tn);
	if (error != 0)
		return error;
	tmpfs_node_attach(tn, vp);
	*keylen = sizeof(tn->tn_id);
	*newkey = &tn->tn_id;
	return 0;
}

static int
tmpfs_fhtovp(struct mount *mp, struct fid *fhp, int lktype, struct vnode **vpp)
{
	struct tmpfs_fid tf;
	int error;

	if (fhp->fid_len != sizeof(tf))
		return EINVAL;
	memcpy(&tf, fhp, sizeof(tf));
	error = vcache_get(mp, &tf.tf_id, sizeof(tf.tf_id), vpp);
	if (error != 0)
		return error == ENOENT ? ESTALE : error;
	error = vn_lock(*vpp, lktype);
	if (error != 0) {
		vrele(*vpp);
		*vpp = NULL;
		return error;
	}
	if (VP_TO_TMPFS_NODE(*vpp)->tn_gen != tf.tf_gen ||
	    VP_TO_TMPFS_NODE(*vpp)->tn_nlink == 0) {
		vput(*vpp);
		*vpp = NULL;
		return ESTALE;
	}
	return 0;
}

static int
tmpfs_vptofh(struct vnode *vp, struct fid *fhp, size_t *fhsize)
{
	const struct tmpfs_node *tn = VP_TO_TMPFS_NODE(vp);
	struct tmpfs_fid tf;

	if (*fhsize < sizeof(tf)) {
		*fhsize = sizeof(tf);
		return E2BIG;
	}
	*fhsize = sizeof(tf);
	memset(&tf, 0, sizeof(tf));
	tf.tf_len = sizeof(tf);
	tf.tf_gen = tn->tn_gen;
	tf.tf_id = tn->tn_id;
	memcpy(fhp, &tf, sizeof(tf));
	return 0;
}

static int
tmpfs_statvfs(struct mount *mp, struct statvfs *sbp)
{
	struct tmpfs_mount *tm = VFS_TO_TMPFS(mp);
	uint64_t avail, bytes, max, nodes;

	avail = (uint64_t)uvm_availmem(false) + uvmexp.filepages;
	avail <<= PAGE_SHIFT;
	tmpfs_lanes_enter(tm);
	bytes = tm->tm_taken[TMPFS_BYTES];
	nodes = tm->tm_taken[TMPFS_NODES];
	max = MAX(MIN(tm->tm_max[TMPFS_BYTES], bytes + avail), bytes);
	sbp->f_bsize = sbp->f_frsize = sbp->f_iosize = PAGE_SIZE;
	sbp->f_blocks = max >> PAGE_SHIFT;
	sbp->f_bfree = sbp->f_bavail = (max - bytes) >> PAGE_SHIFT;
	sbp->f_bresvd = 0;
	sbp->f_ffree = sbp->f_favail = MIN(tm->tm_max[TMPFS_NODES] - nodes,
	    (max - bytes) / TMPFS_NODE_CHARGE);
	sbp->f_files = nodes + sbp->f_ffree;
	sbp->f_fresvd = 0;
	tmpfs_lanes_exit(tm);
	copy_statvfs_info(sbp, mp);
	return 0;
}

static int
tmpfs_sync(struct mount *mp, int waitfor, struct kauth_cred *cred)
{

	return 0;
}

static void
tmpfs_init(void)
{

	tmpfs_node_sysinit();
}

static void
tmpfs_done(void)
{

	tmpfs_node_sysfini();
}

static struct vfsops tmpfs_vfsops = {
	.vfs_name = "tmpfs",
	.vfs_min_mount_data = sizeof(struct tmpfs_args),
	.vfs_mount = tmpfs_mount,
	.vfs_start = tmpfs_start,
	.vfs_unmount = tmpfs_unmount,
	.vfs_root = tmpfs_root,
	.vfs_quotactl = (void *)eopnotsupp,
	.vfs_statvfs = tmpfs_statvfs,
	.vfs_sync = tmpfs_sync,
	.vfs_vget = tmpfs_vget,
	.vfs_loadvnode = tmpfs_loadvnode,
	.vfs_newvnode = tmpfs_newvnode,
	.vfs_fhtovp = tmpfs_fhtovp,
	.vfs_vptofh = tmpfs_vptofh,
	.vfs_init = tmpfs_init,
	.vfs_done = tmpfs_done,
	.vfs_snapshot = (void *)eopnotsupp,
	.vfs_extattrctl = vfs_stdextattrctl,
	.vfs_suspendctl = genfs_suspendctl,
	.vfs_renamelock_enter = genfs_renamelock_enter,
	.vfs_renamelock_exit = genfs_renamelock_exit,
	.vfs_fsync = (void *)eopnotsupp,
	.vfs_opv_descs = tmpfs_vnodeopv_descs,
};

static int
tmpfs_modcmd(modcmd_t cmd, void *arg)
{

	switch (cmd) {
	case MODULE_CMD_INIT:
		return vfs_attach(&tmpfs_vfsops);
	case MODULE_CMD_FINI:
		return vfs_detach(&tmpfs_vfsops);
	default:
		return ENOTTY;
	}
}
