/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mount(2), unmount(2), statvfs1(2), getvfsstat(2), sync(2) and their
 * in-kernel forms.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/fstrans.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/module.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/proc.h>
#include <sys/syscallargs.h>
#include <sys/vnode_impl.h>

#include "vfs_private.h"
#include "vfs_syscalls.h"

/* The type by name, its module loaded if need be; counts as a use. */
static int
mount_get_vfsops(const char *fstype, enum uio_seg seg,
    struct vfsops **vfsopsp)
{
	char name[_VFS_NAMELEN];
	int error;

	if (seg == UIO_USERSPACE)
		error = copyinstr(fstype, name, sizeof(name), NULL);
	else
		error = copystr(fstype, name, sizeof(name), NULL);
	if (error != 0)
		return error == ENAMETOOLONG ? ENODEV : error;
	*vfsopsp = vfs_getopsbyname(name);
	if (*vfsopsp != NULL)
		return 0;
	if (module_autoload(name, MODULE_CLASS_VFS) == 0)
		*vfsopsp = vfs_getopsbyname(name);
	return *vfsopsp != NULL ? 0 : ENODEV;
}

/* mount -u: the rights and wishes, before anything changes. */
static int
update_check(struct lwp *l, struct mount *mp, struct vnode *vp, int flags)
{

	if ((vp->v_vflag & VV_ROOT) == 0)
		return EINVAL;
	if ((flags & MNT_RELOAD) != 0 && (mp->mnt_flag & MNT_RDONLY) == 0)
		return EOPNOTSUPP;
	if ((flags & MNT_RDONLY) != 0 && (mp->mnt_flag & MNT_RDONLY) == 0 &&
	    (mp->mnt_iflag & IMNT_CAN_RWTORO) == 0)
		return EOPNOTSUPP;
	return kauth_authorize_system(l->l_cred, KAUTH_SYSTEM_MOUNT,
	    KAUTH_REQ_SYSTEM_MOUNT_UPDATE, mp, KAUTH_ARG(flags), NULL);
}

/*
 * The flags as they are to be, for the file system to look at, and by
 * IMNT_WANT* what becomes of MNT_RDONLY.  A file system that is to stop
 * writing still may until it has.
 */
static void
update_flags(struct mount *mp, int flags)
{
	const int set = MNT_OP_FLAGS | MNT_BASIC_FLAGS;

	if (((flags ^ mp->mnt_flag) & MNT_RDONLY) != 0)
		mp->mnt_iflag |= (flags & MNT_RDONLY) != 0 ?
		    IMNT_WANTRDONLY : IMNT_WANTRDWR;
	if ((mp->mnt_iflag & IMNT_WANTRDONLY) != 0)
		flags &= ~MNT_RDONLY;
	mp->mnt_flag = (mp->mnt_flag & ~set) | (flags & set);
}

/*
 * What the file system refused may have been meant for who exports it: in old
 * arguments of mount(2) the two go together.  A hook that says EJUSTRETURN
 * knows nothing of it.  The file system stays as it was mounted.
 */
static int
update_exports(struct mount *mp, const char *path, void *data, int error)
{
	const int hooked = vfs_hooks_reexport(mp, path, data);

	return hooked == EJUSTRETURN ? error : hooked;
}

/* Nobody else is in the file system meanwhile. */
static int
mount_update(struct lwp *l, struct vnode *vp, const char *path, int flags,
    void *data, size_t *data_len)
{
	struct mount *mp = vp->v_mount;
	int error, saved_flag;

	vfs_ref(mp);
	error = update_check(l, mp, vp, flags);
	if (error == 0)
		error = vfs_suspend(mp, 0);
	if (error != 0) {
		vfs_rele(mp);
		return error;
	}
	mutex_enter(mp->mnt_updating);
	saved_flag = mp->mnt_flag;
	update_flags(mp, flags);
	error = (mp->mnt_iflag & IMNT_GONE) != 0 ? ENOENT :
	    VFS_MOUNT(mp, path, data, data_len);
	if (error != 0)
		mp->mnt_flag = saved_flag;
	else if (mp->mnt_iflag & IMNT_WANTRDONLY)
		mp->mnt_flag |= MNT_RDONLY;
	mp->mnt_flag &= ~MNT_OP_FLAGS;
	mp->mnt_iflag &= ~(IMNT_WANTRDWR | IMNT_WANTRDONLY);
	if ((mp->mnt_flag & (MNT_RDONLY | MNT_ASYNC)) == 0) {
		if ((mp->mnt_iflag & (IMNT_ONWORKLIST | IMNT_GONE)) == 0)
			vfs_syncer_add_to_worklist(mp);
	} else
		vfs_syncer_remove_from_worklist(mp);
	if (error != 0 && data != NULL && (mp->mnt_iflag & IMNT_GONE) == 0)
		error = update_exports(mp, path, data, error);
	mutex_exit(mp->mnt_updating);
	vfs_resume(mp);
	if (error == 0 && ((saved_flag ^ flags) & MNT_EXTATTR) != 0)
		vfs_mount_extattr(mp, (flags & MNT_EXTATTR) != 0);
	vfs_rele(mp);
	return error;
}

