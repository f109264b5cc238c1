/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Local sockets with names: binding, listening, connecting, accepting, and
 * who is at the other end.
 */
#include "../../kern/net/sk.h"

#define	ST	RUMP_SOCK_STREAM
#define	DG	RUMP_SOCK_DGRAM
#define	SEQ	RUMP_SOCK_SEQPACKET

static int
sock(int type)
{
	int s = rump_sys_socket(RUMP_AF_LOCAL, type, 0);

	ATF_REQUIRE(s != -1);
	return s;
}

static int
do_bind(int s, const char *path)
{
	struct rump_sockaddr_un un;
	socklen_t len = sk_un(&un, path);

	return rump_sys_bind(s, SK_SA(&un), len);
}

static int
do_connect(int s, const char *path)
{
	struct rump_sockaddr_un un;
	socklen_t len = sk_un(&un, path);

	return rump_sys_connect(s, SK_SA(&un), len);
}

/* A socket that listens at a path. */
static int
server(int type, const char *path, int backlog)
{
	int s = sock(type);

	ATF_REQUIRE_EQ_MSG(0, do_bind(s, path), "%d", errno);
	ATF_REQUIRE_EQ(0, rump_sys_listen(s, backlog));
	return s;
}

static int
client(int type, const char *path)
{
	int s = sock(type);

	ATF_REQUIRE_EQ_MSG(0, do_connect(s, path), "%d", errno);
	return s;
}

static int
do_accept(int s)
{
	int fd = rump_sys_accept(s, NULL, NULL);

	ATF_REQUIRE_MSG(fd != -1, "accept: %d", errno);
	return fd;
}

static void
check_name(const struct rump_sockaddr_un *un, socklen_t len, const char *path)
{

	ATF_CHECK_EQ(2 + strlen(path), len);
	ATF_CHECK_EQ(len, un->sun_len);
	ATF_CHECK_EQ(RUMP_AF_LOCAL, un->sun_family);
	ATF_CHECK_EQ(0, memcmp(un->sun_path, path, len - 2));
}

static void
names(int type)
{
	struct rump_sockaddr_un un;
	socklen_t len = sizeof(un);
	char buf[8];
	int s, c, a, c2;

	s = server(type, "/srv", 5);
	ATF_CHECK_EQ(1, sk_get(s, RUMP_SO_ACCEPTCONN));
	ATF_REQUIRE_EQ(0, rump_sys_getsockname(s, SK_SA(&un), &len));
	check_name(&un, len, "/srv");
	c = client(type, "/srv");
	len = sizeof(un);
	ATF_REQUIRE_EQ(0, rump_sys_getpeername(c, SK_SA(&un), &len));
	check_name(&un, len, "/srv");
	len = sizeof(un);
	a = rump_sys_accept(s, SK_SA(&un), &len);
	ATF_REQUIRE(a != -1);
	check_name(&un, len, "");
	len = sizeof(un);
	ATF_REQUIRE_EQ(0, rump_sys_getsockname(a, SK_SA(&un), &len));
	check_name(&un, len, "/srv");
	len = 4;	/* cut */
	memset(&un, 9, sizeof(un));
	ATF_REQUIRE_EQ(0, rump_sys_getsockname(a, SK_SA(&un), &len));
	ATF_CHECK(len == 4 && un.sun_path[1] == 's' && un.sun_path[2] == 9);
	ATF_CHECK_EQ(0, sk_get(a, RUMP_SO_ACCEPTCONN));

	c2 = sock(type);
	ATF_REQUIRE_EQ(0, do_bind(c2, "/cli"));
	ATF_REQUIRE_EQ(0, do_connect(c2, "/srv"));
	len = sizeof(un);
	ATF_REQUIRE((rump_sys_paccept(s, SK_SA(&un), &len, NULL, 0)) != -1);
	check_name(&un, len, "/cli");

	ATF_REQUIRE_EQ(3, sk_send(c, "abc", 3, 0));
	ATF_REQUIRE_EQ(3, sk_recv(a, buf, 8, 0));
	ATF_REQUIRE_EQ(2, sk_send(a, "de", 2, 0));
	ATF_REQUIRE_EQ(2, sk_recv(c, buf, 8, 0));
	NB_FAILS(RUMP_EISCONN, do_connect(c, "/srv"));
	NB_FAILS(RUMP_EOPNOTSUPP, do_connect(s, "/srv"));
	NB_FAILS(RUMP_EINVAL, do_bind(s, "/other"));
	ATF_REQUIRE_EQ(0, rump_sys_close(a));
	ATF_REQUIRE_EQ(0, sk_recv(c, buf, 8, 0));
	NB_FAILS(RUMP_EISCONN, do_connect(c, "/srv"));
	/* The names stay, nobody is there. */
	ATF_REQUIRE_EQ(0, rump_sys_close(s));
	NB_FAILS(RUMP_ECONNREFUSED, do_connect(sock(type), "/srv"));
	NB_FAILS(RUMP_EADDRINUSE, do_bind(sock(type), "/srv"));
	ATF_REQUIRE_EQ(0, rump_sys_unlink("/srv"));
	ATF_REQUIRE_EQ(0, rump_sys_unlink("/cli"));
	NB_FAILS(RUMP_ENOENT, do_connect(sock(type), "/srv"));
}

