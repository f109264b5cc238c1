/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * thmap(9): a map from keys, which are bytes, to pointers.
 *
 * Lookups take no lock and may run beside changes.  Nothing sleeps but
 * thmap_create() and thmap_destroy().  What thmap_del() unlinks is freed in
 * two steps: thmap_stage_gc(), then, when no lookup can still see it (for
 * example after pserialize_perform()), thmap_gc().
 *
 * With THMAP_SETROOT a map has no root until it is given that of another map,
 * with the same base and operations, and shows the same then.  Each frees what
 * was deleted through it; the one that has its own root is destroyed last.
 * Memory holds pointers, so both are in one kernel.
 */

#ifndef _SYS_THMAP_H_
#define	_SYS_THMAP_H_

#include <sys/types.h>

struct thmap;
typedef struct thmap	thmap_t;

#define	THMAP_NOCOPY	0x01	/* keys stay where they are until deleted */
#define	THMAP_SETROOT	0x02	/* thmap_setroot() follows */

/*
 * Where memory comes from: addresses, word aligned, relative to the base
 * given to thmap_create().  0 if there is none.  They may not sleep.
 */
typedef struct {
	uintptr_t	(*alloc)(size_t);
	void		(*free)(uintptr_t, size_t);
} thmap_ops_t;

/* Base, operations or NULL for kmem(9), flags.  NULL without memory. */
thmap_t	*thmap_create(uintptr_t, const thmap_ops_t *, unsigned int);
/* Of an empty map; what is left to collect is freed. */
void	thmap_destroy(thmap_t *);

/* The value, or NULL. */
void	*thmap_get(thmap_t *, const void *, size_t);
/* The value now in the map, an older one if there is; NULL without memory. */
void	*thmap_put(thmap_t *, const void *, size_t, void *);
/* The value removed, or NULL. */
void	*thmap_del(thmap_t *, const void *, size_t);

void	*thmap_stage_gc(thmap_t *);
void	thmap_gc(thmap_t *, void *);

/* -1: it has a root already.  The root's address, relative to the base. */
int	thmap_setroot(thmap_t *, uintptr_t);
uintptr_t thmap_getroot(const thmap_t *);

#endif /* !_SYS_THMAP_H_ */
