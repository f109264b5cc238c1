/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages of DHCP and DHCPv6 that are changed at random, with a fixed seed:
 * those that are taken all the same make sense, and nothing behind their end
 * is read, which a sanitizer sees.
 */
#include "dhcpd.h"

#define	ROUNDS	200000
#define	LEN	(240 + 200)

int	rump_kt_parse(const uint8_t *, size_t, uint32_t, const uint8_t *);
int	rump_kt_parse6(const uint8_t *, size_t, uint32_t, const uint8_t *);
size_t	rump_kt_make(int, uint32_t, const uint8_t *, uint8_t *);
size_t	rump_kt_make6(int, const uint8_t *, uint8_t *);

static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 7 };

static uint32_t
rnd(void)
{
	static uint32_t x = 2463534242;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return x;
}

typedef int parser(const uint8_t *, size_t, uint32_t, const uint8_t *);

static int
parse(parser *p, const uint8_t *msg, size_t len)
{
	int rv;

	rump_schedule();
	rv = (*p)(msg, len, 0x01020304, mac);
	rump_unschedule();
	return rv;
}

/* All options that are known, some in pieces, some in other areas. */
static void
seed(uint8_t msg[LEN])
{
	struct opts o = o_lease(ACK, 1000);
	const uint32_t xid = 0x01020304;

	memset(msg, 0, LEN);
	msg[0] = 2;
	msg[1] = 1;
	msg[2] = 6;
	memcpy(msg + 4, &xid, 4);
	ds_put32(msg + 16, NET + 5);
	memcpy(msg + 28, mac, 6);
	ds_put32(msg + 236, 0x63825363);
	memcpy(msg + 44, "\x0f\x04.org\xff", 7);
	memcpy(msg + 108, "\x0f\x03ple\x79\x05\0\x0a\0\0\1\xff", 13);
	o_put(&o, 52, "\x03", 1);
	o_put(&o, 26, "\x05\x78", 2);
	o_put(&o, 6, "\x0a\0\0\2\x0a\0\0\3", 8);
	o_put(&o, 42, "\x0a\0\0\4", 4);
	o_put(&o, 15, "exam", 4);
	o_put(&o, 12, "kernel", 6);
	o_u32(&o, 3, SERVER);
	o_put(&o, 121, "\x18\xc0\xa8\x07\x0a\0\0\3", 8);
	o_u32(&o, 58, 100);
	o_u32(&o, 59, 200);
	ATF_REQUIRE(240 + o.o_len < LEN);
	memcpy(msg + 240, o.o_buf, o.o_len);
	msg[240 + o.o_len] = 255;
}

/* A reply with all of an address, a prefix, and names. */
static const uint8_t seed6[] = {
	7, 2, 3, 4,
	0, 1, 0, 10, 0, 3, 0, 1, 2, 0, 0, 0, 0, 7,
	0, 2, 0, 6, 0, 2, 0, 0, 0, 9,
	0, 3, 0, 46, 0, 0, 0, 7, 0, 0, 0, 50, 0, 0, 0, 80,
	    0, 5, 0, 30, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	    5, 0, 0, 0, 90, 0, 0, 0, 100, 0, 13, 0, 2, 0, 0,
	0, 25, 0, 41, 0, 0, 0, 7, 0, 0, 0, 50, 0, 0, 0, 80,
	    0, 26, 0, 25, 0, 0, 0, 90, 0, 0, 0, 100, 56,
	    0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 13, 0, 2, 0, 0,
	0, 7, 0, 1, 9,
	0, 14, 0, 0,
	0, 23, 0, 16, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
	0, 24, 0, 14, 1, 'a', 3, 'o', 'r', 'g', 0, 2, 'b', 'c', 2, 'd', 'e',
	    0,
	0, 32, 0, 4, 0, 0, 3, 0,
	0, 82, 0, 4, 0, 0, 0, 100,
};

