/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_prim.
 */

#include <sys/cdio.h>
#include <sys/dvdio.h>
#include <sys/endian.h>
#include <sys/event.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filio.h>
#include <sys/kmem.h>
#include <sys/sched.h>
#include <sys/scsiio.h>
#include <sys/sleepq.h>
#include <sys/spl.h>
#include <sys/syncobj.h>
#include <sys/timetc.h>
#include <sys/ttycom.h>

#include <uvm/uvm_extern.h>
#include <uvm/uvm_pmap.h>

#include <rump-sys/mem.h>

#include "kt.h"

void rump_kt_prim_atomics(void);
void rump_kt_prim_membar(void);
void rump_kt_prim_counters(void);
void rump_kt_prim_byteorder(void);
void rump_kt_prim_macros(void);
void rump_kt_prim_spl(void);
void rump_kt_prim_switch(void);
void rump_kt_prim_delay(void);
void rump_kt_prim_nullop(void);
void rump_kt_prim_clocks(void);
void rump_kt_prim_ticks(void);
void rump_kt_prim_copy(void);
void rump_kt_prim_ufetch(void);
void rump_kt_prim_ucas(void);
void rump_kt_prim_ucas_race(void);
void rump_kt_prim_kmem_intr(void);
void rump_kt_prim_procs(void);
void rump_kt_prim_owner(void);
void rump_kt_prim_kfilter(void);
void rump_kt_prim_sleepq(void);
void rump_kt_prim_tc(void);
void rump_kt_prim_pmap(void);

CTASSERT(sizeof(int) == 4);
CTASSERT_SIGNED(int);
CTASSERT_UNSIGNED(u_int);

#ifdef _LP64
/* Request codes have the size of their structure in them. */
CTASSERT(MMCGETDISCINFO == 0x4078631c && MMCGETTRACKINFO == 0xc020631d);
CTASSERT(MMCOP == 0xc01c631e && MMCSETUPWRITEPARAMS == 0x8010631f);
CTASSERT(CDIOREADTOCENTRIES_BUF == 0xc3306305 && CDIOCGETVOL == 0x4004630a);
CTASSERT(CDIOCREADSUBCHANNEL_BUF == 0xc0406303);
CTASSERT(DVD_AUTH == 0xc0106402 && DVD_READ_STRUCT == 0xc8086400);
CTASSERT(SCIOCCOMMAND == 0xc0785101 && SCIOCIDENTIFY == 0x40105104);
#endif

void
rump_kt_prim_atomics(void)
{
	volatile u_int u = 6;
	volatile uint64_t w = (uint64_t)1 << 40;
	void *volatile p = NULL;
	int x;

	atomic_add_int(&u, -2);
	KT_EQ(4, u);
	KT_EQ(5, atomic_inc_uint_nv(&u));
	KT_EQ(4, atomic_dec_uint_nv(&u));
	atomic_or_uint(&u, 3);
	KT_EQ(7, u);
	atomic_and_uint(&u, 5);
	KT_EQ(5, atomic_swap_uint(&u, 9));
	KT_EQ(9, atomic_cas_uint(&u, 8, 1));
	KT_EQ(9, atomic_cas_uint(&u, 9, 1));
	KT_EQ(1, u);
	atomic_add_64(&w, 1);
	KT_EQ(((int64_t)1 << 40) + 1, atomic_cas_64(&w, w, 3));
	KT_EQ(3, w);
	KT(atomic_cas_ptr(&p, NULL, &x) == NULL && p == &x);
	KT(atomic_swap_ptr(&p, NULL) == &x && p == NULL);
	atomic_store_relaxed(&u, 12);
	KT_EQ(12, atomic_load_relaxed(&u));
	atomic_store_release(&p, &x);
	KT(atomic_load_consume(&p) == &x && atomic_load_acquire(&p) == &x);
}

/* What a writer publishes is complete, however it says so. */
static volatile u_int parcel[2], flag[2], parcel_end;

static void
sender(void *arg)
{
	u_int i;

	for (i = 1; i <= 2000; i++) {
		atomic_store_relaxed(&parcel[0], i);
		membar_producer();
		atomic_store_relaxed(&flag[0], i);
		atomic_store_relaxed(&parcel[1], i);
		membar_release();
		atomic_store_relaxed(&flag[1], i);
		if (i % 100 == 0)
			yield();
	}
	membar_sync();
	atomic_store_release(&parcel_end, 1);
	kthread_exit(0);
}

