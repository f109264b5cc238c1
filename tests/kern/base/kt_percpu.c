/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_percpu: xcall(9), percpu(9), pserialize(9), psref(9),
 * localcount(9).
 */
#include "kt.h"

#include <sys/localcount.h>
#include <sys/percpu.h>
#include <sys/pserialize.h>
#include <sys/psref.h>
#include <sys/xcall.h>

void	rump_kt_xcall(void);
void	rump_kt_percpu(void);
void	rump_kt_pserialize(void);
void	rump_kt_psref(void);
void	rump_kt_localcount(void);
void	rump_kt_percpu_create(void);

static u_int visited[64];

static void
visit(void *arg1, void *arg2)
{

	KT(arg1 == visited && arg2 == &visited[1]);
	visited[cpu_index(curcpu())]++;
}

void
rump_kt_xcall(void)
{
	struct cpu_info *home;
	int bound, i;

	bound = curlwp_bind();
	home = curcpu();
	xc_wait(xc_broadcast(0, visit, visited, &visited[1]));
	for (i = 0; i < ncpu; i++)
		KT_EQ(1, visited[i]);
	xc_wait(xc_unicast(XC_HIGHPRI, visit, visited, &visited[1],
	    cpu_lookup(ncpu - 1)));
	KT_EQ(2, visited[ncpu - 1]);
	xc_barrier(0);
	KT(curcpu() == home);
	curlwp_bindx(bound);
}

static _Atomic bool stop;

static void
adder(void *arg)
{
	percpu_t *pc = arg;
	uint64_t *p;
	int i;

	for (i = 0; i < 20000; i++) {
		p = percpu_getref(pc);
		(*p)++;
		percpu_putref(pc);
		if (i % 64 == 0)
			yield();
	}
	kthread_exit(0);
}

static void
sum(void *p, void *arg, struct cpu_info *ci)
{

	KT(ci != NULL);
	*(uint64_t *)arg += *(uint64_t *)p;
}

void
rump_kt_percpu(void)
{
	percpu_t *pc = percpu_alloc(sizeof(uint64_t));
	struct kt_threads kt;
	uint64_t total = 0;

	kt_start(&kt, 6, adder, pc);
	kt_join(&kt);
	percpu_foreach(pc, sum, &total);
	KT_EQ(6 * 20000, total);
	total = 0;
	percpu_foreach_xcall(pc, 0, sum, &total);
	KT_EQ(6 * 20000, total);
	percpu_free(pc, sizeof(uint64_t));
}

#define	ALIVE	0x11111111
#define	DEAD	0x22222222
static _Atomic u_int *published;

static void
psreader(void *arg)
{
	_Atomic u_int *p;
	int i, s;

	while (!stop) {
		s = pserialize_read_enter();
		KT(pserialize_in_read_section());
		p = atomic_load_consume(&published);
		for (i = 0; i < 50; i++)
			KT_EQ(ALIVE, *p);
		pserialize_read_exit(s);
		preempt_point();
	}
	kthread_exit(0);
}

/* After pserialize_perform() nobody uses the old one. */
void
rump_kt_pserialize(void)
{
	static _Atomic u_int object[2] = { ALIVE, DEAD };
	pserialize_t psz = pserialize_create();
	struct kt_threads kt;
	int i, new;

	published = &object[0];
	kt_start(&kt, 4, psreader, NULL);
	for (i = 0; i < 300; i++) {
		new = !(i & 1);
		object[new] = ALIVE;
		atomic_store_release(&published, &object[new]);
		pserialize_perform(psz);
		object[!new] = DEAD;
		if (i % 50 == 0)
			kt_pause(1);
	}
	stop = true;
	kt_join(&kt);
	pserialize_destroy(psz);
}

static struct psref_class *class;
static struct psref_target target;
static _Atomic u_int holders, destroyed;

static void
holder(void *arg)
{
	struct psref ref, copy;
	int bound = curlwp_bind();

	psref_acquire(&ref, &target, class);
	KT(psref_held(&target, class));
	psref_copy(&copy, &ref, class);
	psref_release(&ref, &target, class);
	holders++;
	kt_pause(5);
	KT_EQ(0, destroyed);
	psref_release(&copy, &target, class);
	curlwp_bindx(bound);
	kthread_exit(0);
}

void
rump_kt_psref(void)
{
	struct kt_threads kt;

	class = psref_class_create("ktpsref", IPL_SOFTNET);
	psref_target_init(&target, class);
	KT(!psref_held(&target, class));
	kt_start(&kt, 5, holder, NULL);
	while (holders < 5)
		kt_pause(1);
	psref_target_destroy(&target, class);
	destroyed = 1;
	kt_join(&kt);
	psref_class_destroy(class);
}

static struct localcount lc;
static kmutex_t lcmtx;
static kcondvar_t lccv;

static void
lcholder(void *arg)
{

	localcount_acquire(&lc);
	holders++;
	kt_pause(5);
	yield();
	KT_EQ(0, destroyed);
	localcount_release(&lc, &lccv, &lcmtx);
	kthread_exit(0);
}

void
rump_kt_localcount(void)
{
	struct kt_threads kt;

	mutex_init(&lcmtx, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&lccv, "ktlc");
	localcount_init(&lc);
	kt_start(&kt, 5, lcholder, NULL);
	while (holders < 5)
		kt_pause(1);
	mutex_enter(&lcmtx);
	localcount_drain(&lc, &lccv, &lcmtx);
	destroyed = 1;
	mutex_exit(&lcmtx);
	localcount_fini(&lc);
	kt_join(&kt);
	cv_destroy(&lccv);
	mutex_destroy(&lcmtx);
}

static volatile u_int made, unmade;

static void
piece_made(void *p, void *arg, struct cpu_info *ci)
{

	KT(*(uint32_t *)p == 0 && arg == &made);
	*(uint32_t *)p = 100 + cpu_index(ci);
	atomic_inc_uint(&made);
}

static void
piece_unmade(void *p, void *arg, struct cpu_info *ci)
{

	KT_EQ(100 + cpu_index(ci), *(uint32_t *)p);
	atomic_inc_uint(&unmade);
}

/* A constructor and a destructor for each CPU's piece. */
void
rump_kt_percpu_create(void)
{
	percpu_t *pc = percpu_create(sizeof(uint32_t), piece_made,
	    piece_unmade, __UNCONST(&made));
	uint32_t *p;

	KT_EQ(ncpu, made);
	p = percpu_getref(pc);
	KT_EQ(100 + cpu_index(curcpu()), *p);
	percpu_putref(pc);
	percpu_free(pc, sizeof(uint32_t));
	KT_EQ(ncpu, unmade);
}
