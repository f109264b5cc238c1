/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * webget ADDRESS PORT /PATH: boots a kernel whose interface is on libslirp,
 * gets an address by DHCP, and fetches a page by HTTP/1.0 (RFC 1945) to
 * standard output.  The host is at 10.0.2.2.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <rump/netconfig.h>
#include <rump/rump.h>
#include <rump/rump_abi.h>
#include <rump/rump_syscalls.h>
#include <rump/rumperr.h>

int
main(int argc, char *argv[])
{
	struct rump_sockaddr_in to = { .sin_len = sizeof(to),
	    .sin_family = RUMP_AF_INET };
	char buf[65536];
	ssize_t n;
	int s, error;

	if (argc != 4 || inet_pton(AF_INET, argv[1], &to.sin_addr) != 1 ||
	    argv[3][0] != '/')
		errx(2, "usage: webget address port /path");
	to.sin_port = htons((uint16_t)atoi(argv[2]));
	/* A peer that has gone is an error, not a signal. */
	rump_boot_setsigmodel(RUMP_SIGMODEL_IGNORE);
	if ((error = rump_init()) != 0 ||
	    (error = rump_pub_netconfig_ifcreate("virt0")) != 0 ||
	    (error = rump_pub_netconfig_ifsetlinkstr("virt0",
	    "slirp:")) != 0 ||
	    (error = rump_pub_netconfig_dhcp_ipv4_oneshot("virt0")) != 0)
		errx(1, "no network: %s", rump_strerror(error));
	s = rump_sys_socket(RUMP_AF_INET, RUMP_SOCK_STREAM, 0);
	if (s == -1 ||
	    rump_sys_connect(s, (struct sockaddr *)&to, sizeof(to)) == -1)
		errx(1, "%s: %s", argv[1], rump_strerror(errno));
	n = snprintf(buf, sizeof(buf), "GET %s HTTP/1.0\r\n\r\n", argv[3]);
	if (n >= (ssize_t)sizeof(buf) ||
	    rump_sys_write(s, buf, (size_t)n) != n)
		errx(1, "%s: cannot ask", argv[3]);
	while ((n = rump_sys_read(s, buf, sizeof(buf))) > 0)
		if (write(STDOUT_FILENO, buf, (size_t)n) != n)
			err(1, "write");
	if (n == -1)
		errx(1, "%s: %s", argv[3], rump_strerror(errno));
	return 0;
}
