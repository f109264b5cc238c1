/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Descriptors and credentials in messages, and what becomes of them if nobody
 * receives them.
 */
#include "../../kern/net/sk.h"

void	rump_kt_rights_counts(int *, int *);

#define	ST	RUMP_SOCK_STREAM
#define	DG	RUMP_SOCK_DGRAM
#define	SEQ	RUMP_SOCK_SEQPACKET

/* Open files of the kernel, and how many messages have. */
static void
counts(int *files, int *inflight)
{

	rump_schedule();
	rump_kt_rights_counts(files, inflight);
	rump_unschedule();
}

static void
counts_check(int files, int inflight)
{
	int f, i;

	counts(&f, &i);
	ATF_CHECK_EQ_MSG(files, f, "%d files, not %d", f, files);
	ATF_CHECK_EQ_MSG(inflight, i, "%d in flight, not %d", i, inflight);
}

static char cbuf[4096] __attribute__((__aligned__(8)));

static int
send_fds(int s, const int *fds, int n, const char *data)
{
	struct rump_cmsghdr *cm = (void *)cbuf;
	struct iovec iov = { (void *)(uintptr_t)data, strlen(data) };
	struct rump_msghdr m;

	memset(&m, 0, sizeof(m));
	memset(cbuf, 0, sizeof(cbuf));
	m.msg_iov = &iov;
	m.msg_iovlen = 1;
	m.msg_control = cm;
	m.msg_controllen = SK_CMSG_SPACE(n * sizeof(int));
	cm->cmsg_len = SK_CMSG_LEN(n * sizeof(int));
	cm->cmsg_level = SK_SOL_SOCKET;
	cm->cmsg_type = RUMP_SCM_RIGHTS;
	memcpy(SK_CMSG_DATA(cm), fds, n * sizeof(int));
	return sk_sendmsg(s, &m, SK_MSG_NOSIGNAL) == -1 ? -1 : 0;
}

static int
send_fd(int s, int fd)
{

	return send_fds(s, &fd, 1, "d");
}

/* How many descriptors came; -1: none, with errno. */
static int
recv_fds(int s, int *fds, size_t room, int flags, int *rflags)
{
	struct rump_cmsghdr *cm = (void *)cbuf;
	char data[32];
	struct iovec iov = { data, sizeof(data) };
	struct rump_msghdr m;
	size_t n;

	memset(&m, 0, sizeof(m));
	memset(cbuf, 0, sizeof(cbuf));
	m.msg_iov = &iov;
	m.msg_iovlen = 1;
	m.msg_control = room > 0 ? cm : NULL;
	m.msg_controllen = room;
	if (sk_recvmsg(s, &m, flags) == -1)
		return -1;
	if (rflags != NULL)
		*rflags = m.msg_flags;
	if (m.msg_controllen == 0)
		return 0;
	ATF_REQUIRE(cm->cmsg_level == SK_SOL_SOCKET &&
	    cm->cmsg_type == RUMP_SCM_RIGHTS);
	ATF_REQUIRE(cm->cmsg_len <= m.msg_controllen);
	n = (cm->cmsg_len - 16) / sizeof(int);
	memcpy(fds, SK_CMSG_DATA(cm), n * sizeof(int));
	return (int)n;
}

static int
recv_fd(int s)
{
	int fd;

	ATF_REQUIRE_EQ(1, recv_fds(s, &fd, sizeof(cbuf), 0, NULL));
	return fd;
}

