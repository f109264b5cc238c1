/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DHCPv6 from the client's side, step by step, with a server that does what a
 * server may do.
 */
#include "dhcp6d.h"
#include "fastclock.h"

unsigned int rump_kt_fault(unsigned int);

ATF_TC_WITHOUT_HEAD(lease);
ATF_TC_BODY(lease, tc)
{
	static const char names[] = "\7example\3org\0\3one\4test";
	struct rump_dhcp6_lease dl;
	const uint8_t *p;
	struct msg m;
	struct dx dx;
	size_t len;

	dx_boot(&dx);
	dx_start(&dx, dx_ask);
	dx_next(&dx, SOLICIT);
	ATF_CHECK_EQ(RUMP_DHCP_SELECTING, dx_lease().d6_state);
	ATF_CHECK_EQ(0, dx_wanted(&dx));
	ATF_CHECK(!dx_has(&dx, 25));
	ATF_CHECK(!dx_has(&dx, 14));
	/* Servers of names, the search list, both limits. */
	ATF_REQUIRE((p = dx_option(&dx, 6, &len)) != NULL);
	ATF_REQUIRE_EQ(8, len);
	ATF_CHECK_EQ(0, memcmp(p, "\0\x17\0\x18\0\x52\0\x53", 8));
	dx_give(&dx, ADVERTISE, 5);
	dx_next(&dx, REQUEST);
	ATF_CHECK_EQ(5, dx_wanted(&dx));
	m = m_to(&dx, REPLY);
	m_ia(&m, &dx, 5, 500, 800, 1000);
	m_u16(&m, 23);
	m_u16(&m, 32);
	m_address(&m, 0x53);
	m_address(&m, 0x54);
	m_put(&m, 24, names, sizeof(names));
	m_put(&m, 12, "\x20\1\xd\xb8\0\0\0\0\0\0\0\0\0\0\0\1", 16);
	dx_answer(&dx, &m);
	ATF_REQUIRE_EQ(0, dx_finish(&dx));
	dl = dx_lease();
	ATF_CHECK_EQ(RUMP_DHCP_BOUND, dl.d6_state);
	ATF_CHECK(dl.d6_left > 900 && dl.d6_left <= 1000);
	ATF_CHECK_EQ(500, dl.d6_renew);
	ATF_CHECK_EQ(800, dl.d6_rebind);
	ATF_CHECK_EQ(1000, dl.d6_seconds);
	ATF_CHECK_EQ(1000, dl.d6_preferred);
	ATF_CHECK_EQ(5, dl.d6_address[15]);
	ATF_CHECK_EQ(0, dl.d6_prefix_seconds);
	ATF_REQUIRE_EQ(sizeof(dx_duid), dl.d6_server_len);
	ATF_CHECK_EQ(0, memcmp(dx_duid, dl.d6_server, sizeof(dx_duid)));
	ATF_REQUIRE_EQ(2, dl.d6_ndns);
	ATF_CHECK_EQ(0x54, dl.d6_dns[1][15]);
	ATF_CHECK_STREQ("example.org one.test", dl.d6_search);
	ATF_CHECK(dx_have(5));
	/* Once more is no more than that. */
	ATF_CHECK_EQ(0, rump_pub_netconfig_dhcp_ipv6_oneshot("virt0"));
	dx_start(&dx, dx_leave);
	dx_next(&dx, RELEASE);
	ATF_CHECK_EQ(5, dx_wanted(&dx));
	ATF_CHECK(!dx_have(5));
	dx_tell(&dx, 0);
	ATF_CHECK_EQ(0, dx_finish(&dx));
	ATF_CHECK_EQ(2, rump_pub_netconfig_dhcp_ipv6_lease("virt0", &dl));
	ATF_CHECK_EQ(2, rump_pub_netconfig_dhcp_ipv6_stop("virt0"));
	ATF_CHECK_EQ(2, rump_pub_netconfig_dhcp_ipv6_confirm("virt0"));
	dx_bind(&dx, 6, 0, 0, 1000);
	/* Half and four fifths, where the server leaves it to us. */
	ATF_CHECK_EQ(500, dx_lease().d6_renew);
	ATF_CHECK_EQ(800, dx_lease().d6_rebind);
}

