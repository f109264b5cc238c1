/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Open files: flags of open(2), positions, what stays of a file that is
 * unlinked while open, truncation, directories, times.
 */
#include "vk.h"

VK_CASE(flags)
{
	char buf[16];
	int fd;

	RE(ENOENT, rump_sys_open("/f", RUMP_O_RDWR));
	RE(EINVAL, rump_sys_open("/f", RUMP_O_ACCMODE));
	RE(EINVAL, rump_sys_open("/f", RUMP_O_CREAT | RUMP_O_DIRECTORY, 0644));
	fd = RL(rump_sys_open("/f", RUMP_O_CREAT | RUMP_O_EXCL | RUMP_O_RDWR,
	    0644));
	RE(EEXIST, rump_sys_open("/f", RUMP_O_CREAT | RUMP_O_EXCL, 0644));
	ATF_REQUIRE_EQ(5, rump_sys_write(fd, "hello", 5));
	RL(rump_sys_close(fd));
	fd = RL(rump_sys_open("/f", RUMP_O_CREAT | RUMP_O_RDWR, 0600));
	ATF_REQUIRE_EQ(0100644, (int)vk_stat("/f").st_mode);
	RL(rump_sys_close(fd));
	fd = RL(rump_sys_open("/f", RUMP_O_WRONLY | RUMP_O_APPEND));
	ATF_REQUIRE_EQ(6, rump_sys_write(fd, " world", 6));
	ATF_REQUIRE_EQ(11, rump_sys_lseek(fd, 0, RUMP_SEEK_CUR));
	RE(EBADF, rump_sys_read(fd, buf, 1));
	RL(rump_sys_close(fd));
	vk_holds("/f", "hello world");
	fd = RL(rump_sys_open("/f", RUMP_O_RDONLY));
	RE(EBADF, rump_sys_write(fd, "x", 1));
	RE(EINVAL, rump_sys_ftruncate(fd, 0));
	RL(rump_sys_close(fd));
	RL(rump_sys_open("/f", RUMP_O_RDWR | RUMP_O_TRUNC));
	ATF_REQUIRE_EQ(0, (int)vk_stat("/f").st_size);
	RE(ENOTDIR, rump_sys_open("/f", RUMP_O_RDONLY | RUMP_O_DIRECTORY));
	RE(EFTYPE, rump_sys_open("/", RUMP_O_RDONLY | RUMP_O_REGULAR));
	RL(rump_sys_umask(077));
	RL(rump_sys_open("/g", RUMP_O_CREAT | RUMP_O_RDWR, 0666));
	ATF_REQUIRE_EQ(0100600, (int)vk_stat("/g").st_mode);
}

