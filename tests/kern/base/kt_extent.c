/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_extent.
 */

#include <sys/extent.h>
#include <sys/sleepq.h>

#include <rump-sys/mem.h>

#include "kt.h"

void rump_kt_policy(void);
void rump_kt_edges(void);
void rump_kt_partial(void);
void rump_kt_fixed(void);
void rump_kt_nomem(void);
void rump_kt_waiting(void);
void rump_kt_model(void);
void rump_kt_misuse(int);

/* The regions, as "start-end start-end". */
static const char *
regions(struct extent *ex)
{
	static char buf[256];
	struct extent_region *er;
	size_t len = 0;

	buf[0] = '\0';
	LIST_FOREACH(er, &ex->ex_regions, er_link)
		len += snprintf(buf + len, sizeof(buf) - len, "%s%#lx-%#lx",
		    len == 0 ? "" : " ", er->er_start, er->er_end);
	return buf;
}

void
rump_kt_policy(void)
{
	struct extent *ex = extent_create("policy", 0x100, 0x1ff, NULL, 0,
	    EX_WAITOK);
	u_long at;

	/* Gaps of 0x40, 0x20 and 0x80. */
	KT_EQ(0, extent_alloc_region(ex, 0x140, 0x10, EX_NOWAIT));
	KT_EQ(0, extent_alloc_region(ex, 0x170, 0x10, EX_NOWAIT));
	KT_EQ(0, extent_alloc(ex, 0x10, EX_NOALIGN, EX_NOBOUNDARY, EX_FAST,
	    &at));
	KT_EQ(0x100, at);
	KT_EQ(0, extent_alloc(ex, 0x10, EX_NOALIGN, EX_NOBOUNDARY, EX_NOWAIT,
	    &at));
	KT_EQ(0x150, at);
	KT_EQ(0, extent_alloc(ex, 0x40, 0x20, EX_NOBOUNDARY, EX_NOWAIT, &at));
	KT_EQ(0x180, at);
	kt_streq(regions(ex), "0x100-0x10f 0x140-0x15f 0x170-0x1bf");
	KT_EQ(EAGAIN, extent_alloc(ex, 0x41, 1, 0, EX_NOWAIT, &at));
	KT_EQ(EAGAIN, extent_alloc_region(ex, 0x15f, 2, EX_WAITOK));

	/* Within a part; with a skew; lines from the start or from zero. */
	KT_EQ(0, extent_alloc_subregion(ex, 0x1c8, 0x1cf, 8, 1, 0, EX_NOWAIT,
	    &at));
	KT_EQ(0x1c8, at);
	KT_EQ(EAGAIN, extent_alloc_subregion(ex, 0x1c8, 0x1d6, 8, 1, 0,
	    EX_NOWAIT, &at));
	KT_EQ(0, extent_alloc_subregion1(ex, 0x1d0, 0x1ff, 4, 0x10, 3, 0,
	    EX_NOWAIT, &at));
	KT_EQ(0x1d3, at);
	KT_EQ(0, extent_alloc1(ex, 4, 0x20, 7, 0, EX_FAST, &at));
	KT_EQ(0x127, at);
	extent_print(ex);
	extent_destroy(ex);

	ex = extent_create("lines", 0x14, 0x63, NULL, 0, EX_WAITOK);
	KT_EQ(0, extent_alloc_region(ex, 0x14, 2, EX_NOWAIT));
	KT_EQ(0, extent_alloc(ex, 0xe, 1, 0x10, EX_NOWAIT, &at));
	KT_EQ(0x16, at);
	KT_EQ(0, extent_alloc(ex, 0xe, 1, 0x10, EX_BOUNDZERO, &at));
	KT_EQ(0x30, at);
	/* Every aligned place crosses a line, however long one looks. */
	KT_EQ(EAGAIN, extent_alloc(ex, 0x10, 0x10, 0x10, EX_NOWAIT, &at));
	extent_destroy(ex);
}

