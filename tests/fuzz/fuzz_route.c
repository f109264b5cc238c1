/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Target "route": messages to a socket of PF_ROUTE, and dumps of what is then
 * there.
 *
 * A record is a message: its kind says which of make()'s; the data: how much
 * is cut off or added, then edits.
 */
#include <arpa/inet.h>

#include <string.h>

#include <rump/rump_netabi.h>
#include <rump/rump_syscalls.h>
#include <rump/rumpdefs.h>

#include "fuzz.h"
#include "fuzz_net.h"

struct msg {
	struct rump_rt_msghdr h;
	uint8_t	data[512];
};

static int sock;

static void
put(struct msg *m, int which, const void *sa, size_t len)
{

	memcpy((char *)m + m->h.rtm_msglen, sa, len);
	m->h.rtm_msglen = (uint16_t)(m->h.rtm_msglen + RUMP_RT_ROUNDUP(len));
	m->h.rtm_addrs |= 1 << which;
}

static void
put_in(struct msg *m, int which, uint32_t addr)
{
	const struct rump_sockaddr_in sin = { .sin_len = sizeof(sin),
	    .sin_family = RUMP_AF_INET, .sin_addr = htonl(addr) };

	put(m, which, &sin, sizeof(sin));
}

static void
put_link(struct msg *m, int which, uint8_t alen)
{
	struct rump_sockaddr_dl sdl = { .sdl_len = sizeof(sdl),
	    .sdl_family = RUMP_AF_LINK, .sdl_alen = alen };

	if (which == RUMP_RTAX_IFP) {
		memcpy(sdl.sdl_data, "tst0", 4);
		sdl.sdl_nlen = 4;
	}
	put(m, which, &sdl, sizeof(sdl));
}

/* A good message of one of twelve kinds. */
static void
make(struct msg *m, unsigned kind)
{
	static const uint8_t types[12] = { 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 8, 2 };

	memset(m, 0, sizeof(*m));
	m->h.rtm_msglen = sizeof(m->h);
	m->h.rtm_version = RUMP_RTM_VERSION;
	m->h.rtm_type = types[kind];
	m->h.rtm_flags = RUMP_RTF_UP | RUMP_RTF_STATIC;
	put_in(m, RUMP_RTAX_DST, kind == 3 || kind == 11 ? 0x0a010009 :
	    kind % 2 == 0 ? 0x0a020000 : 0x0a030000);
	if (kind < 3 || kind == 6) {
		m->h.rtm_flags |= RUMP_RTF_GATEWAY;
		put_in(m, RUMP_RTAX_GATEWAY, kind == 2 ? 0x7f000001 :
		    NET_PEER);
	} else if (kind == 3 || kind == 11) {
		m->h.rtm_flags |= RUMP_RTF_LLDATA | RUMP_RTF_HOST;
		put_link(m, RUMP_RTAX_GATEWAY, 6);
	}
	if (kind != 3 && kind < 8)
		put_in(m, RUMP_RTAX_NETMASK, 0xffff0000);
	if (kind == 1 || kind == 7 || kind == 9)
		put_link(m, RUMP_RTAX_IFP, 0);
	if (kind == 7)
		put_in(m, RUMP_RTAX_IFA, NET_US);
	m->h.rtm_inits = 0xff;
	m->h.rtm_rmx.rmx_mtu = 1400;
}

static void
message(struct rec *r)
{
	const unsigned size = rec_8(r);
	struct msg m;
	size_t len;

	make(&m, r->r_kind % 12);
	rec_edit(r, 100, &m, sizeof(m) < 256 ? sizeof(m) : 256);
	len = m.h.rtm_msglen;
	if (len > sizeof(m))
		len = sizeof(m);
	/* Shorter or longer than it says, or both. */
	if ((size & 0x80) != 0)
		len = len > (size & 0x3f) ? len - (size & 0x3f) : 0;
	if ((size & 0x40) != 0)
		m.h.rtm_msglen = (uint16_t)len;
	(void)rump_sys_sendto(sock, &m, len, 0, NULL, 0);
}

static void
dump(struct rec *r)
{
	static uint8_t buf[65536];
	int name[7] = { 4, RUMP_PF_ROUTE, 0, 0, 0, 0, 0 };
	size_t len = sizeof(buf) - rec_16(r);

	name[3] = rec_8(r);
	name[4] = rec_8(r) % 8;
	name[5] = (int8_t)rec_8(r) * 128;
	(void)rump_sys___sysctl(name, 4 + (r->r_kind & 3), buf, &len, NULL,
	    0);
}

static void
route_setup(void)
{

	net_boot();
	sock = rump_sys_socket(RUMP_PF_ROUTE, RUMP_SOCK_RAW, 0);
	if (sock == -1)
		fuzz_die("no routing socket");
}

/* A packet by each of the routes there may be. */
static void
use_routes(void)
{
	static const uint32_t to[] = { 0x0a020001, 0x0a030001, 0x0a010009,
	    0x01020304 };
	struct rump_sockaddr_in sin = { .sin_len = sizeof(sin),
	    .sin_family = RUMP_AF_INET, .sin_port = htons(9) };
	int s = rump_sys_socket(RUMP_AF_INET, RUMP_SOCK_DGRAM, 0);
	size_t i;

	for (i = 0; i < sizeof(to) / sizeof(to[0]) && s != -1; i++) {
		sin.sin_addr = htonl(to[i]);
		(void)rump_sys_sendto(s, "x", 1, RUMP_MSG_DONTWAIT,
		    (const void *)&sin, sizeof(sin));
	}
	(void)rump_sys_close(s);
}

static void
route_run(const uint8_t *data, size_t size)
{
	static uint8_t buf[2048];
	struct rec r;
	int n = 0;

	while (rec_next(&data, &size, &r) && n++ < 64) {
		if (r.r_kind % 16 < 12)
			message(&r);
		else if (r.r_kind % 16 < 14)
			dump(&r);
		else
			use_routes();
	}
	use_routes();
	net_drain();
	net_reset();
	while (rump_sys_recvfrom(sock, buf, sizeof(buf), RUMP_MSG_DONTWAIT,
	    NULL, NULL) != -1)
		continue;
}

const struct fuzz_target fuzz_target_route = {
	.ft_name = "route", .ft_setup = route_setup, .ft_run = route_run,
	.ft_mutate = rec_mutate,
};
