/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mounting what mke2fs makes: every block and inode size, what mke2fs -d put
 * in is there; what must not be written is refused by name; statvfs; state
 * and counters in the superblock.
 */
#include "e2.h"

static void
make_tree(void)
{

	e2_host("mkdir -p tree/a/b/c tree/empty && echo hello >tree/hello && "
	    "dd if=/dev/urandom of=tree/a/big bs=1000 count=700 2>/dev/null && "
	    "truncate -s 3000000 tree/a/sparse && "
	    "ln -s hello tree/link && "
	    "ln -s $(printf '%%070d' 1 | tr 0 x) tree/longlink && "
	    "ln tree/hello tree/a/b/hard && chmod 6711 tree/a/big && "
	    "mkfifo tree/fifo && "
	    "for i in $(seq 300); do echo $i >tree/a/b/c/file.$i; done");
}

static void
one_format(const char *type, int bsize, int isize, int flags)
{

	e2_mkfs("8M", "-t %s -b %d -I %d -d tree", type, bsize, isize);
	e2_mount(flags);
	e2_cmptree(".", "tree");
	ATF_REQUIRE_EQ(300, e2_count("a/b/c"));
	if (flags == 0) {
		e2_create("new", 200000, 1);
		e2_check("new", 200000, 1);
		RL(rump_sys_mkdir(MNT "/newdir", 0755));
	}
	e2_umount();
	e2_fsck();
	if (flags == 0) {
		e2_mount(RUMP_MNT_RDONLY);
		e2_check("new", 200000, 1);
		e2_umount();
	}
}

E2_TC(formats, "all block and inode sizes")
{
	int bsize, isize;

	make_tree();
	for (bsize = 1024; bsize <= 4096; bsize *= 2)
		for (isize = 128; isize <= 256; isize *= 2)
			one_format("ext2", bsize, isize, 0);
}

E2_TC(formats_ro, "ext3 and ext4 of all block sizes are read")
{
	int bsize;

	make_tree();
	for (bsize = 1024; bsize <= 4096; bsize *= 2) {
		one_format("ext3", bsize, 256, RUMP_MNT_RDONLY);
		one_format("ext4 -O metadata_csum,64bit", bsize, 256,
		    RUMP_MNT_RDONLY);
		one_format("ext4 -O ^metadata_csum,uninit_bg", bsize, 256,
		    RUMP_MNT_RDONLY);
		one_format("ext4 -O meta_bg,^resize_inode", bsize, 256,
		    RUMP_MNT_RDONLY);
	}
}

E2_TC(options, "features of ext2 that mke2fs has on demand")
{
	static const char *const opts[] = {
		"-O ^dir_index", "-O ^filetype",
		"-O ^sparse_super,^resize_inode",
		"-O sparse_super2", "-O ^resize_inode", "-O ^large_file",
		"-O meta_bg,^resize_inode", "-O flex_bg", "-r 0",
		"-O ^ext_attr", "-g 1024",
	};
	size_t i;

	make_tree();
	for (i = 0; i < sizeof(opts) / sizeof(opts[0]); i++) {
		e2_mkfs("8M", "-t ext2 -b 1024 %s -d tree", opts[i]);
		e2_mount(0);
		e2_cmptree(".", "tree");
		e2_create("new", 100000, i);
		RL(rump_sys_unlink(MNT "/a/big"));
		e2_umount();
		e2_fsck();
	}
}

/* The message about a refused mount appears on the standard output. */
static void
refused(const char *what, int error, int flags)
{
	char out[256];
	pid_t pid;
	int status;

	fflush(NULL);
	ATF_REQUIRE((pid = fork()) != -1);
	if (pid == 0) {
		if (freopen("refused.out", "w", stdout) == NULL ||
		    dup2(1, 2) == -1)
			_exit(1);
		if (e2_trymount(IMG, flags) != -1)
			_exit(2);
		_exit(errno == error ? 0 : 3);
	}
	ATF_REQUIRE_EQ(pid, waitpid(pid, &status, 0));
	ATF_REQUIRE_MSG(WIFEXITED(status) && WEXITSTATUS(status) == 0,
	    "%s: child ended with %#x", what, status);
	e2_out(out, sizeof(out), "grep '^ext2fs: ' refused.out");
	ATF_REQUIRE_MSG(strstr(out, what) != NULL, "\"%s\" is not in \"%s\"",
	    what, out);
}

