/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fifo_rdwr.c: data through named pipes: a ring of bytes, one reader and one
 * writer copying at a time, without fi_lock.  The vnode lock is given up while
 * an operation runs, so that both sides can go on.
 *
 * A write of up to PIPE_BUF bytes is put into the ring in one piece.  SIGPIPE
 * is sent by write(2) itself when it sees EPIPE.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/event.h>
#include <sys/lwp.h>
#include <sys/poll.h>
#include <sys/select.h>
#include <sys/uio.h>
#include <sys/vnode.h>

#include <miscfs/genfs/genfs.h>

#include "fifo_private.h"

/*
 * Copy between a uio and the ring from position pos on, len bytes or up to an
 * error; *donep of them.
 */
static int
ring_move(struct fifoinfo *fi, size_t pos, size_t len, struct uio *uio,
    size_t *donep)
{
	const size_t resid = uio->uio_resid;
	size_t n;
	int error = 0;

	KASSERT(len <= FIFO_SIZE);
	while (error == 0 && len > 0) {
		pos &= FIFO_SIZE - 1;
		n = MIN(len, FIFO_SIZE - pos);
		error = uiomove(fi->fi_buf + pos, n, uio);
		pos += n;
		len -= n;
	}
	*donep = resid - uio->uio_resid;
	return error;
}

/*
 * Wait until there is something to read.  *eofp: there never will be.
 */
static int
read_wait(struct fifoinfo *fi, bool nonblock, bool *eofp)
{
	int error;

	*eofp = false;
	while (fi->fi_rbusy || fi->fi_count == 0) {
		if (fi->fi_gone || (fi->fi_writers == 0 && !fi->fi_rbusy)) {
			*eofp = true;
			return 0;
		}
		if (nonblock && !fi->fi_rbusy)
			return EAGAIN;
		error = cv_wait_sig(&fi->fi_rcv, &fi->fi_lock);
		if (error != 0)
			return error;
	}
	return 0;
}

static int
read_locked(struct fifoinfo *fi, struct uio *uio, bool nonblock)
{
	size_t done, len;
	bool eof;
	int error;

	KASSERT(mutex_owned(&fi->fi_lock));
	error = read_wait(fi, nonblock, &eof);
	if (error != 0 || eof)
		return error;
	len = MIN(fi->fi_count, uio->uio_resid);
	fi->fi_rbusy = true;
	mutex_exit(&fi->fi_lock);
	error = ring_move(fi, fi->fi_out, len, uio, &done);
	mutex_enter(&fi->fi_lock);
	fi->fi_rbusy = false;
	fi->fi_out = (fi->fi_out + done) & (FIFO_SIZE - 1);
	KASSERT(done <= fi->fi_count);
	fi->fi_count -= done;
	cv_broadcast(&fi->fi_rcv);
	fifo_wake_writers(fi);
	return error;
}

/*
 * VOP_READ.
 */
int
fifo_read(void *v)
{
	struct vop_read_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct fifoinfo *fi = vp->v_fifoinfo;
	const int lktype = VOP_ISLOCKED(vp);
	int error;

	KASSERT(ap->a_uio->uio_rw == UIO_READ);
	if (fi == NULL)
		return EBADF;
	if (ap->a_uio->uio_resid == 0)
		return 0;
	fifo_use_begin(vp, fi);
	error = read_locked(fi, ap->a_uio, (ap->a_ioflag & IO_NDELAY) != 0);
	fifo_use_end(vp, fi, lktype);
	return error;
}

/*
 * Wait for room of so many bytes.
 */
static int
write_wait(struct fifoinfo *fi, size_t need, bool nonblock)
{
	int error;

	for (;;) {
		if (fi->fi_gone)
			return EIO;
		if (fi->fi_readers == 0)
			return EPIPE;
		if (!fi->fi_wbusy && FIFO_SIZE - fi->fi_count >= need)
			return 0;
		if (nonblock && !fi->fi_wbusy)
			return EAGAIN;
		error = cv_wait_sig(&fi->fi_wcv, &fi->fi_lock);
		if (error != 0)
			return error;
	}
}

/*
 * Write one piece, as much as there is room for but at least need.
 */
static int
write_piece(struct fifoinfo *fi, struct uio *uio, size_t need, bool nonblock)
{
	size_t done, len, in;
	int error;

	error = write_wait(fi, need, nonblock);
	if (error != 0)
		return error;
	len = MIN(FIFO_SIZE - fi->fi_count, uio->uio_resid);
	in = fi->fi_out + fi->fi_count;
	fi->fi_wbusy = true;
	mutex_exit(&fi->fi_lock);
	error = ring_move(fi, in, len, uio, &done);
	mutex_enter(&fi->fi_lock);
	fi->fi_wbusy = false;
	fi->fi_count += done;
	KASSERT(fi->fi_count <= FIFO_SIZE);
	cv_broadcast(&fi->fi_wcv);
	fifo_wake_readers(fi);
	return error;
}

/*
 * VOP_WRITE.  What was written before the room or the readers went counts.
 */
