/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sockets of PF_ROUTE: routes by messages, what the kernel tells, who hears
 * it, and what is refused.
 *
 * Covers: route(4)
 */
#include "inet.h"

#include <poll.h>
#include <pthread.h>

#include <rump/rump_netabi.h>

struct msg {
	struct rump_rt_msghdr h;
	char	data[512];
};

static int
boot_route(int family)
{
	struct sk_timeval tv = { .tv_sec = 20 };
	int s;

	ATF_REQUIRE_EQ(0, rump_init());
	s = rump_sys_socket(RUMP_PF_ROUTE, RUMP_SOCK_RAW, family);
	ATF_REQUIRE_MSG(s != -1, "socket: %d", errno);
	ATF_REQUIRE_EQ(0, rump_sys_setsockopt(s, SK_SOL_SOCKET,
	    RUMP_SO_RCVTIMEO, &tv, sizeof(tv)));
	return s;
}

static void
put(struct msg *m, int which, const void *sa, size_t len)
{

	memcpy((char *)m + m->h.rtm_msglen, sa, len);
	m->h.rtm_msglen = (uint16_t)(m->h.rtm_msglen + RUMP_RT_ROUNDUP(len));
	m->h.rtm_addrs |= 1 << which;
}

static void
put_in(struct msg *m, int which, const char *addr)
{
	in_sin sin = in_addr(addr, 0);

	put(m, which, &sin, sizeof(sin));
}

/* A request about a net, by way of the loopback interface. */
static struct msg
request(int type, const char *dst, const char *mask)
{
	struct msg m;

	memset(&m, 0, sizeof(m));
	m.h.rtm_msglen = sizeof(m.h);
	m.h.rtm_version = RUMP_RTM_VERSION;
	m.h.rtm_type = (uint8_t)type;
	m.h.rtm_seq = 77;
	m.h.rtm_flags = RUMP_RTF_UP | RUMP_RTF_GATEWAY | RUMP_RTF_STATIC;
	put_in(&m, RUMP_RTAX_DST, dst);
	if (type == RUMP_RTM_ADD)
		put_in(&m, RUMP_RTAX_GATEWAY, IN_LO);
	if (mask != NULL)
		put_in(&m, RUMP_RTAX_NETMASK, mask);
	else
		m.h.rtm_flags |= RUMP_RTF_HOST;
	return m;
}

static ssize_t
ask(int s, const struct msg *m)
{

	return rump_sys_write(s, m, m->h.rtm_msglen);
}

static struct msg
hear(int s)
{
	struct msg m;
	ssize_t n = rump_sys_read(s, &m, sizeof(m));

	ATF_REQUIRE_MSG(n >= (ssize_t)sizeof(m.h), "%zd: %d", n, errno);
	ATF_REQUIRE_EQ(n, m.h.rtm_msglen);
	ATF_REQUIRE_EQ(RUMP_RTM_VERSION, m.h.rtm_version);
	return m;
}

static bool
silent(int s)
{

	return sk_poll(s, POLLIN) == 0;
}

