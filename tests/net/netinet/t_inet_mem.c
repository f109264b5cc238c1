/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPv4 without memory: sockets, addresses, groups, datagrams and routes, when
 * each allocation that may fail fails once.  A call that fails says so with
 * the right number, leaves nothing behind, and works the next time.
 */
#include "inet.h"

#include <rump/rump_netabi.h>

#include "../../kern/base/hk.h"

void	rump_kt_fault_set(unsigned int);
unsigned int rump_kt_fault_get(void);

#define	NSOCKS	3

static int socks[NSOCKS];

static bool
sockets(void)
{
	static const int kinds[NSOCKS][2] = { { RUMP_SOCK_DGRAM, 0 },
	    { RUMP_SOCK_STREAM, 0 }, { RUMP_SOCK_RAW, 200 } };
	int i;

	for (i = 0; i < NSOCKS; i++) {
		socks[i] = rump_sys_socket(RUMP_AF_INET, kinds[i][0],
		    kinds[i][1]);
		if (socks[i] == -1)
			return false;
	}
	return in_bind(socks[0], IN_LO, 700) == 0 &&
	    in_bind(socks[1], IN_LO, 700) == 0 &&
	    rump_sys_listen(socks[1], 5) == 0;
}

static bool
group(void)
{
	const uint32_t mreq[2] = { htonl(0xe0000101), htonl(0x7f000001) };

	return rump_sys_setsockopt(socks[0], IN_IP, IN_IP_ADD_MEMBERSHIP,
	    mreq, sizeof(mreq)) == 0;
}

static bool
address(void)
{
	struct rump_in_aliasreq ifra = { .ifra_name = "lo0",
	    .ifra_addr = in_addr("127.0.0.2", 0),
	    .ifra_mask = in_addr("255.0.0.0", 0) };

	return rump_sys_ioctl(socks[0], RUMP_SIOCAIFADDR, &ifra) == 0;
}

/* What is lost on its way is no error. */
static bool
datagrams(void)
{
	char buf[3000];
	int i;

	memset(buf, 'd', sizeof(buf));
	for (i = 0; i < 3; i++)
		if (in_sendto(socks[i == 2 ? 2 : 0], buf, i == 1 ?
		    sizeof(buf) : 10, IN_LO, 700) == -1)
			return false;
	while (in_recvfrom(socks[0], buf, sizeof(buf), RUMP_MSG_DONTWAIT,
	    NULL) != -1)
		continue;
	return errno == RUMP_EAGAIN || errno == RUMP_ENOBUFS;
}

static bool
connects(void)
{

	return in_connect(socks[0], IN_LO, 9) == 0 &&
	    in_connect(socks[2], IN_LO, 0) == 0;
}

/* A route by the loopback interface comes, changes, and goes. */
static bool
route(void)
{
	static const uint8_t types[] = { RUMP_RTM_ADD, RUMP_RTM_CHANGE,
	    RUMP_RTM_DELETE };
	struct {
		struct rump_rt_msghdr h;
		in_sin dst, gate, mask;
	} m;
	int s = rump_sys_socket(RUMP_PF_ROUTE, RUMP_SOCK_RAW, 0);
	bool good = s != -1;
	size_t i;

	for (i = 0; i < sizeof(types) && good; i++) {
		memset(&m.h, 0, sizeof(m.h));
		m.h.rtm_msglen = sizeof(m);
		m.h.rtm_version = RUMP_RTM_VERSION;
		m.h.rtm_type = types[i];
		m.h.rtm_flags = RUMP_RTF_UP | RUMP_RTF_GATEWAY;
		m.h.rtm_addrs = 7;
		m.dst = in_addr("10.0.0.0", 0);
		m.gate = in_addr(IN_LO, 0);
		m.mask = in_addr("255.0.0.0", 0);
		good = rump_sys_write(s, &m, sizeof(m)) == sizeof(m);
	}
	if (s != -1) {
		const int error = errno;

		/* Not left, whichever of them failed. */
		m.h.rtm_type = RUMP_RTM_DELETE;
		(void)rump_sys_write(s, &m, sizeof(m));
		(void)rump_sys_close(s);
		errno = error;
	}
	return good;
}

static bool
everything(void)
{

	return sockets() && address() && group() && datagrams() &&
	    connects() && route();
}

static void
undo(void)
{
	struct rump_ifreq ifr = { .ifr_name = "lo0",
	    .ifr_in = in_addr("127.0.0.2", 0) };
	int i, s = in_socket(RUMP_SOCK_DGRAM, 0);

	for (i = 0; i < NSOCKS; i++)
		if (socks[i] != -1)
			ATF_CHECK_EQ(0, rump_sys_close(socks[i]));
	(void)rump_sys_ioctl(s, RUMP_SIOCDIFADDR, &ifr);
	ATF_REQUIRE_EQ(0, rump_sys_close(s));
}

ATF_TC_WITHOUT_HEAD(each_once);
ATF_TC_BODY(each_once, tc)
{
	unsigned int n, left = 0, failed = 0;
	bool good = false;
	int error;

	hk_boot("2");
	memset(socks, -1, sizeof(socks));
	ATF_REQUIRE_MSG(everything(), "%d", errno);
	undo();
	for (n = 1; left == 0 && n < 1000; n++) {
		memset(socks, -1, sizeof(socks));
		rump_schedule();
		rump_kt_fault_set(n);
		rump_unschedule();
		good = everything();
		error = errno;
		rump_schedule();
		left = rump_kt_fault_get();
		rump_unschedule();
		failed += !good;
		/* Without memory to look one up, there is no route. */
		ATF_CHECK_MSG(good || error == RUMP_ENOBUFS ||
		    error == RUMP_ENOMEM || error == RUMP_EHOSTUNREACH,
		    "%u: errno %d", n, error);
		undo();
	}
	ATF_CHECK_MSG(good, "the last: %d", error);
	ATF_CHECK_MSG(failed >= 10, "%u of %u", failed, n);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, each_once);
	return atf_no_error();
}
