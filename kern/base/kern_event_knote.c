/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kqueue(2): registrations.
 *
 * Knotes hang on the descriptor they watch (ff_knlist) or, for other idents,
 * in a hash of the process; fd_lock protects both.  A knote that is being
 * worked on without fd_lock has kn_influx raised; to free it, KN_WILLDETACH
 * is set, the count awaited, and everything undone.  Who finds a knote that
 * comes or goes waits for that on knote_cv.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/errno.h>
#include <sys/event.h>
#include <sys/eventvar.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/kmem.h>
#include <sys/pool.h>
#include <sys/proc.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

#include "kqueue_private.h"

#define KN_HASHSIZE	64

static pool_cache_t knote_cache;
static kcondvar_t knote_cv;	/* with the fd_lock of whoever waits */

void
knote_sysinit(void)
{

	knote_cache = pool_cache_init(sizeof(struct knote), 0, 0, 0,
	    "knotepl", NULL, IPL_NONE, NULL, NULL, NULL);
	cv_init(&knote_cv, "knotegon");
}

static bool
isfd_p(const struct kfilter *kf)
{

	return (kf->kf_fop->f_flags & FILTEROP_ISFD) != 0;
}

/* The list that knotes of this ident are on; NULL: no such descriptor. */
static struct fd_klist *
knote_list(filedesc_t *fdp, bool isfd, uintptr_t ident)
{
	fdtab_t *dt = fdp->fd_dt;

	KASSERT(mutex_owned(&fdp->fd_lock));
	if (!isfd)
		return &fdp->fd_knhash[ident & fdp->fd_knhashmask];
	if (ident >= dt->dt_nfiles || dt->dt_ff[ident] == NULL)
		return NULL;
	return &dt->dt_ff[ident]->ff_knlist;
}

static struct knote *
list_find(struct fd_klist *list, const struct kqueue *kq,
    const struct kevent *kev)
{
	struct knote *kn;

	SLIST_FOREACH(kn, list, kn_link) {
		if (kn->kn_kq == kq && kn->kn_id == kev->ident &&
		    kn->kn_filter == kev->filter)
			break;
	}
	return kn;
}

/* The hash is made by the first who needs it; once made it stays. */
static void
knhash_ensure(filedesc_t *fdp)
{
	struct fd_klist *hash;
	size_t size = KN_HASHSIZE * sizeof(*hash);

	if (fdp->fd_knhash != NULL)
		return;
	hash = kmem_zalloc(size, KM_SLEEP);
	mutex_enter(&fdp->fd_lock);
	if (fdp->fd_knhash == NULL) {
		fdp->fd_knhashmask = KN_HASHSIZE - 1;
		fdp->fd_knhash = hash;
		hash = NULL;
	}
	mutex_exit(&fdp->fd_lock);
	if (hash != NULL)
		kmem_free(hash, size);
}

/* Take it off the ready queue and wait until nobody looks at it. */
static void
knote_quiesce(struct kqueue *kq, struct knote *kn, u_int mine)
{

	mutex_spin_enter(&kq->kq_lock);
	while (kn->kn_influx > mine)
		cv_wait(&kq->kq_cv, &kq->kq_lock);
	if (kn->kn_status & KN_QUEUED) {
		TAILQ_REMOVE(&kq->kq_head, kn, kn_tqe);
		kn->kn_status &= ~KN_QUEUED;
		kq->kq_count--;
	}
	mutex_spin_exit(&kq->kq_lock);
}

/*
 * Mark a knote to go.  False: somebody else has.  fd_lock is held.
 */
static bool
knote_condemn(struct kqueue *kq, struct knote *kn)
{
	bool mine;

	KASSERT(mutex_owned(&kq->kq_fdp->fd_lock));
	mutex_spin_enter(&kq->kq_lock);
	mine = (kn->kn_status & KN_WILLDETACH) == 0;
	kn->kn_status |= KN_WILLDETACH;
	mutex_spin_exit(&kq->kq_lock);
	return mine;
}

