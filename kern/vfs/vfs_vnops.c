/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Open files that are vnodes: the operations of struct file on top of VOP_*,
 * and vn_rdwr() for reading and writing from inside the kernel.
 *
 * The position of an open file is protected by the vnode lock: exclusive to
 * change it.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/buf.h>
#include <sys/conf.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filio.h>
#include <sys/ioctl.h>
#include <sys/kauth.h>
#include <sys/lwp.h>
#include <sys/mount.h>
#include <sys/poll.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/ttycom.h>
#include <sys/uio.h>
#include <sys/unistd.h>
#include <sys/vnode_impl.h>

#include <miscfs/fifofs/fifo.h>
#include <miscfs/specfs/specdev.h>

#include <uvm/uvm.h>
#include <uvm/uvm_readahead.h>

#include "vfs_private.h"

/* Ours, as <rump/rump_abi.h> has them for programs. */
#define	SEEK_DATA	3
#define	SEEK_HOLE	4

/* The vnode lock a read needs: alone if it moves the position. */
static int
vn_readlock(const struct file *fp, off_t *offset)
{

	return offset == &fp->f_offset ? LK_EXCLUSIVE : LK_SHARED;
}

/* What of a file's flags concerns reading and writing alike. */
static int
vn_ioflag(const struct file *fp, int fflag)
{
	int ioflag = IO_ADV_ENCODE(fp->f_advice);

	if (fflag & FNONBLOCK)
		ioflag |= IO_NDELAY;
	if (fflag & FALTIO)
		ioflag |= IO_ALTSEMANTICS;
	if (fflag & FDIRECT)
		ioflag |= IO_DIRECT;
	return ioflag;
}

static int
vn_read(struct file *fp, off_t *offset, struct uio *uio, kauth_cred_t cred,
    int flags)
{
	struct vnode *vp = fp->f_vnode;
	size_t count = uio->uio_resid;
	int error, ioflag;
	int fflag = atomic_load_relaxed(&fp->f_flag);

	ioflag = vn_ioflag(fp, fflag);
	if ((fflag & (FFSYNC | FRSYNC)) == (FFSYNC | FRSYNC))
		ioflag |= IO_SYNC;
	vn_lock(vp, vn_readlock(fp, offset) | LK_RETRY);
	uio->uio_offset = *offset;
	error = VOP_READ(vp, uio, ioflag, cred);
	if (flags & FOF_UPDATE_OFFSET)
		*offset += count - uio->uio_resid;
	VOP_UNLOCK(vp);
	return error;
}

static int
vn_write_ioflag(struct file *fp, struct vnode *vp)
{
	int fflag = atomic_load_relaxed(&fp->f_flag);
	int ioflag = IO_UNIT | vn_ioflag(fp, fflag);

	if (vp->v_type == VREG && (fflag & O_APPEND) != 0)
		ioflag |= IO_APPEND;
	if ((fflag & FFSYNC) != 0 ||
	    (vp->v_mount->mnt_flag & MNT_SYNCHRONOUS) != 0)
		ioflag |= IO_SYNC;
	else if (fflag & FDSYNC)
		ioflag |= IO_DSYNC;
	return ioflag;
}

static int
vn_write(struct file *fp, off_t *offset, struct uio *uio, kauth_cred_t cred,
    int flags)
{
	struct vnode *vp = fp->f_vnode;
	size_t count = uio->uio_resid;
	int error, ioflag;

	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	ioflag = vn_write_ioflag(fp, vp);
	uio->uio_offset = *offset;
	error = VOP_WRITE(vp, uio, ioflag, cred);
	if (flags & FOF_UPDATE_OFFSET) {
		/* Only the file system knows where an append went. */
		if (ioflag & IO_APPEND)
			*offset = uio->uio_offset;
		else
			*offset += count - uio->uio_resid;
	}
	VOP_UNLOCK(vp);
	return error;
}

