/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the sources of netinet have in common and no other.
 */

#ifndef _NETINET_IN_PRIVATE_H_
#define	_NETINET_IN_PRIVATE_H_

#include <sys/percpu.h>
#include <sys/types.h>

#include <net/if.h>
#include <net/net_stats.h>

#include <netinet/in.h>
#include <netinet/in_var.h>

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

/* in_usrreq.c: EAFNOSUPPORT, EINVAL; EISCONN, EDESTADDRREQ */
int	in_checksin(const struct sockaddr *);
int	in_checkdst(const struct socket *, const struct sockaddr *);
void	in_detach(struct socket *);
int	in_noaccept(struct socket *, struct sockaddr *);
int	in_noconnect2(struct socket *, struct socket *);
int	in_nolisten(struct socket *, struct lwp *);
int	in_norcvd(struct socket *, int, struct lwp *);
int	in_norecvoob(struct socket *, struct mbuf *, int);
int	in_nosendoob(struct socket *, struct mbuf *, struct mbuf *);
int	in_stat(struct socket *, struct stat *);
int	in_peeraddr(struct socket *, struct sockaddr *);
int	in_sockaddr(struct socket *, struct sockaddr *);

/* in_multi.c */
void	in_multi_init(void);
void	in_multi_purgeif(struct ifnet *);

/* if_arp.c: of Ethernet's type; an address comes into use, or goes. */
void	arp_input(struct ifnet *, struct mbuf *);
void	arp_addr_add(struct in_ifaddr *);
void	arp_addr_del(struct in_ifaddr *);
/* arp_table.c */
struct lltable *in_lltattach(struct ifnet *);

/*
 * in_sysctl.c: nodes below net.inet.NAME, which is made first; a number of 0
 * is any.  The structures stay.
 */
struct in_sysctl_var {
	const char	*iv_name;
	const char	*iv_descr;
	int		*iv_value;
	int		iv_min, iv_max;
	int		iv_num;
	int		(*iv_set)(int);	/* before it changes, or NULL */
};
struct in_sysctl_stats {
	percpu_t *const	*is_stats;
	u_int		is_n;
	int		is_num;
};
struct in_sysctl_pcbs {
	struct inpcbtable *const *ip_table;
	/* What a protocol adds, or NULL; the pcb is locked. */
	void		(*ip_fill)(const struct inpcb *, struct kinfo_pcb *);
};
void	in_sysctl_node(int, const char *, const char *);
void	in_sysctl_vars(int, const struct in_sysctl_var *, u_int);
void	in_sysctl_stats(int, const struct in_sysctl_stats *);
void	in_sysctl_pcblist(int, const struct in_sysctl_pcbs *);

#endif /* !_NETINET_IN_PRIVATE_H_ */
