/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * subr_physio.c: physio(9), transfers between a character device and the
 * caller's memory, a piece at a time.  Memory of this process is handed to
 * the driver as it is; a remote client's goes through a buffer.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/buf.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/proc.h>
#include <sys/uio.h>

#include <rump-sys/kern.h>

/* Limit a transfer to what every driver takes. */
void
minphys(buf_t *bp)
{

	if (bp->b_bcount > MAXPHYS)
		bp->b_bcount = MAXPHYS;
}

/*
 * Transfer one piece at data; *donep is how much of it was.
 */
static int
physio_piece(void (*strategy)(buf_t *), buf_t *bp, dev_t dev, int flags,
    off_t off, int *donep)
{
	int error;

	bp->b_oflags = 0;
	bp->b_cflags = BC_BUSY;
	bp->b_flags = (flags & (B_READ | B_MEDIA_FUA | B_MEDIA_DPO)) |
	    B_PHYS | B_RAW;
	bp->b_dev = dev;
	bp->b_error = 0;
	bp->b_blkno = btodb(off);
	bp->b_bufsize = bp->b_bcount;
	bp->b_resid = bp->b_bcount;
	bp->b_proc = curproc;
	bp->b_iodone = NULL;
	(*strategy)(bp);
	error = biowait(bp);
	*donep = bp->b_bcount - bp->b_resid;
	return error;
}

static bool
physio_local_p(const struct uio *uio)
{

	return uio->uio_vmspace == rump_vmspace_local ||
	    VMSPACE_IS_KERNEL_P(uio->uio_vmspace);
}

/*
 * Without a buffer of the caller's, one is made.  The offset and each piece
 * must be whole sectors.
 */
int
physio(void (*strategy)(buf_t *), buf_t *obp, dev_t dev, int flags,
    void (*min_phys)(buf_t *), struct uio *uio)
{
	const bool read = (flags & B_READ) != 0;
	const bool local = physio_local_p(uio);
	struct iovec *iov;
	void *bounce = NULL;
	buf_t *bp;
	int done, error = 0, want;

	if (uio->uio_offset < 0 || uio->uio_offset % DEV_BSIZE != 0)
		return EINVAL;
	bp = obp != NULL ? obp : getiobuf(NULL, true);
	if (!local)
		bounce = kmem_alloc(MAXPHYS, KM_SLEEP);
	while (uio->uio_resid > 0 && error == 0) {
		iov = uio->uio_iov;
		if (iov->iov_len == 0) {
			uio->uio_iov++;
			uio->uio_iovcnt--;
			continue;
		}
		bp->b_bcount = MIN(iov->iov_len, MAXPHYS);
		(*min_phys)(bp);
		want = bp->b_bcount;
		bp->b_data = local ? iov->iov_base : bounce;
		if (!local && !read) {
			error = uiopeek(bounce, want, uio);
			if (error != 0)
				break;
		}
		error = physio_piece(strategy, bp, dev, flags,
		    uio->uio_offset, &done);
		if (local || !read)
			uioskip(done, uio);
		else if (done > 0 && error == 0)
			error = uiomove(bounce, done, uio);
		if (done < want)
			break;
	}
	if (bounce != NULL)
		kmem_free(bounce, MAXPHYS);
	if (obp == NULL)
		putiobuf(bp);
	return error;
}
