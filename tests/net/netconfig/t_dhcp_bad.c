/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Answers of DHCP that are wrong, or made to harm: none is taken, and the
 * right one that comes after them is.
 */
#include "dhcpd.h"

#define	WRONG	(NET + 66)	/* what a bad answer would give */
#define	RIGHT	(NET + 5)

/* A good answer whose frame is changed at one place. */
static void
patched(struct dhcpd *ds, const struct opts *o, size_t at, uint8_t val)
{
	uint8_t f[FRAME];
	const size_t len = ds_make(ds, WRONG, o, f);

	f[at] = val;
	ds_send(ds, f, len);
}

/* A good answer with one more option. */
static void
with(struct dhcpd *ds, const struct opts *o, uint8_t code, const void *val,
    size_t len)
{
	struct opts more = *o;

	o_put(&more, code, val, len);
	ds_answer(ds, WRONG, &more);
}

/* One whose end is cut off, the lengths of IP and UDP with it. */
static void
cut(struct dhcpd *ds, const struct opts *o, size_t len)
{
	uint8_t f[FRAME];
	uint16_t sum;

	(void)ds_make(ds, WRONG, o, f);
	f[16] = (uint8_t)((len - ETH) >> 8);
	f[17] = (uint8_t)(len - ETH);
	f[38] = (uint8_t)((len - ETH - 20) >> 8);
	f[39] = (uint8_t)(len - ETH - 20);
	f[24] = f[25] = 0;
	sum = (uint16_t)~ds_sum(f + ETH, 20, 0);
	f[24] = (uint8_t)(sum >> 8);
	f[25] = (uint8_t)sum;
	ds_send(ds, f, len);
}

/* Options of a type, without one of them. */
static void
without(struct dhcpd *ds, uint8_t type, uint8_t code)
{
	const struct opts all = o_lease(type, 1000);
	struct opts o = { .o_len = 0 };
	size_t i;

	for (i = 0; i < all.o_len; i += 2 + (size_t)all.o_buf[i + 1]) {
		if (all.o_buf[i] != code)
			o_put(&o, all.o_buf[i], all.o_buf + i + 2,
			    all.o_buf[i + 1]);
	}
	ds_answer(ds, WRONG, &o);
}

static void
bad_headers(struct dhcpd *ds, uint8_t type)
{
	const struct opts o = o_lease(type, 1000);

	patched(ds, &o, 35, 66);			/* source port */
	patched(ds, &o, BOOTP, 1);			/* a request */
	patched(ds, &o, BOOTP + 1, 6);
	patched(ds, &o, BOOTP + 2, 16);
	patched(ds, &o, BOOTP + 4, (uint8_t)~ds->ds_frame[BOOTP + 4]);
	patched(ds, &o, BOOTP + 28, (uint8_t)~ds->ds_mac[0]);
	patched(ds, &o, BOOTP + 33, (uint8_t)~ds->ds_mac[5]);
	patched(ds, &o, BOOTP + 236, 0);
	patched(ds, &o, BOOTP + 16, 0);			/* yiaddr 0.0.0.66 */
	patched(ds, &o, BOOTP + 16, 127);
	patched(ds, &o, BOOTP + 16, 224);
	patched(ds, &o, BOOTP + 16, 255);
	patched(ds, &o, BOOTP + 19, 255);	/* the net's broadcast */
	patched(ds, &o, BOOTP + 19, 0);
	cut(ds, &o, BOOTP);
	cut(ds, &o, BOOTP + 1);
	cut(ds, &o, OPTIONS - 1);
	cut(ds, &o, OPTIONS);
	cut(ds, &o, OPTIONS + 1);
	cut(ds, &o, OPTIONS + 2);
	cut(ds, &o, OPTIONS + o.o_len - 1);
}

