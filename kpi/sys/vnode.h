/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vnode(9), vattr(9), vnodeops(9): the objects of the file system faction and
 * the operations on them.  Names, fields, values and meanings are NetBSD's.
 * What only the vnode life cycle itself may touch is in <sys/vnode_impl.h>.
 */
#ifndef _SYS_VNODE_H_
#define _SYS_VNODE_H_

#include <sys/types.h>
#include <sys/atomic.h>
#include <sys/event.h>
#include <sys/queue.h>
#include <sys/condvar.h>
#include <sys/rwlock.h>
#include <sys/mutex.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/acl.h>

#include <uvm/uvm_param.h>
#include <uvm/uvm_pglist.h>
#include <uvm/uvm_object.h>
#include <uvm/uvm_extern.h>

enum vtype {
	VNON = 0,
	VREG = 1,
	VDIR = 2,
	VBLK = 3,
	VCHR = 4,
	VLNK = 5,
	VSOCK = 6,
	VFIFO = 7,
	VBAD = 8
};

#define	VNODE_TYPES \
    "VNON", "VREG", "VDIR", "VBLK", "VCHR", "VLNK", "VSOCK", "VFIFO", "VBAD"

/* Which file system made a vnode: for people only, never for decisions. */
enum vtagtype {
	VT_NON = 0,
	VT_UFS = 1,
	VT_NFS = 2,
	VT_MFS = 3,
	VT_MSDOSFS = 4,
	VT_LFS = 5,
	VT_LOFS = 6,
	VT_FDESC = 7,
	VT_PORTAL = 8,
	VT_NULL = 9,
	VT_UMAP = 10,
	VT_KERNFS = 11,
	VT_PROCFS = 12,
	VT_AFS = 13,
	VT_ISOFS = 14,
	VT_UNION = 15,
	VT_ADOSFS = 16,
	VT_EXT2FS = 17,
	VT_CODA = 18,
	VT_FILECORE = 19,
	VT_NTFS = 20,
	VT_VFS = 21,
	VT_OVERLAY = 22,
	VT_SMBFS = 23,
	VT_PTYFS = 24,
	VT_TMPFS = 25,
	VT_UDF = 26,
	VT_SYSVBFS = 27,
	VT_PUFFS = 28,
	VT_HFS = 29,
	VT_EFS = 30,
	VT_ZFS = 31,
	VT_RUMP = 32,
	VT_NILFS = 33,
	VT_V7FS = 34,
	VT_CHFS = 35,
	VT_AUTOFS = 36
};

#define	VNODE_TAGS \
    "VT_NON", "VT_UFS", "VT_NFS", "VT_MFS", "VT_MSDOSFS", "VT_LFS", \
    "VT_LOFS", "VT_FDESC", "VT_PORTAL", "VT_NULL", "VT_UMAP", "VT_KERNFS", \
    "VT_PROCFS", "VT_AFS", "VT_ISOFS", "VT_UNION", "VT_ADOSFS", \
    "VT_EXT2FS", "VT_CODA", "VT_FILECORE", "VT_NTFS", "VT_VFS", \
    "VT_OVERLAY", "VT_SMBFS", "VT_PTYFS", "VT_TMPFS", "VT_UDF", \
    "VT_SYSVBFS", "VT_PUFFS", "VT_HFS", "VT_EFS", "VT_ZFS", "VT_RUMP", \
    "VT_NILFS", "VT_V7FS", "VT_CHFS", "VT_AUTOFS"

struct buf;
struct componentname;
struct fifoinfo;
struct file;
struct flock;
struct knote;
struct lwp;
struct mount;
struct nameidata;
struct pathbuf;
struct proc;
struct socket;
struct specnode;
struct stat;
struct uvm_ractx;
struct vnode;
struct vattr;

LIST_HEAD(buflists, buf);

/* Interest in events on a vnode; layers share that of the lowest vnode. */
struct vnode_klist {
	struct klist	vk_klist;
	long		vk_interest;
};

