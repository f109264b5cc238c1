/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inside of the device faction: the root of the device tree, and pseudo
 * devices of components.
 */

#ifndef _SYS_RUMP_DEV_H_
#define	_SYS_RUMP_DEV_H_

#include <sys/types.h>

/* What children of the main bus are attached with. */
struct mainbus_attach_args {
	int	maa_unit;
};

void	rump_dev_init(void);
void	rump_device_components(void);
void	rump_mainbus_init(void);
void	rump_mainbus_attach(void);

/* Attach function of a pseudo device and the number of units wanted. */
void	rump_pdev_add(void (*)(int), int);
void	rump_pdev_finalize(void);

#endif /* !_SYS_RUMP_DEV_H_ */
