/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Damaged images: whatever is in them, the answer is data, an errno and a
 * line, within five seconds; never a crash or a loop.  Fields are changed
 * with debugfs and at random, and public images are tried if ANYKERNEL_CORPUS
 * names the folder with them.
 */
#include "e2_prod.h"

#include <dirent.h>
#undef d_fileno

#define	SECONDS		5

static bool
is_ext2(const char *img)
{
	uint8_t magic[2] = { 0 };
	int fd;

	ATF_REQUIRE((fd = open(img, O_RDONLY)) != -1);
	(void)!pread(fd, magic, 2, 1024 + 56);
	close(fd);
	return magic[0] == 0x53 && magic[1] == 0xef;
}

static void
survives(const char *img, bool writing, const char *what)
{
	int status;

	status = e2_prod_child(img, writing, SECONDS);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		if (e2_try("grep -q '^refused' prod.out && "
		    "! grep -q '^ext2fs:' prod.out") == 0 && is_ext2(img))
			atf_tc_fail("%s%s: refused without a line", what,
			    writing ? ", writing" : "");
		return;
	}
	e2_try("tail -5 prod.out >&2");
	atf_tc_fail("%s%s: child ended with %#x", what, writing ?
	    ", writing" : "", status);
}

static void
make_base(const char *args)
{

	e2_host("mkdir -p tree/d/e && for i in $(seq 120); do "
	    "echo $i >tree/d/name-of-file-$i; done; ln -s $(printf '%%080d' "
	    "1) tree/l; ln -s d tree/m; yes | head -c 400k >tree/big; "
	    "truncate -s 2M tree/sparse");
	e2_mkfs("2M", "%s -b 1024 -d tree", args);
	e2_host("mv " IMG " base.img");
}

static void
one_field(const char *cmd)
{

	e2_host("cp base.img " IMG "; /sbin/debugfs -w -R '%s' " IMG
	    " >/dev/null 2>&1", cmd);
	survives(IMG, false, cmd);
	survives(IMG, true, cmd);
}

E2_TC(fields, "single fields with values that make no sense")
{
	static const char *const cmds[] = {
		"ssv log_block_size 99", "ssv blocks_count 0",
		"ssv blocks_count 4000000000", "ssv blocks_per_group 0",
		"ssv blocks_per_group 1", "ssv inodes_per_group 0",
		"ssv inodes_per_group 99999", "ssv inodes_count 5",
		"ssv first_data_block 77", "ssv inode_size 17",
		"ssv inode_size 65535", "ssv first_ino 0",
		"ssv first_ino 4000000000", "ssv rev_level 7",
		"ssv r_blocks_count 4000000000", "ssv desc_size 3",
		"ssv free_blocks_count 4000000000",
		"ssv reserved_gdt_blocks 60000", "ssv def_hash_version 77",
		"set_bg 0 block_bitmap 0", "set_bg 0 block_bitmap 99999999",
		"set_bg 0 inode_bitmap 1", "set_bg 0 inode_table 2",
		"set_bg 0 inode_table 2047", "set_bg 0 free_blocks_count 65535",
		"set_bg 0 free_inodes_count 65535",
		"sif <2> mode 0100644", "sif <2> size 77", "sif <2> size 0",
		"sif <2> size 2147483648", "sif <2> block[0] 0",
		"sif <2> block[0] 1", "sif <2> block[0] 4294967295",
		"sif <2> links_count 0", "sif <2> flags 0x80000",
		"sif <2> flags 0x10000000", "sif /d flags 0x1000",
		"sif /d block[0] 3", "sif /d block[1] 0", "sif /d mode 0",
		"sif /d file_acl 5", "sif /d file_acl 4294967295",
		"sif /l size 4000000000", "sif /l size 0", "sif /m size 59999",
		"sif /l block[0] 0", "sif /big block[IND] 4",
		"sif /big block[IND] 4294967290", "sif /big block[DIND] 2",
		"sif /big size 0xffffffffffff", "sif /sparse mode 0170000",
		"sif /big block[TIND] 200", "sif /big extra_isize 65535",
		"clri /d", "clri /big", "freei <2>", "freeb 1 200",
		"unlink /d/e", "ln /d /d/e/loop", "ln <7> /resize",
	};
	size_t i;

	make_base("-t ext2 -I 256");
	for (i = 0; i < sizeof(cmds) / sizeof(cmds[0]); i++)
		one_field(cmds[i]);
}

