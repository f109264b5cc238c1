/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rename(2) in all cases: what may replace what, directories that change
 * their parent, circles, names with several links.
 */
#include "e2.h"

static void
make(const char *what, const char *name)
{

	if (strcmp(what, "file") == 0)
		e2_create(name, 100, 1);
	else if (strcmp(what, "dir") == 0)
		RL(rump_sys_mkdir(e2_path("%s", name), 0755));
	else if (strcmp(what, "full") == 0) {
		RL(rump_sys_mkdir(e2_path("%s", name), 0755));
		e2_create(name[0] == 'a' ? "a/x/f" : "b/y/f", 10, 1);
	} else if (strcmp(what, "link") == 0)
		RL(rump_sys_symlink("nowhere", e2_path("%s", name)));
}

static void
unmake(const char *name)
{

	(void)rump_sys_unlink(e2_path("%s/f", name));
	if (rump_sys_unlink(e2_path("%s", name)) == -1)
		(void)rump_sys_rmdir(e2_path("%s", name));
}

/* What a rename of one kind over another must do: 0 or an error. */
static const struct {
	const char *from, *to;
	int error;
} matrix[] = {
	{ "none", "none", RUMP_ENOENT }, { "none", "file", RUMP_ENOENT },
	{ "file", "none", 0 }, { "file", "file", 0 },
	{ "file", "link", 0 }, { "file", "dir", RUMP_EISDIR },
	{ "link", "none", 0 }, { "link", "file", 0 },
	{ "dir", "none", 0 }, { "dir", "file", RUMP_ENOTDIR },
	{ "dir", "dir", 0 }, { "dir", "full", RUMP_ENOTEMPTY },
	{ "full", "none", 0 }, { "full", "dir", 0 },
	{ "full", "full", RUMP_ENOTEMPTY },
};

static void
one_case(int i)
{
	struct rump_stat st, st2, da, db;
	int rv;

	make(matrix[i].from, "a/x");
	make(matrix[i].to, "b/y");
	memset(&st, 0, sizeof(st));
	(void)rump_sys_lstat(MNT "/a/x", (struct stat *)&st);
	rv = rump_sys_rename(MNT "/a/x", MNT "/b/y");
	if (matrix[i].error == 0) {
		ATF_REQUIRE_MSG(rv == 0, "%s over %s: %s", matrix[i].from,
		    matrix[i].to, rump_strerror(errno));
		e2_stat("b/y", &st2);
		ATF_REQUIRE_EQ(st.st_ino, st2.st_ino);
		ATF_REQUIRE_EQ(st.st_nlink, st2.st_nlink);
		RE(ENOENT, rump_sys_lstat(MNT "/a/x", (struct stat *)&st));
	} else {
		ATF_REQUIRE_EQ(-1, rv);
		ATF_REQUIRE_EQ_MSG(matrix[i].error, errno, "%s over %s: %s",
		    matrix[i].from, matrix[i].to, rump_strerror(errno));
	}
	unmake("a/x");
	unmake("b/y");
	e2_stat("a", &da);
	e2_stat("b", &db);
	ATF_REQUIRE_EQ(2, da.st_nlink);
	ATF_REQUIRE_EQ(2, db.st_nlink);
}

E2_TC(over, "everything over everything")
{
	size_t i;

	e2_mkfs("8M", "-t ext2");
	e2_mount(0);
	RL(rump_sys_mkdir(MNT "/a", 0755));
	RL(rump_sys_mkdir(MNT "/b", 0755));
	for (i = 0; i < sizeof(matrix) / sizeof(matrix[0]); i++)
		one_case(i);
	e2_umount();
	e2_fsck();
}

E2_TC(parents, "a directory that moves has a new parent")
{
	struct rump_stat st, up;

	e2_mkfs("8M", "-t ext2");
	e2_mount(0);
	RL(rump_sys_mkdir(MNT "/a", 0755));
	RL(rump_sys_mkdir(MNT "/b", 0755));
	RL(rump_sys_mkdir(MNT "/a/d", 0755));
	RL(rump_sys_mkdir(MNT "/a/d/e", 0755));
	RL(rump_sys_rename(MNT "/a/d", MNT "/b/d2"));
	e2_stat("b", &st);
	e2_stat("b/d2/..", &up);
	ATF_REQUIRE_EQ(st.st_ino, up.st_ino);
	ATF_REQUIRE_EQ(3, st.st_nlink);
	e2_stat("a", &st);
	ATF_REQUIRE_EQ(2, st.st_nlink);
	e2_again();
	e2_stat("b", &st);
	e2_stat("b/d2/e/../..", &up);
	ATF_REQUIRE_EQ(st.st_ino, up.st_ino);
	RL(rump_sys_rename(MNT "/b/d2/e", MNT "/e"));
	RL(rump_sys_rename(MNT "/b", MNT "/e/b"));
	e2_umount();
	e2_fsck();
}

