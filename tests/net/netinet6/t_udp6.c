/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Datagrams over IPv6 and the loopback interface: addresses and ports,
 * connected and not, peers of IPv4, errors.
 *
 * Sources: udp(4), ip6(4), RFC 3493, RFC 8200
 */
#include "inet6.h"

static int
boot_udp(const char *addr)
{

	ATF_REQUIRE_EQ(0, rump_init());
	return i6_udp(addr);
}

ATF_TC_WITHOUT_HEAD(sendto);
ATF_TC_BODY(sendto, tc)
{
	char buf[100], data[] = "datagram";
	int a = boot_udp(I6_LO), b = i6_udp("::");
	i6_sin from;

	ATF_CHECK(i6_port(a) >= 49152);
	ATF_CHECK(i6_port(a) != i6_port(b));
	ATF_REQUIRE_EQ_MSG(sizeof(data), i6_sendto(a, data, sizeof(data),
	    I6_LO, i6_port(b)), "%d", errno);
	ATF_REQUIRE_EQ(sizeof(data), i6_recvfrom(b, buf, sizeof(buf), 0,
	    &from));
	ATF_CHECK_EQ(0, memcmp(buf, data, sizeof(data)));
	ATF_CHECK_EQ(i6_port(a), ntohs(from.sin6_port));
	ATF_CHECK(i6_is(from.sin6_addr, I6_LO));
	ATF_CHECK_EQ(sizeof(from), from.sin6_len);
	ATF_CHECK_EQ(0, from.sin6_scope_id);
	/* Back, to where it came from. */
	ATF_REQUIRE_EQ(1, rump_sys_sendto(b, "x", 1, 0, SK_SA(&from),
	    sizeof(from)));
	ATF_REQUIRE_EQ(1, i6_recvfrom(a, buf, sizeof(buf), 0, &from));
	ATF_CHECK_EQ(i6_port(b), ntohs(from.sin6_port));
	/* Nothing is a datagram, too; to no address is to ourselves. */
	ATF_REQUIRE_EQ(0, i6_sendto(a, "", 0, "::", i6_port(b)));
	ATF_REQUIRE_EQ(0, i6_recvfrom(b, buf, sizeof(buf), 0, &from));
	NB_FAILS(RUMP_EAGAIN, i6_recvfrom(b, buf, sizeof(buf),
	    SK_MSG_DONTWAIT, NULL));
	ATF_CHECK_EQ(3, I6_UDPSTAT(9));
	ATF_CHECK_EQ(3, I6_UDPSTAT(0));
}

ATF_TC_WITHOUT_HEAD(sizes);
ATF_TC_BODY(sizes, tc)
{
	static char out[65528], in[65536];
	static const size_t sizes[] = { 1, 2, 63, 64, 1231, 1232, 1233, 2047,
	    2048, 9000, 33000, 33096, 40000, 65527 };
	int a = boot_udp(I6_LO), b = i6_udp(I6_LO);
	size_t i, j;

	ATF_REQUIRE_EQ(0, sk_set(a, RUMP_SO_SNDBUF, 70000));
	ATF_REQUIRE_EQ(0, sk_set(b, RUMP_SO_RCVBUF, 200000));
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		for (j = 0; j < sizes[i]; j++)
			out[j] = (char)(j * 7 + i);
		ATF_REQUIRE_EQ_MSG(sizes[i], (size_t)i6_sendto(a, out,
		    sizes[i], I6_LO, i6_port(b)), "%zu: %d", sizes[i], errno);
		ATF_REQUIRE_EQ(sizes[i], (size_t)i6_recvfrom(b, in,
		    sizeof(in), 0, NULL));
		ATF_CHECK_EQ(0, memcmp(in, out, sizes[i]));
	}
	NB_FAILS(RUMP_EMSGSIZE, i6_sendto(a, out, 65528, I6_LO, i6_port(b)));
	/* Those larger than lo0's MTU came in pieces. */
	ATF_CHECK_EQ(3, I6_IPSTAT(13));
	ATF_CHECK_EQ(3, I6_IPSTAT(14));
}

