/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System calls on the same objects by six threads, on one, two and 64 CPUs:
 * what goes in comes out, and nobody is left asleep.  All waits are without a
 * timeout unless that is what is tried.
 *
 * Covers: filedesc(9), knote(9), select(9), signal(9)
 */
#include "nb.h"
#include "contend.h"

#define	N	CONTEND_THREADS
#define	SIGUSR1_	30
#define	MONOTONIC	3
#define	EV_ADD		0x0001
#define	EV_ENABLE	0x0004
#define	EV_ONESHOT	0x0010
#define	EV_DISPATCH	0x0080
#define	EVFILT_READ	0
#define	EVFILT_USER	8
#define	NOTE_TRIGGER	0x01000000

/* Every other thread gets an lwp of its own, in process 1 like the rest. */
static void
enter(u_int id)
{

	if (id % 2 != 0)
		ATF_REQUIRE_EQ(0, rump_pub_lwproc_newlwp(1));
}

static void
leave(u_int id)
{

	if (id % 2 != 0)
		rump_pub_lwproc_releaselwp();
}

static u_int writers;
static uint64_t total_in, total_out;

static bool
last_writer(void)
{

	return __atomic_sub_fetch(&writers, 1, __ATOMIC_ACQ_REL) == 0;
}

static void
count(uint64_t *total, uint64_t n)
{

	__atomic_fetch_add(total, n, __ATOMIC_RELAXED);
}

/* Small writes are not torn; the last close is the end for all readers. */
#define	PIPE_ROUNDS	6000
static struct nb_pipe pipes[N];

static void
pipe_body(u_int id)
{
	uint64_t rec[4], sum = 0;
	u_int i, j;

	enter(id);
	if (id < N / 2) {
		for (i = 0; i < PIPE_ROUNDS; i++) {
			for (j = 0; j < 4; j++)
				rec[j] = id << 16 | i;
			ATF_REQUIRE_EQ(sizeof(rec), rump_sys_write(
			    pipes[0].wr, rec, sizeof(rec)));
			sum += rec[0];
		}
		count(&total_in, sum);
		if (last_writer())
			ATF_REQUIRE_EQ(0, rump_sys_close(pipes[0].wr));
	} else {
		while (rump_sys_read(pipes[0].rd, rec, sizeof(rec)) ==
		    sizeof(rec)) {
			for (j = 1; j < 4; j++)
				ATF_REQUIRE_EQ(rec[0], rec[j]);
			sum += rec[0];
		}
		count(&total_out, sum);
	}
	leave(id);
}

static void
contend_pipe(void)
{

	pipes[0] = nb_pipe(0);
	writers = N / 2;
	contend(N, pipe_body);
	ATF_CHECK_EQ(total_in, total_out);
	ATF_CHECK(total_in > 0);
}
CONTEND_HOST(contend_pipe)

/*
 * Three threads feed a pipe each, three others wait for all pipes in one
 * kqueue; who gets an event reads what is there and arms it again.  The end
 * is a user event, which stays.
 */
#define	KQ_ROUNDS	3000
static int kq;

static void
kq_change(uint64_t ident, uint32_t filter, uint32_t flags, uint32_t fflags)
{
	struct nb_kevent k = {
		.ident = ident, .filter = filter, .flags = flags,
		.fflags = fflags,
	};

	ATF_REQUIRE_EQ(0, rump_sys_kevent(kq, (void *)&k, 1, NULL, 0, NULL));
}

static void
kq_consume(void)
{
	struct nb_kevent k[2];
	char buf[64];
	ssize_t got;
	int i, n;

	for (;;) {
		n = rump_sys_kevent(kq, NULL, 0, (void *)k, 2, NULL);
		ATF_REQUIRE(n > 0);
		for (i = 0; i < n; i++) {
			if (k[i].filter == EVFILT_USER)
				return;
			/* Nobody else has it until it is enabled. */
			got = rump_sys_read((int)k[i].ident, buf, sizeof(buf));
			ATF_REQUIRE(got > 0);
			kq_change(k[i].ident, EVFILT_READ, EV_ENABLE, 0);
			count(&total_out, got);
			if (__atomic_load_n(&total_out, __ATOMIC_RELAXED) ==
			    N / 2 * KQ_ROUNDS)
				kq_change(1, EVFILT_USER, 0, NOTE_TRIGGER);
		}
	}
}

