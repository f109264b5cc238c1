/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPv6 against Linux over a tap device, in a network namespace of the test's
 * own.  The sockets of Linux are the process's own.
 *
 * Sources: ip6(4), RFC 8200, RFC 4861
 */
#include <fcntl.h>

#include "inet6.h"

#include "../ns.h"

int	rump_kt_linux6(char *, int);
unsigned int rump_kt_linux6_index(void);

#define	LINUX	"2001:db8::1"
#define	OURS	"2001:db8::2"
#define	TRIES	5

static void
setup(int mtu)
{
	char cmd[512], link[] = "tap:tap0";
	int error;

	ns_own();
	snprintf(cmd, sizeof(cmd), "ip link set lo up && "
	    "ip tuntap add tap0 mode tap vnet_hdr && "
	    "ip link set tap0 mtu %d up && "
	    "ip addr add " LINUX "/64 dev tap0 nodad && "
	    "ip addr add fe80::99/64 dev tap0 nodad", mtu);
	ns_run(cmd);
	setenv("RUMP_NCPU", "2", 1);
	ATF_REQUIRE_EQ(0, rump_init());
	rump_schedule();
	error = rump_kt_linux6(link, mtu);
	rump_unschedule();
	ATF_REQUIRE_EQ(0, error);
}

static struct sockaddr_in6
linux_addr(const char *addr, int port)
{
	struct sockaddr_in6 sin6 = { .sin6_family = AF_INET6,
	    .sin6_port = htons((uint16_t)port) };

	ATF_REQUIRE_EQ(1, inet_pton(AF_INET6, addr, &sin6.sin6_addr));
	return sin6;
}

/* Datagrams of all sizes, there and back. */
static void
datagrams(void)
{
	static const size_t sizes[] = { 0, 1, 100, 1232, 1233, 1452, 1453,
	    4000, 20000, 60000 };
	static uint8_t buf[65536];
	int ours = i6_udp(OURS), theirs = ns_socket(AF_INET6, SOCK_DGRAM, 5000);
	struct sockaddr_in6 to = linux_addr(OURS, i6_port(ours));
	struct sk_timeval tv = { .tv_sec = 4 };
	i6_sin peer;
	ssize_t n;
	size_t i;
	int tries;

	ATF_REQUIRE_EQ(0, rump_sys_setsockopt(ours, SK_SOL_SOCKET,
	    RUMP_SO_RCVTIMEO, &tv, sizeof(tv)));
	ATF_REQUIRE_EQ(0, sk_set(ours, RUMP_SO_SNDBUF, 65536));
	ATF_REQUIRE_EQ(0, sk_set(ours, RUMP_SO_RCVBUF, 65536));
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		/* A piece of many may be lost where the machine is busy. */
		for (n = -1, tries = 0; n == -1 && tries < TRIES; tries++) {
			ns_fill(buf, i, sizes[i]);
			ATF_REQUIRE_EQ((ssize_t)sizes[i], sendto(theirs, buf,
			    sizes[i], 0, (struct sockaddr *)&to, sizeof(to)));
			memset(buf, 0, sizeof(buf));
			n = i6_recvfrom(ours, buf, sizeof(buf), 0, &peer);
		}
		ATF_REQUIRE_EQ_MSG((ssize_t)sizes[i], n, "%zu", sizes[i]);
		ns_check(buf, i, sizes[i]);
		ATF_REQUIRE_EQ((ssize_t)sizes[i], rump_sys_sendto(ours, buf,
		    sizes[i], 0, SK_SA(&peer), sizeof(peer)));
		memset(buf, 0, sizeof(buf));
		ATF_REQUIRE_EQ((ssize_t)sizes[i], recv(theirs, buf,
		    sizeof(buf), 0));
		ns_check(buf, i, sizes[i]);
	}
	(void)rump_sys_close(ours);
	(void)close(theirs);
}