static void
receiver(void *arg)
{
	u_int f;

	while (!atomic_load_acquire(&parcel_end)) {
		f = atomic_load_relaxed(&flag[0]);
		membar_consumer();
		KT(atomic_load_relaxed(&parcel[0]) >= f);
		f = atomic_load_relaxed(&flag[1]);
		membar_acquire();
		KT(atomic_load_relaxed(&parcel[1]) >= f);
		yield();
	}
	kthread_exit(0);
}

void
rump_kt_prim_membar(void)
{
	struct kt_threads snd, rcv;

	kt_start(&rcv, 2, receiver, NULL);
	kt_start(&snd, 1, sender, NULL);
	kt_join(&snd);
	kt_join(&rcv);
	KT_EQ(2000, flag[1]);
}

static volatile u_int counter;
static volatile uint64_t counter64;

static void
count(void *arg)
{
	int i;

	for (i = 0; i < 10000; i++) {
		atomic_inc_uint(&counter);
		atomic_add_64(&counter64, 3);
	}
	kthread_exit(0);
}

void
rump_kt_prim_counters(void)
{
	struct kt_threads kt;

	kt_start(&kt, 4, count, NULL);
	kt_join(&kt);
	KT_EQ(40000, counter);
	KT_EQ(120000, counter64);
}

void
rump_kt_prim_byteorder(void)
{
	union {
		uint8_t		b[8];
		uint32_t	u;
	} v = { .b = { 1, 2, 3, 4, 5, 6, 7, 8 } };
	uint8_t buf[9];

	KT_EQ(0x01020304, ntohl(v.u));
	KT_EQ(0x01020304, be32toh(v.u));
	KT_EQ(0x04030201, le32toh(v.u));
	KT_EQ(v.u, htonl(0x01020304));
	KT_EQ(0x0102, ntohs(htons(0x0102)));
	KT_EQ(0x0201, bswap16(0x0102));
	KT_EQ(0x04030201, bswap32(0x01020304));
	KT_EQ(0x0807060504030201, bswap64(0x0102030405060708));
	KT_EQ(5, le64toh(htole64(5)));
	/* Nowhere aligned. */
	be64enc(buf + 1, 0x0102030405060708);
	KT(memcmp(buf + 1, v.b, 8) == 0);
	KT_EQ(0x0102030405060708, be64dec(buf + 1));
	le32enc(buf + 3, 0x04030201);
	KT(memcmp(buf + 3, v.b, 4) == 0);
	KT_EQ(0x04030201, le32dec(buf + 3));
}

static void
bits_of_bytes(void)
{
	uint8_t map[4] = { 0 };

	setbit(map, 0);
	setbit(map, 15);
	setbit(map, 31);
	KT(map[0] == 1 && map[1] == 0x80 && map[3] == 0x80);
	KT(isset(map, 15) && isclr(map, 14) && !isclr(map, 31));
	clrbit(map, 15);
	KT(map[1] == 0 && !isset(map, 15));
}

void
rump_kt_prim_macros(void)
{

	bits_of_bytes();
	KT_EQ(3, howmany(21, 10));
	KT_EQ(2, howmany(20, 10));
	KT_EQ(0, howmany(0, 10));
	KT_EQ(30, roundup(21, 10));
	KT_EQ(20, roundup(20, 10));
	KT_EQ(20, rounddown(29, 10));
	KT_EQ(0x2000, roundup2(0x1001, 0x1000));
	KT_EQ(0x1000, roundup2(0x1000, 0x1000));
	KT(powerof2(64) && !powerof2(65));
	KT_EQ(3, imax(-4, 3));
	KT_EQ(-4, imin(-4, 3));
	KT_EQ(3, lmax(-4, 3));
	KT_EQ(-4, lmin(-4, 3));
	KT_EQ(0xfffffffc, uimax((u_int)-4, 3));
	KT_EQ(3, uimin((u_int)-4, 3));
	KT(ulmax((u_long)-4, 3) == (u_long)-4);
	KT_EQ(3, ulmin((u_long)-4, 3));
}

