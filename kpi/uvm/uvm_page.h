/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uvm/uvm_page.h: struct vm_page, one page of cached data.
 *
 * Locks: o the object's vmobjlock; b the thread that set PG_BUSY; i the
 * page's interlock (a hashed one, see uvm_page.c) to set, vmobjlock as writer
 * to test; p the queue lock of uvm_pdqueue.c; a atomic;
 * - fixed while the page's memory exists.
 *
 * A page is free (PG_FREE, no object), busy (PG_BUSY: one thread or one
 * transfer owns its contents) or idle.  Contents of an idle page are read
 * under vmobjlock as reader and changed under vmobjlock as writer.
 */
#ifndef _UVM_UVM_PAGE_H_
#define	_UVM_UVM_PAGE_H_

#include <sys/types.h>
#include <sys/mutex.h>
#include <sys/queue.h>
#include <uvm/uvm_extern.h>
#include <uvm/uvm_object.h>
#include <uvm/uvm_page_status.h>
#include <uvm/uvm_pglist.h>

struct uvm_pagechunk;
struct vm_anon;

/*
 * What finding and copying a page looks at comes first: 32 bytes in one cache
 * line, because a cache is larger than what processors keep near.
 */
struct vm_page {
	uint32_t	flags __aligned(32); /* o: PG_* */
	volatile uint8_t referenced;	/* a: used since the last scan */
	uint8_t		waiters;	/* i: somebody waits for the page */
	paddr_t		phys_addr;	/* -: address of its memory */
	struct uvm_object *uobject;	/* o: the object it belongs to */
	voff_t		offset;		/* o: its place there */

	union {
		TAILQ_ENTRY(vm_page) queue;
		LIST_ENTRY(vm_page) list;
	} pageq;			/* b: the owner's list */
	TAILQ_ENTRY(vm_page) pdqueue;	/* p: lru queue */
	struct uvm_pagechunk *chunk;	/* -: where its memory comes from */
	uint32_t	pqflags;	/* p: PQ_* */
	uint32_t	loan_count;	/* o: always 0, pages are not lent */
	uint32_t	wire_count;	/* o: */
	struct vm_anon	*uanon;		/* -: always NULL */
};

/* flags */
#define	PG_CLEAN	0x00000001	/* equal to the backing store */
#define	PG_DIRTY	0x00000002	/* differs from the backing store */
#define	PG_BUSY		0x00000004	/* owned, contents in flux */
#define	PG_PAGEOUT	0x00000010	/* freed when its write is done */
#define	PG_RELEASED	0x00000020	/* freed when no longer busy */
#define	PG_FAKE		0x00000040	/* not yet filled */
#define	PG_RDONLY	0x00000080	/* no backing store for writes yet */
#define	PG_TABLED	0x00000200	/* entered in its object */
#define	PG_AOBJ		0x00000400	/* of an anonymous object */
#define	PG_ANON		0x00000800
#define	PG_FILE		0x00001000	/* of a vnode */
#define	PG_READAHEAD	0x00002000	/* read ahead, not used so far */
#define	PG_FREE		0x00004000	/* on the free list */
#define	PG_MARKER	0x00008000	/* not a page */
#define	PG_PAGER1	0x00010000	/* the pager's own */

#define	PG_STAT		(PG_ANON | PG_AOBJ | PG_FILE)
#define	PG_SWAPBACKED	(PG_ANON | PG_AOBJ)

/* pqflags */
#define	PQ_QUEUED	0x00000004	/* on the lru queue */

/* pagealloc flags */
#define	UVM_PGA_USERESERVE	0x0001	/* may dig into the reserve */
#define	UVM_PGA_ZERO		0x0002	/* zeroed */

#define	UVM_PAGE_TREE_PENALTY	4

#ifdef _KERNEL

void	uvm_page_init(vaddr_t *, vaddr_t *);
struct vm_page *uvm_pagealloc_strat(struct uvm_object *, voff_t,
	    struct vm_anon *, int, int, int);
#define	uvm_pagealloc(obj, off, anon, flags)				\
	uvm_pagealloc_strat((obj), (off), (anon), (flags),		\
	    UVM_PGA_STRAT_NORMAL, 0)
#define	UVM_PGA_STRAT_NORMAL	0

void	uvm_pagefree(struct vm_page *);
struct vm_page *uvm_pagelookup(struct uvm_object *, voff_t);
void	uvm_page_unbusy(struct vm_page **, int);
int	uvm_pagereplace(struct vm_page *, struct vm_page *);
void	uvm_pagewait(struct vm_page *, krwlock_t *, const char *);
void	uvm_pagewakeup(struct vm_page *);
void	uvm_pageactivate(struct vm_page *);
void	uvm_pagedeactivate(struct vm_page *);
void	uvm_pagedequeue(struct vm_page *);
void	uvm_pageenqueue(struct vm_page *);
void	uvm_pagewire(struct vm_page *);
void	uvm_pageunwire(struct vm_page *);
void	uvm_pagezero(struct vm_page *);
void	uvm_pagecopy(struct vm_page *, struct vm_page *);
void	uvm_pagelock(struct vm_page *);
void	uvm_pagelock2(struct vm_page *, struct vm_page *);
void	uvm_pageunlock(struct vm_page *);
void	uvm_pageunlock2(struct vm_page *, struct vm_page *);
bool	uvm_pageismanaged(paddr_t);
bool	uvm_page_owner_locked_p(struct vm_page *, bool);
bool	uvm_pagereadonly_p(struct vm_page *);

/*
 * Ours: up to n pages of consecutive offsets, adjacent in memory where
 * possible, entered in uobj and busy.  vmobjlock is held as writer.
 * Returns how many there are in pgs; 0 means no memory.
 */
int	uvm_pagealloc_run(struct uvm_object *, voff_t, int, int,
	    struct vm_page **);

#define	VM_PAGE_TO_PHYS(pg)	((pg)->phys_addr)
#define	VM_PAGE_VA(pg)		((void *)(uintptr_t)(pg)->phys_addr)
#define	VM_PGCOLOR(pg)		0
#define	VM_PAGE_IS_FREE(pg)	((pg)->flags & PG_FREE)

#endif /* _KERNEL */

#endif /* !_UVM_UVM_PAGE_H_ */