/*
 * Locks:
 *	:	stable, set before the vnode can be found
 *	e	exclusive vnode lock to write, any vnode lock to read
 *	i	v_interlock
 *	u	vmobjlock of v_uobj
 *	a	atomic operations
 *	b	bufcache_lock
 *	m	made stable by vgone: NULL or deadfs afterwards (i + vnode lock)
 *	s	the syncer's lock
 *	f	the file system's business
 */
struct vnode {
	struct uvm_object v_uobj;	/* u   pages of the file */
	voff_t		v_size;		/* u,i size as the page cache sees it */
	voff_t		v_writesize;	/* u,i size a write has promised */
	union {
		struct mount	*vu_mountedhere; /* e  VDIR */
		struct socket	*vu_socket;	/* f  VSOCK */
		struct specnode	*vu_specnode;	/* i  VBLK, VCHR */
		struct fifoinfo	*vu_fifoinfo;	/* e  VFIFO */
		struct uvm_ractx *vu_ractx;	/* u  VREG */
	} v_un;
	kcondvar_t	v_cv;		/* i   v_numoutput and state changes */
	struct buflists	v_cleanblkhd;	/* i,b */
	struct buflists	v_dirtyblkhd;	/* i,b */
	void		*v_segvguard;	/* f */
	struct vnode_klist *v_klist;	/* i */

	/* What every use of a vnode reads, three cache lines with vi_state. */
	void		*v_data;	/* f   the file system's own */
	int		(**v_op)(void *); /* m */
	struct mount	*v_mount;	/* m */
	kmutex_t	*v_interlock;	/* : */
	enum vtype	v_type;		/* : */
	enum vtagtype	v_tag;		/* : */
	int		v_vflag;	/* e   VV_ */
	int		v_uflag;	/* f   VU_ */
	int		v_iflag;	/* i   VI_ */
	int		v_writecount;	/* i   open for writing, so often */
	int		v_holdcnt;	/* i   buffers and pages holding us */
	int		v_numoutput;	/* i   writes under way */
	u_int		v_usecount;	/* a   references and VUSECOUNT_ bits */
};
#define	v_mountedhere	v_un.vu_mountedhere
#define	v_socket	v_un.vu_socket
#define	v_specnode	v_un.vu_specnode
#define	v_fifoinfo	v_un.vu_fifoinfo
#define	v_ractx		v_un.vu_ractx

typedef struct vnode vnode_t;

/* v_vflag */
#define	VV_ROOT		0x00000001	/* root of its file system */
#define	VV_SYSTEM	0x00000002	/* used by the kernel itself */
#define	VV_ISTTY	0x00000004
#define	VV_MAPPED	0x00000008	/* may have been mapped */
#define	VV_MPSAFE	0x00000010	/* operations need no kernel lock */

/* v_iflag */
#define	VI_TEXT		0x00000100
#define	VI_EXECMAP	0x00000200
#define	VI_WRMAP	0x00000400
#define	VI_PAGES	0x00000800	/* v_uobj has pages */
#define	VI_ONWORKLST	0x00004000	/* known to the syncer */
#define	VI_DEADCHECK	0x00008000	/* VBAD soon or not at all */

#define	VU_DIROP	0x01000000

#define	VNODE_FLAGBITS \
    "\20\1ROOT\2SYSTEM\3ISTTY\4MAPPED\5MPSAFE\11TEXT\12EXECMAP" \
    "\13WRMAP\14PAGES\17ONWORKLST\20DEADCHECK\31DIROP"

#define	VSIZENOTSET	((voff_t)-1)

