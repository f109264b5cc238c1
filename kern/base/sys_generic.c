/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * read(2), write(2), readv(2), writev(2), ioctl(2): check the descriptor,
 * describe the memory, call the file's operation.
 *
 * A transfer that was interrupted after it moved something is a success.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/filio.h>
#include <sys/ioctl.h>
#include <sys/kmem.h>
#include <sys/proc.h>
#include <sys/signalvar.h>
#include <sys/syscallargs.h>
#include <sys/systm.h>
#include <sys/uio.h>

#include <lib/libkern/libkern.h>

/*
 * One transfer.  Consumes the reference on the descriptor.
 */
static int
file_rw(int fd, file_t *fp, struct uio *uio, off_t *offset, int flags,
    register_t *retval)
{
	size_t cnt = uio->uio_resid;
	int error;

	if (uio->uio_rw == UIO_READ)
		error = (*fp->f_ops->fo_read)(fp, offset, uio, fp->f_cred,
		    flags);
	else
		error = (*fp->f_ops->fo_write)(fp, offset, uio, fp->f_cred,
		    flags);
	if (error) {
		if (uio->uio_resid != cnt && (error == ERESTART ||
		    error == EINTR || error == EWOULDBLOCK))
			error = 0;
		if (error == EPIPE && uio->uio_rw == UIO_WRITE &&
		    (fp->f_flag & FNOSIGPIPE) == 0) {
			mutex_enter(&proc_lock);
			psignal(curproc, SIGPIPE);
			mutex_exit(&proc_lock);
		}
	}
	*retval = cnt - uio->uio_resid;
	fd_putfile((unsigned)fd);
	return error;
}

static int
file_rw_one(int fd, file_t *fp, void *buf, size_t nbyte, off_t *offset,
    int flags, enum uio_rw rw, register_t *retval)
{
	struct iovec aiov = { .iov_base = buf, .iov_len = nbyte };
	struct uio auio = {
		.uio_iov = &aiov,
		.uio_iovcnt = 1,
		.uio_resid = nbyte,
		.uio_rw = rw,
		.uio_vmspace = curproc->p_vmspace,
	};

	if (__predict_false(nbyte > SSIZE_MAX)) {
		fd_putfile((unsigned)fd);
		return EINVAL;
	}
	return file_rw(fd, fp, &auio, offset, flags, retval);
}

/*
 * These consume the reference that the caller got with fd_getfile().
 */
int
dofileread(int fd, file_t *fp, void *buf, size_t nbyte, off_t *offset,
    int flags, register_t *retval)
{

	return file_rw_one(fd, fp, buf, nbyte, offset, flags, UIO_READ,
	    retval);
}

int
dofilewrite(int fd, file_t *fp, const void *buf, size_t nbyte, off_t *offset,
    int flags, register_t *retval)
{

	return file_rw_one(fd, fp, __UNCONST(buf), nbyte, offset, flags,
	    UIO_WRITE, retval);
}

/* A descriptor open for what is wanted, or NULL. */
static file_t *
getfile_for(int fd, int flag)
{
	file_t *fp;

	fp = fd_getfile((unsigned)fd);
	if (__predict_false(fp != NULL && (fp->f_flag & flag) == 0)) {
		fd_putfile((unsigned)fd);
		return NULL;
	}
	return fp;
}

int
sys_read(struct lwp *l, const struct sys_read_args *uap, register_t *retval)
{
	int fd = SCARG(uap, fd);
	file_t *fp;

	fp = getfile_for(fd, FREAD);
	if (fp == NULL)
		return EBADF;
	return dofileread(fd, fp, SCARG(uap, buf), SCARG(uap, nbyte),
	    &fp->f_offset, FOF_UPDATE_OFFSET, retval);
}

int
sys_write(struct lwp *l, const struct sys_write_args *uap, register_t *retval)
{
	int fd = SCARG(uap, fd);
	file_t *fp;

	fp = getfile_for(fd, FWRITE);
	if (fp == NULL)
		return EBADF;
	return dofilewrite(fd, fp, SCARG(uap, buf), SCARG(uap, nbyte),
	    &fp->f_offset, FOF_UPDATE_OFFSET, retval);
}

/* Sum of the pieces, or an error if it is not a valid count. */
static int
iovec_total(const struct iovec *iov, int iovcnt, size_t *total)
{
	size_t sum = 0;
	int i;

	for (i = 0; i < iovcnt; i++) {
		if (iov[i].iov_len > SSIZE_MAX ||
		    sum > SSIZE_MAX - iov[i].iov_len)
			return EINVAL;
		sum += iov[i].iov_len;
	}
	*total = sum;
	return 0;
}

