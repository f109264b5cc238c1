/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * psref(9): passive references.  A class keeps a list of references for each
 * CPU, which only code on that CPU touches; the holder is bound to its CPU
 * until it lets go.  Destroying a target marks it, then asks each CPU
 * whether it has references left and sleeps until the last one is released.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/condvar.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/percpu.h>
#include <sys/psref.h>
#include <sys/xcall.h>

SLIST_HEAD(psref_head, psref);

/* On its CPU only. */
struct psref_cpu {
	struct psref_head pcpu_head;
};

/* p: prc_lock; c: constant. */
struct psref_class {
	kmutex_t	prc_lock;
	kcondvar_t	prc_cv;		/* p: a draining target lost one */
	percpu_t	*prc_percpu;	/* c: struct psref_cpu */
	int		prc_ipl;	/* c */
	unsigned	prc_xc_flags;	/* c */
};

void
psref_init(void)
{

	KASSERT(ncpu >= 1);
}

struct psref_class *
psref_class_create(const char *name, int ipl)
{
	struct psref_class *class;

	ASSERT_SLEEPABLE();
	class = kmem_zalloc(sizeof(*class), KM_SLEEP);
	class->prc_percpu = percpu_alloc(sizeof(struct psref_cpu));
	mutex_init(&class->prc_lock, MUTEX_DEFAULT, ipl);
	cv_init(&class->prc_cv, name);
	class->prc_ipl = ipl;
	class->prc_xc_flags = ipl == IPL_NONE ? 0 : XC_HIGHPRI_IPL(ipl);
	return class;
}

static void
psref_cpu_assert_empty(void *p, void *cookie, struct cpu_info *ci)
{
	struct psref_cpu *pcpu = p;

	KASSERT(SLIST_EMPTY(&pcpu->pcpu_head));
}

void
psref_class_destroy(struct psref_class *class)
{

	KASSERT(!cv_has_waiters(&class->prc_cv));
	percpu_foreach(class->prc_percpu, psref_cpu_assert_empty, NULL);
	percpu_free(class->prc_percpu, sizeof(struct psref_cpu));
	cv_destroy(&class->prc_cv);
	mutex_destroy(&class->prc_lock);
	kmem_free(class, sizeof(*class));
}

void
psref_target_init(struct psref_target *target, struct psref_class *class)
{

	target->prt_class = class;
	target->prt_draining = false;
}

void
psref_acquire(struct psref *psref, const struct psref_target *target,
    struct psref_class *class)
{
	struct psref_cpu *pcpu;

	KASSERTMSG((curlwp->l_pflag & (LP_BOUND | LP_INTR)) != 0,
	    "passive references are CPU-local, but the lwp is not bound");
	KASSERT(target->prt_class == class);
	KASSERTMSG(!atomic_load_relaxed(&target->prt_draining),
	    "psref target %p is going away", target);
	pcpu = percpu_getref(class->prc_percpu);
	SLIST_INSERT_HEAD(&pcpu->pcpu_head, psref, psref_entry);
	psref->psref_target = target;
	psref->psref_lwp = curlwp;
	psref->psref_cpu = curcpu();
	curlwp->l_psrefs++;
	percpu_putref(class->prc_percpu);
}

/* A drainer waits for this target: tell it. */
static void
psref_wakeup(struct psref_class *class)
{

	mutex_enter(&class->prc_lock);
	cv_broadcast(&class->prc_cv);
	mutex_exit(&class->prc_lock);
}

void
psref_release(struct psref *psref, const struct psref_target *target,
    struct psref_class *class)
{
	struct psref_cpu *pcpu;
	bool draining;

	KASSERT(psref->psref_target == target);
	KASSERTMSG(psref->psref_lwp == curlwp,
	    "psref %p was taken by lwp %p", psref, psref->psref_lwp);
	KASSERTMSG(psref->psref_cpu == curcpu(),
	    "psref %p was taken on another CPU", psref);
	pcpu = percpu_getref(class->prc_percpu);
	SLIST_REMOVE(&pcpu->pcpu_head, psref, psref, psref_entry);
	psref->psref_target = NULL;
	curlwp->l_psrefs--;
	draining = atomic_load_relaxed(&target->prt_draining);
	percpu_putref(class->prc_percpu);
	if (__predict_false(draining))
		psref_wakeup(class);
}

/* Another reference to the same target, by the caller. */
void
psref_copy(struct psref *pto, const struct psref *pfrom,
    struct psref_class *class)
{
	struct psref_cpu *pcpu;

	KASSERT(pto != pfrom);
	KASSERT(pfrom->psref_cpu == curcpu());
	pcpu = percpu_getref(class->prc_percpu);
	SLIST_INSERT_HEAD(&pcpu->pcpu_head, pto, psref_entry);
	pto->psref_target = pfrom->psref_target;
	pto->psref_lwp = curlwp;
	pto->psref_cpu = curcpu();
	curlwp->l_psrefs++;
	percpu_putref(class->prc_percpu);
}

struct psreffed {
	struct psref_class *class;
	const struct psref_target *target;
	bool ret;
};

static bool
psref_cpu_has(struct psref_cpu *pcpu, const struct psref_target *target,
    const struct lwp *l)
{
	struct psref *psref;

	SLIST_FOREACH(psref, &pcpu->pcpu_head, psref_entry)
		if (psref->psref_target == target &&
		    (l == NULL || psref->psref_lwp == l))
			return true;
	return false;
}

static void
psreffed_xc(void *cookie, void *unused)
{
	struct psreffed *p = cookie;
	struct psref_cpu *pcpu;

	pcpu = percpu_getref(p->class->prc_percpu);
	if (psref_cpu_has(pcpu, p->target, NULL))
		p->ret = true;
	percpu_putref(p->class->prc_percpu);
}

static bool
psreffed(const struct psref_target *target, struct psref_class *class)
{
	struct psreffed p = { .class = class, .target = target };

	xc_wait(xc_broadcast(class->prc_xc_flags, psreffed_xc, &p, NULL));
	return p.ret;
}

void
psref_target_destroy(struct psref_target *target, struct psref_class *class)
{

	ASSERT_SLEEPABLE();
	KASSERT(target->prt_class == class);
	KASSERT(!target->prt_draining);
	atomic_store_relaxed(&target->prt_draining, true);
	/* All releases from the barrier in psreffed() on see the mark. */
	while (psreffed(target, class)) {
		mutex_enter(&class->prc_lock);
		/* One may have gone in between: look again soon. */
		(void)cv_timedwait(&class->prc_cv, &class->prc_lock, 1);
		mutex_exit(&class->prc_lock);
	}
	target->prt_class = NULL;
}

bool
psref_held(const struct psref_target *target, struct psref_class *class)
{
	struct psref_cpu *pcpu;
	bool held;

	pcpu = percpu_getref(class->prc_percpu);
	held = psref_cpu_has(pcpu, target, curlwp);
	percpu_putref(class->prc_percpu);
	return held;
}
