/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System calls on open files that need the vfs faction: positions, reading
 * and writing elsewhere, directories, syncing, allocation, locks.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/kauth.h>
#include <sys/lwp.h>
#include <sys/mount.h>
#include <sys/proc.h>
#include <sys/syscallargs.h>
#include <sys/uio.h>
#include <sys/unistd.h>
#include <sys/vnode_impl.h>

#include "vfs_private.h"
#include "vfs_syscalls.h"

int
sys_lseek(struct lwp *l, const struct sys_lseek_args *uap, register_t *retval)
{
	const int fd = SCARG(uap, fd);
	struct file *fp;
	off_t newoff = 0;
	int error;

	fp = fd_getfile(fd);
	if (fp == NULL)
		return EBADF;
	if (fp->f_ops->fo_seek == NULL)
		error = ESPIPE;
	else
		error = (*fp->f_ops->fo_seek)(fp, SCARG(uap, offset),
		    SCARG(uap, whence), &newoff, FOF_UPDATE_OFFSET);
	fd_putfile(fd);
	if (error == 0)
		*(off_t *)retval = newoff;
	return error;
}

/* Is this a place of a file that can be positioned? */
static int
pio_check(struct file *fp, int flag, off_t offset)
{

	if ((fp->f_flag & flag) == 0)
		return EBADF;
	if (fp->f_ops->fo_seek == NULL)
		return ESPIPE;
	return (*fp->f_ops->fo_seek)(fp, offset, SEEK_SET, &offset, 0);
}

int
sys_pread(struct lwp *l, const struct sys_pread_args *uap, register_t *retval)
{
	const int fd = SCARG(uap, fd);
	off_t offset = SCARG(uap, offset);
	struct file *fp;
	int error;

	fp = fd_getfile(fd);
	if (fp == NULL)
		return EBADF;
	error = pio_check(fp, FREAD, offset);
	if (error != 0) {
		fd_putfile(fd);
		return error;
	}
	/* dofileread() drops the descriptor. */
	return dofileread(fd, fp, SCARG(uap, buf), SCARG(uap, nbyte), &offset,
	    0, retval);
}

int
sys_pwrite(struct lwp *l, const struct sys_pwrite_args *uap,
    register_t *retval)
{
	const int fd = SCARG(uap, fd);
	off_t offset = SCARG(uap, offset);
	struct file *fp;
	int error;

	fp = fd_getfile(fd);
	if (fp == NULL)
		return EBADF;
	error = pio_check(fp, FWRITE, offset);
	if (error != 0) {
		fd_putfile(fd);
		return error;
	}
	return dofilewrite(fd, fp, SCARG(uap, buf), SCARG(uap, nbyte),
	    &offset, 0, retval);
}

static int
pvec_check(int fd, int flag, off_t offset)
{
	struct file *fp = fd_getfile(fd);
	int error;

	if (fp == NULL)
		return EBADF;
	error = pio_check(fp, flag, offset);
	fd_putfile(fd);
	return error;
}

int
sys_preadv(struct lwp *l, const struct sys_preadv_args *uap,
    register_t *retval)
{
	off_t offset = SCARG(uap, offset);
	int error = pvec_check(SCARG(uap, fd), FREAD, offset);

	return error != 0 ? error : do_filereadv(SCARG(uap, fd),
	    SCARG(uap, iovp), SCARG(uap, iovcnt), &offset, 0, retval);
}

int
sys_pwritev(struct lwp *l, const struct sys_pwritev_args *uap,
    register_t *retval)
{
	off_t offset = SCARG(uap, offset);
	int error = pvec_check(SCARG(uap, fd), FWRITE, offset);

	return error != 0 ? error : do_filewritev(SCARG(uap, fd),
	    SCARG(uap, iovp), SCARG(uap, iovcnt), &offset, 0, retval);
}

