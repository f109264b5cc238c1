/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel against Linux: over a tap device, and over a pair of veth by
 * AF_PACKET, in a network namespace of the test's own.  The sockets of Linux
 * are the process's own.
 */
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <net/if.h>

#include <linux/ethtool.h>
#include <linux/sockios.h>

#include "vt.h"

#include "../ns.h"

#define	LINUX	"10.0.0.1"
#define	OURS	"10.0.0.2"

static void
boot(const char *link, int mtu)
{

	setenv("RUMP_NCPU", "2", 1);
	ATF_REQUIRE_EQ(0, rump_init());
	ATF_REQUIRE_EQ(0, vt_config(0, link, 0x0a000002, mtu));
}

#define	TAP	"tap:tap0"
#define	PACKET	"packet:v1"

static void
setup(const char *link, int mtu)
{
	const bool tap = strcmp(link, TAP) == 0;
	char cmd[256];

	ns_own();
	snprintf(cmd, sizeof(cmd), tap ? "ip link set lo up && "
	    "ip tuntap add tap0 mode tap vnet_hdr && ip link set tap0 mtu %d up"
	    " && ip addr add " LINUX "/24 dev tap0" : "ip link set lo up && "
	    "ip link add v0 type veth peer name v1 && "
	    "ip link set v0 mtu %d up && ip link set v1 mtu 65000 up && "
	    "ip addr add " LINUX "/24 dev v0", mtu);
	ns_run(cmd);
	boot(link, mtu);
	/* Linux takes a moment to see that somebody has the other end, and
	 * loses what it is given to send meanwhile. */
	if (tap)
		ns_run("for i in $(seq 400); do ip -br link show dev tap0 | "
		    "grep -q ' UP ' && exit 0; sleep 0.05; done; exit 1");
}

/* A switch of VDE with a tap device for Linux; it ends with its input. */
static pid_t
start_switch(int *input)
{
	char *argv[] = { (char *)"vde_switch", (char *)"-s", (char *)"vde",
	    (char *)"-t", (char *)"tap0", NULL };
	posix_spawn_file_actions_t fa;
	int pair[2], i;
	pid_t pid;

	ATF_REQUIRE_EQ(0, socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0,
	    pair));
	ATF_REQUIRE_EQ(0, posix_spawn_file_actions_init(&fa));
	(void)posix_spawn_file_actions_adddup2(&fa, pair[1], 0);
	(void)posix_spawn_file_actions_adddup2(&fa, pair[1], 1);
	ATF_REQUIRE_EQ(0, posix_spawnp(&pid, argv[0], &fa, NULL, argv,
	    environ));
	(void)posix_spawn_file_actions_destroy(&fa);
	(void)close(pair[1]);
	*input = pair[0];
	for (i = 0; i < 1000 && access("vde/ctl", F_OK) == -1; i++)
		(void)usleep(10000);
	return pid;
}

/* Datagrams of all sizes, there and back. */
static void
datagrams(void)
{
	static const size_t sizes[] = { 0, 1, 100, 1472, 1473, 4000, 20000,
	    60000 };
	struct sockaddr_in to = { .sin_family = AF_INET }, from;
	socklen_t len = sizeof(from);
	static uint8_t buf[65536];
	int ours = in_udp(OURS), theirs = ns_socket(AF_INET, SOCK_DGRAM, 5000);
	const int space = 65536;
	in_sin peer;
	size_t i;

	ATF_REQUIRE_EQ(0, rump_sys_setsockopt(ours, SK_SOL_SOCKET,
	    RUMP_SO_SNDBUF, &space, sizeof(space)));
	ATF_REQUIRE_EQ(0, rump_sys_setsockopt(ours, SK_SOL_SOCKET,
	    RUMP_SO_RCVBUF, &space, sizeof(space)));
	inet_pton(AF_INET, OURS, &to.sin_addr);
	to.sin_port = htons((uint16_t)in_port(ours));
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		ns_fill(buf, i, sizes[i]);
		ATF_REQUIRE_EQ((ssize_t)sizes[i], sendto(theirs, buf, sizes[i],
		    0, (struct sockaddr *)&to, sizeof(to)));
		memset(buf, 0, sizeof(buf));
		ATF_REQUIRE_EQ_MSG((ssize_t)sizes[i], in_recvfrom(ours, buf,
		    sizeof(buf), 0, &peer), "%zu bytes", sizes[i]);
		ns_check(buf, i, sizes[i]);
		ATF_REQUIRE_EQ((ssize_t)sizes[i], rump_sys_sendto(ours, buf,
		    sizes[i], 0, SK_SA(&peer), sizeof(peer)));
		memset(buf, 0, sizeof(buf));
		ATF_REQUIRE_EQ((ssize_t)sizes[i], recvfrom(theirs, buf,
		    sizeof(buf), 0, (struct sockaddr *)&from, &len));
		ns_check(buf, i, sizes[i]);
	}
	(void)rump_sys_close(ours);
	(void)close(theirs);
}

