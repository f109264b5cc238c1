/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ext2 driver's own structures and functions: what a mounted volume, a
 * group, an inode and a transaction look like in memory, and what the files
 * of this folder offer each other.  The bytes on disk are in ext2_disk.h.
 *
 * Functions return 0 or a positive errno.  Those that take a struct ext2_tx
 * change metadata and may only be called between ext2_tx_begin() and
 * ext2_tx_end().  Lock order: README.md.
 */

#ifndef _FS_EXT2_H_
#define	_FS_EXT2_H_

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/types.h>
#include <sys/time.h>
#include <sys/errno.h>
#include <sys/endian.h>
#include <sys/kmem.h>
#include <sys/kauth.h>
#include <sys/mutex.h>
#include <sys/rwlock.h>
#include <sys/condvar.h>
#include <sys/cprng.h>
#include <sys/queue.h>
#include <sys/atomic.h>
#include <sys/buf.h>
#include <sys/callout.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/percpu.h>
#include <sys/vnode.h>
#include <sys/stat.h>
#include <sys/dirent.h>
#include <sys/fcntl.h>
#include <sys/intr.h>
#include <lib/libkern/libkern.h>
#include <miscfs/genfs/genfs.h>
#include <miscfs/genfs/genfs_node.h>

#include "ext2_disk.h"

struct ext2_inode;
struct ext2_journal;
struct ext2_log;
struct ext2_mount;
struct ext2_tx;
struct lockf;

/* What a damaged structure answers. */
#define	EXT2_EDAMAGE	EIO
#define	EXT2_ECSUM	EBADMSG
/* The end of a message that a volume is refused for damage. */
#define	EXT2_FSCK	"; run e2fsck on it"

/*
 * Frees that no transaction on disk knows about yet: blocks or inodes whose
 * bit is clear but which must not be used again before the metadata that
 * gave them up was written (see ext2_tx_commit()).
 */
struct ext2_pend {
	SLIST_ENTRY(ext2_pend) ep_entry;
	uint32_t	ep_group;
	bool		ep_inodes;	/* inodes, not blocks */
	uint32_t	ep_count;	/* bits set */
	uint32_t	ep_nwords;
	uint64_t	ep_bits[];
};
SLIST_HEAD(ext2_pendlist, ext2_pend);

enum { EXT2_BLOCKS, EXT2_INODES, EXT2_NKINDS };
#define	EXT2_PEND_NEW	0		/* freed since the last commit began */
#define	EXT2_PEND_OLD	1		/* freed before; commit under way */

/*
 * A block group.
 *	c	constant after mount
 *	b	owner of the group's bitmap buffer of that kind (blocks, or
 *		inodes and directories); read without by atomic operations, as
 *		a hint or with the gate closed
 *	a	atomic
 *	p	b to set the new one, ext2_pendlock() to clear the old one and
 *		to look into it; both change with the gate closed, too
 */
struct ext2_group {
	uint64_t	eg_bitmap[EXT2_NKINDS];	/* c: the bitmaps' blocks */
	uint64_t	eg_itable;		/* c: first inode table block */
	uint32_t	eg_free[EXT2_NKINDS];	/* b: blocks, inodes free */
	uint32_t	eg_ndirs;		/* b */
	uint32_t	eg_itunused;		/* c */
	uint16_t	eg_dflags;		/* c: E2_BG_* */
	uint8_t		eg_dirty;		/* a: descriptor to write */
	uint8_t		eg_bad;			/* a: no use of this group */
	uint8_t		eg_checked[EXT2_NKINDS];	/* b */
	uint32_t	eg_hint[EXT2_NKINDS];	/* b: no free bit below */
	uint32_t	eg_scan[EXT2_NKINDS];	/* b: none usable, likely */
	struct ext2_pend *eg_pend[EXT2_NKINDS][2];	/* p */
} __aligned(CACHE_LINE_SIZE);

/* A run of blocks that holds metadata at fixed places. */
struct ext2_zone {
	uint64_t	ez_start;
	uint64_t	ez_count;
};

/*
 * A CPU's part of a mounted volume; see ext2_gate.c.
 *	o	written by the lwp on that CPU, read by all
 *	d	ec_lock
 *	c	constant
 */
#define	EXT2_NKNOWN	16
#define	EXT2_PENDLOT	64		/* bits that em_npend learns at once */
TAILQ_HEAD(ext2_inodelist, ext2_inode);
struct ext2_cpu {
	SLIST_ENTRY(ext2_cpu) ec_entry;		/* c */
	u_int		ec_begun, ec_ended;	/* o: transactions */
	u_long		ec_npend;		/* o: em_npend lacks these */
	kmutex_t	ec_lock;
	struct ext2_inodelist ec_dirty;		/* d: inodes to write */
	uint64_t	ec_known[EXT2_NKNOWN];	/* d: see ext2_dirty_count() */
} __aligned(CACHE_LINE_SIZE);

