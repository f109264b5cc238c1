/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpuser_bio() through each back-end: data, counts, errors, the context in
 * which done is called, batches, long chains and many requests at once.
 * Each test exists once per value of RUMP_BIO.
 */
#include <sys/resource.h>

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fakehyp.h"

#define	BLK	4096
#define	RD	RUMPUSER_BIO_READ
#define	WR	RUMPUSER_BIO_WRITE
#define	MORE	RUMPUSER_BIO_MORE

struct result {
	size_t r_count;
	int r_error;
	atomic_int r_done;
	bool r_inkernel;
};

static pthread_mutex_t mtx = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cv = PTHREAD_COND_INITIALIZER;

static void
biodone(void *arg, size_t count, int error)
{
	struct result *r = arg;

	r->r_count = count;
	r->r_error = error;
	r->r_inkernel = fake_running() && rumpuser_curlwp() != NULL;
	pthread_mutex_lock(&mtx);
	r->r_done++;
	pthread_cond_broadcast(&cv);
	pthread_mutex_unlock(&mtx);
}

/* On a thread in the kernel: leaves it, waits, comes back. */
static void
await(struct result *r)
{

	fake_leave();
	pthread_mutex_lock(&mtx);
	while (r->r_done == 0)
		pthread_cond_wait(&cv, &mtx);
	pthread_mutex_unlock(&mtx);
	fake_enter();
	ATF_REQUIRE_EQ(1, r->r_done);
	ATF_REQUIRE(r->r_inkernel);
}

static int
bio(int fd, int op, void *buf, size_t len, int64_t off, size_t *countp)
{
	struct result r = { .r_done = 0 };

	rumpuser_bio(fd, op, buf, len, off, biodone, &r);
	await(&r);
	*countp = r.r_count;
	return r.r_error;
}

static int
setup(const char *backend, size_t filesize)
{
	int fd, error;

	fake_init();
	setenv("RUMP_BIO", backend, 1);
	fake_file("disk.img", filesize);
	error = rumpuser_open("disk.img", RUMPUSER_OPEN_RDWR |
	    RUMPUSER_OPEN_BIO, &fd);
	if (error != 0 && strcmp(backend, "uring") == 0)
		atf_tc_skip("no io_uring here");
	ATF_REQUIRE_EQ(0, error);
	fake_enter();
	return fd;
}

static void
finish(int fd)
{

	OK(rumpuser_close(fd));
	fake_leave();
}

static void
test_single(const char *backend)
{
	int fd = setup(backend, 64 * BLK);
	static char buf[3 * BLK];
	size_t n;

	OK(bio(fd, RD, buf, sizeof(buf), 5 * BLK, &n));
	ATF_CHECK_EQ(sizeof(buf), n);
	ATF_CHECK(fake_same(buf, n, 5 * BLK, 0));
	fake_pattern(buf, sizeof(buf), 7 * BLK, 1);
	OK(bio(fd, WR, buf, sizeof(buf), 7 * BLK, &n));
	ATF_CHECK_EQ(sizeof(buf), n);
	memset(buf, 0, sizeof(buf));
	OK(bio(fd, RD, buf, sizeof(buf), 7 * BLK, &n));
	ATF_CHECK(fake_same(buf, n, 7 * BLK, 1));
	OK(bio(fd, WR | RUMPUSER_BIO_SYNC, buf, BLK, 7 * BLK, &n));
	ATF_CHECK_EQ(BLK, n);
	OK(bio(fd, RD, buf, 0, 0, &n));
	ATF_CHECK_EQ(0, n);
	OK(bio(fd, RD, buf, 1, 3, &n));
	ATF_CHECK(n == 1 && fake_same(buf, 1, 3, 0));
	finish(fd);
}

static void
test_eof(const char *backend)
{
	int fd = setup(backend, BLK + 100);
	static char buf[4 * BLK];
	size_t n;

	OK(bio(fd, RD, buf, 2 * BLK, 0, &n));
	ATF_CHECK_EQ(BLK + 100, n);
	ATF_CHECK(fake_same(buf, n, 0, 0));
	OK(bio(fd, RD, buf, BLK, BLK + 100, &n));
	ATF_CHECK_EQ(0, n);
	OK(bio(fd, RD, buf, BLK, 1 << 20, &n));
	ATF_CHECK_EQ(0, n);
	OK(bio(fd, WR, buf, BLK, 1 << 20, &n));	/* the file grows */
	ATF_CHECK_EQ(BLK, n);
	OK(bio(fd, RD, buf, BLK, 1 << 19, &n));
	ATF_CHECK_EQ(BLK, n);
	finish(fd);
}