VK_CASE(position)
{
	struct iovec iov[2];
	char buf[16], b1[3], b2[4];
	int fd, fd2;

	fd = RL(rump_sys_open("/f", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	ATF_REQUIRE_EQ(10, rump_sys_write(fd, "0123456789", 10));
	ATF_REQUIRE_EQ(3, rump_sys_lseek(fd, 3, RUMP_SEEK_SET));
	fd2 = RL(rump_sys_dup(fd));
	ATF_REQUIRE_EQ(2, rump_sys_read(fd2, buf, 2));
	ATF_REQUIRE_EQ(5, rump_sys_lseek(fd, 0, RUMP_SEEK_CUR));
	ATF_REQUIRE_EQ(4, rump_sys_pread(fd, buf, 4, 6));
	ATF_REQUIRE_EQ(0, memcmp(buf, "6789", 4));
	ATF_REQUIRE_EQ(2, rump_sys_pwrite(fd, "ab", 2, 0));
	ATF_REQUIRE_EQ(5, rump_sys_lseek(fd, 0, RUMP_SEEK_CUR));
	ATF_REQUIRE_EQ(9, rump_sys_lseek(fd, -1, RUMP_SEEK_END));
	RE(EINVAL, rump_sys_lseek(fd, -1, RUMP_SEEK_SET));
	RE(EINVAL, rump_sys_lseek(fd, 0, 17));
	RE(EINVAL, rump_sys_pread(fd, buf, 1, -1));
	iov[0].iov_base = b1;
	iov[0].iov_len = sizeof(b1);
	iov[1].iov_base = b2;
	iov[1].iov_len = sizeof(b2);
	ATF_REQUIRE_EQ(7, rump_sys_preadv(fd, iov, 2, 0));
	ATF_REQUIRE_EQ(0, memcmp(b1, "ab2", 3));
	ATF_REQUIRE_EQ(0, memcmp(b2, "3456", 4));
	ATF_REQUIRE_EQ(7, rump_sys_pwritev(fd, iov, 2, 20));
	ATF_REQUIRE_EQ(27, (int)vk_stat("/f").st_size);
	ATF_REQUIRE_EQ(1, rump_sys_pread(fd, buf, 1, 15));
	ATF_REQUIRE_EQ(0, buf[0]);
}

static void
unlinked_in(const char *dir)
{
	struct rump_stat st;
	char buf[16];
	int fd;

	RL(rump_sys_chdir(dir));
	fd = RL(rump_sys_open("f", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	ATF_REQUIRE_EQ(4, rump_sys_write(fd, "data", 4));
	RL(rump_sys_unlink("f"));
	ATF_REQUIRE(!vk_exists("f"));
	RL(rump_sys_fstat(fd, (struct stat *)&st));
	ATF_REQUIRE_EQ(0, (int)st.st_nlink);
	ATF_REQUIRE_EQ(4, rump_sys_pread(fd, buf, 4, 0));
	ATF_REQUIRE_EQ(4, rump_sys_pwrite(fd, "more", 4, 4));
	vk_write("f", "another");
	ATF_REQUIRE_EQ(8, rump_sys_pread(fd, buf, sizeof(buf), 0));
	ATF_REQUIRE_EQ(0, memcmp(buf, "datamore", 8));
	RL(rump_sys_close(fd));
	vk_holds("f", "another");
}

VK_CASE(unlinked)
{

	unlinked_in("/");
	vk_tmpfs("/t");
	unlinked_in("/t");
	RL(rump_sys_chdir("/"));
	RL(rump_sys_unmount("/t", 0));
}

VK_CASE(truncate)
{
	char buf[8];
	int fd;

	vk_write("/f", "abcdef");
	RL(rump_sys_truncate("/f", 3));
	vk_holds("/f", "abc");
	RL(rump_sys_truncate("/f", 6));
	fd = RL(rump_sys_open("/f", RUMP_O_RDWR));
	ATF_REQUIRE_EQ(6, rump_sys_read(fd, buf, sizeof(buf)));
	ATF_REQUIRE_EQ(0, memcmp(buf, "abc\0\0\0", 6));
	RL(rump_sys_ftruncate(fd, 1));
	vk_holds("/f", "a");
	RE(EINVAL, rump_sys_truncate("/f", -1));
	RE(EISDIR, rump_sys_truncate("/", 0));
	RE(ENOENT, rump_sys_truncate("/none", 0));
	RL(rump_sys_fsync(fd));
	RL(rump_sys_fdatasync(fd));
	RE(EBADF, rump_sys_fsync(99));
}

VK_CASE(readdir)
{
	char buf[1024], name[32];
	int dfd, fd, i, n, pos, seen = 0;

	RL(rump_sys_mkdir("/d", 0755));
	for (i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "/d/f%d", i);
		vk_touch(name, RUMP_O_CREAT | RUMP_O_RDWR);
	}
	dfd = RL(rump_sys_open("/d", RUMP_O_RDONLY));
	while ((n = RL(rump_sys_getdents(dfd, buf, sizeof(buf)))) > 0)
		for (pos = 0; pos < n;) {
			struct rump_dirent *de = (void *)(buf + pos);

			ATF_REQUIRE(de->d_reclen > 0);
			seen++;
			pos += de->d_reclen;
		}
	ATF_REQUIRE_EQ(102, seen);
	RE(EISDIR, rump_sys_read(dfd, buf, 1));
	RL(rump_sys_lseek(dfd, 0, RUMP_SEEK_SET));
	ATF_REQUIRE(rump_sys_getdents(dfd, buf, sizeof(buf)) > 0);
	fd = RL(rump_sys_open("/d/f1", RUMP_O_RDONLY));
	RE(ENOTDIR, rump_sys_getdents(fd, buf, sizeof(buf)));
}

VK_CASE(times)
{
	struct rump_timespec ts[2] = { { 1000, 5 }, { 2000, 999999999 } };
	struct rump_stat st;

	vk_write("/f", "x");
	RL(rump_sys_utimensat(RUMP_AT_FDCWD, "/f", (struct timespec *)ts, 0));
	st = vk_stat("/f");
	ATF_REQUIRE_EQ(1000, st.st_atimespec.tv_sec);
	ATF_REQUIRE_EQ(5, st.st_atimespec.tv_nsec);
	ATF_REQUIRE_EQ(2000, st.st_mtimespec.tv_sec);
	ATF_REQUIRE_EQ(999999999, st.st_mtimespec.tv_nsec);
	ts[0].tv_nsec = RUMP_UTIME_OMIT;
	ts[1].tv_sec = 3000;
	RL(rump_sys_utimensat(RUMP_AT_FDCWD, "/f", (struct timespec *)ts, 0));
	st = vk_stat("/f");
	ATF_REQUIRE_EQ(1000, st.st_atimespec.tv_sec);
	ATF_REQUIRE_EQ(3000, st.st_mtimespec.tv_sec);
	ts[0].tv_nsec = RUMP_UTIME_NOW;
	RL(rump_sys_utimensat(RUMP_AT_FDCWD, "/f", (struct timespec *)ts, 0));
	ATF_REQUIRE(vk_stat("/f").st_atimespec.tv_sec > 100000);
	ts[0].tv_nsec = 1000000000;
	RE(EINVAL, rump_sys_utimensat(RUMP_AT_FDCWD, "/f",
	    (struct timespec *)ts, 0));
}

VK_CASE(links)
{

	vk_write("/f", "x");
	RL(rump_sys_mkdir("/d", 0755));
	RL(rump_sys_link("/f", "/d/g"));
	ATF_REQUIRE_EQ(2, (int)vk_stat("/f").st_nlink);
	ATF_REQUIRE_EQ(vk_stat("/f").st_ino, vk_stat("/d/g").st_ino);
	RE(EEXIST, rump_sys_link("/f", "/d/g"));
	RE(EPERM, rump_sys_link("/d", "/e"));
	RE(ENOENT, rump_sys_link("/none", "/e"));
	RL(rump_sys_unlink("/f"));
	ATF_REQUIRE_EQ(1, (int)vk_stat("/d/g").st_nlink);
	vk_holds("/d/g", "x");
	RE(ENOTEMPTY, rump_sys_rmdir("/d"));
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, flags);
	ATF_TP_ADD_TC(tp, position);
	ATF_TP_ADD_TC(tp, unlinked);
	ATF_TP_ADD_TC(tp, truncate);
	ATF_TP_ADD_TC(tp, readdir);
	ATF_TP_ADD_TC(tp, times);
	ATF_TP_ADD_TC(tp, links);
	return atf_no_error();
}
