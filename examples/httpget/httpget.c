/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * httpget BUS ADDRESS SERVER /PATH: boots a kernel with an interface on the
 * file BUS, has ADDRESS there (of a net of 24 bits), and fetches a page from
 * the server by HTTP/1.0 (RFC 1945).  The answer goes to standard output.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <rump/rump.h>
#include <rump/rump_netabi.h>
#include <rump/rump_syscalls.h>
#include <rump/rumperr.h>

static struct rump_sockaddr_in
address(const char *text, int port)
{
	struct rump_sockaddr_in sin = { .sin_len = sizeof(sin),
	    .sin_family = RUMP_AF_INET, .sin_port = htons((uint16_t)port) };

	if (inet_pton(AF_INET, text, &sin.sin_addr) != 1)
		errx(2, "%s: no address", text);
	return sin;
}

int
main(int argc, char *argv[])
{
	struct rump_in_aliasreq ifra = { .ifra_name = "shmif0" };
	struct rump_sockaddr_in to;
	char buf[65536];
	ssize_t n;
	int s, error;

	if (argc != 5 || argv[4][0] != '/')
		errx(2, "usage: httpget bus address server /path");
	to = address(argv[3], 80);
	ifra.ifra_addr = address(argv[2], 0);
	ifra.ifra_mask = address("255.255.255.0", 0);
	ifra.ifra_broadaddr = ifra.ifra_addr;
	ifra.ifra_broadaddr.sin_addr |= ~ifra.ifra_mask.sin_addr;
	/* A peer that has gone is an error, not a signal. */
	rump_boot_setsigmodel(RUMP_SIGMODEL_IGNORE);
	if ((error = rump_init()) != 0 ||
	    (error = rump_pub_shmif_create(argv[1], NULL)) != 0)
		errx(1, "%s: %s", argv[1], rump_strerror(error));
	s = rump_sys_socket(RUMP_AF_INET, RUMP_SOCK_STREAM, 0);
	if (s == -1 || rump_sys_ioctl(s, RUMP_SIOCAIFADDR, &ifra) == -1)
		errx(1, "%s: %s", argv[2], rump_strerror(errno));
	if (rump_sys_connect(s, (struct sockaddr *)&to, sizeof(to)) == -1)
		errx(1, "%s: %s", argv[3], rump_strerror(errno));
	n = snprintf(buf, sizeof(buf), "GET %s HTTP/1.0\r\n\r\n", argv[4]);
	if (n >= (ssize_t)sizeof(buf) ||
	    rump_sys_write(s, buf, (size_t)n) != n)
		errx(1, "%s: cannot ask", argv[4]);
	while ((n = rump_sys_read(s, buf, sizeof(buf))) > 0)
		if (write(STDOUT_FILENO, buf, (size_t)n) != n)
			err(1, "write");
	if (n == -1)
		errx(1, "%s: %s", argv[4], rump_strerror(errno));
	return 0;
}
