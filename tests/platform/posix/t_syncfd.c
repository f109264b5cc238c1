/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpuser_syncfd() and RUMPUSER_BIO_SYNC, made visible: this program's own
 * fdatasync(2), sync_file_range(2) and pwritev2(2) stand before libc's, note
 * what the library asked for and, for a barrier, whether the transfers that
 * came earlier were in the file by then.  Its fstatfs(2) says on what kind of
 * file system the file is, wherever that is.
 */
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/vfs.h>

#include <linux/magic.h>

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fakehyp.h"

#define	BLK		4096
#define	NBLK		64
#define	BARRIER		(RUMPUSER_SYNCFD_BOTH | RUMPUSER_SYNCFD_BARRIER)
#define	SYNC		(RUMPUSER_SYNCFD_BOTH | RUMPUSER_SYNCFD_SYNC)

static atomic_int syncs, hints, dsyncs, early, fail;
static long fstype = EXT4_SUPER_MAGIC;

int
fstatfs(int fd, struct statfs *sfs)
{

	if (syscall(SYS_fstatfs, fd, sfs) == -1)
		return -1;
	sfs->f_type = fstype;
	return 0;
}

int
fdatasync(int fd)
{
	char c;
	int i;

	syncs++;
	if (fail) {
		errno = EIO;
		return -1;
	}
	for (i = 0; i < NBLK; i++) {
		if (pread(fd, &c, 1, i * BLK) != 1 || c != 'w')
			early++;
	}
	return (int)syscall(SYS_fdatasync, fd);
}

int
sync_file_range(int fd, off_t off, off_t len, unsigned int flags)
{

	ATF_CHECK_EQ(SYNC_FILE_RANGE_WRITE, flags);
	hints++;
	return 0;
}

ssize_t
pwritev2(int fd, const struct iovec *iov, int cnt, off_t off, int flags)
{

	if (flags & RWF_DSYNC)
		dsyncs++;
	usleep(1000);			/* let barriers overtake, if they can */
	return pwritev(fd, iov, cnt, off);
}

static char buf[BLK];
static atomic_int ndone;

static void
biodone(void *arg, size_t count, int error)
{

	ATF_CHECK_EQ(0, error);
	ATF_CHECK_EQ(BLK, count);
	ndone++;
}

static int
setup(const char *backend)
{
	int fd;

	fake_init();
	setenv("RUMP_BIO", backend, 1);
	fake_file("disk.img", 0);
	memset(buf, 'w', sizeof(buf));
	if (rumpuser_open("disk.img", RUMPUSER_OPEN_RDWR | RUMPUSER_OPEN_BIO,
	    &fd) != 0 && strcmp(backend, "uring") == 0)
		atf_tc_skip("no io_uring here");
	fake_enter();
	return fd;
}

static void
write_all(int fd, int flags)
{
	int i;

	for (i = 0; i < NBLK; i++)
		rumpuser_bio(fd, RUMPUSER_BIO_WRITE | flags, buf, BLK,
		    i * BLK, biodone, NULL);
}

static void
await(void)
{

	fake_leave();
	while (ndone != NBLK)
		usleep(1000);
	fake_enter();
}

static void
test_barrier(const char *backend, int flags)
{
	int fd = setup(backend), naps;

	write_all(fd, RUMPUSER_BIO_MORE);
	naps = fake_naps();
	OK(rumpuser_syncfd(fd, flags, 0, 0));
	ATF_CHECK_EQ(1, syncs);
	ATF_CHECK_EQ(0, early);
	ATF_CHECK_EQ(naps + 1, fake_naps());
	await();
	OK(rumpuser_close(fd));
}

ATF_TC_WITHOUT_HEAD(barrier_threads);
ATF_TC_BODY(barrier_threads, tc)
{

	test_barrier("threads", BARRIER);
}

ATF_TC_WITHOUT_HEAD(barrier_uring);
ATF_TC_BODY(barrier_uring, tc)
{

	test_barrier("uring", BARRIER);
}

ATF_TC_WITHOUT_HEAD(sync_auto);
ATF_TC_BODY(sync_auto, tc)
{

	test_barrier("auto", SYNC);
}

