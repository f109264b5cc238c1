/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A volume without a journal whose new blocks cannot be written: nothing on
 * disk may name them, so that e2fsck has only counts to correct.
 */
#include "e2.h"

#include <fcntl.h>
#include <pthread.h>

void	rump_kt_open(const char *);
void	rump_kt_inject(long);
void	rump_kt_fault_set(unsigned int);
unsigned int rump_kt_fault_get(void);
bool	rump_kt_waits(long);
void	rump_kt_hold(void);
void	rump_kt_written(void);
void	rump_kt_early(long);
void	rump_kt_release(void);
void	rump_kt_flush(void);

#define	BSIZE	1024

static long firstfree;		/* byte of the device; all behind it is free */

/* Too small for a journal. */
static void
small_volume(void)
{
	char num[32];

	e2_mkfs("1M", "-t ext2 -b 1024 -N 64 -e continue");
	e2_out(num, sizeof(num), "/sbin/debugfs -R 'ffb' " IMG
	    " 2>/dev/null | sed 's/.*: //'");
	firstfree = atol(num) * BSIZE;
	ATF_REQUIRE(firstfree > 0);
}

/* Run func with a kernel, in a process that ends like one that is killed. */
static void
in_child(void (*func)(void))
{
	int status;
	pid_t pid;

	fflush(NULL);
	ATF_REQUIRE((pid = fork()) != -1);
	if (pid == 0) {
		e2_mount(0);
		rump_schedule();
		rump_kt_open("/e2img0");
		rump_unschedule();
		func();
		_exit(0);
	}
	ATF_REQUIRE_EQ(pid, waitpid(pid, &status, 0));
	ATF_REQUIRE_MSG(WIFEXITED(status) && WEXITSTATUS(status) == 0,
	    "child ended with %#x", status);
}

static int
make(const char *name)
{

	return rump_sys_mkdir(e2_path("%s", name), 0755);
}

static void
lose_one(void)
{

	RL(make("there"));
	rump_sys_sync();
	RL(make("lost"));
	rump_schedule();
	rump_kt_inject(firstfree);
	rump_unschedule();
	rump_sys_sync();
	RE(EROFS, make("refused"));
	rump_sys_sync();
}

/* The same, and memory gets short after it. */
static void
lose_and_flush(void)
{

	lose_one();
	rump_schedule();
	rump_kt_flush();
	rump_unschedule();
}

/* What was committed is there, the rest is not, and -p does for it. */
static void
judge(void)
{

	ATF_REQUIRE(e2_try("/sbin/e2fsck -p " IMG " >fsck.out 2>&1") <= 1);
	e2_fsck();
	e2_host("/sbin/debugfs -R 'stat /there' " IMG " 2>&1 | "
	    "grep -q 'Type: directory'");
	e2_host("/sbin/debugfs -R 'stat /lost' " IMG " 2>&1 | "
	    "grep -q 'not found'");
}

E2_TC(commit, "a new block that a commit cannot write is the last")
{

	small_volume();
	in_child(lose_one);
	judge();
}

E2_TC(flushed, "what names a lost block stays in memory")
{

	small_volume();
	in_child(lose_and_flush);
	judge();
}

static unsigned nomem;

/*
 * If there was no memory to list the block, and not for anything else, it was
 * written at once: the file "unlisted" tells.
 */
static void
lose_unlisted(void)
{
	bool waits;
	int rv;

	RL(make("there"));
	rump_sys_sync();
	rump_schedule();
	rump_kt_inject(firstfree);
	rump_kt_fault_set(nomem);
	rump_unschedule();
	rv = make("lost");
	rump_schedule();
	(void)rump_kt_fault_get();
	waits = rump_kt_waits(firstfree);
	rump_unschedule();
	if (rv != 0 || waits)
		return;
	ATF_REQUIRE(creat("unlisted", 0644) != -1);
	rump_sys_sync();
	RE(EROFS, make("refused"));
}

E2_TC(unlisted, "a commit is told of a new block that was not listed")
{

	do {
		ATF_REQUIRE(++nomem < 30);
		small_volume();
		in_child(lose_unlisted);
	} while (access("unlisted", F_OK) != 0);
	judge();
}

static void *
syncing(void *arg)
{

	ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFCFDG));
	rump_sys_sync();
	rump_pub_lwproc_releaselwp();
	return NULL;
}

/* A commit waits for its writes while a later transaction's block is lost. */
static void
lose_early(void)
{
	pthread_t thread;

	RL(make("there"));
	rump_sys_sync();
	e2_create("file", 0, 0);
	rump_schedule();
	rump_kt_hold();
	rump_unschedule();
	ATF_REQUIRE_EQ(0, pthread_create(&thread, NULL, syncing, NULL));
	rump_schedule();
	rump_kt_written();
	rump_unschedule();
	RL(make("lost"));
	rump_schedule();
	rump_kt_inject(firstfree);
	rump_kt_early(firstfree);
	rump_kt_release();
	rump_unschedule();
	ATF_REQUIRE_EQ(0, pthread_join(thread, NULL));
	rump_sys_sync();
	RE(EROFS, make("refused"));
}

E2_TC(early, "another commit is told that a new block is lost")
{

	small_volume();
	in_child(lose_early);
	judge();
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, commit);
	ATF_TP_ADD_TC(tp, flushed);
	ATF_TP_ADD_TC(tp, unlisted);
	ATF_TP_ADD_TC(tp, early);
	return atf_no_error();
}
