/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Advisory locks of byte ranges, for fcntl(2) (owned by processes) and
 * flock(2) (owned by open files).  A file's locks are a list sorted by start;
 * locks of one owner and kind do not overlap.  Who has to wait sleeps on the
 * lock in the way; before it sleeps, the owners it would wait for are followed
 * to see whether it is one of them.
 *
 * Locks: lockf_lock protects all lists.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/kauth.h>
#include <sys/lockf.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/once.h>
#include <sys/pool.h>
#include <sys/proc.h>
#include <sys/uidinfo.h>
#include <sys/unistd.h>
#include <sys/vnode.h>

#include "vfs_private.h"

#define	LOCKF_PERUID	1024	/* locks that the files of a user may have */
#define	LOCKF_SEARCH	500	/* waits followed in search of a deadlock */

/* l: lockf_lock. */
struct lockf {
	struct lockf	*lf_next;	/* l  in the file, by lf_start */
	kcondvar_t	lf_cv;		/* l  it went away or shrank */
	u_int		lf_waiters;	/* l  sleeping on lf_cv */
	bool		lf_gone;	/* l  freed by the last waiter */
	short		lf_type;	/* l  F_RDLCK or F_WRLCK */
	short		lf_flags;	/* -  F_POSIX or F_FLOCK */
	off_t		lf_start;	/* l */
	off_t		lf_end;		/* l  inclusive; INT64_MAX: for ever */
	void		*lf_id;		/* -  owner: struct proc or file */
	struct uidinfo	*lf_uip;	/* -  who it is counted for */
};

/* Who waits, for the search of deadlocks.  All lockf_lock's. */
struct lockf_wait {
	TAILQ_ENTRY(lockf_wait) lw_list;
	const struct lockf *lw_want;	/* what it wants to have */
	const struct lockf *lw_for;	/* what is in the way */
};

static kmutex_t		lockf_lock;
static pool_cache_t	lockf_pool;
static TAILQ_HEAD(, lockf_wait) lockf_waits =
    TAILQ_HEAD_INITIALIZER(lockf_waits);	/* lockf_lock */
static ONCE_DECL(lockf_once);

static int
lockf_init(void)
{

	mutex_init(&lockf_lock, MUTEX_DEFAULT, IPL_NONE);
	lockf_pool = pool_cache_init(sizeof(struct lockf), 0, 0, 0, "lockf",
	    NULL, IPL_NONE, NULL, NULL, NULL);
	return 0;
}

/*
 * Memory for a lock, counted for the user; NULL if that is too many.
 * Unlocking in the middle of a range needs one as well and gets twice as many.
 */
static struct lockf *
lockf_alloc(u_long limit)
{
	struct uidinfo *uip = uid_find(kauth_cred_geteuid(curlwp->l_cred));
	struct lockf *lf;

	if (atomic_inc_ulong_nv(&uip->ui_lockcnt) > limit &&
	    kauth_cred_geteuid(curlwp->l_cred) != 0) {
		atomic_dec_ulong(&uip->ui_lockcnt);
		return NULL;
	}
	lf = pool_cache_get(lockf_pool, PR_WAITOK);
	memset(lf, 0, sizeof(*lf));
	cv_init(&lf->lf_cv, "lockf");
	lf->lf_uip = uip;
	return lf;
}

static void
lockf_free(struct lockf *lf)
{

	if (lf == NULL)
		return;
	KASSERT(lf->lf_waiters == 0);
	atomic_dec_ulong(&lf->lf_uip->ui_lockcnt);
	cv_destroy(&lf->lf_cv);
	pool_cache_put(lockf_pool, lf);
}

/* The memory of one becomes a lock like another, of a range. */
static struct lockf *
lockf_take(struct lockf **memp, const struct lockf *model, off_t start,
    off_t end)
{
	struct lockf *lf = *memp;

	KASSERT(lf != NULL);
	KASSERT(start <= end);
	*memp = NULL;
	lf->lf_type = model->lf_type;
	lf->lf_flags = model->lf_flags;
	lf->lf_id = model->lf_id;
	lf->lf_start = start;
	lf->lf_end = end;
	return lf;
}

/* Out of the list already: free it, or leave that to who waits for it. */
static void
lockf_discard(struct lockf *lf)
{

	KASSERT(mutex_owned(&lockf_lock));
	lf->lf_gone = true;
	if (lf->lf_waiters == 0)
		lockf_free(lf);
	else
		cv_broadcast(&lf->lf_cv);
}

static bool
lockf_overlap(const struct lockf *a, const struct lockf *b)
{

	return a->lf_start <= b->lf_end && b->lf_start <= a->lf_end;
}

