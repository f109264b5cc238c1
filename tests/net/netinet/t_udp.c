/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Datagrams over the loopback interface: addresses and ports, connected and
 * not, options and messages, errors.
 *
 * Sources: udp(4), ip(4)
 */
#include "inet.h"

static int
boot_udp(const char *addr)
{

	ATF_REQUIRE_EQ(0, rump_init());
	return in_udp(addr);
}

ATF_TC_WITHOUT_HEAD(sendto);
ATF_TC_BODY(sendto, tc)
{
	char buf[100], data[] = "datagram";
	int a = boot_udp(IN_LO), b = in_udp("0.0.0.0");
	in_sin from;

	ATF_CHECK(in_port(a) >= 49152);
	ATF_CHECK(in_port(a) != in_port(b));
	ATF_REQUIRE_EQ(sizeof(data), in_sendto(a, data, sizeof(data), IN_LO,
	    in_port(b)));
	ATF_REQUIRE_EQ(sizeof(data), in_recvfrom(b, buf, sizeof(buf), 0,
	    &from));
	ATF_CHECK_EQ(0, memcmp(buf, data, sizeof(data)));
	ATF_CHECK_EQ(in_port(a), ntohs(from.sin_port));
	ATF_CHECK_EQ(htonl(0x7f000001), from.sin_addr);
	ATF_CHECK_EQ(sizeof(from), from.sin_len);
	/* Back, to where it came from. */
	ATF_REQUIRE_EQ(1, rump_sys_sendto(b, "x", 1, 0, SK_SA(&from),
	    sizeof(from)));
	ATF_REQUIRE_EQ(1, in_recvfrom(a, buf, sizeof(buf), 0, &from));
	ATF_CHECK_EQ(in_port(b), ntohs(from.sin_port));
	/* Nothing is a datagram, too. */
	ATF_REQUIRE_EQ(0, in_sendto(a, "", 0, IN_LO, in_port(b)));
	ATF_REQUIRE_EQ(0, in_recvfrom(b, buf, sizeof(buf), 0, &from));
	NB_FAILS(RUMP_EAGAIN, in_recvfrom(b, buf, sizeof(buf),
	    SK_MSG_DONTWAIT, NULL));
	ATF_CHECK_EQ(3, in_stat(IN_UDP, 5, 8));
	ATF_CHECK_EQ(3, in_stat(IN_UDP, 5, 0));
}

ATF_TC_WITHOUT_HEAD(sizes);
ATF_TC_BODY(sizes, tc)
{
	static char out[65507 + 1], in[65536];
	static const size_t sizes[] = { 1, 2, 63, 64, 1471, 1472, 2047, 2048,
	    2049, 9000, 33000, 33136, 40000, 65507 };
	int a = boot_udp(IN_LO), b = in_udp(IN_LO);
	size_t i, j;

	ATF_REQUIRE_EQ(0, sk_set(a, RUMP_SO_SNDBUF, 70000));
	ATF_REQUIRE_EQ(0, sk_set(b, RUMP_SO_RCVBUF, 200000));
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		for (j = 0; j < sizes[i]; j++)
			out[j] = (char)(j * 7 + i);
		ATF_REQUIRE_EQ_MSG(sizes[i], (size_t)in_sendto(a, out,
		    sizes[i], IN_LO, in_port(b)), "%zu: %d", sizes[i], errno);
		ATF_REQUIRE_EQ(sizes[i], (size_t)in_recvfrom(b, in,
		    sizeof(in), 0, NULL));
		ATF_CHECK_EQ(0, memcmp(in, out, sizes[i]));
	}
	NB_FAILS(RUMP_EMSGSIZE, in_sendto(a, out, 65508, IN_LO, in_port(b)));
	/* Those larger than lo0's MTU came in pieces. */
	ATF_CHECK_EQ(3, in_stat(IN_IP, 24, 17));
	ATF_CHECK_EQ(3, in_stat(IN_IP, 24, 18));
}

