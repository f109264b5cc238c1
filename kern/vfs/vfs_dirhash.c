/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A hash of a directory's entries for file systems whose directories have to
 * be searched from the start.  The caller holds the directory's lock around
 * everything; between dirhash_get() and dirhash_put() the hash cannot be
 * taken away to save memory.
 *
 * Locks: dirhash_lock protects the list of all hashes and refcnt.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/dirent.h>
#include <sys/dirhash.h>
#include <sys/hash.h>
#include <sys/kmem.h>
#include <sys/mutex.h>
#include <sys/pool.h>

#include "vfs_private.h"

static kmutex_t		dirhash_lock;
static TAILQ_HEAD(dirhashq, dirhash) dirhash_queue =
    TAILQ_HEAD_INITIALIZER(dirhash_queue);
static uint32_t		dirhash_total;	/* bytes in all hashes */
static pool_cache_t	dirhash_entries;

void
dirhash_init(void)
{

	mutex_init(&dirhash_lock, MUTEX_DEFAULT, IPL_NONE);
	dirhash_entries = pool_cache_init(sizeof(struct dirhash_entry), 0, 0,
	    0, "dirhash", NULL, IPL_NONE, NULL, NULL, NULL);
}

static uint32_t
dirhash_hash(const char *name, size_t len)
{

	return hash32_strn(name, len, HASH32_STR_INIT);
}

/* Forget all entries. */
static void
dirhash_clear(struct dirhash *dirh)
{
	struct dirhash_entry *e;
	uint32_t i;

	KASSERT(mutex_owned(&dirhash_lock));
	for (i = 0; i < DIRHASH_HASHSIZE; i++)
		while ((e = LIST_FIRST(&dirh->entries[i])) != NULL) {
			LIST_REMOVE(e, next);
			pool_cache_put(dirhash_entries, e);
		}
	while ((e = LIST_FIRST(&dirh->free_entries)) != NULL) {
		LIST_REMOVE(e, next);
		pool_cache_put(dirhash_entries, e);
	}
	dirh->flags &= ~DIRH_COMPLETE;
	dirh->flags |= DIRH_PURGED;
	dirh->num_files = 0;
	KASSERT(dirhash_total >= dirh->size);
	dirhash_total -= dirh->size;
	dirh->size = 0;
}

/* The directory will be read again. */
void
dirhash_purge_entries(struct dirhash *dirh)
{

	if (dirh == NULL)
		return;
	mutex_enter(&dirhash_lock);
	dirhash_clear(dirh);
	mutex_exit(&dirhash_lock);
}

void
dirhash_purge(struct dirhash **dirhp)
{
	struct dirhash *dirh = *dirhp;

	if (dirh == NULL)
		return;
	mutex_enter(&dirhash_lock);
	KASSERT(dirh->refcnt == 0);
	dirhash_clear(dirh);
	TAILQ_REMOVE(&dirhash_queue, dirh, next);
	mutex_exit(&dirhash_lock);
	*dirhp = NULL;
	kmem_free(dirh, sizeof(*dirh));
}

/* Make or find the hash of a directory, and keep it until dirhash_put(). */
void
dirhash_get(struct dirhash **dirhp)
{
	struct dirhash *dirh = *dirhp, *old;

	if (dirh == NULL)
		dirh = kmem_zalloc(sizeof(*dirh), KM_SLEEP);
	mutex_enter(&dirhash_lock);
	if (*dirhp == NULL)
		*dirhp = dirh;
	else
		TAILQ_REMOVE(&dirhash_queue, dirh, next);
	/* The oldest that nobody holds give way. */
	TAILQ_FOREACH_REVERSE(old, &dirhash_queue, dirhashq, next) {
		if (dirhash_total < DIRHASH_SIZE)
			break;
		if (old->refcnt == 0)
			dirhash_clear(old);
	}
	TAILQ_INSERT_HEAD(&dirhash_queue, dirh, next);
	dirh->refcnt++;
	mutex_exit(&dirhash_lock);
}

void
dirhash_put(struct dirhash *dirh)
{

	mutex_enter(&dirhash_lock);
	KASSERT(dirh->refcnt > 0);
	dirh->refcnt--;
	mutex_exit(&dirhash_lock);
}

/* "." and ".." are not counted as files. */
static bool
dirhash_dots(const struct dirent *d)
{

	return d->d_name[0] == '.' && (d->d_namlen == 1 ||
	    (d->d_namlen == 2 && d->d_name[1] == '.'));
}

static void
dirhash_account(struct dirhash *dirh, int bytes)
{

	mutex_enter(&dirhash_lock);
	dirh->size += bytes;
	dirhash_total += bytes;
	mutex_exit(&dirhash_lock);
}

