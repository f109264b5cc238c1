/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hash functions.  hash32_buf() and hash32_str() go on from a previous
 * value, so several pieces can be hashed as one; they are for tables, not
 * for anything an attacker must not predict.  murmurhash2() mixes better.
 */

#ifndef _SYS_HASH_H_
#define	_SYS_HASH_H_

#include <sys/types.h>

#define	HASH32_BUF_INIT	5381
#define	HASH32_STR_INIT	HASH32_BUF_INIT

static __inline uint32_t __unused
hash32_buf(const void *bf, size_t len, uint32_t hash)
{
	const uint8_t *s = bf;

	while (len-- != 0)
		hash = hash * 33 + *s++;
	return hash;
}

static __inline uint32_t __unused
hash32_str(const void *bf, uint32_t hash)
{
	const uint8_t *s = bf;

	while (*s != '\0')
		hash = hash * 33 + *s++;
	return hash;
}

/* At most len bytes of a string. */
static __inline uint32_t __unused
hash32_strn(const void *bf, size_t len, uint32_t hash)
{
	const uint8_t *s = bf;

	while (len-- != 0 && *s != '\0')
		hash = hash * 33 + *s++;
	return hash;
}

uint32_t	murmurhash2(const void *, size_t, uint32_t);

#endif /* !_SYS_HASH_H_ */
