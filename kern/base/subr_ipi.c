/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipi(9): a CPU's set of triggered functions and its few slots for messages,
 * emptied by a soft interrupt of that CPU with the manners of an interrupt.
 *
 * Who waits for a message keeps the CPU.  Two that wait for each other would
 * do so for ever if neither emptied its own slots meanwhile; ipi_word changes
 * with everything that is sent or done, so that they can sleep on the host.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/ipi.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/xcall.h>

#include <rump/rumpuser.h>

#include "kspin.h"

#define	IPI_SLOTS	8

/* t: ic_lock; a: atomic operations. */
struct ipi_cpu {
	struct kspin	ic_lock;
	volatile uint32_t ic_triggered;		/* a: by identifier */
	ipi_msg_t	*ic_slot[IPI_SLOTS];	/* t */
	u_int		ic_nslots;		/* t: used ones */
} __aligned(64);

/* m: ipi_mtx to change, atomic to read; c: constant. */
struct ipi_func {
	ipi_func_t	if_func;		/* m: or NULL */
	void		*if_arg;		/* m */
};

static struct ipi_cpu *ipi_cpus;		/* c: by CPU index */
static struct ipi_func ipi_funcs[IPI_MAXREG];
static kmutex_t ipi_mtx;
static void *ipi_softint;			/* c */
static volatile uint32_t ipi_word;		/* a: anything happened */
static volatile u_int ipi_waiters;		/* a: who care */

static void
ipi_softintr(void *arg)
{

	ipi_cpu_handler();
}

void
ipi_sysinit(void)
{

	mutex_init(&ipi_mtx, MUTEX_DEFAULT, IPL_NONE);
	ipi_cpus = kmem_zalloc(ncpu * sizeof(*ipi_cpus), KM_SLEEP);
	ipi_softint = softint_establish(SOFTINT_SERIAL | SOFTINT_MPSAFE |
	    SOFTINT_RCPU, ipi_softintr, NULL);
}

static struct ipi_cpu *
ipi_cpu_of(const struct cpu_info *ci)
{

	return &ipi_cpus[cpu_index(ci)];
}

static void
ipi_happened(void)
{

	__atomic_fetch_add(&ipi_word, 1, __ATOMIC_SEQ_CST);
	if (__atomic_load_n(&ipi_waiters, __ATOMIC_SEQ_CST) != 0)
		rumpuser_wake(&ipi_word, INT_MAX);
}

void
cpu_ipi(struct cpu_info *ci)
{

	softint_schedule_cpu(ipi_softint, ci);
	ipi_happened();
}

static void
ipi_nothing(void *arg)
{

	KASSERT(cpu_intr_p());
}

static void
ipi_call(u_int id)
{
	ipi_func_t func;

	func = __atomic_load_n(&ipi_funcs[id].if_func, __ATOMIC_ACQUIRE);
	KASSERTMSG(func != NULL, "ipi %u is not registered", id);
	(*func)(ipi_funcs[id].if_arg);
}

static ipi_msg_t *
ipi_next_msg(struct ipi_cpu *ic)
{
	ipi_msg_t *msg = NULL;

	kspin_enter(&ic->ic_lock);
	if (ic->ic_nslots > 0) {
		msg = ic->ic_slot[0];
		ic->ic_nslots--;
		memmove(&ic->ic_slot[0], &ic->ic_slot[1],
		    ic->ic_nslots * sizeof(ic->ic_slot[0]));
	}
	kspin_exit(&ic->ic_lock);
	return msg;
}

