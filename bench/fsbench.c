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
 *	fsbench host DIRECTORY [REMOUNT] wherever the host has that mounted;
 *					a command empties its caches
 *	fsbench boot IMAGE		whole processes: boot, mount, stat
 *
 * FSBENCH_FILES: how many files there are, 10,000 if not set; with it only
 * what is done to names is measured.
 */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <rump/rump.h>
#include <rump/rump_abi.h>
#include <rump/rump_syscalls.h>
#include <rump/rumpdefs.h>

#define	NSYNCED		500
#define	NTHREADED	10000
#define	NBOOTS		21
#define	IOBYTES		((size_t)256 << 20)
#define	IOCHUNK		((size_t)1 << 16)
#define	NRANDOM		100000
#define	NRANDOMCOLD	20000

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
	void	(*t_cold)(void);		/* NULL: nothing is */
	void	(*t_thread)(int begin);
};

static int nfiles = 10000;

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

static const char *remount;		/* command, or NULL */

static void
host_cold(void)
{

	if (remount != NULL && system(remount) != 0)
		errx(1, "%s: failed", remount);
}

static void
host_thread(int begin)
{

	(void)begin;
}

static const struct target host = {
	host_create, host_open, close, host_stat, unlink, host_mkdir, rmdir,
	pread, pwrite, fsync, host_getdents, host_cold, host_thread
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

static void mount_ext2(int flags);

/* Nothing of an image stays in memory that is not mounted. */
static void
rk_cold(void)
{

	if (rump_sys_unmount("/m", 0) < 0)
		errx(1, "unmount: error %d", errno);
	mount_ext2(0);
}

/* An lwp of its own, as a thread has that does much. */
static void
rk_thread(int begin)
{

	if (!begin)
		rump_pub_lwproc_releaselwp();
	else if (rump_pub_lwproc_rfork(RUMP_RFCFDG) != 0)
		errx(1, "rfork failed");
}

static const struct target rump_tmpfs = {
	rk_create, rk_open, rk_close, rk_stat, rk_unlink, rk_mkdir, rk_rmdir,
	rk_pread, rk_pwrite, rk_fsync, rk_getdents, NULL, rk_thread
};

static const struct target rump_ext2 = {
	rk_create, rk_open, rk_close, rk_stat, rk_unlink, rk_mkdir, rk_rmdir,
	rk_pread, rk_pwrite, rk_fsync, rk_getdents, rk_cold, rk_thread
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

/* Is there a way to have nothing in memory? */
static int
cold(void)
{

	if (t->t_cold == NULL || (t == &host && remount == NULL))
		return 0;
	t->t_cold();
	return 1;
}

static void
files(void)
{
	double t0;
	int i, fd;

	t0 = now();
	for (i = 0; i < nfiles; i++) {
		fd = t->t_create(name(i));
		must(fd, "create");
		must(t->t_close(fd), "close");
	}
	rate("create", nfiles, t0);
	t0 = now();
	for (i = 0; i < nfiles; i++)
		must(t->t_stat(name(i)), "stat");
	rate("stat", nfiles, t0);
	t0 = now();
	for (i = 0; i < nfiles; i++) {
		fd = t->t_open(name(i), 0);
		must(fd, "open");
		must(t->t_close(fd), "close");
	}
	rate("open+close", nfiles, t0);
	if (!cold())
		return;
	t0 = now();
	for (i = 0; i < nfiles; i++)
		must(t->t_stat(name(i)), "stat");
	rate("stat-cold", nfiles, t0);
}

/* Files that are on the disk before the next is made. */
static void
synced(void)
{
	double t0;
	int i, fd;

	t0 = now();
	for (i = 0; i < NSYNCED; i++) {
		fd = t->t_create(name(i));
		must(fd, "create");
		must(t->t_pwrite(fd, "0123456789", 10, 0), "write");
		must(t->t_fsync(fd), "fsync");
		must(t->t_close(fd), "close");
	}
	rate("create+fsync", NSYNCED, t0);
	for (i = 0; i < NSYNCED; i++)
		must(t->t_unlink(name(i)), "unlink");
}

/* Make, look at and remove files in a directory of one's own. */
static void *
threaded(void *arg)
{
	char dir[256], path[512];
	int i, fd;

	t->t_thread(1);
	(void)snprintf(dir, sizeof(dir), "%s/t%c", root, *(const char *)arg);
	must(t->t_mkdir(dir), "mkdir");
	for (i = 0; i < NTHREADED * 2; i++) {
		(void)snprintf(path, sizeof(path), "%s/file%06d", dir,
		    i % NTHREADED);
		if (i >= NTHREADED) {
			must(t->t_stat(path), "stat");
			must(t->t_unlink(path), "unlink");
			continue;
		}
		fd = t->t_create(path);
		must(fd, "create");
		must(t->t_close(fd), "close");
	}
	must(t->t_rmdir(dir), "rmdir");
	t->t_thread(0);
	return NULL;
}

static void
threads(void)
{
	static const char names[] = "ab";
	pthread_t th[2];
	double t0;
	int n, i;

	for (n = 1; n <= 2; n++) {
		t0 = now();
		for (i = 0; i < n; i++)
			if (pthread_create(&th[i], NULL, threaded,
			    (void *)(uintptr_t)&names[i]) != 0)
				errx(1, "pthread_create");
		for (i = 0; i < n; i++)
			(void)pthread_join(th[i], NULL);
		rate(n == 1 ? "one-thread" : "two-threads", NTHREADED * n, t0);
	}
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
	rate("readdir", 10.0 * nfiles, t0);
	t0 = now();
	for (i = 0; i < nfiles; i++)
		must(t->t_unlink(name(i)), "unlink");
	rate("unlink", nfiles, t0);
	t0 = now();
	for (i = 0; i < nfiles / 5; i++)
		must(t->t_mkdir(name(i)), "mkdir");
	rate("mkdir", nfiles / 5, t0);
	for (i = 0; i < nfiles / 5; i++)
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
random_reads(const char *what, int fd, char *buf, int n)
{
	uint64_t seed = 88172645463325252ULL;
	double t0 = now();
	int i;

	for (i = 0; i < n; i++) {
		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		must(t->t_pread(fd, buf, 4096,
		    (off_t)(seed % (IOBYTES / 4096)) * 4096), "random read");
	}
	rate(what, n, t0);
}

/* The file is the only one open, and closed in between. */
static int
reopen(int fd)
{

	must(t->t_close(fd), "close");
	if (!cold())
		return -1;
	fd = t->t_open(name(0), 0);
	must(fd, "open");
	return fd;
}

static void
data(void)
{
	const double mb = (double)IOBYTES / 1e6;
	char *buf;
	double t0;
	int fd;

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
	random_reads("randread-warm", fd, buf, NRANDOM);
	if ((fd = reopen(fd)) >= 0) {
		t0 = stream(fd, buf, 0);
		printf("seqread-cold %.0f MB/s\n", mb / (now() - t0));
		fd = reopen(fd);
		random_reads("randread-cold", fd, buf, NRANDOMCOLD);
		must(t->t_close(fd), "close");
	}
	must(t->t_unlink(name(0)), "unlink");
	free(buf);
}

static void
boot(void)
{
	const int error = rump_init();

	if (error != 0)
		errx(1, "rump_init: error %d", error);
	must(rump_sys_mkdir("/m", 0755), "mkdir");
}

static void
mount_tmpfs(void)
{
	struct rump_tmpfs_args ta = {
		.ta_version = RUMP_TMPFS_ARGS_VERSION, .ta_root_mode = 0755,
	};

	must(rump_sys_mount("tmpfs", "/m", 0, &ta, sizeof(ta)),
	    "mount tmpfs");
}

static char image_key[] = "/image";

static void
have_image(const char *image)
{
	int error;

	error = rump_pub_etfs_register(image_key, image, RUMP_ETFS_BLK);
	if (error != 0)
		errx(1, "%s: error %d", image, error);
}

static void
mount_ext2(int flags)
{
	struct rump_ufs_args ua = { .fspec = image_key };

	must(rump_sys_mount("ext2fs", "/m", flags, &ua, sizeof(ua)),
	    "mount ext2fs");
}

/* One of the processes of boots(). */
static int
boot_once(const char *image)
{

	boot();
	have_image(image);
	mount_ext2(RUMP_MNT_RDONLY);
	must(rk_stat("/m/lost+found"), "stat");
	return 0;
}

/* The time of the fastest: others had to share their CPU. */
static int
boots(const char *self, const char *image)
{
	double t0, best = 1e9;
	int i, status;
	pid_t pid;

	for (i = 0; i < NBOOTS; i++) {
		t0 = now();
		if ((pid = fork()) == -1)
			err(1, "fork");
		if (pid == 0) {
			(void)execl(self, self, "boot1", image, (char *)NULL);
			_exit(127);
		}
		if (waitpid(pid, &status, 0) != pid || status != 0)
			errx(1, "boot1 ended with %#x", status);
		if (now() - t0 < best)
			best = now() - t0;
	}
	printf("boot+mount+stat %.0f us\n", best * 1e6);
	return 0;
}

static void
start(int argc, char **argv)
{

	if (argc >= 3 && strcmp(argv[1], "host") == 0) {
		t = &host;
		root = argv[2];
		remount = argc > 3 ? argv[3] : NULL;
		return;
	}
	root = "/m";
	boot();
	if (strcmp(argv[1], "tmpfs") == 0) {
		t = &rump_tmpfs;
		mount_tmpfs();
	} else if (argc == 3) {
		t = &rump_ext2;
		have_image(argv[2]);
		mount_ext2(0);
	} else
		errx(2, "which image?");
	t->t_thread(1);
}

int
main(int argc, char **argv)
{
	const char *env = getenv("FSBENCH_FILES");
	char dir[512];

	if (argc < 2)
		errx(2, "usage: fsbench tmpfs | ext2 IMAGE | boot IMAGE | "
		    "host DIRECTORY [REMOUNT]");
	if (argc == 3 && strcmp(argv[1], "boot") == 0)
		return boots(argv[0], argv[2]);
	if (argc == 3 && strcmp(argv[1], "boot1") == 0)
		return boot_once(argv[2]);
	if (env != NULL && (nfiles = atoi(env)) < 10)
		errx(2, "FSBENCH_FILES is no number");
	start(argc, argv);
	(void)snprintf(dir, sizeof(dir), "%s/d", root);
	must(t->t_mkdir(dir), "mkdir");
	files();
	names();
	if (env == NULL) {
		synced();
		threads();
		data();
	}
	must(t->t_rmdir(dir), "rmdir");
	if (t != &host) {
		t->t_thread(0);
		must(rump_sys_unmount("/m", 0), "unmount");
	}
	return 0;
}
