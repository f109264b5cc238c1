/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sockets: addresses, options and control messages both ways; and the calls
 * in a kernel without networking.
 */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/un.h>

#include "ha.h"

ATF_TC_WITHOUT_HEAD(inet);
ATF_TC_BODY(inet, tc)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
	    .sin_port = htons(80), .sin_addr.s_addr = htonl(0x7f000001) };
	struct rump_sockaddr_storage ss;
	struct rump_sockaddr_in *r = (void *)&ss;
	struct sockaddr_storage back;
	socklen_t len, hlen = sizeof(back);

	ATF_REQUIRE_EQ(0, rump_hostabi_sockaddr_from_host((void *)&in,
	    sizeof(in), &ss, &len));
	ATF_CHECK(len == 16 && r->sin_len == 16 && r->sin_family == 2);
	ATF_CHECK(r->sin_port == in.sin_port);
	ATF_CHECK(r->sin_addr == in.sin_addr.s_addr);
	ATF_REQUIRE_EQ(0, rump_hostabi_sockaddr_to_host(&ss, len,
	    (void *)&back, &hlen));
	ATF_CHECK_EQ(sizeof(in), hlen);
	ATF_CHECK_EQ(0, memcmp(&in, &back, sizeof(in)));
	/* cut, with the whole length told */
	hlen = 4;
	memset(&back, 0xee, sizeof(back));
	ATF_REQUIRE_EQ(0, rump_hostabi_sockaddr_to_host(&ss, len,
	    (void *)&back, &hlen));
	ATF_CHECK_EQ(sizeof(in), hlen);
	ATF_CHECK_EQ(0xee, ((uint8_t *)&back)[4]);
	ATF_CHECK_EQ(EINVAL, rump_hostabi_sockaddr_from_host((void *)&in, 8,
	    &ss, &len));
	in.sin_family = AF_PACKET;
	ATF_CHECK_EQ(EAFNOSUPPORT, rump_hostabi_sockaddr_from_host((void *)&in,
	    sizeof(in), &ss, &len));
	ss.ss_family = RUMP_AF_LINK;
	ATF_CHECK_EQ(EAFNOSUPPORT, rump_hostabi_sockaddr_to_host(&ss, 16,
	    (void *)&back, &hlen));
}

ATF_TC_WITHOUT_HEAD(inet6);
ATF_TC_BODY(inet6, tc)
{
	struct sockaddr_in6 in = { .sin6_family = AF_INET6,
	    .sin6_port = htons(443), .sin6_flowinfo = htonl(5),
	    .sin6_addr = IN6ADDR_LOOPBACK_INIT, .sin6_scope_id = 3 }, back;
	struct rump_sockaddr_storage ss;
	struct rump_sockaddr_in6 *r = (void *)&ss;
	socklen_t len, hlen = sizeof(back);

	ATF_REQUIRE_EQ(0, rump_hostabi_sockaddr_from_host((void *)&in,
	    sizeof(in), &ss, &len));
	ATF_CHECK(len == 28 && r->sin6_len == 28 && r->sin6_family == 24);
	ATF_CHECK(r->sin6_scope_id == 3 && r->sin6_addr[15] == 1);
	ATF_REQUIRE_EQ(0, rump_hostabi_sockaddr_to_host(&ss, len,
	    (void *)&back, &hlen));
	ATF_CHECK_EQ(sizeof(in), hlen);
	ATF_CHECK_EQ(0, memcmp(&in, &back, sizeof(in)));
}

