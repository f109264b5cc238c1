/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quotactl(2): hands an operation to VFS_QUOTACTL with everything that its
 * arguments point to in kernel memory.  Who may do what is decided by the file
 * system.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kmem.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/quotactl.h>
#include <sys/syscallargs.h>
#include <sys/vnode.h>

/* One thing the arguments point to: where the pointer is, and what it is. */
struct quota_arg {
	size_t	qa_offset;
	size_t	qa_size;
	int	qa_flags;
};
#define	QA_IN		0x1		/* read before */
#define	QA_OUT		0x2		/* written after */
#define	QA_MANY		0x4		/* as many as cursorget says */
#define	QA_NAME		0x8		/* a path name */

#define	QUOTA_NARGS	4
#define	QUOTA_MANY_MAX	256u		/* at a time; more takes more calls */

#define	QA(member, type, flags) \
	{ offsetof(struct quotactl_args, u.member), sizeof(type), flags }

static const struct quota_arg quota_args[][QUOTA_NARGS] = {
	[QUOTACTL_STAT] = { QA(stat.qc_info, struct quotastat, QA_OUT) },
	[QUOTACTL_IDTYPESTAT] = {
		QA(idtypestat.qc_info, struct quotaidtypestat, QA_OUT) },
	[QUOTACTL_OBJTYPESTAT] = {
		QA(objtypestat.qc_info, struct quotaobjtypestat, QA_OUT) },
	[QUOTACTL_GET] = {
		QA(get.qc_key, struct quotakey, QA_IN),
		QA(get.qc_val, struct quotaval, QA_OUT) },
	[QUOTACTL_PUT] = {
		QA(put.qc_key, struct quotakey, QA_IN),
		QA(put.qc_val, struct quotaval, QA_IN) },
	[QUOTACTL_DEL] = { QA(del.qc_key, struct quotakey, QA_IN) },
	[QUOTACTL_CURSOROPEN] = {
		QA(cursoropen.qc_cursor, struct quotakcursor, QA_OUT) },
	[QUOTACTL_CURSORCLOSE] = {
		QA(cursorclose.qc_cursor, struct quotakcursor, QA_IN) },
	[QUOTACTL_CURSORSKIPIDTYPE] = {
		QA(cursorskipidtype.qc_cursor, struct quotakcursor,
		    QA_IN | QA_OUT) },
	[QUOTACTL_CURSORGET] = {
		QA(cursorget.qc_ret, unsigned, QA_OUT),
		QA(cursorget.qc_cursor, struct quotakcursor, QA_IN | QA_OUT),
		QA(cursorget.qc_keys, struct quotakey, QA_OUT | QA_MANY),
		QA(cursorget.qc_vals, struct quotaval, QA_OUT | QA_MANY) },
	[QUOTACTL_CURSORATEND] = {
		QA(cursoratend.qc_cursor, struct quotakcursor, QA_IN),
		QA(cursoratend.qc_ret, int, QA_OUT) },
	[QUOTACTL_CURSORREWIND] = {
		QA(cursorrewind.qc_cursor, struct quotakcursor,
		    QA_IN | QA_OUT) },
	[QUOTACTL_QUOTAON] = { QA(quotaon.qc_quotafile, char[MAXPATHLEN],
		    QA_IN | QA_NAME) },
	[QUOTACTL_QUOTAOFF] = { { 0 } },
};

static void **
quota_ptr(struct quotactl_args *args, const struct quota_arg *qa)
{

	return (void **)((char *)args + qa->qa_offset);
}

static size_t
quota_size(const struct quotactl_args *args, const struct quota_arg *qa)
{

	return (qa->qa_flags & QA_MANY) != 0 ?
	    qa->qa_size * args->u.cursorget.qc_maxnum : qa->qa_size;
}

/* User pointers become kernel ones; user[] keeps them. */
static int
quota_in(struct quotactl_args *args, const struct quota_arg *qa,
    void *user[QUOTA_NARGS])
{
	void **p;
	int error = 0, i;

	for (i = 0; i < QUOTA_NARGS && qa[i].qa_size != 0 && error == 0; i++) {
		p = quota_ptr(args, &qa[i]);
		user[i] = *p;
		*p = kmem_zalloc(quota_size(args, &qa[i]), KM_SLEEP);
		if (qa[i].qa_flags & QA_NAME)
			error = copyinstr(user[i], *p, qa[i].qa_size, NULL);
		else if (qa[i].qa_flags & QA_IN)
			error = copyin(user[i], *p, qa[i].qa_size);
	}
	for (; i < QUOTA_NARGS && qa[i].qa_size != 0; i++)
		*quota_ptr(args, &qa[i]) = NULL;
	return error;
}

static int
quota_out(struct quotactl_args *args, const struct quota_arg *qa,
    void *user[QUOTA_NARGS])
{
	size_t size;
	int error = 0, i;

	for (i = 0; i < QUOTA_NARGS && qa[i].qa_size != 0 && error == 0; i++) {
		if ((qa[i].qa_flags & QA_OUT) == 0)
			continue;
		size = qa[i].qa_size;
		if (qa[i].qa_flags & QA_MANY)
			size *= MIN(*args->u.cursorget.qc_ret,
			    args->u.cursorget.qc_maxnum);
		error = copyout(*quota_ptr(args, &qa[i]), user[i], size);
	}
	return error;
}

static void
quota_free(struct quotactl_args *args, const struct quota_arg *qa)
{
	void *p;
	int i;

	for (i = 0; i < QUOTA_NARGS && qa[i].qa_size != 0; i++) {
		p = *quota_ptr(args, &qa[i]);
		if (p != NULL)
			kmem_free(p, quota_size(args, &qa[i]));
	}
}

static int
quota_call(struct mount *mp, struct quotactl_args *args)
{
	const struct quota_arg *qa;
	void *user[QUOTA_NARGS];
	int error;

	if (args->qc_op >= __arraycount(quota_args))
		return EINVAL;
	qa = quota_args[args->qc_op];
	if (args->qc_op == QUOTACTL_CURSORGET) {
		if (args->u.cursorget.qc_maxnum == 0)
			return EINVAL;
		args->u.cursorget.qc_maxnum =
		    MIN(args->u.cursorget.qc_maxnum, QUOTA_MANY_MAX);
	}
	error = quota_in(args, qa, user);
	if (error == 0)
		error = VFS_QUOTACTL(mp, args);
	if (error == 0)
		error = quota_out(args, qa, user);
	quota_free(args, qa);
	return error;
}

int
sys___quotactl(struct lwp *l, const struct sys___quotactl_args *uap,
    register_t *retval)
{
	struct quotactl_args args;
	struct vnode *vp;
	struct mount *mp;
	int error;

	error = copyin(SCARG(uap, args), &args, sizeof(args));
	if (error == 0)
		error = namei_simple_user(SCARG(uap, path),
		    NSM_FOLLOW_TRYEMULROOT, &vp);
	if (error != 0)
		return error;
	mp = vp->v_mount;
	error = vfs_busy(mp);
	if (error == 0) {
		error = quota_call(mp, &args);
		vfs_unbusy(mp);
	}
	vrele(vp);
	return error;
}
