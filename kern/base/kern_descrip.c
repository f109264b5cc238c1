/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Descriptors: finding, publishing, closing, duplicating.  The tables
 * themselves (growth, sharing, copying) are in kern_fdtab.c.
 *
 * fd_getfile() counts a reference in ff_refcnt first and looks at ff_file
 * after; fd_close() clears ff_file first and, if there are references, sets
 * FR_CLOSING and waits for the last fd_putfile().  So a file in use is never
 * pulled away, and no lock is needed.  Who takes a file from a slot of another
 * process or for a child holds fd_lock until it has counted itself in f_count;
 * the closer gives the number back, for which it needs that nobody does, before
 * its own count.  Lock order: fd_lock, then f_lock.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/event.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/kauth.h>
#include <sys/kernel.h>
#include <sys/pool.h>
#include <sys/proc.h>
#include <sys/resourcevar.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/vnode.h>

#include <lib/libkern/libkern.h>

#include "fd_private.h"

struct filelist filehead = LIST_HEAD_INITIALIZER(filehead);
u_int maxfiles = 65536;
u_int nfiles;			/* filelist_lock */
kmutex_t filelist_lock;
static pool_cache_t file_cache;

/*
 * Files are listed and counted while they have memory, in use or not, so that
 * no lock that all share is needed to open and close one.
 */
static int
file_ctor(void *arg, void *obj, int flags)
{
	file_t *fp = obj;
	bool full;

	memset(fp, 0, sizeof(*fp));
	mutex_enter(&filelist_lock);
	full = nfiles >= maxfiles;
	if (!full) {
		nfiles++;
		LIST_INSERT_HEAD(&filehead, fp, f_list);
	}
	mutex_exit(&filelist_lock);
	if (full)
		return ENFILE;
	mutex_init(&fp->f_lock, MUTEX_DEFAULT, IPL_NONE);
	return 0;
}

/*
 * A file that is not in use keeps the credential of who closed it: most often
 * the next one has the same, and CPUs do not meet at its reference count.
 */
static void
file_setcred(file_t *fp, kauth_cred_t cred)
{
	kauth_cred_t old = fp->f_cred;

	KASSERT(fp->f_count == 0);
	if (__predict_true(old == cred))
		return;
	fp->f_cred = cred != NULL ? kauth_cred_hold(cred) : NULL;
	if (old != NULL)
		kauth_cred_free(old);
}

static void
file_dtor(void *arg, void *obj)
{
	file_t *fp = obj;

	file_setcred(fp, NULL);
	mutex_enter(&filelist_lock);
	LIST_REMOVE(fp, f_list);
	nfiles--;
	mutex_exit(&filelist_lock);
	mutex_destroy(&fp->f_lock);
}

void
fd_sys_init(void)
{

	mutex_init(&filelist_lock, MUTEX_DEFAULT, IPL_NONE);
	file_cache = pool_cache_init(sizeof(file_t), CACHE_LINE_SIZE, 0, 0,
	    "file", NULL, IPL_NONE, file_ctor, file_dtor, NULL);
	fd_table_sys_init();
}

static u_int
slot_users(fdfile_t *ff)
{

	return __atomic_load_n(&ff->ff_refcnt, __ATOMIC_SEQ_CST) & FR_MASK;
}

/*
 * The file of a descriptor, with a reference on the descriptor.
 */
static file_t *
getfile_of(filedesc_t *fdp, unsigned fd)
{
	fdtab_t *dt;
	fdfile_t *ff;
	file_t *fp;

	dt = atomic_load_acquire(&fdp->fd_dt);
	if (__predict_false(fd >= dt->dt_nfiles))
		return NULL;
	ff = atomic_load_acquire(&dt->dt_ff[fd]);
	if (__predict_false(ff == NULL))
		return NULL;
	(void)__atomic_fetch_add(&ff->ff_refcnt, 1, __ATOMIC_SEQ_CST);
	fp = __atomic_load_n(&ff->ff_file, __ATOMIC_SEQ_CST);
	if (__predict_true(fp != NULL))
		return fp;
	fd_putslot(fdp, ff);
	return NULL;
}

file_t *
fd_getfile(unsigned fd)
{

	return getfile_of(curlwp->l_fd, fd);
}

/*
 * The same for another process; the reference is on the file, to be given
 * back with closef().
 */