/* Offers are compared for a while, but for one that cannot be beaten. */
ATF_TC_WITHOUT_HEAD(best);
ATF_TC_BODY(best, tc)
{
	struct msg m;
	struct dx dx;
	int i;

	dx_boot(&dx);
	dx_start(&dx, dx_ask);
	dx_next(&dx, SOLICIT);
	for (i = 1; i <= 4; i++) {
		m = m_to(&dx, ADVERTISE);
		m_ia(&m, &dx, (unsigned)i, 500, 800, 1000);
		m_put(&m, 7, i == 3 ? "\x63" : "\x11", 1);
		dx_answer(&dx, &m);
	}
	dx_next(&dx, REQUEST);
	ATF_CHECK_EQ(3, dx_wanted(&dx));
	/* It has changed its mind. */
	dx_tell(&dx, 2);
	dx_next(&dx, SOLICIT);
	m = m_to(&dx, ADVERTISE);
	m_ia(&m, &dx, 7, 500, 800, 1000);
	m_put(&m, 7, "\xff", 1);
	dx_answer(&dx, &m);
	dx_give(&dx, ADVERTISE, 8);
	dx_next(&dx, REQUEST);
	ATF_CHECK_EQ(7, dx_wanted(&dx));
	dx_give(&dx, REPLY, 7);
	ATF_CHECK_EQ(0, dx_finish(&dx));
}

ATF_TC_WITHOUT_HEAD(rapid);
ATF_TC_BODY(rapid, tc)
{
	struct msg m;
	struct dx dx;

	dx_boot(&dx);
	dx.dx_flags |= RUMP_DHCP6_RAPID;
	dx_start(&dx, dx_ask);
	dx_next(&dx, SOLICIT);
	ATF_CHECK(dx_has(&dx, 14));
	/* Without the option it is no answer to this. */
	dx_give(&dx, REPLY, 9);
	m = m_to(&dx, REPLY);
	m_ia(&m, &dx, 5, 500, 800, 1000);
	m_put(&m, 14, "", 0);
	dx_answer(&dx, &m);
	ATF_CHECK_EQ(0, dx_finish(&dx));
	ATF_CHECK(dx_have(5));
	ATF_CHECK(!dx_have(9));
}

/* A prefix that we may give to others, 2001:db8:0:.../56. */
static void
m_prefix(struct msg *m, const struct dx *dx, uint32_t seconds)
{
	const size_t ia = m_begin(m, 25);
	size_t at;

	memcpy(m->m_buf + m->m_len, dx->dx_frame + 6 + 2, 4);
	m->m_len += 4;
	m_u32(m, 1);
	m_u32(m, 700);
	at = m_begin(m, 26);
	m_u32(m, seconds);
	m_u32(m, seconds);
	m_u8(m, 56);
	/* What is behind the prefix is no part of it. */
	m_address(m, 0x77);
	m_end(m, at);
	m_end(m, ia);
}

ATF_TC_WITHOUT_HEAD(prefix);
ATF_TC_BODY(prefix, tc)
{
	static const uint8_t want[16] = { 0x20, 1, 0xd, 0xb8 };
	struct rump_dhcp6_lease dl;
	struct msg m;
	struct dx dx;
	size_t len;

	dx_boot(&dx);
	dx.dx_flags |= RUMP_DHCP6_PREFIX;
	dx_start(&dx, dx_ask);
	dx_next(&dx, SOLICIT);
	ATF_CHECK(dx_option(&dx, 25, &len) != NULL && len == 12);
	/* A better server, that has no prefix, is worse. */
	m = m_to(&dx, ADVERTISE);
	m_ia(&m, &dx, 4, 500, 800, 1000);
	m_put(&m, 7, "\xff", 1);
	dx_answer(&dx, &m);
	m = m_to(&dx, ADVERTISE);
	m_ia(&m, &dx, 5, 500, 800, 1000);
	m_prefix(&m, &dx, 900);
	dx_answer(&dx, &m);
	dx_next(&dx, REQUEST);
	ATF_CHECK_EQ(5, dx_wanted(&dx));
	ATF_CHECK(dx_option(&dx, 25, &len) != NULL && len == 12 + 29);
	m = m_to(&dx, REPLY);
	m_ia(&m, &dx, 5, 500, 800, 1000);
	m_prefix(&m, &dx, 900);
	dx_answer(&dx, &m);
	ATF_REQUIRE_EQ(0, dx_finish(&dx));
	dl = dx_lease();
	ATF_CHECK_EQ(56, dl.d6_prefix_bits);
	ATF_CHECK_EQ(0, memcmp(want, dl.d6_prefix, 16));
	ATF_CHECK_EQ(900, dl.d6_prefix_seconds);
	ATF_CHECK_EQ(1, dl.d6_renew);
	ATF_CHECK(dl.d6_left <= 900);
	/* The sooner of the two times is ours. */
	dx_next(&dx, RENEW);
	ATF_CHECK(dx_has(&dx, 25));
	ATF_CHECK_EQ(5, dx_wanted(&dx));
	dx_start(&dx, dx_leave);
	dx_next(&dx, RELEASE);
	ATF_CHECK(dx_has(&dx, 25));
	dx_tell(&dx, 0);
	ATF_CHECK_EQ(0, dx_finish(&dx));
}

