/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The spanning tree with Linux's bridge as the other one: two wires between
 * them, tap devices in a network namespace of the test's own, are a loop.
 */
#include "../bpf/dv.h"
#include "../ns.h"

#include <sys/socket.h>

#include <netinet/in.h>

#define	LINUX	"10.0.6.1"
#define	OURS	"10.0.6.2"

static const char *const port[] = { "virt0", "virt1" };

/* The least times that Linux takes. */
static void
linux_bridge(unsigned int priority)
{
	char cmd[512];

	ns_own();
	if (system("ip link add br0 type bridge stp_state 1 2>/dev/null") != 0)
		atf_tc_skip("Linux has no bridge");
	snprintf(cmd, sizeof(cmd), "ip link set lo up && "
	    "ip link set br0 type bridge forward_delay 200 hello_time 100 "
	    "max_age 600 priority %u && "
	    "for i in 0 1; do ip tuntap add tap$i mode tap && "
	    "ip link set tap$i master br0 && ip link set tap$i up; done && "
	    "ip addr add " LINUX "/24 dev br0 && ip link set br0 up",
	    priority);
	ns_run(cmd);
}

static void
control(unsigned long what, void *data, size_t len)
{
	const bool get = what == RUMP_BRDGGIFFLGS;
	struct rump_ifdrv ifd = { .ifd_name = "bridge0", .ifd_cmd = what,
	    .ifd_data = data, .ifd_len = len };

	ATF_REQUIRE_EQ_MSG(0, dv_control(get ? RUMP_SIOCGDRVSPEC :
	    RUMP_SIOCSDRVSPEC, &ifd), "%lu: error %d", what, errno);
}

static struct rump_ifbreq
member(unsigned long what, const char *name)
{
	struct rump_ifbreq req = { .ifbr_ifsflags = RUMP_IFBIF_LEARNING |
	    RUMP_IFBIF_DISCOVER | RUMP_IFBIF_STP };

	strcpy(req.ifbr_ifsname, name);
	control(what, &req, sizeof(req));
	return req;
}

static void
our_bridge(uint16_t priority)
{
	struct rump_ifbrparam p = { .ifbrp_int32 = 0 };
	char link[16];
	int i;

	setenv("RUMP_NCPU", "2", 1);
	ATF_REQUIRE_EQ(0, rump_init());
	dv_create("bridge0");
	p.ifbrp_int8 = 2;
	control(RUMP_BRDGSFD, &p, sizeof(p));
	p.ifbrp_int8 = 6;
	control(RUMP_BRDGSMA, &p, sizeof(p));
	p.ifbrp_int8 = 1;
	control(RUMP_BRDGSHT, &p, sizeof(p));
	p.ifbrp_int16 = priority;
	control(RUMP_BRDGSPRI, &p, sizeof(p));
	for (i = 0; i < 2; i++) {
		dv_create(port[i]);
		snprintf(link, sizeof(link), "tap:tap%d", i);
		dv_link(port[i], link);
		dv_up(port[i]);
		(void)member(RUMP_BRDGADD, port[i]);
		(void)member(RUMP_BRDGSIFFLGS, port[i]);
	}
	ATF_REQUIRE_EQ(0, dv_address("virt0", OURS));
	dv_up("bridge0");
}

/* Until so many of our ports are in a state. */
static void
until_states(int forwarding, int blocking)
{
	int i, f = 0, b = 0, tries;
	uint8_t state;

	for (tries = 0; tries < 1200; tries++) {
		for (i = 0, f = b = 0; i < 2; i++) {
			state = member(RUMP_BRDGGIFFLGS, port[i]).ifbr_state;
			f += state == RUMP_BSTP_IFSTATE_FORWARDING;
			b += state == RUMP_BSTP_IFSTATE_BLOCKING;
		}
		if (f == forwarding && b == blocking)
			return;
		(void)usleep(50000);
	}
	atf_tc_fail("%d ports forward and %d block", f, b);
}

static void
until_linux(const char *command)
{
	int tries;

	for (tries = 0; tries < 600 && system(command) != 0; tries++)
		(void)usleep(100000);
	ATF_REQUIRE_MSG(tries < 600, "%s", command);
}

/* Datagrams until one arrives. */
static void
talk(void)
{
	struct sockaddr_in sin = { .sin_family = AF_INET,
	    .sin_port = htons(5000) };
	struct timeval tv = { .tv_usec = 200000 };
	int ours = in_udp(OURS), theirs = socket(AF_INET, SOCK_DGRAM, 0), i;
	char buf[8];

	ATF_REQUIRE(theirs != -1);
	ATF_REQUIRE_EQ(0, setsockopt(theirs, SOL_SOCKET, SO_RCVTIMEO, &tv,
	    sizeof(tv)));
	ATF_REQUIRE_EQ(0, bind(theirs, (struct sockaddr *)&sin, sizeof(sin)));
	for (i = 0; i < 200; i++) {
		(void)in_sendto(ours, "hello", 5, LINUX, 5000);
		if (recv(theirs, buf, sizeof(buf), 0) == 5)
			break;
	}
	ATF_REQUIRE_MSG(i < 200, "nothing arrived");
	ATF_CHECK_EQ(0, memcmp(buf, "hello", 5));
	(void)close(theirs);
	(void)rump_sys_close(ours);
}

/* Linux is the root: of our two ways to it one blocks, and stands in. */
ATF_TC(linux_root);
ATF_TC_HEAD(linux_root, tc)
{

	atf_tc_set_md_var(tc, "require.user", "root");
	atf_tc_set_md_var(tc, "require.progs", "ip");
}
ATF_TC_BODY(linux_root, tc)
{
	bool first;

	linux_bridge(4096);
	our_bridge(0x8000);
	until_states(1, 1);
	talk();
	first = member(RUMP_BRDGGIFFLGS, port[0]).ifbr_state ==
	    RUMP_BSTP_IFSTATE_FORWARDING;
	ns_run(first ? "ip link set tap0 nomaster" :
	    "ip link set tap1 nomaster");
	/* The one without anybody at its end forwards, too. */
	until_states(2, 0);
	talk();
}

/* We are: Linux blocks one of its. */
ATF_TC(our_root);
ATF_TC_HEAD(our_root, tc)
{

	atf_tc_set_md_var(tc, "require.user", "root");
	atf_tc_set_md_var(tc, "require.progs", "ip");
}
ATF_TC_BODY(our_root, tc)
{

	linux_bridge(32768);
	our_bridge(0x1000);
	until_states(2, 0);
	until_linux("ip -d link show br0 | grep -q 'root_port [12] '");
	until_linux("test $(ip -d link show master br0 | "
	    "grep -c 'designated_root 1000[.]') = 2");
	until_linux("test $(ip -d link show master br0 | "
	    "grep -c 'state blocking') = 1 && "
	    "test $(ip -d link show master br0 | "
	    "grep -c 'state forwarding') = 1");
	talk();
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, linux_root);
	ATF_TP_ADD_TC(tp, our_root);
	return atf_no_error();
}
