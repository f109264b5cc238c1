/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xcall(9): functions called on other virtual CPUs.  The caller's own lwp
 * moves to each CPU in turn and calls the function there, which is why no
 * lock that the function needs may be held across xc_broadcast().
 */
#ifndef _SYS_XCALL_H_
#define _SYS_XCALL_H_

#include <sys/types.h>

#ifdef _KERNEL

struct cpu_info;

typedef void (*xcfunc_t)(void *, void *);

#define	XC_HIGHPRI		0x01
#define	XC_HIGHPRI_IPL(ipl)	(XC_HIGHPRI | xc_encode_ipl(ipl))

unsigned int xc_encode_ipl(int);
uint64_t xc_broadcast(unsigned int, xcfunc_t, void *, void *);
uint64_t xc_unicast(unsigned int, xcfunc_t, void *, void *,
	    struct cpu_info *);
void	xc_wait(uint64_t);
void	xc_barrier(unsigned int);

#endif /* _KERNEL */

#endif /* !_SYS_XCALL_H_ */
