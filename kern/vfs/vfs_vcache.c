/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The vnode cache: one vnode per file, found by mount and the file system's
 * key.  Makes vnodes (vcache_get for files that exist, vcache_new for new
 * ones), gives them other keys, reclaims them, and frees their memory after
 * a grace period, because lookups read vnodes without locks.
 *
 * Lock order: chain lock, then v_interlock.  vcache_grow() takes all chain
 * locks in ascending order.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/buf.h>
#include <sys/cpu.h>
#include <sys/fstrans.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/pool.h>
#include <sys/vnode_impl.h>

#include <miscfs/deadfs/deadfs.h>
#include <miscfs/specfs/specdev.h>

#include <uvm/uvm_readahead.h>

#include "vfs_private.h"

#define	VC_LOCKS	16		/* chain locks, by low bits */
#define	VC_NEAR		16		/* chains of neighbours with one lock */
#define	VC_SIZE_MIN	256
#define	VC_GRACE	256		/* vnodes freed per grace period */

/*
 * c: written with all chain locks held; g: vg_lock.  What is written for each
 * vnode has lines of its own.
 */
static struct {
	struct {
		kmutex_t vk_lock;
	} __aligned(COHERENCY_UNIT) vc_lock[VC_LOCKS];
	kcondvar_t	vc_cv;		/* a vnode in a chain died or loaded */
	struct vnode_impl **vc_table;	/* c */
	u_int		vc_mask;	/* c */
	struct {
		kmutex_t vg_lock;
		struct vnode_impl *vg_dead; /* g  wait for a grace period */
		u_int	vg_ndead;	/* g */
	} __aligned(COHERENCY_UNIT) vc_grave[VLANES];
} vc;

static pool_cache_t	vcache_pool;
pserialize_t		vfs_psz;

void
vcache_init(void)
{
	u_int i;

	vcache_pool = pool_cache_init(sizeof(struct vnode_impl),
	    COHERENCY_UNIT, 0, 0, "vcachepl", NULL, IPL_NONE, NULL, NULL,
	    NULL);
	vfs_psz = pserialize_create();
	for (i = 0; i < VC_LOCKS; i++)
		mutex_init(&vc.vc_lock[i].vk_lock, MUTEX_DEFAULT, IPL_NONE);
	for (i = 0; i < VLANES; i++)
		mutex_init(&vc.vc_grave[i].vg_lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&vc.vc_cv, "vcache");
	CTASSERT(VC_LOCKS * VC_NEAR <= VC_SIZE_MIN);
	vc.vc_mask = VC_SIZE_MIN - 1;
	vc.vc_table = kmem_zalloc(VC_SIZE_MIN * sizeof(vc.vc_table[0]),
	    KM_SLEEP);
}

/*
 * Keys are inode numbers most often, or addresses of nodes, near each other:
 * they get neighbouring chains, and no two of them the same one.
 */
static uint32_t
vcache_hash(const struct vcache_key *key)
{
	uint64_t hash = (uintptr_t)key->vk_mount >> 6, word;
	const char *p = key->vk_key;
	size_t left, n;

	for (left = key->vk_key_len; left > 0; left -= n, p += n) {
		n = MIN(left, sizeof(word));
		word = 0;
		memcpy(&word, p, n);
		hash = hash * 0x9e3779b97f4a7c15 + word;
	}
	return hash ^ hash >> 6 ^ hash >> 13 ^ hash >> 32;
}

static kmutex_t *
vcache_chainlock(uint32_t hash)
{

	return &vc.vc_lock[hash / VC_NEAR % VC_LOCKS].vk_lock;
}

static struct vnode_impl *
vcache_find(const struct vcache_key *key, uint32_t hash)
{
	struct vnode_impl *vip;

	KASSERT(mutex_owned(vcache_chainlock(hash)));
	for (vip = vc.vc_table[hash & vc.vc_mask]; vip != NULL;
	    vip = vip->vi_hnext)
		if (vip->vi_hash == hash &&
		    vip->vi_key.vk_mount == key->vk_mount &&
		    vip->vi_key.vk_key_len == key->vk_key_len &&
		    memcmp(vip->vi_key.vk_key, key->vk_key,
		    key->vk_key_len) == 0)
			break;
	return vip;
}

