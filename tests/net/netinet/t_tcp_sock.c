/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sockets of TCP as programs see them, over the loopback interface.
 */
#include "tcps.h"

static void
exchange(int from, int to, const char *text)
{
	char buf[100];
	size_t n = strlen(text), got = 0;
	ssize_t r;

	ATF_REQUIRE_EQ((ssize_t)n, rump_sys_write(from, text, n));
	while (got < n) {
		r = rump_sys_read(to, buf + got, sizeof(buf) - got);
		ATF_REQUIRE_MSG(r > 0, "%zd %d", r, errno);
		got += (size_t)r;
	}
	ATF_CHECK_EQ(0, memcmp(buf, text, n));
}

/* Data goes both ways, and ends come to both ends. */
ATF_TC_WITHOUT_HEAD(echo);
ATF_TC_BODY(echo, tc)
{
	struct sk_pair p;
	char c;

	ATF_REQUIRE_EQ(0, rump_init());
	p = tcp_pair();
	exchange(p.a, p.b, "hello");
	exchange(p.b, p.a, "and back");
	ATF_REQUIRE_EQ(0, rump_sys_shutdown(p.a, RUMP_SHUT_WR));
	ATF_CHECK_EQ(0, rump_sys_read(p.b, &c, 1));
	/* The other half is still open. */
	exchange(p.b, p.a, "half closed");
	NB_FAILS(RUMP_EPIPE, sk_send(p.a, "x", 1, SK_MSG_NOSIGNAL));
	ATF_REQUIRE_EQ(0, rump_sys_close(p.b));
	ATF_CHECK_EQ(0, rump_sys_read(p.a, &c, 1));
	ATF_REQUIRE_EQ(0, rump_sys_close(p.a));
}

/* Nobody listens. */
ATF_TC_WITHOUT_HEAD(refused);
ATF_TC_BODY(refused, tc)
{
	int s;

	ATF_REQUIRE_EQ(0, rump_init());
	s = tcp_socket();
	NB_FAILS(RUMP_ECONNREFUSED, tcp_connect(s, LOOPBACK, 4));
	ATF_REQUIRE_EQ(0, rump_sys_close(s));
	s = tcp_socket();
	NB_FAILS(RUMP_EADDRNOTAVAIL, tcp_connect(s, LOOPBACK, 0));
	NB_FAILS(RUMP_EADDRNOTAVAIL, tcp_connect(s, 0xe0000001, 1));
	NB_FAILS(RUMP_ENOTCONN, rump_sys_shutdown(s, RUMP_SHUT_WR));
	NB_FAILS(RUMP_ENOTCONN, sk_send(s, "x", 1, 0));
	ATF_REQUIRE_EQ(0, rump_sys_close(s));
}

/* Both ends know both addresses. */
ATF_TC_WITHOUT_HEAD(names);
ATF_TC_BODY(names, tc)
{
	struct rump_sockaddr_in sin, peer;
	socklen_t len = sizeof(sin);
	int s, c, a;

	ATF_REQUIRE_EQ(0, rump_init());
	s = tcp_server(1234, 5);
	c = tcp_client(1234);
	a = rump_sys_accept(s, SK_SA(&peer), &len);
	ATF_REQUIRE(a != -1);
	ATF_CHECK_EQ(sizeof(peer), len);
	ATF_REQUIRE_EQ(0, rump_sys_getsockname(c, SK_SA(&sin), &len));
	ATF_CHECK_EQ(0, memcmp(&sin, &peer, sizeof(sin)));
	ATF_REQUIRE_EQ(0, rump_sys_getpeername(a, SK_SA(&peer), &len));
	ATF_CHECK_EQ(0, memcmp(&sin, &peer, sizeof(sin)));
	ATF_REQUIRE_EQ(0, rump_sys_getpeername(c, SK_SA(&peer), &len));
	ATF_CHECK_EQ(htons(1234), peer.sin_port);
	ATF_REQUIRE_EQ(0, rump_sys_getsockname(a, SK_SA(&peer), &len));
	ATF_CHECK_EQ(htons(1234), peer.sin_port);
	NB_FAILS(RUMP_EISCONN, tcp_connect(c, LOOPBACK, 1234));
	NB_FAILS(RUMP_EINVAL, rump_sys_listen(c, 1));
	NB_FAILS(RUMP_EOPNOTSUPP, tcp_connect(s, LOOPBACK, 1234));
}

