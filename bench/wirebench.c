/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two processes and a wire between them: how many bytes a stream brings from
 * one to the other, either way, and how long a byte takes there and back.  A
 * line per figure: "name value unit".
 *
 *	wirebench shmif LINK	two kernels, TCP on the bus that LINK names
 *	wirebench tap [CC]	a kernel on a tap device, TCP to Linux
 *	wirebench veth [CC]	Linux alone, TCP over a pair of veth
 *	wirebench tcp, unix	Linux alone, sockets of these kinds
 *
 * tap and veth need root: they make network namespaces, which end with the
 * processes.  CC is the congestion control of Linux's sockets: bbr, which may
 * be the host's own, sends at a pace, which on a short way is what is measured,
 * and reno at none.  The parent is the server; the child measures.
 */
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <arpa/inet.h>
#include <err.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rump/rump.h>
#include <rump/rump_netabi.h>
#include <rump/rump_syscalls.h>

#include "clock.h"

#define	TOTAL	(1024L * 1024 * 1024)
#define	PIECE	(64 * 1024)
#define	ROUNDS	20000
#define	PORT	5555
#define	SERVER	"10.0.0.1"
#define	CLIENT	"10.0.0.2"

/* An end of the wire: a socket and what moves bytes over it. */
struct end {
	int	fd;
	ssize_t	(*read)(int, void *, size_t);
	ssize_t	(*write)(int, const void *, size_t);
};

static char buf[PIECE];
static const char *congestion;		/* NULL: the host's own */

static void
get(const struct end *e, long total)
{
	ssize_t n;

	for (; total > 0; total -= n) {
		n = (*e->read)(e->fd, buf, total < PIECE ? (size_t)total :
		    PIECE);
		if (n <= 0)
			err(1, "read");
	}
}

static void
put(const struct end *e, long total)
{
	size_t len;

	for (; total > 0; total -= (long)len) {
		len = total < PIECE ? (size_t)total : PIECE;
		if ((*e->write)(e->fd, buf, len) != (ssize_t)len)
			err(1, "write");
	}
}

static void
serve(const struct end *e)
{
	int i;

	get(e, TOTAL);
	put(e, 1);
	get(e, 1);
	put(e, TOTAL);
	for (i = 0; i < ROUNDS; i++) {
		get(e, 1);
		put(e, 1);
	}
}

static void
measure(const struct end *e)
{
	double t0 = now(), t1, t2;
	int i;

	put(e, TOTAL);
	get(e, 1);
	t1 = now();
	put(e, 1);
	get(e, TOTAL);
	t2 = now();
	printf("stream-out %.0f MB/s\n", (double)TOTAL / 1e6 / (t1 - t0));
	printf("stream-in %.0f MB/s\n", (double)TOTAL / 1e6 / (t2 - t1));
	t0 = now();
	for (i = 0; i < ROUNDS; i++) {
		put(e, 1);
		get(e, 1);
	}
	printf("pingpong %.0f ns\n", (now() - t0) * 1e9 / ROUNDS);
}

static void
await(int sync)
{
	char c;

	if (read(sync, &c, 1) != 1)
		err(1, "sync");
}

static void
tell(int sync)
{

	if (write(sync, "", 1) != 1)
		err(1, "sync");
}

/*
 * Ends of kernels.
 */
static struct rump_sockaddr_in
rump_address(const char *text)
{
	struct rump_sockaddr_in sin = { .sin_len = sizeof(sin),
	    .sin_family = RUMP_AF_INET, .sin_port = htons(PORT) };

	if (inet_pton(AF_INET, text, &sin.sin_addr) != 1)
		errx(1, "%s", text);
	return sin;
}

/* An interface that is on a wire and has an address. */
static void
rump_config(const char *ifname, const char *link, const char *addr)
{
	struct rump_in_aliasreq ifra = { .ifra_addr = rump_address(addr),
	    .ifra_mask = rump_address("255.255.255.0") };
	struct rump_ifreq ifr;
	struct rump_ifdrv ifd = { .ifd_data = (void *)(uintptr_t)link,
	    .ifd_len = strlen(link) + 1 };
	int s;

	rump_boot_setsigmodel(RUMP_SIGMODEL_IGNORE);
	if (rump_init() != 0)
		errx(1, "no kernel");
	memset(&ifr, 0, sizeof(ifr));
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", ifname);
	snprintf(ifd.ifd_name, sizeof(ifd.ifd_name), "%s", ifname);
	snprintf(ifra.ifra_name, sizeof(ifra.ifra_name), "%s", ifname);
	s = rump_sys_socket(RUMP_AF_INET, RUMP_SOCK_STREAM, 0);
	if (s == -1 || rump_sys_ioctl(s, RUMP_SIOCIFCREATE, &ifr) == -1 ||
	    rump_sys_ioctl(s, RUMP_SIOCSLINKSTR, &ifd) == -1 ||
	    rump_sys_ioctl(s, RUMP_SIOCAIFADDR, &ifra) == -1)
		err(1, "%s: %s: %s", ifname, link, addr);
	rump_sys_close(s);
}

