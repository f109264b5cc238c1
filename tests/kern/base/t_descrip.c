/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Descriptors: numbers, dup family, flags, limits, sharing between threads
 * and processes, close while others use the descriptor; files of drivers.
 *
 * Covers: filedesc(9), select(9)
 */
#include "nb.h"

#define NTHREADS	4

ATF_TC_WITHOUT_HEAD(dup);
ATF_TC_BODY(dup, tc)
{
	struct nb_pipe p;
	char c;

	hk_boot("2");
	p = nb_pipe(0);
	ATF_CHECK_EQ(0, p.rd);
	ATF_CHECK_EQ(1, p.wr);
	ATF_CHECK_EQ(2, rump_sys_dup(p.wr));
	ATF_CHECK_EQ(1, rump_sys_write(2, "x", 1));
	ATF_CHECK_EQ(10, rump_sys_dup2(p.wr, 10));
	ATF_CHECK_EQ(1, rump_sys_write(10, "y", 1));
	ATF_CHECK_EQ(10, rump_sys_dup2(10, 10));
	ATF_CHECK_EQ(0, rump_sys_fcntl(10, NB_F_GETFD));
	NB_FAILS(RUMP_EINVAL, rump_sys_dup3(10, 10, 0));
	NB_FAILS(RUMP_EINVAL, rump_sys_dup3(10, 11, 0x1000));
	ATF_CHECK_EQ(500, rump_sys_dup3(10, 500, RUMP_O_CLOEXEC));
	ATF_CHECK_EQ(1, rump_sys_fcntl(500, NB_F_GETFD));
	ATF_CHECK_EQ(500, rump_sys_fcntl(0, NB_F_MAXFD));
	ATF_CHECK_EQ(20, rump_sys_fcntl(10, NB_F_DUPFD, 20L));
	ATF_CHECK_EQ(21, rump_sys_fcntl(10, NB_F_DUPFD_CLOEXEC, 20L));
	ATF_CHECK_EQ(1, rump_sys_fcntl(21, NB_F_GETFD));
	ATF_CHECK_EQ(0, rump_sys_fcntl(21, NB_F_SETFD, 0L));
	ATF_CHECK_EQ(0, rump_sys_fcntl(21, NB_F_GETFD));
	NB_FAILS(RUMP_EINVAL, rump_sys_fcntl(10, NB_F_DUPFD, -1L));
	NB_FAILS(RUMP_EINVAL, rump_sys_fcntl(10, NB_F_DUPFD, 100000L));

	/* All gone but the reading end: data, then the end. */
	ATF_CHECK_EQ(0, rump_sys_fcntl(1, NB_F_CLOSEM));
	ATF_CHECK_EQ(0, rump_sys_fcntl(0, NB_F_MAXFD));
	ATF_CHECK_EQ(1, rump_sys_read(p.rd, &c, 1));
	ATF_CHECK_EQ('x', c);
	ATF_CHECK_EQ(1, rump_sys_read(p.rd, &c, 1));
	ATF_CHECK_EQ('y', c);
	ATF_CHECK_EQ(0, rump_sys_read(p.rd, &c, 1));
}

