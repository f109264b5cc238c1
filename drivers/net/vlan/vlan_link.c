/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vlan(4): parent and tag of an interface.
 *
 * A link begins with the parent's IFNET_LOCK held and while it is not being
 * detached, so that its detach hook finds it.  It ends by a request, or by
 * that hook; whoever is first takes sc_link away and does the rest.  The hook
 * is given up last: until then the parent does not go.
 */
#include "vlan_private.h"

#include <sys/ioctl.h>
#include <sys/lwp.h>
#include <sys/once.h>
#include <sys/pserialize.h>

#include <net/if_dl.h>
#include <net/if_types.h>

#include <rump-sys/net.h>

#define	HASH_SIZE	256

static struct pslist_head hash[HASH_SIZE];
static LIST_HEAD(, vlan_softc) vlans = LIST_HEAD_INITIALIZER(vlans);
static kmutex_t vlan_hash_mtx;
static pserialize_t vlan_psz;
static struct psref_class *vlan_psref_class;
static struct workqueue *vlan_wq;	/* made once, with the first link */

void
vlan_link_init(void)
{
	u_int i;

	mutex_init(&vlan_hash_mtx, MUTEX_DEFAULT, IPL_NONE);
	vlan_psz = pserialize_create();
	vlan_psref_class = psref_class_create("vlan", IPL_SOFTNET);
	for (i = 0; i < HASH_SIZE; i++)
		PSLIST_INIT(&hash[i]);
}

/*
 * Finding one.
 */
static struct pslist_head *
bucket(const struct ifnet *parent, uint16_t tag)
{

	return &hash[(parent->if_index * 31 + tag) % HASH_SIZE];
}

struct vlan_link *
vlan_link_find(const struct ifnet *parent, uint16_t tag, struct psref *psref)
{
	struct vlan_link *vl;
	int s;

	s = pserialize_read_enter();
	PSLIST_READER_FOREACH(vl, bucket(parent, tag), struct vlan_link,
	    vl_entry) {
		if (vl->vl_parent == parent && vl->vl_tag == tag) {
			psref_acquire(psref, &vl->vl_psref, vlan_psref_class);
			break;
		}
	}
	pserialize_read_exit(s);
	return vl;
}

struct vlan_link *
vlan_link_get(struct vlan_softc *sc, struct psref *psref)
{
	struct vlan_link *vl;
	int s;

	s = pserialize_read_enter();
	if ((vl = atomic_load_consume(&sc->sc_link)) != NULL)
		psref_acquire(psref, &vl->vl_psref, vlan_psref_class);
	pserialize_read_exit(s);
	return vl;
}

void
vlan_link_put(struct vlan_link *vl, struct psref *psref)
{

	psref_release(psref, &vl->vl_psref, vlan_psref_class);
}

/* EEXIST: the parent's tag is another one's. */
static int
publish(struct vlan_link *vl)
{
	struct pslist_head *head = bucket(vl->vl_parent, vl->vl_tag);
	struct vlan_link *other;

	mutex_enter(&vlan_hash_mtx);
	PSLIST_WRITER_FOREACH(other, head, struct vlan_link, vl_entry) {
		if (other->vl_parent == vl->vl_parent &&
		    other->vl_tag == vl->vl_tag)
			break;
	}
	if (other == NULL)
		PSLIST_WRITER_INSERT_HEAD(head, vl, vl_entry);
	mutex_exit(&vlan_hash_mtx);
	return other == NULL ? 0 : EEXIST;
}

/* Nobody finds it afterwards, and who has is through.  Sleeps. */
static void
unpublish(struct vlan_link *vl)
{

	mutex_enter(&vlan_hash_mtx);
	PSLIST_WRITER_REMOVE(vl, vl_entry);
	pserialize_perform(vlan_psz);
	mutex_exit(&vlan_hash_mtx);
	psref_target_destroy(&vl->vl_psref, vlan_psref_class);
	PSLIST_ENTRY_DESTROY(vl, vl_entry);
}

