/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * malloc(9): the allocator older drivers use.  It is kmem(9) with a header
 * that remembers the size.  New code uses kmem(9) itself.
 */
#ifndef _SYS_MALLOC_H_
#define _SYS_MALLOC_H_

#include <sys/mallocvar.h>

#define M_WAITOK	0x0000	/* may sleep, never NULL */
#define M_NOWAIT	0x0001	/* may be NULL */
#define M_ZERO		0x0002	/* zero it */
#define M_CANFAIL	0x0004	/* NULL if the request can never succeed */

MALLOC_DECLARE(M_DEVBUF);
MALLOC_DECLARE(M_DMAMAP);
MALLOC_DECLARE(M_FREE);
MALLOC_DECLARE(M_PCB);
MALLOC_DECLARE(M_SOFTINTR);
MALLOC_DECLARE(M_TEMP);
MALLOC_DECLARE(M_RTABLE);
MALLOC_DECLARE(M_FTABLE);
MALLOC_DECLARE(M_UFSMNT);
MALLOC_DECLARE(M_NETADDR);
MALLOC_DECLARE(M_IPMOPTS);
MALLOC_DECLARE(M_IPMADDR);
MALLOC_DECLARE(M_MRTABLE);
MALLOC_DECLARE(M_ACPI);
MALLOC_DECLARE(M_USB);
MALLOC_DECLARE(M_SUBPROC);

void *	kern_malloc(unsigned long, int);
void *	kern_realloc(void *, unsigned long, int);
void	kern_free(void *);

#define malloc(size, type, flags)	kern_malloc((size), (flags))
#define realloc(ptr, size, type, flags)	kern_realloc((ptr), (size), (flags))
#define free(addr, type)		kern_free(addr)

void	kmeminit(void);

#endif /* _SYS_MALLOC_H_ */
