/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Block I/O, the front: rumpuser_bio() checks a request, tries whether the
 * host's page cache can take it at once, and otherwise hands it to the
 * back-end.  Completion goes back to the kernel from here as well.  Measured:
 * 4 KiB at once takes 1-4 us, through another thread 50-80 us, or 2-7 us in
 * batches of 64.
 *
 * The environment variable RUMP_BIO chooses:
 *	auto	at once if possible, else io_uring, else threads (default)
 *	uring	io_uring for everything; open fails if the host has none
 *	threads	a pool of threads for everything
 *	sync	everything in the caller, in order: for finding bugs
 */
#include <sys/uio.h>

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bio.h"
#include "rumpuser_int.h"

/*
 * A done function may start the next transfer, which may complete at once and
 * call the next done function.  After some of those we go the long way, which
 * begins on a fresh stack.
 */
#define	NESTED_MAX	8

/*
 * A write that kept us longer than QUICK (ns) was not a mere copy: for PAUSE
 * the file's writes go to the back-end.
 */
#define	WRITE_QUICK	500000
#define	WRITE_PAUSE	50000000

/*
 *	o	choose_once
 *	a	atomic
 */
static pthread_once_t choose_once = PTHREAD_ONCE_INIT;
static int choose_error;		/* o: */
static bool bio_inline, bio_sync;	/* o: */
static const struct biobackend *bio_wanted;	/* o: NULL: any */

static pthread_mutex_t start_mtx = PTHREAD_MUTEX_INITIALIZER;
static _Atomic(const struct biobackend *) bio_backend;	/* a: once started */

static __thread int bio_nested;

/*
 * The back-end, started.  Threads always do, so there always is one.
 */
static const struct biobackend *
backend(void)
{
	const struct biobackend *bb;

	bb = atomic_load_explicit(&bio_backend, memory_order_acquire);
	if (bb != NULL)
		return bb;
	pthread_mutex_lock(&start_mtx);
	bb = atomic_load(&bio_backend);
	if (bb == NULL) {
		bb = bio_wanted;
		if (bb == NULL)
			bb = rumpuser__bio_uring.bb_start() == 0 ?
			    &rumpuser__bio_uring : &rumpuser__bio_threads;
		atomic_store_explicit(&bio_backend, bb, memory_order_release);
	}
	pthread_mutex_unlock(&start_mtx);
	return bb;
}

static void
choose(void)
{
	const char *value = getenv("RUMP_BIO");

	if (value == NULL || *value == '\0' || strcmp(value, "auto") == 0) {
		bio_inline = true;
	} else if (strcmp(value, "sync") == 0) {
		bio_sync = true;
		bio_wanted = &rumpuser__bio_threads;
	} else if (strcmp(value, "threads") == 0) {
		bio_wanted = &rumpuser__bio_threads;
	} else if (strcmp(value, "uring") == 0) {
		bio_wanted = &rumpuser__bio_uring;
	} else {
		rumpuser__complain("RUMP_BIO is \"%s\", not auto, uring, "
		    "threads or sync", value);
		choose_error = EINVAL;
	}
	if (bio_wanted == NULL)
		return;
	if ((choose_error = bio_wanted->bb_start()) != 0)
		rumpuser__complain("RUMP_BIO: this host has no %s (error %d)",
		    bio_wanted->bb_name, choose_error);
}

int
rumpuser__bio_choose(void)
{

	pthread_once(&choose_once, choose);
	return choose_error;
}

void
rumpuser__bio_flush(void)
{
	const struct biobackend *bb;

	bb = atomic_load_explicit(&bio_backend, memory_order_acquire);
	if (bb != NULL)
		bb->bb_flush();
	if (bb != &rumpuser__bio_threads && served_flushes())
		rumpuser__bio_threads.bb_flush();
}

