/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tun(4): requests of its device.
 */

#ifndef _NET_IF_TUN_H_
#define	_NET_IF_TUN_H_

#include <sys/ioccom.h>

#define	TUNMTU		1500		/* the largest, bytes */

#define	TUNSDEBUG	_IOW('t', 90, int)
#define	TUNGDEBUG	_IOR('t', 89, int)
#define	TUNSIFMODE	_IOW('t', 88, int)	/* IFF_POINTOPOINT ... */
#define	TUNSLMODE	_IOW('t', 87, int)	/* an address before each */
#define	TUNSIFHEAD	_IOW('t', 66, int)	/* or its family */
#define	TUNGIFHEAD	_IOR('t', 65, int)

#endif /* !_NET_IF_TUN_H_ */
