/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Functions called on events: the kernel's own lists, simplehook, hooks that
 * modules set.
 *
 * Covers: domountroothook(9), dopowerhooks(9), doshutdownhooks(9)
 * Covers: exechook(9), exithook(9), forkhook(9)
 */
#include "hk.h"

#include <rump/rump_syscalls.h>

HK_CASE(hook_order)
HK_CASE(hook_exec)
HK_CASE(hook_fork)
HK_CASE(simplehook)
HK_CASE(simplehook_self)
HK_CASE_NCPU(simplehook_wait, 1)
HK_CASE_NCPU(simplehook_wait, 2)
HK_CASE(module_hook)

void	rump_kt_hook_shutdown(void);
void	rump_kt_hook_reboot(int);
void	rump_kt_simplehook_misuse(void);

static void
shutdown_hooks(int howto)
{

	hk_boot("2");
	rump_schedule();
	rump_kt_hook_shutdown();
	rump_kt_hook_reboot(howto);
}

/* What is said on the way down. */
static void
reboot_says(int howto, const char *want)
{
	char buf[256];
	ssize_t n;
	int fd[2];
	pid_t pid;

	ATF_REQUIRE_EQ(0, pipe(fd));
	ATF_REQUIRE((pid = fork()) != -1);
	if (pid == 0) {
		dup2(fd[1], 1);
		dup2(fd[1], 2);
		shutdown_hooks(howto);
		_exit(9);
	}
	close(fd[1]);
	ATF_REQUIRE_EQ(pid, waitpid(pid, NULL, 0));
	n = read(fd[0], buf, sizeof(buf) - 1);
	ATF_REQUIRE(n > 0);
	buf[n] = '\0';
	close(fd[0]);
	ATF_CHECK_STREQ(want, buf);
}

#define	NB_RB_NOSYNC	0x4
#define	NB_RB_HALT	0x8

ATF_TC_WITHOUT_HEAD(hook_shutdown);
ATF_TC_BODY(hook_shutdown, tc)
{

	reboot_says(NB_RB_HALT, "clock\nhook two\nhook one\n");
	reboot_says(NB_RB_NOSYNC, "hook two\nhook one\n");
}

static void
misuse(void)
{

	hk_boot("2");
	rump_schedule();
	rump_kt_simplehook_misuse();
}

ATF_TC_WITHOUT_HEAD(simplehook_panics);
ATF_TC_BODY(simplehook_panics, tc)
{

	hk_panics(misuse, "misused has hooks");
}

ATF_TP_ADD_TCS(tp)
{

	HK_ADD(hook_order, 2);
	HK_ADD(hook_exec, 2);
	HK_ADD(hook_fork, 2);
	HK_ADD(simplehook, 2);
	HK_ADD(simplehook_self, 2);
	HK_ADD(simplehook_wait, 1);
	HK_ADD(simplehook_wait, 2);
	HK_ADD(module_hook, 2);
	ATF_TP_ADD_TC(tp, hook_shutdown);
	ATF_TP_ADD_TC(tp, simplehook_panics);
	return atf_no_error();
}
