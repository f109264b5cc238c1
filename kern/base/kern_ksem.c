/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Semaphores: the objects, their names and numbers, and waiting.  Their
 * contract is in ksem_private.h.
 *
 * ksem_lock covers the lists, the count and who is on them; each semaphore
 * has a lock of its own for its value.  Who may use one is asked of kauth(9),
 * with no lock held, where this file's listener says yes if the mode does.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/atomic.h>
#include <sys/condvar.h>
#include <sys/errno.h>
#include <sys/filedesc.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/ksem.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/queue.h>
#include <sys/stat.h>
#include <sys/sysctl.h>
#include <sys/systm.h>
#include <sys/timevar.h>

#include <lib/libkern/libkern.h>

#include "ksem_private.h"

LIST_HEAD(ksemlist, ksem);

static kmutex_t ksem_lock;
static struct ksemlist ksem_named = LIST_HEAD_INITIALIZER(ksem_named); /* g */
static struct ksemlist ksem_shared = LIST_HEAD_INITIALIZER(ksem_shared);
static u_int ksem_count;		/* ksem_lock: all there are */
static u_int ksem_max = 128;		/* written by sysctl */
static u_int ksem_nextid;		/* ksem_lock: number to try */

/* Numbers are odd, and small ones of 24 bits, under the marker. */
#define KSEM_IDS	0x7fffffU

/* Does the mode let this credential use it? */
static bool
mode_permits(const struct ksem *ks, kauth_cred_t cred)
{
	int member = 0;

	if (kauth_cred_geteuid(cred) == ks->ks_uid)
		return (ks->ks_mode & S_IWUSR) != 0;
	if (kauth_cred_getegid(cred) == ks->ks_gid ||
	    (kauth_cred_ismember_gid(cred, ks->ks_gid, &member) == 0 &&
	    member))
		return (ks->ks_mode & S_IWGRP) != 0;
	return (ks->ks_mode & S_IWOTH) != 0;
}

static int
ksem_listener(kauth_cred_t cred, kauth_action_t action, void *cookie,
    void *arg0, void *arg1, void *arg2, void *arg3)
{

	if (action == KAUTH_SYSTEM_SEMAPHORE && arg1 != NULL &&
	    mode_permits(arg1, cred))
		return KAUTH_RESULT_ALLOW;
	return KAUTH_RESULT_DEFER;
}

static int
ksem_access(struct lwp *l, struct ksem *ks)
{

	return kauth_authorize_system(l->l_cred, KAUTH_SYSTEM_SEMAPHORE, 0,
	    ks, NULL, NULL) == 0 ? 0 : EACCES;
}

void
ksem_sysinit(void)
{

	mutex_init(&ksem_lock, MUTEX_DEFAULT, IPL_NONE);
	(void)kauth_listen_scope(KAUTH_SCOPE_SYSTEM, ksem_listener, NULL);
}

/* Room for one more, or one less. */
static bool
count_up(void)
{
	bool ok;

	mutex_enter(&ksem_lock);
	ok = ksem_count < ksem_max;
	if (ok)
		ksem_count++;
	mutex_exit(&ksem_lock);
	return ok;
}

static void
count_down(void)
{

	mutex_enter(&ksem_lock);
	KASSERT(ksem_count > 0);
	ksem_count--;
	mutex_exit(&ksem_lock);
}

struct ksem *
ksem_alloc(struct lwp *l, enum ksem_kind kind, u_int value, mode_t mode,
    const char *name)
{
	struct ksem *ks;

	KASSERT((kind == KSEM_KNAMED) == (name != NULL));
	if (!count_up())
		return NULL;
	ks = kmem_zalloc(sizeof(*ks), KM_SLEEP);
	mutex_init(&ks->ks_lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&ks->ks_cv, "psem");
	ks->ks_kind = kind;
	ks->ks_value = value;
	ks->ks_refcnt = 1;
	ks->ks_mode = mode;
	ks->ks_uid = kauth_cred_geteuid(l->l_cred);
	ks->ks_gid = kauth_cred_getegid(l->l_cred);
	ks->ks_proc = l->l_proc;
	if (name != NULL) {
		ks->ks_namesize = strlen(name) + 1;
		ks->ks_name = kmem_alloc(ks->ks_namesize, KM_SLEEP);
		memcpy(ks->ks_name, name, ks->ks_namesize);
	}
	return ks;
}

static void
ksem_hold(struct ksem *ks)
{
	u_int refcnt __diagused;

	refcnt = atomic_inc_uint_nv(&ks->ks_refcnt);
	KASSERT(refcnt > 1);
}

void
ksem_rele(struct ksem *ks)
{

	membar_release();
	if (atomic_dec_uint_nv(&ks->ks_refcnt) > 0)
		return;
	membar_acquire();
	KASSERT(ks->ks_waiters == 0);
	count_down();
	if (ks->ks_name != NULL)
		kmem_free(ks->ks_name, ks->ks_namesize);
	cv_destroy(&ks->ks_cv);
	mutex_destroy(&ks->ks_lock);
	kmem_free(ks, sizeof(*ks));
}

