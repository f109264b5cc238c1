/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For the host halves of tests: boot with so many virtual CPUs, call into the
 * kernel half, and see a misuse end in the panic it should.
 */
#ifndef _TESTS_KERN_BASE_HK_H_
#define _TESTS_KERN_BASE_HK_H_

#include <sys/types.h>
#include <sys/wait.h>

#include <atf-c.h>
#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rump/rump.h>

static inline void
hk_boot(const char *ncpu)
{

	setenv("RUMP_NCPU", ncpu, 1);
	ATF_REQUIRE_EQ(0, rump_init());
}

/* A case which is one call of a kernel half: void rump_kt_NAME(void). */
#define	HK_CASE_NCPU(name, ncpu)					\
void	rump_kt_##name(void);						\
ATF_TC_WITHOUT_HEAD(name##_##ncpu);					\
ATF_TC_BODY(name##_##ncpu, tc)						\
{									\
									\
	hk_boot(#ncpu);							\
	rump_schedule();						\
	rump_kt_##name();						\
	rump_unschedule();						\
}
#define	HK_CASE(name)	HK_CASE_NCPU(name, 2)
#define	HK_ADD(name, ncpu)	ATF_TP_ADD_TC(tp, name##_##ncpu)

/* Run func in a child: what it says, and how it ends. */
static inline int
hk_output(void (*func)(void), char *buf, size_t size)
{
	size_t len = 0;
	ssize_t n;
	int fd[2], status;
	pid_t pid;

	ATF_REQUIRE_EQ(0, pipe(fd));
	fflush(NULL);
	ATF_REQUIRE((pid = fork()) != -1);
	if (pid == 0) {
		dup2(fd[1], 1);
		dup2(fd[1], 2);
		close(fd[0]);
		(*func)();
		_exit(0);
	}
	close(fd[1]);
	while (len < size - 1 &&
	    (n = read(fd[0], buf + len, size - 1 - len)) > 0)
		len += n;
	buf[len] = '\0';
	close(fd[0]);
	ATF_REQUIRE_EQ(pid, waitpid(pid, &status, 0));
	return status;
}

/* Run func in a child, which must panic and say `text' on the way. */
static inline void
hk_panics(void (*func)(void), const char *text)
{
	char buf[8192];
	int status = hk_output(func, buf, sizeof(buf));

	ATF_CHECK_MSG(WIFSIGNALED(status) ||
	    (WIFEXITED(status) && WEXITSTATUS(status) != 0),
	    "no panic (status %x): %s", status, buf);
	ATF_CHECK_MSG(strstr(buf, text) != NULL, "no \"%s\" in: %s", text,
	    buf);
}

/*
 * A case of misuse: rump_kt_misuse(0), (1) ... must panic with these texts, one
 * after the other.
 */
#define	HK_MISUSE(...)							\
void	rump_kt_misuse(int);						\
static int hk_what;							\
									\
static void								\
hk_misuser(void)							\
{									\
									\
	hk_boot("2");							\
	rump_schedule();						\
	rump_kt_misuse(hk_what);					\
	rump_unschedule();						\
}									\
									\
ATF_TC_WITHOUT_HEAD(misuse);						\
ATF_TC_BODY(misuse, tc)							\
{									\
	static const char *const text[] = { __VA_ARGS__ };		\
									\
	for (hk_what = 0; hk_what < (int)(sizeof(text) /		\
	    sizeof(text[0])); hk_what++)				\
		hk_panics(hk_misuser, text[hk_what]);			\
}

#endif /* !_TESTS_KERN_BASE_HK_H_ */
