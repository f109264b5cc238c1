/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages of DHCP: RFC 2131 sections 2 and 4.1, the client's name as in RFC
 * 4361 and, when a server repeats it, RFC 6842.
 */

#include <sys/param.h>
#include <sys/systm.h>

#include <netinet/in.h>

#include "dhcp_message.h"
#include "dhcp_options.h"

#define	OUT_MIN		300	/* BOOTP's; relays may want it */
#define	CLIENT_LEN	15

/*
 * RFC 4361 section 6.1: 255, a number of the interface, and a DUID; that is
 * one of the link address, RFC 8415 section 11.4, as we keep nothing.
 */
static void
client_name(const uint8_t *lla, uint8_t name[CLIENT_LEN])
{
	static const uint8_t duid[] = { 0, 3, 0, DHCP_HTYPE_ETHER };

	name[0] = 255;
	memcpy(name + 1, lla + 2, 4);
	memcpy(name + 5, duid, sizeof(duid));
	memcpy(name + 9, lla, ETHER_ADDR_LEN);
}

/*
 * Out.
 */
static uint8_t *
put(uint8_t *p, uint8_t code, const void *val, size_t len)
{

	KASSERT(len <= 255);
	*p++ = code;
	*p++ = (uint8_t)len;
	memcpy(p, val, len);
	return p + len;
}

static uint8_t *
put_address(uint8_t *p, uint8_t code, uint32_t addr)
{

	return addr == 0 ? p : put(p, code, &addr, sizeof(addr));
}

static uint8_t *
put_options(uint8_t *p, const struct dhcp_out *out)
{
	/* The routes come before the router: RFC 3442. */
	static const uint8_t wanted[] = { OPT_MASK, OPT_ROUTES, OPT_ROUTER,
	    OPT_DNS, OPT_HOST, OPT_DOMAIN, OPT_MTU, OPT_NTP, OPT_LEASE,
	    OPT_RENEW, OPT_REBIND };
	const uint16_t max = htons(DHCP_IN_MAX);
	const uint8_t type = (uint8_t)out->do_type;
	uint8_t client[CLIENT_LEN];

	client_name(out->do_lla, client);
	p = put(p, OPT_TYPE, &type, sizeof(type));
	p = put(p, OPT_CLIENT, client, sizeof(client));
	p = put_address(p, OPT_REQUESTED, out->do_requested);
	p = put_address(p, OPT_SERVER, out->do_server);
	if (type == DHCP_DISCOVER || type == DHCP_REQUEST) {
		p = put(p, OPT_MAXSIZE, &max, sizeof(max));
		p = put(p, OPT_WANTED, wanted, sizeof(wanted));
	}
	*p++ = OPT_END;
	return p;
}

size_t
dhcp_make(const struct dhcp_out *out, uint8_t *buf)
{
	struct dhcp_header *dh = (void *)buf;
	const uint8_t *end;

	memset(buf, 0, DHCP_OUT_MAX);
	dh->dh_op = DHCP_OP_REQUEST;
	dh->dh_htype = DHCP_HTYPE_ETHER;
	dh->dh_hlen = ETHER_ADDR_LEN;
	dh->dh_xid = out->do_xid;
	dh->dh_secs = htons(out->do_secs);
	dh->dh_ciaddr = out->do_ciaddr;
	/* Without an address nothing but a broadcast reaches us. */
	if (out->do_ciaddr == 0)
		dh->dh_flags = htons(DHCP_FLAG_BROADCAST);
	memcpy(dh->dh_chaddr, out->do_lla, ETHER_ADDR_LEN);
	dh->dh_cookie = htonl(DHCP_COOKIE);
	end = put_options(buf + sizeof(*dh), out);
	KASSERT(end <= buf + DHCP_OUT_MAX);
	return MAX((size_t)(end - buf), OUT_MIN);
}

/*
 * In.
 */
static bool
for_us(const struct dhcp_header *dh, uint32_t xid, const uint8_t *lla)
{

	return dh->dh_op == DHCP_OP_REPLY &&
	    dh->dh_htype == DHCP_HTYPE_ETHER &&
	    dh->dh_hlen == ETHER_ADDR_LEN && dh->dh_xid == xid &&
	    memcmp(dh->dh_chaddr, lla, ETHER_ADDR_LEN) == 0 &&
	    dh->dh_cookie == htonl(DHCP_COOKIE);
}

