/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <rump/netconfig.h> of IPv6: addresses and routers as text, and those that a
 * router tells of, which is a thread of the test on a link of datagrams.
 *
 * Sources: RFC 4007, RFC 4291, RFC 4861, RFC 4862
 */
#include <sys/socket.h>
#include <sys/un.h>

#include <poll.h>

#include <rump/netconfig.h>

#include "../netinet/inet.h"
#include "fastclock.h"

#define	ETH	14
#define	IP6	40
#define	RA	16		/* without options */
#define	PI	32		/* the option of a prefix */
#define	NAMES	24		/* each of the options of names */
#define	BODY	(RA + PI + 2 * NAMES)
#define	FRAME	(ETH + IP6 + BODY)
#define	SOLICIT	133

/* fe80::1 to all nodes: 2001:db8:1::/64 for half an hour; fe80::1 knows names,
 * of example.org as well. */
static const uint8_t advert[FRAME] = {
	0x33, 0x33, 0, 0, 0, 1, 2, 0, 0, 0, 0, 1, 0x86, 0xdd,
	0x60, 0, 0, 0, 0, BODY, 58, 255,
	0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
	0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
	134, 0, 0, 0, 64, 0, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0,
	3, 4, 64, 0xc0, 0, 0, 7, 8, 0, 0, 7, 8, 0, 0, 0, 0,
	0x20, 1, 0xd, 0xb8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	25, 3, 0, 0, 0, 0, 7, 8,
	0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
	31, 3, 0, 0, 0, 0, 7, 8,
	7, 'e', 'x', 'a', 'm', 'p', 'l', 'e', 3, 'o', 'r', 'g', 0, 0, 0, 0,
};

struct router {
	int		r_fd;
	uint16_t	r_lifetime;	/* seconds; 0: it is no router */
	int		r_asked;
};

static void
boot(void)
{

	setenv("RUMP_NCPU", "2", 1);
	ATF_REQUIRE_EQ(0, rump_init());
	ATF_REQUIRE_EQ(0, rump_pub_netconfig_ifcreate("virt0"));
	ATF_REQUIRE_EQ(0, rump_pub_netconfig_ifsetlinkstr("virt0",
	    "dgram:a,b"));
}

static struct sockaddr_un
place(const char *path)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };

	strcpy(sun.sun_path, path);
	return sun;
}

/* RFC 8200 section 8.1 */
static void
mend(uint8_t *ip)
{
	uint32_t sum = BODY + 58;
	int i;

	for (i = 8; i < IP6 + BODY; i += 2)
		sum += (uint32_t)ip[i] << 8 | ip[i + 1];
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	ip[IP6 + 2] = (uint8_t)(~sum >> 8);
	ip[IP6 + 3] = (uint8_t)~sum;
}

static void
advertise(const struct router *r)
{
	const struct sockaddr_un to = place("a");
	uint8_t f[FRAME];

	memcpy(f, advert, FRAME);
	f[ETH + IP6 + 6] = (uint8_t)(r->r_lifetime >> 8);
	f[ETH + IP6 + 7] = (uint8_t)r->r_lifetime;
	mend(f + ETH);
	(void)sendto(r->r_fd, f, FRAME, 0, (const struct sockaddr *)&to,
	    sizeof(to));
}

/* Answers whoever asks, until the link is closed for it. */
static void *
route(void *arg)
{
	struct router *r = arg;
	uint8_t f[2048];
	ssize_t n;

	while ((n = recv(r->r_fd, f, sizeof(f), 0)) > 0) {
		if (n <= ETH + IP6 || f[12] != 0x86 || f[ETH + 6] != 58 ||
		    f[ETH + IP6] != SOLICIT)
			continue;
		r->r_asked++;
		advertise(r);
	}
	return NULL;
}

static int
with_router(struct router *r, const char *ifname)
{
	const struct sockaddr_un here = place("b");
	pthread_t thread;
	int error;

	r->r_fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	ATF_REQUIRE(r->r_fd != -1);
	ATF_REQUIRE_EQ(0, bind(r->r_fd, (const struct sockaddr *)&here,
	    sizeof(here)));
	ATF_REQUIRE_EQ(0, pthread_create(&thread, NULL, route, r));
	error = rump_pub_netconfig_auto_ipv6(ifname);
	(void)shutdown(r->r_fd, SHUT_RDWR);
	ATF_REQUIRE_EQ(0, pthread_join(thread, NULL));
	ATF_REQUIRE_EQ(0, close(r->r_fd));
	return error;
}

ATF_TC_WITHOUT_HEAD(automatic);
ATF_TC_BODY(automatic, tc)
{
	static const uint8_t dns[16] = { 0xfe, 0x80, [15] = 1 };
	struct router r = { .r_lifetime = 1800 };
	struct rump_resolver re;

	boot();
	ATF_CHECK_EQ(6, rump_pub_netconfig_resolver("virt1", &re));
	ATF_CHECK_EQ(0, rump_pub_netconfig_resolver("virt0", &re));
	ATF_CHECK_EQ(0, re.re_nservers);
	ATF_CHECK_STREQ("", re.re_search);
	ATF_CHECK_EQ(0, with_router(&r, "virt0"));
	ATF_CHECK(r.r_asked > 0);
	ATF_CHECK_EQ(0, rump_pub_netconfig_resolver("virt0", &re));
	ATF_REQUIRE_EQ(1, re.re_nservers);
	ATF_CHECK_EQ(0, memcmp(dns, re.re_servers[0].rs_addr, 16));
	ATF_CHECK(re.re_servers[0].rs_left > 1700 &&
	    re.re_servers[0].rs_left <= 1801);
	ATF_CHECK_STREQ("example.org", re.re_search);
	/* Nothing of it on another one. */
	ATF_CHECK_EQ(0, rump_pub_netconfig_resolver("lo0", &re));
	ATF_CHECK_EQ(0, re.re_nservers);
	/* The router is there, and what is there already is not asked for. */
	ATF_CHECK_EQ(17, rump_pub_netconfig_ipv6_gw("2001:db8:1::9"));
	ATF_CHECK_EQ(0, rump_pub_netconfig_auto_ipv6("virt0"));
}