static void
knote_call_detach(struct knote *kn)
{
	bool mpsafe = (kn->kn_fop->f_flags & FILTEROP_MPSAFE) != 0;

	if (knote_status(kn) & KN_DETACHED)
		return;
	if (!mpsafe)
		KERNEL_LOCK(1, NULL);
	(*kn->kn_fop->f_detach)(kn);
	if (!mpsafe)
		KERNEL_UNLOCK_ONE(NULL);
}

/*
 * Free a condemned knote of which the caller holds `mine' counts.  fd_lock is
 * held on entry and released.
 */
static void
knote_destroy(struct kqueue *kq, struct knote *kn, u_int mine, bool attached)
{
	filedesc_t *fdp = kq->kq_fdp;
	struct fd_klist *list;

	KASSERT(knote_status(kn) & KN_WILLDETACH);
	mutex_exit(&fdp->fd_lock);
	knote_quiesce(kq, kn, mine);
	if (attached)
		knote_call_detach(kn);
	/* An event may have come until the filter was detached. */
	knote_quiesce(kq, kn, mine);

	mutex_enter(&fdp->fd_lock);
	list = knote_list(fdp, isfd_p(kn->kn_kfilter), kn->kn_id);
	KASSERT(list != NULL);
	SLIST_REMOVE(list, kn, knote, kn_link);
	cv_broadcast(&knote_cv);
	mutex_exit(&fdp->fd_lock);
	kfilter_rele(kn->kn_kfilter);
	pool_cache_put(knote_cache, kn);
}

/*
 * A scan has delivered a one-shot event; it still has its count.
 */
void
knote_drop_held(struct kqueue *kq, struct knote *kn)
{
	filedesc_t *fdp = kq->kq_fdp;

	mutex_enter(&fdp->fd_lock);
	if (knote_condemn(kq, kn)) {
		knote_destroy(kq, kn, 1, true);
		return;
	}
	mutex_exit(&fdp->fd_lock);
	mutex_spin_enter(&kq->kq_lock);
	kn->kn_influx--;
	cv_broadcast(&kq->kq_cv);
	mutex_spin_exit(&kq->kq_lock);
}

/* End of work on a knote. */
static void
knote_unbusy(struct kqueue *kq, struct knote *kn)
{

	mutex_spin_enter(&kq->kq_lock);
	KASSERT(kn->kn_influx > 0);
	kn->kn_influx--;
	if (kn->kn_status & KN_WILLDETACH)
		cv_broadcast(&kq->kq_cv);
	mutex_spin_exit(&kq->kq_lock);
}

static struct knote *
knote_create(struct kqueue *kq, struct kfilter *kf, const struct kevent *kev,
    file_t *fp)
{
	struct knote *kn;

	kn = pool_cache_get(knote_cache, PR_WAITOK);
	memset(kn, 0, sizeof(*kn));
	kn->kn_kq = kq;
	kn->kn_kfilter = kf;
	kn->kn_fop = kf->kf_fop;
	kn->kn_obj = fp;
	kn->kn_sfflags = kev->fflags;
	kn->kn_sdata = (uintptr_t)kev->data;
	kn->kn_kevent = *kev;
	kn->kn_fflags = 0;
	kn->kn_data = 0;
	kn->kn_flags &= ~(EV_ADD | EV_DELETE | EV_ENABLE | EV_DISABLE |
	    EV_RECEIPT);
	kn->kn_status = KN_ATTACHING;
	if (kev->flags & EV_DISABLE)
		kn->kn_status |= KN_DISABLED;
	kn->kn_influx = 1;
	return kn;
}

