/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sockets: domains, types, flags of messages, addresses.
 */
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

#include "hostabi.h"

/* The host's AF_ROUTE is AF_NETLINK, another protocol than the kernel's. */
static const struct hostabi_row domain_rows[] = {
	{ AF_UNSPEC, RUMP_AF_UNSPEC, 0 },
	{ AF_UNIX, RUMP_AF_LOCAL, 0 },
	{ AF_INET, RUMP_AF_INET, 0 },
	{ AF_INET6, RUMP_AF_INET6, 0 },
	{ AF_IPX, RUMP_AF_IPX, 0 },
	{ AF_APPLETALK, RUMP_AF_APPLETALK, 0 },
	{ AF_DECnet, RUMP_AF_DECnet, 0 },
	{ AF_SNA, RUMP_AF_SNA, 0 },
	{ AF_KEY, RUMP_PF_KEY, 0 },
	{ AF_BLUETOOTH, RUMP_AF_BLUETOOTH, 0 },
	{ AF_ISDN, RUMP_AF_ISDN, 0 },
	{ AF_MPLS, RUMP_AF_MPLS, 0 },
	{ AF_CAN, RUMP_AF_CAN, 0 },
};
const struct hostabi_table hostabi_domain =
    HOSTABI_VALUES(domain_rows, EAFNOSUPPORT);

static const struct hostabi_row sock_rows[] = {
	{ SOCK_STREAM, RUMP_SOCK_STREAM, 0 },
	{ SOCK_DGRAM, RUMP_SOCK_DGRAM, 0 },
	{ SOCK_RAW, RUMP_SOCK_RAW, 0 },
	{ SOCK_RDM, RUMP_SOCK_RDM, 0 },
	{ SOCK_SEQPACKET, RUMP_SOCK_SEQPACKET, 0 },
	{ SOCK_DCCP, RUMP_SOCK_DCCP, 0 },
	{ 0, 0, 0 },			/* the flags of accept4 alone */
#define	SOCK_NFIELD	7
	{ SOCK_CLOEXEC, RUMP_SOCK_CLOEXEC, 0 },
	{ SOCK_NONBLOCK, (int)RUMP_SOCK_NONBLOCK, 0 },
};
#define	HOST_TYPEMASK	(~(unsigned)(SOCK_CLOEXEC | SOCK_NONBLOCK))
const struct hostabi_table hostabi_sock = {
	sock_rows, SOCK_NFIELD, NITEMS(sock_rows), HOST_TYPEMASK,
	~RUMP_SOCK_FLAGS_MASK, EINVAL
};

static const struct hostabi_row shut_rows[] = {
	{ SHUT_RD, RUMP_SHUT_RD, 0 },
	{ SHUT_WR, RUMP_SHUT_WR, 0 },
	{ SHUT_RDWR, RUMP_SHUT_RDWR, 0 },
};
const struct hostabi_table hostabi_shut = HOSTABI_VALUES(shut_rows, EINVAL);

/*
 * MSG_TRUNC as an argument means something on the host alone.  BCAST and MCAST
 * tell how a message came; the host has no words for that.
 */
static const struct hostabi_row msg_rows[] = {
	{ MSG_OOB, RUMP_MSG_OOB, 0 },
	{ MSG_PEEK, RUMP_MSG_PEEK, 0 },
	{ MSG_DONTROUTE, RUMP_MSG_DONTROUTE, 0 },
	{ MSG_EOR, RUMP_MSG_EOR, 0 },
	{ MSG_TRUNC, RUMP_MSG_TRUNC, EOPNOTSUPP },
	{ MSG_CTRUNC, RUMP_MSG_CTRUNC, EOPNOTSUPP },
	{ MSG_WAITALL, RUMP_MSG_WAITALL, 0 },
	{ MSG_DONTWAIT, RUMP_MSG_DONTWAIT, 0 },
	{ MSG_NOSIGNAL, RUMP_MSG_NOSIGNAL, 0 },
	{ MSG_CMSG_CLOEXEC, RUMP_MSG_CRUMP_MSG_CLOEXEC, 0 },
	{ MSG_WAITFORONE, RUMP_MSG_WAITFORONE, 0 },
	{ 0, RUMP_MSG_BCAST, 0 },
	{ 0, RUMP_MSG_MCAST, 0 },
};
const struct hostabi_table hostabi_msg = HOSTABI_BITS(msg_rows, EOPNOTSUPP);

union host_addr {
	struct sockaddr		sa;
	struct sockaddr_in	in;
	struct sockaddr_in6	in6;
	struct sockaddr_un	un;
};

union rump_addr {
	struct rump_sockaddr		sa;
	struct rump_sockaddr_in		in;
	struct rump_sockaddr_in6	in6;
	struct rump_sockaddr_un		un;
	struct rump_sockaddr_storage	ss;
};

/* Each fills in all but length and family, and returns an errno. */
static int
in_from(const union host_addr *h, socklen_t len, union rump_addr *r,
    socklen_t *rlen)
{

	if (len < sizeof(h->in))
		return EINVAL;
	r->in.sin_port = h->in.sin_port;
	r->in.sin_addr = h->in.sin_addr.s_addr;
	*rlen = sizeof(r->in);
	return 0;
}

static int
in_to(const union rump_addr *r, socklen_t len, union host_addr *h,
    socklen_t *hlen)
{

	if (len < sizeof(r->in))
		return EINVAL;
	h->in.sin_port = r->in.sin_port;
	h->in.sin_addr.s_addr = r->in.sin_addr;
	*hlen = sizeof(h->in);
	return 0;
}