E2_TC(refusals, "what is not supported is refused by name")
{

	e2_mkfs("8M", "-t ext4");
	refused("cannot mount for writing: feature extents", RUMP_EROFS, 0);
	e2_mkfs("8M", "-t ext3");
	refused("cannot mount for writing: feature has_journal", RUMP_EROFS,
	    0);
	e2_mkfs("8M", "-t ext2 -O metadata_csum,^resize_inode");
	refused("feature metadata_csum", RUMP_EROFS, 0);
	e2_mkfs("8M", "-t ext2 -O uninit_bg");
	refused("feature uninit_bg", RUMP_EROFS, 0);
	e2_mkfs("8M", "-t ext2");
	e2_host("/sbin/debugfs -w -R 'ssv feature_incompat 0x80000002' " IMG
	    " 2>/dev/null");
	refused("unknown incompat feature 0x80000000", RUMP_EOPNOTSUPP,
	    RUMP_MNT_RDONLY);
	e2_mkfs("8M", "-t ext2");
	e2_host("/sbin/debugfs -w -R 'ssv feature_incompat 0x20002' " IMG
	    " 2>/dev/null");
	refused("feature casefold", RUMP_EOPNOTSUPP, RUMP_MNT_RDONLY);
	e2_mkfs("8M", "-t ext2");
	e2_host("/sbin/debugfs -w -R 'ssv feature_ro_compat 0x40000003' " IMG
	    " 2>/dev/null");
	refused("unknown ro_compat feature 0x40000000", RUMP_EROFS, 0);
	e2_mount(RUMP_MNT_RDONLY);
	e2_umount();
}

E2_TC(notext2, "other contents")
{

	e2_host("truncate -s 1M " IMG);
	RE(EINVAL, e2_trymount(IMG, 0));
	e2_host("truncate -s 512 " IMG);
	ATF_REQUIRE_EQ(-1, e2_trymount(IMG, 0));
}

/* A number of the superblock, as dumpe2fs prints it. */
static long
sbval(const char *what)
{
	char buf[128];

	e2_out(buf, sizeof(buf), "/sbin/dumpe2fs -h " IMG " 2>/dev/null | "
	    "sed -n 's/^%s: *//p'", what);
	return strtol(buf, NULL, 10);
}

E2_TC(state, "state, mount count and times in the superblock")
{
	char buf[128];
	long n;

	e2_mkfs("8M", "-t ext2");
	n = sbval("Mount count");
	e2_mount(0);
	e2_out(buf, sizeof(buf), "/sbin/dumpe2fs -h " IMG " 2>/dev/null | "
	    "grep '^Filesystem state'");
	ATF_REQUIRE_MSG(strstr(buf, "not clean") != NULL, "%s", buf);
	ATF_REQUIRE_EQ(n + 1, sbval("Mount count"));
	e2_umount();
	e2_out(buf, sizeof(buf), "/sbin/dumpe2fs -h " IMG " 2>/dev/null | "
	    "grep '^Filesystem state'");
	ATF_REQUIRE_MSG(strstr(buf, "not clean") == NULL, "%s", buf);
	e2_fsck();
	/* Not clean before, not clean after. */
	e2_host("/sbin/debugfs -w -R 'ssv state 0' " IMG " 2>/dev/null");
	e2_mount(0);
	e2_umount();
	e2_out(buf, sizeof(buf), "/sbin/dumpe2fs -h " IMG " 2>/dev/null | "
	    "grep '^Filesystem state'");
	ATF_REQUIRE_MSG(strstr(buf, "not clean") != NULL, "%s", buf);
}

E2_TC(statvfs, "statvfs tells what dumpe2fs does")
{
	struct rump_statvfs sv;
	long bfree;

	e2_mkfs("8M", "-t ext2 -b 1024 -m 5");
	e2_mount(RUMP_MNT_RDONLY);
	RL(rump_sys_statvfs1(MNT, (struct statvfs *)&sv, RUMP_MNT_WAIT));
	bfree = sbval("Free blocks");
	ATF_REQUIRE_EQ(1024, sv.f_frsize);
	ATF_REQUIRE_EQ((uint64_t)bfree, sv.f_bfree);
	ATF_REQUIRE_EQ((uint64_t)sbval("Reserved block count"), sv.f_bresvd);
	ATF_REQUIRE_EQ(sv.f_bfree - sv.f_bresvd, sv.f_bavail);
	ATF_REQUIRE_EQ((uint64_t)sbval("Inode count"), sv.f_files);
	ATF_REQUIRE_EQ((uint64_t)sbval("Free inodes"), sv.f_ffree);
	ATF_REQUIRE_EQ(255, sv.f_namemax);
	ATF_REQUIRE_STREQ("ext2fs", sv.f_fstypename);
	e2_umount();
}

