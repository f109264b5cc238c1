/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_stress: one operation at a time on things that all threads
 * share, by number and with a random argument.  Each keeps books that
 * rump_kt_stress_end() compares, or checks at once that it was alone.
 */
#include "kt.h"

#include <sys/callout.h>
#include <sys/evcnt.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/localcount.h>
#include <sys/module.h>
#include <sys/percpu.h>
#include <sys/pool.h>
#include <sys/pserialize.h>
#include <sys/psref.h>
#include <sys/signalvar.h>
#include <sys/specificdata.h>
#include <sys/sysctl.h>
#include <sys/threadpool.h>
#include <sys/vmem.h>
#include <sys/workqueue.h>
#include <sys/xcall.h>

#include <prop/proplib.h>

#include <rump-sys/kern.h>
#include <rump-sys/mem.h>

void	rump_kt_stress_begin(void);
void	rump_kt_stress_op(unsigned int, unsigned int);
void	rump_kt_stress_end(void);

/* What locks protect, plain; and how much there should be. */
static kmutex_t mtx, spin;
static krwlock_t rw;
static kcondvar_t cv;
static u_int by_mutex, by_spin, by_rw[2], by_klock;
static volatile u_int want_mutex, want_spin, want_rw, want_klock;

static void
op_mutex(u_int r)
{

	if (r % 4 == 0) {
		if (!mutex_tryenter(&mtx))
			return;
	} else
		mutex_enter(&mtx);
	by_mutex++;
	if (r % 8 == 1)
		yield();
	if (r % 16 == 2)
		(void)cv_timedwait(&cv, &mtx, 1);
	else if (r % 16 == 3)
		cv_broadcast(&cv);
	else if (r % 16 == 6)
		cv_signal(&cv);
	mutex_exit(&mtx);
	atomic_inc_uint(&want_mutex);
	mutex_spin_enter(&spin);
	by_spin++;
	mutex_spin_exit(&spin);
	atomic_inc_uint(&want_spin);
}

static void
op_rwlock(u_int r)
{
	bool writer = r % 3 == 0;

	rw_enter(&rw, writer ? RW_WRITER : RW_READER);
	if (!writer && r % 5 == 0)
		writer = rw_tryupgrade(&rw);
	KT_EQ(by_rw[0], by_rw[1]);
	if (writer) {
		by_rw[0]++;
		if (r % 2 != 0)
			yield();
		by_rw[1]++;
		atomic_inc_uint(&want_rw);
		if (r % 7 == 0) {
			rw_downgrade(&rw);
			yield();
			KT_EQ(by_rw[0], by_rw[1]);
		}
	}
	rw_exit(&rw);
}

static void
op_klock(u_int r)
{

	KERNEL_LOCK(1 + r % 2, NULL);
	by_klock++;
	if (r % 64 == 0)
		kt_pause(1);
	by_klock++;
	KERNEL_UNLOCK_ALL(NULL, NULL);
	atomic_add_int(&want_klock, 2);
}

static struct pool pool;
static pool_cache_t cache;
static vmem_t *arena;
static volatile u_int vmem_owner[64];

static void
op_pool(u_int r)
{
	u_int *a = r % 2 != 0 ? pool_get(&pool, PR_WAITOK) :
	    pool_get(&pool, PR_NOWAIT), *b;

	b = pool_cache_get(cache, r % 3 == 0 ? PR_NOWAIT : PR_WAITOK);
	if (a != NULL)
		*a = r;
	if (b != NULL)
		*b = ~r;
	if (r % 4 == 0)
		yield();
	KT(a == NULL || *a == r);
	KT(b == NULL || *b == ~r);
	if (a != NULL)
		pool_put(&pool, a);
	if (b != NULL)
		pool_cache_put(cache, b);
	if (r % 1000 == 7)
		pool_drain_all();
	else if (r % 100 == 7)
		pool_cache_invalidate(cache);
}

