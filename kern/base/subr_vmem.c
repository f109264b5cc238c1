/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vmem(9): allocation of ranges from arenas.
 *
 * An arena is a list of boundary tags sorted by address: span tags, and the
 * free and busy segments of each span.  Free segments are also on a list per
 * power of two, busy ones in a hash by address.  An arena with a source
 * imports spans when it runs dry and gives them back when wholly free.
 * Lock order: vm_lock of an arena is not held while its source is called.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/condvar.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/mutex.h>
#include <sys/queue.h>
#include <sys/systm.h>
#include <sys/vmem.h>

#include <lib/libkern/libkern.h>

#define VMEM_FREELISTS	(sizeof(vmem_size_t) * 8)
#define VMEM_HASHSIZE	64

enum bt_type {
	BT_SPAN,		/* given with vmem_add() */
	BT_SPAN_IMPORTED,	/* from the source */
	BT_FREE,
	BT_BUSY,
};

/* All fields are under vm_lock. */
struct bt {
	TAILQ_ENTRY(bt)	bt_seg;		/* by address */
	LIST_ENTRY(bt)	bt_link;	/* free list or hash chain */
	vmem_addr_t	bt_start;
	vmem_size_t	bt_size;
	enum bt_type	bt_type;
};
LIST_HEAD(btlist, bt);

/* Lock legend: (l) vm_lock, (:) constant. */
struct vmem {
	kmutex_t	vm_lock;
	kcondvar_t	vm_cv;		/* l: something was freed */
	TAILQ_HEAD(btseg, bt) vm_seglist;	/* l */
	struct btlist	vm_free[VMEM_FREELISTS]; /* l */
	struct btlist	vm_hash[VMEM_HASHSIZE];	/* l */
	vmem_size_t	vm_size;	/* l: all spans */
	vmem_size_t	vm_inuse;	/* l: busy */
	vmem_size_t	vm_quantum;	/* : */
	vmem_import_t	*vm_import;	/* : or NULL */
	vmem_ximport_t	*vm_ximport;	/* : or NULL */
	vmem_release_t	*vm_release;	/* : or NULL */
	void		*vm_source;	/* : their argument */
	char		vm_name[16];	/* : */
};

/* A request: what vmem_xalloc() was asked for. */
struct vmem_req {
	vmem_size_t	vr_size, vr_align, vr_phase, vr_nocross;
	vmem_addr_t	vr_min, vr_max;
};

static km_flag_t
to_kmflag(vm_flag_t flags)
{

	return (flags & VM_SLEEP) ? KM_SLEEP : KM_NOSLEEP;
}

static u_int
size_order(vmem_size_t size)
{

	KASSERT(size > 0);
	return (u_int)(VMEM_FREELISTS - 1 - __builtin_clzl(size));
}

static struct btlist *
hash_list(vmem_t *vm, vmem_addr_t addr)
{

	return &vm->vm_hash[(addr / vm->vm_quantum) % VMEM_HASHSIZE];
}

static bool
span_p(const struct bt *bt)
{

	return bt->bt_type == BT_SPAN || bt->bt_type == BT_SPAN_IMPORTED;
}

static void
bt_insfree(vmem_t *vm, struct bt *bt)
{

	bt->bt_type = BT_FREE;
	LIST_INSERT_HEAD(&vm->vm_free[size_order(bt->bt_size)], bt, bt_link);
}

static void
bt_insbusy(vmem_t *vm, struct bt *bt)
{

	bt->bt_type = BT_BUSY;
	LIST_INSERT_HEAD(hash_list(vm, bt->bt_start), bt, bt_link);
	vm->vm_inuse += bt->bt_size;
}

static struct bt *
bt_lookupbusy(vmem_t *vm, vmem_addr_t addr)
{
	struct bt *bt;

	LIST_FOREACH(bt, hash_list(vm, addr), bt_link) {
		if (bt->bt_start == addr)
			return bt;
	}
	return NULL;
}

