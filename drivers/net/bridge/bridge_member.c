/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bridge(4): members come and go.
 *
 * Packets find them without a lock and keep them by passive references.  Only
 * one is removed at a time, and the remover waits for references with the
 * bridge's IFNET_LOCK held: so while somebody has one of a member, the member
 * behind it on the list stays as well, and a walk can go on from there.
 */
#include "bridge_private.h"

#include <net/if_types.h>

struct psref_class *bridge_psref_class;

struct bridge_iflist *
bridge_member_find(struct bridge_softc *sc, const char *name)
{
	struct bridge_iflist *bif;

	KASSERT(IFNET_LOCKED(&sc->sc_if));
	PSLIST_WRITER_FOREACH(bif, &sc->sc_members, struct bridge_iflist,
	    bif_entry) {
		if (strncmp(bif->bif_ifp->if_xname, name, IFNAMSIZ) == 0)
			break;
	}
	return bif;
}

struct bridge_iflist *
bridge_member_get(struct ifnet *ifp, struct psref *psref)
{
	struct bridge_iflist *bif;
	int s;

	s = pserialize_read_enter();
	if ((bif = atomic_load_consume(&ifp->if_bridgeif)) != NULL)
		psref_acquire(psref, &bif->bif_psref, bridge_psref_class);
	pserialize_read_exit(s);
	return bif;
}

struct bridge_iflist *
bridge_member_next(struct bridge_softc *sc, struct bridge_iflist *bif,
    struct psref *psref)
{
	struct bridge_iflist *next;
	int s;

	s = pserialize_read_enter();
	next = bif == NULL ? PSLIST_READER_FIRST(&sc->sc_members,
	    struct bridge_iflist, bif_entry) : PSLIST_READER_NEXT(bif,
	    struct bridge_iflist, bif_entry);
	/* Its removal may begin now, but not end before the section does. */
	if (bif != NULL)
		psref_release(psref, &bif->bif_psref, bridge_psref_class);
	if (next != NULL)
		psref_acquire(psref, &next->bif_psref, bridge_psref_class);
	pserialize_read_exit(s);
	return next;
}

void
bridge_member_put(struct bridge_iflist *bif, struct psref *psref)
{

	psref_release(psref, &bif->bif_psref, bridge_psref_class);
}

/*
 * Life.
 */

/* From the member's ether_ifdetach(), without a lock. */
static void
member_detaches(void *arg)
{
	struct bridge_iflist *bif = arg;
	struct ifnet *ifp = &bif->bif_sc->sc_if;

	IFNET_LOCK(ifp);
	/* Who removes it already waits for us, before he frees it. */
	if (!bif->bif_gone)
		bridge_member_remove(bif);
	IFNET_UNLOCK(ifp);
}

/* All that the interface is asked for, with its lock. */
static int
prepare(struct bridge_iflist *bif)
{
	struct ifnet *ifp = bif->bif_ifp;
	int error;

	if (if_is_deactivated(ifp))
		return ENXIO;
	if (ifp->if_bridge != NULL)
		return ifp->if_bridge == bif->bif_sc ? EEXIST : EBUSY;
	/* -1: it cannot, and carries what has no tag. */
	if ((error = ether_enable_vlan_mtu(ifp)) > 0)
		return error;
	if ((error = ifpromisc_locked(ifp, 1)) != 0) {
		if (!VLAN_ATTACHED((struct ethercom *)ifp))
			(void)ether_disable_vlan_mtu(ifp);
		return error;
	}
	bif->bif_promisc = true;
	bif->bif_detachhook = ether_ifdetachhook_establish(ifp,
	    member_detaches, bif);
	return 0;
}

static bool
can_be_member(const struct ifnet *ifp)
{

	return ifp->if_type == IFT_ETHER && ifp->_if_input == ether_input &&
	    (ifp->if_flags & IFF_SIMPLEX) != 0;
}

/* The first one tells the MTU; all have the same, or frames would be lost. */
static bool
mtu_fits(const struct bridge_softc *sc, const struct ifnet *ifp)
{

	return sc->sc_nmembers == 0 || sc->sc_if.if_mtu == ifp->if_mtu;
}

/* That of the interface, if no other member has it. */
static uint8_t
port_number(struct bridge_softc *sc, const struct ifnet *ifp)
{
	const struct bridge_iflist *bif;
	uint8_t no = (uint8_t)ifp->if_index;
	u_int tries;
	bool taken = true;

	for (tries = 0; taken && tries <= UINT8_MAX; tries++) {
		taken = false;
		PSLIST_WRITER_FOREACH(bif, &sc->sc_members,
		    struct bridge_iflist, bif_entry)
			taken |= bif->bif_portno == no;
		no += taken;
	}
	return no;
}

