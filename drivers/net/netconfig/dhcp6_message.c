/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages of DHCPv6: RFC 8415, servers of names as in RFC 3646.  They come
 * from anybody on the link: that all options are within the message, and those
 * within options within these, is looked at before anything else.
 */

#include <sys/param.h>
#include <sys/systm.h>

#include <netinet/in.h>

#include <lib/libkern/libkern.h>

#include "dhcp6_message.h"

enum {
	OPT_CLIENT = 1,
	OPT_SERVER = 2,
	OPT_IA_NA = 3,
	OPT_ADDRESS = 5,
	OPT_WANTED = 6,
	OPT_PREFERENCE = 7,
	OPT_ELAPSED = 8,
	OPT_STATUS = 13,
	OPT_RAPID = 14,
	OPT_DNS = 23,
	OPT_SEARCH = 24,
	OPT_IA_PD = 25,
	OPT_PREFIX = 26,
	OPT_REFRESH = 32,
	OPT_SOL_MAX = 82,
	OPT_INF_MAX = 83,
};

#define	HEADER		4	/* of a message, and of an option */
#define	DUID_LEN	10
#define	DUID_MIN	3
#define	IA_LEN		12	/* without options in it */
#define	ADDRESS_LEN	24
#define	PREFIX_LEN	25
#define	NEVER		UINT32_MAX
/* Sections 21.24 and 21.25. */
#define	MAX_RT_MIN	60
#define	MAX_RT_MAX	86400

static uint16_t
get16(const uint8_t *p)
{

	return (uint16_t)(p[0] << 8 | p[1]);
}

static uint32_t
get32(const uint8_t *p)
{

	return (uint32_t)get16(p) << 16 | get16(p + 2);
}

/* Section 11.4: of the link address, as we keep nothing; as in dhcp_message.c,
 * so that a server knows both clients for one. */
static void
our_duid(const uint8_t *lla, uint8_t duid[DUID_LEN])
{
	static const uint8_t kind[] = { 0, 3, 0, 1 };

	memcpy(duid, kind, sizeof(kind));
	memcpy(duid + sizeof(kind), lla, ETHER_ADDR_LEN);
}

/*
 * Out.
 */
static uint8_t *
put16(uint8_t *p, uint16_t val)
{

	*p++ = (uint8_t)(val >> 8);
	*p++ = (uint8_t)val;
	return p;
}

static uint8_t *
put(uint8_t *p, uint16_t code, const void *val, size_t len)
{

	p = put16(put16(p, code), (uint16_t)len);
	if (len > 0)
		memcpy(p, val, len);
	return p + len;
}

/* An address or a prefix that we have or want, if there is one. */
static uint8_t *
put_ia(uint8_t *p, uint16_t code, const uint8_t *lla, uint16_t inner,
    const uint8_t *val, size_t len)
{
	const size_t room = len > 0 ? HEADER + len : 0;

	p = put16(put16(p, code), (uint16_t)(IA_LEN + room));
	/* Its number, and times that are the server's to say. */
	memcpy(p, lla + 2, 4);
	memset(p + 4, 0, IA_LEN - 4);
	p += IA_LEN;
	return len > 0 ? put(p, inner, val, len) : p;
}

static uint8_t *
put_leased(uint8_t *p, const struct dhcp6_out *out)
{
	const struct rump_dhcp6_lease *dl = out->d6o_lease;
	const bool given = out->d6o_type != DHCP6_SOLICIT;
	const bool only = out->d6o_type == DHCP6_RELEASE ||
	    out->d6o_type == DHCP6_DECLINE || out->d6o_type == DHCP6_CONFIRM;
	const bool addr = given && dl->d6_seconds != 0;
	const bool prefix = given && dl->d6_prefix_seconds != 0;
	uint8_t val[PREFIX_LEN] = { 0 };

	memcpy(val, dl->d6_address, sizeof(dl->d6_address));
	if ((out->d6o_flags & RUMP_DHCP6_ADDRESS) != 0 && (addr || !only))
		p = put_ia(p, OPT_IA_NA, out->d6o_lla, OPT_ADDRESS, val,
		    addr ? ADDRESS_LEN : 0);
	memset(val, 0, sizeof(val));
	val[8] = (uint8_t)dl->d6_prefix_bits;
	memcpy(val + 9, dl->d6_prefix, sizeof(dl->d6_prefix));
	/* Who has a prefix alone does not confirm, and declines none. */
	if ((out->d6o_flags & RUMP_DHCP6_PREFIX) != 0 &&
	    (prefix || !only) && out->d6o_type != DHCP6_CONFIRM &&
	    out->d6o_type != DHCP6_DECLINE)
		p = put_ia(p, OPT_IA_PD, out->d6o_lla, OPT_PREFIX, val,
		    prefix ? PREFIX_LEN : 0);
	return p;
}

