/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_lockdebug: each mistake the lock checker knows.
 */
#include "kt.h"

#include <sys/kmem.h>

void	rump_kt_mistake(int);
int	rump_kt_checked(void);

static kmutex_t a, b, spin;
static krwlock_t rw;
static kcondvar_t cv;

int
rump_kt_checked(void)
{

#ifdef LOCKDEBUG
	return 1;
#else
	return 0;
#endif
}

static void
holder(void *arg)
{

	mutex_enter(&a);
	*(_Atomic bool *)arg = true;
	for (;;)
		kt_pause(100);
}

static void
notmine(void)
{
	static _Atomic bool held;
	struct kt_threads kt;

	kt_start(&kt, 1, holder, (void *)(uintptr_t)&held);
	while (!held)
		kt_pause(1);
	mutex_exit(&a);
}

static void
freed(void)
{
	kmutex_t *m = kmem_alloc(sizeof(*m), KM_SLEEP);

	mutex_init(m, MUTEX_DEFAULT, IPL_NONE);
	kmem_free(m, sizeof(*m));
}

void
rump_kt_mistake(int what)
{

	mutex_init(&a, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&b, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&spin, MUTEX_DEFAULT, IPL_VM);
	rw_init(&rw);
	cv_init(&cv, "kt");
	switch (what) {
	case 0:
		mutex_enter(&a);
		mutex_enter(&a);
		break;
	case 1:
		notmine();
		break;
	case 2:
		mutex_enter(&a);
		mutex_enter(&b);
		mutex_exit(&b);
		mutex_exit(&a);
		mutex_enter(&b);
		mutex_enter(&a);
		break;
	case 3:
		mutex_spin_enter(&spin);
		mutex_enter(&a);
		break;
	case 4:
		mutex_enter(&a);
		mutex_destroy(&a);
		break;
	case 5:
		mutex_init(&a, MUTEX_DEFAULT, IPL_NONE);
		break;
	case 6:
		freed();
		break;
	case 7:
		rw_enter(&rw, RW_READER);
		rw_enter(&rw, RW_WRITER);
		break;
	case 8:
		mutex_destroy(&a);
		mutex_enter(&a);
		break;
	case 9:
		mutex_spin_enter(&spin);
		mutex_enter(&b);
		break;
	case 10:
		mutex_exit(&a);
		break;
	case 11:
		mutex_enter(&a);
		mutex_spin_enter(&spin);
		cv_wait(&cv, &a);
		break;
	}
}