E2_TC(selfref, "blocks that name themselves")
{
	static const char *const ptr[] = { "IND", "DIND", "TIND" };
	size_t i;

	make_base("-t ext2 -I 128");
	for (i = 0; i < 3; i++) {
		/* Block 1500 is full of its own number. */
		e2_host("cp base.img " IMG "; /sbin/debugfs -w -R "
		    "'sif /big block[%s] 1500' " IMG " >/dev/null 2>&1; "
		    "for j in $(seq 256); do printf '\\334\\005\\0\\0'; "
		    "done | dd of=" IMG " bs=1024 seek=1500 conv=notrunc "
		    "2>/dev/null; /sbin/debugfs -w -R 'sif /big size "
		    "16000000000' " IMG " >/dev/null 2>&1", ptr[i]);
		survives(IMG, false, ptr[i]);
		survives(IMG, true, ptr[i]);
	}
}

/* The volume of make_base() after some commands of debugfs, mounted. */
static void
mount_with(const char *cmds, int flags)
{

	make_base("-t ext2 -I 128");
	e2_host("printf '%%b' '%s' >cmds; cp base.img " IMG "; /sbin/debugfs "
	    "-w -f cmds " IMG " >/dev/null 2>&1", cmds);
	e2_mount(flags);
}

/* The first block of a file of the host's image, in bytes. */
static off_t
first_block(const char *name)
{
	char buf[4096];

	e2_out(buf, sizeof(buf), "/sbin/debugfs -R 'blocks %s' base.img "
	    "2>/dev/null", name);
	ATF_REQUIRE_MSG(atol(buf) > 0, "%s: %s", name, buf);
	return (off_t)atol(buf) * 1024;
}

static uint32_t
inode_of(const char *name)
{
	char buf[128];

	e2_out(buf, sizeof(buf), "/sbin/debugfs -R 'stat %s' base.img "
	    "2>/dev/null | sed -n 's/Inode: *\\([0-9]*\\).*/\\1/p'", name);
	return strtoul(buf, NULL, 10);
}

static void
patch(off_t at, const void *data, size_t len)
{
	int fd;

	ATF_REQUIRE((fd = open(IMG, O_RDWR)) != -1);
	ATF_REQUIRE_EQ((ssize_t)len, pwrite(fd, data, len, at));
	close(fd);
}

/* Where a directory's ".." has its inode number. */
#define	DOTDOT		12

E2_TC(alias_write, "a directory in its own descendant, and in two places")
{

	mount_with("ln /d /d/e/loop\nln /d/e /alias\nln / /d/top\n", 0);
	RE(EIO, rump_sys_rmdir(MNT "/d/e/loop"));
	RE(EIO, rump_sys_rmdir(MNT "/d/e/loop/e"));
	RE(EIO, rump_sys_rename(MNT "/d/e/loop", MNT "/moved"));
	RE(EIO, rump_sys_rename(MNT "/d", MNT "/d/e/loop"));
	RE(EIO, rump_sys_rename(MNT "/alias", MNT "/d/e/x"));
	RE(EIO, rump_sys_mkdir(MNT "/alias/new", 0755));
	RE(EIO, rump_sys_rmdir(MNT "/d/top"));
	RE(EIO, rump_sys_chdir(MNT "/d/top"));
	/* The right names are as good as ever. */
	RL(rump_sys_mkdir(MNT "/d/e/new", 0755));
	RL(rump_sys_rename(MNT "/d/e/new", MNT "/new"));
	RL(rump_sys_rmdir(MNT "/new"));
	e2_umount();
}

