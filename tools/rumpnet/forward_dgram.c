/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Datagrams of rumpnet forward.  Who sends some gets a flow: a socket on the
 * other side, so that answers are known to be for it, and a thread that waits
 * for them.  A flow in which nothing moves ends; nobody says when it is over.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <unistd.h>

#include "forward.h"

#define	LARGEST		65536
#define	IDLE		60	/* seconds */
#define	FLOWS_MAX	512

/* Fields: (c) constant, (l) lock, (t) its thread only. */
struct flow {
	LIST_ENTRY(flow) f_entry;		/* (l) */
	const struct fw_rule *f_rule;		/* (c) */
	struct fw_addr	f_peer;			/* (c) */
	int		f_fd;			/* (c) */
	int		f_error;		/* (t) the last one told */
	int64_t		f_used;			/* (l) */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static LIST_HEAD(, flow) flows = LIST_HEAD_INITIALIZER(flows);	/* (l) */
static unsigned int nflows;					/* (l) */

/* With the lock, which keeps it from ending. */
static struct flow *
find(const struct fw_rule *r, const struct fw_addr *peer)
{
	struct flow *f;

	LIST_FOREACH(f, &flows, f_entry)
		if (f->f_rule == r && f->f_peer.a_len == peer->a_len &&
		    memcmp(&f->f_peer.a, &peer->a, peer->a_len) == 0)
			return f;
	return NULL;
}

static bool
used(struct flow *f)
{
	bool rv;

	(void)pthread_mutex_lock(&lock);
	rv = rn_now() - f->f_used < IDLE * (int64_t)1000000;
	if (!rv) {
		LIST_REMOVE(f, f_entry);
		nflows--;
	}
	(void)pthread_mutex_unlock(&lock);
	return rv;
}

static void
tell(struct flow *f, const char *what, int error)
{

	if (error != f->f_error)
		fw_log(f->f_rule, what, error);
	f->f_error = error;
}

/* Answers, until it is idle. */
static void *
flow_main(void *arg)
{
	struct flow *f = arg;
	const struct fw_rule *r = f->f_rule;
	char buf[LARGEST];
	ssize_t n;

	do {
		n = (*r->r_side[FW_TO]->s_recv)(f->f_fd, buf, sizeof(buf),
		    NULL);
		if (n == -1) {
			if (errno != EAGAIN && errno != EINTR)
				tell(f, "receive", errno);
			continue;
		}
		(void)pthread_mutex_lock(&lock);
		f->f_used = rn_now();
		(void)pthread_mutex_unlock(&lock);
		if ((*r->r_side[FW_FROM]->s_send)(r->r_fd, buf, (size_t)n,
		    &f->f_peer) == -1)
			tell(f, "send", errno);
	} while (used(f));
	(*r->r_side[FW_TO]->s_close)(f->f_fd, false);
	free(f);
	return NULL;
}

/* With the lock; an errno. */
static int
make(const struct fw_rule *r, const struct fw_addr *peer, struct flow **fp)
{
	struct flow *f;
	int error;

	if (nflows == FLOWS_MAX)
		return ENFILE;
	if ((f = calloc(1, sizeof(*f))) == NULL)
		return ENOMEM;
	f->f_rule = r;
	f->f_peer = *peer;
	f->f_used = rn_now();
	f->f_fd = (*r->r_side[FW_TO]->s_connect)(&r->r_addr[FW_TO], true);
	error = f->f_fd == -1 ? errno : fw_thread(NULL, flow_main, f);
	if (error == 0) {
		LIST_INSERT_HEAD(&flows, f, f_entry);
		nflows++;
		*fp = f;
		return 0;
	}
	if (f->f_fd != -1)
		(*r->r_side[FW_TO]->s_close)(f->f_fd, false);
	free(f);
	return error;
}

static int
pass_on(const struct fw_rule *r, const char *buf, size_t len,
    const struct fw_addr *peer)
{
	struct flow *f;
	int error = 0;

	(void)pthread_mutex_lock(&lock);
	if ((f = find(r, peer)) == NULL)
		error = make(r, peer, &f);
	if (error == 0) {
		f->f_used = rn_now();
		/* An error may be that of the one before. */
		if ((*r->r_side[FW_TO]->s_send)(f->f_fd, buf, len, NULL) ==
		    -1 && (*r->r_side[FW_TO]->s_send)(f->f_fd, buf, len,
		    NULL) == -1)
			error = errno;
	}
	(void)pthread_mutex_unlock(&lock);
	return error;
}

void *
fw_dgram_main(void *arg)
{
	const struct fw_rule *r = arg;
	struct fw_addr peer;
	char buf[LARGEST];
	int error, said = 0;
	ssize_t n;

	assert(r->r_dgram);
	for (;;) {
		n = (*r->r_side[FW_FROM]->s_recv)(r->r_fd, buf, sizeof(buf),
		    &peer);
		if (n == -1 && (errno == EAGAIN || errno == EINTR))
			continue;
		error = n == -1 ? errno : pass_on(r, buf, (size_t)n, &peer);
		if (error != 0 && error != said)
			fw_log(r, n == -1 ? "receive" : "send", error);
		said = error;
		if (n == -1)
			(void)usleep(FW_TICK * 1000);
	}
}
