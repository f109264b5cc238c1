/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tags of 802.1Q on Ethernet interfaces: in frames and beside them, and which
 * ones an interface has to know about.
 */

#include <sys/param.h>
#include <sys/ioctl.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_ether.h>

struct tag {
	uint16_t	t_etype;	/* ETHERTYPE_VLAN */
	uint16_t	t_tci;
};

/* Where addresses end and a tag is. */
#define	TAG_OFFSET	(2 * ETHER_ADDR_LEN)

/* A checksum that is left undone begins elsewhere behind the header then. */
static void
move_checksum(struct mbuf *m, int by)
{
	const int left = M_CSUM_TCPv4 | M_CSUM_UDPv4 | M_CSUM_TSOv4 |
	    M_CSUM_TCPv6 | M_CSUM_UDPv6 | M_CSUM_TSOv6;
	const uint32_t data = m->m_pkthdr.csum_data;
	const int start = (int)M_CSUM_DATA_IPv4_IPHL(data) + by;

	/* What was verified on the way in is no longer to be done. */
	if ((m->m_pkthdr.csum_flags & left) == 0 || start < 0)
		return;
	m->m_pkthdr.csum_data = (uint32_t)start << 16 |
	    M_CSUM_DATA_IPv4_OFFSET(data);
}

/* The tag goes from the frame to beside it.  NULL: too short, freed. */
struct mbuf *
ether_strip_vlantag(struct mbuf *m)
{
	const int len = ETHER_HDR_LEN + ETHER_VLAN_ENCAP_LEN;
	struct tag tag;
	char *p;

	if (m->m_pkthdr.len < len) {
		m_freem(m);
		return NULL;
	}
	/* What is changed has to be ours alone. */
	if (m->m_len < len && (m = m_pullup(m, len)) == NULL)
		return NULL;
	if (m_makewritable(&m, 0, len, M_DONTWAIT) != 0) {
		m_freem(m);
		return NULL;
	}
	p = mtod(m, char *);
	memcpy(&tag, p + TAG_OFFSET, sizeof(tag));
	vlan_set_tag(m, ntohs(tag.t_tci));
	memmove(p + ETHER_VLAN_ENCAP_LEN, p, TAG_OFFSET);
	m_adj(m, ETHER_VLAN_ENCAP_LEN);
	move_checksum(m, -ETHER_VLAN_ENCAP_LEN);
	return m;
}

/* Into the frame.  On an error *mp is NULL, the frame freed. */
int
ether_inject_vlantag(struct mbuf **mp, uint16_t etype, uint16_t tci)
{
	const struct tag tag = { htons(etype), htons(tci) };
	struct mbuf *m = *mp;
	char *p;

	*mp = NULL;
	if (m->m_pkthdr.len < ETHER_HDR_LEN) {
		m_freem(m);
		return EINVAL;
	}
	M_PREPEND(m, ETHER_VLAN_ENCAP_LEN, M_DONTWAIT);
	if (m == NULL)
		return ENOBUFS;
	m = m_pullup(m, TAG_OFFSET + ETHER_VLAN_ENCAP_LEN);
	if (m == NULL)
		return ENOBUFS;
	p = mtod(m, char *);
	memmove(p, p + ETHER_VLAN_ENCAP_LEN, TAG_OFFSET);
	memcpy(p + TAG_OFFSET, &tag, sizeof(tag));
	move_checksum(m, ETHER_VLAN_ENCAP_LEN);
	*mp = m;
	return 0;
}

/* Longer frames, while there is an interface on top. */
static int
vlan_mtu(struct ifnet *ifp, bool on)
{
	struct ethercom *ec = (struct ethercom *)ifp;
	struct ifreq ifr;
	int error;

	if ((ec->ec_capabilities & ETHERCAP_VLAN_MTU) == 0)
		return on ? -1 : 0;
	if (((ec->ec_capenable & ETHERCAP_VLAN_MTU) != 0) == on)
		return 0;
	ec->ec_capenable ^= ETHERCAP_VLAN_MTU;
	if ((ifp->if_flags & IFF_UP) == 0)
		return 0;
	memset(&ifr, 0, sizeof(ifr));
	ifr.ifr_flags = ifp->if_flags;
	if ((error = if_ioctl(ifp, SIOCSIFFLAGS, &ifr)) != 0)
		ec->ec_capenable ^= ETHERCAP_VLAN_MTU;
	return error;
}

/* With IFNET_LOCK.  -1: the interface cannot. */
int
ether_enable_vlan_mtu(struct ifnet *ifp)
{

	return vlan_mtu(ifp, true);
}

int
ether_disable_vlan_mtu(struct ifnet *ifp)
{

	return vlan_mtu(ifp, false);
}

static struct vlanid_list *
find_vid(struct ethercom *ec, uint16_t vid)
{
	struct vlanid_list *v;

	KASSERT(ETHER_LOCKED(ec));
	SIMPLEQ_FOREACH(v, &ec->ec_vids, vid_list) {
		if (v->vid == vid)
			break;
	}
	return v;
}

/* The driver may filter tags, and says then if it does for this one. */
int
ether_add_vlantag(struct ifnet *ifp, uint16_t vtag, bool *status)
{
	struct ethercom *ec = (struct ethercom *)ifp;
	struct vlanid_list *v = kmem_alloc(sizeof(*v), KM_SLEEP);
	bool filters = false;
	int error = 0;

	if (ec->ec_vlan_cb != NULL) {
		error = (*ec->ec_vlan_cb)(ec, vtag, true);
		filters = error == 0;
	}
	if (error == 0) {
		v->vid = vtag;
		ETHER_LOCK(ec);
		ec->ec_nvlans++;
		SIMPLEQ_INSERT_TAIL(&ec->ec_vids, v, vid_list);
		ETHER_UNLOCK(ec);
	} else {
		kmem_free(v, sizeof(*v));
	}
	if (status != NULL)
		*status = filters;
	return error;
}

int
ether_del_vlantag(struct ifnet *ifp, uint16_t vtag)
{
	struct ethercom *ec = (struct ethercom *)ifp;
	struct vlanid_list *v;

	ETHER_LOCK(ec);
	if ((v = find_vid(ec, vtag)) != NULL) {
		SIMPLEQ_REMOVE(&ec->ec_vids, v, vlanid_list, vid_list);
		ec->ec_nvlans--;
	}
	ETHER_UNLOCK(ec);
	if (v == NULL)
		return ENOENT;
	kmem_free(v, sizeof(*v));
	if (ec->ec_vlan_cb != NULL)
		(void)(*ec->ec_vlan_cb)(ec, vtag, false);
	return 0;
}
