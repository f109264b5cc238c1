/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Options of sockets of IPv6 and control messages, over the loopback
 * interface: what is refused, what comes out of it, what a receiver is told.
 *
 * Sources: ip6(4), RFC 3493, RFC 3542
 */
#include "inet6.h"

/* Options of a header of 8 bytes and of 16: experimental ones, padded. */
static const uint8_t ext8[8] = { 0, 0, 0x1e, 4, 1, 2, 3, 4 };
static const uint8_t ext16[16] = { 0, 1, 0x1e, 12 };

static int s, r;		/* sends, receives */
static int port;

static void
boot(void)
{

	ATF_REQUIRE_EQ(0, rump_init());
	s = i6_udp(I6_LO);
	r = i6_udp("::");
	port = i6_port(r);
}

static int
set(int sock, int name, const void *data, size_t len)
{

	return rump_sys_setsockopt(sock, I6_IPV6, name, data,
	    (socklen_t)len);
}

static int
get(int sock, int name, void *data, size_t size)
{
	socklen_t len = (socklen_t)size;

	ATF_REQUIRE_EQ_MSG(0, rump_sys_getsockopt(sock, I6_IPV6, name, data,
	    &len), "%d: %d", name, errno);
	return (int)len;
}

static void
send_one(void)
{

	ATF_REQUIRE_EQ_MSG(1, i6_sendto(s, "x", 1, I6_LO, port), "%d",
	    errno);
}

ATF_TC_WITHOUT_HEAD(values);
ATF_TC_BODY(values, tc)
{

	boot();
	ATF_CHECK_EQ(64, i6_get(s, I6_UNICAST_HOPS));
	NB_FAILS(RUMP_EINVAL, i6_set(s, I6_UNICAST_HOPS, 256));
	NB_FAILS(RUMP_EINVAL, i6_set(s, I6_UNICAST_HOPS, -2));
	ATF_CHECK_EQ(0, i6_set(s, I6_UNICAST_HOPS, 17));
	ATF_CHECK_EQ(17, i6_get(s, I6_UNICAST_HOPS));
	ATF_CHECK_EQ(0, i6_set(s, I6_UNICAST_HOPS, -1));
	ATF_CHECK_EQ(64, i6_get(s, I6_UNICAST_HOPS));
	NB_FAILS(RUMP_EINVAL, i6_set(s, I6_TCLASS, 256));
	NB_FAILS(RUMP_EINVAL, i6_set(s, I6_TCLASS, -2));
	ATF_CHECK_EQ(0, i6_set(s, I6_TCLASS, 0xb8));
	ATF_CHECK_EQ(0xb8, i6_get(s, I6_TCLASS));
	ATF_CHECK_EQ(0, i6_set(s, I6_TCLASS, -1));
	ATF_CHECK_EQ(0, i6_get(s, I6_TCLASS));
	ATF_CHECK_EQ(-1, i6_get(s, I6_USE_MIN_MTU));
	NB_FAILS(RUMP_EINVAL, i6_set(s, I6_USE_MIN_MTU, 2));
	ATF_CHECK_EQ(0, i6_set(s, I6_USE_MIN_MTU, 1));
	ATF_CHECK_EQ(1, i6_get(s, I6_USE_MIN_MTU));
	ATF_CHECK_EQ(0, i6_get(s, I6_DONTFRAG));
	NB_FAILS(RUMP_EINVAL, i6_set(s, I6_DONTFRAG, 2));
	ATF_CHECK_EQ(0, i6_set(s, I6_DONTFRAG, 1));
	ATF_CHECK_EQ(1, i6_get(s, I6_DONTFRAG));
	NB_FAILS(RUMP_EINVAL, i6_set(s, I6_PREFER_TEMPADDR, 2));
	NB_FAILS(RUMP_EINVAL, set(s, I6_DONTFRAG, "x", 1));
	NB_FAILS(RUMP_ENOPROTOOPT, i6_set(s, 200, 1));
	NB_FAILS(RUMP_ENOPROTOOPT, i6_set(s, I6_CHECKSUM, 4));
	/* Only for one packet, RFC 3542 section 6.3. */
	NB_FAILS(RUMP_ENOPROTOOPT, i6_set(s, I6_HOPLIMIT, 4));
}

