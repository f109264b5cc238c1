/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vlan(4): interfaces of 802.1Q, as ioctl(2) configures them.  ifr_data points
 * to a struct vlanreq.
 */

#ifndef _NET_IF_VLANVAR_H_
#define	_NET_IF_VLANVAR_H_

#include <sys/types.h>

#include <net/if.h>
#include <net/if_ether.h>

struct ether_vlan_header {
	uint8_t		evl_dhost[ETHER_ADDR_LEN];
	uint8_t		evl_shost[ETHER_ADDR_LEN];
	uint16_t	evl_encap_proto;	/* ETHERTYPE_VLAN */
	uint16_t	evl_tag;
	uint16_t	evl_proto;
} __packed;

/* The parent's name, "" for none, and the tag. */
struct vlanreq {
	char		vlr_parent[IFNAMSIZ];
	u_short		vlr_tag;
};
#define	SIOCSETVLAN	SIOCSIFGENERIC
#define	SIOCGETVLAN	SIOCGIFGENERIC

#ifdef _KERNEL
struct mbuf;

/*
 * A frame that came in with its tag beside it: it is taken, NULL, or nobody is
 * behind that tag, it comes back.  The driver is there if
 * if_vlan_vlan_input_hook is set, which is the way to it.  Does not sleep.
 */
struct mbuf *vlan_input(struct ifnet *, struct mbuf *);
#endif

#endif /* !_NET_IF_VLANVAR_H_ */
