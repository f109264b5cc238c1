/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any file system's attributes: times, modes and owners as several users see
 * them, file flags, sticky directories.
 */
#include "suite.h"

static int64_t
ns(struct rump_timespec ts)
{

	return ts.tv_sec * 1000000000 + ts.tv_nsec;
}

static void
become(unsigned int uid)
{

	RL(rump_pub_lwproc_rfork(RUMP_RFCFDG));
	RL(rump_sys_setgid(uid));
	RL(rump_sys_setuid(uid));
	RL(rump_sys_chdir("/t"));
}

static void
unbecome(void)
{

	rump_pub_lwproc_releaselwp();
}

ATF_TC_WITHOUT_HEAD(times);
ATF_TC_BODY(times, tc)
{
	struct rump_stat a, b;
	char c;
	int fd;

	fs_boot();
	FS_NEEDS(FS_TIMES);
	vk_write("a", "x");
	a = fs_stat("a");
	ATF_CHECK(a.st_birthtimespec.tv_sec > 1000000000);
	usleep(2000);
	vk_write("a", "y");
	b = fs_stat("a");
	ATF_CHECK(ns(b.st_mtimespec) > ns(a.st_mtimespec));
	ATF_CHECK(ns(b.st_ctimespec) > ns(a.st_ctimespec));
	ATF_CHECK_EQ(ns(b.st_birthtimespec), ns(a.st_birthtimespec));
	usleep(2000);
	fd = RL(rump_sys_open("a", RUMP_O_RDONLY));
	RL(rump_sys_read(fd, &c, 1));
	RL(rump_sys_close(fd));
	a = fs_stat("a");
	ATF_CHECK(ns(a.st_atimespec) > ns(b.st_atimespec));
	ATF_CHECK_EQ(ns(a.st_mtimespec), ns(b.st_mtimespec));
	usleep(2000);
	RL(rump_sys_chmod("a", 0600));
	b = fs_stat("a");
	ATF_CHECK(ns(b.st_ctimespec) > ns(a.st_ctimespec));
	ATF_CHECK_EQ(ns(a.st_mtimespec), ns(b.st_mtimespec));
	/* a directory changes with its entries */
	a = fs_stat(".");
	usleep(2000);
	RL(rump_sys_unlink("a"));
	b = fs_stat(".");
	ATF_CHECK(ns(b.st_mtimespec) > ns(a.st_mtimespec));
	fs_done();
}

ATF_TC_WITHOUT_HEAD(utimens);
ATF_TC_BODY(utimens, tc)
{
	struct rump_timespec ts[2] = { { 12345, 6789 }, { 54321, 999999999 } };
	struct rump_stat st;

	fs_boot();
	FS_NEEDS(FS_TIMES);
	vk_write("a", "x");
	RL(rump_sys_utimensat(RUMP_AT_FDCWD, "a",
	    (const struct timespec *)ts, 0));
	st = fs_stat("a");
	ATF_CHECK_EQ(12345, st.st_atimespec.tv_sec);
	ATF_CHECK_EQ(6789, st.st_atimespec.tv_nsec);
	ATF_CHECK_EQ(54321, st.st_mtimespec.tv_sec);
	ATF_CHECK_EQ(999999999, st.st_mtimespec.tv_nsec);
	ts[0].tv_nsec = RUMP_UTIME_OMIT;
	ts[1].tv_nsec = RUMP_UTIME_NOW;
	RL(rump_sys_utimensat(RUMP_AT_FDCWD, "a",
	    (const struct timespec *)ts, 0));
	st = fs_stat("a");
	ATF_CHECK_EQ(12345, st.st_atimespec.tv_sec);
	ATF_CHECK(st.st_mtimespec.tv_sec > 1000000000);
	fs_done();
}

ATF_TC_WITHOUT_HEAD(perms);
ATF_TC_BODY(perms, tc)
{

	fs_boot();
	FS_NEEDS(FS_MODES);
	vk_write("root600", "secret");
	RL(rump_sys_chmod("root600", 0600));
	vk_write("root644", "public");
	RL(rump_sys_mkdir("closed", 0700));
	RL(rump_sys_mkdir("noread", 0711));
	vk_write("noread/f", "found");
	become(100);
	RE(EACCES, rump_sys_open("root600", RUMP_O_RDONLY));
	vk_holds("root644", "public");
	RE(EACCES, rump_sys_open("root644", RUMP_O_RDWR));
	RE(EACCES, rump_sys_open("closed/f", RUMP_O_RDONLY));
	RE(EACCES, rump_sys_open("noread", RUMP_O_RDONLY));
	vk_holds("noread/f", "found");
	RE(EACCES, rump_sys_unlink("noread/f"));
	RE(EPERM, rump_sys_chmod("root644", 0666));
	RE(EPERM, rump_sys_chown("root644", 100, 100));
	/* one's own */
	vk_write("mine", "x");
	ATF_CHECK_EQ(100, fs_stat("mine").st_uid);
	RL(rump_sys_chmod("mine", 0));
	RE(EACCES, rump_sys_open("mine", RUMP_O_RDONLY));
	RE(EPERM, rump_sys_chown("mine", 101, -1));
	RL(rump_sys_chmod("mine", 0644));
	unbecome();
	/* root may, and set-id bits do not survive a change of owner */
	RL(rump_sys_chmod("mine", 06755));
	become(101);
	RE(EPERM, rump_sys_chmod("mine", 0777));
	unbecome();
	RL(rump_sys_chown("mine", 101, 101));
	ATF_CHECK_EQ(101, fs_stat("mine").st_uid);
	fs_done();
}

