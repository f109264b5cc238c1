/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vfs_bio_hash.c: the buffers of the cache by (vnode, logical block), and the
 * short way to one that is there already and idle: bio_claim() makes it busy
 * and bio_release() idle again, without bufcache_lock.
 *
 * Both are sections of <rump-sys/bypass.h>: the owner of bufcache_lock keeps
 * them out, and they run beside each other on other CPUs.  So what only
 * changes under the lock (chains, free lists, identities, sleepers) is still
 * while they look at it, and b_cflags of a buffer is the one word that they
 * have to agree on.  A buffer does not move in its free list: BC_USED says
 * that it should have, to who looks for one to reuse.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/buf.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/vnode.h>

#include <rump-sys/bypass.h>

#include "vfs_bio_private.h"

#define	BUFHASH_MIN	16384
#define	BUFHASH_MAX	(1U << 24)
#define	BIO_SPINS	64		/* looks at a busy buffer, then sleep */

LIST_HEAD(bufhashhdr, buf);

/* The first table; all zero is empty, so it costs memory only where used. */
static struct bufhashhdr bufhash_first[BUFHASH_MIN];
static struct bufhashhdr *bufhash = bufhash_first;	/* bufcache_lock */
static u_int bufhash_size = BUFHASH_MIN;		/* bufcache_lock */

static struct bufhashhdr *
bufhash_of(const struct vnode *vp, daddr_t lbn)
{
	uintptr_t key;

	key = ((uintptr_t)vp >> 7) + (uintptr_t)lbn + ((uintptr_t)lbn >> 3);
	key ^= key >> 13;
	return &bufhash[key & (bufhash_size - 1)];
}

/*
 * Twice the chains; without memory they get longer, that is all.
 */
static void
bufhash_grow(void)
{
	const u_int oldsize = bufhash_size;
	struct bufhashhdr *old = bufhash, *new;
	buf_t *bp;
	u_int i;

	KASSERT(mutex_owned(&bufcache_lock));
	if (oldsize >= BUFHASH_MAX)
		return;
	new = kmem_zalloc(oldsize * 2 * sizeof(*new), KM_NOSLEEP);
	if (new == NULL)
		return;
	bufhash = new;
	bufhash_size = oldsize * 2;
	for (i = 0; i < oldsize; i++)
		while ((bp = LIST_FIRST(&old[i])) != NULL) {
			LIST_REMOVE(bp, b_hash);
			LIST_INSERT_HEAD(bufhash_of(bp->b_vp, bp->b_lblkno),
			    bp, b_hash);
		}
	if (old != bufhash_first)
		kmem_free(old, oldsize * sizeof(*old));
}

void
bio_hash_insert(buf_t *bp)
{

	KASSERT(mutex_owned(&bufcache_lock));
	KASSERT(bp->b_vp != NULL);
	if (__predict_false(nbuf > bufhash_size))
		bufhash_grow();
	LIST_INSERT_HEAD(bufhash_of(bp->b_vp, bp->b_lblkno), bp, b_hash);
}

void
bio_hash_remove(buf_t *bp)
{

	KASSERT(mutex_owned(&bufcache_lock));
	LIST_REMOVE(bp, b_hash);
}

/*
 * The buffer of a block if there is one, busy or not.  bufcache_lock is held.
 */
buf_t *
incore(struct vnode *vp, daddr_t blkno)
{
	buf_t *bp;

	KASSERT(mutex_owned(&bufcache_lock));
	LIST_FOREACH(bp, bufhash_of(vp, blkno), b_hash)
		if (bp->b_lblkno == blkno && bp->b_vp == vp &&
		    (bp->b_cflags & BC_INVAL) == 0)
			return bp;
	return NULL;
}

static bool
claimable_p(const buf_t *bp)
{

	return (atomic_load_acquire(&bp->b_cflags) & (BC_BUSY | BC_INVAL)) ==
	    0;
}