/* What a renewal says nothing of lives on to its end, and then goes alone. */
ATF_TC_WITHOUT_HEAD(partial);
ATF_TC_BODY(partial, tc)
{
	struct rump_dhcp6_lease dl;
	struct msg m;
	struct dx dx;

	dx_boot(&dx);
	dx.dx_flags |= RUMP_DHCP6_PREFIX;
	dx_start(&dx, dx_ask);
	dx_next(&dx, SOLICIT);
	m = m_to(&dx, ADVERTISE);
	m_ia(&m, &dx, 5, 4, 8, 12);
	m_prefix(&m, &dx, 900);
	dx_answer(&dx, &m);
	dx_next(&dx, REQUEST);
	m = m_to(&dx, REPLY);
	m_ia(&m, &dx, 5, 4, 8, 12);
	m_prefix(&m, &dx, 900);
	dx_answer(&dx, &m);
	ATF_REQUIRE_EQ(0, dx_finish(&dx));
	/* The address is left out ever after: as often as it is asked for. */
	dx_next(&dx, RENEW);
	ATF_CHECK_EQ(5, dx_wanted(&dx));
	m = m_to(&dx, REPLY);
	m_prefix(&m, &dx, 800);
	dx_answer(&dx, &m);
	dx_next(&dx, RENEW);
	ATF_CHECK_EQ(5, dx_wanted(&dx));
	dl = dx_lease();
	ATF_CHECK_EQ(800, dl.d6_prefix_seconds);
	ATF_CHECK(dl.d6_seconds > 0 && dl.d6_seconds < 12);
	ATF_CHECK_EQ(5, dl.d6_address[15]);
	ATF_CHECK(dx_have(5));
	do {
		m = m_to(&dx, REPLY);
		m_prefix(&m, &dx, 700);
		dx_answer(&dx, &m);
		dx_next(&dx, RENEW);
	} while (dx_wanted(&dx) == 5);
	ATF_CHECK_EQ(0, dx_wanted(&dx));
	dl = dx_lease();
	ATF_CHECK_EQ(0, dl.d6_seconds);
	ATF_CHECK_EQ(0, dl.d6_address[15]);
	ATF_CHECK_EQ(700, dl.d6_prefix_seconds);
	ATF_CHECK(dl.d6_left > 600 && dl.d6_left <= 700);
	ATF_CHECK(!dx_have(5));
}

ATF_TC_WITHOUT_HEAD(information);
ATF_TC_BODY(information, tc)
{
	struct rump_dhcp6_lease dl;
	struct msg m;
	struct dx dx;
	size_t len;

	dx_boot(&dx);
	dx.dx_flags = RUMP_DHCP6_INFO;
	dx_start(&dx, dx_ask);
	dx_next(&dx, INFORM);
	ATF_CHECK(dx_option(&dx, 6, &len) != NULL && len == 10);
	ATF_CHECK_EQ(-1, dx_wanted(&dx));
	m = m_to(&dx, REPLY);
	m_u16(&m, 23);
	m_u16(&m, 16);
	m_address(&m, 0x53);
	m_ia(&m, &dx, 5, 1, 2, 3);
	dx_answer(&dx, &m);
	ATF_REQUIRE_EQ(0, dx_finish(&dx));
	dl = dx_lease();
	ATF_CHECK_EQ(RUMP_DHCP_INFORMED, dl.d6_state);
	ATF_REQUIRE_EQ(1, dl.d6_ndns);
	ATF_CHECK_EQ(0x53, dl.d6_dns[0][15]);
	ATF_CHECK_EQ(0, dl.d6_seconds);
	ATF_CHECK(!dx_have(5));
	/* There is nothing to give back. */
	ATF_CHECK_EQ(0, rump_pub_netconfig_dhcp_ipv6_stop("virt0"));
}

