/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TCP over IPv6 and the loopback interface, and with peers of IPv4: what
 * depends on the family.  The rest is tested with IPv4.
 *
 * Sources: tcp(4), ip6(4), RFC 3493
 */
#include "inet6.h"

#include <pthread.h>

#define	PORT	1234
#define	BYTES	(4 * 1024 * 1024)

static int
server(const char *addr, bool both)
{
	int s = i6_socket(RUMP_SOCK_STREAM, 0);

	if (both)
		ATF_REQUIRE_EQ(0, i6_set(s, I6_V6ONLY, 0));
	ATF_REQUIRE_EQ_MSG(0, i6_bind(s, addr, PORT), "bind: %d", errno);
	ATF_REQUIRE_EQ(0, rump_sys_listen(s, 5));
	return s;
}

static void
exchange(int from, int to)
{
	char buf[8];

	ATF_REQUIRE_EQ(5, rump_sys_write(from, "hello", 5));
	ATF_REQUIRE_EQ(5, rump_sys_read(to, buf, sizeof(buf)));
	ATF_CHECK_EQ(0, memcmp(buf, "hello", 5));
}

ATF_TC_WITHOUT_HEAD(echo);
ATF_TC_BODY(echo, tc)
{
	int s, c, a;
	i6_sin mine, peer;
	socklen_t len = sizeof(peer);
	char b;

	ATF_REQUIRE_EQ(0, rump_init());
	s = server("::", false);
	c = i6_socket(RUMP_SOCK_STREAM, 0);
	ATF_REQUIRE_EQ_MSG(0, i6_connect(c, I6_LO, PORT), "%d", errno);
	a = rump_sys_accept(s, SK_SA(&peer), &len);
	ATF_REQUIRE(a != -1);
	ATF_CHECK_EQ(sizeof(peer), len);
	mine = i6_name(c);
	ATF_CHECK(i6_is(mine.sin6_addr, I6_LO));
	ATF_CHECK_EQ(0, memcmp(&mine, &peer, sizeof(mine)));
	ATF_CHECK(i6_is(i6_name(a).sin6_addr, I6_LO));
	ATF_CHECK_EQ(1, i6_get(a, I6_V6ONLY));
	exchange(c, a);
	exchange(a, c);
	ATF_REQUIRE_EQ(0, rump_sys_shutdown(c, RUMP_SHUT_WR));
	ATF_CHECK_EQ(0, rump_sys_read(a, &b, 1));
	exchange(a, c);
	ATF_REQUIRE_EQ(0, rump_sys_close(a));
	ATF_CHECK_EQ(0, rump_sys_read(c, &b, 1));
}

ATF_TC_WITHOUT_HEAD(refused);
ATF_TC_BODY(refused, tc)
{
	int s;

	ATF_REQUIRE_EQ(0, rump_init());
	s = i6_socket(RUMP_SOCK_STREAM, 0);
	NB_FAILS(RUMP_ECONNREFUSED, i6_connect(s, I6_LO, 4));
	ATF_REQUIRE_EQ(0, rump_sys_close(s));
	s = i6_socket(RUMP_SOCK_STREAM, 0);
	NB_FAILS(RUMP_EADDRNOTAVAIL, i6_connect(s, I6_LO, 0));
	NB_FAILS(RUMP_EADDRNOTAVAIL, i6_connect(s, "ff02::1", 1));
	NB_FAILS(RUMP_EHOSTUNREACH, i6_connect(s, "2001:db8::1", 1));
	NB_FAILS(RUMP_EINVAL, i6_connect(s, I6_LO4, 1));
	NB_FAILS(RUMP_EAFNOSUPPORT, i6_bind(s, "ff02::1", 1));
	NB_FAILS(RUMP_ENOTCONN, sk_send(s, "x", 1, 0));
	ATF_REQUIRE_EQ(0, i6_set(s, I6_V6ONLY, 0));
	NB_FAILS(RUMP_EADDRNOTAVAIL, i6_connect(s, "::ffff:224.0.0.1", 1));
	NB_FAILS(RUMP_EADDRNOTAVAIL, i6_connect(s, "::ffff:255.255.255.255",
	    1));
	/* Groups are for datagrams. */
	NB_FAILS(RUMP_EOPNOTSUPP, i6_set(s, I6_MULTICAST_HOPS, 1));
	NB_FAILS(RUMP_ECONNREFUSED, i6_connect(s, I6_LO4, 4));
}

