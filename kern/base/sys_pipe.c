/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pipe(2).
 *
 * Readers take what is there; writers of up to PIPE_BUF bytes wait until all
 * of it fits, longer writes go in pieces but without others in between.
 * Copying to and from user memory may sleep (remote clients), so it goes
 * through a buffer of PIPE_CHUNK bytes with pipe_lock dropped.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/event.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/filio.h>
#include <sys/ioctl.h>
#include <sys/kmem.h>
#include <sys/pipe.h>
#include <sys/poll.h>
#include <sys/proc.h>
#include <sys/select.h>
#include <sys/signalvar.h>
#include <sys/stat.h>
#include <sys/syscallargs.h>
#include <sys/systm.h>
#include <sys/timevar.h>
#include <sys/uio.h>

#include <lib/libkern/libkern.h>

#define PIPE_CHUNK	512

static int	pipe_read(file_t *, off_t *, struct uio *, kauth_cred_t, int);
static int	pipe_write(file_t *, off_t *, struct uio *, kauth_cred_t, int);
static int	pipe_ioctl(file_t *, u_long, void *);
static int	pipe_poll(file_t *, int);
static int	pipe_stat(file_t *, struct stat *);
static int	pipe_close(file_t *);
static int	pipe_kqfilter(file_t *, struct knote *);
static void	pipe_restart(file_t *);
static int	pipe_fpathconf(file_t *, int, register_t *);

static const struct fileops pipeops = {
	.fo_name = "pipe",
	.fo_read = pipe_read,
	.fo_write = pipe_write,
	.fo_ioctl = pipe_ioctl,
	.fo_fcntl = fnullop_fcntl,
	.fo_poll = pipe_poll,
	.fo_stat = pipe_stat,
	.fo_close = pipe_close,
	.fo_kqfilter = pipe_kqfilter,
	.fo_restart = pipe_restart,
	.fo_fpathconf = pipe_fpathconf,
};

static struct pipe_end *
my_end(file_t *fp)
{

	return (fp->f_flag & FREAD) ? &fp->f_pipe->pipe_rd :
	    &fp->f_pipe->pipe_wr;
}

static void
end_init(struct pipe_end *pe, const char *wmesg)
{

	cv_init(&pe->pe_cv, wmesg);
	selinit(&pe->pe_sel);
}

static void
end_fini(struct pipe_end *pe)
{

	seldestroy(&pe->pe_sel);
	cv_destroy(&pe->pe_cv);
}

static struct pipe *
pipe_create(void)
{
	static volatile unsigned long ino;
	struct pipe *p;

	p = kmem_zalloc(sizeof(*p), KM_SLEEP);
	mutex_init(&p->pipe_lock, MUTEX_DEFAULT, IPL_NONE);
	end_init(&p->pipe_rd, "piperd");
	end_init(&p->pipe_wr, "pipewr");
	cv_init(&p->pipe_wlcv, "pipelk");
	p->pipe_ino = atomic_inc_ulong_nv(&ino);
	nanotime(&p->pipe_btime);
	p->pipe_atime = p->pipe_mtime = p->pipe_btime;
	return p;
}

static void
pipe_destroy(struct pipe *p)
{

	end_fini(&p->pipe_rd);
	end_fini(&p->pipe_wr);
	cv_destroy(&p->pipe_wlcv);
	mutex_destroy(&p->pipe_lock);
	if (p->pipe_buf != NULL)
		kmem_free(p->pipe_buf, PIPE_SIZE);
	kmem_free(p, sizeof(*p));
}

/* One end may go on: wake, tell pollers, send SIGIO. */
static void
end_notify(struct pipe_end *pe, int events, long hint)
{

	cv_broadcast(&pe->pe_cv);
	selnotify(&pe->pe_sel, events, hint | NOTE_SUBMIT);
}

/* After end_notify(), without the lock. */
static void
end_signal(struct pipe_end *pe)
{

	if (pe->pe_async)
		fownsignal(pe->pe_pgid, SIGIO, 0, 0, NULL);
}