struct vattr {
	enum vtype	va_type;
	mode_t		va_mode;
	nlink_t		va_nlink;
	uid_t		va_uid;
	gid_t		va_gid;
	dev_t		va_fsid;
	ino_t		va_fileid;
	u_quad_t	va_size;
	long		va_blocksize;
	struct timespec	va_atime;
	struct timespec	va_mtime;
	struct timespec	va_ctime;
	struct timespec	va_birthtime;
	u_long		va_gen;
	u_long		va_flags;
	dev_t		va_rdev;
	u_quad_t	va_bytes;
	u_quad_t	va_filerev;
	unsigned int	va_vaflags;	/* VA_ */
	long		va_spare;
};

#define	VA_UTIMES_NULL	0x01		/* utimes(path, NULL) */
#define	VA_EXCLUSIVE	0x02		/* O_EXCL create */
#define	VA_UTIMES_CHANGE 0x04		/* the caller set the times */

#ifdef _KERNEL

/* ioflag of VOP_READ and VOP_WRITE. */
#define	IO_UNIT		0x00010
#define	IO_APPEND	0x00020
#define	IO_SYNC		(0x40 | IO_DSYNC)
#define	IO_NODELOCKED	0x00080
#define	IO_NDELAY	0x00100
#define	IO_DSYNC	0x00200
#define	IO_ALTSEMANTICS	0x00400
#define	IO_NORMAL	0x00800
#define	IO_EXT		0x01000
#define	IO_DIRECT	0x02000
#define	IO_JOURNALLOCKED 0x04000
#define	IO_ADV_MASK	0x00003
#define	IO_ADV_SHIFT	0
#define	IO_ADV_ENCODE(adv)	(((adv) << IO_ADV_SHIFT) & IO_ADV_MASK)
#define	IO_ADV_DECODE(ioflag)	(((ioflag) & IO_ADV_MASK) >> IO_ADV_SHIFT)

/* accmode_t */
#define	VEXEC			000000000100
#define	VWRITE			000000000200
#define	VREAD			000000000400
#define	VADMIN			000000010000
#define	VAPPEND			000000040000
#define	VEXPLICIT_DENY		000000100000
#define	VREAD_NAMED_ATTRS	000000200000
#define	VWRITE_NAMED_ATTRS	000000400000
#define	VDELETE_CHILD		000001000000
#define	VREAD_ATTRIBUTES	000002000000
#define	VWRITE_ATTRIBUTES	000004000000
#define	VDELETE			000010000000
#define	VREAD_ACL		000020000000
#define	VWRITE_ACL		000040000000
#define	VWRITE_OWNER		000100000000
#define	VSYNCHRONIZE		000200000000
#define	VCREAT			000400000000
#define	VVERIFY			001000000000
#define	__VNODE_PERM_BITS	"\10" "\07VEXEC" "\10VWRITE" "\11VREAD"

#define	VADMIN_PERMS	(VADMIN | VWRITE_ATTRIBUTES | VWRITE_ACL | \
			 VWRITE_OWNER)
#define	VSTAT_PERMS	(VREAD_ATTRIBUTES | VREAD_ACL)
#define	VMODIFY_PERMS	(VWRITE | VAPPEND | VADMIN_PERMS | VDELETE_CHILD | \
			 VDELETE)
#define	VALLPERM	007777

extern const enum vtype	iftovt_tab[];
extern const int	vttoif_tab[];
#define	IFTOVT(mode)	(iftovt_tab[((mode) & S_IFMT) >> 12])
#define	VTTOIF(indx)	(vttoif_tab[(int)(indx)])
#define	MAKEIMODE(indx, mode)	(int)(VTTOIF(indx) | (mode))

/* vflush(9) */
#define	SKIPSYSTEM	0x0001
#define	FORCECLOSE	0x0002
#define	WRITECLOSE	0x0004

/* vinvalbuf(9) */
#define	V_SAVE		0x0001

/* vdead_check(9) */
#define	VDEAD_NOWAIT	0x0001

/* VOP_REVOKE */
#define	REVOKEALL	0x0001

