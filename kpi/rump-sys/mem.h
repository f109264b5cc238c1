/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory below kmem(9): what is taken from the host, the limit RUMP_MEMLIMIT
 * sets on it, and the pagedaemon that flushes caches near that limit.
 *
 * rump_hypermalloc() and rump_hyperfree() themselves are in <rump-sys/kern.h>.
 */
#ifndef _RUMP_SYS_MEM_H_
#define _RUMP_SYS_MEM_H_

#include <sys/types.h>
#include <sys/atomic.h>
#include <sys/lwp.h>

/*
 * At boot, in this order: reads RUMP_MEMLIMIT, RUMP_FAULT_ALLOC.  ENOMEM: the
 * limit is lower than what a kernel can work with.
 */
int	rump_hypermem_init(void);
void	rump_uvm_km_init(void);

/* Page runs of up to RUMP_PAGES_MAX pages; page aligned, NULL: host is out. */
#define RUMP_PAGES_MAX	16
void	*rump_pages_alloc(size_t, size_t);
void	rump_pages_free(void *, size_t);
/* Note in a word per page whose they are; pages given back are nobody's. */
void	rump_pages_own(const void *, size_t, void *);
size_t	rump_pages_trim(void);

/*
 * Bytes in use of what the host gave, how many more caches may take, and would
 * so many be too much?
 */
size_t	rump_hypermem_used(void);
size_t	rump_hypermem_room(void);
bool	rump_hypermem_low(size_t);

/* As rump_hypermalloc() but NULL where that would wait and try again. */
void	*rump_hypermalloc_once(size_t, size_t, bool);

/*
 * For large caches: size bytes of zeroed pages, aligned to a power of two.
 * Does not sleep; NULL if the limit or the host refuses.  They may be given
 * back in parts, whole pages each.
 */
void	*rump_hypermap(size_t, size_t);
void	rump_hyperunmap(void *, size_t);

/*
 * Between these the calling lwp may use a little more than RUMP_MEMLIMIT, as
 * threads that write or free what others wait for always may.  They nest: end
 * takes what begin returned.
 */
static __inline int
rump_memreserve_begin(void)
{
	const int had = curlwp->l_pflag & LP_MEMRESERVE;

	curlwp->l_pflag |= LP_MEMRESERVE;
	return had;
}

static __inline void
rump_memreserve_end(int had)
{

	curlwp->l_pflag = (curlwp->l_pflag & ~LP_MEMRESERVE) | had;
}

/*
 * Ask for caches to be flushed.  The thread is made by the first call that
 * may wait; others do not sleep.
 */
void	rump_pagedaemon_init(void);
void	rump_pagedaemon_kick(bool);
/* The same, then wait until some memory was freed or a moment passed. */
void	rump_pagedaemon_wait(const char *);

/* The vfs faction's part: free that many clean pages, tell how many were. */
extern int (*rump_uvm_reclaim)(int);

/* Likewise: how many more pages objects could get.  Takes no lock. */
extern int (*rump_uvm_room)(void);

/*
 * Test knob: the n-th allocation from now on that may fail (KM_NOSLEEP,
 * PR_NOWAIT, M_NOWAIT) does fail, once.  Set by RUMP_FAULT_ALLOC=n or sysctl
 * kern.fault_alloc; 0 is off.
 */
extern volatile unsigned int rump_fault_alloc;
bool	rump_fault_alloc_slow(void);

static __inline bool
rump_fault_alloc_p(void)
{

	return __predict_false(
	    atomic_load_relaxed(&rump_fault_alloc) != 0) &&
	    rump_fault_alloc_slow();
}

#endif /* _RUMP_SYS_MEM_H_ */
