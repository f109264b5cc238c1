/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Local sockets by librumphost and by the host: the same calls do the same on
 * both sides.
 */
#include <sys/socket.h>
#include <sys/un.h>

#include <poll.h>

#include "ha.h"

struct sockside {
	int	(*socket)(int, int, int);
	int	(*socketpair)(int, int, int, int *);
	int	(*bind)(int, const struct sockaddr *, socklen_t);
	int	(*listen)(int, int);
	int	(*connect)(int, const struct sockaddr *, socklen_t);
	int	(*accept4)(int, struct sockaddr *, socklen_t *, int);
	int	(*getsockname)(int, struct sockaddr *, socklen_t *);
	int	(*getpeername)(int, struct sockaddr *, socklen_t *);
	int	(*shutdown)(int, int);
	int	(*getsockopt)(int, int, int, void *, socklen_t *);
	int	(*setsockopt)(int, int, int, const void *, socklen_t);
	ssize_t	(*send)(int, const void *, size_t, int);
	ssize_t	(*recv)(int, void *, size_t, int);
	ssize_t	(*sendmsg)(int, const struct msghdr *, int);
	ssize_t	(*recvmsg)(int, struct msghdr *, int);
	ssize_t	(*read)(int, void *, size_t);
	ssize_t	(*write)(int, const void *, size_t);
	int	(*poll)(struct pollfd *, nfds_t, int);
	int	(*close)(int);
	int	(*unlink)(const char *);
	int	(*fcntl)(int, int, ...);
};

/* glibc declares an address as a union of pointers. */
#define	CALL(c)	((void *)(uintptr_t)(c))
static const struct sockside sides[] = { {
	socket, socketpair, CALL(bind), listen, CALL(connect), CALL(accept4),
	CALL(getsockname), CALL(getpeername), shutdown, getsockopt,
	setsockopt, send, recv, sendmsg, recvmsg, read, write, poll, close,
	unlink, fcntl
}, {
	rump_host_socket, rump_host_socketpair, rump_host_bind,
	rump_host_listen, rump_host_connect, rump_host_accept4,
	rump_host_getsockname, rump_host_getpeername, rump_host_shutdown,
	rump_host_getsockopt, rump_host_setsockopt, rump_host_send,
	rump_host_recv, rump_host_sendmsg, rump_host_recvmsg, rump_host_read,
	rump_host_write, rump_host_poll, rump_host_close, rump_host_unlink,
	rump_host_fcntl
} };

static void
both(void (*scene)(const struct sockside *))
{
	size_t i;

	rump_boot_setsigmodel(RUMP_SIGMODEL_IGNORE);
	ATF_REQUIRE_EQ(0, rump_init());
	for (i = 0; i < NITEMS(sides); i++)
		(*scene)(&sides[i]);
}

static void
pair_scene(const struct sockside *s)
{
	struct pollfd pf;
	int fd[2], v;
	socklen_t len = sizeof(v);
	char buf[16];

	RL(s->socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd));
	ATF_CHECK_EQ(FD_CLOEXEC, s->fcntl(fd[0], F_GETFD));
	ATF_CHECK_EQ(3, s->send(fd[0], "abc", 3, 0));
	ATF_CHECK_EQ(2, s->recv(fd[1], buf, 2, MSG_PEEK));
	ATF_CHECK_EQ(3, s->recv(fd[1], buf, 3, MSG_WAITALL));
	RE(EAGAIN, s->recv(fd[1], buf, 3, MSG_DONTWAIT));
	pf = (struct pollfd){ fd[0], POLLIN | POLLOUT, 0 };
	ATF_CHECK_EQ(1, s->poll(&pf, 1, 0));
	ATF_CHECK_EQ(POLLOUT, pf.revents);
	RL(s->getsockopt(fd[0], SOL_SOCKET, SO_TYPE, &v, &len));
	ATF_CHECK_EQ(SOCK_STREAM, v);
	ATF_CHECK_EQ(2, s->write(fd[1], "de", 2));
	RL(s->shutdown(fd[1], SHUT_WR));
	RE(EPIPE, s->send(fd[1], "f", 1, MSG_NOSIGNAL));
	ATF_CHECK_EQ(2, s->read(fd[0], buf, sizeof(buf)));
	ATF_CHECK_EQ(0, s->read(fd[0], buf, sizeof(buf)));
	RL(s->close(fd[1]));
	pf.events = POLLIN;
	ATF_CHECK_EQ(1, s->poll(&pf, 1, 0));
	ATF_CHECK_EQ(POLLIN | POLLHUP, pf.revents);
	RL(s->close(fd[0]));
}

ATF_TC_WITHOUT_HEAD(pair);
ATF_TC_BODY(pair, tc)
{

	both(pair_scene);
}

