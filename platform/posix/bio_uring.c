/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Block I/O by io_uring: one ring, many submitters, one thread that completes.
 * Requests go to the host in batches and come back in batches, and each batch
 * enters the kernel once.
 */
#include "bio.h"
#include "rumpuser_int.h"

#ifdef HAVE_LIBURING
#include <liburing.h>
#include <time.h>

#define	RING_ENTRIES	256
#define	RING_MAX	(2 * RING_ENTRIES)	/* room for their results */
#define	HELD_MAX	64		/* held back at most, see BIO_MORE */

/*
 * A request is first in the overflow list if the ring is full, then prepared
 * in the ring, then with the host.  ring_inuse counts the latter two and stays
 * within RING_MAX, so that the host never runs out of room for results.
 *
 *	m	ring_mtx
 */
static pthread_mutex_t ring_mtx = PTHREAD_MUTEX_INITIALIZER;
static struct io_uring ring;		/* m: but waiting is the reaper's */
static unsigned int ring_held;		/* m: prepared, not with the host */
static unsigned int ring_inuse;		/* m: */
static struct bioreq *ring_over;	/* m: overflow, oldest first */
static struct bioreq **ring_overtail = &ring_over;	/* m: */
static bool ring_up;			/* m: */

/*
 * Gives the host what is prepared.  When it is short of memory the rest stays
 * in the ring until something comes back; if nothing will, we insist.
 */
static void
ring_push(void)
{
	static const struct timespec pause = { .tv_nsec = 1000000 };
	int n;

	for (;;) {
		n = io_uring_submit(&ring);
		ring_held = io_uring_sq_ready(&ring);
		if (n >= 0 || ring_held < ring_inuse)
			return;
		if (n != -EINTR && n != -EAGAIN && n != -EBUSY)
			rumpuser__die("io_uring refuses requests: error %d",
			    -n);
		if (n != -EINTR)
			nanosleep(&pause, NULL);
	}
}

/*
 * False if there is no room in the ring.
 */
static bool
ring_prepare(struct bioreq *br)
{
	struct io_uring_sqe *sqe;
	unsigned int len;

	if (ring_inuse >= RING_MAX || (sqe = io_uring_get_sqe(&ring)) == NULL)
		return false;
	len = br->br_left > (1U << 30) ? 1U << 30 : (unsigned int)br->br_left;
	if (br->br_op & RUMPUSER_BIO_READ) {
		io_uring_prep_read(sqe, br->br_file->hf_fd, br->br_data, len,
		    (uint64_t)br->br_off);
	} else {
		io_uring_prep_write(sqe, br->br_file->hf_fd, br->br_data, len,
		    (uint64_t)br->br_off);
		if (br->br_op & RUMPUSER_BIO_SYNC)
			sqe->rw_flags = RWF_DSYNC;
	}
	io_uring_sqe_set_data(sqe, br);
	ring_held++;
	ring_inuse++;
	return true;
}

static void
ring_enqueue(struct bioreq *br)
{

	if (ring_over == NULL && ring_prepare(br))
		return;
	br->br_next = NULL;
	*ring_overtail = br;
	ring_overtail = &br->br_next;
}

static void
ring_submit(struct bioreq *br, bool more)
{

	pthread_mutex_lock(&ring_mtx);
	ring_enqueue(br);
	if (!more || ring_held >= HELD_MAX)
		ring_push();
	pthread_mutex_unlock(&ring_mtx);
}

static void
ring_flush(void)
{

	pthread_mutex_lock(&ring_mtx);
	if (ring_held > 0)
		ring_push();
	pthread_mutex_unlock(&ring_mtx);
}

/*
 * After results made room: requests that waited for it, and all prepared ones.
 */
static void
ring_refill(void)
{
	struct bioreq *br;

	while ((br = ring_over) != NULL) {
		if (!ring_prepare(br))
			break;
		if ((ring_over = br->br_next) == NULL)
			ring_overtail = &ring_over;
	}
	if (ring_held > 0)
		ring_push();
}