ATF_TC_WITHOUT_HEAD(stream);
ATF_TC_BODY(stream, tc)
{

	hk_boot("2");
	names(ST);
}

ATF_TC_WITHOUT_HEAD(seqpacket);
ATF_TC_BODY(seqpacket, tc)
{

	hk_boot("2");
	names(SEQ);
}

/* What may be a name, and who may use it. */
ATF_TC_WITHOUT_HEAD(paths);
ATF_TC_BODY(paths, tc)
{
	struct rump_sockaddr_un un;
	struct rump_stat sb;
	char path[110];
	int fd, s, d;

	hk_boot("2");
	s = sock(ST);
	NB_FAILS(RUMP_ENOENT, do_bind(s, ""));
	NB_FAILS(RUMP_ENOENT, do_connect(s, ""));
	NB_FAILS(RUMP_ENOENT, do_bind(s, "/no/such"));
	NB_FAILS(RUMP_EADDRINUSE, do_bind(s, "/"));
	NB_FAILS(RUMP_ENOTSOCK, do_connect(s, "/"));
	/* 104 bytes without a NUL fit, 105 do not. */
	memset(&un, 0, sizeof(un));
	un.sun_family = RUMP_AF_LOCAL;
	memset(un.sun_path, 'x', sizeof(un.sun_path));
	un.sun_path[0] = '/';
	NB_FAILS(RUMP_EINVAL, rump_sys_bind(s, SK_SA(memcpy(path, &un,
	    sizeof(un))), 107));
	ATF_REQUIRE_EQ(0, rump_sys_bind(s, SK_SA(&un), 106));
	memcpy(path, un.sun_path, 104);
	path[104] = '\0';
	ATF_REQUIRE_EQ(0, rump_sys_stat(path, (void *)&sb));
	ATF_CHECK_EQ(0140755 & ~022, sb.st_mode & ~022);
	NB_FAILS(RUMP_EOPNOTSUPP, rump_sys_open(path, RUMP_O_RDWR));

	/* Through a link, and in a directory of one's own. */
	ATF_REQUIRE_EQ(0, rump_sys_mkdir("/d", 0755));
	ATF_REQUIRE_EQ(0, rump_sys_chdir("/d"));
	s = server(ST, "here", 1);
	ATF_REQUIRE_EQ(0, rump_sys_symlink("/d/here", "/there"));
	(void)client(ST, "/there");
	(void)do_accept(s);
	/* A file is no socket, and a datagram no stream. */
	fd = rump_sys_open("/file", RUMP_O_CREAT | RUMP_O_RDWR, 0666);
	ATF_REQUIRE(fd != -1);
	NB_FAILS(RUMP_ENOTSOCK, do_connect(sock(ST), "/file"));
	d = sock(DG);
	ATF_REQUIRE_EQ(0, do_bind(d, "/dgram"));
	NB_FAILS(RUMP_EPROTOTYPE, do_connect(sock(ST), "/dgram"));
	NB_FAILS(RUMP_EPROTOTYPE, do_connect(sock(DG), "/there"));
	NB_FAILS(RUMP_EPROTOTYPE, do_connect(sock(SEQ), "/there"));
	/* Bound, but not listening. */
	s = sock(ST);
	ATF_REQUIRE_EQ(0, do_bind(s, "/quiet"));
	NB_FAILS(RUMP_ECONNREFUSED, do_connect(sock(ST), "/quiet"));
	/* Without permission to write. */
	(void)server(ST, "/locked", 1);
	ATF_REQUIRE_EQ(0, rump_sys_chmod("/locked", 0755));
	ATF_REQUIRE_EQ(0, rump_sys_seteuid(100));
	NB_FAILS(RUMP_EACCES, do_connect(sock(ST), "/locked"));
	NB_FAILS(RUMP_EACCES, do_bind(sock(ST), "/d/mine"));
	ATF_REQUIRE_EQ(0, rump_sys_seteuid(0));
	(void)client(ST, "/locked");
}

