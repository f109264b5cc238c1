/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * namecache(9): which name in which directory is which vnode, and which names
 * do not exist.  Lookups take no locks: they read chains inside a pserialize
 * section, take a reference to the vnode if it is alive, and check that the
 * entry still counts.  A lookup may miss what is there, never find what is
 * not.  Changes take the lock of the directory's shard.
 *
 * An entry is in its shard's hash table, on the list of its directory, on the
 * list of names of its vnode, and on the shard's list of all entries, around
 * which the hand goes that limits their number.  Entries hold no references:
 * cache_purge() removes them before a vnode dies.
 *
 * Lock order: shard, then parent lock.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/cpu.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/pool.h>
#include <sys/stat.h>
#include <sys/vnode_impl.h>

#include <miscfs/genfs/genfs.h>

#include "vfs_private.h"

#define	NC_SHORT	32	/* longest name that is kept in line */

/*
 * s: shard lock; p: parent lock of nc_vp; :: fixed while it can be found.
 * A lookup reads the first cache line only, but for long names.
 */
struct namecache {
	struct namecache *nc_hnext;	/* s  chain, read without lock */
	struct vnode	*nc_dvp;	/* :  directory */
	struct vnode	*nc_vp;		/* :  NULL: there is no such name */
	uint32_t	nc_hash;	/* : */
	uint8_t		nc_nlen;	/* : */
	bool		nc_whiteout;	/* : */
	volatile bool	nc_dead;	/* s  does not count any more */
	volatile bool	nc_used;	/* hint for the hand */
	char		nc_short[NC_SHORT];	/* :  without a NUL */
	TAILQ_ENTRY(namecache) nc_children; /* s */
	TAILQ_ENTRY(namecache) nc_parents; /* p */
	TAILQ_ENTRY(namecache) nc_lru;	/* s */
	char		nc_long[];	/* :  longer ones */
};
_Static_assert(NCHNAMLEN <= UINT8_MAX, "length of a name");

#define	NC_SHARDS	32
#define	NC_PARENTLOCKS	4	/* of a lane of vnodes */
#define	NC_TABLE_MIN	32
#define	NC_GRACE	256		/* entries freed per grace period */
#define	NC_LOT		8		/* entries counted for all at once */

struct nctable {
	u_int		nt_mask;
	struct namecache *nt_chain[];
};

/* All under ns_lock, but ns_table is read without. */
static struct ncshard {
	kmutex_t	ns_lock;
	struct nctable	*volatile ns_table;
	u_int		ns_count;
	int		ns_uncounted;	/* what nc_total does not know */
	TAILQ_HEAD(, namecache) ns_lru;
	struct namecache *ns_dead;	/* waiting for a grace period */
	u_int		ns_ndead;
} __aligned(COHERENCY_UNIT) ncshards[NC_SHARDS];

static struct {
	kmutex_t	np_lock;
} __aligned(COHERENCY_UNIT) ncparentlocks[VLANES][NC_PARENTLOCKS];
/* Atomic: of all shards, about. */
static volatile int	nc_total __aligned(COHERENCY_UNIT);
static pool_cache_t	ncpool;

static struct ncshard *
nc_shard(const struct vnode *dvp)
{
	uintptr_t v = (uintptr_t)dvp;

	return &ncshards[((v >> 7) ^ (v >> 13) ^ (v >> 19)) % NC_SHARDS];
}

static kmutex_t *
nc_parentlock(const struct vnode *vp)
{
	uintptr_t v = (uintptr_t)vp;

	return &ncparentlocks[VNODE_TO_VIMPL(vp)->vi_lane]
	    [((v >> 7) ^ (v >> 12)) % NC_PARENTLOCKS].np_lock;
}

static struct nctable *
nc_table_alloc(u_int size)
{
	struct nctable *nt;

	nt = kmem_zalloc(sizeof(*nt) + size * sizeof(nt->nt_chain[0]),
	    KM_SLEEP);
	nt->nt_mask = size - 1;
	return nt;
}

static void
nc_table_free(struct nctable *nt)
{

	kmem_free(nt, sizeof(*nt) +
	    (nt->nt_mask + 1) * sizeof(nt->nt_chain[0]));
}

