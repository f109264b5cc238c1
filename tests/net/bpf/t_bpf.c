/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bpf(4) by system calls: requests, packets of the loopback interface and of
 * two Ethernet interfaces on a bus, filters, buffers, waiting, interfaces that
 * go.
 */
#include "dv.h"

#define	STMT(c, k)		{ c, 0, 0, k }
#define	JUMP(c, k, jt, jf)	{ c, jt, jf, k }
enum { LDH_ABS = 0x28, RET_K = 0x06, JEQ_K = 0x15, JA = 0x05, DIV_K = 0x34,
    DIV_X = 0x3c, ST = 0x02, LD_MEM = 0x60, LDB_ABS = 0x30, COP = 0x27 };

static struct dv_packets packets;
static const uint8_t some[6] = { 0xb2, 1, 2, 3, 4, 5 };
static const uint8_t other[6] = { 0xb2, 9, 9, 9, 9, 9 };

static void
boot(void)
{

	setenv("RUMP_NCPU", "2", 1);
	ATF_REQUIRE_EQ(0, rump_init());
}

static int
setf(int fd, unsigned long cmd, struct rump_bpf_insn *insns, unsigned int n)
{
	struct rump_bpf_program prog = { .bf_len = n, .bf_insns = insns };

	return rump_sys_ioctl(fd, cmd, &prog);
}

static int
set_timeout(int fd, int64_t sec, int32_t usec)
{
	struct rump_timeval tv;

	memset(&tv, 0, sizeof(tv));
	tv.tv_sec = sec;
	tv.tv_usec = usec;
	return rump_sys_ioctl(fd, RUMP_BIOCSRTIMEOUT, &tv);
}

static struct rump_bpf_stat
stats(int fd)
{
	struct rump_bpf_stat bs;

	DV_OK(rump_sys_ioctl(fd, RUMP_BIOCGSTATS, &bs));
	return bs;
}

static void
send_frame(int fd, const uint8_t *dst, uint8_t seed, size_t n)
{
	uint8_t f[2048];
	size_t len = dv_frame(f, dst, some, DV_ETYPE, seed, n);

	ATF_REQUIRE_EQ_MSG((ssize_t)len, rump_sys_write(fd, f, len),
	    "error %d", errno);
}

