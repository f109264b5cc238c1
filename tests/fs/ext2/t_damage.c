/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Damaged images: whatever is in them, the answer is data, an errno and a
 * line, within five seconds; never a crash or a loop.  Fields are changed
 * with debugfs and at random, and public images are tried where the folder
 * with them is there (E2_CORPUS, or beside the tree).
 */
#include "e2_prod.h"

#include <dirent.h>
#undef d_fileno

#define	SECONDS		5

static void
survives(const char *img, bool writing, const char *what)
{
	int status;

	status = e2_prod_child(img, writing, SECONDS);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return;
	e2_try("tail -5 prod.out >&2");
	atf_tc_fail("%s%s: child ended with %#x", what, writing ?
	    ", writing" : "", status);
}

static void
make_base(const char *args)
{

	e2_host("mkdir -p tree/d/e && for i in $(seq 120); do "
	    "echo $i >tree/d/name-of-file-$i; done; ln -s $(printf '%%080d' "
	    "1) tree/l; ln -s d tree/m; dd if=/dev/zero of=tree/big bs=1k "
	    "count=400 2>/dev/null; truncate -s 2M tree/sparse");
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

static unsigned rstate;

static unsigned
rnd(unsigned n)
{

	rstate = rstate * 1103515245 + 12345;
	return (rstate >> 8) % n;
}

/* Change a few bytes in the first part, which has most of the metadata. */
static void
scribble(unsigned seed)
{
	static const uint8_t nice[] = { 0, 1, 0x7f, 0x80, 0xff, 12, 2 };
	unsigned i, n;
	off_t off;
	uint8_t c;
	int fd;

	rstate = seed;
	e2_host("cp base.img " IMG);
	ATF_REQUIRE((fd = open(IMG, O_RDWR)) != -1);
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
	const char *env = getenv("E2_SEED");
	unsigned seed, first = env != NULL ? strtoul(env, NULL, 10) : 1;
	char what[64];

	make_base(args);
	for (seed = first; seed < first + 150; seed++) {
		snprintf(what, sizeof(what), "seed %u", seed);
		scribble(seed);
		survives(IMG, false, what);
		if (writing)
			survives(IMG, true, what);
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
corpus_folder(const char *root, const char *sub, const char *prefix)
{
	char dir[1024];
	struct dirent *d;
	int n = 0;
	DIR *dp;

	snprintf(dir, sizeof(dir), "%s/%s", root, sub);
	if ((dp = opendir(dir)) == NULL)
		atf_tc_skip("%s is not there", dir);
	while ((d = readdir(dp)) != NULL) {
		if (strstr(d->d_name, ".xz") == NULL ||
		    strncmp(d->d_name, prefix, strlen(prefix)) != 0)
			continue;
		e2_host("xz -dc '%s/%s' >" IMG, dir, d->d_name);
		survives(IMG, false, d->d_name);
		survives(IMG, true, d->d_name);
		n++;
	}
	closedir(dp);
	ATF_REQUIRE(n > 0);
}

static const char *
corpus(void)
{
	const char *env = getenv("E2_CORPUS");

	return env != NULL ? env : CORPUS;
}

E2_TC(corpus_ext, "the checker's own test images")
{

	corpus_folder(corpus(), "ext", "");
}

E2_TC(corpus_syz, "images that fuzzers found")
{

	corpus_folder(corpus(), "syz", "ext4");
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, fields);
	ATF_TP_ADD_TC(tp, selfref);
	ATF_TP_ADD_TC(tp, random_ext2);
	ATF_TP_ADD_TC(tp, random_ext4);
	ATF_TP_ADD_TC(tp, corpus_ext);
	ATF_TP_ADD_TC(tp, corpus_syz);
	return atf_no_error();
}
