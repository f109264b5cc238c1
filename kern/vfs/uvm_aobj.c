/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uvm_aobj.c: anonymous memory objects, the contents of tmpfs files.
 *
 * There is no swap: pages exist from their first write until the owner frees
 * them with pgo_put(PGO_FREE) or the last reference goes.  Offsets never
 * written have no page and read as zeros (ubc knows).  All of it runs under the
 * object's lock.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/kmem.h>

#include "uvm_private.h"
#include <uvm/uvm_page_array.h>

static int	uao_get(struct uvm_object *, voff_t, struct vm_page **, int *,
		    int, vm_prot_t, int, int);
static int	uao_put(struct uvm_object *, voff_t, voff_t, int);

const struct uvm_pagerops aobj_pager = {
	.pgo_reference = uao_reference,
	.pgo_detach = uao_detach,
	.pgo_get = uao_get,
	.pgo_put = uao_put,
};

void
uao_init(void)
{

	KASSERT(aobj_pager.pgo_get != NULL);
}

/*
 * A size is given, but only memory bounds what may be written.
 */
struct uvm_object *
uao_create(voff_t size, int flags)
{
	struct uvm_object *uobj;

	KASSERT((flags & (UAO_FLAG_KERNOBJ | UAO_FLAG_KERNSWAP)) == 0);
	uobj = kmem_alloc(sizeof(*uobj), KM_SLEEP);
	uvm_obj_init(uobj, &aobj_pager, true, 1);
	return uobj;
}

void
uao_set_pgfl(struct uvm_object *uobj, int freelist)
{

	KASSERT(freelist == VM_FREELIST_DEFAULT);
}

void
uao_reference(struct uvm_object *uobj)
{

	KASSERT(uobj->uo_refs > 0);
	atomic_inc_uint(&uobj->uo_refs);
}

/*
 * Drop a reference; the last one frees all pages and the object.
 */
void
uao_detach(struct uvm_object *uobj)
{

	membar_release();
	if (atomic_dec_uint_nv(&uobj->uo_refs) > 0)
		return;
	membar_acquire();
	rw_enter(uobj->vmobjlock, RW_WRITER);
	(void)uao_put(uobj, 0, 0, PGO_FREE | PGO_ALLPAGES);
	uvm_obj_destroy(uobj, true);
	kmem_free(uobj, sizeof(*uobj));
}

/*
 * The pages wanted that are resident and not busy; the lock stays held.
 */
static int
uao_get_locked(struct uvm_object *uobj, voff_t off, struct vm_page **pps,
    int npages, int *npagesp)
{
	struct vm_page *pg;
	int found, i;

	for (found = i = 0; i < npages; i++) {
		if (pps[i] == PGO_DONTCARE)
			continue;
		pg = uvm_pagelookup(uobj, off + ((voff_t)i << PAGE_SHIFT));
		if (pg == NULL || (pg->flags & PG_BUSY))
			continue;
		pg->flags |= PG_BUSY;
		pps[i] = pg;
		found++;
	}
	*npagesp = found;
	return found == npages ? 0 : EBUSY;
}

/*
 * Busy pages for [off, off + *npagesp), made if need be and then zeroed,
 * but for PGO_OVERWRITE which leaves them PG_FAKE.  Without pps they are to be
 * read ahead, which needs something to read from.
 */
static int
uao_get(struct uvm_object *uobj, voff_t off, struct vm_page **pps,
    int *npagesp, int centeridx, vm_prot_t access, int advice, int flags)
{
	unsigned int done;
	int i;

	KASSERT(rw_write_held(uobj->vmobjlock));
	if (flags & PGO_LOCKED)
		return uao_get_locked(uobj, off, pps, *npagesp, npagesp);
	if (pps == NULL) {
		rw_exit(uobj->vmobjlock);
		return EOPNOTSUPP;
	}
	done = *npagesp;
	(void)uvn_findpages(uobj, off, &done, pps, NULL, UFP_MEMFAIL);
	if (done < *npagesp) {
		uvm_find_undo(pps, done);
		rw_exit(uobj->vmobjlock);
		return ENOMEM;
	}
	for (i = 0; i < *npagesp; i++) {
		if (pps[i] == PGO_DONTCARE || (pps[i]->flags & PG_FAKE) == 0 ||
		    (flags & PGO_OVERWRITE))
			continue;
		memset(VM_PAGE_VA(pps[i]), 0, PAGE_SIZE);
		pps[i]->flags &= ~PG_FAKE;
	}
	rw_exit(uobj->vmobjlock);
	return 0;
}

/*
 * Free the idle pages of [*offp, stop) up to the next busy one, which is
 * returned; NULL if there was none.
 */
static struct vm_page *
uao_free_idle(struct uvm_object *uobj, voff_t *offp, voff_t stop)
{
	struct uvm_page_array ar;
	struct vm_page *pgs[UVM_PAGE_ARRAY_SIZE], *pg;
	int n;

	uvm_page_array_init(&ar, uobj, 0);
	do {
		pg = uvm_page_array_fill_and_peek(&ar, *offp, 0);
		for (n = 0; pg != NULL && pg->offset < stop &&
		    (pg->flags & PG_BUSY) == 0;
		    pg = uvm_page_array_peek(&ar)) {
			pgs[n++] = pg;
			*offp = pg->offset + PAGE_SIZE;
			uvm_page_array_advance(&ar);
		}
		uvm_pagefree_many(pgs, n);
	} while (n > 0 && pg == NULL);
	uvm_page_array_fini(&ar);
	return pg != NULL && pg->offset < stop ? pg : NULL;
}

/*
 * Only freeing means anything here: there is nowhere to write to, so pages
 * that are to be cleaned before they are freed stay, as do those of an object
 * that somebody else refers to.  Busy pages are waited for.
 */
static int
uao_put(struct uvm_object *uobj, voff_t start, voff_t stop, int flags)
{
	struct vm_page *pg;
	voff_t off;

	KASSERT(rw_write_held(uobj->vmobjlock));
	if ((flags & (PGO_FREE | PGO_CLEANIT)) == PGO_FREE &&
	    uobj->uo_refs <= 1) {
		off = (flags & PGO_ALLPAGES) ? 0 : trunc_page(start);
		if ((flags & PGO_ALLPAGES) || stop == 0)
			stop = INT64_MAX;
		while ((pg = uao_free_idle(uobj, &off, stop)) != NULL) {
			uvm_pagewait(pg, uobj->vmobjlock, "uaoput");
			rw_enter(uobj->vmobjlock, RW_WRITER);
		}
	}
	rw_exit(uobj->vmobjlock);
	return 0;
}
