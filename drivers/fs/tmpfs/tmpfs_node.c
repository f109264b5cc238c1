/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Nodes: making and ending them, their place in the mount's tree, what they
 * are charged, and the vnode that goes with one.  A node is freed when its
 * vnode is reclaimed without links left, or at unmount.
 */

#include "tmpfs.h"

#include <uvm/uvm_extern.h>

#define	TMPFS_MEMTRIES	10	/* waits for memory */

static struct pool_cache *tmpfs_node_cache;

static int
node_compare(void *ctx, const void *a, const void *b)
{
	const struct tmpfs_node *na = a, *nb = b;

	return na->tn_id < nb->tn_id ? -1 : na->tn_id > nb->tn_id;
}

static int
node_compare_key(void *ctx, const void *a, const void *key)
{
	const struct tmpfs_node *na = a;
	const ino_t id = *(const ino_t *)key;

	return na->tn_id < id ? -1 : na->tn_id > id;
}

static const rb_tree_ops_t tmpfs_tree_ops = {
	.rbto_compare_nodes = node_compare,
	.rbto_compare_key = node_compare_key,
	.rbto_node_offset = offsetof(struct tmpfs_node, tn_rbnode),
	.rbto_context = NULL,
};

void
tmpfs_node_sysinit(void)
{

	tmpfs_node_cache = pool_cache_init(sizeof(struct tmpfs_node),
	    COHERENCY_UNIT, 0, 0, "tmpfsnode", NULL, IPL_NONE, NULL, NULL,
	    NULL);
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

	for (tries = 0; uvm_availmem(false) < physmem / 8; tries++) {
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
	int error = 0;

	mutex_enter(&tm->tm_lock);
	if (bytes > tm->tm_bytes_max - tm->tm_bytes)
		error = ENOSPC;
	else
		tm->tm_bytes += bytes;
	mutex_exit(&tm->tm_lock);
	return error;
}

void
tmpfs_uncharge(struct tmpfs_mount *tm, uint64_t bytes)
{

	mutex_enter(&tm->tm_lock);
	KASSERT(bytes <= tm->tm_bytes);
	tm->tm_bytes -= bytes;
	mutex_exit(&tm->tm_lock);
}

/* Enter a node into the mount; ENOSPC when there are enough. */
static int
node_enter(struct tmpfs_mount *tm, struct tmpfs_node *tn)
{
	int error = 0;

	mutex_enter(&tm->tm_lock);
	if (tm->tm_nextid == 0) {
		/* the first node of the mount */
		rb_tree_init(&tm->tm_tree, &tmpfs_tree_ops);
		tm->tm_nextid = 2;
	}
	if (tm->tm_nodes >= tm->tm_nodes_max ||
	    sizeof(*tn) > tm->tm_bytes_max - tm->tm_bytes) {
		error = ENOSPC;
	} else {
		tm->tm_nodes++;
		tm->tm_bytes += sizeof(*tn);
		tn->tn_id = tm->tm_nextid++;
		(void)rb_tree_insert_node(&tm->tm_tree, tn);
	}
	mutex_exit(&tm->tm_lock);
	return error;
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
	struct tmpfs_mount *tm = tn->tn_mount;

	mutex_enter(&tm->tm_lock);
	KASSERT(tm->tm_nodes != 0);
	KASSERT(tm->tm_bytes >= sizeof(*tn));
	tm->tm_nodes--;
	tm->tm_bytes -= sizeof(*tn);
	rb_tree_remove_node(&tm->tm_tree, tn);
	mutex_exit(&tm->tm_lock);
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
	tn = rb_tree_find_node(&tm->tm_tree, &id);
	if (tn != NULL && tn->tn_nlink == 0)
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

/* Set the times asked for to now. */
void
tmpfs_touch(struct tmpfs_node *tn, int which)
{
	struct timespec now;

	vfs_timestamp(&now);
	mutex_enter(&tn->tn_lock);
	if (which & TMPFS_ATIME)
		tn->tn_atime = now;
	if (which & TMPFS_MTIME)
		tn->tn_mtime = now;
	if (which & TMPFS_CTIME)
		tn->tn_ctime = now;
	mutex_exit(&tn->tn_lock);
}