ATF_TC_WITHOUT_HEAD(requests);
ATF_TC_BODY(requests, tc)
{
	int s = boot_route(0);
	struct msg m = request(RUMP_RTM_ADD, "10.1.0.0", "255.255.0.0"), a;

	m.h.rtm_inits = 1;
	m.h.rtm_rmx.rmx_mtu = 1234;
	ATF_REQUIRE_EQ(m.h.rtm_msglen, ask(s, &m));
	a = hear(s);
	ATF_CHECK_EQ(RUMP_RTM_ADD, a.h.rtm_type);
	ATF_CHECK_EQ(77, a.h.rtm_seq);
	ATF_CHECK_EQ(0, a.h.rtm_errno);
	ATF_CHECK((a.h.rtm_flags & RUMP_RTF_DONE) != 0);
	ATF_CHECK_EQ(m.h.rtm_addrs, a.h.rtm_addrs);
	/* Once more: told to all, and to the one who asked. */
	NB_FAILS(RUMP_EEXIST, ask(s, &m));
	a = hear(s);
	ATF_CHECK_EQ(RUMP_EEXIST, a.h.rtm_errno);
	ATF_CHECK((a.h.rtm_flags & RUMP_RTF_DONE) == 0);
	/* What leads there. */
	m = request(RUMP_RTM_GET, "10.1.2.3", NULL);
	ATF_REQUIRE_EQ(m.h.rtm_msglen, ask(s, &m));
	a = hear(s);
	ATF_CHECK_EQ(RUMP_RTM_GET, a.h.rtm_type);
	ATF_CHECK_EQ(7, a.h.rtm_addrs);
	ATF_CHECK_EQ(1234, a.h.rtm_rmx.rmx_mtu);
	ATF_CHECK_EQ(htonl(0x0a010000),
	    ((in_sin *)(void *)a.data)->sin_addr);
	/* Exactly this one: not with another mask. */
	m = request(RUMP_RTM_GET, "10.1.0.0", "255.0.0.0");
	NB_FAILS(RUMP_ESRCH, ask(s, &m));
	(void)hear(s);
	m = request(RUMP_RTM_DELETE, "10.1.0.0", "255.255.0.0");
	ATF_REQUIRE_EQ(m.h.rtm_msglen, ask(s, &m));
	(void)hear(s);
	NB_FAILS(RUMP_ESRCH, ask(s, &m));
	ATF_CHECK_EQ(RUMP_ESRCH, hear(s).h.rtm_errno);
}

/* A mask of no bytes, and one without family: 0.0.0.0 and 255.0.0.0. */
ATF_TC_WITHOUT_HEAD(masks);
ATF_TC_BODY(masks, tc)
{
	static const uint8_t none[8], eight[8] = { 5, 0, 0, 0, 255 };
	int s = boot_route(0);
	struct msg m = request(RUMP_RTM_ADD, "0.0.0.0", NULL);

	m.h.rtm_flags &= ~RUMP_RTF_HOST;
	put(&m, RUMP_RTAX_NETMASK, none, sizeof(none));
	ATF_REQUIRE_EQ(m.h.rtm_msglen, ask(s, &m));
	m = request(RUMP_RTM_ADD, "11.0.0.0", NULL);
	m.h.rtm_flags &= ~RUMP_RTF_HOST;
	put(&m, RUMP_RTAX_NETMASK, eight, sizeof(eight));
	ATF_REQUIRE_EQ(m.h.rtm_msglen, ask(s, &m));
	m = request(RUMP_RTM_DELETE, "11.0.0.0", "255.0.0.0");
	ATF_REQUIRE_EQ(m.h.rtm_msglen, ask(s, &m));
	m = request(RUMP_RTM_DELETE, "0.0.0.0", "0.0.0.0");
	ATF_REQUIRE_EQ(m.h.rtm_msglen, ask(s, &m));
}

/* What leads to an address. */
static struct rump_rt_msghdr
leads(int s, const char *dst, const char *mask, in_sin *gate)
{
	struct msg m = request(RUMP_RTM_GET, dst, mask), a;

	ATF_REQUIRE_EQ_MSG(m.h.rtm_msglen, ask(s, &m), "get: %d", errno);
	a = hear(s);
	ATF_REQUIRE_EQ(RUMP_RTM_GET, a.h.rtm_type);
	memcpy(gate, a.data + sizeof(*gate), sizeof(*gate));
	return a.h;
}