static void
kq_body(u_int id)
{
	u_int i;

	enter(id);
	if (id >= N / 2)
		kq_consume();
	for (i = 0; id < N / 2 && i < KQ_ROUNDS; i++)
		ATF_REQUIRE_EQ(1, rump_sys_write(pipes[id].wr, "x", 1));
	leave(id);
}

static void
contend_kqueue(void)
{
	u_int i;

	ATF_REQUIRE((kq = rump_sys_kqueue()) >= 0);
	kq_change(1, EVFILT_USER, EV_ADD, 0);
	for (i = 0; i < N / 2; i++) {
		pipes[i] = nb_pipe(0);
		kq_change(pipes[i].rd, EVFILT_READ, EV_ADD | EV_DISPATCH, 0);
	}
	contend(N, kq_body);
	ATF_CHECK_EQ(N / 2 * KQ_ROUNDS, total_out);
}
CONTEND_HOST(contend_kqueue)

/* Two may be inside of one semaphore, one inside of the other. */
#define	KSEM_ROUNDS	4000
static intptr_t two, one;
static u_int inside, alone;

static void
ksem_body(u_int id)
{
	struct timespec ts;
	u_int i;

	enter(id);
	ATF_REQUIRE_EQ(0, rump_sys_clock_gettime(0, &ts));
	ts.tv_sec += 300;
	for (i = 0; i < KSEM_ROUNDS; i++) {
		if (i % 3 == 0)
			ATF_REQUIRE_EQ(0, rump_sys__ksem_timedwait(two, &ts));
		else
			ATF_REQUIRE_EQ(0, rump_sys__ksem_wait(two));
		ATF_REQUIRE(__atomic_add_fetch(&inside, 1,
		    __ATOMIC_RELAXED) <= 2);
		if (i % 4 != 0 || rump_sys__ksem_trywait(one) != 0)
			ATF_REQUIRE_EQ(0, rump_sys__ksem_wait(one));
		alone++;
		ATF_REQUIRE_EQ(0, rump_sys__ksem_post(one));
		__atomic_fetch_sub(&inside, 1, __ATOMIC_RELAXED);
		ATF_REQUIRE_EQ(0, rump_sys__ksem_post(two));
	}
	leave(id);
}

static void
contend_ksem(void)
{
	unsigned int v = 0;

	ATF_REQUIRE_EQ(0, rump_sys__ksem_init(2, &two));
	ATF_REQUIRE_EQ(0, rump_sys__ksem_init(1, &one));
	contend(N, ksem_body);
	ATF_CHECK_EQ(N * KSEM_ROUNDS, alone);
	ATF_CHECK_EQ(0, rump_sys__ksem_getvalue(two, &v));
	ATF_CHECK_EQ(2, v);
}
CONTEND_HOST(contend_ksem)

/*
 * Tokens go round from pipe to pipe; each thread waits for one in its pipe,
 * or for the next round in that of all, which never comes.
 */
#define	POLL_ROUNDS	1200
static struct nb_pipe never;

static void
await(u_int id, u_int how)
{
	struct nb_pollfd pf[2] = {
		{ never.rd, NB_POLLIN, 0 }, { pipes[id].rd, NB_POLLIN, 0 },
	};
	uint32_t set[8] = { 0 };
	int fd = pipes[id].rd;

	switch (how % 3) {
	case 0:
		ATF_REQUIRE_EQ(1, rump_sys_poll((void *)pf, 2, -1));
		ATF_REQUIRE_EQ(NB_POLLIN, pf[1].revents);
		break;
	case 1:
		ATF_REQUIRE_EQ(1, rump_sys_pollts((void *)pf, 2, NULL, NULL));
		break;
	case 2:
		set[fd / 32] |= 1U << fd % 32;
		set[never.rd / 32] |= 1U << never.rd % 32;
		ATF_REQUIRE_EQ(1, rump_sys_select(256, (void *)set,
		    NULL, NULL, NULL));
		ATF_REQUIRE(set[fd / 32] == 1U << fd % 32);
		break;
	}
}

static void
poll_body(u_int id)
{
	u_int i, n;

	enter(id);
	for (i = 0; i < POLL_ROUNDS; i++) {
		await(id, i);
		ATF_REQUIRE_EQ(sizeof(n), rump_sys_read(pipes[id].rd, &n,
		    sizeof(n)));
		n++;
		if (i % 5 == 0)
			sched_yield();
		ATF_REQUIRE_EQ(sizeof(n), rump_sys_write(
		    pipes[(id + 1) % N].wr, &n, sizeof(n)));
	}
	leave(id);
}

