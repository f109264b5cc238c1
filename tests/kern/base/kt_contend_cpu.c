/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_contend_cpu: what visits every CPU or keeps a part on each,
 * while others do the same.
 */
#include "kt.h"

#include <sys/localcount.h>
#include <sys/percpu.h>
#include <sys/pserialize.h>
#include <sys/psref.h>
#include <sys/xcall.h>

#include "contend.h"

void	rump_kt_contend_percpu(void);
void	rump_kt_contend_xcall(void);
void	rump_kt_contend_pserialize(void);
void	rump_kt_contend_psref(void);
void	rump_kt_contend_localcount(void);

#define	ROUNDS	4000

/* What all rounds that visit each CPU cost stays about the same. */
static u_int
visits(u_int n)
{

	return n / (ncpu > 16 ? 8 : 1);
}

static percpu_t *counts;

static void
add_up(void *p, void *arg, struct cpu_info *ci)
{

	*(uint64_t *)arg += *(uint64_t *)p;
}

/* Others are made and freed meanwhile, which may move everybody's pieces. */
static void
percpu_body(u_int id)
{
	percpu_t *other = NULL;
	u_int seed = id, i;

	for (i = 0; i < ROUNDS; i++) {
		++*(uint64_t *)percpu_getref(counts);
		percpu_putref(counts);
		if (contend_rand(&seed, 16) == 0)
			yield();
		if (i % (ncpu > 16 ? 500 : 100) != 0)
			continue;
		if (other != NULL)
			percpu_free(other, 24);
		other = percpu_alloc(24);
		KT_EQ(0, *(uint64_t *)percpu_getref(other));
		percpu_putref(other);
	}
	percpu_free(other, 24);
}

void
rump_kt_contend_percpu(void)
{
	uint64_t total = 0;

	counts = percpu_alloc(sizeof(uint64_t));
	contend(CONTEND_THREADS, percpu_body);
	percpu_foreach(counts, add_up, &total);
	KT_EQ(CONTEND_THREADS * ROUNDS, total);
	percpu_free(counts, sizeof(uint64_t));
}

/* Not atomic: who is called on a CPU is alone on it. */
static u_int visited[64];
static volatile u_int expected[64];

static void
visit(void *arg1, void *arg2)
{
	u_int *mine = arg1;

	visited[cpu_index(curcpu())]++;
	if (mine != NULL)
		++*mine;
}

static void
xcall_body(u_int id)
{
	const u_int n = visits(400);
	u_int seed = id, mine, i, cpu;

	for (i = 0; i < n; i++) {
		if (contend_rand(&seed, 2) == 0) {
			xc_wait(xc_broadcast(contend_rand(&seed, 2) == 0 ?
			    XC_HIGHPRI : 0, visit, NULL, NULL));
			for (cpu = 0; cpu < ncpu; cpu++)
				atomic_inc_uint(&expected[cpu]);
		} else {
			cpu = contend_rand(&seed, ncpu);
			mine = 0;
			xc_wait(xc_unicast(0, visit, &mine, NULL,
			    cpu_lookup(cpu)));
			KT_EQ(1, mine);
			atomic_inc_uint(&expected[cpu]);
		}
	}
}

void
rump_kt_contend_xcall(void)
{
	u_int cpu;

	contend(CONTEND_THREADS, xcall_body);
	for (cpu = 0; cpu < ncpu; cpu++)
		KT_EQ(expected[cpu], visited[cpu]);
}

#define	ALIVE	0x616c6976
#define	DEAD	0x64656164

/*
 * Objects, each published by a writer of its own (0 and 1), which swaps it for
 * another and kills the old one as soon as that is allowed.
 */
struct object {
	volatile u_int	o_state;
	struct psref_target o_target;
	struct localcount o_count;
};
static struct object object[2][2];
static struct object *published[2];
static volatile u_int writers;
static pserialize_t psz;
static struct psref_class *class;
static kmutex_t mtx;
static kcondvar_t cv;

static void
swap_begin(u_int id, u_int i, struct object **new, struct object **old)
{

	*new = &object[id][(i + 1) % 2];
	*old = &object[id][i % 2];
	(*new)->o_state = ALIVE;
}

/* Until the writers are through. */
static struct object *
look(u_int id)
{

	return atomic_load_consume(&published[id % 2]);
}

static void
alive(struct object *o)
{

	KT_EQ(ALIVE, o->o_state);
}

