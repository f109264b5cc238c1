/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tmpfs.h: a file system that lives in kernel memory.
 *
 * A node is a file; it lives as long as it has a link or a vnode.  A
 * directory keeps its entries twice: in a hash table by name, and in rows by
 * sequence number, which is the cookie of readdir and so stays valid whatever
 * else is created or removed.  The data of a regular file is an anonymous
 * memory object.
 */
#ifndef _TMPFS_H_
#define	_TMPFS_H_

#include <sys/param.h>
#include <sys/types.h>
#include <sys/atomic.h>
#include <sys/cpu.h>
#include <sys/dirent.h>
#include <sys/fcntl.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/lockf.h>
#include <sys/malloc.h>
#include <sys/mount.h>
#include <sys/mutex.h>
#include <sys/namei.h>
#include <sys/pool.h>
#include <sys/proc.h>
#include <sys/rbtree.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/time.h>
#include <sys/vnode.h>

#include <uvm/uvm_extern.h>
#include <uvm/uvm_object.h>

#include <miscfs/fifofs/fifo.h>
#include <miscfs/genfs/genfs.h>
#include <miscfs/specfs/specdev.h>

struct tmpfs_node;

/*
 * Locks of an entry and of what a directory keeps: d, the vnode lock of the
 * directory, exclusive to change and shared to look.
 */
struct tmpfs_dirent {
	struct tmpfs_row *te_row;	/* d  where its number belongs */
	struct tmpfs_dirent *te_next;	/* d  of the hash bucket */
	struct tmpfs_node *te_node;	/* d */
	ino_t		te_id;		/* d  te_node's, for readdir */
	uint32_t	te_hash;	/* - */
	uint8_t		te_namelen;	/* - */
	uint8_t		te_type:4;	/* d  te_node's, as DT_* */
	uint8_t		te_slot:4;	/* d  in the row */
	char		te_name[];	/* -  not terminated */
};

/*
 * The entries of TMPFS_ROW numbers in a row.  New entries get new numbers, so
 * that rows fill up once; one that is empty then goes.
 */
#define	TMPFS_ROW	16
struct tmpfs_row {
	rb_node_t	tr_rbnode;	/* d  by tr_first */
	uint64_t	tr_first;	/* -  the first number */
	u_int		tr_count;	/* d  entries there are */
	struct tmpfs_dirent *tr_entry[TMPFS_ROW]; /* d  or NULL */
};

struct tmpfs_dir {
	struct tmpfs_node *td_parent;	/* m  NULL once removed */
	struct tmpfs_dirent **td_bucket; /* d */
	uint32_t	td_mask;	/* d  buckets - 1 */
	uint32_t	td_count;	/* d */
	uint64_t	td_nextseq;	/* d */
	rb_tree_t	td_rows;	/* d  the last one is being filled */
};

/* kmem(9) gives each a cache line then: directories are busy side by side. */
_Static_assert(sizeof(struct tmpfs_dir) % COHERENCY_UNIT == 0 ||
    sizeof(void *) < 8, "tmpfs_dir");

/*
 * Locks:	-	fixed while the node lives
 *		v	vnode lock
 *		m	tm_lock
 *		n	tp_lock
 *		l	tl_lock
 *		a	atomic
 *		t	tn_lock
 */
struct tmpfs_node {
	ino_t		tn_id;		/* - */
	struct tmpfs_mount *tn_mount;	/* - */
	enum vtype	tn_type;	/* - */
	u_int		tn_gen;		/* - */
	mode_t		tn_mode;	/* v */
	uid_t		tn_uid;		/* v */
	gid_t		tn_gid;		/* v */
	u_int		tn_flags;	/* v  chflags(2) */
	nlink_t		tn_nlink;	/* v, exclusive; a to look without */
	off_t		tn_size;	/* v */
	struct lockf	*tn_lockf;	/* record locks, lf_advlock()'s */
	struct timespec	tn_atime;	/* t */
	struct timespec	tn_mtime;	/* t */
	struct timespec	tn_ctime;	/* t */
	struct timespec	tn_birthtime;	/* t */
	kmutex_t	tn_lock;
	struct tmpfs_node *tn_next;	/* n  chain of tp_table */
	union {
		struct tmpfs_dir *tn_dir;	/* - VDIR */
		dev_t		tn_rdev;	/* - VBLK, VCHR */
		char		*tn_link;	/* - VLNK, tn_size bytes */
		struct {
			struct uvm_object *tn_uobj; /* - */
			uint64_t	tn_pages;   /* v  accounted */
		};
	};
};

/* A file is charged what a directory takes: there are few of those. */
#define	TMPFS_NODE_CHARGE						\
	(sizeof(struct tmpfs_node) + sizeof(struct tmpfs_dir))

/* What a mount may use: so much of each. */
enum tmpfs_what { TMPFS_NODES, TMPFS_BYTES, TMPFS_NWHAT };

/*
 * Each CPU takes what it uses from the mount in lots, and numbers of nodes in
 * blocks, so that CPUs have little to do with each other.  What none of them
 * uses is found before anybody is told that there is no more.
 */
#define	TMPFS_LANES	8
struct tmpfs_lane {
	kmutex_t	tl_lock;
	uint64_t	tl_left[TMPFS_NWHAT]; /* l  taken, not in use */
	ino_t		tl_nextid;	/* l */
	ino_t		tl_endid;	/* l  of the block */
} __aligned(COHERENCY_UNIT);

/*
 * Nodes by number: those of a block are in the same part.  Numbers are given
 * out in turn, so that those who make or remove many files walk the table.
 */
