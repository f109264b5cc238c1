/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sockets from system calls, on local ones and without a file tree: errors,
 * streams, messages, flags, closing, waking.
 *
 * Covers: knote(9), select(9)
 */
#include "sk.h"

#define	ST	RUMP_SOCK_STREAM
#define	DG	RUMP_SOCK_DGRAM
#define	SEQ	RUMP_SOCK_SEQPACKET

#define	SIG_PIPE	13
#define	SIG_IO		23
#define	SIG_USR1	30

void	rump_kt_signal(int, int);
void	rump_kt_signal_send(int);

/* Has this signal come since it was asked for? */
static void
signal_check(int signo, int want)
{

	rump_schedule();
	rump_kt_signal(signo, want);
	rump_unschedule();
}

static void
boot(void)
{

	rump_boot_setsigmodel(RUMP_SIGMODEL_RECORD);
	hk_boot("2");
}

/* Calls with nothing, something else, and bad memory. */
static void
fd_errors(int fd, int err)
{
	struct rump_sockaddr_un un;
	struct rump_msghdr m;
	socklen_t len = sizeof(un);
	int v = 0;

	memset(&m, 0, sizeof(m));
	sk_un(&un, "/x");
	NB_FAILS(err, rump_sys_bind(fd, SK_SA(&un), 4));
	NB_FAILS(err, rump_sys_listen(fd, 1));
	NB_FAILS(err, rump_sys_accept(fd, NULL, NULL));
	NB_FAILS(err, rump_sys_paccept(fd, NULL, NULL, NULL, 0));
	NB_FAILS(err, rump_sys_connect(fd, SK_SA(&un), 4));
	NB_FAILS(err, rump_sys_shutdown(fd, RUMP_SHUT_RD));
	NB_FAILS(err, rump_sys_setsockopt(fd, SK_SOL_SOCKET, RUMP_SO_DEBUG, &v,
	    sizeof(v)));
	NB_FAILS(err, rump_sys_getsockopt(fd, SK_SOL_SOCKET, RUMP_SO_DEBUG, &v,
	    &len));
	NB_FAILS(err, rump_sys_getsockopt2(fd, SK_SOL_SOCKET, RUMP_SO_DEBUG,
	    &v, &len));
	NB_FAILS(err, rump_sys_getsockname(fd, SK_SA(&un), &len));
	NB_FAILS(err, rump_sys_getpeername(fd, SK_SA(&un), &len));
	NB_FAILS(err, sk_send(fd, &v, 1, 0));
	NB_FAILS(err, sk_recv(fd, &v, 1, 0));
	NB_FAILS(err, sk_sendmsg(fd, &m, 0));
	NB_FAILS(err, sk_recvmsg(fd, &m, 0));
	NB_FAILS(err, rump_sys_sendmmsg(fd, NULL, 0, 0));
	NB_FAILS(err, rump_sys_recvmmsg(fd, NULL, 0, 0, NULL));
}

