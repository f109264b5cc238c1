/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages of DHCPv6, RFC 8415 sections 7, 8 and 21: made for servers, and
 * checked when one comes from there.
 */
#ifndef _DHCP6_MESSAGE_H_
#define	_DHCP6_MESSAGE_H_

#include <sys/types.h>

#include <net/if_ether.h>

#include <rump/netconfig.h>

#define	DHCP6_CLIENT_PORT	546
#define	DHCP6_SERVER_PORT	547
#define	DHCP6_IN_MAX		1472	/* bytes we take */
#define	DHCP6_OUT_MAX		512	/* bytes we send at most */
#define	DHCP6_DUID_MAX		130	/* section 11.1 */

enum dhcp6_type {
	DHCP6_SOLICIT = 1,
	DHCP6_ADVERTISE,
	DHCP6_REQUEST,
	DHCP6_CONFIRM,
	DHCP6_RENEW,
	DHCP6_REBIND,
	DHCP6_REPLY,
	DHCP6_RELEASE,
	DHCP6_DECLINE,
	DHCP6_INFORM = 11,
};

/* Section 21.13 */
enum dhcp6_status {
	DHCP6_SUCCESS,
	DHCP6_UNSPEC_FAIL,
	DHCP6_NO_ADDRS,
	DHCP6_NO_BINDING,
	DHCP6_NOT_ON_LINK,
	DHCP6_USE_MULTICAST,
	DHCP6_NO_PREFIX,
};

/* What we say. */
struct dhcp6_out {
	enum dhcp6_type	d6o_type;
	uint32_t	d6o_xid;	/* 24 bits */
	uint16_t	d6o_elapsed;	/* hundredths of seconds */
	int		d6o_flags;	/* RUMP_DHCP6_*: what is wanted */
	uint8_t		d6o_lla[ETHER_ADDR_LEN];
	const struct rump_dhcp6_lease *d6o_lease;
};
/* Into a buffer of DHCP6_OUT_MAX; the number of bytes. */
size_t	dhcp6_make(const struct dhcp6_out *, uint8_t *);

/* What is heard of an address, or a prefix. */
struct dhcp6_ia {
	bool		ia_there;
	bool		ia_ended;	/* one was taken away */
	uint16_t	ia_status;
};

struct dhcp6_in {
	enum dhcp6_type	d6i_type;	/* ADVERTISE or REPLY */
	bool		d6i_rapid;
	uint8_t		d6i_preference;
	uint16_t	d6i_status;	/* of the whole */
	struct dhcp6_ia	d6i_na, d6i_pd;
	uint32_t	d6i_sol_max, d6i_inf_max, d6i_refresh;	/* 0: unsaid */
	struct rump_dhcp6_lease d6i_lease;
};
/*
 * False: it is not for who has that address and transaction, or malformed.
 * What makes no sense in an address or a prefix is as if it were not there.
 */
bool	dhcp6_parse(const uint8_t *, size_t, uint32_t xid, const uint8_t *lla,
	    struct dhcp6_in *);

#endif /* !_DHCP6_MESSAGE_H_ */
