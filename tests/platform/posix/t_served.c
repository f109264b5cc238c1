/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Disks that the program serves (rumpuser_blk.h): which paths they take, what
 * reaches the operations, and that barriers wait and flush, through each
 * back-end that the user may have chosen.
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <rump/rumpuser_blk.h>

#include "fakehyp.h"

#define	SIZE	65536
#define	RDONLY	(RUMPUSER_OPEN_RDONLY | RUMPUSER_OPEN_BIO)
#define	RDWR	(RUMPUSER_OPEN_RDWR | RUMPUSER_OPEN_BIO)
#define	RD	RUMPUSER_BIO_READ
#define	WR	RUMPUSER_BIO_WRITE
#define	MORE	RUMPUSER_BIO_MORE

/* A disk in memory. */
static struct disk {
	char d_data[SIZE];
	bool d_readonly;
	atomic_int d_error;		/* of each operation, or 0 */
	atomic_int d_writes, d_fuas, d_flushes;
	atomic_int d_unflushed;		/* writes since the last flush */
	atomic_bool d_entered;		/* an operation held the CPU */
} disk;

static int
op_open(void *cookie, bool writing)
{
	struct disk *d = cookie;

	return writing && d->d_readonly ? EROFS : d->d_error;
}

static int
op_read(void *cookie, void *buf, size_t len, int64_t off)
{
	struct disk *d = cookie;

	d->d_entered = d->d_entered || fake_running();
	if (off < 0 || off + (int64_t)len > SIZE)
		return ENXIO;
	memcpy(buf, d->d_data + off, len);
	return d->d_error;
}

static int
op_write(void *cookie, const void *buf, size_t len, int64_t off, bool fua)
{
	struct disk *d = cookie;

	d->d_entered = d->d_entered || fake_running();
	if (off < 0 || off + (int64_t)len > SIZE)
		return ENXIO;
	memcpy(d->d_data + off, buf, len);
	d->d_writes++;
	d->d_unflushed++;
	d->d_fuas += fua;
	return d->d_error;
}

static int
op_flush(void *cookie)
{
	struct disk *d = cookie;

	d->d_flushes++;
	d->d_unflushed = 0;
	return d->d_error;
}

static const struct rumpuser_blkops ops = {
	op_open, op_read, op_write, op_flush
};

struct result {
	size_t r_count;
	int r_error;
	int r_done;
};

static pthread_mutex_t mtx = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cv = PTHREAD_COND_INITIALIZER;

static void
biodone(void *arg, size_t count, int error)
{
	struct result *r = arg;

	pthread_mutex_lock(&mtx);
	r->r_count = count;
	r->r_error = error;
	r->r_done++;
	pthread_cond_broadcast(&cv);
	pthread_mutex_unlock(&mtx);
}

static void
await(struct result *r, int n)
{

	fake_leave();
	pthread_mutex_lock(&mtx);
	while (r->r_done < n)
		pthread_cond_wait(&cv, &mtx);
	pthread_mutex_unlock(&mtx);
	fake_enter();
}

static int
bio(int fd, int op, void *buf, size_t len, int64_t off, size_t *countp)
{
	struct result r = { 0 };

	rumpuser_bio(fd, op, buf, len, off, biodone, &r);
	await(&r, 1);
	*countp = r.r_count;
	return r.r_error;
}

static void
serve(void)
{

	fake_init();
	OK(rumpuser_blk_serve("served:", SIZE, &ops, &disk));
}

ATF_TC_WITHOUT_HEAD(names);
ATF_TC_BODY(names, tc)
{
	uint64_t size;
	int fd, ft;

	ATF_CHECK_EQ(ENOENT, rumpuser_blk_unserve("served:"));
	serve();
	ATF_CHECK_EQ(EEXIST, rumpuser_blk_serve("served:", 512, &ops, NULL));
	OK(rumpuser_getfileinfo("served:", &size, &ft));
	ATF_CHECK_EQ(SIZE, size);
	ATF_CHECK_EQ(RUMPUSER_FT_BLK, ft);
	OK(rumpuser_getfileinfo("served:", NULL, NULL));
	ATF_CHECK_EQ(RUMP_ENOENT, rumpuser_getfileinfo("other:", &size, &ft));
	/* it is no file to be read otherwise */
	ATF_CHECK_EQ(RUMP_EINVAL, rumpuser_open("served:",
	    RUMPUSER_OPEN_RDONLY, &fd));
	OK(rumpuser_blk_unserve("served:"));
	ATF_CHECK_EQ(RUMP_ENOENT, rumpuser_open("served:", RDONLY, &fd));
}

ATF_TC_WITHOUT_HEAD(opens);
ATF_TC_BODY(opens, tc)
{
	int r, r2, w;

	serve();
	OK(rumpuser_open("served:", RDWR, &w));
	ATF_CHECK_EQ(RUMP_EBUSY, rumpuser_open("served:", RDWR, &r));
	OK(rumpuser_open("served:", RDONLY, &r));
	OK(rumpuser_open("served:", RDONLY, &r2));
	ATF_CHECK(r != r2 && r != w);
	ATF_CHECK_EQ(EBUSY, rumpuser_blk_unserve("served:"));
	OK(rumpuser_close(w));
	OK(rumpuser_open("served:", RDWR, &w));
	OK(rumpuser_close(w));
	OK(rumpuser_close(r));
	OK(rumpuser_close(r2));
	disk.d_readonly = true;
	ATF_CHECK_EQ(RUMP_EROFS, rumpuser_open("served:", RDWR, &w));
	/* a refusal leaves no writer behind */
	disk.d_readonly = false;
	OK(rumpuser_open("served:", RDWR, &w));
	OK(rumpuser_close(w));
	disk.d_error = EACCES;
	ATF_CHECK_EQ(RUMP_EACCES, rumpuser_open("served:", RDONLY, &r));
	OK(rumpuser_blk_unserve("served:"));
}

