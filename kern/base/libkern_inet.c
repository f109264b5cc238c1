/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPv4 addresses as text: a.b.c.d.  inet_addr() takes just that form and
 * gives INADDR_NONE (all ones) for anything else.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/endian.h>
#include <lib/libkern/libkern.h>

#define	INET_BAD	0xffffffffU

char *
intoa(u_int32_t addr)
{
	static char buf[16];
	const uint8_t *b = (const uint8_t *)&addr;

	snprintf(buf, sizeof(buf), "%u.%u.%u.%u", b[0], b[1], b[2], b[3]);
	return buf;
}

u_int32_t
inet_addr(const char *cp)
{
	uint32_t addr = 0;
	unsigned int n;
	int i;

	for (i = 0; i < 4; i++) {
		if (!isdigit((unsigned char)*cp))
			return INET_BAD;
		for (n = 0; isdigit((unsigned char)*cp); cp++) {
			if ((n = n * 10 + (unsigned int)(*cp - '0')) > 255)
				return INET_BAD;
		}
		addr = addr << 8 | n;
		if (*cp++ != (i < 3 ? '.' : '\0'))
			return INET_BAD;
	}
	return htonl(addr);
}
