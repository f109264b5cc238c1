/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uvm/uvm_extern.h: what the rest of the kernel uses of UVM: page-cached
 * copies (ubc), sizes of vnodes, anonymous objects, kernel memory, counters.
 *
 * Base brings uvm_km_*, uvmexp, kernel_map and uvm_availmem(); the vfs
 * faction brings objects, pages and ubc.
 */
#ifndef _UVM_UVM_EXTERN_H_
#define	_UVM_UVM_EXTERN_H_

#include <sys/types.h>
#include <sys/lock.h>
#include <sys/queue.h>
#include <sys/rwlock.h>
#include <sys/time.h>
#include <sys/vmem.h>
#include <sys/vmmeter.h>
#include <uvm/uvm_param.h>
#include <uvm/uvm_prot.h>
#include <uvm/uvm_pmap.h>
#include <uvm/uvm_map.h>
#include <uvm/uvm_object.h>
#include <uvm/uvm_pager.h>

struct buf;
struct core;
struct lwp;
struct mount;
struct pglist;
struct proc;
struct uio;
struct uvm_object;
struct vm_anon;
struct vmspace;
struct vnode;
struct vm_map;
struct vm_page;
struct uvm_cpu;
struct vmem;

typedef unsigned int uvm_flag_t;
typedef int vm_inherit_t;
typedef int vm_fault_t;

/* Advice about the order of access. */
#define	UVM_ADV_NORMAL		0x0
#define	UVM_ADV_RANDOM		0x1
#define	UVM_ADV_SEQUENTIAL	0x2
#define	UVM_ADV_WILLNEED	0x3
#define	UVM_ADV_DONTNEED	0x4
#define	UVM_ADV_NOREUSE		0x5
#define	UVM_ADV_MASK		0x7

/* uvm_km_alloc() */
#define	UVM_KMF_WIRED		0x00000001
#define	UVM_KMF_PAGEABLE	0x00000002
#define	UVM_KMF_VAONLY		0x00000004
#define	UVM_KMF_TYPEMASK						\
	(UVM_KMF_WIRED | UVM_KMF_PAGEABLE | UVM_KMF_VAONLY)
#define	UVM_KMF_CANFAIL		0x00000008
#define	UVM_KMF_ZERO		0x00000010
#define	UVM_KMF_EXEC		0x00000020
#define	UVM_KMF_TRYLOCK		0x00000040
#define	UVM_KMF_NOWAIT		0x00000080
#define	UVM_KMF_WAITVA		0x00000100
#define	UVM_KMF_COLORMATCH	0x00000200

/* ubc_uiomove(), ubc_zerorange() */
#define	UBC_READ	0x001	/* out of the object */
#define	UBC_WRITE	0x002	/* into the object */
#define	UBC_FAULTBUSY	0x004	/* new pages are overwritten whole */
#define	UBC_ISMAPPED	0x008	/* the object may be mapped */
#define	UBC_UNMAP	0x010	/* drop cached mappings */
#define	UBC_PARTIALOK	0x100	/* stop short on error, uio says where */

/* Largest part of a window done at once, in pages. */
#define	UBC_MAX_PAGES	8

/* Nobody maps files here: there is no mapping to flush. */
#define	UBC_VNODE_FLAGS(vp)	((void)(vp), 0)

/* uao_create() */
#define	UAO_FLAG_KERNOBJ	0x1
#define	UAO_FLAG_KERNSWAP	0x2
#define	UAO_FLAG_NOSWAP		0x8

/* Counters and tunables; a: changed atomically, else by their owner. */
struct uvmexp {
	int	pagesize;
	int	pagemask;
	int	pageshift;
	int	npages;		/* pages this kernel may have */
	int	free;		/* a: of these, free */
	int	paging;		/* a: being written out */
	int	wired;		/* a: */
	int	ncolors;
	int	colormask;
	int	zeropages;
	int	reserve_pagedaemon;
	int	reserve_kernel;
	int	freemin;
	int	freetarg;	/* reclaim until that many are free */
	int	inactarg;
	int	wiredmax;
	int	nswapdev;
	int	swpages;
	int	swpgavail;
	int	swpginuse;
	int	swpgonly;
	int	nswget;
	int	pdpages;
	int	faults;
	int	traps;
	int	intrs;
	int	swtch;
	int	softs;
	int	syscalls;
	int	pageins;
	int	swapins;
	int	swapouts;
	int	pgswapin;
	int	pgswapout;
	int	forks;
	int	forks_ppwait;
	int	forks_sharevm;
	int	pga_zerohit;
	int	pga_zeromiss;
	int	zeroaborts;
	int	fltnoram;
	int	fltnoanon;
	int	fltpgwait;
	int	fltpgrele;
	int	fltrelck;
	int	fltrelckok;
	int	fltget;
	int	pdwoke;
	int	pdrevs;
	int	pdfreed;
	int	pdscans;
	int	pdanscan;
	int	pdobscan;
	int	pdreact;
	int	pdbusy;
	int	pdpageouts;
	int	pdpending;
	int	pddeact;
	unsigned int anonpages;
	unsigned int filepages;
	unsigned int execpages;
	int	colorhit;
	int	colormiss;
	int	bootpages;
};

