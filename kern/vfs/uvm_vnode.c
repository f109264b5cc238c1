/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uvm_vnode.c: vnodes as memory objects: their pager, their size, and finding
 * or making busy pages for a file system's getpages and putpages.
 *
 * The pager only passes on to VOP_GETPAGES and VOP_PUTPAGES, which are called
 * with vmobjlock held and drop it.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kernel.h>
#include <sys/mount.h>
#include <sys/vnode.h>

#include "uvm_private.h"
#include <uvm/uvm_page_array.h>

#define	MEM_TRIES	20	/* waits for memory with UFP_MEMFAIL */
#define	UFP_MEMNOW	0x10000	/* what there is memory for at once */

static void	uvn_reference(struct uvm_object *);
static void	uvn_detach(struct uvm_object *);
static int	uvn_get(struct uvm_object *, voff_t, struct vm_page **, int *,
		    int, vm_prot_t, int, int);
static int	uvn_put(struct uvm_object *, voff_t, voff_t, int);
static void	uvn_markdirty(struct uvm_object *);

const struct uvm_pagerops uvm_vnodeops = {
	.pgo_reference = uvn_reference,
	.pgo_detach = uvn_detach,
	.pgo_get = uvn_get,
	.pgo_put = uvn_put,
	.pgo_markdirty = uvn_markdirty,
};

static struct vnode *
uvn_vnode(struct uvm_object *uobj)
{

	KASSERT(UVM_OBJ_IS_VNODE(uobj));
	return container_of(uobj, struct vnode, v_uobj);
}

static void
uvn_reference(struct uvm_object *uobj)
{

	vref(uvn_vnode(uobj));
}

static void
uvn_detach(struct uvm_object *uobj)
{

	vrele(uvn_vnode(uobj));
}

static int
uvn_get(struct uvm_object *uobj, voff_t offset, struct vm_page **pps,
    int *npagesp, int centeridx, vm_prot_t access, int advice, int flags)
{

	KASSERT(rw_lock_held(uobj->vmobjlock));
	return VOP_GETPAGES(uvn_vnode(uobj), offset, pps, npagesp, centeridx,
	    access, advice, flags);
}

static int
uvn_put(struct uvm_object *uobj, voff_t lo, voff_t hi, int flags)
{

	KASSERT(rw_write_held(uobj->vmobjlock));
	return VOP_PUTPAGES(uvn_vnode(uobj), lo, hi, flags);
}

/*
 * A page is about to become dirty: the syncer must know of the vnode.
 */
static void
uvn_markdirty(struct uvm_object *uobj)
{
	struct vnode *vp = uvn_vnode(uobj);

	KASSERT(rw_write_held(uobj->vmobjlock));
	if (atomic_load_relaxed(&vp->v_iflag) & VI_ONWORKLST)
		return;
	mutex_enter(vp->v_interlock);
	if ((vp->v_iflag & VI_ONWORKLST) == 0)
		vn_syncer_add_to_worklist(vp, filedelay);
	mutex_exit(vp->v_interlock);
}

bool
uvn_text_p(struct uvm_object *uobj)
{

	return (uvn_vnode(uobj)->v_iflag & VI_EXECMAP) != 0;
}

/*
 * Without mappings there are no write faults to need.
 */
bool
uvn_needs_writefault_p(struct uvm_object *uobj)
{

	KASSERT(UVM_OBJ_IS_VNODE(uobj));
	return false;
}

/*
 * Is the page that is there good for the caller?
 */
static bool
find_acceptable_p(const struct vm_page *pg, unsigned int flags)
{

	if (flags & UFP_NOCACHE)
		return false;
	if ((flags & UFP_NORDONLY) && (pg->flags & PG_RDONLY))
		return false;
	if ((flags & UFP_DIRTYONLY) && (pg->flags & PG_CLEAN))
		return false;
	return true;
}

/*
 * How many of the slots from pgs[0] on are wanted and have no page yet; the
 * first one has none.
 */
static int
find_missing_run(struct uvm_object *uobj, voff_t off, struct vm_page **pgs,
    int max)
{
	int n;

	for (n = 1; n < max; n++)
		if (pgs[n] == PGO_DONTCARE || uvm_pagelookup(uobj,
		    off + ((voff_t)n << PAGE_SHIFT)) != NULL)
			break;
	return n;
}

/*
 * Make the page at off and, going forward, those missing behind it.  Returns
 * how many; 0 only if flags say not to wait.  The lock may be dropped to wait
 * for memory, in which case -1 tells that the page must be looked up again.
 */
static int
find_alloc(struct uvm_object *uobj, voff_t off, struct vm_page **pgs, int max,
    unsigned int flags)
{
	int n;

	n = (flags & UFP_BACKWARD) ? 1 :
	    find_missing_run(uobj, off, pgs, max);
	n = uvm_pagealloc_run(uobj, off, n, 0, pgs);
	if (n > 0 || (flags & (UFP_NOWAIT | UFP_MEMNOW)))
		return n;
	rw_exit(uobj->vmobjlock);
	uvm_pdqueue_wait();
	rw_enter(uobj->vmobjlock, RW_WRITER);
	return -1;
}

/*
 * Get hold of one page, or some when they have to be made.  Returns how many
 * slots were filled, 0 if the search is to stop.
 */