#define	EXT2_NPENDLOCKS	16

/*
 * A mounted volume.
 *	c	constant after mount (or changed by a mount update only)
 *	l	em_lock
 *	m	em_commitlock
 *	t	em_gatelock
 *	a	atomic
 *	w	gate closed to change, a transaction or closed gate to read
 */
struct ext2_mount {
	struct mount	*em_mp;			/* c */
	struct vnode	*em_devvp;		/* c: referenced */
	dev_t		em_dev;			/* c */
	char		em_name[64];		/* c: for messages */
	u_int		em_flags;		/* a: EMF_* */

	/* geometry, all checked, all (c) */
	uint32_t	em_bsize, em_bshift, em_bmask;
	uint32_t	em_fsbtodb;
	uint32_t	em_clustersize;		/* em_bsize but for bigalloc */
	uint64_t	em_nblocks;
	uint64_t	em_rblocks;		/* reserved */
	uint64_t	em_overhead;
	uint32_t	em_firstblock;
	uint32_t	em_bpg, em_ipg;		/* per group */
	uint32_t	em_ngroups;
	uint32_t	em_ninodes, em_firstino;
	uint32_t	em_inodesize, em_itblocks;
	uint32_t	em_descsize, em_descblocks;
	uint32_t	em_compat, em_incompat, em_rocompat;
	uint32_t	em_csumseed;
	uint32_t	em_hashseed[4];
	uint8_t		em_hashver;		/* of new directories */
	uint8_t		em_hashsign;		/* 0 or E2_HASH_UNSIGNED */
	uint16_t	em_extraisize;		/* for new inodes */
	uid_t		em_resuid;
	gid_t		em_resgid;
	struct ext2_zone *em_zones;		/* c: sorted */
	size_t		em_nzones, em_zonesize;

	kmutex_t	em_lock;
	struct e2_sb	*em_sb;			/* l: as on disk */
	bool		em_sbdirty;		/* l */
	bool		em_sbtotals;		/* l: written some time */
	u_int		em_gddirty;		/* a */
	struct ext2_group *em_groups;		/* see there */
	uint64_t	em_bfree;		/* l: blocks free */
	u_long		em_pendbytes;		/* l: memory of pending sets */
	uint32_t	em_nextdirgroup;	/* l: where to look first */
	uint32_t	em_complaints;		/* a */
	struct ext2_inode *em_writing;		/* l: taken off by commit */
	kcondvar_t	em_cv;			/* l: em_writing changed */

	/* The gate, and what the CPUs have; see ext2_gate.c. */
	percpu_t	*em_cpus;		/* c: struct ext2_cpu * */
	SLIST_HEAD(, ext2_cpu) em_cpulist;	/* c */
	struct lwp	*em_gateowner;		/* t, a: who closed it */
	kmutex_t	em_gatelock;
	kcondvar_t	em_gatecv;		/* t: opened, or one less inside */
	kmutex_t	em_commitlock;
	daddr_t		*em_newblocks;		/* l: to write first */
	u_int		em_nnewblocks, em_maxnewblocks;	/* l */
	bool		em_unlisted;	/* l: new blocks are not all there */
	bool		em_doubtful;	/* m: one may be lost */
	struct ext2_pendlist em_pendlist[2];	/* l */
	struct {
		kmutex_t pl_lock;
	} __aligned(CACHE_LINE_SIZE) em_pendlocks[EXT2_NPENDLOCKS];
	/* Written by many, so not beside what all read: the pointers below. */
	u_long		em_npend;		/* a: see ext2_npend() */
	u_int		em_npinned;		/* a: buffers for the log */
	u_int		em_nidirty;		/* a: blocks of dirty inodes */

	/* Does a transaction wait for memory?  See ext2_log_watch(). */
	callout_t	em_watchco;
	u_int		em_watching;		/* a: it is scheduled */
	u_int		em_watchseq;		/* its own: transactions ended */

	struct ext2_journal *em_journal __aligned(CACHE_LINE_SIZE);
						/* c: read first, or NULL */
	struct ext2_log	*em_log;		/* w: or NULL, see ext2_log.c */
	u_int		em_atomic;		/* a: not only growing files */
	bool		em_logging;	/* bufcache_lock: the log is written */
};

#define	VFSTOEXT2(mp)	((struct ext2_mount *)(mp)->mnt_data)

/* em_flags */
#define	EMF_WRITE	0x0001		/* mounted for writing */
#define	EMF_FAILED	0x0002		/* error policy stopped writing */
#define	EMF_WASCLEAN	0x0004		/* clean when mounted */
#define	EMF_STOPPED	0x0010		/* what is on disk stays: ext2_stop() */
#define	EMF_ALIASED	0x0008		/* read-only: directories are no tree */

#define	EXT2_NNEWBLOCKS	256		/* listed at first */
#define	EXT2_MAXNEWBLOCKS 65536		/* and at most */

