/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bpf(9): what drivers call, seen by a listener.
 *
 * Covers: bpf(9)
 */
#include "dv.h"

void	rump_kt_attach(void);
void	rump_kt_detach(void);
void	rump_kt_taps(void);
void	rump_kt_retype(void);
int	rump_kt_events(int);
void	rump_kt_stats(uint64_t *);
void	rump_kt_maxbufsize(void);

static struct dv_packets packets;

static void
in_kernel(void (*func)(void))
{

	rump_schedule();
	(*func)();
	rump_unschedule();
}

static void
expect(int fd, const void *bytes, size_t n)
{
	const uint8_t *p;
	size_t len;

	p = dv_next(fd, &packets, &len);
	ATF_REQUIRE_EQ(n, len);
	ATF_CHECK_EQ(0, memcmp(p, bytes, n));
}

ATF_TC_WITHOUT_HEAD(taps);
ATF_TC_BODY(taps, tc)
{
	unsigned int dlts[4];
	struct rump_bpf_dltlist bfl = { 4, dlts };
	static const char in[22] = { 0, 'c', [16] = 'a', 'b', 'c', 'd', 'e',
	    'f' }, out[22] = { 1, 'c', [16] = 'a', 'b', 'c', 'd', 'e', 'f' };
	uint8_t af[10] = { RUMP_AF_INET, 0, 0, 0, 'a', 'b', 'c', 'd', 'e',
	    'f' };
	const uint32_t family = RUMP_AF_INET;
	int fd;

	hk_boot("2");
	in_kernel(rump_kt_attach);
	in_kernel(rump_kt_taps);
	fd = dv_bpf("kbpf0");
	ATF_CHECK_EQ(12, dv_bpf_get(fd, RUMP_BIOCGDLT));
	DV_OK(rump_sys_ioctl(fd, RUMP_BIOCGDLTLIST, &bfl));
	ATF_REQUIRE_EQ(2, bfl.bfl_len);
	ATF_CHECK(dlts[0] == 12 && dlts[1] == RUMP_DLT_EN10MB);
	in_kernel(rump_kt_taps);
	memcpy(af, &family, 4);
	expect(fd, "abcdef", 6);
	expect(fd, "abcdef", 6);
	expect(fd, "abcdef", 6);
	expect(fd, "--abcdef", 8);
	expect(fd, af, 10);
	expect(fd, in, sizeof(in));
	expect(fd, out, sizeof(out));
	expect(fd, "abcdef", 6);
	/* The other type of link. */
	DV_OK(dv_bpf_set(fd, RUMP_BIOCSDLT, RUMP_DLT_EN10MB));
	ATF_CHECK_EQ(RUMP_DLT_EN10MB, dv_bpf_get(fd, RUMP_BIOCGDLT));
	in_kernel(rump_kt_taps);
	packets.off = packets.len;
	expect(fd, "abcdef", 6);
	ATF_CHECK(dv_nothing(fd));
	/* Who follows is told about the first type only. */
	ATF_CHECK_EQ(1, rump_kt_events(1));
	ATF_CHECK_EQ(1, rump_kt_events(2));
	in_kernel(rump_kt_retype);
	DV_OK(dv_bpf_set(fd, RUMP_BIOCSDLT, RUMP_DLT_NULL));
	in_kernel(rump_kt_detach);
	DV_FAILS(RUMP_ENXIO, rump_sys_read(fd, packets.buf, 65536));
	ATF_CHECK_EQ(2, rump_kt_events(2));
}

/* net.bpf: counts of all listeners, the limit of buffers. */
ATF_TC_WITHOUT_HEAD(sysctl);
ATF_TC_BODY(sysctl, tc)
{
	unsigned int size = 100000;
	uint64_t counts[3];
	int fd, fd2;

	hk_boot("2");
	in_kernel(rump_kt_attach);
	fd = dv_bpf("kbpf0");
	fd2 = dv_bpf("kbpf0");
	DV_OK(dv_bpf_set(fd2, RUMP_BIOCSDIRECTION, RUMP_BPF_D_OUT));
	in_kernel(rump_kt_taps);
	while (dv_bpf_get(fd, RUMP_FIONREAD) < 7 * 32)
		usleep(1000);
	rump_schedule();
	rump_kt_stats(counts);
	rump_kt_maxbufsize();
	rump_unschedule();
	/* Seven at once and one in a soft interrupt; two of them out. */
	ATF_CHECK(counts[0] == 9 || counts[0] == 10);
	ATF_CHECK_EQ(counts[0], counts[1]);
	ATF_CHECK_EQ(0, counts[2]);
	DV_OK(fd = rump_sys_open("/dev/bpf", RUMP_O_RDWR));
	ATF_CHECK_EQ(8192, dv_bpf_get(fd, RUMP_BIOCGBLEN));
	DV_OK(rump_sys_ioctl(fd, RUMP_BIOCSBLEN, &size));
	ATF_CHECK_EQ(8192, size);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, sysctl);
	ATF_TP_ADD_TC(tp, taps);
	return atf_no_error();
}
