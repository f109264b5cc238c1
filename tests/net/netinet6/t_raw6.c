/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Raw sockets of IPv6 over the loopback interface: ICMPv6, its filter,
 * checksums, protocols nobody has.
 *
 * Sources: ip6(4), icmp6(4), RFC 3542 section 3, RFC 4443
 */
#include "inet6.h"

#include "../../kern/base/hk.h"

#include <stdatomic.h>

struct echo {
	uint8_t		type, code;
	uint16_t	cksum, id, seq;
	char		data[1400];
};

static int
raw(int proto)
{

	return i6_socket(RUMP_SOCK_RAW, proto);
}

static int
boot(int proto)
{

	ATF_REQUIRE_EQ(0, rump_init());
	return raw(proto);
}

static void
set_filter(int s, int pass)
{
	uint32_t filter[8];

	memset(filter, 0, sizeof(filter));
	filter[pass >> 5] |= 1u << (pass & 31);
	ATF_REQUIRE_EQ(0, rump_sys_setsockopt(s, I6_ICMPV6, I6_ICMP6_FILTER,
	    filter, sizeof(filter)));
}

ATF_TC_WITHOUT_HEAD(echo);
ATF_TC_BODY(echo, tc)
{
	int s = boot(I6_ICMPV6);
	struct echo out, in;
	i6_sin from;
	static const size_t sizes[] = { 8, 9, 100, sizeof(out) };
	size_t i;

	set_filter(s, 129);
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		memset(&out, (int)i + 1, sizeof(out));
		out.type = 128;
		out.code = 0;
		out.seq = (uint16_t)i;
		ATF_REQUIRE_EQ_MSG(sizes[i], (size_t)i6_sendto(s, &out,
		    sizes[i], I6_LO, 0), "%d", errno);
		ATF_REQUIRE_EQ(sizes[i], (size_t)i6_recvfrom(s, &in,
		    sizeof(in), 0, &from));
		ATF_CHECK_EQ(129, in.type);
		ATF_CHECK_EQ(i, in.seq);
		ATF_CHECK_EQ(0, memcmp(&in.id, &out.id, sizes[i] - 4));
		ATF_CHECK(i6_is(from.sin6_addr, I6_LO));
		ATF_CHECK_EQ(0, from.sin6_port);
	}
	/* What is too short to be a message. */
	out.type = 128;
	ATF_CHECK_EQ(4, i6_sendto(s, &out, 4, I6_LO, 0));
	NB_FAILS(RUMP_EINVAL, i6_sendto(s, &out, 3, I6_LO, 0));
	ATF_CHECK_EQ(1, I6_ICMPSTAT(260));
	out.code = 1;
	ATF_CHECK_EQ(8, i6_sendto(s, &out, 8, I6_LO, 0));
	ATF_CHECK_EQ(1, I6_ICMPSTAT(259));
	NB_FAILS(RUMP_EAGAIN, i6_recvfrom(s, &in, sizeof(in),
	    SK_MSG_DONTWAIT, NULL));
}

/* More than a packet holds goes in pieces. */
ATF_TC_WITHOUT_HEAD(large);
ATF_TC_BODY(large, tc)
{
	static uint8_t out[60000], in[60000];
	int s = boot(I6_ICMPV6);
	size_t i;

	set_filter(s, 129);
	ATF_REQUIRE_EQ(0, sk_set(s, RUMP_SO_SNDBUF, 100000));
	ATF_REQUIRE_EQ(0, sk_set(s, RUMP_SO_RCVBUF, 100000));
	for (i = 4; i < sizeof(out); i++)
		out[i] = (uint8_t)(i * 13 >> 4);
	out[0] = 128;
	ATF_REQUIRE_EQ(sizeof(out), (size_t)i6_sendto(s, out, sizeof(out),
	    I6_LO, 0));
	ATF_REQUIRE_EQ(sizeof(in), (size_t)i6_recvfrom(s, in, sizeof(in), 0,
	    NULL));
	ATF_CHECK_EQ(129, in[0]);
	ATF_CHECK_EQ(0, memcmp(out + 4, in + 4, sizeof(in) - 4));
	ATF_CHECK_EQ(2, I6_IPSTAT(13));
}

