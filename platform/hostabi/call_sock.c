/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sockets: names, options, data.
 */
#include <limits.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include <rump/rump_syscalls.h>

#include "hostabi.h"

/* An address as an argument; false with errno set if it is refused. */
static bool
addr_arg(const struct sockaddr *sa, socklen_t len,
    struct rump_sockaddr_storage *ss, socklen_t *rlen)
{

	if (sa == NULL)
		return hostabi_fail(EFAULT) == 0;
	return hostabi_fail(rump_hostabi_sockaddr_from_host(sa, len, ss,
	    rlen)) == 0;
}

/* An address as a result of rlen bytes, 0 for none; the caller may not care. */
static int
addr_result(const struct rump_sockaddr_storage *ss, socklen_t rlen,
    struct sockaddr *sa, socklen_t *len)
{

	if (sa == NULL || len == NULL)
		return 0;
	if (rlen == 0) {
		*len = 0;
		return 0;
	}
	return hostabi_fail(rump_hostabi_sockaddr_to_host(ss, rlen, sa, len));
}

/* Numbers of protocols are the Internet's; the host has some beyond. */
static bool
socket_args(int *domain, int *type, int protocol)
{

	if (!hostabi_arg(RUMP_HOSTABI_DOMAIN, *domain, domain) ||
	    !hostabi_arg(RUMP_HOSTABI_SOCK, *type, type))
		return false;
	if (protocol < 0 || protocol > IPPROTO_RAW)
		return hostabi_fail(EPROTONOSUPPORT) == 0;
	return true;
}

int
rump_host_socket(int domain, int type, int protocol)
{

	if (!socket_args(&domain, &type, protocol))
		return -1;
	return (int)hostabi_ret(rump_sys_socket(domain, type, protocol));
}

int
rump_host_socketpair(int domain, int type, int protocol, int *fds)
{

	if (!socket_args(&domain, &type, protocol))
		return -1;
	return (int)hostabi_ret(rump_sys_socketpair(domain, type, protocol,
	    fds));
}

/* A call of the kernel on a socket and an address. */
static int
with_addr(int (*call)(int, const struct sockaddr *, socklen_t), int s,
    const struct sockaddr *sa, socklen_t len)
{
	struct rump_sockaddr_storage ss;

	if (!addr_arg(sa, len, &ss, &len))
		return -1;
	return (int)hostabi_ret((*call)(s, RADDR(&ss), len));
}

int
rump_host_bind(int s, const struct sockaddr *sa, socklen_t len)
{

	return with_addr(rump_sys_bind, s, sa, len);
}

int
rump_host_connect(int s, const struct sockaddr *sa, socklen_t len)
{

	return with_addr(rump_sys_connect, s, sa, len);
}

int
rump_host_listen(int s, int backlog)
{

	return (int)hostabi_ret(rump_sys_listen(s, backlog));
}

int
rump_host_accept(int s, struct sockaddr *sa, socklen_t *len)
{

	return rump_host_accept4(s, sa, len, 0);
}

int
rump_host_accept4(int s, struct sockaddr *sa, socklen_t *len, int flags)
{
	struct rump_sockaddr_storage ss;
	socklen_t rlen = sizeof(ss);
	int fd, rflags, error;

	if (flags & ~(SOCK_CLOEXEC | SOCK_NONBLOCK))
		return hostabi_fail(EINVAL);
	if (!hostabi_arg(RUMP_HOSTABI_SOCK, flags, &rflags))
		return -1;
	fd = (int)hostabi_ret(rump_sys_paccept(s, RADDR(&ss), &rlen, NULL,
	    rflags));
	if (fd != -1 && addr_result(&ss, rlen, sa, len) == -1) {
		error = errno;
		(void)rump_sys_close(fd);
		return hostabi_fail(error);
	}
	return fd;
}

static int
get_name(int (*call)(int, struct sockaddr *, socklen_t *), int s,
    struct sockaddr *sa, socklen_t *len)
{
	struct rump_sockaddr_storage ss;
	socklen_t rlen = sizeof(ss);

	if (hostabi_ret((*call)(s, RADDR(&ss), &rlen)) == -1)
		return -1;
	return addr_result(&ss, rlen, sa, len);
}

int
rump_host_getsockname(int s, struct sockaddr *sa, socklen_t *len)
{

	return get_name(rump_sys_getsockname, s, sa, len);
}

int
rump_host_getpeername(int s, struct sockaddr *sa, socklen_t *len)
{

	return get_name(rump_sys_getpeername, s, sa, len);
}

int
rump_host_shutdown(int s, int how)
{
	int rhow;

	if (!hostabi_arg(RUMP_HOSTABI_SHUT, how, &rhow))
		return -1;
	return (int)hostabi_ret(rump_sys_shutdown(s, rhow));
}

#define	OPT_MAX	1024		/* bytes of a value; options are small */

