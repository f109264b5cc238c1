/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vfs_wapbl_private.h: how a log of wapbl(9) looks on the disk, and what the
 * vfs_wapbl*.c files share.
 *
 * The log is count blocks of bsize bytes.  The first two hold heads, written
 * in turn: the one with the higher generation counts.  The others are a ring.
 * Positions in it are numbers of blocks that only grow; what lies from the
 * head's wh_tail to its wh_head is to be replayed.  It is a sequence of
 * records: a block that lists what the record is about, and for WLR_BLOCKS
 * the contents of the blocks listed, each from a log block of its own on.
 *
 * A commit writes records behind the head, then a head that includes them, and
 * nothing between tail and head of either head on the disk is overwritten.
 * So a head that is half written does no harm, and neither does a cut.
 */
#ifndef _VFS_VFS_WAPBL_PRIVATE_H_
#define	_VFS_VFS_WAPBL_PRIVATE_H_

#include <sys/types.h>
#include <sys/buf.h>
#include <sys/wapbl.h>

#define	WLH_MAGIC	0x6c6f6731
#define	WLH_COUNT	2		/* blocks for heads */

struct wapbl_head {
	uint32_t	wh_magic;
	uint32_t	wh_sum;		/* of all else here */
	uint32_t	wh_bsize;
	uint32_t	wh_nblocks;	/* of the ring */
	uint64_t	wh_gen;
	uint64_t	wh_tail;
	uint64_t	wh_head;
};

#define	WLR_MAGIC	0x6c6f6772
#define	WLR_BLOCKS	1	/* wi_blk, bytes: contents follow */
#define	WLR_REVOKE	2	/* wi_blk, bytes: forget earlier contents */
#define	WLR_INODES	3	/* wi_blk is the inode, wi_arg the mode */
#define	WLR_INODES_MORE	4	/* WLR_INODES begins the list anew */

struct wapbl_item {
	uint64_t	wi_blk;		/* in DEV_BSIZE units of the device */
	uint32_t	wi_arg;
	uint32_t	wi_pad;
};

struct wapbl_rec {
	uint32_t	wc_magic;
	uint32_t	wc_sum;		/* of the record's first block */
	uint32_t	wc_type;
	uint32_t	wc_nitems;
	uint64_t	wc_pos;		/* where it begins */
	uint32_t	wc_nblocks;	/* of the ring that it takes */
	uint32_t	wc_pad;
	struct wapbl_item wc_items[];
};

/* Where a log is; fixed. */
struct wapbl_ring {
	struct vnode	*wg_devvp;
	daddr_t		wg_pbn;
	uint32_t	wg_bsize;
	uint32_t	wg_nblocks;	/* without heads */
};

static inline u_int
wapbl_maxitems(const struct wapbl_ring *wg)
{

	return (wg->wg_bsize - sizeof(struct wapbl_rec)) /
	    sizeof(struct wapbl_item);
}

/* How many blocks of the log so many bytes take. */
static inline uint32_t
wapbl_blocks(const struct wapbl_ring *wg, uint32_t bytes)
{

	return bytes / wg->wg_bsize + (bytes % wg->wg_bsize != 0);
}

/* vfs_wapbl_disk.c */
int	wapbl_ring_init(struct wapbl_ring *, struct vnode *, daddr_t, size_t,
	    size_t);
int	wapbl_dev_io(struct vnode *, void *, size_t, daddr_t, int);
int	wapbl_dev_sync(struct vnode *);
int	wapbl_ring_io(const struct wapbl_ring *, uint64_t, void *, size_t, int);
int	wapbl_head_write(const struct wapbl_ring *, struct wapbl_head *);
int	wapbl_head_read(const struct wapbl_ring *, struct wapbl_head *);
uint32_t wapbl_rec_sum(const struct wapbl_ring *, struct wapbl_rec *);

/* vfs_wapbl_replay.c */
int	wapbl_replay_isopen(struct wapbl_replay *);
int	wapbl_replay_can_read(struct wapbl_replay *, daddr_t, long);
int	wapbl_replay_read(struct wapbl_replay *, void *, daddr_t, long);

#endif /* !_VFS_VFS_WAPBL_PRIVATE_H_ */
