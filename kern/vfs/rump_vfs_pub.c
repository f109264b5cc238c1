/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The public calls into the vfs faction, <rump/rumpvfs_if_pub.h>: each enters
 * the kernel, does what its namesake in rump_vfs_if.c does, and leaves.
 */

#include <sys/param.h>
#include <sys/systm.h>

#include <rump-sys/kern.h>
#include <rump-sys/vfs.h>

#include <rump/rumpvfs_if_pub.h>

void
rump_pub_freecn(struct componentname *cnp, int flags)
{

	rump_schedule();
	rump_freecn(cnp, flags);
	rump_unschedule();
}

void
rump_pub_getvninfo(struct vnode *vp, enum rump_vtype *vtype, off_t *vsize,
    dev_t *vdev)
{

	rump_schedule();
	rump_getvninfo(vp, vtype, vsize, vdev);
	rump_unschedule();
}

struct componentname *
rump_pub_makecn(u_long nameiop, u_long flags, const char *name, size_t
    namelen, struct kauth_cred *creds, struct lwp *l)
{
	struct componentname *ret;

	rump_schedule();
	ret = rump_makecn(nameiop, flags, name, namelen, creds, l);
	rump_unschedule();
	return ret;
}

int
rump_pub_namei(uint32_t op, uint32_t flags, const char *namep, struct vnode
    **dvpp, struct vnode **vpp, struct componentname **cnpp)
{
	int error;

	rump_schedule();
	error = rump_namei(op, flags, namep, dvpp, vpp, cnpp);
	rump_unschedule();
	return error;
}

int
rump_pub_syspuffs_glueinit(int fd, int *newfd)
{
	int error;

	rump_schedule();
	error = rump_syspuffs_glueinit(fd, newfd);
	rump_unschedule();
	return error;
}

void
rump_pub_vattr50_to_vattr(const struct vattr *vap50, struct vattr *vap)
{

	rump_schedule();
	rump_vattr50_to_vattr(vap50, vap);
	rump_unschedule();
}

void
rump_pub_vattr_free(struct vattr *vap)
{

	rump_schedule();
	rump_vattr_free(vap);
	rump_unschedule();
}

struct vattr *
rump_pub_vattr_init(void)
{
	struct vattr *ret;

	rump_schedule();
	ret = rump_vattr_init();
	rump_unschedule();
	return ret;
}

void
rump_pub_vattr_setmode(struct vattr *vap, mode_t mode)
{

	rump_schedule();
	rump_vattr_setmode(vap, mode);
	rump_unschedule();
}

void
rump_pub_vattr_setrdev(struct vattr *vap, dev_t dev)
{

	rump_schedule();
	rump_vattr_setrdev(vap, dev);
	rump_unschedule();
}

void
rump_pub_vattr_settype(struct vattr *vap, enum rump_vtype vt)
{

	rump_schedule();
	rump_vattr_settype(vap, vt);
	rump_unschedule();
}

void
rump_pub_vattr_to_vattr50(const struct vattr *vap, struct vattr *vap50)
{

	rump_schedule();
	rump_vattr_to_vattr50(vap, vap50);
	rump_unschedule();
}

int
rump_pub_vfs_extattrctl(struct mount *mp, int cmd, struct vnode *vp, int
    attrnamespace, const char *attrname)
{
	int error;

	rump_schedule();
	error = rump_vfs_extattrctl(mp, cmd, vp, attrnamespace, attrname);
	rump_unschedule();
	return error;
}

int
rump_pub_vfs_fhtovp(struct mount *mp, struct fid *fid, struct vnode **vpp)
{
	int error;

	rump_schedule();
	error = rump_vfs_fhtovp(mp, fid, vpp);
	rump_unschedule();
	return error;
}

int
rump_pub_vfs_getmp(const char *path, struct mount **mpp)
{
	int error;

	rump_schedule();
	error = rump_vfs_getmp(path, mpp);
	rump_unschedule();
	return error;
}

struct vfsops *
rump_pub_vfs_getopsbyname(const char *name)
{
	struct vfsops *ret;

	rump_schedule();
	ret = rump_vfs_getopsbyname(name);
	rump_unschedule();
	return ret;
}

void
rump_pub_vfs_mount_print(const char *path, int full)
{

	rump_schedule();
	rump_vfs_mount_print(path, full);
	rump_unschedule();
}

int
rump_pub_vfs_root(struct mount *mp, struct vnode **vpp, int lock)
{
	int error;

	rump_schedule();
	error = rump_vfs_root(mp, vpp, lock);
	rump_unschedule();
	return error;
}

int
rump_pub_vfs_statvfs(struct mount *mp, struct statvfs *sbp)
{
	int error;

	rump_schedule();
	error = rump_vfs_statvfs(mp, sbp);
	rump_unschedule();
	return error;
}

int
rump_pub_vfs_sync(struct mount *mp, int wait, struct kauth_cred *cred)
{
	int error;

	rump_schedule();
	error = rump_vfs_sync(mp, wait, cred);
	rump_unschedule();
	return error;
}

void
rump_pub_vfs_syncwait(struct mount *mp)
{

	rump_schedule();
	rump_vfs_syncwait(mp);
	rump_unschedule();
}

int
rump_pub_vfs_unmount(struct mount *mp, int mntflags)
{
	int error;

	rump_schedule();
	error = rump_vfs_unmount(mp, mntflags);
	rump_unschedule();
	return error;
}

int
rump_pub_vfs_vptofh(struct vnode *vp, struct fid *fid, size_t *fidsize)
{
	int error;

	rump_schedule();
	error = rump_vfs_vptofh(vp, fid, fidsize);
	rump_unschedule();
	return error;
}

struct vfsops *
rump_pub_vfslist_iterate(struct vfsops *ops)
{
	struct vfsops *ret;

	rump_schedule();
	ret = rump_vfslist_iterate(ops);
	rump_unschedule();
	return ret;
}

int
rump_pub_vp_getref(struct vnode *vp)
{
	int error;

	rump_schedule();
	error = rump_vp_getref(vp);
	rump_unschedule();
	return error;
}

void
rump_pub_vp_incref(struct vnode *vp)
{

	rump_schedule();
	rump_vp_incref(vp);
	rump_unschedule();
}

void
rump_pub_vp_interlock(struct vnode *vp)
{

	rump_schedule();
	rump_vp_interlock(vp);
	rump_unschedule();
}

void
rump_pub_vp_rele(struct vnode *vp)
{

	rump_schedule();
	rump_vp_rele(vp);
	rump_unschedule();
}

void
rump_pub_vp_vmobjlock(struct vnode *vp, int write)
{

	rump_schedule();
	rump_vp_vmobjlock(vp, write);
	rump_unschedule();
}