file_t *
fd_getfile2(struct proc *p, unsigned fd)
{
	filedesc_t *fdp = p->p_fd;
	file_t *fp = NULL;
	fdtab_t *dt;
	fdfile_t *ff;

	mutex_enter(&fdp->fd_lock);
	dt = fdp->fd_dt;
	if (fd < dt->dt_nfiles && (ff = dt->dt_ff[fd]) != NULL &&
	    (fp = atomic_load_acquire(&ff->ff_file)) != NULL) {
		mutex_enter(&fp->f_lock);
		fp->f_count++;
		mutex_exit(&fp->f_lock);
	}
	mutex_exit(&fdp->fd_lock);
	return fp;
}

/*
 * Drop a reference on a slot; wake the closer if it waits for this one.
 */
void
fd_putslot(filedesc_t *fdp, fdfile_t *ff)
{
	u_int n;

	n = __atomic_sub_fetch(&ff->ff_refcnt, 1, __ATOMIC_SEQ_CST);
	KASSERT((n & FR_MASK) != FR_MASK);
	if (__predict_true((n & FR_CLOSING) == 0))
		return;
	mutex_enter(&fdp->fd_lock);
	cv_broadcast(&ff->ff_closing);
	mutex_exit(&fdp->fd_lock);
}

void
fd_putfile(unsigned fd)
{
	filedesc_t *fdp = curlwp->l_fd;
	fdtab_t *dt = atomic_load_acquire(&fdp->fd_dt);

	KASSERT(fd < dt->dt_nfiles);
	fd_putslot(fdp, atomic_load_acquire(&dt->dt_ff[fd]));
}

/*
 * A descriptor that must be a vnode or a socket.
 */
int
fd_getvnode(unsigned fd, file_t **fpp)
{
	file_t *fp;

	fp = fd_getfile(fd);
	if (fp == NULL)
		return EBADF;
	if (fp->f_type != DTYPE_VNODE) {
		fd_putfile(fd);
		return EINVAL;
	}
	*fpp = fp;
	return 0;
}

void
fd_putvnode(unsigned fd)
{

	fd_putfile(fd);
}

int
fd_getsock1(unsigned fd, struct socket **sop, file_t **fpp)
{
	file_t *fp;

	fp = fd_getfile(fd);
	if (fp == NULL)
		return EBADF;
	if (fp->f_type != DTYPE_SOCKET) {
		fd_putfile(fd);
		return ENOTSOCK;
	}
	*sop = fp->f_socket;
	if (fpp != NULL)
		*fpp = fp;
	return 0;
}

int
fd_getsock(unsigned fd, struct socket **sop)
{

	return fd_getsock1(fd, sop, NULL);
}

void
fd_putsock(unsigned fd)
{

	fd_putfile(fd);
}

/*
 * Wait until nobody but us uses the slot.  Blocked I/O is asked to return; I/O
 * that was about to block when asked is asked again after a while.
 */
static void
slot_drain(filedesc_t *fdp, fdfile_t *ff, file_t *fp)
{

	mutex_enter(&fdp->fd_lock);
	atomic_or_uint(&ff->ff_refcnt, FR_CLOSING);
	while (slot_users(ff) > 0) {
		mutex_exit(&fdp->fd_lock);
		if (fp->f_ops->fo_restart != NULL)
			(*fp->f_ops->fo_restart)(fp);
		mutex_enter(&fdp->fd_lock);
		if (slot_users(ff) > 0)
			(void)cv_timedwait(&ff->ff_closing, &fdp->fd_lock,
			    MAX(hz / 20, 1));
	}
	atomic_and_uint(&ff->ff_refcnt, ~FR_CLOSING);
	mutex_exit(&fdp->fd_lock);
}

/* POSIX: closing any descriptor drops the process's record locks. */
static void
drop_locks(file_t *fp)
{
	struct flock lf;

	memset(&lf, 0, sizeof(lf));
	lf.l_whence = SEEK_SET;
	lf.l_type = F_UNLCK;
	(void)(*fp->f_ops->fo_advlock)(fp, curproc, F_UNLCK, &lf, F_POSIX);
}

/*
 * Close a descriptor on which the caller holds a reference from fd_getfile();
 * that is consumed.
 */
