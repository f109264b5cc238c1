/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the sources of netinet have in common and no other.
 */

#ifndef _NETINET_IN_PRIVATE_H_
#define	_NETINET_IN_PRIVATE_H_

#include <sys/types.h>

#include <net/if.h>
#include <net/net_stats.h>

#include <netinet/in.h>
#include <netinet/in_var.h>

#include <rump-sys/net_in.h>

struct inpcb;
struct inpcbtable;
struct kinfo_pcb;
struct lltable;
struct lwp;
struct mbuf;
struct sockaddr;
struct socket;
struct stat;

/*
 * Which version of IGMP routers on a link speak.  Lock: that of groups.
 */
struct router_info {
	int		rti_type;	/* IGMP_v*_ROUTER */
	int		rti_age;	/* slow ticks since version 1 or 2 */
};

/* What an interface has of IPv4, if_afdata[AF_INET]. */
struct in_ifinfo {
	struct lltable	*ii_llt;	/* c */
	struct router_info ii_rti;
};

static __inline struct in_ifinfo *
in_ifinfo(const struct ifnet *ifp)
{

	return ifp->if_afdata[AF_INET];
}

/* in.c: an address for an interface, IFNET_LOCK held.  EEXIST, EINVAL... */
int	in_addr_add(struct ifnet *, const struct sockaddr_in *,
	    const struct sockaddr_in *, const struct sockaddr_in *);
/* Another mask, other end or broadcast address (NULL: as it is). */
int	in_addr_change(struct in_ifaddr *, const struct sockaddr_in *,
	    const struct sockaddr_in *);
void	in_init(void);
/* The mask of a net by its class. */
uint32_t in_classmask(uint32_t);

/* in_pcb4.c, ip_moptions.c */
extern const struct inpcb_family inpcb_family4;
void	ip_moptions_purgeif(struct inpcb *, struct ifnet *);

/* in_multi.c */
void	in_multi_init(void);
void	in_multi_purgeif(struct ifnet *);

/* if_arp.c: of Ethernet's type; an address comes into use, or goes. */
void	arp_input(struct ifnet *, struct mbuf *);
void	arp_addr_add(struct in_ifaddr *);
void	arp_addr_del(struct in_ifaddr *);
/* arp_table.c */
struct lltable *in_lltattach(struct ifnet *);

#endif /* !_NETINET_IN_PRIVATE_H_ */
