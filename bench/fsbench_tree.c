/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fsbench -w tree: 100 directories of 1,000 small files and one file of
 * 1 GiB, written, read and checked.  Only the calls are timed, not what fills
 * and checks buffers; and that all is written and forgotten after each, for
 * a cache without a limit would leave that for later.
 */
#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "fsbench.h"

#define	NDIRS		100
#define	NPERDIR		1000
#define	SMALL		((size_t)1024)
#define	BIG		((size_t)1 << 30)
#define	CHUNK		((size_t)1 << 16)
#define	BIGFILE		(-1)

static uint64_t buf[CHUNK / sizeof(uint64_t)];
static double spent;		/* seconds in calls */

static const char *
path(int i)
{
	static char p[512];

	if (i == BIGFILE)
		(void)snprintf(p, sizeof(p), "%s/big", root);
	else
		(void)snprintf(p, sizeof(p), "%s/t%02d/f%03d", root,
		    i / NPERDIR, i % NPERDIR);
	return p;
}

static uint64_t
word(int file, size_t off)
{

	return ((uint64_t)file << 40 ^ off) * 0x9e3779b97f4a7c15ULL;
}

static void
fill(int file, size_t off, size_t len)
{
	size_t i;

	for (i = 0; i < len / sizeof(buf[0]); i++)
		buf[i] = word(file, off + i * sizeof(buf[0]));
}

static void
check(int file, size_t off, size_t len)
{
	size_t i;

	for (i = 0; i < len / sizeof(buf[0]); i++)
		if (buf[i] != word(file, off + i * sizeof(buf[0])))
			errx(1, "%s: wrong data at %zu", path(file),
			    off + i * sizeof(buf[0]));
}

static void
file_write(int file, size_t size)
{
	const char *p = path(file);
	size_t off, len;
	double t0;
	int fd;

	t0 = now();
	fd = t->t_create(p);
	spent += now() - t0;
	must(fd, "create");
	for (off = 0; off < size; off += len) {
		len = size - off < CHUNK ? size - off : CHUNK;
		fill(file, off, len);
		t0 = now();
		must(t->t_pwrite(fd, buf, len, (off_t)off) == (ssize_t)len ?
		    0 : -1, "write");
		spent += now() - t0;
	}
	t0 = now();
	if (file == BIGFILE)
		must(t->t_fsync(fd), "fsync");
	must(t->t_close(fd), "close");
	spent += now() - t0;
}

static void
file_read(int file, size_t size)
{
	const char *p = path(file);
	size_t off, len;
	double t0;
	int fd;

	t0 = now();
	fd = t->t_open(p, 0);
	spent += now() - t0;
	must(fd, "open");
	for (off = 0; off < size; off += len) {
		len = size - off < CHUNK ? size - off : CHUNK;
		t0 = now();
		must(t->t_pread(fd, buf, len, (off_t)off) == (ssize_t)len ?
		    0 : -1, "read");
		spent += now() - t0;
		check(file, off, len);
	}
	t0 = now();
	must(t->t_close(fd), "close");
	spent += now() - t0;
}

/* What was done to the files so far is on the disk, and nothing in memory. */
static void
settle(int file)
{
	const char *p = path(file);
	double t0;

	t0 = now();
	if (t->t_forget(p) == -1)
		warnx("what is read was in memory");
	spent += now() - t0;
}

static void
all(const char *what, void (*each)(int, size_t))
{
	char dir[512];
	int i;

	spent = 0;
	for (i = 0; i < NDIRS * NPERDIR; i++) {
		if (each == file_write && i % NPERDIR == 0) {
			(void)snprintf(dir, sizeof(dir), "%s/t%02d", root,
			    i / NPERDIR);
			must(t->t_mkdir(dir), "mkdir");
		}
		each(i, SMALL);
	}
	settle(0);
	printf("tree-%s %.0f /s\n", what, NDIRS * NPERDIR / spent);
	spent = 0;
	each(BIGFILE, BIG);
	settle(BIGFILE);
	printf("big-%s %.0f MB/s\n", what, (double)BIG / 1e6 / spent);
}

void
fsb_tree(void)
{

	all("write", file_write);
	all("read", file_read);
}
