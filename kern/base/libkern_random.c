/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * random(9): pseudo random numbers for statistics and jitter, 31 bits each.
 * Anybody can predict them; cprng(9) is for everything else.  The state is
 * one word that threads advance with a compare-and-swap.
 */

#include <sys/param.h>
#include <sys/atomic.h>
#include <lib/libkern/libkern.h>

static volatile uint64_t random_state = 0x9e3779b97f4a7c15ULL;

/* A bijection of the 64-bit words that spreads every bit. */
static uint64_t
mix(uint64_t z)
{

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

uint32_t
random(void)
{

	return (uint32_t)(mix(atomic_add_64_nv(&random_state,
	    (int64_t)0x9e3779b97f4a7c15ULL)) >> 33);
}

void
srandom(unsigned long seed)
{

	atomic_swap_64(&random_state, mix(seed));
}