ATF_TC_WITHOUT_HEAD(errors);
ATF_TC_BODY(errors, tc)
{
	struct nb_pipe p;
	struct rump_sockaddr_un un;
	struct sk_pair sp;
	socklen_t len;
	char big[300];
	int s, v;

	boot();
	p = nb_pipe(0);
	fd_errors(77, RUMP_EBADF);
	fd_errors(-1, RUMP_EBADF);
	fd_errors(p.rd, RUMP_ENOTSOCK);

	NB_FAILS(RUMP_EAFNOSUPPORT, rump_sys_socket(RUMP_AF_INET, ST, 0));
	NB_FAILS(RUMP_EAFNOSUPPORT, rump_sys_socket(-1, ST, 0));
	NB_FAILS(RUMP_EPROTOTYPE, rump_sys_socket(RUMP_AF_LOCAL,
	    RUMP_SOCK_RAW, 0));
	NB_FAILS(RUMP_EPROTOTYPE, rump_sys_socket(RUMP_AF_LOCAL, 0, 0));
	NB_FAILS(RUMP_EPROTONOSUPPORT, rump_sys_socket(RUMP_AF_LOCAL, ST, 6));
	NB_FAILS(RUMP_EFAULT, rump_sys_socketpair(RUMP_AF_LOCAL, ST, 0, NULL));
	ATF_REQUIRE((s = rump_sys_socket(RUMP_AF_LOCAL, ST, 0)) != -1);

	/* No file tree in this kernel. */
	len = sk_un(&un, "/x");
	NB_FAILS(RUMP_EOPNOTSUPP, rump_sys_bind(s, SK_SA(&un), len));
	NB_FAILS(RUMP_EOPNOTSUPP, rump_sys_connect(s, SK_SA(&un), len));
	NB_FAILS(RUMP_EINVAL, rump_sys_bind(s, SK_SA(&un), 1));
	NB_FAILS(RUMP_EINVAL, rump_sys_bind(s, SK_SA(big), sizeof(big)));
	NB_FAILS(RUMP_EFAULT, rump_sys_bind(s, NULL, len));
	NB_FAILS(RUMP_EFAULT, rump_sys_connect(s, NULL, len));
	un.sun_family = RUMP_AF_INET;
	NB_FAILS(RUMP_EAFNOSUPPORT, rump_sys_bind(s, SK_SA(&un), len));
	NB_FAILS(RUMP_EAFNOSUPPORT, rump_sys_connect(s, SK_SA(&un), len));

	NB_FAILS(RUMP_EINVAL, rump_sys_listen(s, 1));
	NB_FAILS(RUMP_EINVAL, rump_sys_accept(s, NULL, NULL));
	NB_FAILS(RUMP_EINVAL, rump_sys_paccept(s, NULL, NULL, NULL, 1));
	NB_FAILS(RUMP_EFAULT, rump_sys_paccept(s, NULL, NULL, (void *)1, 0));
	NB_FAILS(RUMP_ENOTCONN, sk_send(s, &v, 1, SK_MSG_NOSIGNAL));
	NB_FAILS(RUMP_ENOTCONN, sk_recv(s, &v, 1, 0));
	NB_FAILS(RUMP_ENOTCONN, rump_sys_shutdown(s, RUMP_SHUT_WR));
	NB_FAILS(RUMP_ENOTCONN, rump_sys_shutdown(s, RUMP_SHUT_RD));
	NB_FAILS(RUMP_EINVAL, rump_sys_shutdown(s, 3));
	NB_FAILS(RUMP_ENOTCONN, rump_sys_getpeername(s, SK_SA(&un), &len));
	NB_FAILS(RUMP_EFAULT, rump_sys_getsockname(s, SK_SA(&un), NULL));
	NB_FAILS(RUMP_EFAULT, rump_sys_getsockname(s, NULL, &len));
	len = sizeof(un);
	ATF_REQUIRE_EQ(0, rump_sys_getsockname(s, SK_SA(&un), &len));
	ATF_CHECK(len == 2 && un.sun_len == 2 && un.sun_family == 1);
	ATF_REQUIRE_EQ(0, rump_sys_close(s));

	ATF_REQUIRE((s = rump_sys_socket(RUMP_AF_LOCAL, DG, 0)) != -1);
	NB_FAILS(RUMP_EOPNOTSUPP, rump_sys_listen(s, 1));
	NB_FAILS(RUMP_EOPNOTSUPP, rump_sys_accept(s, NULL, NULL));
	NB_FAILS(RUMP_EDESTADDRREQ, sk_send(s, &v, 1, 0));

	sp = sk_pair(ST);
	NB_FAILS(RUMP_EFAULT, sk_send(sp.a, (void *)1, 1, 0));
	ATF_REQUIRE_EQ(1, sk_send(sp.a, "x", 1, 0));
	NB_FAILS(RUMP_EFAULT, sk_recv(sp.b, (void *)1, 1, 0));
	/* It is still there. */
	ATF_CHECK_EQ(1, sk_recv(sp.b, &v, 1, 0));
	NB_FAILS(RUMP_EFAULT, sk_sendmsg(sp.a, NULL, 0));
	NB_FAILS(RUMP_EFAULT, sk_recvmsg(sp.a, NULL, 0));
	len = sk_un(&un, "/x");
	NB_FAILS(RUMP_EISCONN, rump_sys_connect(sp.a, SK_SA(&un), len));
	NB_FAILS(RUMP_EINVAL, rump_sys_listen(sp.a, 1));
	NB_FAILS(RUMP_EISCONN, rump_sys_sendto(sp.a, &v, 1, 0, SK_SA(&un),
	    len));
	NB_FAILS(RUMP_EOPNOTSUPP, sk_send(sp.a, &v, 1, SK_MSG_OOB));
	NB_FAILS(RUMP_EOPNOTSUPP, sk_recv(sp.a, &v, 1, SK_MSG_OOB));
	sk_close(sp);
}

/* Flags of socket(2) on the descriptor and the socket. */
ATF_TC_WITHOUT_HEAD(flags);
ATF_TC_BODY(flags, tc)
{
	int fd[2];
	char c;

	boot();
	ATF_REQUIRE_EQ(0, rump_sys_socketpair(RUMP_AF_LOCAL, ST |
	    RUMP_SOCK_CLOEXEC | RUMP_SOCK_NONBLOCK | RUMP_SOCK_NOSIGPIPE, 0,
	    fd));
	ATF_CHECK_EQ(1, rump_sys_fcntl(fd[0], NB_F_GETFD, NULL));
	ATF_CHECK_EQ(RUMP_O_NONBLOCK, RUMP_O_NONBLOCK &
	    rump_sys_fcntl(fd[1], NB_F_GETFL, NULL));
	ATF_CHECK_EQ(1, sk_get(fd[0], RUMP_SO_NOSIGPIPE));
	NB_FAILS(RUMP_EAGAIN, rump_sys_read(fd[0], &c, 1));
	/* fcntl(2) reaches the socket. */
	ATF_REQUIRE_EQ(0, rump_sys_fcntl(fd[0], NB_F_SETFL, (void *)0));
	ATF_REQUIRE_EQ(1, rump_sys_write(fd[1], "x", 1));
	ATF_CHECK_EQ(1, rump_sys_read(fd[0], &c, 1));
	ATF_REQUIRE_EQ(0, rump_sys_fcntl(fd[0], NB_F_SETFL,
	    (void *)(uintptr_t)RUMP_O_NONBLOCK));
	NB_FAILS(RUMP_EAGAIN, rump_sys_read(fd[0], &c, 1));
}

/* Bytes through a stream, in pieces of any size, by two threads. */
#define	TOTAL	(6 * 1024 * 1024)
struct flow {
	int	s;
	unsigned seed;
};

static void *
flow_write(void *arg)
{
	struct flow *f = arg;
	char *buf = malloc(200000);
	uint64_t pos = 0;
	size_t n, i;

	while (pos < TOTAL) {
		n = 1 + rand_r(&f->seed) % (rand_r(&f->seed) % 8 ? 5000 :
		    200000);
		if (n > TOTAL - pos)
			n = TOTAL - pos;
		for (i = 0; i < n; i++)
			buf[i] = (char)sk_byte(pos + i);
		ATF_REQUIRE_EQ((ssize_t)n, rump_sys_write(f->s, buf, n));
		pos += n;
	}
	free(buf);
	ATF_REQUIRE_EQ(0, rump_sys_shutdown(f->s, RUMP_SHUT_WR));
	return NULL;
}

