/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Public calls of librump about credentials, transfers, modules: the work,
 * and the rump_pub_* functions that enter the kernel, do it and leave.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/module.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/uio.h>

#include <lib/libkern/libkern.h>

#include <rump-sys/kern.h>

#include <rump/rumpkern_if_pub.h>

/* Too many groups give a credential without any. */
struct kauth_cred *
rump_cred_create(uid_t uid, gid_t gid, size_t ngroups, gid_t *groups)
{
	kauth_cred_t cred;

	cred = kauth_cred_alloc();
	kauth_cred_setuid(cred, uid);
	kauth_cred_seteuid(cred, uid);
	kauth_cred_setsvuid(cred, uid);
	kauth_cred_setgid(cred, gid);
	kauth_cred_setegid(cred, gid);
	kauth_cred_setsvgid(cred, gid);
	if (ngroups > 0)
		(void)kauth_cred_setgroups(cred, groups, ngroups, 0,
		    UIO_SYSSPACE);
	return cred;
}

void
rump_cred_put(struct kauth_cred *cred)
{

	kauth_cred_free(cred);
}

/* A uio and its vector in one piece. */
struct rump_uio {
	struct uio	ru_uio;
	struct iovec	ru_iov;
};

struct uio *
rump_uio_setup(void *buf, size_t bufsize, off_t offset,
    enum rump_uiorw rumprw)
{
	struct rump_uio *ru;

	ru = kmem_zalloc(sizeof(*ru), KM_SLEEP);
	ru->ru_iov.iov_base = buf;
	ru->ru_iov.iov_len = bufsize;
	ru->ru_uio.uio_iov = &ru->ru_iov;
	ru->ru_uio.uio_iovcnt = 1;
	ru->ru_uio.uio_offset = offset;
	ru->ru_uio.uio_resid = bufsize;
	ru->ru_uio.uio_rw = rumprw == RUMPUIO_READ ? UIO_READ : UIO_WRITE;
	UIO_SETUP_SYSSPACE(&ru->ru_uio);
	return &ru->ru_uio;
}

size_t
rump_uio_getresid(struct uio *uio)
{

	return uio->uio_resid;
}

off_t
rump_uio_getoff(struct uio *uio)
{

	return uio->uio_offset;
}

size_t
rump_uio_free(struct uio *uio)
{
	size_t resid = uio->uio_resid;

	kmem_free(uio, sizeof(struct rump_uio));
	return resid;
}

/* There is no symbol table to add to. */
int
rump_kernelfsym_load(void *symtab, uint64_t symsize, char *strtab,
    uint64_t strsize)
{

	return ENOSYS;
}

int
rump_pub_kernelfsym_load(void *symtab, uint64_t symsize, char *strtab,
    uint64_t strsize)
{
	int error;

	rump_schedule();
	error = rump_kernelfsym_load(symtab, symsize, strtab, strsize);
	rump_unschedule();
	return error;
}

int
rump_pub_module_init(const struct modinfo *const *mip, size_t nmodinfo)
{
	int error;

	rump_schedule();
	error = rump_module_init(mip, nmodinfo);
	rump_unschedule();
	return error;
}

int
rump_pub_module_fini(const struct modinfo *mi)
{
	int error;

	rump_schedule();
	error = rump_module_fini(mi);
	rump_unschedule();
	return error;
}

struct kauth_cred *
rump_pub_cred_create(uid_t uid, gid_t gid, size_t ngroups, gid_t *groups)
{
	struct kauth_cred *cred;

	rump_schedule();
	cred = rump_cred_create(uid, gid, ngroups, groups);
	rump_unschedule();
	return cred;
}

void
rump_pub_cred_put(struct kauth_cred *cred)
{

	rump_schedule();
	rump_cred_put(cred);
	rump_unschedule();
}

struct uio *
rump_pub_uio_setup(void *buf, size_t bufsize, off_t offset,
    enum rump_uiorw rumprw)
{
	struct uio *uio;

	rump_schedule();
	uio = rump_uio_setup(buf, bufsize, offset, rumprw);
	rump_unschedule();
	return uio;
}

size_t
rump_pub_uio_getresid(struct uio *uio)
{

	return rump_uio_getresid(uio);
}

off_t
rump_pub_uio_getoff(struct uio *uio)
{

	return rump_uio_getoff(uio);
}

size_t
rump_pub_uio_free(struct uio *uio)
{
	size_t resid;

	rump_schedule();
	resid = rump_uio_free(uio);
	rump_unschedule();
	return resid;
}
