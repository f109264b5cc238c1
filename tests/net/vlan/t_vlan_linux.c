/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vlan(4) with Linux's as the other end, over a tap device in a network
 * namespace of the test's own: datagrams and a stream, of one tag and of two.
 */
#include "vl.h"

#include "../ns.h"

#include <net/if.h>
#include <poll.h>

#include <linux/if_ether.h>
#include <linux/if_packet.h>

#define	LINUX		"10.0.5.1"
#define	OURS		"10.0.5.2"
#define	STREAM		(1024 * 1024)

static uint8_t buf[65536];

/* An interface of Linux's with a tag; not all kernels can make one. */
static void
linux_vlans(bool vnet, bool two)
{
	char cmd[512];

	ns_own();
	snprintf(cmd, sizeof(cmd), "ip link set lo up && "
	    "ip tuntap add tap0 mode tap %s && ip link set tap0 up",
	    vnet ? "vnet_hdr" : "");
	ns_run(cmd);
	if (system("ip link add link tap0 name v5 type vlan id 5 2>/dev/null")
	    != 0)
		atf_tc_skip("Linux has no vlan");
	if (two)
		ns_run("ip link set v5 up && ip link add link v5 name v6 type "
		    "vlan id 6 && ip link set v6 mtu 1496");
	snprintf(cmd, sizeof(cmd), "ip addr add " LINUX "/24 dev %s && "
	    "ip link set %s up", two ? "v6" : "v5", two ? "v6" : "v5");
	ns_run(cmd);
}

static void
our_vlans(const char *link, bool two)
{

	setenv("RUMP_NCPU", "2", 1);
	ATF_REQUIRE_EQ(0, rump_init());
	dv_create("virt0");
	dv_link("virt0", link);
	dv_up("virt0");
	vl_make("vlan0", "virt0", 5);
	if (two) {
		vl_make("vlan1", "vlan0", 6);
		ATF_REQUIRE_EQ(0, dv_setmtu("vlan1", 1496));
	}
	ATF_REQUIRE_EQ(0, dv_address(two ? "vlan1" : "vlan0", OURS));
}

/* There and back, in one frame and in several. */
static void
datagrams(void)
{
	static const size_t sizes[] = { 0, 1, 100, 1468, 1472, 4000, 20000 };
	struct sockaddr_in from;
	socklen_t len = sizeof(from);
	int ours = in_udp(OURS), theirs = ns_socket(AF_INET, SOCK_DGRAM, 5000);
	size_t i, j;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		for (j = 0; j < sizes[i]; j++)
			buf[j] = (uint8_t)(i + j * 7);
		ATF_REQUIRE_EQ_MSG((ssize_t)sizes[i], in_sendto(ours, buf,
		    sizes[i], LINUX, 5000), "%zu: error %d", i, errno);
		memset(buf, 0, sizeof(buf));
		ATF_REQUIRE_EQ((ssize_t)sizes[i], recvfrom(theirs, buf,
		    sizeof(buf), 0, (struct sockaddr *)&from, &len));
		dv_check_data(buf, sizes[i], (uint8_t)i);
		ATF_REQUIRE_EQ((ssize_t)sizes[i], sendto(theirs, buf, sizes[i],
		    0, (struct sockaddr *)&from, len));
		memset(buf, 0, sizeof(buf));
		ATF_REQUIRE_EQ((ssize_t)sizes[i], in_recvfrom(ours, buf,
		    sizeof(buf), 0, NULL));
		dv_check_data(buf, sizes[i], (uint8_t)i);
	}
	(void)rump_sys_close(ours);
	(void)close(theirs);
}

static void *
linux_echoes(void *arg)
{
	int s = *(int *)arg, c = accept(s, NULL, NULL);
	static uint8_t b[32768];
	ssize_t n, m, w;

	if (c == -1)
		return NULL;
	while ((n = read(c, b, sizeof(b))) > 0) {
		for (m = 0; m < n; m += w) {
			if ((w = write(c, b + m, (size_t)(n - m))) <= 0)
				break;
		}
	}
	(void)close(c);
	return NULL;
}

static void *
we_send(void *arg)
{
	int s = *(int *)arg;
	uint8_t b[8192];
	size_t off, i;

	for (off = 0; off < STREAM; off += sizeof(b)) {
		for (i = 0; i < sizeof(b); i++)
			b[i] = (uint8_t)((off + i) * 13 + ((off + i) >> 9));
		ATF_REQUIRE_EQ((ssize_t)sizeof(b), rump_sys_write(s, b,
		    sizeof(b)));
	}
	ATF_REQUIRE_EQ(0, rump_sys_shutdown(s, 1));
	return NULL;
}

