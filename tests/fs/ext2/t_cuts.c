/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every moment of a workload at which a kernel could be killed or the power
 * be cut: the images are made from a record of all writes, and e2fsck -p
 * must repair each without a question, with all files in it that fsync had
 * promised.
 */
#include "e2_prod.h"
#include "e2_trace.h"

#include <sys/mman.h>

#define	CUT	"cut.img"
#define	NSYNCED	3
#define	SYNCED	5000		/* bytes */

static void
moves(unsigned i)
{
	char value[600];

	RL(rump_sys_mkdir(e2_path("a%u", i), 0755));
	RL(rump_sys_mkdir(e2_path("b%u", i), 0755));
	RL(rump_sys_mkdir(e2_path("a%u/d", i), 0755));
	e2_create(e2_path("a%u/d/f", i) + strlen(MNT "/"), 3000, i);
	e2_create(e2_path("a%u/g", i) + strlen(MNT "/"), 30000, i);
	rump_sys_sync();
	/* A file and a directory, from one directory to another. */
	RL(rump_sys_rename(e2_path("a%u/g", i), e2_path("b%u/g", i)));
	RL(rump_sys_rename(e2_path("a%u/d", i), e2_path("b%u/e", i)));
	rump_sys_sync();
	memset(value, i, sizeof(value));
	RL(rump_sys_extattr_set_file(e2_path("b%u/g", i), 1, "x", value,
	    sizeof(value)));
	RL(rump_sys_link(e2_path("b%u/g", i), e2_path("a%u/h", i)));
	RL(rump_sys_symlink("b/g", e2_path("a%u/s", i)));
	RL(rump_sys_truncate(e2_path("b%u/g", i), 700));
	rump_sys_sync();
	RL(rump_sys_unlink(e2_path("b%u/g", i)));
	RL(rump_sys_unlink(e2_path("a%u/s", i)));
	RL(rump_sys_rename(e2_path("b%u/e/f", i), e2_path("a%u/h", i)));
	RL(rump_sys_rmdir(e2_path("b%u/e", i)));
	RL(rump_sys_rename(e2_path("a%u", i), e2_path("b%u", i)));
}

static void
synced(unsigned i)
{
	char name[16];
	int fd;

	snprintf(name, sizeof(name), "s%u", i);
	e2_create(name, SYNCED, i);
	RL(fd = rump_sys_open(e2_path("%s", name), RUMP_O_RDWR));
	RL(rump_sys_fsync(fd));
	RL(rump_sys_close(fd));
	e2_trace_mark(i);
}

/* Files that are created, written and synced, and nothing else. */
static void
work_sync(void)
{
	unsigned i;

	e2_boot();
	e2_trace_on("trace");
	e2_mount(0);
	for (i = 0; i < 20; i++)
		synced(i);
	/* All is quiet: the log is retired, once. */
	rump_sys_sync();
	e2_trace_mark(i++);
	rump_sys_sync();
	e2_trace_mark(i++);
	e2_umount();
}

static void
work(void)
{
	unsigned i;
	int fd;

	e2_boot();
	e2_trace_on("trace");
	e2_mount(0);
	for (i = 0; i < NSYNCED; i++) {
		moves(i);
		synced(i);
	}
	/* A file that grows. */
	for (i = 0; i < 6; i++) {
		e2_write("grows", "0123456789", 10, i * 12000);
		RL(fd = rump_sys_open(MNT "/grows", RUMP_O_RDWR));
		RL(rump_sys_fsync(fd));
		RL(rump_sys_close(fd));
	}
	e2_umount();
}

static void
record_work(struct e2_trace *t, const char *size, unsigned bsize,
    void (*func)(void))
{
	int status;
	pid_t pid;

	e2_mkfs(size, "-t ext2 -b %u", bsize);
	e2_host("cp " IMG " base.img");
	fflush(NULL);
	ATF_REQUIRE((pid = fork()) != -1);
	if (pid == 0) {
		func();
		_exit(0);
	}
	ATF_REQUIRE_EQ(pid, waitpid(pid, &status, 0));
	ATF_REQUIRE_MSG(WIFEXITED(status) && WEXITSTATUS(status) == 0,
	    "the worker ended with %#x", status);
	e2_fsck();
	e2_trace_load(t, "trace", "base.img");
}

/*
 * The images are in memory: e2fsck and umount would wait for the host's disk
 * hundreds of times.  The link holds for as long as this process is there.
 */
static void
cut_in_memory(void)
{
	char path[64];
	int fd;

	ATF_REQUIRE((fd = memfd_create(CUT, 0)) != -1);
	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)getpid(), fd);
	ATF_REQUIRE_EQ(0, symlink(path, CUT));
}

