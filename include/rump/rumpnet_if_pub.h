/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Public calls into the net faction of a rump kernel (librumpnet).
 *
 * They enter the kernel and leave it again.  An int result is 0 or a NetBSD
 * errno number.
 */
#ifndef _RUMP_RUMPNET_IF_PUB_H_
#define	_RUMP_RUMPNET_IF_PUB_H_

#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A network interface on the bus file path, or "p2p:" and the path of a wire
 * with two ends, see shmif(4); its unit number comes back. */
int	rump_pub_shmif_create(const char *, int *);

#ifdef __cplusplus
}
#endif

#endif /* !_RUMP_RUMPNET_IF_PUB_H_ */
