/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where things are put: directories at the top far from each other, others
 * and files near their parent as long as there is room, a file's blocks in a
 * row and near its inode, what is appended right behind.
 */
#include "e2.h"

#define	NGROUPS		8
#define	BPG		8192		/* of 1 KiB */
#define	FL_TOPDIR	"0x20000"

static uint64_t ipg;

static void
mount_groups(void)
{
	struct rump_statvfs sv;

	e2_mount(0);
	RL(rump_sys_statvfs1(MNT, (struct statvfs *)&sv, RUMP_MNT_WAIT));
	ipg = sv.f_files / NGROUPS;
}

static unsigned
group_of(const char *name)
{
	struct rump_stat st;

	e2_stat(name, &st);
	return (st.st_ino - 1) / ipg;
}

/* A new directory; its group. */
static unsigned
make_dir(const char *name)
{

	RL(rump_sys_mkdir(e2_path("%s", name), 0755));
	return group_of(name);
}

/* Where block n of a file is. */
static unsigned long
host_block(const char *name, unsigned n)
{
	char buf[32];

	return strtoul(e2_out(buf, sizeof(buf), "/sbin/debugfs -R 'bmap /%s "
	    "%u' " IMG " 2>/dev/null", name, n), NULL, 10);
}

/*
 * Make n directories dir/0, dir/1 ...  Those groups come first that have more
 * than the average free, so not each has some.
 */
static void
spread(const char *dir, unsigned n)
{
	unsigned count[NGROUPS] = { 0 }, g, i, used = 0;
	char name[32];

	for (i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "%s%u", dir, i);
		g = make_dir(name);
		ATF_REQUIRE(g < NGROUPS);
		if (count[g]++ == 0)
			used++;
	}
	for (g = 0; g < NGROUPS; g++)
		ATF_CHECK_MSG(count[g] <= n / 3, "%u of %u in group %u",
		    count[g], n, g);
	ATF_CHECK_MSG(used >= NGROUPS / 2, "in %u groups", used);
}

E2_TC(top, "directories at the top are spread, others stay")
{
	unsigned g, i;
	char name[32];

	e2_mkfs("64M", "-t ext2 -b 1024 -N 8192");
	mount_groups();
	spread("", 2 * NGROUPS);
	for (i = 0; i < NGROUPS; i++) {
		snprintf(name, sizeof(name), "%u/sub", i);
		g = make_dir(name);
		snprintf(name, sizeof(name), "%u", i);
		ATF_CHECK_EQ(group_of(name), g);
		snprintf(name, sizeof(name), "%u/sub/deeper", i);
		ATF_CHECK_EQ(g, make_dir(name));
		snprintf(name, sizeof(name), "%u/sub/file", i);
		e2_create(name, 5000, i);
		ATF_CHECK_EQ(g, group_of(name));
	}
	e2_umount();
	e2_fsck();
	for (i = 0; i < NGROUPS; i++) {
		snprintf(name, sizeof(name), "%u/sub/file", i);
		ATF_CHECK_EQ(1, e2_pieces(name));
	}
}

E2_TC(topdir, "a directory that is marked has its own spread")
{

	e2_mkfs("64M", "-t ext2 -b 1024 -N 8192");
	mount_groups();
	(void)make_dir("home");
	(void)make_dir("plain");
	e2_umount();
	e2_host("/sbin/debugfs -w -R 'sif /home flags " FL_TOPDIR "' " IMG
	    " >/dev/null 2>&1");
	mount_groups();
	spread("home/", 2 * NGROUPS);
	/* The mark is not handed down. */
	ATF_CHECK_EQ(group_of("home/3"), make_dir("home/3/x"));
	ATF_CHECK_EQ(group_of("home/3"), make_dir("home/3/y"));
	e2_umount();
	e2_fsck();
}

E2_TC(crowded, "a full group sends its children elsewhere")
{
	unsigned g, i, away = 0;
	char name[32];

	e2_mkfs("64M", "-t ext2 -b 1024 -N 2048");
	mount_groups();
	g = make_dir("d");
	/* More files than the group has inodes for. */
	for (i = 0; i < ipg + 20; i++) {
		snprintf(name, sizeof(name), "d/f%u", i);
		e2_create(name, 0, 0);
		away += group_of(name) != g;
	}
	ATF_CHECK_MSG(away >= 20 && away <= 60, "%u files elsewhere", away);
	ATF_CHECK(make_dir("d/sub") != g);
	e2_umount();
	e2_fsck();
}

E2_TC(goal, "blocks in a row, and what is appended behind them")
{
	unsigned long last;
	char buf[1024];
	unsigned g;
	int i;

	e2_mkfs("64M", "-t ext2 -b 1024 -N 8192");
	mount_groups();
	(void)make_dir("d");
	e2_create("d/a", 500 * 1024, 1);
	g = group_of("d/a");
	e2_umount();
	e2_fsck();
	/* Those that hold pointers are in line. */
	ATF_CHECK_EQ(1, e2_pieces("d/a"));
	ATF_CHECK_EQ(g, (host_block("d/a", 0) - 1) / BPG);
	last = host_block("d/a", 499);
	/* Again and again, the file being opened anew and mounted anew. */
	for (i = 0; i < 3; i++) {
		e2_mount(0);
		e2_fill(buf, sizeof(buf), 1, (500 + i) * 1024);
		e2_write("d/a", buf, sizeof(buf), (500 + i) * 1024);
		e2_umount();
		ATF_CHECK_EQ(last + 1 + i, host_block("d/a", 500 + i));
	}
	e2_mount(0);
	e2_check("d/a", 503 * 1024, 1);
	e2_umount();
	e2_fsck();
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, top);
	ATF_TP_ADD_TC(tp, topdir);
	ATF_TP_ADD_TC(tp, crowded);
	ATF_TP_ADD_TC(tp, goal);
	return atf_no_error();
}
