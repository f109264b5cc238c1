/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Nodes: making and ending them, their place in the mount's table, what they
 * are charged, and the vnode that goes with one.  A node is freed when its
 * vnode is reclaimed without links left, or at unmount.
 */

#include "tmpfs.h"

#include <uvm/uvm_extern.h>

#define	TMPFS_MEMTRIES	10	/* waits for memory */
#define	TMPFS_RELATIME	(24 * 60 * 60)	/* seconds */
#define	TABLE_MIN	16
#define	TABLE_MAX	((size_t)1 << 21)
#define	FIRST_ID	2		/* the root's, as everywhere */

/* What a lane takes of the mount at a time, beside what it needs. */
static const uint64_t lane_lot[TMPFS_NWHAT] = {
	[TMPFS_NODES] = 64,
	[TMPFS_BYTES] = 64 * 1024,
};

static struct pool_cache *tmpfs_node_cache;

void
tmpfs_node_sysinit(void)
{

	tmpfs_node_cache = pool_cache_init(sizeof(struct tmpfs_node),
	    COHERENCY_UNIT, 0, 0, "tmpfsnode", NULL, IPL_NONE, NULL,
	    NULL, NULL);
}

void
tmpfs_node_sysfini(void)
{

	pool_cache_destroy(tmpfs_node_cache);
}

/*
 * Nodes and names stay until they are removed: may there be more?  An eighth
 * of the kernel's memory is left to everything else.  ENOSPC if so much does
 * not become free in a while.
 */
int
tmpfs_room(void)
{
	u_int tries;

	for (tries = 0; uvm_km_va_starved_p(); tries++) {
		if (tries == TMPFS_MEMTRIES)
			return ENOSPC;
		uvm_wait("tmpfsmem");
	}
	return 0;
}

static struct tmpfs_lane *
lane_mine(struct tmpfs_mount *tm)
{

	return &tm->tm_lane[cpu_index(curcpu()) % TMPFS_LANES];
}

/* Take n more from the mount. */
static bool
lane_grow(struct tmpfs_mount *tm, struct tmpfs_lane *tl, enum tmpfs_what what,
    uint64_t n)
{
	const uint64_t max = atomic_load_relaxed(&tm->tm_max[what]);
	uint64_t old;

	KASSERT(mutex_owned(&tl->tl_lock));
	do {
		old = atomic_load_relaxed(&tm->tm_taken[what]);
		if (old > max || n > max - old)
			return false;
	} while (atomic_cas_64(&tm->tm_taken[what], old, old + n) != old);
	tl->tl_left[what] += n;
	return true;
}

static void
lane_shrink(struct tmpfs_mount *tm, struct tmpfs_lane *tl,
    enum tmpfs_what what, uint64_t n)
{

	KASSERT(mutex_owned(&tl->tl_lock));
	KASSERT(n <= tl->tl_left[what]);
	tl->tl_left[what] -= n;
	atomic_add_64(&tm->tm_taken[what], -(int64_t)n);
}

/*
 * No lane takes anything until tmpfs_lanes_exit(), and what none uses is given
 * back: what is taken is in use.
 */
void
tmpfs_lanes_enter(struct tmpfs_mount *tm)
{
	struct tmpfs_lane *tl;
	enum tmpfs_what what;

	for (tl = tm->tm_lane; tl < tm->tm_lane + TMPFS_LANES; tl++) {
		mutex_enter(&tl->tl_lock);
		for (what = 0; what < TMPFS_NWHAT; what++)
			lane_shrink(tm, tl, what, tl->tl_left[what]);
	}
}

void
tmpfs_lanes_exit(struct tmpfs_mount *tm)
{
	u_int i;

	for (i = TMPFS_LANES; i-- > 0;)
		mutex_exit(&tm->tm_lane[i].tl_lock);
}

