/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rename(2): every kind of source onto every kind of target, what is left
 * afterwards, and the errors, on the root file system and on tmpfs.
 */
#include "vk.h"

enum kind { NONE, FILE_, LINK_, EMPTY, FULL, NKINDS };
static const char *const kinds[] = {
	"none", "file", "link", "empty directory", "full directory"
};

static void
make(enum kind k, const char *path)
{
	char sub[64];

	switch (k) {
	case FILE_:
		vk_write(path, path);
		break;
	case LINK_:
		RL(rump_sys_symlink("target", path));
		break;
	case FULL:
		RL(rump_sys_mkdir(path, 0755));
		snprintf(sub, sizeof(sub), "%s/x", path);
		vk_write(sub, "in");
		break;
	case EMPTY:
		RL(rump_sys_mkdir(path, 0755));
		break;
	default:
		break;
	}
}

static void
clear(const char *path)
{
	char sub[64];

	snprintf(sub, sizeof(sub), "%s/x", path);
	(void)rump_sys_unlink(sub);
	if (rump_sys_unlink(path) == -1)
		(void)rump_sys_rmdir(path);
	ATF_REQUIRE(!vk_exists(path));
}

/* What POSIX says of a rename of one kind over another. */
static int
expected(enum kind from, enum kind to)
{
	int fdir = from == EMPTY || from == FULL;
	int tdir = to == EMPTY || to == FULL;

	if (from == NONE)
		return RUMP_ENOENT;
	if (to == NONE)
		return 0;
	if (fdir && !tdir)
		return RUMP_ENOTDIR;
	if (!fdir && tdir)
		return RUMP_EISDIR;
	return to == FULL ? RUMP_ENOTEMPTY : 0;
}

static void
one(enum kind from, enum kind to, const char *src, const char *dst)
{
	struct rump_stat before, after;
	int error, rv, want = expected(from, to);

	make(from, src);
	make(to, dst);
	memset(&before, 0, sizeof(before));
	if (from != NONE)
		RL(rump_sys_lstat(src, (struct stat *)&before));
	errno = 0;
	rv = rump_sys_rename(src, dst);
	error = rv == 0 ? 0 : errno;
	ATF_REQUIRE_MSG(error == want, "%s over %s: error %d, not %d",
	    kinds[from], kinds[to], error, want);
	if (error == 0) {
		ATF_REQUIRE(!vk_exists(src));
		RL(rump_sys_lstat(dst, (struct stat *)&after));
		ATF_REQUIRE_EQ(before.st_ino, after.st_ino);
		ATF_REQUIRE_EQ(before.st_nlink, after.st_nlink);
	} else {
		ATF_REQUIRE_EQ(from != NONE, vk_exists(src));
		ATF_REQUIRE_EQ(to != NONE, vk_exists(dst));
	}
	clear(src);
	clear(dst);
}

static void
matrix_in(const char *dir)
{
	enum kind from, to;

	RL(rump_sys_chdir(dir));
	RL(rump_sys_mkdir("d1", 0755));
	RL(rump_sys_mkdir("d2", 0755));
	for (from = NONE; from < NKINDS; from++)
		for (to = NONE; to < NKINDS; to++) {
			one(from, to, "a", "b");
			one(from, to, "d1/a", "d2/a");
			one(from, to, "a", "d1/b");
			one(from, to, "d1/a", "b");
		}
	ATF_REQUIRE_EQ(2, (int)vk_stat("d1").st_nlink);
	ATF_REQUIRE_EQ(2, (int)vk_stat("d2").st_nlink);
	RL(rump_sys_rmdir("d1"));
	RL(rump_sys_rmdir("d2"));
}

VK_CASE(matrix_root)
{

	RL(rump_sys_mkdir("/r", 0755));
	matrix_in("/r");
}

VK_CASE(matrix_tmpfs)
{

	vk_tmpfs("/t");
	matrix_in("/t");
}