void
ipi_cpu_handler(void)
{
	struct lwp *l = curlwp;
	struct ipi_cpu *ic = ipi_cpu_of(l->l_cpu);
	const int saved = l->l_pflag & LP_HARDINTR;
	ipi_msg_t *msg;
	uint32_t set;
	int s;

	s = splhigh();
	l->l_pflag |= LP_HARDINTR;
	set = __atomic_exchange_n(&ic->ic_triggered, 0, __ATOMIC_ACQ_REL);
	for (; set != 0; set &= set - 1)
		ipi_call((u_int)__builtin_ctz(set));
	while ((msg = ipi_next_msg(ic)) != NULL) {
		(*msg->func)(msg->arg);
		/* It may be gone with this. */
		__atomic_fetch_sub(&msg->_pending, 1, __ATOMIC_RELEASE);
		ipi_happened();
	}
	l->l_pflag = (l->l_pflag & ~LP_HARDINTR) | saved;
	splx(s);
}

u_int
ipi_register(ipi_func_t func, void *arg)
{
	u_int id;

	KASSERT(func != NULL);
	mutex_enter(&ipi_mtx);
	for (id = 1; id < IPI_MAXREG && ipi_funcs[id].if_func != NULL;)
		id++;
	if (id == IPI_MAXREG)
		id = 0;
	if (id != 0) {
		ipi_funcs[id].if_arg = arg;
		__atomic_store_n(&ipi_funcs[id].if_func, func,
		    __ATOMIC_RELEASE);
	}
	mutex_exit(&ipi_mtx);
	return id;
}

/* When it returns the function neither runs nor will do so. */
void
ipi_unregister(u_int id)
{
	int i;

	KASSERT(id > 0 && id < IPI_MAXREG);
	mutex_enter(&ipi_mtx);
	KASSERTMSG(ipi_funcs[id].if_func != NULL, "ipi %u is not registered",
	    id);
	__atomic_store_n(&ipi_funcs[id].if_func, ipi_nothing,
	    __ATOMIC_RELEASE);
	for (i = 0; i < ncpu; i++)
		__atomic_fetch_and(&ipi_cpus[i].ic_triggered, ~(1U << id),
		    __ATOMIC_ACQ_REL);
	mutex_exit(&ipi_mtx);
	xc_barrier(0);
	__atomic_store_n(&ipi_funcs[id].if_func, NULL, __ATOMIC_RELEASE);
}

/* What is meant for the caller's own CPU, as the interrupt would. */
static void
ipi_self(ipi_func_t func, void *arg)
{
	struct lwp *l = curlwp;
	const int saved = l->l_pflag & LP_HARDINTR;
	int s;

	s = splhigh();
	l->l_pflag |= LP_HARDINTR;
	(*func)(arg);
	l->l_pflag = (l->l_pflag & ~LP_HARDINTR) | saved;
	splx(s);
}

static void
ipi_trigger_self(u_int id)
{

	KASSERTMSG(ipi_funcs[id].if_func != NULL, "ipi %u is not registered",
	    id);
	ipi_self(ipi_funcs[id].if_func, ipi_funcs[id].if_arg);
}

void
ipi_trigger(u_int id, struct cpu_info *ci)
{
	uint32_t bit = 1U << id;

	KASSERT(kpreempt_disabled());
	KASSERT(curcpu() != ci);
	KASSERT(id > 0 && id < IPI_MAXREG);
	KASSERTMSG(ipi_funcs[id].if_func != NULL, "ipi %u is not registered",
	    id);
	if ((__atomic_fetch_or(&ipi_cpu_of(ci)->ic_triggered, bit,
	    __ATOMIC_ACQ_REL) & bit) == 0)
		cpu_ipi(ci);
}

void
ipi_trigger_multi(u_int id, const kcpuset_t *target)
{
	struct cpu_info *ci;

	KASSERT(kpreempt_disabled());
	if (kcpuset_isset(target, cpu_index(curcpu())))
		ipi_trigger_self(id);
	for (ci = &rump_bootcpu; ci != NULL; ci = ci->ci_next) {
		if (ci != curcpu() && kcpuset_isset(target, cpu_index(ci)))
			ipi_trigger(id, ci);
	}
}

