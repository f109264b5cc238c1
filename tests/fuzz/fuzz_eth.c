/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Target "eth": frames of Ethernet that come in on three interfaces, one with
 * tags of VLANs on it, two in a bridge: headers, tags in tags, ARP.
 *
 * A record's kind says which of templates[] and where it comes in; the data:
 * flags, how many edits, these, and what is put behind.
 */
#include <string.h>

#include <rump/rump.h>

#include "fuzz.h"
#include "fuzz_net.h"
#include "kf_eth.h"

#define	FRAME_MAX	1518
#define	RECORDS_MAX	64
#define	KINDS		16	/* then those of the next interface */

/* Flags of a record. */
#define	F_TAG		0x01	/* the interface has taken a tag out */
#define	F_BROADCAST	0x02
#define	F_LONG		0x04	/* as long as it may be */
#define	F_SHORT		0x08	/* a number: so many bytes less */
#define	F_OFFLOAD	0x10	/* the interface says the checksum is right */
#define	F_SETTLE	0x20

#define	TO	2, 0, 0, 0, 0, 0
#define	FROM	2, 0, 0, 0, 0, 0x99
#define	ALL	255, 255, 255, 255, 255, 255
#define	ARP(op)	8, 6, 0, 1, 8, 0, 6, 4, 0, op, FROM, 10, 1, 0, 2,	\
	0, 0, 0, 0, 0, 0, 10, 1, 0, 1
/* An echo request with its checksums. */
#define	ECHO	8, 0, 0x45, 0, 0, 28, 0, 9, 0, 0, 64, 1, 0x66, 0xd4,	\
	10, 1, 0, 2, 10, 1, 0, 1, 8, 0, 0xf7, 0xfd, 0, 1, 0, 1
#define	TAG(n)	0x81, 0, 0, n

static const struct {
	uint8_t len;
	uint8_t bytes[64];
} templates[KINDS] = {
#define	T(...) { sizeof((const uint8_t[]){ __VA_ARGS__ }), { __VA_ARGS__ } }
	T(TO, FROM, ECHO),
	T(ALL, FROM, ARP(1)),
	T(TO, FROM, ARP(2)),
	T(TO, FROM, TAG(5), ECHO),
	T(ALL, FROM, TAG(5), ARP(1)),
	T(TO, FROM, TAG(5), TAG(6), ECHO),
	T(TO, FROM, TAG(7), ECHO),
	T(ALL, FROM, TAG(7), ARP(1)),
	T(TO, FROM, TAG(0), ECHO),
	T(TO, FROM, TAG(9), TAG(9), TAG(9), ECHO),
	/* Lengths, LLC, SNAP, pause, a spanning tree, LLDP, nothing. */
	T(TO, FROM, 0, 8, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0),
	T(1, 0x80, 0xc2, 0, 0, 0, FROM, 0, 38, 0x42, 0x42, 3, 0, 0, 0, 0, 0),
	T(1, 0x80, 0xc2, 0, 0, 1, FROM, 0x88, 8, 0, 1, 0xff, 0xff),
	T(2, 0, 0, 0, 0, 0x55, FROM, 0x88, 0xb5, 1, 2, 3),
	T(0x33, 0x33, 0, 0, 0, 1, FROM, 0x86, 0xdd, 0x60, 0, 0, 0, 0, 0, 59,
	    1),
	T(TO, FROM, 0x88, 0xa8, 0, 5, TAG(5), ECHO),
#undef T
};

static void
eth_setup(void)
{

	net_boot();
	rump_schedule();
	rump_kt_eth_make();
	rump_unschedule();
}

static size_t
cut(size_t len, uint8_t n)
{

	return n < len ? len - n : 0;
}

static void
frame(struct rec *r)
{
	const unsigned flags = rec_8(r), nedits = rec_8(r);
	const int port = r->r_kind / KINDS % KF_PORTS;
	const int tag = (flags & F_TAG) != 0 ? rec_16(r) : -1;
	const uint8_t less = (flags & F_SHORT) != 0 ? rec_8(r) : 0;
	uint8_t buf[FRAME_MAX] = { 0 };
	size_t len = templates[r->r_kind % KINDS].len;

	memcpy(buf, templates[r->r_kind % KINDS].bytes, len);
	rec_edit(r, nedits % 16, buf, len);
	len += rec_bytes(r, buf + len, 200);
	if ((flags & F_BROADCAST) != 0)
		memset(buf, 0xff, 6);
	/* What is shorter than a header no driver gives. */
	len = (flags & F_LONG) != 0 ? FRAME_MAX : cut(len, less);
	if (len < 14)
		return;
	rump_schedule();
	rump_kt_eth_frame(port, buf, (int)len, (flags & F_OFFLOAD) != 0, tag);
	rump_unschedule();
	if ((flags & F_SETTLE) != 0)
		net_settle();
}

static void
eth_run(const uint8_t *data, size_t size)
{
	struct rec r;
	int n = 0;

	while (rec_next(&data, &size, &r) && n++ < RECORDS_MAX)
		frame(&r);
	net_settle();
	rump_schedule();
	rump_kt_eth_flush();
	rump_kt_eth_drain();
	rump_unschedule();
}

const struct fuzz_target fuzz_target_eth = {
	.ft_name = "eth", .ft_setup = eth_setup, .ft_run = eth_run,
	.ft_mutate = rec_mutate,
};
