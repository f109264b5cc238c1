/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Data from file to file, and reads and writes with flags, beside the host's.
 */
#include <sys/sendfile.h>

#include "ha.h"

static const struct {
	const char *name;
	ssize_t	(*copy)(int, off_t *, int, off_t *, size_t, unsigned);
	ssize_t	(*sendfile)(int, int, off_t *, size_t);
	ssize_t	(*preadv2)(int, const struct iovec *, int, off_t, int);
	ssize_t	(*pwritev2)(int, const struct iovec *, int, off_t, int);
} c[2] = {
	{ "host", copy_file_range, sendfile, preadv2, pwritev2 },
	{ "kernel", rump_host_copy_file_range, rump_host_sendfile,
	    rump_host_preadv2, rump_host_pwritev2 },
};

#define	BIG	300000		/* more than one piece */

/* A file of bytes that tell their positions. */
static int
make_file(const struct side *s, const char *name, size_t len)
{
	char *buf = malloc(len + 1);
	size_t i;
	int fd;

	for (i = 0; i < len; i++)
		buf[i] = (char)(i * 7 + i / 251);
	fd = RL(s->s_open(name, O_CREAT | O_TRUNC | O_RDWR, 0644));
	ATF_REQUIRE_EQ((ssize_t)len, s->s_write(fd, buf, len));
	RL(s->s_lseek(fd, 0, SEEK_SET));
	free(buf);
	return fd;
}

static void
check_bytes(const struct side *s, int fd, off_t at, size_t first, size_t len)
{
	char *buf = malloc(len);
	size_t i, bad = 0;

	ATF_REQUIRE_EQ((ssize_t)len, s->s_pread(fd, buf, len, at));
	for (i = 0; i < len; i++)
		bad += buf[i] != (char)((first + i) * 7 + (first + i) / 251);
	ATF_CHECK_EQ_MSG(0, bad, "%s: %zu bytes", s->s_name, bad);
	free(buf);
}

ATF_TC_WITHOUT_HEAD(copy_range);
ATF_TC_BODY(copy_range, tc)
{
	const struct side *s;
	off_t in, out;
	int a, b, k;

	ha_boot(false);
	for (k = 0; k < 2; k++) {
		s = &ha_sides[k];
		a = make_file(s, "a", BIG);
		b = make_file(s, "b", 0);
		in = 1000;
		out = 10;
		ATF_CHECK_EQ(BIG - 1000, c[k].copy(a, &in, b, &out, BIG, 0));
		ATF_CHECK_EQ(BIG, in);
		ATF_CHECK_EQ(BIG - 990, out);
		check_bytes(s, b, 10, 1000, BIG - 1000);
		ATF_CHECK_EQ(0, s->s_lseek(a, 0, SEEK_CUR));
		/* by position, which moves */
		RL(s->s_lseek(a, 5, SEEK_SET));
		ATF_CHECK_EQ(100, c[k].copy(a, NULL, b, NULL, 100, 0));
		ATF_CHECK_EQ(105, s->s_lseek(a, 0, SEEK_CUR));
		ATF_CHECK_EQ(100, s->s_lseek(b, 0, SEEK_CUR));
		check_bytes(s, b, 0, 5, 100);
		in = BIG;
		ATF_CHECK_EQ(0, c[k].copy(a, &in, b, NULL, 9, 0));
		/* within one file, if the two do not overlap */
		in = 0;
		out = 500;
		ATF_CHECK_EQ(500, c[k].copy(a, &in, a, &out, 500, 0));
		check_bytes(s, a, 500, 0, 500);
		in = 0;
		out = 499;
		RE(EINVAL, c[k].copy(a, &in, a, &out, 500, 0));
		RL(s->s_close(a));
		RL(s->s_close(b));
	}
	ha_done();
}

ATF_TC_WITHOUT_HEAD(copy_refused);
ATF_TC_BODY(copy_refused, tc)
{
	const struct side *s;
	off_t off = -1;
	int a, ro, wo, ap, dir, p[2], k;

	ha_boot(false);
	for (k = 0; k < 2; k++) {
		s = &ha_sides[k];
		a = make_file(s, "a", 10);
		ro = RL(s->s_open("a", O_RDONLY));
		wo = RL(s->s_open("w", O_CREAT | O_WRONLY, 0644));
		ap = RL(s->s_open("w", O_RDWR | O_APPEND));
		dir = RL(s->s_open(".", O_RDONLY));
		RL(s->s_pipe2(p, 0));
		RE(EINVAL, c[k].copy(a, NULL, wo, NULL, 1, 1));
		RE(EBADF, c[k].copy(a, NULL, ro, NULL, 1, 0));
		RE(EBADF, c[k].copy(wo, NULL, a, NULL, 1, 0));
		RE(EBADF, c[k].copy(a, NULL, ap, NULL, 1, 0));
		RE(EBADF, c[k].copy(999, NULL, a, NULL, 1, 0));
		RE(EBADF, c[k].copy(a, NULL, 999, NULL, 1, 0));
		RE(EISDIR, c[k].copy(dir, NULL, a, NULL, 1, 0));
		RE(EINVAL, c[k].copy(p[0], NULL, a, NULL, 1, 0));
		RE(EINVAL, c[k].copy(a, NULL, p[1], NULL, 1, 0));
		RE(EBADF, c[k].sendfile(ro, a, NULL, 1));
		RE(EBADF, c[k].sendfile(a, wo, NULL, 1));
		RE(EBADF, c[k].sendfile(999, a, NULL, 1));
		RE(EINVAL, c[k].sendfile(ap, a, NULL, 1));
		RE(EINVAL, c[k].sendfile(wo, a, &off, 1));
		RL(s->s_close(a));
		RL(s->s_close(ro));
		RL(s->s_close(wo));
		RL(s->s_close(ap));
		RL(s->s_close(dir));
		RL(s->s_close(p[0]));
		RL(s->s_close(p[1]));
	}
	ha_done();
}