ATF_TC_WITHOUT_HEAD(connected);
ATF_TC_BODY(connected, tc)
{
	char buf[10];
	int a = boot_udp(IN_LO), b = in_udp(IN_LO), c = in_udp(IN_LO);
	in_sin sin, unspec;
	socklen_t len = sizeof(sin);

	NB_FAILS(RUMP_EDESTADDRREQ, sk_send(a, "x", 1, 0));
	NB_FAILS(RUMP_ENOTCONN, rump_sys_getpeername(a, SK_SA(&sin), &len));
	ATF_REQUIRE_EQ(0, in_connect(a, IN_LO, in_port(b)));
	ATF_REQUIRE_EQ(0, rump_sys_getpeername(a, SK_SA(&sin), &len));
	ATF_CHECK_EQ(in_port(b), ntohs(sin.sin_port));
	ATF_REQUIRE_EQ(1, sk_send(a, "1", 1, 0));
	ATF_REQUIRE_EQ(1, sk_recv(b, buf, sizeof(buf), 0));
	NB_FAILS(RUMP_EISCONN, in_sendto(a, "x", 1, IN_LO, in_port(c)));
	/* It hears its peer alone. */
	ATF_REQUIRE_EQ(1, in_sendto(c, "c", 1, IN_LO, in_port(a)));
	ATF_REQUIRE_EQ(1, in_sendto(b, "b", 1, IN_LO, in_port(a)));
	ATF_REQUIRE_EQ(1, sk_recv(a, buf, sizeof(buf), 0));
	ATF_CHECK_EQ('b', buf[0]);
	NB_FAILS(RUMP_EAGAIN, sk_recv(a, buf, sizeof(buf), SK_MSG_DONTWAIT));
	/* Another peer; then none. */
	ATF_REQUIRE_EQ(0, in_connect(a, IN_LO, in_port(c)));
	ATF_REQUIRE_EQ(1, sk_send(a, "1", 1, 0));
	ATF_REQUIRE_EQ(1, sk_recv(c, buf, sizeof(buf), 0));
	memset(&unspec, 0, sizeof(unspec));
	unspec.sin_len = sizeof(unspec);
	ATF_REQUIRE_EQ(0, rump_sys_connect(a, SK_SA(&unspec),
	    sizeof(unspec)));
	NB_FAILS(RUMP_EDESTADDRREQ, sk_send(a, "x", 1, 0));
	ATF_REQUIRE_EQ(1, in_sendto(b, "b", 1, IN_LO, in_port(a)));
	ATF_REQUIRE_EQ(1, sk_recv(a, buf, sizeof(buf), 0));
}

/* connect(2) chooses address and port, and gives the address back. */
ATF_TC_WITHOUT_HEAD(connect_chooses);
ATF_TC_BODY(connect_chooses, tc)
{
	int b = boot_udp(IN_LO), a = in_socket(RUMP_SOCK_DGRAM, 0);
	in_sin unspec;

	ATF_CHECK_EQ(0, in_port(a));
	NB_FAILS(RUMP_EADDRNOTAVAIL, in_connect(a, IN_LO, 0));
	ATF_REQUIRE_EQ(0, in_connect(a, IN_LO, in_port(b)));
	ATF_CHECK(in_port(a) != 0);
	ATF_CHECK_EQ(htonl(0x7f000001), in_name(a).sin_addr);
	memset(&unspec, 0, sizeof(unspec));
	unspec.sin_len = sizeof(unspec);
	ATF_REQUIRE_EQ(0, rump_sys_connect(a, SK_SA(&unspec),
	    sizeof(unspec)));
	ATF_CHECK_EQ(0, in_name(a).sin_addr);
	NB_FAILS(RUMP_EHOSTUNREACH, in_connect(a, "10.1.2.3", 9));
	NB_FAILS(RUMP_EHOSTUNREACH, in_sendto(a, "x", 1, "10.1.2.3", 9));
}

