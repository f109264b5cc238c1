/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rump-sys/bypass.h: a way past a mutex(9) that everybody may take, for short
 * sections that are safe beside each other but not beside its owner.
 *
 * mutex_bypass_init() makes a mutex that mutex_enter() and the others know as
 * an adaptive one.  A section begins with mutex_bypass_enter(), which fails
 * if somebody owns the mutex: then it is to be taken.  Until it ends with
 * mutex_bypass_exit() nobody gets the mutex, but other CPUs may be in
 * sections, too.  What only the owner changes is therefore constant inside;
 * anything else needs atomic operations.
 *
 * A section writes only to a word of its own CPU.  It must not sleep, take
 * mutexes or contain another section; who takes the mutex looks at all CPUs'
 * words and waits for the sections that are open.
 */
#ifndef _RUMP_SYS_BYPASS_H_
#define _RUMP_SYS_BYPASS_H_

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/cpu.h>
#include <sys/mutex.h>

/* No errors; not to be called before mutexes work.  mutex_destroy() ends it. */
void	mutex_bypass_init(kmutex_t *);

/*
 * Either the mutex' next owner sees our word, or we see the owner: the two
 * sequentially consistent accesses here pair with those in kern_mutex.c.
 */
static inline bool
mutex_bypass_enter(const kmutex_t *mtx)
{
	struct cpu_info *ci = curcpu();

	KASSERT(mtx->mtx_type == MTX_T_BYPASS);
	KASSERT(ci->ci_bypass == 0);
	(void)__atomic_exchange_n(&ci->ci_bypass, 1, __ATOMIC_SEQ_CST);
	if (__predict_true((__atomic_load_n(&mtx->mtx_owner,
	    __ATOMIC_SEQ_CST) & ~MTX_FLAGS) == 0))
		return true;
	__atomic_store_n(&ci->ci_bypass, 0, __ATOMIC_RELEASE);
	return false;
}

static inline void
mutex_bypass_exit(void)
{
	struct cpu_info *ci = curcpu();

	KASSERT(ci->ci_bypass == 1);
	__atomic_store_n(&ci->ci_bypass, 0, __ATOMIC_RELEASE);
}

#endif /* !_RUMP_SYS_BYPASS_H_ */