/* What is sent to an end that is closed is answered by a reset. */
ATF_TC_WITHOUT_HEAD(reset);
ATF_TC_BODY(reset, tc)
{
	struct inet_linger l = { 1, 0 };
	struct sk_pair p;
	char c;

	ATF_REQUIRE_EQ(0, rump_init());
	p = tcp_pair();
	ATF_REQUIRE_EQ(0, rump_sys_setsockopt(p.b, SK_SOL_SOCKET,
	    RUMP_SO_LINGER, &l, sizeof(l)));
	ATF_REQUIRE_EQ(0, rump_sys_close(p.b));
	NB_FAILS(RUMP_ECONNRESET, rump_sys_read(p.a, &c, 1));
	ATF_REQUIRE_EQ(0, rump_sys_close(p.a));

	p = tcp_pair();
	ATF_REQUIRE_EQ(0, rump_sys_close(p.b));
	ATF_REQUIRE_EQ(1, rump_sys_write(p.a, "x", 1));
	NB_FAILS(RUMP_EPIPE, sk_send(p.a, "x", 1, SK_MSG_NOSIGNAL));
	ATF_REQUIRE_EQ(0, rump_sys_close(p.a));
}

/* A socket connects to itself: both at once. */
ATF_TC_WITHOUT_HEAD(selfconnect);
ATF_TC_BODY(selfconnect, tc)
{
	int s;

	ATF_REQUIRE_EQ(0, rump_init());
	s = tcp_socket();
	ATF_REQUIRE_EQ(0, tcp_bind(s, LOOPBACK, 999));
	ATF_REQUIRE_EQ_MSG(0, tcp_connect(s, LOOPBACK, 999), "%d", errno);
	exchange(s, s, "to myself");
	ATF_REQUIRE_EQ(0, rump_sys_close(s));
}

/* Connections that nobody accepts. */
ATF_TC_WITHOUT_HEAD(backlog);
ATF_TC_BODY(backlog, tc)
{
	int s, c[8], i;

	ATF_REQUIRE_EQ(0, rump_init());
	s = tcp_server(77, 3);
	for (i = 0; i < 3; i++)
		c[i] = tcp_client(77);
	/* Closing ends them. */
	ATF_REQUIRE_EQ(0, rump_sys_close(s));
	for (i = 0; i < 3; i++) {
		NB_FAILS(RUMP_ECONNRESET, rump_sys_read(c[i], &s, 1));
		ATF_REQUIRE_EQ(0, rump_sys_close(c[i]));
	}
}

/* An accepted connection keeps its port, with its listener or without. */
ATF_TC_WITHOUT_HEAD(port_held);
ATF_TC_BODY(port_held, tc)
{
	int s, c, a, t, on = 1;

	ATF_REQUIRE_EQ(0, rump_init());
	s = tcp_server(79, 3);
	c = tcp_client(79);
	a = tcp_accept(s);
	ATF_REQUIRE_EQ(0, rump_sys_close(s));
	t = tcp_socket();
	NB_FAILS(RUMP_EADDRINUSE, tcp_bind(t, LOOPBACK, 79));
	NB_FAILS(RUMP_EADDRINUSE, tcp_bind(t, 0, 79));
	/* The server that is started again says that it may. */
	ATF_REQUIRE_EQ(0, rump_sys_setsockopt(t, SK_SOL_SOCKET,
	    RUMP_SO_REUSEADDR, &on, sizeof(on)));
	ATF_REQUIRE_EQ(0, tcp_bind(t, LOOPBACK, 79));
	ATF_REQUIRE_EQ(0, rump_sys_listen(t, 1));
	exchange(c, a, "still there");
	ATF_REQUIRE_EQ(0, rump_sys_close(tcp_client(79)));
	ATF_REQUIRE_EQ(0, rump_sys_close(t));
	/* It ends, and nothing of it is left. */
	ATF_REQUIRE_EQ(0, rump_sys_setsockopt(a, SK_SOL_SOCKET,
	    RUMP_SO_LINGER, &(struct inet_linger){ 1, 0 },
	    sizeof(struct inet_linger)));
	ATF_REQUIRE_EQ(0, rump_sys_close(a));
	t = tcp_socket();
	ATF_REQUIRE_EQ_MSG(0, tcp_bind(t, LOOPBACK, 79), "%d", errno);
	ATF_REQUIRE_EQ(0, rump_sys_close(t));
	ATF_REQUIRE_EQ(0, rump_sys_close(c));
}

