/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Descriptors to wait on that are no files: eventfd(2); timerfd_create(2),
 * timerfd_settime(2), timerfd_gettime(2).
 *
 * Covers: eventfd(2), timerfd_create(2)
 */
#include "nb.h"

#define EV_ADD		0x0001
#define EVFILT_READ	0
#define EVFILT_WRITE	1
#define EVFILT_VNODE	3
#define NB_SIGUSR1	30
#define NB_FIONREAD	0x4004667fUL
#define REALTIME	0
#define MONOTONIC	3
#define EFD_MAX		(UINT64_MAX - 1)

static ssize_t
get(int fd, uint64_t *v)
{

	*v = 0;
	return rump_sys_read(fd, v, sizeof(*v));
}

static ssize_t
put(int fd, uint64_t v)
{

	return rump_sys_write(fd, &v, sizeof(v));
}

/* What poll(2) says at once. */
static int
polled(int fd)
{
	struct nb_pollfd pf = { fd, NB_POLLIN | NB_POLLOUT, 0 };

	ATF_REQUIRE(rump_sys_poll((void *)&pf, 1, 0) >= 0);
	return pf.revents;
}

static int
watch(int kq, int fd, uint32_t filter)
{
	struct nb_kevent k = {
		.ident = fd, .filter = filter, .flags = EV_ADD
	};

	return rump_sys_kevent(kq, (void *)&k, 1, NULL, 0, NULL);
}

static int
event(int kq, struct nb_kevent *k, int ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000L };

	return rump_sys_kevent(kq, NULL, 0, (void *)k, 1, (void *)&ts);
}

/* eventfd(2): count, limits and errors. */
ATF_TC_WITHOUT_HEAD(count);
ATF_TC_BODY(count, tc)
{
	uint64_t v;
	char c[16];
	int fd, n;

	hk_boot("2");
	NB_FAILS(RUMP_EINVAL, rump_sys_eventfd(0, 1));
	fd = rump_sys_eventfd(7, RUMP_EFD_NONBLOCK | RUMP_EFD_CLOEXEC);
	ATF_REQUIRE(fd >= 0);
	ATF_CHECK_EQ(1, rump_sys_fcntl(fd, NB_F_GETFD));
	ATF_CHECK_EQ(0, rump_sys_ioctl(fd, NB_FIONREAD, &n));
	ATF_CHECK_EQ(8, n);
	ATF_CHECK_EQ(8, get(fd, &v));
	ATF_CHECK_EQ(7, v);
	NB_FAILS(RUMP_EAGAIN, get(fd, &v));
	ATF_CHECK_EQ(NB_POLLOUT, polled(fd));
	ATF_CHECK_EQ(8, put(fd, 0));
	NB_FAILS(RUMP_EAGAIN, get(fd, &v));
	ATF_CHECK_EQ(8, put(fd, 3));
	ATF_CHECK_EQ(8, put(fd, EFD_MAX - 4));
	ATF_CHECK_EQ(NB_POLLIN | NB_POLLOUT, polled(fd));
	NB_FAILS(RUMP_EAGAIN, put(fd, 2));
	ATF_CHECK_EQ(8, put(fd, 1));
	ATF_CHECK_EQ(NB_POLLIN, polled(fd));
	NB_FAILS(RUMP_EAGAIN, put(fd, 1));
	NB_FAILS(RUMP_EINVAL, put(fd, UINT64_MAX));
	/* What cannot be copied is not taken. */
	NB_FAILS(RUMP_EFAULT, rump_sys_read(fd, NULL, 8));
	NB_FAILS(RUMP_EFAULT, rump_sys_write(fd, NULL, 8));
	NB_FAILS(RUMP_EINVAL, rump_sys_read(fd, c, 7));
	NB_FAILS(RUMP_EINVAL, rump_sys_write(fd, c, 7));
	ATF_CHECK_EQ(8, rump_sys_read(fd, c, sizeof(c)));
	memcpy(&v, c, sizeof(v));
	ATF_CHECK_EQ(EFD_MAX, v);
	memset(c, 0, sizeof(c));
	c[0] = 5;
	ATF_CHECK_EQ(8, rump_sys_write(fd, c, sizeof(c)));
	ATF_CHECK_EQ(8, get(fd, &v));
	ATF_CHECK_EQ(*(uint64_t *)(void *)c, v);
	NB_FAILS(RUMP_EINVAL, rump_sys_timerfd_gettime(fd, (void *)c));
	ATF_CHECK_EQ(0, rump_sys_close(fd));
	NB_FAILS(RUMP_EBADF, get(fd, &v));
}

