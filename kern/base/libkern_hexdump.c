/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Showing bytes that may be anything: hexdump(9), and strnvisx() which
 * writes what is unprintable as octal.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <lib/libkern/libkern.h>

#define	PER_LINE	16

void
hexdump(void (*pr)(const char *, ...), const char *msg, const void *ptr,
    size_t len)
{
	const uint8_t *p = ptr;
	size_t i, j;

	if (msg != NULL)
		(*pr)("%s: %zu bytes @ %p\n", msg, len, ptr);
	for (i = 0; i < len; i += PER_LINE) {
		(*pr)("%04zx ", i);
		for (j = i; j < i + PER_LINE; j++) {
			if (j < len)
				(*pr)(" %02x", p[j]);
			else
				(*pr)("   ");
		}
		(*pr)("  |");
		for (j = i; j < MIN(i + PER_LINE, len); j++)
			(*pr)("%c", isprint(p[j]) ? p[j] : '.');
		(*pr)("|\n");
	}
}

/* One character as text; the length. */
static size_t
visible(char *out, unsigned char c, int flags)
{

	if (c == '\\') {
		out[0] = out[1] = '\\';
		return 2;
	}
	if (isgraph(c) || c == ' ' || ((flags & VIS_SAFE) != 0 &&
	    (c == '\b' || c == '\a' || c == '\r' || c == '\n' || c == '\t'))) {
		out[0] = (char)c;
		return 1;
	}
	out[0] = '\\';
	out[1] = (char)('0' + (c >> 6));
	out[2] = (char)('0' + ((c >> 3) & 7));
	out[3] = (char)('0' + (c & 7));
	return 4;
}

/*
 * At most dlen bytes with the NUL; VIS_TRIM leaves blanks at both ends out.
 * Returns the length of the text, or -1 if it does not fit.
 */
int
strnvisx(char *dst, size_t dlen, const char *src, size_t len, int flags)
{
	size_t n = 0, k;
	char one[4];

	if ((flags & VIS_TRIM) != 0) {
		for (; len != 0 && isspace((unsigned char)*src); len--)
			src++;
		while (len != 0 && isspace((unsigned char)src[len - 1]))
			len--;
	}
	if (dlen == 0)
		return -1;
	for (; len != 0; len--, src++) {
		k = visible(one, (unsigned char)*src, flags);
		if (n + k >= dlen) {
			dst[n] = '\0';
			return -1;
		}
		memcpy(dst + n, one, k);
		n += k;
	}
	dst[n] = '\0';
	return (int)n;
}
