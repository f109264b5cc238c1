/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Numbers of packets that may be fragmented, RFC 7739: not to be guessed, and
 * none twice among half of all there are.  The lower 15 bits go through all
 * their values in an order made of random keys; then there are new keys, and
 * the highest bit changes.  A CPU takes a few at a time.
 */

#include <sys/param.h>
#include <sys/cprng.h>
#include <sys/mutex.h>
#include <sys/percpu.h>
#include <sys/systm.h>

#include <netinet/in.h>
#include <netinet/in_var.h>

#include "ip_private.h"

#define	HALF	0x8000
#define	BLOCK	32
#define	ROUNDS	3

/* A CPU's. */
struct idblock {
	u_int		ib_left;
	uint16_t	ib_ids[BLOCK];
};

static percpu_t *idblocks;
static kmutex_t id_mtx;
static uint32_t id_next;		/* id_mtx, as all below */
static uint32_t id_mul[ROUNDS], id_add[ROUNDS];
static uint16_t id_top;

void
ip_id_init(void)
{

	/* It spins: who wants it has a CPU's block in hand. */
	mutex_init(&id_mtx, MUTEX_DEFAULT, IPL_VM);
	idblocks = percpu_alloc(sizeof(struct idblock));
	id_next = HALF;
}

static void
rekey(void)
{

	(void)cprng_fast(id_mul, sizeof(id_mul));
	(void)cprng_fast(id_add, sizeof(id_add));
	id_top ^= HALF;
	id_next = 0;
}

/* Each step has an inverse, so that all 15-bit numbers come. */
static uint16_t
permute(uint32_t x)
{
	u_int i;

	for (i = 0; i < ROUNDS; i++) {
		x = (x * (id_mul[i] | 1) + id_add[i]) & (HALF - 1);
		x ^= x >> 7;
	}
	return (uint16_t)x | id_top;
}

static void
refill(struct idblock *ib)
{

	mutex_enter(&id_mtx);
	if (id_next >= HALF)
		rekey();
	for (; ib->ib_left < BLOCK; ib->ib_left++)
		ib->ib_ids[ib->ib_left] = permute(id_next++);
	mutex_exit(&id_mtx);
}

uint16_t
ip_newid(const struct in_ifaddr *ia __unused)
{
	struct idblock *ib = percpu_getref(idblocks);
	uint16_t id;

	if (ib->ib_left == 0)
		refill(ib);
	id = ib->ib_ids[--ib->ib_left];
	percpu_putref(idblocks);
	return htons(id);
}
