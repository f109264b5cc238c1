/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Threads of the kernel are threads of this process, and the lwp a thread
 * runs as is a thread-local pointer.  The kernel's threads have small stacks
 * and take no signals: those are the business of the program around us.
 */
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rumpuser_int.h"

/*
 * Kernel code is written for stacks of some pages.  This leaves room for
 * checkers too, and is too small for the host to back it with a huge page.
 */
#define	STACKSIZE	(1024 * 1024)

#define	NAMELEN		16		/* of the host, with the NUL */

__thread struct lwp *rumpuser_curlwp_tls;

/*
 * What a new thread is told.  It hands that back for the next one: to free
 * something, glibc would first map an arena for the thread.
 */
struct starter {
	struct starter *st_next;
	void *(*st_func)(void *);
	void *st_arg;
	char st_name[NAMELEN];
};

static pthread_mutex_t starters_mtx = PTHREAD_MUTEX_INITIALIZER;
static struct starter *starters;	/* starters_mtx; free ones */

/*
 * Where rumpuser_thread_exit() leads.  pthread_exit() would load a library to
 * unwind the stack, which a static program may not have.
 */
static __thread jmp_buf *thread_end;

static struct starter *
starter_get(void)
{
	struct starter *st;

	pthread_mutex_lock(&starters_mtx);
	if ((st = starters) != NULL)
		starters = st->st_next;
	pthread_mutex_unlock(&starters_mtx);
	return st != NULL ? st : malloc(sizeof(*st));
}

static void
starter_put(struct starter *st)
{

	pthread_mutex_lock(&starters_mtx);
	st->st_next = starters;
	starters = st;
	pthread_mutex_unlock(&starters_mtx);
}

static void *
trampoline(void *arg)
{
	const struct starter st = *(struct starter *)arg;
	jmp_buf end;

	starter_put(arg);
	if (st.st_name[0] != '\0')
		(void)pthread_setname_np(pthread_self(), st.st_name);
	thread_end = &end;
	return setjmp(end) == 0 ? st.st_func(st.st_arg) : NULL;
}

static int
start(pthread_t *ptp, bool joinable, struct starter *st)
{
	pthread_attr_t attr;
	sigset_t all, old;
	int error;

	if ((error = pthread_attr_init(&attr)) != 0)
		return error;
	pthread_attr_setstacksize(&attr, STACKSIZE);
	pthread_attr_setdetachstate(&attr, joinable ?
	    PTHREAD_CREATE_JOINABLE : PTHREAD_CREATE_DETACHED);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	error = pthread_create(ptp, &attr, trampoline, st);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	pthread_attr_destroy(&attr);
	return error;
}

int
rumpuser_thread_create(void *(*func)(void *), void *arg, const char *name,
	int joinable, int priority, int cpuidx, void **cookiep)
{
	pthread_t pt, *ptp = NULL;
	struct starter *st;
	int error;

	if (joinable && cookiep == NULL)
		return RUMP_EINVAL;
	if ((st = starter_get()) == NULL)
		return RUMP_ENOMEM;
	if (joinable && (ptp = malloc(sizeof(*ptp))) == NULL) {
		error = ENOMEM;
		goto fail;
	}
	st->st_func = func;
	st->st_arg = arg;
	(void)snprintf(st->st_name, sizeof(st->st_name), "%s",
	    name != NULL ? name : "");
	if ((error = start(joinable ? ptp : &pt, joinable, st)) != 0)
		goto fail;
	if (cookiep != NULL)
		*cookiep = ptp;
	return 0;
 fail:
	free(ptp);
	starter_put(st);
	return rumpuser__errtrans(error);
}

void
rumpuser_thread_exit(void)
{

	longjmp(*thread_end, 1);
}

int
rumpuser_thread_join(void *cookie)
{
	struct rumpuser__nap nap;
	pthread_t *ptp = cookie;
	int error;

	if (ptp == NULL)
		return RUMP_EINVAL;
	rumpuser__unschedule(&nap, NULL);
	error = pthread_join(*ptp, NULL);
	rumpuser__schedule(&nap, NULL);
	if (error == 0)
		free(ptp);
	return rumpuser__errtrans(error);
}

void
rumpuser_curlwpop(int op, struct lwp *l)
{

	switch (op) {
	case RUMPUSER_LWP_CREATE:
	case RUMPUSER_LWP_DESTROY:
		break;			/* nothing is kept per lwp */
	case RUMPUSER_LWP_SET:
		if (rumpuser_curlwp_tls != NULL)
			rumpuser__die("thread has lwp %p, cannot become %p",
			    (void *)rumpuser_curlwp_tls, (void *)l);
		rumpuser_curlwp_tls = l;
		break;
	case RUMPUSER_LWP_CLEAR:
		if (rumpuser_curlwp_tls != l)
			rumpuser__die("thread has lwp %p, cannot drop %p",
			    (void *)rumpuser_curlwp_tls, (void *)l);
		rumpuser_curlwp_tls = NULL;
		break;
	default:
		rumpuser__die("lwp operation %d is not known", op);
	}
}

struct lwp *
rumpuser_curlwp(void)
{

	return rumpuser_curlwp_tls;
}
