/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_softint.  What a host half does between two calls is to
 * leave the kernel, which is when soft interrupts are run.
 */
#include "kt.h"

#include <rump-sys/kern.h>

void	rump_kt_plain_schedule(void);
void	rump_kt_plain_check(void);
void	rump_kt_order_schedule(void);
void	rump_kt_order_check(void);
void	rump_kt_chain_schedule(void);
void	rump_kt_chain_check(void);
void	rump_kt_sleeping(void);
void	rump_kt_remote(void);
void	rump_kt_mutex_schedule(void);
void	rump_kt_mutex_check(void);
void	rump_kt_flood_schedule(void);
void	rump_kt_flood_check(void);
void	rump_kt_poll(void);
void	rump_kt_pending_schedule(void);
void	rump_kt_pending_check(void);
void	rump_kt_gone_establish(void);
void	rump_kt_gone_schedule(void);
void	rump_kt_gone(void);
void	rump_kt_all_cpus(void);
void	rump_kt_lost_establish(void);
void	rump_kt_lost_schedule(void);
void	rump_kt_lost_check(unsigned int);

#define	MAXCPU	64

/* Its address tells host threads apart. */
static __thread char here;

static void *sih[SOFTINT_COUNT], *scheduler;
static _Atomic u_int calls;
static kmutex_t mtx;

static void
until(_Atomic u_int *value, u_int want)
{

	while (*value != want)
		kt_pause(1);
}

/* On the host thread of who left, as another lwp, on the same CPU. */
static struct cpu_info *cpu;

static void
plain(void *arg)
{

	KT(arg == &mtx);
	KT(cpu_softintr_p() && !cpu_intr_p());
	KT(&here == scheduler);
	KT(curcpu() == cpu && cpu->ci_curlwp == curlwp);
	KT((curlwp->l_pflag & LP_BOUND) != 0);
	calls++;
}

void
rump_kt_plain_schedule(void)
{

	if (sih[0] == NULL)
		sih[0] = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE,
		    plain, &mtx);
	calls = 0;
	scheduler = &here;
	cpu = curcpu();
	softint_schedule(sih[0]);
	softint_schedule(sih[0]);
	KT_EQ(0, calls);
}

void
rump_kt_plain_check(void)
{

	KT_EQ(1, calls);
	KT(!cpu_softintr_p());
	KT(curcpu()->ci_curlwp == curlwp);
}

/* The highest level first, and in a level who was first. */
static u_int order[8];

static void
note(void *arg)
{

	KT(&here == scheduler);
	order[calls++] = (u_int)(uintptr_t)arg;
}

void
rump_kt_order_schedule(void)
{
	static void *again;
	u_int i;

	for (i = 0; i < SOFTINT_COUNT; i++)
		sih[i] = softint_establish(i | (i & 1 ? SOFTINT_MPSAFE : 0),
		    note, (void *)(uintptr_t)i);
	again = softint_establish(SOFTINT_BIO | SOFTINT_MPSAFE, note,
	    (void *)(uintptr_t)9);
	scheduler = &here;
	softint_schedule(again);
	for (i = 0; i < SOFTINT_COUNT; i++)
		softint_schedule(sih[i]);
}

void
rump_kt_order_check(void)
{
	static const u_int want[] = {
		SOFTINT_SERIAL, SOFTINT_NET, 9, SOFTINT_BIO, SOFTINT_CLOCK,
	};
	u_int i;

	KT_EQ(__arraycount(want), calls);
	for (i = 0; i < calls; i++)
		KT_EQ(want[i], order[i]);
}

/* One that schedules itself, a lower and a higher level. */
#define	LINKS	5
static _Atomic u_int lower, higher;

static void
chain(void *arg)
{

	KT(&here == scheduler);
	softint_schedule(sih[SOFTINT_CLOCK]);
	softint_schedule(sih[SOFTINT_SERIAL]);
	if (++calls < LINKS)
		softint_schedule(sih[SOFTINT_NET]);
}

static void
inc(void *arg)
{

	KT(&here == scheduler);
	++*(_Atomic u_int *)arg;
}

void
rump_kt_chain_schedule(void)
{

	sih[SOFTINT_NET] = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE,
	    chain, NULL);
	sih[SOFTINT_CLOCK] = softint_establish(SOFTINT_CLOCK, inc,
	    __UNVOLATILE(&lower));
	sih[SOFTINT_SERIAL] = softint_establish(SOFTINT_SERIAL |
	    SOFTINT_MPSAFE, inc, __UNVOLATILE(&higher));
	scheduler = &here;
	softint_schedule(sih[SOFTINT_NET]);
}

void
rump_kt_chain_check(void)
{

	KT_EQ(LINKS, calls);
	KT_EQ(1, higher);
	KT_EQ(1, lower);
}

