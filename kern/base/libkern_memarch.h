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
