/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kauth(9) credentials: user and group ids with a reference count.
 *
 * A credential with more than one reference is never changed; who wants to
 * change one makes a private copy with kauth_cred_dup() or kauth_cred_copy().
 * Up to CRED_INLINE groups are kept in the structure, more in kmem.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/pool.h>
#include <sys/proc.h>
#include <sys/specificdata.h>
#include <sys/systm.h>
#include <sys/ucred.h>

#include <lib/libkern/libkern.h>

#include "kauth_private.h"

/* Lock legend: (a) atomic, (:) constant once shared. */
struct kauth_cred {
	volatile u_int	cr_refcnt;	/* a  written by every open and close */
	uid_t		cr_uid __aligned(COHERENCY_UNIT); /* : */
	uid_t		cr_euid;	/* : */
	uid_t		cr_svuid;	/* : */
	gid_t		cr_gid;		/* : */
	gid_t		cr_egid;	/* : */
	gid_t		cr_svgid;	/* : */
	u_int		cr_ngroups;	/* : */
	specificdata_reference cr_sd;	/* : data of security models */
	gid_t		cr_groups[NGROUPS_MAX]; /* : */
};

static pool_cache_t kauth_cred_cache;
static specificdata_domain_t kauth_domain;

static void
cred_check(kauth_cred_t cred)
{

	KASSERT(cred != NULL);
	KASSERT(cred != NOCRED);
	KASSERT(cred != FSCRED);
}

/* For those who look at the count anyway, which is written all the time. */
static void
cred_check_live(kauth_cred_t cred)
{

	cred_check(cred);
	KASSERT(atomic_load_relaxed(&cred->cr_refcnt) > 0);
}

void
kauth_cred_subsystem_init(void)
{

	kauth_cred_cache = pool_cache_init(sizeof(struct kauth_cred),
	    CACHE_LINE_SIZE, 0, 0, "kcredpl", NULL, IPL_NONE, NULL, NULL,
	    NULL);
	kauth_domain = specificdata_domain_create();
}

kauth_cred_t
kauth_cred_alloc(void)
{
	kauth_cred_t cred;

	cred = pool_cache_get(kauth_cred_cache, PR_WAITOK);
	memset(cred, 0, sizeof(*cred));
	cred->cr_refcnt = 1;
	specificdata_init(kauth_domain, &cred->cr_sd);
	kauth_cred_hook(cred, KAUTH_CRED_INIT, NULL, NULL);
	return cred;
}

kauth_cred_t
kauth_cred_hold(kauth_cred_t cred)
{

	cred_check_live(cred);
	atomic_inc_uint(&cred->cr_refcnt);
	return cred;
}

void
kauth_cred_free(kauth_cred_t cred)
{

	cred_check_live(cred);
	membar_release();
	if (atomic_dec_uint_nv(&cred->cr_refcnt) > 0)
		return;
	membar_acquire();
	kauth_cred_hook(cred, KAUTH_CRED_FREE, NULL, NULL);
	specificdata_fini(kauth_domain, &cred->cr_sd);
	pool_cache_put(kauth_cred_cache, cred);
}

void
kauth_cred_clone(kauth_cred_t from, kauth_cred_t to)
{

	cred_check(from);
	cred_check(to);
	to->cr_uid = from->cr_uid;
	to->cr_euid = from->cr_euid;
	to->cr_svuid = from->cr_svuid;
	to->cr_gid = from->cr_gid;
	to->cr_egid = from->cr_egid;
	to->cr_svgid = from->cr_svgid;
	to->cr_ngroups = from->cr_ngroups;
	memcpy(to->cr_groups, from->cr_groups,
	    from->cr_ngroups * sizeof(gid_t));
	kauth_cred_hook(from, KAUTH_CRED_COPY, to, NULL);
}

kauth_cred_t
kauth_cred_dup(kauth_cred_t cred)
{
	kauth_cred_t new;

	new = kauth_cred_alloc();
	kauth_cred_clone(cred, new);
	return new;
}