void
nchinit(void)
{
	u_int i;

	for (i = 0; i < NC_SHARDS; i++) {
		mutex_init(&ncshards[i].ns_lock, MUTEX_DEFAULT, IPL_NONE);
		TAILQ_INIT(&ncshards[i].ns_lru);
	}
	for (i = 0; i < VLANES * NC_PARENTLOCKS; i++)
		mutex_init(&ncparentlocks[i / NC_PARENTLOCKS]
		    [i % NC_PARENTLOCKS].np_lock, MUTEX_DEFAULT, IPL_NONE);
	ncpool = pool_cache_init(sizeof(struct namecache), COHERENCY_UNIT, 0, 0,
	    "namecache", NULL, IPL_NONE, NULL, NULL, NULL);
}

#define	NC_HASHMUL	0x9e3779b97f4a7c15ULL	/* 2^64 / golden ratio */

static inline uint64_t
hash_word(uint64_t h, const char *p, size_t len)
{
	uint64_t w = 0;

	memcpy(&w, p, len);
	h = (h ^ w) * NC_HASHMUL;
	return h ^ h >> 32;
}

/* Words are taken as they lie, the last one from the end: they may overlap. */
static inline uint32_t
hash_bytes(const char *name, size_t len)
{
	uint64_t h = len;
	size_t i;

	if (__predict_true(len >= sizeof(uint64_t))) {
		for (i = 0; i + sizeof(uint64_t) < len; i += sizeof(uint64_t))
			h = hash_word(h, name + i, sizeof(uint64_t));
		h = hash_word(h, name + len - sizeof(uint64_t),
		    sizeof(uint64_t));
	} else if (len >= sizeof(uint32_t)) {
		h = hash_word(h, name, sizeof(uint32_t));
		h = hash_word(h, name + len - sizeof(uint32_t),
		    sizeof(uint32_t));
	} else {
		for (i = 0; i < len; i++)
			h = h << 8 | (uint8_t)name[i];
	}
	/* What is at the end of a name has come to the upper bits only. */
	return (uint32_t)(h * NC_HASHMUL >> 32);
}

/*
 * Names that differ in the last byte alone, as numbered ones do, get chains
 * next to each other: who goes through a large directory in that order finds
 * them in the processor's caches.  No two of them get the same number.
 */
uint32_t
cache_hash(const char *name, size_t len)
{
	uint32_t last;

	KASSERT(len > 0);
	last = (uint8_t)name[len - 1];
	return hash_bytes(name, len - 1) ^ (last & 0xf) ^ (last >> 4) << 28;
}

static inline uint32_t
nc_mix(const struct vnode *dvp, uint32_t hash)
{

	return hash ^ (uint32_t)((uintptr_t)dvp >> 6) * 2654435761u;
}

static inline const char *
nc_name(const struct namecache *ncp)
{

	return ncp->nc_nlen <= NC_SHORT ? ncp->nc_short : ncp->nc_long;
}

/* NULL if memory is short: nobody needs to wait for a name to be known. */
static struct namecache *
nc_alloc(size_t len)
{

	if (len <= NC_SHORT)
		return pool_cache_get(ncpool, PR_NOWAIT);
	return kmem_alloc(sizeof(struct namecache) + len, KM_NOSLEEP);
}

static void
nc_free(struct namecache *ncp)
{

	if (ncp->nc_nlen <= NC_SHORT)
		pool_cache_put(ncpool, ncp);
	else
		kmem_free(ncp, sizeof(*ncp) + ncp->nc_nlen);
}

/* Find an entry; in a pserialize section or with the shard lock. */
struct namecache *
cache_find_rcu(struct vnode_impl *dvip, const char *name, size_t len,
    uint32_t hash)
{
	struct vnode *dvp = VIMPL_TO_VNODE(dvip);
	struct nctable *nt;
	struct namecache *ncp;

	hash = nc_mix(dvp, hash);
	nt = atomic_load_consume(&nc_shard(dvp)->ns_table);
	if (nt == NULL)
		return NULL;
	for (ncp = atomic_load_consume(&nt->nt_chain[hash & nt->nt_mask]);
	    ncp != NULL; ncp = atomic_load_consume(&ncp->nc_hnext))
		if (ncp->nc_hash == hash && ncp->nc_dvp == dvp &&
		    ncp->nc_nlen == len &&
		    !atomic_load_relaxed(&ncp->nc_dead) &&
		    memcmp(nc_name(ncp), name, len) == 0) {
			if (!atomic_load_relaxed(&ncp->nc_used))
				atomic_store_relaxed(&ncp->nc_used, true);
			return ncp;
		}
	return NULL;
}

