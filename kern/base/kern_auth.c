/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kauth(9) scopes: who is asked whether a credential may do something.
 *
 * Built-in scopes exist from kauth_init() on; listeners come and go under
 * kauth_lock.  A question goes to an array of those there are at the moment.
 * It gets new ones at its end while there is room, is otherwise replaced as a
 * whole, and lasts while questions refer to it.  So
 * listeners may sleep and ask questions themselves, but must not go while they
 * are being asked: kauth_unlisten_scope() waits for them.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/condvar.h>
#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/localcount.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/pserialize.h>
#include <sys/queue.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/vnode.h>

#include <lib/libkern/libkern.h>

#include <secmodel/secmodel.h>
#include <secmodel/securelevel/securelevel.h>

#include "kauth_private.h"

#define	ANSWERERS_ROOM	4

/*
 * Lock legend: (c) each CPU has a count of its own, (:) constant, (k)
 * kauth_lock to write, read without; an entry is constant once ka_n tells of
 * it.
 */
struct kauth_answerers {
	struct localcount	ka_questions;	/* c */
	u_int			ka_room;	/* : entries */
	u_int			ka_n;		/* k */
	struct {
		kauth_scope_callback_t func;
		void		*cookie;
	}			ka_listener[];
};

/* Lock legend for both: (k) kauth_lock, (:) constant. */
struct kauth_listener {
	kauth_scope_callback_t	kl_func;	/* : */
	void			*kl_cookie;	/* : */
	struct kauth_scope	*kl_scope;	/* : */
	SIMPLEQ_ENTRY(kauth_listener) kl_next;	/* k */
};

struct kauth_scope {
	const char		*ks_id;		/* : */
	void			*ks_cookie;	/* : default listener's */
	u_int			ks_nlisteners;	/* k */
	SIMPLEQ_HEAD(, kauth_listener) ks_listeners; /* k */
	/* k: written; read in a pserialize(9) section; NULL: none */
	struct kauth_answerers *volatile ks_answerers;
	SIMPLEQ_ENTRY(kauth_scope) ks_next;	/* k */
};

static SIMPLEQ_HEAD(, kauth_scope) scope_list =
    SIMPLEQ_HEAD_INITIALIZER(scope_list);
static kmutex_t kauth_lock;
static kcondvar_t kauth_cv;		/* k: an array has no questions left */
static pserialize_t kauth_psz;

static kauth_scope_t scope_generic, scope_system, scope_process;
static kauth_scope_t scope_network, scope_machdep, scope_device;
static kauth_scope_t scope_cred, scope_vnode;

/* Built in, so that questions need no memory. */
static struct kauth_scope builtin_scopes[8];

static kauth_scope_t
scope_lookup(const char *id)
{
	kauth_scope_t scope;

	KASSERT(mutex_owned(&kauth_lock));
	SIMPLEQ_FOREACH(scope, &scope_list, ks_next) {
		if (strcmp(scope->ks_id, id) == 0)
			return scope;
	}
	return NULL;
}

static kauth_scope_t
builtin_scope(u_int n, const char *id)
{
	kauth_scope_t scope = &builtin_scopes[n];

	KASSERT(n < __arraycount(builtin_scopes));
	scope->ks_id = id;
	SIMPLEQ_INIT(&scope->ks_listeners);
	SIMPLEQ_INSERT_TAIL(&scope_list, scope, ks_next);
	return scope;
}

void
kauth_init(void)
{

	mutex_init(&kauth_lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&kauth_cv, "kauth");
	kauth_psz = pserialize_create();
	scope_generic = builtin_scope(0, KAUTH_SCOPE_GENERIC);
	scope_system = builtin_scope(1, KAUTH_SCOPE_SYSTEM);
	scope_process = builtin_scope(2, KAUTH_SCOPE_PROCESS);
	scope_network = builtin_scope(3, KAUTH_SCOPE_NETWORK);
	scope_machdep = builtin_scope(4, KAUTH_SCOPE_MACHDEP);
	scope_device = builtin_scope(5, KAUTH_SCOPE_DEVICE);
	scope_cred = builtin_scope(6, KAUTH_SCOPE_CRED);
	scope_vnode = builtin_scope(7, KAUTH_SCOPE_VNODE);
	kauth_cred_subsystem_init();
}

static size_t
answerers_size(u_int room)
{
	const struct kauth_answerers *ka;

	return sizeof(*ka) + room * sizeof(ka->ka_listener[0]);
}

static void
answerers_add(struct kauth_answerers *ka, kauth_listener_t kl)
{
	const u_int n = ka->ka_n;

	KASSERT(mutex_owned(&kauth_lock));
	KASSERT(n < ka->ka_room);
	ka->ka_listener[n].func = kl->kl_func;
	ka->ka_listener[n].cookie = kl->kl_cookie;
	__atomic_store_n(&ka->ka_n, n + 1, __ATOMIC_RELEASE);
}