/* Read or write from inside the kernel; *aresid what was not moved. */
int
vn_rdwr(enum uio_rw rw, struct vnode *vp, void *base, int len, off_t offset,
    enum uio_seg segflg, int ioflg, kauth_cred_t cred, size_t *aresid,
    struct lwp *l)
{
	struct iovec iov = { .iov_base = base, .iov_len = len };
	struct uio uio = {
		.uio_iov = &iov, .uio_iovcnt = 1, .uio_resid = len,
		.uio_offset = offset, .uio_rw = rw
	};
	int error = 0;

	if (len < 0)
		return EINVAL;
	if (segflg == UIO_SYSSPACE)
		UIO_SETUP_SYSSPACE(&uio);
	else
		uio.uio_vmspace = l->l_proc->p_vmspace;
	if ((ioflg & IO_NODELOCKED) == 0)
		error = vn_lock(vp, rw == UIO_READ ? LK_SHARED | LK_RETRY :
		    LK_EXCLUSIVE | LK_RETRY);
	if (error != 0)
		return error;
	if (rw == UIO_READ)
		error = VOP_READ(vp, &uio, ioflg, cred);
	else
		error = VOP_WRITE(vp, &uio, ioflg, cred);
	if ((ioflg & IO_NODELOCKED) == 0)
		VOP_UNLOCK(vp);
	if (aresid != NULL)
		*aresid = uio.uio_resid;
	else if (uio.uio_resid != 0 && error == 0)
		error = EIO;
	return error;
}

/* Where getdents(2) ends up: directory entries at the file's position. */
int
vn_readdir(struct file *fp, char *bf, int segflg, unsigned int count,
    int *done, struct lwp *l, off_t **cookies, int *ncookies)
{
	struct vnode *vp = fp->f_vnode, *up;
	struct iovec iov;
	struct uio uio;
	int eofflag, error;

	/* Nothing where the kernel's buffer positions cannot reach. */
	if (fp->f_offset < 0)
		return EINVAL;
 again:
	vp = fp->f_vnode;
	if (vp->v_type != VDIR)
		return ENOTDIR;
	iov.iov_base = bf;
	iov.iov_len = count;
	uio.uio_iov = &iov;
	uio.uio_iovcnt = 1;
	uio.uio_rw = UIO_READ;
	uio.uio_resid = count;
	if (segflg == UIO_SYSSPACE)
		UIO_SETUP_SYSSPACE(&uio);
	else
		uio.uio_vmspace = l->l_proc->p_vmspace;
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	uio.uio_offset = fp->f_offset;
	error = VOP_READDIR(vp, &uio, fp->f_cred, &eofflag, cookies,
	    ncookies);
	fp->f_offset = uio.uio_offset;
	VOP_UNLOCK(vp);
	if (error != 0)
		return error;

	/* At the end of a union mount's root comes what it covers. */
	if (uio.uio_resid == count && (vp->v_vflag & VV_ROOT) != 0 &&
	    (vp->v_mount->mnt_flag & MNT_UNION) != 0 &&
	    vp->v_mount->mnt_vnodecovered != NULL) {
		up = vp->v_mount->mnt_vnodecovered;
		vref(up);
		mutex_enter(&fp->f_lock);
		fp->f_vnode = up;
		fp->f_offset = 0;
		mutex_exit(&fp->f_lock);
		vrele(vp);
		goto again;
	}
	*done = count - uio.uio_resid;
	return 0;
}

