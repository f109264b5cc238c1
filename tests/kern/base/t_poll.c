/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pipes as such, and waiting on them: poll(2), select(2), pollts(2), and
 * kqueue(2) with its filters.
 *
 * Covers: knote(9), select(9)
 */
#include "nb.h"

#include <stdatomic.h>
#include <time.h>

#define EV_ADD		0x0001
#define EV_DELETE	0x0002
#define EV_ENABLE	0x0004
#define EV_DISABLE	0x0008
#define EV_ONESHOT	0x0010
#define EV_CLEAR	0x0020
#define EV_RECEIPT	0x0040
#define EV_DISPATCH	0x0080
#define EV_EOF		0x8000
#define EV_ERROR	0x4000
#define EVFILT_READ	0
#define EVFILT_WRITE	1
#define EVFILT_PROC	4
#define EVFILT_SIGNAL	5
#define EVFILT_TIMER	6
#define EVFILT_USER	8
#define NOTE_TRIGGER	0x01000000
#define NOTE_FFOR	0x80000000
#define NOTE_FFCOPY	0xc0000000
#define NOTE_EXIT	0x80000000

static double
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

struct delayed {
	pthread_t	thread;
	int		fd;
};

static void *
delayed_write(void *arg)
{
	struct delayed *d = arg;

	usleep(30000);
	(void)rump_sys_write(d->fd, "x", 1);
	return NULL;
}

static void
write_later(struct delayed *d, int fd)
{

	d->fd = fd;
	ATF_REQUIRE_EQ(0, pthread_create(&d->thread, NULL, delayed_write, d));
}

ATF_TC_WITHOUT_HEAD(pipe_io);
ATF_TC_BODY(pipe_io, tc)
{
	static char big[100000], in[100000];
	struct nb_pipe p;
	size_t got, i;
	ssize_t n;

	rump_boot_setsigmodel(RUMP_SIGMODEL_IGNORE);
	hk_boot("2");
	for (i = 0; i < sizeof(big); i++)
		big[i] = (char)(i * 7);
	p = nb_pipe(RUMP_O_NONBLOCK);
	ATF_CHECK_EQ(0, rump_sys_read(p.rd, in, 0));
	n = rump_sys_write(p.wr, big, sizeof(big));
	ATF_CHECK(n >= 4096 && n < (ssize_t)sizeof(big));
	NB_FAILS(RUMP_EAGAIN, rump_sys_write(p.wr, big, 1));
	/* Up to PIPE_BUF goes in whole or not at all. */
	ATF_CHECK_EQ(100, rump_sys_read(p.rd, in, 100));
	NB_FAILS(RUMP_EAGAIN, rump_sys_write(p.wr, big, 512));
	for (got = 100; (ssize_t)got < n; got += 1000) {
		ssize_t m = rump_sys_read(p.rd, in + got, 1000);

		ATF_REQUIRE(m > 0);
		got += m - 1000;
	}
	ATF_CHECK_EQ(n, got);
	ATF_CHECK_EQ(0, memcmp(big, in, n));
	NB_FAILS(RUMP_EAGAIN, rump_sys_read(p.rd, in, 1));
	/* Around the end of the ring, many times. */
	for (i = 0; i < 200; i++) {
		ATF_REQUIRE_EQ(3001, rump_sys_write(p.wr, big + i, 3001));
		ATF_REQUIRE_EQ(3001, rump_sys_read(p.rd, in, 5000));
		ATF_REQUIRE_EQ(0, memcmp(big + i, in, 3001));
	}
	ATF_CHECK_EQ(3, rump_sys_write(p.wr, "end", 3));
	ATF_CHECK_EQ(0, rump_sys_close(p.wr));
	ATF_CHECK_EQ(3, rump_sys_read(p.rd, in, 10));
	ATF_CHECK_EQ(0, rump_sys_read(p.rd, in, 10));
	ATF_CHECK_EQ(0, rump_sys_close(p.rd));
	p = nb_pipe(0);
	ATF_CHECK_EQ(0, rump_sys_close(p.rd));
	NB_FAILS(RUMP_EPIPE, rump_sys_write(p.wr, "x", 1));
}

