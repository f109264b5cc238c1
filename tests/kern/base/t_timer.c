/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Timers of processes: timer_create(2), timer_delete(2), timer_settime(2),
 * timer_gettime(2), timer_getoverrun(2), setitimer(2), getitimer(2) and
 * clock_nanosleep(2), whose sleeps they interrupt.
 *
 * Covers: timer_create(2), getitimer(2), clock_nanosleep(2)
 */
#include "nb.h"

#include <signal.h>
#include <sys/time.h>

#define EV_ADD		0x0001
#define EVFILT_SIGNAL	5
#define NB_SIGALRM	14
#define NB_SIGUSR1	30
#define NB_NSIG		64
#define NB_TIMERS	32	/* a process may have */
#define ABSTIME		1
#define REALTIME	0
#define MONOTONIC	3

void	rump_kt_timer_pending(int, int);
void	rump_kt_timer_clear(int);
void	rump_kt_timer_exec(void);

struct nb_sigevent {
	int	notify, signo;
	void	*value, *func, *attr;
};

static int
create(int clock, int notify, int signo, timer_t *id)
{
	struct nb_sigevent ev = { .notify = notify, .signo = signo };

	*id = NULL;
	return rump_sys_timer_create(clock, (void *)&ev, id);
}

static int
settime(timer_t id, int flags, int first, int period)
{
	struct nb_itimerspec its = nb_its(first, period);

	return rump_sys_timer_settime(id, flags, (void *)&its, NULL);
}

static struct nb_itimerspec
gettime(timer_t id)
{
	struct nb_itimerspec its;

	ATF_REQUIRE_EQ(0, rump_sys_timer_gettime(id, (void *)&its));
	return its;
}

static int
armed(timer_t id)
{
	struct nb_itimerspec its = gettime(id);

	return its.it_value.tv_sec != 0 || its.it_value.tv_nsec != 0;
}

/* A kqueue that counts a signal of this process. */
static int
counter(int signo)
{
	struct nb_kevent k = {
		.ident = signo, .filter = EVFILT_SIGNAL, .flags = EV_ADD
	};
	int kq;

	ATF_REQUIRE((kq = rump_sys_kqueue()) >= 0);
	ATF_REQUIRE_EQ(0, rump_sys_kevent(kq, (void *)&k, 1, NULL, 0, NULL));
	return kq;
}

/* How many since the last time, waiting for the first. */
static int
signals(int kq, int ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000L };
	struct nb_kevent k;

	if (rump_sys_kevent(kq, NULL, 0, (void *)&k, 1, (void *)&ts) != 1)
		return 0;
	return (int)k.data;
}

static void
boot(enum rump_sigmodel model)
{

	rump_boot_setsigmodel(model);
	hk_boot("2");
	ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFFD_CLEAR));
}

