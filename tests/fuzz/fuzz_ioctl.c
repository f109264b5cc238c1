/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Target "ioctl": requests about interfaces, ioctl(2) of a socket.
 *
 * A record's kind says which request; the data: which interface, then what is
 * behind the name.  Where a request has a pointer in it, it points to a buffer
 * of the fuzzer, and its length is that of the buffer at most: a program's bad
 * pointers are his own.
 */
#include <string.h>

#include <rump/rump.h>
#include <rump/rump_netabi.h>
#include <rump/rump_syscalls.h>
#include <rump/rumpdefs.h>

#include "fuzz.h"
#include "fuzz_net.h"
#include "kf_ioctl.h"

#define	BUFFER	4096

static int sock, raw;

static const char *const names[] = {
	"tst0", "lo0", "tst1", "lo1", "", "tst", "0", "tst00", "tst4294967296",
	"nameof15letters", "lo2",
};

static void
request(struct rec *r)
{
	static uint8_t arg[8192], buf[BUFFER];
	const struct kf_ioctl *k = rump_kt_ioctl(r->r_kind);
	const uint8_t which = rec_8(r);
	uint64_t p = (uintptr_t)buf;
	uint32_t n;

	memset(buf, 0, sizeof(buf));
	(void)rec_bytes(r, arg + 16, k->k_size > 16 ? k->k_size - 16 : 0);
	if ((which & 0x80) == 0)
		strncpy((char *)arg, names[which % (sizeof(names) /
		    sizeof(names[0]))], 16);
	else
		memset(arg, which, 16);
	if (k->k_pointer != 0)
		memcpy(arg + k->k_pointer, &p, sizeof(p));
	if (k->k_length != 0 || k->k_pointer != 0) {
		memcpy(&n, arg + k->k_length, sizeof(n));
		n %= BUFFER / k->k_unit + 1;
		/* Those of 64 bits too. */
		if (k->k_long)
			memset(arg + k->k_length, 0, 8);
		memcpy(arg + k->k_length, &n, sizeof(n));
	}
	memcpy(buf, arg + 16, 64);
	(void)rump_sys_ioctl((which & 0x40) != 0 ? raw : sock, k->k_cmd, arg);
}

static void
ioctl_setup(void)
{

	net_boot();
	sock = rump_sys_socket(RUMP_AF_INET, RUMP_SOCK_DGRAM, 0);
	raw = rump_sys_socket(RUMP_PF_ROUTE, RUMP_SOCK_RAW, 0);
	if (sock == -1 || raw == -1)
		fuzz_die("no sockets");
}

/* The interface as it is now takes a packet, and sends one. */
static void
use_interface(void)
{
	static const uint8_t echo[] = {
		2, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0x99, 8, 0,
		0x45, 0, 0, 28, 0, 9, 0, 0, 64, 1, 0x65, 0xd5, 10, 1, 0, 2,
		10, 1, 0, 1, 8, 0, 0xf7, 0xfd, 0, 1, 0, 1
	};
	struct rump_sockaddr_in sin = { .sin_len = sizeof(sin),
	    .sin_family = RUMP_AF_INET, .sin_port = 9 };

	net_frame(echo, sizeof(echo), 0);
	net_settle();
	memcpy(&sin.sin_addr, echo + 26, 4);
	(void)rump_sys_sendto(sock, echo, sizeof(echo), RUMP_MSG_DONTWAIT,
	    (const void *)&sin, sizeof(sin));
}

static void
ioctl_run(const uint8_t *data, size_t size)
{
	static uint8_t buf[2048];
	struct rec r;
	int n = 0;

	while (rec_next(&data, &size, &r) && n++ < 32)
		request(&r);
	/* It may be gone. */
	if (net_there())
		use_interface();
	net_reset();
	while (rump_sys_recvfrom(raw, buf, sizeof(buf), RUMP_MSG_DONTWAIT,
	    NULL, NULL) != -1)
		continue;
}

const struct fuzz_target fuzz_target_ioctl = {
	.ft_name = "ioctl", .ft_setup = ioctl_setup, .ft_run = ioctl_run,
	.ft_mutate = rec_mutate,
};
