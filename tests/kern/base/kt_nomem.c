/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_nomem: the books of what is allocated, the knob that makes
 * an allocation fail, and scenarios inside the kernel.  A scenario makes
 * things and unmakes them; its result is 0 or ENOMEM.
 */
#include "kt.h"

#include <sys/callout.h>
#include <sys/evcnt.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/localcount.h>
#include <sys/malloc.h>
#include <sys/module.h>
#include <sys/percpu.h>
#include <sys/pool.h>
#include <sys/pserialize.h>
#include <sys/psref.h>
#include <sys/radixtree.h>
#include <sys/specificdata.h>
#include <sys/sysctl.h>
#include <sys/thmap.h>
#include <sys/threadpool.h>
#include <sys/vmem.h>
#include <sys/workqueue.h>

#include <prop/proplib.h>
#include <uvm/uvm_extern.h>

#include <rump-sys/kern.h>
#include <rump-sys/mem.h>

void	rump_kt_nomem_mark(void);
void	rump_kt_nomem_same(const char *);
void	rump_kt_nomem_arm(unsigned int);
unsigned int rump_kt_nomem_left(void);
int	rump_kt_nomem_run(unsigned int, const char **);
void	rump_kt_nomem_pools(void);

#define	MAXPOOLS	300
static struct pool_sysctl before[MAXPOOLS], after[MAXPOOLS];
static size_t npools;
static unsigned long used;
static int pool_mib[2];

/* All pools as they are when no object rests in a cache. */
static size_t
take_stock(struct pool_sysctl *ps)
{
	size_t len = MAXPOOLS * sizeof(*ps);
	int i;

	/* Emptying one may put objects into another. */
	for (i = 0; i < 3; i++)
		pool_drain_all();
	KT_EQ(0, old_sysctl(pool_mib, 2, ps, &len, NULL, 0, NULL));
	KT(len > 20 * sizeof(*ps) && len % sizeof(*ps) == 0);
	return len / sizeof(*ps);
}

/* kern.pool has no number that everybody knows. */
static void
find_pool_mib(void)
{
	const struct sysctlnode *node = NULL;
	int kern = CTL_KERN;
	u_int i;

	sysctl_lock(false);
	KT_EQ(0, sysctl_locate(curlwp, &kern, 1, &node, NULL));
	for (i = 0; i < node->sysctl_clen; i++)
		if (strcmp(node->sysctl_child[i].sysctl_name, "pool") == 0) {
			pool_mib[0] = kern;
			pool_mib[1] = node->sysctl_child[i].sysctl_num;
		}
	sysctl_unlock();
	KT(pool_mib[1] != 0);
}

void
rump_kt_nomem_mark(void)
{

	if (pool_mib[1] == 0)
		find_pool_mib();
	npools = take_stock(before);
	used = rump_hypermem_used();
}

/* Is it as at the mark? */
static bool
same_now(void)
{
	size_t n = take_stock(after), i;

	for (i = 0; i < MIN(n, npools); i++)
		if (after[i].pr_nout != before[i].pr_nout)
			return false;
	return n == npools && rump_hypermem_used() == used;
}

/*
 * Nothing more is out than at the mark, once threads that have ended are gone
 * as well, which nobody can wait for.
 */
void
rump_kt_nomem_same(const char *what)
{
	size_t n, i;
	int tries;

	for (tries = 0; tries < 200 && !same_now(); tries++)
		(void)kpause("ktnomem", false, 1, NULL);
	n = take_stock(after);
	for (i = 0; i < MIN(n, npools); i++)
		if (after[i].pr_nout != before[i].pr_nout ||
		    strcmp(after[i].pr_wchan, before[i].pr_wchan) != 0)
			panic("%s: pool %s: %d more", what, after[i].pr_wchan,
			    (int)(after[i].pr_nout - before[i].pr_nout));
	if (n != npools)
		panic("%s: %d more pools", what, (int)(n - npools));
	if (rump_hypermem_used() != used)
		panic("%s: %ld bytes more", what,
		    (long)(rump_hypermem_used() - used));
}