int
fifo_write(void *v)
{
	struct vop_write_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct uio *uio = ap->a_uio;
	struct fifoinfo *fi = vp->v_fifoinfo;
	const int lktype = VOP_ISLOCKED(vp);
	const bool nonblock = (ap->a_ioflag & IO_NDELAY) != 0;
	const size_t resid = uio->uio_resid;
	const size_t need = resid <= PIPE_BUF ? resid : 1;
	int error = 0;

	KASSERT(uio->uio_rw == UIO_WRITE);
	if (fi == NULL)
		return EBADF;
	fifo_use_begin(vp, fi);
	while (error == 0 && uio->uio_resid > 0)
		error = write_piece(fi, uio, need, nonblock);
	if (error == EAGAIN && uio->uio_resid != resid)
		error = 0;
	fifo_use_end(vp, fi, lktype);
	return error;
}

/*
 * VOP_POLL.  Without a writer there is end of file, once there was one.
 */
int
fifo_poll(void *v)
{
	struct vop_poll_args *ap = v;
	struct fifoinfo *fi = ap->a_vp->v_fifoinfo;
	const int rd = ap->a_events & (POLLIN | POLLRDNORM);
	const int wr = ap->a_events & (POLLOUT | POLLWRNORM);
	int revents = 0;

	if (fi == NULL)
		return POLLERR;
	mutex_enter(&fi->fi_lock);
	if (rd != 0 && fi->fi_count > 0)
		revents |= rd;
	if (rd != 0 && fi->fi_writers == 0 && fi->fi_wopens > 0)
		revents |= POLLHUP;
	if (wr != 0 && fi->fi_readers == 0)
		revents |= POLLERR;
	else if (wr != 0 && FIFO_SIZE - fi->fi_count >= PIPE_BUF)
		revents |= wr;
	if (fi->fi_gone)
		revents |= POLLHUP | rd;
	if (revents == 0 && rd != 0)
		selrecord(curlwp, &fi->fi_rsel);
	if (revents == 0 && wr != 0)
		selrecord(curlwp, &fi->fi_wsel);
	mutex_exit(&fi->fi_lock);
	return revents;
}

static void
filt_fifordetach(struct knote *kn)
{
	struct fifoinfo *fi = kn->kn_hook;

	mutex_enter(&fi->fi_lock);
	selremove_knote(&fi->fi_rsel, kn);
	mutex_exit(&fi->fi_lock);
}

static void
filt_fifowdetach(struct knote *kn)
{
	struct fifoinfo *fi = kn->kn_hook;

	mutex_enter(&fi->fi_lock);
	selremove_knote(&fi->fi_wsel, kn);
	mutex_exit(&fi->fi_lock);
}

/*
 * End of file on the side that is watched, or not any more.
 */
static bool
filt_fifoeof(struct knote *kn, bool eof)
{

	if (eof)
		knote_set_eof(kn, 0);
	else
		knote_clear_eof(kn);
	return eof;
}

static int
filt_fiforead(struct knote *kn, long hint)
{
	struct fifoinfo *fi = kn->kn_hook;
	int64_t lowat = (kn->kn_sfflags & NOTE_LOWAT) ? kn->kn_sdata : 1;
	bool ready;

	if (hint != NOTE_SUBMIT)
		mutex_enter(&fi->fi_lock);
	KASSERT(mutex_owned(&fi->fi_lock));
	kn->kn_data = fi->fi_count;
	ready = filt_fifoeof(kn, fi->fi_gone || (fi->fi_writers == 0 &&
	    fi->fi_wopens > 0)) || kn->kn_data >= lowat;
	if (hint != NOTE_SUBMIT)
		mutex_exit(&fi->fi_lock);
	return ready;
}

static int
filt_fifowrite(struct knote *kn, long hint)
{
	struct fifoinfo *fi = kn->kn_hook;
	int64_t lowat = (kn->kn_sfflags & NOTE_LOWAT) ? kn->kn_sdata :
	    PIPE_BUF;
	bool ready;

	if (hint != NOTE_SUBMIT)
		mutex_enter(&fi->fi_lock);
	KASSERT(mutex_owned(&fi->fi_lock));
	kn->kn_data = FIFO_SIZE - fi->fi_count;
	ready = filt_fifoeof(kn, fi->fi_gone || fi->fi_readers == 0) ||
	    kn->kn_data >= lowat;
	if (hint != NOTE_SUBMIT)
		mutex_exit(&fi->fi_lock);
	return ready;
}

static const struct filterops fiforead_filtops = {
	.f_flags = FILTEROP_ISFD | FILTEROP_MPSAFE,
	.f_detach = filt_fifordetach,
	.f_event = filt_fiforead,
};

static const struct filterops fifowrite_filtops = {
	.f_flags = FILTEROP_ISFD | FILTEROP_MPSAFE,
	.f_detach = filt_fifowdetach,
	.f_event = filt_fifowrite,
};

/*
 * VOP_KQFILTER.  Knotes go with the descriptor, before its close gets here.
 */
int
fifo_kqfilter(void *v)
{
	struct vop_kqfilter_args *ap = v;
	struct fifoinfo *fi = ap->a_vp->v_fifoinfo;
	struct knote *kn = ap->a_kn;
	const bool read = kn->kn_filter == EVFILT_READ;

	if (!read && kn->kn_filter != EVFILT_WRITE)
		return genfs_kqfilter(v);
	if (fi == NULL)
		return EBADF;
	kn->kn_fop = read ? &fiforead_filtops : &fifowrite_filtops;
	kn->kn_hook = fi;
	mutex_enter(&fi->fi_lock);
	selrecord_knote(read ? &fi->fi_rsel : &fi->fi_wsel, kn);
	mutex_exit(&fi->fi_lock);
	return 0;
}
