/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Between the files of booting and shutting down.
 */
#ifndef _KERN_BASE_RUMP_BOOT_H_
#define _KERN_BASE_RUMP_BOOT_H_

struct rumpuser_hyperup;

extern const struct rumpuser_hyperup rump_hyperup;

/* Has rump_init() succeeded? */
bool	rump_booted(void);

#endif /* !_KERN_BASE_RUMP_BOOT_H_ */
