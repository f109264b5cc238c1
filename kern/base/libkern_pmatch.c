/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pmatch(9): does a string, or how much of its beginning, match a pattern of
 * the kind that shells have?
 */

#include <sys/param.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

/*
 * Is c in the set that begins behind the '['?  *pp is moved behind its end.
 * -1 if there is none.
 */
static int
in_set(unsigned char c, const char **pp)
{
	const char *p = *pp;
	bool negate = *p == '^', found = false;
	unsigned char lo, hi;

	if (negate)
		p++;
	do {
		if (*p == '\0')
			return -1;
		lo = hi = (unsigned char)*p++;
		if (p[0] == '-' && p[1] != ']' && p[1] != '\0') {
			hi = (unsigned char)p[1];
			p += 2;
		}
		found |= c >= lo && c <= hi;
	} while (*p != ']');
	*pp = p + 1;
	return found != negate;
}

/* The longest beginning of s that matches, up to *endp; 0 if none, or -1. */
static int
match(const char *s, const char *p, const char **endp)
{
	const char *t;
	int rv;

	for (; *p != '\0'; s++) {
		if (*p == '*') {
			while (*p == '*')
				p++;
			for (t = s + strlen(s);; t--) {
				rv = match(t, p, endp);
				if (rv != 0 || t == s)
					return rv;
			}
		}
		if (*p == '[') {
			p++;
			rv = in_set((unsigned char)*s, &p);
			if (rv < 0)
				return -1;
		} else {
			rv = *p == '?' || *p == *s;
			p++;
		}
		if (rv == 0 || *s == '\0')
			return 0;
	}
	*endp = s;
	return 1;
}

int
pmatch(const char *string, const char *pattern, const char **estr)
{
	const char *end = string;
	int rv = match(string, pattern, &end);

	if (estr != NULL)
		*estr = end;
	return rv == 1 && *end == '\0' ? 2 : rv;
}
