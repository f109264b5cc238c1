/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpfs_node.c: making, finding and ending nodes of the root file system,
 * and the vnode that goes with one.  A node is freed when its vnode is
 * reclaimed without links left, or with the registration it belongs to.
 */

#include "rumpfs.h"

#include <miscfs/specfs/specdev.h>

#include <uvm/uvm_extern.h>

kmutex_t		rumpfs_lock;
static rb_tree_t	rumpfs_tree;	/* rumpfs_lock */
static ino_t		rumpfs_nextid = 2; /* rumpfs_lock */

static int
node_compare(void *ctx, const void *a, const void *b)
{
	const struct rumpfs_node *na = a, *nb = b;

	return na->rn_id < nb->rn_id ? -1 : na->rn_id > nb->rn_id;
}

static int
node_compare_key(void *ctx, const void *a, const void *key)
{
	const struct rumpfs_node *na = a;
	const ino_t id = *(const ino_t *)key;

	return na->rn_id < id ? -1 : na->rn_id > id;
}

static const rb_tree_ops_t rumpfs_tree_ops = {
	.rbto_compare_nodes = node_compare,
	.rbto_compare_key = node_compare_key,
	.rbto_node_offset = offsetof(struct rumpfs_node, rn_rbnode),
	.rbto_context = NULL,
};

void
rumpfs_node_sysinit(void)
{

	mutex_init(&rumpfs_lock, MUTEX_DEFAULT, IPL_NONE);
	rb_tree_init(&rumpfs_tree, &rumpfs_tree_ops);
}

/*
 * A node without links that nobody can find before rumpfs_node_enter().
 */
struct rumpfs_node *
rumpfs_node_alloc(enum vtype type, mode_t mode, uid_t uid, gid_t gid)
{
	struct rumpfs_node *rn;

	rn = kmem_zalloc(sizeof(*rn), KM_SLEEP);
	rn->rn_type = type;
	rn->rn_mode = mode & ALLPERMS;
	rn->rn_uid = uid;
	rn->rn_gid = gid;
	vfs_timestamp(&rn->rn_birthtime);
	rn->rn_atime = rn->rn_mtime = rn->rn_ctime = rn->rn_birthtime;
	if (type == VDIR) {
		TAILQ_INIT(&rn->rn_dir.rd_entries);
		rn->rn_dir.rd_nextseq = 2;
	}
	return rn;
}

void
rumpfs_node_enter(struct rumpfs_node *rn)
{

	KASSERT(rn->rn_id == 0);
	mutex_enter(&rumpfs_lock);
	rn->rn_id = rumpfs_nextid++;
	(void)rb_tree_insert_node(&rumpfs_tree, rn);
	mutex_exit(&rumpfs_lock);
}

/*
 * Free a node that has no vnode.
 */
void
rumpfs_node_destroy(struct rumpfs_node *rn)
{
	struct rumpfs_dirent *re;

	KASSERT(rn != rumpfs_root);
	if (rn->rn_id != 0) {
		mutex_enter(&rumpfs_lock);
		rb_tree_remove_node(&rumpfs_tree, rn);
		mutex_exit(&rumpfs_lock);
	}
	if (rn->rn_type == VDIR) {
		while ((re = TAILQ_FIRST(&rn->rn_dir.rd_entries)) != NULL) {
			TAILQ_REMOVE(&rn->rn_dir.rd_entries, re, re_list);
			rumpfs_dirent_free(re);
		}
	} else if (rn->rn_type == VLNK) {
		if (rn->rn_size != 0)
			kmem_free(rn->rn_link, rn->rn_size);
	} else if (rn->rn_type == VREG && rn->rn_uobj != NULL) {
		KASSERT(rn->rn_host == NULL);
		uao_detach(rn->rn_uobj);
	}
	if (rn->rn_host != NULL)
		rumpfs_host_free(rn->rn_host);
	kmem_free(rn, sizeof(*rn));
}

/*
 * The node of a number, or NULL.  Only called while the vnode cache holds the
 * number's place, which keeps the node from being reclaimed.
 */
struct rumpfs_node *
rumpfs_node_find(ino_t id)
{
	struct rumpfs_node *rn;

	mutex_enter(&rumpfs_lock);
	rn = rb_tree_find_node(&rumpfs_tree, &id);
	if (rn != NULL && rn->rn_nlink == 0)
		rn = NULL;
	mutex_exit(&rumpfs_lock);
	return rn;
}

/*
 * The first node of a registration from a number on.
 */
struct rumpfs_node *
rumpfs_node_next(ino_t id, const struct etfs *et)
{
	struct rumpfs_node *rn;

	mutex_enter(&rumpfs_lock);
	rn = rb_tree_find_node_geq(&rumpfs_tree, &id);
	while (rn != NULL && rn->rn_etfs != et)
		rn = RB_TREE_NEXT(&rumpfs_tree, rn);
	mutex_exit(&rumpfs_lock);
	return rn;
}

/*
 * Make a vnode that is being set up that of a node.
 */
void
rumpfs_node_attach(struct rumpfs_node *rn, struct vnode *vp)
{

	vp->v_tag = VT_RUMP;
	vp->v_type = rn->rn_type;
	vp->v_op = rumpfs_vnodeop_p;
	vp->v_data = rn;
	switch (rn->rn_type) {
	case VBLK:
	case VCHR:
		vp->v_op = rumpfs_specop_p;
		spec_node_init(vp, rn->rn_rdev);
		break;
	case VFIFO:
		vp->v_op = rumpfs_fifoop_p;
		break;
	case VREG:
		if (rn->rn_uobj == NULL)
			break;
		/* one lock for the pages, whoever asks for them */
		rw_obj_hold(rn->rn_uobj->vmobjlock);
		uvm_obj_setlock(&vp->v_uobj, rn->rn_uobj->vmobjlock);
		break;
	default:
		break;
	}
	if (rn == rumpfs_root)
		vp->v_vflag |= VV_ROOT;
	uvm_vnp_setsize(vp, rn->rn_size);
	cache_enter_id(vp, rn->rn_mode, rn->rn_uid, rn->rn_gid, true);
}

/*
 * A referenced vnode of a node; ENOENT if the node is no more.
 */
int
rumpfs_node_vnode(ino_t id, struct vnode **vpp)
{

	return vcache_get(rumpfs_rootmount, &id, sizeof(id), vpp);
}

/*
 * Set the times asked for to now.
 */
void
rumpfs_touch(struct rumpfs_node *rn, int which)
{
	struct timespec now;

	vfs_timestamp(&now);
	mutex_enter(&rumpfs_lock);
	if (which & RUMPFS_ATIME)
		rn->rn_atime = now;
	if (which & RUMPFS_MTIME)
		rn->rn_mtime = now;
	if (which & RUMPFS_CTIME)
		rn->rn_ctime = now;
	mutex_exit(&rumpfs_lock);
}
