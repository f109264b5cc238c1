/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CRC-16 with the polynomial x^16 + x^15 + x^2 + 1, bits reversed, as
 * ext4's group descriptors use it.  The caller gives the start value.
 */

#ifndef _LIB_LIBKERN_CRC16_H_
#define	_LIB_LIBKERN_CRC16_H_

#include <sys/types.h>

static __inline uint16_t __unused
crc16(uint16_t crc, const uint8_t *buf, size_t len)
{
	int i;

	while (len-- != 0) {
		crc ^= *buf++;
		for (i = 0; i < 8; i++)
			crc = (uint16_t)((crc >> 1) ^
			    ((crc & 1) != 0 ? 0xa001 : 0));
	}
	return crc;
}

#endif /* !_LIB_LIBKERN_CRC16_H_ */