/*
 * What is mounted says what the host says that mounts the same image.  Where
 * there are extents the host keeps 2 % back, for itself, of what all may have.
 */
static void
compare_statvfs(const char *args, bool extents)
{
	struct rump_statvfs sv;
	char host[128], ours[128];

	e2_mount(RUMP_MNT_RDONLY);
	RL(rump_sys_statvfs1(MNT, (struct statvfs *)&sv, RUMP_MNT_WAIT));
	e2_umount();
	snprintf(ours, sizeof(ours), "%ju blocks of %lu, %ju free, %ju to all; "
	    "%ju files, %ju free", (uintmax_t)sv.f_blocks, sv.f_frsize,
	    (uintmax_t)sv.f_bfree, extents ? 0 : (uintmax_t)sv.f_bavail,
	    (uintmax_t)sv.f_files, (uintmax_t)sv.f_ffree);
	ATF_CHECK_EQ(sv.f_bfree - sv.f_bresvd, sv.f_bavail);
	if (e2_try("mkdir -p lnx && mount -o ro,loop " IMG
	    " lnx 2>mount.err") != 0)
		atf_tc_skip("cannot mount here");
	e2_out(host, sizeof(host), "stat -f -c '%%b blocks of %%S, %%f free, "
	    "%s to all; %%c files, %%d free' lnx", extents ? "0" : "%a");
	e2_host("umount lnx");
	ATF_CHECK_MSG(strcmp(ours, host) == 0, "%s: %s, but the host: %s",
	    args, ours, host);
}

ATF_TC(statvfs_host);
ATF_TC_HEAD(statvfs_host, tc)
{

	atf_tc_set_md_var(tc, "descr", "statvfs tells what the host does");
	atf_tc_set_md_var(tc, "require.user", "root");
	E2_REQUIRE_TOOLS(tc);
}
ATF_TC_BODY(statvfs_host, tc)
{
	static const char *const written[] = {
		"-b 1024", "-b 4096 -m 10", "-b 1024 -m 0", "-b 1024 -r 0",
		"-b 1024 -O ^sparse_super,^resize_inode", "-b 2048 -O "
		"sparse_super2,^resize_inode", "-b 1024 -g 1024 -O "
		"meta_bg,^resize_inode", "-b 1024 -O flex_bg -G 4",
		"-b 1024 -E resize=4000000", "-b 1024 -N 20000 -I 256",
	};
	static const char *const others[] = {
		"ext3 -b 1024", "ext4 -b 1024", "ext4 -b 4096 -m 1",
		"ext4 -b 1024 -O quota,project", "ext4 -b 1024 -O "
		"meta_bg,^resize_inode", "ext4 -b 1024 -O ^64bit,^flex_bg",
		"ext4 -b 1024 -O ^metadata_csum,uninit_bg",
		"ext4 -b 1024 -O bigalloc -C 8192", "ext4 -b 1024 -O "
		"^has_journal", "ext4 -b 1024 -O sparse_super2,orphan_file",
	};
	size_t i;

	for (i = 0; i < sizeof(written) / sizeof(written[0]); i++) {
		e2_mkfs("64M", "-t ext2 %s", written[i]);
		compare_statvfs(written[i], false);
		e2_mount(0);
		e2_create("f", 3000000, 1);
		RL(rump_sys_mkdir(MNT "/d", 0755));
		e2_umount();
		compare_statvfs(written[i], false);
		e2_fsck();
	}
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		e2_mkfs("64M", "-t %s", others[i]);
		compare_statvfs(others[i], others[i][3] == '4');
	}
}

