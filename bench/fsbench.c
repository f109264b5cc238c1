/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One file system workload on one target, as figures on standard output, a
 * line each: "name value unit".  bench/run.sh runs it on a rump kernel's file
 * system, on the host's own driver and on fuse2fs, and puts the figures side
 * by side.  The same code makes the calls everywhere; only the table of
 * operations differs.
 *
 *	fsbench tmpfs			in a rump kernel
 *	fsbench ext2 IMAGE		an image, in a rump kernel
 *	fsbench host DIRECTORY		wherever the host has that mounted
 */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <rump/rump.h>
#include <rump/rump_abi.h>
#include <rump/rump_syscalls.h>
#include <rump/rumpdefs.h>

#define	NFILES		10000
#define	IOBYTES		((size_t)256 << 20)
#define	IOCHUNK		((size_t)1 << 16)
#define	NRANDOM		100000

struct target {
	int	(*t_create)(const char *);
	int	(*t_open)(const char *, int write);
	int	(*t_close)(int);
	int	(*t_stat)(const char *);
	int	(*t_unlink)(const char *);
	int	(*t_mkdir)(const char *);
	int	(*t_rmdir)(const char *);
	ssize_t	(*t_pread)(int, void *, size_t, off_t);
	ssize_t	(*t_pwrite)(int, const void *, size_t, off_t);
	int	(*t_fsync)(int);
	int	(*t_getdents)(int, void *, size_t);
};

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

static const struct target host = {
	host_create, host_open, close, host_stat, unlink, host_mkdir, rmdir,
	pread, pwrite, fsync, host_getdents
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

static const struct target rumpk = {
	rk_create, rk_open, rk_close, rk_stat, rk_unlink, rk_mkdir, rk_rmdir,
	rk_pread, rk_pwrite, rk_fsync, rk_getdents
};

static const struct target *t;
static const char *root;

static double
now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void
must(long rv, const char *what)
{

	if (rv < 0)
		errx(1, "%s: error %d", what, errno);
}

static void
rate(const char *name, double count, double t0)
{

	printf("%s %.0f /s\n", name, count / (now() - t0));
}

static const char *
name(int i)
{
	static char buf[512];

	(void)snprintf(buf, sizeof(buf), "%s/d/file%06d", root, i);
	return buf;
}

static void
files(void)
{
	double t0;
	int i, fd;

	t0 = now();
	for (i = 0; i < NFILES; i++) {
		fd = t->t_create(name(i));
		must(fd, "create");
		must(t->t_close(fd), "close");
	}
	rate("create", NFILES, t0);
	t0 = now();
	for (i = 0; i < NFILES; i++)
		must(t->t_stat(name(i)), "stat");
	rate("stat", NFILES, t0);
	t0 = now();
	for (i = 0; i < NFILES; i++) {
		fd = t->t_open(name(i), 0);
		must(fd, "open");
		must(t->t_close(fd), "close");
	}
	rate("open+close", NFILES, t0);
}

static void
names(void)
{
	static char buf[65536];
	char dir[512];
	double t0;
	int fd, i, n;

	(void)snprintf(dir, sizeof(dir), "%s/d", root);
	t0 = now();
	for (i = 0; i < 10; i++) {
		fd = t->t_open(dir, 0);
		must(fd, "open directory");
		do {
			n = t->t_getdents(fd, buf, sizeof(buf));
			must(n, "getdents");
		} while (n > 0);
		must(t->t_close(fd), "close");
	}
	rate("readdir", 10.0 * NFILES, t0);
	t0 = now();
	for (i = 0; i < NFILES; i++)
		must(t->t_unlink(name(i)), "unlink");
	rate("unlink", NFILES, t0);
	t0 = now();
	for (i = 0; i < NFILES / 5; i++)
		must(t->t_mkdir(name(i)), "mkdir");
	rate("mkdir", NFILES / 5, t0);
	for (i = 0; i < NFILES / 5; i++)
		must(t->t_rmdir(name(i)), "rmdir");
}

static double
stream(int fd, char *buf, int wr)
{
	double t0;
	size_t off;
	ssize_t n;

	t0 = now();
	for (off = 0; off < IOBYTES; off += IOCHUNK) {
		n = wr ? t->t_pwrite(fd, buf, IOCHUNK, (off_t)off) :
		    t->t_pread(fd, buf, IOCHUNK, (off_t)off);
		must(n == (ssize_t)IOCHUNK ? 0 : -1, wr ? "write" : "read");
	}
	return t0;
}

static void
data(void)
{
	const double mb = (double)IOBYTES / 1e6;
	uint64_t seed;
	char *buf;
	double t0;
	int fd, i;

	buf = malloc(IOCHUNK);
	if (buf == NULL)
		err(1, "malloc");
	memset(buf, 0x5a, IOCHUNK);
	fd = t->t_open(name(0), 1);
	must(fd, "open for writing");
	t0 = stream(fd, buf, 1);
	printf("seqwrite %.0f MB/s\n", mb / (now() - t0));
	must(t->t_fsync(fd), "fsync");
	printf("seqwrite+fsync %.0f MB/s\n", mb / (now() - t0));
	t0 = stream(fd, buf, 0);
	printf("seqread-warm %.0f MB/s\n", mb / (now() - t0));
	seed = 88172645463325252ULL;
	t0 = now();
	for (i = 0; i < NRANDOM; i++) {
		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		must(t->t_pread(fd, buf, 4096,
		    (off_t)(seed % (IOBYTES / 4096)) * 4096), "random read");
	}
	rate("randread-warm", NRANDOM, t0);
	must(t->t_close(fd), "close");
	must(t->t_unlink(name(0)), "unlink");
	free(buf);
}

static void
mount_rump(const char *type, const char *image)
{
	struct rump_tmpfs_args ta = {
		.ta_version = RUMP_TMPFS_ARGS_VERSION, .ta_root_mode = 0755,
	};
	static char key[] = "/image";
	struct rump_ufs_args ua = { .fspec = key };
	int error;

	error = rump_init();
	if (error != 0)
		errx(1, "rump_init: error %d", error);
	must(rump_sys_mkdir("/m", 0755), "mkdir");
	if (strcmp(type, "tmpfs") == 0) {
		must(rump_sys_mount("tmpfs", "/m", 0, &ta, sizeof(ta)),
		    "mount tmpfs");
		return;
	}
	error = rump_pub_etfs_register(key, image, RUMP_ETFS_BLK);
	if (error != 0)
		errx(1, "%s: error %d", image, error);
	must(rump_sys_mount("ext2fs", "/m", 0, &ua, sizeof(ua)),
	    "mount ext2fs");
}

int
main(int argc, char **argv)
{
	char dir[512];

	if (argc < 2)
		errx(2, "usage: fsbench tmpfs | ext2 IMAGE | host DIRECTORY");
	if (strcmp(argv[1], "host") == 0 && argc == 3) {
		t = &host;
		root = argv[2];
	} else {
		t = &rumpk;
		root = "/m";
		mount_rump(argv[1], argc > 2 ? argv[2] : NULL);
		/* an lwp of its own, as a program that does much has */
		must(-rump_pub_lwproc_rfork(RUMP_RFCFDG), "rfork");
	}
	(void)snprintf(dir, sizeof(dir), "%s/d", root);
	must(t->t_mkdir(dir), "mkdir");
	files();
	names();
	data();
	must(t->t_rmdir(dir), "rmdir");
	if (t == &rumpk) {
		rump_pub_lwproc_releaselwp();
		must(rump_sys_unmount("/m", 0), "unmount");
	}
	return 0;
}
