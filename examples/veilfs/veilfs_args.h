/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What mount(2) gets for a "veilfs"; for programs and for the driver.
 */
#ifndef _VEILFS_ARGS_H_
#define	_VEILFS_ARGS_H_

#define	VEILFS_PREFIXLEN	32

struct veilfs_args {
	char	*va_target;			/* directory to show */
	char	va_prefix[VEILFS_PREFIXLEN];	/* names not to show */
};

#endif /* !_VEILFS_ARGS_H_ */
