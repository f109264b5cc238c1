/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rump_devnodes.h: called once by the faction's boot, when the root file
 * system and /dev exist and before any device makes a node.
 */
#ifndef _VFS_RUMP_DEVNODES_H_
#define	_VFS_RUMP_DEVNODES_H_

void	rump_devnodes_init(void);

#endif