ATF_TC_WITHOUT_HEAD(requests);
ATF_TC_BODY(requests, tc)
{
	struct rump_bpf_version bv;
	struct rump_ifreq ifr = dv_ifreq("lo0");
	struct rump_timeval tv;
	unsigned int dlts[2], size;
	struct rump_bpf_dltlist bfl = { 2, dlts };
	char buf[32];
	int fd, fd2;

	boot();
	DV_OK(fd = rump_sys_open("/dev/bpf", RUMP_O_RDWR));
	DV_OK(fd2 = rump_sys_open("/dev/bpf0", RUMP_O_RDONLY));
	ATF_CHECK(fd != fd2);
	DV_OK(rump_sys_ioctl(fd, RUMP_BIOCVERSION, &bv));
	ATF_CHECK(bv.bv_major == 1 && bv.bv_minor == 1);
	/* Of no interface yet. */
	DV_FAILS(RUMP_ENXIO, rump_sys_write(fd, buf, sizeof(buf)));
	DV_FAILS(RUMP_EINVAL, rump_sys_read(fd, buf, sizeof(buf)));
	DV_FAILS(RUMP_EINVAL, rump_sys_ioctl(fd, RUMP_BIOCGDLT, &size));
	DV_FAILS(RUMP_EINVAL, rump_sys_ioctl(fd, RUMP_BIOCGDLTLIST, &bfl));
	DV_FAILS(RUMP_EINVAL, rump_sys_ioctl(fd, RUMP_BIOCGETIF, &ifr));
	DV_FAILS(RUMP_EINVAL, rump_sys_ioctl(fd, RUMP_BIOCPROMISC, NULL));
	DV_FAILS(RUMP_EINVAL, dv_bpf_set(fd, RUMP_BIOCSDLT, 1));
	DV_FAILS(RUMP_ENOTTY, dv_bpf_set(fd, RUMP__BPF_W(99, unsigned int),
	    1));
	/* Sizes of buffers have limits. */
	size = 1;
	DV_OK(rump_sys_ioctl(fd, RUMP_BIOCSBLEN, &size));
	ATF_CHECK_EQ(32, size);
	size = 1U << 31;
	DV_OK(rump_sys_ioctl(fd, RUMP_BIOCSBLEN, &size));
	ATF_CHECK_EQ(16 * 1024 * 1024, size);
	size = 4096;
	DV_OK(rump_sys_ioctl(fd, RUMP_BIOCSBLEN, &size));
	ATF_CHECK_EQ(4096, dv_bpf_get(fd, RUMP_BIOCGBLEN));
	ifr = dv_ifreq("no0");
	DV_FAILS(RUMP_ENXIO, rump_sys_ioctl(fd, RUMP_BIOCSETIF, &ifr));
	memset(ifr.ifr_name, 'x', sizeof(ifr.ifr_name));
	DV_FAILS(RUMP_ENXIO, rump_sys_ioctl(fd, RUMP_BIOCSETIF, &ifr));
	ifr = dv_ifreq("lo0");
	DV_OK(rump_sys_ioctl(fd, RUMP_BIOCSETIF, &ifr));
	DV_FAILS(RUMP_EINVAL, rump_sys_ioctl(fd, RUMP_BIOCSBLEN, &size));
	memset(&ifr, 0, sizeof(ifr));
	DV_OK(rump_sys_ioctl(fd, RUMP_BIOCGETIF, &ifr));
	ATF_CHECK_STREQ("lo0", ifr.ifr_name);
	ATF_CHECK_EQ(RUMP_DLT_NULL, dv_bpf_get(fd, RUMP_BIOCGDLT));
	DV_OK(rump_sys_ioctl(fd, RUMP_BIOCGDLTLIST, &bfl));
	ATF_CHECK(bfl.bfl_len == 1 && dlts[0] == RUMP_DLT_NULL);
	bfl.bfl_len = 0;
	DV_FAILS(RUMP_ENOMEM, rump_sys_ioctl(fd, RUMP_BIOCGDLTLIST, &bfl));
	bfl.bfl_list = NULL;
	DV_OK(rump_sys_ioctl(fd, RUMP_BIOCGDLTLIST, &bfl));
	ATF_CHECK_EQ(1, bfl.bfl_len);
	DV_OK(dv_bpf_set(fd, RUMP_BIOCSDLT, RUMP_DLT_NULL));
	DV_FAILS(RUMP_EINVAL, dv_bpf_set(fd, RUMP_BIOCSDLT, 77));
	/* Settings. */
	ATF_CHECK_EQ(RUMP_BPF_D_INOUT, dv_bpf_get(fd, RUMP_BIOCGDIRECTION));
	DV_OK(dv_bpf_set(fd, RUMP_BIOCSDIRECTION, RUMP_BPF_D_OUT));
	ATF_CHECK_EQ(RUMP_BPF_D_OUT, dv_bpf_get(fd, RUMP_BIOCGDIRECTION));
	DV_FAILS(RUMP_EINVAL, dv_bpf_set(fd, RUMP_BIOCSDIRECTION, 3));
	DV_OK(dv_bpf_set(fd, RUMP_BIOCSHDRCMPLT, 7));
	ATF_CHECK_EQ(1, dv_bpf_get(fd, RUMP_BIOCGHDRCMPLT));
	DV_OK(dv_bpf_set(fd, RUMP_BIOCSFEEDBACK, 1));
	ATF_CHECK_EQ(1, dv_bpf_get(fd, RUMP_BIOCGFEEDBACK));
	DV_OK(set_timeout(fd, 3, 500000));
	DV_OK(rump_sys_ioctl(fd, RUMP_BIOCGRTIMEOUT, &tv));
	ATF_CHECK(tv.tv_sec == 3 && tv.tv_usec == 500000);
	DV_FAILS(RUMP_EINVAL, set_timeout(fd, -1, 0));
	DV_FAILS(RUMP_EINVAL, set_timeout(fd, 0, 1000000));
	DV_FAILS(RUMP_EINVAL, set_timeout(fd, INT64_MAX, 0));
	DV_OK(rump_sys_close(fd2));
	DV_OK(rump_sys_close(fd));
}