/*
 * Make a buffer busy that others in sections may want, too.  They agree by
 * b_claim, because a compare-and-swap that fails would also be a write to
 * b_cflags, which owners may read as they like.  BC_AGE and the like may be
 * there: they are dealt with when it is released.
 */
static bool
claim_p(buf_t *bp)
{
	bool ours;

	if (!claimable_p(bp) ||
	    __atomic_exchange_n(&bp->b_claim, 1, __ATOMIC_ACQUIRE) != 0)
		return false;
	ours = claimable_p(bp);
	if (ours)
		atomic_store_relaxed(&bp->b_cflags,
		    bp->b_cflags | BC_BUSY | BC_USED);
	__atomic_store_n(&bp->b_claim, 0, __ATOMIC_RELEASE);
	return ours;
}

/*
 * One look for the buffer of a block, made busy if it is idle.  *againp: it is
 * not.
 */
static buf_t *
claim_once(struct vnode *vp, daddr_t blkno, bool *againp)
{
	buf_t *bp;

	*againp = false;
	if (!mutex_bypass_enter(&bufcache_lock))
		return NULL;
	LIST_FOREACH(bp, bufhash_of(vp, blkno), b_hash)
		if (bp->b_lblkno == blkno && bp->b_vp == vp)
			break;
	if (bp != NULL && !claim_p(bp)) {
		*againp = true;
		bp = NULL;
	}
	mutex_bypass_exit();
	return bp;
}

/*
 * The buffer of a block, made busy.  NULL if there is none that is idle, or
 * for no reason: bufcache_lock is needed to tell.  Most are busy for less time
 * than a sleep takes.
 */
buf_t *
bio_claim(struct vnode *vp, daddr_t blkno)
{
	u_int spins = ncpu > 1 ? BIO_SPINS : 0;
	bool again;
	buf_t *bp;

	for (;;) {
		bp = claim_once(vp, blkno, &again);
		if (!again || spins-- == 0)
			break;
		SPINLOCK_BACKOFF_HOOK;
	}
	KASSERT(bp == NULL || bp->b_freelistindex != -1);
	return bp;
}

/* Is there nothing else to do for bp than to make it idle? */
static bool
release_p(const buf_t *bp)
{
	const int q = (bp->b_flags & B_LOCKED) != 0 ? BQ_LOCKED : BQ_LRU;

	return (bp->b_cflags & ~BC_USED) == BC_BUSY && bp->b_refcnt == 0 &&
	    bp->b_freelistindex == q && bp->b_error == 0 &&
	    bp->b_data != NULL && bio_needbuffer == 0;
}

/*
 * Give up a buffer that is valid and stays where it is.  False if that, or
 * somebody who waits for it, takes bufcache_lock.
 */
bool
bio_release(buf_t *bp)
{
	bool done;

	KASSERT(bp->b_cflags & BC_BUSY);
	KASSERT(bp->b_iodone == NULL);
	if (!mutex_bypass_enter(&bufcache_lock))
		return false;
	done = release_p(bp);
	if (done) {
		bp->b_flags &= ~B_RELEASED;
		__atomic_store_n(&bp->b_cflags, bp->b_cflags & ~BC_BUSY,
		    __ATOMIC_RELEASE);
	}
	mutex_bypass_exit();
	return done;
}

static int
count_writes(void)
{
	const buf_t *bp;
	u_int i;
	int n = 0;

	mutex_enter(&bufcache_lock);
	for (i = 0; i < bufhash_size; i++)
		LIST_FOREACH(bp, &bufhash[i], b_hash)
			if ((bp->b_cflags & BC_BUSY) && !(bp->b_flags & B_READ))
				n++;
	mutex_exit(&bufcache_lock);
	return n;
}

/*
 * Give writes under way some time to end, as a shutdown does.  Returns how
 * many buffers are still being written.
 */
int
buf_syncwait(void)
{
	int n, tries;

	for (tries = 0; (n = count_writes()) != 0 && tries < 20; tries++)
		(void)kpause("syncwait", false, MAX(1, hz / 50 * tries), NULL);
	return n;
}