E2_TC(alias_read, "a volume that is only read shows it, and stays so")
{
	struct rump_ufs_args args = { .fspec = NULL };
	struct rump_stat st;

	mount_with("ln /d /d/e/loop\n", RUMP_MNT_RDONLY);
	e2_stat("d/e/loop/e/loop/name-of-file-7", &st);
	RE(EROFS, rump_sys_rmdir(MNT "/d/e/loop"));
	RE(EROFS, rump_sys_mount("ext2fs", MNT, RUMP_MNT_UPDATE, &args,
	    sizeof(args)));
	e2_stat("d/e/loop/e", &st);
	e2_umount();
}

E2_TC(circle, "two directories that are each other's parents")
{
	uint32_t ino;

	make_base("-t ext2 -I 128");
	e2_host("cp base.img " IMG);
	ino = inode_of("/d/e");
	patch(first_block("/d") + DOTDOT, &ino, sizeof(ino));
	e2_mount(0);
	RE(EIO, rump_sys_rename(MNT "/d/e", MNT "/moved"));
	RE(EIO, rump_sys_rename(MNT "/lost+found", MNT "/d/e/moved"));
	RE(EIO, rump_sys_rmdir(MNT "/d/e"));
	e2_umount();
}

E2_TC(circle_handle, "a directory of such a circle, by its handle")
{
	char fh[64];
	size_t size = sizeof(fh);
	uint32_t ino;

	make_base("-t ext2 -I 128");
	e2_host("cp base.img " IMG);
	e2_mount(RUMP_MNT_RDONLY);
	RL(rump_sys_getfh(MNT "/d/e", fh, &size));
	e2_umount();
	ino = inode_of("/d/e");
	patch(first_block("/d") + DOTDOT, &ino, sizeof(ino));
	e2_mount(RUMP_MNT_RDONLY);
	RE(EIO, rump_sys_fhopen(fh, size, RUMP_O_RDONLY));
	e2_umount();
}

E2_TC(twonames, "a directory with two names where it belongs")
{
	int fd;

	mount_with("ln /d/e /d/e2\n", 0);
	RE(EIO, rump_sys_rename(MNT "/d/e", MNT "/d/e2"));
	RL(fd = rump_sys_open(MNT "/d/e", RUMP_O_RDONLY));
	RL(rump_sys_rmdir(MNT "/d/e"));
	RE(EIO, rump_sys_rmdir(MNT "/d/e2"));
	RE(EIO, rump_sys_rename(MNT "/d/e2", MNT "/d/e3"));
	RL(rump_sys_close(fd));
	RE(EIO, rump_sys_rmdir(MNT "/d/e2"));
	e2_umount();
}

E2_TC(toofewlinks, "a file with more names than links")
{
	int fd;

	mount_with("ln /big /big2\nln /big /d/big3\n", 0);
	RL(fd = rump_sys_open(MNT "/big", RUMP_O_RDWR));
	RL(rump_sys_unlink(MNT "/big"));
	RE(EIO, rump_sys_unlink(MNT "/big2"));
	RE(EIO, rump_sys_rename(MNT "/l", MNT "/big2"));
	RE(EIO, rump_sys_rename(MNT "/d/big3", MNT "/big2"));
	RE(ENOENT, rump_sys_link(MNT "/big2", MNT "/big4"));
	RL(rump_sys_close(fd));
	RE(EIO, rump_sys_unlink(MNT "/big2"));
	e2_umount();
}

/*
 * /sparse has the indirect block of /big for its own, so what one of them
 * frees the other one loses; here a block behind a page that waits.
 */
static int
lose_block(void)
{
	char buf[1024], ind[32];
	int fd;

	e2_host("rm -rf tree");
	make_base("-t ext2 -I 128");
	e2_out(ind, sizeof(ind), "/sbin/debugfs -R 'stat /big' base.img "
	    "2>/dev/null | sed -n 's/(DIND.*//; s/.*(IND):\\([0-9]*\\).*/"
	    "\\1/p'");
	e2_host("cp base.img " IMG "; /sbin/debugfs -w -R 'sif /sparse "
	    "block[IND] %s' " IMG " >/dev/null 2>&1", ind);
	e2_mount(0);
	RL(rump_sys_truncate(MNT "/big", 100 * 1024));
	memset(buf, 'x', sizeof(buf));
	RL(fd = rump_sys_open(MNT "/sparse", RUMP_O_RDWR));
	ATF_REQUIRE_EQ(1024, rump_sys_pwrite(fd, buf, 1024, 150 * 1024));
	RL(rump_sys_truncate(MNT "/big", 50 * 1024));
	return fd;
}