static void
vcache_link(struct vnode_impl *vip)
{
	struct vnode_impl **head = &vc.vc_table[vip->vi_hash & vc.vc_mask];

	KASSERT(mutex_owned(vcache_chainlock(vip->vi_hash)));
	vip->vi_hnext = *head;
	*head = vip;
}

static void
vcache_unlink(struct vnode_impl *vip)
{
	struct vnode_impl **vpp = &vc.vc_table[vip->vi_hash & vc.vc_mask];

	KASSERT(mutex_owned(vcache_chainlock(vip->vi_hash)));
	while (*vpp != vip) {
		KASSERT(*vpp != NULL);
		vpp = &(*vpp)->vi_hnext;
	}
	*vpp = vip->vi_hnext;
	vip->vi_hnext = NULL;
}

/* Twice as many chains; chain locks stay valid, they use the low bits. */
static void
vcache_grow(void)
{
	struct vnode_impl **table, **old, *vip, *next;
	u_int i, oldsize, size;

	oldsize = atomic_load_relaxed(&vc.vc_mask) + 1;
	size = oldsize * 2;
	table = kmem_zalloc(size * sizeof(table[0]), KM_NOSLEEP);
	if (table == NULL)
		return;
	for (i = 0; i < VC_LOCKS; i++)
		mutex_enter(&vc.vc_lock[i].vk_lock);
	if (vc.vc_mask + 1 == oldsize) {
		old = vc.vc_table;
		for (i = 0; i < oldsize; i++)
			for (vip = old[i]; vip != NULL; vip = next) {
				next = vip->vi_hnext;
				vip->vi_hnext = table[vip->vi_hash &
				    (size - 1)];
				table[vip->vi_hash & (size - 1)] = vip;
			}
		vc.vc_table = table;
		atomic_store_relaxed(&vc.vc_mask, size - 1);
	} else {
		old = table;
		oldsize = size;
	}
	for (i = VC_LOCKS; i-- > 0;)
		mutex_exit(&vc.vc_lock[i].vk_lock);
	kmem_free(old, oldsize * sizeof(old[0]));
}

/* There is one more in the table: a chain for each vnode, more or less. */
static void
vcache_linked(void)
{

	if (__predict_false(atomic_load_relaxed(&numvnodes) >
	    atomic_load_relaxed(&vc.vc_mask)))
		vcache_grow();
}

/* A vnode with one reference that nobody can find yet. */
struct vnode_impl *
vcache_alloc(void)
{
	struct vnode_impl *vip;
	struct vnode *vp;

	vcache_throttle();
	vip = pool_cache_get(vcache_pool, PR_WAITOK);
	memset(vip, 0, sizeof(*vip));
	vp = VIMPL_TO_VNODE(vip);
	uvm_obj_init(&vp->v_uobj, &uvm_vnodeops, true, 1);
	vp->v_interlock = mutex_obj_alloc(MUTEX_DEFAULT, IPL_NONE);
	cv_init(&vp->v_cv, "vnode");
	LIST_INIT(&vp->v_cleanblkhd);
	LIST_INIT(&vp->v_dirtyblkhd);
	rw_init(&vip->vi_lock);
	LOCKDEBUG_UNORDERED(&vip->vi_lock);
	SLIST_INIT(&vip->vi_klist.vk_klist);
	vp->v_klist = &vip->vi_klist;
	vip->vi_klistowner = vip;
	vp->v_usecount = 1 | VUSECOUNT_INACT;
	vp->v_type = VNON;
	vp->v_size = vp->v_writesize = VSIZENOTSET;
	vip->vi_state = VS_LOADING;
	cache_vnode_init(vp);
	vip->vi_lane = cpu_number() % VLANES;
	vlru_insert(vip);
	return vip;
}

/* Take all that are in a grave. */
static struct vnode_impl *
vcache_exhume(u_int i)
{
	struct vnode_impl *vip;

	KASSERT(i < VLANES);
	mutex_enter(&vc.vc_grave[i].vg_lock);
	vip = vc.vc_grave[i].vg_dead;
	vc.vc_grave[i].vg_dead = NULL;
	vc.vc_grave[i].vg_ndead = 0;
	mutex_exit(&vc.vc_grave[i].vg_lock);
	return vip;
}

