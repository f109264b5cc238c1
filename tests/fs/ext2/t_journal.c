/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Volumes whose journal was not replayed, mounted read-only: what is in the
 * log is seen, whoever wrote it and with whatever features, without a byte
 * of the image changing.  A log that is damaged is not used, and harms
 * nobody.
 *
 * The changes are made to the text of a symbolic link, which has a block of
 * its own and no checksum in it.
 */
#include "e2_prod.h"

#define	LEN	100

static const char *const formats[] = {
	"-t ext3 -b 1024",
	"-t ext3 -b 4096 -O ^has_journal,has_journal",
	"-t ext4 -b 1024 -O ^metadata_csum,64bit",
	"-t ext4 -b 2048 -O metadata_csum,^64bit",
	"-t ext4 -b 4096 -O metadata_csum,64bit",
};
#define	NFORMATS	(sizeof(formats) / sizeof(formats[0]))

/* How debugfs opens the journal: without checksums, or with these. */
static const char *const opens[] = { "jo", "jo", "jo", "jo -c -v 2",
    "jo -c -v 3" };

static const char *jo;
static unsigned block;			/* of the link's text */
static unsigned bsize;

static void
text(char *buf, char c, bool magic)
{

	memset(buf, c, LEN);
	buf[LEN] = '\0';
	if (magic)
		memcpy(buf, "\xc0\x3b\x39\x98", 4);
}

static void
make(size_t i)
{
	char buf[LEN + 1];

	jo = opens[i];
	text(buf, 'x', false);
	e2_host("rm -rf tree && mkdir tree && ln -s %s tree/link", buf);
	e2_mkfs("16M", "%s -J size=4 -d tree", formats[i]);
	block = strtoul(e2_out(buf, sizeof(buf), "/sbin/debugfs -R "
	    "'blocks /link' " IMG " 2>/dev/null"), NULL, 10);
	bsize = strtoul(e2_out(buf, sizeof(buf), "/sbin/dumpe2fs -h " IMG
	    " 2>/dev/null | sed -n 's/^Block size: *//p'"), NULL, 10);
	ATF_REQUIRE(block != 0 && bsize >= 1024);
}

/* Add to the log: another text, or that what came before is void. */
static void
log_text(char c, bool magic)
{
	char buf[65536] = "";
	FILE *fp;

	text(buf, c, magic);
	ATF_REQUIRE((fp = fopen("blk", "w")) != NULL);
	ATF_REQUIRE_EQ(1, fwrite(buf, bsize, 1, fp));
	fclose(fp);
	e2_host("printf '%s\\njw -b %u blk\\njc\\n' >cmds && "
	    "/sbin/debugfs -w -f cmds " IMG " >dbg.out 2>&1", jo, block);
}

static void
log_revoke(void)
{

	e2_host("printf '%s\\njw -r %u\\njc\\n' >cmds && "
	    "/sbin/debugfs -w -f cmds " IMG " >dbg.out 2>&1", jo, block);
}

static void
expect(const char *what, char c, bool magic)
{
	char buf[LEN + 1], want[LEN + 1];

	text(want, c, magic);
	e2_host("cp " IMG " before.img");
	e2_mount(RUMP_MNT_RDONLY);
	ATF_REQUIRE_EQ(LEN, rump_sys_readlink(MNT "/link", buf, sizeof(buf)));
	ATF_REQUIRE_MSG(memcmp(buf, want, LEN) == 0, "%s: text is %.10s",
	    what, buf);
	e2_umount();
	e2_host("cmp " IMG " before.img");
	RE(EROFS, e2_trymount(IMG, 0));
	e2_host("cmp " IMG " before.img");
}

E2_TC(formats, "logs of all formats, escaped and revoked blocks")
{
	size_t i;

	for (i = 0; i < NFORMATS; i++) {
		make(i);
		expect(formats[i], 'x', false);
		log_text('y', false);
		expect(formats[i], 'y', false);
		log_text('z', true);
		expect(formats[i], 'z', true);
		log_revoke();
		expect(formats[i], 'x', false);
		log_text('a', false);
		expect(formats[i], 'a', false);
		/* e2fsck is of the same opinion. */
		e2_host("/sbin/e2fsck -p " IMG " >fsck.out 2>&1 || "
		    "test $? -le 1");
		expect(formats[i], 'a', false);
	}
}

