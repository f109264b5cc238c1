/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A server of DHCPv6 made by hand, on a link of datagrams: the kernel has virt0
 * there and asks in a thread.  What it gives is 2001:db8::N.
 *
 * Sources: RFC 8415
 */
#ifndef _TESTS_NET_NETCONFIG_DHCP6D_H_
#define _TESTS_NET_NETCONFIG_DHCP6D_H_

#include <sys/socket.h>
#include <sys/un.h>

#include <poll.h>

#include <rump/netconfig.h>
#include <rump/rump_netabi.h>

#include "../netinet6/inet6.h"

#define	SOLICIT		1
#define	ADVERTISE	2
#define	REQUEST		3
#define	CONFIRM		4
#define	RENEW		5
#define	REBIND		6
#define	REPLY		7
#define	RELEASE		8
#define	DECLINE		9
#define	INFORM		11

#define	ETH		14
#define	UDP		(ETH + 40)
#define	MSG		(UDP + 8)	/* in a frame */
#define	FRAME		1514

static const uint8_t dx_mac[6] = { 2, 0, 0, 0, 0, 1 };
static const uint8_t dx_duid[] = { 0, 2, 0, 0, 0, 9, 's', '1' };

struct dx {
	int		dx_fd;
	uint8_t		dx_frame[FRAME];	/* the last message */
	size_t		dx_len;
	int		dx_type;
	int		dx_flags;		/* that are asked for */
	int		dx_taken;	/* 2001:db8::N is somebody's; 0: none */
	pthread_t	dx_thread;
	int		dx_result;
};

/* A message under way, from its first byte. */
struct msg {
	uint8_t		m_buf[1400];
	size_t		m_len;
};

static inline uint16_t
dx_get16(const uint8_t *p)
{

	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline void
m_u8(struct msg *m, unsigned val)
{

	m->m_buf[m->m_len++] = (uint8_t)val;
}

static inline void
m_u16(struct msg *m, unsigned val)
{

	m_u8(m, val >> 8);
	m_u8(m, val);
}

static inline void
m_u32(struct msg *m, uint32_t val)
{

	m_u16(m, val >> 16);
	m_u16(m, val & 0xffff);
}

static inline void
m_put(struct msg *m, unsigned code, const void *val, size_t len)
{

	m_u16(m, code);
	m_u16(m, (unsigned)len);
	memcpy(m->m_buf + m->m_len, val, len);
	m->m_len += len;
}

/* An option that others come into: m_end() when they have. */
static inline size_t
m_begin(struct msg *m, unsigned code)
{

	m_u16(m, code);
	m_u16(m, 0);
	return m->m_len;
}

static inline void
m_end(struct msg *m, size_t at)
{

	m->m_buf[at - 2] = (uint8_t)((m->m_len - at) >> 8);
	m->m_buf[at - 1] = (uint8_t)(m->m_len - at);
}

static inline void
m_address(struct msg *m, unsigned n)
{
	static const uint8_t net[14] = { 0x20, 1, 0xd, 0xb8 };

	memcpy(m->m_buf + m->m_len, net, sizeof(net));
	m->m_len += sizeof(net);
	m_u16(m, n);
}

static inline void
m_status(struct msg *m, unsigned status)
{

	m_u16(m, 13);
	m_u16(m, 2);
	m_u16(m, status);
}

/*
 * The link.
 */
static inline struct sockaddr_un
dx_place(const char *path)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };

	strcpy(sun.sun_path, path);
	return sun;
}

