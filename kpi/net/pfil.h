/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pfil(9): filters of packets, and of events of interfaces and addresses, that
 * hang on the heads that the stack has for each family and interface.
 */

#ifndef _NET_PFIL_H_
#define	_NET_PFIL_H_

#include <sys/types.h>

#ifdef _KERNEL
struct ifaddr;
struct ifnet;
struct mbuf;

/* What a filter is for; also what happened, for the last three. */
#define	PFIL_IN		0x01
#define	PFIL_OUT	0x02
#define	PFIL_ALL	(PFIL_IN | PFIL_OUT)
#define	PFIL_IFADDR	0x08
#define	PFIL_IFNET	0x10
#define	PFIL_IFNET_ATTACH 0
#define	PFIL_IFNET_DETACH 1

/* Kinds of heads. */
#define	PFIL_TYPE_AF	1	/* of an address family */
#define	PFIL_TYPE_IFNET	2	/* of an interface */

typedef struct pfil_head pfil_head_t;

/* The packet may be replaced; not 0: it was freed or kept, *mp is NULL. */
typedef int (*pfil_func_t)(void *, struct mbuf **, struct ifnet *, int);
typedef void (*pfil_ifunc_t)(void *, unsigned long, void *);

void	pfil_init(void);
pfil_head_t *pfil_head_create(int, void *);
void	pfil_head_destroy(pfil_head_t *);
pfil_head_t *pfil_head_get(int, void *);

int	pfil_add_hook(pfil_func_t, void *, int, pfil_head_t *);
int	pfil_remove_hook(pfil_func_t, void *, int, pfil_head_t *);
int	pfil_add_ihook(pfil_ifunc_t, void *, int, pfil_head_t *);
int	pfil_remove_ihook(pfil_ifunc_t, void *, int, pfil_head_t *);
bool	pfil_has_hooks(const pfil_head_t *, int);

int	pfil_run_hooks(pfil_head_t *, struct mbuf **, struct ifnet *, int);
void	pfil_run_addrhooks(pfil_head_t *, unsigned long, struct ifaddr *);
void	pfil_run_ifhooks(pfil_head_t *, unsigned long, struct ifnet *);

extern pfil_head_t *if_pfil;	/* of all interfaces */
#endif

#endif /* !_NET_PFIL_H_ */
