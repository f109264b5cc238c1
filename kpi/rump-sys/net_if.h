/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's side of the public interface of the network faction:
 * rump_pub_x() enters the kernel and calls rump_x() here, which expects a
 * virtual CPU.  What each does is told in <rump/rumpnet_if_pub.h>.
 */

#ifndef _RUMP_SYS_NET_IF_H_
#define	_RUMP_SYS_NET_IF_H_

#include <sys/types.h>
#include <rump/rump.h>

typedef int (*rump_shmif_create_fn)(const char *, int *);
int rump_shmif_create(const char *, int *);

#endif /* !_RUMP_SYS_NET_IF_H_ */
