/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The image side: each operation enters the image's process and makes one
 * system call of the rump kernel, turning flags, structures and errno from
 * the host's to the kernel's and back.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <rump/rump.h>
#include <rump/rump_abi.h>
#include <rump/rump_syscalls.h>
#include <rump/rumpdefs.h>
#include <rump/rumperrno2host.h>

#include "fsu_image.h"

/* Enter the image, make the call, return 0 or a host errno. */
#define	IMCALL(s, call)							\
	(fsu_stopped() ? EINTR : (fsu_image_enter((s)->s_image),		\
	(call) < 0 ? rump_errno2host(errno) : 0))

/* NetBSD's dev_t: twelve bits of major number, twenty of minor, in parts. */
static uint64_t
dev_make(uint32_t maj, uint32_t min)
{

	return ((uint64_t)(maj & 0xfff) << 8) |
	    ((uint64_t)(min & 0xfff00) << 12) | (min & 0xff);
}

static uint32_t
dev_major(uint64_t dev)
{

	return (uint32_t)(dev >> 8) & 0xfff;
}

static uint32_t
dev_minor(uint64_t dev)
{

	return (uint32_t)((dev >> 12) & 0xfff00) | (uint32_t)(dev & 0xff);
}

static struct timespec
ts_host(const struct rump_timespec *ts)
{

	return (struct timespec){ .tv_sec = ts->tv_sec,
	    .tv_nsec = ts->tv_nsec };
}

static int
im_stat(struct fsu_side *s, const char *path, bool follow,
    struct fsu_stat *st)
{
	struct rump_stat sb;
	struct stat *sbp = (struct stat *)(void *)&sb;
	int error;

	error = IMCALL(s, follow ? rump_sys_stat(path, sbp) :
	    rump_sys_lstat(path, sbp));
	if (error != 0)
		return error;
	*st = (struct fsu_stat){
		.st_dev = sb.st_dev, .st_ino = sb.st_ino,
		.st_mode = sb.st_mode, .st_nlink = sb.st_nlink,
		.st_uid = sb.st_uid, .st_gid = sb.st_gid,
		.st_major = dev_major(sb.st_rdev),
		.st_minor = dev_minor(sb.st_rdev),
		.st_size = sb.st_size, .st_blocks = sb.st_blocks,
		.st_blksize = (uint32_t)sb.st_blksize,
		.st_atime_ts = ts_host(&sb.st_atimespec),
		.st_mtime_ts = ts_host(&sb.st_mtimespec),
		.st_ctime_ts = ts_host(&sb.st_ctimespec),
		.st_btime_ts = ts_host(&sb.st_birthtimespec),
	};
	return 0;
}

static int
im_statvfs(struct fsu_side *s, const char *path, struct fsu_statvfs *sv)
{
	struct rump_statvfs *sb;
	int error;

	sb = fsu_alloc(sizeof(*sb));
	error = IMCALL(s, rump_sys_statvfs1(path, (struct statvfs *)(void *)sb,
	    RUMP_MNT_WAIT));
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
	static const struct {
		int	host, rump;
	} map[] = {
		{ O_CREAT, RUMP_O_CREAT }, { O_EXCL, RUMP_O_EXCL },
		{ O_TRUNC, RUMP_O_TRUNC }, { O_APPEND, RUMP_O_APPEND },
		{ O_NOFOLLOW, RUMP_O_NOFOLLOW },
		{ O_NONBLOCK, RUMP_O_NONBLOCK },
	};
	size_t i;
	int flags;

	flags = oflags & O_ACCMODE;	/* the same numbers everywhere */
	for (i = 0; i < sizeof(map) / sizeof(map[0]); i++) {
		if (oflags & map[i].host)
			flags |= map[i].rump;
	}
	return IMCALL(s, *fdp = rump_sys_open(path, flags, (mode_t)mode));
}

static int
im_close(struct fsu_side *s, int fd)
{

	fsu_image_enter(s->s_image);
	return rump_sys_close(fd) < 0 ? rump_errno2host(errno) : 0;
}

static int
im_pread(struct fsu_side *s, int fd, void *buf, size_t len, int64_t off,
    size_t *donep)
{
	ssize_t n;
	int error;

	n = 0;
	error = IMCALL(s, n = rump_sys_pread(fd, buf, len, off));
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
	error = IMCALL(s, n = rump_sys_pwrite(fd, buf, len, off));
	*donep = error == 0 ? (size_t)n : 0;
	return error;
}

static int
im_ftruncate(struct fsu_side *s, int fd, int64_t len)
{

	return IMCALL(s, rump_sys_ftruncate(fd, len));
}

static int
im_fsync(struct fsu_side *s, int fd)
{

	return IMCALL(s, rump_sys_fsync(fd));
}

static int
im_seekdata(struct fsu_side *s, int fd, int64_t off, bool hole, int64_t *np)
{

	return IMCALL(s, *np = rump_sys_lseek(fd, off,
	    hole ? RUMP_SEEK_HOLE : RUMP_SEEK_DATA));
}