#define	ext2_haslock(em)	mutex_owned(&(em)->em_lock)
#define	EXT2_HAS_C(em, f)	(((em)->em_compat & E2_C_##f) != 0)
#define	EXT2_HAS_I(em, f)	(((em)->em_incompat & E2_I_##f) != 0)
#define	EXT2_HAS_R(em, f)	(((em)->em_rocompat & E2_R_##f) != 0)
#define	EXT2_FSBTODB(em, b)	((daddr_t)(b) << (em)->em_fsbtodb)

/*
 * A transaction: everything between begin and end reaches the disk in the
 * same commit or not at all, as far as the format without a journal can
 * promise that.
 */
struct ext2_tx {
	struct ext2_mount *tx_em;
	bool		tx_changed;
	bool		tx_grow;	/* a file grows, and nothing else */
	bool		tx_space;	/* blocks or inodes taken or freed */
	u_int		tx_npinned;	/* blocks it brought to the commit */
	bool		tx_sync;	/* commit before end returns */
};

/*
 * Blocks that a transaction changes at most, besides the bitmaps of the
 * groups that a truncation frees blocks in, and leaving out growing files.
 */
#define	EXT2_TX_MAX	32

/* Block mapping of one inode: ext2_map_indirect.c or ext2_map_extent.c. */
struct ext2_mapops {
	const char *mo_name;
	/*
	 * Where is block lbn?  *pbn is 0 for a hole; *run says how many
	 * blocks from lbn on are contiguous (or holes), 1 <= *run <= max.
	 * Called with ei_maplock held.
	 */
	int	(*mo_lookup)(struct ext2_inode *, uint64_t lbn, uint32_t max,
		    uint64_t *pbn, uint32_t *run);
	/*
	 * As lookup, but fill a hole: at most max blocks, at least one.
	 * *isnew tells whether they were.  ei_maplock held for writing.
	 */
	int	(*mo_alloc)(struct ext2_tx *, struct ext2_inode *,
		    uint64_t lbn, uint32_t max, uint64_t *pbn, uint32_t *run,
		    bool *isnew);
	/* Free blocks first .. end - 1.  ei_maplock held for writing. */
	int	(*mo_free)(struct ext2_tx *, struct ext2_inode *,
		    uint64_t first, uint64_t end);
	/* Blocks a file can have. */
	uint64_t (*mo_maxblocks)(const struct ext2_mount *);
	/* Is the root in the inode sound? */
	int	(*mo_check)(struct ext2_inode *);
};

/*
 * What looking up a name found: its record, which is verified before it is
 * used, or, in the block where it would be, room for it.
 */
struct ext2_slot {
	uint64_t	es_lbn;
	uint32_t	es_off;		/* of the record */
	uint32_t	es_ino;		/* its inode, 0: no record */
	uint32_t	es_prev;	/* the record before it */
	uint32_t	es_room;	/* offset of the room */
	uint32_t	es_namlen;	/* for a name of this length */
	uint32_t	es_hash;	/* in the index */
	int		es_hashver;
	bool		es_leaf;	/* es_lbn is a leaf for es_hash */
};
#define	EXT2_NOROOM	UINT32_MAX

/*
 * What is remembered of a directory.  Locks as below; a: atomic.
 */
struct ext2_dirstate {
	struct ext2_slot ed_slot;		/* v: last name looked up */
	struct ext2_dirmap *ed_map;		/* v, a to get the first */
	uint32_t	ed_hint;		/* a: block of last hit */
	uint32_t	ed_freehint;		/* v: no room below */
};

/*
 * An inode in memory.
 *	c	constant while the vnode lives
 *	v	vnode lock; changed with it held exclusively
 *	x	as v, and changed inside a transaction only (commit reads it)
 *	p	ei_maplock
 *	i	ei_lock
 *	d	ei_dirtycpu's ec_lock, and i or a closed gate to insert it
 *	g	by genfs
 */
struct ext2_inode {
	struct genfs_node ei_gnode;		/* g: first, see VTOG() */
	struct vnode	*ei_vnode;		/* c */
	const struct ext2_mapops *ei_map;	/* c */
	struct lockf	*ei_lockf;		/* by lf_advlock() */
	uint64_t	ei_xablock;		/* x: attributes' block or 0 */
	uint32_t	ei_dtime;		/* x */
	uint16_t	ei_extraisize;		/* c */

	/* Who may do what needs this cache line, stat(2) three from here. */
	struct ext2_mount *ei_em;		/* c */
	ino_t		ei_ino;			/* c */
	dev_t		ei_rdev;		/* c */
	uint32_t	ei_gen;			/* c */
	uint16_t	ei_mode;		/* x: type and permissions */
	uint16_t	ei_nlink;		/* x */
	uid_t		ei_uid;			/* x */
	gid_t		ei_gid;			/* x */
	uint32_t	ei_flags;		/* x: E2_FL_* */
	uint32_t	ei_modrev;		/* i */
	kmutex_t	ei_lock;

