/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The interrupt levels of the virtual machine and the spl functions that
 * <sys/spl.h> and drivers build on.  Implemented in kern/base/kern_intr.c.
 */
#ifndef _MACHINE_INTR_H_
#define _MACHINE_INTR_H_

#include <sys/types.h>

#define	IPL_NONE	0
#define	IPL_PREEMPT	1
#define	IPL_SOFTCLOCK	2
#define	IPL_SOFTBIO	3
#define	IPL_SOFTNET	4
#define	IPL_SOFTSERIAL	5
#define	IPL_VM		6
#define	IPL_SCHED	7
#define	IPL_HIGH	8
#define	NIPL		9

#define	IPL_BIO		IPL_VM
#define	IPL_NET		IPL_VM
#define	IPL_TTY		IPL_VM
#define	IPL_CLOCK	IPL_SCHED
#define	IPL_AUDIO	IPL_SCHED
#define	IPL_SERIAL	IPL_SCHED
#define	IPL_SOFTAUDIO	IPL_SOFTSERIAL

typedef uint8_t ipl_t;
typedef struct {
	ipl_t _ipl;
} ipl_cookie_t;

#ifdef _KERNEL
int	splraise(int);
void	spllower(int);

#define	spl0()		spllower(IPL_NONE)
#define	splx(x)		spllower(x)

static inline ipl_cookie_t
makeiplcookie(ipl_t ipl)
{

	return (ipl_cookie_t){ ._ipl = ipl };
}

static inline int
splraiseipl(ipl_cookie_t icookie)
{

	return splraise(icookie._ipl);
}
#endif /* _KERNEL */

#endif /* !_MACHINE_INTR_H_ */
