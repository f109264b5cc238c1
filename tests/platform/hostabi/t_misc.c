/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls beside the usual ones, beside the host's where it has the same files:
 * files that count, advice, limits, ranges of descriptors, times, ids.
 */
#include <linux/close_range.h>
#include <linux/magic.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/timerfd.h>

#include "ha.h"

ATF_TC_WITHOUT_HEAD(eventfds);
ATF_TC_BODY(eventfds, tc)
{
	uint64_t n = 0;
	int fd;

	ha_boot(false);
	fd = RL(rump_host_eventfd(3, EFD_SEMAPHORE | EFD_NONBLOCK |
	    EFD_CLOEXEC));
	ATF_CHECK_EQ(FD_CLOEXEC, rump_host_fcntl(fd, F_GETFD));
	ATF_CHECK_EQ(8, rump_host_read(fd, &n, 8));
	ATF_CHECK_EQ(1, n);
	RL(rump_host_close(fd));
	fd = RL(rump_host_eventfd(3, EFD_NONBLOCK));
	ATF_CHECK_EQ(8, rump_host_read(fd, &n, 8));
	ATF_CHECK_EQ(3, n);
	RE(EAGAIN, rump_host_read(fd, &n, 8));
	RE(EINVAL, rump_host_eventfd(0, O_APPEND));
	RL(rump_host_close(fd));
	ha_done();
}

ATF_TC_WITHOUT_HEAD(timerfds);
ATF_TC_BODY(timerfds, tc)
{
	struct itimerspec its = { { 7, 5 }, { 1000, 0 } }, old;
	uint64_t n = 0;
	int fd;

	ha_boot(false);
	fd = RL(rump_host_timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK));
	RL(rump_host_timerfd_settime(fd, 0, &its, &old));
	ATF_CHECK(old.it_value.tv_sec == 0 && old.it_value.tv_nsec == 0);
	RE(EAGAIN, rump_host_read(fd, &n, 8));
	RL(rump_host_timerfd_gettime(fd, &old));
	ATF_CHECK(old.it_interval.tv_sec == 7 && old.it_interval.tv_nsec == 5);
	ATF_CHECK(old.it_value.tv_sec <= 1000 && old.it_value.tv_sec > 0);
	/* a time that was is over at once */
	its = (struct itimerspec){ { 0, 0 }, { 0, 1 } };
	RL(rump_host_fcntl(fd, F_SETFL, 0));
	RL(rump_host_timerfd_settime(fd, TFD_TIMER_ABSTIME, &its, NULL));
	ATF_CHECK_EQ(8, rump_host_read(fd, &n, 8));
	ATF_CHECK_EQ(1, n);
	RE(EINVAL, rump_host_timerfd_settime(fd, 4, &its, NULL));
	RE(EFAULT, rump_host_timerfd_settime(fd, 0, NULL, NULL));
	RE(EINVAL, rump_host_timerfd_create(CLOCK_BOOTTIME, 0));
	RE(EINVAL, rump_host_timerfd_create(CLOCK_REALTIME, O_APPEND));
	RL(rump_host_close(fd));
	RE(EBADF, rump_host_timerfd_gettime(fd, &old));
	RE(EBADF, rump_host_timerfd_settime(fd, 0, &its, NULL));
	ha_done();
}

ATF_TC_WITHOUT_HEAD(random_bytes);
ATF_TC_BODY(random_bytes, tc)
{
	unsigned char a[32] = { 0 }, b[32] = { 0 };

	ATF_REQUIRE_EQ(0, rump_init());
	ATF_CHECK_EQ(32, rump_host_getrandom(a, 32, 0));
	ATF_CHECK_EQ(32, rump_host_getrandom(b, 32, GRND_NONBLOCK));
	ATF_CHECK(memcmp(a, b, 32) != 0);
	RE(EINVAL, rump_host_getrandom(a, 32, 0x100));
	RE(EINVAL, rump_host_getrandom(a, 32, GRND_RANDOM | GRND_INSECURE));
}

