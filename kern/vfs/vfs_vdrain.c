/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The cleaner: keeps the number of vnodes near desiredvnodes, gives memory
 * back when asked (vcache_drain, vcache_shrink), and releases references for
 * contexts that may not (vrele_async).  Its thread starts with the first need
 * for it.
 *
 * Every vnode is in the list of its lane; the cleaner goes around each like
 * the hand of a clock and takes vnodes that nobody used since its last visit,
 * of each lane in proportion to what it holds.
 *
 * Lock order: v_interlock, vd_lock, vl_lock.  With one of the latter held,
 * interlocks are only tried.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/fstrans.h>
#include <sys/kernel.h>
#include <sys/kthread.h>
#include <sys/lwp.h>
#include <sys/vnode_impl.h>

#include "uvm_private.h"
#include "vfs_private.h"

int	desiredvnodes = 1 << 20;

/* The vnodes of a lane; all under vl_lock. */
static struct vlane {
	kmutex_t	vl_lock;
	TAILQ_HEAD(, vnode_impl) vl_lru;
	u_int		vl_count;	/* vnodes of the lane with memory */
	int		vl_uncounted;	/* numvnodes does not know of yet */
} __aligned(COHERENCY_UNIT) vlanes[VLANES];

/*
 * Atomic: vnodes that have memory.  Lanes tell in lots, so that they have
 * little to do with each other; vlru_count() is exact.
 */
unsigned int		numvnodes __aligned(COHERENCY_UNIT);
#define	VL_LOT		16

/* All under vd_lock. */
static struct {
	kmutex_t	vd_lock;
	kcondvar_t	vd_cv;		/* work for the thread */
	kcondvar_t	vd_done;	/* the thread made progress */
	TAILQ_HEAD(, vnode_impl) vd_deferred;
	struct lwp	*vd_thread;
	struct mount	*vd_mount;	/* it releases one of this */
	bool		vd_starting;
	volatile bool	vd_wanted;	/* asked to clean; also read unlocked */
	int		vd_shrink;	/* per cent to give up: memory is short */
} __aligned(COHERENCY_UNIT) vd;

/*
 * How many more than asked are taken in one go, so that the thread is not
 * woken for a few: a share of all, or of a small cache a larger one.
 */
#define	BATCH_SHARE	32
#define	BATCH_SMALL	4
#define	BATCH_ENOUGH	1024

#define	LRU_NONE	0
#define	LRU_LIST	1
#define	LRU_DEFERRED	2

void
vdrain_init(void)
{
	u_int i;

	for (i = 0; i < VLANES; i++) {
		mutex_init(&vlanes[i].vl_lock, MUTEX_DEFAULT, IPL_NONE);
		TAILQ_INIT(&vlanes[i].vl_lru);
	}
	mutex_init(&vd.vd_lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&vd.vd_cv, "vdrain");
	cv_init(&vd.vd_done, "vdrained");
	TAILQ_INIT(&vd.vd_deferred);
}

static struct vlane *
vlane_of(struct vnode_impl *vip)
{

	KASSERT(vip->vi_lane < VLANES);
	return &vlanes[vip->vi_lane];
}

/* A vnode more or less in the lane. */
static void
vlane_count(struct vlane *vl, int n)
{

	KASSERT(mutex_owned(&vl->vl_lock));
	KASSERT(n > 0 || vl->vl_count > 0);
	atomic_store_relaxed(&vl->vl_count, vl->vl_count + n);
	vl->vl_uncounted += n;
	if (vl->vl_uncounted <= -VL_LOT || vl->vl_uncounted >= VL_LOT) {
		atomic_add_int(&numvnodes, vl->vl_uncounted);
		vl->vl_uncounted = 0;
	}
}

/* How many vnodes have memory at the moment. */
u_int
vlru_count(void)
{
	u_int i, n = 0;

	for (i = 0; i < VLANES; i++)
		n += atomic_load_relaxed(&vlanes[i].vl_count);
	return n;
}

