/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tun(4): packets between a program and the stack, what may be before them,
 * what the device refuses, interfaces that go.
 */
#include "../bpf/dv.h"

static uint8_t buf[4096];

static void
boot(void)
{

	setenv("RUMP_NCPU", "2", 1);
	ATF_REQUIRE_EQ(0, rump_init());
}

/* 10.0.0.1 here, 10.0.0.2 at the program's end. */
static int
address(void)
{
	struct rump_in_aliasreq ifra;

	memset(&ifra, 0, sizeof(ifra));
	strcpy(ifra.ifra_name, "tun0");
	ifra.ifra_addr = in_addr("10.0.0.1", 0);
	ifra.ifra_broadaddr = in_addr("10.0.0.2", 0);
	ifra.ifra_mask = in_addr("255.255.255.255", 0);
	return dv_control(RUMP_SIOCAIFADDR, &ifra);
}

static int
set(int fd, unsigned long cmd, int value)
{

	return rump_sys_ioctl(fd, cmd, &value);
}

/* A datagram from 10.0.0.2 to a socket here. */
static size_t
datagram(uint8_t *p, int port, const char *text)
{
	const size_t n = strlen(text), len = 28 + n;
	uint16_t sum;

	memset(p, 0, len);
	p[0] = 0x45;
	p[3] = (uint8_t)len;
	p[8] = 64;
	p[9] = IN_UDP;
	p[12] = p[16] = 10;
	p[15] = 2;
	p[19] = 1;
	p[21] = 9;
	p[22] = (uint8_t)(port >> 8);
	p[23] = (uint8_t)port;
	p[25] = (uint8_t)(8 + n);
	memcpy(p + 28, text, n);
	sum = in_sum(p, 20);
	memcpy(p + 10, &sum, 2);
	return len;
}

static void
hears(int s, const char *text)
{
	char got[16];

	ATF_REQUIRE_EQ((ssize_t)strlen(text), in_recvfrom(s, got, sizeof(got),
	    0, NULL));
	ATF_CHECK_EQ(0, memcmp(got, text, strlen(text)));
}

ATF_TC_WITHOUT_HEAD(device);
ATF_TC_BODY(device, tc)
{
	int fd, n = -1;

	boot();
	/* An open makes the interface. */
	DV_OK(fd = rump_sys_open("/dev/tun0", RUMP_O_RDWR |
	    RUMP_O_NONBLOCK));
	DV_FAILS(RUMP_EBUSY, rump_sys_open("/dev/tun0", RUMP_O_RDWR));
	ATF_CHECK_EQ(1500, dv_mtu("tun0"));
	ATF_CHECK((dv_flags("tun0") & RUMP_IFF_POINTOPOINT) != 0);
	DV_FAILS(RUMP_EHOSTDOWN, rump_sys_read(fd, buf, sizeof(buf)));
	DV_FAILS(RUMP_EHOSTDOWN, rump_sys_write(fd, buf, 40));
	/* What kind it is can be changed until it is up. */
	DV_FAILS(RUMP_EINVAL, set(fd, RUMP_TUNSIFMODE, 0));
	DV_FAILS(RUMP_EINVAL, set(fd, RUMP_TUNSIFMODE, RUMP_IFF_LOOPBACK |
	    RUMP_IFF_BROADCAST));
	DV_FAILS(RUMP_EINVAL, set(fd, RUMP_TUNSIFMODE,
	    RUMP_IFF_POINTOPOINT | RUMP_IFF_BROADCAST));
	DV_OK(set(fd, RUMP_TUNSIFMODE, RUMP_IFF_BROADCAST |
	    RUMP_IFF_MULTICAST));
	ATF_CHECK_EQ(RUMP_IFF_BROADCAST | RUMP_IFF_MULTICAST, dv_flags("tun0"));
	DV_OK(set(fd, RUMP_TUNSIFMODE, RUMP_IFF_POINTOPOINT));
	DV_OK(set(fd, RUMP_TUNSDEBUG, 5));
	DV_OK(rump_sys_ioctl(fd, RUMP_TUNGDEBUG, &n));
	ATF_CHECK_EQ(5, n);
	DV_FAILS(RUMP_EINVAL, dv_setmtu("tun0", 1501));
	DV_FAILS(RUMP_EINVAL, dv_setmtu("tun0", 575));
	ATF_CHECK_EQ(0, dv_setmtu("tun0", 576));
	ATF_REQUIRE_EQ_MSG(0, address(), "error %d", errno);
	ATF_CHECK((dv_flags("tun0") & RUMP_IFF_UP) != 0);
	DV_FAILS(RUMP_EBUSY, set(fd, RUMP_TUNSIFMODE, RUMP_IFF_BROADCAST));
	DV_FAILS(RUMP_EAGAIN, rump_sys_read(fd, buf, sizeof(buf)));
	DV_FAILS(RUMP_ENOTTY, set(fd, RUMP_BIOCSFEEDBACK, 1));
	/* Closed, it is there but down. */
	DV_OK(rump_sys_close(fd));
	ATF_CHECK((dv_flags("tun0") & RUMP_IFF_UP) == 0);
	dv_destroy("tun0");
	DV_FAILS(RUMP_ENXIO, dv_simple(RUMP_SIOCIFDESTROY, "tun0"));
	dv_create("tun0");
	DV_OK(fd = rump_sys_open("/dev/tun0", RUMP_O_RDWR));
	dv_destroy("tun0");
	DV_FAILS(RUMP_ENXIO, rump_sys_read(fd, buf, sizeof(buf)));
	DV_FAILS(RUMP_EBUSY, dv_simple(RUMP_SIOCIFCREATE, "tun0"));
	DV_OK(rump_sys_close(fd));
	dv_create("tun0");
}

