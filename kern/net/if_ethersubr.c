/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ethernet interfaces: attaching and detaching one, frames in and out.
 *
 * Families of addresses tell by net_ether_register() how they use Ethernet;
 * frames in go to who registered for their type, net_input.c.  Frames of IEEE
 * 802.3, with a length in the place of the type, are for nobody here: they are
 * counted and freed.
 */

#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/module_hook.h>
#include <sys/mutex.h>
#include <sys/systm.h>

#include <net/bpf.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_ether.h>
#include <net/if_types.h>
#include <net/pfil.h>
#include <net/route.h>

#include <lib/libkern/libkern.h>

#include <rump-sys/net.h>

#include "if_ether_private.h"
#include "net_input.h"

const uint8_t etherbroadcastaddr[ETHER_ADDR_LEN] =
    { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
const uint8_t ethermulticastaddr_slowprotocols[ETHER_ADDR_LEN] =
    { 0x01, 0x80, 0xc2, 0x00, 0x00, 0x02 };

struct if_vlan_vlan_input_hook_t if_vlan_vlan_input_hook;
int (*net_bridge_output)(struct ifnet *, struct mbuf *,
    const struct sockaddr *, const struct rtentry *);

/* All constant, once on the list. */
struct family {
	struct family	*f_next;
	struct net_ether f_ether;
};

static struct family *families;	/* changed with family_mtx, read without */
static kmutex_t family_mtx;

void
etherinit(void)
{

	mutex_init(&family_mtx, MUTEX_DEFAULT, IPL_NONE);
}

const struct net_ether *
net_ether_find(int family)
{
	const struct family *f;

	for (f = atomic_load_consume(&families); f != NULL; f = f->f_next) {
		if (f->f_ether.ne_family == family)
			return &f->f_ether;
	}
	return NULL;
}

int
net_ether_register(const struct net_ether *ne)
{
	struct family *f = kmem_alloc(sizeof(*f), KM_SLEEP);
	int error = 0;

	f->f_ether = *ne;
	mutex_enter(&family_mtx);
	if (net_ether_find(ne->ne_family) != NULL) {
		error = EEXIST;
	} else {
		f->f_next = families;
		atomic_store_release(&families, f);
	}
	mutex_exit(&family_mtx);
	if (error != 0)
		kmem_free(f, sizeof(*f));
	return error;
}

/*
 * Out.
 */
struct header {
	struct ether_header h_eh;
	bool		h_source;	/* it has a source already */
};

/* Who sends frames as they are gives the header as an address. */
static int
header_given(struct header *h, const struct sockaddr *dst)
{

	if (dst->sa_len < offsetof(struct sockaddr, sa_data) +
	    sizeof(h->h_eh))
		return EINVAL;
	memcpy(&h->h_eh, dst->sa_data, sizeof(h->h_eh));
	h->h_source = dst->sa_family == pseudo_AF_HDRCMPLT;
	return 0;
}

static int
header_resolve(struct ifnet *ifp, struct mbuf *m, const struct sockaddr *dst,
    const struct rtentry *rt, struct header *h, bool *taken)
{
	const struct net_ether *ne = net_ether_find(dst->sa_family);
	uint8_t last[ETHER_ADDR_LEN];
	int error;

	if (ne == NULL || ne->ne_etype == 0)
		return EAFNOSUPPORT;
	h->h_eh.ether_type = htons(ne->ne_etype);
	if ((m->m_flags & M_BCAST) != 0) {
		memcpy(h->h_eh.ether_dhost, etherbroadcastaddr,
		    ETHER_ADDR_LEN);
		return 0;
	}
	if ((m->m_flags & M_MCAST) != 0 && ne->ne_mapmulti != NULL)
		return (*ne->ne_mapmulti)(dst, h->h_eh.ether_dhost, last);
	if (ne->ne_resolve == NULL)
		return EAFNOSUPPORT;
	error = (*ne->ne_resolve)(ifp, rt, m, dst, h->h_eh.ether_dhost,
	    ETHER_ADDR_LEN);
	*taken = error != 0;
	return error == EWOULDBLOCK ? 0 : error;
}

/* An interface that does not hear itself: a broadcast is for us as well. */
static void
hear_ourselves(struct ifnet *ifp, struct mbuf *m, const struct sockaddr *dst,
    const struct rtentry *rt)
{
	struct mbuf *copy;

	if ((m->m_flags & M_BCAST) == 0 ||
	    (atomic_load_relaxed(&ifp->if_flags) & IFF_SIMPLEX) == 0 ||
	    net_ether_find(dst->sa_family) == NULL)
		return;
	if ((copy = m_copypacket(m, M_DONTWAIT)) != NULL)
		(void)looutput(ifp, copy, dst, rt);
}

static int
ether_output(struct ifnet *ifp, struct mbuf *m, const struct sockaddr *dst,
    const struct rtentry *rt)
{
	struct header h = { .h_source = false };
	bool taken = false;
	int error;

	if ((atomic_load_relaxed(&ifp->if_flags) & (IFF_UP | IFF_RUNNING)) !=
	    (IFF_UP | IFF_RUNNING)) {
		m_freem(m);
		return ENETDOWN;
	}
	if (rt != NULL && (error = rt_check_reject_route(rt, ifp)) != 0) {
		m_freem(m);
		return error;
	}
	if (dst->sa_family == AF_UNSPEC ||
	    dst->sa_family == pseudo_AF_HDRCMPLT)
		error = header_given(&h, dst);
	else
		error = header_resolve(ifp, m, dst, rt, &h, &taken);
	if (error != 0 || taken) {
		if (!taken)
			m_freem(m);
		return error;
	}
	hear_ourselves(ifp, m, dst, rt);
	if (!h.h_source)
		memcpy(h.h_eh.ether_shost, CLLADDR(ifp->if_sadl),
		    ETHER_ADDR_LEN);
	M_PREPEND(m, ETHER_HDR_LEN, M_DONTWAIT);
	if (m == NULL)
		return ENOBUFS;
	memcpy(mtod(m, void *), &h.h_eh, ETHER_HDR_LEN);
	if (ETHER_IS_MULTICAST(h.h_eh.ether_dhost))
		m->m_flags |= memcmp(h.h_eh.ether_dhost, etherbroadcastaddr,
		    ETHER_ADDR_LEN) == 0 ? M_BCAST : M_MCAST;
	error = pfil_run_hooks(ifp->if_pfil, &m, ifp, PFIL_OUT);
	if (error != 0 || m == NULL)
		return error;
	if (atomic_load_relaxed(&ifp->if_bridge) != NULL)
		return (*net_bridge_output)(ifp, m, NULL, NULL);
	return ifq_enqueue(ifp, m);
}

/*
 * In.
 */
static void
input_drop(struct ifnet *ifp, struct mbuf *m, if_stat_t why)
{

	if_statinc(ifp, why);
	m_freem(m);
}

/* Whom it is for; false: it comes from ourselves, or from nobody. */
static bool
input_classify(struct ifnet *ifp, struct mbuf *m)
{
	const struct ether_header *eh = mtod(m, const struct ether_header *);
	const uint8_t *own = (const uint8_t *)CLLADDR(ifp->if_sadl);

	if (ETHER_IS_MULTICAST(eh->ether_shost))
		return false;
	if (!ETHER_IS_MULTICAST(eh->ether_dhost)) {
		if (memcmp(eh->ether_dhost, own, ETHER_ADDR_LEN) != 0)
			m->m_flags |= M_PROMISC;
		return true;
	}
	if ((atomic_load_relaxed(&ifp->if_flags) & IFF_SIMPLEX) != 0 &&
	    memcmp(eh->ether_shost, own, ETHER_ADDR_LEN) == 0)
		return false;
	m->m_flags |= memcmp(eh->ether_dhost, etherbroadcastaddr,
	    ETHER_ADDR_LEN) == 0 ? M_BCAST : M_MCAST;
	if_statinc(ifp, if_imcasts);
	return true;
}

/* A frame with a tag is another interface's, or 0: just a priority. */
static struct mbuf *
input_vlan(struct ifnet *ifp, struct mbuf *m)
{
	struct mbuf *n = m;

	if (!vlan_has_tag(m) && (m = ether_strip_vlantag(m)) == NULL) {
		if_statinc(ifp, if_ierrors);
		return NULL;
	}
	if (EVL_VLANOFTAG(vlan_get_tag(m)) == 0) {
		m->m_flags &= ~M_VLANTAG;
		return m;
	}
	/* Without vlan(4) it comes back as it is. */
	MODULE_HOOK_CALL(if_vlan_vlan_input_hook, (ifp, m), m, n);
	if (n == NULL)
		return NULL;
	if (vlan_has_tag(n)) {
		input_drop(ifp, n, if_noproto);
		return NULL;
	}
	return n;
}

static uint16_t
etype_of(struct mbuf *m)
{

	return ntohs(mtod(m, const struct ether_header *)->ether_type);
}

void
ether_input(struct ifnet *ifp, struct mbuf *m)
{
	uint16_t etype;

	KASSERT((m->m_flags & M_PKTHDR) != 0);
	if ((atomic_load_relaxed(&ifp->if_flags) & IFF_UP) == 0) {
		m_freem(m);
		return;
	}
	if ((m->m_flags & M_HASFCS) != 0) {
		m_adj(m, -ETHER_CRC_LEN);
		m->m_flags &= ~M_HASFCS;
	}
	if (m->m_pkthdr.len < ETHER_HDR_LEN || (m->m_len < ETHER_HDR_LEN &&
	    (m = m_pullup(m, ETHER_HDR_LEN)) == NULL)) {
		if (m != NULL)
			m_freem(m);
		if_statinc(ifp, if_ierrors);
		return;
	}
	m->m_flags &= ~(M_PROMISC | M_BCAST | M_MCAST);
	if_statadd(ifp, if_ibytes, m->m_pkthdr.len);
	if (!input_classify(ifp, m)) {
		m_freem(m);
		return;
	}
	if (pfil_run_hooks(ifp->if_pfil, &m, ifp, PFIL_IN) != 0 || m == NULL)
		return;
	if ((vlan_has_tag(m) || etype_of(m) == ETHERTYPE_VLAN) &&
	    (m = input_vlan(ifp, m)) == NULL)
		return;
	/* Listeners have seen it; it is for somebody else. */
	if ((m->m_flags & M_PROMISC) != 0) {
		m_freem(m);
		return;
	}
	etype = etype_of(m);
	if (etype <= ETHERMTU) {
		input_drop(ifp, m, if_noproto);
		return;
	}
	m_adj(m, ETHER_HDR_LEN);
	if (!net_input_ether(ifp, m, etype))
		input_drop(ifp, m, if_noproto);
}

/*
 * Life.
 */
void
ether_ifattach(struct ifnet *ifp, const uint8_t *lla)
{
	struct ethercom *ec = (struct ethercom *)ifp;

	ifp->if_type = IFT_ETHER;
	ifp->if_hdrlen = ETHER_HDR_LEN;
	ifp->if_dlt = DLT_EN10MB;
	ifp->if_mtu = ETHERMTU;
	ifp->if_output = ether_output;
	ifp->_if_input = ether_input;
	ifp->if_broadcastaddr = etherbroadcastaddr;
	if (ifp->if_baudrate == 0)
		ifp->if_baudrate = IF_Mbps(10);
	if (lla != NULL)
		if_set_sadl(ifp, lla, ETHER_ADDR_LEN, !ETHER_IS_LOCAL(lla));
	LIST_INIT(&ec->ec_multiaddrs);
	SIMPLEQ_INIT(&ec->ec_vids);
	ec->ec_multicnt = 0;
	ec->ec_nvlans = 0;
	ec->ec_flags = 0;
	ec->ec_lock = mutex_obj_alloc(MUTEX_DEFAULT, IPL_NET);
	ec->ec_ifdetach_hooks = simplehook_create(IPL_NET, ifp->if_xname);
	bpf_attach(ifp, DLT_EN10MB, sizeof(struct ether_header));
}

/* Before if_detach(). */
void
ether_ifdetach(struct ifnet *ifp)
{
	struct ethercom *ec = (struct ethercom *)ifp;

	/* Nothing goes in or out by Ethernet any more. */
	IFNET_LOCK(ifp);
	if_deactivate(ifp);
	IFNET_UNLOCK(ifp);
	/* Interfaces on top of this one let go. */
	(void)simplehook_dohooks(ec->ec_ifdetach_hooks);
	bpf_detach(ifp);
	ether_multi_purge(ec);
	KASSERT(ec->ec_nvlans == 0);
	simplehook_destroy(ec->ec_ifdetach_hooks);
	ec->ec_ifdetach_hooks = NULL;
	mutex_obj_free(ec->ec_lock);
	ec->ec_lock = NULL;
}

void *
ether_ifdetachhook_establish(struct ifnet *ifp, void (*func)(void *),
    void *arg)
{
	struct ethercom *ec = (struct ethercom *)ifp;

	return simplehook_establish(ec->ec_ifdetach_hooks, func, arg);
}

void
ether_ifdetachhook_disestablish(struct ifnet *ifp, void *hook, kmutex_t *lock)
{
	struct ethercom *ec = (struct ethercom *)ifp;

	simplehook_disestablish(ec->ec_ifdetach_hooks, hook, lock);
}
