/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Readers/writer locks with a reference count, shared by several objects that
 * come and go on their own.  Who drops the last reference destroys the lock.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/intr.h>
#include <sys/lockdebug.h>
#include <sys/rwlock.h>
#include <sys/pool.h>

#define	RW_OBJ_MAGIC	0x85d3c85d

/* a: atomic operations; c: constant. */
struct krwobj {
	krwlock_t	ro_lock;
	u_int		ro_magic;	/* c */
	u_int		ro_refcnt;	/* a */
};

static pool_cache_t rw_obj_cache;

void
rw_obj_init(void)
{

	rw_obj_cache = pool_cache_init(sizeof(struct krwobj),
	    coherency_unit, 0, 0, "rwlock", NULL, IPL_NONE, NULL, NULL, NULL);
}

static krwlock_t *
rw_obj_setup(struct krwobj *ro)
{

	if (ro == NULL)
		return NULL;
	rw_init(&ro->ro_lock);
	ro->ro_magic = RW_OBJ_MAGIC;
	ro->ro_refcnt = 1;
	return &ro->ro_lock;
}

krwlock_t *
rw_obj_alloc(void)
{

	return rw_obj_setup(pool_cache_get(rw_obj_cache, PR_WAITOK));
}

krwlock_t *
rw_obj_tryalloc(void)
{

	return rw_obj_setup(pool_cache_get(rw_obj_cache, PR_NOWAIT));
}

void
rw_obj_hold(krwlock_t *lock)
{
	struct krwobj *ro = (struct krwobj *)lock;

	KASSERTMSG(ro->ro_magic == RW_OBJ_MAGIC,
	    "%p is not from rw_obj_alloc()", lock);
	KASSERT(atomic_load_relaxed(&ro->ro_refcnt) > 0);
	atomic_inc_uint(&ro->ro_refcnt);
}

/* True if this was the last reference. */
bool
rw_obj_free(krwlock_t *lock)
{
	struct krwobj *ro = (struct krwobj *)lock;

	KASSERTMSG(ro->ro_magic == RW_OBJ_MAGIC,
	    "%p is not from rw_obj_alloc()", lock);
	KASSERT(atomic_load_relaxed(&ro->ro_refcnt) > 0);
	membar_release();
	if (atomic_dec_uint_nv(&ro->ro_refcnt) > 0)
		return false;
	membar_acquire();
	rw_destroy(&ro->ro_lock);
	ro->ro_magic = 0;
	pool_cache_put(rw_obj_cache, ro);
	return true;
}

u_int
rw_obj_refcnt(krwlock_t *lock)
{
	struct krwobj *ro = (struct krwobj *)lock;

	KASSERT(ro->ro_magic == RW_OBJ_MAGIC);
	return atomic_load_relaxed(&ro->ro_refcnt);
}
