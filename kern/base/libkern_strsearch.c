/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Searching in strings and byte arrays.
 */

#include <sys/param.h>
#include <lib/libkern/libkern.h>

char *
strchr(const char *s, int c)
{

	for (;; s++) {
		if (*s == (char)c)
			return __UNCONST(s);
		if (*s == '\0')
			return NULL;
	}
}

char *
strrchr(const char *s, int c)
{
	const char *last = NULL;

	for (;; s++) {
		if (*s == (char)c)
			last = s;
		if (*s == '\0')
			return __UNCONST(last);
	}
}

char *
strstr(const char *s, const char *find)
{
	size_t len = strlen(find);

	for (; strncmp(s, find, len) != 0; s++) {
		if (*s == '\0')
			return NULL;
	}
	return __UNCONST(s);
}

size_t
strspn(const char *s, const char *accept)
{
	size_t n;

	for (n = 0; s[n] != '\0' && strchr(accept, s[n]) != NULL; n++)
		continue;
	return n;
}

size_t
strcspn(const char *s, const char *reject)
{
	size_t n;

	for (n = 0; s[n] != '\0' && strchr(reject, s[n]) == NULL; n++)
		continue;
	return n;
}

char *
strpbrk(const char *s, const char *accept)
{

	s += strcspn(s, accept);
	return *s == '\0' ? NULL : __UNCONST(s);
}

char *
strsep(char **stringp, const char *delim)
{
	char *s = *stringp, *end;

	if (s == NULL)
		return NULL;
	end = s + strcspn(s, delim);
	if (*end == '\0') {
		*stringp = NULL;
	} else {
		*end = '\0';
		*stringp = end + 1;
	}
	return s;
}

int
scanc(u_int size, const u_char *cp, const u_char table[], int mask)
{
	const u_char *end = cp + size;

	while (cp < end && (table[*cp] & mask) == 0)
		cp++;
	return (int)(end - cp);
}

int
skpc(int mask, size_t size, u_char *cp)
{
	u_char *end = cp + size;

	while (cp < end && *cp == (u_char)mask)
		cp++;
	return (int)(end - cp);
}