/* Sleep on an end; ERESTART if the descriptor is being closed. */
static int
end_wait(struct pipe *p, struct pipe_end *pe, u_int restart)
{
	int error;

	error = cv_wait_sig(&pe->pe_cv, &p->pipe_lock);
	if (error == 0 && pe->pe_restart != restart)
		error = ERESTART;
	return error;
}

/* Copy out of the ring without taking away. */
static size_t
ring_peek(const struct pipe *p, char *dst, size_t n)
{
	size_t first;

	n = MIN(n, p->pipe_cnt);
	first = MIN(n, PIPE_SIZE - p->pipe_out);
	memcpy(dst, p->pipe_buf + p->pipe_out, first);
	memcpy(dst + first, p->pipe_buf, n - first);
	return n;
}

static void
ring_drop(struct pipe *p, size_t n)
{

	KASSERT(n <= p->pipe_cnt);
	p->pipe_cnt -= n;
	p->pipe_out = p->pipe_cnt == 0 ? 0 : (p->pipe_out + n) % PIPE_SIZE;
}

static void
ring_put(struct pipe *p, const char *src, size_t n)
{
	size_t in = (p->pipe_out + p->pipe_cnt) % PIPE_SIZE, first;

	KASSERT(n <= PIPE_SIZE - p->pipe_cnt);
	first = MIN(n, PIPE_SIZE - in);
	memcpy(p->pipe_buf + in, src, first);
	memcpy(p->pipe_buf, src + first, n - first);
	p->pipe_cnt += n;
}

static int
pipe_read(file_t *fp, off_t *offset, struct uio *uio, kauth_cred_t cred,
    int flags)
{
	struct pipe *p = fp->f_pipe;
	char chunk[PIPE_CHUNK];
	bool moved = false;
	int error = 0;
	u_int restart;
	size_t n;

	mutex_enter(&p->pipe_lock);
	restart = p->pipe_rd.pe_restart;
	while (uio->uio_resid > 0) {
		if (p->pipe_cnt == 0) {
			if (moved || p->pipe_wr.pe_closed)
				break;
			if (fp->f_flag & FNONBLOCK)
				error = EAGAIN;
			else
				error = end_wait(p, &p->pipe_rd, restart);
			if (error)
				break;
			continue;
		}
		n = ring_peek(p, chunk, MIN(uio->uio_resid, sizeof(chunk)));
		ring_drop(p, n);
		moved = true;
		mutex_exit(&p->pipe_lock);
		error = uiomove(chunk, n, uio);
		mutex_enter(&p->pipe_lock);
		if (error)
			break;
	}
	if (moved) {
		getnanotime(&p->pipe_atime);
		end_notify(&p->pipe_wr, POLLOUT | POLLWRNORM, 0);
	}
	mutex_exit(&p->pipe_lock);
	if (moved)
		end_signal(&p->pipe_wr);
	return error;
}

/* Become the one writer. */
static int
write_lock(struct pipe *p, bool nonblock)
{
	int error = 0;

	while (p->pipe_wlocked && error == 0) {
		if (nonblock)
			return EAGAIN;
		error = cv_wait_sig(&p->pipe_wlcv, &p->pipe_lock);
	}
	if (error == 0)
		p->pipe_wlocked = true;
	return error;
}

static void
write_unlock(struct pipe *p)
{

	p->pipe_wlocked = false;
	cv_signal(&p->pipe_wlcv);
}

/* Wait for `want' bytes of room. */
static int
write_room(file_t *fp, struct pipe *p, size_t want, u_int restart)
{
	int error;

	while (!p->pipe_rd.pe_closed && PIPE_SIZE - p->pipe_cnt < want) {
		if (fp->f_flag & FNONBLOCK)
			return EAGAIN;
		error = end_wait(p, &p->pipe_wr, restart);
		if (error)
			return error;
	}
	return p->pipe_rd.pe_closed ? EPIPE : 0;
}