/* timer_create(2), timer_delete(2), ERRORS and the limit. */
ATF_TC_WITHOUT_HEAD(create);
ATF_TC_BODY(create, tc)
{
	struct nb_itimerspec its = nb_its(0, 0);
	timer_t id[NB_TIMERS], more;
	int i;

	boot(RUMP_SIGMODEL_IGNORE);
	NB_FAILS(RUMP_EINVAL, create(1, 1, NB_SIGALRM, &more));
	NB_FAILS(RUMP_EINVAL, create(99, 1, NB_SIGALRM, &more));
	NB_FAILS(RUMP_EINVAL, create(REALTIME, 1, 0, &more));
	NB_FAILS(RUMP_EINVAL, create(REALTIME, 1, NB_NSIG, &more));
	NB_FAILS(RUMP_EINVAL, create(REALTIME, 2, NB_SIGALRM, &more));
	NB_FAILS(RUMP_EINVAL, create(REALTIME, -1, NB_SIGALRM, &more));
	NB_FAILS(RUMP_EFAULT, rump_sys_timer_create(REALTIME, NULL, NULL));
	NB_FAILS(RUMP_EFAULT, rump_sys_timer_create(REALTIME, (void *)1,
	    &more));
	for (i = 0; i < NB_TIMERS; i++)
		ATF_REQUIRE_EQ(0, create(i % 2 ? REALTIME : MONOTONIC, 0, 0,
		    &id[i]));
	NB_FAILS(RUMP_EAGAIN, create(REALTIME, 0, 0, &more));
	ATF_CHECK_EQ(0, rump_sys_timer_delete(id[7]));
	NB_FAILS(RUMP_EINVAL, rump_sys_timer_delete(id[7]));
	NB_FAILS(RUMP_EINVAL, rump_sys_timer_gettime(id[7], (void *)&its));
	NB_FAILS(RUMP_EINVAL, rump_sys_timer_settime(id[7], 0, (void *)&its,
	    NULL));
	NB_FAILS(RUMP_EINVAL, rump_sys_timer_getoverrun(id[7]));
	ATF_CHECK_EQ(0, create(REALTIME, 0, 0, &more));
	ATF_CHECK_EQ(id[7], more);
	NB_FAILS(RUMP_EINVAL, rump_sys_timer_delete((timer_t)(intptr_t)-1));
	NB_FAILS(RUMP_EINVAL, rump_sys_timer_delete((timer_t)(intptr_t)1));
	NB_FAILS(RUMP_EINVAL, rump_sys_timer_delete((timer_t)(intptr_t)99));
	NB_FAILS(RUMP_EFAULT, rump_sys_timer_settime(more, 0, NULL, NULL));
	NB_FAILS(RUMP_EFAULT, rump_sys_timer_gettime(more, NULL));
	its.it_value.tv_nsec = 1000000000;
	NB_FAILS(RUMP_EINVAL, rump_sys_timer_settime(more, 0, (void *)&its,
	    NULL));
	its.it_value.tv_nsec = 0;
	its.it_interval.tv_nsec = -1;
	NB_FAILS(RUMP_EINVAL, rump_sys_timer_settime(more, 0, (void *)&its,
	    NULL));
}

/* timer_settime(2): once, again and again, never early; what is left. */
ATF_TC_WITHOUT_HEAD(expire);
ATF_TC_BODY(expire, tc)
{
	struct nb_itimerspec its, old;
	timer_t id, none;
	int kq, i, n;
	double t;

	boot(RUMP_SIGMODEL_IGNORE);
	kq = counter(NB_SIGUSR1);
	ATF_REQUIRE_EQ(0, create(MONOTONIC, 1, NB_SIGUSR1, &id));
	ATF_REQUIRE_EQ(0, create(REALTIME, 0, 0, &none));
	ATF_CHECK(!armed(id));
	ATF_REQUIRE_EQ(0, settime(id, 0, 100000, 0));
	ATF_CHECK(armed(id));
	t = nb_now();
	ATF_REQUIRE_EQ(0, settime(none, 0, 20, 0));
	ATF_REQUIRE_EQ(0, settime(id, 0, 50, 0));
	ATF_CHECK_EQ(1, signals(kq, 5000));
	ATF_CHECK_MSG(nb_now() - t >= 0.05, "%f", nb_now() - t);
	ATF_CHECK(!armed(id) && !armed(none));
	ATF_CHECK_EQ(0, rump_sys_timer_getoverrun(none));
	ATF_CHECK_EQ(0, signals(kq, 50));

	/* With a period, until it is disarmed. */
	t = nb_now();
	ATF_REQUIRE_EQ(0, settime(id, 0, 10, 40));
	for (n = i = 0; n < 4 && i < 100; i++)
		n += signals(kq, 5000);
	ATF_CHECK(nb_now() - t >= 0.13);
	its = nb_its(0, 0);
	ATF_REQUIRE_EQ(0, rump_sys_timer_settime(id, 0, (void *)&its,
	    (void *)&old));
	ATF_CHECK_EQ(40000000, old.it_interval.tv_nsec);
	ATF_CHECK(old.it_value.tv_sec == 0 && old.it_value.tv_nsec > 0 &&
	    old.it_value.tv_nsec <= 40000000);
	(void)signals(kq, 0);
	ATF_CHECK_EQ(0, signals(kq, 100));

	/* Far away; and further than any clock goes. */
	ATF_REQUIRE_EQ(0, settime(id, 0, 1000000000, 1));
	its = gettime(id);
	ATF_CHECK(its.it_value.tv_sec <= 1000000 &&
	    its.it_value.tv_sec > 999000);
	ATF_CHECK_EQ(10000000, its.it_interval.tv_nsec);
	its.it_value.tv_sec = INT64_MAX;
	ATF_REQUIRE_EQ(0, rump_sys_timer_settime(id, 0, (void *)&its, NULL));
	ATF_CHECK(armed(id));
	ATF_CHECK_EQ(0, signals(kq, 50));
}

