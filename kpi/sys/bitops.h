/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bitops(3): find first and last set, integer logarithm, division by
 * multiplication, and bit maps of fixed size.
 */

#ifndef _SYS_BITOPS_H_
#define	_SYS_BITOPS_H_

#include <sys/stdint.h>
#include <sys/cdefs.h>

/* Position of the lowest (ffs) or highest (fls) set bit, from 1; 0: none. */
static __inline int __unused
ffs32(uint32_t n)
{
	return __builtin_ffs((int)n);
}

static __inline int __unused
ffs64(uint64_t n)
{
	return __builtin_ffsl((long)n);
}

static __inline int __unused
fls32(uint32_t n)
{
	return n == 0 ? 0 : 32 - __builtin_clz(n);
}

static __inline int __unused
fls64(uint64_t n)
{
	return n == 0 ? 0 : 64 - __builtin_clzl(n);
}

/* Largest k with 2^k <= n, -1 for 0; constant if the argument is. */
#define	ilog2(_n)							\
	(__builtin_constant_p(_n) ?					\
	    ((_n) == 0 ? -1 : 63 - __builtin_clzl((uint64_t)(_n))) :	\
	    ((sizeof(_n) > 4 ? fls64(_n) : fls32((uint32_t)(_n))) - 1))

/*
 * Unsigned division by an invariant d: fast_divide32_prepare() computes the
 * multiplier and two shifts, fast_divide32() is then n / d for every n.
 */
static __inline void __unused
fast_divide32_prepare(uint32_t d, uint32_t *m, uint8_t *s1, uint8_t *s2)
{
	uint64_t mt;
	int l;

	l = fls32(d - 1);
	mt = (uint64_t)(0x100000000ULL * ((1ULL << l) - d));
	*m = (uint32_t)(mt / d + 1);
	*s1 = (l > 1) ? 1U : (uint8_t)l;
	*s2 = (l == 0) ? 0 : (uint8_t)(l - 1);
}

static __inline uint32_t __unused
fast_divide32(uint32_t v, uint32_t d, uint32_t m, uint8_t s1, uint8_t s2)
{
	uint32_t t;

	(void)d;
	t = (uint32_t)(((uint64_t)v * m) >> 32);
	return (t + ((v - t) >> s1)) >> s2;
}

static __inline uint32_t __unused
fast_remainder32(uint32_t v, uint32_t d, uint32_t m, uint8_t s1, uint8_t s2)
{
	return v - d * fast_divide32(v, d, m, s1, s2);
}

/* A structure s of words of type t that holds n bits, and its operations. */
#define	__BITMAP_TYPE(__s, __t, __n)	struct __s {			\
	__t _b[__BITMAP_SIZE(__t, __n)];				\
}
#define	__BITMAP_BITS(__t)	(sizeof(__t) * 8)
#define	__BITMAP_SHIFT(__t)	(ilog2(__BITMAP_BITS(__t)))
#define	__BITMAP_MASK(__t)	(__BITMAP_BITS(__t) - 1)
#define	__BITMAP_SIZE(__t, __n)						\
	(((__n) + (__BITMAP_BITS(__t) - 1)) / __BITMAP_BITS(__t))
#define	__BITMAP_WORD(__n, __v)						\
	((__v)->_b[(__n) / __BITMAP_BITS((__v)->_b[0])])
#define	__BITMAP_BIT(__n, __v)						\
	((__typeof__((__v)->_b[0]))1 <<					\
	((__n) & __BITMAP_MASK((__v)->_b[0])))
#define	__BITMAP_SET(__n, __v)						\
	(__BITMAP_WORD((__n), (__v)) |= __BITMAP_BIT((__n), (__v)))
#define	__BITMAP_CLR(__n, __v)						\
	(__BITMAP_WORD((__n), (__v)) &=					\
	(__typeof__((__v)->_b[0]))~__BITMAP_BIT((__n), (__v)))
#define	__BITMAP_ISSET(__n, __v)					\
	(__BITMAP_WORD((__n), (__v)) & __BITMAP_BIT((__n), (__v)))
#define	__BITMAP_ZERO(__v)						\
	(void)__builtin_memset((__v), 0, sizeof(*(__v)))

#endif /* !_SYS_BITOPS_H_ */
