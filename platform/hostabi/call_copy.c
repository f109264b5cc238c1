/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Data from file to file, and reading and writing with flags.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include <rump/rump_syscalls.h>

#include "hostabi.h"

#define	PIECE	((size_t)128 * 1024)

/* What else a write has to do by its flags: nothing, or a call. */
static int
write_through(int fd, int flags)
{

	if (flags & RWF_SYNC)
		return rump_host_fsync(fd);
	return flags & RWF_DSYNC ? rump_host_fdatasync(fd) : 0;
}

ssize_t
rump_host_preadv2(int fd, const struct iovec *iov, int n, off_t off,
    int flags)
{

	if (flags & ~RWF_HIPRI)
		return hostabi_fail(EOPNOTSUPP);
	return off == -1 ? rump_host_readv(fd, iov, n) :
	    rump_host_preadv(fd, iov, n, off);
}

ssize_t
rump_host_pwritev2(int fd, const struct iovec *iov, int n, off_t off,
    int flags)
{
	ssize_t done;

	if (flags & ~(RWF_HIPRI | RWF_DSYNC | RWF_SYNC))
		return hostabi_fail(EOPNOTSUPP);
	done = off == -1 ? rump_host_writev(fd, iov, n) :
	    rump_host_pwritev(fd, iov, n, off);
	if (done > 0 && write_through(fd, flags) == -1)
		return -1;
	return done;
}

/*
 * One end of a copy.  ce_off is where it is, which is told back at the end:
 * to the caller's variable, or else to the file's position.
 */
struct end {
	int	ce_fd;
	off_t	*ce_arg;	/* NULL: by position */
	off_t	ce_off;
	mode_t	ce_mode;
	dev_t	ce_dev;
	ino_t	ce_ino;
};

static int
end_open(struct end *e, int fd, off_t *off)
{
	struct stat st;

	if (rump_host_fstat(fd, &st) == -1)
		return -1;
	*e = (struct end){ .ce_fd = fd, .ce_arg = off, .ce_mode = st.st_mode,
	    .ce_dev = st.st_dev, .ce_ino = st.st_ino };
	if (off == NULL)
		e->ce_off = rump_host_lseek(fd, 0, SEEK_CUR);
	else
		e->ce_off = *off;
	if (e->ce_off < 0)
		return off == NULL ? -1 : hostabi_fail(EINVAL);
	return 0;
}

static int
end_close(const struct end *e)
{

	if (e->ce_arg == NULL)
		return rump_host_lseek(e->ce_fd, e->ce_off, SEEK_SET) == -1 ?
		    -1 : 0;
	*e->ce_arg = e->ce_off;
	return 0;
}

/* A piece; what was not written is read again, or not at all. */
static ssize_t
copy_piece(struct end *in, struct end *out, char *buf, size_t len)
{
	ssize_t n;

	n = rump_host_pread(in->ce_fd, buf, len, in->ce_off);
	if (n <= 0)
		return n;
	n = out->ce_off == -1 ?
	    rump_host_write(out->ce_fd, buf, (size_t)n) :
	    rump_host_pwrite(out->ce_fd, buf, (size_t)n, out->ce_off);
	if (n > 0) {
		in->ce_off += n;
		if (out->ce_off != -1)
			out->ce_off += n;
	}
	return n;
}

/* The bytes copied; -1 only if there were none. */
static ssize_t
copy(struct end *in, struct end *out, size_t len)
{
	size_t done = 0;
	ssize_t n = 0;
	char *buf;
	int error;

	if (len > SSIZE_MAX)
		len = SSIZE_MAX;
	buf = malloc(len < PIECE ? len + 1 : PIECE);
	if (buf == NULL)
		return hostabi_fail(ENOMEM);
	while (done < len) {
		n = copy_piece(in, out, buf,
		    len - done < PIECE ? len - done : PIECE);
		if (n <= 0)
			break;
		done += (size_t)n;
	}
	error = errno;
	free(buf);
	errno = error;
	return n == -1 && done == 0 ? -1 : (ssize_t)done;
}

/* Status flags that a copy depends on; -1 and errno. */
static int
fd_flags(int fd)
{

	return rump_host_fcntl(fd, F_GETFL);
}

static int
copy_range_check(const struct end *in, const struct end *out, size_t len)
{
	int inflags = fd_flags(in->ce_fd), outflags = fd_flags(out->ce_fd);
	off_t end;

	if (inflags == -1 || outflags == -1)
		return errno;
	if ((inflags & O_ACCMODE) == O_WRONLY ||
	    (outflags & O_ACCMODE) == O_RDONLY || (outflags & O_APPEND) != 0)
		return EBADF;
	if (__builtin_add_overflow(in->ce_off, len, &end) ||
	    __builtin_add_overflow(out->ce_off, len, &end))
		return EOVERFLOW;
	if (in->ce_dev == out->ce_dev && in->ce_ino == out->ce_ino &&
	    in->ce_off < out->ce_off + (off_t)len &&
	    out->ce_off < in->ce_off + (off_t)len)
		return EINVAL;
	return 0;
}

ssize_t
rump_host_copy_file_range(int infd, off_t *inoff, int outfd, off_t *outoff,
    size_t len, unsigned flags)
{
	struct end in, out;
	ssize_t n;

	if (flags != 0)
		return hostabi_fail(EINVAL);
	if (end_open(&in, infd, inoff) == -1 ||
	    end_open(&out, outfd, outoff) == -1)
		return errno == ESPIPE ? hostabi_fail(EINVAL) : -1;
	if (S_ISDIR(in.ce_mode) || S_ISDIR(out.ce_mode))
		return hostabi_fail(EISDIR);
	if (!S_ISREG(in.ce_mode) || !S_ISREG(out.ce_mode))
		return hostabi_fail(EINVAL);
	if (hostabi_fail(copy_range_check(&in, &out, len)) == -1)
		return -1;
	n = copy(&in, &out, len);
	if (n > 0 && (end_close(&in) == -1 || end_close(&out) == -1))
		return -1;
	return n;
}

/* The source has positions, the destination may be anything. */
ssize_t
rump_host_sendfile(int outfd, int infd, off_t *off, size_t len)
{
	struct end in, out = { .ce_fd = outfd, .ce_off = -1 };
	int inflags = fd_flags(infd), outflags = fd_flags(outfd);
	ssize_t n;

	if (inflags == -1 || outflags == -1)
		return -1;
	if ((inflags & O_ACCMODE) == O_WRONLY ||
	    (outflags & O_ACCMODE) == O_RDONLY)
		return hostabi_fail(EBADF);
	if (end_open(&in, infd, off) == -1)
		return errno == ESPIPE && off == NULL ? hostabi_fail(EINVAL) :
		    -1;
	if ((!S_ISREG(in.ce_mode) && !S_ISBLK(in.ce_mode)) ||
	    (outflags & O_APPEND) != 0)
		return hostabi_fail(EINVAL);
	n = copy(&in, &out, len);
	if (n > 0 && end_close(&in) == -1)
		return -1;
	return n;
}
