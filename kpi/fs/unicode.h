/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * UTF-8 to 16-bit characters and back, for file systems whose names are in
 * UCS-2.  Input that is no UTF-8 is taken as Latin-1, byte by byte.
 */

#ifndef _FS_UNICODE_H_
#define	_FS_UNICODE_H_

#include <sys/types.h>

/* Length of a sequence by its first byte's high bits; 0: none begins so. */
static __inline size_t __unused
_utf8_length(unsigned char c)
{
	return c < 0x80 ? 1 : (c & 0xe0) == 0xc0 ? 2 :
	    (c & 0xf0) == 0xe0 ? 3 : 0;
}

/*
 * The next character of a string of *sz bytes; both are moved on.  0 at the
 * end.
 */
static __inline uint16_t __unused
wget_utf8(const char **str, size_t *sz)
{
	const unsigned char *s = (const unsigned char *)*str;
	size_t n, i;
	uint16_t c;

	if (*sz == 0)
		return 0;
	n = _utf8_length(s[0]);
	for (i = 1; i < n; i++) {
		if (n > *sz || (s[i] & 0xc0) != 0x80)
			n = 0;
	}
	switch (n) {
	case 2:
		c = (uint16_t)((s[0] & 0x1f) << 6 | (s[1] & 0x3f));
		break;
	case 3:
		c = (uint16_t)((s[0] & 0x0f) << 12 | (s[1] & 0x3f) << 6 |
		    (s[2] & 0x3f));
		break;
	default:
		n = 1;
		c = s[0];
		break;
	}
	*str += n;
	*sz -= n;
	return c;
}

/* Writes one character into n bytes; its length, 0 if it does not fit. */
static __inline int __unused
wput_utf8(char *s, size_t n, uint16_t wc)
{
	if (wc < 0x80) {
		if (n < 1)
			return 0;
		s[0] = (char)wc;
		return 1;
	}
	if (wc < 0x800) {
		if (n < 2)
			return 0;
		s[0] = (char)(0xc0 | wc >> 6);
		s[1] = (char)(0x80 | (wc & 0x3f));
		return 2;
	}
	if (n < 3)
		return 0;
	s[0] = (char)(0xe0 | wc >> 12);
	s[1] = (char)(0x80 | ((wc >> 6) & 0x3f));
	s[2] = (char)(0x80 | (wc & 0x3f));
	return 3;
}

#endif /* !_FS_UNICODE_H_ */
