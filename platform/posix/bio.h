/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Inside block I/O: the front (bio.c), which checks, tries the quick way and
 * completes, and the back-ends (bio_uring.c, bio_threads.c), which carry out
 * what takes longer.
 */
#ifndef _RUMPUSER_BIO_H_
#define	_RUMPUSER_BIO_H_

#include <rump/rumpuser_blk.h>

#include "rumpuser_int.h"

/*
 * One transfer that did not complete at once.  It has one holder at a time:
 * the submitter, then the back-end, then the completing thread; nobody else
 * looks at it, so it has no lock.
 */
struct bioreq {
	struct bioreq *br_next;		/* in the list of its holder */
	struct hostfile *br_file;
	unsigned int br_class;		/* for hostfile_end() */
	int br_op;			/* RUMPUSER_BIO_* */
	char *br_data;			/* what is left of the transfer */
	size_t br_left;
	int64_t br_off;
	size_t br_count;		/* what is done of it */
	int br_error;			/* host's number */
	rump_biodone_fn br_done;
	void *br_arg;
};

/*
 * A back-end.  start() makes it ready (host's errno); submit() takes a request
 * and must begin it soon, unless more are to come; flush() begins all that
 * were held back.
 */
struct biobackend {
	const char *bb_name;
	int (*bb_start)(void);
	void (*bb_submit)(struct bioreq *, bool);
	void (*bb_flush)(void);
};

extern const struct biobackend rumpuser__bio_threads;
extern const struct biobackend rumpuser__bio_uring;

/* Host's errno: the back-end the user asked for is not to be had. */
int	rumpuser__bio_choose(void);
/* Begins what RUMPUSER_BIO_MORE held back. */
void	rumpuser__bio_flush(void);

/* For back-ends: */
/* a thread of theirs is about to complete requests; */
void	rumpuser__bio_thread(void);
/* one more step of a request by plain system calls, until it is complete; */
void	rumpuser__bio_step_all(struct bioreq *);
/* the host moved n bytes (negative: its errno): true if that completes it; */
bool	rumpuser__bio_advance(struct bioreq *, ssize_t);
/* requests that are complete, as a list, to be handed to the kernel; */
void	rumpuser__bio_complete(struct bioreq *);
/* a list to be carried out and completed by the caller, one of the kernel's. */
void	rumpuser__bio_run_here(struct bioreq *);

/*
 * Disks of the program (served.c).  Paths: is it one, and of what size?  Open,
 * with a descriptor for its number only (host's errno), and close.  Is there
 * any, so that the threads may hold back requests even if they are not the
 * back-end?  One step of a request: the bytes moved or the negative errno.
 */
bool	served_size(const char *, uint64_t *);
int	served_open(const char *, bool writing, struct served **, int *);
void	served_close(struct served *, bool writing);
bool	served_flushes(void);
ssize_t	served_step(const struct served *, const struct bioreq *);
int	served_flush(const struct served *);

#endif /* !_RUMPUSER_BIO_H_ */