ATF_TC_WITHOUT_HEAD(errors);
ATF_TC_BODY(errors, tc)
{
	struct nb_pipe p;
	char buf[400];
	struct iovec {
		void *base;
		size_t len;
	} iov[2];

	hk_boot("2");
	p = nb_pipe(0);
	NB_FAILS(RUMP_EBADF, rump_sys_close(77));
	NB_FAILS(RUMP_EBADF, rump_sys_close(-1));
	NB_FAILS(RUMP_EBADF, rump_sys_close(1 << 30));
	NB_FAILS(RUMP_EBADF, rump_sys_dup(77));
	NB_FAILS(RUMP_EBADF, rump_sys_dup2(77, 3));
	NB_FAILS(RUMP_EBADF, rump_sys_dup2(p.rd, -1));
	NB_FAILS(RUMP_EBADF, rump_sys_dup2(p.rd, 1 << 30));
	NB_FAILS(RUMP_EBADF, rump_sys_read(p.wr, buf, 1));
	NB_FAILS(RUMP_EBADF, rump_sys_write(p.rd, buf, 1));
	NB_FAILS(RUMP_EBADF, rump_sys_read(-1, buf, 1));
	NB_FAILS(RUMP_EINVAL, rump_sys_read(p.rd, buf, (size_t)-1));
	NB_FAILS(RUMP_EFAULT, rump_sys_write(p.wr, NULL, 5));
	NB_FAILS(RUMP_EINVAL, rump_sys_writev(p.wr, (void *)iov, 0));
	NB_FAILS(RUMP_EINVAL, rump_sys_writev(p.wr, (void *)iov, 5000));
	NB_FAILS(RUMP_EFAULT, rump_sys_writev(p.wr, NULL, 2));
	iov[0].base = iov[1].base = buf;
	iov[0].len = iov[1].len = (size_t)1 << 62;
	NB_FAILS(RUMP_EINVAL, rump_sys_writev(p.wr, (void *)iov, 2));
	NB_FAILS(RUMP_EBADF, rump_sys_fcntl(77, NB_F_GETFD));
	NB_FAILS(RUMP_EINVAL, rump_sys_fcntl(p.rd, 999));
	NB_FAILS(RUMP_EBADF, rump_sys_ioctl(77, 0x20006601UL));
	NB_FAILS(RUMP_ENOTTY, rump_sys_ioctl(p.rd, 0x20007801UL));
	NB_FAILS(RUMP_EBADF, rump_sys_fstat(77, (void *)buf));
	NB_FAILS(RUMP_EFAULT, rump_sys_fstat(p.rd, NULL));
	NB_FAILS(RUMP_EINVAL, rump_sys_pipe2((int *)(void *)buf, 0x800));
	NB_FAILS(RUMP_EFAULT, rump_sys_pipe2(NULL, 0));
	/* Nothing is left behind by the failures. */
	ATF_CHECK_EQ(2, rump_sys_dup(p.rd));
	/* No file system here. */
	NB_FAILS(RUMP_ENOSYS, rump_sys_open("/", 0));
	NB_FAILS(RUMP_ENOSYS, rump_sys_socket(2, 1, 0));
}

ATF_TC_WITHOUT_HEAD(flags);
ATF_TC_BODY(flags, tc)
{
	struct nb_pipe p;
	char c;
	int on = 0;

	hk_boot("2");
	p = nb_pipe(RUMP_O_NONBLOCK | RUMP_O_CLOEXEC);
	ATF_CHECK_EQ(1, rump_sys_fcntl(p.rd, NB_F_GETFD));
	ATF_CHECK_EQ(RUMP_O_RDONLY | RUMP_O_NONBLOCK,
	    rump_sys_fcntl(p.rd, NB_F_GETFL));
	ATF_CHECK_EQ(RUMP_O_WRONLY | RUMP_O_NONBLOCK,
	    rump_sys_fcntl(p.wr, NB_F_GETFL));
	NB_FAILS(RUMP_EAGAIN, rump_sys_read(p.rd, &c, 1));
	ATF_CHECK_EQ(0, rump_sys_fcntl(p.rd, NB_F_SETFL, 0L));
	ATF_CHECK_EQ(RUMP_O_RDONLY, rump_sys_fcntl(p.rd, NB_F_GETFL));
	on = 1;
	ATF_CHECK_EQ(0, rump_sys_ioctl(p.rd, 0x8004667eUL, &on));
	NB_FAILS(RUMP_EAGAIN, rump_sys_read(p.rd, &c, 1));
	ATF_CHECK_EQ(0, rump_sys_ioctl(p.rd, 0x20006602UL));
	ATF_CHECK_EQ(0, rump_sys_fcntl(p.rd, NB_F_GETFD));
	ATF_CHECK_EQ(0, rump_sys_ioctl(p.rd, 0x20006601UL));
	ATF_CHECK_EQ(1, rump_sys_fcntl(p.rd, NB_F_GETFD));
	ATF_CHECK_EQ(5, rump_sys_write(p.wr, "12345", 5));
	ATF_CHECK_EQ(0, rump_sys_ioctl(p.rd, 0x4004667fUL, &on));
	ATF_CHECK_EQ(5, on);
	ATF_CHECK_EQ(0, rump_sys_fcntl(p.rd, NB_F_SETOWN, (long)
	    rump_sys_getpid()));
	ATF_CHECK_EQ(rump_sys_getpid(), rump_sys_fcntl(p.rd, NB_F_GETOWN));
	NB_FAILS(RUMP_ESRCH, rump_sys_fcntl(p.rd, NB_F_SETOWN, 12345L));
}