/* Wait until no lookup can see these any more, then free them. */
static void
vcache_pass(struct vnode_impl *vip)
{
	struct vnode_impl *next;

	if (vip == NULL)
		return;
	pserialize_perform(vfs_psz);
	for (; vip != NULL; vip = next) {
		next = vip->vi_hnext;
		pool_cache_put(vcache_pool, vip);
	}
}

/* Free all vnodes that wait for a grace period. */
void
vcache_grace(void)
{
	struct vnode_impl *all = NULL, *vip, *next;
	u_int i;

	for (i = 0; i < VLANES; i++)
		for (vip = vcache_exhume(i); vip != NULL; vip = next) {
			next = vip->vi_hnext;
			vip->vi_hnext = all;
			all = vip;
		}
	vcache_pass(all);
}

/* Lookups may still see it: it waits for a grace period, with others. */
static void
vcache_bury(struct vnode_impl *vip)
{
	const u_int i = cpu_number() % VLANES;
	bool full;

	mutex_enter(&vc.vc_grave[i].vg_lock);
	vip->vi_hnext = vc.vc_grave[i].vg_dead;
	vc.vc_grave[i].vg_dead = vip;
	full = ++vc.vc_grave[i].vg_ndead == VC_GRACE;
	mutex_exit(&vc.vc_grave[i].vg_lock);
	if (full)
		vcache_pass(vcache_exhume(i));
}

/* Neither referenced nor held; interlock held on entry. */
void
vcache_free(struct vnode_impl *vip)
{
	struct vnode *vp = VIMPL_TO_VNODE(vip);
	struct vnode_impl *owner = vip->vi_klistowner;

	KASSERT(mutex_owned(vp->v_interlock));
	KASSERT(vrefcnt(vp) == 0 && vp->v_holdcnt == 0);
	KASSERT(vp->v_writecount == 0);
	KASSERT(LIST_EMPTY(&vp->v_cleanblkhd));
	KASSERT(LIST_EMPTY(&vp->v_dirtyblkhd));
	KASSERT((vp->v_iflag & VI_ONWORKLST) == 0);
	mutex_exit(vp->v_interlock);

	vlru_remove(vip);
	if (vp->v_mount != NULL)
		vfs_insmntque(vp, NULL);
	if (vp->v_type == VBLK || vp->v_type == VCHR)
		spec_node_destroy(vp);
	else if (vp->v_type == VFIFO)
		fifo_node_destroy(vp);
	if (owner != vip)
		holdrele(VIMPL_TO_VNODE(owner));
	cache_vnode_fini(vp);
	mutex_obj_free(vp->v_interlock);
	rw_destroy(&vip->vi_lock);
	uvm_obj_destroy(&vp->v_uobj, true);
	cv_destroy(&vp->v_cv);
	vip->vi_state = VS_MARKER;
	vcache_bury(vip);
}

/* True: with it went the last one, and the lane's reference is the caller's. */
static bool
vnode_lane_remove(struct vnode_lane *vn, struct vnode_impl *vip)
{
	bool last;

	mutex_enter(&vn->vn_lock);
	KASSERT(vn->vn_count > 0);
	TAILQ_REMOVE(&vn->vn_list, vip, vi_mntvnodes);
	last = vn->vn_count == 1;
	atomic_store_relaxed(&vn->vn_count, vn->vn_count - 1);
	mutex_exit(&vn->vn_lock);
	return last;
}

static void
vnode_lane_insert(struct mount *mp, struct vnode_impl *vip)
{
	struct vnode_lane *vn = &mp->mnt_lanes[vip->vi_lane];

	KASSERT(vip->vi_lane < VLANES);
	mutex_enter(&vn->vn_lock);
	if (vn->vn_count == 0)
		vfs_ref(mp);
	atomic_store_relaxed(&vn->vn_count, vn->vn_count + 1);
	atomic_store_release(&VIMPL_TO_VNODE(vip)->v_mount, mp);
	TAILQ_INSERT_TAIL(&vn->vn_list, vip, vi_mntvnodes);
	mutex_exit(&vn->vn_lock);
}