static vmem_t *
vmem_make(const char *name, vmem_size_t quantum, vm_flag_t flags, int ipl)
{
	vmem_t *vm;
	u_int i;

	KASSERT(quantum > 0 && powerof2(quantum));
	vm = kmem_intr_zalloc(sizeof(*vm), to_kmflag(flags));
	if (vm == NULL)
		return NULL;
	mutex_init(&vm->vm_lock, MUTEX_DEFAULT, ipl);
	cv_init(&vm->vm_cv, "vmem");
	TAILQ_INIT(&vm->vm_seglist);
	for (i = 0; i < VMEM_FREELISTS; i++)
		LIST_INIT(&vm->vm_free[i]);
	for (i = 0; i < VMEM_HASHSIZE; i++)
		LIST_INIT(&vm->vm_hash[i]);
	vm->vm_quantum = quantum;
	strlcpy(vm->vm_name, name, sizeof(vm->vm_name));
	return vm;
}

static vmem_t *
vmem_make_filled(vmem_t *vm, vmem_addr_t base, vmem_size_t size,
    vm_flag_t flags)
{

	if (vm != NULL && size != 0 && vmem_add(vm, base, size, flags) != 0) {
		vmem_destroy(vm);
		return NULL;
	}
	return vm;
}

/*
 * `qcache_max' is a hint for caching small sizes; pool caches of the users
 * above do that.
 */
vmem_t *
vmem_create(const char *name, vmem_addr_t base, vmem_size_t size,
    vmem_size_t quantum, vmem_import_t *importfn, vmem_release_t *releasefn,
    vmem_t *source, vmem_size_t qcache_max, vm_flag_t flags, int ipl)
{
	vmem_t *vm;

	vm = vmem_make(name, quantum, flags, ipl);
	if (vm != NULL) {
		vm->vm_import = importfn;
		vm->vm_release = releasefn;
		vm->vm_source = source;
	}
	return vmem_make_filled(vm, base, size, flags);
}

vmem_t *
vmem_xcreate(const char *name, vmem_addr_t base, vmem_size_t size,
    vmem_size_t quantum, vmem_ximport_t *importfn, vmem_release_t *releasefn,
    vmem_t *source, vmem_size_t qcache_max, vm_flag_t flags, int ipl)
{
	vmem_t *vm;

	vm = vmem_make(name, quantum, flags, ipl);
	if (vm != NULL) {
		vm->vm_ximport = importfn;
		vm->vm_release = releasefn;
		vm->vm_source = source;
	}
	return vmem_make_filled(vm, base, size, flags);
}

void
vmem_destroy(vmem_t *vm)
{
	struct bt *bt;

	if (vm->vm_inuse != 0)
		panic("vmem_destroy: %s: %zu in use", vm->vm_name,
		    vm->vm_inuse);
	while ((bt = TAILQ_FIRST(&vm->vm_seglist)) != NULL) {
		TAILQ_REMOVE(&vm->vm_seglist, bt, bt_seg);
		if (bt->bt_type == BT_SPAN_IMPORTED && vm->vm_release != NULL)
			(*vm->vm_release)(vm->vm_source, bt->bt_start,
			    bt->bt_size);
		kmem_intr_free(bt, sizeof(*bt));
	}
	cv_destroy(&vm->vm_cv);
	mutex_destroy(&vm->vm_lock);
	kmem_intr_free(vm, sizeof(*vm));
}

/*
 * Insert a span and its one free segment, made by the caller.
 */
static void
span_insert(vmem_t *vm, struct bt *span, struct bt *seg, enum bt_type type)
{
	struct bt *next;

	KASSERT(mutex_owned(&vm->vm_lock));
	span->bt_type = type;
	TAILQ_FOREACH(next, &vm->vm_seglist, bt_seg) {
		if (span_p(next) && next->bt_start > span->bt_start)
			break;
	}
	if (next == NULL)
		TAILQ_INSERT_TAIL(&vm->vm_seglist, span, bt_seg);
	else
		TAILQ_INSERT_BEFORE(next, span, bt_seg);
	TAILQ_INSERT_AFTER(&vm->vm_seglist, span, seg, bt_seg);
	bt_insfree(vm, seg);
	vm->vm_size += span->bt_size;
}

