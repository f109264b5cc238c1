/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A server of DHCP made by hand, on a link of datagrams, that says what a test
 * wants: the kernel has virt0 there and asks in a thread.  The server's
 * address is 10.0.0.1, and what it gives is 10.0.0.N.
 */
#ifndef _TESTS_NET_NETCONFIG_DHCPD_H_
#define _TESTS_NET_NETCONFIG_DHCPD_H_

#include <sys/socket.h>
#include <sys/un.h>

#include <poll.h>

#include <rump/netconfig.h>

#include "../netinet/inet.h"

#define	DISCOVER	1
#define	OFFER		2
#define	REQUEST		3
#define	DECLINE		4
#define	ACK		5
#define	NAK		6
#define	RELEASE		7

#define	ETH		14
#define	BOOTP		(ETH + 20 + 8)	/* in a frame */
#define	OPTIONS		(BOOTP + 240)
#define	FRAME		1514
#define	NET		0x0a000000u
#define	SERVER		(NET + 1)

static const uint8_t ds_mac[6] = { 2, 0, 0, 0, 0, 1 };

struct dhcpd {
	int		ds_fd;
	uint8_t		ds_frame[FRAME];	/* what came last */
	size_t		ds_len;
	int		ds_type;		/* of the last message */
	uint8_t		ds_mac[6];		/* the client's */
	pthread_t	ds_thread;
	int		ds_result;
	uint32_t	ds_taken;	/* an address that somebody has */
	int		ds_probes;	/* that were seen */
};

/* Options under way. */
struct opts {
	uint8_t		o_buf[1024];
	size_t		o_len;
};

static inline void
o_put(struct opts *o, uint8_t code, const void *val, size_t len)
{

	o->o_buf[o->o_len++] = code;
	o->o_buf[o->o_len++] = (uint8_t)len;
	memcpy(o->o_buf + o->o_len, val, len);
	o->o_len += len;
}

static inline void
o_u32(struct opts *o, uint8_t code, uint32_t val)
{
	const uint32_t be = htonl(val);

	o_put(o, code, &be, 4);
}

static inline void
o_type(struct opts *o, uint8_t type)
{

	o_put(o, 53, &type, 1);
}

/* The usual ones of an offer or an acknowledgement. */
static inline struct opts
o_lease(uint8_t type, uint32_t seconds)
{
	struct opts o = { .o_len = 0 };

	o_type(&o, type);
	o_u32(&o, 54, SERVER);
	o_u32(&o, 51, seconds);
	o_u32(&o, 1, 0xffffff00);
	return o;
}

/*
 * The link.
 */
static inline void
ds_address(struct sockaddr_un *sun, const char *path)
{

	memset(sun, 0, sizeof(*sun));
	sun->sun_family = AF_UNIX;
	strcpy(sun->sun_path, path);
}

static inline void
ds_send(struct dhcpd *ds, const uint8_t *f, size_t len)
{
	struct sockaddr_un there;

	ds_address(&there, "a");
	ATF_REQUIRE_EQ((ssize_t)len, sendto(ds->ds_fd, f, len, 0,
	    (struct sockaddr *)&there, sizeof(there)));
}

