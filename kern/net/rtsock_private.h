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
/* ifam_addrflags; the address cannot go meanwhile. */
int	rt_addrflags(const struct ifaddr *);
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

/*
 * rtsock_change.c.  The route is the caller's, referenced.  rt_change() may
 * sleep; EINVAL: a gateway of another kind; ENETUNREACH: none leads there;
 * ENOMEM.  Then the route is as it was.
 */
int	rt_change(struct rtentry *, struct rt_addrinfo *,
	    const struct rt_msghdr *);
void	rt_setmetrics(struct rtentry *, const struct rt_msghdr *);
void	rt_setlocks(struct rtentry *, const struct rt_msghdr *);
/* Is the request about a neighbour?  Its errors are lla_rt_output()'s, and
 * ENETUNREACH: in no net of ours. */
bool	rt_neighbour_p(const struct rt_msghdr *, const struct rt_addrinfo *);
int	rt_neighbour(const struct rt_msghdr *, struct rt_addrinfo *);

#endif /* !_KERN_NET_RTSOCK_PRIVATE_H_ */