/* A new vnode. */
void
vlru_insert(struct vnode_impl *vip)
{
	struct vlane *vl = vlane_of(vip);

	mutex_enter(&vl->vl_lock);
	TAILQ_INSERT_TAIL(&vl->vl_lru, vip, vi_lrulist);
	vip->vi_lruwhich = LRU_LIST;
	vlane_count(vl, 1);
	mutex_exit(&vl->vl_lock);
}

/* One that is about to be freed. */
void
vlru_remove(struct vnode_impl *vip)
{
	struct vlane *vl = vlane_of(vip);

	mutex_enter(&vl->vl_lock);
	KASSERT(vip->vi_lruwhich == LRU_LIST);
	TAILQ_REMOVE(&vl->vl_lru, vip, vi_lrulist);
	vip->vi_lruwhich = LRU_NONE;
	vlane_count(vl, -1);
	mutex_exit(&vl->vl_lock);
}

/* Interlock held; the reference moves to the cleaner. */
void
vdrain_defer(struct vnode_impl *vip)
{
	struct vlane *vl = vlane_of(vip);

	KASSERT(mutex_owned(VIMPL_TO_VNODE(vip)->v_interlock));
	mutex_enter(&vd.vd_lock);
	mutex_enter(&vl->vl_lock);
	KASSERT(vip->vi_lruwhich == LRU_LIST);
	TAILQ_REMOVE(&vl->vl_lru, vip, vi_lrulist);
	vip->vi_lruwhich = LRU_DEFERRED;
	mutex_exit(&vl->vl_lock);
	TAILQ_INSERT_TAIL(&vd.vd_deferred, vip, vi_lrulist);
	mutex_exit(&vd.vd_lock);
}

/* Release a deferred one; vd_lock is dropped meanwhile. */
static void
vdrain_release(struct vnode_impl *vip)
{
	struct vlane *vl = vlane_of(vip);

	KASSERT(mutex_owned(&vd.vd_lock));
	KASSERT(vip->vi_lruwhich == LRU_DEFERRED);
	TAILQ_REMOVE(&vd.vd_deferred, vip, vi_lrulist);
	mutex_enter(&vl->vl_lock);
	TAILQ_INSERT_TAIL(&vl->vl_lru, vip, vi_lrulist);
	vip->vi_lruwhich = LRU_LIST;
	mutex_exit(&vl->vl_lock);
	mutex_exit(&vd.vd_lock);
	vrele(VIMPL_TO_VNODE(vip));
	mutex_enter(&vd.vd_lock);
	cv_broadcast(&vd.vd_done);
}

/*
 * The next one whose mount is not suspended, inside a transaction: who
 * unmounts releases the others, and would be in the way of those begun.
 */
static struct vnode_impl *
vdrain_next_deferred(struct mount **mpp)
{
	struct vnode_impl *vip;
	struct vnode *vp;
	int error;

	KASSERT(mutex_owned(&vd.vd_lock));
	TAILQ_FOREACH(vip, &vd.vd_deferred, vi_lrulist) {
		vp = VIMPL_TO_VNODE(vip);
		if (!mutex_tryenter(vp->v_interlock))
			continue;
		*mpp = vp->v_mount;
		error = fstrans_start_nowait(*mpp);
		mutex_exit(vp->v_interlock);
		if (error == 0)
			return vip;
	}
	return NULL;
}

static bool
vdrain_one_deferred(void)
{
	struct vnode_impl *vip;
	struct mount *mp;

	vip = vdrain_next_deferred(&mp);
	if (vip == NULL)
		return false;
	vd.vd_mount = mp;
	vdrain_release(vip);
	vd.vd_mount = NULL;
	fstrans_done(mp);
	return true;
}

/* Is this vnode worth taking?  Looked at without its lock. */
static bool
vdrain_candidate(struct vnode_impl *vip, bool hard)
{
	struct vnode *vp = VIMPL_TO_VNODE(vip);

	if (atomic_load_relaxed(&vip->vi_lruused) != 0 && !hard) {
		atomic_store_relaxed(&vip->vi_lruused, 0);
		return false;
	}
	return atomic_load_relaxed(&vip->vi_state) == VS_LOADED &&
	    vrefcnt(vp) == 0 &&
	    (atomic_load_relaxed(&vp->v_iflag) & VI_ONWORKLST) == 0;
}