E2_TC(lostblock, "who wrote where no block is any more is told")
{
	char buf[1024];
	int fd;

	/* Who waits, who does not, and who was gone before. */
	fd = lose_block();
	RE(EIO, rump_sys_fsync(fd));
	RL(rump_sys_fsync(fd));
	/* The next one gets a block. */
	ATF_REQUIRE_EQ(1024, rump_sys_pwrite(fd, buf, 1024, 150 * 1024));
	RL(rump_sys_fsync(fd));
	RL(rump_sys_close(fd));
	e2_umount();
	fd = lose_block();
	rump_sys_sync();
	RE(EIO, rump_sys_close(fd));
	e2_umount();
	fd = lose_block();
	RL(rump_sys_close(fd));
	RE(EIO, rump_sys_unmount(MNT, 0));
	e2_umount();
}

E2_TC(freeinode, "an open file whose inode number the bitmap calls free")
{
	int fd, i;

	mount_with("freei /big\nfreei /d/e\n", 0);
	RL(fd = rump_sys_open(MNT "/big", RUMP_O_RDWR));
	RE(EIO, rump_sys_unlink(MNT "/big"));
	RE(EIO, rump_sys_rename(MNT "/l", MNT "/big"));
	RE(EIO, rump_sys_rmdir(MNT "/d/e"));
	RL(rump_sys_fsync(fd));
	for (i = 0; i < 40; i++)
		e2_create(e2_path("new%d", i) + sizeof(MNT), 10, i);
	RL(rump_sys_close(fd));
	e2_umount();
}

E2_TC(freedirblock, "a directory block that the bitmap calls free")
{
	char path[64];
	int i;

	make_base("-t ext2 -I 128");
	/* The last one is where there is room for names. */
	e2_host("cp base.img " IMG "; for b in $(/sbin/debugfs -R 'blocks /d' "
	    "base.img 2>/dev/null); do :; done; /sbin/debugfs -w -R "
	    "\"freeb $b\" " IMG " >/dev/null 2>&1");
	e2_mount(0);
	for (i = 0; i < 30; i++) {
		snprintf(path, sizeof(path), MNT "/d/a-new-directory-%d", i);
		(void)rump_sys_mkdir(path, 0755);
		snprintf(path, sizeof(path), MNT "/d/name-of-file-%d", i);
		(void)rump_sys_unlink(path);
	}
	e2_umount();
}

/* 31 entries of 32 bytes leave nothing for a mark of the end. */
E2_TC(xattr_full, "a list of attributes that ends with its block")
{
	char blk[1024] = "\0\0\002\352\1\0\0\0\1";
	uint32_t size;
	off_t at;
	int i;

	make_base("-t ext2 -I 128");
	e2_host("cp base.img " IMG);
	for (i = 0; i < 31; i++) {
		char *e = blk + 32 + i * 32;

		e[0] = 16;
		e[1] = 1;
		snprintf(e + 16, 16, "the-name-is-%03d", i);
		e[31] = 'x';
	}
	at = first_block("/d/name-of-file-9");
	patch(at, blk, sizeof(blk));
	e2_host("/sbin/debugfs -w -R 'sif /big file_acl %jd' " IMG
	    " >/dev/null 2>&1", (intmax_t)at / 1024);
	e2_mount(0);
	RE(ENOSPC, rump_sys_extattr_set_link(MNT "/big", 1, "new", "v", 1));
	RL(rump_sys_extattr_delete_link(MNT "/big", 1, "the-name-is-007x"));
	RL(size = rump_sys_extattr_list_link(MNT "/big", 1, NULL, 0));
	ATF_REQUIRE_EQ(30 * 17, size);
	e2_umount();
	/* A value in an inode is not supported, and not to be deleted. */
	blk[32 + 4] = 12;
	patch(at, blk, sizeof(blk));
	e2_mount(0);
	RE(EOPNOTSUPP, rump_sys_extattr_delete_link(MNT "/big", 1,
	    "the-name-is-007x"));
	e2_umount();
}

