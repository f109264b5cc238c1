/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Multicast addresses that an Ethernet interface listens to: ranges, each with
 * how often it was asked for.
 */

#include <sys/param.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/socket.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_ether.h>

#include <rump-sys/net.h>

#include "if_ether_private.h"

const uint8_t ether_ipmulticast_min[ETHER_ADDR_LEN] =
    { 0x01, 0x00, 0x5e, 0x00, 0x00, 0x00 };
const uint8_t ether_ipmulticast_max[ETHER_ADDR_LEN] =
    { 0x01, 0x00, 0x5e, 0x7f, 0xff, 0xff };

/* A multicast address of any family as a range of Ethernet's. */
int
ether_multiaddr(const struct sockaddr *sa, uint8_t lo[ETHER_ADDR_LEN],
    uint8_t hi[ETHER_ADDR_LEN])
{
	const struct net_ether *ne;

	/* Of no family: Ethernet's own. */
	if (sa->sa_family == AF_UNSPEC) {
		memcpy(lo, sa->sa_data, ETHER_ADDR_LEN);
		memcpy(hi, sa->sa_data, ETHER_ADDR_LEN);
	} else {
		ne = net_ether_find(sa->sa_family);
		if (ne == NULL || ne->ne_mapmulti == NULL)
			return EAFNOSUPPORT;
		if ((*ne->ne_mapmulti)(sa, lo, hi) != 0)
			return EINVAL;
	}
	return ETHER_IS_MULTICAST(lo) && ETHER_IS_MULTICAST(hi) ? 0 : EINVAL;
}

int
ether_addmulti(const struct sockaddr *sa, struct ethercom *ec)
{
	struct ether_multi *new, *enm;
	int error;

	new = kmem_zalloc(sizeof(*new), KM_SLEEP);
	error = ether_multiaddr(sa, new->enm_addrlo, new->enm_addrhi);
	if (error != 0) {
		kmem_free(new, sizeof(*new));
		return error;
	}
	ETHER_LOCK(ec);
	enm = ether_lookup_multi(new->enm_addrlo, new->enm_addrhi, ec);
	if (enm != NULL) {
		enm->enm_refcount++;
	} else {
		new->enm_refcount = 1;
		LIST_INSERT_HEAD(&ec->ec_multiaddrs, new, enm_list);
		ec->ec_multicnt++;
	}
	ETHER_UNLOCK(ec);
	if (enm == NULL)
		return ENETRESET;
	kmem_free(new, sizeof(*new));
	return 0;
}

int
ether_delmulti(const struct sockaddr *sa, struct ethercom *ec)
{
	uint8_t lo[ETHER_ADDR_LEN], hi[ETHER_ADDR_LEN];
	struct ether_multi *enm;
	int error;

	if ((error = ether_multiaddr(sa, lo, hi)) != 0)
		return error;
	ETHER_LOCK(ec);
	if ((enm = ether_lookup_multi(lo, hi, ec)) == NULL) {
		error = ENXIO;
	} else if (--enm->enm_refcount != 0) {
		enm = NULL;
	} else {
		LIST_REMOVE(enm, enm_list);
		ec->ec_multicnt--;
	}
	ETHER_UNLOCK(ec);
	if (enm == NULL)
		return error;
	kmem_free(enm, sizeof(*enm));
	return ENETRESET;
}

void
ether_multi_purge(struct ethercom *ec)
{
	struct ether_multi *enm;

	ETHER_LOCK(ec);
	while ((enm = LIST_FIRST(&ec->ec_multiaddrs)) != NULL) {
		LIST_REMOVE(enm, enm_list);
		ec->ec_multicnt--;
		ETHER_UNLOCK(ec);
		kmem_free(enm, sizeof(*enm));
		ETHER_LOCK(ec);
	}
	ETHER_UNLOCK(ec);
}