/* Reclaim it if nobody minds.  vl_lock is dropped. */
static bool
vdrain_take(struct vlane *vl, struct vnode_impl *vip)
{
	struct vnode *vp = VIMPL_TO_VNODE(vip);
	struct mount *mp;
	bool done;

	if (!mutex_tryenter(vp->v_interlock))
		return false;
	mp = vp->v_mount;
	if (VSTATE_GET(vp) != VS_LOADED || vrefcnt(vp) != 0 ||
	    fstrans_start_nowait(mp) != 0) {
		mutex_exit(vp->v_interlock);
		return false;
	}
	mutex_exit(&vl->vl_lock);
	done = vcache_vget(vp) == 0;
	if (done && !vrecycle(vp)) {
		vrele(vp);
		done = false;
	}
	fstrans_done(mp);
	mutex_enter(&vl->vl_lock);
	return done;
}

/*
 * Reclaim up to n vnodes of a lane, looking at no more than *left, which is
 * what remains to be looked at afterwards.
 */
static int
vdrain_scan_lane(struct vlane *vl, int n, bool hard, u_int *left)
{
	struct vnode_impl *vip;
	int taken = 0;

	mutex_enter(&vl->vl_lock);
	while (taken < n && *left > 0) {
		vip = TAILQ_FIRST(&vl->vl_lru);
		if (vip == NULL)
			break;
		--*left;
		TAILQ_REMOVE(&vl->vl_lru, vip, vi_lrulist);
		TAILQ_INSERT_TAIL(&vl->vl_lru, vip, vi_lrulist);
		if (vdrain_candidate(vip, hard) && vdrain_take(vl, vip))
			taken++;
	}
	mutex_exit(&vl->vl_lock);
	return taken;
}

/*
 * Reclaim up to n vnodes, looking at each at most once: of each lane its
 * share, then what is missing of whichever has it.  hard: also those used
 * lately.  Returns how many.
 */
static int
vdrain_scan(int n, bool hard)
{
	u_int left[VLANES], i, total = 0;
	int64_t share;
	int taken = 0;

	for (i = 0; i < VLANES; i++) {
		left[i] = atomic_load_relaxed(&vlanes[i].vl_count);
		total += left[i];
	}
	for (i = 0; i < VLANES && taken < n; i++) {
		if (left[i] == 0)
			continue;
		share = howmany((int64_t)n * left[i], (int64_t)total);
		taken += vdrain_scan_lane(&vlanes[i],
		    (int)MIN(share, n - taken), hard, &left[i]);
	}
	for (i = 0; i < VLANES && taken < n; i++)
		taken += vdrain_scan_lane(&vlanes[i], n - taken, hard,
		    &left[i]);
	return taken;
}

static int
vdrain_excess(u_int count)
{

	return (int)count - atomic_load_relaxed(&desiredvnodes);
}

static int
vdrain_batch(void)
{
	const int max = desiredvnodes;

	return MAX(max / BATCH_SHARE, MIN(max / BATCH_SMALL, BATCH_ENOUGH));
}

/* Give up a share of the vnodes, first of those not used lately. */
static void
vdrain_share(int pct)
{
	int n = (int)howmany((uint64_t)vlru_count() * pct, 100);

	if (vdrain_scan(n, false) == 0)
		vdrain_scan(n, true);
	vcache_grace();
}

/* There are about as many as wanted, or more. */
static void
vdrain_reduce(int excess)
{

	excess += vdrain_batch();
	excess -= vdrain_scan(excess, false);
	if (vdrain_excess(vlru_count()) > 0)
		(void)vdrain_scan(excess, true);
	/* The rest is in use or has something to write. */
	if (vdrain_excess(vlru_count()) > 0)
		(void)speedup_syncer();
	vcache_grace();
}

