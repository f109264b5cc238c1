/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kcpuset(9): sets of CPUs as bitmaps of a fixed size, reference counted.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/bitops.h>
#include <sys/cpu.h>
#include <sys/kcpuset.h>
#include <sys/kmem.h>

#include <lib/libkern/libkern.h>

#define	KC_WORDS	4			/* CPUs / 64 */
#define	KC_BIT(i)	(UINT64_C(1) << ((i) % 64))

/* a: atomic operations; the bits are the owner's business. */
struct kcpuset {
	uint64_t	kc_bits[KC_WORDS];
	u_int		kc_refcnt;		/* a */
};

kcpuset_t *kcpuset_attached;
kcpuset_t *kcpuset_running;

void
kcpuset_sysinit(void)
{
	struct cpu_info *ci;

	kcpuset_create(&kcpuset_attached, true);
	kcpuset_create(&kcpuset_running, true);
	for (ci = &rump_bootcpu; ci != NULL; ci = ci->ci_next) {
		kcpuset_set(kcpuset_attached, cpu_index(ci));
		kcpuset_set(kcpuset_running, cpu_index(ci));
	}
}

void
kcpuset_create(kcpuset_t **retp, bool zero)
{

	*retp = kmem_zalloc(sizeof(**retp), KM_SLEEP);
	(*retp)->kc_refcnt = 1;
}

void
kcpuset_use(kcpuset_t *kc)
{

	KASSERT(kc->kc_refcnt > 0);
	atomic_inc_uint(&kc->kc_refcnt);
}

void
kcpuset_unuse(kcpuset_t *kc, kcpuset_t **lst)
{

	KASSERT(kc->kc_refcnt > 0);
	membar_release();
	if (atomic_dec_uint_nv(&kc->kc_refcnt) != 0)
		return;
	membar_acquire();
	KASSERT(lst == NULL);
	kmem_free(kc, sizeof(*kc));
}

void
kcpuset_destroy(kcpuset_t *kc)
{

	kcpuset_unuse(kc, NULL);
}

void
kcpuset_copy(kcpuset_t *dst, const kcpuset_t *src)
{

	memcpy(dst->kc_bits, src->kc_bits, sizeof(dst->kc_bits));
}

void
kcpuset_zero(kcpuset_t *kc)
{

	memset(kc->kc_bits, 0, sizeof(kc->kc_bits));
}

void
kcpuset_fill(kcpuset_t *kc)
{

	memset(kc->kc_bits, 0xff, sizeof(kc->kc_bits));
}

static uint64_t *
kcpuset_word(kcpuset_t *kc, cpuid_t i)
{

	KASSERT(i < KC_WORDS * 64);
	return &kc->kc_bits[i / 64];
}

void
kcpuset_set(kcpuset_t *kc, cpuid_t i)
{

	*kcpuset_word(kc, i) |= KC_BIT(i);
}

void
kcpuset_clear(kcpuset_t *kc, cpuid_t i)
{

	*kcpuset_word(kc, i) &= ~KC_BIT(i);
}

void
kcpuset_atomic_set(kcpuset_t *kc, cpuid_t i)
{

	__atomic_fetch_or(kcpuset_word(kc, i), KC_BIT(i), __ATOMIC_SEQ_CST);
}

void
kcpuset_atomic_clear(kcpuset_t *kc, cpuid_t i)
{

	__atomic_fetch_and(kcpuset_word(kc, i), ~KC_BIT(i),
	    __ATOMIC_SEQ_CST);
}

bool
kcpuset_isset(const kcpuset_t *kc, cpuid_t i)
{

	KASSERT(i < KC_WORDS * 64);
	return kc != NULL && (kc->kc_bits[i / 64] & KC_BIT(i)) != 0;
}

/* Is any other than i in it? */
bool
kcpuset_isotherset(const kcpuset_t *kc, cpuid_t i)
{
	int n = kcpuset_countset(kc);

	return n > (kcpuset_isset(kc, i) ? 1 : 0);
}

bool
kcpuset_iszero(const kcpuset_t *kc)
{

	return kcpuset_countset(kc) == 0;
}

int
kcpuset_countset(const kcpuset_t *kc)
{
	int i, n = 0;

	for (i = 0; i < KC_WORDS; i++)
		n += popcount64(kc->kc_bits[i]);
	return n;
}

/* One more than the lowest member; 0 if empty. */
cpuid_t
kcpuset_ffs(const kcpuset_t *kc)
{

	return kcpuset_ffs_intersecting(kc, kc);
}

cpuid_t
kcpuset_ffs_intersecting(const kcpuset_t *a, const kcpuset_t *b)
{
	uint64_t w;
	int i;

	for (i = 0; i < KC_WORDS; i++)
		if ((w = a->kc_bits[i] & b->kc_bits[i]) != 0)
			return i * 64 + __builtin_ctzll(w) + 1;
	return 0;
}

bool
kcpuset_intersecting_p(const kcpuset_t *a, const kcpuset_t *b)
{

	return kcpuset_ffs_intersecting(a, b) != 0;
}

bool
kcpuset_match(const kcpuset_t *a, const kcpuset_t *b)
{

	return memcmp(a->kc_bits, b->kc_bits, sizeof(a->kc_bits)) == 0;
}

void
kcpuset_intersect(kcpuset_t *a, const kcpuset_t *b)
{
	int i;

	for (i = 0; i < KC_WORDS; i++)
		a->kc_bits[i] &= b->kc_bits[i];
}

void
kcpuset_merge(kcpuset_t *a, const kcpuset_t *b)
{
	int i;

	for (i = 0; i < KC_WORDS; i++)
		a->kc_bits[i] |= b->kc_bits[i];
}

void
kcpuset_remove(kcpuset_t *a, const kcpuset_t *b)
{
	int i;

	for (i = 0; i < KC_WORDS; i++)
		a->kc_bits[i] &= ~b->kc_bits[i];
}

void
kcpuset_atomicly_merge(kcpuset_t *a, const kcpuset_t *b)
{
	int i;

	for (i = 0; i < KC_WORDS; i++)
		__atomic_fetch_or(&a->kc_bits[i], b->kc_bits[i],
		    __ATOMIC_SEQ_CST);
}

void
kcpuset_atomicly_intersect(kcpuset_t *a, const kcpuset_t *b)
{
	int i;

	for (i = 0; i < KC_WORDS; i++)
		__atomic_fetch_and(&a->kc_bits[i], b->kc_bits[i],
		    __ATOMIC_SEQ_CST);
}

void
kcpuset_atomicly_remove(kcpuset_t *a, const kcpuset_t *b)
{
	int i;

	for (i = 0; i < KC_WORDS; i++)
		__atomic_fetch_and(&a->kc_bits[i], ~b->kc_bits[i],
		    __ATOMIC_SEQ_CST);
}
