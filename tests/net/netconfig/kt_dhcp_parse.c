/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half: a message of DHCP is read, and what comes of it is looked at.
 */
#include <sys/param.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

#include "../../../drivers/net/netconfig/dhcp6_message.h"
#include "../../../drivers/net/netconfig/dhcp_message.h"

int	rump_kt_parse(const uint8_t *, size_t, uint32_t, const uint8_t *);
int	rump_kt_parse6(const uint8_t *, size_t, uint32_t, const uint8_t *);
size_t	rump_kt_make(int, uint32_t, const uint8_t *, uint8_t *);
size_t	rump_kt_make6(int, const uint8_t *, uint8_t *);

static bool
name_ok(const char name[256])
{
	size_t i;

	if (memchr(name, '\0', 256) == NULL)
		return false;
	for (i = 0; name[i] != '\0'; i++) {
		if (name[i] <= ' ' || name[i] > '~')
			return false;
	}
	return true;
}

static bool
routes_ok(const struct rump_dhcp_lease *dl)
{
	uint32_t i, host;

	for (i = 0; i < dl->dl_nroutes && i < RUMP_DHCP_ROUTES; i++) {
		host = ~ntohl(dl->dl_routes[i].dr_mask);
		if ((host & (host + 1)) != 0 || (dl->dl_routes[i].dr_dst &
		    ~dl->dl_routes[i].dr_mask) != 0)
			return false;
	}
	return dl->dl_nroutes <= RUMP_DHCP_ROUTES;
}

/* 0: it was not taken; 1: it was; -1: what was taken is not right. */
int
rump_kt_parse(const uint8_t *msg, size_t len, uint32_t xid,
    const uint8_t *lla)
{
	struct rump_dhcp_lease dl;
	enum dhcp_type type;

	if (!dhcp_parse(msg, len, xid, lla, &type, &dl))
		return 0;
	if (type == DHCP_NAK)
		return 1;
	return (type == DHCP_OFFER || type == DHCP_ACK) &&
	    dl.dl_ndns <= RUMP_DHCP_SERVERS &&
	    dl.dl_nntp <= RUMP_DHCP_SERVERS && routes_ok(&dl) &&
	    name_ok(dl.dl_domain) && name_ok(dl.dl_host) &&
	    (dl.dl_mtu == 0 || dl.dl_mtu >= 576) && dl.dl_seconds > 0 &&
	    dl.dl_renew <= dl.dl_rebind && dl.dl_rebind <= dl.dl_seconds &&
	    dl.dl_server != 0 && dl.dl_address != 0 &&
	    ntohl(dl.dl_address) < 0xe0000000 ? 1 : -1;
}

/* Every message that we make has to fit its buffer, and be found whole. */
size_t
rump_kt_make(int type, uint32_t addr, const uint8_t *lla, uint8_t *buf)
{
	struct dhcp_out out = { .do_type = (enum dhcp_type)type,
	    .do_ciaddr = addr, .do_requested = addr, .do_server = addr };

	memcpy(out.do_lla, lla, sizeof(out.do_lla));
	return dhcp_make(&out, buf);
}

/* Names parted by single spaces. */
static bool
search_ok(const char *p, size_t size)
{
	const char *end = memchr(p, '\0', size);
	bool in_name = false;

	if (end == NULL || (end > p && end[-1] == ' '))
		return false;
	for (; p < end; p++) {
		if (*p < ' ' || *p > '~' || (*p == ' ' && !in_name))
			return false;
		in_name = *p != ' ';
	}
	return true;
}

int
rump_kt_parse6(const uint8_t *msg, size_t len, uint32_t xid,
    const uint8_t *lla)
{
	const struct rump_dhcp6_lease *dl;
	struct dhcp6_in in;

	if (!dhcp6_parse(msg, len, xid, lla, &in))
		return 0;
	dl = &in.d6i_lease;
	return (in.d6i_type == DHCP6_ADVERTISE ||
	    in.d6i_type == DHCP6_REPLY) &&
	    dl->d6_server_len >= 3 && dl->d6_server_len <= 130 &&
	    dl->d6_ndns <= RUMP_DHCP_SERVERS &&
	    dl->d6_preferred <= dl->d6_seconds &&
	    dl->d6_prefix_preferred <= dl->d6_prefix_seconds &&
	    dl->d6_renew <= dl->d6_rebind &&
	    (dl->d6_seconds == 0 || (dl->d6_rebind <= dl->d6_seconds &&
	    dl->d6_address[0] != 0xff)) &&
	    (dl->d6_prefix_seconds == 0 || (dl->d6_prefix_bits >= 1 &&
	    dl->d6_prefix_bits <= 128)) &&
	    (in.d6i_sol_max == 0 || (in.d6i_sol_max >= 60 &&
	    in.d6i_sol_max <= 86400)) &&
	    search_ok(dl->d6_search, sizeof(dl->d6_search)) ? 1 : -1;
}

/* With the longest name of a server, an address and a prefix. */
size_t
rump_kt_make6(int type, const uint8_t *lla, uint8_t *buf)
{
	static struct rump_dhcp6_lease dl = { .d6_server_len = DHCP6_DUID_MAX,
	    .d6_seconds = 1, .d6_prefix_seconds = 1, .d6_prefix_bits = 56 };
	struct dhcp6_out out = { .d6o_type = (enum dhcp6_type)type,
	    .d6o_flags = RUMP_DHCP6_ALL, .d6o_lease = &dl };

	memcpy(out.d6o_lla, lla, sizeof(out.d6o_lla));
	return dhcp6_make(&out, buf);
}
