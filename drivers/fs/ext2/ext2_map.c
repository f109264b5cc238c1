/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where a file's blocks are, whichever way its inode maps them: the entry to
 * the operations in ext2_map_indirect.c and ext2_map_extent.c, and the count
 * of blocks.
 */

#include "ext2.h"

/*
 * Where is block lbn of the file?  See mo_lookup.
 */
int
ext2_bmap(struct ext2_inode *ip, uint64_t lbn, uint32_t max, uint64_t *pbn,
    uint32_t *run)
{
	int error;

	rw_enter(&ip->ei_maplock, RW_READER);
	error = ip->ei_map->mo_lookup(ip, lbn, max, pbn, run);
	rw_exit(&ip->ei_maplock);
	return error;
}

/*
 * The same, filling a hole.  See mo_alloc.
 */
int
ext2_bmap_alloc(struct ext2_tx *tx, struct ext2_inode *ip, uint64_t lbn,
    uint32_t max, uint64_t *pbn, uint32_t *run, bool *isnew)
{
	int error;

	rw_enter(&ip->ei_maplock, RW_WRITER);
	error = ip->ei_map->mo_alloc(tx, ip, lbn, max, pbn, run, isnew);
	rw_exit(&ip->ei_maplock);
	return error;
}

/*
 * mo_alloc and mo_free of mappings that are only read.
 */
int
ext2_map_noalloc(struct ext2_tx *tx, struct ext2_inode *ip, uint64_t lbn,
    uint32_t max, uint64_t *pbn, uint32_t *run, bool *isnew)
{

	*isnew = false;
	return EROFS;
}

int
ext2_map_nofree(struct ext2_tx *tx, struct ext2_inode *ip, uint64_t first,
    uint64_t end)
{

	return EROFS;
}

/*
 * Blocks came to the inode or left it.
 */
void
ext2_iblocks_add(struct ext2_inode *ip, int64_t nblocks)
{
	const int64_t n = nblocks * (1 << ip->ei_em->em_fsbtodb);

	KASSERT(rw_write_held(&ip->ei_maplock));
	if (n < 0 && ip->ei_blocks < (uint64_t)-n)
		ip->ei_blocks = 0;
	else
		ip->ei_blocks += n;
}