static int
vmem_add1(vmem_t *vm, vmem_addr_t addr, vmem_size_t size, vm_flag_t flags,
    enum bt_type type)
{
	struct bt *span, *seg;

	KASSERT(size > 0);
	span = kmem_intr_alloc(sizeof(*span), to_kmflag(flags));
	if (span == NULL)
		return ENOMEM;
	seg = kmem_intr_alloc(sizeof(*seg), to_kmflag(flags));
	if (seg == NULL) {
		kmem_intr_free(span, sizeof(*span));
		return ENOMEM;
	}
	span->bt_start = seg->bt_start = addr;
	span->bt_size = seg->bt_size = size;
	mutex_enter(&vm->vm_lock);
	span_insert(vm, span, seg, type);
	cv_broadcast(&vm->vm_cv);
	mutex_exit(&vm->vm_lock);
	return 0;
}

int
vmem_add(vmem_t *vm, vmem_addr_t addr, vmem_size_t size, vm_flag_t flags)
{

	return vmem_add1(vm, addr, size, flags, BT_SPAN);
}

/*
 * Does the request fit into the segment, and where?
 */
static bool
bt_fit(const struct bt *bt, const struct vmem_req *vr, vmem_addr_t *addrp)
{
	vmem_addr_t start, end, addr;

	end = bt->bt_start + (bt->bt_size - 1);		/* last one */
	start = MAX(bt->bt_start, vr->vr_min);
	end = MIN(end, vr->vr_max);
	if (start > end)
		return false;

	addr = roundup2(start - vr->vr_phase, vr->vr_align) + vr->vr_phase;
	if (addr < start)
		addr += vr->vr_align;
	if (addr < start)
		return false;
	if (vr->vr_nocross != 0 && ((addr ^ (addr + vr->vr_size - 1)) &
	    ~(vr->vr_nocross - 1)) != 0) {
		addr = roundup2(addr, vr->vr_nocross);
		addr = roundup2(addr - vr->vr_phase, vr->vr_align) +
		    vr->vr_phase;
		if (addr < start)
			return false;
	}
	if (addr > end || end - addr < vr->vr_size - 1)
		return false;
	*addrp = addr;
	return true;
}

/*
 * A free segment for the request.  Best fit looks for the smallest, instant
 * fit takes the first.
 */
static struct bt *
seg_find(vmem_t *vm, const struct vmem_req *vr, vm_flag_t flags,
    vmem_addr_t *addrp)
{
	struct bt *bt, *best = NULL;
	vmem_addr_t addr;
	u_int i;

	for (i = size_order(vr->vr_size); i < VMEM_FREELISTS; i++) {
		LIST_FOREACH(bt, &vm->vm_free[i], bt_link) {
			if (best != NULL && bt->bt_size >= best->bt_size)
				continue;
			if (!bt_fit(bt, vr, &addr))
				continue;
			best = bt;
			*addrp = addr;
			if (flags & VM_INSTANTFIT)
				return best;
		}
		if (best != NULL)
			break;
	}
	return best;
}

/*
 * Cut [addr, addr + size) out of the free segment; spare tags *b1 and *b2 are
 * used for what is left before and after, and cleared.
 */
static void
seg_carve(vmem_t *vm, struct bt *bt, vmem_addr_t addr, vmem_size_t size,
    struct bt **b1, struct bt **b2)
{
	vmem_size_t before = addr - bt->bt_start;
	vmem_size_t after = bt->bt_size - before - size;