bool
rumpuser__bio_advance(struct bioreq *br, ssize_t n)
{

	if (n == -EINTR || n == -EAGAIN)
		return false;
	if (n < 0) {
		br->br_error = (int)-n;
		return true;
	}
	if (n == 0) {
		/* A read met the end of the file; a write must not stop. */
		if (br->br_op & RUMPUSER_BIO_WRITE)
			br->br_error = EIO;
		return true;
	}
	br->br_data += n;
	br->br_off += n;
	br->br_count += (size_t)n;
	br->br_left -= (size_t)n;
	return br->br_left == 0;
}

/*
 * A write that is on the medium when it returns, where the host has no
 * write-through (emulators of another architecture have not).
 */
static ssize_t
write_and_flush(int fd, const struct iovec *iov, off_t off)
{
	ssize_t n;

	n = pwritev(fd, iov, 1, off);
	if (n > 0 && fdatasync(fd) == -1)
		return -1;
	return n;
}

static ssize_t
step(const struct bioreq *br, int flags)
{
	struct iovec iov = { br->br_data, br->br_left };
	int fd = br->br_file->hf_fd;
	ssize_t n;

	if (br->br_file->hf_served != NULL)
		return served_step(br->br_file->hf_served, br);
	if (br->br_op & RUMPUSER_BIO_READ) {
		n = preadv2(fd, &iov, 1, br->br_off, flags);
	} else {
		if (br->br_op & RUMPUSER_BIO_SYNC)
			flags |= RWF_DSYNC;
		n = pwritev2(fd, &iov, 1, br->br_off, flags);
		if (n == -1 && errno == EOPNOTSUPP && flags == RWF_DSYNC)
			n = write_and_flush(fd, &iov, br->br_off);
	}
	return n == -1 ? -errno : n;
}

void
rumpuser__bio_step_all(struct bioreq *br)
{

	while (!rumpuser__bio_advance(br, step(br, 0)))
		continue;
}

static int64_t
monotonic(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * INT64_C(1000000000) + ts.tv_nsec;
}

static void
report(const struct bioreq *br)
{

	br->br_done(br->br_arg, br->br_error == 0 ? br->br_count : 0,
	    rumpuser__errtrans(br->br_error));
}

void
rumpuser__bio_thread(void)
{

	/* Without an lwp of its own each entry would make one: only slower. */
	rumpuser__hyp.hyp_schedule();
	(void)rumpuser__hyp.hyp_lwproc_newlwp(0);
	rumpuser__hyp.hyp_unschedule();
}

static void
report_all(struct bioreq *list)
{
	struct bioreq *br, *next;

	for (br = list; br != NULL; br = next) {
		next = br->br_next;
		report(br);
		free(br);
	}
}

/*
 * The host is done with them, so barriers need not wait for the kernel.
 */
void
rumpuser__bio_complete(struct bioreq *list)
{
	struct bioreq *br;

	for (br = list; br != NULL; br = br->br_next)
		hostfile_end(br->br_file, br->br_class);
	rumpuser__hyp.hyp_schedule();
	report_all(list);
	rumpuser__hyp.hyp_unschedule();
}

void
rumpuser__bio_run_here(struct bioreq *list)
{
	struct bioreq *br;

	for (br = list; br != NULL; br = br->br_next) {
		rumpuser__bio_step_all(br);
		hostfile_end(br->br_file, br->br_class);
	}
	report_all(list);
}

/*
 * Is it in the host's page cache?  A host that cannot tell for this file is
 * not asked again.  -EAGAIN means no.
 */
static ssize_t
read_inline(struct bioreq *br)
{
	struct hostfile *hf = br->br_file;
	ssize_t n;

	if (hf->hf_inram)
		return step(br, 0);
	if (atomic_load_explicit(&hf->hf_nopeek, memory_order_relaxed))
		return -EAGAIN;
	n = step(br, RWF_NOWAIT);
	if (n != -EOPNOTSUPP && n != -ENOSYS && n != -EINVAL)
		return n;
	atomic_store_explicit(&hf->hf_nopeek, true, memory_order_relaxed);
	return -EAGAIN;
}

