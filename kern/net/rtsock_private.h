/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What makes messages of the routing socket, and who passes them on.
 */

#ifndef _KERN_NET_RTSOCK_PRIVATE_H_
#define	_KERN_NET_RTSOCK_PRIVATE_H_

#include <net/route.h>

struct lwp;
struct mbuf;

/* Takes a message that is about a family, or 0; NULL: nobody listens. */
typedef void rt_listener_t(struct mbuf *, int);
void	rt_set_listener(rt_listener_t *);

size_t	rt_addrs_len(const struct rt_addrinfo *, int *);
void	rt_addrs_copy(char *, const struct rt_addrinfo *);
/*
 * A message of a header, whose first fields are set here, and addresses;
 * rtm_addrs or its like is the caller's to set.  NULL: no memory.
 */
struct mbuf *rt_msg_make(void *, size_t, int, const struct rt_addrinfo *);

/*
 * rtsock_request.c: carries out what a program sent, which stays the
 * caller's.  An errno; an answer may come with either, to be passed to who
 * wants to hear of the family.  Does not sleep for memory.
 */
int	route_request(struct mbuf *, struct lwp *, struct mbuf **, int *);

/* All that is known of a route, which the caller has a reference of. */
void	rt_info_of(const struct rtentry *, struct rt_addrinfo *);

/* A neighbour in a dump of net.route.rtable; expire: of time_uptime, or 0. */
void	rt_dump_neighbour(struct rt_walkarg *, const struct rt_addrinfo *, int,
	    u_int, time_t);

#endif /* !_KERN_NET_RTSOCK_PRIVATE_H_ */
