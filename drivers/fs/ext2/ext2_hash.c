/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hashes of file names in indexed directories: the legacy one, half an MD4
 * and TEA, each with characters taken as signed or unsigned.  The results
 * are part of the format: debugfs' dx_hash prints the same ones.
 */

#include "ext2.h"

#define	EXT2_HASH_EOF	0x7fffffffU	/* reserved: end of directory */

static const uint32_t ext2_hash_iv[4] = {
	0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476
};

static inline uint32_t
ext2_hashchar(const char *name, size_t i, bool issigned)
{

	return issigned ? (uint32_t)(int32_t)(signed char)name[i] :
	    (uint32_t)(unsigned char)name[i];
}

static uint32_t
ext2_hash_legacy(const char *name, size_t len, bool issigned)
{
	uint32_t h0 = 0x12a3fe2d, h1 = 0x37abe8f9, h;
	size_t i;

	for (i = 0; i < len; i++) {
		h = h1 + (h0 ^ (ext2_hashchar(name, i, issigned) * 7152373));
		if ((h & 0x80000000U) != 0)
			h -= 0x7fffffff;
		h1 = h0;
		h0 = h;
	}
	return h0 << 1;
}

/*
 * Turn up to nwords * 4 characters into words; what is missing is filled
 * with the remaining length in each byte.
 */
static void
ext2_hash_words(const char *name, size_t len, uint32_t *words, u_int nwords,
    bool issigned)
{
	const uint32_t pad = (uint32_t)(len | len << 8) * 0x10001;
	const size_t n = MIN(len, nwords * 4);
	uint32_t w = pad;
	size_t i;

	for (i = 0; i < n; i++) {
		w = ext2_hashchar(name, i, issigned) + (w << 8);
		if (i % 4 == 3) {
			*words++ = w;
			nwords--;
			w = pad;
		}
	}
	if (nwords > 0) {
		*words++ = w;
		nwords--;
	}
	while (nwords-- > 0)
		*words++ = pad;
}

static inline uint32_t
ext2_rotl(uint32_t x, u_int n)
{

	return x << n | x >> (32 - n);
}

/* Three rounds of MD4, each over the eight words in its own order. */
static void
ext2_hash_md4(uint32_t st[4], const uint32_t in[8])
{
	static const uint8_t order[3][8] = {
		{ 0, 1, 2, 3, 4, 5, 6, 7 },
		{ 1, 3, 5, 7, 0, 2, 4, 6 },
		{ 3, 7, 2, 6, 1, 5, 0, 4 },
	};
	static const uint8_t rot[3][4] = {
		{ 3, 7, 11, 19 }, { 3, 5, 9, 13 }, { 3, 9, 11, 15 },
	};
	static const uint32_t add[3] = { 0, 0x5a827999, 0x6ed9eba1 };
	uint32_t v[4], f, *a, b, c, d;
	u_int r, i, k;

	memcpy(v, st, sizeof(v));
	for (r = 0; r < 3; r++) {
		for (i = 0; i < 8; i++) {
			k = (4 - i % 4) % 4;
			a = &v[k];
			b = v[(k + 1) % 4];
			c = v[(k + 2) % 4];
			d = v[(k + 3) % 4];
			if (r == 0)
				f = d ^ (b & (c ^ d));
			else if (r == 1)
				f = (b & c) + ((b ^ c) & d);
			else
				f = b ^ c ^ d;
			*a = ext2_rotl(*a + f + in[order[r][i]] + add[r],
			    rot[r][i % 4]);
		}
	}
	for (i = 0; i < 4; i++)
		st[i] += v[i];
}

static void
ext2_hash_tea(uint32_t st[4], const uint32_t in[4])
{
	uint32_t sum = 0, b0 = st[0], b1 = st[1];
	u_int i;

	for (i = 0; i < 16; i++) {
		sum += 0x9e3779b9;
		b0 += ((b1 << 4) + in[0]) ^ (b1 + sum) ^ ((b1 >> 5) + in[1]);
		b1 += ((b0 << 4) + in[2]) ^ (b0 + sum) ^ ((b0 >> 5) + in[3]);
	}
	st[0] += b0;
	st[1] += b1;
}

static uint32_t
ext2_hash_halfmd4(uint32_t st[4], const char *name, size_t len, bool issigned)
{
	uint32_t in[8];
	size_t n;

	for (; len > 0; name += n, len -= n) {
		ext2_hash_words(name, len, in, 8, issigned);
		ext2_hash_md4(st, in);
		n = MIN(len, 32);
	}
	return st[1];
}

static uint32_t
ext2_hash_teas(uint32_t st[4], const char *name, size_t len, bool issigned)
{
	uint32_t in[4];
	size_t n;

	for (; len > 0; name += n, len -= n) {
		ext2_hash_words(name, len, in, 4, issigned);
		ext2_hash_tea(st, in);
		n = MIN(len, 16);
	}
	return st[0];
}

/*
 * The hash of a name, bit 0 clear.  EINVAL for an unknown version.
 */
int
ext2_dirhash(const struct ext2_mount *em, int hashver, const char *name,
    size_t len, uint32_t *hashp)
{
	const bool issigned = hashver < E2_HASH_UNSIGNED;
	uint32_t st[4], hash;
	u_int i;

	memcpy(st, ext2_hash_iv, sizeof(st));
	for (i = 0; i < 4; i++) {
		if (em->em_hashseed[i] != 0) {
			memcpy(st, em->em_hashseed, sizeof(st));
			break;
		}
	}
	switch (issigned ? hashver : hashver - E2_HASH_UNSIGNED) {
	case E2_HASH_LEGACY:
		hash = ext2_hash_legacy(name, len, issigned);
		break;
	case E2_HASH_HALFMD4:
		hash = ext2_hash_halfmd4(st, name, len, issigned);
		break;
	case E2_HASH_TEA:
		hash = ext2_hash_teas(st, name, len, issigned);
		break;
	default:
		return EINVAL;
	}
	hash &= ~1U;
	if (hash == EXT2_HASH_EOF << 1)
		hash = (EXT2_HASH_EOF - 1) << 1;
	*hashp = hash;
	return 0;
}