/*
 * A write normally is a copy into the host's page cache, much quicker than
 * waking another thread for it.  Most file systems cannot promise that, so we
 * look at the clock: when the host makes writers wait, it will for a while.
 */
static ssize_t
write_inline(struct bioreq *br)
{
	struct hostfile *hf = br->br_file;
	int64_t start, end;
	ssize_t n;

	if (hf->hf_inram)
		return step(br, 0);
	start = monotonic();
	if (start < atomic_load_explicit(&hf->hf_slow, memory_order_relaxed))
		return -EAGAIN;
	n = step(br, 0);
	end = monotonic();
	if (end - start > WRITE_QUICK)
		atomic_store_explicit(&hf->hf_slow, end + WRITE_PAUSE,
		    memory_order_relaxed);
	return n;
}

/*
 * True if that completed the request; what it did of it counts in any case.
 */
static bool
try_inline(struct bioreq *br)
{
	ssize_t n;

	if (br->br_file->hf_served != NULL)
		return false;
	if (br->br_op & RUMPUSER_BIO_READ)
		n = read_inline(br);
	else if (br->br_op & RUMPUSER_BIO_SYNC)
		n = -EAGAIN;
	else
		n = write_inline(br);
	return rumpuser__bio_advance(br, n);
}

static int
check(const struct hostfile *hf, int op, size_t len, int64_t off)
{
	int mode, dir = op & (RUMPUSER_BIO_READ | RUMPUSER_BIO_WRITE);

	if (hf == NULL)
		return EBADF;
	if (dir != RUMPUSER_BIO_READ && dir != RUMPUSER_BIO_WRITE)
		return EINVAL;
	if (off < 0 || len > SSIZE_MAX || off > INT64_MAX - (int64_t)len)
		return EINVAL;
	mode = hf->hf_flags & RUMPUSER_OPEN_ACCMODE;
	if (mode == (dir == RUMPUSER_BIO_READ ? RUMPUSER_OPEN_WRONLY :
	    RUMPUSER_OPEN_RDONLY))
		return EBADF;
	return 0;
}

/*
 * True if the request is complete; else it is on its way.
 */
static bool
run(struct bioreq *br)
{
	const struct biobackend *bb;
	struct bioreq *qbr;

	if (br->br_left == 0)
		return true;
	if (bio_inline && bio_nested < NESTED_MAX && try_inline(br))
		return true;
	if (bio_sync && bio_nested < NESTED_MAX) {
		rumpuser__bio_step_all(br);
		return true;
	}
	if ((qbr = malloc(sizeof(*qbr))) == NULL) {
		/* Writing is how the kernel gets memory back. */
		rumpuser__bio_step_all(br);
		return true;
	}
	*qbr = *br;
	qbr->br_class = hostfile_begin(br->br_file);
	bb = br->br_file->hf_served != NULL ? &rumpuser__bio_threads :
	    backend();
	bb->bb_submit(qbr, (br->br_op & RUMPUSER_BIO_MORE) != 0);
	return false;
}

void
rumpuser_bio(int fd, int op, void *data, size_t dlen, int64_t off,
	rump_biodone_fn done, void *arg)
{
	struct bioreq br = {
		.br_file = hostfile_get(fd), .br_op = op, .br_data = data,
		.br_left = dlen, .br_off = off, .br_done = done, .br_arg = arg,
	};
	int saved = errno;

	br.br_error = check(br.br_file, op, dlen, off);
	if (br.br_error != 0 || run(&br)) {
		/* The end of a batch ends it even if it was quick itself. */
		if (!(op & RUMPUSER_BIO_MORE))
			rumpuser__bio_flush();
		bio_nested++;
		report(&br);
		bio_nested--;
	}
	errno = saved;
}