/* Somebody has the address: it is declined, and another one is asked for. */
ATF_TC_WITHOUT_HEAD(conflict);
ATF_TC_BODY(conflict, tc)
{
	struct dx dx;

	dx_boot(&dx);
	dx.dx_taken = 5;
	dx_start(&dx, dx_ask);
	dx_next(&dx, SOLICIT);
	dx_give(&dx, ADVERTISE, 5);
	dx_next(&dx, REQUEST);
	dx_give(&dx, REPLY, 5);
	dx_next(&dx, DECLINE);
	ATF_CHECK_EQ(5, dx_wanted(&dx));
	ATF_CHECK(!dx_have(5));
	ATF_CHECK_EQ(RUMP_DHCP_DECLINED, dx_lease().d6_state);
	/* It is told again as long as the server says nothing. */
	dx_next(&dx, DECLINE);
	dx_tell(&dx, 0);
	dx_next(&dx, SOLICIT);
	dx_give(&dx, ADVERTISE, 6);
	dx_next(&dx, REQUEST);
	dx_give(&dx, REPLY, 6);
	ATF_CHECK_EQ(0, dx_finish(&dx));
	ATF_CHECK(dx_have(6));
}

/* The association is not known. */
static void
m_no_binding(struct msg *m, const struct dx *dx)
{
	const size_t ia = m_begin(m, 3);

	memcpy(m->m_buf + m->m_len, dx->dx_frame + 8, 4);
	memset(m->m_buf + m->m_len + 4, 0, 8);
	m->m_len += 12;
	m_status(m, 3);
	m_end(m, ia);
}

/* The server is asked, then all of them, then there is nothing left. */
ATF_TC_WITHOUT_HEAD(renew);
ATF_TC_BODY(renew, tc)
{
	struct msg m;
	struct dx dx;

	dx_boot(&dx);
	dx_bind(&dx, 5, 2, 500, 1000);
	dx_next(&dx, RENEW);
	ATF_CHECK_EQ(5, dx_wanted(&dx));
	ATF_CHECK_EQ(RUMP_DHCP_RENEWING, dx_lease().d6_state);
	/* It knows nothing of us, but may give it again. */
	m = m_to(&dx, REPLY);
	m_no_binding(&m, &dx);
	dx_answer(&dx, &m);
	dx_next(&dx, REQUEST);
	ATF_CHECK_EQ(5, dx_wanted(&dx));
	ATF_CHECK(dx_have(5));
	m = m_to(&dx, REPLY);
	m_ia(&m, &dx, 5, 2, 4, 9);
	dx_answer(&dx, &m);
	/* It does not answer now. */
	dx_next(&dx, RENEW);
	dx_next(&dx, REBIND);
	ATF_CHECK_EQ(5, dx_wanted(&dx));
	dx_next(&dx, SOLICIT);
	ATF_CHECK(!dx_have(5));
	ATF_CHECK_EQ(0, dx_lease().d6_seconds);
}

/* What there is is to be prolonged, by a server that does not know of it. */
static void
forget(struct dx *dx)
{
	struct msg m;

	dx_next(dx, RENEW);
	m = m_to(dx, REPLY);
	m_no_binding(&m, dx);
	dx_answer(dx, &m);
	dx_next(dx, REQUEST);
}

/* A server that has forgotten us, and is not heard any more. */
ATF_TC_WITHOUT_HEAD(forgotten);
ATF_TC_BODY(forgotten, tc)
{
	struct dx dx;

	dx_boot(&dx);
	dx_bind(&dx, 5, 2, 2000, 3000);
	forget(&dx);
	fastclock(100);
	/* For as long as it is asked for, and then as if nothing had been. */
	dx_next(&dx, RENEW);
	fastclock(1);
	ATF_CHECK_EQ(5, dx_wanted(&dx));
	ATF_CHECK(dx_have(5));
	dx_give(&dx, REPLY, 5);
	while (dx_lease().d6_state != RUMP_DHCP_BOUND)
		(void)sched_yield();
}

