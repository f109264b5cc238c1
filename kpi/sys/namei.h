/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * namei(9) and namecache(9): from path names to vnodes.  Flag values are
 * those of RUMP_NAMEI_* in <rump/rump_namei.h>.
 */
#ifndef _SYS_NAMEI_H_
#define _SYS_NAMEI_H_

#include <sys/types.h>
#include <sys/queue.h>
#include <sys/mutex.h>

#ifdef _KERNEL

#include <sys/kauth.h>
#include <sys/pool.h>

struct vnode;
struct mount;
struct pathbuf;
struct proc;

/* path buffers: a path name in kernel memory */
struct pathbuf *pathbuf_create(const char *);
struct pathbuf *pathbuf_assimilate(char *);
int	pathbuf_copyin(const char *, struct pathbuf **);
int	pathbuf_maybe_copyin(const char *, enum uio_seg, struct pathbuf **);
void	pathbuf_copystring(const struct pathbuf *, char *, size_t);
const char *pathbuf_stringcopy_get(struct pathbuf *);
void	pathbuf_stringcopy_put(struct pathbuf *, const char *);
void	pathbuf_destroy(struct pathbuf *);

/* one path component, as VOP_LOOKUP and friends see it */
struct componentname {
	uint32_t	cn_nameiop;	/* LOOKUP, CREATE, DELETE, RENAME */
	uint32_t	cn_flags;
	kauth_cred_t	cn_cred;
	const char	*cn_nameptr;	/* not terminated by NUL */
	size_t		cn_namelen;
};

struct nameidata {
	/* in */
	struct vnode	*ni_atdir;	/* relative names start here */
	struct pathbuf	*ni_pathbuf;
	char		*ni_pnbuf;	/* ni_pathbuf's text */
	struct vnode	*ni_rootdir;
	struct vnode	*ni_erootdir;
	/* out */
	struct vnode	*ni_vp;
	struct vnode	*ni_dvp;
	/* in between */
	size_t		ni_pathlen;
	const char	*ni_next;
	unsigned int	ni_loopcnt;	/* symbolic links followed */
	struct componentname ni_cnd;
};

/* operations */
#define	LOOKUP		0
#define	CREATE		1
#define	DELETE		2
#define	RENAME		3
#define	OPMASK		3

/* modifiers */
#define	LOCKLEAF	0x00000004	/* lock ni_vp */
#define	LOCKPARENT	0x00000008	/* want ni_dvp, locked */
#define	TRYEMULROOT	0x00000010	/* no emulation here: ignored */
#define	NOCACHE		0x00000020	/* name must not stay in the cache */
#define	FOLLOW		0x00000040	/* follow a final symbolic link */
#define	NOFOLLOW	0x00000000
#define	EMULROOTSET	0x00000080
#define	LOCKSHARED	0x00000100	/* LOCKLEAF shared */
#define	NOCHROOT	0x01000000
#define	NONEXCLHACK	0x02000000	/* open(O_CREAT) without O_EXCL */
#define	MODMASK		0x030001fc

/* state of a lookup, in cn_flags */
#define	NOCROSSMOUNT	0x00000800	/* stay on this file system */
#define	RDONLY		0x00001000
#define	ISDOTDOT	0x00002000
#define	MAKEENTRY	0x00004000
#define	ISLASTCN	0x00008000
#define	WILLBEDIR	0x00010000
#define	ISWHITEOUT	0x00020000
#define	DOWHITEOUT	0x00040000
#define	REQUIREDIR	0x00080000
#define	CREATEDIR	0x00200000
#define	PARAMASK	0x002ff800

#define	NDINIT(ndp, op, flags, pathbuf) {				\
	(ndp)->ni_cnd.cn_nameiop = (op);				\
	(ndp)->ni_cnd.cn_flags = (flags);				\
	(ndp)->ni_atdir = NULL;						\
	(ndp)->ni_pathbuf = (pathbuf);					\
	(ndp)->ni_cnd.cn_cred = kauth_cred_get();			\
}
#define	NDAT(ndp, dir) {						\
	(ndp)->ni_atdir = (dir);					\
}

int	namei(struct nameidata *);
int	relookup(struct vnode *, struct vnode **, struct componentname *, int);

/* one call: find, no locks, one reference */
struct namei_simple_flags_type;
typedef const struct namei_simple_flags_type *namei_simple_flags_t;
extern const namei_simple_flags_t
    NSM_NOFOLLOW_NOEMULROOT,
    NSM_NOFOLLOW_TRYEMULROOT,
    NSM_FOLLOW_NOEMULROOT,
    NSM_FOLLOW_TRYEMULROOT;
int	namei_simple_kernel(const char *, namei_simple_flags_t,
	    struct vnode **);
int	namei_simple_user(const char *, namei_simple_flags_t, struct vnode **);
int	nameiat(struct nameidata *, struct vnode *);
int	nameiat_simple(struct vnode *, struct pathbuf *, namei_simple_flags_t,
	    struct vnode **);
int	nameiat_simple_kernel(struct vnode *, const char *,
	    namei_simple_flags_t, struct vnode **);
int	nameiat_simple_user(struct vnode *, const char *,
	    namei_simple_flags_t, struct vnode **);

/* buffers of MAXPATHLEN bytes */
extern pool_cache_t pnbuf_cache;
#define	PNBUF_GET()	((char *)pool_cache_get(pnbuf_cache, PR_WAITOK))
#define	PNBUF_PUT(pnb)	pool_cache_put(pnbuf_cache, (pnb))

/* longest name of a file in a directory */
#define	KERNEL_NAME_MAX	255

/* the name cache */
#define	NCHNAMLEN	UCHAR_MAX
#define	PURGE_PARENTS	1		/* names of this vnode */
#define	PURGE_CHILDREN	2		/* names in this directory */
#define	cache_purge(vp)	cache_purge1((vp), NULL, 0, \
			    PURGE_PARENTS | PURGE_CHILDREN)

void	cache_enter(struct vnode *, struct vnode *, const char *, size_t,
	    uint32_t);
void	cache_enter_id(struct vnode *, mode_t, uid_t, gid_t, bool);
bool	cache_have_id(struct vnode *);
bool	cache_lookup(struct vnode *, const char *, size_t, uint32_t, uint32_t,
	    int *, struct vnode **);
bool	cache_lookup_raw(struct vnode *, const char *, size_t, uint32_t, int *,
	    struct vnode **);
int	cache_revlookup(struct vnode *, struct vnode **, char **, char *, bool,
	    accmode_t);
void	cache_purge1(struct vnode *, const char *, size_t, int);
void	cache_purgevfs(struct mount *);
void	cache_vnode_init(struct vnode *);
void	cache_vnode_fini(struct vnode *);
void	namecache_print(struct vnode *, void (*)(const char *, ...));
void	nchinit(void);
void	namecache_count_pass2(void);
void	namecache_count_2passes(void);

#endif /* _KERNEL */

#endif /* _SYS_NAMEI_H_ */
