/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kmem(9): the general purpose allocator.
 *
 * The caller remembers the size and gives it back at kmem_free().  KM_SLEEP
 * waits until there is memory and never returns NULL, KM_NOSLEEP returns NULL
 * instead of waiting.  kmem_intr_* is for users that may run in an interrupt
 * handler; both families share their memory but must not be mixed on one
 * object.  Memory comes back suitably aligned for any object (16 bytes), a
 * cache line for sizes of a line or more.
 */
#ifndef _SYS_KMEM_H_
#define _SYS_KMEM_H_

#include <sys/types.h>

typedef unsigned int km_flag_t;

#define KM_SLEEP	0x00000001	/* may wait, never NULL */
#define KM_NOSLEEP	0x00000002	/* must not wait, may be NULL */

void *	kmem_alloc(size_t, km_flag_t);
void *	kmem_zalloc(size_t, km_flag_t);
void	kmem_free(void *, size_t);

void *	kmem_intr_alloc(size_t, km_flag_t);
void *	kmem_intr_zalloc(size_t, km_flag_t);
void	kmem_intr_free(void *, size_t);

/* Strings: kmem_strfree() takes what kmem_strdup*(), kmem_asprintf() gave. */
char *	kmem_asprintf(const char *, ...) __printflike(1, 2);
char *	kmem_strdupsize(const char *, size_t *, km_flag_t);
#define kmem_strdup(s, f)	kmem_strdupsize((s), NULL, (f))
char *	kmem_strndup(const char *, size_t, km_flag_t);
void	kmem_strfree(char *);

void *	kmem_tmpbuf_alloc(size_t, void *, size_t, km_flag_t);
void	kmem_tmpbuf_free(void *, size_t, void *);

/* Start up: before it the allocator may not be used. */
void	kmem_init(void);
size_t	kmem_roundup_size(size_t);

#endif /* _SYS_KMEM_H_ */