/* Have at least want left, without what other lanes do not use. */
static bool
lane_fill(struct tmpfs_mount *tm, struct tmpfs_lane *tl,
    const uint64_t *want)
{
	enum tmpfs_what what;

	for (what = 0; what < TMPFS_NWHAT; what++)
		if (tl->tl_left[what] < want[what] &&
		    !lane_grow(tm, tl, what, want[what] + lane_lot[what]) &&
		    !lane_grow(tm, tl, what, want[what] - tl->tl_left[what]))
			return false;
	return true;
}

/* The same with that. */
static bool
lane_gather(struct tmpfs_mount *tm, struct tmpfs_lane *tl,
    const uint64_t *want)
{
	bool filled;

	tmpfs_lanes_enter(tm);
	filled = lane_fill(tm, tl, want);
	tmpfs_lanes_exit(tm);
	return filled;
}

/*
 * Take what is wanted of the mount, and a number for a node if id is not
 * NULL.  ENOSPC when it is not there.
 */
static int
lane_charge(struct tmpfs_mount *tm, const uint64_t *want, ino_t *id)
{
	struct tmpfs_lane *tl = lane_mine(tm);
	enum tmpfs_what what;

	mutex_enter(&tl->tl_lock);
	while (__predict_false(!lane_fill(tm, tl, want))) {
		mutex_exit(&tl->tl_lock);
		if (!lane_gather(tm, tl, want))
			return ENOSPC;
		mutex_enter(&tl->tl_lock);
	}
	for (what = 0; what < TMPFS_NWHAT; what++)
		tl->tl_left[what] -= want[what];
	if (id != NULL) {
		if (tl->tl_nextid == tl->tl_endid) {
			tl->tl_endid = atomic_add_64_nv(&tm->tm_nextid,
			    TMPFS_IDBLOCK);
			tl->tl_nextid = tl->tl_endid - TMPFS_IDBLOCK;
			if (tl->tl_nextid == 0)
				tl->tl_nextid = FIRST_ID;
		}
		*id = tl->tl_nextid++;
	}
	mutex_exit(&tl->tl_lock);
	return 0;
}

static void
lane_uncharge(struct tmpfs_mount *tm, const uint64_t *had)
{
	struct tmpfs_lane *tl = lane_mine(tm);
	enum tmpfs_what what;

	mutex_enter(&tl->tl_lock);
	for (what = 0; what < TMPFS_NWHAT; what++) {
		KASSERT(had[what] <= atomic_load_relaxed(&tm->tm_taken[what]));
		tl->tl_left[what] += had[what];
		if (tl->tl_left[what] > 2 * lane_lot[what])
			lane_shrink(tm, tl, what,
			    tl->tl_left[what] - lane_lot[what]);
	}
	mutex_exit(&tl->tl_lock);
}

/* Take bytes from what the mount may use.  ENOSPC when they are not there. */
int
tmpfs_charge(struct tmpfs_mount *tm, uint64_t bytes)
{
	const uint64_t want[TMPFS_NWHAT] = { [TMPFS_BYTES] = bytes };

	/* What is not there at all must not overflow with a lot added. */
	if (bytes > atomic_load_relaxed(&tm->tm_max[TMPFS_BYTES]))
		return ENOSPC;
	return lane_charge(tm, want, NULL);
}

void
tmpfs_uncharge(struct tmpfs_mount *tm, uint64_t bytes)
{
	const uint64_t had[TMPFS_NWHAT] = { [TMPFS_BYTES] = bytes };

	if (bytes != 0)
		lane_uncharge(tm, had);
}

void
tmpfs_table_init(struct tmpfs_mount *tm)
{
	struct tmpfs_part *tp;
	u_int i;

	mutex_init(&tm->tm_lock, MUTEX_DEFAULT, IPL_NONE);
	for (i = 0; i < TMPFS_LANES; i++)
		mutex_init(&tm->tm_lane[i].tl_lock, MUTEX_DEFAULT, IPL_NONE);
	for (tp = tm->tm_part; tp < tm->tm_part + TMPFS_PARTS; tp++) {
		mutex_init(&tp->tp_lock, MUTEX_DEFAULT, IPL_NONE);
		tp->tp_mask = TABLE_MIN - 1;
		tp->tp_table = kmem_zalloc(TABLE_MIN *
		    sizeof(tp->tp_table[0]), KM_SLEEP);
	}
}

