/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Options of messages of DHCP: where they are in a message, and those that we
 * use, by their numbers in RFC 2132, 3442 (121).
 */
#ifndef _DHCP_OPTIONS_H_
#define	_DHCP_OPTIONS_H_

#include <sys/types.h>

enum {
	OPT_PAD = 0,
	OPT_MASK = 1,
	OPT_ROUTER = 3,
	OPT_DNS = 6,
	OPT_HOST = 12,
	OPT_DOMAIN = 15,
	OPT_MTU = 26,
	OPT_NTP = 42,
	OPT_REQUESTED = 50,
	OPT_LEASE = 51,
	OPT_OVERLOAD = 52,
	OPT_TYPE = 53,
	OPT_SERVER = 54,
	OPT_WANTED = 55,
	OPT_MAXSIZE = 57,
	OPT_RENEW = 58,
	OPT_REBIND = 59,
	OPT_CLIENT = 61,
	OPT_ROUTES = 121,
	OPT_END = 255,
};

/* The header of a message, RFC 2131 section 2; the rest are options. */
struct dhcp_header {
	uint8_t		dh_op, dh_htype, dh_hlen, dh_hops;
	uint32_t	dh_xid;
	uint16_t	dh_secs, dh_flags;
	uint32_t	dh_ciaddr, dh_yiaddr, dh_siaddr, dh_giaddr;
	uint8_t		dh_chaddr[16];
	uint8_t		dh_sname[64];
	uint8_t		dh_file[128];
	uint32_t	dh_cookie;
} __packed;
_Static_assert(sizeof(struct dhcp_header) == 240, "RFC 2131, figure 1");

#define	DHCP_OP_REQUEST		1
#define	DHCP_OP_REPLY		2
#define	DHCP_HTYPE_ETHER	1
#define	DHCP_FLAG_BROADCAST	0x8000
#define	DHCP_COOKIE		0x63825363

/* The areas of a message that have options, in the order of RFC 3396. */
struct dhcp_areas {
	const uint8_t	*da_begin[3];
	size_t		da_len[3];
	u_int		da_n;
};

/* False: one reaches beyond its area, or OPT_OVERLOAD makes no sense. */
bool	dhcp_areas(const uint8_t *msg, size_t len, struct dhcp_areas *);

/*
 * An option, put together if it comes in several pieces (RFC 3396): its
 * length, of which size bytes at most are in buf; -1: there is none.
 */
#define	DHCP_OPTION_MAX	512
int	dhcp_option(const struct dhcp_areas *, uint8_t code, uint8_t *buf,
	    size_t size);

/* A number of exactly size bytes, 1 to 4.  False: it is not so, or none. */
bool	dhcp_number(const struct dhcp_areas *, uint8_t code, size_t size,
	    uint32_t *);

/* What the lease is told by the options. */
void	dhcp_read_hints(const struct dhcp_areas *, struct rump_dhcp_lease *);
void	dhcp_read_routes(const struct dhcp_areas *, struct rump_dhcp_lease *);

#endif /* !_DHCP_OPTIONS_H_ */
