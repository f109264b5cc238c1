/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Raw sockets over the loopback interface: echo requests as ping(8) sends
 * them, headers of a program's own; and what sysctl(7) tells of sockets.
 *
 * Sources: ip(4), icmp(4)
 */
#include "inet.h"

/* A header of IPv4, as raw sockets have it: ip_len and ip_off in host order. */
struct hdr {
	uint8_t		vhl, tos;
	uint16_t	len, id, off;
	uint8_t		ttl, p;
	uint16_t	sum;
	uint32_t	src, dst;
};

static int
boot_raw(int proto)
{
	struct sk_timeval tv = { .tv_sec = 20 };
	int s;

	ATF_REQUIRE_EQ(0, rump_init());
	s = in_socket(RUMP_SOCK_RAW, proto);
	ATF_REQUIRE_EQ(0, rump_sys_setsockopt(s, SK_SOL_SOCKET,
	    RUMP_SO_RCVTIMEO, &tv, sizeof(tv)));
	return s;
}

/* The message of ICMP that came, of a type; others are passed over. */
static ssize_t
recv_icmp(int s, uint8_t *buf, size_t size, int type)
{
	ssize_t n;

	do {
		n = in_recvfrom(s, buf, size, 0, NULL);
		ATF_REQUIRE_MSG(n >= 28, "%zd: %d", n, errno);
	} while (buf[20] != type);
	return n;
}

ATF_TC_WITHOUT_HEAD(ping);
ATF_TC_BODY(ping, tc)
{
	uint8_t msg[64] = { 8, 0, 0, 0, 0x12, 0x34, 0, 1, 'p' }, buf[200];
	struct hdr h;
	int s = boot_raw(IN_ICMP);
	uint16_t sum;

	sum = in_sum(msg, sizeof(msg));
	memcpy(msg + 2, &sum, 2);
	ATF_REQUIRE_EQ(sizeof(msg), in_sendto(s, msg, sizeof(msg), IN_LO, 0));
	ATF_REQUIRE_EQ(20 + sizeof(msg), recv_icmp(s, buf, sizeof(buf), 0));
	memcpy(&h, buf, sizeof(h));
	ATF_CHECK_EQ(0x45, h.vhl);
	ATF_CHECK_EQ(sizeof(msg), h.len);
	ATF_CHECK_EQ(htonl(0x7f000001), h.src);
	ATF_CHECK_EQ(0, memcmp(buf + 24, msg + 4, sizeof(msg) - 4));
	ATF_CHECK_EQ(0, in_sum(buf + 20, sizeof(msg)));
	/* Connected, it need not say where to. */
	NB_FAILS(RUMP_EDESTADDRREQ, sk_send(s, msg, sizeof(msg), 0));
	ATF_REQUIRE_EQ(0, in_connect(s, IN_LO, 0));
	ATF_REQUIRE_EQ(sizeof(msg), sk_send(s, msg, sizeof(msg), 0));
	ATF_REQUIRE_EQ(20 + sizeof(msg), recv_icmp(s, buf, sizeof(buf), 0));
	NB_FAILS(RUMP_EISCONN, in_sendto(s, msg, sizeof(msg), IN_LO, 0));
}

ATF_TC_WITHOUT_HEAD(hdrincl);
ATF_TC_BODY(hdrincl, tc)
{
	uint8_t pkt[20 + 8 + 4], buf[100];
	struct hdr h = { .vhl = 0x45, .len = sizeof(pkt), .ttl = 33,
	    .p = IN_UDP, .dst = htonl(0x7f000001) };
	int s = boot_raw(255), u = in_udp(IN_LO);
	const uint16_t udp[4] = { htons(7), htons((uint16_t)in_port(u)),
	    htons(12), 0 };
	in_sin from;

	ATF_REQUIRE_EQ(0, in_set(s, IN_IP_HDRINCL, 1));
	ATF_CHECK_EQ(1, in_get(s, IN_IP_HDRINCL));
#define	SEND(n)								\
	(memcpy(pkt, &h, 20), in_sendto(s, pkt, (n), IN_LO, 0))
	memcpy(pkt + 20, udp, 8);
	memcpy(pkt + 28, "data", 4);
	ATF_REQUIRE_EQ(sizeof(pkt), (size_t)SEND(sizeof(pkt)));
	ATF_REQUIRE_EQ(4, in_recvfrom(u, buf, sizeof(buf), 0, &from));
	ATF_CHECK_EQ(0, memcmp(buf, "data", 4));
	ATF_CHECK_EQ(7, ntohs(from.sin_port));
	ATF_CHECK_EQ(htonl(0x7f000001), from.sin_addr);
	/* Headers that say what is not so. */
	NB_FAILS(RUMP_EINVAL, SEND(19));
	NB_FAILS(RUMP_EINVAL, SEND(sizeof(pkt) - 1));
	h.vhl = 0x44;
	NB_FAILS(RUMP_EINVAL, SEND(sizeof(pkt)));
	h.vhl = 0x4f;
	NB_FAILS(RUMP_EINVAL, SEND(sizeof(pkt)));
	h.vhl = 0x46;
	pkt[20] = 7;
	pkt[21] = 99;
	NB_FAILS(RUMP_EINVAL, SEND(sizeof(pkt)));
	h.vhl = 0x45;
	h.len = sizeof(pkt) + 1;
	NB_FAILS(RUMP_EINVAL, SEND(sizeof(pkt)));
	h.len = 19;
	NB_FAILS(RUMP_EINVAL, SEND(sizeof(pkt)));
#undef SEND
}