int
fd_close(unsigned fd)
{
	filedesc_t *fdp = curlwp->l_fd;
	fdtab_t *dt = atomic_load_acquire(&fdp->fd_dt);
	fdfile_t *ff;
	file_t *fp;

	KASSERT(fd < dt->dt_nfiles);
	ff = atomic_load_acquire(&dt->dt_ff[fd]);
	KASSERT(slot_users(ff) > 0);
	fp = __atomic_exchange_n(&ff->ff_file, NULL, __ATOMIC_SEQ_CST);
	if (__predict_false(fp == NULL)) {
		/* Somebody else was faster. */
		fd_putslot(fdp, ff);
		return EBADF;
	}
	/* Not fd_putslot(): nobody waits for this reference but us. */
	if (__atomic_sub_fetch(&ff->ff_refcnt, 1, __ATOMIC_SEQ_CST) > 0)
		slot_drain(fdp, ff, fp);
	if (__predict_false((atomic_load_relaxed(&curproc->p_flag) &
	    PK_ADVLOCK) != 0) && fp->f_ops->fo_advlock != NULL)
		drop_locks(fp);
	if (__predict_false(!fd_unused_unwatched(fdp, fd))) {
		knote_fdclose((int)fd);
		fd_unused(fdp, fd);
	}
	return closef(fp);
}

/*
 * Drop a reference on a file; the last one closes it.
 */
int
closef(file_t *fp)
{
	struct flock lf;
	int error = 0;

	mutex_enter(&fp->f_lock);
	KASSERT(fp->f_count > 0);
	if (--fp->f_count > 0) {
		mutex_exit(&fp->f_lock);
		return 0;
	}
	mutex_exit(&fp->f_lock);

	if ((fp->f_flag & FHASLOCK) != 0 && fp->f_ops->fo_advlock != NULL) {
		memset(&lf, 0, sizeof(lf));
		lf.l_whence = SEEK_SET;
		lf.l_type = F_UNLCK;
		(void)(*fp->f_ops->fo_advlock)(fp, fp, F_UNLCK, &lf, F_FLOCK);
	}
	if (fp->f_ops != NULL)
		error = (*fp->f_ops->fo_close)(fp);
	ffree(fp);
	return error;
}

/* NULL at the limit, for which files that are not in use count as well. */
static file_t *
file_get(void)
{
	file_t *fp = pool_cache_get(file_cache, PR_WAITOK);

	if (__predict_false(fp == NULL)) {
		pool_cache_invalidate(file_cache);
		fp = pool_cache_get(file_cache, PR_WAITOK);
	}
	return fp;
}

/* A file that nobody uses; NULL at the limit. */
static file_t *
falloc(void)
{
	file_t *fp;

	if (__predict_false((fp = file_get()) == NULL))
		return NULL;
	file_setcred(fp, curlwp->l_cred);
	fp->f_flag = 0;
	fp->f_offset = 0;
	fp->f_type = 0;
	fp->f_advice = 0;
	fp->f_ops = NULL;
	fp->f_data = NULL;
	return fp;
}

void
ffree(file_t *fp)
{

	KASSERT(fp->f_count == 0);
	fp->f_ops = NULL;
	pool_cache_put(file_cache, fp);
}

/*
 * Reserve a descriptor and a file for it; fd_affix() or fd_abort() follow.
 */
int
fd_allocfile(file_t **resultfp, int *resultfd)
{
	struct proc *p = curproc;
	file_t *fp;
	int error;

	while ((error = fd_alloc(p, 0, resultfd)) != 0) {
		if (error != ENOSPC)
			return error;
		fd_tryexpand(p);
	}
	fp = falloc();
	if (fp == NULL) {
		fd_abort(p, NULL, (unsigned)*resultfd);
		printf("file: table is full\n");
		return ENFILE;
	}
	*resultfp = fp;
	return 0;
}

/*
 * Publish: from here on other lwps can use it.  The caller keeps nothing.
 */
void
fd_affix(struct proc *p, file_t *fp, unsigned fd)
{
	filedesc_t *fdp = p->p_fd;
	fdfile_t *ff;

	mutex_enter(&fp->f_lock);
	fp->f_count++;
	mutex_exit(&fp->f_lock);

	ff = atomic_load_acquire(&fdp->fd_dt)->dt_ff[fd];
	KASSERT(ff != NULL);
	KASSERT(ff->ff_allocated);
	KASSERT(ff->ff_file == NULL);
	atomic_store_release(&ff->ff_file, fp);
}