/* In memory there is nothing to flush to, but what is in flight is awaited. */
ATF_TC_WITHOUT_HEAD(memory);
ATF_TC_BODY(memory, tc)
{
	char c;
	int fd, i;

	fstype = TMPFS_MAGIC;
	fd = setup("threads");
	write_all(fd, RUMPUSER_BIO_MORE);
	OK(rumpuser_syncfd(fd, BARRIER, 0, 0));
	for (i = 0; i < NBLK; i++) {
		ATF_CHECK_EQ(1, pread(fd, &c, 1, i * BLK));
		ATF_CHECK_EQ('w', c);
	}
	ATF_CHECK_EQ(0, syncs);
	await();
	OK(rumpuser_close(fd));
}

ATF_TC_WITHOUT_HEAD(hint);
ATF_TC_BODY(hint, tc)
{
	int fd = setup("threads");

	OK(rumpuser_syncfd(fd, RUMPUSER_SYNCFD_WRITE, 0, 0));
	ATF_CHECK_EQ(1, hints);
	ATF_CHECK_EQ(0, syncs);
	OK(rumpuser_syncfd(fd, RUMPUSER_SYNCFD_READ, 0, 0));
	ATF_CHECK_EQ(1, hints);
}

ATF_TC_WITHOUT_HEAD(bio_sync);
ATF_TC_BODY(bio_sync, tc)
{
	int fd = setup("threads");

	write_all(fd, RUMPUSER_BIO_SYNC);
	await();
	ATF_CHECK_EQ(NBLK, dsyncs);
	ATF_CHECK_EQ(0, syncs);
	OK(rumpuser_close(fd));
}

ATF_TC_WITHOUT_HEAD(errors);
ATF_TC_BODY(errors, tc)
{
	int fd = setup("threads"), fds[2];

	ATF_CHECK_EQ(RUMP_EINVAL, rumpuser_syncfd(fd, 0, 0, 0));
	ATF_CHECK_EQ(RUMP_EINVAL,
	    rumpuser_syncfd(fd, RUMPUSER_SYNCFD_SYNC, 0, 0));
	ATF_CHECK_EQ(RUMP_EINVAL, rumpuser_syncfd(fd, SYNC | 16, 0, 0));
	ATF_CHECK_EQ(RUMP_EINVAL,
	    rumpuser_syncfd(fd, SYNC, UINT64_MAX, 1));
	ATF_CHECK_EQ(RUMP_EINVAL,
	    rumpuser_syncfd(fd, SYNC, INT64_MAX, 1));
	ATF_CHECK_EQ(RUMP_EBADF, rumpuser_syncfd(999, SYNC, 0, 0));
	fail = 1;
	ATF_CHECK_EQ(RUMP_EIO, rumpuser_syncfd(fd, SYNC, 0, 0));
	fail = 0;
	ATF_REQUIRE_EQ(0, pipe(fds));
	OK(rumpuser_syncfd(fds[1], SYNC, 0, 0));	/* nothing to do */
}

/* Several barriers at once, with new writes all the time. */
static int race_fd;

static void *
syncer(void *arg)
{
	int i;

	fake_enter();
	for (i = 0; i < 20; i++)
		OK(rumpuser_syncfd(race_fd, BARRIER, 0, 0));
	fake_leave();
	return NULL;
}

ATF_TC_WITHOUT_HEAD(barrier_race);
ATF_TC_BODY(barrier_race, tc)
{
	void *cookie[3];
	int i;

	race_fd = setup("threads");
	for (i = 0; i < 3; i++)
		OK(rumpuser_thread_create(syncer, NULL, "syncer", 1, 0, -1,
		    &cookie[i]));
	write_all(race_fd, 0);
	for (i = 0; i < 3; i++)
		OK(rumpuser_thread_join(cookie[i]));
	await();
	ATF_CHECK_EQ(60, syncs);
	OK(rumpuser_close(race_fd));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, barrier_threads);
	ATF_TP_ADD_TC(tp, barrier_uring);
	ATF_TP_ADD_TC(tp, sync_auto);
	ATF_TP_ADD_TC(tp, memory);
	ATF_TP_ADD_TC(tp, hint);
	ATF_TP_ADD_TC(tp, bio_sync);
	ATF_TP_ADD_TC(tp, errors);
	ATF_TP_ADD_TC(tp, barrier_race);
	return atf_no_error();
}
