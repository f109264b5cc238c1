/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * namei(9) as programs see it: what each kind of path leads to and which error
 * each wrong one gives, on the root file system and across a mount.
 *
 * Covers: namei(9)
 */
#include "vk.h"

static void
errors_in(const char *dir)
{
	char name[300], path[1200];

	RL(rump_sys_chdir(dir));
	vk_write("file", "x");
	RL(rump_sys_mkdir("dir", 0755));
	RE(ENOENT, rump_sys_access("", 0));
	RE(ENOENT, rump_sys_access("none", 0));
	RE(ENOENT, rump_sys_access("none/file", 0));
	RE(ENOTDIR, rump_sys_access("file/", 0));
	RE(ENOTDIR, rump_sys_access("file/.", 0));
	RE(ENOTDIR, rump_sys_access("file/..", 0));
	RE(ENOTDIR, rump_sys_access("file/x", 0));
	RL(rump_sys_access("dir/", 0));
	RL(rump_sys_access("dir///", 0));
	RL(rump_sys_access("./dir/./../dir/.", 0));
	RL(rump_sys_access("//", 0));

	memset(name, 'n', sizeof(name));
	name[255] = '\0';
	vk_write(name, "long");
	vk_holds(name, "long");
	RL(rump_sys_unlink(name));
	name[255] = 'n';
	name[256] = '\0';
	RE(ENAMETOOLONG, rump_sys_open(name, RUMP_O_CREAT, 0644));
	RE(ENAMETOOLONG, rump_sys_access(name, 0));
	memset(path, '/', sizeof(path));
	path[1100] = '\0';
	RE(ENAMETOOLONG, rump_sys_access(path, 0));

	RE(ENOENT, rump_sys_open("new/", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	RE(EISDIR, rump_sys_open("dir", RUMP_O_RDWR));
	RE(EISDIR, rump_sys_open("dir", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	RE(EEXIST, rump_sys_mkdir("dir", 0755));
	RE(EEXIST, rump_sys_mkdir("dir/", 0755));
	RE(EEXIST, rump_sys_mkdir("/", 0755));
	RE(EEXIST, rump_sys_mkdir(".", 0755));
	RL(rump_sys_mkdir("other/", 0755));
	RL(rump_sys_rmdir("other/"));
	RE(ENOTDIR, rump_sys_rmdir("file"));
	RE(EINVAL, rump_sys_rmdir("."));
	RE(EPERM, rump_sys_unlink("dir"));
	RE(ENOENT, rump_sys_rmdir("none"));
	RE(EBUSY, rump_sys_rmdir("/"));
	RL(rump_sys_unlink("file"));
	RL(rump_sys_rmdir("dir"));
}

VK_CASE(errors)
{

	RL(rump_sys_mkdir("/r", 0755));
	errors_in("/r");
	vk_tmpfs("/t");
	errors_in("/t");
}

/* Nothing is below what is no directory, whatever it is. */
VK_CASE(nodirectory)
{
	static const char *const paths[] = {
		"/t/f/x", "/t/p/x", "/t/c/x", "/t/b/x", "/t/lf/x", "/t/lp/x",
		"/t/p/x/y", "/t/c/..", "/t/p/.", "/t/p/", "/t/lc/", "/t/b//x",
	};
	size_t i, j;

	vk_tmpfs("/t");
	vk_write("/t/f", "x");
	RL(rump_sys_mkfifo("/t/p", 0644));
	RL(rump_sys_mknod("/t/c", S_IFCHR | 0600, 0x1234));
	RL(rump_sys_mknod("/t/b", S_IFBLK | 0600, 0x1234));
	RL(rump_sys_symlink("f", "/t/lf"));
	RL(rump_sys_symlink("p", "/t/lp"));
	RL(rump_sys_symlink("c", "/t/lc"));
	/* not known from before, and known */
	for (i = 0; i < 2; i++)
		for (j = 0; j < sizeof(paths) / sizeof(paths[0]); j++) {
			RE(ENOTDIR, rump_sys_access(paths[j], 0));
			RE(ENOTDIR, rump_sys_unlink(paths[j]));
			RE(ENOTDIR, rump_sys_rename("/t/f", paths[j]));
		}
	vk_done("/t");
}

VK_CASE(symlinks)
{
	char from[16], to[16], buf[32];
	ssize_t n;
	int i;

	RL(rump_sys_mkdir("/d", 0755));
	vk_write("/d/f", "text");
	RL(rump_sys_symlink("d", "/rel"));
	RL(rump_sys_symlink("/d/f", "/abs"));
	RL(rump_sys_symlink("../d/f", "/d/up"));
	RL(rump_sys_symlink("loop", "/loop"));
	RL(rump_sys_symlink("nowhere", "/dangling"));
	vk_holds("/rel/f", "text");
	vk_holds("/abs", "text");
	vk_holds("/rel/up", "text");
	RE(ELOOP, rump_sys_access("/loop", 0));
	RE(ELOOP, rump_sys_access("/loop/x", 0));
	RE(ENOENT, rump_sys_access("/dangling", 0));
	RE(ENOTDIR, rump_sys_access("/abs/", 0));
	RL(rump_sys_access("/rel/", 0));
	n = RL(rump_sys_readlink("/rel", buf, sizeof(buf)));
	ATF_REQUIRE_EQ(1, n);
	RE(EINVAL, rump_sys_readlink("/d", buf, sizeof(buf)));
	RE(EFTYPE, rump_sys_open("/abs", RUMP_O_RDONLY | RUMP_O_NOFOLLOW));
	RE(ENOENT, rump_sys_symlink("", "/empty"));
	RE(EEXIST, rump_sys_symlink("x", "/rel"));

	/* Creating through a link makes what it names. */
	RE(EEXIST, rump_sys_open("/dangling", RUMP_O_CREAT | RUMP_O_EXCL |
	    RUMP_O_RDWR, 0644));
	vk_write("/dangling", "made");
	vk_holds("/nowhere", "made");

	/* 32 links in one lookup, not 33. */
	vk_write("/l0", "end");
	for (i = 1; i <= 33; i++) {
		snprintf(from, sizeof(from), "/l%d", i - 1);
		snprintf(to, sizeof(to), "/l%d", i);
		RL(rump_sys_symlink(from, to));
	}
	vk_holds("/l32", "end");
	RE(ELOOP, rump_sys_access("/l33", 0));
}

VK_CASE(dotdot)
{
	struct rump_stat a, b;

	vk_tmpfs("/t");
	RL(rump_sys_mkdir("/t/a", 0755));
	RL(rump_sys_mkdir("/t/a/b", 0755));
	a = vk_stat("/t");
	b = vk_stat("/t/a/b/../..");
	ATF_REQUIRE_EQ(a.st_ino, b.st_ino);
	ATF_REQUIRE_EQ(a.st_dev, b.st_dev);
	a = vk_stat("/");
	b = vk_stat("/t/..");
	ATF_REQUIRE_EQ(a.st_ino, b.st_ino);
	ATF_REQUIRE_EQ(a.st_dev, b.st_dev);
	b = vk_stat("/../../t/../..");
	ATF_REQUIRE_EQ(a.st_ino, b.st_ino);
	RL(rump_sys_chdir("/t/a/b"));
	b = vk_stat("../../..");
	ATF_REQUIRE_EQ(a.st_ino, b.st_ino);
}

VK_CASE(at)
{
	struct rump_stat st;
	char buf[16];
	int dfd, ffd, fd;

	RL(rump_sys_mkdir("/d", 0755));
	vk_write("/d/f", "in d");
	vk_write("/f", "in root");
	dfd = RL(rump_sys_open("/d", RUMP_O_RDONLY | RUMP_O_DIRECTORY));
	ffd = RL(rump_sys_open("/f", RUMP_O_RDONLY));
	fd = RL(rump_sys_openat(dfd, "f", RUMP_O_RDONLY));
	ATF_REQUIRE_EQ(4, rump_sys_read(fd, buf, sizeof(buf)));
	RL(rump_sys_close(fd));
	fd = RL(rump_sys_openat(dfd, "/f", RUMP_O_RDONLY));
	ATF_REQUIRE_EQ(7, rump_sys_read(fd, buf, sizeof(buf)));
	RL(rump_sys_close(fd));
	RL(rump_sys_openat(RUMP_AT_FDCWD, "f", RUMP_O_RDONLY));
	RE(ENOTDIR, rump_sys_openat(ffd, "f", RUMP_O_RDONLY));
	RE(EBADF, rump_sys_openat(99, "f", RUMP_O_RDONLY));
	RL(rump_sys_openat(99, "/f", RUMP_O_RDONLY));

	RL(rump_sys_mkdirat(dfd, "sub", 0700));
	RL(rump_sys_symlinkat("f", dfd, "ln"));
	RL(rump_sys_linkat(dfd, "f", dfd, "hard", 0));
	RL(rump_sys_mkfifoat(dfd, "fifo", 0600));
	RL(rump_sys_fstatat(dfd, "ln", (struct stat *)&st,
	    RUMP_AT_SYMLINK_NOFOLLOW));
	ATF_REQUIRE_EQ(0120000, (int)(st.st_mode & 0170000));
	RL(rump_sys_fstatat(dfd, "ln", (struct stat *)&st, 0));
	ATF_REQUIRE_EQ(2, (int)st.st_nlink);
	ATF_REQUIRE_EQ(1, rump_sys_readlinkat(dfd, "ln", buf, sizeof(buf)));
	RL(rump_sys_faccessat(dfd, "f", 4, 0));
	RL(rump_sys_fchmodat(dfd, "f", 0600, 0));
	RL(rump_sys_renameat(dfd, "hard", RUMP_AT_FDCWD, "/moved"));
	vk_holds("/moved", "in d");
	RE(EINVAL, rump_sys_unlinkat(dfd, "f", 0x4000));
	RL(rump_sys_unlinkat(dfd, "sub", RUMP_AT_REMOVEDIR));
	RL(rump_sys_unlinkat(dfd, "f", 0));
	ATF_REQUIRE(!vk_exists("/d/f"));
}

VK_CASE(removed)
{

	RL(rump_sys_mkdir("/d", 0755));
	RL(rump_sys_chdir("/d"));
	RL(rump_sys_rmdir("/d"));
	RE(ENOENT, rump_sys_open("f", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	RE(ENOENT, rump_sys_mkdir("sub", 0755));
	RE(ENOENT, rump_sys_access("f", 0));
	RL(rump_sys_access(".", 0));
	RL(rump_sys_chdir("/"));
	RE(ENOENT, rump_sys_chdir("/d"));
}

VK_CASE(permission)
{

	RL(rump_sys_mkdir("/shut", 0700));
	RL(rump_sys_mkdir("/open", 0755));
	RL(rump_sys_mkdir("/open/in", 0700));
	vk_write("/shut/f", "x");
	vk_write("/open/f", "x");
	RL(rump_sys_access("/shut/f", 0));
	RL(rump_sys_setuid(100));
	RE(EACCES, rump_sys_access("/shut/f", 0));
	RE(EACCES, rump_sys_access("/shut/none", 0));
	RE(EACCES, rump_sys_access("/shut/..", 0));
	RE(EACCES, rump_sys_chdir("/shut"));
	RL(rump_sys_access("/open/f", 4));
	RE(EACCES, rump_sys_access("/open/f", 2));
	RE(EACCES, rump_sys_open("/open/new", RUMP_O_CREAT, 0644));
	RE(EACCES, rump_sys_unlink("/open/f"));
	RE(EACCES, rump_sys_rmdir("/open/in"));
	RE(EPERM, rump_sys_chmod("/open/f", 0777));
	RE(EPERM, rump_sys_chown("/open/f", 100, 100));
	RE(EPERM, rump_sys_chroot("/open"));
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, errors);
	ATF_TP_ADD_TC(tp, nodirectory);
	ATF_TP_ADD_TC(tp, symlinks);
	ATF_TP_ADD_TC(tp, dotdot);
	ATF_TP_ADD_TC(tp, at);
	ATF_TP_ADD_TC(tp, removed);
	ATF_TP_ADD_TC(tp, permission);
	return atf_no_error();
}
