/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DHCP from the client's side, step by step, with a server that does what a
 * server may do.
 */
#include "dhcpd.h"
#include "fastclock.h"

#include <rump/rump_netabi.h>

/* The server is asked for its link address meanwhile. */
static void *
go_down(void *arg)
{
	struct dhcpd *ds = arg;

	ds->ds_result = rump_pub_netconfig_ifdown("virt0");
	return NULL;
}

ATF_TC_WITHOUT_HEAD(lease);
ATF_TC_BODY(lease, tc)
{
	static const uint8_t mtu[] = { 1400 >> 8, 1400 & 255 };
	struct opts ack = o_lease(ACK, 1000), offer = o_lease(OFFER, 1000);
	struct rump_dhcp_lease dl;
	struct dhcpd ds;
	uint32_t xid;
	size_t len;
	int val;

	o_put(&ack, 26, mtu, 2);
	o_put(&ack, 6, "\x0a\x00\x00\x02\x0a\x00\x00\x03", 8);
	o_put(&ack, 42, "\x0a\x00\x00\x04", 4);
	o_put(&ack, 15, "example.org", 11);
	o_put(&ack, 12, "kernel\0", 7);
	o_u32(&ack, 3, SERVER);
	ds_boot(&ds);
	ds_start(&ds);
	ds_next(&ds, DISCOVER);
	xid = ds_get32(ds.ds_frame + BOOTP + 4);
	ATF_CHECK_EQ(0, ds_get32(ds.ds_frame + 26));
	ATF_CHECK_EQ(0xffffffff, ds_get32(ds.ds_frame + 30));
	ATF_CHECK_EQ(0x80, ds.ds_frame[BOOTP + 10]);
	ATF_CHECK(ds_option(&ds, 55, &len) != NULL);
	ATF_CHECK_EQ(RUMP_DHCP_SELECTING, ds_lease().dl_state);
	ds_answer(&ds, NET + 5, &offer);
	ds_next(&ds, REQUEST);
	ATF_CHECK_EQ(xid, ds_get32(ds.ds_frame + BOOTP + 4));
	ATF_CHECK_EQ(SERVER, ds_option32(&ds, 54));
	ATF_CHECK_EQ(NET + 5, ds_option32(&ds, 50));
	ATF_CHECK_EQ(0, ds_get32(ds.ds_frame + BOOTP + 12));
	ds_answer(&ds, NET + 5, &ack);
	ATF_REQUIRE_EQ(0, ds_finish(&ds));
	dl = ds_lease();
	ATF_CHECK_EQ(RUMP_DHCP_BOUND, dl.dl_state);
	ATF_CHECK_EQ(htonl(NET + 5), dl.dl_address);
	ATF_CHECK_EQ(htonl(0xffffff00), dl.dl_mask);
	ATF_CHECK_EQ(htonl(SERVER), dl.dl_server);
	ATF_CHECK_EQ(1000, dl.dl_seconds);
	ATF_CHECK_EQ(500, dl.dl_renew);
	ATF_CHECK_EQ(875, dl.dl_rebind);
	ATF_CHECK(dl.dl_left <= 1000 && dl.dl_left > 900);
	ATF_CHECK_EQ(1400, dl.dl_mtu);
	ATF_REQUIRE_EQ(2, dl.dl_ndns);
	ATF_CHECK_EQ(htonl(NET + 3), dl.dl_dns[1]);
	ATF_REQUIRE_EQ(1, dl.dl_nntp);
	ATF_CHECK_EQ(htonl(NET + 4), dl.dl_ntp[0]);
	ATF_CHECK_STREQ("example.org", dl.dl_domain);
	ATF_CHECK_STREQ("kernel", dl.dl_host);
	ATF_REQUIRE_EQ(1, dl.dl_nroutes);
	ATF_CHECK_EQ(htonl(SERVER), dl.dl_routes[0].dr_gateway);
	ATF_CHECK(ds_have("10.0.0.5"));
	ATF_CHECK_EQ(0, rump_pub_netconfig_ifgetmtu("virt0", &val));
	ATF_CHECK_EQ(1400, val);
	/* There is a router already: another one is refused. */
	ATF_CHECK_EQ(17, rump_pub_netconfig_ipv4_gw("10.0.0.9"));
	/* Once more is no more than that. */
	ATF_CHECK_EQ(0, rump_pub_netconfig_dhcp_ipv4_oneshot("virt0"));
	/* All is given back, and as it was. */
	ATF_REQUIRE_EQ(0, pthread_create(&ds.ds_thread, NULL, go_down, &ds));
	ds_next(&ds, RELEASE);
	ATF_CHECK_EQ(0, ds_finish(&ds));
	ATF_CHECK_EQ(NET + 5, ds_get32(ds.ds_frame + BOOTP + 12));
	ATF_CHECK_EQ(SERVER, ds_option32(&ds, 54));
	ATF_CHECK_EQ(SERVER, ds_get32(ds.ds_frame + 30));
	ATF_CHECK_EQ(2, rump_pub_netconfig_dhcp_ipv4_lease("virt0", &dl));
	ATF_CHECK(!ds_have("10.0.0.5"));
	ATF_CHECK_EQ(0, rump_pub_netconfig_ifgetmtu("virt0", &val));
	ATF_CHECK_EQ(1500, val);
	ATF_CHECK_EQ(2, rump_pub_netconfig_dhcp_ipv4_stop("virt0"));
	ATF_CHECK_EQ(0, rump_pub_netconfig_ifup("virt0"));
	ds_bind(&ds, 6, &ack);
}