/*
 * Hand on the entries of one buffer that getdents filled.  A name that would
 * be a path, or none, is not let through: joined to a directory of the host
 * it could name any file there.
 */
static int
dirents(char *buf, size_t len, fsu_dirent_fn fn, void *arg)
{
	struct rump_dirent *d;
	const size_t head = offsetof(struct rump_dirent, d_name);
	size_t at;
	int error;

	for (at = 0, error = 0; at + head < len && error == 0;
	    at += d->d_reclen) {
		d = (struct rump_dirent *)(void *)(buf + at);
		if (d->d_reclen < head + 1 || d->d_reclen > len - at ||
		    d->d_namlen >= d->d_reclen - head ||
		    d->d_name[d->d_namlen] != '\0')
			return EIO;
		if (d->d_fileno != 0 && (d->d_name[0] == '\0' ||
		    strchr(d->d_name, '/') != NULL))
			return EIO;
		if (d->d_fileno != 0)
			error = fn(arg, d->d_name, d->d_fileno);
	}
	return error;
}

static int
im_readdir(struct fsu_side *s, const char *path, fsu_dirent_fn fn, void *arg)
{
	const size_t buflen = 65536;
	char *buf;
	int fd, n, error;

	error = IMCALL(s, fd = rump_sys_open(path, RUMP_O_RDONLY |
	    RUMP_O_DIRECTORY));
	if (error != 0)
		return error;
	buf = fsu_alloc(buflen);
	do {
		error = IMCALL(s, n = rump_sys_getdents(fd, buf, buflen));
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

	error = IMCALL(s, n = rump_sys_readlink(path, buf, len));
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

	return IMCALL(s, rump_sys_mkdir(path, (mode_t)mode));
}

static int
im_rmdir(struct fsu_side *s, const char *path)
{

	return IMCALL(s, rump_sys_rmdir(path));
}

static int
im_unlink(struct fsu_side *s, const char *path)
{

	return IMCALL(s, rump_sys_unlink(path));
}

static int
im_rename(struct fsu_side *s, const char *from, const char *to)
{

	return IMCALL(s, rump_sys_rename(from, to));
}

static int
im_link(struct fsu_side *s, const char *from, const char *to)
{

	return IMCALL(s, rump_sys_linkat(RUMP_AT_FDCWD, from, RUMP_AT_FDCWD,
	    to, 0));
}

static int
im_symlink(struct fsu_side *s, const char *text, const char *path)
{
	mode_t mask;
	int error;

	/* the mode of a link means nothing; on the host it always is 0777 */
	error = IMCALL(s, (mask = (mode_t)rump_sys_umask(0), 0));
	if (error != 0)
		return error;
	error = rump_sys_symlink(text, path) < 0 ? rump_errno2host(errno) : 0;
	(void)rump_sys_umask(mask);
	return error;
}

static int
im_mknod(struct fsu_side *s, const char *path, uint32_t mode, uint32_t maj,
    uint32_t min)
{

	if (S_ISFIFO(mode))
		return IMCALL(s, rump_sys_mkfifo(path,
		    (mode_t)(mode & 07777)));
	return IMCALL(s, rump_sys_mknod(path, (mode_t)mode,
	    dev_make(maj, min)));
}

static int
im_chmod(struct fsu_side *s, const char *path, uint32_t mode)
{

	return IMCALL(s, rump_sys_chmod(path, (mode_t)mode));
}

static int
im_chown(struct fsu_side *s, const char *path, uint32_t uid, uint32_t gid,
    bool follow)
{

	return IMCALL(s, follow ? rump_sys_chown(path, uid, gid) :
	    rump_sys_lchown(path, uid, gid));
}

static int
im_utimens(struct fsu_side *s, const char *path, const struct timespec ts[2],
    bool follow)
{
	struct rump_timespec rts[2];
	int i;

	for (i = 0; i < 2; i++) {
		rts[i].tv_sec = ts[i].tv_sec;
		rts[i].tv_nsec = ts[i].tv_nsec == UTIME_OMIT ?
		    RUMP_UTIME_OMIT : ts[i].tv_nsec == UTIME_NOW ?
		    RUMP_UTIME_NOW : ts[i].tv_nsec;
	}
	return IMCALL(s, rump_sys_utimensat(RUMP_AT_FDCWD, path,
	    (const struct timespec *)(const void *)rts,
	    follow ? 0 : RUMP_AT_SYMLINK_NOFOLLOW));
}

static int
im_listxattr(struct fsu_side *s, const char *path, char *buf, size_t len,
    size_t *np)
{
	ssize_t n;
	int error;

	n = 0;
	error = IMCALL(s, n = rump_sys_llistxattr(path, buf, len));
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
	error = IMCALL(s, n = rump_sys_lgetxattr(path, name, buf, len));
	*np = error == 0 ? (size_t)n : 0;
	return error;
}

static int
im_setxattr(struct fsu_side *s, const char *path, const char *name,
    const void *buf, size_t len)
{

	return IMCALL(s, rump_sys_lsetxattr(path, name, buf, len, 0));
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
};