	KASSERT(bt->bt_type == BT_FREE);
	LIST_REMOVE(bt, bt_link);
	if (before > 0) {
		(*b1)->bt_start = bt->bt_start;
		(*b1)->bt_size = before;
		TAILQ_INSERT_BEFORE(bt, *b1, bt_seg);
		bt_insfree(vm, *b1);
		*b1 = NULL;
	}
	if (after > 0) {
		(*b2)->bt_start = addr + size;
		(*b2)->bt_size = after;
		TAILQ_INSERT_AFTER(&vm->vm_seglist, bt, *b2, bt_seg);
		bt_insfree(vm, *b2);
		*b2 = NULL;
	}
	bt->bt_start = addr;
	bt->bt_size = size;
	bt_insbusy(vm, bt);
}

/*
 * Get more from the source.
 */
static int
vmem_import(vmem_t *vm, const struct vmem_req *vr, vm_flag_t flags)
{
	vmem_size_t size = vr->vr_size;
	vmem_addr_t addr;
	int error;

	if (vr->vr_align > vm->vm_quantum)
		size = roundup2(size + vr->vr_align, vm->vm_quantum);
	if (vm->vm_ximport != NULL)
		error = (*vm->vm_ximport)(vm->vm_source, size, &size, flags,
		    &addr);
	else if (vm->vm_import != NULL)
		error = (*vm->vm_import)(vm->vm_source, size, flags, &addr);
	else
		return ENOMEM;
	if (error)
		return ENOMEM;
	error = vmem_add1(vm, addr, size, flags, BT_SPAN_IMPORTED);
	if (error && vm->vm_release != NULL)
		(*vm->vm_release)(vm->vm_source, addr, size);
	return error;
}

static void
bt_freespare(struct bt *bt)
{

	if (bt != NULL)
		kmem_intr_free(bt, sizeof(*bt));
}

static int
vmem_alloc_req(vmem_t *vm, const struct vmem_req *vr, vm_flag_t flags,
    vmem_addr_t *addrp)
{
	struct bt *b1, *b2, *bt;
	vmem_addr_t addr = 0;
	int error = 0;

	b1 = kmem_intr_alloc(sizeof(*b1), to_kmflag(flags));
	b2 = kmem_intr_alloc(sizeof(*b2), to_kmflag(flags));
	if (b1 == NULL || b2 == NULL) {
		error = ENOMEM;
		goto out;
	}
	mutex_enter(&vm->vm_lock);
	while ((bt = seg_find(vm, vr, flags, &addr)) == NULL) {
		mutex_exit(&vm->vm_lock);
		error = vmem_import(vm, vr, flags);
		if (error && (flags & VM_SLEEP) == 0)
			goto out;
		mutex_enter(&vm->vm_lock);
		if (error)
			cv_wait(&vm->vm_cv, &vm->vm_lock);
		error = 0;
	}
	seg_carve(vm, bt, addr, vr->vr_size, &b1, &b2);
	mutex_exit(&vm->vm_lock);
	if (addrp != NULL)
		*addrp = addr;
 out:
	bt_freespare(b1);
	bt_freespare(b2);
	return error;
}

int
vmem_xalloc(vmem_t *vm, vmem_size_t size, vmem_size_t align,
    vmem_size_t phase, vmem_size_t nocross, const vmem_addr_t minaddr,
    const vmem_addr_t maxaddr, vm_flag_t flags, vmem_addr_t *addrp)
{
	struct vmem_req vr = {
		.vr_size = vmem_roundup_size(vm, size),
		.vr_align = align == 0 ? vm->vm_quantum : align,
		.vr_phase = phase,
		.vr_nocross = nocross,
		.vr_min = minaddr,
		.vr_max = maxaddr,
	};

	KASSERT(size > 0);
	KASSERT((flags & (VM_SLEEP | VM_NOSLEEP)) != 0);
	KASSERT(powerof2(vr.vr_align));
	KASSERT(powerof2(nocross));
	KASSERT(phase < vr.vr_align);
	KASSERT(nocross == 0 || nocross >= size);
	KASSERT(minaddr <= maxaddr);
	return vmem_alloc_req(vm, &vr, flags, addrp);
}

