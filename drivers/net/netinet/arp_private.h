/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the sources of ARP, if_arp.c and arp_*.c, have in common and no other.
 */

#ifndef _NETINET_ARP_PRIVATE_H_
#define	_NETINET_ARP_PRIVATE_H_

#include <sys/percpu.h>
#include <sys/types.h>

struct ifnet;
struct in_addr;
struct in_ifaddr;
struct llentry;

extern percpu_t *arpstat_percpu;
void	arp_statinc(u_int);

/* if_arp.c: a packet to all on the link, or to one. */
void	arp_send(struct ifnet *, int, const struct in_addr *,
	    const uint8_t *, const struct in_addr *, const uint8_t *,
	    const uint8_t *);

/* arp_table.c: the entry of an address, locked, perhaps a new one; NULL. */
struct llentry *arp_lookup(struct ifnet *, struct in_addr, bool create);
void	arp_nd_init(void);

/* arp_dad.c */
void	arp_dad_init(void);
/* Somebody with that link address says, or asks whether, he has an address
 * of ours. */
void	arp_dad_conflict(struct in_ifaddr *, const uint8_t *, bool);

/* net.inet.arp */
extern int arp_nud, arp_reachable, arp_retrans;

#endif /* !_NETINET_ARP_PRIVATE_H_ */