static void
record(struct e2_trace *t, const char *size, unsigned bsize)
{

	record_work(t, size, bsize, work);
}

static unsigned
nmarks(const struct e2_trace *t, unsigned n)
{
	unsigned i, marks = 0;

	for (i = 0; i < n; i++)
		if (t->t_recs[i].r_type == TR_MARK)
			marks++;
	return marks;
}

/* The files promised by record n are there. */
static void
check_synced(const struct e2_trace *t, unsigned n)
{
	char have[SYNCED + 1], want[SYNCED], name[16];
	const unsigned marks = nmarks(t, n);
	unsigned i;
	FILE *fp;

	if (marks == 0)
		return;
	ATF_REQUIRE((fp = fopen("cmds", "w")) != NULL);
	for (i = 0; i < marks; i++)
		fprintf(fp, "dump /s%u have.%u\n", i, i);
	fclose(fp);
	e2_host("rm -f have.*; /sbin/debugfs -f cmds " CUT " >dbg.out 2>&1");
	for (i = 0; i < marks; i++) {
		snprintf(name, sizeof(name), "have.%u", i);
		ATF_REQUIRE_MSG((fp = fopen(name, "r")) != NULL,
		    "cut %u: s%u is lost", n, i);
		e2_fill(want, SYNCED, i, 0);
		ATF_REQUIRE_EQ_MSG(SYNCED, fread(have, 1, sizeof(have), fp),
		    "cut %u: s%u has another size", n, i);
		ATF_REQUIRE_MSG(memcmp(have, want, SYNCED) == 0,
		    "cut %u: s%u differs", n, i);
		fclose(fp);
	}
}

/* Repaired without a question, and nothing left to find after that? */
static void
check_repair(const struct e2_trace *t, unsigned n, const char *flags)
{

	if (e2_try("/sbin/e2fsck %s " CUT " >fsck.out 2>&1; test $? -le 1 && "
	    "/sbin/e2fsck -fn " CUT " >>fsck.out 2>&1", flags) == 0)
		return;
	e2_try("cat fsck.out >&2");
	atf_tc_fail("cut %u/%u: e2fsck %s does not repair", n, t->t_nrecs,
	    flags);
}

static void
cut(const struct e2_trace *t, unsigned n, unsigned lose)
{

	e2_trace_image(t, n, lose, CUT);
	check_repair(t, n, "-p");
	check_synced(t, n);
}

static void
every_cut(const char *size, unsigned bsize)
{
	struct e2_trace t;
	unsigned n;

	record(&t, size, bsize);
	cut_in_memory();
	ATF_REQUIRE(t.t_nwrites > 100);
	for (n = 0; n <= t.t_nrecs; n++)
		if (n == t.t_nrecs || t.t_recs[n].r_type == TR_WRITE)
			cut(&t, n, 0);
}

static void
power_cuts(const char *size, unsigned bsize)
{
	struct e2_trace t;
	unsigned i, n;

	record(&t, size, bsize);
	cut_in_memory();
	ATF_REQUIRE(t.t_nwrites > 100);
	for (i = 1; i <= 120; i++) {
		n = (uint64_t)i * 2654435761U % (t.t_nrecs + 1);
		cut(&t, n, i);
	}
}

/* Does the superblock speak of a journal that needs recovery? */
static bool
needs_recovery(void)
{
	uint32_t features[2];
	FILE *fp;

	ATF_REQUIRE((fp = fopen(CUT, "r")) != NULL);
	ATF_REQUIRE_EQ(0, fseek(fp, 1024 + 0x5c, SEEK_SET));
	ATF_REQUIRE_EQ(2, fread(features, sizeof(features[0]), 2, fp));
	fclose(fp);
	ATF_REQUIRE_EQ(features[0] >> 2 & 1, features[1] >> 2 & 1);
	return (features[1] & 4) != 0;
}

/* In a child: mount, look, write, unmount. */
static void
use(unsigned marks, int flags)
{
	char name[16];
	unsigned i;

	RL(e2_trymount(CUT, flags));
	for (i = 0; i < marks; i++) {
		snprintf(name, sizeof(name), "s%u", i);
		e2_check(name, SYNCED, i);
	}
	/* No name leads nowhere: the log was used. */
	for (i = 0; i < NSYNCED; i++) {
		struct rump_stat st;

		if (rump_sys_lstat(e2_path("b%u/e/f", i),
		    (struct stat *)&st) == -1)
			ATF_REQUIRE_MSG(errno == RUMP_ENOENT, "b%u/e/f: %s",
			    i, rump_strerror(errno));
	}
	if ((flags & RUMP_MNT_RDONLY) == 0) {
		RL(rump_sys_mkdir(MNT "/new", 0755));
		e2_create("new/f", 100000, 9);
		e2_check("new/f", 100000, 9);
	}
	e2_umount();
}

