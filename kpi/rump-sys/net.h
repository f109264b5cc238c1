/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inside of the network faction.
 */

#ifndef _SYS_RUMP_NET_H_
#define	_SYS_RUMP_NET_H_

#include <rump-sys/net_if.h>

#endif /* !_SYS_RUMP_NET_H_ */
