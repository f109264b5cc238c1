/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Comparing and searching memory.  consttime_memequal() takes the same time
 * whatever the content; the others stop at the first difference.
 */

#include <sys/param.h>
#include <sys/endian.h>
#include <lib/libkern/libkern.h>

#undef	memcmp

int	memcmp(const void *, const void *, size_t);

typedef uint64_t u64_a __attribute__((__may_alias__, __aligned__(1)));

int
memcmp(const void *s1, const void *s2, size_t n)
{
	const unsigned char *a = s1, *b = s2;
	uint64_t x, y;

	for (; n >= 8; n -= 8, a += 8, b += 8) {
		x = *(const u64_a *)a;
		y = *(const u64_a *)b;
		if (x != y)
			return be64toh(x) < be64toh(y) ? -1 : 1;
	}
	for (; n != 0; n--, a++, b++) {
		if (*a != *b)
			return *a - *b;
	}
	return 0;
}

void *
memchr(const void *s, int c, size_t n)
{
	const unsigned char *p = s;

	for (; n != 0; n--, p++) {
		if (*p == (unsigned char)c)
			return __UNCONST(p);
	}
	return NULL;
}

void *
memmem(const void *big, size_t biglen, const void *little, size_t littlelen)
{
	const char *p = big;
	size_t i;

	if (littlelen > biglen)
		return NULL;
	for (i = 0; i <= biglen - littlelen; i++) {
		if (memcmp(p + i, little, littlelen) == 0)
			return __UNCONST(p + i);
	}
	return NULL;
}

int
consttime_memequal(const void *s1, const void *s2, size_t n)
{
	const volatile unsigned char *a = s1, *b = s2;
	unsigned int diff = 0;

	while (n-- != 0)
		diff |= *a++ ^ *b++;
	return (int)(1 & ((diff - 1) >> 8));
}
