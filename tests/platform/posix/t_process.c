/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hypercalls about the process: signals by NetBSD's numbers, exits, errno,
 * the console and random bytes.
 */
#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fakehyp.h"

#define	NETBSD_SIGUSR1	30
#define	NETBSD_SIGBUS	10
#define	NETBSD_SIGEMT	7

static volatile sig_atomic_t got;

static void
record(int sig)
{

	got = sig;
}

ATF_TC_WITHOUT_HEAD(kill);
ATF_TC_BODY(kill, tc)
{

	signal(SIGUSR1, record);
	signal(SIGBUS, record);
	OK(rumpuser_kill(RUMPUSER_PID_SELF, NETBSD_SIGUSR1));
	ATF_CHECK_EQ(SIGUSR1, got);
	OK(rumpuser_kill(getpid(), NETBSD_SIGBUS));
	ATF_CHECK_EQ(SIGBUS, got);
	OK(rumpuser_kill(RUMPUSER_PID_SELF, 0));
	ATF_CHECK_EQ(RUMP_EINVAL, rumpuser_kill(RUMPUSER_PID_SELF,
	    NETBSD_SIGEMT));
	ATF_CHECK_EQ(RUMP_EINVAL, rumpuser_kill(RUMPUSER_PID_SELF, 64));
	ATF_CHECK_EQ(RUMP_EINVAL, rumpuser_kill(RUMPUSER_PID_SELF, -1));
	ATF_CHECK_EQ(RUMP_ESRCH, rumpuser_kill(0x7ffffff0, 15));
	ATF_CHECK_EQ(RUMP_EINVAL, rumpuser_kill((int64_t)1 << 40, 15));
}

static int
status_of(int value)
{
	pid_t pid;
	int status;

	if ((pid = fork()) == 0)
		rumpuser_exit(value);
	ATF_REQUIRE(pid != -1);
	ATF_REQUIRE_EQ(pid, waitpid(pid, &status, 0));
	return status;
}

ATF_TC_WITHOUT_HEAD(exit);
ATF_TC_BODY(exit, tc)
{
	int status;

	status = status_of(0);
	ATF_CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	status = status_of(7);
	ATF_CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 7);
	status = status_of(RUMPUSER_PANIC);
	ATF_CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

ATF_TC_WITHOUT_HEAD(seterrno);
ATF_TC_BODY(seterrno, tc)
{

	rumpuser_seterrno(RUMP_ENOTEMPTY);
	ATF_CHECK_EQ(66, errno);
}

static void
slurp(const char *path, char *buf, size_t size)
{
	size_t n;
	FILE *fp;

	ATF_REQUIRE((fp = fopen(path, "r")) != NULL);
	n = fread(buf, 1, size - 1, fp);
	buf[n] = '\0';
	fclose(fp);
}

ATF_TC_WITHOUT_HEAD(console);
ATF_TC_BODY(console, tc)
{
	char buf[1024];
	int i;

	ATF_REQUIRE(freopen("err", "w", stderr) != NULL);
	rumpuser_putchar('a');
	slurp("err", buf, sizeof(buf));
	ATF_CHECK_STREQ("", buf);
	rumpuser_putchar('b');
	rumpuser_putchar('\n');
	slurp("err", buf, sizeof(buf));
	ATF_CHECK_STREQ("ab\n", buf);
	rumpuser_putchar('c');
	rumpuser_dprintf("[%d %s]", 5, "x");
	slurp("err", buf, sizeof(buf));
	ATF_CHECK_STREQ("ab\nc[5 x]", buf);
	for (i = 0; i < 600; i++)
		rumpuser_putchar('z');
	rumpuser_putchar('\n');
	slurp("err", buf, sizeof(buf));
	ATF_CHECK_EQ(9 + 601, strlen(buf));
}

ATF_TC_WITHOUT_HEAD(getrandom);
ATF_TC_BODY(getrandom, tc)
{
	static unsigned char a[10000], b[10000];
	size_t n = 0;

	OK(rumpuser_getrandom(a, sizeof(a), 0, &n));
	ATF_CHECK_EQ(sizeof(a), n);
	OK(rumpuser_getrandom(b, sizeof(b), RUMPUSER_RANDOM_NOWAIT, &n));
	ATF_CHECK_EQ(sizeof(b), n);
	ATF_CHECK(memcmp(a, b, sizeof(a)) != 0);
	OK(rumpuser_getrandom(b, 32, RUMPUSER_RANDOM_HARD, &n));
	ATF_CHECK_EQ(32, n);
	OK(rumpuser_getrandom(b, 0, 0, &n));
	ATF_CHECK_EQ(0, n);
	ATF_CHECK_EQ(RUMP_EINVAL, rumpuser_getrandom(b, 1, 4, &n));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, kill);
	ATF_TP_ADD_TC(tp, exit);
	ATF_TP_ADD_TC(tp, seterrno);
	ATF_TP_ADD_TC(tp, console);
	ATF_TP_ADD_TC(tp, getrandom);
	return atf_no_error();
}
