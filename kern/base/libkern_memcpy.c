/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Copying and filling memory.  These carry all file data, and the compiler
 * calls them for structure assignments, so they must not themselves be
 * written in a way the compiler would turn into a call of memcpy().
 *
 * Short blocks are moved as two overlapping words, larger ones with vector
 * registers, and large ones with the machine's block instruction
 * (libkern_memarch.h) where there is a fast one.  The sanitizers intercept
 * these names in user programs but not here; nothing below reads or writes
 * outside of the blocks given.
 */

#include <sys/param.h>
#include <lib/libkern/libkern.h>

#include "libkern_memarch.h"

#undef	memcpy
#undef	memset

void	*memcpy(void *, const void *, size_t);
void	*memset(void *, int, size_t);

typedef uint64_t u64_a __attribute__((__may_alias__, __aligned__(1)));
typedef uint32_t u32_a __attribute__((__may_alias__, __aligned__(1)));
typedef uint16_t u16_a __attribute__((__may_alias__, __aligned__(1)));
typedef uint64_t vec_a __attribute__((__vector_size__(16), __may_alias__,
    __aligned__(1)));

#define	LD(T, p, off)		(*(const T *)((const char *)(p) + (off)))
#define	ST(T, p, off, v)	(*(T *)((char *)(p) + (off)) = (v))

/*
 * Up to 16 bytes, overlap allowed: everything is read before the first
 * byte is written.
 */
static inline void
copy_small(void *dst, const void *src, size_t n)
{
	uint64_t a, b;

	if (n >= 8) {
		a = LD(u64_a, src, 0);
		b = LD(u64_a, src, n - 8);
		ST(u64_a, dst, 0, a);
		ST(u64_a, dst, n - 8, b);
	} else if (n >= 4) {
		a = LD(u32_a, src, 0);
		b = LD(u32_a, src, n - 4);
		ST(u32_a, dst, 0, (uint32_t)a);
		ST(u32_a, dst, n - 4, (uint32_t)b);
	} else if (n >= 2) {
		a = LD(u16_a, src, 0);
		b = LD(u16_a, src, n - 2);
		ST(u16_a, dst, 0, (uint16_t)a);
		ST(u16_a, dst, n - 2, (uint16_t)b);
	} else if (n == 1) {
		ST(char, dst, 0, LD(char, src, 0));
	}
}

/* 17 to 64 bytes, overlap allowed. */
static inline void
copy_medium(void *dst, const void *src, size_t n)
{
	vec_a a, b, c, d;

	a = LD(vec_a, src, 0);
	d = LD(vec_a, src, n - 16);
	if (n > 32) {
		b = LD(vec_a, src, 16);
		c = LD(vec_a, src, n - 32);
		ST(vec_a, dst, 16, b);
		ST(vec_a, dst, n - 32, c);
	}
	ST(vec_a, dst, 0, a);
	ST(vec_a, dst, n - 16, d);
}

/*
 * More than 64 bytes upwards, right also if dst is below src.  Stores in the
 * loop are aligned; the first 16 and the last 64 bytes are read before it,
 * because it may overwrite them, and written after it.
 */
static void
copy_forward(void *dst, const void *src, size_t n)
{
	const char *s = src;
	char *d = dst;
	vec_a a, b, c, e, head, t0, t1, t2, t3;
	size_t i;

	head = LD(vec_a, s, 0);
	t0 = LD(vec_a, s, n - 64);
	t1 = LD(vec_a, s, n - 48);
	t2 = LD(vec_a, s, n - 32);
	t3 = LD(vec_a, s, n - 16);
	for (i = 16 - ((uintptr_t)d & 15); i + 64 < n; i += 64) {
		a = LD(vec_a, s, i);
		b = LD(vec_a, s, i + 16);
		c = LD(vec_a, s, i + 32);
		e = LD(vec_a, s, i + 48);
		ST(vec_a, d, i, a);
		ST(vec_a, d, i + 16, b);
		ST(vec_a, d, i + 32, c);
		ST(vec_a, d, i + 48, e);
	}
	ST(vec_a, d, 0, head);
	ST(vec_a, d, n - 64, t0);
	ST(vec_a, d, n - 48, t1);
	ST(vec_a, d, n - 32, t2);
	ST(vec_a, d, n - 16, t3);
}

/* The same downwards, for dst above src. */
static void
copy_backward(void *dst, const void *src, size_t n)
{
	const char *s = src;
	char *d = dst;
	vec_a a, b, c, e, t0, t1, t2, t3;
	size_t i;

	t0 = LD(vec_a, s, 0);
	t1 = LD(vec_a, s, 16);
	t2 = LD(vec_a, s, 32);
	t3 = LD(vec_a, s, 48);
	for (i = n; i > 64; i -= 64) {
		a = LD(vec_a, s, i - 16);
		b = LD(vec_a, s, i - 32);
		c = LD(vec_a, s, i - 48);
		e = LD(vec_a, s, i - 64);
		ST(vec_a, d, i - 16, a);
		ST(vec_a, d, i - 32, b);
		ST(vec_a, d, i - 48, c);
		ST(vec_a, d, i - 64, e);
	}
	ST(vec_a, d, 0, t0);
	ST(vec_a, d, 16, t1);
	ST(vec_a, d, 32, t2);
	ST(vec_a, d, 48, t3);
}

void *
memcpy(void *dst, const void *src, size_t n)
{

	if (n <= 16)
		copy_small(dst, src, n);
	else if (n <= 64)
		copy_medium(dst, src, n);
	else if (n >= MEMARCH_BLOCK_MIN && !memarch_is_slow(dst, src))
		memarch_copy(dst, src, n);
	else
		copy_forward(dst, src, n);
	return dst;
}

void *
memmove(void *dst, const void *src, size_t n)
{

	if (n <= 16)
		copy_small(dst, src, n);
	else if (n <= 64)
		copy_medium(dst, src, n);
	else if ((uintptr_t)dst - (uintptr_t)src >= n)
		copy_forward(dst, src, n);
	else
		copy_backward(dst, src, n);
	return dst;
}

void *
memset(void *dst, int c, size_t n)
{
	uint64_t w = 0x0101010101010101ULL * (uint8_t)c;
	vec_a v = { w, w };
	char *d = dst;
	size_t i;

	if (n < 16) {
		if (n >= 8) {
			ST(u64_a, d, 0, w);
			ST(u64_a, d, n - 8, w);
		} else if (n >= 4) {
			ST(u32_a, d, 0, (uint32_t)w);
			ST(u32_a, d, n - 4, (uint32_t)w);
		} else {
			for (i = 0; i < n; i++)
				((volatile char *)d)[i] = (char)c;
		}
		return dst;
	}
	if (n >= MEMARCH_BLOCK_MIN) {
		memarch_set(dst, c, n);
		return dst;
	}
	for (i = 0; i + 16 < n; i += 16)
		ST(vec_a, d, i, v);
	ST(vec_a, d, n - 16, v);
	return dst;
}

/* A call of this is not left out even if nobody reads the memory again. */
void *
explicit_memset(void *dst, int c, size_t n)
{

	memset(dst, c, n);
	__asm__ __volatile__("" : : "r" (dst) : "memory");
	return dst;
}

#undef	bcopy
#undef	bzero
#undef	bcmp

void
bcopy(const void *src, void *dst, size_t n)
{

	memmove(dst, src, n);
}

void
bzero(void *dst, size_t n)
{

	memset(dst, 0, n);
}

int
bcmp(const void *a, const void *b, size_t n)
{

	return memcmp(a, b, n) != 0;
}
