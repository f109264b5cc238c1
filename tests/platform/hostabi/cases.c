/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The cases of cases.h.
 */
#include <linux/falloc.h>
#include <sys/sysmacros.h>

#include "cases.h"

static void
fixture(const struct side *s)
{
	int fd;

	RL(s->s_mkdir("d", 0755));
	RL(s->s_mkdir("full", 0755));
	fd = RL(s->s_open("full/f", O_CREAT | O_WRONLY | O_EXCL, 0600));
	RL(s->s_close(fd));
	fd = RL(s->s_open("f", O_CREAT | O_WRONLY, 0640));
	ATF_REQUIRE_EQ(5, s->s_write(fd, "hello", 5));
	RL(s->s_close(fd));
	RL(s->s_symlink("f", "l"));
	RL(s->s_symlink("loop", "loop"));
	RL(s->s_mknod("p", S_IFIFO | 0600, 0));
	RL(s->s_mknod("s", S_IFSOCK | 0600, 0));
}

/* Run an expression on both sides: the same result, the same error. */
#define	BOTH(x) do {							\
	long rv[2];							\
	int er[2], k_;							\
									\
	for (k_ = 0; k_ < 2; k_++) {					\
		const struct side *s = &ha_sides[k_];			\
		errno = 0;						\
		rv[k_] = (long)(x);					\
		er[k_] = rv[k_] == -1 ? errno : 0;			\
	}								\
	ATF_CHECK_MSG(er[0] == er[1], "%s: %s, host: %s", #x,		\
	    strerror(er[1]), strerror(er[0]));				\
	ATF_CHECK_MSG((rv[0] == -1) == (rv[1] == -1), "%s: %ld, %ld",	\
	    #x, rv[1], rv[0]);						\
} while (0)

static void
errors_open(void)
{
	char longname[300];

	memset(longname, 'x', sizeof(longname) - 1);
	longname[sizeof(longname) - 1] = '\0';
	BOTH(s->s_open("none", O_RDONLY));
	BOTH(s->s_open("f/x", O_RDONLY));
	BOTH(s->s_open("d", O_WRONLY));
	BOTH(s->s_open("d", O_RDWR | O_CREAT, 0600));
	BOTH(s->s_open("f", O_RDONLY | O_DIRECTORY));
	BOTH(s->s_open("f", O_RDWR | O_CREAT | O_EXCL, 0600));
	BOTH(s->s_open("l", O_RDWR | O_CREAT | O_EXCL, 0600));
	BOTH(s->s_open("l", O_RDONLY | O_NOFOLLOW));
	BOTH(s->s_open("l", O_RDONLY | O_NOFOLLOW | O_DIRECTORY));
	BOTH(s->s_open("loop", O_RDONLY));
	BOTH(s->s_open(longname, O_RDONLY));
	BOTH(s->s_open("", O_RDONLY));
	BOTH(s->s_open("p", O_WRONLY | O_NONBLOCK));
	BOTH(s->s_close(999));
	BOTH(s->s_dup3(999, 3, 0));
}

static void
errors_names(void)
{

	BOTH(s->s_mkdir("d", 0700));
	BOTH(s->s_mkdir("none/d", 0700));
	BOTH(s->s_rmdir("full"));
	BOTH(s->s_rmdir("f"));
	BOTH(s->s_rmdir("none"));
	BOTH(s->s_rmdir("d/."));
	BOTH(s->s_unlink("d"));
	BOTH(s->s_unlink("none"));
	BOTH(s->s_unlinkat(AT_FDCWD, "f", AT_REMOVEDIR));
	BOTH(s->s_unlinkat(AT_FDCWD, "f", 0x10000));
	BOTH(s->s_link("none", "n"));
	BOTH(s->s_link("f", "d"));
	BOTH(s->s_link("d", "n"));
	BOTH(s->s_symlink("x", "f"));
	BOTH(s->s_rename("none", "n"));
	BOTH(s->s_rename("f", "d"));
	BOTH(s->s_rename("d", "f"));
	BOTH(s->s_rename("d", "full"));
	BOTH(s->s_rename("d", "d/sub"));
	BOTH(s->s_mknod("f", S_IFREG | 0600, 0));
	BOTH(s->s_mknod("n", S_IFDIR | 0700, 0));
	BOTH(s->s_readlink("f", (char[8]){ 0 }, 8));
	BOTH(s->s_readlink("l", (char[8]){ 0 }, 0));
	BOTH(s->s_access("none", F_OK));
	BOTH(s->s_access("f", 077));
}

static void
errors_attrs(void)
{
	static const struct timespec bad[2] = { { 0, -5 }, { 0, 0 } };
	struct stat st;
	struct statvfs sv;

	BOTH(s->s_stat("none", &st));
	BOTH(s->s_stat("f/", &st));
	BOTH(s->s_stat("loop", &st));
	BOTH(s->s_fstatat(AT_FDCWD, "f", &st, 0x40000));
	BOTH(s->s_fstatat(999, "f", &st, 0));
	BOTH(s->s_fstatat(999, "", &st, AT_EMPTY_PATH));
	BOTH(s->s_statvfs("none", &sv));
	BOTH(s->s_chmod("none", 0600));
	BOTH(s->s_chown("none", 0, 0));
	BOTH(s->s_utimensat(AT_FDCWD, "f", bad, 0));
	BOTH(s->s_truncate("d", 0));
	BOTH(s->s_truncate("f", -1));
	BOTH(s->s_chdir("f"));
}

