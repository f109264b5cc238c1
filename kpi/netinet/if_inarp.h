/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ARP for IPv4 over Ethernet: arp(4), RFC 826, RFC 5227.
 */

#ifndef _NETINET_IF_INARP_H_
#define	_NETINET_IF_INARP_H_

#include <netinet/in.h>

/* A neighbour's address in messages of the routing socket. */
struct sockaddr_inarp {
	uint8_t		sin_len;
	uint8_t		sin_family;
	uint16_t	sin_port;
	struct in_addr	sin_addr;
	struct in_addr	sin_srcaddr;
	uint16_t	sin_tos;
	uint16_t	sin_other;
#define	SIN_PROXY	1
};

#ifdef _KERNEL
#include <net/pktqueue.h>

struct ifaddr;
struct ifnet;
struct llentry;
struct mbuf;
struct rt_addrinfo;
struct rtentry;

/* RFC 5227 section 1.1, seconds. */
#define	PROBE_WAIT		1
#define	PROBE_NUM		3
#define	PROBE_MIN		1
#define	PROBE_MAX		2
#define	ANNOUNCE_WAIT		2
#define	ANNOUNCE_NUM		2
#define	ANNOUNCE_INTERVAL	2
#define	MAX_CONFLICTS		10
#define	RATE_LIMIT_INTERVAL	60
#define	DEFEND_INTERVAL		10

extern pktqueue_t *arp_pktq;

void	arp_init(void);
void	arp_drain(void);
/* An address was set: the interface tells its neighbours. */
void	arp_ifinit(struct ifnet *, struct ifaddr *);
/*
 * The link address for a packet to dst, copied to a buffer of that size: 0.
 * EWOULDBLOCK: it waits; other errors: nobody answers, it was freed or waits.
 * Takes the packet but with 0.
 */
int	arpresolve(struct ifnet *, const struct rtentry *, struct mbuf *,
	    const struct sockaddr *, void *, size_t);
/* Asks: by which address of ours, for which, with which link address. */
void	arprequest(struct ifnet *, const struct in_addr *,
	    const struct in_addr *, const uint8_t *, const uint8_t *);
void	arpannounce(struct ifnet *, struct ifaddr *, const uint8_t *);
void	arpannounce1(struct ifaddr *);
void	arpwhohas(struct ifnet *, struct in_addr *);
/* An upper layer heard of an address, to which a route leads: the neighbour
 * there is reachable. */
void	arp_confirmed(const struct rtentry *, const struct sockaddr *);
void	arp_dad_start(struct ifaddr *);
void	arp_dad_stop(struct ifaddr *);
/* RFC 903, of old: counted and freed. */
void	revarpinput(struct mbuf *);
#endif /* _KERNEL */

#endif /* !_NETINET_IF_INARP_H_ */
