/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uvm/uvm_pager.h: the operations of a memory object and the mapping of pages
 * into one contiguous piece of kernel memory for I/O.
 */
#ifndef _UVM_UVM_PAGER_H_
#define	_UVM_UVM_PAGER_H_

#include <sys/types.h>
#include <uvm/uvm_param.h>
#include <uvm/uvm_prot.h>

struct uvm_object;
struct vm_page;
struct buf;
struct uvm_faultinfo;

/*
 * pgo_get and pgo_put are called with vmobjlock held.  pgo_get returns with
 * it held if PGO_LOCKED was given, else not; pgo_put returns with it not held.
 */
struct uvm_pagerops {
	void	(*pgo_init)(void);
	void	(*pgo_reference)(struct uvm_object *);
	void	(*pgo_detach)(struct uvm_object *);
	int	(*pgo_fault)(struct uvm_faultinfo *, vaddr_t,
		    struct vm_page **, int, int, vm_prot_t, int);
	int	(*pgo_get)(struct uvm_object *, voff_t, struct vm_page **,
		    int *, int, vm_prot_t, int, int);
	int	(*pgo_put)(struct uvm_object *, voff_t, voff_t, int);
	void	(*pgo_markdirty)(struct uvm_object *);
};

/* Flags of pgo_put, pgo_get or both, as marked. */
#define	PGO_CLEANIT	0x0001	/* p: write what is dirty */
#define	PGO_SYNCIO	0x0002	/* pg: wait until it is done */
#define	PGO_DEACTIVATE	0x0004	/* p: least likely to be used again */
#define	PGO_FREE	0x0008	/* p: free the pages */
#define	PGO_ALLPAGES	0x0010	/* pg: the whole object, or all or none */
#define	PGO_JOURNALLOCKED 0x0020 /* pg: caller is in a transaction */
#define	PGO_LOCKED	0x0040	/* g: only what is resident, no sleep */
#define	PGO_BUSYFAIL	0x0080	/* p: fail on a busy page */
#define	PGO_NOTIMESTAMP	0x0100	/* g: do not mark accessed/modified */
#define	PGO_RECLAIM	0x0200	/* p: the object is going away */
#define	PGO_GLOCKHELD	0x0400	/* g: genfs node lock is held */
#define	PGO_LAZY	0x0800	/* p: start writing, take your time */
#define	PGO_OVERWRITE	0x1000	/* g: will be overwritten, do not read */
#define	PGO_PASTEOF	0x2000	/* g: pages beyond the end are wanted */
#define	PGO_NOBLOCKALLOC 0x4000	/* g: no backing store needed yet */
#define	PGO_NOCLEARDIRTY 0x8000	/* p: leave the dirty state alone */

/* In a pgo_get array: this slot's page is not wanted. */
#define	PGO_DONTCARE	((struct vm_page *)-1L)

/* uvm_pagermapin() */
#define	UVMPAGER_MAPIN_WAITOK	0x01	/* never fails */
#define	UVMPAGER_MAPIN_READ	0x02	/* the device fills the pages */
#define	UVMPAGER_MAPIN_WRITE	0x00	/* the device reads the pages */

/* Largest single transfer of the page cache. */
#ifndef MAX_PAGER_SIZE
#define	MAX_PAGER_SIZE	(1024 * 1024)
#endif

#ifdef _KERNEL
extern size_t pager_map_size;

/*
 * One address for npages busy pages.  Adjacent pages of the arena cost
 * nothing; others are gathered in a bounce buffer that uvm_pagermapout()
 * scatters back after UVMPAGER_MAPIN_READ.
 */
vaddr_t	uvm_pagermapin(struct vm_page **, int, int);
void	uvm_pagermapout(vaddr_t, int);
void	uvm_pager_init(void);
void	uvm_pager_realloc_emerg(void);

/* The page of an address that uvm_pagermapin() returned. */
struct vm_page *uvm_pageratop(vaddr_t);

/* I/O completion of page transfers; the buffer is released. */
void	uvm_aio_aiodone(struct buf *);
void	uvm_aio_aiodone_pages(struct vm_page **, int, bool, int);
#endif /* _KERNEL */

#endif /* !_UVM_UVM_PAGER_H_ */