/* new: the entry is added to the directory now, not just read from it. */
void
dirhash_enter(struct dirhash *dirh, struct dirent *dirent, uint64_t offset,
    uint32_t entry_size, int new)
{
	struct dirhash_entry *e, *tmp;
	uint32_t hash = dirhash_hash(dirent->d_name, dirent->d_namlen);
	uint32_t line = hash & DIRHASH_HASHMASK;

	/* While the hash is being filled everything comes in order. */
	if (!new && (dirh->flags & DIRH_COMPLETE) != 0)
		return;
	LIST_FOREACH(e, &dirh->entries[line], next)
		if (e->hashvalue == hash && e->d_namlen == dirent->d_namlen &&
		    e->offset == offset)
			return;
	/* The place is not free any more. */
	LIST_FOREACH_SAFE(e, &dirh->free_entries, next, tmp)
		if (e->offset == offset) {
			LIST_REMOVE(e, next);
			pool_cache_put(dirhash_entries, e);
			dirhash_account(dirh, -(int)sizeof(*e));
		}
	e = pool_cache_get(dirhash_entries, PR_WAITOK);
	e->hashvalue = hash;
	e->offset = offset;
	e->d_namlen = dirent->d_namlen;
	e->entry_size = entry_size;
	LIST_INSERT_HEAD(&dirh->entries[line], e, next);
	if (!dirhash_dots(dirent))
		dirh->num_files++;
	dirhash_account(dirh, sizeof(*e));
}

/* A place where a new entry could go. */
void
dirhash_enter_freed(struct dirhash *dirh, uint64_t offset,
    uint32_t entry_size)
{
	struct dirhash_entry *e;

	LIST_FOREACH(e, &dirh->free_entries, next)
		if (e->offset == offset) {
			e->entry_size = entry_size;
			return;
		}
	e = pool_cache_get(dirhash_entries, PR_WAITOK);
	memset(e, 0, sizeof(*e));
	e->offset = offset;
	e->entry_size = entry_size;
	LIST_INSERT_HEAD(&dirh->free_entries, e, next);
	dirhash_account(dirh, sizeof(*e));
}

/* The entry is gone: its place becomes free. */
void
dirhash_remove(struct dirhash *dirh, struct dirent *dirent, uint64_t offset,
    uint32_t entry_size)
{
	struct dirhash_entry *e;
	uint32_t hash = dirhash_hash(dirent->d_name, dirent->d_namlen);

	LIST_FOREACH(e, &dirh->entries[hash & DIRHASH_HASHMASK], next) {
		if (e->hashvalue != hash || e->offset != offset)
			continue;
		KASSERT(e->entry_size == entry_size);
		LIST_REMOVE(e, next);
		LIST_INSERT_HEAD(&dirh->free_entries, e, next);
		if (!dirhash_dots(dirent))
			dirh->num_files--;
		return;
	}
	panic("dirhash_remove: no entry at %ju", (uintmax_t)offset);
}

/*
 * Candidates for a name, one a call: *result is the last one seen, NULL to
 * begin.  0 when there are no more.
 */
int
dirhash_lookup(struct dirhash *dirh, const char *d_name, int d_namlen,
    struct dirhash_entry **result)
{
	struct dirhash_entry *e;
	uint32_t hash = dirhash_hash(d_name, d_namlen);

	KASSERT(dirh->flags & DIRH_COMPLETE);
	e = *result != NULL ? LIST_NEXT(*result, next) :
	    LIST_FIRST(&dirh->entries[hash & DIRHASH_HASHMASK]);
	for (; e != NULL; e = LIST_NEXT(e, next))
		if (e->hashvalue == hash && e->d_namlen == d_namlen) {
			*result = e;
			return 1;
		}
	*result = NULL;
	return 0;
}

/* Free places of at least a size, one a call. */
int
dirhash_lookup_freed(struct dirhash *dirh, uint32_t min_entrysize,
    struct dirhash_entry **result)
{
	struct dirhash_entry *e;

	KASSERT(dirh->flags & DIRH_COMPLETE);
	e = *result != NULL ? LIST_NEXT(*result, next) :
	    LIST_FIRST(&dirh->free_entries);
	for (; e != NULL; e = LIST_NEXT(e, next))
		if (e->entry_size >= min_entrysize) {
			*result = e;
			return 1;
		}
	*result = NULL;
	return 0;
}

bool
dirhash_dir_isempty(struct dirhash *dirh)
{

	KASSERT(dirh->flags & DIRH_COMPLETE);
	return dirh->num_files == 0;
}