static int
find_one(struct uvm_object *uobj, voff_t off, struct vm_page **pgs, int max,
    unsigned int flags)
{
	struct vm_page *pg;
	int n, tries;

	for (tries = 0;;) {
		pg = uvm_pagelookup(uobj, off);
		if (pg == NULL) {
			if (flags & UFP_NOALLOC)
				return 0;
			if ((flags & UFP_MEMFAIL) && tries++ == MEM_TRIES)
				return 0;
			n = find_alloc(uobj, off, pgs, max, flags);
			if (n >= 0)
				return n;
			continue;
		}
		if (!find_acceptable_p(pg, flags))
			return 0;
		if ((pg->flags & PG_BUSY) == 0) {
			pg->flags |= PG_BUSY;
			uvm_page_touch(pg);
			pgs[0] = pg;
			return 1;
		}
		if (flags & (UFP_NOWAIT | UFP_NOBUSY))
			return 0;
		uvm_pagewait(pg, uobj->vmobjlock, "uvnfp");
		rw_enter(uobj->vmobjlock, RW_WRITER);
	}
}

/*
 * Fill the NULL slots of pgs with busy pages from offset on, passing over
 * PGO_DONTCARE.  Stops where flags say so; *npagesp becomes the number of
 * slots dealt with.  Returns the number of pages found or made.  The array
 * argument is a hint that is not needed here.
 */
int
uvn_findpages(struct uvm_object *uobj, voff_t offset, unsigned int *npagesp,
    struct vm_page **pgs, void *array, unsigned int flags)
{
	const int npages = *npagesp;
	const bool back = (flags & UFP_BACKWARD) != 0;
	int done, found, idx, n;

	KASSERT(rw_write_held(uobj->vmobjlock));
	for (done = found = 0; done < npages; done += n) {
		idx = back ? npages - 1 - done : done;
		if (pgs[idx] == PGO_DONTCARE) {
			n = 1;
			continue;
		}
		pgs[idx] = NULL;
		n = find_one(uobj, back ?
		    offset - ((voff_t)done << PAGE_SHIFT) :
		    offset + ((voff_t)idx << PAGE_SHIFT),
		    &pgs[idx], npages - done, flags);
		if (n == 0)
			break;
		found += n;
	}
	*npagesp = done;
	return found;
}

/*
 * Give up pages found or made, some slots having none: new ones go.
 */
void
uvm_find_undo(struct vm_page **pgs, int n)
{
	int i;

	for (i = 0; i < n; i++)
		if (pgs[i] != NULL && pgs[i] != PGO_DONTCARE &&
		    (pgs[i]->flags & PG_FAKE))
			pgs[i]->flags |= PG_RELEASED;
	uvm_page_unbusy(pgs, n);
}

/*
 * Up to *np busy pages from offset on, found or made, as many as there is
 * memory for but at least `must'.  Memory is waited for without any of them:
 * threads that keep some and wait for more could between them have all.
 */
void
uvm_find_some(struct uvm_object *uobj, voff_t offset, unsigned int *np,
    struct vm_page **pgs, unsigned int must)
{
	unsigned int n;

	KASSERT(must > 0 && must <= *np);
	for (;;) {
		memset(pgs, 0, *np * sizeof(pgs[0]));
		n = *np;
		(void)uvn_findpages(uobj, offset, &n, pgs, NULL, UFP_MEMNOW);
		if (__predict_true(n >= must))
			break;
		uvm_find_undo(pgs, n);
		rw_exit(uobj->vmobjlock);
		uvm_pdqueue_wait();
		rw_enter(uobj->vmobjlock, RW_WRITER);
	}
	*np = n;
}

/*
 * The file got a new size.  Pages wholly beyond it are freed; the caller has
 * zeroed the rest of the last one.  The file system is asked even if the vnode
 * has no page: it may keep the data in an object of its own.
 */
void
uvm_vnp_setsize(struct vnode *vp, voff_t newsize)
{
	struct uvm_object *uobj = &vp->v_uobj;
	const voff_t pgend = round_page(newsize);
	voff_t oldsize;
	int error __diagused;

	rw_enter(uobj->vmobjlock, RW_WRITER);
	oldsize = vp->v_size;
	if (vp->v_writesize != VSIZENOTSET && vp->v_writesize > oldsize)
		oldsize = vp->v_writesize;
	if (vp->v_size != VSIZENOTSET && oldsize > pgend) {
		error = (*uobj->pgops->pgo_put)(uobj, pgend, 0,
		    PGO_FREE | PGO_SYNCIO);
		KASSERT(error == 0);
		rw_enter(uobj->vmobjlock, RW_WRITER);
	}
	mutex_enter(vp->v_interlock);
	vp->v_size = vp->v_writesize = newsize;
	mutex_exit(vp->v_interlock);
	rw_exit(uobj->vmobjlock);
}

/*
 * A write is going to extend the file to newsize.
 */
void
uvm_vnp_setwritesize(struct vnode *vp, voff_t newsize)
{

	rw_enter(vp->v_uobj.vmobjlock, RW_WRITER);
	mutex_enter(vp->v_interlock);
	KASSERT(vp->v_size != VSIZENOTSET);
	KASSERT(newsize >= vp->v_size || vp->v_size == VSIZENOTSET);
	vp->v_writesize = newsize;
	mutex_exit(vp->v_interlock);
	rw_exit(vp->v_uobj.vmobjlock);
}

void
uvm_vnp_zerorange(struct vnode *vp, off_t off, size_t len)
{

	ubc_zerorange(&vp->v_uobj, off, len, UBC_VNODE_FLAGS(vp));
}

/*
 * May the file be written to, as far as executable mappings go?  There are
 * none.
 */
bool
uvm_vnp_uncache(struct vnode *vp)
{

	KASSERT(vp->v_type == VREG);
	return true;
}
