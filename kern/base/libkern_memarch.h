/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The machine's block copy and fill, for libkern_memcpy.c.  A machine
 * without a fast instruction sets MEMARCH_BLOCK_MIN so high that the
 * portable loops do everything.
 */

#ifndef _LIBKERN_MEMARCH_H_
#define	_LIBKERN_MEMARCH_H_

#ifdef __x86_64__

/* From here on the microcode beats a loop of vectors. */
#define	MEMARCH_BLOCK_MIN	2048

/*
 * Some machines' microcode (AMD Zen 4) takes a store for one that the next
 * loads depend on when only the lower bits of the addresses say so, and is
 * slower than a loop by a factor of ten.
 */
static inline bool
memarch_is_slow(const void *dst, const void *src)
{

	return (((uintptr_t)dst - (uintptr_t)src - 1) & 0xfff) < 31;
}

static inline void
memarch_copy(void *dst, const void *src, size_t n)
{

	__asm__ __volatile__("rep movsb"
	    : "+D" (dst), "+S" (src), "+c" (n) : : "memory");
}

static inline void
memarch_set(void *dst, int c, size_t n)
{

	__asm__ __volatile__("rep stosb"
	    : "+D" (dst), "+c" (n) : "a" (c) : "memory");
}

#else

#define	MEMARCH_BLOCK_MIN	SIZE_MAX

static inline bool
memarch_is_slow(const void *dst, const void *src)
{

	return true;
}

static inline void
memarch_copy(void *dst, const void *src, size_t n)
{

	panic("block copy of %zu bytes from %p to %p", n, src, dst);
}

static inline void
memarch_set(void *dst, int c, size_t n)
{

	panic("block fill of %zu bytes at %p with %d", n, dst, c);
}

#endif

#endif /* !_LIBKERN_MEMARCH_H_ */
