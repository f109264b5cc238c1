/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DHCP and DHCPv6 with dnsmasq as the server, over a tap device, in a network
 * namespace of the test's own.
 */
#include <signal.h>

#include <rump/netconfig.h>

#include "../netinet/inet.h"
#include "../ns.h"

static pid_t
start_server(void)
{
	static const char *const argv[] = { "dnsmasq", "--keep-in-foreground",
	    "--conf-file=/dev/null", "--port=0", "--interface=tap0",
	    "--except-interface=lo", "--bind-interfaces", "--user=root",
	    "--pid-file=", "--dhcp-leasefile=leases", "--dhcp-authoritative",
	    "--log-facility=-", "--no-ping",
	    "--dhcp-range=10.0.0.50,10.0.0.50,255.255.255.0,120",
	    "--dhcp-option=option:router,10.0.0.1",
	    "--dhcp-option=option:dns-server,10.0.0.1,10.0.0.2",
	    "--dhcp-option=option:ntp-server,10.0.0.3",
	    "--dhcp-option=option:domain-name,example.org",
	    "--dhcp-option=option:mtu,1400",
	    "--dhcp-option=option:classless-static-route,"
	    "0.0.0.0/0,10.0.0.1,192.168.9.0/24,10.0.0.7", NULL };
	pid_t pid;

	ATF_REQUIRE_EQ(0, posix_spawnp(&pid, argv[0], NULL, NULL,
	    (char *const *)(uintptr_t)argv, environ));
	return pid;
}

/* Addresses by DHCPv6 alone, as it tells in its advertisements. */
static pid_t
start_server6(void)
{
	static const char *const argv[] = { "dnsmasq", "--keep-in-foreground",
	    "--conf-file=/dev/null", "--port=0", "--interface=tap0",
	    "--except-interface=lo", "--bind-interfaces", "--user=root",
	    "--pid-file=", "--dhcp-leasefile=leases", "--dhcp-authoritative",
	    "--log-facility=-", "--enable-ra", "--dhcp-rapid-commit",
	    "--dhcp-range=2001:db8::50,2001:db8::50,64,120",
	    "--dhcp-option=option6:dns-server,[2001:db8::1],[2001:db8::2]",
	    "--dhcp-option=option6:domain-search,example.org,one.test",
	    NULL };
	pid_t pid;

	ATF_REQUIRE_EQ(0, posix_spawnp(&pid, argv[0], NULL, NULL,
	    (char *const *)(uintptr_t)argv, environ));
	return pid;
}

/* The server's file says so, or will: it is written after the answer. */
static void
leased(const char *address, bool is)
{
	char command[200];

	(void)snprintf(command, sizeof(command), "for i in $(seq 100); do "
	    "%s grep -q %s leases && exit 0; sleep 0.1; done; exit 1",
	    is ? "" : "!", address);
	ns_run(command);
}

static void
boot(void)
{

	ns_own();
	ns_run("ip link set lo up && ip tuntap add tap0 mode tap vnet_hdr && "
	    "ip link set tap0 addrgenmode none && "
	    "ip link set tap0 up && ip addr add 10.0.0.1/24 dev tap0 && "
	    "ip addr add fe80::1/64 dev tap0 nodad && "
	    "ip addr add 2001:db8::1/64 dev tap0 nodad");
	setenv("RUMP_NCPU", "2", 1);
	ATF_REQUIRE_EQ(0, rump_init());
	ATF_REQUIRE_EQ(0, rump_pub_netconfig_ifcreate("virt0"));
	ATF_REQUIRE_EQ(0, rump_pub_netconfig_ifsetlinkstr("virt0",
	    "tap:tap0"));
}