/* An extent of all numbers there are, and alignments past its end. */
void
rump_kt_edges(void)
{
	struct extent *ex = extent_create("edges", 0, ULONG_MAX, NULL, 0,
	    EX_WAITOK);
	u_long at;

	KT_EQ(0, extent_alloc_region(ex, ULONG_MAX, 1, EX_NOWAIT));
	KT_EQ(0, extent_alloc_region(ex, 0, 1, EX_NOWAIT));
	KT_EQ(EAGAIN, extent_alloc_region(ex, 0, ULONG_MAX, EX_NOWAIT));
	KT_EQ(EAGAIN, extent_alloc(ex, ULONG_MAX, 1, 0, EX_NOWAIT, &at));
	KT_EQ(EAGAIN, extent_alloc_subregion(ex, ULONG_MAX - 5, ULONG_MAX, 2,
	    8, 0, EX_NOWAIT, &at));
	KT_EQ(0, extent_alloc_subregion1(ex, ULONG_MAX - 9, ULONG_MAX, 2, 8, 5,
	    8, EX_NOWAIT, &at));
	KT(at == ULONG_MAX - 2);
	KT_EQ(EAGAIN, extent_alloc(ex, 1UL << 63, 1UL << 63, 0, EX_NOWAIT,
	    &at));
	KT_EQ(0, extent_alloc(ex, 1UL << 62, 1UL << 62, 1UL << 63, EX_NOWAIT,
	    &at));
	KT(at == 1UL << 62);
	KT_EQ(0, extent_free(ex, 1UL << 62, 1UL << 62, EX_NOWAIT));
	KT_EQ(0, extent_alloc_region(ex, 1, ULONG_MAX - 3, EX_NOWAIT));
	kt_streq(regions(ex), "0-0xffffffffffffffff");
	KT_EQ(EAGAIN, extent_alloc(ex, 1, 1, 0, EX_NOWAIT, &at));
	KT_EQ(0, extent_free(ex, ULONG_MAX, 1, EX_NOWAIT));
	KT_EQ(0, extent_free(ex, 0, 1, EX_NOWAIT));
	KT_EQ(0, extent_alloc(ex, 1, 1, 0, EX_NOWAIT, &at));
	KT_EQ(0, at);
	KT_EQ(0, extent_alloc(ex, 1, 1, 0, EX_NOWAIT, &at));
	KT(at == ULONG_MAX);
	extent_destroy(ex);

	ex = extent_create("one", 7, 7, NULL, 0, EX_NOWAIT | EX_NOCOALESCE);
	KT_EQ(EAGAIN, extent_alloc(ex, 2, 1, 0, EX_NOWAIT, &at));
	KT_EQ(0, extent_alloc(ex, 1, 1, 0, EX_NOWAIT, &at));
	KT_EQ(7, at);
	KT_EQ(EAGAIN, extent_alloc(ex, 1, 1, 0, EX_NOWAIT, &at));
	KT_EQ(0, extent_free(ex, 7, 1, EX_NOWAIT));
	KT_EQ(EAGAIN, extent_alloc(ex, 1, 16, 0, EX_NOWAIT, &at));
	extent_destroy(ex);
}

/* Neighbours are one region, of which any part may go; or they are not. */
void
rump_kt_partial(void)
{
	struct extent *ex = extent_create("partial", 0, 99, NULL, 0, EX_WAITOK);

	KT_EQ(0, extent_alloc_region(ex, 10, 10, EX_NOWAIT));
	KT_EQ(0, extent_alloc_region(ex, 30, 10, EX_NOWAIT));
	KT_EQ(0, extent_alloc_region(ex, 20, 10, EX_NOWAIT));
	kt_streq(regions(ex), "0xa-0x27");
	KT_EQ(0, extent_free(ex, 15, 5, EX_NOWAIT));
	kt_streq(regions(ex), "0xa-0xe 0x14-0x27");
	KT_EQ(0, extent_free(ex, 20, 1, EX_NOWAIT));
	KT_EQ(0, extent_free(ex, 39, 1, EX_NOWAIT));
	KT_EQ(0, extent_free(ex, 10, 5, EX_NOWAIT));
	kt_streq(regions(ex), "0x15-0x26");
	extent_destroy(ex);

	ex = extent_create("whole", 0, 99, NULL, 0, EX_WAITOK | EX_NOCOALESCE);
	KT_EQ(0, extent_alloc_region(ex, 10, 10, EX_NOWAIT));
	KT_EQ(0, extent_alloc_region(ex, 20, 10, EX_NOWAIT));
	kt_streq(regions(ex), "0xa-0x13 0x14-0x1d");
	KT_EQ(0, extent_free(ex, 10, 10, EX_NOWAIT));
	kt_streq(regions(ex), "0x14-0x1d");
	extent_destroy(ex);
}

