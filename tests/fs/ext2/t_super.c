/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What writing leaves in the superblock and in its copies: dumpe2fs tells when
 * and where the volume was mounted, and from any copy e2fsck brings a volume
 * back whose superblock and descriptors are gone, with all that was written.
 */
#include "e2.h"

#include <time.h>

/* A line of dumpe2fs -h without what it is called. */
static const char *
line(const char *what)
{
	static char buf[256];

	return e2_out(buf, sizeof(buf), "/sbin/dumpe2fs -h " IMG
	    " 2>/dev/null | sed -n 's/^%s: *//p'", what);
}

static time_t
when(const char *what)
{
	char buf[32];

	return strtol(e2_out(buf, sizeof(buf), "date -d '%s' +%%s",
	    line(what)), NULL, 10);
}

/* Mount and unmount; the path is the first bytes of it. */
static void
mounted_at(const char *path)
{
	struct rump_ufs_args args = { .fspec = (char *)(uintptr_t)"/dev" };
	const time_t before = time(NULL);
	char cwd[4096];

	e2_boot();
	ATF_REQUIRE(getcwd(cwd, sizeof(cwd) - sizeof(IMG)) != NULL);
	strcat(cwd, "/" IMG);
	ATF_REQUIRE_EQ(0, rump_pub_etfs_register("/dev", cwd,
	    RUMP_ETFS_BLK));
	if (rump_sys_mkdir(path, 0755) == -1)
		ATF_REQUIRE_EQ(RUMP_EEXIST, errno);
	RL(rump_sys_mount("ext2fs", path, 0, &args, sizeof(args)));
	RL(rump_sys_unmount(path, 0));
	ATF_REQUIRE_EQ(0, rump_pub_etfs_remove("/dev"));
	ATF_CHECK_MSG(strncmp(line("Last mounted on"), path, 64) == 0 &&
	    strlen(line("Last mounted on")) <= 64, "%s, not %s",
	    line("Last mounted on"), path);
	ATF_CHECK(when("Last mount time") >= before &&
	    when("Last mount time") <= time(NULL));
	ATF_CHECK(when("Last write time") >= when("Last mount time") &&
	    when("Last write time") <= time(NULL));
	e2_fsck();
}

E2_TC(mounted, "when, where and how many times it was mounted")
{
	char longest[80];

	e2_mkfs("8M", "-t ext2 -b 1024");
	ATF_CHECK_STREQ("0", line("Mount count"));
	memset(longest, 'x', sizeof(longest) - 1);
	longest[0] = '/';
	longest[sizeof(longest) - 1] = '\0';
	mounted_at(longest);
	mounted_at("/m");
	ATF_CHECK_STREQ("2", line("Mount count"));
	ATF_CHECK_STREQ("clean", line("Filesystem state"));
	/* Who only reads leaves everything as it was. */
	e2_host("cp " IMG " before.img");
	e2_mount(RUMP_MNT_RDONLY);
	ATF_CHECK_EQ(1, e2_count("."));
	e2_umount();
	e2_host("cmp " IMG " before.img");
}

static void
work(unsigned seed)
{
	int i;

	e2_mount(0);
	for (i = 0; i < 50; i++) {
		RL(rump_sys_mkdir(e2_path("d%u.%d", seed, i), 0755));
		e2_create(e2_path("d%u.%d/f", seed, i) + sizeof(MNT),
		    1000 * i, seed + i);
	}
	/* Large enough to need large_file. */
	e2_write(e2_path("large%u", seed) + sizeof(MNT), "end", 3,
	    3LL << 30);
	e2_umount();
	e2_fsck();
}

static void
there(unsigned seed)
{
	struct rump_stat st;
	int i;

	for (i = 0; i < 50; i++)
		e2_check(e2_path("d%u.%d/f", seed, i) + sizeof(MNT),
		    1000 * i, seed + i);
	e2_stat(e2_path("large%u", seed) + sizeof(MNT), &st);
	ATF_CHECK_EQ((3LL << 30) + 3, st.st_size);
}

/* Bring the volume back from the copy at blk. */
static void
from_copy(unsigned bsize, unsigned long blk)
{
	int rv;

	/* The superblock and the block behind it, of descriptors. */
	e2_host("cp work.img " IMG " && dd if=/dev/zero of=" IMG
	    " bs=1024 seek=1 count=%u conv=notrunc 2>/dev/null",
	    bsize == 1024 ? 2 : bsize * 2 / 1024 - 1);
	RE(EINVAL, e2_trymount(IMG, 0));
	rv = e2_try("/sbin/e2fsck -fy -b %lu -B %u " IMG " >fsck.out 2>&1",
	    blk, bsize);
	ATF_REQUIRE_MSG(rv <= 1, "e2fsck -b %lu: %d", blk, rv);
	e2_fsck();
	ATF_CHECK_STREQ("two", line("Filesystem volume name"));
	e2_mount(RUMP_MNT_RDONLY);
	there(1);
	there(100);
	e2_umount();
}

static void
one_layout(unsigned bsize, const char *size, const char *args)
{
	char buf[32];
	unsigned long blk;
	int i;

	e2_mkfs(size, "-t ext2 -b %u -L one %s", bsize, args);
	work(1);
	e2_host("/sbin/tune2fs -L two " IMG " >/dev/null");
	work(100);
	e2_host("mv " IMG " work.img");
	for (i = 1; i <= 3; i++) {
		e2_out(buf, sizeof(buf), "/sbin/dumpe2fs work.img 2>/dev/null "
		    "| sed -n 's/.*Backup superblock at \\([0-9]*\\).*/\\1/p' "
		    "| sed -n %dp", i);
		blk = strtoul(buf, NULL, 10);
		ATF_REQUIRE_MSG(blk != 0 || i > 1, "no copy");
		if (blk != 0)
			from_copy(bsize, blk);
	}
}

E2_TC(copies, "from a copy everything is found again")
{

	one_layout(1024, "64M", "");
	one_layout(1024, "64M", "-O ^large_file");
	one_layout(1024, "32M", "-O ^sparse_super,^resize_inode");
	one_layout(1024, "64M", "-O sparse_super2,^resize_inode");
	one_layout(1024, "32M", "-O meta_bg,^resize_inode -g 2048");
	one_layout(1024, "64M", "-O flex_bg -G 4");
	one_layout(2048, "128M", "");
	one_layout(4096, "300M", "");
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, mounted);
	ATF_TP_ADD_TC(tp, copies);
	return atf_no_error();
}