static void *
flow_read(void *arg)
{
	struct flow *f = arg;
	unsigned char *buf = malloc(100000);
	uint64_t pos = 0;
	ssize_t n, i;
	size_t want;
	int flags;

	for (;;) {
		want = 1 + rand_r(&f->seed) % (rand_r(&f->seed) % 8 ? 5000 :
		    100000);
		flags = rand_r(&f->seed) % 4 == 0 ? SK_MSG_WAITALL : 0;
		if (rand_r(&f->seed) % 8 == 0)
			(void)sk_recv(f->s, buf, want, SK_MSG_PEEK);
		n = sk_recv(f->s, buf, want, flags);
		ATF_REQUIRE(n >= 0);
		if (n == 0)
			break;
		if (flags != 0 && pos + n < TOTAL)
			ATF_REQUIRE_EQ((ssize_t)want, n);
		for (i = 0; i < n; i++)
			ATF_REQUIRE_EQ_MSG(sk_byte(pos + i), buf[i],
			    "at %llu", (unsigned long long)pos + i);
		pos += n;
	}
	ATF_REQUIRE_EQ(TOTAL, pos);
	free(buf);
	return NULL;
}

static void
flow_run(const char *ncpu, int pairs)
{
	struct flow f[16];
	pthread_t t[16];
	struct sk_pair p;
	int i;

	hk_boot(ncpu);
	for (i = 0; i < pairs; i++) {
		p = sk_pair(ST);
		f[4 * i] = (struct flow){ p.a, 1 + i };
		f[4 * i + 1] = (struct flow){ p.b, 2 + i };
		f[4 * i + 2] = (struct flow){ p.b, 3 + i };
		f[4 * i + 3] = (struct flow){ p.a, 4 + i };
	}
	for (i = 0; i < 4 * pairs; i++)
		t[i] = sk_thread(i % 2 == 0 ? flow_write : flow_read, &f[i]);
	for (i = 0; i < 4 * pairs; i++)
		sk_join(t[i]);
}

ATF_TC_WITHOUT_HEAD(transfer_1);
ATF_TC_BODY(transfer_1, tc)
{

	flow_run("1", 1);
}

ATF_TC_WITHOUT_HEAD(transfer_2);
ATF_TC_BODY(transfer_2, tc)
{

	flow_run("2", 2);
}

ATF_TC_WITHOUT_HEAD(transfer_4);
ATF_TC_BODY(transfer_4, tc)
{

	flow_run("4", 3);
}

ATF_TC_WITHOUT_HEAD(peek);
ATF_TC_BODY(peek, tc)
{
	struct sk_pair p;
	char buf[16];

	boot();
	p = sk_pair(ST);
	ATF_REQUIRE_EQ(3, sk_send(p.a, "abc", 3, 0));
	ATF_REQUIRE_EQ(2, sk_recv(p.b, buf, 2, SK_MSG_PEEK));
	ATF_REQUIRE_EQ(3, sk_recv(p.b, buf, sizeof(buf), SK_MSG_PEEK));
	ATF_CHECK_EQ(0, memcmp(buf, "abc", 3));
	ATF_CHECK_EQ(3, sk_ioctl(p.b, SK_FIONREAD));
	ATF_CHECK_EQ(3, sk_ioctl(p.a, SK_FIONWRITE));
	ATF_REQUIRE_EQ(1, sk_recv(p.b, buf, 1, 0));
	ATF_REQUIRE_EQ(2, sk_recv(p.b, buf, sizeof(buf), SK_MSG_PEEK));
	ATF_CHECK_EQ(0, memcmp(buf, "bc", 2));
	ATF_REQUIRE_EQ(2, sk_recv(p.b, buf, sizeof(buf), SK_MSG_DONTWAIT));
	NB_FAILS(RUMP_EAGAIN, sk_recv(p.b, buf, 1, SK_MSG_DONTWAIT));
	NB_FAILS(RUMP_EAGAIN, sk_recv(p.b, buf, 1, SK_MSG_NBIO));
	NB_FAILS(RUMP_EAGAIN, sk_recv(p.b, buf, 1,
	    SK_MSG_PEEK | SK_MSG_DONTWAIT));
	ATF_CHECK_EQ(0, sk_recv(p.b, buf, 0, SK_MSG_DONTWAIT));
	ATF_CHECK_EQ(0, sk_ioctl(p.a, SK_FIONWRITE));
}

static ssize_t
call_recv(struct sk_call *sc)
{

	return sk_recv(sc->sc_s, sc->sc_buf, sc->sc_len, sc->sc_flags);
}

static ssize_t
call_send(struct sk_call *sc)
{

	return sk_send(sc->sc_s, sc->sc_buf, sc->sc_len, sc->sc_flags);
}

/* MSG_WAITALL collects pieces; a signal or the end of file cuts it short. */
ATF_TC_WITHOUT_HEAD(waitall);
ATF_TC_BODY(waitall, tc)
{
	struct sk_call sc = { .sc_len = 6, .sc_flags = SK_MSG_WAITALL };
	struct sk_pair p;
	char buf[100];

	boot();
	p = sk_pair(ST);
	sc.sc_s = p.b;
	sc.sc_buf = buf;
	sk_call(&sc, call_recv);
	ATF_REQUIRE_EQ(3, sk_send(p.a, "abc", 3, 0));
	while (sk_ioctl(p.a, SK_FIONWRITE) != 0)
		sched_yield();
	ATF_REQUIRE_EQ(4, sk_send(p.a, "defg", 4, 0));
	sk_join(sc.sc_thread);
	ATF_CHECK_EQ(6, sc.sc_rv);
	ATF_CHECK_EQ(0, memcmp(buf, "abcdef", 6));
	/* One byte is left, then the end. */
	sc.sc_len = 10;
	sk_call(&sc, call_recv);
	while (sk_ioctl(p.a, SK_FIONWRITE) != 0)
		sched_yield();
	ATF_REQUIRE_EQ(0, rump_sys_close(p.a));
	sk_join(sc.sc_thread);
	ATF_CHECK_EQ(1, sc.sc_rv);
	ATF_CHECK_EQ(0, sk_recv(p.b, buf, 10, SK_MSG_WAITALL));
}

