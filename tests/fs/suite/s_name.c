/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any file system's names: creating, linking, removing, and renaming
 * everything onto everything.
 */
#include "suite.h"

ATF_TC_WITHOUT_HEAD(create);
ATF_TC_BODY(create, tc)
{
	char name[300];

	fs_boot();
	vk_write("a", "hello");
	vk_holds("a", "hello");
	RE(EEXIST, rump_sys_open("a", RUMP_O_CREAT | RUMP_O_EXCL |
	    RUMP_O_RDWR, 0644));
	RE(ENOENT, rump_sys_open("b", RUMP_O_RDWR));
	RE(ENOTDIR, rump_sys_open("a/b", RUMP_O_RDWR | RUMP_O_CREAT, 0644));
	RE(EISDIR, rump_sys_open(".", RUMP_O_RDWR));
	memset(name, 'n', sizeof(name));
	name[255] = '\0';
	vk_write(name, "long");
	vk_holds(name, "long");
	name[255] = 'n';
	name[256] = '\0';
	RE(ENAMETOOLONG, rump_sys_open(name, RUMP_O_RDWR | RUMP_O_CREAT,
	    0644));
	fs_done();
}

ATF_TC_WITHOUT_HEAD(directories);
ATF_TC_BODY(directories, tc)
{

	fs_boot();
	FS_NEEDS(FS_LINKS);
	ATF_CHECK_EQ(FS_ROOT_NLINK, fs_stat(".").st_nlink);
	RL(rump_sys_mkdir("d", 0755));
	ATF_CHECK_EQ(FS_ROOT_NLINK + 1, fs_stat(".").st_nlink);
	ATF_CHECK_EQ(2, fs_stat("d").st_nlink);
	RL(rump_sys_mkdir("d/e", 0755));
	ATF_CHECK_EQ(3, fs_stat("d").st_nlink);
	ATF_CHECK_EQ(fs_stat("d").st_ino, fs_stat("d/e/..").st_ino);
	ATF_CHECK_EQ(fs_stat("d").st_ino, fs_stat("d/e/../.").st_ino);
	RE(EEXIST, rump_sys_mkdir("d", 0755));
	RE(ENOTEMPTY, rump_sys_rmdir("d"));
	RE(EPERM, rump_sys_unlink("d"));
	RE(EINVAL, rump_sys_rmdir("d/."));
	vk_write("f", "");
	RE(ENOTDIR, rump_sys_rmdir("f"));
	RL(rump_sys_rmdir("d/e"));
	ATF_CHECK_EQ(2, fs_stat("d").st_nlink);
	RL(rump_sys_rmdir("d"));
	ATF_CHECK_EQ(FS_ROOT_NLINK, fs_stat(".").st_nlink);
	RE(ENOENT, rump_sys_rmdir("d"));
	fs_done();
}

