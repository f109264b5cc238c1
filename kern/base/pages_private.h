/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The chunks that pages are cut from, for rump_pages.c, and for the pools'
 * way from an object to the page it lies in.
 */
#ifndef _KERN_BASE_PAGES_PRIVATE_H_
#define _KERN_BASE_PAGES_PRIVATE_H_

#include <sys/param.h>
#include <sys/types.h>
#include <sys/queue.h>

#define CHUNK_PAGES	64
#define CHUNK_SIZE	((size_t)CHUNK_PAGES * PAGE_SIZE)
#define CHUNK_MAGIC	0x6368756eU
#define REGION_CHUNKS	8
#define REGION_SIZE	(REGION_CHUNKS * CHUNK_SIZE)	/* a huge page */

/* Lock legend: (p) pages_lock, (:) constant, (o) owner of the page. */
struct chunk {
	uint64_t		ck_free;	/* p: bit n: page n is free */
	LIST_ENTRY(chunk)	ck_list;	/* p: some page is free */
	uint32_t		ck_magic;	/* : */
	bool			ck_listed;	/* p: on chunks_free */
	struct region		*ck_region;	/* : that it is of, or NULL */
	void			*ck_owner[CHUNK_PAGES]; /* o */
};

/* Chunks that come from the host together; valid while any is in use. */
struct region {
	struct chunk		rg_chunk;	/* the first, in use or not */
	unsigned int		rg_unused;	/* p: bit n: chunk n is */
	LIST_ENTRY(region)	rg_list;	/* p: some chunk is unused */
};
_Static_assert(sizeof(struct region) <= PAGE_SIZE, "chunk header too large");

static inline struct chunk *
chunk_of(const void *p)
{

	return (struct chunk *)((uintptr_t)p & ~(CHUNK_SIZE - 1));
}

static inline unsigned int
chunk_index(const void *p)
{

	return ((uintptr_t)p / PAGE_SIZE) % CHUNK_PAGES;
}

/* The owner of the page that p points into; NULL: not such a page. */
static inline void *
rump_pages_owner(const void *p)
{
	const struct chunk *ck = chunk_of(p);

	return __predict_true(ck->ck_magic == CHUNK_MAGIC) ?
	    ck->ck_owner[chunk_index(p)] : NULL;
}

#endif /* _KERN_BASE_PAGES_PRIVATE_H_ */