struct vnode *
cache_vnode_rcu(const struct namecache *ncp)
{

	return ncp->nc_vp;
}

/* Does the entry still count, after a reference was taken to its vnode? */
bool
cache_live_rcu(const struct namecache *ncp)
{

	membar_acquire();
	return !atomic_load_relaxed(&ncp->nc_dead);
}

/* Put the shard's dead entries before those of `list'.  Shard lock held. */
static struct namecache *
nc_take_dead(struct ncshard *ns, struct namecache *list)
{
	struct namecache *ncp;

	KASSERT(mutex_owned(&ns->ns_lock));
	while ((ncp = ns->ns_dead) != NULL) {
		ns->ns_dead = TAILQ_NEXT(ncp, nc_lru);
		TAILQ_NEXT(ncp, nc_lru) = list;
		list = ncp;
	}
	ns->ns_ndead = 0;
	return list;
}

/* Free them when no lookup can see them any more.  Sleeps. */
static void
nc_free_dead(struct namecache *ncp)
{
	struct namecache *next;

	if (ncp == NULL)
		return;
	pserialize_perform(vfs_psz);
	for (; ncp != NULL; ncp = next) {
		next = TAILQ_NEXT(ncp, nc_lru);
		nc_free(ncp);
	}
}

static void
nc_grace(struct ncshard *ns)
{
	struct namecache *dead;

	mutex_enter(&ns->ns_lock);
	dead = nc_take_dead(ns, NULL);
	mutex_exit(&ns->ns_lock);
	nc_free_dead(dead);
}

/*
 * Entries come and go.  The directories of a job are few and of any size, so
 * what is limited is the number of all entries; it is kept in lots, so that
 * shards have little to do with each other.
 */
static void
nc_count(struct ncshard *ns, int n)
{

	KASSERT(mutex_owned(&ns->ns_lock));
	atomic_store_relaxed(&ns->ns_count, ns->ns_count + n);
	ns->ns_uncounted += n;
	if (ns->ns_uncounted <= -NC_LOT || ns->ns_uncounted >= NC_LOT) {
		atomic_add_int((volatile u_int *)&nc_total, ns->ns_uncounted);
		ns->ns_uncounted = 0;
	}
}

/* Take an entry out of everything.  Shard lock held. */
static void
nc_remove(struct ncshard *ns, struct namecache *ncp)
{
	struct nctable *nt = ns->ns_table;
	struct namecache **p = &nt->nt_chain[ncp->nc_hash & nt->nt_mask];
	struct vnode *vp = ncp->nc_vp;

	KASSERT(mutex_owned(&ns->ns_lock));
	KASSERT(!ncp->nc_dead);
	atomic_store_relaxed(&ncp->nc_dead, true);
	while (*p != ncp)
		p = &(*p)->nc_hnext;
	atomic_store_release(p, ncp->nc_hnext);
	TAILQ_REMOVE(&VNODE_TO_VIMPL(ncp->nc_dvp)->vi_nc_children, ncp,
	    nc_children);
	if (vp != NULL) {
		mutex_enter(nc_parentlock(vp));
		TAILQ_REMOVE(&VNODE_TO_VIMPL(vp)->vi_nc_parents, ncp,
		    nc_parents);
		mutex_exit(nc_parentlock(vp));
	}
	TAILQ_REMOVE(&ns->ns_lru, ncp, nc_lru);
	nc_count(ns, -1);

	/* Lookups may still be on it: nc_hnext stays as it is. */
	TAILQ_NEXT(ncp, nc_lru) = ns->ns_dead;
	ns->ns_dead = ncp;
	ns->ns_ndead++;
}

