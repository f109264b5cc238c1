/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Types behind the typedefs of several standard headers, under names that
 * a program cannot clash with: a header that has to define pid_t defines it
 * as __pid_t.  Only typedefs and no macros live here.
 */

#ifndef _SYS_ANSI_H_
#define	_SYS_ANSI_H_

#include <machine/ansi.h>

typedef char *		__caddr_t;	/* core address */
typedef __uint32_t	__gid_t;	/* group id */
typedef __uint32_t	__in_addr_t;	/* IP(v4) address */
typedef __uint16_t	__in_port_t;	/* TCP and UDP port */
typedef __uint32_t	__mode_t;	/* file permissions and type */
typedef __uint32_t	__accmode_t;	/* access permissions */
typedef __int64_t	__off_t;	/* file offset */
typedef __int32_t	__pid_t;	/* process id */
typedef __uint8_t	__sa_family_t;	/* socket address family */
typedef unsigned int	__socklen_t;	/* length of a socket address */
typedef __uint32_t	__uid_t;	/* user id */
typedef __uint64_t	__fsblkcnt_t;	/* number of blocks */
typedef __uint64_t	__fsfilcnt_t;	/* number of files */
typedef int		__devmajor_t;	/* driver number, -1: none */
typedef int		__devminor_t;	/* unit within the driver */

#endif /* !_SYS_ANSI_H_ */