/* timer_create(2): without an event it is SIGALRM. */
ATF_TC_WITHOUT_HEAD(noevent);
ATF_TC_BODY(noevent, tc)
{
	timer_t id = NULL;
	int kq;

	boot(RUMP_SIGMODEL_IGNORE);
	kq = counter(NB_SIGALRM);
	ATF_REQUIRE_EQ(0, rump_sys_timer_create(REALTIME, NULL, &id));
	ATF_REQUIRE_EQ(0, settime(id, 0, 10, 0));
	ATF_CHECK_EQ(1, signals(kq, 5000));
}

/* timer_settime(2), TIMER_ABSTIME: to come, over; and a clock that is set. */
ATF_TC_WITHOUT_HEAD(abstime);
ATF_TC_BODY(abstime, tc)
{
	struct nb_itimerspec its = nb_its(0, 0);
	struct timespec ts;
	timer_t abs, rel;
	int kq, clock;

	boot(RUMP_SIGMODEL_IGNORE);
	kq = counter(NB_SIGUSR1);
	for (clock = REALTIME; clock <= MONOTONIC; clock += MONOTONIC) {
		ATF_REQUIRE_EQ(0, create(clock, 1, NB_SIGUSR1, &abs));
		ATF_REQUIRE_EQ(0, rump_sys_clock_gettime(clock, &ts));
		its.it_value = ts;
		its.it_value.tv_sec++;
		ATF_REQUIRE_EQ(0, rump_sys_timer_settime(abs, ABSTIME,
		    (void *)&its, NULL));
		ATF_CHECK_EQ(0, signals(kq, 100));
		ATF_CHECK_EQ(1, signals(kq, 5000));
		/* That time is over now. */
		ATF_REQUIRE_EQ(0, rump_sys_timer_settime(abs, ABSTIME,
		    (void *)&its, NULL));
		ATF_CHECK_EQ(1, signals(kq, 5000));
		ATF_CHECK_EQ(0, rump_sys_timer_delete(abs));
	}
	ATF_REQUIRE_EQ(0, create(REALTIME, 1, NB_SIGUSR1, &abs));
	ATF_REQUIRE_EQ(0, create(REALTIME, 1, NB_SIGALRM, &rel));
	ATF_REQUIRE_EQ(0, rump_sys_clock_gettime(REALTIME, &ts));
	its.it_value.tv_sec = ts.tv_sec + 10000;
	ATF_REQUIRE_EQ(0, rump_sys_timer_settime(abs, ABSTIME, (void *)&its,
	    NULL));
	ATF_REQUIRE_EQ(0, settime(rel, 0, 1000000, 0));
	ts.tv_sec += 20000;
	ATF_REQUIRE_EQ(0, rump_sys_clock_settime(REALTIME, &ts));
	ATF_CHECK_EQ(1, signals(kq, 5000));
	ATF_CHECK(!armed(abs));
	its = gettime(rel);
	ATF_CHECK(its.it_value.tv_sec > 900 && its.it_value.tv_sec <= 1000);
}

/* timer_getoverrun(2): expiries while the signal is pending. */
ATF_TC_WITHOUT_HEAD(overrun);
ATF_TC_BODY(overrun, tc)
{
	timer_t id;
	int i, n, first;

	boot(RUMP_SIGMODEL_RECORD);
	ATF_REQUIRE_EQ(0, create(MONOTONIC, 1, NB_SIGUSR1, &id));
	ATF_REQUIRE_EQ(0, settime(id, 0, 10, 10));
	rump_schedule();
	rump_kt_timer_pending(NB_SIGUSR1, 1);
	rump_unschedule();
	/* 0, but on a machine that is busy. */
	n = first = rump_sys_timer_getoverrun(id);
	usleep(200000);
	/* Delivered at last: the next one tells how many there were not. */
	for (i = 0; n == first && i < 100; i++) {
		rump_schedule();
		rump_kt_timer_clear(NB_SIGUSR1);
		rump_kt_timer_pending(NB_SIGUSR1, 1);
		rump_unschedule();
		n = rump_sys_timer_getoverrun(id);
	}
	ATF_CHECK_MSG(n >= 5 && n <= 32, "%d", n);
	/* No more than DELAYTIMER_MAX are counted. */
	usleep(700000);
	rump_schedule();
	rump_kt_timer_clear(NB_SIGUSR1);
	rump_kt_timer_pending(NB_SIGUSR1, 1);
	rump_unschedule();
	for (i = 0; i < 100 && rump_sys_timer_getoverrun(id) == n; i++)
		usleep(10000);
	ATF_CHECK_EQ(32, rump_sys_timer_getoverrun(id));
	ATF_CHECK_EQ(0, rump_sys_timer_delete(id));
}

