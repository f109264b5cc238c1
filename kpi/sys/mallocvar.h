/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Types for malloc(9).  They only label allocations in source; nothing is
 * accounted by type, so attaching and detaching one does nothing.
 */
#ifndef _SYS_MALLOCVAR_H_
#define _SYS_MALLOCVAR_H_

#include <sys/types.h>

struct malloc_type;

#define MALLOC_JUSTDEFINE(type, shortdesc, longdesc)			\
	struct malloc_type *const type __unused = NULL
#define MALLOC_DEFINE(type, shortdesc, longdesc)			\
	MALLOC_JUSTDEFINE(type, shortdesc, longdesc)
#define MALLOC_JUSTDEFINE_LIMIT(type, shortdesc, longdesc, limit)	\
	MALLOC_JUSTDEFINE(type, shortdesc, longdesc)
#define MALLOC_DEFINE_LIMIT(type, shortdesc, longdesc, limit)		\
	MALLOC_JUSTDEFINE(type, shortdesc, longdesc)
#define MALLOC_DECLARE(type)						\
	extern struct malloc_type *const type

#define malloc_type_attach(malloc_type)	do { } while (0)
#define malloc_type_detach(malloc_type)	do { } while (0)
#define malloc_type_setlimit(type, limit) do { } while (0)

#endif /* _SYS_MALLOCVAR_H_ */
