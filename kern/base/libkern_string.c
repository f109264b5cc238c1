/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Strings: length, copying with a bound, comparing.  The compiler knows
 * some of these names and may do them itself; the loops are compiled so
 * that it does not replace them with calls of themselves.
 */

#include <sys/param.h>
#include <lib/libkern/libkern.h>

#undef	strlen
#undef	strcpy
#undef	strcmp

size_t	strlen(const char *);
char	*strcpy(char *, const char *);
int	strcmp(const char *, const char *);

size_t
strlen(const char *s)
{
	const char *p = s;

	while (*p != '\0')
		p++;
	return (size_t)(p - s);
}

size_t
strnlen(const char *s, size_t max)
{
	size_t n;

	for (n = 0; n < max && s[n] != '\0'; n++)
		continue;
	return n;
}

char *
strcpy(char *dst, const char *src)
{
	char *d = dst;

	while ((*d++ = *src++) != '\0')
		continue;
	return dst;
}

/* Fills up with NULs; there is none at the end of a string too long. */
char *
strncpy(char *dst, const char *src, size_t n)
{
	size_t i;

	for (i = 0; i < n && src[i] != '\0'; i++)
		dst[i] = src[i];
	for (; i < n; i++)
		dst[i] = '\0';
	return dst;
}

char *
strcat(char *dst, const char *src)
{

	strcpy(dst + strlen(dst), src);
	return dst;
}

size_t
strlcpy(char *restrict dst, const char *restrict src, size_t size)
{
	size_t n;

	for (n = 0; n + 1 < size && src[n] != '\0'; n++)
		dst[n] = src[n];
	if (size != 0)
		dst[n] = '\0';
	return n + strlen(src + n);
}

size_t
strlcat(char *restrict dst, const char *restrict src, size_t size)
{
	size_t n = strnlen(dst, size);

	return n + strlcpy(dst + n, src, size - n);
}

int
strcmp(const char *a, const char *b)
{

	for (; *a == *b && *a != '\0'; a++, b++)
		continue;
	return (unsigned char)*a - (unsigned char)*b;
}

int
strncmp(const char *a, const char *b, size_t n)
{

	for (; n != 0 && *a == *b && *a != '\0'; a++, b++)
		n--;
	return n == 0 ? 0 : (unsigned char)*a - (unsigned char)*b;
}

int
strncasecmp(const char *a, const char *b, size_t n)
{
	int d;

	for (; n != 0; a++, b++, n--) {
		d = tolower((unsigned char)*a) - tolower((unsigned char)*b);
		if (d != 0 || *a == '\0')
			return d;
	}
	return 0;
}

int
strcasecmp(const char *a, const char *b)
{

	return strncasecmp(a, b, SIZE_MAX);
}