void
rump_kt_prim_spl(void)
{
	int s, s2, s3;

	s = splvm();
	KT_EQ(IPL_VM, curlwp->l_ipl);
	s2 = splsoftnet();
	KT_EQ(IPL_VM, curlwp->l_ipl);
	s3 = splhigh();
	KT_EQ(IPL_HIGH, curlwp->l_ipl);
	splx(s3);
	KT_EQ(IPL_VM, curlwp->l_ipl);
	splx(s2);
	splx(s);
	KT_EQ(IPL_NONE, curlwp->l_ipl);
	s = splraiseipl(makeiplcookie(IPL_SCHED));
	KT_EQ(IPL_SCHED, curlwp->l_ipl);
	s2 = splsched();
	spl0();
	KT_EQ(IPL_NONE, curlwp->l_ipl);
	splx(s);
}

static volatile u_int turns[2];

/* With one virtual CPU: each sees the other move, so both were let in. */
static void
turn_taker(void *arg)
{
	u_int me = (u_int)(uintptr_t)arg, other;
	int i;

	for (i = 0; i < 50; i++) {
		atomic_inc_uint(&turns[me]);
		other = atomic_load_relaxed(&turns[!me]);
		while (other < 50 &&
		    atomic_load_relaxed(&turns[!me]) == other)
			(i % 2 == 0) ? yield() : preempt();
	}
	atomic_store_relaxed(&turns[me], 1000);
	kthread_exit(0);
}

void
rump_kt_prim_switch(void)
{
	struct kt_threads a, b;

	kpreempt_disable();
	KT(kpreempt_disabled());
	kpreempt_disable();
	kpreempt_enable();
	KT(kpreempt_disabled());
	kpreempt_enable();
	KT(curlwp->l_nopreempt == 0);
	KT(curlwp->l_proc == curproc && curlwp->l_cpu == curcpu());
	kt_start(&a, 1, turn_taker, (void *)0);
	kt_start(&b, 1, turn_taker, (void *)1);
	kt_join(&a);
	kt_join(&b);
	KT(turns[0] == 1000 && turns[1] == 1000);
}

void
rump_kt_prim_delay(void)
{
	struct timespec a, b, d;

	nanouptime(&a);
	delay(3000);
	DELAY(2000);
	nanouptime(&b);
	timespecsub(&b, &a, &d);
	KT(d.tv_sec > 0 || d.tv_nsec >= 5000000);
}

void
rump_kt_prim_nullop(void)
{

	KT_EQ(0, nullop(NULL));
	KT_EQ(ENODEV, enodev());
	KT_EQ(ENXIO, enxio());
	KT_EQ(ENOSYS, enosys());
	KT_EQ(EOPNOTSUPP, eopnotsupp());
	KT_EQ(ENOTTY, enoioctl());
}

/* The time by each function, in ns; the coarse ones first. */
static void
wall_clocks(int64_t *ns)
{
	struct timespec ts;
	struct bintime bt;
	struct timeval tv;

	getbintime(&bt);
	bintime2timespec(&bt, &ts);
	*ns++ = ts.tv_sec * 1000000000LL + ts.tv_nsec;
	getnanotime(&ts);
	*ns++ = ts.tv_sec * 1000000000LL + ts.tv_nsec;
	getmicrotime(&tv);
	*ns++ = tv.tv_sec * 1000000000LL + tv.tv_usec * 1000;
	bintime(&bt);
	bintime2timespec(&bt, &ts);
	*ns++ = ts.tv_sec * 1000000000LL + ts.tv_nsec;
	nanotime(&ts);
	*ns++ = ts.tv_sec * 1000000000LL + ts.tv_nsec;
	microtime(&tv);
	*ns++ = tv.tv_sec * 1000000000LL + tv.tv_usec * 1000;
}

static void
up_clocks(int64_t *ns)
{
	struct timespec ts;
	struct bintime bt;
	struct timeval tv;

	getbinuptime(&bt);
	bintime2timespec(&bt, &ts);
	*ns++ = ts.tv_sec * 1000000000LL + ts.tv_nsec;
	getnanouptime(&ts);
	*ns++ = ts.tv_sec * 1000000000LL + ts.tv_nsec;
	getmicrouptime(&tv);
	*ns++ = tv.tv_sec * 1000000000LL + tv.tv_usec * 1000;
	binuptime(&bt);
	bintime2timespec(&bt, &ts);
	*ns++ = ts.tv_sec * 1000000000LL + ts.tv_nsec;
	nanouptime(&ts);
	*ns++ = ts.tv_sec * 1000000000LL + ts.tv_nsec;
	microuptime(&tv);
	*ns++ = tv.tv_sec * 1000000000LL + tv.tv_usec * 1000;
}

