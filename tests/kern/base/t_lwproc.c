/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rump_lwproc(3): processes and lwps are made, switched and released; threads
 * without an lwp are process 1; every misuse panics and says why.
 *
 * Covers: rump_lwproc(3)
 */
#include "hk.h"

#include <rump/rump_syscalls.h>

ATF_TC_WITHOUT_HEAD(rfork);
ATF_TC_BODY(rfork, tc)
{
	struct lwp *l1, *l2;
	pid_t p1, p2;

	hk_boot("2");
	ATF_CHECK(rump_pub_lwproc_curlwp() == NULL);
	ATF_CHECK_EQ(1, rump_sys_getpid());
	ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFFDG));
	ATF_REQUIRE((l1 = rump_pub_lwproc_curlwp()) != NULL);
	ATF_CHECK((p1 = rump_sys_getpid()) > 1);
	ATF_CHECK_EQ(1, rump_sys_getppid());
	ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFCFDG));
	ATF_REQUIRE((l2 = rump_pub_lwproc_curlwp()) != NULL);
	ATF_CHECK(l1 != l2);
	ATF_CHECK((p2 = rump_sys_getpid()) != p1);
	rump_pub_lwproc_switch(l1);
	ATF_CHECK_EQ(p1, rump_sys_getpid());
	rump_pub_lwproc_switch(l2);
	ATF_CHECK_EQ(p2, rump_sys_getpid());
	rump_pub_lwproc_releaselwp();
	ATF_CHECK(rump_pub_lwproc_curlwp() == NULL);
	ATF_CHECK_EQ(1, rump_sys_getpid());
	/* Its process is gone. */
	ATF_CHECK_EQ(RUMP_ESRCH, rump_pub_lwproc_newlwp(p2));
	ATF_CHECK_EQ(0, rump_pub_lwproc_newlwp(p1));
	ATF_CHECK_EQ(p1, rump_sys_getpid());
	rump_pub_lwproc_releaselwp();
	rump_pub_lwproc_switch(l1);
	ATF_CHECK_EQ(p1, rump_sys_getpid());
	rump_pub_lwproc_releaselwp();
	ATF_CHECK_EQ(RUMP_ESRCH, rump_pub_lwproc_newlwp(p1));
}

ATF_TC_WITHOUT_HEAD(badflags);
ATF_TC_BODY(badflags, tc)
{

	hk_boot("2");
	ATF_CHECK_EQ(RUMP_EINVAL,
	    rump_pub_lwproc_rfork(RUMP_RFFDG | RUMP_RFCFDG));
	ATF_CHECK_EQ(RUMP_EINVAL, rump_pub_lwproc_rfork(0x100));
	ATF_CHECK(rump_pub_lwproc_curlwp() == NULL);
	ATF_CHECK_EQ(RUMP_ESRCH, rump_pub_lwproc_newlwp(12345));
	ATF_CHECK_EQ(RUMP_ESRCH, rump_pub_lwproc_newlwp(-1));
	ATF_CHECK_EQ(0, rump_pub_lwproc_newlwp(0));
	ATF_CHECK_EQ(0, rump_sys_getpid());
	rump_pub_lwproc_releaselwp();
}

ATF_TC_WITHOUT_HEAD(switchnull);
ATF_TC_BODY(switchnull, tc)
{
	struct lwp *l;
	pid_t p;

	hk_boot("2");
	rump_pub_lwproc_switch(NULL);
	ATF_CHECK_EQ(1, rump_sys_getpid());
	ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFFDG));
	l = rump_pub_lwproc_curlwp();
	p = rump_sys_getpid();
	rump_pub_lwproc_switch(NULL);
	ATF_CHECK(rump_pub_lwproc_curlwp() == NULL);
	ATF_CHECK_EQ(1, rump_sys_getpid());
	rump_pub_lwproc_switch(l);
	ATF_CHECK_EQ(p, rump_sys_getpid());
	rump_pub_lwproc_switch(l);
	ATF_CHECK_EQ(p, rump_sys_getpid());
	rump_pub_lwproc_releaselwp();
}

static void *
implicit(void *arg)
{
	int i;

	for (i = 0; i < 2000; i++)
		if (rump_sys_getpid() != 1)
			return (void *)1;
	return NULL;
}