E2_TC(checksum, "a log with a wrong checksum is not used")
{
	size_t i;

	for (i = 3; i < NFORMATS; i++) {
		make(i);
		log_text('y', false);
		expect(formats[i], 'y', false);
		/* The one copy of the text that is in the log. */
		e2_host("off=$(grep -abo yyyyyyyyyy " IMG " | head -1 | "
		    "cut -d: -f1) && printf Y | dd of=" IMG
		    " bs=1 seek=$off conv=notrunc 2>/dev/null");
		expect(formats[i], 'x', false);
	}
}

/* Bytes of the first blocks of the journal, changed at random. */
static void
spoil(unsigned seed, unsigned first)
{
	unsigned i, rnd = seed * 2654435761U + 1;
	FILE *fp;

	ATF_REQUIRE((fp = fopen(IMG, "r+")) != NULL);
	for (i = 0; i < 1 + seed % 5; i++) {
		rnd = rnd * 1103515245 + 12345;
		/* Superblock, descriptors: their first 128 bytes count. */
		ATF_REQUIRE_EQ(0, fseek(fp, (long)(first + (rnd >> 8) % 8) *
		    bsize + (rnd >> 16) % 128, SEEK_SET));
		fputc(rnd >> 20, fp);
	}
	fclose(fp);
}

E2_TC(damaged, "logs with anything in them")
{
	char buf[32];
	unsigned first, i;
	int status;

	for (i = 0; i < 150; i++) {
		if (i % 30 == 0) {
			make(i / 30);
			log_text('y', false);
			log_text('z', true);
			log_revoke();
			e2_host("cp " IMG " good.img");
		} else
			e2_host("cp good.img " IMG);
		first = strtoul(e2_out(buf, sizeof(buf), "/sbin/debugfs -R "
		    "'bmap <8> 0' " IMG " 2>/dev/null"), NULL, 10);
		ATF_REQUIRE(first != 0);
		spoil(i, first);
		status = e2_prod_child(IMG, false, 20);
		if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
			e2_try("tail -5 prod.out >&2");
		ATF_REQUIRE_MSG(WIFEXITED(status) &&
		    WEXITSTATUS(status) == 0, "run %u: child ended with %#x",
		    i, status);
	}
}

ATF_TC(linux);
ATF_TC_HEAD(linux, tc)
{

	atf_tc_set_md_var(tc, "descr", "logs that Linux wrote");
	atf_tc_set_md_var(tc, "require.user", "root");
	E2_REQUIRE_TOOLS(tc);
}
ATF_TC_BODY(linux, tc)
{
	size_t i;

	e2_host("mkdir lnx");
	for (i = 0; i < NFORMATS; i++) {
		make(i);
		if (e2_try("mount -t ext4 -o loop,noatime " IMG
		    " lnx 2>mount.err") != 0)
			atf_tc_skip("cannot mount here");
		e2_host("mkdir -p lnx/a/b lnx/c && for i in $(seq 300); do "
		    "echo $i >lnx/a/b/file$i; done && mv lnx/a/b lnx/c/d && "
		    "rm lnx/c/d/file1*; sync -f lnx && cp " IMG " live.img && "
		    "rm -rf tree && cp -a lnx tree && umount lnx && "
		    "mv live.img " IMG);
		e2_host("/sbin/dumpe2fs -h " IMG
		    " 2>/dev/null | grep -q needs_recovery");
		e2_mount(RUMP_MNT_RDONLY);
		e2_cmptree("c", "tree/c");
		ATF_REQUIRE_EQ(189, e2_count("c/d"));
		e2_umount();
	}
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, formats);
	ATF_TP_ADD_TC(tp, checksum);
	ATF_TP_ADD_TC(tp, damaged);
	ATF_TP_ADD_TC(tp, linux);
	return atf_no_error();
}