/* eventfd(2), EFD_SEMAPHORE: one at a time. */
ATF_TC_WITHOUT_HEAD(semaphore);
ATF_TC_BODY(semaphore, tc)
{
	uint64_t v;
	int fd, i;

	hk_boot("2");
	fd = rump_sys_eventfd(2, RUMP_EFD_NONBLOCK | RUMP_EFD_SEMAPHORE);
	ATF_REQUIRE(fd >= 0);
	ATF_CHECK_EQ(8, put(fd, 1));
	for (i = 0; i < 3; i++) {
		ATF_CHECK_EQ(8, get(fd, &v));
		ATF_CHECK_EQ(1, v);
	}
	NB_FAILS(RUMP_EAGAIN, get(fd, &v));
}

/* Descriptors are used up: EMFILE. */
ATF_TC_WITHOUT_HEAD(limit);
ATF_TC_BODY(limit, tc)
{
	struct nb_rlimit rl = { 3, 3 };

	hk_boot("2");
	ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFFD_CLEAR));
	ATF_REQUIRE_EQ(0, rump_sys_setrlimit(NB_RLIMIT_NOFILE, (void *)&rl));
	ATF_CHECK_EQ(0, rump_sys_eventfd(0, 0));
	ATF_CHECK_EQ(1, rump_sys_timerfd_create(MONOTONIC, 0));
	ATF_CHECK_EQ(2, rump_sys_eventfd(0, 0));
	NB_FAILS(RUMP_EMFILE, rump_sys_eventfd(0, 0));
	NB_FAILS(RUMP_EMFILE, rump_sys_timerfd_create(MONOTONIC, 0));
}

struct job {
	pthread_t	thread;
	int		fd, rv, error, n;
	uint64_t	val;
	struct lwp	*lwp;
};

static void *
reader(void *arg)
{
	struct job *j = arg;

	j->rv = (int)get(j->fd, &j->val);
	j->error = errno;
	return NULL;
}

static void *
writer(void *arg)
{
	struct job *j = arg;

	j->rv = (int)put(j->fd, j->val);
	j->error = errno;
	return NULL;
}

static void
job_start(struct job *j, void *(*func)(void *), int fd, uint64_t val)
{

	j->fd = fd;
	j->val = val;
	ATF_REQUIRE_EQ(0, pthread_create(&j->thread, NULL, func, j));
	usleep(30000);
}

/* Reads and writes that wait, and that lose their descriptor. */
ATF_TC_WITHOUT_HEAD(block);
ATF_TC_BODY(block, tc)
{
	struct job j;
	uint64_t v;
	int fd;

	hk_boot("2");
	ATF_REQUIRE((fd = rump_sys_eventfd(0, 0)) >= 0);
	job_start(&j, reader, fd, 0);
	ATF_CHECK_EQ(8, put(fd, 5));
	pthread_join(j.thread, NULL);
	ATF_CHECK_EQ(8, j.rv);
	ATF_CHECK_EQ(5, j.val);

	ATF_CHECK_EQ(8, put(fd, EFD_MAX));
	job_start(&j, writer, fd, 9);
	ATF_CHECK_EQ(8, get(fd, &v));
	ATF_CHECK_EQ(EFD_MAX, v);
	pthread_join(j.thread, NULL);
	ATF_CHECK_EQ(8, j.rv);
	ATF_CHECK_EQ(8, get(fd, &v));
	ATF_CHECK_EQ(9, v);

	job_start(&j, reader, fd, 0);
	ATF_CHECK_EQ(0, rump_sys_close(fd));
	pthread_join(j.thread, NULL);
	ATF_CHECK_EQ(-1, j.rv);
	ATF_CHECK_EQ(RUMP_EBADF, j.error);

	ATF_REQUIRE((fd = rump_sys_timerfd_create(MONOTONIC, 0)) >= 0);
	job_start(&j, reader, fd, 0);
	ATF_CHECK_EQ(0, rump_sys_close(fd));
	pthread_join(j.thread, NULL);
	ATF_CHECK_EQ(RUMP_EBADF, j.error);
}