/* An address space; see uvm_map.h. Fixed once made, vm_refcnt atomic. */
struct vmspace {
	struct vm_map	vm_map;
	volatile int	vm_refcnt;
	void		*vm_shm;
	segsz_t		vm_rssize;
	segsz_t		vm_rssmax;
	segsz_t		vm_tsize;
	segsz_t		vm_dsize;
	segsz_t		vm_ssize;
	segsz_t		vm_issize;
	void		*vm_taddr;
	void		*vm_daddr;
	void		*vm_maxsaddr;
	void		*vm_minsaddr;
	size_t		vm_aslr_delta_mmap;
};

#define VMSPACE_IS_KERNEL_P(vm)	((vm) == vmspace_kernel())

#ifdef _KERNEL
extern struct uvmexp uvmexp;
extern struct vm_map *kernel_map;
extern bool vm_page_zero_enable;

/* uvm_km(9): CANFAIL or NOWAIT may return 0 */
vaddr_t	uvm_km_alloc(struct vm_map *, vsize_t, vsize_t, uvm_flag_t);
void	uvm_km_free(struct vm_map *, vaddr_t, vsize_t, uvm_flag_t);
int	uvm_km_kmem_alloc(struct vmem *, vsize_t, int, uintptr_t *);
void	uvm_km_kmem_free(struct vmem *, uintptr_t, vsize_t);
bool	uvm_km_va_starved_p(void);
void	uvm_wait(const char *);
void	uvm_kick_pdaemon(void);

/* Free pages; true asks for an exact figure. */
int	uvm_availmem(bool);

/* address spaces */
void	uvmspace_addref(struct vmspace *);
void	uvmspace_free(struct vmspace *);
int	uvm_io(struct vm_map *, struct uio *, int);
/* Zeroed pages in a process, which unmaps them: address, size in bytes. */
int	uvm_mmap_anon(struct proc *, void **, size_t);
int	uvm_vslock(struct vmspace *, void *, size_t, vm_prot_t);
void	uvm_vsunlock(struct vmspace *, void *, size_t);
int	vmapbuf(struct buf *, vsize_t);
void	vunmapbuf(struct buf *, vsize_t);

/*
 * Copy between an object and a uio at uio_offset, at most todo bytes.  The
 * object's pager supplies pages.  An errno; with UBC_PARTIALOK the uio tells
 * how far it came.
 */
int	ubc_uiomove(struct uvm_object *, struct uio *, vsize_t, int, int);
void	ubc_zerorange(struct uvm_object *, off_t, size_t, int);
void	ubc_purge(struct uvm_object *);
void	ubc_init(void);

/* objects */
void	uvm_obj_init(struct uvm_object *, const struct uvm_pagerops *, bool,
	    u_int);
void	uvm_obj_setlock(struct uvm_object *, krwlock_t *);
void	uvm_obj_destroy(struct uvm_object *, bool);
int	uvm_obj_wirepages(struct uvm_object *, off_t, off_t, struct pglist *);
void	uvm_obj_unwirepages(struct uvm_object *, off_t, off_t);
bool	uvm_obj_clean_p(struct uvm_object *);
bool	uvm_obj_nowriteback_p(struct uvm_object *);
bool	uvm_obj_page_dirty_p(struct vm_page *);
void	uvm_obj_page_set_dirty(struct vm_page *);
void	uvm_obj_page_clear_dirty(struct vm_page *);
bool	uvm_obj_page_writeback_p(struct vm_page *);
void	uvm_obj_page_set_writeback(struct vm_page *);
void	uvm_obj_page_clear_writeback(struct vm_page *);
struct uvm_object *uao_create(voff_t, int);
void	uao_detach(struct uvm_object *);
void	uao_reference(struct uvm_object *);
void	uao_set_pgfl(struct uvm_object *, int);

/* uvn_findpages() */
#define	UFP_ALL		0x00
#define	UFP_NOWAIT	0x01	/* stop at a busy page or without memory */
#define	UFP_NOALLOC	0x02	/* stop at a page that is not there */
#define	UFP_NOCACHE	0x04	/* stop at a page that is there */
#define	UFP_NORDONLY	0x08	/* stop at a PG_RDONLY page */
#define	UFP_DIRTYONLY	0x10	/* stop at a clean page */
#define	UFP_BACKWARD	0x20	/* from the last slot downwards */
#define	UFP_NOBUSY	0x40	/* stop at a busy page */
#define	UFP_MEMFAIL	0x80	/* ours: stop if memory does not turn up */

/* vnodes as objects */
void	uvm_vnp_setsize(struct vnode *, voff_t);
void	uvm_vnp_setwritesize(struct vnode *, voff_t);
int	uvn_findpages(struct uvm_object *, voff_t, unsigned int *,
	    struct vm_page **, void *, unsigned int);
bool	uvn_text_p(struct uvm_object *);
bool	uvn_needs_writefault_p(struct uvm_object *);
void	uvm_vnp_zerorange(struct vnode *, off_t, size_t);
bool	uvm_vnp_uncache(struct vnode *);

/* Ours: reclaim up to so many clean pages; returns how many.  For base. */
int	uvm_pdqueue_reclaim(int);
#endif /* _KERNEL */

#endif /* !_UVM_UVM_EXTERN_H_ */
