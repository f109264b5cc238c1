/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The shortest way into the kernel and out, for an lwp whose virtual CPU is
 * lent to it; rump_sched.c tells what that means.
 *
 * Both are one side of an agreement with vcpu_recall(), which pays for the
 * order of the store and the load on the processor: here it is enough that the
 * compiler does not change it.
 */
#ifndef _KERN_BASE_VCPU_H_
#define _KERN_BASE_VCPU_H_

#include <sys/cpu.h>
#include <sys/lwp.h>

void	vcpu_return(struct lwp *);

/* Enter; false, and still outside, if the CPU is not lent any more. */
static inline bool
vcpu_enter_lent(struct lwp *l)
{

	if (__predict_false(l->l_vlent == 0))
		return false;
	KASSERTMSG(l->l_oncpu == ONCPU_NOT,
	    "lwp %p has a virtual CPU already", l);
	__atomic_store_n(&l->l_oncpu, ONCPU_LENT, __ATOMIC_RELAXED);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	if (__predict_false(__atomic_load_n(&l->l_vlent,
	    __ATOMIC_ACQUIRE) == 0)) {
		vcpu_return(l);
		return false;
	}
	l->l_cpu->ci_curlwp = l;
	return true;
}

static inline void
vcpu_leave_lent(struct lwp *l)
{

	l->l_cpu->ci_curlwp = NULL;
	__atomic_store_n(&l->l_oncpu, ONCPU_NOT, __ATOMIC_RELEASE);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	if (__predict_false(__atomic_load_n(&l->l_vlent,
	    __ATOMIC_RELAXED) == 0))
		vcpu_return(l);
}

/* May the lwp leave that way?  Whoever wants more goes by rump_unschedule(). */
static inline bool
vcpu_leaves_lent_p(const struct lwp *l)
{

	return l->l_oncpu == ONCPU_LENT && l->l_spincount == 0 &&
	    l->l_blcnt == 0 && (l->l_pflag & (LP_LEAVE | LP_SOFT)) == 0 &&
	    l->l_cpu->ci_nwakes == 0;
}

#endif /* !_KERN_BASE_VCPU_H_ */