/* The end comes while it is asked for again. */
ATF_TC_WITHOUT_HEAD(forgotten_end);
ATF_TC_BODY(forgotten_end, tc)
{
	struct dx dx;

	dx_boot(&dx);
	dx_bind(&dx, 5, 2, 20, 30);
	forget(&dx);
	fastclock(50);
	dx_next(&dx, SOLICIT);
	ATF_CHECK(!dx_have(5));
	ATF_CHECK_EQ(0, dx_lease().d6_seconds);
}

/* It is taken away, and got again without anybody's asking. */
ATF_TC_WITHOUT_HEAD(lost);
ATF_TC_BODY(lost, tc)
{
	struct msg m;
	struct dx dx;

	dx_boot(&dx);
	dx_bind(&dx, 5, 1, 500, 1000);
	dx_next(&dx, RENEW);
	m = m_to(&dx, REPLY);
	m_ia(&m, &dx, 5, 0, 0, 0);
	dx_answer(&dx, &m);
	dx_next(&dx, SOLICIT);
	ATF_CHECK(!dx_have(5));
	dx_give(&dx, ADVERTISE, 7);
	dx_next(&dx, REQUEST);
	m = m_to(&dx, REPLY);
	m_ia(&m, &dx, 7, 1, 500, 1000);
	dx_answer(&dx, &m);
	dx_next(&dx, RENEW);
	ATF_CHECK_EQ(7, dx_wanted(&dx));
	ATF_CHECK(dx_have(7));
	/* Another address instead. */
	m = m_to(&dx, REPLY);
	m_ia(&m, &dx, 8, 1, 500, 1000);
	dx_answer(&dx, &m);
	dx_next(&dx, RENEW);
	ATF_CHECK_EQ(8, dx_wanted(&dx));
	ATF_CHECK(dx_have(8));
	ATF_CHECK(!dx_have(7));
}

ATF_TC_WITHOUT_HEAD(confirm);
ATF_TC_BODY(confirm, tc)
{
	struct dx dx;

	dx_boot(&dx);
	dx_bind(&dx, 5, 500, 800, 1000);
	ATF_CHECK_EQ(0, rump_pub_netconfig_dhcp_ipv6_confirm("virt0"));
	dx_next(&dx, CONFIRM);
	ATF_CHECK_EQ(5, dx_wanted(&dx));
	ATF_CHECK_EQ(RUMP_DHCP_CONFIRMING, dx_lease().d6_state);
	ATF_CHECK(dx_have(5));
	dx_next(&dx, CONFIRM);
	dx_tell(&dx, 0);
	while (dx_lease().d6_state != RUMP_DHCP_BOUND)
		(void)sched_yield();
	ATF_CHECK_EQ(0, rump_pub_netconfig_dhcp_ipv6_confirm("virt0"));
	dx_next(&dx, CONFIRM);
	dx_tell(&dx, 4);
	dx_next(&dx, SOLICIT);
	ATF_CHECK(!dx_have(5));
}

/* Nobody answers. */
ATF_TC_WITHOUT_HEAD(nobody);
ATF_TC_BODY(nobody, tc)
{
	struct rump_dhcp6_lease dl;
	struct dx dx;
	const uint8_t *p;
	uint32_t xid;
	size_t len;

	fastclock(10);
	dx_boot(&dx);
	dx_start(&dx, dx_ask);
	dx_next(&dx, SOLICIT);
	xid = dx_xid(&dx);
	ATF_REQUIRE((p = dx_option(&dx, 8, &len)) != NULL && len == 2);
	ATF_CHECK_EQ(0, dx_get16(p));
	dx_next(&dx, SOLICIT);
	ATF_CHECK_EQ(xid, dx_xid(&dx));
	ATF_REQUIRE((p = dx_option(&dx, 8, &len)) != NULL && len == 2);
	ATF_CHECK(dx_get16(p) >= 100);
	dx_next(&dx, SOLICIT);
	/* One that cannot be used is no answer. */
	dx_tell(&dx, 2);
	ATF_CHECK_EQ(60, dx_finish(&dx));
	ATF_CHECK_EQ(2, rump_pub_netconfig_dhcp_ipv6_lease("virt0", &dl));
}

