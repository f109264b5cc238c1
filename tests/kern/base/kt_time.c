/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_time: clocks, conversions, rates, specific data, CPU sets.
 */
#include "kt.h"

#include <sys/kcpuset.h>
#include <sys/timetc.h>

void	rump_kt_clocks(void);
void	rump_kt_convert(void);
void	rump_kt_transition(void);
void	rump_kt_rates(void);
void	rump_kt_specific(void);
void	rump_kt_kcpuset(void);
void	rump_kt_kcpuset_ops(void);
void	rump_kt_specific_domain(void);

void
rump_kt_clocks(void)
{
	struct timespec t1, t2, wall, set;
	int ticks = getticks();

	nanouptime(&t1);
	KT(t1.tv_sec >= 1 && t1.tv_sec < 60);
	kt_pause(5);
	nanouptime(&t2);
	KT(timespeccmp(&t1, &t2, <));
	KT(getticks() - ticks >= 4);
	nanotime(&wall);
	KT(wall.tv_sec > 1600000000);
	KT(wall.tv_sec - time_second <= 1);
	KT(time_mono_to_wall(time_uptime) - time_second <= 1);

	/* The wall clock can be set; uptime does not notice. */
	set.tv_sec = 1000000000;
	set.tv_nsec = 0;
	tc_setclock(&set);
	nanotime(&wall);
	KT(wall.tv_sec == 1000000000 || wall.tv_sec == 1000000001);
	nanouptime(&t1);
	KT(t1.tv_sec - t2.tv_sec <= 1);
	KT(time_wall_to_mono(time_second) - time_uptime <= 1);
}

void
rump_kt_convert(void)
{
	struct timespec ts = { 0, 0 };
	struct timeval tv = { 0, 0 };

	KT_EQ(0, tstohz(&ts));
	KT_EQ(0, tvtohz(&tv));
	ts.tv_nsec = 1;
	KT_EQ(2, tstohz(&ts));
	ts.tv_nsec = 10000000;
	KT_EQ(2, tstohz(&ts));
	ts.tv_nsec = 10000001;
	KT_EQ(3, tstohz(&ts));
	tv.tv_sec = 2;
	KT_EQ(201, tvtohz(&tv));
	tv.tv_sec = 0x7fffffffffffLL;
	KT_EQ(INT_MAX, tvtohz(&tv));
	tv.tv_sec = -1;
	KT_EQ(0, tvtohz(&tv));
	tv.tv_sec = 0;
	tv.tv_usec = 1000000;
	KT_EQ(EINVAL, itimerfix(&tv));
	tv.tv_usec = 1;
	KT_EQ(0, itimerfix(&tv));
	KT_EQ(tick, tv.tv_usec);
	ts.tv_sec = -1;
	KT_EQ(EINVAL, itimespecfix(&ts));
}

static void
transition(int64_t last, int64_t period, int64_t now, int64_t next,
    int overruns)
{
	struct itimerspec it = {
		.it_value = { last / 1000, last % 1000 * 1000000 },
		.it_interval = { period / 1000, period % 1000 * 1000000 },
	};
	struct timespec tnow = { now / 1000, now % 1000 * 1000000 }, ts;
	int n = -1;

	itimer_transition(&it, &tnow, &ts, &n);
	KT_EQ(next, ts.tv_sec * 1000 + ts.tv_nsec / 1000000);
	KT_EQ(overruns, n);
}

/* Milliseconds: fired when due, late, very late, and before it was due. */
void
rump_kt_transition(void)
{
	struct itimerspec it = { .it_value = { 1, 0 },
	    .it_interval = { 0, 1 } };
	struct timespec now = { 5000000000, 0 }, ts;
	int n;

	transition(1000, 0, 5000, 0, 0);
	transition(1000, 100, 1000, 1100, 0);
	transition(1000, 100, 1099, 1100, 0);
	transition(1000, 100, 1100, 1200, 1);
	transition(1000, 100, 1999, 2000, 9);
	transition(1000, 100, 999, 1000, 0);
	transition(1000, 100, 900, 1000, 0);
	transition(1000, 100, 899, 900, 0);
	transition(1000, 100, 50, 100, 0);
	transition(1000, 3000, 500, 1000, 0);
	itimer_transition(&it, &now, &ts, &n);
	KT(ts.tv_sec == 5000000000 && ts.tv_nsec == 1);
	KT_EQ(INT_MAX, n);
	it.it_interval.tv_sec = INT64_MAX;
	itimer_transition(&it, &now, &ts, &n);
	KT(ts.tv_sec == INT64_MAX / 1000000000 && n == 0);
}

void
rump_kt_rates(void)
{
	struct timeval last = { 0, 0 }, gap = { 0, 50000 };
	int n = 0, pps = 0, i;

	KT(ratecheck(&last, &gap));
	KT(!ratecheck(&last, &gap));
	kt_pause(7);
	KT(ratecheck(&last, &gap));

	timerclear(&last);
	for (i = 0; i < 100; i++)
		n += ppsratecheck(&last, &pps, 5);
	KT(n == 5 || n == 10);
	KT(!ppsratecheck(&last, &pps, 0));
	KT(ppsratecheck(&last, &pps, -1));
}