static void
stream(void)
{
	int theirs = ns_socket(AF_INET, SOCK_STREAM, 5000), s;
	struct sk_timeval tv = { .tv_sec = 20 };
	pthread_t pt[2];
	size_t off = 0;
	ssize_t n, i;

	ATF_REQUIRE_EQ(0, listen(theirs, 1));
	ATF_REQUIRE_EQ(0, pthread_create(&pt[0], NULL, linux_echoes, &theirs));
	s = in_socket(RUMP_SOCK_STREAM, 0);
	ATF_REQUIRE_EQ(0, rump_sys_setsockopt(s, SK_SOL_SOCKET,
	    RUMP_SO_RCVTIMEO, &tv, sizeof(tv)));
	ATF_REQUIRE_EQ_MSG(0, in_connect(s, LINUX, 5000), "error %d", errno);
	ATF_REQUIRE_EQ(0, pthread_create(&pt[1], NULL, we_send, &s));
	while ((n = rump_sys_read(s, buf, sizeof(buf))) > 0) {
		for (i = 0; i < n; i++, off++)
			ATF_REQUIRE_EQ((uint8_t)(off * 13 + (off >> 9)),
			    buf[i]);
	}
	ATF_CHECK_EQ(0, n);
	ATF_CHECK_EQ(STREAM, off);
	pthread_join(pt[0], NULL);
	pthread_join(pt[1], NULL);
}

#define	LINUX_CASE(name, vnet, two)					\
ATF_TC(name);								\
ATF_TC_HEAD(name, tc)							\
{									\
	atf_tc_set_md_var(tc, "require.user", "root");			\
}									\
ATF_TC_BODY(name, tc)							\
{									\
									\
	linux_vlans(vnet, two);						\
	our_vlans("tap:tap0", two);					\
	datagrams();							\
	stream();							\
}

LINUX_CASE(one, false, false)
LINUX_CASE(offload, true, false)
LINUX_CASE(two, true, true)

/* A pair of veth; a socket for frames at the end that is not ours. */
static int
veth_socket(void)
{
	struct sockaddr_ll sll = { .sll_family = AF_PACKET,
	    .sll_protocol = htons(ETH_P_ALL) };
	int s;

	ns_own();
	ns_run("ip link add v0 type veth peer name v1 && ip link set v0 up && "
	    "ip link set v1 up");
	sll.sll_ifindex = (int)if_nametoindex("v0");
	ATF_REQUIRE((s = socket(AF_PACKET, SOCK_RAW, 0)) != -1);
	ATF_REQUIRE_EQ(0, bind(s, (struct sockaddr *)&sll, sizeof(sll)));
	return s;
}

/* Linux takes the tag out of a frame that comes from an interface of its own;
 * it is asked for whether it has a module for tags or not. */
static void
tag_is_back(const char *link)
{
	uint8_t ask[64] = { 255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 0, 1,
	    0x81, 0, 0, 5, 8, 6, 0, 1, 8, 0, 6, 4, 0, 1,
	    2, 0, 0, 0, 0, 1, 10, 0, 5, 1, 0, 0, 0, 0, 0, 0, 10, 0, 5, 2 };
	const int s = veth_socket();
	struct pollfd pfd = { .fd = s, .events = POLLIN };
	const uint8_t *arp;
	int tries = 0;

	our_vlans(link, false);
	do {
		/* As ARP does: a link that has just come up loses frames. */
		while (tries == 0 || poll(&pfd, 1, 1000) == 0) {
			ATF_REQUIRE_MSG(tries++ < 20, "no answer");
			ATF_REQUIRE_EQ((ssize_t)sizeof(ask), send(s, ask,
			    sizeof(ask), 0));
		}
		ATF_REQUIRE(recv(s, buf, sizeof(buf), 0) >= 42);
		arp = buf + (buf[12] == 0x81 ? 18 : 14);
	} while (arp[-2] != 8 || arp[-1] != 6 || arp[7] != 2);
	ATF_CHECK_EQ(0, memcmp(arp + 14, "\x0a\x00\x05\x02", 4));
}

#define	PACKET_CASE(name, link)						\
ATF_TC(name);								\
ATF_TC_HEAD(name, tc)							\
{									\
	atf_tc_set_md_var(tc, "require.user", "root");			\
}									\
ATF_TC_BODY(name, tc)							\
{									\
									\
	tag_is_back(link);						\
}

PACKET_CASE(packet, "packet:v1")
PACKET_CASE(packet_noring, "packet:v1,noring")

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, one);
	ATF_TP_ADD_TC(tp, offload);
	ATF_TP_ADD_TC(tp, two);
	ATF_TP_ADD_TC(tp, packet);
	ATF_TP_ADD_TC(tp, packet_noring);
	return atf_no_error();
}
