/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * MD5 after RFC 1321.  For identifiers and old file formats, not security.
 */

#include <sys/param.h>
#include <sys/endian.h>
#include <sys/md5.h>
#include <lib/libkern/libkern.h>

/* RFC 1321, 3.4: floor(2^32 * abs(sin(i))), i from 1. */
static const uint32_t md5_t[64] = {
	0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee,
	0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
	0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be,
	0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
	0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa,
	0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
	0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed,
	0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
	0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c,
	0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
	0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05,
	0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
	0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039,
	0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
	0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1,
	0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
};

static const uint8_t md5_shift[4][4] = {
	{ 7, 12, 17, 22 }, { 5, 9, 14, 20 }, { 4, 11, 16, 23 },
	{ 6, 10, 15, 21 },
};

/* The round's function of three words, and which word of the block. */
static uint32_t
md5_f(int i, uint32_t b, uint32_t c, uint32_t d, int *k)
{

	switch (i / 16) {
	case 0:
		*k = i;
		return (b & c) | (~b & d);
	case 1:
		*k = (5 * i + 1) & 15;
		return (b & d) | (c & ~d);
	case 2:
		*k = (3 * i + 5) & 15;
		return b ^ c ^ d;
	default:
		*k = (7 * i) & 15;
		return c ^ (b | ~d);
	}
}

static void
md5_block(uint32_t state[4], const uint8_t *p)
{
	uint32_t a = state[0], b = state[1], c = state[2], d = state[3], f;
	int i, k, s;

	for (i = 0; i < 64; i++) {
		f = a + md5_f(i, b, c, d, &k) + md5_t[i] + le32dec(p + 4 * k);
		s = md5_shift[i / 16][i & 3];
		a = d;
		d = c;
		c = b;
		b += f << s | f >> (32 - s);
	}
	state[0] += a;
	state[1] += b;
	state[2] += c;
	state[3] += d;
}

void
MD5Init(MD5_CTX *ctx)
{

	*ctx = (MD5_CTX){
		.state = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476 }
	};
}

void
MD5Update(MD5_CTX *ctx, const unsigned char *p, unsigned int len)
{
	unsigned int have = (ctx->count[0] >> 3) & 63, n;
	uint64_t bits;

	bits = ((uint64_t)ctx->count[1] << 32 | ctx->count[0]) +
	    (uint64_t)len * 8;
	ctx->count[0] = (uint32_t)bits;
	ctx->count[1] = (uint32_t)(bits >> 32);
	for (; len != 0; p += n, len -= n, have += n) {
		if (have == 64)
			have = 0;
		n = MIN(64 - have, len);
		memcpy(ctx->buffer + have, p, n);
		if (have + n == 64)
			md5_block(ctx->state, ctx->buffer);
	}
}

void
MD5Final(unsigned char digest[MD5_DIGEST_LENGTH], MD5_CTX *ctx)
{
	static const uint8_t padding[64] = { 0x80 };
	unsigned int have = (ctx->count[0] >> 3) & 63;
	uint8_t bits[8];
	int i;

	le32enc(bits, ctx->count[0]);
	le32enc(bits + 4, ctx->count[1]);
	MD5Update(ctx, padding, have < 56 ? 56 - have : 120 - have);
	MD5Update(ctx, bits, sizeof(bits));
	for (i = 0; i < 4; i++)
		le32enc(digest + 4 * i, ctx->state[i]);
	explicit_memset(ctx, 0, sizeof(*ctx));
}