/* MNT_GETARGS: what the file system was mounted with. */
static int
mount_getargs(struct lwp *l, struct vnode *vp, const char *path, int flags,
    void *data, size_t *data_len)
{
	struct mount *mp = vp->v_mount;
	int error;

	/* Nothing but reading may be combined with it. */
	if ((flags & ~MNT_BASIC_FLAGS) != MNT_GETARGS)
		return EINVAL;
	if ((vp->v_vflag & VV_ROOT) == 0)
		return EINVAL;
	error = kauth_authorize_system(l->l_cred, KAUTH_SYSTEM_MOUNT,
	    KAUTH_REQ_SYSTEM_MOUNT_GET, mp, data, NULL);
	if (error == 0)
		error = vfs_busy(mp);
	if (error != 0)
		return error;
	mutex_enter(mp->mnt_updating);
	mp->mnt_flag |= MNT_GETARGS;
	error = VFS_MOUNT(mp, path, data, data_len);
	mp->mnt_flag &= ~MNT_OP_FLAGS;
	mutex_exit(mp->mnt_updating);
	vfs_unbusy(mp);
	return error;
}

/*
 * The file system's arguments in kernel memory.  It is told the length that
 * the caller says, so that it can tell older forms of them apart; there is
 * room for what it has now, zeroed.  A length of 0 is that of today's.
 */
static int
mount_data_in(struct vfsops *vfsops, void *data, enum uio_seg seg,
    size_t *lenp, void **bufp, size_t *roomp)
{
	const size_t min = vfsops->vfs_min_mount_data;
	int error = 0;

	if (data == NULL) {
		*lenp = 0;
		return 0;
	}
	if (*lenp == 0)
		*lenp = min;
	if (*lenp == 0 || *lenp > VFS_MOUNT_DATA_MAX)
		return EINVAL;
	*roomp = MAX(*lenp, min);
	*bufp = kmem_zalloc(*roomp, KM_SLEEP);
	if (seg == UIO_USERSPACE)
		error = copyin(data, *bufp, *lenp);
	else
		memcpy(*bufp, data, *lenp);
	if (error != 0) {
		kmem_free(*bufp, *roomp);
		*bufp = NULL;
	}
	return error;
}

int
do_sys_mount(struct lwp *l, const char *type, enum uio_seg type_seg,
    const char *path, int flags, void *data, enum uio_seg data_seg,
    size_t data_len, register_t *retval)
{
	struct vfsops *vfsops = NULL;
	struct vnode *vp;
	void *buf = NULL;
	size_t room = 0, len = data_len;
	int error;

	error = namei_simple_user(path, NSM_FOLLOW_TRYEMULROOT, &vp);
	if (error != 0)
		return error;
	if (flags & (MNT_GETARGS | MNT_UPDATE))
		vfsops = vfs_getopsbyname(vp->v_mount->mnt_op->vfs_name);
	else
		error = mount_get_vfsops(type, type_seg, &vfsops);
	if (error == 0 && vfsops == NULL)
		error = ENODEV;
	if (error == 0)
		error = mount_data_in(vfsops, data, data_seg, &len, &buf,
		    &room);
	if (error != 0)
		goto out;

	data_len = len;
	if (flags & MNT_GETARGS) {
		error = mount_getargs(l, vp, path, flags, buf, &len);
		if (error == 0) {
			if (data_seg == UIO_USERSPACE)
				error = copyout(buf, data, MIN(len, data_len));
			else
				memcpy(data, buf, MIN(len, data_len));
			*retval = len;
		}
	} else if (flags & MNT_UPDATE) {
		error = mount_update(l, vp, path, flags, buf, &len);
	} else {
		/* Takes over the use of the type. */
		error = mount_domount(l, &vp, vfsops, path, flags, buf, &len);
		vfsops = NULL;
	}
 out:
	if (vfsops != NULL)
		vfs_delref(vfsops);
	if (vp != NULL)
		vrele(vp);
	if (buf != NULL)
		kmem_free(buf, room);
	return error;
}