/* An end that comes from elsewhere; one that no server hears of. */
ATF_TC_WITHOUT_HEAD(ended);
ATF_TC_BODY(ended, tc)
{
	struct rump_ifreq ifr = { .ifr_name = "virt0" };
	struct rump_dhcp6_lease dl;
	struct dx dx;
	int s, i;

	dx_boot(&dx);
	dx_start(&dx, dx_ask);
	dx_next(&dx, SOLICIT);
	ATF_CHECK_EQ(0, rump_pub_netconfig_dhcp_ipv6_stop("virt0"));
	ATF_CHECK_EQ(87, dx_finish(&dx));
	dx_bind(&dx, 5, 500, 800, 1000);
	fastclock(10);
	dx_start(&dx, dx_leave);
	for (i = 0; i < 4; i++)
		dx_next(&dx, RELEASE);
	ATF_CHECK_EQ(0, dx_finish(&dx));
	fastclock(1);
	dx_bind(&dx, 5, UINT32_MAX, UINT32_MAX, UINT32_MAX);
	ATF_CHECK_EQ(UINT32_MAX, dx_lease().d6_left);
	s = rump_sys_socket(RUMP_AF_INET6, RUMP_SOCK_DGRAM, 0);
	ATF_REQUIRE_EQ(0, rump_sys_ioctl(s, RUMP_SIOCIFDESTROY, &ifr));
	ATF_CHECK_EQ(6, rump_pub_netconfig_dhcp_ipv6_lease("virt0", &dl));
	ATF_CHECK_EQ(6, rump_pub_netconfig_dhcp_ipv6_oneshot("virt0"));
}

ATF_TC_WITHOUT_HEAD(refused);
ATF_TC_BODY(refused, tc)
{
	struct rump_sockaddr_in6 sin6 = { .sin6_len = sizeof(sin6),
	    .sin6_family = RUMP_AF_INET6, .sin6_port = htons(546) };
	struct dx dx;
	int s;

	dx_boot(&dx);
	ATF_CHECK_EQ(22, rump_pub_netconfig_dhcp_ipv6("virt0", 0));
	ATF_CHECK_EQ(22, rump_pub_netconfig_dhcp_ipv6("virt0", 16));
	ATF_CHECK_EQ(22, rump_pub_netconfig_dhcp_ipv6_oneshot("lo0"));
	ATF_CHECK_EQ(6, rump_pub_netconfig_dhcp_ipv6_oneshot("virt1"));
	ATF_CHECK_EQ(6, rump_pub_netconfig_dhcp_ipv6_confirm("virt1"));
	s = rump_sys_socket(RUMP_AF_INET6, RUMP_SOCK_DGRAM, 0);
	ATF_REQUIRE_EQ(0, rump_sys_bind(s, SK_SA(&sin6), sizeof(sin6)));
	ATF_CHECK_EQ(48, rump_pub_netconfig_dhcp_ipv6_oneshot("virt0"));
	(void)rump_sys_close(s);
	dx_bind(&dx, 5, 500, 800, 1000);
}

/*
 * Answers that are wrong, or made to harm: none is taken, and the right one
 * that comes after them is.
 */
static void
patched(struct dx *dx, unsigned type, size_t at, unsigned val)
{
	struct msg m = m_to(dx, type);

	m_ia(&m, dx, 66, 500, 800, 1000);
	m.m_buf[at] = (uint8_t)val;
	dx_answer(dx, &m);
}

/* Where things are in those. */
#define	AT_CLIENT	4
#define	AT_SERVER	(AT_CLIENT + 14)
#define	AT_IA		(AT_SERVER + 12)
#define	AT_ADDRESS	(AT_IA + 4 + 12)

