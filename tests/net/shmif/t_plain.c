/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A member of a bus that takes nothing undone, seen from a kernel with a
 * protocol: what was on its way when the member said so is finished, not lost.
 * The member is the test itself.
 */
#include "../bpf/dv.h"

#include "shmif_bus.h"

#define	LEN	1000

static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 1 };

/* To a request of ARP: whatever was asked for is here. */
static void
answer(struct shmif_bus *b, const uint8_t *request)
{
	const struct shmif_frame meta = { .sf_flags = 0 };
	uint8_t *frame;
	void *p;

	ATF_REQUIRE_EQ(0, shmif_bus_begin(b, 42, &p));
	frame = p;
	memcpy(frame, request + 6, 6);
	memcpy(frame + 6, mac, 6);
	memcpy(frame + 12, request + 12, 8);
	frame[20] = 0;
	frame[21] = 2;
	memcpy(frame + 22, mac, 6);
	memcpy(frame + 28, request + 38, 4);
	memcpy(frame + 32, request + 22, 10);
	shmif_bus_commit(b, &meta);
}

/* The next frame of UDP; false: it did not come in time. */
static bool
next_udp(struct shmif_bus *b, uint8_t *frame, struct shmif_frame *meta)
{
	const void *data;
	int i;

	for (i = 0; i < 600; i++) {
		while ((data = shmif_bus_next(b, meta)) != NULL) {
			ATF_REQUIRE(meta->sf_len <= 2048);
			memcpy(frame, data, meta->sf_len);
			ATF_REQUIRE(shmif_bus_done(b));
			if (frame[12] == 0x08 && frame[13] == 0x00 &&
			    frame[23] == IN_UDP)
				return true;
			if (frame[12] == 0x08 && frame[13] == 0x06 &&
			    frame[21] == 1)
				answer(b, frame);
		}
		shmif_bus_wait(b, 100);
	}
	return false;
}

/* One's complement sum over bytes of an even number. */
static uint16_t
sum(const uint8_t *p, size_t len, uint32_t start)
{

	for (; len > 0; len -= 2, p += 2)
		start += (uint32_t)(p[0] << 8 | p[1]);
	while (start > 0xffff)
		start = (start & 0xffff) + (start >> 16);
	return (uint16_t)start;
}

/* A datagram of LEN bytes, of which the pseudo header's sum is known. */
static bool
is_finished(const uint8_t *frame, const struct shmif_frame *meta)
{
	const uint8_t *ip = frame + 14, *udp = ip + 20;

	return meta->sf_flags == 0 && meta->sf_len == 14 + 20 + 8 + LEN &&
	    sum(ip, 20, 0) == 0xffff &&
	    sum(udp, 8 + LEN, sum(ip + 12, 8, IN_UDP + 8 + LEN)) == 0xffff;
}

ATF_TC_WITHOUT_HEAD(finished);
ATF_TC_BODY(finished, tc)
{
	static uint8_t frame[2048], payload[LEN] = "something";
	struct shmif_frame meta;
	struct shmif_bus *b;
	int s;

	setenv("RUMP_NCPU", "2", 1);
	ATF_REQUIRE_EQ(0, rump_init());
	dv_shmif(0, "bus");
	ATF_REQUIRE_EQ(0, dv_address("shmif0", "10.0.0.1"));
	ATF_REQUIRE_EQ(0, shmif_bus_open("bus", mac, &b));
	s = in_socket(RUMP_SOCK_DGRAM, 0);
	ATF_REQUIRE_EQ(LEN, in_sendto(s, payload, LEN, "10.0.0.2", 9));
	ATF_REQUIRE(next_udp(b, frame, &meta));
	ATF_CHECK_EQ(SHMIF_FRAME_CSUM | SHMIF_FRAME_UDP, meta.sf_flags);
	/* The kernel learns it from the next frame that it sends. */
	shmif_bus_setplain(b, true);
	ATF_REQUIRE_EQ(LEN, in_sendto(s, payload, LEN, "10.0.0.2", 9));
	ATF_REQUIRE(next_udp(b, frame, &meta));
	ATF_CHECK(is_finished(frame, &meta));
	ATF_REQUIRE_EQ(LEN, in_sendto(s, payload, LEN, "10.0.0.2", 9));
	ATF_REQUIRE(next_udp(b, frame, &meta));
	ATF_CHECK(is_finished(frame, &meta));
	shmif_bus_close(b);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, finished);
	return atf_no_error();
}
