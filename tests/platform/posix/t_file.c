/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Plain host files: open, close, getfileinfo, iovread and iovwrite, with the
 * ways in which they fail.
 */
#include <sys/stat.h>

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fakehyp.h"

ATF_TC_WITHOUT_HEAD(open);
ATF_TC_BODY(open, tc)
{
	int fd;

	fake_init();
	ATF_CHECK_EQ(RUMP_ENOENT, rumpuser_open("no", 0, &fd));
	ATF_CHECK_EQ(RUMP_ENOTDIR, rumpuser_open("/dev/null/x", 0, &fd));
	ATF_CHECK_EQ(RUMP_EISDIR, rumpuser_open(".", RUMPUSER_OPEN_RDWR, &fd));
	ATF_CHECK_EQ(RUMP_EINVAL, rumpuser_open("x", 3, &fd));
	ATF_CHECK_EQ(RUMP_EINVAL, rumpuser_open("x", RUMPUSER_OPEN_EXCL, &fd));
	OK(rumpuser_open("x", RUMPUSER_OPEN_RDWR | RUMPUSER_OPEN_CREATE |
	    RUMPUSER_OPEN_EXCL, &fd));
	OK(rumpuser_close(fd));
	ATF_CHECK_EQ(RUMP_EBADF, rumpuser_close(fd));
	ATF_CHECK_EQ(RUMP_EEXIST, rumpuser_open("x", RUMPUSER_OPEN_RDWR |
	    RUMPUSER_OPEN_CREATE | RUMPUSER_OPEN_EXCL, &fd));
	OK(rumpuser_open(".", RUMPUSER_OPEN_RDONLY, &fd));
	OK(rumpuser_close(fd));
}

ATF_TC_WITHOUT_HEAD(getfileinfo);
ATF_TC_BODY(getfileinfo, tc)
{
	uint64_t size;
	int ft;

	fake_file("f", 12345);
	OK(rumpuser_getfileinfo("f", &size, &ft));
	ATF_CHECK_EQ(12345, size);
	ATF_CHECK_EQ(RUMPUSER_FT_REG, ft);
	OK(rumpuser_getfileinfo(".", NULL, &ft));
	ATF_CHECK_EQ(RUMPUSER_FT_DIR, ft);
	OK(rumpuser_getfileinfo("/dev/null", &size, &ft));
	ATF_CHECK_EQ(RUMPUSER_FT_CHR, ft);
	ATF_CHECK_EQ(0, size);
	ATF_REQUIRE_EQ(0, mkfifo("fifo", 0600));
	OK(rumpuser_getfileinfo("fifo", &size, &ft));
	ATF_CHECK_EQ(RUMPUSER_FT_OTHER, ft);
	OK(rumpuser_getfileinfo("f", NULL, NULL));
	ATF_CHECK_EQ(RUMP_ENOENT, rumpuser_getfileinfo("no", &size, &ft));
}

ATF_TC_WITHOUT_HEAD(readwrite);
ATF_TC_BODY(readwrite, tc)
{
	char a[10] = "", b[20] = "";
	struct rumpuser_iovec iov[2] = { { "hello", 5 }, { " there", 6 } };
	struct rumpuser_iovec riov[2] = { { a, 4 }, { b, 20 } };
	size_t n = 99;
	int fd;

	fake_init();
	fake_enter();
	OK(rumpuser_open("f", RUMPUSER_OPEN_RDWR | RUMPUSER_OPEN_CREATE, &fd));
	OK(rumpuser_iovwrite(fd, iov, 2, RUMPUSER_IOV_NOSEEK, &n));
	ATF_CHECK_EQ(11, n);
	OK(rumpuser_iovread(fd, riov, 2, RUMPUSER_IOV_NOSEEK, &n));
	ATF_CHECK_EQ(0, n);		/* the position is at the end */
	OK(rumpuser_iovread(fd, riov, 2, 0, &n));
	ATF_CHECK_EQ(11, n);
	ATF_CHECK_STREQ("hell", a);
	ATF_CHECK_STREQ("o there", b);
	OK(rumpuser_iovread(fd, riov, 1, 9, &n));
	ATF_CHECK_EQ(2, n);
	OK(rumpuser_iovread(fd, riov, 1, 1000, &n));
	ATF_CHECK_EQ(0, n);
	ATF_CHECK_EQ(RUMP_EINVAL, rumpuser_iovread(fd, riov, 1, -2, &n));
	ATF_CHECK_EQ(RUMP_EINVAL, rumpuser_iovwrite(fd, iov, 1, -2, &n));
	OK(rumpuser_close(fd));
	ATF_CHECK_EQ(RUMP_EBADF, rumpuser_iovread(fd, riov, 1, 0, &n));
	ATF_CHECK(fake_naps() >= 6);
	ATF_CHECK(fake_running());
}