E2_TC(circles, "no directory below itself")
{

	e2_mkfs("8M", "-t ext2");
	e2_mount(0);
	RL(rump_sys_mkdir(MNT "/a", 0755));
	RL(rump_sys_mkdir(MNT "/a/b", 0755));
	RL(rump_sys_mkdir(MNT "/a/b/c", 0755));
	RE(EINVAL, rump_sys_rename(MNT "/a", MNT "/a/x"));
	RE(EINVAL, rump_sys_rename(MNT "/a", MNT "/a/b/x"));
	RE(EINVAL, rump_sys_rename(MNT "/a", MNT "/a/b/c/x"));
	RE(ENOTEMPTY, rump_sys_rename(MNT "/a/b/c", MNT "/a"));
	RE(EINVAL, rump_sys_rename(MNT "/a/.", MNT "/x"));
	RE(EINVAL, rump_sys_rename(MNT "/a/b", MNT "/a/.."));
	RL(rump_sys_rename(MNT "/a", MNT "/a"));
	e2_umount();
	e2_fsck();
}

E2_TC(links, "two names of one file")
{
	struct rump_stat st;

	e2_mkfs("8M", "-t ext2");
	e2_mount(0);
	e2_create("f", 10, 1);
	RL(rump_sys_link(MNT "/f", MNT "/g"));
	RL(rump_sys_link(MNT "/f", MNT "/h"));
	RL(rump_sys_rename(MNT "/f", MNT "/f"));
	e2_stat("f", &st);
	ATF_REQUIRE_EQ(3, st.st_nlink);
	/* Whether both names stay is the call's choice; the file does. */
	RL(rump_sys_rename(MNT "/f", MNT "/g"));
	e2_stat("g", &st);
	ATF_REQUIRE(st.st_nlink == 3 || st.st_nlink == 2);
	e2_check("h", 10, 1);
	e2_umount();
	e2_fsck();
}

E2_TC(large, "in and between large directories")
{
	int i;

	e2_mkfs("32M", "-t ext2 -b 1024 -N 8000");
	e2_mount(0);
	RL(rump_sys_mkdir(MNT "/a", 0755));
	RL(rump_sys_mkdir(MNT "/b", 0755));
	for (i = 0; i < 3000; i++)
		RL(rump_sys_mknod(e2_path("a/file%d", i), S_IFREG | 0644, 0));
	for (i = 0; i < 3000; i++) {
		if (i % 3 == 0)
			RL(rump_sys_rename(e2_path("a/file%d", i),
			    e2_path("b/moved%d", i)));
		else if (i % 3 == 1)
			RL(rump_sys_rename(e2_path("a/file%d", i),
			    e2_path("a/renamed%d", i)));
		else
			RL(rump_sys_rename(e2_path("a/file%d", i),
			    e2_path("a/renamed%d", i - 1)));
	}
	e2_again();
	ATF_REQUIRE_EQ(1000, e2_count("a"));
	ATF_REQUIRE_EQ(1000, e2_count("b"));
	e2_umount();
}

E2_TC(open, "over a file that is open")
{
	char buf[100];
	int fd;

	e2_mkfs("8M", "-t ext2");
	e2_mount(0);
	e2_create("old", 5000, 1);
	e2_create("new", 6000, 2);
	RL(fd = rump_sys_open(MNT "/old", RUMP_O_RDONLY));
	RL(rump_sys_rename(MNT "/new", MNT "/old"));
	ATF_REQUIRE_EQ(100, rump_sys_pread(fd, buf, 100, 4900));
	RL(rump_sys_close(fd));
	e2_check("old", 6000, 2);
	e2_umount();
	e2_fsck();
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, over);
	ATF_TP_ADD_TC(tp, parents);
	ATF_TP_ADD_TC(tp, circles);
	ATF_TP_ADD_TC(tp, links);
	ATF_TP_ADD_TC(tp, large);
	ATF_TP_ADD_TC(tp, open);
	return atf_no_error();
}