/* VOP_FSYNC */
#define	FSYNC_WAIT	0x0001
#define	FSYNC_DATAONLY	0x0002
#define	FSYNC_RECLAIM	0x0004
#define	FSYNC_LAZY	0x0008
#define	FSYNC_NOLOG	0x0010
#define	FSYNC_CACHE	0x0100

/* file system internal updates of an inode */
#define	UPDATE_WAIT	0x0001
#define	UPDATE_DIROP	0x0002
#define	UPDATE_CLOSE	0x0004

/* VOP_LOCK and vn_lock(9) */
#define	LK_NONE		0x00000000
#define	LK_SHARED	0x00000001
#define	LK_EXCLUSIVE	0x00000002
#define	LK_UPGRADE	0x00000010
#define	LK_DOWNGRADE	0x00000020
#define	LK_NOWAIT	0x00000100
#define	LK_RETRY	0x00000200

#define	VNOVAL		(-1)
#define	VNOVALSIZE	((u_quad_t)-1)
#define	VNOVALFLAGS	((u_long)-1)
#define	VATTR_NULL(vap)	vattr_null(vap)
#define	NULLVP		((struct vnode *)NULL)

extern struct vnode	*rootvnode;
extern int		desiredvnodes;
extern unsigned int	numvnodes;

/* What VOP_BWRITE, the syncer and specfs know about an operation. */
#define	VDESC_MAX_VPS		8
#define	VDESC_VP0_WILLRELE	0x00000001
#define	VDESC_VP1_WILLRELE	0x00000002
#define	VDESC_VP2_WILLRELE	0x00000004
#define	VDESC_VP3_WILLRELE	0x00000008
#define	VDESC_VP0_WILLPUT	0x00000101
#define	VDESC_VP1_WILLPUT	0x00000202
#define	VDESC_VP2_WILLPUT	0x00000404
#define	VDESC_VP3_WILLPUT	0x00000808
#define	VDESC_NO_OFFSET		-1

struct vnodeop_desc {
	int		vdesc_offset;	/* index in an operations vector */
	const char	*vdesc_name;
	int		vdesc_flags;	/* VDESC_ */
	const int	*vdesc_vp_offsets; /* of vnodes in the arguments */
	int		vdesc_vpp_offset;
	int		vdesc_cred_offset;
	int		vdesc_componentname_offset;
};

struct vnodeopv_entry_desc {
	const struct vnodeop_desc *opve_op;
	int		(*opve_impl)(void *);
};

struct vnodeopv_desc {
	int		(***opv_desc_vector_p)(void *);
	const struct vnodeopv_entry_desc *opv_desc_ops;
};

struct vop_generic_args {
	struct vnodeop_desc *a_desc;
};

#define	VOPARG_OFFSETOF(s_type, field)	offsetof(s_type, field)
#define	VOPARG_OFFSETTO(s_type, s_offset, struct_p) \
	((s_type)(((char *)(struct_p)) + (s_offset)))

/* A vnode may die, and change v_op, while somebody waits for its lock. */
#define	VCALL(VP, OFF, AP)						\
	((*atomic_load_relaxed(&(VP)->v_op)[(OFF)])(AP))
#define	VOCALL(OPSV, OFF, AP)	((*((OPSV)[(OFF)]))(AP))
#define	VDESC(OP)		(&(OP##_desc))
#define	VOFFSET(OP)		(VDESC(OP)->vdesc_offset)

/* NetBSD's has it, and file systems rely on that. */
#include <sys/mount.h>
#include <sys/vnode_if.h>