/* Who sleeps first is not borrowed: it is a thread of the level's. */
static void
elsewhere(void *arg)
{

	KT(&here != scheduler);
	KT(cpu_softintr_p());
	KT(curcpu() == cpu);
	calls++;
}

void
rump_kt_sleeping(void)
{
	u_int i;

	sih[0] = softint_establish(SOFTINT_CLOCK | SOFTINT_MPSAFE, elsewhere,
	    NULL);
	scheduler = &here;
	for (i = 1; i <= 50; i++) {
		cpu = curcpu();
		softint_schedule(sih[0]);
		until(&calls, i);
	}
	softint_disestablish(sih[0]);
}

/* On another CPU it is called although its scheduler stays inside. */
void
rump_kt_remote(void)
{
	u_int i;

	sih[0] = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE | SOFTINT_RCPU,
	    elsewhere, NULL);
	scheduler = &here;
	for (i = 1; i <= 200; i++) {
		cpu = cpu_lookup(cpu_number() ^ 1);
		softint_schedule_cpu(sih[0], cpu);
		while (calls != i)
			SPINLOCK_BACKOFF_HOOK;
	}
	softint_disestablish(sih[0]);
}

/*
 * A handler that has to sleep for a mutex does so as the lwp it is, and its
 * CPU, the only one there is, goes to who has the mutex.
 */
static _Atomic u_int held, wanted, got;
static lwp_t *holder;

static void
want_mutex(void *arg)
{

	KT(&here == scheduler);
	cpu = curcpu();
	wanted = 1;
	mutex_enter(&mtx);
	KT(&here == scheduler);
	KT(curcpu() == cpu && mutex_owned(&mtx));
	got = 1;
	mutex_exit(&mtx);
}

static void
hold_mutex(void *arg)
{

	mutex_enter(&mtx);
	held = 1;
	until(&wanted, 1);
	kt_pause(2);
	KT_EQ(0, got);
	mutex_exit(&mtx);
	kthread_exit(0);
}

void
rump_kt_mutex_schedule(void)
{

	mutex_init(&mtx, MUTEX_DEFAULT, IPL_NONE);
	sih[0] = softint_establish(SOFTINT_BIO | SOFTINT_MPSAFE, want_mutex,
	    NULL);
	KT_EQ(0, kthread_create(PRI_NONE, KTHREAD_MPSAFE | KTHREAD_MUSTJOIN,
	    NULL, hold_mutex, NULL, &holder, "holder"));
	until(&held, 1);
	scheduler = &here;
	softint_schedule(sih[0]);
}

void
rump_kt_mutex_check(void)
{

	KT_EQ(1, got);
	KT_EQ(0, kthread_join(holder));
	softint_disestablish(sih[0]);
	mutex_destroy(&mtx);
}

/* One that has always more to do keeps nobody, and is not forgotten. */
static _Atomic u_int stop, stopped;

static void
flood(void *arg)
{

	calls++;
	if (!stop)
		softint_schedule(sih[0]);
	else
		stopped = 1;
}

void
rump_kt_flood_schedule(void)
{

	if (sih[0] == NULL)
		sih[0] = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE,
		    flood, NULL);
	stop = stopped = calls = 0;
	softint_schedule(sih[0]);
}

void
rump_kt_flood_check(void)
{
	u_int seen = calls;

	/* The thread has the only CPU meanwhile. */
	while (calls == seen)
		kt_pause(1);
	stop = 1;
	until(&stopped, 1);
	seen = calls;
	kt_pause(2);
	KT_EQ(seen, calls);
}

/* Who looks before he sleeps finds some once, and then sleeps. */
void
rump_kt_poll(void)
{
	int bound;

	mutex_init(&mtx, MUTEX_DEFAULT, IPL_NONE);
	sih[0] = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE, flood, NULL);
	mutex_enter(&mtx);
	KT(!softint_poll(&mtx));
	stop = 1;
	softint_schedule(sih[0]);
	KT(softint_poll(&mtx));
	KT(mutex_owned(&mtx));
	KT_EQ(1, calls);
	KT(!softint_poll(&mtx));
	/* Who must stay where he is lets a thread do it. */
	softint_schedule(sih[0]);
	bound = curlwp_bind();
	KT(!softint_poll(&mtx));
	curlwp_bindx(bound);
	KT(softint_poll(&mtx));
	KT_EQ(2, calls);
	/* Without end. */
	stop = stopped = 0;
	softint_schedule(sih[0]);
	KT(softint_poll(&mtx));
	KT(calls > 2 && !stopped);
	KT(!softint_poll(&mtx));
	stop = 1;
	mutex_exit(&mtx);
	until(&stopped, 1);
	softint_disestablish(sih[0]);
	mutex_destroy(&mtx);
}