/*
 * All that has come back: complete requests as a list in the order of their
 * return, unfinished ones on their way again.
 */
static struct bioreq *
ring_reap(void)
{
	struct bioreq *list = NULL, **tailp = &list, *br;
	struct io_uring_cqe *cqe;
	int res;

	pthread_mutex_lock(&ring_mtx);
	while (io_uring_peek_cqe(&ring, &cqe) == 0) {
		br = io_uring_cqe_get_data(cqe);
		res = cqe->res;
		io_uring_cqe_seen(&ring, cqe);
		ring_inuse--;
		if (!rumpuser__bio_advance(br, res)) {
			ring_enqueue(br);
			continue;
		}
		br->br_next = NULL;
		*tailp = br;
		tailp = &br->br_next;
	}
	ring_refill();
	pthread_mutex_unlock(&ring_mtx);
	return list;
}

/*
 * The host gives a request up if it can make no thread for it, or if the one
 * that submitted it has ended.  Nobody asked for that: what is left of such a
 * request is done here, which also tells whether memory was bad.
 */
static void
redo_cancelled(struct bioreq *list)
{
	struct bioreq *br;

	for (br = list; br != NULL; br = br->br_next) {
		if (br->br_error != ECANCELED && br->br_error != EFAULT)
			continue;
		br->br_error = 0;
		rumpuser__bio_step_all(br);
	}
}

static void *
reaper(void *arg)
{
	struct io_uring_cqe *cqe;
	struct bioreq *list;
	int error;

	rumpuser__bio_thread();
	for (;;) {
		error = io_uring_wait_cqe(&ring, &cqe);
		if (error != 0 && error != -EINTR && error != -EAGAIN)
			rumpuser__die("io_uring fails: error %d", -error);
		if ((list = ring_reap()) != NULL) {
			redo_cancelled(list);
			rumpuser__bio_complete(list);
		}
	}
	return NULL;
}

/*
 * Some hosts know io_uring but not these operations, some forbid it.
 */
static int
ring_probe(void)
{
	struct io_uring_probe *probe;
	int ok;

	if ((probe = io_uring_get_probe_ring(&ring)) == NULL)
		return ENOSYS;
	ok = io_uring_opcode_supported(probe, IORING_OP_READ) &&
	    io_uring_opcode_supported(probe, IORING_OP_WRITE);
	io_uring_free_probe(probe);
	return ok ? 0 : ENOSYS;
}

static int
ring_start(void)
{
	int error;

	pthread_mutex_lock(&ring_mtx);
	if (ring_up)
		goto done;
	if ((error = -io_uring_queue_init(RING_ENTRIES, &ring, 0)) != 0)
		goto fail;
	if ((error = ring_probe()) != 0)
		goto fail_ring;
	if (rumpuser_thread_create(reaper, NULL, "rumpbio", 0, -1, -1,
	    NULL) != 0) {
		error = EAGAIN;
		goto fail_ring;
	}
	ring_up = true;
 done:
	pthread_mutex_unlock(&ring_mtx);
	return 0;
 fail_ring:
	io_uring_queue_exit(&ring);
 fail:
	pthread_mutex_unlock(&ring_mtx);
	return error;
}

#else /* !HAVE_LIBURING */

/*
 * Built without liburing: starting fails, so the rest is never called.
 */
static int
ring_start(void)
{

	return ENOSYS;
}

static void
ring_submit(struct bioreq *br, bool more)
{

	rumpuser__die("io_uring was not started");
}

static void
ring_flush(void)
{
}

#endif /* !HAVE_LIBURING */

const struct biobackend rumpuser__bio_uring = {
	.bb_name = "io_uring",
	.bb_start = ring_start,
	.bb_submit = ring_submit,
	.bb_flush = ring_flush,
};