static void
transfers(const char *backend)
{
	char buf[4096];
	size_t n;
	int fd;

	setenv("RUMP_BIO", backend, 1);
	serve();
	OK(rumpuser_open("served:", RDWR, &fd));
	fake_enter();
	fake_pattern(buf, sizeof(buf), 8192, 1);
	OK(bio(fd, WR, buf, sizeof(buf), 8192, &n));
	ATF_CHECK_EQ(sizeof(buf), n);
	ATF_CHECK_EQ(0, disk.d_fuas);
	OK(bio(fd, WR | RUMPUSER_BIO_SYNC, buf, 512, 0, &n));
	ATF_CHECK_EQ(1, disk.d_fuas);
	memset(buf, 0, sizeof(buf));
	OK(bio(fd, RD, buf, sizeof(buf), 8192, &n));
	ATF_CHECK(n == sizeof(buf) && fake_same(buf, n, 8192, 1));
	/* the end */
	OK(bio(fd, RD, buf, sizeof(buf), SIZE - 512, &n));
	ATF_CHECK_EQ(512, n);
	OK(bio(fd, RD, buf, sizeof(buf), SIZE, &n));
	ATF_CHECK_EQ(0, n);
	ATF_CHECK_EQ(RUMP_ENOSPC, bio(fd, WR, buf, 512, SIZE, &n));
	ATF_CHECK_EQ(RUMP_ENOSPC, bio(fd, WR, buf, 1024, SIZE - 512, &n));
	/* errors are the operation's */
	disk.d_error = EIO;
	ATF_CHECK_EQ(RUMP_EIO, bio(fd, RD, buf, 512, 0, &n));
	ATF_CHECK_EQ(0, n);
	ATF_CHECK_EQ(RUMP_EIO, bio(fd, WR, buf, 512, 0, &n));
	disk.d_error = 0;
	OK(rumpuser_close(fd));
	/* what is open for reading is not written */
	OK(rumpuser_open("served:", RDONLY, &fd));
	ATF_CHECK_EQ(RUMP_EBADF, bio(fd, WR, buf, 512, 0, &n));
	OK(rumpuser_close(fd));
	fake_leave();
	ATF_CHECK(!disk.d_entered || strcmp(backend, "sync") == 0);
	OK(rumpuser_blk_unserve("served:"));
}

/* Requests that are held back begin at the barrier, and all count for it. */
static void
barrier(const char *backend)
{
	enum { N = 64 };
	static char buf[N][512];
	struct result r = { 0 };
	int fd, i;

	setenv("RUMP_BIO", backend, 1);
	serve();
	OK(rumpuser_open("served:", RDWR, &fd));
	fake_enter();
	for (i = 0; i < N; i++) {
		fake_pattern(buf[i], 512, i * 512, 2);
		rumpuser_bio(fd, WR | MORE, buf[i], 512, i * 512, biodone, &r);
	}
	OK(rumpuser_syncfd(fd, RUMPUSER_SYNCFD_BOTH | RUMPUSER_SYNCFD_BARRIER |
	    RUMPUSER_SYNCFD_SYNC, 0, 0));
	ATF_CHECK_EQ(N, disk.d_writes);
	ATF_CHECK_EQ(1, disk.d_flushes);
	ATF_CHECK_EQ(0, disk.d_unflushed);
	await(&r, N);
	ATF_CHECK(fake_same(disk.d_data, N * 512, 0, 2));
	/* a hint flushes nothing; a flush that fails is told */
	OK(rumpuser_syncfd(fd, RUMPUSER_SYNCFD_WRITE, 0, 512));
	ATF_CHECK_EQ(1, disk.d_flushes);
	disk.d_error = ENOSPC;
	ATF_CHECK_EQ(RUMP_ENOSPC, rumpuser_syncfd(fd, RUMPUSER_SYNCFD_WRITE |
	    RUMPUSER_SYNCFD_BARRIER, 0, 0));
	disk.d_error = 0;
	/* closing waits for what is held back */
	r.r_done = 0;
	rumpuser_bio(fd, WR | MORE, buf[0], 512, 1024, biodone, &r);
	OK(rumpuser_close(fd));
	ATF_CHECK_EQ(N + 1, disk.d_writes);
	await(&r, 1);
	fake_leave();
}

#define	BACKEND(name)							\
ATF_TC_WITHOUT_HEAD(transfers_##name);					\
ATF_TC_BODY(transfers_##name, tc)					\
{									\
									\
	transfers(#name);						\
}									\
ATF_TC_WITHOUT_HEAD(barrier_##name);					\
ATF_TC_BODY(barrier_##name, tc)						\
{									\
									\
	barrier(#name);							\
}

BACKEND(auto)
BACKEND(threads)
BACKEND(sync)

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, names);
	ATF_TP_ADD_TC(tp, opens);
	ATF_TP_ADD_TC(tp, transfers_auto);
	ATF_TP_ADD_TC(tp, transfers_threads);
	ATF_TP_ADD_TC(tp, transfers_sync);
	ATF_TP_ADD_TC(tp, barrier_auto);
	ATF_TP_ADD_TC(tp, barrier_threads);
	ATF_TP_ADD_TC(tp, barrier_sync);
	return atf_no_error();
}