/* A signal ends them: EINTR, and nothing is lost. */
ATF_TC_WITHOUT_HEAD(interrupt);
ATF_TC_BODY(interrupt, tc)
{
	struct nb_itimerspec its = nb_its(30, 0);
	struct { int notify, signo; void *v[3]; } ev = { 1, NB_SIGUSR1, {} };
	timer_t id = NULL;
	uint64_t v;
	int fd, tfd;

	rump_boot_setsigmodel(RUMP_SIGMODEL_RECORD);
	hk_boot("2");
	ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFFD_CLEAR));
	ATF_REQUIRE_EQ(0, rump_sys_timer_create(MONOTONIC, (void *)&ev, &id));
	ATF_REQUIRE_EQ(0, rump_sys_timer_settime(id, 0, (void *)&its, NULL));
	ATF_REQUIRE((fd = rump_sys_eventfd(0, 0)) >= 0);
	ATF_REQUIRE((tfd = rump_sys_timerfd_create(MONOTONIC, 0)) >= 0);
	NB_FAILS(RUMP_EINTR, get(fd, &v));
	/* It stays pending. */
	NB_FAILS(RUMP_EINTR, get(tfd, &v));
	ATF_CHECK_EQ(8, put(fd, EFD_MAX));
	NB_FAILS(RUMP_EINTR, put(fd, 1));
	ATF_CHECK_EQ(8, get(fd, &v));
	ATF_CHECK_EQ(EFD_MAX, v);
}

/* select(2) and kqueue(2). */
ATF_TC_WITHOUT_HEAD(wait);
ATF_TC_BODY(wait, tc)
{
	struct nb_itimerspec its = nb_its(40, 0);
	struct timeval tv = { 5, 0 };
	uint32_t in[8] = { 0 };
	struct nb_pollfd pf;
	struct nb_kevent k;
	struct job j;
	uint64_t v;
	int fd, tfd, kq;

	hk_boot("2");
	ATF_REQUIRE((kq = rump_sys_kqueue()) >= 0);
	ATF_REQUIRE((fd = rump_sys_eventfd(0, 0)) >= 0);
	ATF_REQUIRE((tfd = rump_sys_timerfd_create(REALTIME, 0)) >= 0);
	NB_FAILS(RUMP_EINVAL, watch(kq, fd, EVFILT_VNODE));
	NB_FAILS(RUMP_EINVAL, watch(kq, tfd, EVFILT_WRITE));
	ATF_CHECK_EQ(0, watch(kq, fd, EVFILT_READ));
	ATF_CHECK_EQ(0, watch(kq, tfd, EVFILT_READ));
	ATF_CHECK_EQ(0, event(kq, &k, 0));
	job_start(&j, writer, fd, 6);
	ATF_CHECK_EQ(1, event(kq, &k, 5000));
	ATF_CHECK_EQ(fd, (int)k.ident);
	ATF_CHECK_EQ(6, k.data);
	pthread_join(j.thread, NULL);
	ATF_CHECK_EQ(8, get(fd, &v));
	ATF_CHECK_EQ(0, event(kq, &k, 0));
	ATF_CHECK_EQ(0, watch(kq, fd, EVFILT_WRITE));
	ATF_CHECK_EQ(1, event(kq, &k, 0));
	ATF_CHECK_EQ(EVFILT_WRITE, k.filter);
	ATF_CHECK_EQ(8, put(fd, EFD_MAX));
	ATF_CHECK_EQ(1, event(kq, &k, 0));
	ATF_CHECK_EQ(EVFILT_READ, k.filter);
	ATF_CHECK_EQ(8, get(fd, &v));
	ATF_CHECK_EQ(0, rump_sys_close(fd));

	ATF_CHECK_EQ(0, polled(tfd));
	ATF_CHECK_EQ(0, rump_sys_timerfd_settime(tfd, 0, (void *)&its, NULL));
	ATF_CHECK_EQ(1, event(kq, &k, 5000));
	ATF_CHECK_EQ(tfd, (int)k.ident);
	ATF_CHECK_EQ(1, k.data);
	ATF_CHECK_EQ(NB_POLLIN, polled(tfd));
	its = nb_its(100000, 0);
	ATF_CHECK_EQ(0, rump_sys_timerfd_settime(tfd, 0, (void *)&its, NULL));
	ATF_CHECK_EQ(0, polled(tfd));
	its = nb_its(40, 0);
	ATF_CHECK_EQ(0, rump_sys_timerfd_settime(tfd, 0, (void *)&its, NULL));
	in[0] = 1U << tfd;
	ATF_CHECK_EQ(1, rump_sys_select(tfd + 1, (void *)in, NULL, NULL,
	    &tv));
	ATF_CHECK_EQ(8, get(tfd, &v));
	ATF_CHECK_EQ(0, rump_sys_timerfd_settime(tfd, 0, (void *)&its, NULL));
	pf.fd = tfd;
	pf.events = NB_POLLIN;
	ATF_CHECK_EQ(1, rump_sys_poll((void *)&pf, 1, 5000));
	/* The descriptor goes with a knote on it, and armed. */
	its = nb_its(1, 1);
	ATF_CHECK_EQ(0, rump_sys_timerfd_settime(tfd, 0, (void *)&its, NULL));
	ATF_CHECK_EQ(0, rump_sys_close(tfd));
	ATF_CHECK_EQ(0, event(kq, &k, 30));
}