/* A change of some things leaves the others; locked metrics are told. */
ATF_TC_WITHOUT_HEAD(change);
ATF_TC_BODY(change, tc)
{
	struct rump_in_aliasreq ifra = { .ifra_name = "lo0",
	    .ifra_addr = in_addr("127.0.0.2", 0),
	    .ifra_mask = in_addr("255.0.0.0", 0) };
	int s = boot_route(0), u = in_socket(RUMP_SOCK_DGRAM, 0);
	struct msg m = request(RUMP_RTM_ADD, "10.1.0.0", "255.255.0.0");
	struct rump_rt_msghdr h;
	in_sin gate;

	m.h.rtm_inits = 1;
	m.h.rtm_rmx.rmx_mtu = 1234;
	ATF_REQUIRE_EQ(m.h.rtm_msglen, ask(s, &m));
	(void)hear(s);
	/* A metric alone. */
	m = request(RUMP_RTM_CHANGE, "10.1.0.0", "255.255.0.0");
	m.h.rtm_inits = 2;
	m.h.rtm_rmx.rmx_hopcount = 7;
	m.h.rtm_rmx.rmx_mtu = 99;
	ATF_REQUIRE_EQ_MSG(m.h.rtm_msglen, ask(s, &m), "%d", errno);
	ATF_CHECK_EQ(RUMP_RTM_CHANGE, hear(s).h.rtm_type);
	h = leads(s, "10.1.2.3", NULL, &gate);
	ATF_CHECK_EQ(7, h.rtm_rmx.rmx_hopcount);
	ATF_CHECK_EQ(1234, h.rtm_rmx.rmx_mtu);
	ATF_CHECK_EQ(htonl(0x7f000001), gate.sin_addr);
	ATF_CHECK((h.rtm_flags & RUMP_RTF_STATIC) != 0);
	/* Another gateway, and it rejects now. */
	ATF_REQUIRE_EQ(0, rump_sys_ioctl(u, RUMP_SIOCAIFADDR, &ifra));
	while (!silent(s))
		ATF_REQUIRE(rump_sys_read(s, &m, sizeof(m)) > 0);
	m = request(RUMP_RTM_CHANGE, "10.1.0.0", NULL);
	m.h.rtm_flags = RUMP_RTF_REJECT;
	put_in(&m, RUMP_RTAX_GATEWAY, "127.0.0.2");
	ATF_REQUIRE_EQ_MSG(m.h.rtm_msglen, ask(s, &m), "%d", errno);
	(void)hear(s);
	h = leads(s, "10.1.2.3", NULL, &gate);
	ATF_CHECK_EQ(htonl(0x7f000002), gate.sin_addr);
	ATF_CHECK_EQ(RUMP_RTF_UP | RUMP_RTF_GATEWAY | RUMP_RTF_REJECT |
	    RUMP_RTF_DONE, h.rtm_flags);
	ATF_CHECK_EQ(1234, h.rtm_rmx.rmx_mtu);
	/* Locks. */
	m = request(RUMP_RTM_LOCK, "10.1.0.0", "255.255.0.0");
	m.h.rtm_inits = 3;
	m.h.rtm_rmx.rmx_locks = 5;
	ATF_REQUIRE_EQ(m.h.rtm_msglen, ask(s, &m));
	(void)hear(s);
	h = leads(s, "10.1.2.3", NULL, &gate);
	ATF_CHECK_EQ(1, h.rtm_rmx.rmx_locks);
	m.h.rtm_rmx.rmx_locks = 0;
	ATF_REQUIRE_EQ(m.h.rtm_msglen, ask(s, &m));
	(void)hear(s);
	h = leads(s, "10.1.2.3", NULL, &gate);
	ATF_CHECK_EQ(0, h.rtm_rmx.rmx_locks);
}

/* A change that is refused changes nothing. */
ATF_TC_WITHOUT_HEAD(change_refused);
ATF_TC_BODY(change_refused, tc)
{
	const uint8_t link[8] = { 8, RUMP_AF_LINK };
	int s = boot_route(0);
	struct msg m = request(RUMP_RTM_ADD, "10.1.0.0", "255.255.0.0");
	struct rump_rt_msghdr before, after;
	in_sin gate;

	ATF_REQUIRE_EQ(m.h.rtm_msglen, ask(s, &m));
	(void)hear(s);
	before = leads(s, "10.1.0.0", NULL, &gate);
#define	NOT(error, type, dst, mask, more)				\
	do {								\
		m = request(type, dst, mask);				\
		m.h.rtm_inits = 1;					\
		m.h.rtm_rmx.rmx_mtu = 9;				\
		more;							\
		NB_FAILS(error, ask(s, &m));				\
		ATF_CHECK_EQ(error, hear(s).h.rtm_errno);		\
	} while (0)
	NOT(RUMP_ESRCH, RUMP_RTM_CHANGE, "10.1.2.0", NULL, );
	NOT(RUMP_ESRCH, RUMP_RTM_LOCK, "10.1.2.0", NULL, );
	NOT(RUMP_ESRCH, RUMP_RTM_CHANGE, "10.1.0.0", "255.255.255.0", );
	NOT(RUMP_ESRCH, RUMP_RTM_CHANGE, "10.2.0.0", "255.255.0.0", );
	NOT(RUMP_ENETUNREACH, RUMP_RTM_CHANGE, "10.1.0.0", NULL,
	    put_in(&m, RUMP_RTAX_GATEWAY, "9.9.9.9"));
	NOT(RUMP_EINVAL, RUMP_RTM_CHANGE, "10.1.0.0", NULL,
	    put(&m, RUMP_RTAX_GATEWAY, link, sizeof(link)));
	NOT(RUMP_ENETUNREACH, RUMP_RTM_CHANGE, "10.1.0.0", NULL,
	    put_in(&m, RUMP_RTAX_IFA, "9.9.9.9"));
#undef NOT
	after = leads(s, "10.1.0.0", NULL, &gate);
	before.rtm_seq = after.rtm_seq;
	ATF_CHECK_EQ(0, memcmp(&before, &after, sizeof(before)));
	ATF_CHECK_EQ(htonl(0x7f000001), gate.sin_addr);
}