static bool
lockf_same_owner(const struct lockf *a, const struct lockf *b)
{

	return a->lf_id == b->lf_id && a->lf_flags == b->lf_flags;
}

static bool
lockf_conflict(const struct lockf *lf, const struct lockf *want)
{

	return !lf->lf_gone && !lockf_same_owner(lf, want) &&
	    lockf_overlap(lf, want) &&
	    (lf->lf_type == F_WRLCK || want->lf_type == F_WRLCK);
}

/* The first lock of somebody else that is in the way. */
static struct lockf *
lockf_blocker(struct lockf *lf, const struct lockf *want)
{

	while (lf != NULL && !lockf_conflict(lf, want))
		lf = lf->lf_next;
	return lf;
}

/*
 * Would waiting for this lock be waiting for its own owner?  Threads of one
 * process may wait for several.  A search that gets too long says yes.
 */
static bool
lockf_deadlock(const struct lockf *blocker, const struct lockf *want,
    u_int *left)
{
	const struct lockf_wait *lw;

	KASSERT(mutex_owned(&lockf_lock));
	if ((blocker->lf_flags & F_POSIX) == 0)
		return false;
	if (lockf_same_owner(blocker, want) || *left == 0)
		return true;
	--*left;
	TAILQ_FOREACH(lw, &lockf_waits, lw_list)
		if (lockf_same_owner(lw->lw_want, blocker) &&
		    lockf_conflict(lw->lw_for, lw->lw_want) &&
		    lockf_deadlock(lw->lw_for, want, left))
			return true;
	return false;
}

/* Sleep until the blocker changes. */
static int
lockf_wait(struct lockf *blocker, const struct lockf *want)
{
	struct lockf_wait lw = { .lw_want = want, .lw_for = blocker };
	u_int left = LOCKF_SEARCH;
	int error;

	if ((want->lf_flags & F_POSIX) != 0 &&
	    lockf_deadlock(blocker, want, &left))
		return EDEADLK;
	TAILQ_INSERT_TAIL(&lockf_waits, &lw, lw_list);
	blocker->lf_waiters++;
	error = cv_wait_sig(&blocker->lf_cv, &lockf_lock);
	TAILQ_REMOVE(&lockf_waits, &lw, lw_list);
	if (--blocker->lf_waiters == 0 && blocker->lf_gone)
		lockf_free(blocker);
	return error;
}

static void
lockf_insert(struct lockf **head, struct lockf *lf)
{

	while (*head != NULL && (*head)->lf_start < lf->lf_start)
		head = &(*head)->lf_next;
	lf->lf_next = *head;
	*head = lf;
}

/*
 * Take a range away from one lock, *p: cut, split or remove it.  spare is
 * used for a split.
 */
static void
lockf_cut(struct lockf **p, const struct lockf *range, struct lockf **spare)
{
	struct lockf *lf = *p;
	const off_t end = lf->lf_end;

	KASSERT(lockf_overlap(lf, range));
	if (lf->lf_start < range->lf_start) {
		lf->lf_end = range->lf_start - 1;
		if (end > range->lf_end)
			lockf_insert(&lf->lf_next, lockf_take(spare, lf,
			    range->lf_end + 1, end));
		cv_broadcast(&lf->lf_cv);
		return;
	}
	*p = lf->lf_next;
	if (end > range->lf_end) {
		lf->lf_start = range->lf_end + 1;
		lockf_insert(p, lf);
		cv_broadcast(&lf->lf_cv);
	} else
		lockf_discard(lf);
}

/* Take a range away from all locks of its owner. */
static void
lockf_carve(struct lockf **p, const struct lockf *range, struct lockf **spare)
{
	struct lockf *lf;

	KASSERT(mutex_owned(&lockf_lock));
	while ((lf = *p) != NULL) {
		if (lockf_same_owner(lf, range) && lockf_overlap(lf, range))
			lockf_cut(p, range, spare);
		if (*p == lf)
			p = &lf->lf_next;
	}
}

static bool
lockf_adjacent(const struct lockf *a, const struct lockf *b)
{

	return a->lf_end != INT64_MAX && a->lf_end + 1 == b->lf_start;
}

/* The new lock swallows those of its owner and type that touch it. */
static void
lockf_merge(struct lockf **p, struct lockf *new)
{
	struct lockf *lf;

	while ((lf = *p) != NULL) {
		if (!lockf_same_owner(lf, new) ||
		    lf->lf_type != new->lf_type ||
		    (!lockf_adjacent(lf, new) && !lockf_adjacent(new, lf))) {
			p = &lf->lf_next;
			continue;
		}
		*p = lf->lf_next;
		new->lf_start = MIN(new->lf_start, lf->lf_start);
		new->lf_end = MAX(new->lf_end, lf->lf_end);
		lockf_discard(lf);
	}
}

