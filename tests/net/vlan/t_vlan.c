/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vlan(4) on interfaces of a bus: parents and tags, frames with and without
 * them, interfaces on one another, parents that go.
 */
#include "vl.h"

void	rump_kt_hwtag(void);
void	rump_kt_multi(void);
void	rump_kt_follow(void);

static struct dv_packets packets;
static const uint8_t some[6] = { 0xb2, 1, 2, 3, 4, 5 };

/* A parent for each end, and their listeners. */
static void
boot(int *a, int *b)
{

	setenv("RUMP_NCPU", "2", 1);
	ATF_REQUIRE_EQ(0, rump_init());
	dv_shmif(0, "bus");
	dv_shmif(1, "bus");
	if (a != NULL)
		*a = dv_bpf("shmif0");
	if (b != NULL)
		*b = dv_bpf("shmif1");
}

static void
send_frame(int fd, const uint8_t *dst, unsigned type, uint8_t seed, size_t n)
{
	uint8_t f[2048];
	size_t len = dv_frame(f, dst, some, type, seed, n);

	ATF_REQUIRE_EQ_MSG((ssize_t)len, rump_sys_write(fd, f, len),
	    "error %d", errno);
}

ATF_TC_WITHOUT_HEAD(config);
ATF_TC_BODY(config, tc)
{
	struct rump_vlanreq vlr;
	char name[16];
	int i;

	boot(NULL, NULL);
	dv_create("vlan0");
	vlr = vl_get("vlan0");
	ATF_CHECK_STREQ("", vlr.vlr_parent);
	ATF_CHECK_EQ(0, vlr.vlr_tag);
	DV_FAILS(RUMP_EINVAL, vl_set("vlan0", "shmif0", 0));
	DV_FAILS(RUMP_EINVAL, vl_set("vlan0", "shmif0", 4095));
	DV_FAILS(RUMP_EINVAL, vl_set("vlan0", "shmif0", 4096 + 5));
	DV_FAILS(RUMP_ENOENT, vl_set("vlan0", "shmif7", 5));
	DV_FAILS(RUMP_ENOENT, vl_set("vlan0", "xxxxxxxxxxxxxxxx", 5));
	DV_FAILS(RUMP_EPROTONOSUPPORT, vl_set("vlan0", "lo0", 5));
	DV_FAILS(RUMP_EPROTONOSUPPORT, vl_set("vlan0", "vlan0", 5));
	DV_FAILS(RUMP_EINVAL, dv_setmtu("vlan0", 1000));
	ATF_REQUIRE_EQ(0, vl_set("vlan0", "", 0));
	/* Up before there is a parent, it runs later. */
	dv_up("vlan0");
	ATF_CHECK((dv_flags("vlan0") & RUMP_IFF_RUNNING) == 0);
	ATF_REQUIRE_EQ(0, vl_set("vlan0", "shmif0", 4094));
	ATF_CHECK((dv_flags("vlan0") & RUMP_IFF_RUNNING) != 0);
	vlr = vl_get("vlan0");
	ATF_CHECK_STREQ("shmif0", vlr.vlr_parent);
	ATF_CHECK_EQ(4094, vlr.vlr_tag);
	ATF_CHECK_EQ(0, vl_set("vlan0", "shmif0", 4094));
	DV_FAILS(RUMP_EBUSY, vl_set("vlan0", "shmif0", 4093));
	DV_FAILS(RUMP_EBUSY, vl_set("vlan0", "shmif1", 4094));
	dv_create("vlan1");
	DV_FAILS(RUMP_EEXIST, vl_set("vlan1", "shmif0", 4094));
	ATF_CHECK_EQ(0, vl_set("vlan1", "shmif1", 4094));
	/* The parent carries as much as its own, and no more. */
	ATF_CHECK_EQ(1500, dv_mtu("vlan0"));
	DV_FAILS(RUMP_EINVAL, dv_setmtu("vlan0", 1501));
	ATF_CHECK_EQ(0, dv_setmtu("vlan0", 100));
	ATF_CHECK_EQ(100, dv_mtu("vlan0"));
	DV_FAILS(RUMP_EINVAL, dv_setmtu("vlan0", 45));
	ATF_REQUIRE_EQ(0, vl_set("vlan0", "", 0));
	ATF_CHECK((dv_flags("vlan0") & RUMP_IFF_RUNNING) == 0);
	ATF_REQUIRE_EQ(0, vl_set("vlan0", "shmif1", 7));
	/* On one another, as deep as is allowed. */
	for (i = 2; i < 9; i++) {
		snprintf(name, sizeof(name), "vlan%d", i);
		dv_create(name);
		ATF_REQUIRE_EQ(0, vl_set(name, i == 2 ? "vlan0" :
		    (char[]){ 'v', 'l', 'a', 'n', (char)('0' + i - 1), 0 },
		    9));
	}
	dv_create("vlan9");
	DV_FAILS(RUMP_EINVAL, vl_set("vlan9", "vlan8", 9));
	/* Those on top count, whichever was first; and there are no rings. */
	ATF_REQUIRE_EQ(0, vl_set("vlan0", "", 0));
	ATF_REQUIRE_EQ(0, vl_set("vlan9", "shmif1", 7));
	DV_FAILS(RUMP_EINVAL, vl_set("vlan0", "vlan9", 9));
	DV_FAILS(RUMP_EINVAL, vl_set("vlan0", "vlan8", 9));
	DV_FAILS(RUMP_EINVAL, vl_set("vlan0", "vlan2", 9));
	ATF_REQUIRE_EQ(0, vl_set("vlan9", "", 0));
	ATF_REQUIRE_EQ(0, vl_set("vlan0", "shmif1", 7));
	/* All lose their parents, one after the other. */
	dv_destroy("vlan0");
	ATF_CHECK_STREQ("", vl_get("vlan2").vlr_parent);
	ATF_CHECK_STREQ("vlan2", vl_get("vlan3").vlr_parent);
	DV_FAILS(RUMP_ENXIO, dv_simple(RUMP_SIOCIFDESTROY, "vlan0"));
	dv_destroy("shmif0");
	dv_destroy("shmif1");
	ATF_CHECK_STREQ("", vl_get("vlan1").vlr_parent);
}

