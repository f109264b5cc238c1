/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpfs.h: the root file system of every rump kernel, and the host's files
 * in it, rump_etfs(3).  There is one mount of it, made at boot.
 *
 * A node is a file; it lives as long as it has a link or a vnode.  Directories
 * are lists of entries in the order of their sequence numbers, which are the
 * cookies of readdir.  The data of a regular file is an anonymous memory
 * object, or a file of the host.
 */
#ifndef _VFS_RUMPFS_H_
#define	_VFS_RUMPFS_H_

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/fcntl.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/lockf.h>
#include <sys/mount.h>
#include <sys/mutex.h>
#include <sys/namei.h>
#include <sys/queue.h>
#include <sys/rbtree.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/vnode.h>

#include <rump/rump.h>
#include <rump-sys/vfs.h>

struct etfs;
struct rumpfs_node;
struct uvm_object;

/* d: the vnode lock of the directory, exclusive to change. */
struct rumpfs_dirent {
	TAILQ_ENTRY(rumpfs_dirent) re_list; /* d */
	struct rumpfs_node *re_node;	/* d */
	uint64_t	re_seq;		/* d  readdir cookie, 2 and up */
	uint16_t	re_namelen;	/* - */
	char		re_name[];	/* -  not terminated */
};

struct rumpfs_dir {
	TAILQ_HEAD(, rumpfs_dirent) rd_entries; /* d */
	struct rumpfs_node *rd_parent;	/* m  NULL once removed */
	uint64_t	rd_nextseq;	/* d */
};

/* What the host has for a node; h: rh_lock. */
struct rumpfs_host {
	kmutex_t	rh_lock;
	char		*rh_path;	/* - */
	int		rh_rfd;		/* h  open for reading, or -1 */
	int		rh_wfd;		/* h  open for both, or -1 */
	u_int		rh_opens;	/* h */
	off_t		rh_size;	/* h  when last asked */
};

/*
 * Locks:	-	fixed while the node lives
 *		v	vnode lock
 *		m	rumpfs_lock
 */
struct rumpfs_node {
	rb_node_t	rn_rbnode;	/* m  all nodes, by rn_id */
	ino_t		rn_id;		/* -  never used again */
	enum vtype	rn_type;	/* - */
	mode_t		rn_mode;	/* v */
	uid_t		rn_uid;		/* v */
	gid_t		rn_gid;		/* v */
	nlink_t		rn_nlink;	/* v, m */
	off_t		rn_size;	/* v */
	struct timespec	rn_atime;	/* m */
	struct timespec	rn_mtime;	/* m */
	struct timespec	rn_ctime;	/* m */
	struct timespec	rn_birthtime;	/* m */
	struct lockf	*rn_lockf;	/* lf_advlock()'s */
	struct etfs	*rn_etfs;	/* -  registration that shows it */
	struct rumpfs_host *rn_host;	/* -  VREG, VDIR of the host */
	union {
		struct rumpfs_dir rn_dir;	/* VDIR */
		struct uvm_object *rn_uobj;	/* - VREG */
		char		*rn_link;	/* - VLNK, rn_size bytes */
		dev_t		rn_rdev;	/* - VBLK, VCHR */
	};
};

#define	VP_TO_RUMPFS(vp)	((struct rumpfs_node *)(vp)->v_data)

#define	RUMPFS_LINK_MAX		((nlink_t)INT32_MAX)
#define	RUMPFS_MAXFILESIZE	(INT64_MAX & ~(off_t)PAGE_MASK)

/* rumpfs_touch() */
#define	RUMPFS_ATIME	0x1
#define	RUMPFS_MTIME	0x2
#define	RUMPFS_CTIME	0x4

/* rumpfs_vfsops.c */
extern struct mount	*rumpfs_rootmount;
extern struct rumpfs_node *rumpfs_root;

/* rumpfs_node.c */
extern kmutex_t		rumpfs_lock;
void	rumpfs_node_sysinit(void);
struct rumpfs_node *rumpfs_node_alloc(enum vtype, mode_t, uid_t, gid_t);
void	rumpfs_node_enter(struct rumpfs_node *);
void	rumpfs_node_destroy(struct rumpfs_node *);
struct rumpfs_node *rumpfs_node_find(ino_t);
struct rumpfs_node *rumpfs_node_next(ino_t, const struct etfs *);
void	rumpfs_node_attach(struct rumpfs_node *, struct vnode *);
int	rumpfs_node_vnode(ino_t, struct vnode **);
void	rumpfs_touch(struct rumpfs_node *, int);

/* rumpfs_dir.c */
struct rumpfs_dirent *rumpfs_dir_lookup(struct rumpfs_node *, const char *,
	    size_t);
struct rumpfs_dirent *rumpfs_dirent_alloc(const char *, size_t);
void	rumpfs_dirent_free(struct rumpfs_dirent *);
void	rumpfs_dir_attach(struct rumpfs_node *, struct rumpfs_dirent *,
	    struct rumpfs_node *);
void	rumpfs_dir_detach(struct rumpfs_node *, struct rumpfs_dirent *);
void	rumpfs_dir_setparent(struct rumpfs_node *, struct rumpfs_node *);
ino_t	rumpfs_dir_parent(struct rumpfs_node *);
int	rumpfs_readdir(void *);

/* rumpfs_name.c */
int	rumpfs_parsepath(void *);
int	rumpfs_lookup(void *);
int	rumpfs_create(void *);
int	rumpfs_mknod(void *);
int	rumpfs_mkdir(void *);
int	rumpfs_symlink(void *);
int	rumpfs_remove(void *);
int	rumpfs_rmdir(void *);
int	rumpfs_link(void *);
int	rumpfs_rename(void *);		/* rumpfs_rename.c */

/* rumpfs_attr.c */
int	rumpfs_access(void *);
int	rumpfs_getattr(void *);
int	rumpfs_setattr(void *);
int	rumpfs_pathconf(void *);

/* rumpfs_rdwr.c */
int	rumpfs_resize(struct vnode *, off_t);
int	rumpfs_read(void *);
int	rumpfs_write(void *);
int	rumpfs_getpages(void *);
int	rumpfs_putpages(void *);

/* rumpfs_vnops.c */
extern int	(**rumpfs_vnodeop_p)(void *);
extern int	(**rumpfs_specop_p)(void *);
extern int	(**rumpfs_fifoop_p)(void *);
extern const struct vnodeopv_desc *const rumpfs_vnodeopv_descs[];

/* rumpfs_hostfile.c: files and directories of the host */
struct rumpfs_node *rumpfs_host_node(struct etfs *, enum vtype, const char *);
void	rumpfs_host_free(struct rumpfs_host *);
int	rumpfs_host_lookup(struct vnode *, struct componentname *,
	    struct vnode **);
off_t	rumpfs_host_size(struct rumpfs_host *);
int	rumpfs_host_open(struct rumpfs_host *, int);
int	rumpfs_host_close(struct rumpfs_host *);
int	rumpfs_host_rdwr(struct rumpfs_host *, struct uio *);
int	rumpfs_host_fsync(struct rumpfs_host *);

/* rumpfs_etfs.c */
void	etfs_init(void);
void	etfs_boot(void);
size_t	etfs_match(const char *);
bool	etfs_first_p(const char *, size_t);
bool	etfs_lookup(const char *, size_t, ino_t *);
bool	etfs_alive(const struct etfs *);
bool	etfs_subdirs_p(const struct etfs *);

#endif /* !_VFS_RUMPFS_H_ */
