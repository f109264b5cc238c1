/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vlan(4): multicast addresses, which the parent has to listen to as well.  It
 * is asked once for each address, and again when there is another parent.
 */
#include "vlan_private.h"

#include <sys/ioctl.h>
#include <sys/socket.h>

/* There is one: the interface listened until now. */
static struct vlan_multi *
find(struct vlan_softc *sc, const struct sockaddr *sa)
{
	uint8_t lo[ETHER_ADDR_LEN], hi[ETHER_ADDR_LEN];
	struct vlan_multi *vm = NULL;

	if (ether_multiaddr(sa, lo, hi) != 0)
		return NULL;
	LIST_FOREACH(vm, &sc->sc_multis, vm_entry) {
		if (memcmp(vm->vm_lo, lo, sizeof(lo)) == 0 &&
		    memcmp(vm->vm_hi, hi, sizeof(hi)) == 0)
			break;
	}
	return vm;
}

static int
tell(struct ifnet *parent, u_long cmd, const struct vlan_multi *vm)
{

	return if_mcast_op(parent, cmd, (const struct sockaddr *)&vm->vm_addr);
}

static int
add(struct vlan_softc *sc, const struct sockaddr *sa)
{
	struct vlan_multi *vm = kmem_zalloc(sizeof(*vm), KM_SLEEP);
	int error;

	memcpy(&vm->vm_addr, sa, sa->sa_len);
	error = ether_multiaddr(sa, vm->vm_lo, vm->vm_hi);
	if (error == 0 && sc->sc_link != NULL)
		error = tell(sc->sc_link->vl_parent, SIOCADDMULTI, vm);
	if (error != 0) {
		(void)ether_delmulti(sa, &sc->sc_ec);
		kmem_free(vm, sizeof(*vm));
		return error;
	}
	LIST_INSERT_HEAD(&sc->sc_multis, vm, vm_entry);
	return 0;
}

static int
del(struct vlan_softc *sc, const struct sockaddr *sa)
{
	struct vlan_multi *vm = find(sc, sa);

	KASSERT(vm != NULL);
	if (sc->sc_link != NULL)
		(void)tell(sc->sc_link->vl_parent, SIOCDELMULTI, vm);
	LIST_REMOVE(vm, vm_entry);
	kmem_free(vm, sizeof(*vm));
	return 0;
}

int
vlan_multi_change(struct vlan_softc *sc, u_long cmd, const struct sockaddr *sa)
{
	int error;

	KASSERT(IFNET_LOCKED(&sc->sc_ec.ec_if));
	if (sa->sa_len < 2 || sa->sa_len > sizeof(struct sockaddr_storage))
		return EINVAL;
	error = cmd == SIOCADDMULTI ? ether_addmulti(sa, &sc->sc_ec) :
	    ether_delmulti(sa, &sc->sc_ec);
	/* ENETRESET: the first, or the last. */
	if (error != ENETRESET)
		return error;
	return cmd == SIOCADDMULTI ? add(sc, sa) : del(sc, sa);
}

/* All of them, to a new parent or to one that is left. */
void
vlan_multi_to_parent(struct vlan_softc *sc, struct ifnet *parent, bool on)
{
	struct vlan_multi *vm;

	KASSERT(IFNET_LOCKED(&sc->sc_ec.ec_if));
	LIST_FOREACH(vm, &sc->sc_multis, vm_entry)
		(void)tell(parent, on ? SIOCADDMULTI : SIOCDELMULTI, vm);
}

void
vlan_multi_free(struct vlan_softc *sc)
{
	struct vlan_multi *vm;

	while ((vm = LIST_FIRST(&sc->sc_multis)) != NULL) {
		LIST_REMOVE(vm, vm_entry);
		kmem_free(vm, sizeof(*vm));
	}
}