static void *
pump(void *arg)
{
	static char buf[12345];
	size_t left = 1000000;
	ssize_t n;

	while (left > 0) {
		n = rump_sys_write(*(int *)arg, buf, left < sizeof(buf) ?
		    left : sizeof(buf));
		if (n <= 0)
			abort();
		left -= n;
	}
	(void)rump_sys_close(*(int *)arg);
	return NULL;
}

ATF_TC_WITHOUT_HEAD(pipe_threads);
ATF_TC_BODY(pipe_threads, tc)
{
	struct nb_pipe p;
	size_t total = 0;
	char buf[7000];
	pthread_t t;
	ssize_t n;

	hk_boot("2");
	p = nb_pipe(0);
	ATF_REQUIRE_EQ(0, pthread_create(&t, NULL, pump, &p.wr));
	while ((n = rump_sys_read(p.rd, buf, sizeof(buf))) > 0)
		total += n;
	ATF_CHECK_EQ(0, n);
	ATF_CHECK_EQ(1000000, total);
	pthread_join(t, NULL);
}

ATF_TC_WITHOUT_HEAD(poll);
ATF_TC_BODY(poll, tc)
{
	struct nb_pollfd pf[4];
	struct delayed d;
	struct nb_pipe p;
	double t;
	char c;

	hk_boot("2");
	p = nb_pipe(0);
	pf[0].fd = p.rd;
	pf[0].events = NB_POLLIN;
	pf[1].fd = p.wr;
	pf[1].events = NB_POLLOUT;
	pf[2].fd = 77;
	pf[2].events = NB_POLLIN;
	pf[3].fd = -1;
	ATF_CHECK_EQ(2, rump_sys_poll((void *)pf, 4, -1));
	ATF_CHECK_EQ(0, pf[0].revents);
	ATF_CHECK_EQ(NB_POLLOUT, pf[1].revents);
	ATF_CHECK_EQ(NB_POLLNVAL, pf[2].revents);
	ATF_CHECK_EQ(0, pf[3].revents);
	ATF_CHECK_EQ(0, rump_sys_poll((void *)pf, 1, 0));
	t = now();
	ATF_CHECK_EQ(0, rump_sys_poll((void *)pf, 1, 40));
	t = now() - t;
	ATF_CHECK_MSG(t >= 0.039 && t < 1, "%f", t);
	ATF_CHECK_EQ(0, rump_sys_poll(NULL, 0, 1));
	NB_FAILS(RUMP_EINVAL, rump_sys_poll((void *)pf, 1, -2));
	NB_FAILS(RUMP_EFAULT, rump_sys_poll(NULL, 1, 0));

	write_later(&d, p.wr);
	ATF_CHECK_EQ(1, rump_sys_poll((void *)pf, 1, -1));
	ATF_CHECK_EQ(NB_POLLIN, pf[0].revents);
	pthread_join(d.thread, NULL);
	ATF_CHECK_EQ(1, rump_sys_read(p.rd, &c, 1));

	ATF_CHECK_EQ(0, rump_sys_close(p.wr));
	ATF_CHECK_EQ(1, rump_sys_poll((void *)pf, 1, -1));
	ATF_CHECK(pf[0].revents & NB_POLLHUP);
}

static void *
poller(void *arg)
{
	struct nb_pollfd pf = { *(int *)arg, NB_POLLIN, 0 };

	return (void *)(intptr_t)rump_sys_poll((void *)&pf, 1, 10000);
}

/* More than one thread waits for the same. */
ATF_TC_WITHOUT_HEAD(poll_many);
ATF_TC_BODY(poll_many, tc)
{
	struct nb_pipe p;
	pthread_t t[5];
	void *rv;
	int i;

	hk_boot("2");
	p = nb_pipe(0);
	for (i = 0; i < 5; i++)
		ATF_REQUIRE_EQ(0, pthread_create(&t[i], NULL, poller, &p.rd));
	usleep(30000);
	ATF_CHECK_EQ(1, rump_sys_write(p.wr, "x", 1));
	for (i = 0; i < 5; i++) {
		pthread_join(t[i], &rv);
		ATF_CHECK_EQ(1, (intptr_t)rv);
	}
}

