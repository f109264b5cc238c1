/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uio(9): a description of data to be moved, and iovec of readv(2).
 *
 * uiomove() copies between a kernel buffer and what the uio describes and
 * advances the uio.  The memory may belong to this process, to the kernel
 * (UIO_SYSSPACE: uio_vmspace is the kernel's) or to a remote client.
 */
#ifndef _SYS_UIO_H_
#define _SYS_UIO_H_

#include <sys/types.h>

struct vmspace;
struct lwp;

struct iovec {
	void	*iov_base;
	size_t	iov_len;
};

enum uio_rw {
	UIO_READ,
	UIO_WRITE
};

enum uio_seg {
	UIO_USERSPACE,
	UIO_SYSSPACE
};

/* Belongs to one thread; no lock. */
struct uio {
	struct iovec	*uio_iov;	/* pieces left */
	int		uio_iovcnt;	/* how many */
	off_t		uio_offset;	/* in the object */
	size_t		uio_resid;	/* bytes left */
	enum uio_rw	uio_rw;
	struct vmspace	*uio_vmspace;	/* whose memory */
};

#define UIO_SMALLIOV	8	/* iovecs kept on the stack */

#ifndef IOV_MAX
#define IOV_MAX		1024
#endif
#define UIO_MAXIOV	1024

#define UIO_SETUP_SYSSPACE(uio)	uio_setup_sysspace(uio)
#define VMSPACE_IS_KERNEL_P(vm)	((vm) == vmspace_kernel())

void	uio_setup_sysspace(struct uio *);

int	uiomove(void *, size_t, struct uio *);
int	uiomove_frombuf(void *, size_t, struct uio *);
int	uiopeek(void *, size_t, struct uio *);
void	uioskip(size_t, struct uio *);
int	ureadc(int, struct uio *);

int	copyin_vmspace(struct vmspace *, const void *, void *, size_t);
int	copyout_vmspace(struct vmspace *, const void *, void *, size_t);
struct proc;
int	copyin_proc(struct proc *, const void *, void *, size_t);
int	copyout_proc(struct proc *, const void *, void *, size_t);
int	copyin_pid(pid_t, const void *, void *, size_t);
int	ioctl_copyin(int, const void *, void *, size_t);
int	ioctl_copyout(int, const void *, void *, size_t);

/*
 * iovec_copyin() leaves in *iovp either the given array of UIO_SMALLIOV
 * entries or memory that iovec_free() gives back.
 */
int	iovec_copyin(const struct iovec *, struct iovec **, struct iovec *,
	    size_t);
void	iovec_free(struct iovec *, struct iovec *, size_t);

#endif /* _SYS_UIO_H_ */