static void
op_kmem(u_int r)
{
	const size_t size = 1 + r % (r % 16 == 0 ? 100000 : 1500);
	u_char *p = kmem_alloc(size, KM_SLEEP);

	p[0] = p[size - 1] = r;
	if (r % 4 == 1)
		yield();
	KT(p[0] == (u_char)r && p[size - 1] == (u_char)r);
	kmem_free(p, size);
}

static void
op_vmem(u_int r)
{
	const u_int size = 1 + r % 12;
	vmem_addr_t addr;
	u_int i;

	if (vmem_alloc(arena, size, VM_BESTFIT |
	    (r % 2 ? VM_SLEEP : VM_NOSLEEP), &addr) != 0)
		return;
	for (i = 0; i < size; i++)
		KT_EQ(1, atomic_inc_uint_nv(&vmem_owner[addr - 1 + i]));
	if (r % 4 == 0)
		yield();
	for (i = 0; i < size; i++)
		KT_EQ(0, atomic_dec_uint_nv(&vmem_owner[addr - 1 + i]));
	vmem_free(arena, addr, size);
}

static percpu_t *counts;
static u_int visits[64];
static volatile u_int want_counts, want_visits;

static void
visit(void *arg1, void *arg2)
{

	visits[cpu_index(curcpu())]++;
}

static void
op_percpu(u_int r)
{

	++*(uint64_t *)percpu_getref(counts);
	percpu_putref(counts);
	atomic_inc_uint(&want_counts);
	if (r % 16 == 0) {
		xc_wait(xc_unicast(0, visit, NULL, NULL,
		    cpu_lookup(r / 16 % ncpu)));
		atomic_inc_uint(&want_visits);
	} else if (r % 64 == 1) {
		xc_wait(xc_broadcast(0, visit, NULL, NULL));
		atomic_add_int(&want_visits, ncpu);
	} else if (r % 64 == 2)
		percpu_free(percpu_alloc(40), 40);
}

/* An object which is replaced under its users. */
#define	ALIVE	0x616c6976
#define	DEAD	0x64656164
struct object {
	volatile u_int	o_state;
	struct psref_target o_target;
	struct localcount o_count;
};
static struct object object[2], *published;
static kmutex_t object_mtx;
static kcondvar_t object_cv;
static pserialize_t psz;
static struct psref_class *class;

static void
object_init(struct object *o)
{

	psref_target_init(&o->o_target, class);
	localcount_init(&o->o_count);
	o->o_state = ALIVE;
}

static void
object_fini(struct object *o)
{

	KT(mutex_owned(&object_mtx));
	psref_target_destroy(&o->o_target, class);
	localcount_drain(&o->o_count, &object_cv, &object_mtx);
	localcount_fini(&o->o_count);
	o->o_state = DEAD;
}

static kmutex_t swap_mtx;

static void
object_swap(void)
{
	struct object *old, *new;

	mutex_enter(&swap_mtx);
	old = published;
	new = old == &object[0] ? &object[1] : &object[0];
	object_init(new);
	mutex_enter(&object_mtx);
	atomic_store_release(&published, new);
	pserialize_perform(psz);
	object_fini(old);
	mutex_exit(&object_mtx);
	mutex_exit(&swap_mtx);
}

static void
op_object(u_int r)
{
	struct object *o;
	struct psref ref;
	int bound, s;

	if (r % 64 == 0) {
		object_swap();
	} else if (r % 4 == 1) {
		mutex_enter(&object_mtx);
		o = published;
		localcount_acquire(&o->o_count);
		mutex_exit(&object_mtx);
		yield();
		KT_EQ(ALIVE, o->o_state);
		localcount_release(&o->o_count, &object_cv, &object_mtx);
	} else {
		bound = curlwp_bind();
		s = pserialize_read_enter();
		o = atomic_load_consume(&published);
		KT_EQ(ALIVE, o->o_state);
		psref_acquire(&ref, &o->o_target, class);
		pserialize_read_exit(s);
		yield();
		KT_EQ(ALIVE, o->o_state);
		psref_release(&ref, &o->o_target, class);
		curlwp_bindx(bound);
	}
}