void
ipi_trigger_broadcast(u_int id, bool skip_self)
{
	struct cpu_info *ci;

	KASSERT(kpreempt_disabled());
	if (!skip_self)
		ipi_trigger_self(id);
	for (ci = &rump_bootcpu; ci != NULL; ci = ci->ci_next) {
		if (ci != curcpu())
			ipi_trigger(id, ci);
	}
}

/*
 * Sleep on the host, without giving the CPU away, until ipi_word changes, and
 * do what was sent here.
 */
static void
ipi_pause(uint32_t seen)
{

	ipi_cpu_handler();
	(void)rumpuser_wait(&ipi_word, seen, -1);
}

static void
ipi_wait_begin(void)
{

	KASSERTMSG(curlwp->l_spincount == 0, "ipi: spin mutex held");
	__atomic_fetch_add(&ipi_waiters, 1, __ATOMIC_SEQ_CST);
}

static void
ipi_wait_end(void)
{

	__atomic_fetch_sub(&ipi_waiters, 1, __ATOMIC_SEQ_CST);
}

static bool
ipi_put(struct ipi_cpu *ic, ipi_msg_t *msg)
{
	bool room;

	kspin_enter(&ic->ic_lock);
	room = ic->ic_nslots < IPI_SLOTS;
	if (room)
		ic->ic_slot[ic->ic_nslots++] = msg;
	kspin_exit(&ic->ic_lock);
	return room;
}

static void
ipi_send(ipi_msg_t *msg, struct cpu_info *ci)
{
	struct ipi_cpu *ic = ipi_cpu_of(ci);
	uint32_t seen;

	if (!ipi_put(ic, msg)) {
		ipi_wait_begin();
		for (;;) {
			seen = __atomic_load_n(&ipi_word, __ATOMIC_SEQ_CST);
			if (ipi_put(ic, msg))
				break;
			ipi_pause(seen);
		}
		ipi_wait_end();
	}
	cpu_ipi(ci);
}

void
ipi_unicast(ipi_msg_t *msg, struct cpu_info *ci)
{

	KASSERT(msg->func != NULL);
	KASSERT(kpreempt_disabled());
	KASSERT(curcpu() != ci);
	msg->_pending = 1;
	ipi_send(msg, ci);
}

void
ipi_multicast(ipi_msg_t *msg, const kcpuset_t *target)
{
	struct cpu_info *ci;
	bool self = kcpuset_isset(target, cpu_index(curcpu()));
	u_int n = 0;

	KASSERT(msg->func != NULL);
	KASSERT(kpreempt_disabled());
	for (ci = &rump_bootcpu; ci != NULL; ci = ci->ci_next) {
		if (ci != curcpu() && kcpuset_isset(target, cpu_index(ci)))
			n++;
	}
	msg->_pending = n;
	for (ci = &rump_bootcpu; ci != NULL; ci = ci->ci_next) {
		if (ci != curcpu() && kcpuset_isset(target, cpu_index(ci)))
			ipi_send(msg, ci);
	}
	if (self)
		ipi_self(msg->func, msg->arg);
}

void
ipi_broadcast(ipi_msg_t *msg, bool skip_self)
{
	struct cpu_info *ci;

	KASSERT(msg->func != NULL);
	KASSERT(kpreempt_disabled());
	msg->_pending = ncpu - 1;
	for (ci = &rump_bootcpu; ci != NULL; ci = ci->ci_next) {
		if (ci != curcpu())
			ipi_send(msg, ci);
	}
	if (!skip_self)
		ipi_self(msg->func, msg->arg);
}

static bool
ipi_pending(const ipi_msg_t *msg)
{

	return __atomic_load_n(&msg->_pending, __ATOMIC_ACQUIRE) != 0;
}

void
ipi_wait(ipi_msg_t *msg)
{
	uint32_t seen;

	if (!ipi_pending(msg))
		return;
	ipi_wait_begin();
	for (;;) {
		seen = __atomic_load_n(&ipi_word, __ATOMIC_SEQ_CST);
		if (!ipi_pending(msg))
			break;
		ipi_pause(seen);
	}
	ipi_wait_end();
}
