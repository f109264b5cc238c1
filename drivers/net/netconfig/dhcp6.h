/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A client of DHCPv6, RFC 8415: the part of a client, dhcp.h, that IPv6 has.
 */
#ifndef _DHCP6_H_
#define	_DHCP6_H_

#include <sys/types.h>

#include <rump/netconfig.h>

#include "dhcp6_message.h"

struct dhcp_client;
struct socket;

/*
 * States, by enum rump_dhcp_state:
 *
 *	WAITING -> SELECTING		there is a link-local address
 *	WAITING -> ASKING -> INFORMED	information is all that is wanted
 *	SELECTING -> REQUESTING		the best offer; -> CHECKING: it is rapid
 *	REQUESTING -> CHECKING		it is ours; -> SELECTING: refused
 *	REQUESTING -> RENEWING		again, and nobody answers
 *	CHECKING -> BOUND		nobody else has it; -> DECLINED
 *	DECLINED -> SELECTING		the server knows
 *	BOUND -> RENEWING -> REBINDING	as time goes by; -> BOUND: prolonged;
 *					-> REQUESTING: the server has forgotten
 *	REBINDING -> SELECTING		the lease has ended: all of it
 *	BOUND ... -> CONFIRMING		a program asks; -> BOUND, SELECTING
 *	all -> RELEASING		a program wants its end
 *
 * All is of the thread.
 */
struct dhcp6 {
	enum dhcp6_type	s_type;		/* of the message that is repeated */
	uint32_t	s_xid;
	int64_t		s_wait;		/* before it is; 0: not yet sent */
	int64_t		s_limit;	/* it is given up */
	uint32_t	s_sol_max, s_inf_max;	/* seconds; 0: not told */
	int		s_score;	/* of the offer in s_lease; -1: none */
	struct rump_dhcp6_lease s_lease; /* offered, asked for, granted */
	struct rump_dhcp6_lease s_have;
	int64_t		s_since;	/* it runs */
	bool		s_set;		/* the address is on the interface */
	bool		s_ours;		/* and was not there before */
};

/*
 * dhcp6_io.c.  A message that does not get out is as good as lost on the way.
 */
int	dhcp6_open(struct socket **);
void	dhcp6_send(struct socket *, u_int ifindex, const uint8_t *, size_t);
/* The next message, false: none; its length, 0: it is too long; by which
 * interface. */
bool	dhcp6_receive(struct socket *, uint8_t *, size_t, size_t *len,
	    u_int *ifindex);

/* dhcp6_apply.c: the address of s_lease is set, and that of s_have is not. */
int	dhcp6_apply(struct dhcp_client *);
void	dhcp6_unapply(struct dhcp_client *);
/* Of s_have one part goes, as its time is over; the rest stays. */
void	dhcp6_drop_address(struct dhcp_client *);
void	dhcp6_drop_prefix(struct dhcp_client *);
/* Has somebody else got it?  EAGAIN: it is not known yet; EEXIST: yes; ENXIO:
 * it is not there any more. */
int	dhcp6_check(const struct dhcp_client *);

#endif /* !_DHCP6_H_ */