int
rump_host_setsockopt(int s, int level, int name, const void *val,
    socklen_t len)
{
	enum rump_hostabi_optkind kind;
	char buf[OPT_MAX];
	socklen_t rlen = sizeof(buf);
	int error;

	error = rump_hostabi_sockopt_from_host(level, name, &level, &name,
	    &kind);
	if (error == 0)
		error = rump_hostabi_optval_from_host(kind, val, len, buf,
		    &rlen);
	if (error != 0)
		return hostabi_fail(error);
	return (int)hostabi_ret(rump_sys_setsockopt(s, level, name, buf,
	    rlen));
}

/* A value is cut at the caller's room, as on the host. */
int
rump_host_getsockopt(int s, int level, int name, void *val, socklen_t *len)
{
	enum rump_hostabi_optkind kind;
	char buf[OPT_MAX], hbuf[OPT_MAX];
	socklen_t rlen = sizeof(buf), hlen = sizeof(hbuf);
	int error;

	error = rump_hostabi_sockopt_from_host(level, name, &level, &name,
	    &kind);
	if (error != 0)
		return hostabi_fail(error);
	if (hostabi_ret(rump_sys_getsockopt(s, level, name, buf, &rlen)) == -1)
		return -1;
	error = rump_hostabi_optval_to_host(kind, buf, rlen, hbuf, &hlen);
	if (error != 0)
		return hostabi_fail(error);
	if (*len > hlen)
		*len = hlen;
	memcpy(val, hbuf, *len);
	return 0;
}

ssize_t
rump_host_send(int s, const void *buf, size_t len, int flags)
{

	return rump_host_sendto(s, buf, len, flags, NULL, 0);
}

ssize_t
rump_host_sendto(int s, const void *buf, size_t len, int flags,
    const struct sockaddr *to, socklen_t tolen)
{
	struct rump_sockaddr_storage ss;
	socklen_t rlen = 0;
	int rflags;

	if (!hostabi_arg(RUMP_HOSTABI_MSG, flags, &rflags) ||
	    (to != NULL && !addr_arg(to, tolen, &ss, &rlen)))
		return -1;
	return hostabi_ret(rump_sys_sendto(s, buf, len, rflags,
	    to != NULL ? RADDR(&ss) : NULL, rlen));
}

ssize_t
rump_host_recv(int s, void *buf, size_t len, int flags)
{

	return rump_host_recvfrom(s, buf, len, flags, NULL, NULL);
}

ssize_t
rump_host_recvfrom(int s, void *buf, size_t len, int flags,
    struct sockaddr *from, socklen_t *fromlen)
{
	struct rump_sockaddr_storage ss;
	socklen_t rlen = sizeof(ss);
	ssize_t n;
	int rflags;

	if (!hostabi_arg(RUMP_HOSTABI_MSG, flags, &rflags))
		return -1;
	n = hostabi_ret(rump_sys_recvfrom(s, buf, len, rflags,
	    from != NULL ? RADDR(&ss) : NULL, from != NULL ? &rlen : NULL));
	if (n != -1 && addr_result(&ss, rlen, from, fromlen) == -1)
		return -1;
	return n;
}

#define	RMSG(m)		((struct msghdr *)(void *)(m))
#define	CONTROL_MAX	(64 * 1024)

/* The parts of a message header that are the same but for their types. */
static int
msg_plain(const struct msghdr *m, struct rump_msghdr *r)
{

	memset(r, 0, sizeof(*r));
	if (m->msg_iovlen > IOV_MAX)
		return EMSGSIZE;
	if (m->msg_controllen > CONTROL_MAX)
		return ENOBUFS;
	r->msg_iov = m->msg_iov;
	r->msg_iovlen = (int)m->msg_iovlen;
	if (m->msg_control == NULL || m->msg_controllen == 0)
		return 0;
	r->msg_control = malloc(m->msg_controllen);
	if (r->msg_control == NULL)
		return ENOMEM;
	r->msg_controllen = (uint32_t)m->msg_controllen;
	return 0;
}

static int
msg_from(const struct msghdr *m, struct rump_msghdr *r,
    struct rump_sockaddr_storage *ss)
{
	size_t n;
	int error;

	error = msg_plain(m, r);
	if (error == 0 && r->msg_control != NULL) {
		n = r->msg_controllen;
		error = rump_hostabi_cmsg_from_host(m->msg_control, n,
		    r->msg_control, &n);
		r->msg_controllen = (uint32_t)n;
	}
	if (error == 0 && m->msg_name != NULL) {
		r->msg_name = ss;
		error = rump_hostabi_sockaddr_from_host(m->msg_name,
		    m->msg_namelen, ss, &r->msg_namelen);
	}
	return error;
}

ssize_t
rump_host_sendmsg(int s, const struct msghdr *m, int flags)
{
	struct rump_sockaddr_storage ss;
	struct rump_msghdr r;
	int error, rflags;
	ssize_t n = -1;

	if (!hostabi_arg(RUMP_HOSTABI_MSG, flags, &rflags))
		return -1;
	error = msg_from(m, &r, &ss);
	if (error == 0) {
		n = rump_sys_sendmsg(s, RMSG(&r), rflags);
		error = n == -1 ? rump_errno2host(errno) : 0;
	}
	free(r.msg_control);
	return error != 0 ? hostabi_fail(error) : n;
}

