/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System calls on descriptors as such: dup, dup2, dup3, fcntl, close, fstat.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/filio.h>
#include <sys/ioctl.h>
#include <sys/kmem.h>
#include <sys/proc.h>
#include <sys/resourcevar.h>
#include <sys/stat.h>
#include <sys/syscallargs.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

#include "fd_private.h"
#include "kern_proc_private.h"

int
dodup(struct lwp *l, int from, int to, int flags, register_t *retval)
{
	file_t *fp;
	int error = 0;

	if (flags & ~(O_CLOEXEC | O_NONBLOCK | O_NOSIGPIPE))
		return EINVAL;
	fp = fd_getfile((unsigned)from);
	if (fp == NULL)
		return EBADF;
	/* Hold the file, not the descriptor: that one may be waited for. */
	mutex_enter(&fp->f_lock);
	fp->f_count++;
	mutex_exit(&fp->f_lock);
	fd_putfile((unsigned)from);

	if (to < 0 || (u_int)to >= lim_cur(l->l_proc, RLIMIT_NOFILE) ||
	    (u_int)to >= maxfiles)
		error = EBADF;
	else if (from != to)
		error = fd_dup2(fp, (unsigned)to, flags);
	closef(fp);
	if (error == 0)
		*retval = to;
	return error;
}

int
sys_dup(struct lwp *l, const struct sys_dup_args *uap, register_t *retval)
{
	int error, newfd, fd = SCARG(uap, fd);
	file_t *fp;

	fp = fd_getfile((unsigned)fd);
	if (fp == NULL)
		return EBADF;
	error = fd_dup(fp, 0, &newfd, false);
	fd_putfile((unsigned)fd);
	if (error == 0)
		*retval = newfd;
	return error;
}

int
sys_dup2(struct lwp *l, const struct sys_dup2_args *uap, register_t *retval)
{

	return dodup(l, SCARG(uap, from), SCARG(uap, to), 0, retval);
}

int
sys___dup3100(struct lwp *l, const struct sys___dup3100_args *uap,
    register_t *retval)
{

	if (SCARG(uap, from) == SCARG(uap, to))
		return EINVAL;
	return dodup(l, SCARG(uap, from), SCARG(uap, to), SCARG(uap, flags),
	    retval);
}

int
sys_close(struct lwp *l, const struct sys_close_args *uap, register_t *retval)
{
	int error;

	if (fd_getfile((unsigned)SCARG(uap, fd)) == NULL)
		return EBADF;
	error = fd_close((unsigned)SCARG(uap, fd));
	/* The descriptor is gone: a restarted close would hit another. */
	return error == ERESTART ? EINTR : error;
}

int
sys___fstat50(struct lwp *l, const struct sys___fstat50_args *uap,
    register_t *retval)
{
	unsigned fd = (unsigned)SCARG(uap, fd);
	struct stat sb;
	file_t *fp;
	int error;

	fp = fd_getfile(fd);
	if (fp == NULL)
		return EBADF;
	memset(&sb, 0, sizeof(sb));
	error = (*fp->f_ops->fo_stat)(fp, &sb);
	fd_putfile(fd);
	if (error)
		return error;
	return copyout(&sb, SCARG(uap, sb), sizeof(sb));
}

/* Close all from `fd' on. */
static int
do_closem(struct lwp *l, int fd)
{
	int last, error = 0;

	while ((last = fd_lastused(l->l_fd)) >= fd) {
		if (fd_getfile((unsigned)last) == NULL) {
			/* Being opened or closed elsewhere. */
			(void)kpause("closem", false, 1, NULL);
			continue;
		}
		error = fd_close((unsigned)last);
		if (error)
			return error;
	}
	return 0;
}

static int
do_dupfd(struct lwp *l, file_t *fp, uintptr_t minfd, bool cloexec,
    register_t *retval)
{
	int error, newfd;

	if (minfd >= lim_cur(l->l_proc, RLIMIT_NOFILE) ||
	    minfd >= maxfiles)
		return EINVAL;
	error = fd_dup(fp, (int)minfd, &newfd, cloexec);
	if (error == 0)
		*retval = newfd;
	return error;
}

