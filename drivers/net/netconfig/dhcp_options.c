/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Options of messages of DHCP, as they come from anybody on the link: all
 * lengths are checked in dhcp_areas() before anything else looks.  An option
 * that makes no sense is as if it were not there.
 */

#include <sys/param.h>
#include <sys/systm.h>

#include <netinet/in.h>

#include "dhcp_message.h"
#include "dhcp_options.h"

#define	MTU_MIN		576	/* less would only harm us; RFC 791 */

/* Up to the option that ends it, or all of it. */
static bool
area_ok(const uint8_t *p, size_t len)
{
	size_t i = 0;

	while (i < len && p[i] != OPT_END) {
		if (p[i] == OPT_PAD) {
			i++;
			continue;
		}
		if (len - i < 2 || p[i + 1] > len - i - 2)
			return false;
		i += 2 + (size_t)p[i + 1];
	}
	return true;
}

static bool
add_area(struct dhcp_areas *da, const uint8_t *p, size_t len)
{

	KASSERT(da->da_n < __arraycount(da->da_begin));
	if (!area_ok(p, len))
		return false;
	da->da_begin[da->da_n] = p;
	da->da_len[da->da_n++] = len;
	return true;
}

bool
dhcp_areas(const uint8_t *msg, size_t len, struct dhcp_areas *da)
{
	const struct dhcp_header *dh = (const void *)msg;
	uint8_t over;

	KASSERT(len >= sizeof(*dh));
	da->da_n = 0;
	if (!add_area(da, msg + sizeof(*dh), len - sizeof(*dh)))
		return false;
	switch (dhcp_option(da, OPT_OVERLOAD, &over, sizeof(over))) {
	case -1:
		return true;
	case 1:
		break;
	default:
		return false;
	}
	if (over < 1 || over > 3)
		return false;
	return ((over & 1) == 0 ||
	    add_area(da, dh->dh_file, sizeof(dh->dh_file))) &&
	    ((over & 2) == 0 ||
	    add_area(da, dh->dh_sname, sizeof(dh->dh_sname)));
}

int
dhcp_option(const struct dhcp_areas *da, uint8_t code, uint8_t *buf,
    size_t size)
{
	size_t i, n, have = 0;
	const uint8_t *p;
	bool any = false;
	u_int a;

	for (a = 0; a < da->da_n; a++) {
		p = da->da_begin[a];
		for (i = 0; i < da->da_len[a] && p[i] != OPT_END;
		    i += p[i] == OPT_PAD ? 1 : 2 + (size_t)p[i + 1]) {
			if (p[i] != code || code == OPT_PAD)
				continue;
			any = true;
			n = MIN(p[i + 1], have < size ? size - have : 0);
			memcpy(buf + MIN(have, size), p + i + 2, n);
			have += p[i + 1];
		}
	}
	return any ? (int)have : -1;
}

bool
dhcp_number(const struct dhcp_areas *da, uint8_t code, size_t size,
    uint32_t *val)
{
	uint8_t buf[4];
	size_t i;

	KASSERT(size >= 1 && size <= sizeof(buf));
	if (dhcp_option(da, code, buf, sizeof(buf)) != (int)size)
		return false;
	for (*val = 0, i = 0; i < size; i++)
		*val = *val << 8 | buf[i];
	return true;
}

/*
 * The single ones.
 */

/* Addresses, the first max of them; how many. */
static uint32_t
addresses(const struct dhcp_areas *da, uint8_t code, uint32_t *to, u_int max)
{
	uint8_t buf[DHCP_OPTION_MAX];
	int len = dhcp_option(da, code, buf, sizeof(buf));
	u_int n;

	if (len < 4 || len % 4 != 0)
		return 0;
	n = MIN((u_int)len / 4, MIN(max, sizeof(buf) / 4));
	memcpy(to, buf, n * 4);
	return n;
}

/*
 * Text that will stand in files and on screens: letters, digits and what else
 * names of hosts have, or it is not taken at all.
 */
static void
name(const struct dhcp_areas *da, uint8_t code, char to[256])
{
	uint8_t buf[255];
	int i, len = dhcp_option(da, code, buf, sizeof(buf));

	to[0] = '\0';
	if (len < 1 || len > (int)sizeof(buf))
		return;
	/* Some servers send the NUL. */
	if (buf[len - 1] == '\0')
		len--;
	for (i = 0; i < len; i++) {
		const uint8_t c = buf[i];

		if ((c < '0' || c > '9') && ((c | 0x20) < 'a' ||
		    (c | 0x20) > 'z') && c != '-' && c != '.' && c != '_')
			return;
	}
	memcpy(to, buf, (size_t)len);
	to[len] = '\0';
}

void
dhcp_read_hints(const struct dhcp_areas *da, struct rump_dhcp_lease *dl)
{

	dl->dl_ndns = addresses(da, OPT_DNS, dl->dl_dns, RUMP_DHCP_SERVERS);
	dl->dl_nntp = addresses(da, OPT_NTP, dl->dl_ntp, RUMP_DHCP_SERVERS);
	name(da, OPT_DOMAIN, dl->dl_domain);
	name(da, OPT_HOST, dl->dl_host);
	if (!dhcp_number(da, OPT_MTU, 2, &dl->dl_mtu) || dl->dl_mtu < MTU_MIN)
		dl->dl_mtu = 0;
}

/*
 * Routes: RFC 3442, or else the router.
 */

/* One of those: bytes used, 0: it is malformed. */
static size_t
one_route(const uint8_t *p, size_t len, struct rump_dhcp_route *dr)
{
	const u_int bits = p[0];
	const size_t significant = (bits + 7) / 8;
	uint8_t dst[4] = { 0 };

	if (bits > 32 || len < 1 + significant + 4)
		return 0;
	memcpy(dst, p + 1, significant);
	memcpy(&dr->dr_dst, dst, 4);
	memcpy(&dr->dr_gateway, p + 1 + significant, 4);
	dr->dr_mask = bits == 0 ? 0 : htonl(~0u << (32 - bits));
	dr->dr_dst &= dr->dr_mask;
	return 1 + significant + 4;
}

/* False: there are none, or one is malformed, which makes all doubtful. */
static bool
classless(const struct dhcp_areas *da, struct rump_dhcp_lease *dl)
{
	uint8_t buf[DHCP_OPTION_MAX];
	const int len = dhcp_option(da, OPT_ROUTES, buf, sizeof(buf));
	size_t off, n;

	dl->dl_nroutes = 0;
	if (len < 5 || len > (int)sizeof(buf))
		return false;
	for (off = 0; off < (size_t)len; off += n) {
		if (dl->dl_nroutes == RUMP_DHCP_ROUTES)
			break;
		n = one_route(buf + off, (size_t)len - off,
		    &dl->dl_routes[dl->dl_nroutes++]);
		if (n == 0) {
			dl->dl_nroutes = 0;
			return false;
		}
	}
	return true;
}

void
dhcp_read_routes(const struct dhcp_areas *da, struct rump_dhcp_lease *dl)
{
	struct rump_dhcp_route *dr = &dl->dl_routes[0];
	uint32_t router;

	if (classless(da, dl) || addresses(da, OPT_ROUTER, &router, 1) == 0 ||
	    router == 0)
		return;
	dr->dr_dst = dr->dr_mask = 0;
	dr->dr_gateway = router;
	dl->dl_nroutes = 1;
}