/* The low watermark, and what is delivered below it in the end. */
ATF_TC_WITHOUT_HEAD(lowat);
ATF_TC_BODY(lowat, tc)
{
	struct sk_pair p;
	char buf[16];

	boot();
	p = sk_pair(ST);
	ATF_REQUIRE_EQ(0, sk_set(p.b, RUMP_SO_RCVLOWAT, 4));
	sk_nonblock(p.b, 1);
	ATF_REQUIRE_EQ(3, sk_send(p.a, "abc", 3, 0));
	ATF_CHECK_EQ(0, sk_poll(p.b, NB_POLLIN));
	NB_FAILS(RUMP_EAGAIN, sk_recv(p.b, buf, sizeof(buf), 0));
	/* What was asked for is there. */
	ATF_CHECK_EQ(2, sk_recv(p.b, buf, 2, 0));
	ATF_REQUIRE_EQ(3, sk_send(p.a, "def", 3, 0));
	ATF_CHECK_EQ(NB_POLLIN, sk_poll(p.b, NB_POLLIN));
	ATF_CHECK_EQ(4, sk_recv(p.b, buf, sizeof(buf), 0));
	ATF_REQUIRE_EQ(1, sk_send(p.a, "g", 1, 0));
	ATF_REQUIRE_EQ(0, rump_sys_shutdown(p.a, RUMP_SHUT_WR));
	ATF_CHECK_EQ(1, sk_recv(p.b, buf, sizeof(buf), 0));
	ATF_CHECK_EQ(0, sk_recv(p.b, buf, sizeof(buf), 0));
}

/* A full buffer: partial writes, EAGAIN, room again. */
ATF_TC_WITHOUT_HEAD(nonblock);
ATF_TC_BODY(nonblock, tc)
{
	static char big[1024 * 1024];
	struct sk_pair p;
	ssize_t n, m = 0;
	int hiwat;

	boot();
	p = sk_pair(ST);
	hiwat = sk_get(p.a, RUMP_SO_SNDBUF);
	ATF_CHECK_EQ(hiwat, sk_ioctl(p.a, SK_FIONSPACE));
	sk_nonblock(p.a, 1);
	n = rump_sys_write(p.a, big, sizeof(big));
	ATF_CHECK_EQ_MSG(hiwat, n, "%zd", n);
	NB_FAILS(RUMP_EAGAIN, rump_sys_write(p.a, big, 1));
	ATF_CHECK_EQ(0, sk_poll(p.a, NB_POLLOUT));
	ATF_CHECK_EQ(0, sk_ioctl(p.a, SK_FIONSPACE));
	while (m < n)
		m += rump_sys_read(p.b, big, 10000);
	ATF_CHECK_EQ(n, m);
	ATF_CHECK_EQ(NB_POLLOUT, sk_poll(p.a, NB_POLLOUT));
	ATF_CHECK_EQ(1, sk_send(p.a, big, 1, SK_MSG_DONTWAIT));
	/* A larger buffer is room at once. */
	ATF_REQUIRE(rump_sys_write(p.a, big, sizeof(big)) > 0);
	ATF_REQUIRE_EQ(0, sk_set(p.a, RUMP_SO_SNDBUF, hiwat + 50000));
	ATF_CHECK(rump_sys_write(p.a, big, 40000) == 40000);
	ATF_CHECK_EQ(0, sk_send(p.a, big, 0, 0));
}

/* Time limits of calls. */
ATF_TC_WITHOUT_HEAD(timeo);
ATF_TC_BODY(timeo, tc)
{
	struct sk_timeval tv = { 0, 30000 };
	static char big[512 * 1024];
	struct sk_pair p;
	double t;
	char c;

	boot();
	p = sk_pair(ST);
	ATF_REQUIRE_EQ(0, rump_sys_setsockopt(p.a, SK_SOL_SOCKET,
	    RUMP_SO_RCVTIMEO, &tv, sizeof(tv)));
	ATF_REQUIRE_EQ(0, rump_sys_setsockopt(p.a, SK_SOL_SOCKET,
	    RUMP_SO_SNDTIMEO, &tv, sizeof(tv)));
	t = nb_now();
	NB_FAILS(RUMP_EAGAIN, rump_sys_read(p.a, &c, 1));
	ATF_CHECK(nb_now() - t >= 0.02);
	ATF_CHECK_EQ(sk_get(p.a, RUMP_SO_SNDBUF),
	    rump_sys_write(p.a, big, sizeof(big)));
	NB_FAILS(RUMP_EAGAIN, rump_sys_write(p.a, big, 1));
}


