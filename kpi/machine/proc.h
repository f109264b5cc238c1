/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The machine's parts of struct lwp and struct proc.  A rump kernel's lwp
 * runs on a host thread and has no registers of its own; what remains is
 * room for the platform.
 */
#ifndef _MACHINE_PROC_H_
#define _MACHINE_PROC_H_

#include <machine/pcb.h>

struct mdlwp {
	void	*md_thread;	/* cookie of rumpuser_thread_create() */
};

struct mdproc {
	int	md_flags;
};

#endif /* !_MACHINE_PROC_H_ */