	uint64_t	ei_size;		/* v, written under i too */
	struct timespec	ei_atime, ei_mtime, ei_ctime;	/* i */
	ino_t		ei_parent;		/* i: verified to be, or 0 */

	struct timespec	ei_btime;		/* i */
	krwlock_t	ei_maplock;
	uint64_t	ei_blocks;		/* p: units of 512 bytes */
	char		*ei_inline;		/* c: contents, or NULL */
	size_t		ei_inlinelen;		/* c */

	uint64_t	ei_prestart;		/* p: preallocated window */
	uint32_t	ei_block[E2_NADDR];	/* p: as on disk */
	uint32_t	ei_precount;		/* p */
	uint64_t	ei_goallbn, ei_goalpbn;	/* p: last allocation */
	bool		ei_damaged;		/* p: no more frees */
	bool		ei_ondirty;		/* d, a: on a list */

	struct ext2_dirstate *ei_dir;		/* c: NULL unless a directory */

	struct ext2_cpu	*ei_dirtycpu;		/* d: whose list was the last */
	TAILQ_ENTRY(ext2_inode) ei_dirtyq;	/* d */
};

#define	VTOE(vp)	((struct ext2_inode *)(vp)->v_data)

/*
 * The journal borrowed for a mount.  All by em_commitlock but what is said
 * to be constant.
 */
struct ext2_log {
	struct ext2_mount *lg_em;		/* c */
	struct ext2_inode lg_ino;		/* c: inode 8; has no vnode */
	uint32_t	lg_nblocks;		/* c: length */
	uint32_t	lg_max;			/* a: blocks of a commit */
	uint32_t	lg_seq;			/* last transaction */
	bool		lg_second;		/* half that is next */
	bool		lg_flagged;		/* the superblock says so */
	bool		lg_live;		/* it might be replayed */
};

/* Which times to set to now. */
#define	EIU_ACCESS	0x01
#define	EIU_MODIFY	0x02
#define	EIU_CHANGE	0x04

extern const struct vnodeopv_desc ext2fs_vnodeop_opv_desc;
extern const struct vnodeopv_desc ext2fs_specop_opv_desc;
extern const struct vnodeopv_desc ext2fs_fifoop_opv_desc;
extern int (**ext2fs_vnodeop_p)(void *);
extern int (**ext2fs_specop_p)(void *);
extern int (**ext2fs_fifoop_p)(void *);
extern const struct ext2_mapops ext2_map_indirect, ext2_map_extent,
    ext2_map_inline;
int	ext2_map_noalloc(struct ext2_tx *, struct ext2_inode *, uint64_t,
	    uint32_t, uint64_t *, uint32_t *, bool *);
int	ext2_map_nofree(struct ext2_tx *, struct ext2_inode *, uint64_t,
	    uint64_t);
extern const struct genfs_ops ext2_genfsops;

/* ext2_subr.c: messages and the error policy */
void	ext2_warn(struct ext2_mount *, const char *, ...) __printflike(2, 3);
void	ext2_lost(struct ext2_mount *, const char *, int);
int	ext2_damaged(struct ext2_mount *, const char *, ...)
	    __printflike(2, 3);
int	ext2_badcsum(struct ext2_mount *, const char *, ...)
	    __printflike(2, 3);
bool	ext2_writable(const struct ext2_mount *);
int	ext2_bread(struct ext2_mount *, uint64_t, struct buf **);
struct buf *ext2_getnew(struct ext2_mount *, uint64_t);
void	ext2_forget(struct ext2_mount *, uint64_t);
uint8_t	ext2_modetoft(uint16_t);

/* ext2_super.c */
int	ext2_super_read(struct ext2_mount *, struct vnode *);
int	ext2_super_check(struct ext2_mount *, uint64_t);
int	ext2_super_writable(struct ext2_mount *);
int	ext2_super_readable(struct ext2_mount *);
void	ext2_super_encode(struct ext2_mount *);
bool	ext2_super_ingroup(const struct ext2_mount *, uint32_t);

/* ext2_group.c */
int	ext2_groups_load(struct ext2_mount *);
void	ext2_groups_free(struct ext2_mount *);
int	ext2_groups_write(struct ext2_mount *);
uint32_t ext2_freeinodes(const struct ext2_mount *);
uint32_t ext2_ndirs(const struct ext2_mount *);
bool	ext2_iszone(const struct ext2_mount *, uint64_t, uint64_t);
int	ext2_blockcheck(struct ext2_mount *, uint64_t, uint64_t, ino_t,
	    const char *);

/* The first block of group g, and how many blocks it has. */
static inline uint64_t
ext2_groupstart(const struct ext2_mount *em, uint32_t g)
{

	return em->em_firstblock + (uint64_t)g * em->em_bpg;
}