/* Every address of the link is somebody's, whose link address tells which. */
static void
arp_for_all(struct dhcpd *ds)
{
	const uint8_t *f = ds->ds_frame;
	uint8_t out[60] = { 0 };

	if (f[21] != 1 || ds_get32(f + 28) == 0 ||
	    ds_get32(f + 28) == ds_get32(f + 38))
		return;
	memcpy(out, f, 42);
	memcpy(out, f + 6, 6);
	out[6] = 2;
	out[7] = 0;
	memcpy(out + 8, f + 38, 4);
	out[21] = 2;
	memcpy(out + 32, f + 22, 10);
	memcpy(out + 22, out + 6, 6);
	memcpy(out + 28, f + 38, 4);
	ds_send(ds, out, sizeof(out));
}

/* The next hop of a datagram, by the link address that it has. */
static uint32_t
hop(struct dhcpd *ds, const char *to)
{
	struct pollfd pfd = { .fd = ds->ds_fd, .events = POLLIN };
	const in_sin sin = in_addr(to, 9);
	const uint8_t *f = ds->ds_frame;
	int s = in_udp("0.0.0.0");
	ssize_t n;

	ATF_REQUIRE_EQ_MSG(2, in_sendto(s, "hi", 2, to, 9), "%s: %d", to,
	    errno);
	(void)rump_sys_close(s);
	for (;;) {
		ATF_REQUIRE_EQ_MSG(1, poll(&pfd, 1, 20000), "%s", to);
		n = recv(ds->ds_fd, ds->ds_frame, FRAME, 0);
		if (n >= 42 && f[13] == 6)
			arp_for_all(ds);
		else if (n >= 42 && f[13] == 0 &&
		    memcmp(f + 30, &sin.sin_addr, 4) == 0)
			return ds_get32(f + 2);
	}
}