static void
part_fini(struct tmpfs_part *tp)
{
	size_t i;

	for (i = 0; i <= tp->tp_mask; i++)
		while (tp->tp_table[i] != NULL)
			tmpfs_node_destroy(tp->tp_table[i]);
	KASSERT(tp->tp_nodes == 0);
	kmem_free(tp->tp_table, (tp->tp_mask + 1) * sizeof(tp->tp_table[0]));
	mutex_destroy(&tp->tp_lock);
}

/* The mount goes, with every node that is left. */
void
tmpfs_table_fini(struct tmpfs_mount *tm)
{
	u_int i;

	for (i = 0; i < TMPFS_PARTS; i++)
		part_fini(&tm->tm_part[i]);
	tmpfs_lanes_enter(tm);
	KASSERT(tm->tm_taken[TMPFS_NODES] == 0);
	KASSERT(tm->tm_taken[TMPFS_BYTES] == 0);
	tmpfs_lanes_exit(tm);
	for (i = 0; i < TMPFS_LANES; i++)
		mutex_destroy(&tm->tm_lane[i].tl_lock);
	mutex_destroy(&tm->tm_lock);
}

static struct tmpfs_part *
part_of(struct tmpfs_mount *tm, ino_t id)
{

	return &tm->tm_part[id / TMPFS_IDBLOCK % TMPFS_PARTS];
}

/* The numbers of a part, in turn, have chains in turn. */
static size_t
part_chain(ino_t id, size_t mask)
{

	return (id / (TMPFS_IDBLOCK * TMPFS_PARTS) * TMPFS_IDBLOCK +
	    id % TMPFS_IDBLOCK) & mask;
}

/* Twice the chains; without memory they get longer, that is all. */
static void
part_grow(struct tmpfs_part *tp)
{
	const size_t old = tp->tp_mask + 1;
	struct tmpfs_node **table, **chain, *tn;
	size_t i;

	KASSERT(mutex_owned(&tp->tp_lock));
	if (old >= TABLE_MAX)
		return;
	table = kmem_zalloc(old * 2 * sizeof(table[0]), KM_NOSLEEP);
	if (table == NULL)
		return;
	for (i = 0; i < old; i++)
		while ((tn = tp->tp_table[i]) != NULL) {
			tp->tp_table[i] = tn->tn_next;
			chain = &table[part_chain(tn->tn_id, old * 2 - 1)];
			tn->tn_next = *chain;
			*chain = tn;
		}
	kmem_free(tp->tp_table, old * sizeof(table[0]));
	tp->tp_table = table;
	tp->tp_mask = old * 2 - 1;
}

/* What a node costs. */
static const uint64_t node_price[TMPFS_NWHAT] = {
	[TMPFS_NODES] = 1,
	[TMPFS_BYTES] = TMPFS_NODE_CHARGE,
};

/* Enter a node into the mount; ENOSPC when there are enough. */
static int
node_enter(struct tmpfs_mount *tm, struct tmpfs_node *tn)
{
	struct tmpfs_node **chain;
	struct tmpfs_part *tp;
	int error;

	error = lane_charge(tm, node_price, &tn->tn_id);
	if (error != 0)
		return error;
	tp = part_of(tm, tn->tn_id);
	mutex_enter(&tp->tp_lock);
	if (tp->tp_nodes++ > tp->tp_mask)
		part_grow(tp);
	chain = &tp->tp_table[part_chain(tn->tn_id, tp->tp_mask)];
	tn->tn_next = *chain;
	*chain = tn;
	mutex_exit(&tp->tp_lock);
	return 0;
}

