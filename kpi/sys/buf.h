/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys/buf.h: struct buf, the unit of block I/O, and the buffer cache,
 * buffercache(9) and bufferio(9).
 *
 * Locks of struct buf, one letter on each field:
 *	b	owned by whoever set BC_BUSY, or by the driver during I/O
 *	c	bufcache_lock
 *	o	b_objlock
 *	a	atomic operations
 * A buffer with an identity is on a free list, busy or not; one that is idle
 * always is.  b_cflags is changed by atomic operations as well, in sections
 * that the owner of bufcache_lock keeps out (<rump-sys/bypass.h>): from idle to
 * BC_BUSY | BC_USED and back.  To the lock's owner it is an ordinary field.
 * Lock order: b_objlock after bufcache_lock.
 */
#ifndef _SYS_BUF_H_
#define	_SYS_BUF_H_

#include <sys/types.h>
#include <sys/queue.h>
#include <sys/mutex.h>
#include <sys/condvar.h>
#include <sys/rbtree.h>

struct buf;
struct mount;
struct vnode;
struct kauth_cred;
struct proc;
struct cpu_info;
struct uio;
struct lwp;

#define	NOLIST	((struct buf *)0x87654321)

extern kmutex_t bufcache_lock;
extern kmutex_t buffer_lock;

typedef struct buf buf_t;

struct buf {
	union {
		TAILQ_ENTRY(buf) u_actq;
		rb_node_t u_rbnode;
	} b_u;				/* b: device driver queue */
#define	b_actq	b_u.u_actq
	void	(*b_iodone)(struct buf *);	/* b: called when done */
	int	b_error;		/* b: errno of the transfer */
	int	b_resid;		/* b: bytes not transferred */
	u_int	b_flags;		/* b: B_* */
	int	b_prio;			/* b: BPRIO_* */
	int	b_bufsize;		/* b: bytes allocated */
	int	b_bcount;		/* b: bytes valid */
	dev_t	b_dev;			/* b: device, if any */
	void	*b_data;		/* b: the memory */
	daddr_t	b_blkno;		/* b: DEV_BSIZE block on b_vp */
	daddr_t	b_rawblkno;		/* b: block on the raw device */
	struct proc *b_proc;		/* b: process of B_PHYS */
	void	*b_private;		/* b: for b_iodone's owner */
	off_t	b_dcookie;		/* b: NFS directory cookie */

	kcondvar_t b_busy;		/* c: waiters for BC_BUSY */
	u_int	b_refcnt;		/* c: threads in b_busy */
	volatile uintptr_t b_claim;	/* a: somebody tries to set BC_BUSY */
	LIST_ENTRY(buf) b_vnbufs;	/* c: clean or dirty list of b_vp */
	TAILQ_ENTRY(buf) b_freelist;	/* c: free list */
	TAILQ_ENTRY(buf) b_wapbllist;	/* c: transaction list */
	/* What is looked at to find a block is in one cache line. */
	LIST_ENTRY(buf) b_hash;		/* c: hash chain */
	daddr_t	b_lblkno;		/* c: logical block in b_vp */
	int	b_freelistindex;	/* c: which free list */
	u_int	b_cflags;		/* c: BC_* */
	struct vnode *b_vp;		/* c: vnode the block belongs to */
	struct cpu_info *b_ci;		/* b: CPU the transfer began on */

	kcondvar_t b_done;		/* o: waiters for BO_DONE */
	u_int	b_oflags;		/* o: BO_* */
	kmutex_t *b_objlock;		/* o: v_interlock or buffer_lock */
};

/* b_cflags, changed under bufcache_lock but for BC_BUSY: see above */
#define	BC_AGE		0x00000001	/* first to be reused */
#define	BC_USED		0x00000002	/* ours: since it was put on its list */
#define	BC_BUSY		0x00000010	/* owned by a thread or by I/O */
#define	BC_SCANNED	0x00000020	/* seen by a flush pass */
#define	BC_INVAL	0x00002000	/* holds nothing valid */
#define	BC_NOCACHE	0x00008000	/* drop when released */
#define	BC_WANTED	0x00800000	/* somebody waits for it */
#define	BC_VFLUSH	0x04000000	/* on its way out by vflushbuf */

/* b_oflags, changed under b_objlock */
#define	BO_DELWRI	0x00000080	/* to be written later */
#define	BO_DONE		0x00000200	/* transfer over, contents valid */

/* b_flags, changed by the owner */
#define	B_WRITE		0x00000000
#define	B_ASYNC		0x00000004	/* nobody waits: biodone releases */
#define	B_COWDONE	0x00000400	/* copy on write already done */
#define	B_GATHERED	0x00001000	/* taken up by a cluster */
#define	B_LOCKED	0x00004000	/* must not be written or reused */
#define	B_PHYS		0x00040000	/* caller's memory, physio(9) */
#define	B_RAW		0x00080000	/* raw transfer */
#define	B_READ		0x00100000
#define	B_DEVPRIVATE	0x02000000	/* driver's own */
#define	B_MEDIA_FUA	0x08000000	/* through the medium's cache */
#define	B_MEDIA_DPO	0x10000000	/* not worth caching on the medium */

