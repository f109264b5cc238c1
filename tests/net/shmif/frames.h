/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For tests of buses and wires without a kernel: frames that have a number and
 * say so in each byte, and traffic while somebody writes whatever he likes.
 */
#ifndef _TESTS_NET_SHMIF_FRAMES_H_
#define _TESTS_NET_SHMIF_FRAMES_H_

#include <sys/mman.h>
#include <sys/stat.h>

#include <atf-c.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shmif_bus.h"

static const uint8_t mac[4][6] = {
	{ 2, 0, 0, 0, 0, 0 }, { 2, 0, 0, 0, 0, 1 },
	{ 2, 0, 0, 0, 0, 2 }, { 2, 0, 0, 0, 0, 3 },
};
static const uint8_t everyone[6] = { 255, 255, 255, 255, 255, 255 };

/* Byte n of a frame with a number. */
static inline uint8_t
content(uint32_t number, uint32_t n)
{

	return (uint8_t)(number * 131 + n * 7 + (n >> 8));
}

/* The errno of shmif_bus_begin(). */
static inline int
try_send(struct shmif_bus *b, const uint8_t *dst, uint32_t number,
    uint32_t len)
{
	const struct shmif_frame meta = { .sf_flags = 0 };
	uint8_t *data;
	void *p;
	uint32_t i;
	int error;

	if ((error = shmif_bus_begin(b, len, &p)) != 0)
		return error;
	data = p;
	memcpy(data, dst, 6);
	memcpy(data + 6, &number, 4);
	for (i = 10; i < len; i++)
		data[i] = content(number, i);
	shmif_bus_commit(b, &meta);
	return 0;
}

/* -1: there is no frame; -2: what was read is wrong; else its number. */
static inline int64_t
receive(struct shmif_bus *b, uint32_t *lenp)
{
	struct shmif_frame meta;
	const uint8_t *data;
	uint32_t number, i;
	bool good = true;

	if ((data = shmif_bus_next(b, &meta)) == NULL)
		return -1;
	memcpy(&number, data + 6, 4);
	for (i = 10; i < meta.sf_len; i++)
		good = good && data[i] == content(number, i);
	if (lenp != NULL)
		*lenp = meta.sf_len;
	if (!shmif_bus_done(b) || !good)
		return -2;
	return number;
}

/* All of a file, to be written to. */
static inline uint8_t *
map_file(const char *name)
{
	const int fd = open(name, O_RDWR);
	struct stat st;
	void *map;

	ATF_REQUIRE(fd != -1);
	ATF_REQUIRE_EQ(0, fstat(fd, &st));
	map = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED,
	    fd, 0);
	ATF_REQUIRE(map != MAP_FAILED);
	(void)close(fd);
	return map;
}

/* One sends, the other reads what there is, each time after the file was
 * spoiled; nothing but frames of lengths that are allowed comes of it. */
static inline void
survive(struct shmif_bus *a, struct shmif_bus *b, uint8_t *map,
    void (*spoil)(uint8_t *))
{
	struct shmif_frame meta;
	const uint8_t *data;
	uint8_t sum = 0;
	int i, j;
	void *p;

	for (i = 0; i < 30000; i++) {
		(*spoil)(map);
		if (shmif_bus_begin(a, 60 + (uint32_t)random() % 60000, &p) ==
		    0) {
			memset(p, 0, 60);
			memset(&meta, 0, sizeof(meta));
			shmif_bus_commit(a, &meta);
		}
		for (j = 0; j < 20 && (data = shmif_bus_next(b, &meta)) != NULL;
		    j++) {
			ATF_REQUIRE(meta.sf_len >= SHMIF_FRAMEMIN &&
			    meta.sf_len <= SHMIF_FRAMEMAX);
			sum ^= data[0] ^ data[meta.sf_len - 1];
			(void)shmif_bus_done(b);
		}
		if (i % 1000 == 0)
			shmif_bus_wait(b, 1);
	}
	printf("%d\n", sum);
}

#endif /* !_TESTS_NET_SHMIF_FRAMES_H_ */
