/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Between kern_rndsource.c and subr_cprng.c.
 */
#ifndef _KERN_BASE_RND_PRIVATE_H_
#define _KERN_BASE_RND_PRIVATE_H_

#include <sys/types.h>

/* What the samples of all sources so far have been folded into. */
uint64_t rnd_mixed_samples(void);

#endif /* _KERN_BASE_RND_PRIVATE_H_ */