static const struct {
	const char *name;
	int	(*fadvise)(int, off_t, off_t, int);
	int	(*fallocate)(int, off_t, off_t);
	long	(*pathconf)(const char *, int);
	long	(*fpathconf)(int, int);
	int	(*close_range)(unsigned, unsigned, int);
	int	(*lockf)(int, int, off_t);
	int	(*sync_range)(int, off_t, off_t, unsigned);
	int	(*syncfs)(int);
	ssize_t	(*readahead)(int, off_t, size_t);
	int	(*remove)(const char *);
	int	(*euidaccess)(const char *, int);
	int	(*utimes)(const char *, const struct timeval *);
	int	(*lutimes)(const char *, const struct timeval *);
	int	(*futimes)(int, const struct timeval *);
	int	(*futimesat)(int, const char *, const struct timeval *);
	int	(*utime)(const char *, const struct utimbuf *);
	int	(*statfs)(const char *, struct statfs *);
	int	(*fstatfs)(int, struct statfs *);
} m[2] = {
#define	M(p)								\
	p##posix_fadvise, p##posix_fallocate, p##pathconf, p##fpathconf, \
	p##close_range, p##lockf, p##sync_file_range, p##syncfs,	\
	p##readahead, p##remove, p##euidaccess, p##utimes, p##lutimes,	\
	p##futimes, p##futimesat, p##utime, p##statfs, p##fstatfs
	{ "host", M() }, { "kernel", M(rump_host_) },
};

ATF_TC_WITHOUT_HEAD(data);
ATF_TC_BODY(data, tc)
{
	const struct side *s;
	struct stat st;
	int fd, k, p[2];

	ha_boot(false);
	for (k = 0; k < 2; k++) {
		s = &ha_sides[k];
		fd = RL(s->s_open("f", O_CREAT | O_RDWR, 0644));
		RL(s->s_pipe2(p, 0));
		ATF_CHECK_EQ(0, m[k].fallocate(fd, 100, 50));
		RL(s->s_stat("f", &st));
		ATF_CHECK_EQ(150, st.st_size);
		ATF_CHECK_EQ(EINVAL, m[k].fallocate(fd, -1, 5));
		ATF_CHECK_EQ(EBADF, m[k].fallocate(999, 0, 5));
		ATF_CHECK_EQ(0, m[k].fadvise(fd, 0, 0, POSIX_FADV_WILLNEED));
		ATF_CHECK_EQ(0, m[k].fadvise(fd, 1, INT64_MAX,
		    POSIX_FADV_WILLNEED));
		ATF_CHECK_EQ(0, m[k].fadvise(fd, 1, INT64_MAX - 1,
		    POSIX_FADV_DONTNEED));
		ATF_CHECK_EQ(0, m[k].fadvise(fd, INT64_MAX, 0,
		    POSIX_FADV_WILLNEED));
		ATF_CHECK_EQ(0, m[k].fadvise(fd, INT64_MAX - 1, 2,
		    POSIX_FADV_DONTNEED));
		ATF_CHECK_EQ(EINVAL, m[k].fadvise(fd, 0, 0, 99));
		ATF_CHECK_EQ(EBADF, m[k].fadvise(999, 0, 0,
		    POSIX_FADV_NORMAL));
		ATF_CHECK_EQ(ESPIPE, m[k].fadvise(p[0], 0, 0,
		    POSIX_FADV_NORMAL));
		RE(EBADF, m[k].readahead(999, 0, 10));
		RE(EINVAL, m[k].readahead(p[0], 0, 10));
		RE(EBADF, m[k].readahead(p[1], 0, 10));
		RL(m[k].sync_range(fd, 0, 10, SYNC_FILE_RANGE_WRITE));
		RE(EINVAL, m[k].sync_range(fd, -1, 10, 0));
		RE(EINVAL, m[k].sync_range(fd, 0, 10, 0x100));
		RE(EBADF, m[k].sync_range(999, 0, 10, 0));
		RE(ESPIPE, m[k].sync_range(p[1], 0, 10, 0));
		RL(m[k].syncfs(fd));
		RE(EBADF, m[k].syncfs(999));
		RL(m[k].lockf(fd, F_TLOCK, 10));
		RL(m[k].lockf(fd, F_TEST, 10));
		RL(m[k].lockf(fd, F_ULOCK, 10));
		RE(EINVAL, m[k].lockf(fd, 77, 10));
		RE(EBADF, m[k].lockf(999, F_TLOCK, 10));
		RL(s->s_close(fd));
		RL(s->s_close(p[0]));
		RL(s->s_close(p[1]));
	}
	ha_done();
}

