/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What happens when memory is refused, wherever it may be, and when a call
 * fails for another reason: the error, and that nothing is left allocated.
 *
 * Each scenario runs with its first allocation that may fail refused, then
 * with the second, and so on, until all of them were had.  Kernel memory is
 * compared pool by pool; one CPU makes that exact.
 *
 * Covers: kmem(9), pool(9), pool_cache(9), sysctl(9), vmem(9)
 */
#include "nb.h"

#include <sys/uio.h>

void	rump_kt_nomem_mark(void);
void	rump_kt_nomem_same(const char *);
void	rump_kt_nomem_arm(unsigned int);
unsigned int rump_kt_nomem_left(void);
int	rump_kt_nomem_run(unsigned int, const char **);

#define MONOTONIC	3
#define EV_ADD		1

static void
mark(void)
{

	rump_schedule();
	rump_kt_nomem_mark();
	rump_unschedule();
}

static void
same(const char *what)
{

	rump_schedule();
	rump_kt_nomem_same(what);
	rump_unschedule();
}

HK_CASE_NCPU(nomem_pools, 1)

static unsigned int scenario_no;
static const char *scenario_name;

static int
kernel_scenario(void)
{
	int error;

	rump_schedule();
	error = rump_kt_nomem_run(scenario_no, &scenario_name);
	rump_unschedule();
	return error;
}

/* How many allocations of it could fail. */
static unsigned int
starve(const char *name, int (*run)(void))
{
	unsigned int n, left;
	int error;

	ATF_REQUIRE_EQ_MSG(0, run(), "%s", name);
	mark();
	for (n = 1;; n++) {
		rump_kt_nomem_arm(n);
		error = run();
		left = rump_kt_nomem_left();
		rump_kt_nomem_arm(0);
		same(name);
		if (left != 0)
			break;
		ATF_REQUIRE_MSG(error == 0 || error == RUMP_ENOMEM,
		    "%s: %d", name, error);
	}
	ATF_REQUIRE_EQ_MSG(0, error, "%s: %d", name, error);
	ATF_REQUIRE_EQ_MSG(0, run(), "%s", name);
	same(name);
	return n - 1;
}

ATF_TC_WITHOUT_HEAD(kernel);
ATF_TC_BODY(kernel, tc)
{
	unsigned int points = 0;

	hk_boot("1");
	for (scenario_no = 0; kernel_scenario() != -1; scenario_no++)
		points += starve(scenario_name, kernel_scenario);
	ATF_CHECK_EQ(12, scenario_no);
	ATF_CHECK_MSG(points > 80, "only %u points", points);
}

/* 0, or the errno of a call that failed. */
#define	TRY(call)	do { if ((call) == -1) return errno; } while (0)

static void
shut(int fd)
{

	ATF_REQUIRE_EQ(0, rump_sys_close(fd));
}

static int
do_pipe(void)
{
	char buf[70000] = "";
	struct iovec iov[30];
	int fd[2], fd2, i;

	TRY(rump_sys_pipe2(fd, RUMP_O_NONBLOCK));
	TRY(rump_sys_write(fd[1], buf, 100) != 100 ? -1 : 0);
	TRY(rump_sys_write(fd[1], buf, sizeof(buf)));
	for (i = 0; i < 30; i++) {
		iov[i].iov_base = buf + i;
		iov[i].iov_len = 2000;
	}
	TRY(rump_sys_readv(fd[0], iov, 30));
	TRY(fd2 = rump_sys_fcntl(fd[0], NB_F_DUPFD, 90));
	shut(fd2);
	shut(fd[0]);
	shut(fd[1]);
	return 0;
}

static int
do_kqueue(void)
{
	static const uint32_t filter[] = { 0, 1, 4, 5, 6, 8 };
	struct timespec now = { 0, 0 };
	struct nb_kevent k[8];
	int kq, fd[2], i;

	TRY(kq = rump_sys_kqueue());
	TRY(rump_sys_pipe2(fd, 0));
	for (i = 0; i < 6; i++) {
		memset(&k[i], 0, sizeof(k[i]));
		k[i].filter = filter[i];
		k[i].flags = EV_ADD;
		k[i].ident = i < 2 ? fd[i] : i == 2 ? 1 : 3;
		k[i].fflags = i == 2 ? 0x80000000 : 0;
		k[i].data = 5;
	}
	TRY(rump_sys_kevent(kq, (void *)k, 6, NULL, 0, NULL));
	TRY(rump_sys_kevent(kq, NULL, 0, (void *)k, 8, (void *)&now));
	shut(fd[0]);
	shut(kq);
	shut(fd[1]);
	return 0;
}