static void
streams(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
	    .sin_port = htons(6001) };
	int l = ns_socket(AF_INET, SOCK_STREAM, 6000), ours, theirs, us;

	ATF_REQUIRE_EQ(0, listen(l, 5));
	ours = in_socket(RUMP_SOCK_STREAM, 0);
	ATF_REQUIRE_EQ_MSG(0, in_connect(ours, LINUX, 6000), "%d", errno);
	ATF_REQUIRE((theirs = accept(l, NULL, NULL)) != -1);
	ns_stream(ours, theirs);
	(void)close(l);

	us = in_socket(RUMP_SOCK_STREAM, 0);
	ATF_REQUIRE_EQ(0, in_bind(us, OURS, 6001));
	ATF_REQUIRE_EQ(0, rump_sys_listen(us, 5));
	inet_pton(AF_INET, OURS, &to.sin_addr);
	theirs = ns_socket(AF_INET, SOCK_STREAM, 0);
	ATF_REQUIRE_EQ(0, connect(theirs, (struct sockaddr *)&to, sizeof(to)));
	ATF_REQUIRE((ours = rump_sys_accept(us, NULL, NULL)) != -1);
	ns_stream(ours, theirs);
	(void)rump_sys_close(us);

	/* Nobody listens, either way. */
	ours = in_socket(RUMP_SOCK_STREAM, 0);
	ATF_CHECK_EQ(-1, in_connect(ours, LINUX, 6009));
	ATF_CHECK_EQ(61, errno);
	theirs = ns_socket(AF_INET, SOCK_STREAM, 0);
	to.sin_port = htons(6009);
	ATF_CHECK_EQ(-1, connect(theirs, (struct sockaddr *)&to, sizeof(to)));
	ATF_CHECK_EQ(ECONNREFUSED, errno);
}

#define	ROOT_CASE(name)							\
ATF_TC(name);								\
ATF_TC_HEAD(name, tc)							\
{									\
									\
	atf_tc_set_md_var(tc, "require.user", "root");			\
	atf_tc_set_md_var(tc, "require.progs", "ip");			\
}									\
ATF_TC_BODY(name, tc)

ROOT_CASE(tap_udp)
{

	setup(TAP, 1500);
	datagrams();
}

ROOT_CASE(tap_tcp)
{

	setup(TAP, 1500);
	streams();
}

ROOT_CASE(tap_small)
{

	setup(TAP, 576);
	datagrams();
	streams();
}

ROOT_CASE(tap_ping)
{

	setup(TAP, 1500);
	ns_run("ping -q -c 3 -i 0.2 -W 10 " OURS);
	ns_run("ping -q -c 2 -i 0.2 -W 10 -s 8000 " OURS);
	ns_run("ip neigh show dev tap0 | grep -q '" OURS " lladdr b2:a0'");
}

/* Flows enough for all queues to have some: each datagram comes in. */
static void
flows(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	int ours = in_udp(OURS), theirs;
	in_sin peer;
	uint8_t i, c;

	inet_pton(AF_INET, OURS, &to.sin_addr);
	to.sin_port = htons((uint16_t)in_port(ours));
	for (i = 0; i < 64; i++) {
		theirs = ns_socket(AF_INET, SOCK_DGRAM, 5000 + i);
		ATF_REQUIRE_EQ(1, sendto(theirs, &i, 1, 0,
		    (struct sockaddr *)&to, sizeof(to)));
		ATF_REQUIRE_EQ(1, in_recvfrom(ours, &c, 1, 0, &peer));
		ATF_CHECK_EQ(i, c);
		ATF_CHECK_EQ(1, rump_sys_sendto(ours, &c, 1, 0, SK_SA(&peer),
		    sizeof(peer)));
		ATF_CHECK_EQ(1, recv(theirs, &c, 1, 0));
		(void)close(theirs);
	}
	(void)rump_sys_close(ours);
}