static inline uint32_t
ext2_groupblocks(const struct ext2_mount *em, uint32_t g)
{

	return MIN(em->em_bpg, em->em_nblocks - ext2_groupstart(em, g));
}

/* A group's counts changed, its bitmap's buffer being owned. */
static inline void
ext2_group_mark(struct ext2_mount *em, struct ext2_group *eg)
{

	atomic_store_relaxed(&eg->eg_dirty, 1);
	if (atomic_load_relaxed(&em->em_gddirty) == 0)
		atomic_store_relaxed(&em->em_gddirty, 1);
}

/* ext2_csum.c */
void	ext2_csum_init(void);
uint32_t ext2_crc32c(uint32_t, const void *, size_t);
uint32_t ext2_csum_super(const struct e2_sb *);
uint16_t ext2_csum_group(const struct ext2_mount *, uint32_t,
	    const struct e2_gd *);
uint32_t ext2_csum_iseed(const struct ext2_mount *, ino_t, uint32_t);
int	ext2_csum_inode(struct ext2_mount *, ino_t, const struct e2_inode *);
int	ext2_csum_dirblock(struct ext2_inode *, uint64_t, const void *);
int	ext2_csum_extent(struct ext2_inode *, uint64_t,
	    const struct e2_exthdr *);
int	ext2_csum_xattr(struct ext2_mount *, uint64_t,
	    const struct e2_xahdr *);

/* ext2_tx.c */
int	ext2_tx_begin(struct ext2_tx *, struct ext2_mount *);
void	ext2_tx_dirty(struct ext2_tx *, struct buf *);
void	ext2_tx_dirty_new(struct ext2_tx *, struct buf *);
int	ext2_tx_end(struct ext2_tx *);
int	ext2_tx_commit(struct ext2_mount *, bool);
bool	ext2_tx_retry(struct ext2_mount *, int, u_int *);
int	ext2_tx_detach(struct ext2_mount *);
int	ext2_super_sync(struct ext2_mount *);
int	ext2_commit_cache(struct ext2_mount *);
void	ext2_newblocks_free(daddr_t *, u_int);

/* ext2_gate.c */
void	ext2_gate_init(struct ext2_mount *);
void	ext2_gate_destroy(struct ext2_mount *);
void	ext2_gate_enter(struct ext2_mount *);
void	ext2_gate_leave(struct ext2_mount *);
void	ext2_gate_close(struct ext2_mount *);
void	ext2_gate_open(struct ext2_mount *);
bool	ext2_gate_isclosed(const struct ext2_mount *);
bool	ext2_gate_isused(const struct ext2_mount *);
u_int	ext2_gate_count(const struct ext2_mount *);
void	ext2_idirty(struct ext2_inode *);
void	ext2_iclean(struct ext2_inode *);
void	ext2_iclean_tx(struct ext2_tx *, struct ext2_inode *);
int	ext2_commit_inodes(struct ext2_mount *);
void	ext2_dirty_uncount(struct ext2_mount *);
void	ext2_npend_add(struct ext2_mount *, u_long);
void	ext2_npend_settle(struct ext2_mount *);
u_long	ext2_npend(const struct ext2_mount *);

/* ext2_journal.c */
int	ext2_journal_load(struct ext2_mount *, ino_t, bool,
	    struct ext2_journal **);
void	ext2_journal_free(struct ext2_journal *);
bool	ext2_journal_isborrowed(const struct ext2_journal *);
uint64_t ext2_journal_where(const struct ext2_journal *, uint64_t, bool *);
void	ext2_journal_unescape(void *);
int	ext2_journal_replay(struct ext2_journal *);

/* ext2_log.c */
extern const uint8_t ext2_log_uuid[16];
struct ext2_log *ext2_log_borrow(struct ext2_mount *);
void	ext2_log_start(struct ext2_mount *, struct ext2_log *);
int	ext2_log_return(struct ext2_mount *);
void	ext2_log_abandon(struct ext2_mount *);
uint64_t ext2_log_blocks(const struct ext2_mount *);
void	ext2_log_watch(void *);
bool	ext2_log_pin(struct ext2_mount *, struct buf *);
bool	ext2_log_crowded(const struct ext2_mount *);
int	ext2_log_commit(struct ext2_mount *, bool, bool, bool *);
void	ext2_log_mark(const struct ext2_mount *, struct e2_sb *);
int	ext2_log_retire(struct ext2_mount *);
void	ext2_log_keep(struct ext2_mount *);
bool	ext2_stopped(const struct ext2_mount *);
void	ext2_stop(struct ext2_mount *, const char *);
bool	ext2_log_holds(const struct ext2_mount *);
void	ext2_log_unpin(struct ext2_mount *, const daddr_t *, u_int);
void	ext2_log_unpin_all(struct ext2_mount *);
void	ext2_log_busy(struct ext2_mount *, bool);
int	ext2_log_recover(struct ext2_mount *);

