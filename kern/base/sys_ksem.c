/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System calls that semaphore(3) is made of, and semaphores as descriptors.
 * What is not a semaphore, or not one of the right kind, is EINVAL.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/kmem.h>
#include <sys/ksem.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/syscallargs.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

#include "ksem_private.h"

static int	ksemf_stat(file_t *, struct stat *);
static int	ksemf_close(file_t *);
static void	ksemf_restart(file_t *);

static const struct fileops ksemops = {
	.fo_name = "semaphore",
	.fo_read = fbadop_read,
	.fo_write = fbadop_write,
	.fo_ioctl = fbadop_ioctl,
	.fo_fcntl = fnullop_fcntl,
	.fo_poll = fnullop_poll,
	.fo_stat = ksemf_stat,
	.fo_close = ksemf_close,
	.fo_kqfilter = fnullop_kqfilter,
	.fo_restart = ksemf_restart,
};

static int
ksemf_stat(file_t *fp, struct stat *sb)
{
	struct ksem *ks = fp->f_ksem;

	memset(sb, 0, sizeof(*sb));
	sb->st_mode = ks->ks_mode;
	sb->st_nlink = 1;
	sb->st_uid = ks->ks_uid;
	sb->st_gid = ks->ks_gid;
	return 0;
}

static int
ksemf_close(file_t *fp)
{

	ksem_rele(fp->f_ksem);
	fp->f_ksem = NULL;
	return 0;
}

static void
ksemf_restart(file_t *fp)
{

	ksem_sendback(fp->f_ksem);
}

static bool
shared_id_p(intptr_t id)
{

	return ((uintptr_t)id & KSEM_MARKER_MASK) == KSEM_PSHARED_MARKER &&
	    id == (intptr_t)(uint32_t)id;
}

/* The file of a descriptor that is a semaphore, held. */
static int
ksem_getfile(intptr_t id, file_t **fpp)
{
	file_t *fp;

	if (id < 0 || id > INT_MAX)
		return EINVAL;
	fp = fd_getfile((unsigned)id);
	if (fp == NULL)
		return EINVAL;
	if (fp->f_ops != &ksemops) {
		fd_putfile((unsigned)id);
		return EINVAL;
	}
	*fpp = fp;
	return 0;
}

/* The semaphore of an id, to be given to ksem_put() afterwards. */
static int
ksem_get(struct lwp *l, intptr_t id, struct ksem **ksp)
{
	file_t *fp;
	int error;

	if (shared_id_p(id))
		return ksem_byid(l, id, ksp);
	error = ksem_getfile(id, &fp);
	if (error == 0)
		*ksp = fp->f_ksem;
	return error;
}

static void
ksem_put(intptr_t id, struct ksem *ks)
{

	if (shared_id_p(id))
		ksem_rele(ks);
	else
		fd_putfile((unsigned)id);
}

/* The descriptor becomes one; the reference is the file's from then on. */
static void
ksem_affix(struct lwp *l, file_t *fp, int fd, struct ksem *ks)
{

	fp->f_flag = FREAD | FWRITE;
	fp->f_type = DTYPE_SEM;
	fp->f_ops = &ksemops;
	fp->f_ksem = ks;
	fd_set_exclose(l, fd, true);
	fd_affix(l->l_proc, fp, (unsigned)fd);
}

static int
init_shared(struct lwp *l, u_int value, intptr_t *idp)
{
	struct ksem *ks;
	intptr_t id;
	int error;

	ks = ksem_alloc(l, KSEM_KSHARED, value, S_IWUSR, NULL);
	if (ks == NULL)
		return ENOSPC;
	ksem_share(ks, &id);
	error = copyout(&id, idp, sizeof(id));
	if (error)
		(void)ksem_kill(ks, true);
	return error;
}

/* A descriptor to be, whose number the program is told. */
static int
ksem_newfd(struct lwp *l, intptr_t *idp, file_t **fpp, int *fdp)
{
	intptr_t id;
	int error;

	if ((error = fd_allocfile(fpp, fdp)) != 0)
		return error;
	id = *fdp;
	error = copyout(&id, idp, sizeof(id));
	if (error)
		fd_abort(l->l_proc, *fpp, (unsigned)*fdp);
	return error;
}

static int
init_private(struct lwp *l, u_int value, intptr_t *idp)
{
	struct ksem *ks;
	file_t *fp;
	int error, fd;

	if ((error = ksem_newfd(l, idp, &fp, &fd)) != 0)
		return error;
	ks = ksem_alloc(l, KSEM_KPRIVATE, value, S_IWUSR, NULL);
	if (ks == NULL) {
		fd_abort(l->l_proc, fp, (unsigned)fd);
		return ENOSPC;
	}
	ksem_affix(l, fp, fd, ks);
	return 0;
}

int
sys__ksem_init(struct lwp *l, const struct sys__ksem_init_args *uap,
    register_t *retval)
{
	intptr_t kind;
	int error;

	error = copyin(SCARG(uap, idp), &kind, sizeof(kind));
	if (error)
		return error;
	if (kind == (intptr_t)KSEM_PSHARED)
		return init_shared(l, SCARG(uap, value), SCARG(uap, idp));
	return init_private(l, SCARG(uap, value), SCARG(uap, idp));
}

/* A slash and at least one other character, none of them a slash. */
static int
copyin_name(const char *uname, char *name)
{
	int error;

	error = copyinstr(uname, name, SEM_MAX_NAMELEN, NULL);
	if (error)
		return error;
	if (name[0] != '/' || name[1] == '\0' || strchr(name + 1, '/') != NULL)
		return EINVAL;
	return 0;
}

