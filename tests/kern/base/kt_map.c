/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_map.
 */

#include <sys/kmem.h>
#include <sys/pcq.h>
#include <sys/pserialize.h>
#include <sys/thmap.h>

#include <rump-sys/mem.h>

#include "kt.h"

void rump_kt_pcq(void);
void rump_kt_pcq_stress(void);
void rump_kt_thmap(void);
void rump_kt_thmap_nocopy(void);
void rump_kt_thmap_root(void);
void rump_kt_thmap_nomem(void);
void rump_kt_thmap_stress(void);

void
rump_kt_pcq(void)
{
	static const size_t sizes[] = { 1, 2, 3, 4, 7, 100, 1000 };
	uintptr_t i, j, n;
	pcq_t *pcq;

	for (n = 0; n < __arraycount(sizes); n++) {
		pcq = pcq_create(sizes[n], KM_SLEEP);
		KT_EQ(sizes[n], pcq_maxitems(pcq));
		KT(pcq_get(pcq) == NULL && pcq_peek(pcq) == NULL);
		for (j = 0; j < 3; j++) {
			for (i = 1; i <= sizes[n]; i++)
				KT(pcq_put(pcq, (void *)i));
			KT(!pcq_put(pcq, (void *)i));
			for (i = 1; i <= sizes[n]; i++) {
				KT_EQ(i, (uintptr_t)pcq_peek(pcq));
				KT_EQ(i, (uintptr_t)pcq_get(pcq));
			}
			KT(pcq_get(pcq) == NULL);
		}
		pcq_destroy(pcq);
	}
	rump_fault_alloc = 1;
	KT(pcq_create(10, KM_NOSLEEP) == NULL);
}

#define PRODUCERS	4
#define ITEMS		5000

static pcq_t *queue;
static volatile u_int producer_no;

static void
producer(void *arg)
{
	uintptr_t me = atomic_inc_uint_nv(&producer_no), i;

	for (i = 1; i <= ITEMS; i++) {
		while (!pcq_put(queue, (void *)(me << 16 | i)))
			kt_pause(1);
	}
	kthread_exit(0);
}

/* Each producer's items come all, and in its order. */
void
rump_kt_pcq_stress(void)
{
	uintptr_t seen[PRODUCERS + 1] = { 0 }, item, left;
	struct kt_threads kt;

	queue = pcq_create(999, KM_SLEEP);
	kt_start(&kt, PRODUCERS, producer, NULL);
	for (left = PRODUCERS * ITEMS; left > 0;) {
		item = (uintptr_t)pcq_get(queue);
		if (item == 0) {
			kt_pause(1);
			continue;
		}
		KT(item >> 16 >= 1 && item >> 16 <= PRODUCERS);
		KT_EQ(++seen[item >> 16], item & 0xffff);
		left--;
	}
	kt_join(&kt);
	KT(pcq_get(queue) == NULL);
	pcq_destroy(queue);
}

/* Memory of a map, from an array that offsets are relative to. */
static uint64_t arena[400000];
static size_t arena_used, arena_live;

static uintptr_t
arena_alloc(size_t size)
{
	uintptr_t at = 8 + arena_used;

	if (rump_fault_alloc_p())
		return 0;
	arena_used += roundup2(size, 8);
	KT(arena_used < sizeof(arena) - 8);
	arena_live += size;
	return at;
}

static void
arena_free(uintptr_t addr, size_t size)
{

	KT(addr >= 8 && addr - 8 < arena_used);
	memset((char *)arena + addr, 0xdb, size);
	arena_live -= size;
}

static const thmap_ops_t arena_ops = {
	.alloc = arena_alloc,
	.free = arena_free,
};

/* A different key of 1 to 8 bytes for each number. */
static size_t
key_of(u_int i, char *key)
{

	return (size_t)snprintf(key, 9, "%x", i);
}