static int
filev_rw(int fd, file_t *fp, const struct iovec *iovp, int iovcnt,
    off_t *offset, int flags, enum uio_rw rw, register_t *retval)
{
	struct iovec aiov[UIO_SMALLIOV], *iov;
	struct uio auio;
	int error;

	if (iovcnt <= 0 || iovcnt > IOV_MAX) {
		fd_putfile((unsigned)fd);
		return EINVAL;
	}
	error = iovec_copyin(iovp, &iov, aiov, iovcnt);
	if (error) {
		fd_putfile((unsigned)fd);
		return error;
	}
	auio.uio_iov = iov;
	auio.uio_iovcnt = iovcnt;
	auio.uio_offset = 0;
	auio.uio_rw = rw;
	auio.uio_vmspace = curproc->p_vmspace;
	error = iovec_total(iov, iovcnt, &auio.uio_resid);
	if (error)
		fd_putfile((unsigned)fd);
	else
		error = file_rw(fd, fp, &auio, offset, flags, retval);
	iovec_free(iov, aiov, iovcnt);
	return error;
}

/*
 * With offset NULL the file's position is used and advanced.
 */
int
do_filereadv(int fd, const struct iovec *iovp, int iovcnt, off_t *offset,
    int flags, register_t *retval)
{
	file_t *fp;

	fp = getfile_for(fd, FREAD);
	if (fp == NULL)
		return EBADF;
	if (offset == NULL)
		offset = &fp->f_offset;
	return filev_rw(fd, fp, iovp, iovcnt, offset, flags, UIO_READ,
	    retval);
}

int
do_filewritev(int fd, const struct iovec *iovp, int iovcnt, off_t *offset,
    int flags, register_t *retval)
{
	file_t *fp;

	fp = getfile_for(fd, FWRITE);
	if (fp == NULL)
		return EBADF;
	if (offset == NULL)
		offset = &fp->f_offset;
	return filev_rw(fd, fp, iovp, iovcnt, offset, flags, UIO_WRITE,
	    retval);
}

int
sys_readv(struct lwp *l, const struct sys_readv_args *uap, register_t *retval)
{

	return do_filereadv(SCARG(uap, fd), SCARG(uap, iovp),
	    SCARG(uap, iovcnt), NULL, FOF_UPDATE_OFFSET, retval);
}

int
sys_writev(struct lwp *l, const struct sys_writev_args *uap,
    register_t *retval)
{

	return do_filewritev(SCARG(uap, fd), SCARG(uap, iovp),
	    SCARG(uap, iovcnt), NULL, FOF_UPDATE_OFFSET, retval);
}

/* Requests that concern the descriptor or the open file alone. */
static int
ioctl_common(struct lwp *l, int fd, file_t *fp, u_long com, void *data)
{
	int on = *(int *)data, flag;

	switch (com) {
	case FIOCLEX:
	case FIONCLEX:
		fd_set_exclose(l, fd, com == FIOCLEX);
		return 0;
	case FIONBIO:
	case FIOASYNC:
		flag = com == FIONBIO ? FNONBLOCK : FASYNC;
		mutex_enter(&fp->f_lock);
		if (on)
			fp->f_flag |= flag;
		else
			fp->f_flag &= ~flag;
		mutex_exit(&fp->f_lock);
		return (*fp->f_ops->fo_ioctl)(fp, com, data);
	default:
		return (*fp->f_ops->fo_ioctl)(fp, com, data);
	}
}

static int
ioctl_run(struct lwp *l, int fd, file_t *fp, u_long com, void *udata)
{
	uint64_t stkbuf[16];
	size_t size = IOCPARM_LEN(com), alloclen;
	void *data = stkbuf;
	int error = 0;

	if (size > IOCPARM_MAX)
		return ENOTTY;
	alloclen = MAX(size, sizeof(udata));
	if (alloclen > sizeof(stkbuf))
		data = kmem_alloc(alloclen, KM_SLEEP);
	memset(data, 0, alloclen);
	if (com & IOC_IN) {
		if (size > 0)
			error = copyin(udata, data, size);
		else
			memcpy(data, &udata, sizeof(udata));
	} else if (com & IOC_VOID)
		memcpy(data, &udata, sizeof(udata));
	if (error == 0)
		error = ioctl_common(l, fd, fp, com, data);
	if (error == EPASSTHROUGH)
		error = ENOTTY;
	if (error == 0 && (com & IOC_OUT) != 0 && size > 0)
		error = copyout(data, udata, size);
	if (data != stkbuf)
		kmem_free(data, alloclen);
	return error;
}

int
sys_ioctl(struct lwp *l, const struct sys_ioctl_args *uap, register_t *retval)
{
	int fd = SCARG(uap, fd), error;
	file_t *fp;

	fp = fd_getfile((unsigned)fd);
	if (fp == NULL)
		return EBADF;
	if ((fp->f_flag & (FREAD | FWRITE)) == 0)
		error = EBADF;
	else
		error = ioctl_run(l, fd, fp, SCARG(uap, com),
		    SCARG(uap, data));
	fd_putfile((unsigned)fd);
	return error;
}
