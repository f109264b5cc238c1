/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * thmap(9): a map from keys, which are bytes, to pointers.
 *
 * Lookups take no lock and may run beside changes.  Nothing sleeps but
 * thmap_create() and thmap_destroy().  What thmap_del() unlinks is freed in
 * two steps: thmap_stage_gc(), then, when no lookup can still see it (for
 * example after pserialize_perform()), thmap_gc().
 *
 * Sharing one map between address spaces, THMAP_SETROOT, is not offered.
 */

#ifndef _SYS_THMAP_H_
#define	_SYS_THMAP_H_

#include <sys/types.h>

struct thmap;
typedef struct thmap	thmap_t;

#define	THMAP_NOCOPY	0x01	/* keys stay where they are until deleted */

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

#endif /* !_SYS_THMAP_H_ */