static int
write_locked(file_t *fp, struct pipe *p, struct uio *uio, u_int restart)
{
	size_t want = uio->uio_resid, n;
	char chunk[PIPE_CHUNK];
	int error = 0;

	if (p->pipe_buf == NULL)
		p->pipe_buf = kmem_alloc(PIPE_SIZE, KM_SLEEP);
	/* Short ones all at once, longer ones as it goes. */
	want = want <= PIPE_BUF ? want : 1;
	while (uio->uio_resid > 0) {
		error = write_room(fp, p, want, restart);
		if (error)
			break;
		n = MIN(MIN(uio->uio_resid, sizeof(chunk)),
		    PIPE_SIZE - p->pipe_cnt);
		mutex_exit(&p->pipe_lock);
		error = uiomove(chunk, n, uio);
		mutex_enter(&p->pipe_lock);
		if (error)
			break;
		if (p->pipe_rd.pe_closed) {
			error = EPIPE;
			break;
		}
		ring_put(p, chunk, n);
		end_notify(&p->pipe_rd, POLLIN | POLLRDNORM, 0);
		want = MIN(want, MAX(uio->uio_resid, 1));
	}
	return error;
}

static int
pipe_write(file_t *fp, off_t *offset, struct uio *uio, kauth_cred_t cred,
    int flags)
{
	struct pipe *p = fp->f_pipe;
	size_t before = uio->uio_resid;
	u_int restart;
	int error;

	mutex_enter(&p->pipe_lock);
	restart = p->pipe_wr.pe_restart;
	if (p->pipe_rd.pe_closed)
		error = EPIPE;
	else
		error = write_lock(p, (fp->f_flag & FNONBLOCK) != 0);
	if (error) {
		mutex_exit(&p->pipe_lock);
		return error;
	}
	error = write_locked(fp, p, uio, restart);
	write_unlock(p);
	if (uio->uio_resid != before) {
		getnanotime(&p->pipe_mtime);
		/* What went in counts; EPIPE is for the next time. */
		if (error == EAGAIN)
			error = 0;
	}
	mutex_exit(&p->pipe_lock);
	if (uio->uio_resid != before)
		end_signal(&p->pipe_rd);
	return error;
}

/* Bytes in the pipe, to who is at the right end of it. */
static int
pipe_count(file_t *fp, int flag)
{
	struct pipe *p = fp->f_pipe;
	int n;

	if ((fp->f_flag & flag) == 0)
		return 0;
	mutex_enter(&p->pipe_lock);
	n = (int)p->pipe_cnt;
	mutex_exit(&p->pipe_lock);
	return n;
}

static int
pipe_ioctl(file_t *fp, u_long cmd, void *data)
{
	struct pipe *p = fp->f_pipe;
	struct pipe_end *pe = my_end(fp);

	switch (cmd) {
	case FIONBIO:
		return 0;
	case FIOASYNC:
		mutex_enter(&p->pipe_lock);
		pe->pe_async = *(int *)data != 0;
		mutex_exit(&p->pipe_lock);
		return 0;
	case FIONREAD:
		*(int *)data = pipe_count(fp, FREAD);
		return 0;
	case FIONWRITE:
		*(int *)data = pipe_count(fp, FWRITE);
		return 0;
	case FIONSPACE:
		*(int *)data = (fp->f_flag & FWRITE) ?
		    PIPE_SIZE - pipe_count(fp, FWRITE) : 0;
		return 0;
	case TIOCSPGRP:
	case FIOSETOWN:
		return fsetown(&pe->pe_pgid, cmd, data);
	case TIOCGPGRP:
	case FIOGETOWN:
		return fgetown(pe->pe_pgid, cmd, data);
	default:
		return EPASSTHROUGH;
	}
}