/* timerfd_settime(2), timerfd_gettime(2), ERRORS. */
ATF_TC_WITHOUT_HEAD(timerfd);
ATF_TC_BODY(timerfd, tc)
{
	struct nb_itimerspec its = nb_its(30, 20), old;
	struct timespec ts;
	uint64_t v, sum;
	int fd, efd;
	double t;

	hk_boot("2");
	NB_FAILS(RUMP_EINVAL, rump_sys_timerfd_create(1, 0));
	NB_FAILS(RUMP_EINVAL, rump_sys_timerfd_create(REALTIME, 1));
	fd = rump_sys_timerfd_create(MONOTONIC, RUMP_TFD_CLOEXEC |
	    RUMP_TFD_NONBLOCK);
	ATF_REQUIRE(fd >= 0);
	ATF_CHECK_EQ(1, rump_sys_fcntl(fd, NB_F_GETFD));
	ATF_REQUIRE((efd = rump_sys_eventfd(0, 0)) >= 0);
	NB_FAILS(RUMP_EAGAIN, get(fd, &v));
	NB_FAILS(RUMP_EINVAL, rump_sys_read(fd, &v, 7));
	NB_FAILS(RUMP_EOPNOTSUPP, put(fd, 1));
	NB_FAILS(RUMP_EINVAL, rump_sys_timerfd_settime(fd, 4, (void *)&its,
	    NULL));
	NB_FAILS(RUMP_EINVAL, rump_sys_timerfd_settime(efd, 0, (void *)&its,
	    NULL));
	NB_FAILS(RUMP_EBADF, rump_sys_timerfd_settime(77, 0, (void *)&its,
	    NULL));
	NB_FAILS(RUMP_EBADF, rump_sys_timerfd_gettime(77, (void *)&its));
	NB_FAILS(RUMP_EFAULT, rump_sys_timerfd_settime(fd, 0, NULL, NULL));
	NB_FAILS(RUMP_EFAULT, rump_sys_timerfd_gettime(fd, NULL));
	old = its;
	old.it_value.tv_nsec = 1000000000;
	NB_FAILS(RUMP_EINVAL, rump_sys_timerfd_settime(fd, 0, (void *)&old,
	    NULL));

	t = nb_now();
	ATF_CHECK_EQ(0, rump_sys_timerfd_settime(fd, 0, (void *)&its,
	    (void *)&old));
	ATF_CHECK(old.it_value.tv_sec == 0 && old.it_value.tv_nsec == 0);
	usleep(200000);
	NB_FAILS(RUMP_EFAULT, rump_sys_read(fd, NULL, 8));
	ATF_CHECK_EQ(8, get(fd, &v));
	sum = (uint64_t)((nb_now() - t - 0.03) / 0.02) + 1;
	ATF_CHECK_MSG(v >= 5 && v <= sum, "%ju of %ju", (uintmax_t)v,
	    (uintmax_t)sum);
	ATF_CHECK_EQ(0, rump_sys_timerfd_gettime(fd, (void *)&old));
	ATF_CHECK_EQ(20000000, old.it_interval.tv_nsec);
	ATF_CHECK(old.it_value.tv_nsec > 0 &&
	    old.it_value.tv_nsec <= 20000000);
	its = nb_its(0, 0);
	ATF_CHECK_EQ(0, rump_sys_timerfd_settime(fd, 0, (void *)&its, NULL));
	usleep(50000);
	NB_FAILS(RUMP_EAGAIN, get(fd, &v));
	/* Absolute, and over. */
	ATF_REQUIRE_EQ(0, rump_sys_clock_gettime(MONOTONIC, &ts));
	its.it_value = ts;
	ATF_CHECK_EQ(0, rump_sys_timerfd_settime(fd, RUMP_TFD_TIMER_ABSTIME,
	    (void *)&its, NULL));
	ATF_CHECK_EQ(4, rump_sys_fcntl(fd, NB_F_GETFL) & 4);
	ATF_CHECK_EQ(0, rump_sys_fcntl(fd, NB_F_SETFL, (void *)0));
	ATF_CHECK_EQ(8, get(fd, &v));
	ATF_CHECK_EQ(1, v);
}

