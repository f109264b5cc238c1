/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For tests of sockets: NetBSD's numbers and structures, pairs of sockets,
 * messages, threads that sleep in a call.
 */
#ifndef _TESTS_KERN_NET_SK_H_
#define _TESTS_KERN_NET_SK_H_

#include <sys/uio.h>

#include "../base/nb.h"

#include <rump/rump_abi.h>

#define	SK_MSG_OOB		0x0001
#define	SK_MSG_PEEK		0x0002
#define	SK_MSG_EOR		0x0008
#define	SK_MSG_TRUNC		0x0010
#define	SK_MSG_CTRUNC		0x0020
#define	SK_MSG_WAITALL		0x0040
#define	SK_MSG_DONTWAIT		0x0080
#define	SK_MSG_NOSIGNAL		0x0400
#define	SK_MSG_CMSG_CLOEXEC	0x0800
#define	SK_MSG_NBIO		0x1000
#define	SK_MSG_WAITFORONE	0x2000

#define	SK_SOL_SOCKET		0xffff
#define	SK_SO_RERROR		0x4000
#define	SK_SO_OVERFLOWED	0x1009
#define	SK_SOL_LOCAL		0
#define	SK_LOCAL_CONNWAIT	2
#define	SK_LOCAL_PEEREID	3
#define	SK_LOCAL_CREDS		4

#define	SK_FIONBIO		0x8004667eUL
#define	SK_FIOASYNC		0x8004667dUL
#define	SK_FIOSETOWN		0x8004667cUL
#define	SK_FIOGETOWN		0x4004667bUL
#define	SK_FIONREAD		0x4004667fUL
#define	SK_FIONWRITE		0x40046679UL
#define	SK_FIONSPACE		0x40046678UL
#define	SK_SIOCATMARK		0x40047307UL

#define	SK_POLLPRI		0x0002
#define	SK_POLLRDNORM		0x0040

struct sk_timeval {
	int64_t	tv_sec;
	int32_t	tv_usec;
};

struct sk_mmsghdr {
	struct rump_msghdr msg_hdr;
	unsigned int	msg_len;
};

#define	SK_SA(p)	((struct sockaddr *)(void *)(p))
#define	SK_CMSG_LEN(n)	(16 + (n))
#define	SK_CMSG_SPACE(n) (16 + (((n) + 7) & ~(size_t)7))
#define	SK_CMSG_DATA(c)	((void *)((char *)(c) + 16))

struct sk_pair {
	int	a, b;
};

static inline struct sk_pair
sk_pair(int type)
{
	struct sk_pair p;
	int fd[2];

	ATF_REQUIRE_EQ_MSG(0, rump_sys_socketpair(RUMP_AF_LOCAL, type, 0, fd),
	    "socketpair: %d", errno);
	p.a = fd[0];
	p.b = fd[1];
	return p;
}

static inline void
sk_close(struct sk_pair p)
{

	ATF_REQUIRE_EQ(0, rump_sys_close(p.a));
	ATF_REQUIRE_EQ(0, rump_sys_close(p.b));
}

/* A path as an address; its length. */
static inline uint32_t
sk_un(struct rump_sockaddr_un *un, const char *path)
{

	memset(un, 0, sizeof(*un));
	un->sun_family = RUMP_AF_LOCAL;
	strcpy(un->sun_path, path);
	un->sun_len = (uint8_t)(2 + strlen(path));
	return un->sun_len;
}

static inline ssize_t
sk_sendmsg(int s, const struct rump_msghdr *m, int flags)
{

	return rump_sys_sendmsg(s, (const struct msghdr *)(const void *)m,
	    flags);
}

static inline ssize_t
sk_recvmsg(int s, struct rump_msghdr *m, int flags)
{

	return rump_sys_recvmsg(s, (struct msghdr *)(void *)m, flags);
}

static inline ssize_t
sk_send(int s, const void *buf, size_t len, int flags)
{

	return rump_sys_sendto(s, buf, len, flags, NULL, 0);
}

static inline ssize_t
sk_recv(int s, void *buf, size_t len, int flags)
{

	return rump_sys_recvfrom(s, buf, len, flags, NULL, NULL);
}

static inline int
sk_set(int s, int name, int val)
{

	return rump_sys_setsockopt(s, SK_SOL_SOCKET, name, &val, sizeof(val));
}

static inline int
sk_get(int s, int name)
{
	socklen_t len = sizeof(int);
	int val = -1;

	ATF_REQUIRE_EQ(0, rump_sys_getsockopt(s, SK_SOL_SOCKET, name, &val,
	    &len));
	ATF_REQUIRE_EQ(sizeof(int), len);
	return val;
}

static inline int
sk_ioctl(int s, unsigned long cmd)
{
	int val = -1;

	ATF_REQUIRE_EQ(0, rump_sys_ioctl(s, cmd, &val));
	return val;
}

/* Events that are there now. */
static inline int
sk_poll(int s, int events)
{
	struct nb_pollfd pf = { s, (short)events, 0 };
	int n;

	n = rump_sys_poll((struct pollfd *)(void *)&pf, 1, 0);
	ATF_REQUIRE(n == (pf.revents != 0));
	return pf.revents;
}

static inline void
sk_nonblock(int s, int on)
{

	ATF_REQUIRE_EQ(0, rump_sys_ioctl(s, SK_FIONBIO, &on));
}

/* A thread, and its end. */
static inline pthread_t
sk_thread(void *(*func)(void *), void *arg)
{
	pthread_t t;

	ATF_REQUIRE_EQ(0, pthread_create(&t, NULL, func, arg));
	return t;
}

static inline void *
sk_join(pthread_t t)
{
	void *rv;

	ATF_REQUIRE_EQ(0, pthread_join(t, &rv));
	return rv;
}

/* One call in a thread: what it returned. */
struct sk_call {
	ssize_t	(*sc_func)(struct sk_call *);
	int	sc_s, sc_flags, sc_errno;
	size_t	sc_len;
	char	*sc_buf;
	ssize_t	sc_rv;
	pthread_t sc_thread;
};

static inline void *
sk_call_main(void *arg)
{
	struct sk_call *sc = arg;

	sc->sc_rv = (*sc->sc_func)(sc);
	sc->sc_errno = errno;
	return NULL;
}

static inline void
sk_call(struct sk_call *sc, ssize_t (*func)(struct sk_call *))
{

	sc->sc_func = func;
	sc->sc_thread = sk_thread(sk_call_main, sc);
}

/* A number that bytes at a place in a stream have. */
static inline unsigned char
sk_byte(uint64_t pos)
{

	return (unsigned char)((pos * 2654435761u) >> 13);
}

#endif /* !_TESTS_KERN_NET_SK_H_ */