ATF_TC_WITHOUT_HEAD(frames);
ATF_TC_BODY(frames, tc)
{
	static const uint8_t tags[][6] = { { 0x81, 0x00, 0x00, 0x05, 0x88,
	    0xb5 }, { 0x81, 0x00, 0x00, 0x06, 0x81, 0x00 } };
	int a, b, v0, v1, q0, q1;
	const uint8_t *p;
	size_t len;

	boot(&a, &b);
	vl_make("vlan0", "shmif0", 5);
	vl_make("vlan1", "shmif1", 5);
	v0 = dv_bpf("vlan0");
	v1 = dv_bpf("vlan1");
	/* With a tag on the wire, without one above; padded below. */
	send_frame(v0, dv_broadcast, DV_ETYPE, 1, 10);
	p = dv_next(b, &packets, &len);
	ATF_CHECK_EQ(64, len);
	ATF_CHECK_EQ(0, memcmp(p + 12, tags[0], 6));
	dv_check_data(p + 18, 10, 1);
	packets.off = packets.len;
	p = dv_next(v1, &packets, &len);
	ATF_CHECK_EQ(60, len);
	ATF_CHECK_EQ(DV_ETYPE, p[12] << 8 | p[13]);
	dv_check_data(p + 14, 10, 1);
	/* The longest. */
	packets.off = packets.len;
	send_frame(v0, dv_broadcast, DV_ETYPE, 2, 1500);
	p = dv_next(v1, &packets, &len);
	ATF_CHECK_EQ(1514, len);
	dv_check_data(p + 14, 1500, 2);
	/* Inside of one another. */
	ATF_REQUIRE_EQ(0, vl_set("vlan1", "", 0));
	ATF_REQUIRE_EQ(0, vl_set("vlan0", "", 0));
	ATF_REQUIRE_EQ(0, vl_set("vlan0", "shmif0", 6));
	ATF_REQUIRE_EQ(0, vl_set("vlan1", "shmif1", 6));
	vl_make("vlan2", "vlan0", 7);
	vl_make("vlan3", "vlan1", 7);
	q0 = dv_bpf("vlan2");
	q1 = dv_bpf("vlan3");
	send_frame(q0, dv_broadcast, DV_ETYPE, 3, 100);
	packets.off = packets.len;
	p = dv_next(q1, &packets, &len);
	ATF_CHECK_EQ(114, len);
	dv_check_data(p + 14, 100, 3);
	packets.off = packets.len;
	do {
		p = dv_next(b, &packets, &len);
	} while (memcmp(p + 12, tags[1], 6) != 0);
	ATF_CHECK_EQ(122, len);
	ATF_CHECK_EQ(7, p[17 + 1] << 8 | p[17 + 2]);
}