/* What the list says becomes what questions see; the old one is returned. */
static struct kauth_answerers *
scope_publish(kauth_scope_t scope)
{
	struct kauth_answerers *new = NULL, *old = scope->ks_answerers;
	kauth_listener_t kl;
	u_int room;

	KASSERT(mutex_owned(&kauth_lock));
	if (scope->ks_nlisteners != 0) {
		room = roundup(scope->ks_nlisteners, ANSWERERS_ROOM);
		new = kmem_alloc(answerers_size(room), KM_SLEEP);
		localcount_init(&new->ka_questions);
		new->ka_room = room;
		new->ka_n = 0;
		SIMPLEQ_FOREACH(kl, &scope->ks_listeners, kl_next)
			answerers_add(new, kl);
		KASSERT(new->ka_n == scope->ks_nlisteners);
	}
	__atomic_store_n(&scope->ks_answerers, new, __ATOMIC_RELEASE);
	return old;
}

static void
answerers_rele(struct kauth_answerers *ka)
{

	localcount_release(&ka->ka_questions, &kauth_cv, &kauth_lock);
}

/* One that was replaced: wait until nobody asks it any more. */
static void
answerers_drain(struct kauth_answerers *ka)
{

	if (ka == NULL)
		return;
	if (mp_online)
		pserialize_perform(kauth_psz);
	mutex_enter(&kauth_lock);
	localcount_drain(&ka->ka_questions, &kauth_cv, &kauth_lock);
	mutex_exit(&kauth_lock);
	localcount_fini(&ka->ka_questions);
	kmem_free(ka, answerers_size(ka->ka_room));
}

/* Those to be asked at this moment, referenced; NULL if there are none. */
static struct kauth_answerers *
answerers_get(kauth_scope_t scope)
{
	struct kauth_answerers *ka;
	int s;

	s = pserialize_read_enter();
	ka = __atomic_load_n(&scope->ks_answerers, __ATOMIC_ACQUIRE);
	if (ka != NULL)
		localcount_acquire(&ka->ka_questions);
	pserialize_read_exit(s);
	return ka;
}

void
secmodel_init(void)
{

	secmodel_registry_init();
	secmodel_suser_start();
	secmodel_securelevel_start();
}

kauth_scope_t
kauth_register_scope(const char *id, kauth_scope_callback_t callback,
    void *cookie)
{
	kauth_scope_t scope;
	bool exists;

	scope = kmem_zalloc(sizeof(*scope), KM_SLEEP);
	scope->ks_id = id;
	scope->ks_cookie = cookie;
	SIMPLEQ_INIT(&scope->ks_listeners);
	mutex_enter(&kauth_lock);
	exists = scope_lookup(id) != NULL;
	if (!exists)
		SIMPLEQ_INSERT_TAIL(&scope_list, scope, ks_next);
	mutex_exit(&kauth_lock);
	if (exists) {
		kmem_free(scope, sizeof(*scope));
		return NULL;
	}
	if (callback != NULL)
		(void)kauth_listen_scope(id, callback, cookie);
	return scope;
}

void
kauth_deregister_scope(kauth_scope_t scope)
{
	struct kauth_answerers *old;
	kauth_listener_t kl;

	if (scope == NULL)
		return;
	KASSERT(scope < builtin_scopes ||
	    scope >= builtin_scopes + __arraycount(builtin_scopes));
	mutex_enter(&kauth_lock);
	SIMPLEQ_REMOVE(&scope_list, scope, kauth_scope, ks_next);
	scope->ks_nlisteners = 0;
	old = scope_publish(scope);
	mutex_exit(&kauth_lock);
	answerers_drain(old);
	while ((kl = SIMPLEQ_FIRST(&scope->ks_listeners)) != NULL) {
		SIMPLEQ_REMOVE_HEAD(&scope->ks_listeners, kl_next);
		kmem_free(kl, sizeof(*kl));
	}
	kmem_free(scope, sizeof(*scope));
}

kauth_listener_t
kauth_listen_scope(const char *id, kauth_scope_callback_t callback,
    void *cookie)
{
	struct kauth_answerers *ka, *old = NULL;
	kauth_listener_t kl;
	kauth_scope_t scope;

	kl = kmem_alloc(sizeof(*kl), KM_SLEEP);
	kl->kl_func = callback;
	kl->kl_cookie = cookie;
	mutex_enter(&kauth_lock);
	scope = scope_lookup(id);
	if (scope != NULL) {
		kl->kl_scope = scope;
		SIMPLEQ_INSERT_TAIL(&scope->ks_listeners, kl, kl_next);
		scope->ks_nlisteners++;
		ka = scope->ks_answerers;
		if (ka != NULL && ka->ka_n < ka->ka_room)
			answerers_add(ka, kl);
		else
			old = scope_publish(scope);
	}
	mutex_exit(&kauth_lock);
	answerers_drain(old);
	if (scope == NULL) {
		kmem_free(kl, sizeof(*kl));
		return NULL;
	}
	return kl;
}