ATF_TC_WITHOUT_HEAD(limit);
ATF_TC_BODY(limit, tc)
{
	struct nb_rlimit rl = { 10, 20 }, got;
	int fd[2], n;

	hk_boot("2");
	ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFFD_CLEAR));
	ATF_REQUIRE_EQ(0, rump_sys_setrlimit(NB_RLIMIT_NOFILE, (void *)&rl));
	ATF_REQUIRE_EQ(0, rump_sys_getrlimit(NB_RLIMIT_NOFILE, (void *)&got));
	ATF_CHECK_EQ(10, got.rlim_cur);
	ATF_CHECK_EQ(20, got.rlim_max);
	for (n = 0; rump_sys_pipe2(fd, 0) == 0; n++)
		continue;
	ATF_CHECK_EQ(RUMP_EMFILE, errno);
	ATF_CHECK_EQ(5, n);
	NB_FAILS(RUMP_EMFILE, rump_sys_dup(0));
	NB_FAILS(RUMP_EMFILE, rump_sys_fcntl(0, NB_F_DUPFD, 5L));
	NB_FAILS(RUMP_EINVAL, rump_sys_fcntl(0, NB_F_DUPFD, 10L));
	NB_FAILS(RUMP_EBADF, rump_sys_dup2(0, 10));
	ATF_CHECK_EQ(9, rump_sys_dup2(0, 9));
	ATF_CHECK_EQ(0, rump_sys_close(4));
	ATF_CHECK_EQ(4, rump_sys_dup(0));
	/* One left is not enough for a pipe; it stays free. */
	ATF_CHECK_EQ(0, rump_sys_close(7));
	NB_FAILS(RUMP_EMFILE, rump_sys_pipe2(fd, 0));
	ATF_CHECK_EQ(7, rump_sys_dup(0));

	rl.rlim_cur = 30;
	NB_FAILS(RUMP_EINVAL, rump_sys_setrlimit(NB_RLIMIT_NOFILE,
	    (void *)&rl));
	NB_FAILS(RUMP_EINVAL, rump_sys_setrlimit(99, (void *)&rl));
	NB_FAILS(RUMP_EFAULT, rump_sys_getrlimit(NB_RLIMIT_NOFILE, NULL));
	rl.rlim_cur = rl.rlim_max = 1000;
	ATF_REQUIRE_EQ(0, rump_sys_setrlimit(NB_RLIMIT_NOFILE, (void *)&rl));
	for (n = 10; n < 1000; n++)
		ATF_REQUIRE_EQ(n, rump_sys_dup(0));
	NB_FAILS(RUMP_EMFILE, rump_sys_dup(0));
	/* The lowest free number is taken. */
	ATF_CHECK_EQ(0, rump_sys_close(640));
	ATF_CHECK_EQ(0, rump_sys_close(33));
	ATF_CHECK_EQ(33, rump_sys_dup(0));
	ATF_CHECK_EQ(640, rump_sys_dup(0));
	rump_pub_lwproc_releaselwp();
}

ATF_TC_WITHOUT_HEAD(fork);
ATF_TC_BODY(fork, tc)
{
	struct lwp *l1, *l2;
	struct nb_pipe p;
	char c;

	hk_boot("2");
	ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFFD_CLEAR));
	p = nb_pipe(0);
	l1 = rump_pub_lwproc_curlwp();

	/* A copy: same file, own numbers. */
	ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFFD_COPY));
	l2 = rump_pub_lwproc_curlwp();
	ATF_CHECK_EQ(1, rump_sys_write(p.wr, "a", 1));
	ATF_CHECK_EQ(0, rump_sys_close(p.wr));
	ATF_CHECK_EQ(5, rump_sys_dup2(p.rd, 5));
	rump_pub_lwproc_switch(l1);
	NB_FAILS(RUMP_EBADF, rump_sys_read(5, &c, 1));
	ATF_CHECK_EQ(1, rump_sys_write(p.wr, "b", 1));
	ATF_CHECK_EQ(0, rump_sys_close(p.wr));
	rump_pub_lwproc_switch(l2);
	ATF_CHECK_EQ(1, rump_sys_read(p.rd, &c, 1));
	ATF_CHECK_EQ('a', c);
	ATF_CHECK_EQ(1, rump_sys_read(p.rd, &c, 1));
	ATF_CHECK_EQ('b', c);
	ATF_CHECK_EQ(0, rump_sys_read(p.rd, &c, 1));
	rump_pub_lwproc_releaselwp();
	rump_pub_lwproc_switch(l1);

	/* Shared: a close is seen by both. */
	ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFFD_SHARE));
	ATF_CHECK_EQ(0, rump_sys_close(p.rd));
	rump_pub_lwproc_releaselwp();
	rump_pub_lwproc_switch(l1);
	NB_FAILS(RUMP_EBADF, rump_sys_close(p.rd));
	rump_pub_lwproc_releaselwp();
}