/* kern.pool itself. */
void
rump_kt_nomem_pools(void)
{
	struct pool_sysctl *ps;
	struct pool pool;
	void *item[3];
	size_t n, len;
	int mib[3], i;

	find_pool_mib();
	pool_init(&pool, 100, 0, 0, 0, "ktpools", NULL, IPL_NONE);
	pool_sethardlimit(&pool, 7, NULL, 0);
	for (i = 0; i < 3; i++)
		item[i] = pool_get(&pool, PR_WAITOK);
	n = take_stock(after);
	ps = &after[n - 1];
	kt_streq(ps->pr_wchan, "ktpools");
	KT_EQ(3, ps->pr_nout);
	KT_EQ(3, ps->pr_nget);
	KT_EQ(0, ps->pr_nput);
	KT_EQ(7, ps->pr_hardlimit);
	KT_EQ(1, ps->pr_npages);
	KT_EQ(PAGE_SIZE, ps->pr_pagesize);
	KT_EQ(ps->pr_itemsperpage, ps->pr_nout + ps->pr_nitems);
	KT(ps->pr_size >= 100 && ps->pr_cache_meta_size == 0);
	for (ps = after; strcmp(ps->pr_wchan, "lwppl") != 0; ps++)
		KT(ps < &after[n]);
	KT(ps->pr_cache_meta_size != 0 && ps->pr_cache_nmiss_global != 0);

	/* Its length; too little room; what else is refused. */
	len = 0;
	KT_EQ(0, old_sysctl(pool_mib, 2, NULL, &len, NULL, 0, NULL));
	KT(len >= n * sizeof(*ps));
	len = 2 * sizeof(*ps) + 5;
	memset(before, 0, sizeof(before));
	KT_EQ(ENOMEM, old_sysctl(pool_mib, 2, before, &len, NULL, 0, NULL));
	KT_EQ(n * sizeof(*ps), len);
	kt_streq(before[1].pr_wchan, after[1].pr_wchan);
	KT(before[2].pr_wchan[0] == '\0');
	KT_EQ(EPERM, old_sysctl(pool_mib, 2, NULL, &len, before, 4, NULL));
	mib[0] = pool_mib[0];
	mib[1] = pool_mib[1];
	mib[2] = 1;
	KT(old_sysctl(mib, 3, NULL, &len, NULL, 0, NULL) != 0);
	for (i = 0; i < 3; i++)
		pool_put(&pool, item[i]);
	pool_destroy(&pool);
}

void
rump_kt_nomem_arm(unsigned int n)
{

	rump_fault_alloc = n;
}

unsigned int
rump_kt_nomem_left(void)
{

	return rump_fault_alloc;
}

static int
run_kmem(void)
{
	static const size_t sizes[] = { 1, 100, 2000, 5000, 70000 };
	void *p[5];
	int error = 0;
	u_int i;

	for (i = 0; i < 5 && error == 0; i++)
		if ((p[i] = kmem_zalloc(sizes[i], KM_NOSLEEP)) == NULL) {
			error = ENOMEM;
			break;
		}
	while (i-- > 0)
		kmem_free(p[i], sizes[i]);
	return error;
}

static int
run_malloc(void)
{
	char *s, *t, *u;

	if ((s = malloc(50, M_TEMP, M_NOWAIT)) == NULL)
		return ENOMEM;
	if ((t = realloc(s, 5000, M_TEMP, M_NOWAIT)) == NULL) {
		free(s, M_TEMP);
		return ENOMEM;
	}
	if ((u = kmem_strdupsize("text", NULL, KM_NOSLEEP)) != NULL)
		kmem_strfree(u);
	free(t, M_TEMP);
	return u == NULL ? ENOMEM : 0;
}

static int
run_objects(void)
{
	kmutex_t *mo;
	krwlock_t *ro;

	if ((mo = mutex_obj_tryalloc(MUTEX_DEFAULT, IPL_NONE)) == NULL)
		return ENOMEM;
	if ((ro = rw_obj_tryalloc()) != NULL)
		rw_obj_free(ro);
	mutex_obj_free(mo);
	return ro == NULL ? ENOMEM : 0;
}

/* An object with a part of its own. */
static int
ctor(void *arg, void *obj, int flags)
{

	*(void **)obj = kmem_alloc(40,
	    (flags & PR_WAITOK) != 0 ? KM_SLEEP : KM_NOSLEEP);
	return *(void **)obj == NULL ? ENOMEM : 0;
}