ATF_TC_WITHOUT_HEAD(readwrite_errors);
ATF_TC_BODY(readwrite_errors, tc)
{
	char text[] = "hello";
	struct rumpuser_iovec iov = { text, 5 };
	size_t n = 99;
	int fd;

	fake_init();
	OK(rumpuser_open("/dev/full", RUMPUSER_OPEN_WRONLY, &fd));
	ATF_CHECK_EQ(RUMP_ENOSPC,
	    rumpuser_iovwrite(fd, &iov, 1, RUMPUSER_IOV_NOSEEK, &n));
	ATF_CHECK_EQ(99, n);
	ATF_CHECK_EQ(RUMP_EBADF,
	    rumpuser_iovread(fd, &iov, 1, RUMPUSER_IOV_NOSEEK, &n));
	OK(rumpuser_close(fd));
}

ATF_TC_WITHOUT_HEAD(long_vector);
ATF_TC_BODY(long_vector, tc)
{
	struct rumpuser_iovec *iov;
	const size_t cnt = IOV_MAX + 10;
	size_t i, n;
	int fd;

	fake_init();
	ATF_REQUIRE((iov = calloc(cnt, sizeof(*iov))) != NULL);
	for (i = 0; i < cnt; i++) {
		iov[i].iov_base = "x";
		iov[i].iov_len = 1;
	}
	OK(rumpuser_open("f", RUMPUSER_OPEN_RDWR | RUMPUSER_OPEN_CREATE, &fd));
	OK(rumpuser_iovwrite(fd, iov, cnt, 0, &n));
	ATF_CHECK_EQ(IOV_MAX, n);
	OK(rumpuser_close(fd));
	free(iov);
}

static void *
feed(void *arg)
{
	int fd;

	usleep(30000);
	fake_enter();			/* the reader must have left */
	ATF_REQUIRE((fd = open("fifo", O_WRONLY)) != -1);
	ATF_REQUIRE_EQ(3, write(fd, "abc", 3));
	close(fd);
	fake_leave();
	return NULL;
}

ATF_TC_WITHOUT_HEAD(blocking);
ATF_TC_BODY(blocking, tc)
{
	char buf[8];
	struct rumpuser_iovec iov = { buf, sizeof(buf) };
	void *cookie;
	size_t n;
	int fd;

	fake_init();
	ATF_REQUIRE_EQ(0, mkfifo("fifo", 0600));
	OK(rumpuser_thread_create(feed, NULL, "feed", 1, 0, -1, &cookie));
	fake_enter();
	OK(rumpuser_open("fifo", RUMPUSER_OPEN_RDONLY, &fd));
	OK(rumpuser_iovread(fd, &iov, 1, RUMPUSER_IOV_NOSEEK, &n));
	ATF_CHECK_EQ(3, n);
	OK(rumpuser_thread_join(cookie));
	OK(rumpuser_close(fd));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, open);
	ATF_TP_ADD_TC(tp, getfileinfo);
	ATF_TP_ADD_TC(tp, readwrite);
	ATF_TP_ADD_TC(tp, readwrite_errors);
	ATF_TP_ADD_TC(tp, long_vector);
	ATF_TP_ADD_TC(tp, blocking);
	return atf_no_error();
}