static void
errors_io(void)
{
	char buf[1024];
	int fd[2], dir[2], i, fds[2];

	for (i = 0; i < 2; i++) {
		fd[i] = RL(ha_sides[i].s_open("f", O_RDONLY));
		dir[i] = RL(ha_sides[i].s_open("d", O_RDONLY));
	}
#define	FD(a)	((a)[s - ha_sides])
	BOTH(s->s_write(FD(fd), "x", 1));
	BOTH(s->s_read(FD(dir), buf, 1));
	BOTH(s->s_getdents64(FD(fd), buf, sizeof(buf)));
	BOTH(s->s_getdents64(FD(dir), buf, 10));
	BOTH(s->s_getdents64(999, buf, sizeof(buf)));
	BOTH(s->s_lseek(FD(fd), -1, SEEK_SET));
	BOTH(s->s_lseek(FD(fd), 0, 77));
	BOTH(s->s_lseek(FD(fd), 100, SEEK_DATA));
	BOTH(s->s_ftruncate(FD(fd), 0));
	BOTH(s->s_pread(FD(fd), buf, 1, -1));
	BOTH(s->s_fallocate(FD(fd), 0, 0, 1));
	BOTH(s->s_fallocate(FD(fd), 0, 0, 0));
	BOTH(s->s_pipe2(fds, O_TRUNC));
	for (i = 0; i < 2; i++) {
		RL(ha_sides[i].s_close(fd[i]));
		RL(ha_sides[i].s_close(dir[i]));
	}
}

void
case_errors(void)
{

	fixture(&ha_sides[0]);
	fixture(&ha_sides[1]);
	errors_open();
	errors_names();
	errors_attrs();
	errors_io();
}

static void
same_stat(const char *name)
{
	struct stat st[2];
	struct statx sx[2];
	int i;

	for (i = 0; i < 2; i++) {
		RL(ha_sides[i].s_lstat(name, &st[i]));
		RL(ha_sides[i].s_statx(AT_FDCWD, name, AT_SYMLINK_NOFOLLOW,
		    STATX_BASIC_STATS | STATX_BTIME, &sx[i]));
		ATF_CHECK_EQ(st[i].st_mode, sx[i].stx_mode);
		ATF_CHECK_EQ(st[i].st_ino, sx[i].stx_ino);
		ATF_CHECK_EQ(major(st[i].st_dev), sx[i].stx_dev_major);
		ATF_CHECK_EQ(minor(st[i].st_dev), sx[i].stx_dev_minor);
	}
	ATF_CHECK_EQ_MSG(st[0].st_mode, st[1].st_mode, "%s: %o, host %o", name,
	    st[1].st_mode, st[0].st_mode);
	ATF_CHECK_EQ(st[0].st_nlink, st[1].st_nlink);
	ATF_CHECK_EQ(st[0].st_uid, st[1].st_uid);
	ATF_CHECK_EQ(st[0].st_rdev, st[1].st_rdev);
	if (!S_ISDIR(st[0].st_mode))
		ATF_CHECK_EQ_MSG(st[0].st_size, st[1].st_size, "%s", name);
}

static void
same_times(void)
{
	static const struct timespec ts[2] = {
		{ 1000000000, 123456789 }, { 1200000000, UTIME_OMIT }
	};
	struct stat st[2], old[2];
	int i;

	for (i = 0; i < 2; i++) {
		RL(ha_sides[i].s_stat("f", &old[i]));
		RL(ha_sides[i].s_utimensat(AT_FDCWD, "f", ts, 0));
		RL(ha_sides[i].s_stat("f", &st[i]));
		ATF_CHECK_EQ(1000000000, st[i].st_atim.tv_sec);
		ATF_CHECK_EQ(123456789, st[i].st_atim.tv_nsec);
		ATF_CHECK_EQ(old[i].st_mtim.tv_sec, st[i].st_mtim.tv_sec);
		ATF_CHECK_EQ(old[i].st_mtim.tv_nsec, st[i].st_mtim.tv_nsec);
	}
}

void
case_attributes(void)
{
	static const char *const names[] = { "d", "full", "f", "l", "p", "s",
	    "dev" };
	const struct side *s;
	struct statvfs sv;
	struct stat st;
	size_t i;

	for (s = ha_sides; s < ha_sides + 2; s++) {
		fixture(s);
		RL(s->s_link("f", "f2"));
		RL(s->s_chmod("f", 04751));
		if (s->s_mknod("dev", S_IFCHR | 0600, makedev(300, 1000)) ==
		    -1)
			atf_tc_skip("no device nodes here");
		RL(s->s_statvfs(".", &sv));
		ATF_CHECK(sv.f_namemax == 255 && sv.f_frsize != 0);
		ATF_CHECK(sv.f_blocks >= sv.f_bfree && sv.f_bfree > 0);
		ATF_CHECK_EQ(0, sv.f_flag & ST_RDONLY);
		RL(s->s_fstatat(AT_FDCWD, "", &st, AT_EMPTY_PATH));
		ATF_CHECK(S_ISDIR(st.st_mode));
	}
	for (i = 0; i < NITEMS(names); i++)
		same_stat(names[i]);
	same_times();
}

