/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tap(4): frames between a program and the stack, one device for one program,
 * interfaces that come with the device and go with it, or before it.
 */
#include "../bpf/dv.h"

static const uint8_t peer[6] = { 0xb2, 1, 2, 3, 4, 5 };
static uint8_t buf[10000];

static void
boot(void)
{

	setenv("RUMP_NCPU", "2", 1);
	ATF_REQUIRE_EQ(0, rump_init());
}

static ssize_t
write_frame(int fd, unsigned type, uint8_t seed, size_t n)
{
	uint8_t f[10000];
	size_t len = dv_frame(f, dv_broadcast, peer, type, seed, n);

	return rump_sys_write(fd, f, len);
}

/* Who has 10.0.0.1?  Tell 10.0.0.2. */
static void
ask(int fd)
{
	static const uint8_t arp[28] = { 0, 1, 8, 0, 6, 4, 0, 1, 0xb2, 1, 2, 3,
	    4, 5, 10, 0, 0, 2, 0, 0, 0, 0, 0, 0, 10, 0, 0, 1 };

	(void)dv_frame(buf, dv_broadcast, peer, 0x0806, 0, 28);
	memcpy(buf + 14, arp, sizeof(arp));
	ATF_REQUIRE_EQ_MSG(42, rump_sys_write(fd, buf, 42), "error %d", errno);
}

/* Reads until it is a frame of this type. */
static ssize_t
read_type(int fd, unsigned type)
{
	ssize_t n;

	do {
		n = rump_sys_read(fd, buf, sizeof(buf));
		ATF_REQUIRE_MSG(n >= 14, "read: %zd, error %d", n, errno);
	} while ((unsigned)(buf[12] << 8 | buf[13]) != type);
	return n;
}

static void
answers(int fd, const char *name)
{

	ATF_REQUIRE_EQ(0, dv_address(name, "10.0.0.1"));
	/* First it tells of its address, then it answers. */
	(void)read_type(fd, 0x0806);
	ATF_CHECK_EQ(1, buf[21]);
	ask(fd);
	do {
		(void)read_type(fd, 0x0806);
	} while (buf[21] != 2);
	ATF_CHECK_EQ(0, memcmp(buf, peer, 6));
	ATF_CHECK_EQ(0, memcmp(buf + 28, "\012\000\000\001", 4));
}

ATF_TC_WITHOUT_HEAD(clone);
ATF_TC_BODY(clone, tc)
{
	struct rump_ifreq ifr, ifr2;
	int a, b;

	boot();
	DV_OK(a = rump_sys_open("/dev/tap", RUMP_O_RDWR));
	DV_OK(b = rump_sys_open("/dev/tap", RUMP_O_RDWR));
	DV_OK(rump_sys_ioctl(a, RUMP_TAPGIFNAME, &ifr));
	DV_OK(rump_sys_ioctl(b, RUMP_TAPGIFNAME, &ifr2));
	ATF_CHECK_STREQ("tap0", ifr.ifr_name);
	ATF_CHECK_STREQ("tap1", ifr2.ifr_name);
	DV_FAILS(RUMP_ENOTTY, rump_sys_ioctl(a, RUMP_TUNSIFHEAD, &ifr));
	DV_FAILS(RUMP_EHOSTDOWN, rump_sys_read(a, buf, sizeof(buf)));
	DV_FAILS(RUMP_EHOSTDOWN, write_frame(a, DV_ETYPE, 1, 46));
	answers(b, "tap1");
	DV_OK(rump_sys_close(a));
	DV_FAILS(RUMP_ENXIO, dv_simple(RUMP_SIOCIFDESTROY, "tap0"));
	/* The first that is free. */
	DV_OK(a = rump_sys_open("/dev/tap", RUMP_O_RDWR));
	DV_OK(rump_sys_ioctl(a, RUMP_TAPGIFNAME, &ifr));
	ATF_CHECK_STREQ("tap0", ifr.ifr_name);
	/* Somebody destroys it first. */
	dv_destroy("tap0");
	DV_FAILS(RUMP_ENXIO, rump_sys_read(a, buf, sizeof(buf)));
	DV_FAILS(RUMP_ENXIO, write_frame(a, DV_ETYPE, 1, 46));
	DV_FAILS(RUMP_ENXIO, rump_sys_ioctl(a, RUMP_TAPGIFNAME, &ifr));
	DV_FAILS(RUMP_EBUSY, dv_simple(RUMP_SIOCIFCREATE, "tap0"));
	DV_OK(rump_sys_close(a));
	dv_create("tap0");
	DV_OK(rump_sys_close(b));
}