ATF_TC_WITHOUT_HEAD(select);
ATF_TC_BODY(select, tc)
{
	uint32_t in[8], out[8];
	struct timeval tv = { 0, 20000 };
	struct timespec ts = { 0, 1000000 };
	struct nb_pipe p;
	double t;

	hk_boot("2");
	p = nb_pipe(0);
	memset(in, 0, sizeof(in));
	memset(out, 0, sizeof(out));
	in[0] = 1U << p.rd;
	out[0] = 1U << p.wr;
	ATF_CHECK_EQ(1, rump_sys_select(2, (void *)in, (void *)out, NULL,
	    NULL));
	ATF_CHECK_EQ(0, in[0]);
	ATF_CHECK_EQ(1U << p.wr, out[0]);
	in[0] = 1U << p.rd;
	t = now();
	ATF_CHECK_EQ(0, rump_sys_select(2, (void *)in, NULL, NULL, &tv));
	ATF_CHECK(now() - t >= 0.019);
	ATF_CHECK_EQ(1, rump_sys_write(p.wr, "x", 1));
	in[0] = 1U << p.rd;
	ATF_CHECK_EQ(1, rump_sys_pselect(2, (void *)in, NULL, NULL, &ts,
	    NULL));
	ATF_CHECK_EQ(1U << p.rd, in[0]);
	in[0] = 1U << 9;
	NB_FAILS(RUMP_EBADF, rump_sys_select(10, (void *)in, NULL, NULL,
	    &tv));
	NB_FAILS(RUMP_EINVAL, rump_sys_select(-1, NULL, NULL, NULL, &tv));
	tv.tv_usec = -1;
	NB_FAILS(RUMP_EINVAL, rump_sys_select(0, NULL, NULL, NULL, &tv));
}

static void
kev_set(struct nb_kevent *k, uintptr_t id, uint32_t filter, uint32_t flags,
    uint32_t fflags, int64_t data)
{

	memset(k, 0, sizeof(*k));
	k->ident = id;
	k->filter = filter;
	k->flags = flags;
	k->fflags = fflags;
	k->data = data;
	k->udata = (void *)(id + 1);
}

/* One change, no events. */
static int
change(int kq, uintptr_t id, uint32_t filter, uint32_t flags,
    uint32_t fflags, int64_t data)
{
	struct nb_kevent k;

	kev_set(&k, id, filter, flags, fflags, data);
	return rump_sys_kevent(kq, (void *)&k, 1, NULL, 0, NULL);
}

/* What is ready within so many milliseconds. */
static int
events(int kq, struct nb_kevent *k, size_t n, int ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000L };

	return rump_sys_kevent(kq, NULL, 0, (void *)k, n, (void *)&ts);
}