/*
 * The parent.
 */
/* Mostly with the parent's IFNET_LOCK: ours would have to be the first. */
static void
parent_changed(void *arg)
{
	struct vlan_link *vl = arg;
	struct vlan_softc *sc = vl->vl_sc;

	if_link_state_change(&sc->sc_ec.ec_if, vl->vl_parent->if_link_state);
	if (atomic_swap_uint(&sc->sc_due, 1) == 0)
		workqueue_enqueue(vlan_wq, &sc->sc_work, NULL);
}

/* What it has by its parent it has no longer than that; what is its own stays,
 * as far as it fits. */
static void
follow(struct vlan_softc *sc)
{
	struct ifnet *ifp = &sc->sc_ec.ec_if, *p = sc->sc_link->vl_parent;
	const uint8_t *lla = (const uint8_t *)CLLADDR(
	    atomic_load_consume(&p->if_sadl));
	const uint64_t mtu = atomic_load_relaxed(&p->if_mtu) -
	    (u_int)sc->sc_link->vl_overhead;
	struct ifreq ifr = { .ifr_mtu = (int)mtu };

	KASSERT(IFNET_LOCKED(ifp));
	if (memcmp(CLLADDR(ifp->if_sadl), sc->sc_lladdr, ETHER_ADDR_LEN) == 0)
		net_set_lladdr(ifp, lla);
	memcpy(sc->sc_lladdr, lla, ETHER_ADDR_LEN);
	if (ifp->if_mtu == sc->sc_mtu || ifp->if_mtu > mtu)
		(void)ifioctl_common(ifp, SIOCSIFMTU, &ifr);
	sc->sc_mtu = mtu;
}

static void
follow_work(struct work *wk, void *arg __unused)
{
	struct vlan_softc *sc = container_of(wk, struct vlan_softc, sc_work);
	struct ifnet *ifp = &sc->sc_ec.ec_if;

	/* What changes from here on is followed once more. */
	atomic_swap_uint(&sc->sc_due, 0);
	IFNET_LOCK(ifp);
	if (sc->sc_link != NULL)
		follow(sc);
	IFNET_UNLOCK(ifp);
}

static int
create_workqueue(void)
{

	return workqueue_create(&vlan_wq, "vlan", follow_work, NULL,
	    PRI_SOFTNET, IPL_NET, WQ_MPSAFE);
}

/* From the parent's ether_ifdetach(), without a lock. */
static void
parent_detaches(void *arg)
{
	struct vlan_softc *sc = arg;
	struct ifnet *ifp = &sc->sc_ec.ec_if;

	IFNET_LOCK(ifp);
	/* Somebody else may have ended it and waits for us. */
	if (sc->sc_link != NULL)
		vlan_link_end(sc);
	IFNET_UNLOCK(ifp);
}

/* Frames with a tag are longer, or what is in them is shorter. */
static int
ask_parent(struct vlan_link *vl)
{
	struct ifnet *p = vl->vl_parent;
	int error;

	error = ether_enable_vlan_mtu(p);
	vl->vl_overhead = error == -1 ? ETHER_VLAN_ENCAP_LEN : 0;
	if (error > 0)
		return error;
	error = ether_add_vlantag(p, vl->vl_tag, NULL);
	if (error != 0 && !VLAN_ATTACHED((struct ethercom *)p))
		(void)ether_disable_vlan_mtu(p);
	return error;
}

static void
release_parent(struct vlan_link *vl)
{
	struct ifnet *p = vl->vl_parent;

	IFNET_LOCK(p);
	(void)ether_del_vlantag(p, vl->vl_tag);
	if (!VLAN_ATTACHED((struct ethercom *)p))
		(void)ether_disable_vlan_mtu(p);
	IFNET_UNLOCK(p);
}