/* Datagrams to ourselves: seen once, with their family before them. */
ATF_TC_WITHOUT_HEAD(loopback);
ATF_TC_BODY(loopback, tc)
{
	struct rump_bpf_stat bs;
	uint32_t af, bad = 99;
	const uint8_t *p;
	size_t len;
	int fd, s;

	boot();
	fd = dv_bpf("lo0");
	s = in_udp("127.0.0.1");
	ATF_REQUIRE_EQ(5, in_sendto(s, "hello", 5, "127.0.0.1", in_port(s)));
	p = dv_next(fd, &packets, &len);
	ATF_REQUIRE_EQ(4 + 20 + 8 + 5, len);
	memcpy(&af, p, 4);
	ATF_CHECK_EQ(RUMP_AF_INET, af);
	ATF_CHECK_EQ(0x45, p[4]);
	ATF_CHECK_EQ(0, memcmp(p + 4 + 28, "hello", 5));
	ATF_CHECK(dv_nothing(fd));
	bs = stats(fd);
	ATF_CHECK_EQ(1, bs.bs_recv);
	ATF_CHECK_EQ(1, bs.bs_capt);
	ATF_CHECK_EQ(0, bs.bs_drop);
	/* Written with a family that nobody takes. */
	DV_FAILS(RUMP_EINVAL, rump_sys_write(fd, &bad, 3));
	DV_FAILS(RUMP_EAFNOSUPPORT, rump_sys_write(fd, &bad, 4));
	ATF_REQUIRE_EQ(0, rump_sys_close(s));
	ATF_REQUIRE_EQ(0, rump_sys_close(fd));
}

/* A datagram that is written to lo0 comes to its socket. */
ATF_TC_WITHOUT_HEAD(write_loopback);
ATF_TC_BODY(write_loopback, tc)
{
	uint8_t pkt[4 + 20 + 8 + 2] = { [4] = 0x45, [7] = 30, [12] = 64,
	    [13] = IN_UDP, [16] = 127, [19] = 1, [20] = 127, [23] = 1,
	    [24] = 1, [25] = 2, [29] = 10, [32] = 'o', [33] = 'k' };
	const uint32_t af = RUMP_AF_INET;
	uint16_t sum;
	char buf[8];
	int fd, s, port;

	boot();
	fd = dv_bpf("lo0");
	s = in_udp("127.0.0.1");
	port = in_port(s);
	memcpy(pkt, &af, 4);
	pkt[26] = (uint8_t)(port >> 8);
	pkt[27] = (uint8_t)port;
	sum = in_sum(pkt + 4, 20);
	memcpy(pkt + 14, &sum, 2);
	ATF_REQUIRE_EQ((ssize_t)sizeof(pkt), rump_sys_write(fd, pkt,
	    sizeof(pkt)));
	ATF_REQUIRE_EQ(2, in_recvfrom(s, buf, sizeof(buf), 0, NULL));
	ATF_CHECK_EQ(0, memcmp(buf, "ok", 2));
}

