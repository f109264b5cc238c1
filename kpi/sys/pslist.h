/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pslist(9): a list that readers walk without a lock, in a pserialize(9)
 * read section, while one writer changes it.  Writers exclude each other,
 * and after removing an entry wait for readers (pserialize_perform()) before
 * they destroy it.  A removed entry keeps its next pointer, so that a
 * reader on it finds its way back to the list.
 */

#ifndef _SYS_PSLIST_H_
#define	_SYS_PSLIST_H_

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/systm.h>

struct pslist_head;
struct pslist_entry;

struct pslist_head {
	struct pslist_entry *volatile plh_first;
};

struct pslist_entry {
	struct pslist_entry *volatile *ple_prevp; /* what points here */
	struct pslist_entry *volatile ple_next;
};

/* Marks an entry whose owner destroyed it. */
#define	_PSLIST_POISON	((void *)1ul)

#define	PSLIST_INITIALIZER		{ .plh_first = NULL }
#define	PSLIST_ENTRY_INITIALIZER	{ .ple_next = NULL, .ple_prevp = NULL }

static __inline void __unused
pslist_init(struct pslist_head *head)
{
	head->plh_first = NULL;
}

static __inline void __unused
pslist_destroy(struct pslist_head *head __diagused)
{
	KASSERT(head->plh_first == NULL);
}

static __inline void __unused
pslist_entry_init(struct pslist_entry *entry)
{
	entry->ple_next = NULL;
	entry->ple_prevp = NULL;
}

static __inline void __unused
pslist_entry_destroy(struct pslist_entry *entry)
{
	KASSERT(entry->ple_prevp == NULL);
	entry->ple_next = _PSLIST_POISON;
}

/*
 * An entry is complete before a reader can find it: every store that makes
 * it visible is a release.
 */
static __inline void __unused
pslist_writer_insert_head(struct pslist_head *head, struct pslist_entry *new)
{
	KASSERT(new->ple_next == NULL && new->ple_prevp == NULL);
	new->ple_prevp = &head->plh_first;
	new->ple_next = head->plh_first;
	if (head->plh_first != NULL)
		head->plh_first->ple_prevp = &new->ple_next;
	atomic_store_release(&head->plh_first, new);
}

static __inline void __unused
pslist_writer_insert_before(struct pslist_entry *entry,
    struct pslist_entry *new)
{
	KASSERT(entry->ple_next != _PSLIST_POISON);
	KASSERT(new->ple_next == NULL && new->ple_prevp == NULL);
	new->ple_prevp = entry->ple_prevp;
	new->ple_next = entry;
	atomic_store_release(entry->ple_prevp, new);
	entry->ple_prevp = &new->ple_next;
}

static __inline void __unused
pslist_writer_insert_after(struct pslist_entry *entry,
    struct pslist_entry *new)
{
	KASSERT(entry->ple_next != _PSLIST_POISON);
	KASSERT(new->ple_next == NULL && new->ple_prevp == NULL);
	new->ple_prevp = &entry->ple_next;
	new->ple_next = entry->ple_next;
	if (new->ple_next != NULL)
		new->ple_next->ple_prevp = &new->ple_next;
	atomic_store_release(&entry->ple_next, new);
}

static __inline void __unused
pslist_writer_remove(struct pslist_entry *entry)
{
	KASSERT(entry->ple_next != _PSLIST_POISON);
	KASSERT(entry->ple_prevp != NULL);
	if (entry->ple_next != NULL)
		entry->ple_next->ple_prevp = entry->ple_prevp;
	/* A reader may find the next one here for the first time. */
	atomic_store_release(entry->ple_prevp, entry->ple_next);
	entry->ple_prevp = NULL;
}

static __inline struct pslist_entry * __unused
pslist_writer_first(const struct pslist_head *head)
{
	return head->plh_first;
}

static __inline struct pslist_entry * __unused
pslist_writer_next(const struct pslist_entry *entry)
{
	KASSERT(entry->ple_next != _PSLIST_POISON);
	return entry->ple_next;
}

static __inline struct pslist_entry * __unused
pslist_reader_first(const struct pslist_head *head)
{
	return atomic_load_consume(&head->plh_first);
}

static __inline struct pslist_entry * __unused
pslist_reader_next(const struct pslist_entry *entry)
{
	struct pslist_entry *next = atomic_load_consume(&entry->ple_next);

	KASSERT(next != _PSLIST_POISON);
	return next;
}

/* The same, as the structure that contains the entry, or NULL. */
static __inline void * __unused
_pslist_container(struct pslist_entry *entry, const ptrdiff_t offset)
{
	return entry == NULL ? NULL : (char *)entry - offset;
}

static __inline void * __unused
_pslist_writer_first_container(const struct pslist_head *head,
    const ptrdiff_t offset)
{
	return _pslist_container(pslist_writer_first(head), offset);
}

static __inline void * __unused
_pslist_writer_next_container(const struct pslist_entry *entry,
    const ptrdiff_t offset)
{
	return _pslist_container(pslist_writer_next(entry), offset);
}

static __inline void * __unused
_pslist_reader_first_container(const struct pslist_head *head,
    const ptrdiff_t offset)
{
	return _pslist_container(pslist_reader_first(head), offset);
}

static __inline void * __unused
_pslist_reader_next_container(const struct pslist_entry *entry,
    const ptrdiff_t offset)
{
	return _pslist_container(pslist_reader_next(entry), offset);
}

/*
 * Macros by member name.  H head, E and V structure, T its type, F member.
 */
#define	PSLIST_INIT(H)			pslist_init((H))
#define	PSLIST_DESTROY(H)		pslist_destroy((H))
#define	PSLIST_ENTRY_INIT(E, F)		pslist_entry_init(&(E)->F)
#define	PSLIST_ENTRY_DESTROY(E, F)	pslist_entry_destroy(&(E)->F)

#define	PSLIST_WRITER_INSERT_HEAD(H, V, F)				\
	pslist_writer_insert_head((H), &(V)->F)
#define	PSLIST_WRITER_INSERT_BEFORE(E, N, F)				\
	pslist_writer_insert_before(&(E)->F, &(N)->F)
#define	PSLIST_WRITER_INSERT_AFTER(E, N, F)				\
	pslist_writer_insert_after(&(E)->F, &(N)->F)
#define	PSLIST_WRITER_REMOVE(E, F)					\
	pslist_writer_remove(&(E)->F)
#define	PSLIST_WRITER_FIRST(H, T, F)					\
	((T *)_pslist_writer_first_container((H), offsetof(T, F)))
#define	PSLIST_WRITER_NEXT(V, T, F)					\
	((T *)_pslist_writer_next_container(&(V)->F, offsetof(T, F)))
#define	PSLIST_WRITER_FOREACH(V, H, T, F)				\
	for ((V) = PSLIST_WRITER_FIRST((H), T, F); (V) != NULL;		\
	    (V) = PSLIST_WRITER_NEXT((V), T, F))
#define	PSLIST_READER_FIRST(H, T, F)					\
	((T *)_pslist_reader_first_container((H), offsetof(T, F)))
#define	PSLIST_READER_NEXT(V, T, F)					\
	((T *)_pslist_reader_next_container(&(V)->F, offsetof(T, F)))
#define	PSLIST_READER_FOREACH(V, H, T, F)				\
	for ((V) = PSLIST_READER_FIRST((H), T, F); (V) != NULL;		\
	    (V) = PSLIST_READER_NEXT((V), T, F))

#endif /* !_SYS_PSLIST_H_ */
