/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fstrans(9).  A transaction costs a few instructions: each lwp keeps a short
 * list of the mounts it is in, and each mount counts the lwps inside per
 * virtual CPU.  Suspension flips the state of the mount, waits until every
 * CPU has seen that (pserialize), then waits for the counts to add up to
 * zero.  Layers count at the lowest mount.
 *
 * Lock order: fstrans_suspend_lock, then fstrans_lock.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/buf.h>
#include <sys/cpu.h>
#include <sys/fstrans.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mount.h>
#include <sys/pserialize.h>

#include <miscfs/specfs/specdev.h>

#include "vfs_private.h"

/* Transactions of one lwp on one mount; l: belongs to that lwp. */
struct fstrans_lwp {
	struct fstrans_lwp *fl_next;	/* l */
	struct fstrans_mount *fl_mount;	/* l */
	u_int		fl_count;	/* l  nesting */
} __aligned(COHERENCY_UNIT);

/* c: the CPU itself. */
struct fstrans_cpu {
	volatile int	fc_inside;	/* c  started minus done here */
} __aligned(COHERENCY_UNIT);

struct fscow_handler {
	LIST_ENTRY(fscow_handler) fh_list;
	int		(*fh_func)(void *, struct buf *, bool);
	void		*fh_arg;
};

/*
 * s: fstrans_lock to write, fstrans_lock or pserialize to read
 * w: fm_cowlock
 */
struct fstrans_mount {
	volatile enum fstrans_state fm_state;	/* s */
	struct lwp	*fm_owner;		/* s  who suspends */
	krwlock_t	fm_cowlock;
	LIST_HEAD(, fscow_handler) fm_cow;	/* w */
	volatile u_int	fm_ncow;		/* w to write: how many */
	struct fstrans_cpu *fm_cpu;		/* one per virtual CPU */
};

/* Free fstrans_lwp structures, per CPU; c: the CPU itself. */
struct fstrans_free {
	struct fstrans_lwp *ff_head;	/* c */
	u_int		ff_count;	/* c */
} __aligned(COHERENCY_UNIT);
#define	FSTRANS_FREE_MAX	16

static struct fstrans_free fstrans_free[MAXCPUS];
static kmutex_t		fstrans_lock;
static kmutex_t		fstrans_suspend_lock;
static kcondvar_t	fstrans_state_cv;	/* state went back to normal */
static kcondvar_t	fstrans_count_cv;	/* somebody left */

void
fstrans_init(void)
{

	mutex_init(&fstrans_lock, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&fstrans_suspend_lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&fstrans_state_cv, "fstrans");
	cv_init(&fstrans_count_cv, "fstrcnt");
}

int
fstrans_mount(struct mount *mp)
{
	struct fstrans_mount *fm;

	fm = kmem_zalloc(sizeof(*fm), KM_SLEEP);
	fm->fm_cpu = kmem_zalloc(sizeof(fm->fm_cpu[0]) * ncpu, KM_SLEEP);
	rw_init(&fm->fm_cowlock);
	LIST_INIT(&fm->fm_cow);
	mp->mnt_transinfo = fm;
	return 0;
}

/* Last reference to the mount is gone and nobody can look at it. */
void
fstrans_unmount(struct mount *mp)
{
	struct fstrans_mount *fm = mp->mnt_transinfo;

	if (fm == NULL)
		return;
	KASSERT(fm->fm_state == FSTRANS_NORMAL);
	KASSERT(LIST_EMPTY(&fm->fm_cow));
	rw_destroy(&fm->fm_cowlock);
	kmem_free(fm->fm_cpu, sizeof(fm->fm_cpu[0]) * ncpu);
	kmem_free(fm, sizeof(*fm));
	mp->mnt_transinfo = NULL;
}

static inline struct fstrans_mount *
fstrans_of(struct mount *mp)
{

	while (__predict_false(mp->mnt_lower != NULL))
		mp = mp->mnt_lower;
	return mp->mnt_transinfo;
}

static inline struct fstrans_lwp *
fstrans_find(struct lwp *l, struct fstrans_mount *fm)
{
	struct fstrans_lwp *fl;

	for (fl = l->l_fstrans; fl != NULL; fl = fl->fl_next)
		if (fl->fl_mount == fm)
			break;
	return fl;
}

/*
 * May sleep for memory if `wait', so never between pserialize_read_enter and
 * exit; else may return NULL.
 */