/* The reference is the caller's if he may have it, else given back. */
static int
ksem_granted(struct lwp *l, struct ksem *ks, struct ksem **ksp)
{
	int error;

	error = ksem_access(l, ks);
	if (error == 0)
		*ksp = ks;
	else
		ksem_rele(ks);
	return error;
}

static struct ksem *
name_lookup(const char *name)
{
	struct ksem *ks;

	KASSERT(mutex_owned(&ksem_lock));
	LIST_FOREACH(ks, &ksem_named, ks_entry)
		if (strcmp(ks->ks_name, name) == 0)
			return ks;
	return NULL;
}

int
ksem_byname(struct lwp *l, const char *name, struct ksem *new, bool excl,
    struct ksem **ksp)
{
	struct ksem *ks;
	bool entered = false;

	mutex_enter(&ksem_lock);
	ks = name_lookup(name);
	if (ks == NULL && new != NULL) {
		LIST_INSERT_HEAD(&ksem_named, new, ks_entry);
		ksem_hold(new);
		ks = new;
		entered = true;
	}
	if (ks != NULL)
		ksem_hold(ks);
	mutex_exit(&ksem_lock);
	if (ks == NULL)
		return ENOENT;
	if (entered) {
		*ksp = ks;
		return 0;
	}
	if (excl) {
		ksem_rele(ks);
		return EEXIST;
	}
	return ksem_granted(l, ks, ksp);
}

int
ksem_unlink(struct lwp *l, const char *name)
{
	struct ksem *ks;
	int error;

	error = ksem_byname(l, name, NULL, false, &ks);
	if (error)
		return error;
	mutex_enter(&ksem_lock);
	/* Somebody may have been faster. */
	if (name_lookup(name) == ks)
		LIST_REMOVE(ks, ks_entry);
	else
		error = ENOENT;
	mutex_exit(&ksem_lock);
	if (error == 0)
		ksem_rele(ks);
	ksem_rele(ks);
	return error;
}

static struct ksem *
id_lookup(intptr_t id)
{
	struct ksem *ks;

	KASSERT(mutex_owned(&ksem_lock));
	LIST_FOREACH(ks, &ksem_shared, ks_entry)
		if (ks->ks_id == id)
			return ks;
	return NULL;
}

void
ksem_share(struct ksem *ks, intptr_t *idp)
{

	KASSERT(ks->ks_kind == KSEM_KSHARED);
	mutex_enter(&ksem_lock);
	/* There are many more numbers than semaphores. */
	do {
		ksem_nextid = (ksem_nextid + 1) & KSEM_IDS;
		ks->ks_id = (intptr_t)(KSEM_PSHARED_MARKER | ksem_nextid << 1);
	} while (id_lookup(ks->ks_id) != NULL);
	LIST_INSERT_HEAD(&ksem_shared, ks, ks_entry);
	*idp = ks->ks_id;
	mutex_exit(&ksem_lock);
}

int
ksem_byid(struct lwp *l, intptr_t id, struct ksem **ksp)
{
	struct ksem *ks;

	mutex_enter(&ksem_lock);
	ks = id_lookup(id);
	if (ks != NULL)
		ksem_hold(ks);
	mutex_exit(&ksem_lock);
	return ks != NULL ? ksem_granted(l, ks, ksp) : EINVAL;
}

/* A shared one that this process made, off the list. */
static struct ksem *
shared_of(struct proc *p)
{
	struct ksem *ks;

	mutex_enter(&ksem_lock);
	LIST_FOREACH(ks, &ksem_shared, ks_entry)
		if (ks->ks_proc == p)
			break;
	if (ks != NULL)
		ksem_hold(ks);
	mutex_exit(&ksem_lock);
	return ks;
}

void
ksem_proc_exit(struct proc *p)
{
	struct ksem *ks;

	while ((ks = shared_of(p)) != NULL) {
		(void)ksem_kill(ks, true);
		ksem_rele(ks);
	}
}

int
ksem_kill(struct ksem *ks, bool force)
{
	bool shared = ks->ks_kind == KSEM_KSHARED;
	int error = 0;

	mutex_enter(&ksem_lock);
	mutex_enter(&ks->ks_lock);
	if (ks->ks_dead)
		error = EINVAL;
	else if (ks->ks_waiters != 0 && !force)
		error = EBUSY;
	else {
		ks->ks_dead = true;
		cv_broadcast(&ks->ks_cv);
		if (shared)
			LIST_REMOVE(ks, ks_entry);
	}
	mutex_exit(&ks->ks_lock);
	mutex_exit(&ksem_lock);
	/* The number's reference. */
	if (error == 0 && shared)
		ksem_rele(ks);
	return error;
}