static struct end
rump_socket(bool server, int sync)
{
	const struct rump_sockaddr_in sin = rump_address(SERVER);
	const struct sockaddr *sa = (const void *)&sin;
	struct end e = { .read = rump_sys_read, .write = rump_sys_write };
	int s = rump_sys_socket(RUMP_AF_INET, RUMP_SOCK_STREAM, 0), one = 1;

	if (server) {
		if (rump_sys_bind(s, sa, sizeof(sin)) == -1 ||
		    rump_sys_listen(s, 1) == -1)
			err(1, "listen");
		tell(sync);
		if ((e.fd = rump_sys_accept(s, NULL, NULL)) == -1)
			err(1, "accept");
	} else {
		if (rump_sys_connect(s, sa, sizeof(sin)) == -1)
			err(1, "connect");
		e.fd = s;
	}
	rump_sys_setsockopt(e.fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return e;
}

/*
 * Ends of Linux.
 */
static struct end
host_socket(bool server, const char *addr, int sync)
{
	struct sockaddr_in sin = { .sin_family = AF_INET,
	    .sin_port = htons(PORT) };
	struct end e = { .read = read, .write = write };
	int s = socket(AF_INET, SOCK_STREAM, 0), one = 1;

	if (inet_pton(AF_INET, addr, &sin.sin_addr) != 1)
		errx(1, "%s", addr);
	(void)setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (congestion != NULL && setsockopt(s, IPPROTO_TCP, TCP_CONGESTION,
	    congestion, (socklen_t)strlen(congestion)) == -1)
		err(1, "%s", congestion);
	if (server) {
		if (bind(s, (struct sockaddr *)&sin, sizeof(sin)) == -1 ||
		    listen(s, 1) == -1)
			err(1, "listen");
		tell(sync);
		if ((e.fd = accept(s, NULL, NULL)) == -1)
			err(1, "accept");
	} else {
		if (connect(s, (struct sockaddr *)&sin, sizeof(sin)) == -1)
			err(1, "connect");
		e.fd = s;
	}
	setsockopt(e.fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return e;
}

static void
run(const char *fmt, int pid)
{
	char cmd[512];

	snprintf(cmd, sizeof(cmd), fmt, pid);
	if (system(cmd) != 0)
		errx(1, "%s", cmd);
}

static void
namespace(void)
{

	if (unshare(CLONE_NEWNET) == -1)
		err(1, "network namespace");
}

/*
 * Both sides of a wire of each kind; sync is a pair of local sockets between
 * them, which is the wire itself for "unix".
 */
static struct end
server_end(const char *wire, const char *link, int sync, pid_t child)
{
	struct end e = { sync, read, write };

	if (strcmp(wire, "unix") == 0)
		return e;
	if (strcmp(wire, "tcp") == 0)
		return host_socket(true, "127.0.0.1", sync);
	if (strcmp(wire, "shmif") == 0) {
		rump_config("shmif0", link, SERVER);
		return rump_socket(true, sync);
	}
	if (strcmp(wire, "veth") == 0) {
		/* The child has a namespace of its own now. */
		await(sync);
		run("ip link set v1 netns %d", child);
	}
	return host_socket(true, SERVER, sync);
}

static struct end
client_end(const char *wire, const char *link, int sync)
{
	struct end e = { sync, read, write };

	if (strcmp(wire, "unix") == 0)
		return e;
	if (strcmp(wire, "veth") == 0) {
		namespace();
		tell(sync);
	}
	await(sync);
	if (strcmp(wire, "tcp") == 0)
		return host_socket(false, "127.0.0.1", -1);
	if (strcmp(wire, "veth") == 0) {
		run("ip addr add " CLIENT "/24 dev v1 && ip link set v1 up",
		    0);
		return host_socket(false, SERVER, -1);
	}
	if (strcmp(wire, "tap") == 0)
		rump_config("virt0", "tap:tap0", CLIENT);
	else
		rump_config("shmif0", link, CLIENT);
	return rump_socket(false, -1);
}

/* What both need before there are two of them. */
static void
prepare(const char *wire)
{

	if (strcmp(wire, "tap") == 0) {
		namespace();
		run("ip link set lo up && "
		    "ip tuntap add tap0 mode tap vnet_hdr && "
		    "ip addr add " SERVER "/24 dev tap0 && "
		    "ip link set tap0 up", 0);
	} else if (strcmp(wire, "veth") == 0) {
		namespace();
		run("ip link set lo up && "
		    "ip link add v0 type veth peer name v1 && "
		    "ip addr add " SERVER "/24 dev v0 && ip link set v0 up", 0);
	}
}

static void
usage(void)
{

	errx(2, "usage: wirebench shmif LINK|tap [CC]|veth [CC]|tcp|unix");
}

int
main(int argc, char **argv)
{
	const char *arg = argc > 2 ? argv[2] : NULL, *link;
	bool shmif;
	struct end e;
	pid_t child;
	int sync[2], status;

	if (argc < 2 || argc > 3)
		usage();
	shmif = strcmp(argv[1], "shmif") == 0;
	if (shmif ? arg == NULL : arg != NULL &&
	    strcmp(argv[1], "tap") != 0 && strcmp(argv[1], "veth") != 0)
		usage();
	link = shmif ? arg : NULL;
	congestion = shmif ? NULL : arg;
	prepare(argv[1]);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, sync) == -1 ||
	    (child = fork()) == -1)
		err(1, "fork");
	if (child == 0) {
		/* Nobody to talk to when the server has failed. */
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		e = client_end(argv[1], link, sync[1]);
		measure(&e);
		exit(0);
	}
	(void)close(sync[1]);
	e = server_end(argv[1], link, sync[0], child);
	serve(&e);
	if (waitpid(child, &status, 0) == -1 || status != 0)
		errx(1, "the client failed");
	return 0;
}