/* Read-ahead meets the bad block; whoever waits for its pages must not. */
E2_TC(readahead, "a bad block in the middle of a file that is read")
{
	uint32_t bad = 0x25940120;
	char buf[8192];
	int fd, i;

	make_base("-t ext2 -I 128");
	for (i = 20; i < 200; i += 9) {
		e2_host("cp base.img " IMG);
		e2_out(buf, sizeof(buf), "/sbin/debugfs -R 'stat /big' "
		    "base.img 2>/dev/null | sed -n "
		    "'s/.*(IND):\\([0-9]*\\).*/\\1/p'");
		ATF_REQUIRE(atol(buf) > 0);
		patch((off_t)atol(buf) * 1024 + i * 4, &bad, sizeof(bad));
		e2_mount(0);
		RL(fd = rump_sys_open(MNT "/big", RUMP_O_RDONLY));
		while (rump_sys_read(fd, buf, sizeof(buf)) > 0)
			continue;
		RL(rump_sys_close(fd));
		RL(rump_sys_unlink(MNT "/big"));
		e2_umount();
	}
}

static unsigned rstate;

static unsigned
rnd(unsigned n)
{

	rstate = rstate * 1103515245 + 12345;
	return (rstate >> 8) % n;
}

/* Change a few bytes in the first part, which has most of the metadata. */
static void
scribble(const char *img, unsigned seed)
{
	static const uint8_t nice[] = { 0, 1, 0x7f, 0x80, 0xff, 12, 2 };
	unsigned i, n;
	off_t off;
	uint8_t c;
	int fd;

	rstate = seed;
	e2_host("cp base.img %s", img);
	ATF_REQUIRE((fd = open(img, O_RDWR)) != -1);
	n = 1 + rnd(12);
	for (i = 0; i < n; i++) {
		switch (rnd(4)) {
		case 0:
			off = 1024 + rnd(1024);
			break;
		case 1:
			off = 2048 + rnd(1024);
			break;
		default:
			off = rnd(400 * 1024);
			break;
		}
		c = rnd(2) ? nice[rnd(sizeof(nice))] : rnd(256);
		ATF_REQUIRE_EQ(1, pwrite(fd, &c, 1, off));
	}
	close(fd);
}

static void
scribbles(const char *args, bool writing)
{
	const char *env = getenv("E2_SEED"), *img = e2_memory_image();
	unsigned seed, first = env != NULL ? strtoul(env, NULL, 10) : 1;
	char what[64];

	make_base(args);
	for (seed = first; seed < first + 150; seed++) {
		snprintf(what, sizeof(what), "seed %u", seed);
		scribble(img, seed);
		survives(img, false, what);
		if (writing)
			survives(img, true, what);
	}
}

E2_TC(random_ext2, "random bytes in ext2")
{

	scribbles("-t ext2", true);
}

E2_TC(random_ext4, "random bytes in ext4 without checksums")
{

	scribbles("-t ext4 -O ^metadata_csum,^has_journal", false);
}

static void
corpus_folder(const char *sub, const char *prefix)
{
	const char *root = getenv("ANYKERNEL_CORPUS");
	const char *img = e2_memory_image();
	char dir[1024];
	struct dirent *d;
	int n = 0;
	DIR *dp;

	if (root == NULL)
		atf_tc_skip("ANYKERNEL_CORPUS is not set");
	snprintf(dir, sizeof(dir), "%s/%s", root, sub);
	if ((dp = opendir(dir)) == NULL)
		atf_tc_skip("%s is not there", dir);
	while ((d = readdir(dp)) != NULL) {
		if (strstr(d->d_name, ".xz") == NULL ||
		    strncmp(d->d_name, prefix, strlen(prefix)) != 0)
			continue;
		e2_host("xz -dc '%s/%s' >%s", dir, d->d_name, img);
		survives(img, false, d->d_name);
		survives(img, true, d->d_name);
		n++;
	}
	closedir(dp);
	ATF_REQUIRE(n > 0);
}