static void
contend_poll(void)
{
	u_int i, n, sum = 0;

	never = nb_pipe(0);
	for (i = 0; i < N; i++)
		pipes[i] = nb_pipe(0);
	for (i = n = 0; i < 2; i++)
		ATF_REQUIRE_EQ(sizeof(n), rump_sys_write(pipes[i * N / 2].wr,
		    &n, sizeof(n)));
	contend(N, poll_body);
	/* Where the tokens ended, and how often they were passed on. */
	for (i = 0; i < 2; i++) {
		ATF_REQUIRE_EQ(sizeof(n), rump_sys_read(pipes[i * N / 2].rd,
		    &n, sizeof(n)));
		sum += n;
	}
	ATF_CHECK_EQ(N * POLL_ROUNDS, sum);
}
CONTEND_HOST(contend_poll)

/*
 * What was written is read, in lumps; who finds all of it there writes one
 * more, to wake the next reader for the same discovery.
 */
#define	EVENT_ROUNDS	3000
#define	EVENT_SUM	(N / 2 * 3 * EVENT_ROUNDS)
static int event;

static void
event_body(u_int id)
{
	uint64_t v;
	u_int i;

	enter(id);
	for (i = 0; id < N / 2 && i < EVENT_ROUNDS; i++) {
		v = 3;
		ATF_REQUIRE_EQ(8, rump_sys_write(event, &v, sizeof(v)));
	}
	while (id >= N / 2) {
		ATF_REQUIRE_EQ(8, rump_sys_read(event, &v, sizeof(v)));
		if (__atomic_add_fetch(&total_out, v, __ATOMIC_RELAXED) >=
		    EVENT_SUM)
			break;
	}
	v = 1;
	if (id >= N / 2)
		ATF_REQUIRE_EQ(8, rump_sys_write(event, &v, sizeof(v)));
	leave(id);
}

static void
contend_eventfd(void)
{
	uint64_t v;

	ATF_REQUIRE((event = rump_sys_eventfd(0, 0)) >= 0);
	contend(N, event_body);
	ATF_REQUIRE_EQ(8, rump_sys_read(event, &v, sizeof(v)));
	ATF_CHECK_EQ(EVENT_SUM + N / 2, total_out + v);
}
CONTEND_HOST(contend_eventfd)

/*
 * Timers are set anew all the time, expire and go; one that is left alone
 * wakes its reader, once.
 */
#define	TIMER_ROUNDS	12

static void
timer_body(u_int id)
{
	struct { int notify, signo; void *v[3]; } ev = { 1, SIGUSR1_, {} };
	struct nb_itimerspec its, old;
	u_int seed = id, i, j;
	timer_t timer;
	uint64_t v;
	int fd;

	enter(id);
	ATF_REQUIRE((fd = rump_sys_timerfd_create(MONOTONIC, 0)) >= 0);
	for (i = 0; i < TIMER_ROUNDS; i++) {
		ATF_REQUIRE_EQ(0, rump_sys_timer_create(MONOTONIC,
		    (void *)&ev, &timer));
		for (j = 0; j < 50; j++) {
			its = nb_its(contend_rand(&seed, 3) * 5,
			    contend_rand(&seed, 2));
			ATF_REQUIRE_EQ(0, rump_sys_timer_settime(timer, 0,
			    (void *)&its, (void *)&old));
			ATF_REQUIRE_EQ(0, rump_sys_timerfd_settime(fd, 0,
			    (void *)&its, NULL));
			ATF_REQUIRE_EQ(0, rump_sys_timer_gettime(timer,
			    (void *)&old));
			ATF_REQUIRE(rump_sys_timer_getoverrun(timer) >= 0);
		}
		its = nb_its(1, 0);
		ATF_REQUIRE_EQ(0, rump_sys_timerfd_settime(fd, 0,
		    (void *)&its, NULL));
		ATF_REQUIRE_EQ(8, rump_sys_read(fd, &v, sizeof(v)));
		ATF_REQUIRE_EQ(1, v);
		ATF_REQUIRE_EQ(0, rump_sys_timer_delete(timer));
	}
	ATF_REQUIRE_EQ(0, rump_sys_close(fd));
	leave(id);
}

static void
contend_timer(void)
{

	contend(N, timer_body);
}
CONTEND_HOST(contend_timer)

/*
 * Numbers are closed, taken over and copied into processes that come and go,
 * under the eyes of others.  In the end nobody may hold the pipe's end.
 */
