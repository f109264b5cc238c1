/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * miscfs/genfs/genfs.h: vnode operations and checks that file systems share,
 * genfs(9), genfs_can_access(9), genfs_rename(9).  A function taking one
 * void * is a vnode operation for a vnodeopv table; see vnodeops(9) for what
 * is locked and released.
 */
#ifndef _MISCFS_GENFS_GENFS_H_
#define	_MISCFS_GENFS_GENFS_H_

#include <sys/vnode.h>
#include <sys/types.h>
#include <sys/mount.h>

struct acl;
struct buf;
struct componentname;
struct mount;
struct statvfs;
struct uio;
struct vattr;
struct vnode;
struct vm_page;
struct uvm_object;

/* Answers that only look at what they must release. */
int	genfs_badop(void *);
int	genfs_nullop(void *);
int	genfs_einval(void *);
int	genfs_enoioctl(void *);
int	genfs_eopnotsupp(void *);
int	genfs_ebadf(void *);
int	genfs_erofs_link(void *);
#define	genfs_erofs_symlink	genfs_erofs_link

/* locking */
int	genfs_lock(void *);
int	genfs_unlock(void *);
int	genfs_islocked(void *);
int	genfs_deadlock(void *);
int	genfs_deadunlock(void *);
int	genfs_nolock(void *);
int	genfs_nounlock(void *);
int	genfs_noislocked(void *);

/* operations */
int	genfs_abortop(void *);
int	genfs_access(void *);
int	genfs_accessx(void *);
int	genfs_fcntl(void *);
int	genfs_kqfilter(void *);
int	genfs_mmap(void *);
int	genfs_parsepath(void *);
int	genfs_pathconf(void *);
int	genfs_poll(void *);
int	genfs_revoke(void *);
int	genfs_seek(void *);

/* paging, called with vmobjlock held; genfs_io.c */
int	genfs_getpages(void *);
int	genfs_compat_getpages(void *);
int	genfs_putpages(void *);
int	genfs_null_putpages(void *);
int	genfs_do_putpages(struct vnode *, off_t, off_t, int, struct vm_page **);

/*
 * May the credential do this to a vnode of that owner, group and mode?
 * 0 or EACCES/EPERM; results to be passed to kauth as the file system's
 * own decision.
 */
int	genfs_can_access(struct vnode *, kauth_cred_t, uid_t, gid_t, mode_t,
	    struct acl *, accmode_t);
int	genfs_can_access_acl_posix1e(struct vnode *, kauth_cred_t, uid_t,
	    gid_t, mode_t, struct acl *, accmode_t);
int	genfs_can_access_acl_nfs4(struct vnode *, kauth_cred_t, uid_t, gid_t,
	    mode_t, struct acl *, accmode_t);
int	genfs_can_chmod(struct vnode *, kauth_cred_t, uid_t, gid_t, mode_t);
int	genfs_can_chown(struct vnode *, kauth_cred_t, uid_t, gid_t, uid_t,
	    gid_t);
int	genfs_can_chtimes(struct vnode *, kauth_cred_t, uid_t, u_int);
int	genfs_can_chflags(struct vnode *, kauth_cred_t, uid_t, bool);
int	genfs_can_sticky(struct vnode *, kauth_cred_t, uid_t, uid_t);
int	genfs_can_extattr(struct vnode *, kauth_cred_t, accmode_t, int);

/* vfs operations */
int	genfs_statvfs(struct mount *, struct statvfs *);
int	genfs_renamelock_enter(struct mount *);
void	genfs_renamelock_exit(struct mount *);
int	genfs_suspendctl(struct mount *, int);

/*
 * What a file system brings to genfs_sane_rename().  Vnodes are passed in
 * the order fdvp, fvp, tdvp, tvp; tvp may be NULL.  The directory ones are
 * locked unless stated; void * is the lookup result the file system keeps
 * in the buffers given to genfs_sane_rename().
 */
struct genfs_rename_ops {
	/* locked dvp with nothing in it but "." and ".."? */
	bool	(*gro_directory_empty_p)(struct mount *, kauth_cred_t,
		    struct vnode *, struct vnode *);
	/* flags and limits: EPERM, EMLINK ... */
	int	(*gro_rename_check_possible)(struct mount *, struct vnode *,
		    struct vnode *, struct vnode *, struct vnode *);
	/* the credential */
	int	(*gro_rename_check_permitted)(struct mount *, kauth_cred_t,
		    struct vnode *, struct vnode *, struct vnode *,
		    struct vnode *);
	/* both names are links to one file: is removing fvp's possible? */
	int	(*gro_remove_check_possible)(struct mount *, struct vnode *,
		    struct vnode *);
	int	(*gro_remove_check_permitted)(struct mount *, kauth_cred_t,
		    struct vnode *, struct vnode *);
	/* do it; the new link count of tvp, if any, in the last argument */
	int	(*gro_rename)(struct mount *, kauth_cred_t, struct vnode *,
		    struct componentname *, void *, struct vnode *,
		    struct vnode *, struct componentname *, void *,
		    struct vnode *, nlink_t *);
	int	(*gro_remove)(struct mount *, kauth_cred_t, struct vnode *,
		    struct componentname *, void *, struct vnode *, nlink_t *);
	/* referenced, unlocked vnode of a name */
	int	(*gro_lookup)(struct mount *, struct vnode *,
		    struct componentname *, void *, struct vnode **);
	/*
	 * Is fdvp a proper ancestor of tdvp (both unlocked)?  If so the
	 * referenced child of fdvp on the way to tdvp, else NULL.
	 */
	int	(*gro_genealogy)(struct mount *, kauth_cred_t, struct vnode *,
		    struct vnode *, struct vnode **);
	/* lock a directory, ENOENT if it was removed */
	int	(*gro_lock_directory)(struct mount *, struct vnode *);
};

int	genfs_insane_rename(void *,
	    int (*)(struct vnode *, struct componentname *, struct vnode *,
	    struct componentname *, kauth_cred_t, bool));
int	genfs_sane_rename(const struct genfs_rename_ops *, struct vnode *,
	    struct componentname *, void *, struct vnode *,
	    struct componentname *, void *, kauth_cred_t, bool);
void	genfs_rename_knote(struct vnode *, struct vnode *, struct vnode *,
	    struct vnode *, nlink_t);
void	genfs_rename_cache_purge(struct vnode *, struct vnode *,
	    struct vnode *, struct vnode *);

/* Checks of file systems with ufs-like flags, owners and modes. */
int	genfs_ufslike_rename_check_possible(unsigned long, unsigned long,
	    unsigned long, unsigned long, bool, unsigned long, unsigned long);
int	genfs_ufslike_rename_check_permitted(kauth_cred_t, struct vnode *,
	    mode_t, uid_t, struct vnode *, uid_t, struct vnode *, mode_t,
	    uid_t, struct vnode *, uid_t);
int	genfs_ufslike_remove_check_possible(unsigned long, unsigned long,
	    unsigned long, unsigned long);
int	genfs_ufslike_remove_check_permitted(kauth_cred_t, struct vnode *,
	    mode_t, uid_t, struct vnode *, uid_t);

#endif /* !_MISCFS_GENFS_GENFS_H_ */
