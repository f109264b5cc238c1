/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System parameters.  Every kernel source includes this header first; it
 * brings the basic types, errno values, times, limits and signals with it,
 * and the small arithmetic macros (howmany(), roundup(), MIN() ...).
 */

#ifndef _SYS_PARAM_H_
#define	_SYS_PARAM_H_

/* The release whose interfaces these are; BSD dates the last 4BSD. */
#define	BSD	199506
#define	BSD4_3	1
#define	BSD4_4	1
#define	__NetBSD_Version__	1099001200
#define	__NetBSD_Prereq__(M, m, p)					\
	(((((M) * 100000000) + (m) * 1000000) + (p) * 100) <=		\
	__NetBSD_Version__)

#include <sys/null.h>
#include <sys/inttypes.h>
#include <sys/types.h>

/*
 * Machine-independent constants, some of which are user visible.
 */
#include <sys/syslimits.h>

#define	MAXCOMLEN	16		/* longest command name kept */
#define	MAXINTERP	PATH_MAX	/* longest interpreter path */
#define	MAXLOGNAME	(LOGIN_NAME_MAX - 1)
#define	NCARGS		ARG_MAX
#define	NGROUPS		NGROUPS_MAX
#define	NOGROUP		65535		/* marker for an empty group slot */
#define	MAXHOSTNAMELEN	256
#define	NOFILE		OPEN_MAX
#define	MAXUPRC		CHILD_MAX
#define	NODEV		(dev_t)(-1)

#include <sys/cdefs.h>
#include <sys/errno.h>
#include <sys/time.h>
#include <sys/resource.h>
#include <sys/ucred.h>
#include <sys/uio.h>
#include <uvm/uvm_param.h>
#include <sys/signal.h>

#include <machine/param.h>
#include <machine/limits.h>

#define	DEV_BSHIFT	9			/* log2(DEV_BSIZE) */
#define	DEV_BSIZE	(1 << DEV_BSHIFT)	/* unit of daddr_t */

#ifndef COHERENCY_UNIT
#define	COHERENCY_UNIT	64
#endif

#ifdef _KERNEL
extern size_t	coherency_unit;		/* multiple of a cache line's size */
#endif

/*
 * Stack and page arithmetic: clicks are pages, disk blocks DEV_BSIZE bytes.
 */
#define	ctob(x)		((x) << PGSHIFT)
#define	btoc(x)		(((x) + PGOFSET) >> PGSHIFT)
#define	btodb(x)	((x) >> DEV_BSHIFT)
#define	dbtob(x)	((x) << DEV_BSHIFT)
#define	ctod(x)		((x) << (PGSHIFT - DEV_BSHIFT))
#define	dtoc(x)		((x) >> (PGSHIFT - DEV_BSHIFT))

/* Largest file system block buffercache(9) handles, and fragments in one. */
#ifndef MAXBSIZE
#define	MAXBSIZE	MAXPHYS
#endif
#define	MAXFRAG		8

#define	MAXPATHLEN	PATH_MAX
#define	MAXSYMLINKS	32		/* symbolic links in one lookup */

/* Bit maps of bytes. */
#define	setbit(a, i)	((a)[(i) / NBBY] |= 1 << ((i) % NBBY))
#define	clrbit(a, i)	((a)[(i) / NBBY] &= ~(1 << ((i) % NBBY)))
#define	isset(a, i)	((a)[(i) / NBBY] & (1 << ((i) % NBBY)))
#define	isclr(a, i)	(((a)[(i) / NBBY] & (1 << ((i) % NBBY))) == 0)

/* Counting, rounding; the ones with a 2 need a power of two. */
#define	howmany(x, y)	(((x) + ((y) - 1)) / (y))
#define	roundup(x, y)	((((x) + ((y) - 1)) / (y)) * (y))
#define	rounddown(x, y)	(((x) / (y)) * (y))
#define	roundup2(x, m)	((((x) - 1) | ((m) - 1)) + 1)
#define	rounddown2(x, m)	((x) & ~((__typeof__(x))((m) - 1)))
#define	powerof2(x)	((((x) - 1) & (x)) == 0)

