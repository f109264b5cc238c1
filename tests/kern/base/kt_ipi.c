/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_ipi.
 */

#include <sys/interrupt.h>
#include <sys/ipi.h>
#include <sys/kmem.h>

#include "kt.h"

void rump_kt_sync(void);
void rump_kt_async(void);
void rump_kt_registry(void);
void rump_kt_cross(void);
void rump_kt_preempt(void);
void rump_kt_noirq(void);
void rump_kt_misuse(int);

#define	MAXCPU	8

static _Atomic u_int calls[MAXCPU];

static void
count(void *arg)
{

	KT(arg == calls);
	KT(cpu_intr_p());
	KT(kpreempt_disabled());
	KT(curcpu()->ci_curlwp == curlwp);
	calls[cpu_number()]++;
}

/* Calls since the last time, on so many CPUs but this one, and here. */
static void
expect(u_int others, u_int here)
{
	int i;

	for (i = 0; i < ncpu; i++) {
		KT_EQ(i == (int)cpu_number() ? here : others, calls[i]);
		calls[i] = 0;
	}
}

void
rump_kt_sync(void)
{
	ipi_msg_t msg = { .func = count, .arg = calls };
	kcpuset_t *set, *others;
	struct cpu_info *ci;
	u_int i;

	kcpuset_create(&set, true);
	kcpuset_create(&others, true);
	kpreempt_disable();
	for (i = 0; i < (u_int)ncpu; i++)
		kcpuset_set(set, i);
	kcpuset_copy(others, set);
	kcpuset_clear(others, cpu_number());
	for (i = 0; i < 200; i++) {
		for (ci = &rump_bootcpu; ci != NULL; ci = ci->ci_next) {
			if (ci == curcpu())
				continue;
			ipi_unicast(&msg, ci);
			ipi_wait(&msg);
			KT_EQ(1, calls[cpu_index(ci)]);
		}
		expect(1, 0);
		ipi_multicast(&msg, others);
		ipi_wait(&msg);
		expect(1, 0);
		ipi_multicast(&msg, set);
		ipi_wait(&msg);
		expect(1, 1);
		ipi_broadcast(&msg, true);
		ipi_wait(&msg);
		expect(1, 0);
		ipi_broadcast(&msg, false);
		ipi_wait(&msg);
		ipi_wait(&msg);
		expect(1, 1);
		KT(!cpu_intr_p());
	}
	kpreempt_enable();
	kcpuset_destroy(set);
	kcpuset_destroy(others);
}

static void
until(u_int cpu)
{

	while (calls[cpu] == 0) {
		kpreempt_enable();
		kt_pause(1);
		kpreempt_disable();
	}
	calls[cpu] = 0;
}

void
rump_kt_async(void)
{
	int bound = curlwp_bind();
	u_int me = cpu_number(), i, k, id;
	kcpuset_t *set;

	kcpuset_create(&set, true);
	id = ipi_register(count, calls);
	KT(id != 0);
	kpreempt_disable();
	for (i = 0; i < 20; i++) {
		for (k = 0; k < (u_int)ncpu; k++) {
			if (k == me)
				continue;
			ipi_trigger(id, cpu_lookup(k));
			ipi_trigger(id, cpu_lookup(k));
			until(k);
		}
		ipi_trigger_broadcast(id, true);
		KT_EQ(0, calls[me]);
		for (k = 0; k < (u_int)ncpu; k++) {
			if (k != me)
				until(k);
		}
		ipi_trigger_broadcast(id, false);
		KT_EQ(1, calls[me]);
		for (k = 0; k < (u_int)ncpu; k++)
			until(k);
		kcpuset_zero(set);
		kcpuset_set(set, me);
		kcpuset_set(set, (me + 1) % ncpu);
		ipi_trigger_multi(id, set);
		KT_EQ(1, calls[me]);
		until(me);
		if (ncpu > 1)
			until((me + 1) % ncpu);
	}
	kpreempt_enable();
	ipi_unregister(id);
	curlwp_bindx(bound);
	kcpuset_destroy(set);
}