static void
dtor(void *arg, void *obj)
{

	kmem_free(*(void **)obj, 40);
}

static int
run_pool(void)
{
	void *item[40], *obj = NULL;
	struct pool pool;
	pool_cache_t pc;
	u_int i;

	pool_init(&pool, 300, 0, 0, 0, "ktnomem", NULL, IPL_NONE);
	pool_prime(&pool, 5);
	for (i = 0; i < 40; i++)
		if ((item[i] = pool_get(&pool, PR_NOWAIT)) == NULL)
			break;
	pc = pool_cache_init(64, 0, 0, 0, "ktnomemc", NULL, IPL_NONE, ctor,
	    dtor, NULL);
	if (i == 40 && (obj = pool_cache_get(pc, PR_NOWAIT)) != NULL)
		pool_cache_put(pc, obj);
	pool_cache_destroy(pc);
	while (i-- > 0)
		pool_put(&pool, item[i]);
	pool_destroy(&pool);
	return obj == NULL ? ENOMEM : 0;
}

static int
run_tables(void)
{
	struct radix_tree tree;
	u_long mask;
	void *table;
	int error, i, n;

	if ((table = hashinit(500, HASH_LIST, false, &mask)) == NULL)
		return ENOMEM;
	hashdone(table, HASH_LIST, mask);
	radix_tree_init_tree(&tree);
	for (n = 0; n < 30; n++) {
		error = radix_tree_insert_node(&tree, (uint64_t)n << 2 * n,
		    &tree);
		if (error != 0)
			break;
	}
	for (i = 0; i < n; i++)
		KT(radix_tree_remove_node(&tree, (uint64_t)i << 2 * i) ==
		    &tree);
	radix_tree_fini_tree(&tree);
	return error;
}

static int
run_thmap(void)
{
	thmap_t *tm;
	int i, n;

	if ((tm = thmap_create(0, NULL, THMAP_NOCOPY)) == NULL)
		return ENOMEM;
	{
		static const int keys[20] = { 1, 2, 3, 5, 8, 13, 21, 34, 55,
		    89, 144, 233 };

		for (n = 0; n < 12; n++)
			if (thmap_put(tm, &keys[n], sizeof(int), tm) == NULL)
				break;
		for (i = 0; i < n; i++)
			KT(thmap_del(tm, &keys[i], sizeof(int)) == tm);
	}
	thmap_gc(tm, thmap_stage_gc(tm));
	thmap_destroy(tm);
	return n == 12 ? 0 : ENOMEM;
}

static int
import(void *arg, vmem_size_t size, vm_flag_t flags, vmem_addr_t *addrp)
{

	return vmem_alloc(arg, size, flags, addrp);
}

static void
give_back(void *arg, vmem_addr_t addr, vmem_size_t size)
{

	vmem_free(arg, addr, size);
}

static int
run_vmem(void)
{
	vmem_addr_t a[9];
	vmem_t *vm, *child;
	int error = ENOMEM, n = 0;

	vm = vmem_create("ktnomem", 1000, 1000, 1, NULL, NULL, NULL, 0,
	    VM_NOSLEEP, IPL_NONE);
	if (vm == NULL)
		return ENOMEM;
	child = vmem_create("ktchild", 0, 0, 1, import, give_back, vm, 0,
	    VM_NOSLEEP, IPL_NONE);
	if (child != NULL) {
		error = vmem_add(vm, 5000, 100, VM_NOSLEEP);
		for (; n < 9 && error == 0; n++)
			error = n % 2 ? vmem_alloc(child, 10, VM_BESTFIT |
			    VM_NOSLEEP, &a[n]) : vmem_xalloc(child, 10, 8, 0,
			    0, VMEM_ADDR_MIN, VMEM_ADDR_MAX, VM_INSTANTFIT |
			    VM_NOSLEEP, &a[n]);
		if (error != 0 && n > 0)
			n--;
		while (n-- > 0)
			(n % 2 ? vmem_free : vmem_xfree)(child, a[n], 10);
		vmem_destroy(child);
	}
	KT_EQ(0, vmem_size(vm, VMEM_ALLOC));
	vmem_destroy(vm);
	return error;
}

