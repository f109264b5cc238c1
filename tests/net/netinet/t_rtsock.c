/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sockets of PF_ROUTE: routes by messages, what the kernel tells, who hears
 * it, and what is refused.
 *
 * Covers: route(4)
 */
#include "inet.h"

#include <poll.h>

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
	REFUSED(RUMP_EOPNOTSUPP, b.h.rtm_type = RUMP_RTM_CHANGE);
	REFUSED(RUMP_EOPNOTSUPP, b.h.rtm_type = 200);
	REFUSED(RUMP_EOPNOTSUPP, b.h.rtm_flags |= RUMP_RTF_LLDATA);
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
	ATF_TP_ADD_TC(tp, listeners);
	ATF_TP_ADD_TC(tp, overflow);
	ATF_TP_ADD_TC(tp, refuse);
	return atf_no_error();
}