void
fd_abort(struct proc *p, file_t *fp, unsigned fd)
{
	filedesc_t *fdp = p->p_fd;

	if (__predict_false(!fd_unused_unwatched(fdp, fd)))
		fd_unused(fdp, fd);
	if (fp != NULL) {
		KASSERT(fp->f_count == 0);
		ffree(fp);
	}
}

void
fd_set_exclose(struct lwp *l, int fd, bool exclose)
{
	filedesc_t *fdp = l->l_fd;
	fdtab_t *dt = atomic_load_acquire(&fdp->fd_dt);

	KASSERT(fd >= 0 && (unsigned)fd < dt->dt_nfiles);
	atomic_store_relaxed(&dt->dt_ff[fd]->ff_exclose, exclose);
	if (exclose && !atomic_load_relaxed(&fdp->fd_exclose))
		atomic_store_relaxed(&fdp->fd_exclose, true);
}

/*
 * Another descriptor, not below minfd, for a file the caller has a hold on.
 */
int
fd_dup(file_t *fp, int minfd, int *newp, bool exclose)
{
	struct proc *p = curproc;
	int error;

	while ((error = fd_alloc(p, minfd, newp)) != 0) {
		if (error != ENOSPC)
			return error;
		fd_tryexpand(p);
	}
	fd_set_exclose(curlwp, *newp, exclose);
	fd_affix(p, fp, (unsigned)*newp);
	return 0;
}

/*
 * Make descriptor `new' refer to fp, closing what was there.
 */
int
fd_dup2(file_t *fp, unsigned new, int flags)
{
	int error;

	if (flags & ~(O_CLOEXEC | O_NONBLOCK | O_NOSIGPIPE))
		return EINVAL;
	for (;;) {
		error = fd_reserve(curproc, new);
		if (error == 0)
			break;
		if (error != EBUSY)
			return error;
		if (fd_getfile(new) == NULL) {
			/* Being opened or closed by another lwp. */
			(void)kpause("dup2", false, 1, NULL);
			continue;
		}
		(void)fd_close(new);
	}
	fd_set_exclose(curlwp, (int)new, (flags & O_CLOEXEC) != 0);
	if (flags & (O_NONBLOCK | O_NOSIGPIPE)) {
		mutex_enter(&fp->f_lock);
		fp->f_flag |= flags & (FNONBLOCK | FNOSIGPIPE);
		mutex_exit(&fp->f_lock);
	}
	fd_affix(curproc, fp, new);
	return 0;
}

/*
 * For cloning devices: the open in progress gets a file of another kind.
 * EMOVEFD tells the caller of d_open so.
 */
int
fd_clone(file_t *fp, unsigned fd, int flag, const struct fileops *fops,
    void *data)
{

	fp->f_flag = flag & FMASK;
	fp->f_type = DTYPE_MISC;
	fp->f_ops = fops;
	fp->f_data = data;
	curlwp->l_dupfd = (int)fd;
	fd_affix(curproc, fp, fd);
	return EMOVEFD;
}

/*
 * For open of /dev/fd/N and for clones: `old' becomes `new', or is moved.
 */
int
fd_dupopen(int old, bool moveit, int flags, int *newp)
{
	file_t *fp;
	int error;

	fp = fd_getfile((unsigned)old);
	if (fp == NULL)
		return EBADF;
	if (!moveit && ((flags & (FREAD | FWRITE)) | fp->f_flag) !=
	    fp->f_flag) {
		fd_putfile((unsigned)old);
		return EACCES;
	}
	if (moveit) {
		/* Already the number that the open returns. */
		*newp = old;
		fd_putfile((unsigned)old);
		return 0;
	}
	error = fd_dup(fp, 0, newp, (flags & O_CLOEXEC) != 0);
	fd_putfile((unsigned)old);
	return error;
}

/*
 * A file without descriptor, for calls into a file system from the kernel;
 * NULL at the limit.
 */
file_t *
fgetdummy(void)
{
	file_t *fp;

	if ((fp = file_get()) == NULL)
		return NULL;
	file_setcred(fp, NULL);
	fp->f_ops = NULL;
	fp->f_flag = 0;
	fp->f_offset = 0;
	return fp;
}

void
fputdummy(file_t *fp)
{

	pool_cache_put(file_cache, fp);
}
