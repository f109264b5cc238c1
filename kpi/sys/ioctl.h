/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ioctl(2): brings together the request codes of terminals, disks, files and
 * sockets.
 */

#ifndef _SYS_IOCTL_H_
#define	_SYS_IOCTL_H_

#include <sys/ttycom.h>
#include <sys/ioccom.h>
#include <sys/dkio.h>
#include <sys/filio.h>
#include <sys/sockio.h>

#endif /* !_SYS_IOCTL_H_ */