ATF_TC_WITHOUT_HEAD(implicit_lwps);
ATF_TC_BODY(implicit_lwps, tc)
{
	pthread_t pt[32];
	void *bad;
	int i;

	hk_boot("2");
	for (i = 0; i < 32; i++)
		ATF_REQUIRE_EQ(0, pthread_create(&pt[i], NULL, implicit,
		    NULL));
	for (i = 0; i < 32; i++) {
		pthread_join(pt[i], &bad);
		ATF_CHECK(bad == NULL);
	}
}

static void *
cycler(void *arg)
{
	int i;

	for (i = 0; i < 1250; i++) {
		ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(i % 3));
		ATF_REQUIRE_EQ(0, rump_pub_lwproc_newlwp(rump_sys_getpid()));
		rump_pub_lwproc_releaselwp();
	}
	return NULL;
}

static long
vmsize(void)
{
	long size = 0;
	FILE *fp;

	ATF_REQUIRE((fp = fopen("/proc/self/statm", "r")) != NULL);
	ATF_REQUIRE_EQ(1, fscanf(fp, "%*d %ld", &size));
	fclose(fp);
	return size;
}

/* Of each pair the first lwp is left, and with it the process. */
ATF_TC_WITHOUT_HEAD(leftover);
ATF_TC_BODY(leftover, tc)
{

	hk_boot("2");
	cycler(NULL);
}

unsigned long rump_kt_lwproc_memory(void);

static unsigned long
kernel_memory(void)
{
	unsigned long bytes;

	rump_schedule();
	bytes = rump_kt_lwproc_memory();
	rump_unschedule();
	return bytes;
}

static pid_t home;		/* a process that stays */

static void
make_process(int i)
{

	ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(i % 3));
}

static void
make_lwp(int i)
{

	ATF_REQUIRE_EQ(0, rump_pub_lwproc_newlwp(home));
}

/* So many, one after the other. */
static void
in_sequence(void (*make)(int), int n)
{
	int i;

	for (i = 0; i < n; i++) {
		make(i);
		rump_pub_lwproc_releaselwp();
	}
}

/* A thousand alive at a time, until there were so many. */
#define	ALIVE	1000

static void
at_once(void (*make)(int), int n)
{
	static struct lwp *l[ALIVE];
	int i;

	for (; n > 0; n -= ALIVE) {
		for (i = 0; i < ALIVE; i++) {
			make(i);
			l[i] = rump_pub_lwproc_curlwp();
			rump_pub_lwproc_switch(NULL);
		}
		/* From both ends, so that memory has holes meanwhile. */
		for (i = 0; i < ALIVE; i++) {
			rump_pub_lwproc_switch(l[i % 2 ? ALIVE - i : i]);
			rump_pub_lwproc_releaselwp();
		}
	}
}

/* With one CPU what the kernel uses is the same to the byte. */
static void
growth(void (*run)(void (*)(int), int), void (*make)(int))
{
	unsigned long used;
	struct lwp *first;
	long resident;

	if (getenv("AK_EMULATED") != NULL)
		atf_tc_skip("the emulator's own memory would be measured");
	hk_boot("1");
	ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFCFDG));
	first = rump_pub_lwproc_curlwp();
	home = rump_sys_getpid();
	rump_pub_lwproc_switch(NULL);
	run(make, 2000);
	used = kernel_memory();
	run(make, 2000);
	resident = vmsize();
	run(make, 10000);
	ATF_CHECK_MSG(vmsize() <= resident + 64, "grew from %ld to %ld pages",
	    resident, vmsize());
	ATF_CHECK_MSG(kernel_memory() == used, "grew from %lu to %lu bytes",
	    used, kernel_memory());
	rump_pub_lwproc_switch(first);
	rump_pub_lwproc_releaselwp();
	ATF_CHECK_EQ(RUMP_ESRCH, rump_pub_lwproc_newlwp(home));
}

/* Ten thousand processes, ten thousand lwps. */
#define	NOGROWTH(name, run, make)					\
ATF_TC_WITHOUT_HEAD(name);						\
ATF_TC_BODY(name, tc)							\
{									\
									\
	growth(run, make);						\
}
NOGROWTH(nogrowth_processes, in_sequence, make_process)
NOGROWTH(nogrowth_lwps, in_sequence, make_lwp)
NOGROWTH(nogrowth_processes_alive, at_once, make_process)
NOGROWTH(nogrowth_lwps_alive, at_once, make_lwp)