ATF_TC_WITHOUT_HEAD(ethernet);
ATF_TC_BODY(ethernet, tc)
{
	static uint8_t f[20000];
	const uint8_t *p;
	size_t len;
	int a, b;

	boot();
	dv_shmif(0, "bus");
	dv_shmif(1, "bus");
	a = dv_bpf("shmif0");
	b = dv_bpf("shmif1");
	/* The source is the interface's, or what the program says. */
	send_frame(a, dv_broadcast, 1, 100);
	p = dv_next(b, &packets, &len);
	ATF_REQUIRE_EQ(DV_FRAME(100), len);
	ATF_CHECK_EQ(0, memcmp(p, dv_broadcast, 6));
	ATF_CHECK(memcmp(p + 6, some, 6) != 0);
	dv_check_data(p + 14, 100, 1);
	DV_OK(dv_bpf_set(a, RUMP_BIOCSHDRCMPLT, 1));
	send_frame(a, dv_broadcast, 2, 1500);
	p = dv_next(b, &packets, &len);
	ATF_REQUIRE_EQ(DV_FRAME(1500), len);
	ATF_CHECK_EQ(0, memcmp(p + 6, some, 6));
	dv_check_data(p + 14, 1500, 2);
	/* Sizes. */
	DV_FAILS(RUMP_EMSGSIZE, rump_sys_write(a, f, DV_FRAME(1501)));
	DV_FAILS(RUMP_EINVAL, rump_sys_write(a, f, 13));
	ATF_CHECK_EQ(0, rump_sys_write(a, f, 0));
	/* Not for this address: only who is promiscuous sees it. */
	send_frame(a, other, 3, 50);
	send_frame(a, dv_broadcast, 4, 50);
	p = dv_next(b, &packets, &len);
	dv_check_data(p + 14, 50, 4);
	DV_OK(rump_sys_ioctl(b, RUMP_BIOCPROMISC, NULL));
	DV_OK(rump_sys_ioctl(b, RUMP_BIOCPROMISC, NULL));
	ATF_CHECK((dv_flags("shmif1") & RUMP_IFF_PROMISC) != 0);
	send_frame(a, other, 5, 50);
	p = dv_next(b, &packets, &len);
	dv_check_data(p + 14, 50, 5);
	DV_OK(rump_sys_close(b));
	ATF_CHECK((dv_flags("shmif1") & RUMP_IFF_PROMISC) == 0);
	/* What we send ourselves is seen as well. */
	p = dv_next(a, &packets, &len);
	dv_check_data(p + 14, 100, 1);
	DV_OK(dv_setflags("shmif0", 0, RUMP_IFF_UP));
	DV_FAILS(RUMP_ENETDOWN, rump_sys_write(a, f, 64));
}

ATF_TC_WITHOUT_HEAD(directions);
ATF_TC_BODY(directions, tc)
{
	int in, out, both, peer;
	const uint8_t *p;
	size_t len;

	boot();
	dv_shmif(0, "bus");
	dv_shmif(1, "bus");
	in = dv_bpf("shmif0");
	out = dv_bpf("shmif0");
	both = dv_bpf("shmif0");
	peer = dv_bpf("shmif1");
	DV_OK(dv_bpf_set(in, RUMP_BIOCSDIRECTION, RUMP_BPF_D_IN));
	DV_OK(dv_bpf_set(out, RUMP_BIOCSDIRECTION, RUMP_BPF_D_OUT));
	send_frame(in, dv_broadcast, 1, 46);
	p = dv_next(peer, &packets, &len);
	dv_check_data(p + 14, 46, 1);
	send_frame(peer, dv_broadcast, 2, 46);
	packets.off = packets.len;
	p = dv_next(in, &packets, &len);
	dv_check_data(p + 14, 46, 2);
	packets.off = packets.len;
	p = dv_next(out, &packets, &len);
	dv_check_data(p + 14, 46, 1);
	ATF_CHECK_EQ(1, stats(out).bs_recv);
	ATF_CHECK_EQ(1, stats(in).bs_recv);
	ATF_CHECK_EQ(2, stats(both).bs_recv);
	/* With feedback it comes in as well, for those who listen above. */
	DV_OK(dv_bpf_set(both, RUMP_BIOCSFEEDBACK, 1));
	DV_OK(dv_bpf_set(both, RUMP_BIOCSHDRCMPLT, 1));
	send_frame(both, dv_broadcast, 3, 46);
	ATF_CHECK_EQ(3, stats(both).bs_recv);
}