/* What came: flags, control messages as far as there is room, address. */
static int
msg_to(const struct rump_msghdr *r, struct msghdr *m)
{
	size_t n = m->msg_controllen;
	int flags, error;

	error = rump_hostabi_to_host(RUMP_HOSTABI_MSG, r->msg_flags, &flags);
	if (error != 0)
		return error;
	m->msg_flags = flags;
	if (r->msg_control == NULL)
		n = 0;
	else
		error = rump_hostabi_cmsg_to_host(r->msg_control,
		    r->msg_controllen, m->msg_control, &n);
	m->msg_controllen = n;
	if (error == ENOBUFS)
		m->msg_flags |= MSG_CTRUNC;
	else if (error != 0)
		return error;
	if (r->msg_name == NULL || r->msg_namelen == 0) {
		m->msg_namelen = 0;
		return 0;
	}
	return rump_hostabi_sockaddr_to_host(r->msg_name, r->msg_namelen,
	    m->msg_name, &m->msg_namelen);
}

ssize_t
rump_host_recvmsg(int s, struct msghdr *m, int flags)
{
	struct rump_sockaddr_storage ss;
	struct rump_msghdr r;
	int error, rflags;
	ssize_t n = -1;

	if (!hostabi_arg(RUMP_HOSTABI_MSG, flags, &rflags))
		return -1;
	error = msg_plain(m, &r);
	if (error == 0) {
		r.msg_name = m->msg_name != NULL ? &ss : NULL;
		r.msg_namelen = m->msg_name != NULL ? sizeof(ss) : 0;
		n = rump_sys_recvmsg(s, RMSG(&r), rflags);
		error = n == -1 ? rump_errno2host(errno) : msg_to(&r, m);
	}
	free(r.msg_control);
	return error != 0 ? hostabi_fail(error) : n;
}

/* Messages of one call, at most. */
static unsigned
mmsg_count(unsigned n)
{

	return n < IOV_MAX ? n : IOV_MAX;
}

int
rump_host_sendmmsg(int s, struct mmsghdr *m, unsigned n, int flags)
{
	unsigned i;
	ssize_t len;

	if (n == 0)
		return (int)hostabi_ret(rump_sys_sendmmsg(s, NULL, 0, 0));
	for (i = 0; i < mmsg_count(n); i++) {
		len = rump_host_sendmsg(s, &m[i].msg_hdr, flags);
		if (len == -1)
			return i == 0 ? -1 : (int)i;
		m[i].msg_len = (unsigned)len;
	}
	return (int)i;
}

#define	NSEC	1000000000L

/* When a timeout ends; false with errno set if it is not valid. */
static bool
deadline(const struct timespec *timeout, struct timespec *end)
{

	if (timeout->tv_sec < 0 || timeout->tv_nsec < 0 ||
	    timeout->tv_nsec >= NSEC)
		return hostabi_fail(EINVAL) == 0;
	if (rump_host_clock_gettime(CLOCK_MONOTONIC, end) == -1)
		return false;
	/* further away than anybody waits is no end */
	end->tv_sec += timeout->tv_sec < INT64_MAX / 4 ? timeout->tv_sec :
	    INT64_MAX / 4;
	end->tv_nsec += timeout->tv_nsec;
	end->tv_sec += end->tv_nsec / NSEC;
	end->tv_nsec %= NSEC;
	return true;
}

/* How long it is until then, which the caller is told; false if no time is. */
static bool
time_remains(const struct timespec *end, struct timespec *timeout)
{
	struct timespec now;

	if (rump_host_clock_gettime(CLOCK_MONOTONIC, &now) == -1)
		return false;
	*timeout = (struct timespec){ end->tv_sec - now.tv_sec,
	    end->tv_nsec - now.tv_nsec };
	if (timeout->tv_nsec < 0) {
		timeout->tv_nsec += NSEC;
		timeout->tv_sec--;
	}
	if (timeout->tv_sec < 0)
		*timeout = (struct timespec){ 0, 0 };
	return timeout->tv_sec != 0 || timeout->tv_nsec != 0;
}

int
rump_host_recvmmsg(int s, struct mmsghdr *m, unsigned n, int flags,
    struct timespec *timeout)
{
	const int more = (flags & MSG_WAITFORONE) != 0 ? MSG_DONTWAIT : 0;
	struct timespec end;
	unsigned i;
	ssize_t len;

	if (n == 0)
		return (int)hostabi_ret(rump_sys_recvmmsg(s, NULL, 0, 0, NULL));
	flags &= ~MSG_WAITFORONE;
	if (timeout != NULL && !deadline(timeout, &end))
		return -1;
	for (i = 0; i < mmsg_count(n); i++) {
		len = rump_host_recvmsg(s, &m[i].msg_hdr,
		    i == 0 ? flags : flags | more);
		if (len == -1)
			return i == 0 ? -1 : (int)i;
		m[i].msg_len = (unsigned)len;
		if ((timeout != NULL && !time_remains(&end, timeout)) ||
		    (m[i].msg_hdr.msg_flags & MSG_OOB) != 0)
			return (int)i + 1;
	}
	return (int)i;
}
