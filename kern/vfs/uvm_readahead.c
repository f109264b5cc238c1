/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uvm_readahead.c: have the pages a sequential reader will want next read
 * before it asks.
 *
 * genfs_getpages() and ubc call uvm_ra_request() for each read.  A reader is
 * sequential once a request begins where one ended; its window then doubles
 * up to RA_WINMAX.  More is requested when the reader has half the window
 * left, so that requests stay large.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/pool.h>

#include "uvm_private.h"

#define	RA_WINMIN	(64 * 1024)
#define	RA_WINMAX	(1024 * 1024)

static struct pool_cache *ractx_cache;

void
uvm_ra_init(void)
{

	ractx_cache = pool_cache_init(sizeof(struct uvm_ractx), 0, 0, 0,
	    "ractx", NULL, IPL_NONE, NULL, NULL, NULL);
}

/*
 * NULL if there is no memory: then nothing is read ahead.
 */
struct uvm_ractx *
uvm_ra_allocctx(void)
{
	struct uvm_ractx *ra;

	ra = pool_cache_get(ractx_cache, PR_NOWAIT);
	if (ra != NULL)
		memset(ra, 0, sizeof(*ra));
	return ra;
}

void
uvm_ra_freectx(struct uvm_ractx *ra)
{

	KASSERT(ra != NULL);
	pool_cache_put(ractx_cache, ra);
}

/*
 * Read pages of [off, off + size) that are not resident, without waiting.
 * Called and returns with the lock held as writer.  Returns the end of what
 * was asked for.
 */
static off_t
ra_start(struct uvm_object *uobj, int advice, off_t off, size_t size)
{
	struct vm_page *pg;
	off_t end = off + size;
	int error, npages;

	KASSERT(rw_write_held(uobj->vmobjlock));
	while (off < end) {
		pg = uvm_pagelookup(uobj, off);
		if (pg != NULL) {
			off += PAGE_SIZE;
			continue;
		}
		npages = MIN((end - off) >> PAGE_SHIFT, UVM_BATCH);
		error = (*uobj->pgops->pgo_get)(uobj, off, NULL, &npages, 0,
		    VM_PROT_READ, advice, 0);
		rw_enter(uobj->vmobjlock, RW_WRITER);
		if (error != 0)
			break;
		off += (off_t)MAX(npages, 1) << PAGE_SHIFT;
	}
	return off;
}

/*
 * A read of [off, off + size) is about to happen.  The lock is held as
 * writer; it may be dropped for a moment.
 */
void
uvm_ra_request(struct uvm_ractx *ra, int advice, struct uvm_object *uobj,
    off_t off, size_t size)
{
	off_t begin, end;

	KASSERT(rw_write_held(uobj->vmobjlock));
	if (ra == NULL || advice == UVM_ADV_RANDOM)
		return;
	off = trunc_page(off);
	size = round_page(size);
	if (off > ra->ra_next || off + (off_t)size < ra->ra_next ||
	    (off == 0 && advice != UVM_ADV_SEQUENTIAL && ra->ra_next != 0)) {
		ra->ra_winsize = 0;
		ra->ra_winend = off;
	} else if (ra->ra_winsize == 0)
		ra->ra_winsize = RA_WINMIN;
	ra->ra_next = off + size;
	if (ra->ra_winsize == 0)
		return;
	if (ra->ra_winend < ra->ra_next)
		ra->ra_winend = ra->ra_next;
	if (ra->ra_winend - ra->ra_next > (off_t)ra->ra_winsize / 2)
		return;
	begin = ra->ra_winend;
	end = ra->ra_next + ra->ra_winsize;
	if (end <= begin)
		end = begin + RA_WINMIN;
	ra->ra_winstart = begin;
	ra->ra_winend = end;
	ra->ra_winsize = MIN(ra->ra_winsize * 2, RA_WINMAX);
	(void)ra_start(uobj, advice, begin, end - begin);
}

/*
 * Have a range, which ends below the last page there can be, read because
 * somebody said it will be needed.
 */
int
uvm_readahead(struct uvm_object *uobj, off_t off, off_t size)
{

	if (uobj->pgops->pgo_get == NULL)
		return 0;
	rw_enter(uobj->vmobjlock, RW_WRITER);
	(void)ra_start(uobj, UVM_ADV_SEQUENTIAL, trunc_page(off),
	    round_page(off + size) - trunc_page(off));
	rw_exit(uobj->vmobjlock);
	return 0;
}
