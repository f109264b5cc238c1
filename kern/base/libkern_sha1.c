/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SHA-1 after FIPS 180-1.  For identifiers, not security.
 */

#include <sys/param.h>
#include <sys/endian.h>
#include <sys/sha1.h>
#include <lib/libkern/libkern.h>

static uint32_t
rol(uint32_t v, int n)
{

	return v << n | v >> (32 - n);
}

/* Function and constant of step t. */
static uint32_t
sha1_f(int t, uint32_t b, uint32_t c, uint32_t d)
{

	switch (t / 20) {
	case 0:
		return ((b & c) | (~b & d)) + 0x5a827999;
	case 1:
		return (b ^ c ^ d) + 0x6ed9eba1;
	case 2:
		return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
	default:
		return (b ^ c ^ d) + 0xca62c1d6;
	}
}

void
SHA1Transform(uint32_t state[5], const uint8_t block[SHA1_BLOCK_LENGTH])
{
	uint32_t w[16], v[5], next;
	int t;

	memcpy(v, state, sizeof(v));
	for (t = 0; t < 80; t++) {
		if (t < 16)
			w[t] = be32dec(block + 4 * t);
		else
			w[t & 15] = rol(w[(t - 3) & 15] ^ w[(t - 8) & 15] ^
			    w[(t - 14) & 15] ^ w[t & 15], 1);
		next = rol(v[0], 5) + sha1_f(t, v[1], v[2], v[3]) + v[4] +
		    w[t & 15];
		v[4] = v[3];
		v[3] = v[2];
		v[2] = rol(v[1], 30);
		v[1] = v[0];
		v[0] = next;
	}
	for (t = 0; t < 5; t++)
		state[t] += v[t];
}

void
SHA1Init(SHA1_CTX *ctx)
{

	*ctx = (SHA1_CTX){
		.state = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476,
		    0xc3d2e1f0 }
	};
}

void
SHA1Update(SHA1_CTX *ctx, const uint8_t *p, unsigned int len)
{
	unsigned int have = (ctx->count[0] >> 3) & 63, n;
	uint64_t bits;

	bits = ((uint64_t)ctx->count[1] << 32 | ctx->count[0]) +
	    (uint64_t)len * 8;
	ctx->count[0] = (uint32_t)bits;
	ctx->count[1] = (uint32_t)(bits >> 32);
	for (; len != 0; p += n, len -= n, have += n) {
		if (have == SHA1_BLOCK_LENGTH)
			have = 0;
		n = MIN(SHA1_BLOCK_LENGTH - have, len);
		memcpy(ctx->buffer + have, p, n);
		if (have + n == SHA1_BLOCK_LENGTH)
			SHA1Transform(ctx->state, ctx->buffer);
	}
}

void
SHA1Final(uint8_t digest[SHA1_DIGEST_LENGTH], SHA1_CTX *ctx)
{
	static const uint8_t padding[SHA1_BLOCK_LENGTH] = { 0x80 };
	unsigned int have = (ctx->count[0] >> 3) & 63;
	uint8_t bits[8];
	int i;

	be32enc(bits, ctx->count[1]);
	be32enc(bits + 4, ctx->count[0]);
	SHA1Update(ctx, padding, have < 56 ? 56 - have : 120 - have);
	SHA1Update(ctx, bits, sizeof(bits));
	for (i = 0; i < 5; i++)
		be32enc(digest + 4 * i, ctx->state[i]);
	explicit_memset(ctx, 0, sizeof(*ctx));
}