/* What is refused changes nothing. */
ATF_TC_WITHOUT_HEAD(refused);
ATF_TC_BODY(refused, tc)
{
	struct i6_pktinfo pi = { .ifindex = 1 };
	i6_sin hop, is;

	boot();
	ATF_REQUIRE_EQ(0, set(s, I6_PKTINFO, &pi, sizeof(pi)));
	pi.ifindex = 99;
	NB_FAILS(RUMP_ENXIO, set(s, I6_PKTINFO, &pi, sizeof(pi)));
	ATF_REQUIRE_EQ(sizeof(pi), get(s, I6_PKTINFO, &pi, sizeof(pi)));
	ATF_CHECK_EQ(1, pi.ifindex);
	hop = i6_addr(I6_LO, 0);
	ATF_REQUIRE_EQ(0, set(s, I6_NEXTHOP, &hop, sizeof(hop)));
	hop = i6_addr("ff02::1", 0);
	NB_FAILS(RUMP_EINVAL, set(s, I6_NEXTHOP, &hop, sizeof(hop)));
	ATF_REQUIRE_EQ(sizeof(is), get(s, I6_NEXTHOP, &is, sizeof(is)));
	ATF_CHECK(i6_is(is.sin6_addr, I6_LO));
	/* And away. */
	ATF_REQUIRE_EQ(0, set(s, I6_NEXTHOP, NULL, 0));
	ATF_CHECK_EQ(0, get(s, I6_NEXTHOP, &is, sizeof(is)));
}

ATF_TC_WITHOUT_HEAD(headers);
ATF_TC_BODY(headers, tc)
{
	static const uint8_t overrun[8] = { 0, 0, 0x1e, 5 };
	static const uint8_t rthdr[8] = { 0, 0, 0, 0 };
	uint8_t buf[64];

	boot();
	ATF_CHECK_EQ(0, get(s, I6_DSTOPTS, buf, sizeof(buf)));
	NB_FAILS(RUMP_EINVAL, set(s, I6_DSTOPTS, ext8, 7));
	NB_FAILS(RUMP_EINVAL, set(s, I6_DSTOPTS, ext16, 8));
	NB_FAILS(RUMP_EINVAL, set(s, I6_DSTOPTS, overrun, 8));
	NB_FAILS(RUMP_EINVAL, set(s, I6_RTHDR, rthdr, sizeof(rthdr)));
	ATF_CHECK_EQ(0, set(s, I6_DSTOPTS, ext8, sizeof(ext8)));
	ATF_CHECK_EQ(0, set(s, I6_DSTOPTS, ext16, sizeof(ext16)));
	ATF_CHECK_EQ(0, set(s, I6_HOPOPTS, ext8, sizeof(ext8)));
	ATF_CHECK_EQ(0, set(s, I6_RTHDRDSTOPTS, ext8, sizeof(ext8)));
	ATF_REQUIRE_EQ(sizeof(ext16), get(s, I6_DSTOPTS, buf, sizeof(buf)));
	ATF_CHECK_EQ(0, memcmp(buf, ext16, sizeof(ext16)));
	ATF_REQUIRE_EQ(0, i6_set(r, I6_RECVHOPOPTS, 1));
	ATF_REQUIRE_EQ(0, i6_set(r, I6_RECVDSTOPTS, 1));
	send_one();
	ATF_REQUIRE_EQ(sizeof(ext8), i6_recv_msg(r, I6_HOPOPTS, buf,
	    sizeof(buf)));
	ATF_CHECK_EQ(60, buf[0]);	/* destination options are next */
	ATF_CHECK_EQ(0, memcmp(buf + 1, ext8 + 1, sizeof(ext8) - 1));
	send_one();
	ATF_REQUIRE_EQ(sizeof(ext16), i6_recv_msg(r, I6_DSTOPTS, buf,
	    sizeof(buf)));
	ATF_CHECK_EQ(I6_UDP, buf[0]);
	ATF_CHECK_EQ(0, memcmp(buf + 1, ext16 + 1, sizeof(ext16) - 1));
	/* Away again. */
	ATF_CHECK_EQ(0, set(s, I6_DSTOPTS, NULL, 0));
	ATF_CHECK_EQ(0, set(s, I6_HOPOPTS, NULL, 0));
	send_one();
	ATF_CHECK_EQ(-1, i6_recv_msg(r, I6_DSTOPTS, buf, sizeof(buf)));
}