static void
test_errors(const char *backend)
{
	int fd = setup(backend, 4 * BLK), rfd, pfd;
	char buf[BLK];
	size_t n;

	ATF_CHECK_EQ(RUMP_EBADF, bio(-1, RD, buf, BLK, 0, &n));
	ATF_CHECK_EQ(0, n);
	ATF_CHECK_EQ(RUMP_EBADF, bio(1 << 20, RD, buf, BLK, 0, &n));
	ATF_CHECK_EQ(RUMP_EINVAL, bio(fd, 0, buf, BLK, 0, &n));
	ATF_CHECK_EQ(RUMP_EINVAL, bio(fd, RD | WR, buf, BLK, 0, &n));
	ATF_CHECK_EQ(RUMP_EINVAL, bio(fd, RD, buf, BLK, -1, &n));
	ATF_CHECK_EQ(RUMP_EINVAL, bio(fd, RD, buf, BLK, INT64_MAX, &n));
	ATF_CHECK_EQ(RUMP_EINVAL, bio(fd, WR, buf, SIZE_MAX, 0, &n));
	OK(rumpuser_open("disk.img", RUMPUSER_OPEN_RDONLY | RUMPUSER_OPEN_BIO,
	    &rfd));
	ATF_CHECK_EQ(RUMP_EBADF, bio(rfd, WR, buf, BLK, 0, &n));
	OK(bio(rfd, RD, buf, BLK, 0, &n));
	OK(rumpuser_open("disk.img", RUMPUSER_OPEN_RDONLY, &pfd));
	ATF_CHECK_EQ(RUMP_EBADF, bio(pfd, RD, buf, BLK, 0, &n));
	OK(rumpuser_close(pfd));
	OK(rumpuser_close(rfd));
	ATF_CHECK_EQ(RUMP_EBADF, bio(rfd, RD, buf, BLK, 0, &n));
	ATF_CHECK_EQ(RUMP_EFAULT, bio(fd, RD, (void *)16, BLK, 0, &n));
	ATF_CHECK_EQ(0, n);
	finish(fd);
}

/* A write the host refuses in the middle is an error, not a short write. */
static void
test_fullhost(const char *backend)
{
	struct rlimit rl = { 2 * BLK, 2 * BLK };
	int fd = setup(backend, BLK);
	char buf[2 * BLK];
	size_t n;

	signal(SIGXFSZ, SIG_IGN);
	ATF_REQUIRE_EQ(0, setrlimit(RLIMIT_FSIZE, &rl));
	memset(buf, 1, sizeof(buf));
	OK(bio(fd, WR, buf, BLK, BLK, &n));
	ATF_CHECK_EQ(RUMP_EFBIG, bio(fd, WR, buf, BLK, 2 * BLK, &n));
	ATF_CHECK_EQ(RUMP_EFBIG, bio(fd, WR, buf, 2 * BLK, BLK, &n));
	ATF_CHECK_EQ(0, n);
	finish(fd);
}

#define	NBATCH	600
static char batch[NBATCH][BLK];
static struct result results[NBATCH];

static void
one_batch(int fd, int op, int flags)
{
	int i;

	memset(results, 0, sizeof(results));
	for (i = 0; i < NBATCH; i++)
		rumpuser_bio(fd, op | (i < NBATCH - 1 ? flags : 0), batch[i],
		    BLK, (int64_t)(i * 7 % NBATCH) * BLK, biodone,
		    &results[i]);
	for (i = 0; i < NBATCH; i++) {
		await(&results[i]);
		ATF_REQUIRE_EQ(0, results[i].r_error);
		ATF_REQUIRE_EQ(BLK, results[i].r_count);
	}
}

static void
test_batch(const char *backend)
{
	int fd = setup(backend, BLK), i;

	for (i = 0; i < NBATCH; i++)
		fake_pattern(batch[i], BLK, (int64_t)(i * 7 % NBATCH) * BLK,
		    3);
	one_batch(fd, WR, MORE);
	memset(batch, 0, sizeof(batch));
	one_batch(fd, RD, MORE);
	for (i = 0; i < NBATCH; i++)
		ATF_REQUIRE(fake_same(batch[i], BLK,
		    (int64_t)(i * 7 % NBATCH) * BLK, 3));
	one_batch(fd, RD, 0);
	finish(fd);
}

/* A batch that was never finished ends at the latest with a flush. */
static void
test_held(const char *backend)
{
	int fd = setup(backend, 4 * BLK);
	struct result r = { .r_done = 0 };
	char buf[BLK];

	memset(buf, 'h', sizeof(buf));
	rumpuser_bio(fd, WR | MORE, buf, BLK, 0, biodone, &r);
	OK(rumpuser_syncfd(fd, RUMPUSER_SYNCFD_BOTH | RUMPUSER_SYNCFD_SYNC,
	    0, 0));
	await(&r);
	OK(r.r_error);
	memset(&r, 0, sizeof(r));
	rumpuser_bio(fd, WR | MORE, buf, BLK, BLK, biodone, &r);
	finish(fd);
	fake_enter();
	await(&r);
	OK(r.r_error);
	fake_leave();
}

