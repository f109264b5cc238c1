/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where data and holes of a regular file begin: FIOSEEKDATA and FIOSEEKHOLE,
 * which lseek(2) asks for.  What has a page is data.
 */

#include "tmpfs.h"

#include <sys/filio.h>

#include <uvm/uvm_page.h>
#include <uvm/uvm_page_array.h>

/* The first page at or after off; the object is locked.  -1: none. */
static voff_t
seek_page(struct uvm_object *uobj, voff_t off)
{
	struct uvm_page_array ar;
	struct vm_page *pg;
	voff_t found;

	uvm_page_array_init(&ar, uobj, 0);
	pg = uvm_page_array_fill_and_peek(&ar, trunc_page(off), 1);
	found = pg != NULL ? pg->offset : -1;
	uvm_page_array_fini(&ar);
	return found;
}

/* The first offset from off on, up to end, whose page is missing. */
static voff_t
seek_missing(struct uvm_object *uobj, voff_t off, voff_t end)
{
	struct uvm_page_array ar;
	struct vm_page *pg;
	voff_t want;

	uvm_page_array_init(&ar, uobj, UVM_PAGE_ARRAY_FILL_DENSE);
	for (want = trunc_page(off); want < end; want += PAGE_SIZE) {
		pg = uvm_page_array_fill_and_peek(&ar, want, 0);
		if (pg == NULL || pg->offset != want)
			break;
		uvm_page_array_advance(&ar);
	}
	uvm_page_array_fini(&ar);
	return MIN(MAX(want, off), end);
}

/* *offp moves to data or to a hole.  ENXIO when there is none behind it. */
static int
seek(struct tmpfs_node *tn, bool data, off_t *offp)
{
	struct uvm_object *uobj = tn->tn_uobj;
	const off_t size = tn->tn_size;
	voff_t found;

	if (*offp < 0 || *offp >= size)
		return ENXIO;
	rw_enter(uobj->vmobjlock, RW_READER);
	found = data ? seek_page(uobj, *offp) : seek_missing(uobj, *offp,
	    size);
	rw_exit(uobj->vmobjlock);
	if (found < 0 || (data && found >= size))
		return ENXIO;
	*offp = MAX(found, *offp);
	return 0;
}

/* VOP_IOCTL. */
int
tmpfs_ioctl(void *v)
{
	struct vop_ioctl_args *ap = v;
	struct vnode *vp = ap->a_vp;
	int error;

	if (vp->v_type != VREG || (ap->a_command != FIOSEEKDATA &&
	    ap->a_command != FIOSEEKHOLE))
		return genfs_enoioctl(v);
	error = vn_lock(vp, LK_SHARED);
	if (error != 0)
		return error;
	error = seek(VP_TO_TMPFS_NODE(vp), ap->a_command == FIOSEEKDATA,
	    ap->a_data);
	VOP_UNLOCK(vp);
	return error;
}