static void
name_scene(const struct sockside *s)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX }, from;
	struct ucred cr;
	socklen_t len = sizeof(un), flen = sizeof(from);
	int l, c, a;
	char b;

	strcpy(un.sun_path, s == &sides[0] ? "sock" : "/sock");
	l = RL(s->socket(AF_UNIX, SOCK_STREAM, 0));
	RE(ENOENT, s->connect(l, (void *)&un, len));
	RL(s->bind(l, (void *)&un, len));
	RE(EADDRINUSE, s->bind(RL(s->socket(AF_UNIX, SOCK_STREAM, 0)),
	    (void *)&un, len));
	RE(ECONNREFUSED, s->connect(RL(s->socket(AF_UNIX, SOCK_STREAM, 0)),
	    (void *)&un, len));
	RL(s->listen(l, 5));
	c = RL(s->socket(AF_UNIX, SOCK_STREAM, 0));
	RL(s->connect(c, (void *)&un, len));
	RE(EISCONN, s->connect(c, (void *)&un, len));
	a = RL(s->accept4(l, (void *)&from, &flen, SOCK_NONBLOCK));
	ATF_CHECK_EQ(2, flen);
	ATF_CHECK_EQ(AF_UNIX, from.sun_family);
	RE(EAGAIN, s->read(a, &b, 1));
	flen = sizeof(from);
	RL(s->getpeername(c, (void *)&from, &flen));
	ATF_CHECK_STREQ(un.sun_path, from.sun_path);
	ATF_CHECK_EQ(2 + strlen(un.sun_path) + 1, flen);
	flen = sizeof(cr);
	RL(s->getsockopt(a, SOL_SOCKET, SO_PEERCRED, &cr, &flen));
	ATF_CHECK_EQ(sizeof(cr), flen);
	ATF_CHECK(cr.pid > 0);
	RL(s->close(l));
	RE(ECONNREFUSED, s->connect(RL(s->socket(AF_UNIX, SOCK_STREAM, 0)),
	    (void *)&un, len));
	RL(s->unlink(un.sun_path));
	RL(s->close(c));
	RL(s->close(a));
}

ATF_TC_WITHOUT_HEAD(name);
ATF_TC_BODY(name, tc)
{

	both(name_scene);
}

static void
rights_scene(const struct sockside *s)
{
	union {
		struct cmsghdr cm;
		char buf[CMSG_SPACE(4 * sizeof(int))];
	} u;
	struct iovec iov = { (char []){ "x" }, 1 };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
	int p[2], q[2], fds[3] = { 0 };
	char b;

	RL(s->socketpair(AF_UNIX, SOCK_SEQPACKET, 0, p));
	RL(s->socketpair(AF_UNIX, SOCK_STREAM, 0, q));
	memset(&u, 0, sizeof(u));
	m.msg_control = &u;
	m.msg_controllen = CMSG_SPACE(2 * sizeof(int));
	u.cm.cmsg_len = CMSG_LEN(2 * sizeof(int));
	u.cm.cmsg_level = SOL_SOCKET;
	u.cm.cmsg_type = SCM_RIGHTS;
	memcpy(CMSG_DATA(&u.cm), q, sizeof(q));
	ATF_REQUIRE_EQ(1, s->sendmsg(p[0], &m, 0));
	RL(s->close(q[0]));
	RL(s->close(q[1]));
	m.msg_controllen = sizeof(u);
	ATF_REQUIRE_EQ(1, s->recvmsg(p[1], &m, MSG_CMSG_CLOEXEC));
	ATF_REQUIRE(CMSG_FIRSTHDR(&m) != NULL);
	ATF_CHECK_EQ(SCM_RIGHTS, u.cm.cmsg_type);
	ATF_CHECK_EQ(CMSG_LEN(2 * sizeof(int)), u.cm.cmsg_len);
	memcpy(fds, CMSG_DATA(&u.cm), 2 * sizeof(int));
	ATF_CHECK_EQ(FD_CLOEXEC, s->fcntl(fds[1], F_GETFD));
	ATF_CHECK_EQ(1, s->write(fds[0], "y", 1));
	ATF_CHECK_EQ(1, s->read(fds[1], &b, 1));
	RL(s->close(fds[0]));
	RL(s->close(fds[1]));
	m.msg_controllen = CMSG_SPACE(2 * sizeof(int));
	RE(EBADF, s->sendmsg(p[0], &m, 0));
	RL(s->close(p[0]));
	RL(s->close(p[1]));
}

ATF_TC_WITHOUT_HEAD(rights);
ATF_TC_BODY(rights, tc)
{

	both(rights_scene);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, pair);
	ATF_TP_ADD_TC(tp, name);
	ATF_TP_ADD_TC(tp, rights);
	return atf_no_error();
}