static callout_t callouts[4];
static struct workqueue *wq[2];
static struct threadpool *tp;
static struct threadpool_job job;
static void *sih;
static u_int job_todo, job_did, want_job;	/* mtx */
static volatile u_int callouts_ran, soft_ran, work_did, want_work;
static volatile bool over;

static void
callout_ran(void *arg)
{

	KT(!over);
	atomic_inc_uint(&callouts_ran);
}

static void
soft(void *arg)
{

	atomic_inc_uint(&soft_ran);
}

static void
work(struct work *wk, void *arg)
{

	atomic_inc_uint(&work_did);
	kmem_free(wk, sizeof(*wk) + 16);
}

static void
do_job(struct threadpool_job *j)
{

	mutex_enter(&mtx);
	job_did += job_todo;
	job_todo = 0;
	threadpool_job_done(j);
	mutex_exit(&mtx);
}

static void
op_later(u_int r)
{
	callout_t *c = &callouts[r / 8 % 4];
	struct work *wk;

	switch (r % 8) {
	case 0:
		callout_schedule(c, r / 32 % 3);
		break;
	case 1:
		(void)callout_stop(c);
		break;
	case 2:
		(void)callout_halt(c, NULL);
		break;
	case 3:
		kpreempt_disable();
		softint_schedule(sih);
		kpreempt_enable();
		break;
	case 4:
	case 5:
		wk = kmem_alloc(sizeof(*wk) + 16, KM_SLEEP);
		atomic_inc_uint(&want_work);
		workqueue_enqueue(wq[r % 2], wk, NULL);
		break;
	default:
		mutex_enter(&mtx);
		job_todo++;
		want_job++;
		threadpool_schedule_job(tp, &job);
		if (r % 16 == 6 && threadpool_cancel_job_async(tp, &job))
			threadpool_schedule_job(tp, &job);
		mutex_exit(&mtx);
		break;
	}
}

static volatile u_int threads_ran, want_threads;

static void
thread(void *arg)
{

	atomic_inc_uint(&threads_ran);
	kthread_exit(17);
}

static void
op_thread(u_int r)
{
	lwp_t *l;

	if (r % 8 != 0) {
		yield();
		return;
	}
	KT_EQ(0, kthread_create(PRI_NONE, KTHREAD_MPSAFE | KTHREAD_MUSTJOIN,
	    r % 16 == 0 ? cpu_lookup(r / 16 % ncpu) : NULL, thread, NULL, &l,
	    "stress"));
	KT_EQ(17, kthread_join(l));
	atomic_inc_uint(&want_threads);
}

static int
defer(kauth_cred_t cred, kauth_action_t action, void *cookie, void *arg0,
    void *arg1, void *arg2, void *arg3)
{

	KT_EQ(1, *(volatile u_int *)cookie);
	return KAUTH_RESULT_DEFER;
}

static int up;

static int
modcmd(modcmd_t cmd, void *arg)
{

	if (cmd != MODULE_CMD_INIT && cmd != MODULE_CMD_FINI)
		return ENOTTY;
	KT_EQ(cmd == MODULE_CMD_FINI, up);
	up = !up;
	return 0;
}

static modinfo_t mod = {
	__NetBSD_Version__, MODULE_CLASS_MISC, modcmd, "ktstress", NULL
};

static prop_dictionary_t dict;