/* Nothing that is there can be changed: /f and /d. */
static void
refused_changes(void)
{
	struct rump_timespec ts[2] = { { 1, 1 }, { 1, 1 } };

	RE(EROFS, rump_sys_open(MNT "/f", RUMP_O_RDWR));
	RE(EROFS, rump_sys_open(MNT "/f", RUMP_O_RDONLY | RUMP_O_TRUNC));
	RE(EROFS, rump_sys_open(MNT "/g", RUMP_O_RDONLY | RUMP_O_CREAT, 0644));
	RE(EROFS, rump_sys_truncate(MNT "/f", 10));
	RE(EROFS, rump_sys_unlink(MNT "/f"));
	RE(EROFS, rump_sys_rmdir(MNT "/d"));
	RE(EROFS, rump_sys_link(MNT "/f", MNT "/g"));
	RE(EROFS, rump_sys_rename(MNT "/f", MNT "/g"));
	RE(EROFS, rump_sys_rename(MNT "/f", MNT "/d/f"));
	RE(EROFS, rump_sys_symlink("f", MNT "/g"));
	RE(EROFS, rump_sys_chmod(MNT "/f", 0600));
	RE(EROFS, rump_sys_chown(MNT "/f", 1, 1));
	RE(EROFS, rump_sys_chflags(MNT "/f", 0));
	RE(EROFS, rump_sys_utimensat(RUMP_AT_FDCWD, MNT "/f",
	    (const struct timespec *)ts, 0));
	RE(EROFS, rump_sys_extattr_set_file(MNT "/f", 1, "a", "b", 1));
	RE(EROFS, rump_sys_extattr_delete_file(MNT "/f", 1, "a"));
	RE(EROFS, rump_sys_access(MNT "/f", 2));
	/* Also where it would not be possible anyway, but if it is there. */
	RE(EROFS, rump_sys_unlink(MNT "/none"));
	RE(EEXIST, rump_sys_mkdir(MNT "/d", 0755));
}

