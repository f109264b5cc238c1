/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the sources about interfaces, if*.c, have in common and no other.
 */

#ifndef _KERN_NET_IF_PRIVATE_H_
#define	_KERN_NET_IF_PRIVATE_H_

#include <net/if.h>

struct psref_class;

/* if.c: ifnet_mtx is held by who changes lists of interfaces or addresses. */
extern pserialize_t	ifnet_psz;
extern struct psref_class *ifnet_psref_class;

/* if_addr.c */
extern struct psref_class *ifa_psref_class;
void	ifa_purge_all(struct ifnet *);

/* if_state.c */
void	if_link_init(struct ifnet *);
void	if_link_fini(struct ifnet *);
void	if_up_locked(struct ifnet *);
void	if_slowtimo_start(struct ifnet *);
void	if_slowtimo_stop(struct ifnet *);

/* if_output.c */
int	if_transmit(struct ifnet *, struct mbuf *);
void	if_deferred_start_fini(struct ifnet *);

/* if_clone.c */
int	if_clone_list(struct if_clonereq *);

/* if_sysctl.c */
void	if_sysctl_setup(struct ifnet *);
void	if_sysctl_teardown(struct ifnet *);

#endif /* !_KERN_NET_IF_PRIVATE_H_ */
