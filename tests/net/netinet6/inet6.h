/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For tests of sockets of IPv6: NetBSD's numbers, addresses, sockets of UDP
 * and TCP, control messages.
 */
#ifndef _TESTS_NET_NETINET6_INET6_H_
#define _TESTS_NET_NETINET6_INET6_H_

#include "../../kern/net/sk.h"

#include <arpa/inet.h>

#define	I6_IPV6			41
#define	I6_ICMPV6		58
#define	I6_TCP			6
#define	I6_UDP			17
#define	I6_RAW			255

#define	I6_UNICAST_HOPS		4
#define	I6_MULTICAST_IF		9
#define	I6_MULTICAST_HOPS	10
#define	I6_MULTICAST_LOOP	11
#define	I6_JOIN_GROUP		12
#define	I6_LEAVE_GROUP		13
#define	I6_PORTRANGE		14
#define	I6_ICMP6_FILTER		18
#define	I6_CHECKSUM		26
#define	I6_V6ONLY		27
#define	I6_RTHDRDSTOPTS		35
#define	I6_RECVPKTINFO		36
#define	I6_RECVHOPLIMIT		37
#define	I6_RECVHOPOPTS		39
#define	I6_RECVDSTOPTS		40
#define	I6_USE_MIN_MTU		42
#define	I6_RECVPATHMTU		43
#define	I6_PATHMTU		44
#define	I6_PKTINFO		46
#define	I6_HOPLIMIT		47
#define	I6_NEXTHOP		48
#define	I6_HOPOPTS		49
#define	I6_DSTOPTS		50
#define	I6_RTHDR		51
#define	I6_RECVTCLASS		57
#define	I6_TCLASS		61
#define	I6_DONTFRAG		62
#define	I6_PREFER_TEMPADDR	63

#define	I6_LO	"::1"
#define	I6_LO4	"::ffff:127.0.0.1"

struct i6_pktinfo {
	struct in6_addr	addr;
	uint32_t	ifindex;
};

struct i6_mreq {
	struct in6_addr	group;
	uint32_t	ifindex;
};

struct i6_mtuinfo {
	struct rump_sockaddr_in6 addr;
	uint32_t	mtu;
};

typedef struct rump_sockaddr_in6 i6_sin;

static inline i6_sin
i6_addr(const char *addr, int port)
{
	i6_sin sin6;

	memset(&sin6, 0, sizeof(sin6));
	sin6.sin6_len = sizeof(sin6);
	sin6.sin6_family = RUMP_AF_INET6;
	sin6.sin6_port = htons((uint16_t)port);
	ATF_REQUIRE_EQ(1, inet_pton(AF_INET6, addr, sin6.sin6_addr));
	return sin6;
}

static inline bool
i6_is(const void *addr, const char *text)
{
	uint8_t want[16];

	ATF_REQUIRE_EQ(1, inet_pton(AF_INET6, text, want));
	return memcmp(addr, want, sizeof(want)) == 0;
}

static inline int
i6_socket(int type, int proto)
{
	struct sk_timeval tv = { .tv_sec = 20 };
	int s = rump_sys_socket(RUMP_AF_INET6, type, proto);

	ATF_REQUIRE_MSG(s != -1, "socket: %d", errno);
	ATF_REQUIRE_EQ(0, rump_sys_setsockopt(s, SK_SOL_SOCKET,
	    RUMP_SO_RCVTIMEO, &tv, sizeof(tv)));
	return s;
}

static inline int
i6_bind(int s, const char *addr, int port)
{
	i6_sin sin6 = i6_addr(addr, port);

	return rump_sys_bind(s, SK_SA(&sin6), sizeof(sin6));
}

static inline int
i6_connect(int s, const char *addr, int port)
{
	i6_sin sin6 = i6_addr(addr, port);

	return rump_sys_connect(s, SK_SA(&sin6), sizeof(sin6));
}

static inline i6_sin
i6_name(int s)
{
	i6_sin sin6;
	socklen_t len = sizeof(sin6);

	ATF_REQUIRE_EQ(0, rump_sys_getsockname(s, SK_SA(&sin6), &len));
	ATF_REQUIRE_EQ(sizeof(sin6), len);
	return sin6;
}

static inline int
i6_port(int s)
{

	return ntohs(i6_name(s).sin6_port);
}

static inline int
i6_udp(const char *addr)
{
	int s = i6_socket(RUMP_SOCK_DGRAM, 0);

	ATF_REQUIRE_EQ_MSG(0, i6_bind(s, addr, 0), "bind: %d", errno);
	return s;
}

