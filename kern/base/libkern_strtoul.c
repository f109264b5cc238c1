/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Numbers in strings.  There is no errno in the kernel: a number that does
 * not fit becomes the limit.  strtoi() and strtou() tell what went wrong
 * and clip to a range.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <lib/libkern/libkern.h>

/* What the scanner found. */
struct number {
	uintmax_t	n_value;	/* magnitude, clipped */
	bool		n_negative;
	bool		n_overflow;
	const char	*n_end;		/* NULL: there is no number */
};

static int
digit(char c)
{

	if (isdigit((unsigned char)c))
		return c - '0';
	if (isalpha((unsigned char)c))
		return tolower((unsigned char)c) - 'a' + 10;
	return INT_MAX;
}

/* Is there a hexadecimal digit after the prefix? */
static bool
hex_prefix(const char *s)
{

	return s[0] == '0' && (s[1] == 'x' || s[1] == 'X') &&
	    isxdigit((unsigned char)s[2]);
}

static void
scan(const char *s, int base, struct number *n)
{
	int d;

	*n = (struct number){ .n_end = NULL };
	if (base < 0 || base == 1 || base > 36)
		return;
	while (isspace((unsigned char)*s))
		s++;
	if (*s == '-' || *s == '+')
		n->n_negative = *s++ == '-';
	if ((base == 0 || base == 16) && hex_prefix(s)) {
		base = 16;
		s += 2;
	} else if (base == 0) {
		base = *s == '0' ? 8 : 10;
	}
	for (; (d = digit(*s)) < base; s++) {
		n->n_end = s + 1;
		if (n->n_value > (UINTMAX_MAX - (uintmax_t)d) /
		    (uintmax_t)base)
			n->n_overflow = true;
		n->n_value = n->n_value * (uintmax_t)base + (uintmax_t)d;
	}
	if (n->n_overflow)
		n->n_value = UINTMAX_MAX;
}

static void
set_end(char **endp, const char *nptr, const struct number *n)
{

	if (endp != NULL)
		*endp = __UNCONST(n->n_end != NULL ? n->n_end : nptr);
}

static uintmax_t
to_unsigned(const char *nptr, char **endp, int base)
{
	struct number n;

	scan(nptr, base, &n);
	set_end(endp, nptr, &n);
	if (n.n_overflow)
		return UINTMAX_MAX;
	return n.n_negative ? -n.n_value : n.n_value;
}

/* Sets *overflow if the value had to be clipped. */
static intmax_t
clip_signed(const struct number *n, bool *overflow)
{
	uintmax_t limit = (uintmax_t)INTMAX_MAX + (n->n_negative ? 1 : 0);

	*overflow = n->n_overflow || n->n_value > limit;
	if (*overflow)
		return n->n_negative ? INTMAX_MIN : INTMAX_MAX;
	return n->n_negative ? (intmax_t)-n->n_value : (intmax_t)n->n_value;
}

static intmax_t
to_signed(const char *nptr, char **endp, int base)
{
	struct number n;
	bool overflow;

	scan(nptr, base, &n);
	set_end(endp, nptr, &n);
	return clip_signed(&n, &overflow);
}

unsigned long
strtoul(const char *nptr, char **endp, int base)
{

	return to_unsigned(nptr, endp, base);
}

unsigned long long
strtoull(const char *nptr, char **endp, int base)
{

	return to_unsigned(nptr, endp, base);
}

u_quad_t
strtouq(const char *nptr, char **endp, int base)
{

	return to_unsigned(nptr, endp, base);
}

long
strtol(const char *nptr, char **endp, int base)
{

	return to_signed(nptr, endp, base);
}

long long
strtoll(const char *nptr, char **endp, int base)
{

	return to_signed(nptr, endp, base);
}

quad_t
strtoq(const char *nptr, char **endp, int base)
{

	return to_signed(nptr, endp, base);
}

/* No number at all, or something after it, or out of range: in this order. */
static int
verdict(const struct number *n, bool badrange)
{

	if (n->n_end == NULL)
		return ECANCELED;
	if (badrange)
		return ERANGE;
	return *n->n_end != '\0' ? ENOTSUP : 0;
}

intmax_t
strtoi(const char *restrict nptr, char **restrict endp, int base,
    intmax_t lo, intmax_t hi, int *rstatus)
{
	struct number n;
	intmax_t v, clipped;
	bool overflow;

	scan(nptr, base, &n);
	set_end(endp, nptr, &n);
	v = clip_signed(&n, &overflow);
	clipped = v < lo ? lo : v > hi ? hi : v;
	if (rstatus != NULL)
		*rstatus = verdict(&n, overflow || clipped != v);
	return clipped;
}

uintmax_t
strtou(const char *restrict nptr, char **restrict endp, int base,
    uintmax_t lo, uintmax_t hi, int *rstatus)
{
	struct number n;
	uintmax_t v, clipped;

	scan(nptr, base, &n);
	set_end(endp, nptr, &n);
	v = n.n_negative && !n.n_overflow ? -n.n_value : n.n_value;
	clipped = v < lo ? lo : v > hi ? hi : v;
	if (rstatus != NULL)
		*rstatus = verdict(&n, n.n_overflow || clipped != v);
	return clipped;
}
