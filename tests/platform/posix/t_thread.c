/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Threads of the kernel: creation, names, joining with the virtual CPU given
 * back, signals kept away from them, and the lwp that each thread has.
 */
#include <sys/wait.h>

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "fakehyp.h"

static atomic_int done;
static char name[16];
static sigset_t mask;

static void *
look(void *arg)
{

	pthread_getname_np(pthread_self(), name, sizeof(name));
	pthread_sigmask(SIG_SETMASK, NULL, &mask);
	ATF_REQUIRE(rumpuser_curlwp() == NULL);
	done += (int)(intptr_t)arg;
	return NULL;
}

ATF_TC_WITHOUT_HEAD(join);
ATF_TC_BODY(join, tc)
{
	void *cookie;

	fake_init();
	fake_enter();
	OK(rumpuser_thread_create(look, (void *)5, "a name too long for it",
	    1, 0, -1, &cookie));
	OK(rumpuser_thread_join(cookie));
	ATF_CHECK_EQ(5, done);
	ATF_CHECK_STREQ("a name too long", name);
	ATF_CHECK_EQ(1, sigismember(&mask, SIGINT));
	ATF_CHECK_EQ(1, sigismember(&mask, SIGALRM));
	ATF_CHECK_EQ(1, fake_naps());
	pthread_sigmask(SIG_SETMASK, NULL, &mask);
	ATF_CHECK_EQ(0, sigismember(&mask, SIGINT));
	ATF_CHECK_EQ(RUMP_EINVAL, rumpuser_thread_join(NULL));
	ATF_CHECK_EQ(RUMP_EINVAL,
	    rumpuser_thread_create(look, NULL, NULL, 1, 0, -1, NULL));
}

static void *
leave(void *arg)
{

	done++;
	rumpuser_thread_exit();
	return NULL;
}

ATF_TC_WITHOUT_HEAD(detached);
ATF_TC_BODY(detached, tc)
{
	void *cookie = &cookie;
	int i;

	for (i = 0; i < 200; i++)
		OK(rumpuser_thread_create(leave, NULL, NULL, 0, 0, 0,
		    i & 1 ? &cookie : NULL));
	for (i = 0; i < 1000 && done < 200; i++)
		usleep(10000);
	ATF_CHECK_EQ(200, done);
}

/* Without memory for stacks there are no threads, and that is an error. */
ATF_TC_WITHOUT_HEAD(no_more);
ATF_TC_BODY(no_more, tc)
{
	void *cookie;

	fake_limit_memory();
	ATF_CHECK_EQ(RUMP_EAGAIN,
	    rumpuser_thread_create(look, NULL, "x", 1, 0, -1, &cookie));
}

static void *
own_lwp(void *arg)
{
	struct lwp *l = arg;

	ATF_REQUIRE(rumpuser_curlwp() == NULL);
	rumpuser_curlwpop(RUMPUSER_LWP_CREATE, l);
	rumpuser_curlwpop(RUMPUSER_LWP_SET, l);
	ATF_REQUIRE_EQ(l, rumpuser_curlwp());
	usleep(20000);
	ATF_REQUIRE_EQ(l, rumpuser_curlwp_tls);
	rumpuser_curlwpop(RUMPUSER_LWP_CLEAR, l);
	rumpuser_curlwpop(RUMPUSER_LWP_DESTROY, l);
	ATF_REQUIRE(rumpuser_curlwp_tls == NULL);
	return NULL;
}

ATF_TC_WITHOUT_HEAD(curlwp);
ATF_TC_BODY(curlwp, tc)
{
	struct lwp l[8];
	void *cookie[8];
	int i;

	for (i = 0; i < 8; i++)
		OK(rumpuser_thread_create(own_lwp, &l[i], "lwp", 1, 0, -1,
		    &cookie[i]));
	for (i = 0; i < 8; i++)
		OK(rumpuser_thread_join(cookie[i]));
	ATF_CHECK(rumpuser_curlwp() == NULL);
}

static int
misuse(int op1, int op2)
{
	struct lwp a, b;
	pid_t pid;
	int status;

	if ((pid = fork()) == 0) {
		rumpuser_curlwpop(op1, &a);
		rumpuser_curlwpop(op2, &b);
		_exit(0);
	}
	ATF_REQUIRE_EQ(pid, waitpid(pid, &status, 0));
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

ATF_TC_WITHOUT_HEAD(curlwp_misuse);
ATF_TC_BODY(curlwp_misuse, tc)
{

	ATF_CHECK_EQ(SIGABRT, misuse(RUMPUSER_LWP_SET, RUMPUSER_LWP_SET));
	ATF_CHECK_EQ(SIGABRT, misuse(RUMPUSER_LWP_SET, RUMPUSER_LWP_CLEAR));
	ATF_CHECK_EQ(SIGABRT, misuse(RUMPUSER_LWP_CREATE, 17));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, join);
	ATF_TP_ADD_TC(tp, detached);
	ATF_TP_ADD_TC(tp, no_more);
	ATF_TP_ADD_TC(tp, curlwp);
	ATF_TP_ADD_TC(tp, curlwp_misuse);
	return atf_no_error();
}
