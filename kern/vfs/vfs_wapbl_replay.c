/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vfs_wapbl_replay.c: what a log of wapbl(9) holds after a crash.
 *
 * wapbl_replay_start() reads the records and remembers for each DEV_BSIZE
 * block of the device where in the log its last contents are.  A mount for
 * writing then calls wapbl_replay_write(); one for reading keeps the replay
 * (mnt_wapbl_replay), and the buffer cache asks here for blocks it has read.
 * Nothing of the log is believed before it has been checked.
 *
 * A replay belongs to the mount; nobody changes it between start and stop.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kmem.h>
#include <sys/vnode.h>

#include "vfs_wapbl_private.h"

#define	WAPBL_HASH	1024

/* The last contents of one block of the device. */
struct wapbl_blk {
	LIST_ENTRY(wapbl_blk) wb_link;
	daddr_t		wb_blk;
	uint64_t	wb_pos;		/* the log block that has it */
	uint32_t	wb_off;		/* and where in that */
};

struct wapbl_replay_log {
	struct wapbl_ring rl_ring;
	struct wapbl_head rl_head;
	LIST_HEAD(, wapbl_blk) rl_hash[WAPBL_HASH];
};

/* Called for each record; data_pos is where its contents begin. */
typedef int (*rec_fn_t)(struct wapbl_replay *, const struct wapbl_rec *,
    uint64_t, void *);

static struct wapbl_blk *
blk_find(struct wapbl_replay_log *rl, daddr_t blk)
{
	struct wapbl_blk *wb;

	LIST_FOREACH(wb, &rl->rl_hash[blk % WAPBL_HASH], wb_link)
		if (wb->wb_blk == blk)
			break;
	return wb;
}

static void
blk_set(struct wapbl_replay_log *rl, daddr_t blk, uint64_t pos, uint32_t off)
{
	struct wapbl_blk *wb = blk_find(rl, blk);

	if (wb == NULL) {
		wb = kmem_alloc(sizeof(*wb), KM_SLEEP);
		wb->wb_blk = blk;
		LIST_INSERT_HEAD(&rl->rl_hash[blk % WAPBL_HASH], wb, wb_link);
	}
	wb->wb_pos = pos;
	wb->wb_off = off;
}

static void
blk_forget(struct wapbl_replay_log *rl, daddr_t blk)
{
	struct wapbl_blk *wb = blk_find(rl, blk);

	if (wb == NULL)
		return;
	LIST_REMOVE(wb, wb_link);
	kmem_free(wb, sizeof(*wb));
}

/* Does a list of blocks make sense, and take the room that it should? */
static bool
items_sane_p(const struct wapbl_ring *wg, const struct wapbl_rec *wc)
{
	const struct wapbl_item *wi;
	uint64_t n = 1;
	uint32_t i;

	for (i = 0; i < wc->wc_nitems; i++) {
		wi = &wc->wc_items[i];
		if (wi->wi_arg == 0 || wi->wi_arg % DEV_BSIZE != 0 ||
		    wi->wi_blk > INT64_MAX - wi->wi_arg / DEV_BSIZE ||
		    wi->wi_arg > INT_MAX)
			return false;
		if (wc->wc_type == WLR_BLOCKS) {
			if (wi->wi_arg > MAXBSIZE)
				return false;
			n += wapbl_blocks(wg, wi->wi_arg);
		}
	}
	return n == wc->wc_nblocks;
}

static bool
rec_sane_p(const struct wapbl_replay_log *rl, struct wapbl_rec *wc,
    uint64_t pos)
{
	const struct wapbl_ring *wg = &rl->rl_ring;

	if (wc->wc_magic != WLR_MAGIC || wc->wc_pos != pos ||
	    wc->wc_sum != wapbl_rec_sum(wg, wc) || wc->wc_nblocks == 0 ||
	    wc->wc_nblocks > rl->rl_head.wh_head - pos ||
	    wc->wc_nitems > wapbl_maxitems(wg))
		return false;
	switch (wc->wc_type) {
	case WLR_BLOCKS:
	case WLR_REVOKE:
		return items_sane_p(wg, wc);
	case WLR_INODES:
	case WLR_INODES_MORE:
		return wc->wc_nblocks == 1;
	default:
		return false;
	}
}