ATF_TC_WITHOUT_HEAD(traffic);
ATF_TC_BODY(traffic, tc)
{
	static struct dv_packets packets;
	const uint32_t inet = htonl(RUMP_AF_INET), bad = htonl(99);
	struct rump_sockaddr_in sin;
	const uint8_t *p;
	uint32_t af;
	int bpf, fd, n, s;
	size_t len;

	boot();
	DV_OK(fd = rump_sys_open("/dev/tun0", RUMP_O_RDWR));
	ATF_REQUIRE_EQ_MSG(0, address(), "error %d", errno);
	bpf = dv_bpf("tun0");
	s = in_udp("10.0.0.1");
	/* As they are. */
	len = datagram(buf, in_port(s), "one");
	ATF_REQUIRE_EQ((ssize_t)len, rump_sys_write(fd, buf, len));
	hears(s, "one");
	ATF_REQUIRE_EQ(3, in_sendto(s, "two", 3, "10.0.0.2", 9));
	DV_OK(rump_sys_ioctl(fd, RUMP_FIONREAD, &n));
	ATF_CHECK_EQ(31, n);
	ATF_REQUIRE_EQ(31, rump_sys_read(fd, buf, sizeof(buf)));
	ATF_CHECK_EQ(0x45, buf[0]);
	ATF_CHECK_EQ(0, memcmp(buf + 28, "two", 3));
	p = dv_next(bpf, &packets, &len);
	memcpy(&af, p, 4);
	ATF_CHECK_EQ(RUMP_AF_INET, af);
	ATF_CHECK_EQ(0, memcmp(p + 32, "one", 3));
	p = dv_next(bpf, &packets, &len);
	ATF_CHECK_EQ(0, memcmp(p + 32, "two", 3));
	/* The family before them. */
	DV_OK(set(fd, RUMP_TUNSIFHEAD, 1));
	DV_OK(rump_sys_ioctl(fd, RUMP_TUNGIFHEAD, &n));
	ATF_CHECK_EQ(1, n);
	memcpy(buf, &inet, 4);
	len = 4 + datagram(buf + 4, in_port(s), "three");
	ATF_REQUIRE_EQ((ssize_t)len, rump_sys_write(fd, buf, len));
	hears(s, "three");
	ATF_REQUIRE_EQ(4, in_sendto(s, "four", 4, "10.0.0.2", 9));
	ATF_REQUIRE_EQ(36, rump_sys_read(fd, buf, sizeof(buf)));
	ATF_CHECK_EQ(0, memcmp(buf, &inet, 4));
	memcpy(buf, &bad, 4);
	DV_FAILS(RUMP_EAFNOSUPPORT, rump_sys_write(fd, buf, 36));
	DV_FAILS(RUMP_EINVAL, rump_sys_write(fd, buf, 3));
	memcpy(buf, &inet, 4);
	DV_FAILS(RUMP_EINVAL, rump_sys_write(fd, buf, 4));
	DV_FAILS(RUMP_EMSGSIZE, rump_sys_write(fd, buf, 1505));
	/* An address before them. */
	DV_OK(set(fd, RUMP_TUNSLMODE, 1));
	DV_OK(rump_sys_ioctl(fd, RUMP_TUNGIFHEAD, &n));
	ATF_CHECK_EQ(0, n);
	sin = in_addr("10.0.0.2", 0);
	memcpy(buf, &sin, 16);
	len = 16 + datagram(buf + 16, in_port(s), "five");
	ATF_REQUIRE_EQ((ssize_t)len, rump_sys_write(fd, buf, len));
	hears(s, "five");
	ATF_REQUIRE_EQ(3, in_sendto(s, "six", 3, "10.0.0.2", 9));
	ATF_REQUIRE_EQ(16 + 31, rump_sys_read(fd, buf, sizeof(buf)));
	memcpy(&sin, buf, sizeof(sin));
	ATF_CHECK_EQ(RUMP_AF_INET, sin.sin_family);
	ATF_CHECK_EQ(in_addr("10.0.0.2", 0).sin_addr, sin.sin_addr);
	/* Nonsense is the protocols' business. */
	DV_OK(set(fd, RUMP_TUNSLMODE, 0));
	memset(buf, 0xff, sizeof(buf));
	for (n = 1; n < 100; n++)
		ATF_REQUIRE_EQ(n, rump_sys_write(fd, buf, (size_t)n));
	/* Nobody reads: the queue has an end. */
	for (n = 0; n < 2000; n++)
		(void)in_sendto(s, "x", 1, "10.0.0.2", 9);
	for (n = 0; n < 256; n++)
		ATF_REQUIRE_EQ(29, rump_sys_read(fd, buf, sizeof(buf)));
	DV_OK(rump_sys_ioctl(fd, RUMP_FIONREAD, &n));
	ATF_CHECK_EQ(0, n);
	DV_OK(rump_sys_close(fd));
	ATF_CHECK_EQ(-1, in_sendto(s, "x", 1, "10.0.0.2", 9));
}