static inline uint32_t
ds_get32(const uint8_t *p)
{

	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

static inline void
ds_put32(uint8_t *p, uint32_t val)
{

	p[0] = (uint8_t)(val >> 24);
	p[1] = (uint8_t)(val >> 16);
	p[2] = (uint8_t)(val >> 8);
	p[3] = (uint8_t)val;
}

/* Does the client look for others that have its address? */
static inline bool
ds_is_probe(const struct dhcpd *ds)
{
	const uint8_t *f = ds->ds_frame;

	return ds->ds_len >= 42 && f[12] == 8 && f[13] == 6 && f[21] == 1 &&
	    ds_get32(f + 28) == 0;
}

/* Answers requests for the server's address and the one that is taken. */
static inline void
ds_arp(struct dhcpd *ds)
{
	uint8_t *f = ds->ds_frame;
	const uint32_t target = ds_get32(f + 38);
	uint8_t out[60] = { 0 };

	if (ds->ds_len < 42 || f[21] != 1)
		return;
	if (ds_is_probe(ds))
		ds->ds_probes++;
	if (target != SERVER && target != ds->ds_taken)
		return;
	memcpy(out, f, 42);
	memcpy(out, f + 6, 6);
	memcpy(out + 6, ds_mac, 6);
	out[21] = 2;
	memcpy(out + 32, f + 22, 10);
	memcpy(out + 22, ds_mac, 6);
	ds_put32(out + 28, target);
	ds_send(ds, out, sizeof(out));
}

static inline uint16_t
ds_sum(const uint8_t *p, size_t len, uint32_t sum)
{
	size_t i;

	for (i = 0; i < len; i++)
		sum += i % 2 == 0 ? (uint32_t)p[i] << 8 : p[i];
	sum = (sum >> 16) + (sum & 0xffff);
	sum += sum >> 16;
	return (uint16_t)sum;
}

static inline bool
ds_is_dhcp(const struct dhcpd *ds)
{
	const uint8_t *f = ds->ds_frame;

	return ds->ds_len >= OPTIONS && f[12] == 8 && f[13] == 0 &&
	    f[23] == 17 && f[36] == 0 && f[37] == 67;
}

/* Of an option the value, and the length in *len; NULL: it is not there. */
static inline const uint8_t *
ds_option(const struct dhcpd *ds, uint8_t code, size_t *len)
{
	const uint8_t *f = ds->ds_frame;
	size_t i = OPTIONS;

	while (i + 1 < ds->ds_len && f[i] != 255) {
		if (f[i] == code) {
			*len = f[i + 1];
			return f + i + 2;
		}
		i += f[i] == 0 ? 1 : 2 + (size_t)f[i + 1];
	}
	return NULL;
}

static inline uint32_t
ds_option32(const struct dhcpd *ds, uint8_t code)
{
	size_t len;
	const uint8_t *p = ds_option(ds, code, &len);

	return p != NULL && len == 4 ? ds_get32(p) : 0;
}

/* All that every message has to have. */
static inline void
ds_check(const struct dhcpd *ds)
{
	const uint8_t *f = ds->ds_frame;
	const size_t udp = (size_t)f[38] << 8 | f[39];
	size_t len;
	const uint8_t *id = ds_option(ds, 61, &len);

	ATF_REQUIRE_EQ(0x45, f[14]);
	ATF_CHECK_EQ(0xffff, ds_sum(f + ETH, 20, 0));
	ATF_REQUIRE(udp >= 8 + 300 && ETH + 20 + udp <= ds->ds_len);
	ATF_CHECK_EQ(0xffff, ds_sum(f + 34, udp,
	    ds_sum(f + 26, 8, 17 + (uint32_t)udp)));
	ATF_CHECK_EQ(68, f[35]);
	ATF_CHECK_EQ(1, f[BOOTP]);
	ATF_CHECK_EQ(0, memcmp(f + BOOTP + 28, f + 6, 6));
	ATF_CHECK_EQ(0x63825363, ds_get32(f + BOOTP + 236));
	ATF_REQUIRE(id != NULL);
	ATF_CHECK_EQ(15, len);
	ATF_CHECK_EQ(255, id[0]);
	ATF_CHECK_EQ(0, memcmp(id + 9, f + 6, 6));
}

/* The type of the next message, or 0: a probe came before one. */
static inline int
ds_hear(struct dhcpd *ds)
{
	struct pollfd pfd = { .fd = ds->ds_fd, .events = POLLIN };
	const uint8_t *p;
	size_t len;
	ssize_t n;

	do {
		ATF_REQUIRE_EQ_MSG(1, poll(&pfd, 1, 50000), "no message");
		n = recv(ds->ds_fd, ds->ds_frame, FRAME, 0);
		ATF_REQUIRE(n > 0);
		ds->ds_len = (size_t)n;
		if (ds->ds_frame[12] == 8 && ds->ds_frame[13] == 6)
			ds_arp(ds);
		if (ds_is_probe(ds))
			return 0;
	} while (!ds_is_dhcp(ds));
	ds_check(ds);
	memcpy(ds->ds_mac, ds->ds_frame + 6, 6);
	p = ds_option(ds, 53, &len);
	ATF_REQUIRE(p != NULL && len == 1);
	return p[0];
}

/*
 * The next message, which has to be of the type; a client that had no time to
 * read its answer may have repeated the one before it.
 */
static inline void
ds_next(struct dhcpd *ds, int type)
{
	const int before = ds->ds_type;
	int t;

	do {
		t = ds_hear(ds);
	} while (t == 0 || (t == before && t != type));
	ATF_REQUIRE_EQ_MSG(type, t, "a message of type %d, not %d", t, type);
	ds->ds_type = type;
}

/*
 * An answer to what came last, in a frame: to all on the link.
 */
static inline size_t
ds_make(const struct dhcpd *ds, uint32_t yiaddr, const struct opts *o,
    uint8_t *f)
{
	const size_t udp = 8 + 240 + o->o_len + 1, ip = udp + 20;
	uint16_t sum;

	ATF_REQUIRE(ETH + ip <= FRAME);
	memset(f, 0, FRAME);
	memset(f, 0xff, 6);
	memcpy(f + 6, ds_mac, 6);
	f[12] = 8;
	f[14] = 0x45;
	f[16] = (uint8_t)(ip >> 8);
	f[17] = (uint8_t)ip;
	f[22] = 64;
	f[23] = 17;
	ds_put32(f + 26, SERVER);
	ds_put32(f + 30, 0xffffffff);
	sum = (uint16_t)~ds_sum(f + ETH, 20, 0);
	f[24] = (uint8_t)(sum >> 8);
	f[25] = (uint8_t)sum;
	f[35] = 67;
	f[37] = 68;
	f[38] = (uint8_t)(udp >> 8);
	f[39] = (uint8_t)udp;
	f[BOOTP] = 2;
	f[BOOTP + 1] = 1;
	f[BOOTP + 2] = 6;
	memcpy(f + BOOTP + 4, ds->ds_frame + BOOTP + 4, 4);
	ds_put32(f + BOOTP + 16, yiaddr);
	memcpy(f + BOOTP + 28, ds->ds_mac, 6);
	ds_put32(f + BOOTP + 236, 0x63825363);
	memcpy(f + OPTIONS, o->o_buf, o->o_len);
	f[OPTIONS + o->o_len] = 255;
	return ETH + ip;
}

static inline void
ds_answer(struct dhcpd *ds, uint32_t yiaddr, const struct opts *o)
{
	uint8_t f[FRAME];
	const size_t len = ds_make(ds, yiaddr, o, f);

	ds_send(ds, f, len);
}

/*
 * The type of the next message, or 0 for a probe, after an answer.  Of a flood
 * of messages a socket may lose any, the good one behind it too: it is given
 * again to a client that repeats its question.
 */
static inline int
ds_insist(struct dhcpd *ds, uint32_t yiaddr, const struct opts *o)
{
	uint8_t f[FRAME];
	const size_t len = ds_make(ds, yiaddr, o, f);
	int t;

	do {
		ds_send(ds, f, len);
		t = ds_hear(ds);
	} while (t == ds->ds_type);
	/* A probe has none. */
	memcpy(ds->ds_frame + BOOTP + 4, f + BOOTP + 4, 4);
	ds->ds_type = t;
	return t;
}

/*
 * The kernel.
 */
static inline void
ds_boot(struct dhcpd *ds)
{
	struct sockaddr_un here;

	memset(ds, 0, sizeof(*ds));
	ds_address(&here, "b");
	ATF_REQUIRE((ds->ds_fd = socket(AF_UNIX, SOCK_DGRAM, 0)) != -1);
	ATF_REQUIRE_EQ(0, bind(ds->ds_fd, (struct sockaddr *)&here,
	    sizeof(here)));
	setenv("RUMP_NCPU", "2", 1);
	ATF_REQUIRE_EQ(0, rump_init());
	ATF_REQUIRE_EQ(0, rump_pub_netconfig_ifcreate("virt0"));
	ATF_REQUIRE_EQ(0, rump_pub_netconfig_ifsetlinkstr("virt0",
	    "dgram:a,b"));
}

static inline void *
ds_ask(void *arg)
{
	struct dhcpd *ds = arg;

	ds->ds_result = rump_pub_netconfig_dhcp_ipv4_oneshot("virt0");
	return NULL;
}

static inline void
ds_start(struct dhcpd *ds)
{

	ATF_REQUIRE_EQ(0, pthread_create(&ds->ds_thread, NULL, ds_ask, ds));
}

/* What the kernel's call gave. */
static inline int
ds_finish(struct dhcpd *ds)
{

	ATF_REQUIRE_EQ(0, pthread_join(ds->ds_thread, NULL));
	return ds->ds_result;
}

static inline struct rump_dhcp_lease
ds_lease(void)
{
	struct rump_dhcp_lease dl;

	memset(&dl, 0xff, sizeof(dl));
	ATF_REQUIRE_EQ(0, rump_pub_netconfig_dhcp_ipv4_lease("virt0", &dl));
	return dl;
}

/* From nothing to a lease of 10.0.0.N for so many seconds. */
static inline void
ds_bind(struct dhcpd *ds, uint32_t n, const struct opts *ack)
{
	const struct opts offer = o_lease(OFFER, 1000);

	ds_start(ds);
	ds_next(ds, DISCOVER);
	ds_answer(ds, NET + n, &offer);
	ds_next(ds, REQUEST);
	ds_answer(ds, NET + n, ack);
	ATF_REQUIRE_EQ(0, ds_finish(ds));
	ATF_REQUIRE_EQ(htonl(NET + n), ds_lease().dl_address);
}

/* A socket can be bound to an address of ours alone. */
static inline bool
ds_have(const char *addr)
{
	int s = in_socket(RUMP_SOCK_DGRAM, 0), rv;

	rv = in_bind(s, addr, 0);
	(void)rump_sys_close(s);
	return rv == 0;
}

#endif /* !_TESTS_NET_NETCONFIG_DHCPD_H_ */