ATF_TC_WITHOUT_HEAD(binding);
ATF_TC_BODY(binding, tc)
{
	int a = boot_udp(IN_LO), b = in_socket(RUMP_SOCK_DGRAM, 0), c;
	const int port = in_port(a);
	in_sin sin = in_addr(IN_LO, 0);

	NB_FAILS(RUMP_EINVAL, in_bind(a, IN_LO, 0));
	NB_FAILS(RUMP_EADDRINUSE, in_bind(b, IN_LO, port));
	NB_FAILS(RUMP_EADDRINUSE, in_bind(b, "0.0.0.0", port));
	NB_FAILS(RUMP_EADDRNOTAVAIL, in_bind(b, "10.0.0.1", 0));
	NB_FAILS(RUMP_EINVAL, rump_sys_bind(b, SK_SA(&sin),
	    sizeof(sin) - 1));
	sin.sin_family = RUMP_AF_LOCAL;
	NB_FAILS(RUMP_EAFNOSUPPORT, rump_sys_bind(b, SK_SA(&sin),
	    sizeof(sin)));
	ATF_REQUIRE_EQ(0, sk_set(b, RUMP_SO_REUSEADDR, 1));
	ATF_REQUIRE_EQ(0, in_bind(b, "0.0.0.0", port));
	/* A group's address is shared by all who say so. */
	c = in_socket(RUMP_SOCK_DGRAM, 0);
	a = in_socket(RUMP_SOCK_DGRAM, 0);
	ATF_REQUIRE_EQ(0, sk_set(c, RUMP_SO_REUSEADDR, 1));
	ATF_REQUIRE_EQ(0, sk_set(a, RUMP_SO_REUSEADDR, 1));
	ATF_REQUIRE_EQ(0, in_bind(c, "224.1.1.1", 5000));
	ATF_REQUIRE_EQ(0, in_bind(a, "224.1.1.1", 5000));
	ATF_REQUIRE_EQ(0, rump_sys_close(a));
	/* A privileged one, for who asks. */
	a = in_socket(RUMP_SOCK_DGRAM, 0);
	ATF_REQUIRE_EQ(0, in_set(a, IN_IP_PORTRANGE, 2));
	ATF_REQUIRE_EQ(0, in_bind(a, IN_LO, 0));
	ATF_CHECK(in_port(a) >= 600 && in_port(a) <= 1023);
	NB_FAILS(RUMP_EINVAL, in_set(a, IN_IP_PORTRANGE, 3));
}

/* The socket bound to the address comes before the one bound to all. */
ATF_TC_WITHOUT_HEAD(best_match);
ATF_TC_BODY(best_match, tc)
{
	int a = boot_udp("0.0.0.0"), b = in_socket(RUMP_SOCK_DGRAM, 0);
	int c = in_udp(IN_LO);
	char buf[4];

	ATF_REQUIRE_EQ(0, sk_set(b, RUMP_SO_REUSEADDR, 1));
	ATF_REQUIRE_EQ(0, in_bind(b, IN_LO, in_port(a)));
	ATF_REQUIRE_EQ(1, in_sendto(c, "x", 1, IN_LO, in_port(a)));
	ATF_REQUIRE_EQ(1, sk_recv(b, buf, sizeof(buf), 0));
	NB_FAILS(RUMP_EAGAIN, sk_recv(a, buf, sizeof(buf), SK_MSG_DONTWAIT));
	ATF_REQUIRE_EQ(0, rump_sys_close(b));
	ATF_REQUIRE_EQ(1, in_sendto(c, "x", 1, IN_LO, in_port(a)));
	ATF_REQUIRE_EQ(1, sk_recv(a, buf, sizeof(buf), 0));
}