/* Each socket gets what is for its protocol, and addresses. */
ATF_TC_WITHOUT_HEAD(demultiplex);
ATF_TC_BODY(demultiplex, tc)
{
	int s = boot_raw(200), other = in_socket(RUMP_SOCK_RAW, 201);
	int bound = in_socket(RUMP_SOCK_RAW, 200);
	char buf[100];

	NB_FAILS(RUMP_EADDRNOTAVAIL, in_bind(bound, "10.0.0.1", 0));
	ATF_REQUIRE_EQ(0, in_bind(bound, IN_LO, 0));
	ATF_REQUIRE_EQ(3, in_sendto(s, "abc", 3, IN_LO, 0));
	ATF_REQUIRE_EQ(23, in_recvfrom(s, buf, sizeof(buf), 0, NULL));
	ATF_CHECK_EQ(0, memcmp(buf + 20, "abc", 3));
	ATF_REQUIRE_EQ(23, in_recvfrom(bound, buf, sizeof(buf), 0, NULL));
	NB_FAILS(RUMP_EAGAIN, in_recvfrom(other, buf, sizeof(buf),
	    SK_MSG_DONTWAIT, NULL));
	/* Without the header, for who says so. */
	ATF_REQUIRE_EQ(0, sk_set(s, 0x100a, 1));
	ATF_REQUIRE_EQ(3, in_sendto(s, "abc", 3, IN_LO, 0));
	ATF_REQUIRE_EQ(3, in_recvfrom(s, buf, sizeof(buf), 0, NULL));
	/* A protocol nobody has. */
	ATF_REQUIRE_EQ(0, rump_sys_close(other));
	other = in_socket(RUMP_SOCK_RAW, 202);
	ATF_REQUIRE_EQ(0, in_connect(other, IN_LO, 0));
	ATF_REQUIRE_EQ(0, rump_sys_shutdown(other, 0));
	ATF_REQUIRE_EQ(0, rump_sys_shutdown(other, 1));
	NB_FAILS(RUMP_EPIPE, sk_send(other, "x", 1, SK_MSG_NOSIGNAL));
	NB_FAILS(RUMP_EPROTONOSUPPORT, rump_sys_socket(RUMP_AF_INET,
	    RUMP_SOCK_RAW, 256));
}

/* net.inet.udp.pcblist: this many entries, as many as fit. */
ATF_TC_WITHOUT_HEAD(pcblist);
ATF_TC_BODY(pcblist, tc)
{
	static uint8_t list[8][640];
	int name[8] = { 4, 2, IN_UDP, 0 }, i, n, a, b;
	size_t len;
	in_sin sin;

	ATF_REQUIRE_EQ(0, rump_init());
	a = in_udp(IN_LO);
	b = in_udp("0.0.0.0");
	ATF_REQUIRE_EQ(0, in_connect(b, IN_LO, in_port(a)));
	/* Found by trying: it has no number of its own. */
	for (n = 1024, i = -1; n < 4096 && i == -1; n++) {
		name[3] = n;
		name[4] = 0;
		name[5] = 0;
		name[6] = sizeof(list[0]);
		name[7] = 8;
		len = sizeof(list);
		if (rump_sys___sysctl(name, 8, list, &len, NULL, 0) == 0)
			i = (int)(len / sizeof(list[0]));
	}
	ATF_REQUIRE_EQ_MSG(2, i, "%d, node %d", i, n);
	memcpy(&sin, list[0] + 72, sizeof(sin));
	ATF_CHECK_EQ(in_port(a), ntohs(sin.sin_port));
	ATF_CHECK_EQ(htonl(0x7f000001), sin.sin_addr);
	memcpy(&sin, list[1] + 72 + 264, sizeof(sin));
	ATF_CHECK_EQ(in_port(a), ntohs(sin.sin_port));
	/* Room for one alone. */
	len = sizeof(list[0]);
	NB_FAILS(RUMP_ENOMEM, rump_sys___sysctl(name, 8, list, &len, NULL,
	    0));
	ATF_CHECK_EQ(sizeof(list[0]), len);
	name[7] = 1;
	len = sizeof(list);
	ATF_REQUIRE_EQ(0, rump_sys___sysctl(name, 8, list, &len, NULL, 0));
	ATF_CHECK_EQ(sizeof(list[0]), len);
	name[7] = -1;
	NB_FAILS(RUMP_EINVAL, rump_sys___sysctl(name, 8, list, &len, NULL,
	    0));
	name[6] = 0;
	NB_FAILS(RUMP_EINVAL, rump_sys___sysctl(name, 8, list, &len, NULL,
	    0));
	NB_FAILS(RUMP_EINVAL, rump_sys___sysctl(name, 5, list, &len, NULL,
	    0));
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, ping);
	ATF_TP_ADD_TC(tp, hdrincl);
	ATF_TP_ADD_TC(tp, demultiplex);
	ATF_TP_ADD_TC(tp, pcblist);
	return atf_no_error();
}
