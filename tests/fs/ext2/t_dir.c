/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Directories: large ones with every hash version and without an index,
 * link counts, names of all lengths, reading while removing.
 */
#include "e2.h"

#define	NLARGE	20000

static void
make_files(const char *dir, int from, int to)
{
	int i;

	for (i = from; i < to; i++)
		RL(rump_sys_mknod(e2_path("%s/name-of-file-%d", dir, i),
		    S_IFREG | 0644, 0));
}

static void
check_files(const char *dir, int from, int to, int step)
{
	struct rump_stat st;
	char name[64];
	int i;

	for (i = from; i < to; i += step) {
		snprintf(name, sizeof(name), "%s/name-of-file-%d", dir, i);
		e2_stat(name, &st);
	}
	snprintf(name, sizeof(name), "%s/name-of-file-%d", dir, to);
	RE(ENOENT, rump_sys_lstat(e2_path("%s", name), (struct stat *)&st));
}

/* Names a directory with n files lists, each once. */
static int seen[NLARGE];

static void
see(const char *name, uint64_t ino, int type, void *arg)
{
	int i = -1;

	ATF_REQUIRE_EQ_MSG(1, sscanf(name, "name-of-file-%d", &i), "%s",
	    name);
	ATF_REQUIRE(i >= 0 && i < NLARGE);
	ATF_REQUIRE_EQ_MSG(0, seen[i]++, "%s is there twice", name);
}

static void
large_dir(const char *args, int n)
{
	char flags[64];
	int i;

	e2_mkfs("64M", "-t ext2 -N 30000 %s", args);
	e2_mount(0);
	RL(rump_sys_mkdir(MNT "/d", 0755));
	make_files("d", 0, n);
	e2_again();
	check_files("d", 0, n, 1);
	memset(seen, 0, sizeof(seen));
	e2_readdir("d", see, NULL);
	for (i = 0; i < n; i++)
		ATF_REQUIRE_EQ_MSG(1, seen[i], "file %d", i);
	for (i = 0; i < n; i += 2)
		RL(rump_sys_unlink(e2_path("d/name-of-file-%d", i)));
	e2_again();
	check_files("d", 1, n, 2);
	ATF_REQUIRE_EQ(n / 2, e2_count("d"));
	RE(ENOTEMPTY, rump_sys_rmdir(MNT "/d"));
	if (strstr(args, "^dir_index") == NULL) {
		e2_out(flags, sizeof(flags), "/sbin/debugfs -R 'stat /d' "
		    IMG " 2>/dev/null | sed -n 's/.*Flags: *//p'");
		ATF_REQUIRE_STREQ("0x1000", flags);
	}
	for (i = 1; i < n; i += 2)
		RL(rump_sys_unlink(e2_path("d/name-of-file-%d", i)));
	RL(rump_sys_rmdir(MNT "/d"));
	e2_umount();
	e2_fsck();
}

E2_TC(htree_1k, "20,000 files, blocks of 1 KiB: two levels of index")
{

	large_dir("-b 1024", NLARGE);
}

E2_TC(htree_4k, "20,000 files, blocks of 4 KiB")
{

	large_dir("-b 4096", NLARGE);
}

E2_TC(linear, "a large directory without an index")
{

	large_dir("-O ^dir_index -b 4096", 3000);
}

E2_TC(hashes, "every hash version, signed and unsigned")
{
	static const char *const algs[] = { "legacy", "half_md4", "tea" };
	static const int flags[] = { 1, 2 };
	char name[64];
	int a, f, i;

	for (a = 0; a < 3; a++) {
		for (f = 0; f < 2; f++) {
			e2_mkfs("16M", "-t ext2 -b 1024");
			e2_host("/sbin/tune2fs -E hash_alg=%s " IMG
			    " >/dev/null", algs[a]);
			e2_host("/sbin/debugfs -w -R 'ssv flags %d' " IMG
			    " 2>/dev/null", flags[f]);
			e2_mount(0);
			for (i = 0; i < 1000; i++) {
				snprintf(name, sizeof(name),
				    "\xc3\xa9t\xc3\xa9-%d-\xff", i);
				RL(rump_sys_mkdir(e2_path("%s", name), 0755));
			}
			e2_again();
			for (i = 0; i < 1000; i++) {
				snprintf(name, sizeof(name),
				    "\xc3\xa9t\xc3\xa9-%d-\xff", i);
				RL(rump_sys_rmdir(e2_path("%s", name)));
			}
			e2_umount();
			e2_fsck();
		}
	}
}

