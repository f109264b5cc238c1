/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inside of the network faction.
 */

#ifndef _SYS_RUMP_NET_H_
#define	_SYS_RUMP_NET_H_

#include <sys/mbuf.h>
#include <sys/socket.h>

#include <net/if.h>
#include <net/pktqueue.h>

#include <rump-sys/net_if.h>

/*
 * A protocol above links: what packets it takes, and either a queue or a
 * function, which is called in a soft interrupt and owns the packet.  The
 * header of the link is off; the interface is in the packet's header.
 */
struct net_input {
	uint16_t	ni_etype;	/* of Ethernet, ETHERTYPE_*, or 0 */
	int		ni_family;	/* of the loopback interface, or 0 */
	pktqueue_t	*ni_pktq;
	const pktq_rps_hash_func_t *ni_hash;	/* of the queue, or NULL */
	void		(*ni_func)(struct ifnet *, struct mbuf *);
};
/* EEXIST: another one takes such packets. */
int	net_input_register(const struct net_input *);

/*
 * What Ethernet has to know of an address family: all but the number may be
 * NULL or 0.
 */
struct net_ether {
	int		ne_family;
	uint16_t	ne_etype;	/* of its packets */
	/* The link address of the other end.  EWOULDBLOCK: it is asked for
	 * and the packet waits; other errors: it was freed. */
	int		(*ne_resolve)(struct ifnet *, const struct rtentry *,
			    struct mbuf *, const struct sockaddr *, void *,
			    size_t);
	/* A multicast address, or all if it is the wildcard, as a range. */
	int		(*ne_mapmulti)(const struct sockaddr *, uint8_t *,
			    uint8_t *);
	/* An address of the family was set. */
	void		(*ne_ifinit)(struct ifnet *, struct ifaddr *);
};
int	net_ether_register(const struct net_ether *);

/*
 * An interface by name, "shmif0", through its cloner, as SIOCIFCREATE and
 * SIOCIFDESTROY do.  May sleep.  EINVAL: there is no such cloner; EEXIST;
 * ENXIO: no such interface; EOPNOTSUPP: it stays; those of the cloner.
 */
int	if_clone_create(const char *);
int	if_clone_destroy(const char *);

#endif /* !_SYS_RUMP_NET_H_ */