/* RFC 3442: the router that is said as well does not count. */
ATF_TC_WITHOUT_HEAD(routes);
ATF_TC_BODY(routes, tc)
{
	static const uint8_t routes[] = {
	    24, 192, 168, 7, 10, 0, 0, 3,	/* 192.168.7/24 by 10.0.0.3 */
	    16, 172, 16, 0, 0, 0, 0,		/* 172.16/16 is on the link */
	    32, 172, 20, 0, 1, 10, 0, 0, 4,
	    0, 172, 16, 0, 9 };
	struct opts ack = o_lease(ACK, 1000);
	struct dhcpd ds;

	o_u32(&ack, 3, NET + 77);
	o_put(&ack, 121, routes, sizeof(routes));
	ds_boot(&ds);
	ds_bind(&ds, 5, &ack);
	ATF_CHECK_EQ(4, ds_lease().dl_nroutes);
	ATF_CHECK_EQ(NET + 3, hop(&ds, "192.168.7.99"));
	ATF_CHECK_EQ(0xac100203, hop(&ds, "172.16.2.3"));
	ATF_CHECK_EQ(NET + 4, hop(&ds, "172.20.0.1"));
	ATF_CHECK_EQ(0xac100009, hop(&ds, "8.8.8.8"));
	ATF_CHECK_EQ(0, rump_pub_netconfig_dhcp_ipv4_stop("virt0"));
	ATF_CHECK_EQ(0, rump_pub_netconfig_ipv4_ifaddr_cidr("virt0",
	    "10.0.0.5", 24));
	/* They have gone with it. */
	ATF_CHECK_EQ(0, rump_pub_netconfig_ipv4_gw("10.0.0.66"));
	ATF_CHECK_EQ(NET + 66, hop(&ds, "192.168.7.99"));
	ATF_CHECK_EQ(NET + 66, hop(&ds, "172.16.2.3"));
	ATF_CHECK_EQ(NET + 66, hop(&ds, "172.20.0.1"));
}

ATF_TC_WITHOUT_HEAD(nak);
ATF_TC_BODY(nak, tc)
{
	const struct opts offer = o_lease(OFFER, 1000);
	struct opts ack = o_lease(ACK, 1000), no = { .o_len = 0 }, other;
	struct dhcpd ds;
	uint32_t xid;

	o_type(&no, NAK);
	other = no;
	o_u32(&no, 54, SERVER);
	o_u32(&other, 54, SERVER + 1);
	ds_boot(&ds);
	ds_start(&ds);
	ds_next(&ds, DISCOVER);
	xid = ds_get32(ds.ds_frame + BOOTP + 4);
	ds_answer(&ds, NET + 5, &offer);
	ds_next(&ds, REQUEST);
	/* One that has no say, then the one that has. */
	ds_answer(&ds, 0, &other);
	ds_answer(&ds, 0, &no);
	ds_next(&ds, DISCOVER);
	ATF_CHECK(ds_get32(ds.ds_frame + BOOTP + 4) != xid);
	ATF_CHECK(!ds_have("10.0.0.5"));
	ds_answer(&ds, NET + 6, &offer);
	ds_next(&ds, REQUEST);
	ATF_CHECK_EQ(NET + 6, ds_option32(&ds, 50));
	ds_answer(&ds, NET + 6, &ack);
	ATF_CHECK_EQ(0, ds_finish(&ds));
}

/* Somebody has the address: it is declined, and another one is asked for. */
ATF_TC_WITHOUT_HEAD(conflict);
ATF_TC_BODY(conflict, tc)
{
	const struct opts offer = o_lease(OFFER, 1000);
	const struct opts ack = o_lease(ACK, 1000);
	struct dhcpd ds;

	ds_boot(&ds);
	ds.ds_taken = NET + 5;
	ds_start(&ds);
	ds_next(&ds, DISCOVER);
	ds_answer(&ds, NET + 5, &offer);
	ds_next(&ds, REQUEST);
	ds_answer(&ds, NET + 5, &ack);
	ds_next(&ds, DECLINE);
	ATF_CHECK(ds.ds_probes >= 1);
	ATF_CHECK_EQ(NET + 5, ds_option32(&ds, 50));
	ATF_CHECK_EQ(SERVER, ds_option32(&ds, 54));
	ATF_CHECK_EQ(0, ds_get32(ds.ds_frame + BOOTP + 12));
	ATF_CHECK_EQ(RUMP_DHCP_DECLINED, ds_lease().dl_state);
	ATF_CHECK(!ds_have("10.0.0.5"));
	ds_next(&ds, DISCOVER);
	ds_answer(&ds, NET + 6, &offer);
	ds_next(&ds, REQUEST);
	ds_answer(&ds, NET + 6, &ack);
	ATF_CHECK_EQ(0, ds_finish(&ds));
	ATF_CHECK(ds_have("10.0.0.6"));
}

