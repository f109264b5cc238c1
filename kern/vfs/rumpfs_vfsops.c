/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpfs_vfsops.c: the file system type "rumpfs", which is mounted once, at
 * boot, as the root; and the vnodes that go with its nodes.
 *
 * The faction's boot calls rumpfs_init() and then, when rumpblk is there,
 * rumpfs_mountroot().
 */

#include "rumpfs.h"

#include <sys/filedesc.h>
#include <sys/proc.h>
#include <sys/statvfs.h>

#include <miscfs/genfs/genfs.h>

#include <uvm/uvm_extern.h>

struct mount		*rumpfs_rootmount;
struct rumpfs_node	*rumpfs_root;

static int	rumpfs_op_mountroot(void);

static int
rumpfs_mount(struct mount *mp, const char *path, void *data, size_t *datalen)
{

	if ((mp->mnt_flag & MNT_GETARGS) != 0) {
		*datalen = 0;
		return 0;
	}
	/* The root may become read-only and writable again. */
	return (mp->mnt_flag & MNT_UPDATE) != 0 ? 0 : EOPNOTSUPP;
}

static int
rumpfs_start(struct mount *mp, int flags)
{

	return 0;
}

/*
 * At shutdown.  What is in memory needs no writing; the nodes stay.
 */
static int
rumpfs_unmount(struct mount *mp, int mntflags)
{
	int error;

	if (rootvnode != NULL && rootvnode->v_mount == mp &&
	    (mntflags & MNT_FORCE) == 0)
		return EBUSY;
	error = vflush(mp, NULL,
	    (mntflags & MNT_FORCE) != 0 ? FORCECLOSE : 0);
	return error;
}

