/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The file system of tests; see kfs.h.
 */
#include "kfs.h"

#include <sys/statvfs.h>

VFS_PROTOS(kfs);

struct kfs_counts kfs_counts;
int kfs_start_error, kfs_mount_error, kfs_unmount_error, kfs_extattr_error;
int kfs_root_error;

static int (**kfs_vnodeop_p)(void *);

struct vnode *
kt_namei(const char *path)
{
	struct vnode *vp;

	KT_EQ(0, namei_simple_kernel(path, NSM_FOLLOW_NOEMULROOT, &vp));
	return vp;
}

int
kfs_mount(struct mount *mp, const char *path, void *data, size_t *len)
{

	if (kfs_mount_error != 0)
		return kfs_mount_error;
	if ((mp->mnt_flag & MNT_UPDATE) != 0)
		return 0;
	mp->mnt_iflag |= IMNT_MPSAFE | IMNT_CAN_RWTORO;
	mp->mnt_fs_bshift = mp->mnt_dev_bshift = DEV_BSHIFT;
	vfs_getnewfsid(mp);
	mp->mnt_stat.f_namemax = 10;
	return set_statvfs_info(path, UIO_USERSPACE, "kfs", UIO_SYSSPACE,
	    mp->mnt_op->vfs_name, mp, curlwp);
}

int
kfs_start(struct mount *mp, int flags)
{

	kfs_counts.kc_start++;
	return kfs_start_error;
}

int
kfs_unmount(struct mount *mp, int flags)
{

	if (kfs_unmount_error != 0)
		return kfs_unmount_error;
	return vflush(mp, NULL, (flags & MNT_FORCE) ? FORCECLOSE : 0);
}

int
kfs_root(struct mount *mp, int lktype, struct vnode **vpp)
{

	if (kfs_root_error != 0)
		return kfs_root_error;
	return kfs_vget(mp, KFS_ROOT, lktype, vpp);
}

int
kfs_statvfs(struct mount *mp, struct statvfs *sbp)
{

	sbp->f_bsize = sbp->f_frsize = sbp->f_iosize = 512;
	sbp->f_files = KFS_NFILES;
	copy_statvfs_info(sbp, mp);
	return 0;
}

int
kfs_sync(struct mount *mp, int waitfor, kauth_cred_t cred)
{

	kfs_counts.kc_sync++;
	return 0;
}

int
kfs_vget(struct mount *mp, ino_t ino, int lktype, struct vnode **vpp)
{
	const uint32_t key = (uint32_t)ino;
	int error;

	error = vcache_get(mp, &key, sizeof(key), vpp);
	if (error == 0)
		error = vn_lock(*vpp, lktype);
	return error;
}

static void
kfs_node_init(struct vnode *vp, uint32_t key)
{
	static const struct genfs_ops ops = { .gop_size = genfs_size };
	struct kfs_node *kn = kmem_zalloc(sizeof(*kn), KM_SLEEP);

	kn->kn_key = key;
	vp->v_tag = VT_NON;
	vp->v_type = key == KFS_ROOT ? VDIR : VREG;
	vp->v_vflag |= key == KFS_ROOT ? VV_ROOT : 0;
	vp->v_op = kfs_vnodeop_p;
	vp->v_data = kn;
	genfs_node_init(vp, &ops);
	uvm_vnp_setsize(vp, 0);
}

int
kfs_loadvnode(struct mount *mp, struct vnode *vp, const void *key,
    size_t keylen, const void **newkey)
{
	uint32_t ino;

	KT_EQ(sizeof(ino), keylen);
	memcpy(&ino, key, sizeof(ino));
	kfs_counts.kc_load++;
	if (ino == KFS_EIO)
		return EIO;
	if (ino == 0 || ino >= KFS_NFILES)
		return ENOENT;
	kfs_node_init(vp, ino);
	*newkey = &VTOKFS(vp)->kn_key;
	return 0;
}

int
kfs_newvnode(struct mount *mp, struct vnode *dvp, struct vnode *vp,
    struct vattr *vap, kauth_cred_t cred, void *extra, size_t *keylen,
    const void **newkey)
{

	kfs_counts.kc_new++;
	if (extra == NULL)
		return ENOSPC;
	kfs_node_init(vp, *(const uint32_t *)extra);
	*keylen = sizeof(uint32_t);
	*newkey = &VTOKFS(vp)->kn_key;
	return 0;
}

int
kfs_extattrctl(struct mount *mp, int cmd, struct vnode *vp, int ns,
    const char *name)
{

	kfs_counts.kc_extattr++;
	kfs_counts.kc_extattr_cmd = cmd;
	return kfs_extattr_error;
}

void
kfs_init(void)
{
}

void
kfs_reinit(void)
{
}

void
kfs_done(void)
{
}

static int
kfs_lookup(void *v)
{
	struct vop_lookup_v2_args *ap = v;
	struct componentname *cnp = ap->a_cnp;
	uint32_t n = 0;
	size_t i;

	*ap->a_vpp = NULL;
	if (cnp->cn_namelen == 1 && cnp->cn_nameptr[0] == '.') {
		vref(ap->a_dvp);
		*ap->a_vpp = ap->a_dvp;
		return 0;
	}
	if (cache_lookup(ap->a_dvp, cnp->cn_nameptr, cnp->cn_namelen,
	    cnp->cn_nameiop, cnp->cn_flags, NULL, ap->a_vpp))
		return *ap->a_vpp == NULL ? ENOENT : 0;
	for (i = 0; i < cnp->cn_namelen; i++)
		n = n * 10 + (uint32_t)(cnp->cn_nameptr[i] - '0');
	if (n == KFS_ROOT || n >= KFS_NFILES)
		return ENOENT;
	return vcache_get(ap->a_dvp->v_mount, &n, sizeof(n), ap->a_vpp);
}

