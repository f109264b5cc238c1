/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Plain reads and writes of host files, and making written data last.  These
 * block, so the virtual CPU is given back around them.
 */
#include <sys/uio.h>

#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <unistd.h>

#include "bio.h"
#include "rumpuser_int.h"

/* The kernel's vectors are handed to the host as they are. */
_Static_assert(sizeof(struct rumpuser_iovec) == sizeof(struct iovec) &&
    offsetof(struct rumpuser_iovec, iov_base) ==
    offsetof(struct iovec, iov_base) &&
    offsetof(struct rumpuser_iovec, iov_len) ==
    offsetof(struct iovec, iov_len), "iovec");

static ssize_t
transfer(int fd, const struct iovec *iov, int cnt, int64_t off, bool write)
{

	if (off == RUMPUSER_IOV_NOSEEK)
		return write ? writev(fd, iov, cnt) : readv(fd, iov, cnt);
	return write ? pwritev(fd, iov, cnt, off) : preadv(fd, iov, cnt, off);
}

static int
iovio(int fd, const struct rumpuser_iovec *riov, size_t cnt, int64_t off,
	bool write, size_t *retp)
{
	const struct iovec *iov = (const struct iovec *)riov;
	struct rumpuser__nap nap;
	ssize_t n;
	int error = 0;

	if (off < 0 && off != RUMPUSER_IOV_NOSEEK)
		return RUMP_EINVAL;
	if (cnt > IOV_MAX)
		cnt = IOV_MAX;		/* the rest makes it a short one */

	rumpuser__unschedule(&nap, NULL);
	do {
		n = transfer(fd, iov, (int)cnt, off, write);
	} while (n == -1 && errno == EINTR);
	if (n == -1)
		error = errno;
	rumpuser__schedule(&nap, NULL);
	if (error == 0)
		*retp = (size_t)n;
	return rumpuser__errtrans(error);
}

int
rumpuser_iovread(int fd, struct rumpuser_iovec *iov, size_t cnt, int64_t off,
	size_t *retp)
{

	return iovio(fd, iov, cnt, off, false, retp);
}

int
rumpuser_iovwrite(int fd, const struct rumpuser_iovec *iov, size_t cnt,
	int64_t off, size_t *retp)
{

	return iovio(fd, iov, cnt, off, true, retp);
}

/*
 * The host knows no order of writes but "done", so a barrier is a wait for
 * what is in flight and a flush of the host's caches and the device's.
 * Files on which that means nothing (pipes, some devices) need nothing.
 */
static int
harden(int fd)
{
	struct hostfile *hf = hostfile_get(fd);
	int rv;

	if (hf != NULL) {
		rumpuser__bio_flush();
		hostfile_drain(hf);
	}
	if (hf != NULL && hf->hf_served != NULL)
		return served_flush(hf->hf_served);
	/* Where nothing lies below there is nothing to flush to. */
	if (hf != NULL && hf->hf_inram)
		return 0;
	do {
		rv = fdatasync(fd);
	} while (rv == -1 && errno == EINTR);
	if (rv == -1 && errno != EINVAL && errno != EROFS)
		return errno;
	return 0;
}

/*
 * Only a hint: what the host cannot do, nobody misses.
 */
static int
begin_writing(int fd, uint64_t start, uint64_t len)
{
	const struct hostfile *hf = hostfile_get(fd);

	if (hf != NULL && hf->hf_served != NULL)
		return 0;
	if (sync_file_range(fd, (off_t)start, (off_t)len,
	    SYNC_FILE_RANGE_WRITE) == -1 && errno != ESPIPE &&
	    errno != EINVAL && errno != ENOSYS)
		return errno;
	return 0;
}

int
rumpuser_syncfd(int fd, int flags, uint64_t start, uint64_t len)
{
	const int all = RUMPUSER_SYNCFD_BOTH | RUMPUSER_SYNCFD_BARRIER |
	    RUMPUSER_SYNCFD_SYNC;
	struct rumpuser__nap nap;
	int error = 0;

	if ((flags & RUMPUSER_SYNCFD_BOTH) == 0 || (flags & ~all) != 0)
		return RUMP_EINVAL;
	if (start > INT64_MAX || len > INT64_MAX - start)
		return RUMP_EINVAL;
	if (hostfile_get(fd) == NULL && fcntl(fd, F_GETFD) == -1)
		return rumpuser__errtrans(errno);

	rumpuser__unschedule(&nap, NULL);
	/* Whatever else it does, this call ends a batch of block I/O. */
	if (hostfile_get(fd) != NULL)
		rumpuser__bio_flush();
	if (flags & (RUMPUSER_SYNCFD_BARRIER | RUMPUSER_SYNCFD_SYNC))
		error = harden(fd);
	else if (flags & RUMPUSER_SYNCFD_WRITE)
		error = begin_writing(fd, start, len);
	rumpuser__schedule(&nap, NULL);
	return rumpuser__errtrans(error);
}