/* Unlock a shard, and do the freeing that has piled up. */
static void
nc_unlock(struct ncshard *ns)
{
	bool grace = ns->ns_ndead >= NC_GRACE;

	mutex_exit(&ns->ns_lock);
	if (__predict_false(grace))
		nc_grace(ns);
}

/*
 * Memory is short: drop a share of all entries, the oldest of each shard, and
 * free those that wait for a grace period.
 */
void
cache_drain(int pct)
{
	struct namecache *dead = NULL;
	struct ncshard *ns;
	u_int n;

	for (ns = ncshards; ns < &ncshards[NC_SHARDS]; ns++) {
		mutex_enter(&ns->ns_lock);
		for (n = (ns->ns_count * pct + 99) / 100; n > 0; n--)
			nc_remove(ns, TAILQ_FIRST(&ns->ns_lru));
		dead = nc_take_dead(ns, dead);
		mutex_exit(&ns->ns_lock);
	}
	nc_free_dead(dead);
}

/*
 * Drop an entry of this shard that nobody used since the hand came by last,
 * if there are too many in all.
 */
static void
nc_limit(struct ncshard *ns)
{
	struct namecache *ncp;
	int i;

	if (atomic_load_relaxed(&nc_total) <=
	    atomic_load_relaxed(&desiredvnodes))
		return;
	for (i = 0; i < 8 && (ncp = TAILQ_FIRST(&ns->ns_lru)) != NULL; i++) {
		if (!atomic_load_relaxed(&ncp->nc_used) || i == 7) {
			nc_remove(ns, ncp);
			return;
		}
		atomic_store_relaxed(&ncp->nc_used, false);
		TAILQ_REMOVE(&ns->ns_lru, ncp, nc_lru);
		TAILQ_INSERT_TAIL(&ns->ns_lru, ncp, nc_lru);
	}
}

/*
 * A table of twice the size.  Lookups in the old one meanwhile follow chains
 * that change under them: they may miss, and always come to an end, because
 * an entry moves once.
 */
static void
nc_grow(struct ncshard *ns)
{
	struct nctable *old, *nt = NULL;
	struct namecache *ncp, *next, **head;
	u_int i, size;

	old = atomic_load_consume(&ns->ns_table);
	size = old == NULL ? NC_TABLE_MIN : (old->nt_mask + 1) * 2;
	nt = nc_table_alloc(size);
	mutex_enter(&ns->ns_lock);
	if (ns->ns_table != old) {
		mutex_exit(&ns->ns_lock);
		nc_table_free(nt);
		return;
	}
	for (i = 0; old != NULL && i <= old->nt_mask; i++)
		for (ncp = old->nt_chain[i]; ncp != NULL; ncp = next) {
			next = ncp->nc_hnext;
			head = &nt->nt_chain[ncp->nc_hash & nt->nt_mask];
			atomic_store_release(&ncp->nc_hnext, *head);
			*head = ncp;
		}
	atomic_store_release(&ns->ns_table, nt);
	mutex_exit(&ns->ns_lock);
	if (old != NULL) {
		pserialize_perform(vfs_psz);
		nc_table_free(old);
	}
}

/* Shard lock held. */
static void
nc_insert(struct ncshard *ns, struct namecache *ncp)
{
	struct nctable *nt = ns->ns_table;
	struct namecache **head = &nt->nt_chain[ncp->nc_hash & nt->nt_mask];
	struct vnode *vp = ncp->nc_vp;

	TAILQ_INSERT_TAIL(&VNODE_TO_VIMPL(ncp->nc_dvp)->vi_nc_children, ncp,
	    nc_children);
	if (vp != NULL) {
		mutex_enter(nc_parentlock(vp));
		TAILQ_INSERT_TAIL(&VNODE_TO_VIMPL(vp)->vi_nc_parents, ncp,
		    nc_parents);
		mutex_exit(nc_parentlock(vp));
	}
	TAILQ_INSERT_TAIL(&ns->ns_lru, ncp, nc_lru);
	nc_count(ns, 1);
	ncp->nc_hnext = *head;
	atomic_store_release(head, ncp);
}