/* Ends of file, EPIPE and SIGPIPE. */
ATF_TC_WITHOUT_HEAD(shut);
ATF_TC_BODY(shut, tc)
{
	struct sk_pair p;
	char c;

	boot();
	p = sk_pair(ST);
	ATF_REQUIRE_EQ(1, sk_send(p.a, "x", 1, 0));
	ATF_REQUIRE_EQ(0, rump_sys_shutdown(p.a, RUMP_SHUT_WR));
	NB_FAILS(RUMP_EPIPE, sk_send(p.a, "x", 1, SK_MSG_NOSIGNAL));
	signal_check(SIG_PIPE, 0);
	NB_FAILS(RUMP_EPIPE, sk_send(p.a, "x", 1, 0));
	signal_check(SIG_PIPE, 1);
	NB_FAILS(RUMP_EPIPE, rump_sys_write(p.a, "x", 1));
	signal_check(SIG_PIPE, 1);
	ATF_REQUIRE_EQ(0, sk_set(p.a, RUMP_SO_NOSIGPIPE, 1));
	NB_FAILS(RUMP_EPIPE, sk_send(p.a, "x", 1, 0));
	NB_FAILS(RUMP_EPIPE, rump_sys_write(p.a, "x", 1));
	signal_check(SIG_PIPE, 0);
	ATF_REQUIRE_EQ(0, sk_set(p.a, RUMP_SO_NOSIGPIPE, 0));
	NB_FAILS(RUMP_EPIPE, rump_sys_write(p.a, "x", 1));
	signal_check(SIG_PIPE, 1);
	/* The other way goes on. */
	ATF_CHECK_EQ(1, sk_recv(p.b, &c, 1, 0));
	ATF_CHECK_EQ(0, sk_recv(p.b, &c, 1, 0));
	ATF_CHECK_EQ(1, sk_send(p.b, "y", 1, 0));
	ATF_CHECK_EQ(1, sk_recv(p.a, &c, 1, 0));
	/* Nothing more to read: what is there goes, nothing may come. */
	ATF_CHECK_EQ(1, sk_send(p.b, "z", 1, 0));
	ATF_REQUIRE_EQ(0, rump_sys_shutdown(p.a, RUMP_SHUT_RD));
	ATF_CHECK_EQ(0, sk_recv(p.a, &c, 1, 0));
	ATF_CHECK_EQ(0, sk_ioctl(p.b, SK_FIONWRITE));
	NB_FAILS(RUMP_EPIPE, sk_send(p.b, "z", 1, SK_MSG_NOSIGNAL));
	ATF_REQUIRE_EQ(0, rump_sys_close(p.a));
	NB_FAILS(RUMP_EPIPE, sk_send(p.b, "z", 1, SK_MSG_NOSIGNAL));
	ATF_CHECK_EQ(0, sk_recv(p.b, &c, 1, 0));
	ATF_CHECK_EQ(0, rump_sys_shutdown(p.b, RUMP_SHUT_RDWR));
	ATF_CHECK(sk_poll(p.b, NB_POLLIN | NB_POLLOUT) ==
	    (NB_POLLIN | NB_POLLOUT | NB_POLLHUP));
}

/* A sleeper in each direction is woken by the end of the connection. */
ATF_TC_WITHOUT_HEAD(close_wakes);
ATF_TC_BODY(close_wakes, tc)
{
	static char big[300000];
	struct sk_call rd = { .sc_len = 1, .sc_buf = big };
	struct sk_call wr = { .sc_len = sizeof(big), .sc_buf = big,
	    .sc_flags = SK_MSG_NOSIGNAL };
	struct sk_pair p;

	boot();
	p = sk_pair(ST);
	rd.sc_s = wr.sc_s = p.a;
	sk_call(&wr, call_send);
	while (sk_ioctl(p.a, SK_FIONSPACE) != 0)
		sched_yield();
	sk_call(&rd, call_recv);
	usleep(10000);
	ATF_REQUIRE_EQ(0, rump_sys_close(p.b));
	sk_join(wr.sc_thread);
	sk_join(rd.sc_thread);
	ATF_CHECK(wr.sc_rv == -1 && wr.sc_errno == RUMP_EPIPE);
	ATF_CHECK_EQ(0, rd.sc_rv);

	/* Their own descriptor closed: they are sent away. */
	p = sk_pair(ST);
	rd.sc_s = wr.sc_s = p.a;
	sk_call(&rd, call_recv);
	usleep(10000);
	ATF_REQUIRE_EQ(0, rump_sys_close(p.a));
	sk_join(rd.sc_thread);
	ATF_CHECK(rd.sc_rv == -1 && rd.sc_errno == RUMP_EBADF);
	ATF_CHECK_EQ(0, sk_recv(p.b, big, 1, 0));

	/* Of two descriptors one: who sleeps in the other sleeps on. */
	p = sk_pair(ST);
	rd.sc_s = p.a;
	wr.sc_s = rump_sys_dup(p.a);
	wr.sc_len = 1;
	sk_call(&rd, call_recv);
	sk_call(&wr, call_recv);
	usleep(10000);
	ATF_REQUIRE_EQ(0, rump_sys_close(p.a));
	sk_join(rd.sc_thread);
	ATF_CHECK(rd.sc_rv == -1 && rd.sc_errno == RUMP_EBADF);
	ATF_REQUIRE_EQ(1, sk_send(p.b, "x", 1, 0));
	sk_join(wr.sc_thread);
	ATF_CHECK_EQ(1, wr.sc_rv);
}

/* A signal ends a sleep: with what there is, or EINTR. */
ATF_TC_WITHOUT_HEAD(interrupted);
ATF_TC_BODY(interrupted, tc)
{
	static char big[300000], buf[8];
	struct sk_call rd = { .sc_len = 5, .sc_buf = buf };
	struct sk_call wr = { .sc_len = sizeof(big), .sc_buf = big };
	struct sk_pair p, q;
	int hiwat;

	boot();
	p = sk_pair(ST);
	rd.sc_s = p.b;
	sk_call(&rd, call_recv);
	usleep(20000);
	rump_schedule();
	rump_kt_signal_send(SIG_USR1);
	rump_unschedule();
	sk_join(rd.sc_thread);
	ATF_CHECK(rd.sc_rv == -1 && rd.sc_errno == RUMP_EINTR);
	signal_check(SIG_USR1, 1);

	/* Some bytes are there, some were taken. */
	q = sk_pair(ST);
	wr.sc_s = q.a;
	hiwat = sk_get(q.a, RUMP_SO_SNDBUF);
	rd.sc_flags = SK_MSG_WAITALL;
	sk_call(&rd, call_recv);
	ATF_REQUIRE_EQ(2, sk_send(p.a, "ab", 2, 0));
	while (sk_ioctl(p.a, SK_FIONWRITE) != 0)
		sched_yield();
	sk_call(&wr, call_send);
	while (sk_ioctl(q.a, SK_FIONSPACE) != 0)
		sched_yield();
	usleep(20000);
	rump_schedule();
	rump_kt_signal_send(SIG_USR1);
	rump_unschedule();
	sk_join(rd.sc_thread);
	sk_join(wr.sc_thread);
	ATF_CHECK_EQ(2, rd.sc_rv);
	ATF_CHECK_EQ(hiwat, wr.sc_rv);
	signal_check(SIG_USR1, 1);
	/* Neither has kept a lock. */
	ATF_CHECK_EQ(1, sk_send(p.a, "c", 1, SK_MSG_DONTWAIT));
	ATF_CHECK_EQ(1, sk_recv(p.b, buf, 1, SK_MSG_DONTWAIT));
	ATF_CHECK_EQ(1, sk_recv(q.b, buf, 1, 0));
}