/* All agree within a tick and what the machine is busy with. */
void
rump_kt_prim_clocks(void)
{
	int64_t ns[6];
	int i;

	wall_clocks(ns);
	KT_EQ(ns[0] / 1000000000 / 100, time_second / 100);
	for (i = 1; i < 6; i++)
		KT(ns[i] > ns[0] - 50000000 && ns[i] < ns[0] + 1000000000);
	up_clocks(ns);
	for (i = 0; i < 6; i++)
		KT(ns[i] >= 0 && ns[i] < 60000000000LL);
	for (i = 1; i < 6; i++)
		KT(ns[i] > ns[0] - 50000000 && ns[i] < ns[0] + 1000000000);
	KT(ns[4] >= ns[3] && ns[5] >= ns[4] - 1000);
}

void
rump_kt_prim_ticks(void)
{
	struct timespec ts;
	int n;

	KT_EQ(hz, mstohz(1000));
	KT_EQ(1000, hztoms(hz));
	KT_EQ(hz / 10, mstohz(100));
	KT_EQ(1000000 / hz, tick);
	nanotime(&ts);
	ts.tv_sec += 10;
	n = tshzto(&ts);
	KT(n > 9 * hz && n <= 10 * hz + 2);
	ts.tv_sec -= 20;
	KT_EQ(0, tshzto(&ts));
}

void
rump_kt_prim_copy(void)
{
	struct vmspace *vm = curproc->p_vmspace;
	char from[] = "some bytes", to[sizeof(from)];

	KT_EQ(0, kcopy(from, to, sizeof(from)));
	kt_streq(to, from);
	memset(to, 0, sizeof(to));
	KT_EQ(0, copyin_vmspace(vm, from, to, sizeof(from)));
	kt_streq(to, from);
	KT_EQ(EFAULT, copyin_vmspace(vm, NULL, to, 1));
	KT_EQ(EFAULT, copyin_vmspace(vm, (void *)-4, to, 8));
	memset(to, 0, sizeof(to));
	KT_EQ(0, copyout_vmspace(vm, from, to, 5));
	kt_streq(to, "some ");
	KT_EQ(EFAULT, copyout_vmspace(vm, from, (void *)16, 1));
	memset(to, 0, sizeof(to));
	KT_EQ(0, ioctl_copyin(FKIOCTL, from, to, 5));
	KT_EQ(0, ioctl_copyout(FKIOCTL, from + 5, to + 5, 5));
	KT_EQ(0, ioctl_copyout(0, from + 10, to + 10, 1));
	kt_streq(to, from);
	KT_EQ(EFAULT, ioctl_copyin(0, NULL, to, 5));
	KT_EQ(EFAULT, ioctl_copyout(0, from, NULL, 5));
}

void
rump_kt_prim_ufetch(void)
{
	uint8_t u8 = 0x12, v8 = 0;
	uint16_t u16 = 0x1234, v16 = 0;
	uint32_t u32 = 0x12345678, v32 = 0;
	uint64_t u64 = 0x123456789abcdef0, v64 = 0;

	KT(ufetch_8(&u8, &v8) == 0 && v8 == u8);
	KT(ufetch_16(&u16, &v16) == 0 && v16 == u16);
	KT(ufetch_32(&u32, &v32) == 0 && v32 == u32);
	KT(ufetch_64(&u64, &v64) == 0 && v64 == u64);
	KT(ustore_8(&u8, 1) == 0 && u8 == 1);
	KT(ustore_16(&u16, 2) == 0 && u16 == 2);
	KT(ustore_32(&u32, 3) == 0 && u32 == 3);
	KT(ustore_64(&u64, 4) == 0 && u64 == 4);
	KT_EQ(EFAULT, ufetch_8(NULL, &v8));
	KT_EQ(EFAULT, ufetch_64((uint64_t *)8, &v64));
	KT_EQ(EFAULT, ustore_32((uint32_t *)64, 1));
	KT(v8 == 0x12 && v64 == 0x123456789abcdef0);
}

