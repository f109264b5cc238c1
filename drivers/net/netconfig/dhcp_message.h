/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages of DHCP, RFC 2131 and 2132: made for a server, and checked when one
 * comes from there.  Addresses are in network byte order.
 */
#ifndef _DHCP_MESSAGE_H_
#define	_DHCP_MESSAGE_H_

#include <sys/types.h>

#include <net/if_ether.h>

#include <rump/netconfig.h>

#define	DHCP_SERVER_PORT	67
#define	DHCP_CLIENT_PORT	68
#define	DHCP_IN_MAX		1472	/* bytes we take, and say so */
#define	DHCP_OUT_MAX		576	/* bytes we send at most */

enum dhcp_type {
	DHCP_DISCOVER = 1,
	DHCP_OFFER,
	DHCP_REQUEST,
	DHCP_DECLINE,
	DHCP_ACK,
	DHCP_NAK,
	DHCP_RELEASE,
};

/* What we say.  Addresses of 0 are left out. */
struct dhcp_out {
	enum dhcp_type	do_type;
	uint32_t	do_xid;		/* any byte order, as it comes back */
	uint16_t	do_secs;	/* since we began */
	uint32_t	do_ciaddr;	/* that we have */
	uint32_t	do_requested;	/* that we want */
	uint32_t	do_server;
	uint8_t		do_lla[ETHER_ADDR_LEN];
};
/* Into a buffer of DHCP_OUT_MAX; the number of bytes. */
size_t	dhcp_make(const struct dhcp_out *, uint8_t *);

/*
 * What we heard: the type, and all else as a lease, without a state.  False:
 * it is not for who has that address and transaction, or malformed.
 */
bool	dhcp_parse(const uint8_t *, size_t, uint32_t xid,
	    const uint8_t *lla, enum dhcp_type *, struct rump_dhcp_lease *);

#endif /* !_DHCP_MESSAGE_H_ */