static void
psz_body(u_int id)
{
	const u_int n = visits(400);
	struct object *new, *old;
	u_int i, j;
	int s;

	for (i = 0; id < 2 && i < n; i++) {
		swap_begin(id, i, &new, &old);
		atomic_store_release(&published[id], new);
		pserialize_perform(psz);
		old->o_state = DEAD;
	}
	if (id < 2)
		atomic_dec_uint(&writers);
	while (atomic_load_relaxed(&writers) != 0) {
		s = pserialize_read_enter();
		old = look(id);
		for (j = 0; j < 50; j++)
			alive(old);
		pserialize_read_exit(s);
		yield();
	}
}

static void
objects(void (*body)(u_int))
{
	u_int i;

	writers = 2;
	for (i = 0; i < 2; i++) {
		object[i][0].o_state = ALIVE;
		object[i][1].o_state = DEAD;
		published[i] = &object[i][0];
	}
	psz = pserialize_create();
	contend(CONTEND_THREADS, body);
	pserialize_destroy(psz);
}

void
rump_kt_contend_pserialize(void)
{

	objects(psz_body);
}

static void
psref_writer(u_int id)
{
	const u_int n = visits(200);
	struct object *new, *old;
	u_int i;

	for (i = 0; i < n; i++) {
		swap_begin(id, i, &new, &old);
		psref_target_init(&new->o_target, class);
		atomic_store_release(&published[id], new);
		pserialize_perform(psz);
		psref_target_destroy(&old->o_target, class);
		old->o_state = DEAD;
	}
	atomic_dec_uint(&writers);
}

static void
psref_body(u_int id)
{
	int bound = curlwp_bind(), s;
	struct psref ref, copy;
	struct object *o;
	u_int seed = id;

	if (id < 2)
		psref_writer(id);
	while (atomic_load_relaxed(&writers) != 0) {
		s = pserialize_read_enter();
		o = look(id);
		psref_acquire(&ref, &o->o_target, class);
		pserialize_read_exit(s);
		alive(o);
		yield();
		alive(o);
		if (contend_rand(&seed, 2) == 0) {
			psref_copy(&copy, &ref, class);
			psref_release(&ref, &o->o_target, class);
			yield();
			alive(o);
			psref_release(&copy, &o->o_target, class);
		} else
			psref_release(&ref, &o->o_target, class);
		yield();
	}
	curlwp_bindx(bound);
}

void
rump_kt_contend_psref(void)
{
	u_int i;

	class = psref_class_create("ktpsref", IPL_SOFTNET);
	for (i = 0; i < 2; i++)
		psref_target_init(&object[i][0].o_target, class);
	objects(psref_body);
	for (i = 0; i < 2; i++)
		psref_target_destroy(&published[i]->o_target, class);
	psref_class_destroy(class);
}

static void
localcount_writer(u_int id)
{
	const u_int n = visits(200);
	struct object *new, *old;
	u_int i;

	for (i = 0; i < n; i++) {
		swap_begin(id, i, &new, &old);
		localcount_init(&new->o_count);
		mutex_enter(&mtx);
		published[id] = new;
		localcount_drain(&old->o_count, &cv, &mtx);
		mutex_exit(&mtx);
		old->o_state = DEAD;
		localcount_fini(&old->o_count);
	}
	atomic_dec_uint(&writers);
}

static void
localcount_body(u_int id)
{
	struct object *o;

	if (id < 2)
		localcount_writer(id);
	while (atomic_load_relaxed(&writers) != 0) {
		mutex_enter(&mtx);
		o = look(id);
		localcount_acquire(&o->o_count);
		mutex_exit(&mtx);
		alive(o);
		yield();
		alive(o);
		localcount_release(&o->o_count, &cv, &mtx);
		yield();
	}
}

void
rump_kt_contend_localcount(void)
{
	u_int i;

	mutex_init(&mtx, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&cv, "ktlc");
	for (i = 0; i < 2; i++)
		localcount_init(&object[i][0].o_count);
	objects(localcount_body);
	for (i = 0; i < 2; i++) {
		mutex_enter(&mtx);
		localcount_drain(&published[i]->o_count, &cv, &mtx);
		mutex_exit(&mtx);
		localcount_fini(&published[i]->o_count);
	}
	cv_destroy(&cv);
	mutex_destroy(&mtx);
}
