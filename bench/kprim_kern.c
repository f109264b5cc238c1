/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of kprim: each function does n times what its name says, on the
 * virtual CPU of the caller.
 */
#include <sys/param.h>
#include <sys/callout.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/mutex.h>
#include <sys/pool.h>
#include <sys/rwlock.h>
#include <sys/systm.h>

void	rump_kprim_init(void);
void	rump_kprim_mutex(int);
void	rump_kprim_rwlock(int);
void	rump_kprim_kmem(int);
void	rump_kprim_pool(int);
void	rump_kprim_mbuf(int);
void	rump_kprim_cluster(int);
void	rump_kprim_pending(int);
void	rump_kprim_callout(int);

#define	OBJSIZE	64

static kmutex_t lock;
static krwlock_t rwlock;
static pool_cache_t cache;
static callout_t *pending;
static callout_t one;

void
rump_kprim_init(void)
{

	mutex_init(&lock, MUTEX_DEFAULT, IPL_NONE);
	rw_init(&rwlock);
	cache = pool_cache_init(OBJSIZE, 0, 0, 0, "kprim", NULL, IPL_NONE,
	    NULL, NULL, NULL);
	callout_init(&one, CALLOUT_MPSAFE);
}

void
rump_kprim_mutex(int n)
{

	while (n-- > 0) {
		mutex_enter(&lock);
		mutex_exit(&lock);
	}
}

void
rump_kprim_rwlock(int n)
{

	while (n-- > 0) {
		rw_enter(&rwlock, RW_READER);
		rw_exit(&rwlock);
	}
}

void
rump_kprim_kmem(int n)
{
	void *volatile p;

	while (n-- > 0) {
		p = kmem_alloc(OBJSIZE, KM_SLEEP);
		kmem_free(p, OBJSIZE);
	}
}

void
rump_kprim_pool(int n)
{

	while (n-- > 0)
		pool_cache_put(cache, pool_cache_get(cache, PR_WAITOK));
}

void
rump_kprim_mbuf(int n)
{

	while (n-- > 0)
		m_free(m_get(M_DONTWAIT, MT_DATA));
}

/* An mbuf with a header and a cluster, as a driver has them. */
void
rump_kprim_cluster(int n)
{

	while (n-- > 0)
		m_free(m_getcl(M_DONTWAIT, MT_DATA, M_PKTHDR));
}

static void
never(void *arg)
{
}

/* Schedule n callouts that will not fire while anybody looks. */
void
rump_kprim_pending(int n)
{
	int i;

	pending = kmem_alloc(n * sizeof(*pending), KM_SLEEP);
	for (i = 0; i < n; i++) {
		callout_init(&pending[i], CALLOUT_MPSAFE);
		callout_reset(&pending[i], 3600 * hz + i % 100000, never,
		    NULL);
	}
}

void
rump_kprim_callout(int n)
{
	int i;

	for (i = 0; i < n; i++) {
		callout_reset(&one, 60 * hz + i % 5000, never, NULL);
		callout_stop(&one);
	}
}
