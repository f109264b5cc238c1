/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A wire with two ends, SHMIF_VERSION_P2P: each end has a ring that it alone
 * writes, and the other alone reads.  So nobody takes a lock, looks for whom a
 * frame is, or writes over what has not been read; who has no room waits.  An
 * end that is alone writes for nobody.  To remove a dead end takes the lock, as
 * to become one does.
 *
 * The other end may have written anything anywhere: its head and its position
 * are read once for each frame and checked against ours.
 */

#include <errno.h>

#include "shmif_bus_private.h"

/* In slot_take(), with the lock of the bus: we go on where the one before us
 * stopped, as the other end has read that far, and read what comes from now
 * on. */
void
shmif_p2p_attach(struct shmif_bus *b)
{
	struct shmif_slot *ss = b->b_slot;

	b->b_peer = &b->b_slots[1 - b->b_me];
	b->b_ring += (size_t)b->b_me * b->b_size;
	b->b_rxring += (size_t)(1 - b->b_me) * b->b_size;
	b->b_newhead = ss->ss_head & ~(uint64_t)(ALIGN - 1);
	__atomic_store_n(&ss->ss_head, b->b_newhead, __ATOMIC_RELEASE);
	b->b_pos = b->b_next = shmif_p2p_head(b);
	ss->ss_pos = b->b_pos;
}

/* Up to where there is something to read. */
uint64_t
shmif_p2p_head(const struct shmif_bus *b)
{

	return __atomic_load_n(&b->b_peer->ss_head, __ATOMIC_SEQ_CST) &
	    ~(uint64_t)(ALIGN - 1);
}

/* Up to end; asks the other end only if it was not known. */
static bool
have_room(struct shmif_bus *b, uint64_t head, uint64_t end)
{
	const uint32_t flags = __atomic_load_n(&b->b_peer->ss_flags,
	    __ATOMIC_SEQ_CST);
	uint64_t pos;

	if ((flags & SHMIF_SLOT_USED) == 0)
		return true;
	pos = __atomic_load_n(&b->b_peer->ss_pos, __ATOMIC_ACQUIRE);
	/* No sense: what it says of itself hurts itself only. */
	if (head - pos > b->b_size)
		pos = head;
	if (end - pos <= b->b_size)
		return true;
	shmif_stalled(b, 1 - b->b_me, pos);
	return false;
}

int
shmif_p2p_begin(struct shmif_bus *b, uint32_t len, void **data)
{
	const uint32_t need = shmif_frame_size(len);
	const uint64_t head = b->b_newhead;
	const uint64_t start = shmif_left_at(b, head) >= need ? head :
	    head + shmif_left_at(b, head);

	if (!have_room(b, head, start + need)) {
		shmif_ask_for_room(b);
		if (!have_room(b, head, start + need))
			return EAGAIN;
	}
	shmif_have_room(b);
	shmif_frame_begin(b, head, start, len, data);
	return 0;
}

void
shmif_p2p_commit(struct shmif_bus *b)
{
	struct shmif_slot *peer = b->b_peer;

	__atomic_store_n(&b->b_slot->ss_head, b->b_newhead, __ATOMIC_SEQ_CST);
	if (__atomic_load_n(&peer->ss_sleeping, __ATOMIC_SEQ_CST) != 0) {
		__atomic_store_n(&peer->ss_sleeping, 0, __ATOMIC_RELAXED);
		shmif_slot_wake(peer);
	}
}

const void *
shmif_p2p_next(struct shmif_bus *b, struct shmif_frame *meta)
{
	const uint64_t head = shmif_p2p_head(b);

	while (b->b_pos != head) {
		if (head - b->b_pos > b->b_size || !shmif_frame_look(b,
		    b->b_pos, head, meta, &b->b_next)) {
			b->b_corrupt++;
			shmif_resume_at(b, head);
			break;
		}
		if ((meta->sf_flags & SHMIF_FRAME_PAD) == 0)
			return shmif_frame_at(b, b->b_rxring, b->b_pos) + 1;
		shmif_set_pos(b, b->b_next);
	}
	shmif_caught_up(b);
	return NULL;
}
