/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calling system call handlers through the sysent table, and replacing
 * handlers from modules.
 */
#ifndef _SYS_SYSCALLVAR_H_
#define _SYS_SYSCALLVAR_H_

#include <sys/types.h>
#include <sys/proc.h>
#include <sys/systm.h>

extern struct emul emul_netbsd;

/* A module's calls: from, to, ends with sp_call NULL. */
struct syscall_package {
	u_short		sp_code;	/* call number */
	u_short		sp_code_flags;
	sy_call_t	*sp_call;	/* handler */
};

void	syscall_init(void);
int	syscall_establish(const struct emul *, const struct syscall_package *);
int	syscall_disestablish(const struct emul *,
	    const struct syscall_package *);

static __inline int
sy_call(const struct sysent *sy, struct lwp *l, const void *uap,
    register_t *rval)
{
	return (*sy->sy_call)(l, uap, rval);
}

#endif /* _SYS_SYSCALLVAR_H_ */
