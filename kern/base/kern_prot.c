/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System calls about who a process is: its number, group, session, user and
 * group ids, login name.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/proc.h>
#include <sys/syscallargs.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

int
sys_getpid(struct lwp *l, const void *v, register_t *retval)
{

	/* The second value is the old way to ask for the parent. */
	retval[0] = l->l_proc->p_pid;
	return 0;
}

int
sys_getppid(struct lwp *l, const void *v, register_t *retval)
{

	mutex_enter(&proc_lock);
	*retval = l->l_proc->p_pptr != NULL ? l->l_proc->p_pptr->p_pid : 0;
	mutex_exit(&proc_lock);
	return 0;
}

int
sys_getpgrp(struct lwp *l, const void *v, register_t *retval)
{

	mutex_enter(&proc_lock);
	*retval = l->l_proc->p_pgrp->pg_id;
	mutex_exit(&proc_lock);
	return 0;
}

/* The group or session of a process, 0: of the caller. */
static int
get_pg_or_sid(struct lwp *l, pid_t pid, bool sid, register_t *retval)
{
	struct proc *p;
	int error = 0;

	if (pid < 0)
		return EINVAL;
	mutex_enter(&proc_lock);
	p = pid == 0 ? l->l_proc : proc_find(pid);
	if (p == NULL)
		error = ESRCH;
	else
		*retval = sid ? p->p_session->s_sid : p->p_pgrp->pg_id;
	mutex_exit(&proc_lock);
	return error;
}

int
sys_getpgid(struct lwp *l, const struct sys_getpgid_args *uap,
    register_t *retval)
{

	return get_pg_or_sid(l, SCARG(uap, pid), false, retval);
}

int
sys_getsid(struct lwp *l, const struct sys_getsid_args *uap,
    register_t *retval)
{

	return get_pg_or_sid(l, SCARG(uap, pid), true, retval);
}

int
sys_setsid(struct lwp *l, const void *v, register_t *retval)
{
	struct proc *p = l->l_proc;
	int error;

	error = proc_enterpgrp(p, p->p_pid, p->p_pid, true);
	*retval = p->p_pid;
	return error;
}

int
sys_setpgid(struct lwp *l, const struct sys_setpgid_args *uap,
    register_t *retval)
{
	pid_t pid = SCARG(uap, pid), pgid = SCARG(uap, pgid);
	struct proc *p = l->l_proc;

	if (pgid < 0)
		return EINVAL;
	if (pid == 0)
		pid = p->p_pid;
	if (pgid == 0)
		pgid = pid;
	return proc_enterpgrp(p, pid, pgid, false);
}

int
sys_getuid(struct lwp *l, const void *v, register_t *retval)
{

	*retval = kauth_cred_getuid(l->l_cred);
	retval[1] = kauth_cred_geteuid(l->l_cred);
	return 0;
}

int
sys_geteuid(struct lwp *l, const void *v, register_t *retval)
{

	*retval = kauth_cred_geteuid(l->l_cred);
	return 0;
}

int
sys_getgid(struct lwp *l, const void *v, register_t *retval)
{

	*retval = kauth_cred_getgid(l->l_cred);
	retval[1] = kauth_cred_getegid(l->l_cred);
	return 0;
}

int
sys_getegid(struct lwp *l, const void *v, register_t *retval)
{

	*retval = kauth_cred_getegid(l->l_cred);
	return 0;
}

int
sys_issetugid(struct lwp *l, const void *v, register_t *retval)
{

	*retval = (l->l_proc->p_flag & PK_SUGID) != 0;
	return 0;
}

int
sys_getgroups(struct lwp *l, const struct sys_getgroups_args *uap,
    register_t *retval)
{
	int size = SCARG(uap, gidsetsize);
	u_int n = kauth_cred_ngroups(l->l_cred);

	*retval = n;
	if (size == 0)
		return 0;
	if (size < (int)n)
		return EINVAL;
	return kauth_cred_getgroups(l->l_cred, SCARG(uap, gidset), n,
	    UIO_USERSPACE);
}

int
sys_setgroups(struct lwp *l, const struct sys_setgroups_args *uap,
    register_t *retval)
{
	int size = SCARG(uap, gidsetsize), error;
	kauth_cred_t cred;

	if (size < 0)
		return EINVAL;
	cred = kauth_cred_dup(l->l_cred);
	error = kauth_cred_setgroups(cred, SCARG(uap, gidset), (size_t)size,
	    (uid_t)-1, UIO_USERSPACE);
	if (error) {
		kauth_cred_free(cred);
		return error;
	}
	return kauth_proc_setgroups(l, cred);
}

/* What a change of ids may take the new value from without privilege. */
#define ID_E_EQ_E	0x001	/* effective: the effective */
#define ID_E_EQ_R	0x002	/*            the real */
#define ID_E_EQ_S	0x004	/*            the saved */
#define ID_R_EQ_E	0x010	/* real:      the effective */
#define ID_R_EQ_R	0x020
#define ID_R_EQ_S	0x040
#define ID_S_EQ_E	0x100	/* saved:     the effective */
#define ID_S_EQ_R	0x200
#define ID_S_EQ_S	0x400

/* -1 leaves an id as it is. */
struct idset {
	uint32_t	r, e, sv;
};

static bool
id_allowed(uint32_t id, const struct idset *old, u_int flags)
{

	return id == (uint32_t)-1 || (id == old->e && (flags & 1)) ||
	    (id == old->r && (flags & 2)) || (id == old->sv && (flags & 4));
}

static bool
ids_allowed(const struct idset *new, const struct idset *old, u_int flags)
{

	return id_allowed(new->e, old, flags) &&
	    id_allowed(new->r, old, flags >> 4) &&
	    id_allowed(new->sv, old, flags >> 8);
}

