/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_secmodel: what kauth(9) answers at each securelevel, models
 * that ask each other, and listeners that come and go under questions.
 */
#include "kt.h"

#include <sys/conf.h>
#include <sys/kauth.h>
#include <sys/mount.h>
#include <sys/sysctl.h>
#include <sys/vnode.h>

#include <miscfs/specfs/specdev.h>
#include <rump-sys/kern.h>
#include <secmodel/secmodel.h>
#include <secmodel/securelevel/securelevel.h>

void	rump_kt_securelevel_answers(void);
void	rump_kt_secmodel_registry(void);
void	rump_kt_secmodel_races(void);
void	rump_kt_secmodel_forbid_sem(int);

static struct vnode block = { .v_type = VBLK }, file = { .v_type = VREG };
static struct timespec back = { -1, 0 }, forth = { 1, 0 };

/* Questions that root may normally do, and from which level on he may not. */
static const struct question {
	enum { SYSTEM, PROCESS, NETWORK, MACHDEP, DEVICE } scope;
	kauth_action_t	action;
	uintptr_t	req;
	void		*arg1, *arg2;
	int		level;		/* 3: never forbidden */
} questions[] = {
	{ SYSTEM, KAUTH_SYSTEM_CHSYSFLAGS, 0, NULL, NULL, 1 },
	{ SYSTEM, KAUTH_SYSTEM_MODULE, 0, NULL, NULL, 1 },
	{ SYSTEM, KAUTH_SYSTEM_SETIDCORE, 0, NULL, NULL, 1 },
	{ SYSTEM, KAUTH_SYSTEM_MAP_VA_ZERO, 0, NULL, NULL, 1 },
	{ SYSTEM, KAUTH_SYSTEM_DEBUG, KAUTH_REQ_SYSTEM_DEBUG_IPKDB, NULL,
	    NULL, 1 },
	{ SYSTEM, KAUTH_SYSTEM_SYSCTL, KAUTH_REQ_SYSTEM_SYSCTL_ADD, NULL,
	    NULL, 1 },
	{ SYSTEM, KAUTH_SYSTEM_SYSCTL, KAUTH_REQ_SYSTEM_SYSCTL_DELETE, NULL,
	    NULL, 1 },
	{ SYSTEM, KAUTH_SYSTEM_SYSCTL, KAUTH_REQ_SYSTEM_SYSCTL_MODIFY, NULL,
	    NULL, 3 },
	{ SYSTEM, KAUTH_SYSTEM_MOUNT, KAUTH_REQ_SYSTEM_MOUNT_NEW, NULL, NULL,
	    2 },
	{ SYSTEM, KAUTH_SYSTEM_MOUNT, KAUTH_REQ_SYSTEM_MOUNT_UPDATE, NULL,
	    NULL, 2 },
	{ SYSTEM, KAUTH_SYSTEM_MOUNT, KAUTH_REQ_SYSTEM_MOUNT_UPDATE, NULL,
	    (void *)MNT_RDONLY, 3 },
	{ SYSTEM, KAUTH_SYSTEM_MOUNT, KAUTH_REQ_SYSTEM_MOUNT_UNMOUNT, NULL,
	    NULL, 3 },
	{ SYSTEM, KAUTH_SYSTEM_TIME, KAUTH_REQ_SYSTEM_TIME_RTCOFFSET, NULL,
	    NULL, 1 },
	{ SYSTEM, KAUTH_SYSTEM_TIME, KAUTH_REQ_SYSTEM_TIME_SYSTEM, NULL,
	    &back, 2 },
	{ SYSTEM, KAUTH_SYSTEM_TIME, KAUTH_REQ_SYSTEM_TIME_SYSTEM, NULL,
	    &forth, 3 },
	{ SYSTEM, KAUTH_SYSTEM_REBOOT, 0, NULL, NULL, 3 },
	{ PROCESS, KAUTH_PROCESS_PTRACE, 0, NULL, NULL, 0 },
	{ PROCESS, KAUTH_PROCESS_PROCFS, 0, NULL, NULL, 0 },
	{ PROCESS, KAUTH_PROCESS_CORENAME, 0,
	    (void *)KAUTH_REQ_PROCESS_CORENAME_SET, NULL, 2 },
	{ PROCESS, KAUTH_PROCESS_SIGNAL, 0, NULL, NULL, 3 },
	{ NETWORK, KAUTH_NETWORK_FORWSRCRT, 0, NULL, NULL, 1 },
	{ NETWORK, KAUTH_NETWORK_FIREWALL, KAUTH_REQ_NETWORK_FIREWALL_NAT,
	    NULL, NULL, 2 },
	{ NETWORK, KAUTH_NETWORK_BIND, KAUTH_REQ_NETWORK_BIND_PRIVPORT, NULL,
	    NULL, 3 },
	{ MACHDEP, KAUTH_MACHDEP_IOPL, 0, NULL, NULL, 1 },
	{ MACHDEP, KAUTH_MACHDEP_UNMANAGEDMEM, 0, NULL, NULL, 1 },
	{ DEVICE, KAUTH_DEVICE_RAWIO_PASSTHRU, 0, NULL, NULL, 1 },
	{ DEVICE, KAUTH_DEVICE_RAWIO_SPEC, KAUTH_REQ_DEVICE_RAWIO_SPEC_RW,
	    &block, NULL, 2 },
	{ DEVICE, KAUTH_DEVICE_RAWIO_SPEC, KAUTH_REQ_DEVICE_RAWIO_SPEC_READ,
	    &block, NULL, 3 },
	{ DEVICE, KAUTH_DEVICE_RAWIO_SPEC, KAUTH_REQ_DEVICE_RAWIO_SPEC_WRITE,
	    &file, NULL, 3 },
};