/* references and the life cycle: vnode(9), vcache(9) */
void	vref(struct vnode *);
int	vrefcnt(struct vnode *);
void	vrele(struct vnode *);
void	vrele_async(struct vnode *);
void	vrele_flush(struct mount *);
void	vput(struct vnode *);
int	vget(struct vnode *);
void	vhold(struct vnode *);
void	vholdl(struct vnode *);
void	holdrele(struct vnode *);
void	holdrelel(struct vnode *);
bool	vrecycle(struct vnode *);
void	vrevoke(struct vnode *);
void	vgone(struct vnode *);
int	vdead_check(struct vnode *, int);
int	vflush(struct mount *, struct vnode *, int);
int	bdevvp(dev_t, struct vnode **);
int	cdevvp(dev_t, struct vnode **);
void	vdevgone(int, int, int, enum vtype);
int	vfinddev(dev_t, enum vtype, struct vnode **);
int	vcache_get(struct mount *, const void *, size_t, struct vnode **);
int	vcache_new(struct mount *, struct vnode *, struct vattr *,
	    kauth_cred_t, void *, struct vnode **);
int	vcache_rekey_enter(struct mount *, struct vnode *, const void *,
	    size_t, const void *, size_t);
void	vcache_rekey_exit(struct mount *, struct vnode *, const void *,
	    size_t, const void *, size_t);
void	vshareilock(struct vnode *, struct vnode *);
void	vshareklist(struct vnode *, struct vnode *);
void	vprint(const char *, struct vnode *);
uint8_t	vtype2dt(enum vtype);
void	vattr_null(struct vattr *);
int	vaccess(struct vnode *, enum vtype, mode_t, uid_t, gid_t, accmode_t,
	    kauth_cred_t);

/* buffers of a vnode (kern/vfs, buffer cache side) */
int	vinvalbuf(struct vnode *, int, kauth_cred_t, struct lwp *, bool, int);
int	vtruncbuf(struct vnode *, daddr_t, bool, int);
int	vflushbuf(struct vnode *, int);
void	vwakeup(struct buf *);

/* the syncer */
int	speedup_syncer(void);
void	vn_syncer_add_to_worklist(struct vnode *, int);
void	vn_syncer_remove_from_worklist(struct vnode *);

/* high level operations */
int	vn_lock(struct vnode *, int);
int	vn_open(struct vnode *, struct pathbuf *, int, int, int,
	    struct vnode **, bool *, int *);
int	vn_close(struct vnode *, int, kauth_cred_t);
int	vn_openchk(struct vnode *, kauth_cred_t, int);
int	vn_rdwr(enum uio_rw, struct vnode *, void *, int, off_t, enum uio_seg,
	    int, kauth_cred_t, size_t *, struct lwp *);
int	vn_readdir(struct file *, char *, int, unsigned int, int *,
	    struct lwp *, off_t **, int *);
int	vn_stat(struct vnode *, struct stat *);
int	vn_kqfilter(struct file *, struct knote *);
int	vn_writechk(struct vnode *);
int	vn_marktext(struct vnode *);
void	vn_markexec(struct vnode *);
int	vn_bwrite(void *);
int	vn_default_error(void *);
int	vn_fifo_bypass(void *);
int	vn_isunder(struct vnode *, struct vnode *, struct lwp *);
int	vn_bdev_open(dev_t, struct vnode **, struct lwp *);
int	vn_bdev_openpath(struct pathbuf *, struct vnode **, struct lwp *);
int	vn_extattr_get(struct vnode *, int, int, const char *, size_t *,
	    void *, struct lwp *);
int	vn_extattr_set(struct vnode *, int, int, const char *, size_t,
	    const void *, struct lwp *);
int	vn_extattr_rm(struct vnode *, int, int, const char *, struct lwp *);
int	vfs_unixify_accmode(accmode_t *);
void	vfs_timestamp(struct timespec *);
void	vfs_getnewfsid(struct mount *);

/* knotes of a vnode */
void	vn_knote_attach(struct vnode *, struct knote *);
void	vn_knote_detach(struct vnode *, struct knote *);
void	vn_knote_signal(struct vnode *, long);

static __inline void
VN_KNOTE(struct vnode *vp, long hint)
{

	if (__predict_false((vp->v_klist->vk_interest & hint) != 0))
		vn_knote_signal(vp, hint);
}

#endif /* _KERNEL */

#endif /* _SYS_VNODE_H_ */