void
kauth_unlisten_scope(kauth_listener_t kl)
{
	struct kauth_answerers *old;

	if (kl == NULL)
		return;
	mutex_enter(&kauth_lock);
	SIMPLEQ_REMOVE(&kl->kl_scope->ks_listeners, kl, kauth_listener,
	    kl_next);
	kl->kl_scope->ks_nlisteners--;
	old = scope_publish(kl->kl_scope);
	mutex_exit(&kauth_lock);
	answerers_drain(old);
	kmem_free(kl, sizeof(*kl));
}

/*
 * Ask the listeners: one denial denies, else one permission permits.
 */
int
kauth_authorize_action_internal(kauth_scope_t scope, kauth_cred_t cred,
    kauth_action_t action, void *arg0, void *arg1, void *arg2, void *arg3)
{
	int answer, result = KAUTH_RESULT_DEFER;
	struct kauth_answerers *ka;
	u_int i, n;

	KASSERT(cred != NULL);
	KASSERT(action != 0);
	/* The file system and the kernel itself are not asked. */
	if (cred == NOCRED || cred == FSCRED)
		return KAUTH_RESULT_ALLOW;
	KASSERT(scope != NULL);

	ka = answerers_get(scope);
	if (ka == NULL)
		return KAUTH_RESULT_ALLOW;
	n = __atomic_load_n(&ka->ka_n, __ATOMIC_ACQUIRE);
	for (i = 0; i < n && result != KAUTH_RESULT_DENY; i++) {
		answer = (*ka->ka_listener[i].func)(cred, action,
		    ka->ka_listener[i].cookie, arg0, arg1, arg2, arg3);
		if (answer != KAUTH_RESULT_DEFER)
			result = answer;
	}
	answerers_rele(ka);
	return result;
}

int
kauth_authorize_action(kauth_scope_t scope, kauth_cred_t cred,
    kauth_action_t action, void *arg0, void *arg1, void *arg2, void *arg3)
{
	int r;

	r = kauth_authorize_action_internal(scope, cred, action, arg0, arg1,
	    arg2, arg3);
	return r == KAUTH_RESULT_ALLOW ? 0 : EPERM;
}

void
kauth_cred_hook(kauth_cred_t cred, kauth_action_t action, void *arg0,
    void *arg1)
{

	/* Most kernels have nobody who wants to know. */
	if (scope_cred == NULL || __atomic_load_n(&scope_cred->ks_answerers,
	    __ATOMIC_RELAXED) == NULL)
		return;
	(void)kauth_authorize_action(scope_cred, cred, action, arg0, arg1,
	    NULL, NULL);
}

int
kauth_authorize_generic(kauth_cred_t cred, kauth_action_t action, void *arg0)
{

	return kauth_authorize_action(scope_generic, cred, action, arg0, NULL,
	    NULL, NULL);
}

int
kauth_authorize_system(kauth_cred_t cred, kauth_action_t action,
    enum kauth_system_req req, void *arg1, void *arg2, void *arg3)
{

	return kauth_authorize_action(scope_system, cred, action,
	    KAUTH_ARG(req), arg1, arg2, arg3);
}

int
kauth_authorize_process(kauth_cred_t cred, kauth_action_t action,
    struct proc *p, void *arg1, void *arg2, void *arg3)
{

	return kauth_authorize_action(scope_process, cred, action, p, arg1,
	    arg2, arg3);
}

int
kauth_authorize_network(kauth_cred_t cred, kauth_action_t action,
    enum kauth_network_req req, void *arg1, void *arg2, void *arg3)
{

	return kauth_authorize_action(scope_network, cred, action,
	    KAUTH_ARG(req), arg1, arg2, arg3);
}

int
kauth_authorize_machdep(kauth_cred_t cred, kauth_action_t action, void *arg0,
    void *arg1, void *arg2, void *arg3)
{

	return kauth_authorize_action(scope_machdep, cred, action, arg0, arg1,
	    arg2, arg3);
}

int
kauth_authorize_device(kauth_cred_t cred, kauth_action_t action, void *arg0,
    void *arg1, void *arg2, void *arg3)
{

	return kauth_authorize_action(scope_device, cred, action, arg0, arg1,
	    arg2, arg3);
}

