/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every moment of a workload at which a kernel could be killed or the power
 * be cut: the images are made from a record of all writes, and e2fsck -p
 * must repair each without a question, with all files in it that fsync had
 * promised.
 */
#include "e2_trace.h"

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
record(struct e2_trace *t, const char *size, unsigned bsize)
{
	int status;
	pid_t pid;

	e2_mkfs(size, "-t ext2 -b %u", bsize);
	e2_host("cp " IMG " base.img");
	fflush(NULL);
	ATF_REQUIRE((pid = fork()) != -1);
	if (pid == 0) {
		work();
		_exit(0);
	}
	ATF_REQUIRE_EQ(pid, waitpid(pid, &status, 0));
	ATF_REQUIRE_MSG(WIFEXITED(status) && WEXITSTATUS(status) == 0,
	    "the worker ended with %#x", status);
	e2_fsck();
	e2_trace_load(t, "trace", "base.img");
}

/* The files promised by record n are there. */
static void
check_synced(const struct e2_trace *t, unsigned n)
{
	char have[SYNCED + 1], want[SYNCED], name[16];
	unsigned i, marks = 0;
	FILE *fp;

	for (i = 0; i < n; i++)
		if (t->t_recs[i].r_type == TR_MARK)
			marks++;
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

static void
cut(const struct e2_trace *t, unsigned n, unsigned lose)
{

	e2_trace_image(t, n, lose, CUT);
	if (e2_try("/sbin/e2fsck -p " CUT " >fsck.out 2>&1; test $? -le 1 && "
	    "/sbin/e2fsck -fn " CUT " >>fsck.out 2>&1") != 0) {
		e2_try("cat fsck.out >&2");
		atf_tc_fail("cut %u/%u, loss %u: e2fsck -p does not repair",
		    n, t->t_nrecs, lose);
	}
	check_synced(t, n);
}

static void
every_cut(const char *size, unsigned bsize)
{
	struct e2_trace t;
	unsigned n;

	record(&t, size, bsize);
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
	ATF_REQUIRE(t.t_nwrites > 100);
	for (i = 1; i <= 120; i++) {
		n = (uint64_t)i * 2654435761U % (t.t_nrecs + 1);
		cut(&t, n, i);
	}
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

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, killed_1k);
	ATF_TP_ADD_TC(tp, killed_4k);
	ATF_TP_ADD_TC(tp, power_1k);
	ATF_TP_ADD_TC(tp, power_4k);
	return atf_no_error();
}