/* Those of tcp(4). */
ATF_TC_WITHOUT_HEAD(options);
ATF_TC_BODY(options, tc)
{
	struct sk_pair p;
	uint8_t info[256];
	char name[16];
	socklen_t len;

	ATF_REQUIRE_EQ(0, rump_init());
	p = tcp_pair();
	ATF_CHECK_EQ(0, tcp_get(p.a, INET_TCP_NODELAY));
	ATF_REQUIRE_EQ(0, tcp_set(p.a, INET_TCP_NODELAY, 1));
	ATF_CHECK_EQ(1, tcp_get(p.a, INET_TCP_NODELAY));
	ATF_CHECK(tcp_get(p.a, INET_TCP_MAXSEG) > 30000);
	ATF_REQUIRE_EQ(0, tcp_set(p.a, INET_TCP_MAXSEG, 1012));
	ATF_CHECK_EQ(1000, tcp_get(p.a, INET_TCP_MAXSEG));
	NB_FAILS(RUMP_EINVAL, tcp_set(p.a, INET_TCP_MAXSEG, 0));
	ATF_CHECK_EQ(7200, tcp_get(p.a, INET_TCP_KEEPIDLE));
	ATF_REQUIRE_EQ(0, tcp_set(p.a, INET_TCP_KEEPIDLE, 10));
	ATF_CHECK_EQ(10, tcp_get(p.a, INET_TCP_KEEPIDLE));
	NB_FAILS(RUMP_EINVAL, tcp_set(p.a, INET_TCP_KEEPINTVL, 0));
	ATF_CHECK_EQ(75, tcp_get(p.a, INET_TCP_KEEPINTVL));
	ATF_CHECK_EQ(8, tcp_get(p.a, INET_TCP_KEEPCNT));
	ATF_CHECK_EQ(75, tcp_get(p.a, INET_TCP_KEEPINIT));
	NB_FAILS(RUMP_ENOPROTOOPT, tcp_set(p.a, 4711, 1));
	len = sizeof(info);
	ATF_REQUIRE_EQ(0, rump_sys_getsockopt(p.a, INET_IPPROTO_TCP,
	    INET_TCP_INFO, info, &len));
	ATF_CHECK_EQ(4, info[0]);	/* ESTABLISHED */
	ATF_CHECK_EQ(7, info[5]);	/* timestamps, SACK, scale */
	len = sizeof(name);
	ATF_REQUIRE_EQ(0, rump_sys_getsockopt(p.a, INET_IPPROTO_TCP,
	    INET_TCP_CONGCTL, name, &len));
	ATF_CHECK_STREQ("newreno", name);
	ATF_REQUIRE_EQ(0, rump_sys_setsockopt(p.a, INET_IPPROTO_TCP,
	    INET_TCP_CONGCTL, "cubic", 6));
	NB_FAILS(RUMP_EINVAL, rump_sys_setsockopt(p.a, INET_IPPROTO_TCP,
	    INET_TCP_CONGCTL, "nonsense", 9));
	exchange(p.a, p.b, "still works");
	sk_close(p);
}

/* A byte out of band, and where it was. */
ATF_TC_WITHOUT_HEAD(urgent);
ATF_TC_BODY(urgent, tc)
{
	struct sk_pair p;
	char buf[10];

	ATF_REQUIRE_EQ(0, rump_init());
	p = tcp_pair();
	NB_FAILS(RUMP_EINVAL, sk_recv(p.b, buf, 1, SK_MSG_OOB));
	ATF_REQUIRE_EQ(3, sk_send(p.a, "abc", 3, 0));
	ATF_REQUIRE_EQ(2, sk_send(p.a, "xU", 2, SK_MSG_OOB));
	ATF_REQUIRE_EQ(3, sk_send(p.a, "def", 3, 0));
	ATF_REQUIRE_EQ(1, sk_recv(p.b, buf, 1, SK_MSG_OOB | SK_MSG_PEEK));
	ATF_REQUIRE_EQ(1, sk_recv(p.b, buf, 1, SK_MSG_OOB));
	ATF_CHECK_EQ('U', buf[0]);
	NB_FAILS(RUMP_EINVAL, sk_recv(p.b, buf, 1, SK_MSG_OOB));
	ATF_CHECK_EQ(0, sk_ioctl(p.b, SK_SIOCATMARK));
	ATF_REQUIRE_EQ(4, rump_sys_read(p.b, buf, sizeof(buf)));
	ATF_CHECK_EQ(0, memcmp(buf, "abcx", 4));
	ATF_CHECK_EQ(1, sk_ioctl(p.b, SK_SIOCATMARK));
	ATF_REQUIRE_EQ(3, sk_recv(p.b, buf, 3, SK_MSG_WAITALL));
	ATF_CHECK_EQ(0, memcmp(buf, "def", 3));
	ATF_CHECK_EQ(0, sk_ioctl(p.b, SK_SIOCATMARK));
	sk_close(p);
}

