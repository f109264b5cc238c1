/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bridge(4): frames from one member to others.
 *
 * They are forwarded by who brings them, with no lock: the member they came in
 * by and the one they leave by are kept by references.  What is for this
 * machine goes the way it went before there was a bridge.
 */
#include "bridge_private.h"

#include <net/bpf.h>
#include <net/ether_sw_offload.h>
#include <net/if_dl.h>
#include <net/pfil.h>

#include <rump-sys/net.h>

/* 802.1D-2004, 7.12.6: these sixteen are for the next bridge, never beyond. */
static bool
is_reserved(const uint8_t *addr)
{

	return memcmp(addr, bridge_bpdu_address, ETHER_ADDR_LEN - 1) == 0 &&
	    (addr[ETHER_ADDR_LEN - 1] & 0xf0) == 0;
}

static bool
is_up(struct ifnet *ifp)
{

	return net_ifflags(ifp, IFF_UP | IFF_RUNNING) ==
	    (IFF_UP | IFF_RUNNING);
}

static uint8_t *
dst_of(struct mbuf *m)
{

	return mtod(m, struct ether_header *)->ether_dhost;
}

/*
 * Out by a member.
 */

/* A segment that is still to be cut is as long as it likes. */
static bool
fits(const struct ifnet *ifp, struct mbuf *m)
{
	const bool tagged = vlan_has_tag(m) ||
	    mtod(m, struct ether_header *)->ether_type == htons(ETHERTYPE_VLAN);

	if ((m->m_pkthdr.csum_flags & (M_CSUM_TSOv4 | M_CSUM_TSOv6)) != 0)
		return true;
	return (uint64_t)m->m_pkthdr.len <=
	    atomic_load_relaxed(&ifp->if_mtu) + ETHER_HDR_LEN +
	    (tagged ? ETHER_VLAN_ENCAP_LEN : 0);
}

/* What the member cannot do is done here. */
static struct mbuf *
finish(struct ifnet *ifp, struct mbuf *m)
{
	uint16_t tag;

	if (vlan_has_tag(m) && !vlan_is_hwtag_enabled(ifp)) {
		tag = vlan_get_tag(m);
		m->m_flags &= ~M_VLANTAG;
		if (ether_inject_vlantag(&m, ETHERTYPE_VLAN, tag) != 0)
			return NULL;
	}
	if (TX_OFFLOAD_SUPPORTED(ifp->if_csum_flags_tx,
	    m->m_pkthdr.csum_flags))
		return m;
	return ether_sw_offload_tx(ifp, m);
}

static int
send_frame(struct bridge_softc *sc, struct ifnet *ifp, struct mbuf *m)
{
	struct mbuf *next;
	int error = 0;

	if (!fits(ifp, m)) {
		if_statinc(&sc->sc_if, if_oerrors);
		m_freem(m);
		return EMSGSIZE;
	}
	if ((m = finish(ifp, m)) == NULL) {
		if_statinc(&sc->sc_if, if_oerrors);
		return ENOBUFS;
	}
	for (; m != NULL; m = next) {
		next = m->m_nextpkt;
		m->m_nextpkt = NULL;
		if_statinc(&sc->sc_if, if_opackets);
		if_statadd(&sc->sc_if, if_obytes, m->m_pkthdr.len);
		error = if_transmit_lock(ifp, m);
	}
	return error;
}

static bool
can_leave(const struct bridge_iflist *to)
{

	return is_up(to->bif_ifp) && bridge_forwards(to);
}

/* May a frame that came in by one (NULL: ours) leave by another? */
static bool
may_pass(const struct bridge_iflist *from, const struct bridge_iflist *to)
{

	if (from == to || !can_leave(to))
		return false;
	return from == NULL || (atomic_load_relaxed(&from->bif_flags) &
	    atomic_load_relaxed(&to->bif_flags) & IFBIF_PROTECTED) == 0;
}

