/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * subr_bufq.c: bufq(9), queues of buffers for drivers that start one transfer
 * at a time.  "fcfs" keeps the order; "disksort" serves blocks upwards from
 * the last one and then from the beginning again.
 *
 * The driver calls everything with its own lock held.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/buf.h>
#include <sys/bufq.h>
#include <sys/kmem.h>

TAILQ_HEAD(bufq_list, buf);

struct bufq_strategy {
	const char	*bs_name;
	void		(*bs_put)(struct bufq_state *, struct buf *);
};

/* All of it belongs to the driver. */
struct bufq_state {
	const struct bufq_strategy *bq_strat;
	struct bufq_list bq_head;	/* this round */
	struct bufq_list bq_next;	/* disksort: the round after */
	daddr_t		bq_last;	/* where the last one taken was */
	int		bq_flags;	/* BUFQ_SORT_* */
};

const char *_bufq_disk_default_strat = BUFQ_DISK_DEFAULT_STRAT_NAME;

static void
fcfs_put(struct bufq_state *bufq, struct buf *bp)
{

	TAILQ_INSERT_TAIL(&bufq->bq_head, bp, b_actq);
}

static void
list_insert_sorted(struct bufq_list *list, struct buf *bp)
{
	struct buf *b;

	TAILQ_FOREACH_REVERSE(b, list, bufq_list, b_actq)
		if (b->b_rawblkno <= bp->b_rawblkno) {
			TAILQ_INSERT_AFTER(list, b, bp, b_actq);
			return;
		}
	TAILQ_INSERT_HEAD(list, bp, b_actq);
}

static void
disksort_put(struct bufq_state *bufq, struct buf *bp)
{

	list_insert_sorted(bp->b_rawblkno >= bufq->bq_last ?
	    &bufq->bq_head : &bufq->bq_next, bp);
}

static const struct bufq_strategy strategies[] = {
	{ "fcfs", fcfs_put },
	{ "disksort", disksort_put },
};

static const struct bufq_strategy *
strategy_find(const char *name)
{
	size_t i;

	if (strcmp(name, BUFQ_STRAT_ANY) == 0)
		return &strategies[0];
	for (i = 0; i < __arraycount(strategies); i++)
		if (strcmp(strategies[i].bs_name, name) == 0)
			return &strategies[i];
	return NULL;
}

/*
 * Without BUFQ_EXACT an unknown strategy means fcfs.
 */
int
bufq_alloc(struct bufq_state **bufqp, const char *strategy, int flags)
{
	const struct bufq_strategy *bs;
	struct bufq_state *bufq;

	bs = strategy_find(strategy);
	if (bs == NULL && (flags & BUFQ_EXACT)) {
		*bufqp = NULL;
		return ENOENT;
	}
	bufq = kmem_zalloc(sizeof(*bufq), KM_SLEEP);
	bufq->bq_strat = bs != NULL ? bs : &strategies[0];
	bufq->bq_flags = flags & BUFQ_SORT_MASK;
	TAILQ_INIT(&bufq->bq_head);
	TAILQ_INIT(&bufq->bq_next);
	*bufqp = bufq;
	return 0;
}

void
bufq_put(struct bufq_state *bufq, struct buf *bp)
{

	(*bufq->bq_strat->bs_put)(bufq, bp);
}

/*
 * The next one, which stays; NULL if there is none.
 */
struct buf *
bufq_peek(struct bufq_state *bufq)
{

	if (TAILQ_EMPTY(&bufq->bq_head)) {
		TAILQ_CONCAT(&bufq->bq_head, &bufq->bq_next, b_actq);
		bufq->bq_last = 0;
	}
	return TAILQ_FIRST(&bufq->bq_head);
}

struct buf *
bufq_get(struct bufq_state *bufq)
{
	struct buf *bp = bufq_peek(bufq);

	if (bp != NULL) {
		TAILQ_REMOVE(&bufq->bq_head, bp, b_actq);
		bufq->bq_last = bp->b_rawblkno;
	}
	return bp;
}

/*
 * Take bp out.  NULL if it is not queued.
 */
struct buf *
bufq_cancel(struct bufq_state *bufq, struct buf *bp)
{
	struct bufq_list *const lists[] = { &bufq->bq_head, &bufq->bq_next };
	struct buf *b;
	int i;

	for (i = 0; i < __arraycount(lists); i++)
		TAILQ_FOREACH(b, lists[i], b_actq)
			if (b == bp) {
				TAILQ_REMOVE(lists[i], bp, b_actq);
				return bp;
			}
	return NULL;
}

/*
 * Fail everything that is queued.
 */
void
bufq_drain(struct bufq_state *bufq)
{
	struct buf *bp;

	while ((bp = bufq_get(bufq)) != NULL) {
		bp->b_error = EIO;
		bp->b_resid = bp->b_bcount;
		biodone(bp);
	}
}

void
bufq_move(struct bufq_state *dst, struct bufq_state *src)
{
	struct buf *bp;

	while ((bp = bufq_get(src)) != NULL)
		bufq_put(dst, bp);
}

void
bufq_fini(struct bufq_state *bufq)
{

	KASSERT(bufq_peek(bufq) == NULL);
}

void
bufq_free(struct bufq_state *bufq)
{

	bufq_fini(bufq);
	kmem_free(bufq, sizeof(*bufq));
}

const char *
bufq_getstrategyname(struct bufq_state *bufq)
{

	return bufq->bq_strat->bs_name;
}