ATF_TC_WITHOUT_HEAD(local);
ATF_TC_BODY(local, tc)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX, .sun_path = "/s" },
	    back;
	struct rump_sockaddr_storage ss;
	struct rump_sockaddr_un *r = (void *)&ss;
	socklen_t len, hlen = sizeof(back);

	ATF_REQUIRE_EQ(0, rump_hostabi_sockaddr_from_host((void *)&un,
	    sizeof(un), &ss, &len));
	ATF_CHECK(len == 4 && r->sun_len == 4 && r->sun_family == 1);
	ATF_REQUIRE_EQ(0, rump_hostabi_sockaddr_to_host(&ss, len,
	    (void *)&back, &hlen));
	ATF_CHECK_EQ(5, hlen);
	ATF_CHECK(back.sun_family == AF_UNIX);
	ATF_CHECK_STREQ("/s", back.sun_path);
	/* 104 bytes are the kernel's limit, the host has 108 */
	memset(un.sun_path, 'x', sizeof(un.sun_path));
	ATF_CHECK_EQ(ENAMETOOLONG, rump_hostabi_sockaddr_from_host((void *)&un,
	    sizeof(un), &ss, &len));
	ATF_REQUIRE_EQ(0, rump_hostabi_sockaddr_from_host((void *)&un,
	    2 + 104, &ss, &len));
	ATF_CHECK_EQ(106, len);
	hlen = sizeof(back);
	ATF_REQUIRE_EQ(0, rump_hostabi_sockaddr_to_host(&ss, len,
	    (void *)&back, &hlen));
	ATF_CHECK(hlen == 107 && back.sun_path[104] == '\0');
	un.sun_path[0] = '\0';	/* abstract */
	ATF_CHECK_EQ(EINVAL, rump_hostabi_sockaddr_from_host((void *)&un, 20,
	    &ss, &len));
	ATF_REQUIRE_EQ(0, rump_hostabi_sockaddr_from_host((void *)&un, 2, &ss,
	    &len));
	ATF_CHECK_EQ(2, len);
}