/* Neighbours where there can be none. */
ATF_TC_WITHOUT_HEAD(neighbours_refused);
ATF_TC_BODY(neighbours_refused, tc)
{
	struct rump_sockaddr_dl sdl = { .sdl_len = sizeof(sdl),
	    .sdl_family = RUMP_AF_LINK, .sdl_alen = 6 };
	int s = boot_route(0), i;
	struct msg m;

	for (i = 0; i < 6; i++) {
		m = request(RUMP_RTM_ADD, i < 3 ? "10.0.0.1" : IN_LO,
		    NULL);
		m.h.rtm_addrs = 1 << RUMP_RTAX_DST;
		m.h.rtm_msglen = sizeof(m.h) + sizeof(in_sin);
		m.h.rtm_flags = RUMP_RTF_LLDATA | RUMP_RTF_HOST;
		sdl.sdl_index = (uint16_t)(i % 3 == 0 ? 0 : i % 3 == 1 ? 1 :
		    1000);
		put(&m, RUMP_RTAX_GATEWAY, &sdl, sizeof(sdl));
		ATF_CHECK_EQ(-1, ask(s, &m));
		ATF_CHECK_EQ_MSG(i == 0 ? RUMP_ENETUNREACH : RUMP_EINVAL,
		    errno, "%d: %d", i, errno);
		m.h.rtm_type = RUMP_RTM_DELETE;
		ATF_CHECK_EQ(-1, ask(s, &m));
	}
}

ATF_TC_WITHOUT_HEAD(listeners);
ATF_TC_BODY(listeners, tc)
{
	int s = boot_route(RUMP_AF_INET), off = 0, t, other;
	struct msg m = request(RUMP_RTM_ADD, "10.0.0.1", NULL);
	struct rump_in_aliasreq ifra = { .ifra_name = "lo0",
	    .ifra_addr = in_addr("10.9.0.1", 0),
	    .ifra_mask = in_addr("255.0.0.0", 0) };

	t = rump_sys_socket(RUMP_PF_ROUTE, RUMP_SOCK_RAW, 0);
	other = rump_sys_socket(RUMP_PF_ROUTE, RUMP_SOCK_RAW, RUMP_AF_INET6);
	ATF_REQUIRE(t != -1 && other != -1);
	ATF_REQUIRE_EQ(0, sk_set(s, RUMP_SO_USELOOPBACK, off));
	ATF_REQUIRE_EQ(m.h.rtm_msglen, ask(s, &m));
	ATF_CHECK_EQ(RUMP_RTM_ADD, hear(t).h.rtm_type);
	ATF_CHECK(silent(s));
	/* What the kernel tells. */
	int u = in_socket(RUMP_SOCK_DGRAM, 0);
	ATF_REQUIRE_EQ(0, rump_sys_ioctl(u, RUMP_SIOCAIFADDR, &ifra));
	ssize_t n = rump_sys_read(s, &m, sizeof(m));
	ATF_REQUIRE(n > 0);
	ATF_CHECK_EQ(RUMP_RTM_NEWADDR, m.h.rtm_type);
	ATF_CHECK(silent(other));
	/* Nobody listens; then somebody does again. */
	ATF_REQUIRE_EQ(0, rump_sys_close(s));
	ATF_REQUIRE_EQ(0, rump_sys_close(t));
	ATF_REQUIRE_EQ(0, rump_sys_close(other));
	m = request(RUMP_RTM_DELETE, "10.0.0.1", NULL);
	s = rump_sys_socket(RUMP_PF_ROUTE, RUMP_SOCK_RAW, 0);
	ATF_REQUIRE_EQ(m.h.rtm_msglen, ask(s, &m));
	ATF_CHECK_EQ(RUMP_RTM_DELETE, hear(s).h.rtm_type);
}