ATF_TC_WITHOUT_HEAD(filters);
ATF_TC_BODY(filters, tc)
{
	struct rump_bpf_insn only[] = { STMT(LDH_ABS, 12),
	    JUMP(JEQ_K, DV_ETYPE, 0, 3), STMT(LDB_ABS, 14),
	    JUMP(JEQ_K, 7, 0, 1), STMT(RET_K, 20), STMT(RET_K, 0) };
	struct rump_bpf_insn bad[][2] = {
		{ STMT(JA, 1), STMT(RET_K, 1) },
		{ STMT(JA, 0xffffffff), STMT(RET_K, 1) },
		{ STMT(DIV_K, 0), STMT(RET_K, 1) },
		{ STMT(ST, 16), STMT(RET_K, 1) },
		{ STMT(LD_MEM, 0x10000000), STMT(RET_K, 1) },
		{ STMT(COP, 0), STMT(RET_K, 1) },
		{ STMT(0xff, 0), STMT(RET_K, 1) },
		{ JUMP(JEQ_K, 0, 1, 0), STMT(RET_K, 1) },
		{ STMT(RET_K, 1), STMT(ST, 0) },
	};
	static struct rump_bpf_insn many[513];
	struct rump_bpf_insn out[] = { STMT(LDB_ABS, 5000), STMT(RET_K, 1) };
	struct rump_bpf_insn zero[] = { STMT(DIV_X, 0), STMT(RET_K, 1) };
	const uint8_t *p;
	size_t len, i;
	uint8_t f[64];
	int a, b;

	boot();
	dv_shmif(0, "bus");
	dv_shmif(1, "bus");
	a = dv_bpf("shmif0");
	b = dv_bpf("shmif1");
	DV_OK(setf(b, RUMP_BIOCSETF, only, 6));
	/* Those that are refused change nothing. */
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		errno = 0;
		ATF_CHECK_MSG(setf(b, RUMP_BIOCSETF, bad[i], 2) == -1 &&
		    errno == RUMP_EINVAL, "program %zu", i);
	}
	for (i = 0; i < 513; i++)
		many[i] = (struct rump_bpf_insn)STMT(RET_K, 1);
	DV_FAILS(RUMP_EINVAL, setf(b, RUMP_BIOCSETF, many, 513));
	DV_FAILS(RUMP_EINVAL, setf(b, RUMP_BIOCSETF, many, 0));
	DV_FAILS(RUMP_EINVAL, setf(b, RUMP_BIOCSETF, NULL, 1));
	DV_FAILS(RUMP_EINVAL, setf(b, RUMP_BIOCSETF, many, 0x80000001));
	send_frame(a, dv_broadcast, 6, 46);
	send_frame(a, dv_broadcast, 7, 46);
	p = dv_next(b, &packets, &len);
	ATF_CHECK_EQ(20, len);
	dv_check_data(p + 14, 6, 7);
	ATF_CHECK_EQ(2, stats(b).bs_recv);
	ATF_CHECK_EQ(1, stats(b).bs_capt);
	/* Beyond the packet, and divided by 0: not taken. */
	DV_OK(setf(b, RUMP_BIOCSETF, out, 2));
	send_frame(a, dv_broadcast, 1, 46);
	DV_OK(setf(a, RUMP_BIOCSETF, zero, 2));
	send_frame(a, dv_broadcast, 2, 46);
	ATF_CHECK(dv_nothing(a));
	DV_OK(setf(b, RUMP_BIOCSETF, many, 512));
	DV_OK(setf(b, RUMP_BIOCSETF, NULL, 0));
	send_frame(a, dv_broadcast, 9, 46);
	packets.off = packets.len;
	do {
		p = dv_next(b, &packets, &len);
	} while (p[14] != 9);
	/* Of what may be written; locked, it stays. */
	DV_OK(setf(a, RUMP_BIOCSETWF, only, 6));
	DV_OK(rump_sys_ioctl(a, RUMP_BIOCLOCK, NULL));
	send_frame(a, dv_broadcast, 7, 46);
	len = dv_frame(f, dv_broadcast, some, DV_ETYPE, 8, 46);
	DV_FAILS(RUMP_EPERM, rump_sys_write(a, f, len));
	DV_FAILS(RUMP_EPERM, setf(a, RUMP_BIOCSETWF, NULL, 0));
	DV_FAILS(RUMP_EPERM, setf(a, RUMP_BIOCSETF, NULL, 0));
	DV_FAILS(RUMP_EPERM, rump_sys_ioctl(a, RUMP_BIOCPROMISC, NULL));
	DV_FAILS(RUMP_EPERM, dv_bpf_set(a, RUMP_BIOCSFEEDBACK, 1));
	DV_OK(rump_sys_ioctl(a, RUMP_BIOCFLUSH, NULL));
}