static struct extent *shared;
static _Atomic int result;

static void
await_sleeper(void)
{
	bool sleeps;

	do {
		kt_pause(1);
		mutex_enter(&shared->ex_lock);
		sleeps = cv_has_waiters(&shared->ex_cv);
		mutex_exit(&shared->ex_lock);
	} while (!sleeps);
}

static void
allocator(void *arg)
{
	u_long at;

	result = extent_alloc(shared, 10, 1, 0, (int)(intptr_t)arg, &at);
	kthread_exit(0);
}

static void
claimer(void *arg)
{

	result = extent_alloc_region(shared, 70, 20, (int)(intptr_t)arg);
	kthread_exit(0);
}

void
rump_kt_fixed(void)
{
	static char store[EXTENT_FIXED_STORAGE_SIZE(2) + 7] __aligned(16);
	struct kt_threads kt;
	u_long at;

	shared = extent_create("fixed", 0, 99, store, sizeof(store),
	    EX_NOWAIT | EX_NOCOALESCE);
	KT((void *)shared == (void *)store);
	KT_EQ(0, extent_alloc_region(shared, 0, 10, EX_NOWAIT));
	KT_EQ(0, extent_alloc_region(shared, 50, 1, EX_NOWAIT));
	KT_EQ(ENOMEM, extent_alloc(shared, 1, 1, 0, EX_NOWAIT, &at));
	KT_EQ(ENOMEM, extent_alloc_region(shared, 80, 1, EX_NOWAIT));
	KT_EQ(0, extent_alloc(shared, 10, 1, 0, EX_MALLOCOK, &at));
	KT_EQ(10, at);
	rump_fault_alloc = 1;
	KT_EQ(ENOMEM, extent_alloc(shared, 1, 1, 0, EX_MALLOCOK, &at));
	KT_EQ(0, extent_free(shared, 10, 10, EX_NOWAIT));

	/* One is found again when a region of the storage goes. */
	kt_start(&kt, 1, allocator, (void *)(intptr_t)EX_WAITOK);
	await_sleeper();
	KT_EQ(0, extent_free(shared, 50, 1, EX_NOWAIT));
	kt_join(&kt);
	KT_EQ(0, result);
	kt_streq(regions(shared), "0-0x9 0xa-0x13");
	extent_destroy(shared);

	/* Cutting out of the middle needs one as well. */
	shared = extent_create("fixed", 0, 99, store,
	    EXTENT_FIXED_STORAGE_SIZE(1), EX_NOWAIT);
	KT_EQ(0, extent_alloc_region(shared, 10, 10, EX_NOWAIT));
	KT_EQ(ENOMEM, extent_free(shared, 12, 2, EX_NOWAIT));
	kt_streq(regions(shared), "0xa-0x13");
	KT_EQ(0, extent_free(shared, 12, 2, EX_MALLOCOK));
	kt_streq(regions(shared), "0xa-0xb 0xe-0x13");
	extent_destroy(shared);
}