static int
lockf_set(struct lockf **head, const struct lockf *want, bool wait,
    struct lockf **spare, struct lockf **mem)
{
	struct lockf *blocker, *new;
	int error;

	while ((blocker = lockf_blocker(*head, want)) != NULL) {
		if (!wait)
			return EAGAIN;
		/* Two that hold it shared must not wait for each other. */
		if ((want->lf_flags & F_FLOCK) != 0)
			lockf_carve(head, want, spare);
		error = lockf_wait(blocker, want);
		if (error != 0)
			return error;
	}
	lockf_carve(head, want, spare);
	new = lockf_take(mem, want, want->lf_start, want->lf_end);
	lockf_merge(head, new);
	lockf_insert(head, new);
	return 0;
}

/* What is in the way of a lock, or F_UNLCK. */
static void
lockf_get(struct lockf *head, const struct lockf *want, struct flock *fl)
{
	const struct lockf *lf = lockf_blocker(head, want);

	if (lf == NULL) {
		fl->l_type = F_UNLCK;
		return;
	}
	fl->l_type = lf->lf_type;
	fl->l_whence = SEEK_SET;
	fl->l_start = lf->lf_start;
	fl->l_len = lf->lf_end == INT64_MAX ? 0 :
	    lf->lf_end - lf->lf_start + 1;
	fl->l_pid = (lf->lf_flags & F_POSIX) ?
	    ((const struct proc *)lf->lf_id)->p_pid : -1;
}

/* l_whence, l_start and l_len to a range. */
static int
lockf_range(const struct flock *fl, off_t size, off_t *startp, off_t *endp)
{
	off_t start = fl->l_start, end;

	switch (fl->l_whence) {
	case SEEK_SET:
	case SEEK_CUR:		/* the caller added the position */
		break;
	case SEEK_END:
		if (__builtin_add_overflow(size, start, &start))
			return EINVAL;
		break;
	default:
		return EINVAL;
	}
	if (fl->l_len == 0) {
		end = INT64_MAX;
	} else if (fl->l_len > 0) {
		if (__builtin_add_overflow(start, fl->l_len - 1, &end))
			return EINVAL;
	} else {
		if (start <= 0)
			return EINVAL;
		end = start - 1;
		if (__builtin_add_overflow(start, fl->l_len, &start))
			return EINVAL;
	}
	if (start < 0)
		return EINVAL;
	*startp = start;
	*endp = end;
	return 0;
}

static int
lockf_setlk(struct lockf **head, const struct lockf *want, bool wait)
{
	struct lockf *spare, *mem;
	int error = ENOLCK;

	if (want->lf_type != F_RDLCK && want->lf_type != F_WRLCK)
		return EINVAL;
	mem = lockf_alloc(LOCKF_PERUID);
	spare = lockf_alloc(2 * LOCKF_PERUID);
	if (mem != NULL && spare != NULL) {
		mutex_enter(&lockf_lock);
		error = lockf_set(head, want, wait, &spare, &mem);
		mutex_exit(&lockf_lock);
	}
	lockf_free(mem);
	lockf_free(spare);
	return error;
}

static int
lockf_unlk(struct lockf **head, const struct lockf *range)
{
	struct lockf *spare;

	/* As on every close: most files have no locks. */
	if (atomic_load_relaxed(head) == NULL)
		return 0;
	spare = lockf_alloc(2 * LOCKF_PERUID);
	if (spare == NULL)
		return ENOLCK;
	mutex_enter(&lockf_lock);
	lockf_carve(head, range, &spare);
	mutex_exit(&lockf_lock);
	lockf_free(spare);
	return 0;
}

int
lf_advlock(struct vop_advlock_args *ap, struct lockf **head, off_t size)
{
	struct flock *fl = ap->a_fl;
	struct lockf want = { .lf_type = fl->l_type, .lf_id = ap->a_id };
	int error;

	RUN_ONCE(&lockf_once, lockf_init);
	want.lf_flags = ap->a_flags & (F_POSIX | F_FLOCK);
	error = lockf_range(fl, size, &want.lf_start, &want.lf_end);
	if (error != 0)
		return error;
	switch (ap->a_op) {
	case F_SETLK:
		return lockf_setlk(head, &want,
		    (ap->a_flags & F_WAIT) != 0);
	case F_UNLCK:
		return lockf_unlk(head, &want);
	case F_GETLK:
		mutex_enter(&lockf_lock);
		lockf_get(*head, &want, fl);
		mutex_exit(&lockf_lock);
		return 0;
	default:
		return EINVAL;
	}
}