ATF_TC_WITHOUT_HEAD(sticky);
ATF_TC_BODY(sticky, tc)
{

	fs_boot();
	FS_NEEDS(FS_MODES);
	RL(rump_sys_mkdir("tmp", 01777));
	RL(rump_sys_chmod("tmp", 01777));
	become(100);
	vk_write("tmp/his", "x");
	unbecome();
	become(101);
	RE(EPERM, rump_sys_unlink("tmp/his"));
	RE(EPERM, rump_sys_rename("tmp/his", "tmp/mine"));
	vk_write("tmp/mine", "y");
	RE(EPERM, rump_sys_rename("tmp/mine", "tmp/his"));
	RL(rump_sys_unlink("tmp/mine"));
	unbecome();
	become(100);
	RL(rump_sys_unlink("tmp/his"));
	/* Whose directory it is may remove what others have there. */
	RL(rump_sys_mkdir("tmp/own", 0777));
	RL(rump_sys_chmod("tmp/own", 01777));
	unbecome();
	become(101);
	vk_write("tmp/own/f", "x");
	vk_write("tmp/own/g", "x");
	RL(rump_sys_mkdir("tmp/own/d", 0777));
	RE(EPERM, rump_sys_rename("tmp/own", "tmp/mine"));
	RE(EPERM, rump_sys_rmdir("tmp/own"));
	unbecome();
	become(102);
	RE(EPERM, rump_sys_rename("tmp/own/d", "tmp/d"));
	RE(EPERM, rump_sys_rmdir("tmp/own/d"));
	unbecome();
	become(100);
	RL(rump_sys_unlink("tmp/own/f"));
	RL(rump_sys_rename("tmp/own/g", "tmp/own/h"));
	RL(rump_sys_rmdir("tmp/own/d"));
	unbecome();
	/* And the superuser everywhere. */
	RL(rump_sys_unlink("tmp/own/h"));
	RL(rump_sys_rmdir("tmp/own"));
	fs_done();
}

ATF_TC_WITHOUT_HEAD(flags);
#ifdef FS_NO_FLAGS
ATF_TC_BODY(flags, tc)
{

	fs_boot();
	vk_write("a", "x");
	RE(EOPNOTSUPP, rump_sys_chflags("a", FS_IMMUTABLE));
	RL(rump_sys_chflags("a", 0));
	ATF_CHECK_EQ(0, fs_stat("a").st_flags);
	fs_done();
}
#else
ATF_TC_BODY(flags, tc)
{
	int fd;

	fs_boot();
	FS_NEEDS(FS_FLAGS);
	vk_write("a", "x");
	RL(rump_sys_chflags("a", FS_IMMUTABLE));
	ATF_CHECK_EQ(FS_IMMUTABLE, fs_stat("a").st_flags);
	RE(EPERM, rump_sys_open("a", RUMP_O_RDWR));
	RE(EPERM, rump_sys_unlink("a"));
	RE(EPERM, rump_sys_rename("a", "b"));
	RE(EPERM, rump_sys_chmod("a", 0600));
	RE(EPERM, rump_sys_link("a", "b"));
	vk_holds("a", "x");
	RL(rump_sys_chflags("a", FS_APPEND));
	RE(EPERM, rump_sys_open("a", RUMP_O_RDWR));
	fd = RL(rump_sys_open("a", RUMP_O_WRONLY | RUMP_O_APPEND));
	ATF_CHECK_EQ(1, rump_sys_write(fd, "y", 1));
	RE(EPERM, rump_sys_ftruncate(fd, 0));
	RL(rump_sys_close(fd));
	vk_holds("a", "xy");
	RL(rump_sys_chflags("a", 0));
	RL(rump_sys_unlink("a"));
	fs_done();
}
#endif /* !FS_NO_FLAGS */

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, times);
	ATF_TP_ADD_TC(tp, utimens);
	ATF_TP_ADD_TC(tp, perms);
	ATF_TP_ADD_TC(tp, sticky);
	ATF_TP_ADD_TC(tp, flags);
	return atf_no_error();
}