static void
passing(int type)
{
	struct sk_pair p = sk_pair(type);
	struct nb_pipe pi = nb_pipe(0);
	int fds[400], i, fd, flags, files, fl;
	char c;

	counts(&files, &fl);
	ATF_REQUIRE_EQ(0, send_fd(p.a, pi.rd));
	counts_check(files, 1);
	/* It is open there, whoever closes it here. */
	ATF_REQUIRE_EQ(0, rump_sys_close(pi.rd));
	counts_check(files, 1);
	/* To look does not give it away. */
	ATF_CHECK_EQ(0, recv_fds(p.b, &fd, sizeof(cbuf), SK_MSG_PEEK, NULL));
	fd = recv_fd(p.b);
	counts_check(files, 0);
	ATF_REQUIRE_EQ(1, rump_sys_write(pi.wr, "x", 1));
	ATF_CHECK_EQ(1, rump_sys_read(fd, &c, 1));
	ATF_CHECK_EQ(0, rump_sys_fcntl(fd, NB_F_GETFD, NULL));
	ATF_REQUIRE_EQ(0, rump_sys_close(fd));
	/* Close on exec if that is wished. */
	ATF_REQUIRE_EQ(0, send_fd(p.a, pi.wr));
	ATF_REQUIRE_EQ(1, recv_fds(p.b, &fd, sizeof(cbuf),
	    SK_MSG_CMSG_CLOEXEC, NULL));
	ATF_CHECK_EQ(1, rump_sys_fcntl(fd, NB_F_GETFD, NULL));
	ATF_REQUIRE_EQ(0, rump_sys_close(fd));
	/* Many. */
	for (i = 0; i < 400; i++)
		fds[i] = pi.wr;
	ATF_REQUIRE_EQ(0, send_fds(p.a, fds, 400, "many"));
	counts_check(files - 1, 400);
	ATF_REQUIRE_EQ(400, recv_fds(p.b, fds, sizeof(cbuf), 0, NULL));
	for (i = 0; i < 400; i++)
		ATF_REQUIRE_EQ(0, rump_sys_close(fds[i]));
	/* No room for them, or none wished: closed. */
	ATF_REQUIRE_EQ(0, send_fds(p.a, (int[]){ pi.wr, pi.wr }, 2, "d"));
	ATF_CHECK_EQ(0, recv_fds(p.b, fds, 20, 0, &flags));
	ATF_CHECK_EQ(SK_MSG_CTRUNC, flags);
	ATF_REQUIRE_EQ(0, send_fds(p.a, (int[]){ pi.wr, pi.wr }, 2, "d"));
	ATF_CHECK_EQ(1, sk_recv(p.b, &c, 1, 0));
	counts_check(files - 1, 0);
	ATF_CHECK_EQ(-1, rump_sys_fcntl(pi.wr + 1, NB_F_GETFD, NULL));
	/* Never received. */
	ATF_REQUIRE_EQ(0, send_fd(p.a, pi.wr));
	ATF_REQUIRE_EQ(0, rump_sys_close(pi.wr));
	counts_check(files - 1, 1);
	sk_close(p);
	counts_check(files - 4, 0);
}

ATF_TC_WITHOUT_HEAD(pass);
ATF_TC_BODY(pass, tc)
{

	hk_boot("2");
	passing(ST);
	passing(DG);
	passing(SEQ);
}

/* Control messages that are not in order. */
ATF_TC_WITHOUT_HEAD(refused);
ATF_TC_BODY(refused, tc)
{
	struct rump_cmsghdr *cm = (void *)cbuf;
	struct iovec iov = { cbuf, 1 };
	struct rump_msghdr m;
	struct sk_pair p;
	int files, fl, kq, fds[2];
	static const struct {
		uint32_t len, clen;
		int	level, type, err;
	} t[] = {
		{ 20, 8, SK_SOL_SOCKET, RUMP_SCM_RIGHTS, RUMP_EINVAL },
		{ 15, 24, SK_SOL_SOCKET, RUMP_SCM_RIGHTS, RUMP_EINVAL },
		{ 20, 40, SK_SOL_SOCKET, RUMP_SCM_RIGHTS, RUMP_EINVAL },
		{ 40, 24, SK_SOL_SOCKET, RUMP_SCM_RIGHTS, RUMP_EINVAL },
		{ 0xfffffff0, 24, SK_SOL_SOCKET, RUMP_SCM_RIGHTS,
		    RUMP_EINVAL },
		{ 20, 24, 6, RUMP_SCM_RIGHTS, RUMP_EINVAL },
		{ 20, 24, SK_SOL_SOCKET, RUMP_SCM_CREDS, RUMP_EINVAL },
		{ 20, 24, SK_SOL_SOCKET, RUMP_SCM_TIMESTAMP, RUMP_EINVAL },
		{ 20, 100000, SK_SOL_SOCKET, RUMP_SCM_RIGHTS, RUMP_EINVAL },
	};
	unsigned i;

	hk_boot("2");
	p = sk_pair(ST);
	counts(&files, &fl);
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		memset(&m, 0, sizeof(m));
		memset(cbuf, 0, sizeof(cbuf));
		m.msg_iov = &iov;
		m.msg_iovlen = 1;
		m.msg_control = cm;
		m.msg_controllen = t[i].clen;
		cm->cmsg_len = t[i].len;
		cm->cmsg_level = t[i].level;
		cm->cmsg_type = t[i].type;
		NB_FAILS(t[i].err, (int)sk_sendmsg(p.a, &m, 0));
	}
	NB_FAILS(RUMP_EBADF, send_fd(p.a, 99));
	NB_FAILS(RUMP_EBADF, send_fds(p.a, (int[]){ p.a, -1 }, 2, "d"));
	ATF_REQUIRE((kq = rump_sys_kqueue()) != -1);
	NB_FAILS(RUMP_EOPNOTSUPP, send_fd(p.a, kq));
	ATF_REQUIRE_EQ(0, rump_sys_close(kq));
	ATF_REQUIRE_EQ(0, rump_sys_shutdown(p.a, RUMP_SHUT_WR));
	NB_FAILS(RUMP_EPIPE, send_fd(p.a, p.a));
	counts_check(files, 0);
	/* Nobody is there, or he does not want any. */
	fds[0] = rump_sys_socket(RUMP_AF_LOCAL, ST, 0);
	NB_FAILS(RUMP_ENOTCONN, send_fd(fds[0], p.a));
	ATF_REQUIRE_EQ(0, rump_sys_close(fds[0]));
	ATF_REQUIRE_EQ(0, rump_sys_shutdown(p.a, RUMP_SHUT_RD));
	NB_FAILS(RUMP_EPIPE, send_fd(p.b, p.a));
	counts_check(files, 0);
}