/*
 * Change the status flags; the file hears of the two it may care about.
 */
static int
do_setfl(file_t *fp, int flags)
{
	int old, new, on, error;

	flags = FFLAGS(flags) & FCNTLFLAGS;
	error = (*fp->f_ops->fo_fcntl)(fp, F_SETFL, &flags);
	if (error)
		return error;
	mutex_enter(&fp->f_lock);
	old = fp->f_flag;
	new = (old & ~FCNTLFLAGS) | flags;
	fp->f_flag = new;
	mutex_exit(&fp->f_lock);
	if ((old ^ new) & FNONBLOCK) {
		on = (new & FNONBLOCK) != 0;
		error = (*fp->f_ops->fo_ioctl)(fp, FIONBIO, &on);
	}
	if (error == 0 && ((old ^ new) & FASYNC)) {
		on = (new & FASYNC) != 0;
		error = (*fp->f_ops->fo_ioctl)(fp, FIOASYNC, &on);
	}
	if (error) {
		mutex_enter(&fp->f_lock);
		fp->f_flag = old;
		mutex_exit(&fp->f_lock);
	}
	return error;
}

/*
 * Record locks.
 */
static int
do_fcntl_lock(struct lwp *l, file_t *fp, int cmd, void *arg)
{
	struct proc *p = l->l_proc;
	int error, flags = F_POSIX;
	struct flock fl;

	if (fp->f_ops->fo_advlock == NULL)
		return EINVAL;
	error = copyin(arg, &fl, sizeof(fl));
	if (error)
		return error;
	if (cmd == F_GETLK) {
		if (fl.l_type != F_RDLCK && fl.l_type != F_WRLCK &&
		    fl.l_type != F_UNLCK)
			return EINVAL;
		error = (*fp->f_ops->fo_advlock)(fp, p, F_GETLK, &fl, flags);
		return error ? error : copyout(&fl, arg, sizeof(fl));
	}
	if (cmd == F_SETLKW)
		flags |= F_WAIT;
	switch (fl.l_type) {
	case F_RDLCK:
	case F_WRLCK:
		if ((fp->f_flag & (fl.l_type == F_RDLCK ? FREAD : FWRITE))
		    == 0)
			return EBADF;
		mutex_enter(p->p_lock);
		atomic_store_relaxed(&p->p_flag, p->p_flag | PK_ADVLOCK);
		mutex_exit(p->p_lock);
		return (*fp->f_ops->fo_advlock)(fp, p, F_SETLK, &fl, flags);
	case F_UNLCK:
		return (*fp->f_ops->fo_advlock)(fp, p, F_UNLCK, &fl, F_POSIX);
	default:
		return EINVAL;
	}
}

static int
do_getown(file_t *fp, register_t *retval)
{
	int pgid = 0, error;

	error = (*fp->f_ops->fo_ioctl)(fp, FIOGETOWN, &pgid);
	if (error == 0)
		*retval = pgid;
	return error;
}

static int
do_setown(file_t *fp, int pgid)
{

	return (*fp->f_ops->fo_ioctl)(fp, FIOSETOWN, &pgid);
}

/*
 * Commands that belong to the file system: data in and out by the code.
 */
static int
do_fsctl(file_t *fp, int cmd, void *arg)
{
	size_t size = (size_t)F_PARAM_LEN((u_int)cmd);
	char stkbuf[128], *buf = stkbuf;
	int error = 0;

	if (size > sizeof(stkbuf))
		buf = kmem_alloc(size, KM_SLEEP);
	memset(buf, 0, size);
	if (cmd & F_FSIN)
		error = copyin(arg, buf, size);
	else if (size == 0)
		memcpy(buf, &arg, sizeof(arg));
	if (error == 0)
		error = (*fp->f_ops->fo_fcntl)(fp, (u_int)cmd, buf);
	if (error == 0 && (cmd & F_FSOUT) != 0 && size > 0)
		error = copyout(buf, arg, size);
	if (buf != stkbuf)
		kmem_free(buf, size);
	return error;
}