static struct opts
o_short(uint32_t renew, uint32_t rebind, uint32_t seconds)
{
	struct opts o = o_lease(ACK, seconds);

	o_u32(&o, 58, renew);
	o_u32(&o, 59, rebind);
	return o;
}

/* The server is asked, then all of them, then there is nothing left. */
ATF_TC_WITHOUT_HEAD(renew);
ATF_TC_BODY(renew, tc)
{
	const struct opts ack = o_short(1, 2, 4);
	struct dhcpd ds;

	ds_boot(&ds);
	ds_bind(&ds, 5, &ack);
	ds_next(&ds, REQUEST);
	ATF_CHECK_EQ(SERVER, ds_get32(ds.ds_frame + 30));
	ATF_CHECK_EQ(NET + 5, ds_get32(ds.ds_frame + 26));
	ATF_CHECK_EQ(NET + 5, ds_get32(ds.ds_frame + BOOTP + 12));
	ATF_CHECK_EQ(0, ds_option32(&ds, 50));
	ATF_CHECK_EQ(0, ds_option32(&ds, 54));
	ds_answer(&ds, NET + 5, &ack);
	/* It does not answer now. */
	ds_next(&ds, REQUEST);
	ATF_CHECK_EQ(SERVER, ds_get32(ds.ds_frame + 30));
	ds_next(&ds, REQUEST);
	ATF_CHECK_EQ(0xffffffff, ds_get32(ds.ds_frame + 30));
	ATF_CHECK_EQ(NET + 5, ds_get32(ds.ds_frame + 26));
	ATF_CHECK_EQ(NET + 5, ds_get32(ds.ds_frame + BOOTP + 12));
	ds_answer(&ds, NET + 5, &ack);
	ds_next(&ds, REQUEST);
	ds_next(&ds, REQUEST);
	ATF_CHECK(ds_have("10.0.0.5"));
	ds_next(&ds, DISCOVER);
	ATF_CHECK(!ds_have("10.0.0.5"));
}

/* A lease that ends, or is refused, is got again without anybody's asking. */
ATF_TC_WITHOUT_HEAD(lost);
ATF_TC_BODY(lost, tc)
{
	const struct opts ack = o_short(1, 2, 4), offer = o_lease(OFFER, 9);
	struct opts no = { .o_len = 0 };
	struct dhcpd ds;

	o_type(&no, NAK);
	o_u32(&no, 54, SERVER);
	ds_boot(&ds);
	ds_bind(&ds, 5, &ack);
	ds_next(&ds, REQUEST);
	ds_answer(&ds, 0, &no);
	ds_next(&ds, DISCOVER);
	ATF_CHECK(!ds_have("10.0.0.5"));
	ATF_CHECK_EQ(0, ds_lease().dl_address);
	ds_answer(&ds, NET + 7, &offer);
	ds_next(&ds, REQUEST);
	ds_answer(&ds, NET + 7, &ack);
	ds_next(&ds, REQUEST);
	ATF_CHECK_EQ(NET + 7, ds_get32(ds.ds_frame + BOOTP + 12));
	ATF_CHECK(ds_have("10.0.0.7"));
}

static void *
stop(void *arg)
{
	int *error = arg;

	*error = rump_pub_netconfig_dhcp_ipv4_stop("virt0");
	return NULL;
}