/* Sleep until something happens to it, or until then. */
static int
ksem_sleep(struct ksem *ks, const struct timespec *abstime)
{
	struct timespec now, left;
	struct bintime bt;

	KASSERT(mutex_owned(&ks->ks_lock));
	if (abstime == NULL)
		return cv_wait_sig(&ks->ks_cv, &ks->ks_lock);
	if (abstime->tv_nsec < 0 || abstime->tv_nsec >= 1000000000)
		return EINVAL;
	nanotime(&now);
	if (timespeccmp(abstime, &now, <=))
		return EWOULDBLOCK;
	timespecsub(abstime, &now, &left);
	timespec2bintime(&left, &bt);
	return cv_timedwaitbt_sig(&ks->ks_cv, &ks->ks_lock, &bt,
	    DEFAULT_TIMEOUT_EPSILON);
}

/* Until it has a value. */
static int
ksem_await(struct ksem *ks, bool try, const struct timespec *abstime)
{
	u_int restart = ks->ks_restart;
	int error;

	KASSERT(mutex_owned(&ks->ks_lock));
	while (!ks->ks_dead && ks->ks_value == 0) {
		if (try)
			return EAGAIN;
		error = ksem_sleep(ks, abstime);
		if (error == EWOULDBLOCK) {
			/* It may have come in the same moment. */
			if (ks->ks_value == 0 && !ks->ks_dead)
				return ETIMEDOUT;
			continue;
		}
		if (error != 0)
			return error == ERESTART ? EINTR : error;
		if (ks->ks_restart != restart)
			return ERESTART;
	}
	return ks->ks_dead ? EINVAL : 0;
}

int
ksem_take(struct ksem *ks, bool try, const struct timespec *abstime)
{
	int error;

	mutex_enter(&ks->ks_lock);
	ks->ks_waiters++;
	error = ksem_await(ks, try, abstime);
	ks->ks_waiters--;
	if (error == 0)
		ks->ks_value--;
	else if (ks->ks_value != 0)
		cv_signal(&ks->ks_cv);	/* maybe it was meant for us */
	mutex_exit(&ks->ks_lock);
	return error;
}

int
ksem_give(struct ksem *ks)
{
	int error = 0;

	mutex_enter(&ks->ks_lock);
	if (ks->ks_dead)
		error = EINVAL;
	else if (ks->ks_value == SEM_VALUE_MAX)
		error = EOVERFLOW;
	else {
		ks->ks_value++;
		cv_signal(&ks->ks_cv);
	}
	mutex_exit(&ks->ks_lock);
	return error;
}

int
ksem_value(struct ksem *ks, u_int *value)
{
	int error;

	mutex_enter(&ks->ks_lock);
	*value = ks->ks_value;
	error = ks->ks_dead ? EINVAL : 0;
	mutex_exit(&ks->ks_lock);
	return error;
}

void
ksem_sendback(struct ksem *ks)
{

	mutex_enter(&ks->ks_lock);
	ks->ks_restart++;
	cv_broadcast(&ks->ks_cv);
	mutex_exit(&ks->ks_lock);
}

static int
sysctl_semmax(SYSCTLFN_ARGS)
{
	struct sysctlnode node = *rnode;
	int max, error;

	mutex_enter(&ksem_lock);
	max = (int)ksem_max;
	mutex_exit(&ksem_lock);
	node.sysctl_data = &max;
	error = sysctl_lookup(SYSCTLFN_CALL(&node));
	if (error || newp == NULL)
		return error;
	if (max < 1 || max > (int)KSEM_IDS / 2)
		return EINVAL;
	mutex_enter(&ksem_lock);
	if ((u_int)max < ksem_count)
		error = EBUSY;
	else
		ksem_max = (u_int)max;
	mutex_exit(&ksem_lock);
	return error;
}

SYSCTL_SETUP(sysctl_ksem_setup, "kern.posix")
{
	const struct sysctlnode *posix = NULL;

	sysctl_createv(clog, 0, NULL, &posix, CTLFLAG_PERMANENT, CTLTYPE_NODE,
	    "posix", SYSCTL_DESCR("POSIX options"), NULL, 0, NULL, 0,
	    CTL_KERN, CTL_CREATE, CTL_EOL);
	sysctl_createv(clog, 0, &posix, NULL,
	    CTLFLAG_PERMANENT | CTLFLAG_READWRITE, CTLTYPE_INT, "semmax",
	    SYSCTL_DESCR("Maximal number of semaphores"), sysctl_semmax, 0,
	    NULL, sizeof(int), CTL_CREATE, CTL_EOL);
	sysctl_createv(clog, 0, &posix, NULL, CTLFLAG_PERMANENT, CTLTYPE_INT,
	    "semcnt", SYSCTL_DESCR("Current number of semaphores"), NULL, 0,
	    &ksem_count, 0, CTL_CREATE, CTL_EOL);
}