static void
use_child(unsigned n, unsigned marks, int flags)
{
	int status;
	pid_t pid;

	fflush(NULL);
	ATF_REQUIRE((pid = fork()) != -1);
	if (pid == 0) {
		use(marks, flags);
		_exit(0);
	}
	ATF_REQUIRE_EQ(pid, waitpid(pid, &status, 0));
	ATF_REQUIRE_MSG(WIFEXITED(status) && WEXITSTATUS(status) == 0,
	    "cut %u: the child ended with %#x", n, status);
}

/* The image after a mount for writing has no trace of a journal. */
static void
check_plain(void)
{
	char buf[256];

	ATF_REQUIRE_STREQ("", e2_out(buf, sizeof(buf),
	    "/sbin/dumpe2fs -h " CUT " 2>/dev/null | "
	    "grep -E 'features.*(has_journal|needs_rec)|Journal inode'"));
	ATF_REQUIRE_STREQ("", e2_out(buf, sizeof(buf), "/sbin/debugfs -R "
	    "'inode_dump <8>' " CUT " 2>/dev/null | "
	    "grep -v '^[0-9]*  0000 0000 0000 0000 0000 0000 0000 0000' | "
	    "grep '^0'"));
}

/* Cuts between which a log counts: our own kernel replays it. */
E2_TC(replayed, "logs left behind are replayed, or looked through")
{
	struct e2_trace t;
	unsigned done = 0, n;

	record(&t, "8M", 1024);
	cut_in_memory();
	for (n = 0; n <= t.t_nrecs; n++) {
		if (n < t.t_nrecs && t.t_recs[n].r_type != TR_WRITE)
			continue;
		e2_trace_image(&t, n, 0, CUT);
		/* Else only while the journal is being made or undone. */
		if (!needs_recovery() && n > 12 && n + 12 < t.t_nrecs)
			continue;
		if (needs_recovery() && done++ % 3 == 0) {
			e2_host("cp " CUT " before.img");
			use_child(n, nmarks(&t, n), RUMP_MNT_RDONLY);
			e2_host("cmp " CUT " before.img");
		}
		use_child(n, nmarks(&t, n), 0);
		check_plain();
		check_repair(&t, n, "-fp");
		check_synced(&t, n);
	}
	ATF_REQUIRE(done > 10);
}

/* Change some bytes of the first blocks of the log. */
static void
spoil(unsigned seed)
{
	unsigned first, i, rnd = seed * 2654435761U + 1;
	char buf[32];
	FILE *fp;

	first = strtoul(e2_out(buf, sizeof(buf), "/sbin/debugfs -R "
	    "'bmap <8> 0' " CUT " 2>/dev/null"), NULL, 10);
	ATF_REQUIRE(first != 0);
	ATF_REQUIRE((fp = fopen(CUT, "r+")) != NULL);
	for (i = 0; i < 1 + seed % 4; i++) {
		rnd = rnd * 1103515245 + 12345;
		ATF_REQUIRE_EQ(0, fseek(fp, (long)(first + (rnd >> 8) % 5) *
		    1024 + (rnd >> 16) % 100, SEEK_SET));
		fputc(rnd >> 20, fp);
	}
	fclose(fp);
}

E2_TC(damaged, "our own logs with anything in them")
{
	struct e2_trace t;
	unsigned n, seed = 0;
	int status;

	record(&t, "8M", 1024);
	for (n = 0; n <= t.t_nrecs && seed < 60; n++) {
		e2_trace_image(&t, n, 0, CUT);
		if (!needs_recovery())
			continue;
		spoil(seed++);
		status = e2_prod_child(CUT, seed % 4 != 0, 20);
		if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
			e2_try("tail -5 prod.out >&2");
		ATF_REQUIRE_MSG(WIFEXITED(status) &&
		    WEXITSTATUS(status) == 0, "run %u: child ended with %#x",
		    seed, status);
	}
	ATF_REQUIRE(seed > 30);
}

