/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <rump/netconfig.h>: interfaces, addresses and routers; DHCP of libslirp's
 * server, and then a connection to the host.
 */
#include <sys/socket.h>

#include <netinet/in.h>

#include <rump/netconfig.h>

#include "../netinet/inet.h"

static void
boot(void)
{

	setenv("RUMP_NCPU", "2", 1);
	ATF_REQUIRE_EQ(0, rump_init());
}

static void
create(const char *link)
{
	int error;

	ATF_REQUIRE_EQ(0, rump_pub_netconfig_ifcreate("virt0"));
	error = rump_pub_netconfig_ifsetlinkstr("virt0", link);
	if (error == 19)
		atf_tc_skip("there is no libslirp");
	ATF_REQUIRE_EQ(0, error);
}

ATF_TC_WITHOUT_HEAD(interfaces);
ATF_TC_BODY(interfaces, tc)
{
	int mtu;

	boot();
	create("dgram:a,b");
	ATF_CHECK_EQ(17, rump_pub_netconfig_ifcreate("virt0"));
	ATF_CHECK_EQ(22, rump_pub_netconfig_ifcreate("nothing0"));
	ATF_CHECK_EQ(16, rump_pub_netconfig_ifsetlinkstr("virt0",
	    "dgram:c,d"));
	ATF_CHECK_EQ(6, rump_pub_netconfig_ifsetlinkstr("virt1",
	    "dgram:c,d"));
	ATF_CHECK_EQ(0, rump_pub_netconfig_ifup("virt0"));
	ATF_CHECK_EQ(0, rump_pub_netconfig_ifdown("virt0"));
	ATF_CHECK_EQ(6, rump_pub_netconfig_ifup("virt1"));
	ATF_CHECK_EQ(6, rump_pub_netconfig_ifup(""));
	ATF_CHECK_EQ(6, rump_pub_netconfig_ifdown("a-name-that-is-too-long"));
	ATF_CHECK_EQ(0, rump_pub_netconfig_ifsetmtu("virt0", 9000));
	ATF_CHECK_EQ(0, rump_pub_netconfig_ifgetmtu("virt0", &mtu));
	ATF_CHECK_EQ(9000, mtu);
	ATF_CHECK_EQ(22, rump_pub_netconfig_ifsetmtu("virt0", 1));
	ATF_CHECK_EQ(6, rump_pub_netconfig_ifgetmtu("virt1", &mtu));
	ATF_CHECK_EQ(0, rump_pub_netconfig_ifdestroy("virt0"));
	ATF_CHECK_EQ(6, rump_pub_netconfig_ifdestroy("virt0"));
	ATF_CHECK_EQ(22, rump_pub_netconfig_dhcp_ipv4_oneshot("lo0"));
	ATF_CHECK_EQ(6, rump_pub_netconfig_dhcp_ipv4_oneshot("virt0"));
}

ATF_TC_WITHOUT_HEAD(bridge);
ATF_TC_BODY(bridge, tc)
{

	boot();
	create("dgram:a,b");
	ATF_REQUIRE_EQ(0, rump_pub_netconfig_ifcreate("bridge0"));
	ATF_CHECK_EQ(2, rump_pub_netconfig_brdel("bridge0", "virt0"));
	ATF_CHECK_EQ(0, rump_pub_netconfig_bradd("bridge0", "virt0"));
	ATF_CHECK_EQ(17, rump_pub_netconfig_bradd("bridge0", "virt0"));
	ATF_CHECK_EQ(0, rump_pub_netconfig_brdel("bridge0", "virt0"));
	ATF_CHECK_EQ(6, rump_pub_netconfig_bradd("bridge1", "virt0"));
	ATF_CHECK(rump_pub_netconfig_bradd("bridge0", "virt1") != 0);
	ATF_CHECK_EQ(6, rump_pub_netconfig_bradd("bridge0",
	    "a-name-that-is-too-long"));
	ATF_CHECK(rump_pub_netconfig_bradd("virt0", "virt0") != 0);
}