ATF_TC_WITHOUT_HEAD(kqueue_fd);
ATF_TC_BODY(kqueue_fd, tc)
{
	struct nb_kevent k[4];
	struct delayed d;
	struct nb_pipe p;
	char buf[10];
	int kq;

	hk_boot("2");
	p = nb_pipe(0);
	ATF_REQUIRE((kq = rump_sys_kqueue1(RUMP_O_CLOEXEC)) >= 0);
	ATF_CHECK_EQ(1, rump_sys_fcntl(kq, NB_F_GETFD));
	NB_FAILS(RUMP_EBADF, change(p.rd, p.rd, EVFILT_READ, EV_ADD, 0, 0));
	NB_FAILS(RUMP_EBADF, change(kq, 77, EVFILT_READ, EV_ADD, 0, 0));
	NB_FAILS(RUMP_EINVAL, change(kq, p.rd, 99, EV_ADD, 0, 0));
	NB_FAILS(RUMP_ENOENT, change(kq, p.rd, EVFILT_READ, EV_DELETE, 0, 0));
	NB_FAILS(RUMP_EINVAL, change(kq, p.rd, EVFILT_WRITE, EV_ADD, 0, 0));
	ATF_CHECK_EQ(0, change(kq, p.rd, EVFILT_READ, EV_ADD, 0, 0));
	ATF_CHECK_EQ(0, events(kq, k, 4, 0));
	ATF_CHECK_EQ(3, rump_sys_write(p.wr, "abc", 3));
	ATF_CHECK_EQ(1, events(kq, k, 4, 1000));
	ATF_CHECK_EQ(p.rd, (int)k[0].ident);
	ATF_CHECK_EQ(EVFILT_READ, k[0].filter);
	ATF_CHECK_EQ(3, k[0].data);
	ATF_CHECK_EQ((void *)((uintptr_t)p.rd + 1), k[0].udata);
	/* A level: again until it is read. */
	ATF_CHECK_EQ(1, events(kq, k, 4, 0));
	ATF_CHECK_EQ(3, rump_sys_read(p.rd, buf, 10));
	ATF_CHECK_EQ(0, events(kq, k, 4, 0));
	write_later(&d, p.wr);
	ATF_CHECK_EQ(1, rump_sys_kevent(kq, NULL, 0, (void *)k, 4, NULL));
	pthread_join(d.thread, NULL);
	ATF_CHECK_EQ(0, change(kq, p.rd, EVFILT_READ, EV_DISABLE, 0, 0));
	ATF_CHECK_EQ(0, events(kq, k, 4, 0));
	ATF_CHECK_EQ(0, change(kq, p.rd, EVFILT_READ, EV_ENABLE, 0, 0));
	ATF_CHECK_EQ(1, events(kq, k, 4, 0));
	ATF_CHECK_EQ(0, change(kq, p.rd, EVFILT_READ, EV_DELETE, 0, 0));
	ATF_CHECK_EQ(0, events(kq, k, 4, 0));

	/* An edge, one shot, dispatch, receipts. */
	ATF_CHECK_EQ(0, change(kq, p.rd, EVFILT_READ, EV_ADD | EV_CLEAR, 0,
	    0));
	ATF_CHECK_EQ(1, events(kq, k, 4, 0));
	ATF_CHECK_EQ(0, events(kq, k, 4, 0));
	ATF_CHECK_EQ(1, rump_sys_write(p.wr, "d", 1));
	ATF_CHECK_EQ(1, events(kq, k, 4, 0));
	ATF_CHECK_EQ(0, change(kq, p.rd, EVFILT_READ, EV_DELETE, 0, 0));
	ATF_CHECK_EQ(0, change(kq, p.wr, EVFILT_WRITE, EV_ADD | EV_ONESHOT, 0,
	    0));
	ATF_CHECK_EQ(1, events(kq, k, 4, 0));
	ATF_CHECK_EQ(0, events(kq, k, 4, 0));
	NB_FAILS(RUMP_ENOENT, change(kq, p.wr, EVFILT_WRITE, EV_DELETE, 0,
	    0));
	kev_set(&k[0], p.rd, EVFILT_READ, EV_ADD | EV_RECEIPT, 0, 0);
	kev_set(&k[1], 77, EVFILT_READ, EV_ADD, 0, 0);
	ATF_CHECK_EQ(2, rump_sys_kevent(kq, (void *)k, 2, (void *)k, 4,
	    NULL));
	ATF_CHECK_EQ(EV_ERROR, k[0].flags);
	ATF_CHECK_EQ(0, k[0].data);
	ATF_CHECK_EQ(RUMP_EBADF, k[1].data);

	/* The end of the pipe, and of the descriptor. */
	ATF_CHECK_EQ(0, rump_sys_close(p.wr));
	ATF_CHECK_EQ(1, events(kq, k, 4, 0));
	ATF_CHECK(k[0].flags & EV_EOF);
	ATF_CHECK_EQ(0, rump_sys_close(p.rd));
	ATF_CHECK_EQ(0, events(kq, k, 4, 0));
	ATF_CHECK_EQ(0, rump_sys_close(kq));
}

