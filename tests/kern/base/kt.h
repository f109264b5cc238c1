/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For the kernel halves of tests: functions named rump_kt_*, called by an ATF
 * program on a virtual CPU.  A check that fails panics, which ends the test's
 * process with a line that says what was wrong.
 */
#ifndef _TESTS_KERN_BASE_KT_H_
#define _TESTS_KERN_BASE_KT_H_

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/condvar.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/kernel.h>
#include <sys/kthread.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/rwlock.h>
#include <sys/signalvar.h>
#include <sys/timevar.h>

#define	KT(cond)							\
	do {								\
		if (!(cond))						\
			panic("kt: %s:%d: %s", __FILE__, __LINE__,	\
			    #cond);					\
	} while (0)

#define	KT_EQ(want, is)							\
	do {								\
		long long _w = (want), _i = (is);			\
		if (_w != _i)						\
			panic("kt: %s:%d: %s is %lld, not %lld",	\
			    __FILE__, __LINE__, #is, _i, _w);		\
	} while (0)

/* Two strings must be equal: what is, and what is wanted. */
static inline void
kt_streq(const char *is, const char *want)
{

	if (strcmp(is, want) != 0)
		panic("kt: \"%s\", not \"%s\"", is, want);
}

/* n kernel threads running func(arg), and waiting for all of them. */
#define	KT_MAXTHREADS	64
struct kt_threads {
	lwp_t	*kt_lwp[KT_MAXTHREADS];
	int	kt_n;
};

static inline void
kt_start(struct kt_threads *kt, int n, void (*func)(void *), void *arg)
{
	int i;

	KT(n <= KT_MAXTHREADS);
	for (i = 0; i < n; i++)
		KT_EQ(0, kthread_create(PRI_NONE,
		    KTHREAD_MPSAFE | KTHREAD_MUSTJOIN, NULL, func, arg,
		    &kt->kt_lwp[i], "kt%d", i));
	kt->kt_n = n;
}

static inline void
kt_join(struct kt_threads *kt)
{
	int i;

	for (i = 0; i < kt->kt_n; i++)
		KT_EQ(0, kthread_join(kt->kt_lwp[i]));
}

/* Milliseconds of uptime. */
static inline int64_t
kt_ms(void)
{
	struct timespec ts;

	nanouptime(&ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Sleep for so many ticks. */
static inline void
kt_pause(int ticks)
{

	(void)kpause("kt", false, ticks, NULL);
}

/* Wait until the signal is pending in the process, or is not. */
static inline void
kt_signal_wait(int signo, int want)
{
	sigset_t set;
	int i;

	for (i = 0; i < 1000; i++) {
		sigpending1(curlwp, &set);
		if (sigismember(&set, signo) == want)
			return;
		kt_pause(1);
	}
	panic("kt: signal %d", signo);
}

static inline void
kt_signal_clear(int signo)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, signo);
	mutex_enter(curproc->p_lock);
	sigclearall(curproc, &set, NULL);
	mutex_exit(curproc->p_lock);
}

#endif /* !_TESTS_KERN_BASE_KT_H_ */