static struct fstrans_lwp *
fstrans_lwp_get(bool wait)
{
	struct fstrans_free *ff = &fstrans_free[cpu_index(curcpu())];
	struct fstrans_lwp *fl = ff->ff_head;

	if (__predict_true(fl != NULL)) {
		ff->ff_head = fl->fl_next;
		ff->ff_count--;
		return fl;
	}
	return kmem_alloc(sizeof(*fl), wait ? KM_SLEEP : KM_NOSLEEP);
}

static void
fstrans_lwp_put(struct fstrans_lwp *fl)
{
	struct fstrans_free *ff = &fstrans_free[cpu_index(curcpu())];

	if (__predict_false(ff->ff_count >= FSTRANS_FREE_MAX)) {
		kmem_free(fl, sizeof(*fl));
		return;
	}
	fl->fl_next = ff->ff_head;
	ff->ff_head = fl;
	ff->ff_count++;
}

static inline void
fstrans_lwp_enter(struct lwp *l, struct fstrans_mount *fm,
    struct fstrans_lwp *fl)
{

	fl->fl_mount = fm;
	fl->fl_count = 1;
	fl->fl_next = l->l_fstrans;
	l->l_fstrans = fl;
}

static bool
fstrans_may_pass(struct fstrans_mount *fm, bool lazy)
{
	enum fstrans_state state = atomic_load_relaxed(&fm->fm_state);

	return state == FSTRANS_NORMAL ||
	    atomic_load_relaxed(&fm->fm_owner) == curlwp ||
	    (lazy && state == FSTRANS_SUSPENDING);
}

/* Only this CPU writes it, others add them up. */
static inline void
fstrans_inside_add(struct fstrans_mount *fm, int n)
{
	struct fstrans_cpu *fc = &fm->fm_cpu[cpu_index(curcpu())];

	atomic_store_relaxed(&fc->fc_inside, fc->fc_inside + n);
}

static inline bool
fstrans_count(struct fstrans_mount *fm, bool lazy)
{

	if (__predict_false(atomic_load_relaxed(&fm->fm_state) !=
	    FSTRANS_NORMAL) && !fstrans_may_pass(fm, lazy))
		return false;
	fstrans_inside_add(fm, 1);
	return true;
}

static int
fstrans_start_common(struct fstrans_mount *fm, bool wait, bool lazy)
{
	struct lwp *l = curlwp;
	struct fstrans_lwp *fl;
	bool in;
	int s;

	if (fm == NULL)
		return 0;
	fl = fstrans_find(l, fm);
	if (fl != NULL) {
		fl->fl_count++;
		return 0;
	}

	fl = fstrans_lwp_get(wait);
	if (fl == NULL)
		return EBUSY;
	for (;;) {
		s = pserialize_read_enter();
		in = fstrans_count(fm, lazy);
		pserialize_read_exit(s);
		if (__predict_true(in))
			break;
		if (!wait) {
			fstrans_lwp_put(fl);
			return EBUSY;
		}
		mutex_enter(&fstrans_lock);
		while (!fstrans_may_pass(fm, lazy))
			cv_wait(&fstrans_state_cv, &fstrans_lock);
		mutex_exit(&fstrans_lock);
	}
	fstrans_lwp_enter(l, fm, fl);
	return 0;
}

void
fstrans_start(struct mount *mp)
{
	int error __diagused;

	error = fstrans_start_common(fstrans_of(mp), true, false);
	KASSERT(error == 0);
}

void
fstrans_start_lazy(struct mount *mp)
{
	int error __diagused;

	error = fstrans_start_common(fstrans_of(mp), true, true);
	KASSERT(error == 0);
}

int
fstrans_start_nowait(struct mount *mp)
{

	return fstrans_start_common(fstrans_of(mp), false, false);
}

/* Somebody waits for the mount to become quiet: let it count again. */
static void
fstrans_wake(void)
{

	mutex_enter(&fstrans_lock);
	cv_broadcast(&fstrans_count_cv);
	mutex_exit(&fstrans_lock);
}