/* Who does not read loses messages, and others do not. */
ATF_TC_WITHOUT_HEAD(overflow);
ATF_TC_BODY(overflow, tc)
{
	int s = boot_route(0), t, i;
	struct msg m;

	t = rump_sys_socket(RUMP_PF_ROUTE, RUMP_SOCK_RAW, 0);
	ATF_REQUIRE(t != -1);
	for (i = 0; i < 2000; i++) {
		m = request(i % 2 == 0 ? RUMP_RTM_ADD : RUMP_RTM_DELETE,
		    "10.0.0.1", NULL);
		ATF_REQUIRE_EQ(m.h.rtm_msglen, ask(s, &m));
		ATF_REQUIRE_EQ(m.h.rtm_type, hear(s).h.rtm_type);
	}
	for (i = 0; !silent(t) && i < 2000; i++)
		if (rump_sys_read(t, &m, sizeof(m)) == -1)
			ATF_REQUIRE_EQ(RUMP_ENOBUFS, errno);
	ATF_CHECK(i > 10 && i < 2000);
}

/* One of several that change the same routes; others use them meanwhile. */
#define	CHURNERS	3
#define	ROUNDS		300

static void *
churn(void *arg)
{
	static const int types[] = { RUMP_RTM_ADD, RUMP_RTM_CHANGE,
	    RUMP_RTM_GET, RUMP_RTM_LOCK, RUMP_RTM_DELETE };
	const uintptr_t who = (uintptr_t)arg;
	int s = rump_sys_socket(RUMP_PF_ROUTE, RUMP_SOCK_RAW, 0);
	char addr[16];
	struct msg m;
	unsigned int i;

	if (s == -1)
		return (void *)1;
	for (i = 0; i < ROUNDS; i++) {
		snprintf(addr, sizeof(addr), "10.%u.0.0",
		    1 + (unsigned int)(i * (who + 1)) % 4);
		m = request(types[(i + who) % 5], addr, "255.255.0.0");
		m.h.rtm_inits = 1;
		m.h.rtm_rmx.rmx_mtu = 1000 + i;
		if (m.h.rtm_type == RUMP_RTM_CHANGE)
			put_in(&m, RUMP_RTAX_IFA, IN_LO);
		/* Another may have been there before. */
		if (ask(s, &m) == -1 && errno != RUMP_EEXIST &&
		    errno != RUMP_ESRCH)
			return (void *)2;
	}
	return rump_sys_close(s) == 0 ? NULL : (void *)3;
}

static void *
use(void *arg)
{
	static char buf[65536];
	int name[] = { 4, RUMP_PF_ROUTE, 0, 0, RUMP_NET_RT_DUMP, 0 };
	int u = rump_sys_socket(RUMP_AF_INET, RUMP_SOCK_DGRAM, 0);
	size_t len;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		(void)in_sendto(u, "x", 1, i % 2 == 0 ? "10.1.0.9" :
		    "10.2.0.9", 9);
		len = sizeof(buf);
		if (rump_sys___sysctl(name, 6, buf, &len, NULL, 0) == -1)
			return (void *)1;
	}
	*(volatile int *)arg = 1;
	return rump_sys_close(u) == 0 ? NULL : (void *)2;
}

