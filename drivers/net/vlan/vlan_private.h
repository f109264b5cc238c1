/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of vlan(4) share.  A link binds an interface to its parent
 * and tag; it is made whole, never changed, and ends when neither packets nor
 * the parent's hooks use it.
 */

#ifndef _DRIVERS_NET_VLAN_PRIVATE_H_
#define	_DRIVERS_NET_VLAN_PRIVATE_H_

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/mutex.h>
#include <sys/psref.h>
#include <sys/pslist.h>
#include <sys/queue.h>
#include <sys/systm.h>
#include <sys/workqueue.h>

#include <net/if.h>
#include <net/if_ether.h>
#include <net/if_vlanvar.h>

#include <lib/libkern/libkern.h>

/* How deep interfaces may lie on one another: packets go down a stack. */
#define	VLAN_MAXDEPTH	8

struct vlan_softc;

/* c: constant; h, vlan_hash_mtx, read in a read section. */
struct vlan_link {
	struct psref_target vl_psref;
	struct pslist_entry vl_entry;		/* h: by parent and tag */
	struct vlan_softc *vl_sc;		/* c */
	struct ifnet	*vl_parent;		/* c */
	uint16_t	vl_tag;			/* c */
	int		vl_overhead;		/* c: bytes of MTU it takes */
	void		*vl_detachhook;		/* c */
	void		*vl_linkhook;		/* c */
};

/* A multicast address the parent was asked for, and the frames it means: it
 * may be given up under the name of another family.  All constant. */
struct vlan_multi {
	LIST_ENTRY(vlan_multi) vm_entry;
	struct sockaddr_storage vm_addr;
	uint8_t		vm_lo[ETHER_ADDR_LEN];
	uint8_t		vm_hi[ETHER_ADDR_LEN];
};

/*
 * i: IFNET_LOCK of it; r: as i, read in a read section; h, vlan_hash_mtx; a:
 * atomic.
 * sc_below is set before the parent is touched, and until nothing of it is.
 */
struct vlan_softc {
	struct ethercom	sc_ec;			/* first: it is the ifnet */
	struct vlan_link *sc_link;		/* r: NULL: no parent */
	LIST_ENTRY(vlan_softc) sc_entry;	/* h: all of them */
	struct ifnet	*sc_below;		/* h: the parent, or NULL */
	LIST_HEAD(, vlan_multi) sc_multis;	/* i */
	bool		sc_promisc;		/* i: the parent is for us */
	/* i: as the parent has it, or had last. */
	uint8_t		sc_lladdr[ETHER_ADDR_LEN];
	uint64_t	sc_mtu;
	u_int		sc_due;			/* a: sc_work is or will be */
	struct work	sc_work;
};

/*
 * vlan_link.c: with IFNET_LOCK of the interface.  vlan_link_end() may give it
 * up for a while, after all has been done.
 */
void	vlan_link_init(void);
/* Without a lock: it is there, and gone. */
void	vlan_link_attach(struct vlan_softc *);
void	vlan_link_detach(struct vlan_softc *);
int	vlan_link_make(struct vlan_softc *, const char *parent, uint16_t tag);
void	vlan_link_end(struct vlan_softc *);
void	vlan_promisc(struct vlan_softc *);
/* One found is kept by a reference; NULL: none.  The caller is bound. */
struct vlan_link *vlan_link_find(const struct ifnet *, uint16_t tag,
	    struct psref *);
struct vlan_link *vlan_link_get(struct vlan_softc *, struct psref *);
void	vlan_link_put(struct vlan_link *, struct psref *);

/* vlan_multi.c: with IFNET_LOCK of the interface. */
int	vlan_multi_change(struct vlan_softc *, u_long, const struct sockaddr *);
void	vlan_multi_to_parent(struct vlan_softc *, struct ifnet *, bool);
void	vlan_multi_free(struct vlan_softc *);

/* if_vlan.c: is this one of ours? */
bool	vlan_is_vlan(const struct ifnet *);

#endif /* !_DRIVERS_NET_VLAN_PRIVATE_H_ */