ATF_TC_WITHOUT_HEAD(filter);
ATF_TC_BODY(filter, tc)
{
	int all = boot(I6_ICMPV6), none = raw(I6_ICMPV6), tcp = raw(I6_TCP);
	struct echo out = { .type = 128 }, in;
	uint32_t f[8];
	socklen_t len = sizeof(f);

	ATF_REQUIRE_EQ(0, rump_sys_getsockopt(all, I6_ICMPV6,
	    I6_ICMP6_FILTER, f, &len));
	ATF_CHECK_EQ(sizeof(f), len);
	ATF_CHECK_EQ(0xffffffff, f[0] & f[4] & f[7]);
	set_filter(none, 1);
	NB_FAILS(RUMP_EINVAL, rump_sys_setsockopt(all, I6_ICMPV6,
	    I6_ICMP6_FILTER, f, 4));
	NB_FAILS(RUMP_ENOPROTOOPT, rump_sys_setsockopt(tcp, I6_ICMPV6,
	    I6_ICMP6_FILTER, f, sizeof(f)));
	ATF_REQUIRE_EQ(8, i6_sendto(all, &out, 8, I6_LO, 0));
	/* Request and answer. */
	ATF_REQUIRE_EQ(8, i6_recvfrom(all, &in, sizeof(in), 0, NULL));
	ATF_CHECK_EQ(128, in.type);
	ATF_REQUIRE_EQ(8, i6_recvfrom(all, &in, sizeof(in), 0, NULL));
	ATF_CHECK_EQ(129, in.type);
	NB_FAILS(RUMP_EAGAIN, i6_recvfrom(none, &in, sizeof(in),
	    SK_MSG_DONTWAIT, NULL));
	NB_FAILS(RUMP_EAGAIN, i6_recvfrom(tcp, &in, sizeof(in),
	    SK_MSG_DONTWAIT, NULL));
	/* Without one again. */
	ATF_REQUIRE_EQ(0, rump_sys_setsockopt(none, I6_ICMPV6,
	    I6_ICMP6_FILTER, NULL, 0));
	ATF_REQUIRE_EQ(8, i6_sendto(all, &out, 8, I6_LO, 0));
	ATF_REQUIRE_EQ(8, i6_recvfrom(none, &in, sizeof(in), 0, NULL));
	ATF_CHECK_EQ(128, in.type);
}

ATF_TC_WITHOUT_HEAD(checksum);
ATF_TC_BODY(checksum, tc)
{
	int a = boot(200), b = raw(200), icmp = raw(I6_ICMPV6);
	uint8_t out[32], in[32];

	memset(out, 0x5a, sizeof(out));
	ATF_CHECK_EQ(-1, i6_get(a, I6_CHECKSUM));
	ATF_CHECK_EQ(2, i6_get(icmp, I6_CHECKSUM));
	NB_FAILS(RUMP_EINVAL, i6_set(icmp, I6_CHECKSUM, -1));
	NB_FAILS(RUMP_EINVAL, i6_set(a, I6_CHECKSUM, 3));
	NB_FAILS(RUMP_EINVAL, i6_set(a, I6_CHECKSUM, -2));
	/* Nobody makes it, somebody looks. */
	ATF_REQUIRE_EQ(0, i6_set(b, I6_CHECKSUM, 4));
	ATF_REQUIRE_EQ(sizeof(out), i6_sendto(a, out, sizeof(out), I6_LO, 0));
	ATF_CHECK_EQ(1, i6_stat(I6_RAW, 1, 2));
	NB_FAILS(RUMP_EAGAIN, i6_recvfrom(b, in, sizeof(in),
	    SK_MSG_DONTWAIT, NULL));
	ATF_REQUIRE_EQ(sizeof(in), i6_recvfrom(a, in, sizeof(in), 0, NULL));
	ATF_CHECK_EQ(0, memcmp(in, out, sizeof(in)));
	ATF_REQUIRE_EQ(0, i6_set(a, I6_CHECKSUM, 4));
	ATF_REQUIRE_EQ(sizeof(out), i6_sendto(a, out, sizeof(out), I6_LO, 0));
	ATF_REQUIRE_EQ(sizeof(in), i6_recvfrom(b, in, sizeof(in), 0, NULL));
	ATF_CHECK(memcmp(in + 4, out + 4, 2) != 0);
	memcpy(in + 4, out + 4, 2);
	ATF_CHECK_EQ(0, memcmp(in, out, sizeof(in)));
	NB_FAILS(RUMP_EINVAL, i6_sendto(a, out, 5, I6_LO, 0));
}