/* A child has its parent's limits, and then its own. */
ATF_TC_WITHOUT_HEAD(limit_fork);
ATF_TC_BODY(limit_fork, tc)
{
	struct nb_rlimit rl = { 50, 100 }, got;
	struct lwp *parent;

	hk_boot("2");
	ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFFD_CLEAR));
	parent = rump_pub_lwproc_curlwp();
	ATF_REQUIRE_EQ(0, rump_sys_setrlimit(NB_RLIMIT_NOFILE, (void *)&rl));
	ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFFD_CLEAR));
	ATF_REQUIRE_EQ(0, rump_sys_getrlimit(NB_RLIMIT_NOFILE, (void *)&got));
	ATF_CHECK_EQ(50, got.rlim_cur);
	rl.rlim_cur = 10;
	ATF_REQUIRE_EQ(0, rump_sys_setrlimit(NB_RLIMIT_NOFILE, (void *)&rl));
	rump_pub_lwproc_releaselwp();
	rump_pub_lwproc_switch(parent);
	ATF_REQUIRE_EQ(0, rump_sys_getrlimit(NB_RLIMIT_NOFILE, (void *)&got));
	ATF_CHECK_EQ(50, got.rlim_cur);
	rump_pub_lwproc_releaselwp();
}

struct blocked {
	pthread_t	thread;
	int		fd;
	volatile int	started;
	ssize_t		result;
	int		error;
};

static void *
reader(void *arg)
{
	struct blocked *b = arg;
	char c;

	b->started = 1;
	b->result = rump_sys_read(b->fd, &c, 1);
	b->error = errno;
	return NULL;
}

/* close(2) of a descriptor in which others sleep makes them come back. */
ATF_TC_WITHOUT_HEAD(close_blocked);
ATF_TC_BODY(close_blocked, tc)
{
	struct blocked b[NTHREADS];
	struct nb_pipe p;
	int i;

	rump_boot_setsigmodel(RUMP_SIGMODEL_IGNORE);
	hk_boot("2");
	p = nb_pipe(0);
	for (i = 0; i < NTHREADS; i++) {
		memset(&b[i], 0, sizeof(b[i]));
		b[i].fd = p.rd;
		ATF_REQUIRE_EQ(0, pthread_create(&b[i].thread, NULL, reader,
		    &b[i]));
	}
	usleep(50000);
	ATF_CHECK_EQ(0, rump_sys_close(p.rd));
	for (i = 0; i < NTHREADS; i++) {
		pthread_join(b[i].thread, NULL);
		ATF_CHECK_EQ(-1, b[i].result);
		ATF_CHECK_EQ(RUMP_EBADF, b[i].error);
	}
	NB_FAILS(RUMP_EPIPE, rump_sys_write(p.wr, "x", 1));
}

static volatile int stop;

static void *
churn(void *arg)
{
	unsigned int seed = (unsigned int)(uintptr_t)arg;
	int fd, i;
	char c;

	for (i = 0; i < 20000 && !stop; i++) {
		seed = seed * 1103515245 + 12345;
		fd = 2 + (seed >> 16) % 6;
		switch ((seed >> 8) % 4) {
		case 0:
			(void)rump_sys_close(fd);
			break;
		case 1:
			(void)rump_sys_dup2((seed >> 24) & 1, fd);
			break;
		case 2:
			(void)rump_sys_dup(fd);
			break;
		case 3:
			if (rump_sys_write(fd, "z", 1) == 1)
				(void)rump_sys_read(0, &c, 1);
			break;
		}
	}
	return NULL;
}