/* What is no tag of ours, malformed or too short goes nowhere. */
ATF_TC_WITHOUT_HEAD(malformed);
ATF_TC_BODY(malformed, tc)
{
	uint8_t f[64] = { 255, 255, 255, 255, 255, 255, 0xb2, 1, 2, 3, 4, 5,
	    0x81, 0x00, 0x00, 0x05, 0x88, 0xb5 };
	const uint8_t *p;
	int a, b, v1;
	size_t len;

	boot(&a, &b);
	vl_make("vlan1", "shmif1", 5);
	v1 = dv_bpf("vlan1");
	for (len = 14; len < 18; len++)
		ATF_REQUIRE_EQ((ssize_t)len, rump_sys_write(a, f, len));
	f[15] = 6;
	ATF_REQUIRE_EQ(64, rump_sys_write(a, f, 64));
	/* A tag in a tag that nobody has. */
	f[15] = 5;
	f[16] = 0x81;
	f[17] = 0x00;
	ATF_REQUIRE_EQ(64, rump_sys_write(a, f, 64));
	ATF_REQUIRE_EQ(18, rump_sys_write(a, f, 18));
	/* Priority and no number is the parent's own. */
	f[14] = 0xe0;
	f[15] = 0;
	ATF_REQUIRE_EQ(64, rump_sys_write(a, f, 64));
	/* Priority and ours. */
	f[15] = 5;
	f[16] = 0x88;
	f[17] = 0xb5;
	f[18] = 77;
	ATF_REQUIRE_EQ(64, rump_sys_write(a, f, 64));
	do {
		p = dv_next(v1, &packets, &len);
	} while (p[14] != 77);
	ATF_CHECK_EQ(60, len);
	/* Down, it hears nothing and sends nothing. */
	ATF_REQUIRE_EQ(0, dv_setflags("vlan1", 0, RUMP_IFF_UP));
	DV_FAILS(RUMP_ENETDOWN, rump_sys_write(v1, f, 64));
	dv_up("vlan1");
	ATF_REQUIRE_EQ(0, dv_setflags("shmif1", 0, RUMP_IFF_UP));
	DV_FAILS(RUMP_ENETDOWN, rump_sys_write(v1, f, 64));
	ATF_REQUIRE_EQ(0, vl_set("vlan1", "", 0));
	DV_FAILS(RUMP_ENETDOWN, rump_sys_write(v1, f, 64));
}

/* The parent's promiscuity and link follow, or are followed. */
ATF_TC_WITHOUT_HEAD(parent);
ATF_TC_BODY(parent, tc)
{
	int v0;

	boot(NULL, NULL);
	vl_make("vlan0", "shmif0", 5);
	v0 = dv_bpf("vlan0");
	ATF_REQUIRE_EQ(0, rump_sys_ioctl(v0, RUMP_BIOCPROMISC, NULL));
	ATF_CHECK((dv_flags("shmif0") & RUMP_IFF_PROMISC) != 0);
	ATF_REQUIRE_EQ(0, vl_set("vlan0", "", 0));
	ATF_CHECK((dv_flags("shmif0") & RUMP_IFF_PROMISC) == 0);
	ATF_REQUIRE_EQ(0, vl_set("vlan0", "shmif1", 5));
	ATF_CHECK((dv_flags("shmif1") & RUMP_IFF_PROMISC) != 0);
	ATF_REQUIRE_EQ(0, rump_sys_close(v0));
	ATF_CHECK((dv_flags("shmif1") & RUMP_IFF_PROMISC) == 0);
}

static void *
reconfigures(void *arg)
{
	int i;

	for (i = 0; i < 300; i++) {
		(void)vl_set("vlan0", "shmif0", 5);
		(void)vl_set("vlan0", "", 0);
	}
	return NULL;
}

static void *
resizes(void *arg)
{
	struct rump_ifreq ifr = dv_ifreq("shmif0");
	int i;

	for (i = 0; i < 300; i++) {
		ifr.ifr_mtu = 1400 + i % 100;
		(void)dv_control(RUMP_SIOCSIFMTU, &ifr);
	}
	return NULL;
}

static void *
replugs(void *arg)
{
	int i, unit;

	for (i = 0; i < 50; i++) {
		(void)dv_simple(RUMP_SIOCIFDESTROY, "shmif0");
		ATF_REQUIRE_EQ(0, rump_pub_shmif_create("bus", &unit));
		ATF_REQUIRE_EQ(0, unit);
		(void)dv_setflags("shmif0", RUMP_IFF_UP, 0);
	}
	return NULL;
}