#define	MIN(a, b)	((/*CONSTCOND*/(a) < (b)) ? (a) : (b))
#define	MAX(a, b)	((/*CONSTCOND*/(a) > (b)) ? (a) : (b))

/* Whether p may be used to access a t: alignment does not hinder here. */
#define	ACCESSIBLE_POINTER(p, t)	1

/*
 * Priorities.  A larger number is more urgent; classes are time sharing,
 * kernel threads, and real time including soft interrupts.
 */
#define	PRI_COUNT	224
#define	PRI_NONE	(-1)
#define	PRI_USER	0
#define	NPRI_USER	64
#define	PRI_KERNEL	64
#define	NPRI_KERNEL	32
#define	PRI_KTHREAD	96
#define	NPRI_KTHREAD	32
#define	PRI_USER_RT	128
#define	NPRI_USER_RT	64
#define	PRI_KERNEL_RT	192
#define	NPRI_KERNEL_RT	32
#define	MAXPRI_USER	(PRI_USER + NPRI_USER - 1)
#define	MAXPRI_KERNEL	(PRI_KERNEL + NPRI_KERNEL - 1)
#define	MAXPRI_KTHREAD	(PRI_KTHREAD + NPRI_KTHREAD - 1)
#define	MAXPRI_USER_RT	(PRI_USER_RT + NPRI_USER_RT - 1)
#define	MAXPRI_KERNEL_RT	(PRI_KERNEL_RT + NPRI_KERNEL_RT - 1)

/* Soft interrupts and the interrupt threads. */
#ifdef _KERNEL
extern const int	schedppq;	/* priorities per run queue */
#define	PRI_SOFTCLOCK	(PRI_KERNEL_RT + schedppq * 0)
#define	PRI_SOFTBIO	(PRI_KERNEL_RT + schedppq * 1)
#define	PRI_SOFTNET	(PRI_KERNEL_RT + schedppq * 2)
#define	PRI_SOFTSERIAL	(PRI_KERNEL_RT + schedppq * 3)
#define	PRI_IDLE	PRI_USER
#define	PRI_VM		(PRI_KERNEL + schedppq * 3)
#define	PRI_BIO		(PRI_KERNEL + schedppq * 4)
#define	PRI_XCALL	MAXPRI_KTHREAD
#define	PRI_PGDAEMON	(PRI_KTHREAD + schedppq * 3)
#define	PRI_IOFLUSH	(PRI_KTHREAD + schedppq * 2)
#endif

/* Sleep priorities of tsleep(9); only their order matters here. */
#define	PSWP	0
#define	PVM	4
#define	PINOD	8
#define	PRIBIO	16
#define	PVFS	20
#define	PZERO	22
#define	PSOCK	24
#define	PWAIT	32
#define	PLOCK	36
#define	PPAUSE	40
#define	PUSER	50
#define	MAXPRI	127
#define	PRIMASK	0x0ff
#define	PCATCH	0x100		/* a signal ends the sleep */
#define	PNORELOCK	0x200	/* do not take the interlock again */

/* Fixed point arithmetic of load averages. */
#define	FSHIFT	11
#define	FSCALE	(1 << FSHIFT)

/* Milliseconds to ticks and back, without overflow for large values. */
#ifndef mstohz
#define	mstohz(ms)							\
	(__predict_false((ms) >= 0x20000) ?				\
	    ((ms + 0u) / 1000u) * hz :					\
	    ((ms + 0u) * hz) / 1000u)
#endif
#ifndef hztoms
#define	hztoms(t)							\
	(__predict_false((t) >= 0x20000) ?				\
	    ((t + 0u) / hz) * 1000u :					\
	    ((t + 0u) * 1000u) / hz)
#endif


#endif /* !_SYS_PARAM_H_ */
