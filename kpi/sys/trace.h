/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Old trace points of the buffer cache.  They record nothing.
 */

#ifndef _SYS_TRACE_H_
#define	_SYS_TRACE_H_

#define	TR_BREADHIT	0
#define	TR_BREADMISS	1
#define	TR_BWRITE	2
#define	TR_BREADHITRA	3
#define	TR_BREADMISSRA	4
#define	TR_BRELSE	6

#define	pack(v, b)	0
#define	trace(a, b, c)

#endif /* !_SYS_TRACE_H_ */
