/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel of targets about the network: frames in and out by its kernel
 * half, kf_net.c; checksums.
 */
#include <arpa/inet.h>

#include <stdlib.h>
#include <string.h>

#include <rump/rump.h>
#include <rump/rump_netabi.h>
#include <rump/rump_syscalls.h>

#include "fuzz.h"
#include "fuzz_net.h"
#include "kf_net.h"

void
net_boot(void)
{

	setenv("RUMP_NCPU", "1", 0);
	if (rump_init() != 0)
		fuzz_die("cannot boot");
	rump_schedule();
	rump_kt_six_boot();
	rump_kt_net_make();
	rump_unschedule();
}

void
net_make6(void)
{

	rump_schedule();
	rump_kt_six_make();
	rump_unschedule();
}

void
net_reset(void)
{

	rump_schedule();
	rump_kt_net_end();
	rump_kt_net_make();
	rump_unschedule();
}

bool
net_there(void)
{
	int there;

	rump_schedule();
	there = rump_kt_net_there();
	rump_unschedule();
	return there != 0;
}

void
net_frame(const void *p, size_t len, int csum)
{

	rump_schedule();
	rump_kt_net_frame(p, (int)len, csum);
	rump_unschedule();
}

void
net_settle(void)
{

	rump_schedule();
	rump_kt_net_settle();
	rump_kt_six_settle();
	rump_unschedule();
}

size_t
net_out(void *buf, size_t size)
{
	int n;

	rump_schedule();
	n = rump_kt_net_out(buf, (int)size);
	rump_unschedule();
	return (size_t)n;
}

void
net_drain(void)
{

	while (net_out(NULL, 0) != 0)
		continue;
}

void
net_drain_socket(int s)
{
	struct rump_iovec { void *base; size_t len; } iov;
	char control[512], data[2048];
	struct rump_msghdr m;
	int i;

	for (i = 0; i < 64; i++) {
		memset(&m, 0, sizeof(m));
		iov.base = data;
		iov.len = sizeof(data);
		m.msg_iov = (void *)&iov;
		m.msg_iovlen = 1;
		m.msg_control = control;
		m.msg_controllen = sizeof(control);
		if (rump_sys_recvmsg(s, (void *)&m, RUMP_MSG_DONTWAIT) == -1)
			break;
	}
}

void
net_put16(uint8_t *p, size_t v)
{

	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

uint32_t
net_sum(uint32_t sum, const void *buf, size_t len)
{
	const uint8_t *p = buf;
	size_t i;

	for (i = 0; i < len; i++)
		sum += i % 2 == 0 ? (uint32_t)p[i] << 8 : p[i];
	return (sum & 0xffff) + (sum >> 16);
}

uint16_t
net_fold(uint32_t sum)
{

	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons((uint16_t)~sum);
}

void
net_fix_ip(uint8_t *p, size_t len)
{
	const size_t hlen = len > 0 ? (size_t)(p[0] & 0xf) * 4 : 0;
	uint16_t sum;

	if (hlen < 20 || hlen > len)
		return;
	p[10] = p[11] = 0;
	sum = net_fold(net_sum(0, p, hlen));
	memcpy(p + 10, &sum, 2);
}

/* Where a protocol has its checksum, -1: nowhere. */
static int
place_of_sum(uint8_t proto)
{

	switch (proto) {
	case 1: case 2: case 58:
		return 2;
	case 6:
		return 16;
	case 17:
		return 6;
	default:
		return -1;
	}
}

void
net_fix_payload(uint8_t *p, size_t len)
{
	const size_t hlen = len > 0 ? (size_t)(p[0] & 0xf) * 4 : 0;
	const int at = len > 9 ? place_of_sum(p[9]) : -1;
	uint32_t sum = 0;
	uint16_t result;

	if (hlen < 20 || at == -1 || len < hlen + (size_t)at + 2)
		return;
	if (p[9] > 2)
		sum = net_sum(p[9] + (uint32_t)(len - hlen), p + 12, 8);
	p[hlen + (size_t)at] = p[hlen + (size_t)at + 1] = 0;
	result = net_fold(net_sum(sum, p + hlen, len - hlen));
	memcpy(p + hlen + at, &result, 2);
}

/* Extension headers that have the length of their own in eight bytes. */
static bool
is_extension(uint8_t proto)
{

	return proto == 0 || proto == 43 || proto == 60 || proto == 135;
}

bool
net_find6(const uint8_t *p, size_t len, size_t *at, uint8_t *proto)
{
	size_t size;

	if (len < 40)
		return false;
	*proto = p[6];
	for (*at = 40; *at + 8 <= len; *at += size) {
		/* A piece is all there is only if it begins and ends it. */
		if (*proto == 44 && ((p[*at + 2] | (p[*at + 3] & ~6)) != 0))
			return false;
		if (*proto != 44 && *proto != 51 && !is_extension(*proto))
			return true;
		size = *proto == 44 ? 8 : *proto == 51 ?
		    ((size_t)p[*at + 1] + 2) * 4 : ((size_t)p[*at + 1] + 1) * 8;
		*proto = p[*at];
	}
	return false;
}

void
net_fix_payload6(uint8_t *p, size_t len)
{
	uint32_t sum;
	uint16_t result;
	uint8_t proto;
	size_t at;
	int place;

	if (!net_find6(p, len, &at, &proto) ||
	    (place = place_of_sum(proto)) == -1 ||
	    len < at + (size_t)place + 2)
		return;
	p[at + (size_t)place] = p[at + (size_t)place + 1] = 0;
	sum = net_sum(proto + (uint32_t)(len - at), p + 8, 32);
	result = net_fold(net_sum(sum, p + at, len - at));
	memcpy(p + at + (size_t)place, &result, 2);
}