/* Pieces have the options of each hop, and only the first the others. */
ATF_TC_WITHOUT_HEAD(headers_fragmented);
ATF_TC_BODY(headers_fragmented, tc)
{
	static char out[5000], in[5000];

	boot();
	memset(out, 'o', sizeof(out));
	ATF_REQUIRE_EQ(0, set(s, I6_DSTOPTS, ext16, sizeof(ext16)));
	ATF_REQUIRE_EQ(0, set(s, I6_HOPOPTS, ext8, sizeof(ext8)));
	ATF_REQUIRE_EQ(0, i6_set(s, I6_USE_MIN_MTU, 1));
	ATF_REQUIRE_EQ(sizeof(out), i6_sendto(s, out, sizeof(out), I6_LO,
	    port));
	ATF_REQUIRE_EQ(sizeof(in), i6_recvfrom(r, in, sizeof(in), 0, NULL));
	ATF_CHECK_EQ(0, memcmp(in, out, sizeof(in)));
	/* 5024 bytes in pieces of 1224. */
	ATF_CHECK_EQ(5, I6_IPSTAT(15));
	ATF_CHECK_EQ(1, I6_IPSTAT(13));
}

/* What each piece would have is too much for one. */
ATF_TC_WITHOUT_HEAD(headers_too_long);
ATF_TC_BODY(headers_too_long, tc)
{
	static uint8_t hop[2048] = { 0, 255 };
	static char out[50000];
	u_int at;

	boot();
	/* Options nobody knows, which are to be passed over. */
	for (at = 2; at < sizeof(hop); at += 186) {
		hop[at] = 0x1e;
		hop[at + 1] = 184;
	}
	ATF_REQUIRE_EQ(0, set(s, I6_HOPOPTS, hop, sizeof(hop)));
	ATF_REQUIRE_EQ(0, sk_set(s, RUMP_SO_SNDBUF, 70000));
	NB_FAILS(RUMP_EMSGSIZE, i6_sendto(s, out, sizeof(out), I6_LO, port));
	ATF_REQUIRE_EQ(0, set(s, I6_HOPOPTS, NULL, 0));
	send_one();
	ATF_CHECK_EQ(1, i6_recvfrom(r, out, sizeof(out), 0, NULL));
}

