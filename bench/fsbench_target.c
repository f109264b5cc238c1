/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fsbench: the targets.  The host's calls and the rump kernel's in one table
 * each, and how the rump kernel's file system is mounted.
 */
#include <err.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <rump/rump.h>
#include <rump/rump_abi.h>
#include <rump/rump_syscalls.h>
#include <rump/rumpdefs.h>

#include "fsbench.h"

#define	MNT		"/m"

static char key[] = "/image";
static const char *image;	/* NULL: tmpfs */
static int mntflags;
static pid_t pid;		/* of the process all threads are of */

static int
host_create(const char *p)
{

	return open(p, O_CREAT | O_EXCL | O_WRONLY, 0644);
}

static int
host_open(const char *p, int wr)
{

	return open(p, wr ? O_RDWR | O_CREAT | O_TRUNC : O_RDONLY, 0644);
}

static int
host_stat(const char *p)
{
	struct stat sb;

	return stat(p, &sb);
}

static int
host_mkdir(const char *p)
{

	return mkdir(p, 0755);
}

static int
host_getdents(int fd, void *buf, size_t len)
{

	return (int)syscall(SYS_getdents64, fd, buf, len);
}

static int
host_attach(void)
{

	return 0;
}

static void
host_detach(void)
{

}

static int
host_forget(const char *p)
{
	int fd, error;

	fd = open(p, O_RDONLY);
	if (fd == -1)
		return -1;
	error = fsync(fd);
	if (error == 0)
		error = -posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	(void)close(fd);
	return error;
}

const struct target fsb_host = {
	host_create, host_open, close, host_stat, unlink, host_mkdir, rmdir,
	pread, pwrite, fsync, host_getdents, host_attach, host_detach,
	host_forget
};

static int
rk_create(const char *p)
{

	return rump_sys_open(p, RUMP_O_CREAT | RUMP_O_EXCL | RUMP_O_WRONLY,
	    0644);
}

static int
rk_open(const char *p, int wr)
{

	return rump_sys_open(p, wr ? RUMP_O_RDWR | RUMP_O_CREAT |
	    RUMP_O_TRUNC : RUMP_O_RDONLY, 0644);
}

static int
rk_close(int fd)
{

	return rump_sys_close(fd);
}

static int
rk_stat(const char *p)
{
	struct rump_stat sb;

	return rump_sys_stat(p, (struct stat *)(void *)&sb);
}

static int
rk_unlink(const char *p)
{

	return rump_sys_unlink(p);
}

static int
rk_mkdir(const char *p)
{

	return rump_sys_mkdir(p, 0755);
}

static int
rk_rmdir(const char *p)
{

	return rump_sys_rmdir(p);
}

static ssize_t
rk_pread(int fd, void *b, size_t n, off_t off)
{

	return rump_sys_pread(fd, b, n, off);
}

static ssize_t
rk_pwrite(int fd, const void *b, size_t n, off_t off)
{

	return rump_sys_pwrite(fd, b, n, off);
}

static int
rk_fsync(int fd)
{

	return rump_sys_fsync(fd);
}

static int
rk_getdents(int fd, void *buf, size_t len)
{

	return rump_sys_getdents(fd, buf, len);
}

/* An lwp of its own, as a thread that does much has. */
static int
rk_attach(void)
{

	return -rump_pub_lwproc_newlwp(pid);
}

static void
rk_detach(void)
{

	rump_pub_lwproc_releaselwp();
}

static void
mount_it(void)
{
	struct rump_tmpfs_args ta = {
		.ta_version = RUMP_TMPFS_ARGS_VERSION, .ta_root_mode = 0755,
	};
	struct rump_ufs_args ua = { .fspec = key };

	if (image == NULL)
		must(rump_sys_mount("tmpfs", MNT, 0, &ta, sizeof(ta)),
		    "mount tmpfs");
	else
		must(rump_sys_mount("ext2fs", MNT, mntflags, &ua, sizeof(ua)),
		    "mount ext2fs");
}

/* A tmpfs file is all there is; there is nowhere to forget it to. */
static int
rk_forget(const char *p)
{

	if (image == NULL)
		return -1;
	must(rump_sys_unmount(MNT, 0), "unmount");
	mount_it();
	return 0;
}

const struct target fsb_rump = {
	rk_create, rk_open, rk_close, rk_stat, rk_unlink, rk_mkdir, rk_rmdir,
	rk_pread, rk_pwrite, rk_fsync, rk_getdents, rk_attach, rk_detach,
	rk_forget
};

void
fsb_mount(const char *img, bool rdonly)
{
	int error;

	error = rump_init();
	if (error != 0)
		errx(1, "rump_init: error %d", error);
	must(rump_sys_mkdir(MNT, 0755), "mkdir");
	image = img;
	mntflags = rdonly ? RUMP_MNT_RDONLY : 0;
	if (image != NULL) {
		error = rump_pub_etfs_register(key, image, RUMP_ETFS_BLK);
		if (error != 0)
			errx(1, "%s: error %d", image, error);
	}
	mount_it();
	must(-rump_pub_lwproc_rfork(RUMP_RFCFDG), "rfork");
	pid = rump_sys_getpid();
}

void
fsb_unmount(void)
{

	rump_pub_lwproc_releaselwp();
	must(rump_sys_unmount(MNT, 0), "unmount");
}