/* done starts the next: as deep as it goes, the stack must not. */
static struct chain {
	int c_fd;
	int c_left;
	char c_buf[BLK];
	struct result c_end;
} chain;

static void
chain_done(void *arg, size_t count, int error)
{

	ATF_REQUIRE_EQ(0, error);
	ATF_REQUIRE_EQ(BLK, count);
	if (chain.c_left-- == 0)
		biodone(&chain.c_end, count, error);
	else
		rumpuser_bio(chain.c_fd, RD, chain.c_buf, BLK, 0, chain_done,
		    NULL);
}

static void
test_chain(const char *backend)
{
	struct rlimit rl = { 1 << 20, 1 << 20 };

	chain.c_fd = setup(backend, 4 * BLK);
	ATF_REQUIRE_EQ(0, setrlimit(RLIMIT_STACK, &rl));
	chain.c_left = 20000;
	rumpuser_bio(chain.c_fd, RD, chain.c_buf, BLK, 0, chain_done, NULL);
	await(&chain.c_end);
	finish(chain.c_fd);
}

/* Threads that each write and read back their own part. */
static int race_fd;

static void *
racer(void *arg)
{
	int64_t base = (intptr_t)arg * 64 * BLK;
	char *buf = malloc(BLK);
	size_t n;
	int i;

	fake_enter();
	for (i = 0; i < 200; i++) {
		fake_pattern(buf, BLK, i, 9);
		OK(bio(race_fd, WR, buf, BLK, base + i % 64 * BLK, &n));
		memset(buf, 0, BLK);
		OK(bio(race_fd, RD, buf, BLK, base + i % 64 * BLK, &n));
		ATF_REQUIRE(n == BLK && fake_same(buf, BLK, i, 9));
	}
	fake_leave();
	free(buf);
	return NULL;
}

static void
test_race(const char *backend)
{
	void *cookie[4];
	intptr_t i;

	race_fd = setup(backend, 256 * BLK);
	for (i = 0; i < 4; i++)
		OK(rumpuser_thread_create(racer, (void *)i, "racer", 1, 0,
		    -1, &cookie[i]));
	for (i = 0; i < 4; i++)
		OK(rumpuser_thread_join(cookie[i]));
	finish(race_fd);
}

/*
 * The host has no thread left for what it cannot do at once, and cancels it:
 * that is the host's affair, and no reason for a request to fail.
 */
static void
test_cancelled(const char *backend)
{
	const struct rlimit rl = { 1, 1 };
	const int fd = setup(backend, 16 * BLK);
	static char buf[BLK];
	size_t n;
	int i;

	ATF_REQUIRE_EQ(0, setresuid(54321, 54321, 0));
	ATF_REQUIRE_EQ(0, setrlimit(RLIMIT_NPROC, &rl));
	memset(results, 0, sizeof(results));
	for (i = 0; i < 16; i++) {
		fake_pattern(batch[i], BLK, (int64_t)i * BLK, 5);
		rumpuser_bio(fd, WR | RUMPUSER_BIO_SYNC, batch[i], BLK,
		    (int64_t)i * BLK, biodone, &results[i]);
	}
	for (i = 0; i < 16; i++)
		await(&results[i]);
	ATF_REQUIRE_EQ(0, setresuid(0, 0, 0));
	for (i = 0; i < 16; i++) {
		OK(results[i].r_error);
		ATF_REQUIRE_EQ(BLK, results[i].r_count);
	}
	for (i = 0; i < 16; i++) {
		OK(bio(fd, RD, buf, BLK, (int64_t)i * BLK, &n));
		ATF_REQUIRE(fake_same(buf, n, (int64_t)i * BLK, 5));
	}
	finish(fd);
}

#define	CASES(backend)							\
	CASE(single, backend) CASE(eof, backend) CASE(errors, backend)	\
	CASE(fullhost, backend) CASE(batch, backend) CASE(held, backend) \
	CASE(chain, backend) CASE(race, backend)

#define	CASE(what, backend)						\
	ATF_TC_WITHOUT_HEAD(what##_##backend);				\
	ATF_TC_BODY(what##_##backend, tc)				\
	{								\
									\
		test_##what(#backend);					\
	}
CASES(auto)
CASES(uring)
CASES(threads)
CASES(sync)

ATF_TC(cancelled_uring);
ATF_TC_HEAD(cancelled_uring, tc)
{
	atf_tc_set_md_var(tc, "require.user", "root");
}
ATF_TC_BODY(cancelled_uring, tc)
{

	test_cancelled("uring");
}

#undef CASE
#define	CASE(what, backend)	ATF_TP_ADD_TC(tp, what##_##backend);
ATF_TP_ADD_TCS(tp)
{
	CASES(auto)
	CASES(uring)
	CASES(threads)
	CASES(sync)
	ATF_TP_ADD_TC(tp, cancelled_uring);
	return atf_no_error();
}
