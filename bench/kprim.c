/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the kernel's primitives cost, or with the argument "host" what Linux
 * and glibc have of the kind.  A line per figure: "name value unit"; with two
 * threads it is the mean of what a call costs each.
 */
#include <err.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <rump/rump.h>
#include <rump/rump_syscalls.h>

#include "clock.h"

void	rump_kprim_init(void);
void	rump_kprim_mutex(int);
void	rump_kprim_rwlock(int);
void	rump_kprim_kmem(int);
void	rump_kprim_pool(int);
void	rump_kprim_mbuf(int);
void	rump_kprim_cluster(int);
void	rump_kprim_pending(int);
void	rump_kprim_callout(int);

#define	N		2000000
#define	PENDING		1000000
#define	LWPS		20000
#define	IDLE_SECONDS	2

/* Nanoseconds for one of n. */
static double
each(void (*func)(int), int n)
{
	const double t0 = now();

	(*func)(n);
	return (now() - t0) * 1e9 / n;
}

static pthread_mutex_t glock = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t grwlock = PTHREAD_RWLOCK_INITIALIZER;

static void
host_mutex(int n)
{

	while (n-- > 0) {
		(void)pthread_mutex_lock(&glock);
		(void)pthread_mutex_unlock(&glock);
	}
}

static void
host_rwlock(int n)
{

	while (n-- > 0) {
		(void)pthread_rwlock_rdlock(&grwlock);
		(void)pthread_rwlock_unlock(&grwlock);
	}
}

static void
host_malloc(int n)
{
	void *volatile p;

	while (n-- > 0) {
		p = malloc(64);
		free(p);
	}
}

static void
host_mbuf(int n)
{
	void *volatile p;

	while (n-- > 0) {
		p = malloc(512);
		free(p);
	}
}

/* The header and the data. */
static void
host_cluster(int n)
{
	void *volatile p, *volatile q;

	while (n-- > 0) {
		p = malloc(512);
		q = malloc(2048);
		free(q);
		free(p);
	}
}

static void
getpids(int n)
{

	while (n-- > 0)
		(void)rump_sys_getpid();
}

static void
host_getpids(int n)
{

	while (n-- > 0)
		(void)syscall(SYS_getpid);
}

static void
own_getpids(int n)
{

	if (rump_pub_lwproc_rfork(RUMP_RFCFDG) != 0)
		errx(1, "rfork failed");
	getpids(n);
	rump_pub_lwproc_releaselwp();
}

static void
lwps(int n)
{

	while (n-- > 0) {
		if (rump_pub_lwproc_newlwp(1) != 0)
			errx(1, "newlwp failed");
		rump_pub_lwproc_releaselwp();
	}
}

/* A figure that is taken inside the kernel. */
static void
inside(const char *name, void (*func)(int), int n)
{
	double ns;

	rump_schedule();
	ns = each(func, n);
	rump_unschedule();
	printf("%s %.1f ns\n", name, ns);
}

struct timed {
	void	(*t_func)(int);
	double	t_ns;
};

static void *
timed(void *arg)
{
	struct timed *t = arg;

	t->t_ns = each(t->t_func, N);
	return NULL;
}

/* The mean of two threads that do the same at a time. */
static double
pair(void (*func)(int))
{
	struct timed t[2] = { { func, 0 }, { func, 0 } };
	pthread_t pt[2];
	int i;

	for (i = 0; i < 2; i++)
		if (pthread_create(&pt[i], NULL, timed, &t[i]) != 0)
			errx(1, "pthread_create failed");
	for (i = 0; i < 2; i++)
		(void)pthread_join(pt[i], NULL);
	return (t[0].t_ns + t[1].t_ns) / 2;
}

/* Switches and CPU time of the whole process while nothing is asked of it. */
static void
idle(void)
{
	struct rusage a, b;

	(void)getrusage(RUSAGE_SELF, &a);
	(void)sleep(IDLE_SECONDS);
	(void)getrusage(RUSAGE_SELF, &b);
	/* the sleep itself is one switch */
	printf("idle-wakeups %ld in_%ds\n", b.ru_nvcsw - a.ru_nvcsw - 1,
	    IDLE_SECONDS);
	printf("idle-cpu %ld us\n", (b.ru_utime.tv_sec - a.ru_utime.tv_sec +
	    b.ru_stime.tv_sec - a.ru_stime.tv_sec) * 1000000 +
	    b.ru_utime.tv_usec - a.ru_utime.tv_usec +
	    b.ru_stime.tv_usec - a.ru_stime.tv_usec);
}

static void
host(void)
{

	printf("getpid-own-lwp %.1f ns\n", each(host_getpids, N));
	printf("getpid-implicit %.1f ns\n", each(host_getpids, N));
	printf("getpid-own-2-threads %.1f ns\n", pair(host_getpids));
	printf("getpid-implicit-2-threads %.1f ns\n", pair(host_getpids));
	printf("mutex %.1f ns\n", each(host_mutex, N));
	printf("rwlock-reader %.1f ns\n", each(host_rwlock, N));
	printf("kmem-64 %.1f ns\n", each(host_malloc, N));
	printf("pool_cache %.1f ns\n", each(host_malloc, N));
	printf("mbuf %.1f ns\n", each(host_mbuf, N));
	printf("mbuf-cluster %.1f ns\n", each(host_cluster, N));
}

static void
rump(void)
{

	if (rump_init() != 0)
		errx(1, "rump_init failed");
	rump_schedule();
	rump_kprim_init();
	rump_unschedule();
	printf("getpid-own-lwp %.1f ns\n", each(own_getpids, N));
	printf("getpid-implicit %.1f ns\n", each(getpids, N));
	printf("getpid-own-2-threads %.1f ns\n", pair(own_getpids));
	printf("getpid-implicit-2-threads %.1f ns\n", pair(getpids));
	inside("mutex", rump_kprim_mutex, N);
	inside("rwlock-reader", rump_kprim_rwlock, N);
	inside("kmem-64", rump_kprim_kmem, N);
	inside("pool_cache", rump_kprim_pool, N);
	inside("mbuf", rump_kprim_mbuf, N);
	inside("mbuf-cluster", rump_kprim_cluster, N);
	printf("lwp %.0f ns\n", each(lwps, LWPS));
	inside("callout-alone", rump_kprim_callout, N);
	rump_schedule();
	rump_kprim_pending(PENDING);
	rump_unschedule();
	inside("callout-1M-pending", rump_kprim_callout, N);
	idle();
}

int
main(int argc, char **argv)
{

	if (argc > 1 && strcmp(argv[1], "host") == 0)
		host();
	else
		rump();
	return 0;
}
