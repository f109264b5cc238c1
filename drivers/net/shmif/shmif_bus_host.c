/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One member's side of a bus, shmif_bus.h: attaching, sending and receiving.
 * Used by the interface, and by programs that watch or replay.
 *
 * Who sends wakes those the frame is for, if they say in their slot that they
 * sleep, and those that have half of the ring still to read.  A ring that is
 * full makes its senders wait for the slowest reader; one that is dead is
 * removed, and one that does not move for STALL_MS is left behind: it loses
 * frames, and the others go on.
 */

#include <sys/mman.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "shmif_bus_private.h"

#define	LOCK_SPINS	200	/* before sleeping for the lock */
#define	LOCK_MS		100	/* before giving up a frame */
#define	ATTACH_MS	5000	/* ... a place: a file on a disk may be slow */
#define	LOCK_CHECK_MS	10	/* between looks at whether its owner lives */
#define	STALL_MS	1000	/* on a loaded machine one may wait so long */
#define	SKIP_MAX	1024	/* frames for others, at a time */

_Static_assert(offsetof(struct shmif_header, sh_lock) == 64 &&
    offsetof(struct shmif_header, sh_head) == 128 &&
    sizeof(struct shmif_header) == 192, "the format");
_Static_assert(sizeof(struct shmif_slot) == 64, "the format");
_Static_assert(sizeof(struct shmif_frame) % ALIGN == 0, "the format");