/* Two packets fit into a buffer: two buffers, and what comes then is lost. */
ATF_TC_WITHOUT_HEAD(buffers);
ATF_TC_BODY(buffers, tc)
{
	struct rump_ifreq ifr = dv_ifreq("shmif0");
	unsigned int size = 2 * 144;
	char buf[2 * 144];
	struct rump_bpf_stat bs;
	struct rump_bpf_hdr h;
	int fd, i;

	boot();
	dv_shmif(0, "bus");
	DV_OK(fd = rump_sys_open("/dev/bpf", RUMP_O_RDWR | RUMP_O_NONBLOCK));
	DV_OK(rump_sys_ioctl(fd, RUMP_BIOCSBLEN, &size));
	DV_OK(rump_sys_ioctl(fd, RUMP_BIOCSETIF, &ifr));
	DV_FAILS(RUMP_EAGAIN, rump_sys_read(fd, buf, sizeof(buf)));
	for (i = 0; i < 6; i++)
		send_frame(fd, dv_broadcast, (uint8_t)i, 94);
	bs = stats(fd);
	ATF_CHECK_EQ(6, bs.bs_recv);
	ATF_CHECK_EQ(6, bs.bs_capt);
	ATF_CHECK_EQ(2, bs.bs_drop);
	DV_FAILS(RUMP_EINVAL, rump_sys_read(fd, buf, sizeof(buf) - 1));
	for (i = 0; i < 2; i++) {
		ATF_CHECK_EQ(144 + 34 + 108, dv_bpf_get(fd, RUMP_FIONREAD));
		ATF_REQUIRE_EQ(144 + 34 + 108, rump_sys_read(fd, buf,
		    sizeof(buf)));
		memcpy(&h, buf + 144, sizeof(h));
		ATF_CHECK_EQ(34, h.bh_hdrlen);
		ATF_CHECK_EQ(108, h.bh_caplen);
		ATF_CHECK_EQ(108, h.bh_datalen);
		dv_check_data((uint8_t *)buf + 34 + 14, 94,
		    (uint8_t)(2 * i));
		dv_check_data((uint8_t *)buf + 144 + 34 + 14, 94,
		    (uint8_t)(2 * i + 1));
	}
	DV_FAILS(RUMP_EAGAIN, rump_sys_read(fd, buf, sizeof(buf)));
	/* One that is longer than a buffer is cut. */
	send_frame(fd, dv_broadcast, 1, 1000);
	ATF_REQUIRE_EQ((ssize_t)sizeof(buf), rump_sys_read(fd, buf,
	    sizeof(buf)));
	memcpy(&h, buf, sizeof(h));
	ATF_CHECK_EQ(1014, h.bh_datalen);
	ATF_CHECK_EQ(sizeof(buf) - 34, h.bh_caplen);
	/* Flushed, it is as new. */
	send_frame(fd, dv_broadcast, 1, 94);
	DV_OK(rump_sys_ioctl(fd, RUMP_BIOCFLUSH, NULL));
	ATF_CHECK(dv_nothing(fd));
	ATF_CHECK_EQ(0, stats(fd).bs_recv);
	DV_OK(rump_sys_close(fd));
	/* A buffer without room for any header takes nothing. */
	DV_OK(fd = rump_sys_open("/dev/bpf", RUMP_O_RDWR | RUMP_O_NONBLOCK));
	size = 32;
	DV_OK(rump_sys_ioctl(fd, RUMP_BIOCSBLEN, &size));
	DV_OK(rump_sys_ioctl(fd, RUMP_BIOCSETIF, &ifr));
	send_frame(fd, dv_broadcast, 1, 94);
	ATF_CHECK_EQ(1, stats(fd).bs_drop);
	DV_FAILS(RUMP_EAGAIN, rump_sys_read(fd, buf, 32));
}