static const struct {
	int level, name, rlevel, rname;
	enum rump_hostabi_optkind kind;
	bool oneway;		/* the kernel's level 0 has two meanings */
} opts[] = {
	{ SOL_SOCKET, SO_DEBUG, 0xffff, 0x1, 0, 0 },
	{ SOL_SOCKET, SO_ACCEPTCONN, 0xffff, 0x2, 0, 0 },
	{ SOL_SOCKET, SO_REUSEADDR, 0xffff, 0x4, 0, 0 },
	{ SOL_SOCKET, SO_KEEPALIVE, 0xffff, 0x8, 0, 0 },
	{ SOL_SOCKET, SO_DONTROUTE, 0xffff, 0x10, 0, 0 },
	{ SOL_SOCKET, SO_BROADCAST, 0xffff, 0x20, 0, 0 },
	{ SOL_SOCKET, SO_LINGER, 0xffff, 0x80, 0, 0 },
	{ SOL_SOCKET, SO_OOBINLINE, 0xffff, 0x100, 0, 0 },
	{ SOL_SOCKET, SO_REUSEPORT, 0xffff, 0x200, 0, 0 },
	{ SOL_SOCKET, SO_SNDBUF, 0xffff, 0x1001, 0, 0 },
	{ SOL_SOCKET, SO_RCVBUF, 0xffff, 0x1002, 0, 0 },
	{ SOL_SOCKET, SO_SNDLOWAT, 0xffff, 0x1003, 0, 0 },
	{ SOL_SOCKET, SO_RCVLOWAT, 0xffff, 0x1004, 0, 0 },
	{ SOL_SOCKET, SO_ERROR, 0xffff, 0x1007, RUMP_HOSTABI_OPT_ERRNO, 0 },
	{ SOL_SOCKET, SO_TYPE, 0xffff, 0x1008, 0, 0 },
	{ SOL_SOCKET, SO_SNDTIMEO, 0xffff, 0x100b, RUMP_HOSTABI_OPT_TIMEVAL,
	    0 },
	{ SOL_SOCKET, SO_RCVTIMEO, 0xffff, 0x100c, RUMP_HOSTABI_OPT_TIMEVAL,
	    0 },
	{ SOL_SOCKET, SO_TIMESTAMP, 0xffff, 0x2000, 0, 0 },
	{ SOL_SOCKET, SO_PEERCRED, 0, 3, 0, 1 },
	{ SOL_SOCKET, SO_PASSCRED, 0, 4, 0, 1 },
	{ IPPROTO_IP, IP_OPTIONS, 0, 1, 0, 0 },
	{ IPPROTO_IP, IP_HDRINCL, 0, 2, 0, 0 },
	{ IPPROTO_IP, IP_TOS, 0, 3, 0, 0 },
	{ IPPROTO_IP, IP_TTL, 0, 4, 0, 0 },
	{ IPPROTO_IP, IP_RECVOPTS, 0, 5, 0, 0 },
	{ IPPROTO_IP, IP_RETOPTS, 0, 6, 0, 0 },
	{ IPPROTO_IP, IP_MULTICAST_IF, 0, 9, RUMP_HOSTABI_OPT_INADDR, 0 },
	{ IPPROTO_IP, IP_MULTICAST_TTL, 0, 10, 0, 0 },
	{ IPPROTO_IP, IP_MULTICAST_LOOP, 0, 11, 0, 0 },
	{ IPPROTO_IP, IP_ADD_MEMBERSHIP, 0, 12, RUMP_HOSTABI_OPT_MREQ, 0 },
	{ IPPROTO_IP, IP_DROP_MEMBERSHIP, 0, 13, RUMP_HOSTABI_OPT_MREQ, 0 },
	{ IPPROTO_IP, IP_RECVTTL, 0, 23, 0, 0 },
	{ IPPROTO_IP, IP_MINTTL, 0, 24, 0, 0 },
	{ IPPROTO_IP, IP_PKTINFO, 0, 26, 0, 0 },
	{ IPPROTO_IPV6, IPV6_UNICAST_HOPS, 41, 4, 0, 0 },
	{ IPPROTO_IPV6, IPV6_MULTICAST_IF, 41, 9, 0, 0 },
	{ IPPROTO_IPV6, IPV6_MULTICAST_HOPS, 41, 10, 0, 0 },
	{ IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 41, 11, 0, 0 },
	{ IPPROTO_IPV6, IPV6_JOIN_GROUP, 41, 12, 0, 0 },
	{ IPPROTO_IPV6, IPV6_LEAVE_GROUP, 41, 13, 0, 0 },
	{ IPPROTO_IPV6, IPV6_CHECKSUM, 41, 26, 0, 0 },
	{ IPPROTO_IPV6, IPV6_V6ONLY, 41, 27, 0, 0 },
	{ IPPROTO_IPV6, IPV6_RTHDRDSTOPTS, 41, 35, 0, 0 },
	{ IPPROTO_IPV6, IPV6_RECVPKTINFO, 41, 36, 0, 0 },
	{ IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 41, 37, 0, 0 },
	{ IPPROTO_IPV6, IPV6_RECVRTHDR, 41, 38, 0, 0 },
	{ IPPROTO_IPV6, IPV6_RECVHOPOPTS, 41, 39, 0, 0 },
	{ IPPROTO_IPV6, IPV6_RECVDSTOPTS, 41, 40, 0, 0 },
	{ IPPROTO_IPV6, IPV6_RECVPATHMTU, 41, 43, 0, 0 },
	{ IPPROTO_IPV6, IPV6_PKTINFO, 41, 46, 0, 0 },
	{ IPPROTO_IPV6, IPV6_HOPLIMIT, 41, 47, 0, 0 },
	{ IPPROTO_IPV6, IPV6_NEXTHOP, 41, 48, 0, 0 },
	{ IPPROTO_IPV6, IPV6_HOPOPTS, 41, 49, 0, 0 },
	{ IPPROTO_IPV6, IPV6_DSTOPTS, 41, 50, 0, 0 },
	{ IPPROTO_IPV6, IPV6_RTHDR, 41, 51, 0, 0 },
	{ IPPROTO_IPV6, IPV6_RECVTCLASS, 41, 57, 0, 0 },
	{ IPPROTO_IPV6, IPV6_TCLASS, 41, 61, 0, 0 },
	{ IPPROTO_IPV6, IPV6_DONTFRAG, 41, 62, 0, 0 },
	{ IPPROTO_TCP, TCP_NODELAY, 6, 1, 0, 0 },
	{ IPPROTO_TCP, TCP_MAXSEG, 6, 2, 0, 0 },
	{ IPPROTO_TCP, TCP_KEEPIDLE, 6, 3, 0, 0 },
	{ IPPROTO_TCP, TCP_CORK, 6, 4, 0, 0 },
	{ IPPROTO_TCP, TCP_KEEPINTVL, 6, 5, 0, 0 },
	{ IPPROTO_TCP, TCP_KEEPCNT, 6, 6, 0, 0 },
	{ IPPROTO_TCP, TCP_CONGESTION, 6, 32, 0, 0 },
};