static int
run_specific(void)
{
	specificdata_domain_t sd = specificdata_domain_create();
	specificdata_reference ref;
	specificdata_key_t key[12];
	int error = 0, i;

	KT_EQ(0, specificdata_init(sd, &ref));
	for (i = 0; i < 12; i++)
		KT_EQ(0, specificdata_key_create(sd, &key[i], NULL));
	for (i = 0; i < 12 && error == 0; i++)
		error = specificdata_setspecific_nowait(sd, &ref, key[i],
		    &ref);
	specificdata_fini(sd, &ref);
	for (i = 0; i < 12; i++)
		specificdata_key_delete(sd, key[i]);
	specificdata_domain_delete(sd);
	return error;
}

static int
run_uvm_km(void)
{
	vaddr_t va, wa = 0;

	va = uvm_km_alloc(kernel_map, PAGE_SIZE, 0, UVM_KMF_WIRED |
	    UVM_KMF_NOWAIT);
	if (va == 0)
		return ENOMEM;
	wa = uvm_km_alloc(kernel_map, 1 << 20, 0, UVM_KMF_WIRED |
	    UVM_KMF_CANFAIL | UVM_KMF_NOWAIT);
	if (wa != 0)
		uvm_km_free(kernel_map, wa, 1 << 20, UVM_KMF_WIRED);
	uvm_km_free(kernel_map, va, PAGE_SIZE, UVM_KMF_WIRED);
	return wa == 0 ? ENOMEM : 0;
}

static int
run_prop(void)
{
	prop_dictionary_t pd = prop_dictionary_create(), copy = NULL;
	char *text = NULL;
	int error = ENOMEM;

	if (pd == NULL)
		return ENOMEM;
	if (prop_dictionary_set_uint64(pd, "number", 42) &&
	    prop_dictionary_set_string(pd, "string", "value") &&
	    prop_dictionary_set_bool(pd, "bool", true) &&
	    prop_dictionary_set_data(pd, "data", "1234", 4) &&
	    (text = prop_dictionary_externalize(pd)) != NULL &&
	    (copy = prop_dictionary_internalize(text)) != NULL &&
	    prop_dictionary_equals(pd, copy))
		error = 0;
	if (copy != NULL)
		prop_object_release(copy);
	if (text != NULL)
		free(text, M_TEMP);
	prop_object_release(pd);
	return error;
}

static void
nothing(void *arg)
{
}

static void
work_nothing(struct work *wk, void *arg)
{
}

static void
job_nothing(struct threadpool_job *job)
{

	mutex_enter(job->job_lock);
	threadpool_job_done(job);
	mutex_exit(job->job_lock);
}

static void
piece_nothing(void *p, void *arg, struct cpu_info *ci)
{
}

/* What other threads do the work of. */
static int
run_later(void)
{
	struct workqueue *wq[2];
	struct work wk[2];
	struct threadpool *tp;
	struct threadpool_percpu *tpp;
	struct threadpool_job job;
	kmutex_t mtx;
	callout_t c;
	void *sih;
	lwp_t *l;
	int i;

	KT_EQ(0, kthread_create(PRI_NONE, KTHREAD_MPSAFE | KTHREAD_MUSTJOIN,
	    NULL, nothing, NULL, &l, "ktnomem"));
	KT_EQ(0, kthread_join(l));
	for (i = 0; i < 2; i++) {
		KT_EQ(0, workqueue_create(&wq[i], "ktnomem", work_nothing,
		    NULL, PRI_NONE, IPL_NONE, WQ_MPSAFE |
		    (i ? WQ_PERCPU : 0)));
		workqueue_enqueue(wq[i], &wk[i], NULL);
		workqueue_wait(wq[i], &wk[i]);
		workqueue_destroy(wq[i]);
	}
	mutex_init(&mtx, MUTEX_DEFAULT, IPL_NONE);
	KT_EQ(0, threadpool_get(&tp, PRI_NONE));
	KT_EQ(0, threadpool_percpu_get(&tpp, PRI_NONE));
	threadpool_job_init(&job, job_nothing, &mtx, "ktnomem");
	mutex_enter(&mtx);
	threadpool_schedule_job(tp, &job);
	threadpool_cancel_job(tp, &job);
	mutex_exit(&mtx);
	threadpool_job_destroy(&job);
	threadpool_percpu_put(tpp, PRI_NONE);
	threadpool_put(tp, PRI_NONE);
	mutex_destroy(&mtx);
	sih = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE, nothing, NULL);
	softint_schedule(sih);
	softint_disestablish(sih);
	callout_init(&c, CALLOUT_MPSAFE);
	callout_reset(&c, 1, nothing, NULL);
	callout_halt(&c, NULL);
	callout_destroy(&c);
	return 0;
}

