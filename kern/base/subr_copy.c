/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uiomove(9) and relatives: moving data along a struct uio.
 *
 * Where the memory is - this process, the kernel, a remote client - is
 * decided by uio_vmspace for each piece; see subr_copyuser.c.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/uio.h>

#include <uvm/uvm_extern.h>

#include <lib/libkern/libkern.h>

void
uio_setup_sysspace(struct uio *uio)
{

	uio->uio_vmspace = vmspace_kernel();
}

/* One piece; memory of the kernel's own needs no checks. */
static int
move_piece(struct uio *uio, void *kaddr, void *uaddr, size_t len)
{
	struct vmspace *vm = uio->uio_vmspace;

	if (__predict_true(VMSPACE_IS_KERNEL_P(vm))) {
		if (uio->uio_rw == UIO_READ)
			memmove(uaddr, kaddr, len);
		else
			memmove(kaddr, uaddr, len);
		return 0;
	}
	if (uio->uio_rw == UIO_READ)
		return copyout_vmspace(vm, kaddr, uaddr, len);
	return copyin_vmspace(vm, uaddr, kaddr, len);
}

/*
 * Copy up to n bytes between buf and the uio, and advance it.
 */
static int
uio_transfer(char *buf, size_t n, struct uio *uio)
{
	struct iovec *iov;
	size_t cnt;
	int error;

	KASSERT(uio->uio_rw == UIO_READ || uio->uio_rw == UIO_WRITE);
	while (n > 0 && uio->uio_resid > 0) {
		KASSERT(uio->uio_iovcnt > 0);
		iov = uio->uio_iov;
		cnt = MIN(iov->iov_len, n);
		if (cnt == 0) {
			uio->uio_iov++;
			uio->uio_iovcnt--;
			continue;
		}
		error = move_piece(uio, buf, iov->iov_base, cnt);
		if (error)
			return error;
		iov->iov_base = (char *)iov->iov_base + cnt;
		iov->iov_len -= cnt;
		uio->uio_resid -= cnt;
		uio->uio_offset += cnt;
		buf += cnt;
		n -= cnt;
	}
	return 0;
}

int
uiomove(void *buf, size_t n, struct uio *uio)
{

	return uio_transfer(buf, n, uio);
}

/*
 * From an object of buflen bytes, of which the uio names a range.
 */
int
uiomove_frombuf(void *buf, size_t buflen, struct uio *uio)
{
	size_t offset;

	if (uio->uio_offset < 0)
		return EINVAL;
	offset = (size_t)uio->uio_offset;
	if ((off_t)offset != uio->uio_offset || offset >= buflen)
		return 0;
	return uiomove((char *)buf + offset, buflen - offset, uio);
}

/*
 * Copy without advancing.
 */
int
uiopeek(void *buf, size_t n, struct uio *uio)
{
	struct uio copy = *uio;
	struct iovec iov, *iovp = uio->uio_iov;
	int i, error;

	for (i = 0; i < uio->uio_iovcnt && n > 0 && copy.uio_resid > 0; i++) {
		iov = iovp[i];
		if (iov.iov_len == 0)
			continue;
		copy.uio_iov = &iov;
		copy.uio_iovcnt = 1;
		copy.uio_resid = MIN(MIN(iov.iov_len, n), uio->uio_resid);
		iov.iov_len = copy.uio_resid;
		error = uio_transfer(buf, copy.uio_resid, &copy);
		if (error)
			return error;
		buf = (char *)buf + MIN(iovp[i].iov_len, n);
		n -= MIN(iovp[i].iov_len, n);
		copy.uio_resid = uio->uio_resid;
	}
	return 0;
}

void
uioskip(size_t n, struct uio *uio)
{
	struct iovec *iov;
	size_t cnt;

	KASSERTMSG(n <= uio->uio_resid, "skip %zu of %zu", n, uio->uio_resid);
	uio->uio_resid -= n;
	uio->uio_offset += n;
	while (n > 0) {
		KASSERT(uio->uio_iovcnt > 0);
		iov = uio->uio_iov;
		cnt = MIN(iov->iov_len, n);
		iov->iov_base = (char *)iov->iov_base + cnt;
		iov->iov_len -= cnt;
		n -= cnt;
		if (iov->iov_len == 0) {
			uio->uio_iov++;
			uio->uio_iovcnt--;
		}
	}
}

/*
 * Give one character to a reader.
 */
int
ureadc(int c, struct uio *uio)
{
	char ch = (char)c;

	KASSERT(uio->uio_rw == UIO_READ);
	if (uio->uio_resid == 0)
		panic("ureadc: no room");
	return uio_transfer(&ch, 1, uio);
}

/*
 * A vector of I/O from user space: into svec if it fits, else into memory
 * for iovec_free().
 */
int
iovec_copyin(const struct iovec *uiov, struct iovec **iovp,
    struct iovec *svec, size_t iovcnt)
{
	struct iovec *iov = svec;
	int error;

	if (iovcnt == 0 || iovcnt > IOV_MAX)
		return EINVAL;
	if (iovcnt > UIO_SMALLIOV)
		iov = kmem_alloc(iovcnt * sizeof(*iov), KM_SLEEP);
	error = copyin(uiov, iov, iovcnt * sizeof(*iov));
	*iovp = iov;
	if (error)
		iovec_free(iov, svec, iovcnt);
	return error;
}

void
iovec_free(struct iovec *iov, struct iovec *svec, size_t iovcnt)
{

	if (iov != svec)
		kmem_free(iov, iovcnt * sizeof(*iov));
}