int
sys___getdents30(struct lwp *l, const struct sys___getdents30_args *uap,
    register_t *retval)
{
	const int fd = SCARG(uap, fd);
	struct file *fp;
	int done = 0, error;

	error = fd_getvnode(fd, &fp);
	if (error != 0)
		return error;
	if ((fp->f_flag & FREAD) == 0)
		error = EBADF;
	else if (SCARG(uap, count) > INT_MAX)
		error = EINVAL;
	else
		error = vn_readdir(fp, SCARG(uap, buf), UIO_USERSPACE,
		    SCARG(uap, count), &done, l, NULL, NULL);
	fd_putfile(fd);
	*retval = done;
	return error;
}

int
sys_ftruncate(struct lwp *l, const struct sys_ftruncate_args *uap,
    register_t *retval)
{
	const int fd = SCARG(uap, fd);
	struct file *fp;
	int error;

	fp = fd_getfile(fd);
	if (fp == NULL)
		return EBADF;
	if ((fp->f_flag & FWRITE) == 0 || fp->f_ops->fo_truncate == NULL)
		error = EINVAL;
	else
		error = (*fp->f_ops->fo_truncate)(fp, SCARG(uap, length));
	fd_putfile(fd);
	return error;
}

/* One fsync of a vnode under its lock; errors of late writes come out here. */
static int
sync_vnode(struct file *fp, int flags, off_t lo, off_t hi)
{
	struct vnode *vp = fp->f_vnode;
	int error;

	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	error = VOP_FSYNC(vp, fp->f_cred, flags, lo, hi);
	VOP_UNLOCK(vp);
	return error;
}

/* The same for asynchronous requests, whose file is a vnode. */
int
vfs_file_fsync(struct file *fp, bool dataonly)
{

	return sync_vnode(fp, FSYNC_WAIT | (dataonly ? FSYNC_DATAONLY : 0), 0,
	    0);
}

int
sys_fsync(struct lwp *l, const struct sys_fsync_args *uap, register_t *retval)
{
	struct file *fp;
	int error;

	error = fd_getvnode(SCARG(uap, fd), &fp);
	if (error != 0)
		return error;
	error = sync_vnode(fp, FSYNC_WAIT, 0, 0);
	fd_putfile(SCARG(uap, fd));
	return error;
}

int
sys_fdatasync(struct lwp *l, const struct sys_fdatasync_args *uap,
    register_t *retval)
{
	struct file *fp;
	int error;

	error = fd_getvnode(SCARG(uap, fd), &fp);
	if (error != 0)
		return error;
	if ((fp->f_flag & FWRITE) == 0)
		error = EBADF;
	else
		error = sync_vnode(fp, FSYNC_WAIT | FSYNC_DATAONLY, 0, 0);
	fd_putfile(SCARG(uap, fd));
	return error;
}

int
sys_fsync_range(struct lwp *l, const struct sys_fsync_range_args *uap,
    register_t *retval)
{
	const int how = SCARG(uap, flags);
	off_t start = SCARG(uap, start), end;
	struct file *fp;
	int error, flags = FSYNC_WAIT;

	if ((how & (FDATASYNC | FFILESYNC)) == 0 ||
	    (how & (FDATASYNC | FFILESYNC)) == (FDATASYNC | FFILESYNC))
		return EINVAL;
	if (how & FDATASYNC)
		flags |= FSYNC_DATAONLY;
	if (how & FDISKSYNC)
		flags |= FSYNC_CACHE;
	if (SCARG(uap, length) == 0)
		start = end = 0;	/* all of it */
	else if (start < 0 || SCARG(uap, length) < 0 ||
	    __builtin_add_overflow(start, SCARG(uap, length), &end))
		return EINVAL;
	error = fd_getvnode(SCARG(uap, fd), &fp);
	if (error != 0)
		return error;
	if ((fp->f_flag & FWRITE) == 0)
		error = EBADF;
	else
		error = sync_vnode(fp, flags, start, end);
	fd_putfile(SCARG(uap, fd));
	return error;
}