/* RFC 8200 section 8.1: of what is behind the header, with its checksum. */
static inline uint16_t
dx_sum(const uint8_t *f, size_t len, unsigned proto)
{
	const size_t upper = len - UDP;
	uint32_t sum = (uint32_t)upper + proto;
	size_t i;

	for (i = ETH + 8; i < len; i++)
		sum += (i - ETH) % 2 == 0 ? (uint32_t)f[i] << 8 : f[i];
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

/* A frame to the client, or to all: who from, and what is in it. */
static inline void
dx_send(struct dx *dx, const uint8_t *to, const uint8_t *to_mac,
    unsigned proto, const uint8_t *p, size_t len)
{
	static const uint8_t us[16] = { 0xfe, 0x80, [15] = 1 };
	const struct sockaddr_un there = dx_place("a");
	const size_t at = proto == 17 ? 6 : 2;
	uint8_t f[FRAME] = { 0 };
	uint16_t sum;

	ATF_REQUIRE(UDP + len <= FRAME);
	memcpy(f, to_mac, 6);
	memcpy(f + 6, dx_mac, 6);
	f[12] = 0x86;
	f[13] = 0xdd;
	f[ETH] = 0x60;
	f[ETH + 4] = (uint8_t)(len >> 8);
	f[ETH + 5] = (uint8_t)len;
	f[ETH + 6] = (uint8_t)proto;
	f[ETH + 7] = 255;
	memcpy(f + ETH + 8, us, 16);
	memcpy(f + ETH + 24, to, 16);
	memcpy(f + UDP, p, len);
	sum = (uint16_t)~dx_sum(f, UDP + len, proto);
	f[UDP + at] = (uint8_t)(sum >> 8);
	f[UDP + at + 1] = (uint8_t)sum;
	ATF_REQUIRE_EQ((ssize_t)(UDP + len), sendto(dx->dx_fd, f, UDP + len,
	    0, (const struct sockaddr *)&there, sizeof(there)));
}

/* To the client, as it came last. */
static inline void
dx_answer(struct dx *dx, const struct msg *m)
{
	uint8_t p[8 + sizeof(m->m_buf)] = { 0 };
	const size_t len = 8 + m->m_len;

	p[0] = 547 >> 8;
	p[1] = 547 & 255;
	p[2] = 546 >> 8;
	p[3] = 546 & 255;
	p[4] = (uint8_t)(len >> 8);
	p[5] = (uint8_t)len;
	memcpy(p + 8, m->m_buf, m->m_len);
	dx_send(dx, dx->dx_frame + ETH + 8, dx->dx_frame + 6, 17, p, len);
}

/* Somebody looks for the owner of an address, and it is ours. */
static inline void
dx_advertise(struct dx *dx, const uint8_t *f, size_t len)
{
	static const uint8_t all[16] = { 0xff, 2, [15] = 1 };
	static const uint8_t all_mac[6] = { 0x33, 0x33, 0, 0, 0, 1 };
	uint8_t na[32] = { 136, 0, 0, 0, 0x20 };

	if (dx->dx_taken == 0 || len < UDP + 24 || f[UDP] != 135 ||
	    f[UDP + 8] != 0x20 || dx_get16(f + UDP + 22) != dx->dx_taken)
		return;
	memcpy(na + 8, f + UDP + 8, 16);
	na[24] = 2;
	na[25] = 1;
	memcpy(na + 26, dx_mac, 6);
	dx_send(dx, all, all_mac, 58, na, sizeof(na));
}

/* Of an option in a piece of a message the value, and its length. */
static inline const uint8_t *
dx_find(const uint8_t *p, size_t left, unsigned code, size_t *len)
{

	*len = 0;
	while (left >= 4) {
		*len = dx_get16(p + 2);
		ATF_REQUIRE(*len <= left - 4);
		if (dx_get16(p) == code)
			return p + 4;
		p += 4 + *len;
		left -= 4 + *len;
	}
	ATF_REQUIRE_EQ(0, left);
	return NULL;
}

static inline const uint8_t *
dx_option(const struct dx *dx, unsigned code, size_t *len)
{

	return dx_find(dx->dx_frame + MSG + 4, dx->dx_len - MSG - 4, code,
	    len);
}

static inline bool
dx_has(const struct dx *dx, unsigned code)
{
	size_t len;

	return dx_option(dx, code, &len) != NULL;
}

/* The N of the address that a message has; 0: none is in its association; -1:
 * it has none. */
static inline int
dx_wanted(const struct dx *dx)
{
	size_t len;
	const uint8_t *p = dx_option(dx, 3, &len);

	if (p == NULL)
		return -1;
	ATF_REQUIRE(len >= 12);
	p = dx_find(p + 12, len - 12, 5, &len);
	if (p == NULL)
		return 0;
	ATF_REQUIRE_EQ(24, len);
	return dx_get16(p + 14);
}

static inline uint32_t
dx_xid(const struct dx *dx)
{
	const uint8_t *p = dx->dx_frame + MSG;

	return (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* All that every message has to have: section 16. */
static inline void
dx_check(const struct dx *dx)
{
	static const uint8_t group[16] = { 0xff, 2, [13] = 1, [15] = 2 };
	static const uint8_t group_mac[6] = { 0x33, 0x33, 0, 1, 0, 2 };
	static const uint8_t duid[4] = { 0, 3, 0, 1 };
	const uint8_t *f = dx->dx_frame, *id;
	const bool one = f[MSG] == REQUEST || f[MSG] == RENEW ||
	    f[MSG] == RELEASE || f[MSG] == DECLINE;
	size_t len;

	ATF_CHECK_EQ(0, memcmp(f, group_mac, 6));
	ATF_CHECK_EQ(0, memcmp(f + ETH + 24, group, 16));
	ATF_CHECK_EQ(0xfe, f[ETH + 8]);
	ATF_CHECK_EQ(546, dx_get16(f + UDP));
	ATF_CHECK_EQ(0xffff, dx_sum(f, dx->dx_len, 17));
	ATF_REQUIRE((id = dx_option(dx, 1, &len)) != NULL);
	ATF_REQUIRE_EQ(10, len);
	ATF_CHECK_EQ(0, memcmp(id, duid, 4));
	ATF_CHECK_EQ(0, memcmp(id + 4, f + 6, 6));
	ATF_CHECK(dx_has(dx, 8));
	id = dx_option(dx, 2, &len);
	ATF_REQUIRE_EQ(one, id != NULL);
	if (id != NULL) {
		ATF_REQUIRE_EQ(sizeof(dx_duid), len);
		ATF_CHECK_EQ(0, memcmp(id, dx_duid, len));
	}
}

/* A frame that came: the type of a message for servers, which is kept; 0: it
 * is none. */
static inline int
dx_take(struct dx *dx, const uint8_t *f, size_t n)
{

	if (n < UDP + 4 || f[12] != 0x86)
		return 0;
	if (f[ETH + 6] == 58)
		dx_advertise(dx, f, n);
	if (f[ETH + 6] != 17 || dx_get16(f + UDP + 2) != 547)
		return 0;
	/* Behind the end of the packet there may be padding. */
	dx->dx_len = UDP + (size_t)dx_get16(f + ETH + 4);
	ATF_REQUIRE(dx->dx_len <= n && dx->dx_len >= MSG + 4);
	memcpy(dx->dx_frame, f, dx->dx_len);
	dx_check(dx);
	return f[MSG];
}

static inline int
dx_hear(struct dx *dx)
{
	struct pollfd pfd = { .fd = dx->dx_fd, .events = POLLIN };
	uint8_t f[FRAME];
	ssize_t n;
	int type;

	do {
		ATF_REQUIRE_EQ_MSG(1, poll(&pfd, 1, 50000), "no message");
		n = recv(dx->dx_fd, f, FRAME, 0);
		ATF_REQUIRE(n > 0);
	} while ((type = dx_take(dx, f, (size_t)n)) == 0);
	return type;
}

/* The next message, which has to be of the type; a client that had no time to
 * read its answer may have repeated the one before it. */
static inline void
dx_next(struct dx *dx, int type)
{
	const int before = dx->dx_type;
	int t;

	do {
		t = dx_hear(dx);
	} while (t == before && t != type);
	ATF_REQUIRE_EQ_MSG(type, t, "a message of type %d, not %d", t, type);
	dx->dx_type = type;
}

/* An answer to what came last: names of both, the transaction. */
static inline struct msg
m_to(const struct dx *dx, unsigned type)
{
	struct msg m = { .m_len = 0 };
	size_t len;
	const uint8_t *id = dx_option(dx, 1, &len);

	ATF_REQUIRE(id != NULL);
	m_u8(&m, type);
	m_u8(&m, dx_xid(dx) >> 16);
	m_u16(&m, dx_xid(dx) & 0xffff);
	m_put(&m, 1, id, len);
	m_put(&m, 2, dx_duid, sizeof(dx_duid));
	return m;
}

/* An association with 2001:db8::N, T1 and T2, for so long. */
static inline void
m_ia(struct msg *m, const struct dx *dx, unsigned n, uint32_t renew,
    uint32_t rebind, uint32_t seconds)
{
	const size_t ia = m_begin(m, 3);
	size_t at;

	/* Its number is what the client's link address ends in. */
	memcpy(m->m_buf + m->m_len, dx->dx_frame + 6 + 2, 4);
	m->m_len += 4;
	m_u32(m, renew);
	m_u32(m, rebind);
	at = m_begin(m, 5);
	m_address(m, n);
	m_u32(m, seconds);
	m_u32(m, seconds);
	m_end(m, at);
	m_end(m, ia);
}

/* The usual answer: 2001:db8::N for a while. */
static inline void
dx_give(struct dx *dx, unsigned type, unsigned n)
{
	struct msg m = m_to(dx, type);

	m_ia(&m, dx, n, 500, 800, 1000);
	dx_answer(dx, &m);
}

static inline void
dx_tell(struct dx *dx, unsigned status)
{
	struct msg m = m_to(dx, REPLY);

	m_status(&m, status);
	dx_answer(dx, &m);
}

/*
 * The kernel.
 */
static inline void
dx_boot(struct dx *dx)
{
	const struct sockaddr_un here = dx_place("b");

	memset(dx, 0, sizeof(*dx));
	dx->dx_flags = RUMP_DHCP6_ADDRESS;
	ATF_REQUIRE((dx->dx_fd = socket(AF_UNIX, SOCK_DGRAM, 0)) != -1);
	ATF_REQUIRE_EQ(0, bind(dx->dx_fd, (const struct sockaddr *)&here,
	    sizeof(here)));
	setenv("RUMP_NCPU", "2", 1);
	ATF_REQUIRE_EQ(0, rump_init());
	ATF_REQUIRE_EQ(0, rump_pub_netconfig_ifcreate("virt0"));
	ATF_REQUIRE_EQ(0, rump_pub_netconfig_ifsetlinkstr("virt0",
	    "dgram:a,b"));
}

static inline void *
dx_ask(void *arg)
{
	struct dx *dx = arg;

	dx->dx_result = rump_pub_netconfig_dhcp_ipv6("virt0", dx->dx_flags);
	return NULL;
}

static inline void *
dx_leave(void *arg)
{
	struct dx *dx = arg;

	dx->dx_result = rump_pub_netconfig_dhcp_ipv6_stop("virt0");
	return NULL;
}

static inline void
dx_start(struct dx *dx, void *(*what)(void *))
{

	ATF_REQUIRE_EQ(0, pthread_create(&dx->dx_thread, NULL, what, dx));
}

/* What the kernel's call gave. */
static inline int
dx_finish(struct dx *dx)
{

	ATF_REQUIRE_EQ(0, pthread_join(dx->dx_thread, NULL));
	return dx->dx_result;
}

static inline struct rump_dhcp6_lease
dx_lease(void)
{
	struct rump_dhcp6_lease dl;

	memset(&dl, 0xff, sizeof(dl));
	ATF_REQUIRE_EQ(0, rump_pub_netconfig_dhcp_ipv6_lease("virt0", &dl));
	return dl;
}

/* A socket can be bound to an address of ours alone. */
static inline bool
dx_have(unsigned n)
{
	struct rump_sockaddr_in6 sin6 = { .sin6_len = sizeof(sin6),
	    .sin6_family = RUMP_AF_INET6 };
	struct msg m = { .m_len = 0 };
	int s = rump_sys_socket(RUMP_AF_INET6, RUMP_SOCK_DGRAM, 0), rv;

	ATF_REQUIRE(s != -1);
	m_address(&m, n);
	memcpy(sin6.sin6_addr, m.m_buf, 16);
	rv = rump_sys_bind(s, SK_SA(&sin6), sizeof(sin6));
	(void)rump_sys_close(s);
	return rv == 0;
}

/* From nothing to a lease of 2001:db8::N by an answer to the request. */
static inline void
dx_bind(struct dx *dx, unsigned n, uint32_t renew, uint32_t rebind,
    uint32_t seconds)
{
	struct msg m;

	dx_start(dx, dx_ask);
	dx_next(dx, SOLICIT);
	dx_give(dx, ADVERTISE, n);
	dx_next(dx, REQUEST);
	m = m_to(dx, REPLY);
	m_ia(&m, dx, n, renew, rebind, seconds);
	dx_answer(dx, &m);
	ATF_REQUIRE_EQ(0, dx_finish(dx));
	ATF_REQUIRE(dx_have(n));
}

#endif /* !_TESTS_NET_NETCONFIG_DHCP6D_H_ */
