/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mbuf(9): getting mbufs and storage for them, and freeing both.
 *
 * Mbufs and clusters are objects of two pool caches, so getting or freeing one
 * is little more than moving a pointer of the CPU's own.  Storage that mbufs
 * share is counted in the mbuf that had it first, its owner.  An owner that is
 * freed while others still use the storage stays as it is, nobody's, until the
 * last of them frees both.
 */

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/kernel.h>
#include <sys/malloc.h>
#include <sys/mbuf.h>
#include <sys/pool.h>
#include <sys/proc.h>
#include <sys/systm.h>

#include "mbuf_stat.h"
#include "net_private.h"

#define	LARGE_MIN	(12 * 1024)	/* less is for clusters */

pool_cache_t mb_cache;
pool_cache_t mcl_cache;
static pool_cache_t large_cache;	/* constant once made */

int max_linkhdr = 16;
int max_protohdr;
int max_hdr = 16;
int max_datalen = MHLEN - 16;

static inline int
pool_flag(int how)
{

	return how == M_WAIT ? PR_WAITOK : PR_NOWAIT;
}

static int
mb_ctor(void *arg, void *object, int flags)
{
	struct mbuf *m = object;

	m->m_paddr = M_PADDR_INVALID;
	m->m_type = MT_FREE;
	return 0;
}

void
mbinit(void)
{

	mb_cache = pool_cache_init(MSIZE, CACHE_LINE_SIZE, 0, 0, "mbpl", NULL,
	    IPL_VM, mb_ctor, NULL, NULL);
	mcl_cache = pool_cache_init(MCLBYTES, CACHE_LINE_SIZE, 0, 0, "mclpl",
	    NULL, IPL_VM, NULL, NULL, NULL);
	large_cache = pool_cache_init(MBUF_LARGE, CACHE_LINE_SIZE, 0, 0,
	    "mlgpl", NULL, IPL_VM, NULL, NULL, NULL);
	pool_cache_set_drain_hook(mb_cache, m_reclaim, NULL);
	pool_cache_set_drain_hook(mcl_cache, m_reclaim, NULL);
	pool_cache_set_drain_hook(large_cache, m_reclaim, NULL);
	mbstat_init();
}

/*
 * Memory is short: protocols give back what they can do without.
 */
void
m_reclaim(void *arg, int flags)
{

	domain_drain();
	mbstat_drain();
}

struct mbuf *
m_get(int how, int type)
{
	struct mbuf *m;

	KASSERT(type != MT_FREE);
	m = pool_cache_get(mb_cache, pool_flag(how));
	if (__predict_false(m == NULL)) {
		mbstat_drop();
		return NULL;
	}
	KASSERT(m->m_type == MT_FREE);
	mbstat_type_add(type, 1);
	m->m_next = NULL;
	m->m_nextpkt = NULL;
	m->m_data = m->m_dat;
	m->m_owner = NULL;
	m->m_len = 0;
	m->m_flags = 0;
	m->m_type = type;
	return m;
}

struct mbuf *
m_gethdr(int how, int type)
{
	struct mbuf *m;

	m = m_get(how, type);
	if (__predict_false(m == NULL))
		return NULL;
	m->m_data = m->m_pktdat;
	m->m_flags = M_PKTHDR;
	memset(&m->m_pkthdr, 0, sizeof(m->m_pkthdr));
	return m;
}

/* Room and length for m_get_n() and m_gethdr_n(). */
static struct mbuf *
data_set(struct mbuf *m, int how, size_t alignbytes, size_t nbytes)
{

	if (alignbytes + nbytes > (size_t)M_BUFSIZE(m)) {
		m_clget(m, how);
		if ((m->m_flags & M_EXT) == 0) {
			m_free(m);
			return NULL;
		}
	}
	m->m_data += alignbytes;
	m->m_len = nbytes;
	return m;
}

static bool
cluster_holds(size_t alignbytes, size_t nbytes)
{

	return alignbytes <= MCLBYTES && nbytes <= MCLBYTES - alignbytes;
}

struct mbuf *
m_get_n(int how, int type, size_t alignbytes, size_t nbytes)
{
	struct mbuf *m;

	if (!cluster_holds(alignbytes, nbytes))
		return NULL;
	m = m_get(how, type);
	return m != NULL ? data_set(m, how, alignbytes, nbytes) : NULL;
}

struct mbuf *
m_gethdr_n(int how, int type, size_t alignbytes, size_t nbytes)
{
	struct mbuf *m;

	if (!cluster_holds(alignbytes, nbytes))
		return NULL;
	m = m_gethdr(how, type);
	if (m == NULL || (m = data_set(m, how, alignbytes, nbytes)) == NULL)
		return NULL;
	m->m_pkthdr.len = nbytes;
	return m;
}

