/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Byte counts for people: humanize_number(9) and format_bytes(9).
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <lib/libkern/libkern.h>

/*
 * Scales by the divisor until the number and the suffix fit the buffer.
 * Returns the length, or -1 if nothing fits.
 */
int
humanize_number(char *buf, size_t len, uint64_t bytes, const char *suffix,
    int divisor)
{
	static const char prefixes[] = " KMGTPE";
	uint64_t max = 1, n = bytes;
	size_t sufflen = strlen(suffix), room, i;
	int prefix = 0;

	KASSERT(divisor == 1000 || divisor == 1024);
	/* Digits that fit beside blank, prefix, suffix and NUL. */
	if (len < sufflen + 4)
		return -1;
	room = len - sufflen - 3;
	for (i = 0; i < room && max <= UINT64_MAX / 10; i++)
		max *= 10;
	while (n >= max && prefixes[prefix + 1] != '\0') {
		n = (n + (uint64_t)divisor / 2) / (uint64_t)divisor;
		prefix++;
	}
	if (prefix == 0)
		return snprintf(buf, len, "%ju%s%s", (uintmax_t)n,
		    sufflen != 0 ? " " : "", suffix);
	return snprintf(buf, len, "%ju %c%s", (uintmax_t)n,
	    prefixes[prefix], suffix);
}

int
format_bytes(char *buf, size_t len, uint64_t bytes)
{

	return humanize_number(buf, len, bytes, "B", 1024);
}