E2_TC(foreign, "an indexed directory that e2fsck made")
{
	int i;

	e2_host("mkdir -p tree/d && cd tree/d && "
	    "for i in $(seq 0 2999); do : >name-of-file-$i; done");
	e2_mkfs("32M", "-t ext2 -b 1024 -N 8000 -d tree");
	ATF_REQUIRE(e2_try("/sbin/e2fsck -fyD " IMG " >/dev/null 2>&1") <= 1);
	e2_mount(0);
	check_files("d", 0, 3000, 1);
	make_files("d", 3000, 5000);
	for (i = 0; i < 3000; i += 3)
		RL(rump_sys_unlink(e2_path("d/name-of-file-%d", i)));
	e2_again();
	check_files("d", 3000, 5000, 1);
	ATF_REQUIRE_EQ(4000, e2_count("d"));
	e2_umount();
}

E2_TC(badindex, "a damaged index hides no names and is given up")
{

	e2_host("mkdir -p tree/d && cd tree/d && "
	    "for i in $(seq 0 999); do : >name-of-file-$i; done");
	e2_mkfs("16M", "-t ext2 -b 1024 -N 4000 -d tree");
	ATF_REQUIRE(e2_try("/sbin/e2fsck -fyD " IMG " >/dev/null 2>&1") <= 1);
	/* An impossible number of index entries. */
	e2_host("blk=$(/sbin/debugfs -R 'bmap /d 0' " IMG " 2>/dev/null) && "
	    "printf '\\377\\377' | dd of=" IMG " bs=1 conv=notrunc "
	    "seek=$((blk * 1024 + 34)) 2>/dev/null");
	e2_mount(0);
	check_files("d", 0, 1000, 1);
	make_files("d", 1000, 1100);
	check_files("d", 0, 1100, 1);
	e2_umount();
	ATF_REQUIRE(e2_try("/sbin/e2fsck -fy " IMG " >fsck.out 2>&1") <= 1);
	e2_mount(RUMP_MNT_RDONLY);
	ATF_REQUIRE_EQ(1100, e2_count("d"));
	e2_umount();
}

E2_TC(nlink, "link counts of directories and files")
{
	struct rump_stat st;
	int i;

	e2_mkfs("8M", "-t ext2");
	e2_mount(0);
	RL(rump_sys_mkdir(MNT "/d", 0755));
	for (i = 0; i < 20; i++)
		RL(rump_sys_mkdir(e2_path("d/sub%d", i), 0755));
	e2_stat("d", &st);
	ATF_REQUIRE_EQ(22, st.st_nlink);
	RL(rump_sys_rmdir(MNT "/d/sub3"));
	e2_stat("d", &st);
	ATF_REQUIRE_EQ(21, st.st_nlink);
	e2_create("f", 10, 1);
	for (i = 0; i < 100; i++)
		RL(rump_sys_link(MNT "/f", e2_path("l%d", i)));
	e2_stat("l50", &st);
	ATF_REQUIRE_EQ(101, st.st_nlink);
	RL(rump_sys_unlink(MNT "/f"));
	e2_stat("l50", &st);
	ATF_REQUIRE_EQ(100, st.st_nlink);
	RE(EEXIST, rump_sys_link(MNT "/l1", MNT "/l2"));
	RE(EPERM, rump_sys_link(MNT "/d", MNT "/dl"));
	RE(EPERM, rump_sys_unlink(MNT "/d"));
	RE(ENOTDIR, rump_sys_rmdir(MNT "/l1"));
	RE(ENOTDIR, rump_sys_open(MNT "/l1/x", RUMP_O_RDONLY));
	e2_umount();
	e2_fsck();
}

E2_TC(emlink, "no more links than the format has")
{
	int i;

	e2_mkfs("32M", "-t ext2 -b 1024");
	e2_mount(0);
	e2_create("f", 10, 1);
	for (i = 1; i < 65000; i++)
		RL(rump_sys_link(MNT "/f", e2_path("l%d", i)));
	RE(EMLINK, rump_sys_link(MNT "/f", MNT "/more"));
	e2_umount();
	e2_fsck();
}

static int
count_links(const char *name)
{
	struct rump_stat st;

	e2_stat(name, &st);
	return st.st_nlink;
}