/* Unlinked and made anew: old connections go on, new ones go elsewhere. */
ATF_TC_WITHOUT_HEAD(unlinked);
ATF_TC_BODY(unlinked, tc)
{
	int s1, s2, c1, c2;
	char c;

	hk_boot("2");
	s1 = server(ST, "/s", 5);
	c1 = client(ST, "/s");
	ATF_REQUIRE_EQ(0, rump_sys_unlink("/s"));
	s2 = server(ST, "/s", 5);
	c2 = client(ST, "/s");
	ATF_REQUIRE_EQ(1, sk_send(c1, "1", 1, 0));
	ATF_REQUIRE_EQ(1, sk_send(c2, "2", 1, 0));
	ATF_REQUIRE_EQ(1, sk_recv(do_accept(s1), &c, 1, 0));
	ATF_CHECK_EQ('1', c);
	ATF_REQUIRE_EQ(1, sk_recv(do_accept(s2), &c, 1, 0));
	ATF_CHECK_EQ('2', c);
	/* The other one's end does not take the name away. */
	ATF_REQUIRE_EQ(0, rump_sys_close(s1));
	(void)client(ST, "/s");
	/* A rename moves it. */
	ATF_REQUIRE_EQ(0, rump_sys_rename("/s", "/t"));
	(void)client(ST, "/t");
}