ATF_TC(dnsmasq);
ATF_TC_HEAD(dnsmasq, tc)
{

	atf_tc_set_md_var(tc, "require.user", "root");
	atf_tc_set_md_var(tc, "require.progs", "ip dnsmasq ping");
}
ATF_TC_BODY(dnsmasq, tc)
{
	static const uint8_t first[16] = { [10] = 0xff, [11] = 0xff, 10, 0, 0,
	    1 };
	struct rump_dhcp_lease dl;
	struct rump_resolver re;
	int mtu, status;
	pid_t pid;

	boot();
	pid = start_server();
	ATF_REQUIRE_EQ(0, rump_pub_netconfig_dhcp_ipv4_oneshot("virt0"));
	ATF_REQUIRE_EQ(0, rump_pub_netconfig_dhcp_ipv4_lease("virt0", &dl));
	ATF_CHECK_EQ(RUMP_DHCP_BOUND, dl.dl_state);
	ATF_CHECK_EQ(htonl(0x0a000032), dl.dl_address);
	ATF_CHECK_EQ(htonl(0xffffff00), dl.dl_mask);
	ATF_CHECK_EQ(htonl(0x0a000001), dl.dl_server);
	ATF_CHECK_EQ(120, dl.dl_seconds);
	ATF_CHECK_EQ(2, dl.dl_ndns);
	ATF_CHECK_EQ(htonl(0x0a000002), dl.dl_dns[1]);
	ATF_CHECK_EQ(1, dl.dl_nntp);
	ATF_CHECK_EQ(2, dl.dl_nroutes);
	ATF_CHECK_EQ(1400, dl.dl_mtu);
	ATF_CHECK_STREQ("example.org", dl.dl_domain);
	ATF_REQUIRE_EQ(0, rump_pub_netconfig_resolver("virt0", &re));
	ATF_REQUIRE_EQ(2, re.re_nservers);
	ATF_CHECK_EQ(0, memcmp(first, re.re_servers[0].rs_addr, 16));
	ATF_CHECK(re.re_servers[0].rs_left <= 120);
	ATF_CHECK_STREQ("example.org", re.re_search);
	ATF_CHECK_EQ(0, rump_pub_netconfig_ifgetmtu("virt0", &mtu));
	ATF_CHECK_EQ(1400, mtu);
	ns_run("ping -q -c 1 -W 10 10.0.0.50");
	leased("10.0.0.50", true);
	/* It is free again, and can be had again. */
	ATF_REQUIRE_EQ(0, rump_pub_netconfig_dhcp_ipv4_stop("virt0"));
	leased("10.0.0.50", false);
	ATF_CHECK_EQ(0, rump_pub_netconfig_dhcp_ipv4_oneshot("virt0"));
	ATF_REQUIRE_EQ(0, kill(pid, SIGTERM));
	ATF_REQUIRE_EQ(pid, waitpid(pid, &status, 0));
}

static void
check_lease6(void)
{
	static const uint8_t want[16] = { 0x20, 1, 0xd, 0xb8, [15] = 0x50 };
	struct rump_dhcp6_lease dl;

	ATF_REQUIRE_EQ(0, rump_pub_netconfig_dhcp_ipv6_lease("virt0", &dl));
	ATF_CHECK_EQ(RUMP_DHCP_BOUND, dl.d6_state);
	ATF_CHECK_EQ(0, memcmp(want, dl.d6_address, 16));
	ATF_CHECK_EQ(120, dl.d6_seconds);
	ATF_REQUIRE_EQ(2, dl.d6_ndns);
	ATF_CHECK_EQ(2, dl.d6_dns[1][15]);
	ATF_CHECK_STREQ("example.org one.test", dl.d6_search);
}

ATF_TC(six);
ATF_TC_HEAD(six, tc)
{

	atf_tc_set_md_var(tc, "require.user", "root");
	atf_tc_set_md_var(tc, "require.progs", "ip dnsmasq ping");
}
ATF_TC_BODY(six, tc)
{
	struct rump_dhcp6_lease dl;
	struct rump_resolver re;
	int status;
	pid_t pid;

	boot();
	pid = start_server6();
	ATF_REQUIRE_EQ(0, rump_pub_netconfig_dhcp_ipv6_oneshot("virt0"));
	check_lease6();
	leased("2001:db8::50", true);
	ATF_REQUIRE_EQ(0, rump_pub_netconfig_dhcp_ipv6_stop("virt0"));
	leased("2001:db8::50", false);
	ATF_REQUIRE_EQ(0, rump_pub_netconfig_dhcp_ipv6("virt0",
	    RUMP_DHCP6_INFO));
	ATF_REQUIRE_EQ(0, rump_pub_netconfig_dhcp_ipv6_lease("virt0", &dl));
	ATF_CHECK_EQ(RUMP_DHCP_INFORMED, dl.d6_state);
	ATF_CHECK_EQ(2, dl.d6_ndns);
	ATF_REQUIRE_EQ(0, rump_pub_netconfig_dhcp_ipv6_stop("virt0"));
	ATF_REQUIRE_EQ(0, rump_pub_netconfig_dhcp_ipv6("virt0",
	    RUMP_DHCP6_ADDRESS | RUMP_DHCP6_RAPID));
	check_lease6();
	ATF_REQUIRE_EQ(0, rump_pub_netconfig_dhcp_ipv6_stop("virt0"));
	/* The router says where addresses come from. */
	ATF_REQUIRE_EQ(0, rump_pub_netconfig_auto_ipv6("virt0"));
	check_lease6();
	/* It tells of the same servers itself: each is there once. */
	ATF_REQUIRE_EQ(0, rump_pub_netconfig_resolver("virt0", &re));
	ATF_CHECK_EQ(2, re.re_nservers);
	ATF_CHECK_EQ(1, re.re_servers[0].rs_addr[15]);
	ATF_CHECK_EQ(2, re.re_servers[1].rs_addr[15]);
	ATF_CHECK_STREQ("example.org one.test", re.re_search);
	ns_run("ping -q -c 1 -W 10 2001:db8::50");
	ATF_REQUIRE_EQ(0, kill(pid, SIGTERM));
	ATF_REQUIRE_EQ(pid, waitpid(pid, &status, 0));
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, six);
	ATF_TP_ADD_TC(tp, dnsmasq);
	return atf_no_error();
}