int
sys___mount50(struct lwp *l, const struct sys___mount50_args *uap,
    register_t *retval)
{

	return do_sys_mount(l, SCARG(uap, type), UIO_USERSPACE,
	    SCARG(uap, path), SCARG(uap, flags), SCARG(uap, data),
	    UIO_USERSPACE, SCARG(uap, data_len), retval);
}

/*
 * The topmost file system that was mounted by this name, referenced, or NULL.
 * Names are as seen from the root of the system, so not for a changed one.
 */
static struct mount *
umount_byname(struct lwp *l, const char *path)
{
	char *name = PNBUF_GET();
	struct mount *mp, *found = NULL;
	mount_iterator_t *iter;

	if (l->l_proc->p_cwdi->cwdi_rdir != NULL ||
	    copyinstr(path, name, MAXPATHLEN, NULL) != 0) {
		PNBUF_PUT(name);
		return NULL;
	}
	mountlist_iterator_init(&iter);
	while ((mp = mountlist_iterator_next(iter)) != NULL) {
		if (strcmp(mp->mnt_stat.f_mntonname, name) != 0)
			continue;
		if (found != NULL)
			vfs_rele(found);
		vfs_ref(mp);
		found = mp;
	}
	mountlist_iterator_destroy(iter);
	PNBUF_PUT(name);
	return found;
}

static int
do_umount(struct lwp *l, const char *path, int flags)
{
	struct vnode *vp;
	struct mount *mp;
	int error;

	error = namei_simple_user(path, NSM_NOFOLLOW_TRYEMULROOT, &vp);
	if (error == 0) {
		mp = vp->v_mount;
		vfs_ref(mp);
	} else {
		/* Its root may be what cannot be read. */
		vp = NULL;
		mp = (flags & MNT_FORCE) != 0 ? umount_byname(l, path) : NULL;
		if (mp == NULL)
			return error;
	}
	error = kauth_authorize_system(l->l_cred, KAUTH_SYSTEM_MOUNT,
	    KAUTH_REQ_SYSTEM_MOUNT_UNMOUNT, mp, NULL, NULL);
	/* The root file system stays, and only roots are named. */
	if (error == 0 && ((mp->mnt_flag & MNT_ROOTFS) != 0 ||
	    (vp != NULL && (vp->v_vflag & VV_ROOT) == 0)))
		error = EINVAL;
	if (vp != NULL)
		vrele(vp);
	if (error != 0) {
		vfs_rele(mp);
		return error;
	}
	return dounmount(mp, flags, l);
}

int
sys_unmount(struct lwp *l, const struct sys_unmount_args *uap,
    register_t *retval)
{

	return do_umount(l, SCARG(uap, path), SCARG(uap, flags));
}

/* Others read mnt_flag meanwhile: change it only where it must be. */
static int
sync_mount(struct mount *mp, int waitfor, kauth_cred_t cred)
{
	volatile u_int *flags = (volatile u_int *)&mp->mnt_flag;
	int error;

	KASSERT(mutex_owned(mp->mnt_updating));
	if ((mp->mnt_flag & MNT_ASYNC) == 0)
		return VFS_SYNC(mp, waitfor, cred);
	atomic_and_uint(flags, ~(u_int)MNT_ASYNC);
	error = VFS_SYNC(mp, waitfor, cred);
	atomic_or_uint(flags, MNT_ASYNC);
	return error;
}

/* Write all file systems; those mounted MNT_ASYNC, too. */
int
do_sys_sync(struct lwp *l, int waitfor)
{
	mount_iterator_t *iter;
	struct mount *mp;
	int error, first = 0;

	mountlist_iterator_init(&iter);
	while ((mp = mountlist_iterator_next(iter)) != NULL) {
		mutex_enter(mp->mnt_updating);
		error = 0;
		if ((mp->mnt_flag & MNT_RDONLY) == 0) {
			error = sync_mount(mp, waitfor, l->l_cred);
		}
		mutex_exit(mp->mnt_updating);
		if (first == 0)
			first = error;
	}
	mountlist_iterator_destroy(iter);
	return first;
}

int
sys_sync(struct lwp *l, const void *v, register_t *retval)
{

	(void)do_sys_sync(l, MNT_NOWAIT);
	return 0;
}

