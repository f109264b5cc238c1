/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * percpu(9).  The number of CPUs is fixed before the first allocation, so a
 * percpu_t is an array of pointers.  References are free: nobody else runs
 * on the caller's CPU until the caller sleeps.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/cpu.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/percpu.h>
#include <sys/xcall.h>

/* All constant. */
struct percpu {
	size_t		pc_size;
	percpu_callback_t pc_dtor;
	void		*pc_cookie;
	void		*pc_data[];	/* by CPU index */
};

void
percpu_init(void)
{

	KASSERT(ncpu >= 1);
}

static size_t
percpu_round(size_t size)
{

	/* A line for each CPU: they shall not share. */
	return roundup2(size, CACHE_LINE_SIZE);
}

percpu_t *
percpu_create(size_t size, percpu_callback_t ctor, percpu_callback_t dtor,
    void *cookie)
{
	struct cpu_info *ci;
	percpu_t *pc;

	KASSERT(size > 0);
	ASSERT_SLEEPABLE();
	pc = kmem_zalloc(sizeof(*pc) + ncpu * sizeof(void *), KM_SLEEP);
	pc->pc_size = size;
	pc->pc_dtor = dtor;
	pc->pc_cookie = cookie;
	for (ci = &rump_bootcpu; ci != NULL; ci = ci->ci_next) {
		pc->pc_data[cpu_index(ci)] =
		    kmem_zalloc(percpu_round(size), KM_SLEEP);
		if (ctor != NULL)
			(*ctor)(pc->pc_data[cpu_index(ci)], cookie, ci);
	}
	return pc;
}

percpu_t *
percpu_alloc(size_t size)
{

	return percpu_create(size, NULL, NULL, NULL);
}

void
percpu_free(percpu_t *pc, size_t size)
{
	struct cpu_info *ci;
	void *p;

	KASSERT(size == pc->pc_size);
	ASSERT_SLEEPABLE();
	for (ci = &rump_bootcpu; ci != NULL; ci = ci->ci_next) {
		p = pc->pc_data[cpu_index(ci)];
		if (pc->pc_dtor != NULL)
			(*pc->pc_dtor)(p, pc->pc_cookie, ci);
		kmem_free(p, percpu_round(size));
	}
	kmem_free(pc, sizeof(*pc) + ncpu * sizeof(void *));
}

void *
percpu_getref(percpu_t *pc)
{

	kpreempt_disable();
	return pc->pc_data[cpu_index(curcpu())];
}

void
percpu_putref(percpu_t *pc)
{

	kpreempt_enable();
}

void *
percpu_getptr_remote(percpu_t *pc, struct cpu_info *ci)
{

	return pc->pc_data[cpu_index(ci)];
}

/* No CPU comes or goes: there is nothing to hold still. */
void
percpu_traverse_enter(void)
{

	ASSERT_SLEEPABLE();
}

void
percpu_traverse_exit(void)
{

	KASSERT(curlwp != NULL);
}

/* On the caller's CPU, for each CPU's piece. */
void
percpu_foreach(percpu_t *pc, percpu_callback_t cb, void *arg)
{
	struct cpu_info *ci;

	for (ci = &rump_bootcpu; ci != NULL; ci = ci->ci_next)
		(*cb)(pc->pc_data[cpu_index(ci)], arg, ci);
}

struct percpu_xcall {
	percpu_callback_t px_cb;
	void		*px_arg;
};

static void
percpu_xcfunc(void *arg1, void *arg2)
{
	percpu_t *pc = arg1;
	struct percpu_xcall *px = arg2;
	struct cpu_info *ci = curcpu();

	(*px->px_cb)(pc->pc_data[cpu_index(ci)], px->px_arg, ci);
}

/* Each CPU for its own piece. */
void
percpu_foreach_xcall(percpu_t *pc, u_int xcflags, percpu_callback_t cb,
    void *arg)
{
	struct percpu_xcall px = { .px_cb = cb, .px_arg = arg };

	xc_wait(xc_broadcast(xcflags, percpu_xcfunc, pc, &px));
}