/* Connect(2) that does not wait, poll(2). */
ATF_TC_WITHOUT_HEAD(nonblock);
ATF_TC_BODY(nonblock, tc)
{
	int s, c, a;
	char buf[4096];
	ssize_t n;
	size_t all = 0;

	ATF_REQUIRE_EQ(0, rump_init());
	s = tcp_server(88, 1);
	sk_nonblock(s, 1);
	NB_FAILS(RUMP_EAGAIN, rump_sys_accept(s, NULL, NULL));
	c = tcp_socket();
	sk_nonblock(c, 1);
	if (tcp_connect(c, LOOPBACK, 88) == -1)
		ATF_CHECK_EQ(RUMP_EINPROGRESS, errno);
	ATF_CHECK((sk_poll(s, NB_POLLIN) & NB_POLLIN) != 0);
	a = tcp_accept(s);
	ATF_CHECK_EQ(NB_POLLOUT, sk_poll(c, NB_POLLOUT | NB_POLLIN));
	ATF_CHECK_EQ(0, sk_get(c, RUMP_SO_ERROR));
	/* Until both buffers are full. */
	memset(buf, 'x', sizeof(buf));
	while ((n = rump_sys_write(c, buf, sizeof(buf))) > 0)
		all += (size_t)n;
	ATF_CHECK_EQ(RUMP_EAGAIN, errno);
	ATF_CHECK(all >= 64 * 1024);
	ATF_CHECK_EQ(0, sk_poll(c, NB_POLLOUT));
	while (all > 0) {
		n = rump_sys_read(a, buf, sizeof(buf));
		ATF_REQUIRE_MSG(n > 0, "%zd %d, %zu are left", n, errno, all);
		all -= (size_t)n;
	}
	ATF_CHECK_EQ(NB_POLLOUT, sk_poll(c, NB_POLLOUT));
}

/* Counters, and variables within their limits. */
ATF_TC_WITHOUT_HEAD(sysctl);
ATF_TC_BODY(sysctl, tc)
{
	const int stats[] = { 4, 2, INET_IPPROTO_TCP, 30 };
	const int delack[] = { 4, 2, INET_IPPROTO_TCP, 25 };
	uint64_t v[100];
	size_t len = sizeof(v);
	struct sk_pair p;
	int val;

	ATF_REQUIRE_EQ(0, rump_init());
	p = tcp_pair();
	exchange(p.a, p.b, "count this");
	ATF_REQUIRE_EQ(0, rump_sys___sysctl(stats, 4, v, &len, NULL, 0));
	ATF_CHECK_EQ(76 * sizeof(v[0]), len);
	ATF_CHECK_EQ(1, v[0]);		/* connect(2) */
	ATF_CHECK_EQ(1, v[1]);		/* accepted */
	ATF_CHECK_EQ(2, v[2]);		/* established */
	ATF_CHECK_EQ(10, v[20]);	/* bytes sent */
	ATF_CHECK_EQ(10, v[30]);	/* and got */
	ATF_CHECK_EQ(1, v[58]);		/* of the cache of SYNs */
	len = sizeof(val);
	ATF_REQUIRE_EQ(0, rump_sys___sysctl(delack, 4, &val, &len, NULL, 0));
	ATF_CHECK_EQ(20, val);
	val = 1000;
	NB_FAILS(RUMP_EINVAL, rump_sys___sysctl(delack, 4, NULL, NULL, &val,
	    sizeof(val)));
	val = 10;
	ATF_REQUIRE_EQ(0, rump_sys___sysctl(delack, 4, NULL, NULL, &val,
	    sizeof(val)));
	sk_close(p);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, echo);
	ATF_TP_ADD_TC(tp, refused);
	ATF_TP_ADD_TC(tp, names);
	ATF_TP_ADD_TC(tp, reset);
	ATF_TP_ADD_TC(tp, selfconnect);
	ATF_TP_ADD_TC(tp, backlog);
	ATF_TP_ADD_TC(tp, port_held);
	ATF_TP_ADD_TC(tp, options);
	ATF_TP_ADD_TC(tp, urgent);
	ATF_TP_ADD_TC(tp, nonblock);
	ATF_TP_ADD_TC(tp, sysctl);
	return atf_no_error();
}