static void
node_exit(struct tmpfs_mount *tm, struct tmpfs_node *tn)
{
	struct tmpfs_part *tp = part_of(tm, tn->tn_id);
	struct tmpfs_node **chain;

	mutex_enter(&tp->tp_lock);
	for (chain = &tp->tp_table[part_chain(tn->tn_id, tp->tp_mask)];
	    *chain != tn; chain = &(*chain)->tn_next)
		KASSERT(*chain != NULL);
	*chain = tn->tn_next;
	KASSERT(tp->tp_nodes != 0);
	tp->tp_nodes--;
	mutex_exit(&tp->tp_lock);
	lane_uncharge(tm, node_price);
}

static int
node_init_type(struct tmpfs_node *tn, const struct vattr *vap,
    const char *target)
{
	size_t len;

	switch (tn->tn_type) {
	case VDIR:
		tmpfs_dir_init(tn);
		break;
	case VBLK:
	case VCHR:
		tn->tn_rdev = vap->va_rdev;
		break;
	case VLNK:
		KASSERT(target != NULL);
		len = strlen(target);
		if (len >= MAXPATHLEN)
			return ENAMETOOLONG;
		if (len != 0) {
			tn->tn_link = kmem_alloc(len, KM_SLEEP);
			memcpy(tn->tn_link, target, len);
		}
		tn->tn_size = len;
		break;
	case VREG:
		tn->tn_uobj = uao_create(INT64_MAX - PAGE_SIZE, 0);
		break;
	case VFIFO:
	case VSOCK:
		break;
	default:
		return EOPNOTSUPP;
	}
	return 0;
}

static void
node_fini_type(struct tmpfs_node *tn)
{

	switch (tn->tn_type) {
	case VDIR:
		tmpfs_dir_fini(tn);
		break;
	case VLNK:
		if (tn->tn_size != 0)
			kmem_free(tn->tn_link, tn->tn_size);
		break;
	case VREG:
		tmpfs_uncharge(tn->tn_mount, tn->tn_pages << PAGE_SHIFT);
		uao_detach(tn->tn_uobj);
		break;
	default:
		break;
	}
}

/*
 * Make a node of vap's type and mode, without links; target is the text of a
 * symbolic link.  ENOSPC, ENAMETOOLONG, EOPNOTSUPP.
 */
int
tmpfs_node_create(struct tmpfs_mount *tm, const struct vattr *vap, uid_t uid,
    gid_t gid, const char *target, struct tmpfs_node **tnp)
{
	struct tmpfs_node *tn;
	int error;

	error = tmpfs_room();
	if (error != 0)
		return error;
	tn = pool_cache_get(tmpfs_node_cache, PR_WAITOK);
	memset(tn, 0, sizeof(*tn));
	tn->tn_mount = tm;
	tn->tn_type = vap->va_type;
	tn->tn_mode = vap->va_mode & ALLPERMS;
	tn->tn_uid = uid;
	tn->tn_gid = gid;
	tn->tn_gen = 1;
	vfs_timestamp(&tn->tn_birthtime);
	tn->tn_atime = tn->tn_mtime = tn->tn_ctime = tn->tn_birthtime;
	mutex_init(&tn->tn_lock, MUTEX_DEFAULT, IPL_NONE);
	error = node_init_type(tn, vap, target);
	if (error != 0)
		goto fail;
	error = node_enter(tm, tn);
	if (error != 0) {
		node_fini_type(tn);
		goto fail;
	}
	*tnp = tn;
	return 0;
fail:
	mutex_destroy(&tn->tn_lock);
	pool_cache_put(tmpfs_node_cache, tn);
	return error;
}

/* Free a node that has neither links nor a vnode. */
void
tmpfs_node_destroy(struct tmpfs_node *tn)
{

	node_exit(tn->tn_mount, tn);
	node_fini_type(tn);
	mutex_destroy(&tn->tn_lock);
	pool_cache_put(tmpfs_node_cache, tn);
}

/*
 * The node of a number, or NULL.  Only called while the vnode cache holds the
 * number's place, which keeps the node from being reclaimed.
 */
