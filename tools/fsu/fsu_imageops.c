/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The image side: each operation enters the image's process and makes one
 * system call of the rump kernel in the host's terms.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <rump/rump.h>
#include <rump/rump_abi.h>
#include <rump/rump_hostabi.h>
#include <rump/rump_syscalls.h>
#include <rump/rumpdefs.h>
#include <rump/rumperrno2host.h>

#include "fsu_image.h"

/* Enter the image, make the call, return 0 or a host errno. */
#define	IMCALL(s, call)							\
	(fsu_stopped() ? EINTR : (fsu_image_enter((s)->s_image),		\
	(call) < 0 ? errno : 0))

static struct timespec
ts_of(const struct statx_timestamp *ts)
{

	return (struct timespec){ .tv_sec = ts->tv_sec,
	    .tv_nsec = ts->tv_nsec };
}

static int
im_stat(struct fsu_side *s, const char *path, bool follow,
    struct fsu_stat *st)
{
	struct statx sx;
	int error;

	error = IMCALL(s, rump_host_statx(AT_FDCWD, path,
	    follow ? 0 : AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS | STATX_BTIME,
	    &sx));
	if (error != 0)
		return error;
	*st = (struct fsu_stat){
		.st_dev = makedev(sx.stx_dev_major, sx.stx_dev_minor),
		.st_ino = sx.stx_ino,
		.st_mode = sx.stx_mode, .st_nlink = sx.stx_nlink,
		.st_uid = sx.stx_uid, .st_gid = sx.stx_gid,
		.st_major = sx.stx_rdev_major, .st_minor = sx.stx_rdev_minor,
		.st_size = (int64_t)sx.stx_size,
		.st_blocks = (int64_t)sx.stx_blocks,
		.st_blksize = sx.stx_blksize,
		.st_atime_ts = ts_of(&sx.stx_atime),
		.st_mtime_ts = ts_of(&sx.stx_mtime),
		.st_ctime_ts = ts_of(&sx.stx_ctime),
		.st_btime_ts = ts_of(&sx.stx_btime),
	};
	if ((sx.stx_mask & STATX_BTIME) == 0)
		st->st_btime_ts = (struct timespec){ .tv_sec = -1 };
	return 0;
}

static int
im_statvfs(struct fsu_side *s, const char *path, struct fsu_statvfs *sv)
{
	struct rump_statvfs *sb;
	int error;

	sb = fsu_alloc(sizeof(*sb));
	/* the kernel's own call: the host's does not tell the type */
	error = rump_errno2host(IMCALL(s, rump_sys_statvfs1(path,
	    (struct statvfs *)(void *)sb, RUMP_MNT_WAIT)));
	if (error == 0) {
		*sv = (struct fsu_statvfs){
			.f_bsize = sb->f_bsize, .f_frsize = sb->f_frsize,
			.f_blocks = sb->f_blocks, .f_bfree = sb->f_bfree,
			.f_bavail = sb->f_bavail, .f_files = sb->f_files,
			.f_ffree = sb->f_ffree, .f_namemax = sb->f_namemax,
			.f_rdonly = (sb->f_flag & RUMP_MNT_RDONLY) != 0,
		};
		(void)snprintf(sv->f_fstype, sizeof(sv->f_fstype), "%.31s",
		    sb->f_fstypename);
	}
	free(sb);
	return error;
}

static int
im_open(struct fsu_side *s, const char *path, int oflags, uint32_t mode,
    int *fdp)
{

	return IMCALL(s, *fdp = rump_host_open(path, oflags, (mode_t)mode));
}

static int
im_close(struct fsu_side *s, int fd)
{

	fsu_image_enter(s->s_image);
	return rump_host_close(fd) < 0 ? errno : 0;
}

static int
im_pread(struct fsu_side *s, int fd, void *buf, size_t len, int64_t off,
    size_t *donep)
{
	ssize_t n;
	int error;

	n = 0;
	error = IMCALL(s, n = rump_host_pread(fd, buf, len, off));
	*donep = error == 0 ? (size_t)n : 0;
	return error;
}

static int
im_pwrite(struct fsu_side *s, int fd, const void *buf, size_t len,
    int64_t off, size_t *donep)
{
	ssize_t n;
	int error;

	n = 0;
	error = IMCALL(s, n = rump_host_pwrite(fd, buf, len, off));
	*donep = error == 0 ? (size_t)n : 0;
	return error;
}

static int
im_ftruncate(struct fsu_side *s, int fd, int64_t len)
{

	return IMCALL(s, rump_host_ftruncate(fd, len));
}

static int
im_fsync(struct fsu_side *s, int fd)
{

	return IMCALL(s, rump_host_fsync(fd));
}

static int
im_seekdata(struct fsu_side *s, int fd, int64_t off, bool hole, int64_t *np)
{

	return IMCALL(s, *np = rump_host_lseek(fd, off,
	    hole ? SEEK_HOLE : SEEK_DATA));
}

/*
 * Hand on the entries of one buffer that getdents64 filled.  A name that would
 * be a path, or none, is not let through: joined to a directory of the host
 * it could name any file there.
 */
static int
dirents(char *buf, size_t len, fsu_dirent_fn fn, void *arg)
{
	struct dirent64 *d;
	size_t at;
	int error;

	for (at = 0, error = 0; at < len && error == 0; at += d->d_reclen) {
		d = (struct dirent64 *)(void *)(buf + at);
		if (d->d_name[0] == '\0' || strchr(d->d_name, '/') != NULL)
			return EIO;
		error = fn(arg, d->d_name, d->d_ino);
	}
	return error;
}