static void
bad_options(struct dhcpd *ds, uint8_t type)
{
	const struct opts o = o_lease(type, 1000);
	struct opts x;

	without(ds, type, 53);
	without(ds, type, 54);
	without(ds, type, 51);
	/* A second one makes the value longer: RFC 3396. */
	with(ds, &o, 53, "\x02", 1);
	with(ds, &o, 54, "\x0a\x00\x00\x01", 4);
	with(ds, &o, 51, "\x01", 1);
	with(ds, &o, 61, "somebody else", 13);
	with(ds, &o, 61, "", 0);
	with(ds, &o, 52, "\x00", 1);
	with(ds, &o, 52, "\x04", 1);
	with(ds, &o, 52, "\x01\x01", 2);
	x = o_lease(type, 0);
	ds_answer(ds, WRONG, &x);
	/* The length reaches beyond the end. */
	x = o;
	o_put(&x, 6, "\x0a\x00\x00\x02", 4);
	x.o_buf[x.o_len - 5] = 200;
	ds_answer(ds, WRONG, &x);
	x.o_buf[x.o_len - 5] = 6;
	ds_answer(ds, WRONG, &x);
}

/* The areas of other use have options that are malformed. */
static void
bad_overload(struct dhcpd *ds, uint8_t type)
{
	struct opts o = o_lease(type, 1000);
	uint8_t f[FRAME];
	size_t len;

	o_put(&o, 52, "\x03", 1);
	len = ds_make(ds, WRONG, &o, f);
	f[BOOTP + 108] = 15;			/* file */
	f[BOOTP + 109] = 127;
	ds_send(ds, f, len);
	f[BOOTP + 108] = 0;
	f[BOOTP + 235] = 15;
	ds_send(ds, f, len);
	f[BOOTP + 235] = 0;
	f[BOOTP + 44] = 15;			/* sname */
	f[BOOTP + 45] = 63;
	ds_send(ds, f, len);
	/* And more of what may be there once. */
	f[BOOTP + 44] = 53;
	f[BOOTP + 45] = 1;
	f[BOOTP + 46] = type;
	ds_send(ds, f, len);
}

static void
bad_masks(struct dhcpd *ds, uint8_t type)
{
	static const uint32_t masks[] = { 0, 0x00ffffff, 0xff00ff00,
	    0xfffffffd };
	struct opts o;
	size_t i;

	for (i = 0; i < sizeof(masks) / sizeof(masks[0]); i++) {
		o = (struct opts){ .o_len = 0 };
		o_type(&o, type);
		o_u32(&o, 54, SERVER);
		o_u32(&o, 51, 1000);
		o_u32(&o, 1, masks[i]);
		ds_answer(ds, WRONG, &o);
	}
	for (i = 0; i < 3; i++) {
		static const uint32_t servers[] = { 0, 0x7f000001,
		    0xffffffff };

		o = (struct opts){ .o_len = 0 };
		o_type(&o, type);
		o_u32(&o, 54, servers[i]);
		o_u32(&o, 51, 1000);
		ds_answer(ds, WRONG, &o);
	}
}

static void
all_bad(struct dhcpd *ds, uint8_t type)
{
	int i;

	bad_headers(ds, type);
	bad_options(ds, type);
	bad_overload(ds, type);
	bad_masks(ds, type);
	/* Types that are not for us. */
	for (i = 0; i < 20; i++) {
		const struct opts o = o_lease((uint8_t)i, 1000);

		if (i != OFFER && i != ACK && i != NAK)
			ds_answer(ds, WRONG, &o);
	}
}

ATF_TC_WITHOUT_HEAD(offers);
ATF_TC_BODY(offers, tc)
{
	const struct opts good = o_lease(OFFER, 1000);
	const struct opts ack = o_lease(ACK, 1000);
	struct dhcpd ds;

	ds_boot(&ds);
	ds_start(&ds);
	ds_next(&ds, DISCOVER);
	all_bad(&ds, OFFER);
	/* Nothing has been asked for that this would grant. */
	ds_answer(&ds, WRONG, &ack);
	ATF_REQUIRE_EQ(REQUEST, ds_insist(&ds, RIGHT, &good));
	ATF_CHECK_EQ(RIGHT, ds_option32(&ds, 50));
	ds_answer(&ds, RIGHT, &ack);
	ATF_CHECK_EQ(0, ds_finish(&ds));
	ATF_CHECK_EQ(htonl(RIGHT), ds_lease().dl_address);
}