ATF_TC_WITHOUT_HEAD(refused);
ATF_TC_BODY(refused, tc)
{
	int a = boot_udp(IN_LO), b = in_udp(IN_LO), port = in_port(b);
	char buf[4];

	ATF_REQUIRE_EQ(0, in_connect(a, IN_LO, port));
	ATF_REQUIRE_EQ(0, rump_sys_close(b));
	ATF_REQUIRE_EQ(1, sk_send(a, "x", 1, 0));
	NB_FAILS(RUMP_ECONNREFUSED, sk_recv(a, buf, sizeof(buf), 0));
	/* Told once. */
	NB_FAILS(RUMP_EAGAIN, sk_recv(a, buf, sizeof(buf), SK_MSG_DONTWAIT));
	ATF_CHECK_EQ(1, in_stat(IN_UDP, 5, 4));
	/* Who is not connected is not told. */
	b = in_udp(IN_LO);
	ATF_REQUIRE_EQ(1, in_sendto(b, "x", 1, IN_LO, port));
	NB_FAILS(RUMP_EAGAIN, sk_recv(b, buf, sizeof(buf), SK_MSG_DONTWAIT));
}

ATF_TC_WITHOUT_HEAD(overflow);
ATF_TC_BODY(overflow, tc)
{
	int a = boot_udp(IN_LO), b = in_udp(IN_LO), i, n = 0;
	char buf[1000];

	memset(buf, 'x', sizeof(buf));
	ATF_REQUIRE_EQ(0, sk_set(b, RUMP_SO_RCVBUF, 8000));
	for (i = 0; i < 40; i++)
		ATF_REQUIRE_EQ(sizeof(buf), in_sendto(a, buf, sizeof(buf),
		    IN_LO, in_port(b)));
	while (sk_recv(b, buf, sizeof(buf), SK_MSG_DONTWAIT) != -1)
		n++;
	ATF_CHECK(n > 0 && n < 10);
	ATF_CHECK_EQ(40 - n, in_stat(IN_UDP, 5, 6));
}

ATF_TC_WITHOUT_HEAD(shut);
ATF_TC_BODY(shut, tc)
{
	int a = boot_udp(IN_LO), b = in_udp(IN_LO);
	char c;

	ATF_REQUIRE_EQ(0, in_connect(a, IN_LO, in_port(b)));
	ATF_REQUIRE_EQ(0, rump_sys_shutdown(a, 1));
	NB_FAILS(RUMP_EPIPE, sk_send(a, "x", 1, SK_MSG_NOSIGNAL));
	ATF_REQUIRE_EQ(0, rump_sys_shutdown(a, 0));
	ATF_REQUIRE_EQ(1, in_sendto(b, "x", 1, IN_LO, in_port(a)));
	ATF_CHECK_EQ(0, sk_recv(a, &c, 1, 0));
	NB_FAILS(RUMP_EOPNOTSUPP, rump_sys_listen(b, 1));
	ATF_REQUIRE_EQ(0, in_connect(b, IN_LO, in_port(a)));
	NB_FAILS(RUMP_EOPNOTSUPP, sk_send(b, "x", 1, SK_MSG_OOB));
}

/*
 * Messages: one control message of a kind, its data copied to data; the
 * length it has, or -1.
 */
static int
recv_msg(int s, int type, void *data, size_t size)
{
	union {
		char		buf[512];
		uint64_t	align;
	} c;
	struct rump_cmsghdr *cm;
	struct iovec iov;
	struct rump_msghdr m;
	char buf[100];
	size_t off, len;

	memset(&m, 0, sizeof(m));
	iov.iov_base = buf;
	iov.iov_len = sizeof(buf);
	m.msg_iov = &iov;
	m.msg_iovlen = 1;
	m.msg_control = c.buf;
	m.msg_controllen = sizeof(c.buf);
	ATF_REQUIRE_EQ(1, sk_recvmsg(s, &m, 0));
	for (off = 0; off + sizeof(*cm) <= m.msg_controllen;
	    off += (cm->cmsg_len + 7) & ~7u) {
		cm = (struct rump_cmsghdr *)(void *)(c.buf + off);
		if (cm->cmsg_level != IN_IP || cm->cmsg_type != type)
			continue;
		len = cm->cmsg_len - 16;
		memcpy(data, SK_CMSG_DATA(cm), len < size ? len : size);
		return (int)len;
	}
	return -1;
}