static int
im_readdir(struct fsu_side *s, const char *path, fsu_dirent_fn fn, void *arg)
{
	const size_t buflen = 65536;
	char *buf;
	ssize_t n;
	int fd, error;

	error = IMCALL(s, fd = rump_host_open(path, O_RDONLY | O_DIRECTORY));
	if (error != 0)
		return error;
	buf = fsu_alloc(buflen);
	do {
		error = IMCALL(s, n = rump_host_getdents64(fd, buf, buflen));
		if (error == 0 && n > 0)
			error = dirents(buf, (size_t)n, fn, arg);
	} while (error == 0 && n > 0);
	free(buf);
	(void)im_close(s, fd);
	return error;
}

static int
im_readlink(struct fsu_side *s, const char *path, char *buf, size_t len)
{
	ssize_t n;
	int error;

	error = IMCALL(s, n = rump_host_readlink(path, buf, len));
	if (error != 0)
		return error;
	if ((size_t)n >= len)
		return ENAMETOOLONG;
	buf[n] = '\0';
	return 0;
}

static int
im_mkdir(struct fsu_side *s, const char *path, uint32_t mode)
{

	return IMCALL(s, rump_host_mkdir(path, (mode_t)mode));
}

static int
im_rmdir(struct fsu_side *s, const char *path)
{

	return IMCALL(s, rump_host_rmdir(path));
}

static int
im_unlink(struct fsu_side *s, const char *path)
{

	return IMCALL(s, rump_host_unlink(path));
}

static int
im_rename(struct fsu_side *s, const char *from, const char *to)
{

	return IMCALL(s, rump_host_rename(from, to));
}

static int
im_link(struct fsu_side *s, const char *from, const char *to)
{

	return IMCALL(s, rump_host_link(from, to));
}

static int
im_symlink(struct fsu_side *s, const char *text, const char *path)
{

	return IMCALL(s, rump_host_symlink(text, path));
}

static int
im_mknod(struct fsu_side *s, const char *path, uint32_t mode, uint32_t maj,
    uint32_t min)
{

	return IMCALL(s, rump_host_mknod(path, (mode_t)mode,
	    makedev(maj, min)));
}

static int
im_chmod(struct fsu_side *s, const char *path, uint32_t mode)
{

	return IMCALL(s, rump_host_chmod(path, (mode_t)mode));
}

static int
im_chown(struct fsu_side *s, const char *path, uint32_t uid, uint32_t gid,
    bool follow)
{

	return IMCALL(s, follow ? rump_host_chown(path, uid, gid) :
	    rump_host_lchown(path, uid, gid));
}

static int
im_utimens(struct fsu_side *s, const char *path, const struct timespec ts[2],
    bool follow)
{

	return IMCALL(s, rump_host_utimensat(AT_FDCWD, path, ts,
	    follow ? 0 : AT_SYMLINK_NOFOLLOW));
}

static int
im_listxattr(struct fsu_side *s, const char *path, char *buf, size_t len,
    size_t *np)
{
	ssize_t n;
	int error;

	n = 0;
	error = IMCALL(s, n = rump_host_llistxattr(path, buf, len));
	*np = error == 0 ? (size_t)n : 0;
	return error;
}

static int
im_getxattr(struct fsu_side *s, const char *path, const char *name,
    void *buf, size_t len, size_t *np)
{
	ssize_t n;
	int error;

	n = 0;
	error = IMCALL(s, n = rump_host_lgetxattr(path, name, buf, len));
	*np = error == 0 ? (size_t)n : 0;
	return error;
}

static int
im_setxattr(struct fsu_side *s, const char *path, const char *name,
    const void *buf, size_t len)
{

	return IMCALL(s, rump_host_lsetxattr(path, name, buf, len, 0));
}

static int
im_removexattr(struct fsu_side *s, const char *path, const char *name)
{

	return IMCALL(s, rump_host_lremovexattr(path, name));
}

/* The kernel's own calls: the host's have no flags of a file by its name. */
static int
im_getflags(struct fsu_side *s, const char *path, uint32_t *flagsp)
{
	struct rump_stat sb;
	int error;

	error = IMCALL(s, rump_sys_lstat(path, (struct stat *)(void *)&sb));
	*flagsp = error == 0 ? sb.st_flags : 0;
	return rump_errno2host(error);
}

static int
im_setflags(struct fsu_side *s, const char *path, uint32_t flags)
{

	return rump_errno2host(IMCALL(s, rump_sys_lchflags(path, flags)));
}

const struct fsu_ops fsu_image_ops = {
	.o_stat = im_stat,
	.o_statvfs = im_statvfs,
	.o_open = im_open,
	.o_close = im_close,
	.o_pread = im_pread,
	.o_pwrite = im_pwrite,
	.o_ftruncate = im_ftruncate,
	.o_fsync = im_fsync,
	.o_seekdata = im_seekdata,
	.o_readdir = im_readdir,
	.o_readlink = im_readlink,
	.o_mkdir = im_mkdir,
	.o_rmdir = im_rmdir,
	.o_unlink = im_unlink,
	.o_rename = im_rename,
	.o_link = im_link,
	.o_symlink = im_symlink,
	.o_mknod = im_mknod,
	.o_chmod = im_chmod,
	.o_chown = im_chown,
	.o_utimens = im_utimens,
	.o_listxattr = im_listxattr,
	.o_getxattr = im_getxattr,
	.o_setxattr = im_setxattr,
	.o_removexattr = im_removexattr,
	.o_getflags = im_getflags,
	.o_setflags = im_setflags,
};