#define	TMPFS_IDBLOCK	64
#define	TMPFS_PARTS	8
struct tmpfs_part {
	kmutex_t	tp_lock;
	size_t		tp_nodes;	/* n */
	struct tmpfs_node **tp_table;	/* n */
	size_t		tp_mask;	/* n  chains - 1 */
} __aligned(COHERENCY_UNIT);

struct tmpfs_mount {
	kmutex_t	tm_lock;	/* parents; see README.md */
	struct tmpfs_node *tm_root;	/* - */
	/* a, all tl_lock to change */
	volatile uint64_t tm_max[TMPFS_NWHAT];
	/* a: what lanes have taken, and the next block */
	volatile uint64_t tm_taken[TMPFS_NWHAT] __aligned(COHERENCY_UNIT);
	volatile uint64_t tm_nextid;
	struct tmpfs_lane tm_lane[TMPFS_LANES];
	struct tmpfs_part tm_part[TMPFS_PARTS];
};

#define	VP_TO_TMPFS_NODE(vp)	((struct tmpfs_node *)(vp)->v_data)
#define	VFS_TO_TMPFS(mp)	((struct tmpfs_mount *)(mp)->mnt_data)

#define	TMPFS_MAXNAMLEN		255
_Static_assert(TMPFS_MAXNAMLEN <= UINT8_MAX, "te_namelen");
_Static_assert(TMPFS_ROW <= 16, "te_slot");
#define	TMPFS_LINK_MAX		((nlink_t)INT32_MAX)
#define	TMPFS_MAXFILESIZE	(INT64_MAX & ~(off_t)PAGE_MASK)

#define	TMPFS_DIRENT_BYTES(len)						\
	(offsetof(struct tmpfs_dirent, te_name) + (len))

/*
 * What is charged for an entry, with its share of a full row: what sparse rows
 * take beyond that is bounded by tmpfs_room() alone.
 */
#define	TMPFS_DIRENT_CHARGE(len)					\
	(TMPFS_DIRENT_BYTES(len) + sizeof(struct tmpfs_row) / TMPFS_ROW)

/* tmpfs_touch() */
#define	TMPFS_ATIME	0x1
#define	TMPFS_MTIME	0x2
#define	TMPFS_CTIME	0x4

/* tmpfs_node.c */
void	tmpfs_node_sysinit(void);
void	tmpfs_node_sysfini(void);
void	tmpfs_table_init(struct tmpfs_mount *);
void	tmpfs_table_fini(struct tmpfs_mount *);
int	tmpfs_room(void);
void	tmpfs_lanes_enter(struct tmpfs_mount *);
void	tmpfs_lanes_exit(struct tmpfs_mount *);
int	tmpfs_charge(struct tmpfs_mount *, uint64_t);
void	tmpfs_uncharge(struct tmpfs_mount *, uint64_t);
int	tmpfs_node_create(struct tmpfs_mount *, const struct vattr *, uid_t,
	    gid_t, const char *, struct tmpfs_node **);
void	tmpfs_node_destroy(struct tmpfs_node *);
struct tmpfs_node *tmpfs_node_find(struct tmpfs_mount *, ino_t);
void	tmpfs_node_attach(struct tmpfs_node *, struct vnode *);
int	tmpfs_node_vnode(struct mount *, struct tmpfs_node *, struct vnode **);
void	tmpfs_touch(struct tmpfs_node *, int);
void	tmpfs_accessed(struct vnode *);
void	tmpfs_touch_linked(struct tmpfs_node *, struct tmpfs_node *);

/* tmpfs_dir.c */
void	tmpfs_dir_init(struct tmpfs_node *);
void	tmpfs_dir_fini(struct tmpfs_node *);
struct tmpfs_dirent *tmpfs_dir_lookup(struct tmpfs_node *, const char *,
	    size_t);
int	tmpfs_dirent_alloc(struct tmpfs_mount *, const char *, size_t,
	    struct tmpfs_dirent **);
void	tmpfs_dirent_free(struct tmpfs_mount *, struct tmpfs_dirent *);
void	tmpfs_dir_attach(struct tmpfs_node *, struct tmpfs_dirent *,
	    struct tmpfs_node *);
void	tmpfs_dir_detach(struct tmpfs_node *, struct tmpfs_dirent *);
void	tmpfs_dir_setparent(struct tmpfs_node *, struct tmpfs_node *);
int	tmpfs_readdir(void *);

/* tmpfs_attr.c */
int	tmpfs_access(void *);
int	tmpfs_getattr(void *);
int	tmpfs_setattr(void *);
int	tmpfs_pathconf(void *);

/* tmpfs_rdwr.c */
int	tmpfs_resize(struct vnode *, off_t);
int	tmpfs_read(void *);
int	tmpfs_write(void *);
int	tmpfs_fallocate(void *);
int	tmpfs_fdiscard(void *);
int	tmpfs_getpages(void *);
int	tmpfs_putpages(void *);

/* tmpfs_seek.c */
int	tmpfs_ioctl(void *);

/* tmpfs_name.c */
int	tmpfs_lookup(void *);
int	tmpfs_create(void *);
int	tmpfs_mknod(void *);
int	tmpfs_remove(void *);
int	tmpfs_link(void *);
int	tmpfs_mkdir(void *);
int	tmpfs_rmdir(void *);
int	tmpfs_symlink(void *);
int	tmpfs_readlink(void *);

/* tmpfs_rename.c */
int	tmpfs_rename(void *);

/* tmpfs_vnops.c */
extern int	(**tmpfs_vnodeop_p)(void *);
extern int	(**tmpfs_specop_p)(void *);
extern int	(**tmpfs_fifoop_p)(void *);
extern const struct vnodeopv_desc *const tmpfs_vnodeopv_descs[];

#endif /* !_TMPFS_H_ */
