/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The vnode operations of vnode(9) for programs outside the kernel.
 *
 * RUMP_VOP_X(...) enters the kernel, calls VOP_X(...) with the same arguments
 * and leaves.  Locks and references are as vnodeops(9) tells: a vnode locked
 * here stays locked after the call.  The result is 0 or a NetBSD errno number.
 */
#ifndef _RUMP_RUMPVNODE_IF_H_
#define	_RUMP_RUMPVNODE_IF_H_

#include <sys/types.h>
#ifndef _KERNEL
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <rump/rump.h>

#ifndef __NetBSD__
typedef int accmode_t;
typedef int acl_type_t;
#endif
#else
#include <sys/acl.h>
#endif

struct acl;
struct buf;
struct componentname;
struct flock;
struct kauth_cred;
struct knote;
struct uio;
struct vattr;
struct vm_page;
struct vnode;

#ifdef __cplusplus
extern "C" {
#endif

int	RUMP_VOP_ABORTOP(struct vnode *, struct componentname *);
int	RUMP_VOP_ACCESS(struct vnode *, accmode_t, struct kauth_cred *);
int	RUMP_VOP_ACCESSX(struct vnode *, accmode_t, struct kauth_cred *);
int	RUMP_VOP_ACLCHECK(struct vnode *, acl_type_t, struct acl *,
    struct kauth_cred *);
int	RUMP_VOP_ADVLOCK(struct vnode *, void *, int, struct flock *, int);
int	RUMP_VOP_BMAP(struct vnode *, int64_t, struct vnode **, int64_t *,
    int *);
int	RUMP_VOP_BWRITE(struct vnode *, struct buf *);
int	RUMP_VOP_CLOSE(struct vnode *, int, struct kauth_cred *);
int	RUMP_VOP_CLOSEEXTATTR(struct vnode *, int, struct kauth_cred *);
int	RUMP_VOP_CREATE(struct vnode *, struct vnode **, struct componentname *,
    struct vattr *);
int	RUMP_VOP_DELETEEXTATTR(struct vnode *, int, const char *,
    struct kauth_cred *);
int	RUMP_VOP_FALLOCATE(struct vnode *, off_t, off_t);
int	RUMP_VOP_FCNTL(struct vnode *, unsigned int, void *, int,
    struct kauth_cred *);
int	RUMP_VOP_FDISCARD(struct vnode *, off_t, off_t);
int	RUMP_VOP_FSYNC(struct vnode *, struct kauth_cred *, int, off_t, off_t);
int	RUMP_VOP_GETACL(struct vnode *, acl_type_t, struct acl *,
    struct kauth_cred *);
int	RUMP_VOP_GETATTR(struct vnode *, struct vattr *, struct kauth_cred *);
int	RUMP_VOP_GETEXTATTR(struct vnode *, int, const char *, struct uio *,
    size_t *, struct kauth_cred *);
int	RUMP_VOP_GETPAGES(struct vnode *, off_t, struct vm_page **, int *, int,
    int, int, int);
int	RUMP_VOP_INACTIVE(struct vnode *, bool *);
int	RUMP_VOP_IOCTL(struct vnode *, unsigned long, void *, int,
    struct kauth_cred *);
int	RUMP_VOP_ISLOCKED(struct vnode *);
int	RUMP_VOP_KQFILTER(struct vnode *, struct knote *);
int	RUMP_VOP_LINK(struct vnode *, struct vnode *, struct componentname *);
int	RUMP_VOP_LISTEXTATTR(struct vnode *, int, struct uio *, size_t *, int,
    struct kauth_cred *);
int	RUMP_VOP_LOCK(struct vnode *, int);
int	RUMP_VOP_LOOKUP(struct vnode *, struct vnode **,
    struct componentname *);
int	RUMP_VOP_MKDIR(struct vnode *, struct vnode **, struct componentname *,
    struct vattr *);
int	RUMP_VOP_MKNOD(struct vnode *, struct vnode **, struct componentname *,
    struct vattr *);
int	RUMP_VOP_MMAP(struct vnode *, int, struct kauth_cred *);
int	RUMP_VOP_OPEN(struct vnode *, int, struct kauth_cred *);
int	RUMP_VOP_OPENEXTATTR(struct vnode *, struct kauth_cred *);
int	RUMP_VOP_PARSEPATH(struct vnode *, const char *, size_t *);
int	RUMP_VOP_PATHCONF(struct vnode *, int, register_t *);
int	RUMP_VOP_POLL(struct vnode *, int);
int	RUMP_VOP_PRINT(struct vnode *);
int	RUMP_VOP_PUTPAGES(struct vnode *, off_t, off_t, int);
int	RUMP_VOP_READ(struct vnode *, struct uio *, int, struct kauth_cred *);
int	RUMP_VOP_READDIR(struct vnode *, struct uio *, struct kauth_cred *,
    int *, off_t **, int *);
int	RUMP_VOP_READLINK(struct vnode *, struct uio *, struct kauth_cred *);
int	RUMP_VOP_RECLAIM(struct vnode *);
int	RUMP_VOP_REMOVE(struct vnode *, struct vnode *, struct componentname *);
int	RUMP_VOP_RENAME(struct vnode *, struct vnode *, struct componentname *,
    struct vnode *, struct vnode *, struct componentname *);
int	RUMP_VOP_REVOKE(struct vnode *, int);
int	RUMP_VOP_RMDIR(struct vnode *, struct vnode *, struct componentname *);
int	RUMP_VOP_SEEK(struct vnode *, off_t, off_t, struct kauth_cred *);
int	RUMP_VOP_SETACL(struct vnode *, acl_type_t, struct acl *,
    struct kauth_cred *);
int	RUMP_VOP_SETATTR(struct vnode *, struct vattr *, struct kauth_cred *);
int	RUMP_VOP_SETEXTATTR(struct vnode *, int, const char *, struct uio *,
    struct kauth_cred *);
int	RUMP_VOP_STRATEGY(struct vnode *, struct buf *);
int	RUMP_VOP_SYMLINK(struct vnode *, struct vnode **,
    struct componentname *, struct vattr *, char *);
int	RUMP_VOP_UNLOCK(struct vnode *);
int	RUMP_VOP_WHITEOUT(struct vnode *, struct componentname *, int);
int	RUMP_VOP_WRITE(struct vnode *, struct uio *, int, struct kauth_cred *);

#ifdef __cplusplus
}
#endif

#endif /* !_RUMP_RUMPVNODE_IF_H_ */