ATF_TC_WITHOUT_HEAD(connected);
ATF_TC_BODY(connected, tc)
{
	char buf[10];
	int a = boot_udp(I6_LO), b = i6_udp(I6_LO), c = i6_udp(I6_LO);
	i6_sin sin6, unspec;
	socklen_t len = sizeof(sin6);

	NB_FAILS(RUMP_EDESTADDRREQ, sk_send(a, "x", 1, 0));
	NB_FAILS(RUMP_ENOTCONN, rump_sys_getpeername(a, SK_SA(&sin6), &len));
	NB_FAILS(RUMP_EADDRNOTAVAIL, i6_connect(a, I6_LO, 0));
	ATF_REQUIRE_EQ(0, i6_connect(a, I6_LO, i6_port(b)));
	ATF_REQUIRE_EQ(0, rump_sys_getpeername(a, SK_SA(&sin6), &len));
	ATF_CHECK_EQ(i6_port(b), ntohs(sin6.sin6_port));
	ATF_REQUIRE_EQ(1, sk_send(a, "1", 1, 0));
	ATF_REQUIRE_EQ(1, sk_recv(b, buf, sizeof(buf), 0));
	NB_FAILS(RUMP_EISCONN, i6_sendto(a, "x", 1, I6_LO, i6_port(c)));
	/* It hears its peer alone. */
	ATF_REQUIRE_EQ(1, i6_sendto(c, "c", 1, I6_LO, i6_port(a)));
	ATF_REQUIRE_EQ(1, i6_sendto(b, "b", 1, I6_LO, i6_port(a)));
	ATF_REQUIRE_EQ(1, sk_recv(a, buf, sizeof(buf), 0));
	ATF_CHECK_EQ('b', buf[0]);
	NB_FAILS(RUMP_EAGAIN, sk_recv(a, buf, sizeof(buf), SK_MSG_DONTWAIT));
	/* Then none. */
	memset(&unspec, 0, sizeof(unspec));
	unspec.sin6_len = sizeof(unspec);
	ATF_REQUIRE_EQ(0, rump_sys_connect(a, SK_SA(&unspec),
	    sizeof(unspec)));
	NB_FAILS(RUMP_EDESTADDRREQ, sk_send(a, "x", 1, 0));
	ATF_REQUIRE_EQ(1, i6_sendto(c, "c", 1, I6_LO, i6_port(a)));
	ATF_REQUIRE_EQ(1, sk_recv(a, buf, sizeof(buf), 0));
	NB_FAILS(RUMP_EHOSTUNREACH, i6_connect(a, "2001:db8::1", 9));
	NB_FAILS(RUMP_EHOSTUNREACH, i6_sendto(a, "x", 1, "2001:db8::1", 9));
}

ATF_TC_WITHOUT_HEAD(binding);
ATF_TC_BODY(binding, tc)
{
	int a = boot_udp(I6_LO), b = i6_socket(RUMP_SOCK_DGRAM, 0);
	const int port = i6_port(a);
	i6_sin sin6 = i6_addr(I6_LO, 0);

	NB_FAILS(RUMP_EINVAL, i6_bind(a, I6_LO, 0));
	NB_FAILS(RUMP_EADDRINUSE, i6_bind(b, I6_LO, port));
	NB_FAILS(RUMP_EADDRINUSE, i6_bind(b, "::", port));
	NB_FAILS(RUMP_EADDRNOTAVAIL, i6_bind(b, "2001:db8::1", 0));
	NB_FAILS(RUMP_EADDRNOTAVAIL, i6_bind(b, I6_LO4, 0));
	NB_FAILS(RUMP_EINVAL, rump_sys_bind(b, SK_SA(&sin6),
	    sizeof(sin6) - 1));
	sin6.sin6_family = RUMP_AF_INET;
	NB_FAILS(RUMP_EAFNOSUPPORT, rump_sys_bind(b, SK_SA(&sin6),
	    sizeof(sin6)));
	/* A link that is not there. */
	sin6 = i6_addr("fe80::1", 0);
	sin6.sin6_scope_id = 77;
	NB_FAILS(RUMP_ENXIO, rump_sys_bind(b, SK_SA(&sin6), sizeof(sin6)));
	sin6.sin6_scope_id = 0x10001;
	NB_FAILS(RUMP_ENXIO, rump_sys_bind(b, SK_SA(&sin6), sizeof(sin6)));
	ATF_REQUIRE_EQ(0, sk_set(b, RUMP_SO_REUSEADDR, 1));
	ATF_REQUIRE_EQ(0, i6_bind(b, "::", port));
	NB_FAILS(RUMP_EINVAL, i6_set(b, I6_PORTRANGE, 3));
	a = i6_socket(RUMP_SOCK_DGRAM, 0);
	ATF_REQUIRE_EQ(0, i6_set(a, I6_PORTRANGE, 2));
	ATF_REQUIRE_EQ(0, i6_bind(a, I6_LO, 0));
	ATF_CHECK(i6_port(a) >= 600 && i6_port(a) <= 1023);
}