ATF_TC_WITHOUT_HEAD(kqueue_user);
ATF_TC_BODY(kqueue_user, tc)
{
	struct nb_kevent k[4];
	struct nb_pollfd pf;
	int kq, kq2;

	hk_boot("2");
	ATF_REQUIRE((kq = rump_sys_kqueue()) >= 0);
	ATF_REQUIRE((kq2 = rump_sys_kqueue()) >= 0);
	ATF_CHECK_EQ(0, change(kq, 5, EVFILT_USER, EV_ADD | EV_CLEAR, 0, 0));
	ATF_CHECK_EQ(0, change(kq2, kq, EVFILT_READ, EV_ADD, 0, 0));
	pf.fd = kq;
	pf.events = NB_POLLIN;
	ATF_CHECK_EQ(0, rump_sys_poll((void *)&pf, 1, 0));
	ATF_CHECK_EQ(0, events(kq2, k, 4, 0));
	ATF_CHECK_EQ(0, change(kq, 5, EVFILT_USER, 0,
	    NOTE_TRIGGER | NOTE_FFOR | 6, 0));
	ATF_CHECK_EQ(1, rump_sys_poll((void *)&pf, 1, 0));
	ATF_CHECK_EQ(1, events(kq2, k, 4, 100));
	ATF_CHECK_EQ(kq, (int)k[0].ident);
	ATF_CHECK_EQ(1, events(kq, k, 4, 0));
	ATF_CHECK_EQ(5, k[0].ident);
	ATF_CHECK_EQ(6, k[0].fflags);
	ATF_CHECK_EQ(0, events(kq, k, 4, 0));
	ATF_CHECK_EQ(0, rump_sys_close(kq));
	ATF_CHECK_EQ(0, events(kq2, k, 4, 0));
}

/*
 * One event, two readers, EV_DISPATCH: only one of them gets it, and nobody
 * until it is enabled; the other is there for the end, a user event.
 */
int	rump_kt_slow_filter(void);
void	rump_kt_slow_event(void);

static int slow_kq, slow_filter;
static atomic_int slow_seen;

static void *
slow_reader(void *arg)
{
	struct nb_kevent k;

	do {
		ATF_REQUIRE_EQ(1, rump_sys_kevent(slow_kq, NULL, 0, (void *)&k,
		    1, NULL));
		if (k.filter == (uint32_t)slow_filter &&
		    atomic_fetch_add(&slow_seen, 1) == 0)
			ATF_CHECK_EQ(0, change(slow_kq, 1, EVFILT_USER, 0,
			    NOTE_TRIGGER, 0));
	} while (k.filter != EVFILT_USER);
	return NULL;
}

ATF_TC_WITHOUT_HEAD(kqueue_busy);
ATF_TC_BODY(kqueue_busy, tc)
{
	pthread_t pt[2];
	struct nb_kevent k;
	int i;

	hk_boot("2");
	rump_schedule();
	slow_filter = rump_kt_slow_filter();
	rump_unschedule();
	ATF_REQUIRE((slow_kq = rump_sys_kqueue()) >= 0);
	ATF_REQUIRE_EQ(0, change(slow_kq, 1, EVFILT_USER, EV_ADD, 0, 0));
	ATF_REQUIRE_EQ(0, change(slow_kq, 1, slow_filter,
	    EV_ADD | EV_DISPATCH, 0, 0));
	for (i = 0; i < 2; i++)
		ATF_REQUIRE_EQ(0, pthread_create(&pt[i], NULL, slow_reader,
		    NULL));
	rump_schedule();
	rump_kt_slow_event();
	rump_unschedule();
	for (i = 0; i < 2; i++)
		pthread_join(pt[i], NULL);
	ATF_CHECK_EQ(1, slow_seen);
	ATF_REQUIRE_EQ(0, change(slow_kq, 1, EVFILT_USER, EV_DELETE, 0,
	    0));
	ATF_CHECK_EQ(0, events(slow_kq, &k, 1, 0));
	ATF_REQUIRE_EQ(0, change(slow_kq, 1, slow_filter, EV_ENABLE, 0,
	    0));
	ATF_CHECK_EQ(1, events(slow_kq, &k, 1, 0));
	ATF_CHECK_EQ((uint32_t)slow_filter, k.filter);
}

/* Kqueues that watch kqueues: not too many deep, and never in a circle. */
#define NESTED	8

