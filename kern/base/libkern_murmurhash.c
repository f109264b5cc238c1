/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * MurmurHash2 of 32 bits, by A. Appleby's published description: four bytes
 * at a time (little-endian), multiply and fold, then a final avalanche.
 */

#include <sys/param.h>
#include <sys/endian.h>
#include <sys/hash.h>

#define	MURMUR_M	0x5bd1e995U
#define	MURMUR_R	24

uint32_t
murmurhash2(const void *key, size_t len, uint32_t seed)
{
	const uint8_t *p = key;
	uint32_t h = seed ^ (uint32_t)len, k;
	size_t left;

	for (left = len; left >= 4; left -= 4, p += 4) {
		k = le32dec(p) * MURMUR_M;
		k = (k ^ (k >> MURMUR_R)) * MURMUR_M;
		h = (h * MURMUR_M) ^ k;
	}
	if (left >= 3)
		h ^= (uint32_t)p[2] << 16;
	if (left >= 2)
		h ^= (uint32_t)p[1] << 8;
	if (left >= 1)
		h = (h ^ p[0]) * MURMUR_M;
	h = (h ^ (h >> 13)) * MURMUR_M;
	return h ^ (h >> 15);
}