/* Parents go and links end while frames run both ways. */
ATF_TC_WITHOUT_HEAD(race);
ATF_TC_BODY(race, tc)
{
	uint8_t f[64];
	pthread_t pt[3];
	int v0, v1, i;

	boot(NULL, NULL);
	vl_make("vlan0", "shmif0", 5);
	vl_make("vlan1", "shmif1", 5);
	v0 = dv_bpf("vlan0");
	v1 = dv_bpf("vlan1");
	(void)dv_frame(f, dv_broadcast, some, DV_ETYPE, 0, 50);
	ATF_REQUIRE_EQ(0, pthread_create(&pt[0], NULL, reconfigures, NULL));
	ATF_REQUIRE_EQ(0, pthread_create(&pt[1], NULL, replugs, NULL));
	ATF_REQUIRE_EQ(0, pthread_create(&pt[2], NULL, resizes, NULL));
	for (i = 0; i < 3000; i++) {
		(void)rump_sys_write(v0, f, 64);
		(void)rump_sys_write(v1, f, 64);
	}
	pthread_join(pt[0], NULL);
	pthread_join(pt[1], NULL);
	pthread_join(pt[2], NULL);
	ATF_REQUIRE_EQ(0, vl_set("vlan0", "", 0));
	ATF_REQUIRE_EQ(0, vl_set("vlan0", "shmif0", 5));
	ATF_REQUIRE_EQ(64, rump_sys_write(v0, f, 64));
	dv_destroy("vlan0");
	dv_destroy("shmif0");
}

static void
kernel_half(void (*func)(void))
{

	hk_boot("2");
	rump_schedule();
	(*func)();
	rump_unschedule();
}

static void *
links(void *arg)
{
	const char *const *names = arg;
	int i;

	for (i = 0; i < 500; i++) {
		if (vl_set(names[0], names[1], 5) == 0)
			DV_OK(vl_set(names[0], "", 0));
		else
			ATF_CHECK_EQ(RUMP_EINVAL, errno);
	}
	return NULL;
}

/* Two that would lie on one another do not wait for one another either. */
ATF_TC_WITHOUT_HEAD(ring);
ATF_TC_BODY(ring, tc)
{
	const char *names[] = { "vlan0", "vlan1", "vlan0" };
	pthread_t pt[2];
	int i;

	boot(NULL, NULL);
	dv_create("vlan0");
	dv_create("vlan1");
	ATF_REQUIRE_EQ(0, vl_set("vlan0", "vlan1", 5));
	DV_FAILS(RUMP_EINVAL, vl_set("vlan1", "vlan0", 5));
	ATF_CHECK_STREQ("", vl_get("vlan1").vlr_parent);
	ATF_REQUIRE_EQ(0, vl_set("vlan0", "", 0));
	for (i = 0; i < 2; i++)
		ATF_REQUIRE_EQ(0, pthread_create(&pt[i], NULL, links,
		    names + i));
	for (i = 0; i < 2; i++)
		pthread_join(pt[i], NULL);
	ATF_CHECK_STREQ("", vl_get("vlan0").vlr_parent);
	ATF_CHECK_STREQ("", vl_get("vlan1").vlr_parent);
	ATF_REQUIRE_EQ(0, vl_set("vlan1", "vlan0", 5));
}

ATF_TC_WITHOUT_HEAD(hwtag);
ATF_TC_BODY(hwtag, tc)
{

	kernel_half(rump_kt_hwtag);
}

ATF_TC_WITHOUT_HEAD(multi);
ATF_TC_BODY(multi, tc)
{

	kernel_half(rump_kt_multi);
}

ATF_TC_WITHOUT_HEAD(follow);
ATF_TC_BODY(follow, tc)
{

	kernel_half(rump_kt_follow);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, config);
	ATF_TP_ADD_TC(tp, frames);
	ATF_TP_ADD_TC(tp, malformed);
	ATF_TP_ADD_TC(tp, parent);
	ATF_TP_ADD_TC(tp, race);
	ATF_TP_ADD_TC(tp, ring);
	ATF_TP_ADD_TC(tp, hwtag);
	ATF_TP_ADD_TC(tp, multi);
	ATF_TP_ADD_TC(tp, follow);
	return atf_no_error();
}