static int
do_eventfd(void)
{
	struct nb_itimerspec its = nb_its(1, 0);
	uint64_t v = 1;
	int fd, tfd;

	TRY(fd = rump_sys_eventfd(1, 0));
	TRY(rump_sys_write(fd, &v, sizeof(v)));
	TRY(rump_sys_read(fd, &v, sizeof(v)));
	shut(fd);
	TRY(tfd = rump_sys_timerfd_create(MONOTONIC, 0));
	TRY(rump_sys_timerfd_settime(tfd, 0, (void *)&its, NULL));
	TRY(rump_sys_read(tfd, &v, sizeof(v)));
	shut(tfd);
	return 0;
}

static int
do_timer(void)
{
	struct { int notify, signo; void *v[3]; } ev = { 0, 0, {} };
	struct nb_itimerspec its = nb_its(1000, 0);
	timer_t id;

	TRY(rump_sys_timer_create(MONOTONIC, (void *)&ev, &id));
	TRY(rump_sys_timer_settime(id, 0, (void *)&its, NULL));
	TRY(rump_sys_timer_delete(id));
	return 0;
}

static int
do_ksem(void)
{
	intptr_t id = 0, named = 0;

	TRY(rump_sys__ksem_init(1, &id));
	TRY(rump_sys__ksem_wait(id));
	TRY(rump_sys__ksem_destroy(id));
	TRY(rump_sys__ksem_open("/nomem", RUMP_O_CREAT, 0600, 1, &named));
	TRY(rump_sys__ksem_unlink("/nomem"));
	TRY(rump_sys__ksem_close(named));
	return 0;
}

static int
do_process(void)
{
	gid_t gids[12] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 };
	struct lwp *first;
	int how, error;

	for (how = 0; how < 3; how++) {
		error = rump_pub_lwproc_rfork(how);
		if (error != 0)
			return error;
		first = rump_pub_lwproc_curlwp();
		error = rump_pub_lwproc_newlwp(rump_sys_getpid());
		if (error == 0) {
			if (rump_sys_setgroups(12, gids) != 0 ||
			    rump_sys_setuid(10 + how) != 0)
				error = errno;
			rump_pub_lwproc_releaselwp();
			rump_pub_lwproc_switch(first);
		}
		rump_pub_lwproc_releaselwp();
		if (error != 0)
			return error;
	}
	return 0;
}

/* The first lwp of a process is put away and comes back to be released. */
static int
do_switch(void)
{
	struct lwp *l;
	int error, fd[2];

	error = rump_pub_lwproc_rfork(RUMP_RFFD_CLEAR);
	if (error != 0)
		return error;
	l = rump_pub_lwproc_curlwp();
	error = rump_sys_pipe2(fd, 0) != 0 ? errno : 0;
	rump_pub_lwproc_switch(NULL);
	rump_pub_lwproc_switch(l);
	rump_pub_lwproc_releaselwp();
	return error;
}

static int
do_wait(void)
{
	static uint32_t set[3][2000 / 32 + 1];
	struct nb_pollfd pf[200];
	struct timespec now = { 0, 0 };
	int fd[2], i;

	TRY(rump_sys_pipe2(fd, 0));
	for (i = 0; i < 200; i++)
		pf[i] = (struct nb_pollfd){ fd[i % 2], NB_POLLIN, 0 };
	TRY(rump_sys_poll((void *)pf, 200, 0));
	memset(set, 0, sizeof(set));
	TRY(rump_sys_pselect(2000, (void *)set[0], (void *)set[1],
	    (void *)set[2], (void *)&now, NULL));
	shut(fd[0]);
	shut(fd[1]);
	return 0;
}

static int
do_sysctl(void)
{
	static char buf[100000];
	int mib[4] = { 1, 0, 0, 0 };
	size_t len;
	int i;

	/* Whatever nodes there are; some say no. */
	for (i = 1; i < 100; i++) {
		mib[1] = i;
		len = sizeof(buf);
		if (rump_sys___sysctl(mib, 2, buf, &len, NULL, 0) != 0 &&
		    errno == RUMP_ENOMEM && len <= sizeof(buf))
			return ENOMEM;
	}
	mib[1] = 1;
	len = 2;
	NB_FAILS(RUMP_ENOMEM, rump_sys___sysctl(mib, 2, buf, &len, NULL, 0));
	TRY(rump_sys_getrandom(buf, 5000, 0));
	return 0;
}

static int
do_module(void)
{
	static char buf[20000];
	struct iovec iov = { buf, sizeof(buf) };
	struct rump_modctl_load ml = { .ml_filename = "nowhere" };

	TRY(rump_sys_modctl(RUMP_MODCTL_STAT, &iov));
	NB_FAILS(RUMP_ENOENT, rump_sys_modctl(RUMP_MODCTL_LOAD, &ml));
	return 0;
}