struct mbuf *
m_getcl(int how, int type, int flags)
{
	struct mbuf *m;

	m = (flags & M_PKTHDR) != 0 ? m_gethdr(how, type) : m_get(how, type);
	if (m == NULL)
		return NULL;
	m_clget(m, how);
	if (__predict_false((m->m_flags & M_EXT) == 0)) {
		m_free(m);
		return NULL;
	}
	return m;
}

void
m_clget(struct mbuf *m, int how)
{
	void *buf;

	KASSERT((m->m_flags & M_EXT) == 0);
	buf = pool_cache_get(mcl_cache, pool_flag(how) | PR_LIMITFAIL);
	if (__predict_false(buf == NULL) && how == M_WAIT) {
		mbstat_wait();
		buf = pool_cache_get(mcl_cache, PR_WAITOK);
	}
	if (__predict_false(buf == NULL)) {
		mbstat_drop();
		return;
	}
	m_extadd(m, buf, MCLBYTES, NULL, NULL);
	m->m_flags |= M_EXT_CLUSTER | M_EXT_RW;
}

void
m_extmalloc(struct mbuf *m, int size, int how)
{
	void *buf;

	KASSERT((m->m_flags & M_EXT) == 0);
	KASSERT(size > 0);
	buf = malloc(size, M_TEMP, how);
	if (buf == NULL) {
		mbstat_drop();
		return;
	}
	m_extadd(m, buf, size, NULL, NULL);
	m->m_flags |= M_EXT_RW;
}

/* The mbuf alone, which has nothing to it any more. */
static inline void
mb_put(struct mbuf *m)
{

	m->m_type = MT_FREE;
	pool_cache_put(mb_cache, m);
}

static void
large_free(struct mbuf *m, void *buf, size_t size, void *arg)
{

	pool_cache_put(large_cache, buf);
	if (m != NULL)
		pool_cache_put(mb_cache, m);
}

bool
mbuf_add_large(struct mbuf *m, size_t len)
{
	void *buf;

	if (len < LARGE_MIN ||
	    (buf = pool_cache_get(large_cache, PR_NOWAIT)) == NULL)
		return false;
	MEXTADD(m, buf, MBUF_LARGE, M_TEMP, large_free, NULL);
	m->m_flags |= M_EXT_RW;
	return true;
}

/* The storage and the mbuf that owns it; nobody else uses either. */
static void
owner_put(struct mbuf *m)
{
	void *buf = m->m_ext_storage.ext_buf;

	if ((m->m_flags & M_EXT_CLUSTER) != 0)
		pool_cache_put(mcl_cache, buf);
	else if (m->m_ext_storage.ext_free != NULL) {
		m->m_type = MT_FREE;
		(*m->m_ext_storage.ext_free)(m, buf,
		    m->m_ext_storage.ext_size, m->m_ext_storage.ext_arg);
		return;
	} else
		free(buf, M_TEMP);
	mb_put(m);
}

void
m_ext_free(struct mbuf *m)
{
	struct mbuf *owner = m->m_ext_ref;
	unsigned int *refs = &owner->m_ext_storage.ext_refcnt;

	KASSERT((m->m_flags & M_EXT) != 0);
	KASSERT(atomic_load_relaxed(refs) > 0);
	/* One use means this one: nobody can add another. */
	if (atomic_load_acquire(refs) > 1) {
		membar_release();
		if (atomic_dec_uint_nv(refs) > 0) {
			if (m != owner)
				mb_put(m);
			return;
		}
		membar_acquire();
	}
	if (m != owner)
		mb_put(m);
	owner_put(owner);
}

struct mbuf *
m_free(struct mbuf *m)
{
	struct mbuf *next = m->m_next;

	KASSERTMSG(m->m_type != MT_FREE, "mbuf %p is free already", m);
	mbstat_type_add(m->m_type, -1);
	if ((m->m_flags & M_PKTHDR) != 0)
		m_tag_delete_chain(m);
	if ((m->m_flags & M_EXT) != 0)
		m_ext_free(m);
	else
		mb_put(m);
	return next;
}

void
m_freem(struct mbuf *m)
{

	while (m != NULL)
		m = m_free(m);
}

void
m_chtype(struct mbuf *m, int type)
{

	KASSERT(type != MT_FREE);
	mbstat_type_add(m->m_type, -1);
	mbstat_type_add(type, 1);
	m->m_type = type;
}