/* To all members that want it; the frame is freed. */
static void
flood(struct bridge_softc *sc, struct bridge_iflist *from, struct mbuf *m)
{
	const bool all = ETHER_IS_MULTICAST(dst_of(m));
	struct bridge_iflist *bif = NULL;
	struct psref psref;
	struct mbuf *copy;

	while ((bif = bridge_member_next(sc, bif, &psref)) != NULL) {
		if (!may_pass(from, bif) || (!all &&
		    (atomic_load_relaxed(&bif->bif_flags) &
		    IFBIF_DISCOVER) == 0))
			continue;
		copy = m_copypacket(m, M_DONTWAIT);
		if (copy == NULL) {
			if_statinc(&sc->sc_if, if_oerrors);
			continue;
		}
		(void)send_frame(sc, bif->bif_ifp, copy);
	}
	m_freem(m);
}

/* Filters of the bridge itself see what passes, as by one interface. */
static struct mbuf *
filter(struct bridge_softc *sc, struct mbuf *m)
{

	bpf_mtap(&sc->sc_if, m, BPF_D_IN);
	if (pfil_run_hooks(sc->sc_if.if_pfil, &m, &sc->sc_if, PFIL_IN) != 0 ||
	    m == NULL)
		return NULL;
	if (pfil_run_hooks(sc->sc_if.if_pfil, &m, &sc->sc_if, PFIL_OUT) != 0 ||
	    m == NULL)
		return NULL;
	if (m->m_len < ETHER_HDR_LEN)
		m = m_pullup(m, ETHER_HDR_LEN);
	return m;
}

static void
forward(struct bridge_iflist *from, struct mbuf *m)
{
	struct bridge_softc *sc = from->bif_sc;
	struct bridge_iflist *to;
	struct psref psref;

	if_statinc(&sc->sc_if, if_ipackets);
	if_statadd(&sc->sc_if, if_ibytes, m->m_pkthdr.len);
	/* What was verified here is not to be made again. */
	if ((m->m_pkthdr.csum_flags & M_CSUM_BLANK) == 0)
		m->m_pkthdr.csum_flags = 0;
	if ((m = filter(sc, m)) == NULL)
		return;
	if (ETHER_IS_MULTICAST(dst_of(m)) ||
	    (to = bridge_rt_lookup(sc, dst_of(m), &psref)) == NULL) {
		flood(sc, from, m);
		return;
	}
	if (may_pass(from, to))
		(void)send_frame(sc, to->bif_ifp, m);
	else
		m_freem(m);
	bridge_member_put(to, &psref);
}

/*
 * In.
 */
static bool
is_address_of(struct ifnet *ifp, const uint8_t *addr)
{

	return memcmp(CLLADDR(ifp->if_sadl), addr, ETHER_ADDR_LEN) == 0;
}

/* The member with this address, with a reference. */
static struct bridge_iflist *
member_by_address(struct bridge_softc *sc, const uint8_t *addr,
    struct psref *psref)
{
	struct bridge_iflist *bif = NULL;

	while ((bif = bridge_member_next(sc, bif, psref)) != NULL) {
		if (is_address_of(bif->bif_ifp, addr))
			break;
	}
	return bif;
}

/* From an address of ours it has been round: there is a loop. */
static bool
is_looped(struct bridge_softc *sc, const uint8_t *src)
{
	struct bridge_iflist *bif;
	struct psref psref;

	if ((bif = member_by_address(sc, src, &psref)) == NULL)
		return false;
	bridge_member_put(bif, &psref);
	return true;
}

/* For whoever is above, by the member that has the address. */
static void
input_local(struct ifnet *ifp, struct mbuf *m)
{

	m_set_rcvif(m, ifp);
	ether_input(ifp, m);
}

/* Multicast: for this machine and for all others. */
static void
input_multicast(struct bridge_iflist *from, struct mbuf *m)
{
	struct mbuf *copy;

	if (!is_reserved(dst_of(m)) &&
	    (copy = m_copypacket(m, M_DONTWAIT)) != NULL) {
		copy->m_flags |= memcmp(dst_of(m), etherbroadcastaddr,
		    ETHER_ADDR_LEN) == 0 ? M_BCAST : M_MCAST;
		if (copy->m_len >= ETHER_HDR_LEN ||
		    (copy = m_pullup(copy, ETHER_HDR_LEN)) != NULL)
			forward(from, copy);
	}
	input_local(from->bif_ifp, m);
}

/*
 * What a port of the spanning tree takes for the bridge itself, or does not
 * take as long as it does not forward: not for this machine either, which
 * would hear it twice.
 */