ATF_TC_WITHOUT_HEAD(acks);
ATF_TC_BODY(acks, tc)
{
	const struct opts good = o_lease(OFFER, 1000);
	const struct opts ack = o_lease(ACK, 1000);
	struct opts other = { .o_len = 0 };
	struct dhcpd ds;

	o_type(&other, ACK);
	o_u32(&other, 54, SERVER + 1);
	o_u32(&other, 51, 1000);
	ds_boot(&ds);
	ds_start(&ds);
	ds_next(&ds, DISCOVER);
	ds_answer(&ds, RIGHT, &good);
	ds_next(&ds, REQUEST);
	all_bad(&ds, ACK);
	ds_answer(&ds, WRONG, &ack);		/* not what was offered */
	ds_answer(&ds, RIGHT, &other);		/* not who offered it */
	ds_answer(&ds, RIGHT, &good);		/* an offer again */
	ATF_REQUIRE_EQ(0, ds_insist(&ds, RIGHT, &ack));
	ATF_CHECK_EQ(0, ds_finish(&ds));
	ATF_CHECK_EQ(htonl(RIGHT), ds_lease().dl_address);
	/* What nobody asked for. */
	all_bad(&ds, ACK);
	ds_answer(&ds, WRONG, &ack);
	ATF_CHECK_EQ(htonl(RIGHT), ds_lease().dl_address);
	ATF_CHECK_EQ(0, rump_pub_netconfig_dhcp_ipv4_stop("virt0"));
}

/* Options that make no sense are as if they were not there. */
ATF_TC_WITHOUT_HEAD(ignored);
ATF_TC_BODY(ignored, tc)
{
	static const uint8_t route[] = { 33, 1, 2, 3, 4, 5, 10, 0, 0, 1 };
	struct opts ack = o_lease(ACK, 1000);
	struct rump_dhcp_lease dl;
	struct dhcpd ds;
	int mtu;

	o_put(&ack, 26, "\x00\x44", 2);			/* 68 */
	o_put(&ack, 6, "\x0a\x00\x00", 3);
	o_put(&ack, 42, "\x0a\x00\x00\x02\x01", 5);
	o_put(&ack, 15, "bad\nnameserver 6.6.6.6", 22);
	o_put(&ack, 12, "", 0);
	o_put(&ack, 121, route, sizeof(route));
	o_u32(&ack, 3, NET + 9);
	o_u32(&ack, 58, 2000);				/* after the end */
	o_u32(&ack, 59, 0);
	ds_boot(&ds);
	ds_bind(&ds, 5, &ack);
	dl = ds_lease();
	ATF_CHECK_EQ(0, dl.dl_mtu);
	ATF_CHECK_EQ(0, dl.dl_ndns);
	ATF_CHECK_EQ(0, dl.dl_nntp);
	ATF_CHECK_STREQ("", dl.dl_domain);
	ATF_CHECK_STREQ("", dl.dl_host);
	ATF_REQUIRE_EQ(1, dl.dl_nroutes);
	ATF_CHECK_EQ(htonl(NET + 9), dl.dl_routes[0].dr_gateway);
	ATF_CHECK_EQ(500, dl.dl_renew);
	ATF_CHECK_EQ(875, dl.dl_rebind);
	ATF_CHECK_EQ(0, rump_pub_netconfig_ifgetmtu("virt0", &mtu));
	ATF_CHECK_EQ(1500, mtu);
}

/* More of everything than we keep. */
ATF_TC_WITHOUT_HEAD(many);
ATF_TC_BODY(many, tc)
{
	struct opts ack = o_lease(ACK, UINT32_MAX);
	uint8_t buf[252], name[255];
	struct rump_dhcp_lease dl;
	struct dhcpd ds;
	size_t i;

	for (i = 0; i < sizeof(buf); i += 4)
		ds_put32(buf + i, NET + 2);
	o_put(&ack, 6, buf, sizeof(buf));
	memset(name, 'x', sizeof(name));
	o_put(&ack, 15, name, sizeof(name));
	/* 36 routes of 7 bytes, in two pieces: 10.0.N/24 are all the same. */
	for (i = 0; i < sizeof(buf) / 7; i++)
		memcpy(buf + i * 7, "\x10\x0b\x00\x0a\x00\x00\x02", 7);
	o_put(&ack, 121, buf, 100);
	o_put(&ack, 121, buf + 100, sizeof(buf) - 100);
	ds_boot(&ds);
	ds_bind(&ds, 5, &ack);
	dl = ds_lease();
	ATF_CHECK_EQ(RUMP_DHCP_SERVERS, dl.dl_ndns);
	ATF_CHECK_EQ(255, strlen(dl.dl_domain));
	ATF_CHECK_EQ(RUMP_DHCP_ROUTES, dl.dl_nroutes);
	ATF_CHECK_EQ(UINT32_MAX, dl.dl_left);
	ATF_CHECK_EQ(UINT32_MAX, dl.dl_renew);
}

