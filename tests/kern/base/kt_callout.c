/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_callout: callout(9).
 */
#include "kt.h"

#include <sys/callout.h>

void	rump_kt_fires(void);
void	rump_kt_order(void);
void	rump_kt_stop(void);
void	rump_kt_halt(void);
void	rump_kt_self(void);
void	rump_kt_many(void);
void	rump_kt_bound(void);
void	rump_kt_misuse(int);

static _Atomic u_int fired;
static int64_t firedat;

static void
fire(void *arg)
{

	/* And may take passive references. */
	KT(cpu_softintr_p() && (curlwp->l_pflag & LP_BOUND) != 0);
	firedat = kt_ms();
	fired++;
}

/* In time: not before, within a tick, and not much after. */
void
rump_kt_fires(void)
{
	static const int delays[] = { 0, 1, 2, 5, 20, 30 };
	callout_t c;
	int64_t t0, late;
	u_int i;

	callout_init(&c, CALLOUT_MPSAFE);
	KT(!callout_pending(&c) && !callout_expired(&c));
	for (i = 0; i < __arraycount(delays); i++) {
		fired = 0;
		t0 = kt_ms();
		callout_reset(&c, delays[i], fire, NULL);
		while (fired == 0)
			kt_pause(1);
		late = firedat - t0 - delays[i] * 1000 / hz;
		KT(late >= -1000 / hz - 1);
		KT(late < 500);
		KT(!callout_pending(&c) && callout_expired(&c));
		KT(callout_invoking(&c));
		callout_ack(&c);
		KT(!callout_invoking(&c));
		KT(callout_stop(&c));
		KT(!callout_expired(&c));
	}
	callout_destroy(&c);
}

static _Atomic u_int norder;

static void
order(void *arg)
{

	KT_EQ((u_int)(uintptr_t)arg, norder);
	norder++;
}

/* Scheduled in any order, called in that of their times. */
void
rump_kt_order(void)
{
	static callout_t c[24];
	u_int i, k;

	for (i = 0; i < 24; i++)
		callout_init(&c[i], i % 2 ? CALLOUT_MPSAFE : 0);
	for (i = 0; i < 24; i++) {
		k = (i * 7) % 24;
		callout_reset(&c[k], (k + 1) * 2, order,
		    (void *)(uintptr_t)k);
	}
	while (norder < 24)
		kt_pause(2);
	for (i = 0; i < 24; i++) {
		(void)callout_halt(&c[i], NULL);
		callout_destroy(&c[i]);
	}
}

void
rump_kt_stop(void)
{
	callout_t c;

	callout_init(&c, CALLOUT_MPSAFE);
	KT(!callout_stop(&c));
	callout_reset(&c, 10, fire, NULL);
	KT(callout_pending(&c) && callout_active(&c));
	KT(!callout_stop(&c));
	KT(!callout_pending(&c) && !callout_active(&c));
	kt_pause(15);
	KT_EQ(0, fired);
	callout_setfunc(&c, fire, NULL);
	callout_schedule(&c, 5);
	callout_schedule(&c, 1);	/* earlier after all */
	kt_pause(4);
	KT_EQ(1, fired);
	callout_schedule(&c, hz * 3600);
	callout_schedule(&c, 2);
	kt_pause(6);
	KT_EQ(2, fired);
	KT(callout_stop(&c));
	callout_destroy(&c);
}

static kmutex_t mtx;
static _Atomic bool entered, left;

static void
slow(void *arg)
{

	entered = true;
	mutex_enter(&mtx);
	mutex_exit(&mtx);
	kt_pause(5);
	left = true;
}

/* Halting waits for the function, without the interlock it wants. */
void
rump_kt_halt(void)
{
	callout_t c;

	mutex_init(&mtx, MUTEX_DEFAULT, IPL_NONE);
	callout_init(&c, CALLOUT_MPSAFE);
	mutex_enter(&mtx);
	callout_reset(&c, 1, slow, NULL);
	while (!entered)
		(void)kpause("kt", false, 1, NULL);
	KT(callout_halt(&c, &mtx));
	KT(left);
	KT(mutex_owned(&mtx));
	mutex_exit(&mtx);
	callout_destroy(&c);
	mutex_destroy(&mtx);
}

static callout_t selfc;
static _Atomic u_int rounds;

static void
again(void *arg)
{

	if (++rounds < 1000)
		callout_schedule(&selfc, 1);
}

/* One that schedules itself can be halted. */
void
rump_kt_self(void)
{
	u_int n;

	callout_init(&selfc, CALLOUT_MPSAFE);
	callout_reset(&selfc, 1, again, NULL);
	while (rounds < 5)
		kt_pause(1);
	(void)callout_halt(&selfc, NULL);
	n = rounds;
	kt_pause(5);
	KT_EQ(n, rounds);
	callout_destroy(&selfc);
}

#define	MANY	20000
static callout_t many[MANY];

/* Far and near, through all levels of the wheel. */
void
rump_kt_many(void)
{
	u_int i, due = 0;

	for (i = 0; i < MANY; i++) {
		callout_init(&many[i], CALLOUT_MPSAFE);
		if (i % 10 == 0) {
			callout_reset(&many[i], 1 + i % 61, fire, NULL);
			due++;
		} else
			callout_reset(&many[i], 5000 + i * i, fire, NULL);
	}
	kt_pause(70);
	KT_EQ(due, fired);
	for (i = 0; i < MANY; i++) {
		KT_EQ(i % 10 == 0, callout_halt(&many[i], NULL));
		callout_destroy(&many[i]);
	}
}

static callout_t boundc;
static _Atomic u_int nbound, boundto;

static void
onbound(void *arg)
{

	KT_EQ(boundto, cpu_number());
	kt_pause(1);
	KT_EQ(boundto, cpu_number());
	nbound++;
}

/* It runs there, whoever schedules it where, after a sleep as well. */
void
rump_kt_bound(void)
{
	u_int i, n;

	for (i = 0; i < (u_int)ncpu * 3; i++) {
		boundto = i % ncpu;
		callout_init(&boundc, i % 2 ? CALLOUT_MPSAFE : 0);
		callout_setfunc(&boundc, onbound, NULL);
		callout_bind(&boundc, cpu_lookup(boundto));
		for (n = 0; n < 5; n++) {
			callout_schedule(&boundc, 1);
			while (nbound == i * 5 + n)
				kt_pause(1);
			(void)callout_halt(&boundc, NULL);
		}
		callout_destroy(&boundc);
	}
	KT_EQ((u_int)ncpu * 15, nbound);
}

void
rump_kt_misuse(int what)
{
	static callout_t c;

	switch (what) {
	case 0:
		callout_init(&c, 0);
		callout_reset(&c, 1000, fire, NULL);
		callout_destroy(&c);
		break;
	case 1:
		callout_stop(&c);
		break;
	case 2:
		callout_init(&c, 0);
		callout_reset(&c, 1000, fire, NULL);
		callout_bind(&c, curcpu());
		break;
	}
}