static int
setreal(int which, int first, int period, struct timeval *left)
{
	struct timeval it[2] = {
		{ period / 1000, period % 1000 * 1000 },
		{ first / 1000, first % 1000 * 1000 },
	}, old[2];
	int rv;

	rv = rump_sys_setitimer(which, (void *)it, (void *)old);
	if (left != NULL)
		*left = old[1];
	return rv;
}

/* setitimer(2), getitimer(2). */
ATF_TC_WITHOUT_HEAD(itimer);
ATF_TC_BODY(itimer, tc)
{
	struct timeval it[2], left;
	struct timespec ts;
	int kq, n, which;

	boot(RUMP_SIGMODEL_IGNORE);
	kq = counter(NB_SIGALRM);
	for (which = 0; which <= 3; which++) {
		ATF_CHECK_EQ(0, rump_sys_getitimer(which, (void *)it));
		ATF_CHECK(!timerisset(&it[0]) && !timerisset(&it[1]));
	}
	for (which = 0; which <= 3; which += 3) {
		ATF_CHECK_EQ(0, setreal(which, 30, 0, &left));
		ATF_CHECK_MSG(!timerisset(&left), "%d: %ld.%06ld", which,
		    (long)left.tv_sec, (long)left.tv_usec);
		ATF_CHECK_EQ(1, signals(kq, 5000));
		ATF_CHECK_EQ(0, setreal(which, 20, 20, NULL));
		for (n = 0; n < 3;)
			n += signals(kq, 5000);
		ATF_CHECK_EQ(0, setreal(which, 100000, 0, &left));
		ATF_CHECK(timerisset(&left) && left.tv_sec == 0);
		ATF_CHECK_EQ(0, rump_sys_setitimer(which, NULL, (void *)it));
		ATF_CHECK(it[1].tv_sec >= 90 && it[1].tv_sec <= 100);
		ATF_CHECK_EQ(0, setreal(which, 0, 0, NULL));
		ATF_CHECK_EQ(0, rump_sys_getitimer(which, (void *)it));
		ATF_CHECK(!timerisset(&it[1]));
		(void)signals(kq, 0);
	}
	/* ITIMER_REAL is affected by a clock that is set. */
	ATF_CHECK_EQ(0, setreal(0, 5000000, 0, NULL));
	ATF_CHECK_EQ(0, setreal(3, 5000000, 0, NULL));
	ATF_REQUIRE_EQ(0, rump_sys_clock_gettime(REALTIME, &ts));
	ts.tv_sec += 10000;
	ATF_REQUIRE_EQ(0, rump_sys_clock_settime(REALTIME, &ts));
	ATF_CHECK_EQ(1, signals(kq, 5000));
	ATF_CHECK_EQ(0, rump_sys_getitimer(3, (void *)it));
	ATF_CHECK(timerisset(&it[1]));
	/* No CPU time is charged: these cannot be armed. */
	for (which = 1; which <= 2; which++) {
		NB_FAILS(RUMP_ENOTSUP, setreal(which, 10, 0, NULL));
		ATF_CHECK_EQ(0, setreal(which, 0, 0, NULL));
	}
	NB_FAILS(RUMP_EINVAL, setreal(4, 10, 0, NULL));
	NB_FAILS(RUMP_EINVAL, setreal(-1, 10, 0, NULL));
	NB_FAILS(RUMP_EINVAL, rump_sys_getitimer(4, (void *)it));
	NB_FAILS(RUMP_EFAULT, rump_sys_getitimer(0, NULL));
	it[1].tv_sec = INT64_MAX;
	NB_FAILS(RUMP_EINVAL, rump_sys_setitimer(0, (void *)it, NULL));
	it[1].tv_sec = 0;
	it[1].tv_usec = 1000000;
	NB_FAILS(RUMP_EINVAL, rump_sys_setitimer(0, (void *)it, NULL));
}