static void
vdrain_thread(void *arg)
{
	int excess, pct;

	curlwp->l_pflag |= LP_MEMRESERVE;
	mutex_enter(&vd.vd_lock);
	for (;;) {
		atomic_store_relaxed(&vd.vd_wanted, false);
		while (vdrain_one_deferred())
			continue;
		pct = vd.vd_shrink;
		vd.vd_shrink = 0;
		mutex_exit(&vd.vd_lock);
		if (pct != 0)
			vdrain_share(pct);
		excess = vdrain_excess(vlru_count());
		if (excess >= 0)
			vdrain_reduce(excess);
		mutex_enter(&vd.vd_lock);
		cv_broadcast(&vd.vd_done);
		if (vd.vd_shrink != 0 || vd.vd_wanted)
			continue;
		if (TAILQ_EMPTY(&vd.vd_deferred))
			cv_wait(&vd.vd_cv, &vd.vd_lock);
		else
			(void)cv_timedwait(&vd.vd_cv, &vd.vd_lock,
			    MAX(mstohz(20), 1));
	}
}

/* Without the thread everything waits until somebody starts it. */
static void
vdrain_start(void)
{
	struct lwp *l;
	int error;

	KASSERT(mutex_owned(&vd.vd_lock));
	if (vd.vd_thread != NULL || vd.vd_starting)
		return;
	vd.vd_starting = true;
	mutex_exit(&vd.vd_lock);
	error = kthread_create(PRI_VM, KTHREAD_MPSAFE, NULL, vdrain_thread,
	    NULL, &l, "vdrain");
	if (error != 0)
		printf("vfs: no vnode cleaner: error %d\n", error);
	mutex_enter(&vd.vd_lock);
	if (error == 0)
		vd.vd_thread = l;
	vd.vd_starting = false;
}

void
vdrain_kick(void)
{

	mutex_enter(&vd.vd_lock);
	vdrain_start();
	/* It may be on its way to sleep, with the lock not held. */
	atomic_store_relaxed(&vd.vd_wanted, vd.vd_thread != NULL);
	cv_signal(&vd.vd_cv);
	mutex_exit(&vd.vd_lock);
}

/*
 * Before a new vnode: start cleaning in time, and slow down who is faster.
 * While a request stands there is nothing to add to it.
 */
void
vcache_throttle(void)
{
	int excess = vdrain_excess(atomic_load_relaxed(&numvnodes));

	if (__predict_true(excess < 0))
		return;
	/* It is counted in lots; the cleaner goes by what there is. */
	excess = vdrain_excess(vlru_count());
	if (excess < 0)
		return;
	if (excess <= desiredvnodes / 4 &&
	    atomic_load_relaxed(&vd.vd_wanted))
		return;
	mutex_enter(&vd.vd_lock);
	vdrain_start();
	atomic_store_relaxed(&vd.vd_wanted, vd.vd_thread != NULL);
	cv_signal(&vd.vd_cv);
	/* A round of the thread ends it; not long, in case it waits for us. */
	if (excess > desiredvnodes / 4 && curlwp != vd.vd_thread)
		(void)cv_timedwait(&vd.vd_done, &vd.vd_lock,
		    mstohz(excess > desiredvnodes ? 100 : 10));
	mutex_exit(&vd.vd_lock);
}

/*
 * Finish deferred releases of a mount: an unmount must not find them.  The
 * cleaner leaves them alone once the mount is suspended.
 */
void
vrele_flush(struct mount *mp)
{
	struct vnode_impl *vip;

	uvm_pdqueue_quiesce();
	mutex_enter(&vd.vd_lock);
	do {
		TAILQ_FOREACH(vip, &vd.vd_deferred, vi_lrulist)
			if (VIMPL_TO_VNODE(vip)->v_mount == mp)
				break;
		if (vip != NULL)
			vdrain_release(vip);
	} while (vip != NULL);
	while (vd.vd_mount == mp)
		cv_wait(&vd.vd_done, &vd.vd_lock);
	mutex_exit(&vd.vd_lock);
}

/*
 * Memory is short: give up a share of the vnodes, all that can go if pct is
 * 100.  May sleep and do I/O.
 */
void
vcache_drain(int pct)
{

	vdrain_share(pct);
}

/*
 * The same by the thread: returns at once.
 */
void
vcache_shrink(int pct)
{

	mutex_enter(&vd.vd_lock);
	vd.vd_shrink = pct;
	vdrain_start();
	cv_signal(&vd.vd_cv);
	mutex_exit(&vd.vd_lock);
}