/* The sender hears of what nobody takes, RFC 8200 section 4. */
ATF_TC_WITHOUT_HEAD(unclaimed);
ATF_TC_BODY(unclaimed, tc)
{
	int icmp = boot(I6_ICMPV6), a;
	uint8_t in[100];

	set_filter(icmp, 4);
	a = raw(200);
	ATF_REQUIRE_EQ(0, i6_connect(a, I6_LO, 0));
	ATF_REQUIRE_EQ(0, rump_sys_close(a));
	a = raw(0);
	ATF_REQUIRE_EQ(0, i6_bind(a, "::", 0));
	ATF_REQUIRE_EQ(0, rump_sys_close(a));
	a = raw(201);
	ATF_REQUIRE_EQ(0, i6_bind(a, I6_LO, 0));
	NB_FAILS(RUMP_EADDRNOTAVAIL, i6_bind(a, "2001:db8::1", 0));
	NB_FAILS(RUMP_EADDRNOTAVAIL, i6_connect(a, I6_LO4, 0));
	/* It hears its own; the error is about the other one. */
	ATF_REQUIRE_EQ(4, i6_sendto(a, "abcd", 4, I6_LO, 0));
	ATF_REQUIRE_EQ(4, i6_recvfrom(a, in, sizeof(in), 0, NULL));
	ATF_REQUIRE_EQ(0, i6_connect(a, "::1", 0));
	ATF_REQUIRE_EQ(0, rump_sys_shutdown(a, RUMP_SHUT_RD));
	ATF_REQUIRE_EQ(0, rump_sys_close(a));
	NB_FAILS(RUMP_EAGAIN, i6_recvfrom(icmp, in, sizeof(in),
	    SK_MSG_DONTWAIT, NULL));
	ATF_CHECK_EQ(0, I6_ICMPSTAT(521 + 9));
	NB_FAILS(RUMP_EPROTONOSUPPORT, rump_sys_socket(RUMP_AF_INET6,
	    RUMP_SOCK_RAW, 256));
}

HK_CASE(raw6_last)

#define	CLOSERS	3
#define	ROUNDS	300

static atomic_int closers;

/* Sockets come and go, some with what they heard unread, some with options. */
static void *
comes_and_goes(void *arg)
{
	const int kind = (int)(intptr_t)arg;
	static const int protos[CLOSERS] = { I6_ICMPV6, 0, I6_ICMPV6 };
	char buf[200];
	int i, s;

	for (i = 0; i < ROUNDS; i++) {
		s = raw(protos[kind]);
		if (kind == 2)
			set_filter(s, 1);
		else
			ATF_REQUIRE_EQ(0, i6_set(s, I6_RECVPKTINFO, 1));
		if (i % 2 == 0)
			(void)i6_recvfrom(s, buf, sizeof(buf),
			    SK_MSG_DONTWAIT, NULL);
		ATF_REQUIRE_EQ(0, rump_sys_close(s));
	}
	closers--;
	return NULL;
}

/* Packets are delivered to sockets that are closed meanwhile. */
ATF_TC_WITHOUT_HEAD(closing);
ATF_TC_BODY(closing, tc)
{
	const int limit[] = { 4, RUMP_PF_INET6, I6_ICMPV6, 14 };
	pthread_t t[CLOSERS];
	int s, i, nolimit = -1;

	hk_boot("2");
	/* Errors in a second. */
	ATF_REQUIRE_EQ(0, rump_sys___sysctl(limit, 4, NULL, NULL, &nolimit,
	    sizeof(nolimit)));
	s = i6_socket(RUMP_SOCK_DGRAM, 0);
	closers = CLOSERS;
	for (i = 0; i < CLOSERS; i++)
		t[i] = sk_thread(comes_and_goes, (void *)(intptr_t)i);
	/* Nobody has that port: there are errors to hear of. */
	do {
		ATF_REQUIRE_EQ(1, i6_sendto(s, "x", 1, I6_LO, 9));
	} while (closers > 0);
	for (i = 0; i < CLOSERS; i++)
		(void)sk_join(t[i]);
	/* Who comes now hears of one, once. */
	i = raw(I6_ICMPV6);
	set_filter(i, 1);
	ATF_REQUIRE_EQ(1, i6_sendto(s, "x", 1, I6_LO, 9));
	ATF_CHECK(i6_recvfrom(i, &(struct echo){ 0 }, sizeof(struct echo), 0,
	    NULL) > 8);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, echo);
	ATF_TP_ADD_TC(tp, large);
	ATF_TP_ADD_TC(tp, filter);
	ATF_TP_ADD_TC(tp, checksum);
	ATF_TP_ADD_TC(tp, unclaimed);
	ATF_TP_ADD_TC(tp, closing);
	HK_ADD(raw6_last, 2);
	return atf_no_error();
}