/* Call fn for each record, oldest first. */
static int
for_each_rec(struct wapbl_replay *wr, rec_fn_t fn, void *arg)
{
	struct wapbl_replay_log *rl = wr->wr_log;
	const struct wapbl_ring *wg = &rl->rl_ring;
	struct wapbl_rec *wc;
	uint64_t pos;
	int error = 0;

	wc = kmem_alloc(wg->wg_bsize, KM_SLEEP);
	for (pos = rl->rl_head.wh_tail; pos < rl->rl_head.wh_head;
	    pos += wc->wc_nblocks) {
		error = wapbl_ring_io(wg, pos, wc, wg->wg_bsize, B_READ);
		if (error == 0 && !rec_sane_p(rl, wc, pos))
			error = EINVAL;
		if (error == 0)
			error = (*fn)(wr, wc, pos + 1, arg);
		if (error != 0)
			break;
	}
	kmem_free(wc, wg->wg_bsize);
	return error;
}

static void
inodes_free(struct wapbl_replay *wr)
{

	if (wr->wr_inodes != NULL)
		kmem_free(wr->wr_inodes,
		    wr->wr_inodescnt * sizeof(wr->wr_inodes[0]));
	wr->wr_inodes = NULL;
	wr->wr_inodescnt = 0;
}

static void
inodes_add(struct wapbl_replay *wr, const struct wapbl_rec *wc)
{
	const int old = wr->wr_inodescnt, new = old + wc->wc_nitems;
	__typeof__(wr->wr_inodes) list;
	uint32_t i;

	if (wc->wc_nitems == 0)
		return;
	list = kmem_alloc(new * sizeof(list[0]), KM_SLEEP);
	if (old > 0)
		memcpy(list, wr->wr_inodes, old * sizeof(list[0]));
	for (i = 0; i < wc->wc_nitems; i++) {
		list[old + i].wr_inumber = wc->wc_items[i].wi_blk;
		list[old + i].wr_imode = wc->wc_items[i].wi_arg;
	}
	inodes_free(wr);
	wr->wr_inodes = list;
	wr->wr_inodescnt = new;
}

static int
rec_note(struct wapbl_replay *wr, const struct wapbl_rec *wc, uint64_t pos,
    void *arg)
{
	struct wapbl_replay_log *rl = wr->wr_log;
	const uint32_t bsize = rl->rl_ring.wg_bsize;
	const struct wapbl_item *wi;
	uint32_t i, off;

	if (wc->wc_type == WLR_INODES)
		inodes_free(wr);
	if (wc->wc_type == WLR_INODES || wc->wc_type == WLR_INODES_MORE) {
		inodes_add(wr, wc);
		return 0;
	}
	for (i = 0; i < wc->wc_nitems; i++) {
		wi = &wc->wc_items[i];
		for (off = 0; off < wi->wi_arg; off += DEV_BSIZE) {
			if (wc->wc_type == WLR_REVOKE)
				blk_forget(rl, wi->wi_blk + off / DEV_BSIZE);
			else
				blk_set(rl, wi->wi_blk + off / DEV_BSIZE,
				    pos + off / bsize, off % bsize);
		}
		pos += wapbl_blocks(&rl->rl_ring, wi->wi_arg);
	}
	return 0;
}

int
wapbl_replay_start(struct wapbl_replay **wrp, struct vnode *vp, daddr_t off,
    size_t count, size_t blksize)
{
	struct wapbl_replay *wr;
	struct wapbl_replay_log *rl;
	int error, i;

	*wrp = NULL;
	wr = kmem_zalloc(sizeof(*wr), KM_SLEEP);
	wr->wr_log = rl = kmem_zalloc(sizeof(*rl), KM_SLEEP);
	for (i = 0; i < WAPBL_HASH; i++)
		LIST_INIT(&rl->rl_hash[i]);
	wr->wr_logvp = wr->wr_devvp = vp;
	wr->wr_logpbn = off;
	error = wapbl_ring_init(&rl->rl_ring, vp, off, count, blksize);
	if (error == 0)
		error = wapbl_head_read(&rl->rl_ring, &rl->rl_head);
	if (error == 0)
		error = for_each_rec(wr, rec_note, NULL);
	if (error != 0) {
		wapbl_replay_stop(wr);
		wapbl_replay_free(wr);
		return error;
	}
	*wrp = wr;
	return 0;
}

