/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_hash: hash tables, hash_value(), RUN_ONCE() with many
 * threads, passive lists, and messages that must not be seen.
 */

#include <sys/once.h>
#include <sys/pslist.h>
#include <sys/queue.h>

#include "kt.h"

void rump_kt_hashtable(void);
void rump_kt_hashvalue(void);
void rump_kt_once(void);
void rump_kt_once_fails(void);
void rump_kt_pslist(void);
void rump_kt_aprint(void);
void rump_kt_pslist_busy(void);

struct elem {
	LIST_ENTRY(elem)	e_link;
	struct pslist_entry	e_psl;
	int			e_value;
};
LIST_HEAD(bucket, elem);

void
rump_kt_hashtable(void)
{
	static const u_int sizes[] = { 1, 2, 3, 100, 1024, 1025 };
	struct bucket *table;
	struct elem e;
	u_long mask, i;
	size_t n;
	int type;

	for (n = 0; n < __arraycount(sizes); n++) {
		table = hashinit(sizes[n], HASH_LIST, true, &mask);
		KT(powerof2(mask + 1) && mask + 1 >= sizes[n]);
		KT(mask + 1 < 2 * sizes[n]);
		for (i = 0; i <= mask; i++)
			KT(LIST_EMPTY(&table[i]));
		LIST_INSERT_HEAD(&table[mask], &e, e_link);
		LIST_REMOVE(&e, e_link);
		hashdone(table, HASH_LIST, mask);
	}
	for (type = HASH_LIST; type <= HASH_PSLIST; type++) {
		table = hashinit(10, (enum hashtype)type, true, &mask);
		KT_EQ(15, mask);
		hashdone(table, (enum hashtype)type, mask);
	}
}

/* The same each time, and not the address itself. */
void
rump_kt_hashvalue(void)
{
	uintptr_t a = (uintptr_t)&rump_kt_hashvalue, b = a + 16, x, y, z;

	COND_SET_VALUE(x, a, true);
	KT(x == a);
	COND_SET_VALUE(x, a, false);
	COND_SET_VALUE(y, a, false);
	COND_SET_VALUE(z, b, false);
	KT(x == y && x != z && x != a);
}

static ONCE_DECL(once)
static volatile unsigned int once_runs;

static int
once_func(void)
{

	atomic_inc_uint(&once_runs);
	kt_pause(2);
	return 0;
}

static void
once_thread(void *arg)
{

	KT_EQ(0, RUN_ONCE(&once, once_func));
	KT_EQ(1, once_runs);
	kthread_exit(0);
}

void
rump_kt_once(void)
{
	struct kt_threads kt;

	kt_start(&kt, 16, once_thread, NULL);
	kt_join(&kt);
	KT_EQ(1, once_runs);
	KT_EQ(0, RUN_ONCE(&once, once_func));
	KT_EQ(1, once_runs);
}

static int
failing_func(void)
{

	atomic_inc_uint(&once_runs);
	return ENXIO;
}

static void
undo_func(void)
{

	once_runs = 0;
}

/* An error is remembered; INIT_ONCE() and FINI_ONCE() count. */
void
rump_kt_once_fails(void)
{
	static ONCE_DECL(bad)
	static ONCE_DECL(pair)

	KT_EQ(ENXIO, RUN_ONCE(&bad, failing_func));
	KT_EQ(ENXIO, RUN_ONCE(&bad, failing_func));
	KT_EQ(1, once_runs);
	KT_EQ(0, INIT_ONCE(&pair, once_func));
	KT_EQ(0, INIT_ONCE(&pair, once_func));
	KT_EQ(2, once_runs);
	FINI_ONCE(&pair, undo_func);
	KT_EQ(2, once_runs);
	FINI_ONCE(&pair, undo_func);
	KT_EQ(0, once_runs);
	KT_EQ(0, INIT_ONCE(&pair, once_func));
	KT_EQ(1, once_runs);
}

void
rump_kt_pslist(void)
{
	struct pslist_head head = PSLIST_INITIALIZER;
	struct elem v[4], *e;
	int i, sum = 0;

	for (i = 0; i < 4; i++) {
		v[i].e_value = 1 << i;
		PSLIST_ENTRY_INIT(&v[i], e_psl);
	}
	KT(PSLIST_READER_FIRST(&head, struct elem, e_psl) == NULL);
	PSLIST_WRITER_INSERT_HEAD(&head, &v[1], e_psl);
	PSLIST_WRITER_INSERT_AFTER(&v[1], &v[2], e_psl);
	PSLIST_WRITER_INSERT_BEFORE(&v[1], &v[0], e_psl);
	PSLIST_WRITER_INSERT_AFTER(&v[2], &v[3], e_psl);
	i = 0;
	PSLIST_READER_FOREACH(e, &head, struct elem, e_psl)
		KT_EQ(1 << i++, e->e_value);
	KT_EQ(4, i);
	PSLIST_WRITER_REMOVE(&v[1], e_psl);
	KT(PSLIST_READER_NEXT(&v[1], struct elem, e_psl) == &v[2]);
	PSLIST_ENTRY_DESTROY(&v[1], e_psl);
	PSLIST_WRITER_FOREACH(e, &head, struct elem, e_psl)
		sum += e->e_value;
	KT_EQ(1 + 4 + 8, sum);
	while ((e = PSLIST_WRITER_FIRST(&head, struct elem, e_psl)) != NULL)
		PSLIST_WRITER_REMOVE(e, e_psl);
	PSLIST_DESTROY(&head);
}

/* Misuse: an entry that is on a list. */
void
rump_kt_pslist_busy(void)
{
	struct pslist_head head = PSLIST_INITIALIZER;
	struct elem e;

	PSLIST_ENTRY_INIT(&e, e_psl);
	PSLIST_WRITER_INSERT_HEAD(&head, &e, e_psl);
	PSLIST_WRITER_INSERT_HEAD(&head, &e, e_psl);
}

void
rump_kt_aprint(void)
{

	KT_EQ(0, aprint_get_error_count());
	aprint_normal("aprint normal\n");
	aprint_naive("aprint naive\n");
	aprint_verbose("aprint verbose\n");
	aprint_debug("aprint debug\n");
	aprint_error("aprint error\n");
	KT_EQ(1, aprint_get_error_count());
	printf("always printed\n");
}