ATF_TC_WITHOUT_HEAD(recv_messages);
ATF_TC_BODY(recv_messages, tc)
{
	int a = boot_udp(IN_LO), b = in_udp("0.0.0.0");
	struct in_pktinfo4 pi;
	struct in_addr addr;
	uint8_t ttl, sdl[64];

#define	SEND()	ATF_REQUIRE_EQ(1, in_sendto(a, "x", 1, IN_LO, in_port(b)))
	SEND();
	ATF_CHECK_EQ(-1, recv_msg(b, IN_IP_RECVTTL, &ttl, sizeof(ttl)));
	ATF_REQUIRE_EQ(0, in_set(b, IN_IP_RECVTTL, 1));
	ATF_REQUIRE_EQ(0, in_set(a, IN_IP_TTL, 17));
	SEND();
	ATF_REQUIRE_EQ(1, recv_msg(b, IN_IP_RECVTTL, &ttl, sizeof(ttl)));
	ATF_CHECK_EQ(17, ttl);
	ATF_REQUIRE_EQ(0, in_set(b, IN_IP_RECVDSTADDR, 1));
	SEND();
	ATF_REQUIRE_EQ(4, recv_msg(b, IN_IP_RECVDSTADDR, &addr,
	    sizeof(addr)));
	ATF_CHECK_EQ(htonl(0x7f000001), addr.s_addr);
	ATF_REQUIRE_EQ(0, in_set(b, IN_IP_RECVPKTINFO, 1));
	SEND();
	ATF_REQUIRE_EQ(8, recv_msg(b, IN_IP_PKTINFO, &pi, sizeof(pi)));
	ATF_CHECK_EQ(htonl(0x7f000001), pi.addr.s_addr);
	ATF_CHECK_EQ(1, pi.ifindex);
	ATF_REQUIRE_EQ(0, in_set(b, IN_IP_RECVIF, 1));
	SEND();
	ATF_REQUIRE(recv_msg(b, IN_IP_RECVIF, sdl, sizeof(sdl)) >= 8 + 3);
	ATF_CHECK_EQ(18, sdl[1]);		/* AF_LINK */
	ATF_CHECK_EQ(3, sdl[5]);		/* sdl_nlen */
	ATF_CHECK_EQ(0, memcmp(sdl + 8, "lo0", 3));
	ATF_CHECK_EQ(1, in_get(b, IN_IP_RECVIF));
	ATF_REQUIRE_EQ(0, in_set(b, IN_IP_RECVIF, 0));
	SEND();
	ATF_CHECK_EQ(-1, recv_msg(b, IN_IP_RECVIF, sdl, sizeof(sdl)));
	/* From near by alone. */
	ATF_REQUIRE_EQ(0, in_set(b, IN_IP_MINTTL, 18));
	SEND();
	NB_FAILS(RUMP_EAGAIN, sk_recv(b, &ttl, 1, SK_MSG_DONTWAIT));
	ATF_REQUIRE_EQ(0, in_set(b, IN_IP_MINTTL, 17));
	SEND();
	ATF_REQUIRE_EQ(1, sk_recv(b, &ttl, 1, SK_MSG_DONTWAIT));
#undef SEND
}

/* Sends a byte to a port with a control message. */
static ssize_t
send_msg(int s, int port, int type, const void *data, size_t len,
    size_t clen)
{
	union {
		char		buf[64];
		struct rump_cmsghdr cm;
	} c;
	in_sin to = in_addr(IN_LO, port);
	struct iovec iov;
	struct rump_msghdr m;
	char x = 'x';

	memset(&m, 0, sizeof(m));
	memset(&c, 0, sizeof(c));
	iov.iov_base = &x;
	iov.iov_len = 1;
	m.msg_name = &to;
	m.msg_namelen = sizeof(to);
	m.msg_iov = &iov;
	m.msg_iovlen = 1;
	m.msg_control = c.buf;
	m.msg_controllen = SK_CMSG_SPACE(len);
	c.cm.cmsg_len = clen != 0 ? clen : SK_CMSG_LEN(len);
	c.cm.cmsg_level = IN_IP;
	c.cm.cmsg_type = type;
	memcpy(SK_CMSG_DATA(&c.cm), data, len);
	return sk_sendmsg(s, &m, 0);
}

