/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The bus of shmif(4): a file that kernels, and programs that look at their
 * traffic, have mapped.  This is its format, and what the code in
 * shmif_bus_host.c does for one member.  All numbers are in the byte order of
 * the machine, which is part of the magic number.
 *
 * There are two kinds of such files.  In version 1 any number of members
 * share a ring.  In SHMIF_VERSION_P2P there are two members at most, and a
 * ring for each, one behind the other: member i writes ring i, where its
 * newest frame ends at ss_head, and reads the other one, up to ss_pos.  Of the
 * header sh_lock and sh_used are for those that come and go then, sh_head,
 * sh_tail and sh_frames for nothing.  Frames are the same.
 *
 * What is in the file may be changed at any time by anyone who has it mapped:
 * whatever is read is checked before it is used, and read once.
 */
#ifndef _SHMIF_BUS_H_
#define	_SHMIF_BUS_H_

#ifdef _KERNEL
#include <sys/types.h>
#else
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#endif

#define	SHMIF_MAGIC	0x736d6966u
#define	SHMIF_VERSION	1
#define	SHMIF_VERSION_P2P 2		/* a wire with two ends */
#define	SHMIF_P2P	"p2p:"		/* before the path of such a file */

#define	SHMIF_NSLOTS	1024		/* members at most */
#define	SHMIF_RINGSIZE	(1024 * 1024)	/* of a new bus, a power of two */
#define	SHMIF_FRAMEMAX	(65536 + 256)	/* bytes of a frame */
#define	SHMIF_FRAMEMIN	14		/* the header of Ethernet */

/*
 * At the beginning of the file.  Positions count bytes of the ring since it
 * was made and never wrap: position p is at p % sh_ringsize.
 *
 * c: constant once sh_magic is there; l: changed with sh_lock; a: atomically.
 *
 * A writer has sh_lock, moves sh_tail past the frames that he overwrites, then
 * writes, then moves sh_head.  A reader reads sh_head first, and sh_tail last:
 * if that is beyond what he read, it may be something else.
 */
struct shmif_header {
	uint32_t	sh_magic;	/* c */
	uint32_t	sh_version;	/* c */
	uint32_t	sh_slotoff;	/* c: of the slots, in the file */
	uint32_t	sh_nslots;	/* c */
	uint32_t	sh_ringoff;	/* c: of the ring, in the file */
	uint32_t	sh_ringsize;	/* c */
	uint32_t	sh_pad1[10];
	/* 0, or the owner's slot + 1, and SHMIF_CONTENDED; a futex(2). */
	uint32_t	sh_lock;	/* a */
	uint32_t	sh_used;	/* l: no member in slots from this on */
	uint32_t	sh_wantroom;	/* a: some member waits for room */
	uint32_t	sh_pad2[13];
	uint64_t	sh_head;	/* l: the end of the newest frame */
	uint64_t	sh_tail;	/* l: the oldest that is whole */
	uint64_t	sh_frames;	/* l: sent ever */
	uint32_t	sh_pad3[10];
};
#define	SHMIF_CONTENDED	0x80000000u	/* someone waits for sh_lock */

/*
 * A member.  It has a write lock of fcntl(2), an open file description's, on
 * the byte SHMIF_LOCKBYTE + its number of the file for as long as it lives;
 * that of byte 0 is had by who makes the bus.
 *
 * m: changed by the member; l: changed with sh_lock; a: atomically by anyone.
 */
struct shmif_slot {
	uint32_t	ss_flags;	/* a: SHMIF_SLOT_* */
	uint8_t		ss_mac[6];	/* m */
	uint8_t		ss_pad1[6];
	uint64_t	ss_pos;		/* m: it has read all before this */
	uint64_t	ss_lost;	/* m: times it was left behind */
	uint32_t	ss_sleeping;	/* a: it is about to wait for ss_wake */
	uint32_t	ss_wake;	/* a: a futex(2); changes to wake it */
	uint64_t	ss_head;	/* m: with SHMIF_VERSION_P2P */
	uint32_t	ss_pad2[4];
};
#define	SHMIF_LOCKBYTE		1
#define	SHMIF_SLOT_USED		0x01
#define	SHMIF_SLOT_PROMISC	0x02	/* all frames are for it */
#define	SHMIF_SLOT_LAGS		0x04	/* nobody waits for it to read */
#define	SHMIF_SLOT_WANTROOM	0x08	/* wake it when there is room */
#define	SHMIF_SLOT_WATCHES	0x10	/* no interface: never sends */
#define	SHMIF_SLOT_PLAIN	0x20	/* wants frames with nothing undone */

/*
 * What precedes a frame in the ring.  It starts at a multiple of 8, and header
 * and frame are in one piece: a header with SHMIF_FRAME_PAD fills what is left
 * at the end of the ring, if that is enough for a header.
 */