static bool
to_one_server(enum dhcp6_type type)
{

	return type == DHCP6_REQUEST || type == DHCP6_RENEW ||
	    type == DHCP6_RELEASE || type == DHCP6_DECLINE;
}

size_t
dhcp6_make(const struct dhcp6_out *out, uint8_t *buf)
{
	static const uint8_t wanted[] = { 0, OPT_DNS, 0, OPT_SEARCH,
	    0, OPT_SOL_MAX, 0, OPT_INF_MAX, 0, OPT_REFRESH };
	const enum dhcp6_type type = out->d6o_type;
	uint8_t duid[DUID_LEN], elapsed[2], *p = buf;

	our_duid(out->d6o_lla, duid);
	(void)put16(elapsed, out->d6o_elapsed);
	p = put16(p, (uint16_t)(type << 8 | (out->d6o_xid >> 16 & 255)));
	p = put16(p, (uint16_t)out->d6o_xid);
	p = put(p, OPT_CLIENT, duid, sizeof(duid));
	if (to_one_server(type))
		p = put(p, OPT_SERVER, out->d6o_lease->d6_server,
		    out->d6o_lease->d6_server_len);
	p = put(p, OPT_ELAPSED, elapsed, sizeof(elapsed));
	if (type == DHCP6_SOLICIT && (out->d6o_flags & RUMP_DHCP6_RAPID) != 0)
		p = put(p, OPT_RAPID, NULL, 0);
	if (type != DHCP6_CONFIRM && type != DHCP6_RELEASE &&
	    type != DHCP6_DECLINE)
		/* The last is of information alone: section 21.23. */
		p = put(p, OPT_WANTED, wanted, sizeof(wanted) -
		    (type == DHCP6_INFORM ? 0 : 2));
	if (type != DHCP6_INFORM)
		p = put_leased(p, out);
	KASSERT(p <= buf + DHCP6_OUT_MAX);
	return (size_t)(p - buf);
}

/*
 * Options, one after the other.
 */
struct options {
	const uint8_t	*o_p;
	size_t		o_left;
	uint16_t	o_code, o_len;
	const uint8_t	*o_val;
};

/* False: there are no more, and if something is left it is no option. */
static bool
next(struct options *o)
{

	if (o->o_left < HEADER)
		return false;
	o->o_code = get16(o->o_p);
	o->o_len = get16(o->o_p + 2);
	if (o->o_len > o->o_left - HEADER)
		return false;
	o->o_val = o->o_p + HEADER;
	o->o_p += HEADER + o->o_len;
	o->o_left -= HEADER + (size_t)o->o_len;
	return true;
}

/* Bytes of an option before options in it; -1: it has none. */
static int
before_options(uint16_t code)
{

	switch (code) {
	case OPT_IA_NA:
	case OPT_IA_PD:
		return IA_LEN;
	case OPT_ADDRESS:
		return ADDRESS_LEN;
	case OPT_PREFIX:
		return PREFIX_LEN;
	default:
		return -1;
	}
}

/* Those of a message, an address' in one of an association in it: no deeper,
 * whatever a message says. */
static bool
well_formed(const uint8_t *p, size_t len, int depth)
{
	struct options o = { .o_p = p, .o_left = len };
	int head;

	while (next(&o)) {
		if ((head = before_options(o.o_code)) == -1)
			continue;
		if (o.o_len < head || (depth > 0 && !well_formed(o.o_val +
		    head, (size_t)o.o_len - (size_t)head, depth - 1)))
			return false;
	}
	return o.o_left == 0;
}

/*
 * In.
 */
static void
read_status(const struct options *o, uint16_t *status)
{

	if (o->o_len >= 2)
		*status = get16(o->o_val);
}

/* Section 12 of RFC 4291: one that an interface can have from here. */
static bool
is_global(const uint8_t *addr)
{
	static const uint8_t zeros[15];

	return addr[0] != 0xff && (addr[0] != 0xfe || addr[1] >> 6 != 2) &&
	    (memcmp(addr, zeros, sizeof(zeros)) != 0 || addr[15] > 1);
}

/* Of an option of an address or prefix, which has a status of its own. */
static bool
times_ok(const struct options *o, size_t head, struct dhcp6_ia *ia,
    const uint8_t *times)
{
	struct options in = { .o_p = o->o_val + head,
	    .o_left = o->o_len - head };
	uint16_t status = DHCP6_SUCCESS;

	while (next(&in)) {
		if (in.o_code == OPT_STATUS)
			read_status(&in, &status);
	}
	if (status != DHCP6_SUCCESS || get32(times) > get32(times + 4))
		return false;
	if (get32(times + 4) != 0)
		return true;
	ia->ia_ended = true;
	return false;
}