ATF_TC_WITHOUT_HEAD(device);
ATF_TC_BODY(device, tc)
{
	int fd, fd2, n;

	boot();
	DV_FAILS(RUMP_ENXIO, rump_sys_open("/dev/tap0", RUMP_O_RDWR));
	dv_create("tap0");
	DV_OK(fd = rump_sys_open("/dev/tap0", RUMP_O_RDWR |
	    RUMP_O_NONBLOCK));
	DV_FAILS(RUMP_EBUSY, fd2 = rump_sys_open("/dev/tap0", RUMP_O_RDWR));
	dv_up("tap0");
	DV_FAILS(RUMP_EAGAIN, rump_sys_read(fd, buf, sizeof(buf)));
	ATF_REQUIRE_EQ(0, dv_address("tap0", "10.0.0.1"));
	/* It told of its address: one frame, of which a piece is read. */
	DV_OK(rump_sys_ioctl(fd, RUMP_FIONREAD, &n));
	while (n > 0) {
		ATF_CHECK_EQ(42, n);
		ATF_REQUIRE_EQ(20, rump_sys_read(fd, buf, 20));
		ATF_CHECK_EQ(0x08, buf[12]);
		DV_OK(rump_sys_ioctl(fd, RUMP_FIONREAD, &n));
	}
	ask(fd);
	/* Sizes. */
	DV_FAILS(RUMP_EINVAL, rump_sys_write(fd, buf, 13));
	DV_FAILS(RUMP_EMSGSIZE, write_frame(fd, DV_ETYPE, 1, 1505));
	ATF_CHECK_EQ(1518, write_frame(fd, DV_ETYPE, 1, 1504));
	ATF_REQUIRE_EQ(0, dv_setmtu("tap0", 9000));
	ATF_CHECK_EQ(9014, write_frame(fd, DV_ETYPE, 1, 9000));
	DV_FAILS(RUMP_EINVAL, dv_setmtu("tap0", 9001));
	/* Down, nothing more is sent. */
	ATF_REQUIRE_EQ(0, dv_setflags("tap0", 0, RUMP_IFF_UP));
	DV_OK(rump_sys_close(fd));
	/* What waited before is lost. */
	DV_OK(fd = rump_sys_open("/dev/tap0", RUMP_O_RDWR |
	    RUMP_O_NONBLOCK));
	DV_OK(rump_sys_ioctl(fd, RUMP_FIONREAD, &n));
	ATF_CHECK_EQ(0, n);
	DV_OK(rump_sys_close(fd));
	dv_destroy("tap0");
	DV_FAILS(RUMP_ENXIO, rump_sys_open("/dev/tap0", RUMP_O_RDWR));
}

/* Through the stack, and seen by bpf both ways. */
ATF_TC_WITHOUT_HEAD(traffic);
ATF_TC_BODY(traffic, tc)
{
	static struct dv_packets packets;
	uint8_t udp[28 + 4] = { 0x45, [3] = 32, [8] = 64, [9] = IN_UDP,
	    [12] = 10, [15] = 2, [16] = 10, [19] = 1, [20] = 0, [21] = 9,
	    [25] = 12, [28] = 'p', 'i', 'n', 'g' };
	uint8_t ours[6];
	const uint8_t *p;
	uint16_t sum;
	size_t len;
	in_sin from;
	int bpf, fd, s;
	char text[8];

	boot();
	dv_create("tap0");
	DV_OK(fd = rump_sys_open("/dev/tap0", RUMP_O_RDWR));
	dv_up("tap0");
	bpf = dv_bpf("tap0");
	answers(fd, "tap0");
	s = in_udp("10.0.0.1");
	memcpy(ours, buf + 6, 6);
	(void)dv_frame(buf, ours, peer, 0x0800, 0, 46);
	udp[22] = (uint8_t)(in_port(s) >> 8);
	udp[23] = (uint8_t)in_port(s);
	sum = in_sum(udp, 20);
	memcpy(udp + 10, &sum, 2);
	memcpy(buf + 14, udp, sizeof(udp));
	ATF_REQUIRE_EQ(60, rump_sys_write(fd, buf, 60));
	ATF_REQUIRE_EQ(4, in_recvfrom(s, text, sizeof(text), 0, &from));
	ATF_CHECK_EQ(0, memcmp(text, "ping", 4));
	ATF_REQUIRE_EQ(4, rump_sys_sendto(s, "pong", 4, 0, SK_SA(&from),
	    sizeof(from)));
	ATF_REQUIRE_EQ(46, read_type(fd, 0x0800));
	ATF_CHECK_EQ(0, memcmp(buf, peer, 6));
	ATF_CHECK_EQ(0, memcmp(buf + 42, "pong", 4));
	p = dv_next_type(bpf, &packets, 0x0800, &len);
	ATF_CHECK_EQ(0, memcmp(p + 42, "ping", 4));
	p = dv_next_type(bpf, &packets, 0x0800, &len);
	ATF_CHECK_EQ(0, memcmp(p + 42, "pong", 4));
}