E2_TC(update, "read-only to writing and back")
{
	struct rump_ufs_args args = { .fspec = NULL };

	e2_mkfs("8M", "-t ext2");
	e2_mount(RUMP_MNT_RDONLY);
	RE(EROFS, rump_sys_open(MNT "/f", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	RE(EROFS, rump_sys_mkdir(MNT "/d", 0755));
	RL(rump_sys_mount("ext2fs", MNT, RUMP_MNT_UPDATE, &args,
	    sizeof(args)));
	e2_create("f", 5000, 3);
	RL(rump_sys_mkdir(MNT "/d", 0755));
	RL(rump_sys_mount("ext2fs", MNT, RUMP_MNT_UPDATE | RUMP_MNT_RDONLY,
	    &args, sizeof(args)));
	e2_fsck();
	e2_host("cp " IMG " before.img");
	refused_changes();
	e2_check("f", 5000, 3);
	e2_umount();
	e2_host("cmp " IMG " before.img");
}

E2_TC(cycles, "many mounts in one kernel")
{
	int i;

	e2_mkfs("4M", "-t ext2");
	for (i = 0; i < 50; i++) {
		e2_mount(0);
		e2_create(i % 2 ? "odd" : "even", 3000 + i, i);
		e2_umount();
	}
	e2_fsck();
}

/*
 * Bits of things in use are cleared, as a kernel leaves them that wrote
 * pointers and was killed before it wrote bitmaps.
 */
E2_TC(freebits, "what is in use is not handed out after a kill")
{
	char target[200], value[600];

	e2_mkfs("16M", "-t ext2 -b 1024 -I 128");
	e2_mount(0);
	RL(rump_sys_mkdir(MNT "/d", 0755));
	e2_create("d/small", 3000, 1);
	e2_create("d/large", 400000, 2);
	e2_create("d/far", 1, 3);
	/* Behind three indirect blocks. */
	e2_write("d/far", "x", 1, (12 + 256 + 65536 + 5) * 1024);
	memset(target, 't', sizeof(target) - 1);
	target[sizeof(target) - 1] = '\0';
	RL(rump_sys_symlink(target, MNT "/d/link"));
	memset(value, 'v', sizeof(value));
	RL(rump_sys_extattr_set_file(MNT "/d/small", 1, "x", value,
	    sizeof(value)));
	e2_umount();
	e2_fsck();
	e2_host("for f in d d/small d/large d/far d/link; do "
	    "for b in $(/sbin/debugfs -R \"blocks /$f\" " IMG
	    " 2>/dev/null); do echo \"freeb $b\"; done; "
	    "echo \"freei /$f\"; "
	    "/sbin/debugfs -R \"stat /$f\" " IMG " 2>/dev/null | "
	    "sed -n 's/^File ACL: *\\([1-9][0-9]*\\).*/freeb \\1/p'; "
	    "done >cmds; echo 'ssv state 0' >>cmds; "
	    "test $(wc -l <cmds) -gt 410; "
	    "/sbin/debugfs -w -f cmds " IMG " >dbg.out 2>&1");
	RL(e2_trymount(IMG, 0));
	e2_fillup();
	e2_check("d/small", 3000, 1);
	e2_check("d/large", 400000, 2);
	ATF_REQUIRE_EQ((ssize_t)sizeof(value), rump_sys_extattr_get_file(
	    MNT "/d/small", 1, "x", value, sizeof(value)));
	e2_umount();
	/* Nothing that a question would be asked about. */
	e2_host("/sbin/e2fsck -fp " IMG " >fsck.out 2>&1 || test $? -le 1");
	e2_fsck();
}

/* The blocks that are free, as the image says. */
static unsigned
free_on_image(void)
{
	char buf[32];

	return strtoul(e2_out(buf, sizeof(buf), "/sbin/dumpe2fs -h " IMG
	    " 2>/dev/null | sed -n 's/^Free blocks: *//p'"), NULL, 10);
}

E2_TC(borrowed, "what the journal borrowed is free again, empty or full")
{
	static const char *const sizes[] = {
		"4M", "20M", "33M", "64M", "67M", "100M", "1G"
	};
	unsigned i, before;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		e2_mkfs(sizes[i], "-t ext2 -b 1024 -m 0");
		before = free_on_image();
		ATF_REQUIRE(before != 0);
		e2_mount(0);
		e2_umount();
		e2_fsck();
		ATF_REQUIRE_EQ_MSG(before, free_on_image(), "%s", sizes[i]);
		e2_mount(0);
		e2_fillup();
		e2_again();
		RL(rump_sys_unlink(e2_path("fill")));
		e2_umount();
		e2_fsck();
		ATF_REQUIRE_EQ_MSG(before, free_on_image(), "%s", sizes[i]);
	}
}

E2_TC(toomany, "inodes that name more blocks than there are")
{
	struct rump_stat st;
	char buf[32];
	unsigned blk;

	e2_mkfs("4M", "-t ext2 -b 1024");
	e2_mount(0);
	e2_create("f", 400000, 2);
	e2_umount();
	/* Each pointer of the double indirect block is its own number. */
	blk = strtoul(e2_out(buf, sizeof(buf), "/sbin/debugfs -R "
	    "'stat /f' " IMG " 2>/dev/null | "
	    "sed -n 's/.*(DIND):\\([0-9]*\\).*/\\1/p'"), NULL, 10);
	ATF_REQUIRE(blk != 0);
	e2_host("perl -e 'print pack(\"V\", %u) x 256' | "
	    "dd of=" IMG " bs=1024 seek=%u conv=notrunc 2>/dev/null; "
	    "/sbin/debugfs -w -R 'ssv state 0' " IMG " >dbg.out 2>&1",
	    blk, blk);
	e2_host("cp " IMG " before.img");
	e2_boot();
	RE(EROFS, e2_trymount(IMG, 0));
	e2_host("cmp " IMG " before.img");
	/* It can be read. */
	RL(e2_trymount(IMG, RUMP_MNT_RDONLY));
	e2_stat("f", &st);
	ATF_REQUIRE_EQ(400000, st.st_size);
	e2_umount();
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, formats);
	ATF_TP_ADD_TC(tp, formats_ro);
	ATF_TP_ADD_TC(tp, options);
	ATF_TP_ADD_TC(tp, refusals);
	ATF_TP_ADD_TC(tp, notext2);
	ATF_TP_ADD_TC(tp, state);
	ATF_TP_ADD_TC(tp, statvfs);
	ATF_TP_ADD_TC(tp, statvfs_host);
	ATF_TP_ADD_TC(tp, update);
	ATF_TP_ADD_TC(tp, cycles);
	ATF_TP_ADD_TC(tp, freebits);
	ATF_TP_ADD_TC(tp, borrowed);
	ATF_TP_ADD_TC(tp, toomany);
	return atf_no_error();
}
