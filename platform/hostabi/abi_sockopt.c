/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Socket options: level and name of both sides, and what their values are.
 */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#include "hostabi.h"

#define	K(kind)		RUMP_HOSTABI_OPT_##kind
#define	SOL(host, rump, kind)						\
	{ SOL_SOCKET, host, RUMP_SOL_SOCKET, rump, K(kind) }
#define	IP4(host, rump, kind)						\
	{ IPPROTO_IP, host, RUMP_IPPROTO_IP, rump, K(kind) }
#define	IP6(name)							\
	{ IPPROTO_IPV6, name, RUMP_IPPROTO_IPV6, RUMP_##name, K(SAME) }
#define	TCP(host, rump)							\
	{ IPPROTO_TCP, host, RUMP_IPPROTO_TCP, rump, K(SAME) }

static const struct {
	int	so_level, so_name;
	int	so_rlevel, so_rname;
	enum rump_hostabi_optkind so_kind;
} options[] = {
	SOL(SO_DEBUG, RUMP_SO_DEBUG, SAME),
	SOL(SO_ACCEPTCONN, RUMP_SO_ACCEPTCONN, SAME),
	SOL(SO_REUSEADDR, RUMP_SO_REUSEADDR, SAME),
	SOL(SO_REUSEPORT, RUMP_SO_REUSEPORT, SAME),
	SOL(SO_KEEPALIVE, RUMP_SO_KEEPALIVE, SAME),
	SOL(SO_DONTROUTE, RUMP_SO_DONTROUTE, SAME),
	SOL(SO_BROADCAST, RUMP_SO_BROADCAST, SAME),
	SOL(SO_LINGER, RUMP_SO_LINGER, SAME),
	SOL(SO_OOBINLINE, RUMP_SO_OOBINLINE, SAME),
	SOL(SO_SNDBUF, RUMP_SO_SNDBUF, SAME),
	SOL(SO_RCVBUF, RUMP_SO_RCVBUF, SAME),
	SOL(SO_SNDLOWAT, RUMP_SO_SNDLOWAT, SAME),
	SOL(SO_RCVLOWAT, RUMP_SO_RCVLOWAT, SAME),
	SOL(SO_TYPE, RUMP_SO_TYPE, SAME),
	SOL(SO_ERROR, RUMP_SO_ERROR, ERRNO),
	SOL(SO_SNDTIMEO, RUMP_SO_SNDTIMEO, TIMEVAL),
	SOL(SO_RCVTIMEO, RUMP_SO_RCVTIMEO, TIMEVAL),
	SOL(SO_TIMESTAMP, RUMP_SO_TIMESTAMP, SAME),
	/* pid, uid and gid on both sides, at another level there */
	{ SOL_SOCKET, SO_PEERCRED, RUMP_SOL_LOCAL, RUMP_LOCAL_PEEREID,
	    K(SAME) },
	{ SOL_SOCKET, SO_PASSCRED, RUMP_SOL_LOCAL, RUMP_LOCAL_CREDS, K(SAME) },

	IP4(IP_TOS, RUMP_IP_TOS, SAME),
	IP4(IP_TTL, RUMP_IP_TTL, SAME),
	IP4(IP_HDRINCL, RUMP_IP_HDRINCL, SAME),
	IP4(IP_OPTIONS, RUMP_IP_OPTIONS, SAME),
	IP4(IP_RECVOPTS, RUMP_IP_RECVOPTS, SAME),
	IP4(IP_RETOPTS, RUMP_IP_RECVRETOPTS, SAME),
	IP4(IP_PKTINFO, RUMP_IP_RECVPKTINFO, SAME),
	IP4(IP_RECVTTL, RUMP_IP_RECVTTL, SAME),
	IP4(IP_MINTTL, RUMP_IP_MINTTL, SAME),
	IP4(IP_MULTICAST_IF, RUMP_IP_MULTICAST_IF, INADDR),
	IP4(IP_MULTICAST_TTL, RUMP_IP_MULTICAST_TTL, SAME),
	IP4(IP_MULTICAST_LOOP, RUMP_IP_MULTICAST_LOOP, SAME),
	IP4(IP_ADD_MEMBERSHIP, RUMP_IP_ADD_MEMBERSHIP, MREQ),
	IP4(IP_DROP_MEMBERSHIP, RUMP_IP_DROP_MEMBERSHIP, MREQ),

	IP6(IPV6_UNICAST_HOPS), IP6(IPV6_MULTICAST_IF),
	IP6(IPV6_MULTICAST_HOPS), IP6(IPV6_MULTICAST_LOOP),
	IP6(IPV6_JOIN_GROUP), IP6(IPV6_LEAVE_GROUP), IP6(IPV6_CHECKSUM),
	IP6(IPV6_V6ONLY), IP6(IPV6_RTHDRDSTOPTS), IP6(IPV6_RECVPKTINFO),
	IP6(IPV6_RECVHOPLIMIT), IP6(IPV6_RECVRTHDR), IP6(IPV6_RECVHOPOPTS),
	IP6(IPV6_RECVDSTOPTS), IP6(IPV6_RECVPATHMTU), IP6(IPV6_PKTINFO),
	IP6(IPV6_HOPLIMIT), IP6(IPV6_NEXTHOP), IP6(IPV6_HOPOPTS),
	IP6(IPV6_DSTOPTS), IP6(IPV6_RTHDR), IP6(IPV6_RECVTCLASS),
	IP6(IPV6_TCLASS), IP6(IPV6_DONTFRAG),

	TCP(TCP_NODELAY, RUMP_TCP_NODELAY),
	TCP(TCP_MAXSEG, RUMP_TCP_MAXSEG),
	TCP(TCP_CORK, RUMP_TCP_NOPUSH),
	TCP(TCP_KEEPIDLE, RUMP_TCP_KEEPIDLE),
	TCP(TCP_KEEPINTVL, RUMP_TCP_KEEPINTVL),
	TCP(TCP_KEEPCNT, RUMP_TCP_KEEPCNT),
	TCP(TCP_CONGESTION, RUMP_TCP_CONGCTL),
};

int
rump_hostabi_sockopt_from_host(int level, int name, int *rlevel, int *rname,
    enum rump_hostabi_optkind *kind)
{
	size_t i;

	for (i = 0; i < NITEMS(options); i++) {
		if (options[i].so_level != level || options[i].so_name != name)
			continue;
		*rlevel = options[i].so_rlevel;
		*rname = options[i].so_rname;
		*kind = options[i].so_kind;
		return 0;
	}
	return ENOPROTOOPT;
}

/* Levels 0 of the kernel are both the local domain's and IPv4's. */
int
rump_hostabi_sockopt_to_host(int rlevel, int rname, int *level, int *name,
    enum rump_hostabi_optkind *kind)
{
	size_t i;

	for (i = 0; i < NITEMS(options); i++) {
		if (options[i].so_rlevel != rlevel ||
		    options[i].so_rname != rname ||
		    (rlevel == 0 && options[i].so_level != IPPROTO_IP))
			continue;
		*level = options[i].so_level;
		*name = options[i].so_name;
		*kind = options[i].so_kind;
		return 0;
	}
	return ENOPROTOOPT;
}

static int
put(const void *src, size_t len, void *out, socklen_t *outlen)
{

	if (len > *outlen)
		return EINVAL;
	if (len != 0)
		memcpy(out, src, len);
	*outlen = (socklen_t)len;
	return 0;
}

static int
timeval_from(const void *val, socklen_t len, void *out, socklen_t *outlen)
{
	struct rump_timeval rtv;
	struct timeval tv;
	int error;

	if (len < sizeof(tv))
		return EINVAL;
	memcpy(&tv, val, sizeof(tv));
	error = rump_hostabi_timeval_from_host(&tv, &rtv);
	return error != 0 ? EDOM : put(&rtv, sizeof(rtv), out, outlen);
}

/* The kernel knows interfaces by address here, not by index. */
static int
mreq_from(const void *val, socklen_t len, bool whole, void *out,
    socklen_t *outlen)
{
	struct ip_mreqn m;

	if (!whole && len >= sizeof(struct in_addr) &&
	    len < sizeof(struct ip_mreq))
		return put(val, sizeof(struct in_addr), out, outlen);
	if (len < sizeof(struct ip_mreq))
		return EINVAL;
	memset(&m, 0, sizeof(m));
	memcpy(&m, val, len < sizeof(m) ? len : sizeof(m));
	if (m.imr_ifindex != 0)
		return EADDRNOTAVAIL;
	if (whole)
		return put(&m, sizeof(struct ip_mreq), out, outlen);
	return put(&m.imr_address, sizeof(m.imr_address), out, outlen);
}

int
rump_hostabi_optval_from_host(enum rump_hostabi_optkind kind, const void *val,
    socklen_t len, void *out, socklen_t *outlen)
{
	int num;

	switch (kind) {
	case RUMP_HOSTABI_OPT_TIMEVAL:
		return timeval_from(val, len, out, outlen);
	case RUMP_HOSTABI_OPT_ERRNO:
		if (len < sizeof(num))
			return EINVAL;
		memcpy(&num, val, sizeof(num));
		num = rump_host2errno(num);
		return put(&num, sizeof(num), out, outlen);
	case RUMP_HOSTABI_OPT_INADDR:
		return mreq_from(val, len, false, out, outlen);
	case RUMP_HOSTABI_OPT_MREQ:
		return mreq_from(val, len, true, out, outlen);
	default:
		return put(val, len, out, outlen);
	}
}

int
rump_hostabi_optval_to_host(enum rump_hostabi_optkind kind, const void *val,
    socklen_t len, void *out, socklen_t *outlen)
{
	struct rump_timeval rtv;
	struct timeval tv;
	int num;

	if (kind == RUMP_HOSTABI_OPT_TIMEVAL) {
		if (len < sizeof(rtv))
			return EINVAL;
		memcpy(&rtv, val, sizeof(rtv));
		rump_hostabi_timeval_to_host(&rtv, &tv);
		return put(&tv, sizeof(tv), out, outlen);
	}
	if (kind == RUMP_HOSTABI_OPT_ERRNO) {
		if (len < sizeof(num))
			return EINVAL;
		memcpy(&num, val, sizeof(num));
		num = rump_errno2host(num);
		return put(&num, sizeof(num), out, outlen);
	}
	return put(val, len, out, outlen);
}