/*
 * A credential to change, for the caller's reference on `cred'.
 */
kauth_cred_t
kauth_cred_copy(kauth_cred_t cred)
{
	kauth_cred_t new;

	cred_check_live(cred);
	if (cred->cr_refcnt == 1)
		return cred;
	new = kauth_cred_dup(cred);
	kauth_cred_free(cred);
	return new;
}

kauth_cred_t
kauth_cred_get(void)
{

	return curlwp->l_cred;
}

u_int
kauth_cred_getrefcnt(kauth_cred_t cred)
{

	cred_check_live(cred);
	return cred->cr_refcnt;
}

#define CRED_GET(name, type, field)					\
type									\
kauth_cred_get##name(kauth_cred_t cred)					\
{									\
									\
	cred_check(cred);						\
	return cred->field;						\
}

#define CRED_SET(name, type, field)					\
void									\
kauth_cred_set##name(kauth_cred_t cred, type id)			\
{									\
									\
	cred_check(cred);						\
	KASSERT(cred->cr_refcnt == 1);					\
	cred->field = id;						\
}

CRED_GET(uid, uid_t, cr_uid)
CRED_GET(euid, uid_t, cr_euid)
CRED_GET(svuid, uid_t, cr_svuid)
CRED_GET(gid, gid_t, cr_gid)
CRED_GET(egid, gid_t, cr_egid)
CRED_GET(svgid, gid_t, cr_svgid)
CRED_SET(uid, uid_t, cr_uid)
CRED_SET(euid, uid_t, cr_euid)
CRED_SET(svuid, uid_t, cr_svuid)
CRED_SET(gid, gid_t, cr_gid)
CRED_SET(egid, gid_t, cr_egid)
CRED_SET(svgid, gid_t, cr_svgid)

/*
 * Is the group among the supplementary ones?
 */
int
kauth_cred_ismember_gid(kauth_cred_t cred, gid_t gid, int *resultp)
{
	u_int i;

	cred_check(cred);
	*resultp = 0;
	for (i = 0; i < cred->cr_ngroups; i++) {
		if (cred->cr_groups[i] == gid) {
			*resultp = 1;
			break;
		}
	}
	return 0;
}

/*
 * 0 if the group is the effective or a supplementary one, else -1.
 */
int
kauth_cred_groupmember(kauth_cred_t cred, gid_t gid)
{
	int member;

	if (kauth_cred_getegid(cred) == gid)
		return 0;
	(void)kauth_cred_ismember_gid(cred, gid, &member);
	return member ? 0 : -1;
}

u_int
kauth_cred_ngroups(kauth_cred_t cred)
{

	cred_check(cred);
	return cred->cr_ngroups;
}

gid_t
kauth_cred_group(kauth_cred_t cred, u_int idx)
{

	cred_check(cred);
	KASSERT(idx < cred->cr_ngroups);
	return cred->cr_groups[idx];
}

/* An id of -1 leaves the effective user alone; `gmuid' is that user. */
int
kauth_cred_setgroups(kauth_cred_t cred, const gid_t *grbuf, size_t len,
    uid_t gmuid, enum uio_seg seg)
{
	int error = 0;

	cred_check(cred);
	KASSERT(cred->cr_refcnt == 1);
	if (len > __arraycount(cred->cr_groups))
		return EINVAL;
	if (len > 0 && seg == UIO_USERSPACE)
		error = copyin(grbuf, cred->cr_groups, len * sizeof(gid_t));
	else if (len > 0)
		memcpy(cred->cr_groups, grbuf, len * sizeof(gid_t));
	if (error)
		len = 0;
	cred->cr_ngroups = (u_int)len;
	return error;
}

int
kauth_cred_getgroups(kauth_cred_t cred, gid_t *grbuf, size_t len,
    enum uio_seg seg)
{

	cred_check(cred);
	if (len > cred->cr_ngroups)
		return EINVAL;
	if (len == 0)
		return 0;
	if (seg == UIO_USERSPACE)
		return copyout(cred->cr_groups, grbuf, len * sizeof(gid_t));
	memcpy(grbuf, cred->cr_groups, len * sizeof(gid_t));
	return 0;
}

