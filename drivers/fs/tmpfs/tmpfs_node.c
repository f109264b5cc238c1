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
#define	TABLE_MIN	64
#define	TABLE_MAX	((size_t)1 << 24)

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

/* Take bytes from what the mount may use.  ENOSPC when they are not there. */
int
tmpfs_charge(struct tmpfs_mount *tm, uint64_t bytes)
{
	const uint64_t max = atomic_load_relaxed(&tm->tm_bytes_max);
	uint64_t old;

	do {
		old = atomic_load_relaxed(&tm->tm_bytes);
		if (old > max || bytes > max - old)
			return ENOSPC;
	} while (atomic_cas_64(&tm->tm_bytes, old, old + bytes) != old);
	return 0;
}

void
tmpfs_uncharge(struct tmpfs_mount *tm, uint64_t bytes)
{

	if (bytes == 0)
		return;
	KASSERT(bytes <= atomic_load_relaxed(&tm->tm_bytes));
	atomic_add_64(&tm->tm_bytes, -(int64_t)bytes);
}

void
tmpfs_table_init(struct tmpfs_mount *tm)
{

	mutex_init(&tm->tm_lock, MUTEX_DEFAULT, IPL_NONE);
	tm->tm_nextid = 2;
	tm->tm_mask = TABLE_MIN - 1;
	tm->tm_table = kmem_zalloc(TABLE_MIN * sizeof(tm->tm_table[0]),
	    KM_SLEEP);
}

/* The mount goes, with every node that is left. */
void
tmpfs_table_fini(struct tmpfs_mount *tm)
{
	size_t i;

	for (i = 0; i <= tm->tm_mask; i++)
		while (tm->tm_table[i] != NULL)
			tmpfs_node_destroy(tm->tm_table[i]);
	KASSERT(tm->tm_nodes == 0);
	KASSERT(tm->tm_bytes == 0);
	kmem_free(tm->tm_table, (tm->tm_mask + 1) * sizeof(tm->tm_table[0]));
	mutex_destroy(&tm->tm_lock);
}

static struct tmpfs_node **
table_chain(struct tmpfs_mount *tm, ino_t id)
{

	KASSERT(mutex_owned(&tm->tm_lock));
	return &tm->tm_table[id & tm->tm_mask];
}

/* Twice the chains; without memory they get longer, that is all. */
static void
table_grow(struct tmpfs_mount *tm)
{
	const size_t old = tm->tm_mask + 1;
	struct tmpfs_node **table, *tn;
	size_t i;

	KASSERT(mutex_owned(&tm->tm_lock));
	if (old >= TABLE_MAX)
		return;
	table = kmem_zalloc(old * 2 * sizeof(table[0]), KM_NOSLEEP);
	if (table == NULL)
		return;
	for (i = 0; i < old; i++)
		while ((tn = tm->tm_table[i]) != NULL) {
			tm->tm_table[i] = tn->tn_next;
			tn->tn_next = table[tn->tn_id & (old * 2 - 1)];
			table[tn->tn_id & (old * 2 - 1)] = tn;
		}
	kmem_free(tm->tm_table, old * sizeof(table[0]));
	tm->tm_table = table;
	tm->tm_mask = old * 2 - 1;
}

/* Enter a node into the mount; ENOSPC when there are enough. */
static int
node_enter(struct tmpfs_mount *tm, struct tmpfs_node *tn)
{
	struct tmpfs_node **chain;
	int error;

	error = tmpfs_charge(tm, sizeof(*tn));
	if (error != 0)
		return error;
	mutex_enter(&tm->tm_lock);
	if (tm->tm_nodes >= tm->tm_nodes_max) {
		mutex_exit(&tm->tm_lock);
		tmpfs_uncharge(tm, sizeof(*tn));
		return ENOSPC;
	}
	if (tm->tm_nodes++ > tm->tm_mask)
		table_grow(tm);
	tn->tn_id = tm->tm_nextid++;
	chain = table_chain(tm, tn->tn_id);
	tn->tn_next = *chain;
	*chain = tn;
	mutex_exit(&tm->tm_lock);
	return 0;
}

static void
node_exit(struct tmpfs_mount *tm, struct tmpfs_node *tn)
{
	struct tmpfs_node **chain;

	mutex_enter(&tm->tm_lock);
	for (chain = table_chain(tm, tn->tn_id); *chain != tn;
	    chain = &(*chain)->tn_next)
		KASSERT(*chain != NULL);
	*chain = tn->tn_next;
	KASSERT(tm->tm_nodes != 0);
	tm->tm_nodes--;
	mutex_exit(&tm->tm_lock);
	tmpfs_uncharge(tm, sizeof(*tn));
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
	struct tmpfs_node *tn;

	mutex_enter(&tm->tm_lock);
	for (tn = *table_chain(tm, id); tn != NULL; tn = tn->tn_next)
		if (tn->tn_id == id)
			break;
	if (tn != NULL && atomic_load_relaxed(&tn->tn_nlink) == 0)
		tn = NULL;
	mutex_exit(&tm->tm_lock);
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
