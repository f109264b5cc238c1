/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The list of targets, and the little that all of them need.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

static const struct fuzz_target *const targets[] = {
	&fuzz_target_bpf,
	&fuzz_target_dhcp,
	&fuzz_target_eth,
	&fuzz_target_ext2,
	&fuzz_target_ioctl,
	&fuzz_target_ip4,
	&fuzz_target_ip6,
	&fuzz_target_route,
	&fuzz_target_sock,
	&fuzz_target_tcp,
	&fuzz_target_udp,
};

static uint64_t rand_state = 1;

void
fuzz_die(const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "fuzz: ");
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, "\n");
	exit(1);
}

const struct fuzz_target *
fuzz_target_find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(targets) / sizeof(targets[0]); i++)
		if (strcmp(targets[i]->ft_name, name) == 0)
			return targets[i];
	fuzz_die("no target %s", name);
}

const char *
fuzz_env(const char *name)
{
	const char *value = getenv(name);

	if (value == NULL || *value == '\0')
		fuzz_die("%s is not set", name);
	return value;
}

void
fuzz_srand(uint64_t seed)
{

	rand_state = seed * 0x9e3779b97f4a7c15ULL | 1;
}

/* xorshift64*, upper half. */
uint32_t
fuzz_rand(uint32_t below)
{

	rand_state ^= rand_state >> 12;
	rand_state ^= rand_state << 25;
	rand_state ^= rand_state >> 27;
	return (uint32_t)((rand_state * 0x2545f4914f6cdd1dULL) >> 32) % below;
}
