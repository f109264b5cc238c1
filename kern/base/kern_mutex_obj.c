/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mutexes with a reference count, shared by several objects that come and
 * go on their own.  The one who drops the last reference destroys it.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/intr.h>
#include <sys/lockdebug.h>
#include <sys/mutex.h>
#include <sys/pool.h>

#define	MUTEX_OBJ_MAGIC	0x5aa3c85d

/* a: atomic operations; c: constant. */
struct kmutexobj {
	kmutex_t	mo_lock;
	u_int		mo_magic;	/* c */
	u_int		mo_refcnt;	/* a */
};

static pool_cache_t mutex_obj_cache;

void
mutex_obj_init(void)
{

	mutex_obj_cache = pool_cache_init(sizeof(struct kmutexobj),
	    coherency_unit, 0, 0, "mutex", NULL, IPL_NONE, NULL, NULL, NULL);
}

static kmutex_t *
mutex_obj_setup(struct kmutexobj *mo, kmutex_type_t type, int ipl)
{

	if (mo == NULL)
		return NULL;
	mutex_init(&mo->mo_lock, type, ipl);
	mo->mo_magic = MUTEX_OBJ_MAGIC;
	mo->mo_refcnt = 1;
	return &mo->mo_lock;
}

kmutex_t *
mutex_obj_alloc(kmutex_type_t type, int ipl)
{

	return mutex_obj_setup(pool_cache_get(mutex_obj_cache, PR_WAITOK),
	    type, ipl);
}

kmutex_t *
mutex_obj_tryalloc(kmutex_type_t type, int ipl)
{

	return mutex_obj_setup(pool_cache_get(mutex_obj_cache, PR_NOWAIT),
	    type, ipl);
}

void
mutex_obj_hold(kmutex_t *lock)
{
	struct kmutexobj *mo = (struct kmutexobj *)lock;

	KASSERTMSG(mo->mo_magic == MUTEX_OBJ_MAGIC,
	    "%p is not from mutex_obj_alloc()", lock);
	KASSERT(atomic_load_relaxed(&mo->mo_refcnt) > 0);
	atomic_inc_uint(&mo->mo_refcnt);
}

/* True if this was the last reference. */
bool
mutex_obj_free(kmutex_t *lock)
{
	struct kmutexobj *mo = (struct kmutexobj *)lock;

	KASSERTMSG(mo->mo_magic == MUTEX_OBJ_MAGIC,
	    "%p is not from mutex_obj_alloc()", lock);
	KASSERT(atomic_load_relaxed(&mo->mo_refcnt) > 0);
	membar_release();
	if (atomic_dec_uint_nv(&mo->mo_refcnt) > 0)
		return false;
	membar_acquire();
	mutex_destroy(&mo->mo_lock);
	mo->mo_magic = 0;
	pool_cache_put(mutex_obj_cache, mo);
	return true;
}

u_int
mutex_obj_refcnt(kmutex_t *lock)
{
	struct kmutexobj *mo = (struct kmutexobj *)lock;

	KASSERT(mo->mo_magic == MUTEX_OBJ_MAGIC);
	return atomic_load_relaxed(&mo->mo_refcnt);
}