ATF_TC_WITHOUT_HEAD(options);
ATF_TC_BODY(options, tc)
{
	enum rump_hostabi_optkind kind;
	int level, name;
	size_t i;

	for (i = 0; i < NITEMS(opts); i++) {
		ATF_REQUIRE_EQ(0, rump_hostabi_sockopt_from_host(opts[i].level,
		    opts[i].name, &level, &name, &kind));
		ATF_CHECK_MSG(level == opts[i].rlevel && name ==
		    opts[i].rname && kind == opts[i].kind, "%d, %d: %d, %d",
		    opts[i].level, opts[i].name, level, name);
		if (opts[i].oneway)
			continue;
		ATF_REQUIRE_EQ(0, rump_hostabi_sockopt_to_host(level, name,
		    &level, &name, &kind));
		ATF_CHECK(level == opts[i].level && name == opts[i].name);
	}
	ATF_CHECK_EQ(ENOPROTOOPT, rump_hostabi_sockopt_from_host(SOL_SOCKET,
	    SO_ATTACH_FILTER, &level, &name, &kind));
	ATF_CHECK_EQ(ENOPROTOOPT, rump_hostabi_sockopt_from_host(IPPROTO_TCP,
	    TCP_INFO, &level, &name, &kind));
	ATF_CHECK_EQ(ENOPROTOOPT, rump_hostabi_sockopt_from_host(4711, 1,
	    &level, &name, &kind));
	ATF_CHECK_EQ(ENOPROTOOPT, rump_hostabi_sockopt_to_host(0xffff, 0x800,
	    &level, &name, &kind));
}

ATF_TC_WITHOUT_HEAD(optvals);
ATF_TC_BODY(optvals, tc)
{
	struct timeval tv = { 3, 250000 };
	struct rump_timeval rtv;
	struct ip_mreqn m = { .imr_multiaddr.s_addr = 1,
	    .imr_address.s_addr = 2 };
	uint32_t addr[3];
	int num = RUMP_ECONNREFUSED;
	socklen_t len = sizeof(rtv);

	ATF_REQUIRE_EQ(0, rump_hostabi_optval_from_host(
	    RUMP_HOSTABI_OPT_TIMEVAL, &tv, sizeof(tv), &rtv, &len));
	ATF_CHECK(len == 16 && rtv.tv_sec == 3 && rtv.tv_usec == 250000);
	tv.tv_sec = 0;
	ATF_REQUIRE_EQ(0, rump_hostabi_optval_to_host(RUMP_HOSTABI_OPT_TIMEVAL,
	    &rtv, len, &tv, &len));
	ATF_CHECK(len == sizeof(tv) && tv.tv_sec == 3);
	len = sizeof(num);
	ATF_REQUIRE_EQ(0, rump_hostabi_optval_to_host(RUMP_HOSTABI_OPT_ERRNO,
	    &num, len, &num, &len));
	ATF_CHECK_EQ(ECONNREFUSED, num);
	len = sizeof(addr);
	ATF_REQUIRE_EQ(0, rump_hostabi_optval_from_host(RUMP_HOSTABI_OPT_MREQ,
	    &m, sizeof(m), addr, &len));
	ATF_CHECK(len == 8 && addr[0] == 1 && addr[1] == 2);
	len = sizeof(addr);
	ATF_REQUIRE_EQ(0, rump_hostabi_optval_from_host(
	    RUMP_HOSTABI_OPT_INADDR, &m, sizeof(m), addr, &len));
	ATF_CHECK(len == 4 && addr[0] == 2);
	m.imr_ifindex = 1;
	ATF_CHECK_EQ(EADDRNOTAVAIL, rump_hostabi_optval_from_host(
	    RUMP_HOSTABI_OPT_MREQ, &m, sizeof(m), addr, &len));
	len = 2;
	ATF_CHECK_EQ(EINVAL, rump_hostabi_optval_from_host(
	    RUMP_HOSTABI_OPT_SAME, &num, 4, addr, &len));
}

