/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The machine's part of an lwp.  Contexts are the host's, so it is empty
 * but for the handler of a bad access.
 */

#ifndef _MACHINE_PCB_H_
#define	_MACHINE_PCB_H_

struct pcb {
	void	*pcb_onfault;	/* c: unused, NULL */
};

#endif /* !_MACHINE_PCB_H_ */