ATF_TC(linux);
ATF_TC_HEAD(linux, tc)
{

	atf_tc_set_md_var(tc, "descr", "Linux replays our logs");
	atf_tc_set_md_var(tc, "require.user", "root");
	E2_REQUIRE_TOOLS(tc);
}
ATF_TC_BODY(linux, tc)
{
	struct e2_trace t;
	unsigned done = 0, n;

	record(&t, "8M", 1024);
	e2_host("mkdir -p lnx");
	for (n = 0; n < t.t_nrecs; n++) {
		if (t.t_recs[n].r_type != TR_WRITE)
			continue;
		e2_trace_image(&t, n, 0, CUT);
		if (!needs_recovery() || n % 3 != 0)
			continue;
		if (e2_try("mount -t ext4 -o loop " CUT
		    " lnx 2>mount.err") != 0)
			atf_tc_skip("cannot mount here");
		done++;
		e2_host("mkdir lnx/new && cp /bin/ls lnx/new && umount lnx");
		check_repair(&t, n, "-fp");
		check_synced(&t, n);
		/* What has a journal now has none when we are done. */
		e2_host("rm -rf lnx/new; /sbin/debugfs -w -R 'rm new/ls' " CUT
		    " 2>/dev/null; /sbin/debugfs -w -R 'rmdir new' " CUT
		    " 2>/dev/null");
		use_child(n, nmarks(&t, n), 0);
		check_plain();
		ATF_REQUIRE(e2_try("/sbin/e2fsck -fn " CUT
		    " >fsck.out 2>&1") == 0);
	}
	ATF_REQUIRE(done > 3);
}

E2_TC(killed_1k, "killed before each write, blocks of 1 KiB")
{

	every_cut("8M", 1024);
}

E2_TC(killed_4k, "killed before each write, blocks of 4 KiB")
{

	every_cut("12M", 4096);
}

E2_TC(power_1k, "power cuts, blocks of 1 KiB")
{

	power_cuts("8M", 1024);
}

E2_TC(power_4k, "power cuts, blocks of 4 KiB")
{

	power_cuts("12M", 4096);
}

E2_TC(small, "power cuts, little memory for what waits")
{

	setenv("RUMP_MEMLIMIT", "6M", 1);
	power_cuts("8M", 1024);
}

E2_TC(barriers, "a file created and synced takes two barriers")
{
	struct e2_trace t;
	unsigned n, marks = 0, barriers = 0;

	record_work(&t, "8M", 1024, work_sync);
	for (n = 0; n < t.t_nrecs; n++) {
		if (t.t_recs[n].r_type == TR_BARRIER)
			barriers++;
		if (t.t_recs[n].r_type != TR_MARK)
			continue;
		/* Mounting is before the first. */
		if (marks >= 1 && marks < 20)
			ATF_REQUIRE_EQ_MSG(2, barriers, "sync %u: %u "
			    "barriers", marks, barriers);
		else if (marks == 20) {
			e2_trace_image(&t, n, 0, CUT);
			ATF_REQUIRE(!needs_recovery());
		} else if (marks == 21)
			ATF_REQUIRE(barriers <= 1);
		if (marks == 19) {
			e2_trace_image(&t, n, 0, CUT);
			ATF_REQUIRE(needs_recovery());
		}
		marks++;
		barriers = 0;
	}
	ATF_REQUIRE_EQ(22, marks);
}

/* In a child: mount without a checker, and use all that is called free. */
static void
fill(void)
{

	RL(e2_trymount(CUT, 0));
	e2_fillup();
	e2_umount();
}

E2_TC(reused, "written without a checker, no block has two owners")
{
	struct e2_trace t;
	unsigned n, i = 0;
	int status;
	pid_t pid;

	record(&t, "6M", 1024);
	cut_in_memory();
	for (n = 0; n <= t.t_nrecs; n++) {
		if (n < t.t_nrecs && t.t_recs[n].r_type != TR_WRITE)
			continue;
		e2_trace_image(&t, n, i++ % 2 == 0 ? 0 : n, CUT);
		fflush(NULL);
		ATF_REQUIRE((pid = fork()) != -1);
		if (pid == 0) {
			fill();
			_exit(0);
		}
		ATF_REQUIRE_EQ(pid, waitpid(pid, &status, 0));
		ATF_REQUIRE_MSG(WIFEXITED(status) &&
		    WEXITSTATUS(status) == 0, "cut %u: the child ended with "
		    "%#x", n, status);
		check_repair(&t, n, "-fp");
		check_synced(&t, n);
	}
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, replayed);
	ATF_TP_ADD_TC(tp, damaged);
	ATF_TP_ADD_TC(tp, linux);
	ATF_TP_ADD_TC(tp, reused);
	ATF_TP_ADD_TC(tp, barriers);
	ATF_TP_ADD_TC(tp, killed_1k);
	ATF_TP_ADD_TC(tp, killed_4k);
	ATF_TP_ADD_TC(tp, power_1k);
	ATF_TP_ADD_TC(tp, power_4k);
	ATF_TP_ADD_TC(tp, small);
	return atf_no_error();
}