/* timer_create(2): not inherited; gone with the process; exec. */
ATF_TC_WITHOUT_HEAD(process);
ATF_TC_BODY(process, tc)
{
	struct timeval it[2];
	struct lwp *parent;
	timer_t id, child;
	int i;

	/* Any signal would be a panic. */
	boot(RUMP_SIGMODEL_PANIC);
	parent = rump_pub_lwproc_curlwp();
	ATF_REQUIRE_EQ(0, create(MONOTONIC, 1, NB_SIGUSR1, &id));
	ATF_REQUIRE_EQ(0, settime(id, 0, 1000000, 0));
	for (i = 0; i < 20; i++) {
		ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFFD_COPY));
		NB_FAILS(RUMP_EINVAL, rump_sys_timer_delete(id));
		ATF_REQUIRE_EQ(0, create(i % 2 ? REALTIME : MONOTONIC, 1,
		    NB_SIGUSR1, &child));
		ATF_REQUIRE_EQ(0, settime(child, 0, 1500, 10));
		ATF_REQUIRE_EQ(0, setreal(0, 1500, 10, NULL));
		rump_pub_lwproc_releaselwp();
		rump_pub_lwproc_switch(parent);
	}
	ATF_CHECK(armed(id));
	ATF_CHECK_EQ(0, setreal(0, 1000000, 0, NULL));
	rump_schedule();
	rump_kt_timer_exec();
	rump_unschedule();
	NB_FAILS(RUMP_EINVAL, rump_sys_timer_delete(id));
	ATF_CHECK_EQ(0, rump_sys_getitimer(0, (void *)it));
	ATF_CHECK(timerisset(&it[1]));
	usleep(1700000);
}

static volatile sig_atomic_t raised;

static void
handler(int signo)
{

	raised++;
}

/* The signal model "raise": the host's process gets it. */
ATF_TC_WITHOUT_HEAD(raise);
ATF_TC_BODY(raise, tc)
{
	timer_t id;
	int i;

	boot(RUMP_SIGMODEL_RAISE);
	ATF_REQUIRE(signal(SIGUSR1, handler) != SIG_ERR);
	ATF_REQUIRE_EQ(0, create(MONOTONIC, 1, NB_SIGUSR1, &id));
	ATF_REQUIRE_EQ(0, settime(id, 0, 10, 10));
	for (i = 0; i < 500 && raised < 3; i++)
		usleep(10000);
	ATF_CHECK(raised >= 3);
	ATF_CHECK_EQ(0, rump_sys_timer_delete(id));
}

/* nanosleep(2), clock_nanosleep(2): EINTR, and what is left. */
ATF_TC_WITHOUT_HEAD(interrupt);
ATF_TC_BODY(interrupt, tc)
{
	struct timespec ts = { 1000, 0 }, left = { 0, 0 };
	timer_t id;
	double t;

	boot(RUMP_SIGMODEL_RECORD);
	ATF_REQUIRE_EQ(0, create(MONOTONIC, 1, NB_SIGUSR1, &id));
	t = nb_now();
	ATF_REQUIRE_EQ(0, settime(id, 0, 50, 0));
	NB_FAILS(RUMP_EINTR, rump_sys_nanosleep(&ts, &left));
	ATF_CHECK(nb_now() - t >= 0.05);
	ATF_CHECK(left.tv_sec > 900 && left.tv_sec < 1000);
	rump_schedule();
	rump_kt_timer_clear(NB_SIGUSR1);
	rump_unschedule();
	ATF_REQUIRE_EQ(0, settime(id, 0, 50, 0));
	left.tv_sec = 7;
	ATF_REQUIRE_EQ(0, rump_sys_clock_gettime(MONOTONIC, &ts));
	ts.tv_sec += 1000;
	ATF_CHECK_EQ(RUMP_EINTR, rump_sys_clock_nanosleep(MONOTONIC, ABSTIME,
	    &ts, &left));
	ATF_CHECK_EQ(7, left.tv_sec);
}

static void *
sleeper(void *arg)
{

	return (void *)(intptr_t)rump_sys_clock_nanosleep(REALTIME, ABSTIME,
	    arg, NULL);
}