ATF_TC_WITHOUT_HEAD(limits);
ATF_TC_BODY(limits, tc)
{
	static const int same[] = { _PC_NAME_MAX, _PC_NO_TRUNC };
	struct statfs sf;
	struct statvfs sv;
	size_t i;
	int fd, k;

	ha_boot(false);
	for (i = 0; i < NITEMS(same); i++) {
		ATF_CHECK_EQ_MSG(pathconf(".", same[i]),
		    rump_host_pathconf(".", same[i]), "%d", same[i]);
	}
	for (k = 0; k < 2; k++) {
		fd = RL(ha_sides[k].s_open(".", O_RDONLY));
		ATF_CHECK_EQ(255, m[k].fpathconf(fd, _PC_NAME_MAX));
		ATF_CHECK(m[k].pathconf(".", _PC_PATH_MAX) >= 1024);
		RE(EINVAL, m[k].pathconf(".", 4711));
		RE(EBADF, m[k].fpathconf(999, _PC_NAME_MAX));
		RL(m[k].statfs(".", &sf));
		RL(ha_sides[k].s_statvfs(".", &sv));
		ATF_CHECK_EQ(TMPFS_MAGIC, sf.f_type);
		ATF_CHECK_EQ(sv.f_blocks, sf.f_blocks);
		ATF_CHECK_EQ(sv.f_frsize, sf.f_frsize);
		ATF_CHECK_EQ(sv.f_files, sf.f_files);
		ATF_CHECK_EQ(255, sf.f_namelen);
		memset(&sf, 0, sizeof(sf));
		RL(m[k].fstatfs(fd, &sf));
		ATF_CHECK_EQ(TMPFS_MAGIC, sf.f_type);
		RE(ENOENT, m[k].statfs("nothing", &sf));
		RE(EBADF, m[k].fstatfs(999, &sf));
		RL(ha_sides[k].s_close(fd));
	}
	RE(ENOENT, rump_host_pathconf("nothing", _PC_NAME_MAX));
	RE(EFAULT, rump_host_statfs(NULL, &sf));
	ha_done();
}

ATF_TC_WITHOUT_HEAD(ranges);
ATF_TC_BODY(ranges, tc)
{
	const struct side *s;
	int fd, i, k;

	ha_boot(false);
	for (k = 0; k < 2; k++) {
		s = &ha_sides[k];
		fd = RL(s->s_open("f", O_CREAT | O_RDWR, 0644));
		for (i = 100; i < 110; i++)
			RL(s->s_dup3(fd, i, 0));
		RL(m[k].close_range(103, 105, CLOSE_RANGE_CLOEXEC));
		ATF_CHECK_EQ(0, s->s_fcntl(102, F_GETFD));
		ATF_CHECK_EQ(FD_CLOEXEC, s->s_fcntl(103, F_GETFD));
		ATF_CHECK_EQ(FD_CLOEXEC, s->s_fcntl(105, F_GETFD));
		ATF_CHECK_EQ(0, s->s_fcntl(106, F_GETFD));
		RL(m[k].close_range(102, 104, 0));
		RL(s->s_fcntl(101, F_GETFD));
		RE(EBADF, s->s_fcntl(102, F_GETFD));
		RE(EBADF, s->s_fcntl(104, F_GETFD));
		RL(s->s_fcntl(105, F_GETFD));
		RL(m[k].close_range(101, ~0U, 0));
		RE(EBADF, s->s_fcntl(109, F_GETFD));
		RL(s->s_fcntl(100, F_GETFD));
		RE(EINVAL, m[k].close_range(5, 4, 0));
		RE(EINVAL, m[k].close_range(200, 201, 0x1000));
		RL(s->s_close(100));
		RL(s->s_close(fd));
	}
	fd = RL(rump_host_open("f", O_RDWR));
	RL(rump_host_dup2(fd, 50));
	rump_host_closefrom(50);
	RE(EBADF, rump_host_fcntl(50, F_GETFD));
	RL(rump_host_close(fd));
	ha_done();
}