/* RFC 6842: who repeats the client's name repeats it right. */
static bool
client_ok(const struct dhcp_areas *da, const uint8_t *lla)
{
	uint8_t name[CLIENT_LEN], got[CLIENT_LEN];
	const int len = dhcp_option(da, OPT_CLIENT, got, sizeof(got));

	client_name(lla, name);
	return len == -1 || (len == CLIENT_LEN &&
	    memcmp(name, got, CLIENT_LEN) == 0);
}

/* One that an interface can have. */
static bool
is_host(uint32_t addr)
{
	const uint32_t a = ntohl(addr);

	return a >> 24 != 0 && a >> 24 != IN_LOOPBACKNET && a < 0xe0000000;
}

/* Ones, then zeros, and the address is not all of either behind them. */
static bool
mask_ok(uint32_t addr, uint32_t mask)
{
	const uint32_t host = ~ntohl(mask);

	if ((host & (host + 1)) != 0 || mask == 0)
		return false;
	return host <= 1 || ((ntohl(addr) & host) != 0 &&
	    (ntohl(addr) & host) != host);
}

static uint32_t
class_mask(uint32_t addr)
{
	const uint32_t a = ntohl(addr);

	return htonl(IN_CLASSA(a) ? IN_CLASSA_NET :
	    IN_CLASSB(a) ? IN_CLASSB_NET : IN_CLASSC_NET);
}

/* RFC 2131 section 4.4.5: halves and eighths, unless it is said. */
static bool
read_times(const struct dhcp_areas *da, struct rump_dhcp_lease *dl)
{
	const uint32_t never = UINT32_MAX;

	if (!dhcp_number(da, OPT_LEASE, 4, &dl->dl_seconds) ||
	    dl->dl_seconds == 0)
		return false;
	if (dl->dl_seconds == never) {
		dl->dl_renew = dl->dl_rebind = never;
		return true;
	}
	if (!dhcp_number(da, OPT_REBIND, 4, &dl->dl_rebind) ||
	    dl->dl_rebind == 0 || dl->dl_rebind >= dl->dl_seconds)
		dl->dl_rebind = dl->dl_seconds - dl->dl_seconds / 8;
	if (!dhcp_number(da, OPT_RENEW, 4, &dl->dl_renew) ||
	    dl->dl_renew == 0 || dl->dl_renew >= dl->dl_rebind)
		dl->dl_renew = MIN(dl->dl_seconds / 2, dl->dl_rebind);
	return true;
}

static bool
read_lease(const struct dhcp_header *dh, const struct dhcp_areas *da,
    struct rump_dhcp_lease *dl)
{

	dl->dl_address = dh->dh_yiaddr;
	if (!is_host(dl->dl_address))
		return false;
	if (dhcp_number(da, OPT_MASK, 4, &dl->dl_mask))
		dl->dl_mask = htonl(dl->dl_mask);
	else
		dl->dl_mask = class_mask(dl->dl_address);
	if (!mask_ok(dl->dl_address, dl->dl_mask) || !read_times(da, dl))
		return false;
	dhcp_read_hints(da, dl);
	dhcp_read_routes(da, dl);
	return true;
}

bool
dhcp_parse(const uint8_t *msg, size_t len, uint32_t xid, const uint8_t *lla,
    enum dhcp_type *type, struct rump_dhcp_lease *dl)
{
	const struct dhcp_header *dh = (const void *)msg;
	struct dhcp_areas da;
	uint32_t val;

	memset(dl, 0, sizeof(*dl));
	if (len < sizeof(*dh) || !for_us(dh, xid, lla) ||
	    !dhcp_areas(msg, len, &da) || !client_ok(&da, lla) ||
	    !dhcp_number(&da, OPT_TYPE, 1, &val))
		return false;
	*type = (enum dhcp_type)val;
	if (!dhcp_number(&da, OPT_SERVER, 4, &val) || !is_host(htonl(val)))
		return false;
	dl->dl_server = htonl(val);
	if (*type == DHCP_NAK)
		return true;
	return (*type == DHCP_OFFER || *type == DHCP_ACK) &&
	    read_lease(dh, &da, dl);
}
