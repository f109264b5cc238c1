/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel against Linux: over a tap device, and over a pair of veth by
 * AF_PACKET, in a network namespace of the test's own.  The sockets of Linux
 * are the process's own.
 */
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <spawn.h>

#include "vt.h"

#define	LINUX	"10.0.0.1"
#define	OURS	"10.0.0.2"
#define	STREAM	(8 * 1024 * 1024)

extern char **environ;

static void
run(const char *command)
{
	char *argv[] = { (char *)"sh", (char *)"-c", (char *)command, NULL };
	pid_t pid;
	int status;

	ATF_REQUIRE_EQ(0, posix_spawnp(&pid, "sh", NULL, NULL, argv, environ));
	ATF_REQUIRE_EQ(pid, waitpid(pid, &status, 0));
	ATF_REQUIRE_EQ_MSG(0, status, "%s", command);
}

static void
setup(bool tap, int mtu)
{
	char cmd[256];

	if (unshare(CLONE_NEWNET) == -1)
		atf_tc_skip("no network namespace");
	snprintf(cmd, sizeof(cmd), tap ? "ip link set lo up && "
	    "ip tuntap add tap0 mode tap vnet_hdr && ip link set tap0 mtu %d up"
	    " && ip addr add " LINUX "/24 dev tap0" : "ip link set lo up && "
	    "ip link add v0 type veth peer name v1 && "
	    "ip link set v0 mtu %d up && ip link set v1 mtu 65000 up && "
	    "ip addr add " LINUX "/24 dev v0", mtu);
	run(cmd);
	setenv("RUMP_NCPU", "2", 1);
	ATF_REQUIRE_EQ(0, rump_init());
	ATF_REQUIRE_EQ(0, vt_config(0, tap ? "tap:tap0" : "packet:v1",
	    0x0a000002, mtu));
}

static int
linux_socket(int type, int port)
{
	struct sockaddr_in sin = { .sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port) };
	struct timeval tv = { .tv_sec = 20 };
	int s = socket(AF_INET, type, 0), one = 1;

	ATF_REQUIRE(s != -1);
	ATF_REQUIRE_EQ(0, setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &tv,
	    sizeof(tv)));
	(void)setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	ATF_REQUIRE_EQ(0, bind(s, (struct sockaddr *)&sin, sizeof(sin)));
	return s;
}

static uint8_t
content(size_t i)
{

	return (uint8_t)(i * 31 + (i >> 8) * 7 + (i >> 16));
}

static void
fill(uint8_t *buf, size_t off, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		buf[i] = content(off + i);
}

static void
check(const uint8_t *buf, size_t off, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		ATF_REQUIRE_EQ_MSG(content(off + i), buf[i], "byte %zu",
		    off + i);
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
	int ours = in_udp(OURS), theirs = linux_socket(SOCK_DGRAM, 5000);
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
		fill(buf, i, sizes[i]);
		ATF_REQUIRE_EQ((ssize_t)sizes[i], sendto(theirs, buf, sizes[i],
		    0, (struct sockaddr *)&to, sizeof(to)));
		memset(buf, 0, sizeof(buf));
		ATF_REQUIRE_EQ((ssize_t)sizes[i], in_recvfrom(ours, buf,
		    sizeof(buf), 0, &peer));
		check(buf, i, sizes[i]);
		ATF_REQUIRE_EQ((ssize_t)sizes[i], rump_sys_sendto(ours, buf,
		    sizes[i], 0, SK_SA(&peer), sizeof(peer)));
		memset(buf, 0, sizeof(buf));
		ATF_REQUIRE_EQ((ssize_t)sizes[i], recvfrom(theirs, buf,
		    sizeof(buf), 0, (struct sockaddr *)&from, &len));
		check(buf, i, sizes[i]);
	}
	(void)rump_sys_close(ours);
	(void)close(theirs);
}

/* Both ways at once on one connection: Linux's side is a thread. */
struct linux_side {
	int	s;
	bool	ok;
};

static void *
linux_writes(void *arg)
{
	struct linux_side *ls = arg;
	static uint8_t buf[65536];
	size_t off;

	for (off = 0; off < STREAM; off += sizeof(buf)) {
		fill(buf, off, sizeof(buf));
		if (send(ls->s, buf, sizeof(buf), MSG_NOSIGNAL) !=
		    (ssize_t)sizeof(buf))
			return NULL;
	}
	ls->ok = shutdown(ls->s, SHUT_WR) == 0;
	return NULL;
}

