/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers of a process.  A rump kernel never holds any: its processes run
 * as ordinary code of the host.
 */

#ifndef _MACHINE_REG_H_
#define	_MACHINE_REG_H_

struct reg;
struct fpreg;

#endif /* !_MACHINE_REG_H_ */