/* So many connections wait, and no more. */
ATF_TC_WITHOUT_HEAD(backlog);
ATF_TC_BODY(backlog, tc)
{
	struct nb_kevent kev = { .filter = 0, .flags = 1 };
	struct timespec zero = { 0, 0 };
	int s, c[300], i, n, kq, a;
	char b;

	hk_boot("2");
	s = server(ST, "/s", 4);
	ATF_REQUIRE((kq = rump_sys_kqueue()) != -1);
	kev.ident = s;
	ATF_REQUIRE_EQ(0, rump_sys_kevent(kq, (void *)&kev, 1, NULL, 0,
	    &zero));
	sk_nonblock(s, 1);
	NB_FAILS(RUMP_EAGAIN, rump_sys_accept(s, NULL, NULL));
	ATF_CHECK_EQ(0, sk_poll(s, NB_POLLIN));
	for (n = 0; n < 300; n++) {
		c[n] = sock(ST);
		if (do_connect(c[n], "/s") != 0)
			break;
		ATF_REQUIRE_EQ(1, sk_send(c[n], &"abcdefghijkl"[n], 1, 0));
	}
	ATF_CHECK_EQ(RUMP_ECONNREFUSED, errno);
	ATF_CHECK_EQ(3 * 4 / 2 + 1, n);
	ATF_CHECK_EQ(NB_POLLIN, sk_poll(s, NB_POLLIN));
	ATF_REQUIRE_EQ(1, rump_sys_kevent(kq, NULL, 0, (void *)&kev, 1,
	    &zero));
	ATF_CHECK_EQ(n, kev.data);
	/* One that has gone is still accepted, with what it said. */
	ATF_REQUIRE_EQ(0, rump_sys_close(c[1]));
	for (i = 0; i < n; i++) {
		a = do_accept(s);
		/* It is as the listening socket is. */
		ATF_CHECK(rump_sys_fcntl(a, NB_F_GETFL, NULL) &
		    RUMP_O_NONBLOCK);
		ATF_REQUIRE_EQ(1, sk_recv(a, &b, 1, 0));
		ATF_CHECK_EQ("abcdefghijkl"[i], b);
		if (i == 1)
			ATF_CHECK_EQ(0, sk_recv(a, &b, 1, 0));
	}
	NB_FAILS(RUMP_EAGAIN, rump_sys_accept(s, NULL, NULL));
	(void)client(ST, "/s");
	a = rump_sys_paccept(s, NULL, NULL, NULL, RUMP_SOCK_CLOEXEC);
	ATF_REQUIRE(a != -1);
	ATF_CHECK_EQ(0, rump_sys_fcntl(a, NB_F_GETFL, NULL) &
	    RUMP_O_NONBLOCK);
	ATF_CHECK_EQ(1, rump_sys_fcntl(a, NB_F_GETFD, NULL));

	/* Those that were not accepted are told when the listener goes. */
	i = client(ST, "/s");
	ATF_REQUIRE_EQ(0, rump_sys_close(s));
	NB_FAILS(RUMP_ECONNRESET, sk_recv(i, &b, 1, 0));
	ATF_CHECK_EQ(0, sk_recv(i, &b, 1, 0));
	NB_FAILS(RUMP_EPIPE, sk_send(i, &b, 1, SK_MSG_NOSIGNAL));
}

static ssize_t
call_accept(struct sk_call *sc)
{

	return rump_sys_accept(sc->sc_s, NULL, NULL);
}

static ssize_t
call_connect(struct sk_call *sc)
{

	return do_connect(sc->sc_s, sc->sc_buf);
}