void
rump_kt_nomem(void)
{
	struct extent *ex;
	u_long at;

	rump_fault_alloc = 1;
	KT(extent_create("nomem", 0, 9, NULL, 0, EX_NOWAIT) == NULL);
	ex = extent_create("nomem", 0, 9, NULL, 0, EX_NOWAIT);
	rump_fault_alloc = 1;
	KT_EQ(ENOMEM, extent_alloc(ex, 1, 1, 0, EX_NOWAIT, &at));
	rump_fault_alloc = 1;
	KT_EQ(ENOMEM, extent_alloc_region(ex, 0, 5, EX_NOWAIT));
	KT_EQ(0, extent_alloc_region(ex, 0, 5, EX_NOWAIT));
	rump_fault_alloc = 1;
	KT_EQ(ENOMEM, extent_free(ex, 2, 1, EX_NOWAIT));
	kt_streq(regions(ex), "0-0x4");
	/* Who may wait is not refused, nor who needs none. */
	KT_EQ(0, extent_free(ex, 2, 1, EX_WAITOK));
	rump_fault_alloc = 1;
	KT_EQ(0, extent_free(ex, 3, 1, EX_NOWAIT));
	rump_fault_alloc = 0;
	kt_streq(regions(ex), "0-0x1 0x4-0x4");
	extent_destroy(ex);
}

void
rump_kt_waiting(void)
{
	struct kt_threads kt;

	shared = extent_create("waiting", 0, 99, NULL, 0, EX_WAITOK);
	KT_EQ(0, extent_alloc_region(shared, 0, 100, EX_WAITOK));

	/* A gap too small does not end the wait. */
	kt_start(&kt, 1, allocator, (void *)(intptr_t)EX_WAITSPACE);
	await_sleeper();
	KT_EQ(0, extent_free(shared, 41, 9, EX_WAITOK));
	await_sleeper();
	KT(!sleepq_unsleep(kt.kt_lwp[0], EINTR));
	KT_EQ(0, extent_free(shared, 40, 1, EX_WAITOK));
	kt_join(&kt);
	KT_EQ(0, result);
	kt_streq(regions(shared), "0-0x63");

	kt_start(&kt, 1, claimer, (void *)(intptr_t)EX_WAITSPACE);
	await_sleeper();
	KT_EQ(0, extent_free(shared, 70, 10, EX_WAITOK));
	await_sleeper();
	KT_EQ(0, extent_free(shared, 80, 10, EX_WAITOK));
	kt_join(&kt);
	KT_EQ(0, result);

	/* A signal ends it, and nothing is taken. */
	kt_start(&kt, 1, allocator,
	    (void *)(intptr_t)(EX_WAITSPACE | EX_CATCH));
	await_sleeper();
	while (!sleepq_unsleep(kt.kt_lwp[0], EINTR))
		kt_pause(1);
	kt_join(&kt);
	KT_EQ(EINTR, result);
	KT_EQ(0, extent_free(shared, 0, 100, EX_NOWAIT));
	KT(LIST_EMPTY(&shared->ex_regions));
	extent_destroy(shared);
}

/* The model: a flag per number, looked through one by one. */
#define SPACE	96
static bool taken[SPACE];
static u_long base;
static uint32_t seed;

static u_int
pick(u_int n)
{

	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % n;
}

static bool
model_fits(u_int i, u_int size, u_int align, u_int skew, u_int bound, bool zero)
{
	u_long at = base + i, line = zero ? 0 : base;
	u_int k;

	if (((at - skew) & (align - 1)) != 0)
		return false;
	for (k = 0; k < size; k++) {
		if (taken[i + k])
			return false;
		if (k > 0 && bound != 0 && (at + k - line) % bound == 0)
			return false;
	}
	return true;
}

static int
model_alloc(u_int lo, u_int hi, u_int size, u_int align, u_int skew,
    u_int bound, int flags)
{
	u_int i, first, last, best = SPACE + 1;
	int at = -1;

	for (i = lo; i <= hi && i + size - 1 <= hi; i++) {
		if (!model_fits(i, size, align, skew, bound,
		    (flags & EX_BOUNDZERO) != 0))
			continue;
		for (first = i; first > 0 && !taken[first - 1];)
			first--;
		for (last = i; last < SPACE && !taken[last];)
			last++;
		if (last - first < best) {
			best = last - first;
			at = i;
		}
		if ((flags & EX_FAST) != 0)
			break;
	}
	return at;
}