/* A server of both families, and one of IPv6 alone. */
ATF_TC_WITHOUT_HEAD(mapped);
ATF_TC_BODY(mapped, tc)
{
	struct rump_sockaddr_in sin;
	int s, c, a;
	i6_sin peer;
	socklen_t len = sizeof(peer);

	ATF_REQUIRE_EQ(0, rump_init());
	s = server("::", true);
	memset(&sin, 0, sizeof(sin));
	sin.sin_len = sizeof(sin);
	sin.sin_family = RUMP_AF_INET;
	sin.sin_port = htons(PORT);
	sin.sin_addr = htonl(0x7f000001);
	c = rump_sys_socket(RUMP_AF_INET, RUMP_SOCK_STREAM, 0);
	ATF_REQUIRE_EQ_MSG(0, rump_sys_connect(c, SK_SA(&sin), sizeof(sin)),
	    "%d", errno);
	a = rump_sys_accept(s, SK_SA(&peer), &len);
	ATF_REQUIRE(a != -1);
	ATF_CHECK_EQ(sizeof(peer), len);
	ATF_CHECK(i6_is(peer.sin6_addr, I6_LO4));
	ATF_CHECK(i6_is(i6_name(a).sin6_addr, I6_LO4));
	exchange(c, a);
	exchange(a, c);
	ATF_REQUIRE_EQ(0, rump_sys_close(a));
	ATF_REQUIRE_EQ(0, rump_sys_close(c));
	/* From a socket of IPv6 by IPv4. */
	c = i6_socket(RUMP_SOCK_STREAM, 0);
	ATF_REQUIRE_EQ(0, i6_set(c, I6_V6ONLY, 0));
	ATF_REQUIRE_EQ_MSG(0, i6_connect(c, I6_LO4, PORT), "%d", errno);
	ATF_REQUIRE((a = rump_sys_accept(s, NULL, NULL)) != -1);
	exchange(c, a);
	ATF_REQUIRE_EQ(0, rump_sys_close(s));
	/* One of IPv6 alone is not there for IPv4. */
	ATF_REQUIRE_EQ(0, rump_sys_close(c));
	ATF_REQUIRE_EQ(0, rump_sys_close(a));
	s = i6_socket(RUMP_SOCK_STREAM, 0);
	ATF_REQUIRE_EQ(0, i6_bind(s, "::", PORT + 1));
	ATF_REQUIRE_EQ(0, rump_sys_listen(s, 5));
	sin.sin_port = htons(PORT + 1);
	c = rump_sys_socket(RUMP_AF_INET, RUMP_SOCK_STREAM, 0);
	NB_FAILS(RUMP_ECONNREFUSED, rump_sys_connect(c, SK_SA(&sin),
	    sizeof(sin)));
	/* And the port is free there. */
	a = rump_sys_socket(RUMP_AF_INET, RUMP_SOCK_STREAM, 0);
	ATF_REQUIRE_EQ(0, rump_sys_bind(a, SK_SA(&sin), sizeof(sin)));
}

static void *
writer(void *arg)
{
	static char buf[65536];
	size_t left = BYTES, at = 0, n, i;
	ssize_t r;

	for (; left > 0; left -= (size_t)r, at += (size_t)r) {
		n = left < sizeof(buf) ? left : sizeof(buf);
		for (i = 0; i < n; i++)
			buf[i] = (char)((at + i) * 131 >> 7);
		r = rump_sys_write(*(int *)arg, buf, n);
		ATF_REQUIRE_MSG(r > 0, "write: %d", errno);
	}
	ATF_REQUIRE_EQ(0, rump_sys_close(*(int *)arg));
	return NULL;
}