/* Messages keep their ends. */
static void
messages(int type)
{
	struct iovec iov[2];
	struct rump_msghdr m;
	struct sk_pair p;
	char buf[64], *big;
	int hiwat;

	p = sk_pair(type);
	hiwat = sk_get(p.a, RUMP_SO_SNDBUF);
	ATF_REQUIRE_EQ(3, sk_send(p.a, "abc", 3, 0));
	ATF_REQUIRE_EQ(0, sk_send(p.a, NULL, 0, 0));
	ATF_REQUIRE_EQ(5, sk_send(p.a, "defgh", 5, 0));
	ATF_REQUIRE_EQ(2, sk_send(p.a, "ij", 2, SK_MSG_EOR));
	memset(&m, 0, sizeof(m));
	iov[0] = (struct iovec){ buf, 1 };
	iov[1] = (struct iovec){ buf + 1, sizeof(buf) - 1 };
	m.msg_iov = iov;
	m.msg_iovlen = 2;
	ATF_CHECK_EQ(3, sk_recvmsg(p.b, &m, SK_MSG_PEEK));
	ATF_CHECK_EQ(0, m.msg_flags & SK_MSG_TRUNC);
	ATF_CHECK_EQ(3, sk_recvmsg(p.b, &m, 0));
	ATF_CHECK_EQ(0, memcmp(buf, "abc", 3));
	ATF_CHECK_EQ(0, m.msg_flags);
	ATF_CHECK_EQ(0, sk_recvmsg(p.b, &m, 0));
	iov[1].iov_len = 1;
	ATF_CHECK_EQ(2, sk_recvmsg(p.b, &m, SK_MSG_PEEK));
	ATF_CHECK_EQ(SK_MSG_TRUNC, m.msg_flags);
	ATF_CHECK_EQ(2, sk_recvmsg(p.b, &m, 0));
	ATF_CHECK_EQ(SK_MSG_TRUNC, m.msg_flags);
	ATF_CHECK_EQ(0, memcmp(buf, "de", 2));
	ATF_CHECK_EQ(2, sk_recvmsg(p.b, &m, 0));
	ATF_CHECK_EQ(SK_MSG_EOR, m.msg_flags);
	NB_FAILS(RUMP_EAGAIN, sk_recvmsg(p.b, &m, SK_MSG_DONTWAIT));
	/* Memory that is not there: the message is gone. */
	ATF_REQUIRE_EQ(3, sk_send(p.a, "abc", 3, 0));
	NB_FAILS(RUMP_EFAULT, sk_recv(p.b, (void *)1, 3, 0));
	NB_FAILS(RUMP_EAGAIN, sk_recv(p.b, buf, 1, SK_MSG_DONTWAIT));

	ATF_REQUIRE((big = calloc(1, hiwat + 1)) != NULL);
	NB_FAILS(RUMP_EMSGSIZE, sk_send(p.a, big, hiwat + 1, 0));
	ATF_CHECK_EQ(hiwat, sk_send(p.a, big, hiwat, 0));
	ATF_CHECK_EQ(hiwat, sk_recv(p.b, big, hiwat + 1, 0));
	m.msg_iovlen = 2000;
	NB_FAILS(RUMP_EMSGSIZE, sk_sendmsg(p.a, &m, 0));
	m.msg_iovlen = -1;
	NB_FAILS(RUMP_EMSGSIZE, sk_recvmsg(p.a, &m, 0));
	free(big);
	sk_close(p);
}

ATF_TC_WITHOUT_HEAD(message);
ATF_TC_BODY(message, tc)
{
	struct sk_pair p;
	static char buf[10000];
	int i;

	boot();
	messages(DG);
	messages(SEQ);

	/* Datagrams are lost, packets wait. */
	p = sk_pair(DG);
	ATF_CHECK_EQ(0, sk_get(p.b, SK_SO_OVERFLOWED));
	ATF_REQUIRE_EQ(0, sk_set(p.b, SK_SO_RERROR, 1));
	for (i = 0; i < 1000; i++) {
		if (sk_send(p.a, buf, sizeof(buf), 0) == -1)
			break;
	}
	ATF_CHECK(i > 1 && i < 1000 && errno == RUMP_ENOBUFS);
	ATF_CHECK_EQ(1, sk_get(p.b, SK_SO_OVERFLOWED));
	while (i-- > 0)
		ATF_REQUIRE_EQ((int)sizeof(buf),
		    sk_recv(p.b, buf, sizeof(buf), 0));
	NB_FAILS(RUMP_ENOBUFS, sk_recv(p.b, buf, 1, SK_MSG_DONTWAIT));
	NB_FAILS(RUMP_EAGAIN, sk_recv(p.b, buf, 1, SK_MSG_DONTWAIT));
	ATF_REQUIRE_EQ(0, rump_sys_close(p.a));
	NB_FAILS(RUMP_ECONNRESET, sk_send(p.b, buf, 1, 0));
	NB_FAILS(RUMP_EDESTADDRREQ, sk_send(p.b, buf, 1, 0));

	p = sk_pair(SEQ);
	while (sk_send(p.a, buf, sizeof(buf), SK_MSG_DONTWAIT) != -1)
		continue;
	ATF_CHECK_EQ(RUMP_EAGAIN, errno);
	ATF_REQUIRE_EQ(0, rump_sys_close(p.b));
	NB_FAILS(RUMP_EPIPE, sk_send(p.a, buf, 1, SK_MSG_NOSIGNAL));
}