struct tmpfs_node *
tmpfs_node_find(struct tmpfs_mount *tm, ino_t id)
{
	struct tmpfs_part *tp = part_of(tm, id);
	struct tmpfs_node *tn;

	mutex_enter(&tp->tp_lock);
	for (tn = tp->tp_table[part_chain(id, tp->tp_mask)]; tn != NULL;
	    tn = tn->tn_next)
		if (tn->tn_id == id)
			break;
	if (tn != NULL && atomic_load_relaxed(&tn->tn_nlink) == 0)
		tn = NULL;
	mutex_exit(&tp->tp_lock);
	return tn;
}

/* Make a vnode that is being set up that of a node. */
void
tmpfs_node_attach(struct tmpfs_node *tn, struct vnode *vp)
{

	vp->v_tag = VT_TMPFS;
	vp->v_type = tn->tn_type;
	vp->v_op = tmpfs_vnodeop_p;
	vp->v_data = tn;
	switch (tn->tn_type) {
	case VBLK:
	case VCHR:
		vp->v_op = tmpfs_specop_p;
		spec_node_init(vp, tn->tn_rdev);
		break;
	case VFIFO:
		vp->v_op = tmpfs_fifoop_p;
		break;
	case VREG:
		/* one lock for the pages, whoever asks for them */
		rw_obj_hold(tn->tn_uobj->vmobjlock);
		uvm_obj_setlock(&vp->v_uobj, tn->tn_uobj->vmobjlock);
		break;
	default:
		break;
	}
	if (tn == tn->tn_mount->tm_root)
		vp->v_vflag |= VV_ROOT;
	uvm_vnp_setsize(vp, tn->tn_size);
	cache_enter_id(vp, tn->tn_mode, tn->tn_uid, tn->tn_gid, true);
}

/* A referenced vnode of a node that stays, as its directory is locked. */
int
tmpfs_node_vnode(struct mount *mp, struct tmpfs_node *tn, struct vnode **vpp)
{
	const ino_t id = tn->tn_id;

	return vcache_get(mp, &id, sizeof(id), vpp);
}

static void
touch_at(struct tmpfs_node *tn, int which, const struct timespec *now)
{

	mutex_enter(&tn->tn_lock);
	if (which & TMPFS_ATIME)
		tn->tn_atime = *now;
	if (which & TMPFS_MTIME)
		tn->tn_mtime = *now;
	if (which & TMPFS_CTIME)
		tn->tn_ctime = *now;
	mutex_exit(&tn->tn_lock);
}

/* Set the times asked for to now. */
void
tmpfs_touch(struct tmpfs_node *tn, int which)
{
	struct timespec now;

	vfs_timestamp(&now);
	touch_at(tn, which, &now);
}

/* Is the time of the last access older than that of a change, or a day? */
static bool
atime_stale(struct tmpfs_node *tn, const struct timespec *now)
{
	bool stale;

	mutex_enter(&tn->tn_lock);
	stale = timespeccmp(&tn->tn_atime, &tn->tn_mtime, <=) ||
	    timespeccmp(&tn->tn_atime, &tn->tn_ctime, <=) ||
	    now->tv_sec - tn->tn_atime.tv_sec >= TMPFS_RELATIME;
	mutex_exit(&tn->tn_lock);
	return stale;
}

/* The file was read: what the mount thinks of access times is honoured. */
void
tmpfs_accessed(struct vnode *vp)
{
	const int flags = vp->v_mount->mnt_flag;
	struct tmpfs_node *tn = VP_TO_TMPFS_NODE(vp);
	struct timespec now;

	if ((flags & (MNT_NOATIME | MNT_RDONLY)) != 0)
		return;
	vfs_timestamp(&now);
	if ((flags & MNT_RELATIME) == 0 || atime_stale(tn, &now))
		touch_at(tn, TMPFS_ATIME, &now);
}

/* A link of tn in the directory dn came or went. */
void
tmpfs_touch_linked(struct tmpfs_node *dn, struct tmpfs_node *tn)
{
	struct timespec now;

	vfs_timestamp(&now);
	touch_at(tn, TMPFS_CTIME, &now);
	touch_at(dn, TMPFS_MTIME | TMPFS_CTIME, &now);
}