void
fstrans_done(struct mount *mp)
{
	struct fstrans_mount *fm = fstrans_of(mp);
	struct lwp *l = curlwp;
	struct fstrans_lwp *fl, **flp;
	bool wake;
	int s;

	if (fm == NULL)
		return;
	for (flp = (struct fstrans_lwp **)&l->l_fstrans;
	    (fl = *flp) != NULL && fl->fl_mount != fm; flp = &fl->fl_next)
		continue;
	KASSERTMSG(fl != NULL, "fstrans_done: not inside a transaction");
	if (--fl->fl_count > 0)
		return;
	*flp = fl->fl_next;

	s = pserialize_read_enter();
	fstrans_inside_add(fm, -1);
	wake = atomic_load_relaxed(&fm->fm_state) != FSTRANS_NORMAL;
	pserialize_read_exit(s);
	fstrans_lwp_put(fl);
	if (__predict_false(wake))
		fstrans_wake();
}

/*
 * One look at a vnode's mount: 0 entered, EAGAIN look again, EBUSY suspended
 * (then *mpp is referenced).  Inside the section the mount cannot be freed.
 */
static int
fstrans_try_vnode(struct vnode *vp, struct fstrans_lwp **flp,
    struct mount **mpp)
{
	struct lwp *l = curlwp;
	struct fstrans_mount *fm;
	struct fstrans_lwp *fl;
	struct mount *mp;
	int error = 0, s;

	s = pserialize_read_enter();
	mp = *mpp = atomic_load_consume(&vp->v_mount);
	fm = fstrans_of(mp);
	if (fm == NULL)
		/* nothing to do */;
	else if ((fl = fstrans_find(l, fm)) != NULL)
		fl->fl_count++;
	else if (__predict_true(fstrans_count(fm, false))) {
		fstrans_lwp_enter(l, fm, *flp);
		*flp = NULL;
	} else
		error = vfs_tryref(mp) ? EBUSY : EAGAIN;
	pserialize_read_exit(s);
	return error;
}

/*
 * Start a transaction on the mount of a vnode, which may change until then:
 * only a dying vnode moves, to the dead mount, which has no transactions.
 */
int
fstrans_start_vnode(struct vnode *vp, bool nowait, struct mount **mpp)
{
	struct fstrans_lwp *fl = fstrans_lwp_get(true);
	bool held;
	int error;

	do {
		error = fstrans_try_vnode(vp, &fl, mpp);
		held = error == EBUSY;
		if (__predict_false(held))
			error = fstrans_start_common(fstrans_of(*mpp),
			    !nowait, false);
		if (error == 0 && __predict_false(*mpp != vp->v_mount)) {
			fstrans_done(*mpp);
			if (fl == NULL)
				fl = fstrans_lwp_get(true);
			error = EAGAIN;
		}
		/* It may be the last, so not before fstrans_done(). */
		if (__predict_false(held))
			vfs_rele(*mpp);
	} while (error == EAGAIN);
	if (fl != NULL)
		fstrans_lwp_put(fl);
	return error;
}

/* Is this lwp inside a transaction of the mount? */
int
fstrans_held(struct mount *mp)
{
	struct fstrans_mount *fm = fstrans_of(mp);

	return fm == NULL || fstrans_find(curlwp, fm) != NULL ||
	    atomic_load_relaxed(&fm->fm_owner) == curlwp;
}

int
fstrans_is_owner(struct mount *mp)
{
	struct fstrans_mount *fm = fstrans_of(mp);

	return fm == NULL || atomic_load_relaxed(&fm->fm_owner) == curlwp;
}

enum fstrans_state
fstrans_getstate(struct mount *mp)
{
	struct fstrans_mount *fm = fstrans_of(mp);

	return fm == NULL ? FSTRANS_NORMAL :
	    atomic_load_relaxed(&fm->fm_state);
}

static int
fstrans_inside(struct fstrans_mount *fm)
{
	int sum = 0;
	u_int i;

	for (i = 0; i < ncpu; i++)
		sum += atomic_load_relaxed(&fm->fm_cpu[i].fc_inside);
	return sum;
}

/* Transactions of this lwp do not hold up its own suspension. */
static int
fstrans_self(struct fstrans_mount *fm)
{

	return fstrans_find(curlwp, fm) != NULL ? 1 : 0;
}

