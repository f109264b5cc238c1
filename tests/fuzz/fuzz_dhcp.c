/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Target "dhcp": messages of servers of DHCP and DHCPv6.  The first byte of an
 * input says which, the rest is the message; its transaction and who it is for
 * are mended, so that not all are turned away at the door.
 */
#include <stdlib.h>
#include <string.h>

#include <rump/rump.h>

#include "fuzz.h"

#define	HEAD4	240		/* RFC 2131, and the cookie */
#define	HEAD6	18		/* RFC 8415: our name is the first option */

int	rump_kt_parse(const uint8_t *, size_t, uint32_t, const uint8_t *);
int	rump_kt_parse6(const uint8_t *, size_t, uint32_t, const uint8_t *);

static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 7 };

/* The usual options of both, for a beginning. */
static const uint8_t options4[] = { 53, 1, 5, 54, 4, 10, 0, 0, 1, 51, 4, 0, 0,
	3, 0, 1, 4, 255, 255, 255, 0, 3, 4, 10, 0, 0, 1, 6, 4, 10, 0, 0, 2, 15,
	3, 'o', 'r', 'g', 121, 8, 24, 192, 168, 7, 10, 0, 0, 3, 255 };
static const uint8_t options6[] = { 0, 2, 0, 4, 0, 2, 0, 9,
	0, 3, 0, 40, 0, 0, 0, 7, 0, 0, 0, 50, 0, 0, 0, 80,
	0, 5, 0, 24, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5,
	0, 0, 0, 90, 0, 0, 0, 100,
	0, 25, 0, 41, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 26, 0, 25,
	0, 0, 0, 90, 0, 0, 0, 100, 56,
	0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 24, 0, 5, 3, 'o', 'r', 'g', 0 };

static void
mend4(uint8_t *msg)
{
	static const uint8_t cookie[] = { 0x63, 0x82, 0x53, 0x63 };
	const uint32_t xid = 0x01020304;

	msg[0] = 2;
	msg[1] = 1;
	msg[2] = 6;
	memcpy(msg + 4, &xid, sizeof(xid));
	memcpy(msg + 28, mac, sizeof(mac));
	memcpy(msg + 236, cookie, sizeof(cookie));
}

static void
mend6(uint8_t *msg)
{
	static const uint8_t head[] = { 2, 3, 4, 0, 1, 0, 10, 0, 3, 0, 1 };

	memcpy(msg + 1, head, sizeof(head));
	memcpy(msg + 12, mac, sizeof(mac));
}

static void
dhcp_setup(void)
{

	if (rump_init() != 0)
		fuzz_die("no kernel");
}

static void
dhcp_run(const uint8_t *data, size_t size)
{
	const bool six = size > 0 && data[0] % 2 != 0;
	const size_t len = size > 0 ? size - 1 : 0;
	uint8_t *msg;
	int rv;

	/* Of exactly that size, for who looks at its ends. */
	if ((msg = malloc(len + (len == 0))) == NULL)
		fuzz_die("no memory");
	if (len > 0)
		memcpy(msg, data + 1, len);
	if (six && len >= HEAD6)
		mend6(msg);
	else if (!six && len >= HEAD4)
		mend4(msg);
	rump_schedule();
	rv = (six ? rump_kt_parse6 : rump_kt_parse)(msg, len, 0x01020304,
	    mac);
	rump_unschedule();
	free(msg);
	if (rv < 0)
		abort();	/* what was taken makes no sense */
}

static size_t
begin(uint8_t *data, size_t max)
{
	const bool six = fuzz_rand(2) != 0;
	const size_t head = six ? HEAD6 : HEAD4, len = six ?
	    sizeof(options6) : sizeof(options4);

	if (max < 1 + head + len)
		return 0;
	memset(data, 0, 1 + head);
	data[0] = six;
	data[1] = 7;
	data[1 + 16] = 10;	/* yiaddr */
	data[1 + 19] = six ? 0 : 5;
	memcpy(data + 1 + head, six ? options6 : options4, len);
	return 1 + head + len;
}

static size_t
dhcp_mutate(uint8_t *data, size_t size, size_t max)
{
	const size_t head = size > 0 && data[0] % 2 != 0 ? HEAD6 : HEAD4;
	size_t at, n;

	if (size <= 1 + head)
		return begin(data, max);
	at = 1 + head + fuzz_rand((uint32_t)(size - 1 - head));
	switch (fuzz_rand(4)) {
	case 0:
		data[at] = (uint8_t)fuzz_rand(256);
		break;
	case 1:
		data[at] = (uint8_t)(data[at] + fuzz_rand(3) - 1);
		break;
	case 2:
		return at;
	default:
		/* A piece of it once more, at its end. */
		n = size - at < max - size ? size - at : max - size;
		memcpy(data + size, data + at, n);
		return size + n;
	}
	return size;
}

const struct fuzz_target fuzz_target_dhcp = {
	.ft_name = "dhcp", .ft_setup = dhcp_setup, .ft_run = dhcp_run,
	.ft_mutate = dhcp_mutate,
};
