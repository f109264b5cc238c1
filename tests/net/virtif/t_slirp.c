/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Links to libslirp: sockets of the host's loopback interface are the peers,
 * which the kernel reaches by the network's router, and which reach the kernel
 * by ports of the host that are forwarded.
 */
#include <sys/socket.h>

#include <netinet/in.h>
#include <poll.h>

#include "vt.h"

#define	ROUTER	"10.0.2.2"
#define	OURS	0x0a00020f	/* 10.0.2.15 */
#define	BYTES	(2 * 1024 * 1024)

static void
boot(void)
{

	setenv("RUMP_NCPU", "2", 1);
	ATF_REQUIRE_EQ(0, rump_init());
}

static void
configure(int unit, const char *link)
{
	int error = vt_config(unit, link, OURS, 0);

	if (error == 19)
		atf_tc_skip("there is no libslirp");
	ATF_REQUIRE_EQ_MSG(0, error, "%s: %d", link, error);
}

/* A socket of the host on 127.0.0.1, and its port. */
static int
host_socket(int type, int *port)
{
	struct sockaddr_in sin = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct timeval tv = { .tv_sec = 20 };
	socklen_t len = sizeof(sin);
	int s = socket(AF_INET, type, 0);

	ATF_REQUIRE(s != -1);
	ATF_REQUIRE_EQ(0, setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &tv,
	    sizeof(tv)));
	ATF_REQUIRE_EQ(0, bind(s, (struct sockaddr *)&sin, len));
	ATF_REQUIRE_EQ(0, getsockname(s, (struct sockaddr *)&sin, &len));
	*port = ntohs(sin.sin_port);
	return s;
}

static uint8_t
content(size_t i)
{

	return (uint8_t)(i * 31 + (i >> 8) * 7 + (i >> 16));
}

/* Linux's side: sends back what comes, until the end. */
static void *
echo(void *arg)
{
	const int s = *(int *)arg;
	static uint8_t buf[65536];
	ssize_t n;

	while ((n = recv(s, buf, sizeof(buf), 0)) > 0) {
		if (send(s, buf, (size_t)n, MSG_NOSIGNAL) != n)
			return NULL;
	}
	return n == 0 && shutdown(s, SHUT_WR) == 0 ? arg : NULL;
}

static void *
writer(void *arg)
{
	const int s = *(int *)arg;
	static uint8_t buf[50000];
	size_t off, n, i;

	for (off = 0; off < BYTES; off += n) {
		n = sizeof(buf) < BYTES - off ? sizeof(buf) : BYTES - off;
		for (i = 0; i < n; i++)
			buf[i] = content(off + i);
		ATF_REQUIRE_EQ((ssize_t)n, rump_sys_write(s, buf, n));
	}
	ATF_REQUIRE_EQ(0, rump_sys_shutdown(s, 1));
	return NULL;
}

/* Much data goes there and back again on a connection. */
static void
exchange(int ours, int theirs)
{
	static uint8_t buf[65536];
	pthread_t te, tw;
	size_t off = 0, i;
	void *ok;
	ssize_t n;

	ATF_REQUIRE_EQ(0, pthread_create(&te, NULL, echo, &theirs));
	ATF_REQUIRE_EQ(0, pthread_create(&tw, NULL, writer, &ours));
	while ((n = rump_sys_read(ours, buf, sizeof(buf))) > 0) {
		for (i = 0; i < (size_t)n; i++)
			ATF_REQUIRE_EQ_MSG(content(off + i), buf[i],
			    "byte %zu", off + i);
		off += (size_t)n;
	}
	ATF_CHECK_EQ(0, n);
	ATF_CHECK_EQ(BYTES, off);
	ATF_REQUIRE_EQ(0, pthread_join(tw, NULL));
	ATF_REQUIRE_EQ(0, pthread_join(te, &ok));
	ATF_CHECK(ok != NULL);
	(void)rump_sys_close(ours);
	(void)close(theirs);
}

ATF_TC_WITHOUT_HEAD(out_tcp);
ATF_TC_BODY(out_tcp, tc)
{
	int port, l = host_socket(SOCK_STREAM, &port), ours, theirs;

	ATF_REQUIRE_EQ(0, listen(l, 5));
	boot();
	configure(0, "slirp:");
	ours = in_socket(RUMP_SOCK_STREAM, 0);
	ATF_REQUIRE_EQ_MSG(0, in_connect(ours, ROUTER, port), "%d", errno);
	ATF_REQUIRE((theirs = accept(l, NULL, NULL)) != -1);
	exchange(ours, theirs);
	/* Nobody listens any more. */
	(void)close(l);
	ours = in_socket(RUMP_SOCK_STREAM, 0);
	ATF_CHECK_EQ(-1, in_connect(ours, ROUTER, port));
	ATF_CHECK_EQ(61, errno);
}