/* 64998 subdirectories and the two of its own are 65000. */
E2_TC(emlink_dirs, "no more directories in one, but with dir_nlink")
{
	int i;

	e2_mkfs("128M", "-t ext2 -b 1024 -N 66000 -O ^dir_nlink");
	e2_mount(0);
	RL(rump_sys_mkdir(MNT "/d", 0755));
	RL(rump_sys_mkdir(MNT "/other", 0755));
	for (i = 2; i < 65000; i++)
		RL(rump_sys_mkdir(e2_path("d/d%d", i), 0755));
	ATF_CHECK_EQ(65000, count_links("d"));
	RE(EMLINK, rump_sys_mkdir(MNT "/d/more", 0755));
	RE(EMLINK, rump_sys_rename(MNT "/other", MNT "/d/more"));
	RE(ENOENT, rump_sys_rmdir(MNT "/d/more"));
	/* Neither one that moves in it nor one that takes a place is more. */
	RL(rump_sys_rename(MNT "/d/d2", MNT "/d/more"));
	RL(rump_sys_rename(MNT "/other", MNT "/d/d3"));
	e2_create("d/file", 10, 1);
	RL(rump_sys_rmdir(MNT "/d/d4"));
	RL(rump_sys_mkdir(MNT "/d/d4", 0755));
	e2_umount();
	e2_fsck();
	e2_host("/sbin/debugfs -w -R 'feature dir_nlink' " IMG
	    " >/dev/null 2>&1");
	e2_mount(0);
	RL(rump_sys_mkdir(MNT "/d/d2", 0755));
	ATF_CHECK_EQ(1, count_links("d"));
	RL(rump_sys_mkdir(MNT "/d/d1", 0755));
	ATF_CHECK_EQ(1, count_links("d"));
	RE(ENOTEMPTY, rump_sys_rmdir(MNT "/d"));
	e2_umount();
	e2_fsck();
	/* Once lost the count stays so, until e2fsck finds it. */
	e2_mount(0);
	for (i = 1; i < 20; i++)
		RL(rump_sys_rmdir(e2_path("d/d%d", i)));
	ATF_CHECK_EQ(1, count_links("d"));
	e2_umount();
	ATF_REQUIRE(e2_try("/sbin/e2fsck -fp " IMG " >fsck.out 2>&1") <= 1);
	e2_fsck();
}

E2_TC(names, "names of every length, in every block size")
{
	char name[300];
	struct rump_stat st;
	int bsize, i;

	for (bsize = 1024; bsize <= 4096; bsize *= 2) {
		e2_mkfs("8M", "-t ext2 -b %d", bsize);
		e2_mount(0);
		for (i = 1; i <= 255; i++) {
			memset(name, 'a' + i % 26, i);
			name[i] = '\0';
			RL(rump_sys_mkdir(e2_path("%s", name), 0755));
		}
		memset(name, 'x', 256);
		name[256] = '\0';
		RE(ENAMETOOLONG, rump_sys_mkdir(e2_path("%s", name), 0755));
		e2_again();
		for (i = 1; i <= 255; i++) {
			memset(name, 'a' + i % 26, i);
			name[i] = '\0';
			e2_stat(name, &st);
			RL(rump_sys_rmdir(e2_path("%s", name)));
		}
		e2_umount();
		e2_fsck();
	}
}

E2_TC(deep, "a deep tree")
{
	char path[1024] = MNT;
	int i;

	e2_mkfs("8M", "-t ext2");
	e2_mount(0);
	for (i = 0; i < 200; i++) {
		strcat(path, "/d");
		RL(rump_sys_mkdir(path, 0755));
	}
	for (i = 0; i < 200; i++) {
		RL(rump_sys_rmdir(path));
		path[strlen(path) - 2] = '\0';
	}
	e2_umount();
	e2_fsck();
}

E2_TC(rewinddir, "removing what is being read")
{
	char buf[1024];
	struct rump_dirent *d;
	ssize_t n, at;
	int fd;

	e2_mkfs("8M", "-t ext2 -b 1024");
	e2_mount(0);
	RL(rump_sys_mkdir(MNT "/d", 0755));
	make_files("d", 0, 500);
	RL(fd = rump_sys_open(MNT "/d", RUMP_O_RDONLY));
	while ((n = rump_sys_getdents(fd, buf, sizeof(buf))) > 0) {
		for (at = 0; at < n; at += d->d_reclen) {
			d = (void *)(buf + at);
			if (d->d_name[0] == 'n')
				RL(rump_sys_unlink(e2_path("d/%s",
				    d->d_name)));
		}
	}
	RL(n);
	RL(rump_sys_close(fd));
	RL(rump_sys_rmdir(MNT "/d"));
	e2_umount();
	e2_fsck();
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, htree_1k);
	ATF_TP_ADD_TC(tp, htree_4k);
	ATF_TP_ADD_TC(tp, linear);
	ATF_TP_ADD_TC(tp, hashes);
	ATF_TP_ADD_TC(tp, foreign);
	ATF_TP_ADD_TC(tp, badindex);
	ATF_TP_ADD_TC(tp, nlink);
	ATF_TP_ADD_TC(tp, emlink);
	ATF_TP_ADD_TC(tp, emlink_dirs);
	ATF_TP_ADD_TC(tp, names);
	ATF_TP_ADD_TC(tp, deep);
	ATF_TP_ADD_TC(tp, rewinddir);
	return atf_no_error();
}