ATF_TC_WITHOUT_HEAD(cmsgs);
ATF_TC_BODY(cmsgs, tc)
{
	_Alignas(8) char in[128], out[128], back[128];
	struct cmsghdr *h = (void *)in;
	struct rump_cmsghdr *r = (void *)out;
	struct rump_in_pktinfo *pi = (void *)(out + 24 + 16);
	struct in_pktinfo pkt = { 7, { 8 }, { 9 } };
	size_t len = sizeof(out), n;

	memset(in, 0, sizeof(in));
	h->cmsg_level = SOL_SOCKET;
	h->cmsg_type = SCM_RIGHTS;
	h->cmsg_len = CMSG_LEN(sizeof(int));
	*(int *)(void *)CMSG_DATA(h) = 42;
	h = (void *)(in + CMSG_SPACE(sizeof(int)));
	h->cmsg_level = IPPROTO_IP;
	h->cmsg_type = IP_PKTINFO;
	h->cmsg_len = CMSG_LEN(sizeof(pkt));
	memcpy(CMSG_DATA(h), &pkt, sizeof(pkt));
	n = CMSG_SPACE(sizeof(int)) + CMSG_SPACE(sizeof(pkt));
	ATF_REQUIRE_EQ(0, rump_hostabi_cmsg_from_host(in, n, out, &len));
	ATF_CHECK_EQ(24 + 24, len);
	ATF_CHECK(r->cmsg_len == 20 && r->cmsg_level == 0xffff &&
	    r->cmsg_type == 1);
	ATF_CHECK_EQ(42, *(int *)(void *)(out + 16));
	ATF_CHECK(pi->ipi_addr == 8 && pi->ipi_ifindex == 7);
	n = sizeof(back);
	ATF_REQUIRE_EQ(0, rump_hostabi_cmsg_to_host(out, len, back, &n));
	ATF_CHECK_EQ(CMSG_SPACE(4) + CMSG_SPACE(sizeof(pkt)), n);
	ATF_CHECK_EQ(0, memcmp(in, back, CMSG_SPACE(4)));
	n = 30;
	ATF_CHECK_EQ(ENOBUFS, rump_hostabi_cmsg_to_host(out, len, back, &n));
	ATF_CHECK_EQ(CMSG_SPACE(4), n);
	h->cmsg_type = IP_RECVERR;
	len = sizeof(out);
	ATF_CHECK_EQ(EINVAL, rump_hostabi_cmsg_from_host(in, 64, out, &len));
	h->cmsg_len = 3;
	len = sizeof(out);
	ATF_CHECK_EQ(EINVAL, rump_hostabi_cmsg_from_host(in, 64, out, &len));
}

/* What only comes: time, credentials, TTL. */
ATF_TC_WITHOUT_HEAD(cmsgs_in);
ATF_TC_BODY(cmsgs_in, tc)
{
	_Alignas(8) char in[64], out[64];
	struct rump_cmsghdr *r = (void *)in;
	struct cmsghdr *h = (void *)out;
	struct rump_sockcred sc = { .sc_pid = 1, .sc_uid = 2, .sc_euid = 3,
	    .sc_gid = 4, .sc_egid = 5 };
	struct ucred uc;
	size_t n = sizeof(out);

	memset(in, 0, sizeof(in));
	*r = (struct rump_cmsghdr){ 16 + sizeof(sc), RUMP_SOL_SOCKET,
	    RUMP_SCM_CREDS };
	memcpy(in + 16, &sc, sizeof(sc));
	ATF_REQUIRE_EQ(0, rump_hostabi_cmsg_to_host(in, r->cmsg_len, out, &n));
	memcpy(&uc, CMSG_DATA(h), sizeof(uc));
	ATF_CHECK(h->cmsg_type == SCM_CREDENTIALS && uc.pid == 1 &&
	    uc.uid == 3 && uc.gid == 5);
	*r = (struct rump_cmsghdr){ 17, 0, RUMP_IP_RECVTTL };
	in[16] = 64;
	n = sizeof(out);
	ATF_REQUIRE_EQ(0, rump_hostabi_cmsg_to_host(in, 17, out, &n));
	ATF_CHECK(h->cmsg_type == IP_TTL && h->cmsg_len == 20);
	ATF_CHECK_EQ(64, *(int *)(void *)CMSG_DATA(h));
	*r = (struct rump_cmsghdr){ 32, RUMP_SOL_SOCKET, RUMP_SCM_TIMESTAMP };
	n = sizeof(out);
	ATF_REQUIRE_EQ(0, rump_hostabi_cmsg_to_host(in, 32, out, &n));
	ATF_CHECK(h->cmsg_type == SCM_TIMESTAMP && h->cmsg_len == 32);
}