/* A prefix, but nobody who passes packets on. */
ATF_TC_WITHOUT_HEAD(no_router);
ATF_TC_BODY(no_router, tc)
{
	struct router r = { .r_lifetime = 0 };

	fastclock(5);
	boot();
	ATF_CHECK_EQ(60, with_router(&r, "virt0"));
	ATF_CHECK(r.r_asked > 0);
	/* One that is told by hand is as good. */
	ATF_CHECK_EQ(0, rump_pub_netconfig_ipv6_gw("2001:db8:1::9"));
	ATF_CHECK_EQ(0, rump_pub_netconfig_auto_ipv6("virt0"));
}

ATF_TC_WITHOUT_HEAD(refused);
ATF_TC_BODY(refused, tc)
{

	boot();
	ATF_CHECK_EQ(22, rump_pub_netconfig_auto_ipv6("lo0"));
	ATF_CHECK_EQ(6, rump_pub_netconfig_auto_ipv6("virt1"));
	ATF_CHECK_EQ(6, rump_pub_netconfig_auto_ipv6(""));
	ATF_CHECK_EQ(6, rump_pub_netconfig_auto_ipv6(
	    "a-name-that-is-too-long"));
}

ATF_TC_WITHOUT_HEAD(addresses);
ATF_TC_BODY(addresses, tc)
{
	static const char *const good[] = { "fd00::1", "FD00:0:0:0::2",
	    "fd00:1:2:3:4:5:6:7", "fd00:1:2:3:4:5:6::", "fd00::a:b:c:d:e:f",
	    "fd00::10.0.0.1", "fd00:1:2:3:4:5:10.0.0.1", "fe80::77" };
	static const char *const bad[] = { "", ":", ":::", "fd00", "fd00:",
	    "fd00:1", "fd00::1::", "fd00:::1", ":fd00::1", "fd00::1:",
	    "fd00::12345", "fd00::g", "fd00:1:2:3:4:5:6:7:8",
	    "fd00:1:2:3:4:5:6:7:", "fd00:1:2:3:4:5:6:7::", "fd00::1%virt0",
	    "fd00::1/64", " fd00::1", "fd00::1 ", "fd00::10.0.0", "10.0.0.1",
	    "fd00::10.0.0.1:1", "::1:2:3:4:5:6:7:8",
	    "fd00:1:2:3:4:5:6:10.0.0.1",
	    "fd00:0000:0000:0000:0000:0000:0000:0000:0000:0001" };
	size_t i;

	boot();
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ATF_CHECK_EQ_MSG(22, rump_pub_netconfig_ipv6_ifaddr("virt0",
		    bad[i], 64), "'%s'", bad[i]);
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		ATF_CHECK_EQ_MSG(0, rump_pub_netconfig_ipv6_ifaddr("virt0",
		    good[i], 64), "'%s'", good[i]);
	ATF_CHECK_EQ(22, rump_pub_netconfig_ipv6_ifaddr("virt0", "fd00::5",
	    0));
	ATF_CHECK_EQ(22, rump_pub_netconfig_ipv6_ifaddr("virt0", "fd00::5",
	    129));
	ATF_CHECK_EQ(6, rump_pub_netconfig_ipv6_ifaddr("virt1", "fd00::5",
	    64));
	ATF_CHECK(rump_pub_netconfig_ipv6_ifaddr("virt0", "ff02::5",
	    64) != 0);
}

ATF_TC_WITHOUT_HEAD(gateway);
ATF_TC_BODY(gateway, tc)
{

	boot();
	ATF_CHECK_EQ(51, rump_pub_netconfig_ipv6_gw("fd00::9"));
	ATF_REQUIRE_EQ(0, rump_pub_netconfig_ipv6_ifaddr("virt0", "fd00::1",
	    64));
	ATF_CHECK_EQ(22, rump_pub_netconfig_ipv6_gw("::"));
	ATF_CHECK_EQ(22, rump_pub_netconfig_ipv6_gw("ff02::1"));
	ATF_CHECK_EQ(22, rump_pub_netconfig_ipv6_gw("fe80::9"));
	ATF_CHECK_EQ(22, rump_pub_netconfig_ipv6_gw("fd00::9%virt0"));
	ATF_CHECK_EQ(6, rump_pub_netconfig_ipv6_gw("fe80::9%virt1"));
	ATF_CHECK_EQ(6, rump_pub_netconfig_ipv6_gw("fe80::9%"));
	ATF_CHECK_EQ(0, rump_pub_netconfig_ipv6_gw("fe80::9%virt0"));
	ATF_CHECK_EQ(17, rump_pub_netconfig_ipv6_gw("fd00::9"));
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, automatic);
	ATF_TP_ADD_TC(tp, no_router);
	ATF_TP_ADD_TC(tp, refused);
	ATF_TP_ADD_TC(tp, addresses);
	ATF_TP_ADD_TC(tp, gateway);
	return atf_no_error();
}
