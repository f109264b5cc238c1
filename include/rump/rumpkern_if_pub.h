/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Public calls into the base of a rump kernel.
 *
 * Each of them enters the kernel, does its work and leaves again: call them
 * from any host thread, without rump_schedule().  An int result is 0 or a
 * NetBSD errno number.  rump(3), rump_etfs(3) and rump_lwproc(3) document them.
 * Programs include rump/rump.h.
 */
#ifndef _RUMP_RUMPKERN_IF_PUB_H_
#define	_RUMP_RUMPKERN_IF_PUB_H_

#include <sys/types.h>
#ifndef _KERNEL
#include <stddef.h>
#include <stdint.h>
#endif

struct kauth_cred;
struct lwp;
struct modinfo;
struct uio;

#ifdef __cplusplus
extern "C" {
#endif

/* Host files seen inside the kernel: key is a path in there. */
int	rump_pub_etfs_register(const char *, const char *, enum rump_etfs_type);
int	rump_pub_etfs_register_withsize(const char *, const char *,
    enum rump_etfs_type, uint64_t, uint64_t);
int	rump_pub_etfs_remove(const char *);

/* Processes and lwps: make one, be one. */
void	rump_pub_allbetsareoff_setid(pid_t, int);
struct lwp *rump_pub_lwproc_curlwp(void);
int	rump_pub_lwproc_newlwp(pid_t);
void	rump_pub_lwproc_releaselwp(void);
int	rump_pub_lwproc_rfork(int);
void	rump_pub_lwproc_switch(struct lwp *);
void	rump_pub_lwproc_sysent_usenative(void);

/* Modules, and the symbols of a kernel file. */
int	rump_pub_kernelfsym_load(void *, uint64_t, char *, uint64_t);
int	rump_pub_module_fini(const struct modinfo *);
int	rump_pub_module_init(const struct modinfo *const *, size_t);

/* Credentials and transfers, for callers of vnode operations. */
struct kauth_cred *rump_pub_cred_create(uid_t, gid_t, size_t, gid_t *);
void	rump_pub_cred_put(struct kauth_cred *);
size_t	rump_pub_uio_free(struct uio *);
off_t	rump_pub_uio_getoff(struct uio *);
size_t	rump_pub_uio_getresid(struct uio *);
struct uio *rump_pub_uio_setup(void *, size_t, off_t, enum rump_uiorw);

#ifdef __cplusplus
}
#endif

#endif /* !_RUMP_RUMPKERN_IF_PUB_H_ */
