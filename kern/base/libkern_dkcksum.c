/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checksum of a disklabel(5): all 16-bit words of the label with its used
 * partitions, exclusive-ored.  Over a good label it is zero.
 */

#include <sys/param.h>
#include <sys/disklabel.h>
#include <lib/libkern/libkern.h>

uint16_t
dkcksum_sized(const struct disklabel *lp, size_t npartitions)
{
	const uint8_t *p = (const uint8_t *)lp;
	const uint8_t *end = (const uint8_t *)&lp->d_partitions[npartitions];
	uint16_t sum = 0, word;

	KASSERT(npartitions <= MAXPARTITIONS);
	for (; p < end; p += sizeof(word)) {
		memcpy(&word, p, sizeof(word));
		sum ^= word;
	}
	return sum;
}

uint16_t
dkcksum(const struct disklabel *lp)
{

	return dkcksum_sized(lp, MIN(lp->d_npartitions, MAXPARTITIONS));
}