static void *
send_later(void *arg)
{

	usleep(20000);
	/* For somebody who is asked for by an ARP frame. */
	(void)in_sendto(*(int *)arg, "x", 1, "10.0.0.77", 9);
	return NULL;
}

static void *
destroy_later(void *arg)
{

	usleep(20000);
	dv_destroy("tap0");
	return NULL;
}

ATF_TC_WITHOUT_HEAD(waiting);
ATF_TC_BODY(waiting, tc)
{
	struct nb_pollfd pfd = { .events = NB_POLLIN | NB_POLLOUT };
	struct nb_kevent ev = { .filter = 0, .flags = 1 };
	pthread_t pt;
	int fd, kq, s;

	boot();
	dv_create("tap0");
	DV_OK(fd = rump_sys_open("/dev/tap0", RUMP_O_RDWR));
	dv_up("tap0");
	DV_OK(kq = rump_sys_kqueue());
	ev.ident = (uintptr_t)fd;
	DV_OK(rump_sys_kevent(kq, (void *)&ev, 1, NULL, 0, NULL));
	pfd.fd = fd;
	ATF_CHECK_EQ(1, rump_sys_poll((void *)&pfd, 1, 0));
	ATF_CHECK_EQ(NB_POLLOUT, pfd.revents);
	pfd.events = NB_POLLIN;
	answers(fd, "tap0");
	s = in_udp("10.0.0.1");
	ATF_REQUIRE_EQ(0, pthread_create(&pt, NULL, send_later, &s));
	ATF_CHECK_EQ(1, rump_sys_poll((void *)&pfd, 1, 20000));
	ATF_CHECK_EQ(1, rump_sys_kevent(kq, NULL, 0, (void *)&ev, 1, NULL));
	ATF_CHECK_EQ(42, ev.data);
	ATF_REQUIRE_EQ(42, rump_sys_read(fd, buf, sizeof(buf)));
	pthread_join(pt, NULL);
	/* It goes while somebody waits. */
	ATF_REQUIRE_EQ(0, pthread_create(&pt, NULL, destroy_later, NULL));
	for (;;) {
		if (rump_sys_read(fd, buf, sizeof(buf)) == -1)
			break;
	}
	ATF_CHECK_EQ(RUMP_ENXIO, errno);
	pthread_join(pt, NULL);
	ATF_CHECK_EQ(1, rump_sys_poll((void *)&pfd, 1, 0));
	DV_OK(rump_sys_close(fd));
	DV_OK(rump_sys_close(kq));
}

static void *
opens(void *arg)
{
	int fd, i;

	for (i = 0; i < 100; i++) {
		fd = rump_sys_open("/dev/tap", RUMP_O_RDWR);
		DV_OK(fd);
		(void)write_frame(fd, DV_ETYPE, 1, 46);
		DV_OK(rump_sys_close(fd));
	}
	return NULL;
}

ATF_TC_WITHOUT_HEAD(race);
ATF_TC_BODY(race, tc)
{
	pthread_t pt[3];
	int i;

	boot();
	for (i = 0; i < 3; i++)
		ATF_REQUIRE_EQ(0, pthread_create(&pt[i], NULL, opens, NULL));
	for (i = 0; i < 300; i++)
		(void)dv_simple(RUMP_SIOCIFDESTROY, i % 2 ? "tap0" : "tap1");
	for (i = 0; i < 3; i++)
		pthread_join(pt[i], NULL);
	dv_create("tap0");
	dv_create("tap1");
	dv_create("tap2");
}

static void *
opens_one(void *arg)
{
	int fd, i;

	for (i = 0; i < 1000; i++) {
		fd = rump_sys_open("/dev/tap0", RUMP_O_RDWR);
		if (fd == -1)
			ATF_CHECK_EQ(RUMP_EBUSY, errno);
		else
			DV_OK(rump_sys_close(fd));
	}
	return NULL;
}

/* Who comes too early does not keep it open. */
ATF_TC_WITHOUT_HEAD(race_one);
ATF_TC_BODY(race_one, tc)
{
	pthread_t pt[2];
	int i;

	boot();
	dv_create("tap0");
	for (i = 0; i < 2; i++)
		ATF_REQUIRE_EQ(0, pthread_create(&pt[i], NULL, opens_one,
		    NULL));
	for (i = 0; i < 2; i++)
		pthread_join(pt[i], NULL);
	DV_OK(rump_sys_close(rump_sys_open("/dev/tap0", RUMP_O_RDWR)));
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, clone);
	ATF_TP_ADD_TC(tp, device);
	ATF_TP_ADD_TC(tp, traffic);
	ATF_TP_ADD_TC(tp, waiting);
	ATF_TP_ADD_TC(tp, race);
	ATF_TP_ADD_TC(tp, race_one);
	return atf_no_error();
}
