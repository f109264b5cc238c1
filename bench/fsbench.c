/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * File system workloads on one target, as figures on standard output, a
 * line each: "name value unit".  bench/run.sh runs them on a rump kernel's
 * file system, on the host's own driver and on fuse2fs, and puts the figures
 * side by side.  The same code makes the calls everywhere; only the table of
 * operations differs (fsbench_target.c).
 *
 *	fsbench [-c] [-n FILES] [-w WORK] TARGET
 *	fsbench boot IMAGE
 *
 * TARGET is one of
 *	tmpfs			in a rump kernel
 *	ext2 IMAGE		an image, in a rump kernel
 *	host DIRECTORY		wherever the host has that mounted
 * and WORK one of
 *	one			a directory of so many files, one file's data
 *	pair			two threads in two directories against one
 *	tree			100,000 files and one of 1 GiB, checked
 * -c counts the process's CPU time instead of time that passes, for one thread
 * on a machine that others use.
 */
#include <err.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "fsbench.h"

#define	IOBYTES		((size_t)256 << 20)
#define	IOCHUNK		((size_t)1 << 16)
#define	NRANDOM		100000
#define	NSYNCED		500
#define	MAXDIRS		20000	/* a directory has room for */

const struct target *t;
const char *root;
int nfiles = 10000;
bool cputime;

double
now(void)
{
	struct timespec ts;

	(void)clock_gettime(cputime ? CLOCK_PROCESS_CPUTIME_ID :
	    CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

void
must(long rv, const char *what)
{

	if (rv < 0)
		errx(1, "%s: error %d", what, errno);
}

void
rate(const char *name, double count, double t0)
{

	printf("%s %.0f /s\n", name, count / (now() - t0));
}

void
rate_mb(const char *name, double bytes, double t0)
{

	printf("%s %.0f MB/s\n", name, bytes / 1e6 / (now() - t0));
}

unsigned long long
fsb_random(unsigned long long *seed)
{

	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
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
	/* The host forgets contents, and not what stat asks for. */
	if (t != &fsb_rump || t->t_forget(name(0)) == -1)
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

static void
names(void)
{
	static char buf[65536];
	const int ndirs = nfiles / 5 < MAXDIRS ? nfiles / 5 : MAXDIRS;
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
	for (i = 0; i < ndirs; i++)
		must(t->t_mkdir(name(i)), "mkdir");
	rate("mkdir", ndirs, t0);
	for (i = 0; i < ndirs; i++)
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
random_reads(const char *what, int fd, char *buf)
{
	unsigned long long seed = 88172645463325252ULL;
	double t0;
	int i;

	t0 = now();
	for (i = 0; i < NRANDOM; i++)
		must(t->t_pread(fd, buf, 4096, (off_t)(fsb_random(&seed) %
		    (IOBYTES / 4096)) * 4096), "random read");
	rate(what, NRANDOM, t0);
}

/* The same file when nothing of it is in memory, where that can be had. */
static void
cold(char *buf)
{
	double t0;
	int fd;

	if (t->t_forget(name(0)) == -1)
		return;
	fd = t->t_open(name(0), 0);
	must(fd, "open to read");
	t0 = stream(fd, buf, 0);
	rate_mb("seqread-cold", IOBYTES, t0);
	must(t->t_close(fd), "close");
	must(t->t_forget(name(0)), "forget");
	fd = t->t_open(name(0), 0);
	must(fd, "open to read");
	random_reads("randread-cold", fd, buf);
	must(t->t_close(fd), "close");
}

static void
data(void)
{
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
	rate_mb("seqwrite", IOBYTES, t0);
	must(t->t_fsync(fd), "fsync");
	rate_mb("seqwrite+fsync", IOBYTES, t0);
	t0 = stream(fd, buf, 0);
	rate_mb("seqread-warm", IOBYTES, t0);
	random_reads("randread-warm", fd, buf);
	must(t->t_close(fd), "close");
	cold(buf);
	must(t->t_unlink(name(0)), "unlink");
	free(buf);
}

static void
fsb_one(void)
{
	char dir[512];

	(void)snprintf(dir, sizeof(dir), "%s/d", root);
	must(t->t_mkdir(dir), "mkdir");
	files();
	names();
	synced();
	data();
	must(t->t_rmdir(dir), "rmdir");
}

static void
usage(void)
{

	errx(2, "usage: fsbench [-c] [-n files] [-w one|pair|tree] "
	    "tmpfs | ext2 IMAGE | host DIRECTORY, or boot IMAGE");
}

static void
target(int argc, char **argv)
{

	if (argc == 2 && strcmp(argv[0], "host") == 0) {
		t = &fsb_host;
		root = argv[1];
	} else if ((argc == 1 && strcmp(argv[0], "tmpfs") == 0) ||
	    (argc == 2 && strcmp(argv[0], "ext2") == 0)) {
		t = &fsb_rump;
		root = "/m";
		fsb_mount(argc == 2 ? argv[1] : NULL, false);
	} else
		usage();
}

int
main(int argc, char **argv)
{
	void (*work)(void) = fsb_one;
	int ch;

	while ((ch = getopt(argc, argv, "cn:w:")) != -1) {
		if (ch == 'c')
			cputime = true;
		else if (ch == 'n' && atoi(optarg) > 0)
			nfiles = atoi(optarg);
		else if (ch == 'w' && strcmp(optarg, "pair") == 0)
			work = fsb_pair;
		else if (ch == 'w' && strcmp(optarg, "tree") == 0)
			work = fsb_tree;
		else if (ch != 'w' || strcmp(optarg, "one") != 0)
			usage();
	}
	if (argc == 3 && strcmp(argv[1], "boot") == 0)
		return fsb_boot(argv[0], argv[2]);
	if (argc == 3 && strcmp(argv[1], "boot1") == 0)
		return fsb_boot_once(argv[2]);
	target(argc - optind, argv + optind);
	work();
	if (t == &fsb_rump)
		fsb_unmount();
	return 0;
}
