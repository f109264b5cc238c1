/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uvm_page_status.c: clean, dirty or unknown, per page and tagged in the
 * object's tree so that dirty pages are found without looking at the others.
 *
 * Called with the object's lock held as writer, or by the owner of a busy
 * page which then holds it as well.  The first dirty page of a vnode puts the
 * vnode on the syncer's list through pgo_markdirty.
 */

#include <sys/param.h>
#include <sys/systm.h>

#include "uvm_private.h"

unsigned int
uvm_pagegetdirty(struct vm_page *pg)
{

	KASSERT(uvm_page_owner_locked_p(pg, false));
	KASSERT((pg->flags & (PG_CLEAN | PG_DIRTY)) != (PG_CLEAN | PG_DIRTY));
	if (pg->flags & PG_CLEAN)
		return UVM_PAGE_STATUS_CLEAN;
	if (pg->flags & PG_DIRTY)
		return UVM_PAGE_STATUS_DIRTY;
	return UVM_PAGE_STATUS_UNKNOWN;
}

static uint32_t
status_flag(unsigned int status)
{

	switch (status) {
	case UVM_PAGE_STATUS_CLEAN:
		return PG_CLEAN;
	case UVM_PAGE_STATUS_DIRTY:
		return PG_DIRTY;
	default:
		return 0;
	}
}

void
uvm_pagemarkdirty(struct vm_page *pg, unsigned int newstatus)
{
	struct uvm_object *uobj = pg->uobject;
	unsigned int oldstatus = uvm_pagegetdirty(pg);

	KASSERT(newstatus < UVM_PAGE_NUM_STATUS);
	if (oldstatus == newstatus)
		return;
	KASSERT(uvm_page_owner_locked_p(pg, true));
	pg->flags = (pg->flags & ~(PG_CLEAN | PG_DIRTY)) |
	    status_flag(newstatus);
	if (uobj == NULL || !UVM_OBJ_IS_VNODE(uobj))
		return;
	if (oldstatus == UVM_PAGE_STATUS_CLEAN) {
		if (uobj->pgops->pgo_markdirty != NULL)
			(*uobj->pgops->pgo_markdirty)(uobj);
		uvm_obj_page_set_dirty(pg);
		uvm_dirty_count(1);
	} else if (newstatus == UVM_PAGE_STATUS_CLEAN) {
		uvm_obj_page_clear_dirty(pg);
		uvm_dirty_count(-1);
	}
}

/*
 * Does pg have to be written?  It is marked clean, since its contents are
 * about to be.  `protected' would say that nobody can write to it meanwhile;
 * without mappings that is always so.
 */
bool
uvm_pagecheckdirty(struct vm_page *pg, bool protected)
{

	KASSERT(uvm_page_owner_locked_p(pg, true));
	if (uvm_pagegetdirty(pg) == UVM_PAGE_STATUS_CLEAN)
		return false;
	uvm_pagemarkdirty(pg, UVM_PAGE_STATUS_CLEAN);
	return true;
}