int
kauth_authorize_device_tty(kauth_cred_t cred, kauth_action_t action,
    struct tty *tty)
{

	return kauth_authorize_action(scope_device, cred, action, tty, NULL,
	    NULL, NULL);
}

int
kauth_authorize_device_spec(kauth_cred_t cred, enum kauth_device_req req,
    struct vnode *vp)
{

	return kauth_authorize_action(scope_device, cred,
	    KAUTH_DEVICE_RAWIO_SPEC, KAUTH_ARG(req), vp, NULL, NULL);
}

int
kauth_authorize_device_passthru(kauth_cred_t cred, dev_t dev, u_long mode,
    void *data)
{

	return kauth_authorize_action(scope_device, cred,
	    KAUTH_DEVICE_RAWIO_PASSTHRU, KAUTH_ARG(mode), KAUTH_ARG(dev), data,
	    NULL);
}

/*
 * For vnodes the file system's own opinion (0 or an errno from permission
 * bits) counts if the listeners defer.
 */
int
kauth_authorize_vnode(kauth_cred_t cred, kauth_action_t action,
    struct vnode *vp, struct vnode *dvp, int fs_decision)
{
	int result;

	result = kauth_authorize_action_internal(scope_vnode, cred, action,
	    vp, dvp, KAUTH_ARG(fs_decision), NULL);
	switch (result) {
	case KAUTH_RESULT_ALLOW:
		return 0;
	case KAUTH_RESULT_DENY:
		return EPERM;
	default:
		/* A server elsewhere knows better than we do. */
		if (fs_decision == KAUTH_VNODE_REMOTEFS)
			return 0;
		return fs_decision;
	}
}

#define ACCMODE_BIT(mode)	__builtin_ctz(mode)

kauth_action_t
kauth_accmode_to_action(accmode_t accmode)
{
	static const kauth_action_t action_of[32] = {
		[ACCMODE_BIT(VREAD)] = KAUTH_VNODE_READ_DATA,
		[ACCMODE_BIT(VWRITE)] = KAUTH_VNODE_WRITE_DATA,
		[ACCMODE_BIT(VEXEC)] = KAUTH_VNODE_EXECUTE,
		[ACCMODE_BIT(VADMIN)] = KAUTH_VNODE_WRITE_SECURITY,
		[ACCMODE_BIT(VAPPEND)] = KAUTH_VNODE_APPEND_DATA,
		[ACCMODE_BIT(VREAD_NAMED_ATTRS)] =
		    KAUTH_VNODE_READ_EXTATTRIBUTES,
		[ACCMODE_BIT(VWRITE_NAMED_ATTRS)] =
		    KAUTH_VNODE_WRITE_EXTATTRIBUTES,
		[ACCMODE_BIT(VDELETE_CHILD)] = KAUTH_VNODE_DELETE,
		[ACCMODE_BIT(VREAD_ATTRIBUTES)] = KAUTH_VNODE_READ_ATTRIBUTES,
		[ACCMODE_BIT(VWRITE_ATTRIBUTES)] =
		    KAUTH_VNODE_WRITE_ATTRIBUTES,
		[ACCMODE_BIT(VDELETE)] = KAUTH_VNODE_DELETE,
		[ACCMODE_BIT(VREAD_ACL)] = KAUTH_VNODE_READ_SECURITY,
		[ACCMODE_BIT(VWRITE_ACL)] = KAUTH_VNODE_WRITE_SECURITY,
		[ACCMODE_BIT(VWRITE_OWNER)] = KAUTH_VNODE_CHANGE_OWNERSHIP,
	};
	uint32_t left = (uint32_t)accmode;
	kauth_action_t action = 0;

	for (; left != 0; left &= left - 1)
		action |= action_of[ACCMODE_BIT(left)];
	return action;
}

kauth_action_t
kauth_extattr_action(mode_t access_mode)
{
	kauth_action_t action = 0;

	if (access_mode & VREAD)
		action |= KAUTH_VNODE_READ_EXTATTRIBUTES;
	if (access_mode & VWRITE)
		action |= KAUTH_VNODE_WRITE_EXTATTRIBUTES;
	return action;
}

void
kauth_proc_fork(struct proc *parent, struct proc *child)
{

	mutex_enter(parent->p_lock);
	child->p_cred = kauth_cred_hold(parent->p_cred);
	mutex_exit(parent->p_lock);
	kauth_cred_hook(child->p_cred, KAUTH_CRED_FORK, parent, child);
}

void
kauth_proc_chroot(kauth_cred_t cred, struct cwdinfo *cwdi)
{

	kauth_cred_hook(cred, KAUTH_CRED_CHROOT, cwdi, NULL);
}