/*
 * Install a credential with other groups as the process's, if allowed.
 * `cred' is consumed.
 */
int
kauth_proc_setgroups(struct lwp *l, kauth_cred_t cred)
{
	int error;

	error = kauth_authorize_process(l->l_cred, KAUTH_PROCESS_SETID,
	    l->l_proc, NULL, NULL, NULL);
	if (error) {
		kauth_cred_free(cred);
		return error;
	}
	proc_crmod_enter();
	proc_crmod_leave(cred, l->l_proc->p_cred, true);
	return 0;
}

int
kauth_register_key(void *secmodel, kauth_key_t *result)
{
	specificdata_key_t key;
	int error;

	error = specificdata_key_create(kauth_domain, &key, NULL);
	if (error == 0)
		*result = (kauth_key_t)(uintptr_t)(key + 1);
	return error;
}

static specificdata_key_t
unwrap_key(kauth_key_t key)
{

	return (specificdata_key_t)(uintptr_t)key - 1;
}

int
kauth_deregister_key(kauth_key_t key)
{

	specificdata_key_delete(kauth_domain, unwrap_key(key));
	return 0;
}

void *
kauth_cred_getdata(kauth_cred_t cred, kauth_key_t key)
{

	cred_check(cred);
	return specificdata_getspecific(kauth_domain, &cred->cr_sd,
	    unwrap_key(key));
}

void
kauth_cred_setdata(kauth_cred_t cred, kauth_key_t key, void *data)
{

	cred_check(cred);
	specificdata_setspecific(kauth_domain, &cred->cr_sd, unwrap_key(key),
	    data);
}

/* May `cred1' act on what belongs to `cred2' because of its user id? */
int
kauth_cred_uidmatch(kauth_cred_t cred1, kauth_cred_t cred2)
{

	cred_check(cred1);
	cred_check(cred2);
	return cred1->cr_uid == cred2->cr_uid ||
	    cred1->cr_euid == cred2->cr_uid ||
	    cred1->cr_uid == cred2->cr_euid ||
	    cred1->cr_euid == cred2->cr_euid;
}

void
kauth_uucred_to_cred(kauth_cred_t cred, const struct uucred *uuc)
{
	u_int n = MIN((u_int)MAX(uuc->cr_ngroups, 0), NGROUPS_MAX);

	cred_check(cred);
	KASSERT(cred->cr_refcnt == 1);
	cred->cr_uid = cred->cr_euid = cred->cr_svuid = uuc->cr_uid;
	cred->cr_gid = cred->cr_egid = cred->cr_svgid = uuc->cr_gid;
	cred->cr_ngroups = n;
	memcpy(cred->cr_groups, uuc->cr_groups, n * sizeof(gid_t));
}

void
kauth_cred_to_uucred(struct uucred *uuc, const kauth_cred_t cred)
{

	cred_check(cred);
	memset(uuc, 0, sizeof(*uuc));
	uuc->cr_uid = cred->cr_euid;
	uuc->cr_gid = cred->cr_egid;
	uuc->cr_ngroups = (short)MIN(cred->cr_ngroups, NGROUPS_MAX);
	memcpy(uuc->cr_groups, cred->cr_groups,
	    (size_t)uuc->cr_ngroups * sizeof(gid_t));
}

/* 0 if they say the same. */
int
kauth_cred_uucmp(kauth_cred_t cred, const struct uucred *uuc)
{
	u_int i;

	cred_check(cred);
	if (cred->cr_euid != uuc->cr_uid || cred->cr_egid != uuc->cr_gid ||
	    cred->cr_ngroups != (u_int)uuc->cr_ngroups)
		return 1;
	for (i = 0; i < cred->cr_ngroups; i++) {
		if (kauth_cred_groupmember(cred, uuc->cr_groups[i]) != 0)
			return 1;
	}
	return 0;
}
