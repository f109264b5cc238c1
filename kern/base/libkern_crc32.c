/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CRC-32 of ISO 3309 and zlib: polynomial 0x04c11db7 reflected, complement
 * before and after, so that crc32(crc32(0, a), b) is the value of a and b
 * joined.  A table of the sixteen nibbles keeps it small.
 */

#include <sys/param.h>
#include <lib/libkern/libkern.h>

static const uint32_t crc32_nibble[16] = {
	0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac,
	0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
	0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
	0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
};

uint32_t
crc32(uint32_t crc, const uint8_t *buf, size_t len)
{

	crc = ~crc;
	while (len-- != 0) {
		crc ^= *buf++;
		crc = (crc >> 4) ^ crc32_nibble[crc & 0x0f];
		crc = (crc >> 4) ^ crc32_nibble[crc & 0x0f];
	}
	return ~crc;
}