static void
all_bad(struct dx *dx, unsigned type)
{
	struct msg m;
	size_t len;

	patched(dx, type, 0, SOLICIT);
	patched(dx, type, 0, 10);			/* RECONFIGURE */
	patched(dx, type, 1, ~dx->dx_frame[MSG + 1] & 255u);
	patched(dx, type, AT_CLIENT + 1, 99);		/* no client */
	patched(dx, type, AT_CLIENT + 3, 9);		/* cut */
	patched(dx, type, AT_CLIENT + 13, 99);		/* another one */
	patched(dx, type, AT_SERVER + 1, 99);		/* no server */
	patched(dx, type, AT_IA + 2, 200);		/* beyond the end */
	patched(dx, type, AT_IA + 3, 11);
	patched(dx, type, AT_IA + 4, 99);		/* its number */
	patched(dx, type, AT_IA + 8, 99);		/* T1 after T2 */
	patched(dx, type, AT_ADDRESS + 2, 1);
	patched(dx, type, AT_ADDRESS + 3, 25);
	patched(dx, type, AT_ADDRESS + 4, 0xff);	/* a group */
	m = m_to(dx, type);
	m_ia(&m, dx, 66, 500, 800, 1000);
	m.m_buf[AT_ADDRESS + 4 + 16] = 99;		/* preferred longer */
	dx_answer(dx, &m);
	m = m_to(dx, type);
	m_ia(&m, dx, 66, 500, 800, 1000);
	m_put(&m, 2, "another", 7);			/* two servers */
	dx_answer(dx, &m);
	for (len = 0; len < AT_ADDRESS + 4; len += 3) {
		m = m_to(dx, type);
		m_ia(&m, dx, 66, 500, 800, 1000);
		m.m_len = len;
		dx_answer(dx, &m);
	}
}

/* More of them than a socket has room for may lose the good one: see
 * ds_insist().  A message that is repeated gets it again. */
static int
insist(struct dx *dx, unsigned type, unsigned n)
{
	int t;

	do {
		dx_give(dx, type, n);
		t = dx_hear(dx);
	} while (t == dx->dx_type);
	dx->dx_type = t;
	return t;
}

ATF_TC_WITHOUT_HEAD(bad);
ATF_TC_BODY(bad, tc)
{
	struct msg m;
	struct dx dx;

	dx_boot(&dx);
	dx_start(&dx, dx_ask);
	dx_next(&dx, SOLICIT);
	all_bad(&dx, ADVERTISE);
	ATF_REQUIRE_EQ(REQUEST, insist(&dx, ADVERTISE, 5));
	ATF_CHECK_EQ(5, dx_wanted(&dx));
	patched(&dx, REPLY, 1, ~dx.dx_frame[MSG + 1] & 255u);
	patched(&dx, REPLY, AT_SERVER + 5, 9);	/* not who offered */
	patched(&dx, REPLY, AT_CLIENT + 13, 99);
	/* The server has a problem: it is asked again. */
	dx_tell(&dx, 1);
	dx_next(&dx, REQUEST);
	m = m_to(&dx, REPLY);
	m_ia(&m, &dx, 5, 1, 500, 1000);
	m_put(&m, 24, "\3bad\nnameserver", 15);	/* no names */
	m_put(&m, 23, "123", 3);
	dx_answer(&dx, &m);
	ATF_CHECK_EQ(0, dx_finish(&dx));
	ATF_CHECK(dx_have(5));
	ATF_CHECK_STREQ("", dx_lease().d6_search);
	ATF_CHECK_EQ(0, dx_lease().d6_ndns);
	dx_next(&dx, RENEW);
	all_bad(&dx, REPLY);
	ATF_CHECK(dx_have(5));
	ATF_CHECK(!dx_have(66));
}

/*
 * Whichever allocation fails, the lease comes and stays, or the call says why
 * not.
 */

/* Threads that do something, and say on the link when it is done. */
static void *
tell(struct dx *dx)
{
	const struct sockaddr_un here = dx_place("b");

	(void)sendto(dx->dx_fd, "", 1, 0, (const struct sockaddr *)&here,
	    sizeof(here));
	return NULL;
}

static void *
ask_and_tell(void *arg)
{

	(void)dx_ask(arg);
	return tell(arg);
}

static void *
leave_and_tell(void *arg)
{

	(void)dx_leave(arg);
	return tell(arg);
}

/* A server that always answers, till that comes; the call's result. */
static int
serve(struct dx *dx)
{
	uint8_t f[FRAME];
	ssize_t n;

	while ((n = recv(dx->dx_fd, f, FRAME, 0)) != 1) {
		ATF_REQUIRE(n > 0);
		switch (dx_take(dx, f, (size_t)n)) {
		case SOLICIT:
			dx_give(dx, ADVERTISE, 5);
			break;
		case RELEASE:
			dx_tell(dx, 0);
			break;
		case 0:
			break;
		default:
			dx_give(dx, REPLY, 5);
			break;
		}
	}
	return dx_finish(dx);
}