static void
model_step(struct extent *ex, u_int *starts, u_int *sizes, u_int *np, bool cut)
{
	u_int lo = pick(SPACE), hi = lo + pick(SPACE - lo);
	u_int size = 1 + pick(12), align = 1 << pick(5), skew = pick(align);
	u_int bound = pick(2) ? 0 : size + skew + pick(20), i, k;
	int flags = (pick(2) ? EX_FAST : 0) | (pick(2) ? EX_BOUNDZERO : 0);
	u_long at = 0;
	int want, error;

	if (pick(3) == 0 && *np > 0) {
		i = pick(*np);
		KT_EQ(0, extent_free(ex, base + starts[i], sizes[i],
		    EX_WAITOK));
		memset(&taken[starts[i]], 0, sizes[i]);
		(*np)--;
		starts[i] = starts[*np];
		sizes[i] = sizes[*np];
		return;
	}
	if (pick(4) == 0) {
		lo = pick(SPACE - size + 1);
		want = model_fits(lo, size, 1, 0, 0, true) ? (int)lo : -1;
		at = base + lo;
		error = extent_alloc_region(ex, at, size, EX_WAITOK);
	} else {
		want = model_alloc(lo, hi, size, align, skew, bound, flags);
		error = extent_alloc_subregion1(ex, base + lo, base + hi, size,
		    align, skew, bound, flags | EX_WAITOK, &at);
	}
	KT_EQ(want == -1 ? EAGAIN : 0, error);
	if (error != 0)
		return;
	KT_EQ(want, (int)(at - base));
	memset(&taken[want], 1, size);
	/* Where parts may be freed, let it go in pieces. */
	for (k = 0; k < size; k += sizes[(*np)++]) {
		starts[*np] = want + k;
		sizes[*np] = cut ? 1 + pick(size - k) : size;
	}
}

static void
model_compare(struct extent *ex)
{
	bool seen[SPACE] = { false };
	struct extent_region *er;
	u_long i;

	LIST_FOREACH(er, &ex->ex_regions, er_link) {
		for (i = er->er_start - base; i <= er->er_end - base; i++)
			seen[i] = true;
	}
	KT(memcmp(seen, taken, sizeof(seen)) == 0);
}

void
rump_kt_model(void)
{
	static const u_long bases[] = { 0, 0x1003, ULONG_MAX - (SPACE - 1) };
	static u_int starts[SPACE], sizes[SPACE];
	struct extent *ex;
	u_int round, i, n;
	bool cut;

	for (round = 0; round < 60; round++) {
		seed = round;
		base = bases[round % 3];
		cut = round / 3 % 2 == 0;
		memset(taken, 0, sizeof(taken));
		n = 0;
		ex = extent_create("model", base, base + (SPACE - 1), NULL, 0,
		    EX_WAITOK | (cut ? 0 : EX_NOCOALESCE));
		for (i = 0; i < 400; i++) {
			model_step(ex, starts, sizes, &n, cut);
			model_compare(ex);
		}
		extent_destroy(ex);
	}
}

void
rump_kt_misuse(int what)
{
	struct extent *ex = extent_create("misuse", 10, 99, NULL, 0,
	    EX_WAITOK | EX_NOCOALESCE);
	u_long at;

	KT_EQ(0, extent_alloc_region(ex, 10, 10, EX_WAITOK));
	switch (what) {
	case 0:
		(void)extent_alloc(ex, 0, 1, 0, EX_NOWAIT, &at);
		break;
	case 1:
		(void)extent_alloc(ex, 1, 3, 0, EX_NOWAIT, &at);
		break;
	case 2:
		(void)extent_alloc1(ex, 4, 8, 5, 8, EX_NOWAIT, &at);
		break;
	case 3:
		(void)extent_alloc_subregion(ex, 9, 20, 1, 1, 0, EX_NOWAIT,
		    &at);
		break;
	case 4:
		(void)extent_alloc_region(ex, 99, 2, EX_NOWAIT);
		break;
	case 5:
		(void)extent_free(ex, 10, 5, EX_NOWAIT);
		break;
	case 6:
		(void)extent_create("misuse", 0, 9, &at, sizeof(at), 0);
		break;
	}
}
