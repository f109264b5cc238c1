/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The private half of a vnode: state, cache key, lists, lock and what the
 * name cache remembers.  Only kern/vfs includes this; file systems must not.
 */
#ifndef _SYS_VNODE_IMPL_H_
#define _SYS_VNODE_IMPL_H_

#include <sys/atomic.h>
#include <sys/vnode.h>
#include <sys/container_of.h>

/*
 * States and moves:
 *	MARKER		placeholder of an iterator; never changes
 *	LOADING  -> LOADED	vcache_get/vcache_new got it from the fs
 *	LOADING  -> RECLAIMED	the file system had no such file
 *	LOADED  <-> BLOCKED	held still, to decide or while being rekeyed
 *	BLOCKED  -> RECLAIMING	last reference gone or vgone
 *	RECLAIMING -> RECLAIMED	dead; its memory goes with the last reference
 */
enum vnode_state {
	VS_ACTIVE,	/* assertions only: LOADED or BLOCKED */
	VS_MARKER,
	VS_LOADING,
	VS_LOADED,
	VS_BLOCKED,
	VS_RECLAIMING,
	VS_RECLAIMED
};

/* Upper bits of v_usecount; the rest counts references. */
#define	VUSECOUNT_GATE	0x80000000u	/* LOADED: may be got from a count */
#define	VUSECOUNT_INACT	0x40000000u	/* VOP_INACTIVE is due at count 0 */
#define	VUSECOUNT_MASK	0x3fffffffu

struct vcache_key {
	struct mount	*vk_mount;
	const void	*vk_key;
	size_t		vk_key_len;
};

struct namecache;

/*
 * Locks:
 *	:	stable
 *	i	v_interlock
 *	c	the vcache lock of the key's hash chain
 *	m	the lock of vi_lane in v_mount
 *	l	the lru lock of vi_lane
 *	s	the syncer's lock
 *	n	the name cache shard of this directory
 *	p	the name cache parent lock of this vnode
 *	a	atomic
 */
struct vnode_impl {
	struct vnode	vi_vnode;

	enum vnode_state vi_state;	/* i,c */
	uint8_t		vi_lane;	/* : of the lists below */
	uint8_t		vi_lruwhich;	/* l  which list, 0 none */
	volatile uint8_t vi_lruused;	/* a  used since the cleaner looked */
	krwlock_t	vi_lock;	/* : the vnode lock (genfs_lock) */

	/* Who may search the directory, for the name cache. */
	u_int		vi_nc_id;	/* a  0 unknown, else identity valid */
	mode_t		vi_nc_mode;	/* vi_nc_id */
	uid_t		vi_nc_uid;	/* vi_nc_id */
	gid_t		vi_nc_gid;	/* vi_nc_id */

	struct vcache_key vi_key;	/* c */
	uint32_t	vi_hash;	/* c */
	int		vi_syncslot;	/* s */
	struct vnode_impl *vi_hnext;	/* c  chain, read under pserialize */
	TAILQ_ENTRY(vnode_impl) vi_mntvnodes; /* m */
	TAILQ_ENTRY(vnode_impl) vi_lrulist; /* l, deferred: vd_lock */
	TAILQ_ENTRY(vnode_impl) vi_synclist; /* s */
	struct vnode_klist vi_klist;	/* i */
	struct vnode_impl *vi_klistowner; /* i  held if not ourselves */

	/* name cache */
	TAILQ_HEAD(, namecache) vi_nc_children; /* n entries in this dir */
	TAILQ_HEAD(, namecache) vi_nc_parents;	/* p entries naming us */
};

/*
 * Lists that every new and every dying vnode goes through have as many lanes;
 * a vnode stays in the one of the CPU that made it.
 */
#define	VLANES		8

/*
 * The vnodes of a mount, a lane of them; all under vn_lock.  There is a
 * reference to the mount while vn_count is not 0.
 */
struct vnode_lane {
	kmutex_t	vn_lock;
	TAILQ_HEAD(, vnode_impl) vn_list; /* with markers of iterators */
	u_int		vn_count;	/* vnodes, no markers */
} __aligned(COHERENCY_UNIT);

#define	VIMPL_TO_VNODE(vip)	(&(vip)->vi_vnode)
#define	VNODE_TO_VIMPL(vp)	container_of((vp), struct vnode_impl, vi_vnode)

#define	VSTATE_GET(vp)							\
	atomic_load_relaxed(&VNODE_TO_VIMPL(vp)->vi_state)

/* vfs_vnode.c, for the rest of kern/vfs */
int	vcache_vget(struct vnode *);
int	vcache_tryvget(struct vnode *);
int	vcache_make_anon(struct vnode *);
void	vcache_drain(int);
void	vcache_shrink(int);
u_int	vlru_count(void);
void	vfs_insmntque(struct vnode *, struct mount *);
bool	vfs_novnodes(const struct mount *);

/* Assertions of the generated dispatch code. */
static __inline bool
vnode_locked_p(struct vnode *vp)
{

	return rw_lock_held(&VNODE_TO_VIMPL(vp)->vi_lock);
}

static __inline bool
vnode_wlocked_p(struct vnode *vp)
{

	return rw_write_held(&VNODE_TO_VIMPL(vp)->vi_lock);
}

#endif /* _SYS_VNODE_IMPL_H_ */