static int
pipe_poll(file_t *fp, int events)
{
	struct pipe *p = fp->f_pipe;
	int revents = 0;

	mutex_enter(&p->pipe_lock);
	if (fp->f_flag & FREAD) {
		if (p->pipe_cnt > 0 || p->pipe_wr.pe_closed)
			revents |= events & (POLLIN | POLLRDNORM);
		if (p->pipe_wr.pe_closed)
			revents |= POLLHUP;
	} else {
		if (p->pipe_rd.pe_closed)
			revents |= POLLHUP;
		else if (PIPE_SIZE - p->pipe_cnt >= PIPE_BUF)
			revents |= events & (POLLOUT | POLLWRNORM);
	}
	if (revents == 0)
		selrecord(curlwp, &my_end(fp)->pe_sel);
	mutex_exit(&p->pipe_lock);
	return revents;
}

static int
pipe_stat(file_t *fp, struct stat *sb)
{
	struct pipe *p = fp->f_pipe;

	memset(sb, 0, sizeof(*sb));
	mutex_enter(&p->pipe_lock);
	sb->st_mode = S_IFIFO | S_IRUSR | S_IWUSR;
	sb->st_ino = p->pipe_ino;
	sb->st_nlink = 1;
	sb->st_uid = kauth_cred_geteuid(fp->f_cred);
	sb->st_gid = kauth_cred_getegid(fp->f_cred);
	sb->st_blksize = PIPE_SIZE;
	sb->st_size = (off_t)p->pipe_cnt;
	sb->st_blocks = sb->st_size > 0;
	sb->st_atimespec = p->pipe_atime;
	sb->st_mtimespec = sb->st_ctimespec = p->pipe_mtime;
	sb->st_birthtimespec = p->pipe_btime;
	mutex_exit(&p->pipe_lock);
	return 0;
}

static int
pipe_fpathconf(file_t *fp, int name, register_t *retval)
{

	if (name != _PC_PIPE_BUF)
		return EINVAL;
	*retval = PIPE_BUF;
	return 0;
}

/*
 * The descriptor is being closed while somebody sleeps in it.
 */
static void
pipe_restart(file_t *fp)
{
	struct pipe *p = fp->f_pipe;
	struct pipe_end *pe = my_end(fp);

	mutex_enter(&p->pipe_lock);
	pe->pe_restart++;
	cv_broadcast(&pe->pe_cv);
	mutex_exit(&p->pipe_lock);
}

static int
pipe_close(file_t *fp)
{
	struct pipe *p = fp->f_pipe;
	struct pipe_end *mine = my_end(fp), *other;
	bool last;

	other = mine == &p->pipe_rd ? &p->pipe_wr : &p->pipe_rd;
	mutex_enter(&p->pipe_lock);
	mine->pe_closed = true;
	last = other->pe_closed;
	if (!last)
		end_notify(other, POLLHUP | POLLIN | POLLRDNORM, 0);
	mutex_exit(&p->pipe_lock);
	if (last)
		pipe_destroy(p);
	fp->f_pipe = NULL;
	return 0;
}

static void
filt_pipedetach(struct knote *kn)
{
	file_t *fp = kn->kn_obj;
	struct pipe *p = fp->f_pipe;

	mutex_enter(&p->pipe_lock);
	(void)selremove_knote(&my_end(fp)->pe_sel, kn);
	mutex_exit(&p->pipe_lock);
}

static int
filt_piperead(struct knote *kn, long hint)
{
	struct pipe *p = ((file_t *)kn->kn_obj)->f_pipe;
	int rv;

	if ((hint & NOTE_SUBMIT) == 0)
		mutex_enter(&p->pipe_lock);
	KASSERT(mutex_owned(&p->pipe_lock));
	kn->kn_data = (int64_t)p->pipe_cnt;
	if (p->pipe_wr.pe_closed) {
		knote_set_eof(kn, 0);
		rv = 1;
	} else
		rv = kn->kn_data > 0;
	if ((hint & NOTE_SUBMIT) == 0)
		mutex_exit(&p->pipe_lock);
	return rv;
}

