/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spl(9) by level name, for <sys/intr.h>.  Each returns the level before, to
 * be given to splx().
 */
#ifndef _SYS_SPL_H_
#define _SYS_SPL_H_

#ifdef _KERNEL

#include <machine/intr.h>

#define	_SPL_DECL(x, X)							\
static __inline int							\
spl##x(void)								\
{									\
									\
	return splraiseipl(makeiplcookie(IPL_##X));			\
}

_SPL_DECL(softclock, SOFTCLOCK)
_SPL_DECL(softbio, SOFTBIO)
_SPL_DECL(softnet, SOFTNET)
_SPL_DECL(softserial, SOFTSERIAL)
_SPL_DECL(vm, VM)
_SPL_DECL(sched, SCHED)
_SPL_DECL(high, HIGH)

#undef _SPL_DECL

#define	splbio()	splvm()
#define	splnet()	splvm()
#define	spltty()	splvm()
#define	splimp()	splvm()
#define	splclock()	splsched()
#define	splstatclock()	splsched()
#define	splaudio()	splsched()
#define	splserial()	splsched()

#endif /* _KERNEL */

#endif /* !_SYS_SPL_H_ */