/* Inside a root, names of mount points begin there. */
static void
statvfs_trim(struct statvfs *sp, struct lwp *l)
{
	struct cwdinfo *cwdi = l->l_proc->p_cwdi;
	char *path, *bp, *mnt;
	size_t len;
	int error;

	if (cwdi->cwdi_rdir == NULL)
		return;
	path = PNBUF_GET();
	bp = path + MAXPATHLEN;
	*--bp = '\0';
	error = getcwd_common(cwdi->cwdi_rdir, rootvnode, &bp, path,
	    MAXPATHLEN / 2, 0, l);
	if (error == 0) {
		len = strlen(bp);
		mnt = sp->f_mntonname;
		if (len != 1 && strncmp(bp, mnt, len) == 0 &&
		    (mnt[len] == '/' || mnt[len] == '\0')) {
			if (mnt[len] == '\0')
				strlcpy(mnt, "/", sizeof(sp->f_mntonname));
			else
				memmove(mnt, mnt + len, strlen(mnt + len) + 1);
		}
	}
	PNBUF_PUT(path);
}

int
dostatvfs(struct mount *mp, struct statvfs *sp, struct lwp *l, int flags,
    int root)
{
	int error;

	memset(sp, 0, sizeof(*sp));
	if (flags == ST_NOWAIT) {
		*sp = mp->mnt_stat;
		sp->f_fsid = mp->mnt_stat.f_fsidx.__fsid_val[0];
	} else {
		error = VFS_STATVFS(mp, sp);
		if (error != 0)
			return error;
		mp->mnt_stat = *sp;
	}
	statvfs_trim(sp, l);
	sp->f_flag = mp->mnt_flag & MNT_VISFLAGMASK;
	return 0;
}

int
do_sys_pstatvfs(struct lwp *l, const char *path, int flags,
    struct statvfs *sb)
{
	struct vnode *vp;
	int error;

	error = namei_simple_user(path, NSM_FOLLOW_TRYEMULROOT, &vp);
	if (error != 0)
		return error;
	error = dostatvfs(vp->v_mount, sb, l, flags, 1);
	vrele(vp);
	return error;
}

int
do_sys_fstatvfs(struct lwp *l, int fd, int flags, struct statvfs *sb)
{
	struct file *fp;
	int error;

	error = fd_getvnode(fd, &fp);
	if (error != 0)
		return error;
	error = dostatvfs(fp->f_vnode->v_mount, sb, l, flags, 1);
	fd_putfile(fd);
	return error;
}

int
sys___statvfs190(struct lwp *l, const struct sys___statvfs190_args *uap,
    register_t *retval)
{
	struct statvfs *sb = STATVFSBUF_GET();
	int error;

	error = do_sys_pstatvfs(l, SCARG(uap, path), SCARG(uap, flags), sb);
	if (error == 0)
		error = copyout(sb, SCARG(uap, buf), sizeof(*sb));
	STATVFSBUF_PUT(sb);
	return error;
}

int
sys___fstatvfs190(struct lwp *l, const struct sys___fstatvfs190_args *uap,
    register_t *retval)
{
	struct statvfs *sb = STATVFSBUF_GET();
	int error;

	error = do_sys_fstatvfs(l, SCARG(uap, fd), SCARG(uap, flags), sb);
	if (error == 0)
		error = copyout(sb, SCARG(uap, buf), sizeof(*sb));
	STATVFSBUF_PUT(sb);
	return error;
}

/* All mounts, as many as there is room for; the result counts them all. */
int
do_sys_getvfsstat(struct lwp *l, void *sfsp, size_t bufsize, int flags,
    int (*copyfn)(const void *, void *, size_t), size_t entry_sz,
    register_t *retval)
{
	mount_iterator_t *iter;
	struct statvfs *sb;
	struct mount *mp;
	size_t count = 0, max = bufsize / entry_sz;
	char *out = sfsp;
	int error = 0;

	sb = STATVFSBUF_GET();
	mountlist_iterator_init(&iter);
	while (error == 0 && (mp = mountlist_iterator_next(iter)) != NULL) {
		if (out != NULL && count < max) {
			if (dostatvfs(mp, sb, l, flags, 0) != 0)
				continue;
			error = (*copyfn)(sb, out, entry_sz);
			out += entry_sz;
		}
		count++;
	}
	mountlist_iterator_destroy(iter);
	STATVFSBUF_PUT(sb);
	*retval = out != NULL && count > max ? max : count;
	return error;
}

int
sys___getvfsstat90(struct lwp *l, const struct sys___getvfsstat90_args *uap,
    register_t *retval)
{

	return do_sys_getvfsstat(l, SCARG(uap, buf), SCARG(uap, bufsize),
	    SCARG(uap, flags), copyout, sizeof(struct statvfs), retval);
}
