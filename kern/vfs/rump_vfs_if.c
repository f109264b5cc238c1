/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The public calls into the vfs faction (<rump/rumpvfs_if_pub.h>): the inside,
 * which components and other calls use on a virtual CPU.  rump_vfs_pub.c has
 * the outside.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/proc.h>
#include <sys/vnode_impl.h>

#include <miscfs/specfs/specdev.h>

#include <rump-sys/kern.h>
#include <rump-sys/vfs.h>

#include "vfs_private.h"

/* A component name of its own, for programs that call RUMP_VOP_LOOKUP. */
struct componentname *
rump_makecn(u_long nameiop, u_long flags, const char *name, size_t namelen,
    struct kauth_cred *creds, struct lwp *l)
{
	struct componentname *cnp;
	char *buf;

	KASSERT(namelen < MAXPATHLEN);
	cnp = kmem_zalloc(sizeof(*cnp), KM_SLEEP);
	cnp->cn_nameiop = nameiop;
	cnp->cn_flags = flags;
	buf = PNBUF_GET();
	memcpy(buf, name, namelen);
	buf[namelen] = '\0';
	cnp->cn_nameptr = buf;
	cnp->cn_namelen = namelen;
	cnp->cn_cred = creds;
	return cnp;
}

void
rump_freecn(struct componentname *cnp, int flags)
{

	if (flags & RUMPCN_FREECRED)
		rump_cred_put(cnp->cn_cred);
	PNBUF_PUT(__UNCONST(cnp->cn_nameptr));
	kmem_free(cnp, sizeof(*cnp));
}

/* Results nobody asked for are let go. */
static void
namei_results(struct nameidata *nd, uint32_t flags, struct vnode **dvpp,
    struct vnode **vpp)
{

	if (dvpp != NULL)
		*dvpp = nd->ni_dvp;
	else if (nd->ni_dvp != NULL) {
		if ((flags & LOCKPARENT) != 0)
			vput(nd->ni_dvp);
		else
			vrele(nd->ni_dvp);
	}
	if (vpp != NULL)
		*vpp = nd->ni_vp;
	else if (nd->ni_vp != NULL) {
		if ((flags & LOCKLEAF) != 0)
			vput(nd->ni_vp);
		else
			vrele(nd->ni_vp);
	}
}

int
rump_namei(uint32_t op, uint32_t flags, const char *namep,
    struct vnode **dvpp, struct vnode **vpp, struct componentname **cnpp)
{
	struct nameidata nd;
	struct pathbuf *pb;
	int error;

	if (strlen(namep) >= MAXPATHLEN)
		return ENAMETOOLONG;
	pb = pathbuf_create(namep);
	NDINIT(&nd, op, flags, pb);
	error = namei(&nd);
	if (error == 0) {
		namei_results(&nd, flags, dvpp, vpp);
		if (cnpp != NULL)
			*cnpp = rump_makecn(nd.ni_cnd.cn_nameiop,
			    nd.ni_cnd.cn_flags, nd.ni_cnd.cn_nameptr,
			    nd.ni_cnd.cn_namelen, nd.ni_cnd.cn_cred, curlwp);
	}
	pathbuf_destroy(pb);
	return error;
}

void
rump_getvninfo(struct vnode *vp, enum rump_vtype *vtype, off_t *vsize,
    dev_t *vdev)
{

	*vtype = (enum rump_vtype)vp->v_type;
	*vsize = vp->v_size;
	*vdev = vp->v_type == VBLK || vp->v_type == VCHR ?
	    vp->v_rdev : (dev_t)-1;
}

struct vattr *
rump_vattr_init(void)
{
	struct vattr *vap;

	vap = kmem_alloc(sizeof(*vap), KM_SLEEP);
	vattr_null(vap);
	return vap;
}

void
rump_vattr_settype(struct vattr *vap, enum rump_vtype vt)
{

	vap->va_type = (enum vtype)vt;
}

void
rump_vattr_setmode(struct vattr *vap, mode_t mode)
{

	vap->va_mode = mode;
}

void
rump_vattr_setrdev(struct vattr *vap, dev_t dev)
{

	vap->va_rdev = dev;
}

void
rump_vattr_free(struct vattr *vap)
{

	kmem_free(vap, sizeof(*vap));
}

/* Attributes as programs of NetBSD 5 had them, with 32 bit times. */
struct timespec50 {
	int32_t	tv_sec;
	long	tv_nsec;
};

struct vattr50 {
	enum vtype	va_type;
	mode_t		va_mode;
	nlink_t		va_nlink;
	uid_t		va_uid;
	gid_t		va_gid;
	uint32_t	va_fsid;
	ino_t		va_fileid;
	u_quad_t	va_size;
	long		va_blocksize;
	struct timespec50 va_atime;
	struct timespec50 va_mtime;
	struct timespec50 va_ctime;
	struct timespec50 va_birthtime;
	u_long		va_gen;
	u_long		va_flags;
	uint32_t	va_rdev;
	u_quad_t	va_bytes;
	u_quad_t	va_filerev;
	unsigned int	va_vaflags;
	long		va_spare;
};

static struct timespec50
timespec_to_50(const struct timespec *ts)
{

	return (struct timespec50){ ts->tv_sec, ts->tv_nsec };
}

static struct timespec
timespec_from_50(const struct timespec50 *ts)
{

	return (struct timespec){ ts->tv_sec, ts->tv_nsec };
}