/* struct stat of a locked vnode. */
int
vn_stat(struct vnode *vp, struct stat *sb)
{
	struct vattr va;
	int error;

	memset(&va, 0, sizeof(va));
	error = VOP_GETATTR(vp, &va, curlwp->l_cred);
	if (error != 0)
		return error;
	memset(sb, 0, sizeof(*sb));
	if (va.va_type == VNON || va.va_type > VBAD)
		return EBADF;
	sb->st_mode = va.va_mode | (va.va_type == VBAD ? 0 :
	    VTTOIF(va.va_type));
	sb->st_dev = va.va_fsid;
	sb->st_ino = va.va_fileid;
	sb->st_nlink = va.va_nlink;
	sb->st_uid = va.va_uid;
	sb->st_gid = va.va_gid;
	sb->st_rdev = va.va_rdev;
	sb->st_size = va.va_size;
	sb->st_atimespec = va.va_atime;
	sb->st_mtimespec = va.va_mtime;
	sb->st_ctimespec = va.va_ctime;
	sb->st_birthtimespec = va.va_birthtime;
	sb->st_blksize = va.va_blocksize;
	sb->st_flags = va.va_flags;
	sb->st_gen = 0;
	sb->st_blocks = va.va_bytes / S_BLKSIZE;
	return 0;
}

static int
vn_statfile(struct file *fp, struct stat *sb)
{
	struct vnode *vp = fp->f_vnode;
	int error;

	vn_lock(vp, LK_SHARED | LK_RETRY);
	error = vn_stat(vp, sb);
	VOP_UNLOCK(vp);
	return error;
}

static int
vn_fcntl(struct file *fp, u_int com, void *data)
{

	return VOP_FCNTL(fp->f_vnode, com, data, fp->f_flag, curlwp->l_cred);
}

/* Size and position of a file, for FIONREAD and SEEK_END. */
static int
vn_getsize(struct vnode *vp, off_t *size)
{
	struct vattr va;
	int error;

	error = VOP_GETATTR(vp, &va, curlwp->l_cred);
	if (error == 0 && va.va_size > INT64_MAX)
		error = EOVERFLOW;
	if (error == 0)
		*size = va.va_size;
	return error;
}

static int
vn_ioctl_file(struct file *fp, u_long com, void *data, bool *done)
{
	struct vnode *vp = fp->f_vnode;
	off_t size;
	int error;

	*done = true;
	switch (com) {
	case FIONREAD:
		vn_lock(vp, LK_SHARED | LK_RETRY);
		error = vn_getsize(vp, &size);
		if (error == 0)
			*(int *)data = MIN(MAX(size - fp->f_offset, 0),
			    INT_MAX);
		VOP_UNLOCK(vp);
		return error;
	case FIONBIO:
	case FIOASYNC:
		return 0;
	default:
		*done = false;
		return 0;
	}
}

/*
 * The terminal has become the controlling one of the process's session, which
 * remembers the vnode as well.
 */
static void
vn_setctty(struct vnode *vp)
{
	struct session *ss;
	struct vnode *old = vp;
	struct tty *tp = cdev_tty(vp->v_rdev);

	vref(vp);
	mutex_enter(&proc_lock);
	ss = curproc->p_session;
	if (tp != NULL && ss->s_ttyp == tp) {
		old = ss->s_ttyvp;
		ss->s_ttyvp = vp;
	}
	mutex_exit(&proc_lock);
	if (old != NULL)
		vrele(old);
}

static int
vn_ioctl_chr(struct file *fp, u_long com, void *data)
{
	struct vnode *vp = fp->f_vnode;
	int error;

	error = VOP_IOCTL(vp, com, data, fp->f_flag, curlwp->l_cred);
	if (error == 0 && com == TIOCSCTTY)
		vn_setctty(vp);
	return error;
}

static int
vn_ioctl(struct file *fp, u_long com, void *data)
{
	struct vnode *vp = fp->f_vnode;
	bool done;
	int error;

	switch (vp->v_type) {
	case VREG:
	case VDIR:
		error = vn_ioctl_file(fp, com, data, &done);
		if (done)
			return error;
		/* FALLTHROUGH */
	case VFIFO:
	case VBLK:
		return VOP_IOCTL(vp, com, data, fp->f_flag, curlwp->l_cred);
	case VCHR:
		return vn_ioctl_chr(fp, com, data);
	default:
		return EPASSTHROUGH;
	}
}