E2_TC(corpus_ext, "the checker's own test images")
{

	corpus_folder("ext", "");
}

E2_TC(corpus_syz, "images that fuzzers found")
{

	corpus_folder("syz", "ext4");
}

/* A file whose block is nowhere, on a volume with this policy. */
static void
policy_image(const char *policy)
{

	e2_mkfs("4M", "-t ext2 -b 1024 -e %s", policy);
	e2_host("echo text >f && printf 'write f f\\nsif f block[0] "
	    "99999999\\n' >cmds && /sbin/debugfs -w -f cmds " IMG
	    " >dbg.out 2>&1");
	e2_host("/sbin/dumpe2fs -h " IMG " 2>/dev/null | "
	    "grep -q '^Filesystem state: *clean$'");
}

static void
policy_trigger(void)
{
	char c;
	int fd;

	e2_mount(0);
	RL(fd = rump_sys_open(MNT "/f", RUMP_O_RDONLY));
	RE(EIO, rump_sys_read(fd, &c, 1));
	RL(rump_sys_close(fd));
}

static void
policy_state(void)
{

	e2_host("/sbin/dumpe2fs -h " IMG " 2>/dev/null | "
	    "grep -q '^Filesystem state: .*with errors$'");
}

E2_TC(policy_continue, "damage is remembered, and writing goes on")
{

	policy_image("continue");
	policy_trigger();
	e2_create("g", 1000, 1);
	e2_umount();
	policy_state();
}

E2_TC(policy_ro, "damage is remembered, and nothing is written any more")
{

	policy_image("remount-ro");
	policy_trigger();
	RE(EROFS, rump_sys_mkdir(MNT "/d", 0755));
	RE(EROFS, rump_sys_unlink(MNT "/f"));
	e2_umount();
	policy_state();
}

E2_TC(policy_panic, "damage is the end")
{
	int status;
	pid_t pid;

	policy_image("panic");
	fflush(NULL);
	ATF_REQUIRE((pid = fork()) != -1);
	if (pid == 0) {
		dup2(open("panic.out", O_CREAT | O_WRONLY, 0644), 1);
		dup2(1, 2);
		policy_trigger();
		_exit(0);
	}
	ATF_REQUIRE_EQ(pid, waitpid(pid, &status, 0));
	ATF_REQUIRE_MSG(WIFSIGNALED(status), "ended with %#x", status);
	e2_host("grep -q 'damaged, and set to panic' panic.out");
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, policy_continue);
	ATF_TP_ADD_TC(tp, policy_ro);
	ATF_TP_ADD_TC(tp, policy_panic);
	ATF_TP_ADD_TC(tp, fields);
	ATF_TP_ADD_TC(tp, selfref);
	ATF_TP_ADD_TC(tp, alias_write);
	ATF_TP_ADD_TC(tp, alias_read);
	ATF_TP_ADD_TC(tp, circle);
	ATF_TP_ADD_TC(tp, circle_handle);
	ATF_TP_ADD_TC(tp, twonames);
	ATF_TP_ADD_TC(tp, toofewlinks);
	ATF_TP_ADD_TC(tp, lostblock);
	ATF_TP_ADD_TC(tp, freeinode);
	ATF_TP_ADD_TC(tp, freedirblock);
	ATF_TP_ADD_TC(tp, xattr_full);
	ATF_TP_ADD_TC(tp, readahead);
	ATF_TP_ADD_TC(tp, random_ext2);
	ATF_TP_ADD_TC(tp, random_ext4);
	ATF_TP_ADD_TC(tp, corpus_ext);
	ATF_TP_ADD_TC(tp, corpus_syz);
	return atf_no_error();
}