/* Without networking, and what is refused before the kernel hears of it. */
ATF_TC_WITHOUT_HEAD(calls);
ATF_TC_BODY(calls, tc)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX, .sun_path = "s" };
	struct msghdr m = { .msg_name = NULL };
	struct mmsghdr mm[2] = { { .msg_len = 0 } };
	struct timespec ts = { 0, 1000000000 };
	int fd, on = 1, sv[2];
	socklen_t len = sizeof(on);

	ha_boot(false);
	RE(ENOSYS, rump_host_socket(AF_INET, SOCK_STREAM, 0));
	RE(EAFNOSUPPORT, rump_host_socket(AF_NETLINK, SOCK_RAW, 0));
	RE(EINVAL, rump_host_socket(AF_INET, 77, 0));
	RE(EPROTONOSUPPORT, rump_host_socket(AF_INET, SOCK_STREAM, 262));
	RE(ENOSYS, rump_host_socketpair(AF_UNIX, SOCK_STREAM, 0, sv));
	fd = RL(rump_host_open("f", O_CREAT | O_RDWR, 0644));
	RE(ENOSYS, rump_host_bind(fd, (void *)&un, sizeof(un)));
	RE(ENOSYS, rump_host_connect(fd, (void *)&un, sizeof(un)));
	RE(ENOSYS, rump_host_listen(fd, 1));
	RE(ENOSYS, rump_host_accept(fd, NULL, NULL));
	RE(EINVAL, rump_host_accept4(fd, NULL, NULL, SOCK_DGRAM));
	RE(ENOSYS, rump_host_getsockname(fd, (void *)&un, &len));
	RE(ENOSYS, rump_host_send(fd, "x", 1, MSG_NOSIGNAL));
	RE(EOPNOTSUPP, rump_host_send(fd, "x", 1, MSG_MORE));
	RE(ENOSYS, rump_host_recv(fd, &on, 1, 0));
	RE(ENOSYS, rump_host_sendmsg(fd, &m, 0));
	RE(ENOSYS, rump_host_recvmsg(fd, &m, 0));
	RE(ENOSYS, rump_host_sendmmsg(fd, mm, 2, MSG_NOSIGNAL));
	RE(ENOSYS, rump_host_sendmmsg(fd, mm, 0, 0));
	RE(EOPNOTSUPP, rump_host_sendmmsg(fd, mm, 2, MSG_MORE));
	RE(ENOSYS, rump_host_recvmmsg(fd, mm, 2, MSG_WAITFORONE, NULL));
	RE(ENOSYS, rump_host_recvmmsg(fd, mm, 0, 0, NULL));
	RE(EOPNOTSUPP, rump_host_recvmmsg(fd, mm, 2, MSG_TRUNC, NULL));
	RE(EINVAL, rump_host_recvmmsg(fd, mm, 2, 0, &ts));
	RE(ENOTTY, rump_host_sockatmark(fd));
	RE(EBADF, rump_host_sockatmark(999));
	RE(ENOSYS, rump_host_setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on,
	    len));
	RE(ENOPROTOOPT, rump_host_setsockopt(fd, SOL_SOCKET, SO_BUSY_POLL,
	    &on, len));
	RE(ENOSYS, rump_host_getsockopt(fd, SOL_SOCKET, SO_ERROR, &on, &len));
	RE(ENOSYS, rump_host_shutdown(fd, SHUT_RDWR));
	RL(rump_host_close(fd));
	ha_done();
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, inet);
	ATF_TP_ADD_TC(tp, inet6);
	ATF_TP_ADD_TC(tp, local);
	ATF_TP_ADD_TC(tp, options);
	ATF_TP_ADD_TC(tp, optvals);
	ATF_TP_ADD_TC(tp, cmsgs);
	ATF_TP_ADD_TC(tp, cmsgs_in);
	ATF_TP_ADD_TC(tp, calls);
	return atf_no_error();
}
