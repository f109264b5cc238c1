/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A kernel that is killed loses only what was never synced: e2fsck repairs
 * the image without a question ("-p"), and files that fsync had promised are
 * there with their contents.  Also devices that fail now and then.
 */
#include "e2_prod.h"

#include <signal.h>

#define	NSYNCED	6

/* In the child: make and remove things; tell of each synced file. */
static void
busy(int fd, unsigned seed)
{
	char name[32];
	unsigned i;
	int f;

	e2_mount(0);
	for (i = 0;; i++) {
		snprintf(name, sizeof(name), "dir%u", i % 7);
		(void)rump_sys_mkdir(e2_path("%s", name), 0755);
		snprintf(name, sizeof(name), "dir%u/f%u", i % 7, i);
		e2_create(name, 1000 + (i * 7919) % 60000, i);
		if (i % 5 == 4) {
			snprintf(name, sizeof(name), "dir%u/f%u", (i - 3) % 7,
			    i - 3);
			(void)rump_sys_unlink(e2_path("%s", name));
		}
		if (i % 20 != seed % 20)
			continue;
		snprintf(name, sizeof(name), "synced%u", i);
		e2_create(name, 50000, i);
		RL(f = rump_sys_open(e2_path("%s", name), RUMP_O_RDWR));
		RL(rump_sys_fsync(f));
		RL(rump_sys_close(f));
		if (write(fd, &i, sizeof(i)) != sizeof(i))
			_exit(1);
	}
}

/* In a child, so that this process never has a kernel when it forks. */
static void
verify(const unsigned *synced, unsigned n)
{
	char name[32];
	unsigned i;
	int status;
	pid_t pid;

	fflush(NULL);
	ATF_REQUIRE((pid = fork()) != -1);
	if (pid == 0) {
		e2_mount(RUMP_MNT_RDONLY);
		for (i = 0; i < n; i++) {
			snprintf(name, sizeof(name), "synced%u", synced[i]);
			e2_check(name, 50000, synced[i]);
		}
		e2_umount();
		_exit(0);
	}
	ATF_REQUIRE_EQ(pid, waitpid(pid, &status, 0));
	ATF_REQUIRE_MSG(WIFEXITED(status) && WEXITSTATUS(status) == 0,
	    "the reader ended with %#x", status);
}

static void
repair(unsigned seed)
{

	if (e2_try("/sbin/e2fsck -p " IMG " >fsck.out 2>&1") <= 1)
		return;
	e2_try("cat fsck.out >&2");
	atf_tc_fail("seed %u: e2fsck -p could not repair", seed);
}

static void
kill_one(unsigned seed)
{
	unsigned synced[NSYNCED], n = 0;
	int fds[2], status;
	pid_t pid;

	/* Volumes of both kinds that ext2_log_size() knows. */
	e2_mkfs(seed % 4 == 3 ? "1100M" : "32M", "-t ext2 -b %u",
	    1024U << seed % 3);
	ATF_REQUIRE_EQ(0, pipe(fds));
	fflush(NULL);
	ATF_REQUIRE((pid = fork()) != -1);
	if (pid == 0) {
		close(fds[0]);
		busy(fds[1], seed);
	}
	close(fds[1]);
	while (n < 2 + seed % (NSYNCED - 2) &&
	    read(fds[0], &synced[n], sizeof(synced[n])) == sizeof(synced[n]))
		n++;
	/* A moment that differs from run to run. */
	usleep(seed * 137 % 5000);
	kill(pid, SIGKILL);
	close(fds[0]);
	ATF_REQUIRE_EQ(pid, waitpid(pid, &status, 0));
	ATF_REQUIRE_MSG(WIFSIGNALED(status) && n >= 2,
	    "child ended with %#x", status);
	repair(seed);
	e2_fsck();
	verify(synced, n);
}

E2_TC(killed, "killed while busy")
{
	unsigned seed;

	for (seed = 0; seed < 12; seed++)
		kill_one(seed);
}

E2_TC(ioerrors, "transfers that fail at random")
{
	const char *img = e2_memory_image();
	char num[16];
	int i, status;

	e2_host("mkdir -p tree/d && for i in $(seq 200); do "
	    "echo $i >tree/d/name-of-file-$i; done; "
	    "dd if=/dev/zero of=tree/big bs=1k count=700 2>/dev/null");
	for (i = 0; i < 60; i++) {
		e2_mkfs("4M", "-t ext2 -b %u -d tree", 1024U << i % 3);
		e2_host("cp " IMG " %s", img);
		snprintf(num, sizeof(num), "%d", 20 + i * 30);
		setenv("RUMP_BLKFAIL", num, 1);
		snprintf(num, sizeof(num), "%d", i);
		setenv("RUMP_BLKFAIL_SEED", num, 1);
		status = e2_prod_child(img, i % 2, 10);
		if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
			e2_try("tail -5 prod.out >&2");
		ATF_REQUIRE_MSG(WIFEXITED(status) &&
		    WEXITSTATUS(status) == 0, "run %d: child ended with %#x",
		    i, status);
	}
}

/*
 * In the child: work until a transfer fails, then give up.  Prints the number
 * of the last file that is promised to be there.
 */
