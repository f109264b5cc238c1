/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The hypercalls that have to do with time, as a program that comes before
 * the library sees them; see fastclock.h.
 */
#include "fastclock.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <rump/rumpuser.h>

#define	NSEC	1000000000LL

static pthread_mutex_t fc_lock = PTHREAD_MUTEX_INITIALIZER;
static int fc_speed = 1;		/* fc_lock */
static int64_t fc_host, fc_shown;	/* fc_lock: the same moment, in ns */

static void *
next(const char *name)
{
	void *sym = dlsym(RTLD_NEXT, name);

	if (sym == NULL)
		abort();
	return sym;
}

static int64_t
host_now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * NSEC + ts.tv_nsec;
}

static int64_t
shown_locked(int64_t host)
{

	return fc_shown + (host - fc_host) * fc_speed;
}

void
fastclock(int speed)
{
	int64_t host;

	pthread_mutex_lock(&fc_lock);
	host = host_now();
	fc_shown = shown_locked(host);
	fc_host = host;
	fc_speed = speed;
	pthread_mutex_unlock(&fc_lock);
}

int
rumpuser_clock_gettime(int clock, int64_t *secp, long *nsecp)
{
	int (*real)(int, int64_t *, long *);
	int64_t t, host;
	int error;

	*(void **)&real = next("rumpuser_clock_gettime");
	pthread_mutex_lock(&fc_lock);
	error = real(clock, secp, nsecp);
	if (error == 0) {
		host = host_now();
		t = *secp * NSEC + *nsecp + shown_locked(host) - host;
		*secp = t / NSEC;
		*nsecp = t % NSEC;
	}
	pthread_mutex_unlock(&fc_lock);
	return error;
}

/* When the host's clock shows what the kernel's shows at t, or just after. */
static int64_t
host_time(int64_t t)
{

	pthread_mutex_lock(&fc_lock);
	t = fc_host + (t - fc_shown) / fc_speed + 1;
	pthread_mutex_unlock(&fc_lock);
	return t < 0 ? 0 : t;
}

int
rumpuser_clock_sleep(int clock, int64_t sec, long nsec)
{
	int (*real)(int, int64_t, long);
	int64_t t;

	*(void **)&real = next("rumpuser_clock_sleep");
	if (clock != RUMPUSER_CLOCK_ABSMONO || sec > INT64_MAX / NSEC / 2)
		return real(clock, sec, nsec);
	t = host_time(sec * NSEC + nsec);
	return real(clock, t / NSEC, t % NSEC);
}

int
rumpuser_wait(volatile uint32_t *word, uint32_t value, int64_t deadline)
{
	int (*real)(volatile uint32_t *, uint32_t, int64_t);

	*(void **)&real = next("rumpuser_wait");
	if (deadline >= 0)
		deadline = host_time(deadline);
	return real(word, value, deadline);
}