static int
by_text(const void *a, const void *b)
{

	return strcmp(*(char *const *)a, *(char *const *)b);
}

#define	MAXNAMES	400

/* All entries, "type name", sorted, read with room bytes at a time. */
static size_t
list(const struct side *s, const char *dir, size_t room, char **out)
{
	_Alignas(8) char buf[8192];
	struct dirent64 *d;
	ssize_t n, at;
	size_t count = 0;
	char *text;
	int fd;

	fd = RL(s->s_open(dir, O_RDONLY | O_DIRECTORY));
	while ((n = RL(s->s_getdents64(fd, buf, room))) > 0) {
		ATF_REQUIRE((size_t)n <= room);
		for (at = 0; at < n; at += d->d_reclen) {
			d = (void *)(buf + at);
			if (strcmp(d->d_name, "lost+found") == 0)
				continue;
			ATF_REQUIRE(count < MAXNAMES && d->d_ino != 0);
			ATF_REQUIRE(asprintf(&text, "%d %s", d->d_type,
			    d->d_name) > 0);
			out[count++] = text;
		}
	}
	RL(s->s_close(fd));
	qsort(out, count, sizeof(*out), by_text);
	return count;
}

static void
same_lists(size_t room)
{
	char *names[2][MAXNAMES];
	size_t n[2], i;
	int k;

	for (k = 0; k < 2; k++)
		n[k] = list(&ha_sides[k], ".", k == 0 ? 8192 : room, names[k]);
	ATF_CHECK_EQ_MSG(n[0], n[1], "%zu, host %zu, by %zu", n[1], n[0],
	    room);
	for (i = 0; i < n[0] && i < n[1]; i++)
		ATF_CHECK_STREQ(names[0][i], names[1][i]);
	for (k = 0; k < 2; k++) {
		for (i = 0; i < n[k]; i++)
			free(names[k][i]);
	}
}

void
case_entries(void)
{
	const struct side *s;
	char name[256];
	int fd, i;

	for (s = ha_sides; s < ha_sides + 2; s++) {
		fixture(s);
		for (i = 0; i < 250; i++) {
			memset(name, 'n', sizeof(name));
			(void)snprintf(name + i % 250, 6, "%03d", i);
			fd = RL(s->s_open(name, O_CREAT | O_WRONLY, 0600));
			RL(s->s_close(fd));
		}
	}
	/* the last is the least that all names fit in */
	same_lists(8192);
	same_lists(1000);
	same_lists(600);
	same_lists(512);
	same_lists(280);
}

static void
data_side(const struct side *s)
{
	struct iovec iov[2];
	char buf[16];
	int fd;

	fd = RL(s->s_open("data", O_CREAT | O_RDWR | O_TRUNC, 0600));
	ATF_CHECK_EQ(6, s->s_write(fd, "abcdef", 6));
	ATF_CHECK_EQ(2, s->s_lseek(fd, 2, SEEK_SET));
	ATF_CHECK_EQ(4, s->s_read(fd, buf, sizeof(buf)));
	ATF_CHECK_EQ(3, s->s_pread(fd, buf, 3, 1));
	ATF_CHECK_EQ(0, memcmp(buf, "bcd", 3));
	RL(s->s_ftruncate(fd, 1 << 20));
	ATF_CHECK_EQ(1 << 20, s->s_lseek(fd, 0, SEEK_END));
	ATF_CHECK_EQ(0, s->s_lseek(fd, 0, SEEK_DATA));
	ATF_CHECK(s->s_lseek(fd, 0, SEEK_HOLE) <= 1 << 20);
	RL(s->s_fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 2,
	    2));
	ATF_CHECK_EQ(6, s->s_pread(fd, buf, 6, 0));
	ATF_CHECK_EQ(0, memcmp(buf, "ab\0\0ef", 6));
	RE(EOPNOTSUPP, s->s_fallocate(fd, FALLOC_FL_PUNCH_HOLE, 0, 1));
	iov[0] = (struct iovec){ buf, 1 };
	iov[1] = (struct iovec){ buf + 1, 2 };
	if (s == &ha_sides[1]) {
		ATF_CHECK_EQ(3, rump_host_preadv(fd, iov, 2, 0));
		ATF_CHECK_EQ(3, rump_host_pwritev(fd, iov, 2, 9));
		RL(rump_host_fsync(fd));
		RL(rump_host_fdatasync(fd));
	}
	RL(s->s_close(fd));
}

void
case_data(void)
{

	data_side(&ha_sides[0]);
	data_side(&ha_sides[1]);
}