static void *
linux_reads(void *arg)
{
	struct linux_side *ls = arg;
	static uint8_t buf[65536];
	size_t off = 0, i;
	ssize_t n;

	while ((n = recv(ls->s, buf, sizeof(buf), 0)) > 0) {
		for (i = 0; i < (size_t)n; i++) {
			if (buf[i] != content(off + i))
				return NULL;
		}
		off += (size_t)n;
	}
	ls->ok = n == 0 && off == STREAM;
	return NULL;
}

static void *
we_write(void *arg)
{
	const int s = *(int *)arg;
	static uint8_t buf[50000];
	size_t off, n;

	for (off = 0; off < STREAM; off += n) {
		n = sizeof(buf) < STREAM - off ? sizeof(buf) : STREAM - off;
		fill(buf, off, n);
		ATF_REQUIRE_EQ((ssize_t)n, rump_sys_write(s, buf, n));
	}
	ATF_REQUIRE_EQ(0, rump_sys_shutdown(s, 1));
	return NULL;
}

static void
stream(int ours, int theirs)
{
	struct linux_side w = { .s = theirs }, r = { .s = theirs };
	static uint8_t buf[65536];
	pthread_t tw, tr, us;
	size_t off = 0;
	ssize_t n;

	ATF_REQUIRE_EQ(0, pthread_create(&tw, NULL, linux_writes, &w));
	ATF_REQUIRE_EQ(0, pthread_create(&tr, NULL, linux_reads, &r));
	ATF_REQUIRE_EQ(0, pthread_create(&us, NULL, we_write, &ours));
	while ((n = rump_sys_read(ours, buf, sizeof(buf))) > 0) {
		check(buf, off, (size_t)n);
		off += (size_t)n;
	}
	ATF_CHECK_EQ(0, n);
	ATF_CHECK_EQ(STREAM, off);
	ATF_REQUIRE_EQ(0, pthread_join(tw, NULL));
	ATF_REQUIRE_EQ(0, pthread_join(tr, NULL));
	ATF_REQUIRE_EQ(0, pthread_join(us, NULL));
	ATF_CHECK(w.ok);
	ATF_CHECK(r.ok);
	(void)rump_sys_close(ours);
	(void)close(theirs);
}

static void
streams(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
	    .sin_port = htons(6001) };
	int l = linux_socket(SOCK_STREAM, 6000), ours, theirs, us;

	ATF_REQUIRE_EQ(0, listen(l, 5));
	ours = in_socket(RUMP_SOCK_STREAM, 0);
	ATF_REQUIRE_EQ_MSG(0, in_connect(ours, LINUX, 6000), "%d", errno);
	ATF_REQUIRE((theirs = accept(l, NULL, NULL)) != -1);
	stream(ours, theirs);
	(void)close(l);

	us = in_socket(RUMP_SOCK_STREAM, 0);
	ATF_REQUIRE_EQ(0, in_bind(us, OURS, 6001));
	ATF_REQUIRE_EQ(0, rump_sys_listen(us, 5));
	inet_pton(AF_INET, OURS, &to.sin_addr);
	theirs = linux_socket(SOCK_STREAM, 0);
	ATF_REQUIRE_EQ(0, connect(theirs, (struct sockaddr *)&to, sizeof(to)));
	ATF_REQUIRE((ours = rump_sys_accept(us, NULL, NULL)) != -1);
	stream(ours, theirs);
	(void)rump_sys_close(us);

	/* Nobody listens, either way. */
	ours = in_socket(RUMP_SOCK_STREAM, 0);
	ATF_CHECK_EQ(-1, in_connect(ours, LINUX, 6009));
	ATF_CHECK_EQ(61, errno);
	theirs = linux_socket(SOCK_STREAM, 0);
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

	setup(true, 1500);
	datagrams();
}

ROOT_CASE(tap_tcp)
{

	setup(true, 1500);
	streams();
}

ROOT_CASE(tap_small)
{

	setup(true, 576);
	datagrams();
	streams();
}

ROOT_CASE(tap_ping)
{

	setup(true, 1500);
	run("ping -q -c 3 -i 0.2 -W 10 " OURS);
	run("ping -q -c 2 -i 0.2 -W 10 -s 8000 " OURS);
	run("ip neigh show dev tap0 | grep -q '" OURS " lladdr b2:a0'");
}

ROOT_CASE(packet_udp)
{

	setup(false, 1500);
	datagrams();
}

ROOT_CASE(packet_tcp)
{

	setup(false, 1500);
	streams();
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, tap_udp);
	ATF_TP_ADD_TC(tp, tap_tcp);
	ATF_TP_ADD_TC(tp, tap_small);
	ATF_TP_ADD_TC(tp, tap_ping);
	ATF_TP_ADD_TC(tp, packet_udp);
	ATF_TP_ADD_TC(tp, packet_tcp);
	return atf_no_error();
}
