/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Connections of rumpnet forward: a thread accepts for each rule, two move the
 * bytes of a connection, one for each way.  Who is slow to take them is waited
 * for, so that its sender is slowed down, too.  An end in one way is passed on
 * as such; an error ends both, and is passed on as a reset.
 *
 * accepted -> registered -> connected -> two threads -> closed, unregistered
 */
#include <assert.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/param.h>
#include <sys/queue.h>
#include <time.h>

#include "forward.h"

#define	PIECE	65536

/* Fields: (c) constant, (l) lock. */
struct conn {
	LIST_ENTRY(conn) c_entry;		/* (l) */
	const struct fw_rule *c_rule;		/* (c) */
	int		c_fd[2];		/* (l) -1: none */
	atomic_bool	c_dead;			/* set once */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t gone = PTHREAD_COND_INITIALIZER;	/* (l) one has ended */
static LIST_HEAD(, conn) conns = LIST_HEAD_INITIALIZER(conns);	/* (l) */
static bool ending;						/* (l) */

/* Until a connection ends, at most so long; with the lock. */
static void
wait_gone(int ms)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	ts.tv_sec += ms / 1000;
	ts.tv_nsec += ms % 1000 * 1000000L;
	if (ts.tv_nsec >= 1000000000L) {
		ts.tv_nsec -= 1000000000L;
		ts.tv_sec++;
	}
	(void)pthread_cond_timedwait(&gone, &lock, &ts);
}

/* Whoever waits for something to come is woken; who waits to send looks
 * within a tick. */
static void
wake(struct conn *c)
{
	int i;

	for (i = 0; i < 2; i++)
		if (c->c_fd[i] != -1)
			(*c->c_rule->r_side[i]->s_shutdown)(c->c_fd[i],
			    false);
}

static void
fail(struct conn *c, const char *what, int error)
{

	if (atomic_exchange(&c->c_dead, true))
		return;
	fw_log(c->c_rule, what, error);
	wake(c);
}

static bool
send_all(struct conn *c, int to, const char *buf, size_t len)
{
	const struct fw_side *side = c->c_rule->r_side[to];
	ssize_t n;

	for (; len > 0 && !atomic_load(&c->c_dead); buf += n,
	    len -= (size_t)n) {
		n = (*side->s_send)(c->c_fd[to], buf, len, NULL);
		if (n == -1 && errno != EAGAIN && errno != EINTR) {
			fail(c, "send", errno);
			return false;
		}
		if (n == -1)
			n = 0;
	}
	return len == 0;
}

static void
pump(struct conn *c, int from)
{
	const struct fw_side *side = c->c_rule->r_side[from];
	char buf[PIECE];
	ssize_t n;

	for (;;) {
		n = (*side->s_recv)(c->c_fd[from], buf, sizeof(buf), NULL);
		if (atomic_load(&c->c_dead))
			return;
		if (n == 0)
			break;
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1) {
			fail(c, "receive", errno);
			return;
		}
		if (!send_all(c, !from, buf, (size_t)n))
			return;
	}
	(*c->c_rule->r_side[!from]->s_shutdown)(c->c_fd[!from], true);
}

static void *
back_main(void *arg)
{

	pump(arg, FW_TO);
	return NULL;
}

static void
both_ways(struct conn *c)
{
	pthread_t back;
	int error;

	if ((error = fw_thread(&back, back_main, c)) != 0) {
		fail(c, "thread", error);
		return;
	}
	pump(c, FW_FROM);
	(void)pthread_join(back, NULL);
}

/* False: it is to be given up. */
static bool
connected(struct conn *c)
{
	const struct fw_rule *r = c->c_rule;
	const int s = (*r->r_side[FW_TO]->s_connect)(&r->r_addr[FW_TO], false);
	bool dead;

	if (s == -1) {
		fail(c, "connect", errno);
		return false;
	}
	(void)pthread_mutex_lock(&lock);
	c->c_fd[FW_TO] = s;
	dead = atomic_load(&c->c_dead);
	(void)pthread_mutex_unlock(&lock);
	return !dead;
}

static void *
conn_main(void *arg)
{
	struct conn *c = arg;
	bool dead;
	int i;

	if (connected(c))
		both_ways(c);
	(void)pthread_mutex_lock(&lock);
	dead = atomic_load(&c->c_dead);
	for (i = 0; i < 2; i++)
		if (c->c_fd[i] != -1)
			(*c->c_rule->r_side[i]->s_close)(c->c_fd[i], dead);
	LIST_REMOVE(c, c_entry);
	(void)pthread_cond_broadcast(&gone);
	(void)pthread_mutex_unlock(&lock);
	free(c);
	return NULL;
}

/* Takes the socket. */
static int
start(const struct fw_rule *r, int s)
{
	struct conn *c = malloc(sizeof(*c));
	int error = c == NULL ? ENOMEM : 0;

	(void)pthread_mutex_lock(&lock);
	if (error == 0 && ending)
		error = ECANCELED;
	if (error == 0) {
		c->c_rule = r;
		c->c_fd[FW_FROM] = s;
		c->c_fd[FW_TO] = -1;
		atomic_init(&c->c_dead, false);
		error = fw_thread(NULL, conn_main, c);
	}
	if (error == 0)
		LIST_INSERT_HEAD(&conns, c, c_entry);
	else {
		(*r->r_side[FW_FROM]->s_close)(s, true);
		free(c);
	}
	(void)pthread_mutex_unlock(&lock);
	return error;
}

void *
fw_stream_main(void *arg)
{
	const struct fw_rule *r = arg;
	int s, error, said = 0;

	assert(!r->r_dgram);
	for (;;) {
		s = (*r->r_side[FW_FROM]->s_accept)(r->r_fd);
		error = s == -1 ? errno : start(r, s);
		if (error == 0 || error == EINTR || error == ECONNABORTED) {
			said = 0;
			continue;
		}
		/* Of what lasts it tells once.  The next may go well when
		 * a connection has ended. */
		if (error != said)
			fw_log(r, "accept", error);
		said = error;
		(void)pthread_mutex_lock(&lock);
		wait_gone(FW_TICK);
		(void)pthread_mutex_unlock(&lock);
	}
}

/* Nobody uses the one side before there is the other. */
static void
end_one(struct conn *c)
{

	atomic_store(&c->c_dead, true);
	if (c->c_fd[FW_TO] != -1) {
		wake(c);
		return;
	}
	(*c->c_rule->r_side[FW_FROM]->s_close)(c->c_fd[FW_FROM], true);
	c->c_fd[FW_FROM] = -1;
}

static bool
some_open(void)
{
	const struct conn *c;

	LIST_FOREACH(c, &conns, c_entry)
		if (c->c_fd[FW_FROM] != -1)
			return true;
	return false;
}

/* Who is being connected may be so already, and is to be reset like the
 * others; most likely nobody answers, which is not waited for. */
void
fw_stream_end(int seconds)
{
	const int64_t now = rn_now(), soon = now + FW_TICK * 1000;
	const int64_t end = now + (int64_t)seconds * 1000000;
	struct conn *c;

	(void)pthread_mutex_lock(&lock);
	ending = true;
	LIST_FOREACH(c, &conns, c_entry)
		end_one(c);
	while (!LIST_EMPTY(&conns) &&
	    rn_now() < (some_open() ? end : MIN(soon, end)))
		wait_gone(FW_TICK);
	(void)pthread_mutex_unlock(&lock);
}
