/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Inputs that are lists of records, fuzz_net.h.
 */
#include <string.h>

#include "fuzz.h"
#include "fuzz_net.h"

#define	HEAD	2		/* bytes before a record's data */

bool
rec_next(const uint8_t **p, size_t *left, struct rec *r)
{
	size_t len;

	if (*left < HEAD)
		return false;
	len = (*p)[1];
	if (len > *left - HEAD)
		len = *left - HEAD;
	r->r_kind = (*p)[0];
	r->r_data = *p + HEAD;
	r->r_len = len;
	*p += HEAD + len;
	*left -= HEAD + len;
	return true;
}

uint8_t
rec_8(struct rec *r)
{

	if (r->r_len == 0)
		return 0;
	r->r_len--;
	return *r->r_data++;
}

uint16_t
rec_16(struct rec *r)
{
	const uint8_t high = rec_8(r);

	return (uint16_t)(high << 8 | rec_8(r));
}

size_t
rec_bytes(struct rec *r, void *buf, size_t max)
{
	const size_t n = r->r_len < max ? r->r_len : max;

	memset(buf, 0, max);
	memcpy(buf, r->r_data, n);
	r->r_data += n;
	r->r_len -= n;
	return n;
}

void
rec_edit(struct rec *r, unsigned n, void *buf, size_t len)
{
	uint8_t *p = buf;
	size_t at;

	for (; n > 0 && r->r_len >= 2; n--) {
		at = rec_8(r);
		if (at < len)
			p[at] ^= rec_8(r);
		else
			(void)rec_8(r);
	}
}

/* Where record n is, and its size with its head. */
static size_t
find(const uint8_t *data, size_t size, uint32_t n, size_t *reclen)
{
	const uint8_t *p = data;
	size_t left = size, at;
	struct rec r;

	for (;;) {
		at = size - left;
		if (!rec_next(&p, &left, &r))
			return size;
		*reclen = HEAD + r.r_len;
		if (n-- == 0)
			return at;
	}
}

static uint32_t
count(const uint8_t *data, size_t size)
{
	struct rec r;
	uint32_t n = 0;

	while (rec_next(&data, &size, &r))
		n++;
	return n;
}

/* A new record, somewhere between the others. */
static size_t
insert(uint8_t *data, size_t size, size_t max)
{
	const size_t len = fuzz_rand(24);
	size_t at, unused, i;

	if (size + HEAD + len > max)
		return size;
	at = find(data, size, fuzz_rand(count(data, size) + 1), &unused);
	memmove(data + at + HEAD + len, data + at, size - at);
	data[at] = (uint8_t)fuzz_rand(64);
	data[at + 1] = (uint8_t)len;
	/* Small numbers say more than large ones. */
	for (i = 0; i < len; i++)
		data[at + HEAD + i] = (uint8_t)(fuzz_rand(2) == 0 ? 0 :
		    fuzz_rand(fuzz_rand(2) == 0 ? 16 : 256));
	return size + HEAD + len;
}

/* One is taken out, or comes twice. */
static size_t
remove_or_double(uint8_t *data, size_t size, size_t max)
{
	size_t at, len = 0;

	at = find(data, size, fuzz_rand(count(data, size)), &len);
	if (fuzz_rand(2) == 0) {
		memmove(data + at, data + at + len, size - at - len);
		return size - len;
	}
	if (size + len > max)
		return size;
	memmove(data + at + len, data + at, size - at);
	return size + len;
}

static void
change(uint8_t *data, size_t size)
{
	static const uint8_t interesting[] = {
		0, 1, 2, 4, 7, 8, 15, 16, 20, 40, 60, 63, 64, 127, 128, 254,
		255
	};
	size_t at, len = 0;

	at = find(data, size, fuzz_rand(count(data, size)), &len);
	if (fuzz_rand(4) == 0) {
		data[at] = (uint8_t)fuzz_rand(64);
		return;
	}
	if (len == HEAD)
		return;
	at += HEAD + fuzz_rand((uint32_t)(len - HEAD));
	switch (fuzz_rand(3)) {
	case 0:
		data[at] = interesting[fuzz_rand(sizeof(interesting))];
		break;
	case 1:
		data[at] ^= (uint8_t)(1u << fuzz_rand(8));
		break;
	default:
		data[at] = (uint8_t)fuzz_rand(256);
		break;
	}
}

size_t
rec_mutate(uint8_t *data, size_t size, size_t max)
{

	if (count(data, size) == 0)
		return insert(data, 0, max);
	switch (fuzz_rand(4)) {
	case 0:
		return insert(data, size, max);
	case 1:
		return remove_or_double(data, size, max);
	default:
		change(data, size);
		return size;
	}
}