ATF_TC_WITHOUT_HEAD(told);
ATF_TC_BODY(told, tc)
{
	struct i6_pktinfo pi;
	int v;

	boot();
	send_one();
	ATF_CHECK_EQ(-1, i6_recv_msg(r, I6_HOPLIMIT, &v, sizeof(v)));
	ATF_REQUIRE_EQ(0, i6_set(r, I6_RECVHOPLIMIT, 1));
	ATF_REQUIRE_EQ(0, i6_set(r, I6_RECVTCLASS, 1));
	ATF_REQUIRE_EQ(0, i6_set(r, I6_RECVPKTINFO, 1));
	ATF_CHECK_EQ(1, i6_get(r, I6_RECVPKTINFO));
	ATF_REQUIRE_EQ(0, i6_set(s, I6_UNICAST_HOPS, 17));
	ATF_REQUIRE_EQ(0, i6_set(s, I6_TCLASS, 0x28));
	send_one();
	ATF_REQUIRE_EQ(sizeof(v), i6_recv_msg(r, I6_HOPLIMIT, &v,
	    sizeof(v)));
	ATF_CHECK_EQ(17, v);
	send_one();
	ATF_REQUIRE_EQ(sizeof(v), i6_recv_msg(r, I6_TCLASS, &v, sizeof(v)));
	ATF_CHECK_EQ(0x28, v);
	send_one();
	ATF_REQUIRE_EQ(sizeof(pi), i6_recv_msg(r, I6_PKTINFO, &pi,
	    sizeof(pi)));
	ATF_CHECK(i6_is(&pi.addr, I6_LO));
	ATF_CHECK_EQ(1, pi.ifindex);
}

/* Of a peer of IPv4, too. */
ATF_TC_WITHOUT_HEAD(told_mapped);
ATF_TC_BODY(told_mapped, tc)
{
	struct i6_pktinfo pi;
	int v, a, b;

	ATF_REQUIRE_EQ(0, rump_init());
	a = i6_socket(RUMP_SOCK_DGRAM, 0);
	b = i6_socket(RUMP_SOCK_DGRAM, 0);
	ATF_REQUIRE_EQ(0, i6_set(a, I6_V6ONLY, 0));
	ATF_REQUIRE_EQ(0, i6_set(b, I6_V6ONLY, 0));
	ATF_REQUIRE_EQ(0, i6_bind(b, "::", 5000));
	ATF_REQUIRE_EQ(0, i6_set(b, I6_RECVPKTINFO, 1));
	ATF_REQUIRE_EQ(0, i6_set(b, I6_RECVHOPLIMIT, 1));
	ATF_REQUIRE_EQ(1, i6_sendto(a, "x", 1, I6_LO4, 5000));
	ATF_REQUIRE_EQ(sizeof(pi), i6_recv_msg(b, I6_PKTINFO, &pi,
	    sizeof(pi)));
	ATF_CHECK(i6_is(&pi.addr, I6_LO4));
	ATF_REQUIRE_EQ(1, i6_sendto(a, "x", 1, I6_LO4, 5000));
	ATF_REQUIRE_EQ(sizeof(v), i6_recv_msg(b, I6_HOPLIMIT, &v, sizeof(v)));
	ATF_CHECK_EQ(64, v);
}

static ssize_t
send_with(int type, const void *data, size_t len)
{

	return i6_send_msg(s, I6_LO, port, type, data, len, 0);
}

