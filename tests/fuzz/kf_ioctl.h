/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests of ioctl(2) and where they have pointers, by the kernel's headers.
 */
#ifndef _FUZZ_KF_IOCTL_H_
#define _FUZZ_KF_IOCTL_H_

#include <sys/types.h>
#ifdef _KERNEL
#include <sys/stdbool.h>
#else
#include <stdbool.h>
#endif

struct kf_ioctl {
	unsigned long	k_cmd;
	unsigned int	k_size;		/* bytes of the argument */
	unsigned int	k_pointer;	/* where one is, 0: nowhere */
	unsigned int	k_length;	/* where its length is */
	unsigned int	k_unit;		/* what is counted, in bytes */
	bool		k_long;		/* the length has 64 bits */
};

/* One of them for any number. */
const struct kf_ioctl *rump_kt_ioctl(unsigned int);

#endif /* !_FUZZ_KF_IOCTL_H_ */