static int
deny(kauth_cred_t cred, kauth_action_t action, void *cookie, void *arg0,
    void *arg1, void *arg2, void *arg3)
{

	return KAUTH_RESULT_DENY;
}

static int
modcmd(modcmd_t cmd, void *arg)
{

	return cmd == MODULE_CMD_INIT || cmd == MODULE_CMD_FINI ? 0 : ENOTTY;
}

static modinfo_t mod = {
	__NetBSD_Version__, MODULE_CLASS_MISC, modcmd, "ktnomem", NULL
};

/* Registries, and what each CPU has a part of. */
static int
run_registries(void)
{
	struct psref_class *class;
	struct psref_target target;
	struct localcount lc;
	struct sysctllog *log = NULL;
	modinfo_t *mip = &mod;
	kauth_listener_t kl;
	kauth_scope_t ks;
	pserialize_t psz;
	struct evcnt ev;
	kcondvar_t cv;
	kmutex_t *mo;
	percpu_t *pc;

	pc = percpu_create(100, piece_nothing, piece_nothing, NULL);
	percpu_free(pc, 100);
	psz = pserialize_create();
	pserialize_perform(psz);
	pserialize_destroy(psz);
	class = psref_class_create("ktnomem", IPL_SOFTNET);
	psref_target_init(&target, class);
	psref_target_destroy(&target, class);
	psref_class_destroy(class);
	mo = mutex_obj_alloc(MUTEX_DEFAULT, IPL_NONE);
	cv_init(&cv, "ktnomem");
	localcount_init(&lc);
	mutex_enter(mo);
	localcount_drain(&lc, &cv, mo);
	mutex_exit(mo);
	localcount_fini(&lc);
	cv_destroy(&cv);
	mutex_obj_free(mo);
	rw_obj_free(rw_obj_alloc());
	sysctl_createv(&log, 0, NULL, NULL, CTLFLAG_IMMEDIATE, CTLTYPE_INT,
	    "ktnomem", SYSCTL_DESCR("test"), NULL, 5, NULL, 0, CTL_HW,
	    CTL_CREATE, CTL_EOL);
	sysctl_teardown(&log);
	evcnt_attach_dynamic(&ev, EVCNT_TYPE_MISC, NULL, "kt", "nomem");
	evcnt_detach(&ev);
	ks = kauth_register_scope("kt.nomem", deny, NULL);
	kl = kauth_listen_scope("kt.nomem", deny, NULL);
	KT(ks != NULL && kl != NULL);
	kauth_unlisten_scope(kl);
	kauth_deregister_scope(ks);
	kauth_cred_free(kauth_cred_dup(curlwp->l_cred));
	KT_EQ(0, module_builtin_add(&mip, 1, false));
	KT_EQ(0, module_load("ktnomem", 0, NULL, MODULE_CLASS_ANY));
	KT_EQ(0, module_unload("ktnomem"));
	KT_EQ(0, module_builtin_remove(mip, true));
	return 0;
}

static const struct {
	const char	*s_name;
	int		(*s_run)(void);
} scenarios[] = {
	{ "kmem", run_kmem },
	{ "malloc", run_malloc },
	{ "objects", run_objects },
	{ "pool", run_pool },
	{ "tables", run_tables },
	{ "thmap", run_thmap },
	{ "vmem", run_vmem },
	{ "specific", run_specific },
	{ "uvm_km", run_uvm_km },
	{ "prop", run_prop },
	{ "later", run_later },
	{ "registries", run_registries },
};

/* The n-th one; -1 if there are not that many. */
int
rump_kt_nomem_run(unsigned int n, const char **name)
{

	if (n >= __arraycount(scenarios))
		return -1;
	*name = scenarios[n].s_name;
	return (*scenarios[n].s_run)();
}