/* accept(2) sleeps; LOCAL_CONNWAIT makes connect(2) do so. */
ATF_TC_WITHOUT_HEAD(sleeping);
ATF_TC_BODY(sleeping, tc)
{
	struct sk_call ac = { 0 }, co = { .sc_buf = (char []){ "/s" } };
	int s, one = 1, c;

	hk_boot("2");
	s = ac.sc_s = server(ST, "/s", 5);
	sk_call(&ac, call_accept);
	usleep(5000);
	(void)client(ST, "/s");
	sk_join(ac.sc_thread);
	ATF_CHECK(ac.sc_rv != -1);
	/* The listening socket is closed below it. */
	sk_call(&ac, call_accept);
	usleep(5000);
	ATF_REQUIRE_EQ(0, rump_sys_close(s));
	sk_join(ac.sc_thread);
	ATF_CHECK(ac.sc_rv == -1 && ac.sc_errno == RUMP_EBADF);
	ATF_REQUIRE_EQ(0, rump_sys_unlink("/s"));

	s = server(ST, "/s", 5);
	co.sc_s = sock(ST);
	ATF_REQUIRE_EQ(0, rump_sys_setsockopt(co.sc_s, SK_SOL_LOCAL,
	    SK_LOCAL_CONNWAIT, &one, sizeof(one)));
	sk_call(&co, call_connect);
	while (sk_poll(s, NB_POLLIN) == 0)
		sched_yield();
	NB_FAILS(RUMP_EALREADY, do_connect(co.sc_s, "/s"));
	(void)do_accept(s);
	sk_join(co.sc_thread);
	ATF_CHECK_EQ(0, co.sc_rv);
	/* Without waiting it is in progress until then. */
	c = sock(ST);
	ATF_REQUIRE_EQ(0, rump_sys_setsockopt(c, SK_SOL_LOCAL,
	    SK_LOCAL_CONNWAIT, &one, sizeof(one)));
	sk_nonblock(c, 1);
	NB_FAILS(RUMP_EINPROGRESS, do_connect(c, "/s"));
	ATF_CHECK_EQ(0, sk_poll(c, NB_POLLOUT));
	(void)do_accept(s);
	ATF_CHECK_EQ(NB_POLLOUT, sk_poll(c, NB_POLLOUT));
	ATF_CHECK_EQ(0, sk_get(c, RUMP_SO_ERROR));
	/* The listener goes. */
	co.sc_s = sock(ST);
	ATF_REQUIRE_EQ(0, rump_sys_setsockopt(co.sc_s, SK_SOL_LOCAL,
	    SK_LOCAL_CONNWAIT, &one, sizeof(one)));
	sk_call(&co, call_connect);
	while (sk_poll(s, NB_POLLIN) == 0)
		sched_yield();
	ATF_REQUIRE_EQ(0, rump_sys_close(s));
	sk_join(co.sc_thread);
	ATF_CHECK_MSG(co.sc_rv == -1 && co.sc_errno == RUMP_ECONNRESET,
	    "%zd %d", co.sc_rv, co.sc_errno);
}

ATF_TC_WITHOUT_HEAD(dgram);
ATF_TC_BODY(dgram, tc)
{
	struct rump_sockaddr_un un, from;
	socklen_t len, flen = sizeof(from);
	int s, s2, c;
	char buf[8];

	hk_boot("2");
	s = sock(DG);
	c = sock(DG);
	ATF_REQUIRE_EQ(0, do_bind(s, "/s"));
	len = sk_un(&un, "/s");
	ATF_REQUIRE_EQ(3, rump_sys_sendto(c, "abc", 3, 0, SK_SA(&un), len));
	ATF_REQUIRE_EQ(3, rump_sys_recvfrom(s, buf, 8, 0, SK_SA(&from),
	    &flen));
	check_name(&from, flen, "");
	ATF_REQUIRE_EQ(0, do_bind(c, "/c"));
	ATF_REQUIRE_EQ(0, rump_sys_sendto(c, NULL, 0, 0, SK_SA(&un), len));
	flen = sizeof(from);
	ATF_REQUIRE_EQ(0, rump_sys_recvfrom(s, buf, 8, 0, SK_SA(&from),
	    &flen));
	check_name(&from, flen, "/c");
	/* Answer. */
	ATF_REQUIRE_EQ(1, rump_sys_sendto(s, "x", 1, 0, SK_SA(&from), flen));
	ATF_REQUIRE_EQ(1, sk_recv(c, buf, 8, 0));
	len = sk_un(&un, "/none");
	NB_FAILS(RUMP_ENOENT, (int)rump_sys_sendto(c, "x", 1, 0, SK_SA(&un),
	    len));
	/* Connected, to another one, to nowhere. */
	s2 = sock(DG);
	ATF_REQUIRE_EQ(0, do_bind(s2, "/s2"));
	ATF_REQUIRE_EQ(0, do_connect(c, "/s"));
	ATF_REQUIRE_EQ(1, sk_send(c, "1", 1, 0));
	NB_FAILS(RUMP_EISCONN, (int)rump_sys_sendto(c, "x", 1, 0, SK_SA(&un),
	    len));
	ATF_REQUIRE_EQ(0, do_connect(c, "/s2"));
	ATF_REQUIRE_EQ(1, sk_send(c, "2", 1, 0));
	memset(&un, 0, sizeof(un));
	ATF_REQUIRE_EQ(0, rump_sys_connect(c, SK_SA(&un), 2));
	NB_FAILS(RUMP_EDESTADDRREQ, (int)sk_send(c, "3", 1, 0));
	NB_FAILS(RUMP_ENOTCONN, rump_sys_getpeername(c, SK_SA(&un), &len));
	ATF_REQUIRE_EQ(1, sk_recv(s, buf, 8, 0));
	ATF_CHECK_EQ('1', buf[0]);
	ATF_REQUIRE_EQ(1, sk_recv(s2, buf, 8, 0));
	ATF_CHECK_EQ('2', buf[0]);
	ATF_REQUIRE_EQ(0, do_connect(c, "/s2"));
	ATF_REQUIRE_EQ(0, rump_sys_close(s2));
	NB_FAILS(RUMP_ECONNRESET, (int)sk_send(c, "3", 1, 0));
	NB_FAILS(RUMP_ECONNREFUSED, do_connect(c, "/s2"));
	/* To oneself. */
	ATF_REQUIRE_EQ(0, do_connect(c, "/c"));
	ATF_REQUIRE_EQ(1, sk_send(c, "4", 1, 0));
	ATF_REQUIRE_EQ(1, sk_recv(c, buf, 8, 0));
	ATF_REQUIRE_EQ(0, rump_sys_close(c));
}