static void
read_address(const struct options *o, struct dhcp6_in *in)
{
	struct rump_dhcp6_lease *dl = &in->d6i_lease;

	if (dl->d6_seconds != 0 || !is_global(o->o_val) ||
	    !times_ok(o, ADDRESS_LEN, &in->d6i_na, o->o_val + 16))
		return;
	memcpy(dl->d6_address, o->o_val, sizeof(dl->d6_address));
	dl->d6_preferred = get32(o->o_val + 16);
	dl->d6_seconds = get32(o->o_val + 20);
}

/* What is behind a prefix is no part of it. */
static void
read_prefix(const struct options *o, struct dhcp6_in *in)
{
	struct rump_dhcp6_lease *dl = &in->d6i_lease;
	const u_int bits = o->o_val[8];
	u_int i;

	if (dl->d6_prefix_seconds != 0 || bits < 1 || bits > 128 ||
	    !is_global(o->o_val + 9) ||
	    !times_ok(o, PREFIX_LEN, &in->d6i_pd, o->o_val))
		return;
	memcpy(dl->d6_prefix, o->o_val + 9, sizeof(dl->d6_prefix));
	for (i = bits; i < 128; i++)
		dl->d6_prefix[i / 8] &= (uint8_t)~(0x80 >> i % 8);
	dl->d6_prefix_bits = bits;
	dl->d6_prefix_preferred = get32(o->o_val);
	dl->d6_prefix_seconds = get32(o->o_val + 4);
}

/* The sooner of two times of which 0 is none. */
static uint32_t
sooner(uint32_t a, uint32_t b)
{

	return a == 0 ? b : b == 0 ? a : MIN(a, b);
}

/* Section 21.4: with times that contradict each other it is not there. */
static void
read_ia(const struct options *o, const uint8_t *lla, struct dhcp6_in *in)
{
	const bool na = o->o_code == OPT_IA_NA;
	struct dhcp6_ia *ia = na ? &in->d6i_na : &in->d6i_pd;
	struct rump_dhcp6_lease *dl = &in->d6i_lease;
	const uint32_t renew = get32(o->o_val + 4),
	    rebind = get32(o->o_val + 8);
	struct options inner = { .o_p = o->o_val + IA_LEN,
	    .o_left = (size_t)o->o_len - IA_LEN };

	if (ia->ia_there || memcmp(o->o_val, lla + 2, 4) != 0 ||
	    (renew > rebind && rebind != 0))
		return;
	ia->ia_there = true;
	while (next(&inner)) {
		if (inner.o_code == OPT_STATUS)
			read_status(&inner, &ia->ia_status);
		else if (inner.o_code == OPT_ADDRESS && na)
			read_address(&inner, in);
		else if (inner.o_code == OPT_PREFIX && !na)
			read_prefix(&inner, in);
	}
	if ((na ? dl->d6_seconds : dl->d6_prefix_seconds) == 0)
		return;
	dl->d6_renew = sooner(dl->d6_renew, renew);
	dl->d6_rebind = sooner(dl->d6_rebind, rebind);
}

/* Of a time a part, in tenths; for ever stays that. */
static uint32_t
tenths(uint32_t time, uint32_t n)
{

	return time == NEVER ? NEVER : (uint32_t)((uint64_t)time * n / 10);
}

/* Section 14.2, and none is after what it is about. */
static void
settle_times(struct rump_dhcp6_lease *dl)
{
	const uint32_t end = sooner(dl->d6_seconds, dl->d6_prefix_seconds);
	uint32_t pref = sooner(dl->d6_preferred, dl->d6_prefix_preferred);

	if (pref == 0)
		pref = end;
	if (dl->d6_rebind == 0)
		dl->d6_rebind = dl->d6_renew != 0 && dl->d6_renew != NEVER &&
		    dl->d6_renew > tenths(pref, 8) ? end : tenths(pref, 8);
	dl->d6_rebind = MIN(dl->d6_rebind, end);
	if (dl->d6_renew == 0)
		dl->d6_renew = tenths(pref, 5);
	dl->d6_renew = MIN(dl->d6_renew, dl->d6_rebind);
}

static void
read_dns(const struct options *o, struct rump_dhcp6_lease *dl)
{
	size_t i;

	if (o->o_len == 0 || o->o_len % 16 != 0)
		return;
	for (i = 0; i < o->o_len && dl->d6_ndns < RUMP_DHCP_SERVERS; i += 16)
		memcpy(dl->d6_dns[dl->d6_ndns++], o->o_val + i, 16);
}

