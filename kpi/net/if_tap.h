/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tap(4): the request that tells which interface a device is of.
 */

#ifndef _NET_IF_TAP_H_
#define	_NET_IF_TAP_H_

#include <sys/ioccom.h>

#include <net/if.h>

#define	TAPGIFNAME	_IOR('e', 0, struct ifreq)

#endif /* !_NET_IF_TAP_H_ */