ATF_TC_WITHOUT_HEAD(send_messages);
ATF_TC_BODY(send_messages, tc)
{
	int a = boot_udp("0.0.0.0"), b = in_udp("0.0.0.0"), p = in_port(b), v;
	struct in_pktinfo4 pi = { .ifindex = 1 };
	struct in_addr lo = { htonl(0x7f000001) }, no = { htonl(0x0a000001) };
	uint8_t ttl;

	ATF_REQUIRE_EQ(0, in_set(b, IN_IP_RECVTTL, 1));
	v = 9;
	ATF_REQUIRE_EQ(1, send_msg(a, p, IN_IP_TTL, &v, sizeof(v), 0));
	ATF_REQUIRE_EQ(1, recv_msg(b, IN_IP_RECVTTL, &ttl, sizeof(ttl)));
	ATF_CHECK_EQ(9, ttl);
	v = 256;
	NB_FAILS(RUMP_EINVAL, send_msg(a, p, IN_IP_TTL, &v, sizeof(v), 0));
	NB_FAILS(RUMP_EINVAL, send_msg(a, p, IN_IP_TTL, &v, 2, 0));
	NB_FAILS(RUMP_EINVAL, send_msg(a, p, IN_IP_TTL, &v, sizeof(v), 15));
	NB_FAILS(RUMP_EINVAL, send_msg(a, p, IN_IP_TTL, &v, sizeof(v), 99));
	NB_FAILS(RUMP_ENOPROTOOPT, send_msg(a, p, 99, &v, sizeof(v), 0));
	ATF_REQUIRE_EQ(1, send_msg(a, p, IN_IP_RECVDSTADDR, &lo, sizeof(lo),
	    0));
	ATF_REQUIRE_EQ(1, recv_msg(b, IN_IP_RECVTTL, &ttl, sizeof(ttl)));
	NB_FAILS(RUMP_EADDRNOTAVAIL, send_msg(a, p, IN_IP_RECVDSTADDR, &no,
	    sizeof(no), 0));
	ATF_REQUIRE_EQ(1, send_msg(a, p, IN_IP_PKTINFO, &pi, sizeof(pi), 0));
	ATF_REQUIRE_EQ(1, recv_msg(b, IN_IP_RECVTTL, &ttl, sizeof(ttl)));
	pi.ifindex = 77;
	NB_FAILS(RUMP_ENXIO, send_msg(a, p, IN_IP_PKTINFO, &pi, sizeof(pi),
	    0));
	pi.ifindex = 0;
	pi.addr = no;
	NB_FAILS(RUMP_EADDRNOTAVAIL, send_msg(a, p, IN_IP_PKTINFO, &pi,
	    sizeof(pi), 0));
}