static void
streams(void)
{
	struct sockaddr_in6 to = linux_addr(OURS, 6001);
	int l = ns_socket(AF_INET6, SOCK_STREAM, 6000), ours, theirs, us;

	ATF_REQUIRE_EQ(0, listen(l, 5));
	ours = i6_socket(RUMP_SOCK_STREAM, 0);
	ATF_REQUIRE_EQ_MSG(0, i6_connect(ours, LINUX, 6000), "%d", errno);
	ATF_REQUIRE((theirs = accept(l, NULL, NULL)) != -1);
	ns_stream(ours, theirs);
	(void)close(l);

	us = i6_socket(RUMP_SOCK_STREAM, 0);
	ATF_REQUIRE_EQ(0, i6_bind(us, OURS, 6001));
	ATF_REQUIRE_EQ(0, rump_sys_listen(us, 5));
	theirs = ns_socket(AF_INET6, SOCK_STREAM, 0);
	ATF_REQUIRE_EQ(0, connect(theirs, (struct sockaddr *)&to, sizeof(to)));
	ATF_REQUIRE((ours = rump_sys_accept(us, NULL, NULL)) != -1);
	ns_stream(ours, theirs);
	(void)rump_sys_close(us);

	/* Nobody listens, either way. */
	ours = i6_socket(RUMP_SOCK_STREAM, 0);
	NB_FAILS(RUMP_ECONNREFUSED, i6_connect(ours, LINUX, 6009));
	theirs = ns_socket(AF_INET6, SOCK_STREAM, 0);
	to.sin6_port = htons(6009);
	ATF_CHECK_EQ(-1, connect(theirs, (struct sockaddr *)&to, sizeof(to)));
	ATF_CHECK_EQ(ECONNREFUSED, errno);
}

#define	ROOT_CASE(name)							\
ATF_TC(name);								\
ATF_TC_HEAD(name, tc)							\
{									\
									\
	atf_tc_set_md_var(tc, "require.user", "root");			\
	atf_tc_set_md_var(tc, "require.progs", "ip ping");		\
}									\
ATF_TC_BODY(name, tc)

ROOT_CASE(udp)
{

	setup(1500);
	datagrams();
}

ROOT_CASE(tcp)
{

	setup(1500);
	streams();
}

/* The least there is, RFC 8200 section 5. */
ROOT_CASE(small)
{

	setup(1280);
	datagrams();
	streams();
}

/* Linux pings us, small and large, and knows us as its neighbour. */
ROOT_CASE(pinged)
{

	setup(1500);
	ns_run("ping -6 -q -c 3 -i 0.2 -W 10 " OURS);
	ns_run("ping -6 -q -c 2 -i 0.2 -W 10 -s 8000 " OURS);
	ns_run("ping -6 -q -c 2 -i 0.2 -W 10 -s 60000 " OURS);
	ns_run("ip -6 neigh show dev tap0 | grep -q '" OURS " lladdr b2:a0'");
	/* And all on the link. */
	ns_run("ping -6 -q -c 2 -i 0.2 -W 10 ff02::1%tap0");
}

/* By our address of the link, with the zone said. */
ROOT_CASE(link_local)
{
	struct sockaddr_in6 from;
	socklen_t len = sizeof(from);
	int theirs, ours;
	char buf[10];
	i6_sin to;

	setup(1500);
	theirs = ns_socket(AF_INET6, SOCK_DGRAM, 5000);
	ours = i6_udp("::");
	to = i6_addr("fe80::99", 5000);
	NB_FAILS(RUMP_EHOSTUNREACH, rump_sys_sendto(ours, "x", 1, 0,
	    SK_SA(&to), sizeof(to)));
	rump_schedule();
	to.sin6_scope_id = rump_kt_linux6_index();
	rump_unschedule();
	ATF_REQUIRE_EQ_MSG(1, rump_sys_sendto(ours, "x", 1, 0, SK_SA(&to),
	    sizeof(to)), "%d", errno);
	ATF_REQUIRE_EQ(1, recvfrom(theirs, buf, sizeof(buf), 0,
	    (struct sockaddr *)&from, &len));
	ATF_CHECK(IN6_IS_ADDR_LINKLOCAL(&from.sin6_addr));
	ATF_REQUIRE_EQ(2, sendto(theirs, "ab", 2, 0,
	    (struct sockaddr *)&from, len));
	memset(&to, 0, sizeof(to));
	ATF_REQUIRE_EQ(2, i6_recvfrom(ours, buf, sizeof(buf), 0, &to));
	ATF_CHECK(i6_is(to.sin6_addr, "fe80::99"));
	rump_schedule();
	ATF_CHECK_EQ(rump_kt_linux6_index(), to.sin6_scope_id);
	rump_unschedule();
}