/* Who asks while a lease is given back gets another one, not that. */
ATF_TC_WITHOUT_HEAD(meanwhile);
ATF_TC_BODY(meanwhile, tc)
{
	const struct opts ack = o_lease(ACK, 1000);
	const struct opts offer = o_lease(OFFER, 1000);
	struct dhcpd ds;
	pthread_t pt;
	int error;

	ds_boot(&ds);
	ds_bind(&ds, 5, &ack);
	ATF_REQUIRE_EQ(0, pthread_create(&pt, NULL, stop, &error));
	/* It waits for the server's link address, which nobody says. */
	do {
		struct pollfd pfd = { .fd = ds.ds_fd, .events = POLLIN };

		ATF_REQUIRE_EQ(1, poll(&pfd, 1, 50000));
		ATF_REQUIRE(recv(ds.ds_fd, ds.ds_frame, FRAME, 0) >= 42);
	} while (ds.ds_frame[13] != 6 || ds_get32(ds.ds_frame + 38) != SERVER);
	ds_start(&ds);
	ds_next(&ds, DISCOVER);
	ATF_REQUIRE_EQ(0, pthread_join(pt, NULL));
	ATF_CHECK_EQ(0, error);
	ds_answer(&ds, NET + 6, &offer);
	ds_next(&ds, REQUEST);
	ds_answer(&ds, NET + 6, &ack);
	ATF_CHECK_EQ(0, ds_finish(&ds));
	ATF_CHECK_EQ(htonl(NET + 6), ds_lease().dl_address);
}

/* Nobody answers. */
ATF_TC_WITHOUT_HEAD(nobody);
ATF_TC_BODY(nobody, tc)
{
	struct rump_dhcp_lease dl;
	struct dhcpd ds;
	uint32_t xid;

	fastclock(10);
	ds_boot(&ds);
	ds_start(&ds);
	ds_next(&ds, DISCOVER);
	xid = ds_get32(ds.ds_frame + BOOTP + 4);
	ds_next(&ds, DISCOVER);
	ATF_CHECK_EQ(xid, ds_get32(ds.ds_frame + BOOTP + 4));
	ds_next(&ds, DISCOVER);
	ATF_CHECK_EQ(60, ds_finish(&ds));
	ATF_CHECK_EQ(2, rump_pub_netconfig_dhcp_ipv4_lease("virt0", &dl));
}

/* An end that comes from elsewhere. */
ATF_TC_WITHOUT_HEAD(ended);
ATF_TC_BODY(ended, tc)
{
	struct rump_dhcp_lease dl;
	struct rump_ifreq ifr = { .ifr_name = "virt0" };
	const struct opts ack = o_lease(ACK, 1000);
	struct dhcpd ds;
	int s;

	ds_boot(&ds);
	ds_start(&ds);
	ds_next(&ds, DISCOVER);
	ATF_CHECK_EQ(0, rump_pub_netconfig_dhcp_ipv4_stop("virt0"));
	ATF_CHECK_EQ(87, ds_finish(&ds));
	/* The interface goes while it has a lease, and while it asks. */
	ds_bind(&ds, 5, &ack);
	s = in_socket(RUMP_SOCK_DGRAM, 0);
	ATF_REQUIRE_EQ(0, rump_sys_ioctl(s, RUMP_SIOCIFDESTROY, &ifr));
	ATF_CHECK_EQ(6, rump_pub_netconfig_dhcp_ipv4_lease("virt0", &dl));
	ATF_CHECK_EQ(6, rump_pub_netconfig_dhcp_ipv4_oneshot("virt0"));
	ATF_REQUIRE_EQ(0, rump_pub_netconfig_ifcreate("virt0"));
	ATF_REQUIRE_EQ(0, rump_pub_netconfig_ifsetlinkstr("virt0",
	    "dgram:a,b"));
	ATF_CHECK_EQ(2, rump_pub_netconfig_dhcp_ipv4_lease("virt0", &dl));
	ds_start(&ds);
	ds_next(&ds, DISCOVER);
	ATF_REQUIRE_EQ(0, rump_sys_ioctl(s, RUMP_SIOCIFDESTROY, &ifr));
	ATF_CHECK_EQ(6, ds_finish(&ds));
}