static void
special_in(const char *dir)
{
	struct rump_stat st;

	RL(rump_sys_chdir(dir));
	RL(rump_sys_mkdir("a", 0755));
	RL(rump_sys_mkdir("a/b", 0755));
	RL(rump_sys_mkdir("a/b/c", 0755));
	RE(EINVAL, rump_sys_rename("a", "a/x"));
	RE(EINVAL, rump_sys_rename("a", "a/b/c/x"));
	RE(EINVAL, rump_sys_rename("a/.", "x"));
	RE(EINVAL, rump_sys_rename("a/b/..", "x"));
	RE(EINVAL, rump_sys_rename("a", "a/b/."));
	RE(ENOTEMPTY, rump_sys_rename("a/b/c", "a"));
	RE(EBUSY, rump_sys_rename("/", "x"));
	RL(rump_sys_rename("a", "a"));
	RL(rump_sys_rename("a/b/c", "c/"));
	RL(rump_sys_stat("a/b", (struct stat *)&st));
	ATF_REQUIRE_EQ(2, (int)st.st_nlink);
	ATF_REQUIRE_EQ(vk_stat(dir).st_ino, vk_stat("c/..").st_ino);

	/* Two links of one file: NetBSD removes the first, POSIX neither. */
	vk_write("f", "x");
	RL(rump_sys_link("f", "g"));
	RL(rump_sys___posix_rename("f", "g"));
	ATF_REQUIRE(vk_exists("f") && vk_exists("g"));
	RL(rump_sys_rename("f", "g"));
	ATF_REQUIRE(!vk_exists("f") && vk_exists("g"));
	ATF_REQUIRE_EQ(1, (int)vk_stat("g").st_nlink);
	RE(ENOTDIR, rump_sys_rename("g", "h/"));
	RE(ENOTDIR, rump_sys_rename("g/", "h"));
}

VK_CASE(special)
{

	RL(rump_sys_mkdir("/r", 0755));
	special_in("/r");
	vk_tmpfs("/t");
	special_in("/t");
	RE(EXDEV, rump_sys_rename("/t/g", "/g"));
	RE(EXDEV, rump_sys_rename("/r/a", "/t/a2"));
	RE(EBUSY, rump_sys_rename("/t", "/u"));
	RE(EBUSY, rump_sys_rename("/r/a", "/t"));
}

static void *
mover(void *arg)
{
	int i, which = (int)(intptr_t)arg;

	for (i = 0; i < 1500; i++) {
		if (which) {
			(void)rump_sys_rename("/t/a/x", "/t/b/c/x");
			(void)rump_sys_rename("/t/b/c", "/t/a/c");
		} else {
			(void)rump_sys_rename("/t/b/c/x", "/t/a/x");
			(void)rump_sys_rename("/t/a/c", "/t/b/c");
		}
	}
	return NULL;
}

/* Directories that move between each other: no deadlock, nothing lost. */
VK_CASE(race)
{
	pthread_t pt[2];
	int i, n;

	vk_tmpfs("/t");
	RL(rump_sys_mkdir("/t/a", 0755));
	RL(rump_sys_mkdir("/t/b", 0755));
	RL(rump_sys_mkdir("/t/b/c", 0755));
	RL(rump_sys_mkdir("/t/a/x", 0755));
	for (i = 0; i < 2; i++)
		pthread_create(&pt[i], NULL, mover, (void *)(intptr_t)i);
	for (i = 0; i < 2; i++)
		pthread_join(pt[i], NULL);
	n = vk_exists("/t/b/c") + vk_exists("/t/a/c");
	ATF_REQUIRE_EQ(1, n);
	RL(rump_sys_unmount("/t", 0));
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, matrix_root);
	ATF_TP_ADD_TC(tp, matrix_tmpfs);
	ATF_TP_ADD_TC(tp, special);
	ATF_TP_ADD_TC(tp, race);
	return atf_no_error();
}