/* So many identifiers, each used again; none is called when it is gone. */
void
rump_kt_registry(void)
{
	u_int ids[IPI_MAXREG], i, k;

	for (i = 0; i < IPI_MAXREG - 1; i++) {
		ids[i] = ipi_register(count, calls);
		KT(ids[i] > 0 && ids[i] < IPI_MAXREG);
		for (k = 0; k < i; k++)
			KT(ids[k] != ids[i]);
	}
	KT_EQ(0, ipi_register(count, calls));
	k = ids[7];
	ipi_unregister(k);
	KT_EQ(k, ipi_register(count, calls));
	for (i = 0; i < 100; i++) {
		kpreempt_disable();
		ipi_trigger_broadcast(k, true);
		kpreempt_enable();
		ipi_unregister(k);
		memset((void *)calls, 0, sizeof(calls));
		KT_EQ(k, ipi_register(count, calls));
		if (i % 10 == 0)
			kt_pause(1);
		expect(0, 0);
	}
	for (i = 0; i < IPI_MAXREG - 1; i++)
		ipi_unregister(ids[i]);
}

#define	ROUNDS	300
static _Atomic u_int total;

static void
add(void *arg)
{

	*(u_int *)arg += 1;
	total++;
}

/*
 * All send to all at once, more than there are slots, each without letting
 * go of its CPU while it waits.
 */
static void
sender(void *arg)
{
	ipi_msg_t msg[12];
	u_int sums[12][16] = { { 0 } }, i, k;

	for (i = 0; i < ROUNDS; i++) {
		kpreempt_disable();
		for (k = 0; k < __arraycount(msg); k++) {
			msg[k].func = add;
			msg[k].arg = &sums[k][0];
			ipi_unicast(&msg[k],
			    cpu_lookup((cpu_number() + 1) % ncpu));
		}
		for (k = 0; k < __arraycount(msg); k++) {
			ipi_wait(&msg[k]);
			KT_EQ(i + 1, sums[k][0]);
		}
		kpreempt_enable();
		if (i % 50 == 0)
			kt_pause(1);
	}
	kthread_exit(0);
}

void
rump_kt_cross(void)
{
	struct kt_threads kt;

	kt_start(&kt, 6, sender, NULL);
	kt_join(&kt);
	KT_EQ(6 * 12 * ROUNDS, total);
}

/* When a thread may rely on staying where it is. */
void
rump_kt_preempt(void)
{
	kmutex_t spin;
	int s;

	mutex_init(&spin, MUTEX_DEFAULT, IPL_VM);
	KT(!kpreempt_disabled() && !cpu_kpreempt_disabled());
	mutex_spin_enter(&spin);
	KT(kpreempt_disabled() && cpu_kpreempt_disabled());
	mutex_spin_exit(&spin);
	s = splhigh();
	KT(kpreempt_disabled() && cpu_kpreempt_disabled());
	splx(s);
	kpreempt_disable();
	KT(kpreempt_disabled() && !cpu_kpreempt_disabled());
	kpreempt_enable();
	KT(!kpreempt_disabled() && !cpu_kpreempt_disabled());
	mutex_destroy(&spin);
}

/* No interrupt has a name here. */
void
rump_kt_noirq(void)
{
	struct intrids_handler *iih;
	kcpuset_t *set;
	char name[INTRDEVNAMEBUF] = "x";

	kcpuset_create(&set, true);
	kcpuset_set(set, 0);
	iih = interrupt_construct_intrids(set);
	KT(iih != NULL && iih->iih_nids == 0);
	interrupt_destruct_intrids(iih);
	KT_EQ(0, interrupt_get_count("ioapic0 pin 3", 0));
	interrupt_get_devname("ioapic0 pin 3", name, sizeof(name));
	kt_streq(name, "");
	interrupt_get_available(set);
	KT(kcpuset_iszero(set));
	kcpuset_set(set, 0);
	interrupt_get_assigned("ioapic0 pin 3", set);
	KT(kcpuset_iszero(set));
	KT_EQ(EOPNOTSUPP, interrupt_distribute(&iih, set, NULL));
	KT_EQ(ENOENT, interrupt_distribute_handler("ioapic0 pin 3", set,
	    NULL));
	kcpuset_destroy(set);
}

static void
sleeper(void *arg)
{

	kt_pause(1);
}

void
rump_kt_misuse(int what)
{
	ipi_msg_t msg = { .func = what == 2 ? sleeper : count, .arg = calls };

	if (what > 0)
		kpreempt_disable();
	if (what == 1)
		ipi_unicast(&msg, curcpu());
	else if (what == 3)
		ipi_trigger(5, cpu_lookup(cpu_number() ^ 1));
	else
		ipi_broadcast(&msg, false);
}