/* Forget the blocks. */
void
wapbl_replay_stop(struct wapbl_replay *wr)
{
	struct wapbl_replay_log *rl = wr->wr_log;
	struct wapbl_blk *wb;
	int i;

	if (rl == NULL)
		return;
	for (i = 0; i < WAPBL_HASH; i++)
		while ((wb = LIST_FIRST(&rl->rl_hash[i])) != NULL) {
			LIST_REMOVE(wb, wb_link);
			kmem_free(wb, sizeof(*wb));
		}
	kmem_free(rl, sizeof(*rl));
	wr->wr_log = NULL;
}

void
wapbl_replay_free(struct wapbl_replay *wr)
{

	KASSERT(wr->wr_log == NULL);
	inodes_free(wr);
	kmem_free(wr, sizeof(*wr));
}

/*
 * Of contents that lie at pos, write what no later record has replaced.
 */
static int
write_item(struct wapbl_replay_log *rl, struct vnode *devvp, char *buf,
    daddr_t blk, uint32_t len, uint64_t pos)
{
	const uint32_t bsize = rl->rl_ring.wg_bsize;
	const struct wapbl_blk *wb;
	uint32_t from, to;
	int error = 0;

	for (from = 0; from < len && error == 0; from = to + DEV_BSIZE) {
		for (to = from; to < len; to += DEV_BSIZE) {
			wb = blk_find(rl, blk + to / DEV_BSIZE);
			if (wb == NULL || wb->wb_pos != pos + to / bsize ||
			    wb->wb_off != to % bsize)
				break;
		}
		if (to > from)
			error = wapbl_dev_io(devvp, buf + from, to - from,
			    blk + from / DEV_BSIZE, B_WRITE);
	}
	return error;
}

static int
rec_write(struct wapbl_replay *wr, const struct wapbl_rec *wc, uint64_t pos,
    void *devvp)
{
	struct wapbl_replay_log *rl = wr->wr_log;
	const struct wapbl_item *wi;
	uint32_t i, n;
	size_t size;
	char *buf;
	int error = 0;

	for (i = 0; wc->wc_type == WLR_BLOCKS && error == 0 &&
	    i < wc->wc_nitems; i++, pos += n) {
		wi = &wc->wc_items[i];
		n = wapbl_blocks(&rl->rl_ring, wi->wi_arg);
		size = (size_t)n * rl->rl_ring.wg_bsize;
		buf = kmem_alloc(size, KM_SLEEP);
		error = wapbl_ring_io(&rl->rl_ring, pos, buf, size, B_READ);
		if (error == 0)
			error = write_item(rl, devvp, buf, wi->wi_blk,
			    wi->wi_arg, pos);
		kmem_free(buf, size);
	}
	return error;
}

int
wapbl_replay_write(struct wapbl_replay *wr, struct vnode *fsdevvp)
{
	int error;

	KASSERT(wr->wr_log != NULL);
	error = for_each_rec(wr, rec_write, fsdevvp);
	return error != 0 ? error : wapbl_dev_sync(fsdevvp);
}

int
wapbl_replay_isopen(struct wapbl_replay *wr)
{

	return wr != NULL && wr->wr_log != NULL;
}

/* Is any of these bytes in the log? */
int
wapbl_replay_can_read(struct wapbl_replay *wr, daddr_t blk, long len)
{
	long off;

	for (off = 0; off < len; off += DEV_BSIZE)
		if (blk_find(wr->wr_log, blk + off / DEV_BSIZE) != NULL)
			return 1;
	return 0;
}

/* Put what the log has of a block over what was read of it. */
int
wapbl_replay_read(struct wapbl_replay *wr, void *data, daddr_t blk, long len)
{
	struct wapbl_replay_log *rl = wr->wr_log;
	const struct wapbl_blk *wb;
	char *buf;
	long off;
	int error = 0;

	buf = kmem_alloc(rl->rl_ring.wg_bsize, KM_SLEEP);
	for (off = 0; off < len && error == 0; off += DEV_BSIZE) {
		wb = blk_find(rl, blk + off / DEV_BSIZE);
		if (wb == NULL)
			continue;
		error = wapbl_ring_io(&rl->rl_ring, wb->wb_pos, buf,
		    rl->rl_ring.wg_bsize, B_READ);
		if (error == 0)
			memcpy((char *)data + off, buf + wb->wb_off,
			    MIN(len - off, DEV_BSIZE));
	}
	kmem_free(buf, rl->rl_ring.wg_bsize);
	return error;
}