/* Calls that fail when they have made something already. */
static int
do_failures(void)
{
	void *const bad = (void *)(uintptr_t)100;
	struct { int notify, signo; void *v[3]; } ev = { 0, 0, {} };
	struct timespec now = { 0, 0 };
	struct nb_rlimit few, lim;
	struct nb_kevent k = { .ident = 99, .flags = EV_ADD };
	struct iovec iov = { bad, 10 };
	int fd[2], kq, i, full[400];

	TRY(rump_sys_getrlimit(NB_RLIMIT_NOFILE, (void *)&lim));
	few = lim;
	few.rlim_cur = 6;
	TRY(rump_sys_setrlimit(NB_RLIMIT_NOFILE, (void *)&few));
	for (i = 0; (full[i] = rump_sys_eventfd(0, 0)) != -1; i++)
		continue;
	ATF_CHECK(i > 0 && errno == RUMP_EMFILE);
	shut(full[--i]);
	/* One is left, a pipe takes two. */
	NB_FAILS(RUMP_EMFILE, rump_sys_pipe2(fd, 0));
	TRY(full[i++] = rump_sys_kqueue());
	NB_FAILS(RUMP_EMFILE, rump_sys_kqueue());
	NB_FAILS(RUMP_EMFILE, rump_sys_timerfd_create(MONOTONIC, 0));
	NB_FAILS(RUMP_EMFILE, rump_sys_dup(full[0]));
	while (i-- > 0)
		shut(full[i]);
	TRY(rump_sys_setrlimit(NB_RLIMIT_NOFILE, (void *)&lim));

	NB_FAILS(RUMP_EFAULT, rump_sys_timer_create(MONOTONIC, (void *)&ev,
	    bad));
	NB_FAILS(RUMP_EFAULT, rump_sys__ksem_init(1, bad));
	NB_FAILS(RUMP_EFAULT, rump_sys__ksem_open("/nomem", RUMP_O_CREAT,
	    0600, 1, bad));
	NB_FAILS(RUMP_ENOENT, rump_sys__ksem_unlink("/nomem"));
	TRY(rump_sys_pipe2(fd, 0));
	NB_FAILS(RUMP_EFAULT, rump_sys_write(fd[1], bad, 100));
	NB_FAILS(RUMP_EFAULT, rump_sys_writev(fd[1], &iov, 1));
	NB_FAILS(RUMP_EFAULT, rump_sys_poll(bad, 500, 0));
	NB_FAILS(RUMP_EFAULT, rump_sys_pselect(2000, bad, NULL, NULL,
	    (void *)&now, NULL));
	NB_FAILS(RUMP_EFAULT, rump_sys_setgroups(12, bad));
	TRY(kq = rump_sys_kqueue());
	NB_FAILS(RUMP_EBADF, rump_sys_kevent(kq, (void *)&k, 1, NULL, 0,
	    NULL));
	k.ident = 31000;
	k.filter = 4;
	NB_FAILS(RUMP_ESRCH, rump_sys_kevent(kq, (void *)&k, 1, NULL, 0,
	    NULL));
	k.filter = 77;
	NB_FAILS(RUMP_EINVAL, rump_sys_kevent(kq, (void *)&k, 1, NULL, 0,
	    NULL));
	shut(kq);
	shut(fd[0]);
	shut(fd[1]);
	ATF_CHECK_EQ(RUMP_ESRCH, rump_pub_lwproc_newlwp(31000));
	ATF_CHECK_EQ(RUMP_EINVAL, rump_pub_lwproc_rfork(77));
	return 0;
}

ATF_TC_WITHOUT_HEAD(calls);
ATF_TC_BODY(calls, tc)
{
	static const struct {
		const char *name;
		int (*run)(void);
	} s[] = {
		{ "pipe", do_pipe }, { "kqueue", do_kqueue },
		{ "eventfd", do_eventfd }, { "timer", do_timer },
		{ "ksem", do_ksem }, { "process", do_process },
		{ "switch", do_switch }, { "wait", do_wait },
		{ "sysctl", do_sysctl }, { "module", do_module },
		{ "failures", do_failures },
	};
	unsigned int i, round;

	rump_boot_setsigmodel(RUMP_SIGMODEL_IGNORE);
	hk_boot("1");
	for (i = 0; i < sizeof(s) / sizeof(s[0]); i++) {
		starve(s[i].name, s[i].run);
		for (round = 0; round < 20; round++)
			ATF_REQUIRE_EQ_MSG(0, s[i].run(), "%s", s[i].name);
		same(s[i].name);
	}
}

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(nomem_pools, 1);
	ATF_TP_ADD_TC(tp, kernel);
	ATF_TP_ADD_TC(tp, calls);
	return atf_no_error();
}