/* No descriptor left for what comes: the message's are closed, all of them. */
ATF_TC_WITHOUT_HEAD(full);
ATF_TC_BODY(full, tc)
{
	struct nb_rlimit rl = { 8, 8 };
	struct sk_pair p;
	int fds[8], files, fl, n;
	char c;

	hk_boot("2");
	p = sk_pair(ST);
	counts(&files, &fl);
	ATF_REQUIRE_EQ(0, rump_sys_setrlimit(NB_RLIMIT_NOFILE, (void *)&rl));
	for (n = 0; n < 8; n++)
		fds[n] = p.a;
	ATF_REQUIRE_EQ(0, send_fds(p.a, fds, 8, "x"));
	NB_FAILS(RUMP_EMFILE, recv_fds(p.b, fds, sizeof(cbuf), 0, NULL));
	counts_check(files, 0);
	/* The bytes of a stream are still there. */
	ATF_CHECK_EQ(1, sk_recv(p.b, &c, 1, 0));
	ATF_CHECK_EQ('x', c);
	ATF_CHECK_EQ(p.b + 1, rump_sys_dup(p.a));
}

/* Bytes before and behind a message with rights are read by themselves. */
ATF_TC_WITHOUT_HEAD(boundary);
ATF_TC_BODY(boundary, tc)
{
	struct sk_pair p;
	char buf[16];
	int fd;

	hk_boot("2");
	p = sk_pair(ST);
	ATF_REQUIRE_EQ(3, sk_send(p.a, "abc", 3, 0));
	ATF_REQUIRE_EQ(0, send_fds(p.a, &p.a, 1, "def"));
	ATF_REQUIRE_EQ(3, sk_send(p.a, "ghi", 3, 0));
	ATF_CHECK_EQ(3, sk_recv(p.b, buf, sizeof(buf), SK_MSG_WAITALL));
	fd = -1;
	ATF_CHECK_EQ(1, recv_fds(p.b, &fd, sizeof(cbuf), 0, NULL));
	ATF_CHECK(fd != -1);
	NB_FAILS(RUMP_EAGAIN, sk_recv(p.b, buf, 1, SK_MSG_DONTWAIT));
	/* Rights without a byte: read(2) sees no end of file in that. */
	ATF_REQUIRE_EQ(0, send_fds(p.a, &p.a, 1, ""));
	ATF_REQUIRE_EQ(1, sk_send(p.a, "j", 1, 0));
	ATF_CHECK_EQ(1, rump_sys_read(p.b, buf, sizeof(buf)));
	ATF_CHECK_EQ('j', buf[0]);
	ATF_REQUIRE_EQ(0, send_fds(p.a, &p.a, 1, ""));
	ATF_CHECK_EQ(1, recv_fds(p.b, &fd, sizeof(cbuf), 0, NULL));
}

/* Sockets that nobody but messages has: all of these end with nothing left. */
static void
collect(int files)
{

	/* Any local socket that is closed makes somebody look. */
	sk_close(sk_pair(ST));
	counts_check(files, 0);
}