/* ext2_bitmap.c */
bool	ext2_bitmap_find(const void *, uint32_t, uint32_t, uint32_t, uint32_t,
	    uint32_t *, uint32_t *);
uint32_t ext2_bitmap_run(const void *, uint32_t, uint32_t, uint32_t);
void	ext2_bitmap_set(void *, uint32_t, uint32_t);
void	ext2_bitmap_clear(void *, uint32_t, uint32_t);
bool	ext2_bitmap_allset(const void *, uint32_t, uint32_t);
bool	ext2_group_has(struct ext2_mount *, uint32_t, int, uint32_t);
int	ext2_bitmap_read(struct ext2_mount *, uint32_t, int, struct buf **);
void	ext2_pend_add(struct ext2_tx *, uint32_t, int, uint32_t, uint32_t);
bool	ext2_pend_any(const struct ext2_group *, int);
bool	ext2_pend_clip(struct ext2_mount *, uint32_t, int, uint32_t *,
	    uint32_t *);
uint32_t ext2_pend_start(struct ext2_mount *, uint32_t, int, uint32_t);
void	ext2_pend_rotate(struct ext2_mount *);
void	ext2_pend_drop(struct ext2_mount *);

/* ext2_alloc.c */
int	ext2_balloc(struct ext2_tx *, struct ext2_inode *, uint64_t, uint32_t,
	    uint64_t *, uint32_t *);
int	ext2_bfree(struct ext2_tx *, struct ext2_mount *, uint64_t, uint64_t,
	    ino_t);
uint64_t ext2_goal(const struct ext2_inode *, uint64_t);
int	ext2_prealloc_drop(struct ext2_tx *, struct ext2_inode *);

/* ext2_ialloc.c */
int	ext2_ialloc(struct ext2_tx *, const struct ext2_inode *, uint16_t,
	    ino_t *);
int	ext2_ifree(struct ext2_tx *, struct ext2_mount *, ino_t, bool);
int	ext2_iinuse(struct ext2_mount *, ino_t);

/* ext2_scan.c */
int	ext2_scan_used(struct ext2_mount *);

/* ext2_inode.c */
int	ext2_iread(struct ext2_mount *, ino_t, struct buf **,
	    struct e2_inode **);
int	ext2_iload(struct ext2_inode *);
int	ext2_iget_private(struct ext2_mount *, ino_t, struct ext2_inode **);
void	ext2_iput_private(struct ext2_inode *);
int	ext2_iwrite(struct ext2_inode *);
void	ext2_ialloc_init(struct ext2_inode *, const struct ext2_inode *,
	    const struct vattr *, kauth_cred_t, uint16_t);
void	ext2_imark(struct ext2_inode *, u_int);
void	ext2_imark_access(struct ext2_inode *);
void	ext2_isetsize(struct ext2_inode *, uint64_t);
uint64_t ext2_maxsize(const struct ext2_inode *);
bool	ext2_hasdata(const struct ext2_inode *);

/* ext2_mount.c */
#define	EXT2_MOUNTARGS_SIZE	8
int	ext2fs_mount(struct mount *, const char *, void *, size_t *);
void	ext2_mount_destroy(struct ext2_mount *);
int	ext2_set_writing(struct ext2_mount *, bool);
int	ext2_open_flags(const struct mount *);
void	ext2_close_device(struct vnode *, int);

/* ext2_vnode.c */
void	ext2_vnode_init(void);
void	ext2_vnode_done(void);
int	ext2fs_loadvnode(struct mount *, struct vnode *, const void *, size_t,
	    const void **);
int	ext2fs_newvnode(struct mount *, struct vnode *, struct vnode *,
	    struct vattr *, kauth_cred_t, void *, size_t *, const void **);
int	ext2fs_inactive(void *);
int	ext2fs_reclaim(void *);

/* ext2_map.c */
int	ext2_bmap(struct ext2_inode *, uint64_t, uint32_t, uint64_t *,
	    uint32_t *);
int	ext2_bmap_alloc(struct ext2_tx *, struct ext2_inode *, uint64_t,
	    uint32_t, uint64_t *, uint32_t *, bool *);
void	ext2_iblocks_add(struct ext2_inode *, int64_t);

/* ext2_crypt.c */
#define	EXT2_CRYPT_NAMELEN	32
size_t	ext2_crypt_name(uint64_t, char *);
int	ext2_crypt_lookup(struct ext2_inode *, const char *, size_t,
	    struct ext2_slot *);

/* The flag alone had another meaning once. */
static inline bool
ext2_isencrypted(const struct ext2_inode *ip)
{

	return (ip->ei_flags & E2_FL_ENCRYPT) != 0 &&
	    EXT2_HAS_I(ip->ei_em, ENCRYPT);
}

/* ext2_mmp.c */
int	ext2_mmp_check(struct ext2_mount *);

