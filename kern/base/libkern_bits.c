/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Counting and finding bits, and binary coded decimal.
 */

#include <sys/param.h>
#include <sys/bitops.h>
#include <lib/libkern/libkern.h>

#undef	ffs
#undef	ffsl

int
ffs(int v)
{

	return __builtin_ffs(v);
}

int
ffsl(long v)
{

	return __builtin_ffsl(v);
}

/* Sums of neighbouring bits, pairs, nibbles; then all bytes at once. */
int
popcount64(uint64_t v)
{

	v -= (v >> 1) & 0x5555555555555555ULL;
	v = (v & 0x3333333333333333ULL) + ((v >> 2) & 0x3333333333333333ULL);
	v = (v + (v >> 4)) & 0x0f0f0f0f0f0f0f0fULL;
	return (int)((v * 0x0101010101010101ULL) >> 56);
}

int
popcount32(uint32_t v)
{

	return popcount64(v);
}

int
popcount(unsigned int v)
{

	return popcount64(v);
}

int
popcountl(unsigned long v)
{

	return popcount64(v);
}

int
popcountll(unsigned long long v)
{

	return popcount64(v);
}

unsigned int
bcdtobin(unsigned int bcd)
{

	return (bcd >> 4) * 10 + (bcd & 0x0f);
}

unsigned int
bintobcd(unsigned int bin)
{

	return (bin / 10) << 4 | bin % 10;
}
