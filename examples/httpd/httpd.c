/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * httpd BUS ADDRESS FILE: boots a kernel with an interface on the file BUS,
 * has ADDRESS there (of a net of 24 bits), and answers every request of
 * HTTP/1.0 (RFC 1945), one after the other, with a file of the host.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
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

/* The request is read to its empty line; what it says makes no difference. */
static void
answer(int c, const char *file)
{
	static const char good[] = "HTTP/1.0 200 OK\r\n\r\n";
	static const char bad[] = "HTTP/1.0 404 Not Found\r\n\r\n";
	char buf[16384];
	size_t have = 0;
	ssize_t n;
	int fd;

	do {
		n = rump_sys_read(c, buf + have, sizeof(buf) - 1 - have);
		have += n > 0 ? (size_t)n : 0;
		buf[have] = '\0';
	} while (n > 0 && strstr(buf, "\r\n\r\n") == NULL);
	if (n <= 0)
		return;
	if ((fd = open(file, O_RDONLY)) == -1) {
		(void)rump_sys_write(c, bad, sizeof(bad) - 1);
		return;
	}
	n = rump_sys_write(c, good, sizeof(good) - 1);
	while (n > 0 && (n = read(fd, buf, sizeof(buf))) > 0)
		n = rump_sys_write(c, buf, (size_t)n);
	(void)close(fd);
}

int
main(int argc, char *argv[])
{
	struct rump_in_aliasreq ifra = { .ifra_name = "shmif0" };
	struct rump_sockaddr_in here;
	int s, c, error;

	if (argc != 4)
		errx(2, "usage: httpd bus address file");
	here = address(argv[2], 80);
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
	if (s == -1 || rump_sys_ioctl(s, RUMP_SIOCAIFADDR, &ifra) == -1 ||
	    rump_sys_bind(s, (struct sockaddr *)&here, sizeof(here)) == -1 ||
	    rump_sys_listen(s, 5) == -1)
		errx(1, "%s: %s", argv[2], rump_strerror(errno));
	puts("ready");
	fflush(stdout);
	while ((c = rump_sys_accept(s, NULL, NULL)) != -1) {
		answer(c, argv[3]);
		rump_sys_close(c);
	}
	errx(1, "accept: %s", rump_strerror(errno));
}