/*
 * Move a vnode to the list of another mount, or of none.  The mount of dead
 * vnodes stays for good and nobody walks its vnodes: it has neither list nor
 * references, which all vnodes of the kernel would go through as they die.
 */
void
vfs_insmntque(struct vnode *vp, struct mount *mp)
{
	struct vnode_impl *vip = VNODE_TO_VIMPL(vp);
	struct mount *omp = vp->v_mount;
	bool last = false;

	if (omp != NULL && omp != dead_rootmount)
		last = vnode_lane_remove(&omp->mnt_lanes[vip->vi_lane], vip);
	if (mp != NULL && mp != dead_rootmount)
		vnode_lane_insert(mp, vip);
	else
		atomic_store_release(&vp->v_mount, mp);
	if (last)
		vfs_rele(omp);
}

static void
vcache_setup(struct vnode_impl *vip, struct mount *mp)
{
	struct vnode *vp = VIMPL_TO_VNODE(vip);

	vfs_insmntque(vp, mp);
	if (mp == dead_rootmount || (mp->mnt_iflag & IMNT_MPSAFE) != 0)
		vp->v_vflag |= VV_MPSAFE;
}

/* A vnode that never came to be: forget it. */
static void
vcache_abandon(struct vnode_impl *vip)
{
	struct vnode *vp = VIMPL_TO_VNODE(vip);

	mutex_enter(vp->v_interlock);
	vp->v_op = dead_vnodeop_p;
	vstate_change(vp, VS_LOADING, VS_RECLAIMED);
	mutex_exit(vp->v_interlock);
	cache_purge(vp);
	vfs_insmntque(vp, NULL);
	mutex_enter(vp->v_interlock);
	vrelel(vp, 0, LK_NONE);
}

static void
vcache_loaded(struct vnode_impl *vip)
{
	struct vnode *vp = VIMPL_TO_VNODE(vip);
	kmutex_t *lock = vcache_chainlock(vip->vi_hash);

	KASSERT(vp->v_op != NULL);
	mutex_enter(vp->v_interlock);
	vstate_change(vp, VS_LOADING, VS_LOADED);
	mutex_exit(vp->v_interlock);
	mutex_enter(lock);
	cv_broadcast(&vc.vc_cv);
	mutex_exit(lock);
}

/*
 * Get a reference to a vnode found in the cache; chain lock is released.
 * While it loads, its interlock may be replaced by that of another vnode
 * (vshareilock): leave it alone and try again.
 */
static int
vcache_got(struct vnode_impl *vip, struct vnode **vpp)
{
	struct vnode *vp = VIMPL_TO_VNODE(vip);
	kmutex_t *lock = vcache_chainlock(vip->vi_hash);
	int error;

	error = vcache_tryvget(vp);
	if (error == 0) {
		mutex_exit(lock);
		vlru_touch(vip);
	} else if (VSTATE_GET(vp) == VS_LOADING) {
		cv_wait(&vc.vc_cv, lock);
		mutex_exit(lock);
		return EAGAIN;
	} else {
		membar_acquire();
		mutex_enter(vp->v_interlock);
		mutex_exit(lock);
		error = vcache_vget(vp);
	}
	if (error == 0)
		*vpp = vp;
	return error;
}