static void
op_registry(u_int r)
{
	struct sysctllog *log = NULL;
	volatile u_int listening = 1;
	prop_dictionary_t copy;
	kauth_listener_t kl;
	struct evcnt ev;
	char key[8];

	switch (r % 8) {
	case 0:
		snprintf(key, sizeof(key), "k%x", r & 0xfffff);
		sysctl_createv(&log, 0, NULL, NULL, CTLFLAG_IMMEDIATE,
		    CTLTYPE_INT, key, SYSCTL_DESCR("stress"), NULL, 1,
		    NULL, 0, CTL_HW, CTL_CREATE, CTL_EOL);
		yield();
		sysctl_teardown(&log);
		break;
	case 1:
		evcnt_attach_dynamic(&ev, EVCNT_TYPE_MISC, NULL, "ktstress",
		    "events");
		yield();
		evcnt_detach(&ev);
		break;
	case 2:
		kl = kauth_listen_scope(KAUTH_SCOPE_GENERIC, defer,
		    __UNVOLATILE(&listening));
		yield();
		kauth_unlisten_scope(kl);
		listening = 0;
		break;
	case 3:
		(void)kauth_authorize_generic(curlwp->l_cred,
		    KAUTH_GENERIC_ISSUSER, NULL);
		kauth_cred_free(kauth_cred_dup(curlwp->l_cred));
		break;
	case 4:
		(void)module_load("ktstress", 0, NULL, MODULE_CLASS_ANY);
		break;
	case 5:
		if (module_hold("ktstress") == 0) {
			KT_EQ(1, up);
			module_rele("ktstress");
		} else
			(void)module_unload("ktstress");
		break;
	case 6:
		snprintf(key, sizeof(key), "k%u", r / 8 % 10);
		if (r % 16 == 6)
			(void)prop_dictionary_set_uint32(dict, key, r);
		else
			prop_dictionary_remove(dict, key);
		break;
	default:
		copy = prop_dictionary_copy(dict);
		KT(prop_dictionary_count(copy) <= 10);
		prop_object_release(copy);
		break;
	}
}

static specificdata_key_t lwp_key, proc_key;
static volatile u_int values, values_gone;

static void
value_gone(void *arg)
{

	kmem_free(arg, 8);
	atomic_inc_uint(&values_gone);
}

/* A value for the lwp and one for its process, unless they have one. */
static void
op_specific(u_int r)
{

	if (lwp_getspecific(lwp_key) == NULL) {
		lwp_setspecific(lwp_key, kmem_alloc(8, KM_SLEEP));
		atomic_inc_uint(&values);
	}
	(void)proc_getspecific(curproc, proc_key);
}

/* Look at a process, which may end, and send it something. */
static void
op_process(u_int r)
{
	struct proc *p;

	mutex_enter(&proc_lock);
	if ((p = proc_find(1 + r % 40)) != NULL && r % 4 == 0)
		psignal(p, 30);
	mutex_exit(&proc_lock);
}

static void (*const ops[])(u_int) = {
	op_mutex, op_rwlock, op_klock, op_pool, op_kmem, op_vmem, op_percpu,
	op_object, op_later, op_thread, op_registry, op_specific, op_process,
};

void
rump_kt_stress_op(unsigned int which, unsigned int r)
{

	(*ops[which % __arraycount(ops)])(r);
}