ATF_TC_WITHOUT_HEAD(out_udp);
ATF_TC_BODY(out_udp, tc)
{
	int port, theirs = host_socket(SOCK_DGRAM, &port), ours;
	static uint8_t buf[2048];
	struct sockaddr_in from;
	socklen_t len = sizeof(from);
	in_sin peer;

	boot();
	configure(0, "slirp:net=10.0.2.0/24");
	ours = in_udp("0.0.0.0");
	ATF_REQUIRE_EQ(5, in_sendto(ours, "hello", 5, ROUTER, port));
	ATF_REQUIRE_EQ(5, recvfrom(theirs, buf, sizeof(buf), 0,
	    (struct sockaddr *)&from, &len));
	ATF_CHECK_EQ(0, memcmp(buf, "hello", 5));
	ATF_REQUIRE_EQ(1400, sendto(theirs, buf, 1400, 0,
	    (struct sockaddr *)&from, len));
	ATF_CHECK_EQ(1400, in_recvfrom(ours, buf, sizeof(buf), 0, &peer));
}

/* "hostfwd=tcp:127.0.0.1:PORT-:80", of a port that was free. */
static int
forward(char link[64], const char *more)
{
	int port, s = host_socket(SOCK_STREAM, &port);

	(void)close(s);
	snprintf(link, 64, "slirp:%shostfwd=tcp:127.0.0.1:%d-:80", more, port);
	return port;
}

static int
host_connect(int port)
{
	struct sockaddr_in sin = { .sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int any, s = host_socket(SOCK_STREAM, &any);

	ATF_REQUIRE_EQ(0, connect(s, (struct sockaddr *)&sin, sizeof(sin)));
	return s;
}

static void
served(const char *more)
{
	int us, ours, theirs, port;
	char link[64];

	port = forward(link, more);
	boot();
	configure(0, link);
	us = in_socket(RUMP_SOCK_STREAM, 0);
	ATF_REQUIRE_EQ(0, in_bind(us, "0.0.0.0", 80));
	ATF_REQUIRE_EQ(0, rump_sys_listen(us, 5));
	theirs = host_connect(port);
	ATF_REQUIRE((ours = rump_sys_accept(us, NULL, NULL)) != -1);
	exchange(ours, theirs);
}

ATF_TC_WITHOUT_HEAD(in_tcp);
ATF_TC_BODY(in_tcp, tc)
{

	served("");
}

/* What comes in may go out again, but nothing else. */
ATF_TC_WITHOUT_HEAD(restricted);
ATF_TC_BODY(restricted, tc)
{
	int port, l = host_socket(SOCK_STREAM, &port), ours;

	ATF_REQUIRE_EQ(0, listen(l, 5));
	served("restrict,");
	ours = in_socket(RUMP_SOCK_STREAM, 0);
	ATF_CHECK_EQ(-1, in_connect(ours, ROUTER, port));
	ATF_CHECK_EQ(61, errno);
}

/* A port in use is an error; a link that has gone frees its ports. */
ATF_TC_WITHOUT_HEAD(again);
ATF_TC_BODY(again, tc)
{
	char link[64];
	int i, port, s;

	port = forward(link, "");
	boot();
	for (i = 0; i < 5; i++) {
		configure(0, link);
		ATF_CHECK_EQ(48, vt_config(1, link, OURS + 256, 0));
		s = host_connect(port);
		ATF_CHECK_EQ(0, vt_unlink(0));
		(void)close(s);
	}
}

ATF_TC_WITHOUT_HEAD(refused);
ATF_TC_BODY(refused, tc)
{
	static const char *const bad[] = { "slirp", "slirp:nothing",
	    "slirp:net=10.0.2.0", "slirp:net=10.0.2.0/28", "slirp:net=0/24",
	    "slirp:net=10.0.2.1/24", "slirp:net=10.0.2.0/24x",
	    "slirp:net=10.0.2.0/", "slirp:net=10.0.2.0/99999999999999999999",
	    "slirp:restrict=on", "slirp:hostfwd=", "slirp:hostfwd=tcp:",
	    "slirp:hostfwd=tcp::80", "slirp:hostfwd=tcp::80-",
	    "slirp:hostfwd=tcp::80-:0", "slirp:hostfwd=tcp::65536-:80",
	    "slirp:hostfwd=sctp::80-:80", "slirp:hostfwd=tcp:host:80-:80",
	    "slirp:hostfwd=tcp::8080-10.0.3.15:80",
	    "slirp:hostfwd=tcp::-1-:80", "slirp:hostfwd=tcp::+1-:80" };
	char link[2048] = "slirp:";
	size_t i;

	boot();
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ATF_CHECK_EQ_MSG(22, vt_config(0, bad[i], OURS, 0), "%s",
		    bad[i]);
	memset(link + 6, 'x', 200);
	ATF_CHECK_EQ(22, vt_config(0, link, OURS, 0));
	link[6] = '\0';
	for (i = 0; i < 33; i++)
		strcat(link, "hostfwd=tcp::1-:1,");
	ATF_CHECK_EQ(22, vt_config(0, link, OURS, 0));
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, out_tcp);
	ATF_TP_ADD_TC(tp, out_udp);
	ATF_TP_ADD_TC(tp, in_tcp);
	ATF_TP_ADD_TC(tp, restricted);
	ATF_TP_ADD_TC(tp, again);
	ATF_TP_ADD_TC(tp, refused);
	return atf_no_error();
}
