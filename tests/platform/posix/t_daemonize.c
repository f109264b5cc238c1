/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Going to the background: what the waiting parent exits with when the start
 * succeeds, fails or the child dies, and what the child has become.
 */
#include <sys/stat.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fakehyp.h"

enum how { FINE, FAIL, DIE, EXIT3 };

/* The server: begins, does as told, tells through fd what it is. */
static void
serve(enum how how, int fd)
{
	struct stat sb, null;
	char ok;

	if (rumpuser_daemonize_begin() != 0)
		_exit(99);
	if (rumpuser_daemonize_begin() != RUMP_EALREADY)
		_exit(98);
	switch (how) {
	case DIE:
		abort();
	case EXIT3:
		_exit(3);
	case FAIL:
		(void)rumpuser_daemonize_done(RUMP_ENOMEM);
		break;
	case FINE:
		ok = getsid(0) == getpid();
		ok &= rumpuser_daemonize_done(0) == 0;
		ok &= stat("/dev/null", &null) == 0 &&
		    fstat(STDERR_FILENO, &sb) == 0 &&
		    sb.st_rdev == null.st_rdev;
		ok &= rumpuser_daemonize_done(0) == RUMP_EINVAL;
		if (write(fd, &ok, 1) != 1)
			_exit(97);
		break;
	}
	_exit(0);
}

static int
run(enum how how)
{
	int fds[2], status;
	char ok = 0;
	pid_t pid;

	fake_init();
	ATF_REQUIRE_EQ(0, pipe(fds));
	if ((pid = fork()) == 0)
		serve(how, fds[1]);
	close(fds[1]);
	ATF_REQUIRE_EQ(pid, waitpid(pid, &status, 0));
	ATF_REQUIRE(WIFEXITED(status));
	if (how == FINE) {
		ATF_REQUIRE_EQ(1, read(fds[0], &ok, 1));
		ATF_CHECK(ok);
	}
	close(fds[0]);
	return WEXITSTATUS(status);
}

ATF_TC_WITHOUT_HEAD(fine);
ATF_TC_BODY(fine, tc)
{

	ATF_CHECK_EQ(0, run(FINE));
}

ATF_TC_WITHOUT_HEAD(fails);
ATF_TC_BODY(fails, tc)
{
	char text[256] = "";
	FILE *fp;

	ATF_REQUIRE(freopen("err", "w", stderr) != NULL);
	ATF_CHECK_EQ(1, run(FAIL));
	ATF_REQUIRE((fp = fopen("err", "r")) != NULL);
	ATF_REQUIRE(fgets(text, sizeof(text), fp) != NULL);
	ATF_CHECK_MSG(strstr(text, "memory") != NULL, "%s", text);
}

ATF_TC_WITHOUT_HEAD(dies);
ATF_TC_BODY(dies, tc)
{

	ATF_CHECK_EQ(1, run(DIE));
	ATF_CHECK_EQ(3, run(EXIT3));
}

ATF_TC_WITHOUT_HEAD(no_begin);
ATF_TC_BODY(no_begin, tc)
{

	ATF_CHECK_EQ(RUMP_EINVAL, rumpuser_daemonize_done(0));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, fine);
	ATF_TP_ADD_TC(tp, fails);
	ATF_TP_ADD_TC(tp, dies);
	ATF_TP_ADD_TC(tp, no_begin);
	return atf_no_error();
}