/* All of it, in order; with options in each packet, too. */
static void
stream(const void *opt, size_t optlen)
{
	static char buf[65536];
	pthread_t t;
	size_t at = 0, i;
	ssize_t r;
	int s = server(I6_LO, false), c, a;

	c = i6_socket(RUMP_SOCK_STREAM, 0);
	if (optlen > 0)
		ATF_REQUIRE_EQ(0, rump_sys_setsockopt(c, I6_IPV6, I6_DSTOPTS,
		    opt, (socklen_t)optlen));
	ATF_REQUIRE_EQ(0, i6_connect(c, I6_LO, PORT));
	ATF_REQUIRE((a = rump_sys_accept(s, NULL, NULL)) != -1);
	ATF_REQUIRE_EQ(0, pthread_create(&t, NULL, writer, &c));
	while ((r = rump_sys_read(a, buf, sizeof(buf))) > 0) {
		for (i = 0; i < (size_t)r; i++)
			ATF_REQUIRE_EQ((char)((at + i) * 131 >> 7), buf[i]);
		at += (size_t)r;
	}
	ATF_REQUIRE_EQ(0, r);
	ATF_CHECK_EQ(BYTES, at);
	ATF_REQUIRE_EQ(0, pthread_join(t, NULL));
}

ATF_TC_WITHOUT_HEAD(stream_plain);
ATF_TC_BODY(stream_plain, tc)
{

	ATF_REQUIRE_EQ(0, rump_init());
	stream(NULL, 0);
}

ATF_TC_WITHOUT_HEAD(stream_options);
ATF_TC_BODY(stream_options, tc)
{
	static const uint8_t opt[8] = { 0, 0, 1, 4, 0, 0, 0, 0 };

	ATF_REQUIRE_EQ(0, rump_init());
	stream(opt, sizeof(opt));
	/* Room was left for them. */
	ATF_CHECK_EQ(0, I6_IPSTAT(14));
}

/* net.inet6.PROTO.pcblist: sockets of IPv6 alone, as programs see them. */
static void
listed(int proto, const char *addr, int port)
{
	static uint8_t list[8][640];
	int name[8] = { 4, RUMP_PF_INET6, proto, 0, 0, 0, sizeof(list[0]), 8 };
	size_t len = 0;
	i6_sin sin6;
	bool found = false;

	/* Found by trying: it has no number of its own. */
	for (name[3] = 1024; name[3] < 4096 && !found; name[3]++) {
		len = sizeof(list);
		found = rump_sys___sysctl(name, 8, list, &len, NULL, 0) == 0;
	}
	ATF_REQUIRE(found);
	ATF_REQUIRE_EQ(sizeof(list[0]), len);
	memcpy(&sin6, list[0] + 72, sizeof(sin6));
	ATF_CHECK_EQ(RUMP_AF_INET6, sin6.sin6_family);
	ATF_CHECK_EQ(port, ntohs(sin6.sin6_port));
	ATF_CHECK(i6_is(sin6.sin6_addr, addr));
}

ATF_TC_WITHOUT_HEAD(lists);
ATF_TC_BODY(lists, tc)
{
	int u;

	ATF_REQUIRE_EQ(0, rump_init());
	(void)server(I6_LO, false);
	u = i6_udp("::");
	ATF_REQUIRE(rump_sys_socket(RUMP_AF_INET, RUMP_SOCK_DGRAM, 0) != -1);
	ATF_REQUIRE(rump_sys_socket(RUMP_AF_INET, RUMP_SOCK_STREAM, 0) != -1);
	listed(I6_TCP, I6_LO, PORT);
	listed(I6_UDP, "::", i6_port(u));
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, lists);
	ATF_TP_ADD_TC(tp, echo);
	ATF_TP_ADD_TC(tp, refused);
	ATF_TP_ADD_TC(tp, mapped);
	ATF_TP_ADD_TC(tp, stream_plain);
	ATF_TP_ADD_TC(tp, stream_options);
	return atf_no_error();
}