/*
 * Ours: the same thread starts another transfer at once, so a driver may hold
 * this one back a moment to submit them together.
 */
#define	B_MORE		0x40000000

#define	BUF_FLAGBITS							\
    "\20\1AGE\3ASYNC\5BUSY\6SCANNED\10DELWRI\12DONE\13COWDONE"		\
    "\15GATHERED\16INVAL\17LOCKED\20NOCACHE\23PHYS\24RAW\25READ"	\
    "\30WANTED\32DEVPRIVATE\33VFLUSH\34MEDIAFUA\35MEDIADPO"

#define	BUF_ISREAD(bp)	(((bp)->b_flags & B_READ) == B_READ)
#define	BUF_ISWRITE(bp)	(((bp)->b_flags & B_READ) == B_WRITE)

#define	BPRIO_NPRIO		3
#define	BPRIO_MAX		2
#define	BPRIO_DEFAULT		BPRIO_TIMELIMITED
#define	BPRIO_TIMECRITICAL	2
#define	BPRIO_TIMELIMITED	1
#define	BPRIO_TIMENONCRITICAL	0

#define	BIO_GETPRIO(bp)		((bp)->b_prio)
#define	BIO_SETPRIO(bp, prio)	do {					\
	(bp)->b_prio = (prio);						\
} while (/*CONSTCOND*/0)
#define	BIO_COPYPRIO(bp1, bp2)	BIO_SETPRIO(bp1, BIO_GETPRIO(bp2))

/* Arguments of getblk() and bread() and of block allocators. */
#define	B_CLRBUF	0x01	/* clear what allocation brings */
#define	B_SYNC		0x02	/* allocate synchronously */
#define	B_METAONLY	0x04	/* return indirect blocks */
#define	B_CONTIG	0x08	/* allocate contiguously */
#define	B_MODIFY	0x01	/* bread(): about to change the block */

/* Several buffers transferred as one, for drivers that keep track. */
struct cluster_save {
	long	bs_bcount;
	long	bs_bufsize;
	void	*bs_saveaddr;
	int	bs_nchildren;
	struct buf **bs_children;
};

#define	clrbuf(bp) do {							\
	memset((bp)->b_data, 0, (u_int)(bp)->b_bcount);			\
	(bp)->b_resid = 0;						\
} while (/*CONSTCOND*/0)

#ifdef _KERNEL

extern	u_int nbuf;		/* number of buffer headers */

__BEGIN_DECLS
/*
 * buffercache(9).  All may sleep unless noted; an int result is an errno.
 * bread() and breadn() hand back a busy buffer on success and NULL in *bpp
 * on failure.
 */
int	bread(struct vnode *, daddr_t, int, int, buf_t **);
int	breadn(struct vnode *, daddr_t, int, daddr_t *, int *, int, int,
	    buf_t **);
int	bwrite(buf_t *);
void	bawrite(buf_t *);
void	bdwrite(buf_t *);
buf_t	*getblk(struct vnode *, daddr_t, int, int, int);
buf_t	*geteblk(int);
buf_t	*incore(struct vnode *, daddr_t);
int	allocbuf(buf_t *, int, int);
void	brelse(buf_t *, int);
void	brelsel(buf_t *, int);
int	bbusy(buf_t *, bool, int, kmutex_t *);
void	binvalbuf(struct vnode *, daddr_t);
buf_t	*getnewbuf(int, int, int);
u_long	buf_memcalc(void);
int	buf_drain(int);
void	buf_init(buf_t *);
void	buf_destroy(buf_t *);
int	buf_nbuf(void);
int	buf_syncwait(void);
void	bufinit(void);
void	bufinit2(void);
void	minphys(buf_t *);
int	physio(void (*)(buf_t *), buf_t *, dev_t, int, void (*)(buf_t *),
	    struct uio *);

/* bufferio(9) */
buf_t	*getiobuf(struct vnode *, bool);
void	putiobuf(buf_t *);
void	biodone(buf_t *);
int	biowait(buf_t *);
void	nestiobuf_iodone(buf_t *);
void	nestiobuf_setup(buf_t *, buf_t *, int, size_t);
void	nestiobuf_done(buf_t *, int, int);

/* vnode side; bufcache_lock held for bgetvp, brelvp and reassignbuf */
void	bgetvp(struct vnode *, buf_t *);
void	brelvp(buf_t *);
void	reassignbuf(buf_t *, struct vnode *);
void	vwakeup(buf_t *);
int	vinvalbuf(struct vnode *, int, struct kauth_cred *, struct lwp *,
	    bool, int);
int	vtruncbuf(struct vnode *, daddr_t, bool, int);
int	vflushbuf(struct vnode *, int);

/*
 * Late write errors: remembered with the vnode's address until somebody who
 * promises durability asks.  bio_error_take() returns and clears.
 */
void	bio_error_note(struct vnode *, int);
int	bio_error_take(struct vnode *);
void	bio_error_forget(struct vnode *);
__END_DECLS
#endif /* _KERNEL */

#endif /* !_SYS_BUF_H_ */
