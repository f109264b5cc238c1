/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the sources about Ethernet have in common and no other.
 */

#ifndef _KERN_NET_IF_ETHER_PRIVATE_H_
#define	_KERN_NET_IF_ETHER_PRIVATE_H_

#include <net/if_ether.h>

struct net_ether;

/* if_ethersubr.c: of a family, or NULL. */
const struct net_ether *net_ether_find(int);

/* if_ether_multi.c: all of them go. */
void	ether_multi_purge(struct ethercom *);

#endif /* !_KERN_NET_IF_ETHER_PRIVATE_H_ */