void
rump_kt_prim_ucas(void)
{
	uint32_t u32[2] = { 5, 6 }, old32 = 0;
	uint64_t u64 = UINT64_C(1) << 40, old64 = 0;
	int i = -3, oldi = 0;
	void *p = &u32, *oldp = NULL;

	KT_EQ(0, ucas_32(&u32[0], 5, 7, &old32));
	KT(u32[0] == 7 && u32[1] == 6 && old32 == 5);
	KT_EQ(0, ucas_32(&u32[0], 5, 9, &old32));
	KT(u32[0] == 7 && old32 == 7);
	KT_EQ(0, ucas_64(&u64, UINT64_C(1) << 40, 3, &old64));
	KT(u64 == 3 && old64 == UINT64_C(1) << 40);
	KT_EQ(0, ucas_int(&i, -3, -4, &oldi));
	KT(i == -4 && oldi == -3);
	KT_EQ(0, ucas_ptr(&p, &u32, &u64, &oldp));
	KT(p == &u64 && oldp == &u32);
	KT_EQ(0, ucas_ptr(&p, &u32, NULL, &oldp));
	KT(p == &u64 && oldp == &u64);
	old32 = 1;
	KT_EQ(EFAULT, ucas_32(NULL, 0, 1, &old32));
	KT_EQ(EFAULT, ucas_64((uint64_t *)16, 0, 1, &old64));
	KT_EQ(EFAULT, ucas_32((uint32_t *)((char *)u32 + 2), 0, 1, &old32));
	KT_EQ(1, old32);
}

static uint32_t contended;

static void
adder(void *arg)
{
	uint32_t old = 0, was;
	int i;

	for (i = 0; i < 20000; i++) {
		for (;;) {
			KT_EQ(0, ucas_32(&contended, old, old + 1, &was));
			if (was == old)
				break;
			old = was;
		}
		old++;
	}
	kthread_exit(0);
}

void
rump_kt_prim_ucas_race(void)
{
	struct kt_threads kt;

	kt_start(&kt, 4, adder, NULL);
	kt_join(&kt);
	KT_EQ(80000, contended);
}

void
rump_kt_prim_kmem_intr(void)
{
	char *p, *q;
	int s = splvm();

	p = kmem_intr_alloc(100, KM_NOSLEEP);
	q = kmem_intr_zalloc(3000, KM_NOSLEEP);
	KT(p != NULL && q != NULL && q[0] == 0 && q[2999] == 0);
	kmem_intr_free(p, 100);
	kmem_intr_free(q, 3000);
	rump_fault_alloc = 1;
	KT(kmem_intr_alloc(100, KM_NOSLEEP) == NULL);
	splx(s);
}

void
rump_kt_prim_procs(void)
{

	mutex_enter(&proc_lock);
	KT(proc_find(curproc->p_pid) == curproc);
	KT(proc_find(0) == &proc0);
	KT(proc_find(29999) == NULL && proc_find(-1) == NULL);
	KT(pgrp_find(curproc->p_pgrp->pg_id) == curproc->p_pgrp);
	KT(pgrp_find(29999) == NULL);
	mutex_exit(&proc_lock);
}

/* Owners by fcntl(2)'s and by tty(4)'s commands: groups have another sign. */
void
rump_kt_prim_owner(void)
{
	pid_t owner = 0, id;
	int back;

	id = curproc->p_pid;
	KT_EQ(0, fsetown(&owner, FIOSETOWN, &id));
	KT_EQ(id, owner);
	KT_EQ(0, fgetown(owner, FIOGETOWN, &back));
	KT_EQ(id, back);
	id = 29999;
	KT_EQ(ESRCH, fsetown(&owner, FIOSETOWN, &id));
	KT_EQ(ESRCH, fsetown(&owner, TIOCSPGRP, &id));
	id = INT_MIN;
	KT_EQ(EINVAL, fsetown(&owner, FIOSETOWN, &id));
	id = -5;
	KT_EQ(EINVAL, fsetown(&owner, TIOCSPGRP, &id));
	id = curproc->p_pgrp->pg_id;
	KT_EQ(0, fsetown(&owner, TIOCSPGRP, &id));
	KT_EQ(-id, owner);
	KT_EQ(0, fgetown(owner, TIOCGPGRP, &back));
	KT_EQ(id, back);
	/* Nobody owns it: no signal, no harm. */
	fownsignal(0, SIGIO, POLL_IN, 0, NULL);
}