struct shmif_frame {
	uint32_t	sf_len;		/* of the frame, header of Ethernet on */
	uint16_t	sf_flags;	/* SHMIF_FRAME_* */
	uint16_t	sf_slot;	/* of the sender */
	uint64_t	sf_time;	/* when, nanoseconds since 1970 */
	/*
	 * What is undone.  A member that does not take such says so by
	 * SHMIF_SLOT_PLAIN, and throws away what was sent before it did.
	 * SHMIF_FRAME_CSUM: a checksum was not computed.  It is over all from
	 * offset sf_csumstart of the frame on, and sf_csumoff behind that;
	 * the pseudo-header's sum is there already.
	 * SHMIF_FRAME_GSO: a segment of TCP larger than the MTU; who
	 * sends it on cuts it in such with sf_gso bytes of data.
	 */
	uint16_t	sf_csumstart;
	uint16_t	sf_csumoff;
	uint16_t	sf_gso;
	uint16_t	sf_pad;
};
#define	SHMIF_FRAME_CSUM	0x0001
#define	SHMIF_FRAME_UDP		0x0002	/* with CSUM: it is UDP's, not TCP's */
#define	SHMIF_FRAME_IP6		0x0004	/* with CSUM: above IPv6 */
#define	SHMIF_FRAME_GSO		0x0008	/* comes with CSUM */
#define	SHMIF_FRAME_PAD		0x8000

/*
 * One member of a bus, in this process.  One thread at a time may send, one
 * receive, and one wait.
 */
struct shmif_bus;

/*
 * Opens path as a bus, or as a wire with two ends if it begins with SHMIF_P2P,
 * which is made if there is no such file or an empty one, and becomes a member
 * of it; mac is NULL for those that only watch, which nobody waits for.  Host
 * errno: what open(2), mmap(2) give; EINVAL: it is no such file, or two ends
 * cannot be watched; EMFILE: it has all the members it can have.  May block
 * for a moment.
 */
int	shmif_bus_open(const char *path, const uint8_t *mac,
	    struct shmif_bus **);
void	shmif_bus_close(struct shmif_bus *);
void	shmif_bus_setpromisc(struct shmif_bus *, bool);
/* Others shall send it nothing undone: from the next frame on. */
void	shmif_bus_setplain(struct shmif_bus *, bool);
void	shmif_bus_setmac(struct shmif_bus *, const uint8_t *mac);

/*
 * Sending: room for a frame of len bytes, to be filled, then commit.  The bus
 * is locked in between: nothing that may sleep.  EAGAIN: no room, or somebody
 * has the lock for too long; shmif_bus_wait() returns when another try is worth
 * while.  EMSGSIZE: len is not that of a frame.
 */
int	shmif_bus_begin(struct shmif_bus *, uint32_t len, void **data);
void	shmif_bus_commit(struct shmif_bus *, const struct shmif_frame *meta);
/* Do all other members take frames with something undone? */
bool	shmif_bus_undone(const struct shmif_bus *);

/*
 * Receiving: the next frame that is for this member and not its own, in the
 * ring, with the header copied to *meta; NULL if there is none.  Then, when it
 * was copied, shmif_bus_done() tells whether the copy is good: false if it was
 * overwritten meanwhile.
 */
const void *shmif_bus_next(struct shmif_bus *, struct shmif_frame *meta);
bool	shmif_bus_done(struct shmif_bus *);
/* Goes back to the oldest frame there is: for those that watch. */
void	shmif_bus_rewind(struct shmif_bus *);

/*
 * Blocks until there may be a frame, or room if it was missing, or
 * shmif_bus_kick() was called from another thread, or timeout ms are over
 * (-1: never).
 */
void	shmif_bus_wait(struct shmif_bus *, int timeout);
void	shmif_bus_kick(struct shmif_bus *);

/*
 * While another thread is in shmif_bus_wait(): looks for a frame for so many
 * nanoseconds, without sleeping.  0: there may be one, and the other thread
 * is not woken for frames until shmif_bus_polled().  EAGAIN: there is none;
 * EBUSY: the other thread does not wait.
 */
int	shmif_bus_poll(struct shmif_bus *, unsigned int nsec);
/* Was there any? */
void	shmif_bus_polled(struct shmif_bus *, bool any);

struct shmif_stats {
	uint64_t	st_lost;	/* times it was left behind */
	uint64_t	st_corrupt;	/* times the ring made no sense */
	uint64_t	st_members;	/* there are now */
};
void	shmif_bus_stats(struct shmif_bus *, struct shmif_stats *);

#endif /* !_SHMIF_BUS_H_ */