static inline ssize_t
i6_sendto(int s, const void *buf, size_t len, const char *addr, int port)
{
	i6_sin sin6 = i6_addr(addr, port);

	return rump_sys_sendto(s, buf, len, 0, SK_SA(&sin6), sizeof(sin6));
}

static inline ssize_t
i6_recvfrom(int s, void *buf, size_t len, int flags, i6_sin *from)
{
	socklen_t flen = sizeof(*from);

	return rump_sys_recvfrom(s, buf, len, flags,
	    from != NULL ? SK_SA(from) : NULL, from != NULL ? &flen : NULL);
}

static inline int
i6_set(int s, int name, int val)
{

	return rump_sys_setsockopt(s, I6_IPV6, name, &val, sizeof(val));
}

static inline int
i6_get(int s, int name)
{
	socklen_t len = sizeof(int);
	int val = -99;

	ATF_REQUIRE_EQ(0, rump_sys_getsockopt(s, I6_IPV6, name, &val, &len));
	return val;
}

/* A counter: net.inet6.PROTO.NODE. */
static inline uint64_t
i6_stat(int proto, int node, unsigned int n)
{
	const int name[] = { 4, RUMP_PF_INET6, proto, node };
	static uint64_t v[1024];
	size_t len = sizeof(v);

	ATF_REQUIRE_EQ_MSG(0, rump_sys___sysctl(name, 4, v, &len, NULL, 0),
	    "stats: %d", errno);
	ATF_REQUIRE(n < len / sizeof(v[0]));
	return v[n];
}
#define	I6_IPSTAT(n)	i6_stat(I6_IPV6, 6, (n))
#define	I6_UDPSTAT(n)	i6_stat(I6_UDP, 4, (n))
#define	I6_ICMPSTAT(n)	i6_stat(I6_ICMPV6, 1, (n))

/*
 * Receives one datagram and the control message of a kind, its data copied to
 * data; the length it has, or -1: there is none.
 */
static inline int
i6_recv_msg(int s, int type, void *data, size_t size)
{
	union {
		char		buf[4096];
		uint64_t	align;
	} c;
	struct rump_cmsghdr *cm;
	struct iovec iov;
	struct rump_msghdr m;
	char buf[2000];
	size_t off, len;

	memset(&m, 0, sizeof(m));
	iov.iov_base = buf;
	iov.iov_len = sizeof(buf);
	m.msg_iov = &iov;
	m.msg_iovlen = 1;
	m.msg_control = c.buf;
	m.msg_controllen = sizeof(c.buf);
	ATF_REQUIRE_MSG(sk_recvmsg(s, &m, 0) != -1, "recvmsg: %d", errno);
	for (off = 0; off + sizeof(*cm) <= m.msg_controllen;
	    off += (cm->cmsg_len + 7) & ~7u) {
		cm = (struct rump_cmsghdr *)(void *)(c.buf + off);
		if (cm->cmsg_level != I6_IPV6 || cm->cmsg_type != type)
			continue;
		len = cm->cmsg_len - 16;
		memcpy(data, SK_CMSG_DATA(cm), len < size ? len : size);
		return (int)len;
	}
	return -1;
}

/* Sends a byte with a control message; clen 0: as long as it should be. */
static inline ssize_t
i6_send_msg(int s, const char *addr, int port, int type, const void *data,
    size_t len, size_t clen)
{
	union {
		char		buf[512];
		struct rump_cmsghdr cm;
	} c;
	i6_sin to = i6_addr(addr, port);
	struct iovec iov;
	struct rump_msghdr m;

	memset(&c, 0, sizeof(c));
	c.cm.cmsg_len = (uint32_t)(clen != 0 ? clen : 16 + len);
	c.cm.cmsg_level = I6_IPV6;
	c.cm.cmsg_type = type;
	memcpy(c.buf + 16, data, len);
	memset(&m, 0, sizeof(m));
	iov.iov_base = (void *)(uintptr_t)"x";
	iov.iov_len = 1;
	m.msg_name = &to;
	m.msg_namelen = sizeof(to);
	m.msg_iov = &iov;
	m.msg_iovlen = 1;
	m.msg_control = c.buf;
	m.msg_controllen = (uint32_t)(16 + ((len + 7) & ~(size_t)7));
	return sk_sendmsg(s, &m, 0);
}

#endif /* !_TESTS_NET_NETINET6_INET6_H_ */