int
fstrans_setstate(struct mount *mp, enum fstrans_state state)
{
	struct fstrans_mount *fm = fstrans_of(mp);
	int error = 0;

	if (fm == NULL)
		return 0;
	mutex_enter(&fstrans_lock);
	KASSERT(fm->fm_owner == NULL || fm->fm_owner == curlwp);
	atomic_store_relaxed(&fm->fm_owner, curlwp);
	atomic_store_relaxed(&fm->fm_state, state);
	mutex_exit(&fstrans_lock);
	pserialize_perform(vfs_psz);

	mutex_enter(&fstrans_lock);
	while (state != FSTRANS_NORMAL &&
	    fstrans_inside(fm) > fstrans_self(fm)) {
		error = cv_wait_sig(&fstrans_count_cv, &fstrans_lock);
		if (error != 0) {
			atomic_store_relaxed(&fm->fm_state, FSTRANS_NORMAL);
			break;
		}
	}
	if (fm->fm_state == FSTRANS_NORMAL) {
		atomic_store_relaxed(&fm->fm_owner, NULL);
		cv_broadcast(&fstrans_state_cv);
	}
	mutex_exit(&fstrans_lock);
	return error;
}

/* Called when an lwp ends; it must have left everything it entered. */
void
fstrans_lwp_dtor(struct lwp *l)
{

	KASSERTMSG(l->l_fstrans == NULL, "lwp %d exits inside a transaction",
	    (int)l->l_lid);
}

int
vfs_suspend(struct mount *mp, int nowait)
{
	int error;

	if (nowait) {
		if (!mutex_tryenter(&fstrans_suspend_lock))
			return EWOULDBLOCK;
	} else
		mutex_enter(&fstrans_suspend_lock);
	error = VFS_SUSPENDCTL(mp, SUSPEND_SUSPEND);
	if (error != 0)
		mutex_exit(&fstrans_suspend_lock);
	return error;
}

void
vfs_resume(struct mount *mp)
{
	int error __diagused;

	error = VFS_SUSPENDCTL(mp, SUSPEND_RESUME);
	KASSERT(error == 0);
	mutex_exit(&fstrans_suspend_lock);
}

int
fscow_establish(struct mount *mp, int (*func)(void *, struct buf *, bool),
    void *arg)
{
	struct fstrans_mount *fm = fstrans_of(mp);
	struct fscow_handler *fh;

	if (fm == NULL)
		return EINVAL;
	fh = kmem_alloc(sizeof(*fh), KM_SLEEP);
	fh->fh_func = func;
	fh->fh_arg = arg;
	rw_enter(&fm->fm_cowlock, RW_WRITER);
	LIST_INSERT_HEAD(&fm->fm_cow, fh, fh_list);
	atomic_store_relaxed(&fm->fm_ncow, fm->fm_ncow + 1);
	rw_exit(&fm->fm_cowlock);
	return 0;
}

int
fscow_disestablish(struct mount *mp,
    int (*func)(void *, struct buf *, bool), void *arg)
{
	struct fstrans_mount *fm = fstrans_of(mp);
	struct fscow_handler *fh;

	if (fm == NULL)
		return EINVAL;
	rw_enter(&fm->fm_cowlock, RW_WRITER);
	LIST_FOREACH(fh, &fm->fm_cow, fh_list)
		if (fh->fh_func == func && fh->fh_arg == arg)
			break;
	if (fh != NULL) {
		LIST_REMOVE(fh, fh_list);
		atomic_store_relaxed(&fm->fm_ncow, fm->fm_ncow - 1);
	}
	rw_exit(&fm->fm_cowlock);
	if (fh == NULL)
		return EINVAL;
	kmem_free(fh, sizeof(*fh));
	return 0;
}

/* The mount whose copy-on-write handlers want to see a buffer. */
static struct mount *
fscow_mount(struct buf *bp)
{

	if (bp->b_vp == NULL)
		return NULL;
	if (bp->b_vp->v_type == VBLK)
		return spec_node_getmountedfs(bp->b_vp);
	return bp->b_vp->v_mount;
}

/* Before a buffer is written for the first time since it was read. */
int
fscow_run(struct buf *bp, bool data_valid)
{
	struct mount *mp = fscow_mount(bp);
	struct fstrans_mount *fm;
	struct fscow_handler *fh;
	int error = 0;

	if ((bp->b_flags & B_COWDONE) != 0 || mp == NULL)
		return 0;
	fm = fstrans_of(mp);
	if (fm == NULL || atomic_load_relaxed(&fm->fm_ncow) == 0)
		return 0;
	rw_enter(&fm->fm_cowlock, RW_READER);
	LIST_FOREACH(fh, &fm->fm_cow, fh_list) {
		error = (*fh->fh_func)(fh->fh_arg, bp, data_valid);
		if (error != 0)
			break;
	}
	rw_exit(&fm->fm_cowlock);
	if (error == 0)
		bp->b_flags |= B_COWDONE;
	return error;
}