/* Load a file the cache does not know. */
static int
vcache_load(const struct vcache_key *key, uint32_t hash, struct vnode **vpp)
{
	struct mount *mp = key->vk_mount;
	kmutex_t *lock = vcache_chainlock(hash);
	struct vnode_impl *vip;
	const void *new_key = NULL;
	int error;

	error = vfs_busy(mp);
	if (error != 0)
		return error;
	vip = vcache_alloc();
	vip->vi_key = *key;
	vip->vi_hash = hash;
	mutex_enter(lock);
	if (vcache_find(key, hash) != NULL) {
		mutex_exit(lock);
		vcache_abandon(vip);
		vfs_unbusy(mp);
		return EAGAIN;
	}
	vcache_link(vip);
	mutex_exit(lock);
	vcache_linked();
	vcache_setup(vip, mp);

	error = VFS_LOADVNODE(mp, VIMPL_TO_VNODE(vip), key->vk_key,
	    key->vk_key_len, &new_key);
	mutex_enter(lock);
	if (error != 0) {
		vcache_unlink(vip);
		cv_broadcast(&vc.vc_cv);
		mutex_exit(lock);
		vcache_abandon(vip);
	} else {
		KASSERT(new_key != NULL);
		KASSERT(memcmp(key->vk_key, new_key, key->vk_key_len) == 0);
		vip->vi_key.vk_key = new_key;
		mutex_exit(lock);
		vcache_loaded(vip);
		*vpp = VIMPL_TO_VNODE(vip);
	}
	vfs_unbusy(mp);
	return error;
}

/* The vnode of an existing file, referenced and not locked. */
int
vcache_get(struct mount *mp, const void *key, size_t key_len,
    struct vnode **vpp)
{
	struct vcache_key vk = {
		.vk_mount = mp, .vk_key = key, .vk_key_len = key_len
	};
	struct vnode_impl *vip;
	uint32_t hash = vcache_hash(&vk);
	kmutex_t *lock = vcache_chainlock(hash);
	int error;

	*vpp = NULL;
	do {
		mutex_enter(lock);
		vip = vcache_find(&vk, hash);
		if (vip != NULL) {
			error = vcache_got(vip, vpp);
			if (error == ENOENT)
				error = EAGAIN;
		} else {
			mutex_exit(lock);
			error = vcache_load(&vk, hash, vpp);
		}
	} while (error == EAGAIN);
	return error;
}

/* Enter a key that a dying vnode may still have: then wait for its end. */
static void
vcache_link_fresh(struct vnode_impl *vip)
{
	kmutex_t *lock = vcache_chainlock(vip->vi_hash);

	mutex_enter(lock);
	while (vcache_find(&vip->vi_key, vip->vi_hash) != NULL)
		cv_wait(&vc.vc_cv, lock);
	vcache_link(vip);
	mutex_exit(lock);
	vcache_linked();
}

/* The vnode of a file that the file system makes now. */
int
vcache_new(struct mount *mp, struct vnode *dvp, struct vattr *vap,
    kauth_cred_t cred, void *extra, struct vnode **vpp)
{
	struct vnode_impl *vip;
	struct vnode *vp;
	int error;

	*vpp = NULL;
	error = vfs_busy(mp);
	if (error != 0)
		return error;
	vip = vcache_alloc();
	vp = VIMPL_TO_VNODE(vip);
	vip->vi_key.vk_mount = mp;
	vcache_setup(vip, mp);

	error = VFS_NEWVNODE(mp, dvp, vp, vap, cred, extra,
	    &vip->vi_key.vk_key_len, &vip->vi_key.vk_key);
	if (error != 0) {
		vip->vi_key.vk_mount = NULL;
		vcache_abandon(vip);
		vfs_unbusy(mp);
		return error;
	}
	KASSERT((vip->vi_key.vk_key_len == 0) == (mp == dead_rootmount));
	if (vip->vi_key.vk_key_len > 0) {
		vip->vi_hash = vcache_hash(&vip->vi_key);
		vcache_link_fresh(vip);
	}
	vcache_loaded(vip);
	vfs_unbusy(mp);
	*vpp = vp;
	return 0;
}

/*
 * Change the key of a vnode: enter the new one beside the old, let the file
 * system change its own idea, then exit.  A second vnode holds the new key
 * meanwhile and makes lookups for it wait.
 */
int
vcache_rekey_enter(struct mount *mp, struct vnode *vp, const void *old_key,
    size_t old_key_len, const void *new_key, size_t new_key_len)
{
	struct vnode_impl *new_vip;
	kmutex_t *lock;

	new_vip = vcache_alloc();
	new_vip->vi_key.vk_mount = mp;
	new_vip->vi_key.vk_key = new_key;
	new_vip->vi_key.vk_key_len = new_key_len;
	new_vip->vi_hash = vcache_hash(&new_vip->vi_key);
	lock = vcache_chainlock(new_vip->vi_hash);
	mutex_enter(lock);
	if (vcache_find(&new_vip->vi_key, new_vip->vi_hash) != NULL) {
		mutex_exit(lock);
		vcache_abandon(new_vip);
		return EEXIST;
	}
	vcache_link(new_vip);
	mutex_exit(lock);
	vcache_linked();

	mutex_enter(vp->v_interlock);
	vstate_change(vp, VS_LOADED, VS_BLOCKED);
	mutex_exit(vp->v_interlock);
	return 0;
}