static void
until_failure(const char *seed)
{
	char name[32];
	int fd, i, last = -1;

	setenv("RUMP_BLKFAIL", "150", 1);
	setenv("RUMP_BLKFAIL_SEED", seed, 1);
	if (e2_trymount(IMG, 0) == -1)
		_exit(2);
	for (i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "f%d", i);
		fd = rump_sys_open(e2_path("%s", name), RUMP_O_CREAT |
		    RUMP_O_RDWR, 0644);
		if (fd == -1 || rump_sys_fsync(fd) == -1)
			break;
		(void)rump_sys_close(fd);
		last = i;
	}
	rump_sys_sync();
	(void)rump_sys_unmount(MNT, RUMP_MNT_FORCE);
	if (dprintf(STDOUT_FILENO, "\nlast %d\n", last) < 0)
		_exit(1);
	_exit(0);
}

/*
 * In the child: make directories whatever fails, and end like a kernel that is
 * killed.
 */
static void
despite_failures(const char *seed)
{
	int i;

	setenv("RUMP_BLKFAIL", "150", 1);
	setenv("RUMP_BLKFAIL_SEED", seed, 1);
	if (e2_trymount(IMG, 0) == -1)
		_exit(2);
	for (i = 0; i < 200; i++) {
		(void)rump_sys_mkdir(e2_path("d%d", i), 0755);
		if (i % 4 == 3)
			rump_sys_sync();
	}
	_exit(0);
}

/* Run a child whose words are in kept.out; returns how it ended. */
static int
fail_once(void (*func)(const char *), const char *seed)
{
	int fd, status;
	pid_t pid;

	fflush(NULL);
	ATF_REQUIRE((pid = fork()) != -1);
	if (pid == 0) {
		fd = open("kept.out", O_CREAT | O_TRUNC | O_RDWR | O_APPEND,
		    0644);
		if (fd == -1 || dup2(fd, 1) == -1 || dup2(fd, 2) == -1)
			_exit(1);
		func(seed);
	}
	ATF_REQUIRE_EQ(pid, waitpid(pid, &status, 0));
	ATF_REQUIRE_MSG(WIFEXITED(status) && WEXITSTATUS(status) != 1,
	    "seed %s: child ended with %#x", seed, status);
	return WEXITSTATUS(status);
}

E2_TC(keptlog, "what was not written in its place stays in the journal")
{
	char seed[16], last[16], there[16];
	int i, kept = 0;

	for (i = 0; i < 40; i++) {
		e2_mkfs("32M", "-t ext2 -b 1024 -N 512 -e continue");
		snprintf(seed, sizeof(seed), "%d", i);
		if (fail_once(until_failure, seed) != 0)
			continue;
		if (e2_try("grep -q 'is in the journal' kept.out") != 0)
			continue;
		kept++;
		e2_host("/sbin/dumpe2fs -h " IMG " 2>/dev/null | "
		    "grep -q needs_recovery");
		repair(i);
		e2_fsck();
		e2_out(last, sizeof(last), "sed -n 's/^last //p' kept.out");
		e2_out(there, sizeof(there), "/sbin/debugfs -R 'ls -p /' " IMG
		    " 2>/dev/null | grep -c '/f[0-9]*/'");
		ATF_REQUIRE_MSG(atoi(there) > atoi(last), "seed %d: %s files "
		    "of more than %s", i, there, last);
	}
	ATF_REQUIRE_MSG(kept > 0, "no write in place failed");
}

E2_TC(lostnew, "nothing names a new block that could not be written")
{
	char seed[16];
	int i, lost = 0;

	for (i = 0; i < 40; i++) {
		e2_mkfs("32M", "-t ext2 -b 1024 -N 512 -e continue");
		snprintf(seed, sizeof(seed), "%d", i);
		if (fail_once(despite_failures, seed) != 0)
			continue;
		/* It may have failed to borrow a journal. */
		if (e2_try("/sbin/debugfs -R 'blocks <8>' " IMG
		    " 2>/dev/null | grep -q '[0-9]'") != 0)
			continue;
		lost += e2_try("grep -q 'new block was lost' kept.out") == 0;
		repair(i);
		e2_fsck();
	}
	ATF_REQUIRE_MSG(lost > 0, "no write of a new block failed");
}

/* Mount a device that fails now and then. */
static void
mount_some_time(void)
{
	int i;

	for (i = 0; e2_trymount(IMG, 0) == -1; i++) {
		ATF_REQUIRE_EQ(RUMP_EIO, errno);
		ATF_REQUIRE(i < 100);
	}
}

E2_TC(lateclose, "errors of writes that nobody waits for reach close")
{
	static char buf[65536];
	int fd, i, failed = 0;

	setenv("RUMP_BLKFAIL", "1500", 1);
	setenv("RUMP_BLKFAIL_SEED", "5", 1);
	e2_mkfs("8M", "-t ext2 -b 4096 -e continue");
	mount_some_time();
	for (i = 0; i < 100; i++) {
		fd = rump_sys_open(MNT "/f", RUMP_O_CREAT | RUMP_O_RDWR,
		    0644);
		if (fd == -1) {
			ATF_REQUIRE_EQ(RUMP_EIO, errno);
			continue;
		}
		(void)rump_sys_pwrite(fd, buf, sizeof(buf), 0);
		rump_sys_sync();
		if (rump_sys_close(fd) == -1) {
			ATF_REQUIRE_EQ(RUMP_EIO, errno);
			failed++;
		}
	}
	ATF_REQUIRE_MSG(failed > 0, "no close failed in 100");
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, killed);
	ATF_TP_ADD_TC(tp, ioerrors);
	ATF_TP_ADD_TC(tp, keptlog);
	ATF_TP_ADD_TC(tp, lostnew);
	ATF_TP_ADD_TC(tp, lateclose);
	return atf_no_error();
}