static int
add(struct bridge_softc *sc, struct ifnet *ifp)
{
	struct bridge_iflist *bif;
	int error;

	bif = kmem_zalloc(sizeof(*bif), KM_SLEEP);
	bif->bif_sc = sc;
	bif->bif_ifp = ifp;
	bif->bif_flags = IFBIF_LEARNING | IFBIF_DISCOVER;
	bif->bif_state = BSTP_IFSTATE_FORWARDING;
	bif->bif_priority = BRIDGE_PORT_PRIORITY;
	bif->bif_pathcost = BRIDGE_PATH_COST;
	bif->bif_portno = port_number(sc, ifp);
	PSLIST_ENTRY_INIT(bif, bif_entry);
	psref_target_init(&bif->bif_psref, bridge_psref_class);
	IFNET_LOCK(ifp);
	if (!mtu_fits(sc, ifp))
		error = EINVAL;
	else if ((error = prepare(bif)) == 0) {
		if (sc->sc_nmembers == 0)
			sc->sc_if.if_mtu = ifp->if_mtu;
		PSLIST_WRITER_INSERT_HEAD(&sc->sc_members, bif, bif_entry);
		sc->sc_nmembers++;
		atomic_store_relaxed(&ifp->if_bridge, sc);
		atomic_store_release(&ifp->if_bridgeif, bif);
		atomic_store_relaxed(&ifp->_if_input, bridge_input);
	}
	IFNET_UNLOCK(ifp);
	if (error != 0) {
		psref_target_destroy(&bif->bif_psref, bridge_psref_class);
		kmem_free(bif, sizeof(*bif));
	}
	return error;
}

/*
 * Errors: ENOENT, no such interface; EINVAL, not of Ethernet, or of another
 * MTU; EEXIST, it is one; EBUSY, of another bridge; ENXIO, it goes.
 */
int
bridge_member_add(struct bridge_softc *sc, const char *name)
{
	const int bound = curlwp_bind();
	struct psref psref;
	struct ifnet *ifp;
	int error;

	KASSERT(IFNET_LOCKED(&sc->sc_if));
	if ((ifp = if_get(name, &psref)) == NULL) {
		error = ENOENT;
	} else {
		if (ifp->if_bridge != NULL)
			error = ifp->if_bridge == sc ? EEXIST : EBUSY;
		else if (!can_be_member(ifp))
			error = EINVAL;
		else
			error = add(sc, ifp);
		if_put(ifp, &psref);
	}
	curlwp_bindx(bound);
	return error;
}

/* It is as before.  If it is being detached, it has no input. */
static void
restore(struct bridge_iflist *bif)
{
	struct ifnet *ifp = bif->bif_ifp;

	IFNET_LOCK(ifp);
	atomic_store_relaxed(&ifp->if_bridgeif, NULL);
	atomic_store_relaxed(&ifp->if_bridge, NULL);
	if (ifp->_if_input == bridge_input)
		atomic_store_relaxed(&ifp->_if_input, ether_input);
	if (bif->bif_promisc && !if_is_deactivated(ifp))
		(void)ifpromisc_locked(ifp, 0);
	if (!VLAN_ATTACHED((struct ethercom *)ifp))
		(void)ether_disable_vlan_mtu(ifp);
	IFNET_UNLOCK(ifp);
}

/* May give up the bridge's lock for a while, after all has been done. */
void
bridge_member_remove(struct bridge_iflist *bif)
{
	struct bridge_softc *sc = bif->bif_sc;

	KASSERT(IFNET_LOCKED(&sc->sc_if));
	KASSERT(!bif->bif_gone);
	bif->bif_gone = true;
	PSLIST_WRITER_REMOVE(bif, bif_entry);
	KASSERT(sc->sc_nmembers > 0);
	sc->sc_nmembers--;
	bridge_stp_remove(bif);
	restore(bif);
	bridge_rt_forget(bif);
	pserialize_perform(sc->sc_psz);
	psref_target_destroy(&bif->bif_psref, bridge_psref_class);
	PSLIST_ENTRY_DESTROY(bif, bif_entry);
	ether_ifdetachhook_disestablish(bif->bif_ifp, bif->bif_detachhook,
	    sc->sc_if.if_ioctl_lock);
	kmem_free(bif, sizeof(*bif));
}