/* An interface that comes after it, of the same name, keeps what it has. */
ATF_TC_WITHOUT_HEAD(successor);
ATF_TC_BODY(successor, tc)
{
	struct rump_ifreq ifr = { .ifr_name = "virt0" };
	const struct opts ack = o_short(1, 2, 3);
	struct dhcpd ds;
	int s, i;

	ds_boot(&ds);
	ds_bind(&ds, 5, &ack);
	s = in_socket(RUMP_SOCK_DGRAM, 0);
	ATF_REQUIRE_EQ(0, rump_sys_ioctl(s, RUMP_SIOCIFDESTROY, &ifr));
	ATF_REQUIRE_EQ(0, rump_pub_netconfig_ifcreate("virt0"));
	ATF_REQUIRE_EQ(0, rump_pub_netconfig_ifsetlinkstr("virt0",
	    "dgram:a,b"));
	ATF_REQUIRE_EQ(0, rump_pub_netconfig_ipv4_ifaddr_cidr("virt0",
	    "10.0.0.5", 24));
	/* Longer than the lease. */
	for (i = 0; i < 40; i++) {
		(void)usleep(100000);
		ATF_REQUIRE(ds_have("10.0.0.5"));
	}
}

/* A lease without end is not waited for when its interface has gone. */
ATF_TC_WITHOUT_HEAD(forever);
ATF_TC_BODY(forever, tc)
{
	struct rump_ifreq ifr = { .ifr_name = "virt0" };
	const struct opts ack = o_lease(ACK, UINT32_MAX);
	struct dhcpd ds;
	int s, i;

	ds_boot(&ds);
	ds_bind(&ds, 5, &ack);
	s = in_socket(RUMP_SOCK_DGRAM, 0);
	ATF_CHECK_EQ(-1, in_bind(s, "0.0.0.0", 68));
	ATF_REQUIRE_EQ(0, rump_sys_ioctl(s, RUMP_SIOCIFDESTROY, &ifr));
	/* Who has no clients has no socket. */
	for (i = 0; i < 3000 && in_bind(s, "0.0.0.0", 68) == -1; i++)
		(void)usleep(10000);
	ATF_CHECK(i < 3000);
}

/* An address and a mask that were set by hand stay. */
ATF_TC_WITHOUT_HEAD(by_hand);
ATF_TC_BODY(by_hand, tc)
{
	const struct opts ack = o_lease(ACK, 1000);
	struct dhcpd ds;

	ds_boot(&ds);
	ATF_REQUIRE_EQ(0, rump_pub_netconfig_ipv4_ifaddr_cidr("virt0",
	    "10.0.0.5", 16));
	ds_bind(&ds, 5, &ack);
	/* 10.0.9.9 is on the link as before. */
	ATF_CHECK_EQ(0x0a000909, hop(&ds, "10.0.9.9"));
	ATF_CHECK_EQ(0, rump_pub_netconfig_dhcp_ipv4_stop("virt0"));
	ATF_CHECK(ds_have("10.0.0.5"));
}

/* Somebody else has the client's port. */
ATF_TC_WITHOUT_HEAD(port);
ATF_TC_BODY(port, tc)
{
	const struct opts ack = o_lease(ACK, 1000);
	struct dhcpd ds;
	int s;

	ds_boot(&ds);
	s = in_socket(RUMP_SOCK_DGRAM, 0);
	ATF_REQUIRE_EQ(0, in_bind(s, "0.0.0.0", 68));
	ATF_CHECK_EQ(48, rump_pub_netconfig_dhcp_ipv4_oneshot("virt0"));
	(void)rump_sys_close(s);
	ds_bind(&ds, 5, &ack);
	s = in_socket(RUMP_SOCK_DGRAM, 0);
	ATF_CHECK_EQ(-1, in_bind(s, "0.0.0.0", 68));
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, lease);
	ATF_TP_ADD_TC(tp, routes);
	ATF_TP_ADD_TC(tp, nak);
	ATF_TP_ADD_TC(tp, conflict);
	ATF_TP_ADD_TC(tp, renew);
	ATF_TP_ADD_TC(tp, lost);
	ATF_TP_ADD_TC(tp, meanwhile);
	ATF_TP_ADD_TC(tp, nobody);
	ATF_TP_ADD_TC(tp, ended);
	ATF_TP_ADD_TC(tp, successor);
	ATF_TP_ADD_TC(tp, forever);
	ATF_TP_ADD_TC(tp, by_hand);
	ATF_TP_ADD_TC(tp, port);
	return atf_no_error();
}