static int
ask(kauth_cred_t cred, const struct question *q)
{

	switch (q->scope) {
	case SYSTEM:
		return kauth_authorize_system(cred, q->action,
		    (enum kauth_system_req)q->req, q->arg1, q->arg2, NULL);
	case PROCESS:
		return kauth_authorize_process(cred, q->action, initproc,
		    q->arg1, q->arg2, NULL);
	case NETWORK:
		return kauth_authorize_network(cred, q->action,
		    (enum kauth_network_req)q->req, q->arg1, q->arg2, NULL);
	case MACHDEP:
		return kauth_authorize_machdep(cred, q->action, NULL, NULL,
		    NULL, NULL);
	default:
		return kauth_authorize_device(cred, q->action,
		    (void *)q->req, q->arg1, q->arg2, NULL);
	}
}

void
rump_kt_securelevel_answers(void)
{
	kauth_action_t flags = KAUTH_VNODE_WRITE_SYSFLAGS;
	kauth_cred_t root = kauth_cred_alloc();
	bool isabove;
	int level;
	size_t i;

	for (level = -1; level <= 2; level++) {
		securelevel = level;
		for (i = 0; i < __arraycount(questions); i++) {
			if (ask(root, &questions[i]) !=
			    (level >= questions[i].level ? EPERM : 0))
				panic("kt: level %d, question %zu", level, i);
		}
		KT_EQ(0, kauth_authorize_vnode(root, flags, NULL, NULL, 0));
		KT_EQ(level >= 1 ? EPERM : 0, kauth_authorize_vnode(root,
		    flags | KAUTH_VNODE_HAS_SYSFLAGS, NULL, NULL, 0));
		KT_EQ(0, secmodel_eval(SECMODEL_SECURELEVEL_ID,
		    "is-securelevel-above", (void *)0, &isabove));
		KT_EQ(level > 0, isabove);
	}
	/* Other processes than the first can be traced. */
	KT_EQ(0, kauth_authorize_process(root, KAUTH_PROCESS_PTRACE, &proc0,
	    NULL, NULL, NULL));
	kauth_cred_free(root);
}

static int
eval(const char *what, void *arg, void *ret)
{

	if (strcmp(what, "double") != 0)
		return EINVAL;
	*(int *)ret = 2 * *(int *)arg;
	return 0;
}

