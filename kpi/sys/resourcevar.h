/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Resource limits and usage of processes.
 *
 * Processes share a struct plimit until one of them changes it; times are
 * kept in struct pstats.
 */
#ifndef _SYS_RESOURCEVAR_H_
#define _SYS_RESOURCEVAR_H_

#include <sys/mutex.h>
#include <sys/resource.h>
#include <sys/time.h>

struct bintime;
struct proc;
struct lwp;

/* Lock legend: (p) proc_lock of the process, (:) constant. */
struct pstats {
	struct rusage	p_ru;		/* p: own */
	struct rusage	p_cru;		/* p: waited-for children */
	struct timeval	p_start;	/* : start of the process */
};

/* Lock legend: (l) pl_lock, (a) atomic, (:) constant while shared. */
struct plimit {
	struct rlimit	pl_rlimit[RLIM_NLIMITS]; /* l: or :, read unlocked */
	char		*pl_corename;	/* l */
	size_t		pl_cnlen;	/* l */
	u_int		pl_refcnt;	/* a */
	bool		pl_writeable;	/* l: copied for writing */
	kmutex_t	pl_lock;
	struct plimit	*pl_sv_limit;	/* l: copy that readers may hold */
};

extern char	defcorename[];
extern int	security_setidcore_dump;

void	addupc_intr(struct lwp *, u_long);
void	addupc_task(struct lwp *, u_long, u_int);
void	calcru(struct proc *, struct timeval *, struct timeval *,
	    struct timeval *, struct timeval *);
void	addrulwp(struct lwp *, struct bintime *);
int	dosetrlimit(struct lwp *, struct proc *, int, struct rlimit *);
int	donice(struct lwp *, struct proc *, int);
void	getrusage1(struct proc *, int, struct rusage *);
int	do_sys_getrusage(int, struct rusage *);

void	resource_init(void);
struct plimit *lim_copy(struct plimit *);
void	lim_addref(struct plimit *);
void	lim_privatise(struct proc *);
void	lim_setcorename(struct proc *, char *, size_t);
void	lim_free(struct plimit *);
struct pstats *pstatscopy(struct pstats *);
void	pstatsfree(struct pstats *);
void	rulwps(struct proc *, struct rusage *);
void	ruadd(struct rusage *, struct rusage *);

extern struct plimit limit0;

#endif /* _SYS_RESOURCEVAR_H_ */