/* clock_nanosleep(2): an absolute sleep follows a clock that is set. */
ATF_TC_WITHOUT_HEAD(sleep_clockset);
ATF_TC_BODY(sleep_clockset, tc)
{
	struct timespec ts, until, now;
	pthread_t t;
	void *rv;

	boot(RUMP_SIGMODEL_IGNORE);
	ATF_REQUIRE_EQ(0, rump_sys_clock_gettime(REALTIME, &ts));
	until = ts;
	until.tv_sec += 5000;
	ATF_REQUIRE_EQ(0, pthread_create(&t, NULL, sleeper, &until));
	usleep(50000);
	/* Not far enough, then far enough. */
	ts.tv_sec += 1000;
	ATF_REQUIRE_EQ(0, rump_sys_clock_settime(REALTIME, &ts));
	usleep(50000);
	ts = until;
	ts.tv_nsec = 0;
	ATF_REQUIRE_EQ(0, rump_sys_clock_settime(REALTIME, &ts));
	pthread_join(t, &rv);
	ATF_CHECK_EQ(0, (intptr_t)rv);
	ATF_REQUIRE_EQ(0, rump_sys_clock_gettime(REALTIME, &now));
	ATF_CHECK(now.tv_sec > until.tv_sec || (now.tv_sec == until.tv_sec &&
	    now.tv_nsec >= until.tv_nsec));
	/* Over already. */
	ATF_CHECK_EQ(0, (intptr_t)sleeper(&until));
	until.tv_sec += 10000;
	until.tv_nsec = -1;
	ATF_CHECK_EQ(RUMP_EINVAL, (intptr_t)sleeper(&until));
}

static pid_t shared_pid;

static void *
churn(void *arg)
{
	unsigned seed = (unsigned)(uintptr_t)arg;
	timer_t id;
	int i;

	if (rump_pub_lwproc_newlwp(shared_pid) != 0)
		abort();
	for (i = 0; i < 300; i++) {
		if (create(rand_r(&seed) % 2 ? REALTIME : MONOTONIC, 1,
		    NB_SIGUSR1, &id) != 0)
			abort();
		if (settime(id, 0, rand_r(&seed) % 3 * 10 + 1, 10) != 0 ||
		    (i % 2 != 0 && settime(id, 0, 1, 1) != 0) ||
		    setreal(0, 10, 10, NULL) != 0)
			abort();
		if (i % 16 == 0)
			usleep(rand_r(&seed) % 20000);
		(void)gettime(id);
		(void)rump_sys_timer_getoverrun(id);
		if (rump_sys_timer_delete(id) != 0)
			abort();
	}
	rump_pub_lwproc_releaselwp();
	return NULL;
}

/* Many at a time in one process, expiring while they are deleted. */
ATF_TC_WITHOUT_HEAD(contention);
ATF_TC_BODY(contention, tc)
{
	struct timespec ts;
	pthread_t t[4];
	int i, kq;

	boot(RUMP_SIGMODEL_IGNORE);
	kq = counter(NB_SIGUSR1);
	shared_pid = rump_sys_getpid();
	for (i = 0; i < 4; i++)
		ATF_REQUIRE_EQ(0, pthread_create(&t[i], NULL, churn,
		    (void *)(uintptr_t)(i + 1)));
	for (i = 0; i < 50; i++) {
		ATF_CHECK_EQ(0, rump_sys_clock_gettime(REALTIME, &ts));
		ATF_CHECK_EQ(0, rump_sys_clock_settime(REALTIME, &ts));
		(void)signals(kq, 1);
	}
	for (i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	rump_pub_lwproc_releaselwp();
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, create);
	ATF_TP_ADD_TC(tp, expire);
	ATF_TP_ADD_TC(tp, noevent);
	ATF_TP_ADD_TC(tp, abstime);
	ATF_TP_ADD_TC(tp, overrun);
	ATF_TP_ADD_TC(tp, itimer);
	ATF_TP_ADD_TC(tp, process);
	ATF_TP_ADD_TC(tp, raise);
	ATF_TP_ADD_TC(tp, interrupt);
	ATF_TP_ADD_TC(tp, sleep_clockset);
	ATF_TP_ADD_TC(tp, contention);
	return atf_no_error();
}
