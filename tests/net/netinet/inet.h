/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For tests of Internet sockets: NetBSD's numbers, addresses, sockets of UDP
 * and raw ones.
 */
#ifndef _TESTS_NET_NETINET_INET_H_
#define _TESTS_NET_NETINET_INET_H_

#include "../../kern/net/sk.h"

#include <arpa/inet.h>

#define	IN_IP			0
#define	IN_ICMP			1
#define	IN_UDP			17

#define	IN_IP_OPTIONS		1
#define	IN_IP_HDRINCL		2
#define	IN_IP_TOS		3
#define	IN_IP_TTL		4
#define	IN_IP_RECVOPTS		5
#define	IN_IP_RECVDSTADDR	7
#define	IN_IP_MULTICAST_IF	9
#define	IN_IP_MULTICAST_TTL	10
#define	IN_IP_MULTICAST_LOOP	11
#define	IN_IP_ADD_MEMBERSHIP	12
#define	IN_IP_DROP_MEMBERSHIP	13
#define	IN_IP_PORTRANGE		19
#define	IN_IP_RECVIF		20
#define	IN_IP_RECVTTL		23
#define	IN_IP_MINTTL		24
#define	IN_IP_PKTINFO		25
#define	IN_IP_RECVPKTINFO	26

struct in_mreq {
	struct in_addr	group, ifaddr;
};

struct in_pktinfo4 {
	struct in_addr	addr;
	uint32_t	ifindex;
};

typedef struct rump_sockaddr_in in_sin;

#define	IN_LO	"127.0.0.1"

static inline in_sin
in_addr(const char *addr, int port)
{
	in_sin sin;

	memset(&sin, 0, sizeof(sin));
	sin.sin_len = sizeof(sin);
	sin.sin_family = RUMP_AF_INET;
	sin.sin_port = htons((uint16_t)port);
	ATF_REQUIRE_EQ(1, inet_pton(AF_INET, addr, &sin.sin_addr));
	return sin;
}

static inline int
in_socket(int type, int proto)
{
	int s = rump_sys_socket(RUMP_AF_INET, type, proto);

	ATF_REQUIRE_MSG(s != -1, "socket: %d", errno);
	return s;
}

static inline int
in_bind(int s, const char *addr, int port)
{
	in_sin sin = in_addr(addr, port);

	return rump_sys_bind(s, SK_SA(&sin), sizeof(sin));
}

static inline int
in_connect(int s, const char *addr, int port)
{
	in_sin sin = in_addr(addr, port);

	return rump_sys_connect(s, SK_SA(&sin), sizeof(sin));
}

static inline in_sin
in_name(int s)
{
	in_sin sin;
	socklen_t len = sizeof(sin);

	ATF_REQUIRE_EQ(0, rump_sys_getsockname(s, SK_SA(&sin), &len));
	ATF_REQUIRE_EQ(sizeof(sin), len);
	return sin;
}

static inline int
in_port(int s)
{

	return ntohs(in_name(s).sin_port);
}

/* A socket of UDP bound to an address, any port; blocking calls end. */
static inline int
in_udp(const char *addr)
{
	struct sk_timeval tv = { .tv_sec = 20 };
	int s = in_socket(RUMP_SOCK_DGRAM, 0);

	ATF_REQUIRE_EQ_MSG(0, in_bind(s, addr, 0), "bind: %d", errno);
	ATF_REQUIRE_EQ(0, rump_sys_setsockopt(s, SK_SOL_SOCKET,
	    RUMP_SO_RCVTIMEO, &tv, sizeof(tv)));
	return s;
}

static inline ssize_t
in_sendto(int s, const void *buf, size_t len, const char *addr, int port)
{
	in_sin sin = in_addr(addr, port);

	return rump_sys_sendto(s, buf, len, 0, SK_SA(&sin), sizeof(sin));
}

static inline ssize_t
in_recvfrom(int s, void *buf, size_t len, int flags, in_sin *from)
{
	socklen_t flen = sizeof(*from);

	return rump_sys_recvfrom(s, buf, len, flags,
	    from != NULL ? SK_SA(from) : NULL, from != NULL ? &flen : NULL);
}

static inline int
in_set(int s, int name, int val)
{

	return rump_sys_setsockopt(s, IN_IP, name, &val, sizeof(val));
}

static inline int
in_get(int s, int name)
{
	socklen_t len = sizeof(int);
	int val = -1;

	ATF_REQUIRE_EQ(0, rump_sys_getsockopt(s, IN_IP, name, &val, &len));
	return val;
}

/* The sum of RFC 1071. */
static inline uint16_t
in_sum(const void *buf, size_t len)
{
	const uint8_t *p = buf;
	uint32_t sum = 0;
	size_t i;

	for (i = 0; i < len; i++)
		sum += i % 2 == 0 ? (uint32_t)p[i] << 8 : p[i];
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons((uint16_t)~sum);
}

/* One counter of a protocol: net.inet.PROTO.stats. */
static inline uint64_t
in_stat(int proto, int node, unsigned int n)
{
	const int name[] = { 4, 2, proto, node };
	uint64_t v[128];
	size_t len = sizeof(v);

	ATF_REQUIRE_EQ_MSG(0, rump_sys___sysctl(name, 4, v, &len, NULL, 0),
	    "stats: %d", errno);
	ATF_REQUIRE(n < len / sizeof(v[0]));
	return v[n];
}

#endif /* !_TESTS_NET_NETINET_INET_H_ */