/* A socket of both families, RFC 3493 section 3.7, if it wants to be. */
ATF_TC_WITHOUT_HEAD(mapped);
ATF_TC_BODY(mapped, tc)
{
	struct rump_sockaddr_in sin;
	int a, b, four;
	char buf[10];
	i6_sin from;
	socklen_t len = sizeof(sin);

	ATF_REQUIRE_EQ(0, rump_init());
	a = i6_socket(RUMP_SOCK_DGRAM, 0);
	ATF_CHECK_EQ(1, i6_get(a, I6_V6ONLY));
	NB_FAILS(RUMP_EINVAL, i6_sendto(a, "x", 1, I6_LO4, 9));
	NB_FAILS(RUMP_EINVAL, i6_connect(a, I6_LO4, 9));
	b = i6_socket(RUMP_SOCK_DGRAM, 0);
	ATF_REQUIRE_EQ(0, i6_set(b, I6_V6ONLY, 0));
	ATF_REQUIRE_EQ(0, i6_bind(b, "::", 5000));
	NB_FAILS(RUMP_EINVAL, i6_set(b, I6_V6ONLY, 1));
	four = rump_sys_socket(RUMP_AF_INET, RUMP_SOCK_DGRAM, 0);
	memset(&sin, 0, sizeof(sin));
	sin.sin_len = sizeof(sin);
	sin.sin_family = RUMP_AF_INET;
	sin.sin_port = htons(5000);
	/* The port is taken in both families. */
	NB_FAILS(RUMP_EADDRINUSE, rump_sys_bind(four, SK_SA(&sin),
	    sizeof(sin)));
	sin.sin_addr = htonl(0x7f000001);
	ATF_REQUIRE_EQ(1, rump_sys_sendto(four, "4", 1, 0, SK_SA(&sin),
	    sizeof(sin)));
	ATF_REQUIRE_EQ(1, i6_recvfrom(b, buf, sizeof(buf), 0, &from));
	ATF_CHECK(i6_is(from.sin6_addr, I6_LO4));
	ATF_REQUIRE_EQ(1, rump_sys_sendto(b, "6", 1, 0, SK_SA(&from),
	    sizeof(from)));
	ATF_REQUIRE_EQ(1, rump_sys_recvfrom(four, buf, sizeof(buf), 0,
	    SK_SA(&sin), &len));
	ATF_CHECK_EQ(htonl(0x7f000001), sin.sin_addr);
	/* And peers of IPv6. */
	ATF_REQUIRE_EQ(1, i6_sendto(a, "x", 1, I6_LO, 5000));
	ATF_REQUIRE_EQ(1, i6_recvfrom(b, buf, sizeof(buf), 0, &from));
	ATF_CHECK(i6_is(from.sin6_addr, I6_LO));
	/* Who is bound to one family has no peers of the other. */
	ATF_REQUIRE_EQ(0, rump_sys_close(a));
	a = i6_socket(RUMP_SOCK_DGRAM, 0);
	ATF_REQUIRE_EQ(0, i6_set(a, I6_V6ONLY, 0));
	ATF_REQUIRE_EQ(0, i6_bind(a, I6_LO4, 0));
	NB_FAILS(RUMP_EINVAL, i6_connect(a, I6_LO, 5000));
	NB_FAILS(RUMP_EINVAL, i6_sendto(a, "x", 1, I6_LO, 5000));
	ATF_REQUIRE_EQ(0, i6_connect(a, I6_LO4, 5000));
	ATF_REQUIRE_EQ(2, sk_send(a, "ab", 2, 0));
	ATF_REQUIRE_EQ(2, sk_recv(b, buf, sizeof(buf), 0));
}