/* Somebody waits in poll, select or kevent until something happens. */
struct waiter {
	int	s, events, how, got;
};

static void *
wait_main(void *arg)
{
	struct waiter *w = arg;
	struct nb_pollfd pf = { w->s, (short)w->events, 0 };
	struct nb_kevent kev;
	uint32_t set[8] = { 0 }, *in = NULL, *out = NULL;
	int kq;

	if (w->how == 0) {
		ATF_REQUIRE_EQ(1, rump_sys_poll((void *)&pf, 1, -1));
		w->got = pf.revents;
	} else if (w->how == 1) {
		set[w->s / 32] = 1u << w->s % 32;
		if (w->events & NB_POLLIN)
			in = set;
		else
			out = set;
		ATF_REQUIRE_EQ(1, rump_sys_select(w->s + 1, (void *)in,
		    (void *)out, NULL, NULL));
		w->got = w->events;
	} else {
		ATF_REQUIRE((kq = rump_sys_kqueue()) != -1);
		memset(&kev, 0, sizeof(kev));
		kev.ident = (uintptr_t)w->s;
		kev.filter = w->events & NB_POLLIN ? 0 : 1;
		kev.flags = 1;	/* EV_ADD */
		ATF_REQUIRE_EQ(1, rump_sys_kevent(kq, (void *)&kev, 1,
		    (void *)&kev, 1, NULL));
		w->got = w->events;
		ATF_CHECK_EQ(w->s, (int)kev.ident);
		ATF_CHECK(kev.data > 0);
		ATF_REQUIRE_EQ(0, rump_sys_close(kq));
	}
	return NULL;
}

ATF_TC_WITHOUT_HEAD(wakeup);
ATF_TC_BODY(wakeup, tc)
{
	static char big[300000];
	struct waiter w;
	struct sk_pair p;
	pthread_t t;
	int i;

	boot();
	p = sk_pair(ST);
	for (i = 0; i < 60; i++) {
		w = (struct waiter){ p.b, NB_POLLIN, i % 3, 0 };
		t = sk_thread(wait_main, &w);
		if (i % 2)
			usleep(500);
		ATF_REQUIRE_EQ(1, sk_send(p.a, "x", 1, 0));
		sk_join(t);
		ATF_CHECK_EQ(NB_POLLIN, w.got);
		ATF_REQUIRE_EQ(1, sk_recv(p.b, big, 1, 0));
	}
	sk_nonblock(p.a, 1);
	for (i = 0; i < 30; i++) {
		while (rump_sys_write(p.a, big, sizeof(big)) > 0)
			continue;
		w = (struct waiter){ p.a, NB_POLLOUT, i % 3, 0 };
		t = sk_thread(wait_main, &w);
		if (i % 2)
			usleep(500);
		ATF_REQUIRE(sk_recv(p.b, big, sizeof(big), 0) > 0);
		sk_join(t);
		ATF_CHECK_EQ(NB_POLLOUT, w.got);
	}
}

/* Events that stay: sizes, ends of file. */
ATF_TC_WITHOUT_HEAD(kevents);
ATF_TC_BODY(kevents, tc)
{
	struct nb_kevent kev[3];
	struct timespec zero = { 0, 0 };
	struct sk_pair p;
	int kq, n;

	boot();
	p = sk_pair(ST);
	ATF_REQUIRE((kq = rump_sys_kqueue()) != -1);
	memset(kev, 0, sizeof(kev));
	kev[0] = (struct nb_kevent){ .ident = p.b, .filter = 0, .flags = 1,
	    .fflags = 1 /* NOTE_LOWAT */, .data = 3 };
	kev[1] = (struct nb_kevent){ .ident = p.b, .filter = 1, .flags = 1 };
	kev[2] = (struct nb_kevent){ .ident = p.b, .filter = 9, .flags = 1 };
	ATF_REQUIRE_EQ(0, rump_sys_kevent(kq, (void *)kev, 3, NULL, 0, &zero));
	ATF_REQUIRE_EQ(2, sk_send(p.a, "ab", 2, 0));
	n = rump_sys_kevent(kq, NULL, 0, (void *)kev, 3, &zero);
	ATF_CHECK_EQ_MSG(2, n, "%d", n);
	ATF_REQUIRE_EQ(2, sk_send(p.a, "cd", 2, 0));
	n = rump_sys_kevent(kq, NULL, 0, (void *)kev, 3, &zero);
	ATF_CHECK_EQ(3, n);
	while (n-- > 0) {
		if (kev[n].filter == 0)
			ATF_CHECK_EQ(4, kev[n].data);
		if (kev[n].filter == 1)
			ATF_CHECK_EQ(sk_get(p.b, RUMP_SO_SNDBUF),
			    kev[n].data);
		ATF_CHECK_EQ(0, kev[n].flags & 0x8000);
	}
	ATF_REQUIRE_EQ(0, rump_sys_close(p.a));
	n = rump_sys_kevent(kq, NULL, 0, (void *)kev, 3, &zero);
	ATF_CHECK_EQ(3, n);
	while (n-- > 0) {
		if (kev[n].filter != 9)
			ATF_CHECK_EQ(0x8000, kev[n].flags & 0x8000);
	}
	/* Gone with the descriptor. */
	ATF_REQUIRE_EQ(0, rump_sys_close(p.b));
	ATF_CHECK_EQ(0, rump_sys_kevent(kq, NULL, 0, (void *)kev, 3, &zero));
}