void
vcache_rekey_exit(struct mount *mp, struct vnode *vp, const void *old_key,
    size_t old_key_len, const void *new_key, size_t new_key_len)
{
	struct vcache_key key = {
		.vk_mount = mp, .vk_key = new_key, .vk_key_len = new_key_len
	};
	struct vnode_impl *vip = VNODE_TO_VIMPL(vp), *new_vip;
	uint32_t hash = vcache_hash(&key);
	kmutex_t *lock;

	lock = vcache_chainlock(vip->vi_hash);
	mutex_enter(lock);
	vcache_unlink(vip);
	mutex_exit(lock);

	lock = vcache_chainlock(hash);
	mutex_enter(lock);
	new_vip = vcache_find(&key, hash);
	KASSERT(new_vip != NULL);
	vcache_unlink(new_vip);
	vip->vi_key = key;
	vip->vi_hash = hash;
	vcache_link(vip);
	cv_broadcast(&vc.vc_cv);
	mutex_exit(lock);

	mutex_enter(vp->v_interlock);
	vstate_change(vp, VS_BLOCKED, VS_LOADED);
	mutex_exit(vp->v_interlock);
	vcache_abandon(new_vip);
}

/* Take a vnode out of the table and let those go on who wait for its key. */
static void
vcache_forget(struct vnode_impl *vip)
{
	kmutex_t *lock = vcache_chainlock(vip->vi_hash);

	mutex_enter(lock);
	vcache_unlink(vip);
	vip->vi_key.vk_mount = NULL;
	cv_broadcast(&vc.vc_cv);
	mutex_exit(lock);
}

/* The file system frees its key with the inode: keep a copy till the end. */
static void *
vcache_keepkey(struct vnode_impl *vip)
{
	kmutex_t *lock = vcache_chainlock(vip->vi_hash);
	void *copy;

	if (vip->vi_key.vk_key_len == 0)
		return NULL;
	copy = kmem_alloc(vip->vi_key.vk_key_len, KM_SLEEP);
	memcpy(copy, vip->vi_key.vk_key, vip->vi_key.vk_key_len);
	mutex_enter(lock);
	vip->vi_key.vk_key = copy;
	mutex_exit(lock);
	return copy;
}

/*
 * A vnode that is in use, or was since its last release, has not been told
 * that this is the end.
 */
static void
vcache_deactivate(struct vnode *vp)
{
	u_int use = atomic_load_relaxed(&vp->v_usecount);
	bool recycle = false;

	if ((use & VUSECOUNT_MASK) == 1 && (use & VUSECOUNT_INACT) == 0)
		return;
	atomic_and_uint(&vp->v_usecount, ~VUSECOUNT_INACT);
	VOP_INACTIVE(vp, &recycle);
}

/* Write and drop what is cached; what cannot be written is lost, aloud. */
static void
vcache_clean(struct vnode *vp)
{
	int error;

	error = vinvalbuf(vp, V_SAVE, NOCRED, curlwp, false, 0);
	if (error != 0) {
		printf("vfs: %s: error %d writing back a file, data lost\n",
		    vp->v_mount->mnt_stat.f_mntonname, error);
		error = vinvalbuf(vp, 0, NOCRED, curlwp, false, 0);
	}
	KASSERTMSG(error == 0, "vnode %p cannot be cleaned: %d", vp, error);
	KASSERT((vp->v_iflag & VI_ONWORKLST) == 0);
	if (vp->v_type == VBLK || vp->v_type == VCHR)
		spec_node_revoke(vp);
	else if (vp->v_type == VFIFO)
		fifo_node_revoke(vp);
}