static int
knote_call_attach(struct knote *kn, file_t *fp)
{
	bool mpsafe = (kn->kn_fop->f_flags & FILTEROP_MPSAFE) != 0;
	int error;

	if (fp != NULL)
		return (*fp->f_ops->fo_kqfilter)(fp, kn);
	if (!mpsafe)
		KERNEL_LOCK(1, NULL);
	error = (*kn->kn_fop->f_attach)(kn);
	if (!mpsafe)
		KERNEL_UNLOCK_ONE(NULL);
	return error;
}

/* Nothing to detach; somebody who closes may be faster than we are. */
static void
attach_failed(struct kqueue *kq, struct knote *kn)
{

	mutex_enter(&kq->kq_fdp->fd_lock);
	mutex_spin_enter(&kq->kq_lock);
	kn->kn_status |= KN_DETACHED;
	mutex_spin_exit(&kq->kq_lock);
	if (knote_condemn(kq, kn)) {
		knote_destroy(kq, kn, 1, false);
		return;
	}
	mutex_exit(&kq->kq_fdp->fd_lock);
	knote_unbusy(kq, kn);
}

/*
 * Connect a knote, already on its list, with its object.
 */
static int
knote_attach(struct kqueue *kq, struct knote *kn, file_t *fp)
{
	int error;

	error = knote_call_attach(kn, fp);
	if (error) {
		attach_failed(kq, kn);
		return error;
	}
	mutex_enter(&kq->kq_fdp->fd_lock);
	mutex_spin_enter(&kq->kq_lock);
	kn->kn_status &= ~KN_ATTACHING;
	mutex_spin_exit(&kq->kq_lock);
	cv_broadcast(&knote_cv);
	mutex_exit(&kq->kq_fdp->fd_lock);
	if (knote_event(kn, 0))
		knote_activate(kn);
	knote_unbusy(kq, kn);
	return 0;
}

/*
 * Change a registration; its count is raised.
 */
static int
knote_modify(struct kqueue *kq, struct knote *kn, struct kevent *kev)
{
	int error = 0;

	if (kn->kn_fop->f_touch != NULL)
		error = (*kn->kn_fop->f_touch)(kn, kev, EVENT_REGISTER);
	mutex_spin_enter(&kq->kq_lock);
	if ((kev->flags & EV_ADD) != 0 && kn->kn_fop->f_touch == NULL) {
		kn->kn_sfflags = kev->fflags;
		kn->kn_sdata = (uintptr_t)kev->data;
	}
	if (error == 0 && (kev->flags & EV_ADD) != 0)
		kn->kn_kevent.udata = kev->udata;
	if (kev->flags & EV_DISABLE)
		kn->kn_status |= KN_DISABLED;
	if (kev->flags & EV_ENABLE)
		kn->kn_status &= ~KN_DISABLED;
	mutex_spin_exit(&kq->kq_lock);
	if (error == 0 &&
	    (knote_status(kn) & (KN_DISABLED | KN_DETACHED)) == 0 &&
	    knote_event(kn, 0))
		knote_activate(kn);
	knote_unbusy(kq, kn);
	return error;
}

/*
 * Find the registration; one that is coming or going is waited for.
 */
static struct knote *
knote_lookup(struct kqueue *kq, struct fd_klist *list,
    const struct kevent *kev)
{
	struct knote *kn;

	while ((kn = list_find(list, kq, kev)) != NULL &&
	    (knote_status(kn) & (KN_ATTACHING | KN_WILLDETACH)) != 0)
		cv_wait(&knote_cv, &kq->kq_fdp->fd_lock);
	return kn;
}