ATF_TC_WITHOUT_HEAD(cycle);
ATF_TC_BODY(cycle, tc)
{
	struct rump_sockaddr_un un;
	struct sk_pair p, q, r;
	int files, fl, s, i, c, fds[100];
	socklen_t len;
	char b;

	hk_boot("2");
	p = sk_pair(ST);
	sk_close(p);
	counts(&files, &fl);

	/* One in itself. */
	p = sk_pair(ST);
	ATF_REQUIRE_EQ(0, send_fd(p.a, p.b));
	sk_close(p);
	collect(files);
	/* Each in the other. */
	p = sk_pair(DG);
	ATF_REQUIRE_EQ(0, send_fd(p.a, p.a));
	ATF_REQUIRE_EQ(0, send_fd(p.b, p.b));
	sk_close(p);
	collect(files);
	/* A ring of three, and something that hangs on it. */
	p = sk_pair(ST);
	q = sk_pair(ST);
	r = sk_pair(SEQ);
	ATF_REQUIRE_EQ(0, send_fd(p.a, q.b));
	ATF_REQUIRE_EQ(0, send_fd(q.a, r.b));
	ATF_REQUIRE_EQ(0, send_fd(r.a, p.b));
	ATF_REQUIRE_EQ(0, send_fd(p.a, r.a));
	sk_close(p);
	sk_close(q);
	sk_close(r);
	collect(files);

	/* Alive: what it is in can be received. */
	p = sk_pair(ST);
	q = sk_pair(ST);
	ATF_REQUIRE_EQ(0, send_fd(q.a, q.b));	/* q.b in itself */
	ATF_REQUIRE_EQ(0, send_fd(p.a, q.b));	/* and in p.b */
	sk_close(q);
	sk_close(sk_pair(ST));
	counts_check(files + 3, 2);
	i = recv_fd(p.b);
	c = recv_fd(i);
	ATF_CHECK_EQ(0, sk_recv(c, &b, 1, 0));
	ATF_REQUIRE_EQ(0, rump_sys_close(i));
	ATF_REQUIRE_EQ(0, rump_sys_close(c));
	sk_close(p);
	collect(files);

	/* In a connection that waits at a socket that is in there. */
	s = rump_sys_socket(RUMP_AF_LOCAL, ST, 0);
	len = sk_un(&un, "/s");
	ATF_REQUIRE_EQ(0, rump_sys_bind(s, SK_SA(&un), len));
	ATF_REQUIRE_EQ(0, rump_sys_listen(s, 5));
	c = rump_sys_socket(RUMP_AF_LOCAL, ST, 0);
	ATF_REQUIRE_EQ(0, rump_sys_connect(c, SK_SA(&un), len));
	ATF_REQUIRE_EQ(0, send_fd(c, s));
	ATF_REQUIRE_EQ(0, rump_sys_close(s));
	/* The client keeps nothing alive. */
	sk_close(sk_pair(ST));
	counts_check(files + 1, 0);
	NB_FAILS(RUMP_ECONNRESET, (int)sk_recv(c, &b, 1, 0));
	ATF_REQUIRE_EQ(0, rump_sys_close(c));
	collect(files);

	/* Long chains end without deep recursion. */
	for (i = 0; i < 100; i++) {
		p = sk_pair(ST);
		if (i > 0) {
			ATF_REQUIRE_EQ(0, send_fd(p.a, fds[i - 1]));
			ATF_REQUIRE_EQ(0, rump_sys_close(fds[i - 1]));
		}
		ATF_REQUIRE_EQ(0, rump_sys_close(p.a));
		fds[i] = p.b;
	}
	counts_check(files + 100, 99);
	ATF_REQUIRE_EQ(0, rump_sys_close(fds[99]));
	counts_check(files, 0);
}

/* Rings made, broken and collected by threads at once. */
static void *
rings(void *arg)
{
	unsigned seed = (unsigned)(uintptr_t)arg;
	struct sk_pair p, q;
	int i, fd;

	for (i = 0; i < 300; i++) {
		struct rump_cmsghdr cm[4];
		struct iovec iov = { &i, 1 };
		struct rump_msghdr m;
		int to[4], what[4], j;

		p = sk_pair(ST);
		q = sk_pair(DG);
		to[0] = p.a; to[1] = q.a; to[2] = p.b; to[3] = q.b;
		for (j = 0; j < 4; j++)
			what[j] = to[rand_r(&seed) % 4];
		for (j = 0; j < 4; j++) {
			memset(&m, 0, sizeof(m));
			memset(cm, 0, sizeof(cm));
			m.msg_iov = &iov;
			m.msg_iovlen = 1;
			m.msg_control = cm;
			m.msg_controllen = 24;
			cm[0].cmsg_len = 20;
			cm[0].cmsg_level = SK_SOL_SOCKET;
			cm[0].cmsg_type = RUMP_SCM_RIGHTS;
			memcpy((char *)cm + 16, &what[j], sizeof(int));
			ATF_REQUIRE_EQ(1, sk_sendmsg(to[j], &m, 0));
		}
		if (rand_r(&seed) % 2) {
			memset(cm, 0, sizeof(cm));
			m.msg_controllen = sizeof(cm);
			if (sk_recvmsg(p.a, &m, SK_MSG_DONTWAIT) == 1 &&
			    m.msg_controllen >= 20) {
				memcpy(&fd, (char *)cm + 16, sizeof(fd));
				ATF_REQUIRE_EQ(0, rump_sys_close(fd));
			}
		}
		sk_close(p);
		sk_close(q);
	}
	return NULL;
}