ATF_TC_WITHOUT_HEAD(messages);
ATF_TC_BODY(messages, tc)
{
	struct i6_pktinfo pi;
	uint8_t buf[64];
	int v;

	boot();
	ATF_REQUIRE_EQ(0, i6_set(r, I6_RECVHOPLIMIT, 1));
	ATF_REQUIRE_EQ(0, i6_set(r, I6_RECVTCLASS, 1));
	ATF_REQUIRE_EQ(0, i6_set(r, I6_RECVDSTOPTS, 1));
	v = 9;
	ATF_REQUIRE_EQ_MSG(1, send_with(I6_HOPLIMIT, &v, sizeof(v)), "%d",
	    errno);
	ATF_REQUIRE_EQ(sizeof(v), i6_recv_msg(r, I6_HOPLIMIT, buf, 4));
	ATF_CHECK_EQ(0, memcmp(&v, buf, 4));
	ATF_REQUIRE_EQ(1, send_with(I6_TCLASS, &v, sizeof(v)));
	ATF_REQUIRE_EQ(sizeof(v), i6_recv_msg(r, I6_TCLASS, buf, 4));
	ATF_CHECK_EQ(0, memcmp(&v, buf, 4));
	ATF_REQUIRE_EQ(1, send_with(I6_DSTOPTS, ext8, sizeof(ext8)));
	ATF_REQUIRE_EQ(sizeof(ext8), i6_recv_msg(r, I6_DSTOPTS, buf,
	    sizeof(buf)));
	/* For that one alone. */
	send_one();
	ATF_CHECK_EQ(-1, i6_recv_msg(r, I6_DSTOPTS, buf, sizeof(buf)));
	v = 256;
	NB_FAILS(RUMP_EINVAL, send_with(I6_HOPLIMIT, &v, sizeof(v)));
	NB_FAILS(RUMP_EINVAL, send_with(I6_HOPLIMIT, &v, 2));
	NB_FAILS(RUMP_EINVAL, send_with(I6_DSTOPTS, ext16, 8));
	NB_FAILS(RUMP_EINVAL, send_with(I6_RTHDR, ext8, 8));
	NB_FAILS(RUMP_ENOPROTOOPT, send_with(200, &v, sizeof(v)));
	NB_FAILS(RUMP_EINVAL, i6_send_msg(s, I6_LO, port, I6_HOPLIMIT, &v, 4,
	    1000));
	NB_FAILS(RUMP_EINVAL, i6_send_msg(s, I6_LO, port, I6_HOPLIMIT, &v, 4,
	    3));
	memset(&pi, 0, sizeof(pi));
	pi.ifindex = 99;
	NB_FAILS(RUMP_ENXIO, send_with(I6_PKTINFO, &pi, sizeof(pi)));
	pi.ifindex = 1;
	ATF_CHECK_EQ(1, send_with(I6_PKTINFO, &pi, sizeof(pi)));
	ATF_REQUIRE_EQ(1, inet_pton(AF_INET6, "2001:db8::1", &pi.addr));
	NB_FAILS(RUMP_EADDRNOTAVAIL, send_with(I6_PKTINFO, &pi, sizeof(pi)));
	ATF_REQUIRE_EQ(1, inet_pton(AF_INET6, "ff02::1", &pi.addr));
	NB_FAILS(RUMP_EADDRNOTAVAIL, send_with(I6_PKTINFO, &pi, sizeof(pi)));
	ATF_REQUIRE_EQ(1, inet_pton(AF_INET6, I6_LO, &pi.addr));
	ATF_CHECK_EQ(1, send_with(I6_PKTINFO, &pi, sizeof(pi)));
}

/* Too much for a link, and nothing that cuts it: who wants to is told. */
ATF_TC_WITHOUT_HEAD(dontfrag);
ATF_TC_BODY(dontfrag, tc)
{
	static char out[40000];
	struct i6_mtuinfo mi;

	boot();
	ATF_REQUIRE_EQ(0, sk_set(s, RUMP_SO_SNDBUF, 70000));
	ATF_REQUIRE_EQ(0, i6_set(s, I6_DONTFRAG, 1));
	ATF_REQUIRE_EQ(0, i6_set(s, I6_RECVPATHMTU, 1));
	NB_FAILS(RUMP_EMSGSIZE, i6_sendto(s, out, sizeof(out), I6_LO, port));
	ATF_REQUIRE_EQ(sizeof(mi), i6_recv_msg(s, I6_PATHMTU, &mi,
	    sizeof(mi)));
	ATF_CHECK(mi.mtu >= 1280 && mi.mtu < sizeof(out));
	ATF_CHECK(i6_is(mi.addr.sin6_addr, I6_LO));
	ATF_CHECK_EQ((ssize_t)mi.mtu - 48, i6_sendto(s, out, mi.mtu - 48,
	    I6_LO, port));
	NB_FAILS(RUMP_EMSGSIZE, i6_sendto(s, out, mi.mtu - 47, I6_LO, port));
	/* And who asks. */
	NB_FAILS(RUMP_ENOTCONN, rump_sys_getsockopt(s, I6_IPV6, I6_PATHMTU,
	    &mi, &(socklen_t){ sizeof(mi) }));
	ATF_REQUIRE_EQ(0, i6_connect(s, I6_LO, port));
	memset(&mi, 0, sizeof(mi));
	ATF_REQUIRE_EQ(sizeof(mi), get(s, I6_PATHMTU, &mi, sizeof(mi)));
	ATF_CHECK(mi.mtu >= 1280 && mi.mtu < sizeof(out));
}