/* For when the scheduler sleeps meanwhile: any thread may call it. */
static void
inc_anywhere(void *arg)
{

	++*(_Atomic u_int *)arg;
}

/* Disestablished before it is called, here and on the other CPU. */
void
rump_kt_pending_schedule(void)
{
	u_int i;

	sih[0] = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE | SOFTINT_RCPU,
	    inc_anywhere, __UNVOLATILE(&calls));
	sih[1] = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE,
	    inc_anywhere, __UNVOLATILE(&higher));
	softint_schedule(sih[0]);
	softint_schedule(sih[1]);
	softint_disestablish(sih[0]);
	/* There or not: it is over. */
	for (i = 0; i < 200; i++) {
		sih[0] = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE |
		    SOFTINT_RCPU, elsewhere, NULL);
		cpu = cpu_lookup(cpu_number() ^ 1);
		lower = calls;
		softint_schedule_cpu(sih[0], cpu);
		softint_disestablish(sih[0]);
		KT(calls - lower <= 1);
		lower = calls;
	}
}

void
rump_kt_pending_check(void)
{

	KT_EQ(lower, calls);
	KT_EQ(1, higher);
	softint_disestablish(sih[1]);
}

/* Disestablished while who left runs it: not before it is over. */
static void
slow(void *arg)
{

	KT(&here == scheduler);
	mutex_enter(&mtx);
	wanted = 1;
	while (held == 0)
		kpause("slow", false, 1, &mtx);
	mutex_exit(&mtx);
	got = 1;
}

void
rump_kt_gone_establish(void)
{

	mutex_init(&mtx, MUTEX_DEFAULT, IPL_NONE);
	sih[0] = softint_establish(SOFTINT_CLOCK | SOFTINT_MPSAFE, slow, NULL);
}

void
rump_kt_gone_schedule(void)
{

	scheduler = &here;
	softint_schedule(sih[0]);
}

static void
let_go(void *arg)
{

	kt_pause(3);
	KT_EQ(0, got);
	held = 1;
	kthread_exit(0);
}

void
rump_kt_gone(void)
{

	until(&wanted, 1);
	KT_EQ(0, kthread_create(PRI_NONE, KTHREAD_MPSAFE | KTHREAD_MUSTJOIN,
	    NULL, let_go, NULL, &holder, "let_go"));
	softint_disestablish(sih[0]);
	KT_EQ(1, got);
	KT_EQ(0, kthread_join(holder));
	mutex_destroy(&mtx);
}

/* Each CPU its own, scheduled by four threads from wherever they are. */
#define	ROUNDS	25
static _Atomic u_int percpu[MAXCPU], asked[MAXCPU];

static void
per_cpu(void *arg)
{
	u_int me = cpu_number();

	KT((curlwp->l_pflag & LP_BOUND) != 0 && curlwp->l_cpu == curcpu());
	percpu[me] += atomic_swap_uint((volatile u_int *)&asked[me], 0);
}

static void
ask_all(void *arg)
{
	u_int i, k;

	for (i = 0; i < ROUNDS; i++)
		for (k = 0; k < (u_int)ncpu; k++) {
			asked[k]++;
			softint_schedule_cpu(sih[k & 1], cpu_lookup(k));
			if (k % 16 == i % 16)
				kt_pause(1);
		}
	kthread_exit(0);
}

void
rump_kt_all_cpus(void)
{
	struct kt_threads kt;
	u_int i;

	KT_EQ(MAXCPU, ncpu);
	for (i = 0; i < 2; i++)
		sih[i] = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE |
		    SOFTINT_RCPU, per_cpu, NULL);
	kt_start(&kt, 4, ask_all, NULL);
	kt_join(&kt);
	for (i = 0; i < (u_int)ncpu; i++)
		until(&percpu[i], 4 * ROUNDS);
	softint_disestablish(sih[0]);
	softint_disestablish(sih[1]);
}

/* Whatever way each was run: all that was asked for is done. */
static _Atomic u_int todo, done;

static void
work(void *arg)
{

	done += atomic_swap_uint((volatile u_int *)&todo, 0);
}

void
rump_kt_lost_establish(void)
{

	sih[0] = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE | SOFTINT_RCPU,
	    work, NULL);
	sih[1] = softint_establish(SOFTINT_CLOCK | SOFTINT_RCPU, work, NULL);
}

void
rump_kt_lost_schedule(void)
{
	static _Atomic u_int turn;
	const u_int t = turn++;

	todo++;
	if (t % 3 == 0)
		softint_schedule_cpu(sih[t & 1], cpu_lookup(t % ncpu));
	else
		softint_schedule(sih[t & 1]);
	if (t % 61 == 0)
		kt_pause(1);
}

void
rump_kt_lost_check(unsigned int n)
{

	until(&done, n);
	softint_disestablish(sih[0]);
	softint_disestablish(sih[1]);
}