ATF_TC_WITHOUT_HEAD(many_rings);
ATF_TC_BODY(many_rings, tc)
{
	pthread_t t[4];
	int files, fl, i;

	hk_boot("2");
	sk_close(sk_pair(ST));
	counts(&files, &fl);
	for (i = 0; i < 4; i++)
		t[i] = sk_thread(rings, (void *)(uintptr_t)(i + 1));
	for (i = 0; i < 4; i++)
		sk_join(t[i]);
	collect(files);
}

/* LOCAL_CREDS: once on a connection, with each datagram. */
struct cred {
	int	pid;
	unsigned uid, euid, gid, egid;
	int	ngroups;
	unsigned groups[16];
};

static int
recv_cred(int s, struct cred *sc)
{
	struct rump_cmsghdr *cm = (void *)cbuf;
	char data[32];
	struct iovec iov = { data, sizeof(data) };
	struct rump_msghdr m;

	memset(&m, 0, sizeof(m));
	memset(sc, 0, sizeof(*sc));
	m.msg_iov = &iov;
	m.msg_iovlen = 1;
	m.msg_control = cbuf;
	m.msg_controllen = sizeof(cbuf);
	ATF_REQUIRE(sk_recvmsg(s, &m, SK_MSG_DONTWAIT) != -1);
	if (m.msg_controllen == 0)
		return 0;
	if (cm->cmsg_type == RUMP_SCM_RIGHTS)
		cm = (void *)(cbuf + SK_CMSG_SPACE(sizeof(int)));
	ATF_REQUIRE_EQ(RUMP_SCM_CREDS, cm->cmsg_type);
	memcpy(sc, SK_CMSG_DATA(cm), cm->cmsg_len - 16);
	return 1;
}

static void
creds(int type, int again)
{
	struct sk_pair p = sk_pair(type);
	struct cred sc;
	int one = 1, zero = 0;
	socklen_t len = sizeof(one);

	ATF_REQUIRE_EQ(0, rump_sys_setsockopt(p.b, SK_SOL_LOCAL,
	    SK_LOCAL_CREDS, &one, sizeof(one)));
	ATF_REQUIRE_EQ(0, rump_sys_getsockopt(p.b, SK_SOL_LOCAL,
	    SK_LOCAL_CREDS, &zero, &len));
	ATF_CHECK_EQ(1, zero);
	ATF_REQUIRE_EQ(1, sk_send(p.a, "x", 1, 0));
	ATF_REQUIRE_EQ(1, recv_cred(p.b, &sc));
	ATF_CHECK_EQ(rump_sys_getpid(), sc.pid);
	ATF_CHECK(sc.uid == 0 && sc.euid == 7 && sc.egid == 8);
	ATF_CHECK(sc.ngroups == 2 && sc.groups[0] == 8 && sc.groups[1] == 9);
	ATF_REQUIRE_EQ(1, sk_send(p.a, "x", 1, 0));
	ATF_CHECK_EQ(again, recv_cred(p.b, &sc));
	ATF_REQUIRE_EQ(0, rump_sys_setsockopt(p.b, SK_SOL_LOCAL,
	    SK_LOCAL_CREDS, &one, sizeof(one)));
	/* Beside descriptors. */
	ATF_REQUIRE_EQ(0, send_fd(p.a, p.a));
	ATF_CHECK_EQ(1, recv_cred(p.b, &sc));
	sk_close(p);
}

ATF_TC_WITHOUT_HEAD(credentials);
ATF_TC_BODY(credentials, tc)
{
	unsigned groups[2] = { 8, 9 };

	hk_boot("2");
	ATF_REQUIRE_EQ(0, rump_sys_setgroups(2, (void *)groups));
	ATF_REQUIRE_EQ(0, rump_sys_setegid(8));
	ATF_REQUIRE_EQ(0, rump_sys_seteuid(7));
	creds(ST, 0);
	creds(SEQ, 0);
	creds(DG, 1);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, pass);
	ATF_TP_ADD_TC(tp, refused);
	ATF_TP_ADD_TC(tp, full);
	ATF_TP_ADD_TC(tp, boundary);
	ATF_TP_ADD_TC(tp, cycle);
	ATF_TP_ADD_TC(tp, many_rings);
	ATF_TP_ADD_TC(tp, credentials);
	return atf_no_error();
}