static int
filt_pipewrite(struct knote *kn, long hint)
{
	struct pipe *p = ((file_t *)kn->kn_obj)->f_pipe;
	int rv;

	if ((hint & NOTE_SUBMIT) == 0)
		mutex_enter(&p->pipe_lock);
	KASSERT(mutex_owned(&p->pipe_lock));
	if (p->pipe_rd.pe_closed) {
		kn->kn_data = 0;
		knote_set_eof(kn, 0);
		rv = 1;
	} else {
		kn->kn_data = (int64_t)(PIPE_SIZE - p->pipe_cnt);
		rv = kn->kn_data >= PIPE_BUF;
	}
	if ((hint & NOTE_SUBMIT) == 0)
		mutex_exit(&p->pipe_lock);
	return rv;
}

static const struct filterops pipe_rfiltops = {
	.f_flags = FILTEROP_ISFD | FILTEROP_MPSAFE,
	.f_detach = filt_pipedetach,
	.f_event = filt_piperead,
};

static const struct filterops pipe_wfiltops = {
	.f_flags = FILTEROP_ISFD | FILTEROP_MPSAFE,
	.f_detach = filt_pipedetach,
	.f_event = filt_pipewrite,
};

static int
pipe_kqfilter(file_t *fp, struct knote *kn)
{
	struct pipe *p = fp->f_pipe;

	if (kn->kn_filter == EVFILT_READ && (fp->f_flag & FREAD) != 0)
		kn->kn_fop = &pipe_rfiltops;
	else if (kn->kn_filter == EVFILT_WRITE && (fp->f_flag & FWRITE) != 0)
		kn->kn_fop = &pipe_wfiltops;
	else
		return EINVAL;
	mutex_enter(&p->pipe_lock);
	selrecord_knote(&my_end(fp)->pe_sel, kn);
	mutex_exit(&p->pipe_lock);
	return 0;
}

static void
pipe_file_setup(file_t *fp, struct pipe *p, int rw, int flags)
{

	fp->f_flag = rw | (flags & (FNONBLOCK | FNOSIGPIPE));
	fp->f_type = DTYPE_PIPE;
	fp->f_ops = &pipeops;
	fp->f_pipe = p;
}

/*
 * Make both ends; fildes[0] is for reading.
 */
int
pipe1(struct lwp *l, int *fildes, int flags)
{
	file_t *rf, *wf;
	struct pipe *p;
	int error, fd;

	if (flags & ~(O_CLOEXEC | O_NONBLOCK | O_NOSIGPIPE))
		return EINVAL;
	p = pipe_create();
	error = fd_allocfile(&rf, &fd);
	if (error)
		goto free_pipe;
	fildes[0] = fd;
	error = fd_allocfile(&wf, &fd);
	if (error)
		goto free_rf;
	fildes[1] = fd;
	pipe_file_setup(rf, p, FREAD, flags);
	pipe_file_setup(wf, p, FWRITE, flags);
	fd_set_exclose(l, fildes[0], (flags & O_CLOEXEC) != 0);
	fd_set_exclose(l, fildes[1], (flags & O_CLOEXEC) != 0);
	fd_affix(l->l_proc, rf, (unsigned)fildes[0]);
	fd_affix(l->l_proc, wf, (unsigned)fildes[1]);
	return 0;
 free_rf:
	fd_abort(l->l_proc, rf, (unsigned)fildes[0]);
 free_pipe:
	pipe_destroy(p);
	return error;
}

int
sys_pipe(struct lwp *l, const void *v, register_t *retval)
{
	int fd[2], error;

	error = pipe1(l, fd, 0);
	if (error)
		return error;
	retval[0] = fd[0];
	retval[1] = fd[1];
	return 0;
}

int
sys_pipe2(struct lwp *l, const struct sys_pipe2_args *uap, register_t *retval)
{
	int fd[2], error;

	error = pipe1(l, fd, SCARG(uap, flags));
	if (error)
		return error;
	error = copyout(fd, SCARG(uap, fildes), sizeof(fd));
	if (error) {
		if (fd_getfile((unsigned)fd[0]) != NULL)
			(void)fd_close((unsigned)fd[0]);
		if (fd_getfile((unsigned)fd[1]) != NULL)
			(void)fd_close((unsigned)fd[1]);
		return error;
	}
	*retval = 0;
	return 0;
}