void
rump_kt_thmap(void)
{
	thmap_t *tm = thmap_create((uintptr_t)arena, &arena_ops, 0);
	char key[9];
	size_t len;
	u_int i;

	for (i = 1; i <= 5000; i++) {
		len = key_of(i, key);
		KT(thmap_get(tm, key, len) == NULL);
		KT(thmap_del(tm, key, len) == NULL);
		KT_EQ(i, (uintptr_t)thmap_put(tm, key, len,
		    (void *)(uintptr_t)i));
		KT_EQ(i, (uintptr_t)thmap_put(tm, key, len, key));
	}
	for (i = 1; i <= 5000; i++) {
		len = key_of(i, key);
		KT_EQ(i, (uintptr_t)thmap_get(tm, key, len));
		if (i % 3 == 0)
			KT_EQ(i, (uintptr_t)thmap_del(tm, key, len));
	}
	thmap_gc(tm, thmap_stage_gc(tm));
	for (i = 1; i <= 5000; i++) {
		len = key_of(i, key);
		KT_EQ(i % 3 == 0 ? 0 : i, (uintptr_t)thmap_get(tm, key, len));
		KT_EQ(i % 3 == 0 ? 0 : i, (uintptr_t)thmap_del(tm, key, len));
	}
	KT(arena_live > 0);
	thmap_destroy(tm);
	KT_EQ(0, arena_live);
}

void
rump_kt_thmap_nocopy(void)
{
	thmap_t *tm = thmap_create(0, NULL, THMAP_NOCOPY);
	static char keys[] = "abcabd";
	void *ref;

	KT(thmap_put(tm, keys, 3, &keys[0]) == &keys[0]);
	KT(thmap_put(tm, keys + 3, 3, &keys[3]) == &keys[3]);
	KT(thmap_put(tm, keys, 0, &keys[1]) == &keys[1]);
	KT(thmap_get(tm, "abc", 3) == &keys[0]);
	KT(thmap_get(tm, "abd", 3) == &keys[3]);
	KT(thmap_get(tm, "", 0) == &keys[1]);
	KT(thmap_get(tm, "ab", 2) == NULL);
	KT(thmap_del(tm, "abc", 3) == &keys[0]);
	KT(thmap_get(tm, "abc", 3) == NULL);
	KT(thmap_del(tm, "abd", 3) == &keys[3]);
	KT(thmap_del(tm, "", 0) == &keys[1]);
	ref = thmap_stage_gc(tm);
	KT(ref != NULL && thmap_stage_gc(tm) == NULL);
	thmap_gc(tm, ref);
	thmap_gc(tm, NULL);
	thmap_destroy(tm);
}

/* Two maps of one root show the same. */
void
rump_kt_thmap_root(void)
{
	thmap_t *tm = thmap_create((uintptr_t)arena, &arena_ops, 0);
	thmap_t *tm2 = thmap_create((uintptr_t)arena, &arena_ops,
	    THMAP_SETROOT);
	uintptr_t root = thmap_getroot(tm);
	char key[9];
	size_t len;
	u_int i;

	KT(root >= 8 && root - 8 < arena_used);
	KT_EQ(-1, thmap_setroot(tm, root));
	KT_EQ(0, thmap_setroot(tm2, root));
	KT_EQ(-1, thmap_setroot(tm2, root));
	KT(thmap_getroot(tm2) == root);
	for (i = 1; i <= 500; i++) {
		len = key_of(i, key);
		KT_EQ(i, (uintptr_t)thmap_put(i % 2 ? tm : tm2, key, len,
		    (void *)(uintptr_t)i));
		KT_EQ(i, (uintptr_t)thmap_put(i % 2 ? tm2 : tm, key, len,
		    key));
	}
	for (i = 1; i <= 500; i++) {
		len = key_of(i, key);
		KT_EQ(i, (uintptr_t)thmap_get(tm, key, len));
		KT_EQ(i, (uintptr_t)thmap_get(tm2, key, len));
		KT_EQ(i, (uintptr_t)thmap_del(i % 3 ? tm : tm2, key, len));
		KT(thmap_get(tm, key, len) == NULL);
		KT(thmap_get(tm2, key, len) == NULL);
	}
	thmap_destroy(tm2);
	KT(arena_live > 0);
	thmap_destroy(tm);
	KT_EQ(0, arena_live);
}