ROOT_CASE(tap_queues)
{
	uint64_t in = 0;
	int i;

	ns_own();
	ns_run("ip link set lo up && ip tuntap add tap0 mode tap vnet_hdr "
	    "multi_queue && ip link set tap0 up && "
	    "ip addr add " LINUX "/24 dev tap0");
	boot("tap:tap0,queues=3", 1500);
	ns_run("ping -q -c 1 -W 30 " OURS);
	flows();
	rump_schedule();
	ATF_CHECK_EQ(2, rump_kt_state(0, &in));
	rump_unschedule();
	ATF_CHECK_MSG(in >= 64, "%ju", (uintmax_t)in);
	datagrams();
	streams();
	/* Under way. */
	for (i = 1; i <= 3; i++) {
		ns_run("ping -q -f -w 1 " OURS " >/dev/null 2>&1 & sleep 0.1");
		ATF_CHECK_EQ(0, vt_unlink(0));
		ATF_CHECK_EQ(0, vt_config(0, i == 2 ? "tap:tap0,queues=1" :
		    "tap:tap0,queues=8", 0x0a000002, 0));
	}
	flows();
}

ROOT_CASE(tap_queues_refused)
{
	static const char *const bad[] = { "tap:tap0,", "tap:tap0,queues",
	    "tap:tap0,queues=", "tap:tap0,queues=0", "tap:tap0,queues=9",
	    "tap:tap0,queues=-1", "tap:tap0,queues=+1", "tap:tap0,queues= 1",
	    "tap:tap0,queues=2x", "tap:tap0,queues=2,", "tap:tap0,queue=2",
	    "tap:tap0,queues=99999999999999999999",
	    "tap:a-name-that-is-too-long,queues=2",
	    /* One that has only one queue, and one that may have several. */
	    "tap:tap1,queues=2", "tap:tap0" };
	size_t i;

	ns_own();
	ns_run("ip tuntap add tap0 mode tap vnet_hdr multi_queue && "
	    "ip tuntap add tap1 mode tap vnet_hdr");
	ATF_REQUIRE_EQ(0, rump_init());
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ATF_CHECK_EQ_MSG(22, vt_config(0, bad[i], 0x0a000002, 0),
		    "%s", bad[i]);
	ATF_CHECK_EQ(0, vt_config(0, "tap:tap0,queues=8", 0x0a000002, 0));
	ATF_CHECK_EQ(0, vt_config(1, "tap:tap1", 0x0a000102, 0));
}

ROOT_CASE(packet_udp)
{

	setup(PACKET, 1500);
	datagrams();
}

ROOT_CASE(packet_tcp)
{

	setup(PACKET, 1500);
	streams();
}

/* Memory that is shared with a socket. */
static bool
has_ring(void)
{
	FILE *f = fopen("/proc/self/maps", "r");
	char line[512];
	bool found = false;

	ATF_REQUIRE(f != NULL);
	while (!found && fgets(line, sizeof(line), f) != NULL)
		found = strstr(line, "socket:[") != NULL;
	(void)fclose(f);
	return found;
}

/* Without the ring, as where it is refused. */
ROOT_CASE(packet_noring)
{
	static const char *const bad[] = { "packet:v1,", "packet:v1,ring",
	    "packet:v1,noring,", "packet:v1noring" };
	size_t i;

	setup(PACKET ",noring", 1500);
	ATF_CHECK(!has_ring());
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ATF_CHECK_EQ_MSG(i < 3 ? 22 : 6, vt_config(1, bad[i],
		    0x0a000102, 0), "%s", bad[i]);
	datagrams();
	streams();
}

/* What is smaller than a slot, many times around the ring. */
ROOT_CASE(packet_ring)
{

	setup(PACKET, 1500);
	if (!has_ring())
		atf_tc_skip("the host gives no ring");
	ns_run("ping -q -c 500 -f -W 30 " OURS " && "
	    "ping -q -c 3 -i 0.2 -W 10 -s 20000 " OURS);
	/* An interface that was down is not forgotten. */
	ns_run("ip link set v0 down && ip link set v1 down && "
	    "ip link set v1 up && ip link set v0 up");
	ns_run("ping -q -c 3 -i 0.2 -W 10 " OURS);
}

