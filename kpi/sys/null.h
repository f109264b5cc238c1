/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * NULL, for the headers that have to define it.  No other content, and no
 * other header is included.
 */

#ifndef _SYS_NULL_H_
#define	_SYS_NULL_H_

#ifndef	NULL
#define	NULL	((void *)0)
#endif

#endif /* !_SYS_NULL_H_ */
