/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Virtual CPUs as the rest of the kernel sees them: looking them up, naming
 * and counting on them.  <machine/cpu.h> has the structure itself.
 */
#ifndef _SYS_CPU_H_
#define _SYS_CPU_H_

#include <machine/cpu.h>

#ifdef _KERNEL

#include <sys/cpu_data.h>

extern u_int	maxcpus;	/* limit the tables are made for */
extern int	ncpu;		/* virtual CPUs there are */
extern int	ncpuonline;
extern struct cpu_info **cpu_infos;	/* by index, then NULL */

struct cpu_info *cpu_lookup(u_int);
const char *cpu_getmodel(void);
int	cpu_setmodel(const char *, ...) __printflike(1, 2);
const char *cpu_name(struct cpu_info *);
bool	cpu_intr_p(void);
bool	cpu_softintr_p(void);
bool	cpu_kpreempt_disabled(void);
int	mi_cpu_attach(struct cpu_info *);

static inline u_int
cpu_index(const struct cpu_info *ci)
{

	return ci->ci_index;
}

#define	cpu_count(idx, d)	(curcpu()->ci_data.cpu_counts[(idx)] += (d))
#define	CPU_COUNT(idx, d)	cpu_count(idx, d)

int64_t	cpu_count_get(enum cpu_count);	/* sum over all CPUs */

#endif /* _KERNEL */

#endif /* !_SYS_CPU_H_ */
