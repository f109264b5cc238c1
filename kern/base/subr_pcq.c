/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pcq(9): a ring of pointers between many producers and one consumer.
 *
 * A producer takes a place by advancing pcq_put, then fills it; a place that
 * is taken but still empty reads as the end of the queue.  The consumer
 * empties a place before it advances pcq_get, so a producer that sees the new
 * pcq_get finds the place empty.  Both counters run freely and wrap.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/atomic.h>
#include <sys/bitops.h>
#include <sys/kmem.h>
#include <sys/pcq.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

#define PCQ_MAX		((size_t)1 << 30)

/* Locks: c, constant; a, atomic; g, atomic, changed by the consumer only. */
struct pcq {
	u_int		pcq_maxlen;	/* c */
	u_int		pcq_mask;	/* c: places - 1 */
	volatile u_int	pcq_put __aligned(CACHE_LINE_SIZE); /* a */
	volatile u_int	pcq_get __aligned(CACHE_LINE_SIZE); /* g */
	void *volatile	pcq_items[];	/* a */
};

static size_t
pcq_bytes(size_t places)
{

	/* Whole cache lines are aligned to them. */
	return roundup2(offsetof(struct pcq, pcq_items[places]),
	    CACHE_LINE_SIZE);
}

pcq_t *
pcq_create(size_t maxlen, km_flag_t kmflags)
{
	size_t places;
	pcq_t *pcq;

	KASSERT(maxlen > 0 && maxlen <= PCQ_MAX);
	places = (size_t)1 << (ilog2(2 * maxlen - 1));
	pcq = kmem_zalloc(pcq_bytes(places), kmflags);
	if (pcq != NULL) {
		pcq->pcq_maxlen = (u_int)maxlen;
		pcq->pcq_mask = (u_int)places - 1;
	}
	return pcq;
}

void
pcq_destroy(pcq_t *pcq)
{

	kmem_free(pcq, pcq_bytes((size_t)pcq->pcq_mask + 1));
}

bool
pcq_put(pcq_t *pcq, void *item)
{
	u_int put;

	KASSERT(item != NULL);
	do {
		put = atomic_load_relaxed(&pcq->pcq_put);
		if (put - atomic_load_acquire(&pcq->pcq_get) >=
		    pcq->pcq_maxlen)
			return false;
	} while (atomic_cas_uint(&pcq->pcq_put, put, put + 1) != put);
	KASSERT(pcq->pcq_items[put & pcq->pcq_mask] == NULL);
	atomic_store_release(&pcq->pcq_items[put & pcq->pcq_mask], item);
	return true;
}

void *
pcq_peek(pcq_t *pcq)
{

	return atomic_load_acquire(
	    &pcq->pcq_items[pcq->pcq_get & pcq->pcq_mask]);
}

void *
pcq_get(pcq_t *pcq)
{
	u_int get = pcq->pcq_get;
	void *item = pcq_peek(pcq);

	if (item == NULL)
		return NULL;
	atomic_store_relaxed(&pcq->pcq_items[get & pcq->pcq_mask], NULL);
	atomic_store_release(&pcq->pcq_get, get + 1);
	return item;
}

size_t
pcq_maxitems(pcq_t *pcq)
{

	return pcq->pcq_maxlen;
}
