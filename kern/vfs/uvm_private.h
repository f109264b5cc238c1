/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uvm_private.h: what the uvm_*.c files of this folder share: the arena that
 * page memory comes from, the lru queue, dirty-page accounting.
 *
 * Lock order: vmobjlock, pdq_lock, fpage_lock.  Taking a vmobjlock the other
 * way round is done with rw_tryenter() only.
 */
#ifndef _VFS_UVM_PRIVATE_H_
#define	_VFS_UVM_PRIVATE_H_

#include <sys/types.h>
#include <sys/atomic.h>
#include <sys/intr.h>
#include <uvm/uvm.h>

/* Pages per chunk: one bitmap word, 256 KiB. */
#define	CHUNK_PAGES	64
#define	CHUNK_SIZE	(CHUNK_PAGES * PAGE_SIZE)

/* Largest number of pages handled in one go by ubc and genfs. */
#define	UVM_BATCH	64

/*
 * Locks: f fpage_lock; - fixed while the chunk exists.  A chunk is on the
 * partial list while some but not all of its pages are free, on the empty
 * list while all are.
 */
struct uvm_pagechunk {
	TAILQ_ENTRY(uvm_pagechunk) ck_list;	/* f: */
	uint64_t	ck_free;		/* f: bit set = page free */
	vaddr_t		ck_va;			/* -: memory */
	struct vm_page	ck_pages[CHUNK_PAGES];
};

/* uvm_page_arena.c */
void	uvm_arena_init(void);
int	uvm_arena_alloc(struct vm_page *, int, int, struct vm_page **);
void	uvm_arena_free(struct vm_page **, int);
int	uvm_arena_trim(void);
bool	uvm_arena_anon_p(unsigned int, int);
int	uvm_arena_anon_room(void);
struct vm_page *uvm_arena_lookup(vaddr_t);
unsigned int uvm_arena_limit(void);

/*
 * How many of n pages to transfer together: those adjacent in memory, unless
 * they are so few that copying them all is cheaper than many transfers.
 */
#define	TRANSFER_MIN	16

static __inline int
uvm_transfer_run(struct vm_page **pgs, int n)
{
	int i;

	for (i = 1; i < n; i++)
		if (pgs[i]->phys_addr != pgs[i - 1]->phys_addr + PAGE_SIZE)
			break;
	return i >= TRANSFER_MIN ? i : n;
}

/* uvm_pager.c */
vaddr_t	uvm_pager_map(struct vm_page **, int *, int);

/* uvm_pdqueue.c */
void	uvm_pdqueue_init(void);
void	uvm_pdqueue_insert(struct vm_page **, int);
void	uvm_pdqueue_remove(struct vm_page **, int);
int	uvm_pdqueue_reclaim(int);
void	uvm_pdqueue_shortage(void);
bool	uvm_pdqueue_start(void);
void	uvm_pdqueue_wait(void);
void	uvm_pdqueue_quiesce(void);
void	uvm_pdqueue_freed(void);

/* uvm_vnode.c: some pages without waiting for memory, at least `must' */
void	uvm_find_some(struct uvm_object *, voff_t, unsigned int *,
	    struct vm_page **, unsigned int);
void	uvm_find_undo(struct vm_page **, int);

/* uvm_page.c: free pages of one object together */
void	uvm_pagefree_many(struct vm_page **, int);

/* uvm_dirty.c: how much waits to be written, and when to push back */
void	uvm_dirty_count(int);
bool	uvm_dirty_over(void);
void	uvm_dirty_throttle(struct uvm_object *, voff_t, voff_t);

static __inline void
uvm_page_touch(struct vm_page *pg)
{

	if (atomic_load_relaxed(&pg->referenced) == 0)
		atomic_store_relaxed(&pg->referenced, 1);
}

#endif /* !_VFS_UVM_PRIVATE_H_ */