#define	VATTR_COPY(to, from)						\
do {									\
	(to)->va_type = (from)->va_type;				\
	(to)->va_mode = (from)->va_mode;				\
	(to)->va_nlink = (from)->va_nlink;				\
	(to)->va_uid = (from)->va_uid;					\
	(to)->va_gid = (from)->va_gid;					\
	(to)->va_fsid = (from)->va_fsid;				\
	(to)->va_fileid = (from)->va_fileid;				\
	(to)->va_size = (from)->va_size;				\
	(to)->va_blocksize = (from)->va_blocksize;			\
	(to)->va_gen = (from)->va_gen;					\
	(to)->va_flags = (from)->va_flags;				\
	(to)->va_rdev = (from)->va_rdev;				\
	(to)->va_bytes = (from)->va_bytes;				\
	(to)->va_filerev = (from)->va_filerev;				\
	(to)->va_vaflags = (from)->va_vaflags;				\
} while (/*CONSTCOND*/0)

void
rump_vattr50_to_vattr(const struct vattr *vap50, struct vattr *vap)
{
	const struct vattr50 *from = (const void *)vap50;

	VATTR_COPY(vap, from);
	vap->va_atime = timespec_from_50(&from->va_atime);
	vap->va_mtime = timespec_from_50(&from->va_mtime);
	vap->va_ctime = timespec_from_50(&from->va_ctime);
	vap->va_birthtime = timespec_from_50(&from->va_birthtime);
	vap->va_spare = 0;
}

void
rump_vattr_to_vattr50(const struct vattr *vap, struct vattr *vap50)
{
	struct vattr50 *to = (void *)vap50;

	VATTR_COPY(to, vap);
	to->va_atime = timespec_to_50(&vap->va_atime);
	to->va_mtime = timespec_to_50(&vap->va_mtime);
	to->va_ctime = timespec_to_50(&vap->va_ctime);
	to->va_birthtime = timespec_to_50(&vap->va_birthtime);
	to->va_spare = 0;
}

void
rump_vp_incref(struct vnode *vp)
{

	vref(vp);
}

int
rump_vp_getref(struct vnode *vp)
{

	return vrefcnt(vp);
}

void
rump_vp_rele(struct vnode *vp)
{

	vrele(vp);
}

void
rump_vp_interlock(struct vnode *vp)
{

	mutex_enter(vp->v_interlock);
}

void
rump_vp_vmobjlock(struct vnode *vp, int write)
{

	rw_enter(vp->v_uobj.vmobjlock, write ? RW_WRITER : RW_READER);
}

int
rump_vfs_unmount(struct mount *mp, int mntflags)
{

	return VFS_UNMOUNT(mp, mntflags);
}

int
rump_vfs_root(struct mount *mp, struct vnode **vpp, int lock)
{
	int error;

	error = VFS_ROOT(mp, LK_EXCLUSIVE, vpp);
	if (error == 0 && !lock)
		VOP_UNLOCK(*vpp);
	return error;
}

int
rump_vfs_statvfs(struct mount *mp, struct statvfs *sbp)
{

	return VFS_STATVFS(mp, sbp);
}

int
rump_vfs_sync(struct mount *mp, int wait, struct kauth_cred *cred)
{

	return VFS_SYNC(mp, wait ? MNT_WAIT : MNT_NOWAIT, cred);
}

int
rump_vfs_fhtovp(struct mount *mp, struct fid *fid, struct vnode **vpp)
{

	return VFS_FHTOVP(mp, fid, LK_EXCLUSIVE, vpp);
}

int
rump_vfs_vptofh(struct vnode *vp, struct fid *fid, size_t *fidsize)
{

	return VFS_VPTOFH(vp, fid, fidsize);
}

int
rump_vfs_extattrctl(struct mount *mp, int cmd, struct vnode *vp,
    int attrnamespace, const char *attrname)
{

	if (vp != NULL)
		vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	return VFS_EXTATTRCTL(mp, cmd, vp, attrnamespace, attrname);
}

static bool
syncwait_selector(void *cookie, struct vnode *vp)
{

	return vp->v_numoutput > 0;
}

/* Wait until nothing of the mount, nor its device, is being written. */
void
rump_vfs_syncwait(struct mount *mp)
{
	struct vnode_iterator *iter;
	struct vnode *vp;

	vfs_vnode_iterator_init(mp, &iter);
	while ((vp = vfs_vnode_iterator_next(iter, syncwait_selector,
	    NULL)) != NULL) {
		mutex_enter(vp->v_interlock);
		while (vp->v_numoutput > 0)
			cv_wait(&vp->v_cv, vp->v_interlock);
		mutex_exit(vp->v_interlock);
		vrele(vp);
	}
	vfs_vnode_iterator_destroy(iter);
}

int
rump_vfs_getmp(const char *path, struct mount **mpp)
{
	struct vnode *vp;
	int error;

	error = namei_simple_user(path, NSM_FOLLOW_TRYEMULROOT, &vp);
	if (error != 0)
		return error;
	*mpp = vp->v_mount;
	vrele(vp);
	return 0;
}

void
rump_vfs_mount_print(const char *path, int full)
{
	struct mount *mp;
	int error;

	error = rump_vfs_getmp(path, &mp);
	if (error != 0) {
		printf("%s: error %d\n", path, error);
		return;
	}
	vfs_mount_print(mp, full, (void (*)(const char *, ...))printf);
}

struct vfsops *
rump_vfs_getopsbyname(const char *name)
{

	return vfs_getopsbyname(name);
}

/* The types there are, one a call; NULL to begin, NULL at the end. */
struct vfsops *
rump_vfslist_iterate(struct vfsops *ops)
{

	return ops == NULL ? LIST_FIRST(&vfs_list) : LIST_NEXT(ops, vfs_list);
}

/* Servers of the puffs kind would need a device this faction has not. */
int
rump_syspuffs_glueinit(int fd, int *newfd)
{

	return ENODEV;
}