ATF_TC_WITHOUT_HEAD(ioctls);
ATF_TC_BODY(ioctls, tc)
{
	struct nb_kevent kev = { 0 };
	struct timespec zero = { 0, 0 };
	struct sk_pair p;
	int kq, v = 1;

	boot();
	p = sk_pair(ST);
	ATF_CHECK_EQ(0, sk_ioctl(p.a, SK_SIOCATMARK));
	ATF_CHECK_EQ(0, sk_ioctl(p.a, SK_FIOGETOWN));
	v = rump_sys_getpid();
	ATF_REQUIRE_EQ(0, rump_sys_ioctl(p.a, SK_FIOSETOWN, &v));
	ATF_CHECK_EQ(v, sk_ioctl(p.a, SK_FIOGETOWN));
	v = 1;
	ATF_REQUIRE_EQ(0, rump_sys_ioctl(p.a, SK_FIOASYNC, &v));
	kev.ident = SIG_IO;
	kev.filter = 5;		/* EVFILT_SIGNAL */
	kev.flags = 1;
	ATF_REQUIRE((kq = rump_sys_kqueue()) != -1);
	ATF_REQUIRE_EQ(0, rump_sys_kevent(kq, (void *)&kev, 1, (void *)&kev,
	    1, &zero));
	ATF_REQUIRE_EQ(1, sk_send(p.b, "x", 1, 0));
	ATF_CHECK_EQ(1, rump_sys_kevent(kq, NULL, 0, (void *)&kev, 1, &zero));
	v = 0;
	ATF_REQUIRE_EQ(0, rump_sys_ioctl(p.a, SK_FIOASYNC, &v));
	ATF_REQUIRE_EQ(1, sk_send(p.b, "x", 1, 0));
	ATF_CHECK_EQ(0, rump_sys_kevent(kq, NULL, 0, (void *)&kev, 1, &zero));
	NB_FAILS(RUMP_ENOTTY, rump_sys_ioctl(p.a, 0x40047399UL, &v));
	/* No such interface. */
	NB_FAILS(RUMP_ENXIO, rump_sys_ioctl(p.a, 0xc0906911UL,
	    (char[144]){ 0 }));
}

/* Many calls at once on one socket: no byte is lost or comes twice. */
static volatile unsigned long sum_in, sum_out;

static void *
crowd_send(void *arg)
{
	int s = *(int *)arg;
	unsigned i;

	for (i = 1; i <= 500; i++) {
		ATF_REQUIRE_EQ((ssize_t)sizeof(i),
		    sk_send(s, &i, sizeof(i), 0));
		__atomic_add_fetch(&sum_in, i, __ATOMIC_RELAXED);
	}
	return NULL;
}

static void *
crowd_recv(void *arg)
{
	int s = *(int *)arg;
	unsigned i;
	ssize_t n;

	while ((n = sk_recv(s, &i, sizeof(i), SK_MSG_WAITALL)) > 0) {
		ATF_REQUIRE_EQ((ssize_t)sizeof(i), n);
		__atomic_add_fetch(&sum_out, i, __ATOMIC_RELAXED);
	}
	return NULL;
}

static void
crowd(int type)
{
	pthread_t t[8];
	struct sk_pair p;
	int i;

	sum_in = sum_out = 0;
	p = sk_pair(type);
	for (i = 0; i < 8; i++)
		t[i] = sk_thread(i < 4 ? crowd_send : crowd_recv,
		    i < 4 ? &p.a : &p.b);
	for (i = 0; i < 4; i++)
		sk_join(t[i]);
	ATF_REQUIRE_EQ(0, rump_sys_shutdown(p.a, RUMP_SHUT_WR));
	for (; i < 8; i++)
		sk_join(t[i]);
	ATF_CHECK(sum_in == sum_out);
	ATF_CHECK_EQ(4 * 500 * 501 / 2, sum_in);
	sk_close(p);
}

ATF_TC_WITHOUT_HEAD(crowds);
ATF_TC_BODY(crowds, tc)
{

	boot();
	crowd(ST);
	crowd(SEQ);
}

ATF_TC_WITHOUT_HEAD(stat);
ATF_TC_BODY(stat, tc)
{
	struct rump_stat sb1, sb2;
	struct sk_pair p;

	boot();
	p = sk_pair(ST);
	ATF_REQUIRE_EQ(0, rump_sys_fstat(p.a, (void *)&sb1));
	ATF_REQUIRE_EQ(0, rump_sys_fstat(p.b, (void *)&sb2));
	ATF_CHECK_EQ(0140000, sb1.st_mode & 0170000);
	ATF_CHECK(sb1.st_ino != sb2.st_ino);
	ATF_CHECK_EQ(sk_get(p.a, RUMP_SO_SNDBUF), (int)sb1.st_blksize);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, errors);
	ATF_TP_ADD_TC(tp, flags);
	ATF_TP_ADD_TC(tp, transfer_1);
	ATF_TP_ADD_TC(tp, transfer_2);
	ATF_TP_ADD_TC(tp, transfer_4);
	ATF_TP_ADD_TC(tp, peek);
	ATF_TP_ADD_TC(tp, waitall);
	ATF_TP_ADD_TC(tp, lowat);
	ATF_TP_ADD_TC(tp, nonblock);
	ATF_TP_ADD_TC(tp, timeo);
	ATF_TP_ADD_TC(tp, shut);
	ATF_TP_ADD_TC(tp, close_wakes);
	ATF_TP_ADD_TC(tp, interrupted);
	ATF_TP_ADD_TC(tp, message);
	ATF_TP_ADD_TC(tp, wakeup);
	ATF_TP_ADD_TC(tp, kevents);
	ATF_TP_ADD_TC(tp, ioctls);
	ATF_TP_ADD_TC(tp, crowds);
	ATF_TP_ADD_TC(tp, stat);
	return atf_no_error();
}
