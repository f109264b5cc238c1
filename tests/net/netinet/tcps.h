/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For tests of TCP from outside: addresses, numbers of NetBSD, sockets of
 * TCP, and pairs of those on the loopback interface.
 */
#ifndef _TESTS_NET_NETINET_TCPS_H_
#define _TESTS_NET_NETINET_TCPS_H_

#include <arpa/inet.h>

#include "../../kern/net/sk.h"

#define	LOOPBACK	0x7f000001u
#define	ANY		0

#define	INET_IPPROTO_TCP	6
#define	INET_TCP_NODELAY	1
#define	INET_TCP_MAXSEG		2
#define	INET_TCP_KEEPIDLE	3
#define	INET_TCP_KEEPINTVL	5
#define	INET_TCP_KEEPCNT	6
#define	INET_TCP_KEEPINIT	7
#define	INET_TCP_INFO		9
#define	INET_TCP_CONGCTL	0x20

struct inet_linger {
	int	l_onoff;
	int	l_linger;
};

/* Host order. */
static inline struct rump_sockaddr_in
inet_sin(uint32_t addr, uint16_t port)
{
	struct rump_sockaddr_in sin;

	memset(&sin, 0, sizeof(sin));
	sin.sin_len = sizeof(sin);
	sin.sin_family = RUMP_AF_INET;
	sin.sin_port = htons(port);
	memcpy(&sin.sin_addr, &(uint32_t){ htonl(addr) }, 4);
	return sin;
}

static inline int
tcp_socket(void)
{
	int s = rump_sys_socket(RUMP_AF_INET, RUMP_SOCK_STREAM, 0);

	ATF_REQUIRE_MSG(s != -1, "socket: %d", errno);
	return s;
}

static inline int
tcp_bind(int s, uint32_t addr, uint16_t port)
{
	struct rump_sockaddr_in sin = inet_sin(addr, port);

	return rump_sys_bind(s, SK_SA(&sin), sizeof(sin));
}

static inline int
tcp_connect(int s, uint32_t addr, uint16_t port)
{
	struct rump_sockaddr_in sin = inet_sin(addr, port);

	return rump_sys_connect(s, SK_SA(&sin), sizeof(sin));
}

static inline int
tcp_server(uint16_t port, int backlog)
{
	int s = tcp_socket();

	ATF_REQUIRE_EQ_MSG(0, tcp_bind(s, LOOPBACK, port), "bind: %d", errno);
	ATF_REQUIRE_EQ_MSG(0, rump_sys_listen(s, backlog), "listen: %d",
	    errno);
	return s;
}

static inline int
tcp_client(uint16_t port)
{
	int s = tcp_socket();

	ATF_REQUIRE_EQ_MSG(0, tcp_connect(s, LOOPBACK, port), "connect: %d",
	    errno);
	return s;
}

static inline int
tcp_accept(int s)
{
	int fd = rump_sys_accept(s, NULL, NULL);

	ATF_REQUIRE_MSG(fd != -1, "accept: %d", errno);
	return fd;
}

/* Connected: a connected itself to b. */
static inline struct sk_pair
tcp_pair(void)
{
	struct sk_pair p;
	struct rump_sockaddr_in sin;
	socklen_t len = sizeof(sin);
	int s = tcp_server(0, 1);

	ATF_REQUIRE_EQ(0, rump_sys_getsockname(s, SK_SA(&sin), &len));
	p.a = tcp_client(ntohs(sin.sin_port));
	p.b = tcp_accept(s);
	ATF_REQUIRE_EQ(0, rump_sys_close(s));
	return p;
}

static inline int
tcp_set(int s, int name, int val)
{

	return rump_sys_setsockopt(s, INET_IPPROTO_TCP, name, &val,
	    sizeof(val));
}

static inline int
tcp_get(int s, int name)
{
	socklen_t len = sizeof(int);
	int val = -1;

	ATF_REQUIRE_EQ_MSG(0, rump_sys_getsockopt(s, INET_IPPROTO_TCP, name,
	    &val, &len), "getsockopt %d: %d", name, errno);
	return val;
}

#endif /* _TESTS_NET_NETINET_TCPS_H_ */