static void *
send_later(void *arg)
{

	usleep(20000);
	(void)in_sendto(*(int *)arg, "x", 1, "10.0.0.2", 9);
	return NULL;
}

static void *
destroy_later(void *arg)
{

	usleep(20000);
	dv_destroy("tun0");
	return NULL;
}

ATF_TC_WITHOUT_HEAD(waiting);
ATF_TC_BODY(waiting, tc)
{
	struct nb_pollfd pfd = { .events = NB_POLLIN };
	pthread_t pt;
	int fd, s;

	boot();
	DV_OK(fd = rump_sys_open("/dev/tun0", RUMP_O_RDWR));
	ATF_REQUIRE_EQ(0, address());
	s = in_udp("10.0.0.1");
	pfd.fd = fd;
	ATF_CHECK_EQ(0, rump_sys_poll((void *)&pfd, 1, 0));
	ATF_REQUIRE_EQ(0, pthread_create(&pt, NULL, send_later, &s));
	ATF_CHECK_EQ(1, rump_sys_poll((void *)&pfd, 1, 20000));
	ATF_REQUIRE_EQ(29, rump_sys_read(fd, buf, sizeof(buf)));
	pthread_join(pt, NULL);
	ATF_REQUIRE_EQ(0, pthread_create(&pt, NULL, send_later, &s));
	ATF_REQUIRE_EQ(29, rump_sys_read(fd, buf, sizeof(buf)));
	pthread_join(pt, NULL);
	ATF_REQUIRE_EQ(0, pthread_create(&pt, NULL, destroy_later, NULL));
	DV_FAILS(RUMP_ENXIO, rump_sys_read(fd, buf, sizeof(buf)));
	pthread_join(pt, NULL);
	DV_OK(rump_sys_close(fd));
}

static void *
replugs(void *arg)
{
	int fd, i;

	for (i = 0; i < 100; i++) {
		DV_OK(fd = rump_sys_open("/dev/tun0", RUMP_O_RDWR));
		ATF_REQUIRE_EQ(0, address());
		if (i % 2 == 0)
			dv_destroy("tun0");
		DV_OK(rump_sys_close(fd));
		if (i % 2 != 0)
			dv_destroy("tun0");
	}
	return NULL;
}

/* It goes while somebody sends. */
ATF_TC_WITHOUT_HEAD(race);
ATF_TC_BODY(race, tc)
{
	pthread_t pt;
	int i, s;

	boot();
	DV_OK(s = rump_sys_socket(RUMP_AF_INET, RUMP_SOCK_DGRAM, 0));
	ATF_REQUIRE_EQ(0, pthread_create(&pt, NULL, replugs, NULL));
	for (i = 0; i < 20000; i++)
		(void)in_sendto(s, "x", 1, "10.0.0.2", 9);
	pthread_join(pt, NULL);
	DV_FAILS(RUMP_ENXIO, dv_simple(RUMP_SIOCIFDESTROY, "tun0"));
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, device);
	ATF_TP_ADD_TC(tp, traffic);
	ATF_TP_ADD_TC(tp, waiting);
	ATF_TP_ADD_TC(tp, race);
	return atf_no_error();
}