static void *
send_later(void *arg)
{
	int fd = *(int *)arg;

	usleep(20000);
	send_frame(fd, dv_broadcast, 5, 46);
	return NULL;
}

static void *
destroy_later(void *arg)
{

	usleep(20000);
	dv_destroy(arg);
	return NULL;
}

ATF_TC_WITHOUT_HEAD(waiting);
ATF_TC_BODY(waiting, tc)
{
	struct nb_pollfd pfd = { .events = NB_POLLIN };
	struct nb_kevent ev = { .filter = 0, .flags = 1 };
	pthread_t pt;
	int a, b, kq;

	boot();
	dv_shmif(0, "bus");
	dv_shmif(1, "bus");
	a = dv_bpf("shmif0");
	b = dv_bpf("shmif1");
	DV_OK(kq = rump_sys_kqueue());
	ev.ident = (uintptr_t)b;
	DV_OK(rump_sys_kevent(kq, (void *)&ev, 1, NULL, 0, NULL));
	/* A read. */
	ATF_REQUIRE_EQ(0, pthread_create(&pt, NULL, send_later, &a));
	ATF_REQUIRE_EQ(34 + 60, rump_sys_read(b, packets.buf, 65536));
	pthread_join(pt, NULL);
	/* poll, kqueue. */
	pfd.fd = b;
	ATF_CHECK_EQ(0, rump_sys_poll((void *)&pfd, 1, 0));
	ATF_REQUIRE_EQ(0, pthread_create(&pt, NULL, send_later, &a));
	ATF_CHECK_EQ(1, rump_sys_poll((void *)&pfd, 1, 20000));
	ATF_CHECK_EQ(NB_POLLIN, pfd.revents);
	ATF_CHECK_EQ(1, rump_sys_kevent(kq, NULL, 0, (void *)&ev, 1, NULL));
	ATF_CHECK_EQ(34 + 60, ev.data);
	pthread_join(pt, NULL);
	ATF_REQUIRE_EQ(34 + 60, rump_sys_read(b, packets.buf, 65536));
	/* Time goes by without a packet. */
	DV_OK(set_timeout(b, 0, 20000));
	ATF_CHECK_EQ(0, rump_sys_read(b, packets.buf, 65536));
	/* Not immediate: what there is when time is up. */
	DV_OK(dv_bpf_set(b, RUMP_BIOCIMMEDIATE, 0));
	send_frame(a, dv_broadcast, 5, 46);
	ATF_CHECK_EQ(1, rump_sys_poll((void *)&pfd, 1, 20000));
	ATF_CHECK_EQ(34 + 60, rump_sys_read(b, packets.buf, 65536));
	send_frame(a, dv_broadcast, 5, 46);
	ATF_CHECK_EQ(34 + 60, rump_sys_read(b, packets.buf, 65536));
}