static _Atomic u_int gone;

static void
dtor(void *arg)
{

	KT_EQ(4711, (intptr_t)arg);
	gone++;
}

static void
owner(void *arg)
{
	specificdata_key_t *key = arg;

	KT(lwp_getspecific(*key) == NULL);
	lwp_setspecific(*key, (void *)(intptr_t)4711);
	KT_EQ(4711, (intptr_t)lwp_getspecific(*key));
	kthread_exit(0);
}

/* Values go with the lwp; with the key; and are apart for each key. */
void
rump_kt_specific(void)
{
	specificdata_key_t key[20], pkey;
	struct kt_threads kt;
	int i;

	for (i = 0; i < 20; i++)
		KT_EQ(0, lwp_specific_key_create(&key[i], dtor));
	kt_start(&kt, 3, owner, &key[17]);
	kt_join(&kt);
	/* The thread is joined a moment before its lwp is gone. */
	for (i = 0; i < 200 && gone < 3; i++)
		kt_pause(1);
	KT_EQ(3, gone);
	lwp_setspecific(key[3], (void *)(intptr_t)4711);
	KT(lwp_getspecific(key[2]) == NULL);
	for (i = 0; i < 20; i++)
		lwp_specific_key_delete(key[i]);
	KT_EQ(4, gone);

	KT_EQ(0, proc_specific_key_create(&pkey, NULL));
	proc_setspecific(curproc, pkey, &pkey);
	KT(proc_getspecific(curproc, pkey) == &pkey);
	proc_specific_key_delete(pkey);
}

void
rump_kt_kcpuset(void)
{
	kcpuset_t *a, *b;

	KT_EQ(ncpu, kcpuset_countset(kcpuset_attached));
	kcpuset_create(&a, true);
	kcpuset_create(&b, true);
	KT(kcpuset_iszero(a) && kcpuset_ffs(a) == 0);
	kcpuset_set(a, 5);
	kcpuset_atomic_set(a, 70);
	KT(kcpuset_isset(a, 5) && kcpuset_isset(a, 70) &&
	    !kcpuset_isset(a, 6));
	KT_EQ(6, kcpuset_ffs(a));
	KT(kcpuset_isotherset(a, 5));
	kcpuset_copy(b, a);
	KT(kcpuset_match(a, b));
	kcpuset_clear(b, 5);
	KT(kcpuset_intersecting_p(a, b));
	kcpuset_remove(a, b);
	KT(!kcpuset_intersecting_p(a, b));
	KT_EQ(1, kcpuset_countset(a));
	kcpuset_use(a);
	kcpuset_unuse(a, NULL);
	kcpuset_destroy(a);
	kcpuset_destroy(b);
}

/* Whole sets at once. */
void
rump_kt_kcpuset_ops(void)
{
	kcpuset_t *a, *b;

	kcpuset_create(&a, true);
	kcpuset_create(&b, true);
	kcpuset_fill(a);
	KT(kcpuset_isset(a, 0) && kcpuset_isset(a, MAXCPUS - 1));
	kcpuset_atomic_clear(a, 3);
	KT(!kcpuset_isset(a, 3) && kcpuset_isset(a, 4));
	kcpuset_set(b, 3);
	kcpuset_set(b, 4);
	kcpuset_intersect(a, b);
	KT_EQ(1, kcpuset_countset(a));
	KT_EQ(5, kcpuset_ffs(a));
	kcpuset_merge(a, b);
	KT(kcpuset_match(a, b));
	kcpuset_zero(a);
	KT(kcpuset_iszero(a) && !kcpuset_iszero(b));
	kcpuset_destroy(a);
	kcpuset_destroy(b);
}

static void
count_gone(void *arg)
{

	(*(int *)arg)++;
}

/* A domain of one's own: values go with the reference or with the key. */
void
rump_kt_specific_domain(void)
{
	specificdata_domain_t sd = specificdata_domain_create();
	specificdata_reference one, two;
	specificdata_key_t k, l;
	int calls = 0;

	KT_EQ(0, specificdata_init(sd, &one));
	KT_EQ(0, specificdata_init(sd, &two));
	KT_EQ(0, specificdata_key_create(sd, &k, count_gone));
	KT_EQ(0, specificdata_key_create(sd, &l, NULL));
	KT(k != l && specificdata_getspecific(sd, &one, k) == NULL);
	specificdata_setspecific(sd, &one, k, &calls);
	specificdata_setspecific(sd, &two, k, &calls);
	specificdata_setspecific(sd, &two, l, &two);
	KT(specificdata_getspecific(sd, &one, k) == &calls);
	KT(specificdata_getspecific(sd, &one, l) == NULL);
	specificdata_fini(sd, &one);
	KT_EQ(1, calls);
	specificdata_key_delete(sd, k);
	KT_EQ(2, calls);
	KT(specificdata_getspecific(sd, &two, l) == &two);
	specificdata_fini(sd, &two);
	specificdata_key_delete(sd, l);
	specificdata_domain_delete(sd);
}