ATF_TC_WITHOUT_HEAD(addresses);
ATF_TC_BODY(addresses, tc)
{
	static const char *const bad[] = { "", "10", "10.0.0", "10.0.0.",
	    "10.0.0.0.1", "10.0.0.256", "10.0.0.1x", "10.0.0.-1", " 10.0.0.1",
	    "10..0.1", "0x0a.0.0.1", "10.0.0.00001",
	    "10.0.0.0001" };
	size_t i;
	int s;

	boot();
	create("dgram:a,b");
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ATF_CHECK_EQ_MSG(22, rump_pub_netconfig_ipv4_ifaddr("virt0",
		    bad[i], "255.255.255.0"), "'%s'", bad[i]);
		ATF_CHECK_EQ_MSG(22, rump_pub_netconfig_ipv4_ifaddr("virt0",
		    "10.0.0.1", bad[i]), "'%s'", bad[i]);
		ATF_CHECK_EQ_MSG(22, rump_pub_netconfig_ipv4_gw(bad[i]),
		    "'%s'", bad[i]);
	}
	ATF_CHECK_EQ(22, rump_pub_netconfig_ipv4_ifaddr("virt0", "10.0.0.1",
	    "255.0.255.0"));
	ATF_CHECK_EQ(22, rump_pub_netconfig_ipv4_ifaddr_cidr("virt0",
	    "10.0.0.1", 33));
	ATF_CHECK_EQ(22, rump_pub_netconfig_ipv4_ifaddr_cidr("virt0",
	    "10.0.0.1", 0));
	ATF_CHECK_EQ(6, rump_pub_netconfig_ipv4_ifaddr_cidr("virt1",
	    "10.0.0.1", 24));
	/* It is not near as long as we have no address there. */
	ATF_CHECK_EQ(51, rump_pub_netconfig_ipv4_gw("10.0.0.2"));
	ATF_CHECK_EQ(0, rump_pub_netconfig_ipv4_ifaddr("virt0", "10.0.0.1",
	    "255.255.255.0"));
	ATF_CHECK_EQ(0, rump_pub_netconfig_ipv4_ifaddr_cidr("virt0",
	    "10.0.1.1", 24));
	ATF_CHECK_EQ(0, rump_pub_netconfig_ipv4_gw("10.0.0.2"));
	ATF_CHECK_EQ(17, rump_pub_netconfig_ipv4_gw("10.0.1.2"));
	ATF_CHECK_EQ(22, rump_pub_netconfig_ipv4_gw("0.0.0.0"));
	s = in_socket(RUMP_SOCK_DGRAM, 0);
	ATF_CHECK_EQ(0, in_bind(s, "10.0.1.1", 0));
}

/* What is no address is told first. */
ATF_TC_WITHOUT_HEAD(no_ipv6);
ATF_TC_BODY(no_ipv6, tc)
{

	boot();
	create("dgram:a,b");
	ATF_CHECK_EQ(47, rump_pub_netconfig_ipv6_ifaddr("virt0", "fd00::1",
	    64));
	ATF_CHECK_EQ(22, rump_pub_netconfig_ipv6_ifaddr("virt0", "fd00:1",
	    64));
	ATF_CHECK_EQ(47, rump_pub_netconfig_ipv6_gw("fd00::2"));
	ATF_CHECK_EQ(22, rump_pub_netconfig_ipv6_gw("10.0.0.1"));
	ATF_CHECK_EQ(47, rump_pub_netconfig_auto_ipv6("virt0"));
	ATF_CHECK_EQ(47, rump_pub_netconfig_auto_ipv6("virt1"));
	ATF_CHECK_EQ(47, rump_pub_netconfig_dhcp_ipv6_oneshot("virt0"));
	ATF_CHECK_EQ(2, rump_pub_netconfig_dhcp_ipv6_stop("virt0"));
}

/* A page of the host's, the address by DHCP. */
ATF_TC_WITHOUT_HEAD(slirp);
ATF_TC_BODY(slirp, tc)
{
	struct sockaddr_in sin = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct rump_dhcp_lease dl;
	socklen_t len = sizeof(sin);
	char buf[16];
	int l, s, theirs;

	ATF_REQUIRE((l = socket(AF_INET, SOCK_STREAM, 0)) != -1);
	ATF_REQUIRE_EQ(0, bind(l, (struct sockaddr *)&sin, len));
	ATF_REQUIRE_EQ(0, listen(l, 1));
	ATF_REQUIRE_EQ(0, getsockname(l, (struct sockaddr *)&sin, &len));
	boot();
	create("slirp:");
	ATF_REQUIRE_EQ(0, rump_pub_netconfig_dhcp_ipv4_oneshot("virt0"));
	ATF_REQUIRE_EQ(0, rump_pub_netconfig_dhcp_ipv4_lease("virt0", &dl));
	ATF_CHECK_EQ(htonl(0x0a00020f), dl.dl_address);
	ATF_CHECK_EQ(1, dl.dl_ndns);
	s = in_socket(RUMP_SOCK_STREAM, 0);
	ATF_REQUIRE_EQ(0, in_connect(s, "10.0.2.2", ntohs(sin.sin_port)));
	ATF_REQUIRE((theirs = accept(l, NULL, NULL)) != -1);
	ATF_REQUIRE_EQ(5, write(theirs, "hello", 5));
	ATF_CHECK_EQ(5, rump_sys_read(s, buf, sizeof(buf)));
	ATF_CHECK_EQ(0, rump_pub_netconfig_ifdestroy("virt0"));
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, interfaces);
	ATF_TP_ADD_TC(tp, bridge);
	ATF_TP_ADD_TC(tp, addresses);
	ATF_TP_ADD_TC(tp, no_ipv6);
	ATF_TP_ADD_TC(tp, slirp);
	return atf_no_error();
}