/* Where it matters: mostly in what has a meaning, behind the head. */
static void
change(uint8_t *msg, size_t len, size_t head)
{
	const size_t at = rnd() % 4 == 0 ? rnd() % len : len > head ?
	    head + rnd() % (len - head) : rnd() % len;

	switch (rnd() % 4) {
	case 0:
		msg[at] = (uint8_t)rnd();
		break;
	case 1:
		msg[at] ^= (uint8_t)(1u << rnd() % 8);
		break;
	case 2:
		msg[at] = (uint8_t)(msg[at] + 1);
		break;
	default:
		msg[at] = rnd() % 2 == 0 ? 0 : 255;
		break;
	}
}

static void
at_random(parser *p, const uint8_t *good, size_t size, size_t head)
{
	int i, taken = 0, rv;
	uint8_t *msg;
	size_t len;
	uint32_t n;

	setenv("RUMP_NCPU", "1", 1);
	ATF_REQUIRE_EQ(0, rump_init());
	ATF_REQUIRE_EQ(1, parse(p, good, size));
	for (i = 0; i < ROUNDS; i++) {
		len = rnd() % 4 == 0 ? rnd() % (size + 1) : size;
		/* Of exactly that size, for who looks at its ends. */
		ATF_REQUIRE((msg = malloc(len != 0 ? len : 1)) != NULL);
		memcpy(msg, good, len);
		for (n = len == 0 ? 0 : rnd() % 6; n > 0; n--)
			change(msg, len, head);
		rv = parse(p, msg, len);
		ATF_REQUIRE_MSG(rv >= 0, "round %d", i);
		taken += rv;
		free(msg);
	}
	ATF_CHECK(taken > ROUNDS / 100);
	ATF_CHECK(taken < ROUNDS);
}

ATF_TC_WITHOUT_HEAD(random);
ATF_TC_BODY(random, tc)
{
	uint8_t good[LEN];

	seed(good);
	at_random(rump_kt_parse, good, LEN, 240);
}

ATF_TC_WITHOUT_HEAD(random6);
ATF_TC_BODY(random6, tc)
{

	at_random(rump_kt_parse6, seed6, sizeof(seed6), 28);
}

ATF_TC_WITHOUT_HEAD(made);
ATF_TC_BODY(made, tc)
{
	uint8_t buf[576];
	int type;

	setenv("RUMP_NCPU", "1", 1);
	ATF_REQUIRE_EQ(0, rump_init());
	for (type = DISCOVER; type <= RELEASE; type++) {
		memset(buf, 0xaa, sizeof(buf));
		rump_schedule();
		ATF_CHECK_EQ(300, rump_kt_make(type, SERVER, mac, buf));
		rump_unschedule();
		ATF_CHECK_EQ(1, buf[0]);
		ATF_CHECK_EQ(type, buf[242]);
	}
}

ATF_TC_WITHOUT_HEAD(made6);
ATF_TC_BODY(made6, tc)
{
	/* The head, our name, the server's, the time, what is wanted, an
	 * address, a prefix. */
	static const size_t want[] = { [1] = 4 + 14 + 6 + 4 + 12 + 16 + 16,
	    [3] = 4 + 14 + 134 + 6 + 12 + 44 + 45, [4] = 4 + 14 + 6 + 44,
	    [5] = 4 + 14 + 134 + 6 + 12 + 44 + 45,
	    [6] = 4 + 14 + 6 + 12 + 44 + 45,
	    [8] = 4 + 14 + 134 + 6 + 44 + 45, [9] = 4 + 14 + 134 + 6 + 44,
	    [11] = 4 + 14 + 6 + 14 };
	uint8_t buf[512];
	int type;

	setenv("RUMP_NCPU", "1", 1);
	ATF_REQUIRE_EQ(0, rump_init());
	for (type = 1; type <= 11; type++) {
		if (want[type] == 0)
			continue;
		memset(buf, 0xaa, sizeof(buf));
		rump_schedule();
		ATF_CHECK_EQ_MSG(want[type], rump_kt_make6(type, mac, buf),
		    "type %d", type);
		rump_unschedule();
		ATF_CHECK_EQ(type, buf[0]);
	}
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, random);
	ATF_TP_ADD_TC(tp, random6);
	ATF_TP_ADD_TC(tp, made);
	ATF_TP_ADD_TC(tp, made6);
	return atf_no_error();
}