void
rump_kt_stress_begin(void)
{
	modinfo_t *mip = &mod;
	u_int i;

	mutex_init(&mtx, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&spin, MUTEX_DEFAULT, IPL_VM);
	mutex_init(&swap_mtx, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&object_mtx, MUTEX_DEFAULT, IPL_NONE);
	rw_init(&rw);
	cv_init(&cv, "ktstress");
	cv_init(&object_cv, "ktobject");
	pool_init(&pool, 100, 0, 0, 0, "ktstress", NULL, IPL_NONE);
	pool_sethardlimit(&pool, 4, NULL, 0);
	cache = pool_cache_init(200, 0, 0, 0, "ktstressc", NULL, IPL_NONE,
	    NULL, NULL, NULL);
	arena = vmem_create("ktstress", 1, __arraycount(vmem_owner), 1, NULL,
	    NULL, NULL, 0, VM_SLEEP, IPL_NONE);
	counts = percpu_alloc(sizeof(uint64_t));
	psz = pserialize_create();
	class = psref_class_create("ktstress", IPL_SOFTNET);
	object_init(&object[0]);
	published = &object[0];
	for (i = 0; i < __arraycount(callouts); i++) {
		callout_init(&callouts[i], CALLOUT_MPSAFE);
		callout_setfunc(&callouts[i], callout_ran, NULL);
	}
	for (i = 0; i < 2; i++)
		KT_EQ(0, workqueue_create(&wq[i], "ktstress", work, NULL,
		    PRI_NONE, IPL_NONE, WQ_MPSAFE | (i ? WQ_PERCPU : 0)));
	KT_EQ(0, threadpool_get(&tp, PRI_NONE));
	threadpool_job_init(&job, do_job, &mtx, "ktstress");
	sih = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE, soft, NULL);
	KT_EQ(0, module_builtin_add(&mip, 1, false));
	dict = prop_dictionary_create();
	KT_EQ(0, lwp_specific_key_create(&lwp_key, value_gone));
	KT_EQ(0, proc_specific_key_create(&proc_key, NULL));
}

static void
add_up(void *p, void *arg, struct cpu_info *ci)
{

	*(uint64_t *)arg += *(uint64_t *)p;
}

/* All that was counted is there. */
static void
compare(void)
{
	uint64_t total = 0;
	u_int i, n;

	KT_EQ(want_mutex, by_mutex);
	KT_EQ(want_spin, by_spin);
	KT_EQ(want_rw, by_rw[0]);
	KT_EQ(by_rw[0], by_rw[1]);
	KT_EQ(want_klock, by_klock);
	KT_EQ(0, pool.pr_nout);
	KT_EQ(0, vmem_size(arena, VMEM_ALLOC));
	percpu_foreach(counts, add_up, &total);
	KT_EQ(want_counts, total);
	for (i = n = 0; i < ncpu; i++)
		n += visits[i];
	KT_EQ(want_visits, n);
	KT_EQ(want_work, work_did);
	KT_EQ(want_job, job_did);
	KT_EQ(want_threads, threads_ran);
	KT_EQ(values, values_gone);
}

/* The threads' lwps are gone; everything goes. */
void
rump_kt_stress_end(void)
{
	u_int i;

	for (i = 0; i < __arraycount(callouts); i++)
		(void)callout_halt(&callouts[i], NULL);
	over = true;
	for (i = 0; i < 2; i++)
		workqueue_destroy(wq[i]);
	mutex_enter(&mtx);
	while (job_todo != 0)
		(void)kpause("ktjob", false, 1, &mtx);
	threadpool_cancel_job(tp, &job);
	mutex_exit(&mtx);
	threadpool_job_destroy(&job);
	threadpool_put(tp, PRI_NONE);
	softint_disestablish(sih);
	lwp_specific_key_delete(lwp_key);
	proc_specific_key_delete(proc_key);
	(void)module_unload("ktstress");
	KT_EQ(0, up);
	prop_object_release(dict);
	compare();
	for (i = 0; i < __arraycount(callouts); i++)
		callout_destroy(&callouts[i]);
	mutex_enter(&object_mtx);
	object_fini(published);
	mutex_exit(&object_mtx);
	psref_class_destroy(class);
	pserialize_destroy(psz);
	percpu_free(counts, sizeof(uint64_t));
	vmem_destroy(arena);
	pool_cache_destroy(cache);
	pool_destroy(&pool);
	cv_destroy(&object_cv);
	cv_destroy(&cv);
	rw_destroy(&rw);
	mutex_destroy(&object_mtx);
	mutex_destroy(&swap_mtx);
	mutex_destroy(&spin);
	mutex_destroy(&mtx);
}