#define	NSHARE	6
static pthread_barrier_t barrier;
static _Atomic pid_t sharedpid;

/* Joins the process, if it is still there, and leaves it with the others. */
static void *
sharer(void *arg)
{
	int i, error;

	for (i = 0; i < 300; i++) {
		if (arg != NULL) {
			ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFCFDG));
			sharedpid = rump_sys_getpid();
		}
		pthread_barrier_wait(&barrier);
		if (arg != NULL && i % 2)
			rump_pub_lwproc_releaselwp();
		if (arg == NULL) {
			error = rump_pub_lwproc_newlwp(sharedpid);
			ATF_REQUIRE(error == 0 || error == RUMP_ESRCH);
			if (error == 0) {
				ATF_REQUIRE_EQ(sharedpid, rump_sys_getpid());
				rump_pub_lwproc_releaselwp();
			}
		}
		pthread_barrier_wait(&barrier);
		if (arg != NULL && !(i % 2))
			rump_pub_lwproc_releaselwp();
		ATF_REQUIRE_EQ(1, rump_sys_getpid());
		pthread_barrier_wait(&barrier);
		ATF_REQUIRE_EQ(RUMP_ESRCH, rump_pub_lwproc_newlwp(sharedpid));
		pthread_barrier_wait(&barrier);
	}
	return NULL;
}

ATF_TC_WITHOUT_HEAD(lastleaves);
ATF_TC_BODY(lastleaves, tc)
{
	pthread_t pt[NSHARE];
	int i;

	hk_boot("2");
	pthread_barrier_init(&barrier, NULL, NSHARE);
	for (i = 0; i < NSHARE; i++)
		ATF_REQUIRE_EQ(0, pthread_create(&pt[i], NULL, sharer,
		    i == 0 ? &barrier : NULL));
	for (i = 0; i < NSHARE; i++)
		pthread_join(pt[i], NULL);
}

static void
unbooted(void)
{

	(void)rump_sys_getpid();
}

static void
release_implicit(void)
{

	hk_boot("2");
	rump_pub_lwproc_releaselwp();
}

static void
release_twice(void)
{

	hk_boot("2");
	rump_schedule();
	(void)rump_pub_lwproc_curlwp();
	rump_unschedule();
	(void)rump_pub_lwproc_rfork(RUMP_RFFDG);
	rump_pub_lwproc_releaselwp();
	rump_pub_lwproc_releaselwp();
}

static struct lwp *_Atomic shared;
static _Atomic int running;

static void *
holder(void *arg)
{

	(void)rump_pub_lwproc_rfork(RUMP_RFFDG);
	shared = rump_pub_lwproc_curlwp();
	running = 1;
	pause();
	return NULL;
}

static void
switch_running(void)
{
	pthread_t pt;

	hk_boot("2");
	(void)pthread_create(&pt, NULL, holder, NULL);
	while (!running)
		usleep(1000);
	rump_pub_lwproc_switch(shared);
}

ATF_TC_WITHOUT_HEAD(misuse);
ATF_TC_BODY(misuse, tc)
{

	hk_panics(unbooted, "call rump_init() first");
	hk_panics(release_implicit, "no lwp of its own");
	hk_panics(release_twice, "no lwp of its own");
	hk_panics(switch_running, "already running");
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, rfork);
	ATF_TP_ADD_TC(tp, badflags);
	ATF_TP_ADD_TC(tp, switchnull);
	ATF_TP_ADD_TC(tp, implicit_lwps);
	ATF_TP_ADD_TC(tp, leftover);
	ATF_TP_ADD_TC(tp, nogrowth_processes);
	ATF_TP_ADD_TC(tp, nogrowth_lwps);
	ATF_TP_ADD_TC(tp, nogrowth_processes_alive);
	ATF_TP_ADD_TC(tp, nogrowth_lwps_alive);
	ATF_TP_ADD_TC(tp, lastleaves);
	ATF_TP_ADD_TC(tp, misuse);
	return atf_no_error();
}