ATF_TC_WITHOUT_HEAD(options);
ATF_TC_BODY(options, tc)
{
	static const uint8_t rr[] = { 7, 11, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
	static const uint8_t bad[] = { 7, 0, 4, 0 };
	int a = boot_udp(IN_LO), b = in_udp(IN_LO);
	uint8_t opts[44];
	socklen_t len = sizeof(opts);

	ATF_CHECK_EQ(64, in_get(a, IN_IP_TTL));
	ATF_CHECK_EQ(0, in_get(a, IN_IP_TOS));
	ATF_REQUIRE_EQ(0, in_set(a, IN_IP_TOS, 0xb8));
	ATF_CHECK_EQ(0xb8, in_get(a, IN_IP_TOS));
	NB_FAILS(RUMP_EINVAL, in_set(a, IN_IP_TTL, 0));
	NB_FAILS(RUMP_EINVAL, in_set(a, IN_IP_TTL, 256));
	NB_FAILS(RUMP_EINVAL, in_set(a, IN_IP_TOS, 256));
	NB_FAILS(RUMP_ENOPROTOOPT, in_set(a, 99, 1));
	NB_FAILS(RUMP_ENOPROTOOPT, in_set(a, IN_IP_HDRINCL, 1));
	NB_FAILS(RUMP_EINVAL, rump_sys_setsockopt(a, IN_IP, IN_IP_OPTIONS,
	    bad, sizeof(bad)));
	NB_FAILS(RUMP_EINVAL, rump_sys_setsockopt(a, IN_IP, IN_IP_OPTIONS,
	    rr, 3));
	ATF_REQUIRE_EQ(0, rump_sys_setsockopt(a, IN_IP, IN_IP_OPTIONS, rr,
	    sizeof(rr)));
	ATF_REQUIRE_EQ(0, rump_sys_getsockopt(a, IN_IP, IN_IP_OPTIONS, opts,
	    &len));
	ATF_CHECK_EQ(4 + sizeof(rr), len);
	ATF_CHECK_EQ(0, memcmp(opts + 4, rr, sizeof(rr)));
	/* The route is recorded on the way. */
	ATF_REQUIRE_EQ(0, in_set(b, IN_IP_RECVOPTS, 1));
	ATF_REQUIRE_EQ(1, in_sendto(a, "x", 1, IN_LO, in_port(b)));
	ATF_REQUIRE_EQ(sizeof(rr), recv_msg(b, IN_IP_RECVOPTS, opts,
	    sizeof(opts)));
	ATF_CHECK_EQ(7, opts[0]);
	ATF_CHECK_EQ(8, opts[2]);
	ATF_CHECK_EQ(0, memcmp(opts + 3, "\177\0\0\1", 4));
	ATF_REQUIRE_EQ(0, rump_sys_setsockopt(a, IN_IP, IN_IP_OPTIONS, NULL,
	    0));
	ATF_REQUIRE_EQ(1, in_sendto(a, "x", 1, IN_LO, in_port(b)));
	ATF_REQUIRE_EQ(-1, recv_msg(b, IN_IP_RECVOPTS, opts, sizeof(opts)));
}

ATF_TC_WITHOUT_HEAD(multicast);
ATF_TC_BODY(multicast, tc)
{
	int a = boot_udp("0.0.0.0"), b = in_udp("0.0.0.0"), p = in_port(b);
	struct in_mreq mr;
	struct in_addr lo = { htonl(0x7f000001) }, got;
	socklen_t len = sizeof(got);
	uint8_t byte = 0;
	char buf[4];

	mr.group.s_addr = htonl(0xe0010203);
	mr.ifaddr = lo;
	ATF_REQUIRE_EQ(0, rump_sys_setsockopt(b, IN_IP, IN_IP_ADD_MEMBERSHIP,
	    &mr, sizeof(mr)));
	NB_FAILS(RUMP_EADDRINUSE, rump_sys_setsockopt(b, IN_IP,
	    IN_IP_ADD_MEMBERSHIP, &mr, sizeof(mr)));
	NB_FAILS(RUMP_EHOSTUNREACH, in_sendto(a, "m", 1, "224.1.2.3", p));
	ATF_REQUIRE_EQ(0, rump_sys_setsockopt(a, IN_IP, IN_IP_MULTICAST_IF,
	    &lo, sizeof(lo)));
	ATF_REQUIRE_EQ(0, rump_sys_getsockopt(a, IN_IP, IN_IP_MULTICAST_IF,
	    &got, &len));
	ATF_CHECK_EQ(lo.s_addr, got.s_addr);
	ATF_REQUIRE_EQ(1, in_sendto(a, "m", 1, "224.1.2.3", p));
	ATF_REQUIRE_EQ(1, sk_recv(b, buf, sizeof(buf), 0));
	ATF_CHECK_EQ('m', buf[0]);
	ATF_REQUIRE_EQ(0, rump_sys_setsockopt(a, IN_IP, IN_IP_MULTICAST_TTL,
	    &byte, sizeof(byte)));
	ATF_CHECK_EQ(0, in_get(a, IN_IP_MULTICAST_TTL));
	NB_FAILS(RUMP_EINVAL, in_set(a, IN_IP_MULTICAST_TTL, 256));
	NB_FAILS(RUMP_EINVAL, in_set(a, IN_IP_MULTICAST_LOOP, 2));
	ATF_CHECK_EQ(1, in_get(a, IN_IP_MULTICAST_LOOP));
	mr.group.s_addr = htonl(0x0a000001);
	NB_FAILS(RUMP_EINVAL, rump_sys_setsockopt(b, IN_IP,
	    IN_IP_ADD_MEMBERSHIP, &mr, sizeof(mr)));
	mr.group.s_addr = htonl(0xe0010203);
	ATF_REQUIRE_EQ(0, rump_sys_setsockopt(b, IN_IP,
	    IN_IP_DROP_MEMBERSHIP, &mr, sizeof(mr)));
	NB_FAILS(RUMP_EADDRNOTAVAIL, rump_sys_setsockopt(b, IN_IP,
	    IN_IP_DROP_MEMBERSHIP, &mr, sizeof(mr)));
	lo.s_addr = htonl(0x0a000001);
	NB_FAILS(RUMP_EADDRNOTAVAIL, rump_sys_setsockopt(a, IN_IP,
	    IN_IP_MULTICAST_IF, &lo, sizeof(lo)));
}

/* Many threads send to one, and each to itself. */
#define	NTHREADS	4
#define	NEACH		2000

static void *
hammer(void *arg)
{
	const int port = *(int *)arg;
	char buf[64];
	int s = in_udp(IN_LO), i;

	memset(buf, 0, sizeof(buf));
	for (i = 0; i < NEACH; i++) {
		ATF_REQUIRE_EQ(sizeof(buf), in_sendto(s, buf, sizeof(buf),
		    IN_LO, port));
		ATF_REQUIRE_EQ(sizeof(buf), in_sendto(s, buf, sizeof(buf),
		    IN_LO, in_port(s)));
		ATF_REQUIRE_EQ(sizeof(buf), in_recvfrom(s, buf, sizeof(buf),
		    0, NULL));
	}
	ATF_REQUIRE_EQ(0, rump_sys_close(s));
	return NULL;
}

ATF_TC_WITHOUT_HEAD(threads);
ATF_TC_BODY(threads, tc)
{
	pthread_t t[NTHREADS];
	int s, port, i;

	setenv("RUMP_NCPU", "2", 1);
	s = boot_udp(IN_LO);
	port = in_port(s);
	for (i = 0; i < NTHREADS; i++)
		t[i] = sk_thread(hammer, &port);
	for (i = 0; i < NTHREADS; i++)
		(void)sk_join(t[i]);
	ATF_CHECK_EQ(2 * NTHREADS * NEACH, in_stat(IN_UDP, 5, 0));
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, sendto);
	ATF_TP_ADD_TC(tp, sizes);
	ATF_TP_ADD_TC(tp, connected);
	ATF_TP_ADD_TC(tp, connect_chooses);
	ATF_TP_ADD_TC(tp, binding);
	ATF_TP_ADD_TC(tp, best_match);
	ATF_TP_ADD_TC(tp, refused);
	ATF_TP_ADD_TC(tp, overflow);
	ATF_TP_ADD_TC(tp, shut);
	ATF_TP_ADD_TC(tp, recv_messages);
	ATF_TP_ADD_TC(tp, send_messages);
	ATF_TP_ADD_TC(tp, options);
	ATF_TP_ADD_TC(tp, multicast);
	ATF_TP_ADD_TC(tp, threads);
	return atf_no_error();
}