ATF_TC_WITHOUT_HEAD(threads);
ATF_TC_BODY(threads, tc)
{
	pthread_t t[CHURNERS + 1];
	volatile int used = 0;
	struct msg m;
	void *rv;
	uintptr_t i;
	int s = boot_route(0);

	for (i = 0; i < CHURNERS; i++)
		ATF_REQUIRE_EQ(0, pthread_create(&t[i], NULL, churn,
		    (void *)i));
	ATF_REQUIRE_EQ(0, pthread_create(&t[i], NULL, use, (void *)&used));
	for (i = 0; i < CHURNERS + 1; i++) {
		ATF_REQUIRE_EQ(0, pthread_join(t[i], &rv));
		ATF_CHECK_EQ_MSG(NULL, rv, "thread %d: %d", (int)i,
		    (int)(uintptr_t)rv);
	}
	ATF_CHECK_EQ(1, used);
	/* It still works: what is left can be deleted, and comes again. */
	for (i = 1; i < 5; i++) {
		char addr[16];

		snprintf(addr, sizeof(addr), "10.%d.0.0", (int)i);
		m = request(RUMP_RTM_DELETE, addr, "255.255.0.0");
		(void)ask(s, &m);
		NB_FAILS(RUMP_ESRCH, ask(s, &m));
		m = request(RUMP_RTM_ADD, addr, "255.255.0.0");
		ATF_REQUIRE_EQ(m.h.rtm_msglen, ask(s, &m));
	}
}

ATF_TC_WITHOUT_HEAD(refuse);
ATF_TC_BODY(refuse, tc)
{
	int s = boot_route(0);
	struct msg m = request(RUMP_RTM_ADD, "10.0.0.0", "255.0.0.0"), b;
	in_sin sin = in_addr(IN_LO, 0);
	size_t n;

#define	REFUSED(error, change)						\
	do {								\
		b = m;							\
		change;							\
		NB_FAILS(error, ask(s, &b));				\
		ATF_CHECK(silent(s));					\
	} while (0)
	/* Cut anywhere. */
	for (n = 1; n < m.h.rtm_msglen; n++) {
		REFUSED(RUMP_EINVAL, b.h.rtm_msglen = (uint16_t)n);
		ATF_CHECK_EQ(-1, rump_sys_write(s, &m, n));
		ATF_CHECK_EQ(RUMP_EINVAL, errno);
	}
	REFUSED(RUMP_EPROTONOSUPPORT, b.h.rtm_version = 3);
	REFUSED(RUMP_EOPNOTSUPP, b.h.rtm_type = 200);
	REFUSED(RUMP_EINVAL, b.h.rtm_addrs = -1);
	REFUSED(RUMP_EINVAL, b.h.rtm_addrs = 1 << RUMP_RTAX_MAX);
	REFUSED(RUMP_EINVAL, b.h.rtm_addrs |= 1 << RUMP_RTAX_TAG);
	REFUSED(RUMP_EINVAL, b.h.rtm_addrs = 0);
	/* Lengths and families of addresses. */
	REFUSED(RUMP_EINVAL, b.data[0] = 15);
	REFUSED(RUMP_EINVAL, b.data[0] = (char)129);
	REFUSED(RUMP_EINVAL, b.data[0] = (char)255);
	REFUSED(RUMP_EAFNOSUPPORT, b.data[0] = 0);
	REFUSED(RUMP_EAFNOSUPPORT, b.data[1] = 99);
	REFUSED(RUMP_EINVAL, (b.data[1] = RUMP_AF_LINK, b.data[5] = 9));
	/* Calls that make no sense. */
	NB_FAILS(RUMP_EISCONN, rump_sys_sendto(s, &m, m.h.rtm_msglen, 0,
	    SK_SA(&sin), sizeof(sin)));
	NB_FAILS(RUMP_EOPNOTSUPP, rump_sys_listen(s, 1));
	NB_FAILS(RUMP_EPROTONOSUPPORT, rump_sys_socket(RUMP_PF_ROUTE,
	    RUMP_SOCK_RAW, 1000));
	/* It was the message: as it is, it is good. */
	ATF_CHECK_EQ(m.h.rtm_msglen, ask(s, &m));
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, requests);
	ATF_TP_ADD_TC(tp, masks);
	ATF_TP_ADD_TC(tp, change);
	ATF_TP_ADD_TC(tp, change_refused);
	ATF_TP_ADD_TC(tp, neighbours_refused);
	ATF_TP_ADD_TC(tp, listeners);
	ATF_TP_ADD_TC(tp, overflow);
	ATF_TP_ADD_TC(tp, threads);
	ATF_TP_ADD_TC(tp, refuse);
	return atf_no_error();
}
