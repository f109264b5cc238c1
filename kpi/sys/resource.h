/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Resource use, limits and load averages, as getrusage(2), getrlimit(2) and
 * sysctl(3) show them.
 */

#ifndef _SYS_RESOURCE_H_
#define	_SYS_RESOURCE_H_

#include <sys/featuretest.h>
#include <sys/time.h>

#define	PRIO_MIN	-20
#define	PRIO_MAX	20
#define	PRIO_PROCESS	0
#define	PRIO_PGRP	1
#define	PRIO_USER	2

#define	RUSAGE_SELF	0
#define	RUSAGE_CHILDREN	-1

struct rusage {
	struct timeval	ru_utime;	/* user time */
	struct timeval	ru_stime;	/* system time */
	long		ru_maxrss;	/* largest resident set, kB */
	long		ru_ixrss;
	long		ru_idrss;
	long		ru_isrss;
	long		ru_minflt;	/* page reclaims */
	long		ru_majflt;	/* page faults with I/O */
	long		ru_nswap;
	long		ru_inblock;	/* block reads */
	long		ru_oublock;	/* block writes */
	long		ru_msgsnd;
	long		ru_msgrcv;
	long		ru_nsignals;
	long		ru_nvcsw;	/* voluntary switches */
	long		ru_nivcsw;	/* involuntary switches */
};

struct wrusage {
	struct rusage	wru_self;
	struct rusage	wru_children;
};

#define	RLIMIT_CPU	0		/* seconds of CPU time */
#define	RLIMIT_FSIZE	1		/* size of a file */
#define	RLIMIT_DATA	2
#define	RLIMIT_STACK	3
#define	RLIMIT_CORE	4
#define	RLIMIT_RSS	5
#define	RLIMIT_MEMLOCK	6
#define	RLIMIT_NPROC	7		/* processes of a user */
#define	RLIMIT_NOFILE	8		/* open descriptors */
#define	RLIMIT_SBSIZE	9		/* bytes of socket buffers */
#define	RLIMIT_AS	10		/* address space */
#define	RLIMIT_VMEM	RLIMIT_AS
#define	RLIMIT_NTHR	11		/* threads of a user */
#define	RLIM_NLIMITS	12

typedef	uint64_t	rlim_t;

#define	RLIM_INFINITY	(~((rlim_t)1 << 63))
#define	RLIM_SAVED_MAX	RLIM_INFINITY
#define	RLIM_SAVED_CUR	RLIM_INFINITY

struct orlimit {
	int32_t	rlim_cur;
	int32_t	rlim_max;
};

struct rlimit {
	rlim_t	rlim_cur;		/* soft limit */
	rlim_t	rlim_max;		/* hard limit */
};

/* Load averages, fixed point with fscale as one. */
struct loadavg {
	fixpt_t	ldavg[3];
	long	fscale;
};

#ifdef _KERNEL
extern struct loadavg averunnable;
struct lwp;
struct proc;

int	dosetrlimit(struct lwp *, struct proc *, int, struct rlimit *);
int	donice(struct lwp *, struct proc *, int);
#endif

#endif /* !_SYS_RESOURCE_H_ */