/* A link by AF_XDP sees packets as they are: checksums have to be made. */
static void
make_checksums(const char *name)
{
	struct ethtool_value ev = { .cmd = ETHTOOL_STXCSUM };
	struct ifreq ifr;
	int s = socket(AF_INET, SOCK_DGRAM, 0);

	memset(&ifr, 0, sizeof(ifr));
	strcpy(ifr.ifr_name, name);
	ifr.ifr_data = (char *)&ev;
	ATF_REQUIRE_EQ_MSG(0, ioctl(s, SIOCETHTOOL, &ifr), "%d", errno);
	(void)close(s);
}

ROOT_CASE(xdp)
{
	static const char *const bad[] = { "xdp:", "xdp:v1:", "xdp:v1:x",
	    "xdp:v1:1x", "xdp:v1:-1", "xdp:v1:99999999999999999999",
	    "xdp::0", "xdp:a-name-that-is-too-long" };
	size_t i;

	ns_own();
	ns_run("ip link set lo up && ip link add v0 type veth peer name v1 && "
	    "ip link set v0 up && ip link set v1 up && "
	    "ip addr add " LINUX "/24 dev v0");
	make_checksums("v0");
	setenv("RUMP_NCPU", "2", 1);
	ATF_REQUIRE_EQ(0, rump_init());
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ATF_CHECK_EQ_MSG(22, vt_config(0, bad[i], 0x0a000002, 0),
		    "%s", bad[i]);
	ATF_CHECK_EQ(6, vt_config(0, "xdp:none", 0x0a000002, 0));
	ATF_CHECK(vt_config(0, "xdp:v1:7", 0x0a000002, 0) != 0);
	ATF_REQUIRE_EQ(0, vt_config(0, "xdp:v1", 0x0a000002, 0));
	ns_run("ping -q -c 3 -i 0.2 -W 10 " OURS);
	streams();
	/* The queue is taken; then it is free again, and the host's. */
	ATF_CHECK(vt_config(1, "xdp:v1", 0x0a000102, 0) != 0);
	ATF_CHECK_EQ(0, vt_unlink(0));
	ATF_CHECK_EQ(0, vt_config(0, "xdp:v1:0", 0x0a000002, 0));
	ns_run("ping -q -c 1 -W 10 " OURS);
}

ATF_TC(vde);
ATF_TC_HEAD(vde, tc)
{

	atf_tc_set_md_var(tc, "require.user", "root");
	atf_tc_set_md_var(tc, "require.progs", "ip vde_switch");
}
ATF_TC_BODY(vde, tc)
{
	int input, status;
	pid_t pid;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	atf_tc_skip("libvdeplug loads with RTLD_DEEPBIND, which they refuse");
#endif
	ns_own();
	pid = start_switch(&input);
	ns_run("ip link set lo up && ip link set tap0 up && "
	    "ip addr add " LINUX "/24 dev tap0");
	boot("vde:vde", 0);
	ns_run("ping -q -c 3 -i 0.2 -W 10 " OURS);
	streams();
	ATF_CHECK_EQ(2, vt_config(1, "vde:none", 0x0a000102, 0));
	ATF_CHECK_EQ(0, vt_unlink(0));
	(void)close(input);
	ATF_REQUIRE_EQ(pid, waitpid(pid, &status, 0));
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, tap_udp);
	ATF_TP_ADD_TC(tp, tap_tcp);
	ATF_TP_ADD_TC(tp, tap_small);
	ATF_TP_ADD_TC(tp, tap_ping);
	ATF_TP_ADD_TC(tp, tap_queues);
	ATF_TP_ADD_TC(tp, tap_queues_refused);
	ATF_TP_ADD_TC(tp, packet_udp);
	ATF_TP_ADD_TC(tp, packet_tcp);
	ATF_TP_ADD_TC(tp, packet_noring);
	ATF_TP_ADD_TC(tp, packet_ring);
	ATF_TP_ADD_TC(tp, xdp);
	ATF_TP_ADD_TC(tp, vde);
	return atf_no_error();
}