ATF_TC_WITHOUT_HEAD(unplug);
ATF_TC_BODY(unplug, tc)
{
	struct nb_pollfd pfd = { .events = NB_POLLIN };
	char name[] = "shmif0", name1[] = "shmif1";
	struct rump_ifreq ifr = dv_ifreq("lo0");
	pthread_t pt;
	size_t len;
	int a, b;

	boot();
	dv_shmif(0, "bus");
	dv_shmif(1, "bus");
	a = dv_bpf("shmif0");
	b = dv_bpf("shmif1");
	DV_OK(rump_sys_ioctl(b, RUMP_BIOCPROMISC, NULL));
	/* While somebody waits for a packet. */
	ATF_REQUIRE_EQ(0, pthread_create(&pt, NULL, destroy_later, name));
	DV_FAILS(RUMP_ENXIO, rump_sys_read(a, packets.buf, 65536));
	pthread_join(pt, NULL);
	DV_FAILS(RUMP_ENXIO, rump_sys_write(a, packets.buf, 64));
	DV_FAILS(RUMP_EINVAL, rump_sys_ioctl(a, RUMP_BIOCGETIF, &ifr));
	DV_FAILS(RUMP_EINVAL, rump_sys_ioctl(a, RUMP_BIOCPROMISC, NULL));
	pfd.fd = a;
	ATF_CHECK_EQ(1, rump_sys_poll((void *)&pfd, 1, 0));
	/* What was there before is still read. */
	send_frame(b, dv_broadcast, 3, 46);
	ATF_REQUIRE_EQ(0, pthread_create(&pt, NULL, destroy_later, name1));
	pthread_join(pt, NULL);
	dv_check_data(dv_next(b, &packets, &len) + 14, 46, 3);
	DV_FAILS(RUMP_ENXIO, rump_sys_read(b, packets.buf, 65536));
	/* Who must not sleep is told, too: poll says that he can read. */
	DV_OK(rump_sys_fcntl(b, RUMP_F_SETFL, RUMP_O_NONBLOCK));
	DV_FAILS(RUMP_ENXIO, rump_sys_read(b, packets.buf, 65536));
	/* It may listen to another one. */
	ifr = dv_ifreq("lo0");
	DV_OK(rump_sys_ioctl(a, RUMP_BIOCSETIF, &ifr));
	ATF_CHECK_EQ(0, rump_sys_poll((void *)&pfd, 1, 0));
}

#define	RACES	200

static void *
opens(void *arg)
{
	int i;

	for (i = 0; i < RACES; i++)
		DV_OK(rump_sys_close(dv_bpf("shmif0")));
	return NULL;
}

static void *
filter_changes(void *arg)
{
	struct rump_bpf_insn all[] = { STMT(RET_K, 65535) };
	int fd = *(int *)arg, i;

	for (i = 0; i < RACES; i++)
		DV_OK(setf(fd, RUMP_BIOCSETF, i % 2 ? all : NULL,
		    (unsigned int)i % 2));
	return NULL;
}

/* Listeners come and go, programs change, while packets run. */
ATF_TC_WITHOUT_HEAD(race);
ATF_TC_BODY(race, tc)
{
	struct rump_bpf_stat bs;
	pthread_t pt[3];
	int a, b, i;

	boot();
	dv_shmif(0, "bus");
	dv_shmif(1, "bus");
	a = dv_bpf("shmif0");
	b = dv_bpf("shmif0");
	ATF_REQUIRE_EQ(0, pthread_create(&pt[0], NULL, opens, NULL));
	ATF_REQUIRE_EQ(0, pthread_create(&pt[1], NULL, opens, NULL));
	ATF_REQUIRE_EQ(0, pthread_create(&pt[2], NULL, filter_changes, &b));
	for (i = 0; i < 2000; i++)
		send_frame(a, dv_broadcast, (uint8_t)i, 46);
	for (i = 0; i < 3; i++)
		pthread_join(pt[i], NULL);
	bs = stats(a);
	ATF_CHECK_EQ(2000, bs.bs_recv);
	ATF_CHECK_EQ(2000, bs.bs_capt);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, requests);
	ATF_TP_ADD_TC(tp, loopback);
	ATF_TP_ADD_TC(tp, write_loopback);
	ATF_TP_ADD_TC(tp, ethernet);
	ATF_TP_ADD_TC(tp, directions);
	ATF_TP_ADD_TC(tp, filters);
	ATF_TP_ADD_TC(tp, buffers);
	ATF_TP_ADD_TC(tp, waiting);
	ATF_TP_ADD_TC(tp, unplug);
	ATF_TP_ADD_TC(tp, race);
	return atf_no_error();
}