/* Errors of Linux reach who sent what they are about. */
ROOT_CASE(errors)
{
	int ours;
	char c;

	setup(1500);
	ours = i6_socket(RUMP_SOCK_DGRAM, 0);
	ATF_REQUIRE_EQ(0, i6_connect(ours, LINUX, 7777));
	ATF_REQUIRE_EQ(1, sk_send(ours, "x", 1, 0));
	NB_FAILS(RUMP_ECONNREFUSED, sk_recv(ours, &c, 1, 0));
	/* A host that Linux should know the way to. */
	ATF_REQUIRE_EQ(0, rump_sys_close(ours));
	ns_run("sysctl -q -w net.ipv6.conf.all.forwarding=1");
	ours = i6_socket(RUMP_SOCK_DGRAM, 0);
	ATF_REQUIRE_EQ(0, i6_connect(ours, "2001:db8:77::1", 7777));
	ATF_REQUIRE_EQ(1, sk_send(ours, "x", 1, 0));
	NB_FAILS(RUMP_EHOSTUNREACH, sk_recv(ours, &c, 1, 0));
}

/* The namespace that this thread is in. */
static int
ns_open(void)
{
	int fd = open("/proc/thread-self/ns/net", O_RDONLY);

	ATF_REQUIRE(fd != -1);
	return fd;
}

/* A narrow place behind Linux: it is found, and TCP gets through. */
ROOT_CASE(path_mtu)
{
	static uint8_t buf[30000];	/* less than any buffer */
	struct i6_mtuinfo mi;
	int near, far, l, ours, theirs;
	char *command;
	size_t off = 0;
	ssize_t n;

	setup(1500);
	near = ns_open();
	ATF_REQUIRE_EQ(0, unshare(CLONE_NEWNET));
	far = ns_open();
	ATF_REQUIRE(asprintf(&command, "ip link add v1 type veth "
	    "peer name v0 netns /proc/%d/fd/%d && "
	    "ip link set v1 mtu 1300 up && "
	    "ip addr add 2001:db8:5::2/64 dev v1 nodad", (int)getpid(),
	    near) != -1);
	ns_run(command);
	free(command);
	ATF_REQUIRE_EQ(0, setns(near, CLONE_NEWNET));
	ns_run("sysctl -q -w net.ipv6.conf.all.forwarding=1 && "
	    "ip link set v0 mtu 1300 up && "
	    "ip addr add 2001:db8:5::1/64 dev v0 nodad");
	ATF_REQUIRE_EQ(0, setns(far, CLONE_NEWNET));
	ns_run("ip route add default via 2001:db8:5::1");
	l = ns_socket(AF_INET6, SOCK_STREAM, 6000);
	ATF_REQUIRE_EQ(0, listen(l, 5));
	ours = i6_socket(RUMP_SOCK_STREAM, 0);
	ATF_REQUIRE_EQ_MSG(0, i6_connect(ours, "2001:db8:5::2", 6000), "%d",
	    errno);
	ATF_REQUIRE((theirs = accept(l, NULL, NULL)) != -1);
	/* TCP is told by the other end's segment size; this is larger. */
	ns_fill(buf, 0, sizeof(buf));
	ATF_REQUIRE_EQ((ssize_t)sizeof(buf), rump_sys_write(ours, buf,
	    sizeof(buf)));
	while (off < sizeof(buf) &&
	    (n = recv(theirs, buf, sizeof(buf), 0)) > 0) {
		ns_check(buf, off, (size_t)n);
		off += (size_t)n;
	}
	ATF_CHECK_EQ(sizeof(buf), off);
	(void)rump_sys_close(ours);
	(void)close(theirs);
	/* Datagrams: the first is lost, the others come in pieces. */
	theirs = ns_socket(AF_INET6, SOCK_DGRAM, 5000);
	ours = i6_socket(RUMP_SOCK_DGRAM, 0);
	ATF_REQUIRE_EQ(0, i6_connect(ours, "2001:db8:5::2", 5000));
	ATF_REQUIRE_EQ(0, i6_set(ours, I6_RECVPATHMTU, 1));
	ATF_REQUIRE_EQ(1400, sk_send(ours, buf, 1400, 0));
	ATF_REQUIRE_EQ(sizeof(mi), i6_recv_msg(ours, I6_PATHMTU, &mi,
	    sizeof(mi)));
	ATF_CHECK_EQ(1300, mi.mtu);
	ATF_REQUIRE_EQ(1400, sk_send(ours, buf, 1400, 0));
	ATF_REQUIRE_EQ(1400, recv(theirs, buf, sizeof(buf), 0));
	ATF_CHECK_EQ(1, I6_ICMPSTAT(534));
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, udp);
	ATF_TP_ADD_TC(tp, tcp);
	ATF_TP_ADD_TC(tp, small);
	ATF_TP_ADD_TC(tp, pinged);
	ATF_TP_ADD_TC(tp, link_local);
	ATF_TP_ADD_TC(tp, errors);
	ATF_TP_ADD_TC(tp, path_mtu);
	return atf_no_error();
}