int
vmem_xalloc_addr(vmem_t *vm, const vmem_addr_t addr, const vmem_size_t size,
    vm_flag_t flags)
{
	vmem_addr_t got;

	KASSERT((flags & VM_SLEEP) == 0);
	return vmem_xalloc(vm, size, 0, 0, 0, addr, addr + (size - 1), flags,
	    &got);
}

int
vmem_alloc(vmem_t *vm, vmem_size_t size, vm_flag_t flags, vmem_addr_t *addrp)
{

	return vmem_xalloc(vm, size, 0, 0, 0, VMEM_ADDR_MIN, VMEM_ADDR_MAX,
	    flags, addrp);
}

/* Append what follows if it is free; the tag is returned to be freed. */
static struct bt *
seg_merge_next(vmem_t *vm, struct bt *bt)
{
	struct bt *next = TAILQ_NEXT(bt, bt_seg);

	if (next == NULL || next->bt_type != BT_FREE)
		return NULL;
	KASSERT(next->bt_start == bt->bt_start + bt->bt_size);
	LIST_REMOVE(next, bt_link);
	TAILQ_REMOVE(&vm->vm_seglist, next, bt_seg);
	bt->bt_size += next->bt_size;
	return next;
}

void
vmem_xfree(vmem_t *vm, vmem_addr_t addr, vmem_size_t size)
{
	struct bt *bt, *prev, *gone1, *gone2 = NULL, *span = NULL;

	mutex_enter(&vm->vm_lock);
	bt = bt_lookupbusy(vm, addr);
	if (bt == NULL || bt->bt_size != vmem_roundup_size(vm, size))
		panic("vmem_free: %s: bad range %#jx+%#jx", vm->vm_name,
		    (uintmax_t)addr, (uintmax_t)size);
	LIST_REMOVE(bt, bt_link);
	vm->vm_inuse -= bt->bt_size;

	gone1 = seg_merge_next(vm, bt);
	prev = TAILQ_PREV(bt, btseg, bt_seg);
	KASSERT(prev != NULL);
	if (prev->bt_type == BT_FREE) {
		LIST_REMOVE(prev, bt_link);
		TAILQ_REMOVE(&vm->vm_seglist, bt, bt_seg);
		prev->bt_size += bt->bt_size;
		gone2 = bt;
		bt = prev;
		prev = TAILQ_PREV(bt, btseg, bt_seg);
	}
	if (prev->bt_type == BT_SPAN_IMPORTED &&
	    prev->bt_size == bt->bt_size && vm->vm_release != NULL) {
		span = prev;
		TAILQ_REMOVE(&vm->vm_seglist, bt, bt_seg);
		TAILQ_REMOVE(&vm->vm_seglist, span, bt_seg);
		vm->vm_size -= span->bt_size;
	} else {
		bt_insfree(vm, bt);
		bt = NULL;
	}
	cv_broadcast(&vm->vm_cv);
	mutex_exit(&vm->vm_lock);

	if (span != NULL)
		(*vm->vm_release)(vm->vm_source, span->bt_start,
		    span->bt_size);
	bt_freespare(span);
	bt_freespare(bt);
	bt_freespare(gone1);
	bt_freespare(gone2);
}

void
vmem_free(vmem_t *vm, vmem_addr_t addr, vmem_size_t size)
{

	vmem_xfree(vm, addr, size);
}

vmem_size_t
vmem_roundup_size(vmem_t *vm, vmem_size_t size)
{

	return roundup(size, vm->vm_quantum);
}

vmem_size_t
vmem_size(vmem_t *vm, int typemask)
{
	vmem_size_t size = 0;

	mutex_enter(&vm->vm_lock);
	if (typemask & VMEM_ALLOC)
		size += vm->vm_inuse;
	if (typemask & VMEM_FREE)
		size += vm->vm_size - vm->vm_inuse;
	mutex_exit(&vm->vm_lock);
	return size;
}

/* Nothing is cached here that could be given back. */
bool
vmem_reap(vmem_t *vm)
{

	return false;
}

void
vmem_subsystem_init(vmem_t *vm)
{

	/* kmem(9) comes first, so nothing is left to do. */
}