static int
rumpfs_vfs_root(struct mount *mp, int lktype, struct vnode **vpp)
{
	int error;

	error = rumpfs_node_vnode(rumpfs_root->rn_id, vpp);
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
rumpfs_vget(struct mount *mp, ino_t ino, int lktype, struct vnode **vpp)
{

	return EOPNOTSUPP;
}

static int
rumpfs_loadvnode(struct mount *mp, struct vnode *vp, const void *key,
    size_t keylen, const void **newkey)
{
	struct rumpfs_node *rn;
	ino_t id;

	KASSERT(keylen == sizeof(id));
	memcpy(&id, key, sizeof(id));
	rn = rumpfs_node_find(id);
	if (rn == NULL)
		return ENOENT;
	rumpfs_node_attach(rn, vp);
	*newkey = &rn->rn_id;
	return 0;
}

static int
new_type(struct rumpfs_node *rn, const struct vattr *vap, const char *target)
{
	size_t len;

	switch (rn->rn_type) {
	case VLNK:
		KASSERT(target != NULL);
		len = strlen(target);
		if (len >= MAXPATHLEN)
			return ENAMETOOLONG;
		if (len != 0) {
			rn->rn_link = kmem_alloc(len, KM_SLEEP);
			memcpy(rn->rn_link, target, len);
		}
		rn->rn_size = len;
		return 0;
	case VBLK:
	case VCHR:
		rn->rn_rdev = vap->va_rdev;
		return 0;
	case VREG:
		rn->rn_uobj = uao_create(INT64_MAX - PAGE_SIZE, 0);
		return 0;
	case VDIR:
	case VFIFO:
	case VSOCK:
		return 0;
	default:
		return EOPNOTSUPP;
	}
}

static int
rumpfs_newvnode(struct mount *mp, struct vnode *dvp, struct vnode *vp,
    struct vattr *vap, kauth_cred_t cred, void *extra, size_t *keylen,
    const void **newkey)
{
	struct rumpfs_node *rn;
	int error;

	if (dvp == NULL)
		return EOPNOTSUPP;
	rn = rumpfs_node_alloc(vap->va_type, vap->va_mode,
	    kauth_cred_geteuid(cred), VP_TO_RUMPFS(dvp)->rn_gid);
	error = new_type(rn, vap, extra);
	if (error != 0) {
		rumpfs_node_destroy(rn);
		return error;
	}
	rumpfs_node_enter(rn);
	rumpfs_node_attach(rn, vp);
	*keylen = sizeof(rn->rn_id);
	*newkey = &rn->rn_id;
	return 0;
}

static int
rumpfs_sync(struct mount *mp, int waitfor, struct kauth_cred *cred)
{

	return 0;
}

static void
rumpfs_vfs_init(void)
{

	rumpfs_node_sysinit();
	etfs_init();
}

static void
rumpfs_vfs_done(void)
{

	/* It is always mounted and so never detached. */
	panic("rumpfs: the root file system type was detached");
}

static struct vfsops rumpfs_vfsops = {
	.vfs_name = "rumpfs",
	.vfs_min_mount_data = 0,
	.vfs_mount = rumpfs_mount,
	.vfs_start = rumpfs_start,
	.vfs_unmount = rumpfs_unmount,
	.vfs_root = rumpfs_vfs_root,
	.vfs_quotactl = (void *)eopnotsupp,
	.vfs_statvfs = genfs_statvfs,
	.vfs_sync = rumpfs_sync,
	.vfs_vget = rumpfs_vget,
	.vfs_loadvnode = rumpfs_loadvnode,
	.vfs_newvnode = rumpfs_newvnode,
	.vfs_fhtovp = (void *)eopnotsupp,
	.vfs_vptofh = (void *)eopnotsupp,
	.vfs_init = rumpfs_vfs_init,
	.vfs_done = rumpfs_vfs_done,
	.vfs_mountroot = rumpfs_op_mountroot,
	.vfs_snapshot = (void *)eopnotsupp,
	.vfs_extattrctl = vfs_stdextattrctl,
	.vfs_suspendctl = genfs_suspendctl,
	.vfs_renamelock_enter = genfs_renamelock_enter,
	.vfs_renamelock_exit = genfs_renamelock_exit,
	.vfs_fsync = (void *)eopnotsupp,
	.vfs_opv_descs = rumpfs_vnodeopv_descs,
};

static int
rumpfs_op_mountroot(void)
{
	struct mount *mp;
	int error;

	KASSERT(rumpfs_rootmount == NULL);
	error = vfs_rootmountalloc("rumpfs", "rumpfs", &mp);
	if (error != 0)
		return error;
	rumpfs_root = rumpfs_node_alloc(VDIR, 0755, 0, 0);
	rumpfs_node_enter(rumpfs_root);
	rumpfs_dir_setparent(rumpfs_root, rumpfs_root);

	mp->mnt_flag &= ~MNT_RDONLY;
	mp->mnt_flag |= MNT_ROOTFS | MNT_LOCAL;
	/* Not IMNT_SHRLOOKUP: lookups make entries for files of the host. */
	mp->mnt_iflag |= IMNT_MPSAFE | IMNT_CAN_RWTORO | IMNT_NCLOOKUP;
	mp->mnt_fs_bshift = PAGE_SHIFT;
	mp->mnt_dev_bshift = DEV_BSHIFT;
	mp->mnt_stat.f_namemax = RUMPFS_MAXNAMLEN;
	vfs_getnewfsid(mp);
	vfs_ref(mp);		/* rumpfs_rootmount stays, even unmounted */
	rumpfs_rootmount = mp;
	mountlist_append(mp);
	(void)VFS_STATVFS(mp, &mp->mnt_stat);
	vfs_unbusy(mp);
	return 0;
}

/*
 * /dev, for the device nodes of whatever attaches.
 */
static void
make_dev(void)
{
	struct rumpfs_node *rn;

	rn = rumpfs_node_alloc(VDIR, 0755, 0, 0);
	rumpfs_node_enter(rn);
	rumpfs_dir_attach(rumpfs_root, rumpfs_dirent_alloc("dev", 3), rn);
	rumpfs_dir_setparent(rn, rumpfs_root);
}

void
rumpfs_init(void)
{
	int error;

	error = vfs_attach(&rumpfs_vfsops);
	if (error != 0)
		panic("rumpfs: cannot attach: error %d", error);
}

/*
 * The root exists from here on: the first process is in it, and what was
 * queued for the boot is registered.
 */
void
rumpfs_mountroot(void)
{
	struct cwdinfo *cwdi = proc0.p_cwdi;
	struct vnode *vp;
	int error;

	/* Devices that attach from now on are too late to be the root. */
	if (root_device != NULL)
		domountroothook(root_device);
	mountroothook_destroy();

	error = rumpfs_op_mountroot();
	if (error == 0)
		error = VFS_ROOT(rumpfs_rootmount, LK_EXCLUSIVE, &vp);
	if (error != 0)
		panic("rumpfs: cannot mount the root: error %d", error);
	make_dev();
	VOP_UNLOCK(vp);
	rootvnode = vp;
	if (cwdi != NULL && cwdi->cwdi_cdir == NULL) {
		vref(vp);
		cwdi->cwdi_cdir = vp;
	}
	etfs_boot();
}