struct peerid {
	int		pid;
	unsigned	uid, gid;
};

static struct peerid
peerid(int s)
{
	struct peerid id = { -1, -1, -1 };
	socklen_t len = sizeof(id);

	ATF_REQUIRE_EQ(0, rump_sys_getsockopt(s, SK_SOL_LOCAL,
	    SK_LOCAL_PEEREID, &id, &len));
	ATF_CHECK_EQ(sizeof(id), len);
	return id;
}

/* Who is there: at the time of listen(2) and of connect(2). */
ATF_TC_WITHOUT_HEAD(peereid);
ATF_TC_BODY(peereid, tc)
{
	struct peerid id;
	socklen_t len = sizeof(id);
	struct sk_pair p;
	int s, c, one = 1;

	hk_boot("2");
	s = server(ST, "/s", 5);
	ATF_REQUIRE_EQ(0, rump_sys_chmod("/s", 0777));
	NB_FAILS(RUMP_ENOTCONN, rump_sys_getsockopt(s, SK_SOL_LOCAL,
	    SK_LOCAL_PEEREID, &id, &len));
	ATF_REQUIRE_EQ(0, rump_sys_setegid(8));
	ATF_REQUIRE_EQ(0, rump_sys_seteuid(7));
	c = client(ST, "/s");
	ATF_REQUIRE_EQ(0, rump_sys_seteuid(0));
	id = peerid(do_accept(s));
	ATF_CHECK_EQ(rump_sys_getpid(), id.pid);
	ATF_CHECK(id.uid == 7 && id.gid == 8);
	id = peerid(c);
	ATF_CHECK(id.uid == 0 && id.gid == 0);
	p = sk_pair(SEQ);
	id = peerid(p.a);
	ATF_CHECK(id.uid == 0 && id.gid == 8);
	p = sk_pair(DG);
	NB_FAILS(RUMP_EINVAL, rump_sys_getsockopt(p.a, SK_SOL_LOCAL,
	    SK_LOCAL_PEEREID, &id, &len));
	NB_FAILS(RUMP_ENOPROTOOPT, rump_sys_setsockopt(p.a, SK_SOL_LOCAL,
	    SK_LOCAL_PEEREID, &one, sizeof(one)));
	NB_FAILS(RUMP_ENOPROTOOPT, rump_sys_setsockopt(p.a, SK_SOL_LOCAL,
	    99, &one, sizeof(one)));
	NB_FAILS(RUMP_EINVAL, rump_sys_setsockopt(p.a, SK_SOL_LOCAL,
	    SK_LOCAL_CREDS, &one, 1));
}

