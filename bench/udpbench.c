/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Datagrams of UDP over the loopback interface of a rump kernel, or with the
 * argument "host" Linux's: how many a second go through, with so many in
 * flight, all by one thread.  A line per figure: "name value unit".
 */
#include <sys/socket.h>

#include <arpa/inet.h>
#include <err.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <rump/rump.h>
#include <rump/rump_abi.h>
#include <rump/rump_syscalls.h>
#include <rump/rumpdefs.h>

#include "clock.h"

#define	DGRAMS	1000000L
#define	FLIGHT	32
#define	DGRAM	64

struct side {
	int	(*udp)(int, struct sockaddr *, socklen_t *);
	ssize_t	(*sendto)(int, const void *, size_t, int,
		    const struct sockaddr *, socklen_t);
	int	(*connect)(int, const struct sockaddr *, socklen_t);
	ssize_t	(*read)(int, void *, size_t);
	ssize_t	(*write)(int, const void *, size_t);
	int	(*close)(int);
};

/* A socket that is bound, or not; its address. */
static int
host_udp(int bound, struct sockaddr *sa, socklen_t *len)
{
	struct sockaddr_in *sin = (struct sockaddr_in *)(void *)sa;
	int s = socket(AF_INET, SOCK_DGRAM, 0);

	*len = sizeof(*sin);
	memset(sin, 0, sizeof(*sin));
	sin->sin_family = AF_INET;
	sin->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (s == -1 || (bound && (bind(s, sa, *len) != 0 ||
	    getsockname(s, sa, len) != 0)))
		err(1, "udp");
	return s;
}

static int
rump_udp(int bound, struct sockaddr *sa, socklen_t *len)
{
	struct rump_sockaddr_in *sin = (struct rump_sockaddr_in *)(void *)sa;
	int s = rump_sys_socket(RUMP_AF_INET, RUMP_SOCK_DGRAM, 0);

	*len = sizeof(*sin);
	memset(sin, 0, sizeof(*sin));
	sin->sin_len = sizeof(*sin);
	sin->sin_family = RUMP_AF_INET;
	sin->sin_addr = htonl(INADDR_LOOPBACK);
	if (s == -1 || (bound && (rump_sys_bind(s, sa, *len) != 0 ||
	    rump_sys_getsockname(s, sa, len) != 0)))
		err(1, "udp");
	return s;
}

static const struct side host = { host_udp, sendto, connect, read, write,
    close };
static const struct side rump = { rump_udp, rump_sys_sendto, rump_sys_connect,
    rump_sys_read, rump_sys_write, rump_sys_close };

static void
datagrams(const struct side *side, const char *name, int connected)
{
	struct sockaddr_storage ss, none;
	struct sockaddr *sa = (struct sockaddr *)&ss;
	char buf[DGRAM] = { 0 };
	socklen_t len, nlen;
	int in, out, i;
	long done;
	double t0;

	in = (*side->udp)(1, sa, &len);
	out = (*side->udp)(0, (struct sockaddr *)&none, &nlen);
	if (connected && (*side->connect)(out, sa, len) != 0)
		err(1, "connect");
	t0 = now();
	for (done = 0; done < DGRAMS; done += FLIGHT) {
		for (i = 0; i < FLIGHT; i++) {
			if ((connected ? (*side->write)(out, buf, DGRAM) :
			    (*side->sendto)(out, buf, DGRAM, 0, sa, len)) !=
			    DGRAM)
				err(1, "%s", name);
		}
		for (i = 0; i < FLIGHT; i++) {
			if ((*side->read)(in, buf, DGRAM) != DGRAM)
				err(1, "%s", name);
		}
	}
	printf("%s %.0f k/s\n", name, (double)done / 1e3 / (now() - t0));
	(*side->close)(in);
	(*side->close)(out);
}

int
main(int argc, char **argv)
{
	const struct side *side = &rump;

	if (argc > 1 && strcmp(argv[1], "host") == 0)
		side = &host;
	else if (rump_init() != 0 || rump_pub_lwproc_newlwp(1) != 0)
		errx(1, "no kernel");
	datagrams(side, "udp-64", 1);
	datagrams(side, "udp-64-sendto", 0);
	return 0;
}
