/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses of IPv6 as text: RFC 4291 section 2.2, RFC 4007 section 11.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

#include "netconfig.h"
#include "netconfig_in6.h"

#define	GROUPS	8
#define	TEXT_MAX 46	/* of an address without its zone, with a NUL */

static int
digit(char c)
{

	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* One to four digits; where they end, NULL: there are none, or more. */
static const char *
group(const char *text, uint16_t *val)
{
	u_int n = 0, digits;

	for (digits = 0; digit(*text) != -1 && digits < 5; digits++)
		n = n << 4 | (u_int)digit(*text++);
	*val = htons((uint16_t)n);
	return digits == 0 || digits > 4 ? NULL : text;
}

/*
 * Groups from text up to "::" or its end: how many, at most max; -1: it is
 * malformed.  Text goes behind them.
 */
static int
groups(const char **textp, uint16_t *val, int max)
{
	const char *text = *textp, *end;
	struct in_addr in;
	int n = 0;

	while (n < max) {
		/* One of IPv4 is the last, and the whole rest. */
		if (n + 2 <= max && netconfig_address(text, &in) == 0) {
			memcpy(&val[n], &in, sizeof(in));
			*textp = text + strlen(text);
			return n + 2;
		}
		if ((end = group(text, &val[n])) == NULL)
			return -1;
		n++;
		text = end;
		if (n == max || text[0] != ':' || text[1] == ':')
			break;
		text++;
	}
	*textp = text;
	return n;
}

static int
parse(const char *text, struct in6_addr *addr)
{
	uint16_t val[GROUPS] = { 0 }, tail[GROUPS];
	int n = 0, m = 0;

	if (text[0] != ':' && (n = groups(&text, val, GROUPS)) == -1)
		return EINVAL;
	if (text[0] == ':' && text[1] == ':') {
		/* It stands for one group of zeroes at least. */
		text += 2;
		if (n == GROUPS || (*text != '\0' &&
		    (n + 1 == GROUPS ||
		    (m = groups(&text, tail, GROUPS - 1 - n)) == -1)))
			return EINVAL;
		KASSERT(n + m < GROUPS);
		memcpy(&val[GROUPS - m], tail, (size_t)m * sizeof(tail[0]));
	} else if (n != GROUPS)
		return EINVAL;
	if (*text != '\0')
		return EINVAL;
	memcpy(addr, val, sizeof(*addr));
	return 0;
}

int
netconfig_address6(const char *text, struct in6_addr *addr, const char **zone)
{
	const char *percent = strchr(text, '%');
	const size_t len = percent != NULL ? (size_t)(percent - text) :
	    strlen(text);
	char copy[TEXT_MAX];

	if (len >= sizeof(copy) || (percent != NULL && zone == NULL))
		return EINVAL;
	memcpy(copy, text, len);
	copy[len] = '\0';
	if (zone != NULL)
		*zone = percent != NULL ? percent + 1 : NULL;
	return parse(copy, addr);
}