static int
register_locked(struct kqueue *kq, struct kfilter **kfp, struct kevent *kev,
    file_t *fp)
{
	filedesc_t *fdp = kq->kq_fdp;
	struct knote *kn, *new = NULL;
	struct fd_klist *list;

	if (kev->flags & EV_ADD)
		new = knote_create(kq, *kfp, kev, fp);
	mutex_enter(&fdp->fd_lock);
	list = knote_list(fdp, fp != NULL, kev->ident);
	KASSERT(list != NULL);
	kn = knote_lookup(kq, list, kev);
	if (kn == NULL && new != NULL) {
		SLIST_INSERT_HEAD(list, new, kn_link);
		if (fp != NULL && (int)kev->ident > fdp->fd_lastkqfile)
			fdp->fd_lastkqfile = (int)kev->ident;
		mutex_exit(&fdp->fd_lock);
		*kfp = NULL;	/* the knote's now */
		return knote_attach(kq, new, fp);
	}
	if (new != NULL)
		pool_cache_put(knote_cache, new);
	if (kn == NULL) {
		mutex_exit(&fdp->fd_lock);
		return ENOENT;
	}
	if (kev->flags & EV_DELETE) {
		(void)knote_condemn(kq, kn);
		knote_destroy(kq, kn, 0, true);
		return 0;
	}
	mutex_spin_enter(&kq->kq_lock);
	kn->kn_influx++;
	mutex_spin_exit(&kq->kq_lock);
	mutex_exit(&fdp->fd_lock);
	return knote_modify(kq, kn, kev);
}

/*
 * One change of a kqueue.
 */
int
kqueue_register(struct kqueue *kq, struct kevent *kev)
{
	struct kfilter *kf, *kf0;
	file_t *fp = NULL;
	int error;

	if (kq->kq_fdp != curlwp->l_fd)
		return EBADF;
	kf = kf0 = kfilter_hold(kev->filter);
	if (kf == NULL)
		return EINVAL;
	if (isfd_p(kf)) {
		fp = fd_getfile((unsigned)kev->ident);
		if (fp == NULL || kev->ident > INT_MAX) {
			if (fp != NULL)
				fd_putfile((unsigned)kev->ident);
			kfilter_rele(kf);
			return EBADF;
		}
	} else
		knhash_ensure(kq->kq_fdp);
	error = register_locked(kq, &kf, kev, fp);
	if (fp != NULL)
		fd_putfile((unsigned)kev->ident);
	if (kf != NULL)
		kfilter_rele(kf0);
	return error;
}

/* Free all knotes of one list that belong to kq (NULL: to any). */
static void
list_purge(filedesc_t *fdp, struct fd_klist *list, struct kqueue *kq)
{
	struct knote *kn;

	KASSERT(mutex_owned(&fdp->fd_lock));
 again:
	SLIST_FOREACH(kn, list, kn_link) {
		if (kq != NULL && kn->kn_kq != kq)
			continue;
		if (knote_condemn(kn->kn_kq, kn)) {
			knote_destroy(kn->kn_kq, kn, 0, true);
			mutex_enter(&fdp->fd_lock);
		} else
			cv_wait(&knote_cv, &fdp->fd_lock);
		goto again;
	}
}

/*
 * A kqueue is being closed.
 */
void
kqueue_purge(struct kqueue *kq)
{
	filedesc_t *fdp = kq->kq_fdp;
	u_long h;
	int fd;

	mutex_enter(&fdp->fd_lock);
	for (fd = 0; fd <= fdp->fd_lastkqfile; fd++) {
		if (fdp->fd_dt->dt_ff[fd] != NULL)
			list_purge(fdp, &fdp->fd_dt->dt_ff[fd]->ff_knlist,
			    kq);
	}
	for (h = 0; fdp->fd_knhash != NULL && h <= fdp->fd_knhashmask; h++)
		list_purge(fdp, &fdp->fd_knhash[h], kq);
	mutex_exit(&fdp->fd_lock);
}

/*
 * A descriptor of the calling process is being closed.
 */
void
knote_fdclose(int fd)
{
	filedesc_t *fdp = curlwp->l_fd;

	mutex_enter(&fdp->fd_lock);
	list_purge(fdp, &fdp->fd_dt->dt_ff[fd]->ff_knlist, NULL);
	mutex_exit(&fdp->fd_lock);
}