/* A removed directory that somebody is in. */
ATF_TC_WITHOUT_HEAD(rmdir_cwd);
ATF_TC_BODY(rmdir_cwd, tc)
{

	fs_boot();
	RL(rump_sys_mkdir("d", 0755));
	RL(rump_sys_chdir("d"));
	RL(rump_sys_rmdir("/t/d"));
	RE(ENOENT, rump_sys_open("f", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	RE(ENOENT, rump_sys_mkdir("e", 0755));
	fs_done();
}

ATF_TC_WITHOUT_HEAD(links);
ATF_TC_BODY(links, tc)
{

	fs_boot();
	FS_NEEDS(FS_LINKS);
	vk_write("a", "one");
	RL(rump_sys_link("a", "b"));
	ATF_CHECK_EQ(2, fs_stat("a").st_nlink);
	ATF_CHECK_EQ(fs_stat("a").st_ino, fs_stat("b").st_ino);
	vk_write("b", "two");
	vk_holds("a", "two");
	RE(EEXIST, rump_sys_link("a", "b"));
	RL(rump_sys_mkdir("d", 0755));
	RE(EPERM, rump_sys_link("d", "e"));
	RE(EXDEV, rump_sys_link("a", FS_ELSEWHERE "/a"));
	RL(rump_sys_unlink("a"));
	ATF_CHECK_EQ(1, fs_stat("b").st_nlink);
	vk_holds("b", "two");
	fs_done();
}

ATF_TC_WITHOUT_HEAD(symlinks);
ATF_TC_BODY(symlinks, tc)
{
	char buf[64];

	fs_boot();
	FS_NEEDS(FS_SYMLINKS);
	vk_write("a", "target");
	RL(rump_sys_symlink("a", "l"));
	vk_holds("l", "target");
	ATF_CHECK_EQ(1, fs_stat("l").st_size);
	ATF_REQUIRE_EQ(1, rump_sys_readlink("l", buf, sizeof(buf)));
	ATF_CHECK_EQ('a', buf[0]);
	RE(EINVAL, rump_sys_readlink("a", buf, sizeof(buf)));
	RL(rump_sys_symlink("loop", "loop"));
	RE(ELOOP, rump_sys_open("loop", RUMP_O_RDONLY));
	RE(EFTYPE, rump_sys_open("l", RUMP_O_RDONLY | RUMP_O_NOFOLLOW));
	RL(rump_sys_unlink("l"));
	vk_holds("a", "target");
	fs_done();
}

/* An unlinked file lives while it is open, then its memory comes back. */
ATF_TC_WITHOUT_HEAD(unlink_open);
ATF_TC_BODY(unlink_open, tc)
{
	static char buf[65536];
	struct rump_stat st;
	int fd;

	fs_boot();
	FS_NEEDS(FS_LINKS);
	fd = RL(rump_sys_open("a", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	ATF_REQUIRE_EQ(sizeof(buf), rump_sys_write(fd, buf, sizeof(buf)));
	RL(rump_sys_unlink("a"));
	ATF_CHECK(!vk_exists("a"));
	RL(rump_sys_fstat(fd, (struct stat *)&st));
	ATF_CHECK_EQ(0, st.st_nlink);
	ATF_CHECK_EQ(sizeof(buf), st.st_size);
	ATF_REQUIRE_EQ(5, rump_sys_pwrite(fd, "hello", 5, 70000));
	ATF_REQUIRE_EQ(5, rump_sys_pread(fd, buf, 10, 70000));
	ATF_CHECK_EQ(0, memcmp(buf, "hello", 5));
	vk_write("a", "other");
	vk_holds("a", "other");
	RL(rump_sys_close(fd));
	vk_holds("a", "other");
	fs_done();
}

ATF_TC_WITHOUT_HEAD(special);
ATF_TC_BODY(special, tc)
{
	struct rump_stat st;

	fs_boot();
	FS_NEEDS(FS_SPECIAL);
	RL(rump_sys_mknod("chr", S_IFCHR | 0600, 0x1234));
	st = fs_stat("chr");
	ATF_CHECK(S_ISCHR(st.st_mode));
	ATF_CHECK_EQ(0x1234, st.st_rdev);
	RL(rump_sys_mknod("blk", S_IFBLK | 0600, 0x4321));
	ATF_CHECK(S_ISBLK(fs_stat("blk").st_mode));
	RL(rump_sys_mkfifo("fifo", 0644));
	ATF_CHECK(S_ISFIFO(fs_stat("fifo").st_mode));
	RL(rump_sys_unlink("chr"));
	RL(rump_sys_unlink("blk"));
	RL(rump_sys_unlink("fifo"));
	fs_done();
}

/* What rename(2) has to do with each pair of things. */
enum { NONE, FILE_, LINK_, EMPTY, FULL, NKINDS };

static void
make(int kind, const char *name)
{
	char sub[64];

	switch (kind) {
	case FILE_:
		vk_write(name, name);
		break;
	case LINK_:
		RL(rump_sys_symlink(name, name));
		break;
	case FULL:
	case EMPTY:
		RL(rump_sys_mkdir(name, 0755));
		if (kind == FULL) {
			snprintf(sub, sizeof(sub), "%s/in", name);
			vk_write(sub, "in");
		}
		break;
	}
}

static void
unmake(int kind, const char *name)
{
	char sub[64];

	if (kind == FULL) {
		snprintf(sub, sizeof(sub), "%s/in", name);
		RL(rump_sys_unlink(sub));
	}
	if (kind == FULL || kind == EMPTY)
		RL(rump_sys_rmdir(name));
	else if (kind != NONE)
		RL(rump_sys_unlink(name));
}

static int
expected(int from, int to)
{
	const int fromdir = from == EMPTY || from == FULL;

	if (from == NONE)
		return RUMP_ENOENT;
	if (to == NONE)
		return 0;
	if (fromdir)
		return to == FULL ? RUMP_ENOTEMPTY :
		    to == EMPTY ? 0 : RUMP_ENOTDIR;
	return to == EMPTY || to == FULL ? RUMP_EISDIR : 0;
}

static void
rename_one(int from, int to, const char *fname, const char *tname)
{
	const int want = expected(from, to);
	uint64_t ino = 0;
	int error;

	make(from, fname);
	make(to, tname);
	if (from != NONE)
		ino = fs_stat(fname).st_ino;
	errno = 0;
	error = rump_sys_rename(fname, tname) == -1 ? errno : 0;
	ATF_REQUIRE_MSG(error == want, "rename %s(%d) %s(%d): %d, not %d",
	    fname, from, tname, to, error, want);
	if (want != 0) {
		unmake(from, fname);
		unmake(to, tname);
		return;
	}
	ATF_CHECK(!vk_exists(fname));
	ATF_CHECK_EQ(ino, fs_stat(tname).st_ino);
	unmake(from, tname);
}

ATF_TC_WITHOUT_HEAD(rename_matrix);
ATF_TC_BODY(rename_matrix, tc)
{
	int from, to;

	fs_boot();
	FS_NEEDS(FS_LINKS | FS_SYMLINKS);
	RL(rump_sys_mkdir("x", 0755));
	RL(rump_sys_mkdir("x/y", 0755));
	for (from = NONE; from < NKINDS; from++)
		for (to = NONE; to < NKINDS; to++) {
			rename_one(from, to, "a", "b");
			rename_one(from, to, "a", "x/b");
			rename_one(from, to, "x/y/a", "b");
			rename_one(from, to, "x/a", "x/y/b");
		}
	ATF_CHECK_EQ(FS_ROOT_NLINK + 1, fs_stat(".").st_nlink);
	ATF_CHECK_EQ(3, fs_stat("x").st_nlink);
	ATF_CHECK_EQ(2, fs_stat("x/y").st_nlink);
	fs_done();
}

ATF_TC_WITHOUT_HEAD(rename_special);
ATF_TC_BODY(rename_special, tc)
{

	fs_boot();
	FS_NEEDS(FS_LINKS);
	RL(rump_sys_mkdir("d", 0755));
	RL(rump_sys_mkdir("d/e", 0755));
	RL(rump_sys_mkdir("d/e/f", 0755));
	/* into itself, onto what holds it, the dots */
	RE(EINVAL, rump_sys_rename("d", "d/x"));
	RE(EINVAL, rump_sys_rename("d", "d/e/f/x"));
	RE(ENOTEMPTY, rump_sys_rename("d/e/f", "d"));
	RE(ENOTEMPTY, rump_sys_rename("d/e/f", "d/e"));
	RE(EINVAL, rump_sys_rename("d/.", "x"));
	RE(EINVAL, rump_sys_rename("d/e/..", "x"));
	RL(rump_sys_rename("d", "d"));
	/* a moved directory has another parent */
	RL(rump_sys_rename("d/e/f", "f"));
	ATF_CHECK_EQ(fs_stat(".").st_ino, fs_stat("f/..").st_ino);
	ATF_CHECK_EQ(FS_ROOT_NLINK + 2, fs_stat(".").st_nlink);
	ATF_CHECK_EQ(2, fs_stat("d/e").st_nlink);
	RE(EXDEV, rump_sys_rename("f", FS_ELSEWHERE "/f"));
	/* two names of one file */
	vk_write("a", "x");
	RL(rump_sys_link("a", "b"));
	RL(rump_sys_rename("a", "a"));
	ATF_CHECK(vk_exists("a"));
	fs_done();
}

ATF_TC_WITHOUT_HEAD(rename_open);
ATF_TC_BODY(rename_open, tc)
{
	char c;
	int fd;

	fs_boot();
	vk_write("old", "O");
	vk_write("new", "N");
	fd = RL(rump_sys_open("old", RUMP_O_RDONLY));
	RL(rump_sys_rename("new", "old"));
	vk_holds("old", "N");
	ATF_REQUIRE_EQ(1, rump_sys_read(fd, &c, 1));
	ATF_CHECK_EQ('O', c);
	RL(rump_sys_close(fd));
	fs_done();
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, create);
	ATF_TP_ADD_TC(tp, directories);
	ATF_TP_ADD_TC(tp, rmdir_cwd);
	ATF_TP_ADD_TC(tp, links);
	ATF_TP_ADD_TC(tp, symlinks);
	ATF_TP_ADD_TC(tp, unlink_open);
	ATF_TP_ADD_TC(tp, special);
	ATF_TP_ADD_TC(tp, rename_matrix);
	ATF_TP_ADD_TC(tp, rename_special);
	ATF_TP_ADD_TC(tp, rename_open);
	return atf_no_error();
}