void
rump_kt_prim_kfilter(void)
{
	static const struct filterops ops = { .f_flags = FILTEROP_MPSAFE };
	int filter = -1, other = -1;

	KT_EQ(EINVAL, kfilter_register(NULL, &ops, &filter));
	KT_EQ(EINVAL, kfilter_register("", &ops, &filter));
	KT_EQ(EINVAL, kfilter_register("test", NULL, &filter));
	KT_EQ(EEXIST, kfilter_register("EVFILT_READ", &ops, &filter));
	KT_EQ(-1, filter);
	KT_EQ(0, kfilter_register("test", &ops, &filter));
	KT(filter >= EVFILT_SYSCOUNT);
	KT_EQ(EEXIST, kfilter_register("test", &ops, &other));
	KT_EQ(0, kfilter_register("test2", &ops, &other));
	KT(other != filter);
	KT_EQ(EINVAL, kfilter_unregister("EVFILT_READ"));
	KT_EQ(ENOENT, kfilter_unregister("none"));
	KT_EQ(0, kfilter_unregister("test"));
	KT_EQ(ENOENT, kfilter_unregister("test"));
	KT_EQ(0, kfilter_unregister("test2"));
}

static int chan;
static volatile u_int asleep, awake;

static void
sleeper(void *arg)
{
	struct sleepbucket *sb;

	sb = sleepq_lock(&chan);
	sleepq_enqueue(sb, &chan, "kttest", &sleep_syncobj, false, false);
	atomic_inc_uint(&asleep);
	sleepq_unlock(sb);
	KT_EQ(0, sleepq_block(SLEEPQ_NOTIMO, false));
	atomic_inc_uint(&awake);
	kthread_exit(0);
}

void
rump_kt_prim_sleepq(void)
{
	struct sleepbucket *sb;
	struct kt_threads kt;

	kt_start(&kt, 3, sleeper, NULL);
	while (atomic_load_acquire(&asleep) < 3)
		kt_pause(1);
	sb = sleepq_lock(&chan);
	KT(sleepq_next(sb, &chan, NULL) != NULL);
	KT_EQ(1, sleepq_wake(sb, &chan, 1));
	KT_EQ(2, sleepq_wake(sb, &chan, 10));
	KT_EQ(0, sleepq_wake(sb, &chan, 10));
	KT(sleepq_next(sb, &chan, NULL) == NULL);
	sleepq_unlock(sb);
	kt_join(&kt);
	KT_EQ(3, awake);
}

static u_int
no_count(struct timecounter *tc)
{

	panic("a driver's timecounter was read");
}

void
rump_kt_prim_tc(void)
{
	struct timecounter tc = {
		.tc_get_timecount = no_count,
		.tc_counter_mask = ~0U,
		.tc_frequency = 1000000,
		.tc_name = "test",
		.tc_quality = 100000,
	};
	struct timespec ts;

	KT_EQ(ESRCH, tc_detach(&tc));
	tc_init(&tc);
	nanotime(&ts);
	KT(tc_getfrequency() > 0);
	tc_gonebad(&tc);
	KT(tc.tc_quality < 0);
	KT_EQ(0, tc_detach(&tc));
	KT_EQ(ESRCH, tc_detach(&tc));
}

/* Memory is where it is: mapping it to its own address is all there is. */
void
rump_kt_prim_pmap(void)
{
	vaddr_t va = uvm_km_alloc(kernel_map, PAGE_SIZE, 0, UVM_KMF_WIRED);
	paddr_t pa = 0;

	KT(pmap_extract(pmap_kernel(), va, &pa) && pa == va);
	pmap_kenter_pa(va, pa, VM_PROT_READ | VM_PROT_WRITE, 0);
	*(volatile int *)va = 42;
	KT_EQ(0, pmap_enter(pmap_kernel(), va, pa, VM_PROT_READ, 0));
	KT_EQ(ENOMEM, pmap_enter(pmap_kernel(), va + PAGE_SIZE, pa,
	    VM_PROT_READ, 0));
	pmap_protect(pmap_kernel(), va, va + PAGE_SIZE, VM_PROT_READ);
	pmap_remove(pmap_kernel(), va, va + PAGE_SIZE);
	pmap_kremove(va, PAGE_SIZE);
	KT_EQ(42, *(volatile int *)va);
	uvm_km_free(kernel_map, va, PAGE_SIZE, UVM_KMF_WIRED);
}
