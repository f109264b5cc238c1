/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the sources of ICMP have in common and no other.
 */

#ifndef _NETINET_ICMP_PRIVATE_H_
#define	_NETINET_ICMP_PRIVATE_H_

#include <sys/percpu.h>
#include <sys/types.h>

struct ip;
struct mbuf;
struct rtentry;

extern percpu_t *icmpstat_percpu;
extern int icmpreturndatabytes;
extern int icmperrppslim;

void	icmp_output_init(void);
/* Deletes a route that a message made; false: it is none. */
bool	icmp_route_delete(struct rtentry *);
/* Is it from or to all of a net of the interface it came by? */
bool	icmp_broadcast_p(const struct mbuf *, const struct ip *);

#endif /* !_NETINET_ICMP_PRIVATE_H_ */