ATF_TC_WITHOUT_HEAD(refused);
ATF_TC_BODY(refused, tc)
{
	int a = boot_udp(I6_LO), b = i6_udp(I6_LO), port = i6_port(b);
	char buf[4];

	ATF_REQUIRE_EQ(0, i6_connect(a, I6_LO, port));
	ATF_REQUIRE_EQ(0, rump_sys_close(b));
	ATF_REQUIRE_EQ(1, sk_send(a, "x", 1, 0));
	NB_FAILS(RUMP_ECONNREFUSED, sk_recv(a, buf, sizeof(buf), 0));
	/* Told once. */
	NB_FAILS(RUMP_EAGAIN, sk_recv(a, buf, sizeof(buf), SK_MSG_DONTWAIT));
	ATF_CHECK_EQ(1, I6_UDPSTAT(5));
	ATF_CHECK_EQ(1, I6_ICMPSTAT(521 + 4));
	/* Who is not connected is not told. */
	b = i6_udp(I6_LO);
	ATF_REQUIRE_EQ(1, i6_sendto(b, "x", 1, I6_LO, port));
	NB_FAILS(RUMP_EAGAIN, sk_recv(b, buf, sizeof(buf), SK_MSG_DONTWAIT));
}

ATF_TC_WITHOUT_HEAD(overflow);
ATF_TC_BODY(overflow, tc)
{
	int a = boot_udp(I6_LO), b = i6_udp(I6_LO), i, n = 0;
	char buf[1000];

	memset(buf, 'x', sizeof(buf));
	ATF_REQUIRE_EQ(0, sk_set(b, RUMP_SO_RCVBUF, 8000));
	for (i = 0; i < 40; i++)
		ATF_REQUIRE_EQ(sizeof(buf), i6_sendto(a, buf, sizeof(buf),
		    I6_LO, i6_port(b)));
	while (sk_recv(b, buf, sizeof(buf), SK_MSG_DONTWAIT) != -1)
		n++;
	ATF_CHECK(n > 0 && n < 10);
	ATF_CHECK_EQ(40 - n, I6_UDPSTAT(7));
}

ATF_TC_WITHOUT_HEAD(unsupported);
ATF_TC_BODY(unsupported, tc)
{
	int a = boot_udp(I6_LO);

	NB_FAILS(RUMP_EOPNOTSUPP, rump_sys_listen(a, 1));
	ATF_REQUIRE_EQ(0, i6_connect(a, I6_LO, 9));
	NB_FAILS(RUMP_EOPNOTSUPP, sk_send(a, "x", 1, SK_MSG_OOB));
	ATF_REQUIRE_EQ(0, rump_sys_shutdown(a, 1));
	NB_FAILS(RUMP_EPIPE, sk_send(a, "x", 1, SK_MSG_NOSIGNAL));
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, sendto);
	ATF_TP_ADD_TC(tp, sizes);
	ATF_TP_ADD_TC(tp, connected);
	ATF_TP_ADD_TC(tp, binding);
	ATF_TP_ADD_TC(tp, mapped);
	ATF_TP_ADD_TC(tp, refused);
	ATF_TP_ADD_TC(tp, overflow);
	ATF_TP_ADD_TC(tp, unsupported);
	return atf_no_error();
}