static int
vn_poll(struct file *fp, int events)
{

	return VOP_POLL(fp->f_vnode, events);
}

int
vn_kqfilter(struct file *fp, struct knote *kn)
{

	return VOP_KQFILTER(fp->f_vnode, kn);
}

static int
vn_closefile(struct file *fp)
{

	return vn_close(fp->f_vnode, fp->f_flag, fp->f_cred);
}

/* Give the object to map; only files with pages have one. */
static int
vn_mmap(struct file *fp, off_t *offp, size_t size, int prot, int *flagsp,
    int *advicep, struct uvm_object **uobjp, int *maxprotp)
{
	struct vnode *vp = fp->f_vnode;

	if (vp->v_type != VREG)
		return ENODEV;
	if (*offp < 0)
		return EINVAL;
	vref(vp);
	vp->v_vflag |= VV_MAPPED;
	*uobjp = &vp->v_uobj;
	*maxprotp = prot;
	return 0;
}

/*
 * SEEK_DATA and SEEK_HOLE: ask the file system, else all of a file is data
 * with a hole at its end.
 */
static int
vn_seek_sparse(struct file *fp, off_t start, int whence, off_t *newoffp)
{
	struct vnode *vp = fp->f_vnode;
	off_t size;
	int error;

	*newoffp = start;
	error = VOP_IOCTL(vp, whence == SEEK_DATA ? FIOSEEKDATA : FIOSEEKHOLE,
	    newoffp, FREAD, fp->f_cred);
	if (error != EPASSTHROUGH && error != ENOTTY && error != EOPNOTSUPP)
		return error;
	vn_lock(vp, LK_SHARED | LK_RETRY);
	error = vn_getsize(vp, &size);
	VOP_UNLOCK(vp);
	if (error != 0)
		return error;
	if (start < 0 || start >= size)
		return ENXIO;
	*newoffp = whence == SEEK_DATA ? start : size;
	return 0;
}

static int
vn_seek(struct file *fp, off_t delta, int whence, off_t *newoffp, int flags)
{
	struct vnode *vp = fp->f_vnode;
	off_t oldoff, newoff = 0, base = 0;
	int error = 0;

	if (vp->v_type == VFIFO)
		return ESPIPE;
	if (whence == SEEK_DATA || whence == SEEK_HOLE) {
		error = vn_seek_sparse(fp, delta, whence, &delta);
		if (error != 0)
			return error;
		whence = SEEK_SET;
	}
	vn_lock(vp, (flags & FOF_UPDATE_OFFSET) != 0 ?
	    LK_EXCLUSIVE | LK_RETRY : LK_SHARED | LK_RETRY);
	oldoff = fp->f_offset;
	switch (whence) {
	case SEEK_CUR:
		base = oldoff;
		break;
	case SEEK_END:
		error = vn_getsize(vp, &base);
		break;
	case SEEK_SET:
		break;
	default:
		error = EINVAL;
		break;
	}
	if (error == 0 && __builtin_add_overflow(base, delta, &newoff))
		error = EOVERFLOW;
	if (error == 0)
		error = VOP_SEEK(vp, oldoff, newoff, fp->f_cred);
	if (error == 0) {
		if (newoffp != NULL)
			*newoffp = newoff;
		if (flags & FOF_UPDATE_OFFSET)
			fp->f_offset = newoff;
	}
	VOP_UNLOCK(vp);
	return error;
}

static int
vn_advlock(struct file *fp, void *id, int op, struct flock *fl, int flags)
{
	struct vnode *vp = fp->f_vnode;

	/* Ranges relative to the position are resolved by the caller's lock. */
	if (fl->l_whence == SEEK_CUR) {
		vn_lock(vp, LK_SHARED | LK_RETRY);
		fl->l_start += fp->f_offset;
		VOP_UNLOCK(vp);
		fl->l_whence = SEEK_SET;
	}
	return VOP_ADVLOCK(vp, id, op, fl, flags);
}