/* Thousands of connections, by threads; nothing is left of them. */
static void *
connects(void *arg)
{
	unsigned i;
	int c;

	for (i = 0; i < 1500; i++) {
		c = sock(ST);
		while (do_connect(c, "/s") != 0) {
			ATF_REQUIRE_EQ(RUMP_ECONNREFUSED, errno);
			sched_yield();
		}
		if (i % 3 != 0) {
			ATF_REQUIRE_EQ((ssize_t)sizeof(i), sk_send(c, &i,
			    sizeof(i), 0));
			if (i % 3 == 2)
				ATF_REQUIRE_EQ((ssize_t)sizeof(i),
				    sk_recv(c, &i, sizeof(i), 0));
		}
		ATF_REQUIRE_EQ(0, rump_sys_close(c));
	}
	return NULL;
}

static void *
accepts(void *arg)
{
	int s = *(int *)arg, a;
	unsigned i, n;

	for (n = 0; n < 1500; n++) {
		a = do_accept(s);
		if (sk_recv(a, &i, sizeof(i), 0) > 0)
			(void)sk_send(a, &i, sizeof(i), SK_MSG_NOSIGNAL);
		ATF_REQUIRE_EQ(0, rump_sys_close(a));
	}
	return NULL;
}

ATF_TC_WITHOUT_HEAD(thousands);
ATF_TC_BODY(thousands, tc)
{
	pthread_t t[4];
	int s, i;

	hk_boot("2");
	s = server(ST, "/s", 100);
	for (i = 0; i < 4; i++)
		t[i] = sk_thread(i < 2 ? connects : accepts, &s);
	for (i = 0; i < 4; i++)
		sk_join(t[i]);
	ATF_REQUIRE_EQ(0, rump_sys_close(s));
	/* The next descriptor is the one of s. */
	ATF_CHECK_EQ(s, sock(ST));
}

/* Binding and connecting while the other end comes and goes. */
static int race_end;

static int
race_on(void)
{

	return !__atomic_load_n(&race_end, __ATOMIC_RELAXED);
}

static void *
race_server(void *arg)
{
	int s, a;

	while (race_on()) {
		s = server(ST, "/r", 2);
		sk_nonblock(s, 1);
		a = rump_sys_accept(s, NULL, NULL);
		if (a != -1)
			rump_sys_close(a);
		ATF_REQUIRE_EQ(0, rump_sys_unlink("/r"));
		rump_sys_close(s);
	}
	return NULL;
}

static void *
race_client(void *arg)
{
	int s;

	while (race_on()) {
		s = sock(ST);
		if (do_connect(s, "/r") == 0)
			(void)sk_send(s, "x", 1, SK_MSG_NOSIGNAL);
		rump_sys_close(s);
	}
	return NULL;
}

ATF_TC_WITHOUT_HEAD(race);
ATF_TC_BODY(race, tc)
{
	pthread_t t[3];
	int i;

	hk_boot("2");
	t[0] = sk_thread(race_server, NULL);
	t[1] = sk_thread(race_client, NULL);
	t[2] = sk_thread(race_client, NULL);
	usleep(300000);
	__atomic_store_n(&race_end, 1, __ATOMIC_RELAXED);
	for (i = 0; i < 3; i++)
		sk_join(t[i]);
	ATF_CHECK_EQ(0, sock(ST));
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, stream);
	ATF_TP_ADD_TC(tp, seqpacket);
	ATF_TP_ADD_TC(tp, paths);
	ATF_TP_ADD_TC(tp, unlinked);
	ATF_TP_ADD_TC(tp, backlog);
	ATF_TP_ADD_TC(tp, sleeping);
	ATF_TP_ADD_TC(tp, dgram);
	ATF_TP_ADD_TC(tp, peereid);
	ATF_TP_ADD_TC(tp, thousands);
	ATF_TP_ADD_TC(tp, race);
	return atf_no_error();
}
