/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fsu_bytes.h: little-endian numbers in what was read from an image, and the
 * bounded read itself, for the two files that look into images.
 */
#ifndef FSU_BYTES_H
#define FSU_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline uint16_t
get16(const uint8_t *p)
{

	return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t
get32(const uint8_t *p)
{

	return get16(p) | (uint32_t)get16(p + 2) << 16;
}

static inline uint64_t
get64(const uint8_t *p)
{

	return get32(p) | (uint64_t)get32(p + 4) << 32;
}

struct fsu_disk;

bool	fsu_read_at(const struct fsu_disk *, uint64_t base, uint64_t size,
	    uint64_t off, void *buf, size_t len);
void	fsu_put_uuid(char *dst, size_t dstlen, const uint8_t uuid[16]);

#endif /* FSU_BYTES_H */