/* The range of posix_fallocate and fdiscard, and a file open for writing. */
static int
alloc_file(int fd, off_t pos, off_t len, struct file **fpp)
{
	off_t end;
	int error;

	if (pos < 0 || len <= 0)
		return EINVAL;
	if (__builtin_add_overflow(pos, len, &end))
		return EFBIG;
	error = fd_getvnode(fd, fpp);
	if (error != 0)
		return error == EINVAL ? ENODEV : error;
	if (((*fpp)->f_flag & FWRITE) == 0) {
		fd_putfile(fd);
		return EBADF;
	}
	return 0;
}

int
sys_posix_fallocate(struct lwp *l, const struct sys_posix_fallocate_args *uap,
    register_t *retval)
{
	const int fd = SCARG(uap, fd);
	struct file *fp;
	struct vnode *vp;
	int error;

	error = alloc_file(fd, SCARG(uap, pos), SCARG(uap, len), &fp);
	if (error == 0) {
		vp = fp->f_vnode;
		if (vp->v_type == VDIR)
			error = EISDIR;
		else {
			vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
			error = VOP_FALLOCATE(vp, SCARG(uap, pos),
			    SCARG(uap, len));
			VOP_UNLOCK(vp);
		}
		fd_putfile(fd);
	}
	/* POSIX: the error is the result, errno is not touched. */
	*retval = error;
	return 0;
}

int
sys_fdiscard(struct lwp *l, const struct sys_fdiscard_args *uap,
    register_t *retval)
{
	const int fd = SCARG(uap, fd);
	struct file *fp;
	struct vnode *vp;
	int error;

	error = alloc_file(fd, SCARG(uap, pos), SCARG(uap, len), &fp);
	if (error != 0)
		return error;
	vp = fp->f_vnode;
	if (vp->v_type == VDIR)
		error = EISDIR;
	else {
		vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
		error = VOP_FDISCARD(vp, SCARG(uap, pos), SCARG(uap, len));
		VOP_UNLOCK(vp);
	}
	fd_putfile(fd);
	return error;
}

int
sys___posix_fadvise50(struct lwp *l,
    const struct sys___posix_fadvise50_args *uap, register_t *retval)
{
	const int fd = SCARG(uap, fd);
	struct file *fp;
	int error;

	fp = fd_getfile(fd);
	if (fp == NULL)
		error = EBADF;
	else {
		if (fp->f_ops->fo_posix_fadvise == NULL)
			error = fp->f_type == DTYPE_PIPE ? ESPIPE : EBADF;
		else
			error = (*fp->f_ops->fo_posix_fadvise)(fp,
			    SCARG(uap, offset), SCARG(uap, len),
			    SCARG(uap, advice));
		fd_putfile(fd);
	}
	*retval = error;
	return 0;
}

int
sys_flock(struct lwp *l, const struct sys_flock_args *uap, register_t *retval)
{
	const int fd = SCARG(uap, fd), how = SCARG(uap, how);
	struct flock lf = { .l_whence = SEEK_SET, .l_start = 0, .l_len = 0 };
	struct file *fp;
	int error, flags = F_FLOCK;

	switch (how & ~LOCK_NB) {
	case LOCK_EX:
		lf.l_type = F_WRLCK;
		break;
	case LOCK_SH:
		lf.l_type = F_RDLCK;
		break;
	case LOCK_UN:
		lf.l_type = F_UNLCK;
		break;
	default:
		return EINVAL;
	}
	if ((how & LOCK_NB) == 0)
		flags |= F_WAIT;
	fp = fd_getfile(fd);
	if (fp == NULL)
		return EBADF;
	if (fp->f_ops->fo_advlock == NULL)
		error = EOPNOTSUPP;
	else {
		/* the last close looks for it from now on */
		if (lf.l_type != F_UNLCK) {
			mutex_enter(&fp->f_lock);
			fp->f_flag |= FHASLOCK;
			mutex_exit(&fp->f_lock);
		}
		error = (*fp->f_ops->fo_advlock)(fp, fp,
		    lf.l_type == F_UNLCK ? F_UNLCK : F_SETLK, &lf, flags);
	}
	fd_putfile(fd);
	return error;
}
