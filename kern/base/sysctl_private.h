/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Shared by kern_sysctl*.c only.
 */
#ifndef _KERN_BASE_SYSCTL_PRIVATE_H_
#define _KERN_BASE_SYSCTL_PRIVATE_H_

#include <sys/sysctl.h>

#define sysctl_node_p(n)	(SYSCTL_TYPE((n)->sysctl_flags) == CTLTYPE_NODE)

/* A node's children, lock held. */
struct sysctlnode *sysctl_child_bynum(const struct sysctlnode *, int);
struct sysctlnode *sysctl_child_byname(const struct sysctlnode *,
	    const char *);
/* A node as programs see it: no addresses of the kernel. */
void	sysctl_node_export(const struct sysctlnode *, struct sysctlnode *);
/* Where the value of a leaf is, NULL: nowhere. */
void	*sysctl_dataptr(const struct sysctlnode *);
bool	sysctl_locked_p(bool);

/* Nodes are changed through these alone; write lock held. */
int	sysctl_node_add(struct sysctlnode *, const struct sysctlnode *,
	    struct sysctlnode **);
int	sysctl_node_remove(struct sysctlnode *);

#endif /* _KERN_BASE_SYSCTL_PRIVATE_H_ */