ATF_TC_WITHOUT_HEAD(send);
ATF_TC_BODY(send, tc)
{
	const struct side *s;
	char buf[8];
	off_t off;
	int a, b, p[2], k;

	ha_boot(false);
	for (k = 0; k < 2; k++) {
		s = &ha_sides[k];
		a = make_file(s, "a", BIG);
		b = make_file(s, "b", 0);
		ATF_CHECK_EQ(BIG, c[k].sendfile(b, a, NULL, BIG + 5));
		ATF_CHECK_EQ(BIG, s->s_lseek(a, 0, SEEK_CUR));
		ATF_CHECK_EQ(BIG, s->s_lseek(b, 0, SEEK_CUR));
		check_bytes(s, b, 0, 0, BIG);
		off = 251;
		RL(s->s_pipe2(p, 0));
		ATF_CHECK_EQ(8, c[k].sendfile(p[1], a, &off, 8));
		ATF_CHECK_EQ(259, off);
		ATF_CHECK_EQ(BIG, s->s_lseek(a, 0, SEEK_CUR));
		ATF_CHECK_EQ(8, s->s_read(p[0], buf, 8));
		ATF_CHECK_EQ((char)(252 * 7 + 1), buf[1]);
		RL(s->s_close(a));
		RL(s->s_close(b));
		RL(s->s_close(p[0]));
		RL(s->s_close(p[1]));
	}
	ha_done();
}

ATF_TC_WITHOUT_HEAD(rwf);
ATF_TC_BODY(rwf, tc)
{
	const struct side *s;
	char buf[9] = "", out[9] = "abcdefgh";
	struct iovec iov[2] = { { out, 3 }, { out + 3, 5 } };
	int fd, k;

	ha_boot(false);
	/* The emulator's host does not have these calls. */
	for (k = getenv("AK_EMULATED") != NULL; k < 2; k++) {
		s = &ha_sides[k];
		fd = make_file(s, "f", 0);
		iov[0] = (struct iovec){ out, 3 };
		iov[1] = (struct iovec){ out + 3, 5 };
		ATF_CHECK_EQ(8, c[k].pwritev2(fd, iov, 2, 2, RWF_DSYNC));
		ATF_CHECK_EQ(0, s->s_lseek(fd, 0, SEEK_CUR));
		ATF_CHECK_EQ(8, c[k].pwritev2(fd, iov, 2, -1, RWF_SYNC));
		ATF_CHECK_EQ(8, s->s_lseek(fd, 0, SEEK_CUR));
		memset(buf, 0, sizeof(buf));
		iov[0].iov_base = buf;
		ATF_CHECK_EQ(2, c[k].preadv2(fd, iov, 1, -1, 0));
		ATF_CHECK_STREQ("gh", buf);
		ATF_CHECK_EQ(3, c[k].preadv2(fd, iov, 1, 1, 0));
		ATF_CHECK_STREQ("bcd", buf);
		ATF_CHECK_EQ(10, s->s_lseek(fd, 0, SEEK_CUR));
		RE(EOPNOTSUPP, c[k].preadv2(fd, iov, 1, 0, 0x40000000));
		RE(EOPNOTSUPP, c[k].pwritev2(fd, iov, 1, 0, 0x40000000));
		RE(EBADF, c[k].preadv2(999, iov, 1, 0, 0));
		RL(s->s_close(fd));
	}
	fd = RL(rump_host_open("f", O_RDWR));
	RE(EOPNOTSUPP, rump_host_preadv2(fd, iov, 1, 0, RWF_NOWAIT));
	RE(EOPNOTSUPP, rump_host_pwritev2(fd, iov, 1, 0, RWF_APPEND));
	RL(rump_host_close(fd));
	ha_done();
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, copy_range);
	ATF_TP_ADD_TC(tp, copy_refused);
	ATF_TP_ADD_TC(tp, send);
	ATF_TP_ADD_TC(tp, rwf);
	return atf_no_error();
}