static int
vn_fpathconf(struct file *fp, int name, register_t *retval)
{
	struct vnode *vp = fp->f_vnode;
	int error;

	vn_lock(vp, LK_SHARED | LK_RETRY);
	error = VOP_PATHCONF(vp, name, retval);
	VOP_UNLOCK(vp);
	return error;
}

/* Fetch, or write and let go, part of a file. */
static int
vn_advise(struct vnode *vp, off_t offset, off_t len, int advice)
{
	const off_t last = trunc_page(INT64_MAX);
	off_t end;

	if (len == 0 || __builtin_add_overflow(offset, len, &end) ||
	    end > last)
		end = last;
	if (offset >= end)
		return 0;
	if (advice == POSIX_FADV_WILLNEED)
		return uvm_readahead(&vp->v_uobj, offset, end - offset);
	rw_enter(vp->v_uobj.vmobjlock, RW_WRITER);
	return VOP_PUTPAGES(vp, trunc_page(offset), len == 0 ? 0 :
	    round_page(end), PGO_DEACTIVATE | PGO_CLEANIT);
}

static int
vn_posix_fadvise(struct file *fp, off_t offset, off_t len, int advice)
{

	if (offset < 0 || len < 0)
		return EINVAL;
	switch (advice) {
	case POSIX_FADV_WILLNEED:
	case POSIX_FADV_DONTNEED:
		if (fp->f_vnode->v_type != VREG)
			return 0;
		return vn_advise(fp->f_vnode, offset, len, advice);
	case POSIX_FADV_NORMAL:
	case POSIX_FADV_RANDOM:
	case POSIX_FADV_SEQUENTIAL:
	case POSIX_FADV_NOREUSE:
		mutex_enter(&fp->f_lock);
		fp->f_advice = advice == POSIX_FADV_NOREUSE ?
		    POSIX_FADV_NORMAL : advice;
		mutex_exit(&fp->f_lock);
		return 0;
	default:
		return EINVAL;
	}
}

static int
vn_truncate(struct file *fp, off_t length)
{
	struct vnode *vp = fp->f_vnode;
	struct vattr va;
	int error;

	if (length < 0)
		return EINVAL;
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	if (vp->v_type == VDIR)
		error = EISDIR;
	else
		error = vn_writechk(vp);
	if (error == 0) {
		vattr_null(&va);
		va.va_size = length;
		error = VOP_SETATTR(vp, &va, fp->f_cred);
	}
	VOP_UNLOCK(vp);
	return error;
}

const struct fileops vnops = {
	.fo_name = "vn",
	.fo_read = vn_read,
	.fo_write = vn_write,
	.fo_ioctl = vn_ioctl,
	.fo_fcntl = vn_fcntl,
	.fo_poll = vn_poll,
	.fo_stat = vn_statfile,
	.fo_close = vn_closefile,
	.fo_kqfilter = vn_kqfilter,
	.fo_restart = fnullop_restart,
	.fo_mmap = vn_mmap,
	.fo_seek = vn_seek,
	.fo_advlock = vn_advlock,
	.fo_fpathconf = vn_fpathconf,
	.fo_posix_fadvise = vn_posix_fadvise,
	.fo_truncate = vn_truncate,
};

/* For operations vectors. */
int
vn_bwrite(void *v)
{
	struct vop_bwrite_args *ap = v;

	return bwrite(ap->a_bp);
}

int
vn_default_error(void *v)
{

	return EOPNOTSUPP;
}

/* An operation on a fifo: the fifo's way, whatever file system it is on. */
int
vn_fifo_bypass(void *v)
{
	struct vop_generic_args *ap = v;

	return VOCALL(fifo_vnodeop_p, ap->a_desc->vdesc_offset, v);
}