#define	DESC_ROUNDS	4000

static void
desc_body(u_int id)
{
	u_int seed = id, i, fd;

	for (i = 0; i < DESC_ROUNDS; i++) {
		fd = 2 + contend_rand(&seed, 6);
		switch (contend_rand(&seed, 8)) {
		case 0:
		case 1:
			(void)rump_sys_close(fd);
			break;
		case 2:
		case 3:
			(void)rump_sys_dup2(1, fd);
			break;
		case 4:
			(void)rump_sys_fcntl(fd, NB_F_DUPFD, 2 + i % 20);
			break;
		case 5:
			(void)rump_sys_write(fd, "x", 1);
			break;
		case 6:
			(void)rump_sys_fcntl(fd, NB_F_SETFD, i % 2);
			break;
		case 7:
			ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(i % 2 ?
			    RUMP_RFFD_COPY : RUMP_RFFD_SHARE));
			(void)rump_sys_close(fd);
			rump_pub_lwproc_releaselwp();
			break;
		}
	}
}

static void
contend_desc(void)
{
	char buf[512];
	ssize_t n;

	pipes[0] = nb_pipe(0);
	ATF_REQUIRE(pipes[0].rd == 0 && pipes[0].wr == 1);
	ATF_REQUIRE_EQ(0, rump_sys_fcntl(1, 4, RUMP_O_NONBLOCK));
	contend(N, desc_body);
	ATF_CHECK_EQ(0, rump_sys_fcntl(1, NB_F_CLOSEM));
	while ((n = rump_sys_read(0, buf, sizeof(buf))) > 0)
		continue;
	ATF_CHECK_EQ(0, n);
}
CONTEND_HOST(contend_desc)

/*
 * A process gets a signal while its lwp is put away and taken up again; sooner
 * or later that lwp's sleep ends because of it.
 */
#define	SIGNAL_ROUNDS	1500

int	rump_kt_contend_signal(pid_t, int);
static pid_t pids[N / 2];

static void
signal_receive(u_int id)
{
	struct lwp *l;
	u_int i, j;
	char c;

	for (i = 0; i < SIGNAL_ROUNDS; i++) {
		ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFFD_SHARE));
		l = rump_pub_lwproc_curlwp();
		__atomic_store_n(&pids[id], rump_sys_getpid(),
		    __ATOMIC_RELEASE);
		for (j = 0; j < 40; j++) {
			rump_pub_lwproc_switch(NULL);
			rump_pub_lwproc_switch(l);
		}
		NB_FAILS(RUMP_EINTR, rump_sys_read(never.rd, &c, 1));
		rump_pub_lwproc_releaselwp();
	}
	__atomic_store_n(&pids[id], -1, __ATOMIC_RELEASE);
}

static void
signal_send(u_int id)
{
	pid_t pid = 0, is;

	while ((is = __atomic_load_n(&pids[id], __ATOMIC_ACQUIRE)) != -1) {
		if (is == pid) {
			sched_yield();
			continue;
		}
		pid = is;
		rump_schedule();
		ATF_REQUIRE_EQ(0, rump_kt_contend_signal(pid, SIGUSR1_));
		rump_unschedule();
	}
}

static void
signal_body(u_int id)
{

	if (id < N / 2)
		signal_receive(id);
	else
		signal_send(id - N / 2);
}

static void
contend_signal(void)
{

	never = nb_pipe(0);
	contend(N, signal_body);
}

#define	CONTEND_SIGNAL(ncpu)						\
ATF_TC_WITHOUT_HEAD(contend_signal_##ncpu);				\
ATF_TC_BODY(contend_signal_##ncpu, tc)					\
{									\
									\
	rump_boot_setsigmodel(RUMP_SIGMODEL_RECORD);			\
	hk_boot(#ncpu);							\
	contend_signal();						\
}
CONTEND_SIGNAL(1)
CONTEND_SIGNAL(2)
CONTEND_SIGNAL(64)

ATF_TP_ADD_TCS(tp)
{

	CONTEND_ADD(contend_pipe);
	CONTEND_ADD(contend_kqueue);
	CONTEND_ADD(contend_ksem);
	CONTEND_ADD(contend_poll);
	CONTEND_ADD(contend_eventfd);
	CONTEND_ADD(contend_timer);
	CONTEND_ADD(contend_desc);
	CONTEND_ADD(contend_signal);
	return atf_no_error();
}