ATF_TC_WITHOUT_HEAD(names);
ATF_TC_BODY(names, tc)
{
	const struct timeval tv[2] = { { 10, 5 }, { 20, 999999 } },
	    bad[2] = { { 10, 5 }, { 20, 1000000 } };
	const struct utimbuf ut = { 30, 40 };
	const struct side *s;
	struct stat st;
	int fd, k;

	ha_boot(false);
	for (k = 0; k < 2; k++) {
		s = &ha_sides[k];
		fd = RL(s->s_open("f", O_CREAT | O_RDWR, 0644));
		RL(s->s_symlink("f", "l"));
		RL(s->s_mkdir("d", 0755));
		RL(m[k].utimes("l", tv));
		RL(s->s_stat("f", &st));
		ATF_CHECK(st.st_atim.tv_sec == 10 && st.st_atim.tv_nsec ==
		    5000 && st.st_mtim.tv_nsec == 999999000);
		RE(EINVAL, m[k].utimes("f", bad));
		RE(ENOENT, m[k].utimes("nothing", tv));
		RL(m[k].utime("f", &ut));
		RL(s->s_stat("f", &st));
		ATF_CHECK(st.st_atim.tv_sec == 30 && st.st_mtim.tv_sec == 40);
		RL(m[k].lutimes("l", tv));
		RL(s->s_lstat("l", &st));
		ATF_CHECK_EQ(20, st.st_mtim.tv_sec);
		RL(s->s_stat("f", &st));
		ATF_CHECK_EQ(40, st.st_mtim.tv_sec);
		RL(m[k].futimes(fd, tv));
		RL(s->s_stat("f", &st));
		ATF_CHECK_EQ(20, st.st_mtim.tv_sec);
		RL(m[k].futimesat(AT_FDCWD, "d", tv));
		RL(s->s_stat("d", &st));
		ATF_CHECK_EQ(20, st.st_mtim.tv_sec);
		RL(m[k].utime("d", NULL));
		RL(s->s_stat("d", &st));
		ATF_CHECK(st.st_mtim.tv_sec > 20);
		RL(m[k].euidaccess("f", R_OK));
		RE(ENOENT, m[k].euidaccess("nothing", R_OK));
		RL(m[k].remove("l"));
		RL(m[k].remove("d"));
		RL(m[k].remove("f"));
		RE(ENOENT, m[k].remove("f"));
		RL(s->s_close(fd));
	}
	ha_done();
}

/* Who a process is, after each step. */
static void
check_ids(uid_t r, uid_t e)
{

	ATF_CHECK_EQ(r, rump_host_getuid());
	ATF_CHECK_EQ(e, rump_host_geteuid());
}

ATF_TC_WITHOUT_HEAD(ids);
ATF_TC_BODY(ids, tc)
{
	const uid_t no = (uid_t)-1;

	ATF_REQUIRE_EQ(0, rump_init());
	ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFCFDG));
	RL(rump_host_setresgid(5, 6, 7));
	ATF_CHECK(rump_host_getgid() == 5 && rump_host_getegid() == 6);
	RL(rump_host_setresuid(no, no, no));
	check_ids(0, 0);
	/* to a user and back, which the saved id allows */
	RL(rump_host_setresuid(no, 10, no));
	check_ids(0, 10);
	RE(EPERM, rump_host_setresgid(8, 8, 8));
	RL(rump_host_setresuid(no, 0, no));
	RL(rump_host_setresuid(10, 11, 0));
	check_ids(10, 11);
	RL(rump_host_setresuid(no, 0, no));
	check_ids(10, 0);
	RE(EINVAL, rump_host_setresuid(1, 2, 3));
	RE(EINVAL, rump_host_setresuid(1, 2, no));
	check_ids(10, 0);
	/* for good */
	RL(rump_host_setresuid(20, 20, 21));
	check_ids(20, 20);
	RE(EPERM, rump_host_setresuid(no, 0, no));
	RL(rump_host_setresuid(no, 21, no));
	check_ids(20, 21);
	RL(rump_host_setresuid(20, 20, 20));
	RE(EPERM, rump_host_setresuid(no, 21, no));
	RE(EPERM, rump_host_setresuid(0, 0, 0));
	check_ids(20, 20);
	rump_pub_lwproc_releaselwp();
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, eventfds);
	ATF_TP_ADD_TC(tp, timerfds);
	ATF_TP_ADD_TC(tp, random_bytes);
	ATF_TP_ADD_TC(tp, data);
	ATF_TP_ADD_TC(tp, limits);
	ATF_TP_ADD_TC(tp, ranges);
	ATF_TP_ADD_TC(tp, names);
	ATF_TP_ADD_TC(tp, ids);
	return atf_no_error();
}