static int
kfs_getattr(void *v)
{
	struct vop_getattr_args *ap = v;
	struct vattr *vap = ap->a_vap;

	vattr_null(vap);
	vap->va_type = ap->a_vp->v_type;
	vap->va_mode = 0755;
	vap->va_nlink = 1;
	vap->va_uid = vap->va_gid = 0;
	vap->va_fsid = ap->a_vp->v_mount->mnt_stat.f_fsidx.__fsid_val[0];
	vap->va_fileid = VTOKFS(ap->a_vp)->kn_key;
	vap->va_size = vap->va_bytes = ap->a_vp->v_size;
	vap->va_blocksize = 512;
	vap->va_flags = 0;
	vap->va_gen = 1;
	vap->va_rdev = VNOVAL;
	getnanotime(&vap->va_mtime);
	vap->va_atime = vap->va_ctime = vap->va_birthtime = vap->va_mtime;
	return 0;
}

static int
kfs_inactive(void *v)
{
	struct vop_inactive_v2_args *ap = v;

	kfs_counts.kc_inactive++;
	kfs_counts.kc_locked = VOP_ISLOCKED(ap->a_vp);
	*ap->a_recycle = VTOKFS(ap->a_vp)->kn_removed;
	return 0;
}

static int
kfs_reclaim(void *v)
{
	struct vop_reclaim_v2_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct kfs_node *kn = VTOKFS(vp);

	kfs_counts.kc_reclaim++;
	VOP_UNLOCK(vp);
	genfs_node_destroy(vp);
	vp->v_data = NULL;
	kmem_free(kn, sizeof(*kn));
	return 0;
}

static const struct vnodeopv_entry_desc kfs_vnodeop_entries[] = {
	{ &vop_default_desc, vn_default_error },
	{ &vop_parsepath_desc, genfs_parsepath },
	{ &vop_lookup_desc, kfs_lookup },
	{ &vop_open_desc, genfs_nullop },
	{ &vop_close_desc, genfs_nullop },
	{ &vop_access_desc, genfs_nullop },
	{ &vop_accessx_desc, genfs_accessx },
	{ &vop_getattr_desc, kfs_getattr },
	{ &vop_setattr_desc, genfs_eopnotsupp },
	{ &vop_fsync_desc, genfs_nullop },
	{ &vop_revoke_desc, genfs_revoke },
	{ &vop_inactive_desc, kfs_inactive },
	{ &vop_reclaim_desc, kfs_reclaim },
	{ &vop_lock_desc, genfs_lock },
	{ &vop_unlock_desc, genfs_unlock },
	{ &vop_islocked_desc, genfs_islocked },
	{ &vop_print_desc, genfs_nullop },
	{ &vop_pathconf_desc, genfs_pathconf },
	{ &vop_getpages_desc, genfs_getpages },
	{ &vop_putpages_desc, genfs_putpages },
	{ NULL, NULL }
};
static const struct vnodeopv_desc kfs_vnodeop_opv_desc =
    { &kfs_vnodeop_p, kfs_vnodeop_entries };
static const struct vnodeopv_desc *const kfs_opv_descs[] = {
	&kfs_vnodeop_opv_desc, NULL
};

struct vfsops kfs_vfsops = {
	.vfs_name = "kfs",
	.vfs_min_mount_data = 0,
	.vfs_mount = kfs_mount,
	.vfs_start = kfs_start,
	.vfs_unmount = kfs_unmount,
	.vfs_root = kfs_root,
	.vfs_quotactl = (void *)eopnotsupp,
	.vfs_statvfs = kfs_statvfs,
	.vfs_sync = kfs_sync,
	.vfs_vget = kfs_vget,
	.vfs_loadvnode = kfs_loadvnode,
	.vfs_newvnode = kfs_newvnode,
	.vfs_fhtovp = (void *)eopnotsupp,
	.vfs_vptofh = (void *)eopnotsupp,
	.vfs_init = kfs_init,
	.vfs_reinit = kfs_reinit,
	.vfs_done = kfs_done,
	.vfs_mountroot = NULL,
	.vfs_snapshot = (void *)eopnotsupp,
	.vfs_extattrctl = kfs_extattrctl,
	.vfs_suspendctl = genfs_suspendctl,
	.vfs_renamelock_enter = genfs_renamelock_enter,
	.vfs_renamelock_exit = genfs_renamelock_exit,
	.vfs_fsync = (void *)eopnotsupp,
	.vfs_opv_descs = kfs_opv_descs,
};

static int
kfs_domount(const char *dir, int flags)
{
	register_t retval;
	char data[16];

	return do_sys_mount(curlwp, "kfs", UIO_SYSSPACE, dir, flags, data,
	    UIO_SYSSPACE, sizeof(data), &retval);
}

int
kfs_mount_on(const char *dir, int flags)
{
	struct vfsops *vfs = vfs_getopsbyname("kfs");

	if (vfs == NULL)
		KT_EQ(0, vfs_attach(&kfs_vfsops));
	else
		vfs_delref(vfs);
	return kfs_domount(dir, flags);
}

int
kfs_remount(const char *dir, int flags)
{

	return kfs_domount(dir, flags | MNT_UPDATE);
}

int
kfs_unmount_from(const char *dir)
{
	struct vnode *vp = kt_namei(dir);
	struct mount *mp = vp->v_mount;

	vfs_ref(mp);
	vrele(vp);
	return dounmount(mp, 0, curlwp);
}

struct vnode *
kfs_get(struct mount *mp, uint32_t n)
{
	struct vnode *vp;

	KT_EQ(0, vcache_get(mp, &n, sizeof(n), &vp));
	return vp;
}