ATF_TC_WITHOUT_HEAD(groups);
ATF_TC_BODY(groups, tc)
{
	struct i6_mreq mreq = { .ifindex = 1 };
	char buf[4];

	boot();
	ATF_REQUIRE_EQ(1, inet_pton(AF_INET6, "ff02::1234", &mreq.group));
	ATF_CHECK_EQ(1, i6_get(s, I6_MULTICAST_HOPS));
	ATF_CHECK_EQ(1, i6_get(s, I6_MULTICAST_LOOP));
	ATF_CHECK_EQ(0, i6_get(s, I6_MULTICAST_IF));
	NB_FAILS(RUMP_EINVAL, i6_set(s, I6_MULTICAST_HOPS, 256));
	NB_FAILS(RUMP_EINVAL, i6_set(s, I6_MULTICAST_LOOP, 2));
	NB_FAILS(RUMP_ENXIO, i6_set(s, I6_MULTICAST_IF, 99));
	ATF_REQUIRE_EQ(0, i6_set(s, I6_MULTICAST_IF, 1));
	ATF_CHECK_EQ(1, i6_get(s, I6_MULTICAST_IF));
	ATF_REQUIRE_EQ_MSG(0, set(r, I6_JOIN_GROUP, &mreq, sizeof(mreq)),
	    "%d", errno);
	NB_FAILS(RUMP_EADDRINUSE, set(r, I6_JOIN_GROUP, &mreq,
	    sizeof(mreq)));
	NB_FAILS(RUMP_EINVAL, set(r, I6_JOIN_GROUP, &mreq, 4));
	ATF_REQUIRE_EQ_MSG(1, i6_sendto(s, "m", 1, "ff02::1234", port), "%d",
	    errno);
	ATF_REQUIRE_EQ(1, sk_recv(r, buf, sizeof(buf), 0));
	ATF_REQUIRE_EQ(0, set(r, I6_LEAVE_GROUP, &mreq, sizeof(mreq)));
	NB_FAILS(RUMP_EADDRNOTAVAIL, set(r, I6_LEAVE_GROUP, &mreq,
	    sizeof(mreq)));
	mreq.ifindex = 99;
	NB_FAILS(RUMP_ENXIO, set(r, I6_JOIN_GROUP, &mreq, sizeof(mreq)));
	ATF_REQUIRE_EQ(1, inet_pton(AF_INET6, "2001:db8::1", &mreq.group));
	NB_FAILS(RUMP_EINVAL, set(r, I6_JOIN_GROUP, &mreq, sizeof(mreq)));
	ATF_REQUIRE_EQ(1, inet_pton(AF_INET6, "ff00::1", &mreq.group));
	NB_FAILS(RUMP_EINVAL, set(r, I6_JOIN_GROUP, &mreq, sizeof(mreq)));
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, values);
	ATF_TP_ADD_TC(tp, refused);
	ATF_TP_ADD_TC(tp, headers);
	ATF_TP_ADD_TC(tp, headers_fragmented);
	ATF_TP_ADD_TC(tp, headers_too_long);
	ATF_TP_ADD_TC(tp, told);
	ATF_TP_ADD_TC(tp, told_mapped);
	ATF_TP_ADD_TC(tp, messages);
	ATF_TP_ADD_TC(tp, dontfrag);
	ATF_TP_ADD_TC(tp, groups);
	return atf_no_error();
}