/* Find or make it, as the flags say, for the descriptor. */
static int
open_named(struct lwp *l, const char *name, int oflag, mode_t mode,
    u_int value, struct ksem **ksp)
{
	struct cwdinfo *cwdi = l->l_proc->p_cwdi;
	struct ksem *new;
	int error;

	/* Most of the time it is there. */
	error = ksem_byname(l, name, NULL, (oflag & (O_CREAT | O_EXCL)) ==
	    (O_CREAT | O_EXCL), ksp);
	if (error != ENOENT || (oflag & O_CREAT) == 0)
		return error;
	if (cwdi != NULL)
		mode &= ~cwdi->cwdi_cmask;
	new = ksem_alloc(l, KSEM_KNAMED, value, mode & ACCESSPERMS, name);
	if (new == NULL)
		return ENFILE;
	error = ksem_byname(l, name, new, (oflag & O_EXCL) != 0, ksp);
	ksem_rele(new);
	return error;
}

static int
do_open(struct lwp *l, const char *name, int oflag, mode_t mode, u_int value,
    intptr_t *idp)
{
	struct ksem *ks;
	file_t *fp;
	int error, fd;

	if ((error = ksem_newfd(l, idp, &fp, &fd)) != 0)
		return error;
	error = open_named(l, name, oflag, mode, value, &ks);
	if (error) {
		fd_abort(l->l_proc, fp, (unsigned)fd);
		return error;
	}
	ksem_affix(l, fp, fd, ks);
	return 0;
}

int
sys__ksem_open(struct lwp *l, const struct sys__ksem_open_args *uap,
    register_t *retval)
{
	char *name;
	int error;

	if (SCARG(uap, oflag) & ~(O_CREAT | O_EXCL))
		return EINVAL;
	name = kmem_alloc(SEM_MAX_NAMELEN, KM_SLEEP);
	error = copyin_name(SCARG(uap, name), name);
	if (error == 0)
		error = do_open(l, name, SCARG(uap, oflag), SCARG(uap, mode),
		    SCARG(uap, value), SCARG(uap, idp));
	kmem_free(name, SEM_MAX_NAMELEN);
	return error;
}

int
sys__ksem_unlink(struct lwp *l, const struct sys__ksem_unlink_args *uap,
    register_t *retval)
{
	char *name;
	int error;

	name = kmem_alloc(SEM_MAX_NAMELEN, KM_SLEEP);
	error = copyin_name(SCARG(uap, name), name);
	if (error == 0)
		error = ksem_unlink(l, name);
	kmem_free(name, SEM_MAX_NAMELEN);
	return error;
}

/* Only named ones are closed. */
int
sys__ksem_close(struct lwp *l, const struct sys__ksem_close_args *uap,
    register_t *retval)
{
	intptr_t id = SCARG(uap, id);
	file_t *fp;
	int error;

	if (shared_id_p(id))
		return EINVAL;
	if ((error = ksem_getfile(id, &fp)) != 0)
		return error;
	if (fp->f_ksem->ks_kind != KSEM_KNAMED) {
		fd_putfile((unsigned)id);
		return EINVAL;
	}
	return fd_close((unsigned)id);
}

/* Only others are destroyed, and only while nobody waits. */
int
sys__ksem_destroy(struct lwp *l, const struct sys__ksem_destroy_args *uap,
    register_t *retval)
{
	intptr_t id = SCARG(uap, id);
	struct ksem *ks;
	int error;

	if ((error = ksem_get(l, id, &ks)) != 0)
		return error;
	if (ks->ks_kind == KSEM_KNAMED)
		error = EINVAL;
	else
		error = ksem_kill(ks, false);
	if (error != 0 || shared_id_p(id)) {
		ksem_put(id, ks);
		return error;
	}
	return fd_close((unsigned)id);
}

int
sys__ksem_post(struct lwp *l, const struct sys__ksem_post_args *uap,
    register_t *retval)
{
	struct ksem *ks;
	int error;

	if ((error = ksem_get(l, SCARG(uap, id), &ks)) != 0)
		return error;
	error = ksem_give(ks);
	ksem_put(SCARG(uap, id), ks);
	return error;
}

static int
do_wait(struct lwp *l, intptr_t id, bool try, const struct timespec *abstime)
{
	struct ksem *ks;
	int error;

	if ((error = ksem_get(l, id, &ks)) != 0)
		return error;
	error = ksem_take(ks, try, abstime);
	ksem_put(id, ks);
	return error;
}

int
sys__ksem_wait(struct lwp *l, const struct sys__ksem_wait_args *uap,
    register_t *retval)
{

	return do_wait(l, SCARG(uap, id), false, NULL);
}

int
sys__ksem_trywait(struct lwp *l, const struct sys__ksem_trywait_args *uap,
    register_t *retval)
{

	return do_wait(l, SCARG(uap, id), true, NULL);
}

int
sys__ksem_timedwait(struct lwp *l, const struct sys__ksem_timedwait_args *uap,
    register_t *retval)
{
	struct timespec ts;
	int error;

	error = copyin(SCARG(uap, abstime), &ts, sizeof(ts));
	if (error)
		return error;
	return do_wait(l, SCARG(uap, id), false, &ts);
}

int
sys__ksem_getvalue(struct lwp *l, const struct sys__ksem_getvalue_args *uap,
    register_t *retval)
{
	struct ksem *ks;
	u_int value;
	int error;

	if ((error = ksem_get(l, SCARG(uap, id), &ks)) != 0)
		return error;
	error = ksem_value(ks, &value);
	ksem_put(SCARG(uap, id), ks);
	if (error)
		return error;
	return copyout(&value, SCARG(uap, value), sizeof(value));
}