static int
do_nosigpipe(file_t *fp, bool on)
{

	mutex_enter(&fp->f_lock);
	if (on)
		fp->f_flag |= FNOSIGPIPE;
	else
		fp->f_flag &= ~FNOSIGPIPE;
	mutex_exit(&fp->f_lock);
	return 0;
}

static int
do_fcntl(struct lwp *l, int fd, file_t *fp, int cmd, void *arg,
    register_t *retval)
{
	intptr_t iarg = (intptr_t)arg;

	if (cmd & F_FSCTL)
		return do_fsctl(fp, cmd, arg);
	switch (cmd) {
	case F_DUPFD:
		return do_dupfd(l, fp, (uintptr_t)iarg, false, retval);
	case F_DUPFD_CLOEXEC:
		return do_dupfd(l, fp, (uintptr_t)iarg, true, retval);
	case F_GETFD:
		*retval = atomic_load_relaxed(&atomic_load_acquire(
		    &l->l_fd->fd_dt)->dt_ff[fd]->ff_exclose) ? FD_CLOEXEC : 0;
		return 0;
	case F_SETFD:
		fd_set_exclose(l, fd, (iarg & FD_CLOEXEC) != 0);
		return 0;
	case F_GETNOSIGPIPE:
		*retval = (fp->f_flag & FNOSIGPIPE) != 0;
		return 0;
	case F_SETNOSIGPIPE:
		return do_nosigpipe(fp, iarg != 0);
	case F_GETFL:
		*retval = OFLAGS(fp->f_flag);
		return 0;
	case F_SETFL:
		return do_setfl(fp, (int)iarg);
	case F_GETOWN:
		return do_getown(fp, retval);
	case F_SETOWN:
		return do_setown(fp, (int)iarg);
	case F_GETLK:
	case F_SETLK:
	case F_SETLKW:
		return do_fcntl_lock(l, fp, cmd, arg);
	default:
		return EINVAL;
	}
}

int
sys_fcntl(struct lwp *l, const struct sys_fcntl_args *uap, register_t *retval)
{
	int fd = SCARG(uap, fd), cmd = SCARG(uap, cmd), error;
	file_t *fp;

	if (cmd == F_CLOSEM)
		return fd < 0 ? EBADF : do_closem(l, fd);
	if (cmd == F_MAXFD) {
		*retval = fd_lastused(l->l_fd);
		return 0;
	}
	fp = fd_getfile((unsigned)fd);
	if (fp == NULL)
		return EBADF;
	error = do_fcntl(l, fd, fp, cmd, SCARG(uap, arg), retval);
	fd_putfile((unsigned)fd);
	return error;
}

/*
 * Who gets SIGIO: a positive argument names a process, a negative one a
 * group; TIOCSPGRP names a group by its number.
 */
int
fsetown(pid_t *pgid, u_long cmd, const void *data)
{
	pid_t id = *(const pid_t *)data;
	int error = 0;

	switch (cmd) {
	case TIOCSPGRP:
		if (id < 0)
			return EINVAL;
		id = -id;
		break;
	default:
		break;
	}
	if (id == INT_MIN)
		return EINVAL;
	mutex_enter(&proc_lock);
	if (id > 0 && proc_find(id) == NULL)
		error = ESRCH;
	else if (id < 0 && pgrp_find(-id) == NULL)
		error = ESRCH;
	mutex_exit(&proc_lock);
	if (error == 0)
		*pgid = id;
	return error;
}

int
fgetown(pid_t pgid, u_long cmd, void *data)
{

	*(int *)data = cmd == TIOCGPGRP ? -pgid : pgid;
	return 0;
}