/*
 * Take the file system's part away from a vnode.  The vnode is locked
 * exclusively on entry and not on exit, so that its v_mount only changes
 * while nobody has the lock: an unlock must find the mount its lock found.
 */
static void
vcache_detach(struct vnode *vp, int (**ops)(void *))
{
	struct vnode_impl *vip = VNODE_TO_VIMPL(vp);

	if (VOP_RECLAIM(vp) != 0)
		panic("vcache: vnode %p: VOP_RECLAIM failed", vp);
	KASSERT(vp->v_data == NULL);
	KASSERT(vp->v_uobj.uo_npages == 0);
	if (vp->v_type == VREG && vp->v_ractx != NULL) {
		uvm_ra_freectx(vp->v_ractx);
		vp->v_ractx = NULL;
	}
	cache_purge(vp);

	rw_enter(&vip->vi_lock, RW_WRITER);
	if (atomic_load_relaxed(&vp->v_mount->mnt_rootcache) == vp)
		atomic_store_relaxed(&vp->v_mount->mnt_rootcache, NULL);
	/* Who wants the lock looks at these without it. */
	atomic_store_relaxed(&vp->v_vflag, vp->v_vflag & ~VV_ROOT);
	vfs_insmntque(vp, dead_rootmount);
	atomic_store_relaxed(&vp->v_op, ops);
	atomic_store_relaxed(&vp->v_vflag, vp->v_vflag | VV_MPSAFE);
	rw_exit(&vip->vi_lock);
}

/*
 * Make a blocked, exclusively locked vnode a dead one.  Interlock held on
 * entry and exit; the vnode lock is gone afterwards.
 */
void
vcache_reclaim(struct vnode *vp)
{
	struct vnode_impl *vip = VNODE_TO_VIMPL(vp);
	struct mount *mp = vp->v_mount;
	size_t key_len = vip->vi_key.vk_key_len;
	void *key;

	KASSERT(mutex_owned(vp->v_interlock));
	KASSERT(vrefcnt(vp) != 0);
	vstate_change(vp, VS_BLOCKED, VS_RECLAIMING);
	mutex_exit(vp->v_interlock);

	key = vcache_keepkey(vip);
	fstrans_start(mp);
	vcache_deactivate(vp);
	vcache_clean(vp);
	vcache_detach(vp, dead_vnodeop_p);
	fstrans_done(mp);
	if (key_len > 0)
		vcache_forget(vip);
	if (key != NULL)
		kmem_free(key, key_len);

	VN_KNOTE(vp, NOTE_REVOKE);
	mutex_enter(vp->v_interlock);
	vp->v_tag = VT_NON;
	vstate_change(vp, VS_RECLAIMING, VS_RECLAIMED);
}

/*
 * A device vnode whose file system goes away by force: it stays usable as
 * the device, without a name.
 */
int
vcache_make_anon(struct vnode *vp)
{
	struct vnode_impl *vip = VNODE_TO_VIMPL(vp);
	struct mount *mp = vp->v_mount;
	size_t key_len = vip->vi_key.vk_key_len;
	void *key;

	KASSERT(vp->v_type == VBLK || vp->v_type == VCHR);
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	mutex_enter(vp->v_interlock);
	vstate_wait_stable(vp);
	if (VSTATE_GET(vp) != VS_LOADED) {
		mutex_exit(vp->v_interlock);
		VOP_UNLOCK(vp);
		return EBUSY;
	}
	vstate_change(vp, VS_LOADED, VS_BLOCKED);
	mutex_exit(vp->v_interlock);

	key = vcache_keepkey(vip);
	fstrans_start(mp);
	vcache_deactivate(vp);
	vcache_detach(vp, spec_vnodeop_p);
	fstrans_done(mp);
	if (key_len > 0)
		vcache_forget(vip);
	if (key != NULL)
		kmem_free(key, key_len);
	mutex_enter(vp->v_interlock);
	vip->vi_key.vk_key_len = 0;
	vip->vi_key.vk_key = NULL;
	vp->v_tag = VT_NON;
	vstate_change(vp, VS_BLOCKED, VS_LOADED);
	mutex_exit(vp->v_interlock);
	return 0;
}
