/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rnd(9): counts of random bits.  The host's generator seeds this kernel, so
 * it is ready from the start.
 */
#ifndef _SYS_RND_H_
#define _SYS_RND_H_

#include <sys/types.h>
#include <sys/rndio.h>

#define RND_POOLBITS	4096
#define RND_POOLWORDS	(RND_POOLBITS / 32)

void	rnd_init(void);
void	rnd_init_softint(void);
void	rnd_seed(void *, size_t);
int	rnd_system_ioctl(struct file *, u_long, void *);

#endif /* _SYS_RND_H_ */