static bool
is_kept_back(struct bridge_iflist *from, struct mbuf *m)
{
	const struct ether_header *eh = mtod(m, struct ether_header *);

	if ((atomic_load_relaxed(&from->bif_flags) & IFBIF_STP) == 0)
		return false;
	if (memcmp(eh->ether_dhost, bridge_bpdu_address,
	    ETHER_ADDR_LEN) == 0) {
		bridge_stp_input(from, m);
		return true;
	}
	if (atomic_load_relaxed(&from->bif_state) == BSTP_IFSTATE_LEARNING &&
	    !is_looped(from->bif_sc, eh->ether_shost))
		bridge_rt_learn(from, eh->ether_shost);
	return !bridge_forwards(from);
}

static void
input_member(struct bridge_iflist *from, struct mbuf *m)
{
	struct bridge_softc *sc = from->bif_sc;
	const struct ether_header *eh = mtod(m, struct ether_header *);
	struct bridge_iflist *to;
	struct psref psref;

	if (ETHER_IS_MULTICAST(eh->ether_shost) || is_kept_back(from, m) ||
	    is_looped(sc, eh->ether_shost)) {
		m_freem(m);
		return;
	}
	bridge_rt_learn(from, eh->ether_shost);
	if (ETHER_IS_MULTICAST(eh->ether_dhost)) {
		input_multicast(from, m);
		return;
	}
	to = member_by_address(sc, eh->ether_dhost, &psref);
	if (to != NULL) {
		input_local(to->bif_ifp, m);
		bridge_member_put(to, &psref);
	} else {
		forward(from, m);
	}
}

/* A frame of a member, in the place of ether_input(). */
void
bridge_input(struct ifnet *ifp, struct mbuf *m)
{
	const int bound = curlwp_bind();
	struct bridge_iflist *bif;
	struct psref psref;

	if ((m->m_flags & M_HASFCS) != 0) {
		m_adj(m, -ETHER_CRC_LEN);
		m->m_flags &= ~M_HASFCS;
	}
	bif = bridge_member_get(ifp, &psref);
	if (bif == NULL || !is_up(&bif->bif_sc->sc_if) || !is_up(ifp) ||
	    m->m_pkthdr.len < ETHER_HDR_LEN) {
		ether_input(ifp, m);
	} else if (m->m_len >= ETHER_HDR_LEN ||
	    (m = m_pullup(m, ETHER_HDR_LEN)) != NULL) {
		input_member(bif, m);
	}
	if (bif != NULL)
		bridge_member_put(bif, &psref);
	curlwp_bindx(bound);
}

/*
 * What this machine sends by a member: from there to where the address is.
 */
static int
output_member(struct bridge_iflist *from, struct mbuf *m)
{
	struct bridge_softc *sc = from->bif_sc;
	struct bridge_iflist *to;
	struct psref psref;
	int error = 0;

	if (ETHER_IS_MULTICAST(dst_of(m)) ||
	    (to = bridge_rt_lookup(sc, dst_of(m), &psref)) == NULL) {
		flood(sc, NULL, m);
		return 0;
	}
	if (can_leave(to)) {
		error = send_frame(sc, to->bif_ifp, m);
	} else {
		m_freem(m);
		error = ENETDOWN;
	}
	bridge_member_put(to, &psref);
	return error;
}

/* In the place of ifq_enqueue(); the last two are not used. */
int
bridge_output(struct ifnet *ifp, struct mbuf *m, const struct sockaddr *sa,
    const struct rtentry *rt)
{
	const int bound = curlwp_bind();
	struct bridge_iflist *bif;
	struct psref psref;
	int error;

	bif = bridge_member_get(ifp, &psref);
	if (m->m_len < ETHER_HDR_LEN &&
	    (m = m_pullup(m, ETHER_HDR_LEN)) == NULL)
		error = ENOBUFS;
	else if (bif == NULL || !is_up(&bif->bif_sc->sc_if) ||
	    is_reserved(dst_of(m)))
		error = ifq_enqueue(ifp, m);
	else
		error = output_member(bif, m);
	if (bif != NULL)
		bridge_member_put(bif, &psref);
	curlwp_bindx(bound);
	return error;
}