int64_t
shmif_now_ns(clockid_t clock)
{
	struct timespec ts;

	(void)clock_gettime(clock, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

static int64_t
now_ms(void)
{

	return shmif_now_ns(CLOCK_MONOTONIC) / 1000000;
}

/*
 * Members are alive as long as they have their byte of the file.
 */
static int
byte_lock(int fd, off_t byte, bool wait)
{
	struct flock fl = { .l_type = F_WRLCK, .l_whence = SEEK_SET,
	    .l_start = byte, .l_len = 1 };

	while (fcntl(fd, wait ? F_OFD_SETLKW : F_OFD_SETLK, &fl) == -1) {
		if (errno != EINTR)
			return errno;
	}
	return 0;
}

static void
byte_unlock(int fd, off_t byte)
{
	struct flock fl = { .l_type = F_UNLCK, .l_whence = SEEK_SET,
	    .l_start = byte, .l_len = 1 };

	(void)fcntl(fd, F_OFD_SETLK, &fl);
}

static bool
member_alive(const struct shmif_bus *b, uint32_t slot)
{
	struct flock fl = { .l_type = F_WRLCK, .l_whence = SEEK_SET,
	    .l_start = SHMIF_LOCKBYTE + slot, .l_len = 1 };

	if (slot == b->b_me)
		return true;
	return fcntl(b->b_fd, F_OFD_GETLK, &fl) == -1 || fl.l_type != F_UNLCK;
}

/*
 * The lock of the bus.
 */
static void
bus_unlock(struct shmif_bus *b)
{

	if ((__atomic_exchange_n(&b->b_h->sh_lock, 0, __ATOMIC_RELEASE) &
	    SHMIF_CONTENDED) != 0)
		shmif_futex_wake(&b->b_h->sh_lock, 1);
}

static bool
lock_try(struct shmif_bus *b, uint32_t contended)
{
	uint32_t zero = 0;

	return __atomic_compare_exchange_n(&b->b_h->sh_lock, &zero,
	    (b->b_me + 1) | contended, false, __ATOMIC_ACQUIRE,
	    __ATOMIC_RELAXED);
}

/*
 * The owner has gone; what it wrote is not in the ring as sh_head is not.  One
 * who had our place is gone if it is ours.
 */
static bool
lock_steal(struct shmif_bus *b, uint32_t seen)
{
	const uint32_t owner = (seen & ~SHMIF_CONTENDED) - 1;

	if (owner < b->b_nslots && owner != b->b_me && member_alive(b, owner))
		return false;
	return __atomic_compare_exchange_n(&b->b_h->sh_lock, &seen,
	    (b->b_me + 1) | SHMIF_CONTENDED, false, __ATOMIC_ACQUIRE,
	    __ATOMIC_RELAXED);
}

static int
lock_slow(struct shmif_bus *b, int patience)
{
	const int64_t start = now_ms();
	uint32_t seen;

	do {
		seen = __atomic_load_n(&b->b_h->sh_lock, __ATOMIC_RELAXED);
		if (seen == 0) {
			if (lock_try(b, SHMIF_CONTENDED))
				return 0;
			continue;
		}
		if ((seen & SHMIF_CONTENDED) == 0 &&
		    !__atomic_compare_exchange_n(&b->b_h->sh_lock, &seen,
		    seen | SHMIF_CONTENDED, false, __ATOMIC_RELAXED,
		    __ATOMIC_RELAXED))
			continue;
		seen |= SHMIF_CONTENDED;
		shmif_futex_wait(&b->b_h->sh_lock, seen,
		    LOCK_CHECK_MS * 1000000LL);
		if (__atomic_load_n(&b->b_h->sh_lock, __ATOMIC_RELAXED) ==
		    seen && lock_steal(b, seen))
			return 0;
	} while (now_ms() - start < patience);
	return EAGAIN;
}

static int
bus_lock(struct shmif_bus *b, int patience)
{
	int i;

	for (i = 0; i < LOCK_SPINS; i++) {
		if (lock_try(b, 0))
			return 0;
		shmif_relax();
	}
	return lock_slow(b, patience);
}

static void
slot_flag(struct shmif_slot *ss, uint32_t flag, bool on)
{

	if (on)
		(void)__atomic_fetch_or(&ss->ss_flags, flag, __ATOMIC_SEQ_CST);
	else
		(void)__atomic_fetch_and(&ss->ss_flags, ~flag,
		    __ATOMIC_SEQ_CST);
}

/*
 * Attaching.
 */
static size_t
map_length(const struct shmif_header *h)
{
	const size_t rings = h->sh_version == SHMIF_VERSION_P2P ? 2 : 1;

	return (size_t)h->sh_ringoff + rings * h->sh_ringsize;
}

static bool
header_good(const struct shmif_header *h, off_t filesize, bool p2p)
{

	return h->sh_magic == SHMIF_MAGIC && h->sh_version == (p2p ?
	    SHMIF_VERSION_P2P : SHMIF_VERSION) &&
	    (!p2p || h->sh_nslots == 2) &&
	    h->sh_slotoff >= sizeof(*h) && h->sh_slotoff % 64 == 0 &&
	    h->sh_nslots >= 2 && h->sh_nslots <= SHMIF_NSLOTS &&
	    h->sh_ringoff % 4096 == 0 && h->sh_slotoff <= h->sh_ringoff &&
	    (h->sh_ringoff - h->sh_slotoff) / sizeof(struct shmif_slot) >=
	    h->sh_nslots && (h->sh_ringsize & (h->sh_ringsize - 1)) == 0 &&
	    h->sh_ringsize >= 4 * SHMIF_FRAMEMAX &&
	    h->sh_ringsize <= 1u << 30 &&
	    (uint64_t)filesize >= map_length(h);
}

static const struct shmif_header new_bus = {
	.sh_magic = SHMIF_MAGIC,
	.sh_version = SHMIF_VERSION,
	.sh_slotoff = 4096,
	.sh_nslots = SHMIF_NSLOTS,
	.sh_ringoff = 4096 + SHMIF_NSLOTS * sizeof(struct shmif_slot),
	.sh_ringsize = SHMIF_RINGSIZE,
};

static const struct shmif_header new_p2p = {
	.sh_magic = SHMIF_MAGIC,
	.sh_version = SHMIF_VERSION_P2P,
	.sh_slotoff = 4096,
	.sh_nslots = 2,
	.sh_ringoff = 8192,
	.sh_ringsize = SHMIF_RINGSIZE,
};

/* With the lock of byte 0: a new bus in an empty file. */
static int
bus_make(int fd, const struct shmif_header *new)
{
	ssize_t n;
	int error;

	if (ftruncate(fd, (off_t)map_length(new)) == -1)
		return errno;
	n = pwrite(fd, new, sizeof(*new), 0);
	if (n == (ssize_t)sizeof(*new))
		return 0;
	error = n == -1 ? errno : EIO;
	(void)ftruncate(fd, 0);
	return error;
}

/* Empty, or by somebody who was killed in bus_make(). */
static bool
bus_unmade(int fd, off_t size, const struct shmif_header *new)
{
	static const struct shmif_header none;
	struct shmif_header h;

	return size == 0 || ((uint64_t)size == map_length(new) &&
	    pread(fd, &h, sizeof(h), 0) == (ssize_t)sizeof(h) &&
	    memcmp(&h, &none, sizeof(h)) == 0);
}

static int
bus_map(struct shmif_bus *b)
{
	const struct shmif_header *new = b->b_p2p ? &new_p2p : &new_bus;
	struct shmif_header h;
	struct stat st;
	int error;

	if ((error = byte_lock(b->b_fd, 0, true)) != 0)
		return error;
	if (fstat(b->b_fd, &st) == -1)
		error = errno;
	else if (!S_ISREG(st.st_mode))
		error = EINVAL;
	else if (bus_unmade(b->b_fd, st.st_size, new))
		error = bus_make(b->b_fd, new);
	byte_unlock(b->b_fd, 0);
	if (error == 0 && (pread(b->b_fd, &h, sizeof(h), 0) !=
	    (ssize_t)sizeof(h) || fstat(b->b_fd, &st) == -1 ||
	    !header_good(&h, st.st_size, b->b_p2p)))
		error = EINVAL;
	if (error != 0)
		return error;
	b->b_maplen = map_length(&h);
	b->b_map = mmap(NULL, b->b_maplen, PROT_READ | PROT_WRITE, MAP_SHARED,
	    b->b_fd, 0);
	if (b->b_map == MAP_FAILED) {
		b->b_map = NULL;
		return errno;
	}
	b->b_h = (void *)b->b_map;
	b->b_slots = (void *)(b->b_map + h.sh_slotoff);
	b->b_nslots = h.sh_nslots;
	b->b_ring = b->b_rxring = b->b_map + h.sh_ringoff;
	b->b_size = h.sh_ringsize;
	return 0;
}

/* A slot that nobody alive has. */
static int
slot_take(struct shmif_bus *b, const uint8_t *mac)
{
	uint32_t flags = SHMIF_SLOT_USED;
	struct shmif_slot *ss;
	uint32_t i;
	int error;

	for (i = 0; i < b->b_nslots; i++) {
		error = byte_lock(b->b_fd, SHMIF_LOCKBYTE + (off_t)i, false);
		if (error == 0)
			break;
		if (error != EAGAIN && error != EACCES)
			return error;
	}
	if (i == b->b_nslots)
		return EMFILE;
	b->b_me = i;
	b->b_slot = ss = &b->b_slots[i];
	if ((error = bus_lock(b, ATTACH_MS)) != 0)
		return error;
	memset(ss, 0, offsetof(struct shmif_slot, ss_head));
	if (mac != NULL)
		memcpy(ss->ss_mac, mac, sizeof(ss->ss_mac));
	else
		flags |= SHMIF_SLOT_WATCHES | SHMIF_SLOT_PROMISC |
		    SHMIF_SLOT_LAGS;
	b->b_pos = b->b_next = b->b_h->sh_head;
	ss->ss_pos = b->b_pos;
	if (b->b_p2p)
		shmif_p2p_attach(b);
	__atomic_store_n(&ss->ss_flags, flags, __ATOMIC_RELEASE);
	if (b->b_h->sh_used <= i)
		b->b_h->sh_used = i + 1;
	bus_unlock(b);
	return 0;
}

int
shmif_bus_open(const char *path, const uint8_t *mac, struct shmif_bus **busp)
{
	struct shmif_bus *b = calloc(1, sizeof(*b));
	int error;

	if (b == NULL)
		return ENOMEM;
	b->b_p2p = strncmp(path, SHMIF_P2P, strlen(SHMIF_P2P)) == 0;
	if (b->b_p2p) {
		path += strlen(SHMIF_P2P);
		/* There is no third end. */
		if (mac == NULL) {
			free(b);
			return EINVAL;
		}
	}
	b->b_me = UINT32_MAX;
	b->b_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (b->b_fd == -1) {
		error = errno;
		free(b);
		return error;
	}
	if ((error = bus_map(b)) == 0 &&
	    (error = slot_take(b, mac)) == 0) {
		*busp = b;
		return 0;
	}
	if (b->b_map != NULL)
		(void)munmap(b->b_map, b->b_maplen);
	(void)close(b->b_fd);
	free(b);
	return error;
}

void
shmif_bus_close(struct shmif_bus *b)
{

	__atomic_store_n(&b->b_slot->ss_flags, 0, __ATOMIC_RELEASE);
	(void)munmap(b->b_map, b->b_maplen);
	(void)close(b->b_fd);
	free(b);
}

void
shmif_bus_setpromisc(struct shmif_bus *b, bool on)
{

	slot_flag(b->b_slot, SHMIF_SLOT_PROMISC, on);
}

void
shmif_bus_setplain(struct shmif_bus *b, bool on)
{

	slot_flag(b->b_slot, SHMIF_SLOT_PLAIN, on);
}

void
shmif_bus_setmac(struct shmif_bus *b, const uint8_t *mac)
{

	memcpy(b->b_slot->ss_mac, mac, sizeof(b->b_slot->ss_mac));
}

/*
 * Waking.
 */
static uint32_t
slots_used(const struct shmif_bus *b)
{
	const uint32_t n = __atomic_load_n(&b->b_h->sh_used, __ATOMIC_RELAXED);

	return n < b->b_nslots ? n : b->b_nslots;
}

/* Is a frame for a member? */
static bool
addressed(const struct shmif_slot *ss, const uint8_t *dst)
{

	return (dst[0] & 1) != 0 || memcmp(dst, ss->ss_mac,
	    sizeof(ss->ss_mac)) == 0 || (__atomic_load_n(&ss->ss_flags,
	    __ATOMIC_RELAXED) & SHMIF_SLOT_PROMISC) != 0;
}

/* Those that sleep and the frame is for, or that have too much to read. */
static void
wake_readers(struct shmif_bus *b, const uint8_t *dst, uint64_t head)
{
	const uint32_t n = slots_used(b);
	struct shmif_slot *ss;
	uint32_t i, flags;

	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	for (i = 0; i < n; i++) {
		ss = &b->b_slots[i];
		flags = __atomic_load_n(&ss->ss_flags, __ATOMIC_RELAXED);
		if ((flags & SHMIF_SLOT_USED) == 0 ||
		    __atomic_load_n(&ss->ss_sleeping, __ATOMIC_RELAXED) == 0)
			continue;
		if ((i != b->b_me && addressed(ss, dst)) ||
		    head - __atomic_load_n(&ss->ss_pos, __ATOMIC_RELAXED) >
		    b->b_size / 2) {
			__atomic_store_n(&ss->ss_sleeping, 0, __ATOMIC_RELAXED);
			shmif_slot_wake(ss);
		}
	}
}

/* There is room again. */
static void
wake_senders(struct shmif_bus *b)
{
	const uint32_t n = slots_used(b);
	uint32_t i;

	/* Not before the position that was just stored is seen. */
	if (__atomic_load_n(&b->b_h->sh_wantroom, __ATOMIC_SEQ_CST) == 0 ||
	    __atomic_exchange_n(&b->b_h->sh_wantroom, 0, __ATOMIC_SEQ_CST) == 0)
		return;
	for (i = 0; i < n; i++) {
		if ((__atomic_fetch_and(&b->b_slots[i].ss_flags,
		    ~(uint32_t)SHMIF_SLOT_WANTROOM, __ATOMIC_SEQ_CST) &
		    SHMIF_SLOT_WANTROOM) != 0)
			shmif_slot_wake(&b->b_slots[i]);
	}
}

/*
 * Room.
 */

/* The slowest of those that are waited for; UINT32_MAX: there is none. */
static uint32_t
slowest(const struct shmif_bus *b, uint64_t head, uint64_t *pos)
{
	const uint32_t n = slots_used(b);
	uint32_t i, flags, who = UINT32_MAX;
	uint64_t p, lag = 0;

	for (i = 0; i < n; i++) {
		flags = __atomic_load_n(&b->b_slots[i].ss_flags,
		    __ATOMIC_RELAXED);
		if ((flags & (SHMIF_SLOT_USED | SHMIF_SLOT_LAGS)) !=
		    SHMIF_SLOT_USED)
			continue;
		p = __atomic_load_n(&b->b_slots[i].ss_pos, __ATOMIC_ACQUIRE);
		/* No sense: what a member says of itself hurts itself only. */
		if (head - p > b->b_size)
			continue;
		if (who == UINT32_MAX || head - p > lag) {
			who = i;
			lag = head - p;
			*pos = p;
		}
	}
	return who;
}

/*
 * Who takes the place of a dead one does so with the lock, which is had here
 * but on a wire with two ends.
 */
static void
leave_behind(struct shmif_bus *b, uint32_t who)
{
	struct shmif_slot *ss = &b->b_slots[who];

	if (b->b_p2p && bus_lock(b, LOCK_MS) != 0)
		return;
	if (!member_alive(b, who))
		__atomic_store_n(&ss->ss_flags, 0, __ATOMIC_RELAXED);
	else if (!b->b_p2p)
		slot_flag(ss, SHMIF_SLOT_LAGS, true);
	if (b->b_p2p)
		bus_unlock(b);
}

void
shmif_stalled(struct shmif_bus *b, uint32_t who, uint64_t pos)
{
	struct shmif_slot *ss = &b->b_slots[who];

	if (b->b_stalltime == 0 || b->b_stallslot != who ||
	    b->b_stallpos != pos) {
		b->b_stalltime = now_ms();
		b->b_stallslot = who;
		b->b_stallpos = pos;
	} else if (now_ms() - b->b_stalltime >= STALL_MS) {
		b->b_stalltime = 0;
		leave_behind(b, who);
	}
	if (__atomic_exchange_n(&ss->ss_sleeping, 0, __ATOMIC_RELAXED) != 0)
		shmif_slot_wake(ss);
}

static bool
have_room(struct shmif_bus *b, uint64_t head, uint64_t end)
{
	uint64_t pos = head;
	uint32_t who;

	if (b->b_limit - end <= b->b_size && b->b_limit - head <= b->b_size)
		return true;
	if ((who = slowest(b, head, &pos)) == UINT32_MAX)
		pos = head;
	b->b_limit = pos + b->b_size;
	if (end - pos <= b->b_size)
		return true;
	shmif_stalled(b, who, pos);
	return false;
}

void
shmif_ask_for_room(struct shmif_bus *b)
{

	slot_flag(b->b_slot, SHMIF_SLOT_WANTROOM, true);
	__atomic_store_n(&b->b_h->sh_wantroom, 1, __ATOMIC_SEQ_CST);
	/* What is looked at next is read after that. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

void
shmif_have_room(struct shmif_bus *b)
{

	b->b_stalltime = 0;
	if ((__atomic_load_n(&b->b_slot->ss_flags, __ATOMIC_RELAXED) &
	    SHMIF_SLOT_WANTROOM) != 0)
		slot_flag(b->b_slot, SHMIF_SLOT_WANTROOM, false);
}

bool
shmif_frame_look(const struct shmif_bus *b, uint64_t pos, uint64_t head,
    struct shmif_frame *meta, uint64_t *next)
{
	const uint64_t left = shmif_left_at(b, pos);

	if (left < sizeof(*meta)) {
		meta->sf_flags = SHMIF_FRAME_PAD;
		*next = pos + left;
		return true;
	}
	memcpy(meta, shmif_frame_at(b, b->b_rxring, pos), sizeof(*meta));
	if ((meta->sf_flags & SHMIF_FRAME_PAD) != 0) {
		*next = pos + left;
		return true;
	}
	*next = pos + shmif_frame_size(meta->sf_len);
	return meta->sf_len >= SHMIF_FRAMEMIN &&
	    meta->sf_len <= SHMIF_FRAMEMAX && *next - pos <= left &&
	    *next - pos <= head - pos;
}

/* Past the frames that will be overwritten. */
static void
move_tail(struct shmif_bus *b, uint64_t head, uint64_t end)
{
	uint64_t tail = b->b_h->sh_tail, next;
	struct shmif_frame meta;

	if (head - tail > b->b_size)
		tail = head;
	while (end - tail > b->b_size) {
		if (tail == head ||
		    !shmif_frame_look(b, tail, head, &meta, &next))
			next = head;
		if (next == tail)
			break;
		tail = (int64_t)(next - head) > 0 ? head : next;
	}
	__atomic_store_n(&b->b_h->sh_tail, tail, __ATOMIC_RELAXED);
	/* Before anything is written over them. */
	__atomic_thread_fence(__ATOMIC_RELEASE);
}

void
shmif_frame_begin(struct shmif_bus *b, uint64_t head, uint64_t start,
    uint32_t len, void **data)
{

	if (start != head && shmif_left_at(b, head) >= sizeof(*b->b_frame))
		shmif_frame_at(b, b->b_ring, head)->sf_flags = SHMIF_FRAME_PAD;
	b->b_frame = shmif_frame_at(b, b->b_ring, start);
	b->b_frame->sf_len = len;
	b->b_newhead = start + shmif_frame_size(len);
	*data = b->b_frame + 1;
}

int
shmif_bus_begin(struct shmif_bus *b, uint32_t len, void **data)
{
	const uint32_t need = shmif_frame_size(len);
	uint64_t head, start, end;
	int error;

	if (len < SHMIF_FRAMEMIN || len > SHMIF_FRAMEMAX)
		return EMSGSIZE;
	if (b->b_p2p)
		return shmif_p2p_begin(b, len, data);
	if ((error = bus_lock(b, LOCK_MS)) != 0) {
		shmif_ask_for_room(b);
		return error;
	}
	/* Anyone may have written anything there. */
	head = b->b_h->sh_head & ~(uint64_t)(ALIGN - 1);
	start = shmif_left_at(b, head) >= need ? head :
	    head + shmif_left_at(b, head);
	end = start + need;
	if (!have_room(b, head, end)) {
		shmif_ask_for_room(b);
		if (!have_room(b, head, end)) {
			bus_unlock(b);
			return EAGAIN;
		}
	}
	shmif_have_room(b);
	move_tail(b, head, end);
	shmif_frame_begin(b, head, start, len, data);
	return 0;
}

void
shmif_frame_fill(struct shmif_bus *b, const struct shmif_frame *meta)
{
	struct shmif_frame *f = b->b_frame;

	f->sf_flags = meta->sf_flags;
	f->sf_slot = (uint16_t)b->b_me;
	f->sf_time = (uint64_t)shmif_now_ns(CLOCK_REALTIME);
	f->sf_csumstart = meta->sf_csumstart;
	f->sf_csumoff = meta->sf_csumoff;
	f->sf_gso = meta->sf_gso;
}

/* With the lock: the frame that comes behind head is ours. */
static void
note_own(struct shmif_bus *b, uint64_t head)
{

	if (head != b->b_ownend)
		__atomic_store_n(&b->b_ownstart, head, __ATOMIC_RELAXED);
	__atomic_store_n(&b->b_ownend, b->b_newhead, __ATOMIC_RELEASE);
}

void
shmif_bus_commit(struct shmif_bus *b, const struct shmif_frame *meta)
{
	uint8_t dst[6];

	shmif_frame_fill(b, meta);
	if (b->b_p2p) {
		shmif_p2p_commit(b);
		return;
	}
	memcpy(dst, b->b_frame + 1, sizeof(dst));
	b->b_h->sh_frames++;
	note_own(b, b->b_h->sh_head & ~(uint64_t)(ALIGN - 1));
	__atomic_store_n(&b->b_h->sh_head, b->b_newhead, __ATOMIC_RELEASE);
	bus_unlock(b);
	wake_readers(b, dst, b->b_newhead);
}

bool
shmif_bus_undone(const struct shmif_bus *b)
{
	const uint32_t plain = SHMIF_SLOT_USED | SHMIF_SLOT_PLAIN;
	const uint32_t n = slots_used(b);
	uint32_t i;

	for (i = 0; i < n; i++) {
		if (i != b->b_me && (__atomic_load_n(&b->b_slots[i].ss_flags,
		    __ATOMIC_RELAXED) & plain) == plain)
			return false;
	}
	return true;
}

/*
 * Receiving.
 */
/* Who watches never sends: what its slot sent was another's, before. */
static bool
for_us(const struct shmif_bus *b, const struct shmif_frame *meta, uint64_t pos)
{

	if ((__atomic_load_n(&b->b_slot->ss_flags, __ATOMIC_RELAXED) &
	    SHMIF_SLOT_WATCHES) != 0)
		return true;
	return meta->sf_slot != b->b_me && addressed(b->b_slot,
	    (const uint8_t *)(shmif_frame_at(b, b->b_ring, pos) + 1));
}

void
shmif_set_pos(struct shmif_bus *b, uint64_t pos)
{

	__atomic_store_n(&b->b_pos, pos, __ATOMIC_RELAXED);
}

/* Lets others know how far we are: not at each frame, as they look at it. */
static void
publish(struct shmif_bus *b, bool all)
{

	if (!all && b->b_pos - b->b_slot->ss_pos < b->b_size / 8)
		return;
	if (b->b_slot->ss_pos == b->b_pos)
		return;
	__atomic_store_n(&b->b_slot->ss_pos, b->b_pos, __ATOMIC_SEQ_CST);
	wake_senders(b);
}

/* Too late for b_pos, or it made no sense: what there is now. */
void
shmif_resume_at(struct shmif_bus *b, uint64_t pos)
{

	b->b_slot->ss_lost++;
	shmif_set_pos(b, pos);
	b->b_next = pos;
	publish(b, true);
}

/* All is read: who sends may wait for us again. */
void
shmif_caught_up(struct shmif_bus *b)
{

	publish(b, true);
	if ((__atomic_load_n(&b->b_slot->ss_flags, __ATOMIC_RELAXED) &
	    (SHMIF_SLOT_LAGS | SHMIF_SLOT_WATCHES)) == SHMIF_SLOT_LAGS)
		slot_flag(b->b_slot, SHMIF_SLOT_LAGS, false);
}

static bool
overtaken(const struct shmif_bus *b)
{

	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	return (int64_t)(__atomic_load_n(&b->b_h->sh_tail, __ATOMIC_RELAXED) -
	    b->b_pos) > 0;
}

const void *
shmif_bus_next(struct shmif_bus *b, struct shmif_frame *meta)
{
	uint64_t head, pos;
	int tries = 0, skipped;

	if (b->b_p2p)
		return shmif_p2p_next(b, meta);
	for (skipped = 0; skipped < SKIP_MAX; skipped++) {
		head = __atomic_load_n(&b->b_h->sh_head, __ATOMIC_ACQUIRE);
		pos = b->b_pos;
		if (pos == head) {
			shmif_caught_up(b);
			return NULL;
		}
		if (head - pos > b->b_size || overtaken(b)) {
			/* Twice in a row: they write faster than we look. */
			shmif_resume_at(b, tries++ == 0 ? __atomic_load_n(
			    &b->b_h->sh_tail, __ATOMIC_ACQUIRE) : head);
			continue;
		}
		if (!shmif_frame_look(b, pos, head, meta, &b->b_next)) {
			if (overtaken(b))
				continue;
			b->b_corrupt++;
			shmif_resume_at(b, head);
			continue;
		}
		if ((meta->sf_flags & SHMIF_FRAME_PAD) == 0 &&
		    for_us(b, meta, pos))
			return shmif_frame_at(b, b->b_ring, pos) + 1;
		shmif_set_pos(b, b->b_next);
		publish(b, false);
	}
	return NULL;
}

bool
shmif_bus_done(struct shmif_bus *b)
{

	if (!b->b_p2p && overtaken(b))
		return false;
	shmif_set_pos(b, b->b_next);
	publish(b, false);
	return true;
}

void
shmif_bus_rewind(struct shmif_bus *b)
{

	b->b_pos = b->b_next = __atomic_load_n(&b->b_h->sh_tail,
	    __ATOMIC_ACQUIRE);
}

void
shmif_bus_stats(struct shmif_bus *b, struct shmif_stats *st)
{
	const uint32_t n = slots_used(b);
	uint32_t i;

	memset(st, 0, sizeof(*st));
	st->st_lost = b->b_slot->ss_lost;
	st->st_corrupt = b->b_corrupt;
	for (i = 0; i < n; i++)
		st->st_members += (__atomic_load_n(&b->b_slots[i].ss_flags,
		    __ATOMIC_RELAXED) & (SHMIF_SLOT_USED |
		    SHMIF_SLOT_WATCHES)) == SHMIF_SLOT_USED;
}
