/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the blocks of a large directory are, remembered: names lie anywhere
 * in it, and asking the mapping costs a buffer for each level of indirect
 * blocks, every time.
 *
 * A table by the low bits of the block's number in the directory, each entry
 * that number and the block's place in one word.  Those with the directory's
 * vnode lock, shared, fill it; to forget a block or the table the lock is
 * held exclusively.  Blocks that the inode itself names are not in it.
 */

#include "ext2.h"

#define	DIRMAP_MIN	64U
#define	DIRMAP_MAX	65536U

struct ext2_dirmap {
	uint32_t	dm_size;	/* power of two */
	uint64_t	dm_entry[];	/* atomic: lbn << 32 | pbn, or 0 */
};

static size_t
ext2_dirmap_bytes(uint32_t size)
{

	return sizeof(struct ext2_dirmap) + size * sizeof(uint64_t);
}

/* The table; made if there is memory, else NULL. */
static struct ext2_dirmap *
ext2_dirmap_get(struct ext2_inode *dip)
{
	const uint64_t n = ext2_dir_nblocks(dip);
	struct ext2_dirmap *dm, *other;
	uint32_t size;

	dm = atomic_load_consume(&dip->ei_dir->ed_map);
	if (__predict_true(dm != NULL))
		return dm;
	/* The image says how large it is: not what others need. */
	if (uvm_km_va_starved_p())
		return NULL;
	for (size = DIRMAP_MIN; size < DIRMAP_MAX && size < n; size *= 2)
		continue;
	dm = kmem_zalloc(ext2_dirmap_bytes(size), KM_NOSLEEP);
	if (dm == NULL)
		return NULL;
	dm->dm_size = size;
	membar_release();
	other = atomic_cas_ptr(&dip->ei_dir->ed_map, NULL, dm);
	if (other == NULL)
		return dm;
	kmem_free(dm, ext2_dirmap_bytes(size));
	return other;
}

/*
 * Where is block lbn of the directory?  0: it is a hole.
 */
int
ext2_dirmap_find(struct ext2_inode *dip, uint64_t lbn, uint64_t *pbn)
{
	struct ext2_dirmap *dm = NULL;
	uint64_t *entry = NULL, e;
	uint32_t run;
	int error;

	if (lbn >= E2_NDADDR && lbn <= UINT32_MAX)
		dm = ext2_dirmap_get(dip);
	if (dm != NULL) {
		entry = &dm->dm_entry[lbn & (dm->dm_size - 1)];
		e = atomic_load_relaxed(entry);
		if (e >> 32 == lbn) {
			*pbn = e & UINT32_MAX;
			return 0;
		}
	}
	error = ext2_bmap(dip, lbn, 1, pbn, &run);
	if (error == 0 && entry != NULL && *pbn != 0 && *pbn <= UINT32_MAX)
		atomic_store_relaxed(entry, lbn << 32 | *pbn);
	return error;
}

/*
 * Block lbn comes or goes; the vnode is locked exclusively.  A directory that
 * outgrew its table gets a larger one.
 */
void
ext2_dirmap_forget(struct ext2_inode *dip, uint64_t lbn)
{
	struct ext2_dirmap *dm = dip->ei_dir->ed_map;

	if (dm == NULL)
		return;
	atomic_store_relaxed(&dm->dm_entry[lbn & (dm->dm_size - 1)], 0);
	if (dm->dm_size < DIRMAP_MAX && lbn / 2 > dm->dm_size)
		ext2_dirmap_free(dip);
}

/*
 * The directory is emptied, or its inode leaves memory, which may be that of
 * something else.
 */
void
ext2_dirmap_free(struct ext2_inode *dip)
{
	struct ext2_dirmap *dm;

	if (dip->ei_dir == NULL || (dm = dip->ei_dir->ed_map) == NULL)
		return;
	dip->ei_dir->ed_map = NULL;
	kmem_free(dm, ext2_dirmap_bytes(dm->dm_size));
}
