/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ethernet addresses as text, and checksums that hardware uses for its
 * filters.
 */

#include <sys/param.h>
#include <sys/mbuf.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_ether.h>

#include <lib/libkern/libkern.h>

char *
ether_snprintf(char *buf, size_t len, const uint8_t *ap)
{

	return lla_snprintf(buf, len, ap, ETHER_ADDR_LEN);
}

char *
ether_sprintf(const uint8_t *ap)
{
	static char buf[3 * ETHER_ADDR_LEN];

	return ether_snprintf(buf, sizeof(buf), ap);
}

static int
hex_digit(char c)
{

	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Bytes of one or two digits, a colon, dot or minus between them. */
int
ether_aton_r(u_char *dst, size_t len, const char *s)
{
	int i, high, low;

	if (len < ETHER_ADDR_LEN)
		return ENOSPC;
	for (i = 0; i < ETHER_ADDR_LEN; i++) {
		if (i > 0) {
			if (*s != ':' && *s != '.' && *s != '-')
				return EINVAL;
			s++;
		}
		if ((high = hex_digit(*s)) < 0)
			return EINVAL;
		s++;
		if ((low = hex_digit(*s)) >= 0) {
			high = high << 4 | low;
			s++;
		}
		dst[i] = high;
	}
	return *s == '\0' ? 0 : EINVAL;
}

/* The remainder itself, which a frame has inverted. */
uint32_t
ether_crc32_le(const uint8_t *buf, size_t len)
{

	return ~crc32(0, buf, len);
}

uint32_t
ether_crc32_be(const uint8_t *buf, size_t len)
{
	uint32_t crc = 0xffffffff;
	bool carry;
	size_t i;
	int bit;

	for (i = 0; i < len; i++) {
		for (bit = 0; bit < NBBY; bit++) {
			carry = (crc >> 31) != (buf[i] >> bit & 1u);
			/* The polynomial comes without its last bit. */
			crc <<= 1;
			if (carry)
				crc = (crc ^ ETHER_CRC_POLY_BE) | 1;
		}
	}
	return crc;
}
