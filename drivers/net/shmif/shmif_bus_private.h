/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the two kinds of wires, shmif_bus_host.c and shmif_p2p_host.c, share:
 * a member's state, frames in a ring, waking.
 */
#ifndef _SHMIF_BUS_PRIVATE_H_
#define	_SHMIF_BUS_PRIVATE_H_

#include <time.h>

#include "shmif_bus.h"

#define	ALIGN		8		/* of frames in a ring */

/* c: constant once open; t: of the thread that sends; r: that receives. */
struct shmif_bus {
	int		b_fd;		/* c */
	uint8_t		*b_map;		/* c */
	size_t		b_maplen;	/* c */
	struct shmif_header *b_h;	/* c: in b_map, and so are the others */
	struct shmif_slot *b_slots;	/* c */
	bool		b_p2p;		/* c: SHMIF_VERSION_P2P */
	struct shmif_slot *b_peer;	/* c: with b_p2p: the other one's */
	uint8_t		*b_ring;	/* c: where we write */
	uint8_t		*b_rxring;	/* c: and read; the same on a bus */
	uint32_t	b_nslots;	/* c */
	uint32_t	b_size;		/* c: of the ring */
	uint32_t	b_me;		/* c: our slot */
	struct shmif_slot *b_slot;	/* c */
	uint64_t	b_limit;	/* t: room up to here for certain */
	uint64_t	b_newhead;	/* t: after what is being written */
	struct shmif_frame *b_frame;	/* t: being written */
	uint64_t	b_stallpos;	/* t: where the slowest was ... */
	uint32_t	b_stallslot;	/* t */
	/* a: sent by us with nobody's between, 0 for none: up to b_ownend. */
	uint64_t	b_ownstart, b_ownend;
	int64_t		b_stalltime;	/* t: ... since, ms; 0 for not */
	uint64_t	b_pos;		/* r: to be read; others look at it */
	uint64_t	b_next;		/* r: and the one behind it */
	uint64_t	b_corrupt;	/* r */
	/* Waiting; w: of the thread that waits, a: atomically. */
	uint32_t	b_seen;		/* w: ss_wake when we last woke */
	uint32_t	b_hit;		/* a: the last poll found something */
	uint32_t	b_short;	/* a: it waits for SHORT_NS only */
};

/* In a loop that waits for another CPU's store. */
static inline void
shmif_relax(void)
{
#if defined(__x86_64__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm volatile("yield" ::: "memory");
#endif
}

static inline struct shmif_frame *
shmif_frame_at(const struct shmif_bus *b, uint8_t *ring, uint64_t pos)
{

	return (void *)(ring + (pos & (b->b_size - 1)));
}

/* Bytes of the ring from pos on, up to where it begins again. */
static inline uint64_t
shmif_left_at(const struct shmif_bus *b, uint64_t pos)
{

	return b->b_size - (pos & (b->b_size - 1));
}

/* Of a frame of len bytes in the ring. */
static inline uint32_t
shmif_frame_size(uint32_t len)
{

	return (uint32_t)sizeof(struct shmif_frame) +
	    ((len + ALIGN - 1) & ~(uint32_t)(ALIGN - 1));
}

/*
 * shmif_bus_host.c.  What is at pos of the ring that is read, itself read
 * once: *meta and where the next one is.  False: it makes no sense.
 */
bool	shmif_frame_look(const struct shmif_bus *, uint64_t pos, uint64_t head,
	    struct shmif_frame *meta, uint64_t *next);
/* A frame of len bytes, from start on, is begun and filled, where there is
 * room behind head; b_newhead is its end then. */
void	shmif_frame_begin(struct shmif_bus *, uint64_t head, uint64_t start,
	    uint32_t len, void **data);
void	shmif_frame_fill(struct shmif_bus *, const struct shmif_frame *meta);
int64_t	shmif_now_ns(clockid_t);
/* Asks to be woken when there is room; who does so looks again, so that
 * nobody is missed. */
void	shmif_ask_for_room(struct shmif_bus *);
/* There is some: who asked, and is told by nobody as the others have gone,
 * would look for it for ever. */
void	shmif_have_room(struct shmif_bus *);
/* Member `who' is at pos and has no room left: it is woken, and removed if it
 * is dead and has been there for long; else, on a bus, left behind. */
void	shmif_stalled(struct shmif_bus *, uint32_t who, uint64_t pos);
/* Of the member that reads. */
void	shmif_caught_up(struct shmif_bus *);
void	shmif_resume_at(struct shmif_bus *, uint64_t);
void	shmif_set_pos(struct shmif_bus *, uint64_t);

/* shmif_wait_host.c: futexes that processes share; ns -1 for ever. */
void	shmif_futex_wait(uint32_t *, uint32_t, int64_t ns);
void	shmif_futex_wake(uint32_t *, int);
/* Wakes a member that is about to sleep. */
void	shmif_slot_wake(struct shmif_slot *);

/* shmif_p2p_host.c: those of shmif_bus.h, with b_p2p. */
void	shmif_p2p_attach(struct shmif_bus *);
uint64_t shmif_p2p_head(const struct shmif_bus *);
int	shmif_p2p_begin(struct shmif_bus *, uint32_t, void **);
void	shmif_p2p_commit(struct shmif_bus *);
const void *shmif_p2p_next(struct shmif_bus *, struct shmif_frame *);

#endif /* !_SHMIF_BUS_PRIVATE_H_ */