static int
in6_from(const union host_addr *h, socklen_t len, union rump_addr *r,
    socklen_t *rlen)
{

	if (len < sizeof(h->in6))
		return EINVAL;
	r->in6.sin6_port = h->in6.sin6_port;
	r->in6.sin6_flowinfo = h->in6.sin6_flowinfo;
	memcpy(r->in6.sin6_addr, &h->in6.sin6_addr, 16);
	r->in6.sin6_scope_id = h->in6.sin6_scope_id;
	*rlen = sizeof(r->in6);
	return 0;
}

static int
in6_to(const union rump_addr *r, socklen_t len, union host_addr *h,
    socklen_t *hlen)
{

	if (len < sizeof(r->in6))
		return EINVAL;
	h->in6.sin6_port = r->in6.sin6_port;
	h->in6.sin6_flowinfo = r->in6.sin6_flowinfo;
	memcpy(&h->in6.sin6_addr, r->in6.sin6_addr, 16);
	h->in6.sin6_scope_id = r->in6.sin6_scope_id;
	*hlen = sizeof(h->in6);
	return 0;
}

#define	UNHEAD	offsetof(struct sockaddr_un, sun_path)
#define	RUNHEAD	offsetof(struct rump_sockaddr_un, sun_path)

/* A name that begins with a NUL is the host's abstract kind. */
static int
un_from(const union host_addr *h, socklen_t len, union rump_addr *r,
    socklen_t *rlen)
{
	size_t n = strnlen(h->un.sun_path, len - UNHEAD);

	if (n == 0 && len > UNHEAD)
		return EINVAL;
	if (n > sizeof(r->un.sun_path))
		return ENAMETOOLONG;
	memcpy(r->un.sun_path, h->un.sun_path, n);
	*rlen = (socklen_t)(RUNHEAD + n);
	return 0;
}

static int
un_to(const union rump_addr *r, socklen_t len, union host_addr *h,
    socklen_t *hlen)
{
	size_t n = len - RUNHEAD;

	if (n > sizeof(r->un.sun_path))
		return EINVAL;
	n = strnlen(r->un.sun_path, n);
	memcpy(h->un.sun_path, r->un.sun_path, n);
	*hlen = (socklen_t)(UNHEAD + n + (n != 0));
	return 0;
}

static int
unspec_from(const union host_addr *h, socklen_t len, union rump_addr *r,
    socklen_t *rlen)
{

	*rlen = sizeof(r->sa);
	return 0;
}

static int
unspec_to(const union rump_addr *r, socklen_t len, union host_addr *h,
    socklen_t *hlen)
{

	*hlen = sizeof(h->sa);
	return 0;
}

/* The families' addresses, by the host's number. */
static const struct {
	int	af_family;
	int	(*af_from)(const union host_addr *, socklen_t,
		    union rump_addr *, socklen_t *);
	int	(*af_to)(const union rump_addr *, socklen_t,
		    union host_addr *, socklen_t *);
} families[] = {
	{ AF_UNSPEC, unspec_from, unspec_to },
	{ AF_UNIX, un_from, un_to },
	{ AF_INET, in_from, in_to },
	{ AF_INET6, in6_from, in6_to },
};

static size_t
family_index(int family)
{
	size_t i;

	for (i = 0; i < NITEMS(families); i++) {
		if (families[i].af_family == family)
			break;
	}
	return i;
}

int
rump_hostabi_sockaddr_from_host(const struct sockaddr *sa, socklen_t len,
    void *out, socklen_t *outlen)
{
	union host_addr h;
	union rump_addr r;
	size_t i;
	int family, error;

	if (len < sizeof(sa->sa_family))
		return EINVAL;
	memset(&h, 0, sizeof(h));
	memset(&r, 0, sizeof(r));
	memcpy(&h, sa, len < sizeof(h) ? len : sizeof(h));
	i = family_index(h.sa.sa_family);
	if (i == NITEMS(families))
		return EAFNOSUPPORT;
	error = rump_hostabi_from_host(RUMP_HOSTABI_DOMAIN, h.sa.sa_family,
	    &family);
	if (error == 0 && h.sa.sa_family == AF_UNIX && len > sizeof(h.un))
		error = EINVAL;
	if (error == 0)
		error = (*families[i].af_from)(&h, len, &r, outlen);
	if (error != 0)
		return error;
	r.sa.sa_len = (uint8_t)*outlen;
	r.sa.sa_family = (uint8_t)family;
	memcpy(out, &r, sizeof(r.ss));
	return 0;
}

int
rump_hostabi_sockaddr_to_host(const void *rsa, socklen_t len,
    struct sockaddr *out, socklen_t *outlen)
{
	union host_addr h;
	union rump_addr r;
	socklen_t room = *outlen;
	size_t i;
	int family, error;

	if (len < RUNHEAD)
		return EINVAL;
	memset(&h, 0, sizeof(h));
	memset(&r, 0, sizeof(r));
	memcpy(&r, rsa, len < sizeof(r) ? len : sizeof(r));
	error = rump_hostabi_to_host(RUMP_HOSTABI_DOMAIN, r.sa.sa_family,
	    &family);
	i = error == 0 ? family_index(family) : NITEMS(families);
	if (i == NITEMS(families))
		return EAFNOSUPPORT;
	error = (*families[i].af_to)(&r, len, &h, outlen);
	if (error != 0)
		return error;
	h.sa.sa_family = (sa_family_t)family;
	memcpy(out, &h, room < *outlen ? room : *outlen);
	return 0;
}
