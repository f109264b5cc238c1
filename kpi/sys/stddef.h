/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * offsetof() and the standard types that C's <stddef.h> promises, for the
 * kernel.  The types come from <sys/types.h>.
 */

#ifndef _SYS_STDDEF_H_
#define	_SYS_STDDEF_H_

#include <sys/cdefs.h>
#include <sys/null.h>

#ifndef	offsetof
#define	offsetof(type, member)	__builtin_offsetof(type, member)
#endif

#endif /* !_SYS_STDDEF_H_ */