/* timerfd_settime(2), TFD_TIMER_CANCEL_ON_SET: ECANCELED. */
ATF_TC_WITHOUT_HEAD(cancel);
ATF_TC_BODY(cancel, tc)
{
	struct nb_itimerspec its = nb_its(1000000, 0);
	struct timespec ts;
	int fd, mono, plain;
	struct job j;
	uint64_t v;

	hk_boot("2");
	ATF_REQUIRE((fd = rump_sys_timerfd_create(REALTIME, 0)) >= 0);
	ATF_REQUIRE((plain = rump_sys_timerfd_create(REALTIME, 0)) >= 0);
	ATF_REQUIRE((mono = rump_sys_timerfd_create(MONOTONIC, 0)) >= 0);
	ATF_CHECK_EQ(0, rump_sys_timerfd_settime(fd,
	    RUMP_TFD_TIMER_CANCEL_ON_SET, (void *)&its, NULL));
	ATF_CHECK_EQ(0, rump_sys_timerfd_settime(mono,
	    RUMP_TFD_TIMER_CANCEL_ON_SET, (void *)&its, NULL));
	ATF_CHECK_EQ(0, rump_sys_timerfd_settime(plain, 0, (void *)&its,
	    NULL));
	job_start(&j, reader, fd, 0);
	ATF_REQUIRE_EQ(0, rump_sys_clock_gettime(REALTIME, &ts));
	ATF_REQUIRE_EQ(0, rump_sys_clock_settime(REALTIME, &ts));
	pthread_join(j.thread, NULL);
	ATF_CHECK_EQ(-1, j.rv);
	ATF_CHECK_EQ(RUMP_ECANCELED, j.error);
	ATF_CHECK_EQ(NB_POLLIN, polled(fd));
	ATF_CHECK_EQ(0, polled(plain));
	ATF_CHECK_EQ(0, polled(mono));
	ATF_CHECK_EQ(0, rump_sys_timerfd_gettime(fd, (void *)&its));
	ATF_CHECK(its.it_value.tv_sec == 0 && its.it_value.tv_nsec == 0);
	NB_FAILS(RUMP_ECANCELED, get(fd, &v));
	/* Setting it makes it a timer again. */
	its = nb_its(20, 0);
	ATF_CHECK_EQ(0, rump_sys_timerfd_settime(fd, 0, (void *)&its, NULL));
	ATF_CHECK_EQ(8, get(fd, &v));
	ATF_CHECK_EQ(1, v);
}

#define ROUNDS	2000

static void *
producer(void *arg)
{
	struct job *j = arg;
	int i;

	for (i = 0; i < ROUNDS; i++)
		if (put(j->fd, j->val) != 8)
			abort();
	return NULL;
}

static void *
consumer(void *arg)
{
	struct job *j = arg;
	uint64_t v;

	for (j->rv = 0; j->rv < ROUNDS; j->rv += (int)v)
		if (get(j->fd, &v) != 8 || v != 1)
			abort();
	return NULL;
}

/* Many readers and writers, near the limit, so that both wait. */
ATF_TC_WITHOUT_HEAD(contention);
ATF_TC_BODY(contention, tc)
{
	struct job in[3], out[3];
	uint64_t v;
	int fd, i;

	hk_boot("2");
	fd = rump_sys_eventfd(0, RUMP_EFD_SEMAPHORE);
	ATF_REQUIRE(fd >= 0);
	ATF_REQUIRE_EQ(8, put(fd, EFD_MAX - 2));
	for (i = 0; i < 3; i++) {
		in[i].fd = out[i].fd = fd;
		in[i].val = 1;
		ATF_REQUIRE_EQ(0, pthread_create(&in[i].thread, NULL,
		    producer, &in[i]));
		ATF_REQUIRE_EQ(0, pthread_create(&out[i].thread, NULL,
		    consumer, &out[i]));
	}
	for (i = 0; i < 3; i++) {
		pthread_join(in[i].thread, NULL);
		pthread_join(out[i].thread, NULL);
	}
	/* As many went as came. */
	ATF_CHECK_EQ(8, put(fd, 2));
	ATF_CHECK_EQ(NB_POLLIN, polled(fd));
	ATF_CHECK_EQ(8, get(fd, &v));
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, count);
	ATF_TP_ADD_TC(tp, semaphore);
	ATF_TP_ADD_TC(tp, limit);
	ATF_TP_ADD_TC(tp, block);
	ATF_TP_ADD_TC(tp, interrupt);
	ATF_TP_ADD_TC(tp, wait);
	ATF_TP_ADD_TC(tp, timerfd);
	ATF_TP_ADD_TC(tp, cancel);
	ATF_TP_ADD_TC(tp, contention);
	return atf_no_error();
}