/* ext2_inline.c */
int	ext2_inline_load(struct ext2_inode *);
void	ext2_inline_free(struct ext2_inode *);
int	ext2_inline_dirblk(struct ext2_inode *, struct buf **);
void	ext2_inline_strategy(struct ext2_inode *, struct buf *);

/* ext2_trunc.c */
int	ext2_truncate(struct vnode *, uint64_t, kauth_cred_t);
int	ext2_punch(struct vnode *, uint64_t, uint64_t);
int	ext2_trunc_blocks(struct ext2_inode *, uint64_t);
int	ext2_zero_tail(struct vnode *, uint64_t, uint64_t);

/* ext2_pages.c */
int	ext2_balloc_range(struct ext2_inode *, uint64_t, uint64_t, bool,
	    uint64_t *);
int	ext2_balloc_grain(struct vnode *, uint64_t, uint64_t);

/* ext2_dirblk.c: one directory block in memory */
int	ext2_dirblk_bad(struct ext2_inode *, uint64_t, const void *,
	    uint32_t);
int	ext2_dirblk_find(struct ext2_inode *, uint64_t, const void *,
	    const char *, size_t, uint32_t *, uint32_t *, uint32_t *);
int	ext2_dirblk_insert(struct ext2_inode *, uint64_t, void *, const char *,
	    size_t, ino_t, uint8_t, uint32_t);
int	ext2_dirblk_remove(struct ext2_inode *, uint64_t, void *, uint32_t,
	    uint32_t);
void	ext2_dirblk_empty(const struct ext2_mount *, void *);
void	ext2_dirblk_dots(const struct ext2_mount *, void *, ino_t, ino_t);
void	ext2_setreclen(const struct ext2_mount *, struct e2_dirent *,
	    uint32_t);
uint8_t	ext2_dirft(const struct ext2_mount *, uint8_t);

/*
 * Record length; in 64 KiB blocks the whole block does not fit 16 bits and
 * is written as 65535 or 0.
 */
static inline uint32_t
ext2_reclen(const struct ext2_mount *em, const struct e2_dirent *de)
{
	const uint32_t len = le16toh(de->d_reclen);

	if (__predict_true(em->em_bsize < 65536))
		return len;
	return len == 65535 || len == 0 ? 65536 : len;
}

/* What of a record is in use. */
static inline uint32_t
ext2_dirent_used(const struct e2_dirent *de)
{

	return de->d_ino == 0 ? 0 : E2_DIRENT_SIZE(de->d_namlen);
}

/* Is it "." or ".."? */
static inline bool
ext2_dirent_isdot(const struct e2_dirent *de)
{

	return de->d_namlen <= 2 && de->d_name[0] == '.' &&
	    de->d_name[de->d_namlen - 1] == '.';
}

/*
 * Check the record at offset off of a block and hand out it and its length.
 */
static inline int
ext2_dirblk_check(struct ext2_inode *dip, uint64_t lbn, const void *blk,
    uint32_t off, const struct e2_dirent **dep, uint32_t *reclenp)
{
	const struct ext2_mount *em = dip->ei_em;
	const struct e2_dirent *de;
	const uint32_t left = em->em_bsize - off;
	uint32_t len;

	KASSERT((off & 3) == 0 && left >= E2_DIRHDR);
	de = (const void *)((const char *)blk + off);
	len = ext2_reclen(em, de);
	*dep = de;
	*reclenp = len;
	if (__predict_false(len < E2_DIRENT_SIZE(1) || (len & 3) != 0 ||
	    (len != left && len + E2_DIRENT_SIZE(1) > left) ||
	    le32toh(de->d_ino) > em->em_ninodes ||
	    (de->d_ino != 0 && (de->d_namlen == 0 ||
	    E2_DIRENT_SIZE(de->d_namlen) > len))))
		return ext2_dirblk_bad(dip, lbn, blk, off);
	return 0;
}

/* ext2_dirmap.c: where its blocks are */
int	ext2_dirmap_find(struct ext2_inode *, uint64_t, uint64_t *);
void	ext2_dirmap_forget(struct ext2_inode *, uint64_t);
void	ext2_dirmap_free(struct ext2_inode *);

/* ext2_dir.c: a whole directory */
int	ext2_dir_bread(struct ext2_inode *, uint64_t, struct buf **);
int	ext2_dir_find_in(struct ext2_inode *, uint64_t, const char *, size_t,
	    struct ext2_slot *);
uint32_t ext2_dir_room(const struct ext2_inode *, uint64_t, size_t);
int	ext2_dir_lookup(struct ext2_inode *, const char *, size_t,
	    struct ext2_slot *);
int	ext2_dir_enter(struct ext2_tx *, struct ext2_inode *, const char *,
	    size_t, ino_t, uint16_t);
int	ext2_dir_remove(struct ext2_tx *, struct ext2_inode *, const char *,
	    size_t, ino_t);