void
rump_kt_secmodel_registry(void)
{
	secmodel_t sm, sm2 = NULL;
	int in = 21, out = 0;

	KT_EQ(EFAULT, secmodel_register(NULL, "kt", "test", NULL, eval,
	    NULL));
	KT_EQ(EFAULT, secmodel_register(&sm, NULL, "test", NULL, eval,
	    NULL));
	KT_EQ(EFAULT, secmodel_register(&sm, "kt", NULL, NULL, eval, NULL));
	KT_EQ(ENOENT, secmodel_eval("kt", "double", &in, &out));
	KT_EQ(0, secmodel_register(&sm, "kt", "test", NULL, eval, NULL));
	KT_EQ(EEXIST, secmodel_register(&sm2, "kt", "t", NULL, NULL, NULL));
	KT_EQ(0, secmodel_register(&sm2, "kt2", "t", NULL, NULL, NULL));
	KT_EQ(0, secmodel_eval("kt", "double", &in, &out));
	KT_EQ(42, out);
	KT_EQ(-EINVAL, secmodel_eval("kt", "triple", &in, &out));
	KT_EQ(ENOENT, secmodel_eval("kt2", "double", &in, &out));
	KT_EQ(EFAULT, secmodel_eval(NULL, "double", &in, &out));
	KT_EQ(EFAULT, secmodel_eval("kt", NULL, &in, &out));
	KT_EQ(EFAULT, secmodel_eval("kt", "double", &in, NULL));
	KT_EQ(EFAULT, secmodel_deregister(NULL));
	KT_EQ(0, secmodel_deregister(sm));
	KT_EQ(ENOENT, secmodel_deregister(sm));
	KT_EQ(ENOENT, secmodel_eval("kt", "double", &in, &out));
	KT_EQ(0, secmodel_deregister(sm2));
}

static int
deny_sem(kauth_cred_t cred, kauth_action_t action, void *cookie, void *arg0,
    void *arg1, void *arg2, void *arg3)
{

	return action == KAUTH_SYSTEM_SEMAPHORE ? KAUTH_RESULT_DENY :
	    KAUTH_RESULT_DEFER;
}

void
rump_kt_secmodel_forbid_sem(int forbid)
{
	static kauth_listener_t l;

	if (forbid) {
		l = kauth_listen_scope(KAUTH_SCOPE_SYSTEM, deny_sem, NULL);
		KT(l != NULL);
	} else
		kauth_unlisten_scope(l);
}

/* A model on top of another one asks that from within its listener. */
static kauth_scope_t inner;
static _Atomic int unlistened;

static int
stacked(kauth_cred_t cred, kauth_action_t action, void *cookie, void *arg0,
    void *arg1, void *arg2, void *arg3)
{

	KT(cookie == &inner);
	if (action != KAUTH_SYSTEM_REBOOT)
		return KAUTH_RESULT_DEFER;
	kt_pause(1);
	return kauth_authorize_action(inner, cred, action, arg0, arg1, arg2,
	    arg3) == 0 ? KAUTH_RESULT_ALLOW : KAUTH_RESULT_DENY;
}

static void
asker(void *arg)
{
	int i, error;

	for (i = 0; i < 20; i++) {
		error = kauth_authorize_system(arg, KAUTH_SYSTEM_REBOOT, 0,
		    NULL, NULL, NULL);
		KT(error == 0 || error == EPERM);
	}
	kthread_exit(0);
}

static void
changer(void *arg)
{
	kauth_listener_t l;
	int i;

	for (i = 0; i < 20; i++) {
		l = kauth_listen_scope(KAUTH_SCOPE_SYSTEM, deny_sem, NULL);
		kt_pause(1);
		kauth_unlisten_scope(l);
		unlistened++;
	}
	kthread_exit(0);
}

void
rump_kt_secmodel_races(void)
{
	kauth_cred_t user = rump_cred_create(5, 5, 0, NULL);
	struct kt_threads ask_kt, change_kt;
	kauth_listener_t l;

	/* Nobody listens: allowed. */
	inner = kauth_register_scope("kt.inner", NULL, NULL);
	KT(inner != NULL);
	KT_EQ(EPERM, kauth_authorize_system(user, KAUTH_SYSTEM_REBOOT, 0,
	    NULL, NULL, NULL));
	l = kauth_listen_scope(KAUTH_SCOPE_SYSTEM, stacked, &inner);
	KT_EQ(0, kauth_authorize_system(user, KAUTH_SYSTEM_REBOOT, 0, NULL,
	    NULL, NULL));
	kt_start(&ask_kt, 4, asker, user);
	kt_start(&change_kt, 2, changer, NULL);
	kt_join(&ask_kt);
	kt_join(&change_kt);
	KT_EQ(40, unlistened);
	kauth_unlisten_scope(l);
	KT_EQ(EPERM, kauth_authorize_system(user, KAUTH_SYSTEM_REBOOT, 0,
	    NULL, NULL, NULL));
	kauth_deregister_scope(inner);
	kauth_cred_free(user);
}