static void
ids_get(kauth_cred_t cred, bool group, struct idset *ids)
{

	ids->r = group ? kauth_cred_getgid(cred) : kauth_cred_getuid(cred);
	ids->e = group ? kauth_cred_getegid(cred) : kauth_cred_geteuid(cred);
	ids->sv = group ? kauth_cred_getsvgid(cred) :
	    kauth_cred_getsvuid(cred);
}

static void
ids_put(kauth_cred_t cred, bool group, const struct idset *ids)
{

	if (group) {
		kauth_cred_setgid(cred, ids->r);
		kauth_cred_setegid(cred, ids->e);
		kauth_cred_setsvgid(cred, ids->sv);
	} else {
		kauth_cred_setuid(cred, ids->r);
		kauth_cred_seteuid(cred, ids->e);
		kauth_cred_setsvuid(cred, ids->sv);
	}
}

/*
 * Change real, effective and saved id: with privilege to anything, without to
 * what `flags' permit.
 */
static int
ids_change(struct lwp *l, bool group, const struct idset *new, u_int flags)
{
	struct idset old, ids;
	kauth_cred_t cred;
	int error;

	cred = kauth_cred_alloc();
	proc_crmod_enter();
	kauth_cred_clone(l->l_proc->p_cred, cred);
	ids_get(cred, group, &old);
	error = kauth_authorize_process(l->l_proc->p_cred,
	    KAUTH_PROCESS_SETID, l->l_proc, NULL, NULL, NULL);
	if (error && ids_allowed(new, &old, flags))
		error = 0;
	ids.r = new->r == (uint32_t)-1 ? old.r : new->r;
	ids.e = new->e == (uint32_t)-1 ? old.e : new->e;
	ids.sv = new->sv == (uint32_t)-1 ? old.sv : new->sv;
	if (error || memcmp(&ids, &old, sizeof(ids)) == 0) {
		proc_crmod_leave(NULL, NULL, false);
		kauth_cred_free(cred);
		return error;
	}
	ids_put(cred, group, &ids);
	proc_crmod_leave(cred, l->l_proc->p_cred, true);
	return 0;
}

#define NOID	((uint32_t)-1)

int
sys_setuid(struct lwp *l, const struct sys_setuid_args *uap,
    register_t *retval)
{
	uid_t uid = SCARG(uap, uid);
	struct idset ids = { uid, uid, uid };

	return ids_change(l, false, &ids, ID_R_EQ_R | ID_E_EQ_R | ID_S_EQ_R);
}

int
sys_seteuid(struct lwp *l, const struct sys_seteuid_args *uap,
    register_t *retval)
{
	struct idset ids = { NOID, SCARG(uap, euid), NOID };

	return ids_change(l, false, &ids, ID_E_EQ_R | ID_E_EQ_S);
}

/* The saved id follows if the real one is set or the effective changes. */
static int
reids_change(struct lwp *l, bool group, uint32_t rid, uint32_t eid)
{
	struct idset old, ids = { rid, eid, NOID };

	ids_get(l->l_cred, group, &old);
	if (rid != NOID || (eid != NOID && eid != old.r))
		ids.sv = eid == NOID ? old.e : eid;
	return ids_change(l, group, &ids, ID_R_EQ_R | ID_R_EQ_E |
	    ID_E_EQ_R | ID_E_EQ_E | ID_E_EQ_S | ID_S_EQ_R | ID_S_EQ_E |
	    ID_S_EQ_S);
}

int
sys_setreuid(struct lwp *l, const struct sys_setreuid_args *uap,
    register_t *retval)
{

	return reids_change(l, false, SCARG(uap, ruid), SCARG(uap, euid));
}

int
sys_setgid(struct lwp *l, const struct sys_setgid_args *uap,
    register_t *retval)
{
	gid_t gid = SCARG(uap, gid);
	struct idset ids = { gid, gid, gid };

	return ids_change(l, true, &ids, ID_R_EQ_R | ID_E_EQ_R | ID_S_EQ_R);
}

int
sys_setegid(struct lwp *l, const struct sys_setegid_args *uap,
    register_t *retval)
{
	struct idset ids = { NOID, SCARG(uap, egid), NOID };

	return ids_change(l, true, &ids, ID_E_EQ_R | ID_E_EQ_S);
}

int
sys_setregid(struct lwp *l, const struct sys_setregid_args *uap,
    register_t *retval)
{

	return reids_change(l, true, SCARG(uap, rgid), SCARG(uap, egid));
}

int
sys___getlogin(struct lwp *l, const struct sys___getlogin_args *uap,
    register_t *retval)
{
	size_t len = MIN(SCARG(uap, namelen), MAXLOGNAME);
	char login[MAXLOGNAME];

	memset(login, 0, sizeof(login));
	mutex_enter(&proc_lock);
	strlcpy(login, l->l_proc->p_session->s_login, sizeof(login));
	mutex_exit(&proc_lock);
	return copyout(login, SCARG(uap, namebuf), len);
}

int
sys___setlogin(struct lwp *l, const struct sys___setlogin_args *uap,
    register_t *retval)
{
	char login[MAXLOGNAME];
	struct session *s;
	int error;

	error = kauth_authorize_process(l->l_cred, KAUTH_PROCESS_SETID,
	    l->l_proc, NULL, NULL, NULL);
	if (error)
		return error;
	error = copyinstr(SCARG(uap, namebuf), login, sizeof(login), NULL);
	if (error)
		return error == ENAMETOOLONG ? EINVAL : error;
	mutex_enter(&proc_lock);
	s = l->l_proc->p_session;
	strlcpy(s->s_login, login, sizeof(s->s_login));
	s->s_flags |= S_LOGIN_SET;
	mutex_exit(&proc_lock);
	return 0;
}