/* Options in the areas of other use, and cut in pieces. */
ATF_TC_WITHOUT_HEAD(overload);
ATF_TC_BODY(overload, tc)
{
	const struct opts offer = o_lease(OFFER, 1000);
	struct opts ack = o_lease(ACK, 1000);
	struct rump_dhcp_lease dl;
	struct dhcpd ds;
	uint8_t f[FRAME];
	size_t len;

	o_put(&ack, 52, "\x03", 1);
	o_put(&ack, 15, "exam", 4);
	ds_boot(&ds);
	ds_start(&ds);
	ds_next(&ds, DISCOVER);
	ds_answer(&ds, RIGHT, &offer);
	ds_next(&ds, REQUEST);
	len = ds_make(&ds, RIGHT, &ack, f);
	memcpy(f + BOOTP + 108, "\x0f\x03ple\xff", 6);		/* file */
	memcpy(f + BOOTP + 44, "\x00\x0f\x04.org\x06\x04\x0a\x00\x00\x02\xff",
	    14);						/* sname */
	ds_send(&ds, f, len);
	ATF_CHECK_EQ(0, ds_finish(&ds));
	dl = ds_lease();
	ATF_CHECK_STREQ("example.org", dl.dl_domain);
	ATF_REQUIRE_EQ(1, dl.dl_ndns);
	ATF_CHECK_EQ(htonl(NET + 2), dl.dl_dns[0]);
}

/* Routers that are none, ways to ourselves: all else goes on. */
ATF_TC_WITHOUT_HEAD(odd_routes);
ATF_TC_BODY(odd_routes, tc)
{
	static const uint8_t routes[] = {
	    0, 10, 0, 0, 5,			/* by our own address */
	    8, 20, 127, 0, 0, 1, 8, 21, 255, 255, 255, 255,
	    8, 22, 224, 0, 0, 1, 8, 23, 10, 0, 0, 255, 8, 24, 10, 0, 0, 0,
	    8, 127, 10, 0, 0, 1, 32, 127, 0, 0, 1, 0, 0, 0, 0,
	    24, 10, 0, 0, 10, 0, 0, 1, 32, 10, 0, 0, 5, 10, 0, 0, 1,
	    32, 10, 0, 0, 1, 10, 0, 0, 1, 32, 255, 255, 255, 255, 0, 0, 0, 0,
	    4, 224, 0, 0, 0, 0, 8, 25, 25, 0, 0, 1, 8, 26, 25, 0, 0, 9 };
	static const char *const to[] = { "8.8.8.8", "20.0.0.1", "21.0.0.1",
	    "22.0.0.1", "23.0.0.1", "24.0.0.1", "25.0.0.1", "26.0.0.1",
	    "127.0.0.1", "224.0.0.9", "10.0.0.5" };
	struct opts ack = o_lease(ACK, 1000);
	struct dhcpd ds;
	size_t i;
	int s;

	o_put(&ack, 121, routes, sizeof(routes));
	ds_boot(&ds);
	ds_bind(&ds, 5, &ack);
	ATF_CHECK_EQ(15, ds_lease().dl_nroutes);
	s = in_udp("0.0.0.0");
	for (i = 0; i < sizeof(to) / sizeof(to[0]); i++)
		(void)in_sendto(s, "hi", 2, to[i], 9);
	(void)rump_sys_close(s);
	ATF_CHECK(ds_have("10.0.0.5"));
	ATF_CHECK_EQ(0, rump_pub_netconfig_dhcp_ipv4_stop("virt0"));
	ATF_CHECK(!ds_have("10.0.0.5"));
	ATF_CHECK_EQ(0, rump_pub_netconfig_ifdestroy("virt0"));
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, offers);
	ATF_TP_ADD_TC(tp, acks);
	ATF_TP_ADD_TC(tp, ignored);
	ATF_TP_ADD_TC(tp, many);
	ATF_TP_ADD_TC(tp, overload);
	ATF_TP_ADD_TC(tp, odd_routes);
	return atf_no_error();
}
