/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Links of Linux's kinds: tap devices and AF_PACKET sockets.  Both give and
 * take frames with a header that says what is left undone.
 */

#include <sys/ioctl.h>
#include <sys/socket.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <string.h>
#include <unistd.h>

#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>

#include "virtif_backend.h"

static int
tap_open(struct virtif *v, const char *name, bool *offload)
{
	const unsigned int undone = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 |
	    TUN_F_TSO_ECN;
	struct ifreq ifr;

	if (strlen(name) >= sizeof(ifr.ifr_name))
		return EINVAL;
	if ((v->v_fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC)) == -1)
		return errno;
	memset(&ifr, 0, sizeof(ifr));
	memcpy(ifr.ifr_name, name, strlen(name));
	ifr.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR;
	if (ioctl(v->v_fd, TUNSETIFF, &ifr) == -1)
		return errno;
	v->v_vnethdr = true;
	*offload = ioctl(v->v_fd, TUNSETOFFLOAD, undone) == 0;
	return 0;
}

static int
packet_open(struct virtif *v, const char *name, bool *offload)
{
	struct sockaddr_ll sll = { .sll_family = AF_PACKET,
	    .sll_protocol = htons(ETH_P_ALL),
	    .sll_ifindex = (int)if_nametoindex(name) };
	struct packet_mreq mreq = { .mr_ifindex = sll.sll_ifindex,
	    .mr_type = PACKET_MR_PROMISC };
	const int on = 1;

	if (sll.sll_ifindex == 0)
		return ENXIO;
	v->v_fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (v->v_fd == -1)
		return errno;
	v->v_vnethdr = setsockopt(v->v_fd, SOL_PACKET, PACKET_VNET_HDR, &on,
	    sizeof(on)) == 0;
	*offload = v->v_vnethdr;
	/* What we send is not for us; older hosts do not know that. */
	(void)setsockopt(v->v_fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on,
	    sizeof(on));
	if (bind(v->v_fd, (struct sockaddr *)&sll, sizeof(sll)) == -1 ||
	    setsockopt(v->v_fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &mreq,
	    sizeof(mreq)) == -1)
		return errno;
	return 0;
}

const struct virtif_kind virtif_tap = {
	.vk_name = "tap", .vk_open = tap_open,
};
const struct virtif_kind virtif_packet = {
	.vk_name = "packet", .vk_open = packet_open,
};