/* Is just this known already? */
static bool
cache_known(struct vnode *dvp, struct vnode *vp, const char *name,
    size_t namelen, uint32_t hash, bool whiteout)
{
	struct namecache *ncp;
	bool known;
	int s;

	s = pserialize_read_enter();
	ncp = cache_find_rcu(VNODE_TO_VIMPL(dvp), name, namelen, hash);
	known = ncp != NULL && ncp->nc_vp == vp &&
	    ncp->nc_whiteout == whiteout;
	pserialize_read_exit(s);
	return known;
}

/*
 * Remember a name, or with vp NULL that there is none.  The directory is
 * locked, the vnode referenced.
 */
void
cache_enter(struct vnode *dvp, struct vnode *vp, const char *name,
    size_t namelen, uint32_t cnflags)
{
	struct ncshard *ns = nc_shard(dvp);
	struct namecache *ncp, *old;
	struct nctable *nt;
	uint32_t hash;
	bool whiteout = vp == NULL && (cnflags & ISWHITEOUT) != 0;

	if ((cnflags & MAKEENTRY) == 0 || namelen > NCHNAMLEN ||
	    (cnflags & ISDOTDOT) != 0 || (namelen == 1 && name[0] == '.'))
		return;
	hash = cache_hash(name, namelen);
	if (cache_known(dvp, vp, name, namelen, hash, whiteout))
		return;
	nt = atomic_load_consume(&ns->ns_table);
	if (__predict_false(nt == NULL ||
	    atomic_load_relaxed(&ns->ns_count) > nt->nt_mask / 2))
		nc_grow(ns);

	ncp = nc_alloc(namelen);
	if (__predict_false(ncp == NULL)) {
		cache_purge1(dvp, name, namelen, 0);
		return;
	}
	ncp->nc_dvp = dvp;
	ncp->nc_vp = vp;
	ncp->nc_hash = nc_mix(dvp, hash);
	ncp->nc_nlen = namelen;
	ncp->nc_whiteout = whiteout;
	ncp->nc_dead = false;
	ncp->nc_used = false;
	memcpy(namelen <= NC_SHORT ? ncp->nc_short : ncp->nc_long, name,
	    namelen);

	mutex_enter(&ns->ns_lock);
	old = cache_find_rcu(VNODE_TO_VIMPL(dvp), name, namelen, hash);
	if (old != NULL)
		nc_remove(ns, old);
	else
		nc_limit(ns);
	nc_insert(ns, ncp);
	nc_unlock(ns);
}

/* Forget one name of a directory. */
static void
cache_remove_name(struct vnode *dvp, const char *name, size_t namelen)
{
	struct ncshard *ns = nc_shard(dvp);
	struct namecache *ncp;

	mutex_enter(&ns->ns_lock);
	ncp = cache_find_rcu(VNODE_TO_VIMPL(dvp), name, namelen,
	    cache_hash(name, namelen));
	if (ncp != NULL)
		nc_remove(ns, ncp);
	nc_unlock(ns);
}

/*
 * Look a name up.  True: known, and *vpp is its referenced vnode or NULL if
 * it does not exist.  False: ask the file system.
 */
bool
cache_lookup_raw(struct vnode *dvp, const char *name, size_t namelen,
    uint32_t cnflags, int *iswht_ret, struct vnode **vpp)
{
	struct namecache *ncp;
	struct vnode *vp = NULL;
	bool hit;
	int s;

	if (iswht_ret != NULL)
		*iswht_ret = 0;
	*vpp = NULL;
	if (namelen > NCHNAMLEN)
		return false;
	s = pserialize_read_enter();
	ncp = cache_find_rcu(VNODE_TO_VIMPL(dvp), name, namelen,
	    cache_hash(name, namelen));
	hit = ncp != NULL;
	if (hit && (vp = ncp->nc_vp) != NULL) {
		hit = vcache_tryvget(vp) == 0;
		if (!hit)
			vp = NULL;
		else if (!cache_live_rcu(ncp))
			hit = false;
	} else if (hit && iswht_ret != NULL)
		*iswht_ret = ncp->nc_whiteout;
	pserialize_read_exit(s);
	if (!hit && vp != NULL) {
		vrele(vp);
		return false;
	}
	*vpp = vp;
	return hit;
}

