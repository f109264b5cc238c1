/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Operations that files which count have in common: eventfd(2), timerfd(2).
 * They are read and written as one 64-bit number.  Neither sleeps; the caller
 * says what there is to read, of which its own lock took care.
 */
#ifndef _KERN_BASE_FCOUNT_PRIVATE_H_
#define _KERN_BASE_FCOUNT_PRIVATE_H_

#include <sys/types.h>

struct file;
struct stat;

/* For fo_ioctl and fo_stat, in fileops_default.c. */
int	fcountop_ioctl(u_long, void *, bool);
int	fcountop_stat(struct file *, struct stat *, uint64_t);

#endif /* !_KERN_BASE_FCOUNT_PRIVATE_H_ */