/* Threads that open, close and use the same few numbers. */
ATF_TC_WITHOUT_HEAD(race);
ATF_TC_BODY(race, tc)
{
	pthread_t t[NTHREADS];
	int i, fd[2];

	rump_boot_setsigmodel(RUMP_SIGMODEL_IGNORE);
	hk_boot("4");
	ATF_REQUIRE_EQ(0, rump_sys_pipe2(fd, RUMP_O_NONBLOCK));
	for (i = 0; i < NTHREADS; i++)
		ATF_REQUIRE_EQ(0, pthread_create(&t[i], NULL, churn,
		    (void *)(uintptr_t)(i + 1)));
	for (i = 0; i < NTHREADS; i++)
		pthread_join(t[i], NULL);
	ATF_CHECK_EQ(0, rump_sys_fcntl(2, NB_F_CLOSEM));
	ATF_CHECK_EQ(2, rump_sys_dup(0));
}

struct lowest {
	pthread_t	thread;
	int		bound;		/* of numbers that may come */
	int		highest;	/* that came */
	int		failures;
};

/* One number at a time, by turns with and without a close-on-exec flag. */
static void *
one_number(void *arg)
{
	struct lowest *lo = arg;
	int fd, i;

	for (i = 0; i < 20000 && lo->failures == 0; i++) {
		fd = (i & 1) != 0 ? rump_sys_dup(0) :
		    (int)rump_sys_fcntl(0, NB_F_DUPFD_CLOEXEC, 0L);
		if (fd < 0 || fd >= lo->bound ||
		    rump_sys_fcntl(fd, NB_F_GETFD) != ((i & 1) == 0) ||
		    rump_sys_close(fd) != 0)
			lo->failures++;
		lo->highest = fd > lo->highest ? fd : lo->highest;
	}
	return NULL;
}

/*
 * With `used' numbers taken and threads that have at most one more each, all
 * get one of the next few.  Meanwhile the table is copied and looked at.
 */
static void
lowest_with(int used)
{
	struct lowest lo[NTHREADS];
	struct lwp *me = rump_pub_lwproc_curlwp();
	int i, max;

	for (i = 0; i < NTHREADS; i++) {
		memset(&lo[i], 0, sizeof(lo[i]));
		lo[i].bound = used + NTHREADS;
		ATF_REQUIRE_EQ(0, pthread_create(&lo[i].thread, NULL,
		    one_number, &lo[i]));
	}
	for (i = 0; i < 200; i++) {
		max = rump_sys_fcntl(0, NB_F_MAXFD);
		ATF_CHECK(max >= used - 1);
		ATF_CHECK(max < used + NTHREADS);
		ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFFD_COPY));
		ATF_CHECK_EQ(0, rump_sys_close(used - 1));
		NB_FAILS(RUMP_EBADF, rump_sys_close(used - 1));
		rump_pub_lwproc_releaselwp();
		rump_pub_lwproc_switch(me);
	}
	for (i = 0; i < NTHREADS; i++) {
		pthread_join(lo[i].thread, NULL);
		ATF_CHECK_EQ_MSG(0, lo[i].failures, "%d of %d in use",
		    lo[i].highest, used);
	}
	ATF_CHECK_EQ(used - 1, rump_sys_fcntl(0, NB_F_MAXFD));
}

/* The lowest free number, whoever else takes and gives back some. */
ATF_TC_WITHOUT_HEAD(lowest);
ATF_TC_BODY(lowest, tc)
{
	int i, fd[2];

	rump_boot_setsigmodel(RUMP_SIGMODEL_IGNORE);
	hk_boot("4");
	ATF_REQUIRE_EQ(0, rump_sys_pipe2(fd, 0));
	lowest_with(2);
	/* Over the ends of a word of the map, and of the map of words. */
	for (i = 2; i < 30; i++)
		ATF_REQUIRE_EQ(i, rump_sys_dup(0));
	lowest_with(30);
	for (; i < 62; i++)
		ATF_REQUIRE_EQ(i, rump_sys_dup(0));
	lowest_with(62);
	for (; i < 1000; i++)
		ATF_REQUIRE_EQ(i, rump_sys_dup(0));
	/* Full words that get holes, and from a number on. */
	ATF_CHECK_EQ(0, rump_sys_close(999));
	ATF_CHECK_EQ(0, rump_sys_close(500));
	ATF_CHECK_EQ(0, rump_sys_close(31));
	ATF_CHECK_EQ(500, rump_sys_fcntl(0, NB_F_DUPFD, 32L));
	ATF_CHECK_EQ(998, rump_sys_fcntl(0, NB_F_MAXFD));
	ATF_CHECK_EQ(31, rump_sys_dup(0));
	ATF_CHECK_EQ(999, rump_sys_dup(0));
	ATF_CHECK_EQ(0, rump_sys_fcntl(3, NB_F_CLOSEM));
	ATF_CHECK_EQ(2, rump_sys_fcntl(0, NB_F_MAXFD));
	ATF_CHECK_EQ(3, rump_sys_dup(0));
}

