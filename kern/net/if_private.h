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
/* Tell of the changes that are queued; the interface is locked. */
void	if_link_settle(struct ifnet *);
/* Hooks of the link hear of what else they follow. */
void	if_link_hooks(struct ifnet *);
void	if_up_locked(struct ifnet *);
void	if_slowtimo_start(struct ifnet *);
void	if_slowtimo_stop(struct ifnet *);

/* if_output.c */
int	if_transmit(struct ifnet *, struct mbuf *);
void	if_deferred_start_fini(struct ifnet *);

/* if_ioctl.c: if_csum_flags_* from what is enabled. */
void	if_capabilities_csum(struct ifnet *);

/*
 * if_clone.c.  As if_clone_create(), but nobody can destroy it before the
 * function, which may sleep, has prepared it; if that fails it is gone again.
 * EINVAL: no cloner makes such ones; EEXIST; those of both.
 */
int	if_clone_create_with(const char *,
	    int (*prepare)(struct ifnet *, void *), void *);
int	if_clone_list(struct if_clonereq *);

/* if_sysctl.c */
void	if_sysctl_setup(struct ifnet *);
void	if_sysctl_teardown(struct ifnet *);

#endif /* !_KERN_NET_IF_PRIVATE_H_ */
