/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The handle of a device, for headers that must not bring all of
 * <sys/device.h> with them.
 */

#ifndef _SYS_DEVICE_IF_H_
#define	_SYS_DEVICE_IF_H_

struct device;
typedef struct device *device_t;

#endif /* !_SYS_DEVICE_IF_H_ */