static bool
letter_ok(uint8_t c)
{

	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' &&
	    (c | 0x20) <= 'z') || c == '-' || c == '_';
}

/*
 * Names as on the wire, RFC 1035 section 3.1 without pointers: text that will
 * stand in files and on screens.  One that is not as names are spoils them all.
 */
static bool
read_names(const uint8_t *p, size_t left, char *to, size_t room)
{
	size_t used = 0, len, i;
	bool first = true;

	while (left > 0) {
		len = *p++;
		left--;
		if (len == 0) {
			if (first)
				return false;
			to[used - 1] = ' ';
			first = true;
			continue;
		}
		if (len > 63 || len >= left || used + len + 1 >= room)
			return false;
		for (i = 0; i < len; i++) {
			if (!letter_ok(p[i]))
				return false;
			to[used++] = (char)p[i];
		}
		to[used++] = '.';
		p += len;
		left -= len;
		first = false;
	}
	if (!first || used == 0)
		return false;
	to[used - 1] = '\0';
	return true;
}

static void
read_search(const struct options *o, struct rump_dhcp6_lease *dl)
{

	if (!read_names(o->o_val, o->o_len, dl->d6_search,
	    sizeof(dl->d6_search)))
		memset(dl->d6_search, 0, sizeof(dl->d6_search));
}

static void
read_max(const struct options *o, uint32_t *max)
{

	if (o->o_len == 4 && get32(o->o_val) >= MAX_RT_MIN &&
	    get32(o->o_val) <= MAX_RT_MAX)
		*max = get32(o->o_val);
}

static bool
read_server(const struct options *o, struct rump_dhcp6_lease *dl)
{

	if (o->o_len < DUID_MIN || o->o_len > DHCP6_DUID_MAX ||
	    dl->d6_server_len != 0)
		return false;
	memcpy(dl->d6_server, o->o_val, o->o_len);
	dl->d6_server_len = o->o_len;
	return true;
}

/* One that is not worth a word is not there. */
static void
read_other(const struct options *o, const uint8_t *lla, struct dhcp6_in *in)
{

	switch (o->o_code) {
	case OPT_IA_NA:
	case OPT_IA_PD:
		read_ia(o, lla, in);
		break;
	case OPT_PREFERENCE:
		if (o->o_len == 1)
			in->d6i_preference = o->o_val[0];
		break;
	case OPT_STATUS:
		read_status(o, &in->d6i_status);
		break;
	case OPT_RAPID:
		in->d6i_rapid = true;
		break;
	case OPT_DNS:
		read_dns(o, &in->d6i_lease);
		break;
	case OPT_SEARCH:
		read_search(o, &in->d6i_lease);
		break;
	case OPT_REFRESH:
		if (o->o_len == 4)
			in->d6i_refresh = get32(o->o_val);
		break;
	case OPT_SOL_MAX:
		read_max(o, &in->d6i_sol_max);
		break;
	case OPT_INF_MAX:
		read_max(o, &in->d6i_inf_max);
		break;
	}
}

/* Sections 16.3 and 16.10: both names have to be there, and ours be right. */
static bool
read_options(struct options *o, const uint8_t *lla, struct dhcp6_in *in)
{
	uint8_t duid[DUID_LEN];
	bool ours = false;

	our_duid(lla, duid);
	while (next(o)) {
		if (o->o_code == OPT_CLIENT) {
			ours = o->o_len == DUID_LEN &&
			    memcmp(o->o_val, duid, DUID_LEN) == 0;
			if (!ours)
				return false;
		} else if (o->o_code != OPT_SERVER)
			read_other(o, lla, in);
		else if (!read_server(o, &in->d6i_lease))
			return false;
	}
	return ours && in->d6i_lease.d6_server_len != 0;
}

bool
dhcp6_parse(const uint8_t *msg, size_t len, uint32_t xid, const uint8_t *lla,
    struct dhcp6_in *in)
{
	struct options o;

	memset(in, 0, sizeof(*in));
	if (len < HEADER || (get32(msg) & 0xffffff) != (xid & 0xffffff) ||
	    (msg[0] != DHCP6_ADVERTISE && msg[0] != DHCP6_REPLY))
		return false;
	in->d6i_type = (enum dhcp6_type)msg[0];
	o = (struct options){ .o_p = msg + HEADER, .o_left = len - HEADER };
	if (!well_formed(o.o_p, o.o_left, 2) || !read_options(&o, lla, in))
		return false;
	if (in->d6i_lease.d6_seconds != 0 ||
	    in->d6i_lease.d6_prefix_seconds != 0)
		settle_times(&in->d6i_lease);
	return true;
}