/* Without memory a key is not in, and all others are as they were. */
void
rump_kt_thmap_nomem(void)
{
	thmap_t *tm;
	char key[9];
	size_t len;
	u_int i, n, failures = 0;
	void *value;

	rump_fault_alloc = 1;
	KT(thmap_create((uintptr_t)arena, &arena_ops, 0) == NULL);
	tm = thmap_create((uintptr_t)arena, &arena_ops, 0);
	for (i = 1; i <= 300; i++) {
		len = key_of(i, key);
		for (n = 1;; n++) {
			rump_fault_alloc = n;
			value = thmap_put(tm, key, len, (void *)(uintptr_t)i);
			if (value != NULL)
				break;
			KT(thmap_get(tm, key, len) == NULL);
			failures++;
		}
		rump_fault_alloc = 0;
	}
	KT(failures > 300);
	for (i = 1; i <= 300; i++) {
		len = key_of(i, key);
		KT_EQ(i, (uintptr_t)thmap_del(tm, key, len));
	}
	thmap_destroy(tm);
	KT_EQ(0, arena_live);
}

static thmap_t *map;
static volatile u_int writer_no, writers_left;

/* Keys of its own come and go; what it put it finds. */
static void
writer(void *arg)
{
	uintptr_t me = atomic_inc_uint_nv(&writer_no) << 16, i, round;
	char key[9];
	size_t len;

	for (round = 0; round < 10; round++) {
		for (i = me + 1; i <= me + 200; i++) {
			len = key_of((u_int)i, key);
			KT(thmap_put(map, key, len, (void *)i) == (void *)i);
		}
		kt_pause(1);
		for (i = me + 1; i <= me + 200; i++) {
			len = key_of((u_int)i, key);
			KT_EQ(i, (uintptr_t)thmap_get(map, key, len));
			KT_EQ(i, (uintptr_t)thmap_del(map, key, len));
		}
	}
	atomic_dec_uint(&writers_left);
	kthread_exit(0);
}

/* Whatever is found belongs to the key; fixed ones are always there. */
static void
reader(void *arg)
{
	uintptr_t i, value, who = 0;
	char key[9];
	size_t len;
	int s;

	while (atomic_load_acquire(&writers_left) > 0) {
		who = who % 3 + 1;
		s = pserialize_read_enter();
		for (i = 1; i <= 50; i++) {
			len = key_of((u_int)(who << 16 | i), key);
			value = (uintptr_t)thmap_get(map, key, len);
			KT(value == 0 || value == (who << 16 | i));
			len = key_of((u_int)i, key);
			KT_EQ(i, (uintptr_t)thmap_get(map, key, len));
		}
		pserialize_read_exit(s);
		kt_pause(1);
	}
	kthread_exit(0);
}

void
rump_kt_thmap_stress(void)
{
	pserialize_t psz = pserialize_create();
	struct kt_threads rd, wr;
	char key[9];
	void *ref;
	u_int i;

	map = thmap_create(0, NULL, 0);
	for (i = 1; i <= 50; i++)
		KT(thmap_put(map, key, key_of(i, key),
		    (void *)(uintptr_t)i) != NULL);
	writers_left = 3;
	kt_start(&wr, 3, writer, NULL);
	kt_start(&rd, 2, reader, NULL);
	while (atomic_load_acquire(&writers_left) > 0) {
		ref = thmap_stage_gc(map);
		pserialize_perform(psz);
		thmap_gc(map, ref);
		kt_pause(1);
	}
	kt_join(&wr);
	kt_join(&rd);
	for (i = 1; i <= 50; i++)
		KT_EQ(i, (uintptr_t)thmap_del(map, key, key_of(i, key)));
	thmap_destroy(map);
	pserialize_destroy(psz);
}