/* Ten thousand processes leave nothing behind. */
ATF_TC_WITHOUT_HEAD(many_procs);
ATF_TC_BODY(many_procs, tc)
{
	int i, fd[2];

	hk_boot("2");
	for (i = 0; i < 10000; i++) {
		ATF_REQUIRE_EQ(0, rump_pub_lwproc_rfork(RUMP_RFFD_CLEAR));
		if (i % 16 == 0)
			ATF_REQUIRE_EQ(0, rump_sys_pipe2(fd, 0));
		rump_pub_lwproc_releaselwp();
	}
}

int	rump_kt_fd_open(void);
void	rump_kt_fd_post(int);
int	rump_kt_fd_closed(void);
void	rump_kt_fd_calls(void);

/* A moment later, from another thread. */
static void *
post_later(void *arg)
{

	usleep(20000);
	rump_schedule();
	rump_kt_fd_post(2);
	rump_unschedule();
	return arg;
}

/* A driver's file, waited for by poll(2) and by kqueue(2). */
ATF_TC_WITHOUT_HEAD(driver_file);
ATF_TC_BODY(driver_file, tc)
{
	struct nb_pollfd pfd = { .events = NB_POLLIN };
	struct nb_kevent ev = { .filter = 0, .flags = 1 };
	pthread_t pt;
	int fd, kq;
	char c;

	hk_boot("2");
	rump_schedule();
	rump_kt_fd_calls();
	pfd.fd = fd = rump_kt_fd_open();
	rump_unschedule();
	NB_FAILS(RUMP_EAGAIN, rump_sys_read(fd, &c, 1));
	ATF_CHECK_EQ(0, rump_sys_poll((void *)&pfd, 1, 0));
	ATF_REQUIRE_EQ(0, pthread_create(&pt, NULL, post_later, NULL));
	ATF_CHECK_EQ(1, rump_sys_poll((void *)&pfd, 1, 10000));
	ATF_CHECK_EQ(NB_POLLIN, pfd.revents);
	pthread_join(pt, NULL);
	ATF_CHECK_EQ(1, rump_sys_read(fd, &c, 1));
	ATF_CHECK_EQ(1, rump_sys_read(fd, &c, 1));
	NB_FAILS(RUMP_EAGAIN, rump_sys_read(fd, &c, 1));

	ATF_REQUIRE((kq = rump_sys_kqueue()) != -1);
	ev.ident = (uintptr_t)fd;
	ATF_REQUIRE_EQ(0, rump_sys_kevent(kq, (void *)&ev, 1, NULL, 0, NULL));
	ATF_REQUIRE_EQ(0, pthread_create(&pt, NULL, post_later, NULL));
	ATF_CHECK_EQ(1, rump_sys_kevent(kq, NULL, 0, (void *)&ev, 1, NULL));
	ATF_CHECK_EQ(2, ev.data);
	pthread_join(pt, NULL);
	ATF_CHECK_EQ(0, rump_sys_close(kq));
	ATF_CHECK_EQ(0, rump_sys_close(fd));
	rump_schedule();
	ATF_CHECK_EQ(2, rump_kt_fd_closed());
	rump_unschedule();
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, dup);
	ATF_TP_ADD_TC(tp, errors);
	ATF_TP_ADD_TC(tp, flags);
	ATF_TP_ADD_TC(tp, limit);
	ATF_TP_ADD_TC(tp, limit_fork);
	ATF_TP_ADD_TC(tp, fork);
	ATF_TP_ADD_TC(tp, close_blocked);
	ATF_TP_ADD_TC(tp, race);
	ATF_TP_ADD_TC(tp, lowest);
	ATF_TP_ADD_TC(tp, many_procs);
	ATF_TP_ADD_TC(tp, driver_file);
	return atf_no_error();
}
