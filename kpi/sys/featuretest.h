/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * In a user program this header decides from _POSIX_C_SOURCE and friends
 * which names a header may show.  Kernel code always sees all of them.
 */

#ifndef _SYS_FEATURETEST_H_
#define	_SYS_FEATURETEST_H_

#ifndef _NETBSD_SOURCE
#define	_NETBSD_SOURCE	1
#endif

#endif /* !_SYS_FEATURETEST_H_ */