/*
 * The file system's question, from VOP_LOOKUP.  What is about to be created
 * must not be answered from a negative entry, what is about to be removed not
 * at all, because the file system needs the place in the directory.
 */
bool
cache_lookup(struct vnode *dvp, const char *name, size_t namelen,
    uint32_t nameiop, uint32_t cnflags, int *iswht_ret, struct vnode **vpp)
{

	if ((cnflags & MAKEENTRY) == 0) {
		*vpp = NULL;
		if (iswht_ret != NULL)
			*iswht_ret = 0;
		cache_remove_name(dvp, name, namelen);
		return false;
	}
	if (!cache_lookup_raw(dvp, name, namelen, cnflags, iswht_ret, vpp))
		return false;
	if (*vpp == NULL && (cnflags & ISLASTCN) != 0 &&
	    (nameiop == CREATE || nameiop == RENAME)) {
		cache_remove_name(dvp, name, namelen);
		return false;
	}
	return true;
}

/*
 * Who may search this directory, for lookups that do not ask the file system.
 * A file system that sets IMNT_NCLOOKUP calls this whenever it changes.
 */
void
cache_enter_id(struct vnode *vp, mode_t mode, uid_t uid, gid_t gid, bool valid)
{
	struct vnode_impl *vip = VNODE_TO_VIMPL(vp);
	static u_int generation;

	if (vp->v_type != VDIR)
		return;
	mutex_enter(vp->v_interlock);
	atomic_store_relaxed(&vip->vi_nc_id, 0);
	membar_producer();
	atomic_store_relaxed(&vip->vi_nc_mode, mode);
	atomic_store_relaxed(&vip->vi_nc_uid, uid);
	atomic_store_relaxed(&vip->vi_nc_gid, gid);
	if (valid)
		atomic_store_release(&vip->vi_nc_id,
		    (atomic_inc_uint_nv(&generation) << 1) | 1);
	mutex_exit(vp->v_interlock);
}

bool
cache_have_id(struct vnode *vp)
{

	return atomic_load_relaxed(&VNODE_TO_VIMPL(vp)->vi_nc_id) != 0;
}

/* May the directory be searched?  False also means: not known. */
bool
cache_may_search_rcu(struct vnode *dvp, kauth_cred_t cred)
{
	struct vnode_impl *dvip = VNODE_TO_VIMPL(dvp);
	u_int id = atomic_load_acquire(&dvip->vi_nc_id);
	mode_t mode = atomic_load_relaxed(&dvip->vi_nc_mode);
	uid_t uid = atomic_load_relaxed(&dvip->vi_nc_uid);
	gid_t gid = atomic_load_relaxed(&dvip->vi_nc_gid);

	membar_consumer();
	if (id == 0 || atomic_load_relaxed(&dvip->vi_nc_id) != id)
		return false;
	/* Everybody may: the usual case. */
	if ((mode & (S_IXUSR | S_IXGRP | S_IXOTH)) ==
	    (S_IXUSR | S_IXGRP | S_IXOTH))
		return true;
	return genfs_can_access(dvp, cred, uid, gid, mode, NULL, VEXEC) == 0;
}

/* Remove the first name of a vnode; true if there may be more. */
static bool
cache_purge_parent(struct vnode *vp)
{
	struct vnode_impl *vip = VNODE_TO_VIMPL(vp);
	kmutex_t *plock = nc_parentlock(vp);
	struct namecache *ncp;
	struct ncshard *ns;

	mutex_enter(plock);
	ncp = TAILQ_FIRST(&vip->vi_nc_parents);
	if (ncp == NULL) {
		mutex_exit(plock);
		return false;
	}
	ns = nc_shard(ncp->nc_dvp);
	mutex_exit(plock);

	/* The order is shard first: look again. */
	mutex_enter(&ns->ns_lock);
	mutex_enter(plock);
	ncp = TAILQ_FIRST(&vip->vi_nc_parents);
	mutex_exit(plock);
	if (ncp != NULL && nc_shard(ncp->nc_dvp) == ns)
		nc_remove(ns, ncp);
	nc_unlock(ns);
	return true;
}