int	ext2_dir_rewrite(struct ext2_tx *, struct ext2_inode *, const char *,
	    size_t, ino_t, ino_t, uint16_t);
int	ext2_dir_isempty(struct ext2_inode *, bool *);
int	ext2_dir_init(struct ext2_tx *, struct ext2_inode *, ino_t);
int	ext2_dir_parent(struct ext2_inode *, ino_t *);
int	ext2_dir_setparent(struct ext2_tx *, struct ext2_inode *, ino_t);
int	ext2_dir_grow(struct ext2_tx *, struct ext2_inode *, uint64_t *);
void	ext2_dir_shrink(struct ext2_tx *, struct ext2_inode *);
int	ext2_trunc_dirblock(struct ext2_tx *, struct ext2_inode *, uint64_t);

/* One in the inode is seen as a block. */
static inline uint64_t
ext2_dir_size(const struct ext2_inode *dip)
{

	return dip->ei_inline != NULL ? dip->ei_em->em_bsize : dip->ei_size;
}

static inline uint64_t
ext2_dir_nblocks(const struct ext2_inode *dip)
{

	return ext2_dir_size(dip) >> dip->ei_em->em_bshift;
}

/* Is there an index to look at? */
static inline bool
ext2_dir_isindexed(const struct ext2_inode *dip)
{

	return (dip->ei_flags & E2_FL_INDEX) != 0 && dip->ei_inline == NULL;
}

/* ext2_readdir.c */
int	ext2fs_readdir(void *);

/* ext2_hash.c */
int	ext2_dirhash(const struct ext2_mount *, int, const char *, size_t,
	    uint32_t *);

/* ext2_htree.c */
#define	EXT2_HT_MAXDEPTH	3
struct ext2_htframe {			/* an index block on the way */
	uint64_t	hf_lbn;
	uint32_t	hf_count, hf_limit;
	uint32_t	hf_at;		/* entry that was followed */
};
struct ext2_htpath {
	struct ext2_htframe hp_frame[EXT2_HT_MAXDEPTH];
	u_int		hp_depth;	/* frames in use */
	int		hp_hashver;
	uint32_t	hp_hash;
	uint64_t	hp_leaf;
};
int	ext2_ht_node(struct ext2_inode *, uint64_t, struct buf **,
	    struct e2_dxent **, struct ext2_htframe *);
uint32_t ext2_ht_limit(const struct ext2_mount *, uint32_t);
int	ext2_ht_probe(struct ext2_inode *, const char *, size_t,
	    struct ext2_htpath *);
int	ext2_ht_lookup(struct ext2_inode *, const char *, size_t,
	    struct ext2_slot *);

/* ext2_htree_insert.c */
int	ext2_ht_enter(struct ext2_tx *, struct ext2_inode *, const char *,
	    size_t, ino_t, uint16_t);
int	ext2_ht_create(struct ext2_tx *, struct ext2_inode *);

/* ext2_lookup.c, ext2_rename.c, ext2_rdwr.c, ext2_vnops_*.c, ext2_xattr.c */
int	ext2_lookup_child(struct vnode *, ino_t, bool, struct vnode **, bool *);
void	ext2_setparent(struct ext2_inode *, ino_t);
int	ext2_ancestor(struct vnode *, ino_t, struct vnode **);
int	ext2_unlink_check(struct ext2_inode *);
int	ext2fs_lookup(void *);
int	ext2fs_rename(void *);
int	ext2fs_create(void *);
int	ext2fs_mknod(void *);
int	ext2fs_mkdir(void *);
int	ext2fs_symlink(void *);
int	ext2fs_link(void *);
int	ext2fs_remove(void *);
int	ext2fs_rmdir(void *);
int	ext2fs_access(void *);
int	ext2fs_getattr(void *);
int	ext2fs_setattr(void *);
int	ext2fs_pathconf(void *);
int	ext2fs_ioctl(void *);
int	ext2fs_read(void *);
int	ext2fs_write(void *);
int	ext2fs_readlink(void *);
int	ext2fs_fsync(void *);
int	ext2fs_bmap(void *);
int	ext2fs_strategy(void *);
int	ext2fs_fdiscard(void *);
int	ext2fs_getextattr(void *);
int	ext2fs_listextattr(void *);
int	ext2fs_setextattr(void *);
int	ext2fs_deleteextattr(void *);
int	ext2_xattr_release(struct ext2_tx *, struct ext2_inode *);
int	ext2_xa_inline(struct ext2_inode *, char **, size_t *);
int	ext2_xa_bread(struct ext2_inode *, struct buf **);
int	ext2_xa_checkblock(struct ext2_inode *, const void *);
int	ext2_xa_inside(struct ext2_inode *, int, const char *, bool *);
int	ext2_subdir_possible(const struct ext2_inode *);
int	ext2_link_subdir(struct ext2_inode *);
void	ext2_unlink_subdir(struct ext2_inode *);

#endif /* !_FS_EXT2_H_ */
