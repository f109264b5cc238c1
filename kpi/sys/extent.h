/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * extent(9): which parts of a number space, both ends inclusive, are taken.
 *
 * A region that is taken is a descriptor.  They come from kmem(9), or from
 * storage that the caller of extent_create() gives, for a limited number.
 * Nothing but waiting for space (EX_WAITSPACE) or for a descriptor
 * (EX_WAITOK) sleeps.  Arguments that make no sense end in a panic.
 */
#ifndef _SYS_EXTENT_H_
#define _SYS_EXTENT_H_

#include <sys/types.h>
#include <sys/param.h>
#include <sys/condvar.h>
#include <sys/mutex.h>
#include <sys/queue.h>

struct extent_region {
	LIST_ENTRY(extent_region) er_link;	/* ex_lock */
	u_long		er_start;		/* ex_lock */
	u_long		er_end;			/* ex_lock: inclusive */
	int		er_flags;		/* constant */
};

#define ER_ALLOC	0x01		/* from kmem(9), not from the storage */

/* Locks: x, ex_lock; c, constant. */
struct extent {
	const char	*ex_name;			/* c */
	kmutex_t	ex_lock;
	kcondvar_t	ex_cv;		/* space or a descriptor is free */
	LIST_HEAD(, extent_region) ex_regions;		/* x: by address */
	u_long		ex_start;			/* c */
	u_long		ex_end;				/* c: inclusive */
	int		ex_flags;			/* c: EXF_* */
};

struct extent_fixed {
	struct extent	fex_extent;			/* the first */
	LIST_HEAD(, extent_region) fex_freelist;	/* x: unused ones */
	void		*fex_storage;			/* c */
	size_t		fex_storagesize;		/* c */
};

/* ex_flags */
#define EXF_FIXED	0x01
#define EXF_NOCOALESCE	0x02
#define EXF_BITS	"\20\2NOCOALESCE\1FIXED"

/* What callers say. */
#define EX_NOWAIT	0x00
#define EX_WAITOK	0x01		/* sleep for a descriptor */
#define EX_FAST		0x02		/* the first fit, not the best */
#define EX_CATCH	0x04		/* signals end a wait for space */
#define EX_NOCOALESCE	0x08		/* create: keep regions apart */
#define EX_MALLOCOK	0x10		/* fixed: kmem(9) may help out */
#define EX_WAITSPACE	0x20		/* sleep until there is space */
#define EX_BOUNDZERO	0x40		/* boundary lines count from 0 */

#define EX_NOALIGN	1
#define EX_NOBOUNDARY	0

#ifdef _KERNEL

/* Enough storage for so many regions. */
#define EXTENT_FIXED_STORAGE_SIZE(_nregions)				\
	(ALIGN(sizeof(struct extent_fixed)) +				\
	    ALIGN(sizeof(struct extent_region)) * (_nregions))

/* NULL only with EX_NOWAIT and no storage given. */
struct extent *extent_create(const char *, u_long, u_long, void *, size_t,
	    int);
void	extent_destroy(struct extent *);

/*
 * A region of so many, anywhere, within a part of the extent, or exactly
 * there.  Alignment is a power of two, the skew is less than it, and
 * start - skew is aligned; no region crosses a multiple of the boundary.
 * EAGAIN: no space; ENOMEM: no descriptor; or what a signal ended it with.
 */
int	extent_alloc(struct extent *, u_long, u_long, u_long, int, u_long *);
int	extent_alloc1(struct extent *, u_long, u_long, u_long, u_long, int,
	    u_long *);
int	extent_alloc_subregion(struct extent *, u_long, u_long, u_long,
	    u_long, u_long, int, u_long *);
int	extent_alloc_subregion1(struct extent *, u_long, u_long, u_long,
	    u_long, u_long, u_long, int, u_long *);
int	extent_alloc_region(struct extent *, u_long, u_long, int);

/* ENOMEM: a part from the middle of a region, and no descriptor. */
int	extent_free(struct extent *, u_long, u_long, int);

void	extent_print(struct extent *);

#endif /* _KERNEL */

#endif /* !_SYS_EXTENT_H_ */