static void
cache_purge_children(struct vnode *dvp)
{
	struct vnode_impl *dvip = VNODE_TO_VIMPL(dvp);
	struct ncshard *ns = nc_shard(dvp);
	struct namecache *ncp;

	do {
		mutex_enter(&ns->ns_lock);
		while ((ncp = TAILQ_FIRST(&dvip->vi_nc_children)) != NULL &&
		    ns->ns_ndead < NC_GRACE)
			nc_remove(ns, ncp);
		nc_unlock(ns);
	} while (ncp != NULL);
}

/* Forget names of a vnode, names in it, or one name in it. */
void
cache_purge1(struct vnode *vp, const char *name, size_t namelen, int flags)
{

	if (name != NULL) {
		cache_remove_name(vp, name, namelen);
		return;
	}
	if (flags & PURGE_PARENTS)
		while (cache_purge_parent(vp))
			continue;
	/* Only in directories are there names. */
	if ((flags & PURGE_CHILDREN) != 0 && vp->v_type == VDIR)
		cache_purge_children(vp);
}

/* Forget everything about the directories of a mount. */
void
cache_purgevfs(struct mount *mp)
{
	struct namecache *ncp, *next;
	struct ncshard *ns;

	for (ns = ncshards; ns < &ncshards[NC_SHARDS]; ns++) {
		mutex_enter(&ns->ns_lock);
		TAILQ_FOREACH_SAFE(ncp, &ns->ns_lru, nc_lru, next)
			if (ncp->nc_dvp->v_mount == mp)
				nc_remove(ns, ncp);
		nc_unlock(ns);
	}
}

/*
 * The directory a directory is in, and its name there, from the cache.  On
 * success *dvpp is referenced and *bpp has moved down by the name.  -1: not
 * known.
 */
int
cache_revlookup(struct vnode *vp, struct vnode **dvpp, char **bpp, char *bufp,
    bool checkaccess, accmode_t accmode)
{
	struct vnode_impl *vip = VNODE_TO_VIMPL(vp);
	struct namecache *ncp;
	int error = -1;

	*dvpp = NULL;
	if (checkaccess &&
	    !cache_may_search_rcu(vp, curlwp->l_cred))
		return -1;
	mutex_enter(nc_parentlock(vp));
	TAILQ_FOREACH(ncp, &vip->vi_nc_parents, nc_parents) {
		KASSERT(ncp->nc_vp == vp);
		if (bpp != NULL) {
			if (*bpp - bufp < ncp->nc_nlen) {
				error = ERANGE;
				break;
			}
		}
		if (vcache_tryvget(ncp->nc_dvp) != 0)
			continue;
		*dvpp = ncp->nc_dvp;
		if (bpp != NULL) {
			*bpp -= ncp->nc_nlen;
			memcpy(*bpp, nc_name(ncp), ncp->nc_nlen);
		}
		error = 0;
		break;
	}
	mutex_exit(nc_parentlock(vp));
	return error;
}

void
cache_vnode_init(struct vnode *vp)
{

	TAILQ_INIT(&VNODE_TO_VIMPL(vp)->vi_nc_children);
	TAILQ_INIT(&VNODE_TO_VIMPL(vp)->vi_nc_parents);
}

void
cache_vnode_fini(struct vnode *vp)
{

	KASSERT(TAILQ_EMPTY(&VNODE_TO_VIMPL(vp)->vi_nc_children));
	KASSERT(TAILQ_EMPTY(&VNODE_TO_VIMPL(vp)->vi_nc_parents));
}

void
namecache_print(struct vnode *vp, void (*pr)(const char *, ...))
{
	struct namecache *ncp;

	TAILQ_FOREACH(ncp, &VNODE_TO_VIMPL(vp)->vi_nc_parents, nc_parents)
		(*pr)("name %.*s in %p\n", ncp->nc_nlen, nc_name(ncp),
		    ncp->nc_dvp);
}

/* Statistics of directory searches; kept for file systems that count. */
static u_int nc_2passes, nc_pass2;

void
namecache_count_pass2(void)
{

	atomic_inc_uint(&nc_pass2);
}

void
namecache_count_2passes(void)
{

	atomic_inc_uint(&nc_2passes);
}
