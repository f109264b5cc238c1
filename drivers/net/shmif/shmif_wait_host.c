/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Waiting for frames and for room.  A member that waits says so in its slot,
 * ss_sleeping, and sleeps on a futex there, so that nobody spins while there
 * is nothing to do.
 *
 * Another thread of the member may look for frames itself for a moment,
 * shmif_bus_poll(): then the slot says that nobody sleeps.  It stays so after
 * a look that found something, as more of them are to be expected; who sends
 * has nobody to wake then.  Only who waits does not sleep for long meanwhile,
 * in case that there are no more looks.  One such look has to be enough: in a
 * stream there is always a frame behind the one that was found, so that who
 * waits would be up again, and see to it, before there could be a second.
 */

#include <sys/syscall.h>

#include <errno.h>
#include <linux/futex.h>
#include <time.h>
#include <unistd.h>

#include "shmif_bus_private.h"

#define	ROOM_NS		50000000	/* looks for room nobody told of */
#define	SHORT_NS	200000
#define	POLL_LOOKS	32		/* between looks at the clock */

/* Shared between processes: not the private kind. */
void
shmif_futex_wait(uint32_t *word, uint32_t value, int64_t ns)
{
	const struct timespec ts = { (time_t)(ns / 1000000000),
	    (long)(ns % 1000000000) };

	(void)syscall(SYS_futex, word, FUTEX_WAIT, value, ns < 0 ? NULL : &ts,
	    NULL, 0);
}

void
shmif_futex_wake(uint32_t *word, int n)
{

	(void)syscall(SYS_futex, word, FUTEX_WAKE, n, NULL, NULL, 0);
}

void
shmif_slot_wake(struct shmif_slot *ss)
{

	__atomic_fetch_add(&ss->ss_wake, 1, __ATOMIC_RELEASE);
	shmif_futex_wake(&ss->ss_wake, 1);
}

/* True: not all is read that others sent. */
static bool
unread(const struct shmif_bus *b)
{
	const uint64_t pos = __atomic_load_n(&b->b_pos, __ATOMIC_RELAXED);
	uint64_t head, end;

	if (b->b_p2p)
		return shmif_p2p_head(b) != pos;
	head = __atomic_load_n(&b->b_h->sh_head, __ATOMIC_SEQ_CST);
	/* The end first, as who sends writes it last. */
	end = __atomic_load_n(&b->b_ownend, __ATOMIC_ACQUIRE);
	return head != pos && (head != end || (int64_t)(pos -
	    __atomic_load_n(&b->b_ownstart, __ATOMIC_RELAXED)) < 0);
}

void
shmif_bus_wait(struct shmif_bus *b, int timeout)
{
	struct shmif_slot *ss = b->b_slot;
	const bool wantroom = (__atomic_load_n(&ss->ss_flags,
	    __ATOMIC_SEQ_CST) & SHMIF_SLOT_WANTROOM) != 0;
	const bool polled = __atomic_exchange_n(&b->b_hit, 0,
	    __ATOMIC_RELAXED) != 0;
	int64_t ns = timeout < 0 ? -1 : timeout * 1000000LL;

	/* Nobody else would find out that a reader has stalled. */
	if (wantroom && (ns < 0 || ns > ROOM_NS))
		ns = ROOM_NS;
	if (polled && (ns < 0 || ns > SHORT_NS))
		ns = SHORT_NS;
	__atomic_store_n(&b->b_short, polled, __ATOMIC_SEQ_CST);
	if (!polled)
		__atomic_store_n(&ss->ss_sleeping, 1, __ATOMIC_SEQ_CST);
	/* Whoever woke us since the last time may have meant this time. */
	if ((polled || !unread(b)) &&
	    __atomic_load_n(&ss->ss_wake, __ATOMIC_ACQUIRE) == b->b_seen)
		shmif_futex_wait(&ss->ss_wake, b->b_seen, ns);
	__atomic_store_n(&b->b_short, 0, __ATOMIC_RELAXED);
	__atomic_store_n(&ss->ss_sleeping, 0, __ATOMIC_RELAXED);
	b->b_seen = __atomic_load_n(&ss->ss_wake, __ATOMIC_ACQUIRE);
}

/* Who waits is woken for frames again. */
static void
arm(struct shmif_bus *b)
{
	struct shmif_slot *ss = b->b_slot;

	__atomic_store_n(&ss->ss_sleeping, 1, __ATOMIC_SEQ_CST);
	/* Whoever came in between has woken nobody. */
	if (unread(b) &&
	    __atomic_exchange_n(&ss->ss_sleeping, 0, __ATOMIC_SEQ_CST) != 0)
		shmif_slot_wake(ss);
}

void
shmif_bus_polled(struct shmif_bus *b, bool any)
{

	__atomic_store_n(&b->b_hit, any, __ATOMIC_RELAXED);
	if (!any)
		arm(b);
	else if (__atomic_load_n(&b->b_short, __ATOMIC_SEQ_CST) == 0)
		/* It begins to sleep for short times. */
		shmif_slot_wake(b->b_slot);
}

int
shmif_bus_poll(struct shmif_bus *b, unsigned int nsec)
{
	int64_t end = 0, now;
	int i = 0;

	/* Who waits is up already, and sees to it. */
	if (__atomic_exchange_n(&b->b_slot->ss_sleeping, 0,
	    __ATOMIC_SEQ_CST) == 0 &&
	    __atomic_load_n(&b->b_short, __ATOMIC_SEQ_CST) == 0)
		return EBUSY;
	while (!unread(b)) {
		shmif_relax();
		if (++i % POLL_LOOKS != 0)
			continue;
		now = shmif_now_ns(CLOCK_MONOTONIC);
		if (end == 0)
			end = now + nsec;
		if (now >= end) {
			shmif_bus_polled(b, false);
			return EAGAIN;
		}
	}
	return 0;
}

void
shmif_bus_kick(struct shmif_bus *b)
{

	shmif_slot_wake(b->b_slot);
}