/* What tells of the parent's end, and then the rest. */
static int
bind_parent(struct vlan_link *vl)
{
	struct ifnet *p = vl->vl_parent;
	int error;

	IFNET_LOCK(p);
	if (if_is_deactivated(p)) {
		IFNET_UNLOCK(p);
		return ENXIO;
	}
	if ((error = publish(vl)) == 0) {
		if ((error = ask_parent(vl)) != 0)
			unpublish(vl);
		else
			vl->vl_detachhook = ether_ifdetachhook_establish(p,
			    parent_detaches, vl->vl_sc);
	}
	/* Its state changes with this lock: none between is missed. */
	if (error == 0) {
		vl->vl_linkhook = if_linkstate_change_establish(p,
		    parent_changed, vl);
		if_link_state_change(&vl->vl_sc->sc_ec.ec_if,
		    p->if_link_state);
	}
	IFNET_UNLOCK(p);
	return error;
}

/*
 * What lies on what.  It is written down before the parent is locked: so there
 * is never a ring of interfaces that wait for one another's locks.
 */
void
vlan_link_attach(struct vlan_softc *sc)
{

	mutex_enter(&vlan_hash_mtx);
	LIST_INSERT_HEAD(&vlans, sc, sc_entry);
	mutex_exit(&vlan_hash_mtx);
}

void
vlan_link_detach(struct vlan_softc *sc)
{

	mutex_enter(&vlan_hash_mtx);
	KASSERT(sc->sc_below == NULL);
	LIST_REMOVE(sc, sc_entry);
	mutex_exit(&vlan_hash_mtx);
	/* It had a parent once: something may be due yet. */
	if (sc->sc_mtu != 0)
		workqueue_wait(vlan_wq, &sc->sc_work);
}

/* A ring is too deep as well. */
static bool
is_too_deep(const struct vlan_softc *sc)
{
	const struct ifnet *ifp = sc->sc_below;
	u_int depth = 0;

	KASSERT(mutex_owned(&vlan_hash_mtx));
	while (ifp != NULL && ++depth <= VLAN_MAXDEPTH)
		ifp = vlan_is_vlan(ifp) ?
		    ((const struct vlan_softc *)ifp)->sc_below : NULL;
	return ifp != NULL;
}

static void
leave(struct vlan_softc *sc)
{

	mutex_enter(&vlan_hash_mtx);
	sc->sc_below = NULL;
	mutex_exit(&vlan_hash_mtx);
}

/* EINVAL: it, or one that lies on it, would be too deep. */
static int
lie_on(struct vlan_softc *sc, struct ifnet *parent)
{
	const struct vlan_softc *other;

	mutex_enter(&vlan_hash_mtx);
	KASSERT(sc->sc_below == NULL);
	sc->sc_below = parent;
	LIST_FOREACH(other, &vlans, sc_entry) {
		if (is_too_deep(other))
			break;
	}
	mutex_exit(&vlan_hash_mtx);
	if (other != NULL)
		leave(sc);
	return other == NULL ? 0 : EINVAL;
}

/* It is like the parent, and up if that is wanted. */
static void
inherit(struct vlan_softc *sc)
{
	struct ifnet *ifp = &sc->sc_ec.ec_if, *p = sc->sc_link->vl_parent;
	struct ethercom *pec = (struct ethercom *)p;

	memcpy(sc->sc_lladdr, CLLADDR(ifp->if_sadl), ETHER_ADDR_LEN);
	sc->sc_mtu = ifp->if_mtu;
	follow(sc);
	ifp->if_baudrate = p->if_baudrate;
	/* What it sends has the parent's help, if tags do not disturb it. */
	ifp->if_capabilities = 0;
	if ((pec->ec_capabilities & ETHERCAP_VLAN_HWTAGGING) != 0)
		ifp->if_capabilities = p->if_capabilities;
	ifp->if_capenable &= ifp->if_capabilities;
	if ((ifp->if_flags & IFF_UP) != 0)
		atomic_store_relaxed(&ifp->if_flags,
		    ifp->if_flags | IFF_RUNNING);
}