ATF_TC_WITHOUT_HEAD(memory);
ATF_TC_BODY(memory, tc)
{
	unsigned int i, left = 0;
	int error;
	struct dx dx;

	dx_boot(&dx);
	/* Its own address of the link is there. */
	dx_bind(&dx, 5, 500, 800, 1000);
	dx_start(&dx, leave_and_tell);
	ATF_REQUIRE_EQ(0, serve(&dx));
	fastclock(50);
	for (i = 1; left == 0 && i < 300; i++) {
		(void)rump_kt_fault(i);
		dx_start(&dx, ask_and_tell);
		error = serve(&dx);
		left = rump_kt_fault(0);
		ATF_REQUIRE_MSG(error == 0 || error == RUMP_ENOMEM ||
		    error == RUMP_ENOBUFS, "%u: %d", i, error);
		if (error != 0)
			continue;
		ATF_CHECK_EQ(1000, dx_lease().d6_seconds);
		ATF_CHECK(dx_have(5));
		dx_start(&dx, leave_and_tell);
		ATF_REQUIRE_EQ(0, serve(&dx));
		ATF_CHECK(!dx_have(5));
	}
	ATF_CHECK(left != 0);
	ATF_CHECK(i > 10);
}

ATF_TC_WITHOUT_HEAD(memory_renew);
ATF_TC_BODY(memory_renew, tc)
{
	unsigned int i, left = 0;
	struct msg m;
	struct dx dx;

	dx_boot(&dx);
	fastclock(50);
	dx_bind(&dx, 5, 1, 500, 1000);
	for (i = 1; left == 0 && i < 300; i++) {
		dx_next(&dx, RENEW);
		ATF_REQUIRE_EQ(5, dx_wanted(&dx));
		left = rump_kt_fault(i);
		ATF_REQUIRE(dx_have(5));
		m = m_to(&dx, REPLY);
		m_ia(&m, &dx, 5, 1, 500, 1000);
		dx_answer(&dx, &m);
	}
	ATF_CHECK(left != 0);
	ATF_CHECK(i > 5);
}

/* Another address each time. */
ATF_TC_WITHOUT_HEAD(memory_change);
ATF_TC_BODY(memory_change, tc)
{
	unsigned int i, left = 0, n;
	struct msg m;
	struct dx dx;

	dx_boot(&dx);
	fastclock(50);
	dx_bind(&dx, 5, 1, 500, 1000);
	for (i = 1; left == 0 && i < 300; i++) {
		dx_next(&dx, RENEW);
		left = rump_kt_fault(0);
		n = (unsigned)dx_wanted(&dx);
		ATF_REQUIRE_MSG(n == 5 || n == 6, "%u", n);
		m = m_to(&dx, REPLY);
		m_ia(&m, &dx, 11 - n, 1, 500, 1000);
		(void)rump_kt_fault(i);
		dx_answer(&dx, &m);
	}
	ATF_CHECK(left != 0);
	ATF_CHECK(i > 5);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, lease);
	ATF_TP_ADD_TC(tp, best);
	ATF_TP_ADD_TC(tp, rapid);
	ATF_TP_ADD_TC(tp, prefix);
	ATF_TP_ADD_TC(tp, partial);
	ATF_TP_ADD_TC(tp, information);
	ATF_TP_ADD_TC(tp, conflict);
	ATF_TP_ADD_TC(tp, renew);
	ATF_TP_ADD_TC(tp, forgotten);
	ATF_TP_ADD_TC(tp, forgotten_end);
	ATF_TP_ADD_TC(tp, lost);
	ATF_TP_ADD_TC(tp, confirm);
	ATF_TP_ADD_TC(tp, nobody);
	ATF_TP_ADD_TC(tp, ended);
	ATF_TP_ADD_TC(tp, refused);
	ATF_TP_ADD_TC(tp, bad);
	ATF_TP_ADD_TC(tp, memory);
	ATF_TP_ADD_TC(tp, memory_renew);
	ATF_TP_ADD_TC(tp, memory_change);
	return atf_no_error();
}