ATF_TC_WITHOUT_HEAD(kqueue_nested);
ATF_TC_BODY(kqueue_nested, tc)
{
	int kq[NESTED + 2], i;
	struct nb_kevent k[4];

	hk_boot("2");
	for (i = 0; i < NESTED + 2; i++)
		ATF_REQUIRE((kq[i] = rump_sys_kqueue()) >= 0);
	NB_FAILS(RUMP_EINVAL, change(kq[0], kq[0], EVFILT_READ, EV_ADD, 0, 0));
	NB_FAILS(RUMP_EINVAL, change(kq[0], kq[1], EVFILT_WRITE, EV_ADD, 0,
	    0));
	/* The outer ones first: those above must be raised. */
	for (i = NESTED; i > 0; i--)
		ATF_REQUIRE_EQ(0, change(kq[i], kq[i - 1], EVFILT_READ,
		    EV_ADD, 0, 0));
	for (i = 1; i <= NESTED; i++)
		NB_FAILS(RUMP_EINVAL, change(kq[0], kq[i], EVFILT_READ,
		    EV_ADD, 0, 0));
	NB_FAILS(RUMP_EINVAL, change(kq[3], kq[7], EVFILT_READ, EV_ADD, 0, 0));
	NB_FAILS(RUMP_EINVAL, change(kq[NESTED + 1], kq[NESTED], EVFILT_READ,
	    EV_ADD, 0, 0));
	/* A second way from below is none. */
	ATF_CHECK_EQ(0, change(kq[5], kq[0], EVFILT_READ, EV_ADD, 0, 0));

	ATF_CHECK_EQ(0, change(kq[0], 1, EVFILT_USER, EV_ADD, NOTE_TRIGGER,
	    0));
	for (i = 1; i <= NESTED; i++)
		ATF_CHECK_EQ(i == 5 ? 2 : 1, events(kq[i], k, 4, 0));
	for (i = 2; i <= NESTED; i++)
		ATF_CHECK_EQ(0, rump_sys_close(kq[i]));

	/* Either way round in turn: what watches none is on the ground. */
	for (i = 1; i < 40; i++) {
		ATF_REQUIRE_EQ(0, change(kq[i % 2], kq[(i + 1) % 2],
		    EVFILT_READ, i == 1 ? 0 : EV_ADD, 0, 0));
		ATF_REQUIRE_EQ(0, change(kq[i % 2], kq[(i + 1) % 2],
		    EVFILT_READ, EV_DELETE, 0, 0));
	}
}

ATF_TC_WITHOUT_HEAD(kqueue_timer);
ATF_TC_BODY(kqueue_timer, tc)
{
	struct nb_kevent k[4];
	double t;
	int kq;

	hk_boot("2");
	ATF_REQUIRE((kq = rump_sys_kqueue()) >= 0);
	t = now();
	ATF_CHECK_EQ(0, change(kq, 1, EVFILT_TIMER, EV_ADD | EV_ONESHOT, 0,
	    30));
	ATF_CHECK_EQ(1, events(kq, k, 4, 5000));
	ATF_CHECK(now() - t >= 0.029);
	ATF_CHECK_EQ(1, k[0].data);
	ATF_CHECK_EQ(0, events(kq, k, 4, 50));
	/* Periodic: counts what was missed. */
	ATF_CHECK_EQ(0, change(kq, 2, EVFILT_TIMER, EV_ADD, 0, 10));
	usleep(100000);
	ATF_CHECK_EQ(1, events(kq, k, 4, 5000));
	ATF_CHECK_MSG(k[0].data >= 3 && k[0].data <= 12, "%d",
	    (int)k[0].data);
	ATF_CHECK_EQ(1, events(kq, k, 4, 5000));
	ATF_CHECK_EQ(0, change(kq, 2, EVFILT_TIMER, EV_DELETE, 0, 0));
	ATF_CHECK_EQ(0, events(kq, k, 4, 30));
	NB_FAILS(RUMP_EINVAL, change(kq, 3, EVFILT_TIMER, EV_ADD, 0, -1));
	/* Closed while one is running. */
	ATF_CHECK_EQ(0, change(kq, 4, EVFILT_TIMER, EV_ADD, 3, 1000000));
	ATF_CHECK_EQ(0, rump_sys_close(kq));
}

