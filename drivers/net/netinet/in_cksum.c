/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Internet checksum, RFC 1071: the complement of the sum of 16-bit words,
 * carries added.  The sum is the same in any byte order and for words of any
 * width, so that bytes are added up as 32-bit words into 64 bits and folded
 * once.
 */

#include <sys/param.h>
#include <sys/mbuf.h>
#include <sys/systm.h>

#include <netinet/in.h>
#include <netinet/ip.h>

#include <lib/libkern/libkern.h>

static uint16_t
fold(uint64_t sum)
{

	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)((sum & 0xffff) + (sum >> 16));
}

/* As if they began at an even place. */
static uint64_t
sum_bytes(const uint8_t *p, size_t n)
{
	uint64_t sum = 0, w, v;

	for (; n >= 16; n -= 16, p += 16) {
		memcpy(&w, p, 8);
		memcpy(&v, p + 8, 8);
		sum += (w & 0xffffffff) + (w >> 32);
		sum += (v & 0xffffffff) + (v >> 32);
	}
	for (; n >= 4; n -= 4, p += 4) {
		uint32_t x;

		memcpy(&x, p, 4);
		sum += x;
	}
	if (n > 0) {
		uint32_t x = 0;

		memcpy(&x, p, n);
		sum += x;
	}
	return sum;
}

int
cpu_in_cksum(struct mbuf *m, int len, int off, uint32_t initial)
{
	uint64_t sum = initial, part;
	bool odd = false;
	int n;

	KASSERT(len >= 0 && off >= 0);
	for (; m != NULL && off >= m->m_len; m = m->m_next)
		off -= m->m_len;
	for (; len > 0; m = m->m_next, off = 0) {
		if (__predict_false(m == NULL))
			panic("%s: %d bytes are not there", __func__, len);
		n = MIN(m->m_len - off, len);
		part = sum_bytes(mtod(m, const uint8_t *) + off, (size_t)n);
		sum += odd ? bswap16(fold(part)) : part;
		odd ^= (n & 1) != 0;
		len -= n;
	}
	return ~fold(sum) & 0xffff;
}

int
in_cksum(struct mbuf *m, int len)
{

	return cpu_in_cksum(m, len, 0, 0);
}

int
in4_cksum(struct mbuf *m, uint8_t nxt, int off, int len)
{
	const struct ip *ip = mtod(m, const struct ip *);
	uint32_t sum = 0;

	if (nxt != 0) {
		KASSERT(m->m_len >= (int)sizeof(*ip));
		sum = in_cksum_phdr(ip->ip_src.s_addr, ip->ip_dst.s_addr,
		    htonl((uint32_t)len + nxt));
	}
	return cpu_in_cksum(m, len, off, sum);
}
