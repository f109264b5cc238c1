/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hash(9): tables of list heads.  hashinit() makes one with a power of two
 * of heads, at least as many as elements are expected up to a limit, and
 * returns the mask; locking is the caller's business.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kmem.h>
#include <sys/pslist.h>
#include <sys/queue.h>

#define	HASH_MAX	(1UL << 20)

LIST_HEAD(hash_list, hash_any);
SLIST_HEAD(hash_slist, hash_any);
TAILQ_HEAD(hash_tailq, hash_any);

static size_t
head_size(enum hashtype type)
{

	switch (type) {
	case HASH_LIST:
		return sizeof(struct hash_list);
	case HASH_SLIST:
		return sizeof(struct hash_slist);
	case HASH_TAILQ:
		return sizeof(struct hash_tailq);
	case HASH_PSLIST:
		return sizeof(struct pslist_head);
	}
	panic("hashinit: bad hash type %d", (int)type);
}

static void
init_head(void *head, enum hashtype type)
{

	switch (type) {
	case HASH_LIST:
		LIST_INIT((struct hash_list *)head);
		break;
	case HASH_SLIST:
		SLIST_INIT((struct hash_slist *)head);
		break;
	case HASH_TAILQ:
		TAILQ_INIT((struct hash_tailq *)head);
		break;
	case HASH_PSLIST:
		PSLIST_INIT((struct pslist_head *)head);
		break;
	}
}

/* NULL if memory is short and it may not be waited for. */
void *
hashinit(u_int elements, enum hashtype type, bool waitok, u_long *hashmask)
{
	size_t size = head_size(type);
	u_long n, i;
	char *table;

	KASSERT(elements > 0);
	for (n = 1; n < elements && n < HASH_MAX; n <<= 1)
		continue;
	table = kmem_alloc(n * size, waitok ? KM_SLEEP : KM_NOSLEEP);
	if (table == NULL)
		return NULL;
	for (i = 0; i < n; i++)
		init_head(table + i * size, type);
	*hashmask = n - 1;
	return table;
}

void
hashdone(void *table, enum hashtype type, u_long hashmask)
{

	KASSERT(table != NULL);
	KASSERT(powerof2(hashmask + 1));
	kmem_free(table, (hashmask + 1) * head_size(type));
}