ATF_TC_WITHOUT_HEAD(kqueue_proc);
ATF_TC_BODY(kqueue_proc, tc)
{
	struct lwp *l1, *l2;
	struct nb_kevent k[4];
	pid_t pid;
	int kq;

	rump_boot_setsigmodel(RUMP_SIGMODEL_IGNORE);
	hk_boot("2");
	ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFFD_CLEAR));
	l1 = rump_pub_lwproc_curlwp();
	ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFFD_CLEAR));
	l2 = rump_pub_lwproc_curlwp();
	pid = rump_sys_getpid();
	rump_pub_lwproc_switch(l1);
	ATF_REQUIRE((kq = rump_sys_kqueue()) >= 0);
	NB_FAILS(RUMP_ESRCH, change(kq, 31000, EVFILT_PROC, EV_ADD, NOTE_EXIT,
	    0));
	ATF_CHECK_EQ(0, change(kq, pid, EVFILT_PROC, EV_ADD, NOTE_EXIT, 0));
	ATF_CHECK_EQ(0, change(kq, 13, EVFILT_SIGNAL, EV_ADD, 0, 0));
	ATF_CHECK_EQ(0, events(kq, k, 4, 0));
	rump_pub_lwproc_switch(l2);
	rump_pub_lwproc_releaselwp();
	rump_pub_lwproc_switch(l1);
	ATF_CHECK_EQ(1, events(kq, k, 4, 1000));
	ATF_CHECK_EQ(pid, (pid_t)k[0].ident);
	ATF_CHECK_EQ(NOTE_EXIT, k[0].fflags);
	ATF_CHECK_EQ(0, events(kq, k, 4, 0));
	/* SIGPIPE, even though it is ignored. */
	{
		struct nb_pipe p = nb_pipe(0);

		ATF_CHECK_EQ(0, rump_sys_close(p.rd));
		NB_FAILS(RUMP_EPIPE, rump_sys_write(p.wr, "x", 1));
	}
	ATF_CHECK_EQ(1, events(kq, k, 4, 1000));
	ATF_CHECK_EQ(13, k[0].ident);
	ATF_CHECK_EQ(1, k[0].data);
	rump_pub_lwproc_releaselwp();
}

static atomic_int done;

static void *
kq_toggler(void *arg)
{
	int *fds = arg, i;

	for (i = 0; i < 3000; i++) {
		(void)change(fds[0], fds[1], EVFILT_READ,
		    i & 1 ? EV_DELETE : EV_ADD, 0, 0);
		(void)change(fds[0], 9, EVFILT_USER,
		    EV_ADD | EV_ONESHOT, NOTE_TRIGGER, 0);
	}
	return NULL;
}

static void *
kq_drainer(void *arg)
{
	struct nb_kevent k[4];
	int *fds = arg;

	while (!done)
		(void)events(fds[0], k, 4, 1);
	return NULL;
}

/* Registration, delivery and deletion at the same time. */
ATF_TC_WITHOUT_HEAD(kqueue_race);
ATF_TC_BODY(kqueue_race, tc)
{
	pthread_t t[4];
	struct nb_pipe p;
	int fds[2], i;
	char c;

	hk_boot("4");
	p = nb_pipe(RUMP_O_NONBLOCK);
	fds[0] = rump_sys_kqueue();
	fds[1] = p.rd;
	for (i = 0; i < 2; i++) {
		ATF_REQUIRE_EQ(0, pthread_create(&t[i], NULL, kq_toggler,
		    fds));
		ATF_REQUIRE_EQ(0, pthread_create(&t[2 + i], NULL, kq_drainer,
		    fds));
	}
	for (i = 0; i < 5000; i++) {
		(void)rump_sys_write(p.wr, "x", 1);
		(void)rump_sys_read(p.rd, &c, 1);
	}
	pthread_join(t[0], NULL);
	pthread_join(t[1], NULL);
	done = 1;
	pthread_join(t[2], NULL);
	pthread_join(t[3], NULL);
	ATF_CHECK_EQ(0, rump_sys_close(fds[0]));
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, pipe_io);
	ATF_TP_ADD_TC(tp, pipe_threads);
	ATF_TP_ADD_TC(tp, poll);
	ATF_TP_ADD_TC(tp, poll_many);
	ATF_TP_ADD_TC(tp, select);
	ATF_TP_ADD_TC(tp, kqueue_fd);
	ATF_TP_ADD_TC(tp, kqueue_user);
	ATF_TP_ADD_TC(tp, kqueue_busy);
	ATF_TP_ADD_TC(tp, kqueue_nested);
	ATF_TP_ADD_TC(tp, kqueue_timer);
	ATF_TP_ADD_TC(tp, kqueue_proc);
	ATF_TP_ADD_TC(tp, kqueue_race);
	return atf_no_error();
}