static int
make(struct vlan_softc *sc, struct ifnet *parent, uint16_t tag)
{
	static ONCE_DECL(once);
	struct vlan_link *vl;
	int error;

	if (parent->if_type != IFT_ETHER || parent == &sc->sc_ec.ec_if)
		return EPROTONOSUPPORT;
	if ((error = RUN_ONCE(&once, create_workqueue)) != 0)
		return error;
	if ((error = lie_on(sc, parent)) != 0)
		return error;
	vl = kmem_zalloc(sizeof(*vl), KM_SLEEP);
	vl->vl_sc = sc;
	vl->vl_parent = parent;
	vl->vl_tag = tag;
	PSLIST_ENTRY_INIT(vl, vl_entry);
	psref_target_init(&vl->vl_psref, vlan_psref_class);
	if ((error = bind_parent(vl)) != 0) {
		leave(sc);
		kmem_free(vl, sizeof(*vl));
		return error;
	}
	atomic_store_release(&sc->sc_link, vl);
	inherit(sc);
	vlan_multi_to_parent(sc, parent, true);
	vlan_promisc(sc);
	return 0;
}

/*
 * Errors: EINVAL, there is no such tag, or it would be too deep; ENOENT, no
 * such parent; EPROTONOSUPPORT, it is not of Ethernet; EBUSY, there is another
 * one already; EEXIST, the tag is another interface's; ENXIO, the parent goes.
 */
int
vlan_link_make(struct vlan_softc *sc, const char *name, uint16_t tag)
{
	const int bound = curlwp_bind();
	struct ifnet *parent;
	struct psref psref;
	int error = 0;

	KASSERT(IFNET_LOCKED(&sc->sc_ec.ec_if));
	if (tag != EVL_VLANOFTAG(tag) || tag == 0 || tag == 0xfff)
		error = EINVAL;
	else if ((parent = if_get(name, &psref)) == NULL)
		error = ENOENT;
	if (error != 0) {
		curlwp_bindx(bound);
		return error;
	}
	if (sc->sc_link == NULL)
		error = make(sc, parent, tag);
	else if (sc->sc_link->vl_parent != parent ||
	    sc->sc_link->vl_tag != tag)
		error = EBUSY;
	if_put(parent, &psref);
	curlwp_bindx(bound);
	return error;
}

/* The parent is promiscuous as long as we are. */
void
vlan_promisc(struct vlan_softc *sc)
{
	struct ifnet *ifp = &sc->sc_ec.ec_if;
	const bool on = (ifp->if_flags & IFF_PROMISC) != 0;

	KASSERT(IFNET_LOCKED(ifp));
	if (sc->sc_link == NULL || sc->sc_promisc == on)
		return;
	if (ifpromisc(sc->sc_link->vl_parent, on) == 0 || !on)
		sc->sc_promisc = on;
}

void
vlan_link_end(struct vlan_softc *sc)
{
	struct ifnet *ifp = &sc->sc_ec.ec_if;
	struct vlan_link *vl = sc->sc_link;
	struct ifnet *p;

	KASSERT(IFNET_LOCKED(ifp));
	if (vl == NULL)
		return;
	p = vl->vl_parent;
	atomic_store_relaxed(&ifp->if_flags, ifp->if_flags & ~IFF_RUNNING);
	atomic_store_relaxed(&sc->sc_link, NULL);
	unpublish(vl);
	if (sc->sc_promisc)
		(void)ifpromisc(p, 0);
	sc->sc_promisc = false;
	vlan_multi_to_parent(sc, p, false);
	release_parent(vl);
	if_linkstate_change_disestablish(p, vl->vl_linkhook, NULL);
	if_link_state_change(ifp, LINK_STATE_DOWN);
	leave(sc);
	ether_ifdetachhook_disestablish(p, vl->vl_detachhook,
	    ifp->if_ioctl_lock);
	kmem_free(vl, sizeof(*vl));
}
